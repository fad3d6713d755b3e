"""What a person cannot see on a PDF page is parted from what is there to be read.

Hidden: painted without a mark, in the colour of what lies beneath, transparent, smaller than a point, off the page, or
covered by something opaque painted later. A text layer that lies unseen upon a scanned picture is content all the
same: it is what the scanner read.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from parsers.media.pdf_ink import Area, Colour, Drawing, Glyph, Ink

WHITE: Colour = (255, 255, 255, 255)
SAME_COLOUR = 20  # of 255, in each channel: no eye tells them apart on paper
FAINT = 13  # of 255: an opacity of 5 %
TINY = 1.0  # points
STRIPE = 24.0  # height of the stripes by which areas are found
SCAN_SHARE = 0.5  # of the page that pictures must fill for it to be a scan
HIDDEN_MAX = 200
_X0, _TOP, _X1, _BOTTOM, _INK = (itemgetter(n) for n in range(1, 6))
HIDDEN_TEXT_MAX = 500


def parted(drawing: Drawing) -> tuple[list[Glyph], tuple[str, ...], bool]:
    """The visible glyphs, the hidden texts, and whether the visible ones are the text layer of a scan."""
    verdicts = _Verdicts(drawing)
    if verdicts.all_seen():
        return drawing.glyphs, (), False
    seen: list[Glyph] = []
    unseen: list[Glyph] = []
    layer: list[Glyph] = []  # unseen, but lying upon or under a picture that fills the page
    for glyph in drawing.glyphs:
        sort = verdicts.of(glyph)
        (seen if sort is None else layer if sort else unseen).append(glyph)
    if not layer:
        return seen, _texts(unseen), False
    on_picture = sum(1 for glyph in seen if verdicts.pictured(glyph) and glyph[0].strip())
    if sum(1 for glyph in layer if glyph[0].strip()) >= 9 * on_picture:
        both = {id(glyph) for glyph in seen} | {id(glyph) for glyph in layer}
        return [glyph for glyph in drawing.glyphs if id(glyph) in both], _texts(unseen), True
    return seen, _texts([*unseen, *layer]), False


def is_picture(drawing: Drawing) -> bool:
    """Whether a page without glyphs shows something all the same: a scan, or text drawn as outlines."""
    return any(area.picture for area in drawing.areas) or drawing.curves > 50


class _Verdicts:
    """Judges glyph by glyph; what holds for all glyphs of an ink is worked out once."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.stripes: dict[int, list[Area]] = {}
        for area in drawing.areas:
            first, last = int(max(area.top, 0) // STRIPE), int(min(area.bottom, drawing.height) // STRIPE)
            for stripe in range(first, last + 1):
                self.stripes.setdefault(stripe, []).append(area)
        self.covers = any(area.opaque for area in drawing.areas)
        self.last_cover = max((area.order for area in drawing.areas if area.opaque), default=0)
        self.colours = {area.colour for area in drawing.areas}
        page = max(drawing.width * drawing.height, 1.0)
        pictures = [area for area in drawing.areas if area.picture]
        self.scan = sum(area.size for area in pictures) >= SCAN_SHARE * page
        self.vanishing: dict[Colour, bool] = {}
        self.inks: dict[Ink, Callable[[Glyph], bool | None] | None] = {}

    def all_seen(self) -> bool:
        """Whether nothing on the page can be hidden: the common case, found without looking at each glyph."""
        glyphs = self.drawing.glyphs
        for ink in set(map(_INK, glyphs)):
            self.inks[ink] = self._judge(ink)
        if not all(judge is None for judge in self.inks.values()):
            return False
        return not glyphs or (
            min(map(_X0, glyphs)) >= 0
            and min(map(_TOP, glyphs)) >= 0
            and max(map(_X1, glyphs)) <= self.drawing.width
            and max(map(_BOTTOM, glyphs)) <= self.drawing.height
        )

    def of(self, glyph: Glyph) -> bool | None:
        """None: visible. True: unseen, but perhaps the text layer of a scan. False: hidden."""
        judge = self.inks[glyph[5]]
        x, y = (glyph[1] + glyph[3]) / 2, (glyph[2] + glyph[4]) / 2
        if not (-1 <= x <= self.drawing.width + 1 and -1 <= y <= self.drawing.height + 1):
            return False
        return judge(glyph) if judge is not None else None

    def _judge(self, ink: Ink) -> Callable[[Glyph], bool | None] | None:
        """How to judge the glyphs of an ink; None where all of them are to be seen, wherever they stand."""
        if not ink.painted:
            return self.pictured
        if 0 < ink.size < TINY:
            return lambda _: False
        colour = ink.colour
        if colour is not None and colour[3] < FAINT:
            return lambda _: False
        alike = colour is not None and self._may_vanish(colour)
        coverable = self.covers and ink.order < self.last_cover
        if not alike and not coverable:
            return None
        return lambda glyph: self._looked_at(glyph, colour if alike else None, coverable)

    def _may_vanish(self, colour: Colour) -> bool:
        """Whether anything on the page is of this colour, the paper included."""
        known = self.vanishing.get(colour)
        if known is None:
            known = any(back is not None and _alike(colour, back) for back in (WHITE, *self.colours))
            self.vanishing[colour] = known
        return known

    def _looked_at(self, glyph: Glyph, colour: Colour | None, coverable: bool) -> bool | None:
        order = glyph[5].order
        here = self._areas(glyph)
        if coverable:
            covers = [area for area in here if area.opaque and area.order > order]
            if covers:
                return self.scan and any(area.picture for area in covers)
        if colour is not None:
            beneath = max((area for area in here if area.order < order), key=lambda area: area.order, default=None)
            back = WHITE if beneath is None else _on_white(beneath.colour)
            if back is not None and _alike(colour, back):
                return False
        return None

    def _areas(self, glyph: Glyph) -> list[Area]:
        x, y = (glyph[1] + glyph[3]) / 2, (glyph[2] + glyph[4]) / 2
        return [area for area in self.stripes.get(int(max(y, 0) // STRIPE), ()) if area.holds(x, y)]

    def pictured(self, glyph: Glyph) -> bool:
        """Whether the glyph lies on a picture of a page that pictures fill."""
        return self.scan and any(area.picture for area in self._areas(glyph))


def _alike(one: Colour, two: Colour) -> bool:
    return all(abs(a - b) <= SAME_COLOUR for a, b in zip(one[:3], two[:3], strict=True))


def _on_white(colour: Colour | None) -> Colour | None:
    if colour is None or colour[3] == 255:
        return colour
    red, green, blue = (round(255 + (channel - 255) * colour[3] / 255) for channel in colour[:3])
    return (red, green, blue, 255)


def _texts(glyphs: list[Glyph]) -> tuple[str, ...]:
    """The hidden glyphs as texts, one for each run of paint."""
    texts: list[str] = []
    ink: Ink | None = None
    for glyph in glyphs:
        if glyph[5] is not ink or not texts:
            texts.append("")
            ink = glyph[5]
        texts[-1] += glyph[0] or " "
    told = dict.fromkeys(text.strip()[:HIDDEN_TEXT_MAX] for text in texts if text.strip())
    return tuple(told)[:HIDDEN_MAX]
