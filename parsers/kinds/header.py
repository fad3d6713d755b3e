"""Fields of a document's head and foot: the best candidate for each label, by how it stands and what it looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from parsers.kinds.evidence import Trail
from parsers.kinds.figures import Figures
from parsers.kinds.words import hits_in
from parsers.layout.fields import How, Labelled, labelled_values
from parsers.layout.segments import Row, Segment
from parsers.values.dates import find_dates
from parsers.values.references import find_references, looks_like_reference


@dataclass(frozen=True, slots=True)
class Found:
    """A field's value with the label it came from. `sure` is False where others compete for it."""

    value: str
    labelled: Labelled
    sure: bool = True


_PARTIES = frozenset(("supplier", "vendor_number", "payee", "ship_to", "bill_to", "delivered_to"))


@dataclass(frozen=True, slots=True)
class Head:
    """All labelled values of a document, asked field by field."""

    values: tuple[Labelled, ...]
    figures: Figures
    table_rows: frozenset[int] = frozenset()  # rows that belong to the table: labels there are headings or notes

    def candidates(self, *fields: str) -> list[Labelled]:
        """Return the candidates for these fields: those whose first meaning it is before others, surest first."""
        found = [v for v in self.values if set(v.fields) & set(fields)]
        return sorted(
            found,
            key=lambda v: (
                v.row in self.table_rows,
                not v.at_start,
                min(v.fields.index(f) for f in fields if f in v.fields) > 0,
                v.how,
                v.row,
            ),
        )

    def pick(self, reading: Callable[[Labelled], str | None], *fields: str) -> Found | None:
        """Return the first candidate that `reading` accepts."""
        values: dict[str, Labelled] = {}
        for labelled in self.candidates(*fields):
            value = reading(labelled)
            if value:
                values.setdefault(value, labelled)
        if not values:
            return None
        first = next(iter(values))
        rivals = [v for v in values.values() if v.how == values[first].how and v.row not in self.table_rows]
        return Found(first, values[first], len(rivals) <= 1)

    def number(self, *fields: str) -> Found | None:
        """Return the number of a document: the reference that the value is, or begins with."""
        return self.pick(number_in, *fields)

    def text(self, *fields: str) -> Found | None:
        return self.pick(lambda v: v.value if any(c.isalnum() for c in v.value) else None, *fields)

    def date(self, *fields: str) -> tuple[date, Labelled] | None:
        """Return the date that stands behind one of the labels, where it has one meaning only."""
        for labelled in self.candidates(*fields):
            value = self.figures.date(labelled.value)
            if value is not None:
                return value, labelled
        return None

    def value_places(self) -> frozenset[tuple[int, float, float]]:
        """Return where values of labels stand: what stands there has a label of its own."""
        places: set[tuple[int, float, float]] = set()
        beside = {(v.row, v.label) for v in self.values if v.how is How.BESIDE}
        for labelled in self.values:
            if labelled.how is How.BELOW and (labelled.row, labelled.label) in beside:
                continue
            # A title is a label of its number too: a name beside it is not its value.
            party = labelled.fields[0] in _PARTIES
            numbered = labelled.fields[0].endswith(("_number", "_reference")) and not party
            if labelled.how in (How.COLON, How.INLINE) or numbered or not labelled.at_start:
                continue
            block = labelled.block if labelled.how is How.BELOW and party else ()
            places |= {(s.page, s.top, s.x0) for s in (labelled.place, *block)}
        return frozenset(places)

    def mark(self, trail: Trail, path: str, found: Found | None) -> str | None:
        """Record the evidence of a picked value and return the value."""
        if found is None:
            return None
        trail.mark(path, found.labelled.place, found.value if found.value in found.labelled.place.text else None)
        return found.value


def head_of(
    rows: Sequence[Row],
    figures: Figures,
    table_rows: frozenset[int] = frozenset(),
    cells: Sequence[Labelled] = (),
) -> Head:
    """Return the labelled values of these rows, and of the cells of forms that the medium declares."""
    return Head((*labelled_values(rows, hits_in), *cells), figures, table_rows)


def number_in(labelled: Labelled) -> str | None:
    """Return the document number that a labelled value begins with; None where it begins with something else.

    A short figure behind a plain word ("Report  4") is a count unless a colon or a word for "number" stands there.
    """
    value = leading_number(labelled.value)
    if value is not None and len(value) <= 3 and labelled.how is not How.COLON and not labelled.numbered:
        return None
    return value


def leading_number(text: str) -> str | None:
    """Return the reference with which a text begins: "BPA 460712", "4500019044  REV 0", "Q-2270 / 03/10/2026"."""
    plain = text.strip(" #:")
    dates = find_dates(plain)
    if dates and dates[0].start == 0:
        # "26/03315" is no date though it begins like one; a date with a rest behind it is.
        token = plain.split()[0]
        if not looks_like_reference(token):
            return None
    for span in find_references(plain):
        before = plain[: span.start].strip()
        if not before or (len(before) <= 4 and before.isupper() and before.isalpha() and " " not in before):
            return plain[: span.end] if before else span.text
        break
    if prefixed := _PREFIXED.fullmatch(plain):
        return prefixed.group()
    token = plain.split("  ")[0].split()[0] if plain.split() else ""
    if token.isdigit() and len(plain.split()) == 1:
        return token  # a short number standing alone behind its label
    if sum(c.isdigit() for c in token) >= 4 and _WRITTEN.fullmatch(token) and not find_dates(token):
        return token  # behind a label even what looks like a telephone number is the number
    return None


_PREFIXED = re.compile(r"[A-Z]{2,4} \d{3,12}")  # "PO 4471"
_WRITTEN = re.compile(r"[A-Z0-9]{1,12}(?:[-/._][A-Z0-9]{1,12}){0,5}")


def first_of(*segments: Segment | None) -> Segment | None:
    return next((s for s in segments if s is not None), None)


__all__ = ["Found", "Head", "How", "head_of", "leading_number", "number_in"]
