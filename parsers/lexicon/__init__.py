"""The words of trade in ten languages: which field a label names, which kind of document a title announces.

One TOML file a language; a language is added by adding a file. Everything is looked up in folded dictionaries that are
built once: case, accents, punctuation, full-width forms and number words ("no.", "#", "Nr.", "番号") do not count, and
one typing or scanning error in a long label is forgiven.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from parsers.lexicon.folding import Token, confusable, fold_label, is_wide, tokens, without_number_words


@dataclass(frozen=True, slots=True)
class LabelHit:
    """A label found in a text. `field` is what it names first, `fields` all that it can name ("delivered").

    `exact` is False where a spelling error was forgiven. `numbered` says that a number word ("No.") stood with it,
    without which "order" may be a heading or a plain word just as well.
    """

    field: str
    span: tuple[int, int]
    language: str
    exact: bool
    fields: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class TitleHit:
    """A title of a kind of document found in a text; `kinds` holds all kinds that the words can announce."""

    kind: str
    span: tuple[int, int]
    language: str
    exact: bool
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What one folded word sequence means: names (fields or kinds) and the languages that say so, in file order."""

    names: tuple[str, ...]
    languages: tuple[str, ...]
    by_language: tuple[tuple[str, str], ...]  # (language, name)


@dataclass(frozen=True, slots=True)
class Index:
    """One dictionary of word sequences with its tolerant doubles and the longest sequence in words."""

    exact: Mapping[str, Entry]
    near: Mapping[str, str]  # one letter deleted -> the sequence; "" where two sequences share it
    scanned: Mapping[str, str]  # figures for letters, as scans have them -> the sequence
    words_max: int
    wide_max: int


_FUZZY_LETTERS = 8  # shorter labels differ by one letter too often ("part", "cart")
_FUZZY_WORD = 6
_BRACKET = re.compile(r"[(（\[][^()（）\[\]]{0,60}[)）\]]\s*:?\s*$")  # "Qty (pcs)", "振込手数料（貴社ご負担）"
_LINE_MAX = 2_000  # a longer line is no row of labels; the rest of it is not looked at


@cache
def languages() -> tuple[str, ...]:
    """Return the languages there is a file for, English first."""
    names = sorted(f.name[:-5] for f in resources.files(__package__).iterdir() if f.name.endswith(".toml"))
    return tuple(sorted(names, key=lambda name: (name != "en", name)))


@cache
def vocabulary(language: str) -> Mapping[str, Any]:
    """Return the file of a language as it is: `labels`, `titles`, `stop`, `phrases`."""
    return tomllib.loads(resources.files(__package__).joinpath(f"{language}.toml").read_text("utf-8"))


def label_of(text: str, language: str | None = None) -> LabelHit | None:
    """Return what exactly this cell or heading names, None where it is no label.

    `language` settles words that several languages share; without it the first language that knows the word counts.
    """
    if not text or len(text) > 120:
        return None
    index = _labels()
    folded = fold_label(text)
    hit = _look_up_all(index, folded) or _look_up_all(index, fold_label(_BRACKET.sub("", text)))
    if hit is None:
        return None
    entry, exact = hit
    field, found_in = _prefer(entry, language)
    numbered = without_number_words(folded) != folded
    return LabelHit(field, (0, len(text)), found_in, exact, entry.names, entry.languages, numbered)


def labels_in(text: str, language: str | None = None) -> tuple[LabelHit, ...]:
    """Return the labels in a line, longest match first at each place, not overlapping, in reading order.

    Words of plain prose are among them ("date", "item"): whether one stands where a label stands, the caller sees.
    """
    return tuple(_label_hits(text[:_LINE_MAX], language))


def titles_in(text: str, language: str | None = None) -> tuple[TitleHit, ...]:
    """Return the titles of kinds of documents in a line, longest match first at each place, in reading order."""
    hits: list[TitleHit] = []
    for entry, span, exact, _ in _scan(_titles(), text[:_LINE_MAX]):
        kind, found_in = _prefer(entry, language)
        hits.append(TitleHit(kind, span, found_in, exact, entry.names))
    return tuple(hits)


def title_of(text: str, language: str | None = None) -> TitleHit | None:
    """Return the kind of document that exactly this line announces, None where it is no title."""
    if not text or len(text) > 120:
        return None
    if (hit := _look_up_all(_titles(), fold_label(text))) is None:
        return None
    entry, exact = hit
    kind, found_in = _prefer(entry, language)
    return TitleHit(kind, (0, len(text)), found_in, exact, entry.names)


def fields() -> frozenset[str]:
    """Return the names of all fields that a label can name."""
    return frozenset(name for entry in _labels().exact.values() for name in entry.names)


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the words of a language that carry no meaning of their own, folded."""
    return frozenset(fold_label(word) for word in vocabulary(language).get("stop", {}).get("words", ()))


@cache
def guess_language(text: str) -> str | None:
    """Return the language whose stop words and labels a text uses most, None where there is too little to tell."""
    if any("\u3040" <= char <= "\u30ff" for char in text):
        return "ja"
    if any("\uac00" <= char <= "\ud7a3" for char in text):
        return "ko"
    words = [token.text for token in tokens(text[:4_000])]
    counts = {name: sum(word in stop_words(name) for word in words) for name in languages()}
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < 2 or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _label_hits(text: str, language: str | None) -> Iterable[LabelHit]:
    for entry, span, exact, numbered in _scan(_labels(), text):
        field, found_in = _prefer(entry, language)
        yield LabelHit(field, span, found_in, exact, entry.names, entry.languages, numbered)


def _prefer(entry: Entry, language: str | None) -> tuple[str, str]:
    for found_in, name in entry.by_language:
        if found_in == language:
            return name, found_in
    return entry.by_language[0][1], entry.by_language[0][0]


def _variants(folded: str) -> tuple[str, ...]:
    """The sequence itself, without number words, without a plural bracket, without the currency it is counted in."""
    bare = without_number_words(folded)
    words = bare.split(" ")
    while len(words) > 1 and (words[-1].upper() in _CURRENCIES or words[-1] == "in"):
        words.pop()
    variants = [folded, bare, " ".join(words)]
    if len(uncounted := [w for w in words if w.upper() not in _CURRENCIES]) not in (0, len(words)):
        variants.append(" ".join(uncounted))  # "Total GBP excl. VAT"
    if any(pair in bare for pair in ("ae", "oe", "ue")):  # "Waehrung", "Stueck": umlauts spelt out
        variants.append(bare.replace("ae", "a").replace("oe", "o").replace("ue", "u"))
    if folded.endswith(" s") and len(folded) > 4:  # "Invoice(s)"
        variants.append(folded[:-2])
    return tuple(dict.fromkeys(v for v in variants if v))


_CURRENCIES = frozenset("EUR USD GBP CHF JPY KRW PLN DKK SEK NOK CAD AUD INR BRL CZK CNY EURO EUROS".split())


def _look_up_all(index: Index, folded: str) -> tuple[Entry, bool] | None:
    """Look all variants up exactly before any is looked up with a spelling error."""
    variants = _variants(folded)
    for variant in variants:
        if (entry := index.exact.get(variant)) is not None:
            return entry, True
    for variant in variants:
        if (hit := _look_up_near(index, variant)) is not None:
            return hit, False
    return None


def _look_up_near(index: Index, folded: str) -> Entry | None:
    """Find the label that one letter too many, too few, wrong or swapped, or a scan's figures, made this of."""
    if len(folded) >= _FUZZY_LETTERS and not is_wide(folded):
        for candidate in (folded, *(folded[:i] + folded[i + 1 :] for i in range(len(folded)))):
            target = index.near.get(candidate) or (candidate if candidate in index.exact else None)
            if target and _one_long_word_off(target, folded):
                return index.exact[target]
    if len(folded) < 4 or folded.isdigit() or not any("0" <= char <= "9" for char in folded):
        return None
    target = index.scanned.get(confusable(folded))
    return index.exact[target] if target else None


def _one_long_word_off(label: str, folded: str) -> bool:
    """Short words must be as they are: "invoice no" is not "invoice to"."""
    ours, theirs = label.split(" "), folded.split(" ")
    if len(ours) != len(theirs):
        return False
    differing = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
    return len(differing) == 1 and all(len(word) >= _FUZZY_WORD for word in differing[0])


def _scan(index: Index, text: str) -> Iterable[tuple[Entry, tuple[int, int], bool, bool]]:
    """Walk over the tokens, taking the longest sequence that the index knows at each place."""
    stream = tokens(text)
    position = 0
    while position < len(stream):
        found = _longest(index, stream, position)
        if found is None:
            position += 1
            continue
        count, entry, exact, numbered = found
        yield entry, (stream[position].start, stream[position + count - 1].end), exact, numbered
        position += count


def _longest(index: Index, stream: list[Token], position: int) -> tuple[int, Entry, bool, bool] | None:
    limit = index.wide_max if stream[position].wide else index.words_max + 1
    for count in range(min(limit, len(stream) - position), 0, -1):
        folded = _joined(stream[position : position + count])
        bare = without_number_words(folded)
        if not bare:
            continue
        for candidate in dict.fromkeys((folded, bare)):
            if (entry := index.exact.get(candidate)) is not None:
                return count, entry, True, candidate != folded or bare != folded
        if (near := _look_up_near(index, bare)) is not None:
            return count, near, False, bare != folded
    return None


def _joined(stream: list[Token]) -> str:
    parts: list[str] = []
    for token in stream:
        if parts and not (token.wide and parts[-1] and is_wide(parts[-1][-1])):
            parts.append(" ")
        parts.append(token.text)
    return "".join(parts)


@cache
def _labels() -> Index:
    return _index("labels")


@cache
def _titles() -> Index:
    return _index("titles")


def _index(section: str) -> Index:
    names: dict[str, list[tuple[str, str]]] = {}
    for language in languages():
        for name, words in vocabulary(language).get(section, {}).items():
            for word in words:
                folded = without_number_words(fold_label(word)) or fold_label(word)
                names.setdefault(folded, []).append((language, name))
    exact = {folded: _entry(found) for folded, found in names.items()}
    near: dict[str, str] = {}
    scanned: dict[str, str] = {}
    for folded, entry in exact.items():
        _add_near(near, folded, entry, exact)
        scanned.setdefault(confusable(folded), folded)
    words_max = max((folded.count(" ") + 1 for folded in exact if not is_wide(folded)), default=1)
    wide_max = max((len(folded) for folded in exact if is_wide(folded)), default=1)
    return Index(exact, near, scanned, words_max, wide_max)


def _entry(found: list[tuple[str, str]]) -> Entry:
    pairs = tuple(dict.fromkeys(found))
    return Entry(
        tuple(dict.fromkeys(name for _, name in pairs)), tuple(dict.fromkeys(lang for lang, _ in pairs)), pairs
    )


def _add_near(near: dict[str, str], folded: str, entry: Entry, exact: Mapping[str, Entry]) -> None:
    if len(folded) < _FUZZY_LETTERS or is_wide(folded):
        return
    for i in range(len(folded)):
        shorter = folded[:i] + folded[i + 1 :]
        if shorter in exact:
            continue
        other = near.get(shorter)
        if other is None:
            near[shorter] = folded
        elif other and exact[other].names != entry.names:
            near[shorter] = ""  # two different labels lie one letter away: neither is meant
