"""One line of an order against our items and prices: as we would book it, and everything that differs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from agent.domain.documents import OrderedLine, PurchaseOrder
from agent.domain.money import decimals_of, plain
from agent.domain.phrases import Phrase, phrase
from agent.domain.receivables import Difference, Discrepancy, Item, OrderLine
from matching.folding import fold_item
from matching.order_items import Stock, agreed_price, item_meant
from matching.order_prices import Ask, judge_price, same_amount, shown_price
from matching.units import is_pack, is_piece, pieces

_LARGEST = Decimal(10) ** 12  # of a quantity, a price or an amount: more is a misreading, and would not fit the books
_LARGEST_VALUE = Decimal(10) ** 13  # of a line
_SMALLEST = Decimal(10) ** -9

# A row that is nothing but the carriage: an amount of the order, not goods of ours.
_FREIGHT = re.compile(
    r"(?:estimated |outbound |inbound |standard |zzgl\.? |plus )?"
    r"(?:freight|shipping|carriage|postage|delivery|handling|s&h"
    r"|fracht|versand|porto|verpackung|frais de port|port|transport|livraison|portes|gastos de env[ií]o|env[ií]o"
    r"|trasporto|spese di (?:trasporto|spedizione)|spedizione|verzending|verzendkosten|vracht|frete|wysyłka"
    r"|送料|運賃|配送料|배송비|운임|운송비|运费)"
    r"(?:[ -]?(?:charges?|costs?|fees?|kosten|pauschale|and handling|& handling|und verpackung|en sus|prepaid)){0,3}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFrame:
    """What a line is checked in: the head of its order and what we hold."""

    currency: str
    stock: Stock
    quotation: str | None
    requested_on: date | None  # of the whole order
    today: date
    only_amount: Decimal | None = None  # what the document comes to, where this is its only line


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One line after the check: as we would book it, and what differs."""

    said: OrderedLine
    line: OrderLine
    differences: tuple[Difference, ...] = ()
    notes: tuple[Phrase, ...] = ()
    proved: bool = False  # an amount showed that our price is meant, whatever figure is printed


@dataclass(frozen=True, slots=True)
class SortedLines:
    """The rows of an order by what they are: goods and services, carriage, deductions that nobody agreed to."""

    goods: tuple[tuple[str, OrderedLine], ...]  # each with a name of its own in this order
    freight: Decimal | None
    deductions: tuple[tuple[str, OrderedLine], ...]


def sort_lines(order: PurchaseOrder) -> SortedLines:
    """Take the rows apart; cancelled ones are none. Names are the paper's line numbers, made unique."""
    goods: list[tuple[str, OrderedLine]] = []
    deductions: list[tuple[str, OrderedLine]] = []
    freight = order.freight
    used: set[str] = set()
    for number, line in enumerate(order.lines, 1):
        name = _unique((line.line or str(number)).strip()[:30] or str(number), used)
        if line.cancelled:
            continue
        if _is_freight(line):
            freight = (freight or Decimal(0)) + (
                line.amount if line.amount is not None else line.unit_price or Decimal(0)
            )
        elif (line.amount or Decimal(0)) < 0 or (line.unit_price or Decimal(0)) < 0:
            deductions.append((name, line))
        else:
            goods.append((name, line))
    return SortedLines(tuple(goods), freight, tuple(deductions))


def _unique(name: str, used: set[str]) -> str:
    candidate, n = name, 1
    while candidate in used:
        n += 1
        candidate = f"{name}.{n}"
    used.add(candidate)
    return candidate


def _is_freight(line: OrderedLine) -> bool:
    if line.buyer_item or not line.description or len(line.description) > 80:
        return False
    if line.quantity not in (None, Decimal(1)) or (line.amount is None and line.unit_price is None):
        return False
    text = " ".join(unicodedata.normalize("NFKC", line.description).casefold().strip(" :.").split())
    named = (
        line.item is None or fold_item(line.item) in fold_item(text) or bool(_FREIGHT.fullmatch(line.item.casefold()))
    )
    return named and bool(_FREIGHT.fullmatch(text)) and (line.amount or line.unit_price or Decimal(0)) > 0


def check_line(name: str, said: OrderedLine, frame: LineFrame) -> CheckedLine:
    """Compare one line of goods or services with what we sell, at which price, in which units and how soon."""
    if not sane(said):
        return _implausible(said, name, frame)
    meant = item_meant(said, frame.currency, frame.stock)
    notes = (meant.note.also(line=name),) if meant.note else ()
    item = meant.item
    if item is None:
        what = said.item or said.buyer_item or said.description
        return CheckedLine(
            said, as_said(said, name, frame), (Difference(code=Discrepancy.UNKNOWN_ITEM, line=name, said=what),)
        )
    if item.currency != frame.currency:
        difference = Difference(
            code=Discrepancy.CURRENCY, line=name, said=frame.currency, expected=", ".join(meant.currencies)
        )
        return CheckedLine(said, as_said(said, name, frame, item), (difference,), notes)
    if said.quantity is None or said.quantity <= 0:
        code = Discrepancy.MISSING if said.quantity is None else Discrepancy.QUANTITY
        shown = None if said.quantity is None else plain(said.quantity)
        asked = phrase("wanted.quantity")
        difference = Difference(code=code, line=name, said=shown, expected="a quantity", expected_as=asked)
        return CheckedLine(said, as_said(said, name, frame, item), (difference,), notes)
    base = pieces(said.quantity, said.unit, item.unit, item.pack_size)
    if base is None:
        difference = Difference(code=Discrepancy.UNIT, line=name, said=said.unit, expected=item.unit)
        return CheckedLine(said, as_said(said, name, frame, item), (difference,), notes)
    return _verified(name, said, item, said.quantity, base, notes, frame)


def _implausible(said: OrderedLine, name: str, frame: LineFrame) -> CheckedLine:
    asked = phrase("wanted.plausible")
    difference = Difference(
        code=Discrepancy.QUANTITY, line=name, said=_figures(said), expected="plausible figures", expected_as=asked
    )
    blank = replace(said, quantity=None, unit_price=None, amount=None, price_per=Decimal(1), discount_percent=None)
    return CheckedLine(said, as_said(blank, name, frame), (difference,))


def sane(said: OrderedLine) -> bool:
    """Whether the figures of a line can be figures of an order at all."""
    figures = (said.quantity, said.unit_price, said.price_per, said.amount)
    if not all(value is None or plausible(value) for value in figures):
        return False
    value = line_value(said) if said.price_per else None
    if value is not None and abs(value) > _LARGEST_VALUE:
        return False
    return said.price_per > 0 and 0 <= (said.discount_percent or Decimal(0)) <= 100


def plausible(value: Decimal) -> bool:
    """Whether a figure is one that the books can hold: finite, and of a size that people mean."""
    return value.is_finite() and (value == 0 or _SMALLEST <= abs(value) <= _LARGEST)


def _figures(said: OrderedLine) -> str:
    return " x ".join(f"{value:.6g}" for value in (said.quantity, said.unit_price) if value is not None)[:100]


def _verified(
    name: str,
    said: OrderedLine,
    item: Item,
    quantity: Decimal,
    base: Decimal,
    notes: tuple[Phrase, ...],
    frame: LineFrame,
) -> CheckedLine:
    agreed = agreed_price(item, frame.stock, base, frame.quotation, frame.today)
    ask = Ask(
        name=name,
        said=said,
        quantity=quantity,
        base=base,
        item=item,
        agreed=agreed,
        currency=frame.currency,
        amount=said.amount if said.amount is not None else frame.only_amount,
    )
    verdict = judge_price(ask)
    if quantity * verdict.unit_price / verdict.price_per > _LARGEST_VALUE:
        return _implausible(said, name, frame)
    requested = said.requested_on or frame.requested_on
    late = _lead_time(said.requested_on, requested, name, item, frame)
    differences = [
        *((verdict.difference,) if verdict.difference else ()),
        *_quantity(name, item, base),
        *late,
        *(() if verdict.proved else _amount(ask)),
    ]
    line = OrderLine(
        line=name,
        item=item.number,
        description=said.description or item.description,
        quantity=quantity,
        unit=(said.unit or item.unit)[:40],
        unit_price=verdict.unit_price,
        price_per=verdict.price_per,
        discount_percent=verdict.discount_percent,
        tax_rate=item.tax_rate,
        buyer_item=_buyer_item(said, item),
        requested_on=_earliest(item, frame) if late else requested,
        service=item.service,
    )
    said_about = (*notes, *((verdict.note,) if verdict.note else ()))
    return CheckedLine(said, line, tuple(differences), said_about, verdict.proved and verdict.difference is None)


def _buyer_item(said: OrderedLine, item: Item) -> str | None:
    other = said.item if fold_item(said.item) != fold_item(item.number) else None
    number = said.buyer_item or other
    return number[:100] if number else None


def _amount(ask: Ask) -> Iterable[Difference]:
    """The line's own arithmetic: quantity x price less discount is the amount that it prints."""
    said = ask.said
    if said.amount is None or said.unit_price is None:
        return
    exact = line_value(said)
    if exact is not None and not same_amount(exact, said.amount, ask.currency):
        yield Difference(
            code=Discrepancy.TOTAL,
            line=ask.name,
            said=shown_price(said.amount, Decimal(1), ask.currency),
            expected=_rounded(exact, ask.currency),
        )


def line_value(said: OrderedLine) -> Fraction | None:
    """Quantity x price / basis less discount, exact; None where a figure is missing."""
    if said.quantity is None or said.unit_price is None:
        return None
    value = Fraction(said.quantity) * Fraction(said.unit_price) / Fraction(said.price_per)
    return value * (100 - Fraction(said.discount_percent or 0)) / 100


def _rounded(value: Fraction, currency: str) -> str:
    scale = 10 ** decimals_of(currency)
    return plain(Decimal(int(value * scale + Fraction(1, 2))).scaleb(-decimals_of(currency)))


def _quantity(name: str, item: Item, base: Decimal) -> Iterable[Difference]:
    """Minimum, multiples and whole pieces; `base` counts the item's own unit."""
    expected, asked = None, None
    if item.min_quantity and base < item.min_quantity:
        expected = f"at least {plain(item.min_quantity)}"
        asked = phrase("wanted.at_least", number=plain(item.min_quantity))
    elif item.pack_size and not is_pack(item.unit) and base % item.pack_size:
        expected = f"a multiple of {plain(item.pack_size)}"
        asked = phrase("wanted.multiple", number=plain(item.pack_size))
    elif (is_piece(item.unit) or is_pack(item.unit)) and base != base.to_integral_value():
        expected, asked = f"whole {item.unit}", phrase("wanted.whole", unit=item.unit)
    if expected:
        shown = plain(base.normalize() if base != base.to_integral_value() else base.to_integral_value())
        yield Difference(code=Discrepancy.QUANTITY, line=name, said=shown, expected=expected, expected_as=asked)


def _earliest(item: Item, frame: LineFrame) -> date:
    return frame.today + timedelta(days=item.lead_days or 0)


def _lead_time(
    own: date | None, requested: date | None, name: str, item: Item, frame: LineFrame
) -> tuple[Difference, ...]:
    """A date before we can deliver; a date of the whole order that has passed is said once, of the order."""
    if requested is None or requested >= _earliest(item, frame):
        return ()
    if own is None and requested < frame.today:
        return ()
    return (
        Difference(
            code=Discrepancy.LEAD_TIME,
            line=name,
            said=requested.isoformat(),
            expected=f"{_earliest(item, frame).isoformat()} or later",
            expected_as=phrase("wanted.from_date", date=_earliest(item, frame).isoformat()),
        ),
    )


def as_said(said: OrderedLine, name: str, frame: LineFrame, item: Item | None = None) -> OrderLine:
    """A line that cannot be verified, kept as the buyer wrote it."""
    number = item.number if item else said.item
    return OrderLine(
        line=name,
        item=number[:100] if number else None,
        description=said.description or (item.description if item else ""),
        quantity=max(said.quantity or Decimal(0), Decimal(0)),
        unit=(said.unit or (item.unit if item else ""))[:40],
        unit_price=said.unit_price or Decimal(0),
        price_per=said.price_per,
        discount_percent=said.discount_percent,
        tax_rate=item.tax_rate if item else None,
        buyer_item=said.buyer_item[:100] if said.buyer_item else None,
        requested_on=said.requested_on or frame.requested_on,
        service=item.service if item else False,
    )


def deduction_difference(name: str, said: OrderedLine, currency: str) -> Difference:
    """A deduction that stands on the order as a row of its own: nobody agreed to it."""
    amount = said.amount if said.amount is not None else said.unit_price
    text = " ".join(filter(None, (said.description, shown_price(amount or Decimal(0), Decimal(1), currency))))
    asked = phrase("wanted.no_deduction")
    return Difference(code=Discrepancy.PRICE, line=name, said=text[:200], expected="no deduction", expected_as=asked)
