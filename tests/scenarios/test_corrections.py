"""Invoices that a customer cannot book as they are: MX-04, MX-12, MX-45, and B.2 about correcting, on invoices of ours."""

from __future__ import annotations

import email
import email.policy
from typing import Any

import pytest

from tests.line import Line
from tests.scenarios.world import MUELLER, codes, disputes, mails

RECEIPT = (
    "MATERIAL DOCUMENT 5000083312 / 2026     GOODS RECEIPT SLIP      Posting date 13.03.2026\n"
    "PO 4501-2277   Vendor 704411   Your delivery note LS-90177   Movement type 101\n"
    "Item  Material  Description             Delivered   Accepted   PO qty   Open\n"
    "10    SN-310    Drucksensor                    20         20       30     10\n"
    "20    VL-220    Kugelhahn DN25                 50         50       50      0\n"
)


@pytest.fixture
def number(line: Line) -> str:
    """An invoice of ours for Müller, issued when the goods receipt came."""
    line.mail("wareneingang@mueller-soehne.example", "WE", "siehe Anlage", files=(("gr.txt", RECEIPT.encode()),))
    (row,) = line.rows("invoices", "list", "--order", "SO-58142")
    return str(row["invoice"])


def newest(line: Line, kind: str) -> Any:
    mail = [row for row in line.rows("outbox", "list") if row["kind"] == kind][-1]
    eml = line.run("outbox", "show", mail["id"], "--eml").out
    return email.message_from_string(eml, policy=email.policy.default)


def test_mx_04_a_wrong_entity_is_put_right_by_a_cancellation_and_a_new_invoice(line: Line, number: str) -> None:
    text = (
        f"Ihre Rechnung {number[4:]} können wir nicht buchen: Firmierung muss 'Müller & Söhne Maschinenbau GmbH' lauten, "
        "Bestellnummer 4501-2277 und USt-IdNr. fehlen. Bitte Storno und Neuausstellung."
    )
    line.mail(MUELLER, f"Rechnung {number[4:]}", text)
    ((named, _, amount),) = disputes(line)
    assert (named, amount) == (number, None)
    (dispute,) = line.rows("disputes", "list")
    rows = line.rows(
        "invoices", "cancel", number, "--reason", "Firmierung", "--reissue", "--name", "Müller & Söhne Maschinenbau GmbH",
        "--tax-id", "DE136695976", "--dispute", dispute["dispute"],
    )  # fmt: skip
    old, note, new = rows
    assert (old["status"], old["open"], note["type"]) == ("credited", "0.00", "credit_note")
    assert (new["open"], new["total"], new["po_number"]) == (old["total"], old["total"], "4501-2277")
    assert new["invoice"] != number
    (left,) = line.rows("disputes", "list")
    assert left["status"] == "resolved"
    assert mails(line).count("invoice") == 2
    text = newest(line, "invoice").get_body(("plain",)).get_content()
    assert new["invoice"] in text
    told = newest(line, "dispute_closed").get_body(("plain",)).get_content()
    assert "berichtigte Rechnung" in told
    (document,) = (row["document"] for row in line.rows("invoices", "show", new["invoice"]))
    assert document["customer"]["name"] == "Müller & Söhne Maschinenbau GmbH"
    assert (document["replaces"], document["cancelled_by"]) == (number, note["invoice"])
    line.check()


def test_mx_12_a_wrong_date_of_supply_is_never_edited(line: Line, number: str) -> None:
    before = line.one("invoices", "show", number)["document"]
    _, _, new = line.rows(
        "invoices", "cancel", number, "--reason", "기재사항 착오정정", "--reissue", "--supplied-on", "2026-03-12",
        "--keep-due-date",
    )  # fmt: skip
    assert line.one("invoices", "show", number)["document"] == before
    after = line.one("invoices", "show", new["invoice"])["document"]
    assert (after["supplied_on"], after["due_on"]) == ("2026-03-12", before["due_on"])
    line.check()


def test_mx_45_a_number_of_ours_that_was_missing_stands_on_the_new_invoice(line: Line, number: str) -> None:
    settings = line.home / "ar-agent.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("[company]", '[company]\ntax_id = "T1234567890123"'), "utf-8"
    )
    rows = line.rows("invoices", "cancel", number, "--reason", "登録番号", "--reissue")
    pdf = line.home / "new.pdf"
    line.run("invoices", "show", rows[2]["invoice"], "--pdf", str(pdf))
    import pdfplumber

    with pdfplumber.open(pdf) as paper:
        assert "T1234567890123" in (paper.pages[0].extract_text() or "")
    line.check()


def test_money_that_came_for_the_old_number_pays_the_new_one(line: Line, number: str) -> None:
    done = line.run(
        "receipts",
        "record",
        "--customer",
        "C-1003",
        "--amount",
        "100.00",
        "--reference",
        "K1",
        "--to",
        f"{number}=100.00",
    )
    assert done.code == 0, done.err
    old, note, new = line.rows("invoices", "cancel", number, "--reason", "Firmierung", "--reissue")
    assert (old["open"], note["open"]) == ("0.00", "0.00")
    assert float(new["open"]) == float(new["total"]) - 100
    line.check()


def test_a_dry_run_cancels_nothing(line: Line, number: str) -> None:
    line.run("invoices", "cancel", number, "--reason", "x", "--dry-run")
    assert line.one("invoices", "list", "--order", "SO-58142")["status"] == "open"


def test_returned_goods_and_a_wrong_price_are_credited_by_line(line: Line, number: str) -> None:
    (note,) = line.rows("invoices", "credit", number, "--line", "20=5", "--reason", "Rücksendung")
    assert note["type"] == "credit_note"
    (adjusted,) = line.rows("invoices", "credit", number, "--line", "10=20@117.00", "--reason", "Preis")
    assert adjusted["net"] == "-20.00"
    refused = line.run("invoices", "credit", number, "--line", "20=46", "--reason", "x")
    assert (refused.code, "45 " in refused.err) == (1, True)
    assert line.run("invoices", "credit", number, "--line", "20", "--reason", "x").code == 2
    assert line.run("invoices", "credit", number, "--reason", "x").code == 2
    assert line.run("invoices", "cancel", number, "--reason", "x", "--name", "Y").code == 2
    line.check()


def test_what_another_system_issued_is_cancelled_there(line: Line) -> None:
    refused = line.run("invoices", "cancel", "INV-104380", "--reason", "x")
    assert (refused.code, "another system" in refused.err) == (1, True)
    assert codes(line) == []
