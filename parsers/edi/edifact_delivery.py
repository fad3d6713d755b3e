"""UN/EDIFACT DESADV (despatch advice) and RECADV (receiving advice)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agent.domain.documents import (
    DeliveredLine,
    DeliveryConfirmation,
    DeliveryLevel,
    Source,
)
from agent.domain.money import plain
from parsers.edi.edifact import Message, Segment, first_of
from parsers.edi.edifact_party import (
    check_counts,
    dated,
    described,
    description_of,
    item_numbers,
    parties_of,
    remarks_of,
    split,
)
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured

# 6063, quantity type code
_RECEIVED, _DESPATCHED, _ORDERED = ("48", "46"), ("12",), ("21",)
_ACCEPTED, _REFUSED = ("194",), ("195", "196")  # accepted; to be returned, to be destroyed
# 4221, discrepancy nature: what the variance of a QVR is
_SHORT = frozenset({"BP", "CP"})  # shipment partial: rest to follow, considered complete
_DAMAGED = frozenset({"AF"})


def read(message: Message, part: str) -> Structured:
    """Return the despatch (DESADV) or the receipt (RECADV), one line a LIN."""
    proof, witness = Proof(f"{part}: EDIFACT {message.kind} {message.control or ''}".strip()), Witness(part)
    head, groups, _ = split(message.segments, "LIN", ("CNT",))
    receipt = message.kind == "RECADV"
    confirmation = _header(head, witness, part, receipt)
    confirmation = _references(confirmation, message.segments, witness)
    lines, remarks = [], [text for text in (confirmation.remarks, remarks_of(head)) if text]
    for index, group in enumerate(groups):
        line, words = _line(group, f"lines[{index}]", witness, receipt)
        lines.append(line)
        remarks += [f"{line.item or line.buyer_item or line.line or index + 1}: {word}" for word in words]
    quantities = [line.delivered for line in lines if line.delivered is not None]
    check_counts(proof, message, len(lines), quantities, proves=True)
    text = "; ".join(remarks) or None
    confirmation = replace(
        confirmation, lines=tuple(lines), remarks=witness.saw("remarks", text, text), evidence=witness.seen
    )
    return Structured("edifact", (proof.seal(confirmation),), tuple(proof.problems))


def _header(head: Sequence[Segment], witness: Witness, part: str, receipt: bool) -> DeliveryConfirmation:
    begin, parties = first_of(head, "BGM"), parties_of(head)
    arrived = dated(head, ("50", "35", "310") if receipt else ("35",))  # goods received, delivered
    shipped = dated(head, ("11", "111")) if not receipt else None
    carrier = next((s for s in head if s.name == "TDT" and (s.at(5, 4) or s.at(5))), None)
    place = parties.get("DP") or parties.get("ST")
    return DeliveryConfirmation(
        confidence=0.0,
        source=Source(part),
        level=DeliveryLevel.RECEIPT if receipt else DeliveryLevel.DESPATCH,
        number=witness.took("number", begin, lambda s: s.at(2)),
        delivered_on=witness.took("delivered_on", arrived, lambda s: s.day()),
        carrier=witness.took("carrier", carrier, lambda s: s.at(5, 4) or s.at(5)),
        delivered_to=witness.saw("delivered_to", place.name if place else None, place.nad.text if place else None),
        remarks=f"shipped on {shipped.day()}" if shipped else None,
    )


def _references(
    confirmation: DeliveryConfirmation, segments: Sequence[Segment], witness: Witness
) -> DeliveryConfirmation:
    """RFF of header and lines: ON order, IV invoice, DQ delivery note, AAK despatch advice, tracking numbers."""
    found: dict[str, tuple[str, ...]] = {"order_numbers": (), "invoice_numbers": ()}
    single: dict[str, str] = {}
    fields = {"ON": "order_numbers", "IV": "invoice_numbers"}
    names = {
        "DQ": "delivery_note_number",
        "AAK": "delivery_note_number",
        "AAS": "tracking_number",
        "CN": "tracking_number",
        "CNO": "tracking_number",
    }
    for segment in segments:
        code, value = (segment.at(1) or "", segment.at(1, 2)) if segment.name == "RFF" else ("", None)
        if not value:
            continue
        if code in fields and value not in found[fields[code]]:
            found[fields[code]] += (value,)
            witness.saw(fields[code], value, segment.text)
        elif code in names and names[code] not in single:
            single[names[code]] = witness.saw(names[code], value, segment.text)
    return replace(confirmation, **found, **single)  # type: ignore[arg-type]


def _line(group: list[Segment], path: str, witness: Witness, receipt: bool) -> tuple[DeliveredLine, list[str]]:
    lin = group[0]
    item, buyer_item, item_text = item_numbers(group)
    imd = description_of(group)

    def quantity(name: str, codes: tuple[str, ...]) -> Decimal | None:
        found = [s for s in group if s.name == "QTY" and s.at(1) in codes and s.amount(1, 2) is not None]
        if not found:
            return None
        total = sum((s.amount(1, 2) or Decimal(0) for s in found), Decimal(0))
        return witness.saw(f"{path}.{name}", total, found[0].text)

    unit = next((s for s in group if s.name == "QTY" and s.at(1, 3)), None)
    damaged, missing, words = _variances(group, path, witness)
    line = DeliveredLine(
        line=witness.saw(f"{path}.line", lin.at(1), lin.text),
        item=witness.saw(f"{path}.item", item, item_text),
        buyer_item=witness.saw(f"{path}.buyer_item", buyer_item, item_text),
        description=witness.saw(f"{path}.description", described(imd), imd.text if imd else None),
        ordered=quantity("ordered", _ORDERED),
        delivered=quantity("delivered", _RECEIVED if receipt else _DESPATCHED),
        accepted=quantity("accepted", _ACCEPTED) if receipt else None,
        damaged=damaged,
        rejected=quantity("rejected", _REFUSED) if receipt else None,
        missing=missing,
        unit=witness.took(f"{path}.unit", unit, lambda s: s.at(1, 3)),
    )
    return line, words


def _variances(
    group: Sequence[Segment], path: str, witness: Witness
) -> tuple[Decimal | None, Decimal | None, list[str]]:
    """QVR: a difference with its nature; one whose nature is not known becomes words, not a quantity."""
    damaged = missing = None
    words = []
    for segment in group:
        value = segment.amount(1) if segment.name == "QVR" else None
        if value is None:
            continue
        nature = segment.at(2) or ""
        if nature in _DAMAGED:
            damaged = witness.saw(f"{path}.damaged", (damaged or Decimal(0)) + abs(value), segment.text)
        elif nature in _SHORT or (not nature and value < 0):
            missing = witness.saw(f"{path}.missing", (missing or Decimal(0)) + abs(value), segment.text)
        else:
            words.append(f"variance {plain(value)}" + (f" ({nature})" if nature else ""))
    return damaged, missing, words
