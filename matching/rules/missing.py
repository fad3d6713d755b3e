"""Lines without amounts: known only where all of them in full, or all less their discounts, make up the total."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.decisions import MatchException, Reason
from agent.domain.money import Money
from agent.domain.receivables import OpenItem
from matching.claims import Claim
from matching.ground import Ground, exception
from matching.resolve import resolve
from matching.rules.discount import earned_difference
from matching.rules.neighbour import candidate


def fill_amounts(claims: tuple[Claim, ...], total: Money | None, ground: Ground) -> tuple[Claim, ...] | MatchException:
    """Return the claims with every amount known, or why they cannot be."""
    bare = [claim for claim in claims if claim.paid is None]
    if len(claims) == 1 and total is not None and not bare[0].broken:
        return (replace(bare[0], paid=total),)
    found = {claim.index: resolve(claim, ground) for claim in bare}
    problem = next((one.problem for one in found.values() if one.problem is not None), None)
    if problem is not None:
        return problem
    items = {index: one.found.items for index, one in found.items() if one.found is not None}
    if len(items) < len(bare):
        return exception("amount_missing", "a line has neither number nor amount")
    named = [item.number for group in items.values() for item in group]
    if len(set(named)) < len(named):
        return exception("amount_missing", "an invoice is named twice without amounts")
    if total is None:
        return _without_total(items, ground)
    known = ground.zero
    for claim in claims:
        known = known + claim.paid if claim.paid is not None else known
    return _by_rest(claims, items, total - known, ground)


def _by_rest(
    claims: tuple[Claim, ...], items: dict[int, tuple[OpenItem, ...]], rest: Money, ground: Ground
) -> tuple[Claim, ...] | MatchException:
    full = {index: _free(group, ground) for index, group in items.items()}
    net = {index: full[index] - _discount(group, ground) for index, group in items.items()}
    for amounts in (full, net):
        summed = ground.zero
        for amount in amounts.values():
            summed = summed + amount
        if summed == rest:
            return tuple(replace(c, paid=amounts[c.index]) if c.index in amounts else c for c in claims)
    what = f"the invoices named without amounts are not {rest} together"
    offers = _without_total(items, ground).candidates
    return exception("total_mismatch", what, amount=rest, candidates=offers, reasons=(Reason("total", what),))


def _free(group: tuple[OpenItem, ...], ground: Ground) -> Money:
    free = ground.zero
    for item in group:
        free = free + ground.free(item)
    return free


def _discount(group: tuple[OpenItem, ...], ground: Ground) -> Money:
    found = ground.zero
    for item in group:
        found = found + (earned_difference(item, ground.free(item), ground.paid_on, ground.policy) or ground.zero)
    return found


def _without_total(items: dict[int, tuple[OpenItem, ...]], ground: Ground) -> MatchException:
    flat = [(index, item) for index, group in sorted(items.items()) for item in group]
    reason = Reason("number", "named as paid, without an amount")
    offers = tuple(
        candidate(ground, n, item, None, 0.5, (reason,), reference=None, line=index)
        for n, (index, item) in enumerate(flat[:20], start=1)
    )
    listed = ", ".join(item.number for _, item in flat[:10])
    what = f"{listed} said to be paid, without an amount"
    return exception("amount_missing", what, candidates=offers, reasons=(reason,))
