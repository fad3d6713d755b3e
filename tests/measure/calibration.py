"""How many of the fields given with a certain confidence are right, over the golden documents and the invented mails.

python -m tests.measure.calibration prints a line for each band of confidence.
"""

from __future__ import annotations

from collections import defaultdict

from tests.measure.golden_pairs import Pair, fields, golden, mails, matched

BANDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)


def calibration(pairs: list[Pair]) -> tuple[dict[float, tuple[int, int]], list[str]]:
    """Return right and given fields by the lower end of the band, and the wrong ones in words.

    A document that should not be there counts as one wrong field: its kind.
    """
    count: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    wrong: list[str] = []
    for pair in pairs:
        for wanted, found in matched(pair):
            if found is None:
                continue
            band = max(b for b in BANDS if b <= found["confidence"])
            given = list(fields(wanted, found)) if wanted else [(".kind", False)]
            for path, right in given:
                count[band][0] += right
                count[band][1] += 1
                if not right:
                    wrong.append(f"{found['confidence']:.2f} {pair.name} {found['kind']}{path}")
    return {band: (right, given) for band, (right, given) in sorted(count.items())}, wrong


def main() -> None:
    by_band, wrong = calibration([*golden(), *mails()])
    print(*wrong, sep="\n")
    for (low, (right, given)), high in zip(by_band.items(), [*list(by_band)[1:], 1.0], strict=True):
        print(f"{low:.2f} to {high:.2f}: {right} of {given} right ({100 * right / given:.1f} %)")


if __name__ == "__main__":
    main()
