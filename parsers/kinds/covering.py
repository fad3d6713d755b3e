"""Which rows of a document belong to its table, so that labels there are not taken for fields of the head."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.kinds.extent import Extent
from parsers.kinds.records import Record
from parsers.layout.columns import is_numeric
from parsers.layout.tables import Grid


def covered_rows(extent: Extent, records: Sequence[Record], grids: Sequence[Grid]) -> frozenset[int]:
    """Return the indices of the rows from the first record to the last on each page, and of the headings."""
    spans: dict[int, tuple[float, float]] = {}
    for record in records:
        for row in (record.row, *record.notes):
            low, high = spans.get(row.page, (row.top, row.top))
            spans[row.page] = (min(low, row.top), max(high, row.bottom))
    heads = [
        ({w for h in grid.headings for w in h.text.split()}, sum(bool(h.text) for h in grid.headings)) for grid in grids
    ]
    return frozenset(
        index
        for index, row in enumerate(extent.rows)
        if (row.page in spans and spans[row.page][0] - 1 <= row.top < spans[row.page][1] - 1)
        or _is_heading(row.text, heads)
    )


def _is_heading(text: str, heads: Sequence[tuple[set[str], int]]) -> bool:
    words = set(text.split())
    return any(count >= 2 and words <= titles and not is_numeric(text) for titles, count in heads)
