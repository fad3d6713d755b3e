"""What buyers change, accept and cancel after they ordered: PO-08, PO-09, PO-11, PO-29, and every way to answer us."""

from __future__ import annotations

import pytest

from tests.line import Line
from tests.scenarios.test_orders import BUYER, FACILITIES, booked, facilities_order, found_codes, send
from tests.scenarios.world import VERDIER, codes, mails, order, paper, sample, waiting


def lines(line: Line, po: str) -> list[tuple[str, str, str]]:
    return [(x["item"], x["quantity"], x["unit_price"]) for x in booked(line, po)["lines"]]


def policy(line: Line, rule: str) -> None:
    settings = line.home / "ar-agent.toml"
    settings.write_text(settings.read_text() + f'\n[orders]\napply_changes = "{rule}"\n')


def last_mail(line: Line) -> str:
    return line.run("outbox", "show", line.rows("outbox", "list")[-1]["id"]).out


def test_po_08_the_clean_lines_of_a_revision_are_one_key(line: Line) -> None:
    facilities_order(line)
    send(line, "P05", FACILITIES)
    assert lines(line, "118832")[0] == ("SN-310", "100", "129.00")
    assert line.run("queue", "accept", waiting(line, "price_var")["id"], "--candidate", "1").code == 0
    after = lines(line, "118832")
    assert ("SN-310", "60", "129.00") in after and ("VL-220", "20", "46.50") in after
    assert not any(item == "GK-015" for item, _, _ in after)
    assert booked(line, "118832")["lines"][-1]["requested_on"] == "2026-04-20"
    assert "The other points of your change are open" in " ".join(last_mail(line).split())


def test_po_08_policy_applies_the_clean_lines_and_asks_about_the_rest(line: Line) -> None:
    policy(line, "unshipped")
    facilities_order(line)
    send(line, "P05", FACILITIES)
    after = lines(line, "118832")
    assert ("SN-310", "60", "129.00") in after and ("VL-220", "20", "46.50") in after
    assert (codes(line), sorted(mails(line))) == (["price_var"], ["order_acknowledgement", "order_query"])


def test_po_08_accepting_can_be_taken_back(line: Line) -> None:
    facilities_order(line)
    send(line, "P05", FACILITIES)
    before = lines(line, "118832")
    item = waiting(line, "price_var")["id"]
    line.run("queue", "accept", item, "--candidate", "1")
    assert line.run("queue", "undo", item).code == 0
    assert lines(line, "118832") == before


def test_policy_lets_more_through_and_never_less(line: Line) -> None:
    policy(line, "more")
    order(line, "SO-58300,BW-77300,C-1001,2026-03-10,USD,1,VL-220,,40,EA,46.50,1,0,0")
    revised = "BRIGHTWATER FOODS LLC   PURCHASE ORDER BW-77300   Revision: 1\nDate: 03/16/2026\n"
    table = "Line  Item     Description          Qty  UM   Unit Price     Extended\n"
    line.mail(BUYER, "Rev 1", "revised order", files=paper(
        revised + table + "1     VL-220   Ball valve DN25       60  EA      46.50       2,790.00\nTOTAL  2,790.00\n"))  # fmt: skip
    assert (lines(line, "BW-77300"), codes(line)) == ([("VL-220", "60", "46.50")], [])
    fewer = revised.replace("Revision: 1", "Revision: 2")
    line.mail(BUYER, "Rev 2", "revised order", files=paper(
        fewer + table + "1     VL-220   Ball valve DN25       10  EA      46.50         465.00\nTOTAL    465.00\n"))  # fmt: skip
    assert (lines(line, "BW-77300"), codes(line)) == ([("VL-220", "60", "46.50")], ["po_change"])


FRENCH = "SO-58310,CF26-0417,C-1004,2026-03-10,EUR,1,VL-220,,24,EA,42.00,1,{},0"
AMENDMENT = (
    "Merci de prendre en compte l'avenant n°1 à notre commande CF26-0417 : quantité portée à 30, livraison semaine 16."
)


def test_po_29_a_change_told_in_a_sentence_is_proposed_with_its_diff(line: Line) -> None:
    order(line, FRENCH.format(0))
    line.mail(VERDIER, "Avenant CF26-0417", AMENDMENT)
    assert (codes(line), lines(line, "CF26-0417")) == (["po_change"], [("VL-220", "24", "42.00")])
    found = waiting(line, "po_change")
    assert "24 -> 30" in found["summary"]
    assert line.run("queue", "accept", found["id"]).code == 0
    (one,) = booked(line, "CF26-0417")["lines"]
    assert (one["quantity"], one["unit_price"], one["requested_on"]) == ("30", "42.00", "2026-04-13")
    assert booked(line, "CF26-0417")["total"] == "1260.00"
    assert line.rows("outbox", "list")[-1]["language"] == "fr"


def test_po_29_below_what_has_left_it_is_refused(line: Line) -> None:
    order(line, FRENCH.format(20))
    line.mail(VERDIER, "Avenant CF26-0417", AMENDMENT.replace("portée à 30", "réduite à 10"))
    assert codes(line) == ["po_change_after_ship"]
    assert lines(line, "CF26-0417") == [("VL-220", "24", "42.00")]
    assert line.run("queue", "accept", waiting(line, "po_change_after_ship")["id"]).code == 1


def test_a_date_alone_moves_every_open_line(line: Line) -> None:
    facilities_order(line, delivered=100)
    line.mail(FACILITIES, "PO 118832", "Please move the delivery of PO 118832 to 27 April 2026.")
    assert line.run("queue", "accept", waiting(line, "po_change")["id"]).code == 0
    dates = [x["requested_on"] for x in booked(line, "118832")["lines"]]
    assert dates == [None, "2026-04-27", "2026-04-27", "2026-04-27"]  # the first line was delivered


def test_one_line_is_cancelled_and_not_the_order(line: Line) -> None:
    facilities_order(line)
    line.mail(FACILITIES, "PO 118832", "Please cancel line 3 of our order 118832.")
    assert codes(line) == ["po_change"]
    assert line.run("queue", "accept", waiting(line, "po_change")["id"]).code == 0
    one = booked(line, "118832")
    assert (one["status"], [x["line"] for x in one["lines"]]) == ("confirmed", ["1", "2", "4"])


def test_po_11_the_open_rest_of_an_order_is_cancelled(line: Line) -> None:
    facilities_order(line, delivered=80)
    line.mail(FACILITIES, "Cancel", "Please cancel our order 118832.")
    item = waiting(line, "po_cancel_after_ship")["id"]
    assert line.run("queue", "accept", item).code == 0
    one = booked(line, "118832")
    assert (one["status"], lines(line, "118832")) == ("invoiced", [("SN-310", "80", "129.00")])


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("ACCEPT 77203", "confirmed"),
        ("We accept your price of 46.50 for PO 77203.", "confirmed"),
        ("ACCEPT 77203, but only at 45.00.", "held"),
        ("We accept line 1 of PO 77203.", "held"),
        ("We accept PO 77203 at 45.50.", "held"),
        ("Einverstanden mit Bestellung 77203, sofern Sie bis Freitag liefern.", "held"),
    ],
)
def test_an_answer_takes_the_order_only_where_it_is_a_plain_yes(line: Line, answer: str, status: str) -> None:
    line.mail(BUYER, "PO 77203", "PO 77203: 40 VL-220 at 44.00 each. Regards, M. Okafor")
    assert found_codes(booked(line, "77203")) == ["price"]
    line.mail(BUYER, "Re: Question about your order 77203", answer)
    one = booked(line, "77203")
    assert (one["status"], one["lines"][0]["unit_price"]) == (status, "46.50")
    assert (len(codes(line)) == 2) is (status == "held")


def test_an_answer_that_a_person_reads_takes_the_order_in_one_key_and_rejecting_it_refuses_nothing(line: Line) -> None:
    line.mail(BUYER, "PO 77202", "PO 77202: 4000 pcs HX-100 @ 18.40. Regards, M. Okafor")
    line.mail(BUYER, "Re: Question about your order 77202", "ACCEPT 77202, but only at 18.00 per 100.")
    item = waiting(line, "order_reply")["id"]
    assert line.run("queue", "reject", item).code == 0
    assert booked(line, "77202")["status"] == "held"
    assert line.run("queue", "undo", item).code == 0
    assert line.run("queue", "accept", item).code == 0
    assert booked(line, "77202")["status"] == "confirmed"


def test_a_corrected_paper_settles_the_order_that_waited(line: Line) -> None:
    text = sample("P01").replace("46.50", "44.00").replace("1,860.00", "1,760.00").replace("2,988.50", "2,888.50")
    line.mail(BUYER, "PO", "see attached", files=paper(text))
    assert booked(line, "BW-77188")["status"] == "held"
    send(line, "P01")
    assert (booked(line, "BW-77188")["status"], codes(line)) == ("confirmed", [])


def test_staff_change_and_cancel_by_command(line: Line) -> None:
    facilities_order(line, delivered=80)
    number = booked(line, "118832")["order"]
    change = ("orders", "change", number)
    assert line.run(*change, "--line", "2=30", "--date", "2=2026-04-27", "--dry-run").code == 0
    assert lines(line, "118832")[1] == ("VL-220", "20", "46.50")
    assert line.run(*change, "--line", "2=30@44.00", "--date", "2=2026-04-27").code == 0
    assert lines(line, "118832")[1] == ("VL-220", "30", "44.00")
    assert line.run(*change, "--line", "1=70").code == 1
    assert "80 have left" in line.run(*change, "--line", "1=70").err
    assert line.run(*change, "--line", "9=70").code == 1
    assert line.run(*change, "--line", "x").code == 2
    assert line.run("orders", "cancel", number).code == 0
    assert lines(line, "118832") == [("SN-310", "80", "129.00")]
    assert line.run("orders", "cancel", number).code == 1
