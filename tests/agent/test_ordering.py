"""Orders through the shell, on a real database of either kind: what is booked, who is told, what waits for a person."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from agent.booking import deciding
from agent.booking.desk import Desk
from agent.booking.orders import ordering
from agent.domain.documents import Answer, Flag, OrderReply, PurchaseOrder, Source
from agent.domain.errors import Refused
from agent.domain.receivables import Automation, Billing, BillOn, OrderStatus
from agent.settings import AutomationSection, BillingSection
from agent.store import orders
from agent.store.engine import write
from agent.store.schema import outbox
from tests.agent.shop import Shop, open_shop
from tests.matching.order_world import item, order, order_line, po, pod, price, row
from tests.matching.test_orders import P01, P05, P07, WRONG
from tests.matching.world import d, m


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    return open_shop(engine, tmp_path)


@pytest.fixture
def quick(sqlite_engine: Engine, tmp_path: Path) -> Shop:
    """The same on the embedded database alone, where the kind of database does not matter."""
    return open_shop(sqlite_engine, tmp_path)


def reply(answer: Answer, *numbers: str) -> OrderReply:
    return OrderReply(confidence=1.0, source=Source("body"), answer=answer, order_numbers=numbers)


def codes(row_: dict) -> list[str]:
    return [one["code"] for one in row_["discrepancies"]]


# --- taken -------------------------------------------------------------------------------------------------------


def waits(desk) -> bool:
    """Whether an answer settled nothing and is shown to a person at its order."""
    return len(desk.outcome.queue) == 1


def test_a_clean_order_is_confirmed_and_acknowledged_once(shop):
    desk = shop.mail(P01)
    (booked,) = shop.orders()
    assert (booked["order"], booked["status"], booked["total"]) == ("SO-00001", "confirmed", "2988.50")
    assert booked["po_number"] == "BW-77188" and booked["customer"] == "C-1001"
    (mail,) = shop.outbox()
    assert (mail["kind"], mail["status"], mail["about"]) == ("order_acknowledgement", "queued", ["SO-00001"])
    assert not shop.queue() and not shop.invoices()
    assert {"type": "order", "id": "SO-00001"} in desk.outcome.effects


def test_an_order_that_is_paid_first_waits_with_a_pro_forma_and_takes_no_number(quick):
    paper = po(
        "KL-0342",
        row("SN-310", "25", None, "129"),
        row(None, "2", "boxes", text="gasket kits"),
        ship="the usual place (dock 3)",
    )
    quick.mail(paper, "C-1013")
    (booked,) = quick.orders()
    assert booked["status"] == "waiting_prepayment" and booked["total"] == "3382.00"
    assert quick.kinds() == ["order_acknowledgement"] and not quick.invoices()
    quick.mail(po("KL-9", row("SN-310", "1", "EA", "129.00")), "C-1002")
    quick.change("C-1002", bill_on=BillOn.ORDER)
    quick.mail(po("KL-10", row("SN-310", "1", "EA", "129.00")), "C-1002")
    assert [one["invoice"] for one in quick.invoices()] == ["INV-000001"]


def test_the_money_releases_an_order_that_is_paid_first_and_what_was_delivered_counts(quick):
    quick.mail(po("KL-0342", row("SN-310", "25", "EA", "129.00")), "C-1013")
    quick.mail(pod(orders=("KL-0342",)), "C-1013")
    assert not quick.invoices() and [x["code"] for x in quick.queue()] == ["dlv_order_held"]
    quick.do(lambda desk: ordering.release_prepaid(desk, quick.order("SO-00001"), quick.customer("C-1013")))
    assert quick.order("SO-00001").status is OrderStatus.INVOICED
    assert [one["total"] for one in quick.invoices()] == ["3225.00"]
    with pytest.raises(Refused, match="invoiced"):
        quick.do(lambda desk: ordering.release_prepaid(desk, quick.order("SO-00001"), quick.customer("C-1013")))


def test_an_order_that_is_billed_at_once_is_invoiced_with_its_carriage(quick):
    quick.change("C-1001", bill_on=BillOn.ORDER)
    quick.mail(po("BW-1", row("VL-220", "10", "EA", "46.50", "465.00"), freight="25.00", total="490.00"))
    (invoice,) = quick.invoices()
    assert (invoice["net"], invoice["order"], invoice["due_on"]) == ("490.00", "SO-00001", "2026-04-15")
    assert quick.order("SO-00001").status is OrderStatus.INVOICED
    quick.mail(pod(orders=("BW-1",)))
    assert len(quick.invoices()) == 1


def test_line_tax_and_reverse_charge_are_ours(quick):
    quick.mail(P07, "C-1003")
    paper = po("CF-1", row("VL-220", "10", None, "42.00", "420.00"), currency="EUR", tax_total="1.00", total="421.00")
    quick.price(price("C-1004", "VL-220", "42.00", "EUR"))
    quick.mail(paper, "C-1004")
    assert [(x["total"], x["tax"]) for x in quick.orders()] == [("3021.50", "0.00"), ("420.00", "84.00")]


# --- held --------------------------------------------------------------------------------------------------------

DIFFERENCES = {
    "price": po("BW-1", row("VL-220", "10", "EA", "44.00")),
    "unknown_item": po("BW-1", row("NOPE-1", "10", "EA", "44.00")),
    "quantity": po("BW-1", row("HX-100", "250", "PC")),
    "total": po("BW-1", row("VL-220", "10", "EA", "46.50", "465.00"), total="400.00"),
    "unsigned": po("BW-1", row("VL-220", "10", "EA"), signature_line_empty=True),
    "undated": po("BW-1", row("VL-220", "10", "EA"), issued_on=None),
    "ship_to": po("BW-1", row("VL-220", "10", "EA"), ship="77 Harbor Way, Newark NJ"),
    "terms": po("BW-1", row("VL-220", "10", "EA"), payment_terms="net 90"),
    "lead_time": po("BW-1", row("CB-450", "1", "EA"), requested_on=d(3, 20)),
    "currency": po("BW-1", row("VL-220", "10", "EA", "42.00"), currency="EUR"),
    "unit": po("BW-1", row("VL-220", "10", "pallets")),
    "missing": po(None, row("VL-220", "10", "EA")),
}


@pytest.mark.parametrize("code", sorted(DIFFERENCES))
def test_each_difference_holds_the_order_queues_one_item_and_asks_once(quick, code):
    desk = quick.mail(DIFFERENCES[code])
    (held,) = quick.orders()
    assert held["status"] == "held" and codes(held) == [code]
    (waiting,) = quick.queue()
    assert waiting["kind"] == "order_discrepancy" and waiting["id"] in desk.outcome.queue
    (mail,) = quick.outbox()
    assert mail["kind"] == "order_query"
    assert mail["status"] == ("held" if code == "ship_to" else "queued"), "a new address is verified by a call"
    assert not quick.invoices()


def test_the_credit_limit_is_not_the_buyers_business(quick):
    quick.change("C-1001", credit_limit=m("100.00"))
    quick.mail(P01)
    (held,) = quick.orders()
    assert held["status"] == "held" and codes(held) == ["credit_limit"] and not quick.outbox()
    assert [x["code"] for x in quick.queue()] == ["credit_limit"]


def test_a_customer_on_hold_and_what_is_already_ordered_count_against_the_limit(quick):
    quick.change("C-1001", credit_limit=m("5000.00"))
    quick.mail(P01)
    quick.mail(po("BW-2", row("VL-220", "40", "EA", "46.50")))
    assert [x["status"] for x in quick.orders()] == ["confirmed", "confirmed"]
    quick.mail(po("BW-3", row("VL-220", "4", "EA", "46.50")))
    assert [x["status"] for x in quick.orders()][-1] == "held"
    quick.change("C-1001", credit_limit=None, on_hold=True)
    quick.mail(po("BW-4", row("VL-220", "4", "EA", "46.50")))
    assert codes(quick.orders()[-1]) == ["credit_limit"]


def test_the_limit_holds_for_a_customer_who_shares_a_domain(quick):
    for number in ("C-1008", "C-1009"):
        quick.change(number, credit_limit=m("10.00", "GBP"), emails=("@pennardretail.example",))
    paper = po("P-1", row("VL-220", "1", "EA", "44.00"), currency="GBP", buyer="Pennard Home Ltd")
    quick.mail(paper, "C-1009", address="buyer@pennardretail.example")
    (held,) = quick.orders()
    assert held["customer"] == "C-1009" and codes(held) == ["credit_limit"]


def test_everything_that_differs_is_asked_in_one_mail(quick):
    paper = po(
        "BW-1",
        row("VL-220", "10", "EA", "44.00", "440.00"),
        row("NOPE", "1", "EA"),
        payment_terms="net 90",
        total="1.00",
    )
    quick.mail(paper)
    (held,) = quick.orders()
    assert codes(held) == ["price", "unknown_item", "terms", "total"]
    (waiting,) = quick.queue()
    assert all(word in waiting["summary"] for word in ("44.00", "NOPE", "net 90", "1.00"))
    assert quick.kinds() == ["order_query"]


def test_an_unproved_sender_and_a_stranger_book_nothing_and_hear_nothing(quick):
    quick.mail(P01, trusted=False)
    quick.mail(P01, None, address="procurement@brightwater-foods.example")
    assert not quick.orders() and not quick.outbox()
    assert sorted(x["kind"] for x in quick.queue()) == ["unknown_sender", "untrusted_sender"]


def test_assist_holds_the_mail_for_a_person(sqlite_engine, tmp_path):
    shop = open_shop(sqlite_engine, tmp_path, automation=AutomationSection(default="assist"))
    shop.mail(P01)
    assert [x["status"] for x in shop.outbox()] == ["held"]
    shop.change("C-1001", automation=Automation.AUTO)
    shop.mail(po("BW-2", row("VL-220", "1", "EA")))
    assert [x["status"] for x in shop.outbox()] == ["held", "queued"]


# --- again -------------------------------------------------------------------------------------------------------


def test_the_same_order_again_is_acknowledged_and_not_booked_twice(shop):
    shop.mail(P01)
    shop.later(days=2).mail(replace(P01, remarks="2nd request, please do NOT duplicate"))
    (booked,) = shop.orders()
    assert shop.kinds() == ["order_acknowledgement", "order_acknowledgement"] and not shop.queue()
    assert booked["status"] == "confirmed"


def test_the_same_number_with_other_lines_is_asked_and_nothing_changes(shop):
    shop.mail(P01)
    changed = replace(
        P01,
        lines=(P01.lines[0], replace(P01.lines[1], quantity=Decimal(60), amount=None), P01.lines[2]),
        net_total=None,
    )
    shop.mail(changed)
    (booked,) = shop.orders()
    assert booked["status"] == "confirmed" and booked["total"] == "2988.50" and codes(booked) == ["duplicate"]
    (waiting,) = shop.queue()
    assert waiting["kind"] == "duplicate" and "40 -> 60" in waiting["summary"]
    assert shop.kinds() == ["order_acknowledgement", "order_query"]


def test_two_copies_of_an_order_at_once_are_one_order(shop):
    failed = []

    def send() -> None:
        try:
            write(shop.engine, lambda tx: ordering.take_order(shop.desk(tx, "C-1001"), P01))
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failed.append(error)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed and len(shop.orders()) == 1
    shop.prove()


def test_a_corrected_order_settles_the_held_one(shop):
    shop.mail(WRONG)
    assert [x["status"] for x in shop.orders()] == ["held"]
    shop.later(hours=3).mail(P01)
    (booked,) = shop.orders()
    assert booked["status"] == "confirmed" and not booked["discrepancies"] and booked["total"] == "2988.50"
    assert not shop.queue() and shop.kinds() == ["order_acknowledgement", "order_query"]


def test_a_held_order_that_comes_again_as_it_was_is_not_asked_twice(quick):
    quick.mail(WRONG)
    quick.mail(WRONG)
    assert len(quick.orders()) == len(quick.queue()) == 1 and quick.kinds() == ["order_query"]


def test_a_held_order_that_comes_wrong_again_has_one_open_item_and_a_new_question(quick):
    quick.mail(WRONG)
    worse = replace(WRONG, payment_terms="net 90")
    quick.mail(replace(worse, lines=(*worse.lines[:2],), net_total=None))
    (held,) = quick.orders()
    assert held["status"] == "held" and codes(held) == ["price", "terms"]
    assert len(quick.queue()) == 1 and quick.kinds() == ["order_query", "order_query"]


def test_our_own_corrected_price_list_settles_the_order_when_it_comes_again(quick):
    quick.mail(WRONG)
    quick.price(price("C-1001", "VL-220", "44.00", "USD", quotation="Q-2270", valid_from=d(3, 16)))
    quick.mail(WRONG)
    assert [x["status"] for x in quick.orders()] == ["confirmed"] and not quick.queue()


# --- answers -----------------------------------------------------------------------------------------------------


def test_accept_settles_the_order_at_what_we_expected(shop):
    shop.mail(WRONG)
    desk = shop.mail(reply(Answer.ACCEPT, "BW-77188"))
    (booked,) = shop.orders()
    assert desk.outcome.reasons == ["used: True"] and booked["status"] == "confirmed" and booked["total"] == "2988.50"
    assert not shop.queue() and shop.kinds() == ["order_acknowledgement", "order_query"]


@pytest.mark.parametrize("code", ["unknown_item", "quantity", "ship_to", "currency", "unit", "unsigned"])
def test_accept_cannot_settle_what_nobody_said(quick, code):
    quick.mail(DIFFERENCES[code])
    desk = quick.mail(reply(Answer.ACCEPT, "BW-1"))
    assert waits(desk) and [x["status"] for x in quick.orders()] == ["held"]


def test_accept_from_another_customer_or_an_unproved_mail_settles_nothing(quick):
    quick.mail(WRONG)
    for customer, trusted in (("C-1002", True), ("C-1001", False)):
        desk = quick.mail(reply(Answer.ACCEPT, "BW-77188"), customer, trusted=trusted)
        assert desk.outcome.reasons == ["used: False"]
    assert [x["status"] for x in quick.orders()] == ["held"]


def test_accept_does_not_stretch_the_credit(quick):
    quick.mail(WRONG)
    quick.change("C-1001", credit_limit=m("100.00"))
    assert waits(quick.mail(reply(Answer.ACCEPT, "BW-77188")))


def test_a_date_that_we_cannot_meet_is_ours_after_accept(quick):
    quick.mail(DIFFERENCES["lead_time"])
    quick.mail(reply(Answer.ACCEPT, "BW-1"))
    assert quick.order("SO-00001").lines[0].requested_on == d(4, 27)


def test_a_clerk_takes_the_order_at_our_price_or_at_theirs(quick):
    quick.mail(WRONG)
    (waiting,) = quick.queue()
    number = int(waiting["id"][1:])
    assert [x["amount"] for x in waiting["candidates"]] == ["2988.50", "2888.50"]
    message = quick.order("SO-00001")
    assert message.total == m("2988.50")
    quick.do(lambda desk: deciding.accept(desk, number, 1))
    assert quick.order("SO-00001").status is OrderStatus.CONFIRMED and quick.order("SO-00001").total == m("2988.50")


def test_a_clerk_rejects_the_order_and_the_buyer_hears_it(quick):
    quick.mail(WRONG)
    quick.do(lambda desk: deciding.reject(desk, 1, "price"))
    assert [x["status"] for x in quick.orders()] == ["rejected"] and "order_rejection" in quick.kinds()
    quick.mail(P01)
    assert [x["status"] for x in quick.orders()] == ["rejected", "confirmed"]


def mails(shop: Shop) -> list[tuple[str, str]]:
    return [(x["kind"], x["status"]) for x in sorted(shop.outbox(), key=lambda x: int(x["id"][1:]))]


@pytest.mark.parametrize("decide", ["accept", "reject"])
def test_a_question_that_has_not_left_never_does_once_a_clerk_has_decided(quick, decide):
    quick.mail(WRONG)
    assert mails(quick) == [("order_query", "queued")]
    told = "order_acknowledgement" if decide == "accept" else "order_rejection"
    act = deciding.accept if decide == "accept" else deciding.reject
    quick.do(lambda desk: act(desk, 1, 1 if decide == "accept" else "no"))
    assert mails(quick) == [("order_query", "cancelled"), (told, "queued")]
    quick.do(lambda desk: deciding.undo(desk, 1))
    assert mails(quick) == [("order_query", "queued"), (told, "cancelled")], "the question waits again"
    quick.do(lambda desk: act(desk, 1, 1 if decide == "accept" else "no"))
    assert mails(quick) == [("order_query", "cancelled"), (told, "cancelled"), (told, "queued")], "the buyer is told"


def test_a_held_acknowledgement_does_not_outlive_its_decision(engine, tmp_path):
    shop = open_shop(engine, tmp_path, automation=AutomationSection(default=Automation.ASSIST))
    shop.mail(WRONG)
    shop.do(lambda desk: deciding.accept(desk, 1, 1))
    shop.do(lambda desk: deciding.undo(desk, 1))
    assert mails(shop) == [("order_query", "held"), ("order_acknowledgement", "cancelled")]


def test_an_order_taken_at_other_figures_after_all_is_acknowledged_anew(quick):
    quick.mail(WRONG)
    quick.do(lambda desk: deciding.accept(desk, 1, 1))
    quick.do(lambda desk: desk.tx.execute(update(outbox).values(status="sent", sent_at=desk.now)))
    quick.do(lambda desk: deciding.undo(desk, 1))
    quick.do(lambda desk: deciding.accept(desk, 1, 1))
    assert quick.kinds().count("order_acknowledgement") == 1, "nothing new to say"
    quick.do(lambda desk: deciding.undo(desk, 1))
    held = quick.order("SO-00001")
    dearer = replace(held, lines=tuple(replace(o, unit_price=Decimal("130.00")) for o in held.lines))
    quick.do(lambda desk: orders.replace_order(desk.tx, dearer, content_key=held.content_key))
    quick.do(lambda desk: deciding.accept(desk, 1, 1))
    assert quick.kinds().count("order_acknowledgement") == 2


def test_an_order_whose_tax_nobody_knows_is_not_taken_blindly(quick):
    quick.mail(DIFFERENCES["unknown_item"])
    with pytest.raises(Refused, match="no item of ours"):
        quick.do(lambda desk: deciding.accept(desk, 1, 1))
    quick.stock(item("NOPE-1", "New thing", "USD", "44.00", tax="20"))
    quick.mail(DIFFERENCES["unknown_item"])
    assert [x["status"] for x in quick.orders()] == ["confirmed"]


# --- changes and cancellations -----------------------------------------------------------------------------------

HELD_118832 = order(
    "SO-00001",
    "118832",
    "C-1011",
    order_line("1", "SN-310", "100", "129.00", tax_rate="0"),
    order_line("2", "VL-220", "20", "46.50", tax_rate="0"),
    order_line("3", "GK-015", "4", "78.50", "BX", tax_rate="0"),
    order_line("4", "HX-100", "1000", "18.40", "PC", per="100", requested_on=d(3, 30), tax_rate="0"),
)
CLEAN = replace(
    P05,
    lines=(P05.lines[0], replace(P05.lines[1], unit_price=Decimal("46.50"), amount=Decimal("930.00")), *P05.lines[2:]),
    total=Decimal("8854.00"),
)


def test_a_revision_of_a_live_order_is_proposed_and_applied_by_a_person(quick):
    quick.book(HELD_118832)
    quick.mail(CLEAN, "C-1011")
    (waiting,) = quick.queue()
    assert waiting["code"] == "po_change" and "100 -> 60" in waiting["summary"] and not quick.outbox()
    assert quick.order("SO-00001").lines[0].quantity == 100, "nothing changes by itself"
    done = quick.do(lambda desk: ordering.apply_change(desk, CLEAN, quick.order("SO-00001"), quick.customer("C-1011")))
    assert done.total == m("8854.00") and done.status is OrderStatus.CONFIRMED
    assert {x.line: x.quantity for x in quick.order("SO-00001").lines} == {"1": 60, "2": 20, "4": 1000}
    assert quick.kinds() == ["order_acknowledgement"]


def test_a_revision_with_another_price_is_asked_and_the_order_stays(quick):
    quick.book(HELD_118832)
    quick.mail(P05, "C-1011")
    (booked,) = quick.orders()
    assert booked["status"] == "confirmed" and codes(booked) == ["price"] and booked["total"] == "14328.00"
    assert quick.kinds() == ["order_query"] and len(quick.queue()) == 1


def test_a_revision_below_what_left_is_refused(quick):
    shipped = replace(
        HELD_118832,
        lines=(replace(HELD_118832.lines[0], delivered=Decimal(80), invoiced=Decimal(80)), *HELD_118832.lines[1:]),
    )
    quick.book(shipped)
    quick.mail(CLEAN, "C-1011")
    assert [x["code"] for x in quick.queue()] == ["po_change_after_ship"]
    with pytest.raises(Refused, match="80 delivered already"):
        quick.do(lambda desk: ordering.apply_change(desk, CLEAN, quick.order("SO-00001"), quick.customer("C-1011")))
    assert quick.order("SO-00001").lines[0].quantity == 100


@pytest.mark.parametrize("how", ["paper", "reply"])
def test_a_cancellation_is_proposed_and_a_clerk_cancels(quick, how):
    quick.mail(P01)
    paper = po("BW-77188", cancels=True) if how == "paper" else reply(Answer.CANCEL, "SO-00001")
    quick.mail(paper)
    (waiting,) = quick.queue()
    assert waiting["code"] == "po_cancel" and quick.order("SO-00001").status is OrderStatus.CONFIRMED
    quick.do(lambda desk: deciding.accept(desk, int(waiting["id"][1:]), 1))
    assert quick.order("SO-00001").status is OrderStatus.CANCELLED
    before = len(quick.outbox())
    quick.mail(po("BW-77188", cancels=True))
    assert len(quick.outbox()) == before and not quick.queue(), "said twice, done once"
    quick.mail(P01)
    assert len(quick.orders()) == 1 and [x["kind"] for x in quick.queue()] == ["duplicate"]


def test_what_was_delivered_is_not_cancelled(quick):
    quick.mail(P01)
    quick.mail(pod(orders=("BW-77188",)))
    quick.mail(po("BW-77188", cancels=True))
    assert [x["code"] for x in quick.queue()] == ["po_cancel_after_ship"]
    with pytest.raises(Refused, match="delivered"):
        quick.do(lambda desk: deciding.accept(desk, 1, 1))


def test_a_frame_a_release_and_a_question_for_a_price(quick):
    frame = po(
        "460801", row("VL-220", None, "EA", "44.00"), currency="GBP", flags=(Flag.BLANKET,), buyer="Pennard Retail plc"
    )
    release = po(
        "460801",
        row("VL-220", "80", "EA", "44.00"),
        currency="GBP",
        flags=(Flag.RELEASE,),
        buyer="Pennard Retail plc",
        blanket_number="460801",
        release_number="7",
    )
    quick.mail(frame, "C-1008")
    quick.mail(release, "C-1008")
    quick.mail(po("1", row("VL-220", "200"), flags=(Flag.QUOTE_REQUEST,)))
    assert [(x["po_number"], x["status"]) for x in quick.orders()] == [("460801-7", "held")]
    assert sorted(x["code"] for x in quick.queue()) == ["blanket_release", "po_blanket", "quote_request"]
    assert not quick.outbox()


# --- what strangers make large or strange ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "paper",
    [
        po("X" * 500, row("VL-220", "1", "EA" * 60, "46.50")),
        po("BW-1", row("Y" * 400, "1e18", "EA", "1e18", buyer="Z" * 300)),
        po("BW-1", row("VL-220", "999999999999", "EA")),
        po("BW-1", *[row("VL-220", "1", "EA", line="1") for _ in range(300)]),
        po("BW-1", row("VL-220", "1", "EA"), freight="1e30", total="1e31", net_total="1e-30"),
        po(
            "BW-1",
            row("VL-220", "1", "EA"),
            quotation_number="Q" * 300,
            payment_terms="net 30 " * 200,
            remarks="x" * 9000,
        ),
    ],
    ids=["long", "huge", "many", "repeated", "sums", "texts"],
)
def test_strange_orders_are_values_on_both_databases(shop, paper):
    shop.mail(paper)
    assert len(shop.orders()) == 1


def test_terms_of_the_house_hold_where_the_customer_has_none(sqlite_engine, tmp_path):
    shop = open_shop(sqlite_engine, tmp_path, billing=BillingSection(payment_terms="net 14"))
    shop.change("C-1014", payment_terms=None)
    shop.mail(po("D-1", row("VL-220", "1", "EA"), payment_terms="net 30"), "C-1014")
    assert codes(shop.orders()[0]) == ["terms"]
    shop.mail(po("D-2", row("VL-220", "1", "EA"), payment_terms="14 days net"), "C-1014")
    assert [x["status"] for x in shop.orders()] == ["held", "confirmed"]


def test_numbers_of_orders_follow_each_other_when_one_is_taken_back(quick):
    def fails(desk: Desk) -> None:
        ordering.take_order(replace(desk, sender=replace(desk.sender, customers=("C-1001",))), P01)
        raise Refused("taken back")

    with pytest.raises(Refused):
        quick.do(fails)
    quick.mail(P01)
    assert [x["order"] for x in quick.orders()] == ["SO-00001"]


def test_an_order_entered_by_hand_is_verified_like_one_that_came_by_mail(quick):
    def enter(paper: PurchaseOrder) -> Callable[[Desk], None]:
        return lambda desk: ordering.take_order(
            replace(desk, sender=replace(desk.sender, customers=("C-1001",))), paper
        )

    quick.do(enter(P01))
    quick.do(enter(WRONG))
    assert [x["status"] for x in quick.orders()] == ["confirmed"] and len(quick.queue()) == 1
    assert quick.customer("C-1001").billing is Billing.PER_DELIVERY


def test_open_orders_are_valued_at_what_is_not_invoiced_yet(quick):
    half = order("SO-00001", "P", "C-1001", order_line("1", "VL-220", "10", "46.50", delivered="4", invoiced="4"))
    euros = order("SO-00002", "P2", "C-1001", order_line("1", "VL-220", "10", "42.00"), currency="EUR")
    quick.book(half, euros)
    assert quick.ask(lambda tx: orders.open_order_value(tx, "C-1001", "USD")) == 27900
