"""Numbers of items and papers without what people add or drop in writing them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_REMEMBERED = 50_000  # an order of a thousand lines asks for the same few thousand numbers again and again


def fold_item(number: str | None) -> str:
    """An item number without what people add or drop: case, blanks, dashes, width of characters."""
    return _folded(number[:400]) if number else ""


@lru_cache(maxsize=_REMEMBERED)
def _folded(number: str) -> str:
    return "".join(ch for ch in unicodedata.normalize("NFKC", number).upper() if ch.isalnum())


def fold_number(number: str | None) -> str:
    """A document number for comparing two papers of one customer: letters and digits only, no leading zeros."""
    return fold_item(number).lstrip("0")


def digits_of(number: str | None) -> str:
    """The digits of a number alone: what two writings of one number share even where the letters are left out."""
    return "".join(ch for ch in fold_item(number) if ch.isdigit()).lstrip("0")
