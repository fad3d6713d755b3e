"""What an order is verified against: the excerpt of the books that its numbers, items and buyer lead to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from agent.booking.desk import Desk
from agent.domain.books import OrderBooks
from agent.domain.documents import PurchaseOrder
from agent.domain.learning import LearnedKind
from agent.domain.receivables import Customer
from agent.store import agreements, books, learned, master
from matching.customers import name_keys
from matching.keys import lookup_keys
from matching.order_frames import frame_keys
from matching.order_items import named_in_words
from matching.orders import buyer_of, fold_item, order_number


def with_catalogue(desk: Desk, document: PurchaseOrder, found: OrderBooks, currency: str) -> OrderBooks:
    """The books with all that we sell in the currency, and the prices of what the lines name in words."""
    catalogue = master.item_catalogue(desk.tx, currency)
    named = [item for line in document.lines if (item := named_in_words(line, catalogue)) is not None]
    prices = master.prices_for(desk.tx, [c.number for c in found.customers], [item.number for item in named])
    return replace(
        found,
        catalogue=catalogue,
        items=tuple(dict.fromkeys((*found.items, *named))),
        prices=tuple(dict.fromkeys((*found.prices, *prices))),
    )


def mail_date(desk: Desk) -> date | None:
    return date.fromisoformat(desk.facts.date[:10]) if desk.facts and desk.facts.date else None


def order_ground(desk: Desk, document: PurchaseOrder) -> OrderBooks:
    # The same order may come twice at once: the second one waits here, and then sees the first.
    master.lock(desk.tx, desk.sender.customers)
    names = [name for name in (document.buyer.name, document.bill_to.name) if name]
    named = books.customers_named(desk.tx, names=[key for name in names for key in name_keys(name)])
    numbers = [order_number(document), document.number]
    numbers.append(document.revision_of if isinstance(document.revision_of, str) else None)
    found = books.order_books(
        desk.tx,
        desk.sender,
        named=named,
        item_keys=[fold_item(n) for line in document.lines for n in (line.item, line.buyer_item) if n],
        order_keys=[key for number in numbers if number for key in lookup_keys(number)],
    )
    buyer, _ = buyer_of(document, found)
    if buyer is None:
        return found
    frames = agreements.find(
        desk.tx, customers=(buyer.number,), keys=frame_keys(document), without=_held_already(found)
    )
    found = _with_learned(desk, found, buyer, document)
    return replace(found, exposure_minor=books.exposure(desk.tx, buyer), agreements=frames)


def _with_learned(desk: Desk, found: OrderBooks, buyer: Customer, document: PurchaseOrder) -> OrderBooks:
    """The books with what decisions taught about this buyer's own item numbers, and the items that they mean."""
    written = [n for line in document.lines for n in (line.item, line.buyer_item) if n]
    rows = learned.by_keys(desk.tx, LearnedKind.ITEM, [fold_item(number) for number in written], desk.today)
    own = tuple(row for row in rows if row.customer == buyer.number)
    if not own:
        return found
    meant = master.items_by_keys(desk.tx, [fold_item(row.means) for row in own])
    prices = master.prices_for(desk.tx, [buyer.number], [item.number for item in meant])
    return replace(
        found,
        learned=own,
        items=tuple(dict.fromkeys((*found.items, *meant))),
        prices=tuple(dict.fromkeys((*found.prices, *prices))),
    )


def _held_already(found: OrderBooks) -> str | None:
    """Our order that the paper is about, if there is one: what it calls off is not counted against itself."""
    return found.orders[0].number if len(found.orders) == 1 else None


__all__ = ["mail_date", "order_ground", "with_catalogue"]
