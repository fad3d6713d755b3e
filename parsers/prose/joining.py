"""Joining sums to the documents they pay: by position, checked by arithmetic, left open where two ways remain."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from parsers.prose.facts import Money, Ref, Role


class Part(StrEnum):
    """What a sum in a payment sentence is, by the words around it."""

    PLAIN = "plain"
    GROSS = "gross"
    PAID = "paid"
    TOTAL = "total"
    DISCOUNT = "discount"
    WITHHELD = "withheld"
    DEDUCTION = "deduction"
    REMAINING = "remaining"


REDUCTIONS = (Part.DISCOUNT, Part.WITHHELD, Part.DEDUCTION)


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of the payment with its place in the order of reading and what it is."""

    place: tuple[int, int]
    values: tuple[Decimal, ...]
    part: Part
    money: Money
    words: str
    minus_before: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A document that the payment names, with its place in the order of reading."""

    place: tuple[int, int]
    ref: Ref
    issued_on: date | None = None


@dataclass(slots=True)
class Line:
    """One advised line while it is put together."""

    named: Named
    gross: Decimal | None = None
    discount: Decimal | None = None
    deduction: Decimal | None = None
    withheld: Decimal | None = None
    paid: Decimal | None = None
    balance_after: Decimal | None = None
    reason: str | None = None
    texts: dict[str, str] = field(default_factory=dict)
    proved: bool = False


@dataclass(slots=True)
class Joined:
    """How sums were joined to documents: the lines, the total, what stands alone, and whether sums prove it."""

    lines: list[Line]
    total: Decimal | None = None
    total_text: str = ""
    total_stated: bool = False
    proved: bool = False
    loose: list[tuple[Sum, Decimal]] = field(default_factory=list)


def join(named: list[Named], sums: list[Sum], shares: frozenset[tuple[int, int]]) -> Joined:
    """Join sums to documents by position, checked by arithmetic; `shares` are the places of sums told for each."""
    lines = [Line(n) for n in named]
    joined = Joined(lines)
    stated = [s for s in sums if s.part is Part.TOTAL]
    mains = [s for s in sums if s.part in (Part.PLAIN, Part.PAID, Part.GROSS)]
    reductions = [s for s in sums if s.part in REDUCTIONS]
    _take_total(joined, stated)
    if not lines:
        _without_documents(joined, mains)
    elif len(lines) == 1:
        _single(joined, lines[0], sums)
    else:
        _several(joined, mains, reductions, sums, shares)
    return joined


def _take_total(joined: Joined, stated: list[Sum]) -> None:
    values = {v for s in stated for v in s.values}
    if len(values) == 1:
        joined.total, joined.total_text, joined.total_stated = values.pop(), stated[-1].money.text, True


def _one(s: Sum) -> Decimal | None:
    return s.values[0] if len(s.values) == 1 else None


def _without_documents(joined: Joined, mains: list[Sum]) -> None:
    if joined.total is not None:
        return
    values = {_one(s) for s in mains}
    if len(values) == 1 and None not in values:
        joined.total, joined.total_text = _one(mains[0]), mains[0].money.text


def _single(joined: Joined, line: Line, sums: list[Sum]) -> None:
    """One document: gross less reductions is what was paid, or the one sum is."""
    reductions = [s for s in sums if s.part in REDUCTIONS]
    mains = [s for s in sums if s.part not in (*REDUCTIONS, Part.REMAINING)]
    for s in sums:
        if s.part is Part.REMAINING and (value := _one(s)) is not None:
            line.balance_after, line.texts["balance_after"] = value, s.money.text
    if reductions and _prove_reduction(joined, line, mains, reductions):
        return
    values = {v for s in mains for v in s.values}
    if reductions:
        _state_reduction(joined, line, mains, reductions)
    elif len(values) == 1 or (len(mains) == 1 and len(mains[0].values) == 1):
        _pay(joined, line, mains[-1])
    elif len(mains) >= 2 and line.balance_after is not None:
        _part_payment(joined, line, mains)


def _pay(joined: Joined, line: Line, main: Sum) -> None:
    value = main.values[0]
    if line.named.ref.role is Role.CREDIT:
        value = -abs(value)
    if main.part is Part.GROSS and joined.total is None:
        line.gross, line.texts["gross"] = value, main.money.text
        return
    line.paid, line.texts["paid"] = value, main.money.text
    if joined.total is None:
        joined.total, joined.total_text = value, main.money.text
    if main.part is Part.TOTAL:
        joined.total_stated = False  # the same sum cannot prove itself


def _part_payment(joined: Joined, line: Line, mains: list[Sum]) -> None:
    for gross in mains:
        for paid in mains:
            g, p = _one(gross), _one(paid)
            if gross is not paid and g is not None and p is not None and g - p == line.balance_after:
                line.gross, line.paid, line.proved, joined.proved = g, p, True, True
                line.texts |= {"gross": gross.money.text, "paid": paid.money.text}
                joined.total, joined.total_text = p, paid.money.text
                return


def _prove_reduction(joined: Joined, line: Line, mains: list[Sum], reductions: list[Sum]) -> bool:
    """Find gross and paid whose difference is exactly what was taken off."""
    found: set[tuple[Decimal, Decimal]] = set()
    texts: dict[tuple[Decimal, Decimal], tuple[str, str]] = {}
    taken = _sum_of(reductions)
    for gross in mains:
        for paid in mains:
            for g in gross.values:
                for p in paid.values:
                    if taken is not None and g > p and g - p == taken:
                        found.add((g, p))
                        texts[(g, p)] = (gross.money.text, paid.money.text)
    if len(found) != 1:
        return False
    (g, p) = found.pop()
    line.gross, line.paid, line.proved, joined.proved = g, p, True, True
    line.texts |= {"gross": texts[(g, p)][0], "paid": texts[(g, p)][1]}
    _set_reductions(line, reductions, g)
    if joined.total is None or joined.total == g:
        joined.total, joined.total_text = p, texts[(g, p)][1]
    return True


def _sum_of(reductions: list[Sum]) -> Decimal | None:
    values = [_one(s) for s in reductions]
    return None if None in values else sum((abs(v) for v in values if v is not None), Decimal(0))


_USUAL_RATES = tuple(map(Decimal, ("1", "1.5", "2", "2.5", "3", "4", "5")))  # per cent, of discounts for early payment


def _set_reductions(line: Line, reductions: list[Sum], gross: Decimal | None) -> None:
    for s in reductions:
        value = abs(s.values[0])
        part = s.part
        if line.proved and part is Part.DEDUCTION and len(reductions) == 1 and _is_discount(s, gross, value):
            part = Part.DISCOUNT
        name = part.value
        setattr(line, name, (getattr(line, name) or Decimal(0)) + value)
        line.texts[name] = s.words
        if part is not Part.DISCOUNT:
            line.reason = "; ".join(filter(None, (line.reason, " ".join(s.words.split())[:120])))


def _is_discount(s: Sum, gross: Decimal | None, value: Decimal) -> bool:
    """Tell whether "less 249.00" without a reason is exactly a usual rate of the invoice: that is a discount."""
    rates = [(gross * rate / 100).quantize(Decimal("0.01")) for rate in _USUAL_RATES] if gross else []
    return value in rates and _bare_minus(s)


def _bare_minus(s: Sum) -> bool:
    words = re.findall(r"[^\W\d_]+", s.words.lower())
    return 0 < len(words) <= 2 and words[0] in ("less", "minus", "abzgl", "abzüglich", "moins", "menos", "meno", "min")


_NET_OF = re.compile(
    r"after|net of|nach|après|déduction faite|tras|descontad|al netto|dopo|na aftrek|onder aftrek|após|po potr", re.I
)


def _state_reduction(joined: Joined, line: Line, mains: list[Sum], reductions: list[Sum]) -> None:
    """A reduction and one sum: "1,000 less 20" names the gross, "980 after 20" what was paid."""
    values = {v for s in mains for v in s.values}
    if len(values) != 1 or _sum_of(reductions) is None:
        return
    main, value = mains[0], values.pop()
    taken = _sum_of(reductions) or Decimal(0)
    first = min(reductions, key=lambda s: s.place)
    if main.part in (Part.PAID, Part.TOTAL) or _NET_OF.search(first.words):
        line.paid, line.texts["paid"] = value, main.money.text
        joined.total, joined.total_text = value, main.money.text
        _set_reductions(line, reductions, value + taken)
    elif (
        main.place < first.place and first.minus_before and (main.part is Part.GROSS or main.place[0] == first.place[0])
    ):
        # "We paid INV-1, 3,000.00. We deducted 300.00.": a sentence of its own does not say of which sum; both stay open
        line.gross, line.paid = value, value - taken
        line.texts["gross"] = main.money.text
        _set_reductions(line, reductions, value)
        joined.total = joined.total if joined.total is not None else value - taken


def _several(
    joined: Joined, mains: list[Sum], reductions: list[Sum], sums: list[Sum], shares: frozenset[tuple[int, int]]
) -> None:
    lines = joined.lines
    if shares and _each(joined, mains, shares):
        return
    if reductions and _by_segment(joined, sums):
        return
    credit_sums = [s for s in reductions if _belongs_to_credit(s, lines)]
    mains = sorted([*mains, *credit_sums], key=lambda s: s.place)
    loose = [s for s in reductions if s not in credit_sums]
    if not mains:
        return
    if len(mains) == 1:
        if reductions and mains[0].part is Part.PLAIN:
            return  # two documents, one sum before and one after a reduction: which is whose stays open
        if joined.total is None and (value := _one(mains[0])) is not None:
            joined.total, joined.total_text, joined.total_stated = value, mains[0].money.text, True
        return
    if not _paired(joined, mains, loose):
        _total_among(joined, mains, loose)


def _belongs_to_credit(s: Sum, lines: list[Line]) -> bool:
    before = [line for line in lines if line.named.place < s.place]
    return bool(before) and before[-1].named.ref.role is Role.CREDIT


def _each(joined: Joined, mains: list[Sum], shares: frozenset[tuple[int, int]]) -> bool:
    """Read “1,250.00 each, 2,500.00 in total”: the same for all, if the total agrees or none is stated."""
    count = len(joined.lines)
    each = {_one(s) for s in mains if s.place in shares}
    share = each.pop() if len(each) == 1 else None
    if share is None:
        return False
    others = {_one(s) for s in mains if s.place not in shares} | ({joined.total} if joined.total is not None else set())
    if others - {share * count}:
        return False
    for line in joined.lines:
        line.paid, line.proved = share, True
    if others:
        joined.total, joined.total_stated, joined.proved = share * count, True, True
    return True


def _by_segment(joined: Joined, sums: list[Sum]) -> bool:
    """Each document with its own gross, reduction and paid; believed only where each proves itself."""
    lines = joined.lines
    places = [line.named.place for line in lines]
    trial = [Line(line.named) for line in lines]
    for number, line in enumerate(trial):
        end = places[number + 1] if number + 1 < len(places) else (10**9, 0)
        own = [s for s in sums if places[number] < s.place < end and s.part is not Part.TOTAL]
        if not own:
            return False
        part = Joined([line])
        _single(part, line, own)
        if line.paid is None or (any(s.part in REDUCTIONS for s in own) and not line.proved):
            return False
        if line.named.ref.role is Role.CREDIT:
            line.paid = -abs(line.paid)
    if joined.total is None or sum((line.paid or Decimal(0) for line in trial), Decimal(0)) == joined.total:
        joined.lines = trial
        joined.proved = joined.total is not None
        return True
    return False


def _paired(joined: Joined, mains: list[Sum], loose: list[Sum]) -> bool:
    """As many sums as documents, in step with them."""
    if len(mains) != len(joined.lines) or not _in_step(joined.lines, mains):
        return False
    _assign(joined, mains)
    _settle_loose(joined, loose)
    return True


def _in_step(lines: list[Line], mains: list[Sum]) -> bool:
    refs, places = [line.named.place for line in lines], [s.place for s in mains]
    behind = all(r < p for r, p in zip(refs, places, strict=True)) and all(
        p < r for p, r in zip(places, refs[1:], strict=False)
    )
    ahead = all(p < r for r, p in zip(refs, places, strict=True)) and all(
        r < p for r, p in zip(refs, places[1:], strict=False)
    )
    return behind or ahead


def _total_among(joined: Joined, mains: list[Sum], loose: list[Sum]) -> None:
    """One sum more than documents: it is the total if it is the first or last and the others add up to it."""
    if len(mains) != len(joined.lines) + 1 or joined.total is not None:
        return
    for total, rest in ((mains[0], mains[1:]), (mains[-1], mains[:-1])):
        value = _one(total)
        if value is None or not _in_step(joined.lines, rest):
            continue
        trial = Joined([Line(line.named) for line in joined.lines], value, total.money.text, True)
        _assign(trial, rest)
        _settle_loose(trial, loose)
        paid = sum((line.paid or Decimal(0) for line in trial.lines), Decimal(0)) - sum(
            (v for _, v in trial.loose), Decimal(0)
        )
        if paid == value:
            joined.lines, joined.total, joined.total_text = trial.lines, value, total.money.text
            joined.total_stated, joined.proved, joined.loose = True, True, trial.loose
            return


def _assign(joined: Joined, mains: list[Sum]) -> None:
    for line, s in zip(joined.lines, mains, strict=True):
        value = _one(s)
        if value is None:
            continue
        line.paid = -abs(value) if line.named.ref.role is Role.CREDIT or s.money.negative else value
        line.texts["paid"] = s.money.text


def _settle_loose(joined: Joined, loose: list[Sum]) -> None:
    """A fee or deduction on a line of its own, believed where the total needs exactly it."""
    values = [abs(v) for s in loose if (v := _one(s)) is not None]
    paid = sum((line.paid or Decimal(0) for line in joined.lines), Decimal(0))
    if loose and len(values) == len(loose) and joined.total is not None and paid - sum(values) == joined.total:
        joined.loose = list(zip(loose, values, strict=True))
        joined.proved = True
