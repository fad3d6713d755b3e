"""The sums of an order: which is the net, the tax, the freight and the total, and whether they prove the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.domain.documents import Footing
from parsers.kinds.evidence import Trail
from parsers.kinds.figures import Figures
from parsers.kinds.header import Head
from parsers.kinds.order_lines import Entry, sum_of
from parsers.kinds.order_tables import Chosen
from parsers.layout.segments import Row, Segment
from parsers.values.amounts import find_amounts

_SUM_FIELDS = ("net_total", "tax_total", "freight", "total")


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums that are printed, and how they prove the lines."""

    net: Decimal | None = None
    tax: Decimal | None = None
    freight: Decimal | None = None
    total: Decimal | None = None
    footing: Footing = Footing.UNPROVED
    difference: Decimal | None = None


def order_sums(chosen: Chosen | None, head: Head, trail: Trail, rows: Sequence[Row] = ()) -> Sums:
    printed = _printed(chosen, head)
    _name_by_arithmetic(printed, chosen, rows)
    for name, (_, segment) in printed.items():
        trail.mark(name, segment)
    values = {name: value for name, (value, _) in printed.items()}
    entries = chosen.entries if chosen else ()
    added = sum_of(entries)
    net, tax = values.get("net_total"), values.get("tax_total")
    freight, total = values.get("freight"), values.get("total")
    levied = tax if tax is not None or chosen is None else _levied(entries, chosen.figures)
    footing, difference = _proved(entries, added, net, levied, freight, total)
    unexplained = _unexplained(chosen, added, values if levied is None else {**values, "tax_total": levied})
    if footing is Footing.PROVED and unexplained is not None:
        footing, difference = Footing.FAILED, unexplained - (added or Decimal(0))
    if footing is Footing.PROVED and any(_doubtful(entry) for entry in entries):
        footing = Footing.UNPROVED
    return Sums(net, tax, freight, total, footing, difference)


def _levied(entries: Sequence[Entry], figures: Figures) -> Decimal | None:
    """The tax that the lines themselves show, where no sum of it is printed under them."""
    cells = [cell.text for entry in entries for cell in entry.record.cells.get("tax", ())]
    values = [figures.amount(text) for text in cells if any(c.isdigit() for c in text) and "%" not in text]
    return sum((v for v in values if v is not None), Decimal(0)) if values and None not in values else None


def _doubtful(entry: Entry) -> bool:
    """Whether a figure stands in the line that could not be read as one value: what it says may contradict."""
    read = {"price": entry.line.unit_price, "quantity": entry.line.quantity, "amount": entry.line.amount}
    return any(
        value is None and any(c.isdigit() for c in entry.record.text(part)) and not entry.line.cancelled
        for part, value in read.items()
    )


def _printed(chosen: Chosen | None, head: Head) -> dict[str, tuple[Decimal, Segment]]:
    """Return the sums by what their labels say: rows of the table first, labels elsewhere second."""
    found: dict[str, tuple[Decimal, Segment]] = {}
    loose: list[tuple[Decimal, Segment]] = []
    for reading in chosen.readings if chosen else ():
        for total in reading.sorted.totals:
            printed = _last_amount(total.row.segments, reading.figures)
            name = next((f for f in total.fields if f in _SUM_FIELDS), None)
            name = "total" if total.fields[:1] == ("payment_total",) else name
            if printed is None or total.after == 0:
                continue
            if name and not (name in found and name == "net_total"):
                found[name] = printed
            elif total.fields == ("sum",):
                loose.append(printed)
    _name_loose(found, loose, sum_of(chosen.entries) if chosen else None)
    if "total" not in found and (repeated := _on_every_line(chosen)) is not None:
        found["total"] = repeated
    for name in _SUM_FIELDS:
        if name not in found and (printed := _labelled_sum(head, name)) is not None:
            found[name] = printed
    return found


def _on_every_line(chosen: Chosen | None) -> tuple[Decimal, Segment] | None:
    """The total that a table of a system repeats on every line; believed where the lines add up to it."""
    cells = [e.record.cell("order_total") for e in chosen.entries] if chosen else []
    if chosen is None or not cells or any(cell is None or cell.text != (cells[0] or cell).text for cell in cells):
        return None
    printed = _last_amount([cell for cell in cells[:1] if cell], chosen.figures)
    return printed if printed is not None and printed[0] == sum_of(chosen.entries) else None


def _unexplained(chosen: Chosen | None, added: Decimal | None, values: dict[str, Decimal]) -> Decimal | None:
    """Return a sum printed under all the lines that is none of what they and the named sums make."""
    if added is None:
        return None
    total, tax = values.get("total", added), values.get("tax_total", Decimal(0))
    freight = values.get("freight", Decimal(0))
    known = {added, total, tax, freight, total - tax, total - freight, added + freight, added + tax}
    known |= {values.get("net_total", added)}
    for reading in chosen.readings if chosen else ():
        for row in reading.sorted.totals:
            if row.fields == ("sum",) and row.after == len(reading.entries):
                printed = _last_amount(row.row.segments, reading.figures)
                if printed is not None and printed[0] not in known:
                    return printed[0]
    return None


def _name_loose(
    found: dict[str, tuple[Decimal, Segment]], loose: list[tuple[Decimal, Segment]], added: Decimal | None
) -> None:
    """Name the sums whose label says only "amount": the net is what the lines add up to, the total what is left."""
    for value, segment in loose:
        if value == added and "net_total" not in found and (len(loose) > 1 or "total" in found or "tax_total" in found):
            found["net_total"] = (value, segment)
        elif "total" not in found:
            found["total"] = (value, segment)


def _labelled_sum(head: Head, name: str) -> tuple[Decimal, Segment] | None:
    """Return the sum behind its label outside the table; a rate or a term is none."""
    for labelled in head.candidates(name):
        if name not in labelled.fields[:2] or labelled.row in head.table_rows or not labelled.at_start:
            continue
        amounts = find_amounts(labelled.value)
        if not amounts or len(labelled.value) > 60 or "%" in labelled.value[amounts[-1].end : amounts[-1].end + 2]:
            continue
        value = head.figures.amount(amounts[-1].text)
        reading = amounts[-1].readings[0]
        if value is not None and (reading.decimals or reading.grouping or reading.currency):
            return value, labelled.place
    return None


def _name_by_arithmetic(found: dict[str, tuple[Decimal, Segment]], chosen: Chosen | None, rows: Sequence[Row]) -> None:
    """Name a sum under the lines whose label is not known: beside a tax, what they add up to and that with the tax."""
    added = sum_of(chosen.entries) if chosen else None
    if chosen is None or added is None or "tax_total" not in found:
        return
    last = chosen.entries[-1].record.row
    wanted = {"net_total": added, "total": added + found["tax_total"][0] + found.get("freight", (Decimal(0),))[0]}
    for name, value in wanted.items():
        if name in found:
            continue
        for row in rows:
            if (row.page, row.top) <= (last.page, last.top):
                continue
            printed = _last_amount(row.segments, chosen.figures)
            if printed is not None and printed[0] == value and any(c.isalpha() for c in row.text):
                found[name] = printed
                break


def _last_amount(segments: Sequence[Segment], figures: Figures) -> tuple[Decimal, Segment] | None:
    for segment in reversed(segments):
        amounts = find_amounts(segment.text)
        if not amounts or "%" in segment.text[amounts[-1].end : amounts[-1].end + 3]:
            continue
        value = figures.amount(amounts[-1].text)
        if value is not None:
            return value, segment
    return None


def _proved(
    entries: Sequence[Entry],
    added: Decimal | None,
    net: Decimal | None,
    tax: Decimal | None,
    freight: Decimal | None,
    total: Decimal | None,
) -> tuple[Footing, Decimal | None]:
    """Prove lines = net, net + tax + freight = total; a total alone must follow from the lines."""
    broken = next((e.line for e in entries if e.holds is False), None)
    if broken is not None and broken.amount is not None:
        product = (broken.quantity or Decimal(0)) * (broken.unit_price or Decimal(0)) / broken.price_per
        product *= 1 - (broken.discount_percent or Decimal(0)) / 100
        return Footing.FAILED, broken.amount - product
    if added is None:
        return Footing.UNPROVED, None
    proved = False
    base = added
    if net is not None:
        if net not in (added, added + (freight or 0)):
            return Footing.FAILED, net - added
        base, proved = net, True
    if total is not None and base is not None:
        extra = tax or Decimal(0)
        carriage = freight or Decimal(0)
        if total not in (base + extra, base + extra + carriage, base):
            return Footing.FAILED, total - base - extra - (carriage if base == added else Decimal(0))
        proved = base != total or not extra  # a total that leaves a tax out proves nothing
    if proved and (not entries or all(e.holds is not None or e.line.amount is not None for e in entries)):
        return Footing.PROVED, None
    held = bool(entries) and all(e.holds for e in entries)
    return (Footing.PROVED if held and proved else Footing.UNPROVED), None
