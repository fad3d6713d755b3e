"""Who is due for which reminder on a day, and who is left alone and why. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from agent.booking.desk import Desk
from agent.collecting import interlocks
from agent.collecting.interlocks import Hold
from agent.collecting.policy import Policy, policy_of
from agent.domain.collecting import Tone
from agent.domain.money import Money, total
from agent.domain.receivables import Customer, OpenItem
from agent.settings import Settings
from agent.store import cash, collecting, dunning, invoices, master, retentions, work


@dataclass(frozen=True, slots=True)
class Due:
    """One item that a reminder asks for, at this level; `again`: its level was told before, it is listed with the rest."""

    item: OpenItem
    level: int
    amount: Money
    again: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """One item that is left alone, with the reason a clerk reads."""

    item: OpenItem
    hold: Hold

    @property
    def reason(self) -> str:
        return self.hold.reason


@dataclass(frozen=True, slots=True)
class Planned:
    """One mail of the run: everything due of one customer and currency."""

    customer: Customer
    policy: Policy
    currency: str
    level: int
    tone: Tone
    due: tuple[Due, ...]
    credits: tuple[OpenItem, ...]
    unapplied: Money | None
    owed: Money
    broken_promise: date | None = None

    @property
    def fresh(self) -> tuple[Due, ...]:
        """The items that reach a level with this mail."""
        return tuple(one for one in self.due if not one.again)


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: the mails, and every item that is left alone."""

    mails: tuple[Planned, ...]
    blocked: tuple[Blocked, ...]


def plan(desk: Desk, customers: Iterable[str] | None = None, *, on: date | None = None) -> Plan:
    """Work out the reminders of a day (today, where none is named) for all customers, or for these alone."""
    today = on or desk.today
    numbers = collecting.customers_due(desk.tx, today + timedelta(days=days_ahead(desk.settings)), customers)
    stale = interlocks.stale_bank(desk)
    mails: list[Planned] = []
    blocked: list[Blocked] = []
    for number in numbers:
        one = _of_customer(desk, number, today, stale)
        mails += one.mails
        blocked += one.blocked
    return Plan(tuple(mails), tuple(blocked))


def days_ahead(settings: Settings) -> int:
    """How many days before the due date the first note of any policy goes out."""
    rule = settings.dunning
    return max((max(one.before, default=0) for one in (rule, *rule.policies.values())), default=0)


def _of_customer(desk: Desk, number: str, today: date, stale: Hold | None) -> Plan:
    (customer,) = master.customers_by_number(desk.tx, [number])
    policy = policy_of(desk.settings, customer, collecting.terms_of(desk.tx, number), today)
    items = invoices.open_items_of(desk.tx, [number])
    reached = [(item, level) for item in items if (level := _level(policy, item, today)) is not None]
    if not reached:
        return Plan((), ())
    everything = stale or interlocks.of_customer(desk, customer, policy, today=today)
    if everything is not None:
        return Plan((), tuple(Blocked(item, everything) for item, level in reached if level > 0))
    later = interlocks.after_all(desk, customer, policy, today=today)
    mails: list[Planned] = []
    blocked: list[Blocked] = []
    for currency in sorted({item.currency for item, _ in reached}):
        of_currency = [item for item in items if item.currency == currency]
        mail, left = _of_currency(desk, customer, policy, currency, of_currency, today)
        why = later or (_shadowed(desk, customer, mail) if mail is not None else None)
        if mail is not None and why is not None:
            left += [Blocked(one.item, why) for one in mail.fresh]
            mail = None
        blocked += left
        mails += [mail] if mail is not None else []
    return Plan(tuple(mails), tuple(blocked))


def _shadowed(desk: Desk, customer: Customer, mail: Planned) -> Hold | None:
    """In shadow nothing leaves and nothing is booked: what would have left is said instead."""
    if not interlocks.in_shadow(desk, customer):
        return None
    return Hold("shadow", f"shadow: a reminder of level {mail.level} over {mail.owed} would have left")


def _level(policy: Policy, item: OpenItem, today: date) -> int | None:
    due_on = policy.due_on(item)
    if due_on is None or item.open.minor <= 0:
        return None
    level = policy.level(due_on, today)
    if level is not None and level < 1 and item.open.amount < policy.rule.before_min_amount:
        return None
    return level


def _of_currency(
    desk: Desk, customer: Customer, policy: Policy, currency: str, items: list[OpenItem], today: date
) -> tuple[Planned | None, list[Blocked]]:
    owing = [item for item in items if item.open.minor > 0 and item.due_on]
    owing = _without_retained(desk, owing)
    owing = _without_deductions(owing, work.deducted_on_account(desk.tx, customer.number).get(currency, 0))
    levels = {item.number: level for item in owing if (level := _level(policy, item, today)) is not None}
    owing = [item for item in owing if item.number in levels]
    had = collecting.reminded_levels(desk.tx, levels)
    first = policy.rule.first_level
    if first and dunning.last_reminded(desk.tx, customer.number) is None:
        levels = {number: min(level, first) for number, level in levels.items()}
    holds = interlocks.of_items(desk, customer, policy, owing, today=today)
    told = collecting.announcements(desk.tx, levels)
    due: list[Due] = []
    blocked: list[Blocked] = []
    for item in owing:
        hold, amount = holds.get(item.number), _amount(item, bool(told.get(item.number)), today, levels[item.number])
        if hold is None and amount.minor <= 0:
            hold = Hold("disputed", "all of it is disputed or announced")
        if hold is not None:
            blocked += [Blocked(item, hold)] if levels[item.number] > 0 else []
            continue
        again = max(had.get(item.number, {-99})) >= levels[item.number]
        due.append(Due(item, levels[item.number], amount, again))
    due = _one_side(due)
    if not any(not one.again for one in due):
        return None, blocked
    return _mail(desk, customer, policy, currency, items, due, blocked, had)


def _amount(item: OpenItem, stale_announcement: bool, today: date, level: int) -> Money:
    """What is asked for: open, past its day, not disputed; money announced long ago and not here is asked for again."""
    open_ = item.open if stale_announcement else item.free
    asked = open_ - (item.disputed or Money.zero(item.currency))
    return min(asked, item.overdue(today)) if level > 0 else asked


def _one_side(due: list[Due]) -> list[Due]:
    """A mail speaks of what is late, or, where nothing is, of what comes due; never of both."""
    late = [one for one in due if one.level > 0]
    fresh_late = [one for one in late if not one.again]
    return late if fresh_late else [one for one in due if one.level < 1]


def _mail(
    desk: Desk,
    customer: Customer,
    policy: Policy,
    currency: str,
    items: list[OpenItem],
    due: list[Due],
    blocked: list[Blocked],
    had: dict[str, set[int]],
) -> tuple[Planned | None, list[Blocked]]:
    credit_notes = tuple(item for item in items if item.open.minor < 0)
    free = cash.unapplied_of(desk.tx, customer.number).get(currency)
    owed = total([one.amount for one in due], currency) + total([c.open for c in credit_notes], currency)
    owed = owed - free if free else owed
    if owed.minor <= 0 or owed.amount < policy.rule.min_amount:
        covered = owed.minor <= 0
        hold = Hold(
            "covered" if covered else "minimum",
            "credits and unapplied money would cover it" if covered else f"{owed} is below the minimum",
        )
        return None, [*blocked, *(Blocked(one.item, hold) for one in due if not one.again)]
    fresh = [one for one in due if not one.again]
    level = max(one.level for one in fresh)
    before = any(max(had.get(one.item.number, {0})) > 0 for one in fresh)
    broken = _broken_promise(desk, customer.number, {one.item.number for one in due})
    mail = Planned(
        customer=customer,
        policy=policy,
        currency=currency,
        level=level,
        tone=policy.tone(level, reminded_before=before),
        due=tuple(due),
        credits=credit_notes,
        unapplied=free,
        owed=owed,
        broken_promise=broken,
    )
    return mail, blocked


def _broken_promise(desk: Desk, customer: str, asked: set[str]) -> date | None:
    """The day for which these items were promised, where it passed since the last reminder."""
    since = dunning.last_reminded(desk.tx, customer) or desk.today - timedelta(days=60)
    for row in work.broken_promises_of(desk.tx, customer, since):
        if not row.invoices or asked & set(row.invoices):
            day: date = row.promised_on
            return day
    return None


def _without_retained(desk: Desk, items: list[OpenItem]) -> list[OpenItem]:
    """What the customer may keep until defects are mended is not asked for before its day."""
    held = retentions.held_on(desk.tx, [item.number for item in items], desk.today)
    return [
        replace(item, disputed=(item.disputed or Money.zero(item.currency)) + Money(held[item.number], item.currency))
        if item.number in held
        else item
        for item in items
    ]


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
