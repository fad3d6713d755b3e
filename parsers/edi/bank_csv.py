"""A bank's list of movements as delimited text: columns by their headings, figures by their arithmetic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from agent.domain.documents import BankLine, BankStatement, Problem, Source
from agent.domain.money import decimals_of
from parsers.edi.bank_figures import (
    COMMA,
    POINT,
    amount_of,
    dated,
    marks_of,
    same_under,
    settled_order,
)
from parsers.edi.bank_headings import (
    BANKING,
    DOCUMENTARY,
    Role,
    currency_in,
    heading_of,
    plain_heading,
    words_of,
)
from parsers.edi.delimited import DELIMITERS, rows_of
from parsers.edi.figures import clean
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured
from parsers.page import Limits

_PREAMBLE_MAX = 40
_IBAN = re.compile(r"\b([A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\b")
_PENDING = words_of(
    "umsatz vorgemerkt|vorgemerkt|pending|en attente|a venir|pendiente|reverted|declined|failed|cancelled|canceled|"
    "rejected"
)
_DEBIT_WORDS = words_of("d|dr|debit|dbit|s|soll|debet|debe|cargo|af|out|belastung|lastschrift|-")
_CREDIT_WORDS = words_of("c|cr|credit|crdt|h|haben|haber|abono|bij|in|gutschrift|+")
_TOTALS = words_of(
    "total|totals|sum|summe|gesamt|gesamtsumme|saldo|balance|solde|opening|closing|anfangssaldo|endsaldo|"
    "kontostand|totaux|totales|subtotal|zwischensumme|brought|carried"
)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A list whose header was found: its delimiter, what stands above, its columns by role, its data rows."""

    delimiter: str
    preamble: list[list[str]]
    headings: list[str]
    columns: dict[Role, tuple[int, ...]]
    currency: str | None
    rows: list[list[str]]

    def cell(self, row: Sequence[str], role: Role) -> str:
        """The first filled cell of a role in a row."""
        return next((row[i] for i in self.columns.get(role, ()) if i < len(row) and row[i]), "")

    def joined(self, row: Sequence[str], role: Role) -> str | None:
        pieces = dict.fromkeys(row[i] for i in self.columns.get(role, ()) if i < len(row) and row[i])
        return clean(" ".join(pieces))


def read(text: str, part: str, limits: Limits, *, declared: bool) -> Structured | None:
    """Return the statement, None where the text is no bank list.

    Unless a person has declared the file to be a bank's, a heading that only banks use must be there, or a running
    balance must prove the list; and no heading may speak of invoices.
    """
    sheet = _sheet_of(text, limits)
    if sheet is None:
        return None
    plain = {plain_heading(heading) for heading in sheet.headings}
    if not declared and plain & DOCUMENTARY:
        return None
    banking = declared or bool(plain & BANKING)
    proof, witness = Proof(f"{part}: bank list"), Witness(part)
    statement = _statement(sheet, proof, witness, part)
    if statement is None:
        if not banking:
            return None
        return Structured("bank-csv", (), tuple(proof.problems) or (_empty(part),))
    if not banking and not (proof.proved and not proof.failed):
        return None
    return Structured("bank-csv", (proof.seal(statement),), tuple(proof.problems))


def _empty(part: str) -> Problem:
    return Problem(where=part, what="a bank list without a movement that can be read")


def _sheet_of(text: str, limits: Limits) -> _Sheet | None:
    """The reading whose header row names most roles, over all delimiters."""
    best: _Sheet | None = None
    head = "\n".join(text[:20_000].replace("\r\n", "\n").replace("\r", "\n").split("\n")[: _PREAMBLE_MAX + 5])
    for delimiter in DELIMITERS:
        if delimiter not in head or (trial := rows_of(head, delimiter, limits)) is None:
            continue
        for index, row in enumerate(trial[:_PREAMBLE_MAX]):
            columns, currency = _columns(row)
            if not _is_header(columns) or (best is not None and len(columns) <= len(best.columns)):
                continue
            rows = rows_of(text, delimiter, limits)
            if rows is not None:
                columns = _with_direction(columns, rows[index + 1 :])
                best = _Sheet(delimiter, rows[:index], row, columns, currency, rows[index + 1 :])
    return best


def _columns(row: Sequence[str]) -> tuple[dict[Role, tuple[int, ...]], str | None]:
    columns: dict[Role, tuple[int, ...]] = {}
    currency = None
    for index, cell in enumerate(row):
        heading = heading_of(cell)
        if heading.role is not None:
            columns[heading.role] = (*columns.get(heading.role, ()), index)
            if heading.role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT):
                currency = currency or heading.currency
    if not {Role.AMOUNT, Role.DEBIT, Role.CREDIT} & set(columns) and Role.BOOKED_ON in columns:
        # "Value" is a day in some lists and the amount in others that have no other amount
        values = tuple(i for i in columns.get(Role.VALUE_ON, ()) if plain_heading(row[i]) == "value")
        if values:
            columns.pop(Role.VALUE_ON)
            columns[Role.AMOUNT] = values
    return columns, currency


def _with_direction(columns: dict[Role, tuple[int, ...]], rows: Sequence[Sequence[str]]) -> dict[Role, tuple[int, ...]]:
    """A column of types that holds nothing but "debit" and "credit" says the direction."""
    if Role.DIRECTION in columns or Role.POSTING_TEXT not in columns:
        return columns
    index = columns[Role.POSTING_TEXT][0]
    words = {row[index].casefold() for row in rows if index < len(row) and row[index]}
    is_direction = bool(words) and words <= _DEBIT_WORDS | _CREDIT_WORDS
    return {**columns, Role.DIRECTION: (index,)} if is_direction else columns


def _is_header(columns: dict[Role, tuple[int, ...]]) -> bool:
    """A day, an amount, and something that says what for."""
    amounts = Role.AMOUNT in columns or (Role.DEBIT in columns and Role.CREDIT in columns)
    days = Role.BOOKED_ON in columns or Role.VALUE_ON in columns
    words = {Role.TEXT, Role.PARTY, Role.DEBTOR, Role.BANK_REFERENCE, Role.POSTING_TEXT, Role.BALANCE}
    return days and amounts and bool(words & set(columns))


def _statement(sheet: _Sheet, proof: Proof, witness: Witness, part: str) -> BankStatement | None:
    rows = _movements(sheet, proof)
    if not rows:
        return None
    mark = _decimal_mark(sheet, rows, proof)
    if mark is None:
        return None
    day_role = Role.BOOKED_ON if Role.BOOKED_ON in sheet.columns else Role.VALUE_ON
    prefers_day_first = mark == COMMA
    order = settled_order([sheet.cell(row, day_role) for row in rows], prefers_day_first)
    if order is None:
        proof.note("the dates can be read in two ways, or not in one: they are left open")
    amounts = [_signed(sheet, row, mark) for row in rows]
    if None in amounts:
        proof.broken("a row has both a debit and a credit, or a sign that is not understood")
    opening, closing, forward = _running_balance(sheet, rows, amounts, mark, proof)
    account, currency = _account(sheet), _currency(sheet, rows)
    lines: list[BankLine] = []
    for row, amount in zip(rows, amounts, strict=True):
        if amount is not None and _has_amount(sheet, row):
            line = _line(sheet, row, amount, order, currency)
            _see(line, f"lines[{len(lines)}]", sheet.delimiter.join(row), witness)
            lines.append(line)
    if not lines:
        return None
    return BankStatement(
        confidence=0.0,
        source=Source(part),
        account=witness.saw("account", account, account),
        currency=witness.saw("currency", currency, currency),
        opening=witness.saw("opening", opening, sheet.delimiter.join(rows[0 if forward else -1])),
        closing=witness.saw("closing", closing, sheet.delimiter.join(rows[-1 if forward else 0])),
        lines=tuple(lines),
        evidence=witness.seen,
    )


def _has_amount(sheet: _Sheet, row: Sequence[str]) -> bool:
    return any(sheet.cell(row, role) for role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT))


def _movements(sheet: _Sheet, proof: Proof) -> list[list[str]]:
    """The rows with a day; pending ones and totals are left out, an amount without a day is said."""
    rows = []
    for row in sheet.rows:
        day_cell = sheet.cell(row, Role.BOOKED_ON) or sheet.cell(row, Role.VALUE_ON)
        if plain_heading(sheet.cell(row, Role.STATUS)) in _PENDING:
            proof.note("movements that are not booked are left out")
            continue
        has_figures = _has_amount(sheet, row) or bool(sheet.cell(row, Role.BALANCE))
        if any(character.isdigit() for character in day_cell) and has_figures:
            rows.append(row)
        elif _has_amount(sheet, row) and not _TOTALS & set(plain_heading(" ".join(row)).split()):
            proof.broken(f"a row with an amount has no day: {sheet.delimiter.join(row)[:80]!r}")
    return rows


def _amount_cells(sheet: _Sheet, rows: Sequence[Sequence[str]]) -> list[str]:
    roles = (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.BALANCE)
    return [cell for row in rows for role in roles if (cell := sheet.cell(row, role))]


def _decimal_mark(sheet: _Sheet, rows: Sequence[Sequence[str]], proof: Proof) -> str | None:
    """Comma or point: what every cell allows, and where both are possible what the running balance proves."""
    cells = _amount_cells(sheet, rows)
    currency = _currency(sheet, rows)
    marks = tuple(mark for mark in marks_of(cells) if _currency_allows(cells, mark, currency))
    if not marks:
        proof.broken("the amounts are written in no one way that can be read")
        return None
    if len(marks) == 1 or same_under(cells, POINT, COMMA):
        return marks[0]
    proved = []
    for mark in marks:
        trial = Proof("")
        _running_balance(sheet, rows, [_signed(sheet, row, mark) for row in rows], mark, trial)
        if trial.proved and not trial.failed:
            proved.append(mark)
    if len(proved) == 1:
        return proved[0]
    proof.broken("comma or point may be the decimal mark, and no running balance proves which")
    return None


def _currency_allows(cells: Sequence[str], mark: str, currency: str | None) -> bool:
    """No amount has more decimals than its currency: 1,234 in euro is no amount with a decimal comma."""
    if currency is None:
        return True
    most = max(decimals_of(currency), 2)
    return all(_decimals(amount_of(cell, mark)) <= most for cell in cells)


def _decimals(amount: Decimal | None) -> int:
    exponent = amount.as_tuple().exponent if amount is not None else 0
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _signed(sheet: _Sheet, row: Sequence[str], mark: str) -> Decimal | None:
    """Credits positive, debits negative, by two columns, by a column that says which, or by the amount's own sign."""
    debit, credit = (amount_of(sheet.cell(row, role), mark) for role in (Role.DEBIT, Role.CREDIT))
    if debit and credit:
        return None
    if debit is not None or credit is not None:
        return abs(credit) if credit else -abs(debit) if debit else Decimal(0)
    amount = amount_of(sheet.cell(row, Role.AMOUNT), mark)
    if amount is None:
        return None if sheet.cell(row, Role.AMOUNT) else Decimal(0)
    if Role.DIRECTION not in sheet.columns:
        return amount
    word = sheet.cell(row, Role.DIRECTION).strip().casefold()
    if word in _DEBIT_WORDS:
        return -abs(amount)
    return abs(amount) if word in _CREDIT_WORDS else None


def _running_balance(
    sheet: _Sheet, rows: Sequence[Sequence[str]], amounts: Sequence[Decimal | None], mark: str, proof: Proof
) -> tuple[Decimal | None, Decimal | None, bool]:
    """Opening and closing balance, and whether the oldest row is first; each balance must follow from its neighbour, oldest first or newest first."""
    balances = [amount_of(sheet.cell(row, Role.BALANCE), mark) for row in rows]
    if None in amounts or not balances or any(balance is None for balance in balances):
        return None, None, True
    pairs = [(b, a) for b, a in zip(balances, amounts, strict=True) if b is not None and a is not None]
    forward = _first_break(pairs)
    backward = _first_break(list(reversed(pairs)))
    if len(pairs) > 1 and forward is not None and backward is not None:
        proof.agree("running balance", forward[0], forward[1])
        return None, None, True
    oldest_first = forward is None and (backward is not None or _oldest_first(sheet, rows))
    ordered = pairs if oldest_first else pairs[::-1]
    if len(pairs) > 1:
        proof.agree("running balance", ordered[-1][0], ordered[-1][0])
    return ordered[0][0] - ordered[0][1], ordered[-1][0], oldest_first


def _oldest_first(sheet: _Sheet, rows: Sequence[Sequence[str]]) -> bool:
    """Where the arithmetic holds both ways (or there is one row), the days may say which row is first."""
    role = Role.BOOKED_ON if Role.BOOKED_ON in sheet.columns else Role.VALUE_ON
    cells = [sheet.cell(rows[0], role), sheet.cell(rows[-1], role)]
    order = settled_order([sheet.cell(row, role) for row in rows], prefers_day_first=True)
    first, last = (dated(cell, order) if order else None for cell in cells)
    return not (first is not None and last is not None and first > last)


def _first_break(pairs: Sequence[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal] | None:
    """The first balance that is not the one before it and its own movement: as stated, and as it should be."""
    for (before, _), (after, movement) in pairwise(pairs):
        if before + movement != after:
            return after, before + movement
    return None


def _account(sheet: _Sheet) -> str | None:
    """The account of the rows where all name the same, else the one IBAN above the table."""
    own = {cell for row in sheet.rows if (cell := sheet.cell(row, Role.OWN_ACCOUNT))}
    if len(own) == 1:
        return clean(own.pop())
    if own:
        return None
    found = {match.replace(" ", "") for row in sheet.preamble for cell in row for match in _IBAN.findall(cell)}
    return found.pop() if len(found) == 1 else None


def _currency(sheet: _Sheet, rows: Sequence[Sequence[str]]) -> str | None:
    codes = {cell.upper() for row in rows if (cell := sheet.cell(row, Role.CURRENCY))}
    if codes:
        return codes.pop() if len(codes) == 1 else None
    signs = {code for cell in _amount_cells(sheet, rows) if (code := currency_in(cell.upper()))}
    if len(signs) == 1:
        return signs.pop()
    return sheet.currency or currency_in(" ".join(cell for row in sheet.preamble for cell in row))


def _line(sheet: _Sheet, row: Sequence[str], amount: Decimal, order: str | None, currency: str | None) -> BankLine:
    def on(role: Role) -> date | None:
        return dated(sheet.cell(row, role), order) if order and sheet.cell(row, role) else None

    party = Role.DEBTOR if amount > 0 else Role.CREDITOR
    return BankLine(
        booked_on=on(Role.BOOKED_ON) or on(Role.VALUE_ON),
        value_on=on(Role.VALUE_ON),
        amount=amount,
        currency=clean(sheet.cell(row, Role.CURRENCY)) or currency,
        payer=sheet.joined(row, Role.PARTY) or sheet.joined(row, party),
        payer_account=clean(sheet.cell(row, Role.PARTY_ACCOUNT)),
        text=sheet.joined(row, Role.TEXT) or sheet.joined(row, Role.POSTING_TEXT),
        bank_reference=clean(sheet.cell(row, Role.BANK_REFERENCE)),
        end_to_end_id=clean(sheet.cell(row, Role.END_TO_END)),
    )


def _see(line: BankLine, path: str, row: str, witness: Witness) -> None:
    for name in ("booked_on", "amount", "payer", "payer_account", "text", "bank_reference", "end_to_end_id"):
        witness.saw(f"{path}.{name}", getattr(line, name), row)
