"""A home with the sample company, the command line as staff and scripts call it, and customers who write."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from agent.cli import main

WORLD = Path(__file__).parent / "world"
NOW = "2026-03-16T09:00:00+00:00"
IBAN = "GB33BUKB20201555555555"
PASS = "mx.halden.example; dmarc=pass header.from={domain}"
SETTINGS = """
[company]
name = "Halden Components Ltd"
emails = ["ar@halden.example"]
iban = "{iban}"
currency = "USD"
country = "GB"
timezone = "Europe/London"
address = "Unit 4, Quayside Works\\nBristol BS1 6XX"
[trust]
require = "dmarc"
authserv_id = "mx.halden.example"
carriers = ["@carrier.example"]
banks = ["@bank.example"]
[cash]
remittance_settles = "{settles}"
[automation]
default = "{automation}"
[database]
url = "{database}"
"""


@dataclass
class Result:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Line:
    """One installation of the program."""

    home: Path
    now: str = NOW
    count: int = field(default=0)

    def run(self, *arguments: str, now: str | None = None) -> Result:
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True), io.StringIO()
        code: Any = 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main(["--home", str(self.home), "--now", now or self.now, *arguments])
            except SystemExit as stop:
                code = stop.code
        return Result(int(code or 0), out.buffer.getvalue().decode(), err.getvalue())

    def rows(self, *arguments: str, now: str | None = None) -> list[dict[str, Any]]:
        result = self.run(*arguments, "--json", now=now)
        assert result.code in (0, 1), result.err
        return result.rows

    def mail(
        self,
        sender: str,
        subject: str,
        text: str = "",
        *,
        files: tuple[tuple[str, bytes], ...] = (),
        html: str | None = None,
        authenticated: bool = True,
        date: str = "Mon, 16 Mar 2026 08:30:00 +0000",
        headers: tuple[tuple[str, str], ...] = (),
        now: str | None = None,
    ) -> dict[str, Any]:
        """A customer writes; the row that `ingest` prints."""
        self.count += 1
        path = self.home / f"mail-{self.count}.eml"
        path.write_bytes(
            make_mail(
                sender, subject, text, files=files, html=html, authenticated=authenticated, date=date, headers=headers
            )
        )
        (row,) = self.rows("ingest", str(path), now=now)
        return row

    def one(self, *arguments: str) -> dict[str, Any]:
        (row,) = self.rows(*arguments)
        return row

    def check(self) -> None:
        """The books must be proved after every test."""
        result = self.run("check")
        assert result.code == 0, result.out


def make_mail(
    sender: str,
    subject: str,
    text: str = "",
    *,
    files: tuple[tuple[str, bytes], ...] = (),
    html: str | None = None,
    authenticated: bool = True,
    date: str = "Mon, 16 Mar 2026 08:30:00 +0000",
    headers: tuple[tuple[str, str], ...] = (),
) -> bytes:
    message = EmailMessage()
    if authenticated:
        message["Authentication-Results"] = PASS.format(domain=sender.rpartition("@")[2].rstrip(">"))
    message["From"], message["To"], message["Subject"], message["Date"] = sender, "ar@halden.example", subject, date
    message["Message-ID"] = make_msgid(domain="customers.example")
    for name, value in headers:
        message[name] = value
    message.set_content(text or "\n")
    if html is not None:
        message.add_alternative(html, subtype="html")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def make_line(home: Path, *, settles: str = "announced", automation: str = "auto", database: str = "") -> Line:
    """A home with the sample company of tests/world, as of Monday 2026-03-16."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "ar-agent.toml").write_text(
        SETTINGS.format(iban=IBAN, settles=settles, automation=automation, database=database)
    )
    line = Line(home)
    for kind in ("customers", "items", "prices", "orders", "invoices"):
        result = line.run("import", kind, str(WORLD / f"{kind}.csv"))
        assert result.code == 0, result.err
    return line
