"""An order beside the one that we hold: is it the same, what changed, and what the order would be after the change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from agent.domain.decisions import LineChange
from agent.domain.documents import OrderedLine, PurchaseOrder
from agent.domain.money import plain
from agent.domain.receivables import Order, OrderLine, OrderStatus
from matching.folding import digits_of, fold_item, fold_number
from matching.order_lines import CheckedLine, sort_lines

_ENDED = (OrderStatus.CANCELLED, OrderStatus.REJECTED)


def order_number(order: PurchaseOrder) -> str | None:
    """The number that the order is filed under: a release is named by its blanket order and its own number."""
    number, release = order.number, order.release_number
    if not release:
        return number[:200] if number else None
    base = number or order.blanket_number
    if base is None:
        return release[:200]
    joined = fold_number(base)
    if joined.endswith(fold_item(release)) and order.blanket_number and joined != fold_number(order.blanket_number):
        return base[:200]  # joined already: 460712-7
    return f"{base}-{release}"[:200]


def content_key(order: PurchaseOrder, customer: str) -> str:
    """Fingerprint of what the order says as business: number and lines, not how it was printed or sent."""
    parts = [customer, fold_number(order_number(order)), str(order.revision_of or "")]
    for line in order.lines:
        price = None if line.unit_price is None or not line.price_per else line.unit_price / line.price_per
        parts += [
            fold_item(line.item or line.buyer_item or line.description),
            "" if line.quantity is None else format(line.quantity.normalize(), "f")[:40],
            "" if price is None else format(price.normalize(), "f")[:40],
            str(line.discount_percent.normalize() if line.discount_percent else ""),
            str(line.cancelled),
        ]
    parts += [str(order.currency or ""), str(order.requested_on or ""), str(order.cancels)]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Earlier:
    """What we hold already that this order may be: `sure` where its number is the same."""

    order: Order
    sure: bool


def earlier_order(order: PurchaseOrder, customer: str, held: Iterable[Order], key: str) -> Earlier | None:
    """The order of this customer with the same number, live ones before ended ones.

    Failing that, one of the same digits with the very same lines: no proof, but too much for a new order.
    """
    own = [one for one in held if one.customer == customer and one.status is not OrderStatus.REJECTED]
    wanted = {fold_number(order_number(order))} - {""}
    if isinstance(order.revision_of, str):
        wanted.add(fold_number(order.revision_of))
    speaks_of_ours = order.cancels or order.revision_of is not None  # a change may name the order by our own number
    same = [
        one
        for one in own
        if fold_number(one.po_number) in wanted
        or (one.content_key == key and wanted)
        or (speaks_of_ours and fold_number(one.number) in wanted)
    ]
    if same:
        live = [one for one in same if one.status not in _ENDED]
        return Earlier((live or same)[-1], True)
    digits = digits_of(order_number(order))
    for one in own:
        alike = digits and digits_of(one.po_number) == digits and order.lines and one.status not in _ENDED
        if alike and not changes_of(order, one, whole=True):
            return Earlier(one, False)
    return None


def counterpart(said: OrderedLine, held: Iterable[OrderLine]) -> OrderLine | None:
    """The line of ours that a printed line means: by its item, and by its number where that is needed to choose."""
    candidates = list(held)
    keys = {fold_item(said.item), fold_item(said.buyer_item)} - {""}
    same = [line for line in candidates if keys & ({fold_item(line.item), fold_item(line.buyer_item)} - {""})]
    if len(same) == 1:
        return same[0]
    numbered = [line for line in same or candidates if said.line and fold_number(line.line) == fold_number(said.line)]
    if len(numbered) == 1 and (same or not keys or said.cancelled):
        return numbered[0]
    return same[0] if same else None


def changes_of(order: PurchaseOrder, existing: Order, *, whole: bool) -> tuple[LineChange, ...]:
    """The line diff between a paper and the order that we hold; `whole`: what the paper leaves out is gone."""
    changes: list[LineChange] = []
    rest = list(existing.lines)
    for number, said in enumerate(order.lines, 1):
        line = counterpart(said, rest)
        name = said.line or str(number)
        if line is None:
            if not said.cancelled:
                now = said.item or said.buyer_item or said.description
                changes.append(LineChange(line=name, field="item", was=None, now=now, allowed=True))
            continue
        rest.remove(line)
        changes += _line_changes(name, said, line, order)
    if whole:
        for line in rest:
            if line.quantity:
                changes.append(_quantity_change(line.line, line, Decimal(0)))
    return tuple(changes)


def _line_changes(name: str, said: OrderedLine, line: OrderLine, order: PurchaseOrder) -> Iterable[LineChange]:
    if said.cancelled:
        if line.quantity:
            yield _quantity_change(name, line, Decimal(0))
        return
    if said.quantity is not None and said.quantity != line.quantity:
        yield _quantity_change(name, line, said.quantity)
    if said.unit_price is not None and _net_price(said) * line.price_per != _net_held(line) * said.price_per:
        was = _price(line.unit_price, line.price_per, line.discount_percent)
        now = _price(said.unit_price, said.price_per, said.discount_percent)
        yield LineChange(line=name, field="price", was=was, now=now, allowed=False)
    requested = said.requested_on or order.requested_on
    # An order that was imported has no dates: a repeat of its paper is no change for that, a revision is.
    if requested and requested != line.requested_on and (line.requested_on or order.revision_of):
        yield LineChange(
            line=name,
            field="requested_on",
            was=line.requested_on.isoformat() if line.requested_on else None,
            now=requested.isoformat(),
            allowed=True,
        )


def _quantity_change(name: str, line: OrderLine, now: Decimal) -> LineChange:
    left = max(line.delivered, line.invoiced)
    low = now < left
    return LineChange(
        line=name,
        field="quantity",
        was=plain(line.quantity),
        now=plain(now),
        allowed=not low,
        why=f"{plain(left)} delivered already" if low else None,
        left=left,
    )


def _net_price(said: OrderedLine) -> Decimal:
    return (said.unit_price or Decimal(0)) * (100 - (said.discount_percent or Decimal(0)))


def _net_held(line: OrderLine) -> Decimal:
    return line.unit_price * (100 - (line.discount_percent or Decimal(0)))


def _price(price: Decimal, per: Decimal, discount: Decimal | None) -> str:
    text = plain(price) if per == 1 else f"{plain(price)} per {plain(per)}"
    return f"{text} less {plain(discount)} %" if discount else text


def is_whole(order: PurchaseOrder, existing: Order) -> bool:
    """Whether a revision restates the whole order: it names every line, or its total is that of its own lines alone.

    Where neither can be said, what it leaves out stays as it is.
    """
    rest = list(existing.lines)
    for said in order.lines:
        line = counterpart(said, rest)
        if line is not None:
            rest.remove(line)
    if not any(line.quantity for line in rest):
        return True
    stated = order.net_total if order.net_total is not None else order.total
    amounts = [line.amount for _, line in sort_lines(order).goods]
    known = [amount for amount in amounts if amount is not None]
    return stated is not None and len(known) == len(amounts) and sum(known, order.freight or Decimal(0)) == stated


def after_change(
    order: PurchaseOrder, existing: Order, checked: tuple[CheckedLine, ...], *, whole: bool
) -> tuple[OrderLine, ...]:
    """The lines as they would be: each keeps its number here and what was delivered and invoiced of it."""
    rest = list(existing.lines)
    fresh = {id(one.said): one.line for one in checked}
    result: list[OrderLine] = []
    dropped: list[OrderLine] = []
    for said in order.lines:
        line = counterpart(said, rest)
        if line is not None:
            rest.remove(line)
        new = fresh.get(id(said))
        if new is None:
            if line is not None:
                (dropped if said.cancelled else result).append(line)
        elif line is None:
            result.append(new)
        else:
            result.append(replace(new, line=line.line, delivered=line.delivered, invoiced=line.invoiced))
    (dropped if whole else result).extend(rest)
    # Of a line that is gone, what has left stays: it was delivered, and it was or will be invoiced.
    result += [
        replace(line, quantity=max(line.delivered, line.invoiced))
        for line in dropped
        if line.delivered or line.invoiced
    ]
    place = {line.line: n for n, line in enumerate(existing.lines)}
    result.sort(key=lambda line: place.get(line.line, len(place)))
    return _renumbered(result)


def _renumbered(lines: list[OrderLine]) -> tuple[OrderLine, ...]:
    used: set[str] = {line.line for line in lines if line.delivered or line.invoiced}
    kept: set[str] = set()
    result = []
    for line in lines:
        name, n = line.line, 1
        while name in kept or (name in used and not (line.delivered or line.invoiced)):
            n += 1
            name = f"{line.line}.{n}"
        kept.add(name)
        result.append(replace(line, line=name))
    return tuple(result)
