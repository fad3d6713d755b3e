"""Which day a sentence means: written dates, today and yesterday, weekdays, ends of months, as the sentence goes."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from parsers.lexicon import languages, vocabulary
from parsers.lexicon.folding import fold_label, is_wide
from parsers.prose.facts import Facts, Role
from parsers.prose.weeks import day_by_weeks
from parsers.values.dates import MONTH_OF, FoundDate, reading_in_order


@dataclass(frozen=True, slots=True)
class Day:
    """A day, where it stands in the sentence, and its text."""

    value: date
    start: int
    text: str


_REACHES = (45, 200)  # days: most of what is told lies within six weeks, nearly all within half a year
_ISSUED = re.compile(
    r"(?:\s|[(,])*(?:dated|dtd|of|from|vom|v\.|du|del|de|di|van|z dnia|d\.d\.|issued|de fecha|datée? du|的)\s*$",
    re.IGNORECASE,
)


def past_day(facts: Facts, sent: date | None, order: str | None, *, done: bool = True) -> Day | None:
    """Return the day on which something was done, not later than the mail; None where none or several are meant.

    `done` says that a verb tells it as done: then of two readings of the figures only the past one can be meant.
    """
    told = sent if done else None
    days = [day for found in facts.dates if not issued(facts, found) and (day := _written(found, told, order, -1))]
    days = [day for day in days if sent is None or day.value <= sent + timedelta(days=1)]
    if not days and sent is not None:
        days = list(_relative(facts.text, sent, -1))
    return _only(days)


def future_day(facts: Facts, sent: date | None, order: str | None) -> Day | None:
    """Return the day on which something will be done, not before the mail; None where none or several are meant."""
    days = [day for found in facts.dates if not issued(facts, found) and (day := _written(found, sent, order, 1))]
    days = [day for day in days if sent is None or day.value >= sent]
    if not days and sent is not None:
        days = list(_relative(facts.text, sent, 1))
    return _only(days)


def _only(days: list[Day]) -> Day | None:
    return days[0] if days and len({day.value for day in days}) == 1 else None


def issued(facts: Facts, found: FoundDate) -> bool:
    """Tell whether a date is that of a document named right before it: "invoice 5501 of 12 Feb", "RG 45 vom 3.2."."""
    for ref in facts.refs:
        gap = facts.text[ref.end : found.start]
        if ref.role is Role.PAYMENT:
            continue  # "cheque 4418820 of 10 March": the day of the payment itself
        if ref.end <= found.start and len(gap) <= 16 and _ISSUED.fullmatch(gap):
            return True
    return False


def _written(found: FoundDate, sent: date | None, order: str | None, direction: int) -> Day | None:
    readings = tuple(r for r in found.readings if r.order != "week")
    if not readings:
        return None
    chosen = reading_in_order(readings, order)
    if chosen is None and sent is not None:
        # Of two orders, the one that fits the sense: what was done lies shortly before, what will be shortly ahead.
        for reach in _REACHES:
            fitting = [r for r in readings if 0 <= (r.value - sent).days * direction <= reach]
            if len(fitting) == 1:
                chosen = fitting[0]
                break
    return Day(chosen.value, found.start, found.text) if chosen else None


# Greetings and times of day that hold the word for tomorrow.
_NO_DAY = re.compile(
    r" (?:guten morgen|schonen morgen|(?:de|por) la manana|am morgen|heute morgen|good morning|goede morgen)(?= )"
)


def _relative(text: str, sent: date, direction: int) -> Iterable[Day]:
    folded = _NO_DAY.sub(" ", f" {fold_label(text)} ")
    if direction > 0 and (month := _month_end_named(folded, sent)):
        yield Day(month, 0, text.strip())
        return
    for words, value in _named_days(sent, direction):
        for word in words:
            if (f" {word} " in folded) or (is_wide(word) and word.replace(" ", "") in folded.replace(" ", "")):
                yield Day(value, 0, text.strip())
                return
    if (day := day_by_weeks(folded, sent, direction)) is not None:
        yield Day(day, 0, text.strip())


@cache
def _calendar(key: str) -> tuple[str, ...]:
    words = (fold_label(w) for lang in languages() for w in vocabulary(lang).get("calendar", {}).get(key, ()))
    return tuple(sorted(dict.fromkeys(words), key=len, reverse=True))


def _named_days(sent: date, direction: int) -> list[tuple[tuple[str, ...], date]]:
    if direction < 0:
        return [(_calendar("yesterday"), sent - timedelta(days=1)), (_calendar("today"), sent)]
    following = (sent.replace(day=1) + timedelta(days=32)).replace(day=1)
    return [
        (_calendar("tomorrow"), sent + timedelta(days=1)),
        (_calendar("next_month_end"), _month_end(following)),
        (_calendar("month_end"), _month_end(sent)),
        (_calendar("today"), sent),
    ]


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


_END_OF = re.compile(
    r" (?:end of|ende|fin|fin de|fine|fine di|eind|einde|final de|finales de|fim de|final|koniec|konca"
    r"|koncem) ([a-z]{3,12}) "
)
_WIDE_END_OF = re.compile(r"(1[0-2]|[1-9]) ?(?:月|월) ?(?:末|말)")


def _month_end_named(folded: str, sent: date) -> date | None:
    match = _END_OF.search(folded)
    month = MONTH_OF.get(match[1]) if match else None
    if month is None:
        wide = _WIDE_END_OF.search(folded)
        month = int(wide[1]) if wide else None
    if month is None:
        return None
    year = sent.year + (month < sent.month)
    return _month_end(date(year, month, 1))
