"""The number of an order among all the numbers on its paper, and whether it is a change of an earlier one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.kinds.evidence import Trail
from parsers.kinds.extent import Extent
from parsers.kinds.header import Found, Head, leading_number
from parsers.kinds.order_tables import Chosen
from parsers.layout.fields import How, Labelled
from parsers.layout.segments import Row, Segment
from parsers.lexicon import titles_in
from parsers.values.dates import find_dates


def order_number(extent: Extent, chosen: Chosen | None, head: Head, trail: Trail) -> str | None:
    cells = [cell for e in (chosen.entries if chosen else ()) if (cell := e.record.cell("order"))]
    if cells and len({c.text for c in cells}) == 1:
        trail.mark("number", cells[0])
        return cells[0].text.strip()
    released = _released_number(extent, head)
    if released is not None:
        trail.mark("number", released[1], released[0])
        return released[0]
    found = _labelled_number(head)
    titled = titled_number(extent, head)
    if found is not None and (titled is None or found.labelled.how <= How.BESIDE):
        return head.mark(trail, "number", found)
    if titled is not None:
        trail.mark("number", titled[1])
        return titled[0]
    if found is not None:
        return head.mark(trail, "number", found)
    return None


def _released_number(extent: Extent, head: Head) -> tuple[str, Segment] | None:
    """The number of a call-off as the paper itself joins it: blanket 460712 and release 7 printed as "460712-7"."""
    blanket, release = head.number("blanket_number"), head.pick(short_number, "release_number")
    if blanket is None or release is None:
        return None
    core = blanket.value.split()[-1]
    for row in extent.rows:
        for segment in row.segments:
            for mark in "-/.":
                if (joined := f"{core}{mark}{release.value}") in segment.text:
                    return joined, segment
    return None


def short_number(labelled: Labelled) -> str | None:
    token = labelled.value.split()[0].strip(".,;") if labelled.value.split() else ""
    return token if any(c.isdigit() for c in token) and labelled.how <= How.INLINE else None


def _labelled_number(head: Head) -> Found | None:
    """The number behind "order": a label that names the order first and stands where labels stand."""

    def reading(labelled: Labelled) -> str | None:
        if labelled.row in head.table_rows or "order_number" not in labelled.fields[:2]:
            return None
        if labelled.how is How.INLINE and not labelled.at_start:
            return None
        return leading_number(labelled.value)

    return head.pick(reading, "order_number")


ORDER_TITLES = frozenset(("purchase_order", "order_change", "order_cancellation", "blanket_order", "release"))


def titled_number(extent: Extent, head: Head) -> tuple[str, Segment] | None:
    """The number behind the title: "BESTELLUNG  4501-2301", "ORDINE N. 882/2026 DEL …"."""
    for index, row in enumerate(extent.rows[:60]):
        if index in head.table_rows:
            continue
        for position, segment in enumerate(row.segments):
            for hit in titles_in(segment.text):
                if not ORDER_TITLES & set(hit.kinds):
                    continue
                rest = _NUMBER_WORD.sub("", behind(segment.text, hit.span[1]))
                if (number := leading_number(rest)) is not None:
                    return number, segment
                if (marked := _marked_number(extent.rows[index : index + 3])) is not None:
                    return marked
                if rest.strip() or position + 1 >= len(row.segments) or not _is_headline(segment.text):
                    continue
                beside = row.segments[position + 1]
                if (number := leading_number(_NUMBER_WORD.sub("", beside.text))) and not find_dates(beside.text):
                    return number, beside
    return None


def behind(text: str, end: int) -> str:
    """What stands behind a title; where its last letters begin a number ("Purchase Order NR-900"), they are the number's."""
    if text[end : end + 1] == "-" and text[end + 1 : end + 2].isdigit():
        end = text.rfind(" ", 0, end) + 1
    return text[end:]


def _is_headline(text: str) -> bool:
    return len(text.split()) <= 5


_NUMBER_WORD = re.compile(r"^\W*(?:(?:n[or]?\.?[°ºo]?|number|nummer|num(?:ero|éro)?|#|№)(?![^\W\d_]|-\d))?\W*", re.I)


_NUMBER_ALONE = re.compile(r"(?:n[or]\.?|n[°º]|number|nummer|num(?:ero|éro)|№|番号|번호)\.? ?:?", re.I)


_NUMBER_MARK = re.compile(r"^(?:(?:n[or]\.?|n[°º]|number|nummer|num(?:ero|éro)|№)(?![^\W\d_])|#)\W*(?=\S*\d)", re.I)


def _marked_number(rows: Sequence[Row]) -> tuple[str, Segment] | None:
    """A number with only a word or sign for "number" before it, in the title's rows: "#PO-20418", "N° : 1187"."""
    for row in rows:
        for segment in row.segments:
            match = _NUMBER_MARK.match(segment.text.strip())
            number = leading_number(segment.text.strip()[match.end() :]) if match else None
            if number:
                return number, segment
        for left, right in zip(row.segments, row.segments[1:], strict=False):
            if _NUMBER_ALONE.fullmatch(left.text.strip()) and (number := leading_number(right.text)):
                return number, right
    return None


def revision(head: Head, titles: frozenset[str], trail: Trail) -> str | bool | None:
    """Return True for a change, or the revision's number where it is not the first issue; None for a new order."""
    changed = "order_change" in titles
    for labelled in head.candidates("revision"):
        token = labelled.value.split()[0].strip(".,;)") if labelled.value.split() else ""
        if labelled.row in head.table_rows or not token.isalnum() or len(token) > 3:
            continue
        if token.isdigit() and int(token) > 0 and (changed or labelled.how is not How.INLINE or labelled.at_start):
            trail.mark("revision_of", labelled.place)
            return True
    return True if changed else None
