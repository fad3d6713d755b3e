"""Writing to customers: a notice becomes one exact mail in the outbox, in the transaction that caused it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from agent import numbers
from agent.booking.desk import Desk
from agent.domain.documents import Nature
from agent.domain.notices import Attachment, Notice
from agent.domain.receivables import Automation, Customer
from agent.store import master, outbound, stops
from outbox import leak_guard, loop_guard
from outbox.compose import compose
from outbox.message import OutboxMessage, OutboxStatus
from templates import render


def language_of(desk: Desk, customer: Customer | None) -> str:
    """The customer's language on record, else that of the mail we answer, else the company's."""
    if customer and customer.language:
        return customer.language
    if desk.facts and desk.facts.language:
        return desk.facts.language
    return desk.settings.company.language


def recipients_of(desk: Desk, customer: Customer, *, answer: bool) -> tuple[str, ...]:
    """Who gets it: the person who wrote, if we answer and may; else the first full address on the customer's record."""
    on_file = tuple(entry for entry in customer.emails if not entry.startswith("@"))
    facts = desk.facts
    if answer and facts and facts.from_address and not facts.no_answer_reason and belongs(facts.from_address, customer):
        return (facts.from_address,)
    if on_file:
        return on_file[:1]
    if facts and facts.from_address and not facts.no_answer_reason and belongs(facts.from_address, customer):
        return (facts.from_address,)
    return ()


def belongs(address: str, customer: Customer) -> bool:
    """Whether an address is on the customer's record, by itself or by its domain."""
    own = {entry.casefold() for entry in customer.emails}
    address = address.casefold()
    return address in own or "@" + address.rpartition("@")[2] in own


def send(
    desk: Desk,
    notice: Notice,
    customer: Customer,
    *,
    intent: str,
    about: tuple[str, ...],
    answer: bool = True,
    level: int | None = None,
    draft: str | None = None,
    files: tuple[Attachment, ...] | None = None,
    to: tuple[str, ...] = (),
    review: Callable[[OutboxMessage], str | None] | None = None,
    more: tuple[Attachment, ...] = (),
    due_at: datetime | None = None,
) -> int | None:
    """Render, compose and queue one mail; None where this intent has one already.

    `draft` is the reason why a person looks at it first. What the guards object to is held with their reason too.
    `to` are the customer's own addresses for this kind of mail, in place of those on record; `review` looks at the
    finished mail and says why it must not leave. `files` are attached instead of what the notice renders: papers that were
    issued before go out as they were; `more` go beside it. `due_at` is when it leaves; else it leaves at once.
    """
    language = language_of(desk, customer)
    rendered = render(notice, language, desk.company, more=more)
    if files is not None:
        rendered = replace(rendered, attachments=files)
    facts = desk.facts
    threading = facts is not None and answer and facts.nature is Nature.CUSTOMER
    held = draft
    if (stop := stops.legal_stop_of(desk.tx, customer.number)) is not None:
        held = f"{customer.number} is under a legal stop ({stop.kind}): nothing leaves until a person lifts it"
    if desk.automation_of(customer) is not Automation.AUTO:
        held = held or "automation is set to assist: a person releases what leaves"
    recipients = to or recipients_of(desk, customer, answer=answer)
    if not recipients:
        held = held or f"{customer.number} has no full address on record"
    message = compose(
        rendered,
        kind=notice.kind.value,
        intent=intent,
        sender_address=desk.company.email,
        sender_name=desk.settings.smtp.sender_name or desk.company.name,
        reply_to=desk.company.email,
        recipients=recipients,
        date=desk.now.astimezone(desk.settings.zone),
        in_reply_to=facts.message_id if facts and threading else None,
        references=facts.references if facts and threading else (),
        auto_submitted="auto-replied" if threading else "auto-generated",
        about=about,
        customer=customer.number,
        level=level,
        due_at=due_at or desk.now,
        held_reason=held,
    )
    wrong = review(message) if review else None
    objection = None if message.reason else (wrong or _leak(desk, customer, message, to) or _over_budget(desk, message))
    if objection:
        message = replace(message, status=OutboxStatus.HELD, reason=objection)
    number = outbound.add(desk.tx, message, cause=desk.message, now=desk.now)
    if number is not None:
        shown = numbers.show(numbers.OUTBOX, number)
        desk.outcome.effect("outbox", shown)
        desk.record("planned", "outbox", str(shown), kind=notice.kind.value, about=about, held=message.reason)
    return number


def _leak(desk: Desk, customer: Customer, message: OutboxMessage, to: tuple[str, ...] = ()) -> str | None:
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
    return leak_guard.may_send(message, (*customer.emails, *to), owners=owners)


def _over_budget(desk: Desk, message: OutboxMessage) -> str | None:
    sending = desk.settings.sending
    budget = loop_guard.Budget(per_recipient_per_day=sending.per_recipient_per_day, per_hour=sending.per_hour)
    return loop_guard.may_send(message, budget, outbound.spent(desk.tx, message, budget, desk.now))
