"""Holidays of countries, regions and of the euro's banks: the one home of their tables."""

from __future__ import annotations

from functools import cache

from agent.domain.calendars import Calendar
from agent.domain.errors import WrongUsage

_BANKS = {"TARGET": "ECB", "TARGET2": "ECB", "ECB": "ECB"}
NONE = "none"  # no holidays: Saturdays and Sundays alone


def calendar(name: str, first_year: int, last_year: int) -> Calendar:
    """The calendar of a country (`DE`), of a part of it (`DE-BY`, ISO 3166-2) or of the euro's banks (`TARGET`).

    Raises WrongUsage for a name that is none.
    """
    return _calendar(name.strip().upper(), first_year, last_year)


@cache
def _calendar(name: str, first_year: int, last_year: int) -> Calendar:
    if name in ("", NONE.upper()):
        return Calendar("")
    import holidays

    years = range(first_year, last_year + 1)
    country, _, part = name.partition("-")
    try:
        found = (
            holidays.financial_holidays(_BANKS[name], years=years)
            if name in _BANKS
            else holidays.country_holidays(country, subdiv=part or None, years=years)
        )
    except NotImplementedError:
        raise WrongUsage(
            f"{name!r} is no calendar that is known: write a country like DE, a part of it like DE-BY, TARGET for the "
            "euro's banks, or none"
        ) from None
    return Calendar(name, frozenset(found), frozenset(found.weekend), first_year, last_year)
