"""Rows of cell texts become a table and the lines of it: a column is 100 wide, a line 12 high."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parsers.media.writing import columns, spelled
from parsers.page import Cell, Line, Table, Word

COLUMN, ROW = 100.0, 12.0
FILL = 88.0  # of a column: its text is squeezed into this, so that a gap as between columns of text parts two cells
CHARACTER = 6.0

Row = Sequence[str | None]  # None: covered by a merged cell that starts further up or left
Spans = Mapping[tuple[int, int], tuple[int, int]]  # (row, column) -> (rows, columns) of a merged cell


def laid_out(rows: Sequence[Row], spans: Spans | None = None, top: float = 0.0) -> tuple[list[Line], Table]:
    """The lines and the table of a grid whose rows all have the same length."""
    lines: list[Line] = []
    table: list[tuple[Cell | None, ...]] = []
    tops, start = [], top
    for row in rows:
        tops.append(top)
        top += ROW * max((text.count("\n") + 1 for text in row if text), default=1)
    tops.append(top)
    wide = max((len(row) for row in rows), default=0)
    for number, row in enumerate(rows):
        cells: list[Cell | None] = []
        levels: dict[int, list[Word]] = {}
        for column, text in enumerate(row):
            if text is None:
                cells.append(None)
                continue
            down, across = (spans or {}).get((number, column), (1, 1))
            x0, x1 = column * COLUMN, (column + across) * COLUMN
            words = _words(text, x0, x1 - x0, tops[number])
            for level, word in words:
                levels.setdefault(level, []).append(word)
            box = (x0, tops[number], x1, tops[min(number + down, len(rows))])
            cells.append(Cell(spelled(text), box, tuple(word for _, word in words)))
        table.append(tuple(cells))
        lines += [Line(tuple(levels[level])) for level in sorted(levels)]
    return lines, Table(tuple(table), (0.0, start, wide * COLUMN, top))


def _words(text: str, x0: float, wide: float, top: float) -> list[tuple[int, Word]]:
    """The words of a cell, each with the number of its line within the cell."""
    found: list[tuple[int, Word]] = []
    for level, row in enumerate(text.split("\n")):
        texts = row.split()
        taken = sum(columns(word) for word in texts) + len(texts) - 1
        step = min(CHARACTER, (wide - COLUMN + FILL) / max(taken, 1))
        x, y = x0, top + level * ROW
        for word in texts:
            end = x + columns(word) * step
            found.append((level, Word(spelled(word), x, y, end, y + ROW)))
            x = end + step
    return found
