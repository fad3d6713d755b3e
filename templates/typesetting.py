"""Paper data to PDF: the one home of typst. PDF/A-3b, the same bytes for the same data, fonts from this folder only."""

from __future__ import annotations

import base64
import json
import struct
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.domain.codec import to_plain
from agent.domain.notices import Company
from templates.clean import safe_block
from templates.formats import lines_of
from templates.mail import colour_of, is_light
from templates.papers.paper import Paper, breakable, footer, letterhead, size_of
from templates.words import Words

if TYPE_CHECKING:
    from typst import Compiler

_HERE = Path(__file__).parent
_FONTS = _HERE / "fonts"
_LAYOUT = _HERE / "layouts" / "paper.typ"
_lock = threading.Lock()  # a compiler holds the inputs of one document at a time


def typeset(paper: Paper, words: Words, company: Company, xml: bytes | None = None) -> bytes:
    """The paper as PDF. `xml` is embedded as an alternative of the document (ISO 19005-3)."""
    inputs = {"paper": _printable(_data(paper, words, company))}
    if paper.qr:
        inputs["qr"] = paper.qr
    if paper.slip_code:
        inputs["slip"] = paper.slip_code
    if xml:
        inputs["xml"] = xml.decode("utf-8")
    logo = logo_as_svg(company.logo)
    if logo:
        try:
            return _compile({**inputs, "logo": logo})
        except _typst_error():
            pass  # a logo that cannot be drawn is no reason not to invoice: the name stands in its place
    return _compile(inputs)


def _compile(inputs: dict[str, str]) -> bytes:
    with _lock:
        result = _compiler().compile(sys_inputs=inputs, format="pdf", pdf_standards=["a-3b"])
    if not isinstance(result, bytes):
        raise TypeError("typst returned no bytes for one PDF")
    return result


@cache
def _compiler() -> Compiler:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])
    return typst.Compiler(_LAYOUT, root=_LAYOUT.parent, font_paths=fonts)


def _typst_error() -> type[Exception]:
    import typst

    return typst.TypstError


def _data(paper: Paper, words: Words, company: Company) -> dict[str, Any]:
    data: dict[str, Any] = to_plain(paper)
    del data["qr"], data["slip_code"], data["customer"], data["dated"]
    columns = footer(company, words)
    for table in (data["table"], data["taxes"], data["shares"]):
        if table is not None:
            table["rows"] = [[_cell(cell) for cell in row] for row in table["rows"]]
    return data | {
        "intro": [text[:1].upper() + text[1:] for text in paper.intro],  # no greeting stands before it here
        "language": words.language,
        "paper": size_of(company),
        "colour": colour_of(company),
        "light": is_light(colour_of(company)),
        "date": [paper.dated.year, paper.dated.month, paper.dated.day],
        "company": {"name": company.name, "lines": letterhead(company)},
        "sender": " · ".join((company.name, *lines_of(company.address, 2))),
        "addressee": _addressee(paper, words),
        "footer": columns,
        "footer-lines": max((len(column) for column in columns), default=1),
        "page": words.say("paper.page", page="{page}", pages="{pages}"),
        "payment-link": words.say("invoice.pay_online", link=paper.payment.link) if paper.payment else "",
        "xml-name": "factur-x.xml",
    }


def _cell(cell: Any) -> Any:
    """Cells of one line stand as they are; the others say whether they may be torn over two pages."""
    if isinstance(cell, str):
        return cell
    length = len(cell["main"]) + sum(len(line) for line in cell["extra"])
    return {**cell, "short": length < 900}


def _addressee(paper: Paper, words: Words) -> list[str]:
    customer = paper.customer
    lines = (words.say("paper.addressee", name=customer.name), customer.contact, *lines_of(customer.address))
    return [breakable(line) for line in dict.fromkeys(lines) if line]


def _printable(data: dict[str, Any]) -> str:
    """JSON in which every character has a glyph: what the fonts lack is written in Latin letters, or as "?"."""
    text = json.dumps(data, ensure_ascii=False)
    if text.isascii():
        return text
    strange = {ch for ch in set(text) if not ch.isascii() and ord(ch) not in _covered()}
    return text.translate({ord(ch): json.dumps(_latin(ch))[1:-1] for ch in strange}) if strange else text


def _latin(ch: str) -> str:
    from anyascii import anyascii

    return safe_block(anyascii(ch)) or "?"


@cache
def _covered() -> frozenset[int]:
    codes: set[int] = set()
    for span in (_FONTS / "coverage.txt").read_text("ascii").split():
        first, _, last = span.partition("-")
        codes.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(codes)


@cache
def logo_as_svg(logo: bytes | None) -> str:
    """An SVG as it is, a PNG wrapped in one (inputs are text); nothing for anything else."""
    if not logo:
        return ""
    if logo.startswith(b"\x89PNG\r\n\x1a\n") and len(logo) > 24:
        width, height = struct.unpack(">II", logo[16:24])
        data = base64.b64encode(logo).decode("ascii")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
            f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
        )
    text = logo.decode("utf-8", "replace")
    return text if "<svg" in text[:2000] else ""
