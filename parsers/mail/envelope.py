"""A raw message (RFC 5322) turned into facts, parts and the sender's own words. Never raises, on any bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from agent.domain.documents import AnyDocument, MailFacts, Nature, PartFacts, Problem
from parsers.mail.absence import auto_reply
from parsers.mail.addresses import Mailbox, addresses, author, mailboxes
from parsers.mail.body import Contents, contents, html_is_better, name_of, sha256
from parsers.mail.bounce import Action, DeliveryReport, delivery_reports
from parsers.mail.charset import decoded
from parsers.mail.domains import domain_warnings, looks_like, same_organisation
from parsers.mail.headers import Headers, words
from parsers.mail.html_text import plain_text
from parsers.mail.mime import Node, parse
from parsers.mail.nature import nature_of, no_answer_reason
from parsers.mail.reply import is_forward, layers, marked_text, new_text
from parsers.mail.reply_words import FORWARD_PREFIXES, REPLY_PREFIXES
from parsers.page import Limits, Part

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
_BARE_ID = re.compile(r"[^<>\s@]{1,200}@[^<>\s@]{1,200}")
_REFERENCES_MAX, _ADDRESSES_MAX, _RESULTS_MAX, _REPLY_MAX = 100, 500, 50, 100_000
_PREFIX = re.compile(r"^\s*([^\W\d_]{1,14}(?: fw)?)(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]\s*", re.IGNORECASE)
_TAG = re.compile(r"^\s*[\[(]{1,2}(?:external|extern|externe?r?|ext|caution|suspected spam|spam|esterno|externo)[^\])]{0,30}[\])]{1,2}\s*:?\s*",
                  re.IGNORECASE)  # fmt: skip
_ONCE = ("from", "subject", "date", "to", "sender", "reply-to")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it was understood.

    `body` is the form of the mail's own text to read first (named "body"); `html_body` and `plain_body` are both forms
    where both came. `parts` are all other readable parts in order, without the body in any form; a part of an attached
    message is named "message.eml/part" and stands in `quoted`: another wrote it, the sender passes it on.
    """

    facts: MailFacts
    parts: tuple[Part, ...] = ()
    body: Part | None = None
    html_body: Part | None = None
    part_facts: tuple[PartFacts, ...] = ()
    documents: tuple[AnyDocument, ...] = ()
    problems: tuple[Problem, ...] = ()
    plain_body: Part | None = None
    quoted: frozenset[str] = frozenset()
    reports: tuple[DeliveryReport, ...] = ()

    @property
    def text(self) -> str:
        """The mail's own text with quotes marked by ">", whichever form it came in: what `reply.layers` reads."""
        return _text_of(self.body)


def open_mail(data: bytes, *, own_addresses: frozenset[str] = frozenset(), limits: Limits = Limits()) -> Mail:  # noqa: B008
    """Return what a raw message holds. What cannot be read is a Problem; nothing escapes as an exception."""
    try:
        return opened(data, own_addresses=own_addresses, limits=limits)
    except Exception as error:  # noqa: BLE001 - the last net: a mail that breaks the reader is work for a person
        what = f"the mail cannot be taken apart ({type(error).__name__}): look at the original"
        return Mail(MailFacts(fingerprint=sha256(data)), problems=(Problem(where="mail", what=what),))


def opened(data: bytes, *, own_addresses: frozenset[str], limits: Limits) -> Mail:
    """As `open_mail`, without its last net: a test that fuzzes this sees what the net would hide."""
    problems: list[Problem] = []
    if len(data) > limits.bytes_max:
        what = f"is larger than {limits.bytes_max} bytes: what stands beyond was not read"
        problems.append(Problem(where="mail", what=what, code="too_large"))
        data = data[: limits.bytes_max]
    root, found = parse(data, limits)
    problems.extend(found)
    held = contents(root)
    problems.extend(held.problems)
    plain, html = _words_of(held.plain), _words_of(held.html)
    chosen = held.html if held.html and (held.plain is None or html_is_better(plain, html)) else held.plain
    text = plain if plain.strip() else plain_text(html)
    reports = delivery_reports(root, text, data)
    facts = _facts(root, held, chosen, text, reports, own_addresses)
    parts, quoted = _parts(held, facts.nature, own_addresses)
    problems.extend(_unreadable(root))
    return Mail(
        facts=facts,
        parts=parts,
        body=chosen,
        html_body=held.html,
        plain_body=held.plain,
        part_facts=_part_facts(root, limits),
        documents=_documents(facts, reports, _text_of(chosen), own_addresses),
        problems=tuple(dict.fromkeys(problems)),
        quoted=quoted,
        reports=reports,
    )


def must_not_answer(mail: Mail | bytes) -> str | None:
    """Return why no automatic mail may go back to this one (RFC 3834), None if one may."""
    return (open_mail(mail) if isinstance(mail, bytes) else mail).facts.no_answer_reason


def _words_of(part: Part | None) -> str:
    return decoded(part.data, part.charset) if part else ""


def _text_of(part: Part | None) -> str:
    text = _words_of(part)
    return marked_text(text) if part and part.content_type == "text/html" else text


def _facts(
    root: Node,
    held: Contents,
    chosen: Part | None,
    text: str,
    reports: tuple[DeliveryReport, ...],
    own_addresses: frozenset[str],
) -> MailFacts:
    headers = root.headers
    sender = author(headers)
    reply_to = next((box for value in headers.every("reply-to") for box in mailboxes(value)), None)
    subject = words(headers.first("subject"))
    files = tuple(part.name for node, part in held.papers if node.attached or node.file_name)
    nature, reason = nature_of(headers, text, files, reports, own_addresses)
    marked = _text_of(chosen)
    to = addresses(headers, "to", "cc")[:_ADDRESSES_MAX]
    return MailFacts(
        message_id=_first_id(headers.first("message-id")),
        from_address=sender.address,
        from_name=sender.name or None,
        reply_to=reply_to.address if reply_to else None,
        to=to,
        subject=subject,
        date=_instant(headers.first("date")),
        in_reply_to=_first_id(headers.first("in-reply-to")),
        references=_ids(headers.first("references"))[-_REFERENCES_MAX:],
        nature=nature,
        nature_reason=reason,
        reply_text=new_text(marked)[:_REPLY_MAX],
        forwarded=_is_forwarded(subject, marked, held, own_addresses | frozenset(to)),
        authentication_results=headers.every("authentication-results")[:_RESULTS_MAX],
        warnings=_warnings(headers, sender, reply_to),
        fingerprint=_fingerprint(sender, headers, text, held),
        no_answer_reason=no_answer_reason(headers, nature),
    )


def _first_id(value: str | None) -> str | None:
    ids = _ids(value)
    return ids[0] if ids else None


def _ids(value: str | None) -> tuple[str, ...]:
    """Return the message ids of a header in angle brackets; some systems leave the brackets out."""
    text = (value or "")[:20_000]
    found = _MESSAGE_ID.findall(text) or [f"<{bare}>" for bare in _BARE_ID.findall(text)[:_REFERENCES_MAX]]
    return tuple(dict.fromkeys(words(one).replace(" ", "") for one in found))


def _instant(value: str | None) -> str | None:
    """Return the Date header in ISO 8601, in the sender's own zone: "tomorrow" is meant where it was written."""
    moment = _moment(value)
    return moment.isoformat() if moment else None


def _moment(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(words(value)[:200])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # "-0000": UTC, the zone is not told
        return moment if 1970 < moment.year < 2200 and moment.utcoffset() is not None else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _warnings(headers: Headers, sender: Mailbox, reply_to: Mailbox | None) -> tuple[str, ...]:
    """Return what about the headers might deceive, in short words with their detail."""
    found = list(sender.warnings)
    found += [f"several_headers:{name}" for name in _ONCE[1:] if len(set(headers.every(name))) > 1]
    if reply_to and reply_to.address and sender.address and reply_to.domain and sender.domain:
        found.extend(domain_warnings(reply_to.domain))
        if reply_to.domain != sender.domain and not same_organisation(reply_to.domain, sender.domain):
            found.append(f"reply_to_differs:{reply_to.address}")
            if looks_like(reply_to.domain, sender.domain):
                found.append(f"reply_to_lookalike:{reply_to.address}")
    return tuple(dict.fromkeys(warning[:300] for warning in found))


def _prefixes(subject: str) -> tuple[str, ...]:
    """Return the reply and forward prefixes of a subject in order, lower case."""
    found: list[str] = []
    rest = _TAG.sub("", subject)
    while len(found) < 10 and (match := _PREFIX.match(rest)):
        prefix = match[1].lower()
        if prefix not in FORWARD_PREFIXES and prefix not in REPLY_PREFIXES:
            break
        found.append(prefix)
        rest = _TAG.sub("", rest[match.end() :])
    return tuple(found)


def _is_forwarded(subject: str, marked: str, held: Contents, own_addresses: frozenset[str]) -> bool:
    """Return whether the sender passes on what another wrote: by the subject's first prefix, a marker, an attachment."""
    prefixes = _prefixes(subject)
    if prefixes and prefixes[0] in FORWARD_PREFIXES and prefixes[0] not in REPLY_PREFIXES:
        return True
    if is_forward(marked) or _is_all_of_another(marked, own_addresses):
        return True
    return any(node.children and not _is_ours(node.children[0], own_addresses) for node, _ in held.papers)


def _is_all_of_another(marked: str, own_addresses: frozenset[str]) -> bool:
    """Return whether the text is nothing but what another wrote, under a header that names them."""
    found = layers(marked)
    passed_on = next((layer for layer in found[1:] if layer.text), None)
    if found[0].text or passed_on is None or "@" not in passed_on.author:
        return False
    return not any(address.lower() in passed_on.author.lower() for address in own_addresses)


def _is_ours(message: Node, own_addresses: frozenset[str]) -> bool:
    sender = author(message.headers).address
    own = {address.lower() for address in own_addresses}
    return (sender or "").lower() in own or message.headers.has("x-ar-agent")


def _parts(held: Contents, nature: Nature, own_addresses: frozenset[str]) -> tuple[tuple[Part, ...], frozenset[str]]:
    """Return the parts to read, those of attached messages too, each content once, and the names of the quoted ones."""
    found: list[tuple[Part, bool]] = []
    _collect(held, "", own_addresses, nature is Nature.BOUNCE, found, quoted=False)
    seen: set[tuple[str, str]] = set()
    names: dict[str, int] = {}
    parts: list[Part] = []
    quoted_names: set[str] = set()
    for part, quoted in found:
        key = (part.content_type, sha256(part.data))
        if key in seen or not part.data:
            continue
        seen.add(key)
        names[part.name] = names.get(part.name, 0) + 1
        count = names[part.name]
        named = part if count == 1 else replace(part, name=_numbered(part.name, count))
        parts.append(named)
        if quoted:
            quoted_names.add(named.name)
    return tuple(parts), frozenset(quoted_names)


def _collect(
    held: Contents, prefix: str, own: frozenset[str], is_report: bool, found: list[tuple[Part, bool]], *, quoted: bool
) -> None:
    for node, part in held.papers:
        if node.children:  # an attached message: what a bounce returns, or what we wrote ourselves, is nobody's paper
            if is_report or _is_ours(node.children[0], own):
                continue
            inner = contents(node.children[0])
            name = f"{prefix}{part.name}"
            body = inner.plain or inner.html
            if body:
                found.append((replace(body, name=name, inline=False), True))
            _collect(inner, f"{name}/", own, False, found, quoted=True)
        elif not node.content_type.startswith("message/"):
            found.append((replace(part, name=f"{prefix}{part.name}"), quoted))


def _numbered(name: str, number: int) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem} ({number}).{ending}" if dot else f"{name} ({number})"


def _part_facts(root: Node, limits: Limits) -> tuple[PartFacts, ...]:
    leaves = [node for node in root.walk() if not node.children][: limits.parts_max]
    return tuple(
        PartFacts(name=name_of(n), content_type=n.content_type, size=len(n.data), sha256=sha256(n.data)) for n in leaves
    )


_CANNOT_READ = {
    "message/partial": ("is one piece of a mail that was sent in several: ask for it in one", "unreadable"),
    "message/external-body": ("is only a pointer to a file that was not sent", "missing_attachment"),
    "application/pgp-encrypted": ("is encrypted: ask the sender for an unencrypted mail", "encrypted"),
}


def _unreadable(root: Node) -> list[Problem]:
    found: list[Problem] = []
    for node in root.walk():
        if node.content_type in _CANNOT_READ:
            what, code = _CANNOT_READ[node.content_type]
            found.append(Problem(where=name_of(node), what=what, code=code))
    return found


def _documents(
    facts: MailFacts, reports: tuple[DeliveryReport, ...], marked: str, own_addresses: frozenset[str]
) -> tuple[AnyDocument, ...]:
    if facts.nature is Nature.BOUNCE:
        return tuple(report.as_bounce() for report in reports if report.action is Action.FAILED)
    receipts = tuple(report.as_receipt() for report in reports if report.action in (Action.DELIVERED, Action.READ))
    if receipts:
        return receipts
    if facts.nature is Nature.AUTO_REPLY and not reports:
        sent_on = date.fromisoformat(facts.date[:10]) if facts.date else None
        unquoted = "\n".join(layers(marked)[0].lines)
        return (auto_reply(facts.reply_text, unquoted, sent_on, facts.from_address, own_addresses),)
    return ()


def _fingerprint(sender: Mailbox, headers: Headers, text: str, held: Contents) -> str:
    """Return SHA-256 of sender, instant, subject, words and files: the same for a mail that took another way here.

    Left out is what gateways change: trace headers, Message-ID, encodings and charsets, tags they put into subjects.
    Without a date the Message-ID stands in, or short mails months apart would be one.
    """
    moment = _moment(headers.first("date"))
    when = moment.astimezone(UTC).isoformat() if moment else _first_id(headers.first("message-id")) or ""
    files = sorted(sha256(part.data) for _, part in held.papers)
    subject = " ".join(_TAG.sub("", words(headers.first("subject"))).split())
    pieces = [(sender.address or sender.name).lower(), when, subject, " ".join(text.split()), *files]
    return sha256("\0".join(pieces).encode("utf-8", "replace"))
