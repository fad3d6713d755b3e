"""Account numbers on what leaves us: ours is checked and printed, every other one is masked.

A mail that repeats what a customer wrote must never carry an account that a fraudster put there: the only IBAN in our
texts is the one in the settings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache

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


SHORTEST_IBAN = 15  # Norway


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
    """Every valid IBAN that a text shows, written as IBANs are (in one piece or in groups of four), and that is none of `own`.

    Stricter than masking: dates and amounts that happen to follow two letters must not hold a mail back.
    """
    ours = {bare(account) for account in own}
    plain = "".join(ch for ch in unicodedata.normalize("NFKC", text) if unicodedata.category(ch) != "Cf").upper()
    found = (bare(hit[0]) for hit in _WRITTEN.finditer(plain))
    return tuple(dict.fromkeys(one for iban in found for one in _shortened(iban) if one not in ours))


_WRITTEN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])")


def _shortened(iban: str) -> tuple[str, ...]:
    """The IBAN at the head of a run: what follows it in the same line may read as one more group."""
    length = _LENGTHS.get(iban[:2], 0)
    return (iban[:length],) if length and valid_iban(iban[:length]) else ()


# Where an account number can begin: two letters and two digits, with little between them.
_START = re.compile(r"(?=([A-Z])[^A-Z0-9]{0,3}([A-Z])[^A-Z0-9]{0,3}[0-9][^A-Z0-9]{0,3}[0-9])")
_BETWEEN = re.compile(r"[^A-Z0-9]+")


def _ibans(text: str, own: str) -> list[tuple[int, int, str]]:
    """Start, end and letters of each valid IBAN but `own`."""
    if len(text) < SHORTEST_IBAN:
        return []
    folded, mine = _folded(text), bare(own)
    found, done = [], 0
    for start in _START.finditer(folded):
        length = _LENGTHS.get(start[1] + start[2], 0)
        if not length or start.start() < done:
            continue
        iban, end = _letters(folded, start.start(), length)
        if len(iban) == length and iban != mine and valid_iban(iban):
            found.append((start.start(), end, iban))
            done = end
    return found


def _letters(folded: str, at: int, length: int) -> tuple[str, int]:
    """So many letters and digits from here on, and where the last one ends; none where a gap is too wide."""
    found = _run_of(length).match(folded, at)
    return (_BETWEEN.sub("", found[0]), found.end()) if found else ("", at)


@cache
def _run_of(length: int) -> re.Pattern[str]:
    return re.compile(rf"[A-Z0-9](?:[^A-Z0-9]{{0,3}}[A-Z0-9]){{{length - 1}}}")


def _folded(text: str) -> str:
    """The text, sign by sign, in capitals and in narrow forms; what is neither letter nor digit stays something else."""
    if not text.isascii():
        text = text.translate({ord(raw): _sign(raw) or " " for raw in set(text) if not raw.isascii()})
    return text.upper()


def _sign(raw: str) -> str:
    """The letter or digit that a character stands for, full-width forms included; nothing for all others."""
    wide = unicodedata.normalize("NFKC", raw)
    return wide.upper() if len(wide) == 1 and wide.isascii() and wide.isalnum() else ""
