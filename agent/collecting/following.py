"""What follows as days pass: promises kept or broken, announced money that never came, what waits, the last level."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.letters import mailing
from agent.booking.letters.statements import row_of
from agent.collecting import interlocks
from agent.collecting.planning import Blocked
from agent.collecting.policy import Policy, open_days, policy_of, working_days
from agent.domain import billing
from agent.domain.decisions import Candidate, MatchException, QueueKind, Reason
from agent.domain.money import Money, total
from agent.domain.notices import MissingRemittance, NoticeKind
from agent.domain.receivables import Customer
from agent.store import cash, collecting, invoices, master, waiting, work

Told = dict[str, Any]


def _policy(desk: Desk, customer: Customer) -> Policy:
    return policy_of(desk.settings, customer, collecting.terms_of(desk.tx, customer.number), desk.today)


# --- promises ----------------------------------------------------------------------------------------------------


def settle_promises(desk: Desk, customers: Iterable[str] | None = None) -> list[Told]:
    """Promises whose day and grace have passed were kept, or they were broken: then a person and the next reminder know."""
    told: list[Told] = []
    for row in work.promises_due(desk.tx, customers):
        customer = next(iter(master.customers_by_number(desk.tx, [row.customer])), None)
        if customer is None:
            continue
        end = row.promised_on + timedelta(days=_policy(desk, customer).rule.promise_grace_days)
        if _was_kept(desk, row):
            work.settle_promise(desk.tx, row.id, "kept")
            desk.record("kept", "promise", f"P{row.id}", promised_on=row.promised_on)
            told.append({"event": "promise_kept", "promise": f"P{row.id}", "customer": row.customer})
        elif desk.today > end and not _money_waits(desk, row):
            work.settle_promise(desk.tx, row.id, "broken")
            desk.record("broken", "promise", f"P{row.id}", promised_on=row.promised_on)
            _queue_broken(desk, customer, row)
            told.append({"event": "promise_broken", "promise": f"P{row.id}", "customer": row.customer})
    return told


def _was_kept(desk: Desk, row: Row[Any]) -> bool:
    """Paid or advised as promised: the items are settled, or the amount came for them, or, where none are named, at all."""
    paid = cash.paid_since(desk.tx, row.customer, row.currency, row.created_at, row.invoices)
    if row.amount_minor is not None and paid >= row.amount_minor:
        return True
    if not row.invoices:
        return row.amount_minor is None and paid > 0
    items = invoices.items_by_number(desk.tx, row.invoices)
    return all((item.free - (item.disputed or Money.zero(item.currency))).minor <= 0 for item in items)


def _money_waits(desk: Desk, row: Row[Any]) -> bool:
    """Money of theirs came and nobody has said yet what it is for: the promise is not judged before."""
    currencies = {i.currency for i in invoices.items_by_number(desk.tx, row.invoices or ())} | {row.currency}
    return any(waiting.undecided_money(desk.tx, row.customer, currency) for currency in currencies if currency)


def _queue_broken(desk: Desk, customer: Customer, row: Row[Any]) -> None:
    items = [i for i in invoices.items_by_number(desk.tx, row.invoices) if i.open.minor > 0]
    named = ", ".join(item.number for item in items) or "their account"
    amount = Money(row.amount_minor, row.currency) if row.amount_minor is not None else None
    exception = MatchException(
        code="promise_broken",
        kind=QueueKind.OTHER,
        summary=f"{customer.name} promised {amount or 'payment'} for {row.promised_on.isoformat()} on {named} (P{row.id}), "
        "and nothing came: the next reminder says so; call them if it matters",
        customer=customer.number,
        amount=amount or (total([i.open for i in items], items[0].currency) if items else None),
        candidates=tuple(
            Candidate(n=n, invoice=i.number, amount=i.open, confidence=1.0, evidence=(Reason("promised", i.number),))
            for n, i in enumerate(items[:8], 1)
        ),
    )
    desk.queue(exception, subject_type="promise", subject=row.id)


# --- announced money that did not come ---------------------------------------------------------------------------


def ask_for_missing(desk: Desk, customers: Iterable[str] | None = None) -> list[Told]:
    """Ask once where announced money is, after its value date and the grace, quoting the customer's own advice."""
    told: list[Told] = []
    for row in cash.advices_without_money(desk.tx, desk.today, customers):
        customer = next(iter(master.customers_by_number(desk.tx, [row.customer])), None)
        if (
            customer is None
            or row.id in collecting.asked_for(desk.tx, [row.id])
            or interlocks.in_shadow(desk, customer)
        ):
            continue
        policy = _policy(desk, customer)
        day = row.paid_on or row.created_at.astimezone(desk.settings.zone).date()
        late = desk.today > day + timedelta(days=policy.rule.announced_grace_days)
        if not late or interlocks.stale_bank(desk) or interlocks.of_customer(desk, customer, policy, today=desk.today):
            continue
        if row.currency and waiting.undecided_money(desk.tx, customer.number, row.currency):
            continue  # it may be this money: a person says so first
        mail = _ask(desk, customer, row, day)
        if mail is not None:
            shown = numbers.show(numbers.OUTBOX, mail)
            told.append(
                {"event": "missing_payment", "advice": f"A{row.id}", "customer": customer.number, "outbox": shown}
            )
    return told


def _ask(desk: Desk, customer: Customer, row: Row[Any], day: date) -> int | None:
    parts = [part for part in cash.allocations_of(desk.tx, [row.id]) if part.state == "announced"]
    currency = parts[0].currency
    items = {item.number: item for item in invoices.items_by_number(desk.tx, [part.invoice for part in parts])}
    rows = tuple(row_of(items[part.invoice], desk.today) for part in parts if part.invoice in items)
    announced = sum(part.amount_minor for part in parts)
    amount = row.total_minor if row.total_minor is not None and row.currency == currency else announced
    notice = MissingRemittance(
        kind=NoticeKind.MISSING_REMITTANCE,
        customer=billing.addressee(customer),
        reference=row.payment_reference or row.number or customer.number,
        amount=Money(amount, currency),
        received_on=None,
        payment_reference=row.payment_reference or row.number or "",
        announced_on=day,
        rows=rows,
    )
    about = (f"A{row.id}", *dict.fromkeys(part.invoice for part in parts))
    number = mailing.send(desk, notice, customer, intent=f"missing_payment:A{row.id}", about=about, answer=False)
    if number is not None:
        desk.record("asked_for_money", "advice", f"A{row.id}", announced_for=day)
    return number


# --- what waits too long -----------------------------------------------------------------------------------------


def alert_unanswered(desk: Desk, blocked: Iterable[Blocked]) -> list[Told]:
    """Questions that hold reminders back for too long come first in the queue, and staff are told; never the customer."""
    told: list[Told] = []
    for number in dict.fromkeys(b.hold.question for b in blocked if b.hold.question is not None):
        row = work.queue_row(desk.tx, number)
        opened = row.opened_at.astimezone(desk.settings.zone).date()
        if (
            working_days(opened, desk.today, open_days(desk.settings, desk.today))
            <= desk.settings.dunning.question_days
        ):
            continue
        if work.make_critical(desk.tx, number):
            desk.record("overdue", "queue", f"Q{number}", opened_on=opened)
            told.append({"event": "question_overdue", "queue": f"Q{number}", "customer": row.customer})
    return told


def propose_credits(desk: Desk, blocked: Iterable[Blocked]) -> list[Told]:
    """Credits that would cover what is late are work for a person, not a reminder."""
    told: list[Told] = []
    covered = {(b.item.customer, b.item.currency) for b in blocked if b.hold.code == "covered"}
    for customer, currency in sorted(covered):
        if work.open_of_subject(desk.tx, "customer", f"{customer} {currency}"):
            continue
        exception = MatchException(
            code="apply_credit",
            kind=QueueKind.OTHER,
            summary=f"{customer} has credits or unapplied money in {currency} that would cover what is overdue: apply it, "
            "or ask the customer what it is for; nobody is reminded meanwhile",
            customer=customer,
        )
        number = desk.queue(exception, subject_type="customer", subject=f"{customer} {currency}")
        told.append({"event": "apply_credit", "queue": f"Q{number}", "customer": customer})
    return told


def escalate(desk: Desk, customers: Iterable[str] | None = None) -> list[Told]:
    """After the last level a person decides: call, credit hold, agency. Nothing is ever threatened by itself."""
    told: list[Told] = []
    late: dict[tuple[str, str], list[Row[Any]]] = {}
    lowest = min(len(rule.levels) for rule in (desk.settings.dunning, *desk.settings.dunning.policies.values()))
    for row in collecting.at_last_level(desk.tx, max(1, lowest), customers):
        late.setdefault((row.customer, row.currency), []).append(row)
    for (number, currency), rows in sorted(late.items()):
        (customer,) = master.customers_by_number(desk.tx, [number])
        policy = _policy(desk, customer)
        due = [row for row in rows if _is_final(desk, policy, row.invoice)]
        fresh = [row for row in due if not collecting.was_escalated(desk.tx, row.invoice)]
        if fresh:
            told.append(_escalate(desk, customer, policy, currency, due, fresh))
    return told


def _is_final(desk: Desk, policy: Policy, invoice: str) -> bool:
    sent = collecting.sent_level(desk.tx, invoice, policy.last_level)
    if sent is None:
        return False
    day = sent.astimezone(desk.settings.zone).date()
    return desk.today >= day + timedelta(days=policy.rule.escalate_after_days)


def _escalate(
    desk: Desk, customer: Customer, policy: Policy, currency: str, due: list[Row[Any]], fresh: list[Row[Any]]
) -> Told:
    amount = Money(sum(row.open_minor for row in due), currency)
    who = policy.rule.escalate_to or customer.owner or "a person"
    named = ", ".join(row.invoice for row in due[:5]) + (f" and {len(due) - 5} more" if len(due) > 5 else "")
    first = fresh[0].invoice
    exception = MatchException(
        code="escalate",
        kind=QueueKind.OTHER,
        summary=f"{customer.name} had the last reminder for {named} ({amount}): {who} decides what follows: call them, "
        f"`ar-agent customers hold {customer.number}`, a payment plan, or hand it over with "
        f"`ar-agent customers evidence {customer.number} FILE.zip`",
        customer=customer.number,
        amount=amount,
        candidates=tuple(
            Candidate(n=n, invoice=row.invoice, amount=Money(row.open_minor, currency), confidence=1.0)
            for n, row in enumerate(due[:8], 1)
        ),
    )
    number = desk.queue(exception, subject_type="invoice", subject=first)
    for row in fresh:
        desk.record("escalated", "invoice", row.invoice, queue=f"Q{number}", to=who)
    if policy.rule.escalate_to or customer.owner:
        work.give_to(desk.tx, number, policy.rule.escalate_to or customer.owner or "")
    return {"event": "escalate", "queue": f"Q{number}", "customer": customer.number, "to": who}
