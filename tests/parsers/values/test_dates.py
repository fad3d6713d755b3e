"""Dates: all orders, ten languages, weeks and eras, and nothing that is no date."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.values.dates import date_readings, find_dates, reading_in_order, resolve_order

NEAR = date(2026, 3, 16)
DAY = date(2026, 3, 13)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-13", "2026/03/13", "2026.03.13", "2026. 3. 13.", "20260313", "13.03.2026", "13/03/2026", "03/13/2026",
        "13-MAR-2026", "13 Mar 2026", "March 13, 2026", "Mar. 13, 2026", "13th March 2026", "13. März 2026",
        "13 mars 2026", "13 de marzo de 2026", "13 marzo 2026", "13 maart 2026", "13 de março de 2026",
        "13 marca 2026 r.", "2026年3月13日", "2026년 3월 13일", "令和8年3月13日", "R8.3.13", "13MAR26", "13.03.26",
        "Friday, 03/13/2026 10:42 A.M.", "2026-03-13T09:00:00Z", "Fr 13.03.2026", "26/03/13",
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_notation(text: str) -> None:
    assert [reading.value for reading in date_readings(text, near=NEAR)] == [DAY]


def test_figures_of_two_meanings_have_two_readings() -> None:
    readings = date_readings("03/04/26")
    assert {(r.value, r.order) for r in readings} == {(date(2026, 4, 3), "dmy"), (date(2026, 3, 4), "mdy")}


@pytest.mark.parametrize(
    ("text", "monday"),
    [("KW 14/2026", date(2026, 3, 30)), ("KW 14", date(2026, 3, 30)), ("semaine 15", date(2026, 4, 6)),
     ("week 14", date(2026, 3, 30)), ("semana 15", date(2026, 4, 6)), ("2026-W14", date(2026, 3, 30)),
     ("第14週", date(2026, 3, 30))],
)  # fmt: skip
def test_a_calendar_week_is_its_monday(text: str, monday: date) -> None:
    (reading,) = date_readings(text, near=NEAR)
    assert (reading.value, reading.order) == (monday, "week")


@pytest.mark.parametrize("text", ["3/27", "Fri 3/27", "27.3.", "27 mars", "3月27日", "3월 27일"])
def test_a_date_without_year_needs_a_date_near_by(text: str) -> None:
    assert date_readings(text) == ()
    assert [r.value for r in date_readings(text, near=NEAR)] == [date(2026, 3, 27)]


def test_the_year_that_is_missing_is_the_nearest() -> None:
    assert date_readings("28 December", near=date(2026, 1, 5))[0].value == date(2025, 12, 28)


@pytest.mark.parametrize(
    "text",
    [
        "ASAP",
        "31/02/2026",
        "13/13/2026",
        "10.42",
        "1.234",
        "INV-104377",
        "12-2026",
        "100/12",
        "02/30",
        "2026年3月",
        "",
        "2026",
    ],
)
def test_what_is_no_date_has_no_reading(text: str) -> None:
    assert date_readings(text, near=NEAR) == ()


def test_the_order_is_proved_by_dates_that_allow_only_one() -> None:
    assert resolve_order(["03/04/26", "13/03/26"]) == "dmy"
    assert resolve_order(["03/04/26", "03/13/26"]) == "mdy"
    assert resolve_order(["13/03/26", "03/13/26"]) is None
    assert resolve_order(["03/04/26", "2026-03-13"]) is None
    chosen = reading_in_order(date_readings("03/04/26"), "mdy")
    assert chosen is not None and chosen.value == date(2026, 3, 4)
    assert reading_in_order(date_readings("03/04/26"), None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACH sent 3/13 for INV-104377, $5,000.00.", ["3/13"]),
        ("Zahlung 16.03.: RG 104398, 11.900,00", ["16.03."]),
        ("아래와 같이 금일(3/16) 송금", ["3/16"]),
        ("支払期日2026年6月30日)にて", ["2026年6月30日"]),
        ("invoices 104355/56 and 104340-43", []),
    ],
)
def test_dates_stand_out_in_running_text(text: str, expected: list[str]) -> None:
    assert [found.text for found in find_dates(text, near=NEAR)] == expected


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2079, 12, 31)))
def test_iso_and_spelt_dates_are_read_back(day: date) -> None:
    assert [r.value for r in date_readings(day.isoformat())] == [day]
    assert [r.value for r in date_readings(day.strftime("%d-%b-%Y"))] == [day]
    assert day in [r.value for r in date_readings(day.strftime("%d/%m/%Y"))]
    assert day in [r.value for r in date_readings(day.strftime("%m/%d/%Y"))]


@given(st.text(max_size=60))
def test_any_text_is_answered_without_an_exception(text: str) -> None:
    date_readings(text, near=NEAR)
    find_dates(text, near=NEAR)
