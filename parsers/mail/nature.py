"""Who speaks: a customer (a person or a customer's machine), a mail system, a vacation notice, a newsletter, ourselves.

Two questions are kept apart. *May it be read?* A pay platform's advice comes from no-reply, marked as generated, with
an unsubscribe link, sometimes over a list server: it is a customer's word all the same. *May it be answered?* Nothing
that any header calls automatic is (RFC 3834). A newsletter read as a customer costs a look at the queue; an advice
taken for a newsletter costs money: so the marks of bulk mail alone decide nothing where the content does business.
"""

from __future__ import annotations

import re

from agent.domain.documents import Nature
from parsers.mail.addresses import author
from parsers.mail.bounce import Action, DeliveryReport
from parsers.mail.domains import same_organisation
from parsers.mail.headers import Headers, parameters, words
from parsers.mail.nature_words import (
    ABSENT_PHRASES,
    ABSENT_SUBJECTS,
    AUTO_SUBJECTS,
    DEALS,
    MARKETING,
    SUBJECT_DEALS,
)

_NO_REPLY = re.compile(
    r"^(?:(?:do[-_. ]?)?not?[-_. ]?repl(?:y|ies)|do[-_.]?not[-_.]?respond|no[-_.]?responder|no[-_.]?contestar|ne[-_.]?pas[-_.]?repondre|"
    r"keine[-_.]?antwort|nicht[-_.]?antworten|nao[-_.]?responda|noreply|mailer-daemon|postmaster|bounces?|auto(?:mail(?:er)?|"
    r"[-_.]?reply|[-_.]?confirm|matic)|notifications?|alerts?)(?:[-_.+\d].*)?@",
    re.IGNORECASE,
)
_LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post", "list-help", "feedback-id", "x-campaign", "x-campaignid",
                 "x-mc-user", "x-mailchimp-campaign-id", "x-csa-complaints")  # fmt: skip
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-mail-autoreply", "x-autoreply-from")
_PAPERS = re.compile(
    r"\.(?:pdf|xlsx?|xlsm|csv|tsv|xml|txt|edi|x12|docx?|zip|tiff?|rtf|ods|dat|p7m|msg)$", re.IGNORECASE
)
_REFERENCE = re.compile(
    r"\b(?:invoice|inv|rechnung|rg|re-?nr|facture|factura|fattura|faktura|factuur|fatura|purchase order|po|order|bestell\w*|commande|"
    r"pedido|ordine|ordre|payment|paiement|pago|zahlung|check|cheque|eft|ach|wire|document|voucher|delivery|shipment|tracking|"
    r"advice|remittance|reference|ref|account)\b[^\n\w]{0,6}(?:number|no|nr|nº|n°|num|#|id)?[^\n\w]{0,5}[A-Z]{0,6}[-/ ]?\d[\w/-]{3,}",
    re.IGNORECASE,
)
_EXACT_AMOUNT = re.compile(r"\d[.,]\d{2}(?!\d)|\d{1,3}(?:[.,' ]\d{3})+(?!\d)|[\d,]{4,}\s?(?:円|원|JPY|KRW)")


def nature_of(
    headers: Headers,
    text: str,
    files: tuple[str, ...],
    reports: tuple[DeliveryReport, ...],
    own_addresses: frozenset[str],
) -> tuple[Nature, str]:
    """Return the nature of a mail and the reason in words. `files` are the names of its attachments."""
    if any(report.action is Action.FAILED for report in reports):
        return Nature.BOUNCE, "a mail system reports that our mail was not delivered"
    if reports:
        return Nature.AUTO_REPLY, _REPORTED[reports[0].action]
    if reason := _own(headers, own_addresses):
        return Nature.OWN, reason
    if reason := _auto_reply(headers, text, files):
        return Nature.AUTO_REPLY, reason
    if reason := _bulk(headers, text, files, own_addresses):
        return Nature.BULK, reason
    return Nature.CUSTOMER, _machine_made(headers) or "nothing speaks against a customer's mail"


_REPORTED = {
    Action.DELAYED: "a mail system reports a delay: delivery is still being tried",
    Action.DELIVERED: "a mail system reports that our mail was delivered",
    Action.READ: "a receipt: our mail was read",
    Action.COMPLAINT: "a complaint report: the recipient calls our mail unwanted",
}


def no_answer_reason(headers: Headers, nature: Nature) -> str | None:
    """Return why no automatic mail may go back to this one (RFC 3834, RFC 2919, RFC 2369), None if one may."""
    if nature in (Nature.BOUNCE, Nature.OWN, Nature.AUTO_REPLY):
        return f"it is {_WHAT[nature]}"
    submitted = _token(headers.first("auto-submitted"))
    if submitted and submitted != "no":
        return f"Auto-Submitted: {submitted}"
    if headers.has("x-ar-agent"):
        return "X-Ar-Agent: it was sent by an agent like this one"
    suppressed = (headers.first("x-auto-response-suppress") or "").lower()
    if any(word in suppressed for word in ("all", "autoreply", "oof")):
        return "X-Auto-Response-Suppress asks for no reply"
    precedence = _token(headers.first("precedence"))
    if precedence in ("bulk", "list", "junk", "auto_reply"):
        return f"Precedence: {precedence}"
    for name in (*_LIST_HEADERS, *_AUTO_HEADERS, "x-loop"):
        if headers.has(name):
            return f"the header {name} marks automatic or list mail"
    path = headers.first("return-path")
    if path is not None and path.strip() == "<>":
        return "its return path is empty"
    for name in ("reply-to", "from"):
        if headers.has(name):
            return _not_to_be_answered(headers, name)
    return "it names no sender"


_WHAT = {Nature.BOUNCE: "a bounce", Nature.OWN: "our own mail", Nature.AUTO_REPLY: "an automatic reply"}


def _not_to_be_answered(headers: Headers, name: str) -> str | None:
    """Judge where an answer would go: Reply-To where there is one, else the author."""
    value = words(headers.first(name)).lower()
    at = re.search(r"[^\s<>\",;]+@[^\s<>\",;]+", value)
    if at is None:
        return "it names no address to answer to"
    return f"{at[0][:100]} takes no replies" if _NO_REPLY.match(at[0]) else None


def _token(value: str | None) -> str:
    return parameters(value).value.split("(")[0][:60] if value else ""


def _own(headers: Headers, own_addresses: frozenset[str]) -> str | None:
    own = {address.lower() for address in own_addresses}
    sender = author(headers).address
    if sender and sender.lower() in own:
        return f"it comes from our own address {sender}"
    if headers.has("x-ar-agent"):
        # Another firm's agent writes the same header: ours is known by the domain of the Message-ID it set.
        domain = (headers.first("message-id") or "").strip().rstrip(">").rpartition("@")[2].lower()
        domains = {address.rpartition("@")[2] for address in own}
        if not own or domain in domains or (sender and sender.rpartition("@")[2].lower() in domains):
            return "it was sent by this agent (X-Ar-Agent)"
    return None


def _auto_reply(headers: Headers, text: str, files: tuple[str, ...]) -> str | None:
    submitted = _token(headers.first("auto-submitted"))
    if submitted.startswith("auto-replied"):
        return "Auto-Submitted: auto-replied"
    for name in _AUTO_HEADERS:
        value = (headers.first(name) or "").strip().lower()
        if value and value not in ("no", "false", "0"):
            return f"the header {name} says so"
    if _token(headers.first("precedence")) == "auto_reply":
        return "Precedence: auto_reply"
    subject = words(headers.first("subject")).lower().strip()
    if subject.startswith(AUTO_SUBJECTS):
        return "its subject is that of an automatic reply"
    if any(_PAPERS.search(name) for name in files):
        return None  # absence notices bring no papers
    head = " ".join(text[:1_500].lower().split())
    absent = sum(phrase in head for phrase in ABSENT_PHRASES)
    marked = bool(submitted and submitted != "no") or headers.has("x-auto-response-suppress")
    marked = marked or (headers.first("return-path") or "x").strip() == "<>"
    in_subject = any(phrase in subject for phrase in ABSENT_SUBJECTS)
    if in_subject and (marked or absent):
        return "its subject and words tell of an absence"
    if absent and marked and not _does_business(subject, text):
        return "it is marked as automatic and tells of an absence"
    if absent >= 2 and len(head) < 900 and not _does_business(subject, text):
        return "its words are those of an absence notice"
    return None


def _bulk(headers: Headers, text: str, files: tuple[str, ...], own_addresses: frozenset[str]) -> str | None:
    marks = [name for name in _LIST_HEADERS if headers.has(name)]
    precedence = _token(headers.first("precedence"))
    if precedence in ("bulk", "list", "junk"):
        marks.append(f"precedence: {precedence}")
    if not marks or _is_own_list(headers, own_addresses):
        return None
    if any(_PAPERS.search(name) for name in files) or _answers_us(headers, own_addresses):
        return None
    subject = words(headers.first("subject")).lower()
    return None if _does_business(subject, text) else f"sent to many ({', '.join(marks[:3])}), and it does no business"


def _is_own_list(headers: Headers, own_addresses: frozenset[str]) -> bool:
    """Return whether the list is our own mailbox: many a shared mailbox is a list or group of its own."""
    named = " ".join(headers.every("list-id") + headers.every("list-post")).lower()
    domains = {address.rpartition("@")[2].lower() for address in own_addresses}
    found = re.findall(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", named)[:20]
    return any(name == own or name.endswith("." + own) for name in found for own in domains if own)


def _answers_us(headers: Headers, own_addresses: frozenset[str]) -> bool:
    """Return whether the mail answers one of ours: newsletters answer nobody."""
    answered = re.findall(r"@([^<>\s]+)>", " ".join(headers.every("in-reply-to") + headers.every("references")))[:100]
    domains = {address.rpartition("@")[2].lower() for address in own_addresses}
    return any(same_organisation(domain, own) for domain in answered for own in domains)


def _does_business(subject: str, text: str) -> bool:
    """Return whether subject or text tell of one order, delivery or payment: words for it, and a number or amount."""
    sells = any(word in subject for word in MARKETING)
    if not sells and any(phrase in subject for phrase in SUBJECT_DEALS):
        return True
    body = text[:20_000]
    lowered = body.lower()
    told = any(phrase in lowered for phrase in DEALS) or any(phrase in subject for phrase in DEALS)
    reference = _REFERENCE.search(body) is not None or _REFERENCE.search(subject) is not None
    return told and (reference if sells else reference or _EXACT_AMOUNT.search(body) is not None)


def _machine_made(headers: Headers) -> str | None:
    submitted = _token(headers.first("auto-submitted"))
    if submitted and submitted != "no":
        return f"made by a machine (Auto-Submitted: {submitted}), but not an automatic reply"
    return None
