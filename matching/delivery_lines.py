"""What a confirmation says about the lines of one order, in the order's own units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from agent.domain.decisions import DeliveredQuantity
from agent.domain.documents import DeliveredLine, DeliveryConfirmation
from agent.domain.money import plain
from agent.domain.receivables import Item, Order, OrderLine
from matching.folding import fold_item, fold_number
from matching.similarity import word_likeness
from matching.units import is_time, pieces

ZERO = Decimal(0)
_LARGEST = Decimal(10) ** 9
_SAME_WORDS = 0.9


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line of the paper tied to an order line, in the order line's unit."""

    order_line: OrderLine
    quantity: DeliveredQuantity


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line of the paper that gives no quantity: its code in the queue, and why."""

    code: str
    what: str


def read_lines(
    confirmation: DeliveryConfirmation, order: Order, items: Iterable[Item], over_percent: Decimal
) -> tuple[tuple[ReadLine, ...], tuple[LineProblem, ...]]:
    """Tie every line of the paper to a line of the order; what cannot be tied or counted is a problem."""
    by_currency = sorted(items, key=lambda one: one.currency == order.currency)  # the order's own comes last
    known = {fold_item(item.number): item for item in by_currency}
    read: list[ReadLine] = []
    problems: list[LineProblem] = []
    rest = [line for line in order.lines if line.quantity]
    for said in confirmation.lines:
        line = counterpart(said, rest)
        if line is None:
            what = said.item or said.buyer_item or said.description or f"line {said.line or '?'}"
            problems.append(
                LineProblem("dlv_unknown_item", f"{what} was confirmed and stands on no open line of the order")
            )
            continue
        rest.remove(line)
        quantity, why = _quantity_of(said, line, known.get(fold_item(line.item)), over_percent)
        if quantity is None:
            problems.append(LineProblem("dlv_quantity", f"line {line.line} {line.item or line.description}: {why}"))
        else:
            read.append(ReadLine(line, quantity))
    return tuple(read), tuple(problems)


def all_that_is_left(order: Order, *, service: bool) -> tuple[ReadLine, ...]:
    """Everything that is not delivered yet: of the goods, or of the services where that is what was signed off.

    A carrier brings no services: they are delivered when somebody says that they were done.
    """
    live = [line for line in order.lines if line.quantity > line.delivered]
    chosen = [line for line in live if line.service is service]
    if service and not any(line.service for line in order.lines):
        chosen = live  # an acceptance of goods, written on a form for works
    return tuple(ReadLine(line, _whole(line)) for line in chosen)


def _whole(line: OrderLine) -> DeliveredQuantity:
    rest = line.quantity - line.delivered
    return DeliveredQuantity(order_line=line.line, delivered=rest, accepted=rest)


def counterpart(said: DeliveredLine, lines: Iterable[OrderLine]) -> OrderLine | None:
    """The order line that a printed line means: by item, then by number; by words only if nothing else is printed."""
    candidates = list(lines)
    keys = {fold_item(said.item), fold_item(said.buyer_item)} - {""}
    same = [line for line in candidates if keys & ({fold_item(line.item), fold_item(line.buyer_item)} - {""})]
    if len(same) == 1:
        return same[0]
    numbered = [line for line in (same or candidates) if said.line and fold_number(line.line) == fold_number(said.line)]
    if len(numbered) == 1 and (same or not keys):
        return numbered[0]
    if same:
        open_ones = [line for line in same if line.quantity > line.delivered]
        stated = said.ordered if said.ordered is not None else said.delivered
        fitting = [line for line in open_ones if line.quantity == stated] or open_ones
        return fitting[0] if len(fitting) == 1 else None
    if not (keys or said.line or said.description) and is_time(said.unit):
        of_time = [
            line for line in candidates if is_time(line.unit)
        ]  # a time sheet names what was worked, not the line
        return of_time[0] if len(of_time) == 1 else None
    if keys or not said.description:
        return None
    text = said.description.casefold()
    alike = [line for line in candidates if word_likeness(text, line.description.casefold()) >= _SAME_WORDS]
    return alike[0] if len(alike) == 1 else None


def _quantity_of(
    said: DeliveredLine, line: OrderLine, item: Item | None, over_percent: Decimal
) -> tuple[DeliveredQuantity | None, str]:
    """Complete what the paper leaves out by arithmetic; what contradicts itself is no quantity."""
    figures = (said.ordered, said.delivered, said.accepted, said.damaged, said.rejected, said.missing)
    if any(value is not None and not (value.is_finite() and 0 <= value <= _LARGEST) for value in figures):
        return None, "a quantity that cannot be"
    factor = _in_our_unit(said, line, item)
    if factor is None:
        return None, f"confirmed in {said.unit}, ordered in {line.unit}"
    ordered, delivered, accepted, damaged, rejected, missing = (
        None if value is None else value * factor for value in figures
    )
    damaged, rejected = damaged or ZERO, rejected or ZERO
    expected = ordered if ordered is not None else line.quantity - line.delivered
    if delivered is None:
        if accepted is not None:
            delivered = accepted + damaged + rejected
        elif missing is not None:
            delivered = expected - missing
        elif damaged or rejected:
            delivered = expected
        else:
            return None, "no quantity is stated"
    elif missing and ordered is not None and delivered + missing > ordered:
        return None, f"{plain(delivered)} delivered and {plain(missing)} missing are more than {plain(ordered)}"
    if accepted is None:
        accepted = delivered - damaged - rejected
    if accepted < 0 or delivered < 0 or accepted + damaged + rejected > delivered:
        faults = f" with {plain(damaged + rejected)} damaged or rejected" if damaged or rejected else ""
        return None, f"accepted {plain(accepted)} of {plain(delivered)} delivered{faults} cannot be"
    return _limited(line, delivered, accepted, damaged, rejected, missing or ZERO, over_percent), ""


def _limited(
    line: OrderLine,
    delivered: Decimal,
    accepted: Decimal,
    damaged: Decimal,
    rejected: Decimal,
    missing: Decimal,
    over_percent: Decimal,
) -> DeliveredQuantity:
    """What counts is what was accepted, up to what is on order; the rest is a question, not revenue."""
    rest = max(ZERO, line.quantity * (100 + over_percent) / 100 - line.delivered)
    sound = delivered - damaged - rejected
    kept = min(accepted, rest)
    over = max(ZERO, sound - rest)
    return DeliveredQuantity(
        order_line=line.line,
        delivered=delivered,
        accepted=kept,
        damaged=damaged,
        rejected=rejected + max(ZERO, sound - accepted - over),
        missing=missing,
        over=over,
    )


def _in_our_unit(said: DeliveredLine, line: OrderLine, item: Item | None) -> Decimal | None:
    """How many of the order line's units one printed unit is; None where nobody can say."""
    if said.ordered is not None and said.ordered == line.quantity:
        return Decimal(1)  # the paper counts the order as we do, whatever it calls the unit
    return pieces(Decimal(1), said.unit, line.unit, item.pack_size if item else None)
