"""Order-X: the order of UN/CEFACT CIO (SCRDMCCBDACIOMessageStructure)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.documents import (
    Buyer,
    Flag,
    OrderedLine,
    Place,
    PurchaseOrder,
    Source,
)
from parsers.edi.figures import date_of
from parsers.edi.footing import Proof, Witness, check_lines, settle_lines
from parsers.edi.structured import Structured, note
from parsers.edi.xml_tree import Node

_HEADER = "SupplyChainTradeTransaction/"
_AGREEMENT = _HEADER + "ApplicableHeaderTradeAgreement/"
_DELIVERY = _HEADER + "ApplicableHeaderTradeDelivery/"
_SETTLEMENT = _HEADER + "ApplicableHeaderTradeSettlement/"
_SUMS = _SETTLEMENT + "SpecifiedTradeSettlementHeaderMonetarySummation"
_ADDRESS = ("LineOne", "LineTwo", "LineThree", "PostcodeCode", "CityName", "CountrySubDivisionName", "CountryID")
_FREIGHT = frozenset({"FC", "AAT", "SAA", "DL"})
_FLAGS = {"221": Flag.BLANKET, "226": Flag.RELEASE}  # UN/CEFACT 1001: blanket order, call-off
_CANCELLED_LINE = frozenset({"2", "7"})  # LineStatusCode: deleted, not accepted


def read(root: Node, part: str) -> Structured:
    """Return the order (220), its change (230) or cancellation; an order response (231) is the seller's own paper."""
    kind = root.get("ExchangedDocument/TypeCode")
    if kind == "231":
        return Structured(
            "order-x", (), (note(part, "an order response (Order-X 231), which sellers send: not an order"),)
        )
    proof, witness = Proof(f"{part}: Order-X"), Witness(part)
    order = _header(root, witness, part)
    purpose = root.get("ExchangedDocument/PurposeCode")
    if root.get("ExchangedDocumentContext/TestIndicator/Indicator") == "true":
        proof.broken("the order is marked as a test (TestIndicator)")
    if root.get("ExchangedDocument/CopyIndicator/Indicator") == "true":
        proof.note("the sender marks this order as a copy")
    if kind == "230" or purpose in ("1", "4", "5"):
        named = root.found(_AGREEMENT + "BuyerOrderReferencedDocument/IssuerAssignedID")
        own = witness.took("number", named, lambda n: n.value) or order.number
        order = replace(order, number=own, cancels=purpose == "1", revision_of=True if purpose != "1" else None)
    extras: dict[int, Decimal] = {}
    lines = []
    for index, node in enumerate(root.every(_HEADER + "IncludedSupplyChainTradeLineItem")):
        lines.append(_line(node, f"lines[{index}]", witness))
        extras[index] = _charges(node.first("SpecifiedLineTradeSettlement"))[0]
    order = replace(order, lines=tuple(lines))
    check_lines(proof, order.lines, order.currency, extras)
    order = _totals(order, root, witness, proof)
    return Structured("order-x", (proof.seal(replace(order, evidence=witness.seen)),), tuple(proof.problems))


def day_of(node: Node | None) -> date | None:
    """A udt:DateTimeString of format 102 or 203, or an ISO date."""
    if node is None:
        return None
    found = node.found("DateTimeString", "DateTime", "Date")
    return date_of((found.value or "")[:10]) if found is not None else None


def _header(root: Node, witness: Witness, part: str) -> PurchaseOrder:
    buyer = root.first(_AGREEMENT + "BuyerTradeParty")
    bill_to = root.first(_SETTLEMENT + "InvoiceeTradeParty")
    ship_to = root.first(_DELIVERY + "ShipToTradeParty")
    requested = root.first(_DELIVERY + "RequestedDeliverySupplyChainEvent")
    due = _event_node(requested)
    issued = root.first("ExchangedDocument/IssueDateTime")
    blanket = root.found(_AGREEMENT + "BlanketOrderReferencedDocument/IssuerAssignedID")
    terms = root.first(_SETTLEMENT + "SpecifiedTradePaymentTerms/Description")
    remark = root.first("ExchangedDocument/IncludedNote/Content")
    flag = _FLAGS.get(root.get("ExchangedDocument/TypeCode") or "")
    return PurchaseOrder(
        confidence=0.0,
        source=Source(part),
        number=witness.took("number", root.found("ExchangedDocument/ID"), lambda n: n.value),
        issued_on=witness.took("issued_on", issued, day_of),
        currency=witness.took("currency", root.found(_SETTLEMENT + "OrderCurrencyCode"), lambda n: n.value),
        quotation_number=witness.took(
            "quotation_number",
            root.found(_AGREEMENT + "QuotationReferencedDocument/IssuerAssignedID"),
            lambda n: n.value,
        ),
        blanket_number=witness.took("blanket_number", blanket, lambda n: n.value),
        buyer=_buyer(buyer, witness),
        bill_to=_place(bill_to, "bill_to", witness),
        ship_to=_place(ship_to, "ship_to", witness),
        requested_on=witness.took("requested_on", due, day_of),
        payment_terms=witness.took("payment_terms", terms, lambda n: n.value),
        remarks=witness.took("remarks", remark, lambda n: n.value),
        flags=(flag,) if flag else (),
    )


def _event_node(event: Node | None) -> Node | None:
    if event is None:
        return None
    return event.first("OccurrenceDateTime") or event.first("OccurrenceSpecifiedPeriod/EndDateTime")


def _buyer(party: Node | None, witness: Witness) -> Buyer:
    if party is None:
        return Buyer()
    contact = party.first("DefinedTradeContact")
    tax = next((n for n in party.every("SpecifiedTaxRegistration/ID") if n.attribute("schemeID") == "VA"), None)
    return Buyer(
        name=witness.took("buyer.name", party.found("Name"), lambda n: n.value),
        contact=witness.took(
            "buyer.contact", contact.found("PersonName", "DepartmentName") if contact else None, lambda n: n.value
        ),
        email=witness.took(
            "buyer.email", contact.found("EmailURIUniversalCommunication/URIID") if contact else None, lambda n: n.value
        ),
        phone=witness.took(
            "buyer.phone",
            contact.found("TelephoneUniversalCommunication/CompleteNumber") if contact else None,
            lambda n: n.value,
        ),
        tax_id=witness.took("buyer.tax_id", tax, lambda n: n.value),
    )


def _place(party: Node | None, path: str, witness: Witness) -> Place:
    if party is None:
        return Place()
    address = party.first("PostalTradeAddress")

    def joined(node: Node) -> str | None:
        return ", ".join(value for name in _ADDRESS if (value := node.get(name))) or None

    return Place(
        name=witness.took(f"{path}.name", party.found("Name"), lambda n: n.value),
        address=witness.took(f"{path}.address", address, joined),
    )


def _charges(settlement: Node | None) -> tuple[Decimal, Decimal | None]:
    total, freight = Decimal(0), None
    for entry in settlement.every("SpecifiedTradeAllowanceCharge") if settlement is not None else ():
        amount = entry.amount("ActualAmount") or Decimal(0)
        signed = amount if entry.get("ChargeIndicator/Indicator") == "true" else -amount
        total += signed
        if entry.get("ReasonCode") in _FREIGHT:
            freight = (freight or Decimal(0)) + signed
    return total, freight


def _line(node: Node, path: str, witness: Witness) -> OrderedLine:
    agreement = "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/"
    price, basis = node.found(agreement + "ChargeAmount"), node.found(agreement + "BasisQuantity")
    quantity = node.found("SpecifiedLineTradeDelivery/RequestedQuantity")
    amount = node.found("SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount")
    due = _event_node(node.first("SpecifiedLineTradeDelivery/RequestedDeliverySupplyChainEvent"))
    sellers = node.found(
        "SpecifiedTradeProduct/SellerAssignedID",
        "SpecifiedTradeProduct/GlobalID",
        "SpecifiedTradeProduct/ManufacturerAssignedID",
    )
    line = node.found("AssociatedDocumentLineDocument/LineID")
    status = node.get("AssociatedDocumentLineDocument/LineStatusCode")
    return OrderedLine(
        line=witness.took(f"{path}.line", line, lambda n: n.value),
        item=witness.took(f"{path}.item", sellers, lambda n: n.value),
        buyer_item=witness.took(
            f"{path}.buyer_item", node.found("SpecifiedTradeProduct/BuyerAssignedID"), lambda n: n.value
        ),
        description=witness.took(
            f"{path}.description",
            node.found("SpecifiedTradeProduct/Name", "SpecifiedTradeProduct/Description"),
            lambda n: n.value,
        ),
        quantity=witness.took(f"{path}.quantity", quantity, lambda n: n.number),
        unit=witness.took(f"{path}.unit", quantity, lambda n: n.attribute("unitCode")),
        unit_price=witness.took(f"{path}.unit_price", price, lambda n: n.number),
        price_per=witness.took(f"{path}.price_per", basis, lambda n: n.number or None) or Decimal(1),
        amount=witness.took(f"{path}.amount", amount, lambda n: n.number),
        requested_on=witness.took(f"{path}.requested_on", due, day_of),
        cancelled=status in _CANCELLED_LINE,
    )


def _totals(order: PurchaseOrder, root: Node, witness: Witness, proof: Proof) -> PurchaseOrder:
    """Lines make LineTotal; charges and allowances make TaxBasisTotal; tax makes GrandTotal."""
    sums = root.first(_SUMS)
    charges, freight = _charges(root.first(_SETTLEMENT.rstrip("/")))
    order = replace(order, freight=witness.saw("freight", freight, "<SpecifiedTradeAllowanceCharge>"))
    if sums is None:
        return order
    charged, allowed = sums.amount("ChargeTotalAmount"), sums.amount("AllowanceTotalAmount")
    if charged is not None or allowed is not None:
        charges = (charged or Decimal(0)) - (allowed or Decimal(0))
    said, line_total = sums.amount("LineTotalAmount"), sums.found("LineTotalAmount")
    if said is not None and line_total is not None:
        order = settle_lines(proof, witness, order, said, line_total.text)
    net, tax, gross = sums.amount("TaxBasisTotalAmount"), sums.amount("TaxTotalAmount"), sums.amount("GrandTotalAmount")
    if said is not None:
        proof.agree("total without tax", net, said + charges)
    if net is not None and tax is not None:
        proof.agree("total with tax", gross, net + tax)
    return replace(
        order,
        net_total=witness.took("net_total", sums.found("TaxBasisTotalAmount", "LineTotalAmount"), lambda n: n.number),
        tax_total=witness.took("tax_total", sums.found("TaxTotalAmount"), lambda n: n.number),
        total=witness.took("total", sums.found("GrandTotalAmount"), lambda n: n.number),
    )
