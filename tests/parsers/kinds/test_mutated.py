"""Papers that add up, with one thing changed: they no longer do, and say so (a short form of tests.measure.mutated_papers)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.domain.documents import Footing
from parsers.reading import read
from tests.measure.mutated_papers import GOLDEN, measured

_PAPERS = frozenset(
    (
        "d365_like.txt", "dutch_betaalspecificatie.txt", "sample_r06.txt", "sample_r02.txt", "pdf_voucher_stub.pdf",
        "sheet_with_totals.xlsx", "korean_balju.txt", "sample_p08.txt", "pdf_ruled.pdf", "sheet_header_row_five.xlsx",
    )
)  # fmt: skip


def test_a_paper_with_one_thing_changed_never_proves_itself_with_what_it_did_not_say() -> None:
    tried, wrong = measured(1, 1, _PAPERS)
    assert min(tried.values()) > 5
    assert not wrong


@pytest.mark.parametrize(
    ("name", "old", "new", "difference"),
    [
        ("d365_like.txt", "4 500,00", "4 600,00", "100.00"),  # a gross that its net and discount contradict
        ("spanish_retencion.txt", " 750,00 ", " 150,00 ", "600.00"),  # a reduction
        ("sample_r06.txt", "12.50\n", "12.59\n", "0.09"),  # a credit in a two-sided list
    ],
)
def test_a_reading_that_contradicts_itself_fails_with_the_difference(
    name: str, old: str, new: str, difference: str
) -> None:
    text = (GOLDEN / "remittance_advice" / name).read_text("utf-8")
    assert old in text
    (advice,) = read(text.replace(old, new, 1).encode(), name).documents
    assert advice.footing is Footing.FAILED
    assert advice.difference is not None
    assert abs(advice.difference) == Decimal(difference)
