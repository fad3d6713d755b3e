"""Rows of a table made records: which column plays which part, which row begins a record, which is a total or a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from parsers.kinds.figures import Figures
from parsers.kinds.words import fields_of, hits_in
from parsers.layout.columns import is_numeric
from parsers.layout.segments import Segment
from parsers.layout.tables import Grid, GridRow

TOTALS = frozenset(
    "net_total tax_total freight total payment_total carried_forward brought_forward subtotal".split()
)
_MEANINGS_MAX = 96
_SAMPLE = 60
_NEAR = 2.6  # a note belongs to the line above it when it stands within so many heights


@dataclass(frozen=True, slots=True)
class Parts:
    """What columns can be for one kind of document: fields to parts, and how each part is checked."""

    of_field: Mapping[str, tuple[tuple[str, int], ...]]  # the parts a field can play, and what each choice costs
    numbers: frozenset[str]
    dates: frozenset[str]
    several: frozenset[str] = frozenset()  # parts that more than one column may play


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
    sample = [row for row in grid.rows if sum(c is not None for c in row.cells) >= 2][:_SAMPLE]
    options: list[list[tuple[str | None, int]]] = []
    for index, heading in enumerate(grid.headings):
        cells = [cell.text for row in sample if (cell := _cell(row, index)) is not None]
        found = _options(heading.fields, heading.text, cells, parts, figures)
        options.append(found)
    size = 1
    for found in options:
        size *= len(found)
    while size > 20_000:
        longest = max(options, key=len)
        size = size // len(longest) * (len(longest) - 1)
        longest.pop()
    ways = [Meaning(tuple(p for p, _ in way), sum(c for _, c in way)) for way in product(*options)]
    fitting = [way for way in ways if _consistent(way, parts)]
    return tuple(sorted(fitting, key=lambda way: way.cost)[:_MEANINGS_MAX])


def _cell(row: GridRow, index: int) -> Segment | None:
    return row.cells[index] if index < len(row.cells) else None


def _options(
    fields: tuple[str, ...], heading: str, cells: Sequence[str], parts: Parts, figures: Figures
) -> list[tuple[str | None, int]]:
    found: dict[str, int] = {}
    for place, field_name in enumerate(fields):
        for part, price in parts.of_field.get(field_name, ()):
            cost = place + price
            if _holds(part, cells, parts, figures):
                found[part] = min(found.get(part, 99), cost)
    options: list[tuple[str | None, int]] = sorted(((p, c) for p, c in found.items()), key=lambda pair: pair[1])
    return [*options, (None, 4 if options else 0)]


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
    return bool(figures.readings(text)) or bool(figures.quantities(text)) or bool(figures.price(text)) or (
        is_numeric(text) and "%" in text
    )


def _consistent(way: Meaning, parts: Parts) -> bool:
    used = [p for p in way.parts if p is not None and p not in parts.several]
    return len(used) == len(set(used))


def cells_of(row: GridRow, meaning: Meaning) -> dict[str, list[Segment]]:
    """Return the row's cells by the part their column plays."""
    cells: dict[str, list[Segment]] = {}
    for part, cell in zip(meaning.parts, row.cells, strict=False):
        if part is not None and cell is not None and cell.text.strip():
            cells.setdefault(part, []).append(cell)
    return cells


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
        for hit in hits_in(text):
            named = tuple(f for f in hit.fields if f in wanted)
            if named and _leads(text, hit.start, hit.end):
                return named
    return ()


def _bare(text: str) -> str:
    """The label of a row without the rate, sign and figures in it: "MwSt 19 %", "*** CARRIED FORWARD"."""
    return "".join(c for c in text if not c.isdigit() and c not in "%*=:()（）").strip(" .,-+")


def _leads(text: str, start: int, end: int) -> bool:
    """Whether the label is what the text is about: it begins it, or hardly anything else stands there."""
    before = [c for c in text[:start] if c.isalpha()]
    after = [c for c in text[end:] if c.isalpha()]
    return len(before) <= 5 and len(after) <= max(30, 3 * (end - start))


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
    for row in grid.rows:
        cells = cells_of(row, meaning)
        named = total_fields(row, sums)
        if named and not (complete(cells) and not _is_sum_cell(row, sums)):
            if any(is_numeric(s.text) or any(c.isdigit() for c in s.text) for s in row.segments):
                totals.append(TotalRow(named, cells, row, len(records)))
                closed = closed or bool({"total", "payment_total"} & set(named)) and bool(records)
            last = None
            continue
        if _only_sums(row) and records and not complete(cells):
            totals.append(TotalRow((), cells, row, len(records)))
            last = None
            continue
        if begins(cells) and (not closed or complete(cells)):
            records.append(Record(cells, row))
            last = row
            continue
        if last is not None and records and _follows(last, row, grid.declared):
            records[-1].notes.append(row)
            last = row
        else:
            loose.append(row)
    return Sorted(tuple(records), tuple(totals), tuple(loose))


def _is_sum_cell(row: GridRow, sums: frozenset[str]) -> bool:
    return any(set(fields_of(_bare(s.text))) & sums for s in row.segments if any(c.isalpha() for c in s.text))


def _only_sums(row: GridRow) -> bool:
    """A row of figures alone, without any word: the sums under a rule."""
    return bool(row.segments) and all(
        is_numeric(s.text) and not any(c.isalpha() for c in s.text) for s in row.segments
    )


def _follows(last: GridRow, row: GridRow, declared: bool) -> bool:
    if row.page != last.page:
        return False
    height = max(last.bottom - last.top, 6.0)
    return declared or row.top - last.top <= _NEAR * height
