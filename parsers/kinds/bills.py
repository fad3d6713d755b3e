"""Papers of a seller: what asks for money, or speaks of "your order", was not written by the one who orders or pays."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.kinds.extent import Extent
from parsers.kinds.header import Head, head_of, leading_number
from parsers.kinds.words import hits_in
from parsers.layout.tables import Grid
from parsers.lexicon import titles_in
from parsers.values.folding import fold_words
from parsers.values.references import find_ibans

_ROWS = 80
_BILLS = frozenset(("invoice", "pro_forma", "credit_note"))
# "Your" in front of the number of an order, in the languages of the lexicon.
_YOURS = re.compile(
    r"(?:your|ihre?|euer|votre|vos|su|sus|vuestro|vostro|vs|tuo|uw|sua|seu|vosso|wasze|twoje|panstwa)\b|v/"
    r"|귀사|貴社|御社|贵公司|貴公司"
)
_BANK = re.compile(r"\b(?:iban|bic|swift|sort code|routing (?:no|number)|account (?:holder|no|number)|kontoinhaber)\b")


def asks_for_money(extent: Extent) -> bool:
    """Whether the paper is a bill: an invoice's title or number, goods or not, when it is due and where to pay."""
    head = head_of(extent.rows[:_ROWS], extent.figures)
    named = _names_a_bill(extent) or any(_is_value_of(head, field) for field in ("invoice_number", "invoice_date"))
    due = _is_value_of(head, "due_date") or _of_columns(extent, "due_date")
    return named and ((due and _tells_account(extent)) or speaks_of_your_order(extent))


def speaks_of_your_order(extent: Extent) -> bool:
    """Whether a label says "your order": the seller writes to the buyer."""
    for row in extent.rows[:_ROWS]:
        for segment in row.segments:
            folded = fold_words(segment.text)
            match = _YOURS.match(folded.lstrip())
            if match is None or len(segment.text) > 60:
                continue
            orders = any("order_number" in hit.fields for hit in hits_in(segment.text))
            titled = any("purchase_order" in hit.kinds for hit in titles_in(segment.text))
            if orders or titled:
                return True
    return False


def is_statement(grids: Sequence[Grid]) -> bool:
    """Whether a table lists invoices with what is owing on them or when it is due: no bank's list of bookings."""
    for grid in grids:
        first = {h.fields[0] for h in grid.headings if h.fields}
        if "invoice_number" in first and first & {"due_date", "balance_after"}:
            return True
    return False


def bill_named(extent: Extent) -> tuple[str | None, str | None]:
    """Return the kind that the bill's own title says and its number: behind the title, else behind a label."""
    for row in sorted(extent.rows[:_ROWS], key=lambda r: len(r.segments) > 1):  # a title stands alone in its row
        for index, segment in enumerate(row.segments):
            for hit in titles_in(segment.text):
                if not _BILLS & set(hit.kinds) or hit.span[0] > 0:
                    continue
                beside = row.segments[index + 1].text if index + 1 < len(row.segments) else ""
                for text in (segment.text[hit.span[1] :].strip(" .:#"), beside if len(segment.text) < 24 else ""):
                    if text and (number := leading_number(text)) is not None:
                        return next(kind for kind in hit.kinds if kind in _BILLS), number
    found = head_of(extent.rows[:_ROWS], extent.figures).number("invoice_number")
    return None, found.value if found is not None and found.labelled.at_start else None


def _names_a_bill(extent: Extent) -> bool:
    return any(
        _BILLS & set(hit.kinds) and hit.span[0] == 0 and len(segment.text) <= 40
        for row in extent.rows[:_ROWS]
        if len(row.segments) <= 3
        for segment in row.segments
        for hit in titles_in(segment.text)
    )


def _is_value_of(head: Head, field: str) -> bool:
    return any(
        labelled.fields[0] == field and any(c.isdigit() for c in labelled.value) for labelled in head.candidates(field)
    )


def _of_columns(extent: Extent, field: str) -> bool:
    return any(field in h.fields[:1] for grid in (*extent.table_grids, *extent.row_grids) for h in grid.headings)


def _tells_account(extent: Extent) -> bool:
    text = extent.text[:40_000]
    return bool(find_ibans(text)) or _BANK.search(fold_words(text)) is not None
