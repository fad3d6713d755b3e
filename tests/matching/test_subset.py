from __future__ import annotations

import random
import time
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.subset import reachable, subsets


def brute(amounts: list[int], target: int) -> set[tuple[int, ...]]:
    positions = range(len(amounts))
    return {
        chosen
        for size in range(1, len(amounts) + 1)
        for chosen in combinations(positions, size)
        if sum(amounts[i] for i in chosen) == target
    }


@settings(deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=10), st.integers(1, 120))
def test_among_few_items_exactly_the_sets_that_add_up_are_found(amounts, target):
    expected = brute(amounts, target)
    found = subsets(amounts, target, limit=2_000)
    assert set(found.sets) == expected and found.complete and found.exists == bool(expected)
    assert reachable(amounts, target) == bool(expected)


def test_among_many_items_every_set_of_up_to_four_is_found():
    rng = random.Random(4)
    for _ in range(6):
        amounts = [rng.randrange(1, 3_000) for _ in range(32)]
        target = sum(rng.sample(amounts, 3))
        expected = {
            s for size in (1, 2, 3, 4) for s in combinations(range(32), size) if sum(amounts[i] for i in s) == target
        }
        found = subsets(amounts, target, limit=5_000)
        assert expected <= set(found.sets)
        assert not found.complete  # a fifth item may make another set: cannot know


def test_a_limit_that_is_reached_is_never_called_complete():
    found = subsets([100] * 20, 500, limit=5)
    assert len(found.sets) == 5 and not found.complete and not found.unique


def test_all_items_but_one_is_found_among_many():
    rng = random.Random(9)
    amounts = [rng.randrange(1_000, 9_000_000) for _ in range(60)]
    found = subsets(amounts, sum(amounts) - amounts[17])
    assert tuple(i for i in range(60) if i != 17) in found.sets


def test_no_set_among_many_items_is_known_to_be_none():
    found = subsets([200 * n for n in range(1, 60)], 99_999)
    assert found.exists is False and found.complete and found.sets == ()


def test_amounts_too_large_to_say_are_not_guessed():
    rng = random.Random(1)
    amounts = [rng.randrange(10**11, 10**12) | 1 for _ in range(40)]
    found = subsets(amounts, 10**12 + 3)
    assert found.exists in (None, False) and not found.unique


def test_a_hundred_large_round_amounts_are_quick():
    amounts = [1_000_000 * n for n in range(1, 101)]
    started = time.perf_counter()
    assert reachable(amounts, 2_500_000_000) is True
    assert time.perf_counter() - started < 1
