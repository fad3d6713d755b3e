"""One Dovecot for all tests of mailboxes; each test has a user of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from agent.mailbox.imap import ImapMailbox
from agent.settings_types import MailboxSettings
from tests.servers.dovecot import Dovecot, dovecot

Opened = Callable[..., ImapMailbox]


@pytest.fixture(scope="session")
def imap_server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def user(imap_server: Dovecot) -> str:
    return imap_server.new_user()


@pytest.fixture
def opened(imap_server: Dovecot, user: str) -> Iterator[Opened]:
    """Open the user's INBOX; what is opened is closed."""
    boxes: list[ImapMailbox] = []

    def open_it(**changes: Any) -> ImapMailbox:
        values: dict[str, Any] = {
            "name": "ar", "host": "127.0.0.1", "port": imap_server.imap, "tls": "none", "user": user,
            "password": "secret", "connect_seconds": 3, "read_seconds": 3,
        }  # fmt: skip
        box = ImapMailbox(MailboxSettings(**(values | changes)))
        boxes.append(box)
        box.connect()
        return box

    yield open_it
    for box in boxes:
        box.close()


def nothing_known(_folder: str, _uidvalidity: int, _uids: Sequence[str]) -> set[str]:
    return set()


def mail(number: int | str, size: int = 0) -> bytes:
    head = f"From: ap@buyer.example\r\nSubject: mail {number}\r\nMessage-ID: <{number}@buyer.example>\r\n\r\n"
    return (head + "body\r\n").encode() + (b"y" * 78 + b"\r\n") * (size // 80)


def numbers(mails: Sequence[Any]) -> list[str]:
    return [one.data.split(b"Subject: mail ")[1].split(b"\r\n")[0].decode() for one in mails]
