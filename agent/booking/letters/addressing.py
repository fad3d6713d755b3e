"""To whom a mail goes, and when: contacts by rank, never an address that does not exist, within the customer's hours."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.booking.desk import Desk
from agent.calendar import calendar
from agent.domain.calendars import Calendar
from agent.domain.contacts import Contact
from agent.domain.errors import WrongUsage
from agent.domain.receivables import Customer
from agent.store import contacts, said
from outbox.window import next_opening, window_of


def recipients_of(desk: Desk, customer: Customer, *, answer: bool) -> tuple[str, ...]:
    """Who gets it: the person who wrote, if we answer and may; else the first address on record that takes mail."""
    on_file = reachable(desk, customer)
    facts = desk.facts
    writer = facts.from_address if facts and not facts.no_answer_reason else None
    if writer and not belongs(writer, customer):
        writer = None
    if answer and writer:
        return (writer,)
    if on_file:
        return (_present(desk, customer, on_file),)
    return (writer,) if writer else ()


def _present(desk: Desk, customer: Customer, on_file: tuple[str, ...]) -> str:
    """The first address on record; where that person is away and the settings want it, who stands in or comes next."""
    rule = desk.settings.replies.away
    row = said.absence_of(desk.tx, on_file[0], desk.today) if rule != "ignore" else None
    if row is None:
        return on_file[0]
    if rule == "stand_in" and row.delegate and belongs(row.delegate, customer):
        return str(row.delegate)
    here = (entry for entry in on_file[1:] if said.absence_of(desk.tx, entry, desk.today) is None)
    return next(here, on_file[0])


def reachable(desk: Desk, customer: Customer) -> tuple[str, ...]:
    """The addresses on record that take mail and may have it, the first to be written to first."""
    known = {one.address: one for one in contacts.of_customers(desk.tx, [customer.number])}
    full = [entry for entry in customer.emails if not entry.startswith("@")]
    full += [one.address for one in known.values() if one.address not in full and belongs(one.address, customer)]
    stopped = contacts.stopped(desk.tx, full)
    open_ = [entry for entry in full if entry.casefold() not in stopped and _may_receive(known, entry)]
    order = {entry: n for n, entry in enumerate(full)}
    return tuple(sorted(open_, key=lambda entry: (_rank(known, entry), order[entry])))


def _may_receive(known: dict[str, Contact], entry: str) -> bool:
    contact = known.get(entry.casefold())
    return contact is None or contact.may_receive


def _rank(known: dict[str, Contact], entry: str) -> int:
    contact = known.get(entry.casefold())
    return contact.rank if contact else 0


def why_unreachable(desk: Desk, customer: Customer) -> str:
    """Why a mail to this customer has no address to go to, and what to do."""
    full = [entry for entry in customer.emails if not entry.startswith("@")]
    stopped = contacts.stopped(desk.tx, full)
    if stopped:
        said = "; ".join(f"{address}: {why}" for address, why in sorted(stopped.items()))
        return f"no address of {customer.number} takes mail ({said}): correct it, or `ar-agent contacts clear ADDRESS`"
    if full:
        return f"no contact of {customer.number} may receive papers: see `ar-agent contacts list`"
    return f"{customer.number} has no full address on record"


def belongs(address: str, customer: Customer) -> bool:
    """Whether an address, or its whole domain, stands on the customer's record."""
    own = {entry.casefold() for entry in customer.emails}
    folded = address.casefold()
    return folded in own or "@" + folded.rpartition("@")[2] in own


def leaves_at(desk: Desk, customer: Customer, at: datetime, *, answer: bool) -> datetime:
    """When a mail that is due `at` leaves: an answer then, anything else within the window that the settings give."""
    sending = desk.settings.sending
    window = window_of(sending.window)
    if answer or (window is None and not sending.open_days_only):
        return at
    days = _calendar(desk, customer) if sending.open_days_only else _EVERY_DAY
    return next_opening(at, window, days, _zone(desk, customer))


_EVERY_DAY = Calendar("", weekend=frozenset())


def _calendar(desk: Desk, customer: Customer) -> Calendar:
    first = desk.today.year
    for name in (customer.country, desk.settings.company.country):
        try:
            if name:
                return calendar(name, first - 1, first + 2)
        except WrongUsage:
            continue  # a country without a table: the company's own days
    return Calendar("")


def _zone(desk: Desk, customer: Customer) -> ZoneInfo:
    try:
        return ZoneInfo(customer.timezone) if customer.timezone else desk.settings.zone
    except (ZoneInfoNotFoundError, ValueError):
        return desk.settings.zone
