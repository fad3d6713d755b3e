"""Pictures of paper to words: the home of character recognition (the extra `ocr`).

The models are those of PaddleOCR (PP-OCRv6 small, Apache-2.0) that the package `rapidocr` carries in its wheel. They are
run here by onnxruntime itself: nothing is downloaded, nothing is sent, and every character keeps its own certainty, which
decides later whether a figure may be booked. Korean is not among the characters of this model.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parsers.page import Line, Page, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]  # rows, columns, blue-green-red

LONG_SIDE = 2400  # pixels: A4 at 205 dpi, enough for print of 7 points
TEXT_LIKELY = 0.3  # of a pixel, to belong to a text
BOX_LIKELY = 0.5  # of the mean of a box
GROWN = 1.6  # the model marks the core of a line; its box is larger by area * this / circumference
BOXES_MAX = 2_000
NARROWEST = 96  # pixels, of what the recogniser is shown: shorter pieces are padded
WIDEST = 3_200
READ_HIGH = 48  # pixels: the height of a line that the recogniser was made for
A4_HIGH = 842.0  # points: what the long side of a picture without a size of its own counts as


def is_installed() -> bool:
    """Whether the extra is here; nothing is imported by asking."""
    return all(find_spec(name) is not None for name in ("onnxruntime", "rapidocr", "cv2"))


@dataclass(frozen=True, slots=True)
class _Piece:
    """One run of text on the picture: its corners clockwise from the upper left of the text, as it reads."""

    corners: tuple[tuple[float, float], ...]

    @property
    def wide(self) -> float:
        return math.dist(self.corners[0], self.corners[1])

    @property
    def high(self) -> float:
        return math.dist(self.corners[0], self.corners[3])

    @property
    def angle(self) -> float:
        (x0, y0), (x1, y1) = self.corners[0], self.corners[1]
        return math.degrees(math.atan2(y1 - y0, x1 - x0))


@dataclass(frozen=True, slots=True)
class _Glyph:
    """One recognised character: where its middle is along the piece, from 0 to 1, and how certain it is."""

    text: str
    at: float
    certainty: float


class _Engine:
    """The three models, loaded once a process."""

    def __init__(self) -> None:
        import onnxruntime

        onnxruntime.disable_telemetry_events()
        onnxruntime.set_default_logger_severity(4)
        found = find_spec("rapidocr")
        assert found is not None
        assert found.origin is not None
        folder = Path(found.origin).parent / "models"
        options = onnxruntime.SessionOptions()
        options.enable_cpu_mem_arena = False  # else what one large page needs is never given back
        options.intra_op_num_threads = min(2, os.cpu_count() or 1)
        options.log_severity_level = 4

        def session(pattern: str) -> Any:
            path = next(iter(sorted(folder.glob(pattern))))
            return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])

        self.finder = session("*_det_*.onnx")
        self.reader = session("*_rec_*.onnx")
        self.turner = session("*_cls_*.onnx")
        known = self.reader.get_modelmeta().custom_metadata_map["character"].splitlines()
        self.characters = ["", *known, " "]

    def find(self, picture: Picture) -> list[_Piece]:
        """Where text stands, in no order."""
        import cv2
        import numpy as np

        high, wide = picture.shape[:2]
        to_high, to_wide = max(32, round(high / 32) * 32), max(32, round(wide / 32) * 32)
        shown = cv2.resize(picture, (to_wide, to_high)).astype(np.float32) / 127.5 - 1.0
        (likely,) = self.finder.run(None, {self.finder.get_inputs()[0].name: shown.transpose(2, 0, 1)[None]})
        likely = likely[0, 0]
        mask = cv2.dilate((likely > TEXT_LIKELY).astype(np.uint8), np.ones((2, 2), np.uint8))
        outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        across, down = wide / to_wide, high / to_high
        pieces = []
        for outline in outlines[:BOXES_MAX]:
            (x, y), (w, h), turn = cv2.minAreaRect(outline)
            if min(w, h) < 3 or _mean_inside(likely, outline) < BOX_LIKELY:
                continue
            more = w * h * GROWN / (2 * (w + h))
            corners = cv2.boxPoints(((x, y), (w + 2 * more, h + 2 * more), turn))
            pieces.append(_Piece(_in_order([(float(a) * across, float(b) * down) for a, b in corners])))
        return pieces

    def is_upside_down(self, picture: Picture, pieces: list[_Piece]) -> bool:
        """Whether most of the longest texts stand on their heads."""
        import cv2
        import numpy as np

        longest = sorted(pieces, key=lambda piece: piece.wide, reverse=True)[:12]
        name, votes = self.turner.get_inputs()[0].name, 0.0
        for piece in longest:
            cut = _cut(picture, piece)
            wide = min(192, max(8, round(cut.shape[1] * 48 / cut.shape[0])))
            shown = np.zeros((1, 3, 48, 192), np.float32)
            shown[0, :, :, :wide] = (cv2.resize(cut, (wide, 48)).astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
            (chances,) = self.turner.run(None, {name: shown})
            votes += float(chances[0, 1] - chances[0, 0])
        return votes > 0

    def read(self, picture: Picture, piece: _Piece) -> list[_Glyph]:
        """The characters of one piece, from left to right, spaces among them."""
        import cv2
        import numpy as np

        cut = _cut(picture, piece)
        wide = min(WIDEST, max(8, math.ceil(cut.shape[1] * READ_HIGH / cut.shape[0])))
        shown = np.zeros((1, 3, READ_HIGH, max(NARROWEST, wide)), np.float32)
        shown[0, :, :, :wide] = (cv2.resize(cut, (wide, READ_HIGH)).astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
        (chances,) = self.reader.run(None, {self.reader.get_inputs()[0].name: shown})
        best, sure = chances[0].argmax(axis=1).tolist(), chances[0].max(axis=1).tolist()
        share = shown.shape[3] / wide / len(best)
        glyphs, last = [], 0
        for step, (index, certainty) in enumerate(zip(best, sure, strict=True)):
            if index and index != last:
                glyphs.append(_Glyph(self.characters[index], min(1.0, (step + 0.5) * share), certainty))
            elif index and certainty > glyphs[-1].certainty:
                glyphs[-1] = _Glyph(glyphs[-1].text, glyphs[-1].at, certainty)
            last = index
        return glyphs


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    return _Engine()


def recognise(picture: Picture, size: tuple[float, float] | None = None) -> tuple[list[Line], float, float]:
    """The lines of a picture set upright, with its width and height in points.

    `size` is the width and height of the page in points that the picture shows; without it the long side counts as A4.
    """
    engine = _engine()
    picture = _within(picture, LONG_SIDE)
    pieces = engine.find(picture)
    if not pieces:
        return [], *(size or _size_of(picture))
    upright = sum(piece.wide for piece in pieces if abs(_folded(piece.angle)) <= 45)
    if upright * 2 < sum(piece.wide for piece in pieces):
        picture, size = _quarter(picture), size and (size[1], size[0])
        pieces = engine.find(picture)
    if engine.is_upside_down(picture, pieces):
        picture = picture[::-1, ::-1].copy()
        pieces = engine.find(picture)
    slope = _slope(pieces)
    wide, high = size or _size_of(picture)
    scale = wide / picture.shape[1]
    words = [
        word
        for piece in pieces
        if abs(_folded(piece.angle)) <= 45
        for word in _words(piece, engine.read(picture, piece), slope, scale)
    ]
    return _lines(words), wide, high


def page_of_picture(picture: Picture, part: str, number: int, size: tuple[float, float] | None = None) -> Page:
    """One recognised page."""
    from parsers.page import Medium

    lines, wide, high = recognise(picture, size)
    return Page(number, part, Medium.SCAN, tuple(lines), (), wide, high)


def _mean_inside(likely: Any, outline: Any) -> float:
    import cv2
    import numpy as np

    x, y, w, h = cv2.boundingRect(outline)
    mask = np.zeros((h, w), np.uint8)
    cv2.fillPoly(mask, [outline - np.array([x, y])], 1)
    return float(cv2.mean(likely[y : y + h, x : x + w], mask)[0])


def _in_order(corners: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Corners clockwise from the upper left; a box higher than wide is taken to read upwards, as on a turned sheet."""
    middle_x, middle_y = sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4
    around = sorted(corners, key=lambda c: math.atan2(c[1] - middle_y, c[0] - middle_x))
    # from the upper left on; of the four ways to begin the one whose first side runs most to the right
    ways = [tuple(around[n:] + around[:n]) for n in range(4)]
    first = max(ways, key=lambda way: (way[1][0] - way[0][0]) / (math.dist(way[0], way[1]) or 1.0))
    wide, high = math.dist(first[0], first[1]), math.dist(first[1], first[2])
    if high > 1.5 * wide:
        first = (first[3], *first[:3])
    return first


def _folded(angle: float) -> float:
    """An angle in degrees between -90 and 90 of the axis it lies on."""
    return (angle + 90) % 180 - 90


def _within(picture: Picture, side: int) -> Picture:
    import cv2

    high, wide = picture.shape[:2]
    scale = side / max(high, wide)
    if scale >= 1:
        return picture
    size = (max(32, round(wide * scale)), max(32, round(high * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _quarter(picture: Picture) -> Picture:
    """The picture turned by a quarter, clockwise."""
    return picture.transpose(1, 0, 2)[:, ::-1].copy()


def _size_of(picture: Picture) -> tuple[float, float]:
    high, wide = picture.shape[:2]
    scale = A4_HIGH / max(high, wide)
    return wide * scale, high * scale


def _cut(picture: Picture, piece: _Piece) -> Picture:
    """The piece as an upright picture of its own."""
    import cv2
    import numpy as np

    wide, high = max(4, round(piece.wide)), max(4, round(piece.high))
    source = np.array(piece.corners, np.float32)
    target = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    return cv2.warpPerspective(  # type: ignore[return-value]
        picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


@dataclass(frozen=True, slots=True)
class _Slope:
    """By how many pixels a line falls for each pixel to the right: a + b * height on the picture (a photo's lines meet)."""

    level: float
    change: float
    lean: float  # by how many pixels a column goes right for each pixel down

    def upright(self, x: float, y: float) -> tuple[float, float]:
        fall = self.level + self.change * y
        return x - self.lean * y, y - fall * x


def _slope(pieces: list[_Piece]) -> _Slope:
    """How the sheet lies: the slope of long texts by a robust straight line (Theil-Sen) over their height."""
    from statistics import median

    long = [piece for piece in pieces if piece.wide > 4 * piece.high and abs(piece.angle) < 30]
    points = []
    for piece in sorted(long, key=lambda p: -p.wide)[:120]:
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = piece.corners
        middle = (y0 + y1 + y2 + y3) / 4
        points.append((middle, math.tan(math.radians(piece.angle)), (x0 + x1 + x2 + x3) / 4))
    if not points:
        return _Slope(0.0, 0.0, 0.0)
    rises = [
        (b[1] - a[1]) / (b[0] - a[0]) for n, a in enumerate(points) for b in points[n + 1 :] if abs(b[0] - a[0]) > 150
    ]
    change = median(rises) if len(rises) >= 40 else 0.0
    level = median(fall - change * y for y, fall, _ in points)
    average = level + change * median(y for y, _, _ in points)
    return _Slope(level, change, -average)


def _words(piece: _Piece, glyphs: list[_Glyph], slope: _Slope, scale: float) -> list[Word]:
    """The words of a piece: parted by spaces, and by gaps that no space fills (two columns found as one piece)."""
    visible = [glyph for glyph in glyphs if glyph.text.strip()]
    if not visible:
        return []
    steps = sorted(b.at - a.at for a, b in pairwise(visible))
    pitch = steps[len(steps) // 2] if steps else 1.0
    pitch = min(pitch, 0.7 * piece.high / max(piece.wide, 1.0)) or pitch
    runs: list[list[_Glyph]] = [[]]
    for glyph in glyphs:
        if not glyph.text.strip():
            runs.append([])
            continue
        if runs[-1] and glyph.at - runs[-1][-1].at > max(3.2 * pitch, 1.5 * piece.high / max(piece.wide, 1.0)):
            runs.append([])
        runs[-1].append(glyph)
    return [_word(piece, run, pitch, slope, scale) for run in runs if run]


def _word(piece: _Piece, run: list[_Glyph], pitch: float, slope: _Slope, scale: float) -> Word:
    first, last = max(0.0, run[0].at - pitch / 2), min(1.0, run[-1].at + pitch / 2)
    left, right = _along(piece, first), _along(piece, last)
    (x0, y0), (x1, y1) = slope.upright(*left), slope.upright(*right)
    middle, half = (y0 + y1) / 2, piece.high * 0.36  # a piece is higher than its letters
    text = "".join(glyph.text for glyph in run)
    return Word(
        text,
        x0 * scale,
        (middle - half) * scale,
        x1 * scale,
        (middle + half) * scale,
        piece.high * 0.62 * scale,
        certainty=round(min(glyph.certainty for glyph in run), 4),
    )


def _along(piece: _Piece, share: float) -> tuple[float, float]:
    """The point on the middle line of a piece, `share` of its width from the left."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = piece.corners
    left, right = ((ax + dx) / 2, (ay + dy) / 2), ((bx + cx) / 2, (by + cy) / 2)
    return left[0] + (right[0] - left[0]) * share, left[1] + (right[1] - left[1]) * share


def _lines(words: list[Word]) -> list[Line]:
    """Words whose middles are level make a line; the lines stand from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.top + w.bottom) / 2):
        middle = (word.top + word.bottom) / 2
        row = next((r for r in reversed(rows[-6:]) if _level(r, middle, word)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    return [Line(tuple(sorted(row, key=lambda w: w.x0))) for row in rows]


def _level(row: list[Word], middle: float, word: Word) -> bool:
    near = min(row, key=lambda w: min(abs(w.x1 - word.x0), abs(word.x1 - w.x0)))  # of its nearest neighbour's height
    high = min(near.bottom - near.top, word.bottom - word.top)
    if abs((near.top + near.bottom) / 2 - middle) > 0.5 * high:
        return False
    return all(w.x1 - word.x0 <= 0.5 * high or word.x1 - w.x0 <= 0.5 * high for w in row)
