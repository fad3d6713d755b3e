"""Where values stand whose reader did not say: looked for in the lines of the pages, so that each field can be shown.

A place is given only where the very value stands: a text letter by letter (white space apart), an amount or a day as it
parses. For a value of a line of a table only that line is looked at, from its first known value to its last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from agent.domain.documents import AnyDocument, Evidence
from parsers.page import Box, Line, Page, Word

_NOT_READ = frozenset("kind confidence source evidence footing difference flags language lines price_per".split())
MISSING_MAX = 2_000  # of one document: what a reader leaves out in a long table is left out
_ABOUT = 30.0  # points or units above and below a line's known values in which the rest of it may stand


def with_places(documents: tuple[AnyDocument, ...], pages: tuple[Page, ...]) -> tuple[AnyDocument, ...]:
    """The documents with a place for every value that can be found on the pages."""
    return tuple(_completed(document, pages) for document in documents)


def values_of(document: AnyDocument) -> Iterator[tuple[str, Any]]:
    """Each value that was read, with its path as `Document.evidence` names it."""
    yield from _values(document, "")
    for number, line in enumerate(getattr(document, "lines", ())):
        yield from _values(line, f"lines[{number}].")


def _values(record: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for one in fields(record):
        value = getattr(record, one.name)
        if one.name in _NOT_READ or value is None or value is False or value in ((), ""):
            continue
        path = prefix + one.name
        if isinstance(value, tuple) and value and isinstance(value[0], str):
            yield from ((f"{path}[{n}]", text) for n, text in enumerate(value))
        elif is_dataclass(value):
            yield from _values(value, f"{path}.")
        else:
            yield path, value


def _completed(document: AnyDocument, pages: tuple[Page, ...]) -> AnyDocument:
    missing = [
        (path, value)
        for path, value in values_of(document)
        if path not in document.evidence and not isinstance(value, StrEnum | bool | tuple)
    ]
    if not missing:
        return document
    found = dict(document.evidence)
    known: dict[str, list[Evidence]] = {}
    for path, place in document.evidence.items():
        known.setdefault(path.partition(".")[0], []).append(place)
    numbered = {page.number: page for page in pages}
    currencies: dict[str, Evidence | None] = {}
    for path, value in missing[:MISSING_MAX]:
        beside = known.get(path.partition(".")[0], []) if path.startswith("lines[") else []
        if not pages:
            place_found = (
                beside[0] if beside else None
            )  # the record of a structured file that the rest of the line is from
        elif path.endswith("currency"):  # a column's heading may say it for all lines
            if value not in currencies:
                currencies[value] = _first(value, pages, [])
            place_found = currencies[value]
        elif path.startswith("lines["):
            boxes = [(p.page, p.place) for p in beside if p.place]
            here = [numbered[n] for n in {n for n, _ in boxes if n in numbered}]
            place_found = _first(value, here, [box for _, box in boxes])
        else:
            place_found = _first(value, pages, [])
        if place_found is not None:
            found[path] = place_found
    return replace(document, evidence=found)


def _first(value: Any, pages: Sequence[Page], known: list[Box]) -> Evidence | None:
    """The first place of the pages that says the value; near the boxes of the same line where there are any."""
    for page in pages:
        for line in page.lines:
            if known and not _near(line.box, known):
                continue
            words = _money_words(value, line) if isinstance(value, str) and len(value) == 3 else _words_of(value, line)
            if words:
                x0, top = min(w.x0 for w in words), min(w.top for w in words)
                x1, bottom = max(w.x1 for w in words), max(w.bottom for w in words)
                return Evidence(page.part, page.number, " ".join(w.text for w in words), (x0, top, x1, bottom))
    return None


def _near(box: Box, known: list[Box]) -> bool:
    above, below = min(b[1] for b in known), max(b[3] for b in known)
    return box[3] >= above - _ABOUT / 6 and box[1] <= below + _ABOUT


def _words_of(value: Any, line: Line) -> tuple[Word, ...]:
    """The words of a line that say the value, or none."""
    if isinstance(value, str):
        return _said(value, line)
    if isinstance(value, Decimal):
        return next(((w,) for w in line.words if _is_amount(w.text, value)), ())
    if isinstance(value, date):
        return _dated(value, line)
    return ()


def _said(value: str, line: Line) -> tuple[Word, ...]:
    first = " ".join(value.splitlines()[0].split(";")[0].split(",")[0].split()) if value.strip() else ""
    wanted = "".join(first.split()).casefold()
    if not wanted:
        return ()
    squeezed = ["".join(word.text.split()).casefold() for word in line.words]
    for start in range(len(squeezed)):
        joined = ""
        for end in range(start, len(squeezed)):
            joined += squeezed[end]
            if joined.strip(".,;:()") == wanted or (len(wanted) > 3 and joined.startswith(wanted)):
                return line.words[start : end + 1]
            if len(joined) > len(wanted) + 6:
                break
    if len(wanted) <= 3:  # a currency or a unit inside a word: "EUR5.00", "10PCE"
        return next(((w,) for w, text in zip(line.words, squeezed, strict=True) if wanted in text), ())
    whole = "".join(squeezed)
    return line.words if wanted in whole else ()


def _money_words(value: Any, line: Line) -> tuple[Word, ...]:
    """The words of a line that name a currency, by its code or by a sign."""
    from parsers.values.currencies import find_currency

    return _said(str(value), line) or next(((w,) for w in line.words if find_currency(w.text[:60]) == value), ())


def _is_amount(text: str, value: Decimal) -> bool:
    from parsers.values.amounts import find_amounts

    digits = "".join(c for c in text if c.isdigit())
    if not digits or len(digits) > 24:
        return False
    wanted = "".join(c for c in str(abs(value)) if c.isdigit()).lstrip("0")
    return digits.strip("0") == wanted.strip("0") and bool(find_amounts(text[:60]) or digits)


def _dated(value: date, line: Line) -> tuple[Word, ...]:
    wanted = {str(value.year), f"{value.year % 100:02d}"}, {str(value.day), f"{value.day:02d}"}
    for width in (1, 2, 3, 4):
        for start in range(len(line.words) - width + 1):
            text = " ".join(w.text for w in line.words[start : start + width])
            numbers = "".join(c if c.isdigit() else " " for c in text).split()
            compact = value.strftime("%Y%m%d") in numbers or value.strftime("%d%m%Y") in numbers
            if compact or (len(numbers) in (2, 3) and wanted[0] & set(numbers) and wanted[1] & set(numbers)):
                return line.words[start : start + width]
    return ()
