"""PDF pages: words, lines, tables and what must not be read, each trap under its own name."""

from __future__ import annotations

import io
import time
from collections import Counter
from typing import Any

import pytest

from parsers.media import pages_of, pdf
from parsers.page import Limits, Medium, Part, Unreadable
from tests.parsers.media.made import (
    HEAD,
    LIMITS,
    PRODUCERS,
    ROWS,
    bare_pdf,
    cells,
    drawn,
    picture,
    read,
    texts,
    typeset,
    words,
)

TABLE = [list(HEAD), *[list(row) for row in ROWS]]


@pytest.mark.parametrize("producer", PRODUCERS)
def test_the_same_content_yields_the_same_words_whoever_wrote_the_pdf(producer: str) -> None:
    (page,) = read(PRODUCERS[producer]())
    assert words(page) == ["Remittance", "advice", "4711", *[w for row in TABLE for cell in row for w in cell.split()]]


@pytest.mark.parametrize("producer", PRODUCERS)
def test_a_ruled_table_has_its_rows_and_cells(producer: str) -> None:
    (page,) = read(PRODUCERS[producer]())
    assert cells(page) == TABLE


@pytest.mark.parametrize("producer", PRODUCERS)
def test_the_quick_source_and_plain_pdfplumber_see_the_same(producer: str) -> None:
    data = PRODUCERS[producer]()
    quick, plain = read(data), pdf._read_plainly(Part("f", "", data), LIMITS)
    assert isinstance(plain, tuple)
    assert [texts(page) for page in quick] == [texts(page) for page in plain]
    assert [cells(page) for page in quick] == [cells(page) for page in plain]


@pytest.mark.parametrize("producer", PRODUCERS)
def test_words_and_cells_equal_those_of_pdfplumber_itself(producer: str) -> None:
    import pdfplumber

    data = PRODUCERS[producer]()
    (page,) = read(data)
    with pdfplumber.open(io.BytesIO(data)) as document:
        theirs = document.pages[0]
        assert Counter(words(page)) == Counter(word["text"] for word in theirs.extract_words())
        assert [cells(page)] == theirs.extract_tables()
        places = {word["text"]: (word["x0"], word["x1"]) for word in theirs.extract_words()}
    for line in page.lines:
        for word in line.words:
            if Counter(words(page))[word.text] == 1:
                assert word.x0 == pytest.approx(places[word.text][0], abs=1.5)
                assert word.x1 == pytest.approx(places[word.text][1], abs=1.5)


# --- glyphs ----------------------------------------------------------------------------------------------------------


def test_bold_made_by_printing_twice_is_read_once() -> None:
    def paint(sheet: Any) -> None:
        for shift in (0, 0.25, 0.5):
            sheet.drawString(40 + shift, 700, "TOTAL 1,100.00")
        x = 40.0
        for char in "PLATE 11":
            for shift in (0, 0.4):
                sheet.drawString(x + shift, 650, char)
            x += sheet.stringWidth(char, "Helvetica", 10)

    (page,) = read(drawn(paint))
    assert texts(page) == ["TOTAL 1,100.00", "PLATE 11"]


def test_bold_made_within_one_text_operator_is_read_once() -> None:
    content = b"BT /F1 10 Tf 50 700 Td [(P) 640 (P) (L) 530 (L) (A) 640 (A) (1) 530 (1) (1) 530 (1)] TJ ET"
    (page,) = read(bare_pdf(content))
    assert texts(page) == ["PLA11"]


def test_repeated_digits_are_no_overprinting() -> None:
    (page,) = read(drawn(lambda sheet: sheet.drawString(40, 700, "1111,11 illll 000 II ff")))
    assert texts(page) == ["1111,11 illll 000 II ff"]


def test_ligatures_become_their_letters() -> None:
    (page,) = read(typeset("Office affair fluffy baffling file Affäre 11"))
    assert words(page) == ["Office", "affair", "fluffy", "baffling", "file", "Affäre", "11"]


def test_presentation_forms_become_letters() -> None:
    (page,) = read(typeset("\ufb01le o\ufb03ce"))
    assert words(page) == ["file", "office"]


def test_a_hyphen_at_the_end_of_a_line_is_kept() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "Order Liefer-")
        sheet.drawString(40, 688, "schein PO-2025-")
        sheet.drawString(40, 676, "0001")

    (page,) = read(drawn(paint))
    assert texts(page) == ["Order Liefer-", "schein PO-2025-", "0001"]


def test_words_part_where_a_gap_shows_although_no_space_is_painted() -> None:
    content = b"BT /F1 6 Tf 50 700 Td [(Your) -400 (ref) -400 (12) -60 (34)] TJ ET"
    (page,) = read(bare_pdf(content))
    assert texts(page) == ["Your ref 1234"]


def test_a_space_that_is_pulled_back_parts_nothing() -> None:
    content = b"BT /F1 10 Tf 50 700 Td [(INV) ( ) 278 (77)] TJ ET"
    (page,) = read(bare_pdf(content))
    assert texts(page) == ["INV77"]


def test_text_that_runs_over_into_the_next_column_stays_whole() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "A description that is far too long for its column")
        sheet.drawString(160, 700, "1234567890")

    (page,) = read(drawn(paint))
    assert "1234567890" in words(page)
    assert "description" in words(page)
    assert "column" in words(page)


def test_a_footnote_mark_does_not_become_a_digit_of_the_figure() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "Total 1,234.56")
        sheet.setFont("Helvetica", 6)
        sheet.drawString(40 + sheet.stringWidth("Total 1,234.56", "Helvetica", 10), 704, "1")
        sheet.setFont("Helvetica", 10)
        sheet.drawString(200, 700, "EUR")

    (page,) = read(drawn(paint))
    assert texts(page) == ["Total 1,234.56 1 EUR"]


def test_a_label_and_its_value_in_another_size_are_one_line() -> None:
    def paint(sheet: Any) -> None:
        sheet.setFont("Helvetica", 8)
        sheet.drawString(40, 700, "Invoice no.")
        sheet.setFont("Helvetica-Bold", 12)
        sheet.drawString(120, 699, "RE-77")

    (page,) = read(drawn(paint))
    assert texts(page) == ["Invoice no. RE-77"]
    assert [word.bold for word in page.lines[0].words] == [False, False, True]
    assert [word.size for word in page.lines[0].words] == [8, 8, 12]


def test_two_columns_stand_beside_each_other_with_their_places() -> None:
    def paint(sheet: Any) -> None:
        for n in range(3):
            sheet.drawString(40, 700 - 12 * n, f"left {n}")
            sheet.drawString(340, 700 - 12 * n, f"right {n}")

    (page,) = read(drawn(paint))
    assert texts(page) == ["left 0 right 0", "left 1 right 1", "left 2 right 2"]
    assert [round(line.words[2].x0) for line in page.lines] == [340, 340, 340]


def test_dense_lines_are_not_mixed() -> None:
    def paint(sheet: Any) -> None:
        sheet.setFont("Helvetica", 7)
        for n in range(60):
            sheet.drawString(40, 700 - 7 * n, f"row {n} amount {n * 11}")

    (page,) = read(drawn(paint))
    assert texts(page) == [f"row {n} amount {n * 11}" for n in range(60)]


# --- sheets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_turned_reads_as_one_sees_it(turn: int) -> None:
    upright = {90: b"0 1 -1 0 595 0", 180: b"-1 0 0 -1 595 842", 270: b"0 -1 1 0 0 842"}[turn]
    content = b"q " + upright + b" cm BT /F1 10 Tf 100 300 Td (First line) Tj 0 -14 Td (Second 2) Tj ET Q"
    (page,) = read(bare_pdf(content, b"/Rotate %d" % turn))
    assert texts(page) == ["First line", "Second 2"]
    assert round(page.lines[0].words[0].x0) == 100
    assert (page.width, page.height) == ((842, 595) if turn in (90, 270) else (595, 842))


@pytest.mark.parametrize("turn", [90, 270])
def test_a_table_printed_sideways_is_turned_upright(turn: int) -> None:
    matrix = {90: b"0 1 -1 0 595 0", 270: b"0 -1 1 0 0 842"}[turn]
    rows = b"".join(
        b"BT /F1 10 Tf 100 %d Td (INV-%d) Tj 200 0 Td (9.%d0) Tj ET\n" % (500 - 20 * n, n, n) for n in range(4)
    )
    rules = b"".join(b"90 %d m 400 %d l S\n" % (515 - 20 * n, 515 - 20 * n) for n in range(5))
    rules += b"90 515 m 90 435 l S 280 515 m 280 435 l S 400 515 m 400 435 l S\n"
    (page,) = read(bare_pdf(b"q " + matrix + b" cm " + rows + rules + b" Q"))
    assert texts(page) == [f"INV-{n} 9.{n}0" for n in range(4)]
    assert cells(page) == [[f"INV-{n}", f"9.{n}0"] for n in range(4)]


def test_text_along_the_side_comes_whole_and_last() -> None:
    def paint(sheet: Any) -> None:
        sheet.saveState()
        sheet.translate(30, 300)
        sheet.rotate(90)
        sheet.drawString(0, 0, "Form 12 side note")
        sheet.restoreState()
        for n in range(5):
            sheet.drawString(60, 400 - 20 * n, f"line {n} of the letter")

    (page,) = read(drawn(paint))
    assert texts(page) == [*[f"line {n} of the letter" for n in range(5)], "Form 12 side note"]


def test_a_watermark_across_the_page_is_a_line_of_its_own() -> None:
    def paint(sheet: Any) -> None:
        sheet.saveState()
        sheet.translate(200, 300)
        sheet.rotate(45)
        sheet.setFont("Helvetica", 60)
        sheet.setFillGray(0.8)
        sheet.drawString(0, 0, "COPY 2")
        sheet.restoreState()
        sheet.setFont("Helvetica", 10)
        sheet.drawString(60, 400, "Invoice 12")

    (page,) = read(drawn(paint))
    assert texts(page) == ["Invoice 12", "COPY 2"]


def test_places_count_from_the_corner_of_the_crop_box() -> None:
    content = b"BT /F1 10 Tf 120 700 Td (seen) Tj ET BT /F1 10 Tf 20 700 Td (cut) Tj ET"
    (page,) = read(bare_pdf(content, b"/CropBox[100 100 500 800]"))
    assert texts(page) == ["seen"]
    assert page.hidden == ("cut",)
    assert round(page.lines[0].words[0].x0) == 20
    assert (page.width, page.height) == (400, 700)


def test_a_media_box_may_start_anywhere() -> None:
    content = b"BT /F1 10 Tf -150 20 Td (seen) Tj ET"
    (page,) = read(bare_pdf(content, media=b"100 400 -200 -400"))
    assert texts(page) == ["seen"]
    assert round(page.lines[0].words[0].x0) == 50


def test_pages_are_numbered_and_named() -> None:
    pages = read(drawn(*[lambda sheet: sheet.drawString(40, 700, "x")] * 3), "advice.pdf")
    assert [(page.number, page.part) for page in pages] == [(1, "advice.pdf"), (2, "advice.pdf"), (3, "advice.pdf")]


# --- what cannot be seen ---------------------------------------------------------------------------------------------


def hidden_by(paint: Any) -> tuple[list[str], tuple[str, ...]]:
    (page,) = read(drawn(paint))
    return texts(page), page.hidden


def test_white_on_white_is_hidden() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "seen")
        sheet.setFillColorRGB(0.99, 0.99, 1)
        sheet.drawString(40, 600, "unseen words")

    assert hidden_by(paint) == (["seen"], ("unseen words",))


def test_white_on_a_dark_band_is_seen() -> None:
    def paint(sheet: Any) -> None:
        sheet.setFillGray(0.2)
        sheet.rect(30, 690, 300, 20, fill=1, stroke=0)
        sheet.setFillGray(1)
        sheet.drawString(40, 695, "Invoice Amount")

    assert hidden_by(paint) == (["Invoice Amount"], ())


def test_white_on_a_thick_stroke_is_seen() -> None:
    def paint(sheet: Any) -> None:
        sheet.setLineWidth(20)
        sheet.line(30, 700, 330, 700)
        sheet.setFillGray(1)
        sheet.drawString(40, 696, "Invoice Amount")

    assert hidden_by(paint) == (["Invoice Amount"], ())


def test_the_colour_of_the_band_beneath_hides_as_well() -> None:
    def paint(sheet: Any) -> None:
        sheet.setFillColorRGB(0.8, 0.9, 1)
        sheet.rect(30, 690, 300, 20, fill=1, stroke=0)
        sheet.drawString(40, 695, "pay to another account")

    assert hidden_by(paint) == ([], ("pay to another account",))


def test_text_without_paint_is_hidden() -> None:
    content = b"BT /F1 10 Tf 50 700 Td (seen) Tj 3 Tr 0 -20 Td (unseen) Tj 7 Tr 0 -20 Td (clip) Tj ET"
    (page,) = read(bare_pdf(content))
    assert (texts(page), page.hidden) == (["seen"], ("unseen", "clip"))


def test_transparent_text_is_hidden() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "seen")
        sheet.setFillAlpha(0.01)
        sheet.drawString(40, 600, "unseen")

    assert hidden_by(paint) == (["seen"], ("unseen",))


def test_text_smaller_than_a_point_is_hidden() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "seen")
        sheet.setFont("Helvetica", 0.5)
        sheet.drawString(40, 600, "unseen")

    assert hidden_by(paint) == (["seen"], ("unseen",))


def test_small_type_in_a_large_scale_is_seen() -> None:
    content = b"q 12 0 0 12 50 700 cm BT /F1 0.9 Tf 0 0 Td (seen) Tj ET Q"
    (page,) = read(bare_pdf(content))
    assert texts(page) == ["seen"]


def test_text_beside_the_page_is_hidden() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "seen")
        sheet.drawString(700, 700, "beside")
        sheet.drawString(40, -50, "below")

    assert hidden_by(paint) == (["seen"], ("beside", "below"))


def test_what_is_painted_over_is_hidden_and_what_is_painted_above_is_seen() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "Total")
        sheet.drawString(100, 700, "9,999.00")
        sheet.setFillGray(1)
        sheet.rect(98, 695, 80, 16, fill=1, stroke=0)
        sheet.setFillGray(0)
        sheet.drawString(100, 700, "1.00")

    assert hidden_by(paint) == (["Total 1.00"], ("9,999.00",))


def test_a_transparent_highlight_covers_nothing() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "Total 5.00")
        sheet.setFillColorRGB(1, 1, 0)
        sheet.setFillAlpha(0.4)
        sheet.rect(30, 690, 200, 20, fill=1, stroke=0)

    assert hidden_by(paint) == (["Total 5.00"], ())


def test_a_clipped_rectangle_covers_nothing_outside_its_clip() -> None:
    content = b"BT /F1 10 Tf 50 700 Td (Total 5.00) Tj ET q 300 300 10 10 re W n 1 g 0 0 595 842 re f Q"
    (page,) = read(bare_pdf(content))
    assert (texts(page), page.hidden) == (["Total 5.00"], ())


def test_a_white_background_painted_first_hides_nothing() -> None:
    def paint(sheet: Any) -> None:
        sheet.setFillGray(1)
        sheet.rect(0, 0, 595, 842, fill=1, stroke=0)
        sheet.setFillGray(0)
        sheet.drawString(40, 700, "seen")

    assert hidden_by(paint) == (["seen"], ())


# --- scans -----------------------------------------------------------------------------------------------------------


def test_the_text_layer_of_a_scan_is_read_and_marked() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawImage(picture(), 0, 0, 595, 842)
        text = sheet.beginText(40, 700)
        text.setTextRenderMode(3)
        text.textLine("Invoice 12 Total 100.00")
        sheet.drawText(text)

    (page,) = read(drawn(paint))
    assert page.medium is Medium.SCAN
    assert texts(page) == ["Invoice 12 Total 100.00"]
    assert page.hidden == ()


def test_a_text_layer_beneath_the_picture_is_read_and_marked() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "Invoice 12 Total 100.00")
        sheet.drawImage(picture(), 0, 0, 595, 842)

    (page,) = read(drawn(paint))
    assert (page.medium, texts(page)) == (Medium.SCAN, ["Invoice 12 Total 100.00"])


def test_unseen_text_on_a_letterhead_picture_is_hidden() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawImage(picture(), 0, 0, 595, 842)
        for n in range(10):
            sheet.drawString(40, 600 - 14 * n, f"Position {n} of the invoice")
        text = sheet.beginText(40, 700)
        text.setTextRenderMode(3)
        text.textLine("another account")
        sheet.drawText(text)

    (page,) = read(drawn(paint))
    assert page.medium is Medium.PDF
    assert page.hidden == ("another account",)
    assert len(page.lines) == 10


def test_a_page_that_is_only_a_picture_is_a_scan_without_lines() -> None:
    (page,) = read(drawn(lambda sheet: sheet.drawImage(picture(), 0, 0, 595, 842)))
    assert (page.medium, page.lines) == (Medium.SCAN, ())


def test_a_blank_page_is_no_scan() -> None:
    (page,) = read(drawn(lambda sheet: None))
    assert (page.medium, page.lines) == (Medium.PDF, ())


# --- tables ----------------------------------------------------------------------------------------------------------


def test_a_cell_keeps_its_line_breaks_and_a_merged_one_its_place() -> None:
    def paint(sheet: Any) -> None:
        for x in (40, 140, 240):
            sheet.line(x, 700, x, 640)
        sheet.line(340, 720, 340, 640)
        sheet.line(40, 720, 40, 700)
        for y in (720, 700, 670, 640):
            sheet.line(40, y, 340, y)
        sheet.drawString(45, 706, "Payment of March")
        for column, text in enumerate(("INV-1", "Blue chair", "10.00")):
            sheet.drawString(45 + 100 * column, 688, text)
        sheet.drawString(145, 676, "with arms")
        sheet.drawString(45, 656, "INV-2")
        sheet.drawString(245, 656, "20.00")

    (page,) = read(drawn(paint))
    assert cells(page) == [
        ["Payment of March", None, None],
        ["INV-1", "Blue chair\nwith arms", "10.00"],
        ["INV-2", "", "20.00"],
    ]
    table = page.tables[0]
    assert [word.text for cell in [table.rows[1][1]] if cell for word in cell.words] == [
        "Blue",
        "chair",
        "with",
        "arms",
    ]
    assert table.box == pytest.approx((40, 842 - 720, 340, 842 - 640), abs=0.5)


def test_a_grid_in_one_path_and_one_of_thin_rectangles_are_tables() -> None:
    text = b"".join(
        b"BT /F1 9 Tf %d %d Td (c%d%d) Tj ET\n" % (55 + 100 * c, 705 - 20 * r, r, c) for r in range(3) for c in range(2)
    )
    path = b"".join(b"%d %d 100 20 re\n" % (50 + 100 * c, 700 - 20 * r) for r in range(3) for c in range(2)) + b"S\n"
    thin = b"".join(b"50 %d 200 0.5 re f\n" % (720 - 20 * n) for n in range(4))
    thin += b"".join(b"%d 660 0.5 60.5 re f\n" % (50 + 100 * n) for n in range(3))
    wanted = [[f"c{r}{c}" for c in range(2)] for r in range(3)]
    assert cells(read(bare_pdf(text + path))[0]) == wanted
    assert cells(read(bare_pdf(thin + text))[0]) == wanted


def test_words_in_neighbouring_cells_are_not_joined_over_the_rule() -> None:
    content = (
        b"BT /F1 10 Tf 60 705 Td (1001) Tj ET BT /F1 10 Tf 83 705 Td (2002) Tj ET "
        b"50 700 m 150 700 l S 50 720 m 150 720 l S 50 700 m 50 720 l S 82.6 700 m 82.6 720 l S 150 700 m 150 720 l S"
    )
    (page,) = read(bare_pdf(content))
    assert cells(page) == [["1001", "2002"]]


def test_a_frame_around_text_is_no_table() -> None:
    def paint(sheet: Any) -> None:
        sheet.rect(30, 600, 300, 200)
        sheet.drawString(40, 700, "Address")

    (page,) = read(drawn(paint))
    assert page.tables == ()


def test_boxes_below_each_other_are_no_table() -> None:
    def paint(sheet: Any) -> None:
        for n in range(3):
            sheet.rect(30, 600 - 100 * n, 300, 100)
            sheet.drawString(40, 650 - 100 * n, f"Address {n}")

    (page,) = read(drawn(paint))
    assert page.tables == ()
    assert len(page.lines) == 3


def test_text_and_rules_within_form_objects_stand_where_they_are_shown() -> None:
    def paint(sheet: Any) -> None:
        sheet.beginForm("grid")
        sheet.setFont("Helvetica", 5)
        for r in range(2):
            for c in range(2):
                sheet.rect(50 * c, 10 * r, 50, 10)
                sheet.drawString(50 * c + 2, 10 * r + 3, f"v{r}{c}")
        sheet.endForm()
        sheet.translate(100, 400)
        sheet.scale(2, 2)
        sheet.doForm("grid")

    (page,) = read(drawn(paint))
    assert cells(page) == [["v10", "v11"], ["v00", "v01"]]
    assert page.tables[0].box == pytest.approx((100, 842 - 440, 300, 842 - 400), abs=0.5)


def test_filled_form_fields_are_read_like_print() -> None:
    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "Order no.")
        sheet.acroForm.textfield(name="order", value="PO-4711", x=120, y=695, width=120, height=16, fontSize=10)

    (page,) = read(drawn(paint))
    assert "PO-4711" in words(page)
    assert page.hidden == ()


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_password_is_asked_for_only_where_the_document_needs_one() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    def paint(sheet: Any) -> None:
        sheet.drawString(40, 700, "secret")

    locked = drawn(paint, encrypt=StandardEncryption("user", "owner", strength=128))
    guarded = drawn(paint, encrypt=StandardEncryption("", "owner", canModify=0, strength=128))
    answer = pages_of(Part("f.pdf", "", locked), LIMITS)
    assert isinstance(answer, Unreadable)
    assert answer.code == "encrypted"
    assert texts(read(guarded)[0]) == ["secret"]


def test_too_many_pages_or_glyphs_are_refused_in_words() -> None:
    def paint(sheet: Any) -> None:
        for n in range(50):
            sheet.drawString(40, 800 - 10 * n, "word " * 10)

    data = drawn(*[paint] * 4)
    for limits in (Limits(pages_max=3), Limits(chars_per_page_max=1_000)):
        answer = pages_of(Part("f.pdf", "", data), limits)
        assert isinstance(answer, Unreadable)
        assert answer.code == "too_large"


def test_a_page_of_a_hundred_thousand_rectangles_is_read_in_time() -> None:
    content = b"BT /F1 10 Tf 50 700 Td (Total 5.00) Tj ET\n" + b"10 10 3 3 re f 20 20 m 30 20 l S\n" * 100_000
    content += b"0 g 40 590 99 20 re f 1 g BT /F1 10 Tf 50 600 Td (on a band) Tj ET\n"
    started = time.perf_counter()
    (page,) = read(bare_pdf(content))
    assert texts(page) == ["Total 5.00", "on a band"]
    assert time.perf_counter() - started < 10


def test_a_dense_grid_is_read_in_time() -> None:
    content = b"".join(b"%d 100 m %d 700 l S\n" % (x, x) for x in range(10, 590, 4))
    content += b"".join(b"10 %d m 586 %d l S\n" % (y, y) for y in range(100, 700, 4))
    started = time.perf_counter()
    read(bare_pdf(content))
    assert time.perf_counter() - started < 10


def test_what_pdfium_cannot_open_is_given_to_pdfplumber() -> None:
    from parsers.media import pdf_pdfium

    data = bare_pdf(b"BT /F1 10 Tf 50 700 Td (Total 5.00) Tj ET").replace(b"/Type/Catalog", b"/Type/Katalog")
    with pytest.raises((pdf_pdfium.Broken, pdf_pdfium.PasswordNeeded)):
        pdf_pdfium.open_document(b"%PDF-1.4\n")
    answer = pages_of(Part("f.pdf", "", data), LIMITS)
    assert isinstance(answer, tuple | Unreadable)


# --- forms and wide letters


def form(entries: bytes) -> bytes:
    """A page with a text field and a choice field that have values but no appearance of their own."""
    widgets = (
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(po)/V(PO-4711)/Rect[120 695 260 712]/DA(/Helv 10 Tf 0 g)/F 4>>",
        b"<</Type/Annot/Subtype/Widget/FT/Ch/Ff 131072/T(c)/V(Chairs)/Opt[(Chairs)(Tables)]/Rect[120 645 260 662]"
        b"/DA(/Helv 10 Tf 0 g)/F 4>>",
    )
    content = b"BT /F1 10 Tf 50 700 Td (Order no.) Tj ET"
    plain = bare_pdf(content, b"/Annots[" + b" ".join(widgets) + b"]")
    return plain.replace(b"/Type/Catalog", b"/Type/Catalog/AcroForm<</Fields[]/DA(/Helv 10 Tf 0 g)" + entries + b">>")


def test_letters_set_wide_apart_are_one_word_and_figures_are_not() -> None:
    content = b"BT /F1 10 Tf 3 Tc 50 700 Td (REMITTANCE ADVICE) Tj 0 -20 Td (1234) Tj ET"
    (page,) = read(bare_pdf(content))
    assert texts(page) == ["REMITTANCE ADVICE", "1 2 3 4"]


def test_values_of_form_fields_without_an_appearance_are_read() -> None:
    (page,) = read(form(b"/NeedAppearances true"))
    assert "PO-4711" in words(page)
    assert "Chairs" in words(page)
