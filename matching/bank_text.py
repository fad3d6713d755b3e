"""What a bank line says in words: its references, its numbers, and the answer that it waits for a person."""

from __future__ import annotations

from dataclasses import replace

from agent.domain.decisions import MatchException, Reason, ReceiptDecision, ReceiptOutcome
from agent.domain.documents import BankLine
from agent.domain.money import Money
from matching.keys import number_of, tokens_of

SHORTEST_REFERENCE = 4  # shorter ones are counts, days and months
_NO_REFERENCE = frozenset(("NOTPROVIDED", "NONREF", "NOT PROVIDED"))


def texts_of(line: BankLine) -> tuple[str, ...]:
    """Return what may name a document, the most structured first."""
    found = (*line.references, line.end_to_end_id, line.text)
    return tuple(text for text in found if text and text.strip().upper() not in _NO_REFERENCE)


def reference_words(line: BankLine) -> set[str]:
    """Return every number on the line, with and without the letters before it, without zeros."""
    words: set[str] = set()
    for text in (*texts_of(line), line.bank_reference or ""):
        for number in (number_of(text), *tokens_of(text)):
            if number is not None:
                words |= {f"{number.letters}{number.stripped}", number.stripped}
    return words


def waiting(amount: Money | None, customer: str | None, problem: MatchException, *reasons: Reason) -> ReceiptDecision:
    """Money that waits: unapplied for a customer who is known, else unidentified."""
    return ReceiptDecision(
        outcome=ReceiptOutcome.UNAPPLIED if customer else ReceiptOutcome.UNIDENTIFIED,
        customer=customer,
        unapplied=amount,
        exceptions=(problem if problem.customer or not customer else replace(problem, customer=customer),),
        reasons=reasons,
    )
