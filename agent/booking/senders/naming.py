"""Who writes, and which documents of ours the mail names: shared by everything that customers write besides papers."""

from __future__ import annotations

from agent.booking.desk import Desk
from agent.booking.senders.mentions import mentions_in
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.receivables import Customer, OpenItem, Order
from agent.store import invoices, master, orders, outbound
from matching.keys import lookup_keys


def sure_customer(desk: Desk) -> Customer | None:
    """The customer who writes, if it is one, known and authenticated."""
    found = master.customers_by_number(desk.tx, desk.sender.customers)
    if len(found) == 1 and desk.sender.trusted:
        desk.outcome.customer = desk.outcome.customer or found[0].number
        return found[0]
    return None


def queue_unknown(desk: Desk, what: str, *, critical: bool = False) -> None:
    """Show a person what somebody wrote who is not surely one customer of ours."""
    known = bool(desk.sender.customers)
    kind = QueueKind.UNTRUSTED_SENDER if known and not desk.sender.trusted else QueueKind.UNKNOWN_SENDER
    if known and desk.sender.trusted:
        kind = QueueKind.AMBIGUOUS
    exception = MatchException(
        code="sender_unverified" if known else "cust_unknown",
        kind=kind,
        summary=f"{desk.sender.address or 'somebody'} {what}",
        customer=meant_customer(desk),
        critical=critical,
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def meant_customer(desk: Desk) -> str | None:
    """The customer who writes or, where a stranger does, the one alone who is named; it only points."""
    if len(desk.sender.customers) == 1:
        return desk.sender.customers[0]
    if not desk.sender.customers and desk.facts is not None:
        return mentions_in(desk.tx, f"{desk.facts.subject} {desk.facts.reply_text}").customer
    return None


def named(
    desk: Desk, customer: Customer, invoice_numbers: tuple[str, ...], order_numbers: tuple[str, ...] = ()
) -> tuple[OpenItem, ...]:
    """The customer's own invoices that are named, by their number or by their order's."""
    keys = [key for number in invoice_numbers for key in lookup_keys(number)]
    found = list(invoices.items_by_number(desk.tx, orders.numbers_by_keys(desk.tx, ("invoice",), keys, limit=50)))
    keys = [key for number in order_numbers for key in lookup_keys(number)]
    wanted = orders.numbers_by_keys(desk.tx, ("order", "po", "delivery_note"), keys, limit=50)
    found += invoices.invoices_of_orders(desk.tx, wanted)
    # An invoice that was imported without its order is found by the buyer's number that stands on it.
    billed = invoices.items_by_number(desk.tx, orders.numbers_by_keys(desk.tx, ("invoice",), keys, limit=50))
    found += [item for item in billed if item.po_number and not set(lookup_keys(item.po_number)).isdisjoint(keys)]
    own = {customer.number, *master.family_of(desk.tx, [customer.number])}
    return tuple({item.number: item for item in found if item.customer in own}.values())


def about_thread(desk: Desk) -> tuple[str, ...]:
    """What the mail of ours was about that this one answers."""
    facts = desk.facts
    if facts is None:
        return ()
    ids = (*((facts.in_reply_to,) if facts.in_reply_to else ()), *facts.references)
    return tuple(dict.fromkeys(subject for row in outbound.of_message_ids(desk.tx, ids) for subject in row.about))


def order_named(desk: Desk, customer: Customer, order_numbers: tuple[str, ...]) -> Order | None:
    """The one order of the customer that is named."""
    keys = [key for number in order_numbers for key in lookup_keys(number)]
    found = orders.orders_by_number(
        desk.tx, orders.numbers_by_keys(desk.tx, ("order", "po", "delivery_note"), keys, limit=20)
    )
    mine = [order for order in found if order.customer == customer.number]
    return mine[0] if len(mine) == 1 else None
