"""Each file of golden/ stands beside the JSON of what is read from it, without its evidence and its empty fields."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.domain.codec import document_from_plain, to_plain
from parsers.edi import read_structured
from parsers.page import Limits

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".json")


def filled(value: Any) -> Any:
    """Leave out what is empty, so that a golden file shows what was read and nothing else."""
    if isinstance(value, dict):
        return {k: filled(v) for k, v in value.items() if k != "evidence" and v not in (None, [], {}, False, "")}
    return [filled(v) for v in value] if isinstance(value, list) else value


def reading_of(path: Path) -> dict[str, Any]:
    result = read_structured(path.read_bytes(), path.name, Limits())
    assert result is not None, f"{path.name} was not recognised"
    return {
        "format": result.format,
        "documents": [filled(to_plain(document)) for document in result.documents],
        "problems": [problem.what for problem in result.problems],
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_file_is_read_as_the_json_beside_it_says(path: Path) -> None:
    assert reading_of(path) == json.loads(path.with_suffix(path.suffix + ".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_field_that_was_read_has_evidence_from_the_file(path: Path) -> None:
    result = read_structured(path.read_bytes(), path.name, Limits())
    assert result is not None
    for document in result.documents:
        plain = to_plain(document)
        assert document_from_plain(plain) == document, "the document does not survive its plain form"
        for field, evidence in document.evidence.items():
            assert evidence.part == path.name
            assert 0 < len(evidence.text) <= 200, field
        for name in ("number", "total", "currency", "account", "closing"):
            if plain.get(name) is not None:
                assert name in document.evidence, f"{name} has no evidence"
        for index, line in enumerate(plain.get("lines", [])):
            for name in ("reference", "amount", "paid", "item", "quantity", "delivered"):
                if line.get(name) is not None:
                    assert f"lines[{index}].{name}" in document.evidence, f"lines[{index}].{name} has no evidence"
