"""Amounts and dates of a whole column: which way of writing holds for every cell of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from parsers.edi.figures import day

POINT, COMMA = ".", ","
_GROUPED = {
    POINT: re.compile(r"(?:[0-9]{1,3}(?:[,' \u00a0\u202f][0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{0,4})?|\.[0-9]{1,4}"),
    COMMA: re.compile(r"(?:[0-9]{1,3}(?:[.' \u00a0\u202f][0-9]{3})+|[0-9]{1,15})(?:,[0-9]{0,4})?|,[0-9]{1,4}"),
}
_MARKS = re.compile(r"[€$£¥]|\b[A-Z]{3}\b")
_DEBIT_ENDS, _CREDIT_ENDS = ("DR", "D", "S"), ("CR", "C", "H")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar janvier enero ene january janv",
            "feb februar fevrier febrero february fev fevr",
            "mar marz maerz mars marzo march mrz",
            "apr april avril abril abr avr",
            "may mai mayo",
            "jun juni juin junio june",
            "jul juli juillet julio july juil",
            "aug august aout agosto ago",
            "sep september septembre septiembre sept",
            "oct oktober octobre octubre october okt",
            "nov november novembre noviembre",
            "dec dezember decembre diciembre december dez dic",
        ),
        start=1,
    )
    for name in names.split()
}
_PARTS = re.compile(r"([0-9]{1,4})\s?[./\- ]\s?([0-9]{1,2}|[a-zéûä]{3,10}\.?)\s?[./\- ,]\s?([0-9]{2,4})", re.IGNORECASE)


def amount_of(cell: str, mark: str) -> Decimal | None:
    """Return the signed amount, read with this decimal mark: minus before or behind, brackets, CR and DR."""
    text = _MARKS.sub("", cell.replace("\u2212", "-").replace("\u2013", "-").strip().upper()).strip()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    for ends, is_debit in ((_DEBIT_ENDS, True), (_CREDIT_ENDS, False)):
        for end in ends:
            if text.endswith(end) and text[: -len(end)].strip()[-1:].isdigit():
                negative, text = negative or is_debit, text[: -len(end)].strip()
    if text.startswith(("-", "+")):
        negative, text = negative or text[0] == "-", text[1:].strip()
    elif text.endswith(("-", "+")):
        negative, text = negative or text[-1] == "-", text[:-1].strip()
    if not _GROUPED[mark].fullmatch(text):
        return None
    digits = re.sub("[^0-9" + re.escape(mark) + "]", "", text).replace(mark, ".")
    value = Decimal(digits)
    return -value if negative else value


def marks_of(cells: Sequence[str]) -> tuple[str, ...]:
    """The decimal marks under which every cell is an amount."""
    return tuple(mark for mark in (POINT, COMMA) if all(amount_of(cell, mark) is not None for cell in cells))


def same_under(cells: Sequence[str], first: str, second: str) -> bool:
    return all(amount_of(cell, first) == amount_of(cell, second) for cell in cells)


def date_orders(cells: Sequence[str]) -> tuple[str, ...]:
    """The orders of year, month and day (`YMD`, `DMY`, `MDY`) under which every cell is a date."""
    return tuple(order for order in ("YMD", "DMY", "MDY") if all(dated(cell, order) is not None for cell in cells))


def dated(cell: str, order: str) -> date | None:
    """Return the day of a cell in this order; a time of day behind it is left out."""
    text = cell.strip()
    if re.fullmatch(r"[0-9]{8}", text) and order == "YMD":
        return day(int(text[:4]), int(text[4:6]), int(text[6:]))
    match = _PARTS.match(text.replace("T", " ", 1) if text[4:5] == "-" else text)
    if match is None or text[match.end() : match.end() + 1].isdigit():
        return None
    first, middle, last = match.groups()
    if not middle.isdigit():
        month = _MONTHS.get(_folded(middle))
        if month is None or order == "MDY":
            return None
        return _built(first, month, last) if order == "DMY" else None
    if order == "YMD":
        return day(int(first), int(middle), int(last)) if len(first) == 4 and len(last) <= 2 else None
    if len(first) > 2:
        return None
    return _built(first, int(middle), last) if order == "DMY" else _built(middle, int(first), last)


def _folded(name: str) -> str:
    return name.casefold().rstrip(".").translate(str.maketrans("éûä", "eua"))


def _built(of_month: str, month: int, year: str) -> date | None:
    if len(year) == 3 or len(of_month) > 2:
        return None
    return day(int(year) + (2000 if len(year) == 2 else 0), month, int(of_month))


def settled_order(cells: Sequence[str], prefers_day_first: bool) -> str | None:
    """The one order of the column: by what is possible, by time running one way, by the habit of the language."""
    orders = date_orders(cells)
    if len(orders) <= 1:
        return orders[0] if orders else None
    if all(dated(cell, orders[0]) == dated(cell, orders[1]) for cell in cells):
        return orders[0]
    running = [order for order in orders if _runs_one_way([dated(cell, order) for cell in cells])]
    if len(running) == 1:
        return running[0]
    if prefers_day_first or any("." in cell for cell in cells):
        return "DMY" if "DMY" in orders else None
    return None


def _runs_one_way(days: Sequence[date | None]) -> bool:
    known = [d for d in days if d is not None]
    pairs = list(pairwise(known))
    return len(set(known)) > 2 and (all(a <= b for a, b in pairs) or all(a >= b for a, b in pairs))
