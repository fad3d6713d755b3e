"""Card numbers (PAN, ISO/IEC 7812) blanked in a raw mail before anybody keeps it (PCI DSS 3.4 and 3.5).

A number counts as a card's only where everything says so: a network's prefix and length, the check digit (Luhn), and
either the grouping of a card or a word about cards near it. References of invoices and banks are long numbers too, and
to blank one of those would lose a payment. The first six and last four digits stay, as the standard permits.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from typing import Any

_BLANK = "X"
_NEAR = 200  # characters in which a word about cards makes a plain run of digits a card's
_PART_MAX = 20_000_000
_GROUPED = r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|3[47]\d{2}([ -])\d{6}\2\d{5}"
_RUN = re.compile(rf"(?<![\w.,/-])(?<![A-Z]{{2}}\d\d )(?:{_GROUPED}|\d{{13,19}})(?![\w/-])(?![.,]\d)")
_WORDS = re.compile(
    r"\b(?:credit|debit|card|cards|visa|master\s?card|amex|american express|discover|diners|jcb|unionpay|maestro|pan|cvv|cvc|cvv2|"
    r"kredit-?karte\w*|karten\w*|carte|tarjeta|carta di credito|creditcard|kaartnummer|cartão|karta|karty)\b|카드|カード|信用卡|银行卡",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(rb"boundary[ \t]*=[ \t]*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_TYPE = re.compile(rb"^content-type:[ \t]*([a-z0-9.+-]+/[a-z0-9.+-]+)", re.IGNORECASE | re.MULTILINE)
_CODING = re.compile(rb"^content-transfer-encoding:[ \t]*([a-z0-9-]+)", re.IGNORECASE | re.MULTILINE)
_TEXT = (b"text/", b"application/json", b"application/xml", b"application/csv", b"message/")
_DIGITS = re.compile(rb"\d(?:[ -]?\d){12}")


def blank_text(text: str) -> tuple[str, int]:
    """The text with the middle digits of card numbers as X, and how many there were. The length stays."""
    count = 0

    def blanked(found: re.Match[str]) -> str:
        nonlocal count
        digits = [at for at, ch in enumerate(found[0]) if ch.isdigit()]
        grouped = len(digits) < len(found[0])
        if not _is_card("".join(found[0][at] for at in digits)):
            return found[0]
        if not grouped and not _WORDS.search(text[max(0, found.start() - _NEAR) : found.end() + _NEAR]):
            return found[0]
        count += 1
        hidden = set(digits[6:-4])
        return "".join(_BLANK if at in hidden else ch for at, ch in enumerate(found[0]))

    return _RUN.sub(blanked, text), count


def _is_card(digits: str) -> bool:
    """Whether a network issues numbers of this prefix and length, and the check digit agrees."""
    size, two, three, four = len(digits), int(digits[:2]), int(digits[:3]), int(digits[:4])
    known = (
        (digits[0] == "4" and size in (13, 16, 19))
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and size == 16)
        or (two in (34, 37) and size == 15)
        or ((four == 6011 or 644 <= three <= 649 or two == 65) and 16 <= size <= 19)
        or ((300 <= three <= 305 or two in (36, 38, 39)) and 14 <= size <= 19)
        or (3528 <= four <= 3589 and 16 <= size <= 19)
        or (two == 62 and 16 <= size <= 19)
    )
    return known and len(set(digits)) > 1 and _luhn(digits)


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = (2 * int(d) - 9 if n % 2 and int(d) > 4 else int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0


def blank_mail(data: bytes) -> tuple[bytes, int]:
    """The raw mail with card numbers blanked in its headers and text parts, whatever their coding; and how many.

    Files that are no text (PDF, pictures, archives) stay as they are. Never raises; what is not touched stays byte for byte.
    """
    result, done, count = [], 0, 0
    for start, end, coding, is_text in _sections(data):
        if not is_text or end - start > _PART_MAX:
            continue
        piece, found = _blank_part(data[start:end], coding)
        if found:
            result += [data[done:start], piece]
            done, count = end, count + found
    return (b"".join([*result, data[done:]]), count) if count else (data, 0)


def _blank_part(data: bytes, coding: bytes) -> tuple[bytes, int]:
    if coding == b"base64":
        return _blank_coded(data, _from_base64, _to_base64)
    if coding == b"quoted-printable" and b"=" in data:
        return _blank_coded(data, quopri.decodestring, _to_quoted)
    if not _DIGITS.search(data):
        return data, 0
    text, count = blank_text(data.decode("utf-8", "surrogateescape"))
    return text.encode("utf-8", "surrogateescape"), count


def _blank_coded(data: bytes, decode: Any, encode: Any) -> tuple[bytes, int]:
    try:
        plain = decode(data)
    except (binascii.Error, ValueError):
        return data, 0
    if not _DIGITS.search(plain):
        return data, 0
    text, count = blank_text(plain.decode("utf-8", "surrogateescape"))
    return (encode(text.encode("utf-8", "surrogateescape")), count) if count else (data, 0)


def _from_base64(data: bytes) -> bytes:
    return base64.b64decode(b"".join(data.split()), validate=False)


def _to_base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _to_quoted(data: bytes) -> bytes:
    return quopri.encodestring(data).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _sections(data: bytes) -> Iterator[tuple[int, int, bytes, bool]]:
    """Start, end, coding and whether it is text, of each block of headers and each body between boundaries."""
    marks = {b"--" + (one[0] or one[1]) for one in _BOUNDARY.findall(data)[:200]}
    start, at, size = 0, 0, len(data)
    while at <= size:
        line_end = data.find(b"\n", at)
        line_end = size if line_end < 0 else line_end + 1
        line = data[at:line_end].rstrip()
        if at >= size or line in marks or line.removesuffix(b"--") in marks:
            yield from _of_part(data, start, min(at, size))
            start = line_end
        if line_end >= size and at >= size:
            return
        at = line_end
        if at >= size:
            yield from _of_part(data, start, size)
            return


def _of_part(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes, bool]]:
    if end <= start:
        return
    cut = min((p + len(m) for m in (b"\r\n\r\n", b"\n\n") if (p := data.find(m, start, end)) >= 0), default=end)
    head = data[start:cut]
    yield start, cut, b"", True
    kind, coding = _TYPE.search(head), _CODING.search(head)
    is_text = kind is None or kind[1].lower().startswith(_TEXT)
    if cut < end:
        yield cut, end, (coding[1].lower() if coding else b""), is_text


def blank_all(value: Any) -> tuple[Any, int]:
    """The same JSON value with card numbers blanked in every text of it."""
    if isinstance(value, str):
        return blank_text(value) if len(value) >= 13 else (value, 0)
    if isinstance(value, dict):
        pairs = {name: blank_all(inner) for name, inner in value.items()}
        return {name: inner for name, (inner, _) in pairs.items()}, sum(count for _, count in pairs.values())
    if isinstance(value, list | tuple):
        items = [blank_all(inner) for inner in value]
        return [inner for inner, _ in items], sum(count for _, count in items)
    return value, 0
