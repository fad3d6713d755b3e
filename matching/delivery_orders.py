"""Who may confirm a delivery, and of which order."""

from __future__ import annotations

import re

from agent.domain.books import DeliveryBooks
from agent.domain.decisions import Candidate, MatchException, QueueKind, Reason
from agent.domain.documents import DeliveryConfirmation
from agent.domain.receivables import Order, OrderStatus
from matching.addresses import shares_a_place
from matching.folding import fold_number
from matching.order_numbers import names_order

# "HOUSTON, TX, US" and anything with a postal code name a town; "Front desk" and "Dock" do not.
_TOWN = re.compile(r"[^\W\d_]{3,}\s*,\s*[A-Z]{2}\b|\b\d{4,6}\b")


def is_carrier(books: DeliveryBooks) -> bool:
    """Whether the sender is one of the carriers whose notices are believed."""
    address = (books.sender.address or "").casefold()
    domain = "@" + address.rpartition("@")[2]
    return bool(address) and any(entry.casefold() in (address, domain) for entry in books.carriers)


def who_may_not_say(confirmation: DeliveryConfirmation, books: DeliveryBooks) -> MatchException | None:
    """Why this sender's word books nothing; None where it does."""
    if not books.sender.customers and not is_carrier(books):
        return MatchException(
            code="cust_unknown",
            kind=QueueKind.UNKNOWN_SENDER,
            summary=f"{books.sender.address or 'the sender'} confirms a delivery ({named_in(confirmation)}) "
            "and is neither a customer nor a carrier on file",
            candidates=suggested(books),
        )
    if not books.sender.trusted:
        return MatchException(
            code="sender_unverified",
            kind=QueueKind.UNTRUSTED_SENDER,
            summary=f"delivery confirmation from {books.sender.address}, whose mail is not authenticated",
            customer=books.sender.customers[0] if books.sender.customers else None,
            critical=True,
            candidates=suggested(books),
        )
    return None


def named_in(confirmation: DeliveryConfirmation) -> str:
    """What the paper names, in words."""
    numbers = (
        *confirmation.order_numbers,
        *confirmation.invoice_numbers,
        confirmation.delivery_note_number,
        confirmation.tracking_number,
    )
    return ", ".join(number for number in numbers if number) or "it names nothing"


def suggested(books: DeliveryBooks) -> tuple[Candidate, ...]:
    """Orders that a person may choose from."""
    orders = (*books.orders, *(order for order in books.open_orders if order not in books.orders))
    return tuple(
        Candidate(
            n=n,
            order=order.number,
            amount=order.total,
            confidence=0.5 if order in books.orders else 0.2,
            customer=order.customer,
            evidence=(
                Reason(
                    "order_number" if order in books.orders else "open_order", f"{order.number} / {order.po_number}"
                ),
            ),
        )
        for n, order in enumerate(orders[:8], 1)
    )


def order_meant(confirmation: DeliveryConfirmation, books: DeliveryBooks) -> tuple[Order | None, MatchException | None]:
    """The one order that is confirmed; or why there is none."""
    live = [o for o in books.orders if o.status is not OrderStatus.REJECTED]
    carrier = is_carrier(books)
    mine = [o for o in live if carrier or o.customer in books.sender.customers]
    if not mine:
        return None, _nobodys(confirmation, books, live)
    chosen = _chosen(confirmation, books, mine)
    if chosen is None:
        return None, MatchException(
            code="dlv_ambig" if len(mine) > 1 else "dlv_no_order",
            kind=QueueKind.AMBIGUOUS if len(mine) > 1 else QueueKind.DELIVERY_MISMATCH,
            summary=f"a delivery names {named_in(confirmation)}, "
            + (
                f"which fits {len(mine)} orders"
                if len(mine) > 1
                else f"and the nearest that we hold is {mine[0].number}"
            ),
            customer=mine[0].customer if len({o.customer for o in mine}) == 1 else None,
            candidates=suggested(books),
        )
    return chosen, _elsewhere(confirmation, chosen, books)


def _nobodys(confirmation: DeliveryConfirmation, books: DeliveryBooks, live: list[Order]) -> MatchException:
    sender = books.sender.customers
    if live:
        return MatchException(
            code="line_other_customer",
            kind=QueueKind.DELIVERY_MISMATCH,
            summary=f"{books.sender.address} confirms {named_in(confirmation)}, which is an order of another customer",
            customer=sender[0] if len(sender) == 1 else None,
            critical=True,
            candidates=suggested(books),
        )
    return MatchException(
        code="dlv_no_order",
        kind=QueueKind.DELIVERY_MISMATCH,
        summary=f"a delivery was confirmed that fits no order we hold ({named_in(confirmation)})",
        customer=sender[0] if len(sender) == 1 else None,
        candidates=suggested(books),
    )


def _chosen(confirmation: DeliveryConfirmation, books: DeliveryBooks, mine: list[Order]) -> Order | None:
    """By the order numbers that are printed, ours before theirs; then by the invoice; then the one that is open."""
    written = {fold_number(number) for number in confirmation.order_numbers} - {""}
    if len(mine) == 1:
        printed = (*confirmation.order_numbers, *confirmation.invoice_numbers)
        printed += tuple(n for n in (confirmation.delivery_note_number, confirmation.tracking_number) if n)
        named = names_order(printed, mine[0]) or _by_other_number(confirmation, mine[0], books)
        return mine[0] if named else None
    ours = [o for o in mine if fold_number(o.number) in written]
    theirs = [o for o in mine if fold_number(o.po_number) in written]
    if len(ours) == 1 and (not theirs or ours[0] in theirs):
        return ours[0]
    invoices = {fold_number(number) for number in confirmation.invoice_numbers}
    billed = {i.order for i in books.invoices if fold_number(i.number) in invoices}
    of_invoice = [o for o in mine if o.number in billed]
    candidates = theirs or ours or of_invoice or mine
    if len(candidates) == 1:
        return candidates[0]
    open_ones = [o for o in candidates if o.status in (OrderStatus.CONFIRMED, OrderStatus.PART_DELIVERED)]
    # One paper that names several open orders is about all of them: nobody knows what of it is whose.
    return open_ones[0] if len(open_ones) == 1 and len(written) <= 1 else None


def _by_other_number(confirmation: DeliveryConfirmation, order: Order, books: DeliveryBooks) -> bool:
    """Whether its invoice, its delivery note or its parcel is printed."""
    invoices = {fold_number(number) for number in confirmation.invoice_numbers} - {""}
    for item in books.invoices:
        bills = item.order == order.number or any(line.order == order.number for line in item.lines)
        if bills and fold_number(item.number) in invoices:
            return True
    numbers = {fold_number(n) for n in (confirmation.delivery_note_number, confirmation.tracking_number) if n}
    own = [d for d in books.deliveries if d.order == order.number]
    return any(fold_number(n) in numbers for d in own for n in (d.number, d.tracking_number) if n)


def _elsewhere(confirmation: DeliveryConfirmation, order: Order, books: DeliveryBooks) -> MatchException | None:
    """The order is known, and the goods went to a town that is on none of the customer's addresses."""
    place = confirmation.delivered_to or ""
    customer = next((c for c in books.customers if c.number == order.customer), None)
    known = [order.ship_to, *(customer.ship_to if customer else ()), customer.address if customer else None]
    addresses = [address for address in known if address]
    if not addresses or not _TOWN.search(place) or any(shares_a_place(place, address) for address in addresses):
        return None
    return MatchException(
        code="dlv_place",
        kind=QueueKind.DELIVERY_MISMATCH,
        summary=f"delivery of {order.number} ({order.po_number}) went to {place[:120]}, which is no address of "
        f"{customer.name if customer else order.customer}: nothing is invoiced",
        customer=order.customer,
        amount=order.total,
        critical=True,
        candidates=(Candidate(n=1, order=order.number, amount=order.total, confidence=0.4, customer=order.customer),),
    )
