"""The stretch of pages that holds one document: its rows, tables, notation and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from parsers.kinds.figures import Figures, learn
from parsers.kinds.words import fields_of, hits_in, holding
from parsers.layout.columns import is_numeric
from parsers.layout.segments import Row, Segment, rows_of
from parsers.layout.tables import Grid, grids_of_rows, grids_of_tables
from parsers.lexicon import guess_language
from parsers.page import Context, Medium, Page
from parsers.values.currencies import currency_of, find_currency


@dataclass(frozen=True)
class Extent:
    """One document's rows on its pages, with what is known around it."""

    pages: tuple[Page, ...]
    rows: tuple[Row, ...]
    context: Context
    whole: bool = True  # the extent covers its pages from beginning to end

    @cached_property
    def text(self) -> str:
        return "\n".join(row.text for row in self.rows)

    @cached_property
    def language(self) -> str | None:
        return guess_language(self.text[:4_000])

    @cached_property
    def near(self) -> date | None:
        try:
            return date.fromisoformat((self.context.sent_on or "")[:10])
        except ValueError:
            return None

    @cached_property
    def figures(self) -> Figures:
        texts = [row.text for row in self.rows[:3_000]]
        scanned = any(page.medium is Medium.SCAN for page in self.pages) or _looks_scanned(self.rows)
        return replace(learn(texts, self.near, scanned), currency=self.currency)

    @cached_property
    def table_grids(self) -> tuple[Grid, ...]:
        """The tables that the medium declares; none where the extent is only a part of its pages."""
        return grids_of_tables(self.pages, fields_of) if self.whole else ()

    @cached_property
    def row_grids(self) -> tuple[Grid, ...]:
        return grids_of_rows(self.rows, fields_of, holding)

    @cached_property
    def currency(self) -> str | None:
        """The one currency that the document names: behind a label, in a heading, or with its amounts."""
        for row in self.rows:
            for index, segment in enumerate(row.segments):
                for hit in hits_in(segment.text):
                    if "currency" not in hit.fields:
                        continue
                    rest = segment.text[hit.end :].strip(" :")
                    beside = row.segments[index + 1].text if index + 1 < len(row.segments) else ""
                    for text in (rest.split(" ")[0] if rest else "", rest, beside):
                        if text and (code := currency_of(text.strip("()[]"))):
                            return code
        return self._named_currency()

    def _named_currency(self) -> str | None:
        codes: set[str] = set()
        for row in self.rows[:3_000]:
            for segment in row.segments:
                if (code := find_currency(segment.text)) is not None and _means_money(segment.text):
                    codes.add(code)
        return codes.pop() if len(codes) == 1 else None


def _means_money(text: str) -> bool:
    """Whether a currency in this text is that of the document: a heading, a total, an amount; no sentence."""
    return len(text) <= 60 or is_numeric(text)


def _looks_scanned(rows: Sequence[Row]) -> bool:
    """Words with figures inside them ("DEL1VERY", "AM0UNT") are a scan's, whatever the medium says."""
    mixed = words = 0
    for row in rows[:200]:
        for segment in row.segments:
            for word in segment.words:
                letters = [c for c in word.text if c.isalnum()]
                if len(letters) >= 5:
                    words += 1
                    inner = letters[1:-1]
                    alphas = sum(c.isalpha() for c in letters)
                    mixed += alphas >= len(letters) - 2 and alphas >= 4 and any(c in "015" for c in inner) and not any(
                        c in "-/_." for c in word.text
                    )
    return mixed >= 2 and mixed * 12 >= words


def extent_of(pages: Sequence[Page], context: Context) -> Extent:
    """Return the extent that covers all these pages."""
    return Extent(tuple(pages), rows_of(pages), context)


def segments_of(rows: Sequence[Row]) -> list[Segment]:
    return [segment for row in rows for segment in row.segments]
