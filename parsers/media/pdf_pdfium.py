"""What pdfium sees on a PDF page: the fast source of glyphs, edges and areas. The home of pypdfium2."""

from __future__ import annotations

import ctypes
import math
from collections import deque
from collections.abc import Callable
from itertools import repeat
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from parsers.media import pdf_calls as calls
from parsers.media.pdf_ink import SKEWED, Area, Drawing, Edge, Glyph, Ink

OBJECTS_MAX = 40_000  # of one page; more is a drawing, not a document
SEGMENTS_MAX = 40_000
FORM_DEPTH_MAX = 12
SPACE = 32
BAND_MIN = 4.0  # a stroke this thick is a coloured band, not a rule
FORM_FIELDS = frozenset({raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP})

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Bounds = tuple[float, float, float, float]  # left, bottom, right, top in the page's own space


class PasswordNeeded(Exception):
    """The document opens with a password only."""


class Broken(Exception):
    """pdfium cannot read this document or page."""


def open_document(data: bytes) -> Any:
    """The document as pdfium opens it; raises PasswordNeeded or Broken. An owner password alone does not stop it."""
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise PasswordNeeded from error
        raise Broken(str(error)) from error


def drawing_of(document: Any, index: int, glyphs_max: int) -> Drawing | None:
    """Everything drawn on page `index` (from 0); None where it holds more than `glyphs_max` glyphs. Raises Broken."""
    try:
        page = _shown_page(document, index)
    except pdfium.PdfiumError as error:
        raise Broken(str(error)) from error
    try:
        reader = _PageReader(page)
        reader.read_shapes()
        if reader.texts > glyphs_max:
            return None  # before pdfium makes room for every glyph of them
        text_page = raw.FPDFText_LoadPage(page.raw)
        try:
            if not _handle(text_page):
                raise Broken("no text page")
            return reader.read(_handle(text_page), glyphs_max)
        finally:
            raw.FPDFText_ClosePage(text_page)
    finally:
        page.close()


def picture_of(document: Any, index: int, long_side: int) -> Any:
    """Page `index` (from 0) as a picture of `long_side` pixels at most: rows, columns, blue-green-red. Raises Broken."""
    try:
        page = _shown_page(document, index)
        try:
            scale = min(long_side / max(page.get_width(), page.get_height(), 1.0), 6.0)
            return page.render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3].copy()
        finally:
            page.close()
    except (pdfium.PdfiumError, ValueError) as error:
        raise Broken(str(error)) from error


def _shown_page(document: Any, index: int) -> Any:
    """The page with the contents of its form fields and typed comments drawn into it, as a viewer shows them."""
    page = document[index]
    count = raw.FPDFPage_GetAnnotCount(page.raw)
    if count <= 0 or not any(_annotation_kind(page, n) in FORM_FIELDS for n in range(min(count, 2_000))):
        return page
    if raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
        page.close()
        page = document[index]
    return page


def _annotation_kind(page: Any, n: int) -> int:
    annotation = raw.FPDFPage_GetAnnot(page.raw, n)
    if not annotation:
        return 0
    kind: int = raw.FPDFAnnot_GetSubtype(annotation)
    raw.FPDFPage_CloseAnnot(annotation)
    return kind


def _handle(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _product(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


class _PageReader:
    """Reads one page into a Drawing. Holds the C buffers that every call writes into."""

    def __init__(self, page: Any) -> None:
        self.page, self.text_page = page, 0
        self.left, self.bottom, self.right, self.top = self._crop()
        self.rotation = int(page.get_rotation()) % 360
        wide, high = self.right - self.left, self.top - self.bottom
        width, height = (high, wide) if self.rotation in (90, 270) else (wide, high)
        self.drawing = Drawing(width, height)
        self.orders: dict[int, int] = {}
        self.bold_fonts: dict[int, bool] = {}
        self.segments_left, self.objects_left, self.texts = SEGMENTS_MAX, OBJECTS_MAX, 0
        self._floats = (calls.FLOAT * 6)()
        self._at = [ctypes.addressof(self._floats) + 4 * n for n in range(6)]
        self._doubles = (ctypes.c_double * 2)()
        self._double_at = [ctypes.addressof(self._doubles) + 8 * n for n in range(2)]
        self._ints = (ctypes.c_uint * 4)()
        self._int_at = [ctypes.addressof(self._ints) + 4 * n for n in range(4)]

    def _crop(self) -> Bounds:
        """What a viewer shows of the page: crop box within media box, either of which may be inherited."""
        box = raw.FS_RECTF()
        if not raw.FPDF_GetPageBoundingBox(self.page.raw, ctypes.byref(box)):
            return (0.0, 0.0, 612.0, 792.0)
        return (min(box.left, box.right), min(box.bottom, box.top), max(box.left, box.right), max(box.bottom, box.top))

    def read_shapes(self) -> None:
        """Takes in all objects but the glyphs; `texts` is then the number of text objects."""
        self._objects(_handle(self.page.raw), calls.page_object, raw.FPDFPage_CountObjects(self.page.raw), IDENTITY, 0)
        if self.segments_left <= 0 or self.objects_left <= 0:
            # what is known of the shapes is only a part, from which nothing may be concluded
            self.drawing.crowded = True
            self.drawing.areas.clear()

    def read(self, text_page: int, glyphs_max: int) -> Drawing | None:
        """The whole drawing; None where the page holds more than `glyphs_max` glyphs."""
        self.text_page = text_page
        count = calls.count_chars(text_page)
        if count > glyphs_max:
            return None
        if count > 0:
            self.drawing.glyphs = self._glyphs(count)
        return self.drawing

    # --- glyphs -----------------------------------------------------------------------------------------------------

    def _glyphs(self, count: int) -> list[Glyph]:
        boxes = (calls.FLOAT * (4 * count))()
        address, page = ctypes.addressof(boxes), repeat(self.text_page)
        objects = list(map(calls.text_object, page, range(count)))
        codes = list(map(calls.unicode, page, range(count)))
        deque(map(calls.loose_box, page, range(count), range(address, address + 16 * count, 16)), maxlen=0)
        flat: list[float] = memoryview(boxes).cast("B").cast("f").tolist()  # type: ignore[assignment]
        inks: dict[int, Ink] = {}
        glyphs: list[Glyph] = []
        add, left, top, place = glyphs.append, self.left, self.top, self._place if self.rotation else None
        last, ink, k = 0, None, -1
        # FS_RECTF holds left, top, right, bottom
        for handle, code, x0, y1, x1, y0 in zip(
            objects, codes, flat[0::4], flat[1::4], flat[2::4], flat[3::4], strict=True
        ):
            k += 1
            if not handle:  # spaces and line ends that pdfium made up itself, or put in place of painted ones
                if ink is not None and code == SPACE:
                    add(("", 0.0, 0.0, 0.0, 0.0, ink))
                continue
            if handle != last or ink is None:
                last, ink = handle, inks.get(handle)
                if ink is None:
                    ink = inks[handle] = self._ink(handle, k)
            text = chr(code) if 31 < code < 127 else self._text(code, k)
            if place is None:
                add((text, x0 - left, top - y1, x1 - left, top - y0, ink))
            else:
                add((text, *place(x0, y0, x1, y1), ink))
        return glyphs

    def _text(self, code: int, k: int) -> str:
        if code == 2:  # pdfium's mark for a hyphen at the end of a line
            return "-"
        if code < 32 or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF:
            return " " if code in (9, 10, 13) else "\ufffd"
        # a glyph whose meaning the file does not tell must not pass for a character: it might be a digit
        return "\ufffd" if calls.map_error(self.text_page, k) == 1 else chr(code)

    def _ink(self, handle: int, k: int) -> Ink:
        at, floats = self._at, self._floats
        size = floats[0] if calls.font_size(handle, at[0]) else 0.0
        matrix: Matrix = tuple(floats) if calls.char_matrix(self.text_page, k, at[0]) else IDENTITY
        calls.char_origin(self.text_page, k, *self._double_at)
        x, y, _, _ = self._place(self._doubles[0], self._doubles[1], self._doubles[0], self._doubles[1])
        mode = calls.render_mode(handle)
        painter = calls.stroke_colour if mode in (1, 5) else calls.fill_colour
        colour = None if self.drawing.crowded else self._colour(handle, painter)
        return Ink(
            abs(size) * math.hypot(matrix[2], matrix[3]),
            x,
            y,
            mode in (2, 6) or self._bold(calls.font(handle) or 0),
            self._turn(matrix),
            self.orders.get(handle, 0),
            colour,
            mode not in (3, 7),
        )

    def _turn(self, matrix: Matrix) -> int:
        if matrix[1] == 0.0 and matrix[0] > 0.0 and not self.rotation:
            return 0
        angle = math.degrees(math.atan2(matrix[1], matrix[0])) - self.rotation
        quarter = round(angle / 90)
        return (quarter * 90) % 360 if abs(angle - quarter * 90) <= 3 else SKEWED

    def _bold(self, font: int) -> bool:
        known = self.bold_fonts.get(font)
        if known is None:
            buffer = ctypes.create_string_buffer(256)
            calls.font_name(font, ctypes.addressof(buffer), 256) if font else 0
            name = buffer.value.decode("latin-1").lower()
            known = any(word in name for word in ("bold", "black", "heavy")) or (
                font > 0 and calls.font_weight(font) >= 600
            )
            self.bold_fonts[font] = known
        return known

    def _colour(self, handle: int, getter: Callable[..., Any]) -> tuple[int, int, int, int] | None:
        if not getter(handle, *self._int_at):
            return None
        red, green, blue, alpha = self._ints
        return (red, green, blue, alpha)

    # --- shapes -----------------------------------------------------------------------------------------------------

    def _objects(self, parent: Any, get: Callable[..., Any], count: int, matrix: Matrix, depth: int) -> None:
        for n in range(count):
            handle = get(parent, n)
            if not handle:
                continue
            kind = calls.object_type(handle)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self.texts += 1
            elif self.objects_left <= 0:
                continue
            else:
                self.objects_left -= 1
            self.orders[handle] = len(self.orders) + 1
            match kind:
                case raw.FPDF_PAGEOBJ_PATH:
                    self._path(handle, matrix)
                case raw.FPDF_PAGEOBJ_IMAGE:
                    self._area(handle, matrix, None, opaque=not calls.transparent(handle), picture=True)
                case raw.FPDF_PAGEOBJ_SHADING:
                    self._area(handle, matrix, None, opaque=False, picture=False)
                case raw.FPDF_PAGEOBJ_FORM if depth < FORM_DEPTH_MAX:
                    inner = self._matrix(handle, matrix)
                    self._objects(handle, calls.form_object, calls.form_count(handle), inner, depth + 1)

    def _matrix(self, handle: int, outer: Matrix) -> Matrix:
        if not calls.object_matrix(handle, self._at[0]):
            return outer
        inner: Matrix = tuple(self._floats)
        return inner if outer is IDENTITY else _product(inner, outer)

    def _path(self, handle: int, outer: Matrix) -> None:
        if not calls.draw_mode(handle, self._int_at[0], self._int_at[1]):
            return
        filled, stroked = self._ints[0] != 0, self._ints[1] != 0
        if not filled and not stroked:
            return  # a clip, or nothing at all
        count = calls.segment_count(handle)
        self.segments_left -= count
        if self.segments_left <= 0:
            return
        rectangle = self._edges(handle, count, self._matrix(handle, outer))
        if filled:
            colour = self._colour(handle, calls.fill_colour)
            solid = rectangle and colour is not None and colour[3] == 255 and not calls.transparent(handle)
            self._area(handle, outer, colour, opaque=solid, picture=False)
        elif count == 2 and calls.stroke_width(handle, self._at[0]) and self._floats[0] >= BAND_MIN:
            self._area(handle, outer, self._colour(handle, calls.stroke_colour), opaque=False, picture=False)

    def _edges(self, handle: int, count: int, matrix: Matrix) -> bool:
        """Adds the straight edges of a path; tells whether the path is one upright rectangle."""
        a, b, c, d, e, f = matrix
        floats, place, edges = self._floats, self._place, self.drawing.edges
        start, last, straight, added, moves = (0.0, 0.0), (0.0, 0.0), True, 0, 0
        for n in range(count):
            segment = calls.segment(handle, n)
            calls.segment_point(segment, self._at[0], self._at[1])
            x, y = floats[0], floats[1]
            u, v = a * x + c * y + e, b * x + d * y + f
            u, v, _, _ = place(u, v, u, v)
            kind = calls.segment_type(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                start, moves = (u, v), moves + 1
            elif kind == raw.FPDF_SEGMENT_LINETO:
                level = _add_edge(edges, last, (u, v))
                added, straight = added + level, straight and level
            else:
                straight = False
            last = (u, v)
            if calls.segment_close(segment) and last != start:
                level = _add_edge(edges, last, start)
                added, straight, last = added + level, straight and level, start
        if not straight:
            self.drawing.curves += 1
        return straight and moves == 1 and added == 4

    def _area(
        self,
        handle: int,
        outer: Matrix,
        colour: tuple[int, int, int, int] | None,
        opaque: bool,
        picture: bool,
    ) -> None:
        bounds = self._bounds(handle, outer)
        if bounds is None:
            return
        x0, top, x1, bottom = self._place(*bounds)
        # a thin filled rectangle is a rule: it neither backs nor covers any text
        if x1 - x0 < 2 or bottom - top < 2:
            return
        if opaque and not self._unclipped(handle, outer, bounds):
            opaque = False
        self.drawing.areas.append(Area(x0, top, x1, bottom, self.orders[handle], colour, opaque, picture))

    def _bounds(self, handle: int, outer: Matrix) -> Bounds | None:
        if not calls.object_bounds(handle, *self._at[:4]):
            return None
        left, bottom, right, top = self._floats[:4]
        if outer is IDENTITY:
            return (left, bottom, right, top)
        a, b, c, d, e, f = outer
        xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
        ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
        return (min(xs), min(ys), max(xs), max(ys))

    def _unclipped(self, handle: int, outer: Matrix, bounds: Bounds) -> bool:
        """Whether no clip keeps this object from covering its whole box, as far as simple clips can tell."""
        clip = calls.clip_path(handle)
        if not clip:
            return True
        count = calls.clip_count(clip)
        if count <= 0:
            return True
        if count > 16 or outer is not IDENTITY:
            return False
        for n in range(count):
            segments = calls.clip_segments(clip, n)
            if not 4 <= segments <= 6:
                return False
            points = []
            for m in range(segments):
                calls.segment_point(calls.clip_segment(clip, n, m), self._at[0], self._at[1])
                points.append((self._floats[0], self._floats[1]))
            xs, ys = [x for x, _ in points], [y for _, y in points]
            if min(xs) > bounds[0] + 1 or min(ys) > bounds[1] + 1 or max(xs) < bounds[2] - 1 or max(ys) < bounds[3] - 1:
                return False
        return True

    def _place(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A box of the page's own space (ISO 32000-1, 8.3.2.3) as a person sees it: x0, top, x1, bottom."""
        match self.rotation:
            case 90:
                return (bottom - self.bottom, left - self.left, top - self.bottom, right - self.left)
            case 180:
                return (self.right - right, bottom - self.bottom, self.right - left, top - self.bottom)
            case 270:
                return (self.top - top, self.right - right, self.top - bottom, self.right - left)
            case _:
                return (left - self.left, self.top - top, right - self.left, self.top - bottom)


def _add_edge(edges: list[Edge], one: tuple[float, float], two: tuple[float, float]) -> bool:
    """Adds the edge between two points if it is horizontal or vertical; False where it is oblique."""
    wide, high = abs(one[0] - two[0]), abs(one[1] - two[1])
    if wide <= 0.05 and high <= 0.05:
        return True
    if high <= 0.05 or (wide > 20 * high and high < 0.5):
        edges.append(Edge(min(one[0], two[0]), one[1], max(one[0], two[0]), one[1]))
        return True
    if wide <= 0.05 or (high > 20 * wide and wide < 0.5):
        edges.append(Edge(one[0], min(one[1], two[1]), one[0], max(one[1], two[1])))
        return True
    return False
