"""Whether a line's price is the one agreed, whatever unit and basis it is written in; the amount is the witness.

Prices are compared exactly, as fractions: a third of a box has no exact decimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from agent.domain.documents import OrderedLine
from agent.domain.money import decimals_of, plain, round_half_up
from agent.domain.phrases import Phrase, phrase
from agent.domain.receivables import Difference, Discrepancy, Item, Price
from matching.units import fold_unit


@dataclass(frozen=True, slots=True)
class Verdict:
    """The price as we would book it, for `price_per` ordered units, and what differs."""

    unit_price: Decimal
    price_per: Decimal
    discount_percent: Decimal | None = None
    difference: Difference | None = None
    note: Phrase | None = None
    proved: bool = False  # the amount was the witness: it needs no further check


@dataclass(frozen=True, slots=True)
class Ask:
    """What is compared: one line, its quantity in ordered and in base units, the agreed price of a base unit."""

    name: str
    said: OrderedLine
    quantity: Decimal
    base: Decimal
    item: Item
    agreed: Price
    currency: str
    amount: Decimal | None  # the line's, or the document's where it is its only line

    @property
    def factor(self) -> Fraction:
        """Base units in one ordered unit."""
        return Fraction(self.base) / Fraction(self.quantity)

    @property
    def expected(self) -> Fraction:
        """The agreed price of one ordered unit."""
        return Fraction(self.agreed.unit_price) * self.factor / Fraction(self.agreed.price_per)

    def proves(self, price: Fraction) -> bool:
        """Whether quantity x this price is the printed amount, up to rounding of its last digit."""
        if self.amount is None:
            return False
        return same_amount(Fraction(self.quantity) * price, self.amount, self.currency)


def same_amount(exact: Fraction, printed: Decimal, currency: str) -> bool:
    """Whether a printed amount is this value rounded, in whichever direction a system rounds."""
    decimals = max(decimals_of(currency), _decimals(printed))
    return abs(exact - Fraction(printed)) < Fraction(1, 10**decimals)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def shown_price(price: Decimal, per: Decimal, currency: str) -> str:
    """A price as people write it: with the decimals of its currency at least, and its basis where that is not one."""
    text = (
        plain(price) if _decimals(price) > decimals_of(currency) else plain(round_half_up(price, decimals_of(currency)))
    )
    return text if per == 1 else f"{text} per {plain(per)}"


def our_price(ask: Ask) -> tuple[Decimal, Decimal]:
    """The agreed price for the ordered unit, exact.

    7.85 a piece is 78.50 a box of ten; 10.00 a box of three, ordered by the piece, is 10.00 per 3.
    """
    if ask.factor == 1:
        return ask.agreed.unit_price, ask.agreed.price_per
    price = Fraction(ask.agreed.unit_price) * ask.factor
    if _fits_decimal(price):
        return _decimal(price, ask.currency), ask.agreed.price_per
    whole = Fraction(ask.agreed.unit_price) * ask.factor.numerator
    return _decimal(whole, ask.currency), ask.agreed.price_per * ask.factor.denominator


def _fits_decimal(value: Fraction) -> bool:
    return (value * 10**8).denominator == 1


def _decimal(value: Fraction, currency: str) -> Decimal:
    """The exact decimal of a fraction that has one, with the decimals of the currency at least."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    least = decimals_of(currency)
    return exact.normalize() if _decimals(exact) > least else round_half_up(exact, least)


def judge_price(ask: Ask) -> Verdict:
    """Compare what the line says with what was agreed; ours is what would be booked unless the line's is the same."""
    ours, per = our_price(ask)
    if ask.said.unit_price is None:
        return _without_price(ask, ours, per)
    said, basis = Fraction(ask.said.unit_price), Fraction(ask.said.price_per)
    discount = Fraction(ask.said.discount_percent or 0)
    if said / basis * (100 - discount) / 100 == ask.expected:
        return Verdict(ask.said.unit_price, ask.said.price_per, ask.said.discount_percent or None)
    if discount:
        return Verdict(ours, per, difference=_price_difference(ask))
    return (
        _other_basis(ask, ours, per)
        or _rounded(ask, ours, per)
        or Verdict(ours, per, difference=_price_difference(ask))
    )


def _without_price(ask: Ask, ours: Decimal, per: Decimal) -> Verdict:
    if ask.said.amount is not None:
        if ask.proves(ask.expected):
            return Verdict(ours, per, proved=True)
        return Verdict(ours, per, difference=_price_difference(ask), proved=True)
    if ask.said.discount_percent:
        return Verdict(ours, per, difference=_price_difference(ask))
    return Verdict(
        ours, per, note=phrase("order_note.list_price", line=ask.name, price=shown_price(ours, per, ask.currency))
    )


def _other_basis(ask: Ask, ours: Decimal, per: Decimal) -> Verdict | None:
    """The right figure on another basis: per 100 written without it, per box for a piece, per piece for a box."""
    said = Fraction(ask.said.unit_price or 0)
    shown = shown_price(ours, per, ask.currency)
    readings = {Fraction(ours)}  # the list's figure, its basis left out
    if ask.factor != 1:
        readings.add(Fraction(ask.agreed.unit_price))  # priced by the piece, ordered by the box
        readings.add(Fraction(ask.agreed.unit_price) / Fraction(ask.agreed.price_per))
    elif ask.item.pack_size and fold_unit(ask.said.unit) is None:
        readings.add(ask.expected * Fraction(ask.item.pack_size))  # priced by the box, no unit written
    if said not in readings:
        return None
    if ask.proves(ask.expected):
        note = phrase("order_note.amount_shows", line=ask.name, price=shown)
        return Verdict(ours, per, note=note, proved=True)
    written = shown_price(ask.said.unit_price or Decimal(0), ask.said.price_per, ask.currency)
    if ask.said.unit:
        written += f" {ask.said.unit}"
    return Verdict(
        ours,
        per,
        difference=Difference(code=Discrepancy.UNIT, line=ask.name, said=written, expected=f"{shown} {ask.item.unit}"),
    )


def _rounded(ask: Ask, ours: Decimal, per: Decimal) -> Verdict | None:
    """A unit price printed rounded is ours only where the line's amount proves it."""
    written = ask.said.unit_price or Decimal(0)
    scaled = ask.expected * Fraction(ask.said.price_per)
    if abs(scaled - Fraction(written)) * 2 > Fraction(1, 10 ** _printed_decimals(written)) or not ask.proves(
        ask.expected
    ):
        return None
    note = phrase("order_note.printed_rounded", line=ask.name, price=shown_price(ours, per, ask.currency))
    return Verdict(ours, per, note=note, proved=True)


def _printed_decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _price_difference(ask: Ask) -> Difference:
    ours, per = our_price(ask)
    if ask.said.unit_price is not None:
        said = shown_price(ask.said.unit_price, ask.said.price_per, ask.currency)
    elif ask.said.amount is not None:
        said = shown_price(round_half_up(ask.said.amount / ask.quantity, 6).normalize(), Decimal(1), ask.currency)
    else:
        said = shown_price(ours, per, ask.currency)
    if ask.said.discount_percent:
        said += f" less {plain(ask.said.discount_percent)} %"
    return Difference(code=Discrepancy.PRICE, line=ask.name, said=said, expected=shown_price(ours, per, ask.currency))
