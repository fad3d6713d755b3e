"""Which intents a sentence shows, by its cues and what stands beside them; a negation or condition takes one away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from agent.domain.documents import Topic
from parsers.prose.asks import DISPUTE_CUES, other_price, withdraws
from parsers.prose.facts import Facts, Ref, Role, read_facts
from parsers.prose.goods import goods_in, of_how_many
from parsers.prose.intent import Intent
from parsers.prose.mail import Mail
from parsers.prose.paying import conditional, paying
from parsers.prose.topics import ALONE, BLOCKING, GRAVE, topic_of
from parsers.prose.units import Unit
from parsers.values.folding import is_wide_letter

_ASKS = {Intent.COPY: "copy", Intent.STATEMENT: "statement", Intent.PROOF: "pod"}


def intents(facts: Facts, mail: Mail) -> tuple[Intent, ...]:
    """Return the intents of a sentence; empty for one that only adds facts or says nothing of business."""
    if facts.has("bank_new"):
        return (Intent.BANK,)
    topic = topic_of(facts)
    if topic is Topic.INSTRUCTION:
        return (Intent.OTHER,)  # what is said to the program is nobody's payment, order or complaint
    found = _intents(facts, mail)
    if topic in GRAVE and Intent.OTHER not in found:
        found.append(Intent.OTHER)
    if topic is Topic.AUDIT and Intent.STATEMENT in found:
        found.remove(Intent.STATEMENT)  # auditors are answered by a person
    return tuple(found)


def _intents(facts: Facts, mail: Mail) -> list[Intent]:
    found: list[Intent] = list(paying(facts, mail))
    if _orders(facts, mail, found):
        return [*found, *_orders(facts, mail, found)]
    if Intent.PAYMENT in found and facts.money:
        return found
    if (claim := _claiming(facts, mail)) is not None:
        found.append(claim)
    if not found or found == [Intent.PROMISE] or (found == [Intent.DISPUTE] and facts.has("d_not_received")):
        found += [intent for intent, cue in _ASKS.items() if facts.has(cue) and not _only_attached(facts)]
        if Intent.COPY in found and not _about_invoice(facts, mail):
            found.remove(Intent.COPY)
    if Intent.DISPUTE in found and (Intent.COPY in found or Intent.PROOF in found):
        found = _claim_or_ask(facts, found)
    topic = topic_of(facts)
    if not found and (facts.has("other_request") or _worth_saying(facts, topic)):
        found.append(Intent.OTHER)
    return found


def _worth_saying(facts: Facts, topic: Topic | None) -> bool:
    """Tell whether a topic makes a sentence a request; "if you have questions please call me" makes none."""
    return topic is not None and not (topic in ALONE and facts.has("condition"))


def _about_invoice(facts: Facts, mail: Mail) -> bool:
    """Read “resend” only where there is something to send: an invoice in the sentence, the mail or its subject."""
    if facts.documents(Role.INVOICE) or _invoice_word(facts) or mail.subject_refs(Role.INVOICE):
        return True
    return any(f.documents(Role.INVOICE) or _invoice_word(f) for f in mail.facts)


def _claim_or_ask(facts: Facts, found: list[Intent]) -> list[Intent]:
    """Read “We have not received invoice 5”: the invoice is missing, not the goods."""
    specific = facts.has(
        "d_price", "d_duplicate", "damaged", "d_quality", "d_wrong", "d_quantity", "d_tax", "credit_wanted"
    )
    specific = specific or (facts.has("d_not_received") and facts.has("goods_word"))
    dropped = (Intent.COPY, Intent.PROOF) if specific else (Intent.DISPUTE,)
    return [intent for intent in found if intent not in dropped]


def _only_attached(facts: Facts) -> bool:
    return facts.has("attached") and not facts.unit.question and not facts.has("copy")


def _orders(facts: Facts, mail: Mail, found: list[Intent]) -> tuple[Intent, ...]:
    if Intent.PAYMENT in found:
        return ()
    orders = facts.documents(Role.ORDER) or _orders_by_subject(facts, mail)
    invoiced = bool(facts.documents(Role.INVOICE)) or _invoice_word(facts)
    if _asks_price(facts):
        return () if invoiced else (Intent.QUOTE,)
    if facts.has("cancel") and not _denied(facts, "cancel"):
        return (Intent.DISPUTE,) if invoiced and not orders else (Intent.CANCEL,) if _about_order(facts, mail) else ()
    disputed = facts.has(*DISPUTE_CUES) and invoiced
    if facts.has("d_wrong") and not facts.has("order_want"):
        return ()  # "you sent A instead of B" changes no order
    if facts.has("change") and orders and not disputed:
        return (Intent.CHANGE,)
    if disputed or (facts.has("copy", "statement", "pod") and not any(g.item for g in goods_in(facts))):
        return ()
    if facts.has("received", "short", "damaged", "attempted") and not facts.has("order_want"):
        return ()
    if conditional(facts, "order_want") or (facts.has("negation") and not _goods(facts)):
        return ()
    if facts.has("order_want") and (_goods(facts) or orders or _announces(facts)) and not facts.has("pod"):
        return (Intent.ORDER,)
    if facts.has("repeat_order") and (orders or facts.has("order_want", "order_word") or _numbered_below(facts, mail)):
        return (Intent.ORDER,)
    ordered = _wants_goods(facts) or _priced(facts) or (orders and _heads(facts, orders[0].start) and _itemised(facts))
    return (Intent.ORDER,) if orders and not invoiced and ordered else ()


def _orders_by_subject(facts: Facts, mail: Mail) -> tuple[Ref, ...]:
    """Return the numbers of a sentence that the subject calls orders: "on BW-77240" under "Change to PO BW-77240"."""
    named = {ref.text for ref in mail.subject_refs(Role.ORDER)}
    return tuple(ref for ref in facts.documents(Role.UNKNOWN) if ref.text in named)


def _numbered_below(facts: Facts, mail: Mail) -> bool:
    """Read “same as last time, but 30 pieces of VL-220” where another sentence names the one order."""
    named = {ref.text for f in mail.facts for ref in f.documents(Role.ORDER)}
    return len(named) == 1 and any(g.item and g.quantity is not None for g in goods_in(facts))


def _wants_goods(facts: Facts) -> bool:
    """Read “please invoice …, 10 x VL-220 on PO 77”, "il nous faudrait 6 VL-220": goods by their numbers, counted."""
    counted = any(g.item and g.quantity is not None for g in goods_in(facts))
    return counted and facts.has("goods_wanted") and not facts.has("change", "short", "returned")


def _itemised(facts: Facts) -> bool:
    return any(g.item for g in goods_in(facts))


def _priced(facts: Facts) -> bool:
    return any(g.price is not None and (g.item or g.description) for g in goods_in(facts))


def _heads(facts: Facts, start: int) -> bool:
    """Read “Bestellung 4501-2305, 1 CB-450, …”: the order's number begins the sentence."""
    return bool(re.fullmatch(r"\s*[^\W\d_]{1,20}[\s.:#-]*(?:no|nr|n°|number|#)?[\s.:#]*", facts.text[:start], re.I))


def _announces(facts: Facts) -> bool:
    """Read “We would like to order the following:” is followed by what is ordered."""
    return facts.text.rstrip().endswith((":", "：")) or any("\u3040" <= c <= "\ud7a3" for c in facts.text)


def _goods(facts: Facts) -> bool:
    return any(g.item or g.description for g in goods_in(facts))


def _asks_price(facts: Facts) -> bool:
    """Tell whether a price is asked for; "RFQ 6000123" only names an old inquiry."""
    named = [ref.start for ref in facts.refs if ref.role in (Role.OTHER, Role.ORDER) and len(ref.text) > 3]
    return any(c.name == "quote_ask" and not any(c.span[0] <= s <= c.span[1] + 4 for s in named) for c in facts.cues)


_INVOICE_FIELDS = {"invoice_number", "invoice_date"}


def _invoice_word(facts: Facts) -> bool:
    return any(_INVOICE_FIELDS & {*hit.fields} and hit.span[1] - hit.span[0] > 3 for hit in facts.labels)


def _about_order(facts: Facts, mail: Mail) -> bool:
    named = bool(facts.documents(Role.ORDER)) or facts.has("order_word")
    return named or any("order_number" in hit.fields for hit in facts.labels) or bool(mail.subject_refs(Role.ORDER))


_NOT = re.compile(
    r"(?:\bnot\b|n't\b|\bnicht\b|\bne\b|\bno\b|\bnon\b|\bniet\b|\bnão\b|\bnie\b)\s+(?:\w+\s+){0,1}$", re.I
)


def _denied(facts: Facts, name: str) -> bool:
    cue = facts.first(name)
    return cue is not None and bool(_NOT.search(facts.text[: cue.span[0]]))


def _claiming(facts: Facts, mail: Mail) -> Intent | None:
    """Decide between a delivery that is confirmed, if not in full, and a complaint about an invoice."""
    claims = facts.has(*(cue for cue in DISPUTE_CUES if cue not in ("damaged", *BLOCKING))) or other_price(facts)
    claims = claims or _blocked(facts, mail)
    hurt = facts.has("short", "damaged", "rejected")
    invoiced = bool(facts.documents(Role.INVOICE)) or _invoice_word(facts) or facts.has("credit_wanted", "not_paid")
    whole = not invoiced and facts.has("received") and facts.has("complete") and not (claims or hurt)
    if whole and _delivered(facts, mail):
        return Intent.DELIVERY  # "turned up this morning, all in good order" takes back no complaint
    if withdraws(facts):
        return Intent.DISPUTE
    if facts.has("refused") and not invoiced:
        return Intent.DELIVERY
    if not invoiced and (_delivered(facts, mail) or _reported(facts, mail)):
        return Intent.DELIVERY
    if facts.has("attempted") and not invoiced:
        return None
    if facts.unit.question and not invoiced:
        return None
    if claims and (not _anchored(facts, mail, invoiced) or _lacks_paper(facts)):
        return None
    if claims or (hurt and (invoiced or _goods(facts))):
        return Intent.DISPUTE
    return None


def _blocked(facts: Facts, mail: Mail) -> bool:
    """Read an invoice that waits or was refused, without any other complaint: "blocked, no goods receipt"."""
    named = bool(facts.documents(Role.INVOICE) or mail.subject_refs(Role.INVOICE))
    named = named or any(f.documents(Role.INVOICE) for f in mail.facts)
    goods = facts.has("received", "short", "damaged", "accepted", "will_pay", "paid") or _goods(facts)
    goods = goods or (facts.has("returned") and not (facts.has("t_rejected_by_ap") and _invoice_word(facts)))
    return facts.has(*BLOCKING) and named and not goods


def _lacks_paper(facts: Facts) -> bool:
    """Read “Missing” alone, with nothing counted and no goods named, lacks a paper: "manca il DDT"."""
    if facts.has(*(c for c in DISPUTE_CUES if c != "d_quantity")) or facts.has("goods_word", "credit_wanted"):
        return False
    missing = [facts.text[c.span[0] : c.span[1]] for c in facts.cues if c.name == "d_quantity"]
    alone = bool(missing) and all(" " not in text.strip() for text in missing)
    return alone and not facts.quantities and not _goods(facts) and not any(is_wide_letter(c) for c in facts.text)


def _anchored(facts: Facts, mail: Mail, invoiced: bool) -> bool:
    """A complaint is about something: an invoice, an order, goods or a sum, in the mail or in its subject."""
    if _denied(facts, "d_duplicate") and not facts.has(*(c for c in DISPUTE_CUES if c != "d_duplicate")):
        return False
    numbered = facts.documents(Role.INVOICE, Role.ORDER, Role.DELIVERY, Role.UNKNOWN, Role.ITEM)
    named = any(f.documents(Role.INVOICE, Role.ORDER) for f in mail.facts) or bool(mail.subject.refs)
    counted = bool(facts.quantities or facts.money) or _goods(facts)
    worded = any({"invoice_number", "order_number"} & {*hit.fields} for f in mail.facts for hit in f.labels)
    return invoiced or bool(numbered) or named or counted or facts.has("goods_word") or (worded and _trade(facts))


_TRADE = ("d_price", "d_wrong", "d_quality", "d_duplicate", "d_tax", "d_discount", "d_terms", "d_quantity", "d_other")


def _trade(facts: Facts) -> bool:
    """Tell whether the complaint itself speaks of trade, not of a message that was not delivered."""
    return facts.has(*_TRADE)


_REPORT_LINE = re.compile(r"\s*[-*•]?\s*[^\W\d_]{3,18}\s*[:：]")


def _reported(facts: Facts, mail: Mail) -> bool:
    """A line of a receiving report: "Short: 6 x PB-77", in a mail that names its order."""
    first = facts.first("short", "damaged", "rejected", "accepted", "over", "d_quantity")
    if first is None or not _REPORT_LINE.match(facts.text) or first.span[0] > 6:
        return False
    named = any(f.documents(Role.ORDER, Role.DELIVERY) for f in mail.facts)
    return named or bool(subject_orders(mail))


def subject_orders(mail: Mail) -> tuple[Ref, ...]:
    """Return the orders or delivery notes that the subject names, be it by a lone number without a label."""
    labelled = mail.subject_refs(Role.ORDER, Role.DELIVERY)
    alone = [ref for ref in mail.subject.refs if ref.role is Role.UNKNOWN and sum(c.isdigit() for c in ref.text) >= 4]
    return labelled or (tuple(alone) if len(mail.subject.refs) == len(alone) == 1 else ())


def dated_delivery(facts: Facts) -> bool:
    """Tell whether a sentence begins with the word and the day of a delivery: "Delivered 03/13, signed …"."""
    first = facts.labels[0] if facts.labels else None
    if first is None or "delivery_date" not in first.fields or "delivered" not in first.fields or not facts.dates:
        return False
    return not facts.text[: first.span[0]].strip() and 0 <= facts.dates[0].start - first.span[1] <= 6


def references_of_ours(block: Sequence[Facts]) -> tuple[Ref, ...]:
    """Return what a carrier calls the sender's reference, where the words name one alone: "Our ref SO-58160"."""
    found = [
        ref
        for facts in block
        for ref in facts.refs
        if ref.role is Role.OTHER
        and any(_REFERENCE & {*h.fields} and 0 <= ref.start - h.span[1] <= 4 for h in facts.labels)
    ]
    return tuple(found) if len({ref.text for ref in found}) == 1 else ()


_REFERENCE = frozenset({"our_reference", "your_reference", "reference"})


def _delivered(facts: Facts, mail: Mail) -> bool:
    orders = facts.documents(Role.ORDER, Role.DELIVERY) or subject_orders(mail)
    if dated_delivery(facts) and not facts.unit.question and not facts.has("attempted", "condition", "negation"):
        return bool(orders or references_of_ours(mail.facts))
    if not orders or facts.unit.question or facts.has("attempted") or conditional(facts, "received"):
        return False
    counted = bool(facts.quantities) or of_how_many(facts) is not None or _goods(facts)
    if facts.has("received"):
        return facts.has("complete", "short", "damaged", "rejected", "accepted") or counted
    return facts.has("accepted") and facts.has("complete")


def split_intents(
    facts: Facts, near: date | None, allowed: frozenset[str] | None, style: str | None
) -> tuple[Facts, ...]:
    """Cut a sentence that promises and disputes, or pays and asks, at the comma or "but" between the two."""
    first = _span_of(facts, ("will_pay", "paid"))
    second = _span_of(facts, ("remaining", *DISPUTE_CUES)) if facts.has("will_pay") else None
    second = second or _span_of(facts, ("copy", "statement", "pod"))
    if first is None or second is None or first[1] > second[0] or facts.has("not_paid", "condition"):
        return (facts,)
    if not facts.has("copy", "statement", "pod", *DISPUTE_CUES):
        return (facts,)
    cut = _CUT.search(facts.text, first[1], max(second[0], first[1]))
    if cut is None:
        return (facts,)
    pieces = (facts.text[: cut.start()], facts.text[cut.end() :])
    starts = (facts.unit.start, facts.unit.start + cut.end())
    units = [
        Unit(text, start, facts.unit.paragraph) for text, start in zip(pieces, starts, strict=True) if text.strip()
    ]
    return tuple(read_facts(unit, near, allowed, style) for unit in units)


_CUT = re.compile(r"[,;]\s|\s(?:but|aber|mais|pero|ma|maar|mas|ale|and|und|et|y|e|en|i)\s")


def _span_of(facts: Facts, names: tuple[str, ...]) -> tuple[int, int] | None:
    cue = facts.first(*names)
    return cue.span if cue else None
