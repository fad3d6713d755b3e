"""Bytes of unknown encoding become text: by the mark at the start, strict UTF-8, what was declared, or a guess.

UTF-8 is tried before the declared charset because a text of another encoding almost never decodes as UTF-8 by chance,
while declarations are often wrong.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<(?:meta|\?xml)[^<>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_NO_CHARSETS = frozenset("base64 bz2 hex quopri rot13 uu zlib idna punycode unicode_escape raw_unicode_escape".split())
_SAMPLE = 65_536
_WESTERN = ("latin-1", "iso-8859-1", "us-ascii", "ascii", "windows-1252", "cp1252", "iso-8859-15")
_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 11, 12, 13)} | {0x7F: None, 0xFEFF: None}


def decoded(data: bytes, declared: str | None = None) -> str:
    """`data` as text without control characters other than tab, line ends and form feed. Never fails."""
    return _decoded(data, declared).translate(_CONTROLS)


def _decoded(data: bytes, declared: str | None) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    wide = _wide(data)
    if wide is not None:
        return data.decode(wide, "replace")
    escaped = _known(declared) in ("iso2022_jp", "iso2022_kr", "hz", "utf-7")  # seven-bit, so they pass as UTF-8
    if not escaped:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.start >= len(data) - 3 and len(data) > 100:  # cut in the middle of the last character
                return data[: error.start].decode("utf-8")
    meta = _META.search(data[:2_048])
    for said in (declared, meta.group(1).decode("ascii") if meta else None):
        text = _as_declared(data, said)
        if text is not None:
            return text
    return _guessed(data)


def _as_declared(data: bytes, name: str | None) -> str | None:
    known = _known(name)
    if known is None or known in ("utf-8", "ascii"):
        return None
    if known in ("iso8859-1", "latin-1"):  # mail and web take it as windows-1252 (WHATWG Encoding)
        known = "cp1252"
    try:
        return data.decode(known)
    except (UnicodeDecodeError, LookupError):
        return None


def _known(name: str | None) -> str | None:
    if not name:
        return None
    try:
        info = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    return None if info.name in _NO_CHARSETS else str(info.name)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: ASCII text has a zero in every second byte."""
    sample = data[:400]
    if len(sample) < 4 or len(data) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _guessed(data: bytes) -> str:
    """The likeliest single-byte or East Asian encoding; windows-1252 where the guess is weak or merely Western."""
    import chardet

    found = chardet.detect(data[:_SAMPLE])
    name, trust = str(found.get("encoding") or "").lower(), float(found.get("confidence") or 0.0)
    if name and name not in _WESTERN and trust >= 0.5 and not name.startswith(("utf-16", "utf-32", "mac")):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            pass
    return data.decode("cp1252", "replace") if b"\x81" not in data else data.decode("latin-1")
