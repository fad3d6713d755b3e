"""What a mailbox gives: a mail's bytes with the name its server knows it by; and what any kind of mailbox can do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.domain.errors import ArError


@dataclass(frozen=True, slots=True)
class RawMail:
    """A mail as it lies on a server (or in a file), untouched.

    (`account`, `folder`, `uidvalidity`, `uid`) names it for ever (RFC 3501, 2.3.1.1; a Maildir's base name is its uid);
    a mail from a file has no uid. Where it is `too_large`, `data` holds its headers only and `size` its full size.
    """

    account: str
    folder: str
    uidvalidity: int
    uid: str
    data: bytes
    internal_date: datetime | None = None
    source: str = "file"
    file: str | None = None
    size: int = 0
    too_large: bool = False

    @property
    def is_file(self) -> bool:
        return not self.uid


def mail_of_file(path: str, data: bytes) -> RawMail:
    """A mail that was handed in as a file."""
    return RawMail(account="", folder="", uidvalidity=0, uid="", data=data, file=path, size=len(data))


# Those of these uids (of one folder and uidvalidity) that are safely stored already.
Known = Callable[[str, int, Sequence[str]], set[str]]


class MailboxGone(ArError):
    """The connection is lost, or the server cannot be reached now: connect again later."""


class LoginRefused(ArError):
    """The server does not let us in: only a person can help."""


class Mailbox(Protocol):
    """One watched mailbox. Not safe for several threads: each watcher owns its own."""

    def connect(self) -> None:
        """Open it, or raise LoginRefused or MailboxGone."""

    def fetch_new(self, known: Known) -> Iterator[RawMail]:
        """Yield every mail that is there and not known, changing nothing on the server."""

    def listing(self) -> tuple[int, list[str]]:
        """The folder's uidvalidity and the uids of all that lies in it now."""

    def mark_taken(self, mails: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """Do what the settings ask with mails (by uidvalidity and uid) that are safely stored; return those done."""

    def wait(self, timeout: float, stop: threading.Event) -> bool:
        """Wait until something may have arrived (True), the time is over or a stop is asked for (False)."""

    def troubles(self) -> tuple[str, ...]:
        """Mails that the server cannot give, in words."""

    def close(self) -> None:
        """Let go of it; never raises."""
