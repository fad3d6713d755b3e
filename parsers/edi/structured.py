"""What reading a structured format gives back, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

from agent.domain.documents import AnyDocument, Problem


@dataclass(frozen=True, slots=True)
class Structured:
    """The format's name (`x12`, `edifact`, `ubl`, `camt.053`, …), its documents in file order, and what is wrong.

    A file that is recognised but is none of the papers that are worked on (an invoice copy, an acknowledgement, an
    intraday report) has no documents and one Problem of code `note` that says what it is.
    """

    format: str
    documents: tuple[AnyDocument, ...] = ()
    problems: tuple[Problem, ...] = ()


def note(where: str, what: str) -> Problem:
    """Something worth knowing that is no fault of the file."""
    return Problem(where=where, what=what, code="note")
