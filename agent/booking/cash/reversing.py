"""Automatic bookings taken back by a person: what was announced or applied is open again, and it is counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from agent.booking.cash import applying
from agent.booking.desk import Desk
from agent.booking.learning import braking, teaching
from agent.domain.codec import from_plain
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.store import cash, invoices, learned


def take_back_advice(desk: Desk, advice: int, *, note: str) -> None:
    """Release what an advice announced by itself; money that came for it goes back on account."""
    row = cash.advice_row(desk.tx, advice)
    if row is None:
        raise Refused(f"there is no advice A{advice}: see `ar-agent advices list`")
    parts = [part for part in cash.allocations_of(desk.tx, [advice]) if part.state != "released"]
    own = [part for part in parts if part.queue is None]
    if not own:
        by = ", ".join(sorted({f"Q{part.queue}" for part in parts}))
        what = f"it was decided in {by}: `ar-agent queue undo` takes that back" if by else "it announces nothing"
        raise Refused(f"nothing of A{advice} was booked automatically: {what}")
    for receipt in cash.receipts_of_advice(desk.tx, advice):
        _unapply(desk, receipt.id, {part.invoice for part in own}, f"A{advice} taken back by {desk.cause.name}: {note}")
    for part in own:
        cash.set_allocation_state(desk.tx, part.id, "released")
        desk.record("released", "invoice", part.invoice, advice=f"A{advice}")
    cash.set_advice_status(desk.tx, advice, "unmatched")
    desk.record("taken_back", "advice", f"A{advice}", note=note)
    _count(desk, own, customer=row.customer, subject=f"A{advice}", note=note)
    total = Money(row.total_minor, row.currency) if row.total_minor is not None and row.currency else None
    _ask(desk, "advice", advice, f"A{advice}", total, row.customer, note)


def take_back_receipt(desk: Desk, receipt: int, *, invoice: str | None, note: str) -> None:
    """Unapply what a receipt settled by itself, on one invoice or on all; the money stays on account."""
    row = cash.receipt_row(desk.tx, receipt)
    if row is None:
        raise Refused(f"there is no receipt R{receipt}: see `ar-agent receipts list`")
    live = cash.applications_of(desk.tx, [receipt])
    wanted = [one for one in live if invoice in (None, one.invoice)]
    own = [one for one in wanted if not _by_clerk(desk, row.advice, one)]
    if not own:
        what = "a clerk applied it: `ar-agent queue list --all` names the decision" if wanted else "nothing is applied"
        raise Refused(f"nothing of R{receipt} was applied automatically: {what}")
    for one in own:
        applying.unapply(desk, one, reason=f"R{receipt} taken back by {desk.cause.name}: {note}")
    desk.record("taken_back", "receipt", f"R{receipt}", note=note, invoices=[one.invoice for one in own])
    _count(desk, own, customer=row.customer, subject=f"R{receipt}", note=note)
    fresh = cash.receipt_row(desk.tx, receipt)
    assert fresh is not None
    _ask(desk, "receipt", receipt, f"R{receipt}", Money(fresh.unapplied_minor, row.currency), row.customer, note)


def _by_clerk(desk: Desk, advice: int | None, application: Row[Any]) -> bool:
    """Whether a person decided it: in the queue, by hand, or in the queue about the advice that it settles."""
    reasons = application.reasons or []
    if application.queue is not None or (reasons and reasons[0]["rule"] == "clerk"):
        return True
    parts = cash.allocations_of(desk.tx, [advice]) if advice is not None else []
    return any(part.queue is not None and part.invoice == application.invoice for part in parts)


def _unapply(desk: Desk, receipt: int, numbers: set[str], reason: str) -> None:
    for one in cash.applications_of(desk.tx, [receipt]):
        if one.invoice in numbers:
            applying.unapply(desk, one, reason=reason)


def _count(desk: Desk, parts: list[Row[Any]], *, customer: str | None, subject: str, note: str) -> None:
    """The reversal counts against the customer and the rules; learned rows behind it failed once."""
    reasons = [tuple(from_plain(Reason, one) for one in part.reasons or ()) for part in parts]
    rules = {first[0].rule for first in reasons if first}
    learned.fail(desk.tx, teaching.used([one for found in reasons for one in found]))
    owner = customer
    if owner is None:
        items = invoices.items_by_number(desk.tx, [parts[0].invoice])
        owner = items[0].customer if items else None
    braking.count(desk, customer=owner, rules=rules - {"clerk"}, subject=subject, invoice=parts[0].invoice, note=note)


def _ask(desk: Desk, kind: str, number: int, shown: str, amount: Money | None, customer: str | None, note: str) -> None:
    exception = MatchException(
        code="taken_back",
        kind=QueueKind.OTHER,
        summary=f"{shown} was taken back by {desk.cause.name} ({note}): name what it pays"[:400],
        customer=customer,
        amount=amount or None,
        reasons=(Reason("taken_back", note),),
    )
    desk.queue(exception, subject_type=kind, subject=number)
