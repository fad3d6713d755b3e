"""Every PDF of a folder as one PNG a page beside it, to be looked at: `python -m tests.measure.pictures FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]

SCALE = 1.5  # 108 dots an inch


def draw(paper: Path) -> int:
    """Write the pages of one paper as PNG; return how many there are."""
    document = pypdfium2.PdfDocument(paper)
    for at, page in enumerate(document, 1):
        page.render(scale=SCALE).to_pil().save(paper.with_name(f"{paper.stem}-{at}.png"))
    count = len(document)
    document.close()
    return count


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(f"{sum(draw(paper) for paper in sorted(folder.rglob('*.pdf')))} pages as pictures in {folder}")
