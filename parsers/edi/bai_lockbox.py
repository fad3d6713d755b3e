"""BAI lockbox: checks that a bank opened for us, in records of fixed columns, with batch, box and file totals."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain.documents import BankLine, BankStatement, Problem, Source
from parsers.edi.figures import clean, date_of, whole_of
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured
from parsers.page import Limits

_START = re.compile(r"\s*1[0-9]{2}[A-Z0-9 ]{20}[0-9]{10}[^\n]*\n\s*2[^\n]{20,}\n", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Check:
    """Record 6: batch, item, amount, the drawer's bank and account, check number, remitter; 4s below it add text."""

    text: str
    batch: str
    amount: Decimal | None
    account: str | None
    number: str | None
    remitter: str | None
    overflow: str = ""


def is_lockbox(text: str) -> bool:
    return _START.match(text[:1000]) is not None


def read(text: str, part: str, limits: Limits) -> Structured:
    """Return one statement a lockbox: a line a check, footed by its batches (7) and its total (8)."""
    records = [line.rstrip("\r\n") for line in text.splitlines() if line.strip()]
    documents: list[BankStatement] = []
    problems: list[Problem] = []
    count = len(records)
    ended = records[-1].startswith("9") if records else False
    said = whole_of(records[-1][1:7]) if ended else None
    boxes = _boxes(records[: limits.lines_max * 5])
    if not boxes:
        problems.append(Problem(where=part, what="the file names no lockbox (record 5)"))
    for header, body in boxes:
        proof, witness = Proof(f"{part}: lockbox {header[4:14].strip()}"), Witness(part)
        if not ended:
            proof.broken("the file is cut short: its trailer 9 is missing")
        proof.agree("number of records", said, count, proves=False)
        documents.append(proof.seal(_statement(header, body, proof, witness, part, limits)))
        problems += proof.problems
    return Structured("bai-lockbox", tuple(documents), tuple(dict.fromkeys(problems)))


def _boxes(records: list[str]) -> list[tuple[str, list[str]]]:
    boxes: list[tuple[str, list[str]]] = []
    for record in records:
        if record.startswith("5"):
            boxes.append((record, []))
        elif boxes and record[0] in "4678":
            boxes[-1][1].append(record)
    return boxes


def _cents(digits: str) -> Decimal | None:
    number = whole_of(digits)
    return Decimal(number).scaleb(-2) if number is not None else None


def _check(record: str) -> _Check:
    return _Check(
        text=record,
        batch=record[1:4],
        amount=_cents(record[7:17]),
        account=clean(" ".join((record[17:26].strip(), record[26:36].strip()))),
        number=clean(record[36:46].lstrip("0 ")),
        remitter=clean(record[52:82]),
    )


def _statement(
    header: str, body: list[str], proof: Proof, witness: Witness, part: str, limits: Limits
) -> BankStatement:
    booked_on = date_of(header[14:20])
    checks: list[_Check] = []
    sums: dict[str, Decimal] = {}
    for record in body:
        kind = record[0]
        if kind == "6":
            check = _check(record)
            if check.amount is None or len(checks) >= limits.lines_max:
                proof.broken(f"a check cannot be read: {record[:60]}")
                continue
            checks.append(check)
            sums[check.batch] = sums.get(check.batch, Decimal(0)) + check.amount
        elif kind == "4" and checks:
            last = checks[-1]
            checks[-1] = replace(last, overflow=f"{last.overflow} {record[11:].strip()}".strip())
        elif kind == "7":
            proof.agree(f"total of batch {record[1:4]}", _cents(record[23:33]), sums.get(record[1:4], Decimal(0)))
    total = sum(sums.values(), Decimal(0))
    trailer = next((record for record in body if record[0] == "8"), None)
    if trailer is None:
        proof.broken("the lockbox is cut short: its trailer 8 is missing")
    else:
        proof.agree("number of checks", whole_of(trailer[20:24]), len(checks), proves=False)
        proof.agree("total of the lockbox", _cents(trailer[24:34]), total)
    lines = tuple(_line(check, index, booked_on, witness) for index, check in enumerate(checks))
    return BankStatement(
        confidence=0.0,
        source=Source(part),
        account=witness.saw("account", clean(header[4:14]), header),
        lines=lines,
        evidence=witness.seen,
    )


def _line(check: _Check, index: int, booked_on: date | None, witness: Witness) -> BankLine:
    path = f"lines[{index}]"
    return BankLine(
        booked_on=witness.saw(f"{path}.booked_on", booked_on, check.text),
        amount=witness.saw(f"{path}.amount", check.amount, check.text),
        payer=witness.saw(f"{path}.payer", check.remitter, check.text),
        payer_account=witness.saw(f"{path}.payer_account", check.account, check.text),
        text=witness.saw(f"{path}.text", clean(check.overflow), check.overflow),
        bank_reference=witness.saw(f"{path}.bank_reference", check.number, check.text),
    )
