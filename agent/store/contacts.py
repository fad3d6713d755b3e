"""Contacts of customers, addresses that take no mail, and senders that are blocked or vouched for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from agent.domain.contacts import Contact
from agent.store.master import chunks
from agent.store.schema import addresses, contacts, sender_rules
from agent.store.statements import insert_new, upsert

# --- what an address may do --------------------------------------------------------------------------------------


def save(tx: Connection, contact: Contact) -> str:
    """Write a contact; return `added`, `changed` or `unchanged`."""
    known = {one.address: one for one in of_customers(tx, [contact.customer])}.get(contact.address)
    if known == contact:
        return "unchanged"
    upsert(
        tx,
        contacts,
        {
            "customer": contact.customer,
            "address": contact.address,
            "name": contact.name,
            "may_order": contact.may_order,
            "may_dispute": contact.may_dispute,
            "may_receive": contact.may_receive,
            "rank": contact.rank,
        },
    )
    return "changed" if known else "added"


def of_customers(tx: Connection, numbers: Iterable[str], *, address: str | None = None) -> tuple[Contact, ...]:
    """The contacts of these customers in the order in which they are written to."""
    found: list[Contact] = []
    for batch in chunks(numbers):
        statement = select(contacts).where(contacts.c.customer.in_(batch))
        if address is not None:
            statement = statement.where(contacts.c.address == address.casefold())
        found += [_contact(row) for row in tx.execute(statement)]
    return tuple(sorted(found, key=lambda one: (one.customer, one.rank, one.address)))


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        customer=row.customer,
        address=row.address,
        name=row.name,
        may_order=bool(row.may_order),
        may_dispute=bool(row.may_dispute),
        may_receive=bool(row.may_receive),
        rank=row.rank,
    )


def forget(tx: Connection, address: str, *, customer: str | None = None) -> int:
    """Remove what is kept of an address; return how many records that were."""
    statement = delete(contacts).where(contacts.c.address == address.casefold())
    if customer is not None:
        return int(tx.execute(statement.where(contacts.c.customer == customer)).rowcount)
    gone = int(tx.execute(statement).rowcount)
    return gone + int(tx.execute(delete(addresses).where(addresses.c.address == address.casefold())).rowcount)


# --- what the mail systems said of it ----------------------------------------------------------------------------


def stop(tx: Connection, address: str, reason: str, now: datetime) -> bool:
    """Write to this address no more; False where it was stopped before."""
    folded = address.casefold()[:320]
    _touch(tx, folded)
    done = tx.execute(
        update(addresses)
        .where(addresses.c.address == folded, addresses.c.stopped_at.is_(None))
        .values(stopped_at=now, stop_reason=reason[:500])
    )
    return done.rowcount == 1


def soft_failure(tx: Connection, address: str, now: datetime) -> int:
    """Count a temporary failure; return how many there were in a row."""
    folded = address.casefold()[:320]
    _touch(tx, folded)
    tx.execute(update(addresses).where(addresses.c.address == folded).values(soft=addresses.c.soft + 1, soft_at=now))
    return int(tx.execute(select(addresses.c.soft).where(addresses.c.address == folded)).scalar_one())


def alive(tx: Connection, address: str) -> bool:
    """Take back what was said against an address: a person, or a mail from it, says that it lives. False: nothing was."""
    done = tx.execute(delete(addresses).where(addresses.c.address == address.casefold()))
    return done.rowcount > 0


def _touch(tx: Connection, folded: str) -> None:
    insert_new(tx, addresses, {"address": folded, "soft": 0})


def stopped(tx: Connection, wanted: Iterable[str]) -> dict[str, str]:
    """Those of these addresses that take no mail, with the reason."""
    found: dict[str, str] = {}
    for batch in chunks(one.casefold() for one in wanted):
        rows = tx.execute(select(addresses).where(addresses.c.address.in_(batch), addresses.c.stopped_at.is_not(None)))
        found |= {row.address: row.stop_reason or "" for row in rows}
    return found


def all_states(tx: Connection) -> list[Row[Any]]:
    return list(tx.execute(select(addresses).order_by(addresses.c.address)))


# --- who is listened to ------------------------------------------------------------------------------------------


def set_rule(tx: Connection, entry: str, verdict: str, *, note: str | None, by: str, now: datetime) -> None:
    """`block` or `allow` an address or `@domain`."""
    upsert(tx, sender_rules, {"entry": entry.casefold(), "verdict": verdict, "note": note, "by": by[:100], "at": now})


def drop_rule(tx: Connection, entry: str) -> bool:
    return tx.execute(delete(sender_rules).where(sender_rules.c.entry == entry.casefold())).rowcount > 0


def rules(tx: Connection) -> list[Row[Any]]:
    return list(tx.execute(select(sender_rules).order_by(sender_rules.c.entry)))


def rule_of(tx: Connection, address: str) -> tuple[str, str] | None:
    """The rule that an address falls under, as (entry, verdict); its own goes before its domain's and that one's parents'."""
    entries = entries_of(address)
    rows = {row.entry: row.verdict for row in tx.execute(select(sender_rules).where(sender_rules.c.entry.in_(entries)))}
    return next(((entry, rows[entry]) for entry in entries if entry in rows), None)


def entries_of(address: str) -> list[str]:
    """What a rule about this address could be written as: `a@b.example`, `@b.example`, `@example`."""
    folded = address.casefold()
    labels = folded.rpartition("@")[2].split(".")
    return [folded, *("@" + ".".join(labels[n:]) for n in range(len(labels) - 1))]
