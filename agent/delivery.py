"""Hands due mail to the relay (RFC 5321), phase by phase, so that "not sent" and "perhaps sent" are never confused.

The home of aiosmtplib. Its whole-mail commands join DATA and the body; here the hand-over is committed between the two.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Any, Self, cast

import aiosmtplib
from sqlalchemy import Connection, Engine

from agent.domain.errors import ArError
from agent.owner import is_dead, me
from agent.settings_types import SmtpSettings
from agent.store import outbound
from agent.store.outbound import Claimed
from outbox.headers import clean
from outbox.message import OutboxStatus
from outbox.verdict import SESSION_PHASES, Heard, Phase, Verdict, judge

_PIECE = 64 * 1024  # of a body, written at once
_BACKLOG = 256 * 1024  # of a body, waiting in our own buffer
_CLAIM_AT_ONCE = 5  # mails for each lane
_LOOK = 0.25  # seconds between looks of a lane with nothing to do
_PARTIAL_TRIES = 3  # how often one deferred recipient holds up the others of the same mail

Clock = Callable[[], datetime]
Step = Callable[[Connection], bool]


@dataclass(frozen=True, slots=True)
class Sent:
    """How one mail's attempt ended."""

    id: int
    status: OutboxStatus
    reply: str
    refused: tuple[str, ...] = ()  # recipients that the relay refused while it took others


@dataclass(slots=True)
class DeliveryReport:
    """What one round of sending did; `relay` says what is wrong with the relay itself, where something is."""

    attempts: list[Sent] = field(default_factory=list)
    recovered: int = 0
    unknown_before: int = 0  # found left behind by a sender that died
    relay: str | None = None

    def count(self, status: OutboxStatus) -> int:
        return sum(one.status is status for one in self.attempts)

    @property
    def sent(self) -> int:
        return self.count(OutboxStatus.SENT)


class _Ended(Exception):
    """The conversation about a mail (or about all of them) came to its end before the mail was taken."""

    def __init__(self, heard: Heard, *, connection_lost: bool) -> None:
        self.heard, self.connection_lost = heard, connection_lost
        super().__init__(str(heard))


class _ClaimGone(Exception):
    """Another sender has the mail: not one byte of it may leave here."""


def send_due(
    engine: Engine, settings: SmtpSettings, clock: Clock, limit: int = 1000, *, owner: str | None = None
) -> DeliveryReport:
    """Send up to `limit` mails that are due, then close the connections."""
    with Carrier(engine, settings, clock, owner=owner) as carrier:
        return carrier.send_due(limit)


class Carrier:
    """A few connections to one relay, kept open between rounds as long as they are used. For one thread."""

    def __init__(self, engine: Engine, settings: SmtpSettings, clock: Clock, *, owner: str | None = None) -> None:
        self.engine, self.settings, self.clock = engine, settings, clock
        self.owner = owner or me()
        self._runner: asyncio.Runner | None = None
        self._idle: list[_Connection] = []
        self._tls: ssl.SSLContext | None = None
        self._commits = _Commits(engine, alone=settings.connections <= 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def send_due(self, limit: int = 1000, *, stop: Callable[[], bool] = lambda: False) -> DeliveryReport:
        """Claim due mails and send each once; `stop` is asked between mails."""
        report = DeliveryReport()
        report.recovered, report.unknown_before = outbound.recover(self.engine, self.clock(), is_dead=is_dead)
        round_ = _Round(self, limit, stop, report)
        if round_.fill():
            self._run(round_.send())
        return report

    def close_idle(self) -> None:
        """Close connections that were not used for a while; servers do not like sleepers."""
        if self._idle:
            self._run(self._close_old())

    def close(self) -> None:
        """Close all connections; what the relay says to that changes nothing."""
        if self._runner is not None:
            self._run(self._close_all())
            self._runner.close()
            self._runner = None

    def _run(self, work: Any) -> Any:
        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(work)

    async def usable(self, connection: _Connection | None) -> _Connection:
        connection = connection or (self._idle.pop() if self._idle else None)
        if connection is not None and connection.is_fresh():
            return connection
        if connection is not None:
            await connection.quit()
        if self._tls is None and self.settings.tls != "none":
            self._tls = await asyncio.to_thread(_tls_context, self.settings)
        return await _Connection.open(self.settings, self._tls)

    async def send(self, connection: _Connection, claimed: Claimed, report: DeliveryReport) -> _Connection | None:
        """One mail, one hand-over at most; return the connection where it can be used again."""
        data = outbound.bytes_of(self.engine, claimed)
        if data is None or not claimed.recipients:
            why = "its bytes are not what was composed" if data is None else "it has no recipient"
            await self._write(claimed, Verdict(OutboxStatus.FAILED, None, f"not sent: {why}"), why, report)
            return connection
        try:
            try:
                refused = await connection.envelope(claimed, len(data))
            except _Ended as ended:
                # An old connection that was closed meanwhile is no fault of this mail: once more over a new one.
                if not (ended.connection_lost and connection.mails):
                    raise
                connection.drop()
                connection = await _Connection.open(self.settings, self._tls)
                refused = await connection.envelope(claimed, len(data))
            heard = await connection.body(data, lambda: self._mark(claimed))
        except _ClaimGone:
            connection.drop()
            return None
        except _Ended as ended:
            if ended.heard.phase in SESSION_PHASES:
                raise
            await self.settle(claimed, ended.heard, report)
            return await connection.after(ended)
        await self.settle(claimed, heard, report, refused)
        return connection

    async def _mark(self, claimed: Claimed) -> bool:
        t = self.settings.timeouts
        lease = t.final + 2 * t.block + 60
        return await self._commits.commit(outbound.handing(claimed, now=self.clock(), lease_seconds=lease))

    async def settle(
        self, claimed: Claimed, heard: Heard, report: DeliveryReport, refused: tuple[str, ...] = ()
    ) -> None:
        """Write down how the attempt ended."""
        now = self.clock()
        verdict = judge(heard, attempts=claimed.attempts, first_try=claimed.first_try, now=now, seed=claimed.intent)
        await self._write(claimed, verdict, str(heard), report, refused)

    async def _write(
        self, claimed: Claimed, verdict: Verdict, reply: str, report: DeliveryReport, refused: tuple[str, ...] = ()
    ) -> None:
        note = f"not taken for {'; '.join(refused)}" if refused else None
        step = outbound.settling(claimed, verdict, reply=reply, now=self.clock(), note=note)
        if await self._commits.commit(step):
            report.attempts.append(Sent(claimed.id, verdict.status, reply, refused))

    def put_back(self, connection: _Connection) -> None:
        self._idle.append(connection)

    async def _close_old(self) -> None:
        old = [one for one in self._idle if not one.is_fresh()]
        self._idle = [one for one in self._idle if one.is_fresh()]
        for one in old:
            await one.quit()

    async def _close_all(self) -> None:
        idle, self._idle = self._idle, []
        for one in idle:
            await one.quit()


class _Commits:
    """What the lanes have to write down while one commit is under way goes into the next one together.

    A commit waits for the disk; nobody goes on before his own step is in it. With one lane there is nobody to share it
    with, and a thread in between would only cost time.
    """

    def __init__(self, engine: Engine, *, alone: bool) -> None:
        self.engine, self.alone = engine, alone
        self.waiting: list[tuple[Step, asyncio.Future[bool]]] = []
        self.task: asyncio.Task[None] | None = None

    async def commit(self, step: Step) -> bool:
        """Run a step in a transaction; return its answer once that is committed."""
        if self.alone:
            return outbound.write_together(self.engine, [step])[0]
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.waiting.append((step, future))
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting, []
            try:
                answers = await asyncio.to_thread(outbound.write_together, self.engine, [step for step, _ in batch])
            except BaseException as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                if not isinstance(error, Exception):
                    raise
                continue
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)


class _Round:
    """One round of sending over a few lanes, each a connection; a lane that waits for the relay holds up no other."""

    def __init__(self, carrier: Carrier, limit: int, stop: Callable[[], bool], report: DeliveryReport) -> None:
        self.carrier, self.left, self.stop, self.report = carrier, limit, stop, report
        self.claims: deque[Claimed] = deque()
        self.lanes = max(1, carrier.settings.connections)
        self.busy = 0

    async def send(self) -> None:
        lanes = [self._lane() for _ in range(min(self.lanes, max(len(self.claims), 1)))]
        try:
            # A lane that breaks must not cut off the others in the middle of a mail.
            ends = await asyncio.gather(*lanes, return_exceptions=True)
        finally:
            outbound.give_back(self.carrier.engine, tuple(self.claims))
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def _lane(self) -> None:
        """Send one mail after the other over one connection."""
        connection: _Connection | None = None
        while (claimed := await self._next()) is not None:
            self.busy += 1
            try:
                connection = await self.carrier.usable(connection)
                connection = await self.carrier.send(connection, claimed, self.report)
            except _Ended as ended:  # the relay itself does not answer as it should
                connection = None
                self.report.relay = self.report.relay or str(ended.heard)
                await self.carrier.settle(claimed, ended.heard, self.report)
            except BaseException:
                if connection is not None:
                    connection.drop()
                raise
            finally:
                self.busy -= 1
        if connection is not None:
            self.carrier.put_back(connection)

    async def _next(self) -> Claimed | None:
        """The next mail; while another lane waits for the relay, also one that becomes due meanwhile."""
        while self._goes_on():
            if self.claims or self.fill():
                return self.claims.popleft()
            if not self.busy:
                return None
            await asyncio.sleep(_LOOK)
        return None

    def _goes_on(self) -> bool:
        return self.report.relay is None and not self.stop()

    def fill(self) -> bool:
        """Claim some more mails that are due."""
        t = self.carrier.settings.timeouts
        number = min(_CLAIM_AT_ONCE * self.lanes, self.left)
        if number > 0 and self._goes_on():
            claims = outbound.claim_due(
                self.carrier.engine,
                owner=self.carrier.owner,
                now=self.carrier.clock(),
                limit=number,
                lease_seconds=t.connect + 6 * t.command + t.data + 60,
            )
            self.left -= len(claims)
            self.claims.extend(claims)
        return bool(self.claims)


class _Connection:
    """One session with the relay."""

    def __init__(self, smtp: aiosmtplib.SMTP, settings: SmtpSettings) -> None:
        self.smtp, self.settings = smtp, settings
        self.mails = 0
        self.used = time.monotonic()

    @classmethod
    async def open(cls, settings: SmtpSettings, tls: ssl.SSLContext | None) -> Self:
        """Connect, greet, secure and log in; raise _Ended with the phase that failed."""
        t = settings.timeouts
        smtp = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=t.command,
            use_tls=settings.tls == "tls",
            start_tls=False,
            tls_context=tls,
            local_hostname=settings.local_hostname or await asyncio.to_thread(_this_machine),
        )
        try:
            with _phase(Phase.CONNECT):
                await smtp.connect(timeout=t.connect)
            with _phase(Phase.HELLO):
                try:
                    await smtp.ehlo()
                except aiosmtplib.SMTPHeloError as error:
                    if settings.tls == "starttls" or settings.user or error.code not in (500, 502, 504):
                        raise
                    await smtp.helo()
                if settings.tls == "starttls":
                    await smtp.starttls()
                    await smtp.ehlo()
            if settings.user:
                with _phase(Phase.LOGIN):
                    await _log_in(smtp, settings)
        except BaseException:
            smtp.close()
            raise
        return cls(smtp, settings)

    def is_fresh(self) -> bool:
        return (
            self.smtp.is_connected
            and self.mails < self.settings.mails_per_connection
            and time.monotonic() - self.used < self.settings.idle_seconds
        )

    async def envelope(self, claimed: Claimed, size: int) -> tuple[str, ...]:
        """MAIL, RCPT and DATA up to 354; return what was said of refused recipients where others were taken.

        A recipient that is deferred holds the mail back at first: nobody gets it now, so nobody gets it twice.
        """
        self.used = time.monotonic()
        with _phase(Phase.MAIL):
            options = [f"SIZE={size}"] if self.smtp.supports_extension("size") else []
            receipts = self._asks_for_receipts(claimed)
            if receipts:
                options += ["RET=HDRS", f"ENVID=O{claimed.id}"]
            await self.smtp.mail(claimed.sender, options=options or None)
        refusals: list[tuple[str, int, str]] = []
        for recipient in claimed.recipients:
            with _phase(Phase.RCPT):
                try:
                    await self.smtp.rcpt(recipient, options=_notify(recipient) if receipts else None)
                except aiosmtplib.SMTPRecipientRefused as error:
                    if 200 <= error.code < 300:
                        continue
                    refusals.append((recipient, error.code, clean(str(error.message), 300)))
                    if error.code == 421:
                        raise
        deferred = [one for one in refusals if not 500 <= one[1] < 600]
        if len(refusals) == len(claimed.recipients) or (deferred and claimed.attempts <= _PARTIAL_TRIES):
            recipient, code, said = (deferred or refusals)[0]
            raise _Ended(Heard(Phase.RCPT, code, f"{recipient}: {said}"), connection_lost=not self.smtp.is_connected)
        with _phase(Phase.DATA):
            reply = await self.smtp.execute_command(b"DATA", timeout=self.settings.timeouts.data)
        if reply.code != 354:
            lost = not self.smtp.is_connected
            raise _Ended(Heard(Phase.DATA, reply.code, clean(reply.message, 300)), connection_lost=lost)
        return tuple(f"{recipient}: {code} {said}" for recipient, code, said in refusals)

    def _asks_for_receipts(self, claimed: Claimed) -> bool:
        """Whether a report of delivery (RFC 3461) is asked for: of papers, never under the null path."""
        wanted = self.settings.receipts and bool(claimed.sender) and claimed.kind in ("invoice", "credit_note")
        return wanted and self.smtp.supports_extension("dsn")

    async def body(self, data: bytes, mark: Callable[[], Awaitable[bool]]) -> Heard:
        """Commit the hand-over, then write the mail and return the relay's last word on it (or its silence)."""
        self.mails += 1
        if not await mark():
            raise _ClaimGone
        if self.smtp.protocol is None:
            raise _Ended(Heard(Phase.BODY, None, "connection lost"), connection_lost=True)
        protocol, t = self.smtp.protocol, self.settings.timeouts
        # Listening begins before writing does: a refusal may come in the middle of the mail.
        answer = asyncio.ensure_future(protocol.read_response(timeout=None))
        await asyncio.sleep(0)
        try:
            for piece in _pieces(data):
                if answer.done():
                    break
                protocol.write(piece)
                await self._drained(answer, t.block)
            reply = await asyncio.wait_for(answer, t.final)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            self.drop()
            with contextlib.suppress(BaseException):
                answer.cancel()
            said = clean(str(error), 300) or type(error).__name__
            raise _Ended(Heard(Phase.BODY, None, said), connection_lost=True) from error
        self.used = time.monotonic()
        heard = Heard(Phase.BODY, reply.code, clean(reply.message, 300))
        if not 200 <= reply.code < 300:
            raise _Ended(heard, connection_lost=reply.code == 421 or not 400 <= reply.code < 600)
        return heard

    async def _drained(self, answer: asyncio.Future[Any], seconds: float) -> None:
        """Wait until little of what was written is still in our own buffer."""
        transport = cast(asyncio.WriteTransport | None, self.smtp.transport)
        end = time.monotonic() + seconds
        while transport is not None and not answer.done() and transport.get_write_buffer_size() > _BACKLOG:
            if time.monotonic() > end:
                raise TimeoutError(f"the relay took nothing for {seconds:.0f} s")
            await asyncio.sleep(0.002)

    async def after(self, ended: _Ended) -> _Connection | None:
        """This connection, clean for the next mail; None where it is of no more use."""
        if not ended.connection_lost and self.smtp.is_connected:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError, ValueError):
                await self.smtp.rset()
                return self
        self.drop()
        return None

    async def quit(self) -> None:
        """Say goodbye; no answer to it matters (a mail was taken with its 250, RFC 5321, 4.1.1.10)."""
        with contextlib.suppress(Exception):
            await self.smtp.quit(timeout=self.settings.timeouts.quit)
        self.drop()

    def drop(self) -> None:
        with contextlib.suppress(Exception):
            if isinstance(self.smtp.transport, asyncio.WriteTransport):
                self.smtp.transport.abort()
        self.smtp.close()


def _notify(recipient: str) -> list[str]:
    """The parameters of RCPT (RFC 3461, 4.1 and 4.2); the address as xtext."""
    plain = "".join(ch if "!" <= ch <= "~" and ch not in "+=" else f"+{ord(ch):02X}" for ch in recipient)
    return ["NOTIFY=SUCCESS,FAILURE,DELAY", f"ORCPT=rfc822;{plain}"]


async def _log_in(smtp: aiosmtplib.SMTP, settings: SmtpSettings) -> None:
    if settings.tokens is None:
        await smtp.login(settings.user, settings.password)
        return
    token = await asyncio.to_thread(settings.tokens.token)
    try:
        await _bear(smtp, settings, token)
    except aiosmtplib.SMTPAuthenticationError:
        settings.tokens.forget(token)  # revoked before its time? Once more with a fresh one.
        await _bear(smtp, settings, await asyncio.to_thread(settings.tokens.token))


async def _bear(smtp: aiosmtplib.SMTP, settings: SmtpSettings, token: str) -> None:
    """Log in with an access token: XOAUTH2, or OAUTHBEARER (RFC 7628)."""
    if settings.mechanism == "xoauth2":
        await smtp.auth_xoauth2(settings.user, token)
        return
    name = settings.user.replace("=", "=3D").replace(",", "=2C")
    said = f"n,a={name},\x01auth=Bearer {token}\x01\x01".encode()
    reply = await smtp.execute_command(b"AUTH", b"OAUTHBEARER", base64.b64encode(said))
    if reply.code == 334:  # the reason stands in the challenge; the refusal comes after our empty answer
        reply = await smtp.execute_command(b"AQ==")
    if reply.code != 235:
        raise aiosmtplib.SMTPAuthenticationError(reply.code, reply.message)


@contextlib.contextmanager
def _phase(phase: Phase) -> Iterator[None]:
    """Turn whatever ends this phase into what was heard."""
    try:
        yield
    except aiosmtplib.SMTPResponseException as error:
        code = error.code if error.code > 0 else None
        lost = code in (None, 421)
        raise _Ended(Heard(phase, code, clean(str(error.message), 300)), connection_lost=lost) from error
    except (aiosmtplib.SMTPException, ArError, OSError, TimeoutError, ValueError, UnicodeError) as error:
        said = clean(f"{type(error).__name__}: {error}", 300)
        raise _Ended(Heard(phase, None, said), connection_lost=True) from error


@cache
def _this_machine() -> str:
    return socket.getfqdn()


def _tls_context(settings: SmtpSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)


def _pieces(data: bytes) -> Iterator[bytes]:
    """The mail as it goes over the line: dots doubled at line starts, the end marked (RFC 5321, 4.5.2)."""
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    data = (b"\r\n" + data).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
    for at in range(0, len(data), _PIECE):
        yield data[at : at + _PIECE]
