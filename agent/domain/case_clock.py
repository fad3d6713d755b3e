"""The two clocks of a dispute: days on which it was our turn, and days on which the customer owed us an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

THEIRS = "waiting_customer"
CLOSED = ("resolved", "rejected")


@dataclass(frozen=True, slots=True)
class Move:
    """From `day` on the case had this status."""

    day: date
    status: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Calendar days so far; the day of a move counts for whoever's turn it is afterwards."""

    ours: int
    theirs: int


def clock(moves: Sequence[Move], today: date) -> Clock:
    """Add up whose turn it was, from the first move to today or to the day the case was closed."""
    ours = theirs = 0
    for at, move in enumerate(moves):
        end = moves[at + 1].day if at + 1 < len(moves) else today
        days = max(0, (end - move.day).days)
        if move.status == THEIRS:
            theirs += days
        elif move.status not in CLOSED:
            ours += days
    return Clock(ours, theirs)


def waited(moves: Sequence[Move], today: date) -> int:
    """For how many days it has been the customer's turn without a break, 0 where it is ours."""
    start = None
    for move in moves:
        start = (start or move.day) if move.status == THEIRS else None
    return 0 if start is None else max(0, (today - start).days)
