"""The same mails at any cadence of runs; after a downtime the newest level once, spread over the window."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from agent import daily
from agent.collecting import following, planned_payments
from agent.domain.money import Money
from agent.settings import DunningSection, InterestSection, StaffSection
from agent.store import facts
from agent.store.engine import read
from agent.store.migrate import migrate
from tests.collecting import simulated
from tests.collecting.test_interlocks import announce, promise
from tests.collecting.world import at, open_books, owe, run, sent


@pytest.mark.parametrize("minutes", [20])
def test_ten_weeks_with_runs_of_another_cadence_sends_the_same_mails(
    tmp_path: Path, sqlite_template: Path, minutes: int
) -> None:
    days = simulated.mails(tmp_path / "daily", sqlite_template, days=75, every=timedelta(days=1))
    others = simulated.mails(tmp_path / "other", sqlite_template, days=75, every=timedelta(minutes=minutes))
    assert len(days.reminders) > 20
    assert others.reminders == days.reminders
    assert others.others == days.others
    assert max(Counter(others.levels).values()) == 1


def test_runs_by_hand_every_hour_remind_as_runs_once_a_day_do(sqlite_engine: Engine, tmp_path: Path) -> None:
    books = open_books(sqlite_engine, tmp_path)
    for n in range(6):
        owe(books, f"INV-{n}", f"2026-03-{1 + 3 * n:02d}")
    found = []
    for hour in range(0, 40 * 24, 1):
        moment = at("2026-03-02") + timedelta(hours=hour)
        books.now = moment
        told = books.do(lambda desk: daily.remind(desk, ["C-1"])) if hour % 7 == 0 else {"mails": []}
        found += [(item["invoice"], item["level"]) for one in told["mails"] for item in one["items"]]
    assert max(Counter(found).values()) == 1
    assert len(found) > 12


def test_ten_days_of_downtime_end_in_one_mail_a_customer_of_the_newest_level_spread_over_the_window(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    books = open_books(
        sqlite_engine, tmp_path, dunning=DunningSection(window="09:00-17:00", spread_from=2, min_interval_days=3)
    )
    for n in range(4):
        owe(books, f"A-{n}", f"2026-02-{20 + n}")
        owe(books, f"B-{n}", f"2026-02-{20 + n}", customer="C-2")

    def service(day: str) -> dict[str, list[dict[str, Any]]]:
        books.now = at(day, 6)
        told = daily.remind_once(books.engine, books.settings, books.now)
        assert told is not None
        return told

    service("2026-03-01")
    service("2026-03-02")
    before = len(books.outbox("reminder"))
    told = service("2026-03-12")
    assert sent(told) == [(c, 2, [f"{x}-{n}" for n in range(4)]) for c, x in (("C-1", "A"), ("C-2", "B"))]
    due = [datetime.fromisoformat(row["due_at"]) for row in books.outbox("reminder")[before:]]
    assert [moment.hour for moment in due] == [9, 13], "not all at once"
    assert sent(service("2026-03-13")) == []


def test_a_run_that_dies_half_way_is_finished_by_the_next_one_and_nobody_is_written_to_twice(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = open_books(sqlite_engine, tmp_path)
    owe(books, "INV-1", "2026-02-20")
    owe(books, "INV-2", "2026-02-20", customer="C-2")
    books.now = at("2026-03-02", 6)
    whole = following.escalate

    def dies(desk: Any, customers: Any = None) -> list[Any]:
        if "C-2" in customers:
            raise RuntimeError("power cut")
        return whole(desk, customers)

    with monkeypatch.context() as broken:
        broken.setattr(following, "escalate", dies)
        with pytest.raises(RuntimeError):
            daily.remind_once(books.engine, books.settings, books.now)
    assert [row["customer"] for row in books.outbox("reminder")] == ["C-1"], "the second one was taken back whole"
    assert read(books.engine, lambda tx: facts.get(tx, "dun.day")) is None
    told = daily.remind_once(books.engine, books.settings, books.now)
    assert told is not None
    assert [row["customer"] for row in told["mails"]] == ["C-2"]
    assert sent(run(books, "2026-03-02", 12)) == []


def test_both_databases_do_the_same(engine: Engine, tmp_path: Path) -> None:
    migrate(engine)
    books = open_books(
        engine,
        tmp_path,
        interest=InterestSection(propose=True, law="DE"),
        staff=StaffSection(emails=("eve@halden.example",)),
    )
    for n in range(3):
        owe(books, f"INV-{n}", f"2026-02-{10 + n}", "1000.00")
    owe(books, "INV-9", "2026-02-10", customer="C-2")
    promise(books, "2026-03-05", ("INV-0",))
    announce(books, "INV-1", "2026-03-03", "1000.00")
    agree = [(date(2026, 3, 4), Money.of("100.00", "EUR"))]
    books.do(lambda desk: planned_payments.agree(desk, books.customer("C-2"), ("INV-9",), agree))
    found: list[str] = []
    for day in range(2, 30):
        books.now = at(f"2026-03-{day:02d}", 6)
        told = daily.remind_once(books.engine, books.settings, books.now)
        assert told is not None
        assert daily.remind_once(books.engine, books.settings, books.now) is None
        found += [f"{day} {row['customer']} {row['level']}" for row in told["mails"]]
        found += [f"{day} {row['event']}" for row in told["events"]]
    assert found == [
        "2 C-1 2", "8 promise_broken", "8 plan_due", "9 C-1 2", "9 missing_payment", "16 C-1 3", "16 escalate",
        "16 late_charge", "16 late_charge", "16 late_charge", "18 C-2 3", "18 plan_broken", "18 escalate", "18 late_charge",
    ]  # fmt: skip
    books.prove()


def test_two_runs_at_the_same_moment_write_to_everybody_once(engine: Engine, tmp_path: Path) -> None:
    migrate(engine)
    books = open_books(engine, tmp_path, interest=InterestSection(propose=True, law="DE", from_level=1))
    for n in range(4):
        owe(books, f"A-{n}", f"2026-01-{10 + n}", "1000.00")
        owe(books, f"B-{n}", f"2026-01-{10 + n}", "1000.00", customer="C-2")
    promise(books, "2026-03-05", ("A-0",))
    now, start, failed = at("2026-03-09", 6), threading.Barrier(2), []

    def work() -> None:
        start.wait()
        try:
            daily.remind_once(engine, books.settings, now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells
            failed.append(error)

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert failed == []
    assert sorted((m["customer"], m["kind"]) for m in books.outbox()) == [("C-1", "reminder"), ("C-2", "reminder")]
    assert Counter(row["code"] for row in books.queue()) == {"promise_broken": 1, "escalate": 2, "late_charge": 8}
    books.prove()
