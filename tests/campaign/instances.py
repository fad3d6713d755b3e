"""R5: several instances on one database send and decide at once; one is stopped (SIGSTOP) beyond its lease and goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection, select

from agent.delivery import send_due
from agent.demo.servers import EmbeddedSmtp
from agent.domain.notices import Rendered
from agent.settings_types import SmtpSettings
from agent.store import outbound
from agent.store.engine import open_engine, read, write
from agent.store.schema import outbox
from outbox.compose import compose
from tests.campaign.home import fresh
from tests.campaign.result import Figures, must
from tests.servers.postgres import postgres

SHORT, FULL = 120, 10_000  # mails


def run(count: int, seed: int) -> Figures:
    chance = random.Random(seed)
    figures: Counter[str] = Counter()
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="arinst")))
        urls = {"sqlite": fresh(place).settings.database_url}
        try:
            server = stack.enter_context(postgres())
            urls["postgresql"] = stack.enter_context(server.database())
        except ImportError:
            pytest.skip("no PostgreSQL")
        for kind, url in urls.items():
            _send(kind, url, count, chance, figures)
    return figures


def _clock() -> datetime:
    return datetime.now(UTC)


def _send(kind: str, url: str, count: int, chance: random.Random, figures: Counter[str]) -> None:
    engine = open_engine(url)

    def queue(tx: Connection) -> None:
        for n in range(count):
            mail = compose(
                Rendered("s", "t", "", "en"), kind="other", intent=f"mail {n}", sender_address="ar@seller.example", sender_name="",
                reply_to="", recipients=("ap@buyer.example",), date=_clock(),
            )  # fmt: skip
            outbound.add(tx, mail, cause=None, now=_clock())

    write(engine, queue)
    engine.dispose()
    instances = chance.choice((2, 3, 4))

    def sender(port: int, ahead: timedelta) -> int:
        pid = os.fork()
        if pid == 0:
            try:
                mine = open_engine(url)
                smtp = SmtpSettings(host="127.0.0.1", port=port, tls="none", local_hostname="us.example", connections=2)
                # Names of another machine: nobody can look whether the owner still runs; the lease alone decides.
                while send_due(mine, smtp, lambda: _clock() + ahead, owner=f"another/{os.getpid()}/0").attempts:
                    pass
            finally:
                os._exit(0)
        return pid

    with EmbeddedSmtp() as relay:
        stopped = sender(relay.port, timedelta(0))
        # An embedded database belongs to one machine, where a stopped writer holds all others up: then it is not stopped.
        if kind == "postgresql":
            time.sleep(0.2 + chance.random() * 0.6)
            os.kill(stopped, signal.SIGSTOP)
        others = [sender(relay.port, timedelta(days=1)) for _ in range(instances - 1)]
        for pid in others:
            os.waitpid(pid, 0)
        os.kill(stopped, signal.SIGCONT)
        os.waitpid(stopped, 0)
        copies = Counter(mail.data.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode() for mail in relay.sink.mails)
    must(max(copies.values()) == 1, f"{kind}: sent twice: {[one for one, n in copies.items() if n > 1]}")
    engine = open_engine(url)
    rows = read(engine, lambda tx: tx.execute(select(outbox.c.message_id, outbox.c.status)).all())
    for message_id, status in rows:
        must(status in ("sent", "unknown"), f"{kind}: {message_id} is {status}")
        must(status == "unknown" or copies[message_id] == 1, f"{kind}: {message_id} is called sent and never came")
    figures[f"{kind}_instances"] = instances
    figures[f"{kind}_mails"] += len(rows)
    figures[f"{kind}_unknown"] += sum(status == "unknown" for _, status in rows)
    engine.dispose()
