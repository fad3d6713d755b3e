"""The few properties of CSS that decide whether a person sees a text: from attributes, style attributes, sheets.

Conditional rules (@media and the like) are left out: they describe other screens. A selector is understood where it is
made of types, classes, ids and descendants; anything more only makes colours uncertain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

RULES_MAX = 3_000
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_SIMPLE = re.compile(r"([A-Za-z][\w-]*|\*)?((?:[.#][\w-]+)*)\Z")
_LENGTH = re.compile(r"(-?\d{0,6}\.?\d{0,6})\s*(px|pt|em|rem|%|ex|cm|mm|in|)\Z")
_FUNCTION = re.compile(
    r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*(?:[,/]\s*([\d.]{1,6})\s*(%?)\s*)?\)\Z"
)
_NAMED = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "mintcream": (245, 255, 250),
    "azure": (240, 255, 255),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "yellow": (255, 255, 0),
}
WHITE = (255, 255, 255)
SAME_COLOUR = 20
_PROPERTIES = frozenset(
    "display visibility font-size font-weight color background background-color background-image opacity height width"
    " max-height max-width overflow overflow-y overflow-x position left top text-indent text-decoration"
    " text-decoration-line white-space flex-direction".split()
)

Colour = tuple[int, int, int]
Declarations = dict[str, str]


@dataclass(frozen=True, slots=True)
class Style:
    """What an element inherits or has itself. A colour of None is one that cannot be told."""

    hidden: bool = False
    invisible: bool = False  # visibility: unlike `hidden`, an inner element may undo it
    size: float = 16.0
    bold: bool = False
    colour: Colour | None = (0, 0, 0)
    back: Colour | None = WHITE
    struck: bool = False
    kept_space: bool = False
    display: str = ""  # not inherited
    beside: bool = False  # the children stand side by side (a flex container); not inherited

    @property
    def unseen(self) -> bool:
        """Whether text of this style is not there for a person: unseen, or struck out."""
        return self.hidden or self.invisible or self.size <= 1.0 or self.struck or self._faded

    @property
    def _faded(self) -> bool:
        if self.colour is None or self.back is None:
            return False
        return all(abs(a - b) <= SAME_COLOUR for a, b in zip(self.colour, self.back, strict=True))


@dataclass(slots=True)
class _Rule:
    ancestors: tuple[tuple[str, frozenset[str]], ...]  # from the outermost in
    own: tuple[str, frozenset[str]]
    declarations: Declarations
    weight: tuple[int, int, int]


@dataclass(slots=True)
class StyleSheet:
    """The rules of a document's style elements, found by the type, class or id of what they apply to."""

    rules: dict[str, list[_Rule]] = field(default_factory=dict)
    count: int = 0
    uncertain: bool = False  # a selector that is not understood sets a background

    def add(self, css: str) -> None:
        """Takes in the text of a style element."""
        for selectors, body in _blocks(_COMMENT.sub(" ", css[:500_000])):
            declarations = declarations_of(body)
            if not declarations:
                continue
            for selector in selectors.split(","):
                if self.count >= RULES_MAX:
                    return
                self._add_rule(selector.strip(), declarations)

    def _add_rule(self, selector: str, declarations: Declarations) -> None:
        parts = [_compound(piece) for piece in selector.replace(">", " ").split()]
        known = [part for part in parts if part is not None]
        if not known or len(known) < len(parts) or len(known) > 8:
            self.uncertain = self.uncertain or any(name.startswith("background") for name in declarations)
            return
        marks = [mark for _, chosen in known for mark in chosen]
        weight = (sum(m[0] == "#" for m in marks), sum(m[0] == "." for m in marks), self.count)
        tag, chosen = known[-1]
        key = min(chosen) if chosen else tag
        self.rules.setdefault(key, []).append(_Rule(tuple(known[:-1]), known[-1], declarations, weight))
        self.count += 1

    def declarations(
        self, tag: str, marks: frozenset[str], ancestors: list[tuple[str, frozenset[str]]]
    ) -> Declarations:
        """What the rules say of an element; `ancestors` from the outermost in."""
        found = [
            rule
            for key in (tag, "*", *marks)
            for rule in self.rules.get(key, ())
            if _applies(rule.own, tag, marks) and _within(rule.ancestors, ancestors)
        ]
        merged: Declarations = {}
        for rule in sorted(found, key=lambda rule: rule.weight):
            merged = overlaid(merged, rule.declarations)
        return merged


def _applies(own: tuple[str, frozenset[str]], tag: str, marks: frozenset[str]) -> bool:
    return own[0] in ("*", tag) and own[1] <= marks


def _within(wanted: tuple[tuple[str, frozenset[str]], ...], ancestors: list[tuple[str, frozenset[str]]]) -> bool:
    at = len(ancestors) - 1
    for want in reversed(wanted):
        while at >= 0 and not _applies(want, *ancestors[at]):
            at -= 1
        if at < 0:
            return False
        at -= 1
    return True


def _compound(text: str) -> tuple[str, frozenset[str]] | None:
    match = _SIMPLE.match(text)
    if match is None or not text:
        return None
    return ((match.group(1) or "*").lower(), frozenset(re.findall(r"[.#][\w-]+", match.group(2))))


def _blocks(css: str) -> list[tuple[str, str]]:
    """Selector and body of every unconditional rule."""
    found: list[tuple[str, str]] = []
    at = 0
    while (start := css.find("{", at)) >= 0:
        selector = css[at:start].rsplit(";", 1)[-1].strip()
        depth, end = 1, start + 1
        while depth and end < len(css):
            depth += (css[end] == "{") - (css[end] == "}")
            end += 1
        body = css[start + 1 : end - 1]
        if selector.startswith("@"):
            if re.match(r"@media\s+(?:all|screen|only\s+screen)?\s*\Z", selector):
                found += _blocks(body) if "@" not in body else []
        elif selector:
            found.append((selector, body))
        at = end
    return found


def declarations_of(body: str) -> Declarations:
    """The declarations of a rule or a style attribute that matter here; a value may end in "!important"."""
    found: Declarations = {}
    for piece in body[:20_000].split(";"):
        name, colon, value = piece.partition(":")
        name = name.strip().lower()
        if colon and name in _PROPERTIES:
            found = overlaid(found, {name: value.strip().lower()})
    return found


def overlaid(lower: Declarations, upper: Declarations) -> Declarations:
    """Both, where the upper one wins unless the lower one is important."""
    merged = dict(lower)
    for name, value in upper.items():
        if "!important" in merged.get(name, "") and "!important" not in value:
            continue
        merged[name] = value
    return merged


def styled(outer: Style, tag: str, attributes: Mapping[str, str], said: Declarations, uncertain: bool) -> Style:
    """The style of an element within `outer`, given its attributes and what style sheets and style attribute say."""
    said = {name: value.replace("!important", "").strip() for name, value in said.items()}
    style = replace(outer, display=said.get("display", ""), beside=_is_row(said))
    changes: dict[str, object] = {}
    if _is_gone(said) or "hidden" in attributes:
        changes["hidden"] = True
    if "visibility" in said:
        changes["invisible"] = said["visibility"] in ("hidden", "collapse")
    if "font-size" in said:
        changes["size"] = _size(said["font-size"], outer.size)
    weight = said.get("font-weight", "")
    if tag in ("b", "strong", "th", "h1", "h2", "h3", "h4") or weight in ("bold", "bolder", "600", "700", "800", "900"):
        changes["bold"] = True
    elif weight in ("normal", "400", "300"):
        changes["bold"] = False
    if tag in ("s", "strike", "del") or "line-through" in said.get(
        "text-decoration", said.get("text-decoration-line", "")
    ):
        changes["struck"] = True
    if tag in ("pre", "xmp", "listing", "plaintext") or said.get("white-space", "").startswith("pre"):
        changes["kept_space"] = said.get("white-space", "pre") != "pre-line"
    changes.update(_colours(outer, tag, attributes, said, uncertain))
    return replace(style, **changes)  # type: ignore[arg-type]


def _colours(
    outer: Style, tag: str, attributes: Mapping[str, str], said: Declarations, uncertain: bool
) -> dict[str, object]:
    changes: dict[str, object] = {}
    paint = said.get("color", attributes.get("color", "") if tag == "font" else "")
    if paint and paint not in ("inherit", "currentcolor"):
        changes["colour"] = None if uncertain and paint != attributes.get("color") else colour_of(paint, outer.back)
    back = said.get("background-color", said.get("background", attributes.get("bgcolor", "")))
    if "background" in attributes or "url(" in said.get("background-image", "") or "gradient" in back or "url(" in back:
        changes["back"] = None
    elif back and back.split()[0] not in ("none", "transparent", "inherit", "initial", "unset"):
        changes["back"] = colour_of(back if "(" in back else back.split()[0], outer.back)
    if tag == "a" and "color" not in said:
        changes["colour"] = (0, 0, 238) if outer.back != (0, 0, 238) else None
    return changes


def _is_gone(said: Declarations) -> bool:
    if said.get("display", "").startswith("none"):
        return True
    if (
        (opacity := said.get("opacity")) is not None
        and _number(opacity) is not None
        and (_number(opacity) or 0) <= 0.05
    ):
        return True
    if any("hidden" in said.get(name, "") or "clip" in said.get(name, "") for name in ("overflow", "overflow-y")):
        for name in ("max-height", "height", "max-width", "width"):
            if name in said and (length := _length(said[name])) is not None and length <= 1:
                return True
    if (indent := _length(said.get("text-indent", ""))) is not None and indent <= -900:
        return True
    if said.get("position") in ("absolute", "fixed"):
        return any((_length(said.get(side, "")) or 0) <= -900 for side in ("left", "top"))
    return False


def _is_row(said: Declarations) -> bool:
    return "flex" in said.get("display", "") and "column" not in said.get("flex-direction", "")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _length(text: str) -> float | None:
    """A length in points or pixels (they are not told apart here); None where it is none."""
    match = _LENGTH.match(text.strip())
    if match is None or not match.group(1) or match.group(2) == "%":
        return None
    number = _number(match.group(1))
    return (
        None if number is None else number * {"em": 16, "rem": 16, "cm": 28, "mm": 2.8, "in": 72}.get(match.group(2), 1)
    )


def _size(text: str, outer: float) -> float:
    match = _LENGTH.match(text.strip())
    number = _number(match.group(1)) if match and match.group(1) else None
    if match is None or number is None:
        return outer if text in ("smaller", "larger", "inherit") else 16.0
    match match.group(2):
        case "em":
            return number * outer
        case "%":
            return number * outer / 100
        case "rem":
            return number * 16
        case _:
            return _length(text) or 0.0


def colour_of(text: str, back: Colour | None) -> Colour | None:
    """A CSS colour as it shows upon `back`; None where it cannot be told."""
    text = text.strip().lower()
    if text in _NAMED:
        return _NAMED[text]
    bare = text.removeprefix("#")
    if re.fullmatch(r"[0-9a-f]{6}|[0-9a-f]{8}", bare):
        red, green, blue = int(bare[0:2], 16), int(bare[2:4], 16), int(bare[4:6], 16)
        return _upon((red, green, blue), int(bare[6:8], 16) / 255 if len(bare) == 8 else 1.0, back)
    if re.fullmatch(r"[0-9a-f]{3}", bare):
        red, green, blue = (int(char * 2, 16) for char in bare)
        return (red, green, blue)
    match = _FUNCTION.match(text)
    if match:
        red, green, blue = (min(255, int(match.group(n))) for n in (1, 2, 3))
        alpha = (_number(match.group(4)) or 0.0) / (100 if match.group(5) else 1) if match.group(4) else 1.0
        return _upon((red, green, blue), alpha, back)
    return back if text == "transparent" else None


def _upon(colour: Colour, alpha: float, back: Colour | None) -> Colour | None:
    if alpha >= 1:
        return colour
    if back is None:
        return None
    red, green, blue = (round(b + (c - b) * max(alpha, 0.0)) for c, b in zip(colour, back, strict=True))
    return (red, green, blue)
