"""Numbers, dates and texts as structured formats write them: one way each, so nothing is guessed."""

from __future__ import annotations

import codecs
import re
from datetime import date
from decimal import Decimal

# Eighteen digits before and twelve behind the point hold every amount, price and quantity that the standards allow.
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})")
_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:$|[^0-9]|[0-9]{2,})")
_SHORT_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]+")
_TEXT_MAX = 2000  # characters of one value; a longer one is no number, name or note
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, fallback: str = "cp1252") -> str:
    """Return the text of `data`: by its byte-order mark, as UTF-8, or in `fallback`; never fails."""
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data.decode(codec, "replace").lstrip("\ufeff")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(fallback, "replace")


def clean(text: str | None) -> str | None:
    """Return the value without control characters and outer blanks, None where nothing is left."""
    if text is None:
        return None
    return " ".join(_CONTROL.sub(" ", text[:_TEXT_MAX]).split()) or None


def decimal_of(text: str | None) -> Decimal | None:
    """Return the exact number of plain notation with a point (X12 type R, xs:decimal); None for anything else."""
    if text is None:
        return None
    stripped = text.strip()
    return Decimal(stripped) if _DECIMAL.fullmatch(stripped) else None


def decimal_with_comma(text: str | None) -> Decimal | None:
    """Return a number that may use comma or point as its decimal mark and never groups (ISO 9735, SWIFT, OFX)."""
    if text is None or text.count(",") + text.count(".") > 1:
        return None
    return decimal_of(text.replace(",", "."))


def whole_of(text: str | None) -> int | None:
    """Return a count: digits only."""
    stripped = text.strip() if text else ""
    return int(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) <= 18 else None


def day(year: int, month: int, of_month: int) -> date | None:
    """Return the date, None where the calendar has no such day."""
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def date_of(text: str | None) -> date | None:
    """Return the day of `CCYYMMDD`, `CCYY-MM-DD` (ISO 8601) or `YYMMDD`, whatever time of day follows the first two."""
    stripped = text.strip() if text else ""
    if match := _SHORT_DATE.fullmatch(stripped):
        short, month, of_month = (int(group) for group in match.groups())
        return day(short + (1900 if short >= 80 else 2000), month, of_month)
    match = _DATE.match(stripped)
    return day(*(int(group) for group in match.groups())) if match else None
