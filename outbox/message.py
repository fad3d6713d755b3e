"""One outgoing mail as exact bytes, and the states of its life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OutboxStatus(StrEnum):
    """Where a mail stands; every status but the last three still needs something to happen."""

    HELD = "held"  # waits for a person
    QUEUED = "queued"  # leaves when due
    SENDING = "sending"  # claimed by a sender
    UNKNOWN = "unknown"  # handed over, the answer was lost: never sent again unasked
    FAILED = "failed"  # refused for good
    BOUNCED = "bounced"  # accepted, and came back
    SENT = "sent"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A mail composed once and never again: each attempt sends these bytes under this Message-ID.

    `intent` is the business key (what makes planning twice send once), `sender` the envelope sender ("" is the null
    path of RFC 5321, 4.5.5), `due_at` the instant before which it must not leave.
    """

    intent: str
    kind: str
    customer: str | None
    recipients: tuple[str, ...]
    sender: str
    subject: str
    language: str
    about: tuple[str, ...]
    level: int | None
    message_id: str
    data: bytes
    due_at: datetime
    status: OutboxStatus
    reason: str | None
