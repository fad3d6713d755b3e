"""Invoices that wait: for approval, for what the customer's accounts payable demand, for the customer's objection."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from agent.booking import deciding
from agent.booking.invoices import collective, drafting, invoicing, objecting, releasing
from agent.domain.documents import Answer, DisputeNotice, DisputeReason, MailFacts, Nature, OrderReply, Source
from agent.domain.errors import Refused
from agent.domain.invoice_rules import ExtraField, InvoiceRules
from agent.domain.receivables import Billing
from agent.settings import BillingSection
from agent.store import blobs, drafts, invoices, outbound
from agent.store.engine import write
from tests.agent.shop import Shop, open_shop
from tests.matching import order_world as world

FRIDAY = datetime(2026, 3, 13, 9, tzinfo=UTC)


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    opened = open_shop(engine, tmp_path)
    opened.book(order("SO-1", "4711"))
    return opened


def order(number: str, po: str | None, delivered: str = "10", **more: Any):  # type: ignore[no-untyped-def]
    line = world.order_line("10", "VL-220", "10", "46.50", delivered=delivered)
    return world.order(number, po, "C-1002", line, payment_terms="net 30", **more)  # type: ignore[arg-type]


def rule(shop: Shop, **rules: Any) -> None:
    write(shop.engine, lambda tx: drafts.save_rules(tx, InvoiceRules(customer="C-1002", **rules)))


def bill(shop: Shop, number: str = "SO-1") -> tuple[str, ...]:
    return shop.do(lambda desk: invoicing.bill_by_hand(desk, number))


def waiting(shop: Shop) -> list[dict[str, Any]]:
    return [drafts.shown(row) for row in shop.ask(drafts.find)]


def approve(shop: Shop, number: int = 1, **more: Any) -> str | None:
    return shop.do(lambda desk: releasing.approve(desk, number, **more))


def sent(shop: Shop, kind: str = "invoice") -> Any:
    """The newest mail of a kind, as it would leave."""
    row = shop.outbox(kind)[-1]
    data = shop.ask(lambda tx: blobs.load(tx, outbound.row_of(tx, int(row["id"][1:])).sha256))
    assert data is not None
    return email.message_from_bytes(data, policy=email.policy.default)


# --- approval ---------------------------------------------------------------------------------------------------------


def limited(engine: Engine, tmp_path: Path, **rules: Any) -> Shop:
    opened = open_shop(engine, tmp_path, billing=BillingSection(**rules))
    opened.settings = replace(opened.settings, company=replace(opened.settings.company, currency="USD"))
    opened.book(order("SO-1", "4711"))
    return opened


def test_over_the_limit_nothing_is_issued_until_a_person_approves(engine: Engine, tmp_path: Path) -> None:
    shop = limited(engine, tmp_path, approve_over=Decimal(400))
    assert bill(shop) == ()
    (draft,) = waiting(shop)
    assert (draft["status"], draft["total"], draft["orders"]) == ("approval", "465.00", ["SO-1"])
    (asked,) = shop.queue()
    assert asked["code"] == "invoice_approval"
    assert "400.00 USD" in asked["summary"]
    assert shop.outbox() == []
    number = approve(shop)
    assert shop.item(number or "").total.plain() == "465.00"
    assert (waiting(shop), shop.queue()) == ([], [])
    assert shop.order("SO-1").status.value == "invoiced"


def test_what_waits_is_not_billed_a_second_time(engine: Engine, tmp_path: Path) -> None:
    shop = limited(engine, tmp_path, approve_over=Decimal(400))
    assert bill(shop) == bill(shop) == ()
    assert len(waiting(shop)) == 1
    assert approve(shop) is not None
    assert bill(shop) == ()
    with pytest.raises(Refused, match="issued already"):
        approve(shop)


def test_a_clerk_approves_in_the_queue_and_is_told_that_it_stays(engine: Engine, tmp_path: Path) -> None:
    shop = limited(engine, tmp_path, approve_over=Decimal(400))
    bill(shop)
    number = int(shop.queue()[0]["id"][1:])
    shop.do(lambda desk: deciding.accept(desk, number, None))
    assert len(shop.invoices()) == 1
    with pytest.raises(Refused, match="invoices cancel"):
        shop.do(lambda desk: deciding.undo(desk, number))


def test_a_draft_that_is_rejected_leaves_the_delivery_to_be_billed_again(engine: Engine, tmp_path: Path) -> None:
    shop = limited(engine, tmp_path, approve_over=Decimal(400))
    bill(shop)
    number = int(shop.queue()[0]["id"][1:])
    shop.do(lambda desk: deciding.reject(desk, number, "wrong month"))
    assert (waiting(shop), shop.invoices()) == ([], [])
    assert shop.order("SO-1").status.value == "delivered"
    bill(shop)
    assert len(waiting(shop)) == 1


def test_the_first_invoice_of_a_customer_waits_and_the_second_does_not(engine: Engine, tmp_path: Path) -> None:
    shop = limited(engine, tmp_path, approve_new_customers=True)
    shop.book(order("SO-2", "4712"))
    assert bill(shop) == ()
    assert "first invoice" in waiting(shop)[0]["why"][0]
    approve(shop)
    assert len(bill(shop, "SO-2")) == 1


def test_an_amount_in_a_currency_that_the_limit_does_not_know_is_asked_about(engine: Engine, tmp_path: Path) -> None:
    shop = limited(engine, tmp_path, approve_over=Decimal(400))
    shop.settings = replace(shop.settings, company=replace(shop.settings.company, currency="EUR"))
    assert bill(shop) == ()
    assert "USD" in waiting(shop)[0]["why"][0]


def test_the_customers_own_limit_counts_instead(engine: Engine, tmp_path: Path) -> None:
    shop = limited(engine, tmp_path, approve_over=Decimal(400))
    rule(shop, approve_over=Decimal(1000))
    assert len(bill(shop)) == 1


def test_goods_that_went_back_meanwhile_are_not_billed(engine: Engine, tmp_path: Path) -> None:
    shop = limited(engine, tmp_path, approve_over=Decimal(400))
    bill(shop)
    from agent.store import orders

    write(shop.engine, lambda tx: orders.add_delivered(tx, "SO-1", {"10": Decimal(-4)}))
    assert shop.item(approve(shop) or "").lines[0].quantity == 6


# --- lint -------------------------------------------------------------------------------------------------------------


def test_an_invoice_without_the_buyers_number_is_not_issued_and_says_what_to_do(shop: Shop) -> None:
    shop.book(order("SO-2", None))
    rule(shop, po_required=True)
    assert bill(shop, "SO-2") == ()
    (draft,) = waiting(shop)
    assert draft["status"] == "lint"
    assert "set-po SO-2" in draft["why"][0]
    with pytest.raises(Refused, match="set-po"):
        approve(shop)

    from agent.booking.orders.order_number import set_po_number

    shop.do(lambda desk: set_po_number(desk, "SO-2", "4500099"))
    assert shop.item(approve(shop) or "").po_number == "4500099"


def test_a_person_may_issue_it_anyway(shop: Shop) -> None:
    rule(shop, po_pattern="45########")
    assert bill(shop) == ()
    assert "45########" in waiting(shop)[0]["why"][0]
    assert approve(shop, anyway=True) is not None


@pytest.mark.parametrize(("po", "fine"), [("4500019044", True), ("4500019", False), ("PO4500019044", False)])
def test_the_buyers_number_has_the_form_that_he_prescribes(shop: Shop, po: str, fine: bool) -> None:
    shop.book(order("SO-2", po))
    rule(shop, po_pattern="45########")
    assert bool(bill(shop, "SO-2")) is fine


def test_fields_and_texts_of_the_customer_are_filled_in_and_printed(shop: Shop) -> None:
    fields = (
        ExtraField(label="Cost centre", value="4711", term="cost_centre"),
        ExtraField(label="Call-off", value="{{ po_number }}/{{ order }}"),
    )
    rule(
        shop, fields=fields, text="Approved by {{ customer|upper }} for {{ number }}", legal_name="Calloway Holding LLC"
    )
    (number,) = bill(shop)
    document = shop.ask(lambda tx: invoices.document_of(tx, number))
    assert document is not None
    assert [(one.label, one.value) for one in document.fields] == [("Cost centre", "4711"), ("Call-off", "4711/SO-1")]
    assert document.notes == (f"Approved by CALLOWAY HOLDING LLC for {number}",)
    assert document.customer.name == "Calloway Holding LLC"


def test_a_field_without_a_value_stops_the_invoice(shop: Shop) -> None:
    rule(shop, fields=(ExtraField(label="Contract", value="{{ contact }}"),))
    assert bill(shop) == ()
    assert "'Contract' is empty" in waiting(shop)[0]["why"][0]


def test_invoices_go_to_accounts_payable_under_the_name_they_want(shop: Shop) -> None:
    rule(shop, recipients=("ap@shared.example",), file_name="{po_number}_{number}")
    (number,) = bill(shop)
    (row,) = shop.outbox("invoice")
    assert (row["to"], row["status"]) == (["ap@shared.example"], "queued")
    assert [part.get_filename() for part in sent(shop).iter_attachments()] == [f"4711_{number}.pdf"]


def test_without_their_address_the_mail_is_held_and_goes_out_anew_when_it_is_there(shop: Shop) -> None:
    rule(shop, recipients_only=True)
    (number,) = bill(shop)
    (row,) = shop.outbox("invoice")
    assert row["status"] == "held"
    assert "accounts payable" in row["reason"]
    (asked,) = shop.queue()
    assert (asked["code"], f"invoices send {number}" in asked["summary"]) == ("invoice_lint", True)
    question = int(asked["id"][1:])
    with pytest.raises(Refused, match="still be held"):
        shop.do(lambda desk: deciding.accept(desk, question, None))
    rule(shop, recipients_only=True, recipients=("ap@shared.example",))
    shop.do(lambda desk: deciding.accept(desk, question, None))
    first, second = shop.outbox("invoice")
    assert (first["status"], second["status"], second["to"]) == ("cancelled", "queued", ["ap@shared.example"])
    assert shop.queue() == []
    assert next(sent(shop).iter_attachments()).get_content() == shop.ask(
        lambda tx: blobs.load(tx, invoices.pdf_of(tx, number) or "")
    )


def test_more_files_than_one_and_a_mail_too_large_are_held(shop: Shop) -> None:
    shop.settings = replace(shop.settings, company=replace(shop.settings.company, tax_id="GB123456789"))
    shop.change("C-1002", invoice_format="ubl", country="US")
    rule(shop, single_file=True, max_kilobytes=20)
    bill(shop)
    (row,) = shop.outbox("invoice")
    assert row["status"] == "held"
    assert "one PDF an invoice" in row["reason"]
    assert "the customer takes 20" in row["reason"]


def test_a_customer_without_rules_is_not_linted(shop: Shop) -> None:
    shop.book(order("SO-2", None))
    assert len(bill(shop, "SO-2")) == 1


# --- notice -----------------------------------------------------------------------------------------------------------


def over(shop: Shop, days: int) -> list[str]:
    """The daily run some days later."""
    shop.later(days=days)

    def work(desk):  # type: ignore[no-untyped-def]
        today = drafts.due_notices(desk.tx, desk.today)
        return [number for number in (releasing.notice_is_over(desk, one) for one in today) if number]

    return shop.do(work)


def test_a_notice_says_what_will_be_invoiced_and_waits(shop: Shop) -> None:
    rule(shop, notice_days=3)
    assert bill(shop) == ()
    assert shop.kinds() == ["pre_invoice_notice"]
    text = sent(shop, "pre_invoice_notice").get_body(("plain",)).get_content()
    assert "465.00" in text
    assert "Ball valve DN25" in text
    assert "19 March 2026" in text  # Monday the 16th and three days
    assert "ACCEPT N1" in text
    assert over(shop, 3) == []
    (number,) = over(shop, 1)
    assert shop.kinds() == ["invoice", "pre_invoice_notice"]
    assert shop.item(number).issued_on == date(2026, 3, 20)


def answer(
    shop: Shop, *documents: Any, text: str = "please wait", thanks: bool = False, customer: str = "C-1002"
) -> bool:
    """A mail in answer to the newest notice."""
    row = shop.outbox("pre_invoice_notice")[-1]

    def work(tx):  # type: ignore[no-untyped-def]
        desk = shop.desk(tx, customer)
        facts = MailFacts(
            message_id="<a@b>", subject="Re: invoice", from_address="x@y.example", nature=Nature.CUSTOMER,
            in_reply_to=row["message_id"], reply_text=text,
        )  # fmt: skip
        return objecting.take(replace(desk, facts=facts), documents, thanks=thanks)

    return write(shop.engine, work)


SOURCE: dict[str, Any] = {"source": Source(part="body"), "confidence": 0.9}


def test_an_objection_in_time_makes_it_rest_until_a_person_has_looked(shop: Shop) -> None:
    rule(shop, notice_days=3)
    bill(shop)
    assert answer(shop, DisputeNotice(reason=DisputeReason.PRICE, **SOURCE), text="The price is 45.00")
    (draft,) = waiting(shop)
    assert draft["status"] == "objected"
    assert "The price is 45.00" in draft["why"][0]
    assert [row["code"] for row in shop.queue()] == ["invoice_objection"]
    assert over(shop, 30) == []
    assert approve(shop) is not None  # at once: the customer was told before
    assert shop.queue() == []


def test_consent_and_thanks_leave_it_to_its_day(shop: Shop) -> None:
    rule(shop, notice_days=3)
    bill(shop)
    assert answer(shop, OrderReply(answer=Answer.ACCEPT, **SOURCE), text="ACCEPT N1")
    assert answer(shop, text="Thank you", thanks=True)
    assert waiting(shop)[0]["status"] == "notice"
    assert len(over(shop, 4)) == 1


def test_nobody_else_can_stop_an_invoice(shop: Shop) -> None:
    rule(shop, notice_days=3)
    bill(shop)
    assert not answer(shop, text="wait", customer="C-1001")
    assert waiting(shop)[0]["status"] == "notice"


def test_approval_comes_before_the_customer_is_told(engine: Engine, tmp_path: Path) -> None:
    shop = limited(engine, tmp_path, approve_over=Decimal(400))
    rule(shop, notice_days=0)
    bill(shop)
    assert shop.kinds() == []
    assert approve(shop) is None
    assert shop.kinds() == ["pre_invoice_notice"]
    assert len(over(shop, 1)) == 1


def test_what_is_wrong_when_the_time_is_over_becomes_work(shop: Shop) -> None:
    rule(shop, notice_days=1)
    bill(shop)
    rule(shop, notice_days=1, po_pattern="45*")
    assert over(shop, 2) == []
    assert waiting(shop)[0]["status"] == "lint"
    assert [row["code"] for row in shop.queue()] == ["invoice_lint"]


def test_a_draft_is_given_up_when_nothing_of_it_is_left(shop: Shop) -> None:
    rule(shop, notice_days=1)
    bill(shop)
    from agent.domain.receivables import OrderStatus
    from agent.store import orders

    write(shop.engine, lambda tx: orders.set_status(tx, "SO-1", OrderStatus.CANCELLED))
    assert over(shop, 2) == []
    assert [drafts.shown(row)["status"] for row in shop.ask(lambda tx: drafts.find(tx, statuses=("dropped",)))] == [
        "dropped"
    ]


def test_a_draft_can_be_dropped_by_hand(shop: Shop) -> None:
    rule(shop, notice_days=1)
    bill(shop)
    shop.do(lambda desk: drafting.drop(desk, 1, "not yet"))
    assert over(shop, 5) == []
    assert shop.invoices() == []


# --- weekly -----------------------------------------------------------------------------------------------------------


def test_a_week_is_one_invoice_on_its_closing_day(engine: Engine, tmp_path: Path) -> None:
    shop = open_shop(engine, tmp_path, billing=BillingSection(week_closes="friday"))
    shop.change("C-1001", billing=Billing.WEEKLY)
    shop.now = datetime(2026, 3, 9, 9, tzinfo=UTC)  # Monday
    lines = world.order_line("10", "VL-220", "10", "46.50"), world.order_line("10", "SN-310", "5", "129.00")
    shop.book(*(world.order(f"SO-{n}", f"PO-{n}", "C-1001", line) for n, line in enumerate(lines, 1)))
    for n in (1, 2):
        shop.mail(world.pod(orders=(f"PO-{n}",), note=f"L-{n}", on=date(2026, 3, 8 + n)))
        shop.later(days=1)
    assert shop.do(collective.bill_collective) == ()
    shop.now = FRIDAY
    (number,) = shop.do(collective.bill_collective)
    assert len(shop.item(number).lines) == 2
    assert shop.do(collective.bill_collective) == ()
    shop.later(days=1)
    shop.book(world.order("SO-3", "PO-3", "C-1001", world.order_line("10", "VL-220", "1", "46.50")))
    shop.mail(world.pod(orders=("PO-3",), note="L-3", on=date(2026, 3, 14)))
    assert shop.do(collective.bill_collective) == ()
    shop.now = datetime(2026, 3, 23, 9, tzinfo=UTC)  # the closing day was missed: its invoice is made up for
    (second,) = shop.do(collective.bill_collective)
    assert shop.item(second).lines[0].quantity == 1
