"""The collection of invented mails with what must be read from them, and how a reading is compared."""

from __future__ import annotations

import hashlib
import tomllib
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from agent.domain.codec import to_plain
from parsers.page import Context
from parsers.prose import read_prose

FOLDER = Path(__file__).parent / "mails"
SENT = "2026-03-16"


def all_mails() -> list[dict[str, Any]]:
    return [mail for path in sorted(FOLDER.glob("*.toml")) for mail in tomllib.loads(path.read_text("utf-8"))["mail"]]


def held_back(mail: dict[str, Any]) -> bool:
    """Half of the mails, by hash: not looked at while rules were written."""
    return hashlib.sha256(mail["id"].encode()).digest()[0] % 2 == 1


def read(mail: dict[str, Any]) -> list[dict[str, Any]]:
    context = Context(subject=mail.get("subject", ""), sent_on=mail.get("sent", SENT), is_body=True)
    return [to_plain(document) for document in read_prose(mail["text"], context)]


def faults(mail: dict[str, Any]) -> list[str]:
    """Return in words what is wrong with the reading of a mail; empty where all is right."""
    return differences_of(read(mail), mail["expect"])


def differences_of(got: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[str]:
    """Return how what was read differs from what must be."""
    kinds, expected = sorted(d["kind"] for d in got), sorted(d["kind"] for d in wanted)
    if kinds != expected:
        return [f"kinds {kinds} instead of {expected}"]
    found: list[str] = []
    for want in wanted:
        same = [d for d in got if d["kind"] == want["kind"]]
        tries = [_differences(want, document, want["kind"]) for document in same]
        found += min(tries, key=len)
    return found


def _differences(want: Any, got: Any, path: str) -> list[str]:
    if isinstance(want, dict):
        return [d for key, value in want.items() for d in _field(key, value, got, path)]
    if isinstance(want, list):
        if not isinstance(got, list) or len(want) != len(got):
            return [f"{path}: {_short(got)} instead of {want}"]
        return [d for n, (w, g) in enumerate(zip(want, got, strict=True)) for d in _differences(w, g, f"{path}[{n}]")]
    return [] if _equal(want, got) else [f"{path}: {got!r} instead of {want!r}"]


def _field(key: str, value: Any, got: dict[str, Any], path: str) -> list[str]:
    if key == "difference_present":
        return [] if (got["difference"] is not None) == value else [f"{path}.difference: {got['difference']}"]
    if key == "flags":
        return [] if set(value) <= set(got["flags"]) else [f"{path}.flags: {got['flags']} instead of {value}"]
    return _differences(value, got.get(key), f"{path}.{key}")


def _equal(want: Any, got: Any) -> bool:
    if want == "":
        return got is None
    if isinstance(want, str) and isinstance(got, str):
        return want == got or _number(want) == _number(got) != None or (got.endswith(want) and " " in got)  # noqa: E711
    return str(want).lower() == str(got).lower() if isinstance(want, bool) or isinstance(got, bool) else want == got


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _short(value: Any) -> str:
    return str(
        [v.get("reference") or v.get("item") or v if isinstance(v, dict) else v for v in value]
        if isinstance(value, list)
        else value
    )


def main() -> None:
    import sys

    show_held = "held" in sys.argv
    right = {True: 0, False: 0}
    count = {True: 0, False: 0}
    for mail in all_mails():
        held = held_back(mail)
        wrong = faults(mail)
        count[held] += 1
        right[held] += not wrong
        if wrong and held == show_held:
            print(mail["id"], wrong)
    print("open half", right[False], "of", count[False], "| held half", right[True], "of", count[True])


if __name__ == "__main__":
    main()
