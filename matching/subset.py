"""Which open amounts add up to a sum: all sets there are, or all small ones and what cannot be known.

With fifty open items every third payment has a second explanation, so that one set is never taken as *the* set: all
sets up to `limit` are returned, and `complete` says whether there can be others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import gcd

MOST_ITEMS = 300
MOST_BITS = 40_000_000  # 5 MB a row
ALL_SETS_UP_TO = 26  # among so few items every set is found, whatever its size: two halves of 8,192 sums


@dataclass(frozen=True, slots=True)
class Subsets:
    """The sets found, as positions in the given amounts, fewest items first.

    `exists` is None where it is not known whether any set adds up. `complete` is True where there is no other set.
    """

    sets: tuple[tuple[int, ...], ...]
    exists: bool | None
    complete: bool

    @property
    def unique(self) -> bool:
        return self.complete and len(self.sets) == 1


def subsets(amounts: Sequence[int], target: int, *, limit: int = 20) -> Subsets:
    """Find the sets of the positive amounts (minor units) that add up to the target exactly.

    Among at most 26 items every set is found; among more, every set of at most four items and every set that leaves out
    at most two, and whether any set exists. `limit` bounds how many are returned.
    """
    usable = [i for i, amount in enumerate(amounts) if 0 < amount <= target]
    values = [amounts[i] for i in usable]
    if not values or sum(values) < target:
        return Subsets((), False, True)
    if len(values) > MOST_ITEMS:
        return Subsets((), None, False)
    few = len(values) <= ALL_SETS_UP_TO
    found = list(islice(_every_set(values, target) if few else _small_sets(values, target), limit + 1))
    exists: bool | None = bool(found)
    if not found and not few:
        exists = reachable(values, target)
    complete = len(found) <= limit and (few or exists is False)
    chosen = sorted({tuple(sorted(usable[i] for i in one)) for one in found[:limit]}, key=lambda s: (len(s), s))
    return Subsets(tuple(chosen), exists, complete)


def reachable(amounts: Sequence[int], target: int) -> bool | None:
    """Return whether any set adds up to the target; None where the numbers are too large to say.

    One bit a minor unit (after dividing by what all amounts share), the whole row shifted and or-ed once an item; the
    smaller of target and rest is looked for.
    """
    unit = gcd(*amounts) if amounts else 1
    rest = sum(amounts) - target
    if rest < 0 or not unit or target % unit:
        return False
    goal = min(target, rest) // unit
    if goal > MOST_BITS:
        return None
    row, mask = 1, (1 << (goal + 1)) - 1
    for amount in amounts:
        step = amount // unit
        if step <= goal:
            row |= (row << step) & mask
    return bool(row >> goal & 1)


def _half(values: Sequence[int], positions: Sequence[int]) -> list[tuple[int, int]]:
    """Every set of the positions as (sum, bit mask), sums ascending."""
    sums = [(0, 0)]
    for position in positions:
        sums += [(total + values[position], mask | 1 << position) for total, mask in sums]
    return sorted(sums)


def _every_set(values: Sequence[int], target: int) -> Iterator[tuple[int, ...]]:
    """Meet in the middle: every set whatever its size."""
    middle = len(values) // 2
    left = _half(values, range(middle))
    right = _half(values, range(middle, len(values)))
    totals = [total for total, _ in right]
    for total, mask in left:
        for k in range(bisect_left(totals, target - total), bisect_right(totals, target - total)):
            both = mask | right[k][1]
            yield tuple(i for i in range(len(values)) if both >> i & 1)


def _small_sets(values: Sequence[int], target: int) -> Iterator[tuple[int, ...]]:
    """Every set of one to four items, then every set that leaves out at most two."""
    where: dict[int, list[int]] = {}
    for i, value in enumerate(values):
        where.setdefault(value, []).append(i)
    yield from ((i,) for i in where.get(target, ()))
    yield from _pairs(values, target, where)
    yield from _triples(values, target, where)
    yield from _fours(values, target)
    everything = tuple(range(len(values)))
    rest = sum(values) - target
    left_out: Iterator[tuple[int, ...]] = iter([()]) if rest == 0 else iter([(i,) for i in where.get(rest, ())])
    for out in (*left_out, *_pairs(values, rest, where)):
        yield tuple(i for i in everything if i not in out)


def _pairs(values: Sequence[int], target: int, where: dict[int, list[int]]) -> Iterator[tuple[int, int]]:
    for i, value in enumerate(values):
        for j in where.get(target - value, ()):
            if j > i:
                yield i, j


def _triples(values: Sequence[int], target: int, where: dict[int, list[int]]) -> Iterator[tuple[int, int, int]]:
    for i, value in enumerate(values):
        rest = target - value
        for j in range(i + 1, len(values)):
            for k in where.get(rest - values[j], ()):
                if k > j:
                    yield i, j, k


def _fours(values: Sequence[int], target: int) -> Iterator[tuple[int, int, int, int]]:
    """Each set once: its two smaller positions from the pairs seen so far, its two larger ones from the loop."""
    pairs: dict[int, list[tuple[int, int]]] = {}
    for i, high in enumerate(values):
        for j in range(i):
            for p, q in pairs.get(target - high - values[j], ()):
                if q < j:
                    yield p, q, j, i
        for j in range(i):
            pairs.setdefault(high + values[j], []).append((j, i))
