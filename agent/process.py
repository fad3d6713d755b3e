"""One mail, whole: read once, decide once, write once, in a single transaction with its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from agent.booking.cash import advising, receiving
from agent.booking.deliveries import delivering, returning
from agent.booking.desk import Desk
from agent.booking.disputes import hearing
from agent.booking.invoices import objecting
from agent.booking.learning import columns
from agent.booking.letters import replying, reports
from agent.booking.orders import answering, filing, ordering
from agent.booking.senders import admission, suspicion
from agent.booking.senders.mentions import Mentions, mentions_in
from agent.collecting import digest
from agent.company import company_of
from agent.domain.codec import to_plain
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.documents import (
    AnyDocument,
    AutoReply,
    BankChange,
    BankStatement,
    BounceReport,
    CustomerRequest,
    DeliveryConfirmation,
    DeliveryReceipt,
    DisputeNotice,
    MailFacts,
    Nature,
    OrderReply,
    PromiseToPay,
    PurchaseOrder,
    Reading,
    RemittanceAdvice,
)
from agent.domain.receivables import Automation
from agent.names import txt_lookup
from agent.reading import Reader
from agent.settings import Settings
from agent.store import books, inbound, master, outbound
from agent.store.engine import read, write
from agent.store.ledger import Cause
from agent.store.schema import content_claims
from agent.store.statements import insert_new
from parsers.mail.authentication import Authentication, verdict
from parsers.mail.cards import blank_all

_THANKS = frozenset(
    "thanks thank thx cheers appreciated merci danke dank vielen gracias grazie bedankt obrigado takk tack kiitos "
    "ありがとうございます 有難うございます 感謝いたします 감사합니다 谢谢 謝謝".split()
)
# Words that may stand beside thanks without saying anything; the sender's own name may, too.
_BESIDE_THANKS = frozenset(
    "you so much very many a lot again ok okay noted great perfect hi hello dear kind best warm regards all the and "
    "for your help quick reply beaucoup bien schön sehr schon besten beste grüße gruesse mit freundlichen muchas mille "
    "u wel hartelijk cordialement saludos".split()
)


@dataclass(frozen=True, slots=True)
class Processed:
    """What came of one message, as `ingest` and `messages list` show it."""

    id: str
    outcome: str
    reason: str | None


class Processor:
    """Reads and books messages of one installation."""

    def __init__(self, engine: Engine, settings: Settings, reader: Callable[[], Reader]) -> None:
        self._engine, self._settings, self._reader = engine, settings, reader
        self._company = company_of(settings)

    def process(self, number: int, file: str | None, now: datetime) -> Processed:
        """Read and book one waiting message; all of its effects and its outcome are one commit."""
        data = read(self._engine, lambda tx: inbound.raw_bytes(tx, number))
        name = file or f"M{number}.eml"
        reading = self._reader().read(data, name if "." in name.rpartition("/")[2] else f"{name}.eml")
        trust = self._trust(reading.mail, data, now)
        reading = self._with_learned(reading, trust, data, now)
        return write(self._engine, lambda tx: self._write(tx, number, reading, trust, now))

    def _with_learned(self, reading: Reading, trust: Authentication, data: bytes, now: datetime) -> Reading:
        """The mail read anew with what its sender's customer means by headings that are not known.

        Who sent it is known and proved only after the first reading; nothing in the mail can bring a meaning with it.
        """
        facts = reading.mail
        if facts is None or not trust.passed or not self._settings.learning.enabled:
            return reading
        today = now.astimezone(self._settings.zone).date()
        rows = read(self._engine, lambda tx: columns.of_sender(tx, facts.from_address, today))
        if not rows:
            return reading
        again = self._reader().read(data, reading.file, columns.hints_of(rows))
        return again if any(columns.used_in(document) for document in again.documents) else reading

    def _trust(self, facts: MailFacts | None, data: bytes, now: datetime) -> Authentication:
        if facts is None:
            return Authentication(True, "none", None, "a file that staff handed in")
        rule = self._settings.trust
        keys = txt_lookup(rule.dns) if rule.verify_dkim else None
        result = verdict(facts, data, authserv_id=rule.authserv_id or None, txt_of=keys, now=now)
        if result.passed or rule.require == "dmarc":
            return result
        if any(warning.startswith("multiple_from") for warning in facts.warnings):
            return result
        return Authentication(True, "none", None, "authentication is not required (trust.require = none)")

    def _write(self, tx: Connection, number: int, reading: Reading, trust: Authentication, now: datetime) -> Processed:
        facts = reading.mail
        first = _first_of_content(tx, number, facts, trusted=trust.passed)
        plain, cards = blank_all(to_plain(reading))
        common = _common_fields(reading, trust, plain)
        if first is not None:
            reason = f"the same mail as M{first}, under another name"
            inbound.finish(tx, number, outcome="duplicate", now=now, reason=reason, duplicate_of=first, **common)
            return Processed(f"M{number}", "duplicate", reason)
        sender = books.sender_of(
            tx, facts.from_address if facts else None, facts.from_name if facts else None, trusted=trust.passed
        )
        desk = Desk(
            tx=tx,
            settings=self._settings,
            company=self._company,
            now=now,
            cause=Cause("message", f"M{number}", number),
            message=number,
            facts=facts,
            sender=sender,
        )
        _confirm_arrival(desk)
        if self._is_shadow(desk):
            return self._shadow(tx, desk, reading, trust, common, now)
        if cards:
            _tell_of_cards(desk)
        outcome = _book(desk, reading, trust)
        return _finish(tx, desk, outcome, common, now)

    def _is_shadow(self, desk: Desk) -> bool:
        found = master.customers_by_number(desk.tx, desk.sender.customers)
        return any(desk.automation_of(c) is Automation.SHADOW for c in found or (None,))

    def _shadow(
        self,
        tx: Connection,
        desk: Desk,
        reading: Reading,
        trust: Authentication,
        common: Mapping[str, Any],
        now: datetime,
    ) -> Processed:
        """Work out what would happen, take all of it back, and keep only the record."""
        nested = tx.begin_nested()
        would = _book(desk, reading, trust)
        nested.rollback()
        effects = ", ".join(f"{e['type']} {e['id']}" for e in desk.outcome.effects) or "nothing"
        desk.outcome.reasons.insert(0, f"shadow: would have been {would}, with {effects}")
        desk.outcome.effects.clear()
        desk.outcome.queue.clear()
        return _finish(tx, desk, "processed", common, now)


def _first_of_content(tx: Connection, number: int, facts: MailFacts | None, *, trusted: bool) -> int | None:
    """The earlier message with the same content; an unproved sender cannot take a genuine mail's place."""
    if facts is None or not facts.fingerprint:
        return None
    key = f"{'mail' if trusted else 'unproved'}:{facts.fingerprint}"
    if insert_new(tx, content_claims, {"key": key, "message": number}):
        return None
    first = int(tx.execute(select(content_claims.c.message).where(content_claims.c.key == key)).scalar_one())
    return None if first == number else first


def _common_fields(reading: Reading, trust: Authentication, plain: Any) -> dict[str, Any]:
    facts = reading.mail
    return {
        "message_id": facts.message_id[:998] if facts and facts.message_id else None,
        "fingerprint": facts.fingerprint if facts else None,
        "from_address": facts.from_address[:320] if facts and facts.from_address else None,
        "subject": facts.subject if facts else None,
        "nature": facts.nature.value if facts else None,
        "trusted": trust.passed,
        "trust_reason": trust.reason,
        "reading": plain,
    }


def _tell_of_cards(desk: Desk) -> None:
    """A file that is no text shows a card number: it cannot be blanked there, so a person deals with it."""
    exception = MatchException(
        code="card_number",
        kind=QueueKind.OTHER,
        summary=f"a file that {desk.sender.address or 'somebody'} sent shows a card number; what was read of it is blanked, the file is not: "
        "settle it, then `ar-agent messages erase`",
        customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
        critical=True,
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def _confirm_arrival(desk: Desk) -> None:
    """An authenticated answer to a mail of ours proves that it arrived, whatever the wire said."""
    facts = desk.facts
    if facts is None or not desk.sender.trusted:
        return
    ids = (*((facts.in_reply_to,) if facts.in_reply_to else ()), *facts.references)
    if ids:
        outbound.confirm(desk.tx, ids, evidence=f"answered by M{desk.message}", cause=desk.cause, now=desk.now)


def _finish(tx: Connection, desk: Desk, outcome: str, common: Mapping[str, Any], now: datetime) -> Processed:
    reason = "; ".join(dict.fromkeys(text for text in desk.outcome.reasons if text))[:2000] or None
    customer = desk.outcome.customer or (desk.sender.customers[0] if len(desk.sender.customers) == 1 else None)
    assert desk.message is not None
    inbound.finish(
        tx,
        desk.message,
        outcome=outcome,
        now=now,
        reason=reason,
        customer=customer,
        documents=desk.outcome.documents,
        effects=desk.outcome.effects,
        queue_ids=desk.outcome.queue,
        **common,
    )
    return Processed(f"M{desk.message}", outcome, reason)


_ORDER_OF_KINDS = (PurchaseOrder, OrderReply, DeliveryConfirmation, RemittanceAdvice, BankStatement)


def _book(desk: Desk, reading: Reading, trust: Authentication) -> str:
    """Write everything that follows from a reading; return the bucket that the message belongs in."""
    facts = reading.mail
    if (ordered := digest.take_orders(desk, authenticated=trust.passed)) is not None:
        return ordered
    if facts is not None and facts.nature is Nature.OWN:
        desk.outcome.reasons.append(facts.nature_reason or "our own mail")
        return "ignored"
    if entry := admission.blocked(desk):
        desk.outcome.reasons.append(f"the sender is blocked ({entry})")
        return "ignored"
    admission.note_alive(desk)
    hearing.hear(desk)
    if (
        facts is not None
        and _is_carrier(desk)
        and (back := returning.of_carrier(desk, f"{facts.subject} {facts.reply_text}"))
    ):
        returning.receive(desk, back)
        return "queued"
    documents = sorted(reading.documents, key=_rank)
    believed, tainted = suspicion.judged(desk, reading, documents)
    doubted = bool(desk.outcome.queue)  # with an alarm nothing counts as an answer to our question
    answered = not doubted and objecting.take(desk, tuple(believed), thanks=_thanks_alone(reading))
    filing.purchase_terms(desk, reading)
    for document in believed:
        if filing.is_remark_on_its_order(document, reading):
            continue
        if answered and isinstance(document, objecting.ANSWERS):
            continue
        at = replace(desk, sender=replace(desk.sender, trusted=False)) if document.source.part in tainted else desk
        if not admission.refused(at, document):
            take(at, delivering.as_proof(document))
    _queue_problems(desk, reading)
    if desk.outcome.queue:
        return "queued"
    if desk.outcome.effects or answered:
        return "processed"
    if documents:
        return "processed" if any(isinstance(d, _ORDER_OF_KINDS) for d in documents) else "ignored"
    return _nothing_found(desk, reading, trust)


def _thanks_alone(reading: Reading) -> bool:
    facts = reading.mail
    return facts is not None and _is_thanks(facts.reply_text, f"{facts.from_name or ''} {facts.from_address or ''}")


def _rank(document: AnyDocument) -> int:
    return next((n for n, kind in enumerate(_ORDER_OF_KINDS) if isinstance(document, kind)), len(_ORDER_OF_KINDS))


def take(desk: Desk, document: AnyDocument) -> None:  # noqa: C901, PLR0912 - one case a kind of document, and nothing else
    """Hand a document to the desk that books its kind."""
    match document:
        case PurchaseOrder():
            ordering.take_order(desk, document)
        case DeliveryConfirmation():
            delivering.take_delivery(desk, document)
        case RemittanceAdvice():
            advising.take_advice(desk, document)
        case BankStatement():
            receiving.take_statement(desk, document, by_staff=desk.facts is None)
        case DisputeNotice():
            replying.take_dispute(desk, document)
        case PromiseToPay():
            replying.take_promise(desk, document)
        case CustomerRequest():
            replying.take_request(desk, document)
        case OrderReply():
            if not answering.take_reply(desk, document):
                _queue_reply(desk, document)
        case BankChange():
            replying.take_bank_change(desk, document)
        case BounceReport():
            reports.take_bounce(desk, document)
        case DeliveryReceipt():
            reports.take_receipt(desk, document)
        case AutoReply():
            replying.take_absence(desk, document)


def _queue_reply(desk: Desk, document: OrderReply) -> None:
    exception = MatchException(
        code="order_reply",
        kind=QueueKind.ORDER_DISCREPANCY if desk.sender.customers else QueueKind.UNKNOWN_SENDER,
        summary=f"{desk.sender.address or 'somebody'} answers about order {', '.join(document.order_numbers) or '(not named)'}: "
        f"{document.answer.value}: {' '.join((document.text or '').split())[:160]}",
        customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


_PROBLEM_CODES = {"encrypted": "doc_encrypted", "too_large": "too_large", "missing_attachment": "attach_missing"}


def _queue_problems(desk: Desk, reading: Reading) -> None:
    """What could not be read is work for a person, unless the rest of the mail said it all or a stranger sent it."""
    hard = [p for p in reading.problems if p.code not in ("note", "heading", "hidden_text", "instruction")]
    facts = reading.mail
    machine = facts is not None and facts.nature in (Nature.BULK, Nature.BOUNCE, Nature.AUTO_REPLY)
    if not hard or (machine and not desk.sender.customers):
        desk.outcome.reasons += [
            f"{p.where}: {p.what}" for p in reading.problems if p.code not in ("heading", "hidden_text")
        ]
        return
    for problem in hard[:10]:
        exception = MatchException(
            code=_PROBLEM_CODES.get(problem.code, "doc_unreadable"),
            kind=QueueKind.UNREADABLE,
            summary=f"{problem.where}: {problem.what}",
            customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
        )
        desk.queue(exception, subject_type="message", subject=desk.message)


def _nothing_found(desk: Desk, reading: Reading, trust: Authentication) -> str:
    facts = reading.mail
    if facts is None:
        desk.outcome.reasons.append("nothing in this file is an order, a delivery, a remittance or a statement")
        return "ignored"
    if facts.nature is not Nature.CUSTOMER:
        desk.outcome.reasons.append(facts.nature_reason or f"{facts.nature.value.replace('_', ' ')}: nothing to do")
        return "ignored"
    if not desk.sender.customers:
        return _from_a_stranger(desk, facts)
    attached = any(not part.content_type.startswith("text/") or part.read_as for part in reading.parts)
    if not attached and _is_thanks(facts.reply_text, f"{facts.from_name or ''} {facts.from_address or ''}"):
        desk.outcome.reasons.append("thanks, and nothing else")
        return "ignored"
    exception = MatchException(
        code="classify_low",
        kind=QueueKind.OTHER if trust.passed else QueueKind.UNTRUSTED_SENDER,
        summary=f"{desk.sender.address} writes something that was not understood: {facts.subject[:80]!r}: "
        f"{' '.join(facts.reply_text.split())[:160]}",
        customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
    )
    desk.queue(exception, subject_type="message", subject=desk.message)
    return "queued"


def _from_a_stranger(desk: Desk, facts: MailFacts) -> str:
    """A mail from nobody on file is left alone, unless it names something of ours: then a person reads it."""
    found = mentions_in(desk.tx, f"{facts.subject} {facts.reply_text}")
    if _is_colleague(desk):
        return _from_a_colleague(desk, facts, found)
    if not found:
        desk.outcome.reasons.append("from nobody on file, and nothing in it that we could use")
        return "ignored"
    if _is_carrier(desk):
        desk.outcome.reasons.append("a carrier's notice that confirms no delivery")
        return "ignored"
    named = ", ".join((*found.documents, *found.customers)[:6])
    exception = MatchException(
        code="cust_unknown",
        kind=QueueKind.UNKNOWN_SENDER,
        summary=f"{desk.sender.address or 'somebody'} names {named} and was not understood: {facts.subject[:80]!r}: "
        f"{' '.join(facts.reply_text.split())[:160]}",
        customer=found.customer,
        reasons=(Reason("named", named),),
    )
    desk.queue(exception, subject_type="message", subject=desk.message)
    return "queued"


def _is_colleague(desk: Desk) -> bool:
    """Whether an authenticated mail comes from our own house, from an address that is not the agent's."""
    domain = (desk.sender.address or "").casefold().rpartition("@")[2]
    own = {address.casefold().rpartition("@")[2] for address in desk.settings.company.emails}
    return desk.sender.trusted and bool(domain) and domain in own


def _from_a_colleague(desk: Desk, facts: MailFacts, found: Mentions) -> str:
    """What somebody of ours passes on ("the cheque is in the mail") is a note for a clerk, never a customer's word."""
    exception = MatchException(
        code="internal_note",
        kind=QueueKind.OTHER,
        summary=f"{desk.sender.address} of our own house writes: {facts.subject[:80]!r}: "
        f"{' '.join(facts.reply_text.split())[:200]}",
        customer=found.customer,
    )
    desk.queue(exception, subject_type="note", subject=desk.message)
    return "queued"


def _is_carrier(desk: Desk) -> bool:
    address = (desk.sender.address or "").casefold()
    listed = {entry.casefold() for entry in desk.settings.trust.carriers}
    return desk.sender.trusted and bool(address) and (address in listed or "@" + address.rpartition("@")[2] in listed)


def _is_thanks(text: str, sender: str) -> bool:
    """Whether a text thanks, with the sender's name, and says nothing else; shortness proves nothing ("please cancel")."""
    words = [word.strip(".,;:!-–—()").casefold() for word in text.split()[:20]]
    words = [word for word in words if word]
    own = sender.casefold()
    known = all(word in _THANKS or word in _BESIDE_THANKS or (len(word) > 2 and word in own) for word in words)
    return known and len(words) <= 12 and any(word in _THANKS for word in words)
