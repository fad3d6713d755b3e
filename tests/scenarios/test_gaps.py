"""What lies between delivery and invoice: lists, tracking numbers, proofs beside invoices, services signed off."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from tests.line import Line
from tests.scenarios.test_deliveries import CARRIER, NOTICE, billed, quantities
from tests.scenarios.world import codes, import_rows, order, paper, waiting

RECEIPT = (
    "GOODS RECEIPT SLIP 5000099     Posting date 03/13/2026\nPO BW-77122   Your delivery note LS-90170\n"
    "Item  Material  Description    Delivered   Accepted\n10    SN-310    Sensor                12         12\n"
)
BRIGHTWATER = (
    "customer,name,emails,country,currency,language,payment_terms,address,ship_to,tax_treatment,billing,bill_on,"
    "proof_with_invoice\n"
    "C-1001,Brightwater Foods LLC,ap@brightwaterfoods.example @brightwaterfoods.example,US,USD,en,2/10 net 30,"
    '"2200 Lake Street, Peoria IL 61602","Brightwater Plant 2, Dock C, 8801 Route 9, Pekin IL 61554",export,{},{},{}\n'
)


def arrived(line: Line) -> None:
    line.mail(CARRIER, "Your shipment was delivered", "", html=NOTICE.format(place="PEKIN, IL, US", packages="3 of 3"))


def attached(line: Line, kind: str) -> list[str]:
    (mail,) = (m for m in line.rows("outbox", "list") if m["kind"] == kind)
    path = line.home / "out.eml"
    path.write_text(line.run("outbox", "show", mail["id"], "--eml").out)
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return [part.get_filename() or "" for part in message.iter_attachments()]  # type: ignore[union-attr]


def test_what_is_delivered_and_not_invoiced_is_on_a_list(line: Line) -> None:
    import_rows(line, "customers", BRIGHTWATER.format("monthly", "delivery", "no"))
    assert line.rows("report", "uninvoiced") == []
    arrived(line)
    (row,) = line.rows("report", "uninvoiced", "--as-of", "2026-03-20")
    assert (row["order"], row["amount"], row["delivered_on"], row["days"], row["billing"]) == (
        "SO-58120", "1548.00", "2026-03-13", 7, "monthly",
    )  # fmt: skip
    assert line.run("invoices", "bill", "--order", "SO-58120").code == 0
    assert line.rows("report", "uninvoiced") == []


def test_what_is_on_order_is_listed_the_longest_overdue_first(line: Line) -> None:
    line.run("orders", "change", "SO-58142", "--date", "10=2026-03-10", "--date", "20=2026-03-12")
    rows = line.rows("report", "undelivered")
    assert (rows[0]["order"], rows[0]["days_late"], rows[0]["amount"]) == ("SO-58142", 6, "5640.00")
    assert {r["order"] for r in rows} == {"SO-58120", "SO-58140", "SO-58142", "SO-58150"}
    arrived(line)
    assert "SO-58120" not in {r["order"] for r in line.rows("report", "undelivered")}
    assert line.rows("report", "undelivered", "--customer", "C-1007")[0]["order"] == "SO-58150"


def test_an_invoice_without_proof_is_listed_until_somebody_confirms(line: Line) -> None:
    import_rows(line, "customers", BRIGHTWATER.format("per_delivery", "shipment", "no"))
    order(line, "SO-58400,BW-77400,C-1001,2026-03-02,USD,1,VL-220,,4,EA,46.50,1,0,0")
    line.run("deliveries", "record", "--order", "SO-58400", "--level", "despatch", "--note", "LS-90400")
    assert [net for _, net in billed(line, "SO-58400")] == ["186.00"]
    (row,) = [r for r in line.rows("report", "unproved") if r["orders"] == ["SO-58400"]]
    assert (row["evidence"], row["amount"], row["bill_on"]) == ("despatch", "186.00", "shipment")
    line.run("deliveries", "record", "--order", "SO-58400", "--level", "signed", "--note", "LS-90400")
    assert [r for r in line.rows("report", "unproved") if r["orders"] == ["SO-58400"]] == []


def test_a_late_delivery_is_listed(line: Line) -> None:
    line.run("orders", "change", "SO-58120", "--date", "1=2026-03-10")
    arrived(line)
    (row,) = line.rows("report", "late")
    assert (row["order"], row["days_late"], row["requested_on"]) == ("SO-58120", 3, "2026-03-10")


@pytest.mark.parametrize("written", ["1Z999AA10123456784", "1z 999 aa1 0123 4567 84"])
def test_a_parcel_is_found_by_its_number_however_it_is_written(line: Line, written: str) -> None:
    page = NOTICE.replace(
        "<tr><td>Number of", "<tr><td>Tracking Number:</td><td>1Z999AA10123456784</td></tr><tr><td>Number of"
    )
    line.mail(CARRIER, "Delivered", "", html=page.format(place="PEKIN, IL, US", packages="3 of 3"))
    (found,) = line.rows("deliveries", "list", "--tracking", written)
    assert (found["order"], found["tracking_number"]) == ("SO-58120", "1Z999AA10123456784")
    assert line.rows("deliveries", "list", "--tracking", "1Z999AA10123456785") == []


@pytest.mark.parametrize("wanted", ["yes", "no"])
def test_the_proof_goes_out_beside_the_invoice_where_the_customer_wants_it(line: Line, wanted: str) -> None:
    import_rows(line, "customers", BRIGHTWATER.format("per_delivery", "delivery", wanted))
    line.mail("receiving@brightwaterfoods.example", "Goods receipt", "attached", files=paper(RECEIPT, "GR-5000099.txt"))
    ((number, _),) = billed(line, "SO-58120")
    names = attached(line, "invoice")
    assert f"{number}.pdf" in names
    assert [n for n in names if n.startswith("proof-of-delivery")] == (
        [f"proof-of-delivery-{number}-L1.txt"] if wanted == "yes" else []
    )
    (mail,) = line.rows("outbox", "list")
    assert mail["status"] == "queued"


def test_services_are_signed_off_by_command(line: Line) -> None:
    order(line, "SO-58170,KL-0329,C-1013,2026-03-01,USD,1,SV-010,,16,HR,145.00,1,0,0")
    sign = ("deliveries", "sign-off", "KL-0329", "--by", "J. Berg")
    assert line.run(*sign).code == 1
    assert "--worked 1=HOURS" in line.run(*sign).err
    assert line.run(*sign, "--worked", "7=3").code == 1
    assert line.run(*sign, "--worked", "1=12", "--dry-run").code == 0
    assert billed(line, "SO-58170") == []
    assert line.run(*sign, "--worked", "1=12", "--note", "SR-77").code == 0
    assert [net for _, net in billed(line, "SO-58170")] == ["1740.00"]
    assert quantities(line, "SO-58170") == [("12", "12")]
    (delivery,) = line.rows("deliveries", "list", "--order", "SO-58170")
    assert (delivery["level"], delivery["received_by"]) == ("acceptance", "J. Berg")
    assert line.run(*sign, "--worked", "1=8", "--note", "SR-78").code == 0
    assert [net for _, net in billed(line, "SO-58170")] == ["1740.00", "580.00"]
    assert waiting(line, "qty_var")["amount"] == "580.00"


def test_goods_are_not_signed_off_as_services(line: Line) -> None:
    assert line.run("deliveries", "sign-off", "SO-58120", "--by", "X").code == 1
    assert (billed(line, "SO-58120"), codes(line)) == ([], [])


def sent_by_us(line: Line, day: str = "2026-03-02") -> None:
    done = line.run(
        "deliveries", "record", "--order", "SO-58120", "--level", "despatch", "--note", "LS-90170", "--on", day
    )
    assert done.code == 0, done.err


def test_a_despatch_that_nobody_confirms_is_asked_about_twice_and_then_told(line: Line) -> None:
    sent_by_us(line)
    assert line.rows("deliveries", "chase", now="2026-03-08T09:00:00+00:00") == []
    (first,) = line.rows("deliveries", "chase", now="2026-03-09T09:00:00+00:00")
    assert (first["kind"], first["status"], first["customer"]) == ("other", "held", "C-1001")
    assert line.rows("deliveries", "chase", now="2026-03-10T09:00:00+00:00") == []
    (second,) = line.rows("deliveries", "chase", now="2026-03-16T09:00:00+00:00")
    assert "BW-77122" in second["subject"]
    assert line.rows("deliveries", "chase", now="2026-03-23T09:00:00+00:00") == []
    assert codes(line) == ["dlv_late"]
    line.rows("deliveries", "chase", now="2026-03-30T09:00:00+00:00")
    assert codes(line) == ["dlv_late"]


def test_after_days_without_a_run_one_mail_is_sent(line: Line) -> None:
    settings = line.home / "ar-agent.toml"
    settings.write_text(settings.read_text() + '\n[deliveries]\nchase = "send"\nchase_times = 5\n')
    sent_by_us(line)
    (only,) = line.rows("deliveries", "chase", now="2026-03-30T09:00:00+00:00")
    assert only["status"] == "queued"
    assert line.rows("deliveries", "chase", now="2026-03-30T12:00:00+00:00") == []


def test_what_is_confirmed_is_not_asked_about(line: Line) -> None:
    sent_by_us(line)
    arrived(line)
    assert line.rows("deliveries", "chase", now="2026-03-30T09:00:00+00:00") == []


def test_an_invoice_on_shipment_without_proof_is_asked_about_with_its_number(line: Line) -> None:
    import_rows(line, "customers", BRIGHTWATER.format("per_delivery", "shipment", "no"))
    order(line, "SO-58400,BW-77400,C-1001,2026-03-02,USD,1,VL-220,,4,EA,46.50,1,0,0")
    line.run("deliveries", "record", "--order", "SO-58400", "--level", "despatch", "--note", "LS-90400")
    ((number, _),) = billed(line, "SO-58400")
    (mail,) = line.rows("deliveries", "chase", now="2026-03-24T09:00:00+00:00")
    assert number in line.run("outbox", "show", mail["id"]).out
