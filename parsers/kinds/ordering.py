"""Lines of an order: quantity x price / per x (1 - discount) = amount tells which column is which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import pairwise

from agent.domain.documents import OrderedLine
from parsers.kinds.evidence import Trail
from parsers.kinds.figures import Figures, unit_of
from parsers.kinds.records import TOTALS, Meaning, Parts, Record, Sorted, columns_of, meanings, shortlist, sort_rows
from parsers.kinds.words import fields_of, heading_basis, hits_in
from parsers.layout.columns import is_numeric
from parsers.layout.fields import How, Labelled, labelled_values
from parsers.layout.segments import Row, Segment
from parsers.layout.tables import Grid, GridRow
from parsers.values.quantities import is_unit, price_basis
from parsers.values.references import looks_like_reference


def judge(part: str, cells: Sequence[str]) -> int | None:
    """What the cells of a column say about its part: "Item" over 10, 20, 30 counts lines, over codes it names items."""
    match part:
        case "vendor_code":
            return 0 if all(looks_like_reference(c) for c in cells) else None
        case "line":
            return 0 if _counts_lines(cells) else None
        case "item" | "supplier_item":
            return 5 if _counts_lines(cells) else 4 if _is_prose(cells) else 0
        case "buyer_item":
            return 4 if _is_prose(cells) else 0
        case "description":
            return 2 if all(looks_like_reference(c) for c in cells) else 0
        case "per":
            return 0 if all(c.strip(" /").split(" ")[0].rstrip(".,0") in ("1", "") for c in cells) else 2
        case "unit":
            return 0 if sum(is_unit(c) for c in cells) * 2 >= len(cells) else 3 if _unit_like(cells) else None
        case "quantity":
            return 0 if not all("%" in c for c in cells) else None
        case "price":
            return 0 if all(is_numeric(c) and "%" not in c for c in cells) else 1
        case "order":
            return 0 if all(looks_like_reference(c) for c in cells) else None
        case _:
            return 0


def _counts_lines(cells: Sequence[str]) -> bool:
    """Short numbers that do not fall (1, 2, 3 or 00010, 00020), perhaps with a schedule behind (1.1)."""
    figures = [c.strip(" .)#") for c in cells]
    short = [f for f in figures if f.replace(".", "").isdigit() and len(f) <= 6]
    if len(short) * 10 < len(figures) * 8 or not short:
        return False
    values = [float(f) if f.count(".") <= 1 else 0.0 for f in short]
    rising = all(a < b or b <= values[0] for a, b in pairwise(values))  # each order begins anew
    return rising and values[0] <= 1000


def _is_prose(cells: Sequence[str]) -> bool:
    """Whether cells hold several words each and no code: descriptions, whatever the title says."""
    words = [c for c in cells if len(c.split()) >= 2 and code_and_words(c)[0] is None]
    return len(words) * 2 > len(cells)


def _unit_like(cells: Sequence[str]) -> bool:
    return all(len(c) <= 8 and not any(ch.isdigit() for ch in c[:1]) for c in cells)


PARTS = Parts(
    of_field={
        "line_number": (("line", 0), ("item", 2)),
        "item": (("item", 0), ("line", 0), ("description", 2)),
        "supplier_item": (("supplier_item", 0),),
        "buyer_item": (("buyer_item", 0),),
        "document_number": (("item", 3),),
        "reference": (("item", 2),),
        "supplier": (("vendor_code", 1),),
        "description": (("description", 0),),
        "quantity": (("quantity", 0), ("unit", 1)),
        "ordered": (("quantity", 1),),
        "unit": (("unit", 0),),
        "unit_price": (("price", 0), ("amount", 4)),
        "price_per": (("per", 0),),
        "line_discount": (("discount", 0),),
        "discount": (("discount", 0),),
        "amount": (("amount", 0), ("price", 3)),
        "gross": (("amount", 2),),
        "net_total": (("amount", 1),),
        "total": (("amount", 1), ("order_total", 2)),
        "paid": (("amount", 2), ("price", 3)),
        "tax_rate": (("tax_rate", 0),),
        "tax_total": (("tax", 1), ("tax_rate", 1)),
        "requested_date": (("requested", 0),),
        "delivery_date": (("requested", 1),),
        "due_date": (("requested", 2),),
        "ship_date": (("requested", 2),),
        "document_date": (("requested", 4), ("issued", 1)),
        "order_number": (("order", 0),),
        "order_date": (("issued", 0),),
        "currency": (("currency", 0),),
        "buyer": (("buyer", 0),),
        "payer": (("buyer", 1),),
        "gtin": (("gtin", 0),),
        "payment_terms": (("terms", 1),),
        "ship_to": (("ship_to", 0),),
        "signature": (("signed", 0),),
        "cancel_mark": (("cancelled", 0),),
    },
    numbers=frozenset(("quantity", "price", "per", "discount", "amount", "tax", "order_total")),
    dates=frozenset(("requested", "issued")),
    several=frozenset(("description", "unit")),
    judge=judge,
    by_cells=(("unit", 2), ("line", 3), ("price", 6)),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with its record; `holds` tells whether quantity x price gives the amount, None where one is missing."""

    line: OrderedLine
    record: Record
    holds: bool | None


@dataclass(frozen=True, slots=True)
class TableReading:
    """One way to read a table as ordered lines."""

    entries: tuple[Entry, ...]
    meaning: Meaning
    figures: Figures
    sorted: Sorted
    rank: tuple[int, ...]
    grid: Grid


Cells = dict[str, list[Segment]]


def _figure(cells: Cells, part: str, figures: Figures) -> bool:
    return any(
        figures.readings(s.text) or figures.price(s.text) or figures.quantities(s.text) for s in cells.get(part, ())
    )


def begins(cells: Cells, figures: Figures, priced: bool) -> bool:
    """A row with a quantity beside a price, an amount, an item or a line number."""
    quantity = _figure(cells, "quantity", figures)
    money = _figure(cells, "price", figures) or _figure(cells, "amount", figures)
    named = any(part in cells for part in ("item", "supplier_item", "buyer_item", "line", "description", "gtin"))
    if "cancelled" in cells and named:
        return True
    return (quantity and (money or named)) or (money and named and not priced)


def complete(cells: Cells, figures: Figures) -> bool:
    """A row that can be nothing but a line: it has quantity and price or amount, or all that names an item."""
    quantity = _figure(cells, "quantity", figures)
    money = _figure(cells, "price", figures) or _figure(cells, "amount", figures)
    coded = any(
        looks_like_reference(s.text) for part in ("item", "supplier_item", "buyer_item") for s in cells.get(part, ())
    )
    return quantity and (money or coded)


def read_table(grid: Grid, figures: Figures) -> TableReading | None:
    """Return the best reading of a table as ordered lines, None where it is no such table."""
    ways = [m for m in meanings(grid, PARTS, figures) if _usable(m)]
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


def _usable(meaning: Meaning) -> bool:
    return meaning.has("quantity") and any(
        meaning.has(p) for p in ("price", "amount", "item", "supplier_item", "buyer_item", "description", "line")
    )


def _reading(rows: Sorted, meaning: Meaning, figures: Figures, grid: Grid) -> TableReading:
    local = figures.with_columns(*(columns_of(rows.records, part) for part in ("amount", "price")))
    if local.style is None:
        local = local.with_columns(columns_of(rows.records, "quantity"))
    titles = [h.text for h, part in zip(grid.headings, meaning.parts, strict=False) if part == "price"]
    basis = Decimal(heading_basis(titles[0]) if titles else 1)
    entries = _at_price_level(tuple(_entry(record, local, basis) for record in rows.records))
    held = sum(e.holds is True for e in entries)
    broken = sum(e.holds is False for e in entries)
    named = sum(e.line.item is not None or e.line.description is not None for e in entries)
    filled = sum(e.line.quantity is not None for e in entries) + sum(e.line.amount is not None for e in entries)
    told = sum(
        (e.line.item is not None) + (e.line.description is not None) + (e.line.line is not None) for e in entries
    )
    rank = (held, filled + named - meaning.cost, len(entries), -broken, told)
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


def _entry(record: Record, figures: Figures, basis: Decimal) -> Entry:
    quantity, unit = _quantity(record, figures)
    price, _, per, price_unit = _price(record, figures)
    own_per, per_unit = _per(record, figures)
    per = own_per or (per if per != 1 else basis)
    amount_reading = _amount(record, figures)
    amount = amount_reading[0] if amount_reading else None
    discount = _discount(record, figures)
    written = unit_of(record.text("unit")) or unit
    named = _per_in_words(record) if own_per is None and per == 1 else None
    if named and price is not None and quantity is not None and amount is not None:
        foots = partial(_foots, quantity, price, discount=discount, amount=amount, decimals=2)
        per = named if not foots(per=per) and foots(per=named) else per
    per = _per_from_unit(per, price_unit, quantity, price, discount, amount_reading)
    line = OrderedLine(
        line=_line_number(record),
        quantity=quantity,
        unit=written or per_unit or _unit_of_price(price_unit, unit),
        unit_price=price,
        price_per=per,
        discount_percent=discount,
        amount=amount,
        cancelled=_is_cancelled(record),
    )
    holds: bool | None = None
    if quantity is not None and price is not None and amount_reading is not None:
        holds = _foots(quantity, price, per, discount, amount_reading[0], amount_reading[1])
    return Entry(_named(line, record, figures), record, holds)


def _foots(
    quantity: Decimal, price: Decimal, per: Decimal, discount: Decimal | None, amount: Decimal, decimals: int
) -> bool:
    """Whether the product is the amount within half a unit of its last printed decimal."""
    value = quantity * price / per * (1 - (discount or Decimal(0)) / 100)
    return abs(value - amount) <= Decimal(5).scaleb(-decimals - 1)


def _quantity(record: Record, figures: Figures) -> tuple[Decimal | None, str | None]:
    found = figures.quantity(record.text("quantity")) if record.text("quantity") else None
    return found or (None, None)


def _price(record: Record, figures: Figures) -> tuple[Decimal | None, int, Decimal, str | None]:
    text = record.text("price")
    found = figures.price(text) if text else None
    return found or (None, 0, Decimal(1), None)


def _per(record: Record, figures: Figures) -> tuple[Decimal | None, str | None]:
    text = record.text("per").strip(" /")
    if not text:
        return None, None
    found = figures.quantity(text)
    return (found[0], found[1]) if found and found[0] > 0 else (None, None)


def _is_cancelled(record: Record) -> bool:
    """Whether the row says that the line is struck out."""
    return bool(record.text("cancelled")) or any(
        "cancel_mark" in fields_of(s.text.strip(" *-!")) for s in record.row.segments
    )


def _per_in_words(record: Record) -> Decimal | None:
    """A price basis told beside the item: "Hex bolts, per 100"."""
    words = " ".join((record.text("description"), record.text("item"))).replace(",", " ").split()
    for word, following in pairwise(words):
        if word.lower() in ("per", "je", "par", "por", "pro", "/") and following in ("10", "100", "1000"):
            return Decimal(following)
    return None


def _per_from_unit(
    per: Decimal,
    unit: str | None,
    quantity: Decimal | None,
    price: Decimal | None,
    discount: Decimal | None,
    amount: tuple[Decimal, int] | None,
) -> Decimal:
    """C and M behind a price are the hundred and the thousand where the amount proves it."""
    times = {
        "C": Decimal(100),
        "CPC": Decimal(100),
        "M": Decimal(1000),
        "MIL": Decimal(1000),
        "MPC": Decimal(1000),
    }.get((unit or "").upper())
    if times is None or per != 1 or quantity is None or price is None or amount is None:
        return per
    return times if _foots(quantity, price, times, discount, *amount) else per


def _unit_of_price(price_unit: str | None, unit: str | None) -> str | None:
    return price_unit.strip("/") if unit is None and price_unit and is_unit(price_unit.strip("/")) else None


def _amount(record: Record, figures: Figures) -> tuple[Decimal, int] | None:
    cell = record.cell("amount")
    found = figures.reading(cell.text) if cell else None
    return (found.value, found.decimals) if found else None


def _discount(record: Record, figures: Figures) -> Decimal | None:
    text = record.text("discount").replace("%", "").strip(" -")
    if not text:
        return None
    found = figures.number(text)
    return found.value if found and 0 <= found.value < 100 else None


def _line_number(record: Record) -> str | None:
    text = record.text("line").strip(" .)")
    return text if text and len(text) <= 8 and any(c.isdigit() for c in text) else None


# Names of the item, and what stands in the rows below.


def _named(line: OrderedLine, record: Record, figures: Figures) -> OrderedLine:
    own, rest = code_and_words(record.text("item"))
    supplier, _ = code_and_words(record.text("supplier_item") or record.text("vendor_code"))
    buyer, _ = code_and_words(record.text("buyer_item"))
    description = record.text("description") or rest
    notes = note_values(record)
    supplier = supplier or notes.get("supplier_item")
    buyer = buyer or notes.get("buyer_item")
    if supplier and own and buyer is None and own != supplier:
        own, buyer = None, own
    if own is None and supplier is None and not record.text("item"):
        own = notes.get("item")
    item = supplier or own
    if item is None and description:
        head, tail = leading_code(description)
        item, description = (head, tail) if head and tail else (None, description)
    requested = figures.date(record.text("requested")) if record.text("requested") else None
    if requested is None and (told := notes.get("requested_date")):
        requested = figures.date(told)
    unit = line.unit or (unit_of(notes["unit"]) if "unit" in notes else None)
    return replace(
        line,
        item=item,
        buyer_item=buyer,
        requested_on=requested,
        unit=unit,
        description=_with_notes(description, record) or None,
    )


def code_and_words(text: str) -> tuple[str | None, str | None]:
    """Cut an item cell into its code and the words behind it: "NF-8812 : M6 insert", "HX-100 Sechskantschraube"."""
    plain = text.strip()
    if not plain:
        return None, None
    if " " not in plain:
        return plain, None
    if looks_like_reference(plain):
        return plain, None
    head, tail = leading_code(plain)
    if head:
        return head, tail
    return (None, plain) if len(plain.split()) > 2 or not any(c.isdigit() for c in plain) else (plain, None)


def leading_code(text: str) -> tuple[str | None, str | None]:
    head, _, tail = text.strip().partition(" ")
    if any(c.isdigit() for c in head) and looks_like_reference(head.strip(":;,")) and not is_unit(tail.split(" ")[0]):
        return head.strip(":;,"), tail.strip(" :;-–,") or None
    return None, None


_NOTE_FIELDS = ("supplier_item", "buyer_item", "requested_date", "delivery_date", "item", "unit", "schedule")


def note_values(record: Record) -> dict[str, str]:
    """Return what the rows under a line say behind labels: "Your mat. no. HX-100", "Deliv. date 04/06/2026"."""
    rows = [_as_row(note) for note in record.notes[:12]]
    rows += [
        Row((cell,), cell.page, cell.top, cell.bottom)
        for cell in record.cells.get("description", ())
        if hits_in(cell.text)
    ]
    found: dict[str, str] = {}
    for labelled in labelled_values(rows, hits_in):
        name = next((f for f in labelled.fields if f in _NOTE_FIELDS), None)
        if name is None or labelled.how is How.BELOW:
            continue
        value = _note_value(name, labelled)
        if value:
            found.setdefault("requested_date" if name == "delivery_date" else name, value)
    if "schedule" in found:
        found.pop("requested_date", None)
    if (told := found.get("requested_date")) and (match := re.search(r"\bWAS\b.*?\bIS\b", told, re.I)):
        found["requested_date"] = told[match.end() :].strip()
    return found


def _note_value(name: str, labelled: Labelled) -> str | None:
    value = labelled.value.strip()
    if name in ("supplier_item", "buyer_item", "item"):
        head = value.split(" ")[0].strip(",;")
        code = head if any(c.isdigit() for c in head) else None
        return code if code and (name != "item" or labelled.how is How.COLON) else None
    return value


def _as_row(note: GridRow) -> Row:
    return Row(note.segments, note.page, note.top, note.bottom)


def _with_notes(description: str | None, record: Record) -> str | None:
    """Add the second line of a description: the row right under it that says nothing else."""
    if not record.notes or record.cell("description") is None:
        return description
    cell, segments = record.cell("description"), record.notes[0].segments
    if cell is None or len(segments) != 1 or abs(segments[0].x0 - cell.x0) > 14:
        return description
    if hits_in(segments[0].text) or is_numeric(segments[0].text):
        return description
    return f"{description or ''} {segments[0].text}".strip()


def evidence_of(entry: Entry, index: int, trail: Trail) -> None:
    """Record where the fields of a line stand."""
    names = {
        "line": "line",
        "description": "description",
        "quantity": "quantity",
        "unit": "unit",
        "price": "unit_price",
        "discount": "discount_percent",
        "amount": "amount",
        "requested": "requested_on",
    }
    for part, name in names.items():
        if getattr(entry.line, name) is not None:
            trail.mark(f"lines[{index}].{name}", entry.record.cell(part))
    if entry.line.price_per != 1:
        trail.mark(f"lines[{index}].price_per", entry.record.cell("per") or entry.record.cell("price"))
    for name in ("item", "buyer_item"):
        value = getattr(entry.line, name)
        if value is not None:
            trail.mark(f"lines[{index}].{name}", _place_of(value, entry.record))


def _place_of(value: str, record: Record) -> Segment | None:
    cells = [c for held in record.cells.values() for c in held]
    cells += [s for note in record.notes for s in note.segments]
    return next((c for c in cells if value in c.text), None)


def sum_of(entries: Sequence[Entry]) -> Decimal | None:
    """Return the sum of the amounts, None where one is missing."""
    values = [e.line.amount for e in entries if not e.line.cancelled]
    return sum((v for v in values if v is not None), Decimal(0)) if values and None not in values else None


__all__ = ["PARTS", "Entry", "TableReading", "fields_of", "price_basis", "read_table", "sum_of"]
