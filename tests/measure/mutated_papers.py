"""One thing is changed on papers that add up: none may then still prove itself with values that it had no right to.

python -m tests.measure.mutated_papers [SEED] [CHANGES A PAPER] prints, for each kind of change, how many changed papers
were read wrongly, and which. The changes are made to the words of the pages, so that every medium takes part: one digit
of an amount, of another figure of a line, of a reference or of a date, or one line of the table left out.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from agent.domain.documents import Footing, OrderedLine, PurchaseOrder, RemittanceAdvice
from parsers.kinds import read_pages
from parsers.media import pages_of
from parsers.page import Box, Cell, Context, Limits, Line, Page, Part, Table, Unreadable, Word
from parsers.values.dates import DateReading, date_readings, find_dates

GOLDEN = Path(__file__).parent.parent / "golden"
Paper = PurchaseOrder | RemittanceAdvice
_NAMES = ("gross", "discount", "deduction", "withheld", "paid", "quantity", "unit_price", "discount_percent", "amount")
_REFERENCES = ("reference", "item", "buyer_item", "order_number")
_DATES = ("issued_on", "paid_on", "requested_on")
_AMOUNT = re.compile(r"[-(]?[^\w\s]?\d{1,3}(?:[.,' ]?\d{3})*[.,]\d{2}[-)]?")
_SUMS = ("total", "net_total", "tax_total", "freight")


@dataclass(frozen=True)
class Sample:
    """A golden paper that holds one order or advice that proves itself."""

    name: str
    pages: tuple[Page, ...]
    paper: Paper


def samples(only: frozenset[str] = frozenset()) -> Iterator[Sample]:
    """The papers, or those of these file names."""
    for path in sorted(GOLDEN.glob("*/*")):
        if path.suffix in (".json", ".py") or path.parent.name not in ("purchase_order", "remittance_advice"):
            continue
        if only and path.name not in only:
            continue
        pages = pages_of(Part(name=path.name, content_type="", data=path.read_bytes()), Limits())
        if isinstance(pages, Unreadable):
            continue
        found = papers(pages)
        if len(found) == 1 and found[0].footing is Footing.PROVED:
            yield Sample(f"{path.parent.name}/{path.name}", pages, found[0])


def papers(pages: tuple[Page, ...]) -> list[Paper]:
    documents, _ = read_pages(pages, Context())
    return [d for d in documents if isinstance(d, PurchaseOrder | RemittanceAdvice)]


def figures_of(paper: Paper) -> tuple[object, ...]:
    sums = tuple(getattr(paper, name, None) for name in _SUMS)
    return (*sums, *(tuple(getattr(line, n, None) for n in _NAMES) for line in paper.lines))


# Where the values stand.


def places(paper: Paper, names: tuple[str, ...]) -> list[tuple[int, Box, str]]:
    """Page, box and name of the evidence of every field that ends with one of these names."""
    found = []
    for name, at in paper.evidence.items():
        if name.rpartition(".")[2] in names and at.place is not None and at.page is not None:
            found.append((at.page, at.place, name))
    return found


def _inside(word: Word, box: Box) -> bool:
    middle = ((word.x0 + word.x1) / 2, (word.top + word.bottom) / 2)
    return box[0] - 1 <= middle[0] <= box[2] + 1 and box[1] - 1 <= middle[1] <= box[3] + 1


def words_at(pages: tuple[Page, ...], page: int, box: Box) -> list[Word]:
    return [w for p in pages if p.number == page for line in p.lines for w in line.words if _inside(w, box)]


# Changes.


def with_word(pages: tuple[Page, ...], old: Word, new: str, page: int) -> tuple[Page, ...]:
    return tuple(_page_with(p, old, new) if p.number == page else p for p in pages)


def _page_with(page: Page, old: Word, new: str) -> Page:
    def word(one: Word) -> Word:
        return replace(one, text=new) if one == old else one

    def cell(one: Cell | None) -> Cell | None:
        if one is None or not _inside(old, one.box) or old.text not in one.text:
            return one
        return replace(one, text=one.text.replace(old.text, new, 1), words=tuple(word(w) for w in one.words))

    lines = tuple(Line(tuple(word(w) for w in line.words)) for line in page.lines)
    tables = tuple(replace(t, rows=tuple(tuple(cell(c) for c in row) for row in t.rows)) for t in page.tables)
    return replace(page, lines=lines, tables=tables)


def without_row(pages: tuple[Page, ...], page: int, box: Box) -> tuple[Page, ...]:
    """The pages without what stands at the height of this box."""
    return tuple(_page_without(p, box) if p.number == page else p for p in pages)


def _page_without(page: Page, box: Box) -> Page:
    def at(other: Box) -> bool:
        return box[1] - 1 <= (other[1] + other[3]) / 2 <= box[3] + 1

    def table(one: Table) -> Table:
        return replace(one, rows=tuple(r for r in one.rows if not any(c is not None and at(c.box) for c in r)))

    lines = tuple(line for line in page.lines if not at(line.box))
    return replace(page, lines=lines, tables=tuple(table(t) for t in page.tables))


def _digit_changed(text: str, chance: random.Random) -> str | None:
    at = [i for i, c in enumerate(text) if c.isdigit() and c.isascii()]
    if not at:
        return None
    place = chance.choice(at)
    digit = chance.choice([d for d in "123456789" if d != text[place]])
    return text[:place] + digit + text[place + 1 :]


def changed(
    sample: Sample, names: tuple[str, ...], chance: random.Random, most: int
) -> Iterator[tuple[tuple[Page, ...], str, str]]:
    """The pages with one digit of such a field changed, the field's name, and what was changed."""
    found = places(sample.paper, names)
    for page, box, name in chance.sample(found, min(most, len(found))):
        words = [w for w in words_at(sample.pages, page, box) if _speaks_of(w, sample.paper, name)]
        if words:
            word = chance.choice(words)
            new = _digit_changed(word.text, chance)
            if new is not None:
                yield with_word(sample.pages, word, new, page), name, f"{name} {word.text} -> {new}"


def _speaks_of(word: Word, paper: Paper, name: str) -> bool:
    """Whether the word is (a piece of) the value, and no neighbour in the same cell or sentence."""
    if not any(c.isdigit() for c in word.text):
        return False
    last = name.rpartition(".")[2]
    value = _value(paper, name)
    if last in _DATES:
        return any(d.value == value for d in date_readings(word.text.strip(".,:;()")))
    if isinstance(value, str):
        return word.text.strip(".,:;()#") in value
    return True


def amounts_wrong(sample: Sample, chance: random.Random, most: int) -> Iterator[str | None]:
    """A changed figure of a line or a sum: no paper may prove itself with other figures than before."""
    for pages, name, what in changed(sample, (*_NAMES, *_SUMS), chance, most):
        wrong = [p for p in papers(pages) if p.footing is Footing.PROVED and figures_of(p) != figures_of(sample.paper)]
        yield what if any(not _rounded(p, name) for p in wrong) and not _free(sample.paper, name) else None


def any_amount_wrong(sample: Sample, chance: random.Random, most: int) -> Iterator[str | None]:
    """A changed amount anywhere, as in a sum that is no field: the figures stay as they were, or are not proved."""
    found = [(p.number, w) for p in sample.pages for line in p.lines for w in line.words if _AMOUNT.fullmatch(w.text)]
    for page, word in chance.sample(found, min(most, len(found))):
        new = _digit_changed(word.text, chance) or word.text
        for paper in papers(with_word(sample.pages, word, new, page)):
            wrong = paper.footing is Footing.PROVED and figures_of(paper) != figures_of(sample.paper)
            yield f"{word.text} -> {new}" if wrong and not _any_rounded(paper, sample.paper) else None


def _rounded(paper: Paper, field: str) -> bool:
    """Whether the change of a unit price is too small to change the amount in its last decimal."""
    return field.endswith((".unit_price", ".discount_percent")) and _multiplies(_line(paper, field))


def _any_rounded(paper: Paper, before: Paper) -> bool:
    return any(
        new != old and _multiplies(new) and getattr(new, "amount", 0) == getattr(old, "amount", 1)
        for new, old in zip(paper.lines, before.lines, strict=False)
    )


def _multiplies(line: object) -> bool:
    if not isinstance(line, OrderedLine) or line.quantity is None or line.unit_price is None or line.amount is None:
        return False
    product = line.quantity * line.unit_price / line.price_per * (1 - (line.discount_percent or Decimal(0)) / 100)
    return bool(abs(product - line.amount) <= Decimal("0.005"))


def _free(paper: Paper, field: str) -> bool:
    """Whether nothing on the paper speaks of this figure a second time: a quantity without price or amount."""
    if not field.startswith("lines[") or not isinstance(paper, PurchaseOrder):
        return False
    line = paper.lines[int(field[6 : field.index("]")])]
    return None in (line.quantity, line.unit_price, line.amount)


def names_wrong(sample: Sample, names: tuple[str, ...], chance: random.Random, most: int) -> Iterator[str | None]:
    """A changed reference or date: the old value may not come back from where it no longer stands."""
    for pages, name, what in changed(sample, names, chance, most):
        old = _value(sample.paper, name)
        text = "\n".join(page.text for page in pages)
        printed = what.split(" ")[1].strip(".,:;()#") in text or any(d.value == old for d in _dates_in(text))
        yield what if not printed and any(_value(p, name) == old is not None for p in papers(pages)) else None


def _dates_in(text: str) -> Iterator[DateReading]:
    for found in find_dates(text):
        yield from found.readings


def _value(paper: Paper, field: str) -> object:
    line, _, name = field.partition("].")
    if not name:
        return getattr(paper, field.rpartition(".")[2], None)
    index = int(line[6:])
    return getattr(paper.lines[index], name, None) if index < len(paper.lines) else None


def deletions_wrong(sample: Sample, chance: random.Random, most: int) -> Iterator[str | None]:
    """A line left out where a total is printed: the rest may not prove itself."""
    if sample.paper.total is None or len(sample.paper.lines) < 2:
        return
    amount = "paid" if isinstance(sample.paper, RemittanceAdvice) else "amount"
    rows = [(p, b, n) for p, b, n in places(sample.paper, (amount,)) if getattr(_line(sample.paper, n), amount)]
    for page, box, name in chance.sample(rows, min(most, len(rows))):
        pages = without_row(sample.pages, page, box)
        wrong = [p for p in papers(pages) if p.footing is Footing.PROVED]
        yield f"{name} left out" if wrong else None


def _line(paper: Paper, field: str) -> object:
    return paper.lines[int(field[6 : field.index("]")])] if field.startswith("lines[") else None


def measured(seed: int, most: int, only: frozenset[str] = frozenset()) -> tuple[Counter[str], list[str]]:
    """How many changes of each kind were tried, and those that were read wrongly. `only` names papers to take."""
    chance, tried, found = random.Random(seed), Counter[str](), []
    for sample in samples(only):
        for kind, results in (
            ("figure", amounts_wrong(sample, chance, most)),
            ("any amount", any_amount_wrong(sample, chance, most)),
            ("reference", names_wrong(sample, (*_REFERENCES, "number", "payment_reference"), chance, most)),
            ("date", names_wrong(sample, _DATES, chance, most)),
            ("line left out", deletions_wrong(sample, chance, most)),
        ):
            for wrong in results:
                tried[kind] += 1
                if wrong is not None:
                    found.append(f"{kind}: {sample.name}: {wrong}")
    return tried, found


if __name__ == "__main__":
    seed, most = (int(a) for a in [*sys.argv[1:], *["1", "3"][len(sys.argv) - 1 :]][:2])
    tried, found = measured(seed, most)
    print(*found, sep="\n")
    print(*(f"{kind}: {count} tried" for kind, count in tried.items()), f"{len(found)} read wrongly", sep="\n")
