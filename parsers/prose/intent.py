"""What a sentence can do."""

from __future__ import annotations

from enum import StrEnum


class Intent(StrEnum):
    """What a sentence does."""

    BANK = "bank"
    PAYMENT = "payment"
    PROMISE = "promise"
    DISPUTE = "dispute"
    DELIVERY = "delivery"
    ORDER = "order"
    CANCEL = "cancel"
    CHANGE = "change"
    QUOTE = "quote"
    COPY = "copy"
    STATEMENT = "statement"
    PROOF = "proof"
    OTHER = "other"
