"""Outlook message files ([MS-OXMSG]): a compound file whose streams are MAPI properties, written out as a mail."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from email.generator import BytesGenerator
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import HeaderParser
from email.utils import format_datetime, formataddr
from io import BytesIO

from parsers.media.cfb import Entry, Storage
from parsers.media.mapi import (
    ATTACH_DATA,
    ATTACH_MIME,
    BINARY,
    BODY,
    BODY_HTML,
    BODY_RTF,
    LONG,
    STRING8,
    SUBJECT,
    TIME,
    UNICODE,
    Properties,
    rtf_unpacked,
)
from parsers.media.rtf import rtf_content
from parsers.page import Limits, Part, Unreadable

_PREFIX = "__substg1.0_"
_HEADERS, _SENDER, _SENDER_NAME = 0x007D, 0x5D01, 0x0C1A
_SENDER_ADDRESS, _DISPLAY_TO, _MESSAGE_ID, _SENT = 0x0C1F, 0x0E04, 0x1035, 0x0039
_OF_THE_MAIL = frozenset({"content-type", "content-transfer-encoding", "content-disposition", "mime-version"})
HEADERS_MAX, VALUE_MAX = 200, 2_000


def parts_of_msg(data: bytes, limits: Limits) -> tuple[Part, ...] | Unreadable:
    """The message as one part of type message/rfc822, attached messages within it as such.

    Its headers are those that it was received with; where it has none, sender, subject and date from its properties.
    """
    storage = Storage(data)
    reader = _Reader(storage, limits)
    mail = reader.message(storage.root, limits.depth_max)
    if reader.parts > limits.parts_max:
        return Unreadable(f"The message holds more than {limits.parts_max} parts.", "too_large")
    buffer = BytesIO()
    BytesGenerator(buffer, mangle_from_=False, maxheaderlen=0).flatten(mail)
    return (Part("message.eml", "message/rfc822", buffer.getvalue()),)


class _Reader:
    """Reads messages out of a storage, counting what they unpack to."""

    def __init__(self, storage: Storage, limits: Limits) -> None:
        self.storage, self.limits = storage, limits
        self.budget, self.parts = limits.unpacked_bytes_max, 0

    def message(self, entry: Entry, depth: int) -> MIMEMultipart:
        properties = self._properties(entry)
        mail = MIMEMultipart("mixed")
        for name, value in _headers(properties):
            mail[name] = value
        for part in body_parts(properties, self.limits):
            self.parts += 1
            text = part.data.decode(part.charset or "utf-8", "replace")
            mail.attach(MIMEText(text, part.content_type.removeprefix("text/"), "utf-8"))
        for name in sorted(entry.children):
            if name.lower().startswith("__attach_version1.0_") and entry.children[name].storage:
                attached = self._attachment(entry.children[name], depth)
                if attached is not None:
                    self.parts += 1
                    mail.attach(attached)
        return mail

    def _attachment(self, entry: Entry, depth: int) -> Message | None:
        file = self._properties(entry)
        inner = next((child for name, child in entry.children.items() if name.upper().endswith("3701000D")), None)
        if inner is not None and inner.storage:
            return MIMEMessage(self.message(inner, depth - 1)) if depth > 0 else None
        content = file.data(ATTACH_DATA)
        if not content:
            return None
        main, slash, sub = file.text(ATTACH_MIME).strip().lower().partition("/")
        plain = slash and main.isalnum() and sub.replace("-", "").replace(".", "").replace("+", "").isalnum()
        attached = (
            MIMEBase(main, sub)
            if plain and main not in ("multipart", "message")
            else MIMEBase("application", "octet-stream")
        )
        attached.set_payload(_base64(content))
        attached["Content-Transfer-Encoding"] = "base64"
        attached.add_header("Content-Disposition", "attachment", filename=("utf-8", "", file.name() or "attachment"))
        return attached

    def _properties(self, entry: Entry) -> Properties:
        found = Properties()
        for name, child in entry.children.items():
            if child.storage:
                continue
            if name.lower() == "__properties_version1.0":
                _fixed(self.storage.read(child, self.limits.bytes_max), found)
                continue
            tag = name[len(_PREFIX) :]
            if not name.lower().startswith(_PREFIX) or len(tag) != 8:
                continue
            try:
                number, kind = int(tag[:4], 16), int(tag[4:], 16)
            except ValueError:
                continue
            if kind in (UNICODE, STRING8, BINARY):
                content = self.storage.read(child, self.limits.bytes_max)
                self.budget -= len(content)
                if self.budget < 0:
                    raise ValueError("the message unpacks to more bytes than are read")
                found.values[number] = content.decode("utf-16-le", "replace") if kind == UNICODE else content
        return found


def _base64(content: bytes) -> str:
    from base64 import encodebytes

    return encodebytes(content).decode("ascii")


def _headers(properties: Properties) -> list[tuple[str, str]]:
    """Names and values of the header fields, each value on one line so that none can bring in another field."""
    told = properties.text(_HEADERS)
    if told.strip():
        fields = HeaderParser().parsestr(told.lstrip("\r\n")[:200_000], headersonly=True).items()
    else:
        sent = properties.values.get(_SENT)
        address = properties.text(_SENDER) or properties.text(_SENDER_ADDRESS)
        fields = [
            ("From", formataddr((_line(properties.text(_SENDER_NAME)), _line(address))) if "@" in address else ""),
            ("To", properties.text(_DISPLAY_TO)),
            ("Subject", properties.text(SUBJECT)),
            ("Date", format_datetime(_instant(sent)) if isinstance(sent, int) and sent > 0 else ""),
            ("Message-ID", properties.text(_MESSAGE_ID)),
        ]
    kept = [(name, _line(str(value))) for name, value in fields if name.lower() not in _OF_THE_MAIL]
    return [(name, value) for name, value in kept if value and name.isascii() and name.isprintable()][:HEADERS_MAX]


def _line(value: str) -> str:
    plain = "".join(char if char.isprintable() else " " for char in value)
    return " ".join(plain.split())[:VALUE_MAX]


def _instant(ticks: int) -> datetime:
    """An instant of Windows: tenths of a microsecond since 1601 ([MS-DTYP] 2.3.3)."""
    return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=min(ticks, 10**18) // 10)


def _fixed(data: bytes, found: Properties) -> None:
    """Integers and instants of the property stream ([MS-OXMSG] 2.4). Its head differs in length by kind of storage."""
    for at in range(len(data) % 16, len(data) - 15, 16):
        kind, number = struct.unpack_from("<HH", data, at)
        if kind == LONG:
            found.values.setdefault(number, int(struct.unpack_from("<i", data, at + 8)[0]))
        elif kind == TIME:
            found.values.setdefault(number, int(struct.unpack_from("<q", data, at + 8)[0]))


def body_parts(message: Properties, limits: Limits) -> list[Part]:
    """The body of a message as HTML where it has one, else as text: one part, as a reader would be shown one."""
    html = message.data(BODY_HTML)
    if html.strip(b"\x00 \r\n"):
        from parsers.media.charset import decoded

        return [Part("body.html", "text/html", decoded(html, message.charset()).encode("utf-8"), "utf-8", True)]
    packed = message.data(BODY_RTF)
    plain = message.text(BODY)
    if packed:
        text, is_html = rtf_content(rtf_unpacked(packed, limits.bytes_max))
        if text.strip() and (is_html or not plain.strip()):
            kind = ("body.html", "text/html") if is_html else ("body.txt", "text/plain")
            return [Part(*kind, text.encode("utf-8"), "utf-8", True)]
    if plain.strip():
        return [Part("body.txt", "text/plain", plain.encode("utf-8"), "utf-8", True)]
    return []
