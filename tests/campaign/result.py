"""What a campaign says of itself."""

from __future__ import annotations

import time
from collections.abc import Mapping


class Broken(AssertionError):
    """A promise did not hold; the text says which, and by which seed it happens again."""


Figures = Mapping[str, object]


def must(true: object, what: str) -> None:
    """Raise Broken unless it is so (an `assert` could be switched off)."""
    if not true:
        raise Broken(what)


class Budget:
    """The time that a long form may take; the figures say how far it came."""

    ends = float("inf")

    @classmethod
    def of(cls, seconds: float | None) -> None:
        cls.ends = float("inf") if seconds is None else time.monotonic() + seconds

    @classmethod
    def over(cls) -> bool:
        return time.monotonic() > cls.ends
