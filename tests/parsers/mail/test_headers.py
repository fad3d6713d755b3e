"""Header values decoded and made harmless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.mail.charset import decoded
from parsers.mail.codings import base64_bytes, undo, unflowed
from parsers.mail.headers import parameters, split_message, words


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("=?utf-8?Q?Zahlungsavis_f=C3=BCr?= April", "Zahlungsavis für April"),
        ("=?iso-8859-1?Q?M=FCller?= =?iso-8859-1?Q?_GmbH?=", "Müller GmbH"),
        ("=?utf-8?B?w7w=?=  =?utf-8?B?w7w=?=", "üü"),
        ("=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"),  # one character split between two words
        ("=?utf-8?Q?two words?=", "two words"),  # blanks that the standard forbids
        ("=?iso-2022-jp?B?GyRCO1lKJ0RMQ04bKEI=?=", "支払通知"),
        ("=?x-nope?Q?abc?=", "abc"),
        ("=?utf-8?B?w7w?=", "ü"),  # padding left out
        ("plain =? text", "plain =? text"),
        ("a =?utf-8?Q?b?= c", "a b c"),
    ],
)
def test_encoded_words_are_decoded(value: str, plain: str) -> None:
    assert words(value) == plain


def test_line_breaks_hidden_in_encoded_words_become_blanks() -> None:
    assert words("=?utf-8?Q?Hi=0D=0ABcc:_x=40evil.example?=") == "Hi Bcc: x@evil.example"
    assert words("=?utf-8?Q?a=E2=80=A8b?=") == "a b"


def test_escapes_and_overrides_of_a_terminal_are_removed() -> None:
    assert words("\x1b]0;title\x07 x\u202ey") == "]0;title xy"


@given(st.text(max_size=300))
def test_no_text_brings_a_control_or_line_separator_through(text: str) -> None:
    for value in (text, f"=?utf-8?Q?{text}?="):
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u2028\u2029" for c in words(value))


@given(st.binary(max_size=400))
def test_any_bytes_split_into_fields_and_body(data: bytes) -> None:
    headers, body = split_message(data)
    assert len(body) <= len(data)
    assert all(name == name.lower() for name, _ in headers.fields)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ("attachment; filename*=utf-8''%E2%82%AC%20b.pdf", "€ b.pdf"),
        ("attachment; filename*0*=utf-8''%E2%82%AC; filename*1=\" b.pdf\"", "€ b.pdf"),
        ('attachment; filename="=?utf-8?B?4oKsLnBkZg==?="', "€.pdf"),
        ('attachment; filename="a;b.pdf"', "a;b.pdf"),
        ('attachment; filename="never closed.pdf', "never closed.pdf"),
        (r'attachment; filename="C:\papers\a.pdf"', r"C:\papers\a.pdf"),
        ('attachment; FileName = "a.pdf" ; size=3', "a.pdf"),
    ],
)
def test_file_names_are_read_in_every_form_they_come_in(value: str, name: str) -> None:
    assert parameters(value).get("filename") == name


def test_a_type_whose_semicolon_was_forgotten_keeps_its_name() -> None:
    found = parameters('application/pdf name="a.pdf"')
    assert (found.value, found.get("name")) == ("application/pdf", "a.pdf")


def test_utf8_under_a_latin_label_is_utf8() -> None:
    assert decoded("Müller & Söhne 4.760,00 €".encode(), "iso-8859-1") == "Müller & Söhne 4.760,00 €"


@pytest.mark.parametrize("charset", ["x-nope", "punycode", "idna", "unicode_escape", "base64", None, "", "utf-8"])
def test_no_label_makes_bytes_unreadable(charset: str | None) -> None:
    assert decoded(b"Betrag 5,00", charset) == "Betrag 5,00"
    assert "Betrag" in decoded(b"Betrag \xfc\xff", charset)


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("ks_c_5601-1987", "송금 안내 똠"),
        ("gb2312", "付款通知 镕"),
        ("shift_jis", "支払通知書①"),
        ("iso-2022-jp", "お支払いの件"),
        ("windows-1252", "“5,00 €”"),
        ("big5", "匯款通知"),
    ],
)
def test_charsets_are_read_in_what_their_names_are_used_for(charset: str, text: str) -> None:
    codecs = {"ks_c_5601-1987": "cp949", "gb2312": "gbk", "shift_jis": "cp932", "big5": "cp950"}
    assert decoded(text.encode(codecs.get(charset, charset)), charset) == text


def test_base64_that_breaks_off_gives_what_is_there_and_says_so() -> None:
    assert base64_bytes(b"SGVsbG8gd29ybGQ=") == (b"Hello world", True)
    assert base64_bytes(b"SGVsbG8gd29ybG") == (b"Hello worl", False)
    assert base64_bytes(b"SGVsbG8gd29ybGQ") == (b"Hello world", False)


def test_words_below_base64_are_no_data() -> None:
    assert base64_bytes(b"SGVsbG8=\n-- \nSent over the list\n") == (b"Hello", True)


def test_base64_in_padded_chunks_is_read_to_its_end() -> None:
    assert base64_bytes(b"SGVsbG8=\nIHdvcmxk\n") == (b"Hello world", True)


def test_plain_words_under_a_base64_label_stay_words() -> None:
    assert undo(b"We paid your invoice on Friday", "base64") == (b"We paid your invoice on Friday", True)


def test_flowed_lines_are_joined_and_padded_table_rows_are_not() -> None:
    prose = "We have paid your invoice of last month in full and with the \nusual discount.\n"
    table = "INV-1   5.00   \nINV-2   6.00   \n"
    assert unflowed(prose).count("\n") == 1
    assert unflowed(table) == table
