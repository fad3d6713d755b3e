"""The outbox on both databases: one mail an intent, one owner a claim, and nothing called sent that is not."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from agent.domain.errors import NotFound, Refused
from agent.domain.notices import Rendered
from agent.store import events, outbound
from agent.store.engine import open_engine, read, write
from agent.store.ledger import Cause
from agent.store.schema import outbox
from outbox.compose import compose
from outbox.loop_guard import Budget
from outbox.message import OutboxMessage, OutboxStatus
from outbox.verdict import Verdict

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CLERK = Cause("clerk", "ann")
SENT = Verdict(OutboxStatus.SENT, None, None)


def mail(intent: str = "invoice:1", **changes: Any) -> OutboxMessage:
    given: dict[str, Any] = {
        "kind": "invoice", "intent": intent, "sender_address": "ar@seller.example", "sender_name": "", "reply_to": "",
        "recipients": ("ap@buyer.example",), "date": NOW, "customer": "C1", "about": ("INV-1", "SO-1"),
    }  # fmt: skip
    return compose(Rendered("Invoice", "text", "", "en"), **(given | changes))


def add(engine: Engine, message: OutboxMessage, *, cause: int | None = None) -> int | None:
    return write(engine, lambda tx: outbound.add(tx, message, cause=cause, now=NOW))


def added(engine: Engine, message: OutboxMessage) -> int:
    number = add(engine, message)
    assert number is not None
    return number


def claim(engine: Engine, owner: str = "me", *, now: datetime = NOW, limit: int = 10) -> tuple[outbound.Claimed, ...]:
    return outbound.claim_due(engine, owner=owner, now=now, limit=limit, lease_seconds=600)


def row(engine: Engine, number: int) -> Any:
    return read(engine, lambda tx: outbound.row_of(tx, number))


def test_planning_twice_queues_once(engine: Engine) -> None:
    assert added(engine, mail()) == 1
    assert add(engine, mail()) is None
    assert add(engine, mail(recipients=("b@c.example",))) is None
    assert read(engine, outbound.counts) == {"queued": 1}


def test_an_intent_of_any_length_is_one_intent(engine: Engine) -> None:
    first, second = mail("x" * 500 + "1"), mail("x" * 500 + "2")
    assert added(engine, first) != added(engine, second)
    added(engine, mail("order \ud800 \x00 as somebody wrote it"))
    assert add(engine, first) is None


def test_a_mail_is_found_by_what_it_is_about(engine: Engine) -> None:
    number = added(engine, mail())
    added(engine, mail("invoice:2", about=("INV-2",)))
    assert [one.id for one in read(engine, lambda tx: outbound.find(tx, about="INV-1"))] == [number]
    assert [one.id for one in read(engine, lambda tx: outbound.find(tx, about="INV-1", status="sent"))] == []
    assert [one.id for one in read(engine, lambda tx: outbound.of_message_ids(tx, [mail().message_id, "<no@x>"]))] == [
        number
    ]


def test_only_what_is_queued_and_due_is_claimed_oldest_first(engine: Engine) -> None:
    third = added(engine, mail("3", due_at=NOW))
    first = added(engine, mail("1", due_at=NOW - timedelta(days=2)))
    second = added(engine, mail("2", due_at=NOW - timedelta(days=1)))
    added(engine, mail("later", due_at=LATER))
    added(engine, mail("held", held_reason="assist"))
    assert [one.id for one in claim(engine, limit=2)] == [first, second]
    assert [one.id for one in claim(engine)] == [third]
    assert claim(engine) == ()


def test_four_workers_claim_a_thousand_mails_once_each(engine: Engine, database_url: str) -> None:
    def fill(tx: Any) -> None:
        for n in range(1000):
            outbound.add(tx, mail(f"i:{n}", about=()), cause=None, now=NOW)

    write(engine, fill)
    got: list[tuple[str, int]] = []
    errors: list[Exception] = []

    def work(name: str) -> None:
        mine = open_engine(database_url)
        try:
            while claims := claim(mine, name, limit=7):
                got.extend((name, one.id) for one in claims)
        except Exception as error:  # noqa: BLE001 - shown by the test
            errors.append(error)
        finally:
            mine.dispose()

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(got) == 1000
    assert max(Counter(number for _, number in got).values()) == 1


def test_a_claim_is_settled_by_its_own_fence_only(engine: Engine) -> None:
    number = added(engine, mail())
    [stale] = claim(engine, "stale")
    outbound.recover(engine, NOW + timedelta(minutes=11))
    [fresh] = claim(engine, "fresh", now=NOW + timedelta(minutes=12))
    assert not outbound.mark_handing(engine, stale, now=NOW, lease_seconds=60)
    assert not outbound.settle(engine, stale, SENT, reply="250", now=NOW)
    assert row(engine, number).status == "sending"
    assert outbound.mark_handing(engine, fresh, now=LATER, lease_seconds=60)
    assert outbound.settle(engine, fresh, SENT, reply="250", now=LATER)
    assert row(engine, number).status == "sent"


def test_a_dead_sender_before_the_hand_over_means_queued_and_after_it_unknown(engine: Engine) -> None:
    before, after = added(engine, mail("1")), added(engine, mail("2"))
    claims = {one.id: one for one in claim(engine)}
    outbound.mark_handing(engine, claims[after], now=NOW, lease_seconds=60)
    assert outbound.recover(engine, NOW) == (0, 0)  # the leases still run
    assert outbound.recover(engine, NOW + timedelta(hours=1)) == (1, 1)
    assert (row(engine, before).status, row(engine, after).status) == ("queued", "unknown")
    assert "hand-over began" in row(engine, after).reason
    assert [one.id for one in claim(engine, now=NOW + timedelta(days=1))] == [before]


def test_a_sender_known_dead_is_not_waited_for(engine: Engine) -> None:
    number = added(engine, mail())
    claim(engine, "host/1/1")
    assert outbound.recover(engine, NOW, is_dead=lambda owner: owner == "host/1/1") == (1, 0)
    assert row(engine, number).status == "queued"


def test_who_made_the_hand_over_may_settle_what_was_called_unknown_meanwhile(engine: Engine) -> None:
    number = added(engine, mail())
    [mine] = claim(engine)
    outbound.mark_handing(engine, mine, now=NOW, lease_seconds=60)
    outbound.recover(engine, LATER)
    assert row(engine, number).status == "unknown"
    assert outbound.settle(engine, mine, SENT, reply="250 ok", now=LATER)
    assert row(engine, number).status == "sent"


def test_what_was_claimed_and_not_tried_is_given_back_as_it_was(engine: Engine) -> None:
    number = added(engine, mail())
    outbound.give_back(engine, claim(engine))
    after = row(engine, number)
    assert (after.status, after.attempts, after.lease_owner, after.due_at) == ("queued", 0, None, NOW)


def test_tries_are_counted_from_the_first_one_and_again_after_a_resend(engine: Engine) -> None:
    number = added(engine, mail())
    for hours in range(3):
        at = NOW + timedelta(hours=hours)
        [one] = claim(engine, now=at)
        assert (one.attempts, one.first_try) == (hours + 1, NOW)
        outbound.settle(engine, one, Verdict(OutboxStatus.QUEUED, at, "later"), reply="451", now=at)
    [one] = claim(engine, now=NOW + timedelta(hours=3))
    outbound.settle(engine, one, Verdict(OutboxStatus.FAILED, None, "no"), reply="550", now=NOW + timedelta(hours=3))
    week = NOW + timedelta(days=7)
    write(engine, lambda tx: outbound.resolve(tx, number, sent=False, cause=CLERK, now=week))
    [one] = claim(engine, now=week)
    assert (one.attempts, one.first_try) == (1, week)
    assert [a.outcome for a in read(engine, lambda tx: outbound.attempts_of(tx, number))] == ["queued"] * 3 + [
        "failed",
        "resend",
    ]


def test_a_clerk_holds_releases_and_cancels_and_each_step_is_recorded(engine: Engine) -> None:
    number = added(engine, mail())
    write(engine, lambda tx: outbound.hold(tx, number, reason="ask first", cause=CLERK, now=NOW))
    assert claim(engine) == ()
    write(engine, lambda tx: outbound.release(tx, number, cause=CLERK, now=NOW))
    assert row(engine, number).reason is None
    write(engine, lambda tx: outbound.cancel(tx, number, reason="paid meanwhile", cause=CLERK, now=NOW))
    assert claim(engine) == ()
    trail = read(engine, lambda tx: events.trail(tx, [("outbox", str(number))]))
    assert [(one["actor"], one["action"]) for one in trail] == [
        ("clerk:ann", "hold"),
        ("clerk:ann", "release"),
        ("clerk:ann", "cancel"),
    ]


@pytest.mark.parametrize("step", ["hold", "release", "cancel", "resolve"])
@pytest.mark.parametrize("status", [one.value for one in OutboxStatus])
def test_a_step_that_does_not_fit_the_status_is_refused_and_says_why(
    sqlite_engine: Engine, step: str, status: str
) -> None:
    engine = sqlite_engine
    number = added(engine, mail())
    with engine.begin() as tx:
        tx.execute(update(outbox).values(status=status))
    fits = {
        "hold": {"queued"},
        "release": {"held"},
        "cancel": {"queued", "held", "failed"},
        "resolve": {"unknown", "failed", "bounced"},
    }
    steps: dict[str, Any] = {
        "hold": lambda tx: outbound.hold(tx, number, reason="r", cause=CLERK, now=NOW),
        "release": lambda tx: outbound.release(tx, number, cause=CLERK, now=NOW),
        "cancel": lambda tx: outbound.cancel(tx, number, reason="r", cause=CLERK, now=NOW),
        "resolve": lambda tx: outbound.resolve(tx, number, sent=True, cause=CLERK, now=NOW),
    }
    if status in fits[step]:
        write(engine, steps[step])
        assert row(engine, number).status != status
    else:
        with pytest.raises(Refused, match=f"O{number} is {status}"):
            write(engine, steps[step])
        assert row(engine, number).status == status


def test_a_mail_that_is_not_there_is_said_so(engine: Engine) -> None:
    with pytest.raises(NotFound):
        write(engine, lambda tx: outbound.hold(tx, 7, reason="r", cause=CLERK, now=NOW))


def test_a_mail_without_any_address_is_not_released(engine: Engine) -> None:
    number = added(engine, mail(recipients=("nobody",)))
    with pytest.raises(Refused, match="no address"):
        write(engine, lambda tx: outbound.release(tx, number, cause=CLERK, now=NOW))


def test_an_answer_proves_that_an_unknown_mail_arrived(engine: Engine) -> None:
    number = added(engine, mail())
    other = added(engine, mail("2"))
    for one in claim(engine):
        outbound.settle(engine, one, Verdict(OutboxStatus.UNKNOWN, None, "lost"), reply="", now=NOW)
    ids = [mail().message_id, "<stranger@x>"]
    done = write(engine, lambda tx: outbound.confirm(tx, ids, evidence="answered by M7", cause=CLERK, now=LATER))
    assert done == (number,)
    assert (row(engine, number).status, row(engine, other).status) == ("sent", "unknown")


def test_a_bounce_marks_the_mail_it_is_about_and_no_other(engine: Engine) -> None:
    number = added(engine, mail())
    [one] = claim(engine)
    outbound.settle(engine, one, SENT, reply="250", now=NOW)
    hit = write(
        engine,
        lambda tx: outbound.bounced(
            tx, one.message_id, recipient="ap@buyer.example", reason="5.1.1", cause=CLERK, now=NOW
        ),
    )
    assert hit is not None
    assert hit.id == number
    assert row(engine, number).status == "bounced"
    assert (
        write(engine, lambda tx: outbound.bounced(tx, "<no@x>", recipient=None, reason="", cause=CLERK, now=NOW))
        is None
    )


def test_the_loop_guard_counts_what_was_planned_and_neither_held_nor_cancelled(engine: Engine) -> None:
    added(engine, mail("1"))
    added(engine, mail("2", recipients=("AP@buyer.example", "b@buyer.example")))
    added(engine, mail("3", held_reason="x"))
    added(engine, mail("4", customer="C2"))
    cancelled = added(engine, mail("5"))
    write(engine, lambda tx: outbound.cancel(tx, cancelled, reason="", cause=CLERK, now=NOW))
    found = read(engine, lambda tx: outbound.spent(tx, mail("6"), Budget(per_hour=100), NOW))
    assert dict(found.by_recipient) == {"ap@buyer.example": 2, "b@buyer.example": 1}
    assert found.last_hour == 3
    next_day = read(engine, lambda tx: outbound.spent(tx, mail("6"), Budget(per_hour=100), NOW + timedelta(days=2)))
    assert (dict(next_day.by_recipient), next_day.last_hour) == ({}, 0)


def test_an_outbox_without_faults_says_so(engine: Engine) -> None:
    added(engine, mail())
    assert read(engine, outbound.faults) == []
    with engine.begin() as tx:
        tx.execute(update(outbox).values(status="sent"))
    assert "nothing says when" in read(engine, outbound.faults)[0]
