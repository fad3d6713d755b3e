"""UN/EDIFACT REMADV, remittance advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agent.domain.documents import (
    AdvisedKind,
    AdvisedLine,
    Payer,
    PaymentMethod,
    RemittanceAdvice,
    Source,
)
from parsers.edi.edifact import Message, Segment, first_of
from parsers.edi.edifact_party import check_counts, dated, parties_of, references, split
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured

# 5025, monetary amount type code, most direct first
_PAID, _GROSS, _DISCOUNT, _ADJUSTED = ("12", "11"), ("77", "39", "9", "128"), ("52", "53"), ("165", "5", "46")
_TOTAL = ("12", "11", "9", "128", "139")
_CREDIT = frozenset({"381", "83", "262", "396", "420", "458", "532"})  # 1001: credit notes
_INVOICE = frozenset({"380", "325", "383", "384", "385", "386", "388", "389", "393", "395", "84", "82", "80"})
_METHODS = {  # 4461, payment means
    "10": PaymentMethod.CASH,
    "20": PaymentMethod.CHECK,
    "21": PaymentMethod.CHECK,
    "23": PaymentMethod.CHECK,
    "31": PaymentMethod.WIRE,
    "48": PaymentMethod.CARD,
    "58": PaymentMethod.SEPA,
    "59": PaymentMethod.SEPA,
}


def read(message: Message, part: str) -> Structured:
    """Return the advice: one line a DOC, footed against the total of its summary."""
    proof, witness = Proof(f"{part}: EDIFACT {message.kind} {message.control or ''}".strip()), Witness(part)
    head, groups, summary = split(message.segments, "DOC")
    advice = _header(head, witness, part)
    lines = tuple(_line(group, f"lines[{index}]", witness) for index, group in enumerate(groups))
    total = next((s for code in _TOTAL for s in summary or head if s.name == "MOA" and s.at(1) == code), None)
    said = total.amount(1, 2) if total is not None else None
    lines = _foot(proof, said, lines)
    check_counts(proof, message, len(lines), None, proves=False)
    advice = replace(
        advice,
        total=witness.saw("total", said, total.text if total else None),
        lines=lines,
        evidence=witness.seen,
    )
    return Structured("edifact", (proof.seal(advice),), tuple(proof.problems))


def _header(head: Sequence[Segment], witness: Witness, part: str) -> RemittanceAdvice:
    begin, parties = first_of(head, "BGM"), parties_of(head)
    paid = dated(head, ("138", "203", "209", "140"))  # payment, execution, value date
    reference = next((s for code in ("PQ", "PB", "CK", "AEK") for s in references(head, code)), None)
    currency = next((s for s in head if s.name == "CUX" and s.at(1, 2)), None)
    means = next((s for s in head if s.name == "PAI" and s.at(1, 3)), None)
    payer = parties.get("PR") or parties.get("PL") or parties.get("BY")
    account = next((s for s in head if s.name == "FII" and s.at(1) in ("BF", "RB") and s.at(2)), None)
    return RemittanceAdvice(
        confidence=0.0,
        source=Source(part),
        number=witness.took("number", begin, lambda s: s.at(2)),
        payer=Payer(name=witness.saw("payer.name", payer.name if payer else None, payer.nad.text if payer else None)),
        payment_reference=witness.took("payment_reference", reference, lambda s: s.at(1, 2)),
        method=witness.saw(
            "method", _METHODS.get((means.at(1, 3) if means else "") or ""), means.text if means else None
        ),
        paid_on=witness.took("paid_on", paid, lambda s: s.day()),
        currency=witness.took("currency", currency, lambda s: s.at(1, 2)),
        payee_account=witness.took("payee_account", account, lambda s: s.at(2)),
    )


def _line(group: list[Segment], path: str, witness: Witness) -> AdvisedLine:
    doc = group[0]
    code = doc.at(1) or ""
    credit = code in _CREDIT
    kind = AdvisedKind.CREDIT_NOTE if credit else AdvisedKind.INVOICE if code in _INVOICE else AdvisedKind.OTHER

    def amount(name: str, codes: tuple[str, ...]) -> Decimal | None:
        found = next((s for c in codes for s in group if s.name == "MOA" and s.at(1) == c), None)
        value = found.amount(1, 2) if found is not None else None
        return witness.saw(f"{path}.{name}", value, found.text if found is not None else None)

    order = next(iter(references(group, "ON")), None)
    issued = dated(group, ("3", "171", "137"))
    adjustment = first_of(group, "AJT")
    notes = [text for s in group if s.name == "FTX" and (text := s.joined(4))]
    return AdvisedLine(
        reference=witness.saw(f"{path}.reference", doc.at(2), doc.text),
        order_number=witness.took(f"{path}.order_number", order, lambda s: s.at(1, 2)),
        kind=kind,
        issued_on=witness.took(f"{path}.issued_on", issued, lambda s: s.day()),
        gross=amount("gross", _GROSS),
        discount=amount("discount", _DISCOUNT),
        deduction=amount("deduction", _ADJUSTED),
        paid=amount("paid", _PAID),
        reason=witness.saw(f"{path}.reason", " ".join(notes) or None, " ".join(notes)),
        reason_code=witness.took(f"{path}.reason_code", adjustment, lambda s: s.at(1)),
    )


def _foot(proof: Proof, total: Decimal | None, lines: tuple[AdvisedLine, ...]) -> tuple[AdvisedLine, ...]:
    """Set the signs of credits and adjustments by arithmetic; a line that only names its gross paid all of it."""
    settled = tuple(_settled(line) for line in lines)
    negated = tuple(
        replace(line, gross=_minus(line.gross), paid=_minus(line.paid), discount=_minus(line.discount))
        if line.kind is AdvisedKind.CREDIT_NOTE and (line.paid or line.gross or 0) > 0
        else line
        for line in settled
    )
    for candidate in (negated, settled):
        if total is not None and candidate and _paid(candidate) == total:
            proof.agree("total paid", total, total)
            return candidate
    if settled and all(line.paid is not None for line in settled):
        proof.agree("total paid", total, _paid(negated))
    # What was only worked out is taken back: no total has proved it.
    return tuple(
        replace(line, paid=None) if old.paid is None else line for old, line in zip(lines, negated, strict=True)
    )


def _paid(lines: tuple[AdvisedLine, ...]) -> Decimal | None:
    amounts = [line.paid for line in lines]
    return sum((a for a in amounts if a is not None), Decimal(0)) if None not in amounts else None


def _minus(value: Decimal | None) -> Decimal | None:
    return -value if value is not None else None


def _settled(line: AdvisedLine) -> AdvisedLine:
    if line.gross is None:
        return line if line.deduction is None else replace(line, deduction=abs(line.deduction))
    net = line.gross - (line.discount or 0)
    if line.paid is None:
        paid = net - abs(line.deduction or Decimal(0))
        return replace(line, paid=paid, deduction=abs(line.deduction) if line.deduction is not None else None)
    if line.deduction is not None:
        fits = net + line.deduction == line.paid
        return replace(line, deduction=-line.deduction if fits else line.deduction)
    return line
