"""The two clocks of a dispute."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from agent.domain.case_clock import CLOSED, THEIRS, Clock, Move, clock, waited


def day(n: int) -> date:
    return date(2026, 3, n)


LIFE = (Move(day(2), "open"), Move(day(5), THEIRS), Move(day(12), "waiting_us"), Move(day(15), "resolved"))


def test_days_count_for_whose_turn_it_was() -> None:
    assert clock(LIFE, day(31)) == Clock(ours=6, theirs=7)


def test_a_closed_case_takes_no_more_days() -> None:
    assert clock(LIFE, day(20)) == clock(LIFE, day(31))


def test_a_case_that_is_open_counts_to_today() -> None:
    assert clock(LIFE[:1], day(9)) == Clock(7, 0)
    assert clock(LIFE[:2], day(9)) == Clock(3, 4)


def test_what_they_have_waited_is_only_the_last_turn_without_a_break() -> None:
    twice = (*LIFE[:3], Move(day(20), THEIRS), Move(day(22), THEIRS))
    assert waited(twice, day(25)) == 5
    assert waited(LIFE[:3], day(25)) == 0


@given(st.lists(st.sampled_from(["open", THEIRS, "waiting_us", *CLOSED]), min_size=1, max_size=8), st.integers(0, 20))
def test_no_day_counts_twice(states: list[str], rest: int) -> None:
    moves = tuple(Move(day(n + 1), state) for n, state in enumerate(states))
    today = date.fromordinal(moves[-1].day.toordinal() + rest)
    counted = clock(moves, today)
    assert 0 <= counted.ours + counted.theirs <= (today - moves[0].day).days
    if not set(states) & set(CLOSED):
        assert counted.ours + counted.theirs == (today - moves[0].day).days
