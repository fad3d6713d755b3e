"""How one document writes its figures and dates: decimal mark and day order, proved by its own unambiguous members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from agent.domain.money import decimals_of
from parsers.values.amounts import Amount, amount_readings, find_amounts, resolve_style
from parsers.values.dates import DateReading, date_readings, find_dates, resolve_order
from parsers.values.quantities import PriceBasis, is_unit, price_basis, quantity_of

_CONFUSED = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8", "Z": "2"})
_TEXTS_MAX = 4_000


@dataclass(frozen=True, slots=True)
class Figures:
    """The notation of a document; `style` and `order` are None where nothing proves them: doubt stays unread."""

    style: str | None = None  # "point" or "comma"
    order: str | None = None  # "dmy" or "mdy"
    near: date | None = None
    currency: str | None = None
    scanned: bool = False  # figures may hold letters that look like them
    contradictory: bool = False  # some of its dates prove one order of day and month, some the other

    def amount(self, text: str) -> Decimal | None:
        """Return the one value that the text has as an amount in this document."""
        reading = self.reading(text)
        return reading.value if reading else None

    def reading(self, text: str) -> Amount | None:
        return self._one(self.readings(text))

    def readings(self, text: str) -> tuple[Amount, ...]:
        """Return all readings of a cell that holds one amount, perhaps with a currency or a unit around it."""
        return _amounts_in(text, self.scanned)

    def _one(self, found: tuple[Amount, ...]) -> Amount | None:
        if len(found) > 1 and (code := self.currency or found[0].currency):
            decimals = decimals_of(code)
            found = tuple(r for r in found if r.decimals <= max(decimals, 2) or decimals == 3) or found
        if len(found) > 1 and self.style:
            styled = tuple(r for r in found if r.style == self.style)
            found = styled or tuple(r for r in found if r.style in ("plain", "none")) or found
        return found[0] if len({r.value for r in found}) == 1 else None

    def number(self, text: str) -> Amount | None:
        """Return a price or another exact figure: more than the currency's decimals may stand."""
        found = self.readings(text)
        if len(found) > 1 and self.style:
            found = tuple(r for r in found if r.style == self.style) or found
        return found[0] if len({r.value for r in found}) == 1 else None

    def price(self, text: str) -> tuple[Decimal, int, Decimal, str | None] | None:
        """Return value, decimals, what it stands for and the unit of a price cell ("18.40 / 100 PC")."""
        if (basis := price_basis(text)) is not None and (value := self._in_style(basis)) is not None:
            return value.value, value.decimals, basis.per, basis.unit
        found = self.number(text)
        return (found.value, found.decimals, Decimal(1), None) if found else None

    def _in_style(self, basis: PriceBasis) -> Amount | None:
        found = basis.prices
        if len(found) > 1 and self.style:
            found = tuple(r for r in found if r.style == self.style) or found
        return found[0] if len({r.value for r in found}) == 1 else None

    def quantity(self, text: str) -> tuple[Decimal, str | None] | None:
        """Return value and unit of a quantity cell; None where the decimal mark leaves a doubt."""
        found = quantity_of(text) or (quantity_of(repaired(text)) if self.scanned else None)
        if found is None or found.value < 0:
            return None
        if not found.others:
            return found.value, found.unit
        head = text
        if found.unit and text.rstrip(" .").endswith(found.unit):
            head = text.rstrip(" .")[: -len(found.unit)]
        one = self.number(head.strip())
        return (one.value, found.unit) if one else None

    def quantities(self, text: str) -> tuple[Decimal, ...]:
        """Return all values that a quantity cell can have."""
        found = quantity_of(text)
        return (found.value, *found.others) if found else ()

    def date(self, text: str) -> date | None:
        found = self.dated(text)
        return found.value if found else None

    def dated(self, text: str) -> DateReading | None:
        """Return the one date that the text is, or begins with, in this document; a week is none."""
        found = _dates_in(text, self.near, self.scanned)
        fitting = found if len(found) == 1 else tuple(r for r in found if self.order in (r.order, r.figures))
        return fitting[0] if len(fitting) == 1 and fitting[0].order != "week" else None

    def with_columns(self, *columns: Iterable[str]) -> Figures:
        """Return the same with the decimal mark that these columns prove, if they prove one.

        A column writes the same number of decimals throughout: where one of its figures is whole (780), another
        ("2,500") has no three decimals.
        """
        held = [list(column) for column in columns]
        style = resolve_style(text for column in held for text in column)
        if style is None:
            proofs = {mark for column in held if (mark := _grouping_mark(column, self)) is not None}
            style = proofs.pop() if len(proofs) == 1 else None
        return replace(self, style=style) if style else self


@lru_cache(maxsize=50_000)
def _amounts_in(text: str, scanned: bool) -> tuple[Amount, ...]:
    found = amount_readings(text)
    if not found and scanned:
        found = amount_readings(repaired(text))
    if not found and len(text) <= 60:
        inside = find_amounts(text)
        if len(inside) == 1 and _only_words(text[: inside[0].start] + text[inside[0].end :]):
            found = inside[0].readings
    return found


@lru_cache(maxsize=50_000)
def _dates_in(text: str, near: date | None, scanned: bool) -> tuple[DateReading, ...]:
    found = date_readings(text, near=near)
    if not found and scanned:
        found = date_readings(repaired(text), near=near)
    if not found:
        inside = find_dates(text, near=near)
        found = inside[0].readings if inside and _only_preposition(text[: inside[0].start]) else ()
    return found


def repaired(text: str) -> str:
    """Return a scanned figure with the letters that look like figures made such, and stray blanks closed."""
    plain = text.translate(_CONFUSED)
    return plain.replace(" .", ".").replace(" ,", ",")


def _grouping_mark(column: list[str], figures: Figures) -> str | None:
    """Return the decimal style in which a column's doubtful figures are whole, where its other figures are whole."""
    readings = [r for text in column if (r := figures.readings(text))]
    whole = any(len(r) == 1 and r[0].decimals == 0 and r[0].value != 0 for r in readings)
    doubtful = [r for r in readings if len({a.value for a in r}) > 1]
    if not whole or not doubtful:
        return None
    marks = {a.style for r in doubtful for a in r if a.decimals == 0}
    return marks.pop() if len(marks) == 1 else None


def _only_preposition(before: str) -> bool:
    """At most two short words before a date: "by 19 June", "bis zum 26.06.2026"."""
    words = before.strip(" :,.-(").split()
    return len(words) <= 2 and all(len(w) <= 4 and w.isalpha() for w in words)


def _only_words(rest: str) -> bool:
    return not any(c.isdigit() for c in rest) and len(rest.strip()) <= 24


def learn(texts: Iterable[str], near: date | None, scanned: bool) -> Figures:
    """Return the notation that a document's own texts prove."""
    amounts: list[str] = []
    dates: list[str] = []
    for text in list(texts)[:_TEXTS_MAX]:
        if not any(c.isdigit() for c in text):
            continue
        spans = find_dates(text, near=near)
        dates += [found.text for found in spans]
        amounts += [found.text for found in find_amounts(text, [(d.start, d.end) for d in spans])]
        if scanned:
            dates += [repaired(word) for word in text.split() if word.count("/") == 2 or word.count(".") == 2]
    proofs = {order for date in dates if (order := resolve_order([date])) is not None}
    return Figures(
        resolve_style(amounts), proofs.pop() if len(proofs) == 1 else None, near, None, scanned, len(proofs) > 1
    )


def is_percentage(text: str) -> bool:
    return "%" in text or "％" in text


def unit_of(text: str) -> str | None:
    """Return the unit of a unit cell as it is written; None where the text is a figure."""
    plain = text.strip()
    if not plain or len(plain) > 16 or plain[0].isdigit():
        return None
    return plain if is_unit(plain) or not any(c.isdigit() for c in plain) else None
