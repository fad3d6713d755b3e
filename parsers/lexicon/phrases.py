"""Phrases of prose and the intents they show ("please cancel", "we have paid"), found in one pass over the words.

A phrase of a file is a row of words: "word~" stands for every word that begins so, "*" for up to four words between,
"(a|b)" for either. Longer phrases silence the shorter ones they hold: "will be paid" is not "paid". Phrases in Han,
Kana and Hangul are searched as they stand, with "*" for up to fifteen characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product

from parsers.lexicon import guess_language, languages, stop_words, vocabulary
from parsers.lexicon.folding import Token, fold_label, is_wide, tokens

_GAP_WORDS = 4
_GAP_CHARS = 15
_KEY = 3
# Cues that take a word away from another: "has not been paid", "will be paid on Friday" tell of no payment.
_PAID = frozenset({"paid", "paying"})
# Cues of a verb or noun whose meaning a longer phrase around it changes; the others (methods, "total") stay.
_QUIETABLE = frozenset(
    """paid paying will_pay order_want order_word received accepted agree cancel change statement copy pod complete
    short damaged rejected refund credit_wanted quote_ask remaining d_quantity d_other d_quality d_price""".split()
)
_OUTRANKS_PAID = frozenset({"not_paid", "will_pay", "not_a_payment"})


@dataclass(frozen=True, slots=True)
class Cue:
    """An intent that a phrase shows, and where: `span` in the text it was searched in."""

    name: str
    span: tuple[int, int]
    language: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    cue: str
    language: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    cue: str
    language: str
    places: frozenset[int]
    first: int
    last: int


def cues_in(text: str, allowed: frozenset[str] | None = None) -> tuple[Cue, ...]:
    """Return the cues of a sentence in reading order; `allowed` restricts them to languages."""
    found = list(_narrow(text, allowed))
    if is_wide(text):
        found += _wide(text, allowed)
    return tuple(sorted(found, key=lambda cue: cue.span))


def plausible_languages(text: str) -> frozenset[str] | None:
    """Return the languages a text may be in, None where there is too little to tell.

    Stop words count the less the more languages share them; phrases of intent count too, so that a short mail is
    placed by what it says.
    """
    text = text[:4_000]
    if (only := guess_language(text)) in ("ja", "ko"):
        return frozenset({only, "en"}) if only else None
    scores = dict.fromkeys(languages(), 0.0)
    for token in tokens(text):
        sharing = _speakers(token.text)
        for name in sharing:
            scores[name] += 1 / len(sharing)
    for cue in cues_in(text):
        scores[cue.language] += 0.5
    most = max(scores.values(), default=0.0)
    if most < _PLACED:
        return None
    return frozenset(name for name, score in scores.items() if score * 3 > most or name == "en")


_PLACED = 1.5


@cache
def _speakers(word: str) -> tuple[str, ...]:
    return tuple(name for name in languages() if word in stop_words(name) and len(word) > 1)


def _narrow(text: str, allowed: frozenset[str] | None) -> Iterable[Cue]:
    stream = tokens(text)
    index = _index()
    matches: list[_Match] = []
    for place, token in enumerate(stream):
        if token.wide:
            continue
        for phrase in index.get(token.text[:_KEY], ()):
            if allowed is not None and phrase.language not in allowed:
                continue
            if (places := _match(phrase.words, stream, place)) is not None:
                matches.append(_Match(phrase.cue, phrase.language, frozenset(places), places[0], places[-1]))
    for match in _loudest(matches):
        yield Cue(match.cue, (stream[match.first].start, stream[match.last].end), match.language)


def _match(words: tuple[str, ...], stream: list[Token], place: int) -> list[int] | None:
    places: list[int] = []
    gap = False
    for word in words:
        if word == "*":
            gap = True
            continue
        hit = _next(word, stream, place, _GAP_WORDS if gap else 0)
        if hit is None:
            return None
        places.append(hit)
        place, gap = hit + 1, False
    return places


def _next(word: str, stream: list[Token], place: int, gap: int) -> int | None:
    """Find the word at the place or behind up to `gap` other words; figures between do not count as words."""
    for p in range(place, min(place + 3 * gap + 1, len(stream))):
        if _same(word, stream[p].text):
            return p
        gap -= not stream[p].text.isdigit()
        if gap < 0:
            return None
    return None


def _same(word: str, text: str) -> bool:
    return text.startswith(word[:-1]) if word.endswith("~") else text == word


def _loudest(matches: list[_Match]) -> list[_Match]:
    """Leave out matches whose words all belong to a longer match of another meaning; keep one of each meaning."""
    kept: list[_Match] = []
    outranking = [m for m in matches if m.cue in _OUTRANKS_PAID]
    matches = [m for m in matches if m.cue not in _PAID or not any(m.places & o.places for o in outranking)]
    for match in sorted(matches, key=lambda m: -len(m.places)):
        silenced = match.cue in _QUIETABLE and any(match.places < other.places for other in kept)
        repeated = any(match.cue == other.cue and match.places <= other.places for other in kept)
        if not silenced and not repeated:
            kept.append(match)
    return kept


def _wide(text: str, allowed: frozenset[str] | None) -> Iterable[Cue]:
    compact, places = _compact(text)
    spans: list[tuple[int, int, str, str]] = []
    for cue, language, pattern in _wide_patterns():
        if allowed is not None and language not in allowed:
            continue
        spans += [(match.start(), match.end(), cue, language) for match in pattern.finditer(compact)]
    for start, end, cue, language in spans:
        longer = any(s <= start and end <= e and (e - s) > (end - start) for s, e, *_ in spans)
        if not (longer and cue in _QUIETABLE):
            yield Cue(cue, (places[start], places[end - 1] + 1), language)


def _compact(text: str) -> tuple[str, list[int]]:
    """Return the text without blanks, in lower case, and the place of each of its characters."""
    places = [place for place, char in enumerate(text) if not char.isspace()]
    return "".join(text[place] for place in places).lower(), places


@cache
def _index() -> dict[str, tuple[_Phrase, ...]]:
    index: dict[str, list[_Phrase]] = {}
    for language in languages():
        for cue, phrases in vocabulary(language).get("phrases", {}).items():
            for phrase in phrases:
                if is_wide(phrase):
                    continue
                for words in _expanded(phrase):
                    index.setdefault(words[0].rstrip("~")[:_KEY], []).append(_Phrase(cue, language, words))
    return {key: tuple(found) for key, found in index.items()}


def _expanded(phrase: str) -> Iterable[tuple[str, ...]]:
    """Spell out the alternatives in brackets and fold each word; an empty alternative is a word left out."""
    parts = re.findall(r"\(([^()]*)\)|([^\s()]+)", phrase)
    choices = [alternatives.split("|") if alternatives else [word] for alternatives, word in parts]
    for chosen in product(*choices):
        words: list[str] = []
        for piece in " ".join(chosen).split():
            stem = piece.endswith("~")
            folded = fold_label(piece.rstrip("~")) if piece != "*" else "*"
            words += folded.split(" ")
            if stem:
                words[-1] += "~"
        if kept := tuple(word for word in words if word and word != "~"):
            yield kept


@cache
def _wide_patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    patterns = []
    for language in languages():
        for cue, phrases in vocabulary(language).get("phrases", {}).items():
            wide = sorted((p for p in phrases if is_wide(p)), key=len, reverse=True)
            if wide:
                source = "|".join(
                    re.escape(p.replace(" ", "").lower()).replace(r"\*", f".{{0,{_GAP_CHARS}}}?") for p in wide
                )
                patterns.append((cue, language, re.compile(source)))
    return tuple(patterns)
