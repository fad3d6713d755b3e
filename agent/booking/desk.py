"""What stands on the desk while one cause is worked on: the transaction, the settings, the day, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from agent import numbers
from agent.domain.books import Sender
from agent.domain.decisions import MatchException
from agent.domain.documents import MailFacts
from agent.domain.notices import Company
from agent.domain.receivables import Automation, Customer
from agent.settings import Settings
from agent.store import events, work
from agent.store.ledger import Cause


@dataclass(slots=True)
class Outcome:
    """What came of one message, in the order in which it happened."""

    documents: list[dict[str, Any]] = field(default_factory=list)
    effects: list[dict[str, str]] = field(default_factory=list)
    queue: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    customer: str | None = None

    def effect(self, kind: str, number: str | int | None) -> None:
        entry = {"type": kind, "id": str(number)}
        if number is not None and entry not in self.effects:
            self.effects.append(entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One unit of work: everything is written through `tx`, all of it or nothing."""

    tx: Connection
    settings: Settings
    company: Company
    now: datetime
    cause: Cause
    message: int | None = None
    facts: MailFacts | None = None
    sender: Sender = field(default_factory=Sender)
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def today(self) -> date:
        """The seller's calendar day."""
        return self.now.astimezone(self.settings.zone).date()

    def queue(
        self, exception: MatchException, *, subject_type: str | None = None, subject: str | int | None = None
    ) -> int:
        """Put an exception in the queue and say so in the outcome; what a person turned down is not offered again."""
        from agent.booking.learning.teaching import without_refused  # it needs a desk itself

        candidates, refused = without_refused(self, exception.candidates)
        exception = replace(exception, candidates=candidates, reasons=(*exception.reasons, *refused))
        number = work.add_exception(
            self.tx,
            exception,
            message=self.message,
            subject_type=subject_type,
            subject=subject,
            now=self.now,
        )
        shown = str(numbers.show(numbers.QUEUE, number))
        self.outcome.queue.append(shown)
        self.record("queued", "queue", shown, code=exception.code, summary=exception.summary)
        return number

    def record(self, action: str, subject_type: str, subject: str | int, **data: Any) -> None:
        """Write one event of this cause."""
        events.record(self.tx, self.cause, action, subject_type, subject, self.now, **data)

    def automation_of(self, customer: Customer | None) -> Automation:
        chosen = customer.automation if customer else None
        return chosen or Automation(self.settings.automation.default)
