"""An invoice that is due in parts: printed, owed, aged, stated and reminded of part by part."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.booking.letters import statements
from agent.collecting import planning, reminding
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.domain.receivables import DuePart
from agent.store import invoices, reports
from tests.agent.shop import Shop, open_shop
from tests.matching import order_world as world

MARCH = datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    opened = open_shop(engine, tmp_path)
    opened.now = MARCH
    opened.change("C-1002", payment_terms="30/40/30 % at 0/30/60 days")
    opened.book(
        world.order(
            "SO-1",
            "4711",
            "C-1002",
            world.order_line("10", "VL-220", "100", "10.00", delivered=Decimal(100)),
            payment_terms=None,
        )
    )
    return opened


def billed(shop: Shop) -> str:
    from agent.booking.invoices.invoicing import bill_by_hand

    (number,) = shop.do(lambda desk: bill_by_hand(desk, "SO-1"))
    return number


def pay(shop: Shop, number: str, amount: str) -> None:
    """Money enough for a part, as a credit of the same size would do it."""
    from agent.booking.invoices.invoicing import issue_credit_note

    customer = shop.customer("C-1002")
    shop.do(lambda desk: issue_credit_note(desk, number, customer, Money.of(amount, "USD"), "part", gross=True))


def test_the_next_part_is_what_is_due_next(shop: Shop) -> None:
    number = billed(shop)
    (row,) = shop.invoices(invoice=number)
    assert [part["due_on"] for part in row["instalments"]] == ["2026-03-04", "2026-04-03", "2026-05-03"]
    assert row["due_on"] == "2026-03-04"
    first = row["instalments"][0]["amount"]
    pay(shop, number, first)
    assert shop.item(number).due_on == date(2026, 4, 3)
    assert shop.item(number).parts[0].amount.plain() == row["instalments"][1]["amount"]


def test_a_part_that_is_paid_in_part_stays_due_on_its_day(shop: Shop) -> None:
    number = billed(shop)
    pay(shop, number, "1.00")
    item = shop.item(number)
    assert item.due_on == date(2026, 3, 4)
    assert item.parts[0].amount == item.schedule[0].amount - Money.of("1.00", "USD")


def test_only_what_is_past_its_day_is_overdue_aged_and_stated(shop: Shop) -> None:
    number = billed(shop)
    today = date(2026, 4, 10)
    item = shop.item(number)
    late = item.schedule[0].amount + item.schedule[1].amount
    assert item.overdue(today) == late
    assert shop.ask(lambda tx: invoices.overdue_of(tx, "C-1002", today)) == late.minor
    (aged,) = [r for r in shop.ask(lambda tx: reports.aging(tx, today, customer="C-1002")) if r["customer"]]
    assert aged["current"] == item.schedule[2].amount.plain()
    assert aged["days_1_30"] == item.schedule[1].amount.plain()
    assert aged["days_31_60"] == item.schedule[0].amount.plain()
    rows = statements.rows_of(item, today)
    assert [(row.part, row.days_overdue) for row in rows] == [("1/3", 37), ("2/3", 7), ("3/3", 0)]


def test_a_reminder_asks_for_the_late_parts_alone_and_the_next_part_begins_at_the_first_level(shop: Shop) -> None:
    number = billed(shop)
    item = shop.item(number)

    def run(day: datetime) -> list[planning.Planned]:
        shop.now = day

        def work(desk):  # type: ignore[no-untyped-def]
            planned = planning.plan(desk).mails
            for one in planned:
                reminding.send(desk, one)
            return list(planned)

        return shop.do(work)

    (mail,) = run(datetime(2026, 4, 4, 9, tzinfo=UTC))  # the first is 31 days late, the second 1
    assert mail.level == 3
    assert mail.due[0].amount == item.schedule[0].amount + item.schedule[1].amount
    pay(shop, number, item.schedule[0].amount.plain())
    assert shop.invoices(invoice=number)[0]["dunning_level"] == 0
    (mail,) = run(datetime(2026, 4, 14, 9, tzinfo=UTC))
    assert (mail.level, mail.due[0].amount) == (1, item.schedule[1].amount)


def test_a_plan_that_does_not_make_up_the_total_is_refused(shop: Shop) -> None:
    number = billed(shop)
    part = DuePart(date(2026, 9, 1), Money.of("1.00", "USD"))
    with pytest.raises(Refused, match="total"):
        shop.do(lambda desk: invoices.set_schedule(desk.tx, number, (part,)))
