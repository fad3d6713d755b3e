"""How characters of any medium become text that can be compared: one spelling for what looks the same.

NFC throughout (Unicode Standard Annex 15). Presentation forms (ligatures, Arabic shapes) become the letters they show;
the two Unicode hyphens become "-"; soft hyphens and marks without width disappear. Digits are never changed.
"""

from __future__ import annotations

import unicodedata

_SPELLING = {
    0x2010: "-",  # hyphen
    0x2011: "-",  # non-breaking hyphen
    0x200B: None,
    0x200C: None,
    0x200D: None,
    0x200E: None,
    0x200F: None,
    0x202A: None,
    0x202B: None,
    0x202C: None,
    0x202D: None,
    0x202E: None,
    0x2060: None,
    0x2066: None,
    0x2067: None,
    0x2068: None,
    0x2069: None,
    0xFEFF: None,
}
_SOFT_HYPHEN = "\xad"
_LEFT_TO_RIGHT = ("L", "EN", "AN")


def spelled(text: str) -> str:
    """`text` in its one spelling; an ASCII text comes back as it is."""
    if text.isascii():
        return text
    text = text.translate(_SPELLING)
    if any("\ufb00" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefc" for char in text):
        text = "".join(_unshaped(char) for char in text)
    if any("\u2e80" <= char <= "\u2fdf" for char in text):
        text = "".join(_no_radical(char) for char in text)
    if _SOFT_HYPHEN in text:
        text = _hyphenated(text)
    return unicodedata.normalize("NFC", text)


def _no_radical(char: str) -> str:
    """The letter itself: fonts that share a glyph with a radical let programs write the radical instead (⽉ for 月)."""
    return unicodedata.normalize("NFKC", char) if "\u2e80" <= char <= "\u2fdf" else char


def _unshaped(char: str) -> str:
    shaped = "\ufb00" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefc"
    return unicodedata.normalize("NFKC", char).strip() or char if shaped else char


def _hyphenated(text: str) -> str:
    """Soft hyphens go, but for one beside a digit: no word is divided there, so it stands for a printed hyphen."""
    kept = []
    for place, char in enumerate(text):
        if char != _SOFT_HYPHEN:
            kept.append(char)
        elif text[place - 1 : place].isdigit() or text[place + 1 : place + 2].isdigit():
            kept.append("-")
    return "".join(kept)


def logical(text: str) -> str:
    """A right-to-left word given in the order of its places on paper, in the order in which it is read.

    Numbers and Latin letters inside keep their order. A text without right-to-left letters comes back as it is.
    """
    if text.isascii() or not any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        return text
    pieces: list[str] = []
    latin = ""
    for place in range(len(text) - 1, -1, -1):
        sort = unicodedata.bidirectional(text[place])
        between = bool(latin) and place > 0 and unicodedata.bidirectional(text[place - 1]) in _LEFT_TO_RIGHT
        if sort in _LEFT_TO_RIGHT or (sort in ("ES", "CS", "ET") and between):
            latin = text[place] + latin
            continue
        pieces += [latin, text[place]]
        latin = ""
    return "".join([*pieces, latin])


def columns(text: str) -> int:
    """How many columns a text takes: two for a wide character (Unicode Standard Annex 11), none for a mark."""
    if text.isascii():
        return len(text)
    count = 0
    for char in text:
        if unicodedata.east_asian_width(char) in ("W", "F"):
            count += 2
        elif not unicodedata.combining(char) and char not in "\u200b\u200c\u200d\u2060\ufeff\xad":
            count += 1
    return count
