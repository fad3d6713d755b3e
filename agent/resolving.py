"""What became of mails whose fate the wire left open: looked up in a journal of what was sent, else left to a person.

Never by hope. Found means sent. Not found means sent again only where the journal is known to be complete, and proves
that it was kept in these very minutes: it holds a mail that the relay took after the one in question.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row

from agent.booking.desk import Desk
from agent.company import company_of
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.errors import ArError
from agent.settings import Settings
from agent.settings_types import MailboxSettings
from agent.store import facts, outbound, work
from agent.store.engine import read, write
from agent.store.ledger import Cause

log = logging.getLogger("ar_agent.resolving")

WAIT = timedelta(minutes=10)  # RFC 5321, 4.5.3.2.6: so long the server may still take what it was given
_RESENDS_MAX = 1
_WITNESSES = 20
_CAUSE = Cause("run", "journal")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one look brought: mails found, mails that are sent again, mails left to a person."""

    found: tuple[int, ...] = ()
    again: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


def resolve_unknown(
    engine: Engine, settings: Settings, mailbox: MailboxSettings | None, clock: Callable[[], datetime]
) -> Resolved:
    """Look up every mail that is `unknown` for ten minutes; `mailbox` is where the journal lies, None where there is none."""
    now = clock()
    rows = read(engine, lambda tx: outbound.unknown_since(tx, now - WAIT))
    if not rows:
        return Resolved()
    if mailbox is None:
        return Resolved(left=_leave(engine, settings, rows, "no journal is set ([journal])", now))
    witnesses = _witnesses(engine, rows)
    wanted = {row.message_id for row, _ in rows} | {one for ids in witnesses.values() for one in ids}
    try:
        from agent.mailbox.journal import Journal

        with Journal(mailbox, settings.journal.folder) as journal:
            held = journal.holds(sorted(wanted))
    except ArError as error:
        text = f"the journal of sent mail cannot be looked into: {error}"
        write(engine, lambda tx: facts.raise_alarm(tx, "journal", text, now))
        return Resolved()
    write(engine, lambda tx: facts.clear_alarm(tx, "journal"))
    found: list[int] = []
    again: list[int] = []
    left: list[tuple[Row[Any], datetime]] = []
    for row, since in rows:
        if row.message_id in held:
            found += _confirm(engine, row, f"its copy lies in {settings.journal.folder} of {mailbox.name}", now)
        elif settings.journal.complete and row.resends < _RESENDS_MAX and held.intersection(witnesses[row.id]):
            reason = f"{settings.journal.folder} of {mailbox.name} lacks it and holds a mail that left after it"
            again += _send_again(engine, row, reason, now)
        else:
            left.append((row, since))
    return Resolved(
        tuple(found), tuple(again), _leave(engine, settings, left, _why(settings, left, witnesses, held), now)
    )


def _witnesses(engine: Engine, rows: list[tuple[Row[Any], datetime]]) -> dict[int, list[str]]:
    """For each mail, the Message-IDs of mails that the relay said it took after it."""
    return read(engine, lambda tx: {row.id: outbound.sent_after(tx, since, _WITNESSES) for row, since in rows})


def _confirm(engine: Engine, row: Row[Any], evidence: str, now: datetime) -> tuple[int, ...]:
    return write(engine, lambda tx: outbound.confirm(tx, [row.message_id], evidence=evidence, cause=_CAUSE, now=now))


def _send_again(engine: Engine, row: Row[Any], reason: str, now: datetime) -> list[int]:
    done = write(engine, lambda tx: outbound.resend_unknown(tx, row.id, reason=reason, cause=_CAUSE, now=now))
    return [row.id] if done else []


def _why(
    settings: Settings, left: list[tuple[Row[Any], datetime]], witnesses: dict[int, list[str]], held: frozenset[str]
) -> str:
    if not settings.journal.complete:
        return "it is not in the journal, which is not known to be complete ([journal] complete)"
    if any(row.resends >= _RESENDS_MAX for row, _ in left):
        return "it was sent again once and its fate is open again"
    if not any(held.intersection(witnesses[row.id]) for row, _ in left):
        return "it is not in the journal, and nothing proves that the journal was kept since"
    return "it is not in the journal"


def _leave(
    engine: Engine, settings: Settings, rows: list[tuple[Row[Any], datetime]], why: str, now: datetime
) -> tuple[int, ...]:
    """Tell a person, once for each mail."""

    def work_(tx: Connection) -> None:
        for row, since in rows:
            if work.waits(tx, "mail_unknown", subject=str(row.id)):
                continue
            desk = Desk(tx=tx, settings=settings, company=company_of(settings), now=now, cause=_CAUSE)
            exception = MatchException(
                code="mail_unknown",
                kind=QueueKind.OTHER,
                summary=f"O{row.id} to {', '.join(row.recipients)} was handed over at {since.isoformat(timespec='minutes')} and the answer "
                f"was lost; {why}: ask the customer, then `ar-agent outbox resolve O{row.id} --sent` or `--resend`",
                customer=row.customer,
            )
            desk.queue(exception, subject_type="outbox", subject=row.id)

    if rows:
        write(engine, work_)
    return tuple(row.id for row, _ in rows)
