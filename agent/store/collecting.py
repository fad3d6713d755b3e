"""What getting paid asks of the books beside the open items: terms, levels, announcements, bounces, contacts, plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from agent.domain.collecting import CollectingTerms, InterestRule
from agent.store.master import chunks
from agent.store.schema import (
    advice_allocations,
    advices,
    collecting_terms,
    disputes,
    events,
    invoices,
    outbox,
    outbox_about,
    payment_plans,
    plan_instalments,
    planned_reminders,
    promises,
    reminders,
)
from agent.store.statements import insert_id, insert_new, upsert

_OPEN_DISPUTE = ("open", "waiting_customer", "waiting_us")
_LEFT = ("queued", "sending", "sent", "unknown", "bounced", "failed")


def terms_of(tx: Connection, customer: str) -> CollectingTerms:
    row = tx.execute(select(collecting_terms).where(collecting_terms.c.customer == customer)).one_or_none()
    if row is None:
        return CollectingTerms()
    return CollectingTerms(
        policy=row.policy,
        segment=row.segment,
        law=row.law,
        interest=InterestRule(row.interest) if row.interest else None,
        interest_percent=row.interest_percent,
        statement_day=row.statement_day,
    )


def save_terms(tx: Connection, customer: str, terms: CollectingTerms) -> bool:
    """Write a customer's terms; True where they are others than before."""
    if terms_of(tx, customer) == terms:
        return False
    values = {
        "customer": customer,
        "policy": terms.policy,
        "segment": terms.segment,
        "law": terms.law,
        "interest": terms.interest.value if terms.interest else None,
        "interest_percent": terms.interest_percent,
        "statement_day": terms.statement_day,
    }
    upsert(tx, collecting_terms, values)
    return True


def customers_due(tx: Connection, until: date, numbers: Iterable[str] | None = None) -> list[str]:
    """Customers with something open that is due up to a day; of these alone where they are named."""
    statement = select(invoices.c.customer).where(invoices.c.open_minor > 0, invoices.c.due_on <= until).distinct()
    if numbers is None:
        return list(tx.execute(statement.order_by(invoices.c.customer)).scalars())
    found: set[str] = set()
    for batch in chunks(numbers):
        found.update(tx.execute(statement.where(invoices.c.customer.in_(batch))).scalars())
    return sorted(found)


def customers_to_look_at(tx: Connection, until: date) -> list[str]:
    """Customers of whom a day may bring anything: something due, promised, planned or announced."""
    found = set(customers_due(tx, until))
    found.update(tx.execute(select(promises.c.customer).where(promises.c.status == "open").distinct()).scalars())
    found.update(tx.execute(select(payment_plans.c.customer).where(payment_plans.c.status == "active")).scalars())
    told = (
        select(advices.c.customer)
        .join(advice_allocations, advice_allocations.c.advice == advices.c.id)
        .where(advice_allocations.c.state == "announced", advices.c.customer.is_not(None))
        .distinct()
    )
    found.update(tx.execute(told).scalars())
    return sorted(found)


def reminded_levels(tx: Connection, numbers: Iterable[str]) -> dict[str, set[int]]:
    """The levels that each of these items has had."""
    found: dict[str, set[int]] = {}
    for batch in chunks(numbers):
        for row in tx.execute(select(reminders.c.invoice, reminders.c.level).where(reminders.c.invoice.in_(batch))):
            found.setdefault(row.invoice, set()).add(row.level)
        for row in tx.execute(
            select(invoices.c.invoice, invoices.c.dunning_level).where(
                invoices.c.invoice.in_(batch), invoices.c.dunning_level > 0
            )
        ):
            found.setdefault(row.invoice, set()).add(row.dunning_level)
    return found


@dataclass(frozen=True, slots=True)
class Announcement:
    """Money that an advice announces for an item."""

    advice: int
    day: date  # its value date, or the day the advice came
    minor: int


def announcements(tx: Connection, numbers: Iterable[str]) -> dict[str, list[Announcement]]:
    parts = advice_allocations.c
    settles = parts.amount_minor + parts.discount_minor + parts.withheld_minor + parts.write_off_minor
    found: dict[str, list[Announcement]] = {}
    for batch in chunks(numbers):
        rows = tx.execute(
            select(
                parts.invoice, parts.advice, advices.c.paid_on, advices.c.created_at,
                (settles + parts.bank_fee_minor).label("minor"),
            )
            .join(advices, advices.c.id == parts.advice)
            .where(parts.invoice.in_(batch), parts.state == "announced")
            .order_by(parts.id)
        )  # fmt: skip
        for row in rows:
            day = row.paid_on or row.created_at.date()
            found.setdefault(row.invoice, []).append(Announcement(row.advice, day, int(row.minor)))
    return found


def open_disputes(tx: Connection, numbers: Iterable[str]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for batch in chunks(numbers):
        rows: Iterable[Any] = tx.execute(
            select(disputes.c.id, disputes.c.invoice, disputes.c.amount_minor)
            .where(disputes.c.invoice.in_(batch), disputes.c.status.in_(_OPEN_DISPUTE))
            .order_by(disputes.c.id)
        )
        for row in rows:
            found.setdefault(row.invoice, []).append(row)
    return found


def contacts_since(tx: Connection, customer: str, since: datetime) -> int:
    """How many mails of any kind this customer was written since an instant."""
    statement = select(func.count()).select_from(outbox)
    where = (outbox.c.customer == customer, outbox.c.created_at >= since, outbox.c.status.in_(_LEFT))
    return int(tx.execute(statement.where(*where)).scalar_one())


def last_bounce(tx: Connection, customer: str) -> Row[Any] | None:
    """The newest mail to the customer, where it came back or could not be delivered; None where it arrived."""
    settled = ("sent", "bounced", "failed")
    row: Any = tx.execute(
        select(outbox.c.id, outbox.c.status, outbox.c.recipients)
        .where(outbox.c.customer == customer, outbox.c.status.in_(settled))
        .order_by(outbox.c.id.desc())
        .limit(1)
    ).one_or_none()
    return row if row is not None and row.status != "sent" else None


def undelivered_invoices(tx: Connection, numbers: Iterable[str]) -> dict[str, int]:
    """Invoices whose newest own mail came back or failed, with that mail's number."""
    kinds = ("invoice", "credit_note", "request_answer")
    found: dict[str, tuple[int, str]] = {}
    for batch in chunks(numbers):
        rows = tx.execute(
            select(outbox_about.c.subject, outbox.c.id, outbox.c.status)
            .join(outbox, outbox.c.id == outbox_about.c.outbox)
            .where(outbox_about.c.subject.in_(batch), outbox.c.kind.in_(kinds), outbox.c.status != "cancelled")
            .order_by(outbox.c.id)
        )
        for row in rows:
            found[row.subject] = (row.id, row.status)
    return {number: mail for number, (mail, status) in found.items() if status in ("bounced", "failed")}


def asked_for(tx: Connection, advice_ids: Iterable[int]) -> dict[int, date]:
    """Advices whose missing money was asked for, and when."""
    wanted = {f"missing_payment:A{number}": number for number in advice_ids}
    found: dict[int, date] = {}
    for batch in chunks(wanted):
        rows = tx.execute(select(outbox.c.intent, outbox.c.created_at).where(outbox.c.intent.in_(batch)))
        found |= {wanted[row.intent]: row.created_at.date() for row in rows}
    return found


# --- planned mails -----------------------------------------------------------------------------------------------


def plan_mail(tx: Connection, values: Mapping[str, Any]) -> Row[Any]:
    """Write down (once) that a reminder is planned for a day; the row, whose number staff know it by."""
    where = and_(
        planned_reminders.c.planned_for == values["planned_for"],
        planned_reminders.c.customer == values["customer"],
        planned_reminders.c.currency == values["currency"],
    )
    insert_new(tx, planned_reminders, values)
    return tx.execute(select(planned_reminders).where(where)).one()


def planned_row(tx: Connection, number: int) -> Row[Any] | None:
    return tx.execute(select(planned_reminders).where(planned_reminders.c.id == number)).one_or_none()


def decide_planned(
    tx: Connection, number: int, *, status: str, by: str, now: datetime, message: int | None = None
) -> None:
    values = {"status": status, "decided_by": by[:320], "decided_at": now, "message": message}
    tx.execute(update(planned_reminders).where(planned_reminders.c.id == number).values(**values))


def held_mails(tx: Connection, customer: str | None = None) -> list[Row[Any]]:
    """Planned mails that staff hold, oldest first."""
    statement = select(planned_reminders).where(planned_reminders.c.status == "held")
    if customer is not None:
        statement = statement.where(planned_reminders.c.customer == customer)
    return list(tx.execute(statement.order_by(planned_reminders.c.id)))


def planned_for(tx: Connection, day: date) -> list[Row[Any]]:
    where = planned_reminders.c.planned_for == day
    return list(tx.execute(select(planned_reminders).where(where).order_by(planned_reminders.c.id)))


# --- payment plans -----------------------------------------------------------------------------------------------


def add_plan(tx: Connection, values: Mapping[str, Any], instalments: Iterable[tuple[date, int]]) -> int:
    number = insert_id(tx, payment_plans, values)
    rows = [
        {"plan": number, "n": n, "due_on": day, "amount_minor": minor} for n, (day, minor) in enumerate(instalments, 1)
    ]
    insert_new(tx, plan_instalments, rows)
    return number


def plan_row(tx: Connection, number: int) -> Row[Any] | None:
    return tx.execute(select(payment_plans).where(payment_plans.c.id == number)).one_or_none()


def plans(
    tx: Connection,
    *,
    customer: str | None = None,
    status: str | None = None,
    customers: Iterable[str] | None = None,
    limit: int | None = None,
) -> list[Row[Any]]:
    statement = select(payment_plans).order_by(payment_plans.c.id).limit(limit)
    if customer is not None:
        statement = statement.where(payment_plans.c.customer == customer)
    if status is not None:
        statement = statement.where(payment_plans.c.status == status)
    if customers is not None:
        statement = statement.where(payment_plans.c.customer.in_(list(dict.fromkeys(customers))[:900]))
    return list(tx.execute(statement))


def instalments_of(tx: Connection, plan: int) -> list[Row[Any]]:
    return list(
        tx.execute(select(plan_instalments).where(plan_instalments.c.plan == plan).order_by(plan_instalments.c.n))
    )


def end_plan(tx: Connection, plan: int, status: str, day: date) -> None:
    tx.execute(update(payment_plans).where(payment_plans.c.id == plan).values(status=status, ended_on=day))


def revive_plan(tx: Connection, plan: int) -> None:
    tx.execute(update(payment_plans).where(payment_plans.c.id == plan).values(status="active", ended_on=None))


def mark_instalment(tx: Connection, plan: int, n: int, day: date) -> None:
    where = and_(plan_instalments.c.plan == plan, plan_instalments.c.n == n)
    tx.execute(update(plan_instalments).where(where).values(reminded_on=day))


def open_minor_of(tx: Connection, numbers: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in chunks(numbers):
        rows = tx.execute(select(invoices.c.invoice, invoices.c.open_minor).where(invoices.c.invoice.in_(batch)))
        found |= {row.invoice: int(row.open_minor) for row in rows}
    return found


# --- what a run leaves behind ------------------------------------------------------------------------------------


def reminded_between(tx: Connection, since: datetime, until: datetime) -> list[Row[Any]]:
    return list(
        tx.execute(select(reminders).where(reminders.c.at >= since, reminders.c.at < until).order_by(reminders.c.at))
    )


def was_escalated(tx: Connection, invoice: str) -> bool:
    """Whether a person was asked once what follows after the last level."""
    found = select(events.c.id).where(
        events.c.subject_type == "invoice", events.c.subject == invoice, events.c.action == "escalated"
    )
    return tx.execute(found.limit(1)).first() is not None


def at_last_level(tx: Connection, level: int, customers: Iterable[str] | None = None) -> list[Row[Any]]:
    """Items still open that had a level (or a higher one); of these customers where they are named."""
    statement = (
        select(invoices.c.customer, invoices.c.invoice, invoices.c.currency, invoices.c.open_minor)
        .join(reminders, reminders.c.invoice == invoices.c.invoice)
        .where(reminders.c.level >= level, invoices.c.open_minor > 0)
        .distinct()
        .order_by(invoices.c.customer, invoices.c.invoice)
    )
    if customers is not None:
        statement = statement.where(invoices.c.customer.in_(list(dict.fromkeys(customers))[:900]))
    return list(tx.execute(statement))


def sent_level(tx: Connection, invoice: str, level: int) -> datetime | None:
    """When an item had this level or a higher one for the first time."""
    statement = select(func.min(reminders.c.at)).where(reminders.c.invoice == invoice, reminders.c.level >= level)
    return tx.execute(statement).scalar_one_or_none()


def mails_about(tx: Connection, subjects: Iterable[str]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for batch in chunks(subjects):
        concerned = select(outbox_about.c.outbox).where(outbox_about.c.subject.in_(batch))
        found += tx.execute(select(outbox).where(or_(outbox.c.id.in_(concerned))).order_by(outbox.c.id)).all()
    return found


def customers_of_statement_day(tx: Connection, day: date) -> list[str]:
    """Customers who get a statement on this day; a day that a month does not have is its last."""
    last = (day + timedelta(days=1)).month != day.month
    wanted = collecting_terms.c.statement_day
    where = wanted >= day.day if last else wanted == day.day
    return list(
        tx.execute(select(collecting_terms.c.customer).where(where).order_by(collecting_terms.c.customer)).scalars()
    )
