"""A TCP proxy that misbehaves as networks do: it swallows, resets, drips, or cuts after so many bytes."""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress
from typing import Self


class Proxy:
    """`with Proxy(port) as proxy:` listens on `proxy.port` and passes on to `port`."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.blackhole = False  # take bytes, pass nothing on
        self.drip = 0.0  # seconds between bytes from the server
        self.cut_after: int | None = None  # bytes from the server until a reset
        self.refuse = False
        self.accepted = 0
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._closed = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._listener.close()
        self.reset_all()

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            if self.refuse:
                _reset(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.upstream))
            except OSError:
                _reset(client)
                continue
            self._pairs.append((client, server))
            for source, target, down in ((client, server, False), (server, client, True)):
                threading.Thread(target=self._pump, args=(source, target, down), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, down: bool) -> None:
        # A socket that another thread reads is not closed by close(): so reading never lasts long.
        source.settimeout(0.05)
        with suppress(OSError):
            while (data := self._read(source)) is not None:
                while self.blackhole and not self._closed:
                    time.sleep(0.02)
                if down and self.cut_after is not None:
                    if len(data) >= self.cut_after:
                        target.sendall(data[: self.cut_after])
                        self.cut_after = None
                        self.reset_all()
                        return
                    self.cut_after -= len(data)
                if down and self.drip:
                    for byte in data:
                        target.sendall(bytes([byte]))
                        time.sleep(self.drip)
                else:
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def _read(self, source: socket.socket) -> bytes | None:
        while True:
            try:
                return source.recv(65536) or None
            except TimeoutError:
                if source.fileno() < 0:
                    raise OSError("closed") from None

    def reset_all(self) -> None:
        """Break every connection with a RST."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for one in pair:
                _reset(one)


def _reset(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
