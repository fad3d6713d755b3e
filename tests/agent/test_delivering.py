"""Deliveries through the shell, on a real database: what is invoiced, disputed, filed, and never invoiced twice."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent import daily
from agent.booking import deciding
from agent.booking.deliveries import delivering
from agent.booking.invoices import collective, invoicing
from agent.booking.orders import ordering
from agent.domain.documents import Answer, DeliveryLevel, Flag, OrderReply, Source
from agent.domain.errors import Refused
from agent.domain.receivables import Billing, BillOn, OrderStatus, TaxTreatment
from agent.settings import BillingSection, TrustSection
from agent.store import proof
from agent.store.engine import read, write
from tests.agent.shop import Shop, open_shop
from tests.matching.order_world import CARRIER, got, item, order, order_line, po, pod, row
from tests.matching.test_orders import WRONG
from tests.matching.world import d, m

CARRIERS = TrustSection(carriers=("@carrier-notify.example",))
CARRIED, SIGNED, RECEIPT, ACCEPTED, DESPATCH = (
    DeliveryLevel.CARRIER,
    DeliveryLevel.SIGNED,
    DeliveryLevel.RECEIPT,
    DeliveryLevel.ACCEPTANCE,
    DeliveryLevel.DESPATCH,
)
PEKIN = "Plant 2, 8801 Route 9, Pekin IL 61554"
SENSORS = order(
    "SO-58120", "BW-77120", "C-1001", order_line("1", "SN-310", "12", "129.00", tax_rate="0"), ship_to=PEKIN
)
BY_CARRIER = pod(
    orders=("SO-58120", "BW-77120"),
    level=CARRIED,
    tracking="1Z999AA10123456784",
    delivered_to="PEKIN, IL, US",
    packages=(3, 3),
    carrier="Parcel Carrier",
)
MUELLER = order(
    "SO-58125",
    "4501-2277",
    "C-1003",
    order_line("10", "SN-310", "30", "118.00", tax_rate="20"),
    order_line("20", "VL-220", "50", "42.00", tax_rate="20"),
    currency="EUR",
)


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    return open_shop(engine, tmp_path, trust=CARRIERS)


@pytest.fixture
def quick(sqlite_engine: Engine, tmp_path: Path) -> Shop:
    return open_shop(sqlite_engine, tmp_path, trust=CARRIERS)


def codes(shop: Shop) -> list[str]:
    return sorted(one["code"] for one in shop.queue())


def nets(shop: Shop) -> list[str]:
    return [one["net"] for one in shop.invoices()]


# --- whole, in part, not at all ----------------------------------------------------------------------------------


def test_a_carriers_mail_issues_the_invoice_of_the_order(shop):
    shop.book(SENSORS)
    desk = shop.mail(BY_CARRIER, None, address=CARRIER)
    (invoice,) = shop.invoices()
    assert (invoice["invoice"], invoice["net"], invoice["order"]) == ("INV-000001", "1548.00", "SO-58120")
    assert (invoice["issued_on"], invoice["due_on"]) == ("2026-03-16", "2026-04-15")
    assert shop.order("SO-58120").status is OrderStatus.INVOICED and not shop.queue()
    (mail,) = shop.outbox()
    assert mail["kind"] == "invoice" and mail["to"] == ["ap@brightwaterfoods.example"]
    assert {e["type"] for e in desk.outcome.effects} == {"delivery", "invoice", "outbox"}
    (delivery,) = shop.deliveries()
    assert (delivery["status"], delivery["delivered_on"]) == ("confirmed", "2026-03-13")


def test_the_invoice_says_what_was_delivered_when_and_by_which_parcel(quick):
    quick.book(SENSORS)
    quick.mail(BY_CARRIER, None, address=CARRIER)
    from agent.store import invoices

    document = quick.ask(lambda tx: invoices.document_of(tx, "INV-000001"))
    assert document is not None and document.supplied_on == d(3, 13)
    assert document.tracking_numbers == ("1Z999AA10123456784",) and document.po_number == "BW-77120"
    assert document.creditor_reference.startswith("RF") and document.ship_to == PEKIN


@pytest.mark.parametrize("paper", [replace(BY_CARRIER, packages=(2, 3)), replace(BY_CARRIER, flags=(Flag.ATTEMPTED,))])
def test_a_part_of_the_parcels_or_an_attempt_waits_and_then_counts_once(quick, paper):
    quick.book(SENSORS)
    for _ in range(2):
        quick.mail(paper, None, address=CARRIER)
    assert not quick.invoices() and {x["status"] for x in quick.deliveries()} == {"event"}
    for _ in range(2):
        quick.mail(BY_CARRIER, None, address=CARRIER)
    assert nets(quick) == ["1548.00"]


def test_part_of_an_order_is_invoiced_and_what_came_too_many_is_a_question(shop):
    shop.book(MUELLER)
    receipt = pod(
        got("SN-310", "20", accepted="20", ordered="30", line="10"),
        got("VL-220", "52", accepted="50", ordered="50", line="20"),
        orders=("4501-2277",),
        level=RECEIPT,
        note="LS-90177",
    )
    shop.mail(receipt, "C-1003")
    assert nets(shop) == ["4460.00"] and codes(shop) == ["dlv_over"] and not shop.disputes()
    booked = shop.order("SO-58125")
    assert booked.status is OrderStatus.PART_DELIVERED and [x.delivered for x in booked.lines] == [20, 50]
    shop.mail(receipt, "C-1003")
    assert nets(shop) == ["4460.00"], "the same slip again"
    shop.mail(pod(got("SN-310", "10", line="10"), orders=("4501-2277",), note="LS-90178"), "C-1003")
    assert nets(shop) == ["4460.00", "1180.00"] and shop.order("SO-58125").status is OrderStatus.INVOICED


def test_carriage_is_billed_once(quick):
    quick.book(replace(MUELLER, freight=m("30.00", "EUR")))
    quick.mail(pod(got("SN-310", "10"), orders=("4501-2277",), note="LS-1"), "C-1003")
    quick.mail(pod(got("SN-310", "20"), got("VL-220", "50"), orders=("4501-2277",), note="LS-2"), "C-1003")
    assert nets(quick) == ["1210.00", "4460.00"]


def test_damaged_and_missing_goods_are_disputes_and_not_billed(shop):
    shop.book(MUELLER)
    paper = pod(got("SN-310", "30", damaged="4"), got("VL-220", missing="6"), orders=("4501-2277",), level=RECEIPT)
    shop.mail(paper, "C-1003")
    assert nets(shop) == ["4916.00"], "26 x 118.00 + 44 x 42.00"
    assert [(x["reason"], x["amount"], x["invoice"], x["order"]) for x in shop.disputes()] == [
        ("damaged", "472.00", None, "SO-58125"),
        ("quantity", "252.00", None, "SO-58125"),
    ]
    assert shop.kinds() == ["dispute_opened", "dispute_opened", "invoice"]
    assert shop.order("SO-58125").status is OrderStatus.PART_DELIVERED, "what is missing stays on order"


def test_a_complaint_after_the_invoice_disputes_its_part_and_leaves_the_rest(shop):
    shop.change("C-1003", tax_treatment=TaxTreatment.STANDARD)
    shop.book(MUELLER)
    shop.mail(pod(orders=("4501-2277",), note="LS-1"), "C-1003")
    assert nets(shop) == ["5640.00"]
    complaint = pod(got("VL-220", missing="6"), orders=("4501-2277",), level=RECEIPT)
    shop.mail(complaint, "C-1003")
    (dispute,) = shop.disputes()
    assert (dispute["amount"], dispute["invoice"], dispute["reason"]) == ("302.40", "INV-000001", "quantity")
    (invoice,) = shop.invoices()
    assert (invoice["open"], invoice["disputed"]) == ("6768.00", "302.40")
    shop.mail(replace(complaint, number="second copy"), "C-1003")
    assert len(shop.disputes()) == 1, "the same complaint by another paper"
    from agent.booking.disputes import dispute_closing

    shop.do(lambda desk: dispute_closing.resolve(desk, 1, by="credit", text="short"))
    credit = next(x for x in shop.invoices() if x["type"] == "credit_note")
    assert credit["total"] == "-302.40" and shop.item("INV-000001").open == m("6465.60", "EUR")


def test_refused_and_lost_and_foreign_confirmations_invoice_nothing(quick):
    quick.book(SENSORS)
    quick.mail(replace(BY_CARRIER, flags=(Flag.REFUSED,)), None, address=CARRIER)
    quick.mail(replace(BY_CARRIER, delivered_to="HOUSTON, TX"), None, address=CARRIER)
    quick.mail(replace(BY_CARRIER, delivered_on=d(9, 1)), None, address=CARRIER)
    quick.mail(BY_CARRIER, "C-1012")
    quick.mail(BY_CARRIER, None, address="somebody@else.example")
    quick.mail(BY_CARRIER, trusted=False)
    quick.mail(pod(orders=("RMA-551",)))
    quick.mail(pod(orders=("CF-58120",)))
    assert not quick.invoices() and not quick.outbox()
    assert codes(quick) == [
        "accept_pending", "cust_unknown", "dlv_date", "dlv_no_order", "dlv_no_order", "dlv_place", "line_other_customer",
        "sender_unverified",
    ]  # fmt: skip


def test_three_confirmations_of_one_delivery_are_one_invoice(shop):
    shop.book(SENSORS)
    shop.mail(BY_CARRIER, None, address=CARRIER)
    shop.mail(pod(got("SN-310", "12", accepted="12"), orders=("BW-77120",), level=RECEIPT, note="LS-90150"))
    shop.mail(pod(orders=("BW-77120",), level=SIGNED, note="LS-90150"))
    assert len(shop.invoices()) == 1 and not shop.queue() and not shop.disputes()
    assert [x["status"] for x in shop.deliveries()] == ["confirmed", "evidence", "evidence"]


def test_confirmations_at_once_are_one_invoice(shop):
    shop.book(SENSORS)
    papers = [pod(orders=("BW-77120",), note=f"LS-{n}") for n in range(6)]
    failed = []

    def send(paper) -> None:
        try:
            write(shop.engine, lambda tx: delivering.take_delivery(shop.desk(tx, "C-1001"), paper))
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failed.append(error)

    threads = [threading.Thread(target=send, args=(paper,)) for paper in papers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed and nets(shop) == ["1548.00"]
    shop.prove()


def test_numbers_have_no_gap_whoever_writes_and_whoever_fails(shop):
    many = [
        order(f"SO-{n}", f"BW-{n}", "C-1001", order_line("1", "SN-310", "1", "129.00", tax_rate="0"))
        for n in range(90000, 90012)
    ]
    shop.book(*many)
    unexpected = []

    def send(n: int) -> None:
        def work(tx) -> None:
            delivering.take_delivery(shop.desk(tx, "C-1001"), pod(orders=(f"BW-{90000 + n}",)))
            if n % 3 == 0:
                raise Refused("taken back")

        try:
            write(shop.engine, work)
        except Refused:
            pass
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            unexpected.append(error)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not unexpected
    assert sorted(x["invoice"] for x in shop.invoices()) == [f"INV-{n:06d}" for n in range(1, 9)]
    assert read(shop.engine, proof.faults) == []


# --- triggers ----------------------------------------------------------------------------------------------------


def test_billed_on_shipment_the_despatch_is_enough_and_a_later_shortage_is_disputed(quick):
    quick.book(replace(SENSORS, bill_on=BillOn.SHIPMENT))
    quick.mail(pod(orders=("BW-77120",), level=DESPATCH, note="LS-1"))
    assert nets(quick) == ["1548.00"]
    quick.mail(pod(got("SN-310", "10", missing="2"), orders=("BW-77120",), level=RECEIPT, note="LS-1"))
    assert [(x["amount"], x["invoice"]) for x in quick.disputes()] == [("258.00", "INV-000001")] and not quick.queue()


def test_billed_on_acceptance_the_receipt_waits(shop):
    sold = order(
        "SO-58110",
        "AOB-1",
        "C-1007",
        order_line("1", "SN-310", "20", "17000", tax_rate="10"),
        currency="JPY",
        bill_on=BillOn.ACCEPTANCE,
    )
    shop.book(sold)
    receipt = pod(orders=("AOB-1",), level=SIGNED, note="LS-90160")
    shop.mail(receipt, "C-1007")
    shop.mail(receipt, "C-1007")
    assert not shop.invoices() and [x["status"] for x in shop.deliveries()] == ["event", "evidence"]
    inspected = pod(
        got("SN-310", "20", accepted="18", rejected="2"), orders=("AOB-1",), level=ACCEPTED, note="LS-90160"
    )
    shop.mail(inspected, "C-1007")
    (invoice,) = shop.invoices()
    assert (invoice["net"], invoice["tax"], invoice["due_on"]) == ("306000", "30600", "2026-04-30")
    assert [(x["reason"], x["amount"]) for x in shop.disputes()] == [("quality", "34000")]


def test_service_hours_are_billed_up_to_the_order(quick):
    sold = order(
        "SO-58145",
        "KL-0329",
        "C-1002",
        order_line("1", "SV-010", "16", "145.00", "HR", service=True, tax_rate="0"),
        bill_on=BillOn.ACCEPTANCE,
    )
    quick.book(sold)
    quick.mail(pod(got("SV-010", "17.5", unit="h"), orders=("KL-0329",), level=ACCEPTED, service=True), "C-1002")
    assert nets(quick) == ["2320.00"] and codes(quick) == ["qty_var"]


def test_goods_that_arrived_while_the_order_was_held_are_invoiced_when_it_is_taken(shop):
    shop.mail(WRONG)
    shop.mail(pod(orders=("BW-77188",), on=d(3, 14)))
    shop.mail(pod(orders=("BW-77188",), on=d(3, 14)))
    assert not shop.invoices() and [x["status"] for x in shop.deliveries()] == ["event", "evidence"]
    shop.mail(OrderReply(confidence=1.0, source=Source("body"), answer=Answer.ACCEPT, order_numbers=("BW-77188",)))
    assert nets(shop) == ["2988.50"] and shop.order("SO-00001").status is OrderStatus.INVOICED
    assert shop.deliveries()[0]["status"] == "confirmed"


def test_more_than_ordered_is_billed_where_that_is_agreed(sqlite_engine, tmp_path):
    shop = open_shop(sqlite_engine, tmp_path, billing=BillingSection(over_delivery_percent=Decimal(10)))
    shop.book(SENSORS)
    shop.mail(pod(got("SN-310", "13"), orders=("BW-77120",)))
    assert nets(shop) == ["1677.00"] and not shop.queue()


def test_an_invoice_whose_tax_nobody_knows_is_not_issued(quick):
    quick.book(order("SO-1", "BW-1", "C-1001", replace(order_line("1", "NEW-1", "2", "50.00"), tax_rate=None)))
    quick.mail(pod(orders=("BW-1",)))
    assert not quick.invoices() and codes(quick) == ["tax_unknown"]
    quick.stock(item("NEW-1", "New", "USD", "50.00", tax="7"))

    def bill(desk):
        return invoicing.bill(desk, quick.order("SO-1"), quick.customer("C-1001"), supplied_on=d(3, 13), delivery=None)

    assert quick.do(bill) == "INV-000001" and [x["total"] for x in quick.invoices()] == ["107.00"]


def test_a_complaint_before_the_invoice_takes_the_quantity_back(quick):
    quick.change("C-1003", billing=Billing.MONTHLY)
    quick.book(MUELLER)
    quick.mail(pod(orders=("4501-2277",), note="LS-1"), "C-1003")
    quick.mail(pod(got("VL-220", "50", damaged="5"), orders=("4501-2277",), level=RECEIPT, note="LS-1"), "C-1003")
    assert [x.delivered for x in quick.order("SO-58125").lines] == [30, 45]
    quick.now = datetime(2026, 3, 31, 18, tzinfo=UTC)
    quick.do(collective.bill_collective)
    assert nets(quick) == ["5430.00"], "30 x 118.00 + 45 x 42.00"


# --- gathered ----------------------------------------------------------------------------------------------------


def test_per_order_waits_for_the_last_piece(shop):
    shop.change("C-1003", billing=Billing.PER_ORDER)
    shop.book(MUELLER)
    shop.mail(pod(got("SN-310", "30"), orders=("4501-2277",), note="LS-1"), "C-1003")
    assert not shop.invoices()
    shop.mail(pod(got("VL-220", "50"), orders=("4501-2277",), note="LS-2"), "C-1003")
    assert nets(shop) == ["5640.00"] and [x["status"] for x in shop.deliveries()] == ["confirmed", "confirmed"]


def three_deliveries(shop: Shop) -> None:
    shop.change("C-1001", billing=Billing.MONTHLY)
    shop.book(*(
        order(f"SO-7000{n}", f"BW-7000{n}", "C-1001", order_line("1", "SN-310", str(n), "129.00", tax_rate="0"))
        for n in (1, 2, 3)
    ))  # fmt: skip
    for n in (1, 2, 3):
        shop.mail(pod(orders=(f"BW-7000{n}",), note=f"LS-{n}"))


def test_monthly_is_one_invoice_for_all_orders_at_the_end_of_the_month(shop):
    three_deliveries(shop)
    shop.do(collective.bill_collective)
    assert not shop.invoices(), "the month is not over"
    shop.now = datetime(2026, 3, 31, 7, tzinfo=UTC)
    assert shop.do(collective.bill_collective) == ("INV-000001",)
    assert shop.do(collective.bill_collective) == ()
    (invoice,) = shop.invoices()
    assert (invoice["net"], invoice["issued_on"], invoice["due_on"]) == ("774.00", "2026-03-31", "2026-04-30")
    assert {shop.order(f"SO-7000{n}").status for n in (1, 2, 3)} == {OrderStatus.INVOICED}
    assert {x["invoice"] for x in shop.deliveries()} == {"INV-000001"} and shop.kinds() == ["invoice"]


def test_what_is_recorded_after_the_closing_day_waits_for_the_next(quick):
    three_deliveries(quick)
    late = order("SO-70004", "BW-70004", "C-1001", order_line("1", "SN-310", "4", "129.00", tax_rate="0"))
    quick.now = datetime(2026, 4, 2, 9, tzinfo=UTC)
    quick.book(late)
    quick.mail(pod(orders=("BW-70004",), on=d(3, 30), note="LS-4"))
    assert quick.do(collective.bill_collective) == ("INV-000001",), (
        "the last day was missed: its invoice is made up for"
    )
    assert nets(quick) == ["774.00"]
    quick.now = datetime(2026, 4, 30, 9, tzinfo=UTC)
    assert quick.do(collective.bill_collective) == ("INV-000002",) and nets(quick) == ["774.00", "516.00"]


def test_a_closing_day_of_the_terms_closes_the_month(quick):
    quick.change("C-1007", billing=Billing.MONTHLY, payment_terms="20日締め翌月10日払い")
    sold = order(
        "SO-1",
        "AOB-1",
        "C-1007",
        order_line("1", "SN-310", "20", "17000", tax_rate="10"),
        currency="JPY",
        bill_on=BillOn.ACCEPTANCE,
    )
    quick.book(replace(sold, payment_terms="20日締め翌月10日払い"))
    quick.mail(pod(got("SN-310", "20", accepted="18", rejected="2"), orders=("AOB-1",), level=ACCEPTED), "C-1007")
    quick.now = datetime(2026, 3, 19, 9, tzinfo=UTC)
    assert quick.do(collective.bill_collective) == ()
    quick.now = datetime(2026, 3, 20, 9, tzinfo=UTC)
    quick.do(collective.bill_collective)
    (invoice,) = quick.invoices()
    assert (invoice["net"], invoice["tax"], invoice["due_on"]) == ("306000", "30600", "2026-04-10")


def test_a_currency_and_a_rule_of_payment_have_an_invoice_of_their_own(quick):
    three_deliveries(quick)
    euros = order(
        "SO-70005", "BW-70005", "C-1001", order_line("1", "SN-310", "1", "118.00", tax_rate="0"), currency="EUR"
    )
    longer = order(
        "SO-70006", "BW-70006", "C-1001", order_line("1", "SN-310", "1", "129.00", tax_rate="0"), payment_terms="net 60"
    )
    quick.book(euros, longer)
    quick.mail(pod(orders=("BW-70005",), note="LS-5"))
    quick.mail(pod(orders=("BW-70006",), note="LS-6"))
    quick.now = datetime(2026, 3, 31, 9, tzinfo=UTC)
    quick.do(collective.bill_collective)
    assert sorted((x["net"], x["currency"], x["due_on"]) for x in quick.invoices()) == [
        ("118.00", "EUR", "2026-04-30"),
        ("129.00", "USD", "2026-05-30"),
        ("774.00", "USD", "2026-04-30"),
    ]


def test_a_dispute_finds_the_collective_invoice_of_its_order(quick):
    three_deliveries(quick)
    quick.now = datetime(2026, 3, 31, 9, tzinfo=UTC)
    quick.do(collective.bill_collective)
    quick.mail(pod(got("SN-310", "3", damaged="1"), orders=("BW-70003",), level=RECEIPT))
    assert [(x["invoice"], x["amount"]) for x in quick.disputes()] == [("INV-000001", "129.00")]


def test_monthly_customers_who_are_billed_on_order_get_one_invoice_too(quick):
    quick.change("C-1001", billing=Billing.MONTHLY, bill_on=BillOn.ORDER)
    for n in (1, 2):
        quick.mail(po(f"BW-{n}", row("VL-220", "10", "EA", "46.50")))
    assert not quick.invoices()
    quick.now = datetime(2026, 3, 31, 9, tzinfo=UTC)
    quick.do(collective.bill_collective)
    assert nets(quick) == ["930.00"]


def test_the_daily_work_closes_the_month(shop):
    three_deliveries(shop)
    daily.run(shop.engine, shop.settings, datetime(2026, 3, 31, 6, tzinfo=UTC))
    daily.run(shop.engine, shop.settings, datetime(2026, 4, 1, 6, tzinfo=UTC))
    assert nets(shop) == ["774.00"]
    shop.prove()


# --- by hand -----------------------------------------------------------------------------------------------------


def test_staff_record_a_delivery_and_credit_what_was_wrong(quick):
    quick.change("C-1003", tax_treatment=TaxTreatment.STANDARD)
    quick.book(MUELLER)
    paper = pod(orders=("SO-58125",), complete=True)
    quick.do(lambda desk: delivering.record_delivery(desk, paper, quick.order("SO-58125"), quick.customer("C-1003")))
    assert [x["total"] for x in quick.invoices()] == ["6768.00"]

    def credit(amount, **more):
        return lambda desk: invoicing.issue_credit_note(
            desk, "INV-000001", quick.customer("C-1003"), m(amount, "EUR"), "short", **more
        )

    assert quick.do(credit("252.00")) == "CN-00001" and quick.item("INV-000001").open == m("6465.60", "EUR")
    assert quick.do(credit("302.40", gross=True)) == "CN-00002" and quick.item("CN-00002").total == m("-302.40", "EUR")
    with pytest.raises(Refused, match="still has to credit"):
        quick.do(credit("5140.00"))
    quick.do(credit("5136.00"))
    assert quick.item("INV-000001").open == m("0", "EUR") and quick.item("CN-00003").open == m("0", "EUR")


def test_an_order_taken_back_by_a_clerk_is_not_invoiced(quick):
    quick.mail(WRONG)
    quick.do(lambda desk: deciding.reject(desk, 1, "no"))
    quick.mail(pod(orders=("BW-77188",)))
    assert not quick.invoices() and codes(quick) == ["dlv_no_order"]
    assert ordering.release_prepaid is not None
