"""Opening a dispute: for the amount in question only, with an owner, a contact, a due day and what may have caused it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.letters import mailing
from agent.booking.letters.addressing import belongs
from agent.domain import billing
from agent.domain.decisions import DisputeOpening
from agent.domain.documents import DisputeReason, Nature
from agent.domain.money import Money
from agent.domain.notices import DisputeNoticeOut, NoticeKind
from agent.domain.receivables import Customer, OpenItem
from agent.store import cases, invoices, master, orders, work

REVIEW, MANAGEMENT = 1, 2


@dataclass(frozen=True, slots=True)
class Causes:
    """What may have caused a dispute, as far as the books show it; None where they do not."""

    item: str | None = None
    price_source: str | None = None
    carrier: str | None = None
    clerk: str | None = None


def open_dispute(
    desk: Desk,
    opening: DisputeOpening,
    customer: Customer,
    *,
    delivery: int | None = None,
    advice: int | None = None,
    tell: bool = True,
) -> int:
    """Open a dispute over the amount in question and tell the customer, admitting nothing."""
    opening = _on_its_invoice(desk, opening)
    if advice is not None and (known := _announced(desk, opening, advice)) is not None:
        return known
    tier = first_tier(desk, opening.amount)
    due_on = due_from(desk, tier, desk.today)
    number = work.add_dispute(
        desk.tx,
        opening,
        opened_on=desk.today,
        due_on=due_on,
        message=desk.message,
        delivery=delivery,
        advice=advice,
    )
    item = next(iter(invoices.items_by_number(desk.tx, (opening.invoice,))), None) if opening.invoice else None
    causes = causes_of(desk, opening, item)
    owner = owner_of(desk, opening.reason, tier)
    work.update_dispute(
        desk.tx,
        number,
        tier=tier,
        owner=owner,
        contact=contact_of(desk, customer),
        topic=opening.topic.value if opening.topic else None,
        item=causes.item,
        price_source=causes.price_source,
        carrier=causes.carrier,
        clerk=causes.clerk,
    )
    cases.add_move(
        desk.tx,
        number,
        status="open",
        tier=tier,
        owner=owner,
        actor=f"{desk.cause.type}:{desk.cause.name}",
        day=desk.today,
        now=desk.now,
    )
    shown = str(numbers.show(numbers.DISPUTE, number))
    desk.outcome.effect("dispute", shown)
    desk.record("opened", "dispute", shown, reason=opening.reason.value, text=opening.text)
    if opening.invoice:
        amount = opening.amount.plain() if opening.amount else None
        desk.record("disputed", "invoice", opening.invoice, dispute=shown, amount=amount)
    if tell:
        _tell_opened(desk, opening, customer, number, due_on, item, owner)
    return number


def first_tier(desk: Desk, amount: Money | None) -> int:
    """Large amounts go to management at once, where the policy names a sum."""
    gate = desk.settings.disputes.management_from
    return MANAGEMENT if gate and amount is not None and abs(amount.amount) >= gate else REVIEW


def due_from(desk: Desk, tier: int, start: date) -> date:
    rule = desk.settings.disputes
    return start + timedelta(days=rule.management_days if tier >= MANAGEMENT else rule.due_days)


def owner_of(desk: Desk, reason: DisputeReason, tier: int) -> str | None:
    """Who of us looks into it, by the policy; None where the policy names nobody."""
    rule = desk.settings.disputes
    if tier >= MANAGEMENT and rule.management_owner:
        return rule.management_owner[:100]
    named: str = getattr(rule.owners, reason.value)
    return (named or rule.owner)[:100] or None


def contact_of(desk: Desk, customer: Customer) -> str | None:
    """The customer's person who brought it up, where a person did and writes from an address of the customer."""
    facts = desk.facts
    if facts is None or not facts.from_address or facts.nature is not Nature.CUSTOMER or facts.no_answer_reason:
        return None
    return facts.from_address[:320] if belongs(facts.from_address, customer) else None


def causes_of(desk: Desk, opening: DisputeOpening, item: OpenItem | None) -> Causes:
    """The item, the price list, the carrier and the clerk behind a dispute, where each is one alone."""
    number = opening.order or (item.order if item else None)
    order = next(iter(orders.orders_by_number(desk.tx, (number,))), None) if number else None
    names = {line.item for line in (item.lines if item else ()) or (order.lines if order else ()) if line.item}
    about = opening.item or (names.pop() if len(names) == 1 else None)
    return Causes(
        item=about[:100] if about else None,
        price_source=_price_source(desk, opening, about, order.ordered_on if order else None),
        carrier=cases.delivered_by(desk.tx, number) if number else None,
        clerk=cases.entered_by(desk.tx, number) if number else None,
    )


def _price_source(desk: Desk, opening: DisputeOpening, item: str | None, ordered_on: date | None) -> str | None:
    """Where the price of the item came from: an agreement of the customer, or the price list."""
    if item is None:
        return None
    day = ordered_on or desk.today
    agreed = [
        price
        for price in master.prices_for(desk.tx, [opening.customer], [item])
        if price.item == item
        and price.customer == opening.customer
        and (price.valid_from is None or price.valid_from <= day)
        and (price.valid_to is None or price.valid_to >= day)
    ]
    quoted = {price.quotation for price in agreed if price.quotation}
    if len(quoted) == 1:
        return f"agreement {quoted.pop()}"[:100]
    return "agreed price" if agreed else "price list"


def _tell_opened(
    desk: Desk,
    opening: DisputeOpening,
    customer: Customer,
    number: int,
    due_on: date,
    item: OpenItem | None,
    owner: str | None,
) -> None:
    shown = str(numbers.show(numbers.DISPUTE, number))
    amount = abs(opening.amount) if opening.amount else None
    notice = DisputeNoticeOut(
        kind=NoticeKind.DISPUTE_OPENED,
        customer=billing.addressee(customer),
        reference=shown,
        dispute=shown,
        reason=opening.reason,
        amount=amount,
        invoice=opening.invoice or "",
        order=opening.order or "",
        due_on=due_on,
        text=opening.text or "",
        still_due=item.open - amount if item is not None and amount is not None and item.open > amount else None,
        contact=owner or "",
        opened_on=desk.today,
        policy=desk.settings.disputes.attach_policy,
        management_days=desk.settings.disputes.management_days,
        review_days=desk.settings.disputes.due_days,
    )
    mailing.send(
        desk,
        notice,
        customer,
        intent=f"dispute_opened:{number}",
        about=(shown, *filter(None, (opening.invoice, opening.order))),
    )


def _announced(desk: Desk, opening: DisputeOpening, advice: int) -> int | None:
    """A deduction that a debit memo announced is the case that is open already: it gets its invoice and advice."""
    if not opening.claim_number or opening.amount is None:
        return None
    amount = abs(opening.amount)
    row = cases.same_claim(desk.tx, opening.customer, opening.claim_number, amount.minor, amount.currency)
    if row is None:
        return None
    work.update_dispute(desk.tx, row.id, invoice=row.invoice or opening.invoice, advice=advice)
    shown = str(numbers.show(numbers.DISPUTE, row.id))
    desk.outcome.effect("dispute", shown)
    desk.record("deducted", "dispute", shown, advice=advice, invoice=opening.invoice)
    return int(row.id)


def _on_its_invoice(desk: Desk, opening: DisputeOpening) -> DisputeOpening:
    """A complaint about an order that one invoice without lines bills (it was imported) is about that invoice."""
    if opening.invoice is not None or opening.order is None:
        return opening
    items = invoices.imported_of_order(desk.tx, opening.customer, opening.order)
    fitting = [i for i in items if opening.amount is None or abs(opening.amount.minor) <= i.open.minor]
    return replace(opening, invoice=items[0].number) if len(items) == 1 == len(fitting) else opening
