"""What the end of an SMTP conversation means for the mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outbox.message import OutboxStatus as S
from outbox.verdict import GIVE_UP_AFTER, SESSION_PHASES, Heard, Phase, Verdict, judge, pause

NOW = datetime(2026, 3, 31, tzinfo=UTC)
BEFORE_BODY = [phase for phase in Phase if phase is not Phase.BODY]
MAIL_PHASES = [phase for phase in BEFORE_BODY if phase not in SESSION_PHASES]


def verdict(phase: Phase, code: int | None, attempts: int = 1, first: datetime = NOW) -> Verdict:
    return judge(Heard(phase, code, "said"), attempts=attempts, first_try=first, now=NOW, seed="invoice:1")


@pytest.mark.parametrize("phase", BEFORE_BODY)
@pytest.mark.parametrize("code", [None, 421, 450, 451, 452])
def test_before_the_body_silence_and_4xx_mean_not_sent_and_try_again(phase: Phase, code: int | None) -> None:
    result = verdict(phase, code)
    assert result.status is S.QUEUED
    assert result.next_try is not None
    assert NOW < result.next_try < NOW + timedelta(minutes=2)


@pytest.mark.parametrize("phase", MAIL_PHASES)
@pytest.mark.parametrize("code", [500, 550, 552, 554])
def test_a_5xx_to_the_mail_is_final(phase: Phase, code: int) -> None:
    assert verdict(phase, code).status is S.FAILED


@pytest.mark.parametrize("phase", SESSION_PHASES)
@pytest.mark.parametrize("code", [501, 535, 554])
def test_a_5xx_to_our_access_fails_no_mail(phase: Phase, code: int) -> None:
    assert verdict(phase, code).status is S.QUEUED


def test_a_demand_to_log_in_fails_no_mail_whichever_command_it_answers() -> None:
    assert verdict(Phase.MAIL, 530).status is S.QUEUED


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (250, S.SENT),
        (251, S.SENT),
        (451, S.QUEUED),
        (421, S.QUEUED),
        (552, S.FAILED),
        (None, S.UNKNOWN),
        (354, S.UNKNOWN),
        (-1, S.UNKNOWN),
    ],
)
def test_after_the_body_only_a_reply_says_anything(code: int | None, status: S) -> None:
    assert verdict(Phase.BODY, code).status is status


def test_it_is_given_up_after_five_days_but_silence_after_the_body_stays_unknown() -> None:
    old = NOW - GIVE_UP_AFTER
    assert verdict(Phase.RCPT, 450, 40, old).status is S.FAILED
    assert verdict(Phase.RCPT, 450, 40, old + timedelta(minutes=1)).status is S.QUEUED
    assert verdict(Phase.BODY, None, 40, old).status is S.UNKNOWN


def test_pauses_double_are_capped_and_spread() -> None:
    waits = [pause(Phase.RCPT, attempt, "x").total_seconds() for attempt in range(1, 100)]
    assert 60 <= waits[0] <= 75
    assert 120 <= waits[1] <= 150
    assert all(3600 <= wait <= 4500 for wait in waits[7:])
    assert all(wait <= 375 for wait in (pause(Phase.CONNECT, n, "x").total_seconds() for n in range(1, 100)))
    assert len({pause(Phase.RCPT, 3, f"mail {n}") for n in range(50)}) > 20
