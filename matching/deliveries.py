"""Which order was delivered, what of it was accepted, and whether that makes it billable."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
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
from agent.domain.documents import DeliveredLine, DeliveryConfirmation, DeliveryLevel, DisputeReason, Flag
from agent.domain.money import Money, plain
from agent.domain.receivables import BillOn, OpenItem, Order, OrderLine, OrderStatus
from matching.orders import fold_item, fold_number
from matching.similarity import word_likeness
from matching.units import pieces

ZERO = Decimal(0)

_ENOUGH = {
    BillOn.ORDER: frozenset(DeliveryLevel),
    BillOn.SHIPMENT: frozenset(DeliveryLevel),
    BillOn.DELIVERY: frozenset(
        {DeliveryLevel.CARRIER, DeliveryLevel.SIGNED, DeliveryLevel.RECEIPT, DeliveryLevel.ACCEPTANCE}
    ),
    BillOn.ACCEPTANCE: frozenset({DeliveryLevel.ACCEPTANCE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    today: date
    bill_on: BillOn = BillOn.DELIVERY


@dataclass(frozen=True, slots=True)
class _Read:
    """One line of the paper tied to an order line, in the order line's unit."""

    order_line: OrderLine
    quantity: DeliveredQuantity


def content_key(confirmation: DeliveryConfirmation, order: str) -> str:
    """Fingerprint of the delivery itself: its own numbers if it has any, else its day and quantities."""
    numbers = [fold_number(n) for n in (confirmation.delivery_note_number, confirmation.tracking_number) if n]
    if numbers:
        parts = [order, *sorted(numbers), *_quantities(confirmation)]
    else:
        parts = [order, str(confirmation.delivered_on), fold_number(confirmation.number), *_quantities(confirmation)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _quantities(confirmation: DeliveryConfirmation) -> list[str]:
    return sorted(
        f"{fold_item(line.item or line.buyer_item or line.description)}="
        f"{_shown(line.accepted)}/{_shown(line.delivered)}/{_shown(line.damaged)}/{_shown(line.missing)}"
        for line in confirmation.lines
    )


def _shown(value: Decimal | None) -> str:
    return "" if value is None else plain(value.normalize())


def decide_delivery(confirmation: DeliveryConfirmation, books: DeliveryBooks, policy: DeliveryPolicy) -> DeliveryDecision:
    """Tie a confirmation to one order of the sender and say what follows; see DeliveryOutcome."""
    refused = _who_may_say(confirmation, books)
    if refused is not None:
        return DeliveryDecision(outcome=DeliveryOutcome.UNMATCHED, level=confirmation.level, exceptions=(refused,))
    order, exception = _order_meant(confirmation, books)
    if order is None:
        return DeliveryDecision(
            outcome=DeliveryOutcome.UNMATCHED,
            level=confirmation.level,
            exceptions=(exception,) if exception else (),
            delivered_on=confirmation.delivered_on,
        )
    return _decide_for(confirmation, order, books, policy)


def _who_may_say(confirmation: DeliveryConfirmation, books: DeliveryBooks) -> MatchException | None:
    carrier = _is_carrier(books)
    if not books.sender.customers and not carrier:
        return MatchException(
            code="cust_unknown",
            kind=QueueKind.UNKNOWN_SENDER,
            summary=f"{books.sender.address or 'the sender'} confirms a delivery and is neither a customer nor a carrier on file",
            candidates=_suggest(books),
        )
    if not books.sender.trusted:
        return MatchException(
            code="sender_unverified",
            kind=QueueKind.UNTRUSTED_SENDER,
            summary=f"delivery confirmation from {books.sender.address}, whose mail is not authenticated",
            customer=books.sender.customers[0] if books.sender.customers else None,
            critical=True,
            candidates=_suggest(books),
        )
    return None


def _is_carrier(books: DeliveryBooks) -> bool:
    address = (books.sender.address or "").casefold()
    domain = "@" + address.rpartition("@")[2]
    return bool(address) and any(entry.casefold() in (address, domain) for entry in books.carriers)


def _suggest(books: DeliveryBooks) -> tuple[Candidate, ...]:
    orders = (*books.orders, *books.open_orders)
    return tuple(
        Candidate(
            n=n,
            order=order.number,
            amount=order.total,
            confidence=0.5 if order in books.orders else 0.2,
            customer=order.customer,
            evidence=(Reason("order_number" if order in books.orders else "open_order", f"{order.number} / {order.po_number}"),),
        )
        for n, order in enumerate(orders[:8], 1)
    )


def _order_meant(
    confirmation: DeliveryConfirmation, books: DeliveryBooks
) -> tuple[Order | None, MatchException | None]:
    live = [o for o in books.orders if o.status is not OrderStatus.REJECTED]
    mine = live if _is_carrier(books) else [o for o in live if o.customer in books.sender.customers]
    named = ", ".join((*confirmation.order_numbers, *confirmation.invoice_numbers)) or confirmation.tracking_number
    if len(mine) == 1:
        return mine[0], None
    if not mine and live:
        return None, MatchException(
            code="line_other_customer",
            kind=QueueKind.DELIVERY_MISMATCH,
            summary=f"{books.sender.address} confirms {named}, which is an order of another customer",
            customer=books.sender.customers[0] if books.sender.customers else None,
            critical=True,
            candidates=_suggest(books),
        )
    if mine:
        exact = [o for o in mine if {fold_number(n) for n in confirmation.order_numbers} & {fold_number(o.number), fold_number(o.po_number)}]
        open_ones = [o for o in exact or mine if o.status in (OrderStatus.CONFIRMED, OrderStatus.PART_DELIVERED)]
        if len(open_ones) == 1:
            return open_ones[0], None
        if len(exact) == 1:
            return exact[0], None
        return None, MatchException(
            code="dlv_ambig",
            kind=QueueKind.AMBIGUOUS,
            summary=f"a delivery names {named}, which fits {len(mine)} orders",
            customer=mine[0].customer,
            candidates=_suggest(books),
        )
    return None, MatchException(
        code="dlv_no_order",
        kind=QueueKind.DELIVERY_MISMATCH,
        summary=f"a delivery was confirmed that fits no order we hold ({named or 'it names none'})",
        customer=books.sender.customers[0] if len(books.sender.customers) == 1 else None,
        candidates=_suggest(books),
    )


def _decide_for(
    confirmation: DeliveryConfirmation, order: Order, books: DeliveryBooks, policy: DeliveryPolicy
) -> DeliveryDecision:
    key = content_key(confirmation, order.number)
    reasons = (Reason("order_number", f"the paper names {order.number} / {order.po_number}"),)
    if Flag.REFUSED in confirmation.flags:
        return _refused(confirmation, order, key, reasons)
    if Flag.ATTEMPTED in confirmation.flags:
        return _event(confirmation, order, key, reasons, "attempted or on its way: not delivered")
    if confirmation.packages and confirmation.packages[0] < confirmation.packages[1]:
        arrived, of = confirmation.packages
        return _event(confirmation, order, key, reasons, f"{arrived} of {of} packages have arrived: waiting for the rest")
    invoices = tuple(i for i in books.invoices if i.order == order.number)
    if _known_already(confirmation, order, books):
        return DeliveryDecision(
            outcome=DeliveryOutcome.EVIDENCE,
            order=order.number,
            customer=order.customer,
            level=confirmation.level,
            evidence_for=tuple(i.number for i in invoices),
            content_key=None,
            delivered_on=confirmation.delivered_on,
            reasons=(*reasons, Reason("repeat", "this delivery is on file already: filed as evidence, no second trigger")),
        )
    read, exceptions = _read_lines(confirmation, order)
    if exceptions and not read:
        return DeliveryDecision(
            outcome=DeliveryOutcome.UNMATCHED,
            order=order.number,
            customer=order.customer,
            level=confirmation.level,
            exceptions=tuple(exceptions),
            delivered_on=confirmation.delivered_on,
            content_key=key,
        )
    return _conclude(confirmation, order, read, exceptions, invoices, policy, key, reasons)


def _known_already(confirmation: DeliveryConfirmation, order: Order, books: DeliveryBooks) -> bool:
    """The same delivery by another paper: same note or tracking number, or nothing is left to deliver."""
    numbers = {fold_number(n) for n in (confirmation.delivery_note_number, confirmation.tracking_number, confirmation.number) if n}
    earlier = [d for d in books.deliveries if d.order == order.number]
    for delivery in earlier:
        theirs = {fold_number(n) for n in (delivery.number, delivery.tracking_number) if n}
        if numbers & theirs:
            return not _stronger_for_acceptance(confirmation, order, delivery.level)
    complaint = any((line.missing or line.damaged or line.rejected) for line in confirmation.lines)
    return bool(earlier) and not complaint and all(line.delivered >= line.quantity for line in order.lines)


def _stronger_for_acceptance(confirmation: DeliveryConfirmation, order: Order, level: str) -> bool:
    """An acceptance after a mere receipt of the same delivery is the trigger, not a repeat."""
    waits = (order.bill_on or BillOn.DELIVERY) is BillOn.ACCEPTANCE
    return waits and confirmation.level is DeliveryLevel.ACCEPTANCE and level != DeliveryLevel.ACCEPTANCE


def _refused(
    confirmation: DeliveryConfirmation, order: Order, key: str, reasons: tuple[Reason, ...]
) -> DeliveryDecision:
    exception = MatchException(
        code="accept_pending",
        kind=QueueKind.DELIVERY_MISMATCH,
        summary=f"acceptance of {order.number} was refused: nothing is invoiced",
        customer=order.customer,
        amount=order.total,
        candidates=(Candidate(n=1, order=order.number, amount=order.total, confidence=0.5),),
    )
    return DeliveryDecision(
        outcome=DeliveryOutcome.REFUSED,
        order=order.number,
        customer=order.customer,
        level=confirmation.level,
        exceptions=(exception,),
        content_key=key,
        delivered_on=confirmation.delivered_on,
        reasons=reasons,
    )


def _event(
    confirmation: DeliveryConfirmation, order: Order, key: str, reasons: tuple[Reason, ...], what: str
) -> DeliveryDecision:
    return DeliveryDecision(
        outcome=DeliveryOutcome.EVENT,
        order=order.number,
        customer=order.customer,
        level=confirmation.level,
        content_key=key,
        delivered_on=confirmation.delivered_on,
        reasons=(*reasons, Reason("event", what)),
    )


def _read_lines(
    confirmation: DeliveryConfirmation, order: Order
) -> tuple[list[_Read], list[MatchException]]:
    live = [line for line in order.lines if line.quantity]
    if not confirmation.lines:
        if confirmation.complete is False:
            return [], [_mismatch(order, "dlv_short", "the delivery is said to be incomplete, and the paper does not say what is missing")]
        return [_all_of(line) for line in live if line.quantity > line.delivered], []
    read: list[_Read] = []
    exceptions: list[MatchException] = []
    rest = list(live)
    for said in confirmation.lines:
        line = _counterpart(said, rest)
        if line is None:
            what = said.item or said.buyer_item or said.description or f"line {said.line}"
            exceptions.append(_mismatch(order, "dlv_unknown_item", f"{what} was confirmed and stands on no line of the order"))
            continue
        rest.remove(line)
        quantity, problem = _quantities_of(said, line)
        if quantity is None:
            exceptions.append(_mismatch(order, "dlv_quantity", f"line {line.line} {line.item}: {problem}"))
        else:
            read.append(_Read(line, quantity))
    return read, exceptions


def _mismatch(order: Order, code: str, what: str, amount: Money | None = None) -> MatchException:
    return MatchException(
        code=code,
        kind=QueueKind.DELIVERY_MISMATCH,
        summary=f"delivery of {order.number} ({order.po_number}): {what}",
        customer=order.customer,
        amount=amount,
        candidates=(Candidate(n=1, order=order.number, amount=order.total, confidence=0.6),),
    )


def _all_of(line: OrderLine) -> _Read:
    rest = line.quantity - line.delivered
    return _Read(line, DeliveredQuantity(order_line=line.line, delivered=rest, accepted=rest))


def _counterpart(said: DeliveredLine, lines: Iterable[OrderLine]) -> OrderLine | None:
    candidates = list(lines)
    keys = {fold_item(said.item), fold_item(said.buyer_item)} - {""}
    same = [line for line in candidates if keys & ({fold_item(line.item), fold_item(line.buyer_item)} - {""})]
    if len(same) == 1:
        return same[0]
    numbered = [line for line in (same or candidates) if said.line and fold_number(line.line) == fold_number(said.line)]
    if len(numbered) == 1 and (same or not keys):
        return numbered[0]
    if same or keys or not said.description:
        return None
    alike = [line for line in candidates if word_likeness(said.description.casefold(), line.description.casefold()) >= 0.9]
    return alike[0] if len(alike) == 1 else None


def _quantities_of(said: DeliveredLine, line: OrderLine) -> tuple[DeliveredQuantity | None, str]:
    """Complete what the paper leaves out by arithmetic; what contradicts itself is no quantity."""
    if said.unit and pieces(Decimal(1), said.unit, line.unit, None) is None:
        return None, f"confirmed in {said.unit}, ordered in {line.unit}"
    damaged, rejected = said.damaged or ZERO, said.rejected or ZERO
    delivered, accepted, missing = said.delivered, said.accepted, said.missing
    if delivered is None:
        if accepted is not None:
            delivered = accepted + damaged + rejected
        elif missing is not None:
            delivered = (said.ordered if said.ordered is not None else line.quantity - line.delivered) - missing
        elif damaged or rejected:
            delivered = line.quantity - line.delivered
        else:
            return None, "no quantity is stated"
    if accepted is None:
        accepted = delivered - damaged - rejected
    if accepted < 0 or delivered < 0 or accepted > delivered:
        return None, f"accepted {plain(accepted)} of {plain(delivered)} delivered cannot be"
    rest = line.quantity - line.delivered
    kept = min(accepted, rest)
    # What came beyond the order is a question, not a rejection and not revenue.
    over = max(ZERO, delivered - damaged - rejected - rest)
    return (
        DeliveredQuantity(
            order_line=line.line,
            delivered=delivered,
            accepted=kept,
            damaged=damaged,
            rejected=max(rejected, delivered - damaged - over - kept),
            missing=missing or ZERO,
            over=over,
        ),
        "",
    )


def _conclude(
    confirmation: DeliveryConfirmation,
    order: Order,
    read: list[_Read],
    exceptions: list[MatchException],
    invoices: tuple[OpenItem, ...],
    policy: DeliveryPolicy,
    key: str,
    reasons: tuple[Reason, ...],
) -> DeliveryDecision:
    disputes: list[DisputeOpening] = []
    for one in read:
        disputes += _disputes_of(one, order, invoices)
        if one.quantity.over:
            value = line_net(one.order_line, one.quantity.over, order.currency)
            exceptions.append(
                _mismatch(
                    order,
                    "dlv_over",
                    f"line {one.order_line.line} {one.order_line.item}: {plain(one.quantity.over)} more than ordered",
                    value,
                )
            )
    trigger = order.bill_on or policy.bill_on
    held = order.status in (OrderStatus.HELD, OrderStatus.WAITING_PREPAYMENT, OrderStatus.CANCELLED)
    if held:
        exceptions.append(
            _mismatch(order, "dlv_order_held", f"a delivery of an order that is {order.status.value}: not invoiced", order.total)
        )
    enough = confirmation.level in _ENOUGH[trigger]
    if not enough:
        reasons = (*reasons, Reason("bill_on", f"billed on {trigger.value}: a {confirmation.level.value} notice is filed and waits"))
    return DeliveryDecision(
        outcome=DeliveryOutcome.CONFIRMED if enough and not held else DeliveryOutcome.EVENT,
        order=order.number,
        customer=order.customer,
        level=confirmation.level,
        lines=tuple(one.quantity for one in read),
        billable=enough and not held and any(one.quantity.accepted for one in read),
        exceptions=tuple(exceptions),
        disputes=tuple(disputes),
        content_key=key,
        delivered_on=confirmation.delivered_on,
        evidence_for=tuple(i.number for i in invoices),
        reasons=reasons,
    )


def _disputes_of(one: _Read, order: Order, invoices: tuple[OpenItem, ...]) -> Iterable[DisputeOpening]:
    line, quantity = one.order_line, one.quantity
    for count, reason, word in (
        (quantity.missing, DisputeReason.QUANTITY, "missing"),
        (quantity.damaged, DisputeReason.DAMAGED, "damaged"),
        (quantity.rejected, DisputeReason.QUALITY, "rejected"),
    ):
        if count:
            value = line_net(line, count, order.currency)
            billed = [i.number for i in invoices if any(x.order_line == line.line for x in i.lines)]
            yield DisputeOpening(
                customer=order.customer,
                reason=reason,
                amount=value,
                invoice=billed[0] if len(billed) == 1 and line.invoiced else None,
                order=order.number,
                text=f"line {line.line} {line.item or line.description}: {plain(count)} {line.unit} {word}",
                reasons=(Reason("delivery", f"{plain(count)} of {plain(quantity.delivered + quantity.missing)} {word}"),),
            )


