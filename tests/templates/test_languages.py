"""The data files of the languages: all the same keys, all the same words to fill in."""

import re
import string
import tomllib
from typing import Any

import pytest

from agent.domain.documents import DisputeReason, Wanted
from agent.domain.receivables import Discrepancy, TaxTreatment
from templates.errors import MissingPhrase
from templates.words import FOLDER, languages, words_of

EIGHT = ("de", "en", "es", "fr", "it", "ja", "ko", "nl")
MAY_NAME_THE_COMPANY = {"letter.greeting", "letter.greeting_person"}


def table(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


def keys(language: str) -> set[str]:
    return {f"{section}.{key}" for section, phrases in table(language).items() for key in phrases}


def fields(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}


def test_there_are_eight_languages() -> None:
    assert languages() == EIGHT


@pytest.mark.parametrize("language", EIGHT)
def test_no_phrase_is_missing_and_none_too_many(language: str) -> None:
    assert keys(language) == keys("en")


@pytest.mark.parametrize("language", EIGHT)
def test_every_phrase_fills_in_the_same_words(language: str) -> None:
    english, other = words_of("en").phrases, words_of(language).phrases
    wrong = {
        key: (fields(other[key]), fields(phrase))
        for key, phrase in english.items()
        if key not in MAY_NAME_THE_COMPANY and fields(other[key]) != fields(phrase)
    }
    assert not wrong
    assert all(fields(other[key]) <= {"company", "contact"} for key in MAY_NAME_THE_COMPANY)


@pytest.mark.parametrize("language", EIGHT)
def test_no_phrase_is_empty_padded_or_left_in_english(language: str) -> None:
    phrases = words_of(language).phrases
    assert all(text.strip() for text in phrases.values())
    assert all(not text.startswith(" ") and "  " not in text for text in phrases.values())
    if language != "en":
        sentences = {key for key, text in words_of("en").phrases.items() if len(text) > 30}
        assert [key for key in sentences if phrases[key] == words_of("en").phrases[key]] == []


@pytest.mark.parametrize("language", EIGHT)
def test_twelve_months_and_every_value_of_the_closed_sets_have_words(language: str) -> None:
    words = words_of(language)
    assert len(words.formats.months) == 12
    assert all(words.say(f"difference.{code}") for code in Discrepancy)
    assert all(words.say(f"dispute_reason.{reason}") for reason in DisputeReason)
    assert all(words.say(f"request_answer.title_{wanted}") for wanted in Wanted)
    assert all(words.say(f"treatment.{one}") for one in TaxTreatment if one is not TaxTreatment.STANDARD)


@pytest.mark.parametrize("language", EIGHT)
def test_the_word_to_accept_with_is_the_same_everywhere(language: str) -> None:
    words = words_of(language)
    assert "ACCEPT" in words.say("order_query.ask")
    assert words.say("order_query.accept", po="4500019044") == "ACCEPT 4500019044"


@pytest.mark.parametrize("language", EIGHT)
def test_no_reminder_threatens(language: str) -> None:
    """Courts, lawyers, agencies and stopped deliveries are for people to speak of."""
    threats = (
        r"lawyer|court|legal|collection|Anwalt|Gericht|Inkasso|rechtlich|avocat|tribunal|huissier|judicia|abogado|"
        r"avvocat|legali|incasso|advocaat|rechter|deurwaarder|법적|소송|추심|法的|訴訟|弁護士|回収"
    )
    reminders = " ".join(text for key, text in words_of(language).phrases.items() if key.startswith("reminder."))
    assert not re.search(threats, reminders, re.IGNORECASE)


def test_what_is_filled_in_is_never_a_pattern() -> None:
    assert words_of("en").say("invoice.title", number="{company} {0} %s") == "Invoice {company} {0} %s"


def test_a_phrase_that_is_not_there_says_so() -> None:
    with pytest.raises(MissingPhrase, match=r"no phrase 'invoice\.nothing'"):
        words_of("en").say("invoice.nothing")
