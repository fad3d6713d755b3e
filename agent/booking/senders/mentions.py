"""What a text of somebody unknown names that is ours: documents by their numbers, customers by their names.

It only points: a mail that names nothing of ours may be left alone, one that does is shown to a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from agent.store import books, invoices, orders
from matching.customers import name_keys
from matching.keys import lookup_keys

_CHARACTERS_MAX = 4_000
_WORDS_MAX = 400
_NAME_WORDS = (2, 3, 4, 5)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DIGITS = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Numbers of ours, and the customers that are named or own them."""

    documents: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.documents or self.customers)

    @property
    def customer(self) -> str | None:
        """The customer that is meant, where it is one alone."""
        return self.customers[0] if len(self.customers) == 1 else None


def mentions_in(tx: Connection, text: str) -> Mentions:
    """Look up every number and every run of words of a text, bounded."""
    words = text[:_CHARACTERS_MAX].split()[:_WORDS_MAX]
    keys = [key for word in words if _DIGITS.search(word) for key in lookup_keys(word.strip(".,;:()[]\"'"))]
    documents = orders.numbers_by_keys(tx, ("invoice", "order", "po", "delivery_note"), keys, limit=20)
    names = [key for run in _runs(words) for key in name_keys(run)]
    customers = books.customers_named(tx, names=dict.fromkeys(names))
    owners = {i.customer for i in invoices.items_by_number(tx, documents)}
    owners |= {o.customer for o in orders.orders_by_number(tx, documents)}
    return Mentions(documents, tuple(dict.fromkeys((*customers, *sorted(owners)))))


def _runs(words: list[str]) -> list[str]:
    """Runs of words that could be a company's name; a word of a script without spaces is one by itself."""
    found = [word for word in words if _WIDE.search(word)]
    for size in _NAME_WORDS:
        found += [" ".join(words[n : n + size]) for n in range(len(words) - size + 1)]
    return found
