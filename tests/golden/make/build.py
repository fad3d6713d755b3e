"""Writes the golden pairs: `python -m tests.golden.make.build` puts each document and its expected reading side by side.

The documents were written before the rules that read them. They fall by hash into two halves: rules may be written
looking at the failures of the one (`seen`), the other (`unseen`) only counts.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.golden.make import deliveries_text, drawn, further_text, later_text, latest, orders_text, remittances_text

_FOLDER = Path(__file__).parent.parent
_KIND = {"po": "purchase_order", "ra": "remittance_advice", "dc": "delivery_confirmation", "bs": "bank_statement"}


def half_of(name: str) -> str:
    """Return which half the document of this name belongs to; `further` for those that came after the rules."""
    if any(name == last for last, _, _, _ in latest.documents()):
        return "latest"
    if any(name == later for later, _, _, _ in later_text.DOCUMENTS):
        return "later"
    if any(name == further for further, _, _, _ in further_text.DOCUMENTS):
        return "further"
    return "seen" if hashlib.sha256(name.encode()).digest()[0] % 2 == 0 else "unseen"


def documents() -> list[tuple[str, str, bytes, list[dict]]]:
    """Return (folder/name, extension, bytes, expected documents) of every golden pair that is made here."""
    made: list[tuple[str, str, bytes, list[dict]]] = []
    for folder, module in (
        ("purchase_order", orders_text),
        ("remittance_advice", remittances_text),
        ("delivery_confirmation", deliveries_text),
    ):
        nothing = {name for name, _ in module.NOTHING}
        made += [
            (
                f"{'nothing' if name in nothing else folder}/{name}",
                ext,
                content.encode(),
                [] if name in nothing else expected,
            )
            for name, ext, content, expected in module.DOCUMENTS
        ]
    for name, ext, data, expected in drawn._documents():
        prefix, rest = name.split("_", 1)
        made.append((f"{_KIND[prefix]}/{rest}", ext, data, expected))
    made += [
        (name, ext, content.encode(), expected)
        for name, ext, content, expected in (*further_text.DOCUMENTS, *later_text.DOCUMENTS)
    ]
    made += latest.documents()
    return made


def main() -> None:
    for name, ext, data, expected in documents():
        path = _FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f"{path.name}.{ext}").write_bytes(data)
        text = json.dumps({"documents": expected}, ensure_ascii=False, indent=1)
        path.with_name(f"{path.name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
