"""Whether two postal addresses are the same place, without knowing the address system of the country."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from matching.similarity import text_likeness

LONGEST_ADDRESS = 600  # characters that are looked at

_NUMBER = re.compile(r"\d+[a-z]?")
_STREET = re.compile(r"(?<=\w\w)strasse$")
# A digit beside a letter of a script without spaces is a word of its own: 第2倉庫, 川崎市1.
_SCRIPT_EDGE = re.compile(r"(?<=\d)(?=[^\W\d_a-z])|(?<=[^\W\d_a-z])(?=\d)")

# Words that name a part of a place; the number beside them says which: two docks are one address, two plants are not.
_PART = frozenset(
    "dock gate door ramp bay room floor level hall tor halle rampe stock etage porte quai puerta muelle piso porta "
    "piano attn attention contact tel phone fax zhd".split()
)
_SITES = {
    "site": "plant werk usine planta fabrica stabilimento fabriek factory works warehouse lager site "
    "倉庫 工場 棟 号棟 공장 창고",
    "building": "building bldg batiment gebaude geb edificio haus",
    "unit": "unit suite ste apt apartment einheit lot local",
    "store": "store branch filiale shop",
}
_SITE = {word: kind for kind, words in _SITES.items() for word in words.split()}
# Words that stand in so many addresses that sharing them says nothing.
_WEAK = frozenset(
    "street st str strasse road rd avenue ave av lane ln drive dr way court ct boulevard blvd highway hwy route rte "
    "place pl square sq rue de la le les du des d l calle c via viale piazza avenida plaza platz weg allee gasse the "
    "of and und et y e et di da van der den no nr n box po p o usa us uk gb de fr es it jp kr dk nl be at ch ie ca in "
    "germany deutschland france spain españa italy italia kingdom united states america denmark danmark ireland "
    "llc inc ltd plc gmbh sas srl sl ag co corp company kg".split()
)


@dataclass(frozen=True, slots=True)
class _Address:
    """What tells one place from another: its numbers, its sites by number, its telling words."""

    numbers: frozenset[str]
    sites: frozenset[tuple[str, str]]
    words: tuple[str, ...]


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKD", text[:LONGEST_ADDRESS]).casefold()
    # Accents go, the voicing marks of kana stay.
    text = "".join(ch for ch in text if not unicodedata.combining(ch) or ch >= "\u3000")
    text = unicodedata.normalize("NFC", text)
    text = "".join(ch if ch.isalnum() else " " for ch in text)
    return _SCRIPT_EDGE.sub(" ", text).split()


def _taken_apart(text: str, own: frozenset[str]) -> _Address:
    words = _words(text)
    numbers: set[str] = set()
    sites: set[tuple[str, str]] = set()
    telling: list[str] = []
    for i, word in enumerate(words):
        before, after = words[i - 1] if i else "", words[i + 1] if i + 1 < len(words) else ""
        if word in own or (_is_wide(word) and any(_is_wide(one) and (word in one or one in word) for one in own)):
            continue
        if _NUMBER.fullmatch(word) or (len(word) == 1 and (before in _PART or before in _SITE)):
            if before in _SITE or (_is_wide(after) and after in _SITE):
                sites.add((_SITE.get(before) or _SITE[after], word))
            elif before not in _PART:
                numbers.add(word)
        elif word not in _PART and word not in _WEAK and len(word) > 1 and not _says_which(word, before, after):
            telling.append(_STREET.sub("str", word))
    return _Address(frozenset(numbers), frozenset(sites), tuple(dict.fromkeys(telling)))


def _says_which(word: str, before: str, after: str) -> bool:
    """Whether the word is the kind of a numbered site: the number is what tells."""
    return word in _SITE and any(_NUMBER.fullmatch(one) or len(one) == 1 for one in (before, after) if one)


def _is_wide(word: str) -> bool:
    """Whether the word is of a script that writes without spaces."""
    return len(word) > 1 and any(ch >= "\u1100" for ch in word)


def own_words(names: Iterable[str]) -> frozenset[str]:
    """The words of the customer's own names: they stand on every address of theirs and tell none apart."""
    return frozenset(word for name in names for word in _words(name) if not _NUMBER.fullmatch(word))


def names_a_place(said: str, *, own_name: str | Iterable[str] = "") -> bool:
    """Whether the text says more than who it is for."""
    own = own_words([own_name] if isinstance(own_name, str) else own_name)
    address = _taken_apart(said, own)
    return bool(address.numbers or address.sites or address.words)


def same_place(said: str, known: str, *, own_name: str | Iterable[str] = "") -> bool:
    """Whether `said` names the place `known`.

    House numbers and postal codes decide: those of one text must all stand in the other, so that one other digit is
    another place. Numbers of docks and floors may differ, those of plants and stores may not. Words confirm: most of
    the shorter text's telling words (the customer's name, street words and countries apart) must stand in the other.
    """
    own = own_words([own_name] if isinstance(own_name, str) else own_name)
    left, right = _taken_apart(said, own), _taken_apart(known, own)
    kinds = {kind for kind, _ in left.sites} & {kind for kind, _ in right.sites}
    if any({n for k, n in left.sites if k == kind} != {n for k, n in right.sites if k == kind} for kind in kinds):
        return False
    if left.numbers and right.numbers and not (left.numbers <= right.numbers or right.numbers <= left.numbers):
        return False
    if not left.words or not right.words:
        # Only numbers, or only a site: enough if one is shared, and the shorter text says nothing else.
        return bool(left.numbers & right.numbers or left.sites & right.sites)
    fewer, more = sorted((left.words, right.words), key=len)
    found = sum(_stands_in(word, more) for word in fewer)
    if left.numbers & right.numbers or left.sites & right.sites:
        return found >= 0.7 * len(fewer)
    # Without a number, a town alone is not a place: two words, or one of a script that writes without spaces.
    return found == len(fewer) and (found > 1 or _is_wide(fewer[0]))


def shares_a_place(said: str, known: str) -> bool:
    """Whether two texts name one town or one postal code at least: for a carrier's "delivered to"."""
    left, right = _taken_apart(said, frozenset()), _taken_apart(known, frozenset())
    codes = {number for number in left.numbers if len(number) >= 4}
    if codes & right.numbers:
        return True
    return any(_stands_in(word, right.words) for word in left.words if len(word) > 2)


def _stands_in(word: str, words: Iterable[str]) -> bool:
    # A script without spaces is one long word: there, containing is standing in.
    wide = _is_wide(word)
    return any(
        word == other
        or (len(word) > 4 and text_likeness(word, other) >= 0.85)
        or (wide and len(word) > 1 and len(other) > 1 and (word in other or other in word))
        for other in words
    )
