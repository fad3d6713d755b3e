"""The seller's side of orders and deliveries in the scenarios: items, prices, addresses, terms, on Monday 2026-03-16."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from agent.domain.billing import order_totals
from agent.domain.books import DeliveryBooks, OrderBooks, Sender
from agent.domain.decisions import DeliveryDecision, OrderDecision
from agent.domain.documents import (
    Buyer,
    DeliveredLine,
    DeliveryConfirmation,
    DeliveryLevel,
    OrderedLine,
    Place,
    PurchaseOrder,
    Source,
)
from agent.domain.money import Money
from agent.domain.receivables import (
    BillOn,
    Customer,
    Item,
    KnownDelivery,
    Order,
    OrderLine,
    OrderStatus,
    Price,
    TaxTreatment,
)
from matching.deliveries import DeliveryPolicy, decide_delivery
from matching.orders import OrderPolicy, content_key, decide_order
from tests.matching.world import CUSTOMERS as PLAIN
from tests.matching.world import SENDERS, TODAY

_FACTS: dict[str, dict[str, Any]] = {
    "C-1001": {
        "payment_terms": "2/10 net 30",
        "address": "2200 Lake Street, Peoria IL 61602",
        "ship_to": ("Plant 1, 4410 Mill Road, Morton IL 61550", "Plant 2, 8801 Route 9, Pekin IL 61554"),
        "credit_limit": Money(4000000, "USD"),
    },
    "C-1002": {
        "payment_terms": "net 30",
        "address": "1 Calloway Plaza, Houston TX 77002",
        "credit_limit": Money(3000000, "USD"),
    },
    "C-1003": {
        "payment_terms": "2 % 14, net 30",
        "address": "Schillerweg 12, 71634 Ludwigsburg",
        "tax_treatment": TaxTreatment.REVERSE_CHARGE,
    },
    "C-1004": {"payment_terms": "45 j fin de mois, method A"},
    "C-1005": {"payment_terms": "60 días"},
    "C-1006": {"payment_terms": "익월말", "ship_to": ("안산공장, 경기도 안산시 단원구 산단로 19",)},
    "C-1007": {
        "payment_terms": "月末締め翌月末払い, next bank day",
        "ship_to": ("川崎工場 第2倉庫 神奈川県川崎市1-2-3",),
        "bill_on": BillOn.ACCEPTANCE,
    },
    "C-1008": {"payment_terms": "EOM + 30", "ship_to": ("Pennard RDC, Unit 4, Swindon SN3 4TZ",)},
    "C-1011": {"payment_terms": "net 45"},
    "C-1013": {
        "payment_terms": "CIA",
        "credit_limit": Money(0, "USD"),
        "ship_to": ("dock 3, 500 Science Way, Austin TX",),
    },
}
CUSTOMERS = tuple(replace(customer, **_FACTS.get(customer.number, {"payment_terms": "net 30"})) for customer in PLAIN)


def item(number: str, text: str, currency: str, price: str, per: str = "1", unit: str = "EA", **more: Any) -> Item:
    return Item(
        number=number,
        description=text,
        unit=unit,
        unit_price=Decimal(price),
        price_per=Decimal(per),
        currency=currency,
        tax_rate=Decimal(more.pop("tax", "0")),
        **more,
    )


_BOLT, _VALVE, _SENSOR = "Hex bolt M8x40 zinc", "Ball valve DN25", "Pressure sensor 0-10 bar"
_BOLTS: dict[str, Any] = {"pack_size": Decimal(100), "min_quantity": Decimal(500)}
ITEMS = (
    item("HX-100", _BOLT, "USD", "18.40", "100", "PC", **_BOLTS),
    item("HX-100", _BOLT, "EUR", "16.90", "100", "PC", **_BOLTS),
    item("VL-220", _VALVE, "USD", "46.50"),
    item("VL-220", _VALVE, "EUR", "42.00", tax="20"),
    item("VL-220", _VALVE, "GBP", "44.00", tax="20"),
    item("VL-220", _VALVE, "JPY", "6800", tax="10"),
    item("SN-310", _SENSOR, "USD", "129.00"),
    item("SN-310", _SENSOR, "EUR", "118.00", tax="20"),
    item("SN-310", _SENSOR, "KRW", "165000", tax="10"),
    item("SN-310", _SENSOR, "JPY", "17000", tax="10"),
    item("GK-015", "Gasket kit", "USD", "7.85", pack_size=Decimal(10)),
    item("GK-015", "Gasket kit", "JPY", "1100", tax="10"),
    item("CB-450", "Control cabinet", "USD", "4300.00", lead_days=42),
    item("CB-450", "Control cabinet", "EUR", "3950.00", lead_days=42),
    item("SV-010", "Commissioning on site", "USD", "145.00", unit="HR", service=True),
)


def price(customer: str | None, number: str, amount: str, currency: str, per: str = "1", **more: Any) -> Price:
    return Price(
        customer=customer, item=number, unit_price=Decimal(amount), price_per=Decimal(per), currency=currency, **more
    )


PRICES = (
    price("C-1001", "HX-100", "18.40", "USD", "100", buyer_item="BW-100443", quotation="Q-2270"),
    price("C-1001", "VL-220", "46.50", "USD", buyer_item="BW-100519", quotation="Q-2270"),
    price("C-1001", "GK-015", "7.85", "USD", buyer_item="BW-100733", quotation="Q-2270"),
    price("C-1002", "CB-450", "4300.00", "USD", quotation="Q-2261"),
    price("C-1003", "HX-100", "16.055", "EUR", "100", quotation="AN-5512"),
    price("C-1004", "VL-220", "40.74", "EUR", quotation="DV-3391"),
)


def D(text: str | None) -> Decimal | None:  # noqa: N802 - as short as a literal
    return None if text is None else Decimal(text.replace(",", ""))


def row(
    number: str | None = None,
    quantity: str | None = None,
    unit: str | None = None,
    at: str | None = None,
    amount: str | None = None,
    *,
    per: str = "1",
    line: str | None = None,
    buyer: str | None = None,
    text: str | None = None,
    off: str | None = None,
    on: date | None = None,
    cancelled: bool = False,
) -> OrderedLine:
    """One line of an order, as read."""
    return OrderedLine(
        line=line,
        item=number,
        buyer_item=buyer,
        description=text,
        quantity=D(quantity),
        unit=unit,
        unit_price=D(at),
        price_per=Decimal(per),
        discount_percent=D(off),
        amount=D(amount),
        requested_on=on,
        cancelled=cancelled,
    )


def po(number: str | None, *lines: OrderedLine, currency: str | None = "USD", **more: Any) -> PurchaseOrder:
    """An order, as read."""
    for name in ("net_total", "tax_total", "freight", "total", "difference"):
        if isinstance(more.get(name), str):
            more[name] = D(more[name])
    ship = more.pop("ship", None)
    return PurchaseOrder(
        confidence=0.9,
        source=Source(more.pop("part", "order.pdf")),
        number=number,
        issued_on=more.pop("issued_on", TODAY),
        currency=currency,
        lines=lines,
        buyer=Buyer(name=more.pop("buyer", None)),
        bill_to=Place(name=more.pop("bill_to", None)),
        ship_to=Place(address=ship),
        **more,
    )


def customer_of(number: str) -> Customer:
    return next(customer for customer in CUSTOMERS if customer.number == number)


def order_books(
    sender: str | None = "C-1001",
    *,
    held: tuple[Order, ...] = (),
    senders: tuple[str, ...] | None = None,
    address: str | None = None,
    trusted: bool = True,
    exposure: int = 0,
    prices: tuple[Price, ...] = PRICES,
    items: tuple[Item, ...] = ITEMS,
    customers: tuple[Customer, ...] = CUSTOMERS,
) -> OrderBooks:
    on_record = senders if senders is not None else ((sender,) if sender else ())
    return OrderBooks(
        sender=Sender(
            address=address or SENDERS.get(sender or "", "x@y.example"), customers=on_record, trusted=trusted
        ),
        customers=customers,
        items=items,
        prices=prices,
        orders=held,
        exposure_minor=exposure,
        catalogue=items,
    )


def decide(paper: PurchaseOrder, sender: str | None = "C-1001", *, body: bool = False, **more: Any) -> OrderDecision:
    policy = OrderPolicy(today=more.pop("today", TODAY), in_mail_body=body)
    return decide_order(paper, order_books(sender, **more), policy)


def said(decision: OrderDecision) -> list[tuple[str, str | None]]:
    """Code and line of every difference."""
    return [(one.code.value, one.line) for one in decision.discrepancies]


def codes(decision: OrderDecision | DeliveryDecision) -> list[str]:
    return [one.code for one in decision.exceptions]


def booked(
    paper: PurchaseOrder,
    sender: str = "C-1001",
    number: str = "SO-58201",
    status: OrderStatus = OrderStatus.CONFIRMED,
    *,
    delivered: dict[str, str] | None = None,
    invoiced: dict[str, str] | None = None,
) -> Order:
    """The order as our books hold it after this paper."""
    decision = decide(paper, sender)
    lines = tuple(
        replace(
            line,
            delivered=Decimal((delivered or {}).get(line.line, "0")),
            invoiced=Decimal((invoiced or {}).get(line.line, "0")),
        )
        for line in decision.lines
    )
    return Order(
        number=number,
        customer=sender,
        currency=decision.currency or "",
        status=status,
        lines=lines,
        po_number=paper.number,
        ordered_on=paper.issued_on,
        total=decision.net,
        tax=decision.tax,
        content_key=content_key(paper, sender),
        bill_on=customer_of(sender).bill_on,
        ship_to=decision.ship_to,
    )


def order_line(line: str, number: str, quantity: str, at: str, unit: str = "EA", **more: Any) -> OrderLine:
    for name in ("delivered", "invoiced", "tax_rate"):
        if name in more:
            more[name] = Decimal(more[name])
    if "per" in more:
        more["price_per"] = Decimal(more.pop("per"))
    text = next((one.description for one in ITEMS if one.number == number), number)
    return OrderLine(
        line=line, item=number, description=text, quantity=Decimal(quantity), unit=unit, unit_price=Decimal(at), **more
    )


def order(number: str, po_number: str, customer: str, *lines: OrderLine, currency: str = "USD", **more: Any) -> Order:
    """An order of our books."""
    net, tax = order_totals(lines, None, customer_of(customer), currency)
    given: dict[str, Any] = {"status": OrderStatus.CONFIRMED, "bill_on": BillOn.DELIVERY, "ship_to": None} | more
    return Order(
        number=number,
        po_number=po_number,
        customer=customer,
        currency=currency,
        lines=lines,
        total=net,
        tax=tax,
        **given,
    )


def got(
    number: str | None = None,
    delivered: str | None = None,
    *,
    accepted: str | None = None,
    damaged: str | None = None,
    rejected: str | None = None,
    missing: str | None = None,
    ordered: str | None = None,
    line: str | None = None,
    unit: str | None = None,
    text: str | None = None,
) -> DeliveredLine:
    """One line of a confirmation, as read."""
    return DeliveredLine(
        line=line,
        item=number,
        description=text,
        ordered=D(ordered),
        delivered=D(delivered),
        accepted=D(accepted),
        damaged=D(damaged),
        rejected=D(rejected),
        missing=D(missing),
        unit=unit,
    )


def pod(
    *lines: DeliveredLine,
    orders: tuple[str, ...] = (),
    level: DeliveryLevel = DeliveryLevel.SIGNED,
    on: date | None = date(2026, 3, 13),
    note: str | None = None,
    tracking: str | None = None,
    **more: Any,
) -> DeliveryConfirmation:
    """A delivery confirmation, as read."""
    return DeliveryConfirmation(
        confidence=0.9,
        source=Source(more.pop("part", "pod.pdf")),
        lines=lines,
        order_numbers=orders,
        level=level,
        delivered_on=on,
        delivery_note_number=note,
        tracking_number=tracking,
        **more,
    )


CARRIER = "no-reply@carrier-notify.example"


def confirm(
    paper: DeliveryConfirmation,
    *orders: Order,
    sender: str | None = None,
    deliveries: tuple[KnownDelivery, ...] = (),
    carrier: bool = False,
    trusted: bool = True,
    **more: Any,
) -> DeliveryDecision:
    """Decide a confirmation of the first order's customer (or of a carrier) with these orders on file."""
    number = sender or (orders[0].customer if orders else "C-1001")
    who = Sender(address=CARRIER, trusted=trusted) if carrier else Sender(
        address=SENDERS[number], customers=(number,), trusted=trusted
    )  # fmt: skip
    return decide_delivery(
        paper,
        DeliveryBooks(
            sender=who,
            customers=CUSTOMERS,
            orders=orders,
            open_orders=more.pop("open_orders", ()),
            deliveries=deliveries,
            invoices=more.pop("invoices", ()),
            carriers=("@carrier-notify.example",),
            items=ITEMS,
        ),
        DeliveryPolicy(today=more.pop("today", TODAY), **more),
    )
