"""UBL DespatchAdvice and ReceiptAdvice (OASIS UBL 2, Peppol BIS Despatch Advice)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.domain.documents import (
    DeliveredLine,
    DeliveryConfirmation,
    DeliveryLevel,
    Source,
)
from agent.domain.money import plain
from parsers.edi.figures import date_of
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured
from parsers.edi.ubl import distinct, party_name
from parsers.edi.xml_tree import Node


def read(root: Node, part: str) -> Structured:
    """Return the despatch or the receipt with its quantities a line."""
    proof, witness = Proof(f"{part}: UBL {root.name}"), Witness(part)
    receipt = root.name == "ReceiptAdvice"
    kind = "ReceiptLine" if receipt else "DespatchLine"
    nodes = list(root.every(kind))
    lines, remarks = [], [note.value for note in root.every("Note") if note.value]
    for index, node in enumerate(nodes):
        line = _line(node, f"lines[{index}]", witness, receipt)
        label = line.item or line.buyer_item or line.line or str(index + 1)
        remarks += [
            f"{label}: {word}"
            for path in ("RejectReason", "OutstandingReason", "QuantityDiscrepancyCode", "ShortageActionCode", "Note")
            if (word := node.get(path))
        ]
        if outstanding := node.amount("OutstandingQuantity"):  # still to come, and not missing from what came
            remarks.append(f"{label}: {plain(outstanding)} outstanding")
        lines.append(line)
        if receipt:
            _check(proof, node, label)
    proof.agree("number of lines", root.amount("LineCountNumeric"), len(lines))
    confirmation = _header(root, nodes, witness, part, receipt)
    shipped = root.get("Shipment/Delivery/Despatch/ActualDespatchDate", "Shipment/Delivery/ActualDespatchDate")
    if shipped and not receipt:
        remarks.insert(0, f"shipped on {shipped}")
    text = "; ".join(remarks) or None
    confirmation = replace(
        confirmation, lines=tuple(lines), remarks=witness.saw("remarks", text, text), evidence=witness.seen
    )
    return Structured("ubl", (proof.seal(confirmation),), tuple(proof.problems))


def _header(root: Node, nodes: list[Node], witness: Witness, part: str, receipt: bool) -> DeliveryConfirmation:
    orders = [
        *root.every("OrderReference/ID"),
        *(n for x in nodes for n in x.every("OrderLineReference/OrderReference/ID")),
    ]
    delivery = root.first("Shipment/Delivery")
    arrived = [*(n.found("ReceivedDate") for n in nodes)] if receipt else []
    days = {n.value for n in arrived if n is not None}
    delivered = root.found("Shipment/Delivery/ActualDeliveryDate")
    if receipt and len(days) == 1:
        delivered = next(n for n in arrived if n is not None)
    carrier = root.first("Shipment/ShipmentStage/CarrierParty") or root.first("Shipment/Delivery/CarrierParty")
    return DeliveryConfirmation(
        confidence=0.0,
        source=Source(part),
        level=DeliveryLevel.RECEIPT if receipt else DeliveryLevel.DESPATCH,
        number=witness.took("number", root.found("ID"), lambda n: n.value),
        delivered_on=witness.took("delivered_on", delivered, lambda n: date_of(n.value)),
        order_numbers=distinct(orders, "order_numbers", witness),
        invoice_numbers=distinct(_invoices(root), "invoice_numbers", witness),
        delivery_note_number=witness.took(
            "delivery_note_number", root.found("DespatchDocumentReference/ID"), lambda n: n.value
        ),
        tracking_number=witness.took(
            "tracking_number", delivery.found("TrackingID") if delivery else None, lambda n: n.value
        ),
        carrier=witness.took("carrier", party_name(carrier), lambda n: n.value),
        delivered_to=witness.took(
            "delivered_to", party_name(root.first("DeliveryCustomerParty/Party")), lambda n: n.value
        ),
    )


def _invoices(root: Node) -> list[Node | None]:
    """References whose type code (UN/CEFACT 1001) says that they are invoices."""
    return [
        reference.found("ID")
        for reference in root.every("AdditionalDocumentReference")
        if reference.get("DocumentTypeCode") in ("380", "130", "Invoice")
    ]


def _line(node: Node, path: str, witness: Witness, receipt: bool) -> DeliveredLine:
    def quantity(field: str, *names: str) -> Decimal | None:
        return witness.took(f"{path}.{field}", node.found(*names), lambda n: n.number)

    counted = node.found("ReceivedQuantity", "DeliveredQuantity", "ShortQuantity", "RejectedQuantity")
    sellers = node.found(
        "Item/SellersItemIdentification/ID",
        "Item/StandardItemIdentification/ID",
        "Item/ManufacturersItemIdentification/ID",
    )
    return DeliveredLine(
        line=witness.took(f"{path}.line", node.found("ID"), lambda n: n.value),
        item=witness.took(f"{path}.item", sellers, lambda n: n.value),
        buyer_item=witness.took(
            f"{path}.buyer_item", node.found("Item/BuyersItemIdentification/ID"), lambda n: n.value
        ),
        description=witness.took(f"{path}.description", node.found("Item/Name", "Item/Description"), lambda n: n.value),
        delivered=quantity("delivered", "ReceivedQuantity" if receipt else "DeliveredQuantity"),
        rejected=quantity("rejected", "RejectedQuantity") if receipt else None,
        missing=quantity("missing", "ShortQuantity") if receipt else None,
        unit=witness.took(f"{path}.unit", counted, lambda n: n.attribute("unitCode")),
    )


def _check(proof: Proof, node: Node, label: str) -> None:
    """More cannot be rejected than was received."""
    received, rejected = node.amount("ReceivedQuantity"), node.amount("RejectedQuantity")
    if received is not None and rejected is not None and rejected > received:
        proof.broken(f"{label}: {rejected} rejected of {received} received")
