"""How long it takes to say whether any set of open items adds up, and how many ambiguous payments are found.

    python tests/bench/bench_subset.py

Existence: median over payments of 2 to 8 of 200 log-normal amounts (median about 600.00). Ambiguity: payments of 1 to 4
items with a second set of at most four, made by construction; every one must be shown with at least two sets.
"""

from __future__ import annotations

import math
import random
import statistics
import time

from matching.subset import reachable, subsets


def amounts(n: int, rng: random.Random) -> list[int]:
    return [int(math.exp(rng.gauss(11, 1.2))) + 1 for _ in range(n)]


def existence(n: int, rounds: int = 30) -> tuple[float, float]:
    """Median milliseconds of `reachable` alone and of `subsets` (all small sets and existence)."""
    rng = random.Random(n)
    alone, both = [], []
    for _ in range(rounds):
        items = amounts(n, rng)
        target = sum(rng.sample(items, rng.randint(2, 8)))
        started = time.perf_counter()
        assert reachable(items, target)
        alone.append(time.perf_counter() - started)
        started = time.perf_counter()
        assert subsets(items, target).exists
        both.append(time.perf_counter() - started)
    return statistics.median(alone) * 1000, statistics.median(both) * 1000


def ambiguity(n: int, rounds: int = 60) -> tuple[int, int]:
    """How many payments that have two sets of at most four items were shown with two or more."""
    rng = random.Random(n * 7)
    found = 0
    for _ in range(rounds):
        items = amounts(n, rng)
        first = rng.sample(range(n), rng.randint(1, 4))
        target = sum(items[i] for i in first)
        others = [i for i in range(n) if i not in first]
        second = rng.sample(others, rng.randint(1, 3))
        rest = target - sum(items[i] for i in second)
        if rest > 0:
            items.append(rest)  # with `second` this makes the same amount
        else:
            items.append(target)
        found += len(subsets(items, target).sets) >= 2
    return found, rounds


def main() -> None:
    for n in (20, 50, 100, 200, 300):
        alone, both = existence(n)
        print(f"{n:4d} items: existence {alone:8.2f} ms   all small sets and existence {both:8.2f} ms (medians)")
    for n in (20, 50, 100, 200):
        found, rounds = ambiguity(n)
        print(f"{n:4d} items: {found}/{rounds} ambiguous payments shown as ambiguous")


if __name__ == "__main__":
    main()
