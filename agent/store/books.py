"""The excerpt of the books that one decision needs, found by keys: never a scan of all open items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from agent.domain.books import CashBooks, DeliveryBooks, OrderBooks, Sender
from agent.domain.money import Money
from agent.domain.receivables import Customer
from agent.store import cash, invoices, master, orders

OPEN_ITEMS_MAX = 2000
_ADVICE_MEMORY = timedelta(days=400)


def sender_of(tx: Connection, address: str | None, name: str | None, *, trusted: bool) -> Sender:
    """The customers on whose record this address, or else its domain, stands."""
    if not address:
        return Sender(trusted=trusted)
    folded = address.casefold()
    found = master.customer_numbers_by_keys(tx, "email", [folded])
    if not found:
        found = master.customer_numbers_by_keys(tx, "domain", ["@" + folded.rpartition("@")[2]])
    return Sender(address=address, name=name, customers=found, trusted=trusted)


def customers_named(
    tx: Connection,
    *,
    numbers: Iterable[str] = (),
    names: Iterable[str] = (),
    accounts: Iterable[str] = (),
    tax_ids: Iterable[str] = (),
) -> tuple[str, ...]:
    """Customers that a paper names by folded customer number, name, account or tax number."""
    found: list[str] = []
    for kind, keys in (("number", numbers), ("name", names), ("account", accounts), ("tax", tax_ids)):
        found += master.customer_numbers_by_keys(tx, kind, keys, limit=50)
    return tuple(dict.fromkeys(found))


def order_books(
    tx: Connection,
    sender: Sender,
    *,
    named: Iterable[str],
    item_keys: Iterable[str],
    order_keys: Iterable[str],
) -> OrderBooks:
    """What an order is verified against; item numbers are looked up as they are and through the customers' own map."""
    numbers = tuple(dict.fromkeys((*sender.customers, *named)))
    customers = master.customers_by_number(tx, numbers)
    held = orders.orders_by_number(tx, orders.numbers_by_keys(tx, ("po", "order"), order_keys))
    held = tuple(order for order in held if order.customer in numbers)
    # A change may name a line of the order that we hold by its place alone: then its item is asked for, too.
    on_order = [fold(line.item) for order in held for line in order.lines if line.item]
    keys = list(dict.fromkeys((*item_keys, *on_order)))
    direct = master.items_by_keys(tx, keys)
    prices = master.prices_for(tx, numbers, [item.number for item in direct])
    mapped = [fold(p.item) for p in prices if p.buyer_item and fold(p.buyer_item) in keys]
    more = master.items_by_keys(tx, [key for key in mapped if key not in keys])
    if more:
        prices = tuple(dict.fromkeys((*prices, *master.prices_for(tx, numbers, [item.number for item in more]))))
    return OrderBooks(
        sender=sender,
        customers=customers,
        items=tuple(dict.fromkeys((*direct, *more))),
        prices=prices,
        orders=held,
    )


def fold(text: str) -> str:
    """The key that items are stored under: letters and digits, upper case (as matching.orders.fold_item)."""
    import unicodedata

    return "".join(ch for ch in unicodedata.normalize("NFKC", text).upper() if ch.isalnum())


def exposure(tx: Connection, customer: Customer) -> int:
    """Open items and open orders of a customer in its own currency, in minor units."""
    balance = invoices.balance_of(tx, customer.number, currency=customer.currency)
    return balance + orders.open_order_value(tx, customer.number, customer.currency)


def delivery_books(
    tx: Connection, sender: Sender, *, numbers: Iterable[str], carriers: tuple[str, ...]
) -> DeliveryBooks:
    """Orders found by any number on a confirmation: order, PO, invoice, delivery note or tracking number."""
    keys = list(dict.fromkeys(numbers))
    found = orders.numbers_by_keys(tx, ("order", "po", "delivery_note", "tracking"), keys, limit=100)
    by_invoice = invoices.items_by_number(tx, orders.numbers_by_keys(tx, ("invoice",), keys, limit=100))
    billed = [number for i in by_invoice for number in (i.order, *(line.order for line in i.lines)) if number]
    wanted = tuple(dict.fromkeys((*found, *billed)))
    orders.lock(tx, wanted)
    named = orders.orders_by_number(tx, wanted)
    delivered = orders.deliveries_of_orders(tx, wanted)
    own = invoices.invoices_of_orders(tx, wanted)
    collective = {d.invoice for d in delivered if d.invoice} - {i.number for i in own}
    return DeliveryBooks(
        sender=sender,
        customers=master.customers_by_number(tx, (*sender.customers, *(order.customer for order in named))),
        orders=named,
        open_orders=orders.orders_of_customers(tx, sender.customers, limit=50) if sender.customers else (),
        deliveries=delivered,
        invoices=(*own, *invoices.items_by_number(tx, collective)),
        carriers=carriers,
        items=master.items_by_keys(tx, [fold(line.item) for order in named for line in order.lines if line.item]),
    )


def cash_books(
    tx: Connection,
    sender: Sender,
    *,
    reference_keys: Iterable[str],
    named: Iterable[str],
    payment_references: Iterable[str],
    content_keys: Iterable[str],
    total: Money | None,
    now: datetime,
) -> CashBooks:
    """What an advice or a bank line could concern: items by their keys, then the customers that come into question."""
    keys = list(dict.fromkeys(reference_keys))
    direct, order_numbers = orders.items_and_orders_by_keys(tx, keys)
    of_orders = invoices.numbers_of_orders(tx, order_numbers)
    items = invoices.items_by_number(tx, (*direct, *of_orders))
    candidates = tuple(dict.fromkeys((*sender.customers, *named, *(item.customer for item in items))))[:50]
    advices = cash.known_advices(
        tx,
        references=payment_references,
        customers=candidates,
        content_keys=content_keys,
        total=total,
        since=now - _ADVICE_MEMORY,
    )
    # What an earlier advice announced is part of the picture: a bank line may settle it by its reference alone.
    announced = [part.invoice for advice in advices for part in advice.allocations if part.invoice]
    have = {item.number for item in items}
    more = invoices.items_by_number(tx, [number for number in announced if number not in have])
    items = (*items, *more)
    candidates = tuple(dict.fromkeys((*candidates, *(item.customer for item in more))))[:100]
    customers = master.customers_by_number(tx, master.family_of(tx, candidates))
    open_items = invoices.open_items_of(tx, candidates, limit=OPEN_ITEMS_MAX)
    return CashBooks(
        sender=sender,
        customers=customers,
        items=items,
        open_items=open_items[:OPEN_ITEMS_MAX],
        complete=len(open_items) <= OPEN_ITEMS_MAX,
        advices=advices,
        receipts=cash.known_receipts(tx, customers=candidates, amount=total),
    )
