"""Which advice the money of a bank line was announced by, and what it settles now."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from agent.domain.books import CashBooks
from agent.domain.decisions import Candidate, Reason, ReceiptDecision, ReceiptOutcome
from agent.domain.documents import BankLine
from agent.domain.money import Money
from agent.domain.receivables import KnownAdvice, OpenItem
from matching.announced import Fit, applications, offer
from matching.bank_text import SHORTEST_REFERENCE, reference_words, texts_of, waiting
from matching.claims import money_of
from matching.ground import Ground, exception
from matching.payers import PayerMatch
from matching.plan import within
from matching.rules.neighbour import candidate
from matching.rules.repeat import normal_reference
from matching.together import together

DAYS_BEFORE = 5  # the bank may book before the day that the advice gives
DAYS_AFTER = 14  # a cheque takes its time
_REFERENCE = re.compile(r"\b(?:E?REF|REFERENCE|REFERENZ|REFERENCIA|RIFERIMENTO)\b", re.IGNORECASE)


def by_advice(
    line: BankLine,
    amount: Money,
    payer: PayerMatch,
    books: CashBooks,
    ground: Ground,
    named: frozenset[str] = frozenset(),
) -> ReceiptDecision | None:
    """Settle the one advice of this payment; two that fit are for a person, none leaves the line to itself."""
    open_advices = [
        a for a in books.advices if a.status != "received" and a.total is not None and a.currency == amount.currency
    ]
    fits = _by_reference(line, amount, open_advices, ground)
    referred = bool(fits)
    if not referred:
        same = [a for a in open_advices if a.total == amount and not _contradicts(a, named)]
        fits = _by_amount(line, payer, same, ground)
    exact = [fit for fit in fits if fit.exact]
    if len(exact) == 1:
        doubt = not referred and _says_otherwise(line, exact[0].advice)
        others = _others(exact[0].advice, amount, named, ground) if doubt else ()
        return (
            _or_another(exact[0], others, amount, payer, ground)
            if others
            else _settled(exact[0], amount, payer, ground)
        )
    if exact:
        return _several_advices(exact, amount, payer, ground)
    joined = together(line, amount, fits, [] if named else open_advices, payer, books, ground)
    if joined is not None or not fits:
        return joined
    return _other_amount(fits, amount, payer, ground)


def _by_reference(line: BankLine, amount: Money, advices: list[KnownAdvice], ground: Ground) -> list[Fit]:
    words = reference_words(line)
    found = []
    for advice in advices:
        reference = normal_reference(advice.payment_reference)
        if not reference or len(reference) < SHORTEST_REFERENCE or reference not in words or advice.total is None:
            continue
        charges = money_of(abs(line.charges), amount.currency) if line.charges else None
        fee = charges if charges is not None and amount + charges == advice.total else ground.zero
        reason = Reason("payment_reference", f"reference {advice.payment_reference} is that of advice {advice.advice}")
        found.append(Fit(advice, reason, amount + fee == advice.total, fee))
    return found


def _contradicts(advice: KnownAdvice, named: frozenset[str]) -> bool:
    """Whether the bank line names documents, and the advice pays others."""
    paid = {one.invoice for one in advice.allocations if one.invoice}
    return bool(named and paid) and named.isdisjoint(paid)


def _by_amount(line: BankLine, payer: PayerMatch, advices: list[KnownAdvice], ground: Ground) -> list[Fit]:
    """The same customer and amount, a day close by: all that fit, of which there must be one."""
    found = []
    for advice in advices:
        if advice.customer is None or advice.customer not in payer.payable:
            continue
        if advice.paid_on is not None and line.booked_on is not None:
            early, late = timedelta(days=DAYS_BEFORE), timedelta(days=DAYS_AFTER)
            if not advice.paid_on - early <= line.booked_on <= advice.paid_on + late:
                continue
        day = advice.paid_on or "an unknown day"
        what = f"advice {advice.advice} of {advice.customer} over {advice.total}, paid on {day}"
        found.append(Fit(advice, Reason("customer_amount_date", what), True, ground.zero))
    return found


def _says_otherwise(line: BankLine, advice: KnownAdvice) -> bool:
    """Whether the line gives a reference of its own that the advice does not have."""
    words = reference_words(replace(line, bank_reference=None))
    if advice.payment_reference:
        return any(len(word) >= SHORTEST_REFERENCE for word in words)
    given = [text for text in texts_of(line) if text != line.text]
    return bool(words) and bool(given or _REFERENCE.search(line.text or ""))


def _others(advice: KnownAdvice, amount: Money, named: frozenset[str], ground: Ground) -> tuple[OpenItem, ...]:
    """Open invoices that nothing announces and that are the amount too: nothing but the amount speaks for the advice."""
    paid = {one.invoice for one in advice.allocations}
    if not paid.isdisjoint(named):
        return ()
    free = [item for item in ground.open_invoices if item.number not in paid and item.free == item.open]
    single = [item for item in free if item.open == amount]
    return tuple(single[:5]) or _pair(free, amount)


def _pair(items: list[OpenItem], amount: Money) -> tuple[OpenItem, ...]:
    """Two of the items that are the amount together; larger sets are too often so by chance."""
    by_amount: dict[int, OpenItem] = {}
    for item in items:
        other = by_amount.get(amount.minor - item.open.minor)
        if other is not None:
            return (other, item)
        by_amount[item.open.minor] = item
    return ()


def _or_another(
    fit: Fit, others: tuple[OpenItem, ...], amount: Money, payer: PayerMatch, ground: Ground
) -> ReceiptDecision:
    """The money of the advice, or of another invoice of the same amount: a person decides."""
    pair = others[0].open != amount
    listed = (" and " if pair else " or ").join(item.number for item in others)
    what = f"{amount} can be the money of advice {fit.advice.advice}, or for {listed}: only the amount says so"
    reasons = tuple(Reason("amount", f"{item.open} is what is open on {item.number}") for item in others)
    offers = tuple(
        candidate(ground, n, item, item.open, 0.3, (reason,), reference=None, line=None)
        for n, (item, reason) in enumerate(zip(others, reasons, strict=True), start=2)
    )
    if pair:
        both = tuple(one for offer in offers for one in offer.settle)
        offers = (
            Candidate(n=2, amount=amount, confidence=0.3, evidence=reasons, settle=both, customer=others[0].customer),
        )
    problem = exception(
        "line_ambig",
        what,
        amount=amount,
        candidates=(offer(1, fit, amount, ground), *offers),
        reasons=(fit.reason, *reasons),
    )
    return waiting(amount, payer.customer, problem, *payer.evidence)


def _settled(fit: Fit, amount: Money, payer: PayerMatch, ground: Ground) -> ReceiptDecision:
    """The advice's allocations become the applications, as far as the items are still open."""
    advice = fit.advice
    stranger = payer.customer is not None and advice.customer is not None
    if stranger and advice.customer not in payer.payable and payer.customer not in _family(advice, ground):
        what = f"the reference is that of advice {advice.advice} of {advice.customer}, the payer is {payer.customer}"
        problem = exception("third_party_payer", what, amount=amount, reasons=(fit.reason, *payer.evidence))
        return waiting(amount, payer.customer, problem, fit.reason)
    applied, problems = applications(advice, fit, ground)
    applied = within(applied, amount, advice.took_off)
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


def _several_advices(fits: list[Fit], amount: Money, payer: PayerMatch, ground: Ground) -> ReceiptDecision:
    offers = tuple(offer(n, fit, amount, ground) for n, fit in enumerate(fits[:5], start=1))
    listed = ", ".join(fit.advice.advice for fit in fits[:5])
    what = f"{amount} fits the advices {listed}: which one arrived cannot be told"
    problem = exception("line_ambig", what, amount=amount, candidates=offers, reasons=tuple(f.reason for f in fits[:5]))
    return waiting(amount, payer.customer, problem, *payer.evidence)


def _other_amount(fits: list[Fit], amount: Money, payer: PayerMatch, ground: Ground) -> ReceiptDecision:
    """The reference is that of an advice, and the amount is another."""
    fit = fits[0]
    offers = tuple(offer(n, one, amount, ground) for n, one in enumerate(fits[:5], start=1))
    what = f"{amount} arrived with the reference of advice {fit.advice.advice}, which is over {fit.advice.total}"
    problem = exception(
        "total_mismatch", what, amount=amount, candidates=offers, reasons=tuple(f.reason for f in fits[:5])
    )
    return waiting(amount, payer.customer or fit.advice.customer, problem, *payer.evidence)
