"""What the columns of an order's table are: the parts that headings can name, and what their cells say about it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from parsers.kinds.figures import Figures
from parsers.kinds.records import Meaning, Parts
from parsers.layout.columns import is_numeric
from parsers.layout.segments import Segment
from parsers.values.quantities import is_unit
from parsers.values.references import looks_like_reference


def judge(part: str, cells: Sequence[str]) -> int | None:
    """What the cells of a column say about its part: "Item" over 10, 20, 30 counts lines, over codes it names items."""
    match part:
        case "line":
            return 0 if _counts_lines(cells) else None
        case "item" | "supplier_item":
            return 5 if _counts_lines(cells) else 4 if _is_prose(cells) else 0
        case "buyer_item":
            return 4 if _is_prose(cells) else 0
        case "description":
            return 2 if all(looks_like_reference(c) for c in cells) else 0
        case "per":
            return _as_basis(cells)
        case "unit":
            return 0 if sum(is_unit(c) for c in cells) * 2 >= len(cells) else 3 if _unit_like(cells) else None
        case "quantity":
            return 0 if not all("%" in c for c in cells) else None
        case "price":
            return 0 if all(is_numeric(c) and "%" not in c for c in cells) else 1
        case "order" | "vendor_code" if not all(looks_like_reference(c) for c in cells):
            return None
        case "order":
            # "Bestellnr." over another number in each row is what the goods are ordered by.
            return 4 if len(cells) > 1 and len(set(cells)) == len(cells) else 0
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


# How the trade of the United States writes the hundred and the thousand that a price stands for.
TIMES = {
    "C": Decimal(100),
    "CPC": Decimal(100),
    "M": Decimal(1000),
    "MIL": Decimal(1000),
    "MPC": Decimal(1000),
}


def _as_basis(cells: Sequence[str]) -> int | None:
    bases = [c.strip(" /").split(" ")[0] for c in cells]
    if not all(b[:1].isdigit() or b.upper() in TIMES for b in bases):
        return None
    return 0 if all(b.rstrip(".,0") in ("1", "") or b.upper() in TIMES for b in bases) else 2


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
        "order_number": (("order", 0), ("item", 3)),
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
    numbers=frozenset(("quantity", "price", "discount", "amount", "tax", "order_total")),
    dates=frozenset(("requested", "issued")),
    several=frozenset(("description", "unit", "tax")),
    judge=judge,
    by_cells=(("unit", 2), ("line", 3), ("price", 6)),
)


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


def usable(meaning: Meaning) -> bool:
    return meaning.has("quantity") and any(
        meaning.has(p) for p in ("price", "amount", "item", "supplier_item", "buyer_item", "description", "line")
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
