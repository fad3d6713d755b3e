"""Rows of a table made records: which column plays which part, which row is a line, a total or a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from parsers.kinds.figures import Figures
from parsers.kinds.words import fields_of, hits_in
from parsers.layout.columns import is_numeric
from parsers.layout.headings import Taught
from parsers.layout.placing import GridRow
from parsers.layout.segments import Segment
from parsers.layout.tables import Grid

TOTALS = frozenset(
    ["net_total", "tax_total", "freight", "total", "payment_total", "carried_forward", "brought_forward", "subtotal"]
)
_MEANINGS_MAX = 96
_HELD = 4 * _MEANINGS_MAX  # ways kept from column to column, cheapest first
_SAMPLE = 60
_NEAR = 1.8  # a note belongs to the line above it when it stands within so many heights
# Labels of the whole paper: a row that begins with one is no note of the line above it.
_OF_THE_PAPER = frozenset(
    [
        "received_by",
        "signature",
        "payment_terms",
        "delivery_terms",
        "ship_to",
        "bill_to",
        "supplier",
        "payer",
        "payee",
        "carrier",
        "payment_reference",
        "payment_date",
        "payment_method",
        "payee_account",
        "email",
        "phone",
        "page",
        "status",
        "packages",
        "condition",
        "contact",
    ]
)


def _any(_part: str, _cells: Sequence[str]) -> int | None:
    return 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What columns can be for one kind of document: fields to parts, and how each part is checked."""

    of_field: Mapping[str, tuple[tuple[str, int], ...]]  # the parts a field can play, and what each choice costs
    numbers: frozenset[str]
    dates: frozenset[str]
    several: frozenset[str] = frozenset()  # parts that more than one column may play
    # What its cells say against a part (None: cannot be; else a cost), and parts told by cells alone.
    judge: Callable[[str, Sequence[str]], int | None] = _any
    by_cells: tuple[tuple[str, int], ...] = ()
    idle: int = 4  # what it costs to leave out a column that can only be told by its cells


@dataclass(frozen=True, slots=True)
class Meaning:
    """One way to understand the columns: a part or None each; `cost` grows with every second choice."""

    parts: tuple[str | None, ...]
    cost: int

    def has(self, part: str) -> bool:
        return part in self.parts


@dataclass(slots=True)
class Record:
    """One line of the document: its cells by part, and the rows below that belong to it."""

    cells: dict[str, list[Segment]]
    row: GridRow
    notes: list[GridRow] = field(default_factory=list)

    def cell(self, part: str) -> Segment | None:
        held = self.cells.get(part)
        return held[0] if held else None

    def text(self, part: str) -> str:
        return " ".join(s.text for s in self.cells.get(part, ())).strip()


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row that sums up: what its label can name, its cells by part, and the row."""

    fields: tuple[str, ...]
    cells: dict[str, list[Segment]]
    row: GridRow
    after: int  # how many records stand before it


@dataclass(frozen=True, slots=True)
class Sorted:
    """A table's rows sorted into records and totals; `loose` is what is neither."""

    records: tuple[Record, ...]
    totals: tuple[TotalRow, ...]
    loose: tuple[GridRow, ...]


def meanings(grid: Grid, parts: Parts, figures: Figures) -> tuple[Meaning, ...]:
    """Return the ways to understand the grid's columns, the cheapest first."""
    sample = _fullest(grid.rows)
    options: list[list[tuple[str | None, int]]] = []
    for index, heading in enumerate(grid.headings):
        cells = [cell.text for row in sample if (cell := _cell(row, index)) is not None]
        found = _options(heading.fields, cells, parts, figures)
        options.append(found)
    ways = [Meaning((), 0)]
    for found in options:
        ways = [
            Meaning((*way.parts, part), way.cost + cost)
            for way in ways
            for part, cost in found
            if part is None or part in parts.several or part not in way.parts
        ]
        ways.sort(key=lambda way: way.cost)
        del ways[_HELD:]
    return tuple(ways[:_MEANINGS_MAX])


Way = TypeVar("Way")
Read = TypeVar("Read")


def shortlist(
    grid: Grid,
    ways: Sequence[Way],
    reading: Callable[[Grid, Way], Read | None],
    rank: Callable[[Read], tuple[int, ...]],
) -> Sequence[Way]:
    """Return the ways worth trying on all rows of a long table: those that read its first rows best."""
    if len(grid.rows) <= 2 * _TRIED or len(ways) <= _KEPT:
        return ways
    start = replace(grid, rows=grid.rows[:_TRIED])
    read = [(found, way) for way in ways if (found := reading(start, way)) is not None]
    read.sort(key=lambda pair: rank(pair[0]), reverse=True)
    return [way for _, way in read[:_KEPT]]


_TRIED = 80
_KEPT = 2


def _fullest(rows: Sequence[GridRow]) -> list[GridRow]:
    """Return the rows that look like records: those with most of the cells of the fullest."""
    counted = [(sum(c is not None for c in row.cells), row) for row in rows[:400]]
    most = max((count for count, _ in counted), default=0)
    return [row for count, row in counted if count >= 2 and count * 10 >= most * 7][:_SAMPLE]


def _cell(row: GridRow, index: int) -> Segment | None:
    return row.cells[index] if index < len(row.cells) else None


def _options(
    fields: tuple[str, ...], cells: Sequence[str], parts: Parts, figures: Figures
) -> list[tuple[str | None, int]]:
    found: dict[str, int] = {}
    for place, field_name in enumerate(fields):
        for part, price in parts.of_field.get(field_name, ()):
            if price and isinstance(fields, Taught) and field_name != "amount":
                continue  # what was taught means that one thing
            judged = parts.judge(part, cells) if cells else 0
            if judged is not None and _holds(part, cells, parts, figures):
                found[part] = min(found.get(part, 99), place + price + judged)
    for part, price in parts.by_cells if cells and (not fields or not found) else ():
        if parts.judge(part, cells) == 0 and _holds(part, cells, parts, figures):
            found[part] = min(found.get(part, 99), price)
    options: list[tuple[str | None, int]] = sorted(((p, c) for p, c in found.items()), key=lambda pair: pair[1])
    return [*options, (None, (4 if fields else parts.idle) if options else 0)]


def _holds(part: str, cells: Sequence[str], parts: Parts, figures: Figures) -> bool:
    """Whether the cells under a heading are of the kind that the part needs."""
    if not cells:
        return True
    if part in parts.numbers:
        return sum(_figure_like(c, figures) for c in cells) * 2 >= len(cells)
    if part in parts.dates:
        return sum(any(ch.isdigit() for ch in c) for c in cells) * 2 >= len(cells)
    return True


def _figure_like(text: str, figures: Figures) -> bool:
    return (
        bool(figures.readings(text))
        or bool(figures.quantities(text))
        or bool(figures.price(text))
        or (is_numeric(text) and "%" in text)
    )


def cells_of(row: GridRow, meaning: Meaning) -> dict[str, list[Segment]]:
    """Return the row's cells by the part their column plays."""
    cells: dict[str, list[Segment]] = {}
    for part, cell in zip(meaning.parts, row.cells, strict=False):
        if part is not None and cell is not None and cell.text.strip():
            cells.setdefault(part, []).append(cell)
    return cells


def columns_of(records: Sequence[Record], part: str) -> list[str]:
    """Return the texts of a part's column."""
    return [s.text for r in records[:300] for s in r.cells.get(part, ())]


def total_fields(row: GridRow, wanted: frozenset[str]) -> tuple[str, ...]:
    """Return what a row's label can name among the sums, empty where it bears no such label."""
    for segment in row.segments:
        text = segment.text
        if is_numeric(text) and not any(c.isalpha() for c in text.replace("EUR", "").replace("USD", "")):
            continue
        bare = _bare(text)
        whole = tuple(f for f in fields_of(bare) or fields_of(bare.removesuffix("s").removesuffix("S")) if f in wanted)
        if whole:
            return whole
        if _sole_label(row, segment) and set(fields_of(bare)) & _LOOSE_SUMS:
            return ("sum",)
        for hit in hits_in(text):
            named = tuple(f for f in hit.fields if f in wanted)
            if named and _leads(text, hit.start, hit.end, hit.fields[0] in ("total", "payment_total")):
                return named
    return ()


_NAMES = frozenset(("reference", "payer_reference", "item", "supplier_item", "buyer_item", "order", "line", "issued"))
_CARRIED = frozenset(("carried_forward", "brought_forward"))
_LOOSE_SUMS = frozenset(("amount", "gross", "paid", "quantity"))


def _sole_label(row: GridRow, segment: Segment) -> bool:
    """Whether a row is this label and figures only: "Gesamt", "Nettobetrag", "Totale" are sums there."""
    others = [s for s in row.segments if s is not segment]
    return 1 <= len(others) <= 6 and all(is_numeric(s.text) or len(s.text) <= 4 for s in others)


def _bare(text: str) -> str:
    """The label of a row without the rate, sign and figures in it: "MwSt 19 %", "*** CARRIED FORWARD"."""
    return "".join(c for c in text if not c.isdigit() and c not in "%*=:()（）").strip(" .,-+")


def _leads(text: str, start: int, end: int, total: bool) -> bool:
    """Whether the label is what the text is about: it begins it, or hardly anything else stands there."""
    before = [word for word in text[:start].split() if any(c.isalpha() for c in word)]
    after = [c for c in text[end:] if c.isalpha()]
    if total and not after and len(before) <= 2 and len(text) <= 40:
        return True  # "Revised total", "New order total"
    return all(word.endswith(".") and len(word) <= 6 for word in before) and len(after) <= max(30, 3 * (end - start))


def sort_rows(
    grid: Grid,
    meaning: Meaning,
    begins: Callable[[dict[str, list[Segment]]], bool],
    complete: Callable[[dict[str, list[Segment]]], bool],
    sums: frozenset[str] = TOTALS,
) -> Sorted:
    """Sort the rows: `begins` tells a row that starts a record, `complete` one that can be nothing else."""
    records: list[Record] = []
    totals: list[TotalRow] = []
    loose: list[GridRow] = []
    closed = False  # the grand total has been printed: prose follows
    last: GridRow | None = None
    wrapped: GridRow | None = None
    for index, row in enumerate(grid.rows):
        if row is wrapped:
            continue
        cells = cells_of(row, meaning)
        named = total_fields(row, sums)
        if named and (longer := _wrapped_label(row, grid.rows[index + 1 : index + 2], sums)):
            named, wrapped = longer, grid.rows[index + 1]
        if named and not (complete(cells) and (not _is_sum_cell(row, sums) or set(named) <= _CARRIED)):
            if any(is_numeric(s.text) or any(c.isdigit() for c in s.text) for s in row.segments):
                totals.append(TotalRow(named, cells, row, len(records)))
                closed = closed or (bool({"total", "payment_total"} & set(named)) and bool(records))
            last = None
            continue
        if _only_sums(row) and records and not complete(cells) and set(cells) - _NAMES:
            totals.append(TotalRow((), cells, row, len(records)))
            last = None
            continue
        if begins(cells) and (not closed or complete(cells)):
            records.append(Record(cells, row))
            last = row
            continue
        if last is not None and records and _follows(last, row, grid.declared) and not _of_the_paper(row):
            records[-1].notes.append(row)
            last = row
        else:
            loose.append(row)
            last = None
    return Sorted(tuple(records), tuple(totals), tuple(loose))


def _wrapped_label(row: GridRow, below: Sequence[GridRow], sums: frozenset[str]) -> tuple[str, ...]:
    """What the label of a sum names with its second line, where a narrow column wrapped it: "Total / excl. VAT"."""
    if not below or len(below[0].segments) != 1 or below[0].page != row.page:
        return ()
    rest = below[0].segments[0]
    if rest.top - row.top > _NEAR * max(row.bottom - row.top, 6.0) or is_numeric(rest.text):
        return ()
    for segment in row.segments:
        if abs(segment.x0 - rest.x0) <= 3.0 and not is_numeric(segment.text):
            return tuple(f for f in fields_of(_bare(f"{segment.text} {rest.text}")) if f in sums)
    return ()


def _of_the_paper(row: GridRow) -> bool:
    hits = hits_in(row.segments[0].text) if row.segments else ()
    return bool(hits) and hits[0].start == 0 and hits[0].fields[0] in _OF_THE_PAPER


def _is_sum_cell(row: GridRow, sums: frozenset[str]) -> bool:
    return any(
        set(fields_of(_bare(s.text)) or fields_of(_bare(s.text).removesuffix("s").removesuffix("S"))) & sums
        for s in row.segments
        if any(c.isalpha() for c in s.text)
    )


def _only_sums(row: GridRow) -> bool:
    """A row of figures alone, without any word: the sums under a rule."""
    return bool(row.segments) and all(is_numeric(s.text) and not any(c.isalpha() for c in s.text) for s in row.segments)


def _follows(last: GridRow, row: GridRow, declared: bool) -> bool:
    if row.page != last.page:
        return False
    height = max(last.bottom - last.top, 6.0)
    return declared or row.top - last.top <= _NEAR * height
