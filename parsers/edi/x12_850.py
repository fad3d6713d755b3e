"""X12 850, Purchase Order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agent.domain.documents import Flag, OrderedLine, PurchaseOrder, Source
from agent.domain.money import plain
from parsers.edi.footing import Proof, Witness, check_lines, settle_lines
from parsers.edi.structured import Structured
from parsers.edi.x12 import Segment, Transaction
from parsers.edi.x12_party import buyer_of, parties_of, place_of

SELLERS_ITEM = ("VP", "VN", "VC", "SW", "VA")  # vendor's part, item, catalogue, stock, style number
BUYERS_ITEM = ("BP", "IN", "CB", "PI", "SK")  # buyer's part, item, catalogue, purchaser's item code, stock keeping unit
COMMON_ITEM = ("EN", "EO", "UP", "UI", "UK", "UA", "MG", "MF", "EM")  # GTIN, UPC and maker's part numbers
# Element 639, basis of unit price: per how many units the price stands; codes per weight or length are left out.
PRICE_PER = {
    **dict.fromkeys(("HP", "LC", "QH", "RC", "TC", "WC"), Decimal(100)),
    **dict.fromkeys(("TP", "LM", "QS", "RM", "TM", "WM"), Decimal(1000)),
    **dict.fromkeys(("PD", "LD", "RD", "TD", "WD"), Decimal(12)),
    **dict.fromkeys(("PE", "LE", "QE", "RE", "TE", "WE"), Decimal(1)),
    "PN": Decimal(10),
    "TT": Decimal(10_000),
    "HT": Decimal(100_000),
}
# Element 355: units that are a number of pieces themselves, so that a price "per hundred" is the price of one unit.
_COUNTED_UNITS = frozenset({"DZ", "HU", "TH", "HD", "TN", "M4", "GR"})
REQUESTED = ("002", "074", "106", "010", "037", "118")  # element 374: delivery or shipment asked for, best first
_FREIGHT = frozenset({"D240", "D250", "G821", "D500", "C000"})  # element 1300: freight, its surcharges, shipping
_FLAG_OF_TYPE = {"BK": Flag.BLANKET, "BL": Flag.BLANKET, "BE": Flag.BLANKET, "RL": Flag.RELEASE}  # element 92


def read(transaction: Transaction, part: str) -> Structured:
    """Return the order: BEG and the header, one line a PO1, footed by CTT and AMT*TT."""
    proof, witness = Proof(f"{part}: X12 850 {transaction.control or ''}".strip()), Witness(part)
    head, body = split_at(transaction.segments, "PO1")
    begin = transaction.first("BEG")
    if begin is None:
        proof.broken("the segment BEG is missing, so this order has no number")
    order = header(head, witness, part)
    if begin is not None:
        order = _begun(order, begin, witness)
    groups = loops(body, "PO1")
    lines = tuple(_line(group, f"lines[{index}]", witness) for index, group in enumerate(groups))
    order = foot(proof, witness, replace(order, lines=lines), transaction, len(head))
    if begin is not None and begin.at(1) == "07":
        proof.note("the sender marks this order as a duplicate of one sent before (BEG01 = 07)")
    return sealed(proof, replace(order, evidence=witness.seen), transaction)


def sealed(proof: Proof, order: PurchaseOrder, transaction: Transaction) -> Structured:
    """Close an order: the faults of its envelopes count against it."""
    for fault in transaction.faults:
        proof.broken(fault)
    return Structured("x12", (proof.seal(order),), tuple(proof.problems))


def split_at(segments: Sequence[Segment], name: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Cut before the first segment of that name: header, and lines with the summary."""
    for index, segment in enumerate(segments):
        if segment.name == name:
            return tuple(segments[:index]), tuple(segments[index:])
    return tuple(segments), ()


def loops(segments: Sequence[Segment], name: str) -> list[list[Segment]]:
    """Group the segments by the one that starts each loop; the summary (from CTT on) belongs to none.

    Components of a line (SLN and what is below them) are left out: their price is already in that of the line.
    """
    groups: list[list[Segment]] = []
    component = False
    for segment in segments:
        if segment.name == "CTT":
            break
        if segment.name == name:
            groups.append([segment])
            component = False
        elif segment.name == "SLN":
            component = True
        elif groups and not component:
            groups[-1].append(segment)
    return groups


def _begun(order: PurchaseOrder, begin: Segment, witness: Witness) -> PurchaseOrder:
    """Add what BEG says: purpose (01 and 03 cancel, 04 changes, 05 replaces), type, number, release, date."""
    purpose, kind, text = begin.at(1), begin.at(2) or "", begin.text
    flag = _FLAG_OF_TYPE.get(kind)
    number = begin.at(3)
    return replace(
        order,
        number=witness.saw("number", number, text),
        issued_on=witness.saw("issued_on", begin.day(5), text),
        release_number=witness.saw("release_number", begin.at(4), text),
        blanket_number=(witness.saw("blanket_number", number, text) if flag is Flag.RELEASE else order.blanket_number),
        cancels=bool(witness.saw("cancels", True if purpose in ("01", "03") else None, text)),
        revision_of=witness.saw("revision_of", True if purpose in ("04", "05") else None, text),
        flags=(flag,) if flag else (),
    )


def header(head: Sequence[Segment], witness: Witness, part: str) -> PurchaseOrder:
    """Read what 850 and 860 have alike before their lines: parties, currency, terms, dates, references, remarks."""
    parties = parties_of(head)
    values: dict[str, object] = {}
    for segment in head:
        match segment.name:
            case "CUR" if "currency" not in values:
                values["currency"] = witness.saw("currency", segment.at(2), segment.text)
            case "REF" if segment.at(1) in ("Q1", "PR"):
                values["quotation_number"] = witness.saw("quotation_number", segment.at(2), segment.text)
            case "REF" if segment.at(1) == "BO":
                values["blanket_number"] = witness.saw("blanket_number", segment.at(2), segment.text)
            case "ITD" if "payment_terms" not in values:
                values["payment_terms"] = witness.saw("payment_terms", _terms(segment), segment.text)
    requested = requested_on(head)
    if requested is not None:
        values["requested_on"] = witness.saw("requested_on", requested.day(2), requested.text)
    remarks = [text for s in head if s.name in ("MSG", "MTX", "NTE") for text in (s.at(2) or s.at(1),) if text]
    return PurchaseOrder(
        confidence=0.0,
        source=Source(part),
        buyer=buyer_of(parties, witness),
        bill_to=place_of(parties, "BT", "bill_to", witness),
        ship_to=place_of(parties, "ST", "ship_to", witness),
        remarks=witness.saw("remarks", " ".join(remarks) or None, " ".join(remarks)),
        **values,  # type: ignore[arg-type]
    )


def requested_on(segments: Sequence[Segment]) -> Segment | None:
    """The DTM that says when delivery is asked for, the most direct of the codes that say so."""
    for code in REQUESTED:
        for segment in segments:
            if segment.name == "DTM" and segment.at(1) == code and segment.day(2):
                return segment
    return None


def _terms(itd: Segment) -> str | None:
    """The terms in the words of ITD12, else in the usual short form of its figures."""
    if itd.at(12):
        return itd.at(12)
    percent, days, net = itd.amount(3), itd.count(5), itd.count(7)
    words = [f"{plain(percent)}% {days} days"] if percent and days else []
    words += [f"net {net} days"] if net else []
    return ", ".join(words) or None


def item_numbers(segment: Segment, first: int) -> tuple[str | None, str | None]:
    """Return the seller's and the buyer's number of the qualifier pairs that begin at element `first`."""
    pairs: dict[str, str] = {}
    for index in range(first, len(segment.elements) - 1, 2):
        qualifier, value = segment.at(index), segment.at(index + 1)
        if qualifier and value:
            pairs.setdefault(qualifier, value)

    def of(codes: tuple[str, ...]) -> str | None:
        return next((pairs[code] for code in codes if code in pairs), None)

    return of(SELLERS_ITEM) or of(COMMON_ITEM), of(BUYERS_ITEM)


def basis_of(segment: Segment, index: int, unit: str | None, path: str, witness: Witness) -> Decimal:
    """Per how many units the price stands: 100 for HP, 1000 for TP, else 1."""
    per = PRICE_PER.get(segment.at(index) or "") if unit not in _COUNTED_UNITS else None
    return witness.saw(f"{path}.price_per", per, segment.text) or Decimal(1)


def _line(group: list[Segment], path: str, witness: Witness) -> OrderedLine:
    po1, text = group[0], group[0].text
    item, buyer_item = item_numbers(po1, 6)
    return with_details(
        OrderedLine(
            line=witness.saw(f"{path}.line", po1.at(1), text),
            item=witness.saw(f"{path}.item", item, text),
            buyer_item=witness.saw(f"{path}.buyer_item", buyer_item, text),
            quantity=witness.saw(f"{path}.quantity", po1.amount(2), text),
            unit=witness.saw(f"{path}.unit", po1.at(3), text),
            unit_price=witness.saw(f"{path}.unit_price", po1.amount(4), text),
            price_per=basis_of(po1, 5, po1.at(3), path, witness),
        ),
        group,
        path,
        witness,
    )


def with_details(line: OrderedLine, group: list[Segment], path: str, witness: Witness) -> OrderedLine:
    """Add what stands below the line's first segment: description, price, amount and date."""
    words = [s for s in group if s.name == "PID" and s.at(5)]
    amount = next((s for s in group if s.name == "AMT" and s.at(1) == "1" and s.amount(2) is not None), None)
    price = next((s for s in group if s.name == "CTP" and s.amount(3) is not None), None)
    due = requested_on(group[1:])
    if due is None:  # SCH: quantity, unit, -, -, date qualifier, date; several add up and have no one date
        schedules = [s for s in group if s.name == "SCH" and s.at(5) in REQUESTED and s.day(6)]
        due_day = schedules[0].day(6) if len({s.day(6) for s in schedules}) == 1 else None
        due = schedules[0] if due_day else None
    else:
        due_day = due.day(2)
    description = " ".join(s.at(5) or "" for s in words) or None
    if price is not None and line.unit_price is None:
        line = replace(line, unit_price=witness.saw(f"{path}.unit_price", price.amount(3), price.text))
    return replace(
        line,
        description=witness.saw(f"{path}.description", description, words[0].text if words else None),
        amount=witness.took(f"{path}.amount", amount, lambda s: s.amount(2)),
        requested_on=witness.saw(f"{path}.requested_on", due_day, due.text if due else None),
    )


def foot(
    proof: Proof, witness: Witness, order: PurchaseOrder, transaction: Transaction, header_length: int
) -> PurchaseOrder:
    """Check CTT (lines, hash total of quantities) and AMT*TT; charges of SAC stand between lines and total."""
    ctt = transaction.first("CTT")
    if not order.lines and not order.cancels:
        proof.note("the order has no lines")
    if ctt is not None:
        proof.agree("number of lines (CTT01)", ctt.count(1), len(order.lines), proves=False)
        quantities = [line.quantity for line in order.lines if line.quantity is not None]
        proof.agree("hash total of the quantities (CTT02)", ctt.amount(2), sum(quantities), proves=False)
    check_lines(proof, order.lines, order.currency)
    charges, freight = _charges(transaction.segments[:header_length], witness)
    order = replace(order, freight=freight)
    total = next((s for s in transaction.every("AMT") if s.at(1) == "TT"), None)
    said = total.amount(2) if total is not None else None
    if total is None or said is None:
        return order
    order = replace(order, total=witness.saw("total", said, total.text))
    return settle_lines(proof, witness, order, said, total.text, charges)


def _charges(head: Sequence[Segment], witness: Witness) -> tuple[Decimal, Decimal | None]:
    """Sum the header's SAC segments (charges positive, allowances negative), and the freight among them."""
    charges, freight = Decimal(0), None
    for segment in head:
        amount = segment.cents(5) if segment.name == "SAC" else None
        if amount is None or segment.at(1) not in ("A", "C"):
            continue
        signed = amount if segment.at(1) == "C" else -amount
        charges += signed
        if segment.at(2) in _FREIGHT:
            freight = witness.saw("freight", (freight or Decimal(0)) + signed, segment.text)
    return charges, freight
