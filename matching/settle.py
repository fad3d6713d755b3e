"""What the lines that name one invoice do to it: cash, discount, deduction, tax withheld, small difference, bank fee.

The amounts must agree with the invoice in something: what is paid or claimed is what is free, or the gross amount is,
or the rest is named or explained on the paper. Otherwise nothing is booked: the number may be a slip for a neighbour's.
"""

from __future__ import annotations

from dataclasses import replace

from agent.domain.decisions import Candidate, Reason
from agent.domain.money import Money
from matching.finder import Strength
from matching.ground import Ground, Spent, allocation, exception
from matching.reductions import STAYS_OPEN, Deduction, Group, Parts, Settlement, apply_parts, parts_of
from matching.residual import Cause, Explanation, explain, hypotheses
from matching.rules.discount import earned_difference
from matching.rules.neighbour import renumbered, suggest
from matching.words import DISPUTE_OF, Bucket


def settle_invoice(group: Group, ground: Ground, spent: Spent | None = None) -> Settlement:
    """Decide what the group does to its invoice; `spent` was used earlier in the same payment."""
    spent = spent or Spent()
    parts = parts_of(group, ground)
    free = ground.free(group.item)
    result = _empty(ground)
    result.reasons.append(group.reason)
    if group.item.open.minor <= 0 or free.minor <= 0:
        return _closed(group, parts, ground, result)
    taken_back = any(claim.paid is not None and claim.paid.minor < 0 for claim in group.claims)
    if parts.paid.minor < 0 or (taken_back and not parts.paid) or any(claim.broken for claim in group.claims):
        return _refused(group, parts, ground, result, "amount_mismatch", "nothing is left paid on it")
    if parts.paid == free:
        return _covered(result, free)
    if parts.paid > free:
        return _over(group, parts, free, ground, result, spent)
    if parts.claimed > free:
        return _overclaimed(group, parts, free, ground, result)
    if parts.claimed == free:
        result.reasons.append(Reason("amount", f"paid and taken off make the open {free}"))
        return apply_parts(group, parts, ground, result, spent)
    return _under(group, parts, free, ground, result, spent)


def _empty(ground: Ground) -> Settlement:
    zero = ground.zero
    return Settlement(zero, zero, zero, zero, zero, zero, zero)


def _covered(result: Settlement, free: Money) -> Settlement:
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


def _over(group: Group, parts: Parts, free: Money, ground: Ground, result: Settlement, spent: Spent) -> Settlement:
    """More is paid than is free: the invoice takes what is free, if the paper shows that it is meant."""
    item, excess = group.item, parts.paid - free
    small = ground.small(item, excess, spent) and ground.spare(excess, spent) and group.strength <= Strength.LABELLED
    # Who takes something off, or leaves something open, and still pays more means another invoice.
    plain = parts.claimed == parts.paid and parts.balance is None
    if small and plain and ground.belongs_elsewhere(item, (parts.paid, *parts.grosses)) is None:
        result.cash, result.leftover = free, excess
        result.reasons.append(Reason("tolerance", f"{excess} too much is within the tolerance"))
        return result
    known = {free, item.open, item.total}
    each = {amount for claim in group.claims for amount in (claim.paid, claim.claimed)}
    agrees = bool(known & {*parts.grosses, parts.paid, parts.claimed, *each})
    why = explain(item, parts.paid, free, paid_on=group.paid_on, policy=ground.policy)
    hints = tuple(Reason(one.cause.value, one.detail) for one in why)
    meant = ground.belongs_elsewhere(item, (parts.paid,))
    if not agrees or meant is not None:
        what = f"{excess} more than the open {free}" + (
            f", and exactly what is open on {meant.number}" if meant else ""
        )
        return _refused(group, parts, ground, result, "over_pay", what, hints)
    result.cash, result.leftover, result.clean = free, excess, False
    result.exceptions.append(
        exception(
            "over_pay",
            f"{parts.paid} paid for {item.number}, open {free}: {excess} stays on account",
            customer=item.customer,
            amount=excess,
            line=group.index,
            reasons=(group.reason, *hints),
            hypotheses=hypotheses(why),
        )
    )
    return result


def _overclaimed(group: Group, parts: Parts, free: Money, ground: Ground, result: Settlement) -> Settlement:
    """Paid fits, but with what is taken off it is more than is free: a part was settled or announced before."""
    known = {group.item.open, group.item.total}
    elsewhere = ground.belongs_elsewhere(group.item, (parts.paid, parts.claimed))
    if not known & {*parts.grosses, parts.claimed} or elsewhere is not None:
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


def _under(group: Group, parts: Parts, free: Money, ground: Ground, result: Settlement, spent: Spent) -> Settlement:
    """Less is claimed than is free: only a rest that is declared, named, explained or small needs no person."""
    item, rest = group.item, free - parts.claimed
    paid_on = group.paid_on
    result.clean = False
    if not parts.paid:
        return _refused(group, parts, ground, result, "amount_mismatch", "nothing is paid on it")
    if parts.balance is not None:
        if parts.balance != rest:
            what = f"it says {parts.balance} stays open, {rest} would"
            return _refused(group, parts, ground, result, "amount_mismatch", what)
        result.reasons.append(Reason("part_payment", f"declared part payment: {rest} stays open"))
        return apply_parts(group, parts, ground, result, spent)
    discount = earned_difference(item, free, paid_on, ground.policy)
    elsewhere = ground.belongs_elsewhere(item, (parts.paid, parts.claimed, *parts.grosses))
    if not parts.discount and discount == rest and elsewhere is None:
        parts.discount = rest
        return apply_parts(group, parts, ground, result, spent)
    gross = free in parts.grosses
    sure = gross or (group.strength <= Strength.LABELLED and elsewhere is None)
    if sure and ground.small(item, rest, spent):
        parts.rounding = parts.rounding + rest
        return apply_parts(group, parts, ground, result, spent)
    named = parts.words is not None or bool(parts.deductions)
    if sure and named and not ground.scanned:
        return _named_rest(group, parts, rest, ground, result, spent)
    if gross and not ground.scanned:
        return _unnamed_rest(group, parts, rest, ground, result, spent)
    what = f"neither paid nor gross is the open {free}, and nothing names the difference of {rest}"
    if elsewhere is not None:
        what = f"the amount is what is open on {elsewhere.number}"
    return _refused(group, parts, ground, result, "amount_mismatch", what)


def _named_rest(
    group: Group, parts: Parts, rest: Money, ground: Ground, result: Settlement, spent: Spent
) -> Settlement:
    words = parts.words
    if words is None:
        return _unnamed_rest(group, parts, rest, ground, result, spent)
    claim = group.claims[0]
    if words is Bucket.PART_PAYMENT:
        result.reasons.append(Reason("part_payment", f"named a part payment: {rest} stays open"))
    elif words is Bucket.DISCOUNT:
        parts.discount = parts.discount + rest
    elif words is Bucket.WITHHOLDING:
        parts.withheld = parts.withheld + rest
    elif words is Bucket.FEE:
        parts.fee = parts.fee + rest
    elif words in DISPUTE_OF or words in STAYS_OPEN or words in (Bucket.FREIGHT, Bucket.PENALTY):
        parts.deductions.append(Deduction(rest, words, claim))
    else:
        return _unnamed_rest(group, parts, rest, ground, result, spent)
    return apply_parts(group, parts, ground, result, spent)


def _unnamed_rest(
    group: Group, parts: Parts, rest: Money, ground: Ground, result: Settlement, spent: Spent
) -> Settlement:
    """The gross amount or a named deduction shows that the invoice is meant, and a rest is left without a word."""
    apply_parts(group, parts, ground, result, spent)
    why = explain(group.item, parts.paid, parts.paid + rest, paid_on=group.paid_on, policy=ground.policy)
    result.exceptions.append(
        exception(
            "short_pay",
            f"{group.item.number}: {rest} less than what is open, without a reason",
            customer=group.item.customer,
            amount=rest,
            line=group.index,
            reasons=(group.reason, *(Reason(one.cause.value, one.detail) for one in why)),
            hypotheses=hypotheses(why),
        )
    )
    return result


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
            hypotheses=hypotheses(_why(group, parts, ground)),
        )
    )
    return result


def _why(group: Group, parts: Parts, ground: Ground) -> tuple[Explanation, ...]:
    """What explains the difference between what is paid and what is free, credit notes of the payer among it."""
    credit_notes = [one for one in ground.open_items if one.open.minor < 0]
    free = ground.free(group.item)
    return explain(group.item, parts.paid, free, paid_on=group.paid_on, policy=ground.policy, credit_notes=credit_notes)


def candidates_for(group: Group, parts: Parts, ground: Ground, evidence: tuple[Reason, ...]) -> tuple[Candidate, ...]:
    """What a person may choose: the named invoice with each explanation of its difference, and its neighbours."""
    item, free = group.item, ground.free(group.item)
    offers: list[Candidate] = []
    why = _why(group, parts, ground)
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
    meant = [o for o in plain if o.invoice != item.number and any(r.rule == "amount" for r in o.evidence)]
    for offer in plain:
        own = offer.invoice == item.number
        if own and len(meant) == 1 and not why:
            # nothing explains the difference, and one other invoice is the amount to the cent: the number is the slip
            offer = replace(offer, confidence=min(offer.confidence, round(meant[0].confidence - 0.05, 2)))  # noqa: PLW2901
        if not own and not any(reason.rule.startswith("amount") for reason in offer.evidence):
            continue
        offers.append(replace(offer, evidence=(*offer.evidence, *hints)) if own else offer)
    return renumbered(sorted(offers, key=lambda c: -c.confidence))
