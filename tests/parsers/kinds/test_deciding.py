"""What is an order, a delivery, a payment, and what only looks like one."""

from __future__ import annotations

import pytest

from parsers.kinds import read_pages
from parsers.page import Context
from tests.parsers.layout.papers import page_of

_GOODS = (
    "\nItem      Description     Qty    Unit price    Amount\nVL-220    Ball valve       10         42.00    420.00\n"
)


@pytest.mark.parametrize(
    "title",
    [
        "QUOTATION  Q-5512",
        "REQUEST FOR QUOTATION  6000123",
        "ORDER ACKNOWLEDGEMENT  SO-1",
        "TAX INVOICE  99120",
        "PRO FORMA INVOICE  77",
    ],
)
def test_a_paper_of_another_kind_gives_no_document_and_says_what_it_is(title: str) -> None:
    documents, problems = read_pages((page_of(f"{title}\nYour order: PO-1\n{_GOODS}"),), Context())
    assert documents == ()
    assert problems[0].code == "note"


def test_goods_without_any_word_or_number_of_an_order_are_no_order() -> None:
    documents, _ = read_pages((page_of(f"Goods of interest\n{_GOODS}"),), Context())
    assert documents == ()


def test_two_orders_on_one_page_are_two_documents() -> None:
    text = "".join(
        f"ACME LTD      PURCHASE ORDER\nOrder number: {n}     Date: 2026-05-19\n{_GOODS}\n" for n in (70031, 70032)
    )
    documents, _ = read_pages((page_of(text),), Context())
    assert [d.number for d in documents] == ["70031", "70032"]  # type: ignore[union-attr]


def test_an_order_on_two_pages_with_its_head_repeated_is_one_document() -> None:
    pages = tuple(
        page_of(f"ACME LTD      PURCHASE ORDER\nOrder number: 70031     Page {n}\n{_GOODS}", n) for n in (1, 2)
    )
    documents, _ = read_pages(pages, Context())
    assert len(documents) == 1
    assert len(documents[0].lines) == 2  # type: ignore[union-attr]


def test_a_delivery_that_was_only_attempted_confirms_nothing() -> None:
    text = "DELIVERY NOTIFICATION\nTracking number: 8812-4410-9930\nStatus: Delivery attempted\nPO number: 70032"
    documents, problems = read_pages((page_of(text),), Context())
    assert documents == ()
    assert "attempted" in problems[0].what


def test_an_empty_page_is_no_document() -> None:
    assert read_pages((page_of("  \n"),), Context()) == ((), ())
