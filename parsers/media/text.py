"""Plain text to pages: a column is six points wide and a line twelve high, so columns of spaces keep their places."""

from __future__ import annotations

import re
from collections.abc import Callable

from parsers.media.charset import decoded
from parsers.media.grid import laid_out
from parsers.media.writing import columns, spelled
from parsers.page import Limits, Line, Medium, Page, Part, Table, Unreadable, Word

COLUMN, ROW, TAB = 6.0, 12.0, 8
LINE_MAX = 4_000  # characters: what a longer line holds beyond is no document for people
_WORD = re.compile(r"\S+")
_CELL = re.compile(r"\S+(?: \S+)*")  # what two spaces part
_ENDS = re.compile(r"\r\n|\r|\n|\x0b|\x85|\u2028|\u2029")


def read_text(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    """The pages of a text; a form feed starts a new one."""
    text = decoded(part.data, part.charset)
    if not text.strip():
        return Unreadable("The text is empty.", "empty")
    sheets = text.split("\f")
    while len(sheets) > 1 and not sheets[-1].strip():
        sheets.pop()
    if len(sheets) > limits.pages_max:
        return Unreadable(f"The text has {len(sheets)} pages; up to {limits.pages_max} are read.", "too_large")
    pages: list[Page] = []
    count = 0
    for number, sheet in enumerate(sheets, start=1):
        rows = _ENDS.split(sheet)
        count += len(rows)
        if count > limits.lines_max:
            return Unreadable(f"The text has more than {limits.lines_max} lines.", "too_large")
        if any(len(row) > LINE_MAX for row in rows):
            rows = [piece for row in rows for piece in _cut(row)]
        pages.append(_page(rows, part.name, number))
    return tuple(pages)


def _page(rows: list[str], part: str, number: int) -> Page:
    lines: list[Line] = []
    tables: list[Table] = []
    index = 0
    count = _counting(rows)
    while index < len(rows):
        block = _tabbed(rows, index)
        if block:
            more, table = laid_out(block, top=index * ROW)
            lines += more
            tables.append(table)
            index += len(block)
            continue
        line = line_at(rows[index], index * ROW, count=count)
        if line is not None:
            lines.append(line)
        index += 1
    width = max((line.words[-1].x1 for line in lines), default=0.0)
    return Page(number, part, Medium.TEXT, tuple(lines), tuple(tables), width, len(rows) * ROW)


def _tabbed(rows: list[str], start: int) -> list[list[str]]:
    """The cells of the rows from here on that tabs part into equally many, such as rows pasted from a sheet.

    On a screen such columns stand only roughly below each other, so they are placed by their number.
    """
    block: list[list[str]] = []
    for row in rows[start:]:
        cells = [cell.strip() for cell in row.rstrip("\r\n").split("\t")]
        if len(cells) < 2 or sum(1 for cell in cells if cell) < 2 or (block and len(cells) != len(block[0])):
            break
        block.append(cells)
    return block if len(block) >= 2 else []


def _counting(rows: list[str]) -> Callable[[str], int]:
    """How the writer counted columns: a wide letter as two, as a screen shows it, or as one, as a program pads a text.

    Told by following rows of equally many cells: the first stands over the first, the second over the second. The screen's
    count unless the other brings more of them together.
    """
    if all(row.isascii() for row in rows):
        return columns
    parted = [cells if len(cells := list(_CELL.finditer(row))) >= 3 else [] for row in rows]

    def meetings(count: Callable[[str], int]) -> int:
        found, above = 0, list[tuple[int, int]]()
        for row, cells in zip(rows, parted, strict=True):
            spans = [(count(row[: cell.start()]), count(row[: cell.end()])) for cell in cells]
            if len(spans) == len(above):
                found += sum(a < d and c < b for (a, b), (c, d) in zip(above, spans, strict=True))
            above = spans
        return found

    return len if meetings(len) > meetings(columns) else columns


def line_at(row: str, top: float, left: float = 0.0, count: Callable[[str], int] = columns) -> Line | None:
    """The words of one row of text with their columns; None where there is none."""
    if "\t" in row:
        row = row.expandtabs(TAB)
    narrow = row.isascii()
    words = []
    for match in _WORD.finditer(row):
        text = match.group() if narrow else spelled(match.group())
        if not text:
            continue
        start = match.start() if narrow else count(row[: match.start()])
        wide = len(match.group()) if narrow else count(match.group())
        x0 = left + start * COLUMN
        words.append(Word(text, x0, top, x0 + wide * COLUMN, top + ROW))
    return Line(tuple(words)) if words else None


def _cut(row: str) -> list[str]:
    """A row without end, such as a text that lost its line ends, in pieces that break at spaces."""
    pieces = []
    while len(row) > LINE_MAX:
        at = row.rfind(" ", 0, LINE_MAX)
        at = at if at > 0 else LINE_MAX
        pieces.append(row[:at])
        row = row[at:].lstrip(" ")
    return [*pieces, row]
