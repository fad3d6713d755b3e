"""Headings of tables: the lines of titles among the rows, cut into columns and joined over several lines.

What a title means is not known here: the caller passes a function from a heading's text to the fields it can name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from parsers.layout.columns import is_numeric
from parsers.layout.segments import Row, Segment, split_at

Naming = Callable[[str], tuple[str, ...]]  # the fields that a whole heading can name, likeliest first


class Guess(tuple[str, ...]):
    """Fields that a title names only with other words beside the label."""

    __slots__ = ()


class Taught(tuple[str, ...]):
    """Fields that a clerk's decision gave to a title which the lexicon does not know."""

    __slots__ = ()


_HEADING_LENGTH_MAX = 60


HEADING_ROWS_MAX = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's title, the fields it can name (none where unknown) and where it stands."""

    text: str
    fields: tuple[str, ...]
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Block:
    """Heading rows: where they begin, how many, and the headings they make."""

    start: int
    count: int
    headings: tuple[Heading, ...]

    @property
    def known(self) -> int:
        return len({h.fields for h in self.headings if h.fields})


_TITLES_ALONE = 4


def _cut_by_labels(segment: Segment, naming: Naming, below: Sequence[Row], alone: bool) -> tuple[Segment, ...]:
    """Cut a segment into several headings where a blank alone parts them (`No 品番`), each being a known one.

    A title that is known as a whole is cut only where the row below has a cell for each of its parts; one that is
    only guessed also where the words of the rows below keep clear of the blanks between its parts.
    """
    if not 2 <= len(segment.words) <= 24:
        return (segment,)
    fields = naming(segment.text)
    known = bool(fields)
    first = below[:1]
    under = [s for row in first for s in row.segments if min(s.x1, segment.x1 + 12) > max(s.x0, segment.x0 - 6)]
    if isinstance(fields, Guess):
        parts = _cut_words(segment, naming)
        if len(parts) > 1 and _keeps_clear(parts, below):
            return parts
    if known and len(under) < 2 and not alone:
        return (segment,)
    parts = _cut_words(segment, naming)
    if len(parts) >= _TITLES_ALONE and alone:
        return parts  # a line of nothing but titles
    if known and alone and len(under) < 2:
        return (segment,)
    slack = 0.0 if known and not isinstance(fields, Guess) else _SLACK
    if known and not (len(parts) == len(under) and all(_meet(a, b, slack) for a, b in zip(parts, under, strict=True))):
        return (segment,)
    return parts


_ROWS_LOOKED_AT = 6


def _keeps_clear(parts: Sequence[Segment], below: Sequence[Row]) -> bool:
    """Whether the rows below have words on both sides of each blank between the titles, and none across it."""
    for left, right in pairwise(parts):
        at = (left.x1 + right.x0) / 2
        held = 0
        for row in below[:_ROWS_LOOKED_AT]:
            words = [w for s in row.segments for w in s.words if w.x1 > left.x0 - 30 and w.x0 < right.x1 + 30]
            if any(w.x0 < at - 0.5 and w.x1 > at + 0.5 for w in words):
                return False
            held += any(w.x1 <= at + 0.5 for w in words) and any(w.x0 >= at - 0.5 for w in words)
        if held < 1 or held * 2 < len(below[:_ROWS_LOOKED_AT]):
            return False
    return True


_SLACK = 14.0  # how far beside its title a cell may stand


def _meet(title: Segment, cell: Segment, slack: float) -> bool:
    return min(title.x1, cell.x1) - max(title.x0, cell.x0) > -slack


def _cut_words(segment: Segment, naming: Naming) -> tuple[Segment, ...]:
    """Return the fewest known titles that the words make; one that is only guessed at counts where none else fits."""

    def exact(text: str) -> tuple[str, ...]:
        fields = naming(text)
        return () if isinstance(fields, Guess) else fields

    parts = _fewest(segment, exact)
    return parts if len(parts) > 1 else _fewest(segment, naming)


def _fewest(segment: Segment, naming: Naming) -> tuple[Segment, ...]:
    words = segment.words
    best: list[tuple[int, tuple[int, ...]] | None] = [(0, ())] + [None] * len(words)
    for end in range(1, len(words) + 1):
        for start in range(max(0, end - 5), end):
            before = best[start]
            if end - start == len(words) or before is None or not naming(" ".join(w.text for w in words[start:end])):
                continue
            option = (before[0] + 1, (*before[1], end - start))
            held = best[end]
            if held is None or option[0] < held[0]:
                best[end] = option
    whole = best[-1]
    return split_at(segment, whole[1]) if whole else (segment,)


def _stacked(lines: Sequence[Sequence[Segment]], naming: Naming) -> tuple[Heading, ...] | None:
    """Return headings of one or more lines joined downward, None where two of one line would fall together."""
    groups: list[list[tuple[int, Segment]]] = []
    for index, line in enumerate(lines):
        for segment in line:
            hits = [g for g in groups if _over(g, segment)]
            if len(hits) > 1 or (hits and any(i == index for i, _ in hits[0])):
                return None
            if hits:
                hits[0].append((index, segment))
            else:
                groups.append([(index, segment)])
    groups.sort(key=lambda g: min(s.x0 for _, s in g))
    return tuple(heading_of([s for _, s in group], naming) for group in groups)


def _over(group: list[tuple[int, Segment]], segment: Segment) -> bool:
    return any(min(s.x1, segment.x1) - max(s.x0, segment.x0) > 0.5 for _, s in group)


def heading_of(parts: list[Segment], naming: Naming) -> Heading:
    text = " ".join(p.text for p in parts)
    joined = text.replace("- ", "-") if any(p.text.endswith("-") for p in parts[:-1]) else text
    fields = naming(joined)
    if not fields and 2 <= len(parts) <= 4:
        fields = _unbroken([p.text for p in parts], naming)
    own = [naming(p.text) for p in parts]
    if isinstance(fields, Guess) and all(own) and len(set(own)) == len(parts) > 1:
        fields = ()  # titles of two levels ("Material" above "Description"), not one title in two lines
    return Heading(text, fields, min(p.x0 for p in parts), max(p.x1 for p in parts))


def _unbroken(pieces: Sequence[str], naming: Naming) -> tuple[str, ...]:
    """Return what the lines of a title name where a narrow column broke a word in it: "Item / Descripti / on"."""
    for glues in product(("", " "), repeat=len(pieces) - 1):
        text = "".join(a + b for a, b in zip(pieces, (*glues, ""), strict=True))
        if "" in glues and (fields := naming(text)) and not isinstance(fields, Guess):
            return fields
    return ()


def worthy(headings: Sequence[Heading]) -> bool:
    known = [h for h in headings if h.fields]
    return len(headings) >= 2 and len({h.fields for h in known}) >= 2 and len(known) * 2 >= len(headings)


def may_head(segments: Sequence[Segment]) -> bool:
    """Whether a line can be a heading: titles, no figures."""
    return bool(segments) and all(
        len(s.text) <= _HEADING_LENGTH_MAX and not is_numeric(s.text) and ": " not in s.text for s in segments
    )


def _block_at(rows: Sequence[Row], start: int, naming: Naming) -> Block | None:
    best: Block | None = None
    lines: list[tuple[Segment, ...]] = []
    for count in range(1, HEADING_ROWS_MAX + 1):
        index = start + count - 1
        if index >= len(rows) or not may_head(rows[index].segments):
            break
        row = rows[index]
        if count > 1 and (row.page != rows[start].page or row.top - rows[index - 1].top > 2.2 * _height(row)):
            break
        below = [r for r in rows[index + 1 : index + 1 + _ROWS_LOOKED_AT] if r.page == row.page]
        lines.append(
            tuple(part for s in row.segments for part in _cut_by_labels(s, naming, below, len(row.segments) == 1))
        )
        whole = lines if count == 1 else [tuple(rows[start + i].segments) for i in range(count)]
        headings = _stacked(whole, naming)
        if headings is None or not worthy(headings):
            continue
        block = Block(start, count, headings)
        if best is None or _rank(block) > _rank(best):
            best = block
    return best


def _rank(block: Block) -> tuple[int, int]:
    unknown = sum(not h.fields for h in block.headings)
    return (2 * block.known - unknown, -block.count)


def _height(row: Row) -> float:
    return max(row.bottom - row.top, 6.0)


def _half_above(rows: Sequence[Row], index: int) -> bool:
    """Whether the next row stands half a line lower: the first line of a title beside titles of one line."""
    if index + 1 >= len(rows) or rows[index + 1].page != rows[index].page:
        return False
    return 1.0 < rows[index + 1].top - rows[index].top < 0.8 * _height(rows[index])


def heading_blocks(rows: Sequence[Row], naming: Naming) -> tuple[Block, ...]:
    """Return the heading rows among the rows, the best of those that overlap."""
    found: list[Block] = []
    for index, row in enumerate(rows):
        # A heading of one segment can only be one whose titles stand a single blank apart.
        if len(row.segments) < 2 and len(row.segments[0].words) < 3 and not _half_above(rows, index):
            continue
        block = _block_at(rows, index, naming)
        if block is None or (len(row.segments) < 2 and len(block.headings) < 4 and block.count == 1):
            continue
        if found and found[-1].start + found[-1].count > block.start:
            if _rank(block)[0] > _rank(found[-1])[0]:
                found[-1] = block
            continue
        found.append(block)
    return tuple(found)
