"""Small facts that outlive a process: heartbeats, alarms, the day whose daily work is done."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select

from agent.store.schema import facts
from agent.store.statements import insert_new, upsert


def put(tx: Connection, name: str, value: Any, now: datetime) -> None:
    upsert(tx, facts, {"name": name[:100], "value": value, "at": now})


def get(tx: Connection, name: str) -> tuple[Any, datetime] | None:
    """The value and the instant it was put, or None."""
    row = tx.execute(select(facts).where(facts.c.name == name[:100])).one_or_none()
    return None if row is None else (row.value, row.at)


def forget(tx: Connection, name: str) -> bool:
    return tx.execute(delete(facts).where(facts.c.name == name[:100])).rowcount > 0


def named(tx: Connection, prefix: str) -> dict[str, tuple[Any, datetime]]:
    """All facts whose name starts so."""
    rows = tx.execute(select(facts).where(facts.c.name.startswith(prefix, autoescape=True)).order_by(facts.c.name))
    return {row.name: (row.value, row.at) for row in rows}


def raise_alarm(tx: Connection, about: str, text: str, now: datetime) -> bool:
    """Say that something needs a person; return True where it was not said before. `since` keeps the first instant."""
    name = f"alarm.{about}"
    before = get(tx, name)
    since = before[0]["since"] if before else now.isoformat()
    put(tx, name, {"text": text[:1000], "since": since}, now)
    return before is None


def clear_alarm(tx: Connection, about: str) -> bool:
    return forget(tx, f"alarm.{about}")


def claim_day(tx: Connection, name: str, day: date, *, owner: str, now: datetime, lease: timedelta) -> bool:
    """Claim the daily work of `day`: True for one owner only, and again only when its lease ran out undone."""
    insert_new(tx, facts, {"name": name, "value": {}, "at": now})
    row = tx.execute(select(facts).where(facts.c.name == name).with_for_update()).one()
    value = row.value or {}
    if value.get("done", "") >= day.isoformat():
        return False
    until = value.get("until")
    if until and value.get("owner") != owner and datetime.fromisoformat(until) > now:
        return False
    put(tx, name, {**value, "owner": owner, "until": (now + lease).isoformat()}, now)
    return True


def finish_day(tx: Connection, name: str, day: date, *, now: datetime) -> None:
    put(tx, name, {"done": day.isoformat()}, now)
