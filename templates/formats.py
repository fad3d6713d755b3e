"""Numbers, amounts, dates and quantities as each language writes them; all rounding is half up.

The patterns stand in `languages/xx.toml`, section `format`. Spaces inside a value are no-break spaces (U+00A0), so that
no amount is torn over two lines; the text part of a mail turns them into plain ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain.money import Money, decimals_of, plain, round_half_up

NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """How one language writes values; `money` by ISO 4217 code, with `*` for all others."""

    decimal: str
    group: str
    percent: str
    date_long: str
    date_short: str
    months: tuple[str, ...]
    first_of_month: str
    money: dict[str, str]
    join: str

    def number(self, value: Decimal, decimals: int | None = None) -> str:
        """Grouped by thousands; with `decimals` rounded half up, without it exact and with no trailing zeros."""
        if decimals is not None:
            text = plain(round_half_up(value, decimals))
        else:
            text = plain(value)
            text = text.rstrip("0").rstrip(".") if "." in text else text
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        whole, _, fraction = digits.partition(".")
        grouped = f"{int(whole):,}".replace(",", self.group)
        return sign + grouped + (self.decimal + fraction if fraction else "")

    def amount(self, money: Money) -> str:
        """The figures alone, with the decimals of the currency: '1.234,50'."""
        return self.number(money.amount, decimals_of(money.currency))

    def money_of(self, money: Money) -> str:
        """Figures and currency: '1.234,50 EUR', '12,000円'."""
        pattern = self.money.get(money.currency, self.money["*"])
        return _fill(pattern, amount=self.amount(money), currency=money.currency)

    def price(self, value: Decimal, currency: str) -> str:
        """A unit price: at least the decimals of the currency, and more where the price has more."""
        exact = plain(value).rstrip("0").rpartition(".")[2] if "." in plain(value) else ""
        return self.number(value, max(decimals_of(currency), len(exact)))

    def price_of(self, value: Decimal, currency: str) -> str:
        """A unit price with its currency."""
        return _fill(self.money.get(currency, self.money["*"]), amount=self.price(value, currency), currency=currency)

    def percent_of(self, value: Decimal) -> str:
        return _fill(self.percent, n=self.number(value))

    def day(self, when: date) -> str:
        """A date in prose: '3 December 2026'."""
        return self._date(self.date_long, when)

    def short_day(self, when: date) -> str:
        """A date in a table: '03.12.2026'; never one whose day and month could be mixed up in English."""
        return self._date(self.date_short, when)

    def _date(self, pattern: str, when: date) -> str:
        day = self.first_of_month if when.day == 1 and self.first_of_month else str(when.day)
        return _fill(
            pattern,
            d=day,
            dd=f"{when.day:02}",
            m=str(when.month),
            mm=f"{when.month:02}",
            month=self.months[when.month - 1],
            mon=self.months[when.month - 1][:3],
            yyyy=f"{when.year:04}",
        )


def _fill(pattern: str, **values: str) -> str:
    return pattern.format(**values).replace(" ", NBSP)


def grouped_iban(iban: str) -> str:
    """An IBAN in groups of four, as ISO 13616 prints it."""
    bare = "".join(iban.split()).upper()
    return NBSP.join(bare[i : i + 4] for i in range(0, len(bare), 4))


def lines_of(block: str, limit: int = 8) -> list[str]:
    """The lines of an address that hold something."""
    return [line.strip() for line in block.splitlines() if line.strip()][:limit]
