"""Numbers of items and papers without what people add or drop in writing them."""

from __future__ import annotations

import unicodedata


def fold_item(number: str | None) -> str:
    """An item number without what people add or drop: case, blanks, dashes, width of characters."""
    if not number:
        return ""
    return "".join(ch for ch in unicodedata.normalize("NFKC", number[:400]).upper() if ch.isalnum())


def fold_number(number: str | None) -> str:
    """A document number for comparing two papers of one customer: letters and digits only, no leading zeros."""
    return fold_item(number).lstrip("0")


def digits_of(number: str | None) -> str:
    """The digits of a number alone: what two writings of one number share even where the letters are left out."""
    return "".join(ch for ch in fold_item(number) if ch.isdigit()).lstrip("0")
