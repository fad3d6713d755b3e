"""Mailboxes in a header, by a strict grammar (RFC 5322 3.4): what a person sees and what a machine reads must agree.

The standard library reads `alice@good <bob@evil>` as alice. Here an address is returned only where there is exactly
one reading; everything else is a warning and no address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.mail.domains import a_label, domain_warnings
from parsers.mail.headers import Headers, clean, decode_words, hides_something, words

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]"
_DOT_ATOM = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
# Some mobile carriers and old systems issue these; they are delivered, so they are read.
_LOOSE_ATOM = re.compile(rf"(?:{_ATEXT}|\.)+")
_ADDRESS_IN_TEXT = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_LENGTH_MAX = 10_000
_MAILBOXES_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox: the name shown, decoded and harmless, and the address, None where there is no single reading."""

    name: str
    address: str | None
    warnings: tuple[str, ...] = ()

    @property
    def domain(self) -> str | None:
        return self.address.rpartition("@")[2] if self.address else None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # word | quoted | comment | <the special character itself>
    text: str
    glued: bool  # nothing stands between this token and the one before


def mailboxes(value: str | None) -> tuple[Mailbox, ...]:
    """Return the mailboxes of an address list in order, those of groups too."""
    found: list[Mailbox] = []
    for entry, in_group in _entries(_tokens((value or "")[:_LENGTH_MAX])):
        if len(found) == _MAILBOXES_MAX:
            break
        if box := _mailbox(entry, in_group):
            found.append(box)
    return tuple(found)


def addresses(headers: Headers, *names: str) -> tuple[str, ...]:
    """Return the distinct addresses of the named fields, in order."""
    boxes = (box for name in names for value in headers.every(name) for box in mailboxes(value))
    return tuple(dict.fromkeys(box.address for box in boxes if box.address))


def author(headers: Headers) -> Mailbox:
    """Return the one author of a message; without an address, and with the reason, where there is not exactly one."""
    values = headers.every("from")
    boxes = [box for value in values for box in mailboxes(value)]
    warnings = [w for box in boxes for w in box.warnings]
    if not boxes:
        return Mailbox(words(values[0]) if values else "", None, ("no_from",))
    if len(values) > 1 or len(boxes) > 1:
        warnings.insert(0, "multiple_from")
    first = boxes[0]
    # An address that is refused in one place is not made good by standing alone in another.
    everywhere = {box.address.lower() if box.address else None for box in boxes}
    address = first.address if len(everywhere) == 1 else None
    return Mailbox(first.name, address, tuple(dict.fromkeys(warnings)))


def _tokens(value: str) -> list[_Token]:
    """Return the tokens of an address header; a quote or comment that never ends reaches to the end."""
    tokens: list[_Token] = []
    index, end, glued = 0, len(value), False
    while index < end:
        char = value[index]
        if char.isspace() or char == "\0":
            index, glued = index + 1, False
            continue
        start = index
        if char == '"':
            index, text = _quoted(value, index)
            kind = "quoted"
        elif char == "(":
            index, text = _comment(value, index)
            kind = "comment"
        elif char in "<>,;:@\\":
            index, text, kind = index + 1, char, char
        else:
            while index < end and value[index] not in ' \t\r\n\0"(<>,;:@\\':
                index += 1
            text, kind = value[start:index], "word"
        tokens.append(_Token(kind, text, glued))
        glued = True
    return tokens


def _quoted(value: str, start: int) -> tuple[int, str]:
    text: list[str] = []
    index = start + 1
    while index < len(value) and value[index] != '"':
        if value[index] == "\\" and index + 1 < len(value):
            index += 1
        text.append(value[index])
        index += 1
    return index + 1, "".join(text)


def _comment(value: str, start: int) -> tuple[int, str]:
    depth, index, text = 0, start, []
    while index < len(value):
        char = value[index]
        if char == "\\" and index + 1 < len(value):
            index += 1
            text.append(value[index])
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return index + 1, "".join(text)
        else:
            text.append(char)
        index += 1
    return index, "".join(text)


def _entries(tokens: list[_Token]) -> list[tuple[list[_Token], bool]]:
    """Return the tokens of each mailbox and whether it stands in a group; commas in angle brackets part nothing."""
    entries: list[tuple[list[_Token], bool]] = []
    current: list[_Token] = []
    in_group, in_angle = False, False
    for token in tokens:
        if token.kind == "<":
            in_angle = True
        elif token.kind == ">":
            in_angle = False
        if token.kind == ":" and not in_angle and not any(t.kind == "@" for t in current):
            in_group, current = True, []
        elif token.kind in ",;" and not (in_angle and token.kind == ","):
            entries.append((current, in_group))
            current = []
            in_group = in_group and token.kind == ","
            in_angle = False
        else:
            current.append(token)
    entries.append((current, in_group))
    return [(entry, grouped) for entry, grouped in entries if entry]


def _mailbox(tokens: list[_Token], in_group: bool) -> Mailbox | None:
    opens = [i for i, t in enumerate(tokens) if t.kind == "<"]
    closes = [i for i, t in enumerate(tokens) if t.kind == ">"]
    warnings: list[str] = ["group_from"] if in_group else []
    if not opens:
        return _bare(tokens, warnings)
    shown = _shown(tokens[: opens[0]])
    if len(opens) > 1 or len(closes) > 1 or (closes and closes[0] < opens[0]):
        return Mailbox(words(shown), None, (*warnings, "malformed_address"))
    stop = closes[0] if closes else len(tokens)
    inner, behind = tokens[opens[0] + 1 : stop], tokens[stop + 1 :]
    if any(t.kind != "comment" for t in behind):
        return Mailbox(words(shown), None, (*warnings, "malformed_address"))
    address, faults = _addr_spec(inner)
    if not inner and not shown:
        return None  # <>: nobody
    name = shown or _shown(behind)
    return _judged(name, address, [*warnings, *faults, *_named_otherwise(_shown(tokens[: opens[0]] + behind), address)])


def _bare(tokens: list[_Token], warnings: list[str]) -> Mailbox | None:
    """Read a mailbox without angle brackets: `bob@example.com (Bob)`."""
    comments = [t for t in tokens if t.kind == "comment"]
    rest = [t for t in tokens if t.kind != "comment"]
    if not any(t.kind == "@" for t in rest):
        text = _shown(tokens)
        return Mailbox(words(text), None, (*warnings, "no_address")) if text else None
    inside = [i for i, t in enumerate(tokens) if t.kind == "comment" and 0 < i < len(tokens) - 1]
    address, faults = _addr_spec(rest) if not inside else (None, ["comment_in_address"])
    name = _shown(comments)
    return _judged(name, address, [*warnings, *faults, *_named_otherwise(name, address)])


def _judged(name: str, address: str | None, warnings: list[str]) -> Mailbox:
    if hides_something(decode_words(name)):
        warnings.append("hidden_characters")
    if address:
        warnings.extend(domain_warnings(address.rpartition("@")[2]))
    return Mailbox(words(name)[:300], address, tuple(dict.fromkeys(warnings)))


def _shown(tokens: list[_Token]) -> str:
    text = ""
    for token in tokens:
        text += ("" if token.glued or not text else " ") + token.text
    return text


def _named_otherwise(name: str, address: str | None) -> list[str]:
    """Return a warning for each address in the display name that is not the mailbox's own."""
    seen = _ADDRESS_IN_TEXT.findall(clean(decode_words(name)).replace(" @ ", "@"))[:3]
    own = (address or "").lower()
    return [f"display_name_address:{other.lower()}" for other in seen if other.lower() != own]


def _addr_spec(tokens: list[_Token]) -> tuple[str | None, list[str]]:
    """Return the address that the tokens spell and what is wrong with it; no address where there are two readings."""
    kinds = [t.kind for t in tokens]
    if "comment" in kinds:
        return None, ["comment_in_address"]
    if kinds[:1] == ["@"] or ":" in kinds:
        return None, ["source_route"]
    if kinds.count("@") != 1:
        return None, ["malformed_address"]
    at = kinds.index("@")
    local_tokens, domain_tokens = tokens[:at], tokens[at + 1 :]
    if any(t.kind not in ("word", "quoted") for t in local_tokens) or any(t.kind != "word" for t in domain_tokens):
        return None, ["malformed_address"]
    if any(not t.glued for t in tokens[1:]):
        return None, ["malformed_address"]
    domain = a_label("".join(t.text for t in domain_tokens))
    local, faults = _local_part(local_tokens)
    if local is None or domain is None or "=?" in local:
        return None, faults or ["encoded_address" if local and "=?" in local else "malformed_address"]
    return f"{local}@{domain}", faults


def _local_part(tokens: list[_Token]) -> tuple[str | None, list[str]]:
    text = "".join(t.text for t in tokens)
    if not text or len(text) > 200 or hides_something(text):
        return None, ["malformed_address"]
    if all(t.kind == "word" for t in tokens):
        return (text, []) if _LOOSE_ATOM.fullmatch(text) else (None, ["malformed_address"])
    if len(tokens) > 1:
        return None, ["malformed_address"]
    if _LOOSE_ATOM.fullmatch(text):
        return text, []  # the quotes are not needed: "bob"@example.com is bob@example.com
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"', ["quoted_local_part"]
