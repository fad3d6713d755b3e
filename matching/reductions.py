"""The parts of what is taken off an invoice, each in the bucket that its words give it, and what each of them does.

A discount is granted as far as the terms allow, tax withheld at a plain rate, bank charges up to a limit, a rounding
within the tolerance. A claim stays open as a dispute over its amount. What is not allowed stays open, and is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from agent.domain.decisions import DisputeOpening, MatchException, Reason
from agent.domain.documents import DisputeReason
from agent.domain.money import Money
from agent.domain.receivables import OpenItem
from matching.claims import Claim
from matching.finder import Strength
from matching.ground import Ground, Spent, exception
from matching.keys import number_of
from matching.labels import Label
from matching.rules.discount import discount_on, judge
from matching.rules.withholding import plain_rate
from matching.words import Bucket, bucket_of, dispute_reason

STAYS_OPEN = (Bucket.RETENTION, Bucket.SET_OFF, Bucket.PART_PAYMENT)  # no dispute: it is owed, later or otherwise


@dataclass(frozen=True, slots=True)
class Deduction:
    """A named amount taken off, with the line that names it."""

    amount: Money
    bucket: Bucket
    claim: Claim


@dataclass(slots=True)
class Parts:
    """The sums of the lines that name one invoice, each reduction in the bucket that its words give it."""

    paid: Money
    discount: Money
    withheld: Money
    fee: Money
    rounding: Money
    deductions: list[Deduction]
    grosses: list[Money]
    balance: Money | None
    words: Bucket | None

    @property
    def claimed(self) -> Money:
        taken = self.discount + self.withheld + self.fee + self.rounding
        for deduction in self.deductions:
            taken = taken + deduction.amount
        return self.paid + taken


@dataclass(slots=True)
class Settlement:
    """What a group of lines does to its invoice. `leftover` is advised cash that the invoice does not take."""

    cash: Money
    leftover: Money
    discount: Money
    deduction: Money
    withheld: Money
    write_off: Money
    bank_fee: Money
    books: bool = True
    clean: bool = True  # number and amounts agree fully
    reasons: list[Reason] = field(default_factory=list)
    exceptions: list[MatchException] = field(default_factory=list)
    disputes: list[DisputeOpening] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """The lines that name one invoice, with how they were found."""

    item: OpenItem
    claims: tuple[Claim, ...]
    strength: Strength
    reason: Reason

    @property
    def reference(self) -> str | None:
        return self.claims[0].line.reference or self.claims[0].line.order_number

    @property
    def index(self) -> int:
        return self.claims[0].index

    @property
    def paid_on(self) -> date | None:
        """The latest day of payment: a discount must hold for all of it."""
        return max((claim.paid_on for claim in self.claims if claim.paid_on is not None), default=None)


def parts_of(group: Group, ground: Ground) -> Parts:
    """Sum the lines of a group; a deduction goes where its words say it belongs."""
    zero = ground.zero
    parts = Parts(zero, zero, zero, zero, zero, [], [], None, None)
    for claim in group.claims:
        parts.paid = parts.paid + (claim.paid or zero)
        parts.discount = parts.discount + claim.discount
        parts.withheld = parts.withheld + claim.withheld
        bucket = bucket_of(claim.line.reason, claim.line.reason_code)
        if claim.deduction:
            _put(parts, claim, bucket or _unlabelled(claim, group.item))
        elif bucket not in (None, Bucket.OTHER) and claim.paid is not None and claim.paid.minor > 0:
            parts.words = min(filter(None, (parts.words, bucket)))
        if claim.gross is not None and claim.gross.minor > 0:
            parts.grosses.append(claim.gross)
        if claim.balance_after is not None and claim.balance_after.minor > 0:
            parts.balance = min(claim.balance_after, parts.balance or claim.balance_after)
    if len(parts.grosses) > 1 and len(set(parts.grosses)) > 1:
        summed = zero
        for gross in parts.grosses:
            summed = summed + gross
        parts.grosses.append(summed)
    return parts


def _unlabelled(claim: Claim, item: OpenItem) -> Bucket:
    """A deduction without a word that is the discount of the terms to the cent is that discount."""
    base = claim.claimed if claim.paid is not None and claim.paid.minor > 0 else None
    if base is not None and item.discount_percent and discount_on(base, item.discount_percent) == claim.deduction:
        return Bucket.DISCOUNT
    return Bucket.OTHER


def _put(parts: Parts, claim: Claim, bucket: Bucket) -> None:
    if bucket is Bucket.WITHHOLDING:
        parts.withheld = parts.withheld + claim.deduction
    elif bucket is Bucket.DISCOUNT:
        parts.discount = parts.discount + claim.deduction
    elif bucket is Bucket.FEE:
        parts.fee = parts.fee + claim.deduction
    elif bucket is Bucket.ROUNDING:
        parts.rounding = parts.rounding + claim.deduction
    else:
        parts.deductions.append(Deduction(claim.deduction, bucket, claim))


def apply_parts(group: Group, parts: Parts, ground: Ground, result: Settlement, spent: Spent) -> Settlement:
    """Book what was paid and every reduction that is allowed; what is not allowed stays open and is said."""
    result.cash = parts.paid
    _keep_share(group, parts, ground, result)
    if parts.discount:
        _take_discount(group, parts, ground, result, spent)
    if parts.withheld:
        _take_withheld(group, parts, ground, result)
    if parts.fee:
        _take_fee(group, parts, ground, result)
    if parts.rounding:
        _take_rounding(group, parts.rounding, ground, result, spent)
    for deduction in parts.deductions:
        _take_deduction(group, deduction, result)
    return result


def _keep_share(group: Group, parts: Parts, ground: Ground, result: Settlement) -> None:
    """What a central settler keeps by agreement is a discount granted; it must be that share to the cent."""
    agreed = ground.kept.get(group.item.customer)
    if agreed is None:
        return
    percent, words = agreed
    share = discount_on(min(parts.claimed, ground.free(group.item)), percent)
    if parts.discount == share:
        parts.discount = ground.zero
    else:
        alike = [one for one in parts.deductions if one.amount == share]
        if len(alike) != 1:
            return
        parts.deductions.remove(alike[0])
    result.discount = share
    result.reasons.append(Reason("learned", f"{words}, {share} of {group.item.number}"))


def _take_discount(group: Group, parts: Parts, ground: Ground, result: Settlement, spent: Spent) -> None:
    base = min(parts.claimed, ground.free(group.item))
    paid_on = group.paid_on
    verdict = judge(group.item, parts.discount, base, paid_on, ground.policy, announcement=ground.announcement)
    result.discount = result.discount + verdict.granted
    result.reasons.append(verdict.reason)
    refused = verdict.refused
    if not refused:
        return
    if verdict.granted and ground.small(group.item, refused, spent):
        result.write_off = result.write_off + refused
        result.reasons.append(Reason("tolerance", f"{refused} of it is written off, within the tolerance"))
        return
    result.deduction = result.deduction + refused
    result.exceptions.append(
        exception(
            "disc_unearned",
            f"{group.item.number}: {refused} discount not earned; it stays open",
            customer=group.item.customer,
            amount=refused,
            line=group.index,
            reasons=(verdict.reason,),
        )
    )
    result.disputes.append(_dispute(group, DisputeReason.DISCOUNT, refused, group.claims[0], (verdict.reason,)))


def _take_withheld(group: Group, parts: Parts, ground: Ground, result: Settlement) -> None:
    rate = plain_rate(group.item, parts.withheld, parts.claimed) if ground.policy.withholding_allowed else None
    if rate is not None:
        result.withheld = parts.withheld
        result.reasons.append(rate)
        summary = f"{group.item.number}: certificate for {parts.withheld} of tax withheld is outstanding"
    else:
        result.clean = False
        summary = f"{group.item.number}: {parts.withheld} withheld is no plain rate, or none is allowed; it stays open"
    result.exceptions.append(
        exception(
            "wht",
            summary,
            customer=group.item.customer,
            amount=parts.withheld,
            line=group.index,
            reasons=(rate,) if rate else (group.reason,),
        )
    )


def _take_fee(group: Group, parts: Parts, ground: Ground, result: Settlement) -> None:
    most = ground.policy.bank_fee_max.get(ground.currency)
    if most is not None and parts.fee <= most:
        result.bank_fee = parts.fee
        result.reasons.append(Reason("bank_fee", f"{parts.fee} named as bank charges, up to {most} is allowed"))
        return
    allowed = f"more than the {most} allowed" if most is not None else "none are allowed"
    reason = Reason("bank_fee", f"{parts.fee} named as bank charges: {allowed}")
    result.deduction = result.deduction + parts.fee
    result.exceptions.append(
        exception(
            "bank_charges",
            f"{group.item.number}: {parts.fee} bank charges taken off, {allowed}",
            customer=group.item.customer,
            amount=parts.fee,
            line=group.index,
            reasons=(reason,),
        )
    )
    result.disputes.append(_dispute(group, DisputeReason.OTHER, parts.fee, group.claims[0], (reason,)))


def _take_rounding(group: Group, amount: Money, ground: Ground, result: Settlement, spent: Spent) -> None:
    if ground.small(group.item, amount, spent.plus(result.write_off)):
        result.write_off = result.write_off + amount
        result.reasons.append(Reason("tolerance", f"{amount} written off, within the tolerance"))
        return
    deduction = Deduction(amount, Bucket.ROUNDING, group.claims[0])
    _take_deduction(group, deduction, result)


def _take_deduction(group: Group, deduction: Deduction, result: Settlement) -> None:
    """A claim becomes a dispute over its amount; a retention or set-off merely stays open, and is said."""
    item, line, amount = group.item, deduction.claim.line, deduction.amount
    words = line.reason or line.reason_code or "no reason given"
    reason = Reason("deduction", f"{amount} taken off {item.number}: {words}"[:300])
    disputed = deduction.bucket not in STAYS_OPEN
    if disputed:
        result.deduction = result.deduction + amount
        opening = _dispute(group, dispute_reason(deduction.bucket), amount, deduction.claim, (reason,))
        result.disputes.append(opening)
    code = {Bucket.SET_OFF: "credit_unknown", Bucket.RETENTION: "retention"}.get(deduction.bucket, "short_pay")
    what = {"credit_unknown": "set off against a claim of theirs", "retention": "retained"}.get(code, "deducted")
    result.exceptions.append(
        exception(
            code,
            f"{item.number}: {amount} {what} ({words})"[:300],
            customer=item.customer,
            amount=amount,
            line=deduction.claim.index,
            reasons=(reason,),
        )
    )


def _dispute(
    group: Group, reason: DisputeReason, amount: Money, claim: Claim, reasons: tuple[Reason, ...]
) -> DisputeOpening:
    return DisputeOpening(
        customer=group.item.customer,
        reason=reason,
        amount=amount,
        invoice=group.item.number,
        order=group.item.order,
        claim_number=claim_number(claim),
        text=claim.line.reason,
        reasons=reasons,
    )


def claim_number(claim: Claim) -> str | None:
    """Return the payer's number of a deduction: that of its own row, or the one beside our number."""
    own_row = claim.paid is not None and claim.paid.minor < 0
    number = number_of(claim.line.reference or "") if own_row else None
    if number is not None and len(number.core) >= 3 and number.label is not Label.INVOICE:
        return claim.line.reference
    return claim.line.payer_reference
