"""What was agreed with one customer about reminders and late payment, and the dates that follow."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class InterestRule(StrEnum):
    """Whether late payment may cost a customer anything."""

    STATUTE = "statute"
    AGREED = "agreed"  # a rate in the contract
    NONE = "none"


class Tone(StrEnum):
    """How a reminder speaks; none of them threatens."""

    BEFORE = "before"  # not due yet
    FRIENDLY = "friendly"
    FIRM = "firm"
    FINAL = "final"
    CALL = "call"


TONES = (Tone.FRIENDLY, Tone.FIRM, Tone.FINAL, Tone.CALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectingTerms:
    """A customer's own terms; what is None is the company's rule."""

    policy: str | None = None
    segment: str | None = None
    law: str | None = None
    interest: InterestRule | None = None
    interest_percent: Decimal | None = None  # a year
    statement_day: int | None = None  # 1 to 31, the last day of a shorter month
