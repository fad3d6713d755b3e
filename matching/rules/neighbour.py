"""What a line that names nothing we can settle may have meant: suggestions to a person, never more."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.decisions import Allocation, Candidate, Reason
from agent.domain.money import Money
from agent.domain.receivables import OpenItem
from matching.ground import Ground, allocation
from matching.keys import number_of, slip_keys
from matching.rules.discount import earned_difference
from matching.similarity import edits

MOST_CANDIDATES = 5


def number_evidence(reference: str | None, item: OpenItem) -> tuple[float, Reason] | None:
    """How near the digits of a reference are to a document's: one edit, or cut off; None where they are not."""
    printed, ours = number_of(reference or ""), number_of(item.number)
    if printed is None or ours is None:
        return None
    a, b = printed.stripped, ours.stripped
    if a == b:
        return 0.5, Reason("number", f"{item.number} has the digits of {reference}")
    if len(a) >= 4 and a != b and (b.startswith(a) or b.endswith(a) or a.startswith(b)) and abs(len(a) - len(b)) <= 3:
        return 0.3, Reason("number_cut", f"{reference} is a part of {item.number}, or the other way round")
    if len(b) >= 4 and edits(a, b, 1) == 1:
        return 0.35, Reason("number_near", f"{item.number} is one slip away from {reference}")
    return None


def amount_evidence(
    ground: Ground, item: OpenItem, paid: Money | None, gross: Money | None
) -> tuple[float, Reason] | None:
    """How an amount fits what is open: exactly, or with the discount that is earned."""
    free = ground.free(item)
    if not free:
        return None
    if paid == free:
        return 0.4, Reason("amount", f"{paid} is what is open on {item.number}")
    if gross is not None and gross == free:
        return 0.35, Reason("amount", f"the gross amount {gross} is what is open on {item.number}")
    discount = earned_difference(item, free, ground.paid_on, ground.policy)
    if paid is not None and discount is not None and free - discount == paid:
        return 0.3, Reason("amount_discount", f"{paid} is what is open on {item.number} less {discount} discount")
    return None


def suggest(
    ground: Ground,
    *,
    reference: str | None,
    paid: Money | None,
    gross: Money | None = None,
    line: int | None = None,
    first: tuple[tuple[OpenItem, float, Reason], ...] = (),
) -> tuple[Candidate, ...]:
    """Rank what could be meant, best first; `first` are items that other evidence already points to."""
    scores: dict[str, tuple[float, OpenItem, list[Reason]]] = {}
    for item, score, reason in first:
        scores[item.number] = (score, item, [reason])
    for item in _around(ground, reference, paid, gross):
        if paid is not None and (paid.minor < 0) != (item.open.minor < 0):
            continue
        found = [number_evidence(reference, item), amount_evidence(ground, item, paid, gross)]
        evidence = [one for one in found if one is not None]
        if not evidence:
            continue
        before = scores.get(item.number, (0.0, item, []))
        fresh = [reason for _, reason in evidence if reason not in before[2]]
        scores[item.number] = (before[0] + sum(score for score, _ in evidence), item, [*before[2], *fresh])
    ranked = sorted(scores.values(), key=lambda s: (-s[0], s[1].number))[:MOST_CANDIDATES]
    return tuple(
        candidate(ground, n, item, paid, min(score, 0.95), tuple(reasons), reference=reference, line=line)
        for n, (score, item, reasons) in enumerate(ranked, start=1)
    )


def _around(ground: Ground, reference: str | None, paid: Money | None, gross: Money | None) -> tuple[OpenItem, ...]:
    """The open items that a slip or the amounts lead to, without looking at all of them."""
    found: dict[str, OpenItem] = {}
    for key in slip_keys(reference or ""):
        for item in ground.by_slip.get(key, ()):
            found[item.number] = item
    for amount in (paid, gross):
        for item in ground.by_amount.get(amount.minor, ()) if amount is not None else ():
            found[item.number] = item
    for item in ground.by_net.get(paid.minor, ()) if paid is not None else ():
        found[item.number] = item
    return tuple(found[number] for number in sorted(found)[:200])


def candidate(
    ground: Ground,
    n: int,
    item: OpenItem,
    paid: Money | None,
    confidence: float,
    evidence: tuple[Reason, ...],
    *,
    reference: str | None,
    line: int | None,
) -> Candidate:
    """Offer an item: accepting books what was paid on it, never beyond what is free; the discount only if it fits."""
    free = ground.free(item)
    same = item.currency == ground.currency and item.customer in ground.payable
    settle: tuple[Allocation, ...] = ()
    if same and free and (paid is None or (paid.minor < 0) == (free.minor < 0)):
        discount = earned_difference(item, free, ground.paid_on, ground.policy) or ground.zero
        discounted = paid is not None and bool(discount) and paid + discount == free
        cash = free if paid is None else (min(paid, free) if free.minor > 0 else max(paid, free))
        parts = {"discount": discount} if discounted else {}
        if cash:
            settle = (allocation(item, cash, line=line, reference=reference, reasons=evidence, **parts),)
    return Candidate(
        n=n,
        invoice=item.number,
        order=item.order,
        amount=free,
        confidence=round(confidence, 2),
        evidence=evidence,
        settle=settle,
        customer=item.customer,
    )


def renumbered(candidates: tuple[Candidate, ...] | list[Candidate]) -> tuple[Candidate, ...]:
    return tuple(replace(one, n=n) for n, one in enumerate(candidates[:MOST_CANDIDATES], start=1))
