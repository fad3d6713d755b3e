"""Whether two addresses are one place: numbers decide, words confirm, and a town alone is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.addresses import names_a_place, same_place, shares_a_place

OWN = (
    "Brightwater Foods LLC",
    "Müller & Söhne Maschinenbau GmbH",
    "한빛정밀㈜",
    "株式会社青葉製作所",
    "Pennard Retail plc",
    "Kestrel Labs",
)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("Brightwater Plant 2, Dock C, 8801 Route 9, Pekin IL 61554", "Plant 2, 8801 Route 9, Pekin IL 61554"),
        ("8801 Route 9, Pekin IL 61554-1200", "8801 Route 9, Pekin IL 61554"),
        ("Brightwater Plant 2", "Brightwater Plant 2, 8801 Route 9, Pekin IL 61554"),
        ("Hauptstraße 5, 70173 Stuttgart", "Hauptstr. 5, D-70173 Stuttgart"),
        ("Müller & Söhne, Schillerweg 12, 71634 Ludwigsburg", "Schillerweg 12\n71634 Ludwigsburg"),
        ("MUELLER GMBH, Schillerweg 12, 71634 Ludwigsburg, Germany", "Müller GmbH, Schillerweg 12, 71634 Ludwigsburg"),
        ("Pennard RDC, Swindon", "Pennard RDC, Unit 4, Swindon SN3 4TZ"),
        ("한빛정밀 안산공장", "안산공장, 경기도 안산시 단원구 산단로 19"),
        ("青葉製作所 川崎工場 第2倉庫", "川崎工場 第2倉庫 神奈川県川崎市1-2-3"),
        ("１２ Schillerweg, 71634 Ludwigsburg", "Schillerweg 12, 71634 Ludwigsburg"),
        ("12 rue des Ecoles, 38000 Grenoble", "12, rue des Écoles, 38000 GRENOBLE"),
    ],
)
def test_two_writings_of_one_place(said, known):
    assert same_place(said, known, own_name=OWN) and same_place(known, said, own_name=OWN)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("Brightwater Foods, 77 Harbor Way, Newark NJ", "Brightwater Plant 2, 8801 Route 9, Pekin IL 61554"),
        ("77 Harbor Street, Newark NJ", "77 Lake Street, Newark NJ 07102"),
        ("8803 Route 9, Pekin 61554", "8801 Route 9, Pekin 61554"),
        ("8801 Route 9, Pekin IL 61555", "8801 Route 9, Pekin IL 61554"),
        ("Plant 1, 8801 Route 9", "Plant 2, 8801 Route 9"),
        ("Unit 9, Swindon", "Pennard RDC, Unit 4, Swindon SN3 4TZ"),
        ("Swindon", "Pennard RDC, Unit 4, Swindon SN3 4TZ"),
        ("Hauptstr. 7, 70173 Stuttgart", "Hauptstraße 5, 70173 Stuttgart"),
        ("神奈川県川崎市1-2-4", "神奈川県川崎市1-2-3"),
        ("青葉製作所 川崎工場 第1倉庫", "川崎工場 第2倉庫 神奈川県川崎市1-2-3"),
        ("Suite 500, 1 Calloway Plaza, Houston", "Suite 200, 1 Calloway Plaza, Houston"),
        ("Brightwater Foods LLC", "Brightwater Plant 2, 8801 Route 9, Pekin IL 61554"),
    ],
)
def test_two_places(said, known):
    assert not same_place(said, known, own_name=OWN) and not same_place(known, said, own_name=OWN)


def test_a_name_or_a_dock_alone_names_no_place():
    assert not names_a_place("Kestrel Labs, Inc.", own_name=OWN)
    assert not names_a_place("dock 3", own_name=OWN) and not names_a_place(" , ", own_name=OWN)
    assert names_a_place("Houston", own_name=OWN) and names_a_place("Plant 2", own_name=OWN)


def test_a_town_or_a_postal_code_is_shared_by_two_texts():
    assert shares_a_place("PEKIN, IL, US", "Plant 2, 8801 Route 9, Pekin IL 61554")
    assert shares_a_place("61554", "8801 Route 9, Pekin IL 61554")
    assert not shares_a_place("HOUSTON, TX", "Plant 2, 8801 Route 9, Pekin IL 61554")


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_are_compared_the_same_both_ways(one, other):
    assert same_place(one, other) == same_place(other, one)


@given(st.text(max_size=300))
def test_a_text_that_names_a_place_with_a_number_is_the_place_itself(text):
    if names_a_place(text) and any(ch.isdigit() and ch.isascii() for ch in text):
        same_place(text, text)
