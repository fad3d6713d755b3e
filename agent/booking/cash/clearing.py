"""The money of a clerk's decisions: what is booked when one is made, and put back when it is taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from agent.booking.cash import advising, applying, replacing
from agent.booking.desk import Desk
from agent.domain.decisions import Allocation, Candidate, Reason
from agent.domain.errors import Refused
from agent.domain.money import Money, decimals_of
from agent.domain.receivables import InvoiceType, OpenItem
from agent.store import cash, invoices, master, work

Resolution = dict[str, Any]
BESIDE = ("discount", "withheld", "write_off", "bank_fee", "paid")  # what a clerk may settle beside the cash


@dataclass(frozen=True, slots=True)
class Part:
    """What a clerk books by name: cash to an invoice, and what else of it is settled."""

    invoice: str
    cash: Decimal
    beside: tuple[tuple[str, Decimal], ...] = ()


def accept_advice(
    desk: Desk, advice: int, chosen: Candidate | None, allocations: tuple[Allocation, ...], *, queue: int
) -> Resolution:
    """Book what a candidate proposes; where it corrects an earlier advice, in that one's place."""
    if chosen is None or chosen.replaces is None:
        return settle_advice(desk, advice, allocations, queue=queue)
    released = replacing.take_place(desk, int(chosen.replaces), advice, allocations)
    return settle_advice(desk, advice, allocations, queue=queue) | {"replaced": released}


def settle_advice(desk: Desk, advice: int, allocations: tuple[Allocation, ...], *, queue: int) -> Resolution:
    """Add allocations to an advice; money that has arrived for it is applied at once."""
    row = cash.advice_row(desk.tx, advice)
    if row is None:
        raise Refused(f"A{advice} is gone")
    _within_open(desk, allocations)
    _within_advice(desk, row, allocations)
    if row.customer is None:
        cash.set_advice_customer(desk.tx, advice, allocations[0].customer)
    needed = any(one.cash for one in allocations)
    arrived = [r for r in cash.receipts_of_advice(desk.tx, advice) if r.unapplied_minor or not needed]
    state = "received" if arrived else "announced"
    added = [cash.add_allocation(desk.tx, advice, one, state, queue=queue) for one in allocations]
    done: Resolution = {"advice": advice, "was": row.status, "customer_was": row.customer, "allocations": added}
    if arrived:
        receipts = [receipt.id for receipt in arrived]
        made = applying.apply_across(desk, receipts, allocations, queue=queue)
        if row.status == "unmatched":
            cash.set_advice_status(desk.tx, advice, "received")
        return done | {"applications": made}
    future = row.announced and row.paid_on is not None and row.paid_on > desk.today
    if desk.settings.cash.remittance_settles == "paid" and not future:
        receipt = advising.settle_advice(desk, advice)
        return done | {"receipt": receipt}
    if row.status == "unmatched":
        cash.set_advice_status(desk.tx, advice, "part_matched")
    return done


def _within_open(desk: Desk, allocations: tuple[Allocation, ...]) -> None:
    settled: dict[str, Money] = {}
    for one in allocations:
        settled[one.invoice] = settled.get(one.invoice, Money.zero(one.cash.currency)) + one.settles
    for one in allocations:
        item = next(iter(invoices.items_by_number(desk.tx, [one.invoice])), None)
        if item is None:
            raise Refused(f"there is no invoice {one.invoice}: see `ar-agent invoices list`")
        if one.cash.currency != item.currency:
            raise Refused(f"{one.invoice} is in {item.currency}, not in {one.cash.currency}")
        sum_ = settled[one.invoice]
        if abs(sum_) > abs(item.free) or sum_.minor * item.open.minor < 0:
            raise Refused(f"{one.invoice}: {sum_} is more than is open and not yet announced ({item.free})")


def _within_advice(desk: Desk, row: Row[Any], allocations: tuple[Allocation, ...]) -> None:
    """An advice pays for its payer's own group, in its currency."""
    group = master.family_of(desk.tx, [row.customer]) if row.customer else ()
    for one in allocations:
        if row.currency and one.cash.currency != row.currency:
            raise Refused(f"{one.invoice} is in {one.cash.currency}, A{row.id} in {row.currency}")
        if group and one.customer not in group:
            raise Refused(f"{one.invoice} is of {one.customer}, A{row.id} is a payment of {row.customer}")


def within_total(desk: Desk, advice: int, allocations: tuple[Allocation, ...]) -> None:
    """What a clerk adds by hand stays within what the advice says was paid."""
    row = cash.advice_row(desk.tx, advice)
    if row is None or row.total_minor is None or row.currency is None:
        return
    live = sum(p.amount_minor for p in cash.allocations_of(desk.tx, [advice]) if p.state != "released")
    more = sum(one.cash.minor for one in allocations)
    if more > 0 and live + more > row.total_minor:
        left = Money(max(0, row.total_minor - live), row.currency)
        raise Refused(f"A{advice} has only {left} left that is not allocated")


def apply_receipt(
    desk: Desk, receipt: int, allocations: tuple[Allocation, ...], *, queue: int, chosen: Candidate | None = None
) -> Resolution:
    """Apply money of a receipt (and of earlier ones that belong with it); the advices it is the money of are settled."""
    row = cash.receipt_row(desk.tx, receipt)
    payer = row.customer if row is not None else None
    group = master.family_of(desk.tx, [payer]) if payer else ()
    for one in allocations:
        if group and one.customer not in group:
            raise Refused(f"{one.invoice} is of {one.customer}, R{receipt} is money of {payer}")
    advices = [int(one) for one in chosen.advices] if chosen is not None else []
    joined = [int(one) for one in chosen.receipts] if chosen is not None else []
    for advice in advices:
        found = cash.advice_row(desk.tx, advice)
        if found is None or found.status in ("received", "replaced"):
            raise Refused(f"A{advice} is {found.status if found else 'gone'} already: look at Q{queue} again")
    numbers_paid = [one.invoice for one in allocations]
    identified = applying.identify(desk, receipt, allocations[0].customer) if allocations else None
    settled = applying.settle_advices(desk, receipt, advices, joined) if advices else {}
    before = cash.announced_for(desk.tx, numbers_paid)
    applications = applying.apply_across(desk, [*joined, receipt], allocations, queue=queue)
    overtaken = sorted(before - cash.announced_for(desk.tx, numbers_paid))
    closed: list[int] = []
    for number in joined:
        closed += work.close_of_subject(
            desk.tx, "receipt", str(number), owner=desk.cause.name, now=desk.now, except_id=queue
        )
    done = {"receipt": receipt, "applications": applications, "overtaken": overtaken, "identified": identified}
    return done | settled | ({"closed": closed} if closed else {})


def by_hand(desk: Desk, part: Part, why: Reason, *, money_in: str | None = None) -> Allocation:
    """The allocation that a clerk names, checked against the invoice's currency and that of the money."""
    item = next(iter(invoices.items_by_number(desk.tx, [part.invoice])), None)
    if item is None:
        raise Refused(f"there is no invoice {part.invoice}: see `ar-agent invoices list`")
    for name, amount in (("the cash", part.cash), *((n, a) for n, a in part.beside if n != "paid")):
        if amount != round(amount, decimals_of(item.currency)) or (name != "the cash" and amount <= 0):
            raise Refused(f"{part.invoice}: {amount} for {name} is no amount in {item.currency}")
    if not part.cash and not part.beside:
        raise Refused(f"{part.invoice}: name the cash that is applied to it, or what is settled without cash")
    one = whole(item, Money.of(part.cash, item.currency), why)
    beside = {name: Money.of(amount, item.currency) for name, amount in part.beside if name != "paid"}
    return replace(
        one,
        discount=beside.get("discount", one.discount),
        withheld=beside.get("withheld", one.withheld),
        write_off=beside.get("write_off", one.write_off),
        bank_fee=beside.get("bank_fee", one.bank_fee),
        paid=_paid(part, item, money_in),
    )


def _paid(part: Part, item: OpenItem, money_in: str | None) -> Money | None:
    """What of the money pays the invoice, where they are in different currencies."""
    said = dict(part.beside).get("paid")
    if said is None:
        return None
    if money_in is None or money_in == item.currency:
        raise Refused(f"{part.invoice}: +paid= is for money in another currency than {item.currency}")
    if said <= 0 or said != round(said, decimals_of(money_in)):
        raise Refused(f"{part.invoice}: {said} is no amount in {money_in}")
    return Money.of(said, money_in)


def whole(item: OpenItem, cash_amount: Money, reason: Reason) -> Allocation:
    """An allocation of cash alone."""
    if item.type is InvoiceType.CREDIT_NOTE and cash_amount.minor > 0:
        cash_amount = -cash_amount
    zero = Money.zero(item.currency)
    return Allocation(
        invoice=item.number,
        customer=item.customer,
        cash=cash_amount,
        discount=zero,
        deduction=zero,
        withheld=zero,
        write_off=zero,
        bank_fee=zero,
        reference=item.number,
        reasons=(reason,),
    )


def undo_money(desk: Desk, done: Resolution, reason: str) -> None:
    if done.get("receipt") and not done.get("applications"):
        # The advice itself stood for the money: the receipt goes back with what it paid.
        applying.return_receipt(desk, int(done["receipt"]), reason=reason)
    for application in done.get("applications", ()):
        stored = cash.application_row(desk.tx, application)
        if not stored.reversed:
            applying.unapply(desk, stored, reason=reason)
    if done.get("settled"):
        applying.unsettle_advices(desk, int(done["receipt"]), done)
    for number in done.get("closed", ()):
        row = work.queue_row(desk.tx, number)
        work.resolve(desk.tx, row, status="open", resolution=None, owner=None, now=desk.now)
    if done.get("identified"):
        applying.forget_payer(desk, int(done["receipt"]), int(done["identified"]), reason=reason)
    for allocation in done.get("allocations", ()):
        cash.set_allocation_state(desk.tx, allocation, "released")
    for allocation in done.get("overtaken", ()):
        cash.set_allocation_state(desk.tx, allocation, "announced")


def undo_advice(desk: Desk, done: Resolution) -> None:
    if done.get("customer_was", "") is None:
        cash.set_advice_customer(desk.tx, done["advice"], None)
    if done.get("replaced"):
        replacing.put_back(desk, done["replaced"])
    cash.set_advice_status(desk.tx, done["advice"], done.get("was", "unmatched"))


def settle_siblings(desk: Desk, row: Row[Any]) -> None:
    """The advice's standing follows from what is still open about it."""
    left = [q for q in work.open_of_subject(desk.tx, "advice", row.subject) if q.line is not None]
    advice = cash.advice_row(desk.tx, int(row.subject))
    if advice is not None and advice.status in ("unmatched", "part_matched") and not left:
        cash.set_advice_status(desk.tx, advice.id, "matched")
