"""What is kept about a person's address: shown on request, and erased where the law of the books allows it.

Mails that became part of the books (orders, invoices, payments, disputes) and what we sent are commercial letters: they
stay for as long as the law wants (in the EU mostly six to ten years). Everything else that names the person goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from agent.booking.desk import Desk
from agent.domain.codec import to_plain
from agent.domain.errors import NotFound, Refused
from agent.store import contacts, inbound, lists, master, personal, work

# Effects that put a mail into the books.
BOOKED = ("order", "delivery", "invoice", "credit_note", "advice", "receipt", "dispute", "promise")


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and what stays because it is part of the books."""

    messages: tuple[str, ...]
    records: int
    customers: tuple[str, ...]  # on whose record the address stood
    kept: tuple[str, ...]


def exported(desk: Desk, address: str) -> Iterator[dict[str, Any]]:
    """Everything that is kept about an address, one row a thing; raise NotFound where that is nothing."""
    rows = list(personal.rows_about(desk.tx, address))
    if not rows:
        raise NotFound("address", address, "nothing is kept about it")
    for row in rows:
        yield to_plain(row)


def erase(desk: Desk, address: str) -> Erased:
    """Erase what is not part of the books; the erasing itself is on record, by the address's hash."""
    folded = address.casefold()
    found = personal.messages_of(desk.tx, folded)
    owners = master.customer_numbers_by_keys(desk.tx, "email", [folded])
    gone, kept = [], []
    for row in found:
        if _may_go(desk, row):
            inbound.erase(desk.tx, row.id, desk.now)
            gone.append(f"M{row.id}")
        else:
            kept.append(f"M{row.id}")
    records = contacts.forget(desk.tx, folded) + personal.forget_small(desk.tx, folded)
    kept += [f"O{number}" for number in personal.mails_to(desk.tx, folded)]
    changed = []
    for customer in master.customers_by_number(desk.tx, owners):
        emails = tuple(entry for entry in customer.emails if entry.casefold() != folded)
        if emails:
            master.save_customer(desk.tx, replace(customer, emails=emails), _keys(replace(customer, emails=emails)))
            changed.append(customer.number)
        else:
            kept.append(f"customer {customer.number}: its only address; import another one first")
    if not (gone or records or changed or kept):
        raise NotFound("address", address, "nothing is kept about it")
    digest = hashlib.sha256(folded.encode()).hexdigest()[:16]
    desk.record("erased", "address", digest, messages=gone, records=records, kept=kept[:50])
    return Erased(tuple(gone), records, tuple(changed), tuple(kept))


def _may_go(desk: Desk, row: Any) -> bool:
    """Whether a mail is neither part of the books nor work that waits."""
    booked = any(effect["type"] in BOOKED for effect in row.effects or ())
    return row.state == "done" and not booked and not work.open_of_message(desk.tx, row.id)


def erase_message(desk: Desk, number: int) -> None:
    """Erase one mail, whoever sent it; raise Refused where it is part of the books or work that waits."""
    row = lists.find_message(desk.tx, number)
    if row is None:
        raise NotFound("message", f"M{number}", "see `ar-agent messages list`")
    if not _may_go(desk, row):
        raise Refused(f"M{number} is part of the books, or waits in the queue: settle that first; what is booked stays")
    inbound.erase(desk.tx, number, desk.now)
    desk.record("erased", "message", f"M{number}")


def _keys(customer: Any) -> list[tuple[str, str]]:
    from agent.importing import customer_keys

    return customer_keys(customer)
