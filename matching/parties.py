"""Which customer writes: the address book first, then names, and never a guess between two."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agent.domain.books import Sender
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.receivables import Customer
from matching.customers import name_likeness

SAME_NAME = 0.92


def choose_customer(
    customers: tuple[Customer, ...],
    sender: Sender,
    *,
    names: Iterable[str | None] = (),
    tax_ids: Iterable[str | None] = (),
    addresses: Iterable[str | None] = (),
) -> tuple[Customer | None, MatchException | None]:
    """The one customer that the sender speaks for, or why there is none.

    Only customers on whose record the sender's address or domain stands come into question; names and tax numbers on
    the paper choose among several of them, and never bring in a customer that the address does not. What the paper says
    comes before who mailed it: one person may buy for two firms.
    """
    names, tax_ids, addresses = tuple(names), tuple(tax_ids), tuple(addresses)  # each is asked for every customer
    known = [customer for customer in customers if customer.number in sender.customers]
    if not known:
        return None, _unknown(customers, sender)
    if len(known) == 1:
        return known[0], None
    witnesses: tuple[Callable[[Customer], bool], ...] = (
        lambda c: any(t and c.tax_id and _fold(t) == _fold(c.tax_id) for t in tax_ids),
        lambda c: any(n and max(name_likeness(n, x) for x in (c.name, *c.aliases)) >= SAME_NAME for n in names),
        lambda c: sender.address is not None and sender.address.casefold() in {e.casefold() for e in c.emails},
        lambda c: any(a and a.casefold() in {e.casefold() for e in c.emails} for a in addresses),
    )
    for speaks_for in witnesses:
        chosen = [customer for customer in known if speaks_for(customer)]
        if len(chosen) == 1:
            return chosen[0], None
    shown = ", ".join(f"{c.number} {c.name}" for c in known[:6])
    return None, MatchException(
        code="cust_ambig",
        kind=QueueKind.AMBIGUOUS,
        summary=f"{sender.address} writes for several customers, and the paper names none of them: {shown}",
        reasons=(Reason("sender", shown),),
    )


def _fold(text: str) -> str:
    return "".join(ch for ch in text.upper() if ch.isalnum())


def _unknown(customers: tuple[Customer, ...], sender: Sender) -> MatchException:
    alike = [c for c in customers if c.number not in sender.customers]
    hint = f"; the paper names {alike[0].name}" if alike else ""
    return MatchException(
        code="cust_unknown" if not alike else "sender_unverified",
        kind=QueueKind.UNKNOWN_SENDER,
        summary=f"{sender.address or 'the sender'} is on no customer's record{hint}",
        critical=bool(alike),
        reasons=(Reason("sender", f"{sender.address} is not in the address book"),),
    )
