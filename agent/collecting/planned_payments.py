"""Payment plans: instalments that a person agreed; reminders follow them, and a broken plan is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.letters import mailing
from agent.collecting import interlocks
from agent.collecting.policy import policy_of
from agent.domain import billing
from agent.domain.collecting_notices import PlanForm, PlanNotice, PlanRow
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.errors import NotFound, Refused
from agent.domain.money import Money, total
from agent.domain.notices import NoticeKind
from agent.domain.receivables import Customer
from agent.store import collecting, invoices, master

_BROKEN_AFTER_DAYS = 10  # after the reminder of an instalment


def agree(
    desk: Desk,
    customer: Customer,
    named: Iterable[str],
    parts: Iterable[tuple[date, Money]],
    *,
    note: str | None = None,
) -> int:
    """Write down a plan for these invoices; the parts make up what is open of them. The customer gets it confirmed."""
    items = invoices.items_by_number(desk.tx, named)
    missing = sorted(set(named) - {item.number for item in items})
    if missing:
        raise NotFound("invoice", missing[0], "see `ar-agent invoices list`")
    foreign = [item.number for item in items if item.customer != customer.number or item.open.minor <= 0]
    if foreign or not items:
        raise Refused(f"{', '.join(foreign) or 'nothing'} is no open invoice of {customer.number}")
    currencies = {item.currency for item in items}
    ordered = sorted(parts, key=lambda part: part[0])
    if len(currencies) > 1 or {amount.currency for _, amount in ordered} != currencies:
        raise Refused("a plan is in one currency: that of its invoices")
    currency = currencies.pop()
    owed, agreed = total([item.open for item in items], currency), total([amount for _, amount in ordered], currency)
    if owed != agreed:
        raise Refused(f"the instalments make up {agreed}, open are {owed}: they must be the same")
    if any(amount.minor <= 0 for _, amount in ordered) or ordered[0][0] < desk.today:
        raise Refused("every instalment needs an amount and a day that is not past")
    for row in collecting.plans(desk.tx, customer=customer.number, status="active"):
        if twice := sorted(set(row.invoices) & {item.number for item in items}):
            raise Refused(f"{twice[0]} is in payment plan PP{row.id} already: cancel that one first")
    number = collecting.add_plan(
        desk.tx,
        {
            "customer": customer.number,
            "currency": currency,
            "invoices": {item.number: item.open.minor for item in items},
            "status": "active",
            "agreed_on": desk.today,
            "agreed_by": desk.cause.name,
            "note": note,
            "created_at": desk.now,
        },
        [(day, amount.minor) for day, amount in ordered],
    )
    desk.record("agreed", "plan", f"PP{number}", invoices=[item.number for item in items], total=owed.plain())
    _tell(desk, customer, number, PlanForm.AGREED)
    return number


def cancel(desk: Desk, number: int, *, note: str | None = None) -> None:
    """End a plan by a person's word; its invoices are reminded of as others are."""
    row = _row(desk, number)
    if row.status != "active":
        raise Refused(f"PP{number} is {row.status} already")
    collecting.end_plan(desk.tx, number, "cancelled", desk.today)
    desk.record("cancelled", "plan", f"PP{number}", note=note)


def resume(desk: Desk, number: int) -> None:
    """Let a plan that was broken or cancelled go on: the undo of both."""
    row = _row(desk, number)
    if row.status not in ("broken", "cancelled"):
        raise Refused(f"PP{number} is {row.status}: nothing to resume")
    collecting.revive_plan(desk.tx, number)
    desk.record("resumed", "plan", f"PP{number}")


def _row(desk: Desk, number: int) -> Row[Any]:
    row = collecting.plan_row(desk.tx, number)
    if row is None:
        raise NotFound("payment plan", f"PP{number}", "see `ar-agent plans list`")
    return row


def follow(desk: Desk, customers: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Look at every active plan: kept, an instalment late (told once), or broken (told, and a person decides)."""
    told: list[dict[str, Any]] = []
    for row in collecting.plans(desk.tx, status="active", customers=customers):
        told += _follow(desk, row)
    return told


def _follow(desk: Desk, row: Row[Any]) -> list[dict[str, Any]]:
    (customer,) = master.customers_by_number(desk.tx, [row.customer])
    policy = policy_of(desk.settings, customer, collecting.terms_of(desk.tx, customer.number), desk.today)
    rows = state(desk, row)
    event = {"plan": f"PP{row.id}", "customer": customer.number}
    if not any(one.left for one in rows):
        collecting.end_plan(desk.tx, row.id, "kept", desk.today)
        desk.record("kept", "plan", f"PP{row.id}")
        _tell(desk, customer, row.id, PlanForm.KEPT)
        return [{"event": "plan_kept", **event}]
    if interlocks.stale_bank(desk) or interlocks.of_customer(desk, customer, policy, today=desk.today):
        return []
    grace = timedelta(days=policy.rule.plan_grace_days)
    late = [one for one in rows if one.left and desk.today > one.due_on + grace]
    if not late:
        return []
    reminded = {one.n: one.reminded_on for one in collecting.instalments_of(desk.tx, row.id)}
    first = reminded[late[0].n]
    if first is not None and desk.today >= first + timedelta(days=_BROKEN_AFTER_DAYS):
        return [_break(desk, customer, row, rows) | event]
    fresh = [one for one in late if reminded[one.n] is None]
    if not fresh:
        return []
    for one in fresh:
        collecting.mark_instalment(desk.tx, row.id, one.n, desk.today)
    mail = _tell(desk, customer, row.id, PlanForm.DUE, suffix=f":{fresh[-1].n}")
    desk.record("reminded", "plan", f"PP{row.id}", instalment=fresh[-1].n)
    return [{"event": "plan_due", "outbox": numbers.show(numbers.OUTBOX, mail), **event}]


def _break(desk: Desk, customer: Customer, row: Row[Any], rows: tuple[PlanRow, ...]) -> dict[str, Any]:
    collecting.end_plan(desk.tx, row.id, "broken", desk.today)
    desk.record("broken", "plan", f"PP{row.id}")
    left = total([one.left for one in rows], row.currency)
    exception = MatchException(
        code="plan_broken",
        kind=QueueKind.OTHER,
        summary=f"{customer.name} did not keep payment plan PP{row.id}: {left} is open, and reminders go on; call them, or "
        f"let the plan go on with `ar-agent plans resume PP{row.id}`",
        customer=customer.number,
        amount=left,
    )
    desk.queue(exception, subject_type="plan", subject=row.id)
    mail = _tell(desk, customer, row.id, PlanForm.BROKEN, suffix=f":{desk.today.isoformat()}")
    return {"event": "plan_broken", "outbox": numbers.show(numbers.OUTBOX, mail)}


def state(desk: Desk, row: Row[Any]) -> tuple[PlanRow, ...]:
    """The instalments with what is left of each: what came since the agreement settles the earliest ones."""
    now = collecting.open_minor_of(desk.tx, row.invoices)
    came = sum(max(0, minor - now.get(number, 0)) for number, minor in row.invoices.items())
    rows = []
    for one in collecting.instalments_of(desk.tx, row.id):
        paid = min(came, one.amount_minor)
        came -= paid
        amount = Money(one.amount_minor, row.currency)
        rows.append(
            PlanRow(n=one.n, due_on=one.due_on, amount=amount, left=Money(one.amount_minor - paid, row.currency))
        )
    return tuple(rows)


def _tell(desk: Desk, customer: Customer, number: int, form: PlanForm, *, suffix: str = "") -> int | None:
    row = _row(desk, number)
    rows = state(desk, row)
    late = total([one.left for one in rows if one.due_on < desk.today], row.currency)
    notice = PlanNotice(
        kind=NoticeKind.OTHER,
        customer=billing.addressee(customer),
        reference=f"PP{number}",
        form=form,
        plan=number,
        currency=row.currency,
        invoices=tuple(row.invoices),
        rows=rows,
        left=total([one.left for one in rows], row.currency),
        late=late if late and form is not PlanForm.AGREED else None,
    )
    return mailing.send(
        desk,
        notice,
        customer,
        intent=f"plan:{number}:{form}{suffix}",
        about=(f"PP{number}", *row.invoices),
        answer=False,
    )
