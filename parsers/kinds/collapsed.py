"""Tables whose places are lost: one cell a line, or columns run together to single blanks.

The first kind is rebuilt by counting the headings, the second by what each piece of a line can be and by arithmetic.
Both give ordinary grids, which compete with all other readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import combinations

from parsers.kinds.extent import Extent
from parsers.kinds.figures import Figures
from parsers.kinds.listed import listed
from parsers.kinds.records import TOTALS, total_fields
from parsers.kinds.words import fields_of, hits_in, holding
from parsers.layout.columns import Expected
from parsers.layout.headings import Heading
from parsers.layout.placing import GridRow
from parsers.layout.segments import Row, Segment, segment_of
from parsers.layout.tables import Grid
from parsers.page import Word
from parsers.values.amounts import find_amounts
from parsers.values.dates import find_dates
from parsers.values.quantities import is_unit
from parsers.values.references import looks_like_reference

_WIDTH = 100.0
_HEADINGS_MAX = 14
_ROWS_MAX = 400
_PIECES_MAX = 30
_CUTS_MAX = 24
_HEADS_MAX = 3  # lines of run-together titles that are tried on one paper
_WAYS_MAX = 3  # ways to cut each of them that are tried on all rows
_TRIAL_ROWS = 10


def remade(extent: Extent, figures: Figures) -> Iterator[tuple[Grid, ...]]:
    """Yield the tables rebuilt from lines without places."""
    if extent.of_cells and extent.table_grids:
        return
    stacked = tuple(_stacked(extent.rows))
    if stacked:
        yield stacked
    tried = 0
    for labelled in (_labelled_rows(extent.rows), listed(extent.rows)):
        if labelled is not None:
            yield (labelled,)
    for start, row in enumerate(extent.rows):
        if len(row.segments) > 2 or not 3 <= len(_words(row)) <= 30:
            continue
        ways = _likeliest(extent.rows, start, _cuts(row), figures)
        tried += bool(ways)
        for headings in ways:
            grid = _collapsed(extent.rows, start, headings, figures, _ROWS_MAX)
            if grid is not None:
                yield (grid,)
        if tried >= _HEADS_MAX:
            return


def lost_headings(rows: Sequence[Row]) -> Iterator[Grid]:
    """Yield the headings of tables without places, without their rows: where they begin and what they name."""
    index = 0
    while index < min(len(rows), 200):
        row = rows[index]
        count = _run_of_labels(rows, index)
        if count >= 3:
            titles = [rows[index + i].text for i in range(count)]
            yield Grid(tuple(Heading(t, fields_of(t), 0.0, 0.0) for t in titles), (), False, index)
        elif len(row.segments) <= 2 and 3 <= len(_words(row)) <= 30:
            for headings in _cuts(row)[:1]:
                yield Grid(headings, (), False, index)
        index += max(count, 1)


# One cell a line.


def _stacked(rows: Sequence[Row]) -> Iterator[Grid]:
    index = 0
    while index < len(rows):
        count = _run_of_labels(rows, index)
        if count < 3:
            index += max(count, 1)
            continue
        yield from _cycled(rows, index, count)
        index += count


def _run_of_labels(rows: Sequence[Row], start: int) -> int:
    count = 0
    while start + count < len(rows) and count < _HEADINGS_MAX:
        row = rows[start + count]
        if len(row.segments) != 1 or not fields_of(row.text):
            break
        count += 1
    return count


def _cycled(rows: Sequence[Row], start: int, count: int) -> Iterator[Grid]:
    headings = tuple(
        Heading(rows[start + i].text, fields_of(rows[start + i].text), i * _WIDTH, i * _WIDTH + 90)
        for i in range(count)
    )
    made: list[GridRow] = []
    index = start + count
    while index + count <= len(rows) and len(made) < _ROWS_MAX:
        block = rows[index : index + count]
        if any(len(row.segments) != 1 for row in block) or _is_sum(block[0]) or not _fits(block, headings):
            break
        made.append(GridRow(tuple(row.segments[0] for row in block), (), block[0].page, block[0].top, block[-1].bottom))
        index += count
    made.extend(GridRow((None,) * count, r.segments, r.page, r.top, r.bottom) for r in rows[index : index + 4])
    if len(made) > min(4, len(rows) - index):
        yield Grid(headings, tuple(made), True, start)


def _is_sum(row: Row) -> bool:
    return bool(total_fields(GridRow((), row.segments, row.page, row.top, row.bottom), TOTALS))


def _fits(block: Sequence[Row], headings: Sequence[Heading]) -> bool:
    for row, heading in zip(block, headings, strict=True):
        expected = holding(heading.fields)
        if expected in (Expected.NUMBER, Expected.DATE) and not any(c.isdigit() for c in row.text):
            return False
    return True


# Every figure behind a label of its own.


_FIGURES = frozenset(
    [
        "quantity",
        "unit_price",
        "amount",
        "gross",
        "paid",
        "discount",
        "deduction",
        "withheld",
        "ordered",
        "delivered",
        "accepted",
        "rejected",
        "damaged",
        "missing",
        "invoice_number",
    ]
)
_NOW = re.compile(r"\bWAS\b.*?\bIS\b", re.I)  # a change told as "WAS 100  IS 60": what is now counts


def _labelled_rows(rows: Sequence[Row]) -> Grid | None:
    """Return rows such as "Line 1  SN-310  Quantity 60  Unit price 129.00" as a table of their labels."""
    found: list[tuple[Row, dict[str, Segment]]] = []
    for row in rows[:2_000]:
        cells = _cells_behind_labels(row)
        if len(_FIGURES & set(cells)) >= 2 or ("line_number" in cells and "cancel_mark" in cells):
            found.append((row, cells))
    if sum(len(_FIGURES & set(cells)) >= 2 for _, cells in found) < 2:
        return None
    fields = [f for f in ("line_number", "item") if any(f in cells for _, cells in found)]
    fields += sorted({f for _, cells in found for f in cells} - set(fields))
    headings = tuple(Heading(f, (f,), i * _WIDTH, i * _WIDTH + 90) for i, f in enumerate(fields))
    first = list(rows).index(found[0][0])
    known = {id(row): cells for row, cells in found}
    made = [
        GridRow(tuple(known[id(row)].get(f) for f in fields), (), row.page, row.top, row.bottom)
        if id(row) in known
        else GridRow((None,) * len(fields), row.segments, row.page, row.top, row.bottom)
        for row in rows[first:]
    ]
    return Grid(headings, tuple(made), False, first)


def _cells_behind_labels(row: Row) -> dict[str, Segment]:
    text = " ".join(s.text for s in row.segments)
    hits = [
        hit
        for hit in hits_in(text)
        if hit.fields[0] in _FIGURES | {"line_number", "item", "cancel_mark", "invoice_date"}
    ]
    if len(hits) < 2:
        return {}
    cells: dict[str, Segment] = {}
    ends = [hit.start for hit in hits[1:]] + [len(text)]
    place = row.segments[0]
    for hit, end in zip(hits, ends, strict=True):
        value = text[hit.end : end].strip(" :#=|;,")
        if match := _NOW.match(value):
            value = value[match.end() :].strip()
        if hit.fields[0] == "cancel_mark":
            cells["cancel_mark"] = replace(place, text=text[hit.start : hit.end])
            continue
        head, _, rest = value.partition(" ")
        if not any(c.isdigit() for c in head) and not (head and any(c.isdigit() for c in rest.split(" ")[0])):
            continue
        token = head if any(c.isdigit() for c in head) else f"{head} {rest.split(' ')[0]}"
        cells.setdefault(hit.fields[0], replace(place, text=token))
        if hit.fields[0] == "line_number" and rest and looks_like_reference(rest.split(" ")[0]):
            cells.setdefault("item", replace(place, text=rest.split(" ")[0]))
    return cells


# No heading at all.

HEADERLESS = -1  # `first` of a grid whose columns are told by types alone: it counts only where it foots


def headerless(rows: Sequence[Row], figures: Figures) -> Iterator[Grid]:
    """Yield lists of document number, perhaps date, and one amount, line under line without any heading."""
    run: list[tuple[Segment | None, Segment | None, Segment | None]] = []
    where: list[Row] = []
    for row in [*rows[:2_000], None]:
        cells = _typed(row, figures) if row is not None else None
        if row is not None and cells is not None and (not where or row.page == where[-1].page):
            run.append(cells)
            where.append(row)
            continue
        if len(run) >= 2:
            yield _typed_grid(run, where)
        run, where = [], []


def _typed(row: Row, figures: Figures) -> tuple[Segment | None, Segment | None, Segment | None] | None:
    pieces = _pieces(row, figures)
    numbers = [p for p in pieces if p.kind == "number"]
    references = [p for p in pieces if p.kind == "reference"]
    dates = [p for p in pieces if p.kind == "date"]
    others = [p for p in pieces if p.kind in ("words", "unit")]
    money = [
        p for p in numbers if any(r.decimals or r.grouping or r.currency for r in figures.readings(p.segment.text))
    ]
    if len(references) != 1 or len(money) != 1 or len(numbers) != 1 or len(dates) > 1 or len(others) > 4:
        return None
    if pieces.index(references[0]) > pieces.index(money[0]):
        return None
    return references[0].segment, dates[0].segment if dates else None, money[0].segment


def _typed_grid(run: Sequence[tuple[Segment | None, Segment | None, Segment | None]], where: Sequence[Row]) -> Grid:
    names = ("invoice_number", "invoice_date", "paid")
    headings = tuple(Heading("", (name,), i * _WIDTH, i * _WIDTH + 90) for i, name in enumerate(names))
    made = tuple(GridRow(cells, (), row.page, row.top, row.bottom) for cells, row in zip(run, where, strict=True))
    return Grid(headings, made, False, HEADERLESS)


# Columns run together.


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str  # date, number, reference, unit, words
    segment: Segment


def _words(row: Row) -> list[Word]:
    return [word for segment in row.segments for word in segment.words]


def _cuts(row: Row) -> list[tuple[Heading, ...]]:
    """Return the ways to cut a line into labels that cover all its words, at least three."""
    words = _words(row)
    texts = [word.text for word in words]

    @cache
    def cut(start: int) -> tuple[tuple[int, ...], ...]:
        if start == len(texts):
            return ((),)
        found: list[tuple[int, ...]] = []
        for end in range(min(len(texts), start + 5), start, -1):
            if fields_of(" ".join(texts[start:end])):
                found += [(end, *rest) for rest in cut(end)]
            if len(found) > _CUTS_MAX:
                break
        return tuple(found[:_CUTS_MAX])

    ways: list[tuple[Heading, ...]] = []
    for ends in cut(0):
        if not 3 <= len(ends) <= _HEADINGS_MAX:
            continue
        titles = [" ".join(texts[a:b]) for a, b in zip((0, *ends), ends, strict=False)]
        ways.append(tuple(Heading(t, fields_of(t), i * _WIDTH, i * _WIDTH + 90) for i, t in enumerate(titles)))
    return ways


def _likeliest(
    rows: Sequence[Row], start: int, ways: Sequence[tuple[Heading, ...]], figures: Figures
) -> list[tuple[Heading, ...]]:
    """Return the ways to cut a line of titles that place the most of the rows below, best arithmetic first."""
    scored: list[tuple[int, int, tuple[Heading, ...]]] = []
    for headings in ways:
        grid = _collapsed(rows, start, headings, figures, _TRIAL_ROWS)
        if grid is None:
            continue
        placed = [row.cells for row in grid.rows if any(row.cells)]
        scored.append((sum(_arithmetic(c, headings, figures) for c in placed), len(placed), headings))
    scored.sort(key=lambda s: (-s[0], -s[1]))
    return [headings for _, _, headings in scored[:_WAYS_MAX]]


def _collapsed(
    rows: Sequence[Row], start: int, headings: tuple[Heading, ...], figures: Figures, most: int
) -> Grid | None:
    made: list[GridRow] = []
    placed = missed = 0
    for row in rows[start + 1 : start + 1 + most]:
        if row.page != rows[start].page and missed:
            break
        whole = GridRow((None,) * len(headings), row.segments, row.page, row.top, row.bottom)
        pieces = _pieces(row, figures)
        if total_fields(whole, TOTALS):
            made.append(whole)
            continue
        cells = _aligned(pieces, headings, figures) if len(pieces) >= 2 else None
        if cells is None:
            missed += 1
            made.append(whole)
            if missed > 3 and not placed:
                return None
            continue
        placed += 1
        made.append(GridRow(cells, (), row.page, row.top, row.bottom))
    return Grid(headings, tuple(made), False, start) if placed else None


def _pieces(row: Row, figures: Figures) -> list[_Piece]:
    """Cut a line into dates, figures, references and the words between them."""
    words = _words(row)
    text = " ".join(word.text for word in words)
    starts: list[int] = []
    at = 0
    for word in words:
        starts.append(at)
        at += len(word.text) + 1
    spans = [(d.start, d.end, "date") for d in find_dates(text, near=figures.near)]
    spans += [(a.start, a.end, "number") for a in find_amounts(text, [(s, e) for s, e, _ in spans])]
    pieces: list[_Piece] = []
    index = 0
    while index < len(words) and len(pieces) < _PIECES_MAX:
        span = next((s for s in spans if s[0] <= starts[index] < s[1]), None)
        if span is not None:
            end = index + 1
            while end < len(words) and starts[end] < span[1]:
                end += 1
            pieces.append(_Piece(span[2], segment_of(words[index:end], row.page)))
            index = end
            continue
        word = words[index]
        kind = "reference" if looks_like_reference(word.text) else "unit" if is_unit(word.text) else "words"
        pieces.append(_Piece(kind, segment_of([word], row.page)))
        index += 1
    return pieces


_FIT = {
    Expected.NUMBER: {"number": 3, "reference": -9, "date": -9, "unit": -9, "words": -9},
    Expected.DATE: {"date": 4, "number": -9, "reference": -9, "unit": -9, "words": -9},
    Expected.REFERENCE: {"reference": 3, "number": 1, "words": -2, "date": -9, "unit": -6},
    Expected.TEXT: {"words": 1, "reference": 0, "unit": 0, "number": -2, "date": -3},
    Expected.ANY: {"words": 0, "reference": 0, "unit": 2, "number": -1, "date": -1},
}


def _aligned(
    pieces: Sequence[_Piece], headings: Sequence[Heading], figures: Figures
) -> tuple[Segment | None, ...] | None:
    """Return the pieces by column: every piece placed, in order, the way whose arithmetic holds before others."""
    kinds = [holding(h.fields) for h in headings]
    firm = [i for i, kind in enumerate(kinds) if kind is not Expected.TEXT]
    options: list[tuple[int, int, tuple[Segment | None, ...]]] = []
    for size in range(min(3, len(firm)) + 1):
        for empty in combinations(firm, size):
            found = _best_way(pieces, kinds, frozenset(empty))
            if found is not None:
                score, cells = found
                options.append((_arithmetic(cells, headings, figures), score - size, cells))
        if options and max(o[0] for o in options) > 0:
            break
    if not options:
        return None
    options.sort(key=lambda o: (-o[0], -o[1]))
    best = options[0]
    if len(options) > 1 and options[1][:2] == best[:2] and options[1][2] != best[2]:
        return None
    return best[2]


def _best_way(
    pieces: Sequence[_Piece], kinds: Sequence[Expected], empty: frozenset[int]
) -> tuple[int, tuple[Segment | None, ...]] | None:
    """Assign pieces to columns from left to right; a text column takes as many as it likes, each other one."""
    best: list[tuple[int, tuple[Segment | None, ...]] | None] = [None] * (len(pieces) + 1)
    best[0] = (0, ())
    for column, kind in enumerate(kinds):
        following: list[tuple[int, tuple[Segment | None, ...]] | None] = [None] * (len(pieces) + 1)
        for taken, state in enumerate(best):
            if state is None:
                continue
            least = 0 if kind is Expected.TEXT or column in empty else 1
            most = len(pieces) - taken if kind is Expected.TEXT else 0 if column in empty else 1
            if kind is Expected.REFERENCE and column not in empty and pieces[taken : taken + 1]:
                most = 2 if pieces[taken].kind == "words" else 1  # "Avoir CN-20322"
            for count in range(least, min(most, len(pieces) - taken) + 1):
                group = pieces[taken : taken + count]
                gain = sum(_FIT[kind][p.kind] for p in group)
                if count and kind is not Expected.TEXT and gain <= -9:
                    continue
                cell = segment_of([w for p in group for w in p.segment.words], group[0].segment.page) if group else None
                held = following[taken + count]
                if held is None or held[0] < state[0] + gain:
                    following[taken + count] = (state[0] + gain, (*state[1], cell))
        best = following
    return best[-1]


def _arithmetic(cells: Sequence[Segment | None], headings: Sequence[Heading], figures: Figures) -> int:
    """Whether quantity x price is the amount, or gross less reductions what is paid, in this way of placing."""
    values: dict[str, Decimal] = {}
    for cell, heading in zip(cells, headings, strict=True):
        value = figures.amount(cell.text) if cell is not None else None
        for field in heading.fields:
            if value is not None:
                values.setdefault(field, value)
    quantity, price = values.get("quantity"), values.get("unit_price")
    amount = values.get("amount")
    if quantity is not None and price is not None and amount is not None:
        return 1 if abs(quantity * price - amount) <= Decimal("0.01") else 0
    paid = values.get("paid")
    if paid is None:
        return 0
    taken = sum(
        (values.get(f, Decimal(0)) for f in ("discount", "deduction", "withheld", "credit_note_number")), Decimal(0)
    )
    gross = values.get("gross")
    if gross is None:
        return 1 if taken and -taken == paid else 0
    return 1 if gross - taken == paid else 0
