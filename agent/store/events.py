"""The trail: every change of state with who or what caused it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from agent.domain.codec import to_plain
from agent.store.ledger import Cause
from agent.store.schema import events

_INSERT = events.insert().inline()


def record(
    tx: Connection, cause: Cause, action: str, subject_type: str, subject: str | int, now: datetime, **data: Any
) -> None:
    """Write one event: `cause` did `action` to `subject`."""
    tx.execute(
        _INSERT,
        {
            "at": now,
            "actor": f"{cause.type}:{cause.name}",
            "action": action,
            "subject_type": subject_type,
            "subject": str(subject),
            "message": cause.message,
            "data": to_plain(data),
        },
    )


def trail(tx: Connection, subjects: Iterable[tuple[str, str]], *, limit: int = 500) -> list[dict[str, Any]]:
    """Events of these (type, number) subjects, oldest first."""
    wanted = [(events.c.subject_type == kind) & (events.c.subject == number) for kind, number in subjects]
    if not wanted:
        return []
    rows = tx.execute(select(events).where(or_(*wanted)).order_by(events.c.id).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's own name for a row as a mapping
