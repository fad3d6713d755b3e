"""Whose policy counts, which level a day brings, and how a mail of it speaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent import settings as settings_module
from agent.collecting.policy import open_days, policy_of, working_days
from agent.domain.calendars import calendar_of
from agent.domain.collecting import CollectingTerms, Tone
from agent.domain.errors import WrongUsage
from agent.settings import BillingSection, CompanySection, DunningSection, Settings
from agent.store import collecting
from tests.agent.shop import Shop
from tests.collecting.world import ANN, events, open_books, owe, run, sent, text_of, why

TODAY = date(2026, 3, 2)


def policy(rule: DunningSection, terms: CollectingTerms | None = None):  # type: ignore[no-untyped-def]
    return policy_of(Settings(home=Path("/x"), dunning=rule), ANN, terms or CollectingTerms(), TODAY)


def set_terms(books: Shop, **values: object) -> None:
    books.do(lambda desk: collecting.save_terms(desk.tx, "C-1", CollectingTerms(**values)))  # type: ignore[arg-type]


def test_levels_before_the_due_date_end_with_0_and_those_after_it_count_from_1() -> None:
    one = policy(DunningSection(before=(7, 1), levels=(5, 15)))
    due = date(2026, 3, 20)
    days = [(13, -1), (18, -1), (19, 0), (20, 0), (21, None), (24, None), (25, 1), (31, 1)]
    assert [one.level(due, date(2026, 3, day)) for day, _ in days] == [level for _, level in days]
    assert one.level(due, date(2026, 3, 12)) is None
    assert one.level(due, date(2026, 4, 4)) == 2


def test_grace_days_keep_the_first_level_back() -> None:
    one = policy(DunningSection(levels=(1, 10), grace_days=3))
    assert [one.level(date(2026, 3, 1), date(2026, 3, day)) for day in (2, 3, 4, 11)] == [None, None, 1, 2]


def test_the_customers_own_policy_comes_before_that_of_its_segment() -> None:
    rule = DunningSection(
        policies={
            "gentle": DunningSection(levels=(20,), segments=("key",)),
            "firm": DunningSection(levels=(1,)),
        }
    )
    assert policy(rule).name == ""
    assert policy(rule, CollectingTerms(segment="key")).name == "gentle"
    assert policy(rule, CollectingTerms(segment="other")).name == ""
    assert policy(rule, CollectingTerms(segment="key", policy="firm")).rule.levels == (1,)
    with pytest.raises(WrongUsage, match="gentle, firm"):
        policy(rule, CollectingTerms(policy="kind"))


def test_a_policy_takes_from_dunning_what_it_does_not_say(tmp_path: Path) -> None:
    (tmp_path / "ar-agent.toml").write_text(
        "[dunning]\ngrace_days = 4\nmin_interval_days = 9\n[dunning.policies.gentle]\nlevels = [10, 30]\nsegments = 'key'\n"
    )
    found = settings_module.load(tmp_path).dunning.policies["gentle"]
    assert (found.levels, found.grace_days, found.min_interval_days, found.segments) == ((10, 30), 4, 9, ("key",))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("levels = [15, 5]", "each later"),
        ("tones = ['rude']", "'rude' is not one of friendly"),
        ("attach = ['letter+gun']", "'gun'"),
        ("send_days = ['monday']", "'monday'"),
        ("send_days = []", "no reminder would ever leave"),
        ("window = '17:00-09:00'", "ends before it begins"),
        ("window = 'always'", "write it like 09:00-17:00"),
        ("[dunning.policies.a]\nsegments=['x']\n[dunning.policies.b]\nsegments=['x']", "two policies"),
        ("[dunning.policies]\na = 3", "section of its own"),
        ("[dunning.policies.a]\nlevel = [3]", "did you mean 'levels'"),
    ],
)
def test_a_wrong_policy_is_refused_with_what_is_right(tmp_path: Path, lines: str, said: str) -> None:
    (tmp_path / "ar-agent.toml").write_text(f"[dunning]\n{lines}\n")
    with pytest.raises(WrongUsage, match=said):
        settings_module.load(tmp_path)


def test_nobody_is_told_of_reminders_that_were_never_sent() -> None:
    one = policy(DunningSection())
    assert one.tone(3, reminded_before=False) is Tone.FRIENDLY
    assert [one.tone(level, reminded_before=True) for level in (0, 1, 2, 3, 4, 9)] == [
        Tone.BEFORE, Tone.FRIENDLY, Tone.FIRM, Tone.FINAL, Tone.CALL, Tone.CALL,
    ]  # fmt: skip
    two = policy(DunningSection(tones=("friendly", "friendly", "call")))
    assert [two.tone(level, reminded_before=True) for level in (2, 3, 4)] == [Tone.FRIENDLY, Tone.CALL, Tone.CALL]


def test_attachments_follow_the_level() -> None:
    one = policy(DunningSection(attach=("", "invoices", "letter+statement")))
    assert [sorted(one.attachments(level)) for level in (0, 1, 2, 3, 4)] == [
        [], [], ["invoices"], ["letter", "statement"], ["letter", "statement"],
    ]  # fmt: skip
    assert policy(DunningSection()).attachments(3) == {"letter"}


def test_working_days_leave_out_weekends_and_holidays() -> None:
    days = calendar_of([date(2026, 3, 4)])
    assert working_days(date(2026, 2, 27), date(2026, 3, 5), days) == 3


def test_dun_09_a_due_date_on_a_saturday_counts_as_the_next_bank_day(sqlite_engine: Engine, tmp_path: Path) -> None:
    rule = DunningSection(levels=(3,), grace_days=0)
    books = open_books(sqlite_engine, tmp_path, dunning=rule, billing=BillingSection(bank_day="next"))
    owe(books, "INV-104334", "2026-02-28")
    assert [sent(run(books, f"2026-03-0{day}")) for day in (2, 3, 4)] == [[], [], []]
    assert sent(run(books, "2026-03-05")) == [("C-1", 1, ["INV-104334"])]


def test_the_customers_terms_may_name_the_bank_day(sqlite_engine: Engine, tmp_path: Path) -> None:
    books = open_books(sqlite_engine, tmp_path, dunning=DunningSection(levels=(3,), grace_days=0))
    books.change("C-1", payment_terms="月末締め翌月末払い 翌営業日")
    owe(books, "INV-1", "2026-02-28")
    assert sent(run(books, "2026-03-04")) == []
    assert sent(run(books, "2026-03-05")) == [("C-1", 1, ["INV-1"])]


def test_a_friendly_note_goes_out_before_the_due_date_once_and_never_after_it(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    rule = DunningSection(before=(3,), before_min_amount=Decimal(50), min_interval_days=0)
    books = open_books(sqlite_engine, tmp_path, dunning=rule)
    owe(books, "INV-1", "2026-03-10")
    owe(books, "INV-2", "2026-03-10", "49.99")
    assert sent(run(books, "2026-03-06")) == []
    told = run(books, "2026-03-07")
    assert sent(told) == [("C-1", 0, ["INV-1"])]
    assert "will be due shortly" in text_of(books, told["mails"][0]["mail"])
    assert sent(run(books, "2026-03-08")) == []
    assert books.item("INV-1").open.plain() == "100.00"
    assert sent(run(books, "2026-03-15")) == [("C-1", 1, ["INV-1", "INV-2"])]
    owe(books, "INV-3", "2026-03-14")
    assert sent(run(books, "2026-03-16")) == [], "too late for a note, too early for a reminder"


def test_one_mail_lists_what_was_told_before_beside_what_reaches_a_level_now(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20", "100.00")
    assert sent(run(books, "2026-03-02")) == [("C-1", 1, ["INV-1"])]
    owe(books, "INV-2", "2026-03-01", "50.00")
    owe(books, "CN-1", "", "-20.00")
    told = run(books, "2026-03-09")
    assert sent(told) == [("C-1", 2, ["INV-1", "INV-2"])], "the mail has the highest level of its items"
    assert told["mails"][0]["total_due"] == "130.00"
    owe(books, "INV-3", "2026-03-11", "7.00")
    told = run(books, "2026-03-16")
    assert [(m["level"], m["invoices"], m["also"]) for m in told["mails"]] == [(2, ["INV-2", "INV-3"], ["INV-1"])]
    assert told["mails"][0]["total_due"] == "137.00"


def test_the_first_contact_after_taking_over_old_items_is_friendly_and_may_begin_low(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    books = open_books(sqlite_engine, tmp_path, dunning=DunningSection(first_level=1))
    for n in range(5):
        owe(books, f"INV-{n}", f"2025-1{n % 3}-10")
    told = run(books, "2026-03-02")
    assert sent(told) == [("C-1", 1, [f"INV-{n}" for n in (0, 3, 1, 4, 2)])], "one mail, not one an item"
    assert "earlier reminders" not in text_of(books, told["mails"][0]["mail"])
    assert [m[1] for m in sent(run(books, "2026-03-09"))] == [3]


def test_without_a_first_level_the_newest_one_counts_and_still_claims_no_earlier_reminder(books: Shop) -> None:
    owe(books, "INV-1", "2025-11-10")
    told = run(books, "2026-03-02")
    assert sent(told) == [("C-1", 3, ["INV-1"])]
    assert "earlier reminders" not in text_of(books, told["mails"][0]["mail"])


def test_a_policy_of_the_customer_decides_its_reminders(sqlite_engine: Engine, tmp_path: Path) -> None:
    rule = DunningSection(policies={"late": DunningSection(levels=(40,), escalate_to="Eve")})
    books = open_books(sqlite_engine, tmp_path, dunning=rule)
    set_terms(books, policy="late")
    owe(books, "INV-1", "2026-02-01")
    owe(books, "INV-2", "2026-02-01", customer="C-2")
    assert sent(run(books, "2026-03-02")) == [("C-2", 2, ["INV-2"])]
    told = run(books, "2026-03-13")
    assert ("C-1", 1, ["INV-1"]) in sent(told)
    assert [(e["customer"], e["to"]) for e in told["events"] if e["event"] == "escalate"] == [
        ("C-1", "Eve"),
        ("C-2", "a person"),
    ]


def test_reminders_wait_for_a_day_on_which_they_are_sent(sqlite_engine: Engine, tmp_path: Path) -> None:
    books = open_books(sqlite_engine, tmp_path, dunning=DunningSection(send_days=("mon", "thu")))
    owe(books, "INV-1", "2026-02-26")
    told = run(books, "2026-03-03")
    assert (sent(told), why(told)) == ([], {"INV-1": "send_day"})
    assert sent(run(books, "2026-03-05")) == [("C-1", 1, ["INV-1"])]


def test_no_reminder_leaves_on_a_holiday_where_that_is_set(sqlite_engine: Engine, tmp_path: Path) -> None:
    books = open_books(sqlite_engine, tmp_path, dunning=DunningSection(skip_holidays=True))
    owe(books, "INV-1", "2026-03-20")
    assert why(run(books, "2026-04-03")) == {"INV-1": "send_day"}, "Good Friday"
    assert len(sent(run(books, "2026-04-04"))) == 1


def test_a_fee_is_charged_once_as_a_document_of_its_own(sqlite_engine: Engine, tmp_path: Path) -> None:
    rule = DunningSection(fees=(Decimal(0), Decimal("12.50")))
    books = open_books(sqlite_engine, tmp_path, dunning=rule)
    owe(books, "INV-1", "2026-02-20")
    assert run(books, "2026-03-02")["mails"][0]["total_due"] == "100.00"
    told = run(books, "2026-03-09")
    assert told["mails"][0]["total_due"] == "112.50"
    assert books.item("LC-00001").open.plain() == "12.50"
    text = text_of(books, told["mails"][0]["mail"])
    assert "LC-00001" in text
    assert "112.50" in text
    run(books, "2026-03-10")
    assert len(books.invoices()) == 2, "charged once"


def test_after_the_last_level_a_person_decides_and_is_asked_once(books: Shop) -> None:
    books.change("C-1", owner="Olga")
    owe(books, "INV-104310", "2026-02-01")
    assert events(run(books, "2026-03-02")) == []
    told = run(books, "2026-03-09")
    assert events(told) == ["escalate"]
    (item,) = books.queue()
    assert (item["code"], item["owner"]) == ("escalate", "Olga")
    assert events(run(books, "2026-03-20")) == []
    assert replace(books, now=books.now).item("INV-104310").open.plain() == "100.00"


def test_a_country_without_a_calendar_has_weekends() -> None:
    rule = Settings(home=Path("/x"), company=CompanySection(country="KP"))
    assert not open_days(rule, TODAY).is_open(date(2026, 3, 7))
    assert open_days(rule, TODAY).is_open(date(2026, 3, 9))
    with pytest.raises(WrongUsage, match="no calendar"):
        open_days(Settings(home=Path("/x"), billing=BillingSection(calendar="XX")), TODAY)
