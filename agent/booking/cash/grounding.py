"""The ground that suggestions stand on when there is no paper: a customer's open items as the books have them now."""

from __future__ import annotations

from datetime import date

from agent.booking.desk import Desk
from agent.domain.books import Sender
from agent.store import books, master
from matching.finder import Finder
from matching.ground import Ground


def of_customer(
    desk: Desk, customer: str | None, currency: str, *, paid_on: date | None = None, by_open: bool = False
) -> Ground | None:
    """What a payment of this customer could settle; None where the customer is not known."""
    from agent.booking.cash.advising import policy_of

    if customer is None:
        return None
    found = books.cash_books(
        desk.tx,
        Sender(customers=(customer,)),
        reference_keys=(),
        named=(),
        payment_references=(),
        content_keys=(),
        total=None,
        now=desk.now,
    )
    family = master.family_of(desk.tx, [customer])
    return Ground(
        currency=currency,
        paid_on=paid_on,
        policy=policy_of(desk, family, (currency,)),
        finder=Finder((*found.items, *found.open_items)),
        payable=frozenset({customer}),
        payer=customer,
        by_open=by_open,
    )
