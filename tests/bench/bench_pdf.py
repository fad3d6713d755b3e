"""How quickly PDF pages become words and tables, beside pdfplumber doing the same in the same run.

    python -m tests.bench.bench_pdf [--rounds 7] [--least 5]

Documents of 1, 20 and 100 pages, with ruled tables and without. Both are run in turn; printed are pages a second (the
median round of each) and their ratio, and how the time a page grows with the number of pages. Exit code 1 where a ratio
is below `--least`.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from parsers.media import pages_of
from parsers.page import Limits, Part

ROWS = 40
COLUMNS = (40, 120, 200, 280, 360, 440, 555)
HEAD = ("Invoice no", "Invoice date", "Your ref", "Gross", "Discount", "Net paid")


def advice(pages: int, ruled: bool) -> bytes:
    """A remittance advice of forty rows a page, the same for the same arguments."""
    from reportlab.pdfgen import canvas

    chance = random.Random(pages)
    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=(595, 842))
    for page in range(pages):
        sheet.setFont("Helvetica-Bold", 14)
        sheet.drawString(40, 802, "REMITTANCE ADVICE")
        sheet.setFont("Helvetica", 8)
        sheet.drawString(40, 786, f"Payment ref: PAY-{chance.randint(10**6, 10**7)}   Page {page + 1} of {pages}")
        for row in range(ROWS + 1):
            _row(sheet, HEAD if row == 0 else _values(chance, page * ROWS + row), 765 - 16 * row)
        if ruled:
            for x in COLUMNS:
                sheet.line(x, 776, x, 776 - 16 * (ROWS + 1))
            for row in range(ROWS + 2):
                sheet.line(COLUMNS[0], 776 - 16 * row, COLUMNS[-1], 776 - 16 * row)
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def _values(chance: random.Random, number: int) -> tuple[str, ...]:
    gross = chance.randint(1_000, 999_999)
    less = chance.choice((0, 0, 0, gross // 50))
    day = f"2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    amounts = (f"{value / 100:,.2f}" for value in (gross, less, gross - less))
    return (f"INV-2025-{number:06d}", day, f"PO{chance.randint(10**5, 10**6)}", *amounts)


def _row(sheet: Any, texts: tuple[str, ...], y: float) -> None:
    for column, text in enumerate(texts):
        if column >= 3:
            sheet.drawRightString(COLUMNS[column + 1] - 3, y, text)
        else:
            sheet.drawString(COLUMNS[column] + 2, y, text)


def ours(data: bytes) -> None:
    pages = pages_of(Part("advice.pdf", "application/pdf", data), Limits())
    assert isinstance(pages, tuple)


def theirs(data: bytes) -> None:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.extract_words()
            page.extract_tables()
            page.close()


def seconds(work: Callable[[bytes], None], data: bytes) -> float:
    started = time.perf_counter()
    work(data)
    return time.perf_counter() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--least", type=float, default=5.0)
    asked = parser.parse_args()
    worst, ours_by_pages = float("inf"), {}
    print(f"{'document':>16} {'ours p/s':>10} {'pdfplumber p/s':>15} {'ratio':>7}")
    for ruled in (False, True):
        for pages in (1, 20, 100):
            data = advice(pages, ruled)
            seconds(ours, data), seconds(theirs, data)  # imports and caches
            rounds = asked.rounds if pages < 100 else max(1, asked.rounds // 3)
            times = [(seconds(ours, data), seconds(theirs, data)) for _ in range(rounds)]
            mine, other = (statistics.median(column) for column in zip(*times, strict=True))
            worst = min(worst, other / mine)
            ours_by_pages[(ruled, pages)] = mine / pages
            name = f"{pages} {'ruled' if ruled else 'plain'}"
            print(f"{name:>16} {pages / mine:>10.1f} {pages / other:>15.1f} {other / mine:>6.1f}x", flush=True)
    for ruled in (False, True):
        growth = ours_by_pages[(ruled, 100)] / ours_by_pages[(ruled, 20)]
        print(f"time a page at 100 pages against 20, {'ruled' if ruled else 'plain'}: {growth:.2f}")
    return 0 if worst >= asked.least else 1


if __name__ == "__main__":
    sys.exit(main())
