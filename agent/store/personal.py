"""Every place where the address of a person stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, String, cast, delete, func, select

from agent.store.schema import absences, addresses, contacts, customers, messages, outbox, sender_rules

_MAX = 10_000


def messages_of(tx: Connection, address: str) -> list[Row[Any]]:
    """Mails that came from an address, whatever case it was written in."""
    statement = select(messages).where(func.lower(messages.c.from_address) == address).order_by(messages.c.id)
    return list(tx.execute(statement.limit(_MAX)))


def mails_to(tx: Connection, address: str) -> list[int]:
    """Numbers of mails of ours to an address."""
    near = cast(outbox.c.recipients, String).ilike(f"%{_escaped(address)}%", escape="\\")
    rows = tx.execute(select(outbox.c.id, outbox.c.recipients).where(near).order_by(outbox.c.id).limit(_MAX))
    return [row.id for row in rows if address in {one.casefold() for one in row.recipients}]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def forget_small(tx: Connection, address: str) -> int:
    """Remove absences and sender rules of an address; return how many there were."""
    gone = tx.execute(delete(absences).where(absences.c.address == address)).rowcount
    return int(gone + tx.execute(delete(sender_rules).where(sender_rules.c.entry == address)).rowcount)


def rows_about(tx: Connection, address: str) -> Iterator[dict[str, Any]]:
    """Everything about an address: `what` says of which kind a row is."""
    folded = address.casefold()
    for row in messages_of(tx, folded):
        yield {
            "what": "message", "id": f"M{row.id}", "received_at": row.received_at, "from": row.from_address, "subject": row.subject,
            "customer": row.customer, "outcome": row.outcome, "effects": row.effects or [], "erased_at": row.erased_at,
            "reading": row.reading,
        }  # fmt: skip
    for number in mails_to(tx, folded):
        mail = tx.execute(select(outbox).where(outbox.c.id == number)).one()
        yield {
            "what": "outbox", "id": f"O{number}", "kind": mail.kind, "subject": mail.subject, "to": mail.recipients,
            "status": mail.status, "sent_at": mail.sent_at, "customer": mail.customer,
        }  # fmt: skip
    for table, column in (
        (contacts, "address"),
        (addresses, "address"),
        (absences, "address"),
        (sender_rules, "entry"),
    ):
        for row in tx.execute(select(table).where(table.c[column] == folded)):
            yield {"what": table.name.rstrip("s"), **row._asdict()}
    near = cast(customers.c.emails, String).ilike(f"%{_escaped(folded)}%", escape="\\")
    for owner in tx.execute(select(customers.c.customer, customers.c.name, customers.c.emails).where(near).limit(_MAX)):
        if folded in {one.casefold() for one in owner.emails}:
            yield {"what": "customer", "customer": owner.customer, "name": owner.name, "emails": owner.emails}
