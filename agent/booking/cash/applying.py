"""Money that arrived meets open items: each application is one journal entry, and each can be reversed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.letters import stopping
from agent.domain import cash as entries
from agent.domain.decisions import Allocation
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.store import cash, invoices, ledger


def book_receipt(
    desk: Desk,
    *,
    line_key: str,
    amount: Money,
    customer: str | None,
    received_on: Any,
    payer: str | None = None,
    payer_account: str | None = None,
    statement: int | None = None,
    advice: int | None = None,
    bank_reference: str | None = None,
    text: str | None = None,
    end_to_end_id: str | None = None,
) -> int | None:
    """Book money that arrived, wholly unapplied; None where this line was booked before."""
    receipt = cash.add_receipt(
        desk.tx,
        line_key=line_key,
        statement=statement,
        customer=customer,
        payer=payer,
        payer_account=payer_account,
        received_on=received_on,
        amount=amount,
        advice=advice,
        bank_reference=bank_reference,
        text=text,
        message=desk.message,
        now=desk.now,
        end_to_end_id=end_to_end_id,
    )
    if receipt is None:
        return None
    what = bank_reference or payer or text or line_key
    entry = entries.receipt_entry(amount=amount, customer=customer, received_on=received_on, what=what)
    cash.update_receipt(desk.tx, receipt, entry=ledger.post(desk.tx, entry, desk.cause, desk.now))
    shown = str(numbers.show(numbers.RECEIPT, receipt))
    desk.outcome.effect("receipt", shown)
    desk.record("received", "receipt", shown, amount=amount.plain(), currency=amount.currency)
    if customer is not None:
        stopping.flag_payment(desk, customer, receipt, amount, received_on)
    return receipt


def identify(desk: Desk, receipt: int, customer: str) -> int | None:
    """Money of an unknown payer has found its customer; return the entry that says so, None where it was known."""
    row = cash.receipt_row(desk.tx, receipt)
    if row is None or row.customer is not None:
        return None
    amount = Money(row.amount_minor, row.currency)
    entry = entries.identified_entry(amount=amount, customer=customer, booked_on=desk.today, what=f"R{receipt}")
    number = ledger.post(desk.tx, entry, desk.cause, desk.now)
    cash.update_receipt(desk.tx, receipt, customer=customer)
    desk.record("identified", "receipt", f"R{receipt}", customer=customer)
    return number


def forget_payer(desk: Desk, receipt: int, entry: int, *, reason: str) -> None:
    """Undo `identify`: whose money it is, is not known again."""
    ledger.reverse(desk.tx, entry, reason=reason, cause=desk.cause, now=desk.now)
    cash.update_receipt(desk.tx, receipt, customer=None)
    desk.record("unidentified", "receipt", f"R{receipt}", reason=reason)


def apply(desk: Desk, receipt: int, allocation: Allocation, *, queue: int | None = None) -> int:
    """Settle one item with money of a receipt; return the application's number. `queue` names a clerk's decision."""
    row = cash.receipt_row(desk.tx, receipt)
    assert row is not None
    if row.customer is None:
        identify(desk, receipt, allocation.customer)
        row = cash.receipt_row(desk.tx, receipt)
        assert row is not None
    taken = allocation.paid or allocation.cash
    left = row.unapplied_minor - taken.minor
    if row.currency != taken.currency:
        raise Refused(
            f"R{receipt} is in {row.currency}, {allocation.invoice} in {allocation.cash.currency}: say what of it pays the "
            f"invoice, as {allocation.invoice}={allocation.cash.plain()}+paid=AMOUNT"
        )
    if taken.minor > 0 and left < 0 and row.amount_minor > 0:
        raise Refused(f"R{receipt} has only {Money(row.unapplied_minor, row.currency)} left to apply")
    entry = entries.application_entry(allocation, payer=row.customer, booked_on=desk.today)
    entry_id = ledger.post(desk.tx, entry, desk.cause, desk.now)
    invoices.change_open(desk.tx, allocation.invoice, -allocation.settles, closed_by=_closed_by(allocation))
    cash.change_unapplied(desk.tx, receipt, -taken.minor)
    for advice in cash.release_overtaken(desk.tx, allocation.invoice):
        desk.record("overtaken", "advice", f"A{advice}", invoice=allocation.invoice, by=f"R{receipt}")
    application = cash.add_application(desk.tx, receipt, allocation, entry_id, queue=queue)
    desk.record(
        "applied",
        "invoice",
        allocation.invoice,
        receipt=f"R{receipt}",
        amount=allocation.cash.plain(),
        settles=allocation.settles.plain(),
        reasons=allocation.reasons,
    )
    return application


def apply_all(desk: Desk, receipt: int, allocations: tuple[Allocation, ...], *, queue: int | None = None) -> list[int]:
    """Apply several; credits first, so that they pay for what they are set against."""
    return [apply(desk, receipt, one, queue=queue) for one in sorted(allocations, key=lambda a: a.cash.minor)]


def apply_across(
    desk: Desk, receipts: list[int], allocations: tuple[Allocation, ...], *, queue: int | None = None
) -> list[int]:
    """Apply with the money of several receipts, one after the other; what an item needs of two is two applications."""
    if len(receipts) == 1:
        return apply_all(desk, receipts[0], allocations, queue=queue)
    made: list[int] = []
    for one in sorted(allocations, key=lambda a: a.cash.minor):
        if one.cash.minor <= 0:
            made.append(apply(desk, receipts[0], one, queue=queue))
            continue
        rest = one.cash.minor
        for receipt in receipts:
            row = cash.receipt_row(desk.tx, receipt)
            take = min(rest, row.unapplied_minor if row is not None else 0)
            if take <= 0:
                continue
            rest -= take
            made.append(apply(desk, receipt, _share(one, take, last=not rest), queue=queue))
            if not rest:
                break
        if rest:
            raise Refused(
                f"{one.invoice}: {Money(rest, one.cash.currency)} is missing in {', '.join(f'R{r}' for r in receipts)}"
            )
    return made


def _share(one: Allocation, take: int, *, last: bool) -> Allocation:
    """A part of an allocation's cash; what is settled beside the cash goes with the last part."""
    zero = Money.zero(one.cash.currency)
    part = Money(take, one.cash.currency)
    if last:
        return replace(one, cash=part)
    return replace(one, cash=part, discount=zero, deduction=zero, withheld=zero, write_off=zero, bank_fee=zero)


def settle_advices(desk: Desk, receipt: int, advices: list[int], joined: list[int]) -> dict[str, Any]:
    """What was announced is received now: it must not be counted twice while the items are settled.

    Returns what `unsettle_advices` needs to put it back.
    """
    was: list[list[Any]] = []
    for advice in advices:
        row = cash.advice_row(desk.tx, advice)
        parts = [part.id for part in cash.allocations_of(desk.tx, [advice]) if part.state == "announced"]
        was.append([advice, row.status if row is not None else "unmatched", parts])
        cash.set_allocations_state(desk.tx, advice, "received", only=parts)
        cash.set_advice_status(desk.tx, advice, "received")
        desk.record("settled", "advice", f"A{advice}", receipt=f"R{receipt}")
    for one in (receipt, *joined):
        if advices:
            cash.update_receipt(desk.tx, one, advice=advices[0])
            cash.tie(desk.tx, one, advices[1:])
    return {"settled": was, "joined": joined}


def unsettle_advices(desk: Desk, receipt: int, done: dict[str, Any]) -> None:
    """Undo `settle_advices`: the advices announce again what they did."""
    for advice, status, parts in done["settled"]:
        for part in parts:
            cash.set_allocation_state(desk.tx, part, "announced")
        cash.set_advice_status(desk.tx, advice, status)
        desk.record("unsettled", "advice", f"A{advice}", receipt=f"R{receipt}")
    for one in (receipt, *done["joined"]):
        cash.update_receipt(desk.tx, one, advice=None)
        cash.untie(desk.tx, one)


def _closed_by(allocation: Allocation) -> str:
    if allocation.cash:
        return "payment"
    return "write_off" if allocation.write_off else "discount"


def unapply(desk: Desk, application: Any, *, reason: str) -> None:
    """Reverse one application: the item is open again, the money unapplied."""
    currency = application.currency
    settles = sum(
        getattr(application, f"{part}_minor") for part in ("amount", "discount", "withheld", "write_off", "bank_fee")
    )
    ledger.reverse(desk.tx, application.entry, reason=reason, cause=desk.cause, now=desk.now)
    invoices.change_open(desk.tx, application.invoice, Money(settles, currency))
    taken = application.amount_minor if application.paid_minor is None else application.paid_minor
    cash.change_unapplied(desk.tx, application.receipt, taken)
    cash.mark_reversed(desk.tx, application.id)
    desk.record("unapplied", "invoice", application.invoice, receipt=f"R{application.receipt}", reason=reason)


def return_receipt(desk: Desk, receipt: int, *, reason: str) -> None:
    """The bank took the money back: what it paid is open again."""
    row = cash.receipt_row(desk.tx, receipt)
    if row is None or row.returned:
        return
    for application in cash.applications_of(desk.tx, [receipt]):
        unapply(desk, application, reason=reason)
    ledger.reverse(desk.tx, row.entry, reason=reason, cause=desk.cause, now=desk.now)
    cash.update_receipt(desk.tx, receipt, returned=True, unapplied_minor=0)
    desk.outcome.effect("receipt", f"R{receipt}")
    desk.record("returned", "receipt", f"R{receipt}", reason=reason)
