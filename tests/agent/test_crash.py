"""Killed at every step (SIGKILL, no goodbye), the agent loses no mail and sends none twice.

A forked child does one whole pass: fetch, store, mark, work, send. It is killed at its n-th call into our own code,
or while the relay has taken a mail and has not said so. Then a child that lives finishes the work.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Engine, select

import agent.mailbox.imap  # noqa: F401 - so that no child has to import it
from agent import service, watching
from agent.delivery import send_due
from agent.demo.servers import EmbeddedSmtp, SmtpSink
from agent.domain.notices import Rendered
from agent.owner import me
from agent.settings_types import MailboxSettings, SmtpSettings
from agent.store import inbound, outbound
from agent.store.engine import open_engine, read, write
from agent.store.schema import messages, outbox
from outbox.compose import compose
from tests.agent.test_service import answering
from tests.servers.dovecot import dovecot

OURS = (
    "agent/mailbox/",
    "agent/intake.py",
    "agent/watching.py",
    "agent/service.py",
    "agent/store/",
    "agent/delivery.py",
)
ROOT = str(Path(__file__).parents[2]) + os.sep

Pass = Callable[[], None]


def clock() -> datetime:
    return datetime.now(UTC)


def one_pass(url: str, box: MailboxSettings, port: int) -> None:
    """Everything the agent does, once."""
    engine = open_engine(url)
    watching.fetch_mailbox(engine, box, clock)
    while service.work_once(engine, answering(engine), clock, owner=me()):
        pass
    send_due(engine, SmtpSettings(host="127.0.0.1", port=port, tls="none", local_hostname="us.example"), clock)
    engine.dispose()


def in_child(work: Pass, *, kill_at_call: int | None = None, kill_after: float | None = None) -> int:
    """Run in a forked child; return its exit status, or minus the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            if kill_at_call is not None:
                killer = _killer(kill_at_call)
                threading.setprofile(killer)  # the commits of the sender happen in threads
                sys.setprofile(killer)
            if kill_after is not None:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_REAL, kill_after)  # its default action ends the process, unasked
            work()
            status = 0
        finally:
            os._exit(status)
    _, ended = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(ended)


def _killer(number: int) -> Callable[[FrameType, str, Any], None]:
    left = [number]

    def profile(frame: FrameType, event: str, _argument: Any) -> None:
        if event in ("call", "return") and frame.f_code.co_filename.startswith(tuple(ROOT + one for one in OURS)):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return profile


def verdict(url: str, sink: SmtpSink, delivered: int) -> Counter[str]:
    """Check that nothing is lost and nothing came twice; return how the outgoing mails stand."""
    engine = open_engine(url)
    account = read(engine, inbound.account)
    assert account.faults == ()
    assert (account.total, account.waiting, account.outcomes["processed"]) == (delivered, 0, delivered)
    rows = read(engine, lambda tx: tx.execute(select(outbox)).all())
    assert len(rows) == delivered
    assert sorted(row.message for row in rows) == sorted(
        read(engine, lambda tx: tx.execute(select(messages.c.id)).scalars())
    )
    copies = Counter(mail.data.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode() for mail in sink.mails)
    for row in rows:
        number = copies[row.message_id]
        assert number <= 1, f"{row.message_id} was sent {number} times"
        assert row.status in ("sent", "unknown")
        assert number == 1 or row.status == "unknown", f"{row.message_id} is called sent and never came"
    engine.dispose()
    return Counter(row.status for row in rows)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    return tmp_path / "box"


def put(maildir: Path, name: str) -> None:
    (maildir / "new" / name).write_text(f"Subject: {name}\n\nx\n")


def calls_of_one_pass(sqlite_url: str, maildir: Path, port: int) -> int:
    count = [0]

    def profile(frame: FrameType, event: str, _argument: Any) -> None:
        if event in ("call", "return") and frame.f_code.co_filename.startswith(tuple(ROOT + one for one in OURS)):
            count[0] += 1

    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        one_pass(sqlite_url, MailboxSettings(name="local", maildir=maildir, after="move:Done"), port)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return count[0]


EVERY = int(os.environ.get("AR_CRASH_EVERY", "7"))  # 1: at every single call


def test_killed_at_every_call_nothing_is_lost_and_nothing_comes_twice(sqlite_url: str, maildir: Path) -> None:
    box = MailboxSettings(name="local", maildir=maildir, after="move:Done")
    with EmbeddedSmtp() as relay:
        put(maildir, "first")
        calls = calls_of_one_pass(sqlite_url, maildir, relay.port)
        assert calls > 200
        delivered, killed = 1, 0
        for number in range(1, calls, EVERY):
            put(maildir, f"{number}.a")
            delivered += 1
            ended = in_child(lambda: one_pass(sqlite_url, box, relay.port), kill_at_call=number)
            assert ended in (0, -signal.SIGKILL)
            killed += ended != 0
            assert in_child(lambda: one_pass(sqlite_url, box, relay.port)) == 0  # else the next kill comes too early
        assert killed > calls / EVERY / 2
        states = verdict(sqlite_url, relay.sink, delivered)
    print(f"{killed} kills at {calls} calls: {dict(states)}")
    assert states["sent"] > states["unknown"] > 0


def test_killed_while_the_relay_has_the_mail_and_has_not_said_so(sqlite_url: str, maildir: Path) -> None:
    class Deadly(SmtpSink):
        """Takes the mail, then ends whoever waits for the answer."""

        victim = 0

        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            reply = await super().handle_DATA(server, session, envelope)
            if self.victim:
                os.kill(self.victim, signal.SIGKILL)
            return reply

    box = MailboxSettings(name="local", maildir=maildir, after="move:Done")
    sink = Deadly()
    with EmbeddedSmtp(sink) as relay:
        for n in range(5):
            put(maildir, f"{n}.a")
            pid = os.fork()
            if pid == 0:
                try:
                    one_pass(sqlite_url, box, relay.port)
                finally:
                    os._exit(1)
            sink.victim = pid
            os.waitpid(pid, 0)
            sink.victim = 0
        assert in_child(lambda: one_pass(sqlite_url, box, relay.port)) == 0
        states = verdict(sqlite_url, sink, 5)
    assert states["unknown"] == len(sink.mails) == 5


def test_killed_at_random_moments_on_a_real_imap_server(sqlite_url: str) -> None:
    rounds = int(os.environ.get("AR_CRASH_ROUNDS", "60"))
    chance = random.Random(2)
    with dovecot() as server, EmbeddedSmtp() as relay:
        user = server.new_user()
        box = MailboxSettings(name="ar", host="127.0.0.1", port=server.imap, tls="none", user=user, password="secret")
        delivered = killed = 0
        for _ in range(rounds):
            mails = [f"Subject: {delivered + n}\r\n\r\nx\r\n".encode() for n in range(chance.randint(0, 3))]
            if mails:
                server.deliver(user, *mails)
                delivered += len(mails)
            ended = in_child(lambda: one_pass(sqlite_url, box, relay.port), kill_after=0.005 + chance.random() * 0.25)
            killed += ended != 0
        for _ in range(1 + rounds // 500):  # a pass sends a thousand at most
            assert in_child(lambda: one_pass(sqlite_url, box, relay.port)) == 0
        states = verdict(sqlite_url, relay.sink, delivered)
    print(f"{killed} kills in {rounds} rounds, {delivered} mails: {dict(states)}")
    assert killed > rounds / 10


def test_four_senders_at_once_send_each_mail_once_also_when_one_is_stopped_past_its_lease(
    engine: Engine, database_url: str
) -> None:
    def queue(tx: Any) -> None:
        for n in range(400):
            mail = compose(
                Rendered("s", "t", "", "en"),
                kind="other",
                intent=f"mail {n}",
                sender_address="ar@seller.example",
                sender_name="",
                reply_to="",
                recipients=("ap@buyer.example",),
                date=clock(),
            )
            outbound.add(tx, mail, cause=None, now=clock())

    write(engine, queue)
    engine.dispose()

    def sender(port: int, ahead: timedelta) -> int:
        pid = os.fork()
        if pid == 0:
            try:
                mine = open_engine(database_url)
                settings = SmtpSettings(host="127.0.0.1", port=port, tls="none", local_hostname="us.example")
                while send_due(
                    mine, settings, lambda: clock() + ahead, owner=f"another machine/{os.getpid()}/0"
                ).attempts:
                    pass
            finally:
                os._exit(0)
        return pid

    with EmbeddedSmtp() as relay:
        stopped = sender(relay.port, timedelta(0))
        if engine.dialect.name == "postgresql":  # an embedded database belongs to one machine that never stops halfway
            time.sleep(0.3)
            os.kill(stopped, signal.SIGSTOP)
        # For the others a day has passed: every lease of the stopped one ran out.
        for pid in [sender(relay.port, timedelta(days=1)) for _ in range(3)]:
            os.waitpid(pid, 0)
        os.kill(stopped, signal.SIGCONT)
        os.waitpid(stopped, 0)
        copies = Counter(mail.data.split(b"Message-ID: ")[1].split(b"\r\n")[0] for mail in relay.sink.mails)
    states = read(engine, outbound.counts)
    assert max(copies.values()) == 1
    assert states.get("unknown", 0) <= 4  # at most one a connection of the stopped one, while it was handed over
    assert states.get("sent", 0) + states.get("unknown", 0) == 400
    assert len(copies) >= states["sent"]
