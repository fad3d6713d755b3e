"""Rich text (RTF 1.9.1) to plain text or, where it only wraps one ([MS-OXRTFEX]), to the HTML inside."""

from __future__ import annotations

import re
from dataclasses import replace

from parsers.page import Limits, Page, Part, Unreadable

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore latentstyles listtable"
    b" listoverridetable rsidtbl generator xmlnstbl header footer headerl headerr footerl footerr filetbl revtbl"
    b" mmathPr fldinst".split()
)
_TEXT = {b"par": "\n", b"line": "\n", b"tab": "\t", b"cell": "\t", b"row": "\n", b"page": "\f", b"emdash": "\u2014"}
_TEXT |= {b"endash": "\u2013", b"bullet": "\u2022", b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c"}
_TEXT |= {b"rdblquote": "\u201d", b"nestcell": "\t", b"nestrow": "\n", b"sect": "\n"}
TEXT_MAX = 4_000_000
DEPTH_MAX = 2_000


def read_rtf(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    """The pages of a rich text file, read as the text or the HTML that it holds."""
    from parsers.media.html import read_html
    from parsers.media.text import read_text

    text, html = rtf_content(part.data)
    plain = replace(part, data=text.encode("utf-8"), charset="utf-8")
    return read_html(plain, limits) if html else read_text(plain, limits)


def rtf_content(data: bytes) -> tuple[str, bool]:
    """The text of an RTF document, and whether it is HTML that the RTF had been wrapped around."""
    html = b"\\fromhtml" in data[:4_096]
    reader = _Reader("cp1252", html)
    for match in _TOKEN.finditer(data):
        if reader.take(match):
            break
    return "".join(reader.pieces).replace("\x00", ""), html


class _Reader:
    """The state of one reading: what is skipped in which group, and how many fallback characters are to come."""

    def __init__(self, codepage: str, html: bool) -> None:
        self.codepage, self.html = codepage, html
        self.pieces: list[str] = []
        self.size = 0
        self.groups: list[tuple[bool, int, bool]] = []
        self.skipped, self.fallback, self.left, self.raw = False, 1, False, b""
        self.pending = 0
        self.star = False

    def take(self, token: re.Match[bytes]) -> bool:
        """Takes one token; True where the text has become too long."""
        word, number, hex_byte, symbol, brace, text = token.groups()
        if hex_byte:
            if self.pending:
                self.pending -= 1
            else:
                self.raw += bytes([int(hex_byte, 16)])
            return False
        self._settle()
        if brace == b"{":
            self.groups.append((self.skipped, self.fallback, self.left))
            self.star = False
            return len(self.groups) > DEPTH_MAX
        if brace == b"}":
            if self.groups:
                self.skipped, self.fallback, self.left = self.groups.pop()
        elif word:
            self._control(word, int(number) if number else None)
        elif symbol == b"*":
            self.star = True
        elif symbol:
            self._add({b"~": "\u00a0", b"_": "-", b"-": ""}.get(symbol, symbol.decode("latin-1")))
        elif text:
            self._plain(text)
        return self.size > TEXT_MAX

    def _plain(self, text: bytes) -> None:
        cut = min(self.pending, len(text))
        self.pending -= cut
        self._add(text[cut:].decode(self.codepage, "replace"))

    def _control(self, word: bytes, number: int | None) -> None:
        if word == b"ansicpg" and number:
            self._codepage(number)
        elif word == b"uc":
            self.fallback = min(number or 0, 10)
        elif word == b"u" and number is not None:
            code = number % 65_536
            self._add(chr(code) if not 0xD800 <= code <= 0xDFFF else "\ufffd")
            self.pending = self.fallback
        elif word == b"htmltag":
            self.skipped = not self.html
        elif word == b"htmlrtf":
            self.left = number != 0
        elif word in _SKIPPED or (self.star and not (self.html and word == b"htmltag")):
            self.skipped = True
        elif (word in _TEXT and not self.html) or (word in (b"par", b"line", b"tab") and self.html and not self.left):
            self._add(_TEXT[word])
        self.star = False

    def _codepage(self, number: int) -> None:
        try:
            b"".decode(f"cp{number}")
            self.codepage = f"cp{number}"
        except LookupError:
            pass

    def _settle(self) -> None:
        if self.raw:
            raw, self.raw = self.raw, b""
            self._add(raw.decode(self.codepage, "replace"))

    def _add(self, text: str) -> None:
        if text and not self.skipped and not self.left:
            self.pieces.append(text)
            self.size += len(text)
