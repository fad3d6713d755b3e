"""Mail servers in this process: a real IMAP server (pymap), and a real SMTP server (aiosmtpd) that can be told to fail.

For `make demo` and the tests; needs the extra `demo`.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
import uuid
import warnings
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from agent.domain.errors import WrongUsage


def _needs_the_extra(error: ImportError) -> WrongUsage:
    return WrongUsage(f"the demo servers need the extra `demo`: pip install 'ar-agent[demo]' ({error})")


class EmbeddedImap:
    """pymap on a free loopback port, with one user; `with EmbeddedImap() as server: … server.port`."""

    def __init__(
        self,
        user: str = "ar",
        password: str = "secret",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.user, self.password, self.host, self.port, self.tls = user, password, host, port, tls
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        try:
            import pymap.imap  # noqa: F401
        except ImportError as error:
            raise _needs_the_extra(error) from error
        self._ready.clear()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="embedded-imap", daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the embedded IMAP server did not start within 10 s")
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._stop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(5)

    def _run(self) -> None:
        assert self._loop is not None
        self._loop.run_until_complete(self._main())
        self._loop.close()

    async def _main(self) -> None:
        imap = await self._server()
        tasks: set[Any] = set()

        # pymap's own listener keeps no reference to its connections: newer Pythons collect them in flight.
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            from proxyprotocol.sock import SocketInfoLocal

            task = asyncio.current_task()
            tasks.add(task)
            try:
                await imap(reader, writer, SocketInfoLocal(writer, unique_id=uuid.uuid4().bytes))
            except (ConnectionError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(task)
                writer.close()

        server = await asyncio.start_server(connected, self.host, self.port, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        self._stop = asyncio.Event()
        self._ready.set()
        await self._stop.wait()
        server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _server(self) -> Any:
        from pymap.backend.dict import Config, DictBackend, Login
        from pymap.imap import IMAPServer
        from pysasl.hashing import Cleartext

        args = Namespace(
            debug=False, tls=False, cert=None, key=None, passlib_cfg=None, inherited_sockets=None, proxy_protocol=None,
            host=None, port="0", demo_data=False, demo_user=self.user, demo_password=self.password,
        )  # fmt: skip
        # The default hash takes 0.7 s for each login.
        config = Config.from_args(args, hash_context=Cleartext(), invalid_user_sleep=0.0)
        config.apply_context()
        login = Login(config)
        await DictBackend._add_demo_user(config, login)  # noqa: SLF001 - there is no other way to a user
        return IMAPServer(login, config)


@dataclass(frozen=True, slots=True)
class Fault:
    """What to do instead of answering: `reply` a refusal, wait `seconds`, `cut` the connection (RST)."""

    reply: str = ""
    seconds: float = 0.0
    cut: bool = False
    take: bool = False  # in phase "body": keep the mail although the sender never learns it
    times: int = 1_000_000


@dataclass(frozen=True, slots=True)
class TakenMail:
    """A mail that the sink took."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    at: float  # time.monotonic()


PHASES = ("connect", "hello", "mail", "rcpt", "data", "body")


@dataclass
class SmtpSink:
    """Takes every mail and keeps it; `faults`: in which phase it misbehaves, `refuse`: which recipients it refuses."""

    faults: dict[str, Fault] = field(default_factory=dict)
    refuse: dict[str, str] = field(default_factory=dict)  # address -> reply such as "550 5.1.1 no such user"
    mails: list[TakenMail] = field(default_factory=list)
    connections: int = 0
    on_mail: Callable[[TakenMail], None] | None = None

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        fault = await self.misbehave("hello", server)
        session.host_name = hostname
        return [fault] if fault else responses

    async def handle_MAIL(self, server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if fault := await self.misbehave("mail", server):
            return fault
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        if fault := await self.misbehave("rcpt", server) or self.refuse.get(address):
            return fault
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        fault = self.faults.get("body")
        if fault is None or fault.times <= 0 or fault.take:
            mail = TakenMail(
                envelope.mail_from or "", tuple(envelope.rcpt_tos), bytes(envelope.content), time.monotonic()
            )
            self.mails.append(mail)
            if self.on_mail:
                self.on_mail(mail)
        return await self.misbehave("body", server) or f"250 2.0.0 queued as {len(self.mails)}"

    async def misbehave(self, phase: str, server: Any) -> str | None:
        """Do what this phase's fault asks; return the refusal to send, if any."""
        fault = self.faults.get(phase)
        if fault is None or fault.times <= 0:
            return None
        self.faults[phase] = Fault(fault.reply, fault.seconds, fault.cut, fault.take, fault.times - 1)
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.cut:
            server.transport.abort()
            raise ConnectionResetError(f"cut in phase {phase}")
        return fault.reply or None


class EmbeddedSmtp:
    """aiosmtpd on a free loopback port in front of a sink; `with EmbeddedSmtp() as server: … server.sink.mails`."""

    def __init__(
        self,
        sink: SmtpSink | None = None,
        *,
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.sink = sink or SmtpSink()
        self.login, self.tls, self.starttls, self.port = login, tls, starttls, port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._open: set[Any] = set()

    def __enter__(self) -> Self:
        try:
            import aiosmtpd.smtp  # noqa: F401
        except ImportError as error:
            raise _needs_the_extra(error) from error
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)  # injected faults are no news
        self._thread = threading.Thread(target=self._run, name="embedded-smtp", daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the embedded SMTP server did not start within 10 s")
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._stop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(5)

    def _run(self) -> None:
        assert self._loop is not None
        self._loop.run_until_complete(self._main())
        self._loop.close()

    async def _main(self) -> None:
        make = self._factory()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(make, "127.0.0.1", self.port, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        self._stop = asyncio.Event()
        self._ready.set()
        await self._stop.wait()
        server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for transport in self._open:
            transport.abort()
        await asyncio.sleep(0.01)  # so that what was aborted is closed before the loop is

    def _factory(self) -> Callable[[], Any]:
        from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

        sink, wanted = self.sink, self.login

        open_ones = self._open

        class Server(SMTP):
            def connection_made(self, transport: Any) -> None:
                open_ones.add(transport)
                super().connection_made(transport)

            def connection_lost(self, error: Exception | None) -> None:
                open_ones.discard(self.transport)
                super().connection_lost(error)

            async def push(self, status: Any) -> None:
                """Every reply passes here; two of them no handler can change."""
                text = status if isinstance(status, str) else status.decode()
                greeted = self.session is not None and self.session.host_name
                phase = "connect" if text.startswith("220 ") and not greeted else ""
                phase = "data" if text.startswith("354") else phase
                if phase == "connect":
                    sink.connections += 1
                fault = await sink.misbehave(phase, self) if phase else None
                await super().push(fault or status)
                if fault:  # so that what follows is not taken for the mail that was refused
                    if self.transport is not None:
                        self.transport.close()
                    raise ConnectionResetError("refused")

        def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> Any:
            given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
            return AuthResult(success=given == wanted, handled=False)

        options: dict[str, Any] = {"enable_SMTPUTF8": False, "data_size_limit": 60_000_000, "timeout": 600}
        if wanted:
            secure = bool(self.tls or self.starttls)
            options |= {"authenticator": check, "auth_required": True, "auth_require_tls": secure and not self.tls}
        if self.starttls:
            options |= {"tls_context": self.starttls}

        def serve() -> Any:
            with warnings.catch_warnings():  # that a login without TLS is no good idea; on loopback it is none of ours
                warnings.simplefilter("ignore", UserWarning)
                return Server(sink, hostname="sink.localhost", **options)

        return serve
