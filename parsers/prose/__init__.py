"""Prose of customers: the sender's own words, without quotes and signature, read for what they tell, claim and ask.

One mail can hold several intents; each becomes a document of its own. What is not said stays unsaid: thanks, small
talk, absence, vague promises, questions and conditions yield nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent.domain.documents import Answer, AnyDocument, BankChange, CustomerRequest, RemittanceAdvice, Topic, Wanted
from parsers.lexicon.payee import thanks_for_payment
from parsers.lexicon.phrases import cues_in, plausible_languages
from parsers.page import Context
from parsers.prose.asks import numbers, read_bank_change, read_debit_memo, read_dispute, read_promise, read_request
from parsers.prose.bare import read_bare
from parsers.prose.deliveries import read_delivery
from parsers.prose.facts import Facts, Role
from parsers.prose.intent import Intent
from parsers.prose.intents import intents, split_intents
from parsers.prose.mail import Mail, read_mail
from parsers.prose.orders import quote_request, read_cancellation, read_change, read_order, reply
from parsers.prose.several import read_payments
from parsers.prose.topics import ALONE
from parsers.prose.units import split_units


def read_prose(text: str, context: Context) -> tuple[AnyDocument, ...]:
    """Return what the words of a mail tell, in reading order; empty where they hold no business.

    `text` is the sender's own words. `context.sent_on` dates "today", `context.subject` names the order or invoice
    where the words name none; it is never content of its own.
    """
    if not text.strip() or _own(context):
        return ()
    mail = read_mail(text, context)
    mail = _with_clauses(mail, text)
    blocks = _blocks(mail)
    if thanks_for_payment(text):
        blocks = [block for block in blocks if block.intent is not Intent.PAYMENT]
    documents = [document for block in blocks for document in _read(block, mail)]
    paid = [d for d in documents if isinstance(d, RemittanceAdvice)]
    if not any(d.lines for d in paid) and (bare := read_bare(mail, told=bool(paid))):
        documents = [*bare, *(d for d in documents if not isinstance(d, RemittanceAdvice))]
    if not documents and (answer := _answer(mail)) is not None:
        documents.append(answer)
    return _without_small_talk(_merged(documents))


_THEIRS = re.compile(
    r"\b(?:your|ihr\w*|votre|su|vostr\w*|uw|państwa|sua)\s+(?:e-?mail|mail|message|nachricht|letter|reply|correo|mensaje|courriel"
    r"|messaggio|bericht|wiadomość|mensagem)|^\W*(?:thank|danke|vielen dank|merci|gracias|grazie|obrigad|dzięk|bedankt)",
    re.I,
)


def speaks_of_attachment(text: str) -> str | None:
    """Return the sentence that says that the sender encloses something, None where none does."""
    for unit in split_units(text):
        names = {cue.name for cue in cues_in(unit.text)}
        if "enclosing" in names and not unit.question and "negation" not in names and not _THEIRS.search(unit.text):
            return " ".join(unit.text.split())
    return None


def _own(context: Context) -> bool:
    own = {address.lower() for address in context.own_addresses}
    return bool(context.sender_address and context.sender_address.lower() in own)


def _with_clauses(mail: Mail, text: str) -> Mail:
    allowed = plausible_languages(text)
    facts = tuple(part for f in mail.facts for part in split_intents(f, mail.sent, allowed, mail.style))
    return Mail(mail.text, mail.context, facts, mail.subject, mail.sent, mail.order, mail.style, mail.language)


@dataclass(slots=True)
class _Block:
    """Sentences that belong together: the one that shows the intent and those that add facts to it."""

    intent: Intent
    facts: list[Facts]
    before: list[Facts]  # sentences right before it that show no intent
    previous: list[Facts]  # the one before it that shows another intent
    rows: list[Facts] = field(default_factory=list)  # lines before it that may be a list with its head


_LISTING = frozenset({Intent.PAYMENT, Intent.ORDER, Intent.DELIVERY, Intent.DISPUTE, Intent.CHANGE, Intent.BANK})


def _blocks(mail: Mail) -> list[_Block]:
    blocks: list[_Block] = []
    pending: list[Facts] = []
    previous: list[Facts] = []
    for facts in mail.facts:
        shown = intents(facts, mail)
        if blocks and _counts_on(facts, shown, blocks[-1]):
            blocks[-1].facts.append(facts)
            continue
        if not shown or _lists_a_deduction(facts, shown, blocks):
            if not _adds(facts, blocks):
                pending.append(facts)
            continue
        for intent in shown:
            if blocks and _continues(blocks[-1], intent, facts):
                blocks[-1].facts.append(facts)
            else:
                blocks.append(
                    _Block(intent, [facts], _near(pending, facts), _near(previous, facts), _rows(pending, facts))
                )
        pending, previous = [], [facts]
    return blocks


def _lists_a_deduction(facts: Facts, shown: Sequence[Intent], blocks: list[_Block]) -> bool:
    """A line such as "- defective returns: △165,000" under a payment is taken off it, no complaint of its own."""
    if not blocks or blocks[-1].intent is not Intent.PAYMENT or set(shown) - {Intent.DISPUTE} or not facts.money:
        return False
    taken_off = facts.has("minus", "discount", "withheld", "fee", "setoff") or any(m.negative for m in facts.money)
    near = facts.unit.paragraph - blocks[-1].facts[-1].unit.paragraph <= 1
    return near and taken_off and (facts.unit.listed or not facts.has("credit_wanted", "d_price"))


def _counts_on(facts: Facts, shown: Sequence[Intent], block: _Block) -> bool:
    """Read “Passed 68, failed 2 (connector)” after "70 came in": counts of one delivery, no complaint."""
    if block.intent is not Intent.DELIVERY or set(shown) - {Intent.DISPUTE} or not facts.quantities:
        return False
    near = facts.unit.paragraph - block.facts[-1].unit.paragraph <= 1
    counted = facts.has("short", "damaged", "rejected", "accepted")
    return near and counted and not facts.has("credit_wanted") and not facts.documents(Role.INVOICE)


def _adds(facts: Facts, blocks: list[_Block]) -> bool:
    """Let a sentence without an intent of its own add its facts to the one before it."""
    if not blocks or blocks[-1].intent not in _LISTING:
        return False
    block = blocks[-1]
    near = facts.unit.paragraph - block.facts[-1].unit.paragraph <= 1
    if near and block.intent is Intent.DELIVERY and facts.has("short", "damaged", "rejected", "accepted"):
        block.facts.append(facts)
        return True
    holds = bool(facts.money or facts.refs or facts.quantities or facts.dates or facts.ibans)
    if (
        not near
        or not holds
        or facts.unit.question
        or (facts.has("not_paid", "condition") and block.intent is Intent.PAYMENT)
    ):
        return False
    block.facts.append(facts)
    return True


def _continues(block: _Block, intent: Intent, facts: Facts) -> bool:
    if block.intent is not intent or intent not in _LISTING:
        return False
    if facts.unit.paragraph - block.facts[-1].unit.paragraph > 1:
        return False
    documents = {r.text for f in block.facts for r in f.documents(Role.INVOICE, Role.UNKNOWN, Role.ORDER)}
    own = {r.text for r in facts.documents(Role.INVOICE, Role.UNKNOWN, Role.ORDER)}
    if intent is Intent.PAYMENT:
        return not (documents and own and facts.money and facts.dates and any(f.money for f in block.facts))
    if intent is Intent.DISPUTE:
        return not own or own <= documents or not documents
    return True


def _near(pending: Sequence[Facts], facts: Facts) -> list[Facts]:
    return [f for f in pending[-6:] if facts.unit.paragraph - f.unit.paragraph <= 1]


_ROWS_MAX = 200


def _rows(pending: Sequence[Facts], facts: Facts) -> list[Facts]:
    """Return the lines right before a sentence, as far as they hang together."""
    rows: list[Facts] = []
    paragraph = facts.unit.paragraph
    for row in reversed(pending[-_ROWS_MAX:]):
        if paragraph - row.unit.paragraph > 1:
            break
        rows.append(row)
        paragraph = row.unit.paragraph
    return rows[::-1]


def _read(block: _Block, mail: Mail) -> list[AnyDocument]:  # noqa: C901, PLR0912 - one case an intent
    facts = block.facts
    match block.intent:
        case Intent.BANK:
            return [read_bank_change(facts, mail)]
        case Intent.PAYMENT:
            return [*read_payments(_with_facts_before(block), mail)]
        case Intent.PROMISE:
            return _some(read_promise(facts[0], mail, block.before))
        case Intent.DISPUTE:
            return _some(read_dispute(_with_number_before(block), mail))
        case Intent.DELIVERY:
            return _some(read_delivery(_with_order_before(block), mail))
        case Intent.ORDER:
            return _some(read_order(_with_order_before(block), mail))
        case Intent.CANCEL:
            return _some(read_cancellation(facts[0], mail))
        case Intent.CHANGE:
            return _some(read_change(facts, mail))
        case Intent.QUOTE:
            return [quote_request(facts[0], mail)]
        case Intent.COPY:
            return [read_request(facts[0], Wanted.INVOICE_COPY, mail, block.before or block.previous)]
        case Intent.STATEMENT:
            return [read_request(facts[0], Wanted.STATEMENT, mail)]
        case Intent.PROOF:
            return [read_request(facts[0], Wanted.PROOF_OF_DELIVERY, mail, block.before or block.previous)]
        case Intent.OTHER:
            return [read_debit_memo(facts[0], mail) or read_request(facts[0], Wanted.OTHER, mail)]


def _some(document: AnyDocument | None) -> list[AnyDocument]:
    return [] if document is None else [document]


def _with_facts_before(block: _Block) -> list[Facts]:
    """A payment sentence without numbers tells of those right before it: a list, or "RG 45: 100,00. Heute bezahlt."."""
    if any(f.documents(*_NUMBERED) for f in block.facts):
        return block.facts
    if any(f.money for f in block.facts):
        return [*_list_of(block), *block.facts]
    return [*(f for f in block.before if f.money or f.refs), *block.facts]


def _list_of(block: _Block) -> list[Facts]:
    """Return the list that a sum below it adds up: members with numbers, and lines that say when and how it was paid.

    Lines without a bullet are a list only where a total is stated: it proves or disproves them.
    """
    totalled = any(f.has("total") and f.money for f in block.facts)
    rows = [f for f in block.rows if f.documents(*_NUMBERED) and (f.unit.listed or (totalled and f.money))]
    if not rows or not totalled:
        return rows
    heads = [f for f in block.rows if f.has("paid", "paying", "scheduled") and not f.money and (f.dates or f.refs)]
    return [f for f in block.rows if f in rows or f in heads]


_NUMBERED = (Role.INVOICE, Role.CREDIT, Role.ORDER, Role.UNKNOWN)


def _with_number_before(block: _Block) -> list[Facts]:
    named = any(f.documents(Role.INVOICE, Role.ORDER) for f in block.facts)
    return block.facts if named else [*(f for f in block.before if f.documents(Role.INVOICE, Role.ORDER)), *block.facts]


def _with_order_before(block: _Block) -> list[Facts]:
    named = any(f.documents(Role.ORDER, Role.DELIVERY) for f in block.facts)
    return (
        block.facts if named else [*(f for f in block.before if f.documents(Role.ORDER, Role.DELIVERY)), *block.facts]
    )


_KEYWORD = re.compile(r"\s*(accept(?:ed)?|cancel|change)\b[\s.!:]*", re.IGNORECASE)
_ANSWERS = {"accept": Answer.ACCEPT, "accepted": Answer.ACCEPT, "cancel": Answer.CANCEL, "change": Answer.CHANGE}
_KIT_ANSWER = re.compile(
    r"\s*ACCEPT\s+(?P<number>(?=\S*[0-9])[^\s:]{2,40}?)[.!]?\s*"
)  # the line that our question offers
_ANSWER_WORDS = 40  # an answer is short; a long mail that says "agreed" somewhere is no answer to our question


def _answer(mail: Mail) -> AnyDocument | None:
    """Read a short answer to our query about an order: a keyword alone, or words of consent under its subject."""
    if not mail.facts:
        return None
    first = mail.facts[0]
    about_order = bool(mail.subject_refs(Role.ORDER)) or any(
        "order_number" in hit.fields for hit in mail.subject.labels
    )
    if match := _KIT_ANSWER.fullmatch(first.text):
        said = reply(Answer.ACCEPT, first, mail)
        evidence = {**said.evidence, "order_numbers": mail.evidence(match["number"])}
        return replace(said, order_numbers=(match["number"],), evidence=evidence, confidence=0.99)
    if match := _KEYWORD.fullmatch(first.text):
        if about_order or match[1].isupper():
            return reply(_ANSWERS[match[1].lower()], first, mail)
        return None
    if not (about_order and mail.replies) or numbers((), mail)[0] or len(mail.text.split()) > _ANSWER_WORDS:
        return None
    for facts in mail.facts:
        if facts.has("agree") and not facts.unit.question and not facts.has("negation", "condition", "not_paid"):
            return reply(Answer.ACCEPT, facts, mail)
    return None


def _merged(documents: Sequence[AnyDocument]) -> tuple[AnyDocument, ...]:
    """Leave out what is said twice, and make requests for the same thing one."""
    kept: list[AnyDocument] = []
    for document in documents:
        if any(_same(document, other) for other in kept):
            continue
        twin = next((n for n, other in enumerate(kept) if _same_request(document, other)), None)
        if twin is None:
            kept.append(document)
        else:
            kept[twin] = _joined_request(kept[twin], document)
    return tuple(kept)


def _without_small_talk(documents: Sequence[AnyDocument]) -> tuple[AnyDocument, ...]:
    """A wish to talk beside business is no work of its own."""
    business = [d for d in documents if not (isinstance(d, CustomerRequest) and d.topic in ALONE)]
    if any(isinstance(d, BankChange) for d in business):  # "kindly update your records" belongs to it
        details = (Topic.MASTER_DATA, Topic.BANK_VERIFICATION)
        business = [d for d in business if not (isinstance(d, CustomerRequest) and d.topic in details)]
    return tuple(business or documents)


def _same(one: AnyDocument, other: AnyDocument) -> bool:
    if one.kind is not other.kind:
        return False
    return all(getattr(one, name, None) == getattr(other, name, None) for name in _TELLING)


_TELLING = (
    "invoice_numbers",
    "wants",
    "reason",
    "promised_on",
    "number",
    "cancels",
    "total",
    "lines",
    "answer",
    "order_numbers",
    "topic",
)


def _same_request(one: AnyDocument, other: AnyDocument) -> bool:
    """Requests for the same thing are one; of `other`, only what is about the same."""
    if not isinstance(one, CustomerRequest) or not isinstance(other, CustomerRequest):
        return False
    return one.wants is other.wants and (one.topic is other.topic or None in (one.topic, other.topic))


def _joined_request(first: AnyDocument, second: AnyDocument) -> AnyDocument:
    if not isinstance(first, CustomerRequest) or not isinstance(second, CustomerRequest):
        return first
    return replace(
        first,
        invoice_numbers=tuple(dict.fromkeys((*first.invoice_numbers, *second.invoice_numbers))),
        order_numbers=tuple(dict.fromkeys((*first.order_numbers, *second.order_numbers))),
        evidence={**second.evidence, **first.evidence},
        confidence=max(first.confidence, second.confidence),
        text=" ".join(filter(None, (first.text, second.text)))[:500],
        topic=first.topic or second.topic,
        case_number=first.case_number or second.case_number,
    )
