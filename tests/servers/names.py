"""A DNS server on loopback that knows a few TXT records and counts who asks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@dataclass
class Names:
    """Records by name without the closing dot."""

    records: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    silent: bool = False
    address: str = ""

    def answer(self, data: bytes) -> bytes | None:
        query = dns.message.from_wire(data)
        name = query.question[0].name
        plain = name.to_text(omit_final_dot=True)
        self.asked.append(plain)
        if self.silent:
            return None
        reply = dns.message.make_response(query)
        found = self.records.get(plain)
        if found is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
            return reply.to_wire()
        # A string of a TXT record holds 255 octets: keys come in pieces.
        texts = [" ".join(f'"{text[n : n + 200]}"' for n in range(0, len(text), 200)) for text in found]
        reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *texts))
        reply.flags |= dns.flags.AA
        return reply.to_wire()


@contextmanager
def names() -> Iterator[Names]:
    state = Names()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.1)
        state.address = f"127.0.0.1:{listener.getsockname()[1]}"
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    data, peer = listener.recvfrom(4096)
                except TimeoutError:
                    continue
                if (reply := state.answer(data)) is not None:
                    listener.sendto(reply, peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            stop.set()
            thread.join(5)
