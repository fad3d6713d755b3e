"""What titles of columns name for one sender, and which of them name nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.domain.documents import Footing, PurchaseOrder, Reading, RemittanceAdvice, heading_in
from agent.domain.learning import ColumnHint, ColumnRole
from parsers.kinds.titles import naming_with
from parsers.kinds.words import heading_fields
from parsers.lexicon.folding import fold_label
from parsers.reading import Hints, read


def reading(table: str, **meant: ColumnRole) -> Reading:
    hints = tuple(ColumnHint(fold_label(title.replace("_", " ")), role) for title, role in meant.items())
    text = f"Remittance Advice\nPayment reference,EFT-1\nPayment date,2026-03-13\nCurrency,USD\n\n{table}"
    return read(text.encode(), "list.csv", hints=Hints(columns=hints))


def advice(table: str, **meant: ColumnRole) -> RemittanceAdvice:
    (found,) = reading(table, **meant).documents
    assert isinstance(found, RemittanceAdvice)
    return found


def headings(found: Reading) -> list[str]:
    return [heading for problem in found.problems if (heading := heading_in(problem)) is not None]


def test_a_title_is_looked_up_as_the_lexicon_folds_its_labels() -> None:
    naming = naming_with((ColumnHint(fold_label("Bel.-Nr. Xy"), ColumnRole.INVOICE_NUMBER),))
    assert naming("BEL. NR.  XY") == ("invoice_number",)
    assert naming("Bel Xz") == ()


@pytest.mark.parametrize("title", ["Invoice No", "Amount paid", "Skonto", "Estimated qty"])
def test_what_the_lexicon_knows_is_not_asked_of_what_was_taught(title: str) -> None:
    naming = naming_with((ColumnHint(fold_label(title), ColumnRole.WITHHELD),))
    assert naming(title) == heading_fields(title) != ("withheld",)


def test_without_hints_the_lexicon_alone_names() -> None:
    assert naming_with(()) is heading_fields


TABLE = "Bel Xy,Date,Amount paid\nINV-104601,2026-02-09,100.00\nINV-104602,2026-02-09,200.00\nTotal,,300.00\n"


def test_a_taught_title_gives_its_column_and_says_so() -> None:
    assert [line.reference for line in advice(TABLE).lines] == [None, None]
    found = advice(TABLE, Bel_Xy=ColumnRole.INVOICE_NUMBER)
    assert [line.reference for line in found.lines] == ["INV-104601", "INV-104602"]
    assert found.evidence["columns.reference"].text == "Bel Xy"


def test_an_unknown_title_is_named_until_it_is_taught() -> None:
    assert headings(reading(TABLE)) == ["Bel Xy"]
    assert headings(reading(TABLE, Bel_Xy=ColumnRole.INVOICE_NUMBER)) == []


def test_a_hint_for_a_title_that_is_not_there_changes_nothing() -> None:
    assert reading(TABLE, Kxz=ColumnRole.PAID) == reading(TABLE)


def test_a_taught_title_means_that_one_thing() -> None:
    """What was taught as paid is never taken for the amount before reductions, even where that would add up."""
    table = "Invoice,Discount,Abz Xy\nINV-104601,10.00,100.00\nINV-104602,0.00,200.00\nTotal,,290.00\n"
    assert advice(table, Abz_Xy=ColumnRole.PAID).footing is Footing.FAILED
    either = advice(table, Abz_Xy=ColumnRole.AMOUNT)
    assert [line.paid for line in either.lines] == [Decimal(90), Decimal(200)]
    assert either.footing is Footing.PROVED


def test_a_wrong_hint_proves_no_table_that_does_not_foot() -> None:
    table = "Invoice,Gross,Abz Xy\nINV-104601,100.00,60.00\nINV-104602,200.00,50.00\nTotal,,290.00\n"
    for role in ColumnRole:
        assert all(d.footing is not Footing.PROVED for d in reading(table, Abz_Xy=role).documents), role


def test_a_title_that_the_table_names_already_is_left_alone() -> None:
    table = (
        "Invoice,Gross,Discount,Paid,Abz Xy\nINV-104601,100.00,0.00,100.00,70.00\nINV-104602,200.00,0.00,200.00,70.00\n"
    )
    found = advice(table, Abz_Xy=ColumnRole.PAID)
    assert [line.paid for line in found.lines] == [Decimal(100), Decimal(200)]
    assert not any(path.startswith("columns.") for path in found.evidence)


@pytest.mark.parametrize(
    "odd", ["2026-03", "4711", "Week 12: open", "what we would like to have told about this line of the order"]
)
@pytest.mark.parametrize("place", [0, 3, 4])
def test_a_list_keeps_its_lines_where_one_heading_is_no_title(odd: str, place: int) -> None:
    rows = [["PO Number", "Item", "Qty", "Unit Price"], ["PO-1", "A-1", "2", "5.00"], ["PO-1", "A-2", "3", "2.00"]]
    for row, cell in zip(rows, (odd, "7", "x"), strict=True):
        row.insert(place, cell)
    (order,) = read("\n".join(";".join(row) for row in rows).encode(), "order.csv").documents
    assert isinstance(order, PurchaseOrder)
    assert [(line.item, line.quantity, line.unit_price) for line in order.lines] == [
        ("A-1", Decimal(2), Decimal(5)), ("A-2", Decimal(3), Decimal(2)),
    ]  # fmt: skip


def test_a_form_of_labels_and_values_is_no_row_of_titles() -> None:
    rows = "Order number;PO-1;Order date;2026-03-01\nItem;Qty;Unit price;\nA-1;2;5.00;\n"
    (order,) = read(rows.encode(), "order.csv").documents
    assert isinstance(order, PurchaseOrder) and order.number == "PO-1"
    assert [line.item for line in order.lines] == ["A-1"]


def test_titles_of_a_table_of_goods_are_not_named() -> None:
    text = b"Purchase order PO-1\nFoo Xy;Item;Qty;Price\nx;A-1;2;5.00\ny;A-2;3;2.00\n"
    assert headings(read(text, "order.csv")) == []
