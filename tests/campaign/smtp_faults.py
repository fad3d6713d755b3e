"""R3: every verb of SMTP times 4xx, 5xx, reset, silence and a lost 250, on a real server: the state is as it must be."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine

from agent.delivery import send_due
from agent.demo.servers import PHASES, EmbeddedSmtp, Fault, SmtpSink
from agent.domain.notices import Rendered
from agent.settings_types import SmtpSettings, SmtpTimeouts
from agent.store import outbound
from agent.store.engine import read, write
from outbox.compose import compose
from tests.campaign.home import NOW, fresh
from tests.campaign.result import Figures, must

SHORT, FULL = 30, 3_000  # cells tried; there are 30
_QUICK = SmtpTimeouts(connect=0.5, command=0.5, data=0.5, block=0.5, final=0.5, quit=0.5)
_FAULTS = ("4xx", "5xx", "reset", "silence", "lost 250")
_CODES = {
    "4xx": ("421 4.3.2 closing", "450 4.2.0 later", "451 4.3.0 later", "452 4.3.1 full"),
    "5xx": ("550 5.1.1 no", "552 5.2.2 full", "554 5.0.0 no"),
}


def expected(phase: str, fault: str) -> str:
    """The state by A3 of the reference: surely not taken: again; refused: over; after the body nobody knows."""
    if fault == "lost 250":
        return "unknown" if phase == "body" else "queued"
    if phase in ("connect", "hello") or fault == "4xx":
        return "queued"
    if fault == "5xx":
        return "failed"
    return "unknown" if phase == "body" else "queued"


def _fault(fault: str, chance: random.Random) -> Fault:
    match fault:
        case "reset":
            return Fault(cut=True)
        case "silence":
            return Fault(seconds=1.2)
        case "lost 250":
            return Fault(cut=True, take=True)
        case _:
            return Fault(chance.choice(_CODES[fault]))


def run(count: int, seed: int) -> Figures:
    chance = random.Random(seed)
    cells = [(phase, fault) for phase in PHASES for fault in _FAULTS]
    figures: Counter[str] = Counter()
    with TemporaryDirectory(prefix="arsmtp") as place:
        engine = fresh(Path(place)).open()
        for n in range(count):
            phase, fault = cells[n % len(cells)]
            _cell(engine, phase, fault, n, chance, figures)
        engine.dispose()
    figures["cells"] = min(count, len(cells))
    return figures


def _cell(engine: Engine, phase: str, fault: str, n: int, chance: random.Random, figures: Counter[str]) -> None:
    mail = compose(
        Rendered("Invoice", "x\n.\n" * chance.choice((1, 2000)), "", "en"), kind="invoice", intent=f"cell {n}", sender_address="ar@seller.example",
        sender_name="", reply_to="", recipients=("ap@buyer.example",), date=NOW,
    )  # fmt: skip

    def add(tx: Connection) -> int:
        number = outbound.add(tx, mail, cause=None, now=NOW)
        assert number is not None
        return number

    number = write(engine, add)
    settings = SmtpSettings(
        host="127.0.0.1", tls="none", timeouts=_QUICK, connections=chance.choice((1, 3)), local_hostname="us.example"
    )
    where = f"{phase} x {fault}"
    with EmbeddedSmtp(SmtpSink(faults={phase: _fault(fault, chance)})) as server:
        send_due(engine, replace(settings, port=server.port), lambda: NOW)
    row = read(engine, lambda tx: outbound.row_of(tx, number))
    must(row.status == expected(phase, fault), f"{where}: {row.status}, not {expected(phase, fault)} ({row.reply})")
    taken = len(server.sink.mails)
    must(taken == (1 if (phase, fault) == ("body", "lost 250") else 0), f"{where}: {taken} mails were taken")
    with EmbeddedSmtp() as server:  # a month later, with a relay that is well
        send_due(engine, replace(settings, port=server.port), lambda: NOW + timedelta(days=2))
    again = len(server.sink.mails)
    must(again == (row.status == "queued"), f"{where}: {again} copies left later")
    must(taken + again <= 1, f"{where}: sent twice")
    figures[row.status] += 1
