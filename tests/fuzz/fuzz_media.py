"""Mutates mails, PDFs, CSV, workbooks, Word files, XML and EDI of our own and reads them: nothing may escape, nothing may take long.

    python -m tests.fuzz.fuzz_media [--count 5000] [--seed 1] [--seconds 0]

Each file of the golden collection, mails made of them, and the seeds of fuzz_mail.py are changed by bytes, by tokens of their
own format, and inside: members of a zip, streams of a PDF. What is raised is printed with the number that makes it again; exit
code 1 if anything was raised or one file took longer than ten seconds. `--seconds` ends it early. A crash becomes a named test
in tests/parsers/test_fuzz.py.
"""

from __future__ import annotations

import argparse
import collections
import io
import random
import re
import sys
import time
import traceback
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path

from agent.domain.codec import to_plain
from parsers.page import Limits
from parsers.reading import Hints, _Gathered, _read_mail, read
from tests.fuzz.fuzz_mail import SEEDS as MAILS
from tests.fuzz.fuzz_mail import TOKENS as MAIL_TOKENS

GOLDEN = Path(__file__).parents[1] / "golden"
LIMITS = Limits(pages_max=30, cells_max=20_000, lines_max=3_000, chars_per_page_max=20_000, parts_max=40)
SLOW = 10.0
_TOKENS = {
    "pdf": (
        b"<<", b">>", b"stream\n", b"endstream", b"endobj", b"/Length 9999999", b"/Length -1", b"/Filter/FlateDecode", b"/Kids[1 0 R]",
        b"/MediaBox[0 0 0 0]", b"/MediaBox[0 0 1e30 1e30]", b"/Rotate 45", b"/Parent 1 0 R", b"q " * 300, b"BT", b"ET", b"Tj", b"(((((", b"/Count 99999999",
        b"1e400", b"-0", b"NaN", b"/Encrypt 5 0 R", b"%%EOF", b"xref\n0 1\n", b"trailer",
    ),
    "xml": (
        b"<a>", b"</a>", b"]]>", b"&x;", b"&#0;", b"&#xD800;", b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", b"xmlns=''", b"<!--", b"\xff\xfe",
        b"colspan='999999999'", b"rowspan='999999999'", b"<table>" * 60, b"r='ZZZZZZ999999999'", b"<v>1E999</v>", b"NaN",
    ),
    "text": (
        b"\x00", b"\r", b"\n\n\n", b";", b",", b"\t", b'"', b"'", b"+", b":", b"~", b"*", b"UNH+", b"ISA*", b"ST*820*1~", b":61:", b":86:", b"88,", b"1E400", b"NaN",
        b"99999999999999999999999", b"31.02.2026", b"\xef\xbb\xbf", b"\xff\xfe", "٣٤٥".encode(), "１２３".encode(), "\u202e".encode(), b"-" * 300, b" " * 500,
    ),
}  # fmt: skip


def seeds() -> list[tuple[str, bytes]]:
    """Every golden file up to 150 kB, mails with a file attached, and hard mails."""
    files = [
        p
        for p in sorted(GOLDEN.glob("*/*.*"))
        if p.suffix not in (".json", ".py", ".pyc") and p.stat().st_size < 150_000
    ]
    found = [(path.name, path.read_bytes()) for path in files]
    chance = random.Random(7)
    for name, data in chance.sample(found, min(12, len(found))):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "ap@buyer.example", "ar@seller.example", f"papers {name}"
        mail["Date"] = "Mon, 16 Mar 2026 10:00:00 +0100"
        mail.set_content("Please find attached.\n\nKind regards\nAnn\n")
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        found.append((f"{Path(name).stem}.eml", mail.as_bytes()))
    return found + [(f"mail{n}.eml", mail) for n, mail in enumerate(MAILS)]


def mutated(name: str, data: bytes, chance: random.Random) -> bytes:
    """The file with one to six changes; half of the zips and PDFs are changed inside, and packed again."""
    inner = chance.random() < 0.6
    if inner and data.startswith(b"PK"):
        return _repacked(data, chance)
    if inner and b"FlateDecode" in data:
        return _streams(data, chance)
    return changed(data, _tokens_of(name, data), chance)


def _tokens_of(name: str, data: bytes) -> tuple[bytes, ...]:
    if data.startswith(b"%PDF"):
        return _TOKENS["pdf"]
    if name.endswith(".eml"):
        return (*MAIL_TOKENS, *_TOKENS["text"])
    return (*_TOKENS["xml"], *_TOKENS["text"]) if data.lstrip()[:1] == b"<" else _TOKENS["text"]


def changed(data: bytes, tokens: tuple[bytes, ...], chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        if len(out) < 4:
            break
        at = chance.randrange(len(out))
        to = min(len(out), at + chance.choice((1, 4, 30, 500)))
        match chance.randrange(7):
            case 0:
                del out[at:]
            case 1:
                out[at:at] = out[at:to] * chance.choice((1, 2, 20))
            case 2:
                out[at] = chance.randrange(256)
            case 3:
                out[at:to] = chance.choice(tokens)
            case 4:
                out[at:at] = chance.choice(tokens) * chance.choice((1, 1, 3))
            case 5:
                other = chance.randrange(len(out))
                out[at:at] = out[other : other + 200]
            case _:
                del out[at:to]
    return bytes(out) or b"x"


def _repacked(data: bytes, chance: random.Random) -> bytes:
    """A zip (XLSX, DOCX, ODS) with one member changed, gone or doubled."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        chosen = chance.choice(names)
        for name in names:
            content = source.read(name)
            if name == chosen:
                if chance.random() < 0.1:
                    continue
                content = changed(content, _TOKENS["xml"], chance)
            target.writestr(name, content)
    return buffer.getvalue()


def _streams(data: bytes, chance: random.Random) -> bytes:
    """A PDF with one of its compressed streams changed."""
    found = list(re.finditer(rb"stream\r?\n", data))
    chance.shuffle(found)
    for start in found:
        end = data.find(b"endstream", start.end())
        try:
            content = zlib.decompress(data[start.end() : end].rstrip(b"\r\n"))
        except zlib.error:
            continue
        return data[: start.end()] + zlib.compress(changed(content, _TOKENS["pdf"], chance)) + b"\n" + data[end:]
    return changed(data, _TOKENS["pdf"], chance)


def try_one(name: str, data: bytes) -> None:
    """Read one file as the worker does; whatever is raised is a fault, and so is a reading that cannot be written."""
    to_plain(read(data, name, limits=LIMITS))
    if name.endswith(".eml"):  # once more without the net that `open_mail` has
        _read_mail(data, Hints(), LIMITS, _Gathered(), depth=0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--only", type=int, help="make this number again, and write it to fuzz-SEED-NUMBER")
    asked = parser.parse_args()
    raised: collections.Counter[str] = collections.Counter()
    known, began, slowest, done = seeds(), time.perf_counter(), (0.0, 0, ""), 0
    for number in range(asked.count) if asked.only is None else (asked.only,):
        chance = random.Random(asked.seed * 1_000_003 + number)
        name, data = chance.choice(known)
        data = mutated(name, data, chance)
        if asked.only is not None:
            Path(f"fuzz-{asked.seed}-{number}-{name}").write_bytes(data)
        start = time.perf_counter()
        try:
            try_one(name, data)
        except Exception as error:  # noqa: BLE001 - this is what the fuzzer looks for
            place = traceback.extract_tb(error.__traceback__)[-1]
            key = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno} {place.name}"
            if not raised[key]:
                print(f"number {number} ({name}): {key}: {str(error)[:200]}", flush=True)
            raised[key] += 1
        slowest = max(slowest, (time.perf_counter() - start, number, name))
        done += 1
        if asked.seconds and time.perf_counter() - began > asked.seconds:
            break
    spent = time.perf_counter() - began
    print(
        f"{done} files, {raised.total()} raised, {done / spent:.0f} a second, slowest {slowest[0]:.2f} s (number {slowest[1]}, {slowest[2]})"
    )
    for key, times in raised.most_common():
        print(f"{times:6} {key}")
    return 1 if raised or slowest[0] > SLOW else 0


if __name__ == "__main__":
    sys.exit(main())
