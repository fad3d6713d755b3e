"""Our own letter sent back without quote marks: known by its sentences, and never the customer's words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_TEXT_MAX = 60_000


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Folded pieces of our letters: of the frame that every letter has, and of all other sentences."""

    frame: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


def is_own_letter(text: str, own: OwnWords) -> bool:
    """Tell whether a text holds a letter of ours: two of its sentences, one of them of the frame."""
    return _span(text, own) is not None


def without_own(text: str, own: OwnWords) -> str:
    """Return a text without the lines from the first to the last sentence of a letter of ours in it.

    What stands between them, tables and answers that the letter offers, is ours too.
    """
    span = _span(text, own)
    if span is None:
        return text
    lines = text.split("\n")
    return "\n".join([*lines[: span[0]], *lines[span[1] + 1 :]]).strip("\n")


def _span(text: str, own: OwnWords) -> tuple[int, int] | None:
    """Return the first and last line of our letter, None where there is none."""
    if not own.frame or len(text) < 40:
        return None
    folded, starts = _folded(text[:_TEXT_MAX])
    frame = _found(own.frame, folded)
    if not frame:
        return None
    found = frame + _found(own.sentences, folded)
    if len(found) < 2:
        return None
    first, last = min(start for start, _ in found), max(end for _, end in found)
    return _line_at(starts, first), _line_at(starts, last - 1)


def _found(pieces: tuple[str, ...], folded: str) -> list[tuple[int, int]]:
    return [(at, at + len(piece)) for piece in pieces if (at := folded.find(piece)) >= 0]


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text in one folded line, and where in it each line begins."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for line in text.split("\n"):
        words = " ".join(unicodedata.normalize("NFKC", line).casefold().split())
        starts.append(length)
        if words:
            wide = "\u3040" <= words[-1] <= "\u9fff"  # Japanese lines are joined without a blank
            parts.append(words if wide else words + " ")
            length += len(parts[-1])
    return "".join(parts), starts


def _line_at(starts: list[int], place: int) -> int:
    return max(number for number, start in enumerate(starts) if start <= place)
