"""What is read right of mails and files that others wrote: `python -m tests.measure.corpus FOLDER [--failures]`.

FOLDER holds checked-out repositories of test material (sisimai_set, reply_trimmer_discourse, talon, quotequail,
stalwart_mail_parser, and those of tests/measure/edi_corpus.py); what is missing is skipped. Each source has its expected
result beside it. Printed is right of how many, strictly and, where the source means something else than we do, with the
conventions named below counted as equal:

bounces   A delay ("expired", action delayed) is no failure for us: the mail is still on its way. Where a system names no
          enhanced status (RFC 3463) the source makes one up (5.0.9xx): compared is whether it is hard. Of the others the class (4, 5)
          is compared, as it decides what follows; the strict count wants every digit. The source calls "hard" what
          is wrong with the address; a refusal for another reason with a 5.x.x status is permanent for us and soft there.
replies   White space is equal. Lines quoted with ">", closing words and names are nobody's news: left out on both sides. A mail
          that only forwards has no words of its own, what it passes on is compared. What begins with "On … wrote:" is quoted.
MIME      The number of attachments and the texts of the bodies, white space apart; a body that the source could not decode is left out,
          and parts that hold the body in another form, or a name only, may be counted among the attachments or not.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.domain.documents import BounceReport, Nature
from parsers.mail.bounce import Action
from parsers.mail.envelope import Mail, open_mail
from parsers.mail.reply import forwarded_text, html_new_text, new_text
from tests.measure import edi_corpus

_CLOSING = re.compile(
    r"\n\s*(?:best regards|kind regards|regards|cheers|thanks|thank you|best)[,.!]?\s*(?:\n[^\n]{0,40}){0,3}\s*$",
    re.IGNORECASE,
)


class Tally:
    """Right of how many, strictly and by convention, and what failed."""

    def __init__(self, name: str) -> None:
        self.name, self.count, self.strict, self.right = name, 0, 0, 0
        self.failures: list[str] = []

    def add(self, where: str, *, strict: bool, right: bool, why: str = "") -> None:
        self.count += 1
        self.strict += strict
        self.right += strict or right
        if not (strict or right):
            self.failures.append(f"{where}: {why}"[:400])

    def __str__(self) -> str:
        share = 100 * self.right / self.count if self.count else 0
        return f"{self.name:34} strictly {self.strict}/{self.count}, with the conventions {self.right}/{self.count} ({share:.1f} %)"


def bounces(folder: Path) -> Iterator[Tally]:
    """Whether each is known as a bounce, with the class of its status and whether it is final."""
    root = folder / "sisimai_set"
    expected = json.loads((root / "expected.json").read_text("utf-8"))
    known, status, final, others = (
        Tally("bounces: known"),
        Tally("bounces: status"),
        Tally("bounces: hard or soft"),
        Tally("no bounces: left alone"),
    )
    for name, rows in expected.items():
        mail = open_mail((root / name).read_bytes())
        if any(row["reason"] == "feedback" for row in rows):
            complaint = any(r.action is Action.COMPLAINT for r in mail.reports)
            known.add(name, strict=complaint, right=mail.facts.nature is not Nature.CUSTOMER, why="a complaint")
            continue
        found = [d for d in mail.documents if isinstance(d, BounceReport)]
        delayed = any(r.action is Action.DELAYED for r in mail.reports) and not any(row["hard"] for row in rows)
        known.add(
            name,
            strict=len(found) == len(rows),
            right=delayed,
            why=f"{len(found)} for {len(rows)}, {mail.facts.nature}",
        )
        for row, one in zip(rows, found, strict=False):
            said, made_up = (
                one.status or "",
                bool(re.fullmatch(r"[45]\.0\.[0-9]{3}", row["dsn"]) or row["dsn"].endswith(".0.0")),
            )
            alike = said[:1] == row["dsn"][:1] or (made_up and (not said or not row["hard"]))
            status.add(name, strict=said == row["dsn"], right=alike, why=f"{said!r} for {row['dsn']!r}")
            by_class = one.permanent == (said or row["dsn"]).startswith("5") or (not said and not one.permanent)
            final.add(
                name,
                strict=one.permanent == row["hard"],
                right=not row["hard"] and by_class,
                why=f"permanent {one.permanent}, {row}",
            )
    for path in sorted((root / "maildir" / "not").glob("*")):
        mail = open_mail(path.read_bytes())
        others.add(
            path.name,
            strict=not any(isinstance(d, BounceReport) for d in mail.documents),
            right=False,
            why="taken for a bounce",
        )
    yield from (known, status, final, others)


def squeezed(text: str) -> str:
    return "".join(text.split())


def own_words(text: str) -> str:
    """A text without what the conventions leave out."""
    kept = "\n".join(line for line in text.splitlines() if not re.match(r"\s*(?:[A-Z]{0,2}>|[_*=#-]{8,}\s*$)", line))
    return squeezed(_CLOSING.sub("", "\n" + kept))


def replies(folder: Path) -> Iterator[Tally]:
    """The words that are new in a reply."""
    tally = Tally("replies: discourse")
    root = folder / "reply_trimmer_discourse" / "test"
    for path in sorted((root / "emails").glob("*.txt")):
        expected_at = root / "trimmed" / path.name
        if not expected_at.exists():
            continue
        text, expected = path.read_text("utf-8"), expected_at.read_text("utf-8")
        said = new_text(text)
        alike = own_words(said) == own_words(expected)
        passed_on = not said.strip() and squeezed(forwarded_text(text) or "") == squeezed(expected)
        begins = not said.strip() and bool(re.match(r"On [^\n]{5,100} wrote:", text.lstrip()))
        tally.add(
            path.name,
            strict=squeezed(said) == squeezed(expected),
            right=alike or passed_on or begins,
            why=f"{said[-160:]!r} for {expected[-160:]!r}",
        )
    yield tally
    tally = Tally("replies: talon")
    root = folder / "talon" / "tests" / "fixtures"
    for path in sorted((root / "html_replies").glob("*.html")):
        said = html_new_text(path.read_bytes().decode("utf-8", "replace"))
        # what every one of these replies says
        right = squeezed(said).startswith("Hi.Iamfine.")
        tally.add(path.name, strict=right and len(squeezed(said)) < 40, right=False, why=repr(said[-200:]))
    for path in sorted((root / "standard_replies").glob("*")):
        said = new_text(path.read_text("utf-8", "replace"))
        tally.add(path.name, strict="hello" in said.lower() and "wrote" not in said, right=False, why=repr(said[-200:]))
    yield tally
    tally = Tally("replies: quotequail")
    for path in sorted((folder / "quotequail" / "tests" / "files").glob("*reply*.html")):
        said = html_new_text(path.read_text("utf-8", "replace"))
        tally.add(path.name, strict=bool(said.strip()) and "wrote" not in said, right=False, why=repr(said[-200:]))
    yield tally


def _bodies(truth: dict[str, Any], name: str) -> str:
    texts = []
    for index in truth.get(name, ()):
        body = truth["parts"][index].get("body", {})
        texts.append(str(body.get("Text") or body.get("Html") or ""))
    return "\n".join(texts)


def mime(folder: Path) -> Iterator[Tally]:
    """Bodies and attachments of hard mails."""
    bodies, parts = Tally("MIME: text of the body"), Tally("MIME: attachments")
    for path in sorted((folder / "stalwart_mail_parser" / "resources" / "eml").rglob("*.eml")):
        expected_at = path.with_suffix(".json")
        if not expected_at.exists():
            continue
        truth = json.loads(expected_at.read_text("utf-8"))
        if not isinstance(truth, dict) or "parts" not in truth:
            continue
        mail = open_mail(path.read_bytes())
        expected, said = squeezed(_bodies(truth, "text_body")), squeezed(_plain(mail))
        alike = (
            said[:200] == expected[:200]
            or "\ufffd" in expected
            or squeezed(_bodies(truth, "html_body"))[:60] == squeezed(_html(mail))[:60]
            or said in expected
        )
        name = str(path.relative_to(folder))
        bodies.add(name, strict=said == expected, right=alike, why=f"{said[:100]!r} for {expected[:100]!r}")
        held, wanted = len(mail.part_facts), len(truth["attachments"])
        parts.add(name, strict=len(mail.parts) == wanted, right=held >= wanted, why=f"{len(mail.parts)} for {wanted}")
    yield from (bodies, parts)


def _plain(mail: Mail) -> str:
    chosen = mail.plain_body or mail.body
    return "" if chosen is None else chosen.data.decode(chosen.charset or "utf-8", "replace")


def _html(mail: Mail) -> str:
    return "" if mail.html_body is None else mail.html_body.data.decode(mail.html_body.charset or "utf-8", "replace")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--failures", action="store_true")
    asked = parser.parse_args()
    sources = (("sisimai_set", bounces), ("reply_trimmer_discourse", replies), ("stalwart_mail_parser", mime))
    for name, measure in sources:
        if not (asked.folder / name).is_dir():
            print(f"{name}: not there")
            continue
        for tally in measure(asked.folder):
            print(tally, flush=True)
            if asked.failures:
                print(*(f"    {failure}" for failure in tally.failures), sep="\n")
    edi_corpus.report(asked.folder, verbose=asked.failures)


if __name__ == "__main__":
    main()
