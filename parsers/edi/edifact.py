"""UN/EDIFACT segments: separators from the UNA, release characters, envelopes and their counts (ISO 9735)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from parsers.edi.figures import clean, date_of, decimal_with_comma, whole_of
from parsers.page import Limits

_START = re.compile(r"(?:UNA.{6}\s*)?(?:UNB|UNH|UNG)(?P<element>[^A-Za-z0-9\s])", re.DOTALL)
_PRIVATE = 0xE000  # a released character travels as a private one, so that splitting does not see it
_PRIVATE_RANGE = re.compile("[\ue000-\uf8ff]")
# ISO 9735 syntax identifier (UNB, 0001): the character repertoire of the interchange.
_CHARSETS = {
    b"UNOC": "iso8859-1",
    b"UNOD": "iso8859-2",
    b"UNOE": "iso8859-5",
    b"UNOF": "iso8859-7",
    b"UNOG": "iso8859-3",
    b"UNOH": "iso8859-4",
    b"UNOI": "iso8859-6",
    b"UNOJ": "iso8859-8",
    b"UNOK": "iso8859-9",
}
_DATE_FORMATS = {"102": "%Y%m%d", "203": "%Y%m%d%H%M", "204": "%Y%m%d%H%M%S", "101": "%y%m%d"}


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its tag, its data elements of components (the first element has index 1), its text."""

    name: str
    elements: tuple[tuple[str, ...], ...]
    text: str

    def at(self, index: int, component: int = 1) -> str | None:
        """The component without outer blanks, None where it is missing or empty."""
        if not 0 < index < len(self.elements) or component > len(self.elements[index]):
            return None
        return clean(self.elements[index][component - 1])

    def joined(self, index: int) -> str | None:
        """All components of an element, as names and texts are spread over several."""
        parts = [clean(part) for part in self.elements[index]] if 0 < index < len(self.elements) else []
        return " ".join(part for part in parts if part) or None

    def amount(self, index: int, component: int = 1) -> Decimal | None:
        return decimal_with_comma(self.at(index, component))

    def count(self, index: int, component: int = 1) -> int | None:
        return whole_of(self.at(index, component))

    def day(self) -> date | None:
        """The day of a DTM, by its format code (2379); a period or a week is no day."""
        value, form = self.at(1, 2), self.at(1, 3)
        if value is None or form not in (*_DATE_FORMATS, None):
            return None
        return date_of(value[:6] if form == "101" else value[:8])


@dataclass(frozen=True, slots=True)
class Message:
    """One UNH to UNT: its type (`ORDERS`), its segments without the two, and what is wrong with its envelopes."""

    kind: str
    control: str | None
    segments: tuple[Segment, ...]
    faults: tuple[str, ...]

    def first(self, name: str, qualifier: str | None = None) -> Segment | None:
        """The first segment of that name (whose first component is the qualifier)."""
        return first_of(self.segments, name, qualifier)

    def every(self, name: str) -> Iterator[Segment]:
        return (segment for segment in self.segments if segment.name == name)


def first_of(segments: Sequence[Segment], name: str, qualifier: str | None = None) -> Segment | None:
    """The first segment of that name (whose first component is the qualifier)."""
    for segment in segments:
        if segment.name == name and (qualifier is None or segment.at(1) == qualifier):
            return segment
    return None


def charset_of(data: bytes) -> str:
    """Return the codec that the interchange's syntax identifier names, for bytes that are not UTF-8."""
    match = re.search(rb"UNB.(UNO[A-Z])", data[:200], re.DOTALL)
    return _CHARSETS.get(match.group(1), "cp1252") if match else "cp1252"


def is_edifact(text: str) -> bool:
    """Whether the text begins as an interchange, or as a message without one."""
    return _START.match(text[:60]) is not None


def segments_of(text: str) -> Iterator[Segment]:
    """Cut the text into segments; line breaks between or within them mean nothing unless they end them."""
    component, element, release, terminator = ":", "+", "?", "'"
    text = _PRIVATE_RANGE.sub("\ufffd", text)
    if text.startswith("UNA"):
        component, element, release, terminator = text[3], text[4], text[6], text[8]
        text = text[9:]
    else:
        match = _START.match(text)
        element = match.group("element") if match else element
    if terminator not in "\r\n":
        text = text.replace("\r", "").replace("\n", "")
    if not release.isspace():
        text = re.sub(re.escape(release) + "(.)", _hidden, text, flags=re.DOTALL)
    for piece in text.split(terminator):
        stripped = piece.strip()
        if stripped:
            elements = tuple(tuple(_shown(part) for part in data.split(component)) for data in stripped.split(element))
            yield Segment(elements[0][0].strip(), elements, _shown(stripped))


def _hidden(match: re.Match[str]) -> str:
    character = match.group(1)
    return chr(_PRIVATE + ord(character)) if ord(character) < 0x100 else character


def _shown(text: str) -> str:
    if text.isascii():
        return text
    return _PRIVATE_RANGE.sub(lambda match: chr(ord(match.group()) - _PRIVATE), text)


class _Envelopes:
    """Walks the segments and keeps the counts of interchange, group and message."""

    def __init__(self) -> None:
        self.done: list[tuple[int, int, Message]] = []
        self.faults: dict[tuple[int, int], list[str]] = {}  # interchange and group (0: the interchange itself)
        self.interchange = self.group = self.messages = self.groups = self.messages_in_group = 0
        self.unb: Segment | None = None
        self.ung: Segment | None = None
        self.unh: Segment | None = None
        self.inside: list[Segment] = []

    def blame(self, group: int, what: str) -> None:
        self.faults.setdefault((self.interchange, group), []).append(what)

    def take(self, segment: Segment) -> None:
        match segment.name:
            case "UNB":
                self.close_interchange(None)
                self.interchange += 1
                self.unb, self.messages, self.groups = segment, 0, 0
                if segment.at(11) == "1":
                    self.blame(0, "the interchange is marked as a test (UNB 0035 = 1)")
            case "UNG":
                self.close_group(None)
                self.group += 1
                self.groups += 1
                self.ung, self.messages_in_group = segment, 0
            case "UNH":
                self.close_message(None)
                self.messages += 1
                self.messages_in_group += 1
                self.unh, self.inside = segment, []
            case "UNT":
                self.close_message(segment)
            case "UNE":
                self.close_group(segment)
            case "UNZ":
                self.close_interchange(segment)
            case _ if self.unh is not None:
                self.inside.append(segment)

    def close_message(self, segment: Segment | None) -> None:
        if self.unh is None:
            return
        faults = []
        if segment is None:
            faults.append("the message is cut short: its trailer UNT is missing")
        else:
            if segment.count(1) != len(self.inside) + 2:
                faults.append(f"UNT counts {segment.at(1)} segments, there are {len(self.inside) + 2}")
            if segment.at(2) != self.unh.at(1):
                faults.append(f"UNT closes message {segment.at(2)}, the open one is {self.unh.at(1)}")
        message = Message(self.unh.at(2) or "", self.unh.at(1), tuple(self.inside), tuple(faults))
        self.done.append((self.interchange, self.group if self.ung is not None else 0, message))
        self.unh, self.inside = None, []

    def close_group(self, segment: Segment | None) -> None:
        self.close_message(None)
        if self.ung is None:
            return
        if segment is None:
            self.blame(self.group, "the group is cut short: its trailer UNE is missing")
        elif segment.count(1) != self.messages_in_group:
            self.blame(self.group, f"UNE counts {segment.at(1)} messages, there are {self.messages_in_group}")
        self.ung = None

    def close_interchange(self, segment: Segment | None) -> None:
        self.close_group(None)
        if self.unb is None:
            return
        count = self.groups or self.messages
        if segment is None:
            self.blame(0, "the interchange is cut short: its trailer UNZ is missing")
        elif segment.count(1) != count:
            self.blame(0, f"UNZ counts {segment.at(1)} messages or groups, there are {count}")
        elif segment.at(2) != self.unb.at(5):
            self.blame(0, f"UNZ closes interchange {segment.at(2)}, the open one is {self.unb.at(5)}")
        self.unb = None

    def finished(self) -> tuple[Message, ...]:
        self.close_interchange(None)
        return tuple(
            Message(
                message.kind,
                message.control,
                message.segments,
                message.faults
                + tuple(self.faults.get((interchange, 0), ()))
                + (tuple(self.faults.get((interchange, group), ())) if group else ()),
            )
            for interchange, group, message in self.done
        )


def messages_of(text: str, limits: Limits) -> tuple[Message, ...]:
    """Return every message of the file, each with the faults of the envelopes around it."""
    envelopes = _Envelopes()
    for index, segment in enumerate(segments_of(text)):
        if index >= limits.cells_max:
            envelopes.blame(0, "the file holds more segments than are read")
            break
        envelopes.take(segment)
    return envelopes.finished()
