"""X12 860, Purchase Order Change Request (buyer initiated)."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.documents import OrderedLine
from parsers.edi.footing import Proof, Witness
from parsers.edi.structured import Structured
from parsers.edi.x12 import Segment, Transaction
from parsers.edi.x12_850 import (
    basis_of,
    foot,
    header,
    item_numbers,
    loops,
    sealed,
    split_at,
    with_details,
)

_DELETED = frozenset({"DI", "OC"})  # element 670: delete item, order cancelled
# Whether POC03 is then the new quantity or only the difference is agreed between partners, so it is not read.
_RELATIVE = frozenset({"QI", "QD"})


def read(transaction: Transaction, part: str) -> Structured:
    """Return the change under the order's own number; BCH01 = 01 or 03 cancels the order."""
    proof, witness = Proof(f"{part}: X12 860 {transaction.control or ''}".strip()), Witness(part)
    head, body = split_at(transaction.segments, "POC")
    begin = transaction.first("BCH")
    order = header(head, witness, part)
    if begin is None:
        proof.broken("the segment BCH is missing, so this change names no order")
    else:
        cancels = begin.at(1) in ("01", "03")
        changed_on = begin.day(11) or begin.day(6)
        order = replace(
            order,
            number=witness.saw("number", begin.at(3), begin.text),
            release_number=witness.saw("release_number", begin.at(4), begin.text),
            issued_on=witness.saw("issued_on", changed_on, begin.text),
            cancels=cancels,
            revision_of=None if cancels else True,
        )
        witness.saw("cancels" if cancels else "revision_of", True, begin.text)
    lines = []
    for index, group in enumerate(loops(body, "POC")):
        line = _line(group, f"lines[{index}]", witness)
        if group[0].at(2) in _RELATIVE and group[0].at(3):
            proof.note(
                f"line {line.line or index + 1}: quantity {group[0].at(3)} of {group[0].at(2)} may be the new "
                "quantity or the difference; it is left open"
            )
        lines.append(line)
    order = foot(proof, witness, replace(order, lines=tuple(lines)), transaction, len(head))
    return sealed(proof, replace(order, evidence=witness.seen), transaction)


def _line(group: list[Segment], path: str, witness: Witness) -> OrderedLine:
    """POC: line, kind of change, quantity ordered, quantity left, unit, price, basis, qualifier pairs."""
    poc, text = group[0], group[0].text
    item, buyer_item = item_numbers(poc, 8)
    quantity = poc.amount(3) if poc.at(2) not in _RELATIVE else None
    line = OrderedLine(
        line=witness.saw(f"{path}.line", poc.at(1), text),
        item=witness.saw(f"{path}.item", item, text),
        buyer_item=witness.saw(f"{path}.buyer_item", buyer_item, text),
        quantity=witness.saw(f"{path}.quantity", quantity, text),
        unit=witness.saw(f"{path}.unit", poc.at(5), text),
        unit_price=witness.saw(f"{path}.unit_price", poc.amount(6), text),
        price_per=basis_of(poc, 7, poc.at(5), path, witness),
        cancelled=poc.at(2) in _DELETED,
    )
    return with_details(line, group, path, witness)
