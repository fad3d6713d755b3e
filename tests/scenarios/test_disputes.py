"""A dispute from its first word to its end: whose turn it is, what proves it, how it is decided and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.line import Line
from tests.scenarios.world import BRIGHTWATER, codes, disputes, held_back, mails, order, paper, reminded, state, waiting

SLIP = (
    "GOODS RECEIPT SLIP 5000099     Posting date 03/13/2026\nPO BW-77122   Your delivery note LS-90170\n"
    "Item  Material  Description    Delivered   Accepted\n10    SN-310    Sensor                12         12\n"
)
PRICE = "Contract price for GK-015 is $7.20 from Jan 1. Please credit $97.50 on INV-104356."


def on(day: str) -> str:
    return f"{day}T09:00:00+00:00"


def settings(line: Line, text: str) -> None:
    path = line.home / "ar-agent.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def issued(line: Line) -> str:
    """An invoice of ours over 12 sensors, 1,548.00, after the customer's own goods receipt."""
    line.mail("receiving@brightwaterfoods.example", "Goods receipt", "attached", files=paper(SLIP))
    (invoice,) = line.rows("invoices", "list", "--order", "SO-58120")
    return str(invoice["invoice"])


def shown(line: Line, dispute: str = "D1", now: str | None = None) -> dict[str, object]:
    (row,) = line.rows("disputes", "show", dispute, now=now)
    return row


def test_a_dispute_has_an_owner_a_contact_a_due_day_and_its_causes(line: Line) -> None:
    settings(line, '[disputes]\nowner = "clerk"\n[disputes.owners]\nprice = "sales"\n')
    number = issued(line)
    line.mail(
        BRIGHTWATER,
        f"Re: {number}",
        f"You billed 129.00 for SN-310 on {number}, our price is 125.00. Please credit $48.00.",
    )
    row = shown(line)
    assert (row["reason"], row["amount"], row["owner"], row["contact"]) == ("price", "48.00", "sales", BRIGHTWATER)
    assert (row["opened_on"], row["due_on"], row["tier"]) == ("2026-03-16", "2026-03-26", 1)
    assert (row["item"], row["price_source"]) == ("SN-310", "price list")
    assert state(line, number)["disputed"] == "48.00"
    (mail,) = (m for m in line.rows("outbox", "list") if m["kind"] == "dispute_opened")
    assert "Your contact:" in line.run("outbox", "show", mail["id"], "--eml").out


def test_what_is_asked_of_the_customer_stops_our_clock_until_the_answer(line: Line) -> None:
    line.mail(BRIGHTWATER, "Price", PRICE)
    line.run("disputes", "ask", "D1", "Please send us the signed amendment.", now=on("2026-03-18"))
    row = shown(line, now=on("2026-03-25"))
    assert (row["status"], row["our_days"], row["their_days"]) == ("waiting_customer", 2, 7)
    assert list(line.rows("waiting", now=on("2026-03-25"))) == [], "it is not our turn"
    (asked,) = (m for m in line.rows("outbox", "list") if m["kind"] == "dispute_update")
    assert asked["to"] == [BRIGHTWATER]
    answer = line.mail(
        BRIGHTWATER,
        "Re: your question",
        "Here is the amendment of 2 January, signed by both.",
        headers=(("In-Reply-To", asked["message_id"]),),
        now=on("2026-03-25"),
    )
    assert (answer["outcome"], answer["effects"]) == ("processed", [{"type": "dispute", "id": "D1"}])
    row = shown(line, now=on("2026-03-27"))
    assert (row["status"], row["our_days"], row["their_days"]) == ("waiting_us", 4, 7)
    assert row["due_on"] == "2026-04-02", "ten days of ours, and the seven of theirs do not count"
    assert any("amendment of 2 January" in str(e["data"]) for e in row["log"])  # type: ignore[attr-defined]
    assert {"mail_in", "mail_out"} <= {p["kind"] for p in row["evidence"]}  # type: ignore[attr-defined]


def test_an_answer_is_known_by_the_case_in_its_subject_too(line: Line) -> None:
    line.mail(BRIGHTWATER, "Price", PRICE)
    line.run("disputes", "ask", "D1", "Which amendment?")
    line.mail(BRIGHTWATER, "AW: Case D1: news", "The one of January, number four.")
    assert shown(line)["status"] == "waiting_us"
    line.run("disputes", "ask", "D1", "Thank you, and its date?")
    line.mail("dwhit@callowaygroup.example", "Case D1", "we write about something else of ours entirely")
    assert shown(line)["status"] == "waiting_customer", "another customer's mail does not touch the case"


def test_a_dispute_that_is_not_decided_in_time_goes_to_management_and_the_customer_is_told(line: Line) -> None:
    settings(line, '[disputes]\nmanagement_owner = "controller"\nmanagement_days = 5\n')
    line.mail(BRIGHTWATER, "Price", PRICE)
    assert line.rows("disputes", "due", now=on("2026-03-26")) == [], "the last day is still in time"
    (row,) = line.rows("disputes", "due", now=on("2026-03-27"))
    assert (row["tier"], row["owner"], row["due_on"]) == (2, "controller", "2026-04-01")
    assert line.rows("disputes", "due", now=on("2026-03-27")) == [], "once"
    assert mails(line) == ["dispute_opened", "dispute_update"]
    line.run("disputes", "due", now=on("2026-04-02"))
    line.run("disputes", "due", now=on("2026-04-03"))
    assert codes(line) == ["dispute_overdue"]
    line.run("disputes", "resolve", "D1", "--by", "rejected", "--text", "x", now=on("2026-04-03"))
    assert codes(line) == [], "the task ends with the dispute"


def test_a_large_dispute_starts_with_management(line: Line) -> None:
    settings(line, '[disputes]\nmanagement_from = "90"\n')
    line.mail(BRIGHTWATER, "Price", PRICE)
    assert shown(line)["tier"] == 2


def test_the_evidence_is_gathered_order_proof_invoice_and_thread(line: Line) -> None:
    number = issued(line)
    line.mail(BRIGHTWATER, f"Re: {number}", f"We received only 10 of 12 SN-310 on {number}. Please credit $258.00.")
    evidence = shown(line)["evidence"]
    kinds = [p["kind"] for p in evidence]  # type: ignore[attr-defined]
    assert {"order", "proof_of_delivery", "invoice", "mail_in", "mail_out"} <= set(kinds)
    (proof,) = (p for p in evidence if p["kind"] == "proof_of_delivery")  # type: ignore[attr-defined]
    assert proof["message"] == "M1"
    assert "receipt" in proof["what"]
    told = line.run("disputes", "show", "D1").out
    assert "Evidence" in told
    assert "ar-agent disputes resolve D1 --by credit" in told
    assert "proof of delivery" in told


def test_a_credit_is_booked_told_and_taken_back_by_another_document(line: Line) -> None:
    number = issued(line)
    before = state(line, number)["open"]
    line.mail(BRIGHTWATER, f"Re: {number}", f"Two SN-310 were damaged on {number}. Please credit $258.00.")
    line.run("disputes", "resolve", "D1", "--by", "credit", "--text", "agreed")
    (note,) = (i for i in line.rows("invoices", "list", "--order", "SO-58120") if i["type"] == "credit_note")
    assert (note["total"], state(line, number)["open"]) == ("-258.00", "1290.00")
    assert shown(line)["status"] == "resolved"
    assert line.run("disputes", "undo", "D1").code == 0
    row = shown(line)
    assert (row["status"], row["resolution"]) == ("waiting_us", None)
    taken = state(line, str(row["invoice"]))
    assert (taken["type"], taken["total"], taken["disputed"]) == ("invoice", "258.00", "258.00")
    assert float(before) == float(state(line, number)["open"]) + float(taken["open"])
    assert "dispute_closed" not in [m["kind"] for m in line.rows("outbox", "list") if m["status"] != "cancelled"]


def test_a_write_off_has_limits_needs_a_second_person_beyond_them_and_can_be_undone(line: Line) -> None:
    settings(line, '[disputes]\nwrite_off_max = "50"\n')
    line.mail(BRIGHTWATER, "Price", PRICE)
    refused = line.run("disputes", "resolve", "D1", "--by", "write_off")
    assert refused.code == 1
    assert "--approved-by" in refused.err
    done = line.run("disputes", "resolve", "D1", "--by", "write_off", "--approved-by", "the controller")
    assert done.code == 0, done.err
    assert state(line, "INV-104356")["open"] == "1107.25"
    assert line.run("disputes", "undo", "D1").code == 0
    assert (state(line, "INV-104356")["open"], state(line, "INV-104356")["disputed"]) == ("1204.75", "97.50")
    line.check()


def test_a_customers_year_has_a_limit_for_write_offs(line: Line) -> None:
    settings(line, '[disputes]\nwrite_off_year_max = "100"\n')
    line.mail(BRIGHTWATER, "Price", PRICE)
    line.run("disputes", "resolve", "D1", "--by", "write_off")
    line.run(
        "disputes",
        "open",
        "--customer",
        "C-1001",
        "--invoice",
        "INV-104355",
        "--reason",
        "price",
        "--amount",
        "3",
        "--text",
        "x",
    )
    refused = line.run("disputes", "resolve", "D2", "--by", "write_off")
    assert "this year" in refused.err


def test_an_invoice_is_replaced_by_credit_and_reissue_never_edited(line: Line) -> None:
    number = issued(line)
    line.run(
        "disputes",
        "open",
        "--customer",
        "C-1001",
        "--invoice",
        number,
        "--reason",
        "other",
        "--text",
        "our entity is another",
    )
    done = line.run("disputes", "resolve", "D1", "--by", "reinvoice", "--text", "corrected")
    assert done.code == 0, done.err
    documents = {i["invoice"]: i for i in line.rows("invoices", "list", "--order", "SO-58120")}
    assert len(documents) == 3
    assert documents[number]["open"] == "0.00"
    (fresh,) = (i for n, i in documents.items() if n != number and i["type"] == "invoice")
    assert (fresh["total"], fresh["open"]) == ("1548.00", "1548.00")
    refused = line.run("disputes", "undo", "D1")
    assert refused.code == 1
    assert fresh["invoice"] in refused.err


def test_a_rejection_told_and_taken_back_is_told_again(line: Line) -> None:
    line.mail(BRIGHTWATER, "Price", PRICE)
    line.run("disputes", "resolve", "D1", "--by", "rejected", "--text", "The amendment was not signed.")
    (closed,) = (m for m in line.rows("outbox", "list") if m["kind"] == "dispute_closed")
    assert "INV-104356" in reminded(line, now=on("2026-03-20"))
    line.run("disputes", "undo", "D1", "--text", "we found it")
    states = {m["id"]: m["status"] for m in line.rows("outbox", "list")}
    assert states[closed["id"]] == "cancelled", "what has not left is not told"
    line.run("disputes", "resolve", "D1", "--by", "rejected", "--text", "after all")
    assert len([m for m in line.rows("outbox", "list") if m["kind"] == "dispute_closed"]) == 2


def test_mx_40_a_complaint_that_is_taken_back_is_closed_on_a_persons_word(line: Line) -> None:
    order(line, "SO-58131X,BW-77131,C-1001,2026-03-01,USD,1,HX-100,,21000,PC,18.40,100,21000,21000")
    line.mail(
        BRIGHTWATER, "BW-77131", "we were short-shipped 3 boxes on BW-77131, pls fix the invoice before we can pay"
    )
    row = line.mail(BRIGHTWATER, "Re: BW-77131", "Found the 3 boxes, sorry! We'll pay INV-104402 in full.")
    assert row["outcome"] == "queued"
    assert shown(line)["status"] != "resolved", "nothing closes by itself"
    item = waiting(line, "dispute_withdrawn")
    assert line.run("queue", "accept", item["id"]).code == 0
    assert (shown(line)["status"], shown(line)["resolution"]) == ("resolved", "withdrawn")
    assert state(line, "INV-104402")["disputed"] == "0.00"
    line.run("queue", "undo", item["id"])
    assert shown(line)["status"] == "waiting_us"


def test_after_a_withdrawal_reminders_wait_five_working_days(line: Line) -> None:
    line.mail(BRIGHTWATER, "Price", PRICE)
    line.run("disputes", "resolve", "D1", "--by", "withdrawn", now=on("2026-03-20"))
    assert "taken back" in held_back(line, now=on("2026-03-27"))["INV-104356"]
    assert "INV-104356" in reminded(line, now=on("2026-03-28"))


def test_mx_07_boxes_are_counted_into_pieces_at_the_price_of_the_order(line: Line) -> None:
    order(line, "SO-58131X,BW-77131,C-1001,2026-03-01,USD,1,HX-100,,21000,PC,18.40,100,21000,21000")
    line.mail(
        BRIGHTWATER, "BW-77131", "we were short-shipped 3 boxes on BW-77131, pls fix the invoice before we can pay"
    )
    assert disputes(line) == [("INV-104402", "quantity", "55.20")]
    (mail,) = (m for m in line.rows("outbox", "list") if m["kind"] == "dispute_opened")
    text = line.run("outbox", "show", mail["id"], "--eml").out
    assert "3,924.80" in text, "the rest stays due"
    assert "packing list" in text


def test_mx_39_a_debit_memo_opens_the_case_before_the_payment(line: Line) -> None:
    text = "Debit memo 7788400: late delivery on PO BW-77140. We will deduct USD 46.80 from our next payment."
    line.mail(BRIGHTWATER, "Debit memo 7788400", text)
    found = [(d["claim_number"], d["amount"]) for d in line.rows("disputes", "list")]
    assert found == [("7788400", "46.80")]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl", "ko", "ja"])
def test_the_written_policy_exists_in_every_language(line: Line, tmp_path: Path, language: str) -> None:
    target = tmp_path / f"policy-{language}.pdf"
    assert line.run("disputes", "policy", "--language", language, "--pdf", str(target)).code == 0
    assert target.read_bytes().startswith(b"%PDF")


def test_the_policy_goes_out_with_a_new_case_where_the_settings_say_so(line: Line) -> None:
    settings(line, "[disputes]\nattach_policy = true\n")
    line.mail(BRIGHTWATER, "Price", PRICE)
    (mail,) = line.rows("outbox", "list")
    assert "dispute-policy.pdf" in line.run("outbox", "show", mail["id"], "--eml").out


def test_causes_are_reported_by_item_price_list_carrier_and_clerk(line: Line) -> None:
    number = issued(line)
    line.mail(
        BRIGHTWATER,
        f"Re: {number}",
        f"You billed 129.00 for SN-310 on {number}, our price is 125.00. Please credit $48.00.",
    )
    line.mail(BRIGHTWATER, "Price", PRICE)
    line.run("disputes", "ask", "D2", "Which amendment?")
    line.run("disputes", "resolve", "D1", "--by", "rejected", now=on("2026-03-20"))
    (by_reason,) = line.rows("report", "disputes", now=on("2026-03-24"))
    assert (by_reason["cause"], by_reason["disputes"], by_reason["open"], by_reason["amount"]) == (
        "price",
        2,
        1,
        "145.50",
    )
    assert (by_reason["rejected"], by_reason["our_days"], by_reason["their_days"]) == (1, "2.0", "4.0")
    by_item = {r["cause"]: r["amount"] for r in line.rows("report", "disputes", "--by", "item")}
    assert by_item == {"SN-310": "48.00", None: "97.50"}
    by_list = {r["cause"]: r["disputes"] for r in line.rows("report", "disputes", "--by", "price_list")}
    assert by_list == {"price list": 1, None: 1}
    for cause in ("carrier", "clerk", "customer", "owner"):
        assert sum(r["disputes"] for r in line.rows("report", "disputes", "--by", cause)) == 2
    assert line.rows("report", "disputes", "--from", "2026-03-17") == []


def test_the_clerk_who_entered_the_order_stands_behind_its_disputes(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AR_AGENT_CLERK", "jo")
    line.run("orders", "enter", "--customer", "C-1001", "--po", "4711", "--line", "VL-220=2")
    (entered,) = line.rows("orders", "list", "--po", "4711")
    line.run(
        "disputes", "open", "--customer", "C-1001", "--order", entered["order"], "--reason", "price", "--text", "x"
    )
    row = shown(line)
    assert (row["clerk"], row["item"], row["price_source"]) == ("jo", "VL-220", "agreement Q-2270")


BOLTS = "SO-58131X,BW-77131,C-1001,2026-03-01,USD,1,HX-100,,21000,PC,18.40,100,21000,21000"


def test_mx_05_a_platforms_rejection_becomes_a_dispute_once_a_person_vouches_for_it(line: Line) -> None:
    order(line, BOLTS)
    text = "Invoice INV-104402 was REJECTED. Reason: PO line 3 price mismatch (PO 18.20, invoice 18.40)."
    line.mail("no-reply@ap-suite.example", "Invoice rejected BW-77131", text)
    item = waiting(line, "cust_unknown")
    assert (item["customer"], mails(line)) == ("C-1001", [])
    assert line.run("queue", "accept", item["id"]).code == 0
    assert [(d[0], d[1]) for d in disputes(line)] == [("INV-104402", "price")]


def test_two_prices_and_the_quantity_billed_make_the_amount(line: Line) -> None:
    number = issued(line)
    line.mail(BRIGHTWATER, f"Re: {number}", f"On {number} you billed 129.00 for SN-310, our PO says 125.50.")
    assert disputes(line) == [(number, "price", "42.00")], "twelve times 3.50"


def test_mx_46_freight_beside_a_price_does_not_disturb_it(line: Line) -> None:
    order(line, "SO-7001,4711,C-1005,2026-03-01,EUR,1,VL-220,,150,EA,42.00,1,150,150")
    text = (
        "El precio pactado de la VL-220 era 40,00 € y no 42,00 €; además los portes (50,00 €) corren por su cuenta. "
        "Abonaremos 5.700,00 € si nos envían el abono."
    )
    row = line.mail("admin@talleresibanez.example", "INV-104299", text)
    assert [(d[0], d[1]) for d in disputes(line)] == [("INV-104299", "price")]
    assert "promise" not in {e["type"] for e in row["effects"]}, "a condition is no promise"
    (dispute,) = line.rows("disputes", "list")
    assert "50,00" in dispute["text"]


@pytest.mark.parametrize("said", ["you billed 129.00, our PO says 20.00", "you billed 130.00, our PO says 125.00"])
def test_sums_that_do_not_fit_the_line_make_no_amount(line: Line, said: str) -> None:
    number = issued(line)
    line.mail(BRIGHTWATER, f"Re: {number}", f"The price of SN-310 on {number} is wrong: {said}.")
    assert [d[2] for d in disputes(line)] == [None]
