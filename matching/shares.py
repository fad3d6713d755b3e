"""A row of its own that takes the same share off every invoice of a payment: tax withheld, retention.

It is split only where the paper proves it: one plain rate of all the net (or all the gross) amounts gives the row to the
cent, no other split is possible, and a rate that is printed is that rate. A retention is a matter of contract, not of law: its
rate must be printed. A scan proves nothing of the kind.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from agent.domain.money import Money
from agent.domain.receivables import OpenItem
from matching.claims import Claim
from matching.ground import Ground
from matching.reductions import Group
from matching.rules.withholding import nearest_rate
from matching.words import Bucket, bucket_of

_PERCENT = re.compile(r"(\d{1,2}(?:[.,]\d{1,3})?)\s*(?:%|v\.?\s?H\.?|per ?cent|prozent)", re.IGNORECASE)


def reduced(group: Group, claim: Claim) -> Group:
    """Make the row a reduction of the group: less paid, as much more taken off."""
    off = -claim.paid if claim.paid is not None else Money.zero(group.item.currency)
    words = claim.line.reason or claim.line.reference
    line = replace(claim.line, reason=words)
    own = replace(claim, line=line, deduction=off, discount=Money.zero(off.currency), withheld=Money.zero(off.currency))
    return replace(group, claims=(*group.claims, replace(own, gross=None)))


def spread_share(claim: Claim, groups: dict[str, Group], ground: Ground) -> bool:
    """Split a row of tax withheld or retained over the invoices of the payment, each its own share; whether it was."""
    words = claim.line.reason or claim.line.reference
    bucket = bucket_of(words, claim.line.reason_code)
    if bucket not in (Bucket.WITHHOLDING, Bucket.RETENTION) or claim.paid is None or len(groups) < 2:
        return False
    if ground.scanned or not all(_in_full(group, ground) for group in groups.values()):
        return False
    off = -claim.paid
    printed = _printed(f"{claim.line.reason or ''} {claim.line.reference or ''}")
    if printed is None and bucket is Bucket.RETENTION:
        return False
    splits = {split for base in ("net", "total") if (split := _split(off, groups, base, printed)) is not None}
    if len(splits) != 1:
        return False
    for number, minor in splits.pop():
        groups[number] = reduced(groups[number], replace(claim, paid=Money(-minor, off.currency)))
    return True


def _in_full(group: Group, ground: Ground) -> bool:
    """Whether the other lines of an invoice pay all that is free, so that the row is what is taken off it."""
    paid = ground.zero
    for claim in group.claims:
        paid = paid + (claim.paid or ground.zero)
    return paid == ground.free(group.item) and not any(claim.reduced for claim in group.claims)


def _printed(text: str) -> Decimal | None:
    """The one rate that the row prints; None where it prints none, or several."""
    found = {match[1].replace(",", ".") for match in _PERCENT.finditer(text)}
    try:
        return Decimal(found.pop()) if len(found) == 1 else None
    except InvalidOperation:
        return None


def _split(
    off: Money, groups: dict[str, Group], base: str, printed: Decimal | None
) -> tuple[tuple[str, int], ...] | None:
    """The share of each invoice at the one plain rate of this base; None where no rate gives the row exactly."""
    amounts = {number: _base(group.item, base) for number, group in groups.items()}
    if any(amount is None or amount.minor <= 0 for amount in amounts.values()):
        return None
    whole = sum((amount.amount for amount in amounts.values() if amount is not None), Decimal(0))
    rate = nearest_rate(off.amount * 100 / whole)
    if printed is not None and printed != rate:
        return None
    shares = {
        number: Money.rounded(amount.amount * rate / 100, off.currency).minor
        for number, amount in amounts.items()
        if amount is not None
    }
    return tuple(sorted(shares.items())) if sum(shares.values()) == off.minor else None


def _base(item: OpenItem, base: str) -> Money | None:
    amount: Money | None = item.net if base == "net" else item.total
    return amount
