"""The short numbers that people type: a letter for what it is and the row's number, `Q17`, `M4`; the letter may be left out."""

from __future__ import annotations

import re

from agent.domain.errors import WrongUsage

MESSAGE, QUEUE, ADVICE, RECEIPT, DISPUTE, DELIVERY, OUTBOX, PROMISE = "M", "Q", "A", "R", "D", "L", "O", "P"
CHARGE, PLAN = "LP", "PP"
AGREEMENT, FILED, RETURN, RETENTION = "B", "F", "T", "H"
LEARNED, BRAKE = "K", "X"
DRAFT = "N"  # an invoice that waits before it is issued
_WORDS = {
    MESSAGE: "message",
    QUEUE: "queue item",
    ADVICE: "advice",
    RECEIPT: "receipt",
    DISPUTE: "dispute",
    DELIVERY: "delivery",
    OUTBOX: "outgoing mail",
    PROMISE: "promise",
    CHARGE: "late charge",
    PLAN: "payment plan",
    AGREEMENT: "blanket order",
    FILED: "filed paper",
    RETURN: "return",
    RETENTION: "retention",
    LEARNED: "learned row",
    BRAKE: "brake",
    DRAFT: "draft",
}


def show(letter: str, number: int | str | None) -> str | None:
    """`Q17` for row 17; None for none."""
    return None if number is None else f"{letter}{number}"


def read(letter: str, text: str) -> int:
    """The row's number that a person typed, with or without its letter; raise WrongUsage with an example otherwise."""
    match = re.fullmatch(rf"(?:{letter})?(\d{{1,18}})", text.strip(), re.I)
    if not match:
        raise WrongUsage(f"{text!r} is no number of a {_WORDS[letter]}: write it like {letter}17")
    return int(match[1])
