"""Precision and recall of each kind of document over the golden set, of documents and of their fields.

python -m tests.measure.precision prints a line a kind. A document is found where one of its kind was expected; it is
right where every field that is written beside it was read so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from tests.measure.golden_pairs import Pair, fields, golden, matched


@dataclass
class Tally:
    """Counts of one kind."""

    expected: int = 0
    read: int = 0
    found: int = 0
    fields_expected: int = 0
    fields_given: int = 0
    fields_right: int = 0


def tallies(pairs: list[Pair]) -> dict[str, Tally]:
    count: dict[str, Tally] = defaultdict(Tally)
    for pair in pairs:
        for wanted, found in matched(pair):
            tally = count[(wanted or found or {})["kind"]]
            tally.expected += wanted is not None
            tally.read += found is not None
            tally.found += wanted is not None and found is not None
            tally.fields_expected += _filled(wanted)
            given = list(fields(wanted, found)) if wanted and found else []
            tally.fields_given += len(given)
            tally.fields_right += sum(right for _, right in given)
    return count


def _filled(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_filled, value.values()))
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sum(map(_filled, value))
    return int(value not in (None, "", [], False))


def main() -> None:
    print(f"{'kind':24}{'expected':>9}{'read':>6}{'precision':>11}{'recall':>8}{'fields: precision':>19}{'recall':>8}")
    for kind, t in sorted(tallies(list(golden())).items()):
        shares = (t.found / (t.read or 1), t.found / (t.expected or 1))
        of_fields = (t.fields_right / (t.fields_given or 1), t.fields_right / (t.fields_expected or 1))
        print(
            f"{kind:24}{t.expected:9}{t.read:6}{shares[0]:11.3f}{shares[1]:8.3f}{of_fields[0]:19.3f}{of_fields[1]:8.3f}"
        )


if __name__ == "__main__":
    main()
