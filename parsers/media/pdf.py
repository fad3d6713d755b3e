"""PDF (ISO 32000-1) to pages.

pdfium gives the glyphs and shapes (an order of magnitude quicker than any Python reader); where it cannot, plain
pdfplumber gives them. Everything after that is the same code, so both readings of one page are alike.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from parsers.media import pdf_pdfium, pdf_plain
from parsers.media.pdf_hidden import is_picture, parted
from parsers.media.pdf_ink import SKEWED, Drawing, turned
from parsers.media.pdf_tables import tables_of
from parsers.media.pdf_words import lines_of
from parsers.page import Limits, Medium, Page, Part, Unreadable

ENCRYPTED = Unreadable("The PDF opens with a password only.", "encrypted")
TOO_FULL = Unreadable("A page of the PDF holds more characters than any document does.", "too_large")


def read_pdf(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    """The pages of a PDF. A page that is only a picture comes as Medium.SCAN without lines."""
    try:
        document = pdf_pdfium.open_document(part.data)
    except pdf_pdfium.PasswordNeeded:
        return ENCRYPTED
    except pdf_pdfium.Broken:
        return _read_plainly(part, limits)
    try:
        return _read(document, part, limits)
    finally:
        document.close()


def _read(document: Any, part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    count = len(document)
    if count == 0:
        return _read_plainly(part, limits)
    if count > limits.pages_max:
        return Unreadable(f"The PDF has {count} pages; up to {limits.pages_max} are read.", "too_large")
    if document.get_formtype():
        document.init_forms()
    pages: list[Page] = []
    pictures = 0
    drawing: Drawing | None
    with pdf_plain.Reserve(part.data) as reserve:
        for index in range(count):
            drawing = None
            try:
                drawing = pdf_pdfium.drawing_of(document, index, limits.chars_per_page_max)
                usable = drawing is None or believable(drawing)
            except pdf_pdfium.Broken:
                usable = False
            if not usable:
                drawing = reserve.drawing_of(index, limits.chars_per_page_max)
            if drawing is None:
                return TOO_FULL
            pages.append(page_of(drawing, part.name, index + 1))
            if pages[-1].medium is Medium.SCAN and not pages[-1].lines and pictures < limits.ocr_pages_max:
                pictures += 1
                pages[-1] = _recognised(document, index, pages[-1])
    return tuple(pages)


def _recognised(document: Any, index: int, page: Page) -> Page:
    """The page with the characters that its picture shows, where they can be recognised."""
    from parsers.media import recognition

    if not recognition.is_installed():
        return page
    try:
        picture = pdf_pdfium.picture_of(document, index, recognition.LONG_SIDE)
    except pdf_pdfium.Broken:
        return page
    return recognition.page_of_picture(picture, page.part, page.number, (page.width, page.height))


def _read_plainly(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    with pdf_plain.Reserve(part.data) as reserve:
        count = reserve.page_count()
        if count is None:
            return ENCRYPTED
        if count > limits.pages_max:
            return Unreadable(f"The PDF has {count} pages; up to {limits.pages_max} are read.", "too_large")
        pages: list[Page] = []
        for index in range(count):
            drawing = reserve.drawing_of(index, limits.chars_per_page_max)
            if drawing is None:
                return TOO_FULL
            pages.append(page_of(drawing, part.name, index + 1))
    return tuple(pages) or Unreadable("The PDF has no pages.", "empty")


def believable(drawing: Drawing) -> bool:
    """Whether the places of the glyphs can be worked with: pdfium has had faults that make boxes of any size."""
    sample = drawing.glyphs[:: len(drawing.glyphs) // 300 + 1]
    wrong = sum(
        1 for _, x0, _, x1, _, ink in sample if not -0.01 <= x1 - x0 <= 6 * max(ink.size, 1.0) and ink.turn == 0
    )
    return wrong * 20 <= len(sample)


def page_of(drawing: Drawing, part: str, number: int) -> Page:
    """One page from what is drawn on it. A sheet whose text mostly runs sideways is turned first."""
    main = _main_turn(drawing)
    if main:
        drawing = turned(drawing, main)
    seen, hidden, scan = parted(drawing)
    medium = Medium.SCAN if scan or (not seen and is_picture(drawing)) else Medium.PDF
    shown = replace(drawing, glyphs=seen)
    lines = lines_of(shown)
    tables = [] if drawing.crowded else tables_of(drawing.edges, lines)
    return Page(number, part, medium, tuple(lines), tuple(tables), drawing.width, drawing.height, hidden)


def _main_turn(drawing: Drawing) -> int:
    """The direction of most of the text, 0 where the upright is not far outnumbered."""
    if all(ink.turn == 0 for ink in {glyph[5] for glyph in drawing.glyphs}):
        return 0
    turns = Counter(glyph[5].turn for glyph in drawing.glyphs if glyph[0].strip())
    main = max((turn for turn in turns if turn != SKEWED), key=lambda turn: turns[turn], default=0)
    return main if turns[main] > 2 * turns[0] else 0
