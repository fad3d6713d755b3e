"""What an advice may do without a person, and what it never may."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.domain.decisions import AdviceOutcome, QueueKind
from agent.domain.documents import AdvisedKind, DisputeReason, Flag, Footing
from agent.domain.receivables import KnownReceipt
from tests.matching.test_remittance_scenarios import R02
from tests.matching.world import POLICY, advice, announced_by, booked, codes, d, decide, item, known, line, m

OTHER = AdvisedKind.OTHER


def test_an_exact_number_whose_amounts_are_a_neighbours_books_nothing_and_offers_the_neighbour():
    decision = decide(advice(line("INV-104355", "1204.75"), total="1204.75"))
    assert decision.allocations == () and codes(decision) == ["amount_mismatch"]
    assert decision.exceptions[0].candidates[0].invoice == "INV-104356"


def test_a_named_part_payment_whose_amount_is_a_neighbours_books_nothing():
    decision = decide(advice(line("INV-104355", "1204.75", reason="part payment"), total="1204.75"))
    assert decision.allocations == ()


def test_a_named_part_payment_applies_without_a_dispute():
    decision = decide(advice(line("INV-104355", "4000.00", reason="1st instalment"), total="4000.00"))
    assert booked(decision) == {"INV-104355": "4000.00"} and decision.disputes == () and decision.exceptions == ()


def test_a_declared_balance_that_does_not_follow_books_nothing():
    decision = decide(advice(line("INV-104355", "4000.00", balance="4000.00"), total="4000.00"))
    assert decision.allocations == () and codes(decision) == ["amount_mismatch"]


def test_a_named_short_pay_applies_what_was_paid_and_disputes_the_rest():
    paper = advice(line("INV-104355", "8032.50", reason="2 valves damaged"), total="8032.50")
    decision = decide(paper)
    assert booked(decision) == {"INV-104355": "8032.50"}
    assert [(x.reason, x.amount) for x in decision.disputes] == [(DisputeReason.DAMAGED, m("93.00"))]


def test_an_invoice_that_is_part_paid_takes_only_what_is_left():
    part = item("INV-104355", "C-1001", "8125.50", open_="125.50")
    decision = decide(advice(line("INV-104355", "8125.50"), total="8125.50"), items=(part,))
    assert booked(decision) == {"INV-104355": "125.50"} and codes(decision) == ["over_pay"]
    assert decision.on_account == m("8000.00")


def test_two_lines_of_one_invoice_are_added_up():
    decision = decide(advice(line("INV-104355", "8000.00"), line("104355", "125.50"), total="8125.50"))
    assert sum(one.cash.minor for one in decision.allocations) == 812550 and len(decision.allocations) == 2
    assert {one.line for one in decision.allocations} == {0, 1}


def test_the_same_invoice_paid_twice_in_one_advice_takes_it_once():
    decision = decide(advice(line("INV-104355", "8125.50"), line("104355", "8125.50"), total="16251.00"))
    assert sum(one.cash.minor for one in decision.allocations) == 812550
    assert decision.on_account == m("8125.50") and codes(decision) == ["over_pay"]


def test_a_line_of_an_unknown_number_leaves_the_others_booked_and_its_money_on_account():
    decision = decide(advice(line("INV-104355", "8125.50"), line("INV-999999", "50.00"), total="8175.50"))
    assert booked(decision) == {"INV-104355": "8125.50"} and codes(decision) == ["line_unresolved"]
    assert decision.on_account == m("50.00") and decision.exceptions[0].line == 1


def test_a_document_that_does_not_foot_books_nothing():
    decision = decide(advice(line("INV-104355", "8125.50"), total="8125.50", footing=Footing.FAILED))
    assert decision.allocations == () and codes(decision) == ["total_mismatch"]
    assert decision.exceptions[0].candidates[0].settle[0].invoice == "INV-104355"


def test_a_missing_credit_note_that_is_exactly_the_difference_is_offered():
    decision = decide(advice(line("INV-104355", "8125.50"), total="7485.50"))
    assert decision.allocations == ()
    assert [a.invoice for a in decision.exceptions[0].candidates[0].settle] == ["INV-104355", "CN-20317"]


def test_a_credit_note_is_never_used_unnamed():
    decision = decide(advice(line("INV-104355", "7485.50"), total="7485.50"))
    assert decision.allocations == () and codes(decision) == ["amount_mismatch"]


def test_a_composite_pays_all_its_invoices_or_none():
    assert booked(decide(advice(line("104355/56", "9330.25"), total="9330.25"))) == {
        "INV-104355": "8125.50",
        "INV-104356": "1204.75",
    }
    short = decide(advice(line("104355/56", "9330.00"), total="9330.00"))
    assert short.allocations == () and codes(short) == ["amount_mismatch"]
    unknown = decide(advice(line("104355/57", "9330.25"), total="9330.25"))
    assert unknown.allocations == ()


def test_a_composite_beside_a_line_of_the_same_invoice_settles_it_once():
    paper = advice(line("104355/56", "9330.25"), line("INV-104355", "8125.50"), total="17455.75")
    decision = decide(paper)
    assert booked(decision)["INV-104355"] == "8125.50"
    assert "amount_mismatch" in codes(decision)


def test_a_range_pays_every_invoice_in_it():
    paper = advice(line("104340-43", "3573.35"), total="3573.35")
    assert set(booked(decide(paper, "C-1011"))) == {"INV-104340", "INV-104341", "INV-104342", "INV-104343"}


def test_letters_that_we_do_not_know_need_the_exact_amount():
    right = decide(advice(line("HC104355", "8125.50"), total="8125.50"))
    wrong = decide(advice(line("HC104355", "8000.00"), total="8000.00"))
    assert booked(right) == {"INV-104355": "8125.50"} and wrong.allocations == ()


def test_a_number_without_its_year_needs_the_exact_amount_and_only_one_that_fits():
    items = (
        item("RG-2025-0417", "C-1001", "700.00", open_="0.00"),
        item("RG-2026-0417", "C-1001", "700.00"),
        item("RG-2026-0418", "C-1001", "810.00"),
    )
    assert booked(decide(advice(line("RG 0417", "700.00"), total="700.00"), items=items)) == {"RG-2026-0417": "700.00"}
    assert decide(advice(line("RG 418", "800.00"), total="800.00"), items=items).allocations == ()
    both = (*items[1:], item("RG-2025-0417", "C-1001", "700.00"))
    assert codes(decide(advice(line("417", "700.00"), total="700.00"), items=both)) == ["line_ambig"]


@pytest.mark.parametrize("reference", ["PO 104355", "DM-104355", "CN-104355", "Lieferschein 104355"])
def test_the_number_of_another_kind_of_document_is_no_invoice_number(reference):
    assert decide(advice(line(reference, "8125.50"), total="8125.50")).allocations == ()


def test_a_slip_in_our_number_is_not_saved_by_the_purchase_order():
    decision = decide(advice(line("INV-104358", "8125.50", order="BW-76988"), total="8125.50"))
    assert decision.allocations == () and codes(decision) == ["line_unresolved"]


def test_the_payers_own_number_beside_a_purchase_order_leaves_the_order_to_decide():
    decision = decide(advice(line("5100042217", "8125.50", order="BW-76988"), total="8125.50"))
    assert booked(decision) == {"INV-104355": "8125.50"}


def test_an_announced_part_is_not_announced_again():
    part = item("INV-104355", "C-1001", "8125.50", announced="8000.00")
    decision = decide(advice(line("INV-104355", "8125.50"), total="8125.50"), items=(part,))
    assert booked(decision) == {"INV-104355": "125.50"} and decision.on_account == m("8000.00")


def test_a_bank_fee_row_beyond_the_limit_is_no_fee():
    paper = advice(
        line("INV-104355", "8125.50"), line("INV-104401", "12450.00"),
        line(None, "-45.00", kind=OTHER, reason="bank charges"), total="20530.50",
    )  # fmt: skip
    decision = decide(paper)
    assert all(not one.bank_fee for one in decision.allocations)
    assert codes(decision) == ["bank_charges"] and decision.on_account == m("-45.00")


def test_a_discount_row_goes_to_the_only_invoices_that_give_it():
    paper = advice(
        line("INV-104355", "8125.50"), line("INV-104401", "12450.00"), line("INV-104402", "3980.00"),
        line(None, "-328.60", kind=OTHER, reason="cash discount"), total="24226.90",
    )  # fmt: skip
    decision = decide(paper)
    assert {one.invoice: one.discount.plain() for one in decision.allocations if one.discount} == {
        "INV-104401": "249.00",
        "INV-104402": "79.60",
    }
    assert decision.on_account == m("0.00") and decision.exceptions == ()


def test_a_withholding_that_is_no_plain_rate_stays_open():
    paper = advice(
        line("104317", "115876.55", gross="118000.00", withheld="2123.45"), total="115876.55", currency="INR"
    )
    one = decide(paper, "C-1016").allocations[0]
    assert one.cash == m("115876.55", "INR") and not one.withheld


def test_an_amount_with_more_decimals_than_its_currency_books_nothing():
    decision = decide(advice(line("INV-104334", "1100000.50"), total="1100000.50", currency="JPY"), "C-1007")
    assert decision.allocations == () and decision.exceptions


def test_a_currency_that_is_not_stated_follows_from_the_invoices_named():
    decision = decide(advice(line("INV-104355", "8125.50"), total="8125.50", currency=None))
    assert decision.currency == "USD" and booked(decision) == {"INV-104355": "8125.50"}


def test_a_payment_told_without_amounts_is_work_for_a_person():
    decision = decide(advice(line("INV-104310"), line("INV-104377")), "C-1002")
    assert decision.allocations == () and codes(decision) == ["amount_missing"]
    assert [c.invoice for c in decision.exceptions[0].candidates] == ["INV-104310", "INV-104377"]


def test_a_stranger_books_nothing_however_right_its_figures_are():
    paper = advice(line("INV-104355", "8125.50"), total="8125.50", payer="Brightwater Foods LLC")
    decision = decide(paper, None, address="ap@brightwater-foods.example")
    assert decision.allocations == () and decision.exceptions[0].kind is QueueKind.UNKNOWN_SENDER
    assert decision.exceptions[0].candidates[0].settle[0].invoice == "INV-104355"
    assert decision.content_key is None


def test_every_allocation_exception_and_dispute_says_why():
    paper = advice(
        line("INV-104355", "8032.50", gross="8125.50", deduction="93.00", reason="short 2 EA"),
        line("INV-104401", "12201.00", gross="12450.00", discount="249.00"),
        line("INV-999999", "1.00"),
        total="20234.50",
    )
    decision = decide(paper)
    everything = (*decision.allocations, *decision.exceptions, *decision.disputes)
    assert all(one.reasons and all(reason.detail for reason in one.reasons) for one in everything)


# --- repeats --------------------------------------------------------------------------------------------------------

PAPER = advice(line("INV-104355", "8125.50"), total="8125.50", reference="EFT 77001")


def again(paper, first, second, **more):
    return decide(second, items=announced_by(first), advices=(known(first, paper, "5", **more),))


def test_the_same_payment_again_has_no_effect_however_it_is_formatted():
    first = decide(PAPER)
    other = replace(PAPER, lines=(replace(PAPER.lines[0], reference="inv 104355"),), payment_reference="eft-0077001")
    for paper in (PAPER, other, replace(PAPER, paid_on=d(3, 14))):
        second = again(PAPER, first, paper)
        assert second.outcome is AdviceOutcome.DUPLICATE and second.earlier_advice == "5"
        assert second.allocations == second.exceptions == () and second.on_account is None


def test_the_same_reference_with_other_content_is_a_suspicion():
    first = decide(PAPER)
    second = again(PAPER, first, replace(PAPER, total=Decimal("8000.00"), lines=(line("INV-104355", "8000.00"),)))
    assert second.outcome is AdviceOutcome.NEW and codes(second) == ["dup_suspect"] and second.allocations == ()


def test_two_real_payments_of_the_same_amount_both_count():
    part = advice(line("INV-104355", "4000.00", reason="instalment"), total="4000.00", reference="EFT 1001")
    first = decide(part)
    for twin in (replace(part, payment_reference="EFT 1002"),):
        second = again(part, first, twin)
        assert second.outcome is AdviceOutcome.NEW and booked(second) == {"INV-104355": "4000.00"}


def test_an_instalment_of_the_next_month_without_a_reference_counts():
    part = advice(line("INV-104355", "4000.00", reason="instalment"), total="4000.00", paid_on=d(2, 13))
    first = decide(part)
    second = again(part, first, replace(part, paid_on=d(3, 13)))
    assert booked(second) == {"INV-104355": "4000.00"} and second.content_key != first.content_key


def test_equal_advices_days_apart_without_a_reference_go_to_a_person():
    part = advice(line("INV-104355", "4000.00", reason="instalment"), total="4000.00", paid_on=d(3, 10))
    first = decide(part)
    second = again(part, first, replace(part, paid_on=d(3, 13)))
    assert codes(second) == ["dup_suspect"] and second.allocations == ()


def test_undated_equal_advices_count_once_within_days_and_again_later():
    part = advice(line("INV-104355", "4000.00", reason="instalment"), total="4000.00", paid_on=None)
    first = decide(part)
    soon = again(part, first, part, received_on=d(3, 14))
    late = again(part, first, part, received_on=d(2, 1))
    assert soon.outcome is AdviceOutcome.DUPLICATE
    assert booked(late) == {"INV-104355": "4000.00"} and late.content_key != first.content_key


def test_an_old_advice_for_settled_invoices_is_not_applied_again():
    settled = item("INV-104355", "C-1001", "8125.50", open_="0.00")
    decision = decide(PAPER, items=(settled,), policy=replace(POLICY, today=d(3, 16, 2027)))
    assert decision.allocations == () and codes(decision) == ["line_closed"]


def test_an_advice_that_comes_after_its_money_has_no_effect_and_raises_no_alarm():
    paid = item("INV-104355", "C-1001", "8125.50", open_="0.00")
    money = KnownReceipt(
        receipt="31", customer="C-1001", booked_on=d(3, 12), amount=m("8125.50"), invoices=("INV-104355",)
    )
    late = decide(PAPER, items=(paid,), receipts=(money,))
    assert late.outcome is AdviceOutcome.DUPLICATE and late.exceptions == () and late.on_account is None
    other = decide(PAPER, items=(paid,), receipts=(replace(money, booked_on=d(1, 12)),))
    assert codes(other) == ["line_closed"]


def test_a_correction_that_names_no_payment_replaces_the_only_advice_that_it_can():
    first = decide(R02)
    corrected = replace(
        R02, payment_reference=None, total=R02.total + 93, lines=R02.lines[:-1], flags=(Flag.CORRECTION,)
    )
    second = decide(corrected, items=announced_by(first), advices=(known(first, R02, "12"),))
    assert second.earlier_advice == "12" and second.exceptions[0].candidates[0].settle


def test_a_deduction_beside_an_unresolved_line_is_not_pushed_onto_the_resolved_one():
    paper = advice(
        line("INV-104355", "8125.50"), line("INV-999999", "500.00"),
        line("DM-1", "-93.00", kind=OTHER, reason="short"), total="8532.50",
    )  # fmt: skip
    decision = decide(paper)
    assert booked(decision) == {"INV-104355": "8125.50"} and decision.on_account == m("407.00")
    assert decision.disputes[0].invoice is None


def test_a_negative_total_is_no_payment():
    decision = decide(advice(line("CN-20317", "-640.00"), total="-640.00"))
    assert decision.allocations == () and codes(decision) == ["total_mismatch"]


def test_an_account_with_a_credit_or_a_dispute_is_not_cleared_by_its_wording_alone():
    assert decide(advice(total="25120.25", clears_account=True)).allocations == ()


def test_a_parent_named_on_a_paper_that_its_child_sends_pays_for_the_child_only():
    mine = advice(line("INV-104353", "2399.99"), total="2399.99", currency="GBP", payer="Pennard Retail plc")
    assert booked(decide(mine, "C-1010", senders=("C-1010",))) == {"INV-104353": "2399.99"}
    theirs = advice(line("INV-104351", "18240.00"), total="18240.00", currency="GBP", payer="Pennard Retail plc")
    assert decide(theirs, "C-1010", senders=("C-1010",)).allocations == ()


def test_a_deduction_that_names_another_invoice_is_not_pushed_onto_the_one_that_is_paid():
    paper = advice(
        line("INV-104401", "12450.00"), line("INV-104290", "-100.00", kind=OTHER, reason="overpaid earlier"),
        total="12350.00",
    )  # fmt: skip
    decision = decide(paper)
    assert booked(decision) == {"INV-104401": "12450.00"} and decision.on_account == m("-100.00")
    assert [x.invoice for x in decision.disputes] == [None]


def test_a_line_that_takes_the_whole_payment_back_leaves_nothing_to_book():
    decision = decide(advice(line("INV-104355", "8125.50"), line("INV-104355", "-8125.50"), total="0.00"))
    assert decision.allocations == () and codes(decision) == ["amount_mismatch"]


def test_an_advice_that_is_the_money_itself_settles_no_more_than_its_total():
    paper = advice(
        line("INV-104355", "8125.50"), line("INV-104356", "1204.75"), line("DM-55140", "-1001.00", reason="claim"),
        total="8329.25",
    )  # fmt: skip
    decision = decide(paper, policy=replace(POLICY, remittance_settles="paid"))
    assert booked(decision) == {"INV-104355": "7124.50", "INV-104356": "1204.75"}
    assert decision.on_account == m("0.00") and decision.disputes[0].amount == m("1001.00")


def test_a_deduction_column_without_words_that_is_the_discount_to_the_cent_is_the_discount():
    paper = advice(
        line("INV 104398", "11662.00", gross="11900.00", deduction="238.00"), total="11662.00", currency="EUR",
        paid_on=d(3, 16),
    )  # fmt: skip
    one = decide(paper, "C-1003").allocations[0]
    assert one.discount == m("238.00", "EUR") and not one.deduction


def test_a_document_read_with_little_confidence_is_offered_and_not_booked():
    paper = replace(advice(line("INV-104355", "8125.50"), total="8125.50"), confidence=0.3)
    decision = decide(paper)
    assert decision.allocations == () and codes(decision) == ["classify_low"]
    assert decision.exceptions[0].candidates[0].settle[0].invoice == "INV-104355"
    off = replace(paper, total=Decimal("8000.00"))
    assert codes(decide(off)) == ["total_mismatch"]


def test_an_account_of_another_banking_system_is_said_and_stops_nothing():
    paper = advice(line("INV-104355", "8125.50"), total="8125.50", payee_account="998877")
    decision = decide(paper)
    assert booked(decision) == {"INV-104355": "8125.50"} and codes(decision) == ["payee_account"]
    assert decision.exceptions[0].kind is QueueKind.BANK_CHANGE and not decision.exceptions[0].critical


def test_a_notice_without_figures_does_not_make_the_full_advice_a_suspicion():
    notice = advice(flags=(Flag.MASKED,), reference="EFT 77001", payer="BRIGHTWATER FOODS LLC")
    first = decide(notice, None, address="no-reply@bank.example")
    assert first.exceptions == () and first.allocations == ()
    second = decide(PAPER, advices=(known(first, notice),))
    assert booked(second) == {"INV-104355": "8125.50"}


def test_a_portal_link_of_a_stranger_is_a_task_for_the_customer_it_names():
    paper = advice(payer="Pennard Retail plc", flags=(Flag.PORTAL_LINK,))
    decision = decide(paper, None, address="no-reply@suppliernet.example")
    assert codes(decision) == ["portal_link_only"] and decision.exceptions[0].customer == "C-1008"


def test_a_parent_that_clears_its_account_clears_its_own():
    own = decide(advice(total="18240.00", currency="GBP", clears_account=True), "C-1008", without=("CN-20319",))
    assert set(booked(own)) == {"INV-104351"}


# ---- what the generated corpus found ------------------------------------------------------------------------------


def test_taking_something_off_and_paying_more_than_is_open_means_another_invoice():
    # 640.90 with a deduction is INV-104377's; the number is a neighbour's, whose open amount is within the tolerance
    items = (item("INV-104368", "C-1002", "638.00"),)
    decision = decide(advice(line("INV-104368", "640.90", deduction="71.21", reason="damaged")), "C-1002", items=items)
    assert not decision.allocations


def test_what_is_exactly_open_elsewhere_is_no_overpayment_of_a_half_paid_neighbour():
    items = (item("INV-104367", "C-1002", "763.00"), item("INV-104368", "C-1002", "763.00", open_="381.50"))
    decision = decide(advice(line("INV-104368", "763.00")), "C-1002", items=items)
    assert not decision.allocations


def test_a_stray_line_does_not_spoil_the_one_that_fits_the_same_invoice():
    items = (item("INV-104367", "C-1002", "820.00"), item("INV-104368", "C-1002", "156.00"))
    paper = advice(line("INV-104368", "62.40", deduction="93.60", reason="short 2 EA"), line("INV-104368", "800.00"))
    decision = decide(paper, "C-1002", items=items)
    assert booked(decision) == {"INV-104368": "62.40"}
    assert "amount_mismatch" in codes(decision)


def test_several_lines_of_one_invoice_that_agree_with_it_in_nothing_book_nothing():
    items = (item("INV-104368", "C-1002", "1560.00"),)
    paper = advice(line("INV-104368", "624.00", reason="short 2 EA"), line("INV-104368", "300.00"))
    assert not decide(paper, "C-1002", items=items).allocations


def test_an_advice_without_reference_that_repeats_a_line_of_another_is_for_a_person():
    first = advice(line("INV-104377", "5000.00"), reference="EFT 12345", total="5000.00")
    before = decide(first, "C-1002")
    second = advice(line("INV-104377", "5000.00"), line("INV-104390", "17316.40"), total="22316.40")
    decision = decide(second, "C-1002", items=announced_by(before), advices=(known(before, first),))
    assert not decision.allocations and codes(decision) == ["dup_suspect"]


def test_the_last_stroke_of_a_number_with_strokes_may_join_the_end_of_another():
    items = (item("F25/0574", "C-1002", "1957.02"), item("F25/0575", "C-1002", "54.85"))
    decision = decide(advice(line("F25/0574/75", "2011.87")), "C-1002", items=items)
    assert booked(decision) == {"F25/0574": "1957.02", "F25/0575": "54.85"}


def test_a_line_that_says_what_stays_open_and_pays_more_than_that_means_another_invoice():
    items = (item("INV-104368", "C-1002", "1408.74"),)
    assert not decide(advice(line("INV-104368", "1412.03", balance="1412.03")), "C-1002", items=items).allocations


def test_small_differences_of_a_year_have_a_sum_that_they_may_not_pass():
    """Twelve times nearly five is more than a controller wants to lose on one customer without being asked."""
    limits = {"USD": replace(POLICY.tolerances["USD"], per_year_amount=m("10.00"))}
    used = replace(POLICY, tolerances=limits, written_off_this_year={"C-1001": {"USD": 700}})
    paper = advice(line("INV-104402", "3976.40"))
    assert decide(paper, policy=replace(used, written_off_this_year={})).allocations[0].write_off == m("3.60")
    assert decide(paper, policy=used).allocations == ()


def test_what_is_too_much_on_many_lines_is_small_only_together():
    """Five dollars too much on each of two invoices are ten on account: a person hears of it."""
    paper = advice(line("INV-104355", "8129.50"), line("INV-104401", "12454.00"))
    decision = decide(paper)
    assert [e.code for e in decision.exceptions] == ["over_pay"]


def _indian(*rows, total: str):
    paper = advice(
        line("INV-104317", "118000.00"), line("INV-104359", "59000.00"), *rows, total=total, currency="INR"
    )  # fmt: skip
    return decide(paper, "C-1016")


def test_tax_withheld_in_one_row_is_split_where_one_rate_gives_it_to_the_cent():
    decision = _indian(line(None, "-3000.00", kind=OTHER, reason="TDS 2%"), total="174000.00")
    assert {a.invoice: (a.cash.plain(), a.withheld.plain()) for a in decision.allocations} == {
        "INV-104317": ("116000.00", "2000.00"),
        "INV-104359": ("58000.00", "1000.00"),
    }
    assert codes(decision) == ["wht", "wht"] and decision.disputes == ()


def test_a_printed_rate_that_is_another_splits_nothing():
    decision = _indian(line(None, "-3000.00", kind=OTHER, reason="TDS 10%"), total="174000.00")
    assert all(not a.withheld for a in decision.allocations)


def test_tax_withheld_that_no_plain_rate_gives_stays_on_the_account():
    decision = _indian(line(None, "-3001.13", kind=OTHER, reason="TDS"), total="173998.87")
    assert all(not a.withheld for a in decision.allocations) and decision.on_account == m("-3001.13", "INR")


def test_retention_in_one_row_stays_open_on_each_invoice():
    rows = (
        line("INV-104377", "5000.00"),
        line("INV-104310", "5000.00"),
        line(None, "-1000.00", kind=OTHER, reason="RETAINAGE 10 %"),
    )
    decision = decide(advice(*rows, total="9000.00"), "C-1002")
    assert booked(decision) == {"INV-104310": "4500.00", "INV-104377": "4500.00"}
    assert codes(decision) == ["retention", "retention"] and decision.disputes == ()
