"""Lines cut into segments: the runs of words that stand together, apart from their neighbours by a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from parsers.page import Box, Line, Medium, Page, Word

# Plain text counts 6 per column: two blanks or more part two cells.
_TEXT_GAP = 11.0
# In type, a word space is 0.25 to 0.35 em, stretched ones reach 0.6 em.
_EM_GAP = 0.8
# Where a page's words stand evenly apart, a gap half as wide again as theirs parts two cells of a tight table.
_EM_GAP_LEAST = 0.42
_WIDER = 1.55
_EVEN = 0.75  # a justified line stretches all its gaps alike: the narrowest is nearly as wide as the widest
_GAPS_LEAST = 12  # gaps that a page must have before its word space counts as known
_PARTING = frozenset("|¦│║·•∙")  # drawn between two cells or two pieces of a line
_TYPED = frozenset({Medium.PDF, Medium.SCAN, Medium.WORD})


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one line without a wide gap between them, and where they stand."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    page: int  # index of the page among those that are read together
    words: tuple[Word, ...] = ()

    @property
    def box(self) -> Box:
        return (self.x0, self.top, self.x1, self.bottom)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a page, cut into segments from left to right."""

    segments: tuple[Segment, ...]
    page: int
    top: float
    bottom: float

    @property
    def text(self) -> str:
        return "  ".join(segment.text for segment in self.segments)


def segment_of(words: Sequence[Word], page: int) -> Segment:
    """Return the segment that these words of one line make."""
    return Segment(
        " ".join(word.text for word in words),
        words[0].x0,
        min(word.top for word in words),
        max(word.x1 for word in words),
        max(word.bottom for word in words),
        page,
        tuple(words),
    )


def rows_of(pages: Sequence[Page]) -> tuple[Row, ...]:
    """Return every line of the pages as a row of segments, in reading order."""
    rows: list[Row] = []
    for index, page in enumerate(pages):
        narrow = _narrow_gap(page)
        rows += [
            _row(line, index, page.medium, _EM_GAP if _is_justified(line) else narrow)
            for line in page.lines
            if any(c.isalnum() for word in line.words for c in word.text)  # rules drawn with dashes say nothing
        ]
    return tuple(rows)


def _narrow_gap(page: Page) -> float:
    """Return the gap in em that parts two cells on this page: the nearer, the evener its words stand."""
    if page.medium is not Medium.PDF:
        return _EM_GAP
    gaps = sorted(gap for line in page.lines for gap in _gaps(line) if 0.1 < gap < _EM_GAP)
    if len(gaps) < _GAPS_LEAST:
        return _EM_GAP
    return min(_EM_GAP, max(_EM_GAP_LEAST, _WIDER * gaps[len(gaps) // 4]))


def _gaps(line: Line) -> list[float]:
    return [(b.x0 - a.x1) / size for a, b in pairwise(line.words) if (size := a.size or a.bottom - a.top) > 0]


def _is_justified(line: Line) -> bool:
    gaps = _gaps(line)
    return len(gaps) >= 4 and min(gaps) > _EVEN * max(gaps)


def _row(line: Line, page: int, medium: Medium, ems: float) -> Row:
    groups: list[list[Word]] = []
    parted = False
    for word in line.words:
        if word.text in _PARTING:
            parted = True
            continue
        if groups and not parted and word.x0 - groups[-1][-1].x1 < _gap(groups[-1][-1], word, medium, ems):
            groups[-1].append(word)
        else:
            groups.append([word])
        parted = False
    segments = tuple(segment_of(group, page) for group in groups)
    return Row(segments, page, min(s.top for s in segments), max(s.bottom for s in segments))


def _gap(left: Word, right: Word, medium: Medium, ems: float) -> float:
    if medium not in _TYPED:
        return _TEXT_GAP
    size = min(left.size or left.bottom - left.top, right.size or right.bottom - right.top)
    return max(3.0, ems * size)


def split_at(segment: Segment, counts: Sequence[int]) -> tuple[Segment, ...]:
    """Cut a segment into parts of so many words each."""
    parts: list[Segment] = []
    start = 0
    for count in counts:
        parts.append(segment_of(segment.words[start : start + count], segment.page))
        start += count
    return tuple(parts)
