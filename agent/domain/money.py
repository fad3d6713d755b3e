"""An exact amount of one currency: an integer of minor units, built from text or Decimal, never from a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agent.domain.errors import CurrencyMismatch, InexactAmount

# ISO 4217, table A.1, column "Minor unit"; every currency not named here has two decimals.
_DECIMALS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def decimals_of(currency: str) -> int:
    """Return how many decimals the currency has (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD."""
    return _DECIMALS.get(currency, 2)


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Round half away from zero, as invoices do (banker's rounding is for statistics)."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """Write a decimal in plain notation: no exponent, no grouping, no minus before a zero."""
    text = format(value, "f")
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units of `currency` (cents for EUR, yen for JPY)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | Decimal, currency: str) -> Money:
        """Build from a decimal that the currency can hold exactly; raise InexactAmount otherwise."""
        value = Decimal(amount).scaleb(decimals_of(currency))
        if value != value.to_integral_value():
            raise InexactAmount(str(amount), currency)
        return cls(int(value), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Money:
        """Build from a computed decimal, rounded once, half up."""
        return cls.of(round_half_up(amount, decimals_of(currency)), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-decimals_of(self.currency))

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def plain(self) -> str:
        """The amount alone, in plain decimal notation: '1234.50'."""
        return plain(round_half_up(self.amount, decimals_of(self.currency)))

    def __str__(self) -> str:
        return f"{self.plain()} {self.currency}"


def total(amounts: list[Money] | tuple[Money, ...], currency: str) -> Money:
    """Sum amounts of one currency; an empty list is zero."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result
