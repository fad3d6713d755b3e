"""X12 861, Receiving Advice: what the customer counted, and in which condition."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.domain.documents import (
    DeliveredLine,
    DeliveryConfirmation,
    DeliveryLevel,
    Source,
)
from agent.domain.money import plain
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured
from parsers.edi.x12 import Segment, Transaction
from parsers.edi.x12_850 import item_numbers, loops

# Element 412, receiving condition code: the field it fills, and its words. A code without field is told in `remarks`.
CONDITIONS = {
    "01": ("damaged", "damaged"),
    "02": ("missing", "short"),
    "03": (None, "over"),
    "04": ("rejected", "quality problem"),
    "05": ("rejected", "incorrect product"),
    "06": (None, "non-standard container"),
    "07": ("accepted", "good condition"),
    "08": ("rejected", "rejected"),
    "09": (None, "on hold"),
    "10": ("rejected", "scrapped"),
    "11": (None, "returned"),
    "12": ("rejected", "over, returned"),
    "13": (None, "shipped early"),
    "14": (None, "shipped late"),
}


def read(transaction: Transaction, part: str) -> Structured:
    """Return the receipt: BRA, the order and delivery note it is for, one line a RCD."""
    proof, witness = Proof(f"{part}: X12 861 {transaction.control or ''}".strip()), Witness(part)
    groups = loops(transaction.segments, "RCD")
    head = []
    for segment in transaction.segments:
        if segment.name == "RCD":
            break
        head.append(segment)
    confirmation = DeliveryConfirmation(confidence=0.0, source=Source(part), level=DeliveryLevel.RECEIPT)
    for segment in head:
        confirmation = _header(confirmation, segment, witness)
    confirmation = _orders_of_lines(confirmation, groups, witness)
    remarks: list[str] = []
    lines = []
    for index, group in enumerate(groups):
        line, words = _line(group, f"lines[{index}]", witness)
        label = line.item or line.buyer_item or line.line or str(index + 1)
        remarks += [f"{label}: {word}" for word in words]
        lines.append(line)
    if ctt := transaction.first("CTT"):
        proof.agree("number of lines (CTT01)", ctt.count(1), len(lines))
        received = [line.delivered for line in lines if line.delivered is not None]
        proof.agree("hash total of the quantities (CTT02)", ctt.amount(2), sum(received))
    words_of_notes = [s.at(2) for s in transaction.every("NTE") if s.at(2)]
    text = "; ".join([*remarks, *(word for word in words_of_notes if word)]) or None
    for fault in transaction.faults:
        proof.broken(fault)
    confirmation = replace(
        confirmation, lines=tuple(lines), remarks=witness.saw("remarks", text, text), evidence=witness.seen
    )
    return Structured("x12", (proof.seal(confirmation),), tuple(proof.problems))


def _header(confirmation: DeliveryConfirmation, segment: Segment, witness: Witness) -> DeliveryConfirmation:
    text = segment.text
    match segment.name, segment.at(1):
        case "BRA", _:
            return replace(
                confirmation,
                number=witness.saw("number", segment.at(1), text),
                delivered_on=confirmation.delivered_on or witness.saw("delivered_on", segment.day(2), text),
            )
        case "DTM", "050" | "035" if segment.day(2):  # received, delivered
            return replace(confirmation, delivered_on=witness.saw("delivered_on", segment.day(2), text))
        case "REF" | "PRF", _:
            return _reference(confirmation, segment, witness)
        case "TD5", _:
            return replace(confirmation, carrier=witness.saw("carrier", segment.at(5) or segment.at(3), text))
        case "N1", "ST":
            return replace(confirmation, delivered_to=witness.saw("delivered_to", segment.at(2), text))
    return confirmation


def _reference(confirmation: DeliveryConfirmation, segment: Segment, witness: Witness) -> DeliveryConfirmation:
    code, value, text = (
        ("PO", segment.at(1), segment.text) if segment.name == "PRF" else (segment.at(1), segment.at(2), segment.text)
    )
    if value is None:
        return confirmation
    match code:
        case "PO" if value not in confirmation.order_numbers:
            witness.saw("order_numbers", value, text)
            return replace(confirmation, order_numbers=(*confirmation.order_numbers, value))
        case "IV" if value not in confirmation.invoice_numbers:
            witness.saw("invoice_numbers", value, text)
            return replace(confirmation, invoice_numbers=(*confirmation.invoice_numbers, value))
        case "PK" | "SI":  # packing list, shipper's identifying number of the shipment
            return replace(confirmation, delivery_note_number=witness.saw("delivery_note_number", value, text))
        case "2I" | "CN":
            return replace(confirmation, tracking_number=witness.saw("tracking_number", value, text))
    return confirmation


def _orders_of_lines(
    confirmation: DeliveryConfirmation, groups: list[list[Segment]], witness: Witness
) -> DeliveryConfirmation:
    for group in groups:
        for segment in group:
            if segment.name == "PRF" or (segment.name == "REF" and segment.at(1) == "PO"):
                confirmation = _reference(confirmation, segment, witness)
    return confirmation


def _line(group: list[Segment], path: str, witness: Witness) -> tuple[DeliveredLine, list[str]]:
    rcd, text = group[0], group[0].text
    lin = next((segment for segment in group if segment.name == "LIN"), None)
    item, buyer_item = item_numbers(lin, 2) if lin is not None else (None, None)
    item_text = lin.text if lin is not None else None
    sums, words = _conditions(rcd)
    returned = rcd.amount(4)
    if returned is not None and sums.get("rejected") is None:
        sums["rejected"] = returned
    description = next((segment for segment in group if segment.name == "PID" and segment.at(5)), None)
    line = DeliveredLine(
        line=witness.saw(f"{path}.line", rcd.at(1), text),
        item=witness.saw(f"{path}.item", item, item_text),
        buyer_item=witness.saw(f"{path}.buyer_item", buyer_item, item_text),
        description=witness.took(f"{path}.description", description, lambda s: s.at(5)),
        delivered=witness.saw(f"{path}.delivered", rcd.amount(2), text),
        accepted=witness.saw(f"{path}.accepted", sums.get("accepted"), text),
        damaged=witness.saw(f"{path}.damaged", sums.get("damaged"), text),
        rejected=witness.saw(f"{path}.rejected", sums.get("rejected"), text),
        missing=witness.saw(f"{path}.missing", sums.get("missing"), text),
        unit=witness.saw(f"{path}.unit", rcd.at(3), text),
    )
    return line, words


def _conditions(rcd: Segment) -> tuple[dict[str, Decimal], list[str]]:
    """Read the triples (quantity in question, unit, condition code) that follow from element 6 on.

    Some partners leave a gap before them; a triple is known by its form, since no unit is a number. A code that
    stands without a quantity says something about the whole line, and becomes words.
    """
    sums: dict[str, Decimal] = {}
    words: list[str] = []
    index = 6
    while index < len(rcd.elements):
        quantity, unit, code = rcd.amount(index), rcd.at(index + 1), rcd.at(index + 2)
        if quantity is not None and unit and not unit[0].isdigit() and code in CONDITIONS:
            field, word = CONDITIONS[code]
            if field:
                sums[field] = sums.get(field, Decimal(0)) + quantity
            if code != "07":
                words.append(f"{plain(quantity)} {unit} {word}")
            index += 3
            continue
        index += 1
    lone = rcd.at(8)
    if not sums and not words and lone in CONDITIONS and lone != "07":
        words.append(CONDITIONS[lone][1])
    return sums, words
