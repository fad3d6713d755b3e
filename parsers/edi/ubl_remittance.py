"""UBL RemittanceAdvice (OASIS UBL 2)."""

from __future__ import annotations

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
from parsers.edi.figures import date_of
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured
from parsers.edi.ubl import check_currencies, party_name
from parsers.edi.xml_tree import Node

_METHODS = {  # UN/CEFACT 4461
    "10": PaymentMethod.CASH,
    "20": PaymentMethod.CHECK,
    "30": PaymentMethod.WIRE,
    "31": PaymentMethod.WIRE,
    "48": PaymentMethod.CARD,
    "54": PaymentMethod.CARD,
    "55": PaymentMethod.CARD,
    "58": PaymentMethod.SEPA,
    "59": PaymentMethod.SEPA,
}
_REFERENCES = (
    ("InvoiceDocumentReference", AdvisedKind.INVOICE),
    ("SelfBilledInvoiceDocumentReference", AdvisedKind.INVOICE),
    ("CreditNoteDocumentReference", AdvisedKind.CREDIT_NOTE),
    ("SelfBilledCreditNoteDocumentReference", AdvisedKind.CREDIT_NOTE),
    ("DebitNoteDocumentReference", AdvisedKind.OTHER),
)


def read(root: Node, part: str) -> Structured:
    """Return the advice: a line is BalanceAmount (paid) of DebitLineAmount less CreditLineAmount (gross)."""
    proof, witness = Proof(f"{part}: UBL RemittanceAdvice"), Witness(part)
    currency = root.get("DocumentCurrencyCode")
    nodes = list(root.every("RemittanceAdviceLine"))
    amounts = ("DebitLineAmount", "CreditLineAmount", "BalanceAmount")
    check_currencies(proof, currency, (n for node in nodes for name in amounts for n in node.every(name)))
    lines = tuple(_line(node, f"lines[{index}]", witness) for index, node in enumerate(nodes))
    _foot(proof, root, nodes, lines)
    advice = replace(_header(root, witness, part), lines=lines, evidence=witness.seen)
    return Structured("ubl", (proof.seal(advice),), tuple(proof.problems))


def _header(root: Node, witness: Witness, part: str) -> RemittanceAdvice:
    payer = root.first("AccountingCustomerParty/Party") or root.first("PayerParty")
    own_number = root.found("AccountingCustomerParty/SupplierAssignedAccountID")
    paid = root.found("PaymentMeans/PaymentDueDate", "IssueDate")
    return RemittanceAdvice(
        confidence=0.0,
        source=Source(part),
        number=witness.took("number", root.found("ID"), lambda n: n.value),
        payer=Payer(
            name=witness.took("payer.name", party_name(payer), lambda n: n.value),
            customer_number=witness.took("payer.customer_number", own_number, lambda n: n.value),
        ),
        payment_reference=witness.took(
            "payment_reference", root.found("PaymentOrderReference", "PaymentMeans/PaymentID"), lambda n: n.value
        ),
        method=witness.took(
            "method", root.found("PaymentMeans/PaymentMeansCode"), lambda n: _METHODS.get(n.value or "")
        ),
        paid_on=witness.took("paid_on", paid, lambda n: date_of(n.value)),
        currency=witness.took("currency", root.found("DocumentCurrencyCode"), lambda n: n.value),
        total=witness.took("total", root.found("TotalPaymentAmount"), lambda n: n.number),
        payee_account=witness.took(
            "payee_account", root.found("PaymentMeans/PayeeFinancialAccount/ID"), lambda n: n.value
        ),
    )


def _line(node: Node, path: str, witness: Witness) -> AdvisedLine:
    reference, kind = None, AdvisedKind.OTHER
    for billing in node.every("BillingReference"):
        for name, its_kind in _REFERENCES:
            if reference is None and (found := billing.found(f"{name}/ID")) is not None:
                reference, kind = found, its_kind
    reference = reference or node.found("DocumentReference/ID")
    gross, gross_node = _gross(node)
    paid_node = node.found("BalanceAmount", "PaidAmount") or gross_node
    paid = paid_node.number if paid_node is not gross_node and paid_node is not None else gross
    if gross is not None and paid is not None and gross < 0 < paid:
        paid = -paid  # a balance in favour of the payer, written without its sign
    reason = node.found("Note")
    deduction = gross - paid if gross is not None and paid is not None and gross != paid else None
    if kind is AdvisedKind.INVOICE and paid is not None and paid < 0:
        kind = AdvisedKind.CREDIT_NOTE
    issued = node.found(
        "BillingReference/InvoiceDocumentReference/IssueDate", "BillingReference/CreditNoteDocumentReference/IssueDate"
    )
    order = node.found("OrderReference/ID")
    return AdvisedLine(
        reference=witness.took(f"{path}.reference", reference, lambda n: n.value),
        order_number=witness.took(f"{path}.order_number", order, lambda n: n.value),
        kind=kind,
        issued_on=witness.took(f"{path}.issued_on", issued, lambda n: date_of(n.value)),
        gross=witness.saw(f"{path}.gross", gross, gross_node.text if gross_node else None),
        # UBL 2 has no place for the kind of a reduction: it is a deduction, and the note says why
        deduction=witness.saw(f"{path}.deduction", deduction, paid_node.text if paid_node else None),
        paid=witness.saw(f"{path}.paid", paid, paid_node.text if paid_node else None),
        reason=witness.took(f"{path}.reason", reason, lambda n: n.value),
        reason_code=witness.took(f"{path}.reason_code", node.found("PaymentPurposeCode"), lambda n: n.value),
    )


def _gross(node: Node) -> tuple[Decimal | None, Node | None]:
    """Debits are what the payer owes, credits what is set against it."""
    debit, credit = node.amount("DebitLineAmount"), node.amount("CreditLineAmount")
    if debit is None and credit is None:
        return None, None
    found = node.found("DebitLineAmount") if debit else node.found("CreditLineAmount", "DebitLineAmount")
    return (debit or Decimal(0)) - abs(credit or Decimal(0)), found


def _foot(proof: Proof, root: Node, nodes: list[Node], lines: tuple[AdvisedLine, ...]) -> None:
    proof.agree("number of lines", root.amount("LineCountNumeric"), len(lines), proves=False)
    total = root.amount("TotalPaymentAmount")
    paid = [line.paid for line in lines]
    if lines and None not in paid:
        proof.agree("total paid", total, sum((amount for amount in paid if amount is not None), Decimal(0)))
    elif lines and total is not None:
        proof.note("not every line says what was paid")
    for name, path in (("TotalDebitAmount", "DebitLineAmount"), ("TotalCreditAmount", "CreditLineAmount")):
        found = [node.amount(path) for node in nodes]
        if any(amount is not None for amount in found):
            proof.agree(name, root.amount(name), sum((a for a in found if a is not None), Decimal(0)))
