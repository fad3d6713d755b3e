"""Lines of an order: quantity x price / per x (1 - discount) = amount tells which column is which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from parsers.kinds.figures import Figures
from parsers.kinds.order_columns import PARTS, begins, complete, usable
from parsers.kinds.order_lines import Entry, entry_of
from parsers.kinds.records import TOTALS, Meaning, Sorted, columns_of, meanings, shortlist, sort_rows
from parsers.kinds.words import heading_basis
from parsers.layout.columns import is_numeric
from parsers.layout.tables import Grid


@dataclass(frozen=True, slots=True)
class TableReading:
    """One way to read a table as ordered lines."""

    entries: tuple[Entry, ...]
    meaning: Meaning
    figures: Figures
    sorted: Sorted
    rank: tuple[int, ...]
    grid: Grid


def read_table(grid: Grid, figures: Figures) -> TableReading | None:
    """Return the best reading of a table as ordered lines, None where it is no such table."""
    ways = [m for m in meanings(grid, PARTS, figures) if usable(m)]
    best = _best(grid, ways, figures)
    if best is None or _keeps(best.meaning, grid):
        return best
    # A paper that multiplies out only without its price, or with it read as something else, does not multiply out.
    return _best(grid, [way for way in ways if _keeps(way, grid)], figures) or best


def _best(grid: Grid, ways: Sequence[Meaning], figures: Figures) -> TableReading | None:
    best: TableReading | None = None
    for meaning in shortlist(grid, ways, partial(_read_as, figures=figures), lambda found: found.rank):
        found = _read_as(grid, meaning, figures)
        if found is not None and (best is None or found.rank > best.rank):
            best = found
    return best


_CLEAR = {"unit_price": "price", "quantity": "quantity", "amount": "amount"}


_LOOKED_AT = 200


def _keeps(meaning: Meaning, grid: Grid) -> bool:
    """Whether the columns of figures under a clear heading play their part, or another one of that heading does."""
    played = {
        h.fields[0]
        for h, part in zip(grid.headings, meaning.parts, strict=False)
        if h.fields and part is not None and part == _CLEAR.get(h.fields[0])
    }
    return all(
        h.fields[0] not in _CLEAR or h.fields[0] in played or part is not None or not _holds_figures(grid, index)
        for index, (h, part) in enumerate(zip(grid.headings, meaning.parts, strict=False))
        if h.fields
    )


def _holds_figures(grid: Grid, index: int) -> bool:
    cells = [row.cells[index] for row in grid.rows[:_LOOKED_AT] if index < len(row.cells)]
    return any(is_numeric(cell.text) for cell in cells if cell is not None)


def _read_as(grid: Grid, meaning: Meaning, figures: Figures) -> TableReading | None:
    priced = meaning.has("price") and meaning.has("quantity")
    starts = partial(begins, figures=figures, priced=priced)
    rows = sort_rows(grid, meaning, starts, partial(complete, figures=figures), TOTALS)
    reading = _reading(rows, meaning, figures, grid) if rows.records else None
    return reading if reading and reading.entries else None


def _reading(rows: Sorted, meaning: Meaning, figures: Figures, grid: Grid) -> TableReading:
    local = figures.with_columns(*(columns_of(rows.records, part) for part in ("amount", "price")))
    if local.style is None:
        local = local.with_columns(columns_of(rows.records, "quantity"))
    titles = [h.text for h, part in zip(grid.headings, meaning.parts, strict=False) if part == "price"]
    basis = Decimal(heading_basis(titles[0]) if titles else 1)
    entries = _at_price_level(tuple(entry_of(record, local, basis) for record in rows.records))
    held = sum(e.holds is True for e in entries)
    broken = sum(e.holds is False for e in entries)
    named = sum(e.line.item is not None or e.line.description is not None for e in entries)
    filled = sum(e.line.quantity is not None for e in entries) + sum(e.line.amount is not None for e in entries)
    told = sum(
        (e.line.item is not None) + (e.line.description is not None) + (e.line.line is not None) for e in entries
    )
    rank = (held, filled + max(named, told) - meaning.cost, len(entries), -broken, told)
    return TableReading(entries, meaning, local, rows, rank, grid)


def _at_price_level(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Keep the lines that carry a price; components and schedules below them carry none and have no line number."""
    priced = [e for e in entries if e.line.unit_price is not None or e.line.amount is not None]
    if not priced:
        return entries
    kept: list[Entry] = []
    for entry in entries:
        if (
            entry.line.cancelled
            or entry.line.unit_price is not None
            or entry.line.amount is not None
            or entry.line.line is not None
        ):
            kept.append(entry)
        elif kept:
            kept[-1].record.notes.extend((entry.record.row, *entry.record.notes))
    return tuple(kept)
