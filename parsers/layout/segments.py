"""Lines cut into segments: the runs of words that stand together, apart from their neighbours by a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.page import Box, Line, Medium, Page, Word

# Plain text counts 6 per column: two blanks or more part two cells.
_TEXT_GAP = 11.0
# In type, a word space is 0.25 to 0.35 em, stretched ones reach 0.6 em.
_EM_GAP = 0.8
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
    return tuple(
        _row(line, index, page.medium)
        for index, page in enumerate(pages)
        for line in page.lines
        if any(c.isalnum() for word in line.words for c in word.text)  # rules drawn with dashes say nothing
    )


def _row(line: Line, page: int, medium: Medium) -> Row:
    groups: list[list[Word]] = []
    for word in line.words:
        if groups and word.x0 - groups[-1][-1].x1 < _gap(groups[-1][-1], word, medium):
            groups[-1].append(word)
        else:
            groups.append([word])
    segments = tuple(segment_of(group, page) for group in groups)
    return Row(segments, page, min(s.top for s in segments), max(s.bottom for s in segments))


def _gap(left: Word, right: Word, medium: Medium) -> float:
    if medium not in _TYPED:
        return _TEXT_GAP
    size = min(left.size or left.bottom - left.top, right.size or right.bottom - right.top)
    return max(3.0, _EM_GAP * size)


def split_at(segment: Segment, counts: Sequence[int]) -> tuple[Segment, ...]:
    """Cut a segment into parts of so many words each."""
    parts: list[Segment] = []
    start = 0
    for count in counts:
        parts.append(segment_of(segment.words[start : start + count], segment.page))
        start += count
    return tuple(parts)
