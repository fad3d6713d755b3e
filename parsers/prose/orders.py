"""Orders in prose: what is wanted, at which price, until when; cancellations and changes; answers to our own query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agent.domain.documents import (
    Answer,
    CustomerRequest,
    Evidence,
    Flag,
    Footing,
    OrderedLine,
    OrderReply,
    Place,
    PurchaseOrder,
    Wanted,
)
from parsers.prose import changes
from parsers.prose.facts import Facts, Ref, Role
from parsers.prose.goods import Goods, goods_in
from parsers.prose.mail import Mail
from parsers.prose.when import future_day
from parsers.values.dates import reading_in_order


def read_order(block: Sequence[Facts], mail: Mail) -> PurchaseOrder | None:
    """Read the sentences of one order; None where nothing is wanted that could be named."""
    wanted = [
        (facts, g)
        for facts in block
        for g in goods_in(facts, bare_items=True)
        if (g.item or g.description) and (g.quantity is not None or _priced(facts, g))
    ]
    repeats = any(f.has("repeat_order") for f in block)
    number = order_number(block, mail)
    if not wanted and not (repeats and number):
        return None
    evidence: dict[str, Evidence] = {}
    lines = tuple(_line(g, n, evidence, mail) for n, (_, g) in enumerate(wanted))
    if number:
        evidence["number"] = _number_evidence(number, mail)
    order = PurchaseOrder(
        confidence=0.85 if number and lines else 0.6,
        source=mail.source,
        language=mail.language,
        evidence=evidence,
        number=number.text if number else None,
        quotation_number=_labelled(block, "quotation_number"),
        blanket_number=_labelled(block, "blanket_number"),
        currency=_currency(block),
        ship_to=_ship_to(block, evidence, mail),
        lines=lines,
        remarks=None if lines else " ".join(" ".join(f.text for f in block).split())[:500],
    )
    order = _dated(order, block, mail)
    return _footed(order, block, mail)


def _priced(facts: Facts, goods: Goods) -> bool:
    """Tell whether an item stands with a price and no quantity that is understood: a line that a person completes."""
    return any(0 <= m.start - goods.end <= 8 for m in facts.money)


def order_number(block: Sequence[Facts], mail: Mail) -> Ref | None:
    """Return the order number that the sentences name, else the one of the subject; None where several stand there."""
    refs = [ref for facts in block for ref in facts.refs if ref.role is Role.ORDER]
    if not refs:
        refs = [ref for facts in mail.facts for ref in facts.refs if ref.role is Role.ORDER]
    if not refs:
        refs = list(mail.subject_refs(Role.ORDER))
    names = {ref.text for ref in refs}
    return refs[0] if len(names) == 1 else None


def _number_evidence(number: Ref, mail: Mail) -> Evidence:
    return mail.evidence(number.text) if number.text in mail.text else mail.subject_evidence(number.text)


def _line(goods: Goods, number: int, evidence: dict[str, Evidence], mail: Mail) -> OrderedLine:
    path = f"lines[{number}]"
    for name, value in (("quantity", goods.quantity), ("item", goods.item), ("description", goods.description)):
        if value is not None:
            evidence[f"{path}.{name}"] = mail.evidence(goods.text)
    if goods.price is not None:
        evidence[f"{path}.unit_price"] = mail.evidence(goods.price_text)
    return OrderedLine(
        item=goods.item,
        description=goods.description,
        quantity=goods.quantity,
        unit=goods.unit,
        unit_price=goods.price,
        price_per=goods.price_per,
    )


def _labelled(block: Sequence[Facts], field: str) -> str | None:
    for facts in block:
        for ref in facts.refs:
            labels = [hit for hit in facts.labels if hit.span[1] <= ref.start and ref.start - hit.span[1] <= 8]
            if ref.role is Role.OTHER and labels and field in labels[-1].fields:
                return ref.text
    return None


def _currency(block: Sequence[Facts]) -> str | None:
    found = {m.currency for facts in block for m in facts.money if m.currency}
    return found.pop() if len(found) == 1 else None


_SHIP_TO = re.compile(
    r"(?:\b(?:ship|deliver|send) (?:it |them |goods |this )?to\b|\bdelivery address\b|\bship to\b"
    r"|lieferadresse|lieferanschrift|liefern an|livrer à|adresse de livraison"
    r"|entregar en|dirección de entrega|consegnare a|indirizzo di consegna|afleveradres|leveren aan|納入場所"
    r"|納品先|납품장소|local de entrega|adres dostawy)\s*[:：]?\s*(?P<place>[^.;\n]{3,120})",
    re.IGNORECASE,
)


def _ship_to(block: Sequence[Facts], evidence: dict[str, Evidence], mail: Mail) -> Place:
    for facts in block:
        if match := _SHIP_TO.search(facts.text):
            place = re.split(r",? (?:need|by|bis|before|until|and)\b", match["place"])[0].strip(" ,")
            if re.match(r"(?:us|me|uns)\b", place):
                continue
            evidence["ship_to"] = mail.evidence(match.group())
            return Place(address=place)
    return Place()


def _dated(order: PurchaseOrder, block: Sequence[Facts], mail: Mail) -> PurchaseOrder:
    days = [day for facts in block if (day := future_day(facts, mail.sent, mail.order))]
    weeks = [
        (r.value, found.text)
        for facts in block
        for found in facts.dates
        if (r := reading_in_order(found.readings, mail.order)) and r.order == "week"
    ]
    wanted = [(day.value, day.text) for day in days] or weeks
    if len({value for value, _ in wanted}) != 1:
        return order
    evidence = {**order.evidence, "requested_on": mail.evidence(wanted[0][1])}
    return replace(order, requested_on=wanted[0][0], evidence=evidence)


def _footed(order: PurchaseOrder, block: Sequence[Facts], mail: Mail) -> PurchaseOrder:
    """Check quantity × price against a stated total; a basis of 100 or 1000 may be what the total proves."""
    stated = [
        (m.value, m.text) for f in block for i, m in enumerate(f.money) if _is_total(f, i) and m.value is not None
    ]
    if len({value for value, _ in stated}) != 1:
        return order
    total, text = stated[0]
    evidence = {**order.evidence, "total": mail.evidence(text)}
    order = replace(order, total=total, evidence=evidence)
    if not order.lines or any(line.quantity is None or line.unit_price is None for line in order.lines):
        return order
    for basis in (Decimal(1), Decimal(100), Decimal(1000)):
        if basis > 1 and (len(order.lines) > 1 or order.lines[0].price_per != 1):
            break
        worth = sum((_worth(line) / basis for line in order.lines), Decimal(0))
        if worth == total:
            lines = tuple(replace(line, price_per=line.price_per * basis) for line in order.lines)
            return replace(order, lines=lines, footing=Footing.PROVED, confidence=0.9 if basis == 1 else 0.75)
    worth = sum((_worth(line) for line in order.lines), Decimal(0))
    return replace(order, footing=Footing.FAILED, difference=total - worth, confidence=0.5)


def _worth(line: OrderedLine) -> Decimal:
    return (line.quantity or Decimal(0)) * (line.unit_price or Decimal(0)) / line.price_per


def _is_total(facts: Facts, index: int) -> bool:
    money = facts.money[index]
    begin = max((m.end for m in facts.money if m.end <= money.start), default=0)
    return any(c.name == "total" and begin <= c.span[0] and c.span[1] <= money.start for c in facts.cues)


def read_cancellation(facts: Facts, mail: Mail) -> PurchaseOrder | OrderReply | None:
    """Read a wish to cancel: of an order by its number, or as the answer to a mail about one; of a line, a change."""
    about = order_number((facts,), mail)
    if about is not None and changes.names_a_part(facts, about):
        return changes.read_change((facts,), mail, about, _number_evidence(about, mail))
    refs = [ref for ref in facts.refs if ref.role is Role.ORDER]
    refs = refs or [ref for ref in facts.refs if ref.role is Role.UNKNOWN and _order_word(facts)]
    if len({ref.text for ref in refs}) == 1:
        evidence = {"number": mail.evidence(refs[0].text), "cancels": mail.evidence(facts.text)}
        return PurchaseOrder(
            confidence=0.85,
            source=mail.source,
            language=mail.language,
            evidence=evidence,
            number=refs[0].text,
            cancels=True,
        )
    if refs:
        return None
    subject = mail.subject_refs(Role.ORDER)
    if subject and mail.replies:
        return reply(Answer.CANCEL, facts, mail)
    number = order_number((facts,), mail)
    if number and _order_word(facts):
        evidence = {"number": _number_evidence(number, mail), "cancels": mail.evidence(facts.text)}
        return PurchaseOrder(
            confidence=0.75,
            source=mail.source,
            language=mail.language,
            evidence=evidence,
            number=number.text,
            cancels=True,
        )
    return None


def _order_word(facts: Facts) -> bool:
    return facts.has("order_word") or any("order_number" in hit.fields for hit in facts.labels)


def read_change(block: Sequence[Facts], mail: Mail) -> PurchaseOrder | None:
    """Read a change of an order by its number; lines only where a new quantity is told without doubt."""
    number = order_number(block, mail)
    return changes.read_change(block, mail, number, _number_evidence(number, mail) if number else None)


def reply(answer: Answer, facts: Facts, mail: Mail) -> OrderReply:
    """Build the answer to our query about an order; the subject names the order where the words do not."""
    refs = [ref.text for ref in facts.refs if ref.role is Role.ORDER]
    evidence = {"answer": mail.evidence(facts.text)}
    if refs:
        evidence["order_numbers"] = mail.evidence(", ".join(refs))
    else:
        refs = [ref.text for ref in mail.subject_refs(Role.ORDER)]
        if refs:
            evidence["order_numbers"] = mail.subject_evidence(", ".join(refs))
    return OrderReply(
        confidence=0.85 if refs else 0.6,
        source=mail.source,
        language=mail.language,
        evidence=evidence,
        order_numbers=tuple(dict.fromkeys(refs)),
        answer=answer,
        text=" ".join(facts.text.split())[:500],
    )


def quote_request(facts: Facts, mail: Mail) -> CustomerRequest:
    """Build what asks for a price and orders nothing."""
    text = " ".join(facts.text.split())[:500]
    return CustomerRequest(
        confidence=0.7,
        source=mail.source,
        language=mail.language,
        evidence={"text": mail.evidence(facts.text)},
        flags=(Flag.QUOTE_REQUEST,),
        wants=Wanted.OTHER,
        text=text,
    )
