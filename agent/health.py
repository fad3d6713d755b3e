"""Whether the unattended service is well: judged from what it left in the store, so that a dead one cannot say yes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from agent import comparing
from agent.settings_types import MailboxSettings
from agent.store import brakes, facts, outbound


def problems(
    tx: Connection, mailboxes: Iterable[MailboxSettings], now: datetime, *, heartbeat_seconds: float = 30
) -> tuple[str, ...]:
    """What a person must look at; empty where all is well."""
    found = []
    beat = facts.get(tx, "service.heartbeat")
    if beat is None:
        found.append("the service has never run: start `ar-agent run`")
    elif now - beat[1] > timedelta(seconds=4 * heartbeat_seconds):
        found.append(f"the service gave its last sign of life at {beat[1].isoformat(timespec='seconds')}")
    for mailbox in mailboxes:
        checked = facts.get(tx, f"mailbox.{mailbox.name}.checked")
        if checked is None or now - checked[1] > timedelta(seconds=2 * mailbox.poll_seconds + 60):
            when = "never" if checked is None else checked[1].isoformat(timespec="seconds")
            found.append(f"mailbox {mailbox.name} was last looked into: {when}")
        found += _compared(tx, mailbox, now)
    for name, (value, _) in facts.named(tx, "alarm.").items():
        found.append(f"{name.removeprefix('alarm.')}: {value.get('text')} (since {value.get('since')})")
    found += [f"{row.reason}: look at it, then `ar-agent brakes lift X{row.id}`" for row in brakes.active(tx)]
    if unknown := outbound.counts(tx).get("unknown"):
        found.append(f"{unknown} mails were handed over without an answer: see `ar-agent outbox list --status unknown`")
    return tuple(found)


def _compared(tx: Connection, mailbox: MailboxSettings, now: datetime) -> list[str]:
    last = comparing.last(tx, mailbox.name)
    if last is None:
        return []
    value, at = last
    if now - at > timedelta(days=2):
        return [f"mailbox {mailbox.name} was last compared with its server at {at.isoformat(timespec='minutes')}"]
    if value["missing_count"]:
        named = ", ".join(value["missing"])
        return [f"{value['missing_count']} mails on the server of {mailbox.name} are not stored (UID {named})"]
    return []
