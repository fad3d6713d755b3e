"""Bank statements as lists: exports in CSV or a workbook, printed lists. Signs and balances prove each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from agent.domain.documents import BankLine, BankStatement, Footing, Problem, Source
from parsers.kinds.covering import covered_rows
from parsers.kinds.evidence import Trail
from parsers.kinds.extent import Extent
from parsers.kinds.figures import Figures
from parsers.kinds.header import Head, head_of
from parsers.kinds.records import TOTALS, Meaning, Parts, Record, Sorted, columns_of, meanings, sort_rows
from parsers.layout.segments import Segment
from parsers.layout.tables import Grid
from parsers.values.amounts import find_amounts
from parsers.values.currencies import currency_of
from parsers.values.references import find_ibans, find_references, iban_of

PARTS = Parts(
    of_field={
        "document_date": (("booked", 0),),
        "payment_date": (("booked", 1), ("value", 2)),
        "delivery_date": (("booked", 2),),
        "invoice_date": (("booked", 3),),
        "value_date": (("value", 0), ("booked", 2)),
        "amount": (("amount", 0),),
        "paid": (("amount", 1),),
        "total": (("amount", 2),),
        "debit": (("debit", 0),),
        "credit": (("credit", 0),),
        "credit_note_number": (("credit", 0),),
        "claim_number": (("debit", 1),),
        "balance_after": (("balance", 0),),
        "closing_balance": (("balance", 1),),
        "payer": (("payer", 0),),
        "payee": (("payer", 1),),
        "buyer": (("payer", 2),),
        "payee_account": (("account", 0),),
        "description": (("text", 0),),
        "remarks": (("text", 0),),
        "reason": (("text", 0),),
        "reference": (("text", 1), ("bank_reference", 2)),
        "payment_reference": (("bank_reference", 1), ("text", 2)),
        "bank_reference": (("bank_reference", 0),),
        "document_type": (("type", 0),),
        "document_number": (("bank_reference", 2),),
        "currency": (("currency", 0),),
        "our_reference": (("bank_reference", 2),),
    },
    numbers=frozenset(("amount", "debit", "credit", "balance")),
    dates=frozenset(("booked", "value")),
    several=frozenset(("text", "type")),
)
_SUMS = TOTALS - {"tax_total", "freight"} | {"opening_balance", "closing_balance"}
Cells = dict[str, list[Segment]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a list of bookings; `rank` counts the balances that follow from the amounts."""

    lines: tuple[BankLine, ...]
    records: tuple[Record, ...]
    grid: Grid
    figures: Figures
    rank: tuple[int, ...]
    proved: bool | None
    turned: bool = False  # balances run from the newest line down


def read_bank_list(extent: Extent) -> tuple[tuple[BankStatement, ...], tuple[Problem, ...]]:
    """Read a list of bookings on one account; none where no table of bookings is found or its signs are in doubt."""
    best: Reading | None = None
    for figures in _notations(extent.figures):
        for grid in (*extent.table_grids, *extent.row_grids):
            reading = _read(grid, figures)
            if reading is not None and (best is None or reading.rank > best.rank):
                best = reading
    part = extent.pages[extent.rows[0].page].part
    if best is None:
        return (), (Problem(where=part, what="The list of bookings could not be understood.", code="note"),)
    return (_statement(extent, best),), ()


def _notations(figures: Figures) -> list[Figures]:
    return [figures] if figures.style else [figures, replace(figures, style="point"), replace(figures, style="comma")]


def _begins(cells: Cells, figures: Figures) -> bool:
    money = any(figures.readings(s.text) for p in ("amount", "debit", "credit") for s in cells.get(p, ()))
    return money and ("booked" in cells or "value" in cells)


def _read(grid: Grid, figures: Figures) -> Reading | None:
    best: Reading | None = None
    starts = partial(_begins, figures=figures)
    for meaning in meanings(grid, PARTS, figures):
        if not meaning.has("booked") or not (meaning.has("amount") or meaning.has("credit")):
            continue
        rows = sort_rows(grid, meaning, starts, starts, _SUMS)
        if not rows.records:
            continue
        reading = _reading(grid, rows, meaning, figures)
        if best is None or reading.rank > best.rank:
            best = reading
    return best


def _reading(grid: Grid, rows: Sorted, meaning: Meaning, figures: Figures) -> Reading:
    local = figures.with_columns(*(columns_of(rows.records, p) for p in ("amount", "debit", "credit", "balance")))
    lines = tuple(_line(record, local) for record in rows.records)
    balances = [local.amount(c.text) if (c := r.cell("balance")) else None for r in rows.records]
    held, broken, turned = _balanced([line.amount for line in lines], balances)
    read = sum(line.amount is not None for line in lines)
    rank = (held - 3 * broken, read, sum(line.booked_on is not None for line in lines), -meaning.cost)
    proved = None if held + broken == 0 else broken == 0
    return Reading(lines, rows.records, grid, local, rank, proved, turned)


def _balanced(amounts: Sequence[Decimal | None], balances: Sequence[Decimal | None]) -> tuple[int, int, bool]:
    """Count the balances that follow from the one before (or after: newest first), and those that do not."""
    counts = []
    for turned in (False, True):
        held = broken = 0
        for i in range(1, len(amounts)):
            before, after = balances[i - 1], balances[i]
            amount = amounts[i - 1] if turned else amounts[i]
            if before is None or after is None or amount is None:
                continue
            ok = (after + amount == before) if turned else (before + amount == after)
            held, broken = held + ok, broken + (not ok)
        counts.append((held - broken, held, broken, turned))
    _, held, broken, turned = max(counts, key=lambda c: c[0])
    return held, broken, turned


def _line(record: Record, figures: Figures) -> BankLine:
    amount = figures.amount(record.text("amount")) if record.text("amount") else None
    debit = figures.amount(record.text("debit")) if record.text("debit") else None
    credit = figures.amount(record.text("credit")) if record.text("credit") else None
    if amount is None and (debit is not None or credit is not None):
        amount = (abs(credit) if credit else Decimal(0)) - (abs(debit) if debit else Decimal(0))
    elif (
        amount is not None
        and record.text("type").strip().upper() in ("D", "DR", "DBIT", "DEBIT", "S", "SOLL")
        and amount > 0
    ):
        amount = -amount
    text = " ".join(filter(None, (record.text("text"), *(n.text for n in record.notes)))) or None
    account = record.text("account").strip()
    return BankLine(
        booked_on=figures.date(record.text("booked")) if record.text("booked") else None,
        amount=amount,
        payer=record.text("payer") or None,
        payer_account=iban_of(account) or account or None,
        text=text,
        bank_reference=record.text("bank_reference") or None,
        value_on=figures.date(record.text("value")) if record.text("value") else None,
        references=tuple(span.text for span in find_references(text or ""))[:20],
        currency=currency_of(record.text("currency")) if record.text("currency") else None,
    )


def _statement(extent: Extent, reading: Reading) -> BankStatement:
    trail = Trail(extent.pages)
    head = head_of(extent.rows, reading.figures, covered_rows(extent, reading.records, [reading.grid]))
    opening, closing = (
        _balance(head, trail, "opening", "opening_balance"),
        _balance(head, trail, "closing", "closing_balance"),
    )
    for index, record in enumerate(reading.records):
        for part, name in {
            "booked": "booked_on",
            "amount": "amount",
            "credit": "amount",
            "debit": "amount",
            "payer": "payer",
            "account": "payer_account",
            "text": "text",
            "bank_reference": "bank_reference",
        }.items():
            if getattr(reading.lines[index], name) is not None:
                trail.mark(f"lines[{index}].{name}", record.cell(part))
    codes = {line.currency for line in reading.lines if line.currency}
    footing, difference = _footing(reading, opening, closing)
    place = extent.pages[extent.rows[0].page]
    return BankStatement(
        confidence=0.95 if footing is Footing.PROVED else 0.4 if footing is Footing.FAILED else 0.75,
        source=Source(place.part, place.number),
        evidence=trail.found,
        footing=footing,
        difference=difference,
        language=extent.language,
        account=_account(extent, reading, trail),
        currency=codes.pop() if len(codes) == 1 else extent.currency if not codes else None,
        opening=opening,
        closing=closing,
        lines=reading.lines,
    )


def _balance(head: Head, trail: Trail, path: str, field: str) -> Decimal | None:
    for labelled in head.candidates(field):
        amounts = find_amounts(labelled.value)
        value = head.figures.amount(amounts[-1].text) if amounts and labelled.row not in head.table_rows else None
        if value is not None and amounts[-1].readings[0].decimals:
            trail.mark(path, labelled.place)
            return value
    return None


def _account(extent: Extent, reading: Reading, trail: Trail) -> str | None:
    """Our own account: the one IBAN outside the lines, or the same in a column of every line, or behind its label."""
    own = {(r.row.page, round(r.row.top)) for r in reading.records}
    found: dict[str, Segment] = {}
    for row in extent.rows[:60]:
        if (row.page, round(row.top)) in own:
            continue
        for segment in row.segments:
            for span in find_ibans(segment.text):
                found.setdefault(span.text, segment)
    if len(found) == 1:
        value, segment = next(iter(found.items()))
        trail.mark("account", segment)
        return value
    for index in range(len(reading.grid.headings)):
        cells = [r.row.cells[index] for r in reading.records if index < len(r.row.cells)]
        known = [c for c in cells if c is not None]
        values = {iban_of(c.text) for c in known}
        if len(known) == len(reading.records) and len(values) == 1 and None not in values and len(known) > 1:
            trail.mark("account", known[0])
            return values.pop()
    return None


def _footing(reading: Reading, opening: Decimal | None, closing: Decimal | None) -> tuple[Footing, Decimal | None]:
    values = [line.amount for line in reading.lines]
    if opening is not None and closing is not None and None not in values:
        moved = sum((v for v in values if v is not None), Decimal(0))
        if opening + moved == closing:
            return Footing.PROVED, None
        return Footing.FAILED, closing - opening - moved
    if reading.proved is None:
        return Footing.UNPROVED, None
    return (Footing.PROVED if reading.proved else Footing.FAILED), None
