"""What a mail asks for that no mail may get: a list of what customers owe, others' data, money back.

It only says that a person must look; a text that asks for nothing of the kind is not thereby honest.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from parsers.mail.asked_words import AGING, EVERYBODY, REFUND

_CHARACTERS_MAX = 20_000


class Ask(StrEnum):
    """What is asked for."""

    AGING = "aging"  # who owes how much
    EVERYBODY = "everybody"  # more than one customer's data
    REFUND = "refund"  # money back


def asks_in(text: str) -> frozenset[Ask]:
    """Return what a text asks for, in any of the languages that are known here."""
    plain = " ".join(text[:_CHARACTERS_MAX].casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
    found = set()
    if _pattern(AGING).search(plain):
        found.add(Ask.AGING)
    if _pattern(EVERYBODY).search(plain):
        found.add(Ask.EVERYBODY)
    if _pattern(REFUND).search(plain):
        found.add(Ask.REFUND)
    return frozenset(found)


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words of alphabets, and any place in scripts that write without spaces."""
    parts = []
    for word in sorted(set(words), key=len, reverse=True):
        start = r"(?<!\w)" if word[0].isalnum() and word[0].isascii() else ""
        parts.append(start + re.escape(word))
    return re.compile("|".join(parts))
