"""Pictures of paper: turned, skewed, noisy; what they say is read, and marked with how certain it is."""

from __future__ import annotations

import importlib.util
import io
from decimal import Decimal

import pytest
from reportlab.pdfgen import canvas

from agent.domain.documents import Flag, Footing, RemittanceAdvice
from agent.reading import Reader, Recognition
from parsers.certainty import with_certainty
from parsers.media import pages_of, recognition
from parsers.page import Limits, Medium, Page, Part, Unreadable
from parsers.reading import read
from tests.measure.scans import Look, file_of, taken

ROWS = (("INV-7001", "1,250.00"), ("INV-7002", "310.40"), ("INV-7003", "89.65"))
WITH_OCR = Limits(ocr_pages_max=3)


def paper() -> bytes:
    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=(420, 300))
    sheet.setFont("Helvetica-Bold", 14)
    sheet.drawString(40, 260, "Remittance Advice")
    sheet.setFont("Helvetica", 10)
    sheet.drawString(40, 240, "Payment reference: 88123   Currency: USD")
    for n, row in enumerate((("Invoice", "Amount paid"), *ROWS, ("Total", "1,650.05"))):
        sheet.drawString(40, 200 - 18 * n, row[0])
        sheet.drawRightString(300, 200 - 18 * n, row[1])
    sheet.save()
    return buffer.getvalue()


@pytest.fixture(scope="module")
def clean() -> bytes:
    return file_of(taken(paper(), Look("clean", dpi=150)))


def test_the_extra_is_part_of_what_is_tested() -> None:
    assert recognition.is_installed()


@pytest.mark.parametrize(
    "look",
    [
        Look("skewed", dpi=150, angle=1.8, noise=6, jpeg=70),
        Look("on its side", dpi=150, turned=1),
        Look("upside down", dpi=150, turned=2, noise=4),
        Look("photo", dpi=170, keystone=0.05, shade=0.3, angle=-1.0),
    ],
    ids=lambda look: look.name,
)
def test_a_picture_is_read_however_it_lies(look: Look) -> None:
    pages = pages_of(Part("scan.png", "image/png", file_of(taken(paper(), look))), WITH_OCR)
    assert isinstance(pages, tuple)
    lines = [line.text for line in pages[0].lines]
    for reference, amount in ROWS:
        assert f"{reference} {amount}" in lines
    assert pages[0].medium is Medium.SCAN
    assert all(0 < word.certainty <= 1 for line in pages[0].lines for word in line.words if word.certainty is not None)


def test_a_scanned_advice_is_a_document_that_says_it_was_scanned(clean: bytes) -> None:
    (advice,) = read(clean, "scan.png", limits=WITH_OCR).documents
    assert isinstance(advice, RemittanceAdvice)
    assert [(line.reference, line.paid) for line in advice.lines] == [(r, Decimal(a.replace(",", ""))) for r, a in ROWS]
    assert (advice.footing, advice.total) == (Footing.PROVED, Decimal("1650.05"))
    assert Flag.SCANNED in advice.flags
    assert Flag.UNCERTAIN not in advice.flags
    assert (advice.evidence["lines[0].paid"].certainty or 0) > 0.9


def test_what_is_less_certain_than_asked_is_flagged(clean: bytes) -> None:
    (advice,) = read(clean, "scan.png", limits=Limits(ocr_pages_max=3, ocr_certainty=1.01)).documents
    assert Flag.UNCERTAIN in advice.flags


def test_a_figure_without_a_place_is_uncertain(clean: bytes) -> None:
    pages = pages_of(Part("scan.png", "image/png", clean), WITH_OCR)
    assert isinstance(pages, tuple)
    (advice,) = read(clean, "scan.png", limits=WITH_OCR).documents
    bare = RemittanceAdvice(confidence=0.9, source=advice.source, total=Decimal(5))
    (judged,) = with_certainty((bare,), pages, 0.1)
    assert Flag.UNCERTAIN in judged.flags


def test_words_of_a_text_layer_are_left_as_they_are() -> None:
    bare = RemittanceAdvice(confidence=0.9, source=read(paper(), "a.pdf").documents[0].source)
    assert with_certainty((bare,), (Page(1, "a", Medium.SCAN, ()),), 0.9) == (bare,)


def test_without_being_asked_a_picture_is_for_a_person(clean: bytes) -> None:
    (problem,) = read(clean, "scan.png").problems
    assert problem.code == "image"


def test_without_the_extra_a_picture_is_for_a_person(clean: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(recognition, "find_spec", lambda name: None if name == "onnxruntime" else there(name))
    (problem,) = read(clean, "scan.png", limits=WITH_OCR).problems
    assert problem.code == "image"


def test_a_scanned_page_among_others_is_never_silent() -> None:
    from tests.measure.scans import rendered

    whole = io.BytesIO()
    sheet = canvas.Canvas(whole, pagesize=(420, 300))
    sheet.drawString(40, 200, "Thank you for your letter")
    sheet.showPage()
    sheet.drawInlineImage(rendered(paper(), dpi=72), 0, 0, 420, 300)
    sheet.showPage()
    sheet.save()
    (problem,) = [p for p in read(whole.getvalue(), "two.pdf").problems if p.code == "image"]
    assert "page 2" in problem.what


def test_a_picture_with_too_many_pixels_is_not_opened() -> None:
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    header += __import__("zlib").crc32(header[12:29]).to_bytes(4, "big")
    pages = pages_of(Part("bomb.png", "image/png", header + bytes(40)), WITH_OCR)
    assert isinstance(pages, Unreadable)


def test_damaged_pictures_raise_nothing(clean: bytes) -> None:
    for cut in (20, 60, len(clean) // 2):
        assert isinstance(pages_of(Part("a.png", "", clean[:cut]), WITH_OCR), tuple | Unreadable)


def test_recognition_runs_in_the_confined_worker_and_reads_a_scan_that_came_as_pdf() -> None:
    scan = file_of(taken(paper(), Look("200 dpi", noise=5)), "PDF")
    with Reader(recognition=Recognition()) as reader:
        (advice,) = reader.read(scan, "scan.pdf").documents
        assert Flag.SCANNED in advice.flags
        with Reader(recognition=Recognition(pages=0)) as off:
            assert [p.code for p in off.read(scan, "scan.pdf").problems] == ["image"]


def many_sheets(picture: bytes) -> bytes:
    """A TIFF of ten such sheets: more than any machine recognises in a second."""
    from PIL import Image

    out, sheet = io.BytesIO(), Image.open(io.BytesIO(picture))
    wider = [Image.new(sheet.mode, (sheet.width + n, sheet.height), 255) for n in range(10)]
    for page in wider:
        page.paste(sheet)
    wider[0].save(out, "TIFF", save_all=True, append_images=wider[1:])
    return out.getvalue()


def test_a_worker_that_recognises_for_too_long_leaves_the_rest_of_the_reading(clean: bytes) -> None:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@acme.example", "ar@us.example", "advice"
    mail.set_content("We will pay INV-7001 on 2026-04-30.")
    mail.add_attachment(many_sheets(clean), maintype="image", subtype="tiff", filename="scan.tiff")
    with Reader(recognition=Recognition(seconds=1)) as reader:
        reading = reader.read(mail.as_bytes(), "mail.eml")
    assert [d.kind for d in reading.documents] == ["promise_to_pay"]
    assert any(p.where == "scan.tiff" for p in reading.problems)
