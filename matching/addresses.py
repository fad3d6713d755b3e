"""Whether two postal addresses are the same place, without knowing the address system of the country."""

from __future__ import annotations

import re
import unicodedata

from matching.similarity import text_likeness

_NUMBER = re.compile(r"\d+[a-z]?\b")


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    return "".join(" " if not ch.isalnum() else ch for ch in text if not unicodedata.combining(ch))


def same_place(said: str, known: str, *, own_name: str = "") -> bool:
    """Whether `said` names the place `known`.

    House numbers and postal codes decide: where both write numbers, those of the shorter text must stand in the longer
    one. Words confirm: most of the shorter text's words (the customer's own name apart) must be found in the other.
    """
    own = set(_folded(own_name).split())
    left = [word for word in _folded(said).split() if word not in own]
    right = [word for word in _folded(known).split() if word not in own]
    left_numbers = {word for word in left if _NUMBER.fullmatch(word)}
    right_numbers = {word for word in right if _NUMBER.fullmatch(word)}
    if left_numbers and right_numbers:
        fewer, more = sorted((left_numbers, right_numbers), key=len)
        if len(fewer & more) < max(1, (len(fewer) + 1) // 2):
            return False
    words_left = [word for word in left if word not in left_numbers]
    words_right = [word for word in right if word not in right_numbers]
    if not words_left or not words_right:
        return bool(left_numbers & right_numbers)
    fewer, more = sorted((words_left, words_right), key=len)
    return sum(_stands_in(word, more) for word in fewer) >= 0.7 * len(fewer)


def _stands_in(word: str, words: list[str]) -> bool:
    # A script without spaces is one long word: there, containing is standing in.
    return any(
        word == other or text_likeness(word, other) >= 0.85 or (not word.isascii() and (word in other or other in word))
        for other in words
    )
