"""Confirmations against our orders: the scenarios DL-01 to DL-22, and what must never become an invoice.

Decided elsewhere, or not at all: DL-06 (handwriting below confidence) is the reading's; DL-09's retention is not kept on
invoices, the accepted whole is billed; DL-11's closing day and DL-16's gathering are billing's (tests/agent), weekly
gathering does not exist, monthly does; DL-12's electronic tax invoice is another system's; DL-18 is a dispute by mail;
DL-20's settlement by the carrier is a bank line's.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.decisions import DeliveryOutcome
from agent.domain.documents import DeliveryLevel, DisputeReason, Flag
from agent.domain.receivables import BillOn, InvoicedLine, KnownDelivery, OrderStatus
from matching.deliveries import content_key
from tests.matching.order_world import codes, confirm, got, order, order_line, pod
from tests.matching.world import d, m
from tests.matching.world import item as open_item

CONFIRMED, EVIDENCE, EVENT, UNMATCHED = (
    DeliveryOutcome.CONFIRMED,
    DeliveryOutcome.EVIDENCE,
    DeliveryOutcome.EVENT,
    DeliveryOutcome.UNMATCHED,
)
CARRIER_LEVEL, SIGNED, RECEIPT, ACCEPTED = (
    DeliveryLevel.CARRIER,
    DeliveryLevel.SIGNED,
    DeliveryLevel.RECEIPT,
    DeliveryLevel.ACCEPTANCE,
)
PEKIN = "Plant 2, 8801 Route 9, Pekin IL 61554"
SO_58120 = order("SO-58120", "BW-77120", "C-1001", order_line("1", "SN-310", "12", "129.00"), ship_to=PEKIN)
D01 = pod(
    orders=("SO-58120", "BW-77120"),
    level=CARRIER_LEVEL,
    tracking="1Z999AA10123456784",
    delivered_to="PEKIN, IL, US",
    packages=(3, 3),
)
SO_4501 = order(
    "SO-58125",
    "4501-2277",
    "C-1003",
    order_line("10", "SN-310", "30", "118.00"),
    order_line("20", "VL-220", "50", "42.00"),
    currency="EUR",
)


def taken(decision):
    """Order line -> accepted."""
    return {one.order_line: f"{one.accepted.normalize():f}" for one in decision.lines}


def known(order_number, paper, accepted, *, number=None, status="confirmed", level="signed", invoice=None):
    """A delivery as the books remember it."""
    return KnownDelivery(
        delivery="7",
        order=order_number,
        number=number or paper.delivery_note_number or paper.number,
        tracking_number=paper.tracking_number,
        delivered_on=paper.delivered_on,
        level=level,
        lines=tuple((line, Decimal(quantity)) for line, quantity in accepted.items()),
        invoice=invoice,
        status=status,
        content_key=content_key(paper, order_number) if status == "confirmed" else None,
    )


def after(one, delivered, invoiced=None):
    """The order when so much of its lines is delivered and invoiced."""
    return replace(
        one,
        lines=tuple(
            replace(
                line,
                delivered=Decimal(delivered.get(line.line, "0")),
                invoiced=Decimal((invoiced or {}).get(line.line, "0")),
            )
            for line in one.lines
        ),
    )


def invoice_of(one, number="INV-104390", *, tax="0", collective=False):
    lines = tuple(
        InvoicedLine(
            line=line.line,
            item=line.item,
            quantity=line.quantity,
            unit_price=line.unit_price,
            price_per=line.price_per,
            net=m("1", one.currency),
            order_line=line.line,
            tax_rate=Decimal(tax),
            order=one.number if collective else None,
        )
        for line in one.lines
    )
    return open_item(
        number, one.customer, "17316.40", one.currency, order=None if collective else one.number, lines=lines
    )


# --- scenarios ---------------------------------------------------------------------------------------------------


def test_dl_01_a_carriers_mail_completes_an_order():
    decision = confirm(D01, SO_58120, carrier=True)
    assert decision.outcome is CONFIRMED and decision.billable and taken(decision) == {"1": "12"}
    assert decision.delivered_on == d(3, 13) and not decision.exceptions


def test_dl_02_some_of_the_packages_are_no_delivery_yet():
    decision = confirm(replace(D01, packages=(2, 3)), SO_58120, carrier=True)
    assert decision.outcome is EVENT and not decision.lines and not decision.billable and not decision.exceptions


def test_dl_02_and_when_the_rest_comes_by_the_same_number_it_is_one():
    event = known("SO-58120", D01, {}, status="event", level="carrier")
    assert confirm(D01, SO_58120, carrier=True, deliveries=(event,)).outcome is CONFIRMED


def test_dl_03_an_attempt_is_no_delivery():
    decision = confirm(replace(D01, flags=(Flag.ATTEMPTED,)), SO_58120, carrier=True)
    assert decision.outcome is EVENT and not decision.billable
    event = known("SO-58120", D01, {}, status="event", level="carrier")
    assert confirm(D01, SO_58120, carrier=True, deliveries=(event,)).billable, (
        "the attempt does not stand for the delivery"
    )


def test_dl_04_a_proof_of_delivery_after_the_invoice_is_evidence():
    done = after(SO_58120, {"1": "12"}, {"1": "12"})
    decision = confirm(pod(orders=("BW-77120",), tracking="771234568890"), done, invoices=(invoice_of(done),))
    assert decision.outcome is EVIDENCE and decision.evidence_for == ("INV-104390",)
    assert not decision.lines and not decision.exceptions and not decision.disputes


D03 = pod(
    got("SN-310", "20", accepted="20", ordered="30", line="10"),
    got("VL-220", "52", accepted="50", ordered="50", line="20"),
    orders=("4501-2277",),
    level=RECEIPT,
    note="LS-90177",
)


def test_dl_05_part_of_one_line_and_more_of_another():
    decision = confirm(D03, SO_4501)
    assert decision.outcome is CONFIRMED and taken(decision) == {"10": "20", "20": "50"} and decision.billable
    assert codes(decision) == ["dlv_over"] and decision.exceptions[0].amount == m("84.00", "EUR")
    assert not decision.disputes, "what came too many is a question, not a claim"


def test_dl_07_short_and_damaged_after_the_invoice_are_disputes_of_their_value():
    sold = order(
        "SO-58131",
        "4500018990",
        "C-1002",
        order_line("1", "VL-220", "48", "46.50", delivered="48", invoiced="48"),
        order_line("2", "SN-310", "116", "129.00", delivered="116", invoiced="116"),
    )
    paper = pod(got("VL-220", missing="24"), got("SN-310", damaged="3"), orders=("4500018990",), level=RECEIPT)
    decision = confirm(paper, sold, invoices=(invoice_of(sold),))
    assert decision.outcome is EVIDENCE and not decision.lines
    assert [(x.reason, x.amount, x.invoice) for x in decision.disputes] == [
        (DisputeReason.QUANTITY, m("1116.00"), "INV-104390"),
        (DisputeReason.DAMAGED, m("387.00"), "INV-104390"),
    ]


def test_dl_07_a_disputed_part_of_a_taxed_invoice_is_gross():
    sold = after(SO_4501, {"10": "30", "20": "50"}, {"10": "30", "20": "50"})
    paper = pod(got("VL-220", missing="6"), orders=("4501-2277",), level=RECEIPT)
    decision = confirm(paper, sold, invoices=(invoice_of(sold, tax="20", collective=True),))
    assert [x.amount for x in decision.disputes] == [m("302.40", "EUR")]


SERVICE = order(
    "SO-58145",
    "KL-0329",
    "C-1013",
    order_line("1", "SV-010", "16", "145.00", "HR", service=True),
    bill_on=BillOn.ACCEPTANCE,
)


def test_dl_08_more_hours_than_were_ordered_are_a_question():
    paper = pod(got("SV-010", "17.5", unit="h"), orders=("KL-0329",), level=ACCEPTED, service=True)
    decision = confirm(paper, SERVICE)
    assert taken(decision) == {"1": "16"} and decision.billable
    assert codes(decision) == ["qty_var"] and decision.exceptions[0].amount == m("217.50")


CABINETS = order(
    "SO-58128",
    "4501-2290",
    "C-1003",
    order_line("10", "CB-450", "2", "3950.00"),
    currency="EUR",
    bill_on=BillOn.ACCEPTANCE,
)


def test_dl_09_accepted_with_defects_is_accepted():
    decision = confirm(pod(orders=("4501-2290",), level=ACCEPTED, on=d(3, 11), service=True), CABINETS)
    assert decision.billable and taken(decision) == {"10": "2"}


def test_dl_10_refused_is_no_delivery():
    decision = confirm(pod(orders=("4501-2290",), level=ACCEPTED, flags=(Flag.REFUSED,)), CABINETS)
    assert (
        decision.outcome is DeliveryOutcome.REFUSED and codes(decision) == ["accept_pending"] and not decision.billable
    )


AOBA = order(
    "SO-58110",
    "AOB-260210-01",
    "C-1007",
    order_line("1", "SN-310", "20", "17000"),
    currency="JPY",
    bill_on=BillOn.ACCEPTANCE,
)


def test_dl_11_what_inspection_rejects_is_not_billed():
    paper = pod(
        got("SN-310", "20", accepted="18", rejected="2"), orders=("AOB-260210-01",), level=ACCEPTED, note="LS-90160"
    )
    decision = confirm(paper, AOBA)
    assert taken(decision) == {"1": "18"}
    assert [(x.reason, x.amount, x.invoice) for x in decision.disputes] == [
        (DisputeReason.QUALITY, m("34000", "JPY"), None)
    ]


def test_dl_12_accepted_and_rejected_in_korean_won():
    sold = order("SO-58140", "HB-2602-009", "C-1006", order_line("1", "SN-310", "70", "165000"), currency="KRW")
    decision = confirm(
        pod(got("SN-310", "70", accepted="68", rejected="2"), orders=("HB-2602-009",), level=ACCEPTED), sold
    )
    assert taken(decision) == {"1": "68"} and decision.delivered_on == d(3, 13)


SHIPPED = order(
    "SO-58151",
    "BW-77150",
    "C-1001",
    order_line("1", "SN-310", "100", "129.00", delivered="100", invoiced="100"),
    order_line("2", "VL-220", "40", "46.50", delivered="40", invoiced="40"),
    bill_on=BillOn.SHIPMENT,
)


def test_dl_13_short_by_ten_against_the_shipment_that_was_billed():
    paper = pod(
        got("SN-310", "90", missing="10"), got("VL-220", "40"), orders=("BW-77150",), level=RECEIPT, note="LS-90171"
    )
    earlier = known("SO-58151", paper, {"1": "100", "2": "40"}, level="despatch", invoice="INV-104405")
    decision = confirm(
        paper, SHIPPED, deliveries=(replace(earlier, content_key="x"),), invoices=(invoice_of(SHIPPED, "INV-104405"),)
    )
    assert decision.outcome is EVIDENCE and not decision.exceptions and not decision.taken_back
    assert [(x.amount, x.invoice) for x in decision.disputes] == [(m("1290.00"), "INV-104405")]


def test_dl_14_a_paper_that_names_no_order_goes_to_a_person_with_candidates():
    decision = confirm(pod(), sender="C-1002", open_orders=(SO_58120,))
    assert decision.outcome is UNMATCHED and codes(decision) == ["dlv_no_order"]
    assert decision.exceptions[0].candidates[0].order == "SO-58120"


def test_dl_15_goods_that_went_to_another_town_are_not_invoiced():
    decision = confirm(replace(D01, delivered_to="HOUSTON, TX"), SO_58120, carrier=True)
    assert decision.outcome is EVENT and codes(decision) == ["dlv_place"] and decision.exceptions[0].critical
    assert not decision.lines and not decision.billable


@pytest.mark.parametrize("place", ["Receptionist/Front Desk", "Dock", "Pekin, IL 61554", "PEORIA, IL, US", None])
def test_dl_15_a_desk_or_another_address_of_the_customer_is_no_alarm(place):
    assert confirm(replace(D01, delivered_to=place), SO_58120, carrier=True).billable


def test_dl_17_three_confirmations_of_one_delivery_are_one():
    full = after(SO_58120, {"1": "12"}, {"1": "12"})
    first = known("SO-58120", D01, {"1": "12"}, level="carrier", invoice="INV-104410")
    receipt = pod(got("SN-310", "12", accepted="12"), orders=("BW-77120",), level=RECEIPT, note="LS-90150")
    for paper in (receipt, pod(orders=("BW-77120",), note="LS-90150"), D01):
        decision = confirm(
            paper, full, deliveries=(first,), invoices=(invoice_of(full, "INV-104410"),), carrier=paper is D01
        )
        assert decision.outcome is EVIDENCE and not decision.lines and not decision.exceptions and not decision.disputes


def test_dl_17_another_quantity_of_the_same_delivery_is_a_question():
    full = after(SO_58120, {"1": "12"}, {"1": "12"})
    paper = pod(got("SN-310", "11"), orders=("BW-77120",), level=RECEIPT)
    decision = confirm(paper, full, deliveries=(known("SO-58120", D01, {"1": "12"}),))
    assert decision.outcome is EVIDENCE and codes(decision) == ["dlv_quantity"] and not decision.disputes


def test_dl_19_a_return_to_us_is_no_delivery():
    decision = confirm(pod(orders=("RMA-551",), level=CARRIER_LEVEL), carrier=True)
    assert decision.outcome is UNMATCHED and codes(decision) == ["dlv_no_order"]


def test_dl_21_what_arrived_broken_is_not_billed():
    sold = order("SO-58160", "PC-2026-0171", "C-1005", order_line("1", "VL-220", "40", "42.00"), currency="EUR")
    decision = confirm(pod(got("VL-220", damaged="4"), orders=("PC-2026-0171",)), sold)
    assert taken(decision) == {"1": "36"} and decision.billable
    assert [(x.reason, x.amount) for x in decision.disputes] == [(DisputeReason.DAMAGED, m("168.00", "EUR"))]


def test_dl_22_received_is_not_accepted():
    paper = pod(orders=("AOB-260210-01",), level=SIGNED, note="LS-90160")
    decision = confirm(paper, AOBA)
    assert decision.outcome is EVENT and not decision.billable and taken(decision) == {"1": "20"}
    waits = replace(known("SO-58110", paper, {"1": "20"}, status="event"), content_key=decision.content_key)
    again = confirm(paper, AOBA, deliveries=(waits,))
    assert again.outcome is EVIDENCE, "the same receipt again waits once"
    inspected = pod(
        got("SN-310", "20", accepted="18", rejected="2"), orders=("AOB-260210-01",), level=ACCEPTED, note="LS-90160"
    )
    assert confirm(inspected, AOBA, deliveries=(waits,)).billable, "and the acceptance of the same note is the trigger"


# --- triggers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trigger", "enough"),
    [
        (BillOn.ORDER, set(DeliveryLevel)),
        (BillOn.SHIPMENT, set(DeliveryLevel)),
        (BillOn.DELIVERY, set(DeliveryLevel) - {DeliveryLevel.DESPATCH}),
        (BillOn.ACCEPTANCE, {ACCEPTED}),
    ],
)
def test_the_trigger_says_which_evidence_is_enough(trigger, enough):
    for level in DeliveryLevel:
        decision = confirm(replace(D01, level=level), replace(SO_58120, bill_on=trigger), carrier=True)
        assert decision.billable is (level in enough), level


def test_a_despatch_note_does_not_stand_for_the_delivery_of_the_same_note():
    paper = pod(orders=("BW-77120",), note="LS-1", level=DeliveryLevel.DESPATCH)
    first = confirm(paper, SO_58120)
    assert first.outcome is EVENT
    waits = replace(known("SO-58120", paper, {"1": "12"}, status="event"), content_key=first.content_key)
    assert confirm(replace(paper, level=SIGNED), SO_58120, deliveries=(waits,)).billable


@pytest.mark.parametrize("status", [OrderStatus.HELD, OrderStatus.WAITING_PREPAYMENT, OrderStatus.CANCELLED])
def test_a_delivery_of_an_order_that_is_not_live_is_filed_and_asked_about(status):
    decision = confirm(D01, replace(SO_58120, status=status), carrier=True)
    assert decision.outcome is EVENT and codes(decision) == ["dlv_order_held"] and not decision.billable
    assert taken(decision) == {"1": "12"}, "kept, so that it counts when the order is taken"


def test_a_carrier_brings_no_services():
    mixed = order(
        "SO-1",
        "P-1",
        "C-1001",
        order_line("1", "CB-450", "2", "4300.00"),
        order_line("2", "SV-010", "16", "145.00", "HR", service=True),
    )
    assert taken(confirm(pod(orders=("P-1",), level=CARRIER_LEVEL), mixed, carrier=True)) == {"1": "2"}
    assert taken(confirm(pod(orders=("P-1",), service=True), mixed)) == {"2": "16"}
    done = after(mixed, {"1": "2"}, {"1": "2"})
    assert taken(confirm(pod(orders=("P-1",), level=ACCEPTED), done)) == {"2": "16"}
    assert codes(confirm(pod(orders=("P-1",), level=CARRIER_LEVEL), done, carrier=True)) == ["dlv_quantity"]


# --- quantities --------------------------------------------------------------------------------------------------


def test_the_rest_after_a_part_needs_a_paper_that_says_so():
    part = after(SO_4501, {"10": "20", "20": "50"}, {"10": "20", "20": "50"})
    first = known("SO-58125", D03, {"10": "20", "20": "50"})
    by_carrier = confirm(pod(orders=("4501-2277",), level=CARRIER_LEVEL, tracking="1Z1"), part, deliveries=(first,))
    assert codes(by_carrier) == ["dlv_ambig"] and not by_carrier.billable
    complete = confirm(pod(orders=("4501-2277",), complete=True, note="LS-2"), part, deliveries=(first,))
    assert taken(complete) == {"10": "10"} and complete.billable
    by_line = confirm(pod(got("SN-310", "10"), orders=("4501-2277",), note="LS-2"), part, deliveries=(first,))
    assert taken(by_line) == {"10": "10"}


def test_incomplete_without_saying_what_is_a_question():
    decision = confirm(pod(orders=("BW-77120",), complete=False), SO_58120)
    assert codes(decision) == ["dlv_short"] and not decision.billable


@pytest.mark.parametrize(
    ("line", "accepted"),
    [
        (got("SN-310", "12"), "12"),
        (got("SN-310", accepted="11", rejected="1"), "11"),
        (got("SN-310", "12", damaged="2"), "10"),
        (got("SN-310", "12", accepted="9"), "9"),
        (got("SN-310", missing="5"), "7"),
        (got("SN-310", "7", missing="5"), "7"),
        (got(None, "12", line="1"), "12"),
        (got(None, "12", text="pressure sensor 0-10 bar"), "12"),
        (got("sn 310", "12", unit="Stk"), "12"),
        (got("SN-310", "1", unit="dozen"), "12"),
        (got("SN-310", "12", unit="VE", ordered="12"), "12"),
    ],
)
def test_what_the_paper_leaves_out_follows_by_arithmetic(line, accepted):
    assert taken(confirm(pod(line, orders=("BW-77120",)), SO_58120)) == {"1": accepted}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (got("SN-310"), "dlv_quantity"),
        (got("SN-310", "12", accepted="13"), "dlv_quantity"),
        (got("SN-310", "12", damaged="13"), "dlv_quantity"),
        (got("SN-310", "12", accepted="12", damaged="3"), "dlv_quantity"),
        (got("SN-310", "12", missing="5", ordered="12"), "dlv_quantity"),
        (got("SN-310", "-1"), "dlv_quantity"),
        (got("SN-310", "1e40"), "dlv_quantity"),
        (got("SN-310", "2", unit="pallets"), "dlv_quantity"),
        (got("VL-220", "12"), "dlv_unknown_item"),
        (got(None, "12", text="something else"), "dlv_unknown_item"),
        (got("VL-220", "12", line="1"), "dlv_unknown_item"),
    ],
)
def test_what_contradicts_itself_is_no_quantity(line, code):
    decision = confirm(pod(line, orders=("BW-77120",)), SO_58120)
    assert codes(decision) == [code] and not decision.billable and not decision.lines


def test_what_can_be_counted_is_billed_beside_what_cannot():
    paper = pod(got("SN-310", "30"), got("NOPE", "1"), orders=("4501-2277",))
    decision = confirm(paper, SO_4501)
    assert taken(decision) == {"10": "30"} and decision.billable and codes(decision) == ["dlv_unknown_item"]


def test_boxes_are_counted_in_the_orders_unit():
    boxes = order("SO-1", "P-1", "C-1001", order_line("1", "GK-015", "5", "78.50", "BX"))
    assert taken(confirm(pod(got("GK-015", "50", unit="EA"), orders=("P-1",)), boxes)) == {"1": "5"}
    pieces = order("SO-1", "P-1", "C-1001", order_line("1", "GK-015", "50", "7.85"))
    assert taken(confirm(pod(got("GK-015", "5", unit="ctn"), orders=("P-1",)), pieces)) == {"1": "50"}


def test_more_than_ordered_is_taken_up_to_what_was_agreed():
    paper = pod(got("SN-310", "13"), orders=("BW-77120",))
    strict = confirm(paper, SO_58120)
    assert taken(strict) == {"1": "12"} and codes(strict) == ["dlv_over"]
    lenient = confirm(paper, SO_58120, over_percent=Decimal(10))
    assert taken(lenient) == {"1": "13"} and not lenient.exceptions


def test_two_lines_of_one_item_are_told_apart_by_number_or_quantity():
    twice = order(
        "SO-1", "P-1", "C-1001", order_line("1", "SN-310", "5", "129.00"), order_line("2", "SN-310", "7", "129.00")
    )
    assert taken(confirm(pod(got("SN-310", "5", line="2"), orders=("P-1",)), twice)) == {"2": "5"}
    assert taken(confirm(pod(got("SN-310", "7"), orders=("P-1",)), twice)) == {"2": "7"}
    assert codes(confirm(pod(got("SN-310", "6"), orders=("P-1",)), twice)) == ["dlv_unknown_item"]


def test_a_complaint_takes_back_what_was_counted_and_not_yet_invoiced():
    counted = after(SO_58120, {"1": "12"})
    first = known("SO-58120", D01, {"1": "12"}, level="carrier")
    paper = pod(got("SN-310", "12", damaged="2"), orders=("BW-77120",), level=RECEIPT)
    decision = confirm(paper, counted, deliveries=(first,))
    assert decision.taken_back == (("1", Decimal(2)),) and [x.invoice for x in decision.disputes] == [None]


# --- who, and which order ----------------------------------------------------------------------------------------


def test_a_stranger_an_unproved_mail_and_another_customer_confirm_nothing():
    stranger = confirm(D01, SO_58120, sender="C-1012")
    assert codes(stranger) == ["line_other_customer"] and stranger.exceptions[0].critical
    assert codes(confirm(D01, SO_58120, trusted=False)) == ["sender_unverified"]
    assert codes(confirm(D01, SO_58120, carrier=True, trusted=False)) == ["sender_unverified"]


def test_an_order_number_decides_between_orders():
    other = replace(SO_58120, number="SO-58121", po_number="BW-77121")
    same_po = replace(SO_58120, number="SO-58122")
    assert confirm(pod(orders=("SO-58121",)), SO_58120, other).order == "SO-58121"
    assert confirm(pod(orders=("SO-58122", "BW-77120")), SO_58120, same_po).order == "SO-58122"
    assert codes(confirm(pod(orders=("BW-77120",)), SO_58120, same_po)) == ["dlv_ambig"]
    done = replace(same_po, status=OrderStatus.INVOICED)
    assert confirm(pod(orders=("BW-77120",)), SO_58120, done).order == "SO-58120"
    assert codes(confirm(pod(orders=("BW-77120", "BW-77121")), SO_58120, other)) == ["dlv_ambig"]


def test_digits_alone_do_not_make_an_order():
    assert codes(confirm(pod(orders=("CF-77120",)), SO_58120)) == ["dlv_no_order"]
    assert codes(confirm(pod(note="LS-58120"), SO_58120)) == ["dlv_no_order"]
    for printed in ("77120", "bw 77120", "SO58120", "BW-7712O", "PO BW-77120"):
        assert confirm(pod(orders=(printed,)), SO_58120).order == "SO-58120", printed


def test_a_delivery_note_that_we_know_leads_to_its_order():
    despatch = known("SO-58120", pod(note="LS-1"), {"1": "12"}, status="event", level="despatch")
    assert confirm(pod(note="LS-1"), SO_58120, deliveries=(despatch,)).billable


def test_a_date_ahead_is_no_delivery():
    decision = confirm(replace(D01, delivered_on=date(2026, 12, 3)), SO_58120, carrier=True)
    assert decision.outcome is EVENT and codes(decision) == ["dlv_date"] and not decision.billable


_COUNT = st.one_of(st.none(), st.integers(-2, 40).map(str))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            got,
            st.sampled_from(["SN-310", "VL-220", "NOPE", None]),
            _COUNT,
            accepted=_COUNT,
            damaged=_COUNT,
            rejected=_COUNT,
            missing=_COUNT,
            ordered=_COUNT,
            line=st.sampled_from([None, "10", "20"]),
            unit=st.sampled_from([None, "EA", "BX", "dozen"]),
        ),
        max_size=4,
    ),
    st.sampled_from([{}, {"10": "20", "20": "50"}, {"10": "30", "20": "50"}]),
    st.sampled_from(list(DeliveryLevel)),
    st.booleans(),
)
def test_never_more_than_ordered_counts_and_nothing_raises(lines, before, level, same):
    paper = pod(*lines, orders=("4501-2277",), level=level, note="LS-9")
    earlier = (known("SO-58125", paper if same else D03, before),) if before else ()
    one = after(SO_4501, before)
    decision = confirm(paper, one, deliveries=earlier)
    room = {line.line: line.quantity - line.delivered for line in one.lines}
    for quantity in decision.lines:
        assert 0 <= quantity.accepted <= max(room[quantity.order_line], 0)
    assert decision.billable is False or decision.outcome is CONFIRMED
    for line, quantity in decision.taken_back:
        assert 0 < quantity <= Decimal(before[line])
