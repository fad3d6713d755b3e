"""Drafts that may go on: approved by a person, or announced and not objected to in time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.invoices import drafting, invoicing, linting
from agent.domain import billing
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.errors import Refused
from agent.domain.invoice_rules import InvoiceRules
from agent.domain.money import Money
from agent.domain.receivables import Customer
from agent.store import drafts, master, orders, work


def approve(desk: Desk, number: int, note: str = "", *, anyway: bool = False) -> str | None:
    """Let a draft go on; return the invoice, None where the customer is told first or nothing is left to bill.

    Raises Refused where the customer would still send it back; `anyway` is a person who knows better.
    """
    row = drafts.draft_row(desk.tx, number, lock=True)
    if row.status not in drafts.LIVE:
        raise Refused(f"N{number} is {row.status} already")
    customer, rules, parts = _ready(desk, row)
    if not parts:
        drafting.close(desk, row, "dropped", "nothing of it is left to bill")
        return None
    wrong = _wrong(desk, row, customer, rules, parts)
    if wrong and not anyway:
        raise Refused(f"N{number} would be sent back: {'; '.join(one.detail for one in wrong)} (or use --anyway)")
    desk.record("approved", "draft", f"N{number}", note=note or None)
    if row.status in (drafting.LINT, drafting.APPROVAL) and rules and rules.notice_days is not None:
        work.close_of_subject(desk.tx, "draft", str(number), owner=desk.cause.name, now=desk.now)
        drafting.announce(desk, row, _planned(desk, row, customer, rules, parts), customer, rules)
        return None
    return _issue(desk, row, customer, parts, note)


def notice_is_over(desk: Desk, number: int) -> str | None:
    """Issue what was announced and not objected to; what is wrong by now becomes work for a person."""
    row = drafts.draft_row(desk.tx, number, lock=True)
    if row.status != drafting.NOTICE or (row.until is not None and row.until >= desk.today):
        return None
    customer, rules, parts = _ready(desk, row)
    if not parts:
        drafting.close(desk, row, "dropped", "nothing of it is left to bill")
        return None
    wrong = _wrong(desk, row, customer, rules, parts)
    if not wrong:
        return _issue(desk, row, customer, parts, "")
    shown = numbers.show(numbers.DRAFT, number)
    drafts.set_draft(desk.tx, number, status=drafting.LINT, why=[one.detail for one in wrong])
    exception = MatchException(
        code="invoice_lint",
        kind=QueueKind.OTHER,
        summary=f"the invoice that was announced ({shown}) is not issued, for {customer.name} would send it back: "
        f"{'; '.join(one.detail for one in wrong)}; then `ar-agent invoices approve {shown}`",
        customer=customer.number,
        amount=Money(row.total_minor, row.currency),
        reasons=tuple(Reason(one.rule, one.detail) for one in wrong),
    )
    desk.queue(exception, subject_type="draft", subject=number)
    return None


def _ready(desk: Desk, row: Row[Any]) -> tuple[Customer, InvoiceRules | None, tuple[billing.Part, ...]]:
    master.lock(desk.tx, (row.customer,))
    (customer,) = master.customers_by_number(desk.tx, [row.customer])
    parts = drafting.parts_now(desk, row)
    taxed = tuple(replace(part, order=invoicing.with_tax_rates(desk, part.order)) for part in parts)
    return customer, drafts.rules_of(desk.tx, row.customer), taxed


def _planned(
    desk: Desk, row: Row[Any], customer: Customer, rules: InvoiceRules | None, parts: tuple[billing.Part, ...]
) -> Any:
    rows = tuple(orders.deliveries_by_id(desk.tx, row.deliveries))
    return invoicing.plan(desk, parts, customer, rules, rows=rows, supplied_on=row.supplied_on)


def _wrong(
    desk: Desk, row: Row[Any], customer: Customer, rules: InvoiceRules | None, parts: tuple[billing.Part, ...]
) -> tuple[linting.Finding, ...]:
    document = _planned(desk, row, customer, rules, parts)
    return drafting.wrongs(desk, document, tuple(part.order for part in parts), customer, rules)


def _issue(desk: Desk, row: Row[Any], customer: Customer, parts: tuple[billing.Part, ...], note: str) -> str:
    rows = tuple(orders.deliveries_by_id(desk.tx, row.deliveries))
    issued = invoicing.issue_for(
        desk, parts, customer, supplied_on=row.supplied_on, delivery=row.delivery, deliveries=rows, released=True
    )
    if issued is None:
        untaxed = ", ".join(part.order.number for part in parts)
        raise Refused(f"N{row.id}: nobody knows the tax of a line of {untaxed}: import its item first")
    drafting.close(desk, row, "issued", note, invoice=issued)
    return issued
