"""Numbers, amounts and dates as each language writes them."""

from datetime import date
from decimal import Decimal

import pytest

from agent.domain.money import Money
from templates.formats import grouped_iban
from templates.words import words_of


def spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "amount"),
    [
        ("en", "EUR 1,234,567.50"),
        ("de", "1.234.567,50 EUR"),
        ("fr", "1 234 567,50 EUR"),
        ("es", "1.234.567,50 EUR"),
        ("it", "1.234.567,50 EUR"),
        ("nl", "EUR 1.234.567,50"),
        ("ko", "EUR 1,234,567.50"),
        ("ja", "EUR 1,234,567.50"),
    ],
)
def test_an_amount_stands_in_the_notation_of_its_language(language: str, amount: str) -> None:
    assert spaced(words_of(language).money(Money.of("1234567.50", "EUR"))) == amount


@pytest.mark.parametrize(
    ("language", "money", "shown"),
    [
        ("ja", Money(1234567, "JPY"), "1,234,567円"),
        ("ko", Money(1234567, "KRW"), "1,234,567원"),
        ("de", Money(1234567, "JPY"), "1.234.567 JPY"),
        ("en", Money(1234567, "KWD"), "KWD 1,234.567"),
        ("en", Money(-5, "USD"), "USD -0.05"),
        ("en", Money(0, "USD"), "USD 0.00"),
    ],
)
def test_the_decimals_are_those_of_the_currency(language: str, money: Money, shown: str) -> None:
    assert spaced(words_of(language).money(money)) == shown


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "1 March 2026", "1 Mar 2026"),
        ("de", "1. März 2026", "01.03.2026"),
        ("fr", "1er mars 2026", "01/03/2026"),
        ("es", "1 de marzo de 2026", "01/03/2026"),
        ("it", "1º marzo 2026", "01/03/2026"),
        ("nl", "1 maart 2026", "01-03-2026"),
        ("ko", "2026년 3월 1일", "2026-03-01"),
        ("ja", "2026年3月1日", "2026/03/01"),
    ],
)
def test_a_date_stands_in_the_order_of_its_language(language: str, long: str, short: str) -> None:
    words = words_of(language)
    assert (spaced(words.day(date(2026, 3, 1))), spaced(words.short_day(date(2026, 3, 1)))) == (long, short)


def test_a_unit_price_keeps_all_its_decimals_and_never_less_than_the_currency_has() -> None:
    formats = words_of("de").formats
    assert formats.price(Decimal("0.01234"), "EUR") == "0,01234"
    assert formats.price(Decimal("12.5000"), "EUR") == "12,50"
    assert formats.price(Decimal(1200), "JPY") == "1.200"


def test_rounding_is_half_up_away_from_zero() -> None:
    formats = words_of("en").formats
    assert (formats.number(Decimal("2.675"), 2), formats.number(Decimal("-2.665"), 2)) == ("2.68", "-2.67")


def test_a_quantity_has_no_trailing_zeros_and_a_percentage_neither() -> None:
    words = words_of("de")
    assert words.number(Decimal("1200.500")) == "1.200,5"
    assert spaced(words.percent(Decimal("7.50"))) == "7,5 %"
    assert words.number(Decimal("1E+3")) == "1.000"


def test_an_iban_is_printed_in_groups_of_four() -> None:
    assert spaced(grouped_iban("de89370400440532013000")) == "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize(
    ("asked", "got"), [("de-AT", "de"), ("JA", "ja"), ("pt_BR", "en"), ("", "en"), ("../en", "en")]
)
def test_an_unknown_language_is_english(asked: str, got: str) -> None:
    assert words_of(asked).language == got
