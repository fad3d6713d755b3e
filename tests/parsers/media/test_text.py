"""Plain text and its encodings."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import pytest

from parsers.media import pages_of
from parsers.media.charset import decoded
from parsers.media.writing import columns, logical, spelled
from parsers.page import Limits, Medium, Part, Unreadable
from tests.parsers.media.made import LIMITS, read, texts


def at(data: bytes) -> list[list[tuple[str, float]]]:
    (page,) = read(data)
    assert page.medium is Medium.TEXT
    return [[(word.text, word.x0) for word in line.words] for line in page.lines]


def test_columns_of_spaces_keep_their_places() -> None:
    assert at(b"Invoice    Amount\nRE-1         9.90") == [
        [("Invoice", 0), ("Amount", 66)],
        [("RE-1", 0), ("9.90", 78)],
    ]


def test_tabs_reach_to_every_eighth_column() -> None:
    assert at(b"a\tb\n\nabcdefgh\tc") == [[("a", 0), ("b", 48)], [("abcdefgh", 0), ("c", 96)]]


def test_wide_characters_take_two_columns() -> None:
    assert at("請求書  1\n番号    2\nabcdef  3".encode()) == [
        [("請求書", 0), ("1", 48)],
        [("番号", 0), ("2", 48)],
        [("abcdef", 0), ("3", 48)],
    ]


def test_lines_keep_their_height_and_empty_ones_their_room() -> None:
    (page,) = read(b"one\n\n\ntwo")
    assert [line.box[1] for line in page.lines] == [0, 36]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\u2028"])
def test_any_line_end_ends_a_line(end: str) -> None:
    (page,) = read(f"From us{end}Total 5{end}".encode())
    assert texts(page) == ["From us", "Total 5"]


def test_a_form_feed_starts_a_page() -> None:
    pages = read(b"Page one\n\x0cPage two\n\x0c\n")
    assert [(page.number, page.text) for page in pages] == [(1, "Page one"), (2, "Page two")]


def test_a_text_that_lost_its_line_ends_is_cut_at_spaces() -> None:
    (page,) = read(b"word " * 3_000)
    assert len(page.lines) == 4
    assert {word.text for line in page.lines for word in line.words} == {"word"}


def test_too_many_lines_are_refused() -> None:
    answer = pages_of(Part("f.txt", "", b"x\n" * 100), Limits(lines_max=50))
    assert isinstance(answer, Unreadable)
    assert answer.code == "too_large"


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\x00\x00"])
def test_nothing_is_empty(data: bytes) -> None:
    answer = pages_of(Part("f.txt", "", data), LIMITS)
    assert isinstance(answer, Unreadable)
    assert answer.code == "empty"


SAMPLE = "Überweisung für Rechnung 4711: 1.234,50 € – Grüße"


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (SAMPLE.encode(), None),
        (SAMPLE.encode(), "iso-8859-1"),
        (codecs.BOM_UTF8 + SAMPLE.encode(), "us-ascii"),
        (SAMPLE.encode("cp1252"), None),
        (SAMPLE.encode("cp1252"), "iso-8859-1"),
        (SAMPLE.encode("cp1252"), "utf-8"),
        (SAMPLE.encode("cp1252"), "no-such-charset"),
        (codecs.BOM_UTF16_LE + SAMPLE.encode("utf-16-le"), None),
        (SAMPLE.encode("utf-16-be"), None),
        (codecs.BOM_UTF32_LE + SAMPLE.encode("utf-32-le"), None),
    ],
)
def test_the_encoding_is_found_whatever_is_declared(data: bytes, declared: str | None) -> None:
    assert decoded(data, declared) == SAMPLE


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("請求書番号 2025-001 お支払い金額 1,000円", "iso-2022-jp"),
        ("請求書番号 2025-001 お支払い金額 1,000円", "shift_jis"),
        ("Счёт на оплату № 15", "koi8-r"),
        ("Zapłata za fakturę nr 12 źródło", "iso-8859-2"),
    ],
)
def test_a_declared_charset_is_believed_where_utf8_cannot_be(text: str, charset: str) -> None:
    assert decoded(text.encode(charset, "replace"), charset) == text.encode(charset, "replace").decode(charset)


def test_control_characters_disappear() -> None:
    assert decoded(b"To\x00tal\x07 5\x1b") == "Total 5"


def test_a_soft_hyphen_goes_unless_it_stands_for_a_printed_one() -> None:
    assert spelled("Nord\xadwind") == "Nordwind"
    assert spelled("INV\xad2025\xad001") == "INV-2025-001"


def test_hyphens_and_forms_have_one_spelling() -> None:
    assert spelled("PO\u20112025\u201077") == "PO-2025-77"
    assert spelled("\ufb01n\u200bal a\u0308") == "final ä"


def test_right_to_left_words_are_read_from_the_right() -> None:
    assert logical("ולש") == "שלו"
    assert logical("2025-תינובשח") == "חשבונית-2025"
    assert logical("1,234.50הכ") == "כה1,234.50"
    assert logical("INV-1") == "INV-1"


def test_rows_parted_by_tabs_are_a_table_within_the_text() -> None:
    (page,) = read(
        b"Dear all,\nwe paid:\n\nInvoice\tGross\tPaid\nRE-2025-0001\t10\t9\nRE-2\t\t20\n\nRegards\tAnna\n", "body.txt"
    )
    assert page.medium is Medium.TEXT
    (table,) = page.tables
    assert [[cell.text for cell in row if cell] for row in table.rows] == [
        ["Invoice", "Gross", "Paid"],
        ["RE-2025-0001", "10", "9"],
        ["RE-2", "", "20"],
    ]
    assert table.box == (0, 36, 300, 72)
    assert [word.x0 for word in page.lines[3].words] == [0, 100, 200]
    assert texts(page)[-1] == "Regards Anna"


TABLE = [["순번", "품번", "발주수량", "부족수량"], ["1", "HX-100", "1000", "0"], ["2", "VL-220", "24", "2"]]


@pytest.mark.parametrize("measure", [len, columns], ids=["a program that pads by letters", "a screen"])
def test_wide_letters_count_as_the_writer_counted_them(measure: Callable[[str], int]) -> None:
    text = "\n".join("".join(cell + " " * (12 - measure(cell)) for cell in row) for row in TABLE)
    assert [[x for _, x in line] for line in at(text.encode())] == [[0, 72, 144, 216]] * 3
