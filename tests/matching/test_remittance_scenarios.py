"""The remittance scenarios, each as a decision on the seller's world. Names carry the scenario's number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.domain.decisions import AdviceOutcome, QueueKind
from agent.domain.documents import AdvisedKind, DisputeReason, Flag
from agent.domain.money import Money
from tests.matching.world import (
    POLICY,
    advice,
    announced_by,
    booked,
    codes,
    d,
    decide,
    item,
    known,
    line,
    m,
)

CREDIT, OTHER = AdvisedKind.CREDIT_NOTE, AdvisedKind.OTHER

R02 = advice(
    line("104355", "8125.50", gross="8125.50", order="BW-76988"),
    line("104356", "1204.75", gross="1204.75", order="BW-76990"),
    line("0000104401", "12201.00", gross="12450.00", discount="249.00", order="BW-77120"),
    line("104402", "3900.40", gross="3980.00", discount="79.60", order="BW-77131"),
    line("CN20317", "-640.00", gross="-640.00", kind=CREDIT, reason="RETURN"),
    line("DM-55102", "-93.00", gross="-93.00", order="BW-76988", kind=OTHER, reason="SHORT 2 EA VL-220"),
    total="24698.65",
    reference="0008812345",
)
R03 = advice(
    line("INV-104300", "1432.10"),
    line("INV-104340 Feb senso", "2210.00"),
    line("INV-104341", "880.45"),
    total="5005.45",
    payer="Orchid Health System",
    flags=(Flag.TRUNCATED,),
    paid_on=d(3, 18),
)
GROUP = ("C-1008", "C-1009", "C-1010")


def on_account(decision) -> str | None:
    return decision.on_account.plain() if decision.on_account is not None else None


def test_ra_01_the_exact_number_wins_over_an_older_invoice_of_the_same_amount():
    decision = decide(advice(line("INV-104377", "5000.00"), total="5000.00"), "C-1002")
    assert booked(decision) == {"INV-104377": "5000.00"}
    assert decision.exceptions == () and on_account(decision) == "0.00"


def test_ra_02_discounts_a_credit_note_and_a_debit_memo_tied_by_its_purchase_order():
    decision = decide(R02)
    assert booked(decision) == {
        "INV-104355": "8032.50",
        "INV-104356": "1204.75",
        "INV-104401": "12201.00",
        "INV-104402": "3900.40",
        "CN-20317": "-640.00",
    }
    by = {one.invoice: one for one in decision.allocations}
    assert by["INV-104401"].discount == m("249.00") and by["INV-104402"].discount == m("79.60")
    assert by["INV-104355"].deduction == m("93.00")
    assert [(x.invoice, x.amount, x.reason, x.claim_number) for x in decision.disputes] == [
        ("INV-104355", m("93.00"), DisputeReason.QUANTITY, "DM-55102")
    ]
    assert codes(decision) == ["short_pay"] and on_account(decision) == "0.00"


def test_ra_03_payers_numbers_first_trailing_minus_and_decimal_comma():
    paper = advice(
        line("104380", "4760.00", gross="4760.00"),
        line("INV 104398", "11662.00", gross="11900.00", discount="238.00"),
        line("CN20325", "-1190.00", gross="-1190.00", kind=CREDIT),
        total="15232.00",
        currency="EUR",
        paid_on=d(3, 16),
    )
    decision = decide(paper, "C-1003")
    assert booked(decision) == {"INV-104380": "4760.00", "INV-104398": "11662.00", "CN-20325": "-1190.00"}
    assert decision.exceptions == ()


def test_ra_04_a_truncated_list_books_nothing_and_offers_its_only_completion():
    decision = decide(R03, "C-1011", address="payments@paystream.example")
    assert decision.allocations == () and decision.on_account is None
    (found,) = decision.exceptions
    assert found.kind is QueueKind.TOTAL_MISMATCH and "482.90" in found.summary
    best = found.candidates[0]
    assert {one.invoice for one in best.settle} == {
        "INV-104300", "INV-104340", "INV-104341", "INV-104342", "INV-104343",
    }  # fmt: skip
    assert sum(one.cash.minor for one in best.settle) == 500545
    assert "only combination" in best.evidence[0].detail


def test_ra_05_the_second_mail_of_the_platform_has_no_effect():
    first = decide(R03, "C-1011", address="payments@paystream.example")
    again = replace(R03, paid_on=None, flags=())
    second = decide(again, "C-1011", advices=(known(first, R03, "3", received_on=d(3, 13)),))
    assert second.outcome is AdviceOutcome.DUPLICATE and second.earlier_advice == "3"
    assert second.allocations == () and second.exceptions == ()


def test_ra_06_an_unknown_credit_note_stands_on_account_and_is_disputed():
    paper = advice(
        line("104402", "3900.40", gross="3980.00", discount="79.60"),
        line("104356", "1204.75", gross="1204.75"),
        line("DM-55140", "-1001.00", gross="-1001.00", kind=CREDIT),
        total="4104.15",
    )
    decision = decide(paper)
    assert booked(decision) == {"INV-104402": "3900.40", "INV-104356": "1204.75"}
    assert codes(decision) == ["credit_unknown"] and on_account(decision) == "-1001.00"
    assert [(x.invoice, x.amount) for x in decision.disputes] == [(None, m("1001.00"))]


def test_ra_07_a_cheque_stub_with_one_number_prefixed():
    paper = advice(
        line("Inv #104366", "1161.00", gross="1161.00"),
        line("104383", "392.50", gross="392.50"),
        total="1553.50",
        reference="1187",
    )
    decision = decide(paper, "C-1013")
    assert booked(decision) == {"INV-104366": "1161.00", "INV-104383": "392.50"} and decision.exceptions == ()


def test_ra_08_one_payment_of_a_group_with_a_letter_for_a_zero():
    paper = advice(
        line("INV-104351", "18240.00"),
        line("104352", "7512.60"),
        line("1O4353", "2399.99"),
        line("CN/20319", "-1080.00", kind=CREDIT),
        line("CHQ DIFF", "-12.50", kind=OTHER, reason="O/S from Jan"),
        total="27060.09",
        currency="GBP",
        payer="Pennard Group Services Ltd",
    )
    decision = decide(paper, "C-1008", senders=GROUP)
    assert {one.invoice: (one.customer, one.cash.plain()) for one in decision.allocations} == {
        "INV-104351": ("C-1008", "18240.00"),
        "INV-104352": ("C-1009", "7512.60"),
        "INV-104353": ("C-1010", "2399.99"),
        "CN-20319": ("C-1008", "-1080.00"),
    }
    assert codes(decision) == ["short_pay"] and on_account(decision) == "-12.50"


def test_ra_09_a_declared_part_payment_is_no_dispute():
    paper = advice(line("INV-104370", "2000.00", gross="3150.00", balance="1150.00"), total="2000.00")
    decision = decide(paper, "C-1014")
    assert booked(decision) == {"INV-104370": "2000.00"}
    assert decision.exceptions == () and decision.disputes == ()


def test_ra_10_tax_withheld_at_a_plain_rate_of_the_net_amount():
    paper = advice(
        line("104317", "116000.00", gross="118000.00", withheld="2000.00"),
        line("104359", "58000.00", gross="59000.00", withheld="1000.00"),
        total="174000.00",
        currency="INR",
    )
    decision = decide(paper, "C-1016")
    assert [(a.invoice, a.cash.plain(), a.withheld.plain()) for a in decision.allocations] == [
        ("INV-104317", "116000.00", "2000.00"),
        ("INV-104359", "58000.00", "1000.00"),
    ]
    assert set(codes(decision)) == {"wht"} and decision.disputes == ()
    assert any("2 % of net" in reason.detail for reason in decision.allocations[0].reasons)


def test_ra_11_claims_of_a_retailer_become_disputes_and_a_late_discount_stays_open():
    rows = (
        ("7788123", "-468.00", "GOODS BILLED NOT SHIPPED", "22"),
        ("7788124", "-156.00", "CARTON DAMAGED/FRT BILL SIGNED DAMAGED", "28"),
        ("7788200", "-240.00", "PRICE DIFFERENCE AS DOCUMENTED", "10"),
        ("7788311", "-249.60", "DEFECTIVE ALLOWANCE", "59"),
    )
    paper = advice(
        line("INV-104325", "15288.00", gross="15600.00", discount="312.00"),
        line("INV-104326", "9172.80", gross="9360.00", discount="187.20"),
        *(line(n, a, gross=a, kind=OTHER, reason=r, code=c) for n, a, r, c in rows),
        total="23347.20",
        paid_on=d(3, 12),
    )
    decision = decide(paper, "C-1017")
    assert booked(decision) == {"INV-104325": "15288.00", "INV-104326": "9172.80"}
    assert on_account(decision) == "-1113.60"
    assert all(not one.discount for one in decision.allocations)
    cases = {(x.claim_number, x.reason, x.amount.plain()) for x in decision.disputes if x.amount}
    assert cases == {
        ("7788123", DisputeReason.NOT_RECEIVED, "468.00"),
        ("7788124", DisputeReason.DAMAGED, "156.00"),
        ("7788200", DisputeReason.PRICE, "240.00"),
        ("7788311", DisputeReason.QUALITY, "249.60"),
        (None, DisputeReason.DISCOUNT, "312.00"),
        (None, DisputeReason.DISCOUNT, "187.20"),
    }
    assert codes(decision).count("disc_unearned") == 2


def test_ra_12_a_transfer_fee_and_an_offset_with_full_width_digits():
    paper = advice(
        line("INV-104334", "1100000"),
        line("ＩＮＶ－１０４３８６", "385000"),
        line("相殺(返品分 CN-20328)", "-55000", kind=CREDIT),
        line(None, "-880", kind=OTHER, reason="振込手数料(貴社ご負担)"),
        total="1429120",
        currency="JPY",
        paid_on=d(3, 31),
    )
    decision = decide(paper, "C-1007")
    assert sum(one.bank_fee.minor for one in decision.allocations) == 880
    assert {one.invoice: one.settles.minor for one in decision.allocations} == {
        "INV-104334": 1100000, "INV-104386": 385000, "CN-20328": -55000,
    }  # fmt: skip
    assert decision.disputes == () and decision.exceptions == () and decision.announced
    assert on_account(decision) == "0"


def test_ra_13_a_return_without_a_credit_note_is_pushed_onto_no_invoice():
    paper = advice(
        line("INV-104328", "33000000"),
        line("INV-104365", "11550000"),
        line(None, "-165000", kind=OTHER, reason="불량 반품 차감 (SN-310 1EA, 반품번호 RT-0311)"),
        total="44385000",
        currency="KRW",
        paid_on=d(3, 16),
    )
    decision = decide(paper, "C-1006")
    assert booked(decision) == {"INV-104328": "33000000", "INV-104365": "11550000"}
    assert on_account(decision) == "-165000"
    assert [(x.invoice, x.reason) for x in decision.disputes] == [(None, DisputeReason.QUALITY)]


def test_ra_14_a_bank_on_record_announces_for_its_customer():
    paper = advice(
        line("104299", "6050.00", paid_on=d(3, 16)),
        line("F/104345", "3025.00", paid_on=d(4, 6)),
        total="9075.00",
        currency="EUR",
        paid_on=None,
        payer="TALLERES IBAÑEZ, S.L.",
        flags=(Flag.ANNOUNCEMENT, Flag.THIRD_PARTY),
    )
    decision = decide(paper, "C-1005", address="avisos@bancolitoral.example")
    assert decision.customer == "C-1005" and decision.announced
    assert booked(decision) == {"INV-104299": "6050.00", "INV-104345": "3025.00"} and decision.exceptions == ()


def test_ra_15_avoir_is_our_credit_note_because_the_number_is():
    paper = advice(
        line("INV-104320", "9600.00"),
        line("INV-104371", "4320.00"),
        line("Avoir CN-20322", "-480.00", kind=CREDIT),
        total="13440.00",
        currency="EUR",
    )
    decision = decide(paper, "C-1004")
    assert booked(decision) == {"INV-104320": "9600.00", "INV-104371": "4320.00", "CN-20322": "-480.00"}


def test_ra_16_a_price_adjustment_with_its_x12_code_is_a_price_dispute():
    paper = advice(
        line("104401", "12201.00", gross="12450.00", discount="249.00"),
        line("104356", "1107.25", gross="1204.75", deduction="97.50", code="01"),
        total="13308.25",
        reference="0008812399",
        paid_on=d(3, 16),
    )
    decision = decide(paper)
    assert booked(decision) == {"INV-104401": "12201.00", "INV-104356": "1107.25"}
    assert [(x.reason, x.amount) for x in decision.disputes] == [(DisputeReason.PRICE, m("97.50"))]


def test_ra_17_a_scan_books_only_because_every_number_and_amount_and_the_total_agree():
    paper = advice(
        line("lNV-1O439O", "17316.40"),
        line("lNV-lO4377", "5000.00"),
        line("RETA1NAGE", "-2231.64", kind=OTHER),
        total="20084.76",
        flags=(Flag.SCANNED,),
    )
    decision = decide(paper, "C-1002")
    assert booked(decision) == {"INV-104390": "17316.40", "INV-104377": "5000.00"}
    assert codes(decision) == ["retention"] and on_account(decision) == "-2231.64"


def test_ra_17_a_scan_with_one_amount_off_books_nothing():
    paper = advice(
        line("lNV-1O439O", "17316.00"), line("lNV-lO4377", "5000.00"), total="22316.00", flags=(Flag.SCANNED,)
    )
    decision = decide(paper, "C-1002")
    assert decision.allocations == () and codes(decision) == ["classify_low"]


@pytest.mark.parametrize(("reason", "fee"), [("Bank charges deducted USD 28.00", "28.00"), (None, "0.00")])
def test_ra_18_bank_charges_need_their_label(reason, fee):
    paper = advice(line("INV-104361", "23972.00", gross="24000.00", deduction="28.00", reason=reason), total="23972.00")
    decision = decide(paper, "C-1012")
    assert booked(decision) == {"INV-104361": "23972.00"}
    assert decision.allocations[0].bank_fee == m(fee)
    assert codes(decision) == ([] if reason else ["short_pay"])


def test_ra_19_a_remittance_two_quotes_deep():
    paper = advice(
        line("104310", "5000.00"), line("104377", "5000.00"), total="10000.00", flags=(Flag.QUOTED,), paid_on=d(3, 12)
    )
    assert booked(decide(paper, "C-1002")) == {"INV-104310": "5000.00", "INV-104377": "5000.00"}


def test_ra_20_a_portal_link_is_a_task_and_books_nothing():
    decision = decide(advice(payer="Pennard Retail plc", flags=(Flag.PORTAL_LINK,)), "C-1008")
    assert codes(decision) == ["portal_link_only"] and decision.exceptions[0].customer == "C-1008"
    assert decision.allocations == () and decision.on_account is None


def test_ra_22_a_masked_advice_is_an_announcement_and_no_error():
    decision = decide(advice(flags=(Flag.MASKED,), reference="NM-88120", payer="NORDHAVN MARINE A/S"), "C-1012")
    assert decision.announced and decision.exceptions == () and decision.allocations == ()


def test_ra_23_numbers_without_prefix_with_spaces_and_zeros():
    decision = decide(advice(line("00104355", "8125.50"), line("104 356", "1204.75"), total="9330.25"))
    assert booked(decision) == {"INV-104355": "8125.50", "INV-104356": "1204.75"}


def test_ra_23_two_numbers_without_amounts_that_make_up_the_total():
    decision = decide(advice(line("00104355"), line("104 356"), total="9330.25"))
    assert booked(decision) == {"INV-104355": "8125.50", "INV-104356": "1204.75"}


def test_ra_24_a_number_of_another_customer_is_never_settled_though_the_amount_fits_both():
    paper = advice(line("INV 104335", "2399.99"), total="2399.99", currency="GBP", payer="Pennard Garden Ltd")
    decision = decide(paper, "C-1010", senders=GROUP, items=(item("INV-104335", "C-1008", "2399.99", "GBP"),))
    assert decision.allocations == () and codes(decision) == ["line_other_customer"]
    assert decision.exceptions[0].candidates[0].invoice == "INV-104353"


def test_ra_25_a_missing_digit_is_a_suggestion():
    decision = decide(advice(line("10436", "24000.00"), total="24000.00"), "C-1012")
    assert decision.allocations == () and codes(decision) == ["line_unresolved"]
    best = decision.exceptions[0].candidates[0]
    assert best.invoice == "INV-104361" and best.settle[0].cash == m("24000.00")


def test_ra_26_a_look_alike_character_with_one_candidate_and_its_amount():
    paper = advice(line("INV-lO4353", "2399.99"), total="2399.99", currency="GBP")
    assert booked(decide(paper, "C-1010")) == {"INV-104353": "2399.99"}


def test_ra_26_a_look_alike_whose_amount_differs_books_nothing():
    paper = advice(line("INV-lO4353", "2399.90", gross="2399.90"), total="2399.90", currency="GBP")
    decision = decide(paper, "C-1010")
    assert decision.allocations == () and codes(decision) == ["line_unresolved"]


def test_ra_27_purchase_orders_with_one_open_invoice_each():
    decision = decide(advice(line("BW-76988", "8125.50"), line("BW-77120", "12201.00"), total="20326.50"))
    assert booked(decision) == {"INV-104355": "8125.50", "INV-104401": "12201.00"}
    assert decision.allocations[1].discount == m("249.00")


def test_ra_27_a_purchase_order_with_two_open_invoices_is_ambiguous():
    twin = item("INV-104403", "C-1001", "100.00", po="BW-76988")
    decision = decide(advice(line("BW-76988", "8125.50"), total="8125.50"), items=(twin,))
    assert decision.allocations == () and codes(decision) == ["line_ambig"]
    assert {c.invoice for c in decision.exceptions[0].candidates} == {"INV-104355", "INV-104403"}


def test_ra_28_the_whole_account_is_cleared_by_its_wording():
    decision = decide(advice(total="27316.40", clears_account=True), "C-1002")
    assert set(booked(decision)) == {"INV-104310", "INV-104377", "INV-104390"} and on_account(decision) == "0.00"
    silent = decide(advice(total="27316.40"), "C-1002")
    assert silent.allocations == () and silent.exceptions[0].candidates


def test_ra_28_the_account_is_not_cleared_where_not_all_open_items_are_at_hand():
    from matching.remittance import decide_remittance
    from tests.matching.world import books

    part = replace(books("C-1002"), complete=False)
    decision = decide_remittance(advice(total="27316.40", clears_account=True), part, POLICY)
    assert decision.allocations == ()


def test_ra_29_money_on_account_touches_no_invoice():
    decision = decide(advice(total="8000.00"), "C-1002")
    assert decision.allocations == () and codes(decision) == ["lump_sum"] and on_account(decision) == "8000.00"
    line_form = advice(line(None, "8000.00", kind=AdvisedKind.ON_ACCOUNT), total="8000.00")
    assert on_account(decide(line_form, "C-1002")) == "8000.00"


def test_ra_30_several_combinations_are_all_shown_and_none_is_taken():
    decision = decide(advice(total="1295.45"), "C-1011", items=(item("INV-104346", "C-1011", "1295.45"),))
    assert decision.allocations == () and codes(decision) == ["line_ambig"]
    offered = [sorted(a.invoice for a in c.settle) for c in decision.exceptions[0].candidates]
    assert offered == [["INV-104346"], ["INV-104341", "INV-104342"]]


def test_ra_31_two_equal_amounts_without_a_number_are_a_tie_with_the_older_first():
    decision = decide(advice(total="5000.00", reference="14901"), "C-1002")
    assert decision.allocations == () and codes(decision) == ["line_ambig"]
    assert [c.invoice for c in decision.exceptions[0].candidates] == ["INV-104310", "INV-104377"]


def test_ra_32_a_cent_too_much_is_small_and_a_shifted_decimal_books_nothing():
    cent = decide(advice(line("INV-104343", "67.91"), total="67.91"), "C-1011")
    assert booked(cent) == {"INV-104343": "67.90"} and on_account(cent) == "0.01" and cent.exceptions == ()
    shifted = decide(advice(line("INV-104343", "679.00"), total="679.00"), "C-1011")
    assert shifted.allocations == () and codes(shifted) == ["over_pay"]
    found = shifted.exceptions[0]
    assert found.kind is QueueKind.OVERPAYMENT and any("×10" in reason.detail for reason in found.reasons)
    assert found.candidates[0].settle[0].cash == m("67.90")


def test_ra_34_an_unexplained_short_pay_books_nothing_and_offers_the_part():
    decision = decide(advice(line("INV-104402", "3500.00"), total="3500.00"))
    assert decision.allocations == () and decision.on_account is None
    (found,) = decision.exceptions
    assert found.kind is QueueKind.AMOUNT_MISMATCH and found.candidates[0].settle[0].cash == m("3500.00")


def test_ra_34_the_same_with_the_open_amount_as_gross_applies_what_was_paid():
    decision = decide(advice(line("INV-104402", "3500.00", gross="3980.00"), total="3500.00"))
    assert booked(decision) == {"INV-104402": "3500.00"}
    assert codes(decision) == ["short_pay"] and decision.exceptions[0].amount == m("480.00")
    assert decision.disputes == ()


def test_ra_35_a_rest_within_the_tolerance_is_written_off():
    decision = decide(advice(line("INV-104402", "3976.40"), total="3976.40"))
    assert booked(decision) == {"INV-104402": "3976.40"} and decision.allocations[0].write_off == m("3.60")
    often = replace(POLICY, write_offs_this_year={"C-1001": 12})
    assert decide(advice(line("INV-104402", "3976.40"), total="3976.40"), policy=often).allocations == ()


def test_ra_36_the_stricter_limit_of_the_tolerance_wins():
    decision = decide(advice(line("INV-104343", "64.90"), total="64.90"), "C-1011")
    assert decision.allocations == () and codes(decision) == ["amount_mismatch"]


@pytest.mark.parametrize(("day", "granted"), [(16, "249.00"), (17, "0.00")])
def test_ra_37_and_38_the_discount_ends_with_its_grace(day, granted):
    paper = advice(
        line("INV-104401", "12201.00", gross="12450.00", discount="249.00"), total="12201.00", paid_on=d(3, day)
    )
    decision = decide(paper)
    assert booked(decision) == {"INV-104401": "12201.00"} and decision.allocations[0].discount == m(granted)
    if day == 17:
        assert codes(decision) == ["disc_unearned"]
        assert [(x.reason, x.amount) for x in decision.disputes] == [(DisputeReason.DISCOUNT, m("249.00"))]
        assert decision.allocations[0].settles == m("12201.00")


def test_ra_39_more_discount_than_agreed_is_split():
    paper = advice(
        line("RG 104398", "11543.00", gross="11900.00", discount="357.00"),
        total="11543.00", currency="EUR", paid_on=d(3, 16),
    )  # fmt: skip
    one = decide(paper, "C-1003").allocations[0]
    assert (one.cash.plain(), one.discount.plain(), one.deduction.plain()) == ("11543.00", "238.00", "119.00")


def test_ra_40_a_credit_note_that_is_used_already_is_a_case_and_the_rest_is_booked():
    used = item("CN-20317", "C-1001", "-640.00", open_="0.00")
    decision = decide(R02, items=(used,))
    assert "CN-20317" not in booked(decision) and booked(decision)["INV-104401"] == "12201.00"
    assert "line_closed" in codes(decision) and on_account(decision) == "-640.00"
    assert any(x.reason is DisputeReason.DUPLICATE and x.amount == m("640.00") for x in decision.disputes)


def test_ra_41_a_payment_for_a_settled_invoice_stays_on_account():
    decision = decide(advice(line("INV-104290", "1980.00"), total="1980.00"))
    assert decision.allocations == () and codes(decision) == ["line_closed"] and on_account(decision) == "1980.00"


def test_ra_42_a_number_that_nobody_has():
    decision = decide(advice(line("88231-B", "640.00"), total="640.00"))
    assert decision.allocations == () and codes(decision) == ["line_unresolved"]
    assert decision.exceptions[0].candidates == () and decision.on_account is None


def test_ra_43_another_currency_is_never_matched():
    decision = decide(advice(line("INV-104361", "22018.35"), total="22018.35", currency="EUR"), "C-1012")
    assert decision.allocations == () and codes(decision) == ["fx_diff"]
    assert decision.exceptions[0].kind is QueueKind.CURRENCY_MISMATCH
    assert not any(c.settle for c in decision.exceptions[0].candidates)


def test_ra_44_an_unlabelled_fee_is_one_key_away():
    decision = decide(advice(line("INV-104361", "23975.00"), total="23975.00"), "C-1012")
    assert decision.allocations == ()
    assert decision.exceptions[0].candidates[0].settle[0].bank_fee == m("25.00")


def test_ra_45_a_third_party_is_a_suggestion():
    paper = advice(line("INV-104370", "3150.00"), total="3150.00", payer="Delmar Electric", flags=(Flag.THIRD_PARTY,))
    decision = decide(paper, None, address="ap@ridgemech.example")
    assert decision.allocations == () and codes(decision) == ["third_party_payer"]
    assert decision.exceptions[0].candidates[0].settle[0].invoice == "INV-104370"


def test_ra_46_two_similar_names_with_the_same_amount_are_no_identification():
    decision = decide(advice(total="3150.00", payer="Delmar"), None, address="accounting@delmar-mail.example")
    assert decision.customer is None and codes(decision) == ["cust_ambig"] and decision.allocations == ()
    assert {c.customer for c in decision.exceptions[0].candidates} == {"C-1014", "C-1015"}


def test_ra_50_lines_that_do_not_make_up_the_total_book_nothing():
    decision = decide(advice(line("104355", "8125.50"), line("104356", "1204.75"), total="9230.25"))
    assert decision.allocations == () and codes(decision) == ["total_mismatch"]
    assert "100.00" in decision.exceptions[0].summary and decision.on_account is None


def test_ra_52_two_advices_never_allocate_more_than_is_open():
    first = decide(R02)
    second = decide(
        advice(
            line("104401", "12201.00", gross="12450.00", discount="249.00"),
            line("104356", "1107.25", gross="1204.75", deduction="97.50", code="01"),
            total="13308.25", reference="0008812399", paid_on=d(3, 16),
        ),
        items=announced_by(first),
        advices=(known(first, R02),),
    )  # fmt: skip
    assert second.outcome is AdviceOutcome.NEW and second.allocations == ()
    assert codes(second) == ["line_closed", "line_closed"]


def test_ra_53_a_corrected_advice_waits_for_a_person_and_frees_what_it_replaces():
    first = decide(R02)
    corrected = replace(R02, lines=R02.lines[:-1], total=R02.total + 93, flags=(Flag.CORRECTION,))
    second = decide(corrected, items=announced_by(first), advices=(known(first, R02, "12"),))
    assert second.outcome is AdviceOutcome.CORRECTION and second.earlier_advice == "12"
    assert second.allocations == () and codes(second) == ["dup_suspect"]
    offered = {one.invoice: one.cash.plain() for one in second.exceptions[0].candidates[0].settle}
    assert offered["INV-104355"] == "8125.50" and len(offered) == 5


def test_ra_54_a_returned_payment_is_a_task():
    decision = decide(advice(line("INV-104377", "5000.00"), flags=(Flag.RETURNED,)), "C-1002")
    assert codes(decision) == ["payment_return"] and decision.allocations == ()


def test_ra_55_a_scheduled_transfer_is_an_announcement():
    paper = advice(line("INV-104310", "5000.00"), total="5000.00", paid_on=d(3, 20), flags=(Flag.SCANNED,))
    decision = decide(paper, "C-1002")
    assert decision.announced and booked(decision) == {"INV-104310": "5000.00"}


def test_ra_56_a_virtual_card_is_no_money():
    decision = decide(advice(line("INV-104340", "2210.00"), total="2210.00", flags=(Flag.VIRTUAL_CARD,)), "C-1011")
    assert codes(decision) == ["virtual_card"] and decision.allocations == ()


def test_ra_57_self_billing_clears_nothing():
    paper = advice(line("LS-90160", "336600"), total="336600", currency="JPY", flags=(Flag.SELF_BILLING,))
    assert codes(decide(paper, "C-1007")) == ["self_bill"]


def test_ra_58_payment_in_full_is_critical():
    paper = advice(line(None, None, order="4500018990"), total="15000.00", flags=(Flag.CONDITIONAL,))
    decision = decide(paper, "C-1002")
    assert codes(decision) == ["conditional_payment"] and decision.exceptions[0].critical
    assert decision.allocations == () and decision.on_account is None


def test_ra_59_a_set_off_stays_open_and_is_no_dispute():
    paper = advice(
        line("INV-104361", "22800.00", gross="24000.00", deduction="1200.00", reason="set off our invoice NM-5521"),
        total="22800.00",
    )
    decision = decide(paper, "C-1012")
    assert booked(decision) == {"INV-104361": "22800.00"} and decision.disputes == ()
    assert codes(decision) == ["credit_unknown"] and decision.exceptions[0].amount == m("1200.00")


@pytest.mark.parametrize(
    ("reference", "customer", "amount", "currency", "invoice"),
    [
        ("发票INV-104361", "C-1012", "24000.00", "USD", "INV-104361"),
        ("fattura 104397", "C-1005", "1210.00", "EUR", "INV-104397"),
        ("factuur 104333", "C-1003", "2380.00", "EUR", "INV-104333"),
        ("세금계산서 INV-104365", "C-1006", "11550000", "KRW", "INV-104365"),
        ("請求書番号104386", "C-1007", "385000", "JPY", "INV-104386"),
        ("Rechnung Nr. 104380", "C-1003", "4760.00", "EUR", "INV-104380"),
        ("N° facture 104371", "C-1004", "4320.00", "EUR", "INV-104371"),
    ],
)
def test_ra_60_to_62_labels_of_many_languages(reference, customer, amount, currency, invoice):
    decision = decide(advice(line(reference, amount), total=amount, currency=currency), customer)
    assert booked(decision) == {invoice: Money.of(amount, currency).plain()}


def test_ra_62_a_credit_note_named_by_its_digits():
    items = (item("INV-104396", "C-1003", "847.00", "EUR"), item("CN-20330", "C-1003", "-47.00", "EUR"))
    paper = advice(
        line("factuur 104396", "847.00"),
        line("creditnota 20330", "-47.00", kind=CREDIT),
        total="800.00",
        currency="EUR",
    )
    assert booked(decide(paper, "C-1003", items=items)) == {"INV-104396": "847.00", "CN-20330": "-47.00"}


@pytest.mark.parametrize(
    ("number", "customer", "amount", "currency", "matures", "code"),
    [
        ("104320", "C-1004", "9600.00", "EUR", d(4, 30), ["terms_var"]),
        ("104345", "C-1005", "3025.00", "EUR", d(4, 6), []),
        ("INV-104365", "C-1006", "11550000", "KRW", d(6, 30), ["terms_var"]),
        ("INV-104386", "C-1007", "385000", "JPY", d(6, 30), ["terms_var"]),
    ],
)
def test_ra_64_to_67_a_bill_that_matures_late_is_a_change_of_terms(number, customer, amount, currency, matures, code):
    paper = advice(line(number, amount), total=amount, currency=currency, paid_on=matures, flags=(Flag.INSTRUMENT,))
    decision = decide(paper, customer)
    assert codes(decision) == code and decision.announced
    assert bool(decision.allocations) == (not code)


def test_ra_68_income_tax_withheld_is_checked_against_the_net_amount():
    paper = advice(line("104397", "1060.00", gross="1210.00", withheld="150.00"), total="1060.00", currency="EUR")
    decision = decide(paper, "C-1005")
    one = decision.allocations[0]
    assert one.cash == m("1060.00", "EUR") and one.withheld == m("150.00", "EUR")
    assert any("15 % of net" in reason.detail for reason in one.reasons)


def test_ra_69_a_central_settler_without_agreement_is_a_third_party():
    paper = advice(
        line("RG 104398", "11602.50", gross="11900.00", deduction="297.50", reason="ZR-Rabatt 2,5 %"),
        total="11602.50", currency="EUR", flags=(Flag.THIRD_PARTY,), payer="EK-Verbund eG",
    )  # fmt: skip
    decision = decide(paper, None, address="avis@ek-verbund.example")
    assert codes(decision) == ["third_party_payer"] and decision.allocations == ()


def test_ra_70_a_penalty_is_disputed_and_the_rounding_written_off():
    paper = advice(
        line("104371", "4320.00", gross="4320.00"),
        line(None, "-216.00", kind=OTHER, reason="pénalités logistiques (5 %)"),
        line(None, "-1.00", kind=OTHER, reason="arrondi"),
        total="4103.00", currency="EUR",
    )  # fmt: skip
    one = decide(paper, "C-1004").allocations[0]
    assert (one.cash.plain(), one.deduction.plain(), one.write_off.plain()) == ("4103.00", "216.00", "1.00")


def test_sec_03_money_sent_to_a_foreign_account_is_an_alarm():
    paper = advice(line("INV-104351", "18240.00"), total="18240.00", currency="GBP", payee_account="****7719")
    decision = decide(paper, "C-1008")
    (found,) = decision.exceptions
    assert found.kind is QueueKind.FRAUD_ALERT and found.critical and found.candidates == ()
    assert decision.allocations == () and decision.content_key is None


@pytest.mark.parametrize("account", ["****0041", "GB33 xxxx xxxx xxxx xx0041", "GB33 BUKB 2020 1500 0000 41"])
def test_our_own_account_also_masked_is_no_alarm(account):
    paper = advice(line("INV-104351", "18240.00"), total="18240.00", currency="GBP", payee_account=account)
    assert booked(decide(paper, "C-1008")) == {"INV-104351": "18240.00"}


def test_sec_04_hidden_text_stops_everything():
    paper = advice(line("INV-104390", "17316.40"), total="17316.40", flags=(Flag.HIDDEN_TEXT,))
    decision = decide(paper, "C-1002")
    assert codes(decision) == ["sec_injection"] and decision.exceptions[0].critical and not decision.allocations


def test_sec_06_an_unauthenticated_sender_only_suggests_and_leaves_no_trace_for_the_true_one():
    paper = advice(line("INV-104377", "5000.00"), total="5000.00", reference="77")
    forged = decide(paper, "C-1002", trusted=False)
    assert codes(forged) == ["sender_unverified"] and forged.allocations == ()
    assert forged.exceptions[0].kind is QueueKind.UNTRUSTED_SENDER
    assert forged.exceptions[0].candidates[0].settle[0].invoice == "INV-104377"
    true = decide(paper, "C-1002", advices=(known(forged, paper),))
    assert booked(true) == {"INV-104377": "5000.00"}


def test_sec_14_absurd_amounts_book_nothing():
    for amount in ("9999999999999.99", "1e30"):
        decision = decide(advice(line("INV-104355", amount), total=amount))
        assert decision.allocations == () and decision.exceptions


def test_the_lines_of_an_earlier_advice_under_another_reference_are_a_question():
    """A platform and a bank give one payment two numbers: it counts once until a person says otherwise."""
    first = decide(R02)
    again = replace(R02, payment_reference="TX-77120981", number=None)
    second = decide(again, items=announced_by(first), advices=(known(first, R02, "12"),))
    assert codes(second) == ["dup_suspect"] and second.allocations == () and second.on_account is None
    assert second.exceptions[0].candidates[0].replaces == "12"


def test_a_part_of_an_earlier_advice_on_the_same_day_is_a_question_too():
    first = decide(R02)
    some = advice(*R02.lines[:2], total="9330.25", reference="TX-77120982", paid_on=R02.paid_on)
    second = decide(some, items=announced_by(first), advices=(known(first, R02, "12"),))
    assert codes(second) == ["dup_suspect"] and second.allocations == ()


def test_two_instalments_of_one_amount_with_room_for_both_are_two_payments():
    parts = [
        advice(line("INV-104390", "4100.00", reason="part payment"), total="4100.00", reference=f"EFT 4411{n}", paid_on=d(3, 13))
        for n in (1, 2)
    ]  # fmt: skip
    first = decide(parts[0], "C-1002")
    assert [one.invoice for one in first.allocations] == ["INV-104390"]
    second = decide(parts[1], "C-1002", items=announced_by(first), advices=(known(first, parts[0], "12"),))
    assert [one.cash.plain() for one in second.allocations] == ["4100.00"]
