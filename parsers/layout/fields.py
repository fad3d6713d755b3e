"""Labelled values: what stands behind a label, beside it in the next column, or below it.

Every label on the pages gives the candidates for its value; which is right is for the caller to judge, who knows what
the value must look like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from parsers.layout.segments import Row, Segment

Finding = Callable[[str], tuple["Hit", ...]]

_ROWS_BELOW = 3
_OR_ELSE = re.compile(r"^ ?/ ?[^\W\d][\w .]{1,20}(?=[:：])")  # "Cheque/BACS No: B000918"
_NUMBER_WORD = re.compile(r" ?N[O0]\.? ?:?", re.I)  # also as a scan has it
_COUNTED = re.compile(r"^ ?\d(?= ?:)")  # "Reference Number 2: BW-77120"
_UNIT_OF_MONEY = re.compile(r"[(\[]?(?:[A-Z]{3}|[€$£¥₩])[)\]]?")
_RATE = re.compile(r"[(\[@]? ?\d{1,2}(?:[.,]\d{1,3})? ?%[)\]]?:?")
_SPACES_AND_MARKS = " º°\t:：#.=–—-_>·|"
_COLONS = (":", "：", "#", "=")


@dataclass(frozen=True, slots=True)
class Hit:
    """A label inside a text: what it can name, where it stands, and whether a colon or number sign follows."""

    fields: tuple[str, ...]
    start: int
    end: int
    numbered: bool = False  # a word for "number" stands with it


class How(IntEnum):
    """How a value stands to its label, surest first."""

    COLON = 0  # Label: value
    BESIDE = 1  # Label      value
    BELOW = 2  # label above value
    INLINE = 3  # Label value, a blank between


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and one candidate for its value. `rows` are the value and what stands under it in the same place."""

    fields: tuple[str, ...]
    label: str
    value: str
    how: How
    place: Segment  # the segment that holds the value
    row: int  # index of the label's row
    block: tuple[Segment, ...] = ()  # what stands below the value, in its column, line by line
    at_start: bool = True  # the label begins its segment
    numbered: bool = False  # a word for "number" stands with it

    @property
    def under(self) -> tuple[str, ...]:
        """The texts below the value."""
        return tuple(segment.text for segment in self.block)


def labelled_values(rows: Sequence[Row], finding: Finding) -> tuple[Labelled, ...]:
    """Return every label with each candidate for its value, in reading order."""
    found: list[Labelled] = []
    hits_of: dict[str, tuple[Hit, ...]] = {}
    for index, row in enumerate(rows):
        for position, segment in enumerate(row.segments):
            if segment.text not in hits_of:
                hits_of[segment.text] = finding(segment.text) if len(segment.text) <= 400 else ()
            for number, hit in enumerate(hits_of[segment.text]):
                following = hits_of[segment.text][number + 1 :]
                found.extend(_candidates(rows, index, position, hit, following, finding))
    return tuple(found)


def _candidates(
    rows: Sequence[Row], index: int, position: int, hit: Hit, following: Sequence[Hit], finding: Finding
) -> list[Labelled]:
    segment = rows[index].segments[position]
    end = _end_of_value(segment.text, hit, following)
    rest = segment.text[hit.end : end]
    rest = "" if _NUMBER_WORD.fullmatch(rest) else _OR_ELSE.sub("", _COUNTED.sub("", segment.text[hit.end : end]))
    value = rest.lstrip(_SPACES_AND_MARKS).rstrip(" \t:：#=-–—_|·")
    label = segment.text[hit.start : hit.end]
    before = segment.text[: hit.start].rstrip(" -*·•")
    start = not before or before[-1] in ".;|"  # a label begins its column, or a sentence of its own
    made: list[Labelled] = []
    if value:
        colon = rest.lstrip()[:1] in _COLONS or rest.lstrip()[:2] in (".:", "#:")
        how = How.COLON if colon else How.INLINE
        under = tuple(_column_below(rows, index, segment))
        made.append(
            Labelled(hit.fields, label, _keep_sign(rest, value), how, segment, index, under, start, hit.numbered)
        )
        if how is How.INLINE and (_UNIT_OF_MONEY.fullmatch(value) or _RATE.fullmatch(value)):
            # The currency or the rate stands with the label: "Order total USD      2,074.00".
            made += _beside(rows, index, position, hit, label, start, finding)
        return made
    if following:
        return made
    made += _beside(rows, index, position, hit, label, start, finding)
    made += _below(rows, index, segment, hit, label, start, finding)
    return made


def _keep_sign(rest: str, value: str) -> str:
    """Give back a minus that stands directly before a figure."""
    at = rest.find(value)
    return (
        f"-{value}"
        if at > 0 and rest[at - 1] == "-" and value[:1].isdigit() and rest[: at - 1].strip(" :") == ""
        else value
    )


def _end_of_value(text: str, hit: Hit, following: Sequence[Hit]) -> int:
    """A value ends where the next label begins that has a value of its own behind a colon, or begins a new column."""
    for later in following:
        if later.start <= hit.end:
            continue
        tail = text[later.end :].lstrip()
        if tail[:1] in _COLONS or tail[:2] == ".:":
            return later.start
    return len(text)


def _is_label(text: str, finding: Finding) -> bool:
    hits = finding(text)
    return bool(hits) and hits[0].start == 0 and not text[hits[-1].end :].strip(_SPACES_AND_MARKS)


def _begins_with_label(text: str, finding: Finding) -> bool:
    hits = finding(text)
    return bool(hits) and hits[0].start == 0 and text[hits[0].end :].lstrip()[:1] in (":", "：", "#")


def _beside(
    rows: Sequence[Row], index: int, position: int, hit: Hit, label: str, start: bool, finding: Finding
) -> list[Labelled]:
    segments = rows[index].segments
    if position + 1 >= len(segments):
        return []
    neighbour = segments[position + 1]
    if _is_label(neighbour.text, finding) or _begins_with_label(neighbour.text, finding):
        return []
    value = neighbour.text.strip(" :")
    if not value:
        return []
    under = tuple(_column_below(rows, index, neighbour, finding))
    return [Labelled(hit.fields, label, value, How.BESIDE, neighbour, index, under, start, hit.numbered)]


def _below(
    rows: Sequence[Row], index: int, segment: Segment, hit: Hit, label: str, start: bool, finding: Finding
) -> list[Labelled]:
    lines = _column_below(rows, index, segment)
    if not lines:
        return []
    first = lines[0]
    if _is_label(first.text, finding) or _begins_with_label(first.text, finding):
        return []
    under = tuple(lines[1:])
    return [Labelled(hit.fields, label, first.text.strip(" :"), How.BELOW, first, index, under, start, hit.numbered)]


def _column_below(rows: Sequence[Row], index: int, segment: Segment, finding: Finding | None = None) -> list[Segment]:
    """Return the segments that stand under this one, line by line, until a gap or the end of the block.

    With `finding` the block also ends where a line has a label of its own beside it: that line is the label's value.
    """
    found: list[Segment] = []
    last = rows[index]
    height = max(last.bottom - last.top, 6.0)
    for row in rows[index + 1 : index + 9]:
        if row.page != last.page or row.top - last.top > 2.3 * height:
            break
        here = [s for s in row.segments if _same_column(segment, s)]
        if not here:
            if len(found) >= 1 or row.top - rows[index].top > _ROWS_BELOW * 2 * height:
                break
            last = row
            continue
        at = row.segments.index(here[0])
        if finding is not None and at and _is_label(row.segments[at - 1].text, finding):
            break
        found.append(here[0])
        last = row
    return found


def _same_column(upper: Segment, lower: Segment) -> bool:
    """Same left edge, or an overlap of at least half of the narrower one."""
    if abs(upper.x0 - lower.x0) <= 3.0:
        return True
    overlap = min(upper.x1, lower.x1) - max(upper.x0, lower.x0)
    return overlap > 0.5 * min(upper.x1 - upper.x0, lower.x1 - lower.x0)
