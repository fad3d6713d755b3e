"""BAI2, cash management balance reporting (X9.121): accounts with their transactions, totals on three levels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agent.domain.documents import BankLine, BankStatement, Flag, Problem, Source
from agent.domain.money import decimals_of
from parsers.edi.figures import clean, date_of, whole_of
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured, note
from parsers.page import Limits

_START = re.compile(r"\s*01,[^,\n]{1,35},[^,\n]{0,35},[0-9]{6},[0-9]{0,4},")
# Banks that drop line ends leave records beside each other: a slash ends one, a known code begins the next.
_BESIDE = re.compile(r"/[ \t]+(?=(?:01|02|03|16|49|88|98|99),)")
_CODES = frozenset({"01", "02", "03", "16", "49", "88", "98", "99"})
_SIGNED = re.compile(r"[+-]?[0-9]{1,18}")
# Type codes of deposited items and ACH entries that came back, and of checks posted and returned
_RETURNED = frozenset({"255", "257", "555", "557"})
_OPENING, _CLOSING, _CREDITS, _DEBITS = "010", "015", "100", "400"


@dataclass(slots=True)
class _Record:
    code: str
    text: str  # without the code, continuations joined
    physical: int = 1  # how many records of the file it is made of


@dataclass(slots=True)
class _Account:
    header: _Record
    currency: str
    transactions: list[_Record] = field(default_factory=list)
    trailer: _Record | None = None

    @property
    def records(self) -> int:
        """As the account trailer counts: header, transactions with their continuations, trailer."""
        return self.header.physical + sum(t.physical for t in self.transactions) + 1


def is_bai2(text: str) -> bool:
    return _START.match(text) is not None


def read(text: str, part: str, limits: Limits) -> Structured:
    """Return one statement an account of every group that reports a finished day."""
    reader = _File(part, limits)
    for record in _records(text):
        reader.take(record)
    return reader.finished()


def _records(text: str) -> Iterator[_Record]:
    """Logical records: 88 continues the one before, and a line without a code is the rest of a broken one."""
    current: _Record | None = None
    for line in _BESIDE.sub("/\n", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"):
        stripped = line.rstrip()
        code, comma, rest = stripped.lstrip().partition(",")
        if code not in _CODES or not comma:
            if current is not None and stripped.strip():
                current.text += " " + stripped.strip()
            continue
        if code == "88" and current is not None:
            joint = "," if current.text.endswith("/") and not _in_text(current) else " "
            current.text = current.text.rstrip("/").rstrip() + joint + rest.strip()
            current.physical += 1
            continue
        if current is not None:
            yield current
        current = _Record(code, rest)
    if current is not None:
        yield current


def _in_text(record: _Record) -> bool:
    """Whether a transaction has already reached its last field, the text, which 88 then goes on."""
    pieces = record.text.split(",")
    if record.code != "16" or len(pieces) < 3:
        return False
    return len(pieces) > 5 + _funds_length(pieces[2].strip(), pieces, 3)


def _amount(text: str, currency: str) -> Decimal | None:
    """Minor units of the currency, signed; an empty amount is zero (the standard defaults it)."""
    stripped = text.strip()
    if not stripped:
        return Decimal(0)
    return Decimal(stripped).scaleb(-decimals_of(currency)) if _SIGNED.fullmatch(stripped) else None


class _File:
    """Collects groups and accounts, and checks the totals of account (49), group (98) and file (99)."""

    def __init__(self, part: str, limits: Limits) -> None:
        self.part, self.limits = part, limits
        self.documents: list[BankStatement] = []
        self.problems: list[Problem] = []
        self.faults: list[str] = []
        self.group: list[str] = []
        self.account: _Account | None = None
        self.accounts: list[_Account] = []  # of the group
        self.groups = self.physical = self.group_physical = 0
        self.group_total = self.file_total = 0
        self.pending: list[tuple[_Account, list[str], list[str]]] = []
        self.ended = False
        self.transactions = 0

    def take(self, record: _Record) -> None:
        self.physical += record.physical
        self.group_physical += record.physical
        pieces = [piece.strip() for piece in record.text.rstrip("/ ").split(",")]
        match record.code:
            case "02":
                self.close_group(None)
                self.group, self.groups, self.group_physical = pieces, self.groups + 1, record.physical
            case "03":
                self.close_account(None)
                currency = (pieces[1] if len(pieces) > 1 else "") or self.group_currency
                self.account = _Account(record, currency)
            case "16" if self.account is not None:
                self.transactions += 1
                if self.transactions <= self.limits.lines_max:
                    self.account.transactions.append(record)
                else:
                    self.faults.append(f"the file holds more than {self.limits.lines_max} transactions")
            case "49":
                self.close_account(pieces)
            case "98":
                self.close_group(pieces)
            case "99":
                self.close_file(pieces)

    @property
    def group_currency(self) -> str:
        """The group's currency; the standard's default is the US dollar."""
        return (self.group[5] if len(self.group) > 5 else "") or "USD"

    def close_account(self, trailer: list[str] | None) -> None:
        if self.account is None:
            return
        faults = []
        total = _control_total(self.account)
        if trailer is None:
            faults.append("the account is cut short: its trailer 49 is missing")
        else:
            self.group_total += _whole(trailer, 0) or 0
            faults += _differences("account", trailer, total, None, self.account.records)
        self.accounts.append(self.account)
        self.pending.append((self.account, self.group, faults))
        self.account = None

    def close_group(self, trailer: list[str] | None) -> None:
        self.close_account(None)
        if not self.group:
            return
        if trailer is None:
            self.faults.append("a group is cut short: its trailer 98 is missing")
        else:
            self.file_total += _whole(trailer, 0) or 0
            self.faults += _differences("group", trailer, self.group_total, len(self.accounts), self.group_physical)
        self.group, self.accounts, self.group_total = [], [], 0

    def close_file(self, trailer: list[str]) -> None:
        self.close_group(None)
        self.ended = True
        self.faults += _differences("file", trailer, self.file_total, self.groups, self.physical)

    def finished(self) -> Structured:
        self.close_group(None)
        if not self.ended:
            self.faults.append("the file is cut short: its trailer 99 is missing")
        left_out = False
        for account, group, faults in self.pending:
            status, modifier = (group[i] if len(group) > i else "" for i in (2, 6))
            if modifier == "3":
                left_out = True
                continue
            if status in ("2", "4"):
                marked = [*faults, "the group is a deletion" if status == "2" else "the group is a test"]
            else:
                marked = faults
            statement, problems = _statement(account, group, [*marked, *self.faults], self.part)
            self.documents.append(statement)
            self.problems += problems
        if left_out:
            self.problems.append(note(self.part, "interim reports of the same day are booked from the next statement"))
        if not self.documents and self.faults:
            self.problems += [Problem(where=self.part, what=fault) for fault in self.faults]
        return Structured("bai2", tuple(self.documents), tuple(dict.fromkeys(self.problems)))


def _whole(pieces: list[str], index: int) -> int | None:
    text = pieces[index].strip() if index < len(pieces) else ""
    return int(text) if _SIGNED.fullmatch(text) else None


def _differences(level: str, trailer: list[str], total: int | None, members: int | None, records: int) -> list[str]:
    """What the trailer says otherwise: control total, number of members (not in accounts), number of records."""
    faults = []
    said = _whole(trailer, 0)
    if said is None or total is None or said != total:
        faults.append(f"control total of the {level}: the file says {said}, its records give {total}")
    if members is not None and _whole(trailer, 1) != members:
        faults.append(f"the {level} counts {_whole(trailer, 1)} members, there are {members}")
    counted = _whole(trailer, 1 if members is None else 2)
    if counted is not None and counted != records:
        faults.append(f"the {level} counts {counted} records, there are {records}")
    return faults


def _summary(account: _Account) -> Iterator[tuple[str, str]]:
    """The type codes and amounts of an account's header: each code with amount, item count and funds type."""
    pieces = [piece.strip() for piece in account.header.text.rstrip("/ ").split(",")]
    index = 2
    while index + 1 < len(pieces):
        code, amount = pieces[index], pieces[index + 1]
        funds = pieces[index + 3] if index + 3 < len(pieces) else ""
        yield code, amount
        index += 4 + _funds_length(funds, pieces, index + 4)


def _funds_length(funds: str, pieces: list[str], index: int) -> int:
    """How many elements follow a funds type: S three, V two, D a count and that many pairs."""
    match funds:
        case "S":
            return 3
        case "V":
            return 2
        case "D":
            pairs = whole_of(pieces[index]) if index < len(pieces) else 0
            return 1 + 2 * min(pairs or 0, len(pieces))
        case _:
            return 0


def _control_total(account: _Account) -> int | None:
    """The sum of all amounts of the account, summary and detail, in minor units with their signs."""
    total = 0
    for _, amount in _summary(account):
        if amount and not _SIGNED.fullmatch(amount):
            return None
        total += int(amount or 0)
    for record in account.transactions:
        amount = [*record.text.split(",", 3), "", ""][1].strip().rstrip("/")
        if amount and not _SIGNED.fullmatch(amount):
            return None
        total += int(amount or 0)
    return total


def _statement(
    account: _Account, group: list[str], faults: list[str], part: str
) -> tuple[BankStatement, tuple[Problem, ...]]:
    number = clean(account.header.text.split(",")[0])
    proof, witness = Proof(f"{part}: BAI2 account {number or ''}".strip()), Witness(part)
    as_of = date_of(group[3]) if len(group) > 3 else None
    header_text = f"03,{account.header.text}"
    summary = dict(_summary(account))
    balances = {
        code: _amount(summary[code], account.currency) if summary.get(code) else None for code in (_OPENING, _CLOSING)
    }
    lines: list[BankLine] = []
    for record in account.transactions:
        line = _line(record, account.currency, as_of)
        if line is None:
            proof.broken(f"a transaction cannot be read: 16,{record.text[:60]}")
            continue
        path, text = f"lines[{len(lines)}]", f"16,{record.text}"
        for name in ("amount", "booked_on", "text", "bank_reference", "end_to_end_id", "value_on"):
            witness.saw(f"{path}.{name}", getattr(line, name), text)
        lines.append(line)
    for fault in faults:
        proof.broken(fault)
    left_out = _foot(proof, summary, account.currency, balances, lines)
    statement = BankStatement(
        confidence=0.0,
        source=Source(part),
        flags=(*((Flag.TRUNCATED,) if left_out else ()), *((Flag.CORRECTION,) if group[2:3] == ["3"] else ())),
        account=witness.saw("account", number, header_text),
        currency=witness.saw("currency", account.currency, header_text),
        opening=witness.saw("opening", balances[_OPENING], header_text),
        closing=witness.saw("closing", balances[_CLOSING], header_text),
        lines=tuple(lines),
        evidence=witness.seen,
    )
    return proof.seal(statement), tuple(proof.problems)


def _foot(
    proof: Proof, summary: dict[str, str], currency: str, balances: dict[str, Decimal | None], lines: list[BankLine]
) -> bool:
    """Hold summaries and ledger balances against the movements; return whether movements are left out.

    The control total, checked before, proves the digits. A bank may summarise more than it details, never less.
    """
    if lines:
        proof.confirm()
    amounts = [line.amount for line in lines if line.amount is not None]
    found = {
        _CREDITS: sum((a for a in amounts if a > 0), Decimal(0)),
        _DEBITS: sum((-a for a in amounts if a < 0), Decimal(0)),
    }
    left_out = False
    for code, sum_of_lines in found.items():
        said = _amount(summary[code], currency) if summary.get(code) else None
        if said is not None and said > sum_of_lines:
            left_out = True
        else:
            proof.agree(f"summary {code}", said, sum_of_lines)
    opening, closing = balances[_OPENING], balances[_CLOSING]
    if left_out:
        proof.note("the bank details only a part of the movements that it sums up")
    elif opening is not None and closing is not None and (amounts or opening == closing):
        proof.agree("closing ledger balance (015)", closing, opening + sum(amounts, Decimal(0)))
    return left_out


def _line(record: _Record, currency: str, as_of: date | None) -> BankLine | None:
    """Record 16: type code, amount, funds type (with its elements), bank's and customer's reference, text."""
    pieces = record.text.split(",")
    code = pieces[0].strip()
    amount = _amount(pieces[1], currency) if len(pieces) > 1 else None
    if amount is None or not code.isdigit() or len(code) != 3:
        return None
    debit = "400" <= code <= "699"
    if not debit and not "100" <= code <= "399":
        return None
    funds = pieces[2].strip().rstrip("/") if len(pieces) > 2 else ""
    rest = 3 + _funds_length(funds, pieces, 3)
    value_on = date_of(pieces[3]) if funds == "V" and len(pieces) > 3 else None
    text = ",".join(pieces[rest + 2 :]).rstrip().rstrip("/")

    def piece(index: int) -> str | None:
        return clean(pieces[index].rstrip("/")) if index < len(pieces) else None

    return BankLine(
        booked_on=as_of,
        value_on=value_on,
        amount=-amount if debit else amount,
        currency=currency,
        text=clean(text),
        bank_reference=piece(rest),
        end_to_end_id=piece(rest + 1),
        returned=code in _RETURNED,
    )
