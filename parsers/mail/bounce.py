"""What mail systems report about mail we sent: RFC 3464 reports, and the many that are only told in words.

A report is a failure, a delay, a delivery or a receipt. Only a failure is a bounce: a delayed mail is still on its way
and sending it again would send it twice.
"""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import MessageError
from enum import StrEnum

from agent.domain.documents import BounceReport, DeliveryReceipt, Source
from parsers.mail.addresses import mailboxes
from parsers.mail.bounce_words import (
    COPY_BELOW,
    DELAYED,
    DELIVERED,
    EXPIRED,
    FAILED,
    FULL,
    NO_HOST,
    NO_MAILBOX,
    PERMANENT,
    SENDERS,
    SUBJECTS,
)
from parsers.mail.charset import decoded
from parsers.mail.headers import Headers, clean, parameters, split_message, words
from parsers.mail.mime import Node

_TEXT_MAX = 60_000
_RECIPIENTS_MAX = 200
_ADDRESS = re.compile(r"[A-Za-z0-9._%+=~#&'*/!?^{}|$-]{1,128}@[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.,/:-])([45]\d\d)(?=[ \t-]|#\d)(?![ \t]?(?:bytes|kb|mb|seconds|hours))", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"^[ \t>]*message-id[ \t]*:[ \t]*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
_ID_LINE = re.compile(r"^[ \t>]*[\w-]*(?:message|e-?mail)?-?id[ \t]*[:=][^\n]{0,300}$", re.IGNORECASE | re.MULTILINE)
# An address at the head of a line, perhaps behind a bullet or an SMTP reply: how lists of recipients look.
_LISTED = re.compile(
    rf"^[ \t>*•<-]{{0,20}}(?:[45]\d\d[ -](?:[45]\.\d{{1,3}}\.\d{{1,3}} )?)?<?({_ADDRESS.pattern})>?(?=[ \t:;,]|\.\.\.|\r?$)",
    re.MULTILINE,
)
_TOKEN = re.compile(r"<[^<>\s]{3,250}>")


class Action(StrEnum):
    """What a mail system did with our mail: the actions of RFC 3464 2.3.3, and two reports of other kinds."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"  # delivered, relayed or expanded
    READ = "read"  # a disposition notification (RFC 8098)
    COMPLAINT = "complaint"  # a feedback report (RFC 5965): the recipient calls it unwanted


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """One recipient's part of a report: `status` is the code of RFC 3463 where one is stated or plainly told."""

    action: Action
    recipient: str | None
    status: str | None
    original_message_id: str | None
    text: str | None

    @property
    def permanent(self) -> bool:
        """Whether trying again is of no use. What no code and no word calls permanent is tried again first."""
        return self.action is Action.FAILED and (self.status or "4").startswith("5")

    def as_bounce(self) -> BounceReport:
        return BounceReport(
            confidence=0.95 if self.recipient and self.status else 0.8,
            source=Source("body"),
            recipient=self.recipient,
            status=self.status,
            permanent=self.permanent,
            original_message_id=self.original_message_id,
            text=self.text,
        )

    def as_receipt(self) -> DeliveryReceipt:
        return DeliveryReceipt(
            confidence=0.9,
            source=Source("body"),
            recipient=self.recipient,
            original_message_id=self.original_message_id,
            opened=self.action is Action.READ,
        )


def delivery_reports(root: Node, text: str, data: bytes) -> tuple[DeliveryReport, ...]:
    """Return what a message reports about the delivery of ours; nothing where it is no report at all."""
    leaves = [node for node in root.walk() if not node.children and node.depth == 0]
    original = _original(root, leaves, text)
    for leaf in leaves:
        if leaf.content_type in ("message/delivery-status", "message/global-delivery-status"):
            found = _by_status(leaf, original, text)
            if found:
                return found
        elif leaf.content_type == "message/disposition-notification":
            return (_disposition(leaf, original, text),)
        elif leaf.content_type == "message/feedback-report":
            return (_complaint(leaf, original, text),)
    return _in_words(root, original, text, data)


@dataclass(frozen=True, slots=True)
class _Original:
    """What the report says of the mail it is about."""

    message_id: str | None
    recipients: tuple[str, ...]
    returned: bool  # the report brings its header along


def _original(root: Node, leaves: list[Node], text: str) -> _Original:
    headers = next((n.headers for n in root.walk() if n.depth == 1), None)
    for leaf in leaves:
        if headers is None and leaf.content_type in ("text/rfc822-headers", "message/rfc822", "message/global-headers"):
            headers = split_message(leaf.data)[0]
    if headers is None:
        below = _copy_below(text)
        headers = split_message(below.encode("utf-8", "replace"))[0] if below else Headers()
    found = _TOKEN.search(headers.first("message-id") or "")
    returned = found is not None or headers.has("to")
    if found is None and (told := _MESSAGE_ID.search(text[:_TEXT_MAX])):
        found = _TOKEN.search(told[1])
    if found is None:
        # Some systems return nothing of the mail, but thread their report to it.
        answered = [*root.headers.every("in-reply-to"), *reversed(root.headers.every("references"))]
        tokens = _TOKEN.findall(" ".join(answered))
        found = _TOKEN.search(tokens[-1]) if tokens else None
    recipients = [b.address for n in ("to", "cc", "bcc") for v in headers.every(n) for b in mailboxes(v) if b.address]
    return _Original(found[0] if found else None, tuple(dict.fromkeys(recipients))[:_RECIPIENTS_MAX], returned)


def _copy_below(text: str) -> str:
    """Return the copy of the original mail that stands below a dividing line of the report, "" if none does."""
    position = _copy_starts(text)
    lines = text[position:_TEXT_MAX].split("\n")[1:] if position is not None else []
    while lines and (not lines[0].strip() or ":" not in lines[0]):
        lines.pop(0)
    return "\n".join(line.strip(" \t>") if line[:1] not in " \t" else line for line in lines)


def _copy_starts(text: str) -> int | None:
    lowered = text[:_TEXT_MAX].lower()
    places = [at for phrase in COPY_BELOW if (at := lowered.find(phrase)) >= 0]
    return min(places) if places else None


def _by_status(leaf: Node, original: _Original, text: str) -> tuple[DeliveryReport, ...]:
    """Read the groups of fields of an RFC 3464 report, one a recipient."""
    found: list[DeliveryReport] = []
    for group in re.split(rb"\r?\n[ \t]*\r?\n", leaf.data[:200_000].strip())[: _RECIPIENTS_MAX + 1]:
        fields = split_message(group.strip() + b"\n")[0]
        if not (fields.has("final-recipient") or fields.has("original-recipient") or fields.has("action")):
            continue
        action = _action(fields.first("action") or "")
        recipient = _typed_address(fields.first("original-recipient")) or _typed_address(
            fields.first("final-recipient") or fields.first("x-actual-recipient")
        )
        diagnostic = words(fields.first("diagnostic-code"))
        status = _status(words(fields.first("status")), diagnostic)
        if action is None:
            action = Action.DELIVERED if (status or "").startswith("2") else Action.FAILED
        if recipient is None and len(original.recipients) == 1:
            recipient = original.recipients[0]
        why = diagnostic.partition(";")[2].strip() or diagnostic or _first_lines(text)
        found.append(DeliveryReport(action, recipient, status, original.message_id, (why or "")[:500] or None))
    return tuple(found)


def _action(value: str) -> Action | None:
    word = value.split("(", maxsplit=1)[0].strip().lower()
    if word.startswith("fail"):
        return Action.FAILED
    if word.startswith("delay"):
        return Action.DELAYED
    return Action.DELIVERED if word in ("delivered", "relayed", "expanded") else None


def _typed_address(value: str | None) -> str | None:
    """Return the address of `rfc822; ann@example.com`, however it is wrapped."""
    text = words(value)
    kind, semicolon, rest = text.partition(";")
    if semicolon and kind.strip().lower() not in ("rfc822", "utf-8", "unknown", "smtp", ""):
        return None
    found = _ADDRESS.search(rest if semicolon else text)
    return found[0] if found else None


def _status(stated: str, diagnostic: str) -> str | None:
    """Return the status; where the stated one only names the class, the more exact one of the diagnosis."""
    exact = _code(diagnostic)
    found = _STATUS.search(stated)
    if found is None:
        return exact or _class_of_reply(diagnostic)
    status = _plain_status(found)
    if exact and exact[0] == status[0] and status.endswith(".0.0"):
        return exact
    return status


def _code(text: str) -> str | None:
    """Return the first status code in the text that is no "undefined" one, or the first at all."""
    found = [_plain_status(m) for m in list(_STATUS.finditer(text[:5_000]))[:20] if m[1] != "2"]
    return next((code for code in found if not code.endswith(".0.0")), found[0] if found else None)


def _plain_status(found: re.Match[str]) -> str:
    return f"{found[1]}.{int(found[2])}.{int(found[3])}"


def _class_of_reply(text: str) -> str | None:
    """Return x.0.0 for a bare SMTP reply code x..: RFC 3463 has it for "of this class, nothing further known"."""
    found = _REPLY.search(text[:5_000])
    return f"{found[1][0]}.0.0" if found else None


def _disposition(leaf: Node, original: _Original, text: str) -> DeliveryReport:
    fields = split_message(leaf.data.strip() + b"\n")[0]
    told = _TOKEN.search(fields.first("original-message-id") or "")
    who = _typed_address(fields.first("original-recipient")) or _typed_address(fields.first("final-recipient"))
    mode = (fields.first("disposition") or "").partition(";")[2].lower()
    # "deleted" says that it was removed, perhaps unread.
    action = Action.READ if "displayed" in mode else Action.DELIVERED
    return DeliveryReport(action, who, None, told[0] if told else original.message_id, _first_lines(text))


def _complaint(leaf: Node, original: _Original, text: str) -> DeliveryReport:
    fields = split_message(leaf.data.strip() + b"\n")[0]
    who = _typed_address(fields.first("original-rcpt-to"))
    return DeliveryReport(Action.COMPLAINT, who, None, original.message_id, _first_lines(text))


def _in_words(root: Node, original: _Original, text: str, data: bytes) -> tuple[DeliveryReport, ...]:
    """Read a report that is only told in words: it must come from a mail system and say what became of the mail."""
    told = text[: _copy_starts(text)][:_TEXT_MAX]
    lowered = told.lower()
    if not _is_report(root, original, lowered):
        return ()
    action = _told_action(lowered)
    recipients = _recipients(root, original, told, data)
    status = _status_in_words(lowered, action)
    why = _first_lines(told)
    if not recipients:
        return (DeliveryReport(action, None, status, original.message_id, why),)
    several = len(recipients) > 1
    return tuple(
        DeliveryReport(action, r, _near(told, r) or status if several else status, original.message_id, why)
        for r in recipients
    )


def _told_action(lowered: str) -> Action:
    if _any(DELAYED, lowered):
        return Action.DELAYED
    if _any(DELIVERED, lowered) and not _any(FAILED, lowered):
        return Action.DELIVERED
    return Action.FAILED


def _is_report(root: Node, original: _Original, lowered: str) -> bool:
    """Return whether a mail system speaks: three signs, so that no customer's complaint of a failed delivery is one."""
    headers = root.headers
    if headers.has("x-failed-recipients"):
        return True
    sender = words(headers.first("from")).lower()
    subject = words(headers.first("subject")).lower()
    report = parameters(headers.first("content-type"))
    system = sum(
        (
            any(name in sender for name in SENDERS),
            (headers.first("return-path") or "x").strip() == "<>",
            report.value == "multipart/report" and report.get("report-type") in (None, "delivery-status"),
        )
    )
    diagnosed = _any(NO_MAILBOX, lowered) or _any(FULL, lowered) or _any(NO_HOST, lowered) or bool(_code(lowered))
    told = _any(FAILED, lowered) or _any(DELAYED, lowered) or _any(DELIVERED, lowered)
    titled = any(phrase in subject for phrase in SUBJECTS) and not subject.startswith(
        ("re:", "fw", "aw:", "wg:", "tr:")
    )
    if not system and not (original.returned and diagnosed):
        return False
    return (told or diagnosed or titled) and system + original.returned + diagnosed + told + titled >= 3


def _recipients(root: Node, original: _Original, told: str, data: bytes) -> tuple[str, ...]:
    """Return whose mail was not delivered: named by a header, else by the words, checked against the original."""
    if named := root.headers.first("x-failed-recipients"):
        return _distinct(_ADDRESS.findall(named))
    ours = {b.address.lower() for n in ("to", "from", "delivered-to") for v in root.headers.every(n)
            for b in mailboxes(v) if b.address}  # fmt: skip
    words_only = _ID_LINE.sub("", told)
    listed = _named([m[1] for m in _LISTED.finditer(words_only)], ours)
    candidates = _named(_ADDRESS.findall(words_only), ours)
    known = {a.lower() for a in original.recipients}
    both = tuple(a for a in candidates if a.lower() in known)
    if both and not {a.lower() for a in both} < {a.lower() for a in listed}:
        return both
    if listed:
        return listed
    if scanned := _named(_scanned(data), ours):
        return scanned
    if len(candidates) == 1:
        return candidates
    return original.recipients if len(original.recipients) == 1 else ()


def _named(found: Iterable[str], ours: set[str]) -> tuple[str, ...]:
    return _distinct(a for a in found if a.lower() not in ours and not a.lower().startswith(SENDERS))


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses in order, each once whatever its case."""
    return tuple({a.strip("'.").lower(): a.strip("'.") for a in reversed(list(found))}.values())[::-1][:_RECIPIENTS_MAX]


def _scanned(data: bytes) -> tuple[str, ...]:
    """Return what flufl.bounce finds: it knows the wordings of dozens of old systems."""
    from flufl.bounce import all_failures

    # It logs each detector it tries, above the level that anybody wants to see.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    try:
        temporary, permanent = all_failures(email.message_from_bytes(data[:200_000]))
        found = [decoded(address) for address in sorted({*temporary, *permanent})]
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        return ()
    return tuple(a for a in found if _ADDRESS.fullmatch(a))[:_RECIPIENTS_MAX]


def _status_in_words(lowered: str, action: Action) -> str | None:
    """Return the status told: a code, or the class of a reply code or of plain words with the detail they name."""
    code = _code(lowered)
    if action is not Action.FAILED:
        return code if code and code[0] == "4" else None
    if code:
        return code
    by_class = _class_of_reply(lowered)
    detail = _detail(lowered)
    if by_class is not None:
        return f"{by_class[0]}.{detail}" if detail else by_class
    if detail in ("2.2", "4.7"):
        return f"4.{detail}"
    if detail:
        return f"5.{detail}"
    return "5.0.0" if _any(PERMANENT, lowered) else None


def _detail(lowered: str) -> str | None:
    """Return subject and detail of RFC 3463 where the words are plain: no mailbox, no host, mailbox full, too old."""
    if _any(FULL, lowered):
        return "2.2"
    if _any(EXPIRED, lowered):
        return "4.7"
    if _any(NO_MAILBOX, lowered):
        return "1.1"
    return "1.2" if _any(NO_HOST, lowered) else None


def _near(told: str, recipient: str) -> str | None:
    """Return the status that stands behind this recipient's address, before the next address does."""
    at = told.find(recipient)
    if at < 0:
        return None
    behind = told[at + len(recipient) : at + 600]
    following = next((m for m in _ADDRESS.finditer(behind) if m[0].lower() != recipient.lower()), None)
    behind = behind[: following.start()] if following else behind
    return _code(behind) or _class_of_reply(behind)


def _any(phrases: tuple[str, ...], lowered: str) -> bool:
    return any(phrase in lowered for phrase in phrases)


def _first_lines(text: str) -> str | None:
    return clean(text[:1_500], 500) or None
