"""Records told as a list of labels and values, one below the other, again and again: a table turned on its side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.kinds.words import hits_in
from parsers.layout.fields import How, Labelled, labelled_values
from parsers.layout.headings import Heading
from parsers.layout.placing import GridRow
from parsers.layout.segments import Row, Segment
from parsers.layout.tables import Grid

_WIDTH = 100.0
_ROWS_MAX = 3_000
# What begins a record: the number of an invoice or an item.
_KEYS = ("invoice_number", "your_document", "line_number", "item", "supplier_item", "document_number", "reference")
_FIGURES = frozenset(
    ("gross", "paid", "amount", "discount", "deduction", "withheld", "quantity", "unit_price", "delivered", "accepted")
)
_OTHERS = frozenset(
    (
        "invoice_date",
        "document_date",
        "order_number",
        "description",
        "unit",
        "item",
        "supplier_item",
        "buyer_item",
        "line_number",
        "document_type",
        "requested_date",
        "delivery_date",
        "reason",
        "our_reference",
        "ordered",
        "rejected",
    )
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A field with its value, as one record tells it."""

    fields: tuple[str, ...]
    row: int
    place: Segment


def listed(rows: Sequence[Row]) -> Grid | None:
    """Return the records of such a list as a table, None where no label comes back with figures behind it."""
    told = [_as_told(labelled) for labelled in _surest(labelled_values(rows[:_ROWS_MAX], hits_in))]
    told = [t for t in told if t.fields[0] in _FIGURES | _OTHERS | set(_KEYS)]
    for key in _KEYS:
        starts = [i for i, t in enumerate(told) if t.fields[0] == key]
        if len(starts) < 2:
            continue
        groups = [told[a:b] for a, b in zip(starts, [*starts[1:], len(told)], strict=True)]
        groups[-1] = groups[-1][: max(len(g) for g in groups[:-1])]
        if all(any(t.fields[0] in _FIGURES for t in group) for group in groups) and _are_lists(groups):
            return _grid(groups, rows)
    return None


def _surest(found: Sequence[Labelled]) -> list[Labelled]:
    """Keep for each label its value behind or beside it, in reading order."""
    best: dict[tuple[int, str, float], Labelled] = {}
    for labelled in found:
        if labelled.how <= How.BESIDE and labelled.at_start:
            best.setdefault((labelled.row, labelled.label, labelled.place.x0), labelled)
    return sorted(best.values(), key=lambda v: (v.row, v.place.x0))


def _as_told(labelled: Labelled) -> _Told:
    return _Told(labelled.fields, labelled.row, replace(labelled.place, text=labelled.value))


def _are_lists(groups: Sequence[Sequence[_Told]]) -> bool:
    """Whether the records tell their fields in lines of their own: what stands in one line is a row of a table."""
    return all(group[-1].row - group[0].row + 1 >= min(len(group), 2) for group in groups)


def _grid(groups: Sequence[Sequence[_Told]], rows: Sequence[Row]) -> Grid:
    names = list(dict.fromkeys(t.fields for group in groups for t in group))
    headings = tuple(Heading(n[0], n, i * _WIDTH, i * _WIDTH + 90) for i, n in enumerate(names))
    made: list[GridRow] = []
    for group in groups:
        cells: dict[tuple[str, ...], Segment] = {}
        for one in group:
            cells.setdefault(one.fields, one.place)
        first, last = rows[group[0].row], rows[group[-1].row]
        bottom = last.bottom if last.page == first.page else first.bottom
        made.append(GridRow(tuple(cells.get(n) for n in names), (), first.page, first.top, bottom))
    return Grid(headings, tuple(made), True, groups[0][0].row)
