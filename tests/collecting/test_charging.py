"""Late interest: proposed with its calculation, charged once, waived, undone; never where nothing lets us."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from agent.booking import deciding
from agent.collecting import charging
from agent.domain.collecting import CollectingTerms, InterestRule
from agent.domain.decisions import DisputeOpening
from agent.domain.documents import DisputeReason
from agent.domain.errors import Refused
from agent.domain.interest import RateMissing
from agent.domain.ledger import Account
from agent.domain.money import Money
from agent.settings import InterestSection
from agent.store import charges, collecting, ledger, work
from tests.agent.shop import Shop
from tests.collecting.world import at, codes, events, open_books, owe, pay, run, text_of


@pytest.fixture
def books(sqlite_engine: Engine, tmp_path: Path) -> Shop:
    return open_books(sqlite_engine, tmp_path, interest=InterestSection(propose=True, law="DE"))


def terms(books: Shop, **values: Any) -> None:
    books.do(lambda desk: collecting.save_terms(desk.tx, "C-1", CollectingTerms(**values)))


def propose(books: Shop, number: str, to_on: str | None = None) -> dict[str, Any] | None:
    def work_(desk: Any) -> dict[str, Any] | None:
        charge = charging.propose(desk, number, to_on=date.fromisoformat(to_on) if to_on else None)
        return None if charge is None else charging.shown(charges.row_of(desk.tx, charge))

    return books.do(work_)


def fees(books: Shop) -> str | None:
    found = books.ask(lambda tx: ledger.balance(tx, Account.FEES, customer="C-1"))
    return found["EUR"].plain() if "EUR" in found else None


def test_dun_06_a_charge_waits_for_approval_with_its_calculation_and_is_booked_once(books: Shop) -> None:
    owe(books, "INV-104333", "2026-01-31", "2380.00")
    run(books, "2026-02-10")
    assert "late_charge" not in codes(books), "the level of the settings was not reached"
    told = run(books, "2026-03-02")
    assert "late_charge" in events(told)
    (item,) = [q for q in books.queue() if q["code"] == "late_charge"]
    # 2,380.00 x 10.27 % (1.27 + 9) x 30 days / 365 = 20.09, and the fixed sum
    assert item["amount"] == "60.09"
    assert "30 days" in item["candidates"][0]["evidence"][0]["detail"]
    assert fees(books) is None, "nothing is booked before somebody says so"
    assert "interest" not in text_of(books, books.outbox("reminder")[-1]["id"]).casefold()
    number = int(item["id"][1:])
    books.do(lambda desk: deciding.accept(desk, number, None))
    assert fees(books) == "-60.09"
    assert books.item("LC-00001").open.plain() == "60.09"
    (mail,) = [m for m in books.outbox("invoice") if "LC-00001" in m["about"]]
    text = text_of(books, mail["id"])
    assert "10.27%" in text
    assert "§ 288" in text
    with pytest.raises(Refused, match="already"):
        books.do(lambda desk: deciding.accept(desk, number, None))
    assert "late_charge" not in events(run(books, "2026-03-10"))
    assert "late_charge" not in events(run(books, "2026-04-10")), "charged once"


def test_what_was_charged_can_be_taken_back_and_charged_again(books: Shop) -> None:
    owe(books, "INV-1", "2026-01-31", "2380.00")
    run(books, "2026-02-10")
    run(books, "2026-03-02")
    (item,) = [q for q in books.queue() if q["code"] == "late_charge"]
    number = int(item["id"][1:])
    books.do(lambda desk: deciding.accept(desk, number, None))
    books.do(lambda desk: deciding.undo(desk, number))
    assert fees(books) == "0.00"
    assert books.item("LC-00001").open.plain() == "0.00"
    assert [m["status"] for m in books.outbox("invoice")] == ["cancelled"]
    books.do(lambda desk: deciding.accept(desk, number, None))
    assert books.item("LC-00002").open.plain() == "60.09"


def test_a_rejected_proposal_is_waived_and_not_made_again(books: Shop) -> None:
    owe(books, "INV-1", "2026-01-31", "2380.00")
    run(books, "2026-02-10")
    run(books, "2026-03-02")
    (item,) = [q for q in books.queue() if q["code"] == "late_charge"]
    books.do(lambda desk: deciding.reject(desk, int(item["id"][1:]), "goodwill"))
    assert "late_charge" not in events(run(books, "2026-04-10"))
    assert [row.status for row in books.ask(charges.find)] == ["waived"]


def test_part_payments_count_from_their_value_date(books: Shop) -> None:
    books.now = at("2025-04-01")
    owe(books, "INV-1", "2025-01-15", "10000.00")
    pay(books, "INV-1", "4000.00", "2025-02-14")
    pay(books, "INV-1", "6000.00", "2025-03-31")
    found = propose(books, "INV-1")
    assert found is not None
    assert (found["interest"], found["compensation"]) == ("176.00", "40.00")
    assert [(s["principal"], s["days"]) for s in found["segments"]] == [("10000.00", 30), ("6000.00", 45)]


def test_after_a_charge_only_the_days_after_it_are_worked_out_and_the_fixed_sum_is_owed_once(books: Shop) -> None:
    books.now = at("2025-02-28")
    owe(books, "INV-1", "2024-11-30", "10000.00")
    first = propose(books, "INV-1", "2025-01-31")
    second = propose(books, "INV-1", "2025-02-28")
    assert first is not None
    assert second is not None
    assert (second["from"], second["compensation"]) == ("2025-02-01", "0.00")
    assert Decimal(first["interest"]) + Decimal(second["interest"]) == Decimal("287.23")
    assert propose(books, "INV-1", "2025-02-28") is None


def test_dun_03_there_is_no_interest_on_what_is_disputed(books: Shop) -> None:
    books.now = at("2025-02-28")
    owe(books, "INV-1", "2024-11-30", "11000.00")
    opening = DisputeOpening(
        customer="C-1", reason=DisputeReason.PRICE, amount=Money.of("1000.00", "EUR"), invoice="INV-1", text="x"
    )
    books.do(lambda desk: work.add_dispute(desk.tx, opening, due_on=desk.today, opened_on=desk.today, message=None))
    found = propose(books, "INV-1")
    assert found is not None
    assert found["interest"] == "287.23"


def test_a_half_year_without_a_rate_is_asked_for_once_and_no_figure_is_made_up(books: Shop) -> None:
    owe(books, "INV-1", "2026-06-20", "1000.00")
    owe(books, "INV-2", "2026-06-20", "1000.00", customer="C-2")
    for day in ("2026-07-06", "2026-07-20", "2026-07-27"):
        run(books, day)
    missing = [q for q in books.queue() if q["code"] == "rate_missing"]
    assert len(missing) == 1
    assert "2026-07-01" in missing[0]["summary"]
    assert [q for q in books.queue() if q["code"] == "late_charge"] == []
    with pytest.raises(RateMissing):
        propose(books, "INV-1")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"law": "US-TX"}, "nothing is charged without an agreement"),
        ({"law": "US-NY"}, "nothing is charged without an agreement"),
        ({"interest": InterestRule.NONE}, "never charged"),
        ({"law": "XX"}, "no table for the law of XX"),
    ],
)
def test_dun_07_where_nothing_lets_us_charge_nothing_is_offered(books: Shop, values: dict[str, Any], said: str) -> None:
    terms(books, **values)
    owe(books, "INV-1", "2026-01-10", "5000.00")
    for day in ("2026-02-10", "2026-02-20", "2026-03-02"):
        told = run(books, day)
        assert "late_charge" not in events(told)
        assert "rate_missing" not in events(told)
    assert all("interest" not in text_of(books, m["id"]).casefold() for m in books.outbox("reminder"))
    with pytest.raises(Refused, match=said):
        propose(books, "INV-1")


def test_an_agreed_rate_is_charged_without_fixed_sums(books: Shop) -> None:
    terms(books, law="US-TX", interest=InterestRule.AGREED, interest_percent=Decimal(18))
    owe(books, "INV-1", "2026-01-01", "5000.00")
    found = propose(books, "INV-1", "2026-02-15")
    assert found is not None
    assert (found["interest"], found["compensation"], found["source"]) == ("110.96", "0.00", "agreed: 18 % a year")


def test_what_is_owed_below_the_minimum_is_not_worth_a_letter(sqlite_engine: Engine, tmp_path: Path) -> None:
    rule = InterestSection(propose=True, law="DE", compensation=False, minimum=Decimal("25.00"))
    books = open_books(sqlite_engine, tmp_path, interest=rule)
    owe(books, "INV-1", "2026-01-31", "2380.00")
    run(books, "2026-02-10")
    assert "late_charge" not in events(run(books, "2026-03-02"))
    assert "late_charge" in events(run(books, "2026-03-12"))


def test_a_charge_on_which_money_came_is_not_waived(books: Shop) -> None:
    owe(books, "INV-1", "2026-01-31", "2380.00")
    books.now = at("2026-03-02")
    propose(books, "INV-1")
    books.do(lambda desk: charging.charge(desk, 1))
    pay(books, "LC-00001", "10.00", "2026-03-05")
    with pytest.raises(Refused, match="paid in part"):
        books.do(lambda desk: charging.waive(desk, 1))


def test_a_charge_that_is_not_paid_is_reminded_of_like_any_item(books: Shop) -> None:
    owe(books, "INV-1", "2026-01-31", "2380.00")
    books.now = at("2026-03-02")
    propose(books, "INV-1")
    books.do(lambda desk: charging.charge(desk, 1))
    pay(books, "INV-1", "2380.00", "2026-03-03")
    due = books.item("LC-00001").due_on
    assert due == date(2026, 3, 16)
    told = run(books, (due + timedelta(days=5)).isoformat())
    assert told["mails"][0]["invoices"] == ["LC-00001"]
