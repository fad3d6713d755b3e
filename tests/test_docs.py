"""What is documented is there, and what is there is documented."""

from __future__ import annotations

import importlib
from pathlib import Path

import click
import pytest

from agent.booking.cash import receiving
from agent.cli import COMMANDS
from agent.cli.schema import SHAPES, schema_of

ROOT = Path(__file__).parent.parent
INTERFACE = (ROOT / "docs/interface.md").read_text(encoding="utf-8")


def command(name: str) -> click.Command:
    module = importlib.import_module(f"agent.cli.{COMMANDS[name][0]}")
    found = getattr(module, "command_import_" if name == "import" else f"command_{name}")
    assert isinstance(found, click.Command)
    return found


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented_and_helps(name: str) -> None:
    assert f"`{name}" in INTERFACE or f" {name} " in INTERFACE, f"docs/interface.md does not name {name}"
    found = command(name)
    assert found.help
    for sub in getattr(found, "commands", {}).values():
        assert sub.help, f"{name} {sub.name} has no help"


@pytest.mark.parametrize("name", [n for n in sorted(COMMANDS) if isinstance(command(n), click.Group)])
def test_every_list_and_show_takes_json(name: str) -> None:
    group = command(name)
    assert isinstance(group, click.Group)
    for sub in ("list", "show"):
        if sub in group.commands:
            assert any("--json" in option.opts for option in group.commands[sub].params), f"{name} {sub}"


def test_every_shape_has_a_schema() -> None:
    for name in SHAPES:
        assert schema_of(name)["required"]


def test_codes_in_use_are_documented() -> None:
    import re

    written = set()
    for folder in ("agent/booking", "matching"):
        for path in (ROOT / folder).rglob("*.py"):
            written |= set(re.findall(r'code="([a-z_]+)"', path.read_text(encoding="utf-8")))
    from matching.ground import KIND_OF_CODE

    written |= set(KIND_OF_CODE)
    missing = sorted(code for code in written if f"`{code}`" not in INTERFACE)
    assert not missing, f"docs/interface.md does not name {missing}"
    assert receiving is not None
