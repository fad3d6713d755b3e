"""Settings: a slip is refused with the nearest name, and the template runs as it is."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from agent.domain.errors import WrongUsage
from agent.settings import load, secret


def write(home: Path, text: str) -> Path:
    (home / "ar-agent.toml").write_text(text)
    return home


def test_the_template_runs_as_it_is(tmp_path: Path) -> None:
    template = files("agent").joinpath("ar-agent.toml").read_text(encoding="utf-8")
    assert load(write(tmp_path, template)).company.emails == ("ar@example.com",)


def test_every_commented_line_of_the_template_is_a_setting(tmp_path: Path) -> None:
    template = files("agent").joinpath("ar-agent.toml").read_text(encoding="utf-8")
    lines = []
    for line in template.splitlines():
        bare = line.removeprefix("# ")
        is_setting = line.startswith("# ") and ("= " in bare.split("#")[0] or bare.startswith("["))
        lines.append(bare if is_setting else line)
    (tmp_path / "logo.png").write_bytes(b"")
    settings = load(write(tmp_path, "\n".join(lines)))
    assert [m.name for m in settings.mailboxes] == ["ar", "local"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[company]\nnam = 'x'", "did you mean 'name'"),
        ("[compny]\nname = 'x'", "did you mean 'company'"),
        ("[trust]\nrequire = 'spf'", "not one of dmarc, none"),
        ("[company]\ntimezone = 'Mars/Base'", "no time zone"),
        ("[company\nname = 'x'", "ar-agent.toml"),
        ("[[mailboxes]]\nname = 'a'", "needs either maildir or host"),
        ("[company]\nname = 3", "should be of str"),
        ("[matching]\ntolerance = { amount = 'five' }", "is not a number"),
    ],
)
def test_a_wrong_setting_says_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WrongUsage, match=said.replace("(", r"\(")):
        load(write(tmp_path, text))


def test_a_tolerance_is_exact(tmp_path: Path) -> None:
    settings = load(write(tmp_path, '[matching]\ntolerance = { amount = "5.00", percent = "0.5" }'))
    assert settings.matching.tolerance.amount == Decimal("5.00")


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AR_TEST_SECRET", "one")
    assert secret("AR_TEST_SECRET") == "one"
    monkeypatch.delenv("AR_TEST_SECRET")
    (tmp_path / "file").write_text("two\n")
    monkeypatch.setenv("AR_TEST_SECRET_FILE", str(tmp_path / "file"))
    assert secret("AR_TEST_SECRET") == "two"
