"""Holidays come from one place, and a rule decides where a date goes that is none for banks."""

from __future__ import annotations

from datetime import date

import pytest

from agent.calendar import calendar
from agent.domain.calendars import Calendar
from agent.domain.errors import WrongUsage
from agent.domain.term_rules import bank_day_of
from agent.domain.terms import BankDay, PaymentTerms


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("DE", date(2026, 10, 3)),
        ("DE-BY", date(2026, 6, 4)),  # Corpus Christi
        ("TARGET", date(2026, 5, 1)),
        ("KR", date(2026, 2, 17)),  # Seollal
        ("JP", date(2026, 5, 4)),
        ("GB", date(2026, 12, 28)),  # Boxing Day is a Saturday
        ("US", date(2026, 11, 26)),
    ],
)
def test_a_holiday_is_no_open_day(name: str, day: date) -> None:
    assert not calendar(name, 2026, 2027).is_open(day)


def test_a_region_has_holidays_that_its_country_does_not_have() -> None:
    assert calendar("DE", 2026, 2026).is_open(date(2026, 6, 4))
    assert not calendar("de-by", 2026, 2026).is_open(date(2026, 6, 4))


def test_a_weekend_is_where_the_country_has_it() -> None:
    friday, sunday = date(2026, 3, 13), date(2026, 3, 15)
    assert not calendar("SA", 2026, 2026).is_open(friday)
    assert calendar("SA", 2026, 2026).is_open(sunday)


def test_an_unknown_calendar_says_how_one_is_written() -> None:
    with pytest.raises(WrongUsage, match="DE-BY"):
        calendar("Narnia", 2026, 2026)


@pytest.mark.parametrize(
    ("rule", "moved"),
    [
        (BankDay.NONE, date(2026, 5, 31)),
        (BankDay.NEXT, date(2026, 6, 1)),
        (BankDay.PREVIOUS, date(2026, 5, 29)),
        (BankDay.MODIFIED, date(2026, 5, 29)),  # the next one is in June
    ],
)
def test_each_rule_puts_a_sunday_at_the_end_of_a_month_elsewhere(rule: BankDay, moved: date) -> None:
    assert bank_day_of(date(2026, 5, 31), rule, calendar("TARGET", 2026, 2026)) == moved


def test_modified_stays_in_its_month_and_moves_on_within_it() -> None:
    assert bank_day_of(date(2026, 5, 30), BankDay.MODIFIED) == date(2026, 5, 29)
    assert bank_day_of(date(2026, 5, 16), BankDay.MODIFIED) == date(2026, 5, 18)


def test_christmas_and_easter_move_a_due_date_over_several_days() -> None:
    banks = calendar("TARGET", 2026, 2027)
    assert PaymentTerms(days=30).due_on(date(2026, 11, 25), bank_day=BankDay.NEXT, holidays=banks) == date(2026, 12, 28)
    assert PaymentTerms(days=10).due_on(date(2026, 3, 24), bank_day=BankDay.NEXT, holidays=banks) == date(2026, 4, 7)


def test_a_calendar_that_is_never_open_moves_nothing_for_ever() -> None:
    shut = Calendar("", weekend=frozenset(range(7)))
    assert (shut.next_open(date(2026, 1, 1)) - date(2026, 1, 1)).days == 60
