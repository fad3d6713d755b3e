"""Writing to customers: a notice becomes one exact mail in the outbox, in the transaction that caused it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.letters import outgoing
from agent.booking.letters.addressing import leaves_at, recipients_of, why_unreachable
from agent.domain.documents import Nature
from agent.domain.notices import Attachment, Notice
from agent.domain.receivables import Automation, Customer
from agent.store import outbound, stops
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
    `to` names who gets it, where it is not the one that the record names first; `review` looks at the finished mail and
    says why it must not leave. `files` are attached instead of what the notice renders: papers that were issued before
    go out as they were; `more` go beside it. `due_at` is before what it does not leave; else the office hours decide.
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
        held = held or why_unreachable(desk, customer)
    message = compose(
        rendered,
        kind=notice.kind.value,
        intent=outbound.standing(desk.tx, intent),
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
        due_at=leaves_at(desk, customer, due_at or desk.now, answer=threading),
        held_reason=held,
    )
    # Before the guards count anything: an intent that has its mail gets no second one, and costs no budget.
    if outbound.has_intent(desk.tx, message.intent):
        return None
    wrong = review(message) if review else None
    objection = None if message.reason else (wrong or outgoing.objection(desk, customer, message, also=to))
    if objection:
        message = replace(message, status=OutboxStatus.HELD, reason=objection)
    number = outbound.add(desk.tx, message, cause=desk.message, now=desk.now)
    if number is not None:
        shown = numbers.show(numbers.OUTBOX, number)
        desk.outcome.effect("outbox", shown)
        desk.record("planned", "outbox", str(shown), kind=notice.kind.value, about=about, held=message.reason)
    return number
