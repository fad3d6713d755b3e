"""R8: a seeded simulation of the whole line. Mail servers, clock and faults live in memory; the core is the real one.

One seed is one life: mails come (also again, also under other names), mailboxes break off, folders are renumbered, the relay
refuses, resets or falls silent, the disk is full, the process dies before or after any commit and starts again, the clock
runs on. The invariants are looked at after each step; a seed that breaks one prints itself.
"""

from __future__ import annotations

import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError

from agent import daily, delivery, service, watching
from agent.delivery import Carrier
from agent.domain.documents import Reading
from agent.domain.learning import ColumnHint
from agent.mailbox.mail import Known, MailboxGone, RawMail
from agent.process import Processor
from agent.settings_types import MailboxSettings, SmtpSettings
from agent.store import inbound, proof
from agent.store.engine import read, write
from agent.store.schema import messages, orders, outbox
from outbox.verdict import Heard, Phase
from tests.campaign.home import NOW, HereReader, Home, fresh, order_mail
from tests.campaign.result import Broken, Budget, Figures, must

SHORT, FULL = 4, 100_000
_STEPS = 30
_POOL = 24  # different orders; what a paper says is worked out once
_MEMORY = Path("/dev/shm")


class Crash(BaseException):
    """The process ends here. Nothing catches it but the world, which starts another."""


class Reader:
    """The real reader, which reads the same bytes once: reading depends on nothing else."""

    def __init__(self, real: HereReader) -> None:
        self.real = real
        self.known: dict[tuple[bytes, str, tuple[ColumnHint, ...]], Reading] = {}

    def read(self, data: bytes, name: str, columns: tuple[ColumnHint, ...] = ()) -> Reading:
        if (data, name, columns) not in self.known:
            self.known[data, name, columns] = self.real.read(data, name, columns)
        return self.known[data, name, columns]


@dataclass
class World:
    """What is outside of the process, and what it does wrong next."""

    chance: random.Random
    home: Home
    now: datetime = NOW
    validity: int = 7
    next_uid: int = 1
    folder: dict[int, bytes] = field(default_factory=dict)
    arrived: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wanted: set[str] = field(default_factory=set)
    distinct: set[bytes] = field(default_factory=set)
    fuse: int | None = None  # commits until the process dies
    after: bool = False
    full: int = 0  # commits that find no room
    dead: bool = False
    calm: bool = False
    lives: int = 0
    told: list[str] = field(default_factory=list)

    def chances(self, share: float) -> bool:
        return not self.calm and self.chance.random() < share

    def commit(self, real: Any) -> None:
        """One commit, or what becomes of it."""
        if self.dead:
            raise Crash
        if self.full > 0:
            self.full -= 1
            raise OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))
        dies = self.fuse == 0
        if self.fuse is not None:
            self.fuse -= 1
        if not dies or self.after:
            real()
        if dies:
            self.dead = True
            raise Crash


class MemoryMailbox:
    """A folder whose server breaks off, renumbers and forgets."""

    def __init__(self, world: World, settings: MailboxSettings) -> None:
        self.world, self.settings = world, settings

    def connect(self) -> None:
        if self.world.chances(0.05):
            raise MailboxGone("no answer")

    def listing(self) -> tuple[int, list[str]]:
        return self.world.validity, [str(uid) for uid in self.world.folder]

    def fetch_new(self, known: Known) -> Iterator[RawMail]:
        world = self.world
        validity, uids = world.validity, list(world.folder)
        stored = known("INBOX", validity, [str(uid) for uid in uids])
        for uid in uids:
            if str(uid) in stored or uid not in world.folder:
                continue
            if world.chances(0.05):
                raise MailboxGone("cut off")
            data = world.folder[uid]
            yield RawMail(
                account="ar",
                folder="INBOX",
                uidvalidity=validity,
                uid=str(uid),
                data=data,
                internal_date=world.now,
                source="imap",
                size=len(data),
            )

    def mark_taken(self, mails: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        world = self.world
        if world.chances(0.05):
            raise MailboxGone("cut off while marking")
        for validity, uid in mails:
            if validity == world.validity and self.settings.after.startswith("move:"):
                world.folder.pop(int(uid), None)
        return list(mails)

    def wait(self, _timeout: float, _stop: threading.Event) -> bool:
        return False

    def troubles(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        pass


class MemoryRelay:
    """One session with a relay that misbehaves in every phase; stands where the real connection stands."""

    world: World

    def __init__(self) -> None:
        self.mails = 0
        self.gone = False

    @classmethod
    async def open(cls, _settings: SmtpSettings, _tls: object) -> Self:
        for phase in (Phase.CONNECT, Phase.HELLO):
            if cls.world.chances(0.03):
                raise delivery._Ended(Heard(phase, None, "no answer"), connection_lost=True)
        return cls()

    def is_fresh(self) -> bool:
        return not self.gone and self.mails < 20

    async def envelope(self, claimed: Any, _size: int) -> tuple[str, ...]:
        self.claimed = claimed
        for phase in (Phase.MAIL, Phase.RCPT, Phase.DATA):
            if self.world.chances(0.04):
                code = self.world.chance.choice((421, 450, 550, None))
                self.gone = code in (None, 421)
                if code == 550:
                    self.world.refused[claimed.message_id] += 1
                raise delivery._Ended(Heard(phase, code, "as the seed wants"), connection_lost=self.gone)
        return ()

    async def body(self, data: bytes, mark: Any) -> Heard:
        world = self.world
        self.mails += 1
        if not await mark():
            raise delivery._ClaimGone
        message_id = data.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode()
        fate = "taken" if world.calm else world.chance.choices(
            ("taken", "4xx", "5xx", "lost before", "lost after", "dies before", "dies after"), (70, 5, 3, 5, 7, 5, 5)
        )[0]  # fmt: skip
        if fate in ("taken", "lost after", "dies after"):
            world.arrived[message_id] += 1
        if fate.startswith("dies"):
            world.dead = True
            raise Crash
        if fate.startswith("lost"):
            self.gone = True
            raise delivery._Ended(Heard(Phase.BODY, None, "connection lost"), connection_lost=True)
        if fate != "taken":
            code = 451 if fate == "4xx" else 554
            world.refused[message_id] += code == 554
            raise delivery._Ended(Heard(Phase.BODY, code, "as the seed wants"), connection_lost=False)
        return Heard(Phase.BODY, 250, "queued")

    async def after(self, ended: Any) -> MemoryRelay | None:
        return None if ended.connection_lost else self

    async def quit(self) -> None:
        self.gone = True

    def drop(self) -> None:
        self.gone = True


class Life:
    """The process: it dies and starts again, with another name and nothing remembered."""

    def __init__(self, world: World, reader: Reader) -> None:
        self.world, self.reader = world, reader
        self.engine: Engine
        self.start()

    def start(self) -> None:
        world = self.world
        world.lives += 1
        world.dead, world.fuse, world.full = False, None, 0
        self.owner = f"machine-{world.lives}/{world.lives}/1"
        self.engine = world.home.open()
        real = self.engine.dialect.do_commit
        self.engine.dialect.do_commit = lambda connection: world.commit(lambda: real(connection))  # type: ignore[method-assign]
        self.processor = Processor(self.engine, world.home.settings, lambda: self.reader)  # type: ignore[arg-type, return-value]
        after = world.chance.choice(("seen", "move:Done", "none"))
        self.box = MailboxSettings(name="ar", host="memory", user="ar", password="x", after=after)

    def clock(self) -> datetime:
        return self.world.now

    def fetch(self) -> None:
        box = MemoryMailbox(self.world, self.box)
        with suppress(MailboxGone):
            box.connect()
            watching.mark_left_over(self.engine, box, self.box)
            watching.fetch_once(self.engine, box, self.box, self.clock)

    def work(self) -> None:
        def process(claimed: Any, now: datetime) -> None:
            self.processor.process(claimed.id, claimed.file, now)

        for _ in range(40):
            if service.work_once(self.engine, process, self.clock, owner=self.owner) is None:
                return

    def send(self) -> None:
        smtp = SmtpSettings(host="memory", port=25, tls="none", connections=1)
        carrier = Carrier(self.engine, smtp, self.clock, owner=self.owner)
        try:
            carrier.send_due(50)
        finally:
            with suppress(Exception):
                carrier.close()

    def day(self) -> None:
        daily.run(self.engine, self.world.home.settings, self.world.now)


def run(count: int, seed: int) -> Figures:
    figures: Counter[str] = Counter()
    reader: Reader | None = None
    for number in range(seed, seed + count):
        if Budget.over():
            break
        with TemporaryDirectory(prefix="arsim", dir=_MEMORY if _MEMORY.is_dir() else None) as place:
            home = fresh(Path(place))
            reader = reader or Reader(HereReader(home.settings))
            figures.update(live(number, home, reader))
    return figures


def live(seed: int, home: Home, reader: Reader) -> Counter[str]:
    """One life by its seed; raises Broken, which names the seed and every step until then."""
    world = World(random.Random(seed), home)
    with _relay(world):
        try:
            return _live(world, Life(world, reader))
        except Broken as broken:
            raise Broken(f"seed {seed}: {broken}; steps: {' | '.join(world.told)}") from broken


@contextmanager
def _relay(world: World) -> Iterator[None]:
    real = delivery._Connection
    MemoryRelay.world = world
    delivery._Connection = MemoryRelay  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        delivery._Connection = real  # type: ignore[misc]


_CHOICES = {
    "order": 22, "again": 10, "renamed": 6, "junk": 4, "fetch": 20, "work": 20, "send": 20, "time": 12, "day": 3,
    "renumber": 3, "fuse": 12, "full": 4, "expunge": 2,
}  # fmt: skip


def _live(world: World, life: Life) -> Counter[str]:
    figures: Counter[str] = Counter(seeds=1)
    sent: list[bytes] = []
    for _ in range(_STEPS):
        step = world.chance.choices(list(_CHOICES), list(_CHOICES.values()))[0]
        world.told.append(step)
        _step(world, life, step, sent, figures)
        figures["steps"] += 1
        _always(world, life)
    _calm(world, life)
    figures["mails_in"] += len(world.distinct)
    figures["mails_out"] += sum(world.arrived.values())
    _at_the_end(world, life, figures)
    life.engine.dispose()
    return figures


def _step(world: World, life: Life, step: str, sent: list[bytes], figures: Counter[str]) -> None:  # noqa: C901, PLR0912
    chance = world.chance
    match step:
        case "order":
            number = f"SIM-{chance.randrange(_POOL):03d}"
            mail = _order(number)
            sent.append(mail)
            world.wanted.add(number)
            _deliver(world, mail)
        case "again" if sent:
            _deliver(world, chance.choice(sent))
        case "renamed" if sent:
            _deliver(world, chance.choice(sent).replace(b"\nMessage-ID: <", b"\nMessage-ID: <again-", 1))
        case "junk":
            _deliver(world, b"Subject: \xff\x00\nContent-Type: multipart/mixed\n\n" + bytes([chance.randrange(256)]))
        case "time":
            world.now += timedelta(minutes=chance.choice((1, 5, 20, 90, 600)))
        case "renumber":
            world.validity += 1
            mails = list(world.folder.values())
            world.folder = {n + 1: data for n, data in enumerate(mails)}
            world.next_uid = len(mails) + 1
        case "fuse":
            world.fuse, world.after = chance.randrange(6), chance.random() < 0.5
        case "full":
            world.full = chance.choice((1, 1, 2, 4))
        case "expunge":
            _expunge(world, life)
        case "fetch" | "work" | "send" | "day":
            try:
                getattr(life, step)()
            except Crash:
                figures["deaths"] += 1
            except OperationalError:
                figures["disk_full"] += 1
            if world.dead:
                world.told.append("dies")
                life.engine.dispose()
                life.start()
            if step != "fetch":
                world.full = 0  # room again


_MAILS: dict[str, bytes] = {}


def _order(number: str) -> bytes:
    if number not in _MAILS:
        _MAILS[number] = order_mail(number, 24, price="40.74" if int(number[4:]) % 4 else "39.00")
    return _MAILS[number]


def _deliver(world: World, data: bytes) -> None:
    world.folder[world.next_uid] = data
    world.next_uid += 1
    world.distinct.add(data)


def _expunge(world: World, life: Life) -> None:
    """Another client removes a mail: only one that is stored, else nobody could have it."""
    with suppress(Crash, OperationalError):
        stored = inbound.known(life.engine, "ar", "INBOX", world.validity, [str(uid) for uid in world.folder])
        if stored:
            del world.folder[int(world.chance.choice(sorted(stored)))]


def _always(world: World, life: Life) -> None:
    """What holds after every single step."""
    twice = [one for one, n in world.arrived.items() if n > 1]
    must(not twice, f"sent twice: {twice}")
    faults = read(life.engine, proof.faults) if world.fuse is None and not world.full else _looked_at(world, life)
    must(faults == [], f"the books: {faults}")


def _looked_at(world: World, life: Life) -> list[str]:
    """The books, looked at by somebody else, whom the faults to come do not concern."""
    engine = world.home.open()
    try:
        return read(engine, proof.faults)
    finally:
        engine.dispose()


def _calm(world: World, life: Life) -> None:
    """No more faults: all that waits gets done within days, without anybody's help but for what is parked."""
    world.calm, world.fuse, world.full = True, None, 0
    for _ in range(6):
        life.fetch()
        life.work()
        life.send()
        world.now += timedelta(hours=7)
    parked = read(
        life.engine, lambda tx: list(tx.execute(select(messages.c.id).where(messages.c.outcome == "failed")).scalars())
    )
    for number in parked:
        write(life.engine, lambda tx, n=number: inbound.reopen(tx, n))
    for _ in range(6):
        life.work()
        life.send()
        world.now += timedelta(hours=7)


def _at_the_end(world: World, life: Life, figures: Counter[str]) -> None:
    _always(world, life)
    account = read(life.engine, inbound.account)
    must(account.waiting == 0, f"{account.waiting} mails wait")
    booked = read(
        life.engine,
        lambda tx: dict(
            tx.execute(
                select(orders.c.po_number, func.count())
                .where(orders.c.po_number.like("SIM-%"))
                .group_by(orders.c.po_number)
            ).all()
        ),  # type: ignore[arg-type]
    )
    must(booked == dict.fromkeys(world.wanted, 1), f"orders {booked} for {sorted(world.wanted)}")
    for row in read(life.engine, lambda tx: tx.execute(select(outbox)).all()):
        copies = world.arrived[row.message_id]
        figures[f"out_{row.status}"] += 1
        match row.status:
            case "sent":
                must(copies == 1, f"{row.message_id} is called sent and came {copies} times")
            case "unknown":
                must(copies <= 1, f"{row.message_id} came {copies} times")
            case "failed":
                must(copies == 0 and world.refused[row.message_id], f"{row.message_id} failed, came {copies} times")
            case "held":
                must(copies == 0 and row.reason, f"{row.message_id} is held and came")
            case _:
                must(row.due_at > world.now, f"{row.message_id} is {row.status} and does not leave")
