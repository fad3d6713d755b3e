"""Tables found on pages: declared ones by their cells, undeclared ones by their headings and the places of their rows.

What a heading means is not known here: the caller passes a function from a heading's text to the fields it can name,
and another from a field to what its column holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from parsers.layout.columns import Expected, is_numeric
from parsers.layout.headings import (
    HEADING_ROWS_MAX,
    Block,
    Heading,
    Naming,
    heading_blocks,
    heading_of,
    may_head,
    worthy,
)
from parsers.layout.placing import EDGE, GridRow, Holding, levelled_rows, placed_rows
from parsers.layout.segments import Row, Segment
from parsers.page import Medium, Page, Table


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its headings; `declared` where the medium itself told the cells."""

    headings: tuple[Heading, ...]
    rows: tuple[GridRow, ...]
    declared: bool
    first: int  # index of the row (of all pages) where the headings begin; of the table where it is declared

    @property
    def fields(self) -> tuple[tuple[str, ...], ...]:
        return tuple(heading.fields for heading in self.headings)


def grids_of_rows(rows: Sequence[Row], naming: Naming, holding: Holding) -> tuple[Grid, ...]:
    """Return the undeclared tables among the rows; headings that repeat the ones before continue their table."""
    blocks = _first_levels(heading_blocks(rows, naming))
    grids: list[Grid] = []
    for block, following in zip_longest(blocks, blocks[1:]):
        end = following.start if following else len(rows)
        body = rows[block.start + block.count : end]
        placed = levelled_rows(body, block.headings, holding)
        if grids and grids[-1].fields == tuple(h.fields for h in block.headings):
            furniture = _above(rows, grids[-1].first) & _above(rows, block.start)
            kept = [row for row in grids[-1].rows if _shape(row.text) not in furniture]
            grids[-1] = replace(grids[-1], rows=(*kept, *placed))
        else:
            grids.append(Grid(block.headings, placed, False, block.start))
    levels = (_two_levels(rows, upper, lower, blocks, holding) for upper, lower in _stories(rows, naming))
    return (*map(_unfolded, grids), *(grid for grid in levels if grid is not None))


def _stories(rows: Sequence[Row], naming: Naming) -> list[tuple[Block, Block]]:
    """Return the pairs of heading lines of which one stands right above the other."""
    found: list[tuple[Block, Block]] = []
    for lower in heading_blocks(rows, naming):
        above = [rows[lower.start - 1]] if lower.start else []
        if above and len(above[0].segments) >= 2 and may_head(above[0].segments):
            headings = tuple(Heading(s.text, naming(s.text), s.x0, s.x1) for s in above[0].segments)
            if worthy(headings) or (len(headings) >= 2 and all(h.fields for h in headings)):
                found.append((Block(lower.start - 1, 1, headings), lower))
    return found


def _unfolded(grid: Grid) -> Grid:
    """Return a table printed in two or three columns of the page as one: the left part first, then what stands right."""
    titles = [h.text for h in grid.headings]
    for count in (2, 3):
        width = len(titles) // count
        if width < 2 or titles != titles[:width] * count or len(titles) != width * count:
            continue
        rows: list[GridRow] = []
        for part in range(count):
            for row in grid.rows:
                cells = row.cells[part * width : (part + 1) * width]
                if any(cells) or (row.outside and part == count - 1):
                    rows.append(replace(row, cells=cells, outside=row.outside if part == count - 1 else ()))
        return replace(grid, headings=grid.headings[:width], rows=tuple(rows))
    return grid


_SECOND_LEVEL = 3  # titles that the second line of a record's heading has at least


def _two_levels(
    rows: Sequence[Row], upper: Block, lower: Block, blocks: Sequence[Block], holding: Holding
) -> Grid | None:
    """Return the table whose records stand in two lines, each under its own line of titles, as one line each."""
    if lower.start != upper.start + upper.count or rows[lower.start].page != rows[upper.start].page:
        return None
    if len(upper.headings) < 2 or len(lower.headings) < _SECOND_LEVEL:
        return None
    begin = lower.start + lower.count
    end = next((b.start for b in blocks if b.start >= begin), len(rows))
    body = rows[begin:end]
    first, second = placed_rows(body, upper.headings, holding), placed_rows(body, lower.headings, holding)
    margin = upper.headings[0].x0
    empty: tuple[None, ...] = (None,) * len(lower.headings)
    made: list[GridRow] = []
    awaited = False
    for above, below in zip(first, second, strict=True):
        left = min(s.x0 for s in above.segments)
        figures = sum(
            cell is not None and is_numeric(cell.text) and holding(h.fields) is Expected.NUMBER
            for cell, h in zip(below.cells, lower.headings, strict=True)
        )
        if awaited and figures >= 2 and left > margin + EDGE:
            made[-1] = replace(
                made[-1], cells=(*made[-1].cells[: len(upper.headings)], *below.cells), bottom=below.bottom
            )
            awaited = False
            continue
        begins = above.cells[0] is not None and abs(left - margin) <= 3 * EDGE
        cells = (*above.cells, *empty) if begins else (*((None,) * len(upper.headings)), *empty)
        made.append(replace(above, cells=cells, outside=() if begins else above.segments))
        awaited = begins
    joined = sum(any(row.cells[len(upper.headings) :]) for row in made)
    return Grid((*upper.headings, *lower.headings), tuple(made), False, upper.start) if joined >= 1 else None


def _first_levels(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Take a line of fewer titles right under a heading for its second level: what stands in a record's second line."""
    kept: list[Block] = []
    for block in blocks:
        if kept and block.start == kept[-1].start + kept[-1].count and block.known < kept[-1].known:
            kept[-1] = replace(kept[-1], count=kept[-1].count + block.count)
            continue
        kept.append(block)
    return tuple(kept)


_FURNITURE_ROWS = 16


def _above(rows: Sequence[Row], start: int) -> frozenset[str]:
    """Return the shapes of the rows above a heading: what stands above its repetition too is page furniture."""
    return frozenset(_shape(row.text) for row in rows[max(0, start - _FURNITURE_ROWS) : start])


def _shape(text: str) -> str:
    """A line without its figures, so that page numbers do not matter."""
    return " ".join("".join("0" if c.isdigit() else c for c in text).split())


def grids_of_tables(pages: Sequence[Page], naming: Naming) -> tuple[Grid, ...]:
    """Return the tables that the media declare and whose headings are understood, in reading order."""
    grids: list[Grid] = []
    for index, page in enumerate(pages):
        for table in page.tables:
            for grid in _declared(table, index, naming, len(grids), listed=page.medium in _LISTS):
                if grids and grids[-1].fields == grid.fields and grids[-1].declared and grids[-1].rows:
                    grids[-1] = replace(grids[-1], rows=(*grids[-1].rows, *grid.rows))
                else:
                    grids.append(grid)
    return tuple(_unfolded(grid) for grid in grids if grid.rows)


_BROKEN = re.compile(r"(?<=\w[-/])\s*\n\s*(?=\w)")


def _in_one_line(text: str) -> str:
    """The text of a cell in one line: what is broken behind a hyphen or a slash is one word ("IN-" over "578143")."""
    return " ".join(_BROKEN.sub("", text).split("\n")).strip()


def table_rows(table: Table, page: int) -> tuple[GridRow, ...]:
    """Return the rows of a declared table as segments."""
    rows: list[GridRow] = []
    for row in table.rows:
        cells = tuple(
            Segment(_in_one_line(cell.text), *cell.box, page, cell.words)
            if cell is not None and cell.text.strip()
            else None
            for cell in row
        )
        known = [cell for cell in cells if cell is not None]
        if known:
            rows.append(GridRow(cells, (), page, min(c.top for c in known), max(c.bottom for c in known)))
    return tuple(rows)


def _declared(table: Table, page: int, naming: Naming, first: int, *, listed: bool) -> list[Grid]:
    rows = table_rows(table, page)
    heads: list[tuple[int, int, tuple[Heading, ...]]] = []
    index = 0
    while index < len(rows):
        found = _declared_heading(rows, index, naming)
        if found is None and listed and not heads:
            found = _heading_but_one(rows, index, naming)
        if found is None:
            index += 1
            continue
        heads.append((index, found[0], found[1]))
        index += found[0]
    grids: list[Grid] = []
    for number, (start, count, headings) in enumerate(heads):
        end = heads[number + 1][0] if number + 1 < len(heads) else len(rows)
        grids.append(Grid(headings, rows[start + count : end], True, first + number))
    return grids


def _declared_heading(rows: Sequence[GridRow], start: int, naming: Naming) -> tuple[int, tuple[Heading, ...]] | None:
    """Return how many rows from here are the heading and the titles they make; None where it begins further down."""
    best: tuple[int, tuple[Heading, ...]] | None = None
    for count in range(1, HEADING_ROWS_MAX + 1):
        block = rows[start : start + count]
        if len(block) < count or not all(may_head(row.segments) for row in block):
            break
        headings = tuple(_declared_title(block, c, naming) for c in range(len(block[0].cells)))
        if not worthy([h for h in headings if h.text]):
            continue
        if best is None or _worth(headings) > _worth(best[1]):
            best = (count, headings)
    if best is None:
        return None
    for later in range(start + 1, start + best[0]):
        below = _declared_heading(rows, later, naming)
        if below is not None and _worth(below[1]) >= _worth(best[1]):
            return None  # what stands above the titles is no part of them
    return best


_LISTS = frozenset((Medium.CSV, Medium.SHEET))
_TITLES_BUT_ONE = 3


def _heading_but_one(rows: Sequence[GridRow], start: int, naming: Naming) -> tuple[int, tuple[Heading, ...]] | None:
    """A list's row of known titles of which one alone could be no title ("Week 12: open", "2026"): that one means nothing.

    Below it stands a row with a cell under each title that is known, none of them a title itself.
    """
    if start + 1 >= len(rows):
        return None
    row, below = rows[start], rows[start + 1]
    odd = [s for s in row.segments if not may_head((s,))]
    headings = tuple(Heading("", (), 0.0, 0.0) if c is None or c in odd else heading_of([c], naming) for c in row.cells)
    known = [n for n, h in enumerate(headings) if h.fields]
    whole = len(odd) == 1 and len(known) == len(row.segments) - 1 >= _TITLES_BUT_ONE
    if not whole or len({headings[n].fields for n in known}) != len(known):
        return None
    held = [below.cells[n] if n < len(below.cells) else None for n in known]
    if any(cell is None or naming(cell.text) for cell in held) or not any(c and is_numeric(c.text) for c in held):
        return None
    return 1, headings


def _worth(headings: Sequence[Heading]) -> int:
    shown = [h for h in headings if h.text]
    return len({h.fields for h in shown if h.fields}) * 2 - sum(not h.fields for h in shown)


def _declared_title(block: Sequence[GridRow], column: int, naming: Naming) -> Heading:
    parts = [cell for row in block if (cell := row.cells[column] if column < len(row.cells) else None) is not None]
    if not parts:
        return Heading("", (), 0.0, 0.0)
    return heading_of(parts, naming)
