"""Tables pasted so that every cell became a line of its own: headings one below the other, then the cells row by row.

Believed only where the headings are labels, at least two rows repeat the same kinds of cells, and nothing is left over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.lexicon import label_of
from parsers.values.amounts import find_amounts
from parsers.values.dates import find_dates

_HEADINGS = range(8, 1, -1)
_LINES_MAX = 2_000
_CELL_MAX = 60


def unstacked(text: str) -> str | None:
    """Return the text with the cells of a stacked table side by side, parted by tabs; None where there is none."""
    cells = [line.strip() for line in text.splitlines() if line.strip()]
    if len(cells) > _LINES_MAX:
        return None
    for start in range(len(cells)):
        labels = _labels(cells, start)
        for width in (w for w in _HEADINGS if w <= labels):
            if (rows := _rows(cells[start + width :], width)) is not None:
                head = "\t".join(cells[start : start + width])
                return "\n".join((*cells[:start], "", head, *rows, ""))
    return None


def _labels(cells: Sequence[str], start: int) -> int:
    count = 0
    while start + count < len(cells) and len(cells[start + count]) <= _CELL_MAX and label_of(cells[start + count]):
        count += 1
    return count


def _rows(cells: Sequence[str], width: int) -> list[str] | None:
    shape = [_kind(cell) for cell in cells[:width]]
    if "money" not in shape or "number" not in shape:
        return None
    rows: list[str] = []
    at = 0
    while [_kind(cell) for cell in cells[at : at + width]] == shape:
        rows.append("\t".join(cells[at : at + width]))
        at += width
    if len(rows) < 2:
        return None
    rest = list(cells[at:])
    if len(rest) >= 2 and _kind(rest[0]) == "words" and _kind(rest[1]) == "money":
        rows.append(rest[0] + "\t" * (width - 1) + rest[1])
        rest = rest[2:]
    if any(_kind(cell) != "words" for cell in rest[:width]):
        return None  # cells are left over: what belongs together is not known
    return [*rows, "", *rest]


_NUMBER = re.compile(r"(?=\S*[0-9])[\w./#-]{3,30}")


def _kind(cell: str) -> str:
    """Return what a cell holds: a day, a sum with its decimals or currency, a number, or words."""
    dates, amounts = find_dates(cell), find_amounts(cell)
    if len(dates) == 1 and dates[0].text.strip() == cell:
        return "date"
    if (
        len(amounts) == 1
        and amounts[0].text.strip() == cell
        and any(r.decimals or r.currency for r in amounts[0].readings)
    ):
        return "money"
    return "number" if _NUMBER.fullmatch(cell) else "words"
