"""How a customer writes our numbers, as a pattern that a clerk's decision taught: `0815-{n}`, `{n}-##`.

`{n}` are the digits of our number, `#` any one digit, everything else stands as it is. A pattern is scoped to one
customer, never drops or swaps a digit, and what it reads is believed only where the amounts agree to the cent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from agent.domain.books import CashBooks
from agent.domain.learning import LearnedKind
from matching.keys import fold, number_of

SHORTEST = 3  # digits of our number
LONGEST = 60
_HOLE = "{n}"


@dataclass(frozen=True, slots=True)
class Writing:
    """One learned pattern: whose it is, and the words that a reason names it by."""

    customer: str
    pattern: str
    words: str


def pattern_of(printed: str, ours: str) -> tuple[str, str] | None:
    """Return how `printed` writes our number, and what it means (`INV-{n}`); None where nothing can be learned.

    The digits of our number must stand in it whole, once, and apart from other digits: one digit more would be a slip,
    not a habit. What differs only in a known label, case or zeros needs no lesson.
    """
    text, number = fold(printed), number_of(ours)
    if number is None or not number.plain or len(number.stripped) < SHORTEST or len(text) > LONGEST:
        return None
    same = number_of(printed)
    if same is not None and same.stripped == number.stripped:
        return None
    found = list(re.finditer(rf"(?<!\d)0*{number.stripped}(?!\d)", text))
    if len(found) != 1:
        return None
    before, after = text[: found[0].start()], text[found[0].end() :]
    if not re.search(r"[\w]", before + after) or any(mark in before + after for mark in "{}#"):
        return None
    return f"{before}{_HOLE}{after}", f"{number.letters or ''}{'-' if number.letters else ''}{_HOLE}"


def shape_of(pattern: str) -> str:
    """The pattern with every fixed digit as any digit: two lessons of one shape become one."""
    return re.sub(r"\d", "#", pattern)


def valid(pattern: str) -> bool:
    """Whether a pattern that a person wrote can be used: one hole, apart from digits, and not a hole alone."""
    before, hole, after = pattern.partition(_HOLE)
    if not hole or _HOLE in after or len(pattern) > LONGEST or not re.search(r"\w|#", before + after):
        return False
    return not re.search(r"[\d#]$", before) and not re.match(r"[\d#]", after)


@lru_cache(maxsize=5_000)
def _expression(pattern: str) -> re.Pattern[str] | None:
    if not valid(pattern):
        return None
    before, _, after = fold(pattern).replace("{N}", _HOLE).partition(_HOLE)
    fixed = [re.escape(part).replace(r"\#", r"\d") for part in (before, after)]
    return re.compile(rf"{fixed[0]}0*(?P<n>[1-9]\d{{{SHORTEST - 1},}}){fixed[1]}")


def digits_in(printed: str, pattern: str) -> str | None:
    """Return the digits of our number in a text that is written in this way, without zeros; None where it is not."""
    expression = _expression(pattern)
    if expression is None:
        return None
    text = fold(printed)
    for part in (text, *text.split()):
        if match := expression.fullmatch(part):
            return match["n"]
    return None


def writings_of(books: CashBooks) -> tuple[Writing, ...]:
    """The ways of writing that were learned of the customers in question."""
    return tuple(
        Writing(row.customer, row.said, row.words)
        for row in books.learned
        if row.kind is LearnedKind.REFERENCE and row.customer and valid(row.said)
    )
