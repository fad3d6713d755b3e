"""The N1 loop of X12: who somebody is, where, and how to reach them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from agent.domain.documents import Buyer, Place
from parsers.edi.footing import Witness
from parsers.edi.x12 import Segment

_MAIL, _PHONE = frozenset({"EM"}), frozenset({"TE", "CP", "WP"})
_TAX_IDS = frozenset({"TJ", "VX", "GT", "4A"})  # REF01: federal taxpayer, value-added, goods and services, tax id


@dataclass(slots=True)
class Party:
    """One N1 with what follows it: name and identification, further names, address, contacts, references."""

    n1: Segment
    address: list[str] = field(default_factory=list)
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    tax_id: str | None = None

    def take(self, segment: Segment) -> None:
        match segment.name:
            case "N2" | "N3":
                self.address += [value for value in (segment.at(1), segment.at(2)) if value]
            case "N4":
                town = " ".join(value for value in (segment.at(1), segment.at(2), segment.at(3)) if value)
                self.address += [value for value in (town, segment.at(4)) if value]
            case "PER":
                self.reach(segment)
            case "REF" if segment.at(1) in _TAX_IDS:
                self.tax_id = self.tax_id or segment.at(2)

    def reach(self, segment: Segment) -> None:
        self.contact = self.contact or segment.at(2)
        for index in (3, 5, 7):
            if segment.at(index) in _MAIL:
                self.email = self.email or segment.at(index + 1)
            elif segment.at(index) in _PHONE:
                self.phone = self.phone or segment.at(index + 1)

    def place(self) -> Place:
        return Place(name=self.n1.at(2), address=", ".join(self.address) or None)


def parties_of(segments: Iterable[Segment]) -> dict[str, Party]:
    """Return the parties by their entity code (N101), the first of each; `""` holds contacts before any N1."""
    nobody = Party(Segment("N1", ("N1",), ""))
    found, current = {"": nobody}, nobody
    for segment in segments:
        if segment.name == "N1":
            current = Party(segment)
            found.setdefault(segment.at(1) or "?", current)
        elif segment.name in ("N9", "MSG", "SAC", "CTT"):
            current = nobody
        else:
            current.take(segment)
    return found


def buyer_of(parties: dict[str, Party], witness: Witness) -> Buyer:
    """The buyer (N1*BY), with the order's contact of the PER before any N1 where the buyer names none."""
    party, nobody = parties.get("BY"), parties[""]
    if party is None:
        party = nobody
    text = party.n1.text
    return Buyer(
        name=witness.saw("buyer.name", party.n1.at(2), text),
        contact=witness.saw("buyer.contact", party.contact or nobody.contact, text),
        email=witness.saw("buyer.email", party.email or nobody.email, text),
        phone=witness.saw("buyer.phone", party.phone or nobody.phone, text),
        tax_id=witness.saw("buyer.tax_id", party.tax_id or nobody.tax_id, text),
    )


def place_of(parties: dict[str, Party], code: str, name: str, witness: Witness) -> Place:
    """The place of one entity code: BT (bill to), ST (ship to)."""
    party = parties.get(code)
    if party is None:
        return Place()
    place = party.place()
    witness.saw(f"{name}.name", place.name, party.n1.text)
    witness.saw(f"{name}.address", place.address, party.n1.text)
    return place
