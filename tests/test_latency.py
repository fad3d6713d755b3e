"""From a mail that reaches Dovecot while the service idles to its invoice at the SMTP server."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

import pytest

from agent.demo import company, papers
from agent.demo.company import BRIGHTWATER
from agent.demo.servers import EmbeddedSmtp
from tests.servers.dovecot import Dovecot, dovecot

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[1]
LIMIT_SECONDS = 2.0
TRIES = 3
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
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
password_env = "AR_TEST_PASSWORD"
[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
[trust]
require = "none"
"""


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


def order(number: int) -> papers.Order:
    lines = (papers.Line("VL-220", "Ball valve DN25", 24, Decimal("46.50")),)
    return papers.Order(f"BW-9000{number}", BRIGHTWATER, datetime.now(UTC).date(), lines)


def receipt(number: int) -> bytes:
    """A mail with a goods receipt as PDF."""
    one = order(number)
    mail = EmailMessage()
    mail["From"] = f"{BRIGHTWATER.writer} <{BRIGHTWATER.email}>"
    mail["To"] = company.ADDRESS
    mail["Subject"] = f"Goods receipt {one.number}"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<receipt-{number}@{BRIGHTWATER.domain}>"
    mail.set_content("Please find our goods receipt attached.\n")
    data = papers.as_pdf(papers.receipt_paper(one, "en", company.NAME, one.day, {}))
    mail.add_attachment(data, maintype="application", subtype="pdf", filename="receipt.pdf")
    return mail.as_bytes(policy=SMTP)


def orders_csv() -> str:
    head = "order,po_number,customer,ordered_on,currency,line,item,description,quantity,unit,unit_price\n"
    return head + "".join(
        f"SO-7000{n},{order(n).number},{BRIGHTWATER.number},{order(n).day},USD,1,VL-220,Ball valve DN25,24,PC,46.50\n"
        for n in range(TRIES + 1)
    )


def program(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "agent", "--home", str(home), *arguments]


@contextlib.contextmanager
def serving(home: Path) -> Iterator[None]:
    """`ar-agent run`, until it has looked into the mailbox and says that it is well."""
    environment = {**os.environ, "AR_TEST_PASSWORD": "secret"}
    with (home / "service.log").open("wb") as log:
        service = subprocess.Popen(program(home, "run"), stdout=log, stderr=log, cwd=ROOT, env=environment)
    try:
        end = time.monotonic() + 30
        while subprocess.run(program(home, "health"), check=False, capture_output=True, cwd=ROOT).returncode:
            assert time.monotonic() < end and service.poll() is None, (home / "service.log").read_text()
        yield
    finally:
        service.terminate()
        service.wait(30)


def test_an_invoice_leaves_within_two_seconds_of_the_receipt_that_reaches_dovecot(
    imap: Dovecot, tmp_path: Path
) -> None:
    user = imap.new_user()
    with EmbeddedSmtp() as relay:
        settings = SETTINGS.format(
            name=company.NAME, address=company.ADDRESS, iban=company.IBAN, imap=imap.imap, user=user, smtp=relay.port
        )
        (tmp_path / "ar-agent.toml").write_text(settings)
        files = company.csv_files(datetime.now(UTC).date()) | {"orders": orders_csv()}
        del files["invoices"]
        for kind, text in files.items():
            (tmp_path / f"{kind}.csv").write_text(text)
            subprocess.run(program(tmp_path, "import", kind, str(tmp_path / f"{kind}.csv")), check=True, cwd=ROOT)
        with serving(tmp_path):
            took = []
            for number in range(TRIES + 1):
                time.sleep(0.3)  # back to idling
                took.append(_seconds(imap, user, relay, number))
                # The first one loads fonts; a machine that is busy with something else gets another try.
                if number and took[-1] < LIMIT_SECONDS:
                    break
    print(f"\nfrom delivery to Dovecot to the invoice at the relay: {', '.join(f'{s:.2f} s' for s in took)}")
    assert min(took) < LIMIT_SECONDS


def _seconds(imap: Dovecot, user: str, relay: EmbeddedSmtp, number: int) -> float:
    before = len(relay.sink.mails)
    began = time.monotonic()
    imap.deliver(user, receipt(number))
    while len(relay.sink.mails) == before:
        assert time.monotonic() - began < 20, "no invoice came"
        time.sleep(0.01)
    mail = relay.sink.mails[-1]
    assert b"INV-" in mail.data and b".pdf" in mail.data
    return mail.at - began
