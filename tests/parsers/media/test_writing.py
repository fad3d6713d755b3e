"""One spelling for what is written in several ways."""

from __future__ import annotations

from parsers.media.writing import spelled


def test_a_radical_that_a_font_put_in_place_of_a_letter_is_the_letter() -> None:
    assert spelled("2026年10⽉27⽇ 株式会社⼭⼿電機") == "2026年10月27日 株式会社山手電機"
