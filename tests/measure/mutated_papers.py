"""One digit of one amount is changed on papers that add up: none may then still prove itself with other values.

python -m tests.measure.mutated_papers [SEED] [CHANGES A PAPER] prints how many changed papers were read as proved, and which.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from agent.domain.documents import AnyDocument, Footing, PurchaseOrder, RemittanceAdvice
from parsers.reading import read

GOLDEN = Path(__file__).parent.parent / "golden"
_AMOUNT = re.compile(rb"(?<![\d/.-])\d{1,3}(?:[.,' ]?\d{3})*[.,]\d{2}(?![\d/])")
_NAMES = ("gross", "discount", "deduction", "withheld", "paid", "quantity", "unit_price", "amount")


def papers() -> Iterator[tuple[str, bytes, AnyDocument]]:
    """Golden texts that hold one order or advice that proves itself."""
    for path in sorted(GOLDEN.glob("*/*")):
        if path.suffix in (".txt", ".csv", ".html"):
            data = path.read_bytes()
            found = [d for d in read(data, path.name).documents if isinstance(d, PurchaseOrder | RemittanceAdvice)]
            if len(found) == 1 and found[0].footing is Footing.PROVED:
                yield f"{path.parent.name}/{path.name}", data, found[0]


def values(document: PurchaseOrder | RemittanceAdvice) -> tuple[object, ...]:
    return (document.total, *(tuple(getattr(line, n, None) for n in _NAMES) for line in document.lines))


def changed(data: bytes, chance: random.Random, most: int) -> Iterator[tuple[bytes, str]]:
    """The paper with one digit of an amount changed, and what was changed."""
    spans = [m.span() for m in _AMOUNT.finditer(data)]
    for start, end in chance.sample(spans, min(most, len(spans))):
        place = chance.choice([i for i in range(start, end) if chr(data[i]).isdigit()])
        digit = chance.choice([d for d in b"123456789" if d != data[place]])
        mutated = data[:place] + bytes([digit]) + data[place + 1 :]
        yield mutated, f"{data[start:end].decode()} -> {mutated[start:end].decode()}"


def wrongly_proved(seed: int, most: int) -> tuple[int, list[str]]:
    """How many changes were tried, and those after which a paper proved other values than before."""
    chance, tried, found = random.Random(seed), 0, []
    for name, data, before in papers():
        for mutated, what in changed(data, chance, most):
            tried += 1
            for document in read(mutated, name.rpartition("/")[2]).documents:
                if document.kind is not before.kind or document.footing is not Footing.PROVED:
                    continue
                assert isinstance(document, PurchaseOrder | RemittanceAdvice)
                assert isinstance(before, PurchaseOrder | RemittanceAdvice)
                if values(document) != values(before):
                    found.append(f"{name}: {what}")
    return tried, found


if __name__ == "__main__":
    seed, most = (int(a) for a in [*sys.argv[1:], "1", "3"][:2])
    tried, found = wrongly_proved(seed, most)
    print(*found, f"{len(found)} of {tried} changed papers still proved themselves with other values", sep="\n")
