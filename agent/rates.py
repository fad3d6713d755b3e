"""The tables of laws and reference rates: those that come with the program, and what the home adds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from agent.domain.errors import WrongUsage
from agent.domain.interest import FixedSum, Law, Rates, Reading

FILE_NAME = "rates.toml"


@dataclass(frozen=True, slots=True)
class RateTables:
    """Laws by code, and reference rates by series and half-year."""

    laws: Mapping[str, Law]
    rates: Rates

    def law(self, code: str) -> Law | None:
        """The law of a country or state; a state without one of its own has its country's."""
        code = code.upper()
        return self.laws.get(code) or self.laws.get(code.partition("-")[0])


def load(home: Path) -> RateTables:
    """Read the tables; raise WrongUsage where the home's own file is wrong."""
    own = home / FILE_NAME
    stamp = own.stat().st_mtime_ns if own.is_file() else 0
    return _load(own if stamp else None, stamp)


@lru_cache(maxsize=8)
def _load(own: Path | None, _stamp: int) -> RateTables:
    shipped = tomllib.loads(files("agent").joinpath(FILE_NAME).read_text(encoding="utf-8"))
    more: dict[str, Any] = {}
    if own is not None:
        try:
            more = tomllib.loads(own.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WrongUsage(f"{own}: {error}") from None
    try:
        rates: dict[str, dict[date, Decimal]] = {}
        laws: dict[str, Law] = {}
        for part in (shipped, more):
            for series, values in part.get("reference", {}).items():
                rates.setdefault(series, {}).update({_half_year(day): Decimal(value) for day, value in values.items()})
            laws |= {code.upper(): _law(code.upper(), values) for code, values in part.get("law", {}).items()}
    except (ValueError, InvalidOperation, TypeError, KeyError, AttributeError) as error:
        raise WrongUsage(f"{own or FILE_NAME}: {error}") from None
    return RateTables(laws, rates)


def _half_year(text: str) -> date:
    day = date.fromisoformat(text)
    if (day.month, day.day) not in ((1, 1), (7, 1)):
        raise ValueError(f"{text} is no first day of a half-year: write 2026-01-01 or 2026-07-01")
    return day


def _law(code: str, values: Mapping[str, Any]) -> Law:
    known = {
        "reference", "reference_step", "margin", "total_step", "reading", "currency", "fixed_sums", "free_days",
        "needs_agreement", "most_percent", "source",
    }  # fmt: skip
    if unknown := sorted(set(values) - known):
        raise ValueError(f"law {code}: unknown key {', '.join(unknown)}; known are {', '.join(sorted(known))}")

    def decimal(name: str) -> Decimal | None:
        return Decimal(str(values[name])) if name in values else None

    return Law(
        code=code,
        reading=Reading(values.get("reading", "split")),
        margin=decimal("margin") or Decimal(0),
        reference=values.get("reference", ""),
        reference_step=decimal("reference_step"),
        total_step=decimal("total_step"),
        free_days=int(values.get("free_days", 0)),
        fixed_sums=tuple(
            FixedSum(Decimal(below) if below else None, Decimal(amount))
            for below, amount in values.get("fixed_sums", ())
        ),
        currency=values.get("currency", ""),
        needs_agreement=bool(values.get("needs_agreement", False)),
        most_percent=decimal("most_percent"),
        source=values.get("source", ""),
    )
