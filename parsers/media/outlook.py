"""Outlook message files ([MS-OXMSG]): a compound file whose streams are MAPI properties."""

from __future__ import annotations

import struct

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
    UNICODE,
    Properties,
    rtf_unpacked,
)
from parsers.media.rtf import rtf_content
from parsers.page import Limits, Part, Unreadable

_PREFIX = "__substg1.0_"
_HEADERS = 0x007D


def parts_of_msg(data: bytes, limits: Limits) -> tuple[Part, ...] | Unreadable:
    """The message's transport headers (as `message/rfc822-headers`, where it has any), its body, its attachments.

    An attached message gives its own body and attachments behind those of the outer one.
    """
    storage = Storage(data)
    parts = _message(storage, storage.root, limits, limits.depth_max, [limits.unpacked_bytes_max])
    if len(parts) > limits.parts_max:
        return Unreadable(f"The message holds more than {limits.parts_max} parts.", "too_large")
    return tuple(parts) or Unreadable("The Outlook message is empty.", "empty")


def _message(storage: Storage, entry: Entry, limits: Limits, depth: int, budget: list[int]) -> list[Part]:
    message = _properties(storage, entry, limits, budget)
    parts: list[Part] = []
    headers = message.text(_HEADERS)
    if headers.strip():
        parts.append(Part("headers", "message/rfc822-headers", headers.encode("utf-8"), "utf-8"))
    parts += body_parts(message, limits)
    for name in sorted(entry.children):
        if name.lower().startswith("__attach_version1.0_") and entry.children[name].storage:
            parts += _attachment(storage, entry.children[name], limits, depth, budget)
    return parts


def _attachment(storage: Storage, entry: Entry, limits: Limits, depth: int, budget: list[int]) -> list[Part]:
    file = _properties(storage, entry, limits, budget)
    inner = next((child for name, child in entry.children.items() if name.upper().endswith("3701000D")), None)
    if inner is not None and inner.storage:
        return _message(storage, inner, limits, depth - 1, budget) if depth > 0 else []
    content = file.data(ATTACH_DATA)
    if not content:
        return []
    return [Part(file.name() or "attachment", file.text(ATTACH_MIME) or "application/octet-stream", content)]


def _properties(storage: Storage, entry: Entry, limits: Limits, budget: list[int]) -> Properties:
    found = Properties()
    for name, child in entry.children.items():
        if child.storage:
            continue
        if name.lower() == "__properties_version1.0":
            _fixed(storage.read(child, limits.bytes_max), found)
            continue
        tag = name[len(_PREFIX) :]
        if not name.lower().startswith(_PREFIX) or len(tag) != 8:
            continue
        try:
            number, kind = int(tag[:4], 16), int(tag[4:], 16)
        except ValueError:
            continue
        if kind not in (UNICODE, STRING8, BINARY):
            continue
        content = storage.read(child, limits.bytes_max)
        budget[0] -= len(content)
        if budget[0] < 0:
            raise ValueError("the message unpacks to more bytes than are read")
        found.values[number] = content.decode("utf-16-le", "replace") if kind == UNICODE else content
    return found


def _fixed(data: bytes, found: Properties) -> None:
    """Integers of the property stream ([MS-OXMSG] 2.4). Its head differs in length by kind of storage."""
    head = len(data) % 16
    for at in range(head, len(data) - 15, 16):
        kind, number = struct.unpack_from("<HH", data, at)
        if kind == LONG:
            found.values.setdefault(number, int(struct.unpack_from("<i", data, at + 8)[0]))


def body_parts(message: Properties, limits: Limits) -> list[Part]:
    """The body of a message as HTML where it has one, else as text: one part, as a reader would be shown one."""
    html = message.data(BODY_HTML)
    if html.strip(b"\x00 \r\n"):
        return [Part("body.html", "text/html", html.rstrip(b"\x00"), None, True)]
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
