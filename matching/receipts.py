"""What one bank line means: the advice it settles, the items that it names itself, or money that waits for a person.

Money at the bank is a fact. It is applied by an advice of the same payment, or by the numbers that the line itself
gives, under the same safe rules; otherwise it stands unapplied for the customer who is known, or unidentified.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

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
from agent.domain.documents import AdvisedLine, BankLine
from agent.domain.money import Money
from agent.domain.receivables import InvoiceType, KnownAdvice, KnownReceipt
from matching.claims import claim_of, money_of
from matching.customers import account_key
from matching.finder import Finder, Found, Strength
from matching.ground import Ground, exception
from matching.keys import fold, number_of, tokens_of
from matching.payers import PayerFacts, PayerMatch, identify_payer
from matching.plan import Plan, plan_lines
from matching.rules.account import lump_sum
from matching.rules.missing import fill_amounts
from matching.rules.repeat import normal_reference

DAYS_BEFORE = 5  # the bank may book before the day that the advice gives
DAYS_AFTER = 14  # a cheque takes its time
SHORTEST_REFERENCE = 4


def decide_receipt(
    line: BankLine, statement_currency: str | None, books: CashBooks, policy: MatchingPolicy
) -> ReceiptDecision:
    """Return what the bank line does. Two lines that look alike are two payments: repeats are told by `line_keys`."""
    currency = line.currency or statement_currency
    amount = money_of(line.amount, currency) if currency else None
    if amount is None:
        what = "a bank line without an amount or a currency"
        return _waiting(None, None, exception("currency_unknown", what, reasons=(Reason("bank", what),)))
    if line.returned:
        return _returned(line, amount, books)
    if amount.minor <= 0:
        return ReceiptDecision(outcome=ReceiptOutcome.OUTGOING, reasons=(Reason("sign", f"{amount} is no receipt"),))
    finder = Finder((*books.items, *books.open_items))
    named = _named(line, finder)
    payer = identify_payer(_facts(line, named), books)
    ground = _ground(line, amount, finder, payer, policy)
    by_advice = _by_advice(line, amount, payer, books, ground)
    if by_advice is not None:
        return by_advice
    return _by_itself(line, amount, named, payer, ground)


def line_keys(lines: Iterable[BankLine], account: str | None) -> tuple[str, ...]:
    """Return a key for each line that stays the same when the statement, or an overlapping one, comes again.

    Lines that are equal in everything are told apart by their count within the statement: two real equal payments keep
    two keys.
    """
    counts: Counter[str] = Counter()
    keys = []
    for line in lines:
        parts = (
            account_key(account or ""),
            str(line.booked_on),
            str(line.currency),
            "" if line.amount is None else f"{line.amount.normalize()}",
            normal_reference(line.bank_reference) or "",
            "" if line.bank_reference else fold(" ".join(filter(None, (line.payer, line.payer_account, line.text)))),
        )
        base = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
        counts[base] += 1
        keys.append(f"{base}-{counts[base]}")
    return tuple(keys)


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


def _texts(line: BankLine) -> tuple[str, ...]:
    found = (*line.references, line.end_to_end_id, line.text)
    return tuple(text for text in found if text and text.strip().upper() not in ("NOTPROVIDED", "NONREF"))


def _named(line: BankLine, finder: Finder) -> tuple[Found, ...]:
    """The documents that the line names: structured references first, then the words of its text."""
    found: dict[str, Found] = {}
    for text in _texts(line):
        readings = finder.readings(text)
        sure = [one for one in readings if one.strength <= Strength.LABELLED and _telling(one, text)]
        for one in sure:
            for item in one.items:
                single = replace(one, items=(item,))
                found.setdefault(item.number, single)
    return tuple(found[number] for number in sorted(found))


def _telling(one: Found, text: str) -> bool:
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


def _waiting(amount: Money | None, customer: str | None, problem: MatchException, *reasons: Reason) -> ReceiptDecision:
    return ReceiptDecision(
        outcome=ReceiptOutcome.UNAPPLIED if customer else ReceiptOutcome.UNIDENTIFIED,
        customer=customer,
        unapplied=amount,
        exceptions=(problem if problem.customer or not customer else replace(problem, customer=customer),),
        reasons=reasons,
    )


# --- by an advice ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fit:
    advice: KnownAdvice
    reason: Reason
    exact: bool
    fee: Money  # charges that the bank kept, named on the line


def _by_advice(
    line: BankLine, amount: Money, payer: PayerMatch, books: CashBooks, ground: Ground
) -> ReceiptDecision | None:
    """Settle the one advice of this payment; two that fit are for a person, none leaves the line to itself."""
    waiting = [
        a for a in books.advices if a.status != "received" and a.total is not None and a.currency == amount.currency
    ]
    fits = _by_reference(line, amount, waiting, ground) or _by_amount(line, amount, payer, waiting, ground)
    exact = [fit for fit in fits if fit.exact]
    if len(exact) == 1:
        return _settled(exact[0], amount, payer, ground)
    if not fits:
        return None
    if exact:
        return _several_advices(exact, amount, payer, ground)
    return _other_amount(fits, amount, payer, ground)


def _by_reference(line: BankLine, amount: Money, waiting: list[KnownAdvice], ground: Ground) -> list[_Fit]:
    words = _reference_words(line)
    found = []
    for advice in waiting:
        reference = normal_reference(advice.payment_reference)
        if not reference or len(reference) < SHORTEST_REFERENCE or reference not in words or advice.total is None:
            continue
        charges = money_of(abs(line.charges), amount.currency) if line.charges else None
        fee = charges if charges is not None and amount + charges == advice.total else ground.zero
        reason = Reason("payment_reference", f"reference {advice.payment_reference} is that of advice {advice.advice}")
        found.append(_Fit(advice, reason, amount + fee == advice.total, fee))
    return found


def _reference_words(line: BankLine) -> set[str]:
    words: set[str] = set()
    for text in (*_texts(line), line.bank_reference or ""):
        for number in (number_of(text), *tokens_of(text)):
            if number is not None:
                words |= {f"{number.letters}{number.stripped}", number.stripped}
    return words


def _by_amount(
    line: BankLine, amount: Money, payer: PayerMatch, waiting: list[KnownAdvice], ground: Ground
) -> list[_Fit]:
    """The same customer, the same amount, a day close by: all that fit, of which there must be one."""
    found = []
    for advice in waiting:
        if advice.customer is None or advice.customer not in payer.payable or advice.total != amount:
            continue
        if advice.paid_on is not None and line.booked_on is not None:
            early, late = timedelta(days=DAYS_BEFORE), timedelta(days=DAYS_AFTER)
            if not advice.paid_on - early <= line.booked_on <= advice.paid_on + late:
                continue
        what = (
            f"advice {advice.advice} of {advice.customer} over {amount}, paid {advice.paid_on or 'on an unknown day'}"
        )
        found.append(_Fit(advice, Reason("customer_amount_date", what), True, ground.zero))
    return found


def _settled(fit: _Fit, amount: Money, payer: PayerMatch, ground: Ground) -> ReceiptDecision:
    """The advice's allocations become the applications, as far as the items are still open."""
    advice = fit.advice
    stranger = payer.customer is not None and advice.customer is not None
    if stranger and advice.customer not in payer.payable and payer.customer not in _family(advice, ground):
        what = f"the reference is that of advice {advice.advice} of {advice.customer}, the payer is {payer.customer}"
        problem = exception("third_party_payer", what, amount=amount, reasons=(fit.reason, *payer.evidence))
        return _waiting(amount, payer.customer, problem, fit.reason)
    applied, problems = _applications(advice, fit, ground)
    customer = advice.customer or payer.customer
    cash = ground.zero
    for one in applied:
        cash = cash + one.cash
    rest = amount - cash
    if not advice.allocations:
        what = f"advice {advice.advice} over {amount} has arrived; its lines were not matched"
        problems.append(exception("lump_sum", what, customer=customer, amount=amount, reasons=(fit.reason,)))
    return ReceiptDecision(
        outcome=ReceiptOutcome.SETTLES_ADVICE,
        customer=customer,
        advice=advice.advice,
        allocations=tuple(applied),
        unapplied=rest,
        exceptions=tuple(problems),
        reasons=(fit.reason, *payer.evidence),
    )


def _family(advice: KnownAdvice, ground: Ground) -> set[str]:
    """The customers whose items the advice settles: a group payer's bank line may name any of them."""
    items = ground.finder.items
    return {items[one.invoice].customer for one in advice.allocations if one.invoice in items}


def _applications(advice: KnownAdvice, fit: _Fit, ground: Ground) -> tuple[list[Allocation], list[MatchException]]:
    applied: list[Allocation] = []
    problems: list[MatchException] = []
    left: dict[str, int] = {}
    fee = fit.fee
    largest = max((a.amount.minor for a in advice.allocations if a.invoice), default=0)
    for known in advice.allocations:
        item = ground.finder.items.get(known.invoice or "")
        if item is None or known.amount.currency != item.currency:
            if known.invoice:
                what = f"{known.invoice}, which advice {advice.advice} pays, cannot be settled with {known.amount}"
                problems.append(exception("line_unresolved", what, amount=known.amount, reasons=(fit.reason,)))
            continue
        zero = ground.zero
        bank_fee = known.bank_fee or zero
        cash = known.amount
        if fee and cash.minor == largest:
            cash, bank_fee, fee = cash - fee, bank_fee + fee, zero
        one = Allocation(
            invoice=item.number, customer=item.customer, cash=cash, discount=known.discount,
            deduction=known.deduction, withheld=known.withheld, write_off=known.write_off, bank_fee=bank_fee,
            reference=known.reference, reasons=(fit.reason,),
        )  # fmt: skip
        available = left.get(item.number, item.open.minor)
        if abs(one.settles.minor) <= abs(available) and (one.settles.minor >= 0) == (item.total.minor >= 0):
            left[item.number] = available - one.settles.minor
            applied.append(one)
            continue
        what = f"{item.number} has {Money(available, item.currency)} open, advice {advice.advice} settles {one.settles}"
        problems.append(exception("line_closed", what, customer=item.customer, amount=one.cash, reasons=(fit.reason,)))
    return applied, problems


def _several_advices(fits: list[_Fit], amount: Money, payer: PayerMatch, ground: Ground) -> ReceiptDecision:
    offers = tuple(_offer(n, fit, amount, ground) for n, fit in enumerate(fits[:5], start=1))
    listed = ", ".join(fit.advice.advice for fit in fits[:5])
    what = f"{amount} fits the advices {listed}: which one arrived cannot be told"
    problem = exception("line_ambig", what, amount=amount, candidates=offers, reasons=tuple(f.reason for f in fits[:5]))
    return _waiting(amount, payer.customer, problem, *payer.evidence)


def _other_amount(fits: list[_Fit], amount: Money, payer: PayerMatch, ground: Ground) -> ReceiptDecision:
    """The reference is that of an advice, and the amount is another."""
    fit = fits[0]
    offers = tuple(_offer(n, one, amount, ground) for n, one in enumerate(fits[:5], start=1))
    what = f"{amount} arrived with the reference of advice {fit.advice.advice}, which is over {fit.advice.total}"
    problem = exception(
        "total_mismatch", what, amount=amount, candidates=offers, reasons=tuple(f.reason for f in fits[:5])
    )
    return _waiting(amount, payer.customer or fit.advice.customer, problem, *payer.evidence)


def _offer(n: int, fit: _Fit, amount: Money, ground: Ground) -> Candidate:
    """What accepting would apply: the advice's allocations, if the money suffices for them."""
    applied, _ = _applications(fit.advice, fit, ground)
    enough = sum(one.cash.minor for one in applied) <= amount.minor
    return Candidate(
        n=n, amount=fit.advice.total, confidence=0.5, evidence=(fit.reason,),
        settle=tuple(applied) if enough else (), customer=fit.advice.customer,
    )  # fmt: skip


# --- by itself ------------------------------------------------------------------------------------------------------


def _by_itself(
    line: BankLine, amount: Money, named: tuple[Found, ...], payer: PayerMatch, ground: Ground
) -> ReceiptDecision:
    """Apply by the line's own numbers, under the rules for advices, where the payer is who they belong to."""
    invoices = [one for one in named if one.items[0].type is InvoiceType.INVOICE]
    if not invoices:
        return _unreferenced(line, amount, payer, ground)
    plan = _plan(line, amount, invoices, ground)
    if payer.code is not None:
        candidates = _whole(plan.allocations) or next((e.candidates for e in plan.exceptions if e.candidates), ())
        says = f"{amount} names {', '.join(one.items[0].number for one in invoices[:5])}; the payer is not the customer"
        problem = exception(payer.code, says, amount=amount, candidates=candidates, reasons=payer.evidence)
        return _waiting(amount, payer.customer, problem, *payer.evidence)
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


def _plan(line: BankLine, amount: Money, invoices: list[Found], ground: Ground) -> Plan:
    """One number is paid by the amount; several only where they make it up together."""
    charges = money_of(abs(line.charges), amount.currency) if line.charges else None
    lines = [AdvisedLine(reference=one.items[0].number) for one in invoices]
    if len(lines) == 1:
        lines = [replace(lines[0], paid=amount.amount)]
        item = invoices[0].items[0]
        if charges and item.currency == amount.currency and amount + charges == ground.free(item):
            lines = [replace(lines[0], deduction=charges.amount, reason="bank charges")]
    claims = tuple(claim_of(i, one, ground.currency, ground.paid_on) for i, one in enumerate(lines))
    filled = claims if len(lines) == 1 else fill_amounts(claims, amount, ground)
    if isinstance(filled, MatchException):
        return Plan(exceptions=[filled])
    return plan_lines(filled, ground)


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
        return _waiting(amount, None, problem, *payer.evidence)
    return _waiting(amount, payer.customer, lump_sum(ground, amount, payer.customer), *payer.evidence)


# --- returned -------------------------------------------------------------------------------------------------------


def _returned(line: BankLine, amount: Money, books: CashBooks) -> ReceiptDecision:
    """The bank took a payment back: which receipt it was must be certain before anything is reopened."""
    back = abs(amount)
    same = [one for one in books.receipts if one.amount == back and _before(one, line)]
    words = _reference_words(line)
    referred = [one for one in same if _refers(one, words)]
    payer = identify_payer(PayerFacts(name=line.payer, account=line.payer_account, by_mail=False), books)
    of_payer = [one for one in same if one.customer is not None and one.customer == payer.customer]
    chosen = referred if referred else of_payer
    receipt = chosen[0] if len(chosen) == 1 else None
    customer = receipt.customer if receipt else payer.customer
    which = f"receipt {receipt.receipt}" if receipt else "which receipt is not certain"
    reason = Reason("returned", f"{back} was taken back by the bank: {which}")
    offers = tuple(
        Candidate(
            n=n,
            amount=one.amount,
            confidence=0.4,
            evidence=(Reason("receipt", f"receipt {one.receipt}"),),
            customer=one.customer,
        )
        for n, one in enumerate(same[:5], start=1)
    )
    problem = exception(
        "payment_return", reason.detail, customer=customer, amount=back,
        candidates=() if receipt else offers, reasons=(reason,),
    )  # fmt: skip
    return ReceiptDecision(
        outcome=ReceiptOutcome.RETURNED,
        customer=customer,
        exceptions=(problem,),
        returns_receipt=receipt.receipt if receipt else None,
        reasons=(reason, *payer.evidence),
    )


def _before(receipt: KnownReceipt, line: BankLine) -> bool:
    return line.booked_on is None or receipt.booked_on <= line.booked_on


def _refers(receipt: KnownReceipt, words: set[str]) -> bool:
    references = (normal_reference(receipt.bank_reference), normal_reference(receipt.end_to_end_id))
    return any(one is not None and len(one) >= SHORTEST_REFERENCE and one in words for one in references)
