"""Remittance advices: what was paid, proved by gross - reductions = paid and by the sum of the lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import product

from parsers.kinds.figures import Figures
from parsers.kinds.records import Meaning, Record, Sorted, TotalRow, columns_of, meanings, shortlist, sort_rows
from parsers.kinds.remitted_columns import MONEY, PARTS, REDUCTIONS, SUMS, begins, complete, keeps, played, usable
from parsers.kinds.remitted_lines import Entry, entry_of
from parsers.layout.tables import Grid


@dataclass(frozen=True, slots=True)
class TableReading:
    """One way to read a table: its lines, its totals, and how well it proves itself."""

    entries: tuple[Entry, ...]
    sums: tuple[Decimal, ...]  # totals printed for the amounts paid
    meaning: Meaning
    figures: Figures
    sorted: Sorted
    rank: tuple[int, ...]
    grid: Grid
    turned: bool = False  # takes reductions that are printed without a minus for additions

    def labelled_sums(self) -> list[tuple[Decimal, TotalRow]]:
        """The totals of what was paid that bear a total's label, with their rows."""
        return [
            (value, row)
            for row in self.sorted.totals
            if {"total", "payment_total"} & set(row.fields[:1])
            and (value := _sum_of(row, self.meaning, self.figures)) is not None
        ]

    @property
    def paid(self) -> Decimal | None:
        values = [e.line.paid for e in self.entries]
        return sum((v for v in values if v is not None), Decimal(0)) if values and None not in values else None


Stated = Sequence[tuple[int, float, Decimal]]  # page, top and value of every amount on the paper


def read_table(grid: Grid, figures: Figures, stated: Stated) -> TableReading | None:
    """Return the best reading of a table as lines paid, None where it is no such table or two readings tie."""
    ways = [(m, signs) for m in meanings(grid, PARTS, figures) if usable(m) for signs in _signs(m)]
    sorted_as = _sorting(figures)

    def reading(part: Grid, way: tuple[Meaning, dict[str, int]]) -> TableReading | None:
        return _read_as(part, way[0], way[1], sorted_as, stated)

    # Figures as they are printed come first: where every line then holds, to turn their signs round can only break one.
    best = _best(grid, [way for way in ways if min(way[1].values(), default=1) > 0], reading)
    if best is None or not (_faithful(best, grid) and all(e.holds for e in best.entries)):
        best = _best(grid, ways, reading)
    if best is None or _faithful(best, grid):
        return best
    # Arithmetic chooses between readings of a doubtful heading. It never turns a clear one round: a paper that adds up
    # only with "gross" read as paid does not add up.
    clear = [way for way in ways if keeps(way[0], grid)]
    natural = [r for way in clear if (r := reading(grid, way)) is not None and not r.turned]
    return max(natural, key=lambda found: found.rank, default=_best(grid, clear, reading) or best)


def _best(
    grid: Grid,
    ways: Sequence[tuple[Meaning, dict[str, int]]],
    reading: Callable[[Grid, tuple[Meaning, dict[str, int]]], TableReading | None],
) -> TableReading | None:
    best: TableReading | None = None
    for way in shortlist(grid, ways, reading, lambda found: found.rank):
        found = reading(grid, way)
        if found is not None and (best is None or found.rank > best.rank):
            best = found
    return best


def _faithful(reading: TableReading, grid: Grid) -> bool:
    return keeps(reading.meaning, grid) and not reading.turned


Sorting = Callable[[Grid, Meaning], tuple[Sorted, Figures]]


def _sorting(figures: Figures) -> Sorting:
    """Return what sorts a table's rows by a meaning and finds the decimal mark of its columns, once a meaning."""
    known: dict[tuple[int, Meaning], tuple[Grid, Sorted, Figures]] = {}
    starts, whole = partial(begins, figures=figures), partial(complete, figures=figures)

    def sorted_as(grid: Grid, meaning: Meaning) -> tuple[Sorted, Figures]:
        key = (id(grid), meaning)
        if key not in known:  # the grid is held with it, so that no other can take its id
            rows = sort_rows(grid, meaning, starts, whole, SUMS)
            known[key] = (grid, rows, figures.with_columns(*(columns_of(rows.records, part) for part in MONEY)))
        _, rows, local = known[key]
        return rows, local

    return sorted_as


def _read_as(
    grid: Grid, meaning: Meaning, signs: dict[str, int], sorted_as: Sorting, stated: Stated
) -> TableReading | None:
    rows, local = sorted_as(grid, meaning)
    if not rows.records:
        return None
    reading = _reading(rows, meaning, local, signs, stated, grid)
    return None if _unproved_guess(reading) else reading


def _unproved_guess(reading: TableReading) -> bool:
    """Whether a column without a known title was taken for money, and the arithmetic of the lines does not say so."""
    guessed = any(
        part in ("paid", "gross") and part not in played(heading.fields)
        for heading, part in zip(reading.grid.headings, reading.meaning.parts, strict=False)
    )
    return guessed and not all(e.holds for e in reading.entries)


def _signs(meaning: Meaning) -> list[dict[str, int]]:
    """How reductions are written: as positive figures to be taken off, or negative ones to be added."""
    used = [part for part in (*REDUCTIONS, "credit", "sign") if meaning.has(part)]
    return [dict(zip(used, way, strict=True)) for way in product((1, -1), repeat=len(used))]


def _reading(
    rows: Sorted, meaning: Meaning, local: Figures, signs: dict[str, int], stated: Stated, grid: Grid
) -> TableReading:
    entries = tuple(entry_of(record, meaning, local, signs) for record in rows.records)
    rows, entries = _without_sums(rows, entries)
    sums = tuple(v for t in rows.totals if (v := _sum_of(t, meaning, local)) is not None)
    turned = any(
        sign < 0 and part != "sign" and not _printed_negative(rows, part, local) for part, sign in signs.items()
    )
    reading = TableReading(entries, sums, meaning, local, rows, (), grid, turned)
    return replace(reading, rank=_rank(reading, signs, outside(stated, rows.records)))


def _without_sums(rows: Sorted, entries: tuple[Entry, ...]) -> tuple[Sorted, tuple[Entry, ...]]:
    """Take rows without a reference that repeat the sum of the lines above for what they are: carried or subtotals."""
    kept: list[Entry] = []
    totals = list(rows.totals)
    whole = group = Decimal(0)
    count = 0
    for entry in entries:
        paid = entry.line.paid
        named = entry.line.reference is not None or "issued" in entry.record.cells
        if not named and paid and ((paid == whole and len(kept) >= 2) or (paid == group and count >= 2)):
            last = entry is entries[-1] and paid == whole
            fields = ("total",) if last else ("subtotal",)
            totals.append(TotalRow(fields, entry.record.cells, entry.record.row, len(kept)))
            group, count = Decimal(0), 0
            continue
        kept.append(entry)
        whole, group, count = whole + (paid or 0), group + (paid or 0), count + 1
    if len(kept) == len(entries):
        return rows, entries
    return replace(rows, records=tuple(e.record for e in kept), totals=tuple(totals)), tuple(kept)


def _printed_negative(rows: Sorted, part: str, figures: Figures) -> bool:
    """Whether a column of reductions holds a figure with a minus, or nothing but noughts."""
    values = [figures.amount(s.text) for r in rows.records for s in r.cells.get(part, ())]
    return any(v < 0 for v in values if v is not None) or not any(values)


_TALL = 20.0  # a record that is told in several lines of its own


def outside(stated: Stated, records: Sequence[Record]) -> frozenset[Decimal]:
    """Return the amounts that stand elsewhere than in the records themselves."""
    own = {(row.page, round(row.top)) for r in records for row in (r.row, *r.notes)}
    spans = [(r.row.page, r.row.top, r.row.bottom) for r in records if r.row.bottom - r.row.top > _TALL]
    return frozenset(
        value
        for page, top, value in stated
        if (page, round(top)) not in own and not any(p == page and low <= top < high - 1 for p, low, high in spans)
    )


def _rank(reading: TableReading, signs: dict[str, int], stated: frozenset[Decimal]) -> tuple[int, ...]:
    held = sum(e.holds is True for e in reading.entries)
    broken = sum(e.holds is False for e in reading.entries)
    paid = reading.paid
    totalled = paid is not None and (paid in reading.sums or paid in stated)
    referenced = sum(e.line.reference is not None for e in reading.entries)
    read = sum(e.line.paid is not None for e in reading.entries)
    minus = sum(sign < 0 for sign in signs.values())
    # That gross less reductions is a sum on the paper is no chance; that the column's own sum is printed proves less.
    reduced = any(e.line.gross is not None and e.line.paid != e.line.gross for e in reading.entries)
    taken_off = totalled and reduced and not reading.meaning.has("paid")
    return (
        held - 3 * broken + (4 if totalled else 0) + int(taken_off),
        int(totalled),
        read,
        referenced - reading.meaning.cost,
        -minus,
    )


def _sum_of(total: TotalRow, meaning: Meaning, figures: Figures) -> Decimal | None:
    """Return what a total row says was paid: the figure in the column of payments, else its last one."""
    if not total.fields or {"carried_forward", "brought_forward", "subtotal"} & set(total.fields[:1]):
        return None
    for part in ("paid", "gross") if not meaning.has("paid") and not any(map(meaning.has, REDUCTIONS)) else ("paid",):
        if part in total.cells and (value := figures.amount(total.cells[part][0].text)) is not None:
            return value
    values = [figures.amount(s.text) for s in total.row.segments if any(c.isdigit() for c in s.text)]
    return values[-1] if values and (len(values) == 1 or not total.cells) else None
