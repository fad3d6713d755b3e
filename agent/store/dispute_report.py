"""Disputes by cause: how many, how much, how they ended and whose days they took."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from agent.domain.case_clock import clock
from agent.domain.money import Money, plain, round_half_up
from agent.store import cases
from agent.store.schema import disputes

CAUSES = {
    "reason": "reason",
    "item": "item",
    "price_list": "price_source",
    "carrier": "carrier",
    "clerk": "clerk",
    "customer": "customer",
    "owner": "owner",
}
_ENDS = ("credit", "reinvoice", "write_off", "rejected", "withdrawn")


@dataclass(slots=True)
class _Sum:
    """What is counted for one cause and currency."""

    count: int = 0
    open: int = 0
    unknown: int = 0  # without an amount
    minor: int = 0
    ends: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ours: int = 0
    theirs: int = 0


def by_cause(
    tx: Connection, cause: str, today: date, *, start: date | None = None, end: date | None = None
) -> list[dict[str, Any]]:
    """Disputes that were opened in a period, by a cause of `CAUSES`; an object a cause and currency, the largest first.

    `cause` null: the books do not show one. Amounts are what was in question; a dispute without an amount counts in
    `without_amount`. Days are averages a dispute, so far.
    """
    column = disputes.c[CAUSES[cause]]
    statement = select(disputes, column.label("cause_value")).order_by(disputes.c.id)
    if start is not None:
        statement = statement.where(disputes.c.opened_on >= start)
    if end is not None:
        statement = statement.where(disputes.c.opened_on <= end)
    rows = tx.execute(statement).all()
    moves = cases.moves_of(tx, [row.id for row in rows])
    sums: dict[tuple[str | None, str | None], _Sum] = defaultdict(_Sum)
    for row in rows:
        _count(sums[(row.cause_value, row.currency)], row, moves.get(row.id, []), today)
    shown = [_shown(cause, value, currency, one) for (value, currency), one in sums.items()]
    return sorted(shown, key=lambda row: (-Decimal(row["amount"] or 0), -row["disputes"], str(row["cause"])))


def _count(total: _Sum, row: Row[Any], history: list[Row[Any]], today: date) -> None:
    counted = clock(cases.as_moves(row, history), today)
    total.count += 1
    total.open += row.status in cases.LIVE
    total.unknown += row.amount_minor is None
    total.minor += row.amount_minor or 0
    total.ours += counted.ours
    total.theirs += counted.theirs
    if row.resolution:
        total.ends[row.resolution] += 1


def _shown(cause: str, value: str | None, currency: str | None, total: _Sum) -> dict[str, Any]:
    def average(days: int) -> str:
        return plain(round_half_up(Decimal(days) / total.count, 1))

    return {
        "by": cause,
        "cause": value,
        "currency": currency,
        "disputes": total.count,
        "open": total.open,
        "amount": Money(total.minor, currency).plain() if currency else None,
        "without_amount": total.unknown,
        **{end: total.ends.get(end, 0) for end in _ENDS},
        "our_days": average(total.ours),
        "their_days": average(total.theirs),
    }
