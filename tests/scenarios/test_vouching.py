"""A person vouches for a whole mail that was not believed, and takes that back: all of it, or nothing."""

from __future__ import annotations

from sqlalchemy import update

from agent.store.engine import open_engine, write
from agent.store.schema import outbox
from tests.line import Line
from tests.scenarios.world import BRIGHTWATER, CALLOWAY, codes, paper, state

DISPUTE = "INV-104402 was short 3 boxes, we dispute 55.20."


def item(line: Line) -> str:
    return next(q["id"] for q in line.rows("queue", "list") if q["subject"]["type"] == "message")


def test_the_dispute_and_its_mail_are_taken_back(line: Line) -> None:
    line.mail(BRIGHTWATER, "Short", DISPUTE, authenticated=False)
    number = item(line)
    line.one("queue", "accept", number)
    assert state(line, "INV-104402")["disputed"] == "55.20"
    line.one("queue", "undo", number)
    assert state(line, "INV-104402")["disputed"] == "0.00"
    assert [m["status"] for m in line.rows("outbox", "list")] == ["cancelled"]
    assert codes(line) == ["sender_unverified"]


def test_an_advice_of_the_mail_announces_nothing_any_more_and_may_come_again(line: Line) -> None:
    listed = "Payment reference,EFT-1\nPayment date,2026-03-13\nCurrency,USD\n\nInvoice,Amount paid\nINV-104377,5000.00\nTotal,5000.00\n"
    files = paper(listed, "list.csv")
    line.mail(CALLOWAY, "Payment", "INV-104310 was short 3 boxes, we dispute 55.20.", files=files, authenticated=False)
    number = item(line)
    line.one("queue", "accept", number)
    assert state(line, "INV-104377")["announced"] == "5000.00"
    line.one("queue", "undo", number)
    assert state(line, "INV-104377")["announced"] == "0.00"
    line.mail(CALLOWAY, "Payment", "see attached", files=files)
    assert state(line, "INV-104377")["announced"] == "5000.00", "the genuine one is no repeat of what was taken back"


def test_a_mail_that_has_left_is_not_taken_back_and_nothing_else_is(line: Line) -> None:
    line.mail(BRIGHTWATER, "Short", DISPUTE, authenticated=False)
    number = item(line)
    line.one("queue", "accept", number)
    engine = open_engine(f"sqlite:///{line.home / 'ar-agent.db'}")
    write(engine, lambda tx: tx.execute(update(outbox).values(status="sent", sent_at=outbox.c.created_at)))
    engine.dispose()
    refused = line.run("queue", "undo", number)
    assert refused.code == 1 and "mail O1 is sent" in refused.err
    assert state(line, "INV-104402")["disputed"] == "55.20"


def test_accepting_does_not_close_what_it_cannot_book(line: Line) -> None:
    line.mail("someone@nowhere.example", "Order", "Purchase order 99\n5 x PU-100 at 240.00 EUR\n")
    stranger = item(line)
    refused = line.run("queue", "accept", stranger)
    assert refused.code == 1 and "messages replay" in refused.err
    assert line.one("queue", "show", stranger)["status"] == "open"
    shown = line.run("queue", "show", stranger).out
    assert f"queue accept {stranger}" not in shown and f"queue reject {stranger}" in shown
