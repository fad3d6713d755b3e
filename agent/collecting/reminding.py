"""Reminders leave: one mail for each planned one, each level of an item once, however often this runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.letters import mailing
from agent.booking.letters.statements import overdue_row, row_of
from agent.collecting.planning import Due, Planned
from agent.domain import billing
from agent.domain.money import Money, total
from agent.domain.notices import Attachment, NoticeKind, ReminderNotice, StatementRow
from agent.store import blobs, collecting, dunning, invoices, master

_COPIES_MOST = 10  # invoices attached to one mail


def send(desk: Desk, one: Planned, *, due_at: datetime | None = None) -> int | None:
    """Queue one reminder; None where each of its items had its level already."""
    master.lock(desk.tx, (one.customer.number,))
    fresh = [d for d in one.fresh if not dunning.was_reminded(desk.tx, d.item.number, d.level)]
    if not fresh:
        return None
    fee = _charge_fee(desk, one)
    notice = notice_of(desk, one, fee=fee)
    key = "+".join(sorted(f"{d.item.number}.{d.level}" for d in fresh))
    intent = f"reminder:{one.customer.number}:{one.currency}:{one.level}:{key}"[:150] + f":{desk.today.isoformat()}"
    about = [d.item.number for d in fresh] + [d.item.number for d in one.due if d.again]
    number = mailing.send(
        desk,
        notice,
        one.customer,
        intent=intent,
        about=tuple(about + ([fee] if fee else [])),
        answer=False,
        level=one.level,
        more=_papers(desk, one, fee),
        due_at=due_at,
    )
    if number is None:
        return None
    for d in fresh:
        dunning.remember(desk.tx, d.item.number, d.level, outbox=number, today=desk.today, now=desk.now)
        desk.record("reminded", "invoice", d.item.number, level=d.level, mail=numbers.show(numbers.OUTBOX, number))
    return number


def notice_of(desk: Desk, one: Planned, *, fee: str | None = None) -> ReminderNotice:
    """What the mail of one plan says: everything that is due, credits and unapplied money with it."""
    rows = tuple(_row(desk, d) for d in one.due)
    owed = one.owed
    if fee:
        (item,) = invoices.items_by_number(desk.tx, [fee])
        rows += (row_of(item, desk.today),)
        owed = owed + item.open
    rows += tuple(row_of(item, desk.today) for item in one.credits)
    deadline = desk.today + timedelta(days=one.policy.rule.min_interval_days)
    return ReminderNotice(
        kind=NoticeKind.REMINDER,
        customer=billing.addressee(one.customer),
        reference=one.customer.number,
        level=one.level,
        tone=one.tone,
        letter="letter" in one.policy.attachments(one.level),
        as_of=desk.today,
        currency=one.currency,
        rows=rows,
        total_due=owed,
        unapplied=one.unapplied,
        deadline=deadline if one.level > 0 else None,
        promised_on=one.broken_promise,
    )


def _row(desk: Desk, due: Due) -> StatementRow:
    if due.level < 1:
        return row_of(due.item, desk.today)
    row = overdue_row(due.item, desk.today, due.level)
    cases = collecting.open_disputes(desk.tx, [due.item.number]).get(due.item.number, [])
    known = [f"D{case.id}" for case in cases if case.amount_minor is not None]
    # What was announced long ago and never came is asked for with the rest.
    came = due.item.announced is not None and due.amount > due.item.free
    return replace(row, case=", ".join(known), announced=None if came else row.announced)


def _papers(desk: Desk, one: Planned, fee: str | None) -> tuple[Attachment, ...]:
    """What the policy attaches to a mail of this level, beside the letter that the notice itself brings."""
    wanted = one.policy.attachments(one.level)
    files: list[Attachment] = []
    numbers_wanted = [d.item.number for d in one.due][:_COPIES_MOST] if "invoices" in wanted else []
    for number in [*numbers_wanted, *([fee] if fee else [])]:
        digest = invoices.pdf_of(desk.tx, number)
        data = blobs.load(desk.tx, digest) if digest else None
        if data:
            files.append(Attachment(f"{number}.pdf", "application/pdf", data))
    if "statement" in wanted:
        from agent.booking.letters.statements import statement_of
        from templates.pdf import attached, statement_pdf

        notice = statement_of(desk, one.customer, one.currency)
        paper = statement_pdf(notice, mailing.language_of(desk, one.customer), desk.company)
        files.append(attached(f"{one.customer.number}-{desk.today.isoformat()}-statement", paper))
    return tuple(files)


def _charge_fee(desk: Desk, one: Planned) -> str | None:
    """The reminder fee that the policy has for this level, booked as a document of its own."""
    fees = one.policy.rule.fees
    if one.level < 1 or len(fees) < one.level or not fees[one.level - 1]:
        return None
    from agent.collecting import charging

    return charging.issue_fee(desk, one.customer, Money.rounded(fees[one.level - 1], one.currency))


def spread(desk: Desk, count: int, window: str) -> list[datetime]:
    """Instants for a backlog of mails: evenly over what is left of the window, the first one now."""
    begin, end = (time.fromisoformat(part) for part in window.split("-"))
    local = desk.now.astimezone(desk.settings.zone)
    first = max(local, local.replace(hour=begin.hour, minute=begin.minute, second=0, microsecond=0))
    last = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    if count < 2 or last <= first:
        return [desk.now] * count
    step = (last - first) / count
    return [first + n * step for n in range(count)]


def told(one: Planned, mail: int) -> dict[str, Any]:
    """The row that `dun` prints of a mail."""
    fresh = [d.item.number for d in one.fresh]
    return {
        "customer": one.customer.number,
        "name": one.customer.name,
        "level": one.level,
        "currency": one.currency,
        "invoices": fresh,
        "items": [{"invoice": d.item.number, "level": d.level, "amount": d.amount.plain()} for d in one.fresh],
        "also": [d.item.number for d in one.due if d.again],
        "total_due": (one.owed + _fee_of(one)).plain(),
        "policy": one.policy.name,
        "mail": numbers.show(numbers.OUTBOX, mail),
    }


def _fee_of(one: Planned) -> Money:
    fees = one.policy.rule.fees
    fee = fees[one.level - 1] if 1 <= one.level <= len(fees) else None
    return Money.rounded(fee, one.currency) if fee else total([], one.currency)
