"""What the demo prints: a narrow column of time, an arrow in or out, who, and what."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Sequence

_COLOURS = {"in": "36", "out": "34", "done": "32", "wait": "33", "wrong": "31;1", "note": "2"}
_MARKS = {"in": "→", "out": "←", "done": "✓", "wait": "!", "wrong": "✗", "note": "·"}
_PLAIN_MARKS = {"in": ">", "out": "<", "done": "+", "wait": "!", "wrong": "X", "note": "-"}
_WHO = 20
_BEFORE = 11 + _WHO  # columns before what happened


def width_of(text: str) -> int:
    """Columns of a terminal that a text takes: letters of East Asia take two."""
    return sum(0 if unicodedata.combining(ch) else 2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text)


def cut(text: str, width: int) -> str:
    """The text, shortened to at most `width` columns."""
    if width_of(text) <= width:
        return text
    kept, used = "", 0
    for ch in text:
        used += width_of(ch)
        if used > width - 1:
            break
        kept += ch
    return kept.rstrip() + "…"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` columns."""
    text = cut(text, width)
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


class Show:
    """Prints lines as things happen; in colour where a person watches."""

    def __init__(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace", line_buffering=True)
        self.colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        encoding = (sys.stdout.encoding or "ascii").replace("-", "").casefold()
        self.marks = _MARKS if encoding.startswith("utf") else _PLAIN_MARKS
        self.width = min(shutil.get_terminal_size((110, 24)).columns, 132)
        self.began = time.monotonic()
        self.pause_seconds = 0.4 if sys.stdout.isatty() else 0.0  # between two mails that come in

    def paint(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colour and text else text

    def line(self, kind: str, who: str, what: str, extra: str = "", *, below: str = "") -> None:
        """One thing that happened; `kind` is in, out, done, wait, wrong or note."""
        seconds = f"{time.monotonic() - self.began:5.1f}s"
        room = max(20, self.width - _BEFORE - 1)
        what = cut(what, room - (width_of(extra) + 2 if extra else 0))
        print(
            " " + self.paint(seconds, "2"),
            self.paint(self.marks[kind], _COLOURS[kind]),
            self.paint(pad(who, _WHO), "1" if kind == "in" else "0"),
            self.paint(what, _COLOURS[kind] if kind in ("wait", "wrong", "done") else "0")
            + (self.paint(f"  {extra}", "2") if extra else ""),
        )
        if below:
            print(" " * _BEFORE + self.paint(cut(below, room), "2"))

    def title(self, text: str, below: str) -> None:
        print()
        print(" " + self.paint(text, "1"))
        print(" " + self.paint(below, "2"))

    def act(self, title: str) -> None:
        """The heading of what comes next."""
        print()
        print(" " + self.paint(title, "1;4"))

    def text(self, text: str = "", code: str = "0") -> None:
        print(self.paint(" " + text if text else "", code))

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A small table; a heading that begins with "!" aligns its column right, the last column takes what is left."""
        print()
        print(" " + self.paint(title, "1"))
        heads = [name.lstrip("!") for name in columns]
        widths = (
            [max(width_of(head), *(width_of(row[n]) for row in rows), 0) for n, head in enumerate(heads)]
            if rows
            else []
        )
        if not rows:
            print("   none")
            return
        used = 3 + sum(widths[:-1]) + 2 * (len(widths) - 1)
        widths[-1] = max(12, min(widths[-1], self.width - used))
        print("   " + self.paint(self._row(heads, columns, widths), "2"))
        for row in rows:
            print("   " + self._row(row, columns, widths))

    @staticmethod
    def _row(cells: Sequence[str], columns: Sequence[str], widths: Sequence[int]) -> str:
        shown = (pad(cell, w, right=name.startswith("!")) for cell, name, w in zip(cells, columns, widths, strict=True))
        return "  ".join(shown).rstrip()
