"""Account numbers on what leaves us: ours is checked and printed, every other one is masked.

A mail that repeats what a customer wrote must never carry an account that a fraudster put there: the only IBAN in our
texts is the one in the settings.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from itertools import pairwise

# ISO 13616 registry: length of the IBAN by country.
_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC",
        32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_GAP = 3  # that many characters between two of an account number still read as one number


def bare(account: str) -> str:
    return "".join(account.split()).upper()


def valid_iban(account: str) -> bool:
    """Whether this is an IBAN: country, length and check digits (ISO 7064, mod 97-10) all agree."""
    text = bare(account)
    shaped = text.isascii() and text.isalnum() and text[:2].isalpha() and text[2:4].isdigit()
    return shaped and _LENGTHS.get(text[:2]) == len(text) and _mod97(text) == 1


def valid_creditor_reference(reference: str) -> bool:
    """Whether this is an ISO 11649 reference: RF, two check digits, up to 21 letters and digits."""
    text = bare(reference)
    shaped = text.isascii() and text.isalnum() and text.startswith("RF") and text[2:4].isdigit()
    return shaped and 5 <= len(text) <= 25 and _mod97(text) == 1


def _mod97(text: str) -> int:
    return int("".join(str(int(ch, 36)) for ch in text[4:] + text[:4])) % 97


def mask_foreign_ibans(text: str, own: str) -> str:
    """Replace every IBAN but `own` by its country and last four characters, however it is spaced out."""
    result, done = [], 0
    for start, end, iban in _ibans(text, own):
        result.append(f"{text[done:start]}{iban[:2]}** **** {iban[-4:]}")
        done = end
    return "".join(result) + text[done:]


def foreign_ibans(text: str, own: Collection[str]) -> tuple[str, ...]:
    """Every valid IBAN that a text shows and that is none of `own`, bare, in order."""
    ours = {bare(account) for account in own}
    return tuple(dict.fromkeys(iban for _, _, iban in _ibans(text, "") if iban not in ours))


def _ibans(text: str, own: str) -> list[tuple[int, int, str]]:
    """Start, end and letters of each valid IBAN but `own`."""
    if len(text) < 15:
        return []
    signs = [(at, sign) for at, raw in enumerate(text) if (sign := _sign(raw))]
    letters = "".join(sign for _, sign in signs)
    found, index = [], 0
    while index <= len(signs) - 15:
        length = _iban_at(letters, signs, index, bare(own))
        if length:
            found.append((signs[index][0], signs[index + length - 1][0] + 1, letters[index : index + length]))
        index += length or 1
    return found


def _sign(raw: str) -> str:
    """The letter or digit that a character stands for, full-width forms included; nothing for all others."""
    wide = raw if raw.isascii() else unicodedata.normalize("NFKC", raw)
    return wide.upper() if len(wide) == 1 and wide.isascii() and wide.isalnum() else ""


def _iban_at(letters: str, signs: list[tuple[int, str]], index: int, own: str) -> int:
    """The length of a foreign IBAN that begins here, or 0."""
    length = _LENGTHS.get(letters[index : index + 2], 0)
    candidate = letters[index : index + length]
    if not length or len(candidate) < length or candidate == own or not valid_iban(candidate):
        return 0
    places = [place for place, _ in signs[index : index + length]]
    near = all(later - earlier <= _GAP + 1 for earlier, later in pairwise(places))
    return length if near else 0
