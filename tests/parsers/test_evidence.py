"""Every value that was read can be shown where it stands: over the whole golden collection."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from agent.domain.documents import AnyDocument
from parsers.located import values_of
from parsers.reading import read

_GOLDEN = Path(__file__).parents[1] / "golden"
_PAPERS = sorted(p for p in _GOLDEN.glob("*/*") if p.suffix != ".json" and p.with_suffix(".json").exists())

# What no single place says: concluded from several words, or worked out from other figures of the same line.
_CONCLUDED = frozenset(
    "method level service complete packages signature_line_empty reason topic cancelled cancels revision_of".split()
)
_SCANNED = str.maketrans("lIOoSB", "110058")  # letters that scanners put for figures


@pytest.fixture(scope="module")
def readings() -> list[tuple[Path, AnyDocument]]:
    return [(path, document) for path in _PAPERS for document in read(path.read_bytes(), path.name).documents]


def test_every_value_has_a_place_or_is_a_conclusion(readings: list[tuple[Path, AnyDocument]]) -> None:
    bare = Counter[str]()
    count = 0
    for path, document in readings:
        for name, value in values_of(document):
            field = name.rpartition(".")[2].partition("[")[0]
            if field in _CONCLUDED:
                continue
            count += 1
            if name not in document.evidence:
                bare[f"{document.kind.value} {field}: {value} in {path.name}"] += 1
    # a currency may follow from the paper's language, a gross from net and tax: no line says them
    unexplained = [text for text in bare if not re.search(r" (?:currency|gross): ", text)]
    assert count > 3_000
    assert unexplained == []
    assert bare.total() * 200 <= count, bare


def test_an_amount_stands_in_the_text_that_is_shown_for_it(readings: list[tuple[Path, AnyDocument]]) -> None:
    wrong, count = [], 0
    for path, document in readings:
        for name, value in values_of(document):
            place = document.evidence.get(name)
            if place is None or not isinstance(value, Decimal) or not value or place.place is None:
                continue
            count += 1
            wanted = re.sub(r"\D", "", f"{abs(value.normalize()):f}").strip("0")
            if wanted not in re.sub(r"\D", "", place.text.translate(_SCANNED)):
                wrong.append(f"{path.name} {name}: {value} in {place.text!r}")
    # a sum of two columns, or "less 2 %": shown is a figure that it was worked out from
    assert count > 1_000
    assert len(wrong) <= 2, wrong


def test_a_place_lies_on_a_page_of_its_part(readings: list[tuple[Path, AnyDocument]]) -> None:
    for path, document in readings:
        for name, place in document.evidence.items():
            assert place.part, (path, name)
            assert place.text.strip(), (path, name)
            if place.place is not None:
                x0, top, x1, bottom = place.place
                assert x0 <= x1, (path, name)
                assert top <= bottom, (path, name)
