"""What makes a mail suspicious as a whole: who it pretends to be, and what it asks for. Found before anything is booked.

A suspicious mail waits for a person with an alarm, none of its papers is believed, and nobody is answered.
"""

from __future__ import annotations

import re

from agent.booking.desk import Desk
from agent.booking.senders.lookalikes import lookalike_of
from agent.domain.decisions import MatchException, QueueKind, Reason
from agent.domain.documents import (
    AnyDocument,
    BankChange,
    CustomerRequest,
    DisputeNotice,
    Nature,
    Reading,
    RemittanceAdvice,
    Topic,
)
from agent.store import contacts
from matching.customers import name_keys
from parsers.mail.asked import Ask, asks_in
from parsers.mail.domains import same_organisation

# Warnings of the headers that are tricks where nobody on file wrote; where a customer did, the sender is not proved.
_TRICKS = (
    "display_name_address",
    "mixed_script_domain",
    "confusable_domain",
    "hidden_characters",
    "reply_to_lookalike",
)
_SHOWN = 160
# Text that a person cannot see and that could move money or a machine: figures, accounts, orders to the reader.
_HIDDEN_HARM = re.compile(
    r"\d{4}|[A-Z]{2}\d{2}[ ]?\w{4}|ignore|instruction|approve|transfer|pay\b|iban|system prompt", re.I
)


def judged(desk: Desk, reading: Reading, documents: list[AnyDocument]) -> tuple[list[AnyDocument], frozenset[str]]:
    """Queue every alarm; return the papers that are taken at all, and the parts whose papers are not believed."""
    suspected = alarms(desk, reading)
    for alarm in suspected:
        desk.queue(alarm, subject_type="message", subject=desk.message)
    if any(alarm.kind is QueueKind.FRAUD_ALERT for alarm in suspected):
        desk.outcome.documents += [{"kind": d.kind.value, "number": getattr(d, "number", None)} for d in documents]
        return [], frozenset()
    tainted = _tainted_parts(desk, reading)
    if any(isinstance(d, BankChange) for d in documents):
        # Money news in the same breath as other bank details is what fraud looks like: a person reads all of it.
        tainted |= {d.source.part for d in documents}
    told = {Topic.INSTRUCTION} | ({Topic.REFUND} if suspected else set())  # a person was told of these already
    taken = [d for d in documents if not (isinstance(d, CustomerRequest) and d.topic in told)]
    return taken, frozenset(tainted)


def alarms(desk: Desk, reading: Reading) -> tuple[MatchException, ...]:
    """Every reason to distrust this mail as a whole."""
    facts = reading.mail
    if facts is None or facts.nature is not Nature.CUSTOMER:
        return ()
    # Other bank details alarm by themselves, and nothing of such a mail is believed.
    pretence = [] if any(isinstance(d, BankChange) for d in reading.documents) else _pretence(desk)
    return (*pretence, *_asks(desk, reading), *_refund(desk, reading))


def _alarm(
    desk: Desk, code: str, summary: str, *reasons: Reason, kind: QueueKind = QueueKind.FRAUD_ALERT
) -> MatchException:
    return MatchException(
        code=code,
        kind=kind,
        summary=summary[:500],
        customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
        critical=True,
        reasons=reasons,
    )


def _pretence(desk: Desk) -> list[MatchException]:
    """A stranger who looks like somebody we know."""
    facts, address = desk.facts, desk.sender.address or ""
    if facts is None or desk.sender.customers or _vouched_for(desk, address):
        return []
    who = address or facts.from_name or "somebody"
    domain = address.rpartition("@")[2]
    found: list[MatchException] = []
    if domain and (like := lookalike_of(desk, domain)):
        text = f"{who} writes from a domain that looks like {like}: call a number on file, answer nothing"
        found.append(_alarm(desk, "sec_lookalike", text, Reason("lookalike", f"{domain} looks like {like}")))
    tricks = [warning for warning in facts.warnings if warning.partition(":")[0] in _TRICKS]
    if tricks and not found:
        text = f"{who} hides who it is ({', '.join(tricks)[:200]})"
        found.append(_alarm(desk, "sec_impostor", text, Reason("headers", "; ".join(tricks)[:300])))
    if not found and facts.from_name and _is_our_name(desk, facts.from_name) and not _is_ours(desk, domain):
        text = f"{who} writes under our own name {facts.from_name!r}"
        found.append(_alarm(desk, "sec_impostor", text, Reason("name", facts.from_name[:200])))
    return found


def _vouched_for(desk: Desk, address: str) -> bool:
    rule = contacts.rule_of(desk.tx, address) if address else None
    listed = {
        entry.casefold()
        for entry in (*desk.settings.trust.allow, *desk.settings.trust.carriers, *desk.settings.trust.banks)
    }
    return (rule is not None and rule[1] == "allow") or not listed.isdisjoint(contacts.entries_of(address))


def _is_ours(desk: Desk, domain: str) -> bool:
    return any(same_organisation(domain, own.rpartition("@")[2]) for own in desk.settings.company.emails)


def _is_our_name(desk: Desk, name: str) -> bool:
    ours = set(name_keys(desk.settings.company.name))
    return bool(ours) and not ours.isdisjoint(name_keys(name))


def _asks(desk: Desk, reading: Reading) -> list[MatchException]:
    facts = reading.mail
    assert facts is not None
    topics = {d.topic for d in reading.documents if isinstance(d, CustomerRequest | DisputeNotice)}
    asked = asks_in(f"{facts.subject}\n{facts.reply_text}")
    said = " ".join(facts.reply_text.split())[:_SHOWN]
    who = desk.sender.address or "somebody"
    trusted = bool(desk.sender.customers) and desk.sender.trusted
    found = []
    # A customer may ask for the ageing of its own account; a stranger for nobody's, and nobody for everybody's.
    aging = Ask.AGING in asked or Topic.AGING_REPORT in topics
    if aging and (not trusted or Ask.EVERYBODY in asked):
        text = f"{who} asks for a list of what customers owe: a usual beginning of fraud; send nothing: {said}"
        found.append(_alarm(desk, "sec_phish", text, Reason("text", said)))
    return found


def _refund(desk: Desk, reading: Reading) -> list[MatchException]:
    """Money back: by call on a number on file and by a second person, never by a mail. Other bank details alarm anyway."""
    facts = reading.mail
    assert facts is not None
    asked = any(isinstance(d, CustomerRequest) and d.topic is Topic.REFUND for d in reading.documents)
    asked = asked or Ask.REFUND in asks_in(f"{facts.subject}\n{facts.reply_text}")
    if not asked or not desk.sender.customers or any(isinstance(d, BankChange) for d in reading.documents):
        return []
    said = " ".join(facts.reply_text.split())[:_SHOWN]
    # "We paid twice, send it back": what reads as a payment may be the pretext; accepting the item takes the mail whole.
    pretext = any(isinstance(d, RemittanceAdvice) for d in reading.documents)
    kind = QueueKind.FRAUD_ALERT if pretext or not desk.sender.trusted else QueueKind.OTHER
    text = f"{desk.sender.address} wants money back: pay only to the account on file, after a call: {said}"
    return [_alarm(desk, "refund_request", text, Reason("text", said), kind=kind)]


def _tainted_parts(desk: Desk, reading: Reading) -> set[str]:
    """Parts that show a person one thing and a machine another: what they say is never booked by itself."""
    found = {
        p.where for p in reading.problems if p.code == "hidden_text" and _HIDDEN_HARM.search(p.what.partition(": ")[2])
    }
    for part in sorted(found):
        exception = MatchException(
            code="sec_injection",
            kind=QueueKind.FRAUD_ALERT,
            summary=f"{part} of a mail from {desk.sender.address or 'a file'} holds text that a person cannot see",
            customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
            critical=True,
            reasons=tuple(Reason("hidden_text", p.what[:300]) for p in reading.problems if p.where == part),
        )
        if any(d.source.part == part for d in reading.documents):
            desk.queue(exception, subject_type="message", subject=desk.message)
    return found | _instructed_parts(desk, reading)


def _instructed_parts(desk: Desk, reading: Reading) -> set[str]:
    """Parts that speak to the program instead of to people: a person is told, and nothing of them is booked."""
    told = [p for p in reading.problems if p.code == "instruction"]
    if told:
        exception = MatchException(
            code="sec_injection",
            kind=QueueKind.FRAUD_ALERT,
            summary=f"a mail from {desk.sender.address or 'a file'} gives orders to the program: {told[0].what[:200]}",
            customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
            critical=True,
            reasons=tuple(Reason("instruction", f"{p.where}: {p.what[:300]}") for p in told),
        )
        desk.queue(exception, subject_type="message", subject=desk.message)
    return {p.where for p in told}


__all__ = ["alarms", "judged"]
