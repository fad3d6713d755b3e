"""Terms of purchase and tax certificates: PO-24, PO-28."""

from __future__ import annotations

from pathlib import Path

from tests.line import Line
from tests.scenarios.test_orders import BUYER, FACILITIES, booked
from tests.scenarios.world import codes, import_rows, paper, pdf, sample, waiting


def terms(revision: int) -> bytes:
    return pdf(f"GENERAL TERMS AND CONDITIONS OF PURCHASE\nRev. {revision}\n1. Scope\n2. Prices\n3. Delivery")


def order_with_terms(line: Line, po: str, data: bytes, name: str = "GTC_rev11.pdf") -> None:
    text = sample("P01").replace("BW-77188", po)
    files = (*paper(text, f"{po}.txt"), (name, data))
    line.mail(BUYER, f"PO {po}", "see attached", files=files)


def last_mail(line: Line) -> str:
    return " ".join(line.run("outbox", "show", line.rows("outbox", "list")[-1]["id"]).out.split())


def test_po_24_terms_that_come_with_an_order_are_filed_and_change_nothing(line: Line) -> None:
    order_with_terms(line, "BW-77210", terms(11))
    assert booked(line, "BW-77210")["status"] == "confirmed"
    assert len(line.rows("orders", "list", "--customer", "C-1001", "--status", "confirmed")) == 3  # two were there
    (filed,) = line.rows("papers", "list", "--customer", "C-1001")
    assert (filed["kind"], filed["name"], filed["status"]) == ("purchase_terms", "GTC_rev11.pdf", "filed")
    assert "on the terms that were agreed between us" in last_mail(line)


def test_po_24_another_version_than_the_accepted_one_is_shown_and_holds_no_order(line: Line) -> None:
    version = terms(11)
    order_with_terms(line, "BW-77210", version)
    assert line.run("papers", "accept", "F1").code == 0
    order_with_terms(line, "BW-77211", version)
    assert (codes(line), len(line.rows("papers", "list"))) == ([], 1)
    assert "terms that were agreed" not in last_mail(line)
    order_with_terms(line, "BW-77212", terms(12), "GTC_rev12.pdf")
    assert (booked(line, "BW-77212")["status"], codes(line)) == ("confirmed", ["terms_new"])
    item = waiting(line, "terms_new")["id"]
    assert line.run("queue", "accept", item).code == 0
    assert [p["status"] for p in line.rows("papers", "list")] == ["ended", "accepted"]
    assert line.run("queue", "undo", item).code == 0
    assert [p["status"] for p in line.rows("papers", "list")] == ["accepted", "filed"]


def test_a_filed_paper_is_written_out_as_it_came(line: Line, tmp_path: Path) -> None:
    version = terms(11)
    order_with_terms(line, "BW-77210", version)
    assert line.run("papers", "show", "F1", "--save", str(tmp_path / "t.pdf")).code == 0
    assert (tmp_path / "t.pdf").read_bytes() == version


def test_a_stranger_files_nothing(line: Line) -> None:
    text = sample("P01").replace("BW-77188", "BW-77299")
    files = (*paper(text, "a.txt"), ("GTC_rev11.pdf", terms(11)))
    line.mail("buyer@else.example", "PO", "see attached", files=files)
    line.mail(BUYER, "PO", "see attached", files=files, authenticated=False)
    assert line.rows("papers", "list") == []


ORCHID = (
    "customer,name,emails,country,currency,language,payment_terms,address,tax_treatment\n"
    'C-1011,Orchid Health System,ap@orchidhealth.example @orchidhealth.example,US,USD,en,net 45,"500 Orchid Ave, Columbus OH 43004",'
    "standard\n"
)
EXEMPT = "PO {}: 10 x VL-220 at 46.50, total 465.00. TAX EXEMPT - see certificate on file."


def test_po_28_an_exemption_without_certificate_is_asked_for_and_the_order_is_taken(line: Line) -> None:
    import_rows(line, "customers", ORCHID)
    line.mail(FACILITIES, "PO 118840", EXEMPT.format("118840"))
    one = booked(line, "118840")
    assert (one["status"], one["tax"], codes(line)) == ("confirmed", "93.00", ["tax_cert_missing"])
    assert line.rows("disputes", "list") == []
    assert "We hold no certificate that is valid" in last_mail(line)


def test_po_28_with_a_certificate_that_holds_nothing_is_asked(line: Line, tmp_path: Path) -> None:
    import_rows(line, "customers", ORCHID)
    paper_file = tmp_path / "certificate.pdf"
    paper_file.write_bytes(pdf("EXEMPTION CERTIFICATE OH-77"))
    add = ("papers", "file", str(paper_file), "--customer", "C-1011", "--kind", "tax_certificate", "--number", "OH-77")
    assert line.run(*add, "--from", "2026-01-01", "--to", "2025-01-01").code == 2
    assert line.run(*add, "--from", "2025-01-01", "--to", "2026-12-31", "--accept").code == 0
    line.mail(FACILITIES, "PO 118841", EXEMPT.format("118841"))
    assert (booked(line, "118841")["status"], codes(line)) == ("confirmed", [])
    assert line.run("papers", "end", "F1").code == 0
    line.mail(FACILITIES, "PO 118842", EXEMPT.format("118842"))
    assert codes(line) == ["tax_cert_missing"]


def test_an_expired_certificate_does_not_count(line: Line, tmp_path: Path) -> None:
    import_rows(line, "customers", ORCHID)
    paper_file = tmp_path / "certificate.pdf"
    paper_file.write_bytes(pdf("EXEMPTION CERTIFICATE OH-77"))
    add = ("papers", "file", str(paper_file), "--customer", "C-1011", "--kind", "tax_certificate", "--to", "2026-03-15")
    assert line.run(*add, "--accept").code == 0
    line.mail(FACILITIES, "PO 118843", EXEMPT.format("118843"))
    assert codes(line) == ["tax_cert_missing"]
