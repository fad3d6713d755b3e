"""Opaquely signed S/MIME mail (RFC 8551) unwrapped: the content is read, the signature is not judged here.

A few dozen lines of BER suffice for it (X.690): only the path to the encapsulated content is followed. Senders write
definite and indefinite lengths, and content in one octet string or in many.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from agent.domain.documents import Problem
from parsers.mail.codings import base64_bytes

_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENVELOPED = bytes.fromhex("2a864886f70d010703")
_COMPRESSED = bytes.fromhex("2a864886f70d0109100109")
_AUTH_ENVELOPED = bytes.fromhex("2a864886f70d0109100117")
_VALUES_MAX = 20_000
_DEPTH_MAX = 12
_OBJECT_ID, _OCTETS, _SEQUENCE, _CONTEXT_0 = 0x06, 0x04, 0x30, 0xA0
_CONSTRUCTED = 0x20


class _Broken(ValueError):
    """The bytes are not BER, or not of the form that CMS prescribes."""


@dataclass(frozen=True, slots=True)
class _Value:
    tag: int
    start: int  # of the content
    end: int
    after: int  # of the whole value


def unwrapped(data: bytes, bytes_max: int) -> bytes | Problem:
    """Return the signed (or compressed) content of a CMS message (RFC 5652, RFC 3274), or why there is none."""
    if data[:1] != b"\x30":
        data = base64_bytes(data)[0]
    try:
        return _content(data, bytes_max)
    except (_Broken, IndexError, RecursionError, zlib.error):
        return Problem(where="", what="is a signed or encrypted part that cannot be read", code="unreadable")


def _content(data: bytes, bytes_max: int) -> bytes | Problem:
    outer = _children(data, _expect(_value(data, 0, len(data)), _SEQUENCE))
    kind = data[outer[0].start : outer[0].end]
    if kind in (_ENVELOPED, _AUTH_ENVELOPED):
        return Problem(where="", what="is encrypted: ask the sender for an unencrypted mail", code="encrypted")
    if kind not in (_SIGNED, _COMPRESSED) or len(outer) < 2:
        raise _Broken
    body = _children(data, _expect(_value(data, outer[1].start, outer[1].end), _SEQUENCE))
    inner = _children(data, _expect(body[2], _SEQUENCE))
    if len(inner) < 2:
        return Problem(where="", what="is a signature without the text that was signed", code="note")
    octets = _octets(data, _value(data, _expect(inner[1], _CONTEXT_0).start, inner[1].end), 0)
    if kind == _SIGNED:
        return octets
    inflater = zlib.decompressobj()
    text = inflater.decompress(octets, bytes_max)
    if inflater.unconsumed_tail:
        return Problem(where="", what="unpacks to more than is allowed", code="too_large")
    return text


def _expect(value: _Value, tag: int) -> _Value:
    if value.tag != tag:
        raise _Broken
    return value


def _value(data: bytes, position: int, end: int, depth: int = 0) -> _Value:
    """Return the value that begins at `position`; one of indefinite length ends at its end-of-contents octets."""
    if position + 2 > end or depth > _DEPTH_MAX:
        raise _Broken
    tag, length = data[position], data[position + 1]
    start = position + 2
    if length == 0x80:
        at = start
        for _ in range(_VALUES_MAX):
            if data[at : at + 2] == b"\0\0":
                return _Value(tag, start, at, at + 2)
            at = _value(data, at, end, depth + 1).after
        raise _Broken
    if length > 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    if start + length > end:
        raise _Broken
    return _Value(tag, start, start + length, start + length)


def _children(data: bytes, value: _Value) -> list[_Value]:
    found: list[_Value] = []
    at = value.start
    while at < value.end and len(found) < _VALUES_MAX:
        found.append(_value(data, at, value.end))
        at = found[-1].after
    return found


def _octets(data: bytes, value: _Value, depth: int) -> bytes:
    """Return the bytes of an octet string, primitive or in pieces."""
    if value.tag & ~_CONSTRUCTED != _OCTETS or depth > _DEPTH_MAX:
        raise _Broken
    if not value.tag & _CONSTRUCTED:
        return data[value.start : value.end]
    return b"".join(_octets(data, child, depth + 1) for child in _children(data, value))
