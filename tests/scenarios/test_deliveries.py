"""Deliveries as carriers and receivers report them: DL-03 to DL-22, the samples D02 to D10."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.line import Line
from tests.scenarios.world import (
    AOBA,
    HANBIT,
    KESTREL,
    codes,
    disputes,
    import_rows,
    mails,
    order,
    paper,
    reminded,
    sample,
    state,
    waiting,
)

CARRIER = "Parcel Carrier <no-reply@carrier.example>"


def billed(line: Line, order_number: str) -> list[tuple[str, str]]:
    """The invoices of an order: number and net."""
    return [(i["invoice"], i["net"]) for i in line.rows("invoices", "list", "--order", order_number)]


def quantities(line: Line, order_number: str) -> list[tuple[str, str]]:
    one = line.one("orders", "show", order_number)
    return [(x["delivered"], x["invoiced"]) for x in one["lines"]]


def receive(line: Line, sender: str, sample_name: str, name: str = "paper.txt") -> dict[str, Any]:
    return line.mail(sender, "Goods receipt", "see attached", files=paper(sample(sample_name), name))


NOTICE = (
    "<html><body><h1>Your package was delivered</h1><table><tr><td>Delivered On:</td><td>Friday, 03/13/2026 10:42 A.M."
    "</td></tr><tr><td>Delivered To:</td><td>{place}</td></tr><tr><td>Reference Number 1:</td><td>SO-58120</td></tr>"
    "<tr><td>Number of Packages:</td><td>{packages}</td></tr></table></body></html>"
)


def test_dl_01_a_carriers_mail_completes_an_order_that_is_billed_on_delivery(line: Line) -> None:
    page = NOTICE.format(place="PEKIN, IL, US", packages="3 of 3")
    line.mail(CARRIER, "Your shipment 1Z999AA10123456784 was delivered", "", html=page)
    ((number, net),) = billed(line, "SO-58120")
    assert (net, codes(line), mails(line)) == ("1548.00", [], ["invoice"])
    issued = state(line, number)
    assert (issued["issued_on"], issued["due_on"], issued["po_number"]) == ("2026-03-16", "2026-04-15", "BW-77122")
    (mail,) = line.rows("outbox", "list")
    assert mail["to"] == ["ap@brightwaterfoods.example"]


def test_dl_02_two_of_three_packages_bill_nothing(line: Line) -> None:
    page = NOTICE.format(place="PEKIN, IL, US", packages="2 of 3")
    line.mail(CARRIER, "Your shipment 1Z999AA10123456784 was delivered", "", html=page)
    assert billed(line, "SO-58120") == []


def test_dl_16_a_customer_billed_by_the_month_gets_no_invoice_a_delivery(line: Line) -> None:
    head = (
        "customer,name,emails,country,currency,language,payment_terms,address,ship_to,tax_treatment,billing,bill_on\n"
    )
    row = (
        "C-1001,Brightwater Foods LLC,ap@brightwaterfoods.example @brightwaterfoods.example,US,USD,en,2/10 net 30,"
        '"2200 Lake Street, Peoria IL 61602","Brightwater Plant 2, Dock C, 8801 Route 9, Pekin IL 61554",export,monthly,delivery\n'
    )
    import_rows(line, "customers", head + row)
    line.mail(CARRIER, "Your shipment was delivered", "", html=NOTICE.format(place="PEKIN, IL, US", packages="3 of 3"))
    assert (billed(line, "SO-58120"), quantities(line, "SO-58120")) == ([], [("12", "0")])


def test_dl_03_an_attempted_delivery_is_none(line: Line) -> None:
    text = (
        "Reference SO-58120\nWe attempted to deliver your package at 4:12 PM. No authorized person available. "
        "Next attempt 03/17."
    )
    line.mail(CARRIER, "Delivery attempted", text)
    assert (billed(line, "SO-58120"), quantities(line, "SO-58120")) == ([], [("0", "0")])


def test_dl_04_a_proof_of_delivery_for_what_is_invoiced_already(line: Line) -> None:
    row = receive(line, "dwhit@callowaygroup.example", "D02")
    assert (row["outcome"], codes(line), mails(line)) == ("processed", [], [])
    assert billed(line, "SO-58131") == []
    (delivery,) = line.rows("deliveries", "list")
    assert (delivery["order"], delivery["delivered_on"]) == ("SO-58131", "2026-03-12")


def test_dl_05_a_part_and_two_too_many(line: Line) -> None:
    receive(line, "wareneingang@mueller-soehne.example", "D03")
    assert [net for _, net in billed(line, "SO-58142")] == ["4460.00"]
    assert quantities(line, "SO-58142") == [("20", "20"), ("50", "50")]
    assert codes(line) == ["dlv_over"]


def test_dl_06_handwriting_on_a_signed_note_bills_nothing(line: Line) -> None:
    receive(line, "rherrera@brightwaterfoods.example", "D04")
    assert billed(line, "SO-58140") == []
    assert len(codes(line)) == 1


def test_dl_07_damage_and_shortage_after_the_invoice(line: Line) -> None:
    text = sample("D05").split("\n\n", 1)[1]
    line.mail("receiving@callowaygroup.example", "OS&D report - PO 4500018990 - shipment rec'd 3/12", text)
    assert disputes(line) == [("INV-104390", "damaged", "387.00"), ("INV-104390", "quantity", "1116.00")]
    assert set(mails(line)) == {"dispute_opened"}
    # The rest is due, and only the rest is asked for.
    assert reminded(line, now="2026-04-06T09:00:00+00:00")["INV-104390"].endswith(
        " 25813.40"
    )  # with INV-104310 and INV-104377
    assert billed(line, "SO-58131") == []


def test_dl_08_hours_above_the_order_are_not_billed(line: Line) -> None:
    order(line, "SO-58170,KL-0329,C-1013,2026-03-01,USD,1,SV-010,,16,HR,145.00,1,0,0")
    receive(line, KESTREL, "D06")
    assert [net for _, net in billed(line, "SO-58170")] == ["2320.00"]
    assert codes(line) == ["qty_var"]


@pytest.mark.parametrize(("hours", "bills", "waits"), [(True, ["2537.50"], []), (False, [], ["dlv_quantity"])])
def test_hours_are_billed_as_worked_and_never_as_ordered(
    line: Line, hours: bool, bills: list[str], waits: list[str]
) -> None:
    order(line, "SO-58170,KL-0329,C-1013,2026-03-01,USD,1,SV-010,,40,HR,145.00,1,0,0")
    text = sample("D06")
    line.mail(KESTREL, "Service report", "attached", files=paper(text if hours else text.replace("Total 17.5 h", "")))
    assert ([net for _, net in billed(line, "SO-58170")], codes(line)) == (bills, waits)


def cabinets(line: Line) -> None:
    order(line, "SO-58171,4501-2290,C-1003,2026-02-01,EUR,10,CB-450,,2,EA,3950.00,1,0,0")


def test_dl_09_acceptance_with_defects_says_what_settles_it(line: Line) -> None:
    cabinets(line)
    receive(line, "schaeuffele@mueller-soehne.example", "D07")
    assert (billed(line, "SO-58171"), codes(line)) == ([], ["accept_defects"])
    assert "--retain PERCENT" in waiting(line, "accept_defects")["summary"]


def test_dl_09_what_is_held_back_is_not_asked_for_before_its_day(line: Line) -> None:
    cabinets(line)
    accept = ("deliveries", "record", "--order", "SO-58171", "--level", "acceptance", "--on", "2026-03-11")
    assert line.run(*accept, "--retain", "200").code == 2
    assert line.run(*accept, "--until", "2026-05-27").code == 2
    assert line.run(*accept, "--retain", "5", "--until", "2026-05-27").code == 0
    ((number, net),) = billed(line, "SO-58171")
    (kept,) = line.rows("deliveries", "retained")
    assert (net, kept["invoice"], kept["amount"], kept["release_on"]) == ("7900.00", number, "395.00", "2026-05-27")
    before = reminded(line, now="2026-05-04T09:00:00+00:00")[number]
    after = reminded(line, now="2026-06-04T09:00:00+00:00")[number]
    asked = [Decimal(mail.split()[1]) for mail in (before, after)]
    assert asked[1] - asked[0] == Decimal("395.00")
    assert line.run("deliveries", "retained", "--release", "H1").code == 0
    assert reminded(line, now="2026-05-04T09:00:00+00:00")[number] == before.replace(str(asked[0]), str(asked[1]))


def test_dl_10_a_refused_acceptance_bills_nothing(line: Line) -> None:
    order(line, "SO-58171,4501-2290,C-1003,2026-02-01,EUR,10,CB-450,,2,EA,3950.00,1,0,0")
    text = "Abnahme verweigert: Schrank B fällt wiederholt aus. Bestellung 4501-2290. Rechnungsstellung bitte zurückhalten."
    line.mail("schaeuffele@mueller-soehne.example", "Abnahme 4501-2290", text)
    assert (billed(line, "SO-58171"), codes(line)) == ([], ["accept_pending"])


def test_dl_11_eighteen_of_twenty_accepted(line: Line) -> None:
    receive(line, AOBA, "D08")
    assert [net for _, net in billed(line, "SO-58150")] == ["306000"]
    assert disputes(line) == [(None, "quality", "34000")]


def test_dl_12_a_korean_inspection(line: Line) -> None:
    order(line, "SO-58172,HB-2602-009,C-1006,2026-02-09,KRW,1,SN-310,,70,EA,165000,1,0,0")
    line.mail(HANBIT, "[한빛정밀] 납품 검수 완료 안내 (HB-2602-009)", sample("D10").split("\n", 1)[1])
    assert [net for _, net in billed(line, "SO-58172")] == ["11220000"]
    assert disputes(line) == [(None, "quality", "330000")]


def test_dl_13_an_861_short_by_ten_after_the_invoice(line: Line) -> None:
    order(
        line,
        "SO-58173,BW-77150,C-1001,2026-02-09,USD,1,SN-310,,100,EA,129.00,1,100,100",
        "SO-58173,BW-77150,C-1001,2026-02-09,USD,2,VL-220,,40,EA,46.50,1,40,40",
    )
    from tests.scenarios.world import invoice

    invoice(line, "INV-104405,invoice,C-1001,SO-58173,BW-77150,2026-03-10,2026-04-09,USD,,,14760.00,14760.00,,")
    text = sample("D09").replace("SE*9*", "SE*10*")
    line.mail("edi@brightwaterfoods.example", "861", "", files=paper(text, "861.txt"))
    assert (disputes(line), codes(line)) == ([("INV-104405", "quantity", "1290.00")], [])
    assert [n for n, _ in billed(line, "SO-58173")] == ["INV-104405"]
    assert state(line, "INV-104405")["status"] == "disputed"


def test_dl_14_a_proof_that_names_no_order_is_offered_what_was_shipped_near_its_day(line: Line) -> None:
    order(line, "SO-58500,4500018777,C-1002,2026-03-01,USD,1,VL-220,,4,EA,46.50,1,0,0")
    order(line, "SO-58501,4500018778,C-1002,2026-03-01,USD,1,VL-220,,9,EA,46.50,1,0,0")
    sent = ("deliveries", "record", "--level", "despatch", "--order")
    line.run(*sent, "SO-58501", "--note", "LS-1", "--on", "2026-02-10")
    line.run(*sent, "SO-58500", "--note", "LS-2", "--on", "2026-03-13")
    files = paper("PROOF OF DELIVERY\nConsignee CALLOWAY\n1 pallet\nSigned: ???")
    line.mail("warehouse@callowaygroup.example", "POD", "Attached POD for your reference", files=files)
    assert (codes(line), mails(line)) == (["dlv_no_order"], [])
    item = waiting(line, "dlv_no_order")
    assert item["candidates"][0]["order"] == "SO-58500"
    assert line.run("queue", "accept", item["id"], "--candidate", "1").code == 0
    assert [net for _, net in billed(line, "SO-58500")] == ["186.00"]
    assert line.run("queue", "undo", item["id"]).code == 1


@pytest.mark.parametrize(("town", "bills"), [("HOUSTON, TX, US", []), ("PEKIN, IL, US", ["1548.00"])])
def test_dl_15_goods_that_went_elsewhere_are_not_billed(line: Line, town: str, bills: list[str]) -> None:
    text = (
        "GOODS RECEIPT SLIP 5000099     Posting date 03/13/2026\nPO BW-77122   Your delivery note LS-90170\n"
        f"Delivered To: {town}\n\n"
        "Item  Material  Description    Delivered   Accepted\n10    SN-310    Sensor                12         12\n"
    )
    line.mail("receiving@brightwaterfoods.example", "Goods receipt", "attached", files=paper(text))
    assert [net for _, net in billed(line, "SO-58120")] == bills
    assert codes(line) == ([] if bills else ["dlv_place"])


def test_dl_17_the_same_delivery_by_two_sources_is_billed_once(line: Line) -> None:
    text = (
        "GOODS RECEIPT SLIP 5000099     Posting date 03/13/2026\nPO BW-77122   Your delivery note LS-90170\n"
        "Item  Material  Description    Delivered   Accepted\n10    SN-310    Sensor                12         12\n"
    )
    line.mail("receiving@brightwaterfoods.example", "Goods receipt", "attached", files=paper(text))
    first = billed(line, "SO-58120")
    assert [net for _, net in first] == ["1548.00"]
    again = text.replace("5000099", "5000107")
    line.mail("receiving@brightwaterfoods.example", "Goods receipt", "attached once more", files=paper(again))
    assert billed(line, "SO-58120") == first
    assert quantities(line, "SO-58120") == [("12", "12")]


def test_dl_06_cartons_are_counted_into_pieces(line: Line) -> None:
    text = (
        "GOODS RECEIPT SLIP 5000100     Posting date 03/13/2026\nPO BW-77140   Your delivery note LS-90183\n\n"
        "Item  Material  Description    Unit  Ordered Delivered   Accepted   Missing\n"
        "10    HX-100    Hex bolt        CTN     80    78         77          2\n"
        "20    GK-015    Gasket kit      BX      10    10         10          0\n"
    )
    line.mail("rherrera@brightwaterfoods.example", "Goods receipt", "attached", files=paper(text))
    assert quantities(line, "SO-58140") == [("7700", "7700"), ("10", "10")]
    assert disputes(line) == [(None, "quality", "18.40"), (None, "quantity", "36.80")]


def test_dl_18_a_complaint_that_names_our_delivery_note_is_about_its_invoice(line: Line) -> None:
    order(line, "SO-58510,CF26-0391,C-1004,2026-03-01,EUR,1,VL-220,,24,EA,42.00,1,0,0")
    line.run("deliveries", "record", "--order", "SO-58510", "--level", "signed", "--note", "LS-90175")
    ((number, _),) = billed(line, "SO-58510")
    text = (
        "Bonjour, il manque 6 vannes VL-220 dans la livraison du 12/03 (BL LS-90175), carton n°3 absent. Nous avons "
        "émis des réserves auprès du transporteur. Merci de nous faire parvenir un avoir ou le complément."
    )
    line.mail("compta@ateliers-verdier.example", "Livraison", text)
    assert disputes(line) == [(number, "quantity", "252.00")]


def test_dl_18_a_missing_carton_told_in_words_is_shown_to_a_person(line: Line) -> None:
    text = (
        "Bonjour, il manque 6 vannes VL-220 dans la livraison du 12/03 (BL LS-90175), carton n°3 absent. Nous avons "
        "émis des réserves auprès du transporteur. Merci de nous faire parvenir un avoir ou le complément."
    )
    line.mail("compta@ateliers-verdier.example", "Livraison", text)
    assert waiting(line, "dispute_new")["customer"] == "C-1004"


def test_dl_19_a_return_to_us_is_no_delivery(line: Line) -> None:
    before = line.rows("invoices", "list")
    text = "Delivered: Halden Components, Bristol. Reference RMA-551. Delivered On: 03/13/2026"
    line.mail(CARRIER, "Delivered", text)
    assert line.rows("invoices", "list") == before


def test_dl_22_a_receipt_stamp_is_no_acceptance(line: Line) -> None:
    text = "受領書\n注文番号 AOB-260210-01\nSN-310 20個\n受領 26.3.13 青葉 倉庫"
    line.mail("souko@aoba-mfg.example", "受領書", "添付", files=paper(text))
    assert billed(line, "SO-58150") == []


def test_dl_21_received_but_for_one_broken_box(line: Line) -> None:
    order(line, "SO-58600,PC-2026-0171,C-1005,2026-03-01,EUR,1,VL-220,,40,EA,42.00,1,0,0")
    text = (
        "Recibido conforme salvo 1 caja rota – 4 uds. VL-220 dañadas. Albarán LS-90177, pedido PC-2026-0171. "
        "Fdo. R. Ibáñez 13/03/26"
    )
    line.mail("admin@talleresibanez.example", "Albarán LS-90177", text)
    assert [net for _, net in billed(line, "SO-58600")] == ["1512.00"]
    assert disputes(line) == [(None, "damaged", "168.00")]
    (case,) = line.rows("returns", "list", "--order", "SO-58600")
    assert [(x["line"], x["quantity"]) for x in case["lines"]] == [("1", "4")]
