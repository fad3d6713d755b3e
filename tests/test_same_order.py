"""One purchase order as PDF, HTML, CSV, XLSX and text: five media, one document."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agent.demo import company, papers
from agent.demo.company import BRIGHTWATER, CALDER, MUELLER, VERDIER, Customer
from agent.domain.codec import to_plain
from parsers.reading import read

MEDIA: dict[str, Any] = {
    "pdf": papers.as_pdf,
    "html": lambda paper: papers.as_html(paper).encode(),
    "txt": lambda paper: papers.as_text(paper).encode(),
    "xlsx": papers.as_xlsx,
    "csv": papers.as_csv,
}
# How sure the reader is, and where a value stands, is the medium's own affair.
OF_THE_MEDIUM = {"evidence", "source", "confidence", "footing", "language"}
LINES = (
    papers.Line("HX-100", "Hex bolt M8x40 zinc", 4000, Decimal("18.40"), 100),
    papers.Line("VL-220", "Ball valve DN25", 24, Decimal("1046.50")),
    papers.Line("SN-310", "Pressure sensor 0-10 bar", 6, Decimal("129.00")),
)


def order_of(buyer: Customer, *, priced_per: bool = True) -> papers.Order:
    return papers.Order("PO-4711", buyer, date(2026, 3, 14), LINES if priced_per else LINES[1:])


def document(paper: papers.Paper, medium: str) -> dict[str, Any]:
    """What is read of the paper in that medium, figures without their trailing zeros."""
    reading = to_plain(read(MEDIA[medium](paper), f"order.{medium}"))
    assert not reading["problems"], reading["problems"]
    (found,) = reading["documents"]
    return {name: _plain(value) for name, value in found.items() if name not in OF_THE_MEDIUM}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, str) and value.replace(".", "", 1).isdigit():
        return str(Decimal(value).normalize())
    return value


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize(
    "buyer", [BRIGHTWATER, MUELLER, VERDIER, CALDER], ids=lambda buyer: f"{buyer.language}-{buyer.number}"
)
def test_the_same_order_reads_the_same_in_every_medium(medium: str, buyer: Customer) -> None:
    order = order_of(buyer)
    found = document(papers.order_paper(order, buyer.language, company.NAME), medium)
    assert found["kind"] == "purchase_order"
    assert found["number"] == "PO-4711"
    assert found["issued_on"] == "2026-03-14"
    assert found["currency"] == buyer.currency
    assert found["payment_terms"] == buyer.terms
    assert found["signed_by"] == buyer.writer
    assert found["buyer"]["name"] == buyer.name
    place = " ".join(found["ship_to"][part] or "" for part in ("name", "address"))
    assert place.replace(",", " ").split() == buyer.address.replace(",", " ").split()
    assert found["total"] == str(order.total.normalize())
    assert [
        (line["item"], line["description"], line["quantity"], line["unit"], line["unit_price"], line["price_per"], line["amount"])
        for line in found["lines"]
    ] == [
        (one.item, one.description, *(_plain(str(figure)) for figure in (one.quantity,)), "PC", _plain(str(one.price)),
         _plain(str(one.per)), _plain(str(one.amount)))
        for one in LINES
    ]  # fmt: skip


@pytest.mark.parametrize("medium", [name for name in MEDIA if name != "pdf"])
def test_every_medium_says_what_the_pdf_says(medium: str) -> None:
    paper = papers.order_paper(order_of(BRIGHTWATER), "en", company.NAME)
    assert document(paper, medium) == document(paper, "pdf")
