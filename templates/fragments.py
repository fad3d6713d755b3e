"""The sentences of our own letters, by which a letter of ours is known when it comes back without quote marks."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from templates.words import languages, words_of

_GAP = re.compile(r"\{[^{}]*\}")
_LEAST = 26  # characters: shorter pieces are what anybody writes
_LEAST_WIDE = 9
_WORDS_LEAST = 4


@cache
def own_fragments() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (pieces of what every letter of ours says, pieces of all our sentences), folded and without their values."""
    letters: set[str] = set()
    others: set[str] = set()
    for language in languages():
        for key, phrase in words_of(language).phrases.items():
            pieces = [piece for piece in map(_folded, _GAP.split(phrase)) if _telling(piece)]
            (letters if key.startswith("letter.") else others).update(pieces)
    return tuple(sorted(letters)), tuple(sorted(others - letters))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .,:;!?")


def _telling(piece: str) -> bool:
    wide = any("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in piece)
    return len(piece) >= (_LEAST_WIDE if wide else _LEAST) and (wide or len(piece.split()) >= _WORDS_LEAST)
