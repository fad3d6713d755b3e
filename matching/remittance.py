"""What a remittance advice means for the books: decided from the advice, an excerpt of the books and the policy alone.

An advice is a claim, not money. It books only where every safe rule holds; whatever does not becomes work for a person,
with what would be booked if the person agrees. Cash over all allocations and `on_account` together are the advised total,
or nothing is booked. `on_account` is negative where the payer took something off and no invoice is named for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

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
from agent.domain.documents import Flag, Footing, RemittanceAdvice
from agent.domain.money import Money
from agent.domain.receivables import KnownAdvice, OpenItem
from matching.claims import Claim, claim_of, money_of
from matching.finder import Finder, Strength
from matching.ground import Ground, allocation, exception
from matching.payers import PayerFacts, PayerMatch, identify_payer
from matching.plan import Plan, plan_lines
from matching.rules.account import lump_sum, set_candidates, whole_account
from matching.rules.missing import fill_amounts
from matching.rules.repeat import Repeat, Seen, content_key, seen_before
from matching.rules.trust import barrier

MOST_LINES = 2_000


def decide_remittance(advice: RemittanceAdvice, books: CashBooks, policy: MatchingPolicy) -> RemittanceDecision:
    """Return what the advice does: allocations and disputes to book, exceptions for people, or no effect at all."""
    finder = Finder((*books.items, *books.open_items))
    payer = identify_payer(_facts(advice, finder), books)
    currency = _currency(advice, finder, payer, books)
    key = content_key(advice, payer.customer, currency)
    seen = seen_before(advice, key, payer.customer, books.advices, policy)
    blank = _blank(advice, payer, currency, key, policy)
    if currency is None:
        what = "the paper names no currency, and none follows from its invoices"
        problem = exception("currency_unknown", what, customer=payer.customer, reasons=payer.evidence)
        return replace(blank, exceptions=(problem,))
    if seen.repeat is Repeat.SAME:
        return _repeated(blank, seen)
    ground = _ground(advice, currency, finder, payer, policy, seen)
    return _decide(advice, books, ground, payer, seen, blank)


def _decide(
    advice: RemittanceAdvice,
    books: CashBooks,
    ground: Ground,
    payer: PayerMatch,
    seen: Seen,
    blank: RemittanceDecision,
) -> RemittanceDecision:
    """Plan the lines, then let whatever forbids booking have the last word."""
    stop = barrier(advice, payer, books, ground.policy)
    if Flag.MASKED in advice.flags and stop is None:
        return replace(blank, announced=True, reasons=(Reason("masked", "figures are blanked out: waits for the full"),))
    planned = _plan(advice, books, ground, payer, stop)
    if stop is not None:
        return _stopped(blank, stop, planned, advice)
    if Flag.CORRECTION in advice.flags or seen.repeat is Repeat.SUSPECT:
        return _replacement(blank, seen, planned, advice)
    stop = _instrument(advice, ground, planned) or _scan(advice, planned)
    if stop is not None:
        return _stopped(blank, stop, planned, advice)
    return planned


def _facts(advice: RemittanceAdvice, finder: Finder) -> PayerFacts:
    """Who owns the documents that the lines name exactly, the most named first."""
    owners: Counter[str] = Counter()
    for line in advice.lines[:MOST_LINES]:
        found = finder.readings(line.reference) if line.reference else ()
        sure = [one for one in found if one.strength <= Strength.LABELLED]
        named = {item.customer for one in sure for item in one.items}
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
        found = {c.currency for c in books.customers if c.number == payer.customer or c.number in payer.payable}
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
    released = _released(seen.earlier, currency) if seen.earlier is not None else {}
    return Ground(
        currency=currency,
        paid_on=advice.paid_on,
        policy=policy,
        finder=finder,
        payable=payable,
        payer=payer.customer,
        scanned=Flag.SCANNED in advice.flags,
        announcement=Flag.ANNOUNCEMENT in advice.flags,
        released=released,
    )


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
    total = money_of(advice.total, currency) if currency else None
    dates = [line.paid_on for line in advice.lines if line.paid_on is not None]
    last = max(dates) if dates and advice.paid_on is None else advice.paid_on
    ahead = last is not None and last > policy.today
    return RemittanceDecision(
        outcome=AdviceOutcome.NEW,
        customer=payer.customer,
        currency=currency,
        total=total,
        content_key=key,
        announced=ahead or Flag.ANNOUNCEMENT in advice.flags,
        reasons=payer.evidence,
    )


def _repeated(blank: RemittanceDecision, seen: Seen) -> RemittanceDecision:
    reasons = (*blank.reasons, seen.reason) if seen.reason else blank.reasons
    earlier = seen.earlier.advice if seen.earlier else None
    return replace(blank, outcome=AdviceOutcome.DUPLICATE, earlier_advice=earlier, reasons=reasons)


def _plan(
    advice: RemittanceAdvice, books: CashBooks, ground: Ground, payer: PayerMatch, stop: MatchException | None
) -> RemittanceDecision:
    """Return the decision as it would be if nothing forbade booking."""
    blank = _blank(advice, payer, ground.currency, content_key(advice, payer.customer, ground.currency), ground.policy)
    claims = tuple(
        claim_of(index, line, ground.currency, advice.paid_on) for index, line in enumerate(advice.lines[:MOST_LINES])
    )
    total = blank.total
    if advice.total is not None and total is None or len(advice.lines) > MOST_LINES:
        return _mismatch(blank, ground, "its total or number of lines cannot be", ())
    if not claims:
        return _without_lines(advice, books, ground, blank, stop)
    if any(claim.paid is None for claim in claims):
        filled = fill_amounts(claims, total, ground)
        if isinstance(filled, MatchException):
            return replace(blank, exceptions=(replace(filled, customer=filled.customer or payer.customer),))
        claims = filled
    advised = ground.zero
    for claim in claims:
        advised = advised + (claim.paid if claim.paid is not None else ground.zero)
    plan = plan_lines(claims, ground)
    if advice.footing is Footing.FAILED or (total is not None and total != advised):
        return _does_not_add_up(advice, blank, ground, plan, advised)
    return _assembled(replace(blank, total=advised), plan, claims, ground)


def _without_lines(
    advice: RemittanceAdvice, books: CashBooks, ground: Ground, blank: RemittanceDecision, stop: MatchException | None
) -> RemittanceDecision:
    total = blank.total
    if total is None or total.minor <= 0:
        if stop is not None:
            return blank
        what = "a payment is told of, without a number or an amount"
        return replace(blank, exceptions=(exception("amount_missing", what, customer=blank.customer),))
    if advice.footing is Footing.FAILED:
        return _mismatch(blank, ground, "its own figures contradict each other", ())
    if advice.clears_account and Flag.SCANNED not in advice.flags:
        whole = whole_account(ground, total, complete=books.complete)
        if whole:
            return replace(blank, allocations=tuple(whole), on_account=ground.zero, reasons=(*blank.reasons, *whole[0].reasons))
    found = lump_sum(ground, total, blank.customer)
    meant = found.code == "lump_sum" and not found.candidates and blank.customer is not None
    return replace(blank, exceptions=(found,), on_account=total if meant else None)


def _does_not_add_up(
    advice: RemittanceAdvice, blank: RemittanceDecision, ground: Ground, plan: Plan, advised: Money
) -> RemittanceDecision:
    """Nothing is booked; the completion that is the only one is offered with the lines that are there."""
    total = blank.total if blank.total is not None else advised
    missing = total - advised
    beside = tuple(plan.allocations)
    if not missing:
        return _mismatch(blank, ground, "its own figures contradict each other", _as_candidates(beside, total))
    named = frozenset(ground.finder.items[one.invoice].number for one in beside)
    offers: tuple[Candidate, ...] = ()
    if missing.minor > 0:
        offers = set_candidates(ground, missing, without=named, beside=beside)
    else:
        credits = [i for i in ground.open_items() if i.open.minor < 0 and ground.free(i) == missing]
        offers = _with_credit(credits, beside, ground, total)
    words = f"its lines are {advised}, its total {total}: {abs(missing)} " + ("missing" if missing.minor > 0 else "too much")
    if Flag.TRUNCATED in advice.flags:
        words += "; it says that it does not list everything"
    return _mismatch(blank, ground, words, (*offers, *_as_candidates(beside, total)))


def _with_credit(
    credits: list[OpenItem], beside: tuple[Allocation, ...], ground: Ground, total: Money
) -> tuple[Candidate, ...]:
    offers = []
    for n, item in enumerate(credits[:3], start=1):
        reason = Reason("credit_note", f"{item.number} over {ground.free(item)} is not named and is exactly the difference")
        used = allocation(item, ground.free(item), line=None, reference=None, reasons=(reason,))
        offers.append(
            Candidate(n=n, invoice=item.number, amount=total, confidence=0.5, evidence=(reason,), settle=(*beside, used))
        )
    return tuple(offers)


def _mismatch(
    blank: RemittanceDecision, ground: Ground, what: str, candidates: tuple[Candidate, ...]
) -> RemittanceDecision:
    numbered = tuple(replace(one, n=n) for n, one in enumerate(candidates, start=1))
    found = exception(
        "total_mismatch",
        f"nothing is booked: {what}",
        customer=blank.customer,
        amount=blank.total,
        candidates=numbered,
        reasons=(Reason("total", what),),
    )
    return replace(blank, exceptions=(found,))


def _as_candidates(allocations: Iterable[Allocation], total: Money | None) -> tuple[Candidate, ...]:
    """The lines as they stand, for a person to accept in one go."""
    settle = tuple(allocations)
    if not settle:
        return ()
    owners = {one.customer for one in settle}
    listed = ", ".join(dict.fromkeys(one.invoice for one in settle))
    return (
        Candidate(
            n=1,
            invoice=settle[0].invoice if len(settle) == 1 else None,
            amount=total,
            confidence=0.4,
            evidence=(Reason("lines", f"the lines as they stand: {listed}"[:400]),),
            settle=settle,
            customer=next(iter(owners)) if len(owners) == 1 else None,
        ),
    )


def _assembled(
    blank: RemittanceDecision, plan: Plan, claims: tuple[Claim, ...], ground: Ground
) -> RemittanceDecision:
    """Book what the plan books, and keep the sum: what is tied to nothing stands on account."""
    total = blank.total if blank.total is not None else ground.zero
    too_much = _beyond_open(plan.allocations, ground)
    if too_much:
        return _mismatch(blank, ground, f"more than is open would be settled on {too_much}", ())
    cash = plan.cash(ground.zero)
    exceptions = tuple(
        one if one.customer else replace(one, customer=blank.customer) for one in sorted(plan.exceptions, key=_order)
    )
    on_account: Money | None = total - cash
    disputes = tuple(plan.disputes)
    if not plan.allocations and not plan.meant_on_account:
        on_account, disputes = None, ()
    elif on_account is not None and not plan.allocations and on_account.minor <= 0:
        on_account, disputes = None, ()
    if plan.meant_on_account and not exceptions and on_account:
        exceptions = (lump_sum(ground, on_account, blank.customer),)
    booked = tuple(sorted(plan.allocations, key=lambda a: (a.line if a.line is not None else len(claims), a.invoice)))
    return replace(
        blank, allocations=booked, exceptions=exceptions, disputes=disputes, on_account=on_account,
        reasons=(*blank.reasons, *(() if plan.clean else (Reason("unclean", "not every line agrees in number and amount"),))),
    )  # fmt: skip


def _order(found: MatchException) -> tuple[int, str]:
    return (found.line if found.line is not None else 10**6, found.code)


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


def _stopped(
    blank: RemittanceDecision, stop: MatchException, planned: RemittanceDecision, advice: RemittanceAdvice
) -> RemittanceDecision:
    """Nothing is booked; what would have been is the suggestion, but for a fraud there is none."""
    settle = planned.allocations
    safe = stop.code not in ("sec_bank_change", "sec_injection")
    candidates = _as_candidates(settle, planned.total) if safe else ()
    if not candidates and safe:
        candidates = next((one.candidates for one in planned.exceptions if one.candidates), ())
    distrusted = stop.code in ("sender_unverified", "cust_unknown", "cust_ambig", "third_party_payer") or stop.critical
    return replace(
        blank,
        exceptions=(replace(stop, candidates=candidates, amount=stop.amount or planned.total),),
        # a paper that anybody could have sent must not make the true one look like its repeat
        content_key=None if distrusted else blank.content_key,
    )


def _replacement(
    blank: RemittanceDecision, seen: Seen, planned: RemittanceDecision, advice: RemittanceAdvice
) -> RemittanceDecision:
    """A correction, or the same payment with other content: a person confirms, nothing is added on top."""
    earlier = seen.earlier
    corrects = Flag.CORRECTION in advice.flags
    detail = _difference(earlier, planned) if earlier is not None else "the earlier one is not on file"
    found = exception(
        "dup_suspect",
        f"{'a correction' if corrects else 'a payment that was advised before'}: {detail}"[:400],
        customer=blank.customer,
        amount=planned.total,
        candidates=_as_candidates(planned.allocations, planned.total),
        reasons=(seen.reason or Reason("correction", "says that it replaces an earlier advice"),),
    )
    return replace(
        blank,
        outcome=AdviceOutcome.CORRECTION if corrects else AdviceOutcome.NEW,
        exceptions=(found,),
        earlier_advice=earlier.advice if earlier is not None else None,
        content_key=None,
    )


def _difference(earlier: KnownAdvice, planned: RemittanceDecision) -> str:
    before: dict[str, int] = {}
    for one in earlier.allocations:
        before[one.invoice or ""] = before.get(one.invoice or "", 0) + one.amount.minor
    now: dict[str, int] = {}
    for new in planned.allocations:
        now[new.invoice] = now.get(new.invoice, 0) + new.cash.minor
    changed = [number for number in sorted({*before, *now}) if before.get(number) != now.get(number)]
    lines = f"; other amounts on {', '.join(changed[:6])}" if changed else ""
    return f"advice {earlier.advice} was {earlier.total}, this is {planned.total}{lines}"


def _instrument(advice: RemittanceAdvice, ground: Ground, planned: RemittanceDecision) -> MatchException | None:
    """A bill or note pays at its maturity: later than the invoices are due, it is a change of terms."""
    if Flag.INSTRUMENT not in advice.flags:
        return None
    dues = [ground.finder.items[one.invoice].due_on for one in planned.allocations]
    known = [due for due in dues if due is not None]
    matures = advice.paid_on
    if matures is not None and known and len(known) == len(dues) and matures <= min(known):
        return None
    what = f"a bill or note maturing {matures or 'on an unknown day'}; due {min(known) if known else 'unknown'}"
    return exception(
        "terms_var",
        f"{what}: accept it or ask for cash",
        customer=planned.customer,
        amount=planned.total,
        reasons=(Reason("instrument", what),),
    )


def _scan(advice: RemittanceAdvice, planned: RemittanceDecision) -> MatchException | None:
    """What was read from a picture is booked only where every number, every amount and the total agree."""
    if Flag.SCANNED not in advice.flags or not planned.allocations:
        return None
    if advice.total is not None and not any(reason.rule == "unclean" for reason in planned.reasons):
        return None
    what = "read from a picture, and not every number, amount and total agrees"
    return exception(
        "classify_low", what, customer=planned.customer, amount=planned.total, reasons=(Reason("scanned", what),)
    )
