from __future__ import annotations

from parsers.kinds.words import fields_of, heading_fields, holding
from parsers.layout.tables import Grid, grids_of_rows
from tests.parsers.layout.papers import page_of, rows


def _grid(text: str) -> Grid:
    grids = grids_of_rows(rows(text), heading_fields, holding)
    assert len(grids) == 1
    return grids[0]


def _cells(grid: Grid, index: int) -> list[str | None]:
    return [cell.text if cell else None for cell in grid.rows[index].cells]


def test_numbers_flush_right_under_titles_flush_left_stand_in_their_column() -> None:
    grid = _grid(
        """
Invoice no    Invoice date    Gross amount    Discount    Net amount
A-1           2026-04-02           2,310.00       46.20      2,263.80
A-2           2026-04-09             875.50        0.00        875.50
"""
    )
    assert _cells(grid, 1) == ["A-2", "2026-04-09", "875.50", "0.00", "875.50"]


def test_an_empty_cell_stays_empty_and_moves_no_neighbour() -> None:
    grid = _grid(
        """
Invoice no    Debit        Credit
A-1           1,200.00
A-2                          80.00
"""
    )
    assert _cells(grid, 0) == ["A-1", "1,200.00", None]
    assert _cells(grid, 1) == ["A-2", None, "80.00"]


def test_titles_in_two_lines_are_one_heading_a_column() -> None:
    grid = _grid(
        """
Document     Amount      Amount
Reference  Withheld        Paid
104317     2,000.00  116,000.00
"""
    )
    assert [h.text for h in grid.headings] == ["Document Reference", "Amount Withheld", "Amount Paid"]


def test_a_second_line_of_other_titles_is_the_second_level_and_not_part_of_the_first() -> None:
    grid = _grid(
        """
Item   Material        Order qty   Unit    Price per unit    Net value
       Description     Deliv. date
00010  BW-100443           4,000   PC               18.40       736.00
"""
    )
    assert [h.text for h in grid.headings][1] == "Material"
    assert _cells(grid, 0)[1] == "BW-100443"


def test_columns_with_one_blank_between_are_parted_where_the_rows_below_have_two_cells() -> None:
    grid = _grid(
        """
Pos Artikel   Bezeichnung       Menge
1   HX-100    Schraube              5
2   VL-220    Kugelhahn             7
"""
    )
    assert [h.text for h in grid.headings] == ["Pos", "Artikel", "Bezeichnung", "Menge"]


def test_headings_repeated_on_the_next_page_continue_the_table_without_the_page_head() -> None:
    from parsers.layout.segments import rows_of

    head = "ACME CORP      PAGE {}\nCheck 100200     05/20/2026\n\nInvoice no    Amount paid\n"
    pages = (page_of(head.format(1) + "A-1           100.00\n"), page_of(head.format(2) + "A-2           200.00\n", 2))
    (grid,) = grids_of_rows(rows_of(pages), heading_fields, holding)
    assert [row.cells[0].text for row in grid.rows if row.cells[0]] == ["A-1", "A-2"]


def test_a_blank_that_groups_thousands_parts_no_cell() -> None:
    grid = _grid(
        """
N° facture    Montant TTC    Net payé
F-1              9 600,00    9 600,00
F-2             12 320,00   12 320,00
"""
    )
    assert _cells(grid, 1) == ["F-2", "12 320,00", "12 320,00"]


def test_a_sentence_with_words_of_trade_is_no_heading() -> None:
    text = "Please quote the order number on all invoices.\nPayment is made within 60 days."
    assert grids_of_rows(rows(text), fields_of, holding) == ()
