"""Which column each segment of a row belongs to, judged by where all rows stand and not by the heading alone.

Numbers stand flush right under a title that stands flush left, descriptions run under the next title, a price and its
unit share a column: so the places of a column are learnt from the rows, in two rounds, from its heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from parsers.layout.segments import Row, Segment, split_at

_FAR = 90.0  # what leaving a segment outside every column costs
_SHARE = 14.0  # what a second segment in one column costs
_WRONG_TYPE = 55.0
_WINDOW = 5  # how many columns near a segment are tried


class Expected(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    DATE = "date"
    REFERENCE = "reference"
    TEXT = "text"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Slot:
    """A column as far as it is known: the range of x it has been seen in, and what it holds."""

    x0: float
    x1: float
    expected: Expected = Expected.ANY


_CODE = re.compile(r"(?![A-Z]{3}-?[\d.,]+$)[^\W\d_]+[-/#._]?\d")  # letters, then figures: VL-220, INV104; no EUR55


_LETTER_FOR_FIGURE = re.compile(r"(?<![^\W\d_])[OoIl](?=[\dOoIl]*[\d/.,])")  # a scan's "O2/27/26"


# "14. September 2026", "Sep 22, 2026", "22-SEP-2026"
_DAY_IN_WORDS = re.compile(r"^\d{1,2}[. -]+[^\W\d]{3,10}\.?[. ,-]+\d{2,4}$|^[^\W\d]{3,10}\.? \d{1,2},? \d{4}$")


@lru_cache(maxsize=50_000)
def is_numeric(text: str) -> bool:
    """Whether the text is a figure, perhaps with a currency, a unit or a sign: half of it or more is digits."""
    kept = [c for c in text if not c.isspace()]
    digits = sum(c.isdigit() for c in kept)
    if not digits or digits * 2 < len([c for c in kept if c not in ".,'’-+()$€£¥%/▲△"]):
        return False
    return not any(_CODE.match(_LETTER_FOR_FIGURE.sub("0", token)) for token in text.split())


def _type_cost(text: str, expected: Expected) -> float:
    match expected:
        case Expected.DATE if _DAY_IN_WORDS.search(text):
            return 0.0
        case Expected.NUMBER | Expected.DATE:
            return 0.0 if any(c.isdigit() for c in text) and is_numeric(text) else _WRONG_TYPE
        case Expected.REFERENCE:
            return 0.0 if any(c.isdigit() for c in text) else 12.0
        case Expected.TEXT:
            return 10.0 if is_numeric(text) else 0.0
        case _:
            return 0.0


def _distance(segment: Segment, slot: Slot) -> float:
    gap = max(slot.x0 - segment.x1, segment.x0 - slot.x1, 0.0)
    if gap > 0:
        return 6.0 + gap
    overlap = min(slot.x1, segment.x1) - max(slot.x0, segment.x0)
    width = max(1.0, min(slot.x1 - slot.x0, segment.x1 - segment.x0))
    edge = min(abs(slot.x0 - segment.x0), abs(slot.x1 - segment.x1))
    return max(0.0, 6.0 * (1 - overlap / width)) + min(edge, 12.0) / 4


def place_row(segments: Sequence[Segment], slots: Sequence[Slot]) -> tuple[int | None, ...]:
    """Return for each segment the index of its column, never running backwards; None for one outside every column."""
    count = len(slots)
    # best[c] = (cost, path) of the segments so far whose last used column is c - 1 (0: none used yet)
    best: dict[int, tuple[float, tuple[int | None, ...]]] = {0: (0.0, ())}
    for segment in segments:
        near = sorted(range(count), key=lambda c: max(slots[c].x0 - segment.x1, segment.x0 - slots[c].x1))[:_WINDOW]
        costs = [(c, _distance(segment, slots[c]) + _type_cost(segment.text, slots[c].expected)) for c in near]
        following: dict[int, tuple[float, tuple[int | None, ...]]] = {}
        for last, (cost, path) in best.items():
            _keep(following, last, cost + _FAR, (*path, None))
            for column, own in costs:
                if column + 1 < last:
                    continue
                _keep(following, column + 1, cost + own + (_SHARE if column + 1 == last else 0.0), (*path, column))
        best = following
    return min(best.values(), key=lambda pair: pair[0])[1]


def _keep(
    table: dict[int, tuple[float, tuple[int | None, ...]]], key: int, cost: float, path: tuple[int | None, ...]
) -> None:
    if key not in table or cost < table[key][0]:
        table[key] = (cost, path)


def learn_slots(slots: Sequence[Slot], rows: Sequence[Row]) -> tuple[Slot, ...]:
    """Return the slots widened to where their segments stand in the rows that look like records."""
    seen: list[list[Segment]] = [[] for _ in slots]
    for row in rows:
        if len(row.segments) < 2:
            continue
        places = place_row(row.segments, slots)
        used = [p for p in places if p is not None]
        if len(used) < 2 or len(set(used)) < len(used):
            continue
        for segment, place in zip(row.segments, places, strict=True):
            if place is not None:
                seen[place].append(segment)
    return tuple(_widened(slot, found) for slot, found in zip(slots, seen, strict=True))


def _widened(slot: Slot, found: list[Segment]) -> Slot:
    if not found:
        return slot
    lefts, rights = sorted(s.x0 for s in found), sorted(s.x1 for s in found)
    low = lefts[len(lefts) // 10]
    high = rights[-1 - len(rights) // 10]
    if slot.expected is Expected.TEXT:
        high = rights[len(rights) // 2]  # long texts overrun: half of them tell where the column is
    return Slot(min(low, slot.x0), max(high, slot.x1), slot.expected)


def cut_across(row: Row, slots: Sequence[Slot]) -> tuple[Segment, ...]:
    """Return the row's segments, those cut that hold two columns with one blank between (`00010 BX-7`, `12 EA`)."""
    places = place_row(row.segments, slots)
    result: list[Segment] = []
    for segment, place in zip(row.segments, places, strict=True):
        taken = frozenset(p for p in places if p is not None and p != place)
        result.extend(_cut(segment, slots, taken))
    return tuple(result)


def _cut(segment: Segment, slots: Sequence[Slot], taken: frozenset[int]) -> tuple[Segment, ...]:
    if len(segment.words) < 2:
        return (segment,)
    under = [i for i, slot in enumerate(slots) if min(slot.x1, segment.x1) - max(slot.x0, segment.x0) > 1.0]
    if len(under) < 2:
        return (segment,)
    whole = place_row((segment,), slots)[0]
    best: tuple[float, tuple[Segment, ...]] | None = None
    for at in range(1, len(segment.words)):
        if _one_figure(segment.words[at - 1].text, segment.words[at].text):
            continue
        parts = split_at(segment, (at, len(segment.words) - at))
        places = place_row(parts, slots)
        if None in places or places[0] == places[1] or taken & set(places):
            continue  # a column that has a cell of its own in this row takes no piece of another
        cost = _cut_cost(parts, places, slots)
        if cost is not None and (best is None or cost < best[0]):
            best = (cost, parts)
    if best is None or whole is None:
        return (segment,)
    head, tail = best[1]
    return (head, *_cut(tail, slots, taken))


def _one_figure(left: str, right: str) -> bool:
    """Whether a blank groups the thousands of one figure: "9 600,00"."""
    head = re.match(r"\d{3}(?!\d)", right)
    return bool(head) and bool(re.fullmatch(r"[-+(]?\d{1,3}", left))


def _cut_cost(parts: tuple[Segment, ...], places: tuple[int | None, ...], slots: Sequence[Slot]) -> float | None:
    """Return what the cut costs, None where a part does not stand in its column or is not of its kind."""
    cost = 0.0
    typed = False
    for part, place in zip(parts, places, strict=True):
        slot = slots[place or 0]
        distance = _distance(part, slot)
        if distance > 8.0 or _type_cost(part.text, slot.expected) > 9.0:
            return None
        typed = typed or slot.expected in (Expected.NUMBER, Expected.DATE, Expected.REFERENCE)
        cost += distance
    return cost if typed else None
