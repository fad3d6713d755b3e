"""Which order was delivered, what of it was accepted, and whether that makes it billable."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.billing import line_net
from agent.domain.books import DeliveryBooks
from agent.domain.decisions import (
    Candidate,
    DeliveredQuantity,
    DeliveryDecision,
    DeliveryOutcome,
    DisputeOpening,
    MatchException,
    QueueKind,
    Reason,
)
from agent.domain.documents import DeliveryConfirmation, DeliveryLevel, DisputeReason, Flag
from agent.domain.money import Money, plain
from agent.domain.receivables import BillOn, KnownDelivery, OpenItem, Order, OrderLine, OrderStatus
from matching.delivery_lines import ReadLine, all_that_is_left, read_lines
from matching.delivery_orders import order_meant, who_may_not_say
from matching.folding import fold_item, fold_number

ZERO = Decimal(0)

ENOUGH = {
    BillOn.ORDER: frozenset(DeliveryLevel),
    BillOn.SHIPMENT: frozenset(DeliveryLevel),
    BillOn.DELIVERY: frozenset(
        {DeliveryLevel.CARRIER, DeliveryLevel.SIGNED, DeliveryLevel.RECEIPT, DeliveryLevel.ACCEPTANCE}
    ),
    BillOn.ACCEPTANCE: frozenset({DeliveryLevel.ACCEPTANCE}),
}
_BY_THE_CUSTOMER = frozenset({DeliveryLevel.SIGNED, DeliveryLevel.RECEIPT, DeliveryLevel.ACCEPTANCE})
_NOT_BILLED = (OrderStatus.HELD, OrderStatus.WAITING_PREPAYMENT, OrderStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """What deliveries are held to."""

    today: date
    bill_on: BillOn = BillOn.DELIVERY  # where the order itself does not say
    over_percent: Decimal = ZERO  # how much more than ordered is taken without a question


@dataclass(frozen=True, slots=True)
class _Case:
    """One confirmation of one order."""

    paper: DeliveryConfirmation
    order: Order
    books: DeliveryBooks
    policy: DeliveryPolicy
    key: str
    reasons: tuple[Reason, ...]

    @property
    def trigger(self) -> BillOn:
        return self.order.bill_on or self.policy.bill_on

    @property
    def earlier(self) -> tuple[KnownDelivery, ...]:
        return tuple(d for d in self.books.deliveries if d.order == self.order.number)

    @property
    def counted(self) -> tuple[KnownDelivery, ...]:
        """Deliveries whose quantities are in the books already."""
        return tuple(d for d in self.earlier if d.status == DeliveryOutcome.CONFIRMED.value)

    @property
    def invoices(self) -> tuple[OpenItem, ...]:
        """What was billed of the order, in invoices of its own or in collective ones."""
        number = self.order.number
        return tuple(i for i in self.books.invoices if i.order == number or any(x.order == number for x in i.lines))


def content_key(confirmation: DeliveryConfirmation, order: str) -> str:
    """Fingerprint of the delivery itself: its own numbers if it has any, else its day and quantities."""
    numbers = [fold_number(n) for n in (confirmation.delivery_note_number, confirmation.tracking_number) if n]
    if numbers:
        parts = [order, *sorted(numbers), *_quantities(confirmation)]
    else:
        parts = [order, str(confirmation.delivered_on), fold_number(confirmation.number), *_quantities(confirmation)]
    return _hashed(parts)


def _hashed(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _quantities(confirmation: DeliveryConfirmation) -> list[str]:
    return sorted(
        f"{fold_item(line.item or line.buyer_item or line.description)}="
        f"{_shown(line.accepted)}/{_shown(line.delivered)}/{_shown(line.damaged)}/{_shown(line.missing)}"
        for line in confirmation.lines
    )


def _shown(value: Decimal | None) -> str:
    return "" if value is None else plain(value.normalize())[:40]


def decide_delivery(
    confirmation: DeliveryConfirmation, books: DeliveryBooks, policy: DeliveryPolicy
) -> DeliveryDecision:
    """Tie a confirmation to one order of the sender and say what follows; see DeliveryOutcome."""
    refused = who_may_not_say(confirmation, books)
    if refused is not None:
        return DeliveryDecision(outcome=DeliveryOutcome.UNMATCHED, level=confirmation.level, exceptions=(refused,))
    order, exception = order_meant(confirmation, books)
    if order is None:
        return DeliveryDecision(
            outcome=DeliveryOutcome.UNMATCHED,
            level=confirmation.level,
            exceptions=(exception,) if exception else (),
            delivered_on=confirmation.delivered_on,
        )
    reasons = (Reason("order_number", f"the paper names {order.number} / {order.po_number}"),)
    case = _Case(confirmation, order, books, policy, content_key(confirmation, order.number), reasons)
    if exception is not None:
        return replace(_decided(case, DeliveryOutcome.EVENT), exceptions=(exception,))
    return _without_lines(case) or _recognised(case) or _repeated(case) or _conclude(case)


def _decided(case: _Case, outcome: DeliveryOutcome, *reasons: Reason) -> DeliveryDecision:
    return DeliveryDecision(
        outcome=outcome,
        order=case.order.number,
        customer=case.order.customer,
        level=case.paper.level,
        delivered_on=case.paper.delivered_on,
        reasons=(*case.reasons, *reasons),
    )


def _without_lines(case: _Case) -> DeliveryDecision | None:
    """What is no delivery, whatever its lines say: refused, attempted, incomplete, in the future."""
    paper = case.paper
    if Flag.REFUSED in paper.flags:
        what = f"acceptance of {case.order.number} ({case.order.po_number}) was refused: nothing is invoiced"
        exception = _mismatch(case, "accept_pending", what)
        return replace(_decided(case, DeliveryOutcome.REFUSED), exceptions=(exception,))
    if Flag.ATTEMPTED in paper.flags:
        return _decided(case, DeliveryOutcome.EVENT, Reason("event", "attempted or on its way: not delivered"))
    if paper.packages and paper.packages[0] < paper.packages[1]:
        arrived, of = paper.packages
        if not paper.lines:
            what = f"{arrived} of {of} packages have arrived: waiting for the rest"
            return _decided(case, DeliveryOutcome.EVENT, Reason("event", what))
    if paper.delivered_on is not None and paper.delivered_on > case.policy.today + timedelta(days=1):
        what = f"delivery of {case.order.number} is dated {paper.delivered_on.isoformat()}, which is ahead"
        return replace(_decided(case, DeliveryOutcome.EVENT), exceptions=(_mismatch(case, "dlv_date", what),))
    return None


def _recognised(case: _Case) -> DeliveryDecision | None:
    """A paper read from a picture proves its quantities by nothing but the order: all that is left, or a person looks."""
    paper = case.paper
    if all(place.certainty is None for place in paper.evidence.values()):
        return None
    why = "with too little certainty" if Flag.UNCERTAIN in paper.flags else ""
    if not why and paper.lines:
        read, problems = read_lines(paper, case.order, case.books.items, case.policy.over_percent)
        left = {line.line: line.quantity - line.delivered for line in case.order.lines}
        if problems or any(one.quantity.accepted != left.get(one.order_line.line) for one in read):
            why = "and its quantities are not those that are left of the order"
    if not why:
        return None
    what = _about(case, f"read from a picture {why}: compare it with the picture")
    return replace(_decided(case, DeliveryOutcome.EVENT), exceptions=(_mismatch(case, "doc_scanned", what),))


def _mismatch(case: _Case, code: str, summary: str, amount: Money | None = None) -> MatchException:
    order = case.order
    return MatchException(
        code=code,
        kind=QueueKind.DELIVERY_MISMATCH,
        summary=summary,
        customer=order.customer,
        amount=amount or (order.total if code in ("accept_pending", "dlv_order_held") else None),
        candidates=(Candidate(n=1, order=order.number, amount=order.total, confidence=0.6, customer=order.customer),),
    )


def _about(case: _Case, what: str) -> str:
    return f"delivery of {case.order.number} ({case.order.po_number}): {what}"


# --- the same delivery by another paper --------------------------------------------------------------------------


def _repeated(case: _Case) -> DeliveryDecision | None:
    """The same delivery again, or one of an order of which nothing is left: evidence, and what it complains of."""
    if any(d.content_key and d.content_key in (case.key, _waiting_key(case)) for d in case.earlier):
        return _filed(case, "this paper is on file already")
    same = _same_delivery(case)
    nothing_left = not any(line.delivered < line.quantity for line in case.order.lines)
    if same is None and not nothing_left:
        return None
    return _compared(case, same)


def _same_delivery(case: _Case) -> KnownDelivery | None:
    paper = case.paper
    numbers = {fold_number(n) for n in (paper.delivery_note_number, paper.tracking_number, paper.number) if n} - {""}
    for delivery in case.counted:
        if numbers & {fold_number(n) for n in (delivery.number, delivery.tracking_number) if n}:
            return delivery
    return None


def _filed(case: _Case, why: str) -> DeliveryDecision:
    reason = Reason("repeat", f"{why}: filed as evidence, no second trigger")
    return replace(
        _decided(case, DeliveryOutcome.EVIDENCE, reason), evidence_for=tuple(i.number for i in case.invoices)
    )


def _compared(case: _Case, same: KnownDelivery | None) -> DeliveryDecision:
    """What was counted beside what this paper says: equal is silent, a complaint is a dispute, less is a question."""
    before = dict(same.lines) if same else {line.line: line.delivered for line in case.order.lines}
    as_if_new = replace(
        case.order,
        lines=tuple(
            replace(line, delivered=max(ZERO, line.delivered - before.get(line.line, ZERO)))
            for line in case.order.lines
        ),
    )
    read, problems = read_lines(case.paper, as_if_new, case.books.items, case.policy.over_percent)
    exceptions = [_mismatch(case, problem.code, _about(case, problem.what)) for problem in problems]
    disputes: list[DisputeOpening] = []
    taken_back: list[tuple[str, Decimal]] = []
    one_of_several = same is None and len(case.counted) > 1
    for one in read:
        line = next(x for x in case.order.lines if x.line == one.order_line.line)
        complained = one.quantity.damaged + one.quantity.rejected + one.quantity.missing
        disputes += _disputes_of(replace(one, order_line=line), case)
        if complained and line.delivered > line.invoiced:
            taken_back.append((line.line, min(complained, line.delivered - line.invoiced)))
        exceptions += _unequal(case, line, one.quantity, before.get(line.line, ZERO), one_of_several)
    return replace(
        _filed(case, "this delivery is on file already" if same else "everything was delivered already"),
        exceptions=tuple(exceptions),
        disputes=tuple(disputes),
        taken_back=tuple(taken_back),
    )


def _unequal(
    case: _Case, line: OrderLine, quantity: DeliveredQuantity, before: Decimal, one_of_several: bool
) -> Iterable[MatchException]:
    complained = quantity.damaged + quantity.rejected + quantity.missing
    if quantity.over:
        yield _over(case, line, quantity)
    elif not one_of_several and quantity.accepted + complained != before:
        what = f"line {line.line} {line.item or line.description}: {plain(quantity.accepted)} accepted by this paper, "
        yield _mismatch(case, "dlv_quantity", _about(case, what + f"{plain(before)} counted before"))


# --- a delivery --------------------------------------------------------------------------------------------------


def _conclude(case: _Case) -> DeliveryDecision:
    read, exceptions = _read(case)
    if exceptions and not read:
        return replace(_decided(case, DeliveryOutcome.UNMATCHED), exceptions=tuple(exceptions))
    disputes = [dispute for one in read for dispute in _disputes_of(one, case)]
    exceptions += [_over(case, one.order_line, one.quantity) for one in read if one.quantity.over]
    held = case.order.status in _NOT_BILLED
    if held:
        what = f"a delivery of an order that is {case.order.status.value.replace('_', ' ')}: not invoiced"
        exceptions.append(_mismatch(case, "dlv_order_held", _about(case, what)))
    enough = case.paper.level in ENOUGH[case.trigger]
    waits = Reason("bill_on", f"billed on {case.trigger.value}: a {case.paper.level.value} notice is filed and waits")
    counts = enough and not held
    decision = _decided(
        case, DeliveryOutcome.CONFIRMED if counts else DeliveryOutcome.EVENT, *(() if enough else (waits,))
    )
    return replace(
        decision,
        lines=tuple(one.quantity for one in read),
        billable=counts and any(one.quantity.accepted for one in read),
        exceptions=tuple(exceptions),
        disputes=tuple(disputes),
        content_key=case.key if counts else _waiting_key(case),
        evidence_for=tuple(i.number for i in case.invoices),
    )


def _waiting_key(case: _Case) -> str:
    """The fingerprint of a delivery that is filed and waits: it must not stand in the way of the one that counts."""
    return _hashed((case.key, case.paper.level.value, "waits"))


def _read(case: _Case) -> tuple[tuple[ReadLine, ...], list[MatchException]]:
    paper = case.paper
    if paper.lines:
        read, problems = read_lines(paper, case.order, case.books.items, case.policy.over_percent)
        return read, [_mismatch(case, problem.code, _about(case, problem.what)) for problem in problems]
    if paper.complete is False and paper.level is DeliveryLevel.ACCEPTANCE:
        said = f" ({' '.join(paper.remarks.split())[:200]})" if paper.remarks else ""
        what = f"it is accepted with defects{said}: invoice it, and hold back what was agreed"
        command = (
            f"`ar-agent deliveries record --order {case.order.number} --level acceptance --retain PERCENT --until DATE`"
        )
        return (), [_mismatch(case, "accept_defects", _about(case, f"{what}, with {command}"))]
    if paper.complete is False:
        what = "it is said to be incomplete, and the paper does not say what is missing"
        return (), [_mismatch(case, "dlv_short", _about(case, what))]
    if case.counted and paper.complete is not True:
        # It may be the rest, or the first delivery by another paper: parcels say nothing of quantities.
        what = "a part was delivered before, and this paper does not say what it is about"
        return (), [_mismatch(case, "dlv_ambig", _about(case, what))]
    live = [line for line in case.order.lines if line.quantity > line.delivered]
    works = bool(live) and all(line.service for line in live) and paper.level in _BY_THE_CUSTOMER
    read = all_that_is_left(case.order, service=paper.service or works)
    if not read:
        what = "it names no lines, and what is left of the order are services"
        return (), [_mismatch(case, "dlv_quantity", _about(case, what))]
    return read, []


def _over(case: _Case, line: OrderLine, quantity: DeliveredQuantity) -> MatchException:
    """More than was ordered: a question, not revenue."""
    what = f"line {line.line} {line.item or line.description}: {plain(quantity.over)} {line.unit} more than ordered"
    value = line_net(line, quantity.over, case.order.currency)
    return _mismatch(case, "qty_var" if line.service else "dlv_over", _about(case, what), value)


def _disputes_of(one: ReadLine, case: _Case) -> Iterable[DisputeOpening]:
    line, quantity = one.order_line, one.quantity
    for count, reason, word in (
        (quantity.missing, DisputeReason.QUANTITY, "missing"),
        (quantity.damaged, DisputeReason.DAMAGED, "damaged"),
        (quantity.rejected, DisputeReason.QUALITY, "rejected"),
    ):
        if count:
            billed = _billed(line, case) if line.invoiced else None
            yield DisputeOpening(
                customer=case.order.customer,
                reason=reason,
                amount=_value(line, count, billed, case),
                invoice=billed.number if billed else None,
                order=case.order.number,
                item=line.item,
                text=f"line {line.line} {line.item or line.description}: {plain(count)} {line.unit} {word}",
                reasons=(
                    Reason("delivery", f"{plain(count)} of {plain(quantity.delivered + quantity.missing)} {word}"),
                ),
            )


def _billed(line: OrderLine, case: _Case) -> OpenItem | None:
    """The one invoice that bills the line; None where there are several, for then nobody knows which."""
    found = [
        i
        for i in case.invoices
        if i.total.minor > 0
        and any(x.order_line == line.line and x.order in (None, case.order.number) for x in i.lines)
    ]
    return found[0] if len(found) == 1 else None


def _value(line: OrderLine, count: Decimal, billed: OpenItem | None, case: _Case) -> Money:
    """What the quantity is worth: net on an order, with its tax on an invoice, as the customer would deduct it."""
    net = line_net(line, count, case.order.currency)
    if billed is None:
        return net
    rates = {x.tax_rate for x in billed.lines if x.order_line == line.line and x.order in (None, case.order.number)}
    rate = rates.pop() if len(rates) == 1 else ZERO
    return net + Money.rounded(net.amount * rate / 100, net.currency)


__all__ = ["ENOUGH", "DeliveryPolicy", "content_key", "decide_delivery"]
