"""A clerk's decisions on the exception queue: each is written to the books at once, and each can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row

from agent.booking import splitting
from agent.booking.cash import clearing
from agent.booking.cash.clearing import Part, whole
from agent.booking.deliveries import delivering, returning
from agent.booking.desk import Desk
from agent.booking.disputes import case_deciding
from agent.booking.invoices import drafting, releasing, resending
from agent.booking.learning import braking, teaching
from agent.booking.learning.columns import Trial
from agent.booking.orders import filing, framing, order_decisions
from agent.booking.senders import vouching
from agent.collecting import charging, credit
from agent.domain.decisions import Allocation, Candidate, Reason
from agent.domain.errors import Refused
from agent.store import cash, work

Resolution = dict[str, Any]
# Subjects of the queue whose decisions are their own affair altogether.
_ACCEPT: dict[str, Callable[[Desk, Row[Any]], Resolution]] = {
    "agreement": framing.accept,
    "return": returning.accept,
    "paper": filing.accept,
}
_UNDO: dict[str, Callable[[Desk, Resolution], None]] = {
    "agreement": framing.undo,
    "return": returning.undo,
    "paper": filing.undo,
    "delivery_of": delivering.refuse_undo,
}
_WHICH_ORDER = ("dlv_no_order", "dlv_ambig")
_DECIDED = ("accepted", "applied", "rejected")


def accept(desk: Desk, number: int, candidate: int | None, tried: tuple[Trial, ...] = ()) -> None:
    """Do what the chosen candidate (or the only one) proposes; `tried` is what its paper could mean (`columns.trials`)."""
    row = _open_row(desk, number)
    offered = work.candidates_of(row)
    chosen = _choose(row, offered, candidate)
    match row.subject_type:
        case "advice":
            proposed = _proposed(row, chosen)
            done = clearing.accept_advice(desk, int(row.subject), chosen, proposed, queue=number)
            done |= _taught(desk, row, proposed, tried)
        case "receipt":
            proposed = _proposed(row, chosen)
            done = clearing.apply_receipt(desk, int(row.subject), proposed, queue=number, chosen=chosen)
            done |= _taught(desk, row, proposed)
        case "order":
            done = order_decisions.accept(desk, row, chosen)
        case "brake":
            braking.lift(desk, int(row.subject), note=f"Q{number}")
            done = {"brake": int(row.subject)}
        case "invoice" if row.code == "invoice_lint":
            done = {"mail": resending.put_right(desk, row.subject)}
        case "draft":
            done = {"invoice": releasing.approve(desk, int(row.subject)), "draft": row.subject}
        case "message" if row.code in _WHICH_ORDER and chosen is not None and chosen.order:
            done = delivering.accept_for(desk, row.message, chosen) or {}
        case "message":
            done = vouching.believe(desk, row, chosen)
        case "dispute":
            done = case_deciding.accept_case(desk, row, chosen)
        case "charge":
            done = {"charge": int(row.subject), "document": charging.charge(desk, int(row.subject))}
        case "credit":
            credit.hold(desk, row.subject, why=f"Q{row.id}")
            done = {"hold": row.subject}
        case other:
            done = _ACCEPT[other](desk, row) if other in _ACCEPT else {}
    _close(desk, row, "accepted", done)


def _taught(
    desk: Desk, row: Row[Any], allocations: tuple[Allocation, ...], tried: tuple[Trial, ...] = ()
) -> Resolution:
    taught = teaching.learn(desk, row, allocations, tried)
    return {"learned": taught} if taught else {}


def _open_row(desk: Desk, number: int) -> Row[Any]:
    row = work.queue_row(desk.tx, number, lock=True)
    if row.status not in work.OPEN:
        raise Refused(f"Q{number} is {row.status} already; `ar-agent queue undo Q{number}` takes that back")
    return row


def _close(desk: Desk, row: Row[Any], status: str, done: Resolution) -> None:
    fresh = work.queue_row(desk.tx, row.id)  # settling the subject may have closed this item with its siblings
    work.resolve(desk.tx, fresh, status=status, resolution=done, owner=desk.cause.name, now=desk.now)
    desk.record(status, "queue", f"Q{row.id}", **{k: v for k, v in done.items() if isinstance(v, str | int | list)})
    if row.subject_type == "advice" and status in ("accepted", "applied"):
        clearing.settle_siblings(desk, row)


def _choose(row: Row[Any], offered: tuple[Candidate, ...], wanted: int | None) -> Candidate | None:
    if wanted is not None:
        for one in offered:
            if one.n == wanted:
                return one
        raise Refused(
            f"Q{row.id} has no candidate {wanted}; it offers {', '.join(str(c.n) for c in offered) or 'none'}"
        )
    if len(offered) > 1 and row.subject_type in ("advice", "receipt"):
        raise Refused(f"Q{row.id} offers {len(offered)} candidates: name one with --candidate N")
    return offered[0] if offered else None


def _proposed(row: Row[Any], chosen: Candidate | None) -> tuple[Allocation, ...]:
    if chosen is None or not chosen.settle:
        raise Refused(
            f"Q{row.id} proposes nothing that could be booked: use `ar-agent queue apply Q{row.id} --to INVOICE=AMOUNT`, "
            f"or `ar-agent queue reject Q{row.id}`"
        )
    return chosen.settle


def reject(desk: Desk, number: int, note: str | None) -> None:
    """Nothing is booked; a held order is refused and the buyer told."""
    row = _open_row(desk, number)
    done: Resolution = {"note": note} if note else {}
    if row.subject_type == "draft":
        drafting.drop(desk, int(row.subject), note or "rejected")
        done["draft"] = row.subject
    if row.subject_type == "order":
        done |= order_decisions.reject(desk, row, note)
    if row.subject_type == "agreement":
        done |= framing.reject(desk, row)
    if row.subject_type == "charge":
        charging.waive(desk, int(row.subject), note=note)
        done |= {"charge": int(row.subject)}
    refused = teaching.refuse(desk, row)
    _close(desk, row, "rejected", done | ({"learned": refused} if refused else {}))


def apply_to(desk: Desk, number: int, parts: list[Part], tried: tuple[Trial, ...] = ()) -> None:
    """Book amounts that a clerk names: of an advice or a receipt, to invoices."""
    row = _open_row(desk, number)
    if row.subject_type not in ("advice", "receipt"):
        raise Refused(
            f"Q{number} is about {row.subject_type or 'a mail'}, not about money: use `queue accept` or `queue reject`"
        )
    why = Reason("clerk", f"named by a clerk in Q{number}")
    receipt = cash.receipt_row(desk.tx, int(row.subject)) if row.subject_type == "receipt" else None
    money_in = receipt.currency if receipt is not None else None
    allocations = tuple(clearing.by_hand(desk, part, why, money_in=money_in) for part in parts)
    splitting.within_part(row, allocations)
    if row.subject_type == "advice":
        clearing.within_total(desk, int(row.subject), allocations)
        done = clearing.settle_advice(desk, int(row.subject), allocations, queue=number)
    else:
        done = clearing.apply_receipt(desk, int(row.subject), allocations, queue=number)
    _close(desk, row, "applied", done | _taught(desk, row, allocations, tried))


def _draft_cannot_return(number: int, done: Resolution) -> str:
    issued = done.get("invoice")
    if issued:
        return f"Q{number} issued {issued}, and an issued document stays: `ar-agent invoices cancel {issued}`"
    return f"Q{number} let a draft go on or ended it: see `ar-agent invoices drafts`, or bill its order anew"


def undo(desk: Desk, number: int) -> None:
    """Put the books back as they were before the decision; the undoing is itself an event."""
    row = work.queue_row(desk.tx, number)
    if row.status not in _DECIDED:
        raise Refused(f"Q{number} is {row.status}: there is no decision to take back")
    done: Resolution = row.resolution or {}
    if done.get("draft"):
        raise Refused(_draft_cannot_return(number, done))
    reason = f"Q{number} undone by {desk.cause.name}"
    if done.get("believed") and done.get("effects"):
        vouching.take_back(desk, number, done)
    if done.get("split"):
        splitting.join(desk, number)
    clearing.undo_money(desk, done, reason)
    if done.get("advice"):
        clearing.undo_advice(desk, done)
    if done.get("order"):
        order_decisions.undo(desk, done)
    for kind, take_back in _UNDO.items():
        if done.get(kind):
            take_back(desk, done)
    if done.get("charge"):
        charging.take_back(desk, done["charge"])
    if done.get("hold"):
        credit.release(desk, done["hold"], why=reason)
    if done.get("brake"):
        braking.put_back(desk, int(done["brake"]))
    teaching.forget(desk, done.get("learned", ()), why=reason)
    case_deciding.undo_case(desk, done)
    work.resolve(desk.tx, row, status="undone", resolution=None, owner=desk.cause.name, now=desk.now)
    desk.record("undone", "queue", f"Q{number}", was=row.status)


__all__ = ["Part", "accept", "apply_to", "reject", "undo", "whole"]
