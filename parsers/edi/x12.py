"""ANSI X12 segments: separators from the ISA, envelopes and their counts checked (X12.5, X12.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from parsers.edi.figures import clean, date_of, decimal_of, whole_of
from parsers.page import Limits

_BARE_SET = re.compile(
    r"(?:GS(?P<g>[^A-Za-z0-9\s])[^\r\n]{10,120}?[^A-Za-z0-9 ]\s*)?"
    r"ST(?P<s>[^A-Za-z0-9\s])[0-9]{3}(?P=s)[A-Za-z0-9 ]{1,9}(?:(?P=s)[A-Za-z0-9]{1,35})?(?P<end>[^A-Za-z0-9 ])"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its name, its elements (the first has index 1) and its text as it stands in the file."""

    name: str
    elements: tuple[str, ...]
    text: str

    def at(self, index: int) -> str | None:
        """The element without outer blanks, None where it is missing or empty."""
        return clean(self.elements[index]) if 0 < index < len(self.elements) else None

    def amount(self, index: int) -> Decimal | None:
        return decimal_of(self.at(index))

    def cents(self, index: int) -> Decimal | None:
        """An amount with two implied decimals (type N2)."""
        value = self.at(index)
        number = decimal_of(value)
        return number.scaleb(-2) if number is not None and value is not None and "." not in value else number

    def count(self, index: int) -> int | None:
        return whole_of(self.at(index))

    def day(self, index: int) -> date | None:
        return date_of(self.at(index))


@dataclass(frozen=True, slots=True)
class Transaction:
    """One ST to SE: its number (`850`), its segments without ST and SE, and what is wrong with its envelopes."""

    code: str
    control: str | None
    segments: tuple[Segment, ...]
    faults: tuple[str, ...]

    def first(self, name: str, qualifier: str | None = None) -> Segment | None:
        """The first segment of that name (whose first element is the qualifier)."""
        for segment in self.segments:
            if segment.name == name and (qualifier is None or segment.at(1) == qualifier):
                return segment
        return None

    def every(self, name: str) -> Iterator[Segment]:
        return (segment for segment in self.segments if segment.name == name)


@dataclass(frozen=True, slots=True)
class Separators:
    element: str
    component: str
    terminator: str


def separators_of(text: str) -> Separators | None:
    """Return the separators that the interchange names itself, None where the text is no X12.

    The ISA is 106 characters long by the standard, but blanks get lost in mails, so its sixteen elements are counted
    and not its columns. A transaction set without any envelope (ST first) is read by its own first segment.
    """
    if text.startswith("ISA") and len(text) > 20 and not (text[3].isalnum() or text[3].isspace()):
        pieces = text[:400].split(text[3], 16)
        if len(pieces) < 17 or len(pieces[16]) < 2 or any(len(piece) > 20 for piece in pieces[:16]):
            return None
        terminator = pieces[16][1]
        if terminator == "\r":
            terminator = "\n"
        return None if terminator.isalnum() else Separators(text[3], pieces[16][0], terminator)
    match = _BARE_SET.match(text[:400])
    if match is None:
        return None
    end = match.group("end")
    return Separators(match.group("s"), "\x00", "\n" if end == "\r" else end)


def segments_of(text: str, separators: Separators) -> Iterator[Segment]:
    """Cut the text into segments; line breaks between or within them mean nothing unless they end them."""
    if separators.terminator != "\n":
        text = text.replace("\r", "").replace("\n", "")
    for piece in text.split(separators.terminator):
        stripped = piece.strip()
        if stripped:
            elements = tuple(stripped.split(separators.element))
            yield Segment(elements[0].strip(), elements, stripped)


class _Envelopes:
    """Walks the segments and keeps the counts of the three nested envelopes."""

    def __init__(self, bare: bool) -> None:
        self.bare = bare
        self.done: list[tuple[int, int, Transaction]] = []  # interchange, group, transaction
        self.faults_of_interchange: dict[int, list[str]] = {}
        self.faults_of_group: dict[tuple[int, int], list[str]] = {}
        self.interchange = self.group = 0
        self.isa: Segment | None = None
        self.gs: Segment | None = None
        self.st: Segment | None = None
        self.inside: list[Segment] = []
        self.sets_in_group = self.groups = 0

    def blame_interchange(self, what: str) -> None:
        self.faults_of_interchange.setdefault(self.interchange, []).append(what)

    def blame_group(self, what: str) -> None:
        self.faults_of_group.setdefault((self.interchange, self.group), []).append(what)

    def take(self, segment: Segment) -> None:
        match segment.name:
            case "ISA":
                self.open_interchange(segment)
            case "GS":
                self.open_group(segment)
            case "ST":
                self.open_set(segment)
            case "SE":
                self.close_set(segment)
            case "GE":
                self.close_group(segment)
            case "IEA":
                self.close_interchange(segment)
            case _ if self.st is not None:
                self.inside.append(segment)

    def open_interchange(self, segment: Segment) -> None:
        self.close_interchange(None)
        self.interchange += 1
        self.isa, self.groups = segment, 0
        if segment.at(15) == "T":
            self.blame_interchange("the interchange is marked as a test (ISA15 = T)")

    def open_group(self, segment: Segment) -> None:
        self.close_group(None)
        self.group += 1
        self.groups += 1
        self.gs, self.sets_in_group = segment, 0

    def open_set(self, segment: Segment) -> None:
        self.close_set(None)
        if self.gs is None and not self.bare:
            self.blame_interchange("a transaction set stands outside of any functional group (GS is missing)")
        self.sets_in_group += 1
        self.st, self.inside = segment, []

    def close_set(self, segment: Segment | None) -> None:
        if self.st is None:
            return
        faults = []
        if segment is None:
            faults.append("the transaction set is cut short: its trailer SE is missing")
        else:
            if segment.count(1) != len(self.inside) + 2:
                faults.append(f"SE counts {segment.at(1)} segments, there are {len(self.inside) + 2}")
            if segment.at(2) != self.st.at(2):
                faults.append(f"SE closes set {segment.at(2)}, the open one is {self.st.at(2)}")
        transaction = Transaction(self.st.at(1) or "", self.st.at(2), tuple(self.inside), tuple(faults))
        self.done.append((self.interchange, self.group, transaction))
        self.st, self.inside = None, []

    def close_group(self, segment: Segment | None) -> None:
        self.close_set(None)
        if self.gs is None:
            return
        if segment is None:
            self.blame_group("the functional group is cut short: its trailer GE is missing")
        elif segment.count(1) != self.sets_in_group:
            self.blame_group(f"GE counts {segment.at(1)} transaction sets, there are {self.sets_in_group}")
        elif segment.at(2) != self.gs.at(6):
            self.blame_group(f"GE closes group {segment.at(2)}, the open one is {self.gs.at(6)}")
        self.gs = None

    def close_interchange(self, segment: Segment | None) -> None:
        self.close_group(None)
        if self.isa is None:
            return
        if segment is None:
            self.blame_interchange("the interchange is cut short: its trailer IEA is missing")
        elif segment.count(1) != self.groups:
            self.blame_interchange(f"IEA counts {segment.at(1)} groups, there are {self.groups}")
        elif segment.at(2) != self.isa.at(13):
            self.blame_interchange(f"IEA closes interchange {segment.at(2)}, the open one is {self.isa.at(13)}")
        self.isa = None

    def finished(self) -> tuple[Transaction, ...]:
        self.close_interchange(None)
        return tuple(
            Transaction(
                transaction.code,
                transaction.control,
                transaction.segments,
                transaction.faults
                + tuple(self.faults_of_group.get((interchange, group), ()))
                + tuple(self.faults_of_interchange.get(interchange, ())),
            )
            for interchange, group, transaction in self.done
        )


def transactions_of(text: str, separators: Separators, limits: Limits) -> tuple[Transaction, ...]:
    """Return every transaction set of the file, each with the faults of the envelopes around it."""
    envelopes = _Envelopes(bare=not text.startswith("ISA"))
    for index, segment in enumerate(segments_of(text, separators)):
        if index >= limits.cells_max:
            envelopes.blame_interchange("the file holds more segments than are read")
            break
        envelopes.take(segment)
    return envelopes.finished()
