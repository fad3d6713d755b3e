"""A whole delivery confirmation: how strong its evidence is, what it confirms, and what arrived."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agent.domain.documents import DeliveredLine, DeliveryConfirmation, DeliveryLevel, Flag, Footing, Problem, Source
from parsers.kinds import collapsed
from parsers.kinds.covering import covered_rows
from parsers.kinds.delivering import Entry, TableReading, evidence_of, read_table
from parsers.kinds.evidence import Trail
from parsers.kinds.extent import Extent
from parsers.kinds.header import Head, head_of, leading_number
from parsers.kinds.order_number import behind
from parsers.kinds.parties import clean_name, has_legal_form
from parsers.kinds.words import hits_in
from parsers.layout.fields import How, Labelled
from parsers.lexicon import titles_in
from parsers.values.dates import find_dates
from parsers.values.folding import fold_words
from parsers.values.quantities import find_quantities, unit_code
from parsers.values.references import find_references, tracking_number_of

_TOTAL = re.compile(
    r"(?:\b(?:total|totale|totaal|summe|gesamt\w*|suma|razem)|合計|합계|총)\W{0,3}(?:[^\W\d]+\W{0,3})?$", re.IGNORECASE
)
_TICKED = re.compile(r"(?:\[ ?[xX✓✗✔] ?\]|\( ?[xX] ?\)|[☒☑✔])\s*([^\[\]☐☒☑✔\n]{2,80})")
_UNTICKED = re.compile(r"(?:\[\s*\]|☐)\s*([^\[\]☐☒☑✔\n]{2,80})")
_REFUSED = re.compile(
    r"verweiger|abgelehnt|\brejected\b|\brefused\b|\brefus|rechazad|rifiutat|geweigerd|odrzuc|不合格|거부|拒"
)
_RESERVED = re.compile(
    r"mit mangel|with (?:remarks|reserv|defect|exception)|punch list|avec reserve|con reserva|con riserva"
    r"|met gebreken|z uwagami"
)
_CLEAN = re.compile(
    r"ohne mangel|without (?:defects|remarks|reserv)|good order|good condition|complet|sans reserve|sin reserva"
    r"|accepted|vollstandig"
)
_PROOF = re.compile(r"proof|\bpod\b|nachweis|preuve|prueba|comprobante|prova|signed|bewijs|受領|인수")
_NOT_DELIVERED = re.compile(
    r"attempt|in transit|out for delivery|exception|estimated|unterwegs|zustellversuch|en transit|en cours"
    r"|en transito|輸送中|배송 ?중"
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tables of a delivery read best."""

    entries: tuple[Entry, ...]
    readings: tuple[TableReading, ...]


def read_delivery(
    extent: Extent, titles: frozenset[str]
) -> tuple[tuple[DeliveryConfirmation, ...], tuple[Problem, ...]]:
    """Read a delivery confirmation; none where nothing was delivered yet."""
    part = extent.pages[extent.rows[0].page].part
    chosen = _choose(extent)
    entries = chosen.entries if chosen else ()
    covered = covered_rows(extent, [e.record for e in entries], [r.grid for r in chosen.readings] if chosen else [])
    head = head_of(extent.rows, extent.figures, covered, extent.form_cells)
    if (status := _status(head, titles)) is not None:
        return (), (Problem(where=part, what=f"Not delivered yet: {status}", code="note"),)
    made = [_assembled(extent, group, head, titles) for group in _by_receipt(entries)]
    return tuple(d for d in made if d is not None), ()


def _choose(extent: Extent) -> Chosen | None:
    best: tuple[TableReading, ...] = ()
    for grids in (extent.table_grids, extent.row_grids, *collapsed.remade(extent, extent.figures)):
        readings = tuple(r for grid in grids if (r := read_table(grid, extent.figures)) is not None)
        if readings and (not best or max(r.rank for r in readings) > max(r.rank for r in best)):
            best = readings
    return Chosen(tuple(e for r in best for e in r.entries), best) if best else None


def _by_receipt(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.record.text("number"), entry.record.text("order")), []).append(entry)
    if len(groups) < 2 or any(not key[0] for key in groups):
        return [tuple(entries)]
    return [tuple(group) for group in groups.values()]


def _status(head: Head, titles: frozenset[str]) -> str | None:
    """Return what the carrier says where it is not "delivered"."""
    for labelled in head.candidates("status"):
        if labelled.how <= How.BESIDE and _NOT_DELIVERED.search(fold_words(labelled.value)):
            return labelled.value
    stronger = titles & {"proof_of_delivery", "goods_receipt", "acceptance", "delivery_note", "service_report"}
    return (
        "the paper tells of a delivery attempt or a shipment under way"
        if "delivery_attempted" in titles and not stronger
        else None
    )


def _assembled(
    extent: Extent, entries: tuple[Entry, ...], head: Head, titles: frozenset[str]
) -> DeliveryConfirmation | None:
    trail = Trail(extent.pages)
    for index, entry in enumerate(entries):
        evidence_of(entry, index, trail)
    received_by = _received_by(head, trail)
    level, service = _level(extent, titles, received_by, entries)
    number = _number(extent, entries, head, level, trail)
    orders = _orders(entries, head, level, trail)
    delivered_on = _delivered_on(extent, entries, head, level, trail)
    tracking = _tracking(extent, head, trail)
    complete, remark, refused = _boxes(extent)
    if complete is not None and level is DeliveryLevel.DESPATCH:
        level = DeliveryLevel.SIGNED  # someone ticked what was received
    if not (number or orders or tracking or entries) or ("exception_report" in titles and not entries):
        return None  # what is wrong stands in prose: without quantities it confirms nothing
    flags = [Flag.REFUSED] if refused else []
    if any(page.hidden for page in extent.pages):
        flags.append(Flag.HIDDEN_TEXT)
    if extent.figures.scanned:
        flags.append(Flag.SCANNED)
    note = head.number("delivery_note")
    told = head.pick(lambda v: v.value if v.at_start and len(v.value) > 2 else None, "remarks")
    carrier = head.pick(_carrier_in, "carrier")
    where = head.pick(lambda v: _place_in(v, head), "delivered_to")
    hours = _hours(extent, trail) if service and not (refused or entries) else ()
    place = extent.pages[extent.rows[0].page]
    return DeliveryConfirmation(
        confidence=_confidence(entries, orders, delivered_on),
        source=Source(place.part, place.number),
        evidence=trail.found,
        footing=_footing(entries),
        flags=tuple(flags),
        language=extent.language,
        number=number,
        level=level,
        delivered_on=delivered_on,
        order_numbers=orders,
        invoice_numbers=_numbers(head, "invoice_number"),
        delivery_note_number=note.value
        if note and note.value not in (number, tracking) and note.labelled.row not in head.table_rows
        else None,
        tracking_number=tracking,
        carrier=head.mark(trail, "carrier", carrier),
        received_by=received_by,
        delivered_to=head.mark(trail, "delivered_to", where),
        packages=_packages(head),
        complete=complete,
        service=service,
        remarks="; ".join(filter(None, (remark, told.value if told else None))) or None,
        lines=tuple(e.line for e in entries) or hours,
    )


def _hours(extent: Extent, trail: Trail) -> tuple[DeliveredLine, ...]:
    """The hours that a time sheet adds up, as one line; a line without a quantity where it does not tell one total."""
    told = [
        (quantity, row)
        for row in extent.rows
        for quantity in find_quantities(row.text)
        if quantity.unit and unit_code(quantity.unit) == "HUR"
    ]
    if not told:
        return ()
    found = [(quantity, row) for quantity, row in told if _TOTAL.search(row.text[: quantity.start])]
    if len({quantity.value for quantity, _ in found}) != 1 or found[0][0].others:
        return (DeliveredLine(unit=told[0][0].unit),)
    quantity, row = found[0]
    trail.mark("lines[0].accepted", next((s for s in row.segments if quantity.text in s.text), row.segments[-1]))
    return (DeliveredLine(accepted=quantity.value, unit=quantity.unit),)


def _level(
    extent: Extent, titles: frozenset[str], received_by: str | None, entries: Sequence[Entry]
) -> tuple[DeliveryLevel, bool]:
    """Return how strong the evidence is, by what the paper calls itself, and whether it signs off a service."""
    counted = any(e.line.accepted is not None or e.line.rejected is not None for e in entries)
    if "service_report" in titles:
        return DeliveryLevel.ACCEPTANCE, True
    if "acceptance" in titles:
        return DeliveryLevel.ACCEPTANCE, _speaks_of_service(extent)
    if "goods_receipt" in titles or "exception_report" in titles:
        return DeliveryLevel.RECEIPT, False
    if "proof_of_delivery" in titles or (not titles & _DELIVERY_TITLES and _is_tracked(extent)):
        proof = any(
            "proof_of_delivery" in hit.kinds
            and _PROOF.search("".join(fold_words(row.text[hit.span[0] : hit.span[1]]).split()))
            for row in extent.rows[:40]
            for hit in titles_in(row.text)
        )
        if proof and counted:
            return DeliveryLevel.RECEIPT, False
        return (DeliveryLevel.SIGNED if proof and received_by else DeliveryLevel.CARRIER), False
    if "delivery_note" in titles and counted:
        return DeliveryLevel.RECEIPT, False  # who received it has counted what is good and what is not
    if "delivery_note" in titles:
        return (DeliveryLevel.SIGNED if received_by else DeliveryLevel.DESPATCH), False
    received = any(e.record.cell("delivered") for e in entries)
    return (DeliveryLevel.RECEIPT if counted or received else DeliveryLevel.DESPATCH), False


def _is_tracked(extent: Extent) -> bool:
    """Whether the paper tells of a parcel: it labels a tracking number."""
    return any("tracking_number" in hit.fields[:1] for row in extent.rows[:60] for hit in hits_in(row.text))


def _speaks_of_service(extent: Extent) -> bool:
    folded = fold_words(extent.text[:6_000])
    return bool(
        re.search(r"\bservices?\b|dienstleistung|\bstunden\b|\bhours?\b|prestation|servicio|servizio|용역|役務", folded)
    )


def _number(extent: Extent, entries: Sequence[Entry], head: Head, level: DeliveryLevel, trail: Trail) -> str | None:
    cells = [c for e in entries if (c := e.record.cell("number"))]
    if cells and len({c.text for c in cells}) == 1:
        trail.mark("number", cells[0])
        return cells[0].text.strip()
    wanted = {
        DeliveryLevel.ACCEPTANCE: ("service_report", "receipt_number"),
        DeliveryLevel.RECEIPT: ("receipt_number",),
        DeliveryLevel.SIGNED: ("delivery_note",),
        DeliveryLevel.DESPATCH: ("delivery_note",),
        DeliveryLevel.CARRIER: (),
    }[level]
    for field in wanted:
        found = head.number(field)
        if (
            found is not None
            and found.labelled.row not in head.table_rows
            and found.labelled.fields[0] == field
            and (found.labelled.how <= How.BESIDE or found.labelled.numbered)
        ):
            return head.mark(trail, "number", found)
    if level is DeliveryLevel.RECEIPT:
        own = head.pick(_whole_number, "document_number")
        if own is not None and own.labelled.row not in head.table_rows:
            return head.mark(trail, "number", own)
    return _titled_number(extent, trail) if level is not DeliveryLevel.CARRIER else None


def _whole_number(labelled: Labelled) -> str | None:
    """A number that is all of its cell, beside or under its label."""
    value = leading_number(labelled.value)
    return value if labelled.how is not How.INLINE and labelled.at_start and value == labelled.value.strip() else None


_DELIVERY_TITLES = frozenset(("goods_receipt", "acceptance", "delivery_note", "service_report", "proof_of_delivery"))


def _titled_number(extent: Extent, trail: Trail) -> str | None:
    """The number behind the title: "ABNAHMEPROTOKOLL Nr. AP-0311", or a plain "No." in the title's rows."""
    for index, row in enumerate(extent.rows[:30]):
        hits = [(s, h) for s in row.segments for h in titles_in(s.text) if _DELIVERY_TITLES & set(h.kinds)]
        for segment, hit in hits:
            rest = re.sub(
                r"^\W*(?:n[or]?\.?[°ºo]?|number|nummer|#|№)?\W*", "", behind(segment.text, hit.span[1]), flags=re.I
            )
            if (number := leading_number(rest)) is not None:
                trail.mark("number", segment)
                return number
        if not hits:
            continue
        for near in extent.rows[index : index + 2]:
            for segment in near.segments:
                match = re.match(r"^(?:[\w .-]{0,24}?\b)?(?:no|nr|n°|nº|№)\b\.?\s*:?\s*(\S.*)", segment.text, re.I)
                if match and not any(_DELIVERY_TITLES & set(h.kinds) for h in titles_in(segment.text)):
                    number = leading_number(match[1])
                    if number and not _other_label(segment.text):
                        trail.mark("number", segment)
                        return number
    return None


def _other_label(text: str) -> bool:
    others = {
        "order_number",
        "invoice_number",
        "tracking_number",
        "vendor_number",
        "customer_number",
        "delivery_note",
        "line_number",
        "supplier",
    }
    return any(hit.start == 0 and others & set(hit.fields[:1]) for hit in hits_in(text))


def _orders(entries: Sequence[Entry], head: Head, level: DeliveryLevel, trail: Trail) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for entry in entries:
        if text := entry.record.text("order"):
            found[text] = None
    if found:
        return tuple(found)
    fields = (
        ("order_number", "reference") if level in (DeliveryLevel.CARRIER, DeliveryLevel.SIGNED) else ("order_number",)
    )
    for labelled in sorted(head.candidates(*fields), key=lambda v: (v.row, v.place.x0)):
        if labelled.row in head.table_rows or not set(labelled.fields[:2]) & set(fields):
            continue
        inline = labelled.how is How.INLINE and _beside_number(labelled)
        below = labelled.how is How.BELOW and _whole_number(labelled) is not None and len(labelled.value) >= 4
        if labelled.how > How.BESIDE and not inline and not below:
            continue
        value = leading_number(labelled.value)
        if value and value not in found:
            found[value] = None
            trail.mark(f"order_numbers[{len(found) - 1}]", labelled.place)
    return tuple(found)


def _beside_number(labelled: Labelled) -> bool:
    """A label and its number with a blank between ("PO 4501-2277"): the number has letters or five figures."""
    value = leading_number(labelled.value) or ""
    return len(value) >= 5


def _numbers(head: Head, field: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for labelled in head.candidates(field):
        if labelled.row in head.table_rows or labelled.how > How.BESIDE or labelled.fields[0] != field:
            continue
        if value := leading_number(labelled.value):
            found[value] = None
    return tuple(found)


def _delivered_on(
    extent: Extent, entries: Sequence[Entry], head: Head, level: DeliveryLevel, trail: Trail
) -> date | None:
    cells = [c for e in entries if (c := e.record.cell("date"))]
    if cells and (value := head.figures.date(cells[0].text)) is not None:
        trail.mark("delivered_on", cells[0])
        return value
    fields = [("delivery_date",), ("document_date",)] if level is not DeliveryLevel.DESPATCH else [("delivery_date",)]
    if level is DeliveryLevel.SIGNED and (signed := _date_of_signature(head)) is not None:
        trail.mark("delivered_on", signed[1].place)
        return signed[0]
    for names in fields:
        printed = names == ("document_date",) and level is DeliveryLevel.ACCEPTANCE
        if printed and (acted := _dated_act(extent, head, trail)) is not None:
            return acted
        for labelled in sorted(head.candidates(*names), key=lambda v: (v.how, v.row)):
            value = head.figures.date(labelled.value)
            if value is not None and labelled.row not in head.table_rows:
                trail.mark("delivered_on", labelled.place)
                return value
    return _dated_act(extent, head, trail) if level is not DeliveryLevel.DESPATCH else None


def _date_of_signature(head: Head) -> tuple[date, Labelled] | None:
    """The date in the row where someone signed: that of the delivery note itself is when it was printed."""
    rows = {v.row for v in head.values if {"received_by", "signature"} & set(v.fields)}
    for labelled in head.values:
        if labelled.row in rows and {"document_date", "delivery_date"} & set(labelled.fields):
            value = head.figures.date(labelled.value)
            if value is not None:
                return value, labelled
    return None


_ACT = re.compile(
    r"abnahme|abgenommen|accept|received|recu|recept|receb|ricev|ontvang|odebran|検収|受領|검수|인수|입고|sign"
)


def _dated_act(extent: Extent, head: Head, trail: Trail) -> date | None:
    """The date in a line that tells of the act: "Abnahme am 11.03.2026", "R. Herrera 3/11/26" behind a sign-off."""
    for row in reversed(extent.rows):
        if not _ACT.search(fold_words(row.text)):
            continue
        for found in find_dates(row.text, near=head.figures.near):
            value = head.figures.date(found.text)
            if value is not None and not re.search(
                r"\b(?:bis|until|by|jusqu)\W*$", fold_words(row.text[: found.start])
            ):
                trail.mark("delivered_on", row.segments[0])
                return value
    return None


def _received_by(head: Head, trail: Trail) -> str | None:
    for labelled in sorted(
        head.candidates("received_by", "signature"), key=lambda v: ("received_by" not in v.fields, v.how)
    ):
        if labelled.how > How.BESIDE or labelled.row in head.table_rows:
            continue
        text = _SIGNED.sub("", re.split(r"[_.…]{3,}|\s{2,}", labelled.value)[0].strip())
        if text[:1] in "[(☐☑☒" or has_legal_form(text):
            continue  # a firm is where it went, not who took it
        name = (
            text if text and not any(c.isdigit() for c in text) and any(c.isalpha() for c in text) else clean_name(text)
        )
        if (name and len(name) <= 60 and "received_by" in labelled.fields) or (name and "signature" in labelled.fields):
            trail.mark("received_by", labelled.place)
            return name.strip(" :;,")
    return None


_SIGNED = re.compile(r"^(?:gez|sgd|/s/|signed|signé|firmado)\b\.?:? *", re.I)


def _place_in(labelled: Labelled, head: Head) -> str | None:
    """Where the goods were handed over, as a carrier's notice tells it behind a label of its own."""
    if labelled.fields[0] != "delivered_to" or labelled.how > How.BESIDE or labelled.row in head.table_rows:
        return None
    text = re.split(r"\s{2,}", labelled.value.strip())[0].strip(" :;")
    return text if labelled.at_start and 2 < len(text) <= 120 else None


def _tracking(extent: Extent, head: Head, trail: Trail) -> str | None:
    def reading(labelled: Labelled) -> str | None:
        if labelled.fields[0] != "tracking_number" or labelled.how > How.INLINE:
            return None
        text = re.split(r"\s{2,}", labelled.value.strip())[0].rstrip(".,;")
        if tracking_number_of(text):
            return text if " " not in text else tracking_number_of(text)
        head_word = text.split(" ")[0]
        if tracking_number_of(head_word):
            return head_word
        spans = find_references(text)
        return spans[0].text if spans and spans[0].start == 0 and labelled.how <= How.BESIDE else None

    labelled = head.mark(trail, "tracking_number", head.pick(reading, "tracking_number"))
    return labelled or _known_form(extent, trail)


def _known_form(extent: Extent, trail: Trail) -> str | None:
    """The one parcel number of a form that is nothing else (1Z…), wherever it stands."""
    found = {
        word.text.strip(".,;:()"): segment
        for row in extent.rows[:60]
        for segment in row.segments
        for word in segment.words
        if word.text[:2] == "1Z" and tracking_number_of(word.text.strip(".,;:()"))
    }
    if len(found) != 1:
        return None
    value, segment = next(iter(found.items()))
    trail.mark("tracking_number", segment)
    return value


def _carrier_in(labelled: Labelled) -> str | None:
    if labelled.how > How.BESIDE or not labelled.at_start or "service" in labelled.label.lower():
        return None
    text = re.split(r"\s{2,}", labelled.value)[0].strip()
    return text if any(c.isalpha() for c in text) and len(text) <= 60 else None


def _packages(head: Head) -> tuple[int, int] | None:
    for labelled in head.candidates("packages"):
        match = re.match(r"(\d{1,4})\s*(?:of|von|de|di|van|/)\s*(\d{1,4})\b(?![.,]\d)", labelled.value)
        if match:
            return int(match[1]), int(match[2])
    return None


def _boxes(extent: Extent) -> tuple[bool | None, str | None, bool]:
    """Return what the ticked boxes say: complete or not, the text of a reservation, and whether it was refused."""
    complete: bool | None = None
    remark: str | None = None
    refused = False
    for text in _ticked(extent.text[:20_000]):
        folded = fold_words(text)
        if _RESERVED.search(folded):
            complete, remark = False, text
        elif _REFUSED.search(folded):
            refused, complete, remark = True, False, text
        elif _CLEAN.search(folded) and complete is None:
            complete = True
    return complete, remark, refused


def _ticked(text: str) -> list[str]:
    """Return the texts of ticked boxes: behind the box, or before it where the boxes close their texts."""
    before = re.findall(r"([^\[\]\n]{3,60}?)\s*\[\s*\](?=[^\[\n]*\[)", text)
    closing = [
        line
        for line in text.split("\n")
        if re.match(r"^[^\[\]]*\w[^\[\]]*\[ ?[xX ]? ?\][^\[\]]*\[ ?[xX ]? ?\]\s*$", line)
    ]
    if closing and before:
        return [m.strip() for line in closing for m in re.findall(r"([^\[\]]{3,60}?)\s*\[ ?[xX] ?\]", line)]
    return [match.strip() for match in _TICKED.findall(text)]


def _footing(entries: Sequence[Entry]) -> Footing:
    checks = [e.holds for e in entries if e.holds is not None]
    if not checks:
        return Footing.UNPROVED
    return Footing.PROVED if all(checks) else Footing.FAILED


def _confidence(entries: Sequence[Entry], orders: tuple[str, ...], on: date | None) -> float:
    if any(e.holds is False for e in entries):
        return 0.5
    score = 0.6 + (0.15 if orders else 0) + (0.1 if on else 0) + (0.05 if entries else 0)
    return round(score + (0.05 if any(e.holds for e in entries) else 0), 2)
