"""Why an overdue item is left alone: every reason in words, with the code that scripts see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from agent.booking.desk import Desk
from agent.collecting.policy import Policy, working_days
from agent.domain.asks import OWED
from agent.domain.decisions import QueueKind
from agent.domain.receivables import Automation, Customer, OpenItem
from agent.store import cash, collecting, dunning, stops, waiting, work

_COURTESY_DAYS = 3  # for what a customer wrote and nobody has understood yet
_FOREVER = 36_500

# What we found out ourselves: it does not keep us from asking for money.
OUR_OWN = frozenset({
    "apply_credit", "bounce", "credit_hold", "einvoice_incomplete", "escalate", "late_charge", "plan_broken",
    "promise_broken", "promise_late", "dispute_overdue", "legal_payment", "rate_missing",
})  # fmt: skip
# Word of a payment that nobody could read: it may have paid anything.
_PAYING = frozenset({"doc_encrypted", "portal_link_only", "virtual_card"})
_STRANGERS = (QueueKind.UNTRUSTED_SENDER, QueueKind.UNKNOWN_SENDER)
_NO_CLAIM = (QueueKind.OVERPAYMENT, QueueKind.DUPLICATE, QueueKind.BANK_CHANGE, QueueKind.FRAUD_ALERT)


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason to leave an item alone; `question` is the queue item that somebody must answer first."""

    code: str
    reason: str
    question: int | None = None


def stale_bank(desk: Desk, days: Policy | None = None) -> Hold | None:
    """Nobody is chased on old news: the newest bank line must be younger than so many working days."""
    within = desk.settings.dunning.bank_within_days
    if not within:
        return None
    newest = cash.newest_bank_day(desk.tx)
    from agent.collecting.policy import open_days

    closed = days.open_days if days else open_days(desk.settings, desk.today)
    if newest is not None and working_days(newest, desk.today, closed) <= within:
        return None
    shown = newest.isoformat() if newest else "never"
    return Hold("bank_feed", f"the newest bank line is of {shown}: nobody is chased until the bank feed is younger")


def in_shadow(desk: Desk, customer: Customer) -> bool:
    """Whether nothing may leave for this customer, and nothing be booked: only recorded."""
    return desk.automation_of(customer) is Automation.SHADOW


def of_customer(desk: Desk, customer: Customer, policy: Policy, *, today: date) -> Hold | None:
    """Why nothing at all is asked of a customer now."""
    number = customer.number
    if (stop := stops.legal_stop_of(desk.tx, number)) is not None:
        return Hold("legal_stop", f"{number} is under a legal stop ({stop.kind})")
    paused = dunning.paused_until(desk.tx, number)
    if paused is not None and today <= paused:
        return Hold("paused", f"{number} is paused until {paused.isoformat()}")
    for rest in stops.pauses_of(desk.tx, [number], today):
        if rest.invoice is None:
            return Hold("paused", f"rests until {rest.until.isoformat()}: {rest.reason}")
    if (bounced := collecting.last_bounce(desk.tx, number)) is not None:
        who = ", ".join(bounced.recipients) or "the customer"
        return Hold("bounced", f"our last mail to {who} came back (O{bounced.id}): correct the address first")
    if not policy.may_send(today):
        return Hold("send_day", f"no reminders are sent on {today.isoformat()}")
    return None


def after_all(desk: Desk, customer: Customer, policy: Policy, *, today: date) -> Hold | None:
    """What keeps a mail back that would be due: it leaves another day."""
    rule = policy.rule
    last = dunning.last_reminded(desk.tx, customer.number)
    if last is not None and (today - last).days < rule.min_interval_days:
        return Hold(
            "interval",
            f"{customer.number} was reminded on {last}: not more than one mail in {rule.min_interval_days} days",
        )
    if rule.contacts_per_week:
        begin = desk.now.astimezone(desk.settings.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        written = collecting.contacts_since(desk.tx, customer.number, begin - timedelta(days=6))
        if written >= rule.contacts_per_week:
            return Hold(
                "budget",
                f"{customer.number} was sent {written} mails in seven days: not more than {rule.contacts_per_week} in a week",
            )
    return None


def of_items(desk: Desk, customer: Customer, policy: Policy, items: list[OpenItem], *, today: date) -> dict[str, Hold]:
    """Why single items of a customer must not be chased now; the first reason of each counts."""
    if not items:
        return {}
    holds: dict[str, Hold] = {}
    for found in (
        _rests(desk, customer, items, today),
        _held_by_staff(desk, customer, items),
        _on_a_plan(desk, customer),
        _money_waits(desk, customer, items),
        _announced(desk, policy, items, today),
        _promised(desk, customer, policy, items, today),
        _disputed(desk, items),
        _came_back(desk, items),
        _asked(desk, customer, policy, items, today),
        _answer_held(desk, customer, items),
    ):
        for number, hold in found.items():
            holds.setdefault(number, hold)
    return holds


def _rests(desk: Desk, customer: Customer, items: list[OpenItem], today: date) -> dict[str, Hold]:
    rests = stops.pauses_of(desk.tx, [customer.number], today)
    named = {item.number for item in items}
    return {
        rest.invoice: Hold("paused", f"rests until {rest.until.isoformat()}: {rest.reason}")
        for rest in reversed(rests)
        if rest.invoice in named
    }


def _held_by_staff(desk: Desk, customer: Customer, items: list[OpenItem]) -> dict[str, Hold]:
    found: dict[str, Hold] = {}
    for row in collecting.held_mails(desk.tx, customer.number):
        why = f"held by {row.decided_by} (HOLD {row.id}): answer RELEASE {row.id} or `ar-agent dun release {row.id}`"
        found |= {i.number: Hold("held", why) for i in items if i.currency == row.currency}
    return found


def _on_a_plan(desk: Desk, customer: Customer) -> dict[str, Hold]:
    return {
        number: Hold("plan", f"in payment plan {row.id}, agreed on {row.agreed_on.isoformat()}")
        for row in collecting.plans(desk.tx, customer=customer.number, status="active")
        for number in row.invoices
    }


def _money_waits(desk: Desk, customer: Customer, items: list[OpenItem]) -> dict[str, Hold]:
    """Money of theirs is here and a person must say what it is for: nobody is asked for what they may have paid."""
    found: dict[str, Hold] = {}
    for currency in {item.currency for item in items}:
        if (money := waiting.undecided_money(desk.tx, customer.number, currency)) is not None:
            receipt, item = money
            hold = Hold("question", f"money of theirs (R{receipt}) waits in Q{item}: say what it is for", item)
            found |= {i.number: hold for i in items if i.currency == currency}
    return found


def _announced(desk: Desk, policy: Policy, items: list[OpenItem], today: date) -> dict[str, Hold]:
    """Announced money rests to its value date and the grace after it; then for as long as our question about it is fresh."""
    found: dict[str, Hold] = {}
    told = collecting.announcements(desk.tx, [item.number for item in items])
    asked = collecting.asked_for(desk.tx, {a.advice for parts in told.values() for a in parts})
    grace = timedelta(days=policy.rule.announced_grace_days)
    answer = timedelta(days=policy.rule.min_interval_days)
    for number, parts in told.items():
        until = max(part.day for part in parts)
        if today <= until + grace:
            found[number] = Hold("announced", f"payment is announced for {until.isoformat()}")
            continue
        questions = [asked[part.advice] for part in parts if part.advice in asked]
        if questions and today < max(questions) + answer:
            day = max(questions).isoformat()
            found[number] = Hold("missing_payment", f"we asked on {day} where the announced payment is")
    return found


def _promised(desk: Desk, customer: Customer, policy: Policy, items: list[OpenItem], today: date) -> dict[str, Hold]:
    found: dict[str, Hold] = {}
    for promise in work.open_promises(desk.tx, [customer.number]):
        if today <= promise.promised_on + timedelta(days=policy.rule.promise_grace_days):
            hold = Hold("promised", f"promised for {promise.promised_on.isoformat()} (P{promise.id})")
            for number in promise.invoices or [item.number for item in items]:
                found.setdefault(number, hold)
    return found


def _disputed(desk: Desk, items: list[OpenItem]) -> dict[str, Hold]:
    """A dispute over a known amount takes that amount off; one over an amount nobody knows yet holds the whole item."""
    found: dict[str, Hold] = {}
    for number, rows in collecting.open_disputes(desk.tx, [item.number for item in items]).items():
        unknown = [row for row in rows if row.amount_minor is None]
        if unknown:
            found[number] = Hold("disputed", f"disputed over an amount that is not known yet: D{unknown[0].id}")
    return found


def _came_back(desk: Desk, items: list[OpenItem]) -> dict[str, Hold]:
    return {
        number: Hold("bounced", f"the mail with this invoice did not arrive (O{mail}): send it again first")
        for number, mail in collecting.undelivered_invoices(desk.tx, [item.number for item in items]).items()
    }


def _answer_held(desk: Desk, customer: Customer, items: list[OpenItem]) -> dict[str, Hold]:
    """An answer that was written and not released: the customer still waits for our word."""
    held = waiting.held_answers(desk.tx, customer.number)
    if not held:
        return {}
    hold = Hold("question", f"our answer to a question of theirs is held: release or cancel O{held[0]}")
    return {item.number: hold for item in items}


def _asked(desk: Desk, customer: Customer, policy: Policy, items: list[OpenItem], today: date) -> dict[str, Hold]:
    """An open question of the customer: while we owe an answer, we ask for nothing that it may be about."""
    found: dict[str, Hold] = {}
    for question in work.open_questions(desk.tx, [customer.number]):
        opened = question.opened_at.astimezone(desk.settings.zone).date()
        if question.code in OUR_OWN or working_days(opened, today, policy.open_days) > patience(question):
            continue
        about: Iterable[str] = question.invoices
        if not question.invoices and (question.about_a_mail or question.about_money) and question.kind not in _NO_CLAIM:
            about = [item.number for item in items]  # about the account, then
        for number in about:
            hold = Hold("question", f"a question about it is open: Q{question.number}", question.number)
            found.setdefault(number, hold)
    return found


def patience(question: work.OpenQuestion) -> int:
    """For how many working days an open question keeps reminders back: anybody could stop them with a forged mail."""
    if question.kind in _STRANGERS:
        return 1
    if question.invoices or question.about_money or question.code in OWED or question.code in _PAYING:
        return _FOREVER
    return _COURTESY_DAYS
