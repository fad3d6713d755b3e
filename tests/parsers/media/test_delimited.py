"""Delimited values, and what must not pass for them."""

from __future__ import annotations

import codecs

import pytest

from parsers.media import pages_of, sniff
from parsers.page import Limits, Medium, Part, Unreadable
from tests.parsers.media.made import cells, read

ROWS = [["Invoice", "Date", "Amount"], ["RE-1", "2025-03-01", "10.50"], ["RE-2", "2025-03-02", "20.00"]]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["advice.csv", "advice.dat", ""])
def test_any_delimiter_is_found(mark: str, name: str) -> None:
    data = "\r\n".join(mark.join(row) for row in ROWS).encode()
    (page,) = read(data, name)
    assert page.medium is Medium.CSV
    assert cells(page) == ROWS
    assert [word.x0 for word in page.lines[1].words] == [0, 100, 200]


def test_a_decimal_comma_is_no_delimiter() -> None:
    (page,) = read(b"Beleg;Betrag\n1001;5,10\n1002;1.234,50\n1003;7,00\n", "x.csv")
    assert cells(page)[2] == ["1002", "1.234,50"]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("cp1252"),
    ],
)
def test_any_encoding_is_read(encode) -> None:  # type: ignore[no-untyped-def]
    (page,) = read(encode("Straße;Größe;Summe\nÄ;1;2,00 €\nÖ;2;3,00 €\n"), "x.csv")
    assert cells(page)[1] == ["Ä", "1", "2,00 €"]


def test_quotes_hold_delimiters_line_ends_and_quotes() -> None:
    (page,) = read(b'No,Text,Sum\n1,"Chair, blue\nwith ""arms""",10\n2,Table,20\n', "x.csv")
    assert cells(page)[1] == ["1", 'Chair, blue\nwith "arms"', "10"]


def test_a_quote_that_never_closes_does_not_swallow_the_file() -> None:
    (page,) = read(b'No;Text;Sum\n1;5" pipe;10\n2;Table;20\n3;Chair;30\n', "x.csv")
    assert cells(page)[1:] == [["1", '5" pipe', "10"], ["2", "Table", "20"], ["3", "Chair", "30"]]


def test_rows_before_the_header_and_after_the_data_are_kept() -> None:
    data = b"Contoso GmbH\nPayment 77;2025-03-01\n\nInvoice;Gross;Paid\nRE-1;10;9\nRE-2;20;20\nTotal;;29\n"
    (page,) = read(data, "x.csv")
    assert cells(page)[0] == ["Contoso GmbH", "", ""]
    assert cells(page)[-1] == ["Total", "", "29"]
    assert len({len(row) for row in cells(page)}) == 1


def test_a_line_that_names_the_separator_is_obeyed_and_left_out() -> None:
    (page,) = read(b"sep=;\nA;B\n1;2,5\n", "x.csv")
    assert cells(page) == [["A", "B"], ["1", "2,5"]]


def test_leading_zeros_and_long_numbers_stay_as_written() -> None:
    (page,) = read(b"No,Ref,Sum\n00042,4500012345678901234,1E5\n", "x.csv")
    assert cells(page)[1] == ["00042", "4500012345678901234", "1E5"]


@pytest.mark.parametrize(
    "text",
    [
        "Dear Sir,\nwe paid, as agreed, the amount of 100,00.\nPlease confirm, thanks, and regards,\nJoe, Contoso\n",
        "Hello,\n\nplease find attached our order, number 12, of today.\n\nRegards,\nAnna\n",
        "One; two; three and four; all of them were late.\nFive; six; seven came early; eight did not come.\n"
        "Nine; ten; eleven and twelve; nobody knows.\n",
        "Invoice    Amount\nRE-1,       9.90\nRE-2,       8.80\n",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert sniff(text.encode(), "mail.txt", "text/plain") == "text"


def test_a_table_too_large_is_refused() -> None:
    answer = pages_of(Part("x.csv", "", b"a,b,c\n" * 100), Limits(cells_max=100))
    assert isinstance(answer, Unreadable)
    assert answer.code == "too_large"


def test_text_in_a_wide_cell_stays_in_its_column() -> None:
    (page,) = read(b"No;Text;Sum\n1;" + b"a very long description of goods " * 5 + b";10\n", "x.csv")
    assert max(word.x1 for word in page.lines[1].words[:-1]) <= 200
