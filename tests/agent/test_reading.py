"""The reading worker: a paper can only kill its reader, and the rest of the mail is read."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from agent.domain.documents import PurchaseOrder
from agent.reading import Reader

ORDER = b"""\
PURCHASE ORDER  4711
Acme Ltd                              Date: 2026-03-16
Item      Description       Qty   Unit Price   Amount
VL-220    Ball valve         10        46.50   465.00
                                 Total USD     465.00
"""


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(memory_mb=700, seconds=8) as one:
        yield one


def bomb() -> bytes:
    """A small PDF whose page content inflates to gigabytes (three layers of Flate)."""
    data = b"0 0 m " * 30_000_000
    for _ in range(2):
        data = zlib.compress(data, 9)
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    body += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>endobj\n"
    body += (
        b"4 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(data) + data + b"\nendstream endobj\n"
    )
    return body + b"trailer<</Root 1 0 R>>\n%%EOF"


def test_a_bomb_is_named_and_the_order_beside_it_is_read(reader: Reader) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@acme.example", "ar@us.example", "order"
    message.set_content("see attached")
    message.add_attachment(bomb(), maintype="application", subtype="pdf", filename="drawing.pdf")
    message.add_attachment(ORDER, maintype="text", subtype="plain", filename="order.txt")
    reading = reader.read(message.as_bytes(), "mail.eml")
    assert [d.number for d in reading.documents if isinstance(d, PurchaseOrder)] == ["4711"]
    assert any(p.where == "drawing.pdf" for p in reading.problems)


def test_the_worker_goes_on_after_a_paper_that_killed_it(reader: Reader) -> None:
    reader.read(bomb(), "bomb.pdf")
    assert [d.kind for d in reader.read(ORDER, "order.txt").documents] == ["purchase_order"]


def test_the_worker_has_no_network_and_starts_no_program() -> None:
    code = """
import os, socket
from agent.confinement import confine
print(*confine(memory_mb=500, cpu_seconds=10))
for name, act in (("socket", lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)), ("exec", lambda: os.execv("/bin/true", ["true"])), ("fork", os.fork)):
    try:
        act()
    except PermissionError:
        print(name, "denied")
    except Exception as error:
        print(name, type(error).__name__)
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    if "no_network" in out.splitlines()[0]:
        assert "socket denied" in out
        assert "exec denied" in out


def test_the_worker_sees_no_secret_of_the_environment(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AR_SMTP_PASSWORD", "secret")
    reader.close()
    reader.warm_up()
    process = reader._process
    assert process is not None
    # Where not even its own environment can be read, that is better still.
    with contextlib.suppress(PermissionError):
        assert b"secret" not in Path(f"/proc/{process.pid}/environ").read_bytes()


def test_a_broken_pdf_gives_a_clear_line(reader: Reader) -> None:
    reading = reader.read(b"%PDF-1.7\nnot one", "order.pdf")
    assert reading.documents == ()
    assert reading.problems[0].where == "order.pdf"
