"""One line of an order from its record: figures that multiply out, names of the item, and where each stands."""

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
from parsers.kinds.order_columns import TIMES, code_and_words, leading_code
from parsers.kinds.records import Record
from parsers.kinds.words import fields_of, hits_in
from parsers.layout.fields import How, Labelled, labelled_values
from parsers.layout.placing import GridRow
from parsers.layout.segments import Row, Segment
from parsers.lexicon.folding import is_wide
from parsers.values.quantities import is_unit


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with its record; `holds` tells whether quantity x price gives the amount, None where one is missing."""

    line: OrderedLine
    record: Record
    holds: bool | None


def entry_of(record: Record, figures: Figures, basis: Decimal) -> Entry:
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
    if (times := TIMES.get(text.upper())) is not None:
        return times, None
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
    times = TIMES.get((unit or "").upper())
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


_FURTHER_LINES = 2
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
    """Add the further lines of a description: the rows right under it that say nothing else."""
    cell = record.cell("description")
    if cell is None:
        return description
    text = description or ""
    for note in record.notes[:_FURTHER_LINES]:
        more = [s for s in note.segments if abs(s.x0 - cell.x0) <= 14]
        others = [s for s in note.segments if s not in more]
        if len(more) != 1 or any(any(c.isdigit() for c in s.text) for s in others):
            break
        if hits_in(more[0].text) or not any(c.isalpha() for c in more[0].text):
            break
        glue = "" if is_wide(text[-1:]) and is_wide(more[0].text[:1]) else " "
        text = f"{text}{glue}{more[0].text}"
    return text.strip() or description


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
