"""Tables found on pages: declared ones by their cells, undeclared ones by their headings and the places of their rows.

What a heading means is not known here: the caller passes a function from a heading's text to the fields it can name,
and another from a field to what its column holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from parsers.layout.columns import Expected, Slot, cut_across, is_numeric, learn_slots, place_row
from parsers.layout.segments import Row, Segment, split_at
from parsers.page import Page, Table

Naming = Callable[[str], tuple[str, ...]]  # the fields that a whole heading can name, likeliest first
Holding = Callable[[tuple[str, ...]], Expected]  # what a column of these fields holds


class Guess(tuple[str, ...]):
    """Fields that a title names only with other words beside the label."""

    __slots__ = ()


_HEADING_LENGTH_MAX = 60
_HEADING_ROWS_MAX = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's title, the fields it can name (none where unknown) and where it stands."""

    text: str
    fields: tuple[str, ...]
    x0: float
    x1: float


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


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its headings; `declared` where the medium itself told the cells."""

    headings: tuple[Heading, ...]
    rows: tuple[GridRow, ...]
    declared: bool
    first: int  # index of the row (of all pages) where the headings begin; of the table where it is declared

    @property
    def fields(self) -> tuple[tuple[str, ...], ...]:
        return tuple(heading.fields for heading in self.headings)


@dataclass(frozen=True, slots=True)
class _Block:
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
    if known and not (len(parts) == len(under) and all(_meet(a, b) for a, b in zip(parts, under, strict=True))):
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


def _meet(title: Segment, cell: Segment) -> bool:
    return min(title.x1, cell.x1) - max(title.x0, cell.x0) > -14.0


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
    return tuple(_heading([s for _, s in group], naming) for group in groups)


def _over(group: list[tuple[int, Segment]], segment: Segment) -> bool:
    return any(min(s.x1, segment.x1) - max(s.x0, segment.x0) > 0.5 for _, s in group)


def _heading(parts: list[Segment], naming: Naming) -> Heading:
    text = " ".join(p.text for p in parts)
    joined = text.replace("- ", "-") if any(p.text.endswith("-") for p in parts[:-1]) else text
    fields = naming(joined)
    own = [naming(p.text) for p in parts]
    if isinstance(fields, Guess) and all(own) and len(set(own)) == len(parts) > 1:
        fields = ()  # titles of two levels ("Material" above "Description"), not one title in two lines
    return Heading(text, fields, min(p.x0 for p in parts), max(p.x1 for p in parts))


def _worthy(headings: Sequence[Heading]) -> bool:
    known = [h for h in headings if h.fields]
    return len(headings) >= 2 and len({h.fields for h in known}) >= 2 and len(known) * 2 >= len(headings)


def _may_head(segments: Sequence[Segment]) -> bool:
    """Whether a line can be a heading: titles, no figures."""
    return bool(segments) and all(
        len(s.text) <= _HEADING_LENGTH_MAX and not is_numeric(s.text) and ": " not in s.text for s in segments
    )


def _block_at(rows: Sequence[Row], start: int, naming: Naming) -> _Block | None:
    best: _Block | None = None
    lines: list[tuple[Segment, ...]] = []
    for count in range(1, _HEADING_ROWS_MAX + 1):
        index = start + count - 1
        if index >= len(rows) or not _may_head(rows[index].segments):
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
        if headings is None or not _worthy(headings):
            continue
        block = _Block(start, count, headings)
        if best is None or _rank(block) > _rank(best):
            best = block
    return best


def _rank(block: _Block) -> tuple[int, int]:
    unknown = sum(not h.fields for h in block.headings)
    return (2 * block.known - unknown, -block.count)


def _height(row: Row) -> float:
    return max(row.bottom - row.top, 6.0)


def heading_blocks(rows: Sequence[Row], naming: Naming) -> tuple[_Block, ...]:
    """Return the heading rows among the rows, the best of those that overlap."""
    found: list[_Block] = []
    for index, row in enumerate(rows):
        # A heading of one segment can only be one whose titles stand a single blank apart.
        if len(row.segments) < 2 and len(row.segments[0].words) < 3:
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


def grids_of_rows(rows: Sequence[Row], naming: Naming, holding: Holding) -> tuple[Grid, ...]:
    """Return the undeclared tables among the rows; headings that repeat the ones before continue their table."""
    blocks = _first_levels(heading_blocks(rows, naming))
    grids: list[Grid] = []
    for block, following in zip_longest(blocks, blocks[1:]):
        end = following.start if following else len(rows)
        body = rows[block.start + block.count : end]
        placed = _placed(body, block.headings, holding)
        if grids and grids[-1].fields == tuple(h.fields for h in block.headings):
            furniture = _above(rows, grids[-1].first) & _above(rows, block.start)
            kept = [row for row in grids[-1].rows if _shape(row.text) not in furniture]
            grids[-1] = replace(grids[-1], rows=(*kept, *placed))
        else:
            grids.append(Grid(block.headings, placed, False, block.start))
    levels = (_two_levels(rows, a, b, blocks, holding) for a, b in pairwise(heading_blocks(rows, naming)))
    return (*map(_unfolded, grids), *(grid for grid in levels if grid is not None))


def _unfolded(grid: Grid) -> Grid:
    """Return a table printed in two or three columns of the page as one: the left part first, then what stands right."""
    titles = [h.text for h in grid.headings]
    for count in (2, 3):
        width = len(titles) // count
        if width < 2 or titles != titles[:width] * count or len(titles) != width * count:
            continue
        rows: list[GridRow] = []
        for part in range(count):
            for row in grid.rows:
                cells = row.cells[part * width : (part + 1) * width]
                if any(cells) or (row.outside and part == count - 1):
                    rows.append(replace(row, cells=cells, outside=row.outside if part == count - 1 else ()))
        return replace(grid, headings=grid.headings[:width], rows=tuple(rows))
    return grid


_SECOND_LEVEL = 3  # titles that the second line of a record's heading has at least


def _two_levels(
    rows: Sequence[Row], upper: _Block, lower: _Block, blocks: Sequence[_Block], holding: Holding
) -> Grid | None:
    """Return the table whose records stand in two lines, each under its own line of titles, as one line each."""
    if lower.start != upper.start + upper.count or rows[lower.start].page != rows[upper.start].page:
        return None
    if len(upper.headings) < 2 or len(lower.headings) < _SECOND_LEVEL:
        return None
    begin = lower.start + lower.count
    end = next((b.start for b in blocks if b.start >= begin), len(rows))
    body = rows[begin:end]
    first, second = _placed(body, upper.headings, holding), _placed(body, lower.headings, holding)
    margin = upper.headings[0].x0
    empty: tuple[None, ...] = (None,) * len(lower.headings)
    made: list[GridRow] = []
    awaited = False
    for above, below in zip(first, second, strict=True):
        left = min(s.x0 for s in above.segments)
        figures = sum(
            cell is not None and is_numeric(cell.text) and holding(h.fields) is Expected.NUMBER
            for cell, h in zip(below.cells, lower.headings, strict=True)
        )
        if awaited and figures >= 2 and left > margin + _EDGE:
            made[-1] = replace(
                made[-1], cells=(*made[-1].cells[: len(upper.headings)], *below.cells), bottom=below.bottom
            )
            awaited = False
            continue
        begins = above.cells[0] is not None and abs(left - margin) <= 3 * _EDGE
        cells = (*above.cells, *empty) if begins else (*((None,) * len(upper.headings)), *empty)
        made.append(replace(above, cells=cells, outside=() if begins else above.segments))
        awaited = begins
    joined = sum(any(row.cells[len(upper.headings) :]) for row in made)
    return Grid((*upper.headings, *lower.headings), tuple(made), False, upper.start) if joined >= 1 else None


def _first_levels(blocks: Sequence[_Block]) -> tuple[_Block, ...]:
    """Take a line of fewer titles right under a heading for its second level: what stands in a record's second line."""
    kept: list[_Block] = []
    for block in blocks:
        if kept and block.start == kept[-1].start + kept[-1].count and block.known < kept[-1].known:
            kept[-1] = replace(kept[-1], count=kept[-1].count + block.count)
            continue
        kept.append(block)
    return tuple(kept)


_FURNITURE_ROWS = 16


def _above(rows: Sequence[Row], start: int) -> frozenset[str]:
    """Return the shapes of the rows above a heading: what stands above its repetition too is page furniture."""
    return frozenset(_shape(row.text) for row in rows[max(0, start - _FURNITURE_ROWS) : start])


def _shape(text: str) -> str:
    """A line without its figures, so that page numbers do not matter."""
    return " ".join("".join("0" if c.isdigit() else c for c in text).split())


def _placed(body: Sequence[Row], headings: Sequence[Heading], holding: Holding) -> tuple[GridRow, ...]:
    slots = tuple(Slot(h.x0, h.x1, holding(h.fields)) for h in headings)
    body = _cut_at_edges(body, headings)
    for _ in range(2):
        slots = _apart(learn_slots(slots, body[:400]), headings)
    return tuple(_grid_row(row, slots) for row in body)


_EDGE = 1.2  # how exactly a word stands at the edge of its column's title


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
        exact += any(abs((w.x0 if left else w.x1) - edge) <= _EDGE for w in words)
    return exact >= 2 and exact * 10 >= near * 6


def _at_edges(segment: Segment, lefts: Sequence[float], rights: Sequence[float]) -> tuple[Segment, ...]:
    words = segment.words
    cuts = [
        i
        for i in range(1, len(words))
        if any(abs(words[i].x0 - x) <= _EDGE for x in lefts) or any(abs(words[i - 1].x1 - x) <= _EDGE for x in rights)
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


def grids_of_tables(pages: Sequence[Page], naming: Naming) -> tuple[Grid, ...]:
    """Return the tables that the media declare and whose headings are understood, in reading order."""
    grids: list[Grid] = []
    for index, page in enumerate(pages):
        for table in page.tables:
            for grid in _declared(table, index, naming, len(grids)):
                if grids and grids[-1].fields == grid.fields and grids[-1].declared and grids[-1].rows:
                    grids[-1] = replace(grids[-1], rows=(*grids[-1].rows, *grid.rows))
                else:
                    grids.append(grid)
    return tuple(_unfolded(grid) for grid in grids if grid.rows)


def table_rows(table: Table, page: int) -> tuple[GridRow, ...]:
    """Return the rows of a declared table as segments."""
    rows: list[GridRow] = []
    for row in table.rows:
        cells = tuple(
            Segment(" ".join(cell.text.split("\n")).strip(), *cell.box, page, cell.words)
            if cell is not None and cell.text.strip()
            else None
            for cell in row
        )
        known = [cell for cell in cells if cell is not None]
        if known:
            rows.append(GridRow(cells, (), page, min(c.top for c in known), max(c.bottom for c in known)))
    return tuple(rows)


def _declared(table: Table, page: int, naming: Naming, first: int) -> list[Grid]:
    rows = table_rows(table, page)
    heads: list[tuple[int, int, tuple[Heading, ...]]] = []
    index = 0
    while index < len(rows):
        found = _declared_heading(rows, index, naming)
        if found is None:
            index += 1
            continue
        heads.append((index, found[0], found[1]))
        index += found[0]
    grids: list[Grid] = []
    for number, (start, count, headings) in enumerate(heads):
        end = heads[number + 1][0] if number + 1 < len(heads) else len(rows)
        grids.append(Grid(headings, rows[start + count : end], True, first + number))
    return grids


def _declared_heading(rows: Sequence[GridRow], start: int, naming: Naming) -> tuple[int, tuple[Heading, ...]] | None:
    """Return how many rows from here are the heading and the titles they make; None where it begins further down."""
    best: tuple[int, tuple[Heading, ...]] | None = None
    for count in range(1, _HEADING_ROWS_MAX + 1):
        block = rows[start : start + count]
        if len(block) < count or not all(_may_head(row.segments) for row in block):
            break
        headings = tuple(_declared_title(block, c, naming) for c in range(len(block[0].cells)))
        if not _worthy([h for h in headings if h.text]):
            continue
        if best is None or _worth(headings) > _worth(best[1]):
            best = (count, headings)
    if best is None:
        return None
    for later in range(start + 1, start + best[0]):
        below = _declared_heading(rows, later, naming)
        if below is not None and _worth(below[1]) >= _worth(best[1]):
            return None  # what stands above the titles is no part of them
    return best


def _worth(headings: Sequence[Heading]) -> int:
    shown = [h for h in headings if h.text]
    return len({h.fields for h in shown if h.fields}) * 2 - sum(not h.fields for h in shown)


def _declared_title(block: Sequence[GridRow], column: int, naming: Naming) -> Heading:
    parts = [cell for row in block if (cell := row.cells[column] if column < len(row.cells) else None) is not None]
    if not parts:
        return Heading("", (), 0.0, 0.0)
    return _heading(parts, naming)
