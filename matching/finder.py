"""Which of our documents a printed reference means, and how surely: by its number, its order, its delivery."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from agent.domain.decisions import Reason
from agent.domain.receivables import InvoiceType, OpenItem
from matching.composites import expansions, joined
from matching.keys import Number, confusable, creditor_reference, number_of, tokens_of
from matching.labels import Label
from matching.writings import Writing, digits_in


class Strength(IntEnum):
    """How surely a printed number is a document's number; smaller is surer."""

    EXACT = 1  # the same letters and digits: only case, spaces and punctuation differ
    LABELLED = 2  # the same digits; a known label, our prefix or leading zeros differ
    SERIES = 3  # the running number alone, without the year or series before it
    LETTERS = 4  # the same digits behind letters that we do not know
    LEARNED = 5  # the customer's own way of writing, as a clerk's decision taught it
    CONFUSABLE = 6  # the same where look-alike letters are read as digits
    ORDER = 7  # the number of an order, purchase order or delivery


@dataclass(frozen=True, slots=True)
class Found:
    """One reading of a reference: the documents it names together, and how they were found."""

    items: tuple[OpenItem, ...]
    strength: Strength
    reason: Reason

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(item.number for item in self.items)


class Finder:
    """The documents of one excerpt of the books, by the keys of their numbers. Built once a decision."""

    def __init__(self, items: Iterable[OpenItem], writings: Iterable[Writing] = ()) -> None:
        self.items: dict[str, OpenItem] = {}
        self._writings = tuple(writings)
        for item in items:
            self.items.setdefault(item.number, item)
        self._by_squeezed: dict[str, list[OpenItem]] = defaultdict(list)
        self._by_text: dict[str, list[OpenItem]] = defaultdict(list)
        self._by_core: dict[str, list[OpenItem]] = defaultdict(list)
        self._by_stripped: dict[str, list[OpenItem]] = defaultdict(list)
        self._by_creditor: dict[str, list[OpenItem]] = defaultdict(list)
        self._lengths: set[int] = set()
        self._read: dict[str, tuple[Found, ...]] = {}
        for item in self.items.values():
            self._add(item)

    def _add(self, item: OpenItem) -> None:
        number = number_of(item.number)
        if number is not None:
            self._by_text[number.text].append(item)
            self._by_squeezed[number.squeezed].append(item)
            self._by_core[number.core].append(item)
            self._by_stripped[number.stripped].append(item)
            self._lengths.add(len(number.stripped))
        if item.creditor_reference and (reference := creditor_reference(item.creditor_reference)):
            self._by_creditor[reference].append(item)

    # What few references need is made when the first one does.
    @cached_property
    def _by_tail(self) -> dict[str, list[OpenItem]]:
        found: dict[str, list[OpenItem]] = defaultdict(list)
        for item in self.items.values():
            if (number := number_of(item.number)) and (tail := number.tail):
                found[tail].append(item)
        return found

    @cached_property
    def _by_confusable(self) -> dict[str, list[OpenItem]]:
        found: dict[str, list[OpenItem]] = defaultdict(list)
        for item in self.items.values():
            if number := number_of(item.number):
                for key in {confusable(number.squeezed), confusable(number.core)}:
                    found[key].append(item)
        return found

    @cached_property
    def _by_order(self) -> dict[str, list[OpenItem]]:
        found: dict[str, list[OpenItem]] = defaultdict(list)
        for item in self.items.values():
            for other in {item.order, item.po_number, *item.delivery_notes} - {None}:
                if other and (parsed := number_of(other)):
                    known = parsed.label is not Label.UNKNOWN
                    for key in {parsed.squeezed, parsed.stripped if known else parsed.squeezed}:
                        if item not in found[key]:
                            found[key].append(item)
        return found

    def looks_ours(self, number: Number) -> bool:
        """Whether a number that is nobody's has the shape of our own numbers, and so is a slip rather than theirs."""
        return number.label in (Label.NONE, Label.INVOICE, Label.CREDIT) and len(number.stripped) in self._lengths

    def readings(self, reference: str) -> tuple[Found, ...]:
        """Return every reading of the reference that names documents, surest first; empty where none does.

        One that is exact for the whole text excludes all others.
        """
        if reference not in self._read:
            self._read[reference] = self._readings(reference)
        return self._read[reference]

    def _readings(self, reference: str) -> tuple[Found, ...]:
        creditor = creditor_reference(reference)
        if creditor and (items := self._by_creditor.get(creditor)):
            return _found(items, Strength.EXACT, "creditor_reference", f"creditor reference {creditor}")
        whole = number_of(reference)
        if whole is not None:
            exact = self.by_number(whole)
            if exact and exact[0].strength is Strength.EXACT:
                return exact
        found: list[Found] = []
        for number in dict.fromkeys([*([whole] if whole else []), *tokens_of(reference), *joined(reference)]):
            found += self.by_number(number)
        for numbers in expansions(reference):
            found += self._together(numbers, reference)
        words = _merged_words(found, reference)
        return _surest([*found, *words, *self._as_learned(reference)])

    def _as_learned(self, reference: str) -> list[Found]:
        """What a customer's own way of writing says: only a number of that customer, and only where there is one."""
        found: list[Found] = []
        for writing in self._writings:
            digits = digits_in(reference, writing.pattern)
            items = [i for i in self._by_stripped.get(digits or "", ()) if i.customer == writing.customer]
            if digits and len(items) == 1:
                what = f"{writing.words}: {reference[:60]} is how {writing.customer} writes {items[0].number}"
                found.append(Found((items[0],), Strength.LEARNED, Reason("learned", what)))
        return found

    def by_number(self, number: Number) -> tuple[Found, ...]:
        """Return the documents that carry this number, at the surest strength that finds any."""
        if exact := self._by_text.get(number.text) or self._by_squeezed.get(number.squeezed):
            return _found(exact, Strength.EXACT, "number", f"number {number.text} as printed")
        if number.label is Label.OTHER:
            return ()
        suits = [item for item in self._by_core.get(number.core, ()) if _suits(number.label, item)]
        suits = suits or [item for item in self._by_stripped.get(number.stripped, ()) if _suits(number.label, item)]
        if suits and number.label is Label.UNKNOWN:
            return _found(suits, Strength.LETTERS, "letters", f"digits of {number.text}; its letters are not known")
        if suits:
            return _found(suits, Strength.LABELLED, "normalised", f"{number.text}: same digits without label and zeros")
        if number.plain and (tails := [i for i in self._by_tail.get(number.stripped, ()) if _suits(number.label, i)]):
            return _found(tails, Strength.SERIES, "series", f"{number.text}: the number without its year or series")
        return self._by_look(number)

    def _by_look(self, number: Number) -> tuple[Found, ...]:
        if len(number.squeezed) < 4:
            return ()
        items = [*self._by_confusable.get(confusable(number.squeezed), ())]
        if number.label in (Label.NONE, Label.INVOICE, Label.CREDIT):
            items += [i for i in self._by_confusable.get(confusable(number.core), ()) if i not in items]
        items = [item for item in items if _suits(number.label, item)]
        what = f"{number.text}: letters that look like digits read as digits"
        return _found(items, Strength.CONFUSABLE, "confusable", what)

    def by_order(self, reference: str) -> tuple[OpenItem, ...]:
        """Return the documents of an order, purchase order or delivery with this number."""
        found: list[OpenItem] = []
        numbers = [number for number in (number_of(reference), *tokens_of(reference)) if number is not None]
        for number in dict.fromkeys(numbers):
            for key in (number.squeezed, number.core, number.stripped):
                found += [item for item in self._by_order.get(key, ()) if item not in found]
        return tuple(found)

    def _together(self, numbers: tuple[Number, ...], reference: str) -> list[Found]:
        """A composite is read so only if every number of it exists, once."""
        items: list[OpenItem] = []
        weakest = Strength.EXACT
        for number in numbers:
            found = self.by_number(number)
            if len(found) != 1 or found[0].strength > Strength.LABELLED:
                return []
            items += found[0].items
            weakest = max(weakest, found[0].strength)
        listed = ", ".join(item.number for item in items)
        return [Found(tuple(items), weakest, Reason("several", f"{reference} read as {listed}"))]


def _suits(label: Label, item: OpenItem) -> bool:
    if label is Label.CREDIT:
        return item.type is InvoiceType.CREDIT_NOTE
    return label is not Label.INVOICE or item.type is InvoiceType.INVOICE


def _found(items: Iterable[OpenItem], strength: Strength, rule: str, detail: str) -> tuple[Found, ...]:
    return tuple(Found((item,), strength, Reason(rule, f"{detail}: {item.number}")) for item in items)


def _merged_words(found: list[Found], reference: str) -> list[Found]:
    """Several words of one text that each name one document also read as all of them together."""
    single = [one for one in found if len(one.items) == 1 and one.strength <= Strength.LABELLED]
    items = tuple(dict.fromkeys(one.items[0] for one in single))
    if not 2 <= len(items) <= 50:
        return []
    listed = ", ".join(item.number for item in items)
    strength = max(one.strength for one in single)
    return [Found(items, strength, Reason("several", f"{reference[:80]} names {listed}"))]


def _surest(found: list[Found]) -> tuple[Found, ...]:
    """One reading for each set of documents, at its surest; look-alikes only where nothing surer was found."""
    best: dict[frozenset[str], Found] = {}
    for one in sorted(found, key=lambda f: f.strength):
        best.setdefault(frozenset(one.numbers), one)
    readings = sorted(best.values(), key=lambda f: (f.strength, len(f.items), f.numbers))
    sure = [one for one in readings if one.strength < Strength.CONFUSABLE]
    return tuple(sure or readings)
