"""The unattended service end to end, on real servers: from a mail that arrives to a mail that leaves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as daytime
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from sqlalchemy import Engine, select

from agent import health, service, watching
from agent.demo.servers import EmbeddedImap, EmbeddedSmtp
from agent.domain.notices import Rendered
from agent.settings_types import MailboxSettings, ServiceSettings, SmtpSettings
from agent.store import facts, inbound, outbound
from agent.store.engine import open_engine, read, write
from agent.store.inbound import ClaimedMessage
from agent.store.schema import messages
from outbox.compose import compose
from tests.servers.dovecot import Dovecot, dovecot
from tests.servers.proxy import Proxy

Process = Callable[[ClaimedMessage, datetime], None]


def real_clock() -> datetime:
    return datetime.now(UTC)


def no_daily(_now: datetime) -> None:
    pass


def answering(engine: Engine) -> Process:
    """Answer each message with one mail, and fail on those that say so."""

    def process(claimed: ClaimedMessage, now: datetime) -> None:
        def work(tx: Any) -> None:
            data = inbound.raw_bytes(tx, claimed.id)
            if b"poison" in data:
                raise ValueError("cannot read this")
            answer = compose(
                Rendered(f"Re: {claimed.id}", "thank you\n", "", "en"),
                kind="other", intent=f"answer:{claimed.id}", sender_address="ar@seller.example", sender_name="",
                reply_to="", recipients=("ap@buyer.example",), date=now,
            )  # fmt: skip
            outbound.add(tx, answer, cause=claimed.id, now=now)
            inbound.finish(tx, claimed.id, outcome="processed", now=now)

        write(engine, work)

    return process


@contextmanager
def running(
    engine: Engine,
    settings: ServiceSettings,
    process: Process | None = None,
    *,
    daily: Callable[[datetime], None] = no_daily,
    clock: Callable[[], datetime] = real_clock,
) -> Iterator[threading.Thread]:
    stop = threading.Event()
    ended: list[bool] = []
    args = (engine, settings, process or answering(engine), daily, stop, clock)
    thread = threading.Thread(target=lambda: ended.append(service.run(*args)))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(30)
        assert ended == [True]


def until(true: Callable[[], Any], seconds: float = 10) -> float:
    """Wait for something to be so; return how long that took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come to be in time"
        time.sleep(0.01)
    return time.monotonic() - began


def alarms(engine: Engine) -> dict[str, str]:
    return {name: value["text"] for name, (value, _) in read(engine, lambda tx: facts.named(tx, "alarm.")).items()}


@pytest.fixture
def relay() -> Iterator[EmbeddedSmtp]:
    with EmbeddedSmtp() as server:
        yield server


@pytest.fixture(scope="module")
def imap_server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    return tmp_path / "box"


def put(maildir: Path, name: str, text: str = "") -> None:
    (maildir / "tmp" / name).write_text(f"From: ap@buyer.example\nSubject: {name}\n\n{text}\n")
    (maildir / "tmp" / name).rename(maildir / "new" / name)


def with_smtp(server: EmbeddedSmtp, *mailboxes: MailboxSettings, **changes: Any) -> ServiceSettings:
    smtp = SmtpSettings(host="127.0.0.1", port=server.port, tls="none", local_hostname="us.example")
    return ServiceSettings(**({"mailboxes": mailboxes, "smtp": smtp, "daily_at": daytime(23, 59, 59)} | changes))


def local(maildir: Path, **changes: Any) -> MailboxSettings:
    return MailboxSettings(**({"name": "local", "maildir": maildir, "poll_seconds": 5} | changes))


def imap(port: int, user: str = "ar", **changes: Any) -> MailboxSettings:
    values: dict[str, Any] = {
        "name": "ar",
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "user": user,
        "password": "secret",
    }
    return MailboxSettings(**(values | changes))


def test_a_mail_in_a_maildir_is_answered_within_two_seconds(
    sqlite_engine: Engine, maildir: Path, relay: EmbeddedSmtp
) -> None:
    with running(sqlite_engine, with_smtp(relay, local(maildir))):
        until(lambda: read(sqlite_engine, lambda tx: facts.get(tx, "mailbox.local.checked")))
        time.sleep(1.5)
        put(maildir, "1.a")
        assert until(lambda: relay.sink.mails) < 2.0
    assert [path.name for path in (maildir / "cur").iterdir()] == ["1.a:2,S"]


def test_a_mail_delivered_while_idling_is_answered_within_two_seconds(
    engine: Engine, imap_server: Dovecot, relay: EmbeddedSmtp
) -> None:
    user = imap_server.new_user()
    with running(engine, with_smtp(relay, imap(imap_server.imap, user))):
        until(lambda: read(engine, lambda tx: facts.get(tx, "mailbox.ar.checked")))
        took = []
        for n in range(5):
            time.sleep(0.3)
            imap_server.deliver(user, f"Subject: {n}\r\n\r\nx\r\n".encode())
            took.append(until(lambda n=n: len(relay.sink.mails) > n))
    print("seconds from delivery to answer:", [f"{one:.2f}" for one in took])
    assert max(took) < 2.0


def test_a_mail_in_the_embedded_server_is_answered(sqlite_engine: Engine, relay: EmbeddedSmtp) -> None:
    with EmbeddedImap() as server, running(sqlite_engine, with_smtp(relay, imap(server.port))):
        client = IMAPClient("127.0.0.1", server.port, ssl=False, timeout=5)
        client.login("ar", "secret")
        client.append("INBOX", b"Subject: x\r\n\r\nhello\r\n")
        until(lambda: relay.sink.mails)
        client.select_folder("INBOX", readonly=True)
        until(lambda: b"\\Seen" in client.get_flags([client.search("ALL")[0]]).popitem()[1])
        client.logout()


def test_mail_that_came_while_nobody_watched_is_taken_at_the_start(
    sqlite_engine: Engine, maildir: Path, relay: EmbeddedSmtp
) -> None:
    for n in range(20):
        put(maildir, f"{n}.a", str(n))
    with running(sqlite_engine, with_smtp(relay, local(maildir))):
        until(lambda: len(relay.sink.mails) == 20)
    assert len({mail.data for mail in relay.sink.mails}) == 20


def test_a_poison_mail_stops_nobody_and_is_parked_after_three_tries(
    sqlite_engine: Engine, maildir: Path, relay: EmbeddedSmtp
) -> None:
    began = time.monotonic()

    def quick_clock() -> datetime:  # a hundred times faster, so that the pauses pass
        return datetime(2026, 3, 31, 10, tzinfo=UTC) + timedelta(seconds=100 * (time.monotonic() - began))

    put(maildir, "1.bad", "poison")
    for n in range(5):
        put(maildir, f"2.good{n}", str(n))
    with running(sqlite_engine, with_smtp(relay, local(maildir)), clock=quick_clock):
        until(lambda: len(relay.sink.mails) == 5)
        until(lambda: read(sqlite_engine, inbound.account).outcomes["failed"], 30)
    [parked] = read(sqlite_engine, lambda tx: tx.execute(select(messages).where(messages.c.outcome == "failed")).all())
    assert "cannot read this" in parked.reason
    assert parked.attempts == 3


def test_a_wrong_password_raises_an_alarm_and_is_not_tried_again_and_again(
    sqlite_engine: Engine, imap_server: Dovecot, relay: EmbeddedSmtp
) -> None:
    with Proxy(imap_server.imap) as proxy:
        with running(sqlite_engine, with_smtp(relay, imap(proxy.port, imap_server.new_user(), password="wrong"))):
            until(lambda: "alarm.mailbox.ar" in alarms(sqlite_engine))
            time.sleep(2)
            assert proxy.accepted == 1
        assert "refuses the login" in alarms(sqlite_engine)["alarm.mailbox.ar"]


def test_a_server_that_is_away_is_tried_with_growing_pauses_and_found_again(
    sqlite_engine: Engine, imap_server: Dovecot, relay: EmbeddedSmtp
) -> None:
    user = imap_server.new_user()
    with Proxy(imap_server.imap) as proxy:
        proxy.refuse = True
        with running(sqlite_engine, with_smtp(relay, imap(proxy.port, user))):
            time.sleep(4)
            assert 2 <= proxy.accepted <= 6
            imap_server.deliver(user, b"Subject: x\r\n\r\nx\r\n")
            proxy.refuse = False
            until(lambda: relay.sink.mails, 20)
        assert alarms(sqlite_engine) == {}


def test_connections_that_break_again_and_again_lose_and_double_nothing(
    sqlite_engine: Engine, imap_server: Dovecot, relay: EmbeddedSmtp
) -> None:
    user = imap_server.new_user()
    with Proxy(imap_server.imap) as proxy, running(sqlite_engine, with_smtp(relay, imap(proxy.port, user))):
        for n in range(8):
            imap_server.deliver(user, *(f"Subject: {n}.{m}\r\n\r\nx\r\n".encode() for m in range(5)))
            time.sleep(0.4)
            proxy.reset_all()
        until(lambda: len(relay.sink.mails) == 40, 60)
        time.sleep(0.5)
    account = read(sqlite_engine, inbound.account)
    assert (account.total, account.outcomes["processed"], account.faults) == (40, 40, ())
    assert len(relay.sink.mails) == 40


def test_a_relay_that_is_away_is_an_alarm_and_no_mail_is_lost(
    sqlite_engine: Engine, maildir: Path, relay: EmbeddedSmtp
) -> None:
    with Proxy(relay.port) as proxy:
        proxy.refuse = True
        settings = with_smtp(relay, local(maildir))
        assert settings.smtp is not None
        with running(sqlite_engine, replace(settings, smtp=replace(settings.smtp, port=proxy.port))):
            put(maildir, "1.a")
            until(lambda: "alarm.relay" in alarms(sqlite_engine))
            proxy.refuse = False
            put(maildir, "2.b", "another")
            until(lambda: relay.sink.mails, 20)
            until(lambda: "alarm.relay" not in alarms(sqlite_engine))
    assert read(sqlite_engine, outbound.counts).get("unknown") is None


def test_mail_that_another_process_queues_leaves_soon(sqlite_engine: Engine, relay: EmbeddedSmtp) -> None:
    with running(sqlite_engine, with_smtp(relay)):
        time.sleep(0.5)
        message = compose(
            Rendered("s", "t", "", "en"), kind="other", intent="x", sender_address="ar@seller.example", sender_name="",
            reply_to="", recipients=("ap@buyer.example",), date=real_clock(),
        )  # fmt: skip
        write(sqlite_engine, lambda tx: outbound.add(tx, message, cause=None, now=real_clock()))
        assert until(lambda: relay.sink.mails) < 6


def test_without_a_relay_nothing_leaves_and_all_else_goes_on(sqlite_engine: Engine, maildir: Path) -> None:
    put(maildir, "1.a")
    with running(sqlite_engine, ServiceSettings(mailboxes=(local(maildir),))):
        until(lambda: read(sqlite_engine, outbound.counts) == {"queued": 1})


def test_daily_work_is_done_once_a_day_in_the_companys_time(sqlite_engine: Engine) -> None:
    now = [datetime(2026, 3, 30, 20, 0, tzinfo=UTC)]
    runs: list[datetime] = []
    settings = ServiceSettings(timezone="Asia/Seoul", daily_at=daytime(6, 0), tick_seconds=0.01, heartbeat_seconds=1000)
    with running(sqlite_engine, settings, daily=runs.append, clock=lambda: now[0]):
        time.sleep(0.5)
        assert runs == []  # in Seoul it is five in the morning
        now[0] = datetime(2026, 3, 30, 21, 5, tzinfo=UTC)
        until(lambda: len(runs) == 1)
        time.sleep(0.5)
        assert len(runs) == 1
        now[0] = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)  # and once for all the days that were missed
        until(lambda: len(runs) == 2)
    with running(sqlite_engine, settings, daily=runs.append, clock=lambda: now[0]):
        time.sleep(0.5)
    assert len(runs) == 2


def test_daily_work_that_fails_is_an_alarm_and_is_tried_again(sqlite_engine: Engine) -> None:
    runs: list[datetime] = []

    def daily(now: datetime) -> None:
        runs.append(now)
        if len(runs) == 1:
            raise RuntimeError("no paper")

    settings = ServiceSettings(daily_at=daytime(0, 0), tick_seconds=0.01)
    with running(sqlite_engine, settings, daily=daily):
        until(lambda: "no paper" in alarms(sqlite_engine).get("alarm.daily", ""))
        until(lambda: len(runs) == 2)
        until(lambda: alarms(sqlite_engine) == {})


def test_the_inbox_is_read_before_the_daily_work(sqlite_engine: Engine, maildir: Path) -> None:
    for number in range(3):
        (maildir / "new" / f"{number}.mail").write_bytes(b"From: a@b.example\nSubject: paid %d\n\nwe paid\n" % number)
    waiting: list[int] = []

    def daily(_now: datetime) -> None:
        waiting.append(read(sqlite_engine, inbound.account).waiting)

    def process(claimed: ClaimedMessage, now: datetime) -> None:
        time.sleep(0.2)
        write(sqlite_engine, lambda tx: inbound.finish(tx, claimed.id, outcome="processed", now=now))

    box = MailboxSettings(name="local", maildir=maildir, poll_seconds=1)
    settings = ServiceSettings(mailboxes=(box,), daily_at=daytime(0, 0), tick_seconds=0.01, workers=1)
    with running(sqlite_engine, settings, process, daily=daily):
        until(lambda: waiting != [])
    assert waiting == [0]
    assert read(sqlite_engine, inbound.account).total == 3


def test_two_services_on_one_database_do_the_daily_work_once(engine: Engine, database_url: str) -> None:
    runs: list[datetime] = []
    settings = ServiceSettings(daily_at=daytime(0, 0), tick_seconds=0.01)
    other = open_engine(database_url)
    claimed = [
        write(
            one,
            lambda tx, n=n: facts.claim_day(
                tx, "service.daily", real_clock().date(), owner=f"o{n}", now=real_clock(), lease=timedelta(hours=1)
            ),
        )
        for n, one in enumerate((engine, other))
    ]
    other.dispose()
    assert claimed == [True, False]
    with running(engine, settings, daily=runs.append):
        time.sleep(0.5)
    assert runs == []


def test_a_disk_without_room_stops_fetching_and_only_that(
    sqlite_engine: Engine, maildir: Path, relay: EmbeddedSmtp, tmp_path: Path
) -> None:
    put(maildir, "1.a")
    free = shutil.disk_usage(tmp_path).free
    settings = with_smtp(relay, local(maildir, poll_seconds=0.2), home=tmp_path, free_bytes=free * 2)
    with running(sqlite_engine, settings):
        until(lambda: "alarm.disk" in alarms(sqlite_engine))
        time.sleep(0.5)
        assert read(sqlite_engine, inbound.account).total == 0
    with running(sqlite_engine, replace(settings, free_bytes=0)):
        until(lambda: relay.sink.mails)
        assert "alarm.disk" not in alarms(sqlite_engine)


def test_after_a_jump_of_the_clock_nothing_leaves_until_a_person_looked(
    sqlite_engine: Engine, maildir: Path, relay: EmbeddedSmtp
) -> None:
    ahead = [timedelta(0)]
    settings = with_smtp(relay, local(maildir), heartbeat_seconds=0.05, tick_seconds=0.05)
    with running(sqlite_engine, settings, clock=lambda: real_clock() + ahead[0]):
        put(maildir, "1.a")
        until(lambda: len(relay.sink.mails) == 1)
        ahead[0] = timedelta(days=10)
        until(lambda: "alarm.clock" in alarms(sqlite_engine))
        put(maildir, "2.b", "b")
        until(lambda: read(sqlite_engine, outbound.counts).get("queued") == 1)
        time.sleep(0.5)
        assert len(relay.sink.mails) == 1
        write(sqlite_engine, lambda tx: facts.clear_alarm(tx, "clock"))
        until(lambda: len(relay.sink.mails) == 2)


def test_a_store_that_fails_for_a_while_loses_nothing(
    sqlite_engine: Engine, maildir: Path, relay: EmbeddedSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    ill = [True]
    honest = inbound.take_in

    def take_in(*args: Any) -> int | None:
        if ill[0]:
            raise OSError("database or disk is full")
        return honest(*args)

    monkeypatch.setattr(inbound, "take_in", take_in)
    for n in range(5):
        put(maildir, f"{n}.a", str(n))
    with running(sqlite_engine, with_smtp(relay, local(maildir))):
        until(lambda: "alarm.mailbox.local" in alarms(sqlite_engine))
        assert len(list((maildir / "new").iterdir())) == 5
        ill[0] = False
        until(lambda: len(relay.sink.mails) == 5, 20)
        until(lambda: alarms(sqlite_engine) == {}, 20)


def test_one_mail_that_cannot_be_stored_holds_up_no_other(
    sqlite_engine: Engine, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = inbound.take_in

    def take_in(engine: Engine, data: bytes, *rest: Any) -> int | None:
        if b"strange" in data:
            raise ValueError("strange")
        return honest(engine, data, *rest)

    monkeypatch.setattr(inbound, "take_in", take_in)
    put(maildir, "1.a", "strange")
    put(maildir, "2.b", "fine")
    report = watching.fetch_mailbox(sqlite_engine, local(maildir), real_clock)
    assert len(report.stored) == 1
    assert "1.a could not be stored" in report.troubles[0]
    assert (maildir / "new" / "1.a").exists()


def test_health_is_judged_from_what_the_service_left_behind(sqlite_engine: Engine, maildir: Path) -> None:
    box = local(maildir, poll_seconds=60)

    def found(later: timedelta = timedelta(0)) -> tuple[str, ...]:
        return read(sqlite_engine, lambda tx: health.problems(tx, [box], real_clock() + later))

    assert "has never run" in found()[0]
    with running(sqlite_engine, ServiceSettings(mailboxes=(box,))):
        until(lambda: found() == ())
    assert found() == ()
    problems = found(timedelta(minutes=10))
    assert "last sign of life" in problems[0]
    assert "last looked into" in problems[1]


CHILD = """
    import sys, threading
    from datetime import UTC, datetime, time
    from pathlib import Path
    from agent import service
    from agent.settings_types import MailboxSettings, ServiceSettings
    from agent.store.engine import open_engine
    from tests.agent.test_service import answering, no_daily
    engine = open_engine(sys.argv[1])
    stop = threading.Event()
    box = MailboxSettings(name="local", maildir=Path(sys.argv[2]))
    with service.stopping_on_signals(stop):
        print("ready", flush=True)
        clean = service.run(engine, ServiceSettings(mailboxes=(box,)), answering(engine), no_daily, stop, lambda: datetime.now(UTC))
    sys.exit(0 if clean else 1)
"""


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_service_cleanly_and_soon(
    sqlite_engine: Engine, sqlite_url: str, maildir: Path, signal_number: int
) -> None:
    root = Path(__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), sqlite_url, str(maildir)],
        stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(root)},
    )  # fmt: skip
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        put(maildir, "1.a")
        until(lambda: read(sqlite_engine, outbound.counts) == {"queued": 1}, 20)
        began = time.monotonic()
        child.send_signal(signal_number)
        assert child.wait(20) == 0
        assert time.monotonic() - began < 5
    assert read(sqlite_engine, lambda tx: tx.execute(select(messages.c.lease_owner)).scalars().all()) == [None]
