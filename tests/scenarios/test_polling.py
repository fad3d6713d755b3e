"""`ar-agent poll` by hand: each mail has its line, a repetition too, and the mailbox is told of in words."""

from __future__ import annotations

import mailbox

from tests.line import Line
from tests.scenarios.world import BRIGHTWATER


def test_each_fetched_mail_has_its_line_and_the_box_is_told_of_in_words(line: Line) -> None:
    line.mail(BRIGHTWATER, "Short", "INV-104402 was short 3 boxes, we dispute 55.20.")
    first = next(line.home.glob("mail-*.eml")).read_bytes()
    box = mailbox.Maildir(str(line.home / "box"), create=True)
    box.add(first)
    box.add(first.replace(b"Message-ID: <", b"Message-ID: <other-").replace(b"55.20", b"44.20"))
    settings = line.home / "ar-agent.toml"
    settings.write_text(settings.read_text() + f'\n[[mailboxes]]\nname = "local"\nmaildir = "{line.home / "box"}"\n')
    polled = line.run("poll")
    assert "local: 2 new" in polled.err and "FetchReport" not in polled.err
    assert "duplicate" in polled.out
    assert len([row for row in polled.out.splitlines() if row[:1].strip()]) == 2
