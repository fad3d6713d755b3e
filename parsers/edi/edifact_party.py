"""What EDIFACT messages have alike: parties (NAD), references, item numbers, dates, groups of segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.domain.documents import Buyer, Place
from parsers.edi.edifact import Message, Segment
from parsers.edi.footing import Proof, Witness

_BUYERS_ITEM = ("IN", "BP", "CG")  # 7143: buyer's item number, buyer's part number
_SELLERS_ITEM = ("SA", "VP", "VN", "SRV", "EN", "UP", "MF", "MN")  # supplier's article, then GTIN and maker's


@dataclass(slots=True)
class Party:
    """One NAD with its contacts and references."""

    nad: Segment
    others: list[Segment] = field(default_factory=list)

    @property
    def name(self) -> str | None:
        """C080, or the unstructured C058 where that is all there is."""
        return self.nad.joined(4) or self.nad.at(3)

    def address(self) -> str | None:
        town = " ".join(part for part in (self.nad.at(8), self.nad.joined(6)) if part) or None
        lines = [self.nad.joined(5), town, self.nad.at(9)]
        return ", ".join(line for line in lines if line) or None

    def reached_by(self, channel: str) -> str | None:
        """COM of one channel (3155): EM, TE."""
        for segment in self.others:
            if segment.name == "COM" and segment.at(1, 2) == channel:
                return segment.at(1)
        return None

    def contact(self) -> str | None:
        cta = next((segment for segment in self.others if segment.name == "CTA"), None)
        return (cta.at(2, 2) or cta.at(2)) if cta is not None else None

    def tax_id(self) -> str | None:
        return next((s.at(1, 2) for s in self.others if s.name == "RFF" and s.at(1) == "VA"), None)


def parties_of(segments: Sequence[Segment]) -> dict[str, Party]:
    """Return the first party of each function code (3035)."""
    found: dict[str, Party] = {}
    current: Party | None = None
    for segment in segments:
        if segment.name == "NAD":
            current = Party(segment)
            found.setdefault(segment.at(1) or "?", current)
        elif segment.name in ("CTA", "COM", "RFF", "FII", "LOC", "DTM"):
            if current is not None:
                current.others.append(segment)
        else:
            current = None
    return found


def buyer_of(parties: dict[str, Party], witness: Witness) -> Buyer:
    party = parties.get("BY")
    if party is None:
        return Buyer()
    text = party.nad.text
    return Buyer(
        name=witness.saw("buyer.name", party.name, text),
        contact=witness.saw("buyer.contact", party.contact(), text),
        email=witness.saw("buyer.email", party.reached_by("EM"), text),
        phone=witness.saw("buyer.phone", party.reached_by("TE"), text),
        tax_id=witness.saw("buyer.tax_id", party.tax_id(), text),
    )


def place_of(parties: dict[str, Party], code: str, name: str, witness: Witness) -> Place:
    party = parties.get(code)
    if party is None:
        return Place()
    return Place(
        name=witness.saw(f"{name}.name", party.name, party.nad.text),
        address=witness.saw(f"{name}.address", party.address(), party.nad.text),
    )


def split(
    segments: Sequence[Segment], starts: str, ends: tuple[str, ...] = ("UNS", "CNT")
) -> tuple[list[Segment], list[list[Segment]], list[Segment]]:
    """Cut into header, groups that begin with `starts`, and summary (which begins with one of `ends`)."""
    head: list[Segment] = []
    groups: list[list[Segment]] = []
    for index, segment in enumerate(segments):
        if segment.name in ends and (groups or segment.at(1) != "D"):
            return head, groups, list(segments[index:])
        if segment.name == starts:
            groups.append([segment])
        else:
            (groups[-1] if groups else head).append(segment)
    return head, groups, []


def item_numbers(group: Sequence[Segment]) -> tuple[str | None, str | None, str | None]:
    """Return the seller's (or only) number, the buyer's number, and the text they stand in: LIN and PIA."""
    pairs: dict[str, str] = {}
    text = None
    for segment in group:
        if segment.name == "LIN":
            elements = [(segment.at(3), segment.at(3, 2))]
        elif segment.name == "PIA":
            elements = [(segment.at(i), segment.at(i, 2)) for i in range(2, 7)]
        else:
            continue
        for value, code in elements:
            if value:
                pairs.setdefault(code or "EN", value)
                text = f"{text} {segment.text}" if text and segment.text not in text else text or segment.text

    def of(codes: tuple[str, ...]) -> str | None:
        return next((pairs[code] for code in codes if code in pairs), None)

    return of(_SELLERS_ITEM), of(_BUYERS_ITEM), text


def references(segments: Sequence[Segment], code: str) -> tuple[Segment, ...]:
    """The RFF segments of one qualifier (1153) that name something."""
    return tuple(s for s in segments if s.name == "RFF" and s.at(1) == code and s.at(1, 2))


def dated(segments: Sequence[Segment], codes: tuple[str, ...]) -> Segment | None:
    """The DTM of the first of these qualifiers (2005) that names a day."""
    for code in codes:
        for segment in segments:
            if segment.name == "DTM" and segment.at(1) == code and segment.day():
                return segment
    return None


def description_of(group: Sequence[Segment]) -> Segment | None:
    """The IMD with a text (7008)."""
    return next((s for s in group if s.name == "IMD" and (s.at(3, 4) or s.at(3, 5))), None)


def described(imd: Segment | None) -> str | None:
    return " ".join(part for part in (imd.at(3, 4), imd.at(3, 5)) if part) or None if imd is not None else None


def remarks_of(segments: Sequence[Segment]) -> str | None:
    """The free texts (FTX, C108)."""
    return " ".join(text for s in segments if s.name == "FTX" and (text := s.joined(4))) or None


def check_counts(proof: Proof, message: Message, lines: int, quantities: object, *, proves: bool) -> None:
    """CNT: 2 counts the lines, 1 sums their quantities."""
    for segment in message.every("CNT"):
        if segment.at(1) == "2":
            proof.agree("number of lines (CNT+2)", segment.count(1, 2), lines, proves=proves)
        elif segment.at(1) == "1" and isinstance(quantities, list):
            proof.agree("sum of the quantities (CNT+1)", segment.amount(1, 2), sum(quantities), proves=proves)
    for fault in message.faults:
        proof.broken(fault)
