"""Remittance advices as customers, banks and platforms write them: RA-01 to RA-20, the samples R01 to R18."""

from __future__ import annotations

from tests.line import Line
from tests.scenarios.world import (
    AOBA,
    BRIGHTWATER,
    CALLOWAY,
    HANBIT,
    KESTREL,
    MUELLER,
    NORDHAVN,
    PENNARD,
    VERDIER,
    advised,
    bank,
    body,
    books_nothing,
    codes,
    disputes,
    mails,
    paper,
    reminded,
    sample,
    state,
    waiting,
)

PLATFORM = "PayStream Operations <payments@paystream.example>"


def test_ra_01_one_invoice_by_exact_number_and_amount(line: Line) -> None:
    row = line.mail(CALLOWAY, "ACH payment", "ACH sent 3/13 for INV-104377, $5,000.00.")
    assert (row["outcome"], codes(line)) == ("processed", [])
    assert advised(line) == {"INV-104377": "5000.00"}
    assert state(line, "INV-104310")["status"] == "open"
    bank(line, "5000.00", "USD", "CALLOWAY CONSTRUCTION GROUP", "INV-104377")
    assert state(line, "INV-104377")["status"] == "paid"
    assert state(line, "INV-104310")["open"] == "5000.00"


def test_ra_02_two_page_eft_advice_with_discount_credit_note_and_debit_memo(line: Line) -> None:
    line.mail(BRIGHTWATER, "EFT remittance", "see attached", files=paper(sample("R02")))
    assert advised(line) == {
        "INV-104355": "8032.50 deduction 93.00",
        "INV-104356": "1204.75",
        "INV-104401": "12201.00 discount 249.00",
        "INV-104402": "3900.40 discount 79.60",
        "CN-20317": "-640.00",
    }
    assert codes(line) == ["short_pay"]
    assert disputes(line) == [("INV-104355", "quantity", "93.00")]
    (advice,) = line.rows("advices", "list")
    assert (advice["payment_reference"], advice["paid_on"], advice["total"]) == ("0008812345", "2026-03-13", "24698.65")
    bank(line, "24698.65", "USD", "BRIGHTWATER FOODS LLC", "EFT 0008812345")
    (receipt,) = line.rows("receipts", "list")
    assert (receipt["advice"], receipt["unapplied"]) == (advice["advice"], "0.00")
    assert (state(line, "INV-104355")["open"], state(line, "INV-104355")["disputed"]) == ("93.00", "93.00")


def test_ra_03_sap_advice_with_the_payers_own_numbers_first_and_trailing_minus(line: Line) -> None:
    row = line.mail(MUELLER, "Payment advice", "see attached", files=paper(sample("R01")))
    assert (row["outcome"], codes(line)) == ("processed", [])
    assert advised(line) == {
        "INV-104380": "4760.00",
        "INV-104398": "11662.00 discount 238.00",
        "CN-20325": "-1190.00",
    }
    assert "INV-104380" not in reminded(line, now="2026-03-21T09:00:00+00:00")


def test_ra_04_a_platform_shows_three_of_five_invoices(line: Line) -> None:
    line.mail(PLATFORM, "Orchid Health System has paid you", body("R03"))
    books_nothing(line, "total_mismatch")
    offers = waiting(line, "total_mismatch")["candidates"]
    named = [" ".join(e["detail"] for e in offer["evidence"]) for offer in offers]
    assert any("INV-104342 + INV-104343 = 482.90" in text for text in named)


def test_ra_05_the_second_mail_of_the_platform_has_no_second_effect(line: Line) -> None:
    line.mail(PLATFORM, "Orchid Health System has paid you", body("R03"))
    (first,) = waiting(line, "total_mismatch")["id"].split()
    best = waiting(line, "total_mismatch")["candidates"][0]["n"]
    assert line.run("queue", "accept", first, "--candidate", str(best)).code == 0
    assert sum(float(amount) for amount in advised(line).values()) == 5005.45
    said = body("R03").replace("The ePayment will arrive on 03/18/2026.", "The ePayment was deposited on 03/18/2026.")
    line.mail(PLATFORM, "Your payment from Orchid Health System has been deposited", said)
    assert sum(float(amount) for amount in advised(line).values()) == 5005.45


def test_ra_06_a_nested_table_with_a_credit_note_that_is_the_payers_own(line: Line) -> None:
    line.mail("payments@brightwaterfoods.example", "Brightwater has issued payment PAY-000771203", sample("R04"))
    assert advised(line) == {"INV-104402": "3900.40 discount 79.60", "INV-104356": "1204.75"}
    found = waiting(line, "credit_unknown")
    assert (found["amount"], codes(line)) == ("1001.00", ["credit_unknown"])
    bank(line, "4104.15", "USD", "BRIGHTWATER FOODS LLC", "PAY-000771203")
    (receipt,) = line.rows("receipts", "list")
    assert sum(float(a["amount"]) for a in receipt["applications"]) + float(receipt["unapplied"]) == 4104.15


def test_ra_07_a_check_stub(line: Line) -> None:
    row = line.mail(KESTREL, "Check is in the mail", "Check is in the mail.", files=paper(sample("R05")))
    assert (row["outcome"], codes(line)) == ("processed", [])
    assert advised(line) == {"INV-104366": "1161.00", "INV-104383": "392.50"}
    (advice,) = line.rows("advices", "list")
    assert advice["payment_reference"] == "1187"
    assert "INV-104366" not in reminded(line)


def test_ra_08_one_payment_for_three_subsidiaries_with_a_letter_for_a_digit(line: Line) -> None:
    line.mail(PENNARD, "Remittance advice", "see attached", files=paper(sample("R06")))
    assert advised(line) == {
        "INV-104351": "18240.00",
        "INV-104352": "7512.60",
        "INV-104353": "2399.99",
        "CN-20319": "-1080.00",
    }
    assert (codes(line), waiting(line, "short_pay")["amount"]) == (["short_pay"], "12.50")
    assert disputes(line) == [(None, "other", "12.50")]
    assert line.rows("disputes", "list")[0]["customer"] == "C-1009", "the company of its row"
    bank(line, "27060.09", "GBP", "Pennard Group Services Ltd", "PGS260313-118")
    (receipt,) = line.rows("receipts", "list")
    assert receipt["unapplied"] == "0.00"
    # What was taken off without an invoice is in dispute, not something to be reminded of.
    assert not {"INV-104351", "INV-104352"} & set(reminded(line, now="2026-04-20T09:00:00+00:00"))


def test_ra_09_the_payer_declares_a_part_payment(line: Line) -> None:
    row = line.mail("ap@delmarelectric.example", "Remittance Advice from Delmar Electric Co.", body("R07"))
    assert (row["outcome"], codes(line), disputes(line)) == ("processed", [], [])
    assert advised(line) == {"INV-104370": "2000.00"}
    found = state(line, "INV-104370")
    assert (found["open"], found["announced"], found["due_on"]) == ("3150.00", "2000.00", "2026-03-18")


def test_ra_10_tax_withheld_is_neither_dispute_nor_discount(line: Line) -> None:
    line.mail("ap@saffron.example", "Remittance", "see attached", files=paper(sample("R08")))
    assert advised(line) == {
        "INV-104317": "116000.00 withheld 2000.00",
        "INV-104359": "58000.00 withheld 1000.00",
    }
    assert (codes(line), disputes(line)) == (["wht", "wht"], [])


def test_ra_11_a_retailer_deducts_with_reason_codes_and_takes_a_late_discount(line: Line) -> None:
    line.mail("ap@pennmart.example", "Remittance", "see attached", files=paper(sample("R09"), "remit.csv"))
    assert advised(line) == {
        "INV-104325": "15288.00 deduction 312.00",
        "INV-104326": "9172.80 deduction 187.20",
    }
    assert codes(line) == ["disc_unearned"] * 2 + ["short_pay"] * 4
    assert disputes(line) == sorted(
        [
            ("INV-104325", "discount", "312.00"),
            ("INV-104326", "discount", "187.20"),
            (None, "not_received", "468.00"),
            (None, "damaged", "156.00"),
            (None, "price", "240.00"),
            (None, "quality", "249.60"),
        ],
        key=str,
    )
    claims = {d["reason"]: d["claim_number"] for d in line.rows("disputes", "list") if d["invoice"] is None}
    assert claims == {"not_received": "7788123", "damaged": "7788124", "price": "7788200", "quality": "7788311"}
    assert mails(line) == [], "six cases of one paper are no six mails"
    bank(line, "23347.20", "USD", "PENNMART STORES", "EFT 4410098")
    assert "INV-104325" not in reminded(line)


def test_ra_12_a_japanese_notice_with_fee_and_offset(line: Line) -> None:
    row = line.mail(AOBA, "支払通知書", "添付をご確認ください。", files=paper(sample("R10")))
    assert (row["outcome"], codes(line), disputes(line)) == ("processed", [], [])
    assert advised(line) == {"INV-104334": "1099120", "INV-104386": "385000", "CN-20328": "-55000"}
    (advice,) = line.rows("advices", "list")
    assert (advice["total"], advice["paid_on"]) == ("1429120", "2026-03-31")
    assert state(line, "INV-104334")["announced"] == "1100000"
    assert "INV-104334" not in reminded(line)


def test_ra_13_a_return_is_deducted_and_no_invoice_is_guessed_for_it(line: Line) -> None:
    line.mail(HANBIT, "[한빛정밀] 3월 대금 송금 안내", body("R11"))
    assert advised(line) == {"INV-104328": "33000000", "INV-104365": "11550000"}
    assert disputes(line) == [(None, "quality", "165000")]
    assert codes(line) == ["short_pay"]
    (advice,) = line.rows("advices", "list")
    assert advice["total"] == "44385000"


def test_ra_15_a_table_pasted_in_a_proportional_font(line: Line) -> None:
    row = line.mail(VERDIER, "Avis de virement du 13/03/2026", body("R13"))
    assert (row["outcome"], codes(line)) == ("processed", [])
    assert advised(line) == {"INV-104320": "9600.00", "INV-104371": "4320.00", "CN-20322": "-480.00"}


def test_ra_16_an_820_with_a_price_adjustment(line: Line) -> None:
    line.mail("edi@brightwaterfoods.example", "820", "", files=paper(sample("R14"), "remit820.txt"))
    assert advised(line) == {
        "INV-104401": "12201.00 discount 249.00",
        "INV-104356": "1107.25 deduction 97.50",
    }
    assert disputes(line) == [("INV-104356", "price", "97.50")]
    assert codes(line) == ["short_pay"]


def test_ra_17_confusable_characters_and_retainage(line: Line) -> None:
    line.mail(CALLOWAY, "check stub", "see attached", files=paper(sample("R15")))
    assert advised(line) == {"INV-104390": "17316.40", "INV-104377": "5000.00"}
    assert state(line, "INV-104310")["announced"] == "0.00"
    assert (codes(line), waiting(line, "retention")["amount"]) == (["retention"], "2231.64")


def test_ra_18_labelled_bank_charges_settle_the_invoice(line: Line) -> None:
    row = line.mail(NORDHAVN, "Remittance advice", "see attached", files=paper(sample("R16"), "ra.xml"))
    assert (row["outcome"], codes(line), disputes(line)) == ("processed", [], [])
    assert advised(line) == {"INV-104361": "23972.00"}
    bank(line, "23972.00", "USD", "NORDHAVN MARINE A/S", "NM-88120")
    assert (state(line, "INV-104361")["status"], state(line, "INV-104361")["open"]) == ("paid", "0.00")


def test_ra_18_the_same_charges_without_a_label_book_nothing(line: Line) -> None:
    bare = sample("R16").replace("<cbc:Note>Bank charges deducted USD 28.00</cbc:Note>", "")
    line.mail(NORDHAVN, "Remittance advice", "see attached", files=paper(bare, "ra.xml"))
    assert state(line, "INV-104361")["open"] == "24000.00"
    assert codes(line) != []


def test_ra_14_a_banks_confirming_notice_books_nothing_and_says_whose_it_is(line: Line) -> None:
    subject = "Aviso de pagos domiciliados - Cliente: TALLERES IBAÑEZ S.L."
    line.mail("Banco Litoral - Confirming <avisos@bancolitoral.example>", subject, body("R12"))
    assert advised(line) == {}
    (found,) = line.rows("queue", "list")
    assert (found["kind"], found["customer"]) == ("unknown_sender", "C-1005")


def test_ra_19_a_remittance_two_quotes_deep(line: Line) -> None:
    line.mail("Tom Reyes <treyes@callowaygroup.example>", "FW: RE: FW: payment to Halden?", body("R17"))
    assert advised(line) in ({"INV-104310": "5000.00", "INV-104377": "5000.00"}, {})
    assert advised(line) or codes(line)
    assert not any(float(a["total"] or 0) > 10000 for a in line.rows("advices", "list"))


def test_ra_20_a_portal_link_is_a_task_and_no_money(line: Line) -> None:
    line.mail(
        "Supplier Network <no-reply@suppliernet.example>",
        "A payment has been scheduled by Pennard Retail plc",
        body("R18"),
    )
    assert (advised(line), mails(line)) == ({}, [])
    (found,) = line.rows("queue", "list")
    assert found["customer"] == "C-1008"
