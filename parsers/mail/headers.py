"""The header fields of a message or part, unfolded, decoded and harmless: RFC 5322, RFC 2047, RFC 2231.

Own code, because the standard library's header objects raise on what real mail holds and hand line breaks on that
were hidden in encoded words. Every function takes any text and returns a value.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from parsers.mail.charset import decoded, known_codec
from parsers.mail.codings import base64_bytes

FIELDS_MAX = 2_000
VALUE_MAX = 20_000
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
# A parameter of the field above that lost the blank it should be folded by.
_LOST_PARAMETER = re.compile(
    rb"(?:name|filename|boundary|charset|format|type|micalg|protocol)\*?[0-9]?\*?=", re.IGNORECASE
)
_TYPE_WITHOUT_SEMICOLON = re.compile(r"([\w.+-]+/[\w.+-]+)\s+([\w*-]+=.*)", re.DOTALL)
# The text of an encoded word must not hold a question mark or a blank; real ones do hold blanks.
_WORD = re.compile(r"=\?([A-Za-z0-9_:.+*'()-]{1,60})\?([bBqQ])\?([^?]{0,8000})\?=")
_HEX = re.compile(r"=([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in the order they came: names in lower case, values unfolded but not decoded."""

    fields: tuple[tuple[str, str], ...] = ()

    def first(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key == name), None)

    def every(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.fields if key == name)

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.fields)


def split_message(data: bytes) -> tuple[Headers, bytes]:
    """Return the header fields and the body; a line that can be no field ends the header, as mail programs do it."""
    fields: list[tuple[str, bytearray]] = []
    position, end = 0, len(data)
    while position < end:
        stop = data.find(b"\n", position)
        stop = end if stop < 0 else stop
        line = data[position:stop].rstrip(b"\r")
        after = min(stop + 1, end)
        if not line:
            position = after
            break
        if line[:1] in b" \t" and fields:
            if len(fields[-1][1]) < VALUE_MAX:
                fields[-1][1].extend(b" " + line.strip())
        elif found := _FIELD.match(line[: VALUE_MAX + 200]):
            if len(fields) < FIELDS_MAX:
                fields.append((found[1].decode("ascii").lower(), bytearray(found[2].strip())))
        elif fields and _LOST_PARAMETER.match(line[:200]):
            fields[-1][1].extend(b" " + line.strip()[:VALUE_MAX])
        elif not _is_envelope_line(line, position):
            break  # the empty line was forgotten: this is body already
        position = after
    return Headers(tuple((name, _raw_text(bytes(value[:VALUE_MAX]))) for name, value in fields)), data[position:]


def _is_envelope_line(line: bytes, position: int) -> bool:
    """Return whether this is the mbox separator that often stands above a saved message, or blank-led noise there."""
    return line.startswith((b"From ", b">From ")) or (position == 0 and line[:1] in b" \t")


def _raw_text(value: bytes) -> str:
    """Return the value as text: raw eight-bit headers are UTF-8 nearly always (RFC 6532), else some legacy charset."""
    return value.decode("ascii") if value.isascii() else decoded(value)


def words(value: str | None) -> str:
    """Return a header value with its encoded words decoded (RFC 2047) and everything that could do harm removed."""
    return clean(decode_words(value or ""))


def decode_words(value: str) -> str:
    """Return the value with encoded words decoded; what does not decode stays as it is written.

    Neighbouring words of one charset are joined as bytes first: senders split characters between words.
    """
    if "=?" not in value:
        return value
    result: list[str] = []
    pending, charset, position = b"", "", 0
    for found in _WORD.finditer(value):
        between = value[position : found.start()]
        name = found[1].split("*")[0].lower()
        if pending and (between.strip() or name != charset):
            result.append(decoded(pending, charset))
            pending = b""
        if between.strip() or (not result and not pending and position == 0):
            result.append(between)
        data = _word_bytes(found[2], found[3])
        if known_codec(name) is None:
            result.extend([decoded(pending, charset), decoded(data)])
            pending = b""
        else:
            pending, charset = pending + data, name
        position = found.end()
    result.extend([decoded(pending, charset) if pending else "", value[position:]])
    return "".join(result)


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "bB":
        return base64_bytes(text.encode("ascii", "ignore"))[0]
    raw = text.replace("_", " ").encode("utf-8", "replace").decode("latin-1")
    return _HEX.sub(lambda m: chr(int(m[1], 16)), raw).encode("latin-1")


def clean(value: str, longest: int = 2_000) -> str:
    """Return one line of text: no controls, no line or paragraph separators, no direction overrides, NFC, bounded."""
    value = value[: longest * 2]
    if not value.isprintable() or not value.isascii():
        value = "".join(" " if _is_break(c) else "" if _is_hidden(c) else c for c in value)
        value = unicodedata.normalize("NFC", value)
    return " ".join(value.split())[:longest]


def _is_break(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs")


def _is_hidden(char: str) -> bool:
    """Return whether the character only directs or hides others (bidirectional overrides, zero width)."""
    return unicodedata.category(char) == "Cf" and char not in "\u200c\u200d"


def hides_something(value: str) -> bool:
    """Return whether the text holds characters that make it look other than it is."""
    return any(_is_hidden(c) or (_is_break(c) and c not in "\t\r\n") for c in value)


@dataclass(frozen=True, slots=True)
class Parameters:
    """A structured header value (`text/plain; charset=utf-8`): the value in lower case and its parameters."""

    value: str
    pairs: dict[str, str]

    def get(self, name: str) -> str | None:
        return self.pairs.get(name)


_CONTINUED = re.compile(r"([^*]+)\*(\d{1,3})(\*?)|([^*]+)\*")


def parameters(value: str | None) -> Parameters:
    """Return value and parameters of a Content-Type or Content-Disposition: RFC 2231, and what is written instead."""
    forgotten = _TYPE_WITHOUT_SEMICOLON.fullmatch((value or "").strip())
    pieces = _split_outside_quotes(f"{forgotten[1]}; {forgotten[2]}" if forgotten else value or "", ";")
    plain: dict[str, str] = {}
    pieces_of: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in pieces[1:101]:
        name, equals, text = piece.partition("=")
        name = name.strip().lower()
        if not equals or not name or len(name) > 60:
            continue
        text = _unquoted(text.strip())
        found = _CONTINUED.fullmatch(name)
        if found is None:
            plain.setdefault(name, text)
        elif found[4]:
            pieces_of.setdefault(found[4], {}).setdefault(0, (text, True))
        else:
            pieces_of.setdefault(found[1], {}).setdefault(int(found[2]), (text, bool(found[3])))
    pairs = {name: words(text) for name, text in plain.items()}
    pairs.update({name: _joined(numbered) for name, numbered in pieces_of.items()})
    return Parameters(re.sub(r"\s+", "", pieces[0].lower()) if pieces else "", pairs)


def _joined(numbered: dict[int, tuple[str, bool]]) -> str:
    """Return the pieces of an RFC 2231 parameter in order, percent-decoded in the charset that the first one names."""
    charset, data = "", b""
    for number in sorted(numbered):
        text, encoded = numbered[number]
        if encoded and number == min(numbered) and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return words(decoded(data, charset or None))


def _split_outside_quotes(value: str, mark: str) -> list[str]:
    pieces: list[str] = []
    start, quoted, index = 0, False, 0
    while index < len(value):
        char = value[index]
        if char == "\\" and quoted:
            index += 1
        elif char == '"':
            quoted = not quoted
        elif char == mark and not quoted:
            pieces.append(value[start:index])
            start = index + 1
        index += 1
    return [*pieces, value[start:]]


_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def _unquoted(text: str) -> str:
    """Return what a quoted string says; a missing closing quote is forgiven, and so is a comment after the value."""
    if not text.startswith('"'):
        return re.sub(r"\s*\([^()]*\)\s*$", "", text)
    closing = text.rfind('"')
    inner = text[1:closing] if closing > 0 else text[1:]
    # A backslash in a Windows path is not an escape.
    return inner if re.match(r"[A-Za-z]:\\", inner) or inner.startswith("\\\\") else _ESCAPED.sub(r"\1", inner)
