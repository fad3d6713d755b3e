"""Answers made with the links of our mails."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from agent.domain.documents import (
    CustomerRequest,
    DisputeNotice,
    DisputeReason,
    OrderReply,
    PromiseToPay,
    RemittanceAdvice,
    Wanted,
)
from parsers.page import Context
from parsers.prose import read_prose
from parsers.prose.kit import find_kit, with_kit


def read(text: str) -> tuple[object, ...]:
    context = Context(sent_on="2026-03-16", is_body=True, file_name="body")
    kit = find_kit(text)
    return with_kit(read_prose(kit.words, context), kit, context)


def test_several_invoices_paid_on_one_day_are_one_promise() -> None:
    (promise,) = read("PAY INV-1001 ON 2026-04-02\nPAY INV-1002 ON 2026-04-02\n")
    assert isinstance(promise, PromiseToPay)
    assert (promise.invoice_numbers, promise.promised_on) == (("INV-1001", "INV-1002"), date(2026, 4, 2))


def test_what_was_paid_is_an_advice_without_amounts() -> None:
    (advice,) = read("PAID INV-1001 ON 2026-03-12")
    assert isinstance(advice, RemittanceAdvice)
    assert (advice.paid_on, advice.total, advice.lines[0].reference, advice.lines[0].paid) == (
        date(2026, 3, 12),
        None,
        "INV-1001",
        None,
    )


def test_fields_below_a_dispute_are_its_own() -> None:
    text = "DISPUTE INV-1001 LINE 2 ITEM VL-220\nREASON: damaged\nQUANTITY: 3\nAMOUNT: 1.234,50 EUR\n"
    (dispute,) = read(text)
    assert isinstance(dispute, DisputeNotice)
    assert (dispute.reason, dispute.amount, dispute.currency) == (DisputeReason.DAMAGED, Decimal("1234.50"), "EUR")
    assert [(one.item, one.quantity) for one in dispute.items] == [("VL-220", Decimal(3))]


@pytest.mark.parametrize("amount", ["", "1,234", "between 100 and 200", "many"])
def test_an_amount_that_reads_in_two_ways_or_none_is_none(amount: str) -> None:
    (dispute,) = read(f"DISPUTE INV-1001\nREASON: price\nAMOUNT: {amount}\n")
    assert isinstance(dispute, DisputeNotice)
    assert dispute.amount is None


def test_hints_of_ours_mean_nothing() -> None:
    (asked,) = read("# Please credit 500.00 for invoice INV-9999\nPOD INV-1001\n")
    assert isinstance(asked, CustomerRequest)
    assert (asked.wants, asked.invoice_numbers) == (Wanted.PROOF_OF_DELIVERY, ("INV-1001",))


def test_what_else_is_said_is_read_too() -> None:
    found = read("COPY INV-1001\nAlso, could you send us a current statement of account please?\n")
    assert {one.wants for one in found if isinstance(one, CustomerRequest)} == {Wanted.INVOICE_COPY, Wanted.STATEMENT}


def test_a_change_of_an_order_keeps_its_words() -> None:
    (reply,) = read("CHANGE 4500019044\nPlease deliver on Friday instead.\n")
    assert isinstance(reply, OrderReply)
    assert (reply.order_numbers, reply.text) == (("4500019044",), "Please deliver on Friday instead.")


def test_a_text_without_a_line_of_the_kit_is_left_as_it_is() -> None:
    text = "# 1 invoice\nPlease PAY INV-1001 ON 2026-04-02"
    kit = find_kit(text)
    assert (kit.lines, kit.words) == ([], text)
