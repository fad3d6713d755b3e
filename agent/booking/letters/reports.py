"""What mail systems report about mail of ours: bounces stop or retry, receipts are noted, another contact is tried."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.letters import mailing
from agent.booking.letters.addressing import reachable
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.documents import BounceReport, DeliveryReceipt
from agent.domain.notices import Attachment, InvoiceNotice, NoticeKind
from agent.domain.receivables import InvoiceType
from agent.store import blobs, contacts, invoices, master, outbound
from outbox.message import OutboxStatus as S

# Enhanced codes (RFC 3463) that say the address itself is of no use; 5.7.x and 5.3.4 speak of the mail, not of it.
_DEAD = ("5.1.", "5.2.1", "5.4.4")
_SOFT_TRIES = 3
_SOFT_PAUSE = timedelta(hours=4)
_BELIEVED_FOR = timedelta(days=14)  # a report that comes later is a forgery or of no use
_PAPERS = ("invoice", "credit_note")


def take_bounce(desk: Desk, document: BounceReport) -> None:
    """A mail of ours was not delivered: a dead address is written to no more, a passing fault is tried again, a person is told."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": document.original_message_id})
    row = _mail_of(desk, document.original_message_id)
    if row is None:
        return
    recipient = _recipient(document.recipient, row)
    desk.outcome.effect("outbox", numbers.show(numbers.OUTBOX, row.id))
    desk.outcome.customer = desk.outcome.customer or row.customer
    why = document.status or ("refused" if document.permanent else "not delivered for now")
    if not document.permanent and _try_again(desk, document, row, recipient, why):
        return
    outbound.bounced(desk.tx, row.message_id, recipient=recipient, reason=why, cause=desk.cause, now=desk.now)
    dead = document.permanent and (document.status is None or document.status.startswith(_DEAD))
    if dead and recipient and contacts.stop(desk.tx, recipient, f"our mail came back: {why}", desk.now):
        desk.record("stopped", "contact", recipient.casefold(), status=document.status, outbox=row.id)
        _hold_the_rest(desk, row, recipient)
    other = try_other_contact(desk, row, why=f"mail to {recipient} came back") if dead else None
    _tell(desk, row, recipient, why, dead=dead, other=other)


def _mail_of(desk: Desk, message_id: str | None) -> Row[Any] | None:
    rows = outbound.of_message_ids(desk.tx, [message_id]) if message_id else []
    row = next(iter(rows), None)
    if row is None or row.status not in (S.SENT, S.UNKNOWN, S.BOUNCED):
        desk.outcome.reasons.append("a delivery report about a mail that we did not send")
        return None
    began = row.sent_at or row.handing_at or row.created_at
    if desk.now - began > _BELIEVED_FOR:
        desk.outcome.reasons.append(f"a delivery report {(desk.now - began).days} days after O{row.id} left: too late")
        return None
    return row


def _recipient(said: str | None, row: Row[Any]) -> str | None:
    """The address that we wrote to: the report may name one behind it, to which it was forwarded."""
    mine = {one.casefold(): one for one in row.recipients}
    if said and said.casefold() in mine:
        return str(mine[said.casefold()])
    return str(row.recipients[0]) if len(row.recipients) == 1 else None


def _try_again(desk: Desk, document: BounceReport, row: Row[Any], recipient: str | None, why: str) -> bool:
    """Send the same bytes again later, a few times, where the report says plainly that nothing was delivered."""
    plain = document.status is not None and document.recipient is not None and recipient is not None
    if not plain or recipient is None or len(row.recipients) != 1 or row.status != S.SENT.value:
        return False
    count = contacts.soft_failure(desk.tx, recipient, desk.now)
    if count > _SOFT_TRIES:
        return False
    due = desk.now + _SOFT_PAUSE * float(2 ** (count - 1))
    outbound.send_again(
        desk.tx, row.id, due=due, reason=f"not delivered for now ({why})", cause=desk.cause, now=desk.now
    )
    desk.outcome.reasons.append(
        f"O{row.id} was not delivered for now ({why}): again at {due.isoformat(timespec='minutes')}"
    )
    return True


def _hold_the_rest(desk: Desk, row: Row[Any], recipient: str) -> None:
    for mail in outbound.find(desk.tx, status=S.QUEUED.value, customer=row.customer):
        if recipient.casefold() in {one.casefold() for one in mail.recipients}:
            reason = f"{recipient} does not exist: our mail came back"
            outbound.hold(desk.tx, mail.id, reason=reason, cause=desk.cause, now=desk.now)


def _tell(desk: Desk, row: Row[Any], recipient: str | None, why: str, *, dead: bool, other: str | None) -> None:
    done = ""
    if dead:
        done = (
            f"; it went to {other} as well" if other else "; nothing more is sent there, and there is no other contact"
        )
    exception = MatchException(
        code="bounce",
        kind=QueueKind.OTHER,
        summary=f"our mail to {recipient or ', '.join(row.recipients)} came back ({why}): {row.subject}{done}",
        customer=row.customer,
    )
    desk.queue(exception, subject_type="outbox", subject=row.id)


def try_other_contact(desk: Desk, row: Row[Any], *, why: str) -> str | None:
    """Send an invoice or credit note, as it was issued, to the customer's next contact; return who that is."""
    if row.kind not in _PAPERS or row.customer is None:
        return None
    (customer,) = master.customers_by_number(desk.tx, [row.customer]) or (None,)
    issued = next((d for d in (invoices.document_of(desk.tx, one) for one in row.about) if d is not None), None)
    if customer is None or issued is None:
        return None
    tried = {one.casefold() for mail in outbound.find(desk.tx, about=issued.number) for one in mail.recipients}
    other = next((one for one in reachable(desk, customer) if one.casefold() not in tried), None)
    if other is None:
        return None
    kind = NoticeKind.INVOICE if issued.type is InvoiceType.INVOICE else NoticeKind.CREDIT_NOTE
    notice = InvoiceNotice(kind=kind, customer=issued.customer, reference=issued.number, document=issued)
    sent = mailing.send(
        desk,
        notice,
        customer,
        intent=f"{kind.value}:{issued.number}:{other.casefold()}",
        about=tuple(row.about),
        answer=False,
        files=_attachments(desk, row),
        to=(other,),
    )
    if sent is None:
        return None
    desk.record("other_contact", "invoice", issued.number, address=other, reason=why)
    return other


def _attachments(desk: Desk, row: Row[Any]) -> tuple[Attachment, ...]:
    """The papers of a mail, byte for byte."""
    found = []
    for part in message_from_bytes(blobs.load(desk.tx, row.sha256) or b"").walk():
        name, data = part.get_filename(), part.get_payload(decode=True)
        if name and isinstance(data, bytes):
            found.append(Attachment(name, part.get_content_type(), data))
    return tuple(found)


def take_receipt(desk: Desk, document: DeliveryReceipt) -> None:
    """A mail of ours was delivered, or a reader says that it was displayed: noted, and no more than that."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": document.original_message_id})
    row = _mail_of(desk, document.original_message_id)
    if row is None:
        return
    outbound.delivered(desk.tx, row.id, opened=document.opened, cause=desk.cause, now=desk.now)
    desk.outcome.effect("outbox", numbers.show(numbers.OUTBOX, row.id))
    desk.outcome.customer = desk.outcome.customer or row.customer
    if recipient := _recipient(document.recipient, row):
        contacts.alive(desk.tx, recipient)


def without_proof(desk: Desk) -> list[str]:
    """Send invoices that nobody proved to have arrived to another contact, after the days that the settings give."""
    days = desk.settings.sending.proof_days
    if days <= 0:
        return []
    told = []
    for row in outbound.unproved(desk.tx, _PAPERS, before=desk.now - timedelta(days=days)):
        if _is_settled(desk, row):
            continue
        if other := try_other_contact(desk, row, why=f"no proof of delivery after {days} days"):
            told.append(f"O{row.id} again to {other}")
        outbound.proof_looked_for(desk.tx, row.id, desk.now)
    return told


def _is_settled(desk: Desk, row: Row[Any]) -> bool:
    """Whether what the mail is about is paid, announced or disputed: its receiver knows it then."""
    items = invoices.items_by_number(desk.tx, row.about)
    return all(not item.open or item.announced or item.disputed for item in items)
