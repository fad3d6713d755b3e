"""How a dispute ends: by credit, by a corrected invoice, by a write-off within limits, rejected, or taken back.

Each is booked at once, told to the customer, and can be taken back: an entry is reversed, a mail that has not left is
cancelled; what was issued stays issued and is taken back by another document.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row

from agent.booking.desk import Desk
from agent.booking.disputes.disputing import move, tell
from agent.booking.invoices import invoicing, recharging
from agent.booking.invoices.cancelling import Correction
from agent.domain.case_clock import CLOSED
from agent.domain.cash import write_off_entry
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.domain.notices import NoticeKind
from agent.domain.receivables import Customer
from agent.store import cases, invoices, ledger, master, outbound, stops, waiting, work

RESOLUTIONS = ("credit", "reinvoice", "write_off", "rejected", "withdrawn")
Outcome = dict[str, Any]


def resolve(
    desk: Desk,
    number: int,
    *,
    by: str,
    text: str,
    amount: Money | None = None,
    approved_by: str | None = None,
    correction: Correction | None = None,
) -> None:
    """Close a dispute; then the customer is told."""
    row = work.dispute_row(desk.tx, number)
    if row.status in CLOSED:
        raise Refused(f"D{number} is {row.status} already: `ar-agent disputes undo D{number}` opens it again")
    (customer,) = master.customers_by_number(desk.tx, [row.customer])
    value = amount or (None if row.amount_minor is None else Money(row.amount_minor, row.currency))
    outcome: Outcome = {"by": by, "was": row.status, "due_on": row.due_on.isoformat() if row.due_on else None}
    if by in ("credit", "write_off", "reinvoice"):
        outcome |= _book(desk, row, customer, by, value, text, approved_by, correction)
    move(desk, row, status="rejected" if by == "rejected" else "resolved")
    if by == "withdrawn":
        outcome["pause"] = _rest(desk, row)
    work.update_dispute(desk.tx, number, resolution=by, closed_on=desk.today, outcome=outcome)
    desk.record("rejected" if by == "rejected" else "resolved", "dispute", f"D{number}", by=by, text=text)
    for closed in work.close_of_subject(desk.tx, "dispute", str(number), owner=desk.cause.name, now=desk.now):
        desk.record("closed", "queue", f"Q{closed}")
    mail = tell(
        desk,
        number,
        kind=NoticeKind.DISPUTE_CLOSED,
        text=text,
        resolution=by,
        ask_day=by == "withdrawn" and _overdue(desk, row),
    )
    work.update_dispute(desk.tx, number, outcome=outcome | {"mail": mail})


def _book(
    desk: Desk,
    row: Row[Any],
    customer: Customer,
    by: str,
    value: Money | None,
    text: str,
    approved_by: str | None,
    correction: Correction | None,
) -> Outcome:
    if row.invoice is None or (value is None and by != "reinvoice"):
        raise Refused(
            f"D{row.id} names no invoice or no amount: credit or write off by hand, then resolve it as withdrawn"
        )
    if by == "reinvoice":
        return recharging.reissue(desk, row.invoice, text or f"D{row.id}", correction)
    assert value is not None
    if by == "credit":
        # A dispute is over what the customer would not pay: the tax is in it.
        note = invoicing.issue_credit_note(desk, row.invoice, customer, value, text or f"D{row.id}", gross=True)
        return {"credit_note": note}
    _within_limits(desk, row, customer, value, approved_by)
    entry = _write_off(desk, row.invoice, customer.number, value, f"dispute D{row.id}: {text}")
    return {"entry": entry, "amount_minor": value.minor, "currency": value.currency, "approved_by": approved_by}


def _within_limits(desk: Desk, row: Row[Any], customer: Customer, value: Money, approved_by: str | None) -> None:
    """One clerk writes off up to the limit of a case and of the customer's year; beyond it a second person agrees."""
    rule = desk.settings.disputes
    spent = Money(cases.written_off_in(desk.tx, customer.number, desk.today.year, value.currency), value.currency)
    over = ""
    if value.amount > rule.write_off_max:
        over = f"{value} is more than one clerk may write off of a dispute ({rule.write_off_max})"
    elif (spent + value).amount > rule.write_off_year_max:
        over = f"{customer.number} would have {spent + value} written off this year, the limit is {rule.write_off_year_max}"
    if not over:
        return
    if not approved_by:
        raise Refused(f"{over}: name who agreed with --approved-by, or credit it (D{row.id})")
    if approved_by.casefold() == desk.cause.name.casefold():
        raise Refused(f"{over}: a second person must agree, not {approved_by} again")


def _write_off(desk: Desk, invoice: str, customer: str, amount: Money, reason: str) -> int:
    items = invoices.items_by_number(desk.tx, [invoice])
    if not items or amount > items[0].open:
        raise Refused(f"{invoice}: {amount} is more than is open")
    entry = write_off_entry(invoice=invoice, customer=customer, amount=amount, booked_on=desk.today, reason=reason)
    number = ledger.post(desk.tx, entry, desk.cause, desk.now)
    invoices.change_open(desk.tx, invoice, -amount, closed_by="write_off")
    desk.record("written_off", "invoice", invoice, amount=amount.plain(), reason=reason)
    return number


def _rest(desk: Desk, row: Row[Any]) -> int | None:
    """After a complaint was taken back the customer has some days to pay before reminders go on."""
    if not row.invoice:
        return None
    until = waiting.working_days_after(desk.today, desk.settings.replies.pause_days)
    return stops.pause(
        desk.tx,
        row.customer,
        row.invoice,
        until=until,
        reason=f"D{row.id} was taken back",
        message=desk.message,
        now=desk.now,
    )


def _overdue(desk: Desk, row: Row[Any]) -> bool:
    item = next(iter(invoices.items_by_number(desk.tx, (row.invoice,))), None) if row.invoice else None
    return item is not None and item.open.minor > 0 and item.due_on is not None and item.due_on < desk.today


def undo(desk: Desk, number: int, text: str) -> None:
    """Take the end of a dispute back: the books are as before, the case is open again, the customer is told."""
    row = work.dispute_row(desk.tx, number)
    if row.status not in CLOSED:
        raise Refused(f"D{number} is {row.status}: there is no end to take back")
    done: Outcome = row.outcome or {}
    (customer,) = master.customers_by_number(desk.tx, [row.customer])
    values: dict[str, Any] = {"resolution": None, "closed_on": None, "outcome": None}
    if row.resolution in ("credit", "write_off", "reinvoice") and not done:
        raise Refused(f"D{number} was closed before its bookings were kept: correct {row.invoice} by hand")
    if done.get("entry"):
        reason = f"D{number} opened again by {desk.cause.name}"
        ledger.reverse(desk.tx, int(done["entry"]), reason=reason, cause=desk.cause, now=desk.now)
        invoices.change_open(desk.tx, row.invoice, Money(done["amount_minor"], done["currency"]))
        desk.record("write_off_reversed", "invoice", row.invoice, dispute=f"D{number}")
    if done.get("credit_note"):
        values["invoice"] = recharging.take_back_credit(desk, done["credit_note"], customer)
    if done.get("new_invoice"):
        raise Refused(
            f"{done['new_invoice']} replaced {row.invoice}: both stand as issued; open a new dispute on {done['new_invoice']}"
        )
    if done.get("pause"):
        stops.end_pause(desk.tx, int(done["pause"]))
    told = _unsay(desk, done.get("mail"))
    move(desk, row, status="waiting_us")
    if done.get("due_on"):
        values["due_on"] = max(date.fromisoformat(done["due_on"]), desk.today)
    work.update_dispute(desk.tx, number, **values)
    desk.record("reopened", "dispute", f"D{number}", was=row.resolution, text=text)
    if told:
        tell(desk, number, text=text, reopened=True)


def _unsay(desk: Desk, mail: int | None) -> bool:
    """Cancel the closing mail where it has not left; True where the customer has (or may have) read it."""
    if mail is None:
        return False
    row = outbound.row_of(desk.tx, mail)
    if row.status not in ("queued", "held", "failed"):
        return bool(row.status != "cancelled")
    outbound.retract(desk.tx, mail, reason="the decision was taken back", cause=desk.cause, now=desk.now)
    return False
