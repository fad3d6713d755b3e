"""Word processing documents, made by hand from their XML."""

from __future__ import annotations

import pytest

from parsers.media import pages_of, sniff
from parsers.page import Limits, Medium, Part, Unreadable
from tests.parsers.media.made import LIMITS, cells, read, texts
from tests.parsers.media.test_sheet import zipped

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, **parts: str) -> bytes:
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f'<?xml version="1.0"?><w:document {SPACE}><w:body>{body}</w:body></w:document>',
    }
    for name, content in parts.items():
        files[f"word/{name}.xml"] = f'<?xml version="1.0"?><w:hdr {SPACE}>{content}</w:hdr>'
    return zipped(files)


def para(*runs: str, look: str = "") -> str:
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return "<w:p>" + "".join(f'<w:r>{look}<w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs) + "</w:p>"


def table(*rows: list[str]) -> str:
    return (
        "<w:tbl>"
        + "".join("<w:tr>" + "".join(f"<w:tc>{para(c)}</w:tc>" for c in row) + "</w:tr>" for row in rows)
        + "</w:tbl>"
    )


def test_paragraphs_and_tables_come_in_order() -> None:
    data = docx(para("Purchase ", "order 77") + table(["Item", "Qty"], ["A-1", "5"]) + para("Regards"))
    (page,) = read(data, "unnamed")
    assert page.medium is Medium.WORD
    assert texts(page) == ["Purchase order 77", "Item Qty", "A-1 5", "Regards"]
    assert cells(page) == [["Item", "Qty"], ["A-1", "5"]]


def test_tabs_and_breaks_part_words_and_lines() -> None:
    run = (
        "<w:p><w:r><w:t>Order</w:t><w:tab/><w:t>77</w:t><w:br/><w:t>PO</w:t><w:noBreakHyphen/><w:t>8</w:t></w:r></w:p>"
    )
    (page,) = read(docx(run))
    assert texts(page) == ["Order 77", "PO-8"]
    assert page.lines[0].words[1].x0 == 48


def test_text_stands_at_the_tab_stops_of_its_paragraph() -> None:
    stops = "<w:pPr><w:tabs><w:tab w:val='left' w:pos='2400'/><w:tab w:val='right' w:pos='6000'/></w:tabs></w:pPr>"  # 20, 50
    rows = (("Item", "Text", "Price"), ("AX-1", "Hexagon bolt", "1.234,50"), ("AX-2", "Nut", "9,00"))
    run = "".join(
        f"<w:p>{stops}<w:r><w:t>{a}</w:t><w:tab/><w:t>{b}</w:t><w:tab/><w:t>{c}</w:t></w:r></w:p>" for a, b, c in rows
    )
    (page,) = read(docx(run))
    assert [line.words[1].x0 for line in page.lines] == [120.0, 120.0, 120.0]
    assert [line.words[-1].x1 for line in page.lines] == [300.0, 300.0, 300.0]


def test_merged_cells_stand_at_their_first_place() -> None:
    def cell(text: str, look: str = "") -> str:
        return f"<w:tc><w:tcPr>{look}</w:tcPr>{para(text)}</w:tc>"

    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = (
        f"<w:tbl><w:tr>{cell('Items', chr(60) + 'w:gridSpan w:val=' + chr(34) + '2' + chr(34) + '/>')}{cell('Sum')}</w:tr>"
        f"<w:tr>{cell('A', down)}{cell('1')}{cell('10')}</w:tr><w:tr>{cell('', on)}{cell('2')}{cell('20')}</w:tr></w:tbl>"
    )
    (page,) = read(docx(body))
    assert cells(page) == [["Items", None, "Sum"], ["A", "1", "10"], [None, "2", "20"]]


@pytest.mark.parametrize(
    "look",
    ["<w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>', "<w:strike/>"],
)
def test_text_that_cannot_be_seen_is_hidden(look: str) -> None:
    (page,) = read(docx(para("seen") + para("unseen", look=look)))
    assert (texts(page), page.hidden) == (["seen"], ("unseen",))


def test_white_text_on_a_shade_and_properties_switched_off_are_seen() -> None:
    shade = '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="336699"/>'
    (page,) = read(docx(para("one", look=shade) + para("two", look='<w:vanish w:val="0"/>')))
    assert texts(page) == ["one", "two"]


def test_tracked_deletions_and_field_codes_are_no_content() -> None:
    body = (
        "<w:p><w:r><w:t>Qty 5</w:t></w:r><w:del><w:r><w:delText>0</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t> pcs</w:t></w:r></w:ins><w:r><w:instrText>PAGE 99</w:instrText></w:r></w:p>"
    )
    (page,) = read(docx(body))
    assert (texts(page), page.hidden) == (["Qty 5 pcs"], ("0",))


def test_an_index_does_not_become_a_digit_of_the_figure() -> None:
    body = '<w:p><w:r><w:t>Total 1,234.56</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r></w:p>'
    assert texts(read(docx(body))[0]) == ["Total 1,234.56 1"]


def test_headers_come_first_and_footers_last() -> None:
    data = docx(para("body"), header1=para("head"), footer1=para("foot"))
    assert texts(read(data)[0]) == ["head", "body", "foot"]


def test_text_boxes_and_content_controls_are_read_once() -> None:
    box = (
        "<w:p><w:r><AlternateContent><Choice><w:drawing><w:txbxContent>"
        + para("boxed")
        + "</w:txbxContent></w:drawing>"
        "</Choice><Fallback><w:pict><w:txbxContent>" + para("boxed") + "</w:txbxContent></w:pict></Fallback>"
        "</AlternateContent></w:r></w:p><w:sdt><w:sdtContent>" + para("controlled") + "</w:sdtContent></w:sdt>"
    )
    assert texts(read(docx(box))[0]) == ["boxed", "controlled"]


def test_an_open_document_text_is_read() -> None:
    xml = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        '<text:h>Order 77</text:h><text:p>of <text:span>today</text:span><text:s text:c="3"/>now<text:line-break/>two</text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:table-cell>"
        "<text:p>5</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>B</text:p>"
        "</table:table-cell><table:table-cell><text:p>6</text:p></table:table-cell></table:table-row></table:table>"
        "</office:text></office:body></office:document-content>"
    )
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": xml})
    (page,) = read(data)
    assert texts(page) == ["Order 77", "of today now", "two", "A 5", "B 6"]
    assert cells(page) == [["A", "5"], ["B", "6"]]


def test_entities_of_a_stranger_are_not_resolved() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        f"<w:document {SPACE}><w:body><w:p><w:r><w:t>seen &f; &b;</w:t></w:r></w:p></w:body></w:document>"
    )
    answer = pages_of(Part("x.docx", "", zipped({"[Content_Types].xml": "<T/>", "word/document.xml": bomb})), LIMITS)
    if not isinstance(answer, Unreadable):
        assert texts(answer[0]) == ["seen"]


def test_a_document_that_unpacks_without_end_is_refused() -> None:
    data = docx("<w:p><w:r><w:t>" + "x" * 6_000_000 + "</w:t></w:r></w:p>")
    answer = pages_of(Part("x.docx", "", data), Limits(unpacked_bytes_max=1_000_000))
    assert isinstance(answer, Unreadable)
    assert answer.code == "too_large"


def test_the_kind_is_told_by_what_is_inside() -> None:
    assert sniff(docx(para("x")), "advice.zip", "application/zip") == "word"
