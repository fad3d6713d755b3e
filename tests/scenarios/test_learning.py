"""What a clerk's decision teaches, how far it goes, and how it is forgotten."""

from __future__ import annotations

from tests.line import Line
from tests.scenarios.world import (
    BRIGHTWATER,
    CALLOWAY,
    NORDHAVN,
    advised,
    bank,
    codes,
    invoice,
    state,
    waiting,
)

RIDGE = "ap@ridgemech.example"


def learned(line: Line, kind: str) -> list[tuple[str, str, str]]:
    return [(r["customer"], r["said"], r["means"]) for r in line.rows("learned", "list", "--kind", kind)]


def advise(line: Line, reference: str, amount: str, payment: str) -> None:
    """C-1002 sends a list with one line."""
    plain = amount.replace(",", "")
    text = f"Payment reference,{payment}\nPayment date,2026-03-13\nCurrency,USD\n\nInvoice,Amount paid\n{reference},{plain}\nTotal,{plain}\n"
    line.mail(CALLOWAY, f"Remittance {payment}", "see attached", files=(("list.csv", text.encode()),))


def two_banks(line: Line) -> None:
    """A payer that nobody knows pays for C-1014, a clerk agrees, and it pays again."""
    bank(line, "3150.00", "USD", "RIDGE MECHANICAL", "INV-104370")
    line.one("queue", "accept", waiting(line, "third_party_payer")["id"])
    invoice(line, "INV-104371X,invoice,C-1014,,,2026-02-09,2026-03-30,USD,,,700.00,700.00,,")
    invoice(line, "INV-104399,invoice,C-1014,,,2026-02-09,2026-03-30,USD,,,800.00,800.00,,")


def test_a_payer_whom_a_clerk_accepted_pays_the_next_time_without_one(line: Line) -> None:
    two_banks(line)
    assert learned(line, "payer_alias") == [("C-1014", "RIDGE MECHANICAL", "C-1014")]
    bank(line, "800.00", "USD", "Ridge Mechanical", "INV-104399")
    assert state(line, "INV-104399")["status"] == "paid"
    (row,) = line.rows("learned", "list", "--kind", "payer_alias")
    assert row["held"] == 1 and row["last_held_at"] and row["queue"] == "Q1"
    trail = line.run("audit", "show", "INV-104399").out
    assert "applied" in trail


def test_a_learned_payer_alone_is_no_customer(line: Line) -> None:
    """A platform pays for many: its next money without a number is nobody's yet."""
    two_banks(line)
    bank(line, "800.00", "USD", "RIDGE MECHANICAL", "SETTLEMENT")
    receipt = line.rows("receipts", "list")[-1]
    assert (receipt["customer"], receipt["unapplied"]) == (None, "800.00")
    found = [q for q in line.rows("queue", "list") if q["status"] == "open"]
    assert [c["invoice"] for c in found[-1]["candidates"]] == ["INV-104399"], "offered with one key"


def test_a_learned_payer_does_not_pay_for_another_customer(line: Line) -> None:
    two_banks(line)
    bank(line, "5000.00", "USD", "RIDGE MECHANICAL", "INV-104310")
    assert state(line, "INV-104310")["open"] == "5000.00"
    assert "third_party_payer" in codes(line)


def test_undoing_the_decision_forgets_what_it_taught(line: Line) -> None:
    bank(line, "3150.00", "USD", "RIDGE MECHANICAL", "INV-104370")
    found = waiting(line, "third_party_payer")
    line.one("queue", "accept", found["id"])
    line.one("queue", "undo", found["id"])
    assert line.rows("learned", "list") == []
    assert state(line, "INV-104370")["open"] == "3150.00"


def test_an_address_that_pays_for_others_is_learned_with_its_mail(line: Line) -> None:
    """RA-45: the first joint check waits, the second one does not."""
    line.mail(RIDGE, "Payment", "We paid INV-104370 for Delmar Electric, $3,150.00 by joint check 771.")
    line.one("queue", "accept", waiting(line, "third_party_payer")["id"])
    assert learned(line, "payer_sender") == [("C-1014", RIDGE, "C-1014")]
    invoice(line, "INV-104399,invoice,C-1014,,,2026-02-09,2026-03-30,USD,,,800.00,800.00,,")
    line.mail(RIDGE, "Payment", "We paid INV-104399 for Delmar Electric, $800.00 by joint check 779.")
    assert advised(line)["INV-104399"] == "800.00"


def test_a_learned_address_counts_only_authenticated(line: Line) -> None:
    line.mail(RIDGE, "Payment", "We paid INV-104370 for Delmar Electric, $3,150.00 by joint check 771.")
    line.one("queue", "accept", waiting(line, "third_party_payer")["id"])
    invoice(line, "INV-104399,invoice,C-1014,,,2026-02-09,2026-03-30,USD,,,800.00,800.00,,")
    text = "We paid INV-104399 for Delmar Electric, $800.00 by joint check 779."
    line.mail(RIDGE, "Payment", text, authenticated=False)
    assert "INV-104399" not in advised(line)


def test_how_a_customer_writes_our_numbers_is_learned_and_read(line: Line) -> None:
    advise(line, "0815-104377-01", "5,000.00", "EFT-88120")
    found = waiting(line, "line_unresolved")
    line.one("queue", "apply", found["id"], "--to", "INV-104377=5000.00")
    assert learned(line, "reference") == [("C-1002", "0815-{n}-01", "INV-{n}")]
    advise(line, "0815-104390-01", "17,316.40", "EFT-88121")
    assert advised(line)["INV-104390"] == "17316.40"


def test_two_examples_of_one_shape_become_one_pattern(line: Line) -> None:
    advise(line, "0815-104377-01", "5,000.00", "EFT-88120")
    line.one("queue", "apply", waiting(line, "line_unresolved")["id"], "--to", "INV-104377=5000.00")
    advise(line, "0815-104310-02", "5,000.00", "EFT-88130")
    (second,) = (q for q in line.rows("queue", "list") if q["code"] == "line_unresolved" and q["status"] == "open")
    line.one("queue", "apply", second["id"], "--to", "INV-104310=5000.00")
    assert learned(line, "reference") == [("C-1002", "####-{n}-##", "INV-{n}")]
    advise(line, "0815-104390-03", "17,316.40", "EFT-88140")
    assert advised(line)["INV-104390"] == "17316.40"


def test_a_learned_writing_needs_the_amount_to_the_cent(line: Line) -> None:
    line.one("learned", "add", "--kind", "reference", "--customer", "C-1002", "--said", "0815-{n}")
    advise(line, "0815-104390", "17,000.00", "EFT-88122")
    assert advised(line) == {}
    assert codes(line) == ["line_unresolved"]


def test_a_learned_writing_is_the_customers_own(line: Line) -> None:
    line.one("learned", "add", "--kind", "reference", "--customer", "C-1001", "--said", "0815-{n}")
    advise(line, "0815-104390", "17,316.40", "EFT-88123")
    assert advised(line) == {}


def test_a_refused_suggestion_is_not_made_again(line: Line) -> None:
    line.mail(NORDHAVN, "payment", "Payment of USD 24,000.00 for invoice 10436")
    first = waiting(line, "line_unresolved")
    line.one("queue", "reject", first["id"], "--note", "it is another company's")
    later = "2026-04-13T09:00:00+00:00"
    line.mail(NORDHAVN, "payment again", "Payment of USD 24,000.00 for invoice 10436, wire 5512", now=later)
    (again,) = (q for q in line.rows("queue", "list") if q["status"] == "open")
    assert again["candidates"] == []
    assert any("was refused in Q1" in reason["detail"] for reason in again["reasons"])
    line.one("queue", "undo", first["id"])
    assert learned(line, "refused") == []


def test_rows_are_listed_edited_exported_taken_over_and_forgotten(line: Line) -> None:
    row = line.one("learned", "add", "--kind", "payer_alias", "--customer", "C-1014", "--said", "Ridge Mechanical Inc.")
    assert (row["means"], row["expires_on"]) == ("C-1014", "2027-09-07")
    changed = line.one("learned", "edit", row["learned"], "--said", "Ridge Mech Inc.", "--never")
    assert (changed["said"], changed["expires_on"]) == ("Ridge Mech Inc.", None)
    file = line.home / "learned.csv"
    assert line.run("learned", "export", "--output", str(file)).code == 0
    line.one("learned", "forget", row["learned"])
    assert line.rows("learned", "list") == []
    assert line.one("learned", "import", str(file))["new"] == 1
    assert line.one("learned", "import", str(file)) | {"file": ""} == {
        "file": "", "new": 0, "known": 1, "left_out": 0, "errors": [],
    }  # fmt: skip
    assert "Ridge Mech" in line.run("learned", "show", "K2").out or line.rows("learned", "list")


def test_a_row_that_cannot_be_used_is_refused_with_the_reason(line: Line) -> None:
    for kind, said, means, why in (
        ("reference", "0815{n}", "", "no pattern"),
        ("item", "THEIRS", "NOPE", "there is no item"),
        ("terms", "EK-Verbund eG", "a little", "no share"),
        ("payer_sender", "ridgemech.example", "", "no mail address"),
    ):
        result = line.run("learned", "add", "--kind", kind, "--customer", "C-1003", "--said", said, "--means", means)
        assert result.code == 1 and why in result.err


def test_an_expired_row_counts_no_longer(line: Line) -> None:
    line.one(
        "learned", "add", "--kind", "reference", "--customer", "C-1002", "--said", "0815-{n}", "--until", "2026-03-16"
    )
    advise(line, "0815-104390", "17,316.40", "EFT-88123")
    assert advised(line) == {}


def test_automatic_booking_rests_where_too_much_was_taken_back(line: Line) -> None:
    for n in range(5):
        invoice(line, f"INV-10450{n},invoice,C-1001,,,2026-02-09,2026-03-30,USD,,,{700 + n}.00,{700 + n}.00,,")
    for n in range(4):
        line.mail(BRIGHTWATER, "Remittance", f"Remittance: INV-10450{n} {700 + n}.00, EFT 77{n}12. Total {700 + n}.00")
        (advice,) = (a for a in line.rows("advices", "list") if a["total"] == f"{700 + n}.00")
        undone = line.run("advices", "undo", advice["advice"], "--note", "their system sent drafts")
        assert undone.code == 0, undone.err
    (brake,) = line.rows("brakes", "list")
    assert (brake["scope"], brake["subject"]) == ("customer", "C-1001")
    assert "rests for customer C-1001" in line.run("health").out + line.run("health").err
    line.mail(BRIGHTWATER, "Remittance", "Remittance: INV-104504 704.00, EFT 77912. Total 704.00")
    assert "INV-104504" not in advised(line)
    held = [q for q in line.rows("queue", "list") if q["code"] == "automation_paused" and q["candidates"]]
    assert held[0]["candidates"][0]["settles"] == [{"invoice": "INV-104504", "amount": "704.00"}]
    line.one("queue", "accept", held[0]["id"])
    assert advised(line)["INV-104504"] == "704.00", "one key settles it"
    line.one("brakes", "lift", brake["brake"], "--note", "they fixed it")
    invoice(line, "INV-104506,invoice,C-1001,,,2026-02-09,2026-03-30,USD,,,706.00,706.00,,")
    line.mail(BRIGHTWATER, "Remittance", "Remittance: INV-104506 706.00, EFT 78912. Total 706.00")
    assert advised(line)["INV-104506"] == "706.00"


def test_money_that_was_applied_by_itself_is_taken_back_and_waits(line: Line) -> None:
    bank(line, "3150.00", "USD", "DELMAR ELECTRIC CO.", "INV-104370")
    assert state(line, "INV-104370")["status"] == "paid"
    line.run("receipts", "undo", "R1", "--note", "meant for another")
    assert state(line, "INV-104370")["open"] == "3150.00"
    found = waiting(line, "taken_back")
    assert found["amount"] == "3150.00"
    line.one("queue", "apply", found["id"], "--to", "INV-104370=3150.00")
    again = line.run("receipts", "undo", "R1", "--note", "no")
    assert again.code == 1 and "a clerk applied it" in again.err
