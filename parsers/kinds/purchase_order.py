"""A whole purchase order: its lines, its sums, its head, and what contradicts itself in it."""

from __future__ import annotations

from collections.abc import Sequence

from agent.domain.documents import Flag, Footing, Problem, PurchaseOrder, Source
from parsers.kinds.covering import covered_rows
from parsers.kinds.evidence import Trail
from parsers.kinds.extent import Extent
from parsers.kinds.framework import frame_of
from parsers.kinds.header import Head, head_of
from parsers.kinds.order_head import (
    buyer_of,
    currency_of_order,
    issued_on,
    place_of,
    remarks_of,
    requested_on,
    signature_of,
    terms_of,
)
from parsers.kinds.order_lines import Entry, evidence_of
from parsers.kinds.order_number import order_number, revision, short_number
from parsers.kinds.order_sums import Sums, order_sums
from parsers.kinds.order_tables import Chosen, by_number, choose_tables
from parsers.values.amounts import find_amounts


def read_orders(extent: Extent, titles: frozenset[str]) -> tuple[tuple[PurchaseOrder, ...], tuple[Problem, ...]]:
    """Read the orders of an extent: one, or one a number where the table names several."""
    chosen = choose_tables(extent)
    figures = chosen.figures if chosen else extent.figures
    covered = covered_rows(
        extent,
        [e.record for e in chosen.entries] if chosen else [],
        [r.grid for r in chosen.readings] if chosen else [],
    )
    head = head_of(extent.rows, figures, covered, extent.form_cells)
    made = [_assembled(extent, part, head, titles) for part in by_number(chosen)]
    return tuple(o for o, _ in made if o is not None), tuple(p for _, problems in made for p in problems)


def _assembled(
    extent: Extent, chosen: Chosen | None, head: Head, titles: frozenset[str]
) -> tuple[PurchaseOrder | None, tuple[Problem, ...]]:
    trail = Trail(extent.pages)
    entries = chosen.entries if chosen else ()
    number = order_number(extent, chosen, head, trail)
    blanket, release = head.number("blanket_number"), head.pick(short_number, "release_number")
    if "blanket_order" in titles and blanket is None:
        blanket = head.number("contract_number")
    if number is None and "blanket_order" in titles:
        number = head.mark(trail, "number", blanket)
    if number is None and not entries:
        return None, ()
    for index, entry in enumerate(entries):
        evidence_of(entry, index, trail)
    sums = order_sums(chosen, head, trail, extent.rows)
    issued = issued_on(extent, chosen, head, trail)
    frame = frame_of(extent, titles, trail)
    signed, empty = signature_of(extent, head, trail, chosen)
    order = PurchaseOrder(
        confidence=_confidence(sums, entries, number),
        source=Source(extent.pages[extent.rows[0].page].part, extent.pages[extent.rows[0].page].number),
        evidence=trail.found,
        footing=sums.footing,
        difference=sums.difference,
        flags=_flags(extent, titles),
        language=extent.language,
        number=number,
        issued_on=issued,
        revision_of=revision(head, titles, trail),
        cancels="order_cancellation" in titles,
        quotation_number=head.mark(trail, "quotation_number", head.number("quotation_number")),
        buyer=buyer_of(extent, chosen, head, trail),
        bill_to=place_of(head, trail, "bill_to"),
        ship_to=place_of(head, trail, "ship_to", chosen),
        currency=currency_of_order(extent, chosen, trail),
        payment_terms=terms_of(head, trail, chosen),
        requested_on=requested_on(head, trail),
        signed_by=signed,
        signature_line_empty=empty,
        net_total=sums.net,
        tax_total=sums.tax,
        freight=sums.freight,
        total=sums.total,
        blanket_number=head.mark(trail, "blanket_number", blanket),
        release_number=head.mark(trail, "release_number", release),
        remarks=remarks_of(head),
        lines=tuple(e.line for e in entries),
        limit=frame.limit,
        valid_from=frame.valid_from,
        valid_to=frame.valid_to,
    )
    return order, _problems(order, entries)


def _flags(extent: Extent, titles: frozenset[str]) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    if "release" in titles:
        flags.append(Flag.RELEASE)
    elif "blanket_order" in titles:
        flags.append(Flag.BLANKET)
    if any(page.hidden for page in extent.pages):
        flags.append(Flag.HIDDEN_TEXT)
    if extent.figures.scanned:
        flags.append(Flag.SCANNED)
    return tuple(flags)


def _confidence(sums: Sums, entries: Sequence[Entry], number: str | None) -> float:
    if sums.footing is Footing.FAILED:
        return 0.4
    if sums.footing is Footing.PROVED and number:
        return 0.97 if all(e.holds is not False and e.line.item for e in entries) else 0.93
    held = bool(entries) and all(e.holds for e in entries)
    return (0.9 if held and number else 0.7) if entries else 0.5


def _problems(order: PurchaseOrder, entries: Sequence[Entry]) -> tuple[Problem, ...]:
    part = order.source.part
    found: list[Problem] = []
    if order.footing is Footing.FAILED:
        found.append(
            Problem(where=part, what=f"The order does not add up: {order.difference} is left over.", code="note")
        )
    if order.remarks and _contradicts(order):
        found.append(
            Problem(where=part, what=f"A remark names another figure than the lines: {order.remarks}", code="note")
        )
    if any(e.line.quantity is None for e in entries):
        found.append(Problem(where=part, what="A line has no quantity that can be read without doubt.", code="note"))
    return tuple(found)


def _contradicts(order: PurchaseOrder) -> bool:
    """Whether a remark states an amount that no line or sum of the order has."""
    printed = {line.unit_price for line in order.lines} | {line.amount for line in order.lines}
    printed |= {order.total, order.net_total, order.tax_total}
    for found in find_amounts(order.remarks or ""):
        values = {r.value for r in found.readings}
        if not values & printed and (found.readings[0].decimals or found.readings[0].grouping):
            return True
    return False
