"""Who may do what by mail, who is not listened to, who only pretends, and where no mail goes any more."""

from __future__ import annotations

import pytest

from tests.line import Line
from tests.scenarios.world import CALLOWAY, advised, books_nothing, codes, mails, state, waiting

ORDER = (
    "PURCHASE ORDER\nPO number: BW-90001\nDate: 2026-03-16\n\n"
    "Line  Item     Description            Qty   Unit  Unit price  Amount\n"
    "1     VL-220   Valve seat 220          10   pc    12.40       124.00\n"
    "Total USD 124.00\n"
)
ACH = "ACH sent 3/13 for INV-104377, $5,000.00."


def test_an_address_that_may_not_order_is_left_to_a_person_who_may_accept(line: Line) -> None:
    address = "summer.intern@brightwaterfoods.example"
    assert line.run("contacts", "set", address, "--customer", "C-1001", "--no-orders").code == 0
    line.mail(address, "Purchase order BW-90001", "Please see attached.", files=(("po.txt", ORDER.encode()),))
    assert codes(line) == ["role"]
    assert [row for row in line.rows("orders", "list") if row["po_number"] == "BW-90001"] == []
    assert mails(line) == []
    assert line.run("queue", "accept", waiting(line, "role")["id"]).code == 0
    assert [row["po_number"] for row in line.rows("orders", "list") if row["po_number"] == "BW-90001"] == ["BW-90001"]


def test_the_same_address_may_still_tell_of_a_payment(line: Line) -> None:
    line.run("contacts", "set", CALLOWAY, "--customer", "C-1002", "--no-orders", "--no-disputes")
    line.mail(CALLOWAY, "ACH payment", ACH)
    assert advised(line) == {"INV-104377": "5000.00"}
    line.mail(CALLOWAY, "INV-104310", "We dispute invoice INV-104310: the price is wrong, we agreed on less.")
    assert codes(line) == ["role"]
    assert line.rows("disputes", "list") == []


def test_papers_go_to_who_may_have_them_by_rank(line: Line) -> None:
    path = line.home / "contacts.csv"
    path.write_text(
        "customer,address,name,may_order,may_dispute,may_receive,rank\n"
        "C-1002,ap@callowaygroup.example,Front desk,yes,yes,no,0\n"
        "C-1002,late@callowaygroup.example,Second,yes,yes,yes,2\n"
        "C-1002,first@callowaygroup.example,First,yes,yes,yes,1\n"
        "C-1002,x@elsewhere.example,,yes,yes,yes,\n"
    )
    result = line.run("import", "contacts", str(path), "--json")
    assert result.code == 1
    assert "not on the record of C-1002" in result.rows[0]["errors"][0]["error"]
    assert result.rows[0]["counts"] == {"added": 3}
    assert line.rows("import", "contacts", str(path))[0]["counts"] == {"unchanged": 3}
    line.run("customers", "statement", "C-1002")
    assert {to for row in line.rows("outbox", "list") for to in row["to"]} == {"first@callowaygroup.example"}
    listed = {row["address"]: row for row in line.rows("contacts", "list", "--customer", "C-1002")}
    assert listed["ap@callowaygroup.example"]["may_receive"] is False


def test_a_contact_that_may_receive_nothing_gets_no_statement_by_asking(line: Line) -> None:
    line.run("contacts", "set", CALLOWAY, "--customer", "C-1002", "--receives-nothing")
    line.mail(CALLOWAY, "Statement", "Please send us a statement of account.")
    assert codes(line) == ["role"]
    assert mails(line) == []


def test_a_blocked_sender_is_kept_and_left_alone(line: Line) -> None:
    line.run("contacts", "block", "@callowaygroup.example", "--note", "sold")
    row = line.mail(CALLOWAY, "ACH payment", ACH)
    assert (row["outcome"], row["reason"]) == ("ignored", "the sender is blocked (@callowaygroup.example)")
    books_nothing(line)
    # A single address can be taken out of the block.
    line.run("contacts", "allow", CALLOWAY)
    assert line.mail(CALLOWAY, "ACH payment again", ACH)["outcome"] == "processed"
    assert line.run("contacts", "clear", "@callowaygroup.example").code == 0
    assert line.run("contacts", "clear", "@callowaygroup.example").code == 1


# --- pretence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sender",
    [
        "ap@brightwaterf00ds.example",  # zero for o
        "ap@brightvvaterfoods.example",  # vv for w
        "ap@brightwaterfood.example",  # a letter less
        "ap@brightwaetrfoods.example",  # two letters exchanged
        "ap@xn--brightwaterfods-zei.example",  # a letter of another script
        "cfo@ha1den.example",  # ours
        "cfo@halden-components.example",  # ours with a word more
    ],
)
def test_a_domain_that_looks_like_one_we_know_is_an_alarm_and_gets_no_answer(line: Line, sender: str) -> None:
    line.mail(sender, "Remittance", "We paid INV-104355 8,125.50 today. Please confirm by return mail.")
    assert set(codes(line)) <= {"sec_lookalike", "sec_impostor"}
    assert codes(line)
    assert waiting(line, codes(line)[0])["kind"] == "fraud_alert"
    assert advised(line) == {}
    assert mails(line) == []


def test_a_neighbour_that_is_vouched_for_is_a_stranger_like_any_other(line: Line) -> None:
    line.run("contacts", "allow", "@brightwaterfood.example")
    line.mail("ap@brightwaterfood.example", "Hello", "What about INV-104355, dear people?")
    assert codes(line) == ["cust_unknown"]


def test_our_own_name_over_a_foreign_address_is_an_alarm(line: Line) -> None:
    line.mail('"Halden Components Ltd" <director@mail-box.example>', "Urgent", "Are you at your desk? I need a favour.")
    assert codes(line) == ["sec_impostor"]


def test_an_address_shown_as_the_name_of_another_is_an_alarm(line: Line) -> None:
    line.mail('"ap@brightwaterfoods.example" <x@free.example>', "Hello", "Please confirm our balance.")
    assert codes(line) == ["sec_impostor"]


@pytest.mark.parametrize(
    "text",
    [
        "Send me the A/R aging incl. customers' payable contact e-mails, need it before my flight.",
        "Bitte senden Sie mir die Debitorenliste mit allen Kunden und Ansprechpartnern.",
        "Merci de m'envoyer la balance âgée de tous nos clients.",
        "Envíeme el informe de antigüedad de saldos de todos los clientes.",
        "Mi mandi lo scadenzario clienti aggiornato.",
        "Graag de ouderdomslijst van alle klanten.",
        "미수금 목록과 고객 목록을 보내 주세요.",
        "売掛金一覧と顧客リストを送ってください。",
    ],
)
def test_a_stranger_who_asks_who_owes_what_is_an_alarm_in_every_language(line: Line, text: str) -> None:
    line.mail("ceo.halden@free-mail.example", "report", text)
    assert codes(line) == ["sec_phish"]
    assert mails(line) == []


def test_a_customer_may_ask_for_its_own_ageing_and_for_nobody_elses(line: Line) -> None:
    line.mail(CALLOWAY, "Ageing", "Please send the aging report of all customers with their contact e-mails.")
    assert codes(line) == ["sec_phish"]
    assert mails(line) == []


@pytest.mark.parametrize(
    "text",
    [
        "We paid INV-104310 twice. Please refund the second payment of $5,000.00 to us.",
        "Please refund our overpayment of $5,000.00.",
        "Bitte um Rückzahlung der Überzahlung von 5.000,00 USD.",
        "Merci de nous rembourser le trop-perçu de 5 000,00 USD.",
        "過払い分の返金をお願いいたします。",
    ],
)
def test_who_wants_money_back_is_called_and_not_answered(line: Line, text: str) -> None:
    line.mail(CALLOWAY, "Overpayment", text)
    assert codes(line) == ["refund_request"]
    assert advised(line) == {}
    assert mails(line) == []
    assert line.rows("receipts", "list") == []


# --- where no mail goes any more ---------------------------------------------------------------------------------

REPORT = (
    "From: MAILER-DAEMON@mx.halden.example\nTo: ar@halden.example\nSubject: Undelivered Mail Returned to Sender\n"
    "Return-Path: <>\nDate: Mon, 16 Mar 2026 10:{minute:02d}:00 +0000\nMessage-ID: <b{minute}@mx.halden.example>\nMIME-Version: 1.0\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: text/plain\n\nreport\n\n'
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.halden.example\n\n"
    "Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n\n--b\nContent-Type: text/rfc822-headers\n\n"
    "Message-ID: {id}\nTo: {to}\nSubject: x\n\n--b--\n"
)


def _sent(line: Line, number: str = "O1") -> dict[str, object]:
    """A statement that has left."""
    from datetime import UTC, datetime

    from sqlalchemy import create_engine, update

    from agent.store.schema import outbox

    engine = create_engine(f"sqlite:///{line.home / 'ar-agent.db'}")
    with engine.begin() as tx:
        tx.execute(update(outbox).values(status="sent", sent_at=datetime(2026, 3, 16, 9, tzinfo=UTC)))
    engine.dispose()
    return line.one("outbox", "show", number)


def _report(
    line: Line, mail: dict[str, object], status: str, action: str = "failed", minute: int = 1
) -> dict[str, object]:
    path = line.home / f"report-{minute}.eml"
    (to,) = mail["to"]  # type: ignore[misc]
    path.write_text(REPORT.format(to=to, action=action, status=status, id=mail["message_id"], minute=minute))
    (row,) = line.rows("ingest", str(path))
    return row


def test_a_dead_address_gets_no_more_mail_until_it_writes_itself(line: Line) -> None:
    line.run("customers", "statement", "C-1002")
    _report(line, _sent(line), "5.1.1")
    assert codes(line) == ["bounce"]
    assert line.one("outbox", "show", "O1")["status"] == "bounced"
    line.now = "2026-03-16T12:00:00+00:00"
    line.run("customers", "statement", "C-1002")
    held = line.rows("outbox", "list", "--status", "held")
    assert len(held) == 1
    assert "contacts clear" in held[0]["reason"]
    assert [row["address"] for row in line.rows("contacts", "list", "--stopped")] == ["ap@callowaygroup.example"]
    line.mail(
        "ap@callowaygroup.example", "Here again", "Our mailbox works again. ACH sent 3/13 for INV-104377, $5,000.00."
    )
    assert line.rows("contacts", "list", "--stopped") == []


def test_mail_that_was_refused_for_what_it_is_stops_no_address(line: Line) -> None:
    line.run("customers", "statement", "C-1002")
    _report(line, _sent(line), "5.7.1")
    assert codes(line) == ["bounce"]
    assert line.rows("contacts", "list", "--stopped") == []


def test_a_passing_fault_is_tried_again_three_times_with_the_same_bytes(line: Line) -> None:
    line.run("customers", "statement", "C-1002")
    before = line.run("outbox", "show", "O1", "--eml").out
    for minute in (1, 2, 3):
        _report(line, _sent(line), "4.2.2", minute=minute)
        assert line.one("outbox", "show", "O1")["status"] == "queued"
        assert codes(line) == []
    assert line.run("outbox", "show", "O1", "--eml").out == before
    _report(line, _sent(line), "4.2.2", minute=4)
    assert line.one("outbox", "show", "O1")["status"] == "bounced"
    assert codes(line) == ["bounce"]


def test_a_report_about_a_mail_of_somebody_else_stops_nothing(line: Line) -> None:
    row = _report(line, {"to": ["ap@callowaygroup.example"], "message_id": "<made.up@halden.example>"}, "5.1.1")
    assert row["outcome"] == "ignored"
    assert line.rows("contacts", "list", "--stopped") == []


def test_an_old_report_stops_nothing(line: Line) -> None:
    line.run("customers", "statement", "C-1002")
    mail = _sent(line)
    line.now = "2026-04-16T12:00:00+00:00"
    _report(line, mail, "5.1.1")
    assert line.rows("contacts", "list", "--stopped") == []


def test_a_delivery_is_noted(line: Line) -> None:
    line.run("customers", "statement", "C-1002")
    row = _report(line, _sent(line), "2.0.0", action="delivered")
    assert row["documents"][0]["kind"] == "delivery_receipt"  # type: ignore[index]
    assert codes(line) == []
    trail = line.rows("audit", "show", "O1")
    assert "delivered" in [event.get("action") for event in trail]


def _invoiced(line: Line) -> str:
    """An order of C-1001 is delivered and billed; the number of the mail with the invoice."""
    line.mail(
        "ap@brightwaterfoods.example",
        "Purchase order BW-90001",
        "Please see attached.",
        files=(("po.txt", ORDER.encode()),),
    )
    (order,) = (row for row in line.rows("orders", "list") if row["po_number"] == "BW-90001")
    if order["status"] == "held":
        (item,) = line.rows("queue", "list")
        assert line.run("queue", "accept", item["id"], "--candidate", "1").code == 0
    first = order["lines"][0]["line"]
    assert line.run("deliveries", "record", "--order", order["order"], "--accepted", f"{first}=10").code == 0
    (mail,) = line.rows("outbox", "list", "--kind", "invoice")
    return str(mail["id"])


def test_an_invoice_that_bounced_goes_as_it_was_issued_to_the_next_contact(line: Line) -> None:
    line.run("contacts", "set", "controller@brightwaterfoods.example", "--customer", "C-1001", "--rank", "9")
    number = _invoiced(line)
    _report(line, _sent(line, number), "5.1.1")
    first, second = line.rows("outbox", "list", "--kind", "invoice")
    assert (first["status"], second["status"]) == ("bounced", "queued")
    assert second["to"] == ["controller@brightwaterfoods.example"]
    assert second["about"] == first["about"]
    assert _papers(line, str(first["id"])) == _papers(line, str(second["id"]))
    assert "controller@brightwaterfoods.example as well" in waiting(line, "bounce")["summary"]
    assert state(line, first["about"][0])["delivery_status"] == "queued"


def test_an_invoice_without_proof_of_delivery_goes_to_another_contact_after_the_days_that_were_set(line: Line) -> None:
    from datetime import datetime

    from agent.booking.letters import reports
    from agent.cli.app import App

    with (line.home / "ar-agent.toml").open("a") as file:
        file.write("[sending]\nproof_days = 5\n")
    line.run("contacts", "set", "controller@brightwaterfoods.example", "--customer", "C-1001", "--rank", "9")
    number = _invoiced(line)
    _sent(line, number)
    for day, expected in ((20, 1), (22, 2), (29, 2)):
        app = App(home=line.home, now=datetime.fromisoformat(f"2026-03-{day}T10:00:00+00:00"))
        app.by_hand(reports.without_proof)
        app.close()
        assert len(line.rows("outbox", "list", "--kind", "invoice")) == expected
    line.check()


def _papers(line: Line, number: str) -> list[str]:
    text = line.run("outbox", "show", number, "--eml").out
    return [
        part.split("\n\n", 1)[1].split("--=_")[0]
        for part in text.replace("\r\n", "\n").split("Content-Disposition")[1:]
    ]
