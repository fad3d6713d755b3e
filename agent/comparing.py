"""The nightly comparison of a folder on its server with what is stored: nothing missing, and what vanished is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from agent.mailbox.mail import Mailbox
from agent.settings_types import MailboxSettings
from agent.store import facts, inbound
from agent.store.engine import write

_NAMED = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """What one comparison found; `missing` and `vanished` are uids."""

    on_server: int
    stored: int  # of those on the server
    missing: tuple[str, ...]  # on the server and not stored, though they were asked for
    vanished: tuple[str, ...]  # stored, and gone from the server since the last comparison; our own moves left out


def compare(
    engine: Engine, box: Mailbox, settings: MailboxSettings, now: datetime, *, fetch: Callable[[], object]
) -> Compared:
    """Compare a connected folder and `fetch` what is missing; keep the result for `check` and `health`."""
    validity, uids = box.listing()
    known = inbound.known(engine, settings.name, settings.folder, validity, uids)
    if len(known) < len(uids):
        fetch()
        known = inbound.known(engine, settings.name, settings.folder, validity, uids)
    missing = tuple(uid for uid in uids if uid not in known)
    moves = settings.after.startswith("move:")

    def work(tx: Connection) -> tuple[str, ...]:
        gone = inbound.note_gone(tx, settings.name, settings.folder, validity, set(uids), moved=moves, now=now)
        value: dict[str, Any] = {
            "on_server": len(uids),
            "stored": len(known),
            "missing": list(missing[:_NAMED]),
            "missing_count": len(missing),
            "vanished": list(gone[:_NAMED]),
            "vanished_count": len(gone),
        }
        facts.put(tx, f"mailbox.{settings.name}.compared", value, now)
        return gone

    vanished = write(engine, work)
    return Compared(len(uids), len(known), missing, vanished)


def last(tx: Connection, name: str) -> tuple[dict[str, Any], datetime] | None:
    """What the last comparison of a mailbox found, and when."""
    return facts.get(tx, f"mailbox.{name}.compared")
