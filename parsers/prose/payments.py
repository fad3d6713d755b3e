"""Payments told in prose: what was paid, for what, less what; never more than the words and their sums carry.

Sums join numbers by position and arithmetic: a lone sum belongs to the payment, sums in step with numbers belong to
them, and a total proves or disproves them. Where two ways of joining stay possible, the lines keep no sums.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.documents import (
    AdvisedKind,
    AdvisedLine,
    Evidence,
    Flag,
    Footing,
    PaymentMethod,
    RemittanceAdvice,
)
from parsers.lexicon.phrases import Cue
from parsers.prose.facts import Facts, Money, Ref, Role, by_prefix, masked
from parsers.prose.joining import REDUCTIONS, Joined, Line, Named, Part, Sum, join
from parsers.prose.mail import Mail
from parsers.prose.parts import name_part_payment
from parsers.prose.when import Day, future_day, issued, past_day
from parsers.values.currencies import ISO_CODES
from parsers.values.folding import fold_words, is_wide_letter

_PART_OF_CUE = {
    "gross": Part.GROSS,
    "discount": Part.DISCOUNT,
    "withheld": Part.WITHHELD,
    "fee": Part.DEDUCTION,
    "minus": Part.DEDUCTION,
    "setoff": Part.DEDUCTION,
    "remaining": Part.REMAINING,
    "total": Part.TOTAL,
    "paid": Part.PAID,
}
# Where several words stand around a sum, the one that says most decides.
_RANK = [Part.REMAINING, Part.DISCOUNT, Part.WITHHELD, Part.GROSS, Part.DEDUCTION, Part.TOTAL, Part.PAID]


def read_payment(block: Sequence[Facts], mail: Mail) -> RemittanceAdvice | None:
    """Read the sentences of one payment; None where they tell of none.

    Rows of a table are no sentences: beside them only what a sentence itself tells is kept, without lines.
    """
    sentences = [facts for facts in block if not _row(facts)]
    if len(sentences) == len(block):
        return _read_sentences(block, mail)
    if all(len(f.documents(*_PAYABLE)) == len(f.money) == 1 for f in block if _row(f)):
        whole = _read_sentences(block, mail)  # "Facture⇥104801⇥1 200,00": believed where the stated total proves it
        if whole is not None and whole.footing is Footing.PROVED and whole.lines:
            return whole
    told = [f for f in sentences if f.has("paid", "scheduled") or (f.has("total") and f.money)]
    advice = _read_sentences(told, mail) if told else None
    if advice is None or advice.total is None:
        return None
    kept = {path: place for path, place in advice.evidence.items() if not path.startswith("lines[")}
    return replace(advice, lines=(), evidence=kept, footing=Footing.UNPROVED, difference=None, confidence=0.5)


def _row(facts: Facts) -> bool:
    """Tell whether a sentence is a row of a table: columns, or a number, a day and sums without words."""
    if facts.unit.tabular:
        return True
    words = re.findall(r"[^\W\d_]{3,}", facts.text)
    return len(facts.money) >= 2 and bool(facts.refs and facts.dates) and len(words) <= 1 and not facts.has("paid")


def _read_sentences(block: Sequence[Facts], mail: Mail) -> RemittanceAdvice | None:
    named, sums = _collect(block)
    subject = () if named else _invoice_of_subject(block, mail)
    named += [Named((0, -1), ref, None) for ref in subject]
    joined = join(named, sums, _shares(block))
    lines, total = joined.lines, joined.total
    evidence: dict[str, Evidence] = {}
    if total is not None and joined.total_text:
        evidence["total"] = mail.evidence(joined.total_text)
    name_part_payment(lines, block)
    built = tuple(_built(line, number, evidence, mail) for number, line in enumerate(lines))
    if subject:
        evidence["lines[0].reference"] = mail.subject_evidence(subject[0].text)
    on_account = any(f.has("on_account") for f in block) and not built
    if on_account and total is not None:
        built = (AdvisedLine(kind=AdvisedKind.ON_ACCOUNT, paid=total),)
        evidence["lines[0].paid"] = mail.evidence(joined.total_text)
    built += tuple(
        AdvisedLine(kind=AdvisedKind.OTHER, paid=-value, reason=" ".join(s.words.split())[:120])
        for s, value in joined.loose
    )
    flags = _flags(block)
    day = _paid_on(block, mail, flags)
    if day:
        evidence["paid_on"] = mail.evidence(day.text)
        if mail.sent and day.value > mail.sent and Flag.ANNOUNCEMENT not in flags:
            flags = (*flags, Flag.ANNOUNCEMENT)
    reference = _payment_reference(block)
    if reference:
        evidence["payment_reference"] = mail.evidence(reference)
    method = method_of(block) or _method_by_label(block)
    advice = RemittanceAdvice(
        confidence=0.0,
        source=mail.source,
        language=mail.language,
        evidence=evidence,
        flags=flags,
        payment_reference=reference,
        method=method,
        paid_on=day.value if day else None,
        currency=_currency(block, evidence, mail),
        total=total,
        payee_account=_account(block),
        clears_account=any(f.has("clears") for f in block),
        clears_past_due=any(f.has("clears_past") for f in block),
        lines=built,
    )
    return _weighed(advice, joined)


def _weighed(advice: RemittanceAdvice, joined: Joined) -> RemittanceAdvice:
    """Set footing and an honest confidence."""
    paid = [line.paid for line in advice.lines]
    footing, difference = Footing.UNPROVED, None
    if advice.total is not None and paid and all(p is not None for p in paid) and joined.total_stated:
        sum_of_lines = sum((p for p in paid if p is not None), Decimal(0))
        footing = Footing.PROVED if sum_of_lines == advice.total else Footing.FAILED
        difference = None if footing is Footing.PROVED else advice.total - sum_of_lines
    if joined.proved and footing is Footing.UNPROVED:
        footing = Footing.PROVED
    confidence = 0.5
    if footing is Footing.PROVED:
        confidence = 0.92
    elif footing is Footing.FAILED:
        confidence = 0.6
    elif advice.total is not None and (advice.lines and None not in paid):
        confidence = 0.85
    elif advice.total is not None:
        confidence = 0.75 if advice.lines or advice.clears_account or advice.clears_past_due else 0.7
    elif advice.lines:
        confidence = 0.6
    return replace(advice, footing=footing, difference=difference, confidence=confidence)


_SEVERAL = re.compile(
    r"\b(?:invoices|bills|rechnungen|factures|facturas|fatture|facturen|faturas|faktury|faktur|both|beide|all|alle|ambas"
    r"|toutes|todas|tutte)\b"
)


def _invoice_of_subject(block: Sequence[Facts], mail: Mail) -> tuple[Ref, ...]:
    """Read “Facture déjà réglée par chèque …, 960,00 €” under "Re: facture 104811": the one invoice of the subject.

    Only where the words speak of one invoice and name none, the subject names one alone, and one sum is told.
    """
    refs = mail.subject_refs(Role.INVOICE)
    spoken = any("invoice_number" in hit.fields for f in block for hit in f.labels)
    several = any(_SEVERAL.search(fold_words(f.text)) or f.has("clears", "clears_past", "on_account") for f in block)
    listed = any(f.documents(*_PAYABLE) for f in mail.facts)
    one = len({m.value for f in block for m in f.money}) == 1
    return refs if len(refs) == 1 and spoken and one and not several and not listed else ()


_ASIDE_WORDS = 4


def _speaks_of_another_sum(facts: Facts, number: int) -> bool:
    """A later sentence that neither pays, lists nor names documents: "The PO value was 9,000.00." is beside the point."""
    if number == 0 or facts.unit.listed or facts.documents(*_PAYABLE):
        return False
    if any(c.name in _PART_OF_CUE or c.name in ("each", "paying", "scheduled") for c in facts.cues):
        return False
    if any(is_wide_letter(c) for c in facts.text):
        return False
    return len(re.findall(r"[^\W\d_]{2,}", facts.text)) >= _ASIDE_WORDS


_SHARE = re.compile(
    r"\b(?:half|half of|(?:one|a|two) (?:third|quarter)s?|die hälfte|hälfte|moitié|mitad|metà|helft|połow[aęy]|metade)\b"
    r"|절반|半額|半分|\d\s?%\s*(?:of|von|der|des|de|du|di|van|da|do)\b",
    re.I,
)


def _is_share(facts: Facts) -> bool:
    """Whether words say that only a part of a document was paid."""
    return bool(_SHARE.search(facts.text)) and not facts.has("discount", "withheld")


_PAYABLE = (Role.INVOICE, Role.CREDIT, Role.ORDER, Role.UNKNOWN)


def _collect(block: Sequence[Facts]) -> tuple[list[Named], list[Sum]]:
    named: list[Named] = []
    sums: list[Sum] = []
    for number, facts in enumerate(block):
        refs = tuple(
            replace(r, role=by_prefix(r))
            for r in facts.refs
            if r.role is not Role.ITEM or by_prefix(r) is not Role.ITEM
        )
        refs = tuple(r for r in refs if r.role in _PAYABLE)
        named += [Named((number, r.start), r, _issued_on(facts, r)) for r in refs if not _aside(facts, r)]
        if _speaks_of_another_sum(facts, number):
            continue
        for index, money in enumerate(facts.money):
            part, minus_before = _part(facts, index)
            if part in (Part.PLAIN, Part.PAID, Part.GROSS) and _is_share(facts):
                continue  # "50 % of invoice 2214 (4,000.00)": of the whole, or of the half?
            words = _around(facts, money)
            sums.append(Sum((number, money.start), money.values, part, money, words, minus_before))
    if any(n.ref.role in (Role.INVOICE, Role.CREDIT) for n in named):
        named = [n for n in named if n.ref.role is not Role.ORDER]
        if any(n.ref.labelled and n.ref.role is Role.INVOICE for n in named):
            named = [n for n in named if n.ref.role is not Role.UNKNOWN or _like(n.ref, named)]
    return named, sums


def _shares(block: Sequence[Facts]) -> frozenset[tuple[int, int]]:
    """Return the places of the sums that "each" stands right beside: "1,250.00 each", "je 1.250,00"."""
    found: set[tuple[int, int]] = set()
    for number, facts in enumerate(block):
        for cue in (c for c in facts.cues if c.name == "each"):
            start, end = cue.span
            behind = [m for m in facts.money if m.end <= start and not facts.text[m.end : start].strip(" (")]
            ahead = [m for m in facts.money if m.start >= end and _BESIDE.fullmatch(facts.text[end : m.start])]
            found |= {(number, m.start) for m in (behind or ahead)[:1]}
    return frozenset(found)


_BESIDE = re.compile(r"[\s:(]*(?:[^\W\d_]{1,8}\s+)?")


def _like(ref: Ref, named: Sequence[Named]) -> bool:
    """Beside labelled numbers, an unlabelled one counts only where it has their look."""

    def shape(text: str) -> tuple[str, int]:
        return re.sub(r"[^A-Za-z]", "", text).upper(), sum(c.isdigit() for c in text)

    return any(n.ref.labelled and shape(n.ref.text) == shape(ref.text) for n in named)


_ASIDE = re.compile(
    r"\b(?:our|unsere[rmn]?|notre|nuestra?|nostra|onze|nossa|nasz[aąeę]|弊社"
    r"|당사)\s+(?:own\s+)?[^\s]{0,20}\s*[^\s]{0,4}\s*$",
    re.I,
)


def _aside(facts: Facts, ref: Ref) -> bool:
    """A document of the payer's own ("our invoice NM-5521") that he sets off is none of ours."""
    before = facts.text[max(0, ref.start - 40) : ref.start]
    return (ref.role is Role.INVOICE and bool(_ASIDE.search(before))) or (
        facts.has("returned") and bool(re.fullmatch(r"[RA][0-9]{2}", ref.text))
    )


def _issued_on(facts: Facts, ref: Ref) -> date | None:
    for found in facts.dates:
        if 0 <= found.start - ref.end <= 16 and issued(facts, found) and len(found.readings) == 1:
            return found.readings[0].value
    return None


def _part(facts: Facts, index: int) -> tuple[Part, bool]:
    """Decide what a sum is by the words right before it, else by those right behind it."""
    money = facts.money[index]
    if money.negative:
        return Part.DEDUCTION, True
    bound = [c for other in facts.money[:index] for c in _bound(facts, other)]
    before = [c for c in _cues_before(facts, money) if c not in bound]
    if own := _bound(facts, money):
        return _PART_OF_CUE[own[0].name], any(c.name == "minus" for c in before)
    parts = {_PART_OF_CUE[c.name] for c in before if c.name in _PART_OF_CUE}
    if not parts and _spanned(facts, money):
        parts = {Part.PAID}
    if not parts - {Part.PAID}:
        after = [c for c in _cues_behind(facts, money) if c.name in _PART_OF_CUE and c.name != "total"]
        parts |= {_PART_OF_CUE[c.name] for c in after if c.name != "minus" or _deducted(facts, c.span)}
    taken = any(c.name == "minus" and c.span[1] <= money.start for c in facts.cues)
    if not parts - {Part.PAID} and taken and _BY.search(facts.text[: money.start]):
        return Part.DEDUCTION, False  # "short-paid invoice 881 by 145.00"
    if Part.REMAINING in parts and _is_paid(facts, money):
        parts.discard(Part.REMAINING)
    chosen = next((part for part in _RANK if part in parts), Part.PLAIN)
    if chosen is Part.PLAIN and index and _AND_MORE.fullmatch(facts.text[facts.money[index - 1].end : money.start]):
        before_it, _ = _part(facts, index - 1)
        if before_it in REDUCTIONS:
            return Part.DEDUCTION, True  # "less 216.00 penalty and 1.00": the second is taken off too
    return chosen, any(c.name in ("minus", "discount", "withheld") for c in before)


_AND_MORE = re.compile(
    r"[^.;:=0-9]{0,30}?(?:\)|,)?\s*(?:and|und|et|y|e|ed|en|i|oraz|sowie|as well as|plus|,)\s[^.;:=0-9]{0,40}",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:\bby|\bum|\bmet|\bdi|\bde|\bo)\s*(?:[A-Z]{3}|[$€£])?\s*$")


def _is_paid(facts: Facts, money: Money) -> bool:
    """Read “the remaining 2,105.00 was wired”: what remained is what was paid."""
    return any(c.name == "paid" and 0 <= c.span[0] - money.end <= 12 for c in facts.cues) and not facts.has("will_pay")


_PARTICIPLE = re.compile(
    r"(?:deducted|withheld|retained|einbehalten|abgezogen|gekürzt|déduits?|retenus?|descontad|retenid|trattenut|dedott"
    r"|ingehouden|retid|potrącono)",
    re.I,
)


def _deducted(facts: Facts, span: tuple[int, int]) -> bool:
    return bool(_PARTICIPLE.match(facts.text[span[0] : span[1]]))


def _neighbours(facts: Facts, money: Money) -> list[tuple[int, int]]:
    refs = [(r.start, r.end) for r in facts.refs if not _aside(facts, r)]
    return [(m.start, m.end) for m in facts.money if m is not money] + refs


_CLOSED = re.compile(r"\([^()]*\)")
_BREAK = re.compile(r"[,;(](?=\s|$)|[;(]|\s=")


def _bound(facts: Facts, money: Money) -> list[Cue]:
    """Return the word that stands right behind a sum and not right before the next: "240.00 discount and 280.00 for …"."""
    found = []
    for cue in facts.cues:
        if cue.name not in ("discount", "withheld", "fee") or not 0 <= cue.span[0] - money.end <= 2:
            continue
        following = next((m.start for m in facts.money if m.start >= cue.span[1]), None)
        if following is None or re.search(
            r"\s(?:and|und|et|y|e|ed|en|i|oraz|sowie|plus)\s|[,;]\s", facts.text[cue.span[1] : following]
        ):
            found.append(cue)
    return found


def _spanned(facts: Facts, money: Money) -> bool:
    """Read “wurde mit 1.180,66 € bezahlt”: the verb stands on both sides of the one sum that was paid."""
    others = [m for m in facts.money if m is not money]
    return any(
        c.name == "paid"
        and c.span[0] < money.start
        and money.end < c.span[1]
        and not any(c.span[0] < m.start < c.span[1] for m in others)
        for c in facts.cues
    )


def _cues_before(facts: Facts, money: Money) -> list[Cue]:
    """Cues between the neighbour before and the sum; a comma or bracket leaves those before it to the neighbour."""
    begin = max((end for _, end in _neighbours(facts, money) if end <= money.start), default=0)
    gap = _CLOSED.sub(lambda match: " " * len(match.group()), facts.text[begin : money.start])
    breaks = [begin + match.end() for match in _BREAK.finditer(gap)]
    limit = breaks[-1] if breaks and begin else begin
    return [c for c in facts.cues if limit <= c.span[0] and c.span[1] <= money.start]


def _cues_behind(facts: Facts, money: Money) -> list[Cue]:
    """Cues right behind the sum, up to the next comma or bracket; those before a next sum are that one's."""
    stop = min((start for start, _ in _neighbours(facts, money) if start >= money.end), default=len(facts.text))
    match = re.search(r"[,;()=.](?=\s|$)", facts.text[money.end : stop])
    end = money.end + match.start() if match else stop
    if match is None and stop < len(facts.text) and any(m.start == stop for m in facts.money):
        return []
    return [c for c in facts.cues if money.end <= c.span[0] and c.span[1] <= end]


def _around(facts: Facts, money: Money) -> str:
    begin = max((end for _, end in _neighbours(facts, money) if end <= money.start), default=0)
    words = facts.text[max(begin, money.start - 80) : money.end]
    return words if begin >= money.start - 80 else words[words.find(" ") + 1 :]


_KINDS = {Role.CREDIT: AdvisedKind.CREDIT_NOTE}


def _built(line: Line, number: int, evidence: dict[str, Evidence], mail: Mail) -> AdvisedLine:
    ref = line.named.ref
    evidence[f"lines[{number}].reference"] = mail.evidence(ref.text)
    for name, text in line.texts.items():
        evidence[f"lines[{number}].{name}"] = mail.evidence(text)
    return AdvisedLine(
        reference=ref.text,
        order_number=ref.text if ref.role is Role.ORDER else None,
        kind=_KINDS.get(ref.role, AdvisedKind.INVOICE),
        issued_on=line.named.issued_on,
        gross=line.gross,
        discount=line.discount,
        deduction=line.deduction,
        withheld=line.withheld,
        paid=line.paid,
        reason=line.reason,
        balance_after=line.balance_after,
    )


def _flags(block: Sequence[Facts]) -> tuple[Flag, ...]:
    names = {cue.name for facts in block for cue in facts.cues}
    flags = {
        "settlement": Flag.CONDITIONAL,
        "returned": Flag.RETURNED,
        "correction": Flag.CORRECTION,
        "instrument": Flag.INSTRUMENT,
        "scheduled": Flag.ANNOUNCEMENT,
        "virtual_card": Flag.VIRTUAL_CARD,
    }
    shown = tuple(flag for name, flag in flags.items() if name in names)
    if "will_pay" in names and "paid" not in names and Flag.ANNOUNCEMENT not in shown:
        shown = (*shown, Flag.ANNOUNCEMENT)
    return (*shown, Flag.MASKED) if any(masked(facts.text) for facts in block) else shown


def _paid_on(block: Sequence[Facts], mail: Mail, flags: tuple[Flag, ...]) -> Day | None:
    ahead = Flag.ANNOUNCEMENT in flags or Flag.INSTRUMENT in flags
    told = [f for f in block if f.has("paid", "paying", "returned", "scheduled", "maturity")]
    for sentences in (told, block):
        days = [day for f in sentences if ahead and (day := future_day(f, mail.sent, mail.order))]
        days = days or [day for f in sentences if (day := past_day(f, mail.sent, mail.order, done=_done(f)))]
        if days and len({day.value for day in days}) == 1:
            return days[0]
    return None


_NOUN = re.compile(
    r"(?:payment|wire|ach|eft|bacs|transfer|remittance|value date|zahlung|überweisung|virement|règlement"
    r"|paiement|transferencia|pago"
    r"|bonifico|pagamento|betaling|overboeking|transferência|przelew|płatność)s?(?: (?:of|for|on|to|in|vom"
    r"|am|über|von|de|del|du"
    r"|di|d|van|op|do|da|z dnia|na|za|date))?",
    re.I,
)


def _done(facts: Facts) -> bool:
    """Tell whether a verb says that it was done; "payment date 04/03/26" may as well lie ahead."""
    return any(c.name == "paid" and not _NOUN.fullmatch(facts.text[c.span[0] : c.span[1]]) for c in facts.cues)


_METHODS = {
    "m_sepa": PaymentMethod.SEPA,
    "m_ach": PaymentMethod.ACH,
    "m_check": PaymentMethod.CHECK,
    "m_card": PaymentMethod.CARD,
    "m_cash": PaymentMethod.CASH,
    "m_other": PaymentMethod.OTHER,
    "m_wire": PaymentMethod.WIRE,
}


def method_of(block: Sequence[Facts]) -> PaymentMethod | None:
    names = {cue.name for facts in block for cue in facts.cues}
    found = [method for name, method in _METHODS.items() if name in names]
    if len(found) > 1 and PaymentMethod.WIRE in found:
        found.remove(PaymentMethod.WIRE)  # "wire", "transfer" stand beside the finer word as well
    return found[0] if len(found) == 1 else None


def _method_by_label(block: Sequence[Facts]) -> PaymentMethod | None:
    """Read “Check 14901”, "chèque n° 44": the word that names the number names the method too."""
    for facts in block:
        for ref in facts.refs:
            before = fold_words(facts.text[max(0, ref.start - 16) : ref.start])
            if ref.role is Role.PAYMENT and re.search(r"\b(?:check|cheque|chq|scheck|assegno|czek)\b", before):
                return PaymentMethod.CHECK
    return None


_BARE_REF = re.compile(r"(?:^|[.,;:(-])\s*ref(?:erence|erenz|\.)?\s*[.:#]?\s*$", re.I)


def _payment_reference(block: Sequence[Facts]) -> str | None:
    refs = {ref.text for facts in block for ref in facts.refs if ref.role is Role.PAYMENT}
    refs = refs or {
        ref.text
        for facts in block
        for ref in facts.documents(Role.OTHER)
        if _BARE_REF.search(facts.text[: ref.start]) and sum(c.isdigit() for c in ref.text) >= 4
    }
    return refs.pop() if len(refs) == 1 else None


def _account(block: Sequence[Facts]) -> str | None:
    accounts = {iban.text for facts in block for iban in facts.ibans}
    return accounts.pop() if len(accounts) == 1 else None


_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{3}(?![A-Za-z0-9])")


def _currency(block: Sequence[Facts], evidence: dict[str, Evidence], mail: Mail) -> str | None:
    found = {m.currency: m.text for facts in block for m in facts.money if m.currency}
    if not found:  # "Zahlbetrag EUR     3.000,00": the code stands apart from its sum
        codes = {m.group() for f in block if f.money for m in _CODE.finditer(f.text) if m.group() in ISO_CODES}
        found = {code: code for code in codes}
    if len(found) != 1:
        return None
    code, text = found.popitem()
    evidence["currency"] = mail.evidence(text)
    return code
