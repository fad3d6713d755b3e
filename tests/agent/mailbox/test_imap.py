"""An IMAP folder of a real Dovecot: nothing missed, nothing changed before it is stored, nothing waits for ever."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from imapclient import IMAPClient

from agent.demo.servers import EmbeddedImap
from agent.mailbox.imap import ImapMailbox
from agent.mailbox.mail import LoginRefused, MailboxGone
from agent.settings_types import MailboxSettings
from tests.agent.mailbox.conftest import Opened, mail, nothing_known, numbers
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Proxy

STOP = threading.Event()  # never set


@pytest.fixture
def other(imap_server: Dovecot, user: str) -> Iterator[IMAPClient]:
    """Another client of the same mailbox: a person's."""
    one = IMAPClient("127.0.0.1", imap_server.imap, ssl=False, timeout=5)
    one.login(user, "secret")
    one.select_folder("INBOX")
    yield one
    one.logout()


def fetched(box: ImapMailbox, known: Any = nothing_known) -> list[Any]:
    return list(box.fetch_new(known))


def later(seconds: float, work: Callable[[], Any]) -> threading.Thread:
    thread = threading.Timer(seconds, work)
    thread.daemon = True
    thread.start()
    return thread


@pytest.mark.parametrize("tls", ["none", "tls", "starttls"])
def test_every_mail_comes_exactly_as_it_lies_there(imap_server: Dovecot, user: str, opened: Opened, tls: str) -> None:
    imap_server.deliver(user, mail(1), mail(2, 100_000))
    port = imap_server.imaps if tls == "tls" else imap_server.imap
    box = opened(tls=tls, port=port, ca_file=imap_server.certificate)
    first, second = fetched(box)
    assert first.data.endswith(mail(1))  # before it stands what the delivery added
    assert second.data.endswith(mail(2, 100_000))
    assert (first.account, first.folder, first.source, first.uid) == ("ar", "INBOX", "imap:ar", "1")
    assert first.uidvalidity > 0
    assert first.internal_date.tzinfo is not None
    assert first.size == len(first.data)


def test_fetching_changes_nothing_on_the_server(
    imap_server: Dovecot, user: str, opened: Opened, other: IMAPClient
) -> None:
    imap_server.deliver(user, mail(1))
    fetched(opened())
    other.noop()
    flags = other.get_flags([1])
    assert b"\\Seen" not in flags[1]


def test_what_is_known_is_not_fetched_and_what_is_marked_is_not_asked_again(
    imap_server: Dovecot, user: str, opened: Opened
) -> None:
    imap_server.deliver(user, *map(mail, range(5)))
    asked: list[list[str]] = []

    def known(_folder: str, _validity: int, uids: Any) -> set[str]:
        asked.append(list(uids))
        return {"2", "4"}

    box = opened()
    assert [one.uid for one in fetched(box, known)] == ["1", "3", "5"]
    box.mark_taken([(box._validity, "1"), (box._validity, "3")])
    assert [one.uid for one in fetched(box, known)] == ["5"]
    assert asked == [["1", "2", "3", "4", "5"], ["5"]]


def test_flags_that_people_set_are_no_state_of_ours(
    imap_server: Dovecot, user: str, opened: Opened, other: IMAPClient
) -> None:
    imap_server.deliver(user, mail(1), mail(2))
    other.noop()
    other.add_flags([1], [b"\\Seen", b"\\Flagged", b"\\Answered"])
    assert numbers(fetched(opened())) == ["1", "2"]


def test_an_idle_folder_brings_nothing_again_however_often_it_is_looked_at(
    imap_server: Dovecot, user: str, opened: Opened
) -> None:
    imap_server.deliver(user, mail(1))
    box = opened()
    box.mark_taken([(one.uidvalidity, one.uid) for one in fetched(box)])
    for _ in range(100):
        assert fetched(box) == []


@pytest.mark.parametrize("after", ["seen", "none", "move:Done/2026"])
def test_a_taken_mail_is_marked_as_the_settings_ask(
    imap_server: Dovecot, user: str, opened: Opened, other: IMAPClient, after: str
) -> None:
    imap_server.deliver(user, mail(1), mail(2))
    box = opened(after=after)
    taken = [(one.uidvalidity, one.uid) for one in fetched(box)][:1]
    assert box.mark_taken(taken) == taken
    other.noop()
    there = {uid: b"\\Seen" in flags for uid, flags in other.get_flags(other.search("ALL")).items()}
    assert there == {"seen": {1: True, 2: False}, "none": {1: False, 2: False}, "move:Done/2026": {2: False}}[after]
    if after.startswith("move:"):
        other.select_folder("Done/2026")
        assert len(other.search("ALL")) == 1


def test_a_mail_that_is_expunged_while_we_fetch_is_simply_gone(
    imap_server: Dovecot, user: str, opened: Opened, other: IMAPClient
) -> None:
    imap_server.deliver(user, *map(mail, range(6)))
    box = opened(batch_bytes=1)  # a command a mail
    found = box.fetch_new(nothing_known)
    got = [next(found)]
    other.noop()
    other.delete_messages([2, 4])
    other.expunge()
    got += list(found)
    assert [one.uid for one in got] == ["1", "3", "5", "6"]
    assert box.troubles() == ()


def test_of_a_mail_that_is_too_large_only_the_headers_are_taken(
    imap_server: Dovecot, user: str, opened: Opened
) -> None:
    imap_server.deliver(user, mail(1), mail(2, 50_000), mail(3))
    got = fetched(opened(message_bytes=10_000))
    by_number = dict(zip(numbers(got), got, strict=True))
    assert sorted(by_number) == ["1", "2", "3"]
    assert [by_number[n].too_large for n in "123"] == [False, True, False]
    assert by_number["2"].size > 50_000
    assert by_number["2"].data.endswith(b"<2@buyer.example>\r\n\r\n")


def test_a_new_uidvalidity_brings_every_mail_under_its_new_name(
    imap_server: Dovecot, user: str, opened: Opened
) -> None:
    imap_server.deliver(user, *map(mail, range(4)))
    box = opened()
    first = fetched(box)
    box.mark_taken([(one.uidvalidity, one.uid) for one in first])
    box.close()
    time.sleep(1.1)  # a UIDVALIDITY is a time in seconds
    imap_server.forget_indexes(user)
    imap_server.deliver(user, mail("new"))
    again = fetched(opened())
    assert {one.uidvalidity for one in again}.isdisjoint({one.uidvalidity for one in first})
    assert sorted(numbers(again)) == ["0", "1", "2", "3", "new"]


def test_a_folder_made_anew_while_we_are_connected_is_noticed(opened: Opened, other: IMAPClient) -> None:
    other.create_folder("Work")
    other.append("Work", mail("old"))
    box = opened(folder="Work")
    box.mark_taken([(one.uidvalidity, one.uid) for one in fetched(box)])
    other.delete_folder("Work")
    time.sleep(1.1)
    other.create_folder("Work")
    other.append("Work", mail("new"))
    try:
        got = fetched(box)
    except MailboxGone:  # the server may also end the session: then the watcher connects again
        box.connect()
        got = fetched(box)
    assert numbers(got) == ["new"]


def test_a_folder_of_very_many_mails_is_searched_in_pieces(
    imap_server: Dovecot, user: str, opened: Opened, other: IMAPClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap_server.deliver(user, *map(mail, range(8)))
    other.noop()
    other.delete_messages([2])
    other.expunge()
    for size in (1, 3, 7, 8):
        monkeypatch.setattr("agent.mailbox.imap._SEARCH_AT_ONCE", size)
        assert [one.uid for one in fetched(opened())] == ["1", "3", "4", "5", "6", "7", "8"]


def test_words_without_news_do_not_wake_us() -> None:
    listener, port = scripted({
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n",
        b"SELECT": b"* 0 EXISTS\r\n* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nTAG OK done\r\n",
        b"UID SEARCH": b"* SEARCH\r\nTAG OK done\r\n",
        b"IDLE": b"+ idling\r\n* OK still here\r\n",
        b"": b"TAG OK done\r\n",
    })  # fmt: skip
    with listener:
        box = ImapMailbox(settings(port))
        box.connect()
        assert fetched(box) == []
        began = time.monotonic()
        assert not box.wait(0.5, STOP)
        assert time.monotonic() - began >= 0.45
        box.close()


def test_waiting_ends_when_a_mail_comes(imap_server: Dovecot, user: str, opened: Opened) -> None:
    box = opened()
    fetched(box)
    later(0.3, lambda: imap_server.deliver(user, mail(1)))
    began = time.monotonic()
    assert box.wait(10, STOP)
    assert time.monotonic() - began < 3
    assert numbers(fetched(box)) == ["1"]


def test_a_mail_that_comes_between_looking_and_waiting_is_not_slept_through(
    imap_server: Dovecot, user: str, opened: Opened
) -> None:
    imap_server.deliver(user, mail(1))
    box = opened()
    got = fetched(box)
    imap_server.deliver(user, mail(2))
    box.mark_taken([(one.uidvalidity, one.uid) for one in got])  # the server tells of mail 2 in its answer to this
    began = time.monotonic()
    box.wait(10, STOP)
    assert time.monotonic() - began < 2
    assert numbers(fetched(box)) == ["2"]


def test_three_hundred_mails_in_a_row_are_all_seen_while_idling(
    imap_server: Dovecot, user: str, opened: Opened
) -> None:
    box = opened()

    def deliver() -> None:
        for n in range(300):
            imap_server.deliver(user, mail(n))

    thread = threading.Thread(target=deliver)
    thread.start()
    got: list[str] = []
    end = time.monotonic() + 60
    while len(got) < 300 and time.monotonic() < end:
        found = fetched(box)
        box.mark_taken([(one.uidvalidity, one.uid) for one in found])
        got += numbers(found)
        if len(got) < 300:
            box.wait(5, STOP)
    thread.join()
    assert sorted(map(int, got)) == list(range(300))


def test_waiting_ends_soon_after_a_stop(opened: Opened) -> None:
    box, stop = opened(), threading.Event()
    later(0.2, stop.set)
    began = time.monotonic()
    assert not box.wait(60, stop)
    assert time.monotonic() - began < 2


def test_waiting_never_lasts_longer_than_asked(opened: Opened) -> None:
    box = opened()
    fetched(box)
    began = time.monotonic()
    assert not box.wait(1.0, STOP)
    assert 0.9 < time.monotonic() - began < 2.5


def test_a_wrong_password_is_told_apart_from_a_lost_server(opened: Opened) -> None:
    with pytest.raises(LoginRefused, match="refuses the login"):
        opened(password="wrong")
    with pytest.raises(MailboxGone):
        opened(port=1)
    with pytest.raises(MailboxGone):
        opened(folder="No such folder")


def test_a_certificate_nobody_vouches_for_is_refused(imap_server: Dovecot, opened: Opened) -> None:
    for tls, port in (("tls", imap_server.imaps), ("starttls", imap_server.imap)):
        with pytest.raises(MailboxGone, match=r"(?i)certificate"):
            opened(tls=tls, port=port)


def test_a_peer_that_died_silently_while_we_idle_is_found_out(imap_server: Dovecot, opened: Opened) -> None:
    with Proxy(imap_server.imap) as proxy:
        box = opened(port=proxy.port, read_seconds=1)
        fetched(box)
        proxy.blackhole = True
        began = time.monotonic()
        with pytest.raises(MailboxGone):
            box.wait(1.0, STOP)
        assert time.monotonic() - began < 5


def test_a_connection_that_is_reset_while_we_idle_is_found_out_at_once(imap_server: Dovecot, opened: Opened) -> None:
    with Proxy(imap_server.imap) as proxy:
        box = opened(port=proxy.port)
        fetched(box)
        later(0.2, proxy.reset_all)
        began = time.monotonic()
        with pytest.raises(MailboxGone):
            box.wait(30, STOP)
        assert time.monotonic() - began < 3


def test_a_fetch_that_breaks_off_loses_nothing(imap_server: Dovecot, user: str, opened: Opened) -> None:
    imap_server.deliver(user, *(mail(n, 50_000) for n in range(10)))
    with Proxy(imap_server.imap) as proxy:
        box = opened(port=proxy.port, batch_bytes=100_000)
        proxy.cut_after = 200_000
        got: list[Any] = []
        with pytest.raises(MailboxGone):
            got.extend(box.fetch_new(nothing_known))
        assert 0 < len(got) < 10
        box.connect()
        stored = {one.uid for one in got}
        got += fetched(box, lambda _f, _v, _u: stored)
    assert sorted(map(int, numbers(got))) == list(range(10))


def test_a_dripping_line_is_slow_and_nothing_worse(imap_server: Dovecot, user: str, opened: Opened) -> None:
    imap_server.deliver(user, mail(1))
    with Proxy(imap_server.imap) as proxy:
        box = opened(port=proxy.port)
        proxy.drip = 0.0005
        assert numbers(fetched(box)) == ["1"]


def scripted(lines: dict[bytes, bytes], *, greeting: bytes = b"* OK hi\r\n") -> tuple[socket.socket, int]:
    """A server that answers each command by its name; `TAG` stands for the command's tag."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as reader:
                talk(connection, reader)

    def talk(connection: socket.socket, reader: Any) -> None:
        with suppress(OSError):
            connection.sendall(greeting)
            idling = b""
            for line in reader:
                tag, _, rest = line.strip().partition(b" ")
                if tag == b"DONE":  # it ends IDLE, and has no tag of its own
                    tag = idling
                idling = tag
                answer = next(
                    (text for name, text in lines.items() if rest.upper().startswith(name)), b"TAG OK done\r\n"
                )
                if not answer:
                    connection.shutdown(socket.SHUT_RDWR)
                    break
                connection.sendall(answer.replace(b"TAG", tag))

    threading.Thread(target=serve, daemon=True).start()
    return listener, int(listener.getsockname()[1])


SELECTED = b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nTAG OK [READ-WRITE] done\r\n"
SIZES = b"* 1 FETCH (UID 11 RFC822.SIZE 10)\r\n* 2 FETCH (UID 12 RFC822.SIZE 10)\r\nTAG OK done\r\n"
CAPABILITY = b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"


def settings(port: int) -> MailboxSettings:
    return MailboxSettings(
        name="ar", host="127.0.0.1", port=port, tls="none", user="u", password="p", connect_seconds=1, read_seconds=1
    )


def test_a_mail_that_the_server_cannot_give_holds_up_no_other_and_is_named() -> None:
    listener, port = scripted({
        b"CAPABILITY": CAPABILITY,
        b"SELECT": SELECTED,
        b"UID SEARCH": b"* SEARCH 11 12\r\nTAG OK done\r\n",
        b"UID FETCH 11,12 (RFC822.SIZE": SIZES,
        b"UID FETCH 11,12 (BODY": b"TAG NO [SERVERBUG] cannot read 11\r\n",
        b"UID FETCH 11 (RFC822.SIZE": b"* 1 FETCH (UID 11 RFC822.SIZE 10)\r\nTAG OK done\r\n",
        b"UID FETCH 11 (BODY": b"TAG NO [SERVERBUG] cannot read 11\r\n",
        b"UID FETCH 12 (BODY": b"* 2 FETCH (UID 12 BODY[] {4}\r\nx\r\n\r)\r\nTAG OK done\r\n",
    })  # fmt: skip
    with listener:
        box = ImapMailbox(settings(port))
        box.connect()
        assert [one.uid for one in fetched(box)] == ["12"]
        for _ in range(4):
            fetched(box, lambda _f, _v, _u: {"12"})
        assert box.troubles() == ("mail UID 11 in INBOX cannot be fetched from the server",)
        box.close()


def test_a_mail_that_kills_the_connection_each_time_holds_up_no_other() -> None:
    listener, port = scripted({
        b"CAPABILITY": CAPABILITY,
        b"SELECT": SELECTED,
        b"UID SEARCH": b"* SEARCH 11 12\r\nTAG OK done\r\n",
        b"UID FETCH 11,12 (RFC822.SIZE": SIZES,
        b"UID FETCH 11,12 (BODY": b"",
        b"UID FETCH 11 (RFC822.SIZE": b"* 1 FETCH (UID 11 RFC822.SIZE 10)\r\nTAG OK done\r\n",
        b"UID FETCH 12 (RFC822.SIZE": b"* 2 FETCH (UID 12 RFC822.SIZE 10)\r\nTAG OK done\r\n",
        b"UID FETCH 11 (BODY": b"",
        b"UID FETCH 12 (BODY": b"* 2 FETCH (UID 12 BODY[] {4}\r\nx\r\n\r)\r\nTAG OK done\r\n",
    })  # fmt: skip
    with listener:
        box = ImapMailbox(settings(port))
        got: list[str] = []
        for _ in range(6):
            try:
                box.connect()
                for one in box.fetch_new(lambda _f, _v, _u: set(got)):
                    got.append(one.uid)
                    box.mark_taken([(one.uidvalidity, one.uid)])
            except MailboxGone:
                continue
        assert got == ["12"]
        assert "UID 11" in box.troubles()[0]
        box.close()


def test_a_server_without_uidvalidity_or_idle_is_served_too() -> None:
    listener, port = scripted({
        b"CAPABILITY": CAPABILITY,
        b"SELECT": b"* 1 EXISTS\r\nTAG OK done\r\n",
        b"UID SEARCH": b"* SEARCH 11\r\nTAG OK done\r\n",
        b"UID FETCH 11 (RFC822.SIZE": b"* 1 FETCH (UID 11 RFC822.SIZE 4)\r\nTAG OK done\r\n",
        b"UID FETCH 11 (BODY": b"* 1 FETCH (UID 11 BODY[] {4}\r\nx\r\n\r)\r\nTAG OK done\r\n",
    })  # fmt: skip
    with listener:
        box = ImapMailbox(settings(port))
        box.connect()
        [one] = fetched(box)
        assert one.uidvalidity < 0
        began = time.monotonic()
        assert not box.wait(0.3, STOP)
        assert time.monotonic() - began >= 0.25
        box.close()


@pytest.mark.parametrize("greeting", [b"", b"* BYE too many\r\n", b"\x00\xff\xfe\r\n", b"* OK\r\n" * 3])
def test_nonsense_from_the_server_is_a_lost_mailbox_and_no_crash(greeting: bytes) -> None:
    listener, port = scripted({b"": b"* FETCH )(\r\n\x00\xff\r\nTAG OK\r\n"}, greeting=greeting)
    with listener:
        box = ImapMailbox(settings(port))
        with pytest.raises((MailboxGone, LoginRefused)):  # noqa: PT012 - at either step
            box.connect()
            fetched(box)
        box.close()


def test_the_embedded_server_is_watched_in_the_same_way() -> None:
    with EmbeddedImap() as server:
        one = MailboxSettings(name="ar", host="127.0.0.1", port=server.port, tls="none", user="ar", password="secret")
        box = ImapMailbox(one)
        box.connect()
        assert fetched(box) == []
        sender = IMAPClient("127.0.0.1", server.port, ssl=False, timeout=5)
        sender.login("ar", "secret")
        later(0.2, lambda: sender.append("INBOX", mail(1)))
        assert box.wait(10, STOP)
        got = fetched(box)
        assert got[0].data == mail(1)
        assert box.mark_taken([(got[0].uidvalidity, got[0].uid)])
        box.close()
        sender.logout()
