"""The one place where header lines are made: cleaned, encoded, folded, and proved by reading them back.

Subjects hold what customers wrote (order numbers, names). Python's own generator lets an encoded newline in such a text
become a header of its own (cpython#121650), so nothing here trusts it with text.
"""

from __future__ import annotations

import base64
import email.parser
import re
from collections.abc import Iterable
from email.policy import compat32

from agent.domain.errors import ArError

SUBJECT_CHARACTERS = 200
_WORD_BYTES = 36  # of UTF-8 in one encoded word, so that a line with the name before it stays within 76 (RFC 2047, 2)
_LINE = 76

# Controls, line and paragraph separators, directional overrides and marks that hide text, lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}\Z")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*\Z")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>\Z")


class UnsafeHeader(ArError):
    """A header value that cannot be written without changing the list of headers."""

    def __init__(self, name: str, value: str, why: str) -> None:
        self.name, self.value = name, value
        super().__init__(f"header {name}: {value[:80]!r} {why}")


def clean(text: str, limit: int = SUBJECT_CHARACTERS) -> str:
    """Text as one line that cannot be taken for anything but text, of at most `limit` characters."""
    # "=?" starts an encoded word for every reader, also when it came from a customer's order number.
    text = _UNSAFE.sub(" ", text[: 20 * limit]).replace("=?", "= ?")
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def address(value: str) -> str | None:
    """A plain mailbox (RFC 5321 dot-string at a domain, the domain as A-labels), or None where it is not one."""
    local, at, domain = value.strip().rpartition("@")
    if not at or len(local) > 64 or ".." in domain:
        return None
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        return None
    return plain if len(plain) <= 254 and _ADDRESS.match(plain) else None


def message_ids(values: Iterable[str], limit: int = 20) -> tuple[str, ...]:
    """Those of a stranger's Message-IDs that are safe to repeat: the first one and the last ones, in order."""
    safe = [value.strip() for value in values if _MESSAGE_ID.match(value.strip())]
    safe = list(dict.fromkeys(safe))
    return tuple(safe if len(safe) <= limit else safe[:1] + safe[1 - limit :])


def text_value(text: str, indent: int) -> str:
    """Unstructured text, encoded (RFC 2047) where it is not plain ASCII, folded; `indent` is the name's width."""
    text = clean(text)
    if text.isascii():
        return _fold(text.split(" "), indent)
    return "\r\n ".join(_encoded_words(text))


def mailbox_value(name: str, mailbox: str, indent: int) -> str:
    """`Name <address>`; the name is quoted or encoded as it needs."""
    name = clean(name, 100)
    if not name:
        return mailbox
    if name.isascii():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return _fold([f'"{escaped}"', f"<{mailbox}>"], indent)
    return "\r\n ".join([*_encoded_words(name), f"<{mailbox}>"])


def list_value(values: Iterable[str], separator: str, indent: int) -> str:
    """Addresses or Message-IDs, folded between them."""
    items = list(values)
    return _fold([item + separator for item in items[:-1]] + items[-1:], indent)


def header_lines(headers: Iterable[tuple[str, str]]) -> bytes:
    """The header block with its closing empty line; raise UnsafeHeader unless it reads back as exactly this list."""
    headers = list(headers)
    lines = []
    for name, value in headers:
        if not _NAME.match(name):
            raise UnsafeHeader(name, value, "has no proper name")
        if not value.isascii() or _UNSAFE.search(value.replace("\r\n ", " ")):
            raise UnsafeHeader(name, value, "holds a character that no header may hold")
        lines.append(f"{name}: {value}\r\n")
    block = ("".join(lines) + "\r\n").encode("ascii")
    _prove(block, headers)
    return block


def _prove(block: bytes, headers: list[tuple[str, str]]) -> None:
    parsed = email.parser.BytesHeaderParser(policy=compat32).parsebytes(block)
    found = [(name, str(value).replace("\r\n ", "\n ")) for name, value in parsed.raw_items()]
    if found != [(name, value.replace("\r\n ", "\n ")) for name, value in headers] or parsed.defects:
        raise UnsafeHeader(headers[0][0] if headers else "", repr(found)[:80], "does not read back as it was written")


def _encoded_words(text: str) -> list[str]:
    words, chunk, size = [], "", 0
    for character in text:
        width = len(character.encode("utf-8"))
        if size + width > _WORD_BYTES:
            words.append(chunk)
            chunk, size = "", 0
        chunk, size = chunk + character, size + width
    words.append(chunk)
    return [f"=?utf-8?b?{base64.b64encode(word.encode('utf-8')).decode('ascii')}?=" for word in words]


def _fold(words: list[str], indent: int) -> str:
    lines, line, width = [], "", indent
    for word in words:
        if line and width + 1 + len(word) > _LINE:
            lines.append(line)
            line, width = word, 1 + len(word)
        else:
            line, width = (f"{line} {word}" if line else word), width + 1 + len(word)
    lines.append(line)
    return "\r\n ".join(lines)
