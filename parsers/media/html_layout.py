"""Boxes of an HTML page and where they stand: flows of lines, and grids whose cells are flows.

Only two things matter: what stands beside what, and in which column. A data table has columns of 100; the columns of a
layout table are as wide as their text. Every line is 12 high, so whatever stands on one level makes one Line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from parsers.media.grid import CHARACTER, COLUMN, FILL, ROW
from parsers.media.writing import columns, spelled
from parsers.page import Cell, Line, Table, Word

WIDE_MAX = 600.0  # of a column of a layout table that stands beside others


@dataclass(slots=True)
class Text:
    """One line of words: text, column where it starts, bold."""

    words: list[tuple[str, int, bool]]

    @property
    def taken(self) -> int:
        text, start, _ = self.words[-1]
        return start + columns(text)


@dataclass(slots=True)
class Gap:
    """An empty line between paragraphs."""


@dataclass(slots=True)
class Slot:
    """One cell of a grid: where it starts, how far it reaches, what it holds."""

    row: int
    column: int
    down: int
    across: int
    flow: Flow


@dataclass(slots=True)
class Grid:
    """An HTML table."""

    slots: list[Slot] = field(default_factory=list)
    rows: int = 0
    widths: list[float] = field(default_factory=list)

    def is_columnar(self) -> bool:
        """Whether any row has text in two columns."""
        filled: dict[int, int] = {}
        for slot in self.slots:
            if not slot.flow.is_empty():
                filled[slot.row] = filled.get(slot.row, 0) + 1
        return any(count >= 2 for count in filled.values())

    def is_data(self) -> bool:
        """Whether this is a table of values: rows of several texts, and no such table inside."""
        filled: dict[int, int] = {}
        for slot in self.slots:
            if slot.flow.holds_columns():
                return False
            if not slot.flow.is_empty():
                filled[slot.row] = filled.get(slot.row, 0) + 1
        return sum(1 for count in filled.values() if count >= 2) >= 2


@dataclass(slots=True)
class Flow:
    """What stands one below the other: the page itself, or the content of a cell."""

    items: list[Text | Gap | Grid] = field(default_factory=list)

    def is_empty(self) -> bool:
        return not any(isinstance(item, Text) or (isinstance(item, Grid) and _filled(item)) for item in self.items)

    def holds_columns(self) -> bool:
        """Whether a table with text in several columns is inside."""
        for item in self.items:
            if isinstance(item, Grid) and (item.is_columnar() or any(slot.flow.holds_columns() for slot in item.slots)):
                return True
        return False

    def text(self) -> str:
        lines: list[str] = []
        for item in self.items:
            if isinstance(item, Text):
                lines.append(" ".join(spelled(word) for word, _, _ in item.words))
            elif isinstance(item, Grid):
                lines += [text for slot in item.slots if (text := slot.flow.text())]
        return "\n".join(lines)


def _filled(grid: Grid) -> bool:
    return any(not slot.flow.is_empty() for slot in grid.slots)


def width_of(flow: Flow) -> float:
    """How wide a flow is when nothing presses it; works out the widths of the grids inside."""
    wide = 0.0
    for item in flow.items:
        if isinstance(item, Text):
            wide = max(wide, item.taken * CHARACTER + CHARACTER)
        elif isinstance(item, Grid):
            wide = max(wide, _grid_width(item))
    return wide


def _grid_width(grid: Grid) -> float:
    count = max((slot.column + slot.across for slot in grid.slots), default=0)
    widths = [COLUMN] * count
    natural = [(slot, width_of(slot.flow)) for slot in grid.slots]
    if not grid.is_data():
        several = grid.is_columnar()
        for slot, wide in natural:
            if slot.across == 1:
                widths[slot.column] = max(widths[slot.column], min(wide, WIDE_MAX) if several and _flat(slot) else wide)
        for slot, wide in natural:
            missing = (min(wide, WIDE_MAX) if several and _flat(slot) else wide) - sum(
                widths[slot.column : slot.column + slot.across]
            )
            if slot.across > 1 and missing > 0:
                widths[slot.column + slot.across - 1] += missing
    grid.widths = widths
    return sum(widths)


def _flat(slot: Slot) -> bool:
    """Whether a cell holds running text only, which may be pressed."""
    return not any(isinstance(item, Grid) for item in slot.flow.items)


@dataclass(slots=True)
class Placed:
    """Everything with its place on the page."""

    words: list[Word] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    bottom: float = 0.0

    def lines(self) -> tuple[Line, ...]:
        levels: dict[float, list[Word]] = {}
        for word in self.words:
            levels.setdefault(word.top, []).append(word)
        return tuple(Line(tuple(sorted(levels[top], key=lambda word: word.x0))) for top in sorted(levels))


def placed(flow: Flow) -> Placed:
    """The words, lines and tables of a page."""
    width_of(flow)
    page = Placed()
    page.bottom = _place(flow, page, 0.0, 0.0, None)
    return page


def _place(flow: Flow, page: Placed, x: float, top: float, wide: float | None) -> float:
    """Places a flow and returns where it ends; `wide` is the room it has, None for as much as it likes."""
    for item in flow.items:
        if isinstance(item, Text):
            step = CHARACTER if wide is None else min(CHARACTER, (wide - COLUMN + FILL) / max(item.taken, 1))
            for text, start, bold in item.words:
                x0 = x + start * step
                page.words.append(Word(spelled(text), x0, top, x0 + columns(text) * step, top + ROW, 0.0, bold))
            top += ROW
        elif isinstance(item, Grid):
            top = _place_grid(item, page, x, top)
        else:
            top += ROW
    return top


def _place_grid(grid: Grid, page: Placed, x: float, top: float) -> float:
    lefts = [x]
    for wide in grid.widths:
        lefts.append(lefts[-1] + wide)
    data = grid.is_data()
    by_row: dict[int, list[Slot]] = {}
    for slot in grid.slots:
        by_row.setdefault(slot.row, []).append(slot)
    tops, cells, pending = [top], {}, 0.0
    for row in range(grid.rows):
        end = tops[row]
        for slot in by_row.get(row, ()):
            left, right = lefts[slot.column], lefts[min(slot.column + slot.across, len(lefts) - 1)]
            first = len(page.words)
            low = _place(slot.flow, page, left, tops[row], right - left)
            cells[(row, slot.column)] = (slot, tuple(page.words[first:]))
            if slot.down == 1:
                end = max(end, low)
            else:
                pending = max(pending, low)
        if row == grid.rows - 1:
            end = max(end, pending)
        tops.append(end)
    if data:
        rows = tuple(
            tuple(_cell(cells.get((row, column)), lefts, tops) for column in range(len(grid.widths)))
            for row in range(grid.rows)
        )
        page.tables.append(Table(rows, (x, top, lefts[-1], tops[-1])))
    return tops[-1]


def _cell(found: tuple[Slot, tuple[Word, ...]] | None, lefts: list[float], tops: list[float]) -> Cell | None:
    if found is None:
        return None
    slot, words = found
    box = (
        lefts[slot.column],
        tops[slot.row],
        lefts[min(slot.column + slot.across, len(lefts) - 1)],
        tops[min(slot.row + slot.down, len(tops) - 1)],
    )
    return Cell(slot.flow.text(), box, words)
