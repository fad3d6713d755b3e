"""Days on which banks and offices are open: a value, so that who counts days needs no library and no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY, SUNDAY = 5, 6  # date.weekday()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly days off and holidays of one place; it knows the years `first_year` to `last_year`, both included."""

    name: str
    holidays: frozenset[date] = frozenset()
    weekend: frozenset[int] = frozenset((SATURDAY, SUNDAY))
    first_year: int = 0
    last_year: int = 9999

    def is_open(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.holidays

    def next_open(self, day: date) -> date:
        """The day itself, or the first open one after it."""
        return self._walk(day, 1)

    def previous_open(self, day: date) -> date:
        """The day itself, or the last open one before it."""
        return self._walk(day, -1)

    def add_open(self, day: date, count: int) -> date:
        """The `count`-th open day after this one."""
        for _ in range(count):
            day = self._walk(day + timedelta(days=1), 1)
        return day

    def _walk(self, day: date, step: int) -> date:
        for _ in range(60):  # no place is closed for longer; a calendar of nothing but holidays moves nothing for ever
            if self.is_open(day):
                return day
            day += timedelta(days=step)
        return day


def calendar_of(days: Iterable[date]) -> Calendar:
    """Saturdays, Sundays and these holidays."""
    return Calendar("", frozenset(days))
