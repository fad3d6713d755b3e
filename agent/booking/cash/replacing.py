"""One advice takes another's place: what the earlier one announced is released, and can be put back."""

from __future__ import annotations

from typing import Any

from agent.booking.cash import advising, applying
from agent.booking.desk import Desk
from agent.domain.decisions import Allocation
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.store import cash, invoices, work


def take_place(desk: Desk, earlier: int, by: int, allocations: tuple[Allocation, ...]) -> dict[str, Any]:
    """Release an earlier advice for the one that replaces it (`by`); return what `put_back` needs.

    Deductions that the new advice no longer makes are no longer disputed. Money that has arrived for the earlier advice
    is taken off its invoices and becomes the money of the new one, if it is enough.
    """
    row = cash.advice_row(desk.tx, earlier)
    if row is None or row.status == "replaced":
        raise Refused(f"A{earlier} was replaced already")
    moved = _move_money(desk, earlier, by, allocations) if row.status == "received" else []
    parts = [part for part in cash.allocations_of(desk.tx, [earlier]) if part.state != "released"]
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
        "parts": [[part.id, part.state] for part in parts],
        "moved": moved,
        "disputes": [[dispute.id, dispute.status] for dispute in gone],
        "queue": closed,
    }


def _move_money(desk: Desk, earlier: int, by: int, allocations: tuple[Allocation, ...]) -> list[list[Any]]:
    """Take the money of an advice off its invoices; it belongs to the new one. Returns what it had settled."""
    receipts = cash.receipts_of_advice(desk.tx, earlier)
    arrived = sum(receipt.amount_minor for receipt in receipts)
    needed = sum(one.cash.minor for one in allocations)
    if needed > arrived:
        money = Money(arrived, allocations[0].cash.currency)
        raise Refused(
            f"{money} has arrived for A{earlier}, and A{by} settles {Money(needed, money.currency)}: reject it, or take the "
            f"money back with `ar-agent advices undo A{earlier}` and apply it by hand"
        )
    moved: list[list[Any]] = []
    for receipt in receipts:
        if cash.tied(desk.tx, receipt.id):
            raise Refused(
                f"R{receipt.id} settles several advices: take it back with `ar-agent receipts undo R{receipt.id}`"
            )
        settled = cash.applications_of(desk.tx, [receipt.id])
        for application in settled:
            applying.unapply(desk, application, reason=f"A{by} takes the place of A{earlier}")
        cash.update_receipt(desk.tx, receipt.id, advice=by)
        moved.append([receipt.id, [application.id for application in settled]])
    return moved


def _move_back(desk: Desk, done: dict[str, Any]) -> None:
    """The money pays again what it had paid: new applications, as the books forget nothing."""
    for receipt, settled in done["moved"]:
        cash.update_receipt(desk.tx, receipt, advice=done["earlier"])
        rows = [cash.application_row(desk.tx, number) for number in settled]
        owners = {
            item.number: item.customer for item in invoices.items_by_number(desk.tx, [row.invoice for row in rows])
        }
        again = tuple(advising.allocation_of(row, customer=owners[row.invoice]) for row in rows)
        applying.apply_all(desk, receipt, again)


def put_back(desk: Desk, done: dict[str, Any]) -> None:
    """Undo `take_place`: the earlier advice announces again what it did, and its money pays what it had paid."""
    if done["moved"]:
        _move_back(desk, done)
    for part, state in done["parts"]:
        cash.set_allocation_state(desk.tx, part, state)
    cash.set_advice_status(desk.tx, done["earlier"], done["status"])
    for dispute, status in done["disputes"]:
        work.update_dispute(desk.tx, dispute, status=status, resolution=None)
    for number in done["queue"]:
        row = work.queue_row(desk.tx, number)
        work.resolve(desk.tx, row, status="open", resolution=None, owner=desk.cause.name, now=desk.now)
    desk.record("put_back", "advice", f"A{done['earlier']}")
