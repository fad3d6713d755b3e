"""From the lines of one payment to what each open item gets: every line accounted for, nothing beyond what is open.

A payer's row that takes money off is carried so:

- it names an invoice of the same payment (by number, order, delivery, or because there is only one): the invoice gets
  less cash and stays open by that amount, as a dispute, a tax withheld, a bank fee;
- it is one of our credit notes, named: the credit note is used;
- otherwise no invoice is guessed. An advice announces the invoices as the paper says, and the row stands as a negative
  amount on account with a dispute on the customer, so that cash and account together are what was advised. Where money
  is applied, never more than there is: what is missing stays open on the largest invoice, and that is said.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from agent.domain.decisions import Allocation, DisputeOpening, MatchException, Reason
from agent.domain.documents import AdvisedKind
from agent.domain.money import Money
from agent.domain.receivables import InvoiceType, OpenItem
from matching.claims import Claim
from matching.customers import name_keys
from matching.finder import Found, Strength
from matching.ground import Ground, Spent, allocation, exception
from matching.reductions import Group, Settlement, claim_number
from matching.resolve import Resolution, fits, resolve
from matching.rules.discount import discount_on, earned, earned_difference
from matching.settle import settle_invoice
from matching.shares import reduced, spread_share
from matching.strays import stray_problem, without_strays
from matching.subset import subsets
from matching.words import Bucket, bucket_of, dispute_reason


@dataclass(slots=True)
class Plan:
    """What the lines of one payment would do. `clean` is True where every number and amount agrees fully."""

    allocations: list[Allocation] = field(default_factory=list)
    exceptions: list[MatchException] = field(default_factory=list)
    disputes: list[DisputeOpening] = field(default_factory=list)
    clean: bool = True
    meant_on_account: bool = False  # a line says so, or pays what is settled already

    def cash(self, zero: Money) -> Money:
        for one in self.allocations:
            zero = zero + one.cash
        return zero


def plan_lines(claims: tuple[Claim, ...], ground: Ground) -> Plan:
    """Work out what the lines do; amounts must be known. The order of the lines does not matter."""
    positive = [resolve(claim, ground) for claim in claims if _pays(claim)]
    negative = [resolve(claim, ground) for claim in claims if claim.paid is not None and claim.paid.minor < 0]
    named = frozenset(item.number for one in positive if one.found for item in one.found.items)
    ground = replace(ground, named=ground.named | named)
    plan = Plan()
    groups = _groups(positive, plan)
    _several([one for one in positive if one.found and len(one.found.items) > 1], groups, ground, plan)
    taken_back = _take_back(negative, groups, ground, plan)
    spent = Spent()
    for number in sorted(groups):
        group, strays = without_strays(groups[number], ground)
        plan.exceptions += [stray_problem(groups[number], claim, ground) for claim in strays]
        plan.clean = plan.clean and not strays
        if group is None:
            continue
        settlement = settle_invoice(group, ground, spent)
        spent = spent.plus(settlement.write_off, settlement.leftover if settlement.books else None)
        _book(group, settlement, ground, plan)
    for number in sorted(taken_back):
        _use_credit(taken_back[number], ground, plan)
    return plan


def within(allocations: list[Allocation], amount: Money, of: tuple[str, ...] = ()) -> list[Allocation]:
    """Return the allocations with no more cash than the amount: what is missing stays open on the largest, marked so.

    `of` are the customers on whose account it was taken off: theirs come first. It is marked as a deduction: whoever took it off and named no invoice has a dispute on its account for it.
    """
    missing = sum(one.cash.minor for one in allocations) - amount.minor
    trimmed = list(allocations)
    for one in sorted(allocations, key=lambda a: (a.customer not in of, -a.cash.minor, a.invoice)):
        if missing <= 0 or one.cash.minor <= 0:
            break
        off = Money(min(missing, one.cash.minor), amount.currency)
        reason = Reason("deduction", f"{off} stays open here: it was taken off and no invoice was named for it")
        place = trimmed.index(one)
        less = replace(one, cash=one.cash - off, deduction=one.deduction + off, reasons=(*one.reasons, reason))
        trimmed[place] = less
        missing -= off.minor
    return [one for one in trimmed if one.cash or one.deduction or one.settles]


def _pays(claim: Claim) -> bool:
    """Whether a line pays something; a line of nothing but zeros only informs."""
    return claim.paid is None or claim.paid.minor > 0 or (not claim.paid and claim.reduced) or claim.broken


def _groups(positive: list[Resolution], plan: Plan) -> dict[str, Group]:
    found: dict[str, list[Resolution]] = defaultdict(list)
    for one in positive:
        if one.problem is not None:
            plan.exceptions.append(one.problem)
            plan.clean = False
        elif one.found is None:
            plan.meant_on_account = True
        elif len(one.found.items) == 1:
            found[one.found.items[0].number].append(one)
    return {number: _group(ones) for number, ones in found.items()}


def _group(ones: list[Resolution]) -> Group:
    ones = sorted(ones, key=lambda one: one.claim.index)
    weakest = max((one.found for one in ones if one.found), key=lambda f: f.strength)
    return Group(weakest.items[0], tuple(one.claim for one in ones), weakest.strength, weakest.reason)


def _several(ones: list[Resolution], groups: dict[str, Group], ground: Ground, plan: Plan) -> None:
    """One line for several invoices: only where it pays all of them in full, also less the discounts earned."""
    taken = set(groups)
    for one in sorted(
        ones, key=lambda r: (r.found.numbers if r.found else (), r.claim.paid.minor if r.claim.paid else 0)
    ):
        claim, found = one.claim, one.found
        if found is None or claim.paid is None:
            continue
        plan.clean = False
        booked = []
        if taken.isdisjoint(found.numbers) and fits(found.items, claim, ground):
            booked = _all_in_full(found, claim, claim.paid, ground)
        taken.update(found.numbers)
        plan.allocations += booked
        if not booked:
            listed = ", ".join(found.numbers)
            plan.exceptions.append(
                exception(
                    "amount_mismatch",
                    f"{claim.paid} for {listed}: together they are not what is open",
                    customer=found.items[0].customer,
                    amount=claim.paid,
                    line=claim.index,
                    reasons=(found.reason,),
                )
            )


def _all_in_full(found: Found, claim: Claim, paid: Money, ground: Ground) -> list[Allocation]:
    booked = []
    total = ground.zero
    for item in found.items:
        total = total + ground.free(item)
    for item in found.items:
        free = ground.free(item)
        discount = earned_difference(item, free, claim.paid_on, ground.policy) if paid != total else None
        parts = {"discount": discount} if discount else {}
        cash = free - discount if discount else free
        booked.append(
            allocation(item, cash, line=claim.index, reference=claim.line.reference, reasons=(found.reason,), **parts)
        )
    return booked if sum(one.cash.minor for one in booked) == paid.minor else []


def _row_key(one: Resolution) -> tuple[int, str, str, str]:
    """An order of rows that does not follow from where they stand."""
    line = one.claim.line
    minor = one.claim.paid.minor if one.claim.paid is not None else 0
    return minor, line.reference or "", line.order_number or "", line.reason or ""


def _take_back(
    negative: list[Resolution], groups: dict[str, Group], ground: Ground, plan: Plan
) -> dict[str, list[Resolution]]:
    """Sort the rows that take money off: our credit notes, reductions of one invoice here, and the rest."""
    taken_back: dict[str, list[Resolution]] = defaultdict(list)
    alone = not plan.exceptions and not plan.allocations
    for one in sorted(negative, key=_row_key):
        if one.found is not None and len(one.found.items) == 1:
            taken_back[one.found.items[0].number].append(one)
            continue
        target = _target(one, groups, ground, alone=alone)
        if target is not None:
            groups[target] = reduced(groups[target], one.claim)
        elif not (_spread_discount(one.claim, groups, ground) or spread_share(one.claim, groups, ground)):
            _on_account(one, ground, plan)
    return taken_back


def _target(one: Resolution, groups: dict[str, Group], ground: Ground, *, alone: bool) -> str | None:
    """Return the invoice of this payment that a row is about; None where none is named, or could be meant alone."""
    line = one.claim.line
    named = _named((line.reference, line.order_number, line.reason), ground)
    here = [number for number in named if number in groups]
    if len(here) == 1:
        return here[0]
    if named or not groups:
        return None
    bucket = bucket_of(line.reason or line.reference, line.reason_code)
    off = -one.claim.paid if one.claim.paid is not None else ground.zero
    largest = max(groups, key=lambda n: (sum(c.paid.minor for c in groups[n].claims if c.paid), n))
    if bucket is Bucket.FEE and off <= ground.policy.bank_fee_max.get(ground.currency, ground.zero):
        return largest
    if bucket is Bucket.ROUNDING and ground.small(groups[largest].item, off):
        return largest
    if (
        alone
        and len(groups) == 1
        and line.kind is not AdvisedKind.CREDIT_NOTE
        and (one.problem is None or not _foreign(one))
    ):
        only = groups[largest]
        enough = sum(c.paid.minor for c in only.claims if c.paid) > off.minor
        return largest if enough else None
    return None


def _foreign(one: Resolution) -> bool:
    return one.problem is not None and one.problem.code in ("line_other_customer", "fx_diff", "line_ambig")


def _named(texts: tuple[str | None, ...], ground: Ground) -> list[str]:
    """The invoices that the texts name: by number, else by order or delivery."""
    written = [text for text in texts if text]
    for look in (lambda t: _sure(t, ground), ground.finder.by_order):
        numbers = [item.number for text in written for item in look(text) if item.type is InvoiceType.INVOICE]
        if numbers:
            return list(dict.fromkeys(numbers))
    return []


def _sure(text: str, ground: Ground) -> tuple[OpenItem, ...]:
    readings = [found for found in ground.finder.readings(text) if found.strength <= Strength.LABELLED]
    return tuple(item for found in readings for item in found.items)


def _spread_discount(claim: Claim, groups: dict[str, Group], ground: Ground) -> bool:
    """A discount of its own row belongs to the only set of invoices whose discounts add up to it."""
    words = claim.line.reason or claim.line.reference
    if bucket_of(words, claim.line.reason_code) is not Bucket.DISCOUNT or claim.paid is None:
        return False
    allowed: list[tuple[str, Money]] = []
    for number in sorted(groups):
        item = groups[number].item
        if item.discount_percent and earned(item, claim.paid_on, ground.policy, announcement=ground.announcement):
            allowed.append((number, discount_on(ground.free(item), item.discount_percent)))
    found = subsets([amount.minor for _, amount in allowed], -claim.paid.minor, limit=2)
    if not found.unique:
        return False
    for i in found.sets[0]:
        number, amount = allowed[i]
        groups[number] = reduced(groups[number], replace(claim, paid=-amount))
    return True


def _company(claim: Claim, ground: Ground) -> str | None:
    """The customer whose line it is, where the paper says so: one name that is one customer's, or its beginning."""
    said = claim.line.company
    if not said:
        return None
    keys = name_keys(said)
    found = {owner for key, owner in ground.names.items() if any(key.startswith(own) for own in keys)}
    exact = {ground.names[key] for key in keys if key in ground.names}
    return next(iter(exact or found)) if len(exact or found) == 1 else None


def _on_account(one: Resolution, ground: Ground, plan: Plan) -> None:
    """No invoice is guessed: the amount stands against the customer's account, and a person finds out."""
    claim = one.claim
    off = -claim.paid if claim.paid is not None else ground.zero
    words = claim.line.reason or claim.line.reference or "no reason given"
    bucket = bucket_of(claim.line.reason or claim.line.reference, claim.line.reason_code)
    code = one.problem.code if one.problem is not None else "credit_unknown"
    if code == "credit_unknown" and claim.line.kind is not AdvisedKind.CREDIT_NOTE and bucket is not Bucket.SET_OFF:
        code = {Bucket.WITHHOLDING: "wht", Bucket.FEE: "bank_charges", Bucket.DISCOUNT: "disc_unearned"}.get(
            bucket or Bucket.OTHER, "short_pay"
        )
        if bucket is Bucket.RETENTION:
            code = "retention"
    customer = _company(claim, ground) or ground.payer
    reason = Reason("deduction", f"{off} taken off; no invoice is named ({words})"[:300])
    plan.exceptions.append(
        exception(
            code,
            f"{off} taken off without an invoice: {words}"[:300],
            customer=customer,
            amount=off,
            line=claim.index,
            candidates=one.problem.candidates if one.problem is not None else (),
            reasons=(reason, *(one.problem.reasons if one.problem is not None else ())),
        )
    )
    if customer and bucket not in (Bucket.SET_OFF, Bucket.WITHHOLDING):
        plan.disputes.append(
            DisputeOpening(
                customer=customer,
                reason=dispute_reason(bucket),
                amount=off,
                claim_number=claim_number(claim),
                text=claim.line.reason or claim.line.reference,
                reasons=(reason,),
            )
        )


def _book(group: Group, settlement: Settlement, ground: Ground, plan: Plan) -> None:
    plan.exceptions += settlement.exceptions
    plan.clean = plan.clean and settlement.clean
    if not settlement.books:
        plan.meant_on_account |= any(one.code == "line_closed" for one in settlement.exceptions)
        return
    plan.disputes += settlement.disputes
    plan.allocations += _by_line(group, settlement, ground)


def _by_line(group: Group, settlement: Settlement, ground: Ground) -> list[Allocation]:
    """One allocation a line that pays; rows that take off are in the cash of the largest, with all other parts."""
    paying = [claim for claim in group.claims if claim.paid is not None and claim.paid.minor >= 0]
    shares: dict[int, Money] = {}
    left = settlement.cash
    first = max(paying, key=lambda c: (c.paid.minor if c.paid else 0, -c.index))
    for claim in sorted(paying, key=lambda c: c.index):
        if claim is not first and claim.paid is not None:
            shares[claim.index] = min(claim.paid, max(left, ground.zero))
            left = left - shares[claim.index]
    shares[first.index] = left
    booked = []
    for claim in paying:
        parts = {}
        if claim is first:
            names = ("discount", "deduction", "withheld", "write_off", "bank_fee")
            parts = {name: getattr(settlement, name) for name in names}
        elif not shares[claim.index]:
            continue
        reference = claim.line.reference or claim.line.order_number
        booked.append(
            allocation(
                group.item, shares[claim.index], line=claim.index, reference=reference,
                reasons=tuple(settlement.reasons), **parts,
            )
        )  # fmt: skip
    return booked


def _use_credit(ones: list[Resolution], ground: Ground, plan: Plan) -> None:
    """Use a credit note that is named, for what is open on it or a part, never beyond."""
    found = ones[0].found
    if found is None:
        return
    item = found.items[0]
    free = ground.free(item)
    taken = ground.zero
    for one in sorted(ones, key=lambda r: (r.claim.paid.minor if r.claim.paid else 0, r.claim.index)):
        claim = one.claim
        asked = claim.claimed if claim.claimed is not None else ground.zero
        if free and taken + asked >= free and free in (asked, claim.gross):
            taken = taken + asked
            discount = {"discount": claim.discount} if claim.discount.minor < 0 else {}
            cash = claim.paid or ground.zero
            plan.allocations.append(
                allocation(
                    item, cash, line=claim.index, reference=claim.line.reference, reasons=(found.reason,), **discount
                )
            )
            continue
        plan.clean = False
        _credit_problem(item, free - taken, one, ground, plan)


def _credit_problem(item: OpenItem, free: Money, one: Resolution, ground: Ground, plan: Plan) -> None:
    claim = one.claim
    off = -(claim.paid or ground.zero)
    used = not free
    what = "is used already" if used else f"has {-free} open"
    code = "line_closed" if used else "amount_mismatch"
    reason = Reason("credit", f"{item.number} {what}; {off} was taken")
    plan.exceptions.append(
        exception(
            code,
            f"{off} taken off with {item.number}, which {what}",
            customer=item.customer,
            amount=off,
            line=claim.index,
            reasons=(reason,),
        )
    )
    if not used:
        return
    plan.disputes.append(
        DisputeOpening(
            customer=item.customer,
            reason=dispute_reason(Bucket.DUPLICATE),
            amount=off,
            claim_number=claim.line.reference,
            text=reason.detail,
            reasons=(reason,),
        )
    )
