"""Blanket orders: proposed when they come, agreed to by a person, called off by releases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.letters import mailing
from agent.domain import billing
from agent.domain.agreements import Agreement, AgreementStatus
from agent.domain.decisions import Candidate, OrderDecision, Reason
from agent.domain.documents import PurchaseOrder
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.domain.notices import AgreementNotice, NoticeKind
from agent.domain.receivables import Customer
from agent.store import agreements, master, outbound
from matching.order_frames import frame_key, proposed_lines

Resolution = dict[str, Any]


def shown(number: int) -> str:
    """`B3` for blanket order 3."""
    return str(numbers.show(numbers.AGREEMENT, number))


def propose(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer) -> None:
    """File a blanket order as it was read; a person agrees to it, and then it is acknowledged."""
    name = document.blanket_number or document.number
    if not name:
        for exception in decision.exceptions:
            desk.queue(exception, subject_type="message", subject=desk.message)
        return
    offered = _as_read(desk, document, decision, customer, name)
    held = agreements.find(desk.tx, customers=(customer.number,), keys=(frame_key(name),))
    if held:
        _again(desk, held[0], offered, decision)
        return
    number = agreements.add(desk.tx, offered, key=frame_key(name), now=desk.now)
    desk.outcome.effect("agreement", shown(number))
    desk.record("proposed", "agreement", shown(number), number=name)
    terms = Reason("frame", _described(offered))
    for exception in decision.exceptions:
        summary = f"{exception.summary}: {terms.detail}; accept to agree to it"
        one = Candidate(n=1, amount=offered.limit, confidence=0.8, evidence=(terms,), customer=customer.number)
        offered_as = replace(exception, summary=summary, candidates=(one,), reasons=(*exception.reasons, terms))
        desk.queue(offered_as, subject_type="agreement", subject=number)


def _as_read(desk: Desk, document: PurchaseOrder, decision: OrderDecision, customer: Customer, name: str) -> Agreement:
    currency = decision.currency or customer.currency
    return Agreement(
        id=0,
        number=name[:200],
        customer=customer.number,
        currency=currency,
        status=AgreementStatus.PROPOSED,
        called=Money.zero(currency),
        limit=None if document.limit is None else Money.rounded(document.limit, currency),
        valid_from=document.valid_from,
        valid_to=document.valid_to,
        lines=proposed_lines(decision.lines),
        message=desk.message,
    )


def _described(one: Agreement) -> str:
    start = one.valid_from.isoformat() if one.valid_from else "open"
    end = one.valid_to.isoformat() if one.valid_to else "open"
    goods = ", ".join(f"{line.item} at {line.unit_price} per {line.price_per}" for line in one.lines if line.unit_price)
    return f"{one.limit or 'no ceiling read'}, valid {start} to {end}" + (f", {goods}" if goods else "")


def _again(desk: Desk, held: Agreement, offered: Agreement, decision: OrderDecision) -> None:
    """The same blanket order again: silent where it says the same, work for a person where it does not."""
    desk.outcome.effect("agreement", shown(held.id))
    said = {"ceiling": (held.limit, offered.limit), "from": (held.valid_from, offered.valid_from)}
    said |= {"to": (held.valid_to, offered.valid_to)}
    changed = [f"{name} {was} -> {now}" for name, (was, now) in said.items() if now is not None and was != now]
    desk.record("repeated", "agreement", shown(held.id), changes=changed)
    if not changed:
        return
    for exception in decision.exceptions:
        summary = f"blanket order {held.number} ({shown(held.id)}) came again with other terms: {'; '.join(changed)}"
        command = f"`ar-agent agreements change {shown(held.id)}` takes them over"
        what = replace(exception, summary=f"{summary}; {command}", code="po_change")
        desk.queue(what, subject_type="agreement", subject=held.id)


def accept(desk: Desk, row: Row[Any]) -> Resolution:
    """Agree to a proposed blanket order and acknowledge it."""
    held = agreements.by_number(desk.tx, int(row.subject))
    if held.status is not AgreementStatus.PROPOSED:
        command = f"ar-agent agreements change {shown(held.id)}"
        raise Refused(f"{shown(held.id)} is {held.status.value} already: change it with `{command}`")
    agree(desk, held)
    return {"agreement": held.id, "status": held.status.value}


def agree(desk: Desk, held: Agreement) -> None:
    """Put a blanket order in force and tell the buyer how we understood it."""
    agreements.change(desk.tx, held.id, status=AgreementStatus.OPEN.value)
    desk.record("agreed", "agreement", shown(held.id), number=held.number)
    (customer,) = master.customers_by_number(desk.tx, [held.customer])
    notice = AgreementNotice(
        kind=NoticeKind.ORDER_ACKNOWLEDGEMENT,
        customer=billing.addressee(customer),
        reference=held.number,
        number=held.number,
        currency=held.currency,
        limit=held.limit,
        valid_from=held.valid_from,
        valid_to=held.valid_to,
        lines=held.lines,
    )
    mailing.send(desk, notice, customer, intent=f"agreement:{held.id}:{desk.now.isoformat()}", about=(shown(held.id),))


def reject(desk: Desk, row: Row[Any]) -> Resolution:
    """End a proposed blanket order; its releases are held then."""
    held = agreements.by_number(desk.tx, int(row.subject))
    if held.status is not AgreementStatus.PROPOSED:
        return {}
    agreements.change(desk.tx, held.id, status=AgreementStatus.ENDED.value)
    desk.record("refused", "agreement", shown(held.id))
    return {"agreement": held.id, "status": held.status.value}


def undo(desk: Desk, done: Resolution) -> None:
    """Put a blanket order back to what it was before the decision; refused once something was called off it."""
    held = agreements.by_number(desk.tx, int(done["agreement"]))
    if done["status"] == AgreementStatus.PROPOSED.value and agreements.releases_of(desk.tx, held.id):
        raise Refused(f"{shown(held.id)} has releases already: end it with `ar-agent agreements end {shown(held.id)}`")
    for mail in outbound.find(desk.tx, about=shown(held.id), status="queued"):
        outbound.retract(desk.tx, mail.id, reason="the decision was undone", cause=desk.cause, now=desk.now)
    agreements.change(desk.tx, held.id, status=done["status"])
    desk.record("undone", "agreement", shown(held.id), back_to=done["status"])
