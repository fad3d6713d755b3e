"""Mails made to kill their reader, one after another, each followed by a good one: `python -m tests.fuzz.bombs`.

Printed is what came of each, how long it took, and how long the good mail after it took; exit code 1 where a good mail was
not read within 30 seconds or a bomb gave a document.
"""

from __future__ import annotations

import gzip
import io
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage

from agent.domain.documents import PurchaseOrder
from agent.reading import Reader

GOOD = b"""PURCHASE ORDER  4711
Acme Ltd                              Date: 2026-03-16
Item      Description       Qty   Unit Price   Amount
VL-220    Ball valve         10        46.50   465.00
                                 Total USD     465.00
"""


def pdf_of_streams() -> bytes:
    """A page whose content inflates to 180 MB, twice over."""
    data = zlib.compress(zlib.compress(b"0 0 m " * 30_000_000, 9), 9)
    return _pdf(b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>" % len(data), data)


def pdf_of_glyphs() -> bytes:
    """A page of ten million characters."""
    data = zlib.compress(b"BT /F1 1 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)Tj " * 250_000 + b"ET", 9)
    return _pdf(b"<</Length %d/Filter/FlateDecode>>" % len(data), data)


def pdf_of_forms() -> bytes:
    """Forms that draw each other: ten to the eighth."""
    parts = [
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    ]
    parts.append(
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 20 0 R/Resources<</XObject<</X 4 0 R>>>>>>endobj\n"
    )
    for n in range(4, 13):
        body = b"/X Do " * 10 if n < 12 else b"0 0 m 9 9 l S "
        inner = b"/Resources<</XObject<</X %d 0 R>>>>" % (n + 1) if n < 12 else b""
        parts.append(
            b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]%s/Length %d>>stream\n%s\nendstream endobj\n"
            % (n, inner, len(body), body)
        )
    parts.append(b"20 0 obj<</Length 5>>stream\n/X Do\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF")
    return b"".join(parts)


def _pdf(head: bytes, data: bytes) -> bytes:
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    body += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1"
    body += b"/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj" + head + b"stream\n" + data + b"\nendstream endobj\n"
    return body + b"trailer<</Root 1 0 R>>\n%%EOF"


def zip_of_zeros() -> bytes:
    """Two gigabytes in two megabytes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
        target.open("big.txt", "w", force_zip64=True) as out,
    ):
        for _ in range(2_000):
            out.write(bytes(1_000_000))
    return buffer.getvalue()


def zip_in_zips() -> bytes:
    """Zips of zips, nine deep, ten wide."""
    data, name = b"x" * 1_000, "a.txt"
    for depth in range(9):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
            for n in range(10):
                target.writestr(f"{n}-{name}", data)
        data, name = buffer.getvalue(), f"{depth}.zip"
    return data


def gzip_of_zeros() -> bytes:
    return gzip.compress(bytes(300_000_000))


def sheet_of_cells() -> bytes:
    """A workbook that says it has a million rows of sixteen thousand columns."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    page.write(0, 0, "a")
    page.write(1_048_575, 16_383, "z")
    book.close()
    return buffer.getvalue()


def xml_of_entities() -> bytes:
    """A thousand million laughs."""
    lines = ["<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a0 'lol'>"]
    lines += [f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)]
    return (
        "".join(lines) + "]><Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'>&a9;</Order>"
    ).encode()


def html_of_tables() -> bytes:
    return b"<table><tr><td>" * 30_000 + b"1" + b"</td></tr></table>" * 30_000


def text_of_columns() -> bytes:
    return b"\n".join(b"  ".join(b"%d.00" % (n * m) for m in range(200)) for n in range(20_000))


def _mail(data: bytes, name: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@acme.example", "ar@us.example", name
    mail.set_content("see attached")
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def mail_of_parts() -> bytes:
    """Ten thousand parts."""
    head = b"From: a@acme.example\nTo: ar@us.example\nSubject: parts\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n"
    return (
        head
        + b"".join(b"--B\nContent-Type: text/plain; name=a%d.txt\n\nInvoice %d 5.00\n" % (n, n) for n in range(10_000))
        + b"--B--\n"
    )


def mail_of_depth() -> bytes:
    """A thousand mails inside each other."""
    return b"From: a@acme.example\nContent-Type: message/rfc822\n\n" * 1_000 + b"Subject: end\n\nhello\n"


BOMBS: dict[str, Callable[[], bytes]] = {
    "streams.pdf": pdf_of_streams,
    "glyphs.pdf": pdf_of_glyphs,
    "forms.pdf": pdf_of_forms,
    "zeros.zip": zip_of_zeros,
    "nested.zip": zip_in_zips,
    "zeros.gz": gzip_of_zeros,
    "cells.xlsx": sheet_of_cells,
    "laughs.xml": xml_of_entities,
    "tables.html": html_of_tables,
    "columns.txt": text_of_columns,
    "parts.eml": mail_of_parts,
    "depth.eml": mail_of_depth,
}


def thrown(reader: Reader, name: str) -> tuple[float, float, int, str]:
    """Seconds of the bomb, seconds of the good mail after it, documents of the bomb, and what was said."""
    data = BOMBS[name]()
    start = time.perf_counter()
    reading = reader.read(data if name.endswith(".eml") else _mail(data, name), "bomb.eml")
    spent = time.perf_counter() - start
    start = time.perf_counter()
    good = reader.read(_mail(GOOD, "order.txt"), "good.eml")
    after = time.perf_counter() - start
    assert [d.number for d in good.documents if isinstance(d, PurchaseOrder)] == ["4711"], name
    return spent, after, len(reading.documents), "; ".join(dict.fromkeys(p.what for p in reading.problems))[:100]


def main() -> int:
    worst, documents = 0.0, 0
    with Reader(memory_mb=1024, seconds=25) as reader:
        reader.warm_up()
        for name in BOMBS:
            spent, after, found, said = thrown(reader, name)
            worst, documents = max(worst, after), documents + found
            print(
                f"{name:>12}: {spent:5.1f} s, the good mail after it {after:5.2f} s, {found} documents: {said or 'read, nothing found'}",
                flush=True,
            )
    print(f"the slowest good mail took {worst:.1f} s")
    return 1 if worst > 30 or documents else 0


if __name__ == "__main__":
    sys.exit(main())
