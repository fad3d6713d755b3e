"""Blanket orders and releases: PO-12, PO-13, PO-31, and what follows when a ceiling is raised."""

from __future__ import annotations

from typing import Any

from tests.line import Line
from tests.scenarios.test_orders import booked, found_codes, send
from tests.scenarios.world import HANBIT, codes, import_rows, mails, paper, sample, waiting

PENNARD = "orders@pennardretail.example"
PENNARD_HEAD = "customer,name,emails,country,currency,language,payment_terms,address,ship_to,tax_treatment\n"
PENNARD_ROW = (
    "C-1008,Pennard Retail plc,ap@pennardretail.example @pennardretail.example,GB,GBP,en,EOM + 30,"
    '"1 Pennard Way, Swindon SN1 1AA","Pennard RDC, Swindon.",standard\n'
)


def frame(line: Line, called: str = "57200", **more: str) -> None:
    """The blanket order of PO-12: 60,000.00 at most, 57,200.00 of it released."""
    import_rows(line, "customers", PENNARD_HEAD + PENNARD_ROW)
    options = {"--limit": "60000.00", "--called": called, "--from": "2026-01-01", "--to": "2026-12-31"} | more
    flat = [part for pair in options.items() for part in pair]
    result = line.run(
        "agreements", "enter", "--customer", "C-1008", "--number", "460712", "--line", "VL-220=@44.00", *flat
    )
    assert result.code == 0, result.err


def query(line: Line) -> str:
    (mail,) = (m for m in line.rows("outbox", "list") if m["kind"] == "order_query")
    return line.run("outbox", "show", mail["id"]).out


def left(line: Line) -> tuple[str, str]:
    one = line.one("agreements", "show", "B1")
    return one["called"], one["left"]


def test_po_12_a_release_above_the_ceiling_is_held_and_the_buyer_hears_what_fits(line: Line) -> None:
    frame(line)
    send(line, "P04", PENNARD)
    one = booked(line, "460712-7")
    assert (one["status"], found_codes(one), codes(line)) == ("held", ["blanket"], ["blanket_exceeded"])
    (found,) = one["discrepancies"]
    assert (found["said"], found["expected"]) == ("3520.00", "at most 2800.00, left of 460712 (63 would fit)")
    assert "GBP 2,800.00" in query(line) and "63 would fit" in query(line)
    assert left(line) == ("57200.00", "2800.00")


def test_po_12_the_ceiling_is_raised_and_the_release_is_taken_by_a_person(line: Line) -> None:
    frame(line)
    send(line, "P04", PENNARD)
    assert line.run("agreements", "change", "B1", "--limit", "70000").code == 0
    assert line.run("queue", "accept", waiting(line, "blanket_exceeded")["id"], "--candidate", "1").code == 0
    assert (booked(line, "460712-7")["status"], left(line)) == ("confirmed", ("60720.00", "9280.00"))


def test_the_buyers_accept_does_not_lift_a_ceiling(line: Line) -> None:
    frame(line)
    send(line, "P04", PENNARD)
    line.mail(PENNARD, "Re: 460712-7", "ACCEPT 460712-7")
    assert (booked(line, "460712-7")["status"], left(line)) == ("held", ("57200.00", "2800.00"))


def test_a_smaller_release_of_the_same_number_fits_and_is_taken(line: Line) -> None:
    frame(line)
    send(line, "P04", PENNARD)
    smaller = sample("P04").replace("     80  ", "     63  ").replace("3,520.00", "2,772.00")
    line.mail(PENNARD, "Corrected", "corrected release", files=paper(smaller))
    assert (booked(line, "460712-7")["status"], left(line)) == ("confirmed", ("59972.00", "28.00"))
    assert codes(line) == []


def test_releases_within_the_frame_are_taken_until_nothing_is_left(line: Line) -> None:
    frame(line, called="50000")
    send(line, "P04", PENNARD)
    assert (booked(line, "460712-7")["status"], codes(line), mails(line)) == (
        "confirmed", [], ["order_acknowledgement"],
    )  # fmt: skip
    assert left(line) == ("53520.00", "6480.00")
    send(line, "P04", PENNARD)  # the same release again calls off nothing more
    assert left(line) == ("53520.00", "6480.00")
    eighth = sample("P04").replace("Release no.: 7", "Release no.: 8").replace("460712-7", "460712-8")
    line.mail(PENNARD, "Release 8", "see attached", files=paper(eighth))
    assert (booked(line, "460712-8")["status"], left(line)) == ("confirmed", ("57040.00", "2960.00"))
    ninth = sample("P04").replace("Release no.: 7", "Release no.: 9").replace("460712-7", "460712-9")
    line.mail(PENNARD, "Release 9", "see attached", files=paper(ninth))
    assert (booked(line, "460712-9")["status"], left(line)) == ("held", ("57040.00", "2960.00"))


def test_a_cancelled_release_gives_back_what_it_called_off(line: Line) -> None:
    frame(line, called="50000")
    send(line, "P04", PENNARD)
    line.mail(PENNARD, "Cancellation", "Please cancel our order 460712-7.")
    assert line.run("queue", "accept", waiting(line, "po_cancel")["id"]).code == 0
    assert left(line) == ("50000.00", "10000.00")


def test_a_release_after_the_validity_is_held(line: Line) -> None:
    frame(line, **{"--to": "2026-02-28"})
    send(line, "P04", PENNARD)
    one = booked(line, "460712-7")
    assert (one["status"], found_codes(one)) == ("held", ["blanket"])
    assert "1 January 2026 to 28 February 2026" in " ".join(query(line).split())


def test_a_release_of_an_unknown_frame_waits_for_a_person(line: Line) -> None:
    import_rows(line, "customers", PENNARD_HEAD + PENNARD_ROW)
    send(line, "P04", PENNARD)
    assert (booked(line, "460712-7")["status"], codes(line)) == ("held", ["blanket_release"])


BLANKET = (
    "PENNARD RETAIL PLC      BLANKET PURCHASE AGREEMENT 460801\n01/04/2026-31/03/2027, estimated GBP 40,000, VL-220 @ 44.00. "
    "No goods to be delivered without a release."
)


def proposed(line: Line) -> dict[str, Any]:
    line.mail(PENNARD, "Blanket", "see attached", files=paper(BLANKET))
    return line.one("agreements", "list")


def test_po_13_a_blanket_order_is_filed_and_is_no_order_to_ship(line: Line) -> None:
    one = proposed(line)
    assert (one["number"], one["status"], one["limit"]) == ("460801", "proposed", "40000.00")
    assert (one["valid_from"], one["valid_to"]) == ("2026-04-01", "2027-03-31")
    assert (line.rows("orders", "list", "--customer", "C-1008"), codes(line), mails(line)) == ([], ["po_blanket"], [])


def test_po_13_accepting_it_puts_it_in_force_and_tells_the_buyer(line: Line) -> None:
    proposed(line)
    item = waiting(line, "po_blanket")["id"]
    assert line.run("queue", "accept", item).code == 0
    assert (line.one("agreements", "show", "B1")["status"], mails(line)) == ("open", ["order_acknowledgement"])
    text = line.run("outbox", "show", line.one("outbox", "list")["id"]).out
    assert "GBP 40,000.00" in text and "without a release" in text
    assert line.run("queue", "undo", item).code == 0
    assert line.one("agreements", "show", "B1")["status"] == "proposed"
    assert line.one("outbox", "list")["status"] == "cancelled"


def test_the_same_blanket_order_again_is_silent_and_another_ceiling_is_shown(line: Line) -> None:
    proposed(line)
    line.mail(PENNARD, "Blanket again", "see attached once more", files=paper(BLANKET))
    assert codes(line) == ["po_blanket"]
    line.mail(PENNARD, "Blanket", "new value", files=paper(BLANKET.replace("40,000", "50,000")))
    assert codes(line) == ["po_blanket", "po_change"]
    assert line.one("agreements", "list")["limit"] == "40000.00"


def test_po_31_a_call_off_above_the_quantity_of_the_contract(line: Line) -> None:
    enter = ("agreements", "enter", "--customer", "C-1006", "--number", "HB-Y26-01", "--line")
    assert line.run(*enter, "SN-310=1000@160000:880").code == 0
    line.mail(HANBIT, "발주", "연간계약 HB-Y26-01에 의거 SN-310 150EA 발주합니다. 납기 4/30.")
    (one,) = line.rows("orders", "list", "--customer", "C-1006")
    assert one["status"] == "held"
    (found,) = (d for d in one["discrepancies"] if d["code"] == "blanket")
    assert (found["said"], found["expected"]) == ("150", "at most 120, left of HB-Y26-01")
    assert (one["lines"][0]["unit_price"], one["total"]) == ("160000", "24000000")
    assert "HB-Y26-01" in query(line) and "120" in query(line) and "포괄발주" in query(line)


def test_a_blanket_order_is_entered_once_and_wrong_input_is_told(line: Line) -> None:
    frame(line)
    again = ("agreements", "enter", "--customer", "C-1008", "--number", "BPA 460712")
    assert line.run(*again).code == 1
    assert "on file as B1" in line.run(*again).err
    enter = ("agreements", "enter", "--customer", "C-1008", "--number", "9")
    assert line.run(*enter, "--line", "NO-SUCH=5").code == 1
    assert line.run(*enter, "--line", "VL-220=x").code == 2
    assert line.run(*enter, "--limit", "-5").code == 2
    assert line.run(*enter, "--from", "2026-12-31", "--to", "2026-01-01").code == 2
    assert line.run("agreements", "show", "B77").code == 1
    assert len(line.rows("agreements", "list")) == 1


def test_an_ended_blanket_order_holds_its_releases_until_it_is_reopened(line: Line) -> None:
    frame(line, called="0")
    assert line.run("agreements", "end", "B1").code == 0
    send(line, "P04", PENNARD)
    assert found_codes(booked(line, "460712-7")) == ["blanket"]
    assert line.run("agreements", "reopen", "B1").code == 0
    again = sample("P04") + "\nsecond copy\n"
    line.mail(PENNARD, "Release again", "once more", files=paper(again))
    assert booked(line, "460712-7")["status"] == "confirmed"
