"""Workbooks of several writers and kinds."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest

from parsers.media import pages_of, sniff
from parsers.media.sheet import number_text
from parsers.page import Limits, Medium, Part, Unreadable
from tests.parsers.media.made import LIMITS, cells, read, texts

DAY = dt.datetime(2025, 3, 1)


def by_xlsxwriter(fill: Any, **options: Any) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    fill(book, book.add_format({"num_format": "dd.mm.yyyy"}))
    book.close()
    return buffer.getvalue()


def advice_by_xlsxwriter() -> bytes:
    def fill(book: Any, day: Any) -> None:
        sheet = book.add_worksheet("Advice")
        sheet.write_row(0, 0, ["Invoice", "Date", "Paid"])
        sheet.write(1, 0, 4500012345)
        sheet.write_datetime(1, 1, DAY, day)
        sheet.write(1, 2, 0.1 + 0.2)
        sheet.write(2, 0, "00077")
        sheet.write(2, 2, -1234.5)

    return by_xlsxwriter(fill)


def advice_by_openpyxl() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Advice"
    for row in (["Invoice", "Date", "Paid"], [4500012345, DAY, 0.1 + 0.2], ["00077", None, -1234.5]):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def advice_by_hand_as_ods() -> bytes:
    def cell(kind: str, value: str, text: str) -> str:
        name = {"float": "value", "date": "date-value"}.get(kind)
        told = f' office:{name}="{value}"' if name else ""
        return f'<table:table-cell office:value-type="{kind}"{told}><text:p>{text}</text:p></table:table-cell>'

    rows = [
        [cell("string", "", text) for text in ("Invoice", "Date", "Paid")],
        [
            cell("float", "4500012345", "4500012345"),
            cell("date", "2025-03-01", "01.03.25"),
            cell("float", "0.3", "0,3"),
        ],
        [cell("string", "", "00077"), "<table:table-cell/>", cell("float", "-1234.5", "-1234,5")],
    ]
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    tail = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
    xml = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Advice">{body}{tail}</table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": xml,
            "META-INF/manifest.xml": '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        }
    )


def advice_by_hand_as_xml() -> bytes:
    return b"""<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Advice"><Table>
<Row><Cell><Data ss:Type="String">Invoice</Data></Cell><Cell><Data ss:Type="String">Date</Data></Cell>
<Cell><Data ss:Type="String">Paid</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">4500012345</Data></Cell>
<Cell><Data ss:Type="DateTime">2025-03-01T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Number">0.30000000000000004</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">00077</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="Number">-1234.5</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def zipped(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


WRITERS = {
    "xlsxwriter": advice_by_xlsxwriter,
    "openpyxl": advice_by_openpyxl,
    "ods": advice_by_hand_as_ods,
    "xml": advice_by_hand_as_xml,
}


@pytest.mark.parametrize("writer", WRITERS)
def test_values_come_in_plain_notation_whoever_wrote_the_workbook(writer: str) -> None:
    (page,) = read(WRITERS[writer](), "unnamed", "application/octet-stream")
    assert (page.medium, page.title) == (Medium.SHEET, "Advice")
    assert cells(page) == [
        ["Invoice", "Date", "Paid"],
        ["4500012345", "2025-03-01", "0.3"],
        ["00077", "", "-1234.5"],
    ]
    assert [(word.text, word.x0) for word in page.lines[2].words] == [("00077", 0), ("-1234.5", 200)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (1e15, "1000000000000000"),
        (1e22, "10000000000000000000000"),
        (99.99999999999999, "100"),
        (-0.0, "0"),
        (1234567.891, "1234567.891"),
        (float("nan"), ""),
        (float("inf"), ""),
    ],
)
def test_numbers_have_no_exponent_and_no_binary_noise(value: float, text: str) -> None:
    assert number_text(value) == text


def test_a_merged_title_stands_at_its_first_place() -> None:
    def fill(book: Any, day: Any) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "Payment advice")
        sheet.merge_range("A2:A3", "RE-1")
        sheet.write("B2", 1)
        sheet.write("B3", 2)

    (page,) = read(by_xlsxwriter(fill))
    assert cells(page)[0][0] == "Payment advice"
    assert cells(page)[0][1] is None
    assert [row[0] for row in cells(page)[1:]] == ["RE-1", None]
    assert page.tables[0].rows[0][0].box == (0, 0, 200, 12)  # type: ignore[union-attr]


def test_a_table_that_starts_far_from_the_corner_keeps_its_columns() -> None:
    def fill(book: Any, day: Any) -> None:
        book.add_worksheet().write("C5", "here")

    (page,) = read(by_xlsxwriter(fill))
    (line,) = page.lines
    assert line.words[0].box[:2] == (200, 48)


def test_hidden_rows_columns_and_sheets_are_told_and_not_read() -> None:
    def fill(book: Any, day: Any) -> None:
        sheet = book.add_worksheet("Seen")
        for row in range(4):
            sheet.write_row(row, 0, [f"a{row}", f"b{row}", f"c{row}"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        other = book.add_worksheet("Unseen")
        other.write(0, 0, "secret")
        other.hide()

    pages = read(by_xlsxwriter(fill))
    assert cells(pages[0]) == [["a0", "c0"], ["a1", "c1"], ["a3", "c3"]]
    assert set(pages[0].hidden) == {"a2", "c2", "b0", "b1", "b2", "b3"}
    assert (pages[1].lines, pages[1].hidden, pages[1].title) == ((), ("secret",), "Unseen")


def test_each_sheet_is_a_page() -> None:
    def fill(book: Any, day: Any) -> None:
        for name in ("One", "Two"):
            book.add_worksheet(name).write(0, 0, name.lower())

    assert [(page.number, page.title, texts(page)) for page in read(by_xlsxwriter(fill))] == [
        (1, "One", ["one"]),
        (2, "Two", ["two"]),
    ]


def test_a_formula_without_a_stored_value_is_empty() -> None:
    def fill(book: Any, day: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Sum", "of"])
        sheet.write_formula(1, 0, "=SUM(A1:A9)", None, "")
        sheet.write(1, 1, 5)

    (page,) = read(by_xlsxwriter(fill))
    assert cells(page)[1] == ["", "5"]


def test_a_cell_with_line_breaks_keeps_them() -> None:
    def fill(book: Any, day: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["RE-1", "Chair\nblue", "10"])

    (page,) = read(by_xlsxwriter(fill))
    assert cells(page) == [["RE-1", "Chair\nblue", "10"]]
    assert texts(page) == ["RE-1 Chair 10", "blue"]


def sheet_xml(cell: str) -> bytes:
    book = advice_by_openpyxl()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", cell.encode() + b"</sheetData>")
            new.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c s="1" r="XFD1048576" t="n"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1048576">' + "<c/>" * 500 + "<c><v>1</v></c></row>",
    ],
)
def test_a_cell_at_the_far_corner_is_refused_before_room_is_made_for_it(cell: str) -> None:
    answer = pages_of(Part("x.xlsx", "", sheet_xml(cell)), LIMITS)
    assert isinstance(answer, Unreadable)
    assert answer.code == "too_large"


def test_an_empty_styled_cell_far_away_is_no_harm() -> None:
    (page,) = read(sheet_xml('<row r="1048576"><c r="XFD1048576" s="0"/></row>'))
    assert len(cells(page)) == 3


def test_repeated_cells_of_an_ods_are_counted() -> None:
    old = advice_by_hand_as_ods()
    with zipfile.ZipFile(io.BytesIO(old)) as archive:
        files: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    content = files["content.xml"]
    assert isinstance(content, bytes)
    bomb = b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" '
    bomb += (
        b'office:value="1" table:number-columns-repeated="1000"><text:p>1</text:p></table:table-cell></table:table-row>'
    )
    files["content.xml"] = content.replace(b"<table:table-row>", bomb + b"<table:table-row>", 1)
    answer = pages_of(Part("x.ods", "", zipped(files)), LIMITS)
    assert isinstance(answer, Unreadable)
    assert answer.code == "too_large"


def test_a_workbook_that_unpacks_without_end_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(advice_by_openpyxl())) as archive:
        files: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    files["xl/sharedStrings.xml"] = b"<sst>" + b" " * 30_000_000 + b"</sst>"
    answer = pages_of(Part("x.xlsx", "", zipped(files)), Limits(unpacked_bytes_max=5_000_000))
    assert isinstance(answer, Unreadable)
    assert answer.code == "too_large"


def test_an_html_table_under_the_name_of_a_workbook_is_read_as_html() -> None:
    data = b"<html><body><table><tr><td>Invoice</td><td>Paid</td></tr><tr><td>RE-1</td><td>9</td></tr></table></body></html>"
    assert sniff(data, "advice.xls", "application/vnd.ms-excel") == "html"
    assert cells(read(data, "advice.xls")[0]) == [["Invoice", "Paid"], ["RE-1", "9"]]
