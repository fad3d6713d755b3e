"""What matching says of an order is said to the buyer in the buyer's language, with its notation."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from agent.domain.decisions import LineChange
from agent.domain.notices import NoticeKind
from agent.domain.phrases import Phrase, phrase
from agent.domain.receivables import Difference, Discrepancy
from templates import render
from templates.samples import COMPANY, _order
from templates.words import languages, words_of

_SOURCES = [p for top in ("agent", "matching") for p in Path(top).rglob("*.py")]


def used() -> set[str]:
    return {key for path in _SOURCES for key in re.findall(r'phrase\(\s*"([a-z_]+\.[a-z_]+)"', path.read_text("utf-8"))}


@pytest.mark.parametrize("language", languages())
def test_every_phrase_that_the_program_uses_is_in_every_language(language: str) -> None:
    known = words_of(language).phrases
    assert len(used()) > 25
    assert [key for key in sorted(used()) if key not in known] == []


@pytest.mark.parametrize("language", languages())
def test_every_kind_of_change_has_words(language: str) -> None:
    known = words_of(language).phrases
    assert "changed.nothing" in known
    assert {f.name for f in fields(LineChange)} >= {"field", "was", "now"}
    for field in ("quantity", "price", "requested_on", "item"):
        assert f"changed.{field}" in known


def test_values_are_written_as_the_language_writes_them() -> None:
    words = words_of("de")
    at_least = words.told(phrase("wanted.at_least", number="12500"), "EUR")
    fits = words.told(phrase("wanted.blanket_fits", amount="2800.00", order="460712", number="63"), "EUR")
    late = words.told(phrase("wanted.from_date", date="2026-04-27"), "EUR")
    listed = words.told(phrase("order_note.list_price", line="20", price="18.40 per 100"), "EUR")
    assert at_least == "mindestens 12.500"
    assert fits.replace("\xa0", " ").startswith("höchstens 2.800,00 EUR; so viel ist von der Rahmenbestellung 460712")
    assert late.replace("\xa0", " ") == "27. April 2026 oder später"
    assert listed.replace("\xa0", " ") == "Position 20: 18,40 EUR je 100 nach unserer Preisliste."


def test_a_value_that_is_no_figure_stays_as_it_is() -> None:
    words = words_of("fr")
    assert words.told(Phrase("wanted.at_least", (("number", "1e9999999"),)), "EUR") == "au moins 1e9999999"
    assert words.price_of("44,00 brut", "EUR") == "44,00 brut"
    assert words.date_of("2026-02-31") == "2026-02-31"


def test_what_is_filled_in_is_no_pattern() -> None:
    words = words_of("en")
    assert "{line}" in words.told(phrase("order_note.delivery_to", place="{line} {0.__class__}"), "USD")


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_no_english_of_the_check_reaches_a_buyer_of_another_language(language: str) -> None:
    differences = (
        Difference(code=Discrepancy.QUANTITY, line="1", said="250", expected="at least 500",
                   expected_as=phrase("wanted.at_least", number="500")),
        Difference(code=Discrepancy.UNDATED, said="2031-01-01", expected="a date that has been",
                   expected_as=phrase("wanted.past_date")),
        Difference(code=Discrepancy.PRICE, line="2", said="18.40 per 100 less 3 %", expected="18.40 per 100"),
        Difference(code=Discrepancy.BLANKET, said="3520.00", expected="at most 2800.00",
                   expected_as=phrase("wanted.blanket_left", amount="2800.00", order="460712")),
    )  # fmt: skip
    notes = (phrase("order_note.currency", currency="EUR"), phrase("order_note.certificate_missing"))
    for kind in (NoticeKind.ORDER_QUERY, NoticeKind.ORDER_ACKNOWLEDGEMENT):
        notice = replace(_order(language, kind), differences=differences, notes=notes, ordered_on=date(2026, 3, 16))
        text = render(notice, language, COMPANY).text
        for english in ("at least", "that has been", "less 3", "at most", "currency of your account"):
            assert english not in text, (language, kind, english)
