"""What else customers write: promises, changed bank details; and what machines write: bounces and absences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.disputes.claiming import dispute_by_hand, take_dispute
from agent.booking.letters.asking import take_request
from agent.booking.senders.naming import about_thread, named, queue_unknown, sure_customer
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.documents import AutoReply, BankChange, PromiseToPay
from agent.domain.money import Money
from agent.domain.receivables import Customer, OpenItem
from agent.store import invoices, said, work


def take_promise(desk: Desk, document: PromiseToPay) -> None:
    """Record a promise with a date; it holds reminders until the day has passed."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": next(iter(document.invoice_numbers), None)})
    customer = sure_customer(desk)
    if customer is None:
        queue_unknown(desk, "promises to pay")
        return
    if document.promised_on is None:
        return
    items = named(desk, customer, document.invoice_numbers) or tuple(
        item for item in invoices.items_by_number(desk.tx, about_thread(desk)) if item.customer == customer.number
    )
    if document.promised_on < desk.today:
        what = "names a day that has passed: was it paid?"
        _queue_promise(desk, customer, document, "promise_past", what, items)
        return
    currency = document.currency or customer.currency
    amount = None if document.amount is None else Money.rounded(document.amount, currency)
    number = work.add_promise(
        desk.tx,
        customer=customer.number,
        invoices=tuple(item.number for item in items),
        promised_on=document.promised_on,
        amount=amount,
        message=desk.message,
        now=desk.now,
    )
    desk.outcome.effect("promise", numbers.show(numbers.PROMISE, number))
    desk.record(
        "promised", "promise", f"P{number}", promised_on=document.promised_on, invoices=[i.number for i in items]
    )
    later = [i for i in items if i.due_on and desk.today <= i.due_on and _much_later(i.due_on, document.promised_on)]
    if later:
        named_ = ", ".join(f"{i.number} (due {i.due_on})" for i in later[:5])
        _queue_promise(desk, customer, document, "promise_late", f"will pay later than agreed: {named_}", later)


_LATE_DAYS = 7  # a payment run a few days after the due date is no other agreement


def _much_later(due_on: date, promised_on: date) -> bool:
    return (promised_on - due_on).days > _LATE_DAYS


def _queue_promise(
    desk: Desk, customer: Customer, document: PromiseToPay, code: str, what: str, items: Iterable[OpenItem]
) -> None:
    """A promise that a person should look at; it was recorded where it could be, and nothing was agreed."""
    exception = MatchException(
        code=code,
        kind=QueueKind.OTHER,
        summary=f"{customer.name} {what} ({document.promised_on}): {' '.join((document.text or '').split())[:160]}",
        customer=customer.number,
        reasons=tuple(Reason("invoice", item.number) for item in list(items)[:20]),
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def take_bank_change(desk: Desk, document: BankChange) -> None:
    """Never acted upon, never answered: a person calls a number on file."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": None})
    accounts = f" ({', '.join(document.accounts)})" if document.accounts else ""
    exception = MatchException(
        code="sec_bank_change",
        kind=QueueKind.BANK_CHANGE,
        summary=f"{desk.sender.address or 'somebody'} speaks of other bank details{accounts}: call a number on file, answer nothing by mail",
        customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
        critical=True,
        reasons=(Reason("text", " ".join((document.text or "").split())[:300]),),
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def take_absence(desk: Desk, document: AutoReply) -> None:
    """Somebody is away: noted, never answered."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": None})
    until = f" until {document.until.isoformat()}" if document.until else ""
    desk.outcome.reasons.append(
        f"an automatic reply{until}" + (f", {document.delegate} stands in" if document.delegate else "")
    )
    if desk.sender.customers and desk.sender.address:
        desk.outcome.effect("contact", desk.sender.address)
        said.keep_absence(
            desk.tx,
            desk.sender.address,
            customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
            until=document.until,
            delegate=document.delegate if desk.sender.trusted else None,
            message=desk.message,
            now=desk.now,
        )
        desk.record("away", "contact", desk.sender.address or "", until=document.until, delegate=document.delegate)


__all__ = [
    "dispute_by_hand",
    "take_absence",
    "take_bank_change",
    "take_dispute",
    "take_promise",
    "take_request",
]
