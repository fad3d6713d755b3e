"""Pages of plain text for tests of the layout: six units a character, twelve a line."""

from __future__ import annotations

import re

from parsers.layout.segments import Row, rows_of
from parsers.page import Line, Medium, Page, Word


def page_of(text: str, number: int = 1) -> Page:
    lines = []
    for index, line in enumerate(text.strip("\n").split("\n")):
        words = tuple(
            Word(m.group(), m.start() * 6.0, index * 12.0, m.end() * 6.0, index * 12.0 + 12.0)
            for m in re.finditer(r"\S+", line)
        )
        if words:
            lines.append(Line(words))
    return Page(number, "paper.txt", Medium.TEXT, tuple(lines))


def rows(text: str) -> tuple[Row, ...]:
    return rows_of((page_of(text),))
