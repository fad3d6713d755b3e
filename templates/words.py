"""The phrases and formats of one language, from its data file in `languages/`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from agent.domain.money import Money
from agent.domain.phrases import Phrase
from templates.errors import MissingPhrase
from templates.formats import NBSP, Formats

FOLDER = Path(__file__).parent / "languages"
FALLBACK = "en"
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_PRICE = re.compile(
    r"(-?\d{1,15}(?:\.\d{1,9})?)(?: per (\d{1,9}(?:\.\d{1,9})?))?(?: less (\d{1,3}(?:\.\d{1,9})?) %)?(?: (\D.{0,39}))?"
)


@dataclass(frozen=True, slots=True)
class Words:
    """All that one language says, and how it writes values."""

    language: str
    phrases: dict[str, str]
    formats: Formats

    def say(self, key: str, **values: str) -> str:
        """The phrase `section.name` with its {words} filled in; what is filled in is never a pattern itself."""
        try:
            return self.phrases[key].format(**values)
        except KeyError:
            raise MissingPhrase(self.language, key) from None

    def money(self, amount: Money) -> str:
        return self.formats.money_of(amount)

    def amount(self, amount: Money) -> str:
        return self.formats.amount(amount)

    def number(self, value: Decimal) -> str:
        return self.formats.number(value)

    def percent(self, value: Decimal) -> str:
        return self.formats.percent_of(value)

    def day(self, when: date | None) -> str:
        return self.formats.day(when) if when else ""

    def told(self, said: Phrase | str, currency: str) -> str:
        """A phrase of the program with its values in the notation of the language; a string stays as it is."""
        if isinstance(said, str):
            return said
        return self.say(said.key, **{name: self._value(name, value, currency) for name, value in said.values})

    def _value(self, name: str, value: str, currency: str) -> str:
        match name.partition("_")[0]:
            case "date":
                return self.date_of(value)
            case "amount" if _NUMBER.fullmatch(value):
                return self.formats.price_of(Decimal(value), currency)
            case "price":
                return self.price_of(value, currency)
            case "number" if _NUMBER.fullmatch(value):
                return self.number(Decimal(value))
            case _:
                return value

    def date_of(self, text: str) -> str:
        """An ISO date in prose; anything else as it is."""
        try:
            return self.day(date.fromisoformat(text)) if _DATE.fullmatch(text) else text
        except ValueError:
            return text

    def price_of(self, text: str, currency: str) -> str:
        """A price with its basis, discount and unit as matching writes it ("18.40 per 100 less 3 %"), in this language."""
        found = _PRICE.fullmatch(text)
        if found is None:
            return text
        price, per, off, unit = found.groups()
        parts = [self.formats.price_of(Decimal(price), currency)]
        parts += [self.say("label.per", n=self.number(Decimal(per)))] if per else []
        parts += [f"-{self.percent(Decimal(off))}"] if off else []
        return " ".join([*parts, *([unit] if unit else [])])

    def short_day(self, when: date | None) -> str:
        return self.formats.short_day(when) if when else ""


def languages() -> tuple[str, ...]:
    """The languages that have a data file, by ISO 639-1 code."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def words_of(language: str) -> Words:
    """The words of a language such as `de` or `de-AT`; English where there is no file for it."""
    code = language.lower().replace("_", "-").partition("-")[0]
    return _load(code if code in _known() else FALLBACK)


@cache
def _known() -> frozenset[str]:
    return frozenset(languages())


@cache
def _load(language: str) -> Words:
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    patterns = data.pop("format")
    phrases = {f"{section}.{key}": _unbroken(text) for section, keys in data.items() for key, text in keys.items()}
    formats = Formats(**{**patterns, "months": tuple(patterns["months"])})
    return Words(language, phrases, formats)


def _unbroken(phrase: str) -> str:
    """French sets a space before these marks; it must not begin a line with them."""
    for mark in ":;?!":
        phrase = phrase.replace(f" {mark}", f"{NBSP}{mark}")
    return phrase
