"""Rows of an undeclared table put under its headings: edges of titles cut what runs together, places are learnt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from parsers.layout.columns import Expected, Slot, cut_across, is_numeric, learn_slots, place_row
from parsers.layout.headings import Heading
from parsers.layout.segments import Row, Segment, split_at

Holding = Callable[[tuple[str, ...]], Expected]  # what a column of these fields holds


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a table: one segment or None a column, and what stands outside every column."""

    cells: tuple[Segment | None, ...]
    outside: tuple[Segment, ...]
    page: int
    top: float
    bottom: float

    @property
    def segments(self) -> tuple[Segment, ...]:
        found = [cell for cell in self.cells if cell is not None]
        return tuple(sorted((*found, *self.outside), key=lambda s: s.x0))

    @property
    def text(self) -> str:
        return "  ".join(segment.text for segment in self.segments)


def levelled_rows(body: Sequence[Row], headings: Sequence[Heading], holding: Holding) -> tuple[GridRow, ...]:
    """Return the rows under their headings, those joined that stand beside each other half a line apart."""
    return _level(placed_rows(body, headings, holding))


def placed_rows(body: Sequence[Row], headings: Sequence[Heading], holding: Holding) -> tuple[GridRow, ...]:
    """Return each row with its segments under the headings."""
    slots = tuple(Slot(h.x0, h.x1, holding(h.fields)) for h in headings)
    body = _cut_at_edges(body, headings)
    for _ in range(2):
        slots = _apart(learn_slots(slots, body[:400]), headings)
    return tuple(_grid_row(row, slots) for row in body)


_HALF_A_LINE = 0.8  # of its height: a row nearer than this stands beside the one above, not below it


def _level(rows: Sequence[GridRow]) -> tuple[GridRow, ...]:
    """Join rows that overlap: cells of two lines stand half a line above and below those of one line beside them."""
    levelled: list[GridRow] = []
    for row in rows:
        held = levelled[-1] if levelled else None
        if held is None or not _beside(held, row):
            levelled.append(row)
            continue
        cells = tuple(
            above if below is None else below if above is None else _stacked(above, below)
            for above, below in zip(held.cells, row.cells, strict=True)
        )
        levelled[-1] = replace(held, cells=cells, outside=held.outside + row.outside, bottom=row.bottom)
    return tuple(levelled)


def _stacked(above: Segment, below: Segment) -> Segment:
    joined = _joined(above, below)
    broken = above.text[-1:] in "-/" and above.text[-2:-1].isalnum()
    broken = broken or (_runs_on(above.text[-1:]) and _runs_on(below.text[:1]))
    return replace(joined, text=above.text + below.text) if broken else joined


def _runs_on(char: str) -> bool:
    """Whether words are written without blanks in this letter's script: Han and Kana, not Hangul."""
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff"


def _beside(upper: GridRow, lower: GridRow) -> bool:
    """Whether two rows overlap, and neither has a figure where the other has one."""
    last = max(upper.segments, key=lambda s: s.top, default=None)
    if last is None or upper.page != lower.page:
        return False
    apart = lower.top - last.top
    height = max(last.bottom - last.top, 6.0)
    both = [(a, b) for a, b in zip(upper.cells, lower.cells, strict=True) if a is not None and b is not None]
    return 1.0 < apart < _HALF_A_LINE * height and not any(is_numeric(a.text) and is_numeric(b.text) for a, b in both)


EDGE = 1.2  # how exactly a word stands at the edge of its column's title


def _cut_at_edges(body: Sequence[Row], headings: Sequence[Heading]) -> tuple[Row, ...]:
    """Cut segments where a word begins, or ends, exactly at the edge of a title in most rows: there a column does."""
    sample = [row for row in body[:200] if sum(len(s.words) for s in row.segments) >= 3]
    lefts = [h.x0 for h in headings if h.text and _share(sample, h.x0, left=True)]
    rights = [h.x1 for h in headings if h.text and _share(sample, h.x1, left=False)]
    if not lefts and not rights:
        return tuple(body)
    rows: list[Row] = []
    for row in body:
        pieces = tuple(p for s in row.segments for p in _at_edges(s, lefts, rights))
        # A sentence meets an edge by chance: a line without any gap is cut only where it meets many of them.
        sentence = len(row.segments) == 1 and len(row.segments[0].words) > 3 * len(pieces)
        rows.append(row if sentence else replace(row, segments=pieces))
    return tuple(rows)


def _share(rows: Sequence[Row], edge: float, *, left: bool) -> bool:
    """Whether most of the rows that have a word about this edge have one exactly at it."""
    near = exact = 0
    for row in rows:
        words = [w for s in row.segments for w in s.words if w.x0 - 12 < edge < w.x1 + 12]
        near += bool(words)
        exact += any(abs((w.x0 if left else w.x1) - edge) <= EDGE for w in words)
    return exact >= 2 and exact * 10 >= near * 6


def _at_edges(segment: Segment, lefts: Sequence[float], rights: Sequence[float]) -> tuple[Segment, ...]:
    words = segment.words
    cuts = [
        i
        for i in range(1, len(words))
        if any(abs(words[i].x0 - x) <= EDGE for x in lefts) or any(abs(words[i - 1].x1 - x) <= EDGE for x in rights)
    ]
    if not cuts:
        return (segment,)
    counts = [b - a for a, b in pairwise((0, *cuts, len(words)))]
    return split_at(segment, counts)


def _apart(slots: Sequence[Slot], headings: Sequence[Heading]) -> tuple[Slot, ...]:
    """Keep a learnt column from reaching under the next heading: the widened ranges stop half way between."""
    result = list(slots)
    for i in range(len(result) - 1):
        left, right = result[i], result[i + 1]
        if left.x1 > right.x0:
            middle = (max(headings[i].x1, left.x0) + max(headings[i + 1].x0, right.x0)) / 2
            cut = min(max(middle, headings[i].x0 + 1), headings[i + 1].x1 - 1)
            result[i] = replace(left, x1=min(left.x1, max(cut, left.x0 + 1)))
            result[i + 1] = replace(right, x0=max(right.x0, min(cut, right.x1 - 1)))
    return tuple(result)


def _grid_row(row: Row, slots: Sequence[Slot]) -> GridRow:
    segments = cut_across(row, slots)
    places = place_row(segments, slots)
    cells: list[Segment | None] = [None] * len(slots)
    outside: list[Segment] = []
    for segment, place in zip(segments, places, strict=True):
        if place is None:
            outside.append(segment)
            continue
        held = cells[place]
        cells[place] = segment if held is None else _joined(held, segment)
    return GridRow(tuple(cells), tuple(outside), row.page, row.top, row.bottom)


def _joined(left: Segment, right: Segment) -> Segment:
    return Segment(
        f"{left.text} {right.text}",
        min(left.x0, right.x0),
        min(left.top, right.top),
        max(left.x1, right.x1),
        max(left.bottom, right.bottom),
        left.page,
        left.words + right.words,
    )
