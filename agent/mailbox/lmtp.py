"""A listener for mail that a local mail server hands over (LMTP, RFC 2033): a 250 is given only for what is stored.

It speaks LHLO, MAIL, RCPT, DATA, RSET, NOOP, VRFY and QUIT with PIPELINING, 8BITMIME, ENHANCEDSTATUSCODES and SIZE. One answer
for each recipient, as the protocol wants; a mail for several recipients is stored once.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Callable
from pathlib import Path

from agent.domain.errors import WrongUsage

Store = Callable[[bytes], None]  # raises where the mail could not be kept

_LINE = 4096  # octets of a command; RFC 5321 asks for 512
_RECIPIENTS = 1000
_SILENCE = 300.0  # seconds that a client may say nothing (RFC 5321, 4.5.3.2.7)
_PATH = re.compile(rb"(?:FROM|TO):[ \t]*<([^<>\r\n]{0,512})>(.*)\Z", re.IGNORECASE | re.DOTALL)
_SIZE = re.compile(rb"\bSIZE=(\d{1,18})\b", re.IGNORECASE)


class LmtpListener:
    """Listens on `127.0.0.1:2424` or on a socket file; `run` serves until the stop."""

    def __init__(self, address: str, store: Store, *, size_max: int, hostname: str = "ar-agent") -> None:
        self.address, self.store, self.size_max, self.hostname = address, store, size_max, hostname
        self.port = 0
        self.ready = threading.Event()
        self._tasks: set[asyncio.Task[object]] = set()

    def run(self, stop: threading.Event) -> None:
        """Serve; raises OSError where the address is taken."""
        asyncio.run(self._serve(stop))

    async def _serve(self, stop: threading.Event) -> None:
        server = await self._open()
        tasks = self._tasks
        async with server:
            self.ready.set()
            await asyncio.to_thread(stop.wait)
            server.close()
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self.address.startswith("/"):
            await asyncio.to_thread(Path(self.address).unlink, missing_ok=True)

    async def _open(self) -> asyncio.Server:
        if self.address.startswith("/"):
            path = Path(self.address)
            await asyncio.to_thread(path.unlink, missing_ok=True)
            server = await asyncio.start_unix_server(self._client, path, limit=_LINE)
            await asyncio.to_thread(path.chmod, 0o660)
            return server
        host, port = parsed(self.address)
        server = await asyncio.start_server(self._client, host, port, limit=_LINE)
        self.port = int(server.sockets[0].getsockname()[1])
        return server

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
            await _Session(self, reader, writer).talk()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            writer.close()
            await writer.wait_closed()


def parsed(address: str) -> tuple[str, int]:
    """Host and port of `127.0.0.1:2424`; only this machine may hand mail over. Raises WrongUsage."""
    host, _, port = address.rpartition(":")
    if host not in ("127.0.0.1", "localhost", "[::1]", "::1") or not port.isdigit() or int(port) > 65535:
        raise WrongUsage(
            f"[lmtp] listen = {address!r}: write 127.0.0.1:PORT or the path of a socket; LMTP knows no login, so it listens "
            "on this machine alone"
        )
    return host.strip("[]"), int(port)


class _Session:
    """One conversation."""

    def __init__(self, listener: LmtpListener, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.listener, self.reader, self.writer = listener, reader, writer
        self.sender: bytes | None = None
        self.recipients = 0

    async def talk(self) -> None:
        await self._say("220", f"{self.listener.hostname} LMTP")
        while True:
            try:
                line = await asyncio.wait_for(self.reader.readuntil(b"\n"), _SILENCE)
            except asyncio.LimitOverrunError:
                await self._say("500", "5.5.2 line too long")
                return
            verb, _, rest = line.strip(b"\r\n").partition(b" ")
            if verb.upper() == b"QUIT":
                await self._say("221", "2.0.0 bye")
                return
            await self._obey(verb.upper(), rest)

    async def _obey(self, verb: bytes, rest: bytes) -> None:
        if verb == b"LHLO":
            extensions = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", f"SIZE {self.listener.size_max}")
            for one in (self.listener.hostname, *extensions[:-1]):
                self.writer.write(f"250-{one}\r\n".encode())
            await self._say("250", extensions[-1])
        elif verb == b"MAIL":
            await self._mail(rest)
        elif verb == b"RCPT":
            await self._rcpt(rest)
        elif verb == b"DATA":
            await self._data()
        elif verb in (b"RSET", b"NOOP"):
            if verb == b"RSET":
                self._forget()
            await self._say("250", "2.0.0 ok")
        elif verb == b"VRFY":
            await self._say("252", "2.0.0 send it and see")
        elif verb in (b"HELO", b"EHLO"):
            await self._say("500", "5.5.1 this is LMTP: say LHLO")
        else:
            await self._say("500", "5.5.2 unknown command")

    async def _mail(self, rest: bytes) -> None:
        found = _PATH.match(rest)
        if self.sender is not None:
            await self._say("503", "5.5.1 one mail at a time")
        elif found is None:
            await self._say("501", "5.5.4 MAIL FROM:<address>")
        elif (size := _SIZE.search(found[2])) and int(size[1]) > self.listener.size_max:
            await self._say("552", "5.3.4 larger than is taken here")
        else:
            self.sender = found[1]
            await self._say("250", "2.1.0 ok")

    async def _rcpt(self, rest: bytes) -> None:
        found = _PATH.match(rest)
        if self.sender is None:
            await self._say("503", "5.5.1 MAIL first")
        elif found is None or not found[1]:
            await self._say("501", "5.5.4 RCPT TO:<address>")
        elif self.recipients >= _RECIPIENTS:
            await self._say("452", "4.5.3 too many recipients")
        else:
            self.recipients += 1
            await self._say("250", "2.1.5 ok")

    async def _data(self) -> None:
        if not self.recipients:
            await self._say("503", "5.5.1 RCPT first")
            return
        await self._say("354", "go on")
        data = await self._body()
        if data is None:
            code, said = "552", "5.3.4 larger than is taken here"
        else:
            try:
                await asyncio.to_thread(self.listener.store, data)
                code, said = "250", "2.0.0 stored"
            except Exception as error:  # noqa: BLE001 - whatever kept it from being stored: the other side keeps it
                code, said = "451", f"4.3.0 could not be stored: {type(error).__name__}"
        for _ in range(self.recipients):
            self.writer.write(f"{code} {said}\r\n".encode())
        await self.writer.drain()
        self._forget()

    async def _body(self) -> bytes | None:
        """The mail up to the final dot, without the doubled ones; None where it is too large (all of it is read)."""
        kept = bytearray()
        size, at_start = 0, True
        while True:
            try:
                line = await asyncio.wait_for(self.reader.readuntil(b"\n"), _SILENCE)
            except asyncio.LimitOverrunError as over:  # a line longer than the buffer comes in pieces
                line = await self.reader.readexactly(over.consumed)
            if at_start and line in (b".\r\n", b".\n"):
                return None if size > self.listener.size_max else bytes(kept)
            if at_start and line.startswith(b"."):
                line = line[1:]
            at_start = line.endswith(b"\n")
            size += len(line)
            if size <= self.listener.size_max:
                kept += line

    def _forget(self) -> None:
        self.sender, self.recipients = None, 0

    async def _say(self, code: str, text: str) -> None:
        self.writer.write(f"{code} {text}\r\n".encode())
        await self.writer.drain()
