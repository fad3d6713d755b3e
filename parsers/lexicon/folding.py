"""How words are compared: letters and figures only, lower case, no accents, one blank between words, places kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WIDE = re.compile("[\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f]")
_SPECIAL = {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
# Words that only say "number": "Invoice No.", "N° facture", "Rechnungs-Nr.". "no" is one, so is a lone "n".
_NUMBER_WORDS = frozenset(
    "no nos nr nrs num numb number numbers numero numeros numer numeru nummer nummern nummers n nbr nro id num°"
    " numerem № numeri numéro".split()
)
_WIDE_NUMBER = ("番号", "番號", "번호", "ナンバー", "No", "no", "号", "호")
_CONFUSABLE = str.maketrans({"0": "o", "1": "i", "l": "i", "5": "s", "8": "b", "|": "i", "6": "g", "2": "z"})


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word, or a single Han, Kana or Hangul letter, with its place in the text."""

    text: str
    start: int
    end: int
    wide: bool


def is_wide(text: str) -> bool:
    """Tell whether the text holds a Han, Kana or Hangul letter."""
    return bool(_WIDE.search(text))


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    if "\uac00" <= char <= "\ud7a3":
        return char
    plain = unicodedata.normalize("NFKC", char).lower()
    if "\u3040" <= plain[:1] <= "\u30ff":
        return plain
    stripped = "".join(_SPECIAL.get(c, c) for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in stripped)


def tokens(text: str) -> list[Token]:
    """Cut a text into folded words with their places; letters spaced out one by one are put together."""
    found: list[Token] = []
    start, word = 0, ""
    for place, char in enumerate(text):
        folded = " " if char in "º°ª" else _fold_char(char)
        if folded.strip() and not _WIDE.match(folded):
            if not word:
                start = place
            word += folded.strip()
            continue
        if word:
            found.append(Token(word, start, place, False))
            word = ""
        if folded.strip():
            found.append(Token(folded, place, place + 1, True))
        elif char == "#":
            found.append(Token("no", place, place + 1, False))
    if word:
        found.append(Token(word, start, len(text), False))
    return _unspaced(found)


def _unspaced(found: list[Token]) -> list[Token]:
    """Put "I N V O I C E" together: four or more single letters, one blank apart."""
    result: list[Token] = []
    run: list[Token] = []
    for token in [*found, Token("", -9, -9, False)]:
        single = not token.wide and len(token.text) == 1 and token.text.isalpha()
        if single and (not run or token.start - run[-1].end == 1):
            run.append(token)
            continue
        result += [Token("".join(t.text for t in run), run[0].start, run[-1].end, False)] if len(run) >= 4 else run
        run = [token] if single else []
        if not single and token.text:
            result.append(token)
    return result


def fold_label(text: str) -> str:
    """Return the folded words of a text with one blank between them; none between Han, Kana and Hangul letters."""
    parts: list[str] = []
    for token in tokens(text):
        if parts and not (token.wide and is_wide(parts[-1])):
            parts.append(" ")
        parts.append(token.text)
    return "".join(parts)


def without_number_words(folded: str) -> str:
    """Return the folded words without those that only say "number"; empty where nothing else is there."""
    if is_wide(folded):
        for suffix in _WIDE_NUMBER:
            if folded.lower().endswith(suffix.lower()) and len(folded) > len(suffix) + 1:
                return folded[: -len(suffix)].strip()
        return folded
    words = [word for word in folded.split(" ") if word not in _NUMBER_WORDS]
    if words and len(words[-1]) > 5 and words[-1].endswith(("nr", "nummer")):  # Rechnungsnr., factuurnummer
        words[-1] = re.sub(r"s?(?:nr|nummer)$", "", words[-1])
    return " ".join(words)


def confusable(folded: str) -> str:
    """Return the text with figures and letters that scans mix up made one (0 and O, 1 and l, 5 and S)."""
    return folded.translate(_CONFUSABLE)
