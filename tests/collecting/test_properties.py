"""Whatever the books look like, a reminder asks for no more than is owed, and says why the rest is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from agent.collecting import planning
from agent.domain.billing import opening_entry
from agent.domain.decisions import Allocation, DisputeOpening
from agent.domain.documents import DisputeReason, RemittanceAdvice, Source
from agent.domain.money import Money
from agent.domain.receivables import InvoiceType, OpenItem
from agent.store import cash, invoices, ledger, work
from agent.store.ledger import Cause
from tests.agent.shop import Shop
from tests.collecting.world import at, open_books

TODAY = date(2026, 3, 16)
ITEM = st.fixed_dictionaries(
    {
        "minor": st.integers(1, 100_000),
        "late": st.integers(-20, 90),
        "credit": st.booleans(),
        "disputed": st.one_of(st.none(), st.integers(0, 100)),  # per cent; 0: over an amount nobody knows
        "announced": st.one_of(st.none(), st.integers(-30, 20)),  # days from today
        "had": st.integers(0, 3),
        "customer": st.sampled_from(["C-1", "C-2"]),
        "currency": st.sampled_from(["EUR", "USD"]),
    }
)


def write(tx: Connection, books: Shop, n: int, one: dict[str, Any]) -> None:
    currency, minor = one["currency"], -one["minor"] if one["credit"] else one["minor"]
    money, number = Money(minor, currency), f"I-{n}"
    item = OpenItem(
        number=number,
        type=InvoiceType.CREDIT_NOTE if one["credit"] else InvoiceType.INVOICE,
        customer=one["customer"],
        currency=currency,
        total=money,
        open=money,
        issued_on=date(2025, 1, 1),
        due_on=None if one["credit"] else TODAY - timedelta(days=one["late"]),
    )
    invoices.add_invoice(
        tx, item, document=None, pdf_sha256=None, delivery=None, message=None, imported=True, now=books.now
    )
    ledger.post(tx, opening_entry(item), Cause("import", "x"), books.now)
    if one["credit"]:
        return
    if one["had"]:
        from agent.store import dunning

        dunning.take_over(tx, number, one["had"])
    if one["disputed"] is not None:
        part = Money(minor * one["disputed"] // 100, currency) if one["disputed"] else None
        opening = DisputeOpening(
            customer=one["customer"], reason=DisputeReason.PRICE, amount=part, invoice=number, text="x"
        )
        work.add_dispute(tx, opening, due_on=TODAY, opened_on=TODAY, message=None)
    if one["announced"] is not None:
        day, zero = TODAY + timedelta(days=one["announced"]), Money.zero(currency)
        document = RemittanceAdvice(paid_on=day, currency=currency, confidence=1.0, source=Source("body"))
        advice = cash.add_advice(
            tx, document=document, customer=one["customer"], currency=currency, total=money, status="matched", announced=True,
            content_key=None, message=None, now=books.now,
        )  # fmt: skip
        assert advice is not None
        allocation = Allocation(
            invoice=number, customer=one["customer"], cash=money, discount=zero, deduction=zero, withheld=zero, write_off=zero,
            bank_fee=zero,
        )  # fmt: skip
        cash.add_allocation(tx, advice, allocation, "announced")


@contextmanager
def taken_back(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(ITEM, min_size=1, max_size=7))
def test_a_reminder_asks_for_what_is_owed_and_never_more(
    sqlite_engine: Engine, tmp_path: Path, items: list[dict[str, Any]]
) -> None:
    books = open_books(sqlite_engine, tmp_path)
    books.now = at(TODAY.isoformat())
    with taken_back(sqlite_engine) as tx:
        for n, one in enumerate(items):
            write(tx, books, n, one)
        found = planning.plan(books.desk(tx, None))
        asked = [due.item.number for mail in found.mails for due in mail.due]
        left = [blocked.item.number for blocked in found.blocked]
        assert len(asked) == len(set(asked)), "each item once"
        assert len(left) == len(set(left))
        assert not set(asked) & set(left), "asked for, or left alone"
        assert len({(m.customer.number, m.currency) for m in found.mails}) == len(found.mails), "one mail each"
        for mail in found.mails:
            assert mail.owed.minor > 0
            assert mail.fresh, "no mail without news"
            for due in mail.due:
                one = items[int(due.item.number[2:])]
                disputed = one["minor"] * (one["disputed"] or 0) // 100
                assert 0 < due.amount.minor <= one["minor"] - disputed
                assert one["late"] >= 5
                assert one["disputed"] != 0, "nobody knows what is in dispute"
                assert one["announced"] is None or one["announced"] < -5, "announced money rests"
                assert (due.level > one["had"]) is not due.again
                assert (one["customer"], one["currency"]) == (mail.customer.number, mail.currency)
            credit = sum(
                one["minor"] for one in items
                if one["credit"] and (one["customer"], one["currency"]) == (mail.customer.number, mail.currency)
            )  # fmt: skip
            assert mail.owed.minor == sum(due.amount.minor for due in mail.due) - credit
        late = {
            f"I-{n}" for n, one in enumerate(items) if not one["credit"] and one["late"] >= 5
        }  # fmt: skip
        told_before = {f"I-{n}" for n, one in enumerate(items) if one["had"] >= level_of(one["late"])}
        assert late - set(asked) - set(left) <= told_before, (
            "what is late is asked for, left alone with a reason, or was told"
        )


def level_of(late: int) -> int:
    return sum(late >= days for days in (5, 15, 30))
