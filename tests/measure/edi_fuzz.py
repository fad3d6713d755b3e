"""Mutate structured files and read them: `python tests/measure/edi_fuzz.py ROUNDS SEED FOLDER…`; no exception may escape."""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from parsers.edi import read_bank_file, read_structured
from parsers.page import Limits

_SUFFIXES = frozenset({".edi", ".xml", ".sta", ".bai", ".ofx", ".csv", ".txt", ".EDI"})
_TOKENS = (
    b"",
    b"\x00",
    b"'",
    b"~",
    b"*",
    b"+",
    b":",
    b"?",
    b"/",
    b",",
    b";",
    b"\n",
    b"\r",
    b"<",
    b">",
    b"&",
    b"88,",
    b"-",
    b"0",
    b"99999999999999999999",
    b"1E400",
    b"NaN",
    b"Infinity",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"'\xe2\x82\xac",
    b"UNH+",
    b"ISA*",
    b"ST*850*",
    b"<a>",
    b"]]>",
    b"&#0;",
    b"&x;",
    b"20269999",
    b":61:",
    b":86:",
    b'"',
    b"\xd9\xa1",
)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A few random edits: cut, repeat, swap, flip, insert a token, drop a piece."""
    out = bytearray(data[:20_000])
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        size = len(out)
        if size < 4:
            break
        at, to = sorted((chance.randrange(size), chance.randrange(size)))
        to = min(to, at + chance.choice((1, 3, 20, 400)))
        match chance.randrange(6):
            case 0:
                out = out[:at]
            case 1:
                out[at:at] = out[at:to] * chance.choice((1, 2, 30))
            case 2:
                out[at] = chance.randrange(256)
            case 3:
                out[at:to] = chance.choice(_TOKENS)
            case 4:
                out[at:at] = chance.choice(_TOKENS)
            case _:
                del out[at:to]
    return bytes(out)


def main() -> None:
    rounds, seed = int(sys.argv[1]), int(sys.argv[2])
    files = [p for folder in sys.argv[3:] for p in sorted(Path(folder).rglob("*")) if p.suffix in _SUFFIXES]
    seeds = [path.read_bytes() for path in files if path.stat().st_size < 60_000]
    chance, seen, slowest = random.Random(seed), Counter[str](), 0.0
    for number in range(rounds):
        data = mutated(chance.choice(seeds), chance)
        started = time.perf_counter()
        try:
            reader = read_bank_file if number % 5 == 0 else read_structured
            result = reader(data, "fuzz", Limits())
        except Exception:  # noqa: BLE001 - counting what must never happen
            seen["exceptions"] += 1
            traceback.print_exc(limit=-4)
            Path(f"fuzz-{seed}-{number}.bin").write_bytes(data)
            continue
        slowest = max(slowest, time.perf_counter() - started)
        seen["not recognised" if result is None else result.format] += 1
        for document in result.documents if result else ():
            seen[document.footing.value] += 1
    print(dict(seen.most_common()), f"slowest {slowest:.3f} s")


if __name__ == "__main__":
    main()
