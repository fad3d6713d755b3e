"""A change that says only what changes: completed by the order that we hold, and cut down to what is in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from agent.domain.documents import OrderedLine, PurchaseOrder
from agent.domain.receivables import Difference, Discrepancy, Order, OrderLine
from matching.order_changes import counterpart
from matching.order_lines import CheckedLine

# What of the head does not stand in the way of the lines: our terms hold, whatever the paper says of them.
_BESIDE_THE_LINES = frozenset({Discrepancy.TERMS, Discrepancy.UNDATED})


def amended(order: PurchaseOrder, existing: Order) -> PurchaseOrder:
    """The change with what it leaves unsaid: the item of a line, its price, the only line, the lines of a new date."""
    live = [line for line in existing.lines if line.quantity]
    if not order.lines and order.requested_on is not None:
        moved = [line for line in live if max(line.delivered, line.invoiced) < line.quantity]
        return replace(order, lines=tuple(_as_held(line) for line in moved))
    lines = tuple(_completed(line, live, alone=len(order.lines) == 1) for line in order.lines)
    return replace(order, lines=lines)


def _as_held(line: OrderLine) -> OrderedLine:
    return OrderedLine(
        line=line.line,
        item=line.item,
        buyer_item=line.buyer_item if not line.item else None,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        price_per=line.price_per,
        discount_percent=line.discount_percent,
    )


def _completed(said: OrderedLine, live: list[OrderLine], *, alone: bool) -> OrderedLine:
    line = counterpart(said, live)
    if not (said.line or said.item or said.buyer_item or said.description) and alone and len(live) == 1:
        line = live[0]
    if line is None:
        return said
    priced = said.unit_price is not None or said.amount is not None
    held = _as_held(line)
    return replace(
        said,
        line=said.line or held.line,
        item=said.item or (held.item if not said.buyer_item else None),
        description=said.description or held.description,
        quantity=said.quantity if said.quantity is not None else held.quantity,
        unit=said.unit or held.unit,
        unit_price=said.unit_price if priced else held.unit_price,
        price_per=said.price_per if priced else held.price_per,
        discount_percent=said.discount_percent if priced else held.discount_percent,
    )


def clean_part(
    existing: Order, checked: tuple[CheckedLine, ...], after: tuple[OrderLine, ...], differences: tuple[Difference, ...]
) -> tuple[OrderLine, ...]:
    """The order with the changes of those lines alone in which nothing differs; empty where that is nothing.

    A line that differs, and one that would go below what has left, stays as it is on order; a new one waits.
    """
    lines = {one.line.line for one in checked} | {line.line for line in (*existing.lines, *after)}
    of_head = [d for d in differences if d.line is None or d.line not in lines]
    if any(d.code not in _BESIDE_THE_LINES for d in of_head):
        return ()
    held = {line.line: line for line in existing.lines}
    dirty: set[str] = set()
    for one in checked:
        if any(d.line == one.line.line for d in differences) or one.differences:
            line = counterpart(one.said, existing.lines)
            dirty.add(line.line if line else one.line.line)
    result = []
    for line in after:
        was = held.get(line.line)
        low = was is not None and line.quantity < max(was.delivered, was.invoiced, Decimal(0))
        if line.line in dirty or low:
            if was is not None:
                result.append(was)
        else:
            result.append(line)
    kept = {line.line for line in result}
    result += [line for name, line in held.items() if name in dirty and name not in kept]
    position = {name: n for n, name in enumerate(held)}
    result.sort(key=lambda line: position.get(line.line, len(position)))
    return tuple(result) if _differ(result, existing.lines) else ()


def _differ(new: list[OrderLine], old: tuple[OrderLine, ...]) -> bool:
    def shape(lines: Iterable[OrderLine]) -> list[tuple[object, ...]]:
        return sorted(
            (x.line, x.item or "", x.quantity, x.unit_price / x.price_per, str(x.requested_on or "")) for x in lines
        )

    return shape(new) != shape(old)
