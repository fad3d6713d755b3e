"""What PDF/A-3b asks of a paper, looked for in the finished file (ISO 19005-3), as no validator is to be had here."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from agent.domain import notices as n
from templates import pdf
from templates.einvoice.cii import cii
from templates.samples import COMPANY, in_parts, invoice, logo, samples
from tests.templates.test_swiss import SWISS, bill

pypdf = pytest.importorskip("pypdf", reason="pypdf comes with factur-x in the extra dev")

_FORBIDDEN_ACTIONS = {
    "/Launch",
    "/Sound",
    "/Movie",
    "/ResetForm",
    "/ImportData",
    "/JavaScript",
    "/Hide",
    "/SetOCGState",
}
_FORBIDDEN_FILTERS = {"/LZWDecode", "/Crypt"}


def papers() -> dict[str, bytes]:
    company = replace(COMPANY, logo=logo(), pay_url="https://pay.example/{number}")
    found = samples("de")
    xml = cii(invoice("de", customer=replace(invoice("de").customer, country="DE")), COMPANY, "de")
    return {
        "invoice": pdf.invoice_pdf(invoice("de"), "de", COMPANY),
        "invoice with logo and link": pdf.invoice_pdf(invoice("en"), "en", company),
        "Korean": pdf.invoice_pdf(invoice("ko"), "ko", COMPANY),
        "Japanese in parts": pdf.invoice_pdf(in_parts("ja"), "ja", COMPANY),
        "Swiss": pdf.invoice_pdf(bill(), "de", SWISS),
        "two hundred lines": pdf.invoice_pdf(invoice("fr", 200), "fr", COMPANY),
        "Factur-X": pdf.invoice_pdf(invoice("de"), "de", COMPANY, xml=xml),
        "statement": pdf.statement_pdf(found["statement"], "de", COMPANY),  # type: ignore[arg-type]
        "order": pdf.order_pdf(found["order_acknowledgement"], "de", COMPANY),  # type: ignore[arg-type]
        "reminder": pdf.reminder_pdf(found["reminder_3"], "de", COMPANY),  # type: ignore[arg-type]
    }


PAPERS = papers()


def every_object(reader: Any) -> list[Any]:
    """All dictionaries and streams of a file, reached or not."""
    found = []
    for number in range(1, int(reader.trailer["/Size"])):
        one = reader.get_object(pypdf.generic.IndirectObject(number, 0, reader))
        if isinstance(one, pypdf.generic.DictionaryObject):
            found.append(one)
    return found


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_has_what_pdf_a_3b_asks_for(name: str) -> None:
    data = PAPERS[name]
    reader = pypdf.PdfReader(io.BytesIO(data), strict=True)
    root = reader.trailer["/Root"]
    assert re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", data), "6.1.2: a header, and a comment of four high bytes"
    assert "/Encrypt" not in reader.trailer, "6.1.3"
    assert len(reader.trailer["/ID"]) == 2, "6.1.3"
    assert data.rstrip().endswith(b"%%EOF"), "6.1.3"
    metadata = root["/Metadata"]
    assert "/Filter" not in metadata, "6.6.2.1: metadata in the clear"
    xmp = metadata.get_data().decode("utf-8")
    assert re.search(r"pdfaid:part(>|=\")3", xmp), "6.6.4"
    assert re.search(r"pdfaid:conformance(>|=\")B", xmp), "6.6.4"
    assert re.search(r"dc:title", xmp), "6.6.2"
    (intent,) = root["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1", "6.2.3"
    profile = intent["/DestOutputProfile"]
    assert profile["/N"] in (1, 3, 4), "6.2.3"
    assert profile.get_data()[36:40] == b"acsp", "an ICC profile"


@pytest.mark.parametrize("name", PAPERS)
def test_every_font_is_embedded_and_its_text_can_be_read(name: str) -> None:
    fonts = [one for one in every_object(pypdf.PdfReader(io.BytesIO(PAPERS[name]))) if one.get("/Type") == "/Font"]
    assert fonts
    for outer in fonts:
        font = outer
        if font["/Subtype"] == "/Type0":
            assert "/ToUnicode" in font, "a reader can copy the text"
            font = font["/DescendantFonts"][0].get_object()
        if font["/Subtype"] == "/Type3":
            continue
        descriptor = font["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), (
            f"6.2.11.4.1: {font.get('/BaseFont')} is embedded"
        )
        if font["/Subtype"] == "/CIDFontType2":
            assert "/CIDToGIDMap" in font, "6.2.11.3.2"


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_is_in_a_paper_that_pdf_a_forbids(name: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(PAPERS[name]))
    root = reader.trailer["/Root"]
    assert "/OpenAction" not in root or root["/OpenAction"].get("/S") not in _FORBIDDEN_ACTIONS
    assert "/AA" not in root
    assert "/NeedsRendering" not in root
    for one in every_object(reader):
        assert one.get("/S") not in _FORBIDDEN_ACTIONS, "6.5.1"
        assert one.get("/Subtype") not in ("/PS", "/Movie", "/Sound", "/Screen", "/3D", "/RichMedia"), "6.2.9, 6.3.1"
        filters = one.get("/Filter", [])
        assert not set([filters] if isinstance(filters, str) else filters) & _FORBIDDEN_FILTERS, "6.1.7.2"
        assert "/F" not in one or one.get("/Type") in ("/Filespec", "/Annot") or one.get("/Subtype") == "/Link", (
            "6.1.7.1"
        )
        if one.get("/Type") == "/Annot" or one.get("/Subtype") == "/Link":
            assert int(one.get("/F", 0)) & 4, "6.3.2: an annotation is printed"
        if one.get("/Subtype") == "/Image":
            assert not one.get("/Interpolate", False), "6.2.8"
            assert "/Alternates" not in one, "6.2.8"
        assert "/TR" not in one, "6.2.5"


def test_the_embedded_invoice_is_tied_to_the_paper() -> None:
    reader = pypdf.PdfReader(io.BytesIO(PAPERS["Factur-X"]))
    root = reader.trailer["/Root"]
    (tied,) = root["/AF"]
    tied = tied.get_object()
    assert tied["/AFRelationship"] == "/Alternative", "6.8"
    assert tied["/F"] == tied["/UF"] == "factur-x.xml"
    assert tied["/EF"]["/F"]["/Subtype"] == "/text/xml", "6.8: the media type"
    assert "/ModDate" in tied["/EF"]["/F"]["/Params"]
    xmp = root["/Metadata"].get_data().decode("utf-8")
    assert "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#" in xmp
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in xmp
    assert "pdfaExtension:schemas" in xmp, "6.6.2.3: foreign properties are described"


_AGAIN = """
import hashlib
from templates import pdf
from templates.samples import COMPANY, invoice, in_parts
from tests.templates.test_swiss import SWISS, bill
for data in (pdf.invoice_pdf(invoice("de"), "de", COMPANY), pdf.invoice_pdf(in_parts("ja"), "ja", COMPANY), pdf.invoice_pdf(bill(), "de", SWISS)):
    print(hashlib.sha256(data).hexdigest())
"""


def test_another_process_on_another_day_makes_the_same_bytes() -> None:
    run = subprocess.run([sys.executable, "-c", _AGAIN], capture_output=True, text=True, check=True,
                         env={"PYTHONPATH": str(n.__file__).rsplit("/agent/", 1)[0], "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "77"})  # fmt: skip
    ours = [PAPERS["invoice"], PAPERS["Japanese in parts"], PAPERS["Swiss"]]
    assert run.stdout.split() == [hashlib.sha256(data).hexdigest() for data in ours]
