"""Amounts: every notation, every meaning, and nothing that is no amount."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.values.amounts import amount_readings, find_amounts, reading_in, resolve_style


def values(text: str) -> list[str]:
    return sorted(str(reading.value) for reading in amount_readings(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.56", ["1234.56"]),
        ("1.234,56", ["1234.56"]),
        ("1 234,56", ["1234.56"]),
        ("1\u00a0234,56", ["1234.56"]),
        ("1\u202f234,56", ["1234.56"]),
        ("1\u2009234.56", ["1234.56"]),
        ("1'234.56", ["1234.56"]),
        ("1’234.56", ["1234.56"]),
        ("1,23,456.00", ["123456.00"]),
        ("1234,-", ["1234"]),
        ("1'234.-", ["1234"]),
        (".00", ["0.00"]),
        ("640.00-", ["-640.00"]),
        ("-640.00", ["-640.00"]),
        ("\u2212640.00", ["-640.00"]),
        ("▲55,000円", ["-55000"]),
        ("△165,000원", ["-165000"]),
        ("(1,234.50)", ["-1234.50"]),
        ("(1,234.50)*", ["-1234.50"]),
        ("640.00 CR", ["-640.00"]),
        ("640.00 DR", ["640.00"]),
        ("640,00 H", ["-640.00"]),
        ("640,00 S", ["640.00"]),
        ("***1,234.56", ["1234.56"]),
        ("１，２３４．５６", ["1234.56"]),
        ("$1,234.56 USD", ["1234.56"]),
        ("2.380,- EUR", ["2380"]),
        ("1155만원", ["11550000"]),
        ("1,234.50¹", ["1234.50"]),
        ("(2,231 .64)", ["-2231.64"]),
        ("0.184", ["0.184"]),
        ("16.9025", ["16.9025"]),
        ("0", ["0"]),
    ],
)
def test_a_notation_with_one_meaning_has_one_reading(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize("text", ["1.234", "1,234"])
def test_three_figures_behind_one_mark_are_two_amounts(text: str) -> None:
    assert values(text) == ["1.234", "1234"]


def test_a_currency_without_decimals_settles_three_figures_behind_a_mark() -> None:
    assert values("385,000円") == ["385000"]
    assert values("44,385,000원") == ["44385000"]


def test_a_trailing_dash_behind_yen_may_close_the_figure_or_be_a_minus() -> None:
    assert values("￥55,000-") == ["-55000", "55000"]


@pytest.mark.parametrize(
    "text",
    [
        "13.03.2026", "2026.03.13", "03/13/26", "309-555-0142", "+49 7141 55-2210", "3 %", "19%", "10:42", "GB33BUKB",
        "DE89 3704 0044 0532 0130 00", "INV-104377", "0000104401", "4501-2301", "12 EUR USD", "1.2.3", "", "-", "EUR",
        "1,2345,678", "12,34.56", "M8X40", "200EA", "1..5", "--5", "9" * 80,
    ],
)  # fmt: skip
def test_what_is_no_amount_has_no_reading(text: str) -> None:
    assert amount_readings(text) == ()


@pytest.mark.parametrize(
    ("text", "currency"),
    [("EUR 12", "EUR"), ("12,50 €", "EUR"), ("$12.50", None), ("US$ 5.00", "USD"), ("12원", "KRW"), ("￥1,000", "JPY"),
     ("JPY 1000", "JPY"), ("£9.99", "GBP"), ("99,00 zł", "PLN"), ("100,00 kr", None), ("¥12.50", None)],
)  # fmt: skip
def test_the_currency_is_named_only_where_the_sign_names_one(text: str, currency: str | None) -> None:
    assert {reading.currency for reading in amount_readings(text)} == {currency}


def test_a_document_proves_its_decimal_mark_by_its_unambiguous_members() -> None:
    assert resolve_style(["1.234", "16,90", "12.345.678"]) == "comma"
    assert resolve_style(["1,234", "16.90"]) == "point"
    assert resolve_style(["1.234", "1,234"]) is None
    assert resolve_style(["16,90", "16.90"]) is None
    chosen = reading_in(amount_readings("1.234"), "comma")
    assert chosen is not None and chosen.value == 1234
    assert reading_in(amount_readings("1.234"), None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACH sent 3/13 for INV-104377, $5,000.00.", ["$5,000.00"]),
        ("11.900,00 abzgl. 3 % Skonto 357,00 = 11.543,00 EUR", ["11.900,00", "357,00", "11.543,00 EUR"]),
        ("factuur 104396 €847,00 min creditnota 20330 €47,00", ["104396", "€847,00", "20330", "€47,00"]),
        ("between 1,200-1,500 pieces, 10:42, 0-10bar, 5%", []),
        ("on 13.03.2026 we paid 9 600,00 € (9.600,00)", ["9 600,00 €", "(9.600,00)"]),
        ("請求書A-5521（132,000円）は", ["（132,000円）"]),
        ("mail a1.50@x.example about v1.50.2", []),
    ],
)
def test_running_text_yields_its_sums_and_no_parts_of_other_things(text: str, expected: list[str]) -> None:
    assert [found.text for found in find_amounts(text)] == expected


def test_places_are_those_of_the_text() -> None:
    text = "合計 ￥1,429,120 です"
    (found,) = find_amounts(text)
    assert text[found.start : found.end] == "￥1,429,120"


CENTS = st.integers(min_value=0, max_value=10**11)
GROUPS = {"point": [",", "'", " ", "\u00a0", "\u202f", ""], "comma": [".", "'", " ", "\u00a0", "\u202f", ""]}
MARKS = {"point": ".", "comma": ","}


def written(cents: int, style: str, group: str) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", group) + MARKS[style] + f"{rest:02d}"


@given(CENTS, st.sampled_from(["point", "comma"]), st.integers(0, 5))
def test_what_is_written_with_cents_is_read_back_in_every_style(cents: int, style: str, group: int) -> None:
    text = written(cents, style, GROUPS[style][group])
    assert [reading.value for reading in amount_readings(text)] == [Decimal(cents) / 100]
    assert resolve_style([text]) == style


@given(CENTS, st.sampled_from(["-{}", "{}-", "({})", "\u2212{}", "▲{}", "△{}", "{} CR", "{} H", "({})*"]))
def test_every_minus_is_read(cents: int, form: str) -> None:
    text = form.format(written(cents, "point", ","))
    assert [reading.value for reading in amount_readings(text)] == [-Decimal(cents) / 100]


@given(CENTS, st.sampled_from(["EUR {}", "{} EUR", "€{}", "€ {}", "{} €", "{}EUR", "EUR{}"]))
def test_a_currency_on_either_side_changes_nothing(cents: int, form: str) -> None:
    (reading,) = amount_readings(form.format(written(cents, "comma", ".")))
    assert (reading.value, reading.currency) == (Decimal(cents) / 100, "EUR")


@given(st.integers(min_value=1000, max_value=10**12))
def test_lakh_grouping_is_read(number: int) -> None:
    text = str(number)
    head, tail = text[:-3], text[-3:]
    pairs: list[str] = []
    while len(head) > 2:
        head, pair = head[:-2], head[-2:]
        pairs.insert(0, pair)
    grouped = ",".join([head, *pairs, tail]) + ".00"
    assert [reading.value for reading in amount_readings(grouped)] == [Decimal(number)]


@given(st.text(max_size=80))
def test_any_text_is_answered_without_an_exception(text: str) -> None:
    for reading in amount_readings(text):
        assert reading.value.is_finite()
    for found in find_amounts(text):
        assert text[found.start : found.end]
