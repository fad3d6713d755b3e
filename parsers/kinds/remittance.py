"""Remittance advices: what was paid, proved by gross - reductions = paid and by the sum of the lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import product

from agent.domain.documents import AdvisedKind, AdvisedLine, Footing, Problem
from parsers.kinds.advised import line_kind, reference_in, told_reference
from parsers.kinds.evidence import Trail
from parsers.kinds.figures import Figures
from parsers.kinds.records import Meaning, Parts, Record, Sorted, TotalRow, columns_of, meanings, shortlist, sort_rows
from parsers.kinds.words import fields_of
from parsers.layout.columns import is_numeric
from parsers.layout.segments import Segment
from parsers.layout.tables import Grid, GridRow

SUMS = frozenset(["total", "payment_total", "carried_forward", "brought_forward", "subtotal", "net_total"])
_REDUCTIONS = ("discount", "deduction", "withheld")
_MONEY = ("gross", "paid", "debit", "credit", *_REDUCTIONS)


def judge(part: str, cells: Sequence[str]) -> int | None:
    """A column that names payments or documents holds their numbers, no amounts."""
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
    numbers=frozenset((*_MONEY, "balance", "net", "tax")),
    dates=frozenset(("issued", "paid_on", "due", "other_date")),
    several=frozenset(("discount", "deduction", "withheld", "reason", "other_date", "description", "type")),
    judge=judge,
    by_cells=(("paid", 6), ("gross", 6)),
    idle=0,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with the record it came from and whether its own arithmetic holds (None: nothing to prove)."""

    line: AdvisedLine
    record: Record
    holds: bool | None


@dataclass(frozen=True, slots=True)
class TableReading:
    """One way to read a table: its lines, its totals, and how well it proves itself."""

    entries: tuple[Entry, ...]
    sums: tuple[Decimal, ...]  # totals printed for the amounts paid
    meaning: Meaning
    figures: Figures
    sorted: Sorted
    rank: tuple[int, ...]
    grid: Grid
    turned: bool = False  # takes reductions that are printed without a minus for additions

    def labelled_sums(self) -> list[tuple[Decimal, TotalRow]]:
        """The totals of what was paid that bear a total's label, with their rows."""
        return [
            (value, row)
            for row in self.sorted.totals
            if {"total", "payment_total"} & set(row.fields[:1])
            and (value := _sum_of(row, self.meaning, self.figures)) is not None
        ]

    @property
    def paid(self) -> Decimal | None:
        values = [e.line.paid for e in self.entries]
        return sum((v for v in values if v is not None), Decimal(0)) if values and None not in values else None


def begins(cells: dict[str, list[Segment]], figures: Figures) -> bool:
    """A row with an amount in a column of money."""
    return any(figures.readings(s.text) for part in _MONEY for s in cells.get(part, ()) if is_numeric(s.text))


def complete(cells: dict[str, list[Segment]], figures: Figures) -> bool:
    """A row that can be nothing but a line: an amount beside a document number or a date."""
    if not begins(cells, figures):
        return False
    reference = cells.get("reference", cells.get("payer_reference"))
    if reference and any(c.isdigit() for c in reference[0].text) and not fields_of(reference[0].text):
        return True
    return "issued" in cells


Stated = Sequence[tuple[int, float, Decimal]]  # page, top and value of every amount on the paper


def read_table(grid: Grid, figures: Figures, stated: Stated) -> TableReading | None:
    """Return the best reading of a table as lines paid, None where it is no such table or two readings tie."""
    ways = [(m, signs) for m in meanings(grid, PARTS, figures) if _usable(m) for signs in _signs(m)]

    def reading(part: Grid, way: tuple[Meaning, dict[str, int]]) -> TableReading | None:
        return _read_as(part, way[0], way[1], figures, stated)

    best = _best(grid, ways, reading)
    if best is None or _faithful(best, grid):
        return best
    # Arithmetic chooses between readings of a doubtful heading. It never turns a clear one round: a paper that adds up
    # only with "gross" read as paid does not add up.
    clear = [way for way in ways if _keeps(way[0], grid)]
    natural = [r for way in clear if (r := reading(grid, way)) is not None and not r.turned]
    return max(natural, key=lambda found: found.rank, default=_best(grid, clear, reading) or best)


def _best(
    grid: Grid,
    ways: Sequence[tuple[Meaning, dict[str, int]]],
    reading: Callable[[Grid, tuple[Meaning, dict[str, int]]], TableReading | None],
) -> TableReading | None:
    best: TableReading | None = None
    for way in shortlist(grid, ways, reading, lambda found: found.rank):
        found = reading(grid, way)
        if found is not None and (best is None or found.rank > best.rank):
            best = found
    return best


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


def _keeps(meaning: Meaning, grid: Grid) -> bool:
    """Whether every column of figures under a clear heading plays its part, and none of money is left out."""
    labelled = any(
        h.fields[:1] == ("paid",) and part == "paid" for h, part in zip(grid.headings, meaning.parts, strict=False)
    )
    for index, (heading, part) in enumerate(zip(grid.headings, meaning.parts, strict=False)):
        first = heading.fields[0] if heading.fields else ""
        named = _CLEAR.get(first)
        if "%" in heading.text or not any(_is_figure(row, index) for row in grid.rows[:_LOOKED_AT]):
            continue
        if named is not None and part != named and not {_CLEAR.get(f) for f in heading.fields[1:]} - {None, named}:
            return False
        if _SIDES & set(heading.fields) and part not in _MONEY and not labelled:
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


def _faithful(reading: TableReading, grid: Grid) -> bool:
    return _keeps(reading.meaning, grid) and not reading.turned


def _read_as(
    grid: Grid, meaning: Meaning, signs: dict[str, int], figures: Figures, stated: Stated
) -> TableReading | None:
    starts, whole = partial(begins, figures=figures), partial(complete, figures=figures)
    rows = sort_rows(grid, meaning, starts, whole, SUMS)
    if not rows.records:
        return None
    reading = _reading(rows, meaning, figures, signs, stated, grid)
    return None if _unproved_guess(reading) else reading


def _unproved_guess(reading: TableReading) -> bool:
    """Whether a column without a known title was taken for money, and the arithmetic of the lines does not say so."""
    guessed = any(
        part in ("paid", "gross") and part not in _played(heading.fields)
        for heading, part in zip(reading.grid.headings, reading.meaning.parts, strict=False)
    )
    return guessed and not all(e.holds for e in reading.entries)


def _played(fields: Sequence[str]) -> frozenset[str]:
    return frozenset(part for field in fields for part, _ in PARTS.of_field.get(field, ()))


def _usable(meaning: Meaning) -> bool:
    money = any(meaning.has(p) for p in ("paid", "gross", "debit", "credit"))
    return money and any(
        meaning.has(p) for p in ("reference", "payer_reference", "description", "reason", "type", "issued")
    )


def _signs(meaning: Meaning) -> list[dict[str, int]]:
    """How reductions are written: as positive figures to be taken off, or negative ones to be added."""
    used = [part for part in (*_REDUCTIONS, "credit") if meaning.has(part)]
    return [dict(zip(used, way, strict=True)) for way in product((1, -1), repeat=len(used))]


def _reading(
    rows: Sorted, meaning: Meaning, figures: Figures, signs: dict[str, int], stated: Stated, grid: Grid
) -> TableReading:
    local = figures.with_columns(*(columns_of(rows.records, part) for part in _MONEY))
    entries = tuple(_entry(record, meaning, local, signs) for record in rows.records)
    rows, entries = _without_sums(rows, entries)
    sums = tuple(v for t in rows.totals if (v := _sum_of(t, meaning, local)) is not None)
    turned = any(sign < 0 and not _printed_negative(rows, part, local) for part, sign in signs.items())
    reading = TableReading(entries, sums, meaning, local, rows, (), grid, turned)
    return replace(reading, rank=_rank(reading, signs, outside(stated, rows.records)))


def _without_sums(rows: Sorted, entries: tuple[Entry, ...]) -> tuple[Sorted, tuple[Entry, ...]]:
    """Take rows without a reference that repeat the sum of the lines above for what they are: carried or subtotals."""
    kept: list[Entry] = []
    totals = list(rows.totals)
    whole = group = Decimal(0)
    count = 0
    for entry in entries:
        paid = entry.line.paid
        named = entry.line.reference is not None or "issued" in entry.record.cells
        if not named and paid and ((paid == whole and len(kept) >= 2) or (paid == group and count >= 2)):
            last = entry is entries[-1] and paid == whole
            fields = ("total",) if last else ("subtotal",)
            totals.append(TotalRow(fields, entry.record.cells, entry.record.row, len(kept)))
            group, count = Decimal(0), 0
            continue
        kept.append(entry)
        whole, group, count = whole + (paid or 0), group + (paid or 0), count + 1
    if len(kept) == len(entries):
        return rows, entries
    return replace(rows, records=tuple(e.record for e in kept), totals=tuple(totals)), tuple(kept)


def _printed_negative(rows: Sorted, part: str, figures: Figures) -> bool:
    """Whether a column of reductions holds a figure with a minus, or nothing but noughts."""
    values = [figures.amount(s.text) for r in rows.records for s in r.cells.get(part, ())]
    return any(v < 0 for v in values if v is not None) or not any(values)


_TALL = 20.0  # a record that is told in several lines of its own


def outside(stated: Stated, records: Sequence[Record]) -> frozenset[Decimal]:
    """Return the amounts that stand elsewhere than in the records themselves."""
    own = {(row.page, round(row.top)) for r in records for row in (r.row, *r.notes)}
    spans = [(r.row.page, r.row.top, r.row.bottom) for r in records if r.row.bottom - r.row.top > _TALL]
    return frozenset(
        value
        for page, top, value in stated
        if (page, round(top)) not in own and not any(p == page and low <= top < high - 1 for p, low, high in spans)
    )


def _rank(reading: TableReading, signs: dict[str, int], stated: frozenset[Decimal]) -> tuple[int, ...]:
    held = sum(e.holds is True for e in reading.entries)
    broken = sum(e.holds is False for e in reading.entries)
    paid = reading.paid
    totalled = paid is not None and (paid in reading.sums or paid in stated)
    referenced = sum(e.line.reference is not None for e in reading.entries)
    read = sum(e.line.paid is not None for e in reading.entries)
    minus = sum(sign < 0 for sign in signs.values())
    # That gross less reductions is a sum on the paper is no chance; that the column's own sum is printed proves less.
    reduced = any(e.line.gross is not None and e.line.paid != e.line.gross for e in reading.entries)
    taken_off = totalled and reduced and not reading.meaning.has("paid")
    return (
        held - 3 * broken + (4 if totalled else 0) + int(taken_off),
        int(totalled),
        read,
        referenced - reading.meaning.cost,
        -minus,
    )


def _sum_of(total: TotalRow, meaning: Meaning, figures: Figures) -> Decimal | None:
    """Return what a total row says was paid: the figure in the column of payments, else its last one."""
    if not total.fields or {"carried_forward", "brought_forward", "subtotal"} & set(total.fields[:1]):
        return None
    for part in ("paid", "gross") if not meaning.has("paid") and not any(map(meaning.has, _REDUCTIONS)) else ("paid",):
        if part in total.cells and (value := figures.amount(total.cells[part][0].text)) is not None:
            return value
    values = [figures.amount(s.text) for s in total.row.segments if any(c.isdigit() for c in s.text)]
    return values[-1] if values and (len(values) == 1 or not total.cells) else None


def _entry(record: Record, meaning: Meaning, figures: Figures, signs: dict[str, int]) -> Entry:
    amounts = {part: _amount(record, part, figures) for part in _MONEY}
    present = {part: part in record.cells for part in _MONEY}
    reductions = {p: _signed(amounts[p], signs.get(p, 1)) for p in _REDUCTIONS}
    taken = sum((v for v in reductions.values() if v is not None), Decimal(0))
    readable = all(amounts[p] is not None for p in _MONEY if present[p])
    gross, paid = amounts["gross"], amounts["paid"]
    credit = _signed(amounts["credit"], signs.get("credit", 1))
    holds: bool | None = None
    if gross is None and not meaning.has("gross") and meaning.has("net") and meaning.has("tax"):
        net, tax = _amount(record, "net", figures), _amount(record, "tax", figures)
        gross = net + (tax or Decimal(0)) if net is not None else None
    if meaning.has("debit"):
        gross, paid, holds = _two_sided(amounts["debit"], credit, paid, taken)
    elif credit is not None:
        gross, paid, reductions, holds = _with_credit(gross, paid, credit, reductions)
    elif gross is not None and paid is not None:
        balance = _amount(record, "balance", figures) or Decimal(0)
        holds = gross - taken in (paid, paid + balance)  # what stays owing makes it a part payment
    elif gross is not None and not meaning.has("paid") and any(map(meaning.has, _REDUCTIONS)):
        paid = gross - taken
    elif gross is not None and not meaning.has("paid"):
        gross, paid = (None, gross)
    elif gross is not None and not present["paid"] and taken:
        paid = gross - taken
    elif paid is None and gross is None and taken and not meaning.has("paid"):
        paid = -taken
    if not readable:
        paid = paid if amounts["paid"] is not None else None
    line = AdvisedLine(
        gross=gross,
        paid=paid,
        discount=reductions["discount"],
        deduction=reductions["deduction"],
        withheld=reductions["withheld"],
    )
    return Entry(described(line, record, figures), record, holds)


def _amount(record: Record, part: str, figures: Figures) -> Decimal | None:
    """Sum the cells of a part; a dash is an empty cell."""
    values = [figures.amount(s.text) for s in record.cells.get(part, ()) if any(c.isdigit() for c in s.text)]
    if not values or None in values:
        return None
    return sum((v for v in values if v is not None), Decimal(0))


def _signed(value: Decimal | None, sign: int) -> Decimal | None:
    if value is None:
        return None
    return value * sign if value else value


def _two_sided(
    debit: Decimal | None, credit: Decimal | None, paid: Decimal | None, taken: Decimal
) -> tuple[Decimal | None, Decimal | None, bool | None]:
    if debit is None and credit is None:
        return None, paid, None
    own = (debit or Decimal(0)) - (credit or Decimal(0))
    if paid is not None:
        return own, paid, own - taken == paid
    return (own, own - taken, None) if taken else (None, own, None)


def _with_credit(
    gross: Decimal | None, paid: Decimal | None, credit: Decimal, reductions: dict[str, Decimal | None]
) -> tuple[Decimal | None, Decimal | None, dict[str, Decimal | None], bool | None]:
    """A column of credits beside one of amounts: a credit on its own line, or taken off an invoice."""
    if gross is None and paid is None:
        return None, -credit, reductions, None
    if gross is None:
        return -credit, paid, reductions, -credit == paid
    if credit:
        reductions = {**reductions, "deduction": (reductions.get("deduction") or Decimal(0)) + credit}
    taken = sum((v for v in reductions.values() if v is not None), Decimal(0))
    if paid is None:
        return gross, gross - taken, reductions, None
    return gross, paid, reductions, gross - taken == paid


def described(line: AdvisedLine, record: Record, figures: Figures) -> AdvisedLine:
    """Give a line its reference, kind, dates and reason from the record's other cells."""
    reference = reference_in(record.text("reference"), figures.scanned)
    own = reference_in(record.text("payer_reference"), figures.scanned)
    if reference is None and not record.text("reference"):
        reference = told_reference(record.text("description"))
    words = [record.text(p) for p in ("type", "description", "reason")]
    notes = [note.text for note in record.notes if _is_remark(note, record)]
    if reference is None and record.text("reference"):
        words.insert(0, record.text("reference"))
    kind = line_kind(line, reference, record.text("type"), " ".join(words), _code_and_reason(record)[0] or "")
    if reference is None and own is not None and kind is not AdvisedKind.INVOICE:
        reference = own
    reduced = any(v for v in (line.deduction, line.withheld, line.discount))
    code, told = _code_and_reason(record)
    if kind is not AdvisedKind.INVOICE or reference is None:
        told = [w for w in (*words[:-1], *told) if w and w != record.text("type")] or [w for w in words if w]
    if reduced or kind is not AdvisedKind.INVOICE:
        told += notes
    order = reference_in(record.text("order"), figures.scanned)
    issued, paid_on = record.cell("issued"), record.cell("paid_on")
    balance = record.cell("balance")
    return replace(
        line,
        reference=reference,
        order_number=order,
        kind=kind,
        issued_on=figures.date(issued.text) if issued else None,
        paid_on=figures.date(paid_on.text) if paid_on else None,
        reason="; ".join(dict.fromkeys(told)) or None,
        payer_reference=own if own != reference else None,
        reason_code=code,
        balance_after=figures.amount(balance.text) if balance else None,
        company=record.text("company") or None,
    )


def _is_remark(note: GridRow, record: Record) -> bool:
    """A row under a line that stands further in, or under its words: a remark on it. At the margin it is none."""
    left = min(s.x0 for s in record.row.segments)
    words = [s.x0 for p in ("description", "reason", "type") for s in record.cells.get(p, ())]
    start = note.segments[0].x0
    return start > left + 5 or any(abs(start - x) <= 5 for x in words)


def _code_and_reason(record: Record) -> tuple[str | None, list[str]]:
    """Return the reason's code and words: a short figure in a column of reasons is a code."""
    code = record.text("code") or None
    told: list[str] = []
    for cell in record.cells.get("reason", ()):
        text = cell.text.strip()
        if code is None and len(text) <= 5 and any(c.isdigit() for c in text) and " " not in text:
            code = text
        else:
            told.append(text)
    return code, told


def join_broken(rows: Sorted) -> Sorted:
    """Join references that are broken over two rows to the record they belong to."""
    records = list(rows.records)
    wrapped = [_fragment(record) for record in records]
    regular = sum(w is not None for w in wrapped) * 2 >= len(records)
    for record, fragment in zip(records, wrapped, strict=True):
        held = record.cell("reference")
        if fragment is None or held is None:
            continue
        if regular or held.text.rstrip()[-1:] in "-/._":
            joined = replace(held, text=held.text.rstrip() + fragment.text.strip())
            record.cells["reference"] = [joined]
            record.notes = [note for note in record.notes if note.segments != (fragment,)]
    return rows


def _fragment(record: Record) -> Segment | None:
    """The lone piece under a reference, in its column, that may be its second half."""
    held = record.cell("reference")
    if held is None or not record.notes:
        return None
    segments = record.notes[0].segments
    if len(segments) != 1 or " " in segments[0].text.strip() or len(segments[0].text) > 24:
        return None
    piece = segments[0]
    if not any(c.isdigit() for c in piece.text) or abs(piece.x0 - held.x0) > 12.0:
        return None
    return piece


def evidence_of(entry: Entry, index: int, trail: Trail) -> None:
    """Record where the fields of a line stand."""
    names = {
        "reference": "reference",
        "order": "order_number",
        "issued": "issued_on",
        "gross": "gross",
        "discount": "discount",
        "deduction": "deduction",
        "withheld": "withheld",
        "paid": "paid",
        "payer_reference": "payer_reference",
        "paid_on": "paid_on",
        "code": "reason_code",
        "balance": "balance_after",
        "reason": "reason",
        "company": "company",
    }
    for part, name in names.items():
        if getattr(entry.line, name) is not None:
            trail.mark(f"lines[{index}].{name}", entry.record.cell(part))
    if entry.line.paid is not None:
        cell = next((c for p in ("debit", "credit", "gross") if (c := entry.record.cell(p))), None)
        trail.mark(f"lines[{index}].paid", cell)


def footing_of(entries: Sequence[Entry], total: Decimal | None, paid: Decimal | None) -> tuple[Footing, Decimal | None]:
    """Return whether lines and total prove each other, and by how much they do not."""
    if total is not None and paid is not None and total != paid:
        return Footing.FAILED, total - paid
    broken = [e for e in entries if e.holds is False]
    if broken:
        line = broken[0].line
        taken = sum((v for v in (line.discount, line.deduction, line.withheld) if v is not None), Decimal(0))
        off = (line.gross or Decimal(0)) - taken - (line.paid or Decimal(0))
        return Footing.FAILED, off
    if total is not None and paid is not None and entries:
        return Footing.PROVED, None
    return Footing.UNPROVED, None


__all__ = ["PARTS", "Entry", "Problem", "TableReading", "read_table"]
