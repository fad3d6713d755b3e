"""The sender's own words: quoted mail, headers above quotes, signatures and boilerplate cut away.

A mail text is read as layers. Layer 0 is what its sender wrote, wherever it stands: above the quote, below it, or
between its lines. Every other layer has a header ("On … Ann wrote:", "From: … Sent: …", a forward marker) or only its
quote marks. One pass, with a look-ahead of a few lines: linear time on any text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from parsers.mail.html_text import HtmlLine, html_lines
from parsers.mail.reply_trim import trimmed
from parsers.mail.reply_words import (
    FORWARDED,
    FROM,
    ORIGINAL,
    OTHER,
    SENT,
    SUBJECT,
    TO,
    WROTE,
)

_TEXT_MAX = 1_000_000
_LINES_MAX = 20_000
_LOOK = 400  # characters of a line that marks are looked for in
_MARK = re.compile(r"^(?:[ \t]{0,3}(?:>|\|(?= |$)))+[ \t]?")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_TIME_OR_DATE = re.compile(r"\d{1,2}[:.h]\d{2}|\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_INTRO = re.compile(
    r"(?:on|am|le|el|il|op|em|w dniu|dnia|den|på|dne|ma|kl|fre|man|tir|ons|tor|lør|søn|mån|tis|lör|sön|"
    r"a|em|pe|il giorno|le \d|in data|20\d\d|\d{1,2}[./-]|[\w.]{2,10}, )\b",
    re.IGNORECASE,
)
_DATED_SENDER = re.compile(r"\d{4}[/.\-年]\s?\d{1,2}[/.\-月].{0,120}<[^<>\s]{3,200}>\s*[:：]?$")
# "2016-03-03 17:21 GMT+01:00 Ann Other": what is left of a mail client's line where addresses were taken out
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d gmt[+-]\d\d:?\d\d \S.{0,60}")


@dataclass(slots=True)
class Layer:
    """One author's words in a mail: how deep quoted, who wrote them as the header above says, the lines."""

    depth: int
    author: str = ""
    forwarded: bool = False
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return trimmed(self.lines)


@dataclass(frozen=True, slots=True)
class _Header:
    """The lines that stand above a quote: up to which line, whose words follow, whether it was forwarded."""

    after: int
    author: str
    forwarded: bool


def new_text(text: str) -> str:
    """Return what the sender of this mail wrote, without quotes, signature and boilerplate; "" if that is nothing."""
    return layers(text)[0].text


def html_new_text(html: str) -> str:
    """Return what the sender of this HTML mail wrote, as text."""
    return new_text(marked_text(html))


def forwarded_text(text: str, own_addresses: frozenset[str] = frozenset()) -> str | None:
    """Return the newest words of another that the sender passes on, without what we wrote ourselves; None if none.

    Newest first, the first layer that tells any figure; a chain of "see below" is passed over.
    """
    own = {address.lower() for address in own_addresses}
    others = [layer for layer in layers(text)[1:] if not own & {a.lower() for a in _ADDRESS.findall(layer.author)}]
    found = [words for layer in others if (words := layer.text)]
    return next((words for words in found if re.search(r"\d", words)), found[0] if found else None)


def is_forward(text: str) -> bool:
    """Return whether the text passes on another's mail by a forward marker of its own (not inside a quoted reply)."""
    found = layers(text)
    return len(found) > 1 and found[1].forwarded


def marked_text(html: str) -> str:
    """Return an HTML mail as text in which quotes have marks: ">" before each line that the HTML says is quoted."""
    lines = html_lines(html)
    marked = ((">" * min(line.quoted, 20) + " " + line.text).strip() for line in _unsigned(lines))
    return "\n".join(marked).strip()


def _unsigned(lines: tuple[HtmlLine, ...]) -> list[HtmlLine]:
    return [line for line in lines if not line.signature]


def layers(text: str) -> tuple[Layer, ...]:
    """Return the layers of a mail text in the order they begin; the first is the sender's own, perhaps empty."""
    depths, lines = _unmarked(text[:_TEXT_MAX])
    found = [Layer(0)]
    stack = [found[0]]
    index = 0
    while index < len(lines):
        depth, line = depths[index], lines[index]
        if not line.strip():
            stack[-1].lines.append("")
            index += 1
            continue
        while len(stack) > 1 and stack[-1].depth > depth:
            stack.pop()
        if depth > stack[-1].depth:
            stack.append(Layer(depth))
            found.append(stack[-1])
        header = _header(depths, lines, index)
        if header is None:
            stack[-1].lines.append(line)
            index += 1
            continue
        below = _next_words(lines, header.after)
        deeper = below is not None and depths[below] > depth
        layer = Layer(depths[below] if deeper and below is not None else depth, header.author, header.forwarded)
        if len(stack) > 1 and stack[-1].depth == depth and not any(stack[-1].lines) and not stack[-1].author:
            found.remove(stack.pop())  # quote marks and then a header: one layer, not an empty one before it
        found.append(layer)
        if not deeper and len(stack) > 1 and stack[-1].depth == depth:
            stack.pop()
        # Where nothing marks the end of what was quoted, all that follows at this depth belongs to it.
        stack.append(layer)
        index = header.after
    return tuple(found)


def _unmarked(text: str) -> tuple[list[int], list[str]]:
    """Return each line's quote depth and its text without the marks."""
    depths: list[int] = []
    lines: list[str] = []
    normal = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u200b", "")
    for line in normal.split("\n", _LINES_MAX)[:_LINES_MAX]:
        mark = _MARK.match(line[:_LOOK])
        if mark is None:
            depths.append(0)
            lines.append(line.rstrip())
        else:
            depths.append(mark[0].count(">") + mark[0].count("|"))
            lines.append(line[mark.end() :].rstrip())
    return depths, lines


def _next_words(lines: list[str], index: int) -> int | None:
    """Return the next line that is not blank, looking a few lines ahead."""
    return next((i for i in range(index, min(index + 6, len(lines))) if lines[i].strip()), None)


def _header(depths: list[int], lines: list[str], index: int) -> _Header | None:
    """Return the header of a quote that begins at this line, if one does."""
    line = lines[index][:_LOOK]
    return _separator(depths, lines, index, line) or _block(depths, lines, index) or _attribution(depths, lines, index)


def _separator(depths: list[int], lines: list[str], index: int, line: str) -> _Header | None:
    """Read "-----Original Message-----", "Begin forwarded message:", or a ruled line above a block of fields."""
    bare = line.strip().strip("*").strip()
    if len(bare) > 200:
        return None
    folded = _folded(bare)
    ruled = bare[:2] in ("--", "__", "==", "- ", "—-", "##", "**") or bare[:1] in "—–─━_"
    forwarded = any(phrase in folded for phrase in FORWARDED)
    original = any(phrase in folded for phrase in ORIGINAL)
    if (forwarded or original) and (ruled or bare.endswith((":", "：", ":*", "-"))):
        return _with_block(depths, lines, index, forwarded)
    dated = bare.startswith("--") and bare.endswith("--") and _TIME_OR_DATE.search(folded)
    if dated and any(verb in folded for verb in WROTE):
        return _Header(index + 1, bare, False)
    if ruled and len(set(bare) - {" "}) == 1 and len(bare) >= 5:
        below = _next_words(lines, index + 1)
        if below is not None and depths[below] == depths[index]:
            return _block(depths, lines, below)
    return None


def _with_block(depths: list[int], lines: list[str], index: int, forwarded: bool) -> _Header:
    below = _next_words(lines, index + 1)
    if below is not None:
        block = _block(depths, lines, below, least=2, begins=("from", "sent", "to", "subject"))
        if block is not None:
            return _Header(block.after, block.author, forwarded)
    return _Header(index + 1, "", forwarded)


def _block(
    depths: list[int], lines: list[str], index: int, least: int = 3, begins: tuple[str, ...] = ("from", "sent")
) -> _Header | None:
    """Read a block of header fields in any of the languages: sender and at least two of date, recipient, subject."""
    first = _role(lines[index])
    if first is None or first[0] not in begins:
        return None
    roles, author, after, strays = set(), "", index, 0
    for i in range(index, min(index + 14, len(lines))):
        field_of = _role(lines[i]) if depths[i] == depths[index] else None
        if field_of is None:
            strays += 1
            # A long recipient list or subject goes on in the next line; a blank line between fields is rare but real.
            if strays > 2 or not _goes_on(depths, lines, i, index):
                break
            continue
        strays = 0
        roles.add(field_of[0])
        author = field_of[1] if field_of[0] == "from" and not author else author
        after = i + 1
    named = roles & {"from", "sent", "to", "subject"}
    return _Header(after, author, False) if "from" in roles and len(named) >= least else None


def _goes_on(depths: list[int], lines: list[str], i: int, index: int) -> bool:
    return any(_role(lines[k]) is not None and depths[k] == depths[index] for k in range(i + 1, min(i + 3, len(lines))))


def _role(line: str) -> tuple[str, str] | None:
    """Return which header field this line is in any language, and its value."""
    head, mark, value = line[:_LOOK].replace("：", ":").partition(":")
    if not mark or len(head) > 30:
        return None
    name = _folded(head.strip(" \t*_|>")).replace("*", "").strip()
    for role, names in (("from", FROM), ("sent", SENT), ("to", TO), ("subject", SUBJECT), ("other", OTHER)):
        if name in names:
            return role, value.strip(" *\t")
    return None


def _attribution(depths: list[int], lines: list[str], index: int) -> _Header | None:
    """Read "On …, Ann <ann@example.com> wrote:" in one line or wrapped over up to four."""
    joined = ""
    first = lines[index].strip()[:_LOOK]
    starts = _INTRO.match(first[:60]) is not None or "<" in first  # only these are known to be wrapped
    for i in range(index, min(index + 6, len(lines))):
        line = lines[i].strip()
        if not line and i > index and starts and lines[i + 1 : i + 2] and lines[i + 1].lstrip().startswith("<"):
            continue  # a converter put the address on a line of its own
        if not line or len(line) > _LOOK or (i > index and not starts):
            return None
        # Wrapping inside a quote puts marks in odd places, so the depth of the further lines is not looked at.
        joined = f"{joined} {line}".strip()
        if _is_attribution(joined, lines, depths, i):
            return _Header(i + 1, joined, False)
        if line.endswith((":", "：")):
            return None
    return None


def _is_attribution(joined: str, lines: list[str], depths: list[int], last: int) -> bool:
    folded = _folded(joined).strip("*_ ")
    dated = _TIME_OR_DATE.search(folded) is not None
    sender = "@" in folded
    introduced = _INTRO.match(folded) is not None
    below = _next_words(lines, last + 1)
    quote_follows = below is not None and depths[below] > depths[last]
    if not folded.endswith((":", "：")):
        if _STAMP.fullmatch(folded):
            return True
        return bool(_DATED_SENDER.match(folded)) and quote_follows
    if any(verb in folded for verb in WROTE):
        if introduced or "<" in folded:
            return dated and (sender or introduced or quote_follows)
        return quote_follows and (dated or sender or len(folded) < 100)
    return dated and sender and "<" in folded and len(folded) < 250


def _folded(text: str) -> str:
    plain = text.replace("\u2019", "'").replace("\u2018", "'").replace("\u200e", "").replace("\u200f", "")
    return " ".join(unicodedata.normalize("NFC", plain).lower().split())
