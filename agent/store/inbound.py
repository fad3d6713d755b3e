"""Mail that came in: bytes first, one row a mail, one effect a content; work is claimed by row under a lease."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, and_, bindparam, func, or_, select, update

from agent.domain.errors import ArError
from agent.store import blobs
from agent.store.engine import read, write
from agent.store.schema import blobs as blob_table
from agent.store.schema import content_claims, events, messages, queue, sightings
from agent.store.statements import insert_id, insert_new

MAX_TRIES = 3
FIRST_PAUSE = timedelta(seconds=30)
TOO_LARGE = "too large"  # how the reason of a row begins whose blob holds the headers only
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_IN = 500


class ClaimLost(ArError):
    """This message was finished by somebody else meanwhile: nothing of what was done here may be committed."""

    def __init__(self, number: int) -> None:
        super().__init__(f"message M{number} was finished by another worker: this work is given up, theirs counts")


# The statements of the hot path, built once: building one costs ten times what running it does.
_HERE = and_(sightings.c.account == bindparam("account"), sightings.c.folder == bindparam("folder"))
_NAMED_NOW = sightings.c.uidvalidity == bindparam("validity")
_SIGHTING = select(sightings.c.message).where(_HERE, _NAMED_NOW, sightings.c.uid == bindparam("uid"))
_RENAMED = (
    select(messages.c.id)
    .join(sightings, sightings.c.message == messages.c.id)
    .where(
        messages.c.sha256 == bindparam("digest"),
        _HERE,
        sightings.c.uidvalidity != bindparam("validity"),
        messages.c.id.not_in(select(sightings.c.message).where(_HERE, _NAMED_NOW)),
    )
    .order_by(messages.c.id)
    .limit(1)
)
_CLAIM_OF = select(content_claims.c.message).where(content_claims.c.key == bindparam("key"))
_WAITING = select(messages.c.id).where(messages.c.state == "new").limit(1)
_READY = (
    select(messages.c.id, messages.c.attempts)
    .where(
        messages.c.state == "new",
        or_(messages.c.next_try_at.is_(None), messages.c.next_try_at <= bindparam("now")),
        or_(messages.c.lease_until.is_(None), messages.c.lease_until <= bindparam("now")),
    )
    .order_by(messages.c.attempts, messages.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_LEASED = (messages.c.state == "new", messages.c.lease_owner.is_not(None))
_OWNERS = select(messages.c.lease_owner).where(*_LEASED).distinct()
_NUMBERS = messages.c.id.in_(bindparam("numbers", expanding=True))
_TAKE = (
    update(messages)
    .where(_NUMBERS)
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"), attempts=messages.c.attempts + 1)
)
_TAKEN = select(messages).where(_NUMBERS).order_by(messages.c.attempts, messages.c.id)


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that this worker holds."""

    id: int
    attempts: int  # this one included
    source: str
    file: str | None
    received_at: datetime
    too_large: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a mailbox or a file gave: see agent.mailbox.mail.RawMail."""

    account: str
    folder: str
    uidvalidity: int
    uid: str
    source: str
    file: str | None
    received_at: datetime
    too_large: str | None = None  # why only the headers are here
    cards: int = 0  # card numbers that were blanked in the bytes


# --- taking in ---------------------------------------------------------------------------------------------------


class _AlreadySeen(Exception):
    pass


def take_in(engine: Engine, data: bytes, arrival: Arrival, now: datetime) -> int | None:
    """Keep a mail: bytes, row and sighting in one commit. None where this very mail (by its server's name) is here.

    Bytes that another message brought already make a finished row that names the first one. After a new UIDVALIDITY
    (RFC 3501, 2.3.1.1) a mail with the bytes of one seen in this folder before is that mail under a new name.
    """

    def work(tx: Connection) -> int | None:
        if arrival.uid and _sighting(tx, arrival) is not None:
            return None
        digest = blobs.keep(tx, data)
        if arrival.uid and (before := _renamed(tx, arrival, digest)) is not None:
            _see(tx, arrival, before, now)
            return None
        number = _insert(tx, arrival, digest)
        if arrival.uid:
            _see(tx, arrival, number, now)
        _claim_content(tx, number, digest, now)
        return number

    try:
        return write(engine, work)
    except _AlreadySeen:
        return None


def _sighting(tx: Connection, arrival: Arrival) -> int | None:
    return tx.execute(_SIGHTING, _name(arrival)).scalar_one_or_none()


def _renamed(tx: Connection, arrival: Arrival, digest: str) -> int | None:
    """The message with these bytes that this folder showed under an older UIDVALIDITY, and not yet under this one."""
    return tx.execute(_RENAMED, {**_name(arrival), "digest": digest}).scalar_one_or_none()


def _name(arrival: Arrival) -> dict[str, Any]:
    return {"account": arrival.account, "folder": arrival.folder, "validity": arrival.uidvalidity, "uid": arrival.uid}


def _see(tx: Connection, arrival: Arrival, number: int, now: datetime) -> None:
    values = {
        "account": arrival.account,
        "folder": arrival.folder,
        "uidvalidity": arrival.uidvalidity,
        "uid": arrival.uid,
        "message": number,
        "seen_at": now,
        "marked": False,
    }
    if insert_new(tx, sightings, values) == 0:
        raise _AlreadySeen  # another fetcher was faster: all of this is rolled back


def _insert(tx: Connection, arrival: Arrival, digest: str) -> int:
    values = {
        "sha256": digest,
        "source": arrival.source[:200],
        "file": _storable(arrival.file),
        "received_at": arrival.received_at,
        "state": "new",
        "attempts": 0,
        "cards": arrival.cards,
        "reason": f"{TOO_LARGE}: {arrival.too_large}" if arrival.too_large else None,
    }
    return insert_id(tx, messages, values)


def _claim_content(tx: Connection, number: int, digest: str, now: datetime) -> None:
    if insert_new(tx, content_claims, {"key": f"sha:{digest}", "message": number}):
        return
    first = tx.execute(_CLAIM_OF, {"key": f"sha:{digest}"}).scalar_one()
    reason = f"the same mail as message M{first}, byte for byte"
    told = (messages.c.message_id, messages.c.from_address, messages.c.subject, messages.c.nature, messages.c.customer)
    same = tx.execute(select(*told).where(messages.c.id == first)).one()._asdict()
    finish(tx, number, outcome="duplicate", now=now, duplicate_of=first, reason=reason, **same)


# --- what a mailbox asks -----------------------------------------------------------------------------------------


def known(engine: Engine, account: str, folder: str, uidvalidity: int, uids: Sequence[str]) -> set[str]:
    """Those of these uids that are stored."""
    query = select(sightings.c.uid).where(
        sightings.c.account == account, sightings.c.folder == folder, sightings.c.uidvalidity == uidvalidity
    )

    def work(tx: Connection) -> set[str]:
        if len(uids) > _IN:
            return set(tx.execute(query).scalars()) & set(uids)
        return set(tx.execute(query.where(sightings.c.uid.in_(uids))).scalars())

    return read(engine, work) if uids else set()


def unmarked(engine: Engine, account: str, folder: str, *, limit: int = 1000) -> list[tuple[int, str]]:
    """(uidvalidity, uid) of stored mails that were not flagged or moved yet, after a crash in between."""
    query = (
        select(sightings.c.uidvalidity, sightings.c.uid)
        .where(sightings.c.account == account, sightings.c.folder == folder, sightings.c.marked.is_(False))
        .order_by(sightings.c.id.desc())
        .limit(limit)
    )
    return read(engine, lambda tx: [(row.uidvalidity, row.uid) for row in tx.execute(query)])


def mark(engine: Engine, account: str, folder: str, names: Sequence[tuple[int, str]]) -> None:
    """Remember that these mails are flagged or moved on their server."""

    def work(tx: Connection) -> None:
        for validity in {validity for validity, _ in names}:
            uids = [uid for one, uid in names if one == validity]
            for at in range(0, len(uids), _IN):
                tx.execute(
                    update(sightings)
                    .where(
                        sightings.c.account == account,
                        sightings.c.folder == folder,
                        sightings.c.uidvalidity == validity,
                        sightings.c.uid.in_(uids[at : at + _IN]),
                    )
                    .values(marked=True)
                )

    if names:
        write(engine, work)


def note_gone(
    tx: Connection, account: str, folder: str, uidvalidity: int, there: set[str], *, moved: bool, now: datetime
) -> tuple[str, ...]:
    """Note which stored mails of a folder are not on the server any more; return those that were not noted before.

    Where mails are `moved` once they are stored, a marked one is gone by our own hand and not told.
    """
    rows = tx.execute(
        select(sightings.c.id, sightings.c.uid, sightings.c.marked).where(
            sightings.c.account == account,
            sightings.c.folder == folder,
            sightings.c.uidvalidity == uidvalidity,
            sightings.c.gone_at.is_(None),
        )
    ).all()
    gone = [row for row in rows if row.uid not in there]
    numbers = [row.id for row in gone]
    for at in range(0, len(numbers), _IN):
        tx.execute(update(sightings).where(sightings.c.id.in_(numbers[at : at + _IN])).values(gone_at=now))
    return tuple(row.uid for row in gone if not (moved and row.marked))


# --- working on it -----------------------------------------------------------------------------------------------


def claim_new(
    engine: Engine,
    *,
    owner: str,
    now: datetime,
    limit: int = 1,
    lease_seconds: float = 900,
    is_dead: Callable[[str | None], bool] = lambda _owner: False,
) -> tuple[ClaimedMessage, ...]:
    """Take up to `limit` messages that wait for work, oldest first, untouched ones before those that failed before.

    A message whose workers died MAX_TRIES times without an answer is finished as failed, so that it kills no more.
    """

    def work(tx: Connection) -> tuple[ClaimedMessage, ...]:
        _free_the_dead(tx, is_dead)
        rows = tx.execute(_READY, {"now": now, "limit": limit}).all()
        worn = [row.id for row in rows if row.attempts >= MAX_TRIES]
        for number in worn:
            reason = f"work on it ended {MAX_TRIES} times without an answer"
            finish(tx, number, outcome="failed", now=now, reason=reason)
        return _lease(tx, [row.id for row in rows if row.id not in worn], owner, now + timedelta(seconds=lease_seconds))

    if not read(engine, lambda tx: tx.execute(_WAITING).first()):
        return ()
    return write(engine, work)


def _free_the_dead(tx: Connection, is_dead: Callable[[str | None], bool]) -> None:
    owners = tx.execute(_OWNERS).scalars()
    if dead := [owner for owner in owners if is_dead(owner)]:
        tx.execute(
            update(messages)
            .where(messages.c.state == "new", messages.c.lease_owner.in_(dead))
            .values(lease_owner=None, lease_until=None)
        )


def _lease(tx: Connection, numbers: list[int], owner: str, until: datetime) -> tuple[ClaimedMessage, ...]:
    if not numbers:
        return ()
    tx.execute(_TAKE, {"numbers": numbers, "owner": owner, "until": until})
    rows = tx.execute(_TAKEN, {"numbers": numbers})
    return tuple(
        ClaimedMessage(
            id=row.id,
            attempts=row.attempts,
            source=row.source,
            file=row.file,
            received_at=row.received_at,
            too_large=(row.reason or "").startswith(TOO_LARGE),
            reason=row.reason,
        )
        for row in rows
    )


def give_back(engine: Engine, numbers: Sequence[int], owner: str) -> None:
    """Return messages that were claimed and not worked on; the attempt does not count."""

    def work(tx: Connection) -> None:
        tx.execute(
            update(messages)
            .where(messages.c.id.in_(numbers), messages.c.state == "new", messages.c.lease_owner == owner)
            .values(lease_owner=None, lease_until=None, attempts=messages.c.attempts - 1)
        )

    if numbers:
        write(engine, work)


def raw_bytes(tx: Connection, number: int) -> bytes:
    """The message as it came (the headers only where it was too large)."""
    digest = tx.execute(select(messages.c.sha256).where(messages.c.id == number)).scalar_one()
    data = blobs.load(tx, digest)
    if data is None:
        raise ArError(f"the bytes of message M{number} (SHA-256 {digest}) are missing or damaged: restore the database")
    return data


def finish(
    tx: Connection, number: int, *, outcome: str, now: datetime, reason: str | None = None, **fields: Any
) -> None:
    """Close a message inside the transaction that writes its effects; raise ClaimLost where it is closed already.

    `outcome` is processed, queued, quarantined, ignored, duplicate or failed; `fields` are further columns of
    `messages`. This is what makes the effects of a message happen once.
    """
    values = {name: _storable(value) for name, value in fields.items()}
    done = tx.execute(
        update(messages)
        .where(messages.c.id == number, messages.c.state == "new")
        .values(
            state="done",
            outcome=outcome,
            reason=_storable(reason),
            processed_at=now,
            lease_owner=None,
            lease_until=None,
            next_try_at=None,
            **values,
        )
    )
    if done.rowcount != 1:
        raise ClaimLost(number)


def fail(engine: Engine, number: int, error: str, now: datetime) -> bool:
    """Note that work on a message ended in an error: again later, or for good after MAX_TRIES (then True).

    The bytes stay, and nothing behind it waits.
    """

    def work(tx: Connection) -> bool:
        row = tx.execute(
            select(messages.c.attempts, messages.c.reason)
            .where(messages.c.id == number, messages.c.state == "new")
            .with_for_update()
        ).one_or_none()
        if row is None:
            return True
        said = _storable(error)[:2000]
        if row.attempts >= MAX_TRIES:
            finish(tx, number, outcome="failed", now=now, reason=f"failed {row.attempts} times, last with: {said}")
            return True
        keep = row.reason if (row.reason or "").startswith(TOO_LARGE) else said
        tx.execute(
            update(messages)
            .where(messages.c.id == number)
            .values(
                lease_owner=None,
                lease_until=None,
                reason=keep,
                next_try_at=now + FIRST_PAUSE * float(4 ** (max(row.attempts, 1) - 1)),
            )
        )
        return False

    return write(engine, work)


def reopen(tx: Connection, number: int) -> None:
    """Let a finished message be worked on again from its bytes (`messages replay`)."""
    tx.execute(
        update(messages)
        .where(messages.c.id == number)
        .values(state="new", outcome=None, attempts=0, next_try_at=None, lease_owner=None, lease_until=None)
    )


def erase(tx: Connection, number: int, now: datetime) -> None:
    """Replace the bytes of a finished message, and all that names its sender; that it came stays counted.

    The claim of its content stays (a hash): the same mail, seen again on the server, stays a duplicate.
    """
    row = tx.execute(select(messages.c.sha256).where(messages.c.id == number)).one()
    digest = blobs.keep(tx, f"message M{number} was erased on {now.date().isoformat()}\n".encode())
    insert_new(tx, content_claims, {"key": f"sha:{digest}", "message": number})
    tx.execute(
        update(messages)
        .where(messages.c.id == number)
        .values(
            sha256=digest, from_address=None, subject=None, reading=None, message_id=None, file=None, trust_reason=None,
            reason="erased on request", erased_at=now,
        )
    )  # fmt: skip
    # What was said of it to staff quotes the sender.
    tx.execute(update(queue).where(queue.c.message == number).values(summary=f"M{number} was erased", reasons=None))
    tx.execute(update(events).where(events.c.message == number).values(data=None))
    blobs.drop_unused(tx, row.sha256)


def _storable(value: Any) -> Any:
    """Text without the two things that PostgreSQL refuses: NUL and lone surrogates."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value


def untouched(tx: Connection) -> bool:
    """Whether a message waits that nobody has worked on yet, or is being worked on; one that failed before does not count."""
    fresh = or_(messages.c.attempts == 0, messages.c.lease_owner.is_not(None))
    waiting = select(messages.c.id).where(messages.c.state == "new", fresh).limit(1)
    return tx.execute(waiting).first() is not None


# --- accounting --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Every mail in exactly one bucket: `waiting` plus all outcomes is `total`; `faults` says what is not so."""

    total: int
    waiting: int
    outcomes: dict[str, int]
    sightings: int
    unmarked: int
    faults: tuple[str, ...]


OUTCOMES = ("processed", "queued", "quarantined", "ignored", "duplicate", "failed")


def account(tx: Connection) -> MailAccount:
    """Count the mail that came and prove that none is lost between the buckets."""
    buckets = tx.execute(
        select(messages.c.state, messages.c.outcome, func.count()).group_by(messages.c.state, messages.c.outcome)
    ).all()
    outcomes = dict.fromkeys(OUTCOMES, 0)
    waiting, faults = 0, list[str]()
    for state, outcome, number in buckets:
        if state == "new":
            waiting += number
        elif state == "done" and outcome in outcomes:
            outcomes[outcome] += number
        else:
            faults.append(f"{number} messages are {state!r} with the outcome {outcome!r}, which is no bucket")
    total = _count(tx, select(func.count()).select_from(messages))
    if total != waiting + sum(outcomes.values()):
        faults.append(f"{total} messages, but {waiting + sum(outcomes.values())} in the buckets")
    faults += _orphans(tx)
    return MailAccount(
        total=total,
        waiting=waiting,
        outcomes=outcomes,
        sightings=_count(tx, select(func.count()).select_from(sightings)),
        unmarked=_count(tx, select(func.count()).select_from(sightings).where(sightings.c.marked.is_(False))),
        faults=tuple(faults),
    )


def _orphans(tx: Connection) -> list[str]:
    found = []
    lost = (
        select(func.count())
        .select_from(messages.outerjoin(blob_table, blob_table.c.sha256 == messages.c.sha256))
        .where(blob_table.c.sha256.is_(None))
    )
    if number := _count(tx, lost):
        found.append(f"{number} messages have no bytes")
    unnamed = (
        select(func.count())
        .select_from(messages)
        .where(messages.c.outcome == "duplicate", messages.c.duplicate_of.is_(None))
    )
    if number := _count(tx, unnamed):
        found.append(f"{number} duplicates name no first message")
    unclaimed = (
        select(func.count())
        .select_from(messages.outerjoin(content_claims, content_claims.c.key == "sha:" + messages.c.sha256))
        .where(content_claims.c.key.is_(None))
    )
    if number := _count(tx, unclaimed):
        found.append(f"{number} messages have a content that nobody claimed")
    return found


def _count(tx: Connection, statement: Any) -> int:
    return int(tx.execute(statement).scalar_one())
