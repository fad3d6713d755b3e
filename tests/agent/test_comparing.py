"""The nightly comparison on a real server: what is missing is fetched, what vanished is told once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from datetime import time as daytime
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from sqlalchemy import Engine

from agent import comparing, health
from agent.comparing import Compared
from agent.mailbox.imap import ImapMailbox
from agent.settings_types import MailboxSettings, ServiceSettings
from agent.store import facts
from agent.store.engine import read
from agent.watching import fetch_once
from tests.agent.test_service import local, put, running, until
from tests.line import Line, make_line
from tests.servers.dovecot import Dovecot, dovecot

NOW = datetime(2026, 3, 16, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def imap_server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


def settings(server: Dovecot, user: str, **more: Any) -> MailboxSettings:
    return MailboxSettings(
        name="ar", host="127.0.0.1", port=server.imap, tls="none", user=user, password="secret", **more
    )


def compared(engine: Engine, box: MailboxSettings, *, fetches: bool = True) -> Compared:
    mailbox = ImapMailbox(box)
    with closing(mailbox):
        mailbox.connect()
        fetch = (lambda: fetch_once(engine, mailbox, box, lambda: NOW)) if fetches else (lambda: None)
        return comparing.compare(engine, mailbox, box, NOW, fetch=fetch)


def mails(count: int) -> list[bytes]:
    return [f"Subject: {n}\r\n\r\nx{n}\r\n".encode() for n in range(count)]


def delete(server: Dovecot, user: str, *uids: int) -> None:
    with IMAPClient("127.0.0.1", server.imap, ssl=False) as client:
        client.login(user, "secret")
        client.select_folder("INBOX")
        client.delete_messages(uids)
        client.expunge()


def test_what_is_missing_is_fetched(sqlite_engine: Engine, imap_server: Dovecot) -> None:
    user = imap_server.new_user()
    imap_server.deliver(user, *mails(5))
    box = settings(imap_server, user)
    assert compared(sqlite_engine, box, fetches=False) == Compared(5, 0, ("1", "2", "3", "4", "5"), ())
    problems = read(sqlite_engine, lambda tx: health.problems(tx, (box,), NOW))
    assert any("5 mails on the server of ar are not stored (UID 1, 2, 3, 4, 5)" in one for one in problems)
    assert compared(sqlite_engine, box) == Compared(5, 5, (), ())
    problems = read(sqlite_engine, lambda tx: health.problems(tx, (box,), NOW))
    assert not any("not stored" in one for one in problems)


def test_what_vanished_is_told_once_and_stays_stored(sqlite_engine: Engine, imap_server: Dovecot) -> None:
    user = imap_server.new_user()
    imap_server.deliver(user, *mails(3))
    box = settings(imap_server, user)
    compared(sqlite_engine, box)
    delete(imap_server, user, 2)
    assert compared(sqlite_engine, box) == Compared(2, 2, (), ("2",))
    assert compared(sqlite_engine, box) == Compared(2, 2, (), ())


def test_what_we_moved_ourselves_did_not_vanish(sqlite_engine: Engine, imap_server: Dovecot) -> None:
    user = imap_server.new_user()
    imap_server.deliver(user, *mails(3))
    box = settings(imap_server, user, after="move:Done")
    compared(sqlite_engine, box)
    assert compared(sqlite_engine, box) == Compared(0, 0, (), ())


def test_a_new_uidvalidity_is_compared_under_its_new_names(sqlite_engine: Engine, imap_server: Dovecot) -> None:
    user = imap_server.new_user()
    imap_server.deliver(user, *mails(4))
    box = settings(imap_server, user)
    compared(sqlite_engine, box)
    imap_server.forget_indexes(user)
    assert compared(sqlite_engine, box) == Compared(4, 4, (), ())


def test_the_service_compares_once_a_night(sqlite_engine: Engine, tmp_path: Path) -> None:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    put(tmp_path / "box", "one")
    clock = [datetime(2026, 3, 16, 1, 59, tzinfo=UTC)]
    box = local(tmp_path / "box", poll_seconds=0.2, compare_at=daytime(2, 0))
    with running(sqlite_engine, ServiceSettings(mailboxes=(box,)), clock=lambda: clock[0]):
        until(lambda: read(sqlite_engine, lambda tx: facts.get(tx, "mailbox.local.checked")))
        assert read(sqlite_engine, lambda tx: comparing.last(tx, "local")) is None
        clock[0] += timedelta(minutes=2)
        until(lambda: read(sqlite_engine, lambda tx: comparing.last(tx, "local")))
        found = read(sqlite_engine, lambda tx: comparing.last(tx, "local"))
        assert found is not None
        assert (found[0]["on_server"], found[0]["stored"], found[0]["missing"]) == (1, 1, [])


def test_check_compares_on_demand_and_says_what_cannot_be_reached(tmp_path: Path) -> None:
    line: Line = make_line(tmp_path / "home")
    for part in ("new", "cur", "tmp"):
        (line.home / "box" / part).mkdir(parents=True)
    put(line.home / "box", "one")
    with (line.home / "ar-agent.toml").open("a") as file:
        file.write(
            '[[mailboxes]]\nname = "local"\nmaildir = "box"\n[[mailboxes]]\nname = "gone"\nmaildir = "nowhere"\n'
        )
    result = line.run("check", "--mailboxes", "--json")
    assert result.code == 1
    (row,) = result.rows
    assert [one["mailbox"] for one in row["mailboxes"] if "on_server" in one] == ["local"]
    assert "gone cannot be compared" in row["faults"][0]
