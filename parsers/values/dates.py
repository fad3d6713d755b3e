"""All dates that a text can mean: day first, month first, year first, names of months in ten languages, weeks, eras."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, date
from functools import cache

from parsers.values.folding import drop_invisible, fold_words


@dataclass(frozen=True, slots=True)
class DateReading:
    """One date that a text can mean.

    `order` is "ymd", "dmy" or "mdy" for figures, "named" where a month is spelt, "week" for a calendar week (ISO 8601,
    the value is its Monday) and "no_year" where the year was taken from the date near by; `figures` then says in which
    order day and month were read ("dmy", "mdy"), empty where the text itself settles it.
    """

    value: date
    order: str
    figures: str = ""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in running text: where it stands and all its readings."""

    start: int
    end: int
    text: str
    readings: tuple[DateReading, ...]


_MONTHS = {
    1: "january jan januar jän jänner janvier janv enero ene gennaio genn gen januari janeiro stycznia styczeń sty",
    2: "february feb febr februar februari février févr fév febrero febbraio febb fevereiro fev lutego luty lut",
    3: "march mar märz mär mrz mars marzo maart mrt março marca marzec",
    4: "april apr avril avr abril abr aprile kwietnia kwiecień kwi",
    5: "may mai mayo maggio mag mei maio maja maj",
    6: "june jun juni juin junio giugno giu junho czerwca czerwiec cze",
    7: "july jul juli juillet juil julio luglio lug julho lipca lipiec lip",
    8: "august aug août aoû agosto ago augustus sierpnia sierpień sie",
    9: "september sep sept septembre septiembre setiembre settembre sett set setembro września wrzesień wrz",
    10: "october oct oktober okt octobre octubre ottobre ott outubro out października październik paź",
    11: "november nov novembre noviembre novembro listopada listopad lis",
    12: "december dec dezember dez décembre déc diciembre dic dicembre dezembro grudnia grudzień gru",
}
MONTH_OF = {fold_words(name): month for month, names in _MONTHS.items() for name in names.split()}
# Names that are words of their own need a year or a day right beside them in the usual place; all forms here do.
_NAME = "|".join(sorted(MONTH_OF, key=len, reverse=True))
_WEEKDAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag|sonntag|mo|di|mi|do|fr|sa|so|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles"
    r"|jueves|viernes|sabado|domingo|lunedi|martedi|mercoledi|giovedi|venerdi|domenica|maandag|dinsdag|woensdag"
    r"|donderdag|vrijdag|zaterdag|zondag|segunda|terca|quarta|quinta|sexta|poniedzialek|wtorek|sroda|czwartek|piatek)"
)
_TIME = (
    r"(?:[ t,]+(?:at |um |a |alle |om |o )?[0-2]?[0-9][:.h][0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
    r"(?: ?[ap]\.?m\.?| uhr)?(?: ?(?:z|utc|gmt|[-+][0-9]{2}:?[0-9]{2}))?)"
)

_YMD = re.compile(r"((?:19|20)[0-9]{2})(?:([-/.])([01]?[0-9])\2([0-3]?[0-9])|\. ([01]?[0-9])\. ([0-3]?[0-9]))\.?")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
_NUMERIC = re.compile(r"([0-3]?[0-9])([-/.]) ?([0-3]?[0-9])\2 ?((?:19|20)[0-9]{2}|'?[0-9]{2})")
_DAY_NAME = re.compile(
    rf"([0-3]?[0-9])(?:st|nd|rd|th|er|º|ª|°|\.)?[- ./]?(?:of |de |d')? ?({_NAME})"
    r"(?:\.?(?:[- ./,]|, | del? | r\. )? ?'?((?:19|20)[0-9]{2}|[0-9]{2})(?:r\.| r\.)?)?\.?"
)
_NAME_DAY = re.compile(rf"({_NAME})\.?[- ]?([0-3]?[0-9])(?:st|nd|rd|th)?(?:(?:,? |,|-)'?((?:19|20)[0-9]{{2}}))?")
_YEAR_NAME = re.compile(rf"((?:19|20)[0-9]{{2}})[- ./]({_NAME})\.?[- ./]([0-3]?[0-9])")
_CJK = re.compile(
    r"(?:((?:19|20)[0-9]{2}|'?[0-9]{2}) ?[年년] ?)?([01]?[0-9]) ?[月월] ?([0-3]?[0-9]) ?[日일]?"
    r"(?: ?\([月火水木金土日월화수목금토일]\))?"
)
_ERA = re.compile(
    r"(令和|平成|昭和|reiwa ?|r|h|s)([0-9]{1,2}|元)(?:年|\.|/|-)([01]?[0-9])(?:月|\.|/|-)([0-3]?[0-9])日?"
)
_ERA_START = {"令和": 2018, "reiwa": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
_NO_YEAR = re.compile(r"([0-3]?[0-9])(?:/([0-3]?[0-9])|\. ?([0-3]?[0-9])\.)")
_WEEK = re.compile(
    r"(?:kw|cw|wk|week|weeknr|semaine|sem|semana|settimana|sett|tydzien|tydz|woche|kalenderwoche|calendar week)"
    r"(?: ?(?:no|nr|n))?\.? ?([0-5]?[0-9])(?:(?: ?/ ?| of | de | )((?:19|20)[0-9]{2}|(?<=/)[0-9]{2}))?"
)
_ISO_WEEK = re.compile(r"((?:19|20)[0-9]{2})-?w([0-5][0-9])(?:-([1-7]))?")
_CJK_WEEK = re.compile(r"(?:((?:19|20)[0-9]{2}) ?[年년] ?)?第 ?([0-5]?[0-9]) ?[週주]")
_LENGTH_MAX = 48
_PLAUSIBLE_YEARS = 6  # how far from the date near by a two-digit year may lead before another order is tried


def date_readings(text: str, *, near: date | None = None) -> tuple[DateReading, ...]:
    """Return every date that exactly this text can mean; empty where it is none.

    `near` (the date of the mail, say) completes a date without year and helps a two-digit year; without it a text such
    as "3/16" is no date. A weekday before and a time behind the date are allowed.
    """
    plain = fold_words(drop_invisible(text)).strip()
    if not plain or len(plain) > _LENGTH_MAX or not any("0" <= c <= "9" or c == "元" for c in plain):
        return ()
    plain = re.sub(rf"^{_WEEKDAY}(?:[.,]+ ?| )(?:(?:den|dem|the|le|el|il|de|dia) )?", "", plain)
    plain = re.sub(rf"{_TIME}$", "", plain)
    plain = re.sub(rf" ?\(?{_WEEKDAY}\.?\)?$", "", plain).strip(" ,")
    return _unique(_all(plain, near))


def _all(plain: str, near: date | None) -> list[DateReading]:
    if first := _year_first(plain):
        return first
    for reader in (_spelt, _east_asian, _week):
        if readings := reader(plain, near):
            return readings
    return _figures(plain, near) or _without_year(plain, near)


def _unique(readings: list[DateReading]) -> tuple[DateReading, ...]:
    seen: dict[date, DateReading] = {}
    for reading in readings:
        seen.setdefault(reading.value, reading)
    return tuple(seen.values())


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read(order: str, year: int, month: int, day: int, figures: str = "") -> list[DateReading]:
    value = _date(year, month, day)
    return [DateReading(value, order, figures)] if value is not None else []


def _year(text: str) -> int:
    number = int(text.strip("'"))
    return number if number >= 100 else 2000 + number if number < 80 else 1900 + number


def _year_first(plain: str) -> list[DateReading]:
    if match := _YMD.fullmatch(plain):
        month, day = match[3] or match[5], match[4] or match[6]
        return _read("ymd", int(match[1]), int(month), int(day))
    if match := _COMPACT.fullmatch(plain):
        return _read("ymd", int(match[1]), int(match[2]), int(match[3]))
    return []


def _spelt(plain: str, near: date | None) -> list[DateReading]:
    if match := _YEAR_NAME.fullmatch(plain):
        return _read("named", int(match[1]), MONTH_OF[match[2]], int(match[3]))
    if match := _DAY_NAME.fullmatch(plain):
        day, name, year = match.groups()
    elif match := _NAME_DAY.fullmatch(plain):
        name, day, year = match.groups()
    else:
        return []
    if year:
        return _read("named", _year(year), MONTH_OF[name], int(day))
    return _nearest(MONTH_OF[name], int(day), near, "")


def _east_asian(plain: str, near: date | None) -> list[DateReading]:
    if match := _CJK.fullmatch(plain):
        year, month, day = match.groups()
        if year:
            return _read("ymd", _year(year), int(month), int(day))
        return _nearest(int(month), int(day), near, "")
    if match := _ERA.fullmatch(plain):
        era, count, month, day = match.groups()
        year_of_era = 1 if count == "元" else int(count)
        return _read("ymd", _ERA_START[era.strip()] + year_of_era, int(month), int(day))
    return []


def _week(plain: str, near: date | None) -> list[DateReading]:
    if match := _ISO_WEEK.fullmatch(plain):
        return _monday(int(match[1]), int(match[2]), int(match[3] or 1))
    if match := _CJK_WEEK.fullmatch(plain):
        year, week = match.groups()
    elif match := _WEEK.fullmatch(plain):
        week, year = match.groups()
    else:
        return []
    if year:
        return _monday(_year(year), int(week))
    if near is None:
        return []
    candidates = [r for y in (near.year - 1, near.year, near.year + 1) for r in _monday(y, int(week))]
    return sorted(candidates, key=lambda r: abs((r.value - near).days))[:1]


def _monday(year: int, week: int, weekday: int = 1) -> list[DateReading]:
    try:
        return [DateReading(date.fromisocalendar(year, week, weekday), "week")]
    except ValueError:
        return []


def _figures(plain: str, near: date | None) -> list[DateReading]:
    match = _NUMERIC.fullmatch(plain)
    if not match:
        return []
    first, mark, second, last = match.groups()
    year = _year(last)
    readings = _read("dmy", year, int(second), int(first))
    # With points the day comes first wherever that is a date at all.
    if mark != "." or not readings:
        readings += _read("mdy", year, int(first), int(second))
    if len(last.strip("'")) == 2 and not any(_plausible(r.value, near) for r in readings):
        readings = _read("ymd", 2000 + int(first), int(second), int(last.strip("'"))) or readings
    return readings


def _plausible(value: date, near: date | None) -> bool:
    return value.year >= 2015 if near is None else abs(value.year - near.year) <= _PLAUSIBLE_YEARS


def _without_year(plain: str, near: date | None) -> list[DateReading]:
    match = _NO_YEAR.fullmatch(plain)
    if not match:
        return []
    first, second = int(match[1]), int(match[2] or match[3])
    readings = _nearest(second, first, near, "dmy")
    if match[2]:
        readings += _nearest(first, second, near, "mdy")
    if len(readings) == 1:  # only one order gives a date: the figures settle it
        readings = [DateReading(readings[0].value, "no_year", readings[0].figures)]
    return readings


def _nearest(month: int, day: int, near: date | None, figures: str) -> list[DateReading]:
    """Give a day without year the year that brings it closest to the date near by."""
    if near is None:
        return []
    dates = [_date(y, month, day) for y in (near.year - 1, near.year, near.year + 1) if 1 <= y <= MAXYEAR]
    known = [value for value in dates if value is not None]
    if not known:
        return []
    return [DateReading(min(known, key=lambda value: abs(value - near)), "no_year", figures)]


def resolve_order(texts: Iterable[str]) -> str | None:
    """Return the order ("dmy" or "mdy") that the unambiguous dates prove; None where unknown or contradictory."""
    proved: set[str] = set()
    for text in texts:
        proved |= _proof(text)
    return proved.pop() if len(proved) == 1 else None


def _proof(text: str) -> set[str]:
    plain = fold_words(drop_invisible(text)).strip()
    match = _NUMERIC.search(plain) or _NO_YEAR.search(plain)
    if not match or _YMD.search(plain):
        return set()
    first, second = int(match[1]), int(match[3] or match[2])
    if first > 12 >= second:
        return {"dmy"} if first <= 31 else set()
    return {"mdy"} if second > 12 >= first and second <= 31 else set()


def reading_in_order(readings: tuple[DateReading, ...], order: str | None) -> DateReading | None:
    """Return the one date there is, or the one in the proved order; None where several remain."""
    fitting = readings if len(readings) == 1 else tuple(r for r in readings if order in (r.order, r.figures))
    return fitting[0] if len(fitting) == 1 else None


@cache
def _in_text() -> re.Pattern[str]:
    """One pattern of everything that can be a date in running text, longest forms first."""
    forms = [_ERA, _YMD, _NUMERIC, _YEAR_NAME, _DAY_NAME, _NAME_DAY, _CJK, _ISO_WEEK, _CJK_WEEK, _WEEK, _COMPACT]
    bare = [re.sub(r"(?<!\\)\((?!\?)", "(?:", form.pattern.replace(r"\2", "[-/.]")) for form in (*forms, _NO_YEAR)]
    return re.compile("(?<![a-z0-9/.,:#_-])(?:" + "|".join(bare) + r")(?![a-z0-9]|[-/:][0-9]|[.,][0-9]|%| %)")


def find_dates(text: str, *, near: date | None = None) -> tuple[FoundDate, ...]:
    """Return the dates of a running text in reading order, with all readings of each; spans are those of the text."""
    found: list[FoundDate] = []
    for match in _in_text().finditer(fold_words(text)):
        piece = text[match.start() : match.end()]
        readings = date_readings(piece, near=near)
        if readings:
            trimmed = piece.rstrip(" ,")
            found.append(FoundDate(match.start(), match.start() + len(trimmed), trimmed, readings))
    return tuple(found)
