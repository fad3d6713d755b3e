"""One file or mail to one Reading: every part is read by the reader that fits it, and the readings are reconciled.

The order is: structured formats (nothing to guess), containers, embedded XML, then pages understood as tables and
labelled forms, then the sender's own prose. A paper that says the same as a better one is not said twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agent.domain.documents import (
    AnyDocument,
    BankStatement,
    DeliveryConfirmation,
    DisputeNotice,
    Document,
    Flag,
    Footing,
    MailFacts,
    Nature,
    PartFacts,
    Problem,
    PurchaseOrder,
    Reading,
    RemittanceAdvice,
    Topic,
)
from agent.domain.learning import ColumnHint
from parsers.certainty import with_certainty
from parsers.located import with_places
from parsers.mail.own_words import OwnWords, is_own_letter, without_own
from parsers.page import Context, Limits, Medium, Page, Part, Unreadable

if TYPE_CHECKING:
    from parsers.mail.envelope import Mail

_PAPERS = (PurchaseOrder, DeliveryConfirmation, RemittanceAdvice, BankStatement)


@dataclass(frozen=True, slots=True)
class Hints:
    """What the installation knows of itself; `read` on the command line knows nothing and passes nothing."""

    own_addresses: frozenset[str] = frozenset()
    own_names: tuple[str, ...] = ()
    own_words: OwnWords = field(default_factory=OwnWords)  # sentences of our own letters
    columns: tuple[ColumnHint, ...] = ()  # what decisions taught about the sender's headings
    skip_parts: frozenset[str] = frozenset()  # parts that killed a reader before
    begin: Callable[[str], None] | None = None  # told before each part is begun


@dataclass(slots=True)
class _Gathered:
    """What was found so far, in reading order."""

    documents: list[AnyDocument] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    parts: list[PartFacts] = field(default_factory=list)
    parts_left: int = 200


def read(data: bytes, name: str, *, hints: Hints = Hints(), limits: Limits = Limits()) -> Reading:  # noqa: B008 - a frozen value
    """Read a message (RFC 5322) or a bare document; what cannot be read becomes a problem, never an exception."""
    from parsers.media import sniff

    gathered = _Gathered(parts_left=limits.parts_max)
    if len(data) > limits.bytes_max * 2:
        return Reading(file=name, problems=(Problem(where=name, what="larger than is read", code="too_large"),))
    if name.lower().endswith((".eml", ".mail")) or sniff(data, name, "") == "rfc822":
        facts = _read_mail(data, hints, limits, gathered, depth=0)
        return Reading(
            file=name,
            mail=facts,
            documents=_reconciled(gathered.documents, gathered.problems),
            problems=tuple(gathered.problems),
            parts=tuple(gathered.parts),
        )
    context = Context(file_name=name, own_names=hints.own_names, columns=hints.columns, limits=limits)
    _read_part(Part(name=name, content_type="", data=data), context, hints, gathered, depth=0)
    return Reading(
        file=name,
        documents=_reconciled(gathered.documents, gathered.problems),
        problems=tuple(gathered.problems),
        parts=tuple(gathered.parts),
    )


def _read_mail(data: bytes, hints: Hints, limits: Limits, gathered: _Gathered, *, depth: int) -> MailFacts:
    from parsers.mail.envelope import open_mail

    mail = open_mail(data, own_addresses=hints.own_addresses, limits=limits)
    facts = replace(mail.facts, reply_text=without_own(mail.facts.reply_text, hints.own_words))
    mail = replace(mail, facts=facts)
    gathered.problems += mail.problems
    gathered.documents += mail.documents
    gathered.parts += mail.part_facts
    context = Context(
        subject=facts.subject,
        sender_address=facts.from_address,
        sender_name=facts.from_name,
        sent_on=facts.date[:10] if facts.date else None,
        has_attachments=bool(mail.parts),
        own_names=hints.own_names,
        own_addresses=tuple(hints.own_addresses),
        columns=hints.columns,
        limits=limits,
    )
    if facts.nature in (Nature.OWN, Nature.BOUNCE, Nature.AUTO_REPLY):
        return facts  # what a machine quotes back is nobody's word
    for part in mail.parts:
        before = len(gathered.documents)
        _read_part(part, context, hints, gathered, depth=depth)
        if part.name in mail.quoted:
            gathered.documents[before:] = [_flagged(d, Flag.QUOTED) for d in gathered.documents[before:]]
    if facts.nature is not Nature.BULK:
        _read_body(mail, facts, context, hints, gathered)
    return facts


def _read_body(mail: Mail, facts: MailFacts, context: Context, hints: Hints, gathered: _Gathered) -> None:
    """The sender's own words: as a table or form where they are one, and as prose for every intent besides."""
    _note_instruction([facts.subject, mail.text], "body", gathered)
    body_context = replace(context, is_body=True, file_name="body")
    if _read_answers(facts, body_context, gathered):
        return
    papers: list[AnyDocument] = []
    for part in _body_parts(mail):
        pages = _pages(part, body_context)
        if not isinstance(pages, Unreadable) and is_own_letter("\n".join(page.text for page in pages), hints.own_words):
            continue
        if isinstance(pages, Unreadable):
            if pages.code not in ("empty", "unreadable"):
                gathered.problems.append(Problem(where=part.name, what=pages.what, code=pages.code))
            continue
        _note_hidden(pages, part.name, gathered)
        found, problems = _read_pages(pages, body_context)
        if found:
            papers = list(found)
            gathered.problems += [p for p in problems if p.code != "note"]
            break
    attached = [d for d in gathered.documents if isinstance(d, _PAPERS)]
    told = _prose(_outside_of(papers, facts.reply_text), body_context)
    papers = _without_hollow(papers, facts.reply_text, body_context)
    told = told if papers else _prose(facts.reply_text, body_context)
    if not papers and not any(isinstance(d, _PAPERS) for d in told) and not attached and facts.forwarded:
        told = (*told, *_forwarded(mail, body_context, hints.own_words))
    if not attached and not papers and not any(isinstance(d, _PAPERS) for d in told):
        papers, told = _of_stacked_cells(facts.reply_text, body_context, told)
    kinds = {d.kind for d in attached}
    papers = [d for d in papers if d.kind not in kinds]
    kinds |= {d.kind for d in papers}
    gathered.documents += papers
    gathered.documents += [d for d in told if not (isinstance(d, _PAPERS) and d.kind in kinds)]
    if not gathered.documents and all(_is_decoration(part) for part in mail.parts):
        _note_missing_attachment(facts.reply_text, gathered)


def _of_stacked_cells(
    text: str, context: Context, told: tuple[AnyDocument, ...]
) -> tuple[list[AnyDocument], tuple[AnyDocument, ...]]:
    """A table of which every cell became a line of its own is put together and read again."""
    from parsers.layout.stacked import unstacked

    if (table := unstacked(text)) is None:
        return [], told
    part = Part(name="body", content_type="text/plain", data=table.encode(), charset="utf-8", inline=True)
    pages = _pages(part, context)
    found = () if isinstance(pages, Unreadable) else _read_pages(pages, context)[0]
    found = found or tuple(d for d in _prose(table, context) if isinstance(d, _PAPERS))
    return list(found), told


def _note_missing_attachment(text: str, gathered: _Gathered) -> None:
    """The sender speaks of a paper that did not come with the mail."""
    from parsers.prose import speaks_of_attachment

    if (sentence := speaks_of_attachment(text)) is not None:
        what = f"speaks of an attachment, and none came with it: {sentence[:160]!r}"
        gathered.problems.append(Problem(where="body", what=what, code="missing_attachment"))


def _read_answers(facts: MailFacts, context: Context, gathered: _Gathered) -> bool:
    """Answers made with the links of our mails mean what they say: nothing else is read into them."""
    from parsers.prose.kit import find_kit, with_kit

    kit = find_kit(facts.reply_text)
    if not kit.lines:
        return False
    kinds = {d.kind for d in gathered.documents if isinstance(d, _PAPERS)}
    told = with_kit(_prose(kit.words, context), kit, context)
    gathered.documents += [d for d in told if d.kind not in kinds]
    return True


def _without_hollow(papers: list[AnyDocument], text: str, context: Context) -> list[AnyDocument]:
    """Leave out a form without lines where the sentences tell of something else: "Order 6612 was delivered" is no order."""
    hollow = [d for d in papers if isinstance(d, PurchaseOrder | DeliveryConfirmation) and not d.lines]
    if not hollow:
        return papers
    told = {d.kind: bool(getattr(d, "lines", ())) for d in _prose(text, context) if isinstance(d, _PAPERS)}
    return [d for d in papers if d not in hollow or not told or told.get(d.kind) is False]


def _outside_of(papers: list[AnyDocument], text: str) -> str:
    """The sender's sentences: the text without what was understood as a table or a form.

    A heading "Unit price" or a row of figures is no sentence about prices.
    """
    if not papers:
        return text
    from parsers.lexicon import label_of, labels_in
    from parsers.values.amounts import find_amounts

    cells = {_squeezed(place.text) for paper in papers for place in paper.evidence.values()}
    kept = []
    for line in text.splitlines():
        squeezed = _squeezed(line)
        figures = len(find_amounts(line[:500]))
        labels = len(labels_in(line[:500]))
        is_cell = squeezed in cells or label_of(line.strip()) is not None or (figures == 1 and len(line.split()) <= 3)
        kept.append("" if is_cell or figures >= 2 or labels >= 3 else line)
    return "\n".join(kept)


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _body_parts(mail: Mail) -> list[Part]:
    """The body without quotes: the HTML with its tables first, then the plain text."""
    from parsers.media.html_quotes import html_without_quotes

    parts: list[Part] = []
    html = mail.html_body
    if html is not None and b"<table" in html.data.lower():
        own = html_without_quotes(_text_of(html))
        parts.append(replace(html, name="body", data=own.encode("utf-8", "replace"), charset="utf-8"))
    if mail.facts.reply_text.strip():
        data = mail.facts.reply_text.encode("utf-8", "replace")
        parts.append(Part(name="body", content_type="text/plain", data=data, charset="utf-8", inline=True))
    return parts


def _forwarded(mail: Mail, context: Context, own: OwnWords) -> tuple[AnyDocument, ...]:
    """What a forwarded mail says: the sender passes it on and vouches for it."""
    from parsers.mail.reply import forwarded_text

    text = without_own(forwarded_text(mail.text, frozenset(context.own_addresses)) or "", own)
    if not text:
        return ()
    page_part = Part(
        name="body", content_type="text/plain", data=text.encode("utf-8", "replace"), charset="utf-8", inline=True
    )
    pages = _pages(page_part, context)
    found: tuple[AnyDocument, ...] = ()
    if not isinstance(pages, Unreadable):
        found, _ = _read_pages(pages, context)
    found = found or tuple(d for d in _prose(text, context) if isinstance(d, _PAPERS))
    return tuple(_flagged(d, Flag.QUOTED) for d in found)


def _text_of(part: Part) -> str:
    try:
        return part.data.decode(part.charset or "utf-8", "replace")
    except LookupError:
        return part.data.decode("utf-8", "replace")


def _flagged(document: AnyDocument, flag: Flag) -> AnyDocument:
    return document if flag in document.flags else replace(document, flags=(*document.flags, flag))


def _read_part(part: Part, context: Context, hints: Hints, gathered: _Gathered, *, depth: int) -> None:
    from parsers.edi import read_structured
    from parsers.media import sniff
    from parsers.media.containers import unpack

    gathered.parts_left -= 1
    if gathered.parts_left < 0:
        gathered.problems.append(Problem(where=part.name, what="more parts than are read", code="too_large"))
        return
    if len(part.data) > context.limits.bytes_max:
        gathered.problems.append(Problem(where=part.name, what="larger than is read", code="too_large"))
        return
    token = f"{hashlib.sha256(part.data).hexdigest()[:16]}:{part.name}"
    if token in hints.skip_parts:
        return
    if hints.begin is not None:
        hints.begin(token)
    own = replace(context, file_name=part.name)
    structured = read_structured(part.data, part.name, context.limits)
    if structured is not None:
        _note_part(part, structured.format, gathered)
        gathered.documents += with_places(structured.documents, ())
        gathered.problems += structured.problems
        return
    medium = sniff(part.data, part.name, part.content_type)
    if depth < context.limits.depth_max:
        if medium == "rfc822":
            _note_part(part, "mail", gathered)
            _read_nested(part, context, hints, gathered, depth=depth + 1)
            return
        inner = unpack(part, context.limits)
        if isinstance(inner, Unreadable):
            gathered.problems.append(Problem(where=part.name, what=inner.what, code=inner.code))
            return
        if inner is not None:
            _note_part(part, medium, gathered)
            for one in inner:
                _read_part(one, context, hints, gathered, depth=depth + 1)
            return
    _read_paper(part, medium, own, hints.own_words, gathered)


def _read_nested(part: Part, context: Context, hints: Hints, gathered: _Gathered, *, depth: int) -> None:
    before = len(gathered.documents)
    facts = _read_mail(part.data, hints, context.limits, gathered, depth=depth)
    if facts.nature is Nature.OWN:
        del gathered.documents[before:]
    gathered.documents[before:] = [_flagged(d, Flag.QUOTED) for d in gathered.documents[before:]]


def _read_paper(part: Part, medium: str, context: Context, own: OwnWords, gathered: _Gathered) -> None:
    from parsers.media.embedded import embedded_parts

    pages = _pages(part, context)
    if isinstance(pages, Unreadable):
        if pages.code == "image" and _is_decoration(part):
            return
        gathered.problems.append(Problem(where=part.name, what=pages.what, code=pages.code))
        return
    _note_part(part, medium, gathered)
    _note_hidden(pages, part.name, gathered)
    if not any(page.lines for page in pages):
        what = "holds no text that could be read: a scan, a picture, or nothing"
        code = "image" if any(page.medium is Medium.SCAN for page in pages) else "unreadable"
        gathered.problems.append(Problem(where=part.name, what=what, code=code))
        return
    _note_pictures(pages, part.name, gathered)
    if medium in ("text", "html", "word") and is_own_letter("\n".join(page.text for page in pages), own):
        what = "The paper is a letter of our own that came back: nothing in it is the sender's word"
        gathered.problems.append(Problem(where=part.name, what=what, code="note"))
        return
    if medium == "pdf":
        embedded = _read_embedded(embedded_parts(part, context.limits), context, gathered)
        if embedded:
            found, _ = _read_pages(pages, context)
            gathered.documents += [_checked_against(e, found, gathered) for e in embedded]
            return
    found, problems = _read_pages(pages, context)
    found = with_certainty(found, pages, context.limits.ocr_certainty)
    named = any(p.what.startswith("The paper is a") for p in problems)  # an invoice, a reminder: nobody's prose
    if not found and not named and medium in ("text", "html", "word"):
        found = _prose("\n".join(page.text for page in pages), context)
        problems = () if found else problems
    if not found and any(p.what == _DEBIT_MEMO for p in problems):
        told = _prose("\n".join(page.text for page in pages), context)
        claims = tuple(d for d in told if isinstance(d, DisputeNotice) and d.topic is Topic.DEBIT_MEMO)
        found = with_certainty(with_places(claims, pages), pages, context.limits.ocr_certainty)
        problems = () if found else problems
    gathered.documents += found
    gathered.problems += problems


def _note_pictures(pages: tuple[Page, ...], where: str, gathered: _Gathered) -> None:
    """Pages of a paper that are pictures only: what they say is not in what was read."""
    blank = [page.number for page in pages if page.medium is Medium.SCAN and not page.lines]
    if blank:
        shown = ", ".join(map(str, blank[:12]))
        what = f"page {shown} is a picture without text: what it says was not read"
        gathered.problems.append(Problem(where=where, what=what, code="image"))


_DEBIT_MEMO = "The paper is a debit memo."  # its claim is read, as a mail's words would be


def _is_decoration(part: Part) -> bool:
    """Logos and tracking pixels: small pictures that belong to the mail's layout."""
    return part.inline and len(part.data) < 30_000


def _read_embedded(parts: tuple[Part, ...], context: Context, gathered: _Gathered) -> list[AnyDocument]:
    from parsers.edi import read_structured

    documents: list[AnyDocument] = []
    for part in parts:
        structured = read_structured(part.data, part.name, context.limits)
        if structured is not None:
            documents += structured.documents
            gathered.problems += structured.problems
    return documents


def _checked_against(embedded: AnyDocument, pages: tuple[AnyDocument, ...], gathered: _Gathered) -> AnyDocument:
    """XML first, then the page: a page that clearly shows another number or total makes the paper doubtful."""
    for shown in pages:
        if shown.kind != embedded.kind:
            continue
        for name in ("number", "total"):
            theirs, ours = getattr(shown, name, None), getattr(embedded, name, None)
            evident = shown.footing is Footing.PROVED or name == "number"
            if theirs is not None and ours is not None and theirs != ours and evident:
                gathered.problems.append(
                    Problem(where=embedded.source.part, what=f"the embedded data says {name} {ours}, the page {theirs}")
                )
                return replace(embedded, footing=Footing.FAILED)
    return embedded


def _pages(part: Part, context: Context) -> tuple[Page, ...] | Unreadable:
    from parsers.media import pages_of

    return pages_of(part, context.limits)


def _read_pages(pages: tuple[Page, ...], context: Context) -> tuple[tuple[AnyDocument, ...], tuple[Problem, ...]]:
    from parsers.kinds import read_pages

    found, problems = read_pages(pages, context)
    return with_places(found, pages), problems


def _prose(text: str, context: Context) -> tuple[AnyDocument, ...]:
    from parsers.prose import read_prose

    return read_prose(text, context) if text.strip() else ()


def _note_part(part: Part, read_as: str, gathered: _Gathered) -> None:
    digest = hashlib.sha256(part.data).hexdigest()
    for index, known in enumerate(gathered.parts):
        if known.sha256 == digest and known.name == part.name:
            gathered.parts[index] = replace(known, read_as=read_as)
            return
    gathered.parts.append(
        PartFacts(name=part.name, content_type=part.content_type, size=len(part.data), sha256=digest, read_as=read_as)
    )


def _note_hidden(pages: tuple[Page, ...], where: str, gathered: _Gathered) -> None:
    hidden = [text for page in pages for text in page.hidden if text.strip()]
    if hidden:
        shown = " ".join(" ".join(hidden).split())[:200]
        gathered.problems.append(
            Problem(where=where, what=f"holds text that a person cannot see: {shown!r}", code="hidden_text")
        )
    _note_instruction([*(page.text for page in pages), *hidden], where, gathered)


def _note_instruction(texts: Iterable[str], where: str, gathered: _Gathered) -> None:
    """Words to the program, in the open or hidden: nobody follows them, and a person is told."""
    from parsers.prose.topics import instruction_in

    found = instruction_in(line for text in texts for line in text.splitlines())
    if found is not None and not any(p.code == "instruction" and p.where == where for p in gathered.problems):
        gathered.problems.append(
            Problem(where=where, what=f"speaks to a program, not to people: {found[:200]!r}", code="instruction")
        )


def _reconciled(documents: list[AnyDocument], problems: list[Problem]) -> tuple[AnyDocument, ...]:
    """The same paper attached twice, or as PDF and as XML, is one; of two readings the better proved stays."""
    kept: list[AnyDocument] = []
    for document in documents:
        twin = next((k for k in kept if _same_paper(k, document)), None)
        if twin is None:
            kept.append(document)
            continue
        if _business(twin) != _business(document):
            problems.append(
                Problem(
                    where=document.source.part,
                    what=f"says otherwise than {twin.source.part} about the same {document.kind.value} {_number(document)}",
                )
            )
            kept[kept.index(twin)] = replace(
                _better(twin, document), footing=Footing.FAILED if _contradict(twin, document) else twin.footing
            )
        else:
            kept[kept.index(twin)] = _better(twin, document)
    return tuple(kept)


def _number(document: Document) -> str | None:
    number = getattr(document, "number", None) or getattr(document, "payment_reference", None)
    return number if isinstance(number, str) else None


def _same_paper(left: Document, right: Document) -> bool:
    if left.kind != right.kind or not isinstance(left, _PAPERS):
        return _business(left) == _business(right)
    number = _number(left)
    if number is None or number != _number(right):
        return number is None and _number(right) is None and _business(left) == _business(right)
    if isinstance(left, BankStatement):
        return _business(left) == _business(right)
    return getattr(left, "release_number", None) == getattr(right, "release_number", None)


def _business(document: Document) -> tuple[object, ...]:
    """What a paper says, without how it was read."""
    names = [n for n in type(document).__dataclass_fields__ if n not in _HOW]
    return tuple(getattr(document, name) for name in names)


_HOW = frozenset({"confidence", "source", "evidence", "footing", "difference", "flags", "language"})


def _better(left: AnyDocument, right: AnyDocument) -> AnyDocument:
    rank = {Footing.PROVED: 2, Footing.UNPROVED: 1, Footing.FAILED: 0}
    return max(left, right, key=lambda d: (rank[d.footing], d.confidence))


def _contradict(left: AnyDocument, right: AnyDocument) -> bool:
    """Two proved papers of one number with different totals: nobody can say which one holds."""
    totals = {getattr(left, "total", None), getattr(right, "total", None)} - {None}
    return len(totals) > 1
