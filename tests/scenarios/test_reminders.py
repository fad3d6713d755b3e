"""Reminders: DUN-01 to DUN-13. The levels are 5, 15 and 30 days after the due date."""

from __future__ import annotations

from tests.line import NOW, Line
from tests.scenarios.world import (
    BRIGHTWATER,
    CALLOWAY,
    OUR_IBAN,
    codes,
    held_back,
    invoice,
    mails,
    paper,
    reminded,
    sample,
    state,
)

MAR_17 = "2026-03-17T09:00:00+00:00"


def settings(line: Line, text: str) -> None:
    """More settings of the company."""
    path = line.home / "ar-agent.toml"
    path.write_text(path.read_text() + f"\n{text}\n")


def test_dun_01_one_friendly_mail_with_both_invoices_once(line: Line) -> None:
    assert "INV-104355" not in reminded(line), "four days late"
    sent = [r for r in line.rows("dun", now=MAR_17) if "mail" in r and r["customer"] == "C-1001"]
    # The credit note is named and taken off.
    assert [(r["level"], r["invoices"], r["total_due"]) for r in sent] == [(1, ["INV-104355", "INV-104356"], "8690.25")]
    text = line.run("outbox", "show", sent[0]["mail"], "--eml").out.replace("=\n", "")
    assert OUR_IBAN in text.replace(" ", "")
    assert "8,125.50" in text
    assert "1,204.75" in text
    assert not [r for r in line.rows("dun", now=MAR_17) if "mail" in r]
    assert state(line, "INV-104355")["dunning_level"] == 1


def test_dun_02_an_advice_in_the_same_inbox_comes_first(line: Line) -> None:
    line.mail(BRIGHTWATER, "EFT remittance", "see attached", files=paper(sample("R02")), now=MAR_17)
    assert not {"INV-104355", "INV-104356"} & set(reminded(line, now=MAR_17))
    assert "announced" in held_back(line, now=MAR_17)["INV-104356"]


def test_dun_03_a_dispute_over_a_part_leaves_the_rest_due(line: Line) -> None:
    arguments = ("--customer", "C-1002", "--invoice", "INV-104390", "--reason", "quantity", "--amount", "1503.00")
    assert line.run("disputes", "open", *arguments, "--text", "24 valves short").code == 0
    asked = reminded(line, now="2026-04-03T09:00:00+00:00")
    assert float(asked["INV-104390"].split()[1]) == 5000 + 5000 + 15813.40


def test_dun_04_a_question_on_the_invoice_holds_it_and_alarms_staff_after_two_working_days(line: Line) -> None:
    line.mail(CALLOWAY, "Question", "Why is INV-104310 so high? Please explain before we pay it.", now=NOW)
    (question,) = [q["id"] for q in line.rows("queue", "list")]
    held = {r["invoice"]: r for r in line.rows("dun", now="2026-03-18T09:00:00+00:00") if "reason" in r}
    assert held["INV-104310"]["code"] == "question"
    assert not [q for q in line.rows("queue", "list") if q["critical"]]
    told = line.rows("dun", now="2026-03-19T09:00:00+00:00")
    assert [(r["queue"], r["customer"]) for r in told if r.get("event") == "question_overdue"] == [(question, "C-1002")]
    assert [q["id"] for q in line.rows("queue", "list") if q["critical"]] == [question]
    assert not [r for r in told if r.get("customer") == "C-1002" and "mail" in r], "never the customer"


def test_dun_05_credits_that_cover_everything_stop_the_letter(line: Line) -> None:
    invoice(line, "CN-20340,credit_note,C-1015,,,2026-03-01,,USD,,,-4000.00,-4000.00,,")
    assert "INV-104307" not in reminded(line)
    assert "credit" in held_back(line)["INV-104307"]


def test_dun_06_statutory_interest_waits_for_approval_and_a_missing_rate_gives_no_figure(line: Line) -> None:
    settings(line, '[interest]\npropose = true\nlaw = "DE"')
    days = ("2026-03-10", "2026-03-17", "2026-04-02")
    told = [row for day in days for row in line.rows("dun", now=f"{day}T09:00:00+00:00")]
    assert "INV-104333" in [r["invoice"] for r in told if r.get("event") == "late_charge"]
    (charge,) = [c for c in line.rows("charges", "list") if c["invoice"] == "INV-104333"]
    assert (charge["status"], charge["compensation"], charge["law"]) == ("proposed", "40.00", "DE")
    assert [s["percent"] for s in charge["segments"]] == ["10.27"]
    for mail in (m for m in line.rows("outbox", "list") if m["kind"] == "reminder" and m["customer"] == "C-1003"):
        text = line.run("outbox", "show", mail["id"], "--eml").out.casefold()
        assert "zinsen" not in text.replace("=\n", "")
    result = line.run("charges", "propose", "INV-104333", "--to", "2026-07-05", now="2026-07-05T09:00:00+00:00")
    assert result.code == 1
    assert "2026-07-01" in result.err


def test_dun_07_no_interest_without_an_agreement(line: Line) -> None:
    (sent,) = [r for r in line.rows("dun") if r.get("customer") == "C-1002" and "mail" in r]
    text = line.run("outbox", "show", sent["mail"], "--eml").out.casefold()
    assert "interest" not in text
    assert sent["total_due"] == "5000.00"


def test_dun_08_what_is_left_of_a_part_paid_invoice(line: Line) -> None:
    invoice(line, "INV-104369,invoice,C-1014,,,2026-02-09,2026-03-11,USD,,,3150.00,1150.00,,")
    assert reminded(line)["INV-104369"] == "1 1150.00"


def test_dun_10_a_reminder_never_goes_to_a_platform(line: Line) -> None:
    (sent,) = [r for r in line.rows("dun") if r.get("customer") == "C-1011" and "mail" in r]
    (mail,) = [m for m in line.rows("outbox", "list") if m["id"] == sent["mail"]]
    assert mail["to"] == ["ap@orchidhealth.example"]


def test_dun_11_an_invoice_credited_in_full_is_left_alone(line: Line) -> None:
    invoice(line, "CN-20341,credit_note,C-1013,,,2026-03-12,,USD,,,-1161.00,-1161.00,,")
    assert "INV-104366" not in reminded(line)


def test_dun_12_one_mail_a_customer_with_the_highest_level_and_a_week_of_peace(line: Line) -> None:
    for n in range(8):
        invoice(
            line,
            f"INV-1042{n:02},invoice,C-1014,,,2026-01-0{n + 1},2026-02-{10 + 4 * n if n < 5 else 28},USD,,,10.00,10.00,,",
        )
    sent = [r for r in line.rows("dun") if r.get("customer") == "C-1014" and "mail" in r]
    assert len(sent) == 1
    assert sent[0]["level"] == 3
    later = [
        r
        for day in range(17, 23)
        for r in line.rows("dun", now=f"2026-03-{day}T09:00:00+00:00")
        if r.get("customer") == "C-1014" and "mail" in r
    ]
    assert later == [], "nothing more for seven days, though others reach a level"
    again = [
        r for r in line.rows("dun", now="2026-03-23T09:00:00+00:00") if r.get("customer") == "C-1014" and "mail" in r
    ]
    assert len(again) == 1


def test_dun_13_the_last_level_threatens_nothing(line: Line) -> None:
    (sent,) = [
        r for r in line.rows("dun", now="2026-03-23T09:00:00+00:00") if r.get("customer") == "C-1002" and "mail" in r
    ]
    assert sent["level"] == 3
    text = line.run("outbox", "show", sent["mail"], "--eml").out.casefold()
    assert not any(word in text for word in ("lawyer", "court", "legal action", "collection agency"))


def test_dun_09_a_due_date_without_banks_rolls_to_the_next_bank_day(line: Line) -> None:
    settings(line, '[billing]\nbank_day = "next"\n[dunning]\nlevels = [3, 15, 30]')
    invoice(line, "INV-104399,invoice,C-1014,,,2026-01-29,2026-02-28,USD,,,10.00,10.00,,")
    assert "INV-104399" not in reminded(line, now="2026-03-04T09:00:00+00:00")
    assert "INV-104399" in reminded(line, now="2026-03-05T09:00:00+00:00")


def test_dun_13_after_the_last_level_a_person_decides(line: Line) -> None:
    told = line.rows("dun", now="2026-03-23T09:00:00+00:00")
    (asked,) = [r for r in told if r.get("event") == "escalate" and r["customer"] == "C-1002"]
    item = line.one("queue", "show", asked["queue"])
    assert item["code"] == "escalate"
    assert [c["invoice"] for c in item["candidates"]] == ["INV-104310"]
    assert "decides what follows" in item["summary"]
    again = line.rows("dun", now="2026-03-30T09:00:00+00:00")
    assert not [r for r in again if r.get("event") == "escalate" and r["customer"] == "C-1002"]


def test_mx_13_a_promise_that_was_not_kept_is_an_exception_and_the_next_reminder_says_so(line: Line) -> None:
    text = "Sorry for the delay, AP run is every Friday - INV-104310 will go out this Friday."
    line.mail(CALLOWAY, "Re: Friendly reminder", text, now=NOW)
    assert "promised" in held_back(line, now="2026-03-22T09:00:00+00:00")["INV-104310"]
    told = line.rows("dun", now="2026-03-23T09:00:00+00:00")
    assert [r["customer"] for r in told if r.get("event") == "promise_broken"] == ["C-1002"]
    assert "promise_broken" in codes(line)
    (sent,) = [r for r in told if r.get("customer") == "C-1002" and "mail" in r]
    body_text = line.run("outbox", "show", sent["mail"], "--eml").out.replace("=\n", "")
    assert "You told us that payment would follow by 20 March 2026" in " ".join(body_text.split())


def test_a_dry_run_queues_nothing(line: Line) -> None:
    assert reminded(line)
    assert (mails(line), codes(line)) == ([], [])
    assert state(line, "INV-104310")["dunning_level"] == 0


def test_ten_days_without_the_service_bring_one_mail_of_the_newest_level(line: Line) -> None:
    line.rows("dun", now="2026-03-01T09:00:00+00:00")
    sent = [
        r for r in line.rows("dun", now="2026-04-05T09:00:00+00:00") if r.get("customer") == "C-1002" and "mail" in r
    ]
    assert [r["level"] for r in sent] == [3]
