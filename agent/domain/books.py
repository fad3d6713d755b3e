"""The excerpt of the books that one decision needs: found by index in the store, handed to matching as a value."""

from __future__ import annotations

from dataclasses import dataclass

from agent.domain.agreements import Agreement
from agent.domain.learning import Learned
from agent.domain.receivables import (
    Customer,
    Item,
    KnownAdvice,
    KnownDelivery,
    KnownReceipt,
    OpenItem,
    Order,
    Price,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who wrote, as far as it is known and trusted."""

    address: str | None = None
    name: str | None = None
    customers: tuple[str, ...] = ()  # customers on whose record this address or its domain stands
    trusted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CashBooks:
    """What an advice or a bank line could concern.

    `items` were found by the references' lookup keys, among all customers, closed ones too. `open_items` are all open
    items of the candidate customers (bounded by the store; `complete` says whether that is all of them).
    """

    sender: Sender = Sender()
    customers: tuple[Customer, ...] = ()
    items: tuple[OpenItem, ...] = ()
    open_items: tuple[OpenItem, ...] = ()
    complete: bool = True
    advices: tuple[KnownAdvice, ...] = ()  # earlier ones with the same reference, content key, customer or amount
    receipts: tuple[KnownReceipt, ...] = ()  # received earlier, of the same amount or customer
    learned: tuple[Learned, ...] = ()  # what decisions taught about this payer and these customers


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBooks:
    """What an order is verified against: the sender's customers, its items and prices, orders with the same number."""

    sender: Sender = Sender()
    customers: tuple[Customer, ...] = ()
    items: tuple[Item, ...] = ()
    prices: tuple[Price, ...] = ()
    orders: tuple[Order, ...] = ()  # same PO number, or same content
    exposure_minor: int = 0  # open items + open orders of the customer, minor units of its currency
    overdue_minor: int = 0
    learned: tuple[Learned, ...] = ()  # buyers' item numbers, as decisions taught them
    agreements: tuple[Agreement, ...] = ()  # blanket orders that it may call off, with what was called off them
    catalogue: tuple[Item, ...] = ()  # our items in the order's currency, for suggestions where a number is unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryBooks:
    """What a confirmation could concern: orders found by its numbers and by its sender, earlier deliveries."""

    sender: Sender = Sender()
    customers: tuple[Customer, ...] = ()
    orders: tuple[Order, ...] = ()  # found by order, PO, invoice, delivery-note or tracking number
    open_orders: tuple[Order, ...] = ()  # of the sender's customers, not fully delivered: for suggestions
    deliveries: tuple[KnownDelivery, ...] = ()
    invoices: tuple[OpenItem, ...] = ()  # of those orders, with their lines
    carriers: tuple[str, ...] = ()  # senders whose delivery notices are believed
    items: tuple[Item, ...] = ()  # of those orders' lines: how many pieces a package holds
