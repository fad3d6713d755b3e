"""R2: killed at random moments while sending through a real Postfix: no mail twice, what nobody knows is `unknown`, and a
journal settles it.

Postfix hands each mail to a sink and a blind copy to a mailbox on a real IMAP server, which is the journal.
"""

from __future__ import annotations

import itertools
import random
import signal
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, select

from agent.delivery import send_due
from agent.demo.servers import EmbeddedSmtp
from agent.domain.notices import Rendered
from agent.resolving import resolve_unknown
from agent.settings import JournalSection
from agent.settings_types import MailboxSettings, SmtpSettings
from agent.store import outbound, proof
from agent.store.engine import read, write
from agent.store.schema import outbox
from outbox.compose import compose
from tests.campaign.home import Home, fresh
from tests.campaign.result import Budget, Figures, must
from tests.campaign.victims import in_child
from tests.servers.dovecot import Dovecot, dovecot
from tests.servers.postfix import Postfix, postfix

SHORT, FULL = 15, 10_000
_A_HOME = 500  # kills
_JOURNAL = "ar"


def clock() -> datetime:
    return datetime.now(UTC)


def run(count: int, seed: int) -> Figures:
    chance = random.Random(seed)
    figures: Counter[str] = Counter()
    with dovecot() as server, EmbeddedSmtp() as sink, postfix(lmtp=server.lmtp, sink=sink.port) as relay:
        _copy_all(relay)
        while figures["kills"] < count and not Budget.over():
            with TemporaryDirectory(prefix="arkill") as place:
                sink.sink.mails.clear()
                home = fresh(Path(place))
                figures.update(_one_home(home, server, relay, sink, chance, min(_A_HOME, count - figures["kills"])))
    return figures


def _copy_all(relay: Postfix) -> None:
    with (relay.folder / "conf" / "main.cf").open("a") as conf:
        conf.write(f"\nalways_bcc = {_JOURNAL}@seller.example\n")
    relay.stop()
    relay.start()


_intents = itertools.count(1)


def _queue(engine: Engine, number: int) -> None:
    def work(tx: Connection) -> None:
        for _ in range(number):
            mail = compose(
                Rendered("Invoice", "hello\n.\n" * 50, "", "en"), kind="invoice", intent=f"kill {next(_intents)}",
                sender_address="ar@seller.example", sender_name="", reply_to="", recipients=("ap@buyer.example",), date=clock(),
            )  # fmt: skip
            outbound.add(tx, mail, cause=None, now=clock())

    write(engine, work)


def _one_home(
    home: Home, server: Dovecot, relay: Postfix, sink: EmbeddedSmtp, chance: random.Random, kills: int
) -> Counter[str]:
    smtp = SmtpSettings(
        host="127.0.0.1", port=relay.port, tls="none", local_hostname="us.example", connections=chance.choice((1, 4))
    )

    def one_pass() -> None:
        engine = home.open()
        send_due(engine, smtp, clock)
        engine.dispose()

    def queue(number: int) -> None:
        engine = home.open()
        _queue(engine, number)
        engine.dispose()

    figures: Counter[str] = Counter()
    queue(3)
    began = time.monotonic()
    must(in_child(one_pass) == 0, "an undisturbed pass failed")
    usual = time.monotonic() - began
    waiting = 0
    while figures["kills"] < kills and not Budget.over():
        if waiting <= 0:
            queue(20)
            waiting = 20
        ended = in_child(one_pass, kill_after=chance.random() * usual * 1.2)
        must(ended in (0, -signal.SIGKILL), f"a pass ended with {ended}")
        figures["kills"] += ended != 0
        waiting -= 1 if ended else 20
    must(in_child(one_pass) == 0, "the last pass failed")
    _until_all_came(relay)
    engine = home.open()
    figures.update(_before(engine, sink))
    _resolve(engine, home, server, relay, smtp, figures)
    _until_all_came(relay)
    _after(engine, sink)
    must(read(engine, proof.faults) == [], "the books are not proved")
    engine.dispose()
    return figures


def _copies(sink: EmbeddedSmtp) -> Counter[str]:
    return Counter(
        mail.data.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode()
        for mail in list(sink.sink.mails)
        if "ap@buyer.example" in mail.recipients
    )


def _before(engine: Engine, sink: EmbeddedSmtp) -> Counter[str]:
    """Without a journal: none twice; none called sent that never came; what is open is shown as unknown."""
    rows = read(engine, lambda tx: tx.execute(select(outbox)).all())
    copies = _copies(sink)
    twice = [one for one, n in copies.items() if n > 1]
    must(not twice, f"sent twice: {twice}")
    figures: Counter[str] = Counter(mails=len(rows))
    for row in rows:
        must(row.status in ("sent", "unknown"), f"{row.message_id} is {row.status}")
        must(row.status == "unknown" or copies[row.message_id] == 1, f"{row.message_id} is called sent and never came")
        if row.status == "unknown":
            figures["unknown"] += 1
            figures["unknown_and_had_arrived"] += copies[row.message_id]
    return figures


def _resolve(
    engine: Engine, home: Home, server: Dovecot, relay: Postfix, smtp: SmtpSettings, figures: Counter[str]
) -> None:
    """With a journal: eleven minutes later every one of them is settled, and what never left leaves."""
    box = MailboxSettings(name="ar", host="127.0.0.1", port=server.imap, tls="none", user=_JOURNAL, password="secret")
    settings = replace(home.settings, journal=JournalSection(mailbox="ar", folder="INBOX", complete=True))
    _queue(engine, 1)  # a mail that leaves after all of them proves that the journal is still kept
    send_due(engine, smtp, clock)
    last = select(outbox.c.message_id).order_by(outbox.c.id.desc()).limit(1)
    _wait_for_copy(server, relay, [read(engine, lambda tx: str(tx.execute(last).scalar_one()))])

    def later() -> datetime:
        return clock() + timedelta(minutes=11)

    found = resolve_unknown(engine, settings, box, later)
    must(found.left == (), f"left to a person: {found.left}")
    figures["found_in_journal"], figures["sent_again"] = len(found.found), len(found.again)
    send_due(engine, smtp, later)


def _wait_for_copy(server: Dovecot, relay: Postfix, wanted: list[str]) -> None:
    folder = server.maildir(_JOURNAL)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        newest = sorted(
            (one for part in ("new", "cur") for one in (folder / part).glob("*")), key=lambda one: one.stat().st_mtime
        )
        if any(one.encode() in path.read_bytes() for path in newest[-50:] for one in wanted):
            return
        time.sleep(0.1)
    must(False, f"the journal got no copy of {wanted} within twenty seconds: {relay.log()[-3000:]}")


def _after(engine: Engine, sink: EmbeddedSmtp) -> None:
    rows = read(engine, lambda tx: tx.execute(select(outbox)).all())
    copies = _copies(sink)
    must({row.status for row in rows} == {"sent"}, f"statuses: {Counter(row.status for row in rows)}")
    must(copies == Counter(row.message_id for row in rows), "a mail is missing or came twice")


def _until_all_came(relay: Postfix) -> None:
    """Until the queue of the relay is empty."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if not any(
            path.is_file()
            for name in ("incoming", "active", "deferred", "maildrop")
            for path in (relay.folder / "queue" / name).rglob("*")
        ):
            time.sleep(0.3)
            return
        time.sleep(0.1)
    must(False, "the relay still holds mail after two minutes")
