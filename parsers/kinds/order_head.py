"""Head and foot of an order: date, buyer, places, currency, terms, signature."""

from __future__ import annotations

import re
from datetime import date

from agent.domain.documents import Buyer, Place
from parsers.kinds.evidence import Trail
from parsers.kinds.extent import Extent
from parsers.kinds.header import Found, Head
from parsers.kinds.order_number import ORDER_TITLES
from parsers.kinds.order_tables import Chosen
from parsers.kinds.parties import (
    block_behind,
    clean_name,
    has_legal_form,
    headline_name,
    letterhead,
    name_and_address,
    name_behind,
    wide_author,
)
from parsers.kinds.words import hits_in
from parsers.layout.fields import How, Labelled
from parsers.layout.segments import Segment
from parsers.lexicon import titles_in
from parsers.values.amounts import amount_readings
from parsers.values.currencies import find_currency
from parsers.values.dates import find_dates

_EMPTY_SIGN = re.compile(r"^[\s_.…\-–:/\[\]()x×]*$", re.I)


def issued_on(extent: Extent, chosen: Chosen | None, head: Head, trail: Trail) -> date | None:
    cells = [cell for e in (chosen.entries if chosen else ()) if (cell := e.record.cell("issued"))]
    if cells and (value := head.figures.date(cells[0].text)) is not None:
        trail.mark("issued_on", cells[0])
        return value
    for fields in (("order_date",), ("document_date",)):
        for labelled in head.candidates(*fields):
            if labelled.row in head.table_rows or not (labelled.at_start or labelled.how <= How.BESIDE):
                continue
            if (
                set(labelled.fields) & {"delivery_date", "requested_date", "due_date"}
                and labelled.fields[0] != fields[0]
            ):
                continue
            value = head.figures.date(labelled.value)
            if value is None and len(labelled.fields) > 1 and " / " in labelled.value:
                value = head.figures.date(labelled.value.rpartition(" / ")[2])  # "4500771230 / 20 Oct 2026"
            if value is not None and "quotation_number" not in labelled.fields:
                trail.mark("issued_on", labelled.place)
                return value
    return _date_in_head(extent, head, trail)


def _date_in_head(extent: Extent, head: Head, trail: Trail) -> date | None:
    """The first date in the head that stands alone, with a town, or in the title's line."""
    taken = {
        (v.place.page, v.place.top, v.place.x0)
        for v in head.values
        if v.how <= How.BELOW and v.fields[0].endswith("_date") and v.fields[0] not in ("order_date", "document_date")
    }
    for index, row in enumerate(extent.rows[:14]):
        if index in head.table_rows:
            break
        for segment in row.segments:
            if (segment.page, segment.top, segment.x0) in taken:
                continue
            for found in find_dates(segment.text, near=head.figures.near):
                value = head.figures.date(found.text)
                before = segment.text[: found.start].strip(" ,")
                if value is None or segment.text[found.end :].strip(" ,."):
                    continue
                titled = any(ORDER_TITLES & set(h.kinds) for h in titles_in(segment.text))
                if (titled or _stands_alone(before)) and not _labelled_otherwise(before):
                    trail.mark("issued_on", segment)
                    return value
    return None


_BEFORE_DATE = frozenset(("du", "del", "of", "vom", "van", "dated", "le", "dnia", "date", "den"))


def _stands_alone(before: str) -> bool:
    """Whether only a town or a word that leads to a date stands before it: "Grenoble, le", "z dnia"."""
    words = before.replace(",", " ").split()
    if not words or words[-1].lower() in _BEFORE_DATE:
        return True
    return len(before) <= 30 and len(words) == 1 and words[0].isalpha()


def _labelled_otherwise(before: str) -> bool:
    hits = hits_in(before)
    others = {"requested_date", "delivery_date", "due_date", "ship_date", "quotation_number", "payment_date"}
    return bool(hits) and bool(others & set(hits[-1].fields))


def buyer_of(extent: Extent, chosen: Chosen | None, head: Head, trail: Trail) -> Buyer:
    own = extent.context.own_names
    cells = [cell for e in (chosen.entries if chosen else ()) if (cell := e.record.cell("buyer"))]
    supplier = name_behind(head, (), "supplier", "vendor_number", "payee")
    taken = (*own, *((supplier.value,) if supplier else ()))
    name: str | None = None
    if cells:
        trail.mark("buyer.name", cells[0])
        name = cells[0].text.strip()
    else:
        option = _author(extent, head, taken)
        if option is not None:
            name = option[0]
            trail.mark("buyer.name", option[1], option[0])
    contact = name_behind(head, taken, "contact")
    if contact is not None and contact.value == name:
        contact = None  # "Buyer" may name the firm or the person
    person = head.mark(trail, "buyer.contact", contact)
    if person is None and (buyer := name_behind(head, taken, "buyer")) is not None and buyer.value != name:
        person = head.mark(trail, "buyer.contact", buyer)
    tax = head.pick(
        lambda v: (
            v.value.split("  ")[0].strip()
            if sum(c.isdigit() for c in v.value) >= 6 and len(v.value) <= 30 and v.fields[0] == "tax_id"
            else None
        ),
        "tax_id",
    )
    mail = head.pick(lambda v: next((w.strip("<>,;") for w in v.value.split() if "@" in w), None), "email", "contact")
    phone = head.pick(
        lambda v: (
            v.value
            if sum(c.isdigit() for c in v.value) >= 6 and len(v.value) <= 30 and not find_dates(v.value)
            else None
        ),
        "phone",
    )
    return Buyer(
        name=name,
        contact=person,
        email=head.mark(trail, "buyer.email", mail),
        phone=head.mark(trail, "buyer.phone", phone),
        tax_id=head.mark(trail, "buyer.tax_id", tax),
    )


def _author(extent: Extent, head: Head, taken: tuple[str, ...]) -> tuple[str, Segment] | None:
    """Who orders: an East Asian firm not addressed, a firm behind "buyer", the letterhead, else bill-to and ship-to."""
    if extent.language in ("ja", "ko", "zh") and (wide := wide_author(extent.rows, taken)) is not None:
        return wide
    labelled = name_behind(head, taken, "buyer")
    if labelled is not None and _is_firm(labelled):
        return labelled.value, labelled.labelled.place
    if (headline := headline_name(extent.rows, taken)) is not None:
        return headline
    top = letterhead(extent.rows, taken, head.value_places(), head.table_rows)
    if top is not None:
        return top
    for field in ("bill_to", "ship_to"):
        if (found := name_behind(head, taken, field)) is not None:
            return found.value, found.labelled.place
    return (labelled.value, labelled.labelled.place) if labelled is not None else None


def _is_firm(found: Found) -> bool:
    """A person's name behind "Buyer" is a contact: a firm has a legal form or more than given and family name."""
    label = found.labelled.label.lower()
    if has_legal_form(found.value) or any(
        w in label for w in ("company", "customer", "firm", "besteller", "client", "name")
    ):
        return True
    words = found.value.split()
    if len(words) == 2 and len(words[0].strip(".")) == 1:
        return False  # an initial and a name, in capitals or not
    return len(words) >= 3 or not all(w[:1].isupper() for w in words) or any(len(w) > 3 and w.isupper() for w in words)


def place_of(head: Head, trail: Trail, field: str, chosen: Chosen | None = None) -> Place:
    if (cell := _on_every_line(chosen, field)) is not None:
        trail.mark(f"{field}.address", cell)
        name, address = name_and_address((cell.text,))
        return Place(name=name, address=address)
    found = block_behind(head, field)
    if found is None:
        return Place()
    trail.mark(f"{field}.name" if found[0] else f"{field}.address", found[2])
    return Place(name=clean_name(found[0]) or found[0] if found[0] else None, address=found[1])


def currency_of_order(extent: Extent, chosen: Chosen | None, trail: Trail) -> str | None:
    cells = [cell for e in (chosen.entries if chosen else ()) if (cell := e.record.cell("currency"))]
    code = find_currency(cells[0].text) if cells else extent.currency
    if code is None:
        return None
    for row in extent.rows:
        for segment in row.segments:
            if find_currency(segment.text) == code:
                trail.mark("currency", segment)
                return code
    return code


_SENTENCE_END = re.compile(r"(?<=[^\W\d]{3}\.)\s+(?=[A-ZÀ-Ý])")


def _on_every_line(chosen: Chosen | None, part: str) -> Segment | None:
    """The cell of a column that says the same on every line: a table of a system repeats there what holds for all."""
    cells = [entry.record.cell(part) for entry in (chosen.entries if chosen else ())]
    texts = {cell.text.strip() if cell else "" for cell in cells}
    return cells[0] if len(texts) == 1 and "" not in texts else None


def terms_of(head: Head, trail: Trail, chosen: Chosen | None = None) -> str | None:
    """Return the terms of payment as written, to the end of their sentence."""
    if (cell := _on_every_line(chosen, "terms")) is not None and any(c.isalpha() for c in cell.text):
        trail.mark("payment_terms", cell)
        return cell.text.strip()

    def reading(labelled: Labelled) -> str | None:
        if labelled.row in head.table_rows or not labelled.at_start:
            return None
        if labelled.how is How.INLINE and labelled.fields[0] != "payment_terms":
            return None
        value = _SENTENCE_END.split(labelled.value.strip())[0]
        if "payment_terms" not in labelled.fields and (
            head.figures.date(value) is not None or amount_readings(value) or labelled.how > How.BESIDE
        ):
            return None  # "Payment: 30 days" is a term, "Payment: 120.00" and "Due: 3 May" are none
        return value if any(c.isalpha() for c in value) else None

    own = head.pick(reading, "payment_terms")
    return head.mark(trail, "payment_terms", own or head.pick(reading, "payment_method", "paid", "due_date"))


def requested_on(head: Head, trail: Trail) -> date | None:
    for fields in (("requested_date",), ("delivery_date",), ("due_date",)):
        for labelled in head.candidates(*fields):
            if labelled.row in head.table_rows or not labelled.at_start:
                continue
            if fields == ("due_date",) and (labelled.fields[0] != "due_date" or labelled.how > How.BESIDE):
                continue  # an order is paid by terms: what is due on a day is the delivery
            value = head.figures.date(labelled.value)
            if value is not None:
                trail.mark("requested_on", labelled.place)
                return value
    return None


def signature_of(
    extent: Extent, head: Head, trail: Trail, chosen: Chosen | None = None
) -> tuple[str | bool | None, bool]:
    """Return who signed (True without a name), and whether there is a place to sign that is empty."""
    if (cell := _on_every_line(chosen, "signed")) is not None and (signer := clean_name(cell.text)):
        trail.mark("signed_by", cell)
        return signer, False
    empty = False
    for labelled in head.values:
        if "signature" not in labelled.fields or labelled.row in head.table_rows:
            continue
        name = clean_name(re.sub(r"[_.…]{2,}.*", "", labelled.value))
        if labelled.how <= How.BESIDE and name and labelled.at_start and not find_dates(name):
            trail.mark("signed_by", labelled.place)
            return name, False
    for row in extent.rows:
        for position, segment in enumerate(row.segments):
            for hit in hits_in(segment.text):
                if "signature" not in hit.fields:
                    continue
                rest = segment.text[hit.end :]
                beside = row.segments[position + 1].text if position + 1 < len(row.segments) else ""
                drawn = rest.strip(" :") or beside
                if drawn and _EMPTY_SIGN.match(drawn) and any(c in drawn for c in "_.…-–"):
                    empty = True
    return None, empty


def remarks_of(head: Head) -> str | None:
    found = head.pick(
        lambda v: v.value if v.at_start and v.row not in head.table_rows and len(v.value) > 3 else None, "remarks"
    )
    return found.value if found else None
