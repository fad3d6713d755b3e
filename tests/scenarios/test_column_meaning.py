"""Headings that the lexicon does not know: what they mean is learned of one customer, and counts for that one alone."""

from __future__ import annotations

from typing import Any

import pytest

from agent.booking.learning.columns import Question, trials
from agent.reading import Reader
from tests.line import Line
from tests.scenarios.world import BRIGHTWATER, CALLOWAY, advised, invoice

HEAD = "Remittance Advice\nPayment reference,{payment}\nPayment date,2026-03-13\nCurrency,USD\nTotal paid,{total}\n\n"
FIRST = ("Bel Xy,Date,Amount paid\nINV-104601,2026-02-09,100.00\nINV-104602,2026-02-09,200.00\n", "300.00")
SECOND = ("Bel Xy,Date,Amount paid\nINV-104603,2026-02-09,300.00\nINV-104604,2026-02-09,400.00\n", "700.00")
THEIRS = ("Bel Xy,Date,Amount paid\nINV-104611,2026-02-09,100.00\nINV-104612,2026-02-09,200.00\n", "300.00")
SPLIT = ("INV-104601=100.00", "INV-104602=200.00")
BOOKED = {"INV-104601": "100.00", "INV-104602": "200.00"}


@pytest.fixture(autouse=True)
def items(line: Line) -> None:
    for n in range(1, 7):
        invoice(line, f"INV-10460{n},invoice,C-1002,,,2026-02-09,2026-03-30,USD,,,{n}00.00,{n}00.00,,")
    for n in (1, 2):
        invoice(line, f"INV-10461{n},invoice,C-1001,,,2026-02-09,2026-03-30,USD,,,{n}00.00,{n}00.00,,")


def advise(line: Line, payment: str, table: tuple[str, str], *, sender: str = CALLOWAY, proved: bool = True) -> str:
    """A list whose payments stand under a heading that nobody told us; the number of its message."""
    text = HEAD.format(payment=payment, total=table[1]) + table[0]
    files = (("list.csv", text.encode()),)
    return str(line.mail(sender, f"Remittance {payment}", "see attached", files=files, authenticated=proved)["id"])


def waiting(line: Line) -> list[dict[str, Any]]:
    return [q for q in line.rows("queue", "list") if q["status"] in ("open", "undone")]


def settle(line: Line, *parts: str) -> dict[str, Any]:
    """A clerk names what the waiting advice pays."""
    found = waiting(line)[0]
    return line.one("queue", "apply", found["id"], *(word for part in parts for word in ("--to", part)))


def columns(line: Line) -> list[tuple[str, str, str, int]]:
    return [(r["customer"], r["said"], r["means"], r["held"]) for r in line.rows("learned", "list", "--kind", "column")]


def teach(line: Line, said: str, means: str, customer: str = "C-1002") -> None:
    line.one("learned", "add", "--kind", "column", "--customer", customer, "--said", said, "--means", means)


def test_a_heading_that_a_clerk_settled_books_by_itself_the_next_time(line: Line) -> None:
    advise(line, "EFT-1", FIRST)
    assert advised(line) == {}
    settle(line, SPLIT[0])
    assert columns(line) == [], "one line of two proves nothing"
    done = settle(line, SPLIT[1])
    assert columns(line) == [("C-1002", "Bel Xy", "invoice_number", 0)]
    assert {"type": "learned", "id": "K1"} in done["effects"]
    advise(line, "EFT-2", SECOND)
    assert advised(line) == BOOKED | {"INV-104603": "300.00", "INV-104604": "400.00"}
    assert columns(line) == [("C-1002", "Bel Xy", "invoice_number", 1)]
    assert waiting(line) == []


def test_what_is_booked_by_a_learned_heading_says_so(line: Line) -> None:
    teach(line, "Bel Xy", "invoice_number")
    message = advise(line, "EFT-1", FIRST)
    (row,) = (m for m in line.rows("messages", "list") if m["id"] == message)
    assert "K1: learned" in row["reason"] and "'Bel Xy' means invoice_number" in row["reason"]


def test_another_customers_mail_with_that_heading_waits(line: Line) -> None:
    teach(line, "Bel Xy", "invoice_number")
    advise(line, "EFT-9", THEIRS, sender=BRIGHTWATER)
    assert advised(line) == {} and waiting(line)
    assert columns(line) == [("C-1002", "Bel Xy", "invoice_number", 0)]


def test_a_learned_heading_counts_only_for_a_proved_sender(line: Line) -> None:
    teach(line, "Bel Xy", "invoice_number")
    advise(line, "EFT-1", FIRST, proved=False)
    assert advised(line) == {} and columns(line)[0][3] == 0


def test_undoing_the_decision_forgets_the_heading(line: Line) -> None:
    advise(line, "EFT-1", FIRST)
    settle(line, SPLIT[0])
    done = settle(line, SPLIT[1])
    assert len(columns(line)) == 1
    line.one("queue", "undo", done["id"])
    assert columns(line) == []
    advise(line, "EFT-2", SECOND)
    assert "INV-104603" not in advised(line)


def test_a_heading_that_expired_counts_no_more(line: Line) -> None:
    teach(line, "Bel Xy", "invoice_number")
    line.one("learned", "edit", "K1", "--until", "2026-03-16")
    advise(line, "EFT-1", FIRST)
    assert advised(line) == {}


def test_a_decision_that_no_reading_explains_teaches_nothing(line: Line) -> None:
    advise(line, "EFT-1", FIRST)
    settle(line, "INV-104601=99.99")
    settle(line, "INV-104602=200.00")
    assert columns(line) == []


def test_a_decision_that_two_columns_explain_teaches_nothing(line: Line) -> None:
    table = (
        "Invoice,Gross,Abz Xy,Kxz Xy,Paid\nINV-104601,100.00,10.00,10.00,90.00\nINV-104602,200.00,0.00,0.00,200.00\n"
    )
    advise(line, "EFT-1", (table, "290.00"))
    settle(line, "INV-104601=90.00+discount=10.00", "INV-104602=200.00")
    assert columns(line) == []


def test_the_column_of_a_reduction_is_told_by_how_the_clerk_booked_it(line: Line) -> None:
    table = "Invoice,Gross,Abz Xy,Paid\nINV-104601,100.00,10.00,90.00\nINV-104602,200.00,0.00,200.00\nTotal,,,290.00\n"
    advise(line, "EFT-1", (table, "290.00"))
    assert advised(line) == {}
    settle(line, "INV-104601=90.00+discount=10.00", "INV-104602=200.00")
    assert columns(line) == [("C-1002", "Abz Xy", "discount", 0)]


def test_what_the_lexicon_knows_is_never_taught_otherwise(line: Line) -> None:
    command = ("learned", "add", "--kind", "column", "--customer", "C-1002", "--said")
    known = line.run(*command, "Invoice number", "--means", "paid")
    assert known.code == 1 and "known already" in known.err
    wrong = line.run(*command, "Bel Xy", "--means", "everything")
    assert wrong.code == 1 and "withheld" in wrong.err


def test_a_taught_heading_does_not_displace_one_that_is_known(line: Line) -> None:
    """A wrong lesson beside a printed "Paid" is not used."""
    teach(line, "Abz Xy", "paid")
    table = (
        "Invoice,Gross,Discount,Paid,Abz Xy\nINV-104601,100.00,0.00,100.00,70.00\nINV-104602,200.00,0.00,200.00,70.00\n"
    )
    advise(line, "EFT-1", (table, "300.00"))
    assert advised(line) == BOOKED and columns(line)[0][3] == 0


def test_a_wrong_lesson_proves_nothing_that_does_not_foot(line: Line) -> None:
    teach(line, "Abz Xy", "paid")
    table = "Invoice,Gross,Abz Xy\nINV-104601,100.00,60.00\nINV-104602,200.00,50.00\nTotal,,290.00\n"
    advise(line, "EFT-1", (table, "290.00"))
    assert advised(line) == {} and waiting(line)


def test_a_queue_item_names_the_headings_and_how_to_teach_them(line: Line) -> None:
    """A paper that was not understood at all is read anew once its headings are taught."""
    text = "Bel Xy;Bet Xz\nINV-104601;100.00\nINV-104602;200.00\n"
    row = line.mail(CALLOWAY, "Remittance", "see attached", files=(("list.csv", text.encode()),))
    (found,) = waiting(line)
    (shown,) = line.rows("queue", "show", found["id"])
    assert shown["headings"] == ["Bel Xy", "Bet Xz"]
    said = line.run("queue", "show", found["id"]).out
    assert "learned add --kind column --customer C-1002 --said 'Bel Xy'" in said and "messages replay" in said
    teach(line, "Bel Xy", "invoice_number")
    teach(line, "Bet Xz", "paid")
    line.run("messages", "replay", str(row["id"]))
    assert advised(line) == BOOKED
    assert [held for *_, held in columns(line)] == [1, 1]


def test_a_heading_meant_for_a_shell_is_quoted(line: Line) -> None:
    text = "Bel Xy;$(reboot) 'z\nINV-104601;100.00\nINV-104602;200.00\n"
    line.mail(CALLOWAY, "Remittance", "see attached", files=(("list.csv", text.encode()),))
    said = line.run("queue", "show", waiting(line)[0]["id"]).out
    assert "--said 'Bel Xy'" in said and "--said $(" not in said


def test_meanings_that_were_not_all_tried_teach_nothing(reader: Reader) -> None:
    text = "From: a@b.example\nContent-Type: text/csv; name=list.csv\n\nBel Xy,Bet Xz\nINV-104601,100.00\nINV-104602,200.00\n"
    asked = Question("C-1002", "M1.eml", text.encode(), ("Bel Xy", "Bet Xz"), ())
    tried = trials(reader, asked)
    assert tried[0].meant == () and {len(one.meant) for one in tried} == {0, 1, 2}
    assert trials(reader, asked, seconds=-1) == ()


def test_two_unknown_headings_are_learned_together(line: Line) -> None:
    table = "Bel Xy,Gross,Abz Xy,Paid\nINV-104601,100.00,10.00,90.00\nINV-104602,200.00,0.00,200.00\n"
    advise(line, "EFT-1", (table, "290.00"))
    settle(line, "INV-104601=90.00+discount=10.00", "INV-104602=200.00")
    assert columns(line) == [("C-1002", "Bel Xy", "invoice_number", 0), ("C-1002", "Abz Xy", "discount", 0)]


def test_two_rows_that_contradict_each_other_give_no_meaning(line: Line) -> None:
    teach(line, "Bel Xy", "invoice_number")
    teach(line, "Bel Xy", "our_reference")
    advise(line, "EFT-1", FIRST)
    assert advised(line) == {}


def test_a_booking_that_was_taken_back_counts_against_the_heading(line: Line) -> None:
    teach(line, "Bel Xy", "invoice_number")
    advise(line, "EFT-1", FIRST)
    assert advised(line) == BOOKED
    line.run("advices", "undo", "A1", "--note", "another column was meant")
    (row,) = line.rows("learned", "list", "--kind", "column")
    assert (row["held"], row["failed"]) == (1, 1)
