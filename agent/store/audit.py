"""The trail of one number: its events, its journal entries, and the messages that caused them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from agent.domain.codec import to_plain
from agent.domain.money import Money
from agent.store.schema import events, journal_entries, postings


@dataclass(frozen=True, slots=True)
class Trail:
    events: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    messages: list[str]


def trail_of(tx: Connection, number: str, *, limit: int = 1000) -> Trail:
    """Everything on record about a number, oldest first."""
    about = events.c.subject == number
    if number.startswith("O") and number[1:].isdigit():  # what the sender writes down bears the bare number
        about = or_(about, and_(events.c.subject_type == "outbox", events.c.subject == number[1:]))
    rows = tx.execute(select(events).where(about).order_by(events.c.id).limit(limit)).all()
    found = [
        {
            "at": row.at.isoformat(),
            "actor": row.actor,
            "action": row.action,
            "subject": f"{row.subject_type} {row.subject}",
            "message": f"M{row.message}" if row.message is not None else None,
            "data": to_plain(row.data) if row.data else {},
        }
        for row in rows
    ]
    entries = _entries(tx, number, limit)
    messages = [event["message"] for event in found if event["message"]]
    messages += [entry["cause"].partition(":")[2] for entry in entries if entry["cause"].startswith("message:")]
    if number.startswith("M") and number[1:].isdigit():
        messages.insert(0, number)
    return Trail(found, entries, list(dict.fromkeys(messages)))


def _entries(tx: Connection, number: str, limit: int) -> list[dict[str, Any]]:
    about = select(postings.c.entry).where(or_(postings.c.invoice == number, postings.c.customer == number))
    heads = tx.execute(
        select(journal_entries)
        .where(or_(journal_entries.c.id.in_(about), journal_entries.c.cause == number))
        .order_by(journal_entries.c.id)
        .limit(limit)
    ).all()
    lines: dict[int, list[dict[str, Any]]] = {head.id: [] for head in heads}
    ids = list(lines)
    for start in range(0, len(ids), 800):
        rows = tx.execute(
            select(postings).where(postings.c.entry.in_(ids[start : start + 800])).order_by(postings.c.id)
        )
        for row in rows:
            lines[row.entry].append(
                {
                    "account": row.account,
                    "amount": Money(row.amount_minor, row.currency).plain(),
                    "currency": row.currency,
                    "customer": row.customer,
                    "invoice": row.invoice,
                }
            )
    return [
        {
            "entry": head.id,
            "booked_on": head.booked_on.isoformat(),
            "reason": head.reason,
            "cause": f"{head.cause_type}:{head.cause}",
            "reverses": head.reverses,
            "postings": lines[head.id],
        }
        for head in heads
    ]


def journal(tx: Connection) -> list[dict[str, Any]]:
    """Every posting with its entry, in the order of the books."""
    rows = tx.execute(
        select(
            postings,
            journal_entries.c.booked_on,
            journal_entries.c.reason,
            journal_entries.c.cause_type,
            journal_entries.c.cause,
        )
        .join(journal_entries, journal_entries.c.id == postings.c.entry)
        .order_by(postings.c.id)
    )
    return [
        {
            "entry": row.entry,
            "booked_on": row.booked_on.isoformat(),
            "account": row.account,
            "amount": Money(row.amount_minor, row.currency).plain(),
            "currency": row.currency,
            "customer": row.customer,
            "invoice": row.invoice,
            "reason": row.reason,
            "cause": f"{row.cause_type}:{row.cause}",
        }
        for row in rows
    ]
