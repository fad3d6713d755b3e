"""Too much of what was booked automatically was taken back: there, automatic booking rests and becomes suggestions.

It says so (a queue item, an event, `health`), and a person lifts it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from agent.booking.desk import Desk
from agent.domain.decisions import Allocation, MatchException, QueueKind, Reason
from agent.store import brakes, work

_NO_RULE = frozenset(("clerk", "lines", "amount", "split"))


def rules_of(allocations: Iterable[Allocation]) -> frozenset[str]:
    """The rules that found the items: the first reason of each allocation."""
    return frozenset(one.reasons[0].rule for one in allocations if one.reasons and one.reasons[0].rule not in _NO_RULE)


def resting(desk: Desk, customers: Iterable[str], rules: Iterable[str]) -> str | None:
    """Why nothing is booked automatically for these customers or by these rules; None where it is."""
    resting_now = {(row.scope, row.subject): row for row in brakes.active(desk.tx)}
    concerned = [*(("customer", one) for one in sorted(set(customers))), *(("rule", one) for one in sorted(set(rules)))]
    found = next((resting_now[one] for one in concerned if one in resting_now), None)
    return None if found is None else f"{found.reason} (X{found.id})"


def count(
    desk: Desk, *, customer: str | None, rules: Iterable[str], subject: str, invoice: str | None, note: str
) -> None:
    """Write that an automatic booking was taken back, and put the brake on where the budget is used up."""
    named = sorted(set(rules)) or [""]
    for rule in named:
        brakes.add_reversal(
            desk.tx,
            customer=customer,
            rule=rule or None,
            subject=subject,
            invoice=invoice,
            clerk=desk.cause.name,
            note=note,
            now=desk.now,
        )
    if customer is not None:
        _judge(desk, "customer", customer)
    for rule in named:
        if rule:
            _judge(desk, "rule", rule)


def _judge(desk: Desk, scope: str, subject: str) -> None:
    rule, days = desk.settings.learning, desk.settings.learning.reversals_days
    most = rule.reversals_max if scope == "customer" else rule.rule_reversals_max
    if not most or brakes.on(desk.tx, scope, subject) is not None:
        return
    since = desk.now - timedelta(days=days)
    lifted = brakes.last_lifted(desk.tx, scope, subject)
    since = max(since, lifted) if lifted is not None else since
    if scope == "customer":
        taken = brakes.reversed_since(desk.tx, since, customer=subject)
    else:
        taken = brakes.reversed_since(desk.tx, since, rule=subject)
    if taken <= most:
        return
    reason = f"automatic booking rests for {scope} {subject}: {taken} bookings were taken back within {days} days"
    number = brakes.put(desk.tx, scope, subject, reason, desk.now)
    desk.record("braked", "brake", f"X{number}", scope=scope, about=subject, reversals=taken)
    exception = MatchException(
        code="automation_paused",
        kind=QueueKind.OTHER,
        summary=f"{reason}; what comes is suggested until somebody lifts it",
        customer=subject if scope == "customer" else None,
        reasons=(Reason("reversals", f"{taken} since {since.date()}, {most} are allowed"),),
    )
    desk.queue(exception, subject_type="brake", subject=number)


def lift(desk: Desk, number: int, *, note: str = "") -> None:
    """Let automatic booking go on there; what was taken back so far counts no more."""
    row = brakes.lift(desk.tx, number, clerk=desk.cause.name, now=desk.now)
    desk.record("lifted", "brake", f"X{number}", scope=row.scope, about=row.subject, note=note)
    work.close_of_subject(desk.tx, "brake", str(number), owner=desk.cause.name, now=desk.now)


def put_back(desk: Desk, number: int) -> None:
    """Undo a lifting."""
    row = brakes.lift(desk.tx, number, clerk=None, now=None)
    desk.record("braked", "brake", f"X{number}", scope=row.scope, about=row.subject)
