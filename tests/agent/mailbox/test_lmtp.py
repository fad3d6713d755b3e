"""Mail that a mail server hands over: by LMTP from a real Postfix, and through a pipe. 250 means stored."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.demo.servers import EmbeddedSmtp
from agent.domain.errors import WrongUsage
from agent.mailbox.lmtp import LmtpListener, parsed
from agent.settings_types import ServiceSettings
from agent.store import inbound
from agent.store.engine import read
from tests.agent.test_service import running, until
from tests.line import Line, make_line
from tests.servers.dovecot import free_port
from tests.servers.postfix import postfix


class Shelf:
    """Where mail is stored; it can be told to fail."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.broken = False

    def store(self, data: bytes) -> None:
        if self.broken:
            raise OSError("no room")
        self.mails.append(data)


@contextmanager
def listening(shelf: Shelf, address: str = "127.0.0.1:0", **more: int) -> Iterator[LmtpListener]:
    listener = LmtpListener(address, shelf.store, size_max=more.get("size_max", 100_000))
    stop = threading.Event()
    thread = threading.Thread(target=listener.run, args=(stop,))
    thread.start()
    assert listener.ready.wait(5)
    try:
        yield listener
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


MAIL = b"Subject: x\r\n\r\n.\r\n..\r\n.a\r\nend\r\n"


def test_a_mail_comes_whole_once_for_all_its_recipients() -> None:
    shelf = Shelf()
    with listening(shelf) as listener, smtplib.LMTP("127.0.0.1", listener.port) as client:
        client.ehlo("x")
        client.mail("a@buyer.example")
        client.rcpt("ar@seller.example")
        client.rcpt("ap@seller.example")
        assert client.data(MAIL)[0] == 250
        assert client.getreply()[0] == 250  # one answer for each recipient (RFC 2033, 4.2)
        assert client.sendmail("", ["ar@seller.example"], b"Subject: second\r\n\r\nx\r\n") == {}
    assert shelf.mails == [MAIL, b"Subject: second\r\n\r\nx\r\n"]


def test_what_could_not_be_stored_is_answered_so_and_the_next_one_is_taken() -> None:
    shelf = Shelf()
    with listening(shelf) as listener, smtplib.LMTP("127.0.0.1", listener.port) as client:
        shelf.broken = True
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail("a@buyer.example", ["ar@seller.example"], MAIL)
        assert refused.value.smtp_code == 451
        shelf.broken = False
        client.rset()
        client.sendmail("a@buyer.example", ["ar@seller.example"], MAIL)
    assert shelf.mails == [MAIL]


def test_what_is_too_large_is_refused_before_and_after() -> None:
    shelf = Shelf()
    with listening(shelf, size_max=1000) as listener:
        with smtplib.LMTP("127.0.0.1", listener.port) as client, pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("a@buyer.example", ["ar@seller.example"], b"x" * 2000)
        with socket.create_connection(("127.0.0.1", listener.port), 5) as raw:
            raw.sendall(b"LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ar@c.example>\r\nDATA\r\n")
            raw.sendall(b"y" * 500_000 + b"\r\n.\r\nQUIT\r\n")
            said = b"".join(iter(lambda: raw.recv(4096), b""))
        assert b"552 5.3.4" in said
        assert said.endswith(b"221 2.0.0 bye\r\n")
    assert shelf.mails == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"EHLO x", b"500"),
        (b"RCPT TO:<a@b.example>", b"503"),
        (b"DATA", b"503"),
        (b"MAIL FROM:a@b.example", b"501"),
        (b"NONSENSE", b"500"),
        (b"NOOP", b"250"),
        (b"V" * 10_000, b"500"),
    ],
)
def test_what_is_out_of_order_is_refused(said: bytes, answer: bytes) -> None:
    with listening(Shelf()) as listener, socket.create_connection(("127.0.0.1", listener.port), 5) as raw:
        raw.recv(1000)
        raw.sendall(said + b"\r\n")
        assert raw.recv(1000).startswith(answer)


def test_a_mail_that_breaks_off_is_not_stored() -> None:
    shelf = Shelf()
    with listening(shelf) as listener:
        with socket.create_connection(("127.0.0.1", listener.port), 5) as raw:
            raw.sendall(
                b"LHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<ar@c.example>\r\nDATA\r\nSubject: half\r\n\r\n."
            )
        time.sleep(0.2)
    assert shelf.mails == []


def test_a_socket_file_is_an_address_too(tmp_path: Path) -> None:
    shelf = Shelf()
    path = tmp_path / "lmtp"
    with listening(shelf, str(path)), smtplib.LMTP(str(path)) as client:
        client.sendmail("a@buyer.example", ["ar@seller.example"], MAIL)
    assert shelf.mails == [MAIL]
    assert not path.exists()


@pytest.mark.parametrize("address", ["0.0.0.0:24", "mx.example.com:24", "24", "127.0.0.1:x"])
def test_only_this_machine_may_hand_mail_over(address: str) -> None:
    with pytest.raises(WrongUsage, match="this machine alone"):
        parsed(address)


def test_the_service_takes_mail_from_a_real_postfix_and_works_on_it(sqlite_engine: Engine) -> None:
    port = free_port()
    with (
        EmbeddedSmtp() as sink,
        postfix(lmtp=port, sink=sink.port) as relay,
        running(sqlite_engine, ServiceSettings(lmtp=f"127.0.0.1:{port}")),
    ):
        with smtplib.SMTP("127.0.0.1", relay.port) as client:
            client.sendmail("ap@buyer.example", ["ar@seller.example"], b"Subject: by postfix\r\n\r\nhello\r\n")
        until(lambda: read(sqlite_engine, inbound.account).outcomes["processed"] == 1, 20)
    assert b"Subject: by postfix" in read(sqlite_engine, lambda tx: inbound.raw_bytes(tx, 1))


# --- the pipe ----------------------------------------------------------------------------------------------------


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return make_line(tmp_path / "home")


def deliver(line: Line, data: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "agent", "--home", line.home, "deliver"], input=data, capture_output=True, check=False
    )


def made() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ap@x.example", "ar@halden.example", "by pipe"
    message.set_content("hello")
    return message.as_bytes()


def test_a_mail_through_the_pipe_is_stored_and_waits_for_the_service(line: Line) -> None:
    assert deliver(line, made()).returncode == 0
    (row,) = line.rows("messages", "list")
    assert (row["id"], row["subject"], row["documents"]) == ("M1", None, [])
    assert deliver(line, made()).returncode == 0  # the same mail again has no second effect
    assert [r["outcome"] for r in line.rows("messages", "list")].count("duplicate") == 1


def test_an_empty_pipe_is_no_mail(line: Line) -> None:
    assert deliver(line, b"\n").returncode == 65


def test_a_store_that_cannot_be_written_asks_the_mail_server_to_try_again(line: Line) -> None:
    (line.home / "ar-agent.db").write_bytes(b"this is no database" * 1000)
    result = deliver(line, made())
    assert result.returncode == 75
    assert b"try again later" in result.stderr


def test_a_home_without_settings_keeps_the_mail_where_it_is(tmp_path: Path) -> None:
    assert deliver(Line(tmp_path), made()).returncode == 75
