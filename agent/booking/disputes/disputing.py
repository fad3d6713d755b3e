"""What becomes of a dispute: every word logged, whose turn it is, which review it is in; the customer is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.disputes.dispute_opening import MANAGEMENT, due_from, owner_of
from agent.booking.letters import mailing
from agent.booking.letters.addressing import belongs
from agent.domain import billing
from agent.domain.case_clock import CLOSED, THEIRS, waited
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.documents import DisputeReason
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.domain.notices import DisputeNoticeOut, NoticeKind
from agent.store import cases, invoices, master, work


def note(desk: Desk, number: int, text: str) -> None:
    """Write down what was said."""
    work.dispute_row(desk.tx, number)
    desk.record("noted", "dispute", f"D{number}", text=text)


def assign(desk: Desk, number: int, owner: str) -> None:
    """Give a dispute to somebody of ours."""
    row = _live(desk, number)
    move(desk, row, status=row.status, owner=owner)
    desk.record("assigned", "dispute", f"D{number}", owner=owner)


def ask(desk: Desk, number: int, text: str) -> None:
    """Ask the customer something: from now on it is their turn, and our days do not run."""
    row = _live(desk, number)
    move(desk, row, status=THEIRS)
    desk.record("asked", "dispute", f"D{number}", text=text)
    tell(desk, number, question=text)


def tell_news(desk: Desk, number: int, text: str) -> None:
    """Tell the customer how the case stands; whose turn it is stays as it was."""
    _live(desk, number)
    desk.record("told", "dispute", f"D{number}", text=text)
    tell(desk, number, text=text)


def resume(desk: Desk, number: int, text: str) -> None:
    """It is our turn again: the answer came by phone, or none is needed any more."""
    row = _live(desk, number)
    if row.status != THEIRS:
        raise Refused(f"D{number} is {row.status}: it is our turn already")
    move(desk, row, status="waiting_us")
    desk.record("resumed", "dispute", f"D{number}", text=text)


def heard(desk: Desk, number: int, text: str) -> None:
    """The customer wrote about the case: every word is kept, and it is our turn."""
    row = work.dispute_row(desk.tx, number)
    desk.record("heard", "dispute", f"D{number}", text=" ".join(text.split())[:4000])
    if row.status in CLOSED:
        exception = MatchException(
            code="dispute_closed",
            kind=QueueKind.OTHER,
            summary=f"{row.customer} writes about D{number}, which is {row.status}: {' '.join(text.split())[:160]}",
            customer=row.customer,
        )
        desk.queue(exception, subject_type="message", subject=desk.message)
        return
    if row.status != "waiting_us":
        move(desk, row, status="waiting_us")
    desk.outcome.effect("dispute", numbers.show(numbers.DISPUTE, number))


def escalate(desk: Desk, number: int, text: str) -> None:
    """Hand a dispute to management, with a day by which the customer hears from them."""
    row = _live(desk, number)
    if row.tier >= MANAGEMENT:
        raise Refused(f"D{number} is with management already")
    _to_management(desk, row, text)


def escalate_due(desk: Desk) -> list[str]:
    """Move what was not answered in time: from the basic review to management, and from there to a person's desk."""
    moved = []
    for row in cases.due_for_escalation(desk.tx, desk.today):
        if row.tier < MANAGEMENT:
            _to_management(desk, row, "")
            moved.append(f"D{row.id}")
        elif not work.open_of_subject(desk.tx, "dispute", str(row.id)):
            exception = MatchException(
                code="dispute_overdue",
                kind=QueueKind.OTHER,
                summary=f"D{row.id} of {row.customer} should have been decided by {row.due_on}: "
                f"`ar-agent disputes show D{row.id}`, then resolve it",
                customer=row.customer,
                amount=_amount(row),
            )
            desk.queue(exception, subject_type="dispute", subject=row.id)
            moved.append(f"D{row.id}")
    return moved


def _to_management(desk: Desk, row: Row[Any], text: str) -> None:
    owner = owner_of(desk, DisputeReason(row.reason), MANAGEMENT) or row.owner
    due_on = due_from(desk, MANAGEMENT, desk.today)
    move(desk, row, status=row.status, tier=MANAGEMENT, owner=owner)
    work.update_dispute(desk.tx, row.id, due_on=due_on)
    desk.record("escalated", "dispute", f"D{row.id}", owner=owner, due_on=due_on, text=text)
    tell(desk, row.id, text=text, management=True)


def move(desk: Desk, row: Row[Any], *, status: str, tier: int | None = None, owner: str | None = None) -> None:
    """Give a dispute a new standing. Days on which the customer owed us an answer are added to our time."""
    moves = cases.as_moves(row, cases.moves_of(desk.tx, [row.id]).get(row.id, ()))
    values: dict[str, Any] = {"status": status, "tier": tier or row.tier, "owner": owner or row.owner}
    if row.status == THEIRS and status != THEIRS and row.due_on is not None:
        values["due_on"] = row.due_on + timedelta(days=waited(moves, desk.today))
    work.update_dispute(desk.tx, row.id, **values)
    cases.add_move(
        desk.tx,
        row.id,
        status=status,
        tier=values["tier"],
        owner=values["owner"],
        actor=f"{desk.cause.type}:{desk.cause.name}",
        day=desk.today,
        now=desk.now,
    )
    if status != row.status:
        desk.record("moved", "dispute", f"D{row.id}", was=row.status, status=status)


def _live(desk: Desk, number: int) -> Row[Any]:
    row = work.dispute_row(desk.tx, number)
    if row.status in CLOSED:
        raise Refused(f"D{number} is {row.status}: `ar-agent disputes undo D{number}` opens it again")
    return row


def _amount(row: Row[Any]) -> Money | None:
    return None if row.amount_minor is None else Money(row.amount_minor, row.currency)


def tell(
    desk: Desk,
    number: int,
    *,
    kind: NoticeKind = NoticeKind.DISPUTE_UPDATE,
    text: str = "",
    question: str = "",
    resolution: str = "",
    management: bool = False,
    reopened: bool = False,
    ask_day: bool = False,
) -> int | None:
    """Write to the customer about a case; one mail for each standing and word of it."""
    row = work.dispute_row(desk.tx, number)
    (customer,) = master.customers_by_number(desk.tx, [row.customer])
    closed = kind is NoticeKind.DISPUTE_CLOSED
    still = None
    if row.invoice and (item := next(iter(invoices.items_by_number(desk.tx, (row.invoice,))), None)) is not None:
        disputed = Money.zero(item.currency) if closed or _amount(row) is None else item.disputed
        still = item.open - (disputed or Money.zero(item.currency))
    notice = DisputeNoticeOut(
        kind=kind,
        customer=billing.addressee(customer),
        reference=f"D{number}",
        dispute=f"D{number}",
        reason=DisputeReason(row.reason),
        amount=_amount(row),
        invoice=row.invoice or "",
        order=row.order or "",
        due_on=None if closed or question else row.due_on,
        text=text,
        resolution=resolution,
        still_due=still if still is not None and still.minor > 0 and (closed or row.amount_minor is not None) else None,
        question=question,
        contact="" if closed else row.owner or "",
        management=management,
        reopened=reopened,
        ask_day=ask_day,
    )
    step = len(cases.moves_of(desk.tx, [number]).get(number, ()))
    word = "closed" if closed else f"update:{desk.now.isoformat()}"
    return mailing.send(
        desk,
        notice,
        customer,
        intent=f"dispute_{word}:{number}:{step}",
        about=(f"D{number}", *filter(None, (row.invoice,))),
        to=(row.contact,) if row.contact and belongs(row.contact, customer) else (),
    )
