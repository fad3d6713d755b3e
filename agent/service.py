"""The unattended service: a watcher a mailbox, workers, one sender, daily work, and signs of life for `health`.

Each thread survives whatever its work raises: it says so in an alarm, waits longer each time, and goes on. Stored mail
wakes the workers, finished work wakes the sender; both also look by themselves.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from agent import intake
from agent.delivery import Carrier, DeliveryReport
from agent.domain.errors import ArError
from agent.mailbox.mail import RawMail
from agent.owner import is_dead, me
from agent.settings_types import ServiceSettings, Tokens
from agent.store import facts, inbound, outbound
from agent.store.engine import read, write
from agent.store.inbound import ClaimedMessage
from agent.watching import Watcher, back_off, sound

log = logging.getLogger("ar_agent.service")

Clock = Callable[[], datetime]
Process = Callable[[ClaimedMessage, datetime], None]
Daily = Callable[[datetime], None]

_CLOCK_JUMP = 3600.0
_SEND_AT_ONCE = 100
_SEND_LOOK = 5.0
_DAILY_LOOK = 30.0
_DAILY_LEASE = timedelta(hours=1)


def work_once(
    engine: Engine, process_one: Process, clock: Clock, *, owner: str, lease_seconds: float = 900
) -> ClaimedMessage | None:
    """Work on one waiting message; None where none waits. Whatever the work raises becomes that message's state."""
    claims = inbound.claim_new(engine, owner=owner, now=clock(), lease_seconds=lease_seconds, is_dead=is_dead)
    if not claims:
        return None
    claimed = claims[0]
    try:
        process_one(claimed, clock())
    except inbound.ClaimLost as lost:
        log.warning("%s", lost)
    except Exception as error:  # one mail never stops the next
        log.exception("message %s could not be processed", claimed.id)
        inbound.fail(engine, claimed.id, f"{type(error).__name__}: {error}", clock())
    return claimed


def run(
    engine: Engine, settings: ServiceSettings, process_one: Process, daily: Daily, stop: threading.Event, clock: Clock
) -> bool:
    """Watch, work and send until `stop` is set; True where everything under way came to its end in time.

    `process_one` is called from several threads at once; it commits its effects together with `inbound.finish`.
    """
    return _Service(engine, settings, process_one, daily, stop, clock).run()


@contextmanager
def stopping_on_signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT ask for a clean stop; a second one ends the process as usual. For the main thread."""

    def asked(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Service:
    def __init__(
        self,
        engine: Engine,
        settings: ServiceSettings,
        process_one: Process,
        daily: Daily,
        stop: threading.Event,
        clock: Clock,
    ) -> None:
        self.engine, self.settings, self.stop, self.clock = engine, settings, stop, clock
        self.process_one, self.daily = process_one, daily
        self.new_mail, self.outgoing = threading.Event(), threading.Event()
        self.owner = me()
        self.started = clock()
        self.last_clock = _now_pair(clock)
        self.clock_doubted = False

    def run(self) -> bool:
        threads = [
            threading.Thread(target=watcher.run, name=f"watch-{watcher.settings.name}", daemon=True)
            for watcher in self._watchers()
        ]
        jobs = [("work", self._work)] * max(1, self.settings.workers) + [("daily", self._daily)]
        if self.settings.smtp is not None:
            jobs.append(("send", self._send))
        if self.settings.lmtp:
            jobs.append(("lmtp", self._listen))
        if self.settings.resolve is not None:
            jobs.append(("resolve", self._resolve))
        if self.settings.tokens:
            jobs.append(("tokens", self._keep_tokens))
        threads += [threading.Thread(target=self._forever, args=job, name=job[0], daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        self._beat()
        self.new_mail.set()
        self.outgoing.set()
        return self._join(threads)

    def _watchers(self) -> list[Watcher]:
        return [
            Watcher(
                self.engine,
                mailbox,
                self.clock,
                self.stop,
                on_stored=self.new_mail.set,
                home=self.settings.home,
                free_bytes=self.settings.free_bytes,
            )
            for mailbox in self.settings.mailboxes
        ]

    def _join(self, threads: list[threading.Thread]) -> bool:
        end = time.monotonic() + self.settings.stop_seconds
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))
        alive = [thread.name for thread in threads if thread.is_alive()]
        if alive:
            log.warning("still under way after %.0f s: %s", self.settings.stop_seconds, ", ".join(alive))
        return not alive

    def _forever(self, name: str, step: Callable[[], None]) -> None:
        """Run a step, which lasts until the stop, again and again if it must be."""
        failures = 0
        while not self.stop.is_set():
            began = time.monotonic()
            try:
                step()
            except Exception as error:
                failures = failures + 1 if time.monotonic() - began < 60 else 1
                log.exception("%s failed", name)
                sound(self.engine, name, f"{type(error).__name__}: {error}", self.clock)
                self.stop.wait(back_off(failures))

    # Working

    def _work(self) -> None:
        while not self.stop.is_set():
            self.new_mail.wait(self.settings.tick_seconds)
            self.new_mail.clear()
            while not self.stop.is_set() and self._work_on_one():
                self.outgoing.set()

    def _work_on_one(self) -> bool:
        lease = self.settings.lease_seconds
        return work_once(self.engine, self.process_one, self.clock, owner=self.owner, lease_seconds=lease) is not None

    # Sending

    def _send(self) -> None:
        smtp = self.settings.smtp
        assert smtp is not None
        failures = 0
        with Carrier(self.engine, smtp, self.clock, owner=self.owner) as carrier:
            while not self.stop.is_set():
                self.outgoing.clear()
                if self.clock_doubted:
                    self.stop.wait(self.settings.tick_seconds)
                    continue
                report = carrier.send_due(_SEND_AT_ONCE, stop=self.stop.is_set)
                failures = self._heard_from_relay(report, failures)
                if report.relay is not None:
                    self.stop.wait(min(2.0**failures, 300.0))
                elif not report.attempts:
                    self.outgoing.wait(self._until_due())
                carrier.close_idle()

    def _heard_from_relay(self, report: DeliveryReport, failures: int) -> int:
        if report.relay is not None:
            sound(self.engine, "relay", f"the mail relay does not take mail: {report.relay}", self.clock)
            return failures + 1
        if report.attempts:
            write(self.engine, lambda tx: facts.clear_alarm(tx, "relay"))
        return 0

    def _until_due(self) -> float:
        """Seconds until the next mail is due; others may queue mail too, so never long."""
        due = read(self.engine, outbound.next_due)
        wait = _SEND_LOOK if due is None else (due - self.clock()).total_seconds()
        return min(max(wait, 0.05), _SEND_LOOK)

    # Daily work

    def _daily(self) -> None:
        zone = ZoneInfo(self.settings.timezone)
        while not self.stop.is_set():
            now = self.clock()
            local = now.astimezone(zone)
            if local.time() >= self.settings.daily_at and not self.clock_doubted and self._inbox_is_read(now):
                self._daily_once(local, now)
            self.stop.wait(min(_DAILY_LOOK, self.settings.tick_seconds * 30))

    def _inbox_is_read(self, now: datetime) -> bool:
        """Whether every mailbox was looked into lately and nothing of it waits: no reminder crosses a payment advice."""

        def work(tx: Connection) -> bool:
            for mailbox in self.settings.mailboxes:
                checked = facts.get(tx, f"mailbox.{mailbox.name}.checked")
                newest = max(self.started, now - timedelta(seconds=2 * mailbox.poll_seconds + 60))
                if checked is None or checked[1] < newest:
                    return False
            return not inbound.untouched(tx)

        return read(self.engine, work)

    def _daily_once(self, local: datetime, now: datetime) -> None:
        day = local.date()

        def claim(tx: Connection) -> bool:
            return facts.claim_day(tx, "service.daily", day, owner=self.owner, now=now, lease=_DAILY_LEASE)

        if not write(self.engine, claim):
            return
        self.daily(now)
        write(self.engine, lambda tx: facts.finish_day(tx, "service.daily", day, now=self.clock()))
        write(self.engine, lambda tx: facts.clear_alarm(tx, "daily"))
        self.outgoing.set()

    # Access tokens

    def _keep_tokens(self) -> None:
        """Renew tokens at half their life: that it fails is told while the old one still works."""
        while not self.stop.is_set():
            for source in self.settings.tokens:
                self._keep_token(source)
            self.stop.wait(self.settings.token_seconds)

    # Mail that is handed over

    def _listen(self) -> None:
        from agent.mailbox.lmtp import LmtpListener

        LmtpListener(self.settings.lmtp, self._take_over, size_max=self.settings.message_bytes).run(self.stop)

    def _take_over(self, data: bytes) -> None:
        raw = RawMail(account="", folder="", uidvalidity=0, uid="", data=data, source="lmtp", size=len(data))
        intake.take_in(self.engine, raw, self.clock())
        self.new_mail.set()

    # Mails whose answer was lost

    def _resolve(self) -> None:
        while not self.stop.is_set():
            assert self.settings.resolve is not None
            if not self.clock_doubted and self.settings.resolve():
                self.outgoing.set()
            self.stop.wait(self.settings.resolve_seconds)

    def _keep_token(self, source: Tokens) -> None:
        about = f"oauth2.{source.settings.name}"
        try:
            source.keep_fresh()
        except ArError as error:
            left = source.left()
            until = (self.clock() + timedelta(seconds=left)).isoformat(timespec="minutes")
            fate = f"mail stops at {until}" if left else "no mail is fetched or sent with it"
            sound(self.engine, about, f"{error}; {fate}", self.clock)
            return
        warning = source.warning(self.clock())
        if warning is not None:
            sound(self.engine, about, warning, self.clock)
        else:
            write(self.engine, lambda tx: facts.clear_alarm(tx, about))

    # Signs of life, from the thread that does nothing else

    def _beat(self) -> None:
        while not self.stop.is_set():
            try:
                self._check_clock()
                write(self.engine, self._put_heartbeat)
            except Exception:
                log.exception("the heartbeat could not be written")
            self.stop.wait(self.settings.heartbeat_seconds)

    def _put_heartbeat(self, tx: Connection) -> None:
        value = {"owner": self.owner, "pid": os.getpid(), "started": self.started.isoformat()}
        facts.put(tx, "service.heartbeat", value, self.clock())

    def _check_clock(self) -> None:
        """A clock that jumps would send reminders on the wrong day: then a person looks before anything leaves."""
        wall, steady = _now_pair(self.clock)
        moved = wall - self.last_clock[0]
        jump = moved - (steady - self.last_clock[1])
        self.last_clock = (wall, steady)
        if moved and abs(jump) > _CLOCK_JUMP:
            self.clock_doubted = True
            text = f"the clock jumped by {jump / 3600:+.1f} hours: nothing is sent until this alarm is cleared"
            sound(self.engine, "clock", text, self.clock)
        elif self.clock_doubted and read(self.engine, lambda tx: facts.get(tx, "alarm.clock")) is None:
            self.clock_doubted = False


def _now_pair(clock: Clock) -> tuple[float, float]:
    # Time asleep is time that passed, where the system can tell.
    steady = time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
    return clock().timestamp(), steady
