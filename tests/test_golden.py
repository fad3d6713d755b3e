"""Golden pairs: a document and, beside it, what must be read from it. Adding one is dropping two files in a folder.

The JSON holds `documents`: for each the fields of the machine interface that matter. A field that is not named is not
compared; a document that is not named must not be read. Lines are compared one by one, field by field.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from agent.domain.codec import to_plain
from parsers.reading import read

_FOLDER = Path(__file__).parent / "golden"
_PAIRS = sorted(
    (path.with_suffix(""), path)
    for folder in _FOLDER.iterdir()
    if folder.is_dir() and folder.name not in ("make", "__pycache__")
    for path in folder.iterdir()
    if path.suffix != ".json" and path.with_suffix(".json").exists()
)


_PAPERS = ("purchase_order", "delivery_confirmation", "remittance_advice", "bank_statement")


def _comparable(value: Any) -> Any:
    """Numbers compare as numbers ("250.50" is "250.5"), nothing is nothing ("", [], false and null)."""
    if isinstance(value, str):
        try:
            return Decimal(value) if value[:1] != "0" or "." in value[:2] or value == "0" else value
        except InvalidOperation:
            return value
    return None if value in ("", [], False) else value


def _differences(expected: Any, found: Any, path: str) -> Iterator[str]:
    if isinstance(expected, dict):
        for name, value in expected.items():
            yield from _differences(value, (found or {}).get(name), f"{path}.{name}")
    elif isinstance(expected, list) and expected and isinstance(expected[0], dict):
        rows = found or []
        if len(rows) != len(expected):
            yield f"{path}: {len(rows)} instead of {len(expected)}"
        for index, value in enumerate(expected):
            yield from _differences(value, rows[index] if index < len(rows) else None, f"{path}[{index}]")
    elif _comparable(expected) != _comparable(found):
        yield f"{path}: {found!r} instead of {expected!r}"


@pytest.mark.parametrize(("name", "path"), _PAIRS, ids=lambda value: value.name if value.suffix == "" else "")
def test_a_golden_document_is_read_as_it_is_written_beside_it(name: Path, path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))["documents"]
    found = [to_plain(document) for document in read(path.read_bytes(), path.name).documents]
    if not expected:  # a paper of another kind: prose may still tell of a dispute, a request, a promise
        assert not [d["kind"] for d in found if d["kind"] in _PAPERS and d["lines"]]
        return
    assert [d["kind"] for d in found] == [d["kind"] for d in expected]
    differences = [line for i, wanted in enumerate(expected) for line in _differences(wanted, found[i], f"[{i}]")]
    assert not differences, "\n".join(differences)


def test_every_field_of_a_golden_document_has_evidence_that_stands_in_the_source() -> None:
    for _, path in _PAIRS:
        for document in read(path.read_bytes(), path.name).documents:
            plain = to_plain(document)
            for field in ("number", "payment_reference", "total"):
                if plain.get(field) is not None:
                    assert field in document.evidence, f"{path.name}: {field} has no evidence"
                    assert document.evidence[field].text
