"""Articles and quantities in prose: "25 of the SN-310 ($129 ea)", "two boxes of gasket kits", "SN-310 20個"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from parsers.prose.facts import Facts, Ref, Role
from parsers.values.amounts import amount_readings, find_amounts
from parsers.values.folding import fold_words, is_wide_letter
from parsers.values.quantities import number_word


@dataclass(frozen=True, slots=True)
class Goods:
    """A quantity of something, with its item number, words and price where they stand beside it."""

    start: int
    end: int
    text: str
    quantity: Decimal | None
    unit: str | None
    item: str | None
    description: str | None
    price: Decimal | None
    price_per: Decimal = Decimal(1)
    price_text: str = ""
    others: tuple[Decimal, ...] = ()  # further values of the figures ("1.000" is also 1)


@dataclass(frozen=True, slots=True)
class _Count:
    start: int
    end: int
    value: Decimal
    unit: str | None
    others: tuple[Decimal, ...] = ()


_BARE = re.compile(
    r"(?<![\w.,/$€£¥₩#-])(?P<n>[0-9]{1,3}(?:[.,' ][0-9]{3})+|[0-9]{1,6})(?:\s?[x×]\s?(?=[\w])"
    r"|\s+(?:of\s+(?:the\s+|your\s+)?|de\s+|von\s+)?(?:[^\W\d_]{3,20}\s+)?(?=[A-Z]{1,5}-?[0-9]))",
)
_WORD = re.compile(r"(?<![\w])(?P<n>[A-Za-zäöüéèęáóś]{2,12})\s+(?:of\s+(?:the\s+)?)?(?=[A-Z]{1,5}-?[0-9])")
_OF = re.compile(
    r"(?<![\w.,/$€£-])(?P<n>[0-9]{1,6})\s+(?:of|von|de|sur|di|van|z|de las|de los|der)\s+(?:the\s+|den\s+"
    r"|les\s+|our\s+|unseren\s+)?(?P<all>[0-9]{1,6})\b"
)


def counts(facts: Facts) -> list[_Count]:
    """Return the quantities of a sentence in reading order: with units, before "x", or right before an item."""
    text = facts.text
    found = [_Count(q.start, q.end, q.value, q.unit, q.others) for q in facts.quantities]
    taken = [(c.start, c.end) for c in found] + [(m.start, m.end) for m in facts.money]
    taken += [(d.start, d.end) for d in facts.dates] + [
        (r.start, r.end) for r in facts.refs if r.role is not Role.ITEM and r.labelled
    ]
    for match in _BARE.finditer(text):
        if not _blocked(match.start("n"), match.end("n"), taken) and (values := _whole(match["n"])):
            found.append(_Count(match.start("n"), match.end("n"), values[0], None, values[1:]))
            taken.append((match.start("n"), match.end("n")))
    for match in _WORD.finditer(text):
        value = number_word(match["n"])
        if (
            value is not None
            and fold_words(match["n"]) not in ("a", "an", "un", "une")
            and not _blocked(*match.span("n"), taken)
        ):
            found.append(_Count(match.start("n"), match.end("n"), value, None))
    return _without_measures(text, sorted(found, key=lambda c: c.start))


_OF_A = re.compile(r"\s*(?:of|à|a|de|von|von je|mit je|zu je)?\s*(?:the|our|your|den|der|des|las|les)?\s*", re.I)


def _without_measures(text: str, found: list[_Count]) -> list[_Count]:
    """Read “three cartons of the 5 litre cleaner”: the second figure is a size, not a quantity."""
    kept: list[_Count] = []
    for count in found:
        if not (
            kept
            and kept[-1].unit
            and count.start - kept[-1].end < 14
            and _OF_A.fullmatch(text[kept[-1].end : count.start])
        ):
            kept.append(count)
    return kept


def of_how_many(facts: Facts) -> tuple[Decimal, Decimal, int, int] | None:
    """Return (arrived, of all, start, end) of "48 of 50", None where the sentence has no such words."""
    match = _OF.search(facts.text)
    if match is None or int(match["n"]) > int(match["all"]):
        return None
    return Decimal(match["n"]), Decimal(match["all"]), match.start(), match.end()


def _blocked(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < b and a < end for a, b in taken)


def _whole(figures: str) -> tuple[Decimal, ...]:
    values = sorted({r.value for r in amount_readings(figures)}, key=lambda v: (v != v.to_integral_value(), -v))
    return tuple(values)


def items(facts: Facts) -> list[Ref]:
    """Return the item numbers of a sentence: labelled ones, else short codes of letters and figures."""
    labelled = [ref for ref in facts.refs if ref.role is Role.ITEM]
    codes = [ref for ref in facts.refs if ref.role is Role.UNKNOWN and any(c.isalpha() for c in ref.text)]
    return sorted([*labelled, *codes], key=lambda ref: ref.start)


def goods_in(facts: Facts, *, bare_items: bool = False) -> list[Goods]:
    """Return what a sentence counts, each with the item number nearest to it; `bare_items` adds items without count."""
    numbers, codes = counts(facts), items(facts)
    used: set[int] = set()
    found: list[Goods] = []
    for index, count in enumerate(numbers):
        following = numbers[index + 1].start if index + 1 < len(numbers) else len(facts.text)
        preceding = numbers[index - 1].end if index else 0
        code = _nearest(facts.text, count, codes, used, preceding, following)
        if code is not None:
            used.add(code.start)
        begin = min(count.start, code.start if code else count.start)
        end = following
        found.append(_goods(facts, count, code, begin, max(end, count.end), following))
    if bare_items:
        found += [Goods(c.start, c.end, c.text, None, None, c.text, None, None) for c in codes if c.start not in used]
    return sorted(found, key=lambda g: g.start)


_TOWARDS = re.compile(
    r"\b(?:on|under|against|per|auf|zu|unter|aus|sur|sous|sobre|según|op|bij|onder|sull[oa]?|su|em|sob)\s+(?:\w+\s+)?$",
    re.I,
)


_PARTED = re.compile(r"[,;、，]|\s(?:and|und|et|y|e|en|i)\s|[와과및]")


def _nearest(text: str, count: _Count, codes: list[Ref], used: set[int], preceding: int, following: int) -> Ref | None:
    after = [c for c in codes if count.end <= c.start < following and c.start not in used]
    if after and _TOWARDS.search(text[count.end : after[0].start]):
        after = []  # "3 boxes on BW-77131": the number is an order's
    before = [c for c in codes if preceding <= c.start and c.end <= count.start and c.start not in used]
    if (
        after
        and before
        and _PARTED.search(text[count.end : after[0].start])
        and not _PARTED.search(text[before[-1].end : count.start])
    ):
        return before[-1]  # "SN-310 20, SN-320 10": the comma ends what is said of the first
    if after and (not before or after[0].start - count.end <= count.start - before[-1].end + 4):
        return after[0]
    return before[-1] if before else None


def _goods(facts: Facts, count: _Count, code: Ref | None, begin: int, end: int, following: int) -> Goods:
    price, per, price_text = _price(facts, max(count.end, code.end if code else 0), following)
    text = facts.text[begin : min(end, len(facts.text))].strip(" ,;.")
    description = _description(facts, max(count.end, code.end if code else 0), following)
    item = code.text if code else None
    return Goods(begin, end, text, count.value, count.unit, item, description, price, per, price_text, count.others)


_PRICE_MARK = re.compile(
    r"(?:@|\bat\b|\bà\b|\bzu\b|\bje\b|\ba\b|\bpo\b|\bprice\b|\bpreis\b|prix|precio|prezzo|prijs|preço|cena"
    r"|単価|단가|\(|\bfor\b|\bfür\b)[^0-9]{0,25}$",
    re.I,
)
_PRICE_UNIT = re.compile(
    r"^\s*(?:/|per\b|each\b|ea\b|apiece\b|pro\b|je\b|cada\b|cad\b|pièce|la pièce|l'unité|per stuk|p/st"
    r"|za szt|za sztukę|a piece|a unit|por un|unit)",
    re.I,
)
_PER = re.compile(r"^\s*(?:/|per|pro|je|por|par)\s*(?P<n>100|1[.,]?000)\b", re.I)


def _price(facts: Facts, begin: int, end: int) -> tuple[Decimal | None, Decimal, str]:
    """Find the unit price that stands with a quantity: after "@", "at", "zu", in brackets, or before "each"."""
    for found in find_amounts(facts.text[:end], skip=[(d.start, d.end) for d in facts.dates]):
        if found.start < begin or found.end > end:
            continue
        before, after = facts.text[begin : found.start], facts.text[found.end : end]
        if not (_PRICE_MARK.search(before) or _PRICE_UNIT.match(after)):
            continue
        values = {r.value for r in found.readings if r.decimals != 3 or len(found.readings) == 1}
        if len(values) == 1 and (
            found.readings[0].decimals or found.readings[0].currency or found.readings[0].symbol or "@" in before
        ):
            per = _PER.match(after)
            basis = Decimal(re.sub(r"[.,]", "", per["n"])) if per else Decimal(1)
            return values.pop(), basis, found.text + (per.group() if per else "")
    return None, Decimal(1), ""


_STOP = re.compile(
    r"[,;:.()@\n]|\b(?:and|und|et|y|e|en|i|at|zu|à|for|under|by|on|auf|für|unter|please|bitte|price|preis"
    r"|prix|precio|prezzo|preço|cena|prijs|al|au|zum|ordine|order|under our|to|with|por|para|per|ordered"
    r"|instead|were|was|arrived|are|is)\b",
    re.I,
)
_LEAD = re.compile(r"^\s*(?:of|the|your|von|de|del|di|du|des|la|le|les|van|d'|der|die|das|the)\s+", re.I)


def _description(facts: Facts, start: int, following: int) -> str | None:
    """Return the words behind a quantity or item number, up to a comma, a price or the next thought."""
    starts = [m.start for m in facts.money if m.start >= start] + [d.start for d in facts.dates if d.start >= start]
    tail = facts.text[start : min([following, *starts])]
    for _ in range(2):
        tail = _LEAD.sub("", tail)
    stop = _STOP.search(tail)
    starts = [c.span[0] for c in facts.cues if c.span[0] >= start]
    if starts and any(is_wide_letter(c) for c in tail):
        return None  # a wish joined to the quantity ("150EA 발주합니다") is no description
    if any(
        c.name in ("damaged", "short", "rejected", "accepted", "received") and c.span[0] - start <= 3
        for c in facts.cues
        if c.span[0] >= start
    ):
        return None  # "2 cartons crushed": what is wrong with them is not what they are
    words = " ".join((tail[: stop.start()] if stop else tail).split())
    return words if _words(words) and len(words) <= 80 else None


def _words(text: str) -> bool:
    """Tell whether there is a word of content, not just "of the"."""
    return bool(re.search(r"[^\W\d_]{3,}", _LEAD.sub("", " " + text.strip() + " ")))
