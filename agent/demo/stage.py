"""What the demo plays on: two mail servers on loopback, a home, the real service as a process of its own, and a clock.

The company's mail server does what receiving servers do: it says in a header whether the sender is who he says
(RFC 8601), and files the mail in the mailbox. What the demo learns else comes from the program's own `--json` commands.
"""

from __future__ import annotations

import contextlib
import email.policy
import email.utils
import imaplib
import io
import json
import os
import queue
import shutil
import signal
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from agent.demo import company
from agent.demo.servers import EmbeddedImap, EmbeddedSmtp, SmtpSink, TakenMail
from agent.domain.errors import ArError

MARKER = ".made-by-make-demo"
_PASSWORD_VARIABLE = "AR_DEMO_PASSWORD"
_PASSWORD = "demo"

Row = dict[str, Any]


class DemoFailed(ArError):
    """The demo cannot go on; the message says what did not come."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that the company sent and a customer's server took."""

    message: EmailMessage
    to: str
    at: float  # time.monotonic()

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def papers(self) -> tuple[str, ...]:
        return tuple(part.get_filename() or "" for part in self.message.iter_attachments())

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body is not None else ""


class Stage:
    """`with Stage(home) as stage:` everything runs; afterwards everything has ended and the home stays."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.today: date = datetime.now(ZoneInfo(company.ZONE)).date()
        self.began = time.monotonic()
        self.imap = EmbeddedImap("ar", _PASSWORD)
        self.smtp = EmbeddedSmtp(SmtpSink(on_mail=self._sort))
        self.service: subprocess.Popen[bytes] | None = None
        self._taken: queue.SimpleQueue[TakenMail | None] = queue.SimpleQueue()
        self._arrived: queue.SimpleQueue[Arrived] = queue.SimpleQueue()
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._make_home()
            stack.enter_context(self.imap)
            stack.enter_context(self.smtp)
            postman = threading.Thread(target=self._carry_in, name="postman", daemon=True)
            postman.start()
            stack.callback(postman.join, 5)
            stack.callback(self._taken.put, None)
            self._fill_home()
            stack.callback(self._stop_service)
            self._start_service()
            self._open = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    # The home

    def _make_home(self) -> None:
        """An empty folder, in place of what an earlier demo left there; never in place of anything else."""
        if self.home.exists():
            if not (self.home / MARKER).is_file():
                raise DemoFailed(f"{self.home} is there and was not made by the demo: name another folder with --home")
            shutil.rmtree(self.home)
        self.home.mkdir(parents=True)
        (self.home / MARKER).write_text("`make demo` replaces this folder.\n")

    def _fill_home(self) -> None:
        settings = company.SETTINGS.format(
            name=company.NAME,
            address=company.ADDRESS,
            iban=company.IBAN,
            dollar_iban=company.DOLLAR_IBAN,
            zone=company.ZONE,
            imap=self.imap.port,
            smtp=self.smtp.port,
            password_env=_PASSWORD_VARIABLE,
            authserv=company.AUTHSERV,
            bank=company.BANK,
        )
        (self.home / "ar-agent.toml").write_text(settings, encoding="utf-8")
        self.command("init")
        folder = self.home / "import"
        folder.mkdir()
        for kind, text in company.csv_files(self.today).items():
            path = folder / f"{kind}.csv"
            path.write_text(text, encoding="utf-8")
            for row in self.rows("import", kind, str(path)):
                if row["errors"]:
                    raise DemoFailed(f"import of {path}: {row['errors']}")

    # The program

    def command(self, *arguments: str) -> tuple[int, str]:
        """Exit code and output of one command of the program on this home.

        It runs in this process: the same code as `ar-agent`, without the third of a second that every start costs.
        """
        from agent.cli import main

        out, errors, code = io.StringIO(), io.StringIO(), 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            try:
                main(["--home", str(self.home), *arguments])
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
        if code not in (0, 1):
            raise DemoFailed(f"ar-agent {' '.join(arguments)}: exit code {code}: {errors.getvalue().strip()}")
        return code, out.getvalue()

    def rows(self, *arguments: str) -> list[Row]:
        """The JSON lines that a command prints."""
        _, out = self.command(*arguments, "--json")
        return [json.loads(line) for line in out.splitlines()]

    @staticmethod
    def _environment() -> dict[str, str]:
        # The program is found wherever the demo itself was, and no setting of the user's own shell has a say.
        mine = {name: value for name, value in os.environ.items() if not name.startswith("AR_AGENT_")}
        path = os.pathsep.join(one for one in sys.path if one)
        return {**mine, "PYTHONPATH": path, "PYTHONUTF8": "1", _PASSWORD_VARIABLE: _PASSWORD}

    def _start_service(self) -> None:
        log = (self.home / "service.log").open("wb")
        with log:
            self.service = subprocess.Popen(
                [sys.executable, "-m", "agent", "--home", str(self.home), "run"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
                start_new_session=True,  # Ctrl-C ends the demo, and the demo ends the service
            )
        for _ in self.waiting(30, lambda: "the service did not report itself well"):
            if self.command("health")[0] == 0:
                return

    def _stop_service(self) -> None:
        if self.service is None or self.service.poll() is not None:
            return
        self.service.send_signal(signal.SIGTERM)
        try:
            self.service.wait(25)
        except subprocess.TimeoutExpired:
            self.service.kill()
            self.service.wait()

    def must_live(self) -> None:
        """Raise DemoFailed where the service has ended by itself."""
        if self.service is not None and self.service.poll() is not None:
            tail = (self.home / "service.log").read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
            raise DemoFailed(f"the service ended with {self.service.returncode}: " + " | ".join(tail))

    def waiting(self, seconds: float, what: Callable[[], str]) -> Iterator[float]:
        """Yield again and again until the caller has what it waits for; raise DemoFailed when the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.must_live()
            yield time.monotonic()
            time.sleep(0.05)
        raise DemoFailed(f"{what()} within {seconds:.0f} s; see {self.home / 'service.log'}")

    # The mail

    def post(self, mail: EmailMessage, *, envelope_from: str) -> float:
        """Hand a customer's mail to the company's mail server, by SMTP; return when it was taken."""
        with smtplib.SMTP(
            "127.0.0.1", self.smtp.port, local_hostname=f"mail.{envelope_from.rpartition('@')[2]}"
        ) as smtp:
            smtp.sendmail(envelope_from, [company.ADDRESS], mail.as_bytes(policy=email.policy.SMTP))
        return time.monotonic()

    def arrivals(self) -> list[Arrived]:
        """What has come to customers since the last call."""
        found = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._arrived.get_nowait())
        return found

    def _sort(self, mail: TakenMail) -> None:
        """Called by the SMTP server: mail to the company goes to its mailbox, all else to customers."""
        if company.ADDRESS in mail.recipients:
            self._taken.put(mail)
            return
        message = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(mail.data)
        for recipient in mail.recipients:
            self._arrived.put(Arrived(message, recipient, mail.at))

    def _carry_in(self) -> None:
        """The last metre, from the company's mail server to its mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.imap.port) as box:
            box.login("ar", _PASSWORD)
            while (mail := self._taken.get()) is not None:
                box.append("INBOX", "", imaplib.Time2Internaldate(time.time()), stamped(mail))


def stamped(mail: TakenMail) -> bytes:
    """The mail below what the receiving server found out about its sender (RFC 8601, RFC 7489), and a trace header.

    The envelope's domain stands for SPF here: a message passes DMARC where that is the domain of its From.
    """
    author = BytesParser(policy=email.policy.default).parsebytes(mail.data, headersonly=True)["From"]
    said = email.utils.parseaddr(str(author))[1].rpartition("@")[2]
    sent = mail.sender.rpartition("@")[2]
    dmarc = "pass" if said == sent else "fail (p=reject)"
    head = (
        f"Authentication-Results: {company.AUTHSERV};"
        f" spf=pass smtp.mailfrom={sent}; dmarc={dmarc} header.from={said}\r\n"
        f"Received: from mail.{sent} by {company.AUTHSERV} with ESMTP; {email.utils.formatdate()}\r\n"
    )
    return head.encode() + mail.data
