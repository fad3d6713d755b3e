"""How certain the recognised characters behind each field are, and whether that is enough to book without a person."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.documents import AnyDocument, Evidence, Flag
from parsers.located import values_of
from parsers.page import Medium, Page, Word

# What nothing is booked by: a letter wrong in it does no harm.
_WORDS = frozenset(
    "kind confidence source evidence footing difference flags language description remarks text payment_terms signed_by "
    "received_by delivered_to carrier contact email phone address name reason method complete service level unit "
    "signature_line_empty cancels revision_of".split()
)
_PARTIES = ("buyer", "payer", "bill_to", "ship_to")  # they identify nobody by themselves


def with_certainty(
    documents: tuple[AnyDocument, ...], pages: tuple[Page, ...], least: float
) -> tuple[AnyDocument, ...]:
    """The documents with the certainty of every recognised field; those below `least` flagged as uncertain.

    A figure, number or day without a known place counts as uncertain: nobody could say which characters it is from.
    """
    recognised = {
        page.number: words
        for page in pages
        if page.medium is Medium.SCAN
        and (words := [w for line in page.lines for w in line.words if w.certainty is not None])
    }
    if not recognised:
        return documents
    return tuple(_judged(document, recognised, least) for document in documents)


def _judged(document: AnyDocument, recognised: dict[int, list[Word]], least: float) -> AnyDocument:
    evidence = {path: _certain(place, recognised) for path, place in document.evidence.items()}
    doubtful = any(
        (known := evidence.get(path)) is None or known.certainty is None or known.certainty < least
        for path in _booked_by(document)
    )
    flags = dict.fromkeys((*document.flags, Flag.SCANNED, *((Flag.UNCERTAIN,) if doubtful else ())))
    return replace(document, evidence=evidence, flags=tuple(flags))


def _certain(place: Evidence, recognised: dict[int, list[Word]]) -> Evidence:
    words = recognised.get(place.page or 0)
    if not words or place.place is None:
        return place
    x0, top, x1, bottom = place.place
    touched = [
        word.certainty
        for word in words
        if word.certainty is not None
        and min(x1, word.x1) - max(x0, word.x0) > 0.2 * (word.x1 - word.x0)
        and min(bottom, word.bottom) - max(top, word.top) > 0.3 * (word.bottom - word.top)
    ]
    return replace(place, certainty=min(touched, default=None))


def _booked_by(document: AnyDocument) -> list[str]:
    """The paths of the fields that a booking uses and that are there."""
    return [
        path
        for path, _ in values_of(document)
        if "." not in path.removeprefix("lines[").partition("].")[2]
        and not any(path.startswith(f"{record}.") for record in _PARTIES)
        and path.rpartition(".")[2].partition("[")[0] not in _WORDS
    ]
