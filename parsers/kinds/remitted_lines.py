"""One line of an advice from its record: gross - reductions = paid, what it refers to, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain.documents import AdvisedKind, AdvisedLine, Footing
from parsers.kinds.advised import line_kind, reference_in, told_reference
from parsers.kinds.evidence import Trail
from parsers.kinds.figures import Figures
from parsers.kinds.records import Meaning, Record, Sorted
from parsers.kinds.remitted_columns import CREDITS, DEBITS, MONEY, REDUCTIONS
from parsers.layout.placing import GridRow
from parsers.layout.segments import Segment


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with the record it came from and whether its own arithmetic holds (None: nothing to prove)."""

    line: AdvisedLine
    record: Record
    holds: bool | None


def entry_of(record: Record, meaning: Meaning, figures: Figures, signs: dict[str, int]) -> Entry:
    amounts = {part: _amount(record, part, figures) for part in MONEY}
    mark = record.text("sign").strip().casefold()
    if mark in (DEBITS if signs.get("sign", 1) > 0 else CREDITS):
        amounts = {p: -abs(v) if v is not None and p in ("gross", "paid") else v for p, v in amounts.items()}
    present = {part: part in record.cells for part in MONEY}
    reductions = {p: _signed(amounts[p], signs.get(p, 1)) for p in REDUCTIONS}
    taken = sum((v for v in reductions.values() if v is not None), Decimal(0))
    readable = all(amounts[p] is not None for p in MONEY if present[p])
    gross, paid = amounts["gross"], amounts["paid"]
    credit = _signed(amounts["credit"], signs.get("credit", 1))
    holds: bool | None = None
    if gross is None and not meaning.has("gross") and meaning.has("net") and meaning.has("tax"):
        net, tax = _amount(record, "net", figures), _amount(record, "tax", figures)
        gross = net + (tax or Decimal(0)) if net is not None else None
    taxed = _taxed(record, gross, figures) if meaning.has("net") and meaning.has("tax") else None
    if meaning.has("debit"):
        gross, paid, holds = _two_sided(amounts["debit"], credit, paid, taken)
    elif credit is not None:
        gross, paid, reductions, holds = _with_credit(gross, paid, credit, reductions)
    elif gross is not None and paid is not None:
        balance = _amount(record, "balance", figures) or Decimal(0)
        holds = gross - taken in (paid, paid + balance)  # what stays owing makes it a part payment
    elif gross is None and not present["gross"] and paid is not None and taken and meaning.has("gross"):
        holds = paid == -taken  # a row of the reduction alone: what is taken off is all that it says
    elif gross is not None and not meaning.has("paid") and any(map(meaning.has, REDUCTIONS)):
        paid = gross - taken
    elif gross is not None and not meaning.has("paid"):
        gross, paid, holds = (None, gross, taxed)
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


def _taxed(record: Record, gross: Decimal | None, figures: Figures) -> bool | None:
    """Whether net and tax make the gross amount; None where one of them is missing."""
    net, tax = _amount(record, "net", figures), _amount(record, "tax", figures)
    return net + (tax or Decimal(0)) == gross if net is not None and gross is not None else None


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
    told_beside = record.text("reference") if reference is not None else ""
    said = (
        " ".join((told_beside, *words)) if " " in told_beside.replace(reference or "", "").strip() else " ".join(words)
    )
    kind = line_kind(line, reference, record.text("type"), said, _code_and_reason(record)[0] or "")
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
        issued_on=_date_of(record, "issued", figures) if issued else None,
        paid_on=figures.date(paid_on.text) if paid_on else None,
        reason="; ".join(dict.fromkeys(told)) or None,
        payer_reference=own if own != reference else None,
        reason_code=code,
        balance_after=figures.amount(balance.text) if balance else None,
        company=record.text("company") or None,
    )


def _date_of(record: Record, part: str, figures: Figures) -> date | None:
    """The date of a cell, with what stands right under it where a narrow column broke it ("18. August" over "2026")."""
    cell = record.cell(part)
    if cell is None or (value := figures.date(cell.text)) is not None:
        return value if cell is not None else None
    below = [s for note in record.notes[:1] for s in note.segments if abs(s.x0 - cell.x0) <= 3.0]
    return figures.date(f"{cell.text} {below[0].text}") if len(below) == 1 else None


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
