"""What customers wrote, made safe to repeat: no control characters, no foreign account, no endless text."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from enum import Enum
from typing import Any, TypeVar

from agent.domain.money import Money
from templates.iban import SHORTEST_IBAN, mask_foreign_ibans

T = TypeVar("T")

_BLOCKS = frozenset({"address", "text", "note", "notes", "ship_to", "questions"})  # may have several lines
_LONGEST = 4_000
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # part of words in some scripts


def safe_line(text: str, limit: int = _LONGEST) -> str:
    """One line: white space of every kind becomes a space, control and direction characters go."""
    return " ".join(_visible(text[: 2 * limit]).split())[:limit]


def safe_block(text: str, limit: int = _LONGEST) -> str:
    """Several lines, each of them safe."""
    lines = (" ".join(line.split()) for line in _visible(text[: 2 * limit]).splitlines())
    return "\n".join(lines).strip()[:limit]


def safe_file_name(name: str, suffix: str) -> str:
    """A file name of letters, digits, dots, dashes and underscores, at most 80 characters."""
    kept = "".join(ch if ch.isascii() and (ch.isalnum() or ch in "-_") else "-" for ch in name)
    return ("-".join(part for part in kept[:80].split("-") if part) or "document") + suffix


def scrub(value: T, own_iban: str) -> T:
    """The same notice or document with every text in it made safe, however deep it stands."""
    return _scrub(value, "", own_iban)  # type: ignore[no-any-return]


def _scrub(value: Any, name: str, own_iban: str) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        text = safe_block(value) if name in _BLOCKS else safe_line(value)
        return mask_foreign_ibans(text, own_iban) if len(text) >= SHORTEST_IBAN else text
    if isinstance(value, tuple):
        return tuple(_scrub(inner, name, own_iban) for inner in value)
    if isinstance(value, Money):
        return value  # an integer and a code that was checked: most of what stands in a document
    names = getattr(type(value), "__dataclass_fields__", None)
    if names is not None:
        return replace(value, **{one: _scrub(getattr(value, one), one, own_iban) for one in names})
    return value


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_plain(ch) for ch in unicodedata.normalize("NFC", text.replace("\r\n", "\n")))


def _plain(ch: str) -> str:
    if ch in "\n\r\v\f\x85\u2028\u2029":
        return "\n"
    if ch == "\t":
        return " "
    if ch in _JOINERS or unicodedata.category(ch) not in _DROPPED:
        return ch
    return ""
