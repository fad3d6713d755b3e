"""Values in the cell under the cell of their label, and the space that parts cells of a tight table."""

from __future__ import annotations

from parsers.kinds.words import heading_fields, hits_in, holding
from parsers.layout.fields import How
from parsers.layout.forms import labelled_cells
from parsers.layout.segments import rows_of
from parsers.layout.tables import grids_of_rows
from parsers.page import Cell, Line, Medium, Page, Table, Word


def _cell(text: str, column: int, row: int) -> Cell:
    box = (column * 100.0, row * 28.0, column * 100.0 + 90, row * 28.0 + 12)
    return Cell(text=text, box=box, words=(Word(text, *box),))


def _page(rows: list[list[str]]) -> Page:
    cells = tuple(tuple(_cell(text, c, r) for c, text in enumerate(row)) for r, row in enumerate(rows))
    lines = tuple(Line(tuple(word for cell in row for word in cell.words)) for row in cells)
    table = Table(rows=cells, box=(0.0, 0.0, 400.0, 28.0 * len(rows)))
    return Page(1, "form.pdf", Medium.PDF, lines, (table,), 400.0, 400.0, ())


def test_a_value_stands_under_its_label_in_a_box_however_far_below() -> None:
    page = _page([["Terms", "Receive By"], ["Net 30", "11/15/2026"]])
    found = labelled_cells((page,), rows_of((page,)), hits_in)
    assert [(v.label, v.value, v.how) for v in found] == [
        ("Terms", "Net 30", How.BESIDE),
        ("Receive By", "11/15/2026", How.BESIDE),
    ]


def test_a_column_of_several_values_is_no_form() -> None:
    page = _page([["Item", "Price"], ["AX-1", "5.00"], ["AX-2", "6.00"]])
    assert labelled_cells((page,), rows_of((page,)), hits_in) == ()


def _line(words: list[tuple[str, float, float]], top: float) -> Line:
    return Line(tuple(Word(text, x0, top, x1, top + 10, 10.0) for text, x0, x1 in words))


def test_a_gap_half_as_wide_again_as_the_word_space_parts_two_cells() -> None:
    prose = [_line([("word", 40.0 * i, 40.0 * i + 37.2) for i in range(8)], 12.0 * n) for n in range(3)]
    table = _line([("Qty", 0.0, 15.0), ("Unit", 20.0, 38.0), ("Price", 40.8, 60.0)], 60.0)
    page = Page(1, "p.pdf", Medium.PDF, (*prose, table), (), 400.0, 400.0, ())
    assert [s.text for s in rows_of((page,))[-1].segments] == ["Qty", "Unit Price"]


def test_a_justified_line_stretches_its_gaps_and_stays_whole() -> None:
    prose = [_line([("word", 40.0 * i, 40.0 * i + 37.2) for i in range(8)], 12.0 * n) for n in range(3)]
    wide = _line([("word", 42.0 * i, 42.0 * i + 36.8) for i in range(7)], 60.0)
    page = Page(1, "p.pdf", Medium.PDF, (*prose, wide), (), 400.0, 400.0, ())
    assert len(rows_of((page,))[-1].segments) == 1


def test_cells_of_two_lines_belong_to_the_row_half_a_line_between_them() -> None:
    title = [("Part", 0.0, 20.0), ("Description", 60.0, 110.0), ("Qty", 200.0, 215.0)]
    lines = [_line(title, 0.0)]
    for n, (part, qty) in enumerate((("AX-10", "12"), ("AX-20", "7"))):
        top = 30.0 + 40 * n
        lines += [_line([("Hex", 60.0, 75.0), ("bolt", 78.0, 95.0)], top)]
        lines += [_line([(part, 0.0, 26.0), (qty, 205.0, 215.0)], top + 6), _line([("M10x60", 60.0, 95.0)], top + 12)]
    page = Page(1, "p.pdf", Medium.PDF, tuple(lines), (), 400.0, 400.0, ())
    (grid,) = grids_of_rows(rows_of((page,)), heading_fields, holding)
    assert [[cell.text if cell else None for cell in row.cells] for row in grid.rows] == [
        ["AX-10", "Hex bolt M10x60", "12"],
        ["AX-20", "Hex bolt M10x60", "7"],
    ]
