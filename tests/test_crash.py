"""The whole line, killed before and after every single commit: the books end as if nothing had happened.

A process runs the program's own `poll` and `send` on a real home, with the real reader and real SMTP, and is ended by
SIGKILL at its n-th commit, for every n. Then the same commands run undisturbed, as a service that is started again does.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.demo import company, papers
from agent.demo.company import CALDER, Customer
from agent.demo.servers import EmbeddedSmtp

ROOT = Path(__file__).parents[1]
ORDERED = papers.Order(
    "PO-33907",
    CALDER,
    datetime.now(UTC).date(),
    (
        papers.Line("HX-100", "Hex bolt M8x40 zinc", 5000, Decimal("16.90"), 100),
        papers.Line("VL-220", "Ball valve DN25", 20, Decimal("42.00")),
    ),
)
SETTINGS = """
[company]
name = "{name}"
emails = ["{address}"]
iban = "{iban}"
currency = "EUR"
country = "NL"
timezone = "UTC"
[[mailboxes]]
name = "ar"
maildir = "inbox"
[smtp]
host = "127.0.0.1"
port = {port}
tls = "none"
[trust]
require = "none"
"""
# What may differ between two runs of the same story: instants, and the names that mails get.
PASSING = {"received_at", "opened_at", "due_at", "sent_at", "message_id", "trust", "file"}
LISTS = ("orders", "deliveries", "invoices", "advices", "receipts", "disputes", "queue", "messages", "outbox")


def mail(number: int, sender: Customer, subject: str, text: str) -> bytes:
    made = EmailMessage()
    made["From"] = f"{sender.writer} <{sender.email}>"
    made["To"] = company.ADDRESS
    made["Subject"] = subject
    made["Date"] = format_datetime(datetime.now(UTC))
    made["Message-ID"] = f"<{number}@{sender.domain}>"
    made.set_content(text)
    return made.as_bytes(policy=SMTP)


def run(home: Path, *arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out):
        try:
            main(["--home", str(home), *arguments])
        except SystemExit as end:
            code = end.code
    return int(str(code or 0)), out.getvalue()


def rows(home: Path, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(home, *arguments, "--json")[1].splitlines()]


@pytest.fixture(scope="module")
def relay() -> Iterator[EmbeddedSmtp]:
    with EmbeddedSmtp() as server:
        yield server


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, relay: EmbeddedSmtp) -> Path:
    """A home with an order on file and two mails waiting: goods came short, and two invoices are paid."""
    home = tmp_path_factory.mktemp("ready")
    made = SETTINGS.format(name=company.NAME, address=company.ADDRESS, iban=company.IBAN, port=relay.port)
    (home / "ar-agent.toml").write_text(made)
    run(home, "init")
    today = ORDERED.day
    for kind, text in company.csv_files(today).items():
        (home / f"{kind}.csv").write_text(text)
        assert run(home, "import", kind, str(home / f"{kind}.csv"))[0] == 0
    paper = papers.order_paper(ORDERED, "en", company.NAME)
    (home / "order.eml").write_bytes(mail(1, CALDER, "Order PO-33907", papers.as_text(paper)))
    (taken,) = rows(home, "ingest", str(home / "order.eml"))
    assert taken["outcome"] == "processed", taken
    assert run(home, "send")[0] == 0
    for sub in ("cur", "new", "tmp"):
        (home / "inbox" / sub).mkdir(parents=True)
    short = papers.receipt_paper(ORDERED, "en", company.NAME, today, {"VL-220": 2})
    paid = papers.Payment(
        "CT-5512",
        CALDER,
        today,
        tuple(
            (number, Decimal(total), Decimal(), Decimal(), "")
            for number, total in (("INV-000884", "2310.40"), ("INV-000890", "764.00"))
        ),
    )
    waiting = (
        mail(2, CALDER, "Goods receipt PO-33907", papers.as_text(short)),
        mail(3, CALDER, "Remittance advice", papers.as_text(papers.payment_paper(paid, "en", company.NAME))),
    )
    for number, data in enumerate(waiting):
        (home / "inbox" / "new" / f"170000000{number}.M{number}P1.here").write_bytes(data)
    return home


def in_child(home: Path, *, kill_at: int, after: bool) -> int:
    """Poll and send in a process of its own that dies at its n-th commit; how it ended: 0, or minus the signal."""
    command = [sys.executable, "-m", "tests.dying", str(home), str(kill_at), "after" if after else "before"]
    return subprocess.run(command, check=False, capture_output=True, timeout=60, cwd=ROOT).returncode


def books(home: Path) -> dict[str, list[dict[str, Any]]]:
    """Everything that staff can see, without what passes."""
    seen = {
        name: [{k: v for k, v in row.items() if k not in PASSING} for row in rows(home, name, "list")] for name in LISTS
    }
    for row in seen["outbox"]:
        # Killed between the relay's taking and our noting it, a mail is "unknown": it is shown, and never sent again.
        row["status"] = {"unknown": "sent"}.get(row["status"], row["status"])
        row.pop("reason", None)
    for row in seen["invoices"]:
        row["delivery_status"] = {"unknown": "sent"}.get(row["delivery_status"], row["delivery_status"])
    return seen


def after_the_crash(ready: Path, home: Path, relay: EmbeddedSmtp, kill_at: int, *, after: bool) -> int:
    """How the child ended, where it was killed at this commit and everything was then run again."""
    shutil.copytree(ready, home)
    relay.sink.mails.clear()
    ended = in_child(home, kill_at=kill_at, after=after)
    for command in ("poll", "send"):
        run(home, command)
    return ended


def test_killed_before_and_after_every_commit_the_books_end_as_undisturbed(
    ready: Path, relay: EmbeddedSmtp, tmp_path: Path
) -> None:
    assert after_the_crash(ready, tmp_path / "undisturbed", relay, 10_000, after=False) == 0
    expected = books(tmp_path / "undisturbed")
    assert [row["outcome"] for row in expected["messages"]] == ["processed"] * 3
    assert len(relay.sink.mails) == len(expected["outbox"]) - 1  # the acknowledgement left before
    assert {row["status"] for row in expected["outbox"]} == {"sent"}
    kills = 0
    for after in (False, True):
        for kill_at in range(1, 200):
            home = tmp_path / f"{'after' if after else 'before'}-{kill_at}"
            ended = after_the_crash(ready, home, relay, kill_at, after=after)
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
            kills += 1
            where = f"killed {home.name}"
            assert run(home, "check")[0] == 0, where
            assert books(home) == expected, where
            assert not list((home / "inbox" / "new").iterdir()), where
            _each_once(home, relay, where)
            shutil.rmtree(home)
    print(f"killed at {kills} moments")
    assert kills >= 20, "the line makes more steps than that"


def _each_once(home: Path, relay: EmbeddedSmtp, where: str) -> None:
    """No mail twice; and none missing that is not shown as unknown."""
    came = Counter(_message_id(one.data) for one in relay.sink.mails)
    assert max(came.values(), default=0) <= 1, where
    for row in rows(home, "outbox", "list")[1:]:
        assert row["status"] == "unknown" or came[row["message_id"]] == 1, f"{where}: {row}"


def _message_id(data: bytes) -> str:
    head = data.split(b"\r\n\r\n", 1)[0].decode().replace("\r\n ", " ")
    return next(line.partition(":")[2].strip() for line in head.split("\r\n") if line.lower().startswith("message-id:"))
