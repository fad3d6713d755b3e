"""The journal: entries go in whole, balances come out by sum. Nothing is changed, nothing is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from agent.domain.ledger import Account, JournalEntry, Posting, reversal
from agent.domain.money import Money
from agent.store.schema import journal_entries, postings
from agent.store.statements import insert_id


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something changed: a message, a clerk, an import or a run, and which one."""

    type: str  # message | clerk | import | run
    name: str
    message: int | None = None


def post(tx: Connection, entry: JournalEntry, cause: Cause, now: datetime) -> int:
    """Write one balanced entry; return its number."""
    entry_id = insert_id(
        tx,
        journal_entries,
        {
            "booked_on": entry.booked_on,
            "reason": entry.reason,
            "at": now,
            "cause_type": cause.type,
            "cause": cause.name,
            "reverses": entry.reverses,
        },
    )
    tx.execute(
        postings.insert(),
        [
            {
                "entry": entry_id,
                "account": p.account.value,
                "amount_minor": p.amount.minor,
                "currency": p.amount.currency,
                "customer": p.customer,
                "invoice": p.invoice,
            }
            for p in entry.postings
        ],
    )
    return entry_id


def entry_of(tx: Connection, entry_id: int) -> JournalEntry:
    head = tx.execute(select(journal_entries).where(journal_entries.c.id == entry_id)).one()
    rows = tx.execute(select(postings).where(postings.c.entry == entry_id).order_by(postings.c.id))
    return JournalEntry(
        booked_on=head.booked_on,
        reason=head.reason,
        postings=tuple(
            Posting(
                account=Account(row.account),
                amount=Money(row.amount_minor, row.currency),
                customer=row.customer,
                invoice=row.invoice,
            )
            for row in rows
        ),
        reverses=head.reverses,
    )


def reverse(tx: Connection, entry_id: int, *, reason: str, cause: Cause, now: datetime) -> int:
    """Write the entry that undoes another one; the database refuses to undo it twice."""
    entry = entry_of(tx, entry_id)
    return post(tx, reversal(entry, entry_id=entry_id, booked_on=now.date(), reason=reason), cause, now)


def balance(tx: Connection, account: Account, *, customer: str | None = None) -> dict[str, Money]:
    """The balance of an account by currency; of one customer's part of it where one is named."""
    statement = select(postings.c.currency, func.sum(postings.c.amount_minor).label("minor")).where(
        postings.c.account == account.value
    )
    if customer is not None:
        statement = statement.where(postings.c.customer == customer)
    rows = tx.execute(statement.group_by(postings.c.currency))
    return {row.currency: Money(int(row.minor), row.currency) for row in rows}
