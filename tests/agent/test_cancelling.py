"""What was wrong is taken back by a document of its own, and what is right has a number of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from agent.booking.invoices import cancelling, collective, invoicing
from agent.booking.invoices.cancelling import Correction
from agent.domain import crediting
from agent.domain.crediting import LineCredit
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.domain.notices import InvoiceDocument
from agent.domain.receivables import Billing, TaxTreatment
from agent.store import invoices
from agent.store import orders as order_store
from tests.agent.shop import Shop, open_shop
from tests.matching import order_world as world
from tests.templates.einvoice import documents

D = Decimal


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    opened = open_shop(engine, tmp_path)
    lines = (
        world.order_line("10", "VL-220", "10", "46.50", delivered="10", tax_rate="20"),
        world.order_line("20", "HX-100", "1000", "18.40", per="100", delivered="1000", tax_rate="5"),
    )
    opened.book(replace(world.order("SO-1", "4711", "C-1002", *lines), freight=Money.of("25.00", "USD")))
    opened.change("C-1002", tax_treatment=TaxTreatment.STANDARD, payment_terms="net 30")
    return opened


def billed(shop: Shop) -> str:
    (number,) = shop.do(lambda desk: invoicing.bill_by_hand(desk, "SO-1"))
    return number


def document(shop: Shop, number: str) -> InvoiceDocument:
    found = shop.ask(lambda tx: invoices.document_of(tx, number))
    assert found is not None
    return found


def test_goods_that_came_back_are_credited_by_their_lines_with_their_own_tax(shop: Shop) -> None:
    number = billed(shop)
    entries = (LineCredit("10", D(2)), LineCredit("20", D(100)))
    note = document(shop, shop.do(lambda desk: cancelling.credit_lines(desk, number, entries, "came back")))
    assert [(line.line, line.quantity, line.net.plain()) for line in note.lines] == [
        ("10", 2, "-93.00"),
        ("20", 100, "-18.40"),
    ]
    assert [(tax.rate, tax.tax.plain()) for tax in note.taxes] == [(20, "-18.60"), (5, "-0.92")]
    assert shop.item(number).open == shop.item(number).total + note.total


def test_a_price_that_was_too_high_is_credited_by_its_difference(shop: Shop) -> None:
    number = billed(shop)
    entry = LineCredit("20", D(1000), D("18.20"))
    note = document(shop, shop.do(lambda desk: cancelling.credit_lines(desk, number, [entry], "agreed price")))
    assert (note.net.plain(), note.lines[0].unit_price) == ("-2.00", D("-0.20"))


@pytest.mark.parametrize(
    "entry",
    [
        LineCredit("99", D(1)),
        LineCredit("10", D(11)),
        LineCredit("10", D(0)),
        LineCredit("10", D(-1)),
        LineCredit("10", D(1), D("46.50")),
        LineCredit("10", D(1), D(-1)),
    ],
)
def test_what_was_not_billed_is_not_credited(shop: Shop, entry: LineCredit) -> None:
    number = billed(shop)
    with pytest.raises(Refused):
        shop.do(lambda desk: cancelling.credit_lines(desk, number, [entry], "x"))


def test_a_line_is_not_credited_twice(shop: Shop) -> None:
    number = billed(shop)
    shop.do(lambda desk: cancelling.credit_lines(desk, number, [LineCredit("10", D(6))], "x"))
    with pytest.raises(Refused, match="4 EA left"):
        shop.do(lambda desk: cancelling.credit_lines(desk, number, [LineCredit("10", D(5))], "x"))


def test_a_cancelled_invoice_is_credited_whole_and_its_goods_wait_to_be_billed_again(shop: Shop) -> None:
    number = billed(shop)
    note, fresh = shop.do(lambda desk: cancelling.cancel(desk, number, "wrong order"))
    assert fresh is None
    assert (shop.item(number).open.minor, shop.item(note).open.minor) == (0, 0)
    assert document(shop, note).total == -document(shop, number).total
    assert document(shop, note).freight == Money.of("-25.00", "USD")
    assert shop.order("SO-1").status.value == "delivered"
    again = billed(shop)
    assert again != number
    assert shop.item(again).total == shop.item(number).total


def test_a_new_invoice_takes_its_place_and_the_first_is_never_edited(shop: Shop) -> None:
    number = billed(shop)
    before = document(shop, number)
    shop.later(days=9)
    wanted = Correction(name="Calloway Holding LLC", po_number="4500077", tax_id="US-77", supplied_on=date(2026, 3, 12))
    note, fresh = shop.do(lambda desk: cancelling.cancel(desk, number, "wrong entity", reissue=wanted))
    assert fresh is not None
    new = document(shop, fresh)
    assert (new.customer.name, new.po_number, new.customer.tax_id) == ("Calloway Holding LLC", "4500077", "US-77")
    assert (new.replaces, new.cancelled_by, new.supplied_on) == (number, note, date(2026, 3, 12))
    assert (new.total, new.issued_on, new.due_on) == (before.total, date(2026, 3, 25), date(2026, 4, 24))
    assert document(shop, number) == before
    assert shop.item(fresh).open == shop.item(fresh).total
    assert shop.order("SO-1").status.value == "invoiced"
    assert shop.kinds() == ["credit_note", "invoice", "invoice"]


def test_staff_decide_whether_the_due_date_stays(shop: Shop) -> None:
    number = billed(shop)
    due = shop.item(number).due_on
    shop.later(days=9)
    _, fresh = shop.do(lambda desk: cancelling.cancel(desk, number, "x", reissue=Correction(keep_due_date=True)))
    assert shop.item(fresh or "").due_on == due


def test_the_new_invoice_is_taxed_as_the_record_says_now(shop: Shop) -> None:
    number = billed(shop)
    shop.change("C-1002", tax_treatment=TaxTreatment.EXPORT)
    _, fresh = shop.do(lambda desk: cancelling.cancel(desk, number, "exported", reissue=Correction()))
    assert (document(shop, fresh or "").tax.minor, shop.item(fresh or "").total.plain()) == (0, "674.00")
    shop.change("C-1002", tax_treatment=TaxTreatment.STANDARD)
    with pytest.raises(Refused, match="bill its order anew"):
        shop.do(lambda desk: cancelling.cancel(desk, fresh or "", "x", reissue=Correction()))


def test_nothing_is_cancelled_twice_or_reissued_after_a_part_was_credited(shop: Shop) -> None:
    number = billed(shop)
    customer = shop.customer("C-1002")
    shop.do(lambda desk: invoicing.issue_credit_note(desk, number, customer, Money.of("10.00", "USD"), "part"))
    with pytest.raises(Refused, match="without --reissue"):
        shop.do(lambda desk: cancelling.cancel(desk, number, "x", reissue=Correction()))
    note, _ = shop.do(lambda desk: cancelling.cancel(desk, number, "x"))
    assert document(shop, note).cancels
    assert shop.item(number).open.minor == 0
    with pytest.raises(Refused, match="in full already"):
        shop.do(lambda desk: cancelling.cancel(desk, number, "x"))
    with pytest.raises(Refused, match="credit note itself"):
        shop.do(lambda desk: cancelling.cancel(desk, note, "x"))


def test_a_collective_invoice_is_never_credited_beyond_its_amount(engine: Engine, tmp_path: Path) -> None:
    shop = open_shop(engine, tmp_path)
    shop.change("C-1002", billing=Billing.MONTHLY)
    for n in (1, 2):
        line = world.order_line("10", "VL-220", "10", "46.50", delivered="10", tax_rate="0")
        shop.book(world.order(f"SO-{n}", f"PO-{n}", "C-1002", line, payment_terms="net 30"))
    shop.later(days=15)  # 31 March
    (number,) = shop.do(collective.bill_collective)
    customer = shop.customer("C-1002")
    shop.do(lambda desk: invoicing.issue_credit_note(desk, number, customer, Money.of("900.00", "USD"), "part"))
    with pytest.raises(Refused, match="30\\.00 USD net"):
        shop.do(lambda desk: invoicing.issue_credit_note(desk, number, customer, Money.of("31.00", "USD"), "more"))
    shop.do(lambda desk: cancelling.cancel(desk, number, "all of it"))
    assert {line.invoiced for n in (1, 2) for line in shop.order(f"SO-{n}").lines} == {Decimal(0)}
    assert shop.ask(lambda tx: order_store.of_invoice(tx, number)) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_credits_of_lines_and_a_cancellation_take_back_exactly_what_was_billed(data: st.DataObject) -> None:
    """However an invoice is credited in parts, what is left after the last cancellation is nothing, tax included."""
    rows = tuple(
        documents.line(str(n), data.draw(st.sampled_from(["3", "7", "1.5"])), data.draw(st.sampled_from(["33.33", "0.07", "189.50"])), data.draw(st.sampled_from(["19", "7", "0"])))
        for n in range(1, data.draw(st.integers(1, 4)) + 1)
    )  # fmt: skip
    invoice, notes = documents.invoice(*rows), ()
    for _ in range(data.draw(st.integers(0, 4))):
        row = data.draw(st.sampled_from(rows))
        entry = LineCredit(row.line, data.draw(st.sampled_from([D(1), D("0.5"), row.quantity])))
        try:
            note = crediting.build_line_credit(
                number=f"CN-{len(notes)}", invoice=invoice, entries=[entry], issued_on=invoice.issued_on, reason="x", credited=notes
            )  # fmt: skip
        except Refused:
            continue
        notes = (*notes, note)
    left = invoice.total.minor + sum(note.total.minor for note in notes)
    assert left >= 0
    if left:
        last = crediting.build_cancellation(
            number="CN-9", invoice=invoice, issued_on=invoice.issued_on, reason="x", credited=notes
        )
        assert left + last.total.minor == 0
