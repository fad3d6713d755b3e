"""Cash application in the journal: money that arrives, what it settles, and the differences in their own accounts."""

from __future__ import annotations

from datetime import date

from agent.domain.decisions import Allocation
from agent.domain.ledger import Account, JournalEntry, Posting
from agent.domain.money import Money


def receipt_entry(*, amount: Money, customer: str | None, received_on: date, what: str) -> JournalEntry:
    """Money has arrived: debit bank; a debt to the customer, or unidentified, until it is applied."""
    account = Account.UNAPPLIED if customer else Account.UNIDENTIFIED
    return JournalEntry(
        booked_on=received_on,
        reason=f"received {amount}: {what}"[:400],
        postings=(
            Posting(account=Account.BANK, amount=amount, customer=customer),
            Posting(account=account, amount=-amount, customer=customer),
        ),
    )


def identified_entry(*, amount: Money, customer: str, booked_on: date, what: str) -> JournalEntry:
    """Unidentified money has found its customer."""
    return JournalEntry(
        booked_on=booked_on,
        reason=f"identified {amount}: {what}"[:400],
        postings=(
            Posting(account=Account.UNIDENTIFIED, amount=amount),
            Posting(account=Account.UNAPPLIED, amount=-amount, customer=customer),
        ),
    )


def application_entry(allocation: Allocation, *, payer: str, booked_on: date) -> JournalEntry:
    """Settle an item with unapplied money of the payer, and its differences in their own accounts."""
    settled = allocation.settles
    foreign = allocation.paid
    parts = (
        (Account.UNAPPLIED, allocation.cash if foreign is None else Money.zero(foreign.currency), payer),
        (Account.CASH_DISCOUNT, allocation.discount, allocation.customer),
        (Account.WITHHOLDING, allocation.withheld, allocation.customer),
        (Account.WRITE_OFF, allocation.write_off, allocation.customer),
        (Account.BANK_CHARGES, allocation.bank_fee, allocation.customer),
    )
    postings = [Posting(account=account, amount=amount, customer=owner) for account, amount, owner in parts if amount]
    if foreign is not None:
        # Each currency balances by itself; what the two legs differ in value is the gain or loss on exchange.
        postings += [
            Posting(account=Account.UNAPPLIED, amount=foreign, customer=payer),
            Posting(account=Account.EXCHANGE, amount=-foreign, customer=allocation.customer),
            Posting(account=Account.EXCHANGE, amount=allocation.cash, customer=allocation.customer),
        ]
    postings.append(
        Posting(account=Account.RECEIVABLES, amount=-settled, customer=allocation.customer, invoice=allocation.invoice)
    )
    return JournalEntry(
        booked_on=booked_on, reason=f"{settled} applied to {allocation.invoice}", postings=tuple(postings)
    )


def credit_entry(*, invoice: str, credit_note: str, customer: str, amount: Money, booked_on: date) -> JournalEntry:
    """Set a credit note off against an invoice of the same customer; `amount` is positive."""
    return JournalEntry(
        booked_on=booked_on,
        reason=f"{credit_note} set off against {invoice}",
        postings=(
            Posting(account=Account.RECEIVABLES, amount=-amount, customer=customer, invoice=invoice),
            Posting(account=Account.RECEIVABLES, amount=amount, customer=customer, invoice=credit_note),
        ),
    )


def write_off_entry(*, invoice: str, customer: str, amount: Money, booked_on: date, reason: str) -> JournalEntry:
    return JournalEntry(
        booked_on=booked_on,
        reason=f"{amount} of {invoice} written off: {reason}"[:400],
        postings=(
            Posting(account=Account.WRITE_OFF, amount=amount, customer=customer),
            Posting(account=Account.RECEIVABLES, amount=-amount, customer=customer, invoice=invoice),
        ),
    )
