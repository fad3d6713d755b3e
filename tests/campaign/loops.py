"""S7: two agents mail each other, each the other's customer; a responder without any header answers everything.

In the second form every header that tells a machine is stripped on the way and Message-IDs are rewritten.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, select, update

from agent import daily, intake
from agent.mailbox.mail import RawMail
from agent.settings import load
from agent.store import blobs, proof
from agent.store.engine import read, write
from agent.store.schema import outbox
from tests.campaign.home import NOW, Home, fresh
from tests.campaign.result import Figures, must
from tests.line import Line, make_mail

SHORT, FULL = 1, 40  # pairs
_ROUNDS = 30
_HOURS = 3  # between rounds: four days of mail
_CASES = 12  # mails to one customer in four days, at most
_TELLS = re.compile(
    rb"^(auto-submitted|x-auto-response-suppress|precedence|list-[\w-]+|x-[\w-]+|in-reply-to|references):", re.I
)
_A, _B = "ar@halden.example", "ap@brightwaterfoods.example"
_ANSWERS = (
    "Thank you for your message. We have received it and will come back to you. Ticket #{n}.",
    "I am out of the office until 2 April with no access to mail.",
    "Vielen Dank für Ihre Nachricht. Wir kümmern uns darum. Vorgang {n}",
    "Please send a copy of the invoice.",
    "Could you send me a statement of account?",
)


def run(count: int, seed: int) -> Figures:
    figures: Counter[str] = Counter()
    for n in range(seed, seed + count):
        for stripped in (False, True):
            with TemporaryDirectory(prefix="arloop") as place:
                _pair(Path(place), random.Random(n), stripped, figures, f"seed {n}, stripped: {stripped}")
    return figures


class Agent:
    """One installation and its clock."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.engine: Engine = home.open()
        self.processor = home.processor(self.engine)
        self.took = 0

    def take(self, data: bytes, now: datetime) -> None:
        raw = RawMail(account="", folder="", uidvalidity=0, uid="", data=data, source="file", size=len(data))
        number = intake.take_in(self.engine, raw, now)
        assert number is not None
        self.took += 1
        row = self.processor.process(number, None, now) if not self._done(number) else None
        must(row is None or row.outcome != "failed", f"mail {number} failed: {row}")

    def _done(self, number: int) -> bool:
        from agent.store import lists

        row = read(self.engine, lambda tx: lists.find_message(tx, number))
        return row is not None and row.state == "done"

    def leaving(self, now: datetime) -> list[tuple[bytes, tuple[str, ...], str]]:
        """What a relay would take now: bytes, recipients, envelope sender."""

        def work(tx: object) -> list[tuple[bytes, tuple[str, ...], str]]:
            due = select(outbox).where(outbox.c.status == "queued", outbox.c.due_at <= now)
            rows = tx.execute(due).all()  # type: ignore[attr-defined]
            tx.execute(
                update(outbox)
                .where(outbox.c.id.in_([row.id for row in rows]))
                .values(status="sent", sent_at=now, handing_at=now)
            )  # type: ignore[attr-defined]
            return [(blobs.load(tx, row.sha256) or b"", tuple(row.recipients), row.sender) for row in rows]  # type: ignore[arg-type]

        return write(self.engine, work)  # type: ignore[arg-type]


def _other(place: Path) -> Home:
    """The customer, who runs the same program and has us as its customer."""
    home = fresh(place, "other")
    config = home.path / "ar-agent.toml"
    config.write_text(config.read_text().replace(_A, _B).replace("Halden Components Ltd", "Brightwater Foods LLC"))
    people = home.path / "customers.csv"
    head = "customer,name,emails,country,currency,language,payment_terms\n"
    people.write_text(head + f"C-1001,Halden Components Ltd,{_A},GB,USD,en,net 30\n")
    result = Line(home.path).run("import", "customers", str(people))
    must(result.code == 0, result.err)
    return Home(home.path, load(home.path))


def _carried(data: bytes, sender: str, stripped: bool, chance: random.Random) -> bytes:
    """As the receiving server hands it on."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = re.split(rb"\r\n(?![ \t])", head)
    came = re.search(rb"^From:.*?@([\w.-]+)", head, re.M | re.I | re.S)
    domain = came.group(1).decode() if came else "?"
    if stripped:
        lines = [line for line in lines if not _TELLS.match(line)]
        lines = [
            b"Message-ID: <%d@rewritten.example>" % chance.getrandbits(60)
            if line.lower().startswith(b"message-id:")
            else line
            for line in lines
        ]
        sender = sender or "bounce@rewritten.example"
    lines = [
        b"Return-Path: <" + sender.encode() + b">",
        b"Authentication-Results: mx.halden.example; dmarc=pass header.from=" + domain.encode(),
        *lines,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _pair(place: Path, chance: random.Random, stripped: bool, figures: Counter[str], where: str) -> None:
    ours, theirs = Agent(fresh(place)), Agent(_other(place))
    now = NOW
    order = f"Please deliver under PO L-{chance.randrange(1000)}:\n\nItem VL-220, quantity 10 EA, unit price USD 46.50\nTotal USD 465.00"
    ours.take(make_mail(_B, "Purchase order", order), now)
    mails: Counter[str] = Counter()
    last = 0
    for round_ in range(_ROUNDS):
        if round_ % 8 == 0:
            for agent in (ours, theirs):
                daily.run(agent.engine, agent.home.settings, now)
        for agent, other, address, name in ((ours, theirs, _B, "ours"), (theirs, ours, _A, "theirs")):
            for data, recipients, sender in agent.leaving(now):
                if address in recipients:
                    mails[name] += 1
                    last = round_
                    other.take(_carried(data, sender, stripped, chance), now)
                elif name == "ours":
                    _answer(ours, data, recipients[0], now, chance, mails)
        now += timedelta(hours=_HOURS)
    days = _ROUNDS * _HOURS / 24
    for agent in (ours, theirs):
        must(read(agent.engine, proof.faults) == [], f"{where}: the books are not proved")
        agent.engine.dispose()
    must(max(mails["ours"], mails["theirs"]) <= _CASES, f"{where}: {dict(mails)} mails in {days:.0f} days")
    must(mails["answered"] <= 3 * _CASES, f"{where}: the responder was written to {mails['answered']} times")
    figures["pairs"] += 1
    kind = "stripped" if stripped else "as_sent"
    figures[f"mails_{kind}"] += mails["ours"] + mails["theirs"]
    figures[f"responder_{kind}"] += mails["answered"]
    figures["last_round"] = max(figures["last_round"], last)


def _answer(ours: Agent, data: bytes, customer: str, now: datetime, chance: random.Random, mails: Counter[str]) -> None:
    """The responder: every mail gets an answer, from the right address, with nothing that shows a machine."""
    mails["answered"] += 1
    subject = re.search(rb"^Subject: (.*)$", data, re.M)
    text = chance.choice(_ANSWERS).format(n=chance.randrange(10_000))
    about = f"Re: {subject.group(1).decode('ascii', 'replace').strip()[:60]}" if subject else "Re:"
    ours.take(make_mail(customer, about.replace("=?", ""), text, date=now.strftime("%a, %d %b %Y %H:%M:%S +0000")), now)
