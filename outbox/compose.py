"""Turns a rendered notice into the exact bytes that leave, the same bytes for the same notice every time."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import quote

from outbox import headers as h
from outbox.message import OutboxMessage, OutboxStatus

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LONG_LINE = re.compile(r"[^\n]{999}")
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}\Z")
_MUST_COME_BACK = ("invoice", "credit_note", "reminder", "statement")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")


class _Attachment(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def data(self) -> bytes: ...


class _Rendered(Protocol):
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def attachments(self) -> Sequence[_Attachment]: ...


def compose(
    rendered: _Rendered,
    *,
    kind: str,
    intent: str,
    sender_address: str,
    sender_name: str,
    reply_to: str,
    recipients: Sequence[str],
    date: datetime,
    in_reply_to: str | None = None,
    references: tuple[str, ...] = (),
    auto_submitted: str = "auto-generated",
    about: tuple[str, ...] = (),
    customer: str | None = None,
    level: int | None = None,
    due_at: datetime | None = None,
    held_reason: str | None = None,
    domain: str | None = None,
) -> OutboxMessage:
    """Compose one mail (RFC 5322, MIME, RFC 3834); its Message-ID is a function of `kind` and `intent` alone.

    A recipient that is no mailbox is left out; where none is left the mail is held and says why. Raises UnsafeHeader
    where our own address, `kind` or domain (settings, not input) is not usable.
    """
    sender = _own_address("From", sender_address)
    usable = tuple(dict.fromkeys(filter(None, (h.address(one) for one in recipients))))
    if not usable:
        held_reason = held_reason or f"no usable address among: {h.clean(', '.join(recipients)) or '(none given)'}"
    mark = hashlib.sha256(intent.encode("utf-8", "backslashreplace")).hexdigest()[:32]
    message_id = _message_id(kind, mark, domain or sender.rpartition("@")[2])
    subject = h.clean(rendered.subject)
    lines = [
        ("Date", format_datetime(date)),
        ("From", h.mailbox_value(sender_name, sender, 6)),
        ("To", h.list_value(usable, ",", 4) if usable else "undisclosed-recipients:;"),
        ("Reply-To", _own_address("Reply-To", reply_to or sender_address)),
        ("Subject", h.text_value(subject, 9)),
        ("Message-ID", message_id),
        *_thread(in_reply_to, references),
        ("Auto-Submitted", _own_token("Auto-Submitted", auto_submitted)),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Ar-Agent", mark),
        ("MIME-Version", "1.0"),
    ]
    if language := re.sub(r"[^A-Za-z0-9-]", "", rendered.language)[:20]:
        lines.append(("Content-Language", language))
    content_headers, body = _content(rendered, mark)
    # An automatic reply leaves under the null path, so that nothing answers it (RFC 3834, 3.3); but that an invoice
    # or a reminder did not arrive must come back to us.
    envelope = "" if auto_submitted == "auto-replied" and kind not in _MUST_COME_BACK else sender
    return OutboxMessage(
        intent=intent,
        kind=kind,
        customer=customer,
        recipients=usable,
        sender=envelope,
        subject=subject,
        language=rendered.language,
        about=about,
        level=level,
        message_id=message_id,
        data=h.header_lines(lines + content_headers) + body,
        due_at=due_at or date,
        status=OutboxStatus.HELD if held_reason else OutboxStatus.QUEUED,
        reason=held_reason,
    )


def _own_address(header: str, value: str) -> str:
    plain = h.address(value)
    if plain is None:
        raise h.UnsafeHeader(header, value, "is not a mail address: set one in [company] emails")
    return plain


def _own_token(header: str, value: str) -> str:
    if not re.fullmatch(r"[a-z-]{1,40}", value):
        raise h.UnsafeHeader(header, value, "is not a keyword")
    return value


def _message_id(kind: str, mark: str, domain: str) -> str:
    if not _KIND.match(kind) or h.address(f"x@{domain}") is None:
        raise h.UnsafeHeader("Message-ID", f"{kind}@{domain}", "needs a kind and a domain of plain letters")
    return f"<{kind}.{mark}@{domain.lower()}>"


def _thread(in_reply_to: str | None, references: tuple[str, ...]) -> list[tuple[str, str]]:
    # These come from a stranger's mail: what is not a Message-ID is left out, a mail goes out unthreaded rather.
    parent = h.message_ids([in_reply_to or ""])
    chain = h.message_ids([*references, *parent])
    lines = [("In-Reply-To", parent[0])] if parent else []
    return lines + ([("References", h.list_value(chain, "", 12))] if chain else [])


def _content(rendered: _Rendered, mark: str) -> tuple[list[tuple[str, str]], bytes]:
    text = _text_part("plain", rendered.text)
    if rendered.html:
        text = _multipart("alternative", [text, _text_part("html", rendered.html)], mark)
    if rendered.attachments:
        text = _multipart("mixed", [text, *map(_attachment, rendered.attachments)], mark)
    return text


Part = tuple[list[tuple[str, str]], bytes]


def _multipart(subtype: str, parts: list[Part], mark: str) -> Part:
    whole = [h.header_lines(headers) + body for headers, body in parts]
    boundary = _boundary(subtype, mark, whole)
    line = b"--" + boundary.encode("ascii")
    body = b"".join(line + b"\r\n" + part + (b"" if part.endswith(b"\r\n") else b"\r\n") for part in whole)
    return [("Content-Type", f'multipart/{subtype};\r\n boundary="{boundary}"')], body + line + b"--\r\n"


def _boundary(subtype: str, mark: str, parts: list[bytes]) -> str:
    count = 0
    while True:
        digest = hashlib.sha256(f"{subtype} {mark} {count}".encode()).hexdigest()[:32]
        boundary = f"=_{subtype}_{digest}"
        if not any(boundary.encode("ascii") in part for part in parts):
            return boundary
        count += 1


def _text_part(subtype: str, text: str) -> Part:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    if not text.endswith("\n"):
        text += "\n"
    coding, body = _encoded_text(text)
    charset = "us-ascii" if text.isascii() else "utf-8"
    headers = [
        ("Content-Type", f"text/{subtype}; charset={charset}"),
        ("Content-Transfer-Encoding", coding),
    ]
    return headers, body


def _encoded_text(text: str) -> tuple[str, bytes]:
    """Text of LF lines as lines of at most 998 octets of ASCII (RFC 5321, 4.5.3.1.6)."""
    if text.isascii() and not _CONTROL.search(text) and not _LONG_LINE.search(text) and "\nFrom " not in "\n" + text:
        return "7bit", text.encode("ascii").replace(b"\n", b"\r\n")
    data = text.encode("utf-8")
    quoted = binascii.b2a_qp(data, istext=True)
    if len(quoted) <= 1.5 * len(data):
        return "quoted-printable", re.sub(rb"(?m)^From ", b"=46rom ", quoted).replace(b"\n", b"\r\n")
    return "base64", _base64_lines(data.replace(b"\n", b"\r\n"))


def _base64_lines(data: bytes) -> bytes:
    code = binascii.b2a_base64(data, newline=False)
    return b"\r\n".join([code[at : at + 76] for at in range(0, len(code), 76)]) + b"\r\n"


def _attachment(attachment: _Attachment) -> Part:
    content_type = attachment.content_type.lower()
    if not _CONTENT_TYPE.match(content_type) or content_type.startswith(("multipart/", "message/")):
        content_type = "application/octet-stream"
    name = re.sub(r'[/\\"<>|:*?]', "_", h.clean(attachment.name, 120)).strip(". ") or "document"
    headers = [
        ("Content-Type", f"{content_type};\r\n {_parameter('name', name)}"),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", f"attachment;\r\n {_parameter('filename', name)}"),
    ]
    return headers, _base64_lines(attachment.data)


def _parameter(key: str, value: str) -> str:
    """A MIME parameter, in RFC 2231 form where it is not plain ASCII."""
    if value.isascii() and "%" not in value:
        return f'{key}="{value}"'
    return f"{key}*=utf-8''{quote(value, safe='')}"
