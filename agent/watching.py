"""Fetching from mailboxes: one look (for `poll`), and a watcher that looks whenever something may have come."""

from __future__ import annotations

import logging
import random
import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from agent import comparing, intake
from agent.mailbox.mail import LoginRefused, Mailbox, MailboxGone, RawMail
from agent.mailbox.opening import open_mailbox
from agent.settings_types import MailboxSettings
from agent.store import facts, inbound
from agent.store.engine import read, write

log = logging.getLogger("ar_agent.watching")

Clock = Callable[[], datetime]

_MARK_AT_ONCE = 50
_ERRORS_IN_A_ROW = 3  # then it is the store that is ill, not a mail
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 120.0
_LOGIN_PAUSE = 300.0  # many refused logins lock an account
_ALARM_AFTER = 3  # failures in a row


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What one look into a mailbox brought: the numbers of new messages, how many were known, what is wrong."""

    stored: tuple[int, ...]
    seen_before: int
    troubles: tuple[str, ...]


def fetch_mailbox(engine: Engine, settings: MailboxSettings, clock: Clock) -> FetchReport:
    """Connect, take in everything new, leave (`poll`); raise LoginRefused or MailboxGone."""
    box = open_mailbox(settings)
    with closing(box):
        box.connect()
        mark_left_over(engine, box, settings)
        return fetch_once(engine, box, settings, clock)


def fetch_once(
    engine: Engine,
    box: Mailbox,
    settings: MailboxSettings,
    clock: Clock,
    *,
    on_stored: Callable[[], None] = lambda: None,
) -> FetchReport:
    """Take in everything new of a connected mailbox, each mail by itself, and mark it there once it is stored.

    A mail that cannot be stored holds up no other; raises MailboxGone, or what the store raised several times on end.
    """
    numbers: list[int] = []
    pending: list[RawMail] = []
    troubles: list[str] = []
    seen_before = errors = 0

    def known(folder: str, uidvalidity: int, uids: Sequence[str]) -> set[str]:
        return inbound.known(engine, settings.name, folder, uidvalidity, uids)

    for raw in box.fetch_new(known):
        try:
            number = intake.take_in(engine, raw, clock())
        except Exception as error:
            errors += 1
            log.exception("mail %s of %s could not be stored", raw.uid, settings.name)
            troubles.append(f"mail {raw.uid} could not be stored: {type(error).__name__}: {error}"[:300])
            if errors >= _ERRORS_IN_A_ROW:
                raise
            continue
        errors = 0
        if number is None:
            seen_before += 1
        else:
            numbers.append(number)
            on_stored()
        pending.append(raw)
        if len(pending) >= _MARK_AT_ONCE:
            _mark(engine, box, settings, pending)
    _mark(engine, box, settings, pending)
    return FetchReport(tuple(numbers), seen_before, (*troubles, *box.troubles()))


def _mark(engine: Engine, box: Mailbox, settings: MailboxSettings, pending: list[RawMail]) -> None:
    if pending:
        done = box.mark_taken([(raw.uidvalidity, raw.uid) for raw in pending])
        inbound.mark(engine, settings.name, settings.folder, done)
        pending.clear()


def mark_left_over(engine: Engine, box: Mailbox, settings: MailboxSettings) -> None:
    """Mark on the server what was stored before a crash came between."""
    while names := inbound.unmarked(engine, settings.name, settings.folder):
        done = box.mark_taken(names)
        inbound.mark(engine, settings.name, settings.folder, done)
        if len(done) < len(names):
            return


class Watcher:
    """Watches one mailbox until the stop; reconnects with growing pauses and says what is wrong."""

    def __init__(
        self,
        engine: Engine,
        settings: MailboxSettings,
        clock: Clock,
        stop: threading.Event,
        *,
        on_stored: Callable[[], None],
        home: Path | None = None,
        free_bytes: int = 0,
    ) -> None:
        self.engine, self.settings, self.clock, self.stop = engine, settings, clock, stop
        self.on_stored, self.home, self.free_bytes = on_stored, home, free_bytes
        self.failures = 0

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self._connected()
            except LoginRefused as error:
                self._failed(str(error), _LOGIN_PAUSE * (0.9 + random.random() / 5), alarm=True)
            except MailboxGone as error:
                self._failed(str(error), back_off(self.failures + 1), alarm=self.failures + 1 >= _ALARM_AFTER)
            except Exception as error:  # the store, or a fault of ours: said, and tried again
                log.exception("watching %s failed", self.settings.name)
                self._failed(f"{type(error).__name__}: {error}", back_off(self.failures + 1), alarm=True)

    def _connected(self) -> None:
        box = open_mailbox(self.settings)
        with closing(box):
            box.connect()
            mark_left_over(self.engine, box, self.settings)
            while not self.stop.is_set():
                if self._has_room():
                    self._looked(self._fetch(box))
                    self._compare_if_due(box)
                    box.wait(self.settings.poll_seconds, self.stop)
                else:
                    self.stop.wait(min(30.0, self.settings.poll_seconds))

    def _fetch(self, box: Mailbox) -> FetchReport:
        return fetch_once(self.engine, box, self.settings, self.clock, on_stored=self.on_stored)

    def _looked(self, report: FetchReport) -> None:
        self.failures = 0
        name = f"mailbox.{self.settings.name}"

        def work(tx: Connection) -> None:
            facts.put(tx, f"{name}.checked", {"stored": len(report.stored)}, self.clock())
            if report.troubles:
                facts.raise_alarm(tx, name, "; ".join(report.troubles), self.clock())
            else:
                facts.clear_alarm(tx, name)

        write(self.engine, work)

    def _compare_if_due(self, box: Mailbox) -> None:
        """Once a night the whole folder is compared with what is stored; what lacks is told by `check` and `health`."""
        local = self.clock().astimezone(ZoneInfo(self.settings.timezone))
        if local.time() < self.settings.compare_at:
            return
        last = read(self.engine, lambda tx: comparing.last(tx, self.settings.name))
        if last is not None and last[1].astimezone(local.tzinfo).date() >= local.date():
            return
        found = comparing.compare(self.engine, box, self.settings, self.clock(), fetch=lambda: self._fetch(box))
        if found.vanished:
            log.warning("%s: %d stored mails are gone from the server", self.settings.name, len(found.vanished))

    def _failed(self, text: str, pause: float, *, alarm: bool) -> None:
        self.failures += 1
        log.warning("%s; again in %.0f s", text, pause)
        if alarm:
            sound(self.engine, f"mailbox.{self.settings.name}", text, self.clock)
        self.stop.wait(pause)

    def _has_room(self) -> bool:
        """Stop fetching before the disk is full: the mail is safe where it is, and sending needs room too."""
        if self.home is None:
            return True
        free = shutil.disk_usage(self.home).free
        if free < self.free_bytes:
            room = f"only {free // 1_000_000} MB are free on the disk of {self.home}"
            sound(self.engine, "disk", f"{room}: until there are more, no mail is fetched", self.clock)
            return False
        write(self.engine, lambda tx: facts.clear_alarm(tx, "disk"))
        return True


def sound(engine: Engine, about: str, text: str, clock: Clock) -> None:
    """Raise an alarm; where even that cannot be written, the log has it."""
    try:
        if write(engine, lambda tx: facts.raise_alarm(tx, about, text, clock())):
            log.error("alarm: %s", text)
    except Exception:
        log.exception("the alarm about %s could not be written: %s", about, text)


def back_off(failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubling, capped, spread by half."""
    return float(min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 10), _LONGEST_PAUSE) * (0.5 + random.random()))
