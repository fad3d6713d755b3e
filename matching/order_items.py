"""Which of our items a line names, and at what price it was agreed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.domain.books import OrderBooks
from agent.domain.documents import OrderedLine
from agent.domain.phrases import Phrase, phrase
from agent.domain.receivables import Customer, Item, Price
from matching.folding import fold_item, fold_number
from matching.similarity import word_likeness

_SUGGESTIONS = 3
_WORD = re.compile(r"\w+")
_LIKE, _LIKE_AT_OUR_PRICE = 0.75, 0.45  # how alike descriptions are, without and with the price as a second witness


@dataclass(frozen=True, slots=True)
class Meant:
    """The item that a line means, in the order's currency if we sell it in that; or why there is none."""

    item: Item | None
    why: str = ""
    currencies: tuple[str, ...] = ()  # in which we sell it
    note: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """Our items and prices by folded number, so that an order of a thousand lines looks each of them up once."""

    items: dict[str, tuple[Item, ...]]
    prices: dict[str, tuple[Price, ...]]  # by item
    buyers: dict[str, frozenset[str]]  # this customer's own numbers: the folded numbers of our items
    catalogue: tuple[Item, ...]


def stock_of(books: OrderBooks, customer: Customer) -> Stock:
    """Index the books for one customer."""
    items: dict[str, tuple[Item, ...]] = {}
    prices: dict[str, tuple[Price, ...]] = {}
    buyers: dict[str, frozenset[str]] = {}
    for item in books.items:
        key = fold_item(item.number)
        items[key] = (*items.get(key, ()), item)
    for price in books.prices:
        if price.customer not in (None, customer.number):
            continue
        key, written = fold_item(price.item), fold_item(price.buyer_item)
        prices[key] = (*prices.get(key, ()), price)
        if written and price.customer is not None:
            buyers[written] = buyers.get(written, frozenset()) | {key}
    for lesson in books.learned:
        if lesson.customer == customer.number:
            buyers[lesson.key] = buyers.get(lesson.key, frozenset()) | {fold_item(lesson.means)}
    return Stock(items, prices, buyers, books.catalogue)


def item_meant(said: OrderedLine, currency: str, stock: Stock) -> Meant:
    """The one item that all numbers of a line agree on.

    Our own number and the buyer's number (by this customer's map) are two witnesses; where they name different items,
    or one number is ours and the buyer's for another item, nobody knows what was meant.
    """
    ours, mapped = _by_our_number(said.item, stock), _by_buyer_number(said.item, stock)
    buyers = _by_buyer_number(said.buyer_item, stock)
    if not buyers and not said.item:
        buyers = _by_our_number(said.buyer_item, stock)
    witnesses = [found for found in (ours, mapped, buyers) if found]
    written = said.item or said.buyer_item or said.description or "nothing"
    by_name = named_in_words(said, stock.catalogue)
    if not witnesses and by_name is not None and by_name.currency == currency:
        note = phrase("order_note.taken_as", written=written[:80], item=f"{by_name.number} {by_name.description}")
        return Meant(by_name, "", (currency,), note)
    if not witnesses:
        return Meant(None, f"{written} is no item of ours")
    if any(found != witnesses[0] for found in witnesses) or len(witnesses[0]) != 1:
        named = ", ".join(sorted(set().union(*witnesses)))
        return Meant(None, f"{written} could be any of {named}")
    (number,) = witnesses[0]
    variants = [item for item in stock.items[fold_item(number)] if item.number == number]
    chosen = next((item for item in variants if item.currency == currency), variants[0] if variants else None)
    stranger = said.item and not ours and not mapped
    taken: Phrase | None = None
    if stranger:
        known = {"written": str(said.item)[:80], "item": number, "buyer": str(said.buyer_item)[:80]}
        taken = phrase("order_note.taken_by_number", **known)
    return Meant(chosen, "", tuple(sorted({item.currency for item in variants})), taken)


def named_in_words(said: OrderedLine, catalogue: Iterable[Item]) -> Item | None:
    """The one item whose name a line without any number says in full, up to a plural; None where two have that name."""
    if said.item or said.buyer_item:
        return None
    words = _words(said.description)
    found = [item for item in catalogue if words and _words(item.description) == words]
    return found[0] if len({item.number for item in found}) == 1 else None


def _words(text: str | None) -> frozenset[str]:
    folded = unicodedata.normalize("NFKC", (text or "")[:200]).casefold()
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in _WORD.findall(folded))


def _by_our_number(number: str | None, stock: Stock) -> frozenset[str]:
    """Numbers of the items that fold to this one; the one written exactly so, if there is one."""
    found = frozenset(item.number for item in stock.items.get(fold_item(number), ()))
    return frozenset({number}) if number in found else found


def _by_buyer_number(number: str | None, stock: Stock) -> frozenset[str]:
    mapped = stock.buyers.get(fold_item(number), frozenset()) if number else frozenset()
    return frozenset(item.number for key in mapped for item in stock.items.get(key, ()))


def agreed_price(item: Item, stock: Stock, quantity: Decimal, quotation: str | None, today: date) -> Price:
    """The price that holds today for this quantity, in base units.

    It is that of the quotation named, else the customer's own, else everybody's, else the list. A price of a quotation
    that is not named holds only where the customer has no other.
    """
    valid = [
        price
        for price in stock.prices.get(fold_item(item.number), ())
        if price.currency == item.currency
        and (price.min_quantity is None or price.min_quantity <= quantity)
        and (price.valid_from is None or price.valid_from <= today)
        and (price.valid_to is None or today <= price.valid_to)
    ]
    named = [p for p in valid if quotation and p.quotation and fold_number(p.quotation) == fold_number(quotation)]
    plain_own = [p for p in valid if p.quotation is None and p.customer is not None]
    quoted_own = [p for p in valid if p.quotation is not None and p.customer is not None]
    everybody = [p for p in valid if p.quotation is None and p.customer is None]
    for offers in (named, plain_own, quoted_own, everybody):
        if offers:
            return max(offers, key=lambda p: (p.min_quantity or Decimal(0), p.valid_from or date.min, -p.unit_price))
    return Price(
        customer=None, item=item.number, unit_price=item.unit_price, price_per=item.price_per, currency=item.currency
    )


def quotation_end(quotation: str | None, books: OrderBooks, customer: Customer, today: date) -> date | None:
    """The day on which the quotation that an order cites ended; None where it holds, or is none of ours."""
    if not quotation:
        return None
    cited = [
        p
        for p in books.prices
        if p.customer in (None, customer.number) and p.quotation and fold_number(p.quotation) == fold_number(quotation)
    ]
    ended = [p.valid_to for p in cited if p.valid_to is not None and p.valid_to < today]
    if cited and len(ended) == len(cited):
        return max(ended)
    return None


def suggestions(said: OrderedLine, catalogue: Iterable[Item], currency: str) -> tuple[tuple[Item, str], ...]:
    """Items that an unknown number may mean, best first, with why: alike in words, or less alike at our price.

    For people only: nothing is booked from likeness.
    """
    text = (said.description or "").casefold()
    ranked: list[tuple[float, Item, str]] = []
    for item in catalogue:
        if item.currency != currency:
            continue
        score = word_likeness(text, item.description.casefold()) if text else 0.0
        priced = said.unit_price is not None and said.unit_price * item.price_per == item.unit_price * said.price_per
        near = _near_number(said.item, item.number)
        if score >= _LIKE or near or (priced and score >= _LIKE_AT_OUR_PRICE):
            why = [f"{score:.0%} alike in words"] if score >= _LIKE_AT_OUR_PRICE else []
            why += ["the price is ours"] if priced else []
            why += ["the number is nearly ours"] if near else []
            ranked.append((score + priced + near, item, ", ".join(why)))
    ranked.sort(key=lambda one: (-one[0], one[1].number))
    return tuple((item, why) for _, item, why in ranked[:_SUGGESTIONS])


def _near_number(said: str | None, number: str) -> bool:
    from matching.similarity import edits

    left, right = fold_item(said), fold_item(number)
    return bool(left) and len(right) > 3 and edits(left, right, 1) <= 1
