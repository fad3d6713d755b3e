"""OFX 1 (SGML without end tags) and OFX 2 (XML): bank and credit card statements."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.domain.documents import BankLine, BankStatement, Problem, Source
from parsers.edi.figures import clean, date_of, decimal_with_comma
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured, note
from parsers.page import Limits

_TOKEN = re.compile(r"<(/?)([A-Za-z0-9.]{1,40})>([^<]*)")
_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS"})
_AGGREGATES = frozenset({"STMTTRN", "LEDGERBAL", "BANKACCTFROM", "CCACCTFROM", "BANKACCTTO", "CCACCTTO", "PAYEE"})


@dataclass(slots=True)
class _Statement:
    fields: dict[str, str] = field(default_factory=dict)
    transactions: list[dict[str, str]] = field(default_factory=list)
    closed: bool = False


def is_ofx(text: str) -> bool:
    head = text[:3000]
    return "OFXHEADER" in head[:300] or re.search(r"<OFX>", head, re.IGNORECASE) is not None


def read(text: str, part: str, limits: Limits) -> Structured:
    """Return one statement an account; OFX gives a closing balance but no opening one, so nothing proves the lines."""
    statements, investments = _statements(text, limits)
    documents: list[BankStatement] = []
    problems: list[Problem] = []
    ended = re.search(r"</OFX>\s*$", text[-200:], re.IGNORECASE) is not None
    for statement in statements:
        document, its_problems = _document(statement, part, ended)
        documents.append(document)
        problems += its_problems
    if investments:
        problems.append(note(part, "an investment statement (OFX): it holds no payments of customers"))
    if not documents and not investments:
        problems.append(note(part, "an OFX file without an account statement"))
    return Structured("ofx", tuple(documents), tuple(dict.fromkeys(problems)))


def _tokens(text: str) -> Iterator[tuple[bool, str, str]]:
    for match in _TOKEN.finditer(text):
        yield bool(match.group(1)), match.group(2).upper(), html.unescape(match.group(3)).strip()


def _statements(text: str, limits: Limits) -> tuple[list[_Statement], bool]:
    """Walk the tags: leaves have a value behind them, aggregates none; only the named ones matter here."""
    statements: list[_Statement] = []
    current: _Statement | None = None
    transaction: dict[str, str] | None = None
    inside = ""
    investments = False
    for closing, name, value in _tokens(text):
        if name in _STATEMENTS:
            if closing and current is not None:
                current.closed, current = True, None
            elif not closing:
                current = _Statement()
                statements.append(current)
            transaction, inside = None, ""
        elif name == "INVSTMTRS":
            investments = True
        elif current is None:
            continue
        elif name in _AGGREGATES:
            if name == "STMTTRN":
                transaction = None if closing else {}
                if transaction is not None and len(current.transactions) <= limits.lines_max:
                    current.transactions.append(transaction)
            inside = "" if closing else name
        elif not closing and value:
            target = transaction if transaction is not None else current.fields
            key = name if inside in ("", "STMTTRN") else f"{inside}/{name}"
            target.setdefault(key, value[:2000])
    return statements, investments


def _document(statement: _Statement, part: str, ended: bool) -> tuple[BankStatement, tuple[Problem, ...]]:
    fields = statement.fields
    account = clean(fields.get("BANKACCTFROM/ACCTID") or fields.get("CCACCTFROM/ACCTID"))
    proof, witness = Proof(f"{part}: OFX account {account or ''}".strip()), Witness(part)
    if not statement.closed or not ended:
        proof.broken("the file is cut short: the statement is not closed")
    currency = clean(fields.get("CURDEF"))
    closing = decimal_with_comma(clean(fields.get("LEDGERBAL/BALAMT")))
    lines: list[BankLine] = []
    seen: set[str] = set()
    for transaction in statement.transactions:
        line = _line(transaction, f"lines[{len(lines)}]", currency, witness)
        if line.amount is None or line.booked_on is None:
            proof.broken(f"a transaction without amount or date: {transaction.get('FITID', '')[:60]}")
            continue
        if line.bank_reference and line.bank_reference in seen:
            proof.note(f"the transaction number {line.bank_reference} stands twice")
        seen.add(line.bank_reference or "")
        if "CORRECTFITID" in transaction:
            proof.note(f"transaction {line.bank_reference} corrects {transaction['CORRECTFITID'][:60]}")
        lines.append(line)
    document = BankStatement(
        confidence=0.0,
        source=Source(part),
        account=witness.saw("account", account, f"<ACCTID>{account}"),
        currency=witness.saw("currency", currency, f"<CURDEF>{currency}"),
        closing=witness.saw("closing", closing, f"<BALAMT>{fields.get('LEDGERBAL/BALAMT')}"),
        lines=tuple(lines),
        evidence=witness.seen,
    )
    return proof.seal(document), tuple(proof.problems)


def _line(transaction: dict[str, str], path: str, currency: str | None, witness: Witness) -> BankLine:
    """STMTTRN: the amount is signed from the account's view."""

    def saw(field_name: str, *names: str) -> str | None:
        for name in names:
            if value := clean(transaction.get(name)):
                return witness.saw(f"{path}.{field_name}", value, f"<{name}>{value}")
        return None

    amount = decimal_with_comma(clean(transaction.get("TRNAMT")))
    booked_on = date_of((transaction.get("DTPOSTED") or "")[:8])
    name = saw("payer", "NAME", "PAYEE/NAME")
    memo = saw("text", "MEMO")
    return BankLine(
        booked_on=witness.saw(f"{path}.booked_on", booked_on, f"<DTPOSTED>{transaction.get('DTPOSTED')}"),
        value_on=date_of((transaction.get("DTAVAIL") or "")[:8]),
        amount=witness.saw(f"{path}.amount", amount, f"<TRNAMT>{transaction.get('TRNAMT')}"),
        currency=currency,
        payer=name,
        payer_account=saw("payer_account", "BANKACCTTO/ACCTID", "CCACCTTO/ACCTID"),
        text=memo,
        bank_reference=saw("bank_reference", "FITID"),
        end_to_end_id=saw("end_to_end_id", "REFNUM", "CHECKNUM"),
    )
