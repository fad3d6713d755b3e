"""Why an amount differs from what is open: named causes that explain the difference to the cent.

An explanation is a suggestion for a person. `unique` returns one only where it is the only one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agent.domain.decisions import Hypothesis, MatchingPolicy
from agent.domain.money import Money
from agent.domain.receivables import InvoiceType, OpenItem
from matching.rules.discount import discount_on, earned
from matching.rules.withholding import plain_rate


class Cause(StrEnum):
    DISCOUNT = "discount"  # within the terms and in time
    DISCOUNT_LATE = "discount_late"
    DISCOUNT_RATE = "discount_rate"  # another rate than agreed
    BANK_FEE = "bank_fee"
    WITHHOLDING = "withholding"
    TAX = "tax"
    FREIGHT = "freight"
    UNDELIVERED_LINE = "undelivered_line"
    FEWER_UNITS = "fewer_units"
    CREDIT_NOTE = "credit_note"
    TRANSPOSED = "transposed"
    DECIMAL_SHIFT = "decimal_shift"
    PAID_TWICE = "paid_twice"
    ROUNDING = "rounding"
    TOLERANCE = "tolerance"


@dataclass(frozen=True, slots=True)
class Explanation:
    cause: Cause
    amount: Money  # of the difference
    detail: str
    item: str | None = None  # the credit note or the order line that it names


_FREIGHT_WORDS = (
    "freight",
    "fracht",
    "transport",
    "shipping",
    "versand",
    "port",
    "flete",
    "vracht",
    "運賃",
    "운임",
    "运费",
)


def explain(
    item: OpenItem,
    paid: Money,
    open_amount: Money,
    *,
    paid_on: date | None,
    policy: MatchingPolicy,
    credit_notes: Iterable[OpenItem] = (),
) -> tuple[Explanation, ...]:
    """Return every named cause that explains `open_amount - paid` exactly; positive where less was paid."""
    difference = open_amount - paid
    if not difference:
        return ()
    found = [*_slips(paid, open_amount, difference)]
    if difference.minor > 0:
        found += _discounts(item, open_amount, difference, paid_on, policy)
        found += _taxes(item, open_amount, difference)
        found += _lines(item, difference)
        found += _credits(credit_notes, difference)
        found += _fees(paid, difference, policy)
    tolerance = policy.tolerances.get(item.currency)
    if tolerance is not None and tolerance.allows(difference, item.total):
        found.append(Explanation(Cause.TOLERANCE, difference, f"{difference} is within the tolerance"))
    return tuple(found)


def hypotheses(explanations: Iterable[Explanation]) -> tuple[Hypothesis, ...]:
    """Return the explanations as a person is shown them."""
    return tuple(Hypothesis(one.cause.value, one.amount, one.detail) for one in explanations)


def unique(explanations: Sequence[Explanation]) -> Explanation | None:
    """Return the explanation where it is the only one; two explanations are none."""
    return explanations[0] if len(explanations) == 1 else None


def _slips(paid: Money, open_amount: Money, difference: Money) -> list[Explanation]:
    a, b = str(abs(paid.minor)), str(abs(open_amount.minor))
    found = []
    if len(a) == len(b):
        off = [i for i in range(len(a)) if a[i] != b[i]]
        if len(off) == 2 and off[1] == off[0] + 1 and a[off[0]] == b[off[1]] and a[off[1]] == b[off[0]]:
            found.append(Explanation(Cause.TRANSPOSED, difference, f"two digits swapped: {paid} for {open_amount}"))
    shift = 10 ** abs(len(a) - len(b))
    if shift > 1 and (paid.minor == open_amount.minor * shift or paid.minor * shift == open_amount.minor):
        word = "×" if paid.minor > open_amount.minor else "÷"
        found.append(Explanation(Cause.DECIMAL_SHIFT, difference, f"decimal shift {word}{shift}: {open_amount} meant"))
    if paid.minor == 2 * open_amount.minor:
        found.append(Explanation(Cause.PAID_TWICE, difference, f"exactly twice {open_amount}"))
    if abs(difference.amount) < 1 and (paid.amount == paid.amount.to_integral_value()):
        found.append(Explanation(Cause.ROUNDING, difference, f"{open_amount} rounded to a whole amount"))
    return found


def _discounts(
    item: OpenItem, open_amount: Money, difference: Money, paid_on: date | None, policy: MatchingPolicy
) -> list[Explanation]:
    percent, until = item.discount_percent, item.discount_until
    if percent and discount_on(open_amount, percent) == difference:
        if earned(item, paid_on, policy):
            return [Explanation(Cause.DISCOUNT, difference, f"{percent} % discount, in time (until {until})")]
        return [Explanation(Cause.DISCOUNT_LATE, difference, f"{percent} % discount, not in time (until {until})")]
    for rate in (Decimal(n) / 2 for n in range(1, 11)):
        if rate != percent and discount_on(open_amount, rate) == difference:
            agreed = f"{percent} % is agreed" if percent else "none is agreed"
            return [Explanation(Cause.DISCOUNT_RATE, difference, f"{rate.normalize():f} % of {open_amount}; {agreed}")]
    return []


def _taxes(item: OpenItem, open_amount: Money, difference: Money) -> list[Explanation]:
    if item.tax and item.tax == difference:
        return [Explanation(Cause.TAX, difference, f"the tax of {item.number}")]
    rate = plain_rate(item, difference, open_amount) if item.net and item.net != item.total else None
    if rate and difference.minor * 4 <= open_amount.minor and "of net" in rate.detail:
        return [Explanation(Cause.WITHHOLDING, difference, rate.detail)]
    return []


def _lines(item: OpenItem, difference: Money) -> list[Explanation]:
    found = []
    for line in item.lines:
        with_tax = Money.rounded(line.net.amount * (100 + line.tax_rate) / 100, line.net.currency)
        name = line.item or line.description or f"line {line.line}"
        if difference in (line.net, with_tax):
            freight = line.item is None and any(word in line.description.casefold() for word in _FREIGHT_WORDS)
            cause = Cause.FREIGHT if freight else Cause.UNDELIVERED_LINE
            found.append(Explanation(cause, difference, f"exactly line {line.line}, {name}", line.line))
        elif (units := _units(line.unit_price / line.price_per, line.tax_rate, difference)) and units < line.quantity:
            found.append(Explanation(Cause.FEWER_UNITS, difference, f"exactly {units} of {name}", line.line))
    return found


def _units(unit_price: Decimal, tax_rate: Decimal, difference: Money) -> int | None:
    """How many whole units cost exactly the difference, without or with tax; None where no whole number does."""
    for price in {unit_price, unit_price * (100 + tax_rate) / 100}:
        if price <= 0 or difference.amount < price:
            continue
        units = int(difference.amount / price + Decimal("0.5"))
        if Money.rounded(price * units, difference.currency) == difference:
            return units
    return None


def _credits(credit_notes: Iterable[OpenItem], difference: Money) -> list[Explanation]:
    return [
        Explanation(Cause.CREDIT_NOTE, difference, f"exactly credit note {credit.number}, not named", credit.number)
        for credit in credit_notes
        if credit.type is InvoiceType.CREDIT_NOTE and -credit.open == difference
    ]


def _fees(paid: Money, difference: Money, policy: MatchingPolicy) -> list[Explanation]:
    most = policy.bank_fee_max.get(paid.currency)
    if most is None or difference > most:
        return []
    if (difference.amount * 2) % 1:
        return []
    return [Explanation(Cause.BANK_FEE, difference, f"a round {difference} as banks keep; at most {most} is allowed")]
