"""Forms drawn as boxes: a row of labels and, in the row of cells below, their values."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.layout.fields import Finding, How, Labelled
from parsers.layout.placing import GridRow
from parsers.layout.segments import Row, Segment
from parsers.layout.tables import table_rows
from parsers.page import Page

_LABEL_MAX = 40


def labelled_cells(pages: Sequence[Page], rows: Sequence[Row], finding: Finding) -> tuple[Labelled, ...]:
    """Return each label cell with the one cell of its column below it; a column of several values is a table's."""
    found: list[Labelled] = []
    for index, page in enumerate(pages):
        for table in page.tables:
            grid = table_rows(table, index)
            for at, row in enumerate(grid[:-1]):
                if at + 2 < len(grid) and not _labels(grid[at + 2], finding):
                    continue
                if _labels(row, finding) * 2 >= len(row.segments):
                    found += _of_row(row, grid[at + 1], rows, finding)
    return tuple(found)


def _labels(row: GridRow, finding: Finding) -> int:
    return sum(cell is not None and _label(cell, finding) is not None for cell in row.cells)


def _label(cell: Segment, finding: Finding) -> tuple[tuple[str, ...], bool] | None:
    hits = finding(cell.text) if len(cell.text) <= _LABEL_MAX else ()
    if len(hits) != 1 or hits[0].start or cell.text[hits[0].end :].strip(" :.#°º"):
        return None
    return hits[0].fields, hits[0].numbered


def _of_row(labels: GridRow, values: GridRow, rows: Sequence[Row], finding: Finding) -> list[Labelled]:
    found: list[Labelled] = []
    for label, value in zip(labels.cells, values.cells, strict=False):
        named = _label(label, finding) if label is not None else None
        if named is None or label is None or value is None or _label(value, finding) is not None:
            continue
        row = next((i for i, r in enumerate(rows) if r.page == label.page and abs(r.top - label.top) < 3), None)
        if row is not None:
            found.append(Labelled(named[0], label.text, value.text, How.BESIDE, value, row, (), True, named[1]))
    return found
