"""Returns: DL-19, what a receiver rejects (DL-11, DL-12), and a case from the announcement to the credit."""

from __future__ import annotations

from tests.line import Line
from tests.scenarios.test_deliveries import CARRIER, billed, receive
from tests.scenarios.world import AOBA, codes, mails, waiting

ARRIVED = "Delivered: Halden Components, Bristol. Reference RMA-551. Delivered On: 03/13/2026"


def billed_order(line: Line) -> str:
    """SO-58120 is delivered and invoiced: 12 sensors; the number of its invoice."""
    assert line.run("deliveries", "record", "--order", "SO-58120").code == 0
    ((number, net),) = billed(line, "SO-58120")
    assert net == "1548.00"
    return number


def announced(line: Line, quantity: str = "3") -> str:
    invoice = billed_order(line)
    done = line.run(
        "returns", "announce", "SO-58120", "--line", f"1={quantity}", "--number", "RMA-551", "--reason", "damaged"
    )
    assert done.code == 0, done.err
    return invoice


def state(line: Line) -> str:
    return str(line.one("returns", "show", "T1")["status"])


def test_dl_19_a_return_that_reaches_us_is_no_delivery_and_no_credit(line: Line) -> None:
    invoice = announced(line)
    before = line.rows("invoices", "list")
    line.mail(CARRIER, "Delivered", ARRIVED)
    assert (state(line), codes(line)) == ("received", ["return_inspect"])
    assert line.rows("invoices", "list") == before
    assert line.one("returns", "show", "T1")["invoice"] == invoice


def test_a_carriers_attempt_receives_nothing(line: Line) -> None:
    announced(line)
    line.mail(CARRIER, "Delivery attempted", "Delivery attempt failed, reference RMA-551, will be delivered tomorrow.")
    assert state(line) == "announced"


def test_a_stranger_cannot_say_that_a_return_arrived(line: Line) -> None:
    announced(line)
    line.mail("somebody@else.example", "Delivered", ARRIVED)
    line.mail(CARRIER, "Delivered", ARRIVED, authenticated=False)
    assert state(line) == "announced"


def test_what_the_inspection_takes_back_is_credited_in_one_key(line: Line) -> None:
    invoice = announced(line)
    line.mail(CARRIER, "Delivered", ARRIVED)
    assert line.run("returns", "inspect", "T1", "--accepted", "1=2").code == 0
    item = waiting(line, "return_credit")
    assert (state(line), item["amount"]) == ("inspected", "258.00")
    assert line.run("queue", "accept", item["id"]).code == 0
    one = line.one("returns", "show", "T1")
    note = line.one("invoices", "show", one["credit_note"])
    assert (one["status"], note["net"], note["type"]) == ("credited", "-258.00", "credit_note")
    assert line.one("invoices", "show", invoice)["open"] == "1290.00"


def test_a_return_that_is_not_taken_back_is_told(line: Line) -> None:
    announced(line)
    line.run("returns", "receive", "T1", "--on", "2026-03-15")
    assert line.run("returns", "inspect", "T1").code == 0
    assert (state(line), mails(line).count("other")) == ("refused", 3)
    text = line.run("outbox", "show", line.rows("outbox", "list")[-1]["id"]).out
    assert "cannot take it back" in text and "RMA-551" in text


def test_all_of_it_in_order_is_one_key_and_can_be_taken_back(line: Line) -> None:
    announced(line)
    line.run("returns", "receive", "T1")
    item = waiting(line, "return_inspect")["id"]
    assert line.run("queue", "accept", item).code == 0
    assert (state(line), line.one("returns", "show", "T1")["lines"][0]["accepted"]) == ("inspected", "3")
    assert line.run("queue", "undo", item).code == 0
    assert (state(line), line.one("returns", "show", "T1")["lines"][0]["accepted"]) == ("received", None)


def test_more_than_was_delivered_cannot_come_back(line: Line) -> None:
    announced(line, "10")
    again = ("returns", "announce", "SO-58120", "--line")
    assert line.run(*again, "1=3").code == 1
    assert "2 can" in line.run(*again, "1=3").err
    assert line.run(*again, "9=1").code == 1
    assert line.run(*again, "x").code == 2
    assert line.run(*again, "1=2", "--number", "RMA-551").code == 1
    assert line.run("returns", "inspect", "T1", "--accepted", "1=11").code == 1
    assert line.run("returns", "announce", "SO-58140", "--line", "1=1").code == 1


def test_dl_11_what_was_rejected_at_the_inspection_is_a_return_beside_its_dispute(line: Line) -> None:
    receive(line, AOBA, "D08")
    (case,) = line.rows("returns", "list", "--order", "SO-58150")
    assert (case["status"], case["reason"], case["lines"][0]["quantity"]) == ("announced", "quality", "2")
    assert case["dispute"] == line.one("disputes", "list")["dispute"]
    # Nothing was invoiced for them: they are inspected, and nothing is to be credited.
    assert line.run("returns", "inspect", case["return"], "--accepted", f"{case['lines'][0]['line']}=2").code == 0
    assert "return_credit" not in codes(line)
