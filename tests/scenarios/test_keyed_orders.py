"""Orders by phone, fax or post, keyed as a clerk keys them: rightly, wrongly, twice."""

from __future__ import annotations

import pytest

from tests.line import Line
from tests.scenarios.test_orders import booked
from tests.scenarios.world import codes, import_rows, mails

ENTER = ("orders", "enter", "--customer", "C-1001", "--po")


def test_a_keyed_order_is_verified_booked_and_acknowledged(line: Line) -> None:
    done = line.run(*ENTER, "P-1", "--line", "VL-220=24", "--line", "GK-015=2BX", "--line", "HX-100=4000@18.40/100")
    assert (done.code, booked(line, "P-1")["status"], booked(line, "P-1")["total"]) == (0, "confirmed", "2009.00")
    assert (mails(line), "the buyer is told in O1" in done.out) == (["order_acknowledgement"], True)


@pytest.mark.parametrize(
    "slip",
    [
        ("P-2", "--line", "VL-220=0"),
        ("P-2", "--line", "VL-220=-4"),
        ("P-2", "--line", "VL-220=NaN"),
        ("P-2", "--line", "VL-220=1e30"),
        ("P-2", "--line", "VL-220=4@x"),
        ("P-2", "--line", "VL-220=4@-1"),
        ("P-2", "--line", "VL-220=4@46.50/0"),
        ("P-2", "--line", "=4"),
        (" ", "--line", "VL-220=4"),
    ],
)
def test_a_slip_of_the_keys_is_wrong_usage_and_nobody_is_asked(line: Line, slip: tuple[str, ...]) -> None:
    assert line.run(*ENTER, *slip).code == 2
    assert (mails(line), codes(line)) == ([], [])


def test_an_unknown_item_is_refused_with_what_it_may_be_until_the_clerk_insists(line: Line) -> None:
    done = line.run(*ENTER, "P-3", "--line", "VL-221=4@46.50")
    assert (done.code, "VL-220" in done.err, mails(line)) == (1, True, [])
    assert line.run(*ENTER, "P-3", "--line", "VL-221=4@46.50", "--as-written").code == 0
    assert (booked(line, "P-3")["status"], mails(line)) == ("held", ["order_query"])


def test_the_same_number_twice_is_refused_with_what_to_do(line: Line) -> None:
    assert line.run(*ENTER, "P-4", "--line", "VL-220=4").code == 0
    again = line.run(*ENTER, "p 4", "--line", "VL-220=9")
    assert (again.code, "orders change" in again.err) == (1, True)
    assert (booked(line, "P-4")["lines"][0]["quantity"], mails(line)) == ("4", ["order_acknowledgement"])


def test_what_the_buyer_ordered_otherwise_is_held_and_asked_about_and_a_corrected_entry_settles_it(line: Line) -> None:
    done = line.run(*ENTER, "P-5", "--line", "VL-220=4@40.00")
    assert (done.code, "it waits: Q1" in done.out, booked(line, "P-5")["status"]) == (0, True, "held")
    assert line.run(*ENTER, "P-5", "--line", "VL-220=4@46.50").code == 0
    assert (booked(line, "P-5")["status"], codes(line)) == ("confirmed", [])


def test_a_dry_run_writes_nothing(line: Line) -> None:
    assert "(dry run" in line.run(*ENTER, "P-6", "--line", "VL-220=4", "--dry-run").out
    assert line.rows("orders", "list", "--po", "P-6") == []
    assert mails(line) == []


def test_a_keyed_order_of_nobody_is_refused(line: Line) -> None:
    assert line.run("orders", "enter", "--customer", "C-9", "--po", "P-7", "--line", "VL-220=4").code == 1


CONTRACTOR = (
    "customer,name,emails,country,currency,language,payment_terms,address,tax_treatment\n"
    'C-1002,"Calloway Construction Group, Inc.",ap@callowaygroup.example @callowaygroup.example office@ridgemech.example,US,USD,en,'
    'net 30,"P.O. Box 4417, Houston TX 77210",export\n'
)
CONTACTS = "customer,address,name,may_order,may_dispute,may_receive\nC-1002,office@ridgemech.example,Ridge Mechanical,{},no,no\n"
ON_BEHALF = (
    "PO 4500019081: 10 x VL-220 at 46.50. Material for job 2214. Please invoice Calloway Construction Group, attn. AP. "
    "– Ridge Mechanical"
)


@pytest.mark.parametrize(("may", "status"), [("yes", ["confirmed"]), ("no", [])])
def test_po_26_a_contractor_orders_where_the_customers_record_says_that_it_may(
    line: Line, may: str, status: list[str]
) -> None:
    import_rows(line, "customers", CONTRACTOR)
    import_rows(line, "contacts", CONTACTS.format(may))
    line.mail("office@ridgemech.example", "PO 4500019081", ON_BEHALF)
    assert [o["status"] for o in line.rows("orders", "list", "--po", "4500019081")] == status
    assert len(codes(line)) == (0 if may == "yes" else 1)
