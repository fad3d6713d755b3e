"""Making characters comparable without moving them: each character is replaced by exactly one, so spans stay true.

Full NFKC is not used on figures: it turns the footnote mark of "1,234.50¹" into a digit and "2½" into "21⁄2".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\ufe58"
_APOSTROPHES = "\u2018\u2019\u02bc\u2032\u00b4\u0060\u02b9"
_ONE_TO_ONE = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    0xFFE5: "¥",
    0xFFE1: "£",
    0xFFE6: "₩",
    0xFFE0: "¢",
    0x066B: ".",
}
# Zero-width and direction marks, soft hyphen: invisible, so they can never be content.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


# A narrow no-break space that a paper's font could not show, between the thousands of a figure.
_LOST_SPACE = re.compile(r"(?<=\d)\ufffd(?=\d{3}(?!\d))")


def fold_width(text: str) -> str:
    """Return text of the same length with full-width forms, odd spaces, dashes and apostrophes made plain ASCII."""
    if "\ufffd" in text:
        text = _LOST_SPACE.sub(" ", text)
    return text.translate(_ONE_TO_ONE)


def drop_invisible(text: str) -> str:
    """Return text without zero-width, direction and soft-hyphen characters."""
    return _INVISIBLE.sub("", text)


def fold_words(text: str) -> str:
    """Return text of the same length in lower case without accents, for comparing words and for span-true search."""
    plain = fold_width(text)
    if plain.isascii():
        return plain.lower()
    return "".join(map(_fold_char, plain))


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if "\uac00" <= char <= "\ud7a3":  # a Hangul syllable must stay whole
        return char
    base = unicodedata.normalize("NFD", char)[0] if char not in _SPECIAL else _SPECIAL[char]
    lowered = base.lower()
    return lowered if len(lowered) == 1 else char


# Letters that Unicode does not decompose; one letter each, so that lengths stay ("ß" -> "s", never "ss").
_SPECIAL = {"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ß": "s", "ẞ": "s", "ı": "i", "İ": "i"}
# Katakana with voicing marks decompose too; they must not lose them ("ガ" is not "カ").
for _code in range(0x3040, 0x3100):
    _SPECIAL[chr(_code)] = chr(_code)


def is_wide_letter(char: str) -> bool:
    """Tell whether the character is a Han, Kana or Hangul letter, which stand beside figures without a space."""
    return (
        "\u3040" <= char <= "\u30ff"
        or "\u3400" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7a3"
        or "\uf900" <= char <= "\ufaff"
    )
