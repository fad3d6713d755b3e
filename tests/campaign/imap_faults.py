"""R4: a real Dovecot behind a bad line. Indexes deleted, folders made anew, connections cut, dripping, swallowed, mails
expunged while they are fetched: no mail lost, none taken twice.
"""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from imapclient import IMAPClient
from sqlalchemy import func, select

from agent import service, watching
from agent.mailbox.mail import MailboxGone
from agent.owner import me
from agent.settings_types import MailboxSettings
from agent.store import inbound, proof
from agent.store.engine import read
from agent.store.schema import messages, orders
from tests.campaign.home import NOW, fresh, order_mail
from tests.campaign.result import Figures, must
from tests.servers.dovecot import Dovecot, dovecot
from tests.servers.proxy import Proxy

SHORT, FULL = 7, 300  # faults
_FAULTS = (
    "index deleted",
    "folder made anew",
    "reset in the answer",
    "black hole",
    "drip",
    "expunge",
    "server restart",
)


def run(count: int, seed: int) -> Figures:
    chance = random.Random(seed)
    figures: Counter[str] = Counter()
    with dovecot() as server, TemporaryDirectory(prefix="arimap") as place, Proxy(server.imap) as proxy:
        home = fresh(Path(place))
        engine = home.open()
        user = server.new_user()
        box = MailboxSettings(
            name="ar", host="127.0.0.1", port=proxy.port, tls="none", user=user, password="secret", after="none",
            connect_seconds=2, read_seconds=2,
        )  # fmt: skip
        delivered = 0
        _deliver(server, user, delivered, 3)
        delivered = 3
        longest = 0.0
        for n in range(count):
            fault = _FAULTS[n % len(_FAULTS)]
            more = chance.randrange(1, 4)
            if chance.random() < 0.5:
                _deliver(server, user, delivered, more)
                delivered += more
            _harm(server, proxy, user, fault, chance)
            began = time.monotonic()
            with suppress(MailboxGone):
                watching.fetch_mailbox(engine, box, lambda: NOW)
            longest = max(longest, time.monotonic() - began)
            proxy.blackhole, proxy.drip, proxy.cut_after = False, 0.0, None
            figures[fault] += 1
        watching.fetch_mailbox(engine, box, lambda: NOW)
        processor = home.processor(engine)
        while service.work_once(
            engine, lambda claimed, now: processor.process(claimed.id, claimed.file, now), lambda: NOW, owner=me()
        ):
            pass
        booked = read(
            engine,
            lambda tx: list(tx.execute(select(orders.c.po_number).where(orders.c.po_number.like("IM-%"))).scalars()),
        )
        wanted = {f"IM-{n:05d}" for n in range(delivered)}
        must(len(booked) == len(set(booked)), "an order is doubled")
        must(wanted <= set(booked), f"seed {seed}: lost {sorted(wanted - set(booked))}")
        account = read(engine, inbound.account)
        must(account.faults == () and account.waiting == 0, f"{account}")
        rows = read(
            engine,
            lambda tx: tx.execute(
                select(func.count()).select_from(messages).where(messages.c.outcome != "duplicate")
            ).scalar_one(),
        )
        must(rows == len(booked), f"{rows} messages for {len(booked)} orders")
        must(read(engine, proof.faults) == [], "the books are not proved")
        engine.dispose()
        figures["mails"] = delivered
        figures["longest_look_seconds"] = round(longest)
    return figures


def _deliver(server: Dovecot, user: str, first: int, number: int) -> None:
    server.deliver(user, *(order_mail(f"IM-{n:05d}", price="39.00") for n in range(first, first + number)))


def _harm(server: Dovecot, proxy: Proxy, user: str, fault: str, chance: random.Random) -> None:
    match fault:
        case "index deleted":
            server.forget_indexes(user)
        case "folder made anew":
            _make_anew(server, user)
        case "reset in the answer":
            proxy.cut_after = chance.randrange(50, 6000)
        case "black hole":
            proxy.blackhole = True
        case "drip":
            proxy.drip = 0.0002
        case "expunge":
            _expunge(server, user)
        case _:
            server.stop()
            server.start()


def _make_anew(server: Dovecot, user: str) -> None:
    """All mails go into a folder that is made anew: other UIDs, another UIDVALIDITY, the order of a directory."""
    root = server.maildir(user)
    mails = [path for part in ("new", "cur") for path in (root / part).iterdir()]
    server.forget_indexes(user)
    for path in mails:
        shutil.move(path, root / "new" / path.name.partition(":")[0])


def _expunge(server: Dovecot, user: str) -> None:
    """Somebody else deletes what was taken long ago: the first mail of the folder, which is stored by then."""
    with IMAPClient("127.0.0.1", server.imap, ssl=False) as client:
        client.login(user, "secret")
        client.select_folder("INBOX")
        oldest = client.search(["SUBJECT", "IM-00000"])
        client.delete_messages(oldest)
        client.expunge()
