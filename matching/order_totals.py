"""Whether an order's printed totals follow from its printed lines: the paper's own arithmetic, not our prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from agent.domain.documents import Footing, PurchaseOrder
from agent.domain.money import decimals_of, plain, round_half_up
from agent.domain.phrases import Phrase, phrase
from agent.domain.receivables import Difference, Discrepancy
from matching.order_lines import CheckedLine, line_value, plausible, sane


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows of an order add up to, in its currency."""

    currency: str
    nets: frozenset[Decimal]  # the sum of the printed amounts, and the rounded sum of the exact ones
    freight: Decimal
    tax: Decimal  # as printed
    our_tax: Decimal

    def totals(self, *, with_freight: bool) -> frozenset[Decimal]:
        """Everything that may stand as the total: net or gross, by the paper's tax or by ours."""
        freight = self.freight if with_freight else Decimal(0)
        return frozenset(net + freight + tax for net in self.nets for tax in (Decimal(0), self.tax, self.our_tax))


def check_totals(
    order: PurchaseOrder, checked: tuple[CheckedLine, ...], deductions: Decimal, freight: Decimal | None, currency: str,
    our_tax: Decimal,
) -> tuple[Difference, ...]:  # fmt: skip
    """What is wrong with the totals, if anything; carriage that we do not know must stand in the printed total."""
    printed = (order.net_total, order.total, order.tax_total, freight)
    if any(one is not None and not plausible(one) for one in printed):
        return (_total(None, "totals that can be", phrase("wanted.plausible")),)
    if any(not sane(one.said) for one in checked):
        return ()  # said of the line already
    sums = _sums(checked, deductions, freight or Decimal(0), order.tax_total or Decimal(0), our_tax, currency)
    best = plain(round_half_up(min(sums.nets) + sums.freight + sums.tax, decimals_of(currency)))
    if order.footing is Footing.FAILED:
        stated = order.total if order.total is not None else order.net_total
        off = f" (off by {plain(order.difference)})" if order.difference is not None else ""
        return (_total(stated, f"a total that follows from the lines{off}", phrase("wanted.follows")),)
    if order.net_total is not None and order.net_total not in {*sums.nets, *(net + sums.freight for net in sums.nets)}:
        return (_total(order.net_total, plain(round_half_up(min(sums.nets), decimals_of(currency)))),)
    if order.total is not None and order.total not in sums.totals(with_freight=True) | sums.totals(with_freight=False):
        return (_total(order.total, best),)
    return _check_freight(order, sums, best)


def _check_freight(order: PurchaseOrder, sums: Sums, best: str) -> tuple[Difference, ...]:
    if not sums.freight:
        return ()
    if sums.freight < 0:
        asked = phrase("wanted.no_freight_deduction")
        difference = Difference(
            code=Discrepancy.PRICE, said=plain(sums.freight), expected="no deduction for carriage", expected_as=asked
        )
        return (difference,)
    in_net = order.net_total is not None and order.net_total in {net + sums.freight for net in sums.nets}
    in_total = order.total is not None and order.total in sums.totals(with_freight=True)
    if in_net or in_total:
        return ()
    asked = phrase("wanted.freight", amount=best, amount_freight=plain(sums.freight))
    return (_total(order.total, f"a total that proves the carriage of {plain(sums.freight)}: {best}", asked),)


def _total(said: Decimal | None, expected: str, asked: Phrase | None = None) -> Difference:
    shown = None if said is None else plain(said)
    return Difference(code=Discrepancy.TOTAL, said=shown, expected=expected, expected_as=asked)


def _sums(
    checked: tuple[CheckedLine, ...],
    deductions: Decimal,
    freight: Decimal,
    tax: Decimal,
    our_tax: Decimal,
    currency: str,
) -> Sums:
    printed, exact = deductions, Fraction(deductions)
    for one in checked:
        value = None if one.proved else line_value(one.said)
        if value is None:
            value = _booked_value(one) if one.said.amount is None else Fraction(one.said.amount)
        amount = one.said.amount if one.said.amount is not None else _round(value, currency)
        printed += amount
        exact += value
    return Sums(currency, frozenset({printed, _round(exact, currency)}), freight, tax, our_tax)


def _booked_value(one: CheckedLine) -> Fraction:
    """A line without a price counts at ours."""
    line = one.line
    return Fraction(line.quantity) * Fraction(line.unit_price) / Fraction(line.price_per)


def _round(value: Fraction, currency: str) -> Decimal:
    scale = 10 ** decimals_of(currency)
    sign = -1 if value < 0 else 1
    return Decimal(sign * int(abs(value) * scale + Fraction(1, 2))).scaleb(-decimals_of(currency))
