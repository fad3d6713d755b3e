"""Proves the books: every ledger in balance, every open amount explained, every mail in exactly one bucket."""

from __future__ import annotations

from sqlalchemy import Connection, and_, func, select

from agent.domain.ledger import Account
from agent.domain.money import Money
from agent.store import inbound, outbound
from agent.store.schema import (
    advice_allocations,
    applications,
    invoices,
    journal_entries,
    order_lines,
    orders,
    outbox_about,
    postings,
    receipts,
)
from agent.store.schema import outbox as outbox_table


def faults(tx: Connection) -> list[str]:
    """Everything that is not as it must be, in words; an empty list proves the books."""
    found: list[str] = []
    for check in _CHECKS:
        found += check(tx)
    return found


def _entries_balance(tx: Connection) -> list[str]:
    rows = tx.execute(
        select(postings.c.entry, postings.c.currency, func.sum(postings.c.amount_minor).label("off"))
        .group_by(postings.c.entry, postings.c.currency)
        .having(func.sum(postings.c.amount_minor) != 0)
        .limit(50)
    )
    return [f"journal entry {row.entry} is off by {Money(int(row.off), row.currency)}" for row in rows]


def _entries_have_postings(tx: Connection) -> list[str]:
    rows = tx.execute(
        select(journal_entries.c.id)
        .outerjoin(postings, postings.c.entry == journal_entries.c.id)
        .where(postings.c.id.is_(None))
        .limit(50)
    )
    return [f"journal entry {row.id} has no postings" for row in rows]


def _open_is_the_ledger(tx: Connection) -> list[str]:
    ledger = (
        select(postings.c.invoice, func.sum(postings.c.amount_minor).label("minor"))
        .where(postings.c.account == Account.RECEIVABLES.value)
        .group_by(postings.c.invoice)
        .subquery()
    )
    rows = tx.execute(
        select(
            invoices.c.invoice,
            invoices.c.currency,
            invoices.c.open_minor,
            func.coalesce(ledger.c.minor, 0).label("minor"),
        )
        .outerjoin(ledger, ledger.c.invoice == invoices.c.invoice)
        .where(invoices.c.open_minor != func.coalesce(ledger.c.minor, 0))
        .limit(50)
    )
    return [
        f"{row.invoice}: {Money(row.open_minor, row.currency)} is open, the ledger says {Money(int(row.minor), row.currency)}"
        for row in rows
    ]


def _nothing_over_applied(tx: Connection) -> list[str]:
    rows = tx.execute(
        select(invoices.c.invoice).where(
            (
                (invoices.c.total_minor >= 0)
                & ((invoices.c.open_minor < 0) | (invoices.c.open_minor > invoices.c.total_minor))
            )
            | (
                (invoices.c.total_minor < 0)
                & ((invoices.c.open_minor > 0) | (invoices.c.open_minor < invoices.c.total_minor))
            )
        )
    )
    return [f"{row.invoice}: more is applied than there was" for row in rows]


# What an application takes of its receipt: its cash, or what was paid in the receipt's own currency.
_taken = func.coalesce(applications.c.paid_minor, applications.c.amount_minor)


def _receipts_add_up(tx: Connection) -> list[str]:
    applied = (
        select(applications.c.receipt, func.sum(_taken).label("minor"))
        .where(applications.c.reversed.is_(False))
        .group_by(applications.c.receipt)
        .subquery()
    )
    rows = tx.execute(
        select(receipts.c.id)
        .outerjoin(applied, applied.c.receipt == receipts.c.id)
        .where(
            receipts.c.returned.is_(False),
            receipts.c.amount_minor != receipts.c.unapplied_minor + func.coalesce(applied.c.minor, 0),
        )
        .limit(50)
    )
    return [f"R{row.id}: applied and unapplied are not what arrived" for row in rows]


def _unapplied_is_the_ledger(tx: Connection) -> list[str]:
    wanted = (Account.UNAPPLIED.value, Account.UNIDENTIFIED.value)
    ledger = {
        row.currency: -int(row.minor)
        for row in tx.execute(
            select(postings.c.currency, func.sum(postings.c.amount_minor).label("minor"))
            .where(postings.c.account.in_(wanted))
            .group_by(postings.c.currency)
        )
    }
    held = {
        row.currency: int(row.minor)
        for row in tx.execute(
            select(receipts.c.currency, func.sum(receipts.c.unapplied_minor).label("minor"))
            .where(receipts.c.returned.is_(False))
            .group_by(receipts.c.currency)
        )
    }
    return [
        f"unapplied money: receipts hold {Money(held.get(c, 0), c)}, the ledger {Money(ledger.get(c, 0), c)}"
        for c in sorted(held.keys() | ledger.keys())
        if held.get(c, 0) != ledger.get(c, 0)
    ]


def _announced_is_open(tx: Connection) -> list[str]:
    """What is announced for an item is never more than is open of it."""
    announced = (
        select(
            advice_allocations.c.invoice,
            func.sum(
                advice_allocations.c.amount_minor
                + advice_allocations.c.discount_minor
                + advice_allocations.c.withheld_minor
                + advice_allocations.c.write_off_minor
                + advice_allocations.c.bank_fee_minor
            ).label("minor"),
        )
        .where(advice_allocations.c.state == "announced")
        .group_by(advice_allocations.c.invoice)
        .subquery()
    )
    rows = tx.execute(
        select(invoices.c.invoice, announced.c.minor, invoices.c.open_minor)
        .join(announced, announced.c.invoice == invoices.c.invoice)
        .where(
            and_(invoices.c.total_minor >= 0, announced.c.minor > invoices.c.open_minor)
            | and_(invoices.c.total_minor < 0, announced.c.minor < invoices.c.open_minor)
        )
        .limit(50)
    )
    return [f"{row.invoice}: more is announced than is open" for row in rows]


def _quantities_follow(tx: Connection) -> list[str]:
    rows = tx.execute(select(order_lines.c.order, order_lines.c.line, order_lines.c.delivered, order_lines.c.invoiced))
    return [
        f"order {row.order} line {row.line}: {row.invoiced} invoiced of {row.delivered} delivered"
        for row in rows
        if row.invoiced < 0 or row.delivered < 0
    ][:50]


def _every_invoice_has_a_mail(tx: Connection) -> list[str]:
    rows = tx.execute(
        select(invoices.c.invoice)
        .outerjoin(outbox_about, outbox_about.c.subject == invoices.c.invoice)
        .where(invoices.c.imported.is_(False), outbox_about.c.outbox.is_(None))
        .limit(50)
    )
    return [f"{row.invoice} was issued and no mail carries it" for row in rows]


def _orders_of_invoices(tx: Connection) -> list[str]:
    rows = tx.execute(
        select(invoices.c.invoice, invoices.c.order)
        .outerjoin(orders, orders.c.order == invoices.c.order)
        .where(invoices.c.imported.is_(False), invoices.c.order.is_not(None), orders.c.order.is_(None))
        .limit(50)
    )
    return [f"{row.invoice} bills order {row.order}, which is not on file" for row in rows]


def _numbers_without_gap(tx: Connection) -> list[str]:
    """Issued numbers of a series follow each other: none is missing between the first and the last that we issued."""
    found: list[str] = []
    for kind in ("invoice", "credit_note"):
        rows = tx.execute(select(invoices.c.invoice).where(invoices.c.imported.is_(False), invoices.c.type == kind))
        groups: dict[str, list[int]] = {}
        for row in rows:
            head = row.invoice.rstrip("0123456789")
            groups.setdefault(head, []).append(int(row.invoice[len(head) :] or 0))
        for head, taken in groups.items():
            missing = sorted(set(range(min(taken), max(taken) + 1)) - set(taken))
            imported = {
                int(row.invoice[len(head) :])
                for row in tx.execute(
                    select(invoices.c.invoice).where(invoices.c.imported.is_(True), invoices.c.invoice.like(f"{head}%"))
                )
                if row.invoice[len(head) :].isdigit()
            }
            found += [
                f"{kind} number {head}{number} is missing in its series" for number in missing if number not in imported
            ][:20]
    return found


def _mail_in_buckets(tx: Connection) -> list[str]:
    return list(inbound.account(tx).faults)


def _mail_that_left(tx: Connection) -> list[str]:
    return outbound.faults(tx)


def _held_mail_says_why(tx: Connection) -> list[str]:
    rows = tx.execute(
        select(outbox_table.c.id).where(outbox_table.c.status == "held", outbox_table.c.reason.is_(None)).limit(50)
    )
    return [f"outgoing mail O{row.id} is held and does not say why" for row in rows]


_CHECKS = (
    _entries_balance,
    _entries_have_postings,
    _open_is_the_ledger,
    _nothing_over_applied,
    _receipts_add_up,
    _unapplied_is_the_ledger,
    _announced_is_open,
    _quantities_follow,
    _every_invoice_has_a_mail,
    _orders_of_invoices,
    _numbers_without_gap,
    _mail_in_buckets,
    _mail_that_left,
    _held_mail_says_why,
)
