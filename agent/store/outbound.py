"""The outbox: one row an intent, claimed under a lease, handed over once, settled by whoever holds the fence.

A row that a dead sender left before the hand-over is queued again; one left after it is `unknown`, and only a person or
a proof of arrival moves it on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, func, or_, select, update

from agent.domain.errors import NotFound, Refused
from agent.store import blobs, events
from agent.store.engine import read, write
from agent.store.ledger import Cause
from agent.store.schema import outbox, outbox_about, outbox_attempts
from agent.store.statements import insert_new
from agent.store.stops import legal_stop_of
from outbox.loop_guard import Budget, Spent
from outbox.message import OutboxMessage, OutboxStatus
from outbox.verdict import Verdict

S = OutboxStatus
_KEY = 200  # characters of the column
_SENDER = Cause("run", "send")

# The statements of the hot path, built once: building one costs ten times what running it does.
_DUE = (
    select(outbox.c.id)
    .where(outbox.c.status == S.QUEUED.value, outbox.c.due_at <= bindparam("now"))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_NUMBERS = outbox.c.id.in_(bindparam("numbers", expanding=True))
_TAKE = (
    update(outbox)
    .where(_NUMBERS)
    .values(
        status=S.SENDING.value,
        lease_owner=bindparam("lease_owner"),
        lease_until=bindparam("lease_until"),
        fence=outbox.c.fence + 1,
        attempts=outbox.c.attempts + 1,
        handing_at=None,
    )
)
_TAKEN = select(outbox).where(_NUMBERS).order_by(outbox.c.due_at, outbox.c.id)
_MINE = (outbox.c.id == bindparam("number"), outbox.c.fence == bindparam("fence_held"))
_SENDING = outbox.c.status == S.SENDING.value
_ANY_SENDING = select(outbox.c.id).where(_SENDING).limit(1)
_HAND_OVER = update(outbox).where(*_MINE, _SENDING).values(handing_at=bindparam("at"), lease_until=bindparam("until"))
_OPEN = or_(_SENDING, outbox.c.status == S.UNKNOWN.value)
_ENDED: dict[str, Any] = {
    "status": bindparam("status"),
    "reason": bindparam("reason"),
    "reply": bindparam("reply"),
    "lease_owner": None,
    "lease_until": None,
}
_SETTLE = update(outbox).where(*_MINE, _OPEN).values(**_ENDED, sent_at=bindparam("sent"))
_SETTLE_AGAIN = update(outbox).where(*_MINE, _OPEN).values(**_ENDED, due_at=bindparam("due"), handing_at=None)
_GIVE_BACK = (
    update(outbox)
    .where(*_MINE, _SENDING, outbox.c.handing_at.is_(None))
    .values(status=S.QUEUED.value, lease_owner=None, lease_until=None, attempts=outbox.c.attempts - 1)
)
_ATTEMPT = outbox_attempts.insert().inline()
_BY_INTENT = select(outbox.c.id).where(outbox.c.intent == bindparam("intent"))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that this sender holds; `fence` tells its claim from every earlier and later one."""

    id: int
    fence: int
    intent: str
    kind: str
    customer: str | None
    recipients: tuple[str, ...]
    sender: str
    message_id: str
    sha256: str
    attempts: int  # this one included
    first_try: datetime


# --- planning ----------------------------------------------------------------------------------------------------


def add(tx: Connection, message: OutboxMessage, *, cause: int | None, now: datetime) -> int | None:
    """Queue (or hold) a mail inside the caller's transaction; None where this intent has a mail already.

    `cause` is the incoming message that made us write.
    """
    intent = _key(message.intent)
    if tx.execute(_BY_INTENT, {"intent": intent}).first() is not None:
        return None
    values = {
        "intent": intent,
        "kind": message.kind,
        "customer": message.customer,
        "recipients": list(message.recipients),
        "sender": message.sender,
        "subject": message.subject,
        "language": message.language[:8],
        "about": list(message.about),
        "level": message.level,
        "status": message.status.value,
        "reason": message.reason,
        "due_at": message.due_at,
        "message_id": message.message_id,
        "sha256": blobs.keep(tx, message.data),
        "message": cause,
        "attempts": 0,
        "fence": 0,
        "created_at": now,
    }
    if insert_new(tx, outbox, values) == 0:  # planned by somebody else in this very moment
        return None
    number = int(tx.execute(_BY_INTENT, {"intent": intent}).scalar_one())
    for one in dict.fromkeys(message.about):
        insert_new(tx, outbox_about, {"subject": one[:64], "outbox": number})
    return number


def has_intent(tx: Connection, intent: str) -> bool:
    """Whether this intent has a mail already."""
    return tx.execute(_BY_INTENT, {"intent": _key(intent)}).first() is not None


def _key(intent: str) -> str:
    """The intent as the unique column takes it."""
    intent = intent.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\0")
    return intent if len(intent) <= _KEY else f"{intent[:100]}#{hashlib.sha256(intent.encode('utf-8')).hexdigest()}"


def spent(tx: Connection, message: OutboxMessage, budget: Budget, now: datetime) -> Spent:
    """What the loop guard counts: mails planned lately that are not held or cancelled."""
    live = outbox.c.status.not_in((S.HELD.value, S.CANCELLED.value))
    rows = tx.execute(
        select(outbox.c.recipients, outbox.c.created_at).where(
            outbox.c.customer == message.customer if message.customer else outbox.c.customer.is_(None),
            outbox.c.created_at > now - timedelta(days=1),
            live,
        )
    )
    counts: dict[str, int] = {}
    of_customer = 0
    for recipients, created_at in rows:
        of_customer += created_at > now - timedelta(hours=1)
        for one in recipients:
            counts[one.lower()] = counts.get(one.lower(), 0) + 1
    newest = (
        select(outbox.c.created_at).where(live).order_by(outbox.c.id.desc()).limit(max(budget.per_hour, 1)).subquery()
    )
    last_hour = tx.execute(
        select(func.count()).select_from(newest).where(newest.c.created_at > now - timedelta(hours=1))
    ).scalar_one()
    return Spent(by_recipient=counts, last_hour=int(last_hour), of_customer=of_customer)


# --- sending -----------------------------------------------------------------------------------------------------


def claim_due(engine: Engine, *, owner: str, now: datetime, limit: int, lease_seconds: float) -> tuple[Claimed, ...]:
    """Take up to `limit` due mails, oldest first, so that no other sender takes them while the lease lasts."""
    return write(engine, lambda tx: _claim(tx, owner, now, limit, lease_seconds))


def _claim(tx: Connection, owner: str, now: datetime, limit: int, lease_seconds: float) -> tuple[Claimed, ...]:
    numbers = tx.execute(_DUE, {"now": now, "limit": limit}).scalars().all()
    if not numbers:
        return ()
    lease = {"lease_owner": owner, "lease_until": now + timedelta(seconds=lease_seconds)}
    tx.execute(_TAKE, {"numbers": numbers, **lease})
    rows = tx.execute(_TAKEN, {"numbers": numbers}).all()
    first = _first_tries(tx, [row.id for row in rows if row.attempts > 1])
    return tuple(_claimed(row, first.get(row.id, now)) for row in rows)


def _claimed(row: Row[Any], first_try: datetime) -> Claimed:
    return Claimed(
        id=row.id,
        fence=row.fence,
        intent=row.intent,
        kind=row.kind,
        customer=row.customer,
        recipients=tuple(row.recipients),
        sender=row.sender,
        message_id=row.message_id,
        sha256=row.sha256,
        attempts=row.attempts,
        first_try=first_try,
    )


def _first_tries(tx: Connection, numbers: list[int]) -> dict[int, datetime]:
    """When each mail was first tried since it was last (re)queued by a person."""
    if not numbers:
        return {}
    rows = tx.execute(
        select(outbox_attempts.c.outbox, outbox_attempts.c.at, outbox_attempts.c.outcome)
        .where(outbox_attempts.c.outbox.in_(numbers))
        .order_by(outbox_attempts.c.id)
    )
    first: dict[int, datetime] = {}
    for number, at, outcome in rows:
        if outcome == "resend":
            first.pop(number, None)
        else:
            first.setdefault(number, at)
    return first


def bytes_of(engine: Engine, claimed: Claimed) -> bytes | None:
    """The exact bytes to send; None where they are not what was composed (and must not leave)."""
    return read(engine, lambda tx: blobs.load(tx, claimed.sha256))


def mark_handing(engine: Engine, claimed: Claimed, *, now: datetime, lease_seconds: float) -> bool:
    """Commit that the hand-over begins. False: the claim is no longer ours, and not one byte may leave."""
    return write(engine, handing(claimed, now=now, lease_seconds=lease_seconds))


def handing(claimed: Claimed, *, now: datetime, lease_seconds: float) -> Callable[[Connection], bool]:
    """As `mark_handing`, to be run in a transaction."""
    values = {
        "at": now,
        "until": now + timedelta(seconds=lease_seconds),
        "number": claimed.id,
        "fence_held": claimed.fence,
    }
    return lambda tx: tx.execute(_HAND_OVER, values).rowcount == 1


def settle(
    engine: Engine, claimed: Claimed, verdict: Verdict, *, reply: str, now: datetime, note: str | None = None
) -> bool:
    """Commit how an attempt ended. False: another owner has the mail by now, and its word counts.

    A hand-over that was declared `unknown` meanwhile may still be settled by the one who made it: he knows.
    """
    return write(engine, settling(claimed, verdict, reply=reply, now=now, note=note))


def settling(
    claimed: Claimed, verdict: Verdict, *, reply: str, now: datetime, note: str | None = None
) -> Callable[[Connection], bool]:
    """As `settle`, to be run in a transaction."""
    values: dict[str, Any] = {
        "number": claimed.id,
        "fence_held": claimed.fence,
        "status": verdict.status.value,
        "reason": note or verdict.reason,
        "reply": reply[:1000],
    }
    if verdict.status is S.QUEUED:
        statement, values["due"] = _SETTLE_AGAIN, verdict.next_try or now
    else:
        statement, values["sent"] = _SETTLE, now if verdict.status is S.SENT else None

    def work(tx: Connection) -> bool:
        if tx.execute(statement, values).rowcount != 1:
            return False
        _attempt(tx, claimed.id, verdict.status.value, reply, now)
        if verdict.status is not S.QUEUED:
            events.record(tx, _SENDER, verdict.status.value, "outbox", claimed.id, now, reply=reply[:500])
        return True

    return work


def write_together(engine: Engine, works: Sequence[Callable[[Connection], bool]]) -> list[bool]:
    """Run several steps of the life of mails in one commit; all of them or none."""
    return write(engine, lambda tx: [work(tx) for work in works])


def give_back(engine: Engine, claims: Iterable[Claimed]) -> None:
    """Return claims that were not tried: they are due as before, and the attempt does not count."""

    def work(tx: Connection) -> None:
        for claimed in held:
            tx.execute(_GIVE_BACK, {"number": claimed.id, "fence_held": claimed.fence})

    if held := tuple(claims):
        write(engine, work)


def recover(
    engine: Engine, now: datetime, *, is_dead: Callable[[str | None], bool] = lambda _owner: False
) -> tuple[int, int]:
    """Free what senders left behind whose lease ran out or who are known dead; return (queued again, now unknown)."""

    def work(tx: Connection) -> tuple[int, int]:
        rows = tx.execute(
            select(outbox.c.id, outbox.c.fence, outbox.c.lease_owner, outbox.c.lease_until, outbox.c.handing_at)
            .where(outbox.c.status == S.SENDING.value)
            .with_for_update(skip_locked=True)
        ).all()
        again = unknown = 0
        for row in rows:
            if row.lease_until is not None and row.lease_until > now and not is_dead(row.lease_owner):
                continue
            if row.handing_at is None:
                _free(tx, row.id, S.QUEUED, None)
                again += 1
            else:
                began = row.handing_at.isoformat(timespec="seconds")
                reason = f"the sender stopped after the hand-over began at {began}"
                _free(tx, row.id, S.UNKNOWN, reason)
                _attempt(tx, row.id, S.UNKNOWN.value, reason, now)
                events.record(tx, _SENDER, S.UNKNOWN.value, "outbox", row.id, now, reason=reason)
                unknown += 1
        return again, unknown

    if not read(engine, lambda tx: tx.execute(_ANY_SENDING).first()):
        return 0, 0
    return write(engine, work)


def _free(tx: Connection, number: int, status: OutboxStatus, reason: str | None) -> None:
    tx.execute(
        update(outbox)
        .where(outbox.c.id == number)
        .values(status=status.value, reason=reason, lease_owner=None, lease_until=None)
    )


def _attempt(tx: Connection, number: int, outcome: str, reply: str, now: datetime) -> None:
    tx.execute(_ATTEMPT, {"outbox": number, "at": now, "outcome": outcome, "reply": reply[:1000]})


def next_due(tx: Connection) -> datetime | None:
    """When the next queued mail is due, or None where nothing waits."""
    return tx.execute(
        select(outbox.c.due_at).where(outbox.c.status == S.QUEUED.value).order_by(outbox.c.due_at).limit(1)
    ).scalar_one_or_none()


# --- what people and incoming mail say about it ------------------------------------------------------------------


def row_of(tx: Connection, number: int) -> Row[Any]:
    row = tx.execute(select(outbox).where(outbox.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("outgoing mail", f"O{number}", "see `ar-agent outbox list`")
    return row


def attempts_of(tx: Connection, number: int) -> list[Row[Any]]:
    return list(
        tx.execute(select(outbox_attempts).where(outbox_attempts.c.outbox == number).order_by(outbox_attempts.c.id))
    )


def hold(tx: Connection, number: int, *, reason: str, cause: Cause, now: datetime) -> None:
    """Keep a queued mail from leaving."""
    _move(tx, number, (S.QUEUED,), {"status": S.HELD.value, "reason": reason}, "hold", cause, now)


def release(tx: Connection, number: int, *, cause: Cause, now: datetime) -> None:
    """Let a held mail leave when it is due."""
    row = row_of(tx, number)
    if not row.recipients:
        raise Refused(f"mail O{number} has no address to go to: correct the customer's emails and cancel this mail")
    if row.customer and legal_stop_of(tx, row.customer) is not None:
        raise Refused(
            f"{row.customer} is under a legal stop: `ar-agent customers lift {row.customer} --note …` lifts it first"
        )
    _move(tx, number, (S.HELD,), {"status": S.QUEUED.value, "reason": None}, "release", cause, now)


def cancel(tx: Connection, number: int, *, reason: str, cause: Cause, now: datetime) -> None:
    """Never send a mail that has not left."""
    states = (S.QUEUED, S.HELD, S.FAILED)
    _move(tx, number, states, {"status": S.CANCELLED.value, "reason": reason}, "cancel", cause, now)


def retract(tx: Connection, number: int, *, reason: str, cause: Cause, now: datetime) -> None:
    """Cancel a mail whose reason was taken back, and free its intent: the same decision made anew writes anew.

    A mail that a person cancelled keeps its intent, so that no later run plans it again.
    """
    cancel(tx, number, reason=reason, cause=cause, now=now)
    freed = _retracted(row_of(tx, number).intent)
    tx.execute(update(outbox).where(outbox.c.id == number).values(intent=freed))


def standing(tx: Connection, intent: str) -> str:
    """The intent under which a mail is planned now: a new one for each that was retracted, as Message-IDs come of it."""
    now, n = intent, 1
    while tx.execute(_BY_INTENT, {"intent": _retracted(_key(now))}).first() is not None:
        n += 1
        now = f"{intent}~{n}"
    return now


def _retracted(intent: str) -> str:
    return _key(f"retracted:{intent}")


def reinstate(
    tx: Connection, number: int, *, status: OutboxStatus, reason: str | None, cause: Cause, now: datetime
) -> None:
    """A mail that a decision withdrew waits (queued or held) again, as that decision was taken back."""
    _move(tx, number, (S.CANCELLED,), {"status": status.value, "reason": reason}, "reinstate", cause, now)


def resolve(tx: Connection, number: int, *, sent: bool, cause: Cause, now: datetime) -> None:
    """Settle by a person's word: `sent` it arrived; else the same bytes go out again under the same Message-ID."""
    if sent:
        values: dict[str, Any] = {"status": S.SENT.value, "sent_at": now, "reason": "confirmed by a person"}
        _move(tx, number, (S.UNKNOWN, S.FAILED, S.BOUNCED), values, "resolve_sent", cause, now)
        return
    values = {"status": S.QUEUED.value, "due_at": now, "reason": None, "attempts": 0, "handing_at": None}
    _move(tx, number, (S.UNKNOWN, S.FAILED, S.BOUNCED), values, "resend", cause, now)
    _attempt(tx, number, "resend", "asked for by a person", now)


def _move(
    tx: Connection,
    number: int,
    states: tuple[OutboxStatus, ...],
    values: dict[str, Any],
    action: str,
    cause: Cause,
    now: datetime,
) -> None:
    row = row_of(tx, number)
    allowed = [state.value for state in states]
    moved = tx.execute(update(outbox).where(outbox.c.id == number, outbox.c.status.in_(allowed)).values(**values))
    if moved.rowcount != 1:
        raise Refused(f"mail O{number} is {row.status}; only a mail that is {' or '.join(allowed)} can take this step")
    events.record(tx, cause, action, "outbox", number, now, before=row.status, reason=values.get("reason"))


def confirm(
    tx: Connection, message_ids: Iterable[str], *, evidence: str, cause: Cause, now: datetime
) -> tuple[int, ...]:
    """Settle `unknown` mails as sent where something proves that they arrived: an answer, a copy, a report."""
    wanted = list(dict.fromkeys(message_ids))[:100]
    rows = tx.execute(
        select(outbox.c.id).where(outbox.c.message_id.in_(wanted), outbox.c.status == S.UNKNOWN.value)
    ).all()
    for row in rows:
        values = {"status": S.SENT.value, "sent_at": now, "reason": evidence}
        _move(tx, row.id, (S.UNKNOWN,), values, "confirm", cause, now)
    return tuple(row.id for row in rows)


def bounced(
    tx: Connection, message_id: str, *, recipient: str | None, reason: str, cause: Cause, now: datetime
) -> Row[Any] | None:
    """Mark the mail that a permanent delivery report (RFC 3464) is about; None where it is none of ours."""
    row = tx.execute(select(outbox).where(outbox.c.message_id == message_id)).one_or_none()
    if row is None:
        return None
    values = {"status": S.BOUNCED.value, "reason": f"{recipient or 'the mail'}: {reason}"[:1000]}
    if row.status in (S.SENT.value, S.UNKNOWN.value):
        _move(tx, row.id, (S.SENT, S.UNKNOWN), values, "bounce", cause, now)
    return row


def send_again(tx: Connection, number: int, *, due: datetime, reason: str, cause: Cause, now: datetime) -> None:
    """Queue the same bytes again: a report says that they were not delivered, or a complete journal lacks them."""
    values = {"status": S.QUEUED.value, "due_at": due, "reason": reason[:1000], "attempts": 0, "handing_at": None}
    _move(tx, number, (S.SENT, S.UNKNOWN), values, "resend", cause, now)
    _attempt(tx, number, "resend", reason, now)


def delivered(tx: Connection, number: int, *, opened: bool, cause: Cause, now: datetime) -> None:
    """Note a report of delivery, or of display; the first of each counts. It settles what was `unknown`, too."""
    column = outbox.c.opened_at if opened else outbox.c.delivered_at
    tx.execute(update(outbox).where(outbox.c.id == number, column.is_(None)).values({column.name: now}))
    events.record(tx, cause, "opened" if opened else "delivered", "outbox", number, now)
    row = row_of(tx, number)
    if row.status == S.UNKNOWN.value:
        values = {"status": S.SENT.value, "sent_at": now, "reason": "a mail system reports that it was delivered"}
        _move(tx, number, (S.UNKNOWN,), values, "confirm", cause, now)


def unknown_since(tx: Connection, before: datetime) -> list[tuple[Row[Any], datetime]]:
    """Mails that are `unknown`, with the instant of their hand-over, where that lies before an instant."""
    rows = tx.execute(select(outbox).where(outbox.c.status == S.UNKNOWN.value).order_by(outbox.c.id)).all()
    found = [(row, row.handing_at or row.due_at) for row in rows]
    return [(row, at) for row, at in found if at <= before]


def sent_after(tx: Connection, at: datetime, limit: int) -> list[str]:
    """Message-IDs of mails that the relay said it took after an instant, the first ones first."""
    statement = select(outbox.c.message_id).where(
        outbox.c.status == S.SENT.value, outbox.c.handing_at > at, outbox.c.reply.is_not(None)
    )
    return list(tx.execute(statement.order_by(outbox.c.handing_at).limit(limit)).scalars())


def resend_unknown(tx: Connection, number: int, *, reason: str, cause: Cause, now: datetime) -> bool:
    """Queue an `unknown` mail again, the same bytes; False where somebody settled it meanwhile."""
    done = tx.execute(
        update(outbox)
        .where(outbox.c.id == number, outbox.c.status == S.UNKNOWN.value)
        .values(
            status=S.QUEUED.value,
            due_at=now,
            reason=reason[:1000],
            attempts=0,
            handing_at=None,
            resends=outbox.c.resends + 1,
        )
    )
    if done.rowcount == 1:
        events.record(tx, cause, "resend", "outbox", number, now, before=S.UNKNOWN.value, reason=reason)
        _attempt(tx, number, "resend", reason, now)
    return done.rowcount == 1


def unproved(tx: Connection, kinds: Iterable[str], *, before: datetime) -> list[Row[Any]]:
    """Mails of these kinds that left before an instant without any sign of arrival, and were not looked into yet."""
    return list(
        tx.execute(
            select(outbox)
            .where(
                outbox.c.status == S.SENT.value,
                outbox.c.kind.in_(list(kinds)),
                outbox.c.sent_at < before,
                outbox.c.delivered_at.is_(None),
                outbox.c.opened_at.is_(None),
                outbox.c.proof_at.is_(None),
            )
            .order_by(outbox.c.id)
            .limit(1000)
        )
    )


def proof_looked_for(tx: Connection, number: int, now: datetime) -> None:
    tx.execute(update(outbox).where(outbox.c.id == number).values(proof_at=now))


def find(
    tx: Connection,
    *,
    status: str | None = None,
    kind: str | None = None,
    customer: str | None = None,
    about: str | None = None,
    message: int | None = None,
    limit: int = 1000,
) -> list[Row[Any]]:
    """Outgoing mails by what is asked, oldest first."""
    statement = select(outbox).order_by(outbox.c.id).limit(limit)
    asked = {"status": status, "kind": kind, "customer": customer, "message": message}
    for column, value in asked.items():
        if value is not None:
            statement = statement.where(outbox.c[column] == value)
    if about is not None:
        concerned = select(outbox_about.c.outbox).where(outbox_about.c.subject == about)
        statement = statement.where(outbox.c.id.in_(concerned))
    return list(tx.execute(statement))


def of_message_ids(tx: Connection, message_ids: Iterable[str]) -> list[Row[Any]]:
    """Our mails among these Message-IDs (what a reply refers to)."""
    return list(tx.execute(select(outbox).where(outbox.c.message_id.in_(list(dict.fromkeys(message_ids))[:100]))))


def counts(tx: Connection) -> dict[str, int]:
    """How many mails stand in each status."""
    rows = tx.execute(select(outbox.c.status, func.count()).group_by(outbox.c.status))
    return {status: int(number) for status, number in rows}


def faults(tx: Connection) -> list[str]:
    """What must never be: for `check`."""
    found = []
    odd = tx.execute(select(outbox.c.id, outbox.c.status).where(outbox.c.status.not_in([s.value for s in S])))
    found += [f"outgoing mail O{row.id} has the unknown status {row.status!r}" for row in odd]
    unproved = tx.execute(select(outbox.c.id).where(outbox.c.status == S.SENT.value, or_(outbox.c.sent_at.is_(None))))
    found += [f"outgoing mail O{row.id} is called sent, but nothing says when" for row in unproved]
    return found
