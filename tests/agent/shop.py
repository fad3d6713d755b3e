"""A seller with real books: customers, items and prices of the scenarios, and a desk for each mail that comes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from agent import importing
from agent.booking.deliveries import delivering
from agent.booking.desk import Desk
from agent.booking.orders import answering, ordering
from agent.company import company_of
from agent.domain.documents import AnyDocument, DeliveryConfirmation, OrderReply, PurchaseOrder
from agent.domain.receivables import Customer, Item, OpenItem, Order, Price
from agent.settings import CompanySection, Settings
from agent.store import books, invoices, lists, master, orders, proof
from agent.store.engine import read, write
from agent.store.ledger import Cause
from matching.folding import fold_item
from tests.matching import order_world as world
from tests.matching.world import SENDERS

T = TypeVar("T")
MONDAY = datetime(2026, 3, 16, 9, tzinfo=UTC)


@dataclass(slots=True)
class Shop:
    """One installation whose clock the test sets."""

    engine: Engine
    settings: Settings
    now: datetime = MONDAY
    messages: Any = field(default_factory=lambda: itertools.count(1))

    def desk(self, tx: Connection, customer: str | None, *, address: str | None = None, trusted: bool = True) -> Desk:
        message = next(self.messages)
        mail = address or SENDERS.get(customer or "")
        return Desk(
            tx=tx,
            settings=self.settings,
            company=company_of(self.settings),
            now=self.now,
            cause=Cause("message", f"M{message}", message),
            message=message,
            sender=books.sender_of(tx, mail, None, trusted=trusted),
        )

    def mail(self, document: AnyDocument, customer: str | None = "C-1001", **more: Any) -> Desk:
        """One mail with one paper; the desk afterwards. The books are proved."""

        def work(tx: Connection) -> Desk:
            desk = self.desk(tx, customer, **more)
            if isinstance(document, PurchaseOrder):
                ordering.take_order(desk, document)
            elif isinstance(document, DeliveryConfirmation):
                delivering.take_delivery(desk, document)
            elif isinstance(document, OrderReply):
                desk.outcome.reasons.append(f"used: {answering.take_reply(desk, document)}")
            return desk

        desk = write(self.engine, work)
        self.prove()
        return desk

    def do(self, work: Callable[[Desk], T]) -> T:
        """What a clerk does by hand; the books are proved."""

        def inner(tx: Connection) -> T:
            desk = self.desk(tx, None)
            return work(replace(desk, message=None, cause=Cause("clerk", "ann")))

        result = write(self.engine, inner)
        self.prove()
        return result

    def prove(self) -> None:
        assert read(self.engine, proof.faults) == []

    def later(self, **delta: int) -> Shop:
        self.now += timedelta(**delta)
        return self

    def ask(self, work: Callable[[Connection], T]) -> T:
        return read(self.engine, work)

    def orders(self, **wanted: Any) -> list[dict[str, Any]]:
        return self.ask(lambda tx: lists.list_orders(tx, **wanted))

    def order(self, number: str) -> Order:
        (found,) = self.ask(lambda tx: orders.orders_by_number(tx, (number,)))
        return found

    def customer(self, number: str) -> Customer:
        (found,) = self.ask(lambda tx: master.customers_by_number(tx, (number,)))
        return found

    def invoices(self, **wanted: Any) -> list[dict[str, Any]]:
        return self.ask(lambda tx: lists.list_invoices(tx, **wanted))

    def item(self, number: str) -> OpenItem:
        (found,) = self.ask(lambda tx: invoices.items_by_number(tx, (number,)))
        return found

    def queue(self) -> list[dict[str, Any]]:
        return [row for row in self.ask(lists.list_queue) if row["status"] in ("open", "claimed")]

    def disputes(self) -> list[dict[str, Any]]:
        return self.ask(lists.list_disputes)

    def deliveries(self) -> list[dict[str, Any]]:
        return self.ask(lists.list_deliveries)

    def outbox(self, kind: str | None = None) -> list[dict[str, Any]]:
        return [row for row in self.ask(lists.list_outbox) if kind in (None, row["kind"])]

    def kinds(self) -> list[str]:
        return sorted(row["kind"] for row in self.outbox())

    def change(self, number: str, **changes: Any) -> None:
        """Another record of a customer."""
        found = self.customer(number)
        write(self.engine, lambda tx: save(tx, replace(found, **changes)))

    def price(self, *prices: Price) -> None:
        write(self.engine, lambda tx: [master.save_price(tx, price) for price in prices])

    def stock(self, *items: Item) -> None:
        write(self.engine, lambda tx: [master.save_item(tx, item, fold_item(item.number)) for item in items])

    def book(self, *held: Order) -> None:
        """Orders that we hold already."""

        def work(tx: Connection) -> None:
            for one in held:
                orders.add_order(tx, one, content_key=one.content_key, message=None, now=self.now, imported=True)
                ordering.add_order_keys(replace(self.desk(tx, None), message=None), one)
                orders.settle_status(tx, one.number)

        write(self.engine, work)


def save(tx: Connection, customer: Customer) -> None:
    master.save_customer(tx, customer, importing.customer_keys(customer))


def open_shop(engine: Engine, home: Path, **sections: Any) -> Shop:
    """A shop with the customers, items and prices of the scenarios."""
    company = CompanySection(name="Halden Components Ltd", emails=("ar@halden.example",), iban="GB33BUKB20201555555555")
    shop = Shop(engine, Settings(home=home, company=company, **sections))

    def work(tx: Connection) -> None:
        for customer in world.CUSTOMERS:
            first = f"ap{customer.emails[0]}" if customer.emails[0].startswith("@") else customer.emails[0]
            save(tx, replace(customer, emails=(first, *customer.emails)))
        for item in world.ITEMS:
            master.save_item(tx, item, fold_item(item.number))
        for price in world.PRICES:
            master.save_price(tx, price)

    write(engine, work)
    return shop
