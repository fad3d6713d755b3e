"""Payments without a line: the whole account, a part of it, or money on account."""

from __future__ import annotations

from datetime import timedelta

from agent.domain.decisions import Allocation, Candidate, MatchException, Reason
from agent.domain.money import Money
from agent.domain.money import total as sum_of
from agent.domain.receivables import OpenItem
from matching.ground import Ground, allocation, exception
from matching.rules.discount import earned_difference
from matching.rules.neighbour import renumbered
from matching.subset import Subsets, subsets

MOST_SETS = 5


def whole_account(ground: Ground, amount: Money, *, complete: bool) -> list[Allocation]:
    """Return every open item settled where the amount is their sum; empty where it is not, or not all are known."""
    items = [item for item in ground.open_items if item.customer == ground.payer]
    if any(item.open.minor < 0 or item.disputed for item in items):
        return []  # credits and disputes are not paid away unnamed
    if not complete or not items or sum_of([ground.free(item) for item in items], ground.currency) != amount:
        return []
    reason = Reason("clears_account", f"says that it clears the account; all {len(items)} open items are {amount}")
    return [allocation(item, ground.free(item), line=None, reference=None, reasons=(reason,)) for item in items]


def past_due(ground: Ground, amount: Money, *, complete: bool) -> list[Allocation]:
    """Return every invoice past due settled where the amount is their sum; empty where it is not.

    The day it counts for is that of the payment. Whether one that falls due on that very day is among them, the sum says.
    """
    items = [item for item in ground.open_items if item.customer == ground.payer]
    day = min(ground.paid_on or ground.policy.today, ground.policy.today)
    if not complete or any(item.due_on is None and item.open.minor > 0 for item in items):
        return []
    for last in (day - timedelta(days=1), day):
        due = [item for item in items if item.open.minor > 0 and item.due_on is not None and item.due_on <= last]
        if any(item.disputed for item in due) or any(item.open.minor < 0 for item in items):
            return []  # credits and disputes are not paid away unnamed
        if due and sum_of([ground.free(item) for item in due], ground.currency) == amount:
            reason = Reason(
                "past_due", f"says that it pays all that is past due; {len(due)} invoices due by {last} are {amount}"
            )
            return [allocation(item, ground.free(item), line=None, reference=None, reasons=(reason,)) for item in due]
    return []


def sets_for(ground: Ground, amount: Money, without: frozenset[str] = frozenset()) -> tuple[list[OpenItem], Subsets]:
    """Return the open invoices and the sets of them that are exactly the amount."""
    invoices = [item for item in ground.open_invoices if item.number not in without]
    return invoices, subsets([ground.free(item).minor for item in invoices], amount.minor)


def set_candidates(
    ground: Ground, amount: Money, *, without: frozenset[str] = frozenset(), beside: tuple[Allocation, ...] = ()
) -> tuple[Candidate, ...]:
    """Offer each set that adds up, few items first, the older ones first among equals; `beside` is settled with it."""
    invoices, found = sets_for(ground, amount, without)
    only = "the only combination" if found.unique else "one of several" if len(found.sets) > 1 else "one combination"
    ranked = sorted(found.sets, key=lambda s: (len(s), min(str(invoices[i].due_on) for i in s), s))
    candidates = []
    for n, positions in enumerate(ranked[:MOST_SETS], start=1):
        items = [invoices[i] for i in positions]
        listed = " + ".join(item.number for item in items[:8]) + (" + …" if len(items) > 8 else "")
        reason = Reason("amounts", f"{listed} = {amount} ({only})")
        settle = tuple(allocation(i, ground.free(i), line=None, reference=None, reasons=(reason,)) for i in items)
        candidates.append(
            Candidate(
                n=n,
                invoice=items[0].number if len(items) == 1 else None,
                amount=amount,
                confidence=0.7 if found.unique else round(0.5 / len(ranked), 2),
                evidence=(reason,),
                settle=beside + settle,
                customer=items[0].customer,
            )
        )
    return tuple(candidates)


def discounted(ground: Ground, amount: Money) -> tuple[Candidate, ...]:
    """Offer single invoices whose open amount less the discount earned is the amount."""
    found: list[Candidate] = []
    for item in ground.open_invoices:
        free = ground.free(item)
        discount = earned_difference(item, free, ground.paid_on, ground.policy)
        if discount and free - discount == amount:
            reason = Reason("amount_discount", f"{item.number}: {free} less {discount} discount = {amount}")
            settle = allocation(item, amount, line=None, reference=None, reasons=(reason,), discount=discount)
            found.append(
                Candidate(
                    n=len(found) + 1, invoice=item.number, order=item.order, amount=free, confidence=0.4,
                    evidence=(reason,), settle=(settle,), customer=item.customer,
                )
            )  # fmt: skip
    return tuple(found[:MOST_SETS])


def lump_sum(ground: Ground, amount: Money, customer: str | None) -> MatchException:
    """Say what an amount without references could be: nothing is applied by its amount alone."""
    candidates = renumbered([*set_candidates(ground, amount), *discounted(ground, amount)])
    if len(candidates) > 1:
        what = f"{amount} without a number: {len(candidates)} combinations of open items give it"
        return exception("line_ambig", what, customer=customer, amount=amount, candidates=candidates)
    if candidates:
        what = f"{amount} without a number: {candidates[0].evidence[0].detail}"
        return exception("lump_sum", what, customer=customer, amount=amount, candidates=candidates)
    what = f"{amount} without a number, and no combination of open items gives it: ask what it is for"
    return exception("lump_sum", what, customer=customer, amount=amount)
