"""Statements of account, and the rows that reminders and statements share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from agent.booking.desk import Desk
from agent.booking.letters import mailing
from agent.domain import billing
from agent.domain.money import Money, total
from agent.domain.notices import NoticeKind, StatementNotice, StatementRow
from agent.domain.receivables import Customer, OpenItem
from agent.store import cash, invoices


def rows_of(item: OpenItem, today: date) -> tuple[StatementRow, ...]:
    """An open item as rows of a statement: one a part where it is due in several."""
    row, parts = row_of(item, today), item.parts
    if len(item.schedule) < 2 or not parts:
        return (row,)
    first = len(item.schedule) - len(parts)
    return tuple(
        replace(
            row,
            part=f"{first + n}/{len(item.schedule)}",
            due_on=part.due_on,
            total=item.schedule[first + n - 1].amount,
            open=part.amount,
            days_overdue=max(0, (today - part.due_on).days),
            announced=row.announced if n == 1 else None,
            disputed=row.disputed if n == 1 else None,
        )
        for n, part in enumerate(parts, 1)
    )


def overdue_row(item: OpenItem, today: date, level: int = 0) -> StatementRow:
    """A row of a reminder: of an item in instalments, what is past its day alone."""
    row = row_of(item, today, level)
    if len(item.schedule) < 2:
        return row
    late = sum(part.due_on < today for part in item.schedule)
    first = 1 + len(item.schedule) - len(item.parts)
    shown = f"{first}/{len(item.schedule)}" if first == late else f"{first}-{late}/{len(item.schedule)}"
    return replace(row, open=item.overdue(today), part=shown)


def row_of(item: OpenItem, today: date, level: int = 0) -> StatementRow:
    """An open item as one row of a letter."""
    late = (today - item.due_on).days if item.due_on and item.open.minor > 0 else 0
    return StatementRow(
        invoice=item.number,
        type=item.type,
        issued_on=item.issued_on,
        due_on=item.due_on,
        total=item.total,
        open=item.open,
        po_number=item.po_number or "",
        days_overdue=max(0, late),
        announced=item.announced or None,
        disputed=item.disputed or None,
        level=level,
    )


def statement_of(desk: Desk, customer: Customer, currency: str) -> StatementNotice:
    """A customer's account in one currency as it stands."""
    items = invoices.open_items_of(desk.tx, [customer.number])
    rows = tuple(row for item in items if item.currency == currency for row in rows_of(item, desk.today))
    free = cash.unapplied_of(desk.tx, customer.number).get(currency)
    return StatementNotice(
        kind=NoticeKind.STATEMENT,
        customer=billing.addressee(customer),
        reference=customer.number,
        as_of=desk.today,
        currency=currency,
        rows=rows,
        balance=total([row.open for row in rows], currency) - (free or Money.zero(currency)),
        overdue=total([row.open for row in rows if row.days_overdue > 0], currency),
        unapplied=free,
    )


def send_statement(desk: Desk, customer: Customer, *, intent: str, answer: bool) -> list[int]:
    """Send one statement a currency with all open items; return the mails that were queued."""
    items = invoices.open_items_of(desk.tx, [customer.number])
    unapplied = cash.unapplied_of(desk.tx, customer.number)
    sent: list[int] = []
    for currency in sorted({item.currency for item in items} | set(unapplied) or {customer.currency}):
        notice = statement_of(desk, customer, currency)
        number = mailing.send(
            desk, notice, customer, intent=f"{intent}:{currency}", about=(customer.number,), answer=answer
        )
        if number is not None:
            sent.append(number)
    return sent
