"""Whether a printed number is an order's: letters may be left out, but other letters are another number."""

from __future__ import annotations

from collections.abc import Iterable

from agent.domain.receivables import Order
from matching.keys import confusable, index_keys, lookup_keys, number_of


def names_order(printed: Iterable[str], order: Order) -> bool:
    """Whether one of the printed numbers is the order's own number or the buyer's.

    The books find orders by digits alone; what is found that way is the order only where its letters are printed too,
    or where one of the two numbers has none: BW-58120 is not our SO-58120.
    """
    known = [number for number in (order.number, order.po_number) if number]
    return any(_same(text, number) for text in printed for number in known)


def _same(text: str, number: str) -> bool:
    found = set(lookup_keys(text))
    parsed, whole = number_of(number), number_of(text)
    if parsed is None:
        return text.casefold().strip() == number.casefold().strip()
    strong = {key for key in index_keys(number) if key.startswith(("x:", "n:"))} | {f"c:{confusable(parsed.squeezed)}"}
    if found & strong:
        return True
    bare = not parsed.letters or (whole is not None and not whole.letters)
    return bare and f"d:{parsed.stripped}" in found
