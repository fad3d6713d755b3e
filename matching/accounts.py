"""Whether an account that a paper names is one of ours, also where it is partly blanked out."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_MASK = re.compile(r"[*•●xX×#?…]{2,}|…")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")

# How many digits the account number inside an IBAN has, by country (ISO 13616 registry): shortest and longest in use.
_ACCOUNT_DIGITS = {
    "AT": (4, 11), "BE": (12, 12), "CH": (4, 12), "CZ": (2, 16), "DE": (4, 10), "DK": (7, 10), "ES": (10, 20),
    "FI": (8, 14), "FR": (11, 11), "GB": (7, 8), "HU": (16, 24), "IE": (8, 8), "IT": (12, 12), "LI": (4, 12),
    "LU": (13, 13), "NL": (7, 10), "NO": (11, 11), "PL": (16, 26), "PT": (11, 21), "SE": (7, 17), "SK": (2, 16),
}  # fmt: skip
_ANYWHERE = (8, 34)


class Standing(StrEnum):
    """What is known of a stated account."""

    OURS = "ours"
    FOREIGN = "foreign"  # of a kind that we know all of ours of, and none of them
    UNKNOWN = "unknown"  # of another banking system than the accounts we know of: it cannot be compared


def standing(account: str, own_accounts: tuple[str, ...]) -> Standing:
    """Compare a stated account (IBAN, number, or one blanked out but for its end) with ours."""
    stated = unicodedata.normalize("NFKC", account)[:60]
    whole = _compact(stated)
    masked = bool(_MASK.search(account[:60]))
    parts = [_compact(part) for part in _MASK.split(account[:60])] if masked else [whole]
    if not whole or (masked and not any(parts)):
        return Standing.UNKNOWN
    ours = [_compact(own) for own in own_accounts]
    short = not masked and whole.isdigit() and len(whole) <= 5  # "account ending 0041"
    if any(_fits(["", whole] if short else parts, own) if masked or short else _same(whole, own) for own in ours):
        return Standing.OURS
    if masked or short or _IBAN.fullmatch(whole):
        return Standing.FOREIGN
    return Standing.FOREIGN if any(_comparable(whole, own) for own in ours) else Standing.UNKNOWN


def is_ours(account: str, own_accounts: tuple[str, ...]) -> bool:
    """Whether the stated account is one of ours: equal, the number inside our IBAN, or a fitting mask."""
    return standing(account, own_accounts) is Standing.OURS


def _compact(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).upper()


def _same(whole: str, own: str) -> bool:
    """Equal, or the account number at the end of our IBAN; leading zeros may be missing."""
    bare = whole.lstrip("0")
    if not _IBAN.fullmatch(own):
        return bool(bare) and bare == own.lstrip("0")
    return whole == own or (len(bare) >= 6 and own.endswith(bare)) or (len(whole) >= 6 and own.endswith(whole))


def _comparable(whole: str, own: str) -> bool:
    """Whether a full number is of the kind of one of ours: a plain number, or as long as the one inside our IBAN."""
    if not _IBAN.fullmatch(own):
        return True
    low, high = _ACCOUNT_DIGITS.get(own[:2], _ANYWHERE)
    return low <= len(whole) <= high


def _fits(parts: list[str], own: str) -> bool:
    return own.startswith(parts[0]) and own.endswith(parts[-1])
