"""How promises to pay were kept: by customer, and of all together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from agent.domain.money import Money, round_half_up
from agent.store.schema import promises


def promises_kept(tx: Connection, since: date, until: date) -> list[dict[str, Any]]:
    """Promises whose day lies in this period: an object a customer, and one of all (customer null).

    Kept = money or an advice came by the day and its grace (`promise_grace_days`). `percent` is kept / (kept + broken) by count,
    `value_percent` the same by value in one currency, of promises that named an amount; null where there are none.
    """
    rows = tx.execute(
        select(promises).where(promises.c.promised_on >= since, promises.c.promised_on <= until).order_by(promises.c.id)
    ).all()
    if not rows:
        return []
    customers = sorted({row.customer for row in rows})
    by_customer = [_figures(one, [row for row in rows if row.customer == one]) for one in customers]
    return [*by_customer, _figures(None, rows)]


def _figures(customer: str | None, rows: Iterable[Row[Any]]) -> dict[str, Any]:
    found = list(rows)
    count = {status: sum(row.status == status for row in found) for status in ("kept", "broken", "open")}
    due = [row for row in found if row.status in ("kept", "broken") and row.amount_minor is not None]
    currencies = {row.currency for row in due}
    currency = currencies.pop() if len(currencies) == 1 else None
    kept = sum(row.amount_minor for row in due if row.status == "kept")
    whole = sum(row.amount_minor for row in due)
    return {
        "customer": customer,
        **count,
        "percent": _percent(count["kept"], count["kept"] + count["broken"]),
        "currency": currency,
        "value_kept": Money(kept, currency).plain() if currency else None,
        "value_due": Money(whole, currency).plain() if currency else None,
        "value_percent": _percent(kept, whole) if currency else None,
    }


def _percent(part: int, whole: int) -> str | None:
    return str(round_half_up(Decimal(100) * part / whole, 1)) if whole else None
