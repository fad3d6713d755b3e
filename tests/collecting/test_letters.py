"""Offers, thanks, statements on their day, the letter on late payment, credit control, and the evidence pack."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from agent import daily
from agent.booking import deciding
from agent.collecting import credit, evidence, offering
from agent.domain.collecting import CollectingTerms
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.settings import CashSection, CreditSection, InterestSection
from agent.store import collecting, invoices
from agent.store.engine import write
from agent.store.schema import outbox
from tests.agent.shop import Shop
from tests.collecting.world import at, codes, events, open_books, owe, pay, run, text_of


def service(books: Shop, day: str) -> None:
    books.now = at(day, 6)
    daily.run(books.engine, books.settings, books.now)


def test_an_offer_is_mailed_and_counts_like_a_discount_of_the_terms(books: Shop) -> None:
    owe(books, "INV-1", "2026-04-20", "200.00")
    until = date(2026, 3, 20)
    books.do(lambda desk: offering.offer(desk, books.customer("C-1"), ["INV-1"], percent=Decimal("1.5"), until=until))
    item = books.item("INV-1")
    assert (item.discount_percent, item.discount_until) == (Decimal("1.5"), until)
    text = text_of(books, books.outbox("other")[0]["id"])
    assert "1.5% = 3.00" in text
    assert "197.00" in text


def test_an_offer_is_withdrawn_before_it_has_left_and_stands_afterwards(books: Shop) -> None:
    owe(books, "INV-1", "2026-04-20", "200.00")
    books.do(lambda desk: invoices.set_discount(desk.tx, "INV-1", Decimal(1), date(2026, 3, 10)))

    def offer(desk: Any) -> None:
        offering.offer(desk, books.customer("C-1"), ["INV-1"], percent=Decimal(2), until=date(2026, 3, 20))

    def withdraw(desk: Any) -> None:
        offering.withdraw(desk, books.customer("C-1"), ["INV-1"])

    books.do(offer)
    books.do(withdraw)
    item = books.item("INV-1")
    assert (item.discount_percent, item.discount_until) == (Decimal(1), date(2026, 3, 10))
    assert [m["status"] for m in books.outbox("other")] == ["cancelled"]
    with pytest.raises(Refused, match="no offer stands"):
        books.do(withdraw)
    books.now = at("2026-03-02", 10)
    books.do(offer)
    number = int(books.outbox("other")[-1]["id"][1:])
    write(
        books.engine,
        lambda tx: tx.execute(update(outbox).where(outbox.c.id == number).values(status="sent", sent_at=books.now)),
    )
    with pytest.raises(Refused, match="stands until 2026-03-20"):
        books.do(withdraw)


@pytest.mark.parametrize(
    ("percent", "until", "number", "said"),
    [
        ("0", "2026-03-20", "INV-1", "more than 0"),
        ("21", "2026-03-20", "INV-1", "at most 20"),
        ("2", "2026-03-02", "INV-1", "still to come"),
        ("2", "2026-03-20", "INV-9", "no open invoice of C-1"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(books: Shop, percent: str, until: str, number: str, said: str) -> None:
    owe(books, "INV-1", "2026-04-20", "200.00")
    owe(books, "INV-9", "2026-04-20", "200.00", customer="C-2")
    day = date.fromisoformat(until)
    with pytest.raises(Refused, match=said):
        books.do(
            lambda desk: offering.offer(desk, books.customer("C-1"), [number], percent=Decimal(percent), until=day)
        )


def test_money_that_settled_something_is_thanked_for_once_where_that_is_set(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    books = open_books(sqlite_engine, tmp_path, cash=CashSection(thanks=True))
    owe(books, "INV-1", "2026-04-20", "200.00")
    pay(books, "INV-1", "200.00", "2026-03-01")
    for day in ("2026-03-02", "2026-03-03"):
        service(books, day)
    (mail,) = books.outbox("receipt_thanks")
    assert "INV-1" in text_of(books, mail["id"])


def test_nobody_is_thanked_where_it_is_not_set(books: Shop) -> None:
    owe(books, "INV-1", "2026-04-20", "200.00")
    pay(books, "INV-1", "200.00", "2026-03-01")
    service(books, "2026-03-02")
    assert books.outbox("receipt_thanks") == []


def test_a_statement_goes_out_on_its_day_also_in_a_short_month(books: Shop) -> None:
    books.do(lambda desk: collecting.save_terms(desk.tx, "C-1", CollectingTerms(statement_day=31)))
    owe(books, "INV-1", "2026-12-20", "200.00")
    for day in ("2026-03-30", "2026-03-31", "2026-04-29", "2026-04-30", "2026-04-30"):
        service(books, day)
    assert [m["due_at"][:10] for m in books.outbox("statement")] == ["2026-03-31", "2026-04-30"]


def test_the_letter_says_how_late_payment_is_handled_and_names_a_law_only_where_one_counts(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    books = open_books(sqlite_engine, tmp_path, interest=InterestSection(propose=True, law="DE"))
    letter = books.do(lambda desk: offering.policy_letter(desk, books.customer("C-1")))
    assert letter.interest_source == "§ 288 Abs. 2, 5 BGB"
    assert letter.compensation == Money.of("40.00", "EUR")
    books.do(lambda desk: collecting.save_terms(desk.tx, "C-1", CollectingTerms(law="US-TX")))
    letter = books.do(lambda desk: offering.policy_letter(desk, books.customer("C-1")))
    assert (letter.interest_source, letter.compensation) == ("", None)
    books.do(lambda desk: offering.send_policy_letter(desk, books.customer("C-1")))
    books.do(lambda desk: offering.send_policy_letter(desk, books.customer("C-1")))
    assert len(books.outbox("other")) == 1


def test_a_credit_hold_is_proposed_and_put_by_a_person_alone(sqlite_engine: Engine, tmp_path: Path) -> None:
    books = open_books(sqlite_engine, tmp_path, credit=CreditSection(hold_after_days=30))
    books.change("C-1", credit_limit=Money.of("150.00", "EUR"))
    owe(books, "INV-1", "2026-02-20", "100.00")
    assert "credit_hold" not in events(run(books, "2026-03-02"))
    owe(books, "INV-2", "2026-05-20", "60.00")
    assert "credit_hold" in events(run(books, "2026-03-03"))
    (item,) = [q for q in books.queue() if q["code"] == "credit_hold"]
    assert "160.00 EUR is owed and ordered, the limit is 150.00 EUR" in item["summary"]
    assert not books.customer("C-1").on_hold
    number = int(item["id"][1:])
    books.do(lambda desk: deciding.accept(desk, number, None))
    assert books.customer("C-1").on_hold
    books.do(lambda desk: deciding.undo(desk, number))
    assert not books.customer("C-1").on_hold
    books.do(lambda desk: deciding.reject(desk, number, "they called"))
    assert "credit_hold" not in events(run(books, "2026-03-10")), "a no holds for a while"
    owe(books, "INV-3", "2026-02-01", "1.00", customer="C-2")
    assert codes(books).count("credit_hold") == 0
    assert "credit_hold" in events(run(books, "2026-03-12"))


def test_exposure_counts_orders_and_takes_off_money_that_is_not_applied(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20", "100.00")
    found = books.do(lambda desk: credit.exposure_of(desk, books.customer("C-1")))
    assert (found.total.plain(), found.oldest_days, found.over_limit) == ("100.00", 10, False)


def test_the_evidence_pack_holds_every_paper_and_mail_and_its_hashes_agree(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-01", "100.00")
    run(books, "2026-02-10")
    run(books, "2026-03-02")
    pay(books, "INV-1", "10.00", "2026-03-03")

    def pack(desk: Any) -> bytes:
        return evidence.pack(desk, books.customer("C-1"))

    data = books.do(pack)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "SHA256SUMS"
    }
    mails = sorted(name for name in files if name.startswith("mail/out/"))
    assert mails == ["mail/out/O1.eml", "mail/out/O2.eml"]
    assert files["mail/out/O1.eml"].startswith(b"Date: ")
    assert b"90.00" in files["invoices/INV-1.json"]
    assert b"reminded" in files["trail.csv"]
    assert b"receivables" in files["ledger.csv"]
    assert files["account.pdf"].startswith(b"%PDF")
    assert {"README.txt", "mail/out.csv", "ledger.csv"} <= set(files)
    with pytest.raises(Refused, match="no invoice of C-1"):
        books.do(lambda desk: evidence.pack(desk, books.customer("C-1"), ["INV-404"]))
