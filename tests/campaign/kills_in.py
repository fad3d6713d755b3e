"""R1: killed at random moments between a real IMAP server and the books: no mail lost, no order doubled."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from agent import service, watching
from agent.owner import me
from agent.settings_types import MailboxSettings
from agent.store import inbound, proof
from agent.store.engine import read, write
from agent.store.schema import messages, orders, outbox
from tests.campaign.home import NOW, Home, fresh, order_mail
from tests.campaign.result import Budget, Figures, must
from tests.campaign.victims import in_child
from tests.servers.dovecot import Dovecot, dovecot

SHORT, FULL = 10, 10_000
_A_HOME = 400  # kills, then a fresh one: a folder of thousands of mails is another measurement
_AFTER = ("seen", "move:Done", "none")


def run(count: int, seed: int) -> Figures:
    chance = random.Random(seed)
    figures: Counter[str] = Counter()
    with dovecot() as server:
        while figures["kills"] < count and not Budget.over():
            with TemporaryDirectory(prefix="arkill") as place:
                home = fresh(Path(place))
                after = _AFTER[figures["homes"] % len(_AFTER)]
                figures["homes"] += 1
                figures.update(_one_home(home, server, after, chance, min(_A_HOME, count - figures["kills"])))
    return figures


def _one_home(home: Home, server: Dovecot, after: str, chance: random.Random, kills: int) -> Counter[str]:
    user = server.new_user()
    box = MailboxSettings(
        name="ar", host="127.0.0.1", port=server.imap, tls="none", user=user, password="secret", after=after
    )
    home.warm_up()

    def one_pass() -> None:
        engine = home.open()
        processor = home.processor(engine)
        watching.fetch_mailbox(engine, box, lambda: NOW)
        while service.work_once(
            engine, lambda claimed, now: processor.process(claimed.id, claimed.file, now), lambda: NOW, owner=me()
        ):
            pass
        engine.dispose()

    figures: Counter[str] = Counter()
    sent: list[str] = []
    _deliver(server, user, sent, 1)
    must(in_child(one_pass) == 0, "an undisturbed pass failed")
    _deliver(server, user, sent, 1)
    began = time.monotonic()
    must(in_child(one_pass) == 0, "an undisturbed pass failed")
    usual = time.monotonic() - began
    while figures["kills"] < kills and not Budget.over():
        _deliver(server, user, sent, chance.choice((0, 0, 1, 1, 2)))
        began = time.monotonic()
        ended = in_child(one_pass, kill_after=chance.random() * usual)
        must(ended in (0, -signal.SIGKILL), f"a pass ended with {ended}")
        figures["kills"] += ended != 0
        if ended == 0:  # how long a pass takes changes with what else this machine does
            usual = 0.7 * usual + 0.3 * (time.monotonic() - began)
        figures["passes"] += 1
    must(in_child(one_pass) == 0, "the last pass failed")
    figures["parked_and_tried_anew"] = _try_parked_anew(home)
    must(in_child(one_pass) == 0, "the pass after the last failed")
    _verdict(home, sent)
    figures["mails"] = len(sent)
    return figures


def _try_parked_anew(home: Home) -> int:
    """A mail during which the process died three times is parked as poison and shown; staff try it again."""
    engine = home.open()
    parked = read(
        engine, lambda tx: list(tx.execute(select(messages.c.id).where(messages.c.outcome == "failed")).scalars())
    )
    for number in parked:
        write(engine, lambda tx, n=number: inbound.reopen(tx, n))
    engine.dispose()
    return len(parked)


def _deliver(server: Dovecot, user: str, sent: list[str], number: int) -> None:
    names = [f"KI-{len(sent) + n + 1:06d}" for n in range(number)]
    if names:
        server.deliver(user, *(order_mail(name, price="39.00") for name in names))
        sent += names


def _verdict(home: Home, sent: list[str]) -> None:
    engine = home.open()
    account = read(engine, inbound.account)
    must(account.faults == (), f"mail is not in one bucket: {account.faults}")
    must(account.total == len(sent), f"{len(sent)} mails were delivered, {account.total} are stored")
    must(account.waiting == 0, f"{account.waiting} mails wait for ever")
    must(account.outcomes["queued"] == len(sent), f"outcomes: {account.outcomes}")
    booked = read(
        engine, lambda tx: list(tx.execute(select(orders.c.po_number).where(orders.c.po_number.like("KI-%"))).scalars())
    )
    must(sorted(booked) == sorted(sent), "orders are missing or doubled")
    letters = read(
        engine,
        lambda tx: tx.execute(
            select(outbox.c.message, func.count()).where(outbox.c.kind == "order_query").group_by(outbox.c.message)
        ).all(),
    )
    must(len(letters) == len(sent) and all(n == 1 for _, n in letters), "questions are missing or doubled")
    names = read(engine, lambda tx: tx.execute(select(func.count()).select_from(messages)).scalar_one())
    must(names == len(sent), f"{names} rows of mail for {len(sent)} mails")
    must(read(engine, proof.faults) == [], "the books are not proved")
    engine.dispose()
