"""UBL Order, OrderChange and OrderCancellation (OASIS UBL 2, Peppol BIS Ordering)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.domain.documents import Flag, OrderedLine, PurchaseOrder, Source
from parsers.edi.figures import date_of
from parsers.edi.footing import Proof, Witness, check_lines, settle_lines
from parsers.edi.structured import Structured
from parsers.edi.ubl import buyer_of, check_currencies, party_name, place_of
from parsers.edi.xml_tree import Node

_FLAGS = {"221": Flag.BLANKET, "226": Flag.RELEASE}  # UN/CEFACT 1001: blanket order, call-off
_FREIGHT = frozenset({"FC", "AAT", "SAA", "DL"})  # UN/CEFACT 7161: freight, forwarding, shipping, delivery
_CANCELLED = frozenset({"2", "Cancelled", "Cancel", "7"})  # LineStatusCode (1229): deleted, not accepted


def read(root: Node, part: str) -> Structured:
    """Return the order; a change stands under the number of the order it changes, a cancellation too."""
    proof, witness = Proof(f"{part}: UBL {root.name}"), Witness(part)
    order = _header(root, witness, part)
    order = _event(order, root, witness, proof)
    items = list(root.every("OrderLine/LineItem"))
    extras: dict[int, Decimal] = {}
    lines = []
    for index, (wrapper, item) in enumerate(zip(root.every("OrderLine"), items, strict=False)):
        lines.append(_line(item, wrapper, f"lines[{index}]", witness))
        extras[index] = _charges(item)[0]
    order = replace(order, lines=tuple(lines))
    check_currencies(proof, order.currency, (n for item in items for n in item.every("LineExtensionAmount")))
    proof.agree("number of lines", root.amount("LineCountNumeric"), len(lines), proves=False)
    check_lines(proof, order.lines, order.currency, extras)
    order = _totals(order, root, witness, proof)
    return Structured("ubl", (proof.seal(replace(order, evidence=witness.seen)),), tuple(proof.problems))


def _header(root: Node, witness: Witness, part: str) -> PurchaseOrder:
    buyer = root.first("BuyerCustomerParty/Party")
    invoicee = root.first("AccountingCustomerParty/Party")
    delivery = root.first("Delivery")
    site = delivery.first("DeliveryLocation") if delivery is not None else None
    receiver = delivery.first("DeliveryParty") if delivery is not None else None
    address = delivery.first("DeliveryAddress") if delivery is not None else None
    site_address = site.first("Address") if site is not None else None
    requested = (
        delivery.found("RequestedDeliveryPeriod/StartDate", "RequestedDeliveryPeriod/EndDate", "LatestDeliveryDate")
        if delivery is not None
        else None
    )
    return PurchaseOrder(
        confidence=0.0,
        source=Source(part),
        number=witness.took("number", root.found("ID"), lambda n: n.value),
        issued_on=witness.took("issued_on", root.found("IssueDate"), lambda n: date_of(n.value)),
        currency=witness.took("currency", root.found("DocumentCurrencyCode", "PricingCurrencyCode"), lambda n: n.value),
        quotation_number=witness.took(
            "quotation_number", root.found("QuotationDocumentReference/ID"), lambda n: n.value
        ),
        blanket_number=witness.took("blanket_number", root.found("Contract/ID"), lambda n: n.value),
        buyer=buyer_of(buyer, witness),
        bill_to=place_of(
            party_name(invoicee), invoicee.first("PostalAddress") if invoicee else None, "bill_to", witness
        ),
        ship_to=place_of(
            party_name(receiver) or (site.found("Name") if site else None), address or site_address, "ship_to", witness
        ),
        requested_on=witness.took("requested_on", requested, lambda n: date_of(n.value)),
        payment_terms=witness.took("payment_terms", root.found("PaymentTerms/Note"), lambda n: n.value),
        remarks=witness.took("remarks", root.found("Note"), lambda n: n.value),
        flags=tuple(flag for flag in (_FLAGS.get(root.get("OrderTypeCode") or ""),) if flag),
    )


def _event(order: PurchaseOrder, root: Node, witness: Witness, proof: Proof) -> PurchaseOrder:
    """Whether this is the order itself, its change or its cancellation."""
    if root.name != "Order":
        named = root.found("OrderReference/ID")
        if named is None:
            proof.broken(f"{root.name} names no order (OrderReference)")
        order = replace(order, number=witness.took("number", named, lambda n: n.value))
        if root.name == "OrderCancellation":
            reason = witness.took("remarks", root.found("CancellationNote", "Note"), lambda n: n.value)
            return replace(order, cancels=witness.saw("cancels", True, f"<{root.name}>"), remarks=reason)
        return replace(order, revision_of=witness.saw("revision_of", True, f"<{root.name}>"))
    if root.get("CopyIndicator") == "true":
        proof.note("the sender marks this order as a copy")
    replaced = root.found("OrderDocumentReference/ID")  # Peppol BIS 28A: an order that replaces an earlier one
    return replace(order, revision_of=witness.took("revision_of", replaced, lambda n: n.value))


def _charges(node: Node) -> tuple[Decimal, Decimal | None]:
    """Sum an element's AllowanceCharge children: charges positive, allowances negative; and the freight among them."""
    total, freight = Decimal(0), None
    for entry in node.every("AllowanceCharge"):
        amount = entry.amount("Amount") or Decimal(0)
        signed = amount if entry.get("ChargeIndicator") == "true" else -amount
        total += signed
        if entry.get("AllowanceChargeReasonCode") in _FREIGHT:
            freight = (freight or Decimal(0)) + signed
    return total, freight


def _line(item: Node, wrapper: Node, path: str, witness: Witness) -> OrderedLine:
    quantity, price = item.found("Quantity"), item.found("Price/PriceAmount")
    base = item.found("Price/BaseQuantity")
    requested = item.found(
        "Delivery/RequestedDeliveryPeriod/StartDate",
        "Delivery/RequestedDeliveryPeriod/EndDate",
        "Delivery/LatestDeliveryDate",
    )
    sellers = item.found(
        "Item/SellersItemIdentification/ID",
        "Item/StandardItemIdentification/ID",
        "Item/ManufacturersItemIdentification/ID",
        "Item/CatalogueItemIdentification/ID",
    )
    return OrderedLine(
        line=witness.took(f"{path}.line", item.found("ID"), lambda n: n.value),
        item=witness.took(f"{path}.item", sellers, lambda n: n.value),
        buyer_item=witness.took(
            f"{path}.buyer_item", item.found("Item/BuyersItemIdentification/ID"), lambda n: n.value
        ),
        description=witness.took(f"{path}.description", item.found("Item/Name", "Item/Description"), lambda n: n.value),
        quantity=witness.took(f"{path}.quantity", quantity, lambda n: n.number),
        unit=witness.took(f"{path}.unit", quantity, lambda n: n.attribute("unitCode")),
        unit_price=witness.took(f"{path}.unit_price", price, lambda n: n.number),
        price_per=witness.took(f"{path}.price_per", base, lambda n: n.number or None) or Decimal(1),
        amount=witness.took(f"{path}.amount", item.found("LineExtensionAmount"), lambda n: n.number),
        requested_on=witness.took(f"{path}.requested_on", requested, lambda n: date_of(n.value)),
        cancelled=item.get("LineStatusCode") in _CANCELLED or wrapper.get("LineStatusCode") in _CANCELLED,
    )


def _totals(order: PurchaseOrder, root: Node, witness: Witness, proof: Proof) -> PurchaseOrder:
    """AnticipatedMonetaryTotal: lines, allowances and charges, net, tax, gross, payable, each from the one before."""
    sums = root.first("AnticipatedMonetaryTotal")
    charges, freight = _charges(root)
    tax = root.amount("TaxTotal/TaxAmount")
    order = replace(
        order,
        tax_total=witness.took("tax_total", root.found("TaxTotal/TaxAmount"), lambda n: n.number),
        freight=witness.saw("freight", freight, "<AllowanceCharge>"),
    )
    if sums is None:
        return order
    check_currencies(proof, order.currency, sums.children())
    charged, allowed = sums.amount("ChargeTotalAmount"), sums.amount("AllowanceTotalAmount")
    if charged is not None or allowed is not None:
        charges = (charged or Decimal(0)) - (allowed or Decimal(0))
    line_total, net = sums.found("LineExtensionAmount"), sums.amount("TaxExclusiveAmount")
    said = sums.amount("LineExtensionAmount")
    if line_total is not None and said is not None:
        order = settle_lines(proof, witness, order, said, line_total.text)
        proof.agree("total without tax", net, said + charges)
    gross = sums.amount("TaxInclusiveAmount")
    before_tax = net if net is not None else said + charges if said is not None else None
    if before_tax is not None and (tax is not None or gross == before_tax):
        proof.agree("total with tax", gross, before_tax + (tax or 0))
    payable = sums.amount("PayableAmount")
    due = gross if gross is not None else before_tax if tax is None else None
    if due is not None and payable is not None:
        found = due - (sums.amount("PrepaidAmount") or 0) + (sums.amount("PayableRoundingAmount") or 0)
        # without a total with tax, what is payable may hold a tax that is stated nowhere
        proof.agree("payable amount", payable, found) if gross is not None or payable == found else None
    return replace(
        order,
        net_total=witness.took(
            "net_total", sums.found("TaxExclusiveAmount", "LineExtensionAmount"), lambda _: before_tax
        ),
        total=witness.took("total", sums.found("TaxInclusiveAmount", "PayableAmount"), lambda n: n.number),
    )
