"""The reminder run: who is due for which level, and who is left alone and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from agent import numbers
from agent.booking import mailing
from agent.booking.desk import Desk
from agent.booking.statements import overdue_row, row_of
from agent.domain import billing
from agent.domain.asks import OWED
from agent.domain.decisions import QueueKind
from agent.domain.money import Money, total
from agent.domain.notices import NoticeKind, ReminderNotice
from agent.domain.receivables import Customer, OpenItem
from agent.store import cash, dunning, invoices, master, stops, work

_COURTESY_DAYS = 3  # for what a customer wrote and nobody has understood yet


@dataclass(frozen=True, slots=True)
class Due:
    """One item that a reminder would name, at this level."""

    item: OpenItem
    level: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Blocked:
    """One overdue item that is left alone, with the reason a clerk reads."""

    item: OpenItem
    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One mail of the run: everything due of one customer and currency."""

    customer: Customer
    currency: str
    level: int
    due: tuple[Due, ...]
    credits: tuple[OpenItem, ...]
    unapplied: Money | None
    blocked: tuple[Blocked, ...]


def plan(desk: Desk) -> tuple[tuple[Planned, ...], tuple[Blocked, ...]]:
    """Work out the mails that are due today, and every overdue item that is left alone."""
    rule = desk.settings.dunning
    newest = cash.newest_bank_day(desk.tx)
    if rule.bank_within_days and (newest is None or _business_days(newest, desk.today) > rule.bank_within_days):
        shown = newest.isoformat() if newest else "never"
        stale = f"the newest bank line is of {shown}: nobody is chased until the bank feed is younger"
        return (), tuple(Blocked(item, stale) for item in dunning.overdue_items(desk.tx, desk.today))
    planned: list[Planned] = []
    blocked: list[Blocked] = []
    for number in dunning.customers_overdue(desk.tx, desk.today):
        (customer,) = master.customers_by_number(desk.tx, [number])
        items = invoices.open_items_of(desk.tx, [number])
        for currency in sorted({item.currency for item in items}):
            mail, left = _of_customer(desk, customer, currency, [i for i in items if i.currency == currency])
            blocked += left
            if mail is not None:
                planned.append(mail)
    return tuple(planned), tuple(blocked)


def _business_days(start: date, end: date) -> int:
    days = (start + timedelta(days=n) for n in range(1, max(0, (end - start).days) + 1))
    return sum(day.weekday() < 5 for day in days)


def _of_customer(
    desk: Desk, customer: Customer, currency: str, items: list[OpenItem]
) -> tuple[Planned | None, list[Blocked]]:
    rule = desk.settings.dunning
    overdue = [i for i in items if i.open.minor > 0 and i.due_on and i.due_on < desk.today]
    overdue = _without_deductions(overdue, work.deducted_on_account(desk.tx, customer.number).get(currency, 0))
    due: list[Due] = []
    blocked: list[Blocked] = []
    holds = _holds(desk, customer, overdue)
    last = dunning.last_reminded(desk.tx, customer.number)
    rested = last is None or (desk.today - last).days >= rule.min_interval_days
    for item in overdue:
        reason = holds.get(item.number)
        amount = min(item.free - (item.disputed or Money.zero(currency)), item.overdue(desk.today))
        if reason is None and amount.minor <= 0:
            reason = "all of it is disputed or announced"
        level = _level(desk, item)
        if level == 0:
            continue
        if reason is not None:
            blocked.append(Blocked(item, reason))
            continue
        if level <= dunning.level_of(desk.tx, item.number):
            continue
        if rested:
            due.append(Due(item, level, amount))
        else:
            blocked.append(
                Blocked(
                    item,
                    f"{customer.number} was reminded on {last}: not more than one mail in {rule.min_interval_days} days",
                )
            )
    if not due:
        return None, blocked
    credit_notes = tuple(i for i in items if i.open.minor < 0)
    free = cash.unapplied_of(desk.tx, customer.number).get(currency)
    owed = total([d.amount for d in due], currency) + total([c.open for c in credit_notes], currency)
    if free:
        owed = owed - free
    if owed.minor <= 0 or owed.amount < rule.min_amount:
        why = "credits and unapplied money would cover it" if owed.minor <= 0 else f"{owed} is below the minimum"
        return None, [*blocked, *(Blocked(d.item, why) for d in due)]
    level = max(d.level for d in due)
    return Planned(customer, currency, level, tuple(due), credit_notes, free, tuple(blocked)), blocked


def _without_deductions(items: list[OpenItem], minor: int) -> list[OpenItem]:
    """What was taken off without naming an invoice stands open on the largest one, and is in dispute there."""
    left = []
    for item in sorted(items, key=lambda i: (-i.open.minor, i.number)):
        free = item.free - (item.disputed or Money.zero(item.currency))
        share = max(0, min(minor, free.minor))
        minor -= share
        disputed = (item.disputed or Money.zero(item.currency)) + Money(share, item.currency)
        left.append(replace(item, disputed=disputed) if share else item)
    return sorted(left, key=lambda i: (i.due_on or date.max, i.number))


def _level(desk: Desk, item: OpenItem) -> int:
    """The newest level whose day has come, from 1; 0 where none has. A level missed in a downtime is not made up for."""
    assert item.due_on is not None
    late = (desk.today - item.due_on).days
    rule = desk.settings.dunning
    return sum(late >= max(days, rule.grace_days) for days in rule.levels)


def _holds(desk: Desk, customer: Customer, items: list[OpenItem]) -> dict[str, str]:
    """Why items of a customer must not be chased now."""
    rule = desk.settings.dunning
    holds: dict[str, str] = {}
    if (everything := _at_rest(desk, customer)) is not None:
        return {item.number: everything for item in items}
    rests = stops.pauses_of(desk.tx, [customer.number], desk.today)
    holds |= {r.invoice: f"rests until {r.until.isoformat()}: {r.reason}" for r in reversed(rests) if r.invoice}
    for item in items:
        until = dunning.announced_until(desk.tx, item.number)
        if until is not None and desk.today <= until + timedelta(days=rule.announced_grace_days):
            holds[item.number] = f"payment is announced for {until.isoformat()}"
    for promise in work.open_promises(desk.tx, [customer.number]):
        end = promise.promised_on + timedelta(days=rule.promise_grace_days)
        if desk.today <= end:
            for number in promise.invoices or [item.number for item in items]:
                holds.setdefault(number, f"promised for {promise.promised_on.isoformat()} (P{promise.id})")
    for item in items:
        unknown = [d for d in work.open_disputes_of(desk.tx, invoice=item.number) if d.amount_minor is None]
        if unknown:
            holds.setdefault(item.number, f"disputed over an amount that is not known yet: D{unknown[0].id}")
    for question in work.open_questions(desk.tx, [customer.number]):
        if (desk.today - question.opened_at.astimezone(desk.settings.zone).date()).days > _patience_days(question):
            continue
        # A question that names no invoice is about the account: nobody is chased while we owe them an answer.
        about = question.invoices or ({i.number for i in items} if question.about_a_mail else set())
        for number in about:
            holds.setdefault(number, f"a question about it is open: Q{question.number}")
    return holds


def _at_rest(desk: Desk, customer: Customer) -> str | None:
    """Why nothing at all is asked of a customer now."""
    stop = stops.legal_stop_of(desk.tx, customer.number)
    if stop is not None:
        return f"{customer.number} is under a legal stop ({stop.kind})"
    paused = dunning.paused_until(desk.tx, customer.number)
    if paused is not None and desk.today <= paused:
        return f"{customer.number} is paused until {paused.isoformat()}"
    whole = [rest for rest in stops.pauses_of(desk.tx, [customer.number], desk.today) if rest.invoice is None]
    return f"rests until {whole[0].until.isoformat()}: {whole[0].reason}" if whole else None


def _patience_days(question: work.OpenQuestion) -> int:
    """For how many days an open question keeps reminders back: anybody could stop them with a forged mail."""
    if question.kind in (QueueKind.UNTRUSTED_SENDER, QueueKind.UNKNOWN_SENDER):
        return 1
    if question.invoices or question.code in OWED:
        return 3650
    return _COURTESY_DAYS


def run(desk: Desk, planned: Iterable[Planned]) -> list[int]:
    """Queue one mail for each plan; an item gets each level once, however often this runs."""
    sent: list[int] = []
    for one in planned:
        fresh = [d for d in one.due if not dunning.was_reminded(desk.tx, d.item.number, d.level)]
        if not fresh:
            continue
        notice = notice_of(desk, one)
        key = "+".join(sorted(f"{d.item.number}.{d.level}" for d in fresh))
        number = mailing.send(
            desk,
            notice,
            one.customer,
            intent=f"reminder:{one.customer.number}:{one.currency}:{one.level}:{key}"[:150]
            + f":{desk.today.isoformat()}",
            about=tuple(d.item.number for d in one.due),
            answer=False,
            level=one.level,
        )
        if number is None:
            continue
        sent.append(number)
        for d in one.due:
            dunning.remember(desk.tx, d.item.number, d.level, outbox=number, today=desk.today, now=desk.now)
            desk.record("reminded", "invoice", d.item.number, level=d.level, mail=numbers.show(numbers.OUTBOX, number))
    return sent


def notice_of(desk: Desk, one: Planned) -> ReminderNotice:
    """What the mail of one plan says: everything that is due, credits and unapplied money with it."""
    rows = tuple(overdue_row(d.item, desk.today, d.level) for d in one.due)
    rows += tuple(row_of(item, desk.today) for item in one.credits)
    owed = total([d.amount for d in one.due], one.currency) + total([c.open for c in one.credits], one.currency)
    fees = desk.settings.dunning.fees
    fee = Money.rounded(fees[one.level - 1], one.currency) if len(fees) >= one.level and fees[one.level - 1] else None
    if one.unapplied:
        owed = owed - one.unapplied
    if fee:
        owed = owed + fee
    return ReminderNotice(
        kind=NoticeKind.REMINDER,
        customer=billing.addressee(one.customer),
        reference=one.customer.number,
        level=one.level,
        as_of=desk.today,
        currency=one.currency,
        rows=rows,
        total_due=owed,
        unapplied=one.unapplied,
        fee=fee,
        deadline=desk.today + timedelta(days=desk.settings.dunning.min_interval_days),
    )
