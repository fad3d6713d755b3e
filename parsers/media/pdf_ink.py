"""What is drawn on one PDF page, whichever library read it: glyphs, straight edges, filled areas and pictures.

All coordinates are those of the page as a person sees it: points, origin in the upper left corner of the crop box
(ISO 32000-1, 14.11.2), x to the right, top downward, after the page's own /Rotate.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from parsers.page import Box

Colour = tuple[int, int, int, int]  # red, green, blue, alpha, each 0..255

SKEWED = -1  # an Ink.turn that is no multiple of 90 degrees, such as a watermark across the page


@dataclass(slots=True, eq=False)
class Ink:
    """How a run of glyphs is drawn: one per text object. `turn` is 0 upright, 90 running upward, 180, 270 downward.

    Not frozen although nothing changes it: a page may hold one for each glyph, and freezing triples their cost.
    """

    size: float
    x: float  # origin of the first glyph: `y` is the base line of upright text
    y: float
    bold: bool = False
    turn: int = 0
    order: int = 0  # position in the painting order of the page
    colour: Colour | None = None  # None: unknown, a pattern or a shading
    painted: bool = True  # False: text rendering mode 3 or 7 (ISO 32000-1, 9.3.6), drawn without any mark


# text, x0, top, x1, bottom, ink. An empty text has no place: the source holds that a space may stand there.
Glyph = tuple[str, float, float, float, float, Ink]


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight horizontal (`top == bottom`) or vertical (`x0 == x1`) line, or one side of a rectangle."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def vertical(self) -> bool:
        return self.x0 == self.x1


@dataclass(frozen=True, slots=True)
class Area:
    """A filled shape or a picture. `colour` None: not one colour. `opaque`: hides what was painted before it."""

    x0: float
    top: float
    x1: float
    bottom: float
    order: int
    colour: Colour | None = None
    opaque: bool = False
    picture: bool = False

    @property
    def size(self) -> float:
        return max(0.0, self.x1 - self.x0) * max(0.0, self.bottom - self.top)

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom


@dataclass(slots=True)
class Drawing:
    """Everything drawn on one page. `curves` counts shapes that are neither lines nor rectangles."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    curves: int = 0
    crowded: bool = False  # more shapes than are worth looking at: no tables from them


def turned_box(box: Box, turn: int, width: float, height: float) -> Box:
    """Where a box stands after the sheet is turned so that text of this `turn` stands upright."""
    x0, top, x1, bottom = box
    match turn:
        case 90:  # text runs upward: the sheet is turned clockwise
            return (height - bottom, x0, height - top, x1)
        case 180:
            return (width - x1, height - bottom, width - x0, height - top)
        case 270:
            return (top, width - x1, bottom, width - x0)
        case _:
            return box


def turned(drawing: Drawing, turn: int) -> Drawing:
    """The drawing as it is seen after turning the sheet so that text of this `turn` stands upright."""
    width, height = drawing.width, drawing.height
    inks: dict[int, Ink] = {}

    def place(x0: float, top: float, x1: float, bottom: float) -> Box:
        return turned_box((x0, top, x1, bottom), turn, width, height)

    def inked(ink: Ink) -> Ink:
        known = inks.get(id(ink))
        if known is None:
            x, y, _, _ = place(ink.x, ink.y, ink.x, ink.y)
            now = ink.turn if ink.turn == SKEWED else (ink.turn - turn) % 360
            known = inks[id(ink)] = replace(ink, x=x, y=y, turn=now)
        return known

    wide = (height, width) if turn in (90, 270) else (width, height)
    return Drawing(
        *wide,
        glyphs=[(text, *place(x0, top, x1, bottom), inked(ink)) for text, x0, top, x1, bottom, ink in drawing.glyphs],
        edges=[Edge(*place(e.x0, e.top, e.x1, e.bottom)) for e in drawing.edges],
        areas=[
            Area(*place(a.x0, a.top, a.x1, a.bottom), a.order, a.colour, a.opaque, a.picture) for a in drawing.areas
        ],
        curves=drawing.curves,
        crowded=drawing.crowded,
    )
