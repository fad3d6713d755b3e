"""What customers claim, promise and ask for in prose: disputes, promises to pay, requests, changed bank details."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from agent.domain.documents import (
    BankChange,
    CustomerRequest,
    DisputedItem,
    DisputeNotice,
    DisputeReason,
    Evidence,
    PromiseToPay,
    Topic,
    Wanted,
)
from parsers.prose.facts import Facts, Money, Role
from parsers.prose.goods import goods_in, of_how_many
from parsers.prose.mail import Mail
from parsers.prose.topics import BLOCKING, case_number, topic_of, topic_of_dispute
from parsers.prose.when import future_day

# The finer reason first: a short delivery is more than "incorrect".
_REASONS = {
    "d_duplicate": DisputeReason.DUPLICATE,
    "d_tax": DisputeReason.TAX,
    "d_discount": DisputeReason.DISCOUNT,
    "d_wrong": DisputeReason.WRONG_ITEM,
    "damaged": DisputeReason.DAMAGED,
    "d_not_received": DisputeReason.NOT_RECEIVED,
    "d_quality": DisputeReason.QUALITY,
    "d_price": DisputeReason.PRICE,
    "d_quantity": DisputeReason.QUANTITY,
    "d_terms": DisputeReason.TERMS,
    "d_other": DisputeReason.OTHER,
    **dict.fromkeys(BLOCKING, DisputeReason.OTHER),
}
DISPUTE_CUES = tuple(_REASONS)


def _text(block: Sequence[Facts]) -> str:
    return " ".join(" ".join(f.text for f in block).split())[:500]


def numbers(block: Sequence[Facts], mail: Mail, *, subject: bool = True) -> tuple[tuple[str, ...], dict[str, Evidence]]:
    """Return the invoices that sentences name, else those of the subject, with their evidence."""
    found = [
        r.text for f in block for r in f.refs if _invoice_like(f, r.start) and r.role in (Role.INVOICE, Role.UNKNOWN)
    ]
    found = [text for text in found if not _codes(text)] or [
        r.text for f in block for r in f.refs if r.role is Role.INVOICE
    ]
    if found:
        return tuple(dict.fromkeys(found)), {"invoice_numbers": mail.evidence(", ".join(found))}
    named = [ref.text for ref in mail.subject_refs(Role.INVOICE)] if subject else []
    if named:
        return tuple(dict.fromkeys(named)), {"invoice_numbers": mail.subject_evidence(", ".join(named))}
    return (), {}


_THAN = re.compile(
    r"(?:duplicate of|duplicates|same as|duplikat (?:von|zu)|identisch mit|doublon de|duplicado de"
    r"|duplicat[oa] (?:di|della)|dubbel met|duplikat(?:em)?)\s+(?:\S+\s+){0,3}$",
    re.I,
)


def _invoice_like(facts: Facts, start: int) -> bool:
    """The other invoice of "INV-2 is a duplicate of INV-1" is not the disputed one."""
    return not _THAN.search(facts.text[max(0, start - 50) : start])


def _codes(text: str) -> bool:
    return any(c.isalpha() for c in text) and sum(c.isdigit() for c in text) < 4


def orders(block: Sequence[Facts]) -> tuple[str, ...]:
    """Return the orders that sentences name with a label."""
    return tuple(dict.fromkeys(r.text for f in block for r in f.refs if r.role is Role.ORDER))


_NOT_BEFORE = re.compile(
    r"(?:\bnot\b|n't\b|\bnicht\b|\bne\b|\bno\b|\bnon\b|\bniet\b|\bnão\b|\bnie\b)\s+(?:\w+\s+){0,2}$", re.I
)


def withdraws(facts: Facts) -> bool:
    """Tell whether a sentence takes a complaint back: in so many words, or because missing goods were found."""
    if facts.has("d_price", "d_duplicate", "d_tax", "d_quality", "damaged", "copy", "d_wrong") or facts.unit.question:
        return False
    cue = facts.first("withdrawn") or facts.first("found_again")
    if cue is None or _NOT_BEFORE.search(facts.text[: cue.span[0]]):
        return False
    counted = bool(facts.quantities) or facts.has("short", "d_quantity") or bool(_COUNTED.search(facts.text))
    return facts.has("withdrawn") or counted


_COUNTED = re.compile(r"\b[0-9]{1,5}\s+[^\W\d_]{3,}")


def other_price(facts: Facts) -> bool:
    """Tell whether a price should have been another: "le prix … devait être de 14,00 € au lieu de 15,20 €"."""
    priced = any("unit_price" in hit.fields for hit in facts.labels)
    invoiced = any(ref.role is Role.INVOICE for ref in facts.refs)
    return priced and invoiced and facts.has("change") and len(facts.money) >= 2


def read_dispute(block: Sequence[Facts], mail: Mail) -> DisputeNotice | None:
    """Read a complaint about an invoice or delivery; None where nothing is named that it is about."""
    names = {cue.name for facts in block for cue in facts.cues}
    if any(other_price(facts) for facts in block):
        names.add("d_price")
    reason = next((_REASONS[name] for name in _REASONS if name in names), None)
    if reason is DisputeReason.WRONG_ITEM and names & {"short", "d_quantity"} and len(_coded(block)) < 2:
        reason = DisputeReason.QUANTITY  # "statt 12 wurden nur 10 Stück CB-450 geliefert"
    if reason in (None, DisputeReason.OTHER) and "short" in names and not _only_missing(block):
        reason = DisputeReason.QUANTITY
    if reason is DisputeReason.QUANTITY and "d_other" in names and _only_missing(block):
        reason = DisputeReason.OTHER  # "Bestellnummer fehlt": what is missing is no goods
    withdrawn = any(withdraws(facts) for facts in block)
    if reason is None and not withdrawn:
        return None
    invoices, evidence = _disputed_numbers(block, mail)
    ordered = orders(block) or _order_like(block, invoices)
    if not ordered and not invoices:
        ordered = tuple(ref.text for ref in mail.subject_refs(Role.ORDER))
    money = _disputed_amount(block, reason or DisputeReason.OTHER)
    items = () if withdrawn else _items(block, reason or DisputeReason.OTHER, ordered)
    evidence |= {"reason": mail.evidence(_text(block))}
    if money is not None:
        evidence["amount"] = mail.evidence(money.text)
    named = bool(invoices or ordered)
    return DisputeNotice(
        confidence=0.85 if named else 0.6,
        source=mail.source,
        language=mail.language,
        evidence=evidence,
        invoice_numbers=invoices,
        order_numbers=ordered,
        reason=reason or DisputeReason.OTHER,
        amount=money.value if money else None,
        currency=money.currency if money else None,
        text=_text(block),
        items=items,
        withdrawn=withdrawn,
        topic=None if withdrawn else topic_of_dispute(block),
        case_number=case_number([facts.text for facts in block]),
        prices=_prices(block) if reason is DisputeReason.PRICE and money is None else (),
    )


def _coded(block: Sequence[Facts]) -> set[str]:
    return {g.item for f in block for g in goods_in(f, bare_items=True) if g.item}


_PRICES_MAX = 8


def _prices(block: Sequence[Facts]) -> tuple[Decimal, ...]:
    """Return the sums that a complaint about a price names and that read in one way only."""
    found = [m.values[0] for f in block for m in f.money if m.value is not None and len(m.values) == 1]
    return tuple(dict.fromkeys(found)) if len(set(found)) <= _PRICES_MAX else ()


def _only_missing(block: Sequence[Facts]) -> bool:
    """Tell whether a lone "missing" is all that speaks of quantity, and nothing is counted."""
    cues = [f.text[c.span[0] : c.span[1]] for f in block for c in f.cues if c.name == "d_quantity"]
    return all(" " not in text.strip() for text in cues) and not any(goods_in(f) or of_how_many(f) for f in block)


def _order_like(block: Sequence[Facts], invoices: Sequence[str]) -> tuple[str, ...]:
    """A number with letters that no label explains and no quantity stands with is an order's, if anything's."""
    counted = {g.item for f in block for g in goods_in(f) if g.quantity is not None and len(g.text) < 24}
    refs = [r.text for f in block for r in f.refs if r.role is Role.UNKNOWN and any(c.isalpha() for c in r.text)]
    return tuple(
        dict.fromkeys(text for text in refs if not _codes(text) and text not in counted and text not in invoices)
    )


def _disputed_numbers(block: Sequence[Facts], mail: Mail) -> tuple[tuple[str, ...], dict[str, Evidence]]:
    refs = [r for f in block for r in f.refs if r.role is Role.INVOICE and _invoice_like(f, r.start)]
    if not refs:
        refs = [
            r
            for f in block
            for r in f.refs
            if r.role is Role.UNKNOWN and r.text.isdigit() and _invoice_like(f, r.start)
        ]
    if not refs and not orders(block):
        return numbers(block[:0], mail)
    found = tuple(dict.fromkeys(r.text for r in refs))
    return found, {"invoice_numbers": mail.evidence(", ".join(found))} if found else {}


def _disputed_amount(block: Sequence[Facts], reason: DisputeReason) -> Money | None:
    """Return the sum that is claimed: the one behind a wish for credit, else a lone sum that is no price."""
    every = [(f, m) for f in block for m in f.money if m.value is not None]
    claimed = [m for f, m in every if _claimed(f, m)]
    if len({m.value for m in claimed}) == 1:
        return claimed[0]
    if claimed or len({m.value for _, m in every}) != 1:
        return None
    facts, money = every[0]
    if reason is DisputeReason.QUANTITY and _ends_a_row(facts, money):
        return money
    if reason in (DisputeReason.PRICE, DisputeReason.QUANTITY, DisputeReason.WRONG_ITEM) or facts.has("each"):
        return None
    return money if not _whole_invoice(facts, money) or facts.has("remaining", "credit_wanted") else None


# "… - credit 97.50", "we dispute 55.20": the word right before the sum claims it.
_CLAIM = re.compile(
    r"\b(?:credit(?: note| memo)?|disput(?:e|es|ing|ed)|claim(?:s|ing)?|gutschrift|beanstand\w+|reklamier\w+|avoir|contest\w+|réclam\w+"
    r"|abono|reclam\w+|nota di credito|accredito|credit(?:nota|ering)|betwist\w+|nota de crédito|crédito|korekt\w+|kwestion\w+"
    r"|difference|differenz|différence|diferencia|differenza|verschil|diferença|różnica)"
    r"(?:\s+(?:of|for|over|about|über|von|de|por|di|per|van|voor|na|w wysokości|only))?[\s:=-]*(?:[A-Z]{3}|[$€£])?\s*$",
    re.IGNORECASE,
)


def _ends_a_row(facts: Facts, money: Money) -> bool:
    """Read “* INV-5: 6 cases short, 142.80”: the sum that ends a row of a list of claims is what the row comes to."""
    apart = facts.text[: money.start].rstrip(" \t$€£").endswith((",", "-", "–", "=", ":"))
    counted = facts.has("short", "d_quantity") and not facts.has("each", "change")
    return facts.unit.listed and apart and counted and not facts.text[money.end :].strip(" .;")


def _claimed(facts: Facts, money: Money) -> bool:
    if _CLAIM.search(facts.text[max(0, money.start - 40) : money.start]):
        return True
    before = [c for c in facts.cues if c.name == "credit_wanted" and c.span[1] <= money.start]
    return bool(before) and money.start - before[-1].span[1] <= 30


def _whole_invoice(facts: Facts, money: Money) -> bool:
    """Read “invoice 5510 over 2,300.00”: the sum that follows the number is the invoice's own."""
    return any(0 <= money.start - ref.end <= 12 for ref in facts.refs if ref.role is Role.INVOICE)


def _items(block: Sequence[Facts], reason: DisputeReason, ordered: Sequence[str]) -> tuple[DisputedItem, ...]:
    if reason in (
        DisputeReason.PRICE,
        DisputeReason.TAX,
        DisputeReason.DUPLICATE,
        DisputeReason.DISCOUNT,
        DisputeReason.TERMS,
        DisputeReason.OTHER,
    ):
        return ()
    found: list[DisputedItem] = []
    for facts in block:
        share = of_how_many(facts)
        if share is not None and reason is not DisputeReason.QUANTITY:
            found.append(DisputedItem(quantity=share[0], reason=reason))
            continue
        if share is not None:
            found.append(DisputedItem(quantity=share[1] - share[0], reason=reason))
            continue
        found += [
            DisputedItem(item=None if g.item in ordered else g.item, quantity=g.quantity, reason=reason, unit=g.unit)
            for g in goods_in(facts, bare_items=True)
            if _meant(facts) and (g.quantity is not None or _codes(g.item or ""))
        ]
    return tuple(dict.fromkeys(found))


def _meant(facts: Facts) -> bool:
    """A quantity counts where the sentence holds one alone; of two ("billed 12, got 10") neither is the difference."""
    return len(goods_in(facts)) <= 1


def read_promise(facts: Facts, mail: Mail, around: Sequence[Facts] = ()) -> PromiseToPay | None:
    """Read a promise with a concrete day; None where the day is vague or missing."""
    day = future_day(facts, mail.sent, mail.order)
    if day is None:
        return None
    found, evidence = numbers((facts,), mail, subject=False)
    if not found:
        found, evidence = numbers(around, mail) if around else numbers((), mail)
    amount, currency = _promised(facts)
    evidence["promised_on"] = mail.evidence(facts.text)
    if amount is not None:
        evidence["amount"] = mail.evidence(str(amount))
    return PromiseToPay(
        confidence=0.85 if found else 0.7,
        source=mail.source,
        language=mail.language,
        evidence=evidence,
        invoice_numbers=found,
        promised_on=day.value,
        amount=amount,
        currency=currency,
        text=" ".join(facts.text.split())[:500],
    )


def _promised(facts: Facts) -> tuple[Decimal | None, str | None]:
    values = {(m.value, m.currency) for m in facts.money if m.value is not None}
    if len(values) == 1 and len({v for m in facts.money for v in m.values}) == 1:
        return values.pop()
    return None, None


def read_request(facts: Facts, wants: Wanted, mail: Mail, around: Sequence[Facts] = ()) -> CustomerRequest:
    """Build a request for a copy, a statement, a proof of delivery or something a person must see to."""
    if wants in (Wanted.INVOICE_COPY, Wanted.PROOF_OF_DELIVERY):
        found, evidence = numbers((facts,), mail, subject=False)
    else:
        found, evidence = tuple(r.text for r in facts.documents(Role.INVOICE)), {}
    if not found and wants in (Wanted.INVOICE_COPY, Wanted.PROOF_OF_DELIVERY):
        found, evidence = numbers(around, mail)
    evidence["wants"] = mail.evidence(facts.text)
    topic = topic_of(facts) if wants is Wanted.OTHER else None
    if not found and topic in _OF_ONE_CASE:
        found, evidence = numbers((), mail)
        evidence["wants"] = mail.evidence(facts.text)
    if topic is not None:
        evidence["topic"] = mail.evidence(facts.text)
    return CustomerRequest(
        confidence=0.85 if found or wants is Wanted.STATEMENT or topic is not None else 0.6,
        source=mail.source,
        language=mail.language,
        evidence=evidence,
        wants=wants,
        invoice_numbers=found,
        order_numbers=orders((facts,)),
        text=" ".join(facts.text.split())[:500],
        topic=topic,
        case_number=case_number([facts.text, *(f.text for f in around)]) or _case_of(topic, mail),
    )


# In these mails a case number stands anywhere, and there is but one case.
_OF_ONE_CASE = (Topic.RECEIVED_BY_AP, Topic.REJECTED_BY_AP, Topic.HOLD, Topic.DEBIT_MEMO)


def _case_of(topic: Topic | None, mail: Mail) -> str | None:
    return case_number([mail.subject.text, *(f.text for f in mail.facts)]) if topic in _OF_ONE_CASE else None


def read_debit_memo(facts: Facts, mail: Mail) -> DisputeNotice | None:
    """Read the announcement of a deduction: a debit memo with one sum; None where it names none or several."""
    if topic_of(facts) is not Topic.DEBIT_MEMO:
        return None
    money = {(m.value, m.currency) for f in mail.facts for m in f.money if m.value is not None and len(m.values) == 1}
    if len(money) != 1:
        return None
    value, currency = money.pop()
    names = {cue.name for f in mail.facts for cue in f.cues}
    found = tuple(dict.fromkeys(r.text for f in mail.facts for r in f.documents(Role.INVOICE)))
    return DisputeNotice(
        confidence=0.85,
        source=mail.source,
        language=mail.language,
        evidence={"amount": mail.evidence(str(value)), "text": mail.evidence(facts.text)},
        invoice_numbers=found,
        order_numbers=orders(mail.facts),
        reason=next((_REASONS[name] for name in _REASONS if name in names), DisputeReason.OTHER),
        amount=value,
        currency=currency,
        text=_text(mail.facts),
        topic=Topic.DEBIT_MEMO,
        case_number=_case_of(Topic.DEBIT_MEMO, mail),
    )


def read_bank_change(block: Sequence[Facts], mail: Mail) -> BankChange:
    """Build the alarm: never acted upon, always shown to a person."""
    accounts = tuple(dict.fromkeys(iban.text for facts in mail.facts for iban in facts.ibans))
    evidence = {"text": mail.evidence(_text(block))}
    if accounts:
        evidence["accounts"] = mail.evidence(", ".join(accounts))
    return BankChange(
        confidence=0.9,
        source=mail.source,
        language=mail.language,
        evidence=evidence,
        text=_text(block),
        accounts=accounts,
    )
