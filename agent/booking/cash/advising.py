"""Remittance advices: an advice announces money, or settles at once for a firm without a bank feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from agent import numbers
from agent.booking.cash import acknowledging, applying
from agent.booking.cash.hinting import hinted
from agent.booking.deliveries import delivering
from agent.booking.desk import Desk
from agent.booking.learning import braking, columns, teaching
from agent.domain.books import CashBooks
from agent.domain.decisions import (
    AdviceOutcome,
    Allocation,
    MatchingPolicy,
    RemittanceDecision,
    Tolerance,
)
from agent.domain.documents import DisputeReason, RemittanceAdvice
from agent.domain.money import Money, decimals_of
from agent.domain.receivables import KnownAdvice
from agent.settings import read_rate
from agent.store import books, cash, master
from matching.customers import name_keys
from matching.keys import lookup_keys
from matching.offers import rested
from matching.remittance import decide_remittance

_CURRENCIES = (
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "JPY",
    "KRW",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CAD",
    "AUD",
    "INR",
    "CNY",
    "CZK",
    "HUF",
)


def policy_of(desk: Desk, customers: tuple[str, ...], currencies: tuple[str | None, ...]) -> MatchingPolicy:
    """What the settings allow, with this year's write-offs of these customers."""
    rule = desk.settings.matching
    wanted = {c for c in (*_CURRENCIES, *currencies) if c}
    counts, sums = cash.write_offs_since(desk.tx, customers, desk.today.replace(month=1, day=1))
    yearly = rule.write_off_per_year
    return MatchingPolicy(
        today=desk.today,
        tolerances={
            currency: Tolerance(
                amount=_scaled(rule.tolerance.amount, currency),
                percent=rule.tolerance.percent,
                per_year_max=rule.write_offs_per_year,
                per_year_amount=_scaled(yearly, currency) if yearly else None,
            )
            for currency in wanted
        },
        discount_grace_days=rule.discount_grace_days,
        bank_fee_max={currency: _scaled(rule.bank_fee_max, currency) for currency in wanted},
        withholding_allowed=rule.withholding,
        write_offs_this_year=counts,
        written_off_this_year=sums,
        own_accounts=desk.settings.own_accounts,
        remittance_settles=desk.settings.cash.remittance_settles,
        rates=tuple(read_rate(text) for text in desk.settings.exchange.rates),
        rate_tolerance=desk.settings.exchange.tolerance_percent,
    )


def _scaled(amount: Decimal, currency: str) -> Money:
    """A limit given in the main currencies, in a currency whose smallest unit is worth about a hundredth of theirs."""
    if decimals_of(currency) == 0:
        factor = 1000 if currency in ("KRW", "VND", "IDR") else 100
        return Money.rounded(amount * factor, currency)
    return Money.rounded(amount, currency)


def take_advice(desk: Desk, document: RemittanceAdvice) -> None:
    """Match one advice and write what follows from it."""
    shown = document.payment_reference or document.number
    desk.outcome.documents.append({"kind": document.kind.value, "number": shown})
    found = _books(desk, document)
    policy = policy_of(desk, tuple(c.number for c in found.customers), (document.currency,))
    decision = decide_remittance(document, found, policy)
    decision = replace(decision, reasons=(*decision.reasons, *columns.reasons(desk, document)))
    desk.outcome.reasons += [reason.detail for reason in decision.reasons]
    if decision.customer:
        desk.outcome.customer = desk.outcome.customer or decision.customer
    if decision.outcome is AdviceOutcome.DUPLICATE:
        _file_repeat(desk, decision)
        return
    if not desk.sender.trusted:
        decision = replace(decision, content_key=None, allocations=(), disputes=())
    why = braking.resting(desk, _concerned(decision), braking.rules_of(decision.allocations))
    if decision.allocations and why is not None:
        decision = rested(decision, why)
    _write(desk, document, decision)


def _concerned(decision: RemittanceDecision) -> set[str]:
    return {one.customer for one in decision.allocations} | ({decision.customer} if decision.customer else set())


def _books(desk: Desk, document: RemittanceAdvice) -> CashBooks:
    references = [line.reference for line in document.lines if line.reference]
    references += [line.order_number for line in document.lines if line.order_number]
    references += [line.reason for line in document.lines if line.reason]
    names = [document.payer.name] if document.payer.name else []
    numbers_said = [document.payer.customer_number] if document.payer.customer_number else []
    named = books.customers_named(
        desk.tx,
        numbers=[key for n in numbers_said for key in lookup_keys(n)],
        names=[key for name in names for key in name_keys(name)],
    )
    currency = document.currency or _currency_of(desk)
    total = None
    if document.total is not None and currency and _fits(document.total, currency):
        total = Money.of(document.total, currency)
    taught = teaching.about_payer(desk, payer=document.payer.name)
    found = books.cash_books(
        desk.tx,
        desk.sender,
        reference_keys=[key for reference in references for key in lookup_keys(reference)],
        named=(*named, *teaching.customers_in(taught)),
        payment_references=[r for r in (document.payment_reference, document.number) if r],
        content_keys=(),
        total=total,
        now=desk.now,
    )
    return teaching.with_learned(desk, found, taught)


def _fits(amount: Decimal, currency: str) -> bool:
    scaled = amount.scaleb(decimals_of(currency))
    return scaled == scaled.to_integral_value()


def _currency_of(desk: Desk) -> str | None:
    found = master.customers_by_number(desk.tx, desk.sender.customers)
    currencies = {customer.currency for customer in found}
    return currencies.pop() if len(currencies) == 1 else None


def _file_repeat(desk: Desk, decision: RemittanceDecision) -> None:
    shown = f"A{decision.earlier_advice}" if decision.earlier_advice else "an earlier advice"
    desk.outcome.reasons.append(f"repeats {shown}: no second effect")
    if decision.earlier_advice:
        desk.record("repeated", "advice", shown)


def _write(desk: Desk, document: RemittanceAdvice, decision: RemittanceDecision) -> None:
    settles = desk.settings.cash.remittance_settles == "paid" and not decision.announced
    advice = cash.add_advice(
        desk.tx,
        document=document,
        customer=decision.customer,
        currency=decision.currency,
        total=decision.total,
        status=_status(decision),
        announced=decision.announced,
        content_key=decision.content_key,
        message=desk.message,
        now=desk.now,
    )
    if advice is None:
        desk.outcome.reasons.append("an advice of the same content is on file already: no second effect")
        return
    shown = str(numbers.show(numbers.ADVICE, advice))
    desk.outcome.effect("advice", shown)
    desk.record("advised", "advice", shown, status=_status(decision), reference=document.payment_reference)
    for allocation in teaching.explained(decision.reasons, decision.allocations):
        cash.add_allocation(desk.tx, advice, allocation, "announced")
        desk.record("announced", "invoice", allocation.invoice, advice=shown, amount=allocation.cash.plain())
    teaching.count(desk, decision.reasons, decision.allocations)
    for exception in decision.exceptions:
        desk.queue(hinted(desk, exception, document.total, decision.currency), subject_type="advice", subject=advice)
    for opening in decision.disputes:
        customer = next(iter(master.customers_by_number(desk.tx, [opening.customer])), None)
        if customer is not None:
            # One mail an advice at most: of several deductions a person writes, as of a discount that was not theirs.
            tell = len(decision.disputes) == 1 and opening.reason is not DisputeReason.DISCOUNT
            delivering.open_dispute(desk, opening, customer, advice=advice, tell=tell)
    acknowledging.acknowledge(desk, document, decision, advice)
    if settles and decision.allocations:
        settle_advice(desk, advice)
    elif decision.allocations:
        from agent.booking.cash.receiving import (
            explain_waiting,  # they know each other: money explains advices and back
        )

        explain_waiting(desk, decision.customer, decision.total)


def _status(decision: RemittanceDecision) -> str:
    if not decision.allocations:
        return "unmatched"
    open_lines = any(e.line is not None for e in decision.exceptions) or bool(decision.on_account)
    return "part_matched" if open_lines else "matched"


def settle_advice(desk: Desk, advice: int) -> int | None:
    """Take an advice for the money itself (`remittance_settles = "paid"`): a receipt, applied as advised."""
    row = cash.advice_row(desk.tx, advice)
    assert row is not None
    parts = [part for part in cash.allocations_of(desk.tx, [advice]) if part.state == "announced"]
    if not parts:
        return None
    currency = parts[0].currency
    amount = (
        Money(row.total_minor, currency)
        if row.total_minor is not None
        else Money(sum(p.amount_minor for p in parts), currency)
    )
    payer = row.customer or parts[0].customer
    taken_back = len(cash.receipts_of_advice(desk.tx, advice, returned=True))
    receipt = applying.book_receipt(
        desk,
        line_key=f"advice:{advice}" + (f":{taken_back}" if taken_back else ""),
        amount=amount,
        customer=payer,
        received_on=min(row.paid_on, desk.today) if row.paid_on else desk.today,
        payer=row.payer_name,
        advice=advice,
        bank_reference=row.payment_reference,
    )
    if receipt is None:
        return None
    applying.apply_all(desk, receipt, tuple(allocation_of(part) for part in parts))
    cash.set_allocations_state(desk.tx, advice, "received", only=[part.id for part in parts])
    cash.set_advice_status(desk.tx, advice, "received")
    return receipt


def settle_due(desk: Desk) -> int:
    """Advices that announced a day which has come now settle, for a firm without a bank feed; return how many."""
    if desk.settings.cash.remittance_settles != "paid":
        return 0
    due = cash.announced_until(desk.tx, desk.today)
    for advice in due:
        settle_advice(desk, advice)
    return len(due)


def allocation_of(row: Any, *, customer: str | None = None) -> Allocation:
    """An allocation or application as stored, as a value; an application names no customer of its own."""
    from agent.domain.codec import from_plain
    from agent.domain.decisions import Reason

    def money(name: str) -> Money:
        return Money(getattr(row, f"{name}_minor"), row.currency)

    return Allocation(
        invoice=row.invoice,
        customer=customer or row.customer,
        cash=money("amount"),
        discount=money("discount"),
        deduction=money("deduction"),
        withheld=money("withheld"),
        write_off=money("write_off"),
        bank_fee=money("bank_fee"),
        reference=getattr(row, "reference", None),
        line=getattr(row, "line", None),
        reasons=tuple(from_plain(Reason, reason) for reason in row.reasons or ()),
        paid=Money(row.paid_minor, row.paid_currency) if getattr(row, "paid_minor", None) is not None else None,
    )


def announced_days(desk: Desk) -> timedelta:
    return timedelta(days=desk.settings.dunning.announced_grace_days)


__all__ = ["KnownAdvice", "allocation_of", "announced_days", "policy_of", "settle_advice", "settle_due", "take_advice"]
