"""What an SMTP conversation means for the mail: sent, to be tried again, refused, or unknown (RFC 5321, RFC 1047).

Only a reply after the whole mail can say that it was taken. Before the first byte of the body nothing can have been
taken; after it, silence says nothing at all.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from outbox.message import OutboxStatus


class Phase(StrEnum):
    """How far the conversation had come when it ended."""

    CONNECT = "connect"  # until the greeting
    HELLO = "hello"  # EHLO, STARTTLS
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # DATA until 354
    BODY = "body"  # from the first byte of the mail until the reply to the final dot


SESSION_PHASES = (Phase.CONNECT, Phase.HELLO, Phase.LOGIN)

# Refusals that are about our access, whichever command they answer (RFC 4954, 6): no fault of this mail.
_ACCESS_CODES = (530, 534, 535, 538)


@dataclass(frozen=True, slots=True)
class Heard:
    """The end of one attempt: the last reply (code and text), or no code where the connection fell silent or broke."""

    phase: Phase
    code: int | None
    text: str

    def __str__(self) -> str:
        return f"{self.phase.value}: {self.code or 'no reply'} {self.text}".strip()[:500]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The next status; `next_try` is set for QUEUED only, `reason` says in words what happened."""

    status: OutboxStatus
    next_try: datetime | None
    reason: str | None


FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_SESSION_PAUSE = timedelta(minutes=5)  # the relay itself is away: nothing is gained by coming late
GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321, 4.5.4.1


def judge(heard: Heard, *, attempts: int, first_try: datetime, now: datetime, seed: str) -> Verdict:
    """Turn the end of attempt number `attempts` (from 1) into the mail's next status; `seed` spreads the retries."""
    code = heard.code
    if heard.phase is Phase.BODY:
        if code is not None and 200 <= code < 300:
            return Verdict(OutboxStatus.SENT, None, None)
        if code is None or not 400 <= code < 600:
            return Verdict(OutboxStatus.UNKNOWN, None, f"handed over, and the answer was lost ({heard})")
    if code is not None and 500 <= code < 600 and not _is_about_us(heard):
        return Verdict(OutboxStatus.FAILED, None, f"refused ({heard})")
    if now - first_try >= GIVE_UP_AFTER:
        reason = f"given up after {attempts} tries in {(now - first_try).days} days ({heard})"
        return Verdict(OutboxStatus.FAILED, None, reason)
    return Verdict(OutboxStatus.QUEUED, now + pause(heard.phase, attempts, seed), f"will be tried again ({heard})")


def pause(phase: Phase, attempts: int, seed: str) -> timedelta:
    """How long to wait after attempt number `attempts`: doubling, capped, and spread by up to a quarter."""
    longest = LONGEST_SESSION_PAUSE if phase in SESSION_PHASES else LONGEST_PAUSE
    wait = min(FIRST_PAUSE * float(2 ** min(max(attempts, 1) - 1, 20)), longest)
    digest = hashlib.sha256(f"{seed} {attempts}".encode()).digest()
    return wait * (1 + digest[0] / 1024)


def _is_about_us(heard: Heard) -> bool:
    return heard.phase in SESSION_PHASES or heard.code in _ACCESS_CODES
