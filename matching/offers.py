"""What is put before a person instead of being booked: lines as they stand, completed, or in place of earlier ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from agent.domain.decisions import (
    Allocation,
    Candidate,
    MatchException,
    Reason,
    ReceiptDecision,
    ReceiptOutcome,
    RemittanceDecision,
)
from agent.domain.documents import Flag, RemittanceAdvice
from agent.domain.money import Money
from agent.domain.receivables import KnownAdvice
from matching.ground import Ground, allocation, exception
from matching.plan import Plan
from matching.rules.account import set_candidates


def as_candidates(allocations: Iterable[Allocation], total: Money | None) -> tuple[Candidate, ...]:
    """Offer the lines as they stand, to accept in one go; nothing where there are none."""
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


def refused(blank: RemittanceDecision, what: str, candidates: tuple[Candidate, ...] = ()) -> RemittanceDecision:
    """Book nothing because the figures do not hold together, and say why."""
    found = exception(
        "total_mismatch",
        f"nothing is booked: {what}",
        customer=blank.customer,
        amount=blank.total,
        candidates=tuple(replace(one, n=n) for n, one in enumerate(candidates, start=1)),
        reasons=(Reason("total", what),),
    )
    return replace(blank, exceptions=(found,))


def not_adding_up(
    advice: RemittanceAdvice, blank: RemittanceDecision, ground: Ground, plan: Plan, advised: Money
) -> RemittanceDecision:
    """Book nothing; offer what would complete the lines to the total, and the lines alone."""
    total = blank.total
    beside = tuple(plan.allocations)
    lines_alone = as_candidates(beside, total or advised)
    if total is None:
        return refused(blank, "it says that it does not list everything, and gives no total", lines_alone)
    missing = total - advised
    if not missing:
        return refused(blank, "its own figures contradict each other", lines_alone)
    if missing.minor > 0:
        offers = set_candidates(ground, missing, without=frozenset(one.invoice for one in beside), beside=beside)
    else:
        offers = _with_credit(missing, beside, ground, total)
    off = "missing" if missing.minor > 0 else "too much"
    words = f"its lines are {advised}, its total {total}: {abs(missing)} {off}"
    if Flag.TRUNCATED in advice.flags:
        words += "; it says that it does not list everything"
    return refused(blank, words, (*offers, *lines_alone))


def _with_credit(missing: Money, beside: tuple[Allocation, ...], ground: Ground, total: Money) -> tuple[Candidate, ...]:
    """Offer the lines with a credit note that is exactly what they are too much."""
    offers = []
    for item in [item for item in ground.by_amount.get(missing.minor, ()) if item.open.minor < 0][:3]:
        reason = Reason("credit_note", f"{item.number} over {missing} is not named and is exactly the difference")
        used = allocation(item, missing, line=None, reference=None, reasons=(reason,))
        settle = (*beside, used)
        offers.append(
            Candidate(
                n=0, invoice=item.number, amount=total, confidence=0.5, evidence=(reason,), settle=settle,
                customer=item.customer,
            )
        )  # fmt: skip
    return tuple(offers)


def replacement(
    blank: RemittanceDecision,
    earlier: KnownAdvice | None,
    why: Reason | None,
    planned: RemittanceDecision,
    *,
    corrects: bool,
) -> MatchException:
    """Say how a corrected or suspicious advice differs from the earlier one, and offer it in its place."""
    detail = _difference(earlier, planned) if earlier is not None else "the earlier one is not on file"
    offered = as_candidates(planned.allocations, planned.total)
    if earlier is not None:
        offered = tuple(replace(one, replaces=earlier.advice) for one in offered)
    return exception(
        "dup_suspect",
        f"{'a correction' if corrects else 'a payment that was advised before'}: {detail}"[:400],
        customer=blank.customer,
        amount=planned.total,
        candidates=offered,
        reasons=(why or Reason("correction", "says that it replaces an earlier advice"),),
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


def rested(decision: RemittanceDecision, why: str) -> RemittanceDecision:
    """The decision as a suggestion: what would be booked is offered whole, because automatic booking rests here."""
    found = exception(
        "automation_paused",
        f"{decision.total or 'a payment'} would be booked; {why}"[:400],
        customer=decision.customer,
        amount=decision.total,
        candidates=as_candidates(decision.allocations, decision.total),
        reasons=(Reason("brake", why), *decision.reasons),
    )
    return replace(decision, allocations=(), disputes=(), on_account=None, exceptions=(found, *decision.exceptions))


def rested_receipt(decision: ReceiptDecision, amount: Money, why: str) -> ReceiptDecision:
    """The same for money at the bank: it is booked as received, and what it would settle is offered."""
    advices = (decision.advice, *decision.advices) if decision.advice is not None else ()
    found = exception(
        "automation_paused",
        f"{amount} arrived and would be applied; {why}"[:400],
        customer=decision.customer,
        amount=amount,
        candidates=tuple(
            replace(one, advices=advices, receipts=decision.receipts)
            for one in as_candidates(decision.allocations, amount)
        ),
        reasons=(Reason("brake", why), *decision.reasons),
    )
    return replace(
        decision,
        outcome=ReceiptOutcome.UNAPPLIED if decision.customer else ReceiptOutcome.UNIDENTIFIED,
        advice=None,
        advices=(),
        receipts=(),
        allocations=(),
        disputes=(),
        unapplied=amount,
        exceptions=(found, *decision.exceptions),
    )
