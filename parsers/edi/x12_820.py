"""X12 820, Payment Order/Remittance Advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from agent.domain.documents import (
    AdvisedKind,
    AdvisedLine,
    Flag,
    Payer,
    PaymentMethod,
    RemittanceAdvice,
    Source,
)
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured
from parsers.edi.x12 import Segment, Transaction

_METHODS = {  # element 591
    "ACH": PaymentMethod.ACH,
    "CHK": PaymentMethod.CHECK,
    "BOP": PaymentMethod.OTHER,
    "FWT": PaymentMethod.WIRE,
    "SWT": PaymentMethod.WIRE,
    "DCC": PaymentMethod.CARD,
    "CCC": PaymentMethod.CARD,
    "CDA": PaymentMethod.CARD,
}
_INVOICE = frozenset({"IV", "OI", "IN", "SI"})  # element 128: seller's invoice, original invoice
_CREDIT = frozenset({"CM", "CN", "DB", "DM"})  # buyer's or seller's credit, buyer's debit memo


@dataclass(slots=True, eq=False)
class _Item:
    """One RMR with what follows it, or (rmr is None) one ADX that stands outside of any RMR."""

    rmr: Segment | None
    adjustments: list[Segment] = field(default_factory=list)
    others: list[Segment] = field(default_factory=list)
    adds: bool = False  # its ADX is not yet inside RMR04
    negated: bool = False  # a credit that the sender wrote without its sign

    @property
    def adjusted(self) -> Decimal:
        """The sum of ADX01 (negative where it lessens the payment)."""
        return sum((segment.amount(1) or Decimal(0) for segment in self.adjustments), Decimal(0))

    @property
    def paid(self) -> Decimal | None:
        """What RMR04 says, with its sign set right."""
        paid = self.rmr.amount(4) if self.rmr is not None else None
        return -paid if paid is not None and self.negated else paid

    @property
    def settled(self) -> Decimal:
        """What this item contributes to the payment."""
        if self.rmr is None:
            return self.adjusted
        return (self.paid or Decimal(0)) + (self.adjusted if self.adds else 0)


def read(transaction: Transaction, part: str) -> Structured:
    """Return the advice, footed against BPR02.

    Where an ADX stands says what it does: below an RMR it explains what the paid amount (RMR04) already lacks, before
    any RMR of its entity it is a payment of its own. Both are tried, and the one that sums to BPR02 is taken.
    """
    proof, witness = Proof(f"{part}: X12 820 {transaction.control or ''}".strip()), Witness(part)
    advice = RemittanceAdvice(confidence=0.0, source=Source(part))
    begin = transaction.first("BPR")
    if begin is None:
        proof.broken("the segment BPR is missing, so nothing says what was paid")
    else:
        advice = _payment(advice, begin, witness, proof)
    items = _items(transaction.segments)
    advice = _header(advice, transaction.segments, witness)
    _foot(proof, advice.total, items)
    lines = [_line(item, f"lines[{index}]", witness) for index, item in enumerate(items)]
    for fault in transaction.faults:
        proof.broken(fault)
    advice = replace(advice, lines=tuple(lines), evidence=witness.seen)
    return Structured("x12", (proof.seal(advice),), tuple(proof.problems))


def _payment(advice: RemittanceAdvice, bpr: Segment, witness: Witness, proof: Proof) -> RemittanceAdvice:
    text = bpr.text
    if bpr.at(3) == "D":
        proof.broken("BPR03 = D: this asks to debit the other account, it is no payment to us")
    both_aba = bpr.at(6) == "01" and bpr.at(12) == "01"
    # ACH and Fedwire between two ABA routing numbers settle in US dollars only.
    domestic = bpr.at(4) in ("ACH", "FWT") and both_aba
    return replace(
        advice,
        total=witness.saw("total", bpr.amount(2), text),
        method=witness.saw("method", _METHODS.get(bpr.at(4) or ""), text),
        paid_on=witness.saw("paid_on", bpr.day(16), text),
        payee_account=witness.saw("payee_account", bpr.at(15), text),
        currency=witness.saw("currency", "USD" if domestic else None, text),
        flags=(Flag.ANNOUNCEMENT,) if bpr.at(1) == "P" else (),
    )


def _items(segments: Sequence[Segment]) -> list[_Item]:
    """Split the detail area: after ENT and before its first RMR, an ADX stands alone."""
    items: list[_Item] = []
    detail = below_rmr = False
    for segment in segments:
        if segment.name == "ENT":
            detail, below_rmr = True, False
        elif segment.name == "RMR":
            items.append(_Item(segment))
            detail = below_rmr = True
        elif segment.name == "ADX":
            if below_rmr:
                items[-1].adjustments.append(segment)
            else:
                items.append(_Item(None, [segment]))
                detail = True
        elif detail and items:
            items[-1].others.append(segment)
    return items


def _header(advice: RemittanceAdvice, segments: Sequence[Segment], witness: Witness) -> RemittanceAdvice:
    payer = advice.payer
    for segment in segments:
        text = segment.text
        match segment.name, segment.at(1):
            case (("ENT" | "RMR" | "ADX"), _):
                break
            case "TRN", _ if advice.payment_reference is None:
                reference = witness.saw("payment_reference", segment.at(2), text)
                advice = replace(advice, payment_reference=reference)
            case "CUR", _:
                advice = replace(advice, currency=witness.saw("currency", segment.at(2), text))
            case "N1", "PR":
                own = segment.at(4) if segment.at(3) == "91" else None  # 91: number given by the seller
                payer = Payer(
                    name=witness.saw("payer.name", segment.at(2), text),
                    customer_number=witness.saw("payer.customer_number", own, text),
                )
            case "REF", ("CK" | "EF") if advice.payment_reference is None:
                reference = witness.saw("payment_reference", segment.at(2), text)
                advice = replace(advice, payment_reference=reference)
            case "DTM", ("007" | "009") if advice.paid_on is None:  # effective, process
                advice = replace(advice, paid_on=witness.saw("paid_on", segment.day(2), text))
    return replace(advice, payer=payer)


def _inside_by_own_arithmetic(item: _Item) -> bool | None:
    """Whether invoice - discount + adjustments = paid (True), or invoice - discount = paid already (False)."""
    if item.rmr is None or not item.adjusted:
        return None
    gross, paid = item.rmr.amount(5), item.rmr.amount(4)
    if gross is None or paid is None:
        return None
    net = gross - (item.rmr.amount(6) or 0)
    if net + item.adjusted == paid or net - item.adjusted == paid:
        return True
    return False if net == paid else None


def _foot(proof: Proof, total: Decimal | None, items: Sequence[_Item]) -> None:
    """Settle which ADX must be added to what RMR04 says (by position none) so that the items sum to BPR02."""
    if total is None:
        return
    if not items:
        proof.note("the payment names no invoices")
        return
    below = [item for item in items if item.rmr is not None and item.adjusted]
    decided = [item for item in below if _inside_by_own_arithmetic(item) is False]
    undecided = [item for item in below if _inside_by_own_arithmetic(item) is None]
    unsigned = [item for item in items if item.rmr is not None and item.rmr.at(1) in _CREDIT and (item.paid or 0) > 0]
    for negated in (set[_Item](), set(unsigned)) if unsigned else (set[_Item](),):
        for adding in (set[_Item](), set(decided), set(decided + undecided), set(below)):
            for item in items:
                item.adds, item.negated = item in adding, item in negated
            if sum((item.settled for item in items), Decimal(0)) == total:
                proof.agree("total (BPR02)", total, total)
                return
    for item in items:
        item.adds = item.negated = False
    proof.agree("total (BPR02)", total, sum((item.settled for item in items), Decimal(0)))


def _line(item: _Item, path: str, witness: Witness) -> AdvisedLine:
    first = item.rmr or item.adjustments[0]
    text = first.text
    notes = [(s.at(2), s.text) for s in item.others if s.name == "NTE" and s.at(2)]
    reason = " ".join(words for words, _ in notes if words) or None
    code = next((s.at(2) for s in item.adjustments if s.at(2)), None) or (item.rmr.at(7) if item.rmr else None)
    line = AdvisedLine(
        reason=witness.saw(f"{path}.reason", reason, notes[0][1] if notes else None),
        reason_code=witness.saw(f"{path}.reason_code", code, (item.adjustments or [first])[0].text),
    )
    if item.rmr is None:
        return replace(
            line,
            kind=AdvisedKind.OTHER,
            reference=witness.saw(f"{path}.reference", first.at(4), text),
            paid=witness.saw(f"{path}.paid", first.amount(1), text),
        )
    purchase = next((s for s in item.others if s.name == "REF" and s.at(1) == "PO"), None)
    dated = next((s for s in item.others if s.name == "DTM" and s.at(1) == "003"), None)
    order = first if first.at(1) == "PO" else purchase
    gross, discount, deduction, paid = _amounts(item)
    return replace(
        line,
        kind=_kind(item),
        reference=witness.saw(f"{path}.reference", first.at(2) if first.at(1) != "PO" else None, text),
        order_number=witness.took(f"{path}.order_number", order, lambda s: s.at(2)),
        issued_on=witness.took(f"{path}.issued_on", dated, lambda s: s.day(2)),
        gross=witness.saw(f"{path}.gross", gross, text),
        discount=witness.saw(f"{path}.discount", discount, text),
        deduction=witness.saw(f"{path}.deduction", deduction, (item.adjustments or [first])[0].text),
        paid=witness.saw(f"{path}.paid", paid, text),
    )


def _kind(item: _Item) -> AdvisedKind:
    rmr = item.rmr
    if rmr is None or rmr.at(3) == "PO":  # element 482: payment on account
        return AdvisedKind.ON_ACCOUNT if rmr is not None else AdvisedKind.OTHER
    if rmr.at(1) in _CREDIT or (item.paid or 0) < 0:
        return AdvisedKind.CREDIT_NOTE
    return AdvisedKind.INVOICE if rmr.at(1) in _INVOICE else AdvisedKind.OTHER


def _amounts(item: _Item) -> tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None]:
    """Return gross, discount, deduction, paid with the signs of the interface: reductions positive, credits negative."""
    rmr, paid = item.rmr, item.paid
    if rmr is None:
        return None, None, None, item.adjusted
    gross, discount = rmr.amount(5), rmr.amount(6)
    if gross is not None and paid is not None and gross > 0 > paid:
        gross, discount = -gross, -discount if discount is not None else None
    change = item.adjusted
    if not item.adjustments:
        change = -(rmr.amount(8) or Decimal(0))
    deduction = -change if change else None
    if gross is not None and paid is not None and deduction is not None and not item.adds:
        net = gross - (discount or 0)
        deduction = -deduction if net + deduction == paid else deduction
    if item.adds and paid is not None:
        paid += item.adjusted
    return gross, discount, deduction, paid
