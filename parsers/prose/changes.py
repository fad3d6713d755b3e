"""A change of an order told in words: which line, which quantity and which date it shall have now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.documents import Evidence, OrderedLine, PurchaseOrder
from parsers.prose.facts import Facts, Ref, Role
from parsers.prose.mail import Mail
from parsers.prose.when import future_day
from parsers.values.dates import reading_in_order
from parsers.values.folding import fold_width

_NUMBER = r"(?P<n>[0-9]{1,3}(?:[ .,'’][0-9]{3})+|[0-9]{1,9})(?![0-9.,]*[0-9])"
_PLACE = re.compile(
    r"(?:\b(?:lines?|items?|pos(?:ition|\.)?|zeile|ligne|poste|l[íi]nea|posici[óo]n|riga|posizione|regel|positie)"
    r"(?: no\.?| nr\.?| n[°º.])?|明細|行|品目|항목|품목)\s*#?(?P<line>[0-9]{1,5})\b",
    re.I,
)
_HOW_MANY = (
    r"(?:quantity|qty|amount|menge|st[üu]ckzahl|anzahl|quantit[éeà]s?|qt[ée]|cantidad|cant|quantit[àa]|aantal|hoeveelheid"
    r"|数量|個数|수량)"
)
_FROM_TO = re.compile(
    r"(?:\bfrom|\bvon|\bde|\bda|\bvan|(?<=[^0-9]))\s*[0-9][0-9.,' ]*\s*(?:[^\W\d_]{1,8}\s+)?"
    r"(?:to|auf|à|a|naar|tot|->|→|=>|から|에서)\s*" + _NUMBER,
    re.I,
)
_QUANTITY_TO = re.compile(
    _HOW_MANY + r"[^0-9;:!?]{0,40}?(?:\b(?:to|auf|à|a|en|naar|op|tot|is|be|zu)\b|:|=|->|→|を|은|는|:)\s*"
    r"(?:now |nun |jetzt |neu |nu |ora |ahora )?" + _NUMBER,
    re.I,
)
_RAISED_TO = re.compile(
    r"(?:increase|reduce|decrease|raise|lower|change|amend|adjust|erh[öo]hen|[äa]ndern|reduzieren|augmenter|r[ée]duire|porter"
    r"|modifier|aumentar|reducir|cambiar|aumentare|ridurre|modificare|verhogen|verlagen|wijzigen)[^0-9;!?]{0,60}?"
    r"\b(?:to|auf|à|a|naar|tot)\s+" + _NUMBER,
    re.I,
)
_INSTEAD = re.compile(
    _NUMBER + r"\s*(?:(?:[^\W\d_]{1,12}\.?|\x00+)\s+){0,3}"
    r"(?:instead of|rather than|statt|anstatt|anstelle|au lieu de|en lugar de|en vez de|invece di|anziché|in plaats van|ipv"
    r"|em vez de|zamiast)\b",
    re.I,
)
_MADE = re.compile(
    _NUMBER + r"\s*(?:個|台|本|枚|개|대|EA)?\s*(?:に変更|へ変更|に増|に減|(?:으)?로 ?(?:변경|증가|감소|수정))", re.I
)
_BARE = re.compile(_HOW_MANY + r"\s*[:=]?\s*" + _NUMBER, re.I)
_TARGETS = (_FROM_TO, _QUANTITY_TO, _RAISED_TO, _INSTEAD, _MADE)


def read_change(block: Sequence[Facts], mail: Mail, number: Ref | None, at: Evidence | None) -> PurchaseOrder | None:
    """Read a change of the order of this number, a line for each sentence that tells one without doubt."""
    if number is None or at is None:
        return None
    evidence = {"number": at, "revision_of": mail.evidence(block[0].text)}
    lines: list[OrderedLine] = []
    loose: set[date] = set()
    unread = False
    for facts in block:
        line, day = _line(facts, number), _day(facts, mail)
        if line is None:
            loose |= {day} if day else set()
            unread = unread or names_a_part(facts, number)
            continue
        evidence[f"lines[{len(lines)}].quantity"] = mail.evidence(facts.text)
        lines.append(replace(line, requested_on=day))
    if unread or len({(line.line, line.item) for line in lines}) < len(lines):
        # Two figures for one line, or a line whose change was not understood: a person reads all of it.
        lines, loose = [], set()
    order = PurchaseOrder(
        confidence=0.75 if lines else 0.6,
        source=mail.source,
        language=mail.language,
        evidence=evidence,
        number=number.text,
        revision_of=True,
        lines=tuple(lines),
        remarks=" ".join(" ".join(f.text for f in block).split())[:500],
    )
    if len(loose) != 1:
        return order
    day = loose.pop()
    return replace(order, requested_on=day, evidence=evidence | {"requested_on": mail.evidence(block[0].text)})


def _line(facts: Facts, number: Ref) -> OrderedLine | None:
    """The line that a sentence changes: its place or its item, where one is named, and the one new quantity."""
    text = _bare(facts, number)
    codes = {ref.text for ref in facts.refs if ref.role in (Role.ITEM, Role.UNKNOWN) and _is_item(ref.text)}
    places = {match["line"] for match in _PLACE.finditer(text)}
    found = {
        value for pattern in _TARGETS for match in pattern.finditer(text) if (value := _value(match["n"])) is not None
    }
    if not found and (codes or places) and (bare := _BARE.search(text)) and (value := _value(bare["n"])) is not None:
        found = {value}
    if len(codes) > 1 or len(places) > 1 or len(found) > 1:
        return None
    named = OrderedLine(line=places.pop() if places else None, item=codes.pop() if codes else None)
    if found:
        return replace(named, quantity=found.pop())
    gone = facts.has("cancel") and (named.line or named.item)
    return replace(named, cancelled=True) if gone else None


def names_a_part(facts: Facts, number: Ref | None) -> bool:
    """Whether a sentence speaks of a line or an item of the order, and not of the whole."""
    items = [r for r in facts.refs if r.role in (Role.ITEM, Role.UNKNOWN) and _is_item(r.text)]
    return bool(_PLACE.search(facts.text)) or any(number is None or r.text != number.text for r in items)


def _is_item(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _bare(facts: Facts, number: Ref) -> str:
    """The sentence without dates, the order's own number and other references, so that no figure of theirs is a count."""
    text = fold_width(facts.text)
    if len(text) != len(facts.text):
        text = facts.text
    spans = [(d.start, d.end) for d in facts.dates if not d.text.strip().isdigit()]
    spans += [
        (ref.start, ref.start + len(ref.text)) for ref in facts.refs if ref.text == number.text or _is_item(ref.text)
    ]
    for start, end in spans:
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text


def _value(text: str) -> Decimal | None:
    """A count; what may be a decimal fraction as well as thousands ("1.000") is none here."""
    digits = re.sub(r"[ '’]", "", text)
    if not digits.isdigit():
        return None
    return Decimal(digits) if 0 <= int(digits) < 10**9 else None


def _day(facts: Facts, mail: Mail) -> date | None:
    """The one day or week (its Monday) that the sentence asks for."""
    if day := future_day(facts, mail.sent, mail.order):
        return day.value
    weeks = {
        reading.value
        for found in facts.dates
        if (reading := reading_in_order(found.readings, mail.order)) and reading.order == "week"
    }
    return weeks.pop() if len(weeks) == 1 else None


__all__ = ["read_change"]
