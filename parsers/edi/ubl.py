"""What the UBL 2 documents have alike (OASIS UBL 2.1 to 2.3, Peppol BIS): parties, places, references, currencies."""

from __future__ import annotations

from collections.abc import Iterable

from agent.domain.documents import Buyer, Place
from parsers.edi.footing import Proof, Witness
from parsers.edi.xml_tree import Node

_ADDRESS = (
    "AddressLine/Line",
    "Postbox",
    "StreetName",
    "BuildingNumber",
    "AdditionalStreetName",
    "Department",
    "PostalZone",
    "CityName",
    "CountrySubentity",
    "Country/IdentificationCode",
)


def party_name(party: Node | None) -> Node | None:
    """The trading name, else the registered one."""
    return party.found("PartyName/Name", "PartyLegalEntity/RegistrationName") if party is not None else None


def address_of(address: Node | None) -> str | None:
    if address is None:
        return None
    return ", ".join(node.value for path in _ADDRESS for node in address.every(path) if node.value) or None


def buyer_of(party: Node | None, witness: Witness) -> Buyer:
    """Name, contact and tax identification of a cac:Party."""
    if party is None:
        return Buyer()
    return Buyer(
        name=witness.took("buyer.name", party_name(party), lambda n: n.value),
        contact=witness.took("buyer.contact", party.found("Contact/Name", "Person/FirstName"), lambda n: n.value),
        email=witness.took("buyer.email", party.found("Contact/ElectronicMail"), lambda n: n.value),
        phone=witness.took("buyer.phone", party.found("Contact/Telephone"), lambda n: n.value),
        tax_id=witness.took("buyer.tax_id", party.found("PartyTaxScheme/CompanyID"), lambda n: n.value),
    )


def place_of(name: Node | None, address: Node | None, path: str, witness: Witness) -> Place:
    return Place(
        name=witness.took(f"{path}.name", name, lambda n: n.value),
        address=witness.took(f"{path}.address", address, address_of),
    )


def distinct(nodes: Iterable[Node | None], field: str, witness: Witness) -> tuple[str, ...]:
    """The values of some elements, each once, in order."""
    found: dict[str, Node] = {}
    for node in nodes:
        if node is not None and (value := node.value):
            found.setdefault(value, node)
    for node in found.values():
        witness.saw(field, True, node.text)
    return tuple(found)


def check_currencies(proof: Proof, currency: str | None, nodes: Iterable[Node]) -> None:
    """Amounts of another currency than the document's cannot be summed with the rest."""
    others = {code for node in nodes if (code := node.attribute("currencyID")) and code != currency}
    if currency is not None and others:
        proof.broken(f"amounts in {', '.join(sorted(others)[:5])} stand in a document in {currency}")
