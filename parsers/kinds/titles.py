"""Titles of columns: what they name for this sender, and which name nothing that is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from agent.domain.learning import ColumnHint
from parsers.kinds.words import heading_fields
from parsers.layout.columns import is_numeric
from parsers.layout.headings import Heading, Naming, Taught, may_head
from parsers.layout.tables import Grid, table_rows
from parsers.lexicon.folding import fold_label
from parsers.page import Medium, Page
from parsers.values.currencies import currency_of

_OF_CELLS = frozenset((Medium.CSV, Medium.SHEET))
_TITLES_MAX = 8
_TITLE_LENGTH_MAX = 120
_ROWS_LOOKED_AT = 30


def naming_with(columns: Sequence[ColumnHint]) -> Naming:
    """Return what names titles: the lexicon, and only where that knows nothing at all, what decisions taught."""
    if not columns:
        return heading_fields
    taught = {hint.heading: Taught((hint.role.value,)) for hint in columns}

    def naming(text: str) -> tuple[str, ...]:
        return heading_fields(text) or taught.get(fold_label(text), ())

    return naming


# Roles that more than one column of a table may play.
_SEVERAL = frozenset(("discount", "deduction", "withheld", "reason"))
_OF_GOODS = frozenset(("quantity", "ordered", "unit_price", "item", "supplier_item", "delivered"))


def without_doubles(grids: Iterable[Grid]) -> tuple[Grid, ...]:
    """The tables, without what was taught where another title of the same table names that already.

    What the lexicon knows is never displaced by what was taught.
    """
    return tuple(replace(grid, headings=tuple(_kept(h, grid) for h in grid.headings)) for grid in grids)


def _kept(heading: Heading, grid: Grid) -> Heading:
    if not isinstance(heading.fields, Taught) or heading.fields[0] in _SEVERAL:
        return heading
    same = sum(h.fields[:1] == heading.fields[:1] for h in grid.headings)
    return heading if same == 1 else replace(heading, fields=())


def taught_titles(grid: Grid, parts: Sequence[str | None]) -> tuple[tuple[str, str], ...]:
    """Return (part, title) of the columns that play a part because their title was taught."""
    pairs = zip(grid.headings, parts, strict=False)
    return tuple((part, h.text) for h, part in pairs if part is not None and isinstance(h.fields, Taught))


def unknown_titles(grids: Iterable[Grid], pages: Sequence[Page], naming: Naming) -> tuple[str, ...]:
    """Return the titles over filled columns that name nothing, each once; none of a table of goods.

    A list too few of whose titles are known to be read at all counts by its first row of titles above figures.
    """
    found: dict[str, None] = {}
    for titles in (*_first_titles(pages), *map(_filled, grids)):
        if any(_OF_GOODS & set(naming(title)[:1]) for title in titles):
            return ()
        found |= dict.fromkeys(title for title in titles if not naming(title))
    named = (title for title in found if any(c.isalpha() for c in title) and currency_of(title) is None)
    return tuple(title for title in named if len(title) <= _TITLE_LENGTH_MAX)[:_TITLES_MAX]


def _filled(grid: Grid) -> list[str]:
    """The titles of a table over columns with a cell in one of its first rows."""
    rows = grid.rows[:_ROWS_LOOKED_AT]
    return [
        heading.text
        for index, heading in enumerate(grid.headings)
        if any(index < len(row.cells) and row.cells[index] is not None for row in rows)
    ]


def _first_titles(pages: Sequence[Page]) -> Iterable[list[str]]:
    """The first row of each list or sheet that holds nothing but titles and stands above figures."""
    for number, page in enumerate(pages):
        for table in page.tables if page.medium in _OF_CELLS else ():
            rows = table_rows(table, number)[:_ROWS_LOOKED_AT]
            for row, below in pairwise(rows):
                titles = [s.text for s in row.segments if not any(c.isdigit() for c in s.text)]
                whole = len(titles) >= 2 and len(titles) == len(row.segments) and may_head(row.segments)
                if whole and any(is_numeric(s.text) for s in below.segments):
                    yield titles
                    break
