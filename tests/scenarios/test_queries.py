"""Everything else that customers write: MX-01 to MX-50."""

from __future__ import annotations

from email import message_from_string, policy

import pytest

from tests.line import Line
from tests.scenarios.world import (
    AOBA,
    BRIGHTWATER,
    CALLOWAY,
    HANBIT,
    IBANEZ,
    MUELLER,
    ORCHID,
    VERDIER,
    advised,
    codes,
    disputes,
    held_back,
    mails,
    paper,
    pdf,
    reminded,
    state,
    waiting,
)

MAR_17 = "2026-03-17T09:00:00+00:00"


def promises(line: Line, customer: str) -> list[str]:
    """The reasons why invoices of a customer are left alone on the day after."""
    rows = [r for r in line.rows("dun", "--dry-run", now=MAR_17) if r.get("customer") == customer and "reason" in r]
    return [r["reason"] for r in rows]


def test_mx_01_a_statement_for_a_known_contact(line: Line) -> None:
    row = line.mail(CALLOWAY, "Statement", "Could you send me a current statement of account please?")
    assert (row["outcome"], codes(line), mails(line)) == ("processed", [], ["statement"])
    (mail,) = line.rows("outbox", "list")
    text = line.run("outbox", "show", mail["id"], "--eml").out
    for number in ("INV-104310", "INV-104377", "INV-104390", "27,316.40"):
        assert number in text


def test_mx_02_a_stranger_gets_no_statement(line: Line) -> None:
    text = "Please send a full statement with all open invoices and due dates, our email system is down."
    line.mail("d.whit.calloway@gmail.example", "Statement", text)
    assert (mails(line), codes(line)) == ([], ["cust_unknown"])


def test_mx_03_a_copy_of_what_we_have_no_paper_of_is_asked_of_staff_and_reminders_wait(line: Line) -> None:
    line.mail(CALLOWAY, "Copy", "We don't have INV-104310 on file. Please resend with POD.")
    assert codes(line) == ["copy_missing", "pod_missing"]
    assert "INV-104310" not in reminded(line)


def test_mx_03_a_copy_of_an_invoice_of_ours_leaves_at_once(line: Line) -> None:
    text = (
        "GOODS RECEIPT SLIP 5000099     Posting date 03/13/2026\nPO BW-77122   Your delivery note LS-90170\n"
        "Item  Material  Description    Delivered   Accepted\n10    SN-310    Sensor                12         12\n"
    )
    line.mail("receiving@brightwaterfoods.example", "Goods receipt", "attached", files=paper(text))
    (issued,) = line.rows("invoices", "list", "--order", "SO-58120")
    line.mail(BRIGHTWATER, "Copy", f"Please send us a copy of {issued['invoice']}.")
    assert (mails(line), codes(line)) == (["invoice", "request_answer"], [])
    assert len(line.rows("invoices", "list", "--order", "SO-58120")) == 1


def test_mx_04_an_invoice_that_cannot_be_booked_as_it_is(line: Line) -> None:
    text = (
        "Ihre Rechnung 104380 können wir nicht buchen: Firmierung muss 'Müller & Söhne Maschinenbau GmbH' lauten, "
        "Bestellnummer 4501-2277 und USt-IdNr. fehlen. Bitte Storno und Neuausstellung."
    )
    line.mail(MUELLER, "Rechnung 104380", text)
    assert disputes(line) == [("INV-104380", "other", None)]
    assert state(line, "INV-104380")["open"] == "4760.00"
    item = waiting(line, "invoice_data")
    assert "never edited" in item["summary"]
    assert item["candidates"] == [], "another system issued it: it is corrected there"


def test_mx_05_a_rejection_by_a_suite_is_not_answered(line: Line) -> None:
    text = "Invoice INV-104402 was REJECTED. Reason: PO line 3 price mismatch (PO 18.20, invoice 18.40)."
    line.mail("no-reply@ap-suite.example", "Invoice rejected", text)
    assert (mails(line), codes(line)) == ([], ["cust_unknown"])
    assert waiting(line, "cust_unknown")["customer"] == "C-1001"


def test_mx_07_a_short_shipment_by_the_buyers_order_number(line: Line) -> None:
    text = "we were short-shipped 3 boxes on BW-77131, pls fix the invoice before we can pay"
    line.mail(BRIGHTWATER, "BW-77131", text)
    assert disputes(line) == [("INV-104402", "quantity", None)]
    # How much is in question is not known: nobody is chased for any of it.
    assert "D1" in held_back(line, now="2026-04-15T09:00:00+00:00")["INV-104402"]


def test_mx_08_a_price_dispute_with_an_amount(line: Line) -> None:
    text = "Contract price for GK-015 is $7.20 from Jan 1. Please credit $97.50 on INV-104356."
    line.mail(BRIGHTWATER, "Price", text)
    assert disputes(line) == [("INV-104356", "price", "97.50")]
    assert (state(line, "INV-104356")["open"], state(line, "INV-104356")["disputed"]) == ("1204.75", "97.50")
    assert not any(i["type"] == "credit_note" and i["issued_on"] == "2026-03-16" for i in line.rows("invoices", "list"))


def test_mx_09_goods_that_were_never_ordered(line: Line) -> None:
    text = (
        "Nous ne reconnaissons pas cette commande, aucun bon de commande n'a été émis par nos services. Merci "
        "d'annuler la facture 104371."
    )
    line.mail(VERDIER, "Facture 104371", text)
    assert [d[0] for d in disputes(line)] == ["INV-104371"]
    assert "INV-104371" not in reminded(line, now="2026-05-10T09:00:00+00:00")


def test_mx_10_already_paid_is_not_lost(line: Line) -> None:
    line.mail(IBANEZ, "Factura 104299", "Esta factura ya fue pagada el 12/03, adjuntamos justificante.")
    assert advised(line) or codes(line)


def test_mx_11_a_quality_complaint_without_an_amount(line: Line) -> None:
    text = "先日納品いただいたVL-220のうち数個に漏れが見つかりました。調査のうえご連絡いただけますでしょうか。お支払いは調査後とさせてください。"
    line.mail(AOBA, "INV-104334", text)
    assert disputes(line) == [("INV-104334", "quality", None)]
    assert "INV-104334" not in reminded(line)
    (mail,) = line.rows("outbox", "list")
    message = message_from_string(line.run("outbox", "show", mail["id"], "--eml").out, policy=policy.default)
    asked = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "ロット番号" in asked, "how many, and of which lot"


def test_mx_12_a_tax_invoice_with_a_wrong_date(line: Line) -> None:
    text = "세금계산서 작성일자가 2/13로 되어 있습니다. 거래명세서는 2/12입니다. 수정세금계산서 발행 부탁드립니다."
    line.mail(HANBIT, "INV-104365", text)
    assert [d[0] for d in disputes(line)] == ["INV-104365"]
    assert codes(line) == ["invoice_data"]


def test_mx_45_a_registration_number_that_is_missing(line: Line) -> None:
    text = "INV-104334の請求書に登録番号(T+13桁)の記載がないため、適格請求書として再発行をお願いいたします。"
    line.mail(AOBA, "INV-104334", text)
    assert disputes(line) == [("INV-104334", "other", None)]
    assert codes(line) == ["invoice_data"]


def test_an_invoice_of_ours_with_wrong_data_is_cancelled_and_issued_again_on_a_persons_word(line: Line) -> None:
    number = _billed(line)
    line.mail(
        BRIGHTWATER, number, f"We cannot book invoice {number}: our tax id is missing. Please cancel and reissue."
    )
    item = waiting(line, "invoice_data")
    assert [c["invoice"] for c in item["candidates"]] == [number]
    assert state(line, number)["open"] == "1548.00"
    assert line.run("queue", "accept", item["id"]).code == 0
    assert state(line, number)["open"] == "0.00"
    fresh = [i for i in line.rows("invoices", "list", "--order", "SO-58120") if i["invoice"] != number]
    assert sorted((i["type"], i["total"]) for i in fresh) == [("credit_note", "-1548.00"), ("invoice", "1548.00")]


def test_mx_13_a_promise_for_friday_holds_the_reminder_until_two_days_after(line: Line) -> None:
    text = "Sorry for the delay, AP run is every Friday – INV-104310 will go out this Friday."
    row = line.mail(CALLOWAY, "Re: INV-104310", text)
    assert [e["type"] for e in row["effects"]] == ["promise"]
    assert "promised for 2026-03-20" in held_back(line, now=MAR_17)["INV-104310"]
    assert "INV-104310" in held_back(line, now="2026-03-22T09:00:00+00:00")
    assert "INV-104310" in reminded(line, now="2026-03-23T09:00:00+00:00")


def test_mx_14_a_vague_promise_is_none(line: Line) -> None:
    row = line.mail(CALLOWAY, "Re: reminder", "We'll take care of it soon.")
    assert not any(e["type"] == "promise" for e in row["effects"])
    assert "INV-104310" in reminded(line, now="2026-03-20T09:00:00+00:00")
    item = waiting(line, "classify_low")
    assert line.run("queue", "answer", item["id"], "--ask-day").code == 0
    (mail,) = line.rows("outbox", "list")
    assert "on which day will you pay" in line.run("outbox", "show", mail["id"], "--eml").out.replace("=\n", "")


def test_mx_15_a_promise_for_a_part_and_a_dispute_of_the_rest(line: Line) -> None:
    text = "Wir zahlen morgen 2.000 €, über die restlichen 380 € (Fracht) müssen wir noch sprechen."
    row = line.mail(MUELLER, "RG 104333", text)
    assert [d[0] for d in disputes(line)] == ["INV-104333"]
    assert disputes(line)[0][2] == "380.00"
    assert "promise" in {e["type"] for e in row["effects"]}


def test_mx_17_an_insolvency_stops_all_reminders_of_the_customer(line: Line) -> None:
    assert "INV-104300" in reminded(line)
    text = "Notice of Chapter 11 filing, case 26-10442, petition date 03/13/2026. All collection activity must cease."
    line.mail(ORCHID, "Notice of Chapter 11", text)
    assert len(codes(line)) == 1
    assert "INV-104300" not in reminded(line)
    assert not set(reminded(line, now="2026-04-30T09:00:00+00:00")) & {"INV-104300", "INV-104340", "INV-104341"}


def test_mx_17_the_stop_is_on_a_list_with_the_number_of_the_court(line: Line) -> None:
    text = "Notice of Chapter 11 filing, case 26-10442, petition date 03/13/2026. All collection activity must cease."
    line.mail(ORCHID, "Notice of Chapter 11", text)
    assert waiting(line, "legal_insolvency")["critical"] is True
    (stop,) = line.rows("customers", "stops")
    assert (stop["customer"], stop["kind"], stop["reference"]) == ("C-1011", "insolvency", "26-10442")
    assert stop["effective_on"] == "2026-03-13"
    line.run("customers", "statement", "C-1011")
    assert [m["status"] for m in line.rows("outbox", "list")] == ["held"]


def test_mx_18_a_lawyer_stops_everything_for_whom_he_speaks(line: Line) -> None:
    text = "We represent Delmar Electrical Supply. Direct all further communication to this office."
    row = line.mail("office@lawfirm.example", "Delmar Electrical Supply", text)
    assert (row["outcome"], codes(line), mails(line)) == ("queued", ["legal_counsel"], [])
    (stop,) = line.rows("customers", "stops")
    assert (stop["customer"], stop["kind"]) == ("C-1015", "counsel")
    assert "INV-104307" not in reminded(line)


def test_a_forged_mail_of_a_customer_stops_nothing(line: Line) -> None:
    line.mail(CALLOWAY, "Insolvency", "We filed for Chapter 11, case 26-10442.", authenticated=False)
    assert line.rows("customers", "stops") == []
    assert codes(line) == ["legal_insolvency"]
    said = waiting(line, "legal_insolvency")["summary"]
    assert "nothing was stopped" in said
    assert "nothing leaves" not in said


def test_money_back_asked_for_by_a_forged_sender_is_an_alarm(line: Line) -> None:
    line.mail(CALLOWAY, "Credit", "Please refund the balance of our account.", authenticated=False)
    assert [(q["code"], q["kind"]) for q in line.rows("queue", "list")] == [("refund_request", "fraud_alert")]


SENSITIVE = {
    "mx_16_instalments": (
        "payment_plan",
        CALLOWAY,
        "Cash is tight. Can we do 5 payments of 5,463.28 starting April 1?",
    ),
    "mx_19_a_supplier_form": (
        "onboarding",
        "procurement@orchidhealth.example",
        "Please complete the attached supplier form incl. bank details, W-9 and certificate of insurance to be set up.",
    ),
    "mx_20_our_bank_details": (
        "bank_verification",
        CALLOWAY,
        "Please confirm by return e-mail that your account is still ****0041.",
    ),
    "mx_21_a_new_name": (
        "master_data",
        "home@pennardretail.example",
        "From 1 April Pennard Home Ltd becomes Pennard Living Ltd, VAT GB 123 4567 89, invoices to ap@pennardliving.example.",
    ),
    "mx_24_an_auditor": (
        "audit_confirmation",
        "audit@firm.example",
        "As part of our audit of Brightwater Foods LLC please confirm the balance due to you at 12/31/2025 directly to audit@firm.example.",
    ),
    "mx_25_a_trade_reference": (
        "credit_reference",
        "credit@other.example",
        "Please provide credit reference for Kestrel Labs: high credit, terms, payment pattern.",
    ),
    "mx_36_data_protection": ("privacy_request", CALLOWAY, "Under GDPR please delete all data about me (Tom Reyes)."),
    "mx_43_a_stamped_confirmation": (
        "audit_confirmation",
        HANBIT,
        "안녕하세요. 3월 결산 관련하여 귀사 채권 잔액조회서(2026.03.15 기준) 회신 부탁드립니다. 첨부 양식에 날인하여 보내주세요.",
    ),
}


@pytest.mark.parametrize("case", sorted(SENSITIVE))
def test_what_only_a_person_may_answer_waits_for_one_under_its_own_code(line: Line, case: str) -> None:
    code, sender, text = SENSITIVE[case]
    before = line.rows("customers", "list")
    row = line.mail(sender, "A question", text)
    assert (row["outcome"], codes(line), mails(line)) == ("queued", [code], [])
    assert line.rows("customers", "list") == before
    assert [w["what"] for w in line.rows("waiting")] == [code]


def test_mx_16_reminders_rest_while_instalments_are_considered(line: Line) -> None:
    assert "INV-104310" in reminded(line, now=MAR_17)
    line.mail(CALLOWAY, "Plan", SENSITIVE["mx_16_instalments"][2])
    assert "payment_plan" in held_back(line, now="2026-03-23T09:00:00+00:00")["INV-104310"]


def test_mx_06_a_machines_case_number_is_the_customers_reference_and_proves_the_arrival(line: Line) -> None:
    row = line.mail(
        BRIGHTWATER, "Invoice INV-104401", "Thank you. Your invoice has been received. Case 00188213. Do not reply."
    )
    assert (row["outcome"], codes(line), mails(line)) == ("processed", [], [])
    assert state(line, "INV-104401")["customer_references"] == ["00188213"]


def test_mx_22_a_certificate_is_filed_once_and_exempts_nothing_yet(line: Line) -> None:
    files = paper("Certificate of exemption, multijurisdiction, Orchid Health System, expires 12/31/2026", "cert.txt")
    line.mail(ORCHID, "Certificate", "Please find attached our exemption certificate.", files=files)
    assert codes(line) == ["tax_certificate"]


def test_mx_23_a_hold_for_want_of_a_goods_receipt_gets_the_proof(line: Line) -> None:
    number = _billed(line)
    line.mail(
        BRIGHTWATER, "Hold", f"{number} is blocked in our system, no GR posted by plant 2. Please contact receiving."
    )
    (answer,) = (m for m in line.rows("outbox", "list") if m["kind"] == "request_answer")
    assert f"proof-of-delivery-{number}" in line.run("outbox", "show", answer["id"], "--eml").out
    assert codes(line) == ["payment_hold"]
    assert disputes(line) == []


def test_mx_38_an_invitation_is_a_task_of_its_own(line: Line) -> None:
    invite = (
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Account review Halden/Brightwater\r\n"
        b"DTSTART:20260319T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    line.mail(BRIGHTWATER, "Account review Halden/Brightwater, Mar 19", "", files=(("invite.ics", invite),))
    assert (codes(line), mails(line)) == (["meeting"], [])


def _billed(line: Line) -> str:
    """An invoice of ours whose delivery the customer's own slip proves."""
    text = (
        "GOODS RECEIPT SLIP 5000099     Posting date 03/13/2026\nPO BW-77122   Your delivery note LS-90170\n"
        "Item  Material  Description    Delivered   Accepted\n10    SN-310    Sensor                12         12\n"
    )
    line.mail("receiving@brightwaterfoods.example", "Goods receipt", "attached", files=paper(text, "gr-5000099.txt"))
    (issued,) = line.rows("invoices", "list", "--order", "SO-58120")
    return str(issued["invoice"])


def test_a_proof_of_delivery_is_sent_at_once_from_the_store(line: Line) -> None:
    number = _billed(line)
    row = line.mail(BRIGHTWATER, "POD", f"Please send us the proof of delivery for {number}.")
    assert (row["outcome"], codes(line)) == ("processed", [])
    (answer,) = (m for m in line.rows("outbox", "list") if m["kind"] == "request_answer")
    assert answer["to"] == [BRIGHTWATER]
    raw = line.run("outbox", "show", answer["id"], "--eml").out
    assert f"proof-of-delivery-{number}-L1.txt" in raw


def test_nobody_gets_the_proof_of_another_customers_delivery(line: Line) -> None:
    number = _billed(line)
    line.mail(CALLOWAY, "POD", f"Please send us the proof of delivery for {number}.")
    assert codes(line) == ["pod_missing"]
    assert "request_answer" not in mails(line)


def test_a_question_is_answered_by_a_person_in_the_thread_and_can_be_unsaid(line: Line) -> None:
    line.mail(CALLOWAY, "Plan", SENSITIVE["mx_16_instalments"][2])
    item = waiting(line, "payment_plan")
    done = line.run("queue", "answer", item["id"], "Yes, five payments from 1 April are fine.")
    assert done.code == 0, done.err
    (mail,) = line.rows("outbox", "list")
    assert (mail["kind"], mail["to"]) == ("request_answer", [CALLOWAY])
    assert "five payments from 1 April" in line.run("outbox", "show", mail["id"], "--eml").out
    assert line.rows("waiting") == []
    line.run("queue", "undo", item["id"])
    assert [m["status"] for m in line.rows("outbox", "list")] == ["cancelled"]
    assert len(line.rows("waiting")) == 1


def test_mx_26_an_out_of_office_answer(line: Line) -> None:
    text = "I am out until March 30. For urgent payments contact lee@brightwaterfoods.example."
    row = line.mail(
        "mokafor@brightwaterfoods.example",
        "Automatic reply: Reminder",
        text,
        headers=(("Auto-Submitted", "auto-replied"),),
    )
    assert (mails(line), codes(line)) == ([], [])
    assert [d["kind"] for d in row["documents"]] == ["auto_reply"]
    (away,) = line.rows("customers", "away")
    assert (away["address"], away["until"], away["delegate"]) == (
        "mokafor@brightwaterfoods.example",
        "2026-03-30",
        "lee@brightwaterfoods.example",
    )
    assert line.rows("customers", "away", now="2026-03-31T09:00:00+00:00") == []


def test_mx_30_a_newsletter(line: Line) -> None:
    headers = (("List-Unsubscribe", "<mailto:u@vendor.example>"),)
    row = line.mail("news@vendor.example", "5 ways to cut DSO – webinar", "Join our webinar.", headers=headers)
    assert (row["outcome"], codes(line)) == ("ignored", [])
    assert row["reason"]


def test_mx_31_thanks_with_our_reminder_quoted(line: Line) -> None:
    text = (
        "Thanks!\n\n> From: ar@halden.example\n> INV-104310 USD 5,000.00 was due 02/21/2026. "
        "Please pay 5,000.00 by transfer.\n"
    )
    row = line.mail(CALLOWAY, "Re: Reminder", text)
    assert (row["outcome"], codes(line), advised(line)) == ("ignored", [], {})
    assert "INV-104310" in reminded(line)


def test_mx_32_an_invoice_to_us_is_not_entered(line: Line) -> None:
    text = "Please find our invoice 5521 for freight, EUR 380.00. Due in 14 days."
    line.mail("billing@haulier.example", "Invoice 5521", text)
    assert (advised(line), mails(line)) == ({}, [])


def test_mx_33_three_things_in_one_mail(line: Line) -> None:
    files = paper("Remittance advice\n\nInvoice       Amount paid\n104355      8,125.50\nTotal       8,125.50\n")
    text = "1) remittance for 104355 attached\n2) please resend INV-104402\n3) BW-77131 was short 3 boxes."
    row = line.mail(BRIGHTWATER, "Several", text, files=files)
    assert advised(line) == {"INV-104355": "8125.50"}
    assert disputes(line) == [("INV-104402", "quantity", None)]
    assert codes(line) == ["copy_missing"]
    assert [d["kind"] for d in row["documents"]] == ["remittance_advice", "request", "dispute"]


def test_mx_34_the_new_text_decides_not_the_old_subject(line: Line) -> None:
    line.mail(BRIGHTWATER, "Re: PO BW-70011", "Please cancel INV-104402, duplicate of 104356?")
    assert disputes(line) == [("INV-104402", "duplicate", None)]
    assert state(line, "INV-104402")["open"] == "3980.00"


def test_mx_35_a_note_of_reception_is_no_remittance(line: Line) -> None:
    line.mail("reception@halden.example", "call", "Mr Whit called, check for 5,000 is in the mail")
    assert advised(line) == {}
    assert len(codes(line)) == 1, "a person reads it"


def test_what_a_colleague_passes_on_is_a_note_for_a_clerk(line: Line) -> None:
    text = "Mr Whit stopped by this morning and left a folder with papers for INV-104310 at the front desk."
    line.mail("reception@halden.example", "visitor", text)
    item = waiting(line, "internal_note")
    assert (item["customer"], mails(line), line.rows("disputes", "list")) == ("C-1002", [], [])
    assert "INV-104310" in reminded(line), "hearsay holds no reminder"


def test_who_only_claims_to_be_of_our_house_is_a_stranger(line: Line) -> None:
    line.mail("boss@halden.example", "urgent", "call me at once please", authenticated=False)
    assert "internal_note" not in codes(line)


def test_mx_37_a_dark_fax(line: Line) -> None:
    line.mail(CALLOWAY, "", "", files=(("fax_0001.tif", b"II*\x00" + b"\0" * 50),))
    assert codes(line) == ["doc_unreadable"]


def test_mx_39_a_debit_memo_is_a_case_before_the_payment(line: Line) -> None:
    text = "DEBIT MEMO 7788400\nlate delivery OTIF 3 % of PO 66120: 468.00. Will be deducted from next payment."
    line.mail(BRIGHTWATER, "Debit memo", "attached", files=paper(text))
    assert [(d["claim_number"], d["amount"], d["topic"]) for d in line.rows("disputes", "list")] == [
        ("7788400", "468.00", "debit_memo")
    ]
    assert advised(line) == {}


def test_mx_41_a_french_promise(line: Line) -> None:
    text = "Bonjour, la facture 104320 est validée, le virement partira le vendredi 27/03. Bien à vous."
    row = line.mail(VERDIER, "104320", text)
    assert [e["type"] for e in row["effects"]] == ["promise"]
    assert (codes(line), mails(line)) == ([], [])


def test_mx_42_a_new_address_in_a_mail_is_not_used(line: Line) -> None:
    text = (
        "Buenas tardes, no nos consta la factura 104345. ¿Pueden reenviarla a facturas@talleresibanez.example? Gracias."
    )
    line.mail(IBANEZ, "Factura", text)
    assert codes(line) == ["copy_missing", "master_data"]
    assert not any("facturas@talleresibanez.example" in m["to"] for m in line.rows("outbox", "list"))


def test_mx_44_a_japanese_promise_for_the_end_of_next_month(line: Line) -> None:
    text = "2月分の請求書が締め切り後の到着となりましたため、お支払いは4月末となります。ご了承ください。"
    row = line.mail(AOBA, "INV-104386", text)
    assert [e["type"] for e in row["effects"]] == ["promise"]
    assert "INV-104386" not in reminded(line, now="2026-05-01T09:00:00+00:00")
    assert codes(line) == ["promise_late"], "later than agreed: a person approves"


def test_a_promise_for_a_day_that_has_passed_is_asked_about(line: Line) -> None:
    line.mail(CALLOWAY, "INV-104310", "PAY INV-104310 ON 2026-03-02")
    assert codes(line) == ["promise_past"]


def test_mx_47_a_korean_promise_for_a_day(line: Line) -> None:
    text = "죄송합니다. 결재가 지연되어 이번 주 금요일(3/20)에 송금 예정입니다."
    line.mail(HANBIT, "INV-104328", text)
    assert "promised for 2026-03-20" in held_back(line, now=MAR_17)["INV-104328"]


def test_mx_48_a_german_absence_without_headers(line: Line) -> None:
    text = "Ich bin bis 30.03. nicht im Haus. Ihre Nachricht wird nicht weitergeleitet."
    line.mail(MUELLER, "Automatische Antwort: Mahnung RG 104333", text)
    assert (mails(line), codes(line), disputes(line)) == ([], [], [])


def test_mx_49_a_platform_rejects_an_invoice(line: Line) -> None:
    text = (
        "Statut de votre facture 104371 : REJETÉE – motif : numéro d'engagement absent. Merci de corriger et redéposer."
    )
    line.mail(VERDIER, "Statut", text)
    assert [d[0] for d in disputes(line)] == ["INV-104371"]


def test_mx_50_a_list_of_open_items_and_an_invoice_that_is_missing(line: Line) -> None:
    text = (
        "Zum Quartalsabschluss benötigen wir eine OP-Liste per 15.03.2026. Auf unserer Seite ist RG 104333 nicht "
        "vorhanden."
    )
    line.mail(MUELLER, "OP-Liste", text)
    assert mails(line) == ["statement"]
    (mail,) = line.rows("outbox", "list")
    assert "17.850,00" in line.run("outbox", "show", mail["id"], "--eml").out
    assert "INV-104333" not in reminded(line)


def test_sys_08_tomorrow_is_the_senders_tomorrow(line: Line) -> None:
    line.mail(CALLOWAY, "Re: INV-104310", "We pay tomorrow.", date="Mon, 16 Mar 2026 23:30:00 -0800")
    assert "promised for 2026-03-17" in " ".join(promises(line, "C-1002"))


ADVICE = "Remittance advice\n\nInvoice       Amount paid\n104355      8,125.50\nTotal       8,125.50\n"


def _acknowledging(line: Line) -> None:
    path = line.home / "ar-agent.toml"
    path.write_text(path.read_text(encoding="utf-8") + "[replies]\nacknowledge_advices = true\n", encoding="utf-8")


def test_an_advice_is_acknowledged_once_where_the_settings_want_it(line: Line) -> None:
    _acknowledging(line)
    line.mail(BRIGHTWATER, "Remittance", "attached", files=paper(ADVICE))
    line.mail(BRIGHTWATER, "Remittance again", "attached", files=paper(ADVICE))
    assert mails(line) == ["advice_acknowledgement"]
    (mail,) = line.rows("outbox", "list")
    assert (mail["to"], mail["about"]) == ([BRIGHTWATER], ["A1", "INV-104355"])


def test_no_machine_and_no_stranger_gets_an_acknowledgement(line: Line) -> None:
    _acknowledging(line)
    machine = (("Auto-Submitted", "auto-generated"),)
    line.mail(BRIGHTWATER, "Remittance", "attached", files=paper(ADVICE), headers=machine)
    line.mail(BRIGHTWATER, "Remittance", "attached", files=paper(ADVICE), authenticated=False)
    assert "advice_acknowledgement" not in mails(line)


def test_an_advice_is_not_acknowledged_by_default(line: Line) -> None:
    line.mail(BRIGHTWATER, "Remittance", "attached", files=paper(ADVICE))
    assert mails(line) == []


def test_a_question_about_one_invoice_holds_no_other(line: Line) -> None:
    line.mail(CALLOWAY, "Copy", "Please send us a copy of INV-104377.")
    assert codes(line) == ["copy_missing"]
    later = "2026-03-28T09:00:00+00:00"
    assert "INV-104377" not in reminded(line, now=later)
    assert "INV-104310" in reminded(line, now=later)


def test_while_our_answer_is_held_nobody_is_chased(line: Line) -> None:
    line.mail(CALLOWAY, "Statement", "Could you send me a current statement of account please?")
    (mail,) = line.rows("outbox", "list")
    assert "INV-104310" in reminded(line, now=MAR_17)
    line.run("outbox", "hold", mail["id"])
    assert "held" in held_back(line, now=MAR_17)["INV-104310"]
    assert [w["what"] for w in line.rows("waiting")] == ["held_answer"]


def _pod(*orders: str) -> bytes:
    """A carrier's proof as PDF: signed, a parcel an order."""
    rows = "\n".join(f"PO {number}   3 cartons delivered and signed" for number in orders)
    return pdf(f"PROOF OF DELIVERY\nDelivered on 03/13/2026   Signed by: T REYES\n{rows}\n")


def test_a_carriers_signed_pdf_goes_out_as_it_came(line: Line) -> None:
    number = _billed(line)
    proof = _pod("BW-77122")
    line.mail("pod@carrier.example", "POD BW-77122", "attached", files=(("pod-BW-77122.pdf", proof),))
    line.mail(BRIGHTWATER, "POD", f"Please send us the proof of delivery for {number}.")
    (answer,) = (m for m in line.rows("outbox", "list") if m["kind"] == "request_answer")
    message = message_from_string(line.run("outbox", "show", answer["id"], "--eml").out, policy=policy.default)
    names = [part.get_filename() for part in message.iter_attachments()]
    assert any(name.endswith("L1.txt") for name in names)
    assert any(part.get_payload(decode=True) == proof for part in message.iter_attachments()), "byte for byte"


def test_a_proof_that_names_another_order_too_is_not_handed_out(line: Line) -> None:
    text = (
        "GOODS RECEIPT SLIP 5000099     Posting date 03/13/2026\nPO BW-77122   Your delivery note LS-90170\n"
        "also received: PO 4500018990 of Calloway\n"
        "Item  Material  Description    Delivered   Accepted\n10    SN-310    Sensor                12         12\n"
    )
    line.mail("receiving@brightwaterfoods.example", "Goods receipt", "attached", files=paper(text))
    (issued,) = line.rows("invoices", "list", "--order", "SO-58120")
    line.mail(BRIGHTWATER, "POD", f"Please send us the proof of delivery for {issued['invoice']}.")
    assert codes(line) == ["pod_missing"]
    assert "request_answer" not in mails(line)


def test_asking_for_a_copy_every_week_is_no_way_not_to_pay(line: Line) -> None:
    number = _billed(line)
    for day in ("2026-05-04", "2026-05-11", "2026-05-18"):
        line.mail(BRIGHTWATER, f"Copy {day}", f"Please send us a copy of {number}.", now=f"{day}T09:00:00+00:00")
    assert mails(line).count("request_answer") == 3, "each gets its answer"
    assert number in held_back(line, now="2026-05-08T12:00:00+00:00")
    assert number in reminded(line, now="2026-05-19T12:00:00+00:00"), "and only the first lets reminders rest"


def test_a_word_like_a_case_in_a_new_mail_is_no_answer_to_one(line: Line) -> None:
    line.mail(
        BRIGHTWATER, "Price", "Contract price for GK-015 is $7.20 from Jan 1. Please credit $97.50 on INV-104356."
    )
    line.run("disputes", "ask", "D1", "Which amendment?")
    row = line.mail(BRIGHTWATER, "Door D1 at plant 2", "The new door of the dock is now number one, for your drivers.")
    assert row["outcome"] == "queued"
    assert line.one("disputes", "show", "D1")["status"] == "waiting_customer"


AWAY = "I am out until March 30. For urgent payments contact lee@callowaygroup.example."


@pytest.mark.parametrize(
    ("policy_", "to"),
    [
        ("ignore", "ap@callowaygroup.example"),
        ("stand_in", "lee@callowaygroup.example"),
        ("next_contact", "ap@callowaygroup.example"),
    ],
)
def test_mx_26_who_stands_in_is_written_to_only_where_the_settings_say_so(line: Line, policy_: str, to: str) -> None:
    path = line.home / "ar-agent.toml"
    path.write_text(path.read_text(encoding="utf-8") + f'[replies]\naway = "{policy_}"\n', encoding="utf-8")
    headers = (("Auto-Submitted", "auto-replied"),)
    line.mail("ap@callowaygroup.example", "Automatic reply: Reminder", AWAY, headers=headers)
    line.run("customers", "statement", "C-1002")
    line.run("customers", "statement", "C-1002", now="2026-03-31T09:00:00+00:00")
    first, second = (m["to"] for m in line.rows("outbox", "list"))
    assert first == [to]
    assert second == ["ap@callowaygroup.example"], "back at work"


def test_a_stand_in_who_is_not_the_customers_gets_nothing(line: Line) -> None:
    path = line.home / "ar-agent.toml"
    path.write_text(path.read_text(encoding="utf-8") + '[replies]\naway = "stand_in"\n', encoding="utf-8")
    text = AWAY.replace("callowaygroup", "elsewhere")
    line.mail("ap@callowaygroup.example", "Automatic reply", text, headers=(("Auto-Submitted", "auto-replied"),))
    line.run("customers", "statement", "C-1002")
    assert [m["to"] for m in line.rows("outbox", "list")] == [["ap@callowaygroup.example"]]


def test_mx_20_the_standing_answer_about_our_account_names_none(line: Line) -> None:
    line.mail(CALLOWAY, "Account", SENSITIVE["mx_20_our_bank_details"][2])
    item = waiting(line, "bank_verification")
    assert line.run("queue", "answer", item["id"], "--bank-unchanged").code == 0
    (mail,) = line.rows("outbox", "list")
    message = message_from_string(line.run("outbox", "show", mail["id"], "--eml").out, policy=policy.default)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "have not changed" in text
    assert "0041" not in text
    assert "IBAN" not in text
