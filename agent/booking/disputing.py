"""Disputes by hand: noted, assigned, moved, and resolved by the book; the customer is told when one closes."""

from __future__ import annotations

from agent.booking import invoicing, mailing
from agent.booking.desk import Desk
from agent.domain import billing
from agent.domain.cash import write_off_entry
from agent.domain.documents import DisputeReason
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.domain.notices import DisputeNoticeOut, NoticeKind
from agent.store import invoices, ledger, master, work

RESOLUTIONS = ("credit", "write_off", "rejected", "withdrawn")
_CLOSED = ("resolved", "rejected")


def note(desk: Desk, number: int, text: str) -> None:
    """Write down what was said."""
    work.dispute_row(desk.tx, number)
    desk.record("noted", "dispute", f"D{number}", text=text)


def assign(desk: Desk, number: int, owner: str) -> None:
    work.dispute_row(desk.tx, number)
    work.update_dispute(desk.tx, number, owner=owner)
    desk.record("assigned", "dispute", f"D{number}", owner=owner)


def resolve(desk: Desk, number: int, *, by: str, text: str, amount: Money | None = None) -> None:
    """Close a dispute by a credit note, a write-off, or by rejecting it; then the customer is told."""
    row = work.dispute_row(desk.tx, number)
    if row.status in _CLOSED:
        raise Refused(f"D{number} is {row.status} already")
    (customer,) = master.customers_by_number(desk.tx, [row.customer])
    value = amount or (None if row.amount_minor is None else Money(row.amount_minor, row.currency))
    if by in ("credit", "write_off"):
        if row.invoice is None or value is None:
            raise Refused(
                f"D{number} names no invoice or no amount: credit or write off by hand, then resolve it as withdrawn"
            )
        if by == "credit":
            # A dispute is over what the customer would not pay: the tax is in it.
            invoicing.issue_credit_note(desk, row.invoice, customer, value, text or f"Dispute D{number}", gross=True)
        else:
            _write_off(desk, row.invoice, customer.number, value, f"dispute D{number}: {text}")
    status = "rejected" if by == "rejected" else "resolved"
    work.update_dispute(desk.tx, number, status=status, resolution=by)
    desk.record(status, "dispute", f"D{number}", by=by, text=text)
    notice = DisputeNoticeOut(
        kind=NoticeKind.DISPUTE_CLOSED,
        customer=billing.addressee(customer),
        reference=f"D{number}",
        dispute=f"D{number}",
        reason=DisputeReason(row.reason),
        amount=value,
        invoice=row.invoice or "",
        order=row.order or "",
        text=text,
        resolution={"withdrawn": ""}.get(by, by),
    )
    mailing.send(
        desk, notice, customer, intent=f"dispute_closed:{number}", about=(f"D{number}", *filter(None, (row.invoice,)))
    )


def _write_off(desk: Desk, invoice: str, customer: str, amount: Money, reason: str) -> None:
    items = invoices.items_by_number(desk.tx, [invoice])
    if not items or amount > items[0].open:
        raise Refused(f"{invoice}: {amount} is more than is open")
    entry = write_off_entry(invoice=invoice, customer=customer, amount=amount, booked_on=desk.today, reason=reason)
    ledger.post(desk.tx, entry, desk.cause, desk.now)
    invoices.change_open(desk.tx, invoice, -amount, closed_by="write_off")
    desk.record("written_off", "invoice", invoice, amount=amount.plain(), reason=reason)
