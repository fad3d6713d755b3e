"""What a customer demands of its invoices, from the CSV file to the mail that is held or the draft that waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from matching.customers import names_entity, same_entity
from tests.line import Line, make_line

ORDER = """\
PURCHASE ORDER
PO number: BW-90001                      Date: 03/16/2026
Bill to: {bill_to}
Ship to: Brightwater Plant 2, Dock C, 8801 Route 9, Pekin IL 61554

Line  Item     Description       Qty   Unit   Unit price   Amount
10    VL-220   Ball valve DN25    10   EA        46.50      465.00
                                              Total USD     465.00
Authorised signature: M. Okafor
"""


def rules(line: Line, header: str, *rows: str) -> None:
    path = line.home / "rules.csv"
    path.write_text(f"{header}\n" + "\n".join(rows) + "\n", "utf-8")
    result = line.run("import", "invoicing", str(path))
    assert result.code == 0, result.err


def delivered(line: Line, bill_to: str) -> None:
    line.mail("ap@brightwaterfoods.example", "PO BW-90001", ORDER.format(bill_to=bill_to))
    (order,) = [row for row in line.rows("orders", "list") if row["po_number"] == "BW-90001"]
    result = line.run("deliveries", "record", "--order", order["order"], "--accepted", "10=10")
    assert result.code == 0, result.err


@pytest.mark.parametrize(
    ("bill_to", "issued"),
    [
        ("Brightwater Foods LLC", True),
        ("Accounts Payable, Brightwater Foods L.L.C.", True),
        ("ap@brightwaterfoods.example", True),
        ("Brightwater Trading Inc.", False),
    ],
)
def test_an_order_that_bills_another_legal_entity_waits(tmp_path: Path, bill_to: str, issued: bool) -> None:
    line = make_line(tmp_path / "home")
    rules(line, "customer,po_required", "C-1001,yes")
    delivered(line, bill_to)
    waits = line.rows("invoices", "drafts")
    assert bool(waits) is not issued
    if waits:
        assert "'Brightwater Trading Inc.'" in waits[0]["why"][0]
        (asked,) = line.rows("queue", "list")
        assert asked["code"] == "invoice_lint"
        refused = line.run("invoices", "approve", "N1")
        assert (refused.code, "Brightwater Trading" in refused.err) == (1, True)
        (invoice,) = line.rows("invoices", "approve", "N1", "--anyway", "--note", "asked M. Okafor")
        assert invoice["net"] == "465.00"
    line.check()


def test_the_same_file_twice_changes_nothing_and_a_wrong_row_is_named(tmp_path: Path) -> None:
    line = make_line(tmp_path / "home")
    path = line.home / "rules.csv"
    path.write_text(
        "customer,recipients,po_pattern,fields,text,notice_days,file_name,bank_day,calendar\n"
        'C-1001,invoices@brightwaterfoods.example,BW-#####,"Cost centre[cost_centre]=77|Release={{ order }}",'
        '"Thank you, {{ customer }}",2,{po_number}_{number},next,US\n'
        "C-1002,not-an-address,,,,,,,\n"
        "C-1003,,,,{{ customer.name }},,,,\n"
        "C-1004,,,No value,,,,,\n"
        "C-1005,,,,,,{secret},,\n"
        "C-1006,,,,,,,,Atlantis\n"
        "C-1007,,,,,200,,,\n"
        "C-0000,,,,,,,,\n",
        "utf-8",
    )
    (row,) = line.rows("import", "invoicing", str(path))
    assert row["counts"] == {"added": 1}
    assert len(row["errors"]) == 7
    (row,) = line.rows("import", "invoicing", str(path))
    assert row["counts"] == {"unchanged": 1}
    (kept,) = line.rows("invoices", "rules")
    assert (kept["customer"], kept["po_pattern"], kept["notice_days"]) == ("C-1001", "BW-#####", 2)
    assert kept["fields"][0] == {"label": "Cost centre", "value": "77", "term": "cost_centre"}
    assert line.rows("invoices", "rules", "--customer", "C-1002") == []


def test_an_invoice_by_the_rules_from_the_file_to_the_mail(tmp_path: Path) -> None:
    line = make_line(tmp_path / "home")
    rules(
        line,
        "customer,recipients,recipients_only,po_pattern,file_name,fields",
        'C-1001,invoices@apcentre.example,yes,BW-#####,{po_number},"Vendor no.[vendor_number]=4471"',
    )
    delivered(line, "Brightwater Foods LLC")
    (mail,) = [row for row in line.rows("outbox", "list") if row["kind"] == "invoice"]
    assert (mail["to"], mail["status"]) == (["invoices@apcentre.example"], "queued")
    eml = line.run("outbox", "show", mail["id"], "--eml")
    assert "BW-90001.pdf" in eml.out
    line.check()


@pytest.mark.parametrize(
    ("named", "known", "same"),
    [
        ("Müller & Söhne GmbH", "Mueller und Soehne GmbH", True),
        ("Müller & Söhne Maschinenbau GmbH", "Müller & Söhne GmbH", False),
        ("Müller & Söhne GmbH & Co. KG", "Müller & Söhne GmbH", False),
        ("Acme Limited, Finance Shared Services", "ACME LTD.", True),
        ("Acme Ltd", "Acme Holdings Ltd", False),
        ("株式会社青葉", "株式会社青葉", True),
    ],
)
def test_a_legal_entity_is_its_whole_name(named: str, known: str, same: bool) -> None:
    assert same_entity(named, known) is same


def test_a_name_without_a_legal_form_or_an_address_names_no_entity() -> None:
    assert names_entity("Brightwater Foods LLC")
    assert not names_entity("ap@brightwaterfoods.example")
    assert not names_entity("Accounts payable, Building 4")
