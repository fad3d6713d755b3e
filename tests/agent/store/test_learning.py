"""Learned rows, reversals and brakes, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from agent.domain.errors import NotFound
from agent.domain.learning import LearnedKind, Lesson
from agent.store import brakes, learned
from agent.store.engine import read, write

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
TODAY = NOW.date()
ALIAS = Lesson(kind=LearnedKind.PAYER_ALIAS, customer="C-1", said="Ridge Inc.", means="C-1", key="w:ridge")


def test_the_same_lesson_again_is_one_row_that_held(engine: Engine) -> None:
    def twice(tx):  # type: ignore[no-untyped-def]
        first = learned.teach(tx, ALIAS, queue=4, clerk="ann", expires_on=TODAY, now=NOW)
        return first, learned.teach(tx, ALIAS, queue=9, clerk="bob", expires_on=date(2027, 1, 1), now=NOW)

    (one, new), (same, again) = write(engine, twice)
    assert (one, new, again) == (same, True, False)
    row = read(engine, lambda tx: learned.one(tx, one))
    assert (row.queue, row.clerk, row.held, row.expires_on) == (4, "ann", 1, date(2027, 1, 1))


def test_two_customers_may_be_paid_for_by_one_name(engine: Engine) -> None:
    other = Lesson(kind=LearnedKind.PAYER_ALIAS, customer="C-2", said="Ridge Inc.", means="C-2", key="w:ridge")

    def both(tx):  # type: ignore[no-untyped-def]
        for lesson in (ALIAS, other):
            learned.teach(tx, lesson, queue=1, clerk="ann", expires_on=None, now=NOW)
        return learned.by_keys(tx, LearnedKind.PAYER_ALIAS, ["w:ridge"], TODAY)

    assert [row.customer for row in write(engine, both)] == ["C-1", "C-2"]


def test_a_row_counts_until_the_day_on_which_it_expires(engine: Engine) -> None:
    def look(tx):  # type: ignore[no-untyped-def]
        learned.teach(tx, ALIAS, queue=1, clerk="ann", expires_on=TODAY, now=NOW)
        days = (TODAY - timedelta(days=1), TODAY)
        return [len(learned.by_keys(tx, LearnedKind.PAYER_ALIAS, ["w:ridge"], day)) for day in days]

    assert write(engine, look) == [1, 0]


def test_what_is_forgotten_is_gone(engine: Engine) -> None:
    number = write(engine, lambda tx: learned.teach(tx, ALIAS, queue=1, clerk="a", expires_on=None, now=NOW))[0]
    write(engine, lambda tx: learned.forget(tx, number))
    with pytest.raises(NotFound):
        read(engine, lambda tx: learned.one(tx, number))


def test_reversals_count_bookings_and_not_their_lines(engine: Engine) -> None:
    def work(tx):  # type: ignore[no-untyped-def]
        for subject, rule in (("A1", "number"), ("A1", "order"), ("A2", "number")):
            brakes.add_reversal(
                tx, customer="C-1", rule=rule, subject=subject, invoice=None, clerk="ann", note="", now=NOW
            )
        before = NOW - timedelta(days=1)
        return (
            brakes.reversed_since(tx, before, customer="C-1"),
            brakes.reversed_since(tx, before, rule="order"),
            brakes.reversed_since(tx, NOW, customer="C-1"),
        )

    assert write(engine, work) == (2, 1, 0)


def test_a_lifted_brake_rests_on_nothing_and_is_remembered(engine: Engine) -> None:
    def work(tx):  # type: ignore[no-untyped-def]
        number = brakes.put(tx, "customer", "C-1", "too much", NOW)
        assert brakes.on(tx, "customer", "C-1") is not None
        brakes.lift(tx, number, clerk="ann", now=NOW)
        return brakes.on(tx, "customer", "C-1"), brakes.last_lifted(tx, "customer", "C-1"), brakes.active(tx)

    assert write(engine, work) == (None, NOW, [])
