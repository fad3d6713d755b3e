"""Content transfer encodings undone: RFC 2045 base64 and quoted-printable, uuencode, RFC 3676 flowed text.

All of them forgive: what can be decoded is, and whether something was missing is said beside it.
"""

from __future__ import annotations

import binascii
import re
from itertools import islice

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_ALPHABET = bytes(set(range(256)) - set(_ALPHABET))
_BLANKS = b" \t\r\n"
_CHUNKS_MAX = 10_000
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?$", re.MULTILINE)


def undo(data: bytes, encoding: str | None) -> tuple[bytes, bool]:
    """Return the decoded bytes and whether they are whole; an unknown encoding is taken as none."""
    name = (encoding or "").strip().strip("\"'").lower()
    if name.startswith("base64"):
        # Plain text under a wrong label: words have blanks between them, base64 has none.
        head = data[:2_000].strip()
        return (data, True) if head.count(b" ") > len(head) // 50 + 1 else base64_bytes(data)
    if name.startswith(("quoted-printable", "quoted_printable", "quoted printable")):
        return binascii.a2b_qp(data), True
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        found = _UU_BEGIN.search(data)
        return uu_bytes(data[found.end() :] if found else data)
    return data, True


def base64_bytes(data: bytes) -> tuple[bytes, bool]:
    """Return what base64 holds as far as it goes, and whether it ended properly.

    Padding may be missing and foreign characters stand between. After the padding there may be another chunk (some
    encoders pad each), or a footer that a list server put there in plain words: that is no data.
    """
    result = bytearray()
    chunks = data.split(b"=", _CHUNKS_MAX)
    for index, chunk in enumerate(chunks):
        stripped = chunk.strip(_BLANKS)
        if index and (not stripped or b" " in stripped or stripped.strip(_ALPHABET + _BLANKS)):
            if stripped:
                break
            continue
        letters = chunk.translate(None, _NOT_ALPHABET)
        whole = letters[: len(letters) - (1 if len(letters) % 4 == 1 else 0)]
        result += binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    tail = len(chunks[0].translate(None, _NOT_ALPHABET)) % 4
    return bytes(result), tail == 0 or (tail > 1 and len(chunks) > 1)


def uu_bytes(data: bytes) -> tuple[bytes, bool]:
    """Return what the lines of a uuencoded file hold, and whether its `end` was reached."""
    result = bytearray()
    for raw in data.split(b"\n"):
        line = raw.rstrip(b"\r")
        if line == b"end":
            return bytes(result), True
        if not line or line == b"`":
            continue
        try:
            result += binascii.a2b_uu(line)
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3  # the rule that old encoders get wrong
            try:
                result += binascii.a2b_uu(line[:length])
            except binascii.Error:
                break
    return bytes(result), False


def uu_files(text: bytes, most: int = 50) -> tuple[bytes, tuple[tuple[str, bytes, bool], ...]]:
    """Return the text without the uuencoded files in it, and those files: name, bytes, whether whole."""
    if b"begin " not in text:
        return text, ()
    files: list[tuple[str, bytes, bool]] = []
    kept, position = bytearray(), 0
    for found in islice(_UU_BEGIN.finditer(text), most):
        if found.start() < position:
            continue
        closing = _UU_END.search(text, found.end())
        stop = closing.end() if closing else len(text)
        data, whole = uu_bytes(text[found.end() : stop].strip(b"\r\n"))
        if not data:
            continue  # a sentence that begins with "begin 644 …"
        kept += text[position : found.start()]
        files.append((found[1].decode("utf-8", "replace").strip(), data, whole and closing is not None))
        position = stop
    return bytes(kept + text[position:]), tuple(files)


def unflowed(text: str, delete_space: bool = False) -> str:
    """Return RFC 3676 `format=flowed` text with the soft line breaks undone.

    A line that ends in a blank goes on in the next one of the same quote depth. A break where the next word would
    still have fitted was no soft one, whatever the blank says: tables of programs that pad their lines stay tables.
    """
    paragraphs: list[list[str]] = []
    open_depth, columns = None, 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        fits = columns + len(content.split(" ", 1)[0]) <= _WRAPPED_FROM
        if open_depth == depth and content != "-- " and not fits:
            if delete_space:
                paragraphs[-1][-1] = paragraphs[-1][-1][:-1]
            paragraphs[-1].append(content)
        else:
            paragraphs.append([">" * depth + (" " if depth and content else "") + content])
        open_depth = depth if content.endswith(" ") and content != "-- " else None
        columns = len(content)
    return "\n".join("".join(pieces) for pieces in paragraphs)


_WRAPPED_FROM = 56  # columns: no mail program wraps earlier
