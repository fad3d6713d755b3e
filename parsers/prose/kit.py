"""Answers made with the links of our mails: lines that mean one thing in every language, read before the prose.

What stands beside the lines is the sender's own words, read as prose; below a dispute they are its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agent.domain.documents import (
    AdvisedLine,
    Answer,
    AnyDocument,
    CustomerRequest,
    DisputedItem,
    DisputeNotice,
    DisputeReason,
    Evidence,
    OrderReply,
    PromiseToPay,
    PurchaseOrder,
    RemittanceAdvice,
    Source,
    Wanted,
)
from agent.domain.reply_kit import HINT, Act, KitLine, field_of, read, reason_of
from parsers.page import Context
from parsers.values.amounts import find_amounts

_SURE = 0.99
_WANTS = {Act.COPY: Wanted.INVOICE_COPY, Act.POD: Wanted.PROOF_OF_DELIVERY, Act.STATEMENT: Wanted.STATEMENT}


@dataclass(slots=True)
class Kit:
    """What was answered with the kit: its lines, each with the fields below it, and the words beside them."""

    lines: list[tuple[KitLine, dict[str, str]]] = field(default_factory=list)
    words: str = ""


def find_kit(text: str) -> Kit:
    """Take the lines of the kit out of a text; `words` is the text as it was where there are none."""
    kit, rest = Kit(), []
    for written in text.splitlines():
        line = read(written)
        if line is not None:
            kit.lines.append((line, {}))
            continue
        named = field_of(written)
        if named is not None and kit.lines and kit.lines[-1][0].act is Act.DISPUTE:
            kit.lines[-1][1][named[0]] = named[1]
        elif not written.lstrip().startswith(HINT):
            rest.append(written)
    if kit.lines:
        said = (fields["REASON"] for _, fields in kit.lines if fields.get("REASON") and not reason_of(fields["REASON"]))
        rest = [*said, *rest]  # a reason in other words than ours is read with them
    kit.words = "\n".join(rest).strip() if kit.lines else text
    return kit


def read_kit(kit: Kit, told: Sequence[AnyDocument], context: Context) -> tuple[AnyDocument, ...]:
    """Documents of the lines, and what the words tell besides; what both say is said once."""
    documents: list[AnyDocument] = [*_paying(kit, context), *_asking(kit, context)]
    rest = list(told)
    for line, fields in kit.lines:
        if line.act is Act.DISPUTE:
            claims = [one for one in rest if isinstance(one, DisputeNotice)]
            documents.append(_dispute(line, fields, kit.words, claims[0] if len(claims) == 1 else None, context))
            rest = [one for one in rest if not isinstance(one, DisputeNotice)]
        elif line.act is Act.WITHDRAW:
            documents.append(_withdrawal(line, kit.words, context))
            rest = [one for one in rest if not isinstance(one, DisputeNotice)]
        elif line.act is Act.CHANGE:
            documents.append(_change(line, kit.words, context))
            rest = [one for one in rest if not isinstance(one, OrderReply | PurchaseOrder)]
    kinds = {(one.kind, getattr(one, "wants", None)) for one in documents}
    return (*documents, *(one for one in rest if (one.kind, getattr(one, "wants", None)) not in kinds))


def _source(context: Context) -> Source:
    return Source(context.file_name or "body")


def _evidence(context: Context, **found: str) -> dict[str, Evidence]:
    part = context.file_name or "body"
    return {name: Evidence(part, None, text) for name, text in found.items()}


def _paying(kit: Kit, context: Context) -> list[AnyDocument]:
    """One promise or advice a day, over all the invoices that name it."""
    found: list[AnyDocument] = []
    days: dict[tuple[Act, date], list[str]] = {}
    for line, _ in kit.lines:
        if line.act in (Act.PAY, Act.PAID) and line.on is not None:
            days.setdefault((line.act, line.on), []).append(line.invoice)
    for (act, on), invoices in days.items():
        numbers = tuple(dict.fromkeys(invoices))
        evidence = _evidence(
            context, **{"promised_on" if act is Act.PAY else "paid_on": f"{act.value} {', '.join(numbers)} ON {on}"}
        )
        if act is Act.PAY:
            found.append(
                PromiseToPay(
                    confidence=_SURE,
                    source=_source(context),
                    evidence=evidence,
                    invoice_numbers=numbers,
                    promised_on=on,
                    text=kit.words[:500] or None,
                )
            )
        else:
            found.append(
                RemittanceAdvice(
                    confidence=_SURE,
                    source=_source(context),
                    evidence=evidence,
                    paid_on=on,
                    lines=tuple(AdvisedLine(reference=number) for number in numbers),
                )
            )
    return found


def _asking(kit: Kit, context: Context) -> list[AnyDocument]:
    asked: dict[Wanted, list[str]] = {}
    for line, _ in kit.lines:
        if line.act in _WANTS:
            asked.setdefault(_WANTS[line.act], []).append(line.invoice)
    return [
        CustomerRequest(
            confidence=_SURE,
            source=_source(context),
            evidence=_evidence(context, wants=wants.value),
            wants=wants,
            invoice_numbers=tuple(dict.fromkeys(number for number in invoices if number)),
            text=kit.words[:500] or None,
        )
        for wants, invoices in asked.items()
    ]


def _dispute(
    line: KitLine, fields: dict[str, str], words: str, told: DisputeNotice | None, context: Context
) -> DisputeNotice:
    """The invoice from the line, the reason from the field or the words, the amount from its field or the words."""
    reason = reason_of(fields.get("REASON", ""))
    amount, currency = _amount(fields.get("AMOUNT", ""))
    quantity, _ = _amount(fields.get("QUANTITY", ""))
    if told is not None:
        reason = reason or told.reason
        if amount is None:
            amount, currency = told.amount, told.currency
    reason = reason or DisputeReason.OTHER
    items = () if told is None else told.items
    if line.item and (quantity is not None or not items):
        items = (DisputedItem(item=line.item, quantity=quantity, reason=reason),)
    about = f"line {line.line}: " if line.line else ""
    return DisputeNotice(
        confidence=_SURE,
        source=_source(context),
        evidence=_evidence(context, invoice_numbers=line.invoice),
        invoice_numbers=(line.invoice,),
        reason=reason,
        amount=amount,
        currency=currency,
        text=f"{about}{' '.join(words.split())}"[:500] or None,
        items=items,
    )


def _amount(text: str) -> tuple[Decimal | None, str | None]:
    """The one amount of a field; None where it is empty, or can be read in two ways."""
    found = find_amounts(text)
    if len(found) != 1 or len({reading.value for reading in found[0].readings}) != 1:
        return None, None
    reading = found[0].readings[0]
    return abs(reading.value), reading.currency


def _withdrawal(line: KitLine, words: str, context: Context) -> DisputeNotice:
    return DisputeNotice(
        confidence=_SURE,
        source=_source(context),
        evidence=_evidence(context, invoice_numbers=line.invoice),
        invoice_numbers=(line.invoice,),
        reason=DisputeReason.OTHER,
        text=words[:500] or None,
        withdrawn=True,
    )


def _change(line: KitLine, words: str, context: Context) -> OrderReply:
    """A wish to change an order: what it is stands in the words, and a person reads them."""
    return OrderReply(
        confidence=_SURE,
        source=_source(context),
        evidence=_evidence(context, order_numbers=line.invoice),
        order_numbers=(line.invoice,),
        answer=Answer.CHANGE,
        text=words[:500] or None,
    )


def with_kit(told: Sequence[AnyDocument], kit: Kit, context: Context) -> tuple[AnyDocument, ...]:
    """What prose told, with the kit's lines before it; untouched where there are none."""
    return read_kit(kit, told, context) if kit.lines else tuple(told)


__all__ = ["Kit", "find_kit", "with_kit"]
