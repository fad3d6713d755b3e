"""What an automatic reply says of an absence: until when, and who stands in."""

from __future__ import annotations

import re
from datetime import date, timedelta

from agent.domain.documents import AutoReply, Source

_MONTHS = (
    "january januar jänner janvier enero gennaio januari janeiro stycznia styczeń januar tammikuuta ledna января",
    "february februar février febrero febbraio februari fevereiro lutego luty februar helmikuuta února февраля",
    "march märz mars marzo marzo maart março marca marzec mars maaliskuuta března марта",
    "april april avril abril aprile april abril kwietnia kwiecień april huhtikuuta dubna апреля",
    "may mai mai mayo maggio mei maio maja maj maj toukokuuta května мая",
    "june juni juin junio giugno juni junho czerwca czerwiec juni kesäkuuta června июня",
    "july juli juillet julio luglio juli julho lipca lipiec juli heinäkuuta července июля",
    "august august août agosto agosto augustus agosto sierpnia sierpień augusti elokuuta srpna августа",
    "september september septembre septiembre settembre september setembro września wrzesień syyskuuta září сентября",
    "october oktober octobre octubre ottobre oktober outubro października październik oktober lokakuuta října октября",
    "november november novembre noviembre novembre november novembro listopada listopad marraskuuta listopadu ноября",
    "december dezember décembre diciembre dicembre december dezembro grudnia grudzień desember joulukuuta prosince декабря",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH_OF |= {name[:3]: n for n, names in enumerate(_MONTHS, 1) for name in names.split()[:2] if len(name) > 3}
_MONTH_OF |= {
    "sept": 9,
    "mrz": 3,
    "okt": 10,
    "dez": 12,
    "avr": 4,
    "août": 8,
    "déc": 12,
    "ene": 1,
    "abr": 4,
    "ago": 8,
    "dic": 12,
}
_NAMES = "|".join(sorted((re.escape(name) for name in _MONTH_OF), key=len, reverse=True))
_ORDINAL = r"(?:st|nd|rd|th|er|º|\.|ª)?"
_FORMS = (
    re.compile(r"(?P<y>20\d\d)[-/.年]\s?(?P<m>\d{1,2})[-/.月]\s?(?P<d>\d{1,2})日?(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>20\d\d)년\s?(?P<m>\d{1,2})월\s?(?P<d>\d{1,2})일"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}}){_ORDINAL}(?:\s+(?:of|de|d'))?\s*[-/]?\s*(?P<n>{_NAMES})\b\.?,?(?:\s*(?:de\s)?[-/]?\s?(?P<y>20\d\d))?"
    ),
    re.compile(rf"\b(?P<n>{_NAMES})\b\.?\s+(?P<d>\d{{1,2}}){_ORDINAL}(?!\d|:)(?:,?\s*(?P<y>20\d\d))?"),
    re.compile(r"(?<![\d./])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?:\s?(?P<y>20\d\d|\d\d)(?!\d))?"),
    re.compile(r"(?<![\d.])(?P<m>\d{1,2})[月월]\s?(?P<d>\d{1,2})[日일]"),
)
_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})(?:\2(20\d\d|\d\d))?(?![\d/])")
_UNTIL = (
    "until", "till", "through", "back on", "return on", "returning on", "returning", "be back", "return to the office",
    "bis zum", "bis einschließlich", "bis", "wieder ab", "zurück am", "ab dem", "wieder am", "jusqu'au", "jusqu’au", "de retour le",
    "retour le", "au", "hasta el", "hasta", "regreso el", "vuelvo el", "fino al", "sino al", "di ritorno il", "rientro il", "tot en met",
    "t/m", "tot", "terug op", "até", "retorno em", "regresso a", "do", "till och med", "t.o.m.", "tillbaka den", "til og med",
    "tilbage den", "tilbake", "asti", "saakka", "до", "まで", "까지", "至", "부터", "ig",
)  # fmt: skip
_BEHIND = ("まで", "까지", "asti", "saakka", "-ig")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_TEXT_MAX = 6_000
_LONGEST = timedelta(days=400)


def auto_reply(
    words: str, text: str, sent_on: date | None, sender: str | None, own_addresses: frozenset[str]
) -> AutoReply:
    """Return what the reply says: the last day it names as the end of the absence, and the one who stands in.

    `words` are those without the signature, `text` is all of it: who stands in may be named like a signature.
    """
    text = text[:_TEXT_MAX]
    words = words[:_TEXT_MAX]
    return AutoReply(
        confidence=0.9,
        source=Source("body"),
        until=_until(text, sent_on),
        delegate=_delegate(words, sender, own_addresses) or _delegate(text, sender, own_addresses),
        text=(words or text).strip()[:1_000] or None,
    )


def _until(text: str, sent_on: date | None) -> date | None:
    """Return the date that a word for "until" or "back on" stands beside; None where two of them differ."""
    lowered = text.lower()
    marked: list[date] = []
    for start, end, found in _dates(lowered, sent_on):
        before, behind = lowered[max(0, start - 40) : start], lowered[end : end + 12].strip()
        if _marks_end(before) or behind.startswith(_BEHIND):
            marked.append(found)
    if sent_on is not None:
        marked = [d for d in marked if sent_on - timedelta(days=1) <= d <= sent_on + _LONGEST]
    distinct = sorted(set(marked))
    # "until the 30th … back on the 31st": two neighbours are one absence, and its last day is the first of them.
    if len(distinct) == 2 and distinct[1] - distinct[0] <= timedelta(days=4):
        return distinct[0]
    return distinct[0] if len(distinct) == 1 else None


def _marks_end(before: str) -> bool:
    tail = re.sub(r"(?:\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|"
                  r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|lunes|martes|miércoles|jueves|viernes|the|el|le|il|am|dem|den|on|"
                  r"einschl\.|einschließlich|and including|inclusive|mandag|maandag|dinsdag|vrijdag))\b|[,:\s]+$", " ",
                  before).rstrip(" ,:")  # fmt: skip
    if tail.endswith(("-", "–", " to")):
        return True
    # Both as it stands ("back on") and without the weekday and article between ("until Monday, the").
    return any(_ends_in(text, mark) for text in (before.rstrip(" ,:"), tail) for mark in _UNTIL)


def _ends_in(text: str, mark: str) -> bool:
    return text.endswith(mark) and not text[: -len(mark)][-1:].isalnum()


def _dates(text: str, sent_on: date | None) -> list[tuple[int, int, date]]:
    found: list[tuple[int, int, date]] = []
    taken: list[tuple[int, int]] = []
    for form in _FORMS:
        for m in list(form.finditer(text))[:40]:
            if any(a < m.end() and m.start() < b for a, b in taken):
                continue
            parts = m.groupdict()
            month = int(parts["m"]) if parts.get("m") else _MONTH_OF[parts["n"]]
            day = _date(parts.get("y"), month, int(parts["d"]), sent_on)
            if day is not None:
                found.append((m.start(), m.end(), day))
                taken.append((m.start(), m.end()))
    return found + _slashed(text, sent_on)


def _slashed(text: str, sent_on: date | None) -> list[tuple[int, int, date]]:
    """Return dates like 3/30: only where the text itself shows whether the month or the day comes first."""
    matches = list(_SLASHED.finditer(text))[:40]
    month_first = any(int(m[3]) > 12 >= int(m[1]) for m in matches)
    day_first = any(int(m[1]) > 12 >= int(m[3]) for m in matches)
    found: list[tuple[int, int, date]] = []
    for m in matches:
        first, second = int(m[1]), int(m[3])
        if first != second and month_first == day_first:
            continue
        month, day = (second, first) if day_first else (first, second)
        if date_found := _date(m[4], month, day, sent_on):
            found.append((m.start(), m.end(), date_found))
    return found


def _date(year: str | None, month: int, day: int, sent_on: date | None) -> date | None:
    try:
        if year:
            return date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
        if sent_on is None:
            return None
        this_year = date(sent_on.year, month, day)
        return this_year if this_year >= sent_on - timedelta(days=60) else date(sent_on.year + 1, month, day)
    except ValueError:
        return None


def _delegate(text: str, sender: str | None, own_addresses: frozenset[str]) -> str | None:
    """Return the one other address that the reply names; None where it names several or none."""
    known = {a.lower() for a in own_addresses} | ({sender.lower()} if sender else set())
    named = {a.lower(): a for a in _ADDRESS.findall(text) if a.lower() not in known}
    return next(iter(named.values())) if len(named) == 1 else None
