"""Payments that the bank took back: which receipt it was must be certain before anything is reopened."""

from __future__ import annotations

from agent.domain.books import CashBooks
from agent.domain.decisions import Candidate, Reason, ReceiptDecision, ReceiptOutcome
from agent.domain.documents import BankLine
from agent.domain.money import Money
from agent.domain.receivables import KnownReceipt
from matching.bank_text import SHORTEST_REFERENCE, reference_words
from matching.ground import exception
from matching.payers import PayerFacts, identify_payer
from matching.rules.repeat import normal_reference


def returned(line: BankLine, amount: Money, books: CashBooks) -> ReceiptDecision:
    """Return which receipt came back, if that is certain; a person hears of it in any case."""
    back = abs(amount)
    same = [one for one in books.receipts if one.amount == back and _before(one, line)]
    words = reference_words(line)
    referred = [one for one in same if _refers(one, words)]
    payer = identify_payer(PayerFacts(name=line.payer, account=line.payer_account, by_mail=False), books)
    of_payer = [one for one in same if one.customer is not None and one.customer == payer.customer]
    chosen = referred or of_payer
    receipt = chosen[0] if len(chosen) == 1 else None
    customer = receipt.customer if receipt else payer.customer
    which = f"receipt {receipt.receipt}" if receipt else "which receipt is not certain"
    reason = Reason("returned", f"{back} was taken back by the bank: {which}")
    offers = tuple(
        Candidate(
            n=n,
            amount=one.amount,
            confidence=0.4,
            evidence=(Reason("receipt", f"receipt {one.receipt}"),),
            customer=one.customer,
        )
        for n, one in enumerate(same[:5], start=1)
    )
    problem = exception(
        "payment_return", reason.detail, customer=customer, amount=back,
        candidates=() if receipt else offers, reasons=(reason,),
    )  # fmt: skip
    return ReceiptDecision(
        outcome=ReceiptOutcome.RETURNED,
        customer=customer,
        exceptions=(problem,),
        returns_receipt=receipt.receipt if receipt else None,
        reasons=(reason, *payer.evidence),
    )


def _before(receipt: KnownReceipt, line: BankLine) -> bool:
    return line.booked_on is None or receipt.booked_on <= line.booked_on


def _refers(receipt: KnownReceipt, words: set[str]) -> bool:
    references = (normal_reference(receipt.bank_reference), normal_reference(receipt.end_to_end_id))
    return any(one is not None and len(one) >= SHORTEST_REFERENCE and one in words for one in references)
