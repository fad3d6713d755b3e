"""Deliveries that nobody confirmed: the customer is asked, at most so often, and then a person is told.

Asked about is what was despatched and not confirmed, and what was invoiced on shipment and has no proof.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.letters import mailing
from agent.domain import billing
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.notices import DeliveryInquiry, NoticeKind
from agent.domain.receivables import BillOn, Customer, Order
from agent.store import gaps, master, orders, work

_TO_BE_TOLD = 60  # days without a run after which nobody hears of an old delivery any more


def chase(desk: Desk) -> list[str]:
    """Ask about every delivery whose confirmation is overdue; the mails that were planned or held."""
    rule = desk.settings.deliveries
    if rule.chase == "off" or rule.chase_after_days <= 0:
        return []
    # The books may be large: what is older than the last question and some time to be told of it is over.
    over = rule.chase_after_days + rule.chase_every_days * (rule.chase_times + 1) + _TO_BE_TOLD
    since = desk.today - timedelta(days=over)
    asked: list[str] = []
    seen: set[str] = set()
    for row in gaps.unproved(desk.tx, desk.today, since=since):
        if row["bill_on"] == BillOn.SHIPMENT.value and len(row["orders"]) == 1:
            seen.add(row["orders"][0])
            asked += _ask(desk, row["orders"][0], date.fromisoformat(row["issued_on"]), invoice=row["invoice"])
    for number, left in gaps.despatched(desk.tx, since):
        if number not in seen:
            asked += _ask(desk, number, left)
    return asked


def _ask(desk: Desk, number: str, since: date, *, invoice: str = "") -> list[str]:
    """One mail a stage: the first after so many days, the next ones at the same distance each."""
    rule = desk.settings.deliveries
    waited = (desk.today - since).days - rule.chase_after_days
    if waited < 0:
        return []
    stage = 1 + waited // max(rule.chase_every_days, 1)
    order = next(iter(orders.orders_by_number(desk.tx, (number,))), None)
    if order is None:
        return []
    (customer,) = master.customers_by_number(desk.tx, [order.customer])
    if stage > rule.chase_times:
        _tell_staff(desk, order, customer, since, invoice)
        return []
    notice = _notice(desk, order, customer, since, invoice)
    # After days without a run only the stage that is due now is asked; the earlier ones are not made up for.
    mail = mailing.send(
        desk,
        notice,
        customer,
        intent=f"delivery_inquiry:{number}:{invoice}:{stage}",
        about=(number, *((invoice,) if invoice else ())),
        answer=False,
        draft="asks whether a delivery has arrived ([deliveries] chase)" if rule.chase == "draft" else None,
    )
    return [] if mail is None else [str(numbers.show(numbers.OUTBOX, mail))]


def _notice(desk: Desk, order: Order, customer: Customer, since: date, invoice: str) -> DeliveryInquiry:
    sent: list[Any] = gaps.evidence_of(desk.tx, order.number)
    notes = [row.number for row in sent if row.number]
    lines = [line for line in order.lines if line.quantity and not line.service]
    return DeliveryInquiry(
        kind=NoticeKind.OTHER,
        customer=billing.addressee(customer),
        reference=order.number,
        order=order.number,
        po_number=order.po_number or order.number,
        lines=tuple(billing.notice_line(line, line.quantity, customer, order.currency) for line in lines),
        shipped_on=None if invoice else since,
        delivery_note=", ".join(dict.fromkeys(notes)),
        tracking_numbers=tuple(dict.fromkeys(row.tracking_number for row in sent if row.tracking_number)),
        invoice=invoice,
    )


def _tell_staff(desk: Desk, order: Order, customer: Customer, since: date, invoice: str) -> None:
    if work.was_queued(desk.tx, "dlv_late", "order", order.number):
        return
    what = f"invoiced with {invoice} on" if invoice else "despatched on"
    exception = MatchException(
        code="dlv_late",
        kind=QueueKind.DELIVERY_MISMATCH,
        summary=f"{order.number} ({order.po_number}) of {customer.name} was {what} {since.isoformat()}, and nobody has confirmed "
        "it though asked: call the customer or the carrier, then `ar-agent deliveries record`",
        customer=customer.number,
        amount=order.total,
    )
    desk.queue(exception, subject_type="order", subject=order.number)
