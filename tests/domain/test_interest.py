"""Late interest and fixed sums: the published vectors, by date, by law."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from agent import rates
from agent.domain.errors import ArError, WrongUsage
from agent.domain.interest import RateMissing, Sheet, by_agreement, compensation_of, sheet_of
from agent.domain.money import Money

# id, law, principal, due, paid, [(principal, per cent, days)], interest, fixed sum
VECTORS = [
    ("L01", "GB", "5000.00 GBP", "2024-01-31", "2024-05-11", [("5000.00", "13.25", 101)], "183.32", "70.00"),
    ("L02", "GB", "5000.00 GBP", "2023-12-15", "2024-03-10", [("5000.00", "13.00", 86)], "153.15", "70.00"),
    ("L03", "GB", "850.00 GBP", "2024-06-20", "2024-08-19", [("850.00", "13.25", 60)], "18.51", "40.00"),
    ("L04", "DE", "10000.00 EUR", "2024-11-30", "2025-02-28",
     [("10000.00", "12.37", 31), ("10000.00", "11.27", 59)], "287.23", "40.00"),
    ("L05a", "EU", "10000.00 EUR", "2024-11-30", "2025-02-28",
     [("10000.00", "12.25", 31), ("10000.00", "11.15", 59)], "284.27", "40.00"),
    ("L05b", "IE", "10000.00 EUR", "2024-11-30", "2025-02-28", [("10000.00", "11.15", 90)], "274.93", "40.00"),
    ("L06", "FR", "9600.00 EUR", "2024-09-30", "2024-11-14", [("9600.00", "14.25", 45)], "168.66", "40.00"),
    ("L07", "FI", "10000.00 EUR", "2024-08-31", "2024-09-30", [("10000.00", "12.5", 30)], "102.74", "40.00"),
    ("L10", "US-TX", "5000.00 USD", "2026-01-15", "2026-03-01", [("5000.00", "6", 15)], "12.33", "0.00"),
    ("L11", "DE", "999.99 EUR", "2024-11-30", "2025-02-28",
     [("999.99", "12.37", 31), ("999.99", "11.27", 59)], "28.72", "40.00"),
    ("L12", "DE", "1234.56 EUR", "2024-12-14", "2025-01-11",
     [("1234.56", "12.37", 17), ("1234.56", "11.27", 11)], "11.31", "40.00"),
]  # fmt: skip
TABLES = rates.load(Path("/nowhere"))


def money(text: str) -> Money:
    amount, currency = text.split()
    return Money.of(amount, currency)


def worked_out(code: str, principal: str, due: str, paid: str, *reductions: tuple[str, str]) -> Sheet:
    law = TABLES.law(code)
    assert law is not None
    debt = money(principal)
    return sheet_of(
        law,
        TABLES.rates,
        principal=debt,
        due_on=date.fromisoformat(due),
        to_on=date.fromisoformat(paid),
        reductions=[(date.fromisoformat(day), Money.of(amount, debt.currency)) for day, amount in reductions],
    )


@pytest.mark.parametrize("vector", VECTORS, ids=[v[0] for v in VECTORS])
def test_the_published_vectors(vector: tuple[str, ...]) -> None:
    _, law, principal, due, paid, segments, interest, fixed = vector
    sheet = worked_out(law, principal, due, paid)
    assert [(s.principal.plain(), s.percent, s.days) for s in sheet.segments] == [
        (amount, Decimal(percent), days) for amount, percent, days in segments
    ]
    assert (sheet.interest.plain(), sheet.compensation.plain()) == (interest, fixed)


def test_l08_a_part_payment_lowers_the_principal_from_the_day_after() -> None:
    sheet = worked_out("DE", "10000.00 EUR", "2025-01-15", "2025-03-31", ("2025-02-14", "4000"), ("2025-03-31", "6000"))
    assert [(s.principal.plain(), s.percent, s.days) for s in sheet.segments] == [
        ("10000.00", Decimal("11.27"), 30),
        ("6000.00", Decimal("11.27"), 45),
    ]
    assert sheet.interest.plain() == "176.00"


def test_l09_an_agreed_rate_stands_without_a_table_and_without_fixed_sums() -> None:
    law = by_agreement(TABLES.law("US"), Decimal(18))
    sheet = sheet_of(law, {}, principal=money("5000.00 USD"), due_on=date(2026, 1, 1), to_on=date(2026, 2, 15))
    assert (sheet.interest.plain(), sheet.compensation.plain()) == ("110.96", "0.00")


@pytest.mark.parametrize(
    ("debt", "fixed"),
    [("999.99", "40.00"), ("1000.00", "70.00"), ("9999.99", "70.00"), ("10000.00", "100.00")],
)
def test_british_compensation_by_the_size_of_the_debt(debt: str, fixed: str) -> None:
    law = TABLES.law("GB")
    assert law is not None
    assert compensation_of(law, Money.of(debt, "GBP")).plain() == fixed
    assert compensation_of(law, Money.of(debt, "EUR")).plain() == "0.00", "a sum in pounds is not a sum in euros"


def test_a_half_year_without_a_rate_gives_no_figure() -> None:
    with pytest.raises(RateMissing, match="half-year from 2026-07-01"):
        worked_out("DE", "1000.00 EUR", "2026-06-20", "2026-07-05")
    assert worked_out("DE", "1000.00 EUR", "2026-06-20", "2026-06-30").interest.plain() == "2.81"


def test_the_home_adds_rates_and_laws(tmp_path: Path) -> None:
    (tmp_path / "rates.toml").write_text(
        '[reference.bundesbank]\n2026-07-01 = "1.40"\n[law.SE]\nreference = "riksbank"\nmargin = "8"\n'
        '[reference.riksbank]\n2026-01-01 = "2.00"\n'
    )
    tables = rates.load(tmp_path)
    assert tables.rates["bundesbank"][date(2026, 7, 1)] == Decimal("1.40")
    assert tables.rates["bundesbank"][date(2025, 1, 1)] == Decimal("2.27"), "what comes with the program stays"
    found = tables.law("SE")
    assert found is not None
    assert found.margin == 8


@pytest.mark.parametrize(
    "text", ['[reference.x]\n2026-02-01 = "1"', "[law.XX]\nrate = 3", '[law.XX]\nmargin = "eight"', "[law"]
)
def test_a_wrong_table_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "rates.toml").write_text(text)
    with pytest.raises(WrongUsage, match=r"rates\.toml"):
        rates.load(tmp_path)


def test_an_agreement_above_what_a_state_allows_is_refused() -> None:
    with pytest.raises(ArError, match="more than the law of US-TX allows"):
        by_agreement(TABLES.law("US-TX"), Decimal(19))


def test_a_state_without_a_table_has_its_countrys_rule() -> None:
    law = TABLES.law("US-NY")
    assert law is not None
    assert law.needs_agreement


def test_nothing_is_owed_up_to_the_due_date() -> None:
    sheet = worked_out("DE", "1000.00 EUR", "2025-03-01", "2025-03-01")
    assert (sheet.segments, sheet.total.plain()) == ((), "0.00")
