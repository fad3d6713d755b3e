"""Proofs of delivery out of the store: the paper that came with the confirmation, as it came.

A paper is handed on only where it is about this customer alone: what names somebody else's order stays with a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.senders.mentions import mentions_in
from agent.domain.codec import from_plain
from agent.domain.documents import DeliveryConfirmation, Reading
from agent.domain.notices import Attachment
from agent.domain.receivables import OpenItem
from agent.store import inbound, master, orders, proofs
from matching.keys import lookup_keys

_FILE_BYTES_MAX = 10_000_000
_FILES_MAX = 10


def proofs_of(desk: Desk, items: Iterable[OpenItem]) -> tuple[dict[str, list[Attachment]], list[str]]:
    """The files that prove the delivery of each invoice, and the invoices for which there is none to hand out."""
    found: dict[str, list[Attachment]] = {}
    missing = []
    for item in items:
        owned = {line.order for line in item.lines if line.order} | ({item.order} if item.order else set())
        rows = proofs.deliveries_of(desk.tx, item.number, owned)
        files = [file for row in rows[:_FILES_MAX] if (file := _file_of(desk, row, item)) is not None]
        if files:
            found[item.number] = list(dict.fromkeys(files))
        else:
            missing.append(item.number)
    return found, missing


def _file_of(desk: Desk, row: Row[Any], item: OpenItem) -> Attachment | None:
    message = proofs.message_of(desk.tx, row.message)
    if message is None or not message.reading:
        return None
    reading = from_plain(Reading, message.reading)
    papers = [d for d in reading.documents if isinstance(d, DeliveryConfirmation)]
    parts = {d.source.part for d in papers if is_of(desk, d, row.order)}
    if len(parts) != 1 or any(not is_of(desk, d, row.order) for d in papers if d.source.part in parts):
        return None
    part = parts.pop()
    shown = str(numbers.show(numbers.DELIVERY, row.id))
    name = f"proof-of-delivery-{item.number}-{shown}"
    if part == "body":
        text = _as_text(name, message, reading)
        return None if text is None or _names_others(desk, (text.data, "text/plain"), item.customer) else text
    data = part_of(inbound.raw_bytes(desk.tx, row.message), part)
    if data is None or len(data[0]) > _FILE_BYTES_MAX or _names_others(desk, data, item.customer):
        return None
    return Attachment(f"{name}{_suffix(part)}", data[1], data[0])


def beside_invoice(desk: Desk, delivery: int | None, invoice: str) -> tuple[Attachment, ...]:
    """The paper that proves the delivery which an invoice bills, for a customer who wants both in one mail.

    The message may be the one that is worked on just now: its paper is found by the part that was filed with it.
    """
    row = None if delivery is None else orders.delivery_row(desk.tx, delivery)
    if row is None or row.message is None or not row.part:
        return ()
    name = f"proof-of-delivery-{invoice}-{numbers.show(numbers.DELIVERY, row.id)}"
    if row.part == "body":
        facts = desk.facts
        if facts is None or row.message != desk.message or not facts.reply_text.strip():
            return ()
        head = f"From: {facts.from_address or ''}\nDate: {facts.date or ''}\nSubject: {facts.subject}\n"
        return (Attachment(f"{name}.txt", "text/plain", f"{head}\n{facts.reply_text}\n".encode()),)
    found = part_of(inbound.raw_bytes(desk.tx, row.message), row.part)
    if found is None or len(found[0]) > _FILE_BYTES_MAX:
        return ()
    return (Attachment(f"{name}{_suffix(row.part)}", found[1], found[0]),)


def is_of(desk: Desk, document: DeliveryConfirmation, order: str | None) -> bool:
    """Whether a confirmation names this order of ours and no other one."""
    written = [*document.order_numbers, *document.invoice_numbers]
    written += [n for n in (document.delivery_note_number, document.tracking_number) if n]
    keys = [key for number in written for key in lookup_keys(number)]
    named = orders.numbers_by_keys(desk.tx, ("order", "po", "delivery_note", "tracking"), keys, limit=20)
    return bool(order) and set(named) == {order}


def _names_others(desk: Desk, data: tuple[bytes, str], customer: str) -> bool:
    """Whether a paper in plain text names a document or the name of somebody else's."""
    if not data[1].startswith("text/"):
        return False
    found = mentions_in(desk.tx, data[0].decode("utf-8", "replace"))
    return bool(set(found.customers) - set(master.family_of(desk.tx, [customer])) - {customer})


def part_of(raw: bytes, part: str) -> tuple[bytes, str] | None:
    """The bytes and type of one attachment, by the name it was read under."""
    from parsers.mail.envelope import open_mail

    for one in open_mail(raw).parts:
        if one.name == part:
            return one.data, one.content_type
    return None


_SUFFIXES = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".txt", ".csv", ".xml", ".html", ".xlsx", ".edi")


def _suffix(part: str) -> str:
    lowered = part.lower()
    return next((suffix for suffix in _SUFFIXES if lowered.endswith(suffix)), ".bin")


def _as_text(name: str, message: Row[Any], reading: Reading) -> Attachment | None:
    """A confirmation that stood in a mail's own words, with who wrote it and when."""
    facts = reading.mail
    if facts is None or not facts.reply_text.strip():
        return None
    head = f"From: {facts.from_address or ''}\nDate: {facts.date or message.received_at.isoformat()}\nSubject: {facts.subject}\n"
    return Attachment(f"{name}.txt", "text/plain", f"{head}\n{facts.reply_text}\n".encode())
