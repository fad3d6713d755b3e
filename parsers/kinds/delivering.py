"""Lines of a delivery: what was ordered, arrived, accepted, refused, damaged or is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from agent.domain.documents import DeliveredLine
from parsers.kinds.evidence import Trail
from parsers.kinds.figures import Figures, unit_of
from parsers.kinds.order_columns import code_and_words, judge, leading_code
from parsers.kinds.order_lines import note_values
from parsers.kinds.records import TOTALS, Meaning, Parts, Record, Sorted, columns_of, meanings, sort_rows
from parsers.layout.segments import Segment
from parsers.layout.tables import Grid

QUANTITIES = ("ordered", "delivered", "accepted", "damaged", "rejected", "missing")
PARTS = Parts(
    of_field={
        "line_number": (("line", 0),),
        "item": (("item", 0), ("line", 0)),
        "supplier_item": (("supplier_item", 0),),
        "buyer_item": (("buyer_item", 0),),
        "description": (("description", 0),),
        "ordered": (("ordered", 0),),
        "quantity": (("delivered", 2), ("ordered", 2)),
        "order_number": (("order", 0), ("ordered", 3)),
        "delivered": (("delivered", 0),),
        "delivery_date": (("date", 1), ("delivered", 2)),
        "receipt_number": (("number", 0), ("delivered", 3)),
        "delivery_note": (("note", 0), ("delivered", 3)),
        "shipped": (("shipped", 0), ("delivered", 1)),
        "accepted": (("accepted", 0),),
        "rejected": (("rejected", 0),),
        "damaged": (("damaged", 0),),
        "missing": (("missing", 0),),
        "over": (("over", 0),),
        "open_quantity": (("open", 0),),
        "unit": (("unit", 0),),
        "document_date": (("date", 2),),
        "invoice_number": (("invoice", 0),),
    },
    numbers=frozenset((*QUANTITIES, "shipped", "over", "open")),
    dates=frozenset(("date",)),
    several=frozenset(("description",)),
    judge=judge,
    by_cells=(("unit", 2), ("line", 3)),
)
Cells = dict[str, list[Segment]]


@dataclass(frozen=True, slots=True)
class Entry:
    line: DeliveredLine
    record: Record
    holds: bool | None


@dataclass(frozen=True, slots=True)
class TableReading:
    """One way to read a table as delivered lines."""

    entries: tuple[Entry, ...]
    meaning: Meaning
    figures: Figures
    sorted: Sorted
    rank: tuple[int, ...]
    grid: Grid


def _begins(cells: Cells, figures: Figures) -> bool:
    counted = any(figures.quantities(s.text) for p in (*QUANTITIES, "shipped") for s in cells.get(p, ()))
    named = any(p in cells for p in ("item", "supplier_item", "buyer_item", "line", "description"))
    return counted and named


def read_table(grid: Grid, figures: Figures) -> TableReading | None:
    """Return the best reading of a table as delivered lines, None where it is no such table."""
    best: TableReading | None = None
    starts = partial(_begins, figures=figures)
    for meaning in meanings(grid, PARTS, figures):
        if not any(
            meaning.has(p) for p in ("delivered", "accepted", "shipped", "missing", "rejected", "damaged", "ordered")
        ):
            continue
        rows = sort_rows(grid, meaning, starts, starts, TOTALS)
        if not rows.records:
            continue
        local = figures.with_columns([t for part in QUANTITIES for t in columns_of(rows.records, part)])
        entries = tuple(_entry(record, local) for record in rows.records)
        held = sum(e.holds is True for e in entries) - 2 * sum(e.holds is False for e in entries)
        counted = sum(getattr(e.line, p) is not None for e in entries for p in QUANTITIES)
        rank = (held, counted - meaning.cost, len(entries))
        if best is None or rank > best.rank:
            best = TableReading(entries, meaning, local, rows, rank, grid)
    return best


def _entry(record: Record, figures: Figures) -> Entry:
    values: dict[str, Decimal | None] = {}
    unit: str | None = None
    for part in (*QUANTITIES, "shipped", "over"):
        text = record.text(part)
        found = figures.quantity(text) if text else None
        values[part] = found[0] if found else None
        unit = unit or (found[1] if found else None)
    shipped, over = values.pop("shipped"), values.pop("over")
    if values["delivered"] is None and shipped is not None:
        values["delivered"] = shipped
    own, rest = code_and_words(record.text("item"))
    supplier, _ = code_and_words(record.text("supplier_item"))
    buyer, _ = code_and_words(record.text("buyer_item"))
    notes = note_values(record)
    supplier = supplier or notes.get("supplier_item")
    if supplier and own and buyer is None:
        own, buyer = None, own
    line = DeliveredLine(
        line=record.text("line") or None,
        item=supplier or own,
        buyer_item=buyer or notes.get("buyer_item"),
        description=record.text("description") or rest,
        unit=unit_of(record.text("unit")) or unit,
        **values,
    )
    if line.item is None and line.description:
        head, tail = leading_code(line.description)
        if head and tail:
            line = replace(line, item=head, description=tail)
    return Entry(line, record, _holds(line, over, shipped))


def _holds(line: DeliveredLine, over: Decimal | None, shipped: Decimal | None) -> bool | None:
    """Whether arrived = accepted + refused + damaged, or ordered = arrived + missing, where these stand."""
    checks: list[bool] = []
    if line.delivered is not None and line.accepted is not None:
        apart = (line.rejected or 0) + (line.damaged or 0) + (over or 0)
        checks.append(
            line.delivered in (line.accepted + apart, line.accepted) or (apart == 0 and line.delivered >= line.accepted)
        )
    base = line.ordered if line.ordered is not None else shipped
    if base is not None and line.delivered is not None and line.missing is not None:
        checks.append(base == line.delivered + line.missing or base == line.delivered)
    return all(checks) if checks else None


def evidence_of(entry: Entry, index: int, trail: Trail) -> None:
    """Record where the fields of a line stand."""
    for name in ("line", "item", "buyer_item", "description", *QUANTITIES, "unit"):
        if getattr(entry.line, name) is not None:
            cell = entry.record.cell(name) or (entry.record.cell("shipped") if name == "delivered" else None)
            trail.mark(f"lines[{index}].{name}", cell)
