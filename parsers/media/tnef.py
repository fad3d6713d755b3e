"""winmail.dat: the Transport Neutral Encapsulation Format ([MS-OXTNEF])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from parsers.media.mapi import (
    ATTACH_DATA,
    ATTACH_METHOD,
    ATTACH_MIME,
    BINARY,
    BODY,
    LONG,
    OBJECT,
    STRING8,
    UNICODE,
    Properties,
)
from parsers.media.outlook import body_parts
from parsers.page import Limits, Part, Unreadable

_ATTACH_REND, _ATTACH_TITLE, _ATTACH_DATA, _ATTACHMENT = 0x9002, 0x8010, 0x800F, 0x9005
_MESSAGE_PROPERTIES, _MESSAGE_BODY = 0x9003, 0x800C
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4, 0x0014: 8, 0x0040: 8}
_FIXED |= {0x0048: 16, 0x0001: 0}
_VARIABLE = frozenset({STRING8, UNICODE, BINARY, OBJECT})
VALUES_MAX = 10_000


def parts_of_tnef(data: bytes, limits: Limits) -> tuple[Part, ...] | Unreadable:
    """The body and the attachments of a winmail.dat. What is damaged ends the reading; what came before is kept."""
    message = Properties()
    attachments: list[Properties] = []
    for number, content in _attributes(data):
        if number == _ATTACH_REND:
            if len(attachments) >= limits.parts_max:
                return Unreadable(f"The package holds more than {limits.parts_max} files.", "too_large")
            attachments.append(Properties())
        elif number == _MESSAGE_PROPERTIES:
            message.values.update(_properties(content).values)
        elif number == _MESSAGE_BODY and not message.text(BODY):
            message.values[BODY] = content.rstrip(b"\x00")
        elif attachments and number == _ATTACH_TITLE:
            attachments[-1].values.setdefault(0x3704, content.rstrip(b"\x00"))
        elif attachments and number == _ATTACH_DATA:
            attachments[-1].values[ATTACH_DATA] = content
        elif attachments and number == _ATTACHMENT:
            attachments[-1].values.update(
                {
                    key: value
                    for key, value in _properties(content).values.items()
                    if key != ATTACH_DATA or _embedded(value)
                }
            )
    parts = [*body_parts(message, limits), *(part for file in attachments if (part := _file(file)) is not None)]
    return tuple(parts) or Unreadable("The Outlook package is empty.", "empty")


def _embedded(value: object) -> bool:
    return isinstance(value, bytes) and len(value) > 16


def _file(file: Properties) -> Part | None:
    content = file.data(ATTACH_DATA)
    if not content:
        return None
    # an attached message or object comes behind the sixteen bytes of an interface identifier
    if file.values.get(ATTACH_METHOD) in (5, 6) and content[16:20] == b"\x78\x9f\x3e\x22":
        content = content[16:]
    return Part(file.name() or "attachment", file.text(ATTACH_MIME) or "application/octet-stream", content)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of every attribute; the checksums are not needed."""
    at = 6
    while at + 9 <= len(data):
        level, number, _, length = struct.unpack_from("<BHHI", data, at)
        if level not in (1, 2) or at + 9 + length > len(data):
            return
        yield number, data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _properties(data: bytes) -> Properties:
    """The MAPI properties of a block ([MS-OXTNEF] 2.1.3.4); a value that does not fit ends the reading."""
    found = Properties()
    if len(data) < 4:
        return found
    count, at = min(int.from_bytes(data[:4], "little"), VALUES_MAX), 4
    try:
        for _ in range(count):
            kind, number = struct.unpack_from("<HH", data, at)
            at += 4
            if number >= 0x8000:
                at = _after_name(data, at)
            at = _value(data, at, kind, number, found)
    except (struct.error, IndexError, ValueError):
        pass
    return found


def _after_name(data: bytes, at: int) -> int:
    kind = struct.unpack_from("<I", data, at + 16)[0]
    if kind == 0:
        return at + 24
    length = struct.unpack_from("<I", data, at + 20)[0]
    return int(at + 24 + length + -length % 4)


def _value(data: bytes, at: int, kind: int, number: int, found: Properties) -> int:
    """Takes one value, or the first of several, and returns where the next property starts."""
    base, several = kind & 0x0FFF, bool(kind & 0x1000)
    if base in _VARIABLE:
        count = struct.unpack_from("<I", data, at)[0]
        at += 4
        if count > VALUES_MAX:
            raise ValueError("too many values")
        for index in range(count):
            length = struct.unpack_from("<I", data, at)[0]
            content = data[at + 4 : at + 4 + length]
            if len(content) < length:
                raise ValueError("value cut off")
            if index == 0:
                found.values[number] = content.decode("utf-16-le", "replace") if base == UNICODE else content
            at += 4 + length + -length % 4
        return at
    size = _FIXED.get(base)
    if size is None:
        raise ValueError("unknown type")
    count = 1
    if several:
        count = struct.unpack_from("<I", data, at)[0]
        at += 4
    if base == LONG and not several:
        found.values[number] = int(struct.unpack_from("<i", data, at)[0])
    return at + min(int(count), VALUES_MAX) * size
