"""Structured formats straight to documents: no guessing, one file a format.

`read_structured` recognises a file by its content alone, never by its name, and leaves what it does not know to the
readers of papers.
"""

from __future__ import annotations

from parsers.edi.structured import Structured
from parsers.page import Limits

__all__ = ["Structured", "read_bank_file", "read_structured"]


def read_structured(data: bytes, name: str, limits: Limits) -> Structured | None:
    """Return what a structured file holds, None where it is none; `name` is the part that evidence names."""
    from parsers.edi.recognition import recognised

    return recognised(data, name, limits, bank_file=False)


def read_bank_file(data: bytes, name: str, limits: Limits) -> Structured | None:
    """As `read_structured`, for a file that a person has declared to be a bank's.

    A plain list of date, text and amount is then believed to be a bank list, which could otherwise be anything.
    """
    from parsers.edi.recognition import recognised

    return recognised(data, name, limits, bank_file=True)
