"""What a finished mail must not be: one that shows another customer's affairs or a foreign account, or one too many."""

from __future__ import annotations

import hashlib
import html
import re
from email import message_from_bytes
from email.message import Message

from agent.booking.desk import Desk
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.receivables import Customer
from agent.store import invoices, master, orders, outbound, work
from outbox import leak_guard, loop_guard
from outbox.message import OutboxMessage
from parsers.media.pdf_text import text_of
from templates.iban import foreign_ibans


def objection(desk: Desk, customer: Customer, message: OutboxMessage, *, also: tuple[str, ...] = ()) -> str | None:
    """Why a person must look before this mail leaves; None where nothing speaks against it. `also` are the customer's own for this."""
    leaves = _leaves(message)
    return (
        _leak(desk, customer, message, also)
        or _foreign_papers(desk, customer, message, leaves)
        or _foreign_accounts(desk, leaves)
        or _unfilled(desk, message, leaves)
        or _over_budget(desk, message)
    )


def _leak(desk: Desk, customer: Customer, message: OutboxMessage, also: tuple[str, ...]) -> str | None:
    """One customer's affairs go to that customer's addresses alone; a group that shares an address is one."""
    family = set(master.family_of(desk.tx, [customer.number]))
    owners = {
        address.casefold(): tuple(
            number
            for number in master.customer_numbers_by_keys(desk.tx, "email", [address.casefold()])
            if number not in family
        )
        for address in message.recipients
    }
    return leak_guard.may_send(message, (*customer.emails, *also), owners=owners)


def _foreign_papers(desk: Desk, customer: Customer, message: OutboxMessage, leaves: list[Message]) -> str | None:
    """Every document that the mail is about, and every issued paper that it carries, is this customer's or its group's."""
    family = {customer.number, *master.family_of(desk.tx, [customer.number])}
    about = [one for one in message.about if one != customer.number]
    owners = {item.number: item.customer for item in invoices.items_by_number(desk.tx, about)}
    owners |= {order.number: order.customer for order in orders.orders_by_number(desk.tx, about)}
    for digest in _digests(leaves):
        owners |= invoices.owners_of_paper(desk.tx, digest)
    foreign = sorted(number for number, owner in owners.items() if owner not in family)
    return f"{', '.join(foreign)} is not of customer {customer.number}" if foreign else None


def _digests(leaves: list[Message]) -> list[str]:
    return [hashlib.sha256(data).hexdigest() for part in leaves if part.get_filename() and (data := _data(part))]


def _foreign_accounts(desk: Desk, leaves: list[Message]) -> str | None:
    """The finished bytes are read again, PDF text included: no account but ours stands in them."""
    own = desk.settings.own_accounts
    for part in leaves:
        text = _text(part)
        name = part.get_filename() or part.get_content_type()
        if text is None:
            return f"{name} of this mail cannot be read again: nobody can tell which account it shows"
        if found := foreign_ibans(text, own):
            shown = ", ".join(f"{iban[:4]}…{iban[-4:]}" for iban in found)
            return f"{name} of this mail shows the account {shown}, which is not ours"
    return None


_TAG = re.compile(r"(?is)<(style|script)\b.*?</\1>|<[^>]*>")


def _leaves(message: OutboxMessage) -> list[Message]:
    return [part for part in message_from_bytes(message.data).walk() if not part.is_multipart()]


def _data(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str | None:
    data = _data(part)
    if data.startswith(b"%PDF"):
        return text_of(data)
    kind = part.get_content_type()
    if kind == "text/html":
        # What a reader sees; a tag parts what stands on its two sides.
        return html.unescape(_TAG.sub(" | ", data.decode("utf-8", "replace")))
    if kind.startswith("text/") or kind.endswith(("/xml", "+xml", "/json")):
        return data.decode("utf-8", "replace")
    return ""  # pictures and other people's files show no text


# What a template leaves behind that was not filled in, in the notations that are in use.
_UNFILLED = re.compile(
    r"\{\{.{0,60}?\}\}|\{%|\$\{\w{1,40}\}|%\(\w{1,40}\)s|<<\w{1,40}>>|\[[a-z]{2,20}(?:[A-Z][a-z]+)+\]|\[\[\w{1,40}\]\]"
)


def _unfilled(desk: Desk, message: OutboxMessage, leaves: list[Message]) -> str | None:
    texts = [
        message.subject,
        *(_text(part) or "" for part in leaves if part.get_content_type() == "text/plain"),
    ]
    found = next((hit[0] for text in texts if (hit := _UNFILLED.search(text))), None)
    if found is None:
        return None
    reason = f"the text holds {found!r}, which looks like a place that was not filled in"
    exception = MatchException(
        code="template", kind=QueueKind.OTHER, summary=f"mail is held: {reason}", customer=message.customer
    )
    desk.queue(exception, subject_type="outbox")
    return reason


def _over_budget(desk: Desk, message: OutboxMessage) -> str | None:
    """Beyond the budget everything is held, and a person is told once."""
    sending = desk.settings.sending
    budget = loop_guard.Budget(
        per_recipient_per_day=sending.per_recipient_per_day,
        per_customer_per_hour=sending.per_customer_per_hour,
        per_hour=sending.per_hour,
    )
    reason = loop_guard.may_send(message, budget, outbound.spent(desk.tx, message, budget, desk.now))
    if reason and not work.waits(desk.tx, "budget", message.customer):
        exception = MatchException(
            code="budget",
            kind=QueueKind.OTHER,
            summary=f"mail is held: {reason}; see `ar-agent outbox list --status held`",
            customer=message.customer,
            critical=True,
        )
        desk.queue(exception, subject_type="outbox")
    return reason
