"""Confidence keeps its word: of the fields given with 0.9 or more, at least nine in ten are right."""

from __future__ import annotations

import pytest

from tests.measure.calibration import calibration
from tests.measure.golden_pairs import golden, mails


def test_fields_given_with_nine_tenths_are_right_nine_times_in_ten(capsys: pytest.CaptureFixture[str]) -> None:
    bands, wrong = calibration([*golden(), *mails()])
    for low, (right, given) in bands.items():
        print(f"from {low:.2f}: {right} of {given} right")
    print(capsys.readouterr().out)
    sure = [(right, given) for low, (right, given) in bands.items() if low >= 0.9]
    assert sum(given for _, given in sure) > 1000
    assert sum(right for right, _ in sure) * 10 >= sum(given for _, given in sure) * 9, wrong
