"""What character recognition reads of our papers: `python -m tests.measure.ocr [--looks all] [--seed 1] [--show]`.

Every PDF of the golden collection is rendered as scanners and cameras do (tests/measure/scans.py) and read as a picture; by
default each in one look by lot, with `--looks all` in every one. Printed are words and figures read right, documents
read right, how many would book without a person, and the wrong values among those: that must be 0, else exit code 1.
Needs the extra `ocr`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pypdfium2

from agent.domain.codec import to_plain
from agent.domain.documents import AnyDocument, Flag, Footing
from parsers.page import Limits
from parsers.reading import read
from tests.measure.scans import LOOKS, Look, file_of, shuffled, taken

GOLDEN = Path(__file__).parents[1] / "golden"
BOOKED = ("total", "number", "payment_reference", "reference", "paid", "gross", "discount", "deduction", "withheld")
BOOKED += ("item", "quantity", "unit_price", "amount", "delivered", "accepted", "order_number", "currency")


def would_book(document: AnyDocument) -> bool:
    return document.footing is Footing.PROVED and not {Flag.UNCERTAIN, Flag.MASKED} & set(document.flags)


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """The paths at which a reading differs from what is written beside the paper."""
    if isinstance(expected, dict):
        inner = found if isinstance(found, dict) else {}
        return [d for name, value in expected.items() for d in differences(value, inner.get(name), f"{path}.{name}")]
    if isinstance(expected, list) and expected and isinstance(expected[0], dict):
        rows = found or []
        if len(rows) != len(expected):
            return [f"{path}.length: {len(rows)} for {len(expected)}"]
        return [d for n, value in enumerate(expected) for d in differences(value, rows[n], f"{path}[{n}]")]
    return [] if plain(expected) == plain(found) else [f"{path}: {found!r} for {expected!r}"]


def plain(value: Any) -> Any:
    try:
        return Decimal(value) if isinstance(value, str) else value or None
    except InvalidOperation:
        return value


def measured(path: Path, look: Look, seed: int, counts: Counter[str], show: bool) -> None:
    data, expected = path.read_bytes(), json.loads(path.with_suffix(".json").read_text("utf-8"))["documents"]
    document = pypdfium2.PdfDocument(data)
    pages = [taken(data, look, index, seed) for index in range(min(len(document), 3))]
    whole = len(document) <= 3
    truth = Counter(w for i in range(len(pages)) for w in document[i].get_textpage().get_text_range().split())
    document.close()
    buffer = file_of(pages[0], "PNG") if len(pages) == 1 else _pdf(pages)
    limits = Limits(ocr_pages_max=5)
    name = "scan.png" if len(pages) == 1 else "scan.pdf"
    from parsers.media import pages_of
    from parsers.page import Part

    seen = pages_of(Part(name, "", buffer), limits)
    words = (
        Counter(w.text for p in seen for line in p.lines for w in line.words) if isinstance(seen, tuple) else Counter()
    )
    figures = Counter({w: n for w, n in truth.items() if any(c.isdigit() for c in w)})
    counts["words"] += truth.total()
    counts["words right"] += (truth & words).total()
    counts["figures"] += figures.total()
    counts["figures right"] += (figures & words).total()
    if not whole:
        return
    from unittest.mock import patch

    with patch("parsers.media.pages_of", return_value=seen):  # what was recognised above: not twice
        found = read(buffer, name, limits=limits).documents
    rows = [to_plain(one) for one in found]
    wrong = [d for e, f in zip(expected, rows, strict=False) for d in differences(e, f)]
    right = len(rows) == len(expected) and not wrong
    counts["documents"] += 1
    counts["documents right"] += right
    booking = [n for n, one in enumerate(found) if would_book(one)]
    counts["would book"] += bool(booking)
    bad = [
        d
        for n in booking
        for d in (differences(expected[n], rows[n]) if n < len(expected) else ["one too many"])
        if any(f".{name}:" in d for name in BOOKED) or "length" in d or "many" in d
    ]
    counts["wrong values that would book"] += len(bad)
    if show and (not right or bad):
        flags = [[str(f) for f in one.flags] for one in found]
        print(
            f"  {path.stem} ({look.name}): {flags} {wrong[:6] or f'{len(rows)} documents for {len(expected)}'}{' BOOKS ' + str(bad) if bad else ''}"
        )


def _pdf(pages: list[Any]) -> bytes:
    import io

    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", resolution=200, save_all=True, append_images=pages[1:])
    return buffer.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", default="one", choices=("one", "all"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    total: Counter[str] = Counter()
    by_look: dict[str, Counter[str]] = {}
    for n, path in enumerate(sorted(p for p in GOLDEN.glob("*/*.pdf") if asked.only in p.stem)):
        if not path.with_suffix(".json").exists():
            continue
        for look in LOOKS if asked.looks == "all" else (shuffled(asked.seed * 1000 + n),):
            counts = by_look.setdefault(look.name, Counter())
            measured(path, look, asked.seed, counts, asked.show)
    for name, counts in by_look.items():
        total += counts
        _print(name, counts)
    _print("all", total)
    return 1 if total["wrong values that would book"] else 0


def _print(name: str, counts: Counter[str]) -> None:
    print(
        f"{name:>12}: words {counts['words right']}/{counts['words']}, figures {counts['figures right']}/{counts['figures']}, documents "
        f"{counts['documents right']}/{counts['documents']}, would book {counts['would book']}, wrong values among those "
        f"{counts['wrong values that would book']}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
