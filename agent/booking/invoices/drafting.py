"""Invoices that wait: for a person's approval, for data that the customer demands, or for the customer's objection.

A draft takes no number and posts nothing. It holds what it will bill, so that nothing else bills it meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.invoices import taxation
from agent.booking.invoices.linting import Finding, findings
from agent.booking.letters import mailing
from agent.domain import billing
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.invoice_rules import InvoiceRules
from agent.domain.money import Money
from agent.domain.notices import InvoiceDocument, InvoiceNotice, NoticeKind
from agent.domain.receivables import Customer, Order
from agent.store import drafts, invoices, orders, work

LINT, APPROVAL, NOTICE = "lint", "approval", "notice"


def wait(
    desk: Desk,
    document: InvoiceDocument,
    parts: tuple[billing.Part, ...],
    customer: Customer,
    rules: InvoiceRules | None,
    *,
    supplied_on: date | None,
    delivery: int | None,
    deliveries: list[int],
) -> int | None:
    """Keep an invoice back that must not leave yet, and say why; None where it can be issued now."""
    wrong = wrongs(desk, document, tuple(part.order for part in parts), customer, rules)
    asks = _approval(desk, document, customer, rules)
    if not wrong and not asks and not (rules and rules.notice_days is not None):
        return None
    status = LINT if wrong else APPROVAL if asks else NOTICE
    number = drafts.add(
        desk.tx,
        customer=customer.number,
        status=status,
        why=[one.detail for one in wrong] or ([asks] if asks else []),
        parts=[
            {"order": part.order.number, "quantities": dict(part.quantities), "freight": part.freight is not None}
            for part in parts
        ],
        deliveries=deliveries,
        supplied_on=supplied_on,
        delivery=delivery,
        net=document.net,
        total=document.total,
        message=desk.message,
        now=desk.now,
    )
    shown = str(numbers.show(numbers.DRAFT, number))
    desk.record("drafted", "draft", shown, status=status, orders=[part.order.number for part in parts])
    for part in parts:
        desk.record("invoice_waits", "order", part.order.number, draft=shown, why=status)
    if status == NOTICE:
        announce(desk, drafts.draft_row(desk.tx, number), document, customer, rules)
    else:
        _ask(desk, number, document, customer, wrong, asks)
    return number


def wrongs(
    desk: Desk,
    document: InvoiceDocument,
    orders_billed: tuple[Order, ...],
    customer: Customer,
    rules: InvoiceRules | None,
) -> tuple[Finding, ...]:
    """All that keeps an invoice from being issued: what the customer demands, and a certificate that does not hold."""
    return (*findings(desk, document, orders_billed, customer, rules), *taxation.findings(desk, document, customer))


def _ask(
    desk: Desk, number: int, document: InvoiceDocument, customer: Customer, wrong: tuple[Finding, ...], asks: str
) -> None:
    shown = numbers.show(numbers.DRAFT, number)
    about = document.po_number or document.order or f"{customer.number}'s orders"
    if wrong:
        exception = MatchException(
            code="invoice_lint",
            kind=QueueKind.OTHER,
            summary=f"the invoice for {about} is not issued, for {customer.name} would send it back: "
            f"{'; '.join(one.detail for one in wrong)}; then `ar-agent invoices approve {shown}`",
            customer=customer.number,
            amount=document.total,
            reasons=tuple(Reason(one.rule, one.detail) for one in wrong),
        )
    else:
        exception = MatchException(
            code="invoice_approval",
            kind=QueueKind.OTHER,
            summary=f"the invoice for {about} over {document.total} waits for approval: {asks}; "
            f"`ar-agent invoices approve {shown}` issues it, `ar-agent invoices drop {shown}` does not",
            customer=customer.number,
            amount=document.total,
            reasons=(Reason("approval", asks),),
        )
    desk.queue(exception, subject_type="draft", subject=number)


def _approval(desk: Desk, document: InvoiceDocument, customer: Customer, rules: InvoiceRules | None) -> str:
    """Why a person has to approve this invoice; nothing where none has to."""
    rule = desk.settings.billing
    own = rules.approve_over if rules and rules.approve_over is not None else None
    if own is not None:
        if document.total.amount > own:
            return f"it is over {Money.rounded(own, document.currency)}, the limit of this customer"
    elif rule.approve_over:
        if document.currency != desk.settings.company.currency:
            return f"it is in {document.currency}, and the limit is set in {desk.settings.company.currency}"
        if document.total.amount > rule.approve_over:
            return f"it is over {Money.rounded(rule.approve_over, document.currency)}"
    if rule.approve_new_customers and not invoices.any_of(desk.tx, customer.number):
        return f"it is the first invoice of {customer.number}"
    return ""


def announce(
    desk: Desk, row: Row[Any], document: InvoiceDocument, customer: Customer, rules: InvoiceRules | None
) -> None:
    """Tell the customer what will be invoiced, and until when an objection is in time."""
    days = rules.notice_days if rules and rules.notice_days is not None else 0
    until = desk.today + timedelta(days=days)
    drafts.set_draft(desk.tx, row.id, status=NOTICE, until=until)
    shown = str(numbers.show(numbers.DRAFT, row.id))
    notice = InvoiceNotice(
        kind=NoticeKind.PRE_INVOICE_NOTICE,
        customer=document.customer,
        document=replace(document, number="", creditor_reference=""),
        reference=shown,
        until=until,
    )
    about = (shown, *(part["order"] for part in row.parts))
    mailing.send(
        desk,
        notice,
        customer,
        intent=f"pre_invoice_notice:{row.id}",
        about=about,
        answer=False,
        to=rules.recipients if rules else (),
    )
    desk.record("announced", "draft", shown, until=until.isoformat())


def objected(desk: Desk, row: Row[Any], text: str) -> None:
    """The customer objects in time: the draft rests until a person has looked."""
    shown = numbers.show(numbers.DRAFT, row.id)
    drafts.set_draft(desk.tx, row.id, status="objected", why=[f"the customer objects: {text[:500]}"])
    desk.record("objected", "draft", str(shown), text=text[:500])
    exception = MatchException(
        code="invoice_objection",
        kind=QueueKind.OTHER,
        summary=f"the customer objects to the invoice that was announced ({shown}): {text[:300]!r}; correct the order, then "
        f"`ar-agent invoices approve {shown}`, or `ar-agent invoices drop {shown}`",
        customer=row.customer,
        amount=Money(row.total_minor, row.currency),
    )
    desk.queue(exception, subject_type="draft", subject=row.id)


def drop(desk: Desk, number: int, note: str) -> None:
    """Give a draft up: nothing is issued, and its deliveries count as not invoiced again."""
    row = drafts.draft_row(desk.tx, number, lock=True)
    close(desk, row, "dropped", note)


def close(desk: Desk, row: Row[Any], status: str, note: str, *, invoice: str | None = None) -> None:
    """End a draft, and the questions about it."""
    shown = str(numbers.show(numbers.DRAFT, row.id))
    drafts.set_draft(desk.tx, row.id, status=status, invoice=invoice)
    work.close_of_subject(desk.tx, "draft", str(row.id), owner=desk.cause.name, now=desk.now)
    desk.record(status, "draft", shown, note=note or None, invoice=invoice)


def parts_now(desk: Desk, row: Row[Any]) -> tuple[billing.Part, ...]:
    """What of a draft is still to be billed: never more than the order has now."""
    held = {order.number: order for order in orders.orders_by_number(desk.tx, [part["order"] for part in row.parts])}
    found = []
    for part in row.parts:
        order = held[part["order"]]
        room = {line.line: _room(order, line.line) for line in order.lines}
        wanted = drafts.quantities_of(part)
        quantities = {line: min(wanted[line], room[line]) for line in wanted if room.get(line, 0) > 0}
        if quantities and order.status not in billing.DEAD:
            found.append(
                billing.Part(order=order, quantities=quantities, freight=order.freight if part["freight"] else None)
            )
    return tuple(found)


def _room(order: Order, number: str) -> Any:
    line = next(one for one in order.lines if one.line == number)
    ready = line.quantity if order.bill_on is billing.AT_ONCE else line.delivered
    return ready - line.invoiced
