"""Mails whose answer was lost: found in a Sent folder on a real server, sent again only on proof, else a person's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from sqlalchemy import Engine, update

from agent.domain.notices import Rendered
from agent.resolving import resolve_unknown
from agent.settings import CompanySection, JournalSection, Settings
from agent.settings_types import MailboxSettings
from agent.store import facts, lists, outbound
from agent.store.engine import read, write
from agent.store.schema import outbox
from outbox.compose import compose
from tests.servers.dovecot import Dovecot, dovecot

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def imap_server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def sent(imap_server: Dovecot) -> Iterator[tuple[MailboxSettings, IMAPClient]]:
    """A user's account with a Sent folder, and a hand to put copies there."""
    user = imap_server.new_user()
    box = MailboxSettings(name="ar", host="127.0.0.1", port=imap_server.imap, tls="none", user=user, password="secret")
    with IMAPClient("127.0.0.1", imap_server.imap, ssl=False) as client:
        client.login(user, "secret")
        client.create_folder("Sent")
        yield box, client


def settings(tmp_path: Path, *, complete: bool) -> Settings:
    return Settings(
        home=tmp_path,
        company=CompanySection(emails=("ar@seller.example",)),
        journal=JournalSection(mailbox="ar", complete=complete),
    )


def queue(engine: Engine, name: str, status: str, handed: datetime) -> Any:
    message = compose(
        Rendered("Invoice", "hello\n", "", "en"), kind="invoice", intent=name, sender_address="ar@seller.example",
        sender_name="", reply_to="", recipients=("ap@buyer.example",), date=NOW,
    )  # fmt: skip

    def work(tx: Any) -> int:
        number = outbound.add(tx, message, cause=None, now=NOW)
        assert number is not None
        values: dict[str, Any] = {
            "status": status,
            "handing_at": handed,
            "reply": "250 taken" if status == "sent" else None,
        }
        values["sent_at"] = handed if status == "sent" else None
        tx.execute(update(outbox).where(outbox.c.id == number).values(values))
        return number

    number = write(engine, work)
    return read(engine, lambda tx: outbound.row_of(tx, number)), message.data


def status(engine: Engine, row: Any) -> tuple[str, int]:
    found = read(engine, lambda tx: outbound.row_of(tx, row.id))
    return found.status, found.resends


def codes(engine: Engine) -> list[str]:
    return [row["code"] for row in read(engine, lists.list_queue)]


def test_a_copy_in_the_sent_folder_settles_it(
    sqlite_engine: Engine, sent: tuple[MailboxSettings, IMAPClient], tmp_path: Path
) -> None:
    box, client = sent
    row, data = queue(sqlite_engine, "a", "unknown", NOW)
    client.append("Sent", data)
    later = NOW + timedelta(minutes=9)
    assert resolve_unknown(sqlite_engine, settings(tmp_path, complete=True), box, lambda: later).found == ()
    later = NOW + timedelta(minutes=10)
    assert resolve_unknown(sqlite_engine, settings(tmp_path, complete=True), box, lambda: later).found == (row.id,)
    assert status(sqlite_engine, row) == ("sent", 0)
    assert codes(sqlite_engine) == []


def test_what_a_complete_journal_lacks_goes_out_again_once_where_a_later_mail_lies_in_it(
    sqlite_engine: Engine, sent: tuple[MailboxSettings, IMAPClient], tmp_path: Path
) -> None:
    box, client = sent
    row, _ = queue(sqlite_engine, "a", "unknown", NOW)
    _, later_mail = queue(sqlite_engine, "b", "sent", NOW + timedelta(minutes=1))
    client.append("Sent", later_mail)
    rules, at = settings(tmp_path, complete=True), NOW + timedelta(minutes=20)
    assert resolve_unknown(sqlite_engine, rules, box, lambda: at).again == (row.id,)
    assert status(sqlite_engine, row) == ("queued", 1)
    # Its fate is open again: the second time a person decides.
    with sqlite_engine.begin() as tx:
        tx.execute(update(outbox).where(outbox.c.id == row.id).values(status="unknown", handing_at=NOW))
    assert resolve_unknown(sqlite_engine, rules, box, lambda: at).left == (row.id,)
    assert resolve_unknown(sqlite_engine, rules, box, lambda: at).left == (row.id,)
    assert codes(sqlite_engine) == ["mail_unknown"]


@pytest.mark.parametrize("complete", [True, False])
def test_without_proof_that_the_journal_was_kept_nothing_is_sent_again(
    sqlite_engine: Engine, sent: tuple[MailboxSettings, IMAPClient], tmp_path: Path, complete: bool
) -> None:
    box, client = sent
    row, _ = queue(sqlite_engine, "a", "unknown", NOW)
    _, earlier = queue(sqlite_engine, "b", "sent", NOW - timedelta(minutes=1))
    _, later_mail = queue(sqlite_engine, "c", "sent", NOW + timedelta(minutes=1))
    client.append("Sent", earlier)
    if not complete:  # then not even a later mail in it proves that it has all
        client.append("Sent", later_mail)
    at = NOW + timedelta(minutes=20)
    assert resolve_unknown(sqlite_engine, settings(tmp_path, complete=complete), box, lambda: at).left == (row.id,)
    assert status(sqlite_engine, row) == ("unknown", 0)
    assert codes(sqlite_engine) == ["mail_unknown"]


def test_a_message_id_that_only_contains_ours_is_another(
    sqlite_engine: Engine, sent: tuple[MailboxSettings, IMAPClient], tmp_path: Path
) -> None:
    box, client = sent
    row, data = queue(sqlite_engine, "a", "unknown", NOW)
    longer = row.message_id.replace("<", "<x.").encode()
    client.append("Sent", data.replace(row.message_id.encode(), longer))
    at = NOW + timedelta(minutes=20)
    assert resolve_unknown(sqlite_engine, settings(tmp_path, complete=True), box, lambda: at).left == (row.id,)


def test_a_journal_that_cannot_be_reached_decides_nothing_and_is_an_alarm(
    sqlite_engine: Engine, sent: tuple[MailboxSettings, IMAPClient], tmp_path: Path
) -> None:
    box, client = sent
    client.delete_folder("Sent")
    row, _ = queue(sqlite_engine, "a", "unknown", NOW)
    at = NOW + timedelta(minutes=20)
    found = resolve_unknown(sqlite_engine, settings(tmp_path, complete=True), box, lambda: at)
    assert (found.found, found.again, found.left) == ((), (), ())
    assert status(sqlite_engine, row) == ("unknown", 0)
    assert read(sqlite_engine, lambda tx: facts.get(tx, "alarm.journal")) is not None


def test_without_a_journal_a_person_is_told_once(sqlite_engine: Engine, tmp_path: Path) -> None:
    row, _ = queue(sqlite_engine, "a", "unknown", NOW)
    at = NOW + timedelta(minutes=20)
    for _ in range(3):
        assert resolve_unknown(sqlite_engine, settings(tmp_path, complete=False), None, lambda: at).left == (row.id,)
    assert codes(sqlite_engine) == ["mail_unknown"]
