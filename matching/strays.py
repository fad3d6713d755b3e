"""Several lines that name one invoice: which of them can mean it. A slip in a number often hits a neighbour also paid."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.decisions import MatchException, Reason
from agent.domain.money import total
from matching.claims import Claim
from matching.ground import Ground, exception
from matching.reductions import Group
from matching.rules.discount import earned_difference
from matching.rules.neighbour import suggest
from matching.words import Bucket, bucket_of


def without_strays(group: Group, ground: Ground) -> tuple[Group | None, tuple[Claim, ...]]:
    """Return the lines that mean the invoice, and those that cannot be told to.

    All do where together they are what is open, or where each is a declared part payment. Otherwise those do that agree
    with the invoice by themselves; the others mean it no more than a neighbour.
    """
    paying = [claim for claim in group.claims if claim.paid is not None and claim.paid.minor > 0]
    if len(paying) < 2 or _coherent(group, paying, ground):
        return group, ()
    free = ground.free(group.item)
    agreeing = [claim for claim in paying if free and free in (claim.paid, claim.claimed, claim.gross)]
    strays = tuple(claim for claim in paying if claim not in agreeing)
    if not agreeing:
        return None, strays
    kept = tuple(claim for claim in group.claims if claim not in strays)
    return replace(group, claims=kept), strays


def _coherent(group: Group, paying: list[Claim], ground: Ground) -> bool:
    item, free = group.item, ground.free(group.item)
    paid = total([claim.paid for claim in paying if claim.paid is not None], ground.currency)
    claimed = total([claim.claimed for claim in paying if claim.claimed is not None], ground.currency)
    discount = earned_difference(item, free, group.paid_on, ground.policy) or ground.zero
    if free in (paid, claimed) or paid == free - discount or ground.small(item, claimed - free):
        return True
    return all(
        claim.balance_after is not None or bucket_of(claim.line.reason, claim.line.reason_code) is Bucket.PART_PAYMENT
        for claim in paying
    )


def stray_problem(group: Group, claim: Claim, ground: Ground) -> MatchException:
    """Say that the line names an invoice which other lines pay, and offer what it may have meant."""
    item = group.item
    reason = Reason("amount", f"{item.number} is named by several lines that together are not what is open")
    return exception(
        "amount_mismatch",
        f"{claim.paid} for {item.number}: it is named by several lines, and this one does not fit it",
        customer=item.customer,
        amount=claim.paid,
        line=claim.index,
        candidates=suggest(
            ground, reference=claim.line.reference, paid=claim.paid, gross=claim.gross, line=claim.index,
            first=((item, 0.05, group.reason),),
        ),
        reasons=(group.reason, reason),
    )  # fmt: skip
