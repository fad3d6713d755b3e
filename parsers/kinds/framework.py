"""What a blanket order and its releases say of the frame: how long it holds and how far it goes."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from parsers.kinds.evidence import Trail
from parsers.kinds.extent import Extent
from parsers.kinds.figures import Figures
from parsers.layout.segments import Row, Segment
from parsers.values.amounts import Found, find_amounts
from parsers.values.dates import FoundDate, find_dates, reading_in_order, resolve_order

_VALIDITY = re.compile(
    r"valid|g[üu]ltig|laufzeit|validit|vigencia|vigente|validez|durata|geldig|looptijd|term of|period|zeitraum|p[ée]riode"
    r"|有効期[間限]|契約期間|유효 ?기간|계약 ?기간|有效期",
    re.I,
)
_LIMIT = re.compile(
    r"\blimit\b|ceiling|maximum (?:value|amount)|not to exceed|total value|agreed value|target value|contract value"
    r"|h[öo]chstwert|zielwert|rahmenwert|auftragswert|obergrenze|kontraktwert|plafond|montant maxim|valeur maxim"
    r"|l[íi]mite|importe m[áa]ximo|valor m[áa]ximo|massimale|importo massimo|valore massimo|maximumbedrag|maximale waarde"
    r"|上限|限度額|契約金額|한도|계약 ?금액|限额",
    re.I,
)
_ESTIMATE = re.compile(r"estimat|voraussichtlich|gesch[äa]tzt|estim[ée]|estimad|stimat|geschat|見込|예상", re.I)
_TO = re.compile(
    r"\s*(?:-|–|—|~|〜|～|to|through|until|till|bis(?: zum)?|au|jusqu'au|al|hasta(?: el)?|fino al|tot(?: en met)?|t/m|から)\s*",
    re.I,
)
_JOINED = re.compile(r"((?:19|20)[0-9]{2})[-–—~〜](?=[0-3]?[0-9][/.])")  # "01/04/2026-31/03/2027"
_NEAR = 60  # characters between a label and its figure


@dataclass(frozen=True, slots=True)
class Frame:
    """The ceiling and the validity that a paper states; what is not stated without doubt is None."""

    limit: Decimal | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def frame_of(extent: Extent, titles: frozenset[str], trail: Trail) -> Frame:
    """Read the frame off a blanket order or a release; of any other paper there is none."""
    if not titles & {"blanket_order", "release"}:
        return Frame()
    start, end = _validity(extent, trail, alone="blanket_order" in titles)
    return Frame(_limit(extent, trail), start, end)


def _validity(extent: Extent, trail: Trail, *, alone: bool) -> tuple[date | None, date | None]:
    """The one range of dates behind a word for validity; on a blanket order itself, the only range that it prints."""
    labelled: set[tuple[date, date]] = set()
    others: set[tuple[date, date]] = set()
    places: dict[tuple[date, date], tuple[Segment, str]] = {}
    for row in extent.rows:
        for text, segment in _texts(row):
            for span, start in _ranges(text, extent.figures):
                places.setdefault(span, (segment, text[start : start + 40]))
                (labelled if _VALIDITY.search(text[max(0, start - _NEAR) : start]) else others).add(span)
    found = labelled or (others if alone else set())
    if len(found) != 1:
        return None, None
    (span,) = found
    for path in ("valid_from", "valid_to"):
        trail.mark(path, places[span][0], places[span][1])
    return span


def _texts(row: Row) -> list[tuple[str, Segment]]:
    """A row as one text: a label and its value may stand in two columns."""
    return [(_JOINED.sub(r"\1 - ", row.text), row.segments[0])] if row.segments else []


def _ranges(text: str, figures: Figures) -> list[tuple[tuple[date, date], int]]:
    dates = find_dates(text, near=figures.near)
    found = []
    for first, second in itertools.pairwise(dates):
        if not _TO.fullmatch(text[first.end : second.start]):
            continue
        start, end = _both(first, second, figures)
        if start and end and start < end:
            found.append(((start, end), first.start))
    return found


def _both(first: FoundDate, second: FoundDate, figures: Figures) -> tuple[date | None, date | None]:
    """Two dates of one range are written in one order: what one of them proves holds for the other."""
    order = resolve_order((first.text, second.text)) or figures.order
    return _one(first, order), _one(second, order)


def _one(found: FoundDate, order: str | None) -> date | None:
    if len(found.readings) == 1:
        return found.readings[0].value
    reading = reading_in_order(found.readings, order)
    return reading.value if reading else None


def _limit(extent: Extent, trail: Trail) -> Decimal | None:
    """The one amount behind a word for a ceiling; an estimate is a ceiling only where no other is named."""
    for label in (_LIMIT, _ESTIMATE):
        found: dict[Decimal, tuple[Segment, str]] = {}
        for row in extent.rows:
            for text, segment in _texts(row):
                for match in label.finditer(text):
                    behind = text[match.end() : match.end() + _NEAR]
                    skip = [(d.start, d.end) for d in find_dates(behind, near=extent.figures.near)]
                    amounts = [a for a in find_amounts(behind, skip) if _is_money(a)]
                    value = extent.figures.amount(amounts[0].text) if amounts else None
                    if value is not None and value > 0:
                        found.setdefault(value, (segment, amounts[0].text))
        if found:
            if len(found) > 1:
                return None
            (value,) = found
            trail.mark("limit", *found[value])
            return value
    return None


def _is_money(found: Found) -> bool:
    """A bare "7" behind a label is no ceiling; a currency, decimals or thousands make it one."""
    return any(r.currency or r.symbol or r.decimals or r.grouping or r.value >= 1000 for r in found.readings)
