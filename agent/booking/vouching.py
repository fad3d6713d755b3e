"""A person vouches for a mail that was not believed, and takes that back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from agent.booking.desk import Desk
from agent.domain.books import Sender
from agent.domain.codec import from_plain
from agent.domain.decisions import Candidate
from agent.domain.documents import Reading
from agent.store import lists

Resolution = dict[str, Any]


def believe(desk: Desk, row: Row[Any], chosen: Candidate | None) -> Resolution:
    """A person vouches for a mail that was not believed: its papers are taken as the named customer's."""
    from agent.process import take

    if row.kind not in ("untrusted_sender", "unknown_sender", "ambiguous", "fraud_alert"):
        return {}
    customer = (chosen.customer if chosen else None) or row.customer
    message = lists.find_message(desk.tx, row.message) if row.message is not None else None
    if customer is None or message is None or not message.reading:
        return {}
    reading = from_plain(Reading, message.reading)
    sender = Sender(address=message.from_address, customers=(customer,), trusted=True)
    at = replace(desk, message=row.message, facts=reading.mail, sender=sender)
    for document in reading.documents:
        take(at, document)
    return {"believed": customer, "effects": at.outcome.effects}
