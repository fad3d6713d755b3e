"""Orders as buyers write them: PO-01 to PO-30, the samples P01 to P12; blanket orders stand in test_blankets."""

from __future__ import annotations

from typing import Any

from tests.line import Line
from tests.scenarios.world import AOBA, CALLOWAY, HANBIT, KESTREL, body, codes, mails, order, paper, sample, waiting

BUYER = "mokafor@brightwaterfoods.example"
FACILITIES = "facilities@orchidhealth.example"


def booked(line: Line, po: str) -> dict[str, Any]:
    (found,) = line.rows("orders", "list", "--po", po)
    return line.one("orders", "show", found["order"])


def found_codes(row: dict[str, Any]) -> list[str]:
    return sorted(d["code"] for d in row["discrepancies"])


def send(line: Line, sample_name: str, sender: str = BUYER) -> dict[str, Any]:
    return line.mail(sender, "Order", "see attached", files=paper(sample(sample_name)))


def test_po_01_a_clean_order_passes_every_check(line: Line) -> None:
    row = line.mail(
        BUYER, "PO BW-77188", "Please find attached our PO. Kindly confirm.", files=paper(sample("P01"), "BW-77188.txt")
    )
    assert (row["outcome"], codes(line), mails(line)) == ("processed", [], ["order_acknowledgement"])
    one = booked(line, "BW-77188")
    assert (one["status"], one["total"], one["discrepancies"]) == ("confirmed", "2988.50", [])
    assert [(x["item"], x["quantity"], x["unit_price"], x["price_per"]) for x in one["lines"]] == [
        ("HX-100", "4000", "18.40", "100"),
        ("VL-220", "40", "46.50", "1"),
        ("GK-015", "5", "78.50", "1"),
    ]
    assert all(i["order"] != one["order"] for i in line.rows("invoices", "list"))


def test_po_02_an_order_in_the_body_of_a_customer_who_pays_in_advance(line: Line) -> None:
    line.mail(KESTREL, "order", sample("P02"))
    one = booked(line, "KL-0342")
    assert (one["status"], one["total"], codes(line)) == ("waiting_prepayment", "3382.00", [])


def test_po_03_price_below_the_quotation_and_longer_terms(line: Line) -> None:
    said, attached = sample("P03").split("--- PO_4500019044.pdf ---\n")
    text = said.split("\n\n", 1)[1]
    line.mail(CALLOWAY, "FW: PO 4500019044 - pls process", text, files=paper(attached, "PO_4500019044.txt"))
    one = booked(line, "4500019044")
    assert one["status"] == "held"
    assert {"price", "terms"} <= set(found_codes(one))
    (price,) = (d for d in one["discrepancies"] if d["code"] == "price")
    assert (float(price["said"]), float(price["expected"])) == (4150, 4300)
    for other in ("10088213", "Q-2261", "6000123"):
        assert line.rows("orders", "list", "--po", other) == []


def test_po_04_a_price_per_hundred_never_becomes_a_price_each(line: Line) -> None:
    line.mail("edi@brightwaterfoods.example", "PO", "see", files=paper(sample("P10"), "P10.xml"))
    one = booked(line, "BW-77190")
    assert (one["status"], one["total"], one["lines"][0]["price_per"]) == ("confirmed", "736.00", "100")


def test_po_05_a_missing_unit_is_inferred_only_with_total_and_list(line: Line) -> None:
    line.mail(BUYER, "PO 77201", "PO 77201: 4000 pcs HX-100 @ 18.40, total 736.00. Regards, M. Okafor")
    assert (booked(line, "77201")["status"], booked(line, "77201")["total"]) == ("confirmed", "736.00")


def test_po_05_without_the_total_it_is_a_question(line: Line) -> None:
    line.mail(BUYER, "PO 77202", "PO 77202: 4000 pcs HX-100 @ 18.40. Regards, M. Okafor")
    assert (booked(line, "77202")["status"], codes(line)) == ("held", ["uom_var"])


def test_po_06_the_same_order_again_with_another_print_date(line: Line) -> None:
    send(line, "P01")
    again = paper(sample("P01") + "\nPrinted 03/18/2026 07:12\n", "BW-77188.txt")
    row = line.mail(BUYER, "2nd request - PO BW-77188 - please acknowledge", body("P12"), files=again)
    assert (row["outcome"], codes(line)) == ("processed", [])
    assert len(line.rows("orders", "list", "--po", "BW-77188")) == 1


def test_po_07_the_same_number_with_other_content_changes_nothing_and_asks(line: Line) -> None:
    send(line, "P01")
    other = (
        sample("P01")
        .replace("              40   EA", "              60   EA")
        .replace("1,860.00", "2,790.00")
        .replace("2,988.50", "3,918.50")
        .replace("20 EA 04/20", "40 EA 04/20")
    )
    line.mail(BUYER, "PO BW-77188", "Attached PO BW-77188", files=paper(other))
    assert codes(line) == ["po_dup"]
    assert "40 -> 60" in waiting(line, "po_dup")["summary"]
    assert booked(line, "BW-77188")["total"] == "2988.50"


def facilities_order(line: Line, delivered: int = 0) -> None:
    head = "SO-58200,118832,C-1011,2026-03-02,USD"
    order(
        line,
        f"{head},1,SN-310,,100,EA,129.00,1,{delivered},{delivered}",
        f"{head},2,VL-220,,20,EA,46.50,1,0,0",
        f"{head},3,GK-015,,4,BX,78.50,1,0,0",
        f"{head},4,HX-100,,1000,PC,18.40,100,0,0",
    )


def test_po_08_a_revision_with_a_price_below_the_list_is_asked_about(line: Line) -> None:
    facilities_order(line)
    send(line, "P05", FACILITIES)
    assert codes(line) == ["price_var"]
    (found,) = booked(line, "118832")["discrepancies"]
    assert (found["line"], float(found["said"]), float(found["expected"])) == ("2", 44.0, 46.5)


def test_po_09_a_revision_below_what_has_left_changes_nothing(line: Line) -> None:
    facilities_order(line, delivered=80)
    send(line, "P05", FACILITIES)
    assert codes(line) == ["po_change_after_ship"]
    assert booked(line, "118832")["lines"][0]["quantity"] == "100"
    assert all(i["type"] == "invoice" for i in line.rows("invoices", "list", "--customer", "C-1011"))


CANCELLED = "SO-58210,PC-2026-0188,C-1005,2026-03-10,EUR,1,VL-220,,40,EA,42.00,1"


def test_po_10_a_cancellation_before_shipment_is_one_key(line: Line) -> None:
    order(line, f"{CANCELLED},0,0")
    line.mail("marta@talleresibanez.example", "ANULACIÓN pedido PC-2026-0188", body("P06"))
    assert (codes(line), booked(line, "PC-2026-0188")["status"]) == (["po_cancel"], "confirmed")
    assert line.run("queue", "accept", waiting(line, "po_cancel")["id"]).code == 0
    assert booked(line, "PC-2026-0188")["status"] == "cancelled"


def test_po_11_a_cancellation_after_shipment_cancels_nothing(line: Line) -> None:
    order(line, f"{CANCELLED},40,0")
    line.mail("marta@talleresibanez.example", "ANULACIÓN pedido PC-2026-0188", body("P06"))
    assert codes(line) == ["po_cancel_after_ship"]
    assert line.run("queue", "accept", waiting(line, "po_cancel_after_ship")["id"]).code == 1
    assert booked(line, "PC-2026-0188")["status"] == "delivered"


def test_po_14_a_german_order_with_thousands_dots_and_a_calendar_week(line: Line) -> None:
    line.mail("einkauf@mueller-soehne.example", "Bestellung", "siehe Anlage", files=paper(sample("P07")))
    one = booked(line, "4501-2301")
    assert (one["status"], one["total"], one["lines"][0]["quantity"]) == ("confirmed", "3021.50", "10000")
    assert line.rows("outbox", "list")[0]["language"] == "de"


def test_po_15_a_japanese_order(line: Line) -> None:
    line.mail(AOBA, "注文書", "添付", files=paper(sample("P08")))
    assert (booked(line, "AOB-260316-03")["status"], booked(line, "AOB-260316-03")["total"]) == ("confirmed", "373000")
    assert line.rows("outbox", "list")[0]["language"] == "ja"


def test_po_16_a_remark_that_names_another_price_holds_the_order(line: Line) -> None:
    line.mail(HANBIT, "발주서", "첨부", files=paper(sample("P09")))
    one = booked(line, "HB-2603-017")
    assert (one["status"], found_codes(one), codes(line)) == ("held", ["price"], ["price_var"])


def test_po_17_a_french_order_with_a_line_discount(line: Line) -> None:
    line.mail("achats@ateliers-verdier.example", "Commande", "ci-joint", files=paper(sample("P11")))
    assert (booked(line, "CF26-0417")["status"], booked(line, "CF26-0417")["total"]) == ("confirmed", "977.76")


def test_po_18_an_unknown_item_is_not_confirmed(line: Line) -> None:
    line.mail(BUYER, "PO BW-77205", "PO BW-77205, 6 x PS-10B pressure transmitter 10 bar, $129.00 each.")
    one = booked(line, "BW-77205")
    assert (one["status"], found_codes(one), codes(line)) == ("held", ["unknown_item"], ["item_unknown"])


def test_po_18_what_a_clerk_says_an_item_is_holds_for_this_buyer_alone(line: Line) -> None:
    text = "PO {}, 6 x PS-10B pressure transmitter 10 bar, $129.00 each."
    line.mail(BUYER, "PO BW-77205", text.format("BW-77205"))
    item = waiting(line, "item_unknown")
    offered = [c["n"] for c in item["candidates"] if any("PS-10B is our SN-310" in e["detail"] for e in c["evidence"])]
    assert line.run("queue", "accept", item["id"], "--candidate", str(offered[0])).code == 0
    one = booked(line, "BW-77205")
    assert (one["status"], one["lines"][0]["item"], one["total"]) == ("confirmed", "SN-310", "774.00")
    line.mail(BUYER, "PO BW-77207", text.format("BW-77207"))
    assert (booked(line, "BW-77207")["status"], codes(line)) == ("confirmed", [])
    line.mail(KESTREL, "PO KL-0399", text.format("KL-0399"))
    assert found_codes(booked(line, "KL-0399")) == ["unknown_item"]


def test_po_18_undoing_it_forgets_what_was_taught(line: Line) -> None:
    text = "PO {}, 6 x PS-10B pressure transmitter 10 bar, $129.00 each."
    line.mail(BUYER, "PO BW-77205", text.format("BW-77205"))
    item = waiting(line, "item_unknown")
    assert line.run("queue", "accept", item["id"], "--candidate", "3").code == 0
    assert [row["said"] for row in line.rows("learned", "list")] == ["PS-10B"]
    assert line.run("queue", "undo", item["id"]).code == 0
    assert (booked(line, "BW-77205")["status"], line.rows("learned", "list")) == ("held", [])


def test_po_19_below_the_minimum_quantity(line: Line) -> None:
    line.mail(KESTREL, "PO KL-0350", "PO KL-0350: 250 HX-100 at 18.40 per 100, total 46.00")
    one = booked(line, "KL-0350")
    assert (one["status"], found_codes(one)) == ("held", ["quantity"])


def test_po_20_an_unknown_place_of_delivery_holds_the_order_and_its_mail(line: Line) -> None:
    known = "Brightwater Plant 2, Dock C, 8801 Route 9, Pekin IL 61554"
    text = sample("P01").replace("BW-77188", "BW-77206").replace(known, "Brightwater Foods, 77 Harbor Way, Newark NJ")
    line.mail(BUYER, "PO BW-77206", "see attached", files=paper(text))
    assert (booked(line, "BW-77206")["status"], codes(line)) == ("held", ["shipto_unknown"])
    assert {m["status"] for m in line.rows("outbox", "list")} == {"held"}


def test_po_21_a_look_alike_domain_gets_no_order_and_no_answer(line: Line) -> None:
    text = (
        "Please quote net 30 and ship today 60 pcs SN-310, PO 990077, to our new logistics partner, Unit 9 Harbour "
        "Park, see attached PO with logo."
    )
    files = paper(sample("P04").replace("460712", "990077"))
    line.mail("procurement@pennard-retail.example", "PO 990077", text, files=files)
    assert line.rows("orders", "list", "--customer", "C-1008") == []
    assert mails(line) == []
    assert codes(line) == ["sec_lookalike"]


def test_po_22_a_good_order_above_the_credit_limit(line: Line) -> None:
    text = (
        "CALLOWAY CONSTRUCTION GROUP, INC.            PURCHASE ORDER  4500019060\nDate: 03/16/26\n"
        "Line  Item     Description                 Qty  UM   Unit Price     Extended\n"
        "1     VL-220   BALL VALVE DN25             105  EA      46.50       4,882.50\n"
        "                                                         TOTAL       4,882.50\n"
    )
    line.mail(CALLOWAY, "PO 4500019060", "see attached", files=paper(text))
    one = booked(line, "4500019060")
    assert (one["status"], found_codes(one), codes(line)) == ("held", ["credit_limit"], ["credit_limit"])
    assert all(m["kind"] != "order_query" or m["status"] == "held" for m in line.rows("outbox", "list"))


def test_po_23_a_request_for_a_quotation_is_no_order(line: Line) -> None:
    text = "Could you quote 200 SN-310 for delivery in May? If price is OK we will place PO 4500019077 next week."
    line.mail(CALLOWAY, "Order – please advise", text)
    assert line.rows("orders", "list", "--po", "4500019077") == []


def test_po_25_two_orders_in_one_mail(line: Line) -> None:
    first = sample("P01").replace("BW-77188", "BW-77221")
    second = (
        sample("P01")
        .replace("BW-77188", "BW-77222")
        .replace("4,000   PC", "2,000   PC")
        .replace("736.00", "368.00")
        .replace("2,988.50", "2,620.50")
    )
    row = line.mail(BUYER, "Two orders", "see attached", files=(*paper(first, "a.txt"), *paper(second, "b.txt")))
    assert [d["number"] for d in row["documents"]] == ["BW-77221", "BW-77222"]
    assert {booked(line, po)["status"] for po in ("BW-77221", "BW-77222")} == {"confirmed"}


def test_po_26_an_order_on_somebodys_behalf_is_shown_to_a_person(line: Line) -> None:
    text = (
        "Please invoice Calloway Construction Group, PO 4500019081, attn. AP. Material for job 2214. 10 x VL-220 at "
        "46.50. – Ridge Mechanical"
    )
    line.mail("office@ridgemech.example", "PO 4500019081", text)
    assert line.rows("orders", "list", "--po", "4500019081") == []
    assert (mails(line), len(codes(line))) == ([], 1)


def test_po_27_a_date_that_cannot_be_met(line: Line) -> None:
    text = "Bestellung 4501-2305, 1 CB-450 zu 3.950,00 EUR, Liefertermin 18.03.2026 fix, Pönale 0,5 % je Werktag."
    line.mail("einkauf@mueller-soehne.example", "Bestellung 4501-2305", text)
    one = booked(line, "4501-2305")
    assert one["status"] == "held"
    assert "lead_time" in found_codes(one)


def test_po_30_a_price_below_the_list_because_of_a_talk(line: Line) -> None:
    text = (
        sample("P08")
        .replace("AOB-260316-03", "AOB-260316-04")
        .replace("50個   6,800     340,000", "100個   6,500     650,000")
        .replace(" 2  GK-015     ガスケットキット     30個   1,100      33,000\n", "")
        .replace("373,000", "650,000")
        .replace("37,300", "65,000")
        .replace("410,300", "715,000")
    )
    line.mail(AOBA, "注文書", "先日のお打合せの通り", files=paper(text))
    one = booked(line, "AOB-260316-04")
    assert (one["status"], found_codes(one)) == ("held", ["price"])
