"""Staff hear today what leaves tomorrow, and hold it by answering."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent import daily
from agent.cli.app import App
from agent.collecting.digest import Command, commands_in
from agent.reading import Reader
from agent.settings import StaffSection
from tests.agent.shop import Shop
from tests.collecting.world import at, open_books, owe, sent, text_of, why
from tests.line import Line, make_line

STAFF = StaffSection(emails=("ann@halden.example", "eve@halden.example"))
MAR_17 = "2026-03-17T09:00:00+00:00"
MAR_18 = "2026-03-18T09:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HOLD 17", [("hold", 17)]),
        ("hold 17.\n\nThanks, Ann", [("hold", 17)]),
        ("Hi,\nHOLD 17, 18 and 19\nRELEASE 4\n", [("hold", 17), ("hold", 18), ("hold", 19), ("release", 4)]),
        ("HOLD #5", [("hold", 5)]),
        ("please hold 17 boxes for us", []),
        ("we HOLD 17 of your invoices", []),
        ("HOLD", []),
        ("HOLD 17 until Friday", []),
        ("UNHOLD 17", []),
    ],
)
def test_only_a_line_that_says_nothing_else_is_an_order(text: str, found: list[tuple[str, int]]) -> None:
    assert commands_in(text) == tuple(Command(word, number) for word, number in found)


def service(books: Shop, day: str, hour: int = 6) -> dict[str, list[dict[str, object]]] | None:
    books.now = at(day, hour)
    return daily.remind_once(books.engine, books.settings, books.now)


def test_the_digest_of_tomorrow_goes_to_staff_once_a_day_and_names_each_mail_by_a_number(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    books = open_books(sqlite_engine, tmp_path, staff=STAFF)
    owe(books, "INV-1", "2026-02-26", "123.45")
    told = service(books, "2026-03-02")
    assert told is not None
    assert sent(told) == []
    (mail,) = books.outbox("other")
    assert mail["to"] == ["ann@halden.example", "eve@halden.example"]
    text = text_of(books, mail["id"])
    assert re.search(r"\b1 C-1 Ann Ltd level 1 123\.45 EUR INV-1", text)
    assert "HOLD 17" in text
    assert service(books, "2026-03-02", 7) is None
    assert len(books.outbox("other")) == 1
    books.prove()


def test_there_is_no_digest_where_there_is_nothing_to_say(sqlite_engine: Engine, tmp_path: Path) -> None:
    books = open_books(sqlite_engine, tmp_path, staff=STAFF)
    service(books, "2026-03-02")
    assert books.outbox() == []


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(own_addresses=("ar@halden.example",), own_names=("Halden Components Ltd",)) as one:
        yield one


@pytest.fixture
def line(tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    monkeypatch.setattr(App, "new_reader", lambda _app: reader)
    made = make_line(tmp_path / "home")
    settings = made.home / "ar-agent.toml"
    settings.write_text(settings.read_text() + '\n[staff]\nemails = ["eve@halden.example"]\n')
    yield made
    made.check()


def planned(line: Line, customer: str, now: str) -> dict[str, object]:
    (row,) = [r for r in line.rows("dun", "planned", now=now) if r["customer"] == customer]
    return row


def reminded(line: Line, now: str) -> set[str]:
    return {r["customer"] for r in line.rows("dun", "--dry-run", now=now) if "mail" in r}


def test_an_answer_of_staff_holds_a_mail_until_it_is_released(line: Line) -> None:
    number = planned(line, "C-1001", MAR_17)["number"]
    assert "C-1001" in reminded(line, MAR_18)
    row = line.mail("eve@halden.example", "Re: Reminders of 2026-03-18", f"HOLD {number}\n\nEve\n", now=MAR_17)
    assert (row["outcome"], row["effects"]) == ("processed", [{"type": "planned", "id": str(number)}])
    assert "C-1001" not in reminded(line, MAR_18)
    reasons = {r["invoice"]: r for r in line.rows("dun", "--dry-run", now=MAR_18) if "reason" in r}
    assert reasons["INV-104355"]["code"] == "held"
    assert "eve@halden.example" in reasons["INV-104355"]["reason"]
    assert "C-1001" not in reminded(line, "2026-04-18T09:00:00+00:00"), "a hold does not end by itself"
    line.mail("eve@halden.example", "Re: Reminders", f"RELEASE {number}", now=MAR_18)
    assert "C-1001" in reminded(line, MAR_18)


@pytest.mark.parametrize(
    ("sender", "authenticated"),
    [
        ("eve@halden.example", False),
        ("ap@brightwaterfoods.example", True),
        ("eve@halden.example.evil.example", True),
        ("stranger@evil.example", True),
    ],
)
def test_nobody_else_holds_a_mail(line: Line, sender: str, authenticated: bool) -> None:
    number = planned(line, "C-1003", MAR_17)["number"]
    row = line.mail(sender, "Re: Reminders", f"HOLD {number}", now=MAR_17, authenticated=authenticated)
    assert {"type": "planned", "id": str(number)} not in row["effects"]
    assert [r["status"] for r in line.rows("dun", "planned", now=MAR_17) if r["number"] == number] == ["planned"]


def test_what_is_quoted_below_is_no_order(line: Line) -> None:
    number = planned(line, "C-1001", MAR_17)["number"]
    text = f"Thanks, looks fine.\n\nOn 17 March 2026 Halden wrote:\n> To stop one, answer:\n> HOLD {number}\n"
    line.mail("eve@halden.example", "Re: Reminders", text, now=MAR_17)
    assert line.rows("dun", "planned", "--held", now=MAR_17) == []


def test_a_mail_that_is_queued_already_is_held_with_the_rest(line: Line) -> None:
    number = planned(line, "C-1001", MAR_17)["number"]
    (mail,) = [r for r in line.rows("dun", now=MAR_18) if r.get("customer") == "C-1001" and "mail" in r]
    line.mail("eve@halden.example", "Re: Reminders", f"HOLD {number}", now=MAR_18)
    (row,) = [m for m in line.rows("outbox", "list") if m["id"] == mail["mail"]]
    assert (row["status"], row["reason"]) == ("held", f"held by eve@halden.example (HOLD {number})")


def test_a_number_that_is_none_is_said_and_the_same_can_be_done_by_command(line: Line) -> None:
    row = line.mail("eve@halden.example", "Re: Reminders", "HOLD 999", now=MAR_17)
    assert "999" in row["reason"]
    number = str(planned(line, "C-1001", MAR_17)["number"])
    assert line.rows("dun", "hold", number, now=MAR_17)[0]["status"] == "held"
    assert line.run("dun", "hold", number, now=MAR_17).code == 1
    assert line.rows("dun", "release", number, now=MAR_17)[0]["status"] == "released"
    assert "C-1001" in reminded(line, MAR_18)
    assert why  # the codes are told in test_interlocks
