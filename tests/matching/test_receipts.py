from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.domain.decisions import ReceiptOutcome
from agent.domain.documents import Flag
from agent.domain.receivables import Customer, KnownReceipt
from matching.receipts import decide_receipt
from tests.matching.test_remittance_scenarios import R02
from tests.matching.world import (
    CUSTOMERS,
    POLICY,
    advice,
    announced_by,
    bank,
    booked,
    books,
    codes,
    d,
    decide,
    item,
    known,
    line,
    m,
)

BRIGHT = "BRIGHTWATER FOODS LLC"


def receive(bank_line, currency=None, **more):
    return decide_receipt(bank_line, currency, books(None, **more), POLICY)


def advised(paper=R02, sender="C-1001", **more):
    decision = decide(paper, sender, **more)
    return {"items": announced_by(decision), "advices": (known(decision, paper),)}


@pytest.mark.parametrize(
    "arrived",
    [
        bank("24698.65", "ACH CTX 0008812345", payer=BRIGHT),
        bank("24698.65", "EFT 8812345", payer=None),
        bank("24698.65", None, payer="SOME TREASURY CENTRE", end_to_end_id="0008812345"),
        bank("24698.65", "vendor payment", payer=BRIGHT),
    ],
)
def test_an_advice_is_settled_by_its_reference_or_by_customer_amount_and_day(arrived):
    decision = receive(arrived, **advised())
    assert decision.outcome is ReceiptOutcome.SETTLES_ADVICE and decision.advice == "7"
    assert booked(decision) == {
        "INV-104355": "8032.50",
        "INV-104356": "1204.75",
        "INV-104401": "12201.00",
        "INV-104402": "3900.40",
        "CN-20317": "-640.00",
    }
    assert decision.unapplied == m("0.00") and decision.exceptions == ()
    assert {a.invoice: a.discount.plain() for a in decision.allocations if a.discount} == {
        "INV-104401": "249.00",
        "INV-104402": "79.60",
    }


def test_an_amount_alone_settles_no_advice():
    decision = receive(bank("24698.65", "vendor payment", payer="SOMEBODY ELSE"), **advised())
    assert decision.outcome is ReceiptOutcome.UNIDENTIFIED and decision.allocations == ()


def test_an_advice_of_long_ago_is_not_settled_by_amount():
    decision = receive(bank("24698.65", "payment", payer=BRIGHT, booked_on=d(5, 20)), **advised())
    assert decision.outcome is ReceiptOutcome.UNAPPLIED and decision.advice is None


def test_two_advices_of_the_same_amount_are_a_tie():
    paper = advice(line("INV-104355", "4000.00", reason="instalment"), total="4000.00", reference="A1001")
    first = decide(paper)
    twin = replace(paper, payment_reference="A1002")
    second = decide(twin, items=announced_by(first))
    both = (known(first, paper, "1"), known(second, twin, "2"))
    tie = receive(bank("4000.00", "payment", payer=BRIGHT), advices=both)
    assert tie.outcome is ReceiptOutcome.UNAPPLIED and codes(tie) == ["line_ambig"]
    assert [len(c.settle) for c in tie.exceptions[0].candidates] == [1, 1]
    told = receive(bank("4000.00", "payment A1002", payer=BRIGHT), advices=both)
    assert told.advice == "2"


def test_a_reference_with_another_amount_waits():
    decision = receive(bank("24600.00", "EFT 8812345", payer=BRIGHT), **advised())
    assert decision.allocations == () and codes(decision) == ["total_mismatch"] and decision.unapplied == m("24600.00")


def test_charges_that_the_bank_names_complete_the_advised_amount():
    decision = receive(bank("24683.65", "EFT 8812345", payer=BRIGHT, charges=Decimal("15.00")), **advised())
    assert decision.outcome is ReceiptOutcome.SETTLES_ADVICE and decision.unapplied == m("0.00")
    assert sum(one.bank_fee.minor for one in decision.allocations) == 1500


def test_an_advice_is_settled_only_as_far_as_its_invoices_are_open():
    facts = advised()
    paid = item("INV-104401", "C-1001", "12450.00", open_="0.00")
    facts["items"] = (*(i for i in facts["items"] if i.number != "INV-104401"), paid)
    decision = receive(bank("24698.65", "EFT 8812345", payer=BRIGHT), **facts)
    assert "INV-104401" not in booked(decision) and codes(decision) == ["line_closed"]
    assert decision.unapplied == m("12201.00")


def test_money_that_is_less_by_a_deduction_without_invoice_settles_no_more_than_there_is():
    paper = advice(
        line("INV-104355", "8125.50"), line("INV-104356", "1204.75"), line("DM-55140", "-1001.00", reason="claim"),
        total="8329.25", reference="X9001",
    )  # fmt: skip
    announced = decide(paper)
    assert booked(announced) == {"INV-104355": "8125.50", "INV-104356": "1204.75"}
    decision = receive(bank("8329.25", "X9001", payer=BRIGHT), **advised(paper))
    assert booked(decision) == {"INV-104355": "7124.50", "INV-104356": "1204.75"}
    assert decision.unapplied == m("0.00") and decision.allocations[0].deduction == m("1001.00")
    assert any("no invoice was named" in reason.detail for reason in decision.allocations[0].reasons)


def test_an_advice_that_matched_nothing_says_so_when_its_money_arrives():
    paper = advice(line("X-1", "500.00"), total="500.00", reference="Z5001")
    decision = receive(bank("500.00", "Z5001", payer=BRIGHT), **advised(paper))
    assert decision.outcome is ReceiptOutcome.SETTLES_ADVICE
    assert codes(decision) == ["lump_sum"] and decision.unapplied == m("500.00")


@pytest.mark.parametrize(
    "arrived",
    [
        bank("12450.00", "payment INV-104401", payer=BRIGHT),
        bank("12450.00", "104401", payer="BRIGHTWATER FOODS"),
        bank("12450.00", None, references=("INV104401",), payer=BRIGHT),
        bank("12450.00", "Invoice 104401 dated 04.03.2026"),
        bank("12450.00", "INV-104401", payer="BRIGHTWATER FOO"),
    ],
)
def test_a_line_is_applied_by_its_own_exact_number_and_amount(arrived):
    decision = receive(arrived)
    assert decision.outcome is ReceiptOutcome.APPLIED and booked(decision) == {"INV-104401": "12450.00"}
    assert decision.customer == "C-1001" and decision.unapplied == m("0.00")


def test_several_numbers_are_applied_where_they_make_up_the_amount():
    right = receive(bank("9330.25", "INV 104355, 104356", payer=BRIGHT))
    assert booked(right) == {"INV-104355": "8125.50", "INV-104356": "1204.75"}
    wrong = receive(bank("9330.00", "INV 104355, 104356", payer=BRIGHT))
    assert wrong.outcome is ReceiptOutcome.UNAPPLIED and wrong.unapplied == m("9330.00")


def test_a_discount_in_time_is_granted_at_the_bank():
    decision = receive(bank("12201.00", "INV-104401", payer=BRIGHT))
    assert booked(decision) == {"INV-104401": "12201.00"} and decision.allocations[0].discount == m("249.00")
    late = receive(bank("12201.00", "INV-104401", payer=BRIGHT, booked_on=d(3, 20)))
    assert late.allocations == () and codes(late) == ["amount_mismatch"]


def test_a_number_whose_amount_differs_leaves_the_money_unapplied():
    decision = receive(bank("3500.00", "INV-104402", payer=BRIGHT))
    assert decision.outcome is ReceiptOutcome.UNAPPLIED and decision.customer == "C-1001"
    assert decision.unapplied == m("3500.00") and codes(decision) == ["amount_mismatch"]


def test_a_stranger_who_names_an_invoice_settles_nothing():
    decision = receive(bank("12450.00", "INV-104401", payer="J SMITH TRADING"))
    assert decision.outcome is ReceiptOutcome.UNIDENTIFIED and codes(decision) == ["third_party_payer"]
    assert decision.exceptions[0].candidates[0].settle[0].invoice == "INV-104401"


def test_another_customer_who_names_an_invoice_settles_nothing():
    decision = receive(bank("24000.00", "INV-104361", payer=BRIGHT))
    assert decision.allocations == () and codes(decision) == ["line_other_customer"]
    assert decision.customer == "C-1001" and decision.unapplied == m("24000.00")


def test_money_of_a_known_customer_without_a_number_is_unapplied_with_suggestions():
    decision = receive(bank("5000.00", "thank you", payer="Calloway Construction Group"))
    assert decision.outcome is ReceiptOutcome.UNAPPLIED and decision.customer == "C-1002"
    assert codes(decision) == ["line_ambig"] and len(decision.exceptions[0].candidates) == 2


def test_money_of_nobody_known_is_unidentified():
    decision = receive(bank("5000.00", "thank you", payer="Whoever Inc"))
    assert decision.outcome is ReceiptOutcome.UNIDENTIFIED and codes(decision) == ["cust_unknown"]
    assert decision.unapplied == m("5000.00")


def test_the_paying_account_identifies_a_customer_whose_name_is_cut():
    customers = tuple(
        replace(c, accounts=("DE89370400440532013000",)) if c.number == "C-1003" else c for c in CUSTOMERS
    )
    arrived = bank("2380.00", "RG 104333", payer="MS MASCHINEN", account="DE89 3704 0044 0532 0130 00", currency="EUR")
    assert booked(receive(arrived, customers=customers)) == {"INV-104333": "2380.00"}


def test_another_currency_is_never_applied():
    decision = receive(bank("24000.00", "INV-104361", payer="NORDHAVN MARINE A/S", currency="EUR"))
    assert decision.allocations == () and codes(decision) == ["fx_diff"]


def test_the_currency_of_the_statement_counts_where_the_line_has_none():
    decision = receive(bank("12450.00", "INV-104401", payer=BRIGHT, currency=None), "USD")
    assert booked(decision) == {"INV-104401": "12450.00"}
    none = receive(bank("12450.00", "INV-104401", payer=BRIGHT, currency=None))
    assert none.allocations == () and codes(none) == ["currency_unknown"]


def test_debits_are_no_receipts():
    assert receive(bank("-100.00", "rent")).outcome is ReceiptOutcome.OUTGOING


def test_a_creditor_reference_names_its_invoice():
    invoice = replace(item("INV-104401", "C-1001", "12450.00"), creditor_reference="RF18539007547034")
    arrived = bank("12450.00", None, references=("RF18 5390 0754 7034",), payer=BRIGHT)
    assert booked(receive(arrived, items=(invoice,))) == {"INV-104401": "12450.00"}


RECEIPTS = tuple(
    KnownReceipt(receipt=n, customer="C-1002", booked_on=d(3, 13), amount=m("5000.00"), bank_reference=r)
    for n, r in (("1", "TX900001"), ("2", "TX900002"))
)


def test_a_returned_payment_names_its_receipt_only_where_it_is_certain():
    excerpt = replace(books(None), receipts=RECEIPTS)
    told = decide_receipt(bank("-5000.00", "RETURN R03 TX900002", returned=True), None, excerpt, POLICY)
    assert told.outcome is ReceiptOutcome.RETURNED and told.returns_receipt == "2" and told.customer == "C-1002"
    unsure = decide_receipt(
        bank("-5000.00", "RETURN R03", payer="CALLOWAY CONSTRUCTION GROUP", returned=True), None, excerpt, POLICY
    )
    assert unsure.returns_receipt is None and len(unsure.exceptions[0].candidates) == 2


def test_one_of_several_numbers_that_is_exactly_the_amount_is_paid_and_a_tie_is_not():
    one = receive(bank("1204.75", "INV-104355 INV-104356", payer=BRIGHT))
    assert booked(one) == {"INV-104356": "1204.75"}
    tie = receive(bank("5000.00", "INV-104310 INV-104377", payer="CALLOWAY CONSTRUCTION GROUP"))
    assert tie.allocations == ()


def test_a_payer_with_the_reference_of_another_customers_advice_is_asked_about():
    decision = receive(bank("24698.65", "EFT 8812345", payer="KESTREL LABS, INC."), **advised())
    assert decision.allocations == () and codes(decision) == ["third_party_payer"]


def test_a_group_payment_settles_an_advice_over_several_companies():
    paper = advice(
        line("INV-104351", "18240.00"), line("104352", "7512.60"), total="25752.60", currency="GBP",
        payer="Pennard Group Services Ltd", reference="PGS260313-118",
    )  # fmt: skip
    facts = advised(paper, "C-1008", senders=("C-1008", "C-1009", "C-1010"))
    arrived = bank("25752.60", "PGS260313-118", payer="PENNARD GROUP SERVICES", currency="GBP")
    decision = receive(arrived, **facts)
    assert {a.customer for a in decision.allocations} == {"C-1008", "C-1009"} and decision.unapplied == m("0.00", "GBP")


def test_the_own_number_of_a_line_wins_nothing_over_an_advice_of_the_same_payment():
    scanned = advice(line("INV-104355", "8125.50"), total="8125.50", reference="Q7001", flags=(Flag.QUOTED,))
    decision = receive(bank("8125.50", "Q7001 INV-104355", payer=BRIGHT), **advised(scanned))
    assert decision.advice == "7" and booked(decision) == {"INV-104355": "8125.50"}


def test_a_customer_of_the_same_name_twice_is_told_apart_by_the_number():
    twins = tuple(Customer(number=n, name="Smith Ltd", currency="USD") for n in ("S1", "S2"))
    items = (item("INV-777001", "S1", "70.00"), item("INV-777002", "S2", "70.00"))
    decision = receive(bank("70.00", "INV-777002", payer="SMITH LTD"), items=items, customers=twins)
    assert booked(decision) == {"INV-777002": "70.00"} and decision.customer == "S2"
    assert receive(bank("70.00", "hello", payer="SMITH LTD"), items=items, customers=twins).customer is None


def test_an_advice_for_other_invoices_than_the_line_names_is_not_its_advice():
    paper = advice(line("INV-104310", "5000.00"), total="5000.00")
    facts = advised(paper, "C-1002")
    arrived = bank("5000.00", "payment INV-104377", payer="CALLOWAY CONSTRUCTION GROUP")
    decision = receive(arrived, **facts)
    assert decision.advice is None and booked(decision) == {"INV-104377": "5000.00"}


def test_a_credit_note_named_on_the_bank_line_is_set_off():
    decision = receive(bank("7485.50", "INV-104355 less CN-20317", payer=BRIGHT))
    assert booked(decision) == {"INV-104355": "8125.50", "CN-20317": "-640.00"}
    assert receive(bank("7485.50", "INV-104355", payer=BRIGHT)).allocations == ()


def test_an_advice_that_matched_nothing_leaves_the_line_to_its_own_numbers():
    paper = advice(line("X-1", "8125.50"), total="8125.50", reference="Z5002")
    decision = receive(bank("8125.50", "Z5002 INV-104355", payer=BRIGHT), **advised(paper))
    assert decision.advice == "7" and booked(decision) == {"INV-104355": "8125.50"}


def test_an_amount_that_is_also_open_elsewhere_does_not_settle_an_advice_against_the_reference_of_the_line():
    paper = advice(line("INV-104377", "5000.00"), reference="EFT 4711", total="5000.00")
    decision = decide(paper, "C-1002")
    held = books(None, items=announced_by(decision), advices=(known(decision, paper),))  # INV-104310 is 5,000.00 too
    payer = "Calloway Construction Group"
    alike = decide_receipt(bank("5000.00", "REF 0815-22", payer=payer), "USD", held, POLICY)
    assert not alike.allocations and codes(alike) == ["line_ambig"] and alike.customer == "C-1002"
    assert {one.invoice for offer in alike.exceptions[0].candidates for one in offer.settle} == {
        "INV-104377",
        "INV-104310",
    }
    referred = decide_receipt(bank("5000.00", "EFT 4711", payer=payer), "USD", held, POLICY)
    assert booked(referred) == {"INV-104377": "5000.00"}
    silent = decide_receipt(bank("5000.00", "PAYMENT", payer=payer), "USD", held, POLICY)
    assert booked(silent) == {"INV-104377": "5000.00"}  # the advice is all that the payer has said


def test_two_invoices_that_are_the_amount_together_are_offered_together():
    items = (item("INV-104391", "C-1013", "800.00"), item("INV-104392", "C-1013", "753.50"))
    paper = advice(line("INV-104366", "1161.00"), line("INV-104383", "392.50"), reference="CHQ 1187", total="1553.50")
    decision = decide(paper, "C-1013", items=items)
    announced = announced_by(decision)
    held = books(None, items=(*items, *announced), advices=(known(decision, paper),))
    received = decide_receipt(bank("1553.50", "CHQ 1188", payer="Kestrel Labs"), "USD", held, POLICY)
    assert not received.allocations and codes(received) == ["line_ambig"]
    assert [[one.invoice for one in offer.settle] for offer in received.exceptions[0].candidates] == [
        ["INV-104366", "INV-104383"],
        ["INV-104391", "INV-104392"],
    ]
