"""One advice takes another's place: what the earlier one announced is released, and can be put back."""

from __future__ import annotations

from typing import Any

from agent.booking.desk import Desk
from agent.domain.decisions import Allocation
from agent.domain.errors import Refused
from agent.store import cash, work


def take_place(desk: Desk, earlier: int, allocations: tuple[Allocation, ...]) -> dict[str, Any]:
    """Release an earlier advice for the one that replaces it; return what `put_back` needs.

    Deductions that the new advice no longer makes are no longer disputed. Money that has arrived for the earlier
    advice is not moved: that is a reversal of receipts, which a person does knowingly.
    """
    row = cash.advice_row(desk.tx, earlier)
    if row is None or row.status == "replaced":
        raise Refused(f"A{earlier} was replaced already")
    if row.status == "received":
        raise Refused(f"the money of A{earlier} has arrived and was applied: undo that first, or reject this advice")
    parts = [part for part in cash.allocations_of(desk.tx, [earlier]) if part.state == "announced"]
    for part in parts:
        cash.set_allocation_state(desk.tx, part.id, "released")
    cash.set_advice_status(desk.tx, earlier, "replaced")
    kept = {(one.invoice, one.deduction.minor) for one in allocations if one.deduction}
    gone = [d for d in work.open_disputes_of(desk.tx, advice=earlier) if (d.invoice, d.amount_minor) not in kept]
    for dispute in gone:
        work.update_dispute(desk.tx, dispute.id, status="resolved", resolution="withdrawn")
        desk.record("withdrawn", "dispute", f"D{dispute.id}", by="a corrected advice")
    closed = work.close_of_subject(desk.tx, "advice", str(earlier), owner=desk.cause.name, now=desk.now)
    desk.record("replaced", "advice", f"A{earlier}")
    return {
        "earlier": earlier,
        "status": row.status,
        "parts": [part.id for part in parts],
        "disputes": [[dispute.id, dispute.status] for dispute in gone],
        "queue": closed,
    }


def put_back(desk: Desk, done: dict[str, Any]) -> None:
    """Undo `take_place`: the earlier advice announces again what it did."""
    for part in done["parts"]:
        cash.set_allocation_state(desk.tx, part, "announced")
    cash.set_advice_status(desk.tx, done["earlier"], done["status"])
    for dispute, status in done["disputes"]:
        work.update_dispute(desk.tx, dispute, status=status, resolution=None)
    for number in done["queue"]:
        row = work.queue_row(desk.tx, number)
        work.resolve(desk.tx, row, status="open", resolution=None, owner=desk.cause.name, now=desk.now)
    desk.record("put_back", "advice", f"A{done['earlier']}")
