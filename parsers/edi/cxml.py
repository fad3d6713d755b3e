"""cXML OrderRequest: new, update and delete (cXML 1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from agent.domain.documents import (
    Buyer,
    Flag,
    OrderedLine,
    Place,
    PurchaseOrder,
    Source,
)
from agent.domain.money import plain
from parsers.edi.figures import date_of, decimal_of
from parsers.edi.footing import Proof, Witness, check_lines, settle_lines
from parsers.edi.structured import Structured, note
from parsers.edi.xml_tree import Node

_FLAGS = {"blanket": Flag.BLANKET, "release": Flag.RELEASE}


def read(root: Node, part: str) -> Structured:
    """Return the order of an OrderRequest; any other message of cXML is named and left alone."""
    request = root.first("Request/OrderRequest")
    if request is None:
        kind = next(
            (
                inner.name
                for outer in root.children()
                for inner in outer.children()
                if outer.name in ("Request", "Message", "Response")
            ),
            "message",
        )
        return Structured("cxml", (), (note(part, f"a cXML {kind}: not an order"),))
    proof, witness = Proof(f"{part}: cXML OrderRequest"), Witness(part)
    if any(node.attribute("deploymentMode") == "test" for node in root.every("Request")):
        proof.broken("the request is marked as a test (deploymentMode)")
    head = request.first("OrderRequestHeader")
    if head is None:
        proof.broken("the OrderRequestHeader is missing")
        return Structured("cxml", (), tuple(proof.problems))
    order = _header(head, witness, part)
    lines = []
    currencies = {node.attribute("currency") for node in request.every("ItemOut/ItemDetail/UnitPrice/Money")}
    if order.currency and currencies - {order.currency, None}:
        proof.broken(f"prices in another currency stand in an order in {order.currency}")
    for index, item in enumerate(_priced_level(request.every("ItemOut"))):
        lines.append(_line(item, f"lines[{index}]", witness))
    order = replace(order, lines=tuple(lines))
    check_lines(proof, order.lines, order.currency)
    order = _totals(order, head, witness, proof)
    return Structured("cxml", (proof.seal(replace(order, evidence=witness.seen)),), tuple(proof.problems))


def _priced_level(items: Iterable[Node]) -> list[Node]:
    """Leave out the lines that stand below another (parentLineNumber): the composite line carries the price."""
    nodes = list(items)
    composites = {node.attribute("lineNumber") for node in nodes if node.attribute("itemType") == "composite"}
    return [node for node in nodes if node.attribute("parentLineNumber") not in composites or not composites]


def _header(head: Node, witness: Witness, part: str) -> PurchaseOrder:
    kind = head.attribute("type") or "new"
    text = _opening(head)
    money = head.first("Total/Money")
    contact = head.first("Contact")
    bill_to, ship_to = head.first("BillTo/Address"), head.first("ShipTo/Address")
    flag = _FLAGS.get(head.attribute("orderType") or "")
    quotation = next(
        (
            n
            for n in head.every("Extrinsic")
            if (n.attribute("name") or "").lower() in ("quote", "quotenumber", "quoteid")
        ),
        None,
    )
    return PurchaseOrder(
        confidence=0.0,
        source=Source(part),
        number=witness.saw("number", head.attribute("orderID"), text),
        issued_on=witness.saw("issued_on", date_of(head.attribute("orderDate")), text),
        cancels=kind == "delete",
        revision_of=witness.saw("revision_of", True if kind == "update" else None, text),
        blanket_number=witness.saw("blanket_number", head.attribute("agreementID"), text),
        quotation_number=witness.took("quotation_number", quotation, lambda n: n.value),
        currency=witness.took("currency", money, lambda n: n.attribute("currency")),
        buyer=_buyer(bill_to, contact, witness),
        bill_to=_place(bill_to, "bill_to", witness),
        ship_to=_place(ship_to, "ship_to", witness),
        requested_on=witness.saw("requested_on", date_of(head.attribute("requestedDeliveryDate")), text),
        payment_terms=witness.saw("payment_terms", _terms(head), " ".join(n.text for n in head.every("PaymentTerm"))),
        remarks=witness.took("remarks", head.first("Comments"), lambda n: n.all_text),
        flags=(flag,) if flag else (),
    )


def _opening(node: Node) -> str:
    """The start tag with its attributes, which is where cXML says most."""
    return node.text.partition(">")[0] + ">"


def _buyer(bill_to: Node | None, contact: Node | None, witness: Witness) -> Buyer:
    """The contact of the header (role buyer), else whom the bill goes to."""
    named = contact if contact is not None else bill_to
    return Buyer(
        name=witness.took("buyer.name", bill_to.first("Name") if bill_to else None, lambda n: n.value),
        contact=witness.took("buyer.contact", contact.first("Name") if contact else None, lambda n: n.value),
        email=witness.took("buyer.email", named.found("Email") if named else None, lambda n: n.value),
        phone=witness.took("buyer.phone", named.first("Phone") if named else None, lambda n: n.all_text),
    )


def _place(address: Node | None, path: str, witness: Witness) -> Place:
    if address is None:
        return Place()
    return Place(
        name=witness.took(f"{path}.name", address.first("Name"), lambda n: n.value),
        address=witness.took(f"{path}.address", address.first("PostalAddress"), lambda n: n.all_text),
    )


def _terms(head: Node) -> str | None:
    """PaymentTerm elements in the usual short form: the discounts, then the net days."""
    discounts, net = [], []
    for term in head.every("PaymentTerm"):
        days = term.attribute("payInNumberOfDays")
        rate = term.first("Discount/DiscountPercent")
        percent = decimal_of(rate.attribute("percent")) if rate is not None else None
        if percent:
            discounts.append(f"{plain(percent)}% {days} days")
        elif days:
            net.append(f"net {days} days")
    return ", ".join([*discounts, *net]) or None


def _line(item: Node, path: str, witness: Witness) -> OrderedLine:
    """ItemOut: the price stands per PriceBasisQuantity, where there is one (times its conversion factor)."""
    text = _opening(item)
    detail = item.first("ItemDetail") or item.first("BlanketItemDetail")
    price = detail.found("UnitPrice/Money") if detail else None
    basis = detail.first("PriceBasisQuantity") if detail else None
    description = detail.first("Description") if detail else None
    unit = detail.found("UnitOfMeasure") if detail else None
    return OrderedLine(
        line=witness.saw(f"{path}.line", item.attribute("lineNumber"), text),
        item=witness.took(f"{path}.item", item.found("ItemID/SupplierPartID"), lambda n: n.value),
        buyer_item=witness.took(f"{path}.buyer_item", item.found("ItemID/BuyerPartID"), lambda n: n.value),
        description=witness.took(f"{path}.description", description, lambda n: n.all_text),
        quantity=witness.saw(f"{path}.quantity", decimal_of(item.attribute("quantity")), text),
        unit=witness.took(f"{path}.unit", unit, lambda n: n.value),
        unit_price=witness.took(f"{path}.unit_price", price, lambda n: n.number),
        price_per=witness.took(f"{path}.price_per", basis, _basis) or Decimal(1),
        requested_on=witness.saw(f"{path}.requested_on", date_of(item.attribute("requestedDeliveryDate")), text),
        cancelled=decimal_of(item.attribute("quantity")) == 0,
    )


def _basis(node: Node) -> Decimal | None:
    """How many ordered units one price buys: quantity / conversionFactor (price units in one ordered unit)."""
    quantity, factor = decimal_of(node.attribute("quantity")), decimal_of(node.attribute("conversionFactor"))
    if not quantity:
        return None
    return quantity / factor if factor else quantity


def _totals(order: PurchaseOrder, head: Node, witness: Witness, proof: Proof) -> PurchaseOrder:
    """Total is that of the items, without tax and shipping, which stand beside it."""
    money, tax, shipping = head.found("Total/Money"), head.found("Tax/Money"), head.found("Shipping/Money")
    order = replace(
        order,
        tax_total=witness.took("tax_total", tax, lambda n: n.number),
        freight=witness.took("freight", shipping, lambda n: n.number),
    )
    said = money.number if money is not None else None
    if money is None or said is None:
        return order
    extra = (order.tax_total or Decimal(0)) + (order.freight or Decimal(0))
    order = settle_lines(proof, witness, order, said, money.text, extra)
    if not extra or (order.net_total is not None and order.net_total != said):
        return replace(order, total=witness.saw("total", said, money.text))
    return order
