"""Which structured format a file is, by its first bytes or its root element."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.domain.documents import (
    AnyDocument,
    BankStatement,
    DeliveryConfirmation,
    Footing,
    Problem,
    PurchaseOrder,
    RemittanceAdvice,
)
from parsers.edi import (
    bai2,
    bai_lockbox,
    bank_csv,
    camt,
    cxml,
    edifact_delivery,
    edifact_orders,
    edifact_remadv,
    mt940,
    ofx,
    order_x,
    ubl_delivery,
    ubl_order,
    ubl_remittance,
    x12_820,
    x12_850,
    x12_856,
    x12_860,
    x12_861,
)
from parsers.edi.edifact import Message, charset_of, is_edifact, messages_of
from parsers.edi.figures import decode
from parsers.edi.structured import Structured, note
from parsers.edi.x12 import Transaction, separators_of, transactions_of
from parsers.edi.xml_tree import Node, root_of, tree_of
from parsers.page import Limits

_X12: dict[str, Callable[[Transaction, str], Structured]] = {
    "820": x12_820.read,
    "850": x12_850.read,
    "856": x12_856.read,
    "860": x12_860.read,
    "861": x12_861.read,
}
_X12_OTHERS = {
    "810": "an invoice copy (X12 810)",
    "812": "a credit/debit adjustment (X12 812)",
    "824": "an application advice (X12 824)",
    "855": "an order acknowledgement (X12 855), which sellers send",
    "865": "an order change acknowledgement (X12 865), which sellers send",
    "997": "a functional acknowledgement (X12 997)",
    "999": "an implementation acknowledgement (X12 999)",
}
_EDIFACT: dict[str, Callable[[Message, str], Structured]] = {
    "ORDERS": edifact_orders.read,
    "ORDCHG": edifact_orders.read,
    "DESADV": edifact_delivery.read,
    "RECADV": edifact_delivery.read,
    "REMADV": edifact_remadv.read,
}
_EDIFACT_OTHERS = {
    "INVOIC": "an invoice copy (EDIFACT INVOIC)",
    "ORDRSP": "an order response (EDIFACT ORDRSP), which sellers send",
    "CONTRL": "a syntax acknowledgement (EDIFACT CONTRL)",
    "APERAK": "an application acknowledgement (EDIFACT APERAK)",
}
_UBL: dict[str, Callable[[Node, str], Structured]] = {
    "Order": ubl_order.read,
    "OrderChange": ubl_order.read,
    "OrderCancellation": ubl_order.read,
    "DespatchAdvice": ubl_delivery.read,
    "ReceiptAdvice": ubl_delivery.read,
    "RemittanceAdvice": ubl_remittance.read,
}
_XML_OTHERS = {
    "Invoice": ("ubl", "an invoice copy (UBL Invoice)"),
    "CreditNote": ("ubl", "a credit note copy (UBL CreditNote)"),
    "OrderResponse": ("ubl", "an order response (UBL OrderResponse), which sellers send"),
    "OrderResponseSimple": ("ubl", "an order response (UBL OrderResponseSimple), which sellers send"),
    "ApplicationResponse": ("ubl", "an application response (UBL ApplicationResponse)"),
    "Statement": ("ubl", "a statement of account (UBL Statement)"),
    "Reminder": ("ubl", "a reminder (UBL Reminder)"),
    "CrossIndustryInvoice": ("factur-x", "an invoice copy (UN/CEFACT CII: Factur-X, ZUGFeRD, XRechnung)"),
    "CrossIndustryDocument": ("factur-x", "an invoice copy (ZUGFeRD 1)"),
}
# What standards wrap their documents in: UN/CEFACT SBDH (Peppol), ISO 20022 business message envelopes.
_ENVELOPES = frozenset({"StandardBusinessDocument", "BizMsgEnvlp", "RequestPayload"})


def recognised(data: bytes, name: str, limits: Limits, *, bank_file: bool) -> Structured | None:
    """Return what the file holds if it is of a format that is known here, within the limits."""
    found = _read(data, name, limits, bank_file=bank_file)
    if found is None or all(len(getattr(d, "lines", ())) <= limits.lines_max for d in found.documents):
        return found
    too_large = Problem(where=name, what=f"a document has more than {limits.lines_max} lines", code="too_large")
    documents = tuple(_bounded(document, limits) for document in found.documents)
    return Structured(found.format, documents, (*found.problems, too_large))


def _bounded(document: AnyDocument, limits: Limits) -> AnyDocument:
    """Keep the first lines, and let nothing be booked from the rest's absence."""
    if not isinstance(document, PurchaseOrder | DeliveryConfirmation | RemittanceAdvice | BankStatement):
        return document
    if len(document.lines) <= limits.lines_max:
        return document
    evidence = {
        field: seen
        for field, seen in document.evidence.items()
        if not field.startswith("lines[") or int(field[6 : field.index("]")]) < limits.lines_max
    }
    kept = document.lines[: limits.lines_max]
    return replace(document, lines=kept, evidence=evidence, footing=Footing.FAILED)  # type: ignore[arg-type]


def _read(data: bytes, name: str, limits: Limits, *, bank_file: bool) -> Structured | None:
    if len(data) > limits.bytes_max:
        return None
    head = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<") and ofx.is_ofx(decode(data[:3000])):
        return ofx.read(decode(data), name, limits)
    if head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff")):
        return _xml(data, name, limits)
    if head.startswith((b"UNA", b"UNB", b"UNH", b"UNG")):
        return _edifact(data, name, limits)
    if head.startswith((b"ISA", b"ST", b"GS")):
        found = _x12(data, name, limits)
        if found is not None:
            return found
    if b"\x00" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    text_format = _plain_text(data, name, limits, bank_file=bank_file)
    if text_format is not None:
        return text_format
    if head.startswith(b"STX=") and b"'" in data[:400]:
        return Structured("tradacoms", (), (note(name, "a TRADACOMS file: this format is not read"),))
    return None


def _plain_text(data: bytes, name: str, limits: Limits, *, bank_file: bool) -> Structured | None:
    """The bank formats that are lines of text."""
    text = decode(data).lstrip("\ufeff")
    if mt940.is_mt940(text):
        return mt940.read(text, name, limits)
    if bai2.is_bai2(text):
        return bai2.read(text, name, limits)
    if bai_lockbox.is_lockbox(text):
        return bai_lockbox.read(text, name, limits)
    if ofx.is_ofx(text):
        return ofx.read(text, name, limits)
    return bank_csv.read(text, name, limits, declared=bank_file)


def _x12(data: bytes, name: str, limits: Limits) -> Structured | None:
    text = decode(data).lstrip("\ufeff \t\r\n")
    separators = separators_of(text)
    if separators is None:
        return None
    results = []
    for transaction in transactions_of(text, separators, limits):
        reader = _X12.get(transaction.code)
        if reader is not None:
            results.append(reader(transaction, name))
        else:
            what = _X12_OTHERS.get(transaction.code, f"X12 {transaction.code or 'without a number'}")
            results.append(Structured("x12", (), (note(name, f"{what}: not an order, delivery or remittance"),)))
    return _together("x12", results, name)


def _edifact(data: bytes, name: str, limits: Limits) -> Structured | None:
    text = decode(data, charset_of(data)).lstrip("\ufeff \t\r\n")
    if not is_edifact(text):
        return None
    results = []
    for message in messages_of(text, limits):
        reader = _EDIFACT.get(message.kind)
        if reader is not None:
            results.append(reader(message, name))
        else:
            what = _EDIFACT_OTHERS.get(message.kind, f"EDIFACT {message.kind or 'without a message type'}")
            results.append(Structured("edifact", (), (note(name, f"{what}: not an order, delivery or remittance"),)))
    return _together("edifact", results, name)


def _together(kind: str, results: list[Structured], name: str) -> Structured:
    """Join what the messages of one file gave; the same problem is told once."""
    documents: tuple[AnyDocument, ...] = tuple(d for result in results for d in result.documents)
    problems = tuple(dict.fromkeys(p for result in results for p in result.problems))
    if not results:
        problems = (Problem(where=name, what=f"the file begins as {kind} but holds no complete message"),)
    return Structured(kind, documents, problems)


def _xml(data: bytes, name: str, limits: Limits) -> Structured | None:
    root = root_of(data)
    if root is None:
        return None
    local, namespace = root
    if (other := _other_paper(local, namespace, name)) is not None:
        return other
    kind = "envelope" if local in _ENVELOPES else _xml_kind(local, namespace)
    if kind is None:
        return None
    tree = tree_of(data, limits)
    if isinstance(tree, str):
        return Structured(kind, (), (Problem(where=name, what=tree),))
    return _of_node(tree, name, limits)


def _of_node(node: Node, name: str, limits: Limits) -> Structured | None:
    """Read one document element, or the first known one of an envelope."""
    if node.name in _ENVELOPES:
        return next((found for child in node.children() if (found := _of_node(child, name, limits)) is not None), None)
    if (other := _other_paper(node.name, node.namespace, name)) is not None:
        return other
    match _xml_kind(node.name, node.namespace):
        case "ubl":
            return _UBL[node.name](node, name)
        case "order-x":
            return order_x.read(node, name)
        case "cxml":
            return cxml.read(node, name)
        case "camt":
            return camt.read(node, name, limits)
        case _:
            return None


def _other_paper(local: str, namespace: str, name: str) -> Structured | None:
    if local not in _XML_OTHERS or not _is_business(local, namespace):
        return None
    kind, what = _XML_OTHERS[local]
    return Structured(kind, (), (note(name, what),))


def _is_business(local: str, namespace: str) -> bool:
    """Names like Invoice or Statement mean something only in the namespace of their standard."""
    return "ubl:schema" in namespace or local.startswith("CrossIndustry")


def _xml_kind(local: str, namespace: str) -> str | None:
    if local in _UBL and "ubl:schema" in namespace:
        return "ubl"
    if local == "SCRDMCCBDACIOMessageStructure":
        return "order-x"
    if local == "cXML":
        return "cxml"
    if local == "Document" and ("camt" in namespace or "20022" in namespace):
        return "camt"
    return None
