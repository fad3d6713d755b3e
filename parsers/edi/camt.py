"""ISO 20022 camt.053 (statement) and camt.054 (notification); camt.052 (intraday report) is recognised only.

Namespace-agnostic, because every version since 001.02 keeps the same names, and adds levels that are looked for too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from agent.domain.documents import BankLine, BankStatement, Problem, Source
from agent.domain.money import plain
from parsers.edi.figures import date_of
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured, note
from parsers.edi.xml_tree import Node
from parsers.page import Limits

_MESSAGES = {
    "BkToCstmrStmt": ("camt.053", "Stmt"),
    "BkToCstmrDbtCdtNtfctn": ("camt.054", "Ntfctn"),
    "BkToCstmrAcctRpt": ("camt.052", "Rpt"),
}
# ISO 20022 external code set, bank transaction sub-families that undo an earlier payment
_RETURNS = frozenset({"RRTN", "UPDD", "UPCT", "PRDD", "RPCR", "RCDD", "UPCQ", "CQRV", "ARET", "XRTN"})
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NOTAVAILABLE", "NONREF"})


def read(root: Node, part: str, limits: Limits) -> Structured:
    """Return one bank statement for each Stmt or Ntfctn."""
    documents: list[BankStatement] = []
    problems: list[Problem] = []
    kind = "camt"
    for message in root.children():
        if message.name not in _MESSAGES:
            return Structured("iso20022", (), (note(part, f"an ISO 20022 message {message.name}: it is not read"),))
        kind, name = _MESSAGES[message.name]
        if kind == "camt.052":
            return Structured(
                kind, (), (note(part, "an intraday report (camt.052): its entries are booked from the statement"),)
            )
        for node in message.every(name):
            statement, its_problems = _statement(node, kind, part, limits)
            documents.append(statement)
            problems += its_problems
    if not documents:
        problems.append(Problem(where=part, what="the message holds no statement of an account"))
    return Structured(kind, tuple(documents), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Account:
    number: str | None
    currency: str | None


def _statement(node: Node, kind: str, part: str, limits: Limits) -> tuple[BankStatement, tuple[Problem, ...]]:
    number = node.get("Id") or node.get("ElctrncSeqNb")
    proof, witness = Proof(f"{part}: {kind} {number or ''}".strip()), Witness(part)
    account_node = node.found("Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/BBAN", "Acct/Id/PrtryAcct/Id", "Acct/Id/UPIC")
    currency = node.get("Acct/Ccy") or _currency_of(node)
    account = _Account(account_node.value if account_node else None, currency)
    opening, closing = _balance(node, ("OPBD", "PRCD")), _balance(node, ("CLBD",))
    lines: list[BankLine] = []
    booked = Decimal(0)
    skipped = 0
    for entry in node.every("Ntry"):
        if entry.get("Sts", "Sts/Cd") not in (None, "BOOK"):
            skipped += 1
            continue
        booked += _signed(entry, entry.amount("Amt")) or Decimal(0)
        for line in _lines_of(entry, account, proof):
            _see(line, len(lines), entry, witness)
            lines.append(line)
        if len(lines) > limits.lines_max:
            proof.broken(f"the statement holds more than {limits.lines_max} lines")
            break
    if skipped:
        proof.note(f"{skipped} entries are not booked yet (pending or for information) and are left out")
    _foot(proof, node, opening, closing, booked)
    statement = BankStatement(
        confidence=0.0,
        source=Source(part),
        number=witness.took("number", node.found("Id", "ElctrncSeqNb"), lambda n: n.value),
        account=witness.took("account", account_node, lambda n: n.value),
        currency=witness.saw("currency", currency, currency),
        opening=witness.took("opening", opening, _balance_amount),
        closing=witness.took("closing", closing, _balance_amount),
        lines=tuple(lines),
        evidence=witness.seen,
    )
    return proof.seal(statement), tuple(proof.problems)


def _currency_of(node: Node) -> str | None:
    """The one currency of the balances, else of the entries."""
    for path in ("Bal/Amt", "Ntry/Amt"):
        codes = {code for amount in node.every(path) if (code := amount.attribute("Ccy"))}
        if codes:
            return codes.pop() if len(codes) == 1 else None
    return None


def _balance(node: Node, codes: tuple[str, ...]) -> Node | None:
    """The balance of the first of these codes that is given."""
    for code in codes:
        for balance in node.every("Bal"):
            if balance.get("Tp/CdOrPrtry/Cd", "Tp/Cd") == code:
                return balance
    return None


def _signed(node: Node, amount: Decimal | None) -> Decimal | None:
    """Debits are negative."""
    indicator = node.get("CdtDbtInd")
    if amount is None or indicator not in ("CRDT", "DBIT"):
        return None
    return -amount if indicator == "DBIT" else amount


def _balance_amount(balance: Node) -> Decimal | None:
    return _signed(balance, balance.amount("Amt"))


def _foot(proof: Proof, node: Node, opening: Node | None, closing: Node | None, booked: Decimal) -> None:
    """Opening balance and booked entries make the closing balance; the summary counts and sums the entries."""
    entries = list(node.every("Ntry"))
    for entry in entries:
        if _signed(entry, entry.amount("Amt")) is None:
            proof.broken("an entry has no amount, or does not say whether it is a credit or a debit")
    summary = node.first("TxsSummry")
    if summary is not None:
        proof.agree("number of entries", summary.amount("TtlNtries/NbOfNtries"), len(entries), proves=False)
        for path, indicator in (("TtlCdtNtries", "CRDT"), ("TtlDbtNtries", "DBIT")):
            amounts = [e.amount("Amt") or Decimal(0) for e in entries if e.get("CdtDbtInd") == indicator]
            proof.agree(f"sum of {path}", summary.amount(f"{path}/Sum"), sum(amounts, Decimal(0)))
            proof.agree(f"number of {path}", summary.amount(f"{path}/NbOfNtries"), len(amounts), proves=False)
    start, end = (_balance_amount(b) if b is not None else None for b in (opening, closing))
    if start is None or end is None or opening is None or closing is None:
        return
    codes = {n.attribute("Ccy") for b in (opening, closing) for n in b.every("Amt")}
    codes |= {n.attribute("Ccy") for n in node.every("Ntry/Amt")}
    if len(codes) > 1:
        proof.broken(f"balances and entries stand in several currencies: {', '.join(sorted(map(str, codes)))}")
        return
    page = node.first("StmtPgntn")
    paged = page is not None and (page.get("LastPgInd") == "false" or page.get("PgNb") not in (None, "1"))
    if paged and start + booked != end:
        proof.note("a page of a longer statement: its balances span entries of other pages")
        return
    proof.agree("closing balance", end, start + booked)


def _lines_of(entry: Node, account: _Account, proof: Proof) -> Iterator[BankLine]:
    """One line a transaction where the details carry amounts that sum to the booking, else one for the booking."""
    amount = _signed(entry, entry.amount("Amt"))
    if amount is None:
        return
    currency_node = entry.first("Amt")
    currency = (currency_node.attribute("Ccy") if currency_node else None) or account.currency
    details = list(entry.every("NtryDtls/TxDtls"))
    whole = BankLine(
        booked_on=date_of(entry.get("BookgDt/Dt", "BookgDt/DtTm")),
        value_on=date_of(entry.get("ValDt/Dt", "ValDt/DtTm")),
        amount=amount,
        currency=currency,
        bank_reference=entry.get("AcctSvcrRef", "NtryRef"),
        charges=_charges(entry),
        returned=_is_return(entry),
        text=entry.get("AddtlNtryInf"),
    )
    if len(details) == 1:
        yield _detailed(whole, details[0], account)
        return
    amounts = [_detail_amount(detail, entry, currency) for detail in details]
    if None not in amounts and sum((a for a in amounts if a is not None), Decimal(0)) == -amount:
        amounts = [-a for a in amounts if a is not None]  # details that show the other side's direction
    if details and None not in amounts and sum((a for a in amounts if a is not None), Decimal(0)) == amount:
        for detail, its_amount in zip(details, amounts, strict=True):
            yield _detailed(replace(whole, amount=its_amount, charges=None), detail, account)
        return
    if details and None not in amounts:
        proof.note(
            f"a booking of {plain(amount)} is kept as one line: its details sum to "
            f"{plain(sum((a for a in amounts if a is not None), Decimal(0)))}"
        )
    texts = [text for detail in details if (text := _remittance_text(detail))]
    references = [reference for detail in details for reference in _references(detail)]
    yield replace(whole, text=" ".join(texts) or whole.text, references=tuple(dict.fromkeys(references)))


def _detail_amount(detail: Node, entry: Node, currency: str | None) -> Decimal | None:
    """The amount of one transaction in the currency of the booking, signed."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        found = detail.found(path)
        if found is not None and found.attribute("Ccy") in (currency, None):
            indicator = detail.get("CdtDbtInd") or entry.get("CdtDbtInd")
            number = found.number
            return -number if number is not None and indicator == "DBIT" else number
    return None


def _charges(node: Node) -> Decimal | None:
    """The charges of an entry or a transaction: their total, else the sum of the records (credits negative)."""
    total = node.amount("Chrgs/TtlChrgsAndTaxAmt")
    if total is not None:
        return total
    amounts = []
    for record in (*node.every("Chrgs/Rcrd"), *(n for n in node.every("Chrgs") if n.first("Amt") is not None)):
        amount = record.amount("Amt")
        if amount is not None:
            amounts.append(-amount if record.get("CdtDbtInd") == "CRDT" else amount)
    return sum(amounts, Decimal(0)) if amounts else None


def _is_return(node: Node) -> bool:
    return (
        node.get("RvslInd") == "true"
        or node.first("RtrInf") is not None
        or node.get("BkTxCd/Domn/Fmly/SubFmlyCd") in _RETURNS
    )


def _detailed(line: BankLine, detail: Node, account: _Account) -> BankLine:
    name, number = _counterparty(detail, line, account)
    end_to_end = detail.get("Refs/EndToEndId")
    charges = _charges(detail)
    return replace(
        line,
        payer=name,
        payer_account=number,
        text=_remittance_text(detail) or detail.get("AddtlTxInf") or line.text,
        references=_references(detail),
        end_to_end_id=None if end_to_end in _NO_REFERENCE else end_to_end,
        bank_reference=detail.get("Refs/AcctSvcrRef") or line.bank_reference or detail.get("Refs/TxId"),
        returned=line.returned or _is_return(detail),
        charges=charges if charges is not None else line.charges,
    )


def _counterparty(detail: Node, line: BankLine, account: _Account) -> tuple[str | None, str | None]:
    """The other side: debtor of a credit, creditor of a debit, the reverse where a payment came back."""
    incoming = (line.amount or 0) > 0
    roles = ("Dbtr", "Cdtr") if incoming != (detail.get("RvslInd") == "true" or line.returned) else ("Cdtr", "Dbtr")
    first, second = (_party(detail, role) for role in roles)
    if account.number and first[1] == account.number and second[1] != account.number:
        return second
    return first


def _party(detail: Node, role: str) -> tuple[str | None, str | None]:
    parties = f"RltdPties/{role}"
    ultimate = f"RltdPties/Ultmt{role}"
    name = detail.get(
        f"{parties}/Nm", f"{parties}/Pty/Nm", f"{parties}/Agt/FinInstnId/Nm", f"{ultimate}/Nm", f"{ultimate}/Pty/Nm"
    )
    account = f"RltdPties/{role}Acct/Id"
    return name, detail.get(f"{account}/IBAN", f"{account}/Othr/Id", f"{account}/BBAN", f"{account}/PrtryAcct/Id")


def _remittance_text(detail: Node) -> str | None:
    """The unstructured lines and the additional words of the structured ones."""
    pieces = [node.value for path in ("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf") for node in detail.every(path)]
    return " ".join(piece for piece in pieces if piece) or None


def _references(detail: Node) -> tuple[str, ...]:
    """Numbers of the documents paid, and creditor references (ISO 11649 and national ones)."""
    paths = (
        "RmtInf/Strd/RfrdDocInf/Nb",
        "RmtInf/Strd/RfrdDocInf/RfrdDocNb",
        "RmtInf/Strd/CdtrRefInf/Ref",
        "RmtInf/Strd/CdtrRefInf/CdtrRef",
    )
    found = [node.value for path in paths for node in detail.every(path)]
    return tuple(dict.fromkeys(value for value in found if value))


def _see(line: BankLine, index: int, entry: Node, witness: Witness) -> None:
    """Evidence of a line: the amount as the entry has it, the rest as the file says it."""
    path = f"lines[{index}]"
    amount = entry.first("Amt")
    witness.saw(f"{path}.amount", line.amount, amount.text if amount else None)
    booked = entry.first("BookgDt")
    witness.saw(f"{path}.booked_on", line.booked_on, booked.text if booked else None)
    for name in ("payer", "payer_account", "text", "bank_reference", "end_to_end_id"):
        value = getattr(line, name)
        witness.saw(f"{path}.{name}", value, value)
