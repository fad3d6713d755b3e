"""Who a name is: keys for looking names up, and how alike two names are."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from matching.legal_forms import MANY_WORDS, NATIVE, ONE_WORD
from matching.similarity import text_likeness, word_likeness

LONGEST_NAME = 160
_AND = frozenset(("and", "und", "et", "y", "e", "og", "och", "ja", "en", "i"))
_GERMANIC = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
_WORD = re.compile(r"[^\W_]+")
_BEGINNINGS = frozenset(form[0] for form in MANY_WORDS)
_SEGMENTS = re.compile(r"\s+(?:dba|d/b/a|t/a|trading as|c/o|aka|f/k/a)\s+|\s*[()\[\]|]\s*|\s/\s")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", name[:LONGEST_NAME])
    for form in NATIVE:
        text = text.replace(form, " ")
    return " ".join(text.casefold().split())


def _ascii_words(text: str) -> list[str]:
    from anyascii import anyascii

    plain = anyascii(text).casefold().replace("'", "").replace("`", "")
    return _WORD.findall(plain.replace("&", " & ").replace("+", " & "))


def _without_forms(words: list[str]) -> list[str]:
    """Drop legal forms wherever they stand, but never the whole name."""
    left = list(words)
    for form in MANY_WORDS if not _BEGINNINGS.isdisjoint(left) else ():
        size = len(form)
        for i in range(len(left) - size, -1, -1):
            if tuple(left[i : i + size]) == form and len(left) > size:
                del left[i : i + size]
    kept = [word for i, word in enumerate(left) if word not in ONE_WORD or (i == 0 and len(left) == 1)]
    return kept or left or words


# One decision asks for the same few names many times.
@lru_cache(maxsize=5_000)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a company name that tell it from others: ASCII, lower case, without legal forms and "and"."""
    words = _without_forms([w for w in _ascii_words(_folded(name)) if w != "&"])
    return tuple(word for word in words if word not in _AND) or tuple(words)


def _variants(name: str) -> list[str]:
    """The name, its parts in brackets or after "trading as", and its parts by script."""
    folded = _folded(name)
    found = [folded, *_SEGMENTS.split(folded)]
    wide = [word for word in folded.split() if _WIDE.search(word)]
    narrow = [word for word in folded.split() if not _WIDE.search(word)]
    if wide and narrow:
        found += [" ".join(wide), " ".join(narrow)]
    return [variant for variant in dict.fromkeys(found) if variant.strip()]


@lru_cache(maxsize=5_000)
def name_keys(name: str) -> tuple[str, ...]:
    """Return the keys of a company name, the same for storing and for looking up.

    `w:` the telling words run together, once with umlauts as one letter and once as two (Müller: muller, mueller).
    """
    found: list[str] = []
    for variant in _variants(name):
        for text in (variant, variant.translate(_GERMANIC)):
            key = "".join(words_of(text))
            if len(key) >= 3:
                found.append(f"w:{key}")
    return tuple(dict.fromkeys(found))


_SHORT = {"limited": "ltd", "incorporated": "inc", "corporation": "corp", "company": "co"}


def names_entity(text: str) -> bool:
    """Whether a text names a legal entity: a legal form stands in it, and it is no address of mail."""
    return "@" not in text and any(word in ONE_WORD for words in _entity_words(text) for word in words[1:])


def same_entity(named: str, known: str) -> bool:
    """Whether a name is that of a legal entity, its legal form included; words beside it ("Accounts Payable") are none.

    "Müller & Söhne GmbH" is not "Müller & Söhne GmbH & Co. KG".
    """
    return any(_is_entity(one, other) for one in _entity_words(named) for other in _entity_words(known))


def _is_entity(named: list[str], known: list[str]) -> bool:
    if "".join(named) == "".join(known):
        return True
    for at in range(len(named) - len(known) + 1):
        if named[at : at + len(known)] == known:
            beside = named[:at] + named[at + len(known) :]
            return bool(known) and not any(word in ONE_WORD for word in beside)
    return False


def _entity_words(name: str) -> list[list[str]]:
    folded = " ".join(unicodedata.normalize("NFKC", name[:LONGEST_NAME]).casefold().split())
    spelt = dict.fromkeys((folded, folded.translate(_GERMANIC)))
    return [[_SHORT.get(w, w) for w in _ascii_words(one) if w != "&" and w not in _AND] for one in spelt]


def name_likeness(a: str, b: str) -> float:
    """Return how alike two company names are, 0 to 1: 1 where they share a key. Cut-off names count as near.

    Likeness alone never identifies: it supports other evidence, or suggests.
    """
    left, right = set(name_keys(a)), set(name_keys(b))
    if not left or not right:
        return 0.0
    if left & right:
        return 1.0
    shorter, longer = sorted(("".join(words_of(a)), "".join(words_of(b))), key=len)
    if len(shorter) >= 8 and longer.startswith(shorter):
        return 0.95
    few, many = sorted((words_of(a), words_of(b)), key=len)
    if set(few) <= set(many) and len("".join(few)) >= 4:
        return 0.9
    spaced = word_likeness(" ".join(words_of(a)), " ".join(words_of(b)))
    return min(0.99, max(spaced, text_likeness(shorter, longer)))


SHORTEST_CUT = 14  # letters and digits of a name that a bank has cut off; shorter ones fit too many


def cut_keys(name: str) -> tuple[str, ...]:
    """Return what the keys of a name begin with that was cut off at the bank's width: whole, and without its last word."""
    words = words_of(name)
    found = ["".join(words), "".join(words[:-1])]
    return tuple(f"w:{text}" for text in dict.fromkeys(found) if len(text) >= SHORTEST_CUT - 4)


def is_cut(printed: str, full: str) -> bool:
    """Whether a name as a bank prints it is the beginning of a company's full name, letter for letter, and long enough."""
    short = _letters(_plain(printed))
    fulls = (_letters(text) for text in (_plain(full), _plain(full).translate(_GERMANIC)))
    return len(short) >= SHORTEST_CUT and any(len(short) < len(long) and long.startswith(short) for long in fulls)


def _letters(text: str) -> str:
    return "".join(word for word in _ascii_words(text) if word not in _AND)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name[:LONGEST_NAME]).casefold().split())


def account_key(account: str) -> str:
    """Return an account or IBAN without spaces and punctuation, in upper case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", account)[:60]).upper()
