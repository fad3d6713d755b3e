"""How disputes moved, what proves or disproves them, and what caused them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from agent import numbers
from agent.domain.case_clock import Move
from agent.domain.ledger import Account
from agent.store.schema import (
    deliveries,
    dispute_moves,
    disputes,
    events,
    invoices,
    journal_entries,
    messages,
    orders,
    outbox,
    outbox_about,
    postings,
)
from agent.store.statements import insert_id

LIVE = ("open", "waiting_customer", "waiting_us")


def add_move(
    tx: Connection,
    dispute: int,
    *,
    status: str,
    tier: int,
    owner: str | None,
    actor: str,
    day: date,
    now: datetime,
) -> int:
    """Write down that a dispute has a new standing from a day on."""
    return insert_id(
        tx,
        dispute_moves,
        {"dispute": dispute, "at": now, "day": day, "status": status, "tier": tier, "owner": owner, "actor": actor},
    )


def moves_of(tx: Connection, wanted: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """The moves of these disputes, oldest first."""
    ids = list(dict.fromkeys(wanted))
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for start in range(0, len(ids), 800):
        rows = tx.execute(
            select(dispute_moves)
            .where(dispute_moves.c.dispute.in_(ids[start : start + 800]))
            .order_by(dispute_moves.c.id)
        )
        for row in rows:
            found[row.dispute].append(row)
    return found


def as_moves(row: Row[Any], rows: Iterable[Row[Any]]) -> list[Move]:
    """The history of one dispute; one that is older than its history counts as ours from its first day."""
    history = [Move(one.day, one.status) for one in rows]
    if history and history[0].day <= row.opened_on:
        return history
    return [Move(row.opened_on, "open" if history else row.status), *history]


def due_for_escalation(tx: Connection, today: date) -> list[Row[Any]]:
    """Disputes whose time has run out while it was our turn."""
    return list(
        tx.execute(
            select(disputes)
            .where(disputes.c.status.in_(("open", "waiting_us")), disputes.c.due_on < today)
            .order_by(disputes.c.id)
        )
    )


def live_of(tx: Connection, customer: str) -> list[Row[Any]]:
    """The open disputes of a customer."""
    return list(
        tx.execute(
            select(disputes).where(disputes.c.customer == customer, disputes.c.status.in_(LIVE)).order_by(disputes.c.id)
        )
    )


def numbers_of(tx: Connection, customer: str, wanted: Iterable[int]) -> list[int]:
    """Those of these disputes that are the customer's."""
    ids = list(dict.fromkeys(wanted))[:100]
    return list(
        tx.execute(
            select(disputes.c.id).where(disputes.c.id.in_(ids), disputes.c.customer == customer).order_by(disputes.c.id)
        ).scalars()
    )


def same_claim(tx: Connection, customer: str, claim_number: str, minor: int, currency: str) -> Row[Any] | None:
    """The open dispute that the customer announced under this number, over the same sum."""
    return tx.execute(
        select(disputes)
        .where(
            disputes.c.customer == customer,
            disputes.c.status.in_(LIVE),
            disputes.c.claim_number == claim_number,
            disputes.c.amount_minor == minor,
            disputes.c.currency == currency,
            disputes.c.advice.is_(None),
        )
        .order_by(disputes.c.id)
        .limit(1)
    ).one_or_none()


def written_off_in(tx: Connection, customer: str, year: int, currency: str) -> int:
    """What was written off of a customer in a calendar year, less what was taken back; minor units."""
    value = tx.execute(
        select(func.coalesce(func.sum(postings.c.amount_minor), 0))
        .join(journal_entries, journal_entries.c.id == postings.c.entry)
        .where(
            postings.c.account == Account.WRITE_OFF.value,
            postings.c.customer == customer,
            postings.c.currency == currency,
            journal_entries.c.booked_on >= date(year, 1, 1),
            journal_entries.c.booked_on <= date(year, 12, 31),
        )
    ).scalar_one()
    return int(value)


def delivered_by(tx: Connection, order: str) -> str | None:
    """The carrier of an order, where one alone brought it."""
    found = tx.execute(
        select(deliveries.c.carrier).where(deliveries.c.order == order, deliveries.c.carrier.is_not(None)).distinct()
    ).scalars()
    carriers = {name.strip() for name in found if name.strip()}
    return carriers.pop() if len(carriers) == 1 else None


def entered_by(tx: Connection, order: str) -> str | None:
    """The clerk who entered or released an order; None where no person touched it."""
    actor = tx.execute(
        select(events.c.actor)
        .where(events.c.subject_type == "order", events.c.subject == order, events.c.actor.like("clerk:%"))
        .order_by(events.c.id)
        .limit(1)
    ).scalar_one_or_none()
    return actor.partition(":")[2][:100] if actor else None


def evidence_of(tx: Connection, row: Row[Any]) -> list[dict[str, Any]]:
    """What is on file about a dispute: order, acknowledgement, proofs of delivery, invoice, and every mail of it."""
    found: list[dict[str, Any]] = []
    order = row.order or _order_of(tx, row.invoice)
    if order:
        found += _order_papers(tx, order)
    if row.invoice:
        found += _invoice_papers(tx, row.invoice)
    found += _thread(tx, row)
    return found


def _paper(kind: str, number: object, what: str, at: object, message: object = None) -> dict[str, Any]:
    day = at.date().isoformat() if isinstance(at, datetime) else at.isoformat() if isinstance(at, date) else None
    return {"kind": kind, "id": str(number), "what": what, "on": day, "message": message}


def _order_of(tx: Connection, invoice: str | None) -> str | None:
    if invoice is None:
        return None
    return tx.execute(select(invoices.c.order).where(invoices.c.invoice == invoice)).scalar_one_or_none()


def _order_papers(tx: Connection, order: str) -> list[dict[str, Any]]:
    found = []
    head = tx.execute(select(orders).where(orders.c.order == order)).one_or_none()
    if head is not None:
        source = numbers.show(numbers.MESSAGE, head.message)
        what = f"purchase order {head.po_number or '(no number)'}" + ("" if source else ", without its paper")
        found.append(_paper("order", order, what, head.ordered_on or head.created_at, source))
    for mail in _mails_about(tx, order, ("order_acknowledgement", "order_query")):
        shown = numbers.show(numbers.OUTBOX, mail.id)
        found.append(_paper("acknowledgement", shown, f"{mail.subject} ({mail.status})", mail.created_at))
    for row in tx.execute(select(deliveries).where(deliveries.c.order == order).order_by(deliveries.c.id)):
        by = f", signed by {row.received_by}" if row.received_by else ""
        carrier = f", {row.carrier}" if row.carrier else ""
        number = numbers.show(numbers.DELIVERY, row.id)
        source = numbers.show(numbers.MESSAGE, row.message)
        what = f"delivery {row.number or ''} ({row.level}, {row.status}){carrier}{by}".replace("  ", " ")
        found.append(_paper("proof_of_delivery", number, what, row.delivered_on or row.created_at, source))
    return found


def _invoice_papers(tx: Connection, invoice: str) -> list[dict[str, Any]]:
    row = tx.execute(select(invoices).where(invoices.c.invoice == invoice)).one_or_none()
    if row is None:
        return []
    what = "invoice" if row.pdf_sha256 else "invoice, issued by another system"
    found = [_paper("invoice", invoice, what, row.issued_on)]
    for mail in _mails_about(tx, invoice, ("invoice", "reminder", "credit_note")):
        shown = numbers.show(numbers.OUTBOX, mail.id)
        found.append(_paper(mail.kind, shown, f"{mail.subject} ({mail.status})", mail.sent_at or mail.created_at))
    return found


def _mails_about(tx: Connection, subject: str, kinds: tuple[str, ...]) -> list[Row[Any]]:
    concerned = select(outbox_about.c.outbox).where(outbox_about.c.subject == subject)
    return list(
        tx.execute(select(outbox).where(outbox.c.id.in_(concerned), outbox.c.kind.in_(kinds)).order_by(outbox.c.id))
    )


def _thread(tx: Connection, row: Row[Any]) -> list[dict[str, Any]]:
    """Every mail that came or went about the case, in the order of time."""
    shown = str(numbers.show(numbers.DISPUTE, row.id))
    concerned = select(outbox_about.c.outbox).where(outbox_about.c.subject == shown)
    heard = select(events.c.message).where(
        events.c.subject_type == "dispute", events.c.subject == shown, events.c.message.is_not(None)
    )
    came = tx.execute(
        select(messages).where(or_(messages.c.id.in_(heard), messages.c.id == row.message)).order_by(messages.c.id)
    )
    went = tx.execute(select(outbox).where(outbox.c.id.in_(concerned)).order_by(outbox.c.id))
    mails = [
        (one.received_at, _paper("mail_in", f"M{one.id}", one.subject or "", one.received_at, f"M{one.id}"))
        for one in came
    ]
    mails += [
        (one.created_at, _paper("mail_out", f"O{one.id}", f"{one.subject} ({one.status})", one.created_at))
        for one in went
    ]
    return [paper for _, paper in sorted(mails, key=lambda pair: pair[0])]
