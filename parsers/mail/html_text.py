"""The words of an HTML mail as lines, each with what it knows of being quoted: for cutting replies and fingerprints.

Not for reading documents (that is parsers/media). Own scanner in linear time: a mail may hold 100,000 open tags.
Nothing is loaded, nothing is executed.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "xml", "object", "svg"})
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
))  # fmt: skip
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip
_ENDING = frozenset({"p", "div", "tr", "li", "blockquote", "table", "h1", "h2", "h3", "pre"})
_SPACED = frozenset({"p", "blockquote", "table", "ul", "ol", "h1", "h2", "h3", "pre"})
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})")
_ATTRIBUTE = re.compile(
    r"""\b(class|id|style|type|name|cite|hidden)\s*=\s*(?:"([^"]{0,1000})"|'([^']{0,1000})'|([^\s>]{1,200}))"""
)
_QUOTE_MARKS = (
    "gmail_quote", "gmail_extra", "yahoo_quoted", "moz-cite-prefix", "moz-email-headers", "outlookmessageheader",
    "divrplyfwdmsg", "appendonsend", "ms-outlook-mobile-reference", "mail-editor-reference", "protonmail_quote",
    "tutanota_quote", "zmail_extra", "mailru-blockquote", "hornet-quote", "quoted-text", "gmail_attr", "replytext",
    "qt", "front-blockquote", "isforwardedmessage", "reply-original",
)  # fmt: skip
_TO_THE_END = ("outlookmessageheader", "divrplyfwdmsg", "appendonsend", "mail-editor-reference", "stopspelling")
_FORWARDS = ("gmail_quote_container_forward", "moz-forward-container", "isforwardedcontent", "forwarded")
_SIGNATURES = ("gmail_signature", "moz-signature", "ms-outlook-mobile-signature", "applemailsignature", "signature")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all")
_OUTLOOK_LINE = re.compile(r"border-top\s*:\s*solid\s+#(?:e1e1e1|b5c4df)\s+1\.0pt", re.IGNORECASE)
_SIZE_MAX = 1_000_000
_STACK_MAX = 2_000


@dataclass(frozen=True, slots=True)
class HtmlLine:
    """One line of visible text: how deep in quotes it stands, and whether in a signature or a forwarded mail."""

    text: str
    quoted: int = 0
    signature: bool = False
    forwarded: bool = False
    cells: int = 0  # cells of the table row it is, 0 outside tables


@dataclass(frozen=True, slots=True)
class _Open:
    name: str
    quote: bool
    signature: bool
    hidden: bool
    forwarded: bool


def html_lines(text: str) -> tuple[HtmlLine, ...]:
    """Return the visible lines of an HTML mail in reading order; cells of a row stand in one line, parted by tabs."""
    return _Scanner(text[:_SIZE_MAX]).lines()


def plain_text(text: str) -> str:
    """Return the visible words of an HTML mail, a line a block."""
    return "\n".join(line.text for line in html_lines(text)).strip()


class _Scanner:
    """Walks the tags once. Holds the open elements, and counts of what they mean, so that no step looks back."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.done: list[HtmlLine] = []
        self.current: list[str] = []
        self.open: list[_Open] = []
        self.open_names: dict[str, int] = {}
        self.quotes = self.signatures = self.hidden = self.forwards = self.pres = 0
        self.rest_is_quoted = 0
        self.cells = 0
        self.never_closed: set[str] = set()

    def lines(self) -> tuple[HtmlLine, ...]:
        position, end = 0, len(self.text)
        while position < end:
            at = self.text.find("<", position)
            at = end if at < 0 else at
            if at > position:
                self._words(self.text[position:at])
            if at == end:
                break
            position = self._markup(at)
        self._line_end()
        return tuple(self.done)

    def _markup(self, at: int) -> int:
        """Handle what begins with "<" at this place; return where the text goes on."""
        if self.text.startswith("<!--", at):
            stop = self.text.find("-->", at + 4)
            return len(self.text) if stop < 0 else stop + 3
        found = _TAG.match(self.text, at)
        if found is None:
            if self.text.startswith(("<!", "<?", "</"), at):
                stop = self.text.find(">", at)
                return len(self.text) if stop < 0 else stop + 1
            self._words("<")
            return at + 1
        stop = self._tag_end(found.end())
        name = found[2].lower()
        if found[1]:
            self._close(name)
            return stop
        if name in _SKIPPED and not self.text.startswith("/>", stop - 2):
            return self._after_skipped(name, stop)
        self._opened(name, self.text[found.end() : stop][:3_000])
        return stop

    def _tag_end(self, position: int) -> int:
        """Return the place after the tag; a ">" in quotes ends no tag, unless the quote itself never ends."""
        first = close = self.text.find(">", position)
        if close < 0:
            return len(self.text)
        quotes, counted = 0, position
        for _ in range(20):
            quotes += self.text.count('"', counted, close)
            if quotes % 2 == 0:
                return close + 1
            counted, close = close, self.text.find(">", close + 1)
            if close < 0 or close - position > 5_000:
                break
        return first + 1

    def _after_skipped(self, name: str, position: int) -> int:
        found = None
        if name not in self.never_closed:
            found = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(self.text, position)
        if found is None:
            self.never_closed.add(name)
            return len(self.text) if name in ("script", "style") else position
        return found.end()

    def _opened(self, name: str, inside: str) -> None:
        if name == "br":
            self._soft_end()
            return
        attributes = {m[1].lower(): (m[2] or m[3] or m[4] or "").lower() for m in _ATTRIBUTE.finditer(inside)}
        marks = f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('name', '')}"
        if name in _BLOCKS or name in ("td", "th"):
            self._block(name)
        if name in ("div", "hr") and self._quotes_the_rest(marks, attributes):
            self.rest_is_quoted = 1
        if name in _VOID or inside.endswith("/>") or len(self.open) >= _STACK_MAX:
            return
        signature = any(m in marks for m in _SIGNATURES) and "message" not in marks
        style = attributes.get("style", "")
        element = _Open(
            name,
            (name == "blockquote" and self._is_cited(attributes)) or any(f in marks for f in _QUOTE_MARKS),
            signature,
            bool(_HIDDEN_STYLE.search(style)) or bool(re.search(r"\shidden(?:\s|>|=|$)", inside)),
            any(f in marks for f in _FORWARDS),
        )
        self.open.append(element)
        self.open_names[name] = self.open_names.get(name, 0) + 1
        self._count(element, 1)

    def _is_cited(self, attributes: dict[str, str]) -> bool:
        """Return whether a blockquote quotes: people also indent with it. The line above a quote ends with a colon."""
        if attributes.get("type") == "cite" or "cite" in attributes or "border-left" in attributes.get("style", ""):
            return True
        above = next((line.text for line in reversed(self.done[-3:]) if line.text), "")
        return above.endswith((":", "：")) and ("@" in above or sum(c.isdigit() for c in above) >= 4)

    def _quotes_the_rest(self, marks: str, attributes: dict[str, str]) -> bool:
        if any(mark in marks for mark in _TO_THE_END):
            return True
        return bool(_OUTLOOK_LINE.search(attributes.get("style", "")))

    def _count(self, element: _Open, step: int) -> None:
        self.quotes += step * element.quote
        self.signatures += step * element.signature
        self.hidden += step * element.hidden
        self.forwards += step * element.forwarded
        self.pres += step * (element.name == "pre")

    def _close(self, name: str) -> None:
        if name in _ENDING:
            self._soft_end() if name not in ("tr", "table") else self._line_end()
            if name in _SPACED and self.done and self.done[-1].text and not self.cells:
                self.done.append(HtmlLine("", self._depth(), self.signatures > 0, self.forwards > 0))
        if not self.open_names.get(name):
            return
        while self.open:
            element = self.open.pop()
            self.open_names[element.name] -= 1
            self._count(element, -1)
            if element.name == name:
                break

    def _soft_end(self) -> None:
        """End a line, or in a cell mark the place where one ends: the row decides whether it is a row of several."""
        if self.cells:
            self.current.append("\n")
        else:
            self._line_end()

    def _block(self, name: str) -> None:
        if name in ("td", "th"):
            self.cells += 1
            self.current.append("\t" if self.cells > 1 else "")
        elif self.cells and name in ("p", "div", "li", "ul", "ol", "center"):
            self.current.append("\n")
        else:
            self._line_end()

    def _words(self, raw: str) -> None:
        if self.hidden:
            return
        text = html.unescape(raw) if "&" in raw else raw
        if self.pres:
            pieces = text.replace("\r\n", "\n").split("\n")
            for piece in pieces[:-1]:
                self.current.append(piece)
                self._line_end()
            self.current.append(pieces[-1])
            return
        self.current.append(re.sub(r"[ \t\r\n\f]+", " ", text.replace("\xa0", " ")))

    def _depth(self) -> int:
        return self.quotes + self.rest_is_quoted

    def _line_end(self) -> None:
        text, cells = "".join(self.current), self.cells
        self.current, self.cells = [], 0
        if cells > 1:
            self._add(re.sub(r"[ \n]*\t[ \n]*", "\t", text.replace("\n", " ")), cells)
            return
        for piece in text.split("\n") if cells else (text,):
            self._add(piece, cells)

    def _add(self, text: str, cells: int) -> None:
        text = text.rstrip() if self.pres else re.sub(r" {2,}", " ", text).strip()
        if text or (self.done and self.done[-1].text):
            self.done.append(HtmlLine(text, self._depth(), self.signatures > 0, self.forwards > 0, cells))
