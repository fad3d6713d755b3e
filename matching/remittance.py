"""What a remittance advice means for the books: decided from the advice, an excerpt of the books and the policy alone.

An advice is a claim, not money. It books only where every safe rule holds; whatever does not becomes work for a person,
with what would be booked if the person agrees. Cash over all allocations and `on_account` together are the advised
total, or nothing is booked. `on_account` is negative where the payer took something off and named no invoice for it; an
advice that is itself the money (`remittance_settles = "paid"`) never settles more than its total.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from agent.domain.books import CashBooks
from agent.domain.decisions import (
    AdviceOutcome,
    Allocation,
    Candidate,
    MatchException,
    MatchingPolicy,
    Reason,
    RemittanceDecision,
)
from agent.domain.documents import AdvisedLine, Flag, Footing, RemittanceAdvice
from agent.domain.learning import LearnedKind, percent_of
from agent.domain.money import Money, total
from agent.domain.receivables import KnownAdvice, OpenItem
from matching.claims import Claim, claim_of, money_of
from matching.customers import name_keys
from matching.finder import Finder, Strength
from matching.ground import Ground, exception
from matching.offers import as_candidates, not_adding_up, refused, replacement
from matching.payers import PayerFacts, PayerMatch, identify_payer
from matching.plan import Plan, plan_lines, within
from matching.rules.account import lump_sum, past_due, whole_account
from matching.rules.missing import fill_amounts
from matching.rules.repeat import Repeat, Seen, arrived, content_key, distinct_key, replaced, seen_before
from matching.rules.trust import UNIDENTIFIED, barrier, late_barrier, unknown_account
from matching.writings import writings_of

MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class _Planned:
    """The decision as it would be if nothing forbade booking; `clean` where every number and amount agrees."""

    decision: RemittanceDecision
    clean: bool = False


def decide_remittance(advice: RemittanceAdvice, books: CashBooks, policy: MatchingPolicy) -> RemittanceDecision:
    """Return what the advice does: allocations and disputes to book, exceptions for people, or no effect at all."""
    finder = Finder((*books.items, *books.open_items), writings_of(books))
    payer = identify_payer(_facts(advice, finder), books)
    currency = _currency(advice, finder, payer, books)
    key = content_key(advice, payer.customer, currency)
    seen = seen_before(advice, key, payer.customer, books.advices, policy, lambda line: _has_room(line, finder))
    named = _named(advice, finder)
    if seen.repeat is Repeat.NEW and Flag.CORRECTION in advice.flags:
        seen = Seen(Repeat.SUSPECT, replaced(payer.customer, named, books.advices))
    if seen.repeat is Repeat.NEW:
        key = distinct_key(key, books.advices)
    stop = barrier(advice, payer, books, policy)
    blank = _blank(advice, payer, currency, key, policy)
    if seen.repeat is Repeat.SAME and not (stop is not None and stop.critical):
        return _repeated(blank, seen)
    paid = arrived(advice, blank.total, named, payer.payable, books.receipts) if stop is None else None
    if paid is not None:
        reason = Reason("arrived", f"its money has arrived and was applied: receipt {paid.receipt}")
        return replace(blank, outcome=AdviceOutcome.DUPLICATE, reasons=(*blank.reasons, reason))
    if currency is None:
        what = "the paper names no currency, and none follows from its invoices"
        unknown = exception("currency_unknown", what, customer=payer.customer, reasons=payer.evidence)
        return replace(blank, exceptions=(stop or unknown,), content_key=None)
    if seen.earlier is not None and seen.earlier.status == "received":
        finder = Finder(_reopened(finder, seen.earlier, currency), writings_of(books))
    ground = _ground(advice, currency, finder, payer, policy, seen)
    ground = replace(ground, kept=_kept(advice, books), names=_names(ground.payable, books))
    return _decide(advice, books, ground, seen, blank, stop)


def _decide(
    advice: RemittanceAdvice,
    books: CashBooks,
    ground: Ground,
    seen: Seen,
    blank: RemittanceDecision,
    stop: MatchException | None,
) -> RemittanceDecision:
    """Plan the lines, then let whatever forbids booking have the last word."""
    if Flag.MASKED in advice.flags and (stop is None or stop.code in UNIDENTIFIED):
        waits = Reason("masked", "figures are blanked out: waits for the full advice")
        return replace(blank, announced=True, reasons=(*blank.reasons, waits))
    planned = _plan(advice, books, ground, blank)
    if stop is not None:
        return _stopped(blank, stop, planned.decision)
    corrects = Flag.CORRECTION in advice.flags
    if corrects or seen.repeat is Repeat.SUSPECT:
        found = replacement(blank, seen.earlier, seen.reason, planned.decision, corrects=corrects)
        outcome = AdviceOutcome.CORRECTION if corrects else AdviceOutcome.NEW
        earlier = seen.earlier.advice if seen.earlier is not None else None
        return replace(blank, outcome=outcome, exceptions=(found,), earlier_advice=earlier, content_key=None)
    late = late_barrier(advice, ground, planned.decision, clean=planned.clean)
    if late is not None:
        return _stopped(blank, late, planned.decision)
    paid_to = unknown_account(advice, ground.policy, blank.customer)
    decision = planned.decision
    return decision if paid_to is None else replace(decision, exceptions=(*decision.exceptions, paid_to))


def _named(advice: RemittanceAdvice, finder: Finder) -> frozenset[str]:
    """The numbers of the documents that the lines name, each by one sure reading."""
    named: set[str] = set()
    for line in advice.lines[:MOST_LINES]:
        found = finder.readings(line.reference) if line.reference else ()
        sure = [one for one in found if one.strength <= Strength.LABELLED]
        named.update(sure[0].numbers if len(sure) == 1 else ())
    return frozenset(named)


def _has_room(line: AdvisedLine, finder: Finder) -> bool:
    """Whether the document that a line names is open enough for it, beside all that earlier advices announced."""
    found = (
        [one for one in finder.readings(line.reference) if one.strength <= Strength.LABELLED] if line.reference else []
    )
    if len(found) != 1 or line.paid is None:
        return False
    free = sum(item.free.amount for item in found[0].items)
    return line.paid + (line.discount or 0) + (line.deduction or 0) + (line.withheld or 0) <= free


def _facts(advice: RemittanceAdvice, finder: Finder) -> PayerFacts:
    """Who owns the documents that the lines name exactly, the most named first."""
    owners: Counter[str] = Counter()
    for line in advice.lines[:MOST_LINES]:
        found = finder.readings(line.reference) if line.reference else ()
        named = {item.customer for one in found if one.strength <= Strength.LABELLED for item in one.items}
        if not named:
            for text in (line.reference, line.order_number):
                named |= {item.customer for item in finder.by_order(text)} if text else set()
        if len(named) == 1:
            owners.update(named)
    return PayerFacts(
        name=advice.payer.name,
        customer_number=advice.payer.customer_number,
        owners=tuple(sorted(owners, key=lambda number: (-owners[number], number))),
        third_party=Flag.THIRD_PARTY in advice.flags,
    )


def _currency(advice: RemittanceAdvice, finder: Finder, payer: PayerMatch, books: CashBooks) -> str | None:
    """The currency that is stated; else that of all documents named; else the customer's."""
    if advice.currency:
        return advice.currency
    found: set[str] = set()
    for line in advice.lines[:MOST_LINES]:
        for one in finder.readings(line.reference) if line.reference else ():
            if one.strength <= Strength.LABELLED:
                found |= {item.currency for item in one.items}
    if not found:
        who = {payer.customer, *payer.payable, *payer.candidates}
        found = {customer.currency for customer in books.customers if customer.number in who}
    return next(iter(found)) if len(found) == 1 else None


def _ground(
    advice: RemittanceAdvice,
    currency: str,
    finder: Finder,
    payer: PayerMatch,
    policy: MatchingPolicy,
    seen: Seen,
) -> Ground:
    payable = payer.payable or frozenset(payer.candidates)  # of a stranger: only to suggest with
    return Ground(
        currency=currency,
        paid_on=advice.paid_on,
        policy=policy,
        finder=finder,
        payable=payable,
        payer=payer.customer,
        scanned=Flag.SCANNED in advice.flags,
        announcement=Flag.ANNOUNCEMENT in advice.flags,
        released=_released(seen.earlier, currency)
        if seen.earlier is not None and seen.earlier.status != "received"
        else {},
    )


def _kept(advice: RemittanceAdvice, books: CashBooks) -> dict[str, tuple[Decimal, str]]:
    """What was agreed that this payer, who settles for many, keeps of each customer's invoices."""
    keys = set(name_keys(advice.payer.name)) if advice.payer.name else set()
    found: dict[str, tuple[Decimal, str]] = {}
    for row in books.learned:
        share = percent_of(row.means) if row.kind is LearnedKind.TERMS and row.key in keys else None
        if share is not None and row.customer:
            found[row.customer] = (share, f"{row.words}: {row.said} keeps {row.means}")
    return found


def _names(payable: frozenset[str], books: CashBooks) -> dict[str, str]:
    """Whose name each key is; a name of two is nobody's."""
    found: dict[str, set[str]] = {}
    for customer in books.customers:
        if customer.number in payable:
            for key in name_keys(customer.name):
                found.setdefault(key, set()).add(customer.number)
    return {key: next(iter(owners)) for key, owners in found.items() if len(owners) == 1}


def _reopened(finder: Finder, earlier: KnownAdvice, currency: str) -> tuple[OpenItem, ...]:
    """The items as they would be open if the money of the earlier advice were taken off them again."""
    back = _released(earlier, currency)
    found = []
    for item in finder.items.values():
        more = back.get(item.number)
        if more is not None and item.currency == currency:
            open_ = item.open + more
            open_ = min(open_, item.total) if item.total.minor >= 0 else max(open_, item.total)
            found.append(replace(item, open=open_))
        else:
            found.append(item)
    return tuple(found)


def _released(earlier: KnownAdvice, currency: str) -> dict[str, Money]:
    """What the earlier advice had announced on each invoice: free again where this one replaces it."""
    released: dict[str, Money] = {}
    for one in earlier.allocations:
        if one.invoice is None or one.amount.currency != currency:
            continue
        amount = one.amount + one.discount + one.withheld + one.write_off
        amount = amount + one.bank_fee if one.bank_fee is not None else amount
        released[one.invoice] = released.get(one.invoice, Money.zero(currency)) + amount
    return released


def _blank(
    advice: RemittanceAdvice, payer: PayerMatch, currency: str | None, key: str, policy: MatchingPolicy
) -> RemittanceDecision:
    """A decision without any effect yet."""
    dates = [line.paid_on for line in advice.lines if line.paid_on is not None]
    last = max(dates) if dates and advice.paid_on is None else advice.paid_on
    ahead = last is not None and last > policy.today
    return RemittanceDecision(
        outcome=AdviceOutcome.NEW,
        customer=payer.customer,
        currency=currency,
        total=money_of(advice.total, currency) if currency else None,
        content_key=key,
        announced=ahead or Flag.ANNOUNCEMENT in advice.flags,
        reasons=payer.evidence,
    )


def _repeated(blank: RemittanceDecision, seen: Seen) -> RemittanceDecision:
    reasons = (*blank.reasons, seen.reason) if seen.reason else blank.reasons
    earlier = seen.earlier.advice if seen.earlier else None
    return replace(blank, outcome=AdviceOutcome.DUPLICATE, earlier_advice=earlier, reasons=reasons)


def _plan(advice: RemittanceAdvice, books: CashBooks, ground: Ground, blank: RemittanceDecision) -> _Planned:
    """Work out the lines, or the sum without lines, as if nothing forbade booking."""
    if (advice.total is not None and blank.total is None) or len(advice.lines) > MOST_LINES:
        return _Planned(refused(blank, "its total or number of lines cannot be"))
    claims = tuple(claim_of(i, line, ground.currency, advice.paid_on) for i, line in enumerate(advice.lines))
    if not claims:
        return _Planned(_without_lines(advice, books, ground, blank))
    if any(claim.paid is None for claim in claims):
        filled = fill_amounts(claims, blank.total, ground)
        if isinstance(filled, MatchException):
            return _Planned(replace(blank, exceptions=(replace(filled, customer=filled.customer or blank.customer),)))
        claims = filled
    if blank.total is not None and blank.total.minor < 0:
        return _Planned(refused(blank, f"its total {blank.total} is no payment"))
    advised = total([claim.paid for claim in claims if claim.paid is not None], ground.currency)
    plan = plan_lines(claims, ground)
    if ground.policy.remittance_settles == "paid":
        plan.allocations = within(plan.allocations, blank.total if blank.total is not None else advised)
    unlisted = Flag.TRUNCATED in advice.flags and blank.total is None
    if advice.footing is Footing.FAILED or unlisted or (blank.total is not None and blank.total != advised):
        return _Planned(not_adding_up(advice, blank, ground, plan, advised))
    decision = _assembled(replace(blank, total=advised), plan, claims, ground)
    return _Planned(decision, plan.clean and blank.total is not None)


def _without_lines(
    advice: RemittanceAdvice, books: CashBooks, ground: Ground, blank: RemittanceDecision
) -> RemittanceDecision:
    amount = blank.total
    if amount is None or amount.minor <= 0:
        what = "a payment is told of, without a number or an amount"
        return replace(blank, exceptions=(exception("amount_missing", what, customer=blank.customer),))
    if advice.footing is Footing.FAILED:
        return refused(blank, "its own figures contradict each other")
    if (advice.clears_account or advice.clears_past_due) and not ground.scanned:
        rule = past_due if advice.clears_past_due else whole_account
        whole = rule(ground, amount, complete=books.complete)
        if whole:
            reasons = (*blank.reasons, *whole[0].reasons)
            return replace(blank, allocations=tuple(whole), on_account=ground.zero, reasons=reasons)
    found = lump_sum(ground, amount, blank.customer)
    meant = found.code == "lump_sum" and not found.candidates and blank.customer is not None
    return replace(blank, exceptions=(found,), on_account=amount if meant else None)


def _assembled(blank: RemittanceDecision, plan: Plan, claims: tuple[Claim, ...], ground: Ground) -> RemittanceDecision:
    """Book what the plan books, and keep the sum: what is tied to nothing stands on account."""
    too_much = _beyond_open(plan.allocations, ground)
    if too_much:
        return refused(blank, f"more than is open would be settled on {too_much}")
    advised = blank.total if blank.total is not None else ground.zero
    rest = advised - plan.cash(ground.zero)
    exceptions = tuple(
        one if one.customer else replace(one, customer=blank.customer) for one in sorted(plan.exceptions, key=_order)
    )
    books = bool(plan.allocations) or (plan.meant_on_account and rest.minor > 0)
    if plan.meant_on_account and not exceptions and rest:
        exceptions = (lump_sum(ground, rest, blank.customer),)
    booked = sorted(plan.allocations, key=lambda a: (a.line if a.line is not None else len(claims), a.invoice))
    return replace(
        blank,
        allocations=tuple(booked),
        exceptions=exceptions,
        disputes=tuple(plan.disputes) if books else (),
        on_account=rest if books else None,
    )


def _order(found: MatchException) -> tuple[int, str]:
    return (found.line if found.line is not None else MOST_LINES, found.code)


def _beyond_open(allocations: list[Allocation], ground: Ground) -> str | None:
    """The last guard: the number of an item of which more would be settled than is free; None where there is none."""
    sums: dict[str, int] = {}
    for one in allocations:
        sums[one.invoice] = sums.get(one.invoice, 0) + one.settles.minor + one.deduction.minor
    for number, settled in sums.items():
        free = ground.free(ground.finder.items[number]).minor
        if abs(settled) > abs(free) or (settled and (settled > 0) != (free > 0)):
            return number
    return None


def _stopped(blank: RemittanceDecision, stop: MatchException, planned: RemittanceDecision) -> RemittanceDecision:
    """Nothing is booked; what would have been is the suggestion, but for a fraud there is none."""
    candidates: tuple[Candidate, ...] = ()
    if stop.code not in ("sec_bank_change", "sec_injection"):
        candidates = as_candidates(planned.allocations, planned.total)
        candidates = candidates or next((one.candidates for one in planned.exceptions if one.candidates), ())
    distrusted = stop.code in ("sender_unverified", *UNIDENTIFIED) or stop.critical
    return replace(
        blank,
        exceptions=(replace(stop, candidates=candidates, amount=stop.amount or planned.total),),
        # a paper that anybody could have sent must not make the true one look like its repeat
        content_key=None if distrusted else blank.content_key,
    )
