"""Playing a story: mails go in, what the program makes of them is told as it comes, and held against what must come."""

from __future__ import annotations

import email.utils
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from agent.demo import company
from agent.demo.company import Customer
from agent.demo.show import Show
from agent.demo.stage import Arrived, DemoFailed, Stage
from agent.demo.telling import tell

Row = dict[str, Any]
_ACT_SECONDS = 45
_TYPES = {
    "pdf": ("application", "pdf"),
    "csv": ("text", "csv"),
    "xml": ("application", "xml"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must come of a mail: its outcome, what it books, what waits, and the kinds of mail that answer it."""

    outcome: str
    books: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One mail that somebody sends to the company."""

    who: str  # on the screen
    what: str  # on the screen
    sender: str
    sender_name: str
    subject: str
    expected: Expected
    text: str = ""
    html: str | None = None
    files: tuple[tuple[str, bytes], ...] = ()
    answers: EmailMessage | None = None
    headers: tuple[tuple[str, str], ...] = ()
    envelope_from: str | None = None  # where another server than the sender's own sends it


def from_customer(customer: Customer, what: str, subject: str, expected: Expected, **more: Any) -> Post:
    """A mail of a customer's usual writer."""
    return Post(
        who=customer.short,
        what=what,
        sender=customer.email,
        sender_name=customer.writer,
        subject=subject,
        expected=expected,
        **more,
    )


@dataclass
class Play:
    """One showing on a stage."""

    stage: Stage
    show: Show
    posted: dict[str, tuple[Post, float]] = field(default_factory=dict)  # by Message-ID
    finished: dict[str, Row] = field(default_factory=dict)  # rows of `messages list`, by Message-ID
    inboxes: list[Arrived] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def morning(self) -> None:
        """The reminders that are due; the service's own daily run, where it came first, leaves nothing to do."""
        self.show.act("The daily run reminds who is late")
        self.stage.rows("dun")
        self._settle()
        self.must(len(self.inboxes), 1, "reminders that left")

    def act(self, title: str, posts: Iterable[Post]) -> None:
        """Send the mails, tell what comes until all of them are through, and say what came otherwise than it must."""
        self.show.act(title)
        sent = []
        for post in posts:
            sent.append(self._send(post))
            self._watch(self.show.pause_seconds)
        self._settle()
        self._compare(sent)

    def _send(self, post: Post) -> str:
        mail = EmailMessage()
        mail["From"] = email.utils.formataddr((post.sender_name, post.sender))
        mail["To"] = company.ADDRESS
        mail["Subject"] = post.subject
        mail["Date"] = email.utils.format_datetime(datetime.now(UTC))
        mail["Message-ID"] = email.utils.make_msgid(domain=post.sender.rpartition("@")[2])
        if post.answers is not None:
            mail["In-Reply-To"] = mail["References"] = post.answers["Message-ID"]
        for name, value in post.headers:
            mail[name] = value
        mail.set_content(post.text or "\n")
        if post.html is not None:
            mail.add_alternative(post.html, subtype="html")
        for name, data in post.files:
            main, sub = _TYPES[name.rpartition(".")[2]]
            mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
        self.show.line("in", post.who, post.what)
        at = self.stage.post(mail, envelope_from=post.envelope_from or post.sender)
        message_id = str(mail["Message-ID"])
        self.posted[message_id] = (post, at)
        return message_id

    def _watch(self, seconds: float) -> None:
        """Tell what happens for a while: between two mails, so that eyes can follow."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._tell_news()
            time.sleep(0.05)

    def _settle(self) -> None:
        """Tell what happens until every mail is through and every answer has left."""
        for _ in self.stage.waiting(_ACT_SECONDS, self._missing):
            # What has left is with its receiver: asked in this order, nothing comes after the last look.
            through = set(self.posted) <= set(self.finished) and not self._leaving()
            if not self._tell_news() and through:
                return

    def _tell_news(self) -> bool:
        """Tell what came of the mails, then what left: in this order a cause is told before what it caused."""
        left = self.stage.arrivals()
        self._look()
        for one in left:
            self._came(one)
        return bool(left)

    def _leaving(self) -> list[Row]:
        return self.rows_of("outbox", "--status", "queued", "--status", "sending")

    def _missing(self) -> str:
        open_ = [post.what for name, (post, _) in self.posted.items() if name not in self.finished]
        return f"not everything was worked on and answered ({', '.join(open_) or 'outgoing mail'})"

    def _look(self) -> None:
        known: dict[str, list[Row]] = {}

        def fetch(name: str) -> list[Row]:
            if name not in known:
                known[name] = self.rows_of(name)
            return known[name]

        for row in self.rows_of("messages"):
            name = row["message_id"]
            if row["outcome"] == "failed" and row["reason"]:  # without one it is being worked on
                raise DemoFailed(f"the program failed on {row['id']}: {row['reason']}")
            if name in self.finished or row["state"] not in ("done", "failed"):
                continue
            self.finished[name] = row
            who = self.posted[name][0].who if name in self.posted else row["from"]
            for told in tell(row, fetch):
                self.show.line(told.kind, company.short_name(told.customer) or who, told.words, below=told.below)

    def _came(self, mail: Arrived) -> None:
        self.inboxes.append(mail)
        domain = mail.to.rpartition("@")[2]
        who = next((c.short for c in company.CUSTOMERS if c.domain == domain), mail.to)
        kinds = {name.rpartition(".")[2].upper() for name in mail.papers}
        self.show.line("out", who, mail.subject, "".join(f"+ {kind} " for kind in sorted(kinds)).strip())

    def rows_of(self, name: str, *options: str) -> list[Row]:
        """What `ar-agent NAME list … --json` prints."""
        return self.stage.rows(name, "list", *options)

    def mail_to(self, customer: Customer, wanted: Callable[[Arrived], bool]) -> Arrived:
        """The newest mail in a customer's inbox of which something holds; DemoFailed where there is none."""
        for mail in reversed(self.inboxes):
            if mail.to.endswith(f"@{customer.domain}") and wanted(mail):
                return mail
        raise DemoFailed(f"{customer.name} has not got the mail that the story goes on with")

    # What must come

    def _compare(self, sent: list[str]) -> None:
        queue = {row["id"]: row for row in self.rows_of("queue", "--all")}
        outbox = self.rows_of("outbox")
        for name in sent:
            post, row = self.posted[name][0], self.finished[name]
            came = {
                "outcome": (row["outcome"],),
                "books": [effect["type"] for effect in row["effects"] if effect["type"] != "outbox"],
                "waits": [queue[number]["kind"] for number in row["queue"] if number in queue],
                "answers": [one["kind"] for one in outbox if one["message"] == row["id"]],
            }
            expected = {
                "outcome": (post.expected.outcome,),
                **{key: getattr(post.expected, key) for key in list(came)[1:]},
            }
            for key, values in came.items():
                self.must(_listed(values), _listed(expected[key]), f"{post.who}, {post.what}: {key}")

    def must(self, got: object, expected: object, what: str) -> None:
        """Note, and say, where something is not as it must be."""
        if got != expected:
            self.wrong.append(what)
            self.show.line("wrong", "not as it must be", what, below=f"expected {expected}, came {got}")

    def answer_seconds(self) -> list[float]:
        """From the mail that came in to the first mail that answered it, for each that was answered."""
        by_id = {str(mail.message["Message-ID"]): mail.at for mail in self.inboxes}
        caused: dict[str, float] = {}
        for row in self.rows_of("outbox"):
            if row["message"] and row["message_id"] in by_id:
                caused[row["message"]] = min(by_id[row["message_id"]], caused.get(row["message"], float("inf")))
        numbers = {row["id"]: self.posted[name][1] for name, row in self.finished.items() if name in self.posted}
        return sorted(at - numbers[number] for number, at in caused.items() if number in numbers)

    def typical_answer(self) -> str:
        seconds = self.answer_seconds()
        return f"{statistics.median(seconds):.1f} s" if seconds else "-"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "nothing"
