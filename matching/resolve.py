"""Which open item each advised line means, or why that cannot be said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from agent.domain.decisions import Candidate, MatchException, Reason
from agent.domain.documents import AdvisedKind
from agent.domain.receivables import InvoiceType, OpenItem
from matching.claims import Claim
from matching.exchange import at_rate
from matching.finder import Found, Strength
from matching.ground import Ground, allocation, exception
from matching.keys import number_of, tokens_of
from matching.rules.discount import earned_difference
from matching.rules.neighbour import candidate, renumbered, suggest


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a line is about: `found` items, or a `problem`; neither for money that is meant for no item."""

    claim: Claim
    found: Found | None = None
    problem: MatchException | None = None


def resolve(claim: Claim, ground: Ground) -> Resolution:
    """Find what a line with a positive (or no) amount pays, or what a negative one takes back."""
    if claim.line.kind is AdvisedKind.ON_ACCOUNT and not (claim.line.reference and _readings(claim, ground)):
        return Resolution(claim)
    if claim.broken:
        what = "an amount that the currency cannot hold"
        return Resolution(claim, problem=_problem("amount_mismatch", claim, ground, what))
    readings = _readings(claim, ground)
    if not readings:
        return _by_order(claim, ground)
    own = [one for one in readings if all(item.customer in ground.payable for item in one.items)]
    foreign = [one for one in readings if one not in own]
    if foreign and (not own or min(f.strength for f in foreign) < min(f.strength for f in own)):
        return Resolution(claim, problem=_other_customer(claim, ground, foreign))
    if any(one.strength is Strength.CONFUSABLE for one in own) and len(readings) > 1:
        return Resolution(claim, problem=_ambiguous(claim, ground, readings))
    return _one_of(claim, ground, own)


def _readings(claim: Claim, ground: Ground) -> list[Found]:
    """Readings that suit the sign: a negative amount means a credit note, a positive one an invoice."""
    if not claim.line.reference:
        return []
    wanted = InvoiceType.CREDIT_NOTE if _negative(claim) else InvoiceType.INVOICE
    return [
        one for one in ground.finder.readings(claim.line.reference) if all(item.type is wanted for item in one.items)
    ]


def _negative(claim: Claim) -> bool:
    if claim.paid is None:
        return claim.line.kind is AdvisedKind.CREDIT_NOTE
    return claim.paid.minor < 0


def _one_of(claim: Claim, ground: Ground, own: list[Found]) -> Resolution:
    same = [one for one in own if all(item.currency == ground.currency for item in one.items)]
    if not same:
        return Resolution(claim, problem=_other_currency(claim, ground, own))
    if len(same) == 1:
        return _checked(claim, ground, same[0])
    fitting = [one for one in same if fits(one.items, claim, ground)]
    if len(fitting) == 1:
        return Resolution(claim, fitting[0])
    return Resolution(claim, problem=_ambiguous(claim, ground, same))


def _checked(claim: Claim, ground: Ground, found: Found) -> Resolution:
    """What was found by less than all of its digits and letters needs the amounts to agree."""
    if found.strength in (Strength.SERIES, Strength.LETTERS, Strength.LEARNED, Strength.CONFUSABLE) and not fits(
        found.items, claim, ground
    ):
        item = found.items[0]
        if ground.free(item) and claim.paid is not None:
            what = f"{found.reason.detail}, but the amount is not what is open"
            return Resolution(claim, problem=_problem("line_unresolved", claim, ground, what, found.items))
    return Resolution(claim, found)


def fits(items: tuple[OpenItem, ...], claim: Claim, ground: Ground) -> bool:
    """Whether the line's amounts are exactly what is free on the items together, also less an earned discount."""
    if claim.paid is None:
        return False
    free = discounts = ground.zero
    for item in items:
        free = free + ground.free(item)
        discounts = discounts + (
            earned_difference(item, ground.free(item), claim.paid_on, ground.policy) or ground.zero
        )
    if not free:
        return False
    wanted = {free, free - discounts} if free.minor > 0 else {free}
    return claim.paid in wanted or free in (claim.claimed, claim.gross)


def _by_order(claim: Claim, ground: Ground) -> Resolution:
    """A purchase order, order or delivery number decides only with exactly one open invoice."""
    reference, order = claim.line.reference, claim.line.order_number
    if _negative(claim):
        return Resolution(claim, problem=_credit_unknown(claim, ground))
    hits: tuple[OpenItem, ...] = ground.finder.by_order(reference) if reference else ()
    slip = reference is not None and any(
        ground.finder.looks_ours(number) for number in (number_of(reference), *tokens_of(reference)) if number
    )
    if not hits and order and not slip:
        hits = ground.finder.by_order(order)
    hits = tuple(item for item in hits if item.type is InvoiceType.INVOICE and item.currency == ground.currency)
    own = [item for item in hits if item.customer in ground.payable]
    free = [item for item in own if ground.free(item).minor > 0]
    if hits and not own:
        found = [Found((item,), Strength.ORDER, Reason("order", f"order of {item.number}")) for item in hits]
        return Resolution(claim, problem=_other_customer(claim, ground, found))
    if len(free) == 1:
        reason = Reason(
            "order", f"{reference or order} is an order or delivery with one open invoice: {free[0].number}"
        )
        return Resolution(claim, Found((free[0],), Strength.ORDER, reason))
    if len(free) > 1:
        found = [
            Found((item,), Strength.ORDER, Reason("order", f"{reference or order}: {item.number}")) for item in free
        ]
        return Resolution(claim, problem=_ambiguous(claim, ground, found))
    if len(own) == 1:
        return Resolution(
            claim, Found((own[0],), Strength.ORDER, Reason("order", f"{reference or order}: {own[0].number}"))
        )
    return Resolution(claim, problem=_unresolved(claim, ground))


def _problem(
    code: str,
    claim: Claim,
    ground: Ground,
    what: str,
    first: Iterable[OpenItem] = (),
    *,
    reasons: tuple[Reason, ...] = (),
) -> MatchException:
    shown = claim.line.reference or claim.line.order_number or claim.line.reason or "a line without a number"
    paid = f"{claim.paid} " if claim.paid is not None else ""
    ahead = tuple((item, 0.3, Reason("number", f"{item.number} has this number")) for item in first)
    return exception(
        code,
        f"{paid}for {shown[:60]}: {what}"[:400],
        amount=claim.paid,
        line=claim.index,
        reasons=reasons or (Reason("number", what),),
        candidates=suggest(
            ground, reference=claim.line.reference, paid=claim.paid, gross=claim.gross, line=claim.index, first=ahead
        ),
    )


def _unresolved(claim: Claim, ground: Ground) -> MatchException:
    return _problem("line_unresolved", claim, ground, "no document of this customer has this number")


def _credit_unknown(claim: Claim, ground: Ground) -> MatchException:
    return _problem("credit_unknown", claim, ground, "no credit note of ours has this number")


def _other_customer(claim: Claim, ground: Ground, foreign: list[Found]) -> MatchException:
    """The number is someone else's: their item is shown to point, and never offered to be settled."""
    owners = tuple(dict.fromkeys(item.customer for one in foreign for item in one.items))
    item = foreign[0].items[0]
    what = f"{item.number} belongs to {', '.join(owners[:3])}"
    reasons = (foreign[0].reason, Reason("customer", what))
    return _problem("line_other_customer", claim, ground, what, reasons=reasons)


def _other_currency(claim: Claim, ground: Ground, own: list[Found]) -> MatchException:
    item = own[0].items[0]
    what = f"{item.number} is in {item.currency}, the payment in {ground.currency}"
    reasons: tuple[Reason, ...] = (own[0].reason, Reason("currency", what))
    found = _problem("fx_diff", claim, ground, what, reasons=reasons)
    converted = at_rate(claim.paid, item, ground) if claim.paid is not None else None
    if converted is not None:
        reasons = (*reasons, converted.reason)
    pointer = candidate(ground, 1, item, None, 0.3, reasons, reference=claim.line.reference, line=claim.index)
    if converted is not None and converted.settles and ground.by_open and item.customer in ground.payable:
        settle = allocation(item, item.open, line=claim.index, reference=claim.line.reference, reasons=reasons)
        pointer = replace(pointer, confidence=0.7, settle=(replace(settle, paid=claim.paid),))
    return replace(found, candidates=(pointer,), reasons=reasons)


def _ambiguous(claim: Claim, ground: Ground, readings: list[Found]) -> MatchException:
    listed = "; ".join(", ".join(one.numbers) for one in readings[:4])
    what = f"it can mean {listed}"
    found = _problem("line_ambig", claim, ground, what, reasons=tuple(one.reason for one in readings[:4]))
    return replace(found, candidates=_offers(claim, ground, readings))


def _offers(claim: Claim, ground: Ground, readings: list[Found]) -> tuple[Candidate, ...]:
    offers: list[Candidate] = []
    single = [one for one in readings if len(one.items) == 1]
    fitting = sorted(single, key=lambda one: claim.paid is None or not fits(one.items, claim, ground))
    for one in fitting[:5]:
        item = one.items[0]
        exact = claim.paid is not None and fits(one.items, claim, ground)
        offers.append(
            candidate(
                ground, len(offers) + 1, item, claim.paid, 0.5 if exact else 0.3, (one.reason,),
                reference=claim.line.reference, line=claim.index,
            )
        )  # fmt: skip
    return renumbered(sorted(offers, key=lambda one: -one.confidence))
