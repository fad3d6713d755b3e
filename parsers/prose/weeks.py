"""Days told by weeks and spans: "this Friday", "next Tuesday", "end of next week", "within ten days".

"Next Tuesday" is the Tuesday of the next calendar week (ISO 8601: weeks begin on Monday) in the languages whose speakers
mean that, the coming one where the word says "nearest" ("próximo", "prochain", "kommenden"). A week alone is no day.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from parsers.lexicon import languages, vocabulary
from parsers.lexicon.folding import fold_label, is_wide
from parsers.values.quantities import number_word

_FRIDAY = 4
_SATURDAY = 5
_SPAN_MAX = 120  # days: what is told as a span and longer than this is a term, not a promise


def day_by_weeks(folded: str, sent: date, direction: int) -> date | None:
    """Return the day that weekdays and weeks of a folded sentence (with a blank at both ends) mean."""
    if direction > 0 and (day := _end_of_week(folded, sent) or _after_span(folded, sent)):
        return day
    return _weekday(folded, sent, direction)


def _weekday(folded: str, sent: date, direction: int) -> date | None:
    found = {
        n: w
        for w, n in _weekday_words().items()
        if (f" {w} " in folded) or (is_wide(w) and w in folded.replace(" ", ""))
    }
    if len(found) != 1:
        return None
    number, word = found.popitem()
    if direction < 0:
        return sent - timedelta(days=(sent.weekday() - number) % 7 or 7)
    if _holds(folded, "next_week") or any(f" {w} {word} " in folded for w in _words("week_after")):
        return _monday(sent) + timedelta(days=7 + number)
    distance = (number - sent.weekday()) % 7
    today = distance == 0 and any(f" {w} {word} " in folded for w in _words("this_day"))
    return sent + timedelta(days=distance if distance or today else 7)


def _end_of_week(folded: str, sent: date) -> date | None:
    """Read “end of next week”, "Ende der Woche": the Friday, the last day on which banks work."""
    for key, weeks in (("end_of_next_week", 1), ("end_of_week", 0)):
        if _holds(folded, key):
            friday = _monday(sent) + timedelta(days=7 * weeks + _FRIDAY)
            return friday if friday >= sent else None
    return None


_AFTER = re.compile(
    r" (?P<lead>in|within|in the next|in about|innerhalb von|innerhalb der nachsten|in den nachsten|binnen|dans|dans les|sous|d ici|en|dentro de"
    r"|en los proximos|entro|tra|fra|in circa|over|binnen de|em|no prazo de|w ciagu|za) "
    r"(?P<n>[0-9]{1,3}|[a-z]{3,12}) "
    r"(?P<working>business |working |banking |bank )?"
    r"(?P<unit>days?|weeks?|tagen?|werktagen?|arbeitstagen?|bankarbeitstagen?|wochen?|jours?|semaines?|dias?|semanas?|giorni|giorno|settiman[ae]"
    r"|dagen|dag|werkdagen|weken|week|dni|dzien|tygodni|tygodnie|tydzien)"
    r"(?P<after> (?:business|working|ouvres|ouvrables|habiles|laborables|lavorativi|uteis|robocz\w+))?"
    r"(?! (?:of|from|after|following|upon|nach|ab|apres|a compter|suivant|de reception|desde|de la|tras|a partir|dalla|dal|dopo|vanaf|na|od|po|apos"
    r"|fim de mes|fin de mois|fine mese|end of month|netto|net)) "
)
_WIDE_AFTER = re.compile(r"(?P<n>[0-9]{1,2})(?P<unit>영업일|일|주|営業日|日|週間)(?:이내|내에|내로|후|以内|後|間以内)")
_RANGE = re.compile(r" [0-9]{1,3} (?:to|bis|a|tot|do|or|oder|ou|o|of|lub|und|and|e|y|et|i) [0-9]{1,3} ")


def _after_span(folded: str, sent: date) -> date | None:
    """Read “within ten days”, "in zwei Wochen": counted from the mail; of a range neither end."""
    match = _AFTER.search(folded)
    if match is not None and not _RANGE.search(folded):
        count = Decimal(match["n"]) if match["n"].isdigit() else number_word(match["n"])
        weeks = bool(re.match(r"week|woche|semaine|semana|settiman|weken|tyg|tydz", match["unit"]))
        working = bool(match["working"] or match["after"] or re.match(r"werk|arbeit|bank", match["unit"]))
        return _counted(sent, count, weeks=weeks, working=working)
    wide = _WIDE_AFTER.search(folded.replace(" ", ""))
    if wide is None:
        return None
    return _counted(
        sent,
        Decimal(wide["n"]),
        weeks=wide["unit"] in "주週間",
        working="営業" in wide["unit"] or "영업" in wide["unit"],
    )


def _counted(sent: date, count: Decimal | None, *, weeks: bool, working: bool) -> date | None:
    if count is None or count != int(count):
        return None
    days = int(count) * (7 if weeks else 1)
    if not 0 < days <= _SPAN_MAX:
        return None
    if not working:
        return sent + timedelta(days=days)
    day = sent
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _holds(folded: str, key: str) -> bool:
    compact = folded.replace(" ", "")
    return any((w.replace(" ", "") in compact) if is_wide(w) else (f" {w} " in folded) for w in _words(key))


@cache
def _words(key: str) -> tuple[str, ...]:
    words = (fold_label(w) for lang in languages() for w in vocabulary(lang).get("calendar", {}).get(key, ()))
    return tuple(dict.fromkeys(words))


@cache
def _weekday_words() -> dict[str, int]:
    words: dict[str, int] = {}
    for lang in languages():
        for number, names in enumerate(vocabulary(lang).get("calendar", {}).get("weekdays", ())):
            for name in names.split(" "):
                if len(fold_label(name)) > 2 or is_wide(name):
                    words.setdefault(fold_label(name), number)
    return words
