"""Which parts of a mail are its text, which are papers, which are ornament."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.domain.documents import Problem
from parsers.mail.charset import codec_of, decoded
from parsers.mail.codings import unflowed, uu_files
from parsers.mail.headers import clean
from parsers.mail.html_text import html_lines
from parsers.mail.mime import MESSAGE_TYPES, Node
from parsers.page import Part

_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/x-moz-deleted"}
)
_ENDINGS = {
    "text/plain": ".txt", "text/html": ".html", "text/csv": ".csv", "text/xml": ".xml", "application/xml": ".xml",
    "application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/tiff": ".tif",
    "application/vnd.ms-excel": ".xls", "application/ms-tnef": ".dat", "application/zip": ".zip", "text/calendar": ".ics",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx", "application/edi-x12": ".edi",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx", "application/edifact": ".edi",
    "message/rfc822": ".eml", "application/json": ".json", "image/webp": ".webp", "image/bmp": ".bmp",
}  # fmt: skip
_LOGO_BYTES, _LOGO_SIDE, _LOGO_AREA = 4_000, 90, 45_000
_STUB_SAYS = re.compile(
    r"(?:html (?:version|format|viewer|compatible)|view (?:it|this|the|your) .{0,30}(?:html|browser)|does not (?:support|display) html|"
    r"html-(?:fähig|format|version)|format html|formato html|html 형식|html形式)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d.,/-]*\d|\d")


@dataclass(frozen=True, slots=True)
class Contents:
    """A message taken apart: its text in the forms it has, the other leaves in order, and what it hides or lacks."""

    plain: Part | None
    html: Part | None
    papers: tuple[tuple[Node, Part], ...]
    ornaments: tuple[Node, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Section:
    """A stretch of the mail's own text: the same words as plain text, as HTML, or both."""

    plain: Node | None = None
    html: Node | None = None


@dataclass(slots=True)
class _Found:
    sections: list[_Section] = field(default_factory=list)
    others: list[Node] = field(default_factory=list)


def contents(message: Node) -> Contents:
    """Return what one message consists of; attached messages stand among the papers as they are."""
    found = _Found()
    _gather(message, found)
    if not found.sections:
        _promote(found)
    kept, extra = _body_sections(found.sections)
    html_text = "".join(decoded(s.html.data, _charset(s.html)) for s in kept if s.html)
    ornaments = [n for n in found.others if n.content_type in _SIGNATURES or _is_ornament(n, html_text)]
    plain, inner, problems = _plain_part([s.plain for s in kept if s.plain])
    papers = [(node, _paper(node)) for node in [*extra, *found.others] if node not in ornaments]
    papers.extend(inner)
    return Contents(plain, _html_part([s.html for s in kept if s.html]), tuple(papers), tuple(ornaments), problems)


def _gather(node: Node, found: _Found) -> None:
    if node.children and node.content_type not in MESSAGE_TYPES:
        if node.content_type == "multipart/alternative":
            _gather_alternative(node, found)
            return
        for child in node.children:
            _gather(child, found)
        return
    if _is_text(node) and not node.attached and not node.file_name:
        if node.data.strip():
            is_html = node.content_type == "text/html"
            found.sections.append(_Section(None, node) if is_html else _Section(node, None))
        return
    found.others.append(node)


def _gather_alternative(node: Node, found: _Found) -> None:
    """The children say the same in several forms: one section, whatever is no text stands beside it."""
    inner = _Found()
    for child in node.children:
        _gather(child, inner)
    plain = [s.plain for s in inner.sections if s.plain]
    html = [s.html for s in inner.sections if s.html]
    if plain or html:
        found.sections.append(_Section(plain[0] if plain else None, html[-1] if html else None))
    found.others.extend(inner.others)


def _is_text(node: Node) -> bool:
    return node.content_type in ("text/plain", "text/html", "text/enriched", "text/x-amp-html", "text/x-plain")


def _promote(found: _Found) -> None:
    """Take as the body what was marked as an attachment though nothing else is there and it has no name."""
    for node in found.others:
        if _is_text(node) and not node.file_name and node.data.strip():
            found.others.remove(node)
            found.sections.append(_Section(None, node) if node.content_type == "text/html" else _Section(node, None))
            return


def _body_sections(sections: list[_Section]) -> tuple[list[_Section], list[Node]]:
    """Return the sections that make the body, and those in another form than the first: they are read as papers.

    Some mail programs cut one text in two around an attachment; list servers put a footer below.
    """
    if not sections:
        return [], []
    first = sections[0]
    kept = [s for s in sections if (first.plain and s.plain) or (first.html and s.html)]
    extra = [node for s in sections if s not in kept for node in (s.plain or s.html,) if node]
    return kept, extra


def _charset(node: Node) -> str | None:
    return node.type_parameters.get("charset")


def _plain_part(nodes: list[Node]) -> tuple[Part | None, list[tuple[Node, Part]], tuple[Problem, ...]]:
    """Return the text body in UTF-8, with soft line breaks undone, and the files uuencoded in it."""
    texts: list[str] = []
    inner: list[tuple[Node, Part]] = []
    problems: list[Problem] = []
    for node in nodes:
        data, files = uu_files(node.data)
        for name, content, whole in files:
            part = Part(label(name), "application/octet-stream", content)
            inner.append((node, part))
            if not whole:
                problems.append(Problem(where=part.name, what="ends in the middle: the mail was cut off"))
        text = decoded(data, _charset(node)).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
        if (node.type_parameters.get("format") or "").lower() == "flowed":
            text = unflowed(text, (node.type_parameters.get("delsp") or "").lower() == "yes")
        text, problem = _without_armour(text)
        problems.extend([problem] if problem else [])
        texts.append(text)
    text = "\n".join(texts)
    if not text.strip():
        return None, inner, tuple(problems)
    return Part("body", "text/plain", text.encode("utf-8", "replace"), "utf-8", inline=True), inner, tuple(problems)


def _without_armour(text: str) -> tuple[str, Problem | None]:
    """Take the text out of a clear-signed PGP message (RFC 4880 7); an encrypted one is said to be so."""
    if "-----BEGIN PGP MESSAGE-----" in text:
        return text, Problem(
            where="body", what="is encrypted: ask the sender for an unencrypted mail", code="encrypted"
        )
    begin = text.find("-----BEGIN PGP SIGNED MESSAGE-----")
    end = text.find("-----BEGIN PGP SIGNATURE-----", begin + 1)
    if begin < 0 or end < 0:
        return text, None
    signed = text[begin:end].partition("\n\n")[2]
    after = text[end:].partition("-----END PGP SIGNATURE-----")[2]
    lines = [line.removeprefix("- ") for line in signed.split("\n")]
    return text[:begin] + "\n".join(lines) + after, None


def _html_part(nodes: list[Node]) -> Part | None:
    """Return the HTML body as it came, with the charset that its bytes really are in."""
    if not nodes:
        return None
    charset = codec_of(nodes[0].data, _charset(nodes[0]))
    if len(nodes) == 1:
        return Part("body", "text/html", nodes[0].data, charset, inline=True)
    joined = "\n".join(decoded(n.data, _charset(n)) for n in nodes)
    return Part("body", "text/html", joined.encode("utf-8", "replace"), "utf-8", inline=True)


def _paper(node: Node) -> Part:
    is_text = node.content_type.startswith("text/")
    charset = codec_of(node.data, _charset(node)) if is_text else _charset(node)
    inline = not node.attached and not node.file_name
    return Part(name_of(node), node.content_type, node.data, charset, inline=inline)


def name_of(node: Node) -> str:
    """Return what a part is called: its file name without any path, else its place in the mail."""
    named = label(node.file_name or "")
    if named:
        return named
    if node.content_type in MESSAGE_TYPES and node.children:
        subject = label(clean(node.children[0].headers.first("subject") or "", 60))
        return f"message-{node.path}.eml" if not subject or "=?" in subject else f"{subject}.eml"
    return f"part-{node.path}{_ENDINGS.get(node.content_type, '')}"


def label(name: str) -> str:
    """Return a file name as a label: no path, no controls; it is shown, never opened."""
    last = re.split(r"[/\\]", clean(name, 400))[-1].strip(" .\"'")
    return last[-180:]


def _is_ornament(node: Node, html_text: str) -> bool:
    """Return whether a picture is a logo or a tracking pixel: part of the letterhead, not a scan."""
    if not node.content_type.startswith("image/") or (node.attached and not _is_shown(node, html_text)):
        return False
    if not (_is_shown(node, html_text) or node.disposition.value == "inline" or node.content_id):
        return False
    size = picture_size(node.data)
    if size is None:
        return len(node.data) < _LOGO_BYTES
    width, height = size
    return len(node.data) < _LOGO_BYTES or min(width, height) < _LOGO_SIDE or width * height < _LOGO_AREA


def _is_shown(node: Node, html_text: str) -> bool:
    return bool(node.content_id) and f"cid:{node.content_id}" in html_text


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels from the head of a PNG, GIF or JPEG file."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[:4] == b"GIF8" and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    for _ in range(200):
        if at + 9 > len(data) or data[at] != 0xFF:
            return None
        if data[at + 1] in range(0xC0, 0xD0) and data[at + 1] not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def html_is_better(plain: str, html: str) -> bool:
    """Return whether the plain text is only a stub of an HTML mail whose tables carry the figures."""
    lines = html_lines(html)
    if sum(line.cells >= 2 for line in lines) < 2:
        return not plain.strip() or bool(_STUB_SAYS.search(plain[:2_000]) and len(plain.split()) < 80)
    shown = "\n".join(line.text for line in lines)
    if len(plain.split()) < 0.4 * len(shown.split()):
        return True
    told, all_told = set(_numbers(plain)), set(_numbers(shown))
    return len(all_told - told) > 0.4 * len(all_told) and len(all_told) >= 3


def _numbers(text: str) -> Iterator[str]:
    return (m[0] for m in _NUMBER.finditer(text[:200_000]))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
