"""Which reminder policy a customer has, and which level an item has reached on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from agent.calendar import NONE, calendar
from agent.domain.calendars import Calendar
from agent.domain.collecting import TONES, CollectingTerms, Tone
from agent.domain.errors import WrongUsage
from agent.domain.receivables import Customer, OpenItem
from agent.domain.term_rules import BankDay, bank_day_of
from agent.domain.terms import read_terms
from agent.settings import DunningSection, Settings

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules for one customer, with the days on which banks and offices are open."""

    name: str
    rule: DunningSection
    open_days: Calendar
    bank_day: BankDay

    def due_on(self, item: OpenItem) -> date | None:
        """The day on which the item is due for banks: one on a closed day counts as the rule says."""
        return None if item.due_on is None else bank_day_of(item.due_on, self.bank_day, self.open_days)

    def may_send(self, day: date) -> bool:
        if self.rule.skip_holidays and day in self.open_days.holidays:
            return False
        return _WEEK[day.weekday()] in self.rule.send_days

    def level(self, due_on: date, today: date) -> int | None:
        """The newest level whose day has come; None where none has. What a downtime missed is not made up for.

        Levels after the due date count from 1; those before it end with 0 (of three: -2, -1, 0).
        """
        if today <= due_on:
            steps = sorted(self.rule.before, reverse=True)
            come = sum(today >= due_on - timedelta(days=days) for days in steps)
            return come - len(steps) if come else None
        late = (today - due_on).days
        return sum(late >= max(days, self.rule.grace_days) for days in self.rule.levels) or None

    def tone(self, level: int, *, reminded_before: bool) -> Tone:
        """How a mail of this level speaks; nobody is told of earlier reminders that were never sent."""
        if level < 1:
            return Tone.BEFORE
        if not reminded_before:
            return Tone.FRIENDLY
        tones = self.rule.tones
        return Tone(tones[min(level, len(tones)) - 1]) if tones else TONES[min(level, len(TONES)) - 1]

    def attachments(self, level: int) -> frozenset[str]:
        """What goes with a mail of this level; where nothing is set, a letter from the third level on."""
        if not self.rule.attach:
            return frozenset({"letter"}) if level >= 3 else frozenset()
        if level < 1:
            return frozenset()
        entry = self.rule.attach[min(level, len(self.rule.attach)) - 1]
        return frozenset(part for part in entry.split("+") if part)

    @property
    def last_level(self) -> int:
        return len(self.rule.levels)


def policy_of(settings: Settings, customer: Customer, terms: CollectingTerms, today: date) -> Policy:
    """The policy named for the customer, else that of its segment, else the company's."""
    rule, name = settings.dunning, ""
    if terms.policy:
        if terms.policy not in settings.dunning.policies:
            known = ", ".join(settings.dunning.policies) or "none"
            raise WrongUsage(
                f"{customer.number} has the reminder policy {terms.policy!r}, which ar-agent.toml does not name "
                f"under [dunning.policies]; it names {known}"
            )
        rule, name = settings.dunning.policies[terms.policy], terms.policy
    elif terms.segment:
        for named, one in settings.dunning.policies.items():
            if terms.segment in one.segments:
                rule, name = one, named
    agreed = read_terms(customer.payment_terms)
    bank_day = agreed.bank_day if agreed and agreed.bank_day is not BankDay.NONE else BankDay(settings.billing.bank_day)
    return Policy(name, rule, open_days(settings, today), bank_day)


def open_days(settings: Settings, today: date) -> Calendar:
    """The company's calendar, for the years that reminders look at; of a country without one weekends alone count."""
    years = (today.year - 1, today.year + 1)
    if settings.billing.calendar:
        return calendar(settings.billing.calendar, *years)
    try:
        return calendar(settings.company.country, *years)
    except WrongUsage:
        return calendar(NONE, *years)


def working_days(start: date, end: date, days: Calendar) -> int:
    """How many open days lie after `start`, up to and including `end`."""
    span = (start + timedelta(days=n) for n in range(1, max(0, (end - start).days) + 1))
    return sum(days.is_open(day) for day in span)
