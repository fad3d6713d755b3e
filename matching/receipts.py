"""What one bank line means: the advice it settles, the items that it names itself, or money that waits for a person.

Money at the bank is a fact. It is applied by an advice of the same payment, or by the numbers that the line itself
gives, under the same safe rules; otherwise it stands unapplied for the customer who is known, or unidentified.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from agent.domain.books import CashBooks
from agent.domain.decisions import (
    Allocation,
    Candidate,
    MatchException,
    MatchingPolicy,
    Reason,
    ReceiptDecision,
    ReceiptOutcome,
)
from agent.domain.documents import AdvisedKind, AdvisedLine, BankLine
from agent.domain.money import Money
from agent.domain.receivables import InvoiceType
from matching.arrivals import by_advice
from matching.bank_text import SHORTEST_REFERENCE, texts_of, waiting
from matching.claims import Claim, claim_of, money_of
from matching.finder import Finder, Found, Strength
from matching.ground import Ground, exception
from matching.keys import number_of
from matching.payers import PayerFacts, PayerMatch, identify_payer
from matching.plan import Plan, plan_lines
from matching.resolve import fits
from matching.returns import returned
from matching.rules.account import lump_sum
from matching.rules.missing import fill_amounts
from matching.writings import writings_of


def decide_receipt(
    line: BankLine, statement_currency: str | None, books: CashBooks, policy: MatchingPolicy
) -> ReceiptDecision:
    """Return what the bank line does. Two lines that look alike are two payments: telling repeats is the caller's."""
    currency = line.currency or statement_currency
    amount = money_of(line.amount, currency) if currency else None
    if amount is None:
        what = "a bank line without an amount or a currency"
        return waiting(None, None, exception("currency_unknown", what, reasons=(Reason("bank", what),)))
    if line.returned:
        return returned(line, amount, books)
    if amount.minor <= 0:
        return ReceiptDecision(outcome=ReceiptOutcome.OUTGOING, reasons=(Reason("sign", f"{amount} is no receipt"),))
    finder = Finder((*books.items, *books.open_items), writings_of(books))
    named = _named(line, finder)
    payer = identify_payer(_facts(line, named), books)
    ground = _ground(line, amount, finder, payer, policy)
    numbers = frozenset(item.number for one in named for item in one.items)
    announced = by_advice(line, amount, payer, books, ground, numbers)
    if announced is None:
        return _by_itself(line, amount, named, payer, ground)
    if announced.advice is not None and not announced.allocations and named:
        alone = _by_itself(line, amount, named, payer, ground)  # the advice matched nothing: the line says what it pays
        if alone.allocations:
            return replace(alone, advice=announced.advice)
        if any(one.settle for problem in alone.exceptions for one in problem.candidates):
            return alone  # a suggestion is worth more than that the advice has arrived
        return announced
    return announced


def _ground(line: BankLine, amount: Money, finder: Finder, payer: PayerMatch, policy: MatchingPolicy) -> Ground:
    return Ground(
        currency=amount.currency,
        paid_on=line.value_on or line.booked_on,
        policy=policy,
        finder=finder,
        payable=payer.payable or frozenset(payer.candidates),
        payer=payer.customer,
        by_open=True,
    )


def _named(line: BankLine, finder: Finder) -> tuple[Found, ...]:
    """The documents that the line names: by its structured references, or else by the words of its text."""
    for texts in (line.references, texts_of(line)):
        found: dict[str, Found] = {}
        for text in texts:
            for one in finder.readings(text):
                if one.strength <= Strength.LABELLED and _telling(one):
                    for item in one.items:
                        found.setdefault(item.number, replace(one, items=(item,)))
        if found:
            return tuple(found[number] for number in sorted(found))
    return ()


def _telling(one: Found) -> bool:
    """Bare digits in a text are a number of ours only if they are long enough to be no date, amount or count."""
    if one.strength is Strength.EXACT or len(one.items) > 1:
        return True
    number = number_of(one.items[0].number)
    return number is not None and len(number.stripped) >= SHORTEST_REFERENCE


def _facts(line: BankLine, named: tuple[Found, ...]) -> PayerFacts:
    owners = Counter(item.customer for one in named for item in one.items)
    return PayerFacts(
        name=line.payer,
        account=line.payer_account,
        owners=tuple(sorted(owners, key=lambda number: (-owners[number], number))),
        by_mail=False,
    )


def _by_itself(
    line: BankLine, amount: Money, named: tuple[Found, ...], payer: PayerMatch, ground: Ground
) -> ReceiptDecision:
    """Apply by the line's own numbers, under the rules for advices, where the payer is who they belong to."""
    invoices = [one for one in named if one.items[0].type is InvoiceType.INVOICE]
    if not invoices:
        return _unreferenced(line, amount, payer, ground)
    plan = _plan(line, amount, list(named), invoices, ground)
    if payer.code is not None:
        candidates = _whole(plan.allocations) or next((e.candidates for e in plan.exceptions if e.candidates), ())
        says = f"{amount} names {', '.join(one.items[0].number for one in invoices[:5])}; the payer is not the customer"
        problem = exception(payer.code, says, amount=amount, candidates=candidates, reasons=payer.evidence)
        return waiting(amount, payer.customer, problem, *payer.evidence)
    cash = plan.cash(ground.zero)
    customer = payer.customer or (plan.allocations[0].customer if plan.allocations else None)
    if not plan.allocations:
        return ReceiptDecision(
            outcome=ReceiptOutcome.UNAPPLIED if customer else ReceiptOutcome.UNIDENTIFIED,
            customer=customer,
            unapplied=amount,
            exceptions=tuple(e if e.customer else replace(e, customer=customer) for e in plan.exceptions),
            reasons=payer.evidence,
        )
    return ReceiptDecision(
        outcome=ReceiptOutcome.APPLIED,
        customer=customer,
        allocations=tuple(plan.allocations),
        unapplied=amount - cash,
        exceptions=tuple(e if e.customer else replace(e, customer=customer) for e in plan.exceptions),
        disputes=tuple(plan.disputes),
        reasons=payer.evidence,
    )


def _plan(line: BankLine, amount: Money, named: list[Found], invoices: list[Found], ground: Ground) -> Plan:
    """One number is paid by the amount; several where they make it up together, or one of them is exactly it."""
    rows = [AdvisedLine(reference=one.items[0].number) for one in invoices]
    if len(named) > 1:
        negative = [
            AdvisedLine(reference=one.items[0].number, kind=AdvisedKind.CREDIT_NOTE)
            for one in named
            if one not in invoices
        ]
        filled = fill_amounts(_claims([*rows, *negative], ground), amount, ground)
        if not isinstance(filled, MatchException):
            return plan_lines(filled, ground)
        filled = fill_amounts(_claims(rows, ground), amount, ground)
        if not isinstance(filled, MatchException):
            return plan_lines(filled, ground)
        rows = [replace(row, paid=amount.amount) for row in rows]
        exact = [row for row, claim, one in zip(rows, _claims(rows, ground), invoices, strict=True)
                 if fits(one.items, claim, ground)]  # fmt: skip
        if len(exact) != 1:
            return Plan(exceptions=[filled])
        return plan_lines(_claims(exact, ground), ground)
    charges = money_of(abs(line.charges), amount.currency) if line.charges else None
    item = invoices[0].items[0]
    row = replace(rows[0], paid=amount.amount)
    if charges and item.currency == amount.currency and amount + charges == ground.free(item):
        row = replace(row, deduction=charges.amount, reason="bank charges")
    return plan_lines(_claims([row], ground), ground)


def _claims(rows: list[AdvisedLine], ground: Ground) -> tuple[Claim, ...]:
    return tuple(claim_of(index, row, ground.currency, ground.paid_on) for index, row in enumerate(rows))


def _whole(allocations: list[Allocation]) -> tuple[Candidate, ...]:
    if not allocations:
        return ()
    listed = ", ".join(one.invoice for one in allocations)
    evidence = (Reason("lines", f"as the bank line names them: {listed}"[:300]),)
    return (
        Candidate(
            n=1, invoice=allocations[0].invoice if len(allocations) == 1 else None, confidence=0.5,
            evidence=evidence, settle=tuple(allocations), customer=allocations[0].customer,
        ),
    )  # fmt: skip


def _unreferenced(line: BankLine, amount: Money, payer: PayerMatch, ground: Ground) -> ReceiptDecision:
    """No number of ours: unapplied for the customer who is known, with what it could be; else unidentified."""
    if payer.customer is None:
        what = f"{amount} from {line.payer or 'an unknown payer'}: who it is, is not known"
        candidates = lump_sum(ground, amount, None).candidates if ground.payable else ()
        code = payer.code or "cust_ambig"
        problem = exception(code, what[:300], amount=amount, candidates=candidates, reasons=payer.evidence)
        return waiting(amount, None, problem, *payer.evidence)
    return waiting(amount, payer.customer, lump_sum(ground, amount, payer.customer), *payer.evidence)
