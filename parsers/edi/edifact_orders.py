"""UN/EDIFACT ORDERS (purchase order) and ORDCHG (its change or cancellation)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agent.domain.documents import Flag, OrderedLine, PurchaseOrder, Source
from agent.domain.money import plain
from parsers.edi.edifact import Message, Segment, first_of
from parsers.edi.edifact_party import (
    buyer_of,
    check_counts,
    dated,
    described,
    description_of,
    item_numbers,
    parties_of,
    place_of,
    references,
    remarks_of,
    split,
)
from parsers.edi.footing import Proof, Witness, check_lines, settle_lines
from parsers.edi.structured import Structured

REQUESTED = ("2", "76", "69", "64", "10", "63", "17", "200")  # 2005: delivery requested, planned, promised, shipment
_FLAGS = {"221": Flag.BLANKET, "226": Flag.RELEASE}  # 1001: blanket order, call-off
_NET = ("79", "125")  # 5025: total of the lines, taxable amount
_GROSS = ("86", "128", "39", "77", "9", "139")  # message total, total amount, invoice total, payable
_TAX = ("176", "124", "150")
_CANCELLED_LINE = frozenset({"2", "7"})  # 1229: deleted, not accepted


def read(message: Message, part: str) -> Structured:
    """Return the order, the change (`revision_of`) or the cancellation (`cancels`), with one line a LIN."""
    proof, witness = Proof(f"{part}: EDIFACT {message.kind} {message.control or ''}".strip()), Witness(part)
    head, groups, summary = split(message.segments, "LIN")
    order = _header(head, witness, part)
    if order.number is None:
        proof.broken("BGM gives no number")
    order = _function(order, message, head, witness, proof)
    # A sub-line (5495 = 1) is a component of another line, whose price it does not add to.
    priced = [group for group in groups if group[0].at(4) != "1"]
    lines = tuple(_line(group, f"lines[{index}]", witness) for index, group in enumerate(priced))
    order = replace(order, lines=lines)
    check_counts(proof, message, len(groups), [x.quantity for x in lines if x.quantity is not None], proves=False)
    check_lines(proof, lines, order.currency)
    order = _totals(order, [*head, *summary], witness, proof)
    order = replace(order, evidence=witness.seen)
    return Structured("edifact", (proof.seal(order),), tuple(proof.problems))


def _header(head: Sequence[Segment], witness: Witness, part: str) -> PurchaseOrder:
    begin, parties = first_of(head, "BGM"), parties_of(head)
    issued, requested = dated(head, ("137", "4", "171")), dated(head, REQUESTED)
    currency = next((s for s in head if s.name == "CUX" and s.at(1, 2)), None)
    quotation = next(iter(references(head, "AAG")), None)
    blanket = next(iter(references(head, "BO")), None) or next(iter(references(head, "CT")), None)
    terms = _terms(head)
    remarks = remarks_of(head)
    place = "DP" if "DP" in parties else "ST" if "ST" in parties else "CN"
    return PurchaseOrder(
        confidence=0.0,
        source=Source(part),
        number=witness.took("number", begin, lambda s: s.at(2)),
        issued_on=witness.took("issued_on", issued, lambda s: s.day()),
        requested_on=witness.took("requested_on", requested, lambda s: s.day()),
        currency=witness.took("currency", currency, lambda s: s.at(1, 2)),
        quotation_number=witness.took("quotation_number", quotation, lambda s: s.at(1, 2)),
        blanket_number=witness.took("blanket_number", blanket, lambda s: s.at(1, 2)),
        buyer=buyer_of(parties, witness),
        bill_to=place_of(parties, "IV", "bill_to", witness),
        ship_to=place_of(parties, place, "ship_to", witness),
        payment_terms=witness.saw("payment_terms", terms, terms),
        remarks=witness.saw("remarks", remarks, remarks),
    )


def _function(
    order: PurchaseOrder, message: Message, head: Sequence[Segment], witness: Witness, proof: Proof
) -> PurchaseOrder:
    """What BGM says the message is: 1001 (kind), 1225 (function: 1 cancels, 4 changes, 5 replaces)."""
    begin = first_of(head, "BGM")
    function = begin.at(3) if begin else None
    flag = _FLAGS.get((begin.at(1) if begin else None) or "")
    order = replace(order, flags=(flag,) if flag else ())
    text = begin.text if begin else None
    if message.kind == "ORDCHG":  # BGM numbers the change; RFF+ON names the order, and where it does not they agree
        named = next(iter(references(head, "ON")), None) or next(iter(references(head, "CO")), None)
        if named is not None:
            order = replace(order, number=witness.saw("number", named.at(1, 2), named.text))
    if function in ("1", "3"):
        return replace(order, cancels=witness.saw("cancels", True, text))
    if message.kind == "ORDCHG" or function in ("4", "5", "20"):
        return replace(order, revision_of=witness.saw("revision_of", True, text))
    if function in ("7", "31"):
        proof.note("the sender marks this order as a duplicate or copy of one sent before (BGM 1225)")
    return order


def _terms(head: Sequence[Segment]) -> str | None:
    """PAT in words (4276), else its days in the usual short form, with the discount of the PCD that follows."""
    words: list[str] = []
    days: str | None = None
    for segment in head:
        if segment.name == "PAT":
            if text := segment.joined(2):
                words.append(text)
            days = segment.at(3, 4) if segment.at(3, 3) in ("D", None) else None
            if days and segment.at(1) in ("1", "3"):
                words.append(f"net {days} days")
        elif segment.name == "PCD" and segment.at(1) == "12" and (percent := segment.amount(1, 2)) is not None:
            words.append(f"{plain(percent)}%" + (f" {days} days" if days else ""))
    return ", ".join(words) or None


def _line(group: list[Segment], path: str, witness: Witness) -> OrderedLine:
    lin = group[0]
    item, buyer_item, item_text = item_numbers(group)
    imd = description_of(group)
    quantity = next((s for code in ("21", "1", "83", "113") if (s := first_of(group, "QTY", code))), None)
    amount = next((s for code in ("203", "66", "38", "128") if (s := first_of(group, "MOA", code))), None)
    requested = dated(group, REQUESTED)
    price, discount = _price(group)
    per = price.amount(1, 5) if price is not None else None
    return OrderedLine(
        line=witness.saw(f"{path}.line", lin.at(1), lin.text),
        item=witness.saw(f"{path}.item", item, item_text),
        buyer_item=witness.saw(f"{path}.buyer_item", buyer_item, item_text),
        description=witness.saw(f"{path}.description", described(imd), imd.text if imd else None),
        quantity=witness.took(f"{path}.quantity", quantity, lambda s: s.amount(1, 2)),
        unit=witness.took(f"{path}.unit", quantity, lambda s: s.at(1, 3)),
        unit_price=witness.took(f"{path}.unit_price", price, lambda s: s.amount(1, 2)),
        price_per=witness.saw(f"{path}.price_per", per or None, price.text if price else None) or Decimal(1),
        discount_percent=witness.took(f"{path}.discount_percent", discount, lambda s: s.amount(1, 2)),
        amount=witness.took(f"{path}.amount", amount, lambda s: s.amount(1, 2)),
        requested_on=witness.took(f"{path}.requested_on", requested, lambda s: s.day()),
        cancelled=lin.at(2) in _CANCELLED_LINE,
    )


def _price(group: Sequence[Segment]) -> tuple[Segment | None, Segment | None]:
    """The price and the discount that goes with it: AAA is net already, AAB (gross) takes the line's allowance."""
    for code in ("AAA", "NTP", "INF", "CAL", "INV"):
        if segment := first_of(group, "PRI", code):
            return segment, None
    gross = first_of(group, "PRI", "AAB") or first_of(group, "PRI", "GRP") or first_of(group, "PRI")
    allowance = False
    discounts = []
    for segment in group:
        if segment.name == "ALC":
            allowance = segment.at(1) == "A"
        elif segment.name == "PCD" and allowance and segment.amount(1, 2) is not None:
            discounts.append(segment)
    return gross, discounts[0] if gross is not None and len(discounts) == 1 else None


def _totals(order: PurchaseOrder, segments: Sequence[Segment], witness: Witness, proof: Proof) -> PurchaseOrder:
    """MOA of header and summary: the lines make the net total, net and tax the gross one."""
    amounts = {code: s for s in segments if s.name == "MOA" and (code := s.at(1)) and s.amount(1, 2) is not None}

    def of(codes: tuple[str, ...]) -> Segment | None:
        return next((amounts[code] for code in codes if code in amounts), None)

    net, gross, tax = of(_NET), of(_GROSS), of(_TAX)
    charges = sum((s.amount(1, 2) or Decimal(0) for code, s in amounts.items() if code in ("8", "23")), Decimal(0))
    if tax is not None:
        order = replace(order, tax_total=witness.saw("tax_total", tax.amount(1, 2), tax.text))
    printed = net or gross
    said = printed.amount(1, 2) if printed is not None else None
    if printed is None or said is None:
        return order
    if net is None and tax is not None:
        said -= order.tax_total or Decimal(0)
    order = settle_lines(proof, witness, order, said, printed.text, charges)
    if gross is None or net is None:
        return replace(order, total=witness.saw("total", printed.amount(1, 2), printed.text))
    total = gross.amount(1, 2)
    if total is not None and total != said:
        proof.agree("total with tax and charges", total, said + (order.tax_total or 0) + charges)
    return replace(order, net_total=said, total=witness.saw("total", total, gross.text))
