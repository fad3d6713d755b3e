"""Figures over the books as of a day: they come from the journal, so that any past day can be asked for."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from agent.domain.ledger import Account
from agent.domain.money import Money, plain, round_half_up
from agent.domain.receivables import open_parts
from agent.store.invoices import schedule_of
from agent.store.schema import customers, invoices, journal_entries, messages, postings

BUCKETS = ("current", "days_1_30", "days_31_60", "days_61_90", "days_over_90")


def _bucket(due_on: date | None, as_of: date) -> str:
    late = (as_of - due_on).days if due_on else 0
    if late <= 0:
        return "current"
    return BUCKETS[min(4, 1 + (late - 1) // 30)]


def aging(tx: Connection, as_of: date, *, customer: str | None = None) -> list[dict[str, Any]]:
    """What is owed as of a day, by customer and currency and in total by currency; credits stand in `current`."""
    statement = (
        select(
            postings.c.customer,
            postings.c.currency,
            postings.c.invoice,
            func.sum(postings.c.amount_minor).label("minor"),
        )
        .join(journal_entries, journal_entries.c.id == postings.c.entry)
        .where(postings.c.account == Account.RECEIVABLES.value, journal_entries.c.booked_on <= as_of)
        .group_by(postings.c.customer, postings.c.currency, postings.c.invoice)
    )
    free = (
        select(postings.c.customer, postings.c.currency, func.sum(postings.c.amount_minor).label("minor"))
        .join(journal_entries, journal_entries.c.id == postings.c.entry)
        .where(postings.c.account == Account.UNAPPLIED.value, journal_entries.c.booked_on <= as_of)
        .group_by(postings.c.customer, postings.c.currency)
    )
    if customer is not None:
        statement, free = statement.where(postings.c.customer == customer), free.where(postings.c.customer == customer)
    columns = (invoices.c.invoice, invoices.c.due_on, invoices.c.schedule, invoices.c.total_minor, invoices.c.currency)
    heads = {row.invoice: row for row in tx.execute(select(*columns))}
    names = {row.customer: row.name for row in tx.execute(select(customers.c.customer, customers.c.name))}
    sums: dict[tuple[str | None, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in tx.execute(statement):
        for due_on, minor in _due_parts(heads.get(row.invoice), int(row.minor)):
            sums[(row.customer, row.currency)][_bucket(due_on, as_of)] += minor
    for number, currency, minor in tx.execute(free):
        if minor:
            sums[(number, currency)]["unapplied"] += int(minor)
    result = [
        _row(number, names.get(number), currency, parts) for (number, currency), parts in sorted(sums.items(), key=str)
    ]
    totals: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (_, currency), parts in sums.items():
        for name, minor in parts.items():
            totals[currency][name] += minor
    return result + [_row(None, "total", currency, parts) for currency, parts in sorted(totals.items())]


def _due_parts(head: Any | None, minor: int) -> list[tuple[date | None, int]]:
    """What was open of an item by the day on which it is due; with instalments, the earliest are settled first."""
    if not minor:
        return []
    if head is None or not head.schedule or minor < 0:
        return [(head.due_on if head else None, minor)]
    whole, left = Money(head.total_minor, head.currency), Money(minor, head.currency)
    return [(part.due_on, part.amount.minor) for part in open_parts(whole, left, schedule_of(head))]


def _row(number: str | None, name: str | None, currency: str, parts: dict[str, int]) -> dict[str, Any]:
    def shown(minor: int) -> str:
        return Money(minor, currency).plain()

    return {
        "customer": number,
        "name": name,
        "currency": currency,
        **{bucket: shown(parts.get(bucket, 0)) for bucket in BUCKETS},
        "unapplied": shown(parts.get("unapplied", 0)),
        "total": shown(sum(parts.get(bucket, 0) for bucket in BUCKETS)),
    }


def dso(tx: Connection, as_of: date, days: int) -> list[dict[str, Any]]:
    """Receivables as of a day against the sales (tax included) of the days before it."""
    start = as_of - timedelta(days=days)
    open_rows = tx.execute(
        select(postings.c.currency, func.sum(postings.c.amount_minor).label("minor"))
        .join(journal_entries, journal_entries.c.id == postings.c.entry)
        .where(postings.c.account == Account.RECEIVABLES.value, journal_entries.c.booked_on <= as_of)
        .group_by(postings.c.currency)
    )
    owed = {row.currency: int(row.minor) for row in open_rows}
    sales_rows = tx.execute(
        select(invoices.c.currency, func.sum(invoices.c.total_minor).label("minor"))
        .where(invoices.c.issued_on > start, invoices.c.issued_on <= as_of)
        .group_by(invoices.c.currency)
    )
    result = []
    for row in sales_rows:
        receivable, sales = owed.get(row.currency, 0), int(row.minor)
        value = None if sales <= 0 else plain(round_half_up(Decimal(receivable) / Decimal(sales) * days, 1))
        result.append(
            {
                "currency": row.currency,
                "receivables": Money(receivable, row.currency).plain(),
                "sales": Money(sales, row.currency).plain(),
                "days": days,
                "dso": value,
            }
        )
    return result


def touchless(tx: Connection) -> list[dict[str, Any]]:
    """Documents by kind, and those of messages that left nothing in the exception queue."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in tx.execute(select(messages.c.documents, messages.c.outcome).where(messages.c.state == "done")):
        for document in row.documents or []:
            counts[document["kind"]][0] += 1
            counts[document["kind"]][1] += row.outcome == "processed"
    return [
        {
            "kind": kind,
            "documents": every,
            "touchless": clean,
            "rate": plain(round_half_up(Decimal(100 * clean) / every, 1)),
        }
        for kind, (every, clean) in sorted(counts.items())
    ]
