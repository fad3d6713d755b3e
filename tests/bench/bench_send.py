"""Sending through a real Postfix on loopback: ours with 1, 2, 4 and 8 connections beside smtplib over one reused connection.

One run, alternating, medians of ROUNDS; Postfix discards what it takes. `python -m tests.bench.bench_send [MAILS]`.
"""

from __future__ import annotations

import os
import smtplib
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from agent.delivery import send_due
from agent.domain.notices import Attachment, Rendered
from agent.settings_types import SmtpSettings
from agent.store import outbound
from agent.store.engine import open_engine, write
from agent.store.migrate import migrate
from outbox.compose import compose
from outbox.message import OutboxMessage
from tests.servers import postfix as servers

ROUNDS = 5
CONNECTIONS = (1, 2, 4, 8)


def now() -> datetime:
    return datetime.now(UTC)


def mails(name: str, count: int) -> list[OutboxMessage]:
    paper = Attachment("INV-1.pdf", "application/pdf", os.urandom(36_000))
    return [
        compose(
            Rendered(f"Invoice {n}", "hello\n" * 20, "", "en", (paper,)), kind="invoice", intent=f"{name}:{n}",
            sender_address="ar@ours.example", sender_name="Ours", reply_to="", recipients=("x@buyer.example",), date=now(),
        )
        for n in range(count)
    ]  # fmt: skip


def ours(folder: Path, name: str, count: int, port: int, connections: int) -> float:
    engine = open_engine(f"sqlite:///{folder / name}.db")
    migrate(engine)
    planned = mails(name, count)
    write(engine, lambda tx: [outbound.add(tx, one, cause=None, now=now()) for one in planned])
    settings = SmtpSettings(
        host="127.0.0.1", port=port, tls="none", connections=connections, local_hostname="us.example"
    )
    began = time.perf_counter()
    report = send_due(engine, settings, now, count)
    seconds = time.perf_counter() - began
    assert report.sent == count, report
    engine.dispose()
    return count / seconds


def reference(count: int, port: int) -> float:
    planned = mails("reference", count)
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, local_hostname="us.example") as client:
        for one in planned:
            client.sendmail(one.sender, list(one.recipients), one.data)
    return count / (time.perf_counter() - began)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    servers.MAIN = servers.MAIN.replace("default_transport = smtp:[127.0.0.1]:{sink}", "default_transport = discard:")
    rates: dict[str, list[float]] = {}
    with servers.postfix(lmtp=1, sink=1) as relay, tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            rates.setdefault("smtplib, reused", []).append(reference(count, relay.port))
            for connections in CONNECTIONS:
                rate = ours(Path(folder), f"r{number}c{connections}", count, relay.port, connections)
                rates.setdefault(f"ours, {connections} connections", []).append(rate)
    base = statistics.median(rates["smtplib, reused"])
    for name, found in rates.items():
        middle = statistics.median(found)
        print(
            f"{name:22} {middle:7.0f} mails/s   {middle / base:5.2f} of smtplib   ({min(found):.0f} to {max(found):.0f})"
        )


if __name__ == "__main__":
    main()
