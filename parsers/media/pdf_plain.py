"""What pdfplumber sees on a PDF page: the slow and patient source, for what pdfium cannot read."""

from __future__ import annotations

import io
import math
from types import TracebackType
from typing import Any, Self

from parsers.media.pdf_ink import SKEWED, Area, Colour, Drawing, Edge, Glyph, Ink


class Reserve:
    """A PDF opened by pdfplumber when first asked for a page, and not before."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pdf: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.pdf is not None:
            self.pdf.close()

    def page_count(self) -> int | None:
        """How many pages there are; None where a password is needed."""
        from pdfminer.pdfdocument import PDFPasswordIncorrect

        try:
            return len(self._opened().pages)
        except Exception as error:
            chain = (error, error.__cause__, error.__context__, *error.args)
            if any(isinstance(link, PDFPasswordIncorrect) for link in chain):
                return None
            raise

    def drawing_of(self, index: int, glyphs_max: int) -> Drawing | None:
        """Everything drawn on page `index` (from 0); None where it holds more than `glyphs_max` glyphs."""
        page = self._opened().pages[index]
        try:
            return None if len(page.chars) > glyphs_max else drawing_of(page)
        finally:
            page.close()

    def _opened(self) -> Any:
        import pdfplumber

        if self.pdf is None:
            self.pdf = pdfplumber.open(io.BytesIO(self.data))
        return self.pdf


def drawing_of(page: Any) -> Drawing:
    """A pdfplumber page as a Drawing, in the coordinates of its crop box.

    pdfplumber tells neither the painting order between text and shapes nor the rendering mode: shapes are taken to
    lie beneath all text, and all text to be painted.
    """
    media, crop = page.mediabox, page.cropbox
    left, top = max(media[0], crop[0]), max(media[1], crop[1])
    right, bottom = min(media[2], crop[2]), min(media[3], crop[3])
    if right <= left or bottom <= top:
        left, top, right, bottom = media
    drawing = Drawing(right - left, bottom - top)
    inks: dict[tuple[Any, ...], Ink] = {}
    drawing.glyphs = [glyph for char in page.chars for glyph in _glyphs(char, left, top, page, inks)]
    drawing.edges = [
        Edge(e["x0"] - left, e["top"] - top, e["x1"] - left, e["bottom"] - top)
        for e in page.edges
        if e["orientation"] and (e["x0"] == e["x1"] or e["top"] == e["bottom"])
    ]
    drawing.areas = [
        Area(r["x0"] - left, r["top"] - top, r["x1"] - left, r["bottom"] - top, 0, _colour(r["non_stroking_color"]))
        for r in (*page.rects, *page.curves)
        if r["fill"] and r["width"] >= 2 and r["height"] >= 2
    ] + [Area(i["x0"] - left, i["top"] - top, i["x1"] - left, i["bottom"] - top, 0, picture=True) for i in page.images]
    drawing.curves = len(page.curves)
    return drawing


def _glyphs(char: dict[str, Any], left: float, top: float, page: Any, inks: dict[tuple[Any, ...], Ink]) -> list[Glyph]:
    a, b, _, _, e, f = char["matrix"]
    x, y = e - left, page.height - f + page.mediabox[1] - top
    angle = math.degrees(math.atan2(b, a))
    quarter = round(angle / 90)
    turn = (quarter * 90) % 360 if abs(angle - quarter * 90) <= 3 else SKEWED
    name = str(char["fontname"]).lower()
    bold = any(word in name for word in ("bold", "black", "heavy"))
    line = y if turn in (0, 180) else x
    size = char["size"] if turn in (0, 180) else char["width"]  # pdfminer takes the height of the box for the size
    key = (name, round(size, 2), round(line, 2), turn, str(char["non_stroking_color"]))
    ink = inks.get(key)
    if ink is None:
        ink = inks[key] = Ink(size, x, y, bold, turn, 1, _colour(char["non_stroking_color"]))
    text = char["text"] if char["text"] and not char["text"].startswith("(cid:") else "\ufffd"
    box = (char["x0"] - left, char["top"] - top, char["x1"] - left, char["bottom"] - top)
    return [(letter, *box, ink) for letter in text]


def _colour(value: Any) -> Colour | None:
    """A colour of pdfminer (one, three or four channels of 0..1) as red, green, blue, alpha."""
    channels = value if isinstance(value, tuple | list) else (value,)
    if not all(isinstance(channel, int | float) for channel in channels):
        return None
    match len(channels):
        case 1:
            red = green = blue = float(channels[0])
        case 3:
            red, green, blue = (float(channel) for channel in channels)
        case 4:
            cyan, magenta, yellow, black = (float(channel) for channel in channels)
            red, green, blue = ((1 - ink) * (1 - black) for ink in (cyan, magenta, yellow))
        case _:
            return None
    return (*(round(255 * min(1.0, max(0.0, channel))) for channel in (red, green, blue)), 255)  # type: ignore[return-value]
