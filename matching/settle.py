"""What the lines that name one invoice do to it: cash, discount, deduction, tax withheld, small difference, bank fee.

The amounts must agree with the invoice in something: what is paid or claimed is what is free, or the gross amount is,
or the rest is named or explained on the paper. Otherwise nothing is booked: the number may be a slip for a neighbour's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from agent.domain.decisions import Candidate, DisputeOpening, MatchException, Reason
from agent.domain.documents import DisputeReason
from agent.domain.money import Money
from agent.domain.receivables import OpenItem
from matching.claims import Claim
from matching.finder import Strength
from matching.ground import Ground, allocation, exception
from matching.residual import Cause, explain
from matching.rules.discount import earned_difference, judge
from matching.rules.neighbour import renumbered, suggest
from matching.rules.withholding import plain_rate
from matching.words import DISPUTE_OF, Bucket, bucket_of, dispute_reason

_STAYS_OPEN = (Bucket.RETENTION, Bucket.SET_OFF, Bucket.PART_PAYMENT)


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
            _put(parts, claim, bucket or Bucket.OTHER)
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


def settle_invoice(group: Group, ground: Ground, write_offs: int = 0) -> Settlement:
    """Decide what the group does to its invoice; `write_offs` were made earlier in the same payment."""
    parts = parts_of(group, ground)
    free = ground.free(group.item)
    result = _empty(ground)
    result.reasons.append(group.reason)
    if group.item.open.minor <= 0 or free.minor <= 0:
        return _closed(group, parts, ground, result)
    if parts.paid.minor < 0 or any(claim.broken for claim in group.claims):
        return _refused(group, parts, ground, result, "amount_mismatch", "its amounts cannot be")
    if parts.paid == free:
        return _covered(result, parts, free)
    if parts.paid > free:
        return _over(group, parts, free, ground, result, write_offs)
    if parts.claimed > free:
        return _overclaimed(group, parts, free, ground, result)
    if parts.claimed == free:
        result.reasons.append(Reason("amount", f"paid and taken off make the open {free}"))
        return _apply(group, parts, free, ground, result, write_offs)
    return _under(group, parts, free, ground, result, write_offs)


def _empty(ground: Ground) -> Settlement:
    zero = ground.zero
    return Settlement(zero, zero, zero, zero, zero, zero, zero)


def _covered(result: Settlement, parts: Parts, free: Money) -> Settlement:
    result.cash = free
    result.reasons.append(Reason("amount", f"{free} paid is what is open"))
    return result


def _closed(group: Group, parts: Parts, ground: Ground, result: Settlement) -> Settlement:
    item = group.item
    announced = item.open.minor > 0
    state = "is announced by an earlier advice already" if announced else "is settled already"
    result.books, result.clean, result.leftover = False, False, parts.paid
    detail = Reason("closed", f"{item.number} {state}: is {parts.paid} a second payment?")
    candidates = suggest(ground, reference=None, paid=parts.paid, line=group.index)
    summary = f"{parts.paid} for {item.number}, which {state}"
    result.exceptions.append(
        exception(
            "line_closed",
            summary,
            customer=item.customer,
            amount=parts.paid,
            line=group.index,
            candidates=candidates,
            reasons=(group.reason, detail),
        )
    )
    return result


def _over(group: Group, parts: Parts, free: Money, ground: Ground, result: Settlement, write_offs: int) -> Settlement:
    """More is paid than is free: the invoice takes what is free, if the paper shows that it is meant."""
    item, excess = group.item, parts.paid - free
    small = ground.small(item, excess, write_offs) and group.strength <= Strength.LABELLED
    if small and ground.belongs_elsewhere(item, (parts.paid, *parts.grosses)) is None:
        result.cash, result.leftover = free, excess
        result.reasons.append(Reason("tolerance", f"{excess} too much is within the tolerance"))
        return result
    known = {free, item.open, item.total}
    each = {amount for claim in group.claims for amount in (claim.paid, claim.claimed)}
    agrees = bool(known & {*parts.grosses, parts.paid, parts.claimed, *each})
    why = explain(item, parts.paid, free, paid_on=group.paid_on, policy=ground.policy)
    hints = tuple(Reason(one.cause.value, one.detail) for one in why)
    if not agrees:
        return _refused(group, parts, ground, result, "over_pay", f"{excess} more than the open {free}", hints)
    result.cash, result.leftover, result.clean = free, excess, False
    result.exceptions.append(
        exception(
            "over_pay",
            f"{parts.paid} paid for {item.number}, open {free}: {excess} stays on account",
            customer=item.customer,
            amount=excess,
            line=group.index,
            reasons=(group.reason, *hints),
        )
    )
    return result


def _overclaimed(group: Group, parts: Parts, free: Money, ground: Ground, result: Settlement) -> Settlement:
    """Paid fits, but with what is taken off it is more than is free: a part was settled or announced before."""
    known = {group.item.open, group.item.total}
    if not known & {*parts.grosses, parts.claimed}:
        return _refused(
            group, parts, ground, result, "amount_mismatch", f"{parts.claimed} is settled by it, open is {free}"
        )
    result.cash, result.clean = parts.paid, False
    rest = parts.claimed - free
    result.exceptions.append(
        exception(
            "amount_mismatch",
            f"{group.item.number}: paid {parts.paid} is booked; {rest} taken off is more than what is open",
            customer=group.item.customer,
            amount=rest,
            line=group.index,
            reasons=(group.reason,),
        )
    )
    return result


def _under(group: Group, parts: Parts, free: Money, ground: Ground, result: Settlement, write_offs: int) -> Settlement:
    """Less is claimed than is free: only a rest that is declared, named, explained or small needs no person."""
    item, rest = group.item, free - parts.claimed
    paid_on = group.paid_on
    result.clean = False
    if parts.balance is not None:
        if parts.balance != rest:
            what = f"it says {parts.balance} stays open, {rest} would"
            return _refused(group, parts, ground, result, "amount_mismatch", what)
        result.reasons.append(Reason("part_payment", f"declared part payment: {rest} stays open"))
        return _apply(group, parts, free, ground, result, write_offs)
    discount = earned_difference(item, free, paid_on, ground.policy)
    elsewhere = ground.belongs_elsewhere(item, (parts.paid, parts.claimed, *parts.grosses))
    if not parts.discount and discount == rest and elsewhere is None:
        parts.discount = rest
        return _apply(group, parts, free, ground, result, write_offs)
    gross = free in parts.grosses
    sure = gross or (group.strength <= Strength.LABELLED and elsewhere is None)
    if sure and ground.small(item, rest, write_offs):
        parts.rounding = parts.rounding + rest
        return _apply(group, parts, free, ground, result, write_offs)
    named = parts.words is not None or bool(parts.deductions)
    if sure and named and not ground.scanned:
        return _named_rest(group, parts, rest, free, ground, result, write_offs)
    if gross and not ground.scanned:
        return _unnamed_rest(group, parts, rest, free, ground, result, write_offs)
    what = f"neither paid nor gross is the open {free}, and nothing names the difference of {rest}"
    if elsewhere is not None:
        what = f"the amount is what is open on {elsewhere.number}"
    return _refused(group, parts, ground, result, "amount_mismatch", what)


def _named_rest(
    group: Group, parts: Parts, rest: Money, free: Money, ground: Ground, result: Settlement, write_offs: int
) -> Settlement:
    words = parts.words
    if words is None:
        return _unnamed_rest(group, parts, rest, free, ground, result, write_offs)
    claim = group.claims[0]
    if words is Bucket.PART_PAYMENT:
        result.reasons.append(Reason("part_payment", f"named a part payment: {rest} stays open"))
    elif words is Bucket.DISCOUNT:
        parts.discount = parts.discount + rest
    elif words is Bucket.WITHHOLDING:
        parts.withheld = parts.withheld + rest
    elif words is Bucket.FEE:
        parts.fee = parts.fee + rest
    elif words in DISPUTE_OF or words in _STAYS_OPEN or words in (Bucket.FREIGHT, Bucket.PENALTY):
        parts.deductions.append(Deduction(rest, words, claim))
    else:
        return _unnamed_rest(group, parts, rest, free, ground, result, write_offs)
    return _apply(group, parts, free, ground, result, write_offs)


def _unnamed_rest(
    group: Group, parts: Parts, rest: Money, free: Money, ground: Ground, result: Settlement, write_offs: int
) -> Settlement:
    """The gross amount or a named deduction shows that the invoice is meant, and a rest is left without a word."""
    _apply(group, parts, free, ground, result, write_offs)
    why = explain(group.item, parts.paid, parts.paid + rest, paid_on=group.paid_on, policy=ground.policy)
    result.exceptions.append(
        exception(
            "short_pay",
            f"{group.item.number}: {rest} less than what is open, without a reason",
            customer=group.item.customer,
            amount=rest,
            line=group.index,
            reasons=(group.reason, *(Reason(one.cause.value, one.detail) for one in why)),
        )
    )
    return result


def _apply(group: Group, parts: Parts, free: Money, ground: Ground, result: Settlement, write_offs: int) -> Settlement:
    """Book what was paid and every reduction that is allowed; what is not allowed stays open and is said."""
    result.cash = parts.paid
    if parts.discount:
        _take_discount(group, parts, ground, result, write_offs)
    if parts.withheld:
        _take_withheld(group, parts, ground, result)
    if parts.fee:
        _take_fee(group, parts, ground, result)
    if parts.rounding:
        _take_rounding(group, parts.rounding, ground, result, write_offs)
    for deduction in parts.deductions:
        _take_deduction(group, deduction, result)
    return result


def _take_discount(group: Group, parts: Parts, ground: Ground, result: Settlement, write_offs: int) -> None:
    base = min(parts.claimed, ground.free(group.item))
    paid_on = group.paid_on
    verdict = judge(group.item, parts.discount, base, paid_on, ground.policy, announcement=ground.announcement)
    result.discount = verdict.granted
    result.reasons.append(verdict.reason)
    refused = verdict.refused
    if not refused:
        return
    if verdict.granted and ground.small(group.item, refused, write_offs):
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


def _take_rounding(group: Group, amount: Money, ground: Ground, result: Settlement, write_offs: int) -> None:
    if ground.small(group.item, amount, write_offs):
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
    disputed = deduction.bucket not in _STAYS_OPEN
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
    reference = claim.line.reference if own_row else None
    if reference and sum(c.isdigit() for c in reference) >= 3:
        return reference
    return claim.line.payer_reference


def _refused(
    group: Group,
    parts: Parts,
    ground: Ground,
    result: Settlement,
    code: str,
    what: str,
    hints: tuple[Reason, ...] = (),
) -> Settlement:
    """Book nothing: the number is ours, its amounts are not. Offer what could be meant."""
    result.books, result.clean, result.leftover = False, False, parts.paid
    reason = Reason("amount", f"{group.item.number}: {what}")
    result.exceptions.append(
        exception(
            code,
            f"{parts.paid} for {group.item.number}: {what}",
            customer=group.item.customer,
            amount=parts.paid,
            line=group.index,
            candidates=candidates_for(group, parts, ground, (group.reason, *hints)),
            reasons=(group.reason, reason, *hints),
        )
    )
    return result


def candidates_for(group: Group, parts: Parts, ground: Ground, evidence: tuple[Reason, ...]) -> tuple[Candidate, ...]:
    """What a person may choose: the named invoice with each explanation of its difference, and its neighbours."""
    item, free = group.item, ground.free(group.item)
    offers: list[Candidate] = []
    credits = [one for one in ground.open_items if one.open.minor < 0]
    why = explain(item, parts.paid, free, paid_on=group.paid_on, policy=ground.policy, credits=credits)
    fields = {Cause.DISCOUNT: "discount", Cause.BANK_FEE: "bank_fee", Cause.WITHHOLDING: "withheld"}
    for one in why:
        if one.cause not in fields or parts.paid.minor <= 0:
            continue
        reasons = (*evidence, Reason(one.cause.value, one.detail))
        settle = allocation(
            item,
            parts.paid,
            line=group.index,
            reference=group.reference,
            reasons=reasons,
            **{fields[one.cause]: one.amount},
        )
        offers.append(
            Candidate(
                n=0, invoice=item.number, order=item.order, amount=free, confidence=0.6 / len(why) + 0.2,
                evidence=reasons, settle=(settle,), customer=item.customer,
            )
        )  # fmt: skip
    hints = tuple(Reason(one.cause.value, one.detail) for one in why)
    plain = suggest(
        ground,
        reference=group.reference,
        paid=parts.paid,
        gross=parts.grosses[0] if parts.grosses else None,
        line=group.index,
        first=((item, 0.05, group.reason),),
    )
    for offer in plain:
        own = offer.invoice == item.number
        if not own and not any(reason.rule.startswith("amount") for reason in offer.evidence):
            continue
        offers.append(replace(offer, evidence=(*offer.evidence, *hints)) if own else offer)
    return renumbered(sorted(offers, key=lambda c: -c.confidence))
