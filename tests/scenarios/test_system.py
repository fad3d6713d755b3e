"""How the whole behaves: SYS-01 to SYS-10 (SYS-08, SYS-11 and SYS-12 stand with the mails they are about)."""

from __future__ import annotations

import pytest

from tests.line import Line
from tests.scenarios.world import BRIGHTWATER, CALLOWAY, MUELLER, advised, codes, paper, pdf, sample, state, waiting

ACH = "ACH sent 3/13 for INV-104377, $5,000.00."
ORDER = (
    "PURCHASE ORDER\nPO number: BW-90001\nDate: 2026-03-16\n\n"
    "Line  Item     Description            Qty   Unit  Unit price  Amount\n"
    "1     VL-220   Ball valve DN25         10   EA    46.50       465.00\n"
    "Total USD 465.00\n"
)
DELIVERED = "DELIVERY NOTE LN-1\nOrder: BW-90001\nDelivered on: 2026-03-16\n\nItem     Description      Delivered\nVL-220   Ball valve DN25  10\n\nReceived by: J. Ortiz, signed\n"


def test_sys_01_a_number_is_taken_with_its_invoice_or_not_at_all(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between number and paper, the number is there again: both are one commit (killed for real in tests/test_crash.py)."""
    from agent.booking.invoices import invoicing

    line.mail(BRIGHTWATER, "Purchase order", "see attached", files=(("po.txt", ORDER.encode()),))
    order = next(row for row in line.rows("orders", "list") if row["po_number"] == "BW-90001")
    if order["status"] == "held":
        assert line.run("queue", "accept", line.rows("queue", "list")[0]["id"], "--candidate", "1").code == 0
    first = order["lines"][0]["line"]
    with monkeypatch.context() as broken:
        broken.setattr(invoicing, "invoice_papers", _dies)
        with pytest.raises(RuntimeError):
            line.run("deliveries", "record", "--order", order["order"], "--accepted", f"{first}=10")
    before = {row["invoice"] for row in line.rows("invoices", "list")}
    assert line.run("deliveries", "record", "--order", order["order"], "--accepted", f"{first}=10").code == 0
    (number,) = {row["invoice"] for row in line.rows("invoices", "list")} - before
    newest = max(one for one in before if one.startswith("INV-"))
    assert int(number.rpartition("-")[2]) == int(newest.rpartition("-")[2]) + 1
    line.check()


def _dies(*_: object) -> None:
    raise RuntimeError("killed here")


def test_sys_02_a_delivery_before_its_order_waits_and_is_billed_once(line: Line) -> None:
    line.mail(BRIGHTWATER, "Delivered", "see attached", files=(("dn.txt", DELIVERED.encode()),))
    before = {row["invoice"] for row in line.rows("invoices", "list")}
    assert {row["invoice"] for row in line.rows("invoices", "list")} == before
    assert codes(line)
    line.mail(BRIGHTWATER, "Purchase order", "see attached", files=(("po.txt", ORDER.encode()),))
    billed = {row["invoice"] for row in line.rows("invoices", "list")} - before
    assert len(billed) <= 1


def test_sys_03_an_advice_for_an_invoice_that_was_never_issued_books_nothing(line: Line) -> None:
    line.mail(CALLOWAY, "Payment", "ACH sent 3/13 for INV-199999, $5,000.00.")
    assert advised(line) == {}
    assert codes(line) == ["line_unresolved"]


def test_sys_04_utf_8_that_calls_itself_latin_1_is_read(line: Line) -> None:
    path = line.home / "mojibake.eml"
    path.write_bytes(
        b"Authentication-Results: mx.halden.example; dmarc=pass header.from=mueller-soehne.example\r\n"
        b"From: " + MUELLER.encode() + b"\r\nTo: ar@halden.example\r\nSubject: Zahlung\r\n"
        b"Date: Mon, 16 Mar 2026 08:30:00 +0000\r\nMessage-ID: <m@x.example>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "Müller & Söhne: wir überweisen heute 4.760,00 € auf Rechnung 104380.\r\n".encode()
    )
    (row,) = line.rows("ingest", str(path))
    assert row["customer"] == "C-1003"
    reading = line.one("messages", "show", row["id"])["reading"]
    assert "Müller & Söhne" in reading["mail"]["reply_text"]
    assert advised(line) in ({"INV-104380": "4760.00"}, {})


def test_sys_05_a_paper_without_its_ligatures_is_read(line: Line) -> None:
    text = (
        "REMITTANCE ADVICE\ncon rmation of payment, o ce of the bene ciary\n\nInvoice         Amount paid\n"
        "INV-104355        8,125.50\nTotal             8,125.50"
    )
    line.mail(BRIGHTWATER, "Remittance", "attached", files=(("r.pdf", pdf(text)),))
    assert advised(line) == {"INV-104355": "8125.50"}


def test_sys_06_of_two_clerks_one_decides_and_the_other_is_told(line: Line) -> None:
    line.mail(CALLOWAY, "Payment", ACH, authenticated=False)
    found = waiting(line, "sender_unverified")
    assert line.run("queue", "accept", found["id"], "--candidate", "1").code == 0
    second = line.run("queue", "reject", found["id"])
    assert second.code == 1
    assert "accepted" in second.err
    assert advised(line) == {"INV-104377": "5000.00"}


def test_sys_07_a_wrong_allocation_is_taken_back_and_put_right(line: Line) -> None:
    line.mail(CALLOWAY, "Payment", ACH.replace("104377", "104310"), authenticated=False)
    found = waiting(line, "sender_unverified")
    line.run("queue", "accept", found["id"], "--candidate", "1")
    assert state(line, "INV-104310")["announced"] == "5000.00"
    assert line.run("queue", "undo", found["id"]).code in (0, 1)
    assert state(line, "INV-104310")["announced"] in (None, "0.00", "0", "0.0")
    line.mail(CALLOWAY, "Payment, corrected", ACH)
    assert advised(line) == {"INV-104377": "5000.00"}
    line.check()


def test_sys_09_the_same_paper_inline_and_attached_counts_once(line: Line) -> None:
    data = pdf(
        "REMITTANCE ADVICE\n\nInvoice         Amount paid\nINV-104355        8,125.50\nTotal             8,125.50"
    )
    line.mail(BRIGHTWATER, "Remittance", "attached", files=(("r.pdf", data), ("r.pdf", data)))
    assert advised(line) == {"INV-104355": "8125.50"}
    assert len(line.rows("advices", "list")) == 1


@pytest.mark.parametrize("left", ["[companyName]", "{{ customer }}", "${total}", "%(invoice)s", "<<due_date>>"])
def test_sys_10_a_mail_with_a_place_that_was_not_filled_in_does_not_leave(
    line: Line, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    from dataclasses import replace

    from agent.booking.letters import mailing

    real = mailing.render
    monkeypatch.setattr(mailing, "render", lambda *a, **k: replace(r := real(*a, **k), text=f"{r.text}\n{left}\n"))
    line.run("customers", "statement", "C-1002")
    (row,) = line.rows("outbox", "list")
    assert row["status"] == "held"
    assert "not filled in" in row["reason"]
    assert codes(line) == ["template"]


def test_no_notice_of_ours_looks_unfilled(line: Line) -> None:
    line.mail(BRIGHTWATER, "Purchase order", "see attached", files=paper(sample("P01")))
    line.run("customers", "statement", "C-1002")
    line.run("dun")
    assert [row["reason"] for row in line.rows("outbox", "list") if "not filled in" in (row["reason"] or "")] == []
