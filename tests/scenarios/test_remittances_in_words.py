"""Payments told in a sentence or two, right, wrong and half right: RA-19 to RA-70."""

from __future__ import annotations

import pytest

from tests.line import Line
from tests.scenarios.world import (
    AOBA,
    BRIGHTWATER,
    CALLOWAY,
    GARDEN,
    HANBIT,
    IBANEZ,
    MUELLER,
    NORDHAVN,
    ORCHID,
    VERDIER,
    advised,
    bank,
    books_nothing,
    codes,
    disputes,
    held_back,
    invoice,
    mails,
    paper,
    pdf,
    reminded,
    sample,
    state,
    waiting,
)


def test_ra_21_a_password_is_not_guessed(line: Line) -> None:
    text = "Your payment advice is attached. The password is the last 6 digits of your account number."
    line.mail("advices@bigbank.example", "Advice", text, files=(("a.pdf", pdf("Paid 5,000.00", password="secret")),))
    books_nothing(line, "doc_encrypted")


def test_ra_22_a_masked_notice_allocates_nothing(line: Line) -> None:
    text = "A payment of USD 2*,***.** has been made to account *****0041 by NORDHAVN MARINE A/S. Ref. NM-88120."
    line.mail(NORDHAVN, "Payment", text)
    assert advised(line) == {}
    (advice,) = line.rows("advices", "list")
    assert (advice["customer"], advice["payment_reference"], advice["total"]) == ("C-1012", "NM-88120", None)


def test_ra_23_numbers_without_prefix_with_spaces_and_leading_zeros(line: Line) -> None:
    line.mail(BRIGHTWATER, "payment", "We paid 00104355, 104 356 by ACH today, total 9,330.25.")
    assert advised(line) == {"INV-104355": "8125.50", "INV-104356": "1204.75"}
    assert codes(line) == []


def test_ra_24_a_transposed_number_that_is_another_customers(line: Line) -> None:
    invoice(line, "INV-104335,invoice,C-1008,,,2026-02-09,2026-03-30,GBP,,,2399.99,2399.99,,")
    line.mail(GARDEN, "BACS", "BACS 2,399.99 for INV 104335")
    books_nothing(line, "line_other_customer")
    assert waiting(line, "line_other_customer")["candidates"][0]["invoice"] == "INV-104353"


def test_ra_25_a_missing_digit_is_suggested_and_accepted_with_one_key(line: Line) -> None:
    line.mail(NORDHAVN, "payment", "Payment of USD 24,000.00 for invoice 10436")
    books_nothing(line, "line_unresolved")
    found = waiting(line, "line_unresolved")
    assert found["candidates"][0]["invoice"] == "INV-104361"
    assert line.run("queue", "accept", found["id"], "--candidate", "1").code == 0
    assert advised(line) == {"INV-104361": "24000.00"}


def test_ra_26_a_confusable_character_with_the_exact_amount_is_booked(line: Line) -> None:
    line.mail(GARDEN, "Remittance", "Remittance advice: INV-lO4353 2,399.99 GBP paid today")
    assert advised(line) == {"INV-104353": "2399.99"}


def test_ra_27_only_purchase_order_numbers(line: Line) -> None:
    line.mail(BRIGHTWATER, "Remittance", "Remittance: BW-76988 8,125.50; BW-77120 12,201.00. Total 20,326.50.")
    assert advised(line) == {"INV-104355": "8125.50", "INV-104401": "12201.00 discount 249.00"}


def test_ra_27_a_purchase_order_with_two_open_invoices_is_a_question(line: Line) -> None:
    invoice(line, "INV-104357,invoice,C-1001,,BW-76988,2026-02-11,2026-03-13,USD,,,8125.50,8125.50,,")
    line.mail(BRIGHTWATER, "Remittance", "Remittance: BW-76988 8,125.50. Total 8,125.50.")
    books_nothing(line, "line_ambig")


def test_ra_28_a_lump_sum_that_says_it_clears_the_account(line: Line) -> None:
    line.mail(CALLOWAY, "Wire", "Wire of $27,316.40 sent today to clear our account. – Dana")
    assert advised(line) == {"INV-104310": "5000.00", "INV-104377": "5000.00", "INV-104390": "17316.40"}


def test_ra_28_the_same_sum_without_that_sentence_is_a_suggestion(line: Line) -> None:
    line.mail(CALLOWAY, "Wire", "Wire of $27,316.40 sent today. – Dana")
    books_nothing(line, "lump_sum")


def test_all_that_is_past_due_is_paid_in_words_and_to_the_cent(line: Line) -> None:
    """Rule 7: INV-104390 is not due before the 24th; the wording and the exact sum book the rest."""
    invoice(line, "INV-104202,invoice,C-1002,,,2026-01-09,2026-02-08,USD,,,750.25,750.25,,")
    due = {i["invoice"]: i["due_on"] for i in line.rows("invoices", "list", "--customer", "C-1002")}
    past = [n for n, day in due.items() if day < "2026-03-16"]
    total = sum(float(state(line, n)["open"]) for n in past)
    line.mail(CALLOWAY, "Wire", f"Wire of ${total:,.2f} sent today for all overdue invoices. – Dana")
    assert sorted(advised(line)) == sorted(past) and 1 < len(past) < len(due)


def test_all_that_is_past_due_with_another_sum_books_nothing(line: Line) -> None:
    line.mail(CALLOWAY, "Wire", "Wire of $4,999.00 sent today for all overdue invoices. – Dana")
    books_nothing(line, "lump_sum")


def test_ra_29_money_on_account_touches_no_invoice(line: Line) -> None:
    line.mail(CALLOWAY, "Payment", "Payment on account $8,000.00 ACH 3/13.")
    books_nothing(line, "lump_sum")
    bank(line, "8000.00", "USD", "CALLOWAY CONSTRUCTION GROUP", "ON ACCOUNT")
    (receipt,) = line.rows("receipts", "list")
    assert (receipt["customer"], receipt["unapplied"]) == ("C-1002", "8000.00")


def test_a_name_that_the_bank_cut_off_finds_its_customer(line: Line) -> None:
    bank(line, "123.45", "EUR", "MUELLER UND SOEHNE MASCHINENB", "ZAHLUNG")
    (receipt,) = line.rows("receipts", "list")
    assert (receipt["customer"], receipt["unapplied"]) == ("C-1003", "123.45")


def test_ra_30_several_combinations_are_shown_and_none_is_booked(line: Line) -> None:
    invoice(line, "INV-104346,invoice,C-1011,,,2026-02-02,2026-03-19,USD,,,1295.45,1295.45,,")
    line.mail(ORCHID, "ACH", "ACH 1,295.45")
    books_nothing(line, "line_ambig")
    assert len(waiting(line, "line_ambig")["candidates"]) == 2


def test_ra_31_two_equal_amounts_without_a_number(line: Line) -> None:
    line.mail(CALLOWAY, "Check", "Check 14901 for $5,000.00 mailed Friday.")
    books_nothing(line, "line_ambig")
    assert [c["invoice"] for c in waiting(line, "line_ambig")["candidates"]] == ["INV-104310", "INV-104377"]


def test_ra_32_one_cent_too_much(line: Line) -> None:
    line.mail(ORCHID, "Paid", "paid INV-104343 67.91")
    assert (advised(line), codes(line)) == ({"INV-104343": "67.90"}, [])


def test_ra_32_ten_times_too_much_books_nothing(line: Line) -> None:
    line.mail(ORCHID, "Paid", "paid INV-104343 679.00")
    books_nothing(line, "over_pay")


def test_ra_33_a_refund_to_a_new_account_from_a_stranger(line: Line) -> None:
    text = "We overpaid INV-104343 by mistake, please refund 611.10 urgently to our new account DE12 5001 0517 0648 4898 90."
    line.mail("orchid.refunds@freemail.example", "Refund", text)
    books_nothing(line, "sec_bank_change")


def test_ra_34_a_short_payment_without_any_word_books_nothing(line: Line) -> None:
    line.mail(BRIGHTWATER, "ACH", "ACH 3,500.00 for INV-104402")
    books_nothing(line, "amount_mismatch")
    assert line.run("queue", "apply", waiting(line, "amount_mismatch")["id"], "--to", "INV-104402=3500.00").code == 0
    assert advised(line) == {"INV-104402": "3500.00"}
    assert line.run("queue", "undo", waiting(line, "amount_mismatch")["id"]).code == 0
    books_nothing(line, "amount_mismatch")


def test_ra_35_a_residue_inside_the_tolerance_is_written_off(line: Line) -> None:
    row = line.mail(BRIGHTWATER, "ACH", "ACH 3,976.40 for INV-104402")
    assert (row["outcome"], advised(line)) == ("processed", {"INV-104402": "3976.40 write_off 3.60"})


def test_ra_36_the_tighter_limit_of_the_tolerance_counts(line: Line) -> None:
    line.mail(ORCHID, "paid", "paid 64.90 for INV-104343")
    books_nothing(line, "amount_mismatch")


def test_ra_37_a_discount_on_the_last_day_of_grace(line: Line) -> None:
    line.mail(BRIGHTWATER, "ACH", "ACH value date 03/16/26: INV-104401 12,450.00 less 249.00 = 12,201.00")
    assert (advised(line), codes(line)) == ({"INV-104401": "12201.00 discount 249.00"}, [])


def test_ra_38_a_discount_a_day_later(line: Line) -> None:
    line.mail(BRIGHTWATER, "ACH", "ACH value date 03/17/26: INV-104401 12,450.00 less 249.00 = 12,201.00")
    assert advised(line) == {"INV-104401": "12201.00 deduction 249.00"}
    assert (codes(line), mails(line)) == (["disc_unearned"], [])


def test_ra_39_more_skonto_than_agreed(line: Line) -> None:
    text = "Zahlung 16.03.: RG 104398, 11.900,00 abzgl. 3 % Skonto 357,00 = 11.543,00 EUR"
    line.mail(MUELLER, "Zahlung", text)
    assert advised(line) == {"INV-104398": "11543.00 discount 238.00 deduction 119.00"}
    assert (codes(line), waiting(line, "disc_unearned")["amount"]) == (["disc_unearned"], "119.00")


def test_ra_40_a_credit_note_that_was_used_before(line: Line) -> None:
    invoice(line, "CN-20316,credit_note,C-1001,,,2026-01-24,,USD,,,-640.00,0.00,,")
    line.mail(BRIGHTWATER, "EFT", "see attached", files=paper(sample("R02").replace("CN20317", "CN20316")))
    assert "CN-20317" not in advised(line)
    assert codes(line) == ["line_closed", "short_pay"]
    assert (None, "duplicate", "640.00") in disputes(line)


def test_ra_41_a_second_payment_of_a_settled_invoice(line: Line) -> None:
    invoice(line, "INV-104290,invoice,C-1002,,,2026-01-10,2026-02-09,USD,,,1980.00,0.00,,")
    line.mail(CALLOWAY, "ACH", "ACH 1,980.00 INV-104290")
    books_nothing(line, "line_closed")


def test_ra_42_a_number_that_nobody_knows(line: Line) -> None:
    line.mail(CALLOWAY, "Paid", "Paid your invoice 88231-B, $640.00")
    books_nothing(line, "line_unresolved")


def test_ra_43_an_invoice_in_dollars_paid_in_euros(line: Line) -> None:
    line.mail(NORDHAVN, "Transfer", "We transferred EUR 22,018.35 on 13/03 (rate 1.0900) for INV-104361.")
    books_nothing(line, "fx_diff")


def with_rate(line: Line) -> None:
    settings = line.home / "ar-agent.toml"
    settings.write_text(
        settings.read_text() + '[exchange]\nrates = ["EUR/USD 1.0900 2026-03-01", "EUR/USD 1.2 2026-04-01"]\n'
    )


def test_ra_43_the_bank_line_in_euros_is_a_suggestion_at_the_configured_rate(line: Line) -> None:
    with_rate(line)
    line.mail(NORDHAVN, "Transfer", "We transferred EUR 22,018.35 on 13/03 (rate 1.0900) for INV-104361.")
    assert advised(line) == {}, "an advice alone books nothing in another currency"
    bank(line, "22018.35", "EUR", "NORDHAVN MARINE A/S", "INV-104361")
    assert state(line, "INV-104361")["open"] == "24000.00"
    found = next(q for q in line.rows("queue", "list") if q["subject"]["type"] == "receipt")
    assert any("24000.00 USD at EUR/USD 1.0900" in r["detail"] for r in found["reasons"])
    line.one("queue", "accept", found["id"])
    assert state(line, "INV-104361")["status"] == "paid"
    (receipt,) = line.rows("receipts", "list")
    assert (receipt["currency"], receipt["unapplied"]) == ("EUR", "0.00")
    assert receipt["applications"][0]["amount"] == "22018.35" and receipt["applications"][0]["settled"] == "24000.00"
    exchange = [(r["amount"], r["currency"]) for r in line.rows("export", "journal") if r["account"] == "exchange"]
    assert sorted(exchange) == [("-22018.35", "EUR"), ("24000.00", "USD")]
    line.check()
    line.one("queue", "undo", found["id"])
    assert (state(line, "INV-104361")["open"], line.rows("receipts", "list")[0]["unapplied"]) == (
        "24000.00",
        "22018.35",
    )


def test_ra_43_without_a_rate_a_person_says_what_of_the_money_pays_the_invoice(line: Line) -> None:
    bank(line, "22018.35", "EUR", "NORDHAVN MARINE A/S", "INV-104361")
    found = waiting(line, "fx_diff")
    assert found["candidates"][0]["settles"] == []
    refused = line.run("queue", "apply", found["id"], "--to", "INV-104361=24000.00")
    assert refused.code == 1 and "+paid=" in refused.err
    line.one("queue", "apply", found["id"], "--to", "INV-104361=24000.00+paid=22018.35")
    assert state(line, "INV-104361")["status"] == "paid"


def test_ra_43_too_far_off_the_rate_is_no_suggestion(line: Line) -> None:
    with_rate(line)
    bank(line, "20000.00", "EUR", "NORDHAVN MARINE A/S", "INV-104361")
    found = waiting(line, "fx_diff")
    assert found["candidates"][0]["settles"] == []


def test_ra_44_a_round_difference_is_suggested_as_a_fee(line: Line) -> None:
    line.mail(NORDHAVN, "Wire", "Wire 23,975.00 for INV-104361")
    books_nothing(line, "amount_mismatch")
    found = waiting(line, "amount_mismatch")
    assert line.run("queue", "accept", found["id"], "--candidate", "1").code == 0
    assert (advised(line), state(line, "INV-104361")["announced"]) == ({"INV-104361": "23975.00"}, "24000.00")
    assert line.run("queue", "undo", found["id"]).code == 0
    books_nothing(line, "amount_mismatch")


def test_ra_45_somebody_else_pays(line: Line) -> None:
    text = "We are paying INV-104370 for Delmar Electric, $3,150.00 by joint check."
    line.mail("ap@ridgemech.example", "Joint check", text)
    books_nothing(line, "third_party_payer")
    assert waiting(line, "third_party_payer")["candidates"][0]["invoice"] == "INV-104370"


def test_ra_46_a_name_that_two_customers_share(line: Line) -> None:
    line.mail("accounting@delmar-mail.example", "Payment", "Delmar payment 3,150.00 ACH")
    assert advised(line) == {}
    assert codes(line) == ["cust_ambig"]
    found = waiting(line, "cust_ambig")
    assert sorted(c["invoice"] for c in found["candidates"]) == ["INV-104307", "INV-104370"]
    assert found["customer"] is None


@pytest.mark.parametrize("written", ["640.00-", "(640.00)", "640.00 CR"])
def test_ra_47_a_negative_amount_in_three_notations(line: Line, written: str) -> None:
    text = f"Remittance advice\n\nInvoice       Amount\n104355      8,125.50\nCN-20317     {written}\nTotal       7,485.50\n"
    line.mail(BRIGHTWATER, "Remittance", "attached", files=paper(text))
    assert advised(line) == {"INV-104355": "8125.50", "CN-20317": "-640.00"}


def test_ra_48_a_date_that_can_be_read_two_ways_is_read_by_its_paper_or_left_open(line: Line) -> None:
    """An unambiguous date of the same paper decides; with none, no day is guessed and no discount decided."""
    head = "Payment reference,{ref}\nPayment date,04/03/26\nCurrency,{currency}\n\nInvoice,Invoice date,Amount paid\n"
    uk = head.format(ref="PGS-1", currency="GBP") + "INV-104353,19/02/26,2399.99\nTotal,,2399.99\n"
    us = head.format(ref="EFT-2", currency="USD") + "INV-104343,02/19/26,67.90\nTotal,,67.90\n"
    line.mail(GARDEN, "Remittance", "see attached", files=(("uk.csv", uk.encode()),))
    line.mail(ORCHID, "Remittance", "see attached", files=(("us.csv", us.encode()),))
    days = {a["payment_reference"]: a["paid_on"] for a in line.rows("advices", "list")}
    assert days == {"PGS-1": "2026-03-04", "EFT-2": "2026-04-03"}


def test_ra_49_a_dash_for_the_decimals(line: Line) -> None:
    line.mail(MUELLER, "Zahlung", "Wir haben 2.380,- EUR zu RG 104333 überwiesen.")
    assert advised(line) == {"INV-104333": "2380.00"}


def test_ra_50_lines_that_do_not_add_up_to_the_total(line: Line) -> None:
    text = (
        "REMITTANCE ADVICE\nBrightwater Foods LLC            Date 03/13/2026\n\nInvoice        Amount paid\n"
        "104355            8,125.50\n104356            1,204.75\n\nTotal paid        9,230.25"
    )
    line.mail(BRIGHTWATER, "Remittance", "see attached", files=(("r.pdf", pdf(text)),))
    books_nothing(line, "total_mismatch")


def test_ra_51_attached_without_an_attachment_is_not_lost(line: Line) -> None:
    line.mail(BRIGHTWATER, "Remittance", "Hi, remittance attached. Thanks, Marisol")
    assert advised(line) == {}
    assert len(codes(line)) == 1


def test_ra_52_two_advices_never_allocate_more_than_is_open(line: Line) -> None:
    files = (*paper(sample("R02"), "a.txt"), *paper(sample("R14"), "b.txt"))
    line.mail(BRIGHTWATER, "Two payments", "see attached", files=files)
    assert advised(line)["INV-104401"] == "12201.00 discount 249.00"
    assert codes(line) == ["line_closed", "line_closed", "short_pay"]


CORRECTED = (
    sample("R02")
    .replace(" DM-55102         03/10/26   BW-76988    SHORT 2 EA VL-220      93.00-       .00       93.00-\n", "")
    .replace("25,027.25", "25,120.25")
    .replace("24,698.65", "24,791.65")
)


def test_ra_53_a_corrected_advice_takes_the_place_of_the_earlier_one_and_gives_it_back(line: Line) -> None:
    line.mail(BRIGHTWATER, "EFT", "see attached", files=paper(sample("R02")))
    before = (line.rows("invoices", "list"), advised(line), line.rows("disputes", "list"))
    text = "Please disregard our previous remittance, corrected version attached"
    line.mail(BRIGHTWATER, "EFT corrected", text, files=paper(CORRECTED))
    assert advised(line) == before[1]
    found = waiting(line, "dup_suspect")
    assert line.run("queue", "accept", found["id"]).code == 0
    assert advised(line)["INV-104355"] == "8125.50"
    assert state(line, "INV-104355")["disputed"] == "0.00"
    assert [d["status"] for d in line.rows("disputes", "list")] == ["resolved"]
    assert codes(line) == []
    line.check()
    assert line.run("queue", "undo", found["id"]).code == 0
    assert (line.rows("invoices", "list"), advised(line), line.rows("disputes", "list")) == before
    assert codes(line) == ["dup_suspect", "short_pay"]


def test_ra_53_with_money_that_arrived_the_money_moves_to_the_corrected_advice_and_back(line: Line) -> None:
    """The correction exchanges two invoices of one sum: the same money pays others than was said first."""
    for n, amount in ((1, "700.00"), (2, "300.00"), (3, "400.00"), (4, "600.00")):
        invoice(line, f"INV-10480{n},invoice,C-1001,,,2026-02-09,2026-03-30,USD,,,{amount},{amount},,")
    head = "Payment reference,EFT 0008812377\nPayment date,2026-03-13\nCurrency,USD\n\nInvoice,Amount paid\n"
    first = head + "INV-104801,700.00\nINV-104802,300.00\nTotal,1000.00\n"
    second = head + "INV-104803,400.00\nINV-104804,600.00\nTotal,1000.00\n"
    line.mail(BRIGHTWATER, "EFT", "see attached", files=(("list.csv", first.encode()),))
    bank(line, "1000.00", "USD", "BRIGHTWATER FOODS LLC", "EFT 0008812377")
    paid = ("INV-104801", "INV-104802"), ("INV-104803", "INV-104804")
    assert [state(line, n)["status"] for n in paid[0]] == ["paid", "paid"]
    text = "Please disregard our previous remittance, corrected version attached"
    line.mail(BRIGHTWATER, "EFT corrected", text, files=(("list2.csv", second.encode()),))
    found = waiting(line, "dup_suspect")
    assert line.run("queue", "accept", found["id"]).code == 0
    assert [state(line, n)["open"] for n in (*paid[0], *paid[1])] == ["700.00", "300.00", "0.00", "0.00"]
    (receipt,) = line.rows("receipts", "list")
    assert (receipt["unapplied"], receipt["advice"]) == ("0.00", "A2")
    assert [a["status"] for a in line.rows("advices", "list")] == ["replaced", "received"]
    assert line.run("queue", "undo", found["id"]).code == 0
    assert [state(line, n)["open"] for n in (*paid[0], *paid[1])] == ["0.00", "0.00", "400.00", "600.00"]
    assert line.rows("receipts", "list")[0]["advice"] == "A1"


def test_ra_54_a_payment_said_to_have_come_back_is_reopened_by_the_bank_alone(line: Line) -> None:
    line.mail(CALLOWAY, "ACH", "ACH sent 3/13 for INV-104377, $5,000.00.")
    row = line.mail(CALLOWAY, "ACH returned", "Our ACH of 3/13 was returned R03, we will resend Thursday.")
    assert codes(line) == ["payment_return"]
    assert advised(line) == {"INV-104377": "5000.00"}
    assert "promise" in {e["type"] for e in row["effects"]}


def test_ra_56_a_virtual_card_is_no_money_until_it_is_charged(line: Line) -> None:
    text = "You have received a virtual card payment of $2,210.00 for INV-104340. Card number 5567 6612 3456 7890 expires 04/05/2026."
    line.mail(ORCHID, "Virtual card", text)
    books_nothing(line, "virtual_card")
    assert "3456" not in line.run("queue", "list", "--json").out


def test_ra_58_a_payment_in_full_of_a_dispute_is_decided_by_a_person(line: Line) -> None:
    text = "Enclosed check 15102 for $15,000.00 tendered as PAYMENT IN FULL of all claims under PO 4500018990."
    line.mail(CALLOWAY, "Check", text)
    books_nothing(line, "conditional_payment")


def test_ra_59_their_own_invoice_is_set_off(line: Line) -> None:
    text = "We set off our invoice NM-5521 USD 1,200.00; remitted 22,800.00 for INV-104361."
    line.mail(NORDHAVN, "Set-off", text)
    assert (advised(line), codes(line), disputes(line)) == ({"INV-104361": "22800.00"}, ["credit_unknown"], [])


def test_ra_60_a_language_outside_the_tuned_set_is_booked_or_shown_never_lost(line: Line) -> None:
    line.mail(NORDHAVN, "付款", "您好,贵司发票INV-104361货款USD 24,000.00已于3月13日汇出,请查收。")
    assert advised(line) == {"INV-104361": "24000.00"} or codes(line) == ["classify_low"]


def test_ra_61_italian_with_the_banks_reference(line: Line) -> None:
    invoice(line, "INV-104395,invoice,C-1003,,,2026-02-20,2026-03-22,EUR,,,1220.00,1220.00,,")
    text = "Buongiorno, in allegato la contabile del bonifico di € 1.220,00 a saldo fattura 104395. CRO 0712345678901."
    line.mail(MUELLER, "Bonifico", text)
    assert advised(line) == {"INV-104395": "1220.00"}
    assert line.rows("advices", "list")[0]["payment_reference"] == "0712345678901"


def test_ra_62_dutch_with_a_credit_note(line: Line) -> None:
    invoice(line, "INV-104396,invoice,C-1003,,,2026-02-20,2026-03-22,EUR,,,847.00,847.00,,")
    invoice(line, "CN-20330,credit_note,C-1003,,,2026-02-24,,EUR,,,-47.00,-47.00,,")
    text = "Betaling 13 mrt: factuur 104396 €847,00 min creditnota 20330 €47,00, totaal €800,00."
    line.mail(MUELLER, "Betaling", text)
    assert advised(line) == {"INV-104396": "847.00", "CN-20330": "-47.00"}


def test_ra_63_payment_under_reservation_is_a_payment(line: Line) -> None:
    text = (
        "Wir überweisen heute 4.760,00 EUR auf RG 104380. Die Zahlung erfolgt unter Vorbehalt und ohne Anerkennung "
        "einer Rechtspflicht, da die Prüfung der Lieferung noch läuft."
    )
    line.mail(MUELLER, "Zahlung", text)
    assert advised(line) == {"INV-104380": "4760.00"}


def test_ra_64_a_bill_that_matures_after_the_due_date(line: Line) -> None:
    text = (
        "Bonjour, nous avons accepté la LCR n° 88102 de 9 600,00 € en règlement de la facture 104320, échéance "
        "30/04/2026, domiciliation Banque du Grésivaudan."
    )
    line.mail(VERDIER, "LCR", text)
    books_nothing(line, "terms_var")


def test_ra_65_a_promissory_note_that_matures_when_the_invoice_is_due(line: Line) -> None:
    text = (
        "Adjuntamos pagaré nº 5521-A por importe de 3.025,00 € con vencimiento 06/04/2026, correspondiente a su "
        "factura 104345."
    )
    line.mail(IBANEZ, "Pagaré", text)
    assert advised(line) == {"INV-104345": "3025.00"}
    assert line.rows("advices", "list")[0]["paid_on"] == "2026-04-06"


def test_ra_66_an_electronic_note_with_a_late_maturity(line: Line) -> None:
    text = "2월분 대금 11,550,000원은 전자어음(만기 2026.06.30, 어음번호 00420260316-77)으로 발행하였습니다. 확인 바랍니다."
    line.mail(HANBIT, "대금", text)
    books_nothing(line, "terms_var")


def test_ra_67_an_electronically_recorded_claim(line: Line) -> None:
    text = (
        "2月分ご請求385,000円につきましては、でんさい(記録番号 D2603-0815、支払期日2026年6月30日)にて"
        "お支払いいたします。"
    )
    line.mail(AOBA, "お支払い", text)
    books_nothing(line, "terms_var")


def test_ra_68_income_tax_withheld_on_the_net(line: Line) -> None:
    invoice(line, "INV-104397,invoice,C-1005,,,2026-02-20,2026-04-20,EUR,1000.00,210.00,1210.00,1210.00,,")
    text = "Transferencia 16/03: fra. 104397 1.210,00 – retención IRPF 15 % 150,00 = 1.060,00 €."
    line.mail(IBANEZ, "Transferencia", text)
    assert (advised(line), codes(line)) == ({"INV-104397": "1060.00 withheld 150.00"}, ["wht"])


def test_ra_69_a_central_settler_who_is_nobody_on_file_is_shown_to_a_person(line: Line) -> None:
    text = "Mitglied 4471 Müller & Söhne | RG 104398 | 11.900,00 | ZR-Rabatt 2,5 % 297,50 | Auszahlung 11.602,50"
    line.mail("avis@ek-verbund.example", "Avis", text)
    assert advised(line) == {}
    assert [q["customer"] for q in line.rows("queue", "list")] == ["C-1003"]


def _settled_centrally(kept: float) -> bytes:
    """The advice of a central settler as a spreadsheet."""
    from io import BytesIO

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    head = [
        ["EK-Verbund eG"],
        ["Zahlungsavis", "Avis-Nr.", "ZR-88120"],
        ["Zahlungsdatum", "16.03.2026"],
        ["Währung", "EUR"],
        [],
    ]
    rows = [["Mitglied", "Name", "Rechnungsnummer", "Bruttobetrag", "ZR-Rabatt", "Auszahlung"]]
    figures = [11900.0, kept, 11900.0 - kept]
    for row in (*head, *rows, ["4471", "Müller & Söhne", "RG 104398", *figures], ["Summe", "", "", *figures]):
        sheet.append(row)
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def test_ra_69_an_agreement_with_a_central_settler_is_kept_to_the_cent(line: Line) -> None:
    for kind, said, means in (
        ("payer_sender", "avis@ek-verbund.example", ""),
        ("payer_alias", "EK-Verbund eG", ""),
        ("terms", "EK-Verbund eG", "2.5 %"),
    ):
        line.one("learned", "add", "--kind", kind, "--customer", "C-1003", "--said", said, "--means", means)
    line.mail("avis@ek-verbund.example", "Avis", "anbei", files=(("avis.xlsx", _settled_centrally(297.5)),))
    assert advised(line) == {"INV-104398": "11602.50 discount 297.50"}
    assert codes(line) == []


def test_ra_69_what_a_central_settler_keeps_beyond_the_agreement_is_not_granted(line: Line) -> None:
    for kind, said, means in (
        ("payer_sender", "avis@ek-verbund.example", ""),
        ("payer_alias", "EK-Verbund eG", ""),
        ("terms", "EK-Verbund eG", "2.5 %"),
    ):
        line.one("learned", "add", "--kind", kind, "--customer", "C-1003", "--said", said, "--means", means)
    line.mail("avis@ek-verbund.example", "Avis", "anbei", files=(("avis.xlsx", _settled_centrally(357.0)),))
    assert advised(line).get("INV-104398", "").startswith("11543.00 discount 238.00"), (
        "only what the invoice's own terms allow"
    )
    assert codes(line) == ["disc_unearned"]


def test_ra_70_a_penalty_and_a_rounding_are_taken_off(line: Line) -> None:
    text = (
        "Virement de 4 103,00 € pour la facture 104371, déduction faite de pénalités logistiques (5 %) 216,00 € et "
        "arrondi 1,00 €."
    )
    line.mail(VERDIER, "Virement", text)
    assert advised(line).get("INV-104371", "4103.00 ").startswith("4103.00 ")
    assert len(codes(line)) == 1


def test_sys_12_a_cent_of_tax_rounding_is_no_dispute(line: Line) -> None:
    invoice(line, "INV-104395,invoice,C-1001,,,2026-02-20,2026-03-22,USD,,,1220.00,1220.00,,")
    line.mail(BRIGHTWATER, "paid", "paid 1,219.99 for INV-104395")
    assert (advised(line), codes(line)) == ({"INV-104395": "1219.99 write_off 0.01"}, [])


def test_an_open_question_about_an_invoice_keeps_its_reminder_back(line: Line) -> None:
    assert "INV-104310" in reminded(line)
    line.mail(CALLOWAY, "Check", "Check 14901 for $5,000.00 mailed Friday.")
    assert "INV-104310" not in reminded(line)
    assert "Q1" in held_back(line)["INV-104310"]


def test_a_clerk_cannot_give_a_payment_to_another_customer_or_more_than_was_paid(line: Line) -> None:
    line.mail(CALLOWAY, "ACH", "ACH 3,500.00 for INV-104390")
    found = waiting(line, "amount_mismatch")["id"]
    for target in ("INV-104355=3500.00", "INV-104390=3500.01", "INV-104390=0.00", "INV-104390=1.005", "INV-1=3.00"):
        assert line.run("queue", "apply", found, "--to", target).code == 1, target
    books_nothing(line, "amount_mismatch")
    assert line.run("queue", "apply", found, "--to", "INV-104390=3000.00", "--to", "INV-104310=500.00").code == 0
    assert advised(line) == {"INV-104390": "3000.00", "INV-104310": "500.00"}
    assert line.run("queue", "apply", found, "--to", "INV-104390=1.00").code == 1, "decided already"
    assert line.run("queue", "undo", found).code == 0
    books_nothing(line, "amount_mismatch")


def test_undo_gives_back_what_another_advice_announced_and_whose_payment_it_is(line: Line) -> None:
    line.mail(CALLOWAY, "ACH", "ACH sent 3/13 for INV-104377, $5,000.00.")
    bank(line, "5000.00", "USD", "SOMEBODY ELSE LLC", "THANK YOU")
    before = (line.rows("invoices", "list"), line.rows("receipts", "list"), line.rows("advices", "list"))
    (found,) = [q for q in line.rows("queue", "list") if q["status"] == "open"]
    assert line.run("queue", "apply", found["id"], "--to", "INV-104377=5000.00").code == 0
    assert state(line, "INV-104377")["status"] == "paid"
    assert line.run("queue", "undo", found["id"]).code == 0
    assert (line.rows("invoices", "list"), line.rows("receipts", "list"), line.rows("advices", "list")) == before


def test_undo_and_accept_again_where_an_advice_is_the_money_itself(line: Line) -> None:
    settings = line.home / "ar-agent.toml"
    settings.write_text(settings.read_text().replace('"announced"', '"paid"'))
    line.mail(NORDHAVN, "Wire", "Wire 23,975.00 for INV-104361")
    found = waiting(line, "amount_mismatch")["id"]
    before = (line.rows("invoices", "list"), line.rows("customers", "list"), line.rows("advices", "list"))
    for _ in range(2):
        assert line.run("queue", "accept", found, "--candidate", "1").code == 0
        assert state(line, "INV-104361")["status"] == "paid"
        line.check()
        assert line.run("queue", "undo", found).code == 0
        after = (line.rows("invoices", "list"), line.rows("customers", "list"), line.rows("advices", "list"))
        assert after == before
        line.check()


def test_ra_51_an_attachment_that_did_not_come(line: Line) -> None:
    line.mail(BRIGHTWATER, "Remittance", "Hi, remittance attached. Thanks, Marisol")
    books_nothing(line, "attach_missing")


def test_sys_11_one_invoice_paid_in_two_parts(line: Line) -> None:
    line.mail(CALLOWAY, "Payment", "Wire 10,000.00 part 1 of 2 for 104390")
    assert advised(line) == {"INV-104390": "10000.00"}
    assert codes(line) == []
