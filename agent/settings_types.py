"""What a mailbox and a mail relay are to the code that talks to them: plain values, secrets already read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Protocol

MEGABYTE = 1_000_000


class Tokens(Protocol):
    """Where access tokens come from (agent.oauth2)."""

    @property
    def settings(self) -> OAuthSettings: ...
    def token(self) -> str: ...
    def forget(self, token: str) -> None: ...
    def keep_fresh(self) -> None: ...
    def left(self) -> float: ...
    def warning(self, now: datetime) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthSettings:
    """How access tokens for mail servers are fetched (RFC 6749)."""

    name: str
    token_url: str
    client_id: str
    flow: str = "refresh_token"  # refresh_token | client_credentials
    client_secret: str = ""
    refresh_token: str = ""
    refresh_token_file: Path | None = None  # where a rotated one is kept, too
    scope: str = ""
    ca_file: Path | None = None
    seconds: float = 30
    secret_expires_on: date | None = None
    warn_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSettings:
    """One watched mailbox: a Maildir on this machine, or a folder on an IMAP server."""

    name: str
    maildir: Path | None = None
    host: str = ""
    port: int = 0  # 0: 993 with tls, else 143
    tls: str = "tls"  # tls | starttls | none
    user: str = ""
    password: str = ""
    tokens: Tokens | None = None  # instead of a password
    mechanism: str = "xoauth2"  # xoauth2 | oauthbearer
    folder: str = "INBOX"
    poll_seconds: float = 300  # besides IDLE; a check happens at least this often
    after: str = "seen"  # seen | none | move:FOLDER
    ca_file: Path | None = None  # certificates to believe instead of the system's
    connect_seconds: float = 30
    read_seconds: float = 60
    message_bytes: int = 50 * MEGABYTE  # of a larger mail only the headers are taken
    batch_bytes: int = 8 * MEGABYTE  # asked for in one command
    compare_at: time = time(2, 0)  # local time of the nightly comparison
    timezone: str = "UTC"

    @property
    def source(self) -> str:
        return f"{'maildir' if self.maildir else 'imap'}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpTimeouts:
    """Seconds we wait for the server, by phase (RFC 5321, 4.5.3.2: too short a wait makes second copies)."""

    connect: float = 30
    command: float = 300
    data: float = 120
    block: float = 180
    final: float = 600
    quit: float = 5

    def __post_init__(self) -> None:
        if min(self.connect, self.command, self.data, self.block, self.final, self.quit) <= 0:
            raise ValueError(f"{self}: every time limit must be above zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The relay that takes our mail."""

    host: str
    port: int = 587
    tls: str = "starttls"  # tls | starttls | none
    user: str = ""
    password: str = ""
    tokens: Tokens | None = None  # instead of a password
    mechanism: str = "xoauth2"  # xoauth2 | oauthbearer
    timeouts: SmtpTimeouts = SmtpTimeouts()
    connections: int = 4
    mails_per_connection: int = 100
    idle_seconds: float = 20  # an unused connection is closed after this
    receipts: bool = False  # ask for reports of delivery of invoices (RFC 3461)
    local_hostname: str = ""  # what we say in EHLO; empty: the name of this machine
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """The unattended service: what it watches, where it sends, and when its daily work is due."""

    mailboxes: tuple[MailboxSettings, ...] = ()
    smtp: SmtpSettings | None = None  # None: nothing leaves
    home: Path | None = None  # whose disk must have room before mail is taken
    timezone: str = "UTC"
    daily_at: time = time(6, 0)  # local time
    workers: int = 2  # so that a long paper holds nobody up
    lease_seconds: float = 900
    tick_seconds: float = 1.0
    tokens: tuple[Tokens, ...] = ()  # kept fresh by the service
    token_seconds: float = 60
    resolve: Callable[[], bool] | None = None  # looks up mails whose answer was lost; True where some are sent again
    resolve_seconds: float = 60
    lmtp: str = ""  # where a local mail server hands mail over: HOST:PORT or a socket; empty: nowhere
    message_bytes: int = 50 * MEGABYTE  # of one such mail
    heartbeat_seconds: float = 30
    free_bytes: int = 200 * MEGABYTE  # below this no mail is fetched; sending goes on
    stop_seconds: float = 20  # how long a clean stop waits for what is under way
