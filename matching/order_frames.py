"""A release beside its blanket order: whether the frame is in force, how far it reaches, which prices were agreed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from agent.domain.agreements import Agreement, AgreementLine, AgreementStatus
from agent.domain.documents import Flag, PurchaseOrder
from agent.domain.money import Money, plain
from agent.domain.phrases import Phrase, phrase
from agent.domain.receivables import Difference, Discrepancy, Item, OrderLine, Price
from matching.folding import fold_item, fold_number


def frame_key(number: str) -> str:
    """The key of a blanket order's number: its last word with a digit, folded ("BPA 460712" is 460712)."""
    words = [word for word in number.split() if any(ch.isdigit() for ch in word)]
    return fold_number(words[-1] if words else number)[:120]


def frame_keys(order: PurchaseOrder) -> tuple[str, ...]:
    """The keys under which the blanket order of a release may be on file."""
    named = [order.blanket_number]
    if order.blanket_number is None and Flag.RELEASE in order.flags and order.number:
        named += [order.number, order.number.rpartition("-")[0], order.number.rpartition("/")[0]]
    return tuple(dict.fromkeys(key for number in named if number and (key := frame_key(number))))


def frame_of(order: PurchaseOrder, customer: str, held: Iterable[Agreement]) -> Agreement | None:
    """The one blanket order of the customer that a release names."""
    keys = frame_keys(order)
    found = [one for one in held if one.customer == customer and frame_key(one.number) in keys]
    return found[0] if len(found) == 1 else None


def frame_prices(frame: Agreement | None) -> tuple[Price, ...]:
    """The prices of a blanket order, as of a quotation that the release names."""
    if frame is None:
        return ()
    return tuple(
        Price(
            customer=frame.customer,
            item=line.item,
            unit_price=line.unit_price,
            price_per=line.price_per,
            currency=frame.currency,
            quotation=frame.number,
        )
        for line in frame.lines
        if line.unit_price is not None
    )


def frame_reservation(order: PurchaseOrder, frame: Agreement | None) -> str | None:
    """Why a person looks at a release in which nothing differs; None where its frame is known and agreed."""
    if Flag.RELEASE not in order.flags and order.blanket_number is None:
        return None
    named = order.blanket_number or "a blanket order"
    if frame is None:
        return f"a release of {named}, which is not on file: enter it with `ar-agent agreements enter`"
    if frame.status is AgreementStatus.PROPOSED:
        return f"a release of {frame.number} (B{frame.id}), to which nobody has agreed yet"
    return None


def check_frame(
    frame: Agreement | None, lines: tuple[OrderLine, ...], net: Money, items: Iterable[Item], day: date
) -> list[Difference]:
    """What keeps a release from its blanket order: it has ended, its ceiling or the quantity of an item is too low."""
    if frame is None:
        return []
    if frame.status is AgreementStatus.ENDED or not frame.holds_on(day):
        return [_not_in_force(frame, day)]
    found = list(_quantities(frame, lines))
    left = frame.left
    if left is None or net.currency != frame.currency or net <= left:
        return found
    shown = max(left, Money.zero(left.currency))
    fits = _fitting(lines, shown, items)
    expected = f"at most {shown.plain()}, left of {frame.number}" + (f" ({plain(fits)} would fit)" if fits else "")
    asked = phrase("wanted.blanket_left", amount=shown.plain(), order=frame.number)
    if fits:
        asked = phrase("wanted.blanket_fits", amount=shown.plain(), order=frame.number, number=plain(fits))
    return [*found, Difference(code=Discrepancy.BLANKET, said=net.plain(), expected=expected, expected_as=asked)]


def _not_in_force(frame: Agreement, day: date) -> Difference:
    start, end, name = frame.valid_from, frame.valid_to, frame.number
    if frame.status is AgreementStatus.ENDED:
        expected, asked = f"a blanket order in force: {name} has ended", phrase("wanted.blanket_ended", order=name)
    elif start is not None and day < start:
        expected = f"{start.isoformat()} or later, when {name} begins"
        asked = phrase("wanted.blanket_from", date=start.isoformat(), order=name)
    else:
        ended = end.isoformat() if end else ""
        expected = f"a blanket order in force: {name} ended on {ended}"
        asked = phrase("wanted.blanket_until", date=ended, order=name)
    said = day.isoformat()
    return Difference(code=Discrepancy.BLANKET, said=said, expected=expected, expected_as=_with_span(asked, frame))


def _with_span(asked: Phrase, frame: Agreement) -> Phrase:
    """Both ends of the validity where both are known and the day is outside of them."""
    if asked.key == "wanted.blanket_ended" or frame.valid_from is None or frame.valid_to is None:
        return asked
    return phrase(
        "wanted.blanket_valid",
        order=frame.number,
        date_from=frame.valid_from.isoformat(),
        date_to=frame.valid_to.isoformat(),
    )


def _quantities(frame: Agreement, lines: tuple[OrderLine, ...]) -> Iterable[Difference]:
    for agreed in frame.lines:
        mine = [line for line in lines if fold_item(line.item) == fold_item(agreed.item)]
        wanted = sum((line.quantity for line in mine), Decimal(0))
        if agreed.quantity is None or not mine:
            continue
        left = max(agreed.quantity - agreed.called, Decimal(0))
        if wanted > left:
            yield Difference(
                code=Discrepancy.BLANKET,
                line=mine[0].line,
                said=plain(wanted),
                expected=f"at most {plain(left)}, left of {frame.number}",
                expected_as=phrase("wanted.blanket_quantity", number=plain(left), order=frame.number),
            )


def _fitting(lines: tuple[OrderLine, ...], left: Money, items: Iterable[Item]) -> Decimal | None:
    """How much of a release of one line the rest of the frame pays for, in whole packs; None where nothing does."""
    if len(lines) != 1:
        return None
    (line,) = lines
    net_price = line.unit_price * (100 - (line.discount_percent or Decimal(0))) / 100 / line.price_per
    if net_price <= 0:
        return None
    most = (left.amount / net_price).to_integral_value(ROUND_FLOOR)
    item = next((one for one in items if fold_item(one.number) == fold_item(line.item)), None)
    if item is not None and item.pack_size:
        most = most // item.pack_size * item.pack_size
    least = item.min_quantity if item is not None and item.min_quantity else Decimal(1)
    return most if most >= least else None


def proposed_lines(lines: tuple[OrderLine, ...]) -> tuple[AgreementLine, ...]:
    """The lines of a blanket order as it is proposed: at most what it estimates, at the price that it prints."""
    return tuple(
        AgreementLine(
            line=line.line,
            item=line.item,
            quantity=line.quantity or None,
            unit=line.unit or None,
            unit_price=line.unit_price or None,
            price_per=line.price_per,
        )
        for line in lines
        if line.item
    )
