"""Office hours of the recipient: every day of some years, in several zones, over both clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.domain.calendars import Calendar
from outbox.window import Window, next_opening, window_of

WEEK = Calendar("", frozenset({date(2026, 12, 25)}))
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Asia/Kathmandu"]


def test_a_window_is_written_as_two_times() -> None:
    assert window_of("08:00-18:30") == Window(time(8), time(18, 30))
    assert window_of("0:00 - 24:00") == Window(time(0), time(0))
    assert window_of(" ") is None


@pytest.mark.parametrize("text", ["8-18", "18:00-08:00", "08:00-08:00", "08:00-24:30", "25:00-26:00", "always"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no window"):
        window_of(text)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-16T09:00:00+00:00", "2026-03-16T09:00:00+00:00"),  # within
        ("2026-03-16T06:59:59+00:00", "2026-03-16T08:00:00+00:00"),  # before
        ("2026-03-16T18:00:00+00:00", "2026-03-17T08:00:00+00:00"),  # the end is not within
        ("2026-03-20T19:00:00+00:00", "2026-03-23T08:00:00+00:00"),  # over a weekend
        ("2026-12-24T19:00:00+00:00", "2026-12-28T08:00:00+00:00"),  # over a holiday and a weekend
    ],
)
def test_a_mail_waits_for_the_next_opening(moment: str, opens: str) -> None:
    found = next_opening(datetime.fromisoformat(moment), Window(time(8), time(18)), WEEK, ZoneInfo("UTC"))
    assert found == datetime.fromisoformat(opens)


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_of_a_year_leads_to_an_open_hour_that_is_not_past_and_not_far(zone: str) -> None:
    place, window = ZoneInfo(zone), Window(time(2, 30), time(17))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment < datetime(2027, 1, 1, tzinfo=UTC):
        found = next_opening(moment, window, WEEK, place)
        local = found.astimezone(place)
        assert moment <= found < moment + timedelta(days=6)
        assert WEEK.is_open(local.date())
        assert time(2, 30) <= local.time() < time(17)
        assert next_opening(found, window, WEEK, place) == found
        moment += timedelta(hours=7)


def test_days_alone_are_a_rule_too() -> None:
    saturday = datetime(2026, 3, 21, 15, tzinfo=UTC)
    assert next_opening(saturday, None, WEEK, ZoneInfo("UTC")) == datetime(2026, 3, 23, tzinfo=UTC)
    friday = datetime(2026, 3, 20, 23, tzinfo=UTC)
    assert next_opening(friday, None, WEEK, ZoneInfo("UTC")) == friday
