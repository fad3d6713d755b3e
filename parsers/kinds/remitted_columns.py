"""What the columns of an advice's table are: the parts that headings can name, and what their cells say about it."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.kinds.figures import Figures
from parsers.kinds.records import Meaning, Parts
from parsers.kinds.words import fields_of
from parsers.layout.columns import is_numeric
from parsers.layout.placing import GridRow
from parsers.layout.segments import Segment
from parsers.layout.tables import Grid

SUMS = frozenset(["total", "payment_total", "carried_forward", "brought_forward", "subtotal", "net_total"])


REDUCTIONS = ("discount", "deduction", "withheld")


MONEY = ("gross", "paid", "debit", "credit", *REDUCTIONS)


# A column that says on which side of the payer's account a figure stands: debits are taken off what is paid.
DEBITS = frozenset(("s", "d", "dr", "soll", "debit", "debe", "dare", "-"))


CREDITS = frozenset(("h", "c", "cr", "haben", "credit", "haber", "avere", "+"))


def judge(part: str, cells: Sequence[str]) -> int | None:
    """A column that names payments or documents holds their numbers, no amounts."""
    if part == "sign":
        return 0 if all(c.strip().casefold() in DEBITS | CREDITS for c in cells) else None
    if part in ("payment", "reference", "payer_reference", "order") and sum(
        "." in c[-3:] or "," in c[-3:] for c in cells
    ) * 2 >= len(cells):
        return None
    return 0


PARTS = Parts(
    of_field={
        "invoice_number": (
            ("reference", 0),
            ("payer_reference", 3),
        ),
        "your_document": (
            ("reference", 0),
            ("payer_reference", 3),
        ),
        "document_number": (
            ("reference", 1),
            ("payer_reference", 1),
        ),
        "reference": (
            ("reference", 1),
            ("payer_reference", 4),
            ("reason", 3),
        ),
        "our_reference": (("payer_reference", 0),),
        "claim_number": (
            ("reference", 2),
            ("payer_reference", 2),
        ),
        "credit_note_number": (
            ("credit", 0),
            ("reference", 1),
        ),
        "order_number": (("order", 0),),
        "document_type": (("type", 0),),
        "description": (("description", 0),),
        "reason": (("reason", 0),),
        "remarks": (("reason", 0),),
        "reason_code": (("code", 0),),
        "invoice_date": (
            ("issued", 0),
            ("other_date", 1),
        ),
        "document_date": (
            ("issued", 0),
            ("other_date", 1),
        ),
        "payment_date": (
            ("paid_on", 0),
            ("issued", 1),
        ),
        "value_date": (("paid_on", 0),),
        "due_date": (("due", 0),),
        "gross": (
            ("gross", 0),
            ("paid", 1),
        ),
        "amount": (("paid", 0), ("gross", 1), ("net", 2)),
        "total": (
            ("paid", 0),
            ("gross", 1),
        ),
        "payment_total": (("paid", 0),),
        "net_total": (
            ("net", 0),
            ("paid", 1),
        ),
        "tax_total": (("tax", 0),),
        "discount": (("discount", 0),),
        "line_discount": (("discount", 0),),
        "deduction": (("deduction", 0),),
        "freight": (("deduction", 0),),
        "withheld": (("withheld", 0),),
        "paid": (
            ("paid", 0),
            ("gross", 1),
            ("net", 2),
        ),
        "payment_reference": (
            ("paid", 0),
            ("payment", 1),
        ),
        "balance_after": (
            ("balance", 0),
            ("gross", 1),
        ),
        "debit": (
            ("debit", 0),
            ("paid", 1),
        ),
        "credit": (("credit", 0),),
        "payer": (("payer", 0),),
        "buyer": (("company", 0),),
        "currency": (("currency", 0),),
    },
    numbers=frozenset((*MONEY, "balance", "net", "tax")),
    dates=frozenset(("issued", "paid_on", "due", "other_date")),
    several=frozenset(("discount", "deduction", "withheld", "reason", "other_date", "description", "type")),
    judge=judge,
    by_cells=(("sign", 0), ("paid", 6), ("gross", 6)),
    idle=0,
)


def begins(cells: dict[str, list[Segment]], figures: Figures) -> bool:
    """A row with an amount in a column of money."""
    return any(figures.readings(s.text) for part in MONEY for s in cells.get(part, ()) if is_numeric(s.text))


def complete(cells: dict[str, list[Segment]], figures: Figures) -> bool:
    """A row that can be nothing but a line: an amount beside a document number or a date."""
    if not begins(cells, figures):
        return False
    reference = cells.get("reference", cells.get("payer_reference"))
    if reference and any(c.isdigit() for c in reference[0].text) and not fields_of(reference[0].text):
        return True
    return any(any(c.isdigit() for c in s.text) for s in cells.get("issued", ()))


# Headings that mean one thing; "amount", "total" and "balance" do not.
_CLEAR = {
    "gross": "gross",
    "paid": "paid",
    "discount": "discount",
    "deduction": "deduction",
    "withheld": "withheld",
}


# Two-sided columns are read from the payer's view or from ours, but they always hold money.
_SIDES = frozenset(("debit", "credit"))


def keeps(meaning: Meaning, grid: Grid) -> bool:
    """Whether every column of figures under a clear heading plays its part, and none of money is left out."""
    labelled = any(
        h.fields[:1] == ("paid",) and part == "paid" for h, part in zip(grid.headings, meaning.parts, strict=False)
    )
    for index, (heading, part) in enumerate(zip(grid.headings, meaning.parts, strict=False)):
        first = heading.fields[0] if heading.fields else ""
        named = _CLEAR.get(first)
        if part == "net" and meaning.has("tax"):
            continue
        if "%" in heading.text or not any(_is_figure(row, index) for row in grid.rows[:_LOOKED_AT]):
            continue
        if named is not None and part != named and not {_CLEAR.get(f) for f in heading.fields[1:]} - {None, named}:
            return False
        if _SIDES & set(heading.fields) and part not in MONEY and not labelled:
            return False
        if first in _DOUBTFUL and (part is None or (part == "net" and not meaning.has("tax"))):
            return False
    return True


# Headings of money that can be the amount before or after what was taken off, but are one of them.
_DOUBTFUL = frozenset(("amount", "total", "payment_total"))


_LOOKED_AT = 200


def _is_figure(row: GridRow, index: int) -> bool:
    cell = row.cells[index] if index < len(row.cells) else None
    return cell is not None and is_numeric(cell.text)


def played(fields: Sequence[str]) -> frozenset[str]:
    return frozenset(part for field in fields for part, _ in PARTS.of_field.get(field, ()))


def usable(meaning: Meaning) -> bool:
    money = any(meaning.has(p) for p in ("paid", "gross", "debit", "credit"))
    return money and any(
        meaning.has(p) for p in ("reference", "payer_reference", "description", "reason", "type", "issued")
    )
