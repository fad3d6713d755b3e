"""A whole remittance advice: its table read the way that foots, its head, and what is doubtful about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain.documents import AdvisedLine, Flag, Footing, Payer, PaymentMethod, Problem, RemittanceAdvice, Source
from parsers.kinds import collapsed
from parsers.kinds.advised import told_reference
from parsers.kinds.covering import covered_rows
from parsers.kinds.evidence import Trail
from parsers.kinds.extent import Extent
from parsers.kinds.figures import Figures, repaired
from parsers.kinds.header import Head, head_of, number_in
from parsers.kinds.parties import headline_name, letterhead, name_behind, unscanned, wide_author
from parsers.kinds.remittance import Stated, TableReading, outside, read_table
from parsers.kinds.remitted_lines import Entry, described, evidence_of, footing_of, join_broken
from parsers.kinds.titles import taught_titles
from parsers.kinds.words import hits_in
from parsers.layout.fields import How, Labelled
from parsers.layout.segments import Segment
from parsers.layout.tables import Grid
from parsers.lexicon import titles_in
from parsers.values.amounts import find_amounts
from parsers.values.currencies import find_currency
from parsers.values.dates import find_dates
from parsers.values.folding import fold_words
from parsers.values.references import find_ibans

_METHODS: tuple[tuple[PaymentMethod, str], ...] = (
    (PaymentMethod.SEPA, r"\bsepa\b"),
    (PaymentMethod.ACH, r"\b(?:ach|eft|ctx|bacs|direct deposit|electronic funds transfer|direct credit)\b"),
    (PaymentMethod.CARD, r"\b(?:virtual card|credit card|card payment)\b"),
    (PaymentMethod.CHECK, r"\b(?:checks?|cheques?|scheck|schecks|assegno|talon|cheque)\b|小切手|수표"),
    (
        PaymentMethod.WIRE,
        r"\b(?:wire|wired|bank transfer|uberweisung\w*|uberwiesen|virements?|transferencia|bonifico|overboeking"
        r"|przelew\w*|telegraphic transfer|tt|chaps|transfer)\b|振込|お振込|이체|송금|電匯",
    ),
    (PaymentMethod.CASH, r"\b(?:cash payment|barzahlung|especes|efectivo|contanti)\b"),
)
_TRUNCATED = re.compile(
    r"\band \d+ more\b|first \d+ (?:documents|lines|invoices)|log ?in to (?:see|view) the full", re.I
)
_WILL_PAY = re.compile(
    r"\bwill (?:be (?:paid|settled|transferred|sent|made|credited)|arrive|settle)|\bshall settle\b"
    r"|\b(?:scheduled|initiated)\b|\bwird\b.{0,40}\b(?:uberwiesen|gutgeschrieben|bezahlt)|\bwerden wir\b"
    r"|\bsera (?:regle|vire|effectue)|pagaremos|お支払いいたします|지급 ?예정",
    re.I,
)
_SAYS = (
    (Flag.CONDITIONAL, re.compile(r"\bfull and final\b|\b(?:in|as) full settlement\b|\bpaid in full\b.{0,60}\bdisput")),
    (
        Flag.CORRECTION,
        re.compile(r"\bdisregard\b.{0,40}\b(?:previous|earlier)|\b(?:corrected|revised) (?:remittance|payment advice)"),
    ),
    (Flag.RETURNED, re.compile(r"\b(?:payment|ach|cheque|check) (?:was |has been )?(?:returned|bounced|reversed)\b")),
    (Flag.VIRTUAL_CARD, re.compile(r"\bvirtual (?:credit )?card\b|\bsingle[- ]use card\b")),
)
_MASKED = re.compile(r"\b([A-Z]{2}\d{2}[ xX*.\d]{4,30}\d{2,4}|[*xX]{2,12}[- ]?\d{3,6})\b|(?<!\S)(\*{2,12}\d{3,6})")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The reading of all tables of a document that proves itself best."""

    entries: tuple[Entry, ...]
    readings: tuple[TableReading, ...]
    figures: Figures
    rank: tuple[int, ...]


def read_advices(extent: Extent) -> tuple[tuple[RemittanceAdvice, ...], tuple[Problem, ...]]:
    """Read the advices of an extent: one, or one a payment where the table names several; none where none is paid."""
    chosen = _choose(extent)
    figures = chosen.figures if chosen else extent.figures
    figures = replace(figures, order=figures.order or _order_by_time(extent, chosen, figures))
    if chosen and figures.order != chosen.figures.order:
        chosen = _choose(extent, figures) or chosen
    covered = covered_rows(
        extent,
        [e.record for e in chosen.entries] if chosen else [],
        [r.grid for r in chosen.readings] if chosen else [],
    )
    head = head_of(extent.rows, figures, covered, extent.form_cells)
    made = [_assembled(extent, part, head) for part in _by_payment(chosen)]
    return tuple(a for a, _ in made if a is not None), tuple(p for _, problems in made for p in problems)


def _by_payment(chosen: Chosen | None) -> list[Chosen | None]:
    """Part the lines by the payment that their own column names, where it names several."""
    if chosen is None:
        return [None]
    groups: dict[str, list[Entry]] = {}
    for entry in chosen.entries:
        groups.setdefault(entry.record.text("payment") or entry.record.text("paid_on"), []).append(entry)
    if len(groups) < 2 or any(not key for key in groups) or len({e.record.text("payment") for e in chosen.entries}) < 2:
        return [chosen]
    return [replace(chosen, entries=tuple(group)) for group in groups.values()]


def _notations(figures: Figures) -> list[Figures]:
    """The notations worth trying: what is proved, else both decimal marks beside none."""
    if figures.style:
        return [figures]
    return [figures, replace(figures, style="point"), replace(figures, style="comma")]


def _choose(extent: Extent, figures: Figures | None = None) -> Chosen | None:
    options: list[tuple[Chosen, str | None]] = []
    for notation in _notations(figures or extent.figures):
        stated = _stated(extent, notation)
        for rebuilt, grids in _table_sets(extent, notation):
            if rebuilt and any(_is_proved(done) for done, _ in options):
                break  # what stands in its places and adds up needs no rebuilding
            chosen = _combined(grids, notation, stated)
            if chosen is not None:
                options.append((chosen, notation.style))
    if not options:
        return None
    best = max(options, key=lambda o: o[0].rank)[0]
    return _unless_tied(best, options)


def _unless_tied(best: Chosen, options: list[tuple[Chosen, str | None]]) -> Chosen:
    """Two decimal marks that prove themselves equally well and give other amounts are no reading."""
    for other, _ in options:
        if (
            other.rank[:3] == best.rank[:3]
            and _values(other) != _values(best)
            and other.figures.style != best.figures.style
        ):
            unsure = [o for o, style in options if style is None]
            return max(unsure, key=lambda o: o.rank) if unsure else best
    return best


def _values(chosen: Chosen) -> list[Decimal | None]:
    return [entry.line.paid for entry in chosen.entries]


def _is_proved(chosen: Chosen) -> bool:
    return bool(chosen.rank[1]) and not any(e.holds is False for e in chosen.entries)


def _table_sets(extent: Extent, figures: Figures) -> Iterable[tuple[bool, tuple[Grid, ...]]]:
    """Yield the tables that are there, then those that are rebuilt (True)."""
    yield False, extent.table_grids
    yield False, extent.row_grids
    for grids in collapsed.remade(extent, figures):
        yield True, grids
    for grid in collapsed.headerless(extent.rows, figures):
        yield True, (grid,)


def _combined(grids: Sequence[Grid], figures: Figures, stated: Stated) -> Chosen | None:
    readings = [r for grid in grids if (r := read_table(grid, figures, stated)) is not None]
    readings = [_rejoined(r) if any(record.notes for record in r.sorted.records) else r for r in readings]
    if not readings:
        return None
    together = _chosen(readings, stated)
    if readings[0].grid.first == collapsed.HEADERLESS and not together.rank[1]:
        return None  # without headings only the arithmetic tells what the figures are
    if len(readings) == 1:
        return together
    return max([together, *(_chosen([r], stated) for r in readings)], key=lambda c: c.rank)


def _rejoined(reading: TableReading) -> TableReading:
    """Return the reading with references joined that are broken over two rows."""
    join_broken(reading.sorted)
    entries = tuple(replace(e, line=described(e.line, e.record, reading.figures)) for e in reading.entries)
    return replace(reading, entries=entries)


def _chosen(readings: Sequence[TableReading], stated: Stated) -> Chosen:
    sums = {s for r in readings for s in r.sums} | outside(stated, [e.record for r in readings for e in r.entries])
    entries = _once(tuple(e for r in readings for e in r.entries), sums)
    values = [e.line.paid for e in entries]
    paid = sum((v for v in values if v is not None), Decimal(0)) if None not in values else None
    held = sum(e.holds is True for e in entries) - 3 * sum(e.holds is False for e in entries)
    proved = paid is not None and paid in sums
    references = sum(e.line.reference is not None for e in entries)
    rank = (
        held + (5 if proved else 0),
        int(proved),
        len([v for v in values if v is not None]),
        references,
        int(readings[0].sorted.records[0].row.page >= 0),
        -sum(r.meaning.cost for r in readings),
    )
    return Chosen(entries, tuple(readings), readings[0].figures, rank)


def _once(entries: tuple[Entry, ...], sums: set[Decimal]) -> tuple[Entry, ...]:
    """Return the lines of a stub that is printed twice on its page once, where once is what the total says."""
    half = len(entries) // 2
    first, second = entries[:half], entries[half:]
    if len(entries) % 2 or [e.line for e in first] != [e.line for e in second]:
        return entries
    paid, whole = _sum(first), _sum(entries)
    return first if paid in sums and whole not in sums else entries


def _stated(extent: Extent, figures: Figures) -> Stated:
    """Return all amounts on the paper: a sum of lines that stands elsewhere than in the lines is proved by it."""
    found: dict[tuple[int, float, Decimal], None] = {}
    for row in (*extent.rows[:40], *extent.rows[-60:]):
        for segment in row.segments:
            for amount in find_amounts(segment.text):
                one = figures.amount(amount.text)
                if one is not None and one > 0:
                    found[(row.page, row.top, one)] = None
    return tuple(found)


def _order_by_time(extent: Extent, chosen: Chosen | None, figures: Figures) -> str | None:
    """Invoices are older than their payment, which is told near the day it is made: that can prove the order."""
    fitting = []
    for order in ("dmy", "mdy"):
        trial = replace(figures, order=order)
        head = head_of(extent.rows[:60], trial)
        paid = head.date("payment_date", "value_date", "document_date")
        if paid is None:
            continue
        issued = [
            trial.date(cell.text) for e in (chosen.entries if chosen else ()) if (cell := e.record.cell("issued"))
        ]
        late = [d for d in issued if d is None or d > paid[0] or (paid[0] - d).days > 400]
        distant = extent.near is not None and abs((paid[0] - extent.near).days) > 100
        if not late and not distant and (issued or extent.near):
            fitting.append((order, paid[0], tuple(issued)))
    if len(fitting) == 1:
        return fitting[0][0]
    return None


def _assembled(
    extent: Extent, chosen: Chosen | None, head: Head
) -> tuple[RemittanceAdvice | None, tuple[Problem, ...]]:
    trail = Trail(extent.pages)
    entries = chosen.entries if chosen else ()
    for index, entry in enumerate(entries):
        evidence_of(entry, index, trail)
    for reading in chosen.readings if chosen else ():
        for part, title in taught_titles(reading.grid, reading.meaning.parts):
            trail.title(f"columns.{part}", title, extent.pages[reading.sorted.records[0].row.page])
    paid = _sum(entries)
    total = _total(extent, chosen, head, paid, trail)
    footing, difference = footing_of(entries, total, paid)
    other = _other_total(chosen, head, total) if footing is Footing.PROVED else None
    if other is not None and total is not None:
        total, footing, difference = other, Footing.FAILED, other - total
    currency = _currency(extent, trail)
    paid_on, announced = _paid_on(extent, chosen, head, trail)
    reference = _payment_reference(extent, head, chosen, trail)
    number = _number(head, reference, trail)
    flags = _flags(extent, announced, total, paid)
    payer = _payer(extent, chosen, head, trail)
    if head.figures.scanned and payer.name:
        payer = replace(payer, name=unscanned(payer.name))
    account = _account(extent, trail)
    purpose = _of_purpose(head, total, trail) if not entries and paid_on is not None else ()
    if not entries and not purpose and (reference is None or total is None):
        return None, ()
    first = extent.pages[extent.rows[0].page] if extent.rows else extent.pages[0]
    advice = RemittanceAdvice(
        confidence=_confidence(footing, entries, reference, paid_on),
        source=Source(first.part, first.number),
        evidence=trail.found,
        footing=footing,
        difference=difference,
        flags=flags,
        language=extent.language,
        number=number,
        payer=payer,
        payment_reference=reference,
        method=_method(extent, head, reference),
        paid_on=paid_on,
        currency=currency,
        total=total,
        payee_account=account,
        lines=purpose or _lines(entries, paid_on, head.figures),
    )
    return advice, _problems(advice, entries)


_PURPOSE_WORDS = 4


def _of_purpose(head: Head, total: Decimal | None, trail: Trail) -> tuple[AdvisedLine, ...]:
    """Return the one invoice that the purpose of a transfer names: "Concepto: fra 104299" is paid by its whole sum."""
    if total is None or total <= 0:
        return ()
    named = {}
    for labelled in head.candidates("reference", "description", "reason", "remarks"):
        number = told_reference(labelled.value) if len(labelled.value.split()) <= _PURPOSE_WORDS else None
        if number is not None and sum(c.isdigit() for c in labelled.value) == sum(c.isdigit() for c in number):
            named[number] = labelled.place
    if len(named) != 1:
        return ()
    number, place = next(iter(named.items()))
    trail.mark("lines[0].reference", place)
    if "total" in trail.found:
        trail.found["lines[0].paid"] = trail.found["total"]
    return (AdvisedLine(reference=number, paid=total),)


def _lines(entries: Sequence[Entry], paid_on: date | None, figures: Figures) -> tuple[AdvisedLine, ...]:
    """Return the lines; a payment date that all share is the advice's, and a due date is theirs where it has none."""
    if paid_on is None and all(e.record.cell("due") for e in entries):
        return tuple(replace(e.line, paid_on=figures.date(e.record.text("due"))) for e in entries)
    return tuple(replace(e.line, paid_on=None) if e.line.paid_on == paid_on else e.line for e in entries)


def _sum(entries: Sequence[Entry]) -> Decimal | None:
    values = [e.line.paid for e in entries]
    return sum((v for v in values if v is not None), Decimal(0)) if values and None not in values else None


def _total(extent: Extent, chosen: Chosen | None, head: Head, paid: Decimal | None, trail: Trail) -> Decimal | None:
    """Return the printed total: the one behind its label, else the table's total row, else one that the lines prove."""
    options: list[tuple[Decimal, Labelled | None]] = []
    for fields in (("payment_total",), ("total",), ("paid", "amount")):
        for labelled in head.candidates(*fields):
            value = head.figures.amount(_amount_text(labelled.value))
            if labelled.row in head.table_rows or value is None:
                continue
            if fields == ("paid", "amount") and paid is not None and value != paid:
                continue
            options.append((value, labelled))
    sums = [s for r in (chosen.readings if chosen else ()) for s in r.sums]
    for value, source in options:
        if paid is not None and value == paid and source is not None:
            trail.mark("total", source.place)
            return value
    if paid is not None and paid in sums:
        return _mark_sum(chosen, paid, trail)
    stated = _stated_total(extent, head, paid, trail)
    if stated is not None and (not options or stated == paid):
        return stated
    strong = [o for o in options if o[1] is not None and o[1].how is not How.INLINE] or options
    if strong:
        value, source = strong[0]
        if source is not None:
            trail.mark("total", source.place)
        return value
    return _mark_sum(chosen, sums[-1], trail) if sums and len(set(sums)) == 1 else None


def _other_total(chosen: Chosen | None, head: Head, total: Decimal | None) -> Decimal | None:
    """Return a printed total of the payment that says otherwise, where none behind such a label says the same.

    Lines that add up to some subtotal are not proved by it while the paper's own total contradicts them.
    """
    behind = [
        value
        for labelled in head.candidates("payment_total")
        if labelled.fields[0] == "payment_total"
        and labelled.row not in head.table_rows
        and (value := head.figures.amount(_amount_text(labelled.value))) is not None
    ]
    rows = [
        value
        for reading in (chosen.readings if chosen else ())
        for value, row in reading.labelled_sums()
        if row.after == len(reading.entries)
    ]
    found = [*behind, *rows]
    return found[-1] if found and total is not None and total not in found else None


def _mark_sum(chosen: Chosen | None, paid: Decimal, trail: Trail) -> Decimal:
    for reading in chosen.readings if chosen else ():
        for total in reading.sorted.totals:
            for segment in total.row.segments:
                if any(reading.figures.amount(f.text) == paid for f in find_amounts(segment.text)):
                    trail.mark("total", segment)
    return paid


def _stated_total(extent: Extent, head: Head, paid: Decimal | None, trail: Trail) -> Decimal | None:
    """An amount in a sentence outside the table that the lines add up to."""
    if paid is None:
        return None
    for index, row in enumerate(extent.rows):
        if index in head.table_rows:
            continue
        for segment in row.segments:
            for found in find_amounts(segment.text):
                sure = found.readings[0].decimals or found.readings[0].grouping
                if sure and head.figures.amount(found.text) == paid:
                    trail.mark("total", segment)
                    return paid
    return None


def _amount_text(value: str) -> str:
    """The amount with which a labelled value begins: "4,104.15 USD", "USD 2,047.15"."""
    found = find_amounts(value)
    if not found or sum(c.isalpha() for c in value[: found[0].start]) > 4:
        return value
    return found[0].text


def _currency(extent: Extent, trail: Trail) -> str | None:
    code = extent.currency
    if code is not None:
        for row in extent.rows:
            for segment in row.segments:
                if find_currency(segment.text) == code:
                    trail.mark("currency", segment)
                    return code
    return code


def _paid_on(extent: Extent, chosen: Chosen | None, head: Head, trail: Trail) -> tuple[date | None, bool]:
    """Return when the money moves, and whether that lies ahead of the document's own date or the mail's."""
    told = extent.near
    issued = head.date("document_date")
    if (cell := _constant(chosen, "paid_on")) is not None and (value := head.figures.date(cell.text)) is not None:
        trail.mark("paid_on", cell)
        return value, told is not None and value > told
    for field in ("payment_date", "value_date", "document_date"):
        for labelled in head.candidates(field):
            if labelled.row in head.table_rows or (field == "document_date" and not labelled.at_start):
                continue
            value = head.figures.date(labelled.value)
            if value is None:
                continue
            trail.mark("paid_on", labelled.place)
            told_on = told or (issued[0] if issued else None)
            return value, told_on is not None and value > told_on
    if (arrival := _arrival(extent, head, trail)) is not None:
        return arrival, told is not None and arrival > told
    if chosen and all(e.record.cell("due") for e in chosen.entries):
        return None, True  # each line says when it will be paid
    return _dated_headline(extent, head, trail), False


_ARRIVES = re.compile(
    r"(?:arrives?|deposited|credited|settled|sent|paid|gutgeschrieben|wertstellung|uberwiesen|credite|abonad\w|accreditat\w)"
    r"(?: (?:on|am|le|el|il|op|by|zum|per))? ?:?$"
)


def _arrival(extent: Extent, head: Head, trail: Trail) -> date | None:
    """The day that a sentence gives for the money: "will arrive on 03/18/2026"."""
    for index, row in enumerate(extent.rows[:200]):
        if index in head.table_rows:
            continue
        for segment in row.segments:
            for found in find_dates(segment.text, near=head.figures.near):
                before = fold_words(segment.text[: found.start]).rstrip(" ,")
                if _ARRIVES.search(before) and (value := head.figures.date(found.text)) is not None:
                    trail.mark("paid_on", segment, found.text)
                    return value
    return None


def _dated_headline(extent: Extent, head: Head, trail: Trail) -> date | None:
    """The one date in the title's line, or outside the table: "Avis de virement du 13/03/2026", "BACS 13/03/2026"."""
    values: dict[date, Segment] = {}
    for index, row in enumerate(extent.rows):
        if index in head.table_rows or index > 40:
            continue
        for segment in row.segments:
            for found in find_dates(segment.text, near=head.figures.near):
                if (value := head.figures.date(found.text)) is not None:
                    values.setdefault(value, segment)
    if len(values) == 1:
        day, place = next(iter(values.items()))
        trail.mark("paid_on", place)
        return day
    return None


def _payment_reference(extent: Extent, head: Head, chosen: Chosen | None, trail: Trail) -> str | None:
    constant = _constant(chosen, "payment")
    if constant is not None and any(c.isdigit() for c in constant.text):
        trail.mark("payment_reference", constant)
        return _KIND_OF_PAYMENT.sub("", constant.text.strip())
    found = head.number("payment_reference")
    if found is not None and found.labelled.row not in head.table_rows:
        value = head.mark(trail, "payment_reference", found)
        whole = repaired(value or "")
        return whole if head.figures.scanned and whole.isdigit() else value
    found = head.number("bank_reference", "reference")
    if found is not None and found.labelled.row not in head.table_rows:
        placed = found.labelled.how <= How.BESIDE and found.labelled.at_start
        if placed or _speaks_of_payment(extent.rows[found.labelled.row].text):
            return head.mark(trail, "payment_reference", found)
    return _lone_number(extent, head, trail)


def _constant(chosen: Chosen | None, part: str) -> Segment | None:
    """Return the cell of a column that says the same in every line: a field of the whole document."""
    cells = [e.record.cell(part) for e in chosen.entries] if chosen else []
    known = [cell for cell in cells if cell is not None]
    return known[0] if known and len({cell.text for cell in known}) == 1 else None


_KIND_OF_PAYMENT = re.compile(r"^(?:EFT|ACH|CHECK|CHEQUE|CHQ|CHK|WIRE|BACS|TT|SEPA) +(?=\S*\d)", re.I)


def _lone_number(extent: Extent, head: Head, trail: Trail) -> str | None:
    """A cheque's number stands alone in the upper right corner of its stub."""
    if _method(extent, head, None) is not PaymentMethod.CHECK:
        return None
    for row in extent.rows[:3]:
        last = row.segments[-1]
        if len(row.segments) >= 2 and last.text.isdigit() and 3 <= len(last.text) <= 12:
            trail.mark("payment_reference", last)
            return last.text
    return None


def _number(head: Head, reference: str | None, trail: Trail) -> str | None:
    found = head.number("advice_number")
    if found is None:
        found = head.pick(lambda v: number_in(v) if v.how <= How.BESIDE and v.at_start else None, "document_number")
    if found is None or found.labelled.row in head.table_rows or found.value == reference:
        return None
    return head.mark(trail, "number", found)


def _flags(extent: Extent, ahead: bool, total: Decimal | None, paid: Decimal | None) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    prose = fold_words(extent.text[:20_000])
    if ahead or _WILL_PAY.search(prose):
        flags.append(Flag.ANNOUNCEMENT)
    if _TRUNCATED.search(prose) and (total is None or total != paid):
        flags.append(Flag.TRUNCATED)
    flags += [flag for flag, words in _SAYS if words.search(prose)]
    if any(page.hidden for page in extent.pages):
        flags.append(Flag.HIDDEN_TEXT)
    if extent.figures.scanned:
        flags.append(Flag.SCANNED)
    return tuple(flags)


# A bank or factor that pays for its customer names it: "Por orden de nuestro cliente TALLERES RUIZ SL, NIF …".
_ORDERED_BY = re.compile(
    r"(?:on behalf of our (?:customer|client)|by order of our (?:customer|client)|im auftrag unseres kunden"
    r"|por (?:orden|cuenta)(?: y cuenta)? de nuestro cliente|d['’ ]ordre de notre client|pour le compte de notre client"
    r"|per (?:ordine|conto) del nostro cliente|in opdracht van onze (?:klant|client)|por ordem do nosso cliente)"
    r"[\s,:]*(?P<name>[^\n,;:(]{3,60}?(?:,\s*(?:s\.?\s?[lac]\.?\s?u?\.?|inc\.?|llc|ltd\.?|s\.?p\.?a\.?|s\.?r\.?l\.?|lda\.?|b\.?v\.?))?)\s*"
    r"(?=[,;:(\n]|\b(?:nif|cif|vat|ust|siret|siren|piva|btw|nipc|with|con|mit)\b|$)"
)


def _ordered_by(extent: Extent) -> tuple[str, Segment] | None:
    for row in extent.rows[:40]:
        for segment in row.segments:
            if match := _ORDERED_BY.search(fold_words(segment.text)):
                return segment.text[match.start("name") : match.end("name")].strip(), segment
    return None


def _payer(extent: Extent, chosen: Chosen | None, head: Head, trail: Trail) -> Payer:
    own = extent.context.own_names
    if (cell := _constant(chosen, "payer")) is not None:
        trail.mark("payer.name", cell)
        return Payer(name=cell.text)
    payee = name_behind(head, (), "payee", "supplier", "vendor_number")
    taken = (*((payee.value,) if payee else ()),)
    number = head.number("customer_number")
    customer = (
        head.mark(trail, "payer.customer_number", number) if number and number.labelled.how <= How.BESIDE else None
    )
    if (labelled := name_behind(head, (*own, *taken), "payer")) is not None:
        return Payer(name=head.mark(trail, "payer.name", labelled), customer_number=customer)
    for option in (
        wide_author(extent.rows, own) if extent.language in ("ja", "ko", "zh") else None,
        headline_name(extent.rows, own),
        _ordered_by(extent),
    ):
        if option is not None:
            trail.mark("payer.name", option[1], option[0])
            return Payer(name=option[0], customer_number=customer)
    if (labelled := name_behind(head, (*own, *taken), "buyer")) is not None:
        return Payer(name=head.mark(trail, "payer.name", labelled), customer_number=customer)
    top = letterhead(extent.rows, (*own, *taken), head.value_places(), head.table_rows)
    if top is not None:
        trail.mark("payer.name", top[1], top[0])
    return Payer(name=top[0] if top else None, customer_number=customer)


def _account(extent: Extent, trail: Trail) -> str | None:
    """The account it was paid to: the one IBAN on the paper, or what stands behind its label."""
    ibans: dict[str, Segment] = {}
    masked: dict[str, Segment] = {}
    for row in extent.rows[:400]:
        for segment in row.segments:
            for span in find_ibans(segment.text):
                ibans.setdefault(span.text, segment)
            if match := _MASKED.search(segment.text):
                masked.setdefault(match.group().strip(), segment)
    for found in (ibans, masked):
        if len(found) == 1:
            value, place = next(iter(found.items()))
            trail.mark("payee_account", place)
            return value
    return None


def _method(extent: Extent, head: Head, reference: str | None) -> PaymentMethod | None:
    """How it was paid: behind its label, else by the words of the title and of the payment's own fields."""
    if reference is not None and (method := _method_in(re.sub(r"[-_/]", " ", reference))) is not None:
        return method
    for labelled in head.candidates("payment_method"):
        if (method := _method_in(labelled.value)) is not None:
            return method
    texts = [
        row.text
        for i, row in enumerate(extent.rows)
        if i not in head.table_rows and (titles_in(row.text) or _speaks_of_payment(row.text))
    ]
    return next((m for text in texts if (m := _method_in(text)) is not None), None)


def _speaks_of_payment(text: str) -> bool:
    wanted = {"payment_reference", "payment_total", "payment_date", "payment_method", "value_date", "advice_number"}
    return any(wanted & set(hit.fields) for hit in hits_in(text)) or _method_in(text) is not None


def _method_in(text: str) -> PaymentMethod | None:
    folded = fold_words(text)
    return next((method for method, words in _METHODS if re.search(words, folded)), None)


def _confidence(footing: Footing, entries: Sequence[Entry], reference: str | None, paid_on: date | None) -> float:
    if footing is Footing.FAILED:
        return 0.4
    if footing is Footing.PROVED:
        return 0.97 if all(e.line.reference for e in entries) else 0.93
    complete = bool(entries) and all(e.line.reference and e.line.paid is not None for e in entries)
    return 0.7 if complete and (reference or paid_on) else 0.5


def _problems(advice: RemittanceAdvice, entries: Sequence[Entry]) -> tuple[Problem, ...]:
    part = advice.source.part
    found: list[Problem] = []
    if advice.footing is Footing.FAILED:
        found.append(
            Problem(where=part, what=f"The advice does not add up: {advice.difference} is left over.", code="note")
        )
    doubtful = [e for e in entries if e.line.paid is None]
    if doubtful:
        found.append(
            Problem(
                where=part, what=f"{len(doubtful)} lines have no amount that can be read without doubt.", code="note"
            )
        )
    return tuple(found)
