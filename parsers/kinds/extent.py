"""The stretch of pages that holds one document: its rows, tables, notation and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

from parsers.kinds.figures import Figures, learn
from parsers.kinds.titles import naming_with, unknown_titles, without_doubles
from parsers.kinds.words import hits_in, holding
from parsers.layout.columns import is_numeric
from parsers.layout.fields import Labelled
from parsers.layout.forms import labelled_cells
from parsers.layout.headings import Naming
from parsers.layout.segments import Row, Segment, rows_of
from parsers.layout.tables import Grid, grids_of_rows, grids_of_tables
from parsers.lexicon import guess_language, labels_in
from parsers.page import Context, Medium, Page
from parsers.values.amounts import find_amounts
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
        return self.label_language or guess_language(self.text[:4_000])

    @cached_property
    def label_language(self) -> str | None:
        """The language that the labels prove; prose alone does not prove how figures are written."""
        return _language_of_labels(self.rows)

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
        learnt = learn(texts, self.near, scanned)
        # No country that writes in these languages puts the month before the day in figures.
        order = learnt.order or ("dmy" if self.label_language in _DAY_FIRST and not learnt.contradictory else None)
        return replace(learnt, order=order, currency=self.currency)

    @cached_property
    def naming(self) -> Naming:
        """What a title names: by the lexicon, and where that knows nothing by what this sender's papers taught."""
        return naming_with(self.context.columns)

    @cached_property
    def unknown_titles(self) -> tuple[str, ...]:
        """The titles of columns that name nothing that is known, each once."""
        return unknown_titles((*self.table_grids, *self.row_grids), self.pages if self.whole else (), self.naming)

    @cached_property
    def table_grids(self) -> tuple[Grid, ...]:
        """The tables that the medium declares; none where the extent is only a part of its pages."""
        found = grids_of_tables(self.pages, self.naming) if self.whole else ()
        return without_doubles(found) if self.context.columns else found

    @cached_property
    def form_cells(self) -> tuple[Labelled, ...]:
        """The values that stand in a cell right under the cell of their label, in boxes that the medium declares."""
        return labelled_cells(self.pages, self.rows, hits_in) if self.whole else ()

    @cached_property
    def row_grids(self) -> tuple[Grid, ...]:
        """The tables that headings and places tell; none where the medium's own cells are all there is."""
        if self.of_cells and self.table_grids:
            return ()
        found = grids_of_rows(self.rows, self.naming, holding)
        return without_doubles(found) if self.context.columns else found

    @cached_property
    def of_cells(self) -> bool:
        """Whether the medium is nothing but cells: a list or a workbook."""
        return all(page.medium in _OF_CELLS for page in self.pages)

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
        if codes:
            return codes.pop() if len(codes) == 1 else None
        return self._home_currency()

    def _home_currency(self) -> str | None:
        """A paper in Japanese or Korean without any currency and without any decimals is in yen or won."""
        code = {"ja": "JPY", "ko": "KRW"}.get(self.language or "")
        if code is None:
            return None
        figures = [found for row in self.rows[:400] for found in find_amounts(row.text)]
        whole = [f for f in figures if any(r.grouping for r in f.readings)]
        return code if whole and all(any(r.decimals in (0, 3) for r in f.readings) for f in figures) else None


_OF_CELLS = frozenset((Medium.CSV, Medium.SHEET))
_OF_MONEY = frozenset(
    [
        "amount",
        "total",
        "net_total",
        "tax_total",
        "payment_total",
        "gross",
        "paid",
        "unit_price",
        "currency",
        "freight",
        "discount",
        "debit",
        "credit",
    ]
)
_DAY_FIRST = frozenset(("de", "fr", "es", "it", "nl", "pl", "pt"))


def _language_of_labels(rows: Sequence[Row]) -> str | None:
    """Return the language that most labels belong to that only one language knows."""
    votes: Counter[str] = Counter()
    for row in rows[:200]:
        for segment in row.segments:
            for hit in labels_in(segment.text) if len(segment.text) <= 200 else ():
                if hit.exact and len(hit.languages) == 1:
                    votes[hit.language] += 1
    if not votes:
        return None
    language, count = votes.most_common(1)[0]
    return language if count >= 3 and count * 10 >= sum(votes.values()) * 6 else None


def _means_money(text: str) -> bool:
    """Whether a currency in this text is that of the document: beside a figure, in a heading; no word of a sentence."""
    if is_numeric(text) or any(r.currency or r.symbol for found in find_amounts(text) for r in found.readings):
        return True
    words = text.replace("(", " ").replace(")", " ").replace(":", " ").split()
    named = [w for w in words if currency_of(w)]
    if not named or len(words) > 8:
        return False
    if len(words) == len(named):
        return True
    beside = any(
        (currency_of(a) and b[:1].isdigit()) or (a[-1:].isdigit() and currency_of(b)) for a, b in pairwise(words)
    )
    return beside or (
        any(set(hit.fields) & _OF_MONEY for hit in hits_in(text))
        and (currency_of(words[-1]) is not None or len(words) <= 4)
    )


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
                    mixed += (
                        alphas >= len(letters) - 2
                        and alphas >= 4
                        and any(c in "015" for c in inner)
                        and not any(c in "-/_." for c in word.text)
                    )
    return mixed >= 2 and mixed * 12 >= words


def extent_of(pages: Sequence[Page], context: Context) -> Extent:
    """Return the extent that covers all these pages."""
    return Extent(tuple(pages), rows_of(pages), context)


def segments_of(rows: Sequence[Row]) -> list[Segment]:
    return [segment for row in rows for segment in row.segments]
