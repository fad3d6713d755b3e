"""The tree of a MIME message (RFC 2045/2046), read with bounds: own splitting, linear in the size of the mail.

The standard library's parser tests every line against every open boundary and recurses without a limit, so that a
small mail of nested multiparts costs minutes or ends in RecursionError. Here depth and number of parts are bounded
while splitting, and boundaries that are missing or wrong are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.domain.documents import Problem
from parsers.mail.codings import undo
from parsers.mail.headers import Headers, Parameters, parameters, split_message
from parsers.mail.smime import unwrapped
from parsers.page import Limits

MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
_SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,120}")
_DELIMITER_BEFORE_HEADERS = re.compile(rb"^--([^\s\"<>]{1,200})[ \t]*\r?\nContent-", re.MULTILINE | re.IGNORECASE)
_CONTAINERS_DEEP = 4  # containers (mixed, related, alternative, signed) that one message may nest per message depth


@dataclass(frozen=True, slots=True)
class Node:
    """One entity: a leaf with decoded bytes, or a container with children."""

    path: str  # "1.2": second child of the first child, as IMAP counts
    headers: Headers
    content_type: str
    type_parameters: Parameters
    disposition: Parameters
    data: bytes = b""
    children: tuple[Node, ...] = ()
    whole: bool = True
    depth: int = 0  # how many attached messages it stands in

    @property
    def file_name(self) -> str | None:
        return self.disposition.get("filename") or self.type_parameters.get("name") or None

    @property
    def content_id(self) -> str:
        return (self.headers.first("content-id") or "").strip().strip("<>")

    @property
    def attached(self) -> bool:
        return self.disposition.value == "attachment"

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it, in the order they stand in the mail."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> Iterator[Node]:
        """Yield the leaves of this message, not those of attached messages; an attached message counts as a leaf."""
        for child in self.children:
            if child.children and child.content_type not in MESSAGE_TYPES:
                yield from child.leaves()
            else:
                yield child
        if not self.children:
            yield self


@dataclass(slots=True)
class _Budget:
    """What is left of the limits while one mail is split, and what had to be said about it."""

    limits: Limits
    parts: int = 0
    problems: list[Problem] = field(default_factory=list)

    def say(self, where: str, what: str, code: str) -> None:
        if not any(p.where == where and p.what == what for p in self.problems) and len(self.problems) < 50:
            self.problems.append(Problem(where=where, what=what, code=code))


def parse(data: bytes, limits: Limits) -> tuple[Node, tuple[Problem, ...]]:
    """Return the tree of a raw message and what could not be read of it."""
    budget = _Budget(limits)
    headers, body = split_message(_line_ends(data))
    root = _entity(headers, body, "", budget, depth=0, containers=0, default="text/plain")
    return root, tuple(budget.problems)


def _line_ends(data: bytes) -> bytes:
    """Return the mail with LF in place of lone CR, which some old systems write; other line ends stay."""
    head = data[:4_000]
    return data.replace(b"\r", b"\n") if b"\r" in head and b"\n" not in head else data


def _entity(
    headers: Headers, body: bytes, path: str, budget: _Budget, *, depth: int, containers: int, default: str
) -> Node:
    declared = parameters(headers.first("content-type"))
    disposition = parameters(headers.first("content-disposition"))
    kind = declared.value if _TYPE.fullmatch(declared.value) else default
    node = Node(path or "1", headers, kind, declared, disposition, depth=depth)
    if kind.startswith("multipart/"):
        return _container(node, path, body, budget, containers)
    budget.parts += 1
    data, whole = undo(body, headers.first("content-transfer-encoding"))
    name = (node.file_name or "").lower()
    if kind in MESSAGE_TYPES or (name.endswith(".eml") and kind.startswith(("application/", "message/"))):
        return _attached_message(node, path, data, budget)
    if kind in _SMIME_TYPES or name.endswith(".p7m"):
        return _signed_content(node, path, data, budget, containers)
    if not whole:
        budget.say(node.file_name or f"part {node.path}", "ends in the middle: the mail was cut off", "unreadable")
    return _with(node, data=data, whole=whole)


def _with(
    node: Node, *, data: bytes = b"", children: tuple[Node, ...] = (), whole: bool = True, kind: str | None = None
) -> Node:
    return Node(
        node.path,
        node.headers,
        kind or node.content_type,
        node.type_parameters,
        node.disposition,
        data,
        children,
        whole,
        node.depth,
    )


def _container(node: Node, path: str, body: bytes, budget: _Budget, containers: int) -> Node:
    if containers >= _CONTAINERS_DEEP * budget.limits.depth_max:
        budget.say(f"part {node.path}", "is nested too deeply to be read", "too_large")
        return _with(node, data=b"", kind="application/octet-stream")
    sections, closed = _sections(body, node.type_parameters.get("boundary"), budget)
    if not sections:  # no boundary anywhere: what was sent is text with a wrong label
        budget.parts += 1
        data, whole = undo(body, node.headers.first("content-transfer-encoding"))
        return _with(node, data=data, whole=whole, kind="text/plain")
    default = "message/rfc822" if node.content_type == "multipart/digest" else "text/plain"
    children: list[Node] = []
    for number, section in enumerate(sections, 1):
        if budget.parts >= budget.limits.parts_max:
            budget.say("mail", f"has more than {budget.limits.parts_max} parts: the rest was not read", "too_large")
            return _with(node, children=tuple(children))
        headers, content = split_message(section)
        below = f"{path}.{number}" if path else str(number)
        children.append(
            _entity(headers, content, below, budget, depth=node.depth, containers=containers + 1, default=default)
        )
    if not closed and children and children[-1].attached:
        budget.say("mail", "has no proper end: the last attachment may be cut off", "note")
    return _with(node, children=tuple(children))


def _sections(body: bytes, boundary: str | None, budget: _Budget) -> tuple[list[bytes], bool]:
    """Return what stands between the boundaries, and whether the closing one was there."""
    named = boundary.encode("utf-8", "replace") if boundary else b""
    if named:
        sections, closed = _between(body, named, budget.limits.parts_max)
        if sections:
            return sections, closed
    found = _DELIMITER_BEFORE_HEADERS.search(body)
    return _between(body, found[1], budget.limits.parts_max) if found else ([], False)


def _between(body: bytes, boundary: bytes, most: int) -> tuple[list[bytes], bool]:
    delimiter = b"--" + boundary
    sections: list[bytes] = []
    start, position = -1, 0
    while len(sections) <= most + 1:
        at = body.find(delimiter, position)
        if at < 0:
            break
        position = at + len(delimiter)
        line_end = body.find(b"\n", position)
        line_end = len(body) if line_end < 0 else line_end
        rest = body[position : min(line_end, position + 200)].strip()
        if (at and body[at - 1] not in b"\r\n") or rest not in (b"", b"--"):
            continue
        if start >= 0:
            sections.append(_without_last_line_end(body[start:at]))
        if rest == b"--":
            return sections, True
        start = position = line_end + 1
    if 0 <= start < len(body) and len(sections) <= most + 1:
        sections.append(body[start:])
    return sections, False


def _without_last_line_end(section: bytes) -> bytes:
    if section.endswith(b"\r\n"):
        return section[:-2]
    return section[:-1] if section.endswith(b"\n") else section


def _attached_message(node: Node, path: str, data: bytes, budget: _Budget) -> Node:
    if node.depth >= budget.limits.depth_max:
        budget.say(node.file_name or f"part {node.path}", "is a mail in a mail, nested too deeply", "too_large")
        return _with(node, data=data, kind="application/octet-stream")
    headers, body = split_message(data.lstrip(b"\r\n"))
    if not headers.fields:
        return _with(node, data=data, kind="text/plain" if node.content_type in MESSAGE_TYPES else None)
    inner = _entity(headers, body, f"{path or '1'}.1", budget, depth=node.depth + 1, containers=0, default="text/plain")
    return _with(node, data=data, children=(inner,), kind="message/rfc822")


def _signed_content(node: Node, path: str, data: bytes, budget: _Budget, containers: int) -> Node:
    """Put the content of an opaquely signed S/MIME part (RFC 8551) in its place; encrypted content is said to be so."""
    content = unwrapped(data, budget.limits.bytes_max)
    where = node.file_name or f"part {node.path}"
    if isinstance(content, Problem):
        budget.say(where, content.what, content.code)
        return _with(node, data=data)
    if containers >= _CONTAINERS_DEEP * budget.limits.depth_max:
        budget.say(where, "is nested too deeply to be read", "too_large")
        return _with(node, data=data)
    headers, body = split_message(content)
    inner = _entity(
        headers, body, f"{path or '1'}.1", budget, depth=node.depth, containers=containers + 1, default="text/plain"
    )
    return _with(node, data=b"", children=(inner,), kind="multipart/mixed")
