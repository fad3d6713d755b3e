"""Disputes on both databases: opened by a delivery, asked, heard, escalated, ended and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.booking.disputes import dispute_closing, disputing
from agent.booking.letters import replying, stopping
from agent.domain.documents import DisputeNotice, DisputeReason, Source
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.domain.receivables import TaxTreatment
from agent.settings import DisputesSection, TrustSection
from agent.store import cases, dispute_report, lists, stops, work
from agent.store.waiting import waiting
from tests.agent.shop import Shop, open_shop
from tests.matching.order_world import order, order_line

MUELLER = order(
    "SO-58125",
    "4501-2277",
    "C-1003",
    order_line("10", "SN-310", "30", "118.00", tax_rate="20"),
    order_line("20", "VL-220", "50", "42.00", tax_rate="20"),
    currency="EUR",
)


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    made = open_shop(
        engine,
        tmp_path,
        trust=TrustSection(),
        disputes=DisputesSection(owner="clerk", management_owner="controller", management_days=5),
    )
    made.change("C-1003", tax_treatment=TaxTreatment.STANDARD)
    made.book(MUELLER)
    made.do(_bill)
    return made


def _bill(desk: object) -> None:
    from agent.booking.invoices import invoicing
    from agent.store import master, orders

    (found,) = orders.orders_by_number(desk.tx, ("SO-58125",))  # type: ignore[attr-defined]
    (customer,) = master.customers_by_number(desk.tx, ["C-1003"])  # type: ignore[attr-defined]
    quantities = {line.line: line.quantity for line in found.lines}
    invoicing.issue_invoice(desk, found, customer, quantities, supplied_on=None, delivery=None)  # type: ignore[arg-type]


def complain(shop: Shop, **fields: object) -> None:
    said = DisputeNotice(
        confidence=0.95,
        source=Source("body"),
        invoice_numbers=("INV-000001",),
        reason=DisputeReason.PRICE,
        amount=Decimal("120.00"),
        text="der Preis stimmt nicht",
    )

    def write_in(desk: object) -> None:
        replying.take_dispute(desk, replace(said, **fields))  # type: ignore[arg-type]

    from agent.store.engine import write

    write(shop.engine, lambda tx: write_in(shop.desk(tx, "C-1003")))
    shop.prove()


def test_the_whole_life_of_a_dispute(shop: Shop) -> None:
    complain(shop)
    (row,) = shop.disputes()
    assert (row["amount"], row["owner"], row["tier"], row["status"]) == ("120.00", "clerk", 1, "open")
    shop.do(lambda desk: disputing.ask(desk, 1, "welcher Preis?"))
    shop.later(days=7)
    assert shop.ask(lambda tx: waiting(tx, zone=shop.settings.zone, answer_days=2)) == []
    shop.do(lambda desk: disputing.heard(desk, 1, "118,00 war falsch"))
    assert shop.ask(lambda tx: work.dispute_row(tx, 1)).due_on == date(2026, 4, 2), "the seven of theirs are added"
    shop.later(days=10)
    assert shop.do(disputing.escalate_due) == [], "the tenth day of ours is still in time"
    shop.later(days=1)
    assert shop.do(disputing.escalate_due) == ["D1"]
    row = shop.ask(lambda tx: lists.list_disputes(tx, today=shop.now.date()))[0]
    assert (row["tier"], row["owner"], row["their_days"]) == (2, "controller", 7)
    shop.do(lambda desk: dispute_closing.resolve(desk, 1, by="write_off", text="Kulanz", approved_by="bea"))
    assert shop.item("INV-000001").open == shop.item("INV-000001").total - Money.of("120.00", "EUR")
    shop.do(lambda desk: dispute_closing.undo(desk, 1, "doch nicht"))
    item = shop.item("INV-000001")
    assert (item.open, item.disputed) == (item.total, Money.of("120.00", "EUR"))
    shop.do(lambda desk: dispute_closing.resolve(desk, 1, by="credit", text="anerkannt"))
    shop.do(lambda desk: dispute_closing.undo(desk, 1, "doch nicht"))
    assert shop.ask(lambda tx: work.dispute_row(tx, 1)).invoice == "INV-000002"
    (caused,) = shop.ask(lambda tx: dispute_report.by_cause(tx, "owner", shop.now.date()))
    assert (caused["cause"], caused["disputes"], caused["amount"]) == ("controller", 1, "120.00")
    kinds = [p["kind"] for p in shop.ask(lambda tx: cases.evidence_of(tx, work.dispute_row(tx, 1)))]
    assert {"order", "invoice", "mail_out"} <= set(kinds)


def test_one_clerk_cannot_agree_with_himself(shop: Shop) -> None:
    complain(shop)
    with pytest.raises(Refused, match="a second person"):
        shop.do(lambda desk: dispute_closing.resolve(desk, 1, by="write_off", text="", approved_by="Ann"))


def test_what_is_ended_is_not_ended_twice(shop: Shop) -> None:
    complain(shop)
    shop.do(lambda desk: dispute_closing.resolve(desk, 1, by="rejected", text=""))
    with pytest.raises(Refused, match="already"):
        shop.do(lambda desk: dispute_closing.resolve(desk, 1, by="credit", text=""))
    with pytest.raises(Refused, match="opens it again"):
        shop.do(lambda desk: disputing.ask(desk, 1, "?"))


def test_a_dispute_that_is_told_twice_is_one(shop: Shop) -> None:
    complain(shop)
    complain(shop, text="noch einmal: der Preis stimmt nicht")
    assert len(shop.disputes()) == 1


def test_a_quantity_of_more_than_was_billed_has_no_amount(shop: Shop) -> None:
    from agent.domain.documents import DisputedItem

    complain(
        shop,
        amount=None,
        reason=DisputeReason.QUANTITY,
        items=(DisputedItem(item="SN-310", quantity=Decimal(31), reason=DisputeReason.QUANTITY),),
    )
    (row,) = shop.disputes()
    assert row["amount"] is None


def test_boxes_of_what_has_no_pack_size_are_not_counted(shop: Shop) -> None:
    from agent.domain.documents import DisputedItem

    three = DisputedItem(item="SN-310", quantity=Decimal(3), reason=DisputeReason.QUANTITY, unit="boxes")
    complain(shop, amount=None, reason=DisputeReason.QUANTITY, items=(three,))
    assert shop.disputes()[0]["amount"] is None
    each = replace(three, unit="Stück")
    complain(shop, amount=None, reason=DisputeReason.DAMAGED, items=(each,))
    assert shop.disputes()[1]["amount"] == "424.80", "three at 118.00 with twenty per cent tax"


def test_a_stop_is_one_however_often_it_is_lifted_and_set(shop: Shop) -> None:
    def stop(desk: object) -> None:
        from agent.store import master

        (customer,) = master.customers_by_number(desk.tx, ["C-1003"])  # type: ignore[attr-defined]
        stopping.stop(desk, customer, kind="insolvency", effective_on=date(2026, 3, 13))  # type: ignore[arg-type]

    shop.do(stop)
    shop.do(lambda desk: stopping.lift(desk, "C-1003", "withdrawn"))
    shop.do(stop)
    assert len(shop.ask(stops.stops)) == 1
    assert len(shop.ask(lambda tx: stops.stops(tx, everything=True))) == 2
    assert shop.customer("C-1003").on_hold


def test_money_after_the_petition_is_shown_to_a_person(shop: Shop) -> None:
    def stop_and_pay(desk: object) -> None:
        from agent.booking.cash import applying
        from agent.store import master

        (customer,) = master.customers_by_number(desk.tx, ["C-1003"])  # type: ignore[attr-defined]
        stopping.stop(desk, customer, kind="insolvency", effective_on=date(2026, 3, 13))  # type: ignore[arg-type]
        for key, day in (("a", date(2026, 3, 12)), ("b", date(2026, 3, 16))):
            applying.book_receipt(
                desk,  # type: ignore[arg-type]
                line_key=key,
                amount=Money.of("10.00", "EUR"),
                customer="C-1003",
                received_on=day,
            )

    shop.do(stop_and_pay)
    flagged = [q["summary"] for q in shop.queue() if q["code"] == "legal_payment"]
    assert len(flagged) == 1
    assert "2026-03-16" in flagged[0]
