"""The lexicon as layout wants it: what a heading can name, and the labels inside a line."""

from __future__ import annotations

import re
from functools import lru_cache

from parsers.layout.columns import Expected
from parsers.layout.fields import Hit
from parsers.layout.headings import Guess
from parsers.lexicon import label_of, labels_in

_NUMBERS = frozenset(
    [
        "gross",
        "discount",
        "deduction",
        "withheld",
        "paid",
        "balance_after",
        "debit",
        "credit",
        "amount",
        "quantity",
        "unit_price",
        "price_per",
        "line_discount",
        "tax_rate",
        "net_total",
        "tax_total",
        "total",
        "payment_total",
        "freight",
        "ordered",
        "delivered",
        "shipped",
        "accepted",
        "rejected",
        "damaged",
        "missing",
        "over",
        "open_quantity",
    ]
)
_DATES = frozenset(
    [
        "document_date",
        "order_date",
        "invoice_date",
        "due_date",
        "payment_date",
        "value_date",
        "delivery_date",
        "ship_date",
        "requested_date",
    ]
)
_REFERENCES = frozenset(
    [
        "invoice_number",
        "your_document",
        "our_reference",
        "reference",
        "document_number",
        "order_number",
        "claim_number",
        "line_number",
        "item",
        "supplier_item",
        "buyer_item",
        "credit_note_number",
        "payment_reference",
        "delivery_note",
        "receipt_number",
        "gtin",
    ]
)
_TEXTS = frozenset(["description", "reason", "document_type", "payer", "supplier", "store", "remarks"])


_ORDINALS = frozenset(("#", "№", "no", "no.", "nr", "nr.", "n°", "nº", "n.", "lp", "lp."))


# As the title of a column they say what the dates below are those of.
_DATED = frozenset(("vom", "du", "del", "dated", "dd", "van", "z dnia", "de fecha"))


@lru_cache(maxsize=20_000)
def fields_of(text: str) -> tuple[str, ...]:
    """Return the fields that exactly this heading or label can name, likeliest first."""
    if text.strip().lower() in _ORDINALS:
        return ("line_number",)
    if text.strip().lower() in _DATED:
        return ("invoice_date", "document_date")
    if not any(c.isalpha() for c in text):
        return ()
    hit = label_of(text)
    if hit is not None:
        return _on_both_sides(text) or _as_numbered(hit.fields, hit.numbered)
    inner = _unbracketed(text)
    hit = label_of(inner) if inner != text and inner else None
    return _as_numbered(hit.fields, hit.numbered) if hit else _of_parts(inner or text)


def _as_numbered(fields: tuple[str, ...], numbered: bool) -> tuple[str, ...]:
    """A word for "number" in the label rules out that it names an amount: "Payment No." is no payment."""
    if not numbered:
        return fields
    return tuple(f for f in fields if f not in _NUMBERS) or fields


def _of_parts(text: str) -> tuple[str, ...]:
    """Return the fields of a heading that names two things in one column: "Part Number / Description"."""
    parts = [part.strip() for part in re.split(r"[/&|]", text)]
    if not 2 <= len(parts) <= 3:
        return ()
    hits = [label_of(part) if len(part) > 1 else None for part in parts]
    return tuple(field for hit in hits for field in hit.fields[:1]) if all(hits) else ()  # type: ignore[union-attr]


def _unbracketed(text: str) -> str:
    """Leave out what stands in brackets: "Unit Price (SEK)", "Net amount [USD]"."""
    result, depth = [], 0
    for char in text:
        if char in "([（":
            depth += 1
        elif char in ")]）":
            depth = max(0, depth - 1)
        elif depth == 0:
            result.append(char)
    return "".join(result).strip()


# Words behind a title that only say how it is counted: "EP netto", "Unit price ex GST", "Montant HT".
_QUALIFIERS = frozenset(("tax_total", "tax_id", "net_total", "gross", "paid", "currency", "total", "unit"))


_BASIS = re.compile(r" ?(?:/|per|je|par|por|pro|p\.) ?(10{1,3})\b(?: ?[^\W\d]{1,4}\.?)?$", re.I)


def heading_basis(text: str) -> int:
    """Return for how many units the price under this title stands: 100 for "Price per 100", else 1."""
    match = _BASIS.search(text.strip())
    return int(match[1]) if match else 1


# Words that say whose number it is: "Supplier inv no" is the number of an invoice.
_OWNERS = frozenset(("vendor_number", "customer_number", "supplier", "buyer", "payer", "payee", "carrier"))


_OF_A_RATE = re.compile(r"[(@]? ?\d{1,2}(?:[.,]\d{1,3})? ?% ?\)?")  # "CGST 9%", "3 % Skonto"


@lru_cache(maxsize=20_000)
def heading_fields(text: str) -> tuple[str, ...]:
    """Return what a column's title names, also where words about it stand with the label ("Estimated qty")."""
    whole = fields_of(text) or fields_of(_OF_A_RATE.sub(" ", text).strip())
    if not whole and (basis := _BASIS.search(text)):
        return heading_fields(text[: basis.start()])  # "Preis je 100": the price of a hundred
    if whole or len(text) > 40 or any(c.isdigit() for c in text) or ":" in text:
        return whole
    hits = list(hits_in(text))
    while len(hits) > 1 and set(hits[-1].fields) & _QUALIFIERS:
        hits.pop()
    if not hits or len(text.split()) > 5:
        return ()
    dated = next((h for h in hits if h.fields[0].endswith("_date")), None)
    best = dated or max(
        hits,
        key=lambda h: (_holding(h.fields[0]) is Expected.NUMBER, h.fields[0] not in _OWNERS, h.end - h.start),
    )
    covered = sum(h.end - h.start for h in hits_in(text))
    return Guess(best.fields) if covered * 5 >= len(text) * 2 else ()


@lru_cache(maxsize=20_000)
def hits_in(text: str) -> tuple[Hit, ...]:
    """Return the labels inside a line with all that each can name; "Cheque/BACS No" is one label."""
    found: list[Hit] = []
    for hit in labels_in(text):
        if _inside_a_code(text, *hit.span):
            continue
        fields = _on_both_sides(text[slice(*hit.span)]) or hit.fields
        made = Hit(_as_numbered(fields, hit.numbered), *hit.span, hit.numbered)
        if found and text[found[-1].end : made.start].strip() in ("/", "&") and text[found[-1].end : made.start]:
            before = found.pop()
            fields = tuple(dict.fromkeys((*before.fields, *made.fields)))
            made = Hit(fields, before.start, made.end, made.numbered)
        found.append(made)
    return tuple(found)


def _on_both_sides(text: str) -> tuple[str, ...]:
    """Return the fields of two labels with a slash between that read as one without it: "PO number/date"."""
    parts = [part.strip() for part in text.split("/")] if "/" in text else []
    hits = [label_of(part) for part in parts if len(part) > 1]
    if len(hits) < 2 or len(hits) != len(parts) or not all(hits):
        return ()
    fields = tuple(hit.fields[0] for hit in hits if hit is not None)
    return tuple(dict.fromkeys(fields)) if len(set(fields)) > 1 else ()


def _inside_a_code(text: str, start: int, end: int) -> bool:
    """Whether the label is a piece of a number: "PO-20418", "INV/2026/1", "4500-PO"."""
    after, before = text[end : end + 2], text[max(0, start - 2) : start]
    return (len(after) == 2 and after[0] in "-/_." and after[1].isdigit()) or (
        len(before) == 2 and before[1] in "-/_" and before[0].isdigit()
    )


def holding(fields: tuple[str, ...]) -> Expected:
    """Return what a column of these fields holds."""
    if not fields:
        return Expected.ANY
    kinds = {_holding(field) for field in fields}
    return kinds.pop() if len(kinds) == 1 else _holding(fields[0]) if Expected.ANY not in kinds else Expected.ANY


def _holding(field: str) -> Expected:
    if field in _NUMBERS:
        return Expected.NUMBER
    if field in _DATES:
        return Expected.DATE
    if field in _REFERENCES:
        return Expected.REFERENCE
    return Expected.TEXT if field in _TEXTS else Expected.ANY
