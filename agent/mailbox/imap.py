"""An IMAP folder (RFC 3501), watched by IDLE (RFC 2177) and by looking anyway; the home of imapclient.

What is new is found by set difference of UIDs, never by a high-water mark: UID ranges are unordered, UIDVALIDITY may
change, flags belong to people. BODY.PEEK[] changes nothing on the server.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from secrets import randbits
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from agent.mailbox.mail import Known, LoginRefused, MailboxGone, RawMail
from agent.oauth2 import TokenRefused
from agent.settings_types import MailboxSettings

_SIZES_AT_ONCE = 500
_MAILS_AT_ONCE = 200
_HEADER_BYTES = 1_000_000
_LONGEST_IDLE = 300.0  # RFC 2177 says under 29 minutes; half-dead connections are found sooner
_FIRST_IDLE = 1.0
_BETWEEN_IDLES = 0.1
_SEARCH_AT_ONCE = 50_000  # the library takes lines of a million bytes at most
_SLICE = 0.5  # how quickly a stop is noticed
_FETCH_TRIES = 3
_FETCH_AGAIN_AFTER = 3600.0
_TEMPORARY = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]")  # RFC 5530: not the password's fault


class ImapMailbox:
    """One folder over one connection. Not safe for several threads."""

    def __init__(self, settings: MailboxSettings) -> None:
        self.settings = settings
        self._client: Any = None
        self._validity = 0
        self._stored: set[str] = set()  # of this UIDVALIDITY: what need not be asked again
        self._tries: dict[tuple[int, int], tuple[int, float]] = {}  # fetches under way or failed, and when
        self._marking = ""
        self._there = self._told_at_select = 0

    def connect(self) -> None:
        """Open, log in and select; raise LoginRefused where the password is wrong, MailboxGone for all else."""
        self.close()
        with self._guard():
            client = self._open()
            self._client = client
            client.normalise_times = False  # aware instants, not naive local ones
            if self.settings.tls == "starttls":
                client.starttls(self._context())
            self._login(client)
            self._select()

    def _open(self) -> Any:
        s = self.settings
        client = IMAPClient(
            s.host,
            port=s.port or (993 if s.tls == "tls" else 143),
            ssl=s.tls == "tls",
            ssl_context=self._context() if s.tls == "tls" else None,
            timeout=SocketTimeout(s.connect_seconds, s.read_seconds),
        )
        # The library writes out every mail for a log that nobody reads: half of the time of a fetch.
        client._imap.debug = 0  # noqa: SLF001 - no other way
        sock = client.socket()
        # Without it each command waits for a delayed acknowledgement (40 ms) on some servers.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        return client

    def _context(self) -> ssl.SSLContext:
        ca_file = self.settings.ca_file
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)

    def _login(self, client: Any) -> None:
        try:
            self._authenticate(client)
        except TokenRefused as error:
            raise LoginRefused(f"mailbox {self.settings.name}: {error}") from error
        except LoginError as error:
            # The library calls a lost connection a failed login too.
            if isinstance(error.__context__, IMAPClientAbortError) or any(code in str(error) for code in _TEMPORARY):
                raise MailboxGone(f"mailbox {self.settings.name}: no login now: {error}") from error
            raise LoginRefused(
                f"mailbox {self.settings.name}: {self.settings.host} refuses the login of "
                f"{self.settings.user!r}: {error}"
            ) from error

    def _authenticate(self, client: Any) -> None:
        s = self.settings
        if s.tokens is None:
            client.login(s.user, s.password)
            return
        login = client.oauthbearer_login if s.mechanism == "oauthbearer" else client.oauth2_login
        token = s.tokens.token()
        try:
            login(s.user, token)
        except LoginError as error:
            if isinstance(error.__context__, IMAPClientAbortError) or any(code in str(error) for code in _TEMPORARY):
                raise
            s.tokens.forget(token)  # revoked before its time? Once more with a fresh one.
            login(s.user, s.tokens.token())

    def _select(self) -> None:
        found = self._client.select_folder(self.settings.folder, readonly=self.settings.after == "none")
        # A server that gives none promises nothing about its UIDs: then nothing seen before counts as known by name.
        validity = int(found.get(b"UIDVALIDITY") or 0) or -randbits(48)
        if validity != self._validity:
            self._validity = validity
            self._stored.clear()
        self._there = int(found.get(b"EXISTS") or 0)
        self._told_at_select = self._told()

    def _uids(self) -> list[str]:
        """The UIDs of all mails in the folder, oldest first."""
        uids: list[int] = []
        for first in range(1, max(self._there, 1) + 1, _SEARCH_AT_ONCE):
            last = first + _SEARCH_AT_ONCE - 1
            piece = f"{first}:{min(last, self._there)}" if self._there > _SEARCH_AT_ONCE else "ALL"
            uids += self._client.search(piece)
        return [str(uid) for uid in sorted(uids)]

    def listing(self) -> tuple[int, list[str]]:
        """The folder's UIDVALIDITY and the UIDs of all mails in it now."""
        with self._guard():
            self._select()
            return self._validity, self._uids()

    def fetch_new(self, known: Known) -> Iterator[RawMail]:
        """Yield every mail that is in the folder and not known, small batches, oldest first."""
        with self._guard():
            self._select()
            uids = self._uids()
        self._stored.intersection_update(uids)
        fresh = [uid for uid in uids if uid not in self._stored]
        self._stored |= known(self.settings.folder, self._validity, fresh)
        wanted = [int(uid) for uid in fresh if uid not in self._stored]
        there = {(self._validity, uid) for uid in wanted}
        self._tries = {name: tried for name, tried in self._tries.items() if name in there}
        calm = [uid for uid in wanted if (self._validity, uid) not in self._tries]
        for at in range(0, len(calm), _SIZES_AT_ONCE):
            yield from self._fetch_sized(calm[at : at + _SIZES_AT_ONCE])
        # What broke a fetch before comes last and alone, so that it holds up nothing but itself.
        for uid in sorted((uid for uid in wanted if self._may_try(uid)), key=self._count):
            yield from self._fetch_sized([uid])

    def _count(self, uid: int) -> int:
        return self._tries.get((self._validity, uid), (0, 0.0))[0]

    def _may_try(self, uid: int) -> bool:
        count, last = self._tries.get((self._validity, uid), (0, 0.0))
        return 0 < count < _FETCH_TRIES or (count > 0 and time.monotonic() - last > _FETCH_AGAIN_AFTER)

    def _fetch_sized(self, uids: list[int]) -> Iterator[RawMail]:
        about = self._ask(uids, ["RFC822.SIZE", "INTERNALDATE"], b"RFC822.SIZE")
        batch: list[int] = []
        size = 0
        for uid, one in about.items():
            bytes_ = int(one[b"RFC822.SIZE"])
            if bytes_ > self.settings.message_bytes:
                yield from self._envelope(uid, one)
                continue
            if batch and (size + bytes_ > self.settings.batch_bytes or len(batch) >= _MAILS_AT_ONCE):
                yield from self._bodies(batch, about)
                batch, size = [], 0
            batch.append(uid)
            size += bytes_
        if batch:
            yield from self._bodies(batch, about)

    def _bodies(self, uids: list[int], about: dict[int, Any]) -> Iterator[RawMail]:
        for uid, got in self._ask(uids, ["BODY.PEEK[]"], b"BODY[]").items():
            yield self._raw(uid, about[uid], got[b"BODY[]"])

    def _envelope(self, uid: int, about: dict[bytes, Any]) -> Iterator[RawMail]:
        name = b"BODY[HEADER]<0>"
        for got in self._ask([uid], [f"BODY.PEEK[HEADER]<0.{_HEADER_BYTES}>"], name).values():
            yield self._raw(uid, about, got[name], too_large=True)

    def _ask(self, uids: list[int], items: list[str], wanted: bytes) -> dict[int, Any]:
        """One FETCH; where the server refuses it for several mails, one for each. In it are those it gave `wanted` of.

        A mail counts as tried before it is asked for, and not any more once it came: so what kills the connection, or
        is refused each time, is known by its count. (What was expunged meanwhile is forgotten at the next look.)
        """
        now = time.monotonic()
        for uid in uids:
            self._tries[self._validity, uid] = (self._count(uid) + 1, now)
        with self._guard():
            try:
                found = self._client.fetch(uids, items)
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                found = {} if len(uids) == 1 else None
        got: dict[int, Any] = {}
        if found is None:
            for uid in uids:
                self._uncount(uid)
                got |= self._ask([uid], items, wanted)
            return got
        for uid in uids:
            if found.get(uid, {}).get(wanted) is not None:
                self._uncount(uid)
                got[uid] = found[uid]
        return got

    def _uncount(self, uid: int) -> None:
        count, last = self._tries.pop((self._validity, uid), (1, 0.0))
        if count > 1:
            self._tries[self._validity, uid] = (count - 1, last)

    def _raw(self, uid: int, about: dict[bytes, Any], data: bytes, *, too_large: bool = False) -> RawMail:
        date = about.get(b"INTERNALDATE")
        return RawMail(
            account=self.settings.name,
            folder=self.settings.folder,
            uidvalidity=self._validity,
            uid=str(uid),
            data=bytes(data),
            internal_date=date if isinstance(date, datetime) and date.tzinfo else None,
            source=self.settings.source,
            size=int(about.get(b"RFC822.SIZE") or len(data)),
            too_large=too_large,
        )

    def mark_taken(self, mails: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """Flag or move mails that are safely stored: a courtesy to people, never a state of ours."""
        mine = [uid for validity, uid in mails if validity == self._validity]
        self._stored.update(mine)
        if mine and self.settings.after != "none":
            for at in range(0, len(mine), _SIZES_AT_ONCE):
                if not self._mark([int(uid) for uid in mine[at : at + _SIZES_AT_ONCE]]):
                    return []
        return list(mails)  # those of an older UIDVALIDITY have no name any more under which to mark them

    def _mark(self, uids: list[int]) -> bool:
        with self._guard():
            try:
                if self.settings.after.startswith("move:"):
                    self._move(uids, self.settings.after.removeprefix("move:"))
                else:
                    self._client.add_flags(uids, [b"\\Seen"], silent=True)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                self._marking = f"the server does not let mails be marked ({self.settings.after}): {error}"
                return False
        self._marking = ""
        return True

    def _move(self, uids: list[int], folder: str) -> None:
        if not self._client.folder_exists(folder):
            self._client.create_folder(folder)
        if self._client.has_capability("MOVE"):
            self._client.move(uids, folder)
            return
        self._client.copy(uids, folder)
        self._client.add_flags(uids, [b"\\Deleted"], silent=True)
        if self._client.has_capability("UIDPLUS"):  # a plain EXPUNGE would also delete what a person only marked
            self._client.uid_expunge(uids)

    def wait(self, timeout: float, stop: threading.Event) -> bool:
        """Idle until the server tells of a mail; without IDLE, until the time is over."""
        end = time.monotonic() + min(timeout, _LONGEST_IDLE)
        with self._guard():
            # What the server told since the folder was selected it will not tell again while we idle.
            if self._told() > self._told_at_select:
                return True
            if not self._client.has_capability("IDLE"):
                stop.wait(max(0.0, end - time.monotonic()))
                return False
            # Some servers tell of a mail that came just before we idled only when the idling ends: so the first ones
            # are short.
            seconds = _FIRST_IDLE
            while not stop.is_set() and time.monotonic() < end:
                self._client.idle()
                spoke = self._already_buffered() or self._readable(min(end, time.monotonic() + seconds), stop)
                seconds *= 2
                # Reads in blocking mode, under the read timeout. Words like "still here" are no news.
                if any(b"EXISTS" in line or b"RECENT" in line for line in self._client.idle_done()[1]):
                    return True
                if spoke:
                    stop.wait(_BETWEEN_IDLES)
        return False

    def _told(self) -> int:
        """How often the server told how many mails there are."""
        return len(self._client._imap.untagged_responses.get("EXISTS", ()))  # noqa: SLF001 - no other way

    def _readable(self, end: float, stop: threading.Event) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._client.socket(), selectors.EVENT_READ)
            while not stop.is_set() and (left := end - time.monotonic()) > 0:
                if selector.select(min(left, _SLICE)):
                    return True
        return False

    def _already_buffered(self) -> bool:
        # Lines that came in the packet of "+ idling" sit in the reader's buffer, where select() does not see them.
        imap = self._client._imap  # noqa: SLF001 - no other way
        reader = getattr(imap, "_file", None) or imap.file
        sock = self._client.socket()
        before = sock.gettimeout()
        sock.setblocking(False)
        try:
            return bool(reader.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            sock.settimeout(before)

    def troubles(self) -> tuple[str, ...]:
        """What a person should know: mails that cannot be fetched, marks that cannot be set."""
        stuck = sorted(uid for (_, uid), (count, _) in self._tries.items() if count >= _FETCH_TRIES)
        said = [f"mail UID {uid} in {self.settings.folder} cannot be fetched from the server" for uid in stuck[:20]]
        return tuple(said + ([self._marking] if self._marking else []))

    def close(self) -> None:
        """Leave without waiting for a server that may be gone."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.socket().settimeout(2)
                client.logout()
            with suppress(Exception):
                client.shutdown()

    @contextmanager
    def guarded(self) -> Iterator[Any]:
        """The library's client, for questions that this class does not ask; what it raises becomes MailboxGone."""
        with self._guard():
            yield self._client

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Whatever the library or the socket raises means: this connection is of no more use."""
        try:
            yield
        except (LoginRefused, MailboxGone):
            raise
        except Exception as error:  # the library raises bare ValueErrors and AssertionErrors on strange answers
            raise MailboxGone(f"mailbox {self.settings.name}: {type(error).__name__}: {error}") from error
