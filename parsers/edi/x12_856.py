"""X12 856, Ship Notice: what has left the sender, by shipment, order, pack and item."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.documents import (
    DeliveredLine,
    DeliveryConfirmation,
    DeliveryLevel,
    Source,
)
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured
from parsers.edi.x12 import Segment, Transaction
from parsers.edi.x12_850 import item_numbers

_TRACKING = frozenset({"2I", "CN"})  # element 128: tracking number, carrier's reference (PRO) number


def read(transaction: Transaction, part: str) -> Structured:
    """Return the despatch; `delivered_on` only where DTM*035 says that it arrived."""
    where = f"{part}: X12 856 {transaction.control or ''}".strip()
    proof, witness = Proof(where), Witness(part)
    confirmation = DeliveryConfirmation(confidence=0.0, source=Source(part), level=DeliveryLevel.DESPATCH)
    orders: list[str] = []
    groups: list[list[Segment]] = []
    inside = False
    for segment in transaction.segments:
        if segment.name == "HL":
            inside = segment.at(3) == "I"
            if inside:
                groups.append([])
        elif inside and segment.name != "CTT":
            groups[-1].append(segment)
        if segment.name == "PRF" and (number := segment.at(1)) and number not in orders:
            orders.append(number)
            witness.saw("order_numbers", number, segment.text)
        confirmation = _header(confirmation, segment, witness)
    lines = tuple(_line(group, f"lines[{index}]", witness) for index, group in enumerate(groups))
    _foot(proof, transaction, lines)
    confirmation = replace(confirmation, order_numbers=tuple(orders), lines=lines, evidence=witness.seen)
    for fault in transaction.faults:
        proof.broken(fault)
    return Structured("x12", (proof.seal(confirmation),), tuple(proof.problems))


def _header(confirmation: DeliveryConfirmation, segment: Segment, witness: Witness) -> DeliveryConfirmation:
    text = segment.text
    match segment.name, segment.at(1):
        case "BSN", _:
            return replace(confirmation, number=witness.saw("number", segment.at(2), text))
        case "TD5", _:
            carrier = segment.at(5) or segment.at(3)
            return replace(confirmation, carrier=witness.saw("carrier", carrier, text))
        case "REF", code if code in _TRACKING and (confirmation.tracking_number is None or code == "2I"):
            return replace(confirmation, tracking_number=witness.saw("tracking_number", segment.at(2), text))
        case "REF", "PK":
            return replace(confirmation, delivery_note_number=witness.saw("delivery_note_number", segment.at(2), text))
        case "REF", "IV":
            number = segment.at(2)
            if number and number not in confirmation.invoice_numbers:
                witness.saw("invoice_numbers", number, text)
                return replace(confirmation, invoice_numbers=(*confirmation.invoice_numbers, number))
        case "DTM", "035":
            return replace(confirmation, delivered_on=witness.saw("delivered_on", segment.day(2), text))
        case "DTM", "011" if segment.day(2):
            return replace(confirmation, remarks=witness.saw("remarks", f"shipped on {segment.day(2)}", text))
        case "N1", "ST":
            return replace(confirmation, delivered_to=witness.saw("delivered_to", segment.at(2), text))
    return confirmation


def _line(group: list[Segment], path: str, witness: Witness) -> DeliveredLine:
    line = DeliveredLine()
    for segment in group:
        text = segment.text
        if segment.name == "LIN":
            item, buyer_item = item_numbers(segment, 2)
            line = replace(
                line,
                line=witness.saw(f"{path}.line", segment.at(1), text) or line.line,
                item=witness.saw(f"{path}.item", item, text),
                buyer_item=witness.saw(f"{path}.buyer_item", buyer_item, text),
            )
        elif segment.name == "SN1":
            line = replace(
                line,
                line=line.line or witness.saw(f"{path}.line", segment.at(1), text),
                delivered=witness.saw(f"{path}.delivered", segment.amount(2), text),
                unit=witness.saw(f"{path}.unit", segment.at(3), text),
                ordered=witness.saw(f"{path}.ordered", segment.amount(5), text),
            )
        elif segment.name == "PID" and line.description is None:
            line = replace(line, description=witness.saw(f"{path}.description", segment.at(5), text))
    return line


def _foot(proof: Proof, transaction: Transaction, lines: tuple[DeliveredLine, ...]) -> None:
    """CTT01 counts the HL segments, CTT02 sums the shipped quantities (SN102)."""
    ctt = transaction.first("CTT")
    if ctt is None:
        return
    proof.agree("number of HL segments (CTT01)", ctt.count(1), sum(1 for _ in transaction.every("HL")))
    shipped = [line.delivered for line in lines if line.delivered is not None]
    proof.agree("hash total of the quantities (CTT02)", ctt.amount(2), sum(shipped))
