"""Keys under which document numbers are stored and looked up: letters and punctuation may differ, digits may not.

Each key carries its kind:

- `x:` the number as printed, folded (NFKC, case, dashes, spaces)
- `n:` without separators
- `p:` without separators and without the letters before the first digit
- `d:` the same without leading zeros
- `c:` with look-alike letters read as digits (O0Q I1L S5 B8 Z2 G6), of the whole and of the part after letters
- `t:` the last group of digits of a number that begins with a year or a series (2025-00417), without zeros
- `r:` a creditor reference (ISO 11649)
- `e:` the one-deletion neighbourhood of the digits: for suggestions only, and only from `deletion_keys`

The store keeps `stored_keys(number)` of every number of an item (its own, order, purchase order, delivery notes,
creditor reference) and answers `lookup_keys(reference)` with an index search. What a hit is worth is decided in
`matching.finder`, never by the key alone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from matching.labels import Label, label_of

LONGEST_NUMBER = 40  # characters of one number
LONGEST_REFERENCE = 400  # characters of a reference or bank text that are looked at
MOST_TOKENS = 60
MOST_EXPANDED = 50  # numbers of one range or composite

_CONFUSABLE = str.maketrans("OQIL|SBZG", "001115826")
_DASH = re.compile(r"[\u2010-\u2015\u2212\u30fc\ufe58\ufe63]")
_SPACE = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[\W_]+")
_YEAR = re.compile(r"20\d\d|\d\d")
_AMOUNT = re.compile(r"^[^\w]*\d{1,3}(?:[.,']?\d{3}){0,6}[.,]\d{2}[^\w]*$")


def fold(text: str) -> str:
    """Return the text in NFKC and upper case, without control or invisible characters, one kind of dash and space."""
    if text.isascii() and text.isprintable():
        return _SPACE.sub(" ", text[:LONGEST_REFERENCE]).strip().upper()
    text = unicodedata.normalize("NFKC", text[: LONGEST_REFERENCE * 2])
    text = "".join(" " if c in "\t\n\r" else c for c in text if c in "\t\n\r" or unicodedata.category(c)[0] != "C")
    return _SPACE.sub(" ", _DASH.sub("-", text)).strip().upper()[:LONGEST_REFERENCE]


@dataclass(frozen=True, slots=True)
class Number:
    """One printed number, taken apart."""

    text: str  # folded
    squeezed: str  # letters and digits only
    letters: str  # before the first digit
    core: str  # from the first digit on, without separators
    label: Label

    @property
    def stripped(self) -> str:
        """The core without leading zeros."""
        return self.core.lstrip("0") or "0"

    @property
    def tail(self) -> str | None:
        """The running number behind a year or series, without zeros; None where the number has no such parts."""
        groups = re.findall(r"\d+", self.text)
        if len(groups) < 2 or len(groups[-1]) < 3 or not self.text.endswith(groups[-1]):
            return None
        return (groups[-1].lstrip("0") or None) if len(groups[-1]) >= 4 or _YEAR.fullmatch(groups[0]) else None

    @property
    def plain(self) -> bool:
        """Whether the core is digits only."""
        return self.core.isascii() and self.core.isdigit()


@lru_cache(maxsize=20_000)
def number_of(text: str) -> Number | None:
    """Take one printed number apart; None where it holds no digit, or is no number by its length."""
    folded = fold(text)
    squeezed = _SEPARATORS.sub("", folded)
    start = next((i for i, c in enumerate(squeezed) if c.isascii() and c.isdigit()), None)
    if start is None or len(squeezed) > LONGEST_NUMBER:
        return None
    letters = squeezed[:start]
    return Number(folded, squeezed, letters, squeezed[start:], label_of(letters))


def confusable(text: str) -> str:
    """Return the text with look-alike letters read as digits."""
    return text.translate(_CONFUSABLE)


def creditor_reference(text: str) -> str | None:
    """Return the ISO 11649 reference in the text, normalised, if its check digits are right."""
    if "R" not in text[:20] and "r" not in text[:20] and text.isascii():
        return None
    compact = _SEPARATORS.sub("", fold(text))
    if not re.fullmatch(r"RF\d{2}[0-9A-Z]{1,21}", compact):
        return None
    digits = "".join(str(int(c, 36)) for c in compact[4:] + compact[:4])
    return compact if int(digits) % 97 == 1 else None


def _keys_of(number: Number) -> list[str]:
    keys = [f"x:{number.text}", f"n:{number.squeezed}", f"p:{number.core}", f"d:{number.stripped}"]
    keys += [f"c:{confusable(number.squeezed)}", f"c:{confusable(number.core)}"]
    return keys


def index_keys(number: str) -> tuple[str, ...]:
    """Return the keys to store for an invoice, credit note, order, delivery note or creditor reference."""
    found: list[str] = []
    reference = creditor_reference(number)
    if reference:
        found.append(f"r:{reference}")
    parsed = number_of(number)
    if parsed:
        found += _keys_of(parsed)
        if parsed.tail:
            found.append(f"t:{parsed.tail}")
    return tuple(dict.fromkeys(found))


def stored_keys(number: str) -> tuple[str, ...]:
    """Return those of `index_keys` that the store needs: what `x:`, `n:` and `p:` find, `d:` of the same number finds too."""
    return tuple(key for key in index_keys(number) if key[:2] not in ("x:", "n:", "p:"))


def tokens_of(reference: str) -> tuple[Number, ...]:
    """Return the numbers that a text may hold: each word with a digit, with the label in front of it if there is one.

    Words stay whole, so that INV-10 is never found in INV-100. Amounts (two decimals) are no numbers.
    """
    words = re.split(r"[\s,;()\[\]{}<>\"'+&|、，。：:・]+", fold(reference))
    found: list[Number] = []
    for i, word in enumerate(words[: MOST_TOKENS * 3]):
        if _AMOUNT.match(word):
            continue
        number = number_of(word.strip(".-/#*"))
        if number is None:
            continue
        before = _SEPARATORS.sub("", words[i - 1]) if i and not number.letters else ""
        if before and not any(c.isdigit() for c in before):
            number = _with_label(number, before, _SEPARATORS.sub("", words[i - 2]) if i > 1 else "")
        found.append(number)
    return tuple(dict.fromkeys(found))[:MOST_TOKENS]


def _with_label(number: Number, before: str, earlier: str) -> Number:
    """Attach the word before a bare number where it is a label; a merely neutral one looks one word further."""
    label = label_of(before)
    if label is Label.UNKNOWN:
        return number
    if label is Label.NONE and earlier and not any(c.isdigit() for c in earlier):
        further = label_of(earlier)
        if further not in (Label.UNKNOWN, Label.NONE):
            label, before = further, earlier + before
    if len(before) + len(number.squeezed) > LONGEST_NUMBER:
        return number
    return Number(f"{before} {number.text}", before + number.squeezed, before, number.core, label)


def lookup_keys(reference: str) -> tuple[str, ...]:
    """Return the keys to look up for what a paper printed: the whole, its words, joined groups, composites."""
    from matching.composites import expansions, joined

    found: list[str] = []
    creditor = creditor_reference(reference)
    if creditor:
        found.append(f"r:{creditor}")
    whole = number_of(reference)
    numbers = [whole] if whole else []
    numbers += tokens_of(reference)
    numbers += joined(reference)
    for expansion in expansions(reference):
        numbers += expansion
    for number in numbers:
        found += _keys_of(number)
        if number.plain:
            found.append(f"t:{number.stripped}")
    return tuple(dict.fromkeys(found))


def deletion_keys(number: str) -> tuple[str, ...]:
    """Return the keys of the one-deletion neighbourhood of a number's digits.

    Two numbers one digit, one missing digit or one swapped pair apart share a key. For suggestions to people only.
    """
    parsed = number_of(number)
    if parsed is None or len(parsed.stripped) < 3:
        return ()
    core = parsed.stripped
    return tuple(dict.fromkeys((f"e:{core}", *(f"e:{core[:i]}{core[i + 1 :]}" for i in range(len(core))))))


def slip_keys(number: str) -> tuple[str, ...]:
    """Return the deletion keys, and the digits with up to three cut off at either end."""
    parsed = number_of(number)
    if parsed is None or len(parsed.stripped) < 4:
        return ()
    core = parsed.stripped
    cut = [core[: len(core) - n] for n in (1, 2, 3)] + [core[n:] for n in (1, 2, 3)]
    return tuple(dict.fromkeys((*deletion_keys(number), *(f"e:{part}" for part in cut if len(part) >= 4))))
