"""One advice that several bank lines pay, several advices that one bank line pays: proved, suggested, taken back."""

from __future__ import annotations

from decimal import Decimal

from tests.line import Line
from tests.scenarios.world import CALLOWAY, advised, bank, codes, state, waiting

PAYER = "CALLOWAY CONSTRUCTION GROUP, INC."


def advise(line: Line, payment: str, *rows: tuple[str, str]) -> None:
    total = sum(Decimal(amount) for _, amount in rows)
    text = f"Payment reference,{payment}\nPayment date,2026-03-16\nCurrency,USD\n\nInvoice,Amount paid\n"
    text += "".join(f"{number},{amount}\n" for number, amount in rows) + f"Total,{total}\n"
    line.mail(CALLOWAY, f"Remittance {payment}", "see attached", files=(("list.csv", text.encode()),))


def money(line: Line, *rows: tuple[str, str]) -> None:
    """Lines of the bank: amount and text."""
    for amount, text in rows:
        bank(line, amount, "USD", PAYER, text)


def two_advices(line: Line) -> None:
    advise(line, "EFT-70001", ("INV-104390", "17316.40"))
    advise(line, "EFT-70002", ("INV-104377", "5000.00"))


def test_one_line_with_both_references_settles_both_advices(line: Line) -> None:
    two_advices(line)
    money(line, ("22316.40", "EFT-70001 EFT-70002"))
    assert {a["status"] for a in line.rows("advices", "list")} == {"received"}
    assert (state(line, "INV-104390")["status"], state(line, "INV-104377")["status"]) == ("paid", "paid")
    assert line.rows("receipts", "list")[0]["unapplied"] == "0.00"
    assert codes(line) == []


def test_without_references_the_only_sum_is_a_suggestion_with_one_key(line: Line) -> None:
    two_advices(line)
    money(line, ("22316.40", "SUPPLIER PAYMENT"))
    assert state(line, "INV-104390")["open"] == "17316.40"
    found = waiting(line, "line_ambig")
    assert len(found["candidates"]) == 1
    line.one("queue", "accept", found["id"])
    assert {a["status"] for a in line.rows("advices", "list")} == {"received"}
    assert state(line, "INV-104390")["status"] == "paid"
    line.one("queue", "undo", found["id"])
    assert {a["status"] for a in line.rows("advices", "list")} == {"matched"}
    assert advised(line) == {"INV-104390": "17316.40", "INV-104377": "5000.00"}
    assert (state(line, "INV-104390")["open"], state(line, "INV-104390")["announced"]) == ("17316.40", "17316.40")


def test_two_lines_with_the_reference_settle_one_advice(line: Line) -> None:
    advise(line, "EFT-70001", ("INV-104390", "17316.40"), ("INV-104377", "5000.00"))
    money(line, ("10000.00", "EFT-70001 1/2"))
    assert codes(line) == ["total_mismatch"]
    money(line, ("12316.40", "EFT-70001 2/2"))
    assert codes(line) == [], "the first line waits no longer"
    assert [a["status"] for a in line.rows("advices", "list")] == ["received"]
    assert (state(line, "INV-104390")["status"], state(line, "INV-104377")["status"]) == ("paid", "paid")
    receipts = line.rows("receipts", "list")
    assert [r["unapplied"] for r in receipts] == ["0.00", "0.00"]
    assert {r["advice"] for r in receipts} == {"A1"}


def test_two_lines_without_a_reference_are_a_suggestion_with_one_key(line: Line) -> None:
    advise(line, "EFT-70001", ("INV-104390", "17316.40"), ("INV-104377", "5000.00"))
    money(line, ("10000.00", "PAYMENT A"))
    money(line, ("12316.40", "PAYMENT B"))
    (found,) = (
        q for q in line.rows("queue", "list") if q["code"] == "line_ambig" and q["candidates"] and q["status"] == "open"
    )
    line.one("queue", "accept", found["id"])
    assert (state(line, "INV-104390")["status"], state(line, "INV-104377")["status"]) == ("paid", "paid")
    line.one("queue", "undo", found["id"])
    assert [r["unapplied"] for r in line.rows("receipts", "list")] == ["10000.00", "12316.40"]
    assert state(line, "INV-104390")["announced"] == "17316.40"


def test_the_lines_may_come_before_the_advice(line: Line) -> None:
    money(line, ("10000.00", "EFT-70001 1/2"), ("12316.40", "EFT-70001 2/2"))
    assert {r["unapplied"] for r in line.rows("receipts", "list")} == {"10000.00", "12316.40"}
    advise(line, "EFT-70001", ("INV-104390", "17316.40"), ("INV-104377", "5000.00"))
    assert (state(line, "INV-104390")["status"], state(line, "INV-104377")["status"]) == ("paid", "paid")
    assert codes(line) == []


def test_half_the_money_is_never_counted_twice(line: Line) -> None:
    """One line of half the advice and its own echo would make the sum; one line is not two."""
    advise(line, "EFT-70001", ("INV-104310", "5000.00"), ("INV-104377", "5000.00"))
    money(line, ("5000.00", "EFT-70001"))
    assert (state(line, "INV-104310")["open"], state(line, "INV-104377")["open"]) == ("5000.00", "5000.00")
    assert len(line.rows("receipts", "list")) == 1
