"""What keeps us quiet, and what customers still wait for."""

from __future__ import annotations

from tests.line import Line
from tests.scenarios.world import CALLOWAY, MUELLER, ORCHID, held_back, mails, reminded


def waiting(line: Line, *options: str, now: str | None = None) -> list[tuple[str, str, bool]]:
    return [(w["what"], w["due_on"], w["late"]) for w in line.rows("waiting", *options, now=now)]


def test_under_a_legal_stop_nothing_leaves_until_a_person_lifts_it(line: Line) -> None:
    assert "INV-104310" in reminded(line)
    assert line.run("customers", "statement", "C-1002").code == 0  # queued before the news came
    stopped = line.run("customers", "stop", "C-1002", "--kind", "insolvency", "--reference", "26-10442")
    assert stopped.code == 0, stopped.err
    (before,) = line.rows("outbox", "list")
    assert before["status"] == "held"
    line.run("customers", "statement", "C-1002", now="2026-03-16T10:00:00+00:00")
    assert {m["status"] for m in line.rows("outbox", "list")} == {"held"}
    refused = line.run("outbox", "release", before["id"])
    assert refused.code == 1
    assert "legal stop" in refused.err
    assert "legal stop" in held_back(line)["INV-104310"]
    assert line.one("customers", "show", "C-1002")["on_hold"] is True
    assert line.one("customers", "show", "C-1002")["legal_stop"] == "insolvency"
    (stop,) = line.rows("customers", "stops")
    assert (stop["customer"], stop["kind"], stop["reference"]) == ("C-1002", "insolvency", "26-10442")
    assert line.run("customers", "lift", "C-1002", "--note", "plan confirmed, says counsel").code == 0
    assert line.rows("customers", "stops") == []
    assert len(line.rows("customers", "stops", "--all")) == 1
    assert line.one("customers", "show", "C-1002")["on_hold"] is False
    assert {m["status"] for m in line.rows("outbox", "list")} == {"held"}, "what was held waits for a person"
    assert line.run("outbox", "release", before["id"]).code == 0
    assert "INV-104310" in reminded(line)


def test_a_stop_that_is_not_there_cannot_be_lifted(line: Line) -> None:
    result = line.run("customers", "lift", "C-1002", "--note", "x")
    assert result.code == 1
    assert "not under a legal stop" in result.err


def test_a_stop_holds_orders_of_which_nothing_has_left(line: Line) -> None:
    open_before = [o["order"] for o in line.rows("orders", "list") if o["customer"] == "C-1011"]
    line.run("customers", "stop", "C-1011", "--kind", "counsel")
    states = {o["order"]: (o["status"], o["lines"]) for o in line.rows("orders", "list") if o["customer"] == "C-1011"}
    assert sorted(states) == sorted(open_before)
    for status, rows in states.values():
        untouched = all(float(r["delivered"]) == 0 == float(r["invoiced"]) for r in rows)
        assert not (untouched and status == "confirmed")
    assert ORCHID


def test_what_a_customer_asks_and_nobody_answers_is_on_a_list_with_its_deadline(line: Line) -> None:
    line.mail(CALLOWAY, "Question", "Please complete the attached supplier form incl. bank details and W-9.")
    (one,) = line.rows("waiting")
    assert (one["customer"], one["since"], one["due_on"], one["late"]) == ("C-1002", "2026-03-16", "2026-03-18", False)
    assert [w["late"] for w in line.rows("waiting", now="2026-03-19T09:00:00+00:00")] == [True]
    assert line.rows("waiting", "--late") == []
    line.run("queue", "reject", one["number"], "--note", "answered by phone")
    assert line.rows("waiting") == []


def test_a_dispute_waits_for_us_until_it_is_closed(line: Line) -> None:
    line.mail(
        MUELLER, "RG 104333", "Die Fracht von 380 € auf Rechnung 104333 war nicht vereinbart, der Preis stimmt nicht."
    )
    assert [w[0] for w in waiting(line)] == ["dispute"]
    assert mails(line) == ["dispute_opened"]
    line.run("disputes", "resolve", "D1", "--by", "rejected", "--text", "as agreed")
    assert waiting(line) == []
