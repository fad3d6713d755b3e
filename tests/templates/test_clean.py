"""What customers wrote, before it is repeated."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.clean import safe_block, safe_file_name, safe_line, scrub
from templates.samples import customer, invoice


@given(st.text())
def test_a_line_is_one_line_without_control_or_direction_characters(text: str) -> None:
    line = safe_line(text)
    assert line == line.strip()
    joiners = "\u200c\u200d"
    assert all(
        ch in joiners or unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for ch in line
    )


def test_direction_overrides_cannot_turn_a_number_round() -> None:
    assert safe_line("INV-\u202e114401\u202c\x00\x1b[31m") == "INV-114401[31m"


def test_a_block_keeps_its_lines() -> None:
    assert safe_block("Gate 5\r\n  Hall  2 \n") == "Gate 5\nHall 2"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("INV-104411", "INV-104411.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("RE 2026/11\n07", "RE-2026-11-07.pdf"),
        ("請求書", "document.pdf"),
        ("x" * 300, "x" * 80 + ".pdf"),
    ],
)
def test_a_file_name_is_safe_on_every_system(name: str, file: str) -> None:
    assert safe_file_name(name, ".pdf") == file


def test_a_document_is_cleaned_however_deep_a_text_stands() -> None:
    document = invoice("en", 1)
    dirty = replace(
        document,
        customer=replace(customer("en"), name="Harbour\r\nBcc: all@evil.example"),
        lines=(replace(document.lines[0], note="pay GB82 WEST 1234 5698 7654 32\x07"),),
        notes=("a\x00b",),
    )
    clean = scrub(dirty, "DE89370400440532013000")
    assert clean.customer.name == "Harbour Bcc: all@evil.example"
    assert clean.lines[0].note == "pay GB** **** 5432"
    assert clean.notes == ("ab",)
    assert scrub(document, "") == document
