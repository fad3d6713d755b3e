"""A whole purchase order: its lines, its sums, its head, and what contradicts itself in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain.documents import Buyer, Flag, Footing, Place, Problem, PurchaseOrder, Source
from parsers.kinds import collapsed
from parsers.kinds.covering import covered_rows
from parsers.kinds.evidence import Trail
from parsers.kinds.extent import Extent
from parsers.kinds.figures import Figures
from parsers.kinds.header import Found, Head, head_of, leading_number
from parsers.kinds.ordering import Entry, TableReading, evidence_of, read_table, sum_of
from parsers.kinds.parties import (
    block_behind,
    clean_name,
    has_legal_form,
    headline_name,
    letterhead,
    name_behind,
    wide_author,
)
from parsers.kinds.words import hits_in
from parsers.layout.fields import How, Labelled
from parsers.layout.segments import Row, Segment
from parsers.layout.tables import Grid
from parsers.lexicon import titles_in
from parsers.values.amounts import amount_readings, find_amounts
from parsers.values.currencies import find_currency
from parsers.values.dates import find_dates

_EMPTY_SIGN = re.compile(r"^[\s_.…\-–:/\[\]()x×]*$", re.I)
_SUM_FIELDS = ("net_total", "tax_total", "freight", "total")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tables of an order read the way that foots best."""

    entries: tuple[Entry, ...]
    readings: tuple[TableReading, ...]
    figures: Figures
    rank: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums that are printed, and how they prove the lines."""

    net: Decimal | None = None
    tax: Decimal | None = None
    freight: Decimal | None = None
    total: Decimal | None = None
    footing: Footing = Footing.UNPROVED
    difference: Decimal | None = None


def read_orders(extent: Extent, titles: frozenset[str]) -> tuple[tuple[PurchaseOrder, ...], tuple[Problem, ...]]:
    """Read the orders of an extent: one, or one a number where the table names several."""
    chosen = _choose(extent)
    figures = chosen.figures if chosen else extent.figures
    covered = covered_rows(
        extent,
        [e.record for e in chosen.entries] if chosen else [],
        [r.grid for r in chosen.readings] if chosen else [],
    )
    head = head_of(extent.rows, figures, covered)
    made = [_assembled(extent, part, head, titles) for part in _by_number(chosen)]
    return tuple(o for o, _ in made if o is not None), tuple(p for _, problems in made for p in problems)


def _choose(extent: Extent) -> Chosen | None:
    options: list[Chosen] = []
    base = extent.figures
    notations = [base] if base.style else [base, replace(base, style="point"), replace(base, style="comma")]
    for notation in notations:
        for grids in _table_sets(extent, notation):
            chosen = _combined(grids, notation, extent)
            if chosen is not None:
                options.append(chosen)
    if not options:
        return None
    best = max(options, key=lambda c: c.rank)
    rivals = [o for o in options if o.rank[:2] == best.rank[:2] and o.figures.style != best.figures.style]
    if any(_values(o) != _values(best) for o in rivals):
        unsure = [o for o in (*rivals, best) if o.figures.style is None]
        return max(unsure, key=lambda o: o.rank) if unsure else best
    return best


def _values(chosen: Chosen) -> list[tuple[Decimal | None, Decimal | None]]:
    return [(e.line.quantity, e.line.amount) for e in chosen.entries]


def _table_sets(extent: Extent, figures: Figures) -> Iterable[tuple[Grid, ...]]:
    yield extent.table_grids
    yield extent.row_grids
    yield from collapsed.remade(extent, figures)


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
    found: set[Decimal] = set()
    for row in extent.rows[-80:]:
        if (row.page, round(row.top)) in own:
            continue
        for amount in find_amounts(row.text):
            if (value := figures.amount(amount.text)) is not None:
                found.add(value)
    return frozenset(found)


def _by_number(chosen: Chosen | None) -> list[Chosen | None]:
    """Part the lines by the order that their own column names, where it names several."""
    if chosen is None:
        return [None]
    groups: dict[str, list[Entry]] = {}
    for entry in chosen.entries:
        groups.setdefault(entry.record.text("order"), []).append(entry)
    if len(groups) < 2 or "" in groups:
        return [chosen]
    return [replace(chosen, entries=tuple(group)) for group in groups.values()]


def _assembled(
    extent: Extent, chosen: Chosen | None, head: Head, titles: frozenset[str]
) -> tuple[PurchaseOrder | None, tuple[Problem, ...]]:
    trail = Trail(extent.pages)
    entries = chosen.entries if chosen else ()
    number = _number(extent, chosen, head, trail)
    blanket, release = head.number("blanket_number"), head.pick(_short_number, "release_number")
    if "blanket_order" in titles and blanket is None:
        blanket = head.number("contract_number")
    if number is None and "blanket_order" in titles:
        number = head.mark(trail, "number", blanket)
    if number is None and not entries:
        return None, ()
    for index, entry in enumerate(entries):
        evidence_of(entry, index, trail)
    sums = _sums(extent, chosen, head, trail)
    issued = _issued_on(extent, chosen, head, trail)
    signed, empty = _signature(extent, head, trail)
    order = PurchaseOrder(
        confidence=_confidence(sums, entries, number),
        source=Source(extent.pages[extent.rows[0].page].part, extent.pages[extent.rows[0].page].number),
        evidence=trail.found,
        footing=sums.footing,
        difference=sums.difference,
        flags=_flags(extent, titles),
        language=extent.language,
        number=number,
        issued_on=issued,
        revision_of=_revision(head, titles, trail),
        cancels="order_cancellation" in titles,
        quotation_number=head.mark(trail, "quotation_number", head.number("quotation_number")),
        buyer=_buyer(extent, chosen, head, trail),
        bill_to=_place(head, trail, "bill_to"),
        ship_to=_place(head, trail, "ship_to"),
        currency=_currency(extent, chosen, trail),
        payment_terms=_terms(head, trail),
        requested_on=_requested(head, trail),
        signed_by=signed,
        signature_line_empty=empty,
        net_total=sums.net,
        tax_total=sums.tax,
        freight=sums.freight,
        total=sums.total,
        blanket_number=head.mark(trail, "blanket_number", blanket),
        release_number=head.mark(trail, "release_number", release),
        remarks=_remarks(head),
        lines=tuple(e.line for e in entries),
    )
    return order, _problems(order, entries)


# The number, and what competes with it.


def _number(extent: Extent, chosen: Chosen | None, head: Head, trail: Trail) -> str | None:
    cells = [cell for e in (chosen.entries if chosen else ()) if (cell := e.record.cell("order"))]
    if cells and len({c.text for c in cells}) == 1:
        trail.mark("number", cells[0])
        return cells[0].text.strip()
    released = _released_number(extent, head)
    if released is not None:
        trail.mark("number", released[1], released[0])
        return released[0]
    found = _labelled_number(head)
    titled = titled_number(extent, head)
    if found is not None and (titled is None or found.labelled.how <= How.BESIDE):
        return head.mark(trail, "number", found)
    if titled is not None:
        trail.mark("number", titled[1])
        return titled[0]
    if found is not None:
        return head.mark(trail, "number", found)
    return None


def _released_number(extent: Extent, head: Head) -> tuple[str, Segment] | None:
    """The number of a call-off as the paper itself joins it: blanket 460712 and release 7 printed as "460712-7"."""
    blanket, release = head.number("blanket_number"), head.pick(_short_number, "release_number")
    if blanket is None or release is None:
        return None
    core = blanket.value.split()[-1]
    for row in extent.rows:
        for segment in row.segments:
            for mark in "-/.":
                if (joined := f"{core}{mark}{release.value}") in segment.text:
                    return joined, segment
    return None


def _short_number(labelled: Labelled) -> str | None:
    token = labelled.value.split()[0].strip(".,;") if labelled.value.split() else ""
    return token if any(c.isdigit() for c in token) and labelled.how <= How.INLINE else None


def _labelled_number(head: Head) -> Found | None:
    """The number behind "order": a label that names the order first and stands where labels stand."""

    def reading(labelled: Labelled) -> str | None:
        if labelled.row in head.table_rows or "order_number" not in labelled.fields[:2]:
            return None
        if labelled.how is How.INLINE and not labelled.at_start:
            return None
        return leading_number(labelled.value)

    return head.pick(reading, "order_number")


_ORDER_TITLES = frozenset(("purchase_order", "order_change", "order_cancellation", "blanket_order", "release"))


def titled_number(extent: Extent, head: Head) -> tuple[str, Segment] | None:
    """The number behind the title: "BESTELLUNG  4501-2301", "ORDINE N. 882/2026 DEL …"."""
    for index, row in enumerate(extent.rows[:60]):
        if index in head.table_rows:
            continue
        for position, segment in enumerate(row.segments):
            for hit in titles_in(segment.text):
                if not _ORDER_TITLES & set(hit.kinds):
                    continue
                rest = _NUMBER_WORD.sub("", segment.text[hit.span[1] :])
                if (number := leading_number(rest)) is not None:
                    return number, segment
                if (marked := _marked_number(extent.rows[index : index + 3])) is not None:
                    return marked
                if rest.strip() or position + 1 >= len(row.segments) or not _is_headline(segment.text):
                    continue
                beside = row.segments[position + 1]
                if (number := leading_number(_NUMBER_WORD.sub("", beside.text))) and not find_dates(beside.text):
                    return number, beside
    return None


def _is_headline(text: str) -> bool:
    return len(text.split()) <= 5


_NUMBER_WORD = re.compile(r"^\W*(?:(?:n[or]?\.?[°ºo]?|number|nummer|num(?:ero|éro)?|#|№)(?![^\W\d_]))?\W*", re.I)
_NUMBER_ALONE = re.compile(r"(?:n[or]\.?|n[°º]|number|nummer|num(?:ero|éro)|№|番号|번호)\.? ?:?", re.I)
_NUMBER_MARK = re.compile(r"^(?:(?:n[or]\.?|n[°º]|number|nummer|num(?:ero|éro)|№)(?![^\W\d_])|#)\W*(?=\S*\d)", re.I)


def _marked_number(rows: Sequence[Row]) -> tuple[str, Segment] | None:
    """A number with only a word or sign for "number" before it, in the title's rows: "#PO-20418", "N° : 1187"."""
    for row in rows:
        for segment in row.segments:
            match = _NUMBER_MARK.match(segment.text.strip())
            number = leading_number(segment.text.strip()[match.end() :]) if match else None
            if number:
                return number, segment
        for left, right in zip(row.segments, row.segments[1:], strict=False):
            if _NUMBER_ALONE.fullmatch(left.text.strip()) and (number := leading_number(right.text)):
                return number, right
    return None


def _revision(head: Head, titles: frozenset[str], trail: Trail) -> str | bool | None:
    """Return True for a change, or the revision's number where it is not the first issue; None for a new order."""
    changed = "order_change" in titles
    for labelled in head.candidates("revision"):
        token = labelled.value.split()[0].strip(".,;)") if labelled.value.split() else ""
        if labelled.row in head.table_rows or not token.isalnum() or len(token) > 3:
            continue
        if token.isdigit() and int(token) > 0 and (changed or labelled.how is not How.INLINE or labelled.at_start):
            trail.mark("revision_of", labelled.place)
            return True
    return True if changed else None


# Sums.


def _sums(extent: Extent, chosen: Chosen | None, head: Head, trail: Trail) -> Sums:
    printed = _printed(chosen, head)
    for name, (_, segment) in printed.items():
        trail.mark(name, segment)
    values = {name: value for name, (value, _) in printed.items()}
    entries = chosen.entries if chosen else ()
    added = sum_of(entries)
    net, tax = values.get("net_total"), values.get("tax_total")
    freight, total = values.get("freight"), values.get("total")
    footing, difference = _proved(entries, added, net, tax, freight, total)
    return Sums(net, tax, freight, total, footing, difference)


def _printed(chosen: Chosen | None, head: Head) -> dict[str, tuple[Decimal, Segment]]:
    """Return the sums by what their labels say: rows of the table first, labels elsewhere second."""
    found: dict[str, tuple[Decimal, Segment]] = {}
    loose: list[tuple[Decimal, Segment]] = []
    for reading in chosen.readings if chosen else ():
        for total in reading.sorted.totals:
            printed = _last_amount(total.row.segments, reading.figures)
            name = next((f for f in total.fields if f in _SUM_FIELDS), None)
            name = "total" if total.fields[:1] == ("payment_total",) else name
            if printed is None or total.after == 0:
                continue
            if name and not (name in found and name == "net_total"):
                found[name] = printed
            elif total.fields == ("sum",):
                loose.append(printed)
    _name_loose(found, loose, sum_of(chosen.entries) if chosen else None)
    for name in _SUM_FIELDS:
        if name not in found and (printed := _labelled_sum(head, name)) is not None:
            found[name] = printed
    return found


def _name_loose(
    found: dict[str, tuple[Decimal, Segment]], loose: list[tuple[Decimal, Segment]], added: Decimal | None
) -> None:
    """Name the sums whose label says only "amount": the net is what the lines add up to, the total what is left."""
    for value, segment in loose:
        if value == added and "net_total" not in found and (len(loose) > 1 or "total" in found or "tax_total" in found):
            found["net_total"] = (value, segment)
        elif "total" not in found:
            found["total"] = (value, segment)


def _labelled_sum(head: Head, name: str) -> tuple[Decimal, Segment] | None:
    """Return the sum behind its label outside the table; a rate or a term is none."""
    for labelled in head.candidates(name):
        if name not in labelled.fields[:2] or labelled.row in head.table_rows or not labelled.at_start:
            continue
        amounts = find_amounts(labelled.value)
        if not amounts or len(labelled.value) > 60 or "%" in labelled.value[amounts[-1].end : amounts[-1].end + 2]:
            continue
        value = head.figures.amount(amounts[-1].text)
        reading = amounts[-1].readings[0]
        if value is not None and (reading.decimals or reading.grouping or reading.currency):
            return value, labelled.place
    return None


def _last_amount(segments: Sequence[Segment], figures: Figures) -> tuple[Decimal, Segment] | None:
    for segment in reversed(segments):
        amounts = find_amounts(segment.text)
        if not amounts or "%" in segment.text[amounts[-1].end : amounts[-1].end + 3]:
            continue
        value = figures.amount(amounts[-1].text)
        if value is not None:
            return value, segment
    return None


def _proved(
    entries: Sequence[Entry],
    added: Decimal | None,
    net: Decimal | None,
    tax: Decimal | None,
    freight: Decimal | None,
    total: Decimal | None,
) -> tuple[Footing, Decimal | None]:
    """Prove lines = net, net + tax + freight = total; a total alone must follow from the lines."""
    broken = next((e.line for e in entries if e.holds is False), None)
    if broken is not None and broken.amount is not None:
        product = (broken.quantity or Decimal(0)) * (broken.unit_price or Decimal(0)) / broken.price_per
        product *= 1 - (broken.discount_percent or Decimal(0)) / 100
        return Footing.FAILED, broken.amount - product
    if added is None:
        return Footing.UNPROVED, None
    proved = False
    base = added
    if net is not None:
        if net not in (added, added + (freight or 0)):
            return Footing.FAILED, net - added
        base, proved = net, True
    if total is not None and base is not None:
        extra = tax or Decimal(0)
        carriage = freight or Decimal(0)
        if total not in (base + extra, base + extra + carriage, base):
            return Footing.FAILED, total - base - extra - (carriage if base == added else Decimal(0))
        proved = True
    if proved and (not entries or all(e.holds is not None or e.line.amount is not None for e in entries)):
        return Footing.PROVED, None
    held = bool(entries) and all(e.holds for e in entries)
    return (Footing.PROVED if held and proved else Footing.UNPROVED), None


# Head.


def _issued_on(extent: Extent, chosen: Chosen | None, head: Head, trail: Trail) -> date | None:
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
            if value is not None and "quotation_number" not in labelled.fields:
                trail.mark("issued_on", labelled.place)
                return value
    return _date_in_head(extent, head, trail)


def _date_in_head(extent: Extent, head: Head, trail: Trail) -> date | None:
    """The first date in the head that stands alone, with a town, or in the title's line."""
    for index, row in enumerate(extent.rows[:14]):
        if index in head.table_rows:
            break
        for segment in row.segments:
            for found in find_dates(segment.text, near=head.figures.near):
                value = head.figures.date(found.text)
                before = segment.text[: found.start].strip(" ,")
                if value is None or segment.text[found.end :].strip(" ,."):
                    continue
                titled = any(_ORDER_TITLES & set(h.kinds) for h in titles_in(segment.text))
                if titled or _stands_alone(before):
                    if not _labelled_otherwise(before):
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


def _buyer(extent: Extent, chosen: Chosen | None, head: Head, trail: Trail) -> Buyer:
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
    return len(words) >= 3 or not all(w[:1].isupper() for w in words) or any(len(w) > 3 and w.isupper() for w in words)


def _place(head: Head, trail: Trail, field: str) -> Place:
    found = block_behind(head, field)
    if found is None:
        return Place()
    trail.mark(f"{field}.name" if found[0] else f"{field}.address", found[2])
    return Place(name=clean_name(found[0]) or found[0] if found[0] else None, address=found[1])


def _currency(extent: Extent, chosen: Chosen | None, trail: Trail) -> str | None:
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


def _terms(head: Head, trail: Trail) -> str | None:
    """Return the terms of payment as written, to the end of their sentence."""

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


def _requested(head: Head, trail: Trail) -> date | None:
    for fields in (("requested_date",), ("delivery_date",)):
        for labelled in head.candidates(*fields):
            if labelled.row in head.table_rows or not labelled.at_start:
                continue
            value = head.figures.date(labelled.value)
            if value is not None:
                trail.mark("requested_on", labelled.place)
                return value
    return None


def _signature(extent: Extent, head: Head, trail: Trail) -> tuple[str | bool | None, bool]:
    """Return who signed (True without a name), and whether there is a place to sign that is empty."""
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


def _flags(extent: Extent, titles: frozenset[str]) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    if "release" in titles:
        flags.append(Flag.RELEASE)
    elif "blanket_order" in titles:
        flags.append(Flag.BLANKET)
    if any(page.hidden for page in extent.pages):
        flags.append(Flag.HIDDEN_TEXT)
    if extent.figures.scanned:
        flags.append(Flag.SCANNED)
    return tuple(flags)


def _remarks(head: Head) -> str | None:
    found = head.pick(
        lambda v: v.value if v.at_start and v.row not in head.table_rows and len(v.value) > 3 else None, "remarks"
    )
    return found.value if found else None


def _confidence(sums: Sums, entries: Sequence[Entry], number: str | None) -> float:
    if sums.footing is Footing.FAILED:
        return 0.4
    if sums.footing is Footing.PROVED and number:
        return 0.97 if all(e.holds is not False and e.line.item for e in entries) else 0.93
    held = bool(entries) and all(e.holds for e in entries)
    return (0.9 if held and number else 0.7) if entries else 0.5


def _problems(order: PurchaseOrder, entries: Sequence[Entry]) -> tuple[Problem, ...]:
    part = order.source.part
    found: list[Problem] = []
    if order.footing is Footing.FAILED:
        found.append(
            Problem(where=part, what=f"The order does not add up: {order.difference} is left over.", code="note")
        )
    if order.remarks and _contradicts(order):
        found.append(
            Problem(where=part, what=f"A remark names another figure than the lines: {order.remarks}", code="note")
        )
    if any(e.line.quantity is None for e in entries):
        found.append(Problem(where=part, what="A line has no quantity that can be read without doubt.", code="note"))
    return tuple(found)


def _contradicts(order: PurchaseOrder) -> bool:
    """Whether a remark states an amount that no line or sum of the order has."""
    printed = {line.unit_price for line in order.lines} | {line.amount for line in order.lines}
    printed |= {order.total, order.net_total, order.tax_total}
    for found in find_amounts(order.remarks or ""):
        values = {r.value for r in found.readings}
        if not values & printed and (found.readings[0].decimals or found.readings[0].grouping):
            return True
    return False
