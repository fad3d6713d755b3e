"""Who a stranger's payment could be meant for: customers whose name begins with a word of the mail.

What they have open over that amount is offered. It only suggests: a word is no identification.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from agent.booking.cash import grounding
from agent.booking.desk import Desk
from agent.booking.senders.mentions import mentions_in
from agent.domain.decisions import Candidate, MatchException, QueueKind, Reason
from agent.store import master
from matching.claims import money_of
from matching.customers import words_of
from matching.rules.account import lump_sum
from matching.rules.neighbour import renumbered

_WORD = re.compile(r"[^\W\d_]{5,}")
_MOST_WORDS = 60
_MOST_CUSTOMERS = 4  # a word that begins more names than that says nothing


def hinted(desk: Desk, exception: MatchException, total: Decimal | None, currency: str | None) -> MatchException:
    """The exception with the customers that the mail may mean; as it was where it names none, or is about another thing."""
    if exception.kind is not QueueKind.UNKNOWN_SENDER or desk.facts is None or exception.customer is not None:
        return exception
    text = f"{desk.facts.subject} {desk.facts.reply_text}"
    mentioned = mentions_in(desk.tx, text)
    if mentioned.customer is not None:
        return replace(exception, customer=mentioned.customer)
    named = mentioned.customers or _by_a_word(desk, text)
    if not named or exception.candidates:
        return exception
    listed = ", ".join(f"{one.number} {one.name}" for one in master.customers_by_number(desk.tx, named))
    return replace(
        exception,
        code="cust_ambig" if len(named) > 1 else exception.code,
        kind=QueueKind.AMBIGUOUS if len(named) > 1 else exception.kind,
        summary=f"{exception.summary}; it may be {listed}"[:400],
        candidates=_offers(desk, named, total, currency),
        reasons=(*exception.reasons, Reason("name", f"named in the mail: {listed}")),
    )


def _by_a_word(desk: Desk, text: str) -> tuple[str, ...]:
    """Customers whose name begins with a whole word of the text; the longest word that names any decides."""
    words = sorted(dict.fromkeys(word.casefold() for word in _WORD.findall(text)[:_MOST_WORDS]), key=len, reverse=True)
    for word in words:
        key = "".join(words_of(word))
        found = master.customer_numbers_by_beginning(desk.tx, "name", [f"w:{key}"]) if len(key) >= 5 else ()
        first = [
            one.number
            for one in master.customers_by_number(desk.tx, found)
            if any(words_of(name)[:1] == (key,) for name in (one.name, *one.aliases))
        ]
        if 1 <= len(first) <= _MOST_CUSTOMERS:
            return tuple(first)
    return ()


def _offers(
    desk: Desk, customers: tuple[str, ...], total: Decimal | None, currency: str | None
) -> tuple[Candidate, ...]:
    """What each of them has open over exactly this amount, one each; without a currency in that of each customer."""
    found: list[Candidate] = []
    for customer in master.customers_by_number(desk.tx, customers) if total is not None and total > 0 else ():
        amount = money_of(total, currency or customer.currency)
        ground = grounding.of_customer(desk, customer.number, currency or customer.currency)
        if amount is None or ground is None:
            continue
        single = lump_sum(ground, amount, customer.number).candidates[:1]
        found += [replace(one, confidence=round(one.confidence / len(customers), 2)) for one in single]
    return renumbered(found)
