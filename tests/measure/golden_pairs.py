"""The golden documents and the invented mails with what was read of each, for the figures that the measures print."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from agent.domain.codec import to_plain
from parsers.reading import read
from tests.parsers.prose.mails import all_mails
from tests.parsers.prose.mails import read as read_mail

GOLDEN = Path(__file__).parent.parent / "golden"
Plain = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """A paper or mail: what stands in it and what was read."""

    name: str
    expected: list[Plain]
    found: list[Plain]


def golden() -> Iterator[Pair]:
    for beside in sorted(GOLDEN.glob("*/*.json")):
        path = next(p for p in beside.parent.glob(f"{beside.stem}.*") if p.suffix != ".json")
        expected = json.loads(beside.read_text("utf-8"))["documents"]
        yield Pair(path.name, expected, [to_plain(d) for d in read(path.read_bytes(), path.name).documents])


def mails() -> Iterator[Pair]:
    for mail in all_mails():
        yield Pair(mail["id"], mail["expect"], read_mail(mail))


def matched(pair: Pair) -> Iterator[tuple[Plain | None, Plain | None]]:
    """What was expected beside what was read of the same kind, in order; None where one side has nothing."""
    left = list(pair.found)
    for wanted in pair.expected:
        same = next((d for d in left if d["kind"] == wanted["kind"]), None)
        if same is not None:
            left.remove(same)
        yield wanted, same
    for more in left:
        yield None, more


def fields(wanted: Any, found: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    """Every field that was given where something was expected, and whether it is right."""
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            yield from fields(value, (found or {}).get(name), f"{path}.{name}")
    elif isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        for index, value in enumerate(wanted):
            rows = found or []
            yield from fields(value, rows[index] if index < len(rows) else None, f"{path}[{index}]")
    elif found not in (None, "", [], False):
        yield path, same(wanted, found)


def same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, str) and isinstance(found, str):
        try:
            return wanted == found or Decimal(wanted) == Decimal(found)
        except InvalidOperation:
            return " ".join(wanted.split()) == " ".join(found.split()) or (
                bool(wanted) and found.endswith(f" {wanted}")
            )
    return bool(wanted == found) or str(wanted).lower() == str(found).lower()
