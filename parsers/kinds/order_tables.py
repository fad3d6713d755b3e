"""Which tables of an order are its lines, read the way that foots best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from parsers.kinds import collapsed
from parsers.kinds.extent import Extent
from parsers.kinds.figures import Figures
from parsers.kinds.order_lines import Entry, sum_of
from parsers.kinds.ordering import TableReading, read_table
from parsers.layout.tables import Grid
from parsers.values.amounts import find_amounts


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tables of an order read the way that foots best."""

    entries: tuple[Entry, ...]
    readings: tuple[TableReading, ...]
    figures: Figures
    rank: tuple[int, ...]


def choose_tables(extent: Extent) -> Chosen | None:
    options: list[Chosen] = []
    base = extent.figures
    notations = [base] if base.style else [base, replace(base, style="point"), replace(base, style="comma")]
    for notation in notations:
        for rebuilt, grids in _table_sets(extent, notation):
            if rebuilt and any(_understood(o) for o in options):
                break  # what stands in its places and multiplies out needs no rebuilding
            chosen = _combined(grids, notation, extent)
            if chosen is not None and not (
                rebuilt and options and not all(e.holds for e in chosen.entries) and any(_complete(o) for o in options)
            ):
                options.append(chosen)
    if not options:
        return None
    best = max(options, key=lambda c: c.rank)
    rivals = [o for o in options if o.rank[:2] == best.rank[:2] and o.figures.style != best.figures.style]
    if any(_values(o) != _values(best) for o in rivals):
        unsure = [o for o in (*rivals, best) if o.figures.style is None]
        return max(unsure, key=lambda o: o.rank) if unsure else best
    return best


def _understood(chosen: Chosen) -> bool:
    """Whether most lines multiply out: a line that does not is wrong on the paper, and no other way to cut it right."""
    held = sum(e.holds is True for e in chosen.entries)
    return _complete(chosen) and held * 2 >= len(chosen.entries) > 0


def _complete(chosen: Chosen) -> bool:
    """Whether every line has quantity, price and amount, so that it either multiplies out or does not."""
    return bool(chosen.entries) and all(e.holds is not None for e in chosen.entries)


def _values(chosen: Chosen) -> list[tuple[Decimal | None, Decimal | None]]:
    return [(e.line.quantity, e.line.amount) for e in chosen.entries]


def _table_sets(extent: Extent, figures: Figures) -> Iterable[tuple[bool, tuple[Grid, ...]]]:
    """Yield the tables that are there, then those that are rebuilt (True)."""
    yield False, extent.table_grids
    yield False, extent.row_grids
    for grids in collapsed.remade(extent, figures):
        yield True, grids


def _combined(grids: Sequence[Grid], figures: Figures, extent: Extent) -> Chosen | None:
    readings = [r for grid in grids if (r := read_table(grid, figures)) is not None]
    if not readings:
        return None
    best = max(readings, key=lambda r: r.rank)
    readings = [r for r in readings if r is best or r.meaning.parts == best.meaning.parts]
    entries = tuple(e for r in readings for e in r.entries)
    held = sum(e.holds is True for e in entries) - 3 * sum(e.holds is False for e in entries)
    sums = _printed_amounts(extent, figures, entries)
    added = sum_of(entries)
    footed = added is not None and added in sums
    rank = (held + (3 if footed else 0), sum(r.rank[1] for r in readings), int(readings[0].grid.declared))
    return Chosen(entries, tuple(readings), readings[0].figures, rank)


def _printed_amounts(extent: Extent, figures: Figures, entries: Sequence[Entry]) -> frozenset[Decimal]:
    own = {(row.page, round(row.top)) for e in entries for row in (e.record.row, *e.record.notes)}
    spans = [(e.record.row.page, e.record.row.top, e.record.row.bottom) for e in entries]
    found: set[Decimal] = set()
    for row in extent.rows[-80:]:
        if (row.page, round(row.top)) in own or any(
            p == row.page and low <= row.top < high - 1 for p, low, high in spans
        ):
            continue
        for amount in find_amounts(row.text):
            if (value := figures.amount(amount.text)) is not None:
                found.add(value)
    return frozenset(found)


def by_number(chosen: Chosen | None) -> list[Chosen | None]:
    """Part the lines by the order that their own column names, where it names several."""
    if chosen is None:
        return [None]
    groups: dict[str, list[Entry]] = {}
    for entry in chosen.entries:
        groups.setdefault(entry.record.text("order"), []).append(entry)
    if len(groups) < 2 or "" in groups:
        return [chosen]
    return [replace(chosen, entries=tuple(group)) for group in groups.values()]
