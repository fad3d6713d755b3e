"""What the buyer is told about an order: acknowledged, asked about, cancelled or refused."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from agent.booking.desk import Desk
from agent.booking.invoices import invoicing
from agent.booking.letters import mailing
from agent.domain import billing
from agent.domain.decisions import LineChange
from agent.domain.money import Money
from agent.domain.notices import NoticeKind, OrderNotice
from agent.domain.phrases import Phrase, phrase
from agent.domain.receivables import Customer, Difference, Discrepancy, Order, OrderStatus
from agent.store import outbound

SETTLED = "the order was settled before the question left"
# What the buyer is never asked about: it is between us and our credit control.
INTERNAL = frozenset({Discrepancy.CREDIT_LIMIT})


def acknowledge(
    desk: Desk,
    order: Order,
    customer: Customer,
    *,
    notes: tuple[Phrase | str, ...] = (),
    repeat: bool = False,
    changed: bool = False,
) -> None:
    """Tell the buyer what we booked; an order that is paid first gets its pro-forma with it."""
    notice = _notice(NoticeKind.ORDER_ACKNOWLEDGEMENT, order, customer, notes=notes)
    notice = replace(notice, repeat=repeat, changed=changed)
    if order.status is OrderStatus.WAITING_PREPAYMENT:
        notice = replace(notice, proforma=invoicing.proforma_of(desk, order, customer))
    if not repeat:
        _withdraw_questions(desk, order)
    about = desk.message if repeat else f"{order.content_key or ''}:{_figures(order)}"
    intent = f"order_acknowledgement:{order.number}:{about}"
    mailing.send(desk, notice, customer, intent=intent, about=(order.number,))


def _figures(order: Order) -> str:
    """What an acknowledgement confirms, in short: the same order at other figures is confirmed anew."""
    lines = [(o.line, o.item, o.quantity, o.unit_price, o.price_per, o.requested_on) for o in order.lines]
    return hashlib.sha256(repr((order.total, order.tax, lines)).encode()).hexdigest()[:12]


def _withdraw_questions(desk: Desk, order: Order) -> None:
    """An order that is settled asks nothing any more: a question that has not left never does."""
    for mail in outbound.find(desk.tx, about=order.number, kind=NoticeKind.ORDER_QUERY.value):
        if mail.status in ("queued", "held"):
            outbound.cancel(desk.tx, mail.id, reason=SETTLED, cause=desk.cause, now=desk.now)


def ask(desk: Desk, order: Order, customer: Customer, differences: tuple[Difference, ...]) -> None:
    """Ask once, in one mail, about everything that differs; what is our own affair is not asked."""
    asked = tuple(d for d in differences if d.code not in INTERNAL)
    if not asked:
        return
    # A new delivery address for resalable goods is the mark of order fraud: a person calls a number on file instead.
    suspicious = any(d.code is Discrepancy.SHIP_TO for d in asked)
    mailing.send(
        desk,
        _notice(NoticeKind.ORDER_QUERY, order, customer, differences=asked),
        customer,
        intent=f"order_query:{order.number}:{desk.message}",
        about=(order.number,),
        draft="a delivery address that is not on file: verify it by a call to a number on file" if suspicious else None,
    )


def ask_which(desk: Desk, order: Order, customer: Customer, changes: tuple[LineChange, ...]) -> None:
    """Ask whether a paper with the number of an order that we hold replaces it, or is another one."""
    shown = tuple(
        Difference(
            code=Discrepancy.DUPLICATE,
            line=change.line,
            said=f"{change.field} {change.now or '-'}",
            expected=f"{change.field} {change.was or '-'}",
            said_as=_changed(change.field, change.now),
            expected_as=_changed(change.field, change.was),
        )
        for change in changes
    ) or (Difference(code=Discrepancy.DUPLICATE, said=order.po_number, expected=order.number),)
    ask(desk, order, customer, shown)


def _changed(field: str, value: str | None) -> Phrase:
    if value is None:
        return phrase(f"changed.no_{field}")
    kinds = {"quantity": "number", "price": "price", "requested_on": "date"}
    return phrase(f"changed.{field}", **{kinds.get(field, "text"): value})


def tell_cancelled(desk: Desk, order: Order, customer: Customer) -> None:
    """Confirm that an order is cancelled."""
    _withdraw_questions(desk, order)
    notice = replace(_notice(NoticeKind.ORDER_ACKNOWLEDGEMENT, order, customer), cancelled=True)
    mailing.send(desk, notice, customer, intent=f"order_cancelled:{order.number}", about=(order.number,))


def tell_rejected(desk: Desk, order: Order, customer: Customer, reason: str) -> None:
    """Tell the buyer that we do not take the order."""
    _withdraw_questions(desk, order)
    notice = _notice(NoticeKind.ORDER_REJECTION, order, customer, notes=(reason,) if reason else ())
    mailing.send(desk, notice, customer, intent=f"order_rejection:{order.number}", about=(order.number,))


def _notice(
    kind: NoticeKind,
    order: Order,
    customer: Customer,
    *,
    differences: tuple[Difference, ...] = (),
    notes: tuple[Phrase | str, ...] = (),
) -> OrderNotice:
    net = order.total or Money.zero(order.currency)
    tax = order.tax or Money.zero(order.currency)
    return OrderNotice(
        kind=kind,
        customer=billing.addressee(customer),
        reference=order.number,
        order=order.number,
        po_number=order.po_number or "",
        ordered_on=order.ordered_on,
        currency=order.currency,
        lines=tuple(billing.notice_line(line, line.quantity, customer, order.currency) for line in order.lines),
        net=net,
        tax=tax,
        total=net + tax,
        freight=order.freight,
        payment_terms=order.payment_terms or "",
        ship_to=order.ship_to or "",
        differences=differences,
        notes=notes,
    )
