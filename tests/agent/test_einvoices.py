"""E-invoices on the whole line: what leaves, what is filed, and what staff hear where something lacks."""

from __future__ import annotations

import email
import email.policy
import io
import textwrap
from collections.abc import Callable
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
from sqlalchemy import Connection

from agent.settings import load
from agent.store import blobs, invoices, outbound
from agent.store.engine import open_engine, read
from tests.line import WORLD, Line, make_line

RECEIPT = textwrap.dedent("""\
    MATERIAL DOCUMENT 5000083312 / 2026     GOODS RECEIPT SLIP      Posting date 13.03.2026
    PO 4501-2277   Vendor 704411   Your delivery note LS-90177   Movement type 101
    Item  Material  Description             Delivered   Accepted   PO qty   Open
    10    SN-310    Drucksensor                    20         20       30     10
    20    VL-220    Kugelhahn DN25                 50         50       50      0
    """)


def delivered(home: Path, form: str, tax_id: str) -> tuple[Line, dict[str, bytes]]:
    """A line on which a delivery was confirmed, and the files of the invoice mail by name."""
    line = make_line(home)
    settings = home / "ar-agent.toml"
    settings.write_text(
        settings.read_text().replace("[company]", f'[company]\ntax_id = "{tax_id}"' if tax_id else "[company]")
    )
    header, *rows = (WORLD / "customers.csv").read_text("utf-8").splitlines()
    row = next(one for one in rows if one.startswith("C-1003")).replace(",pdf,", f",{form},")
    (home / "changed.csv").write_text(f"{header}\n{row}\n", "utf-8")
    assert line.run("import", "customers", str(home / "changed.csv")).code == 0
    line.mail(
        "wareneingang@mueller-soehne.example", "Wareneingang", "siehe Anlage", files=(("gr.txt", RECEIPT.encode()),)
    )
    (invoice,) = line.rows("invoices", "list", "--order", "SO-58142")
    (mail,) = line.rows("outbox", "list", "--about", invoice["invoice"])
    raw = stored(line, lambda tx: blobs.load(tx, outbound.row_of(tx, int(mail["id"][1:])).sha256))
    message = email.message_from_bytes(raw, policy=email.policy.default)
    files = {part.get_filename() or "": part.get_content() for part in message.iter_attachments()}
    line.check()
    return line, files


def stored(line: Line, ask: Callable[[Connection], bytes | None]) -> bytes:
    engine = open_engine(load(line.home).database_url)
    data = read(engine, ask)
    engine.dispose()
    assert data is not None
    return data


def filed(line: Line, number: str) -> bytes:
    return stored(line, lambda tx: blobs.load(tx, invoices.pdf_of(tx, number) or ""))


def test_a_facturx_customer_gets_the_invoice_inside_the_pdf_that_is_filed(tmp_path: Path) -> None:
    line, files = delivered(tmp_path / "home", "facturx", "GB123456789")
    ((name, data),) = files.items()
    assert data == filed(line, name.removesuffix(".pdf"))
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    xml = bytes(document.get_attachment(0).get_data())
    document.close()
    assert b"<ram:ID>INV-104403</ram:ID>" in xml
    assert b"<ram:ExemptionReasonCode>VATEX-EU-AE<" in xml
    assert [row["code"] for row in line.rows("queue", "list")] == []


def test_a_ubl_customer_gets_the_invoice_beside_the_pdf(tmp_path: Path) -> None:
    _, files = delivered(tmp_path / "home", "ubl", "GB123456789")
    assert list(files) == ["INV-104403.pdf", "INV-104403.xml"]
    assert b"urn:fdc:peppol.eu:2017:poacc:billing:3.0" in files["INV-104403.xml"]


def test_where_our_tax_number_lacks_the_pdf_leaves_alone_and_staff_are_told_why(tmp_path: Path) -> None:
    line, files = delivered(tmp_path / "home", "facturx", "")
    assert list(files) == ["INV-104403.pdf"]
    (waiting,) = line.rows("queue", "list")
    assert waiting["code"] == "einvoice_incomplete"
    assert "tax_id" in waiting["summary"]
