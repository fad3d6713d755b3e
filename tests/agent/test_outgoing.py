"""What keeps a finished mail from leaving: foreign accounts in its bytes, papers of others, budgets, office hours."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from agent.booking.letters import outgoing
from agent.booking.letters.statements import send_statement
from agent.domain.notices import Attachment, Rendered
from agent.domain.receivables import Order, OrderStatus
from agent.settings import SendingSection
from agent.store import outbound
from outbox.compose import compose
from outbox.message import OutboxMessage
from templates.iban import foreign_ibans
from tests.agent.shop import Shop, open_shop
from tests.scenarios.world import pdf

OURS = "GB33BUKB20201555555555"
THEIRS = "NO8330001234567"


@pytest.fixture
def shop(sqlite_engine: Engine, tmp_path: Path) -> Shop:
    return open_shop(sqlite_engine, tmp_path)


def message(shop: Shop, text: str = "hello", files: tuple[Attachment, ...] = (), **more: Any) -> OutboxMessage:
    values: dict[str, Any] = {
        "kind": "invoice", "intent": "i", "sender_address": "ar@halden.example", "sender_name": "", "reply_to": "",
        "recipients": (shop.customer("C-1001").emails[0],), "date": shop.now, "customer": "C-1001",
    }  # fmt: skip
    return compose(Rendered("x", f"{text}\n", "", "en", files), **(values | more))


def objection(shop: Shop, mail: OutboxMessage, customer: str = "C-1001") -> str | None:
    return shop.do(lambda desk: outgoing.objection(desk, shop.customer(customer), mail))


def test_our_own_account_may_leave_anywhere(shop: Shop) -> None:
    spaced = " ".join(OURS[n : n + 4] for n in range(0, len(OURS), 4))
    paper = Attachment("INV-1.pdf", "application/pdf", pdf(f"Please pay to {spaced}"))
    assert objection(shop, message(shop, f"IBAN {spaced}", (paper,))) is None


@pytest.mark.parametrize("where", ["text", "pdf", "xml"])
def test_a_foreign_account_leaves_nowhere(shop: Shop, where: str) -> None:
    said = f"Please pay to {THEIRS[:4]} {THEIRS[4:8]} {THEIRS[8:12]} {THEIRS[12:]}"
    files = {
        "pdf": (Attachment("INV-1.pdf", "application/pdf", pdf(said)),),
        "xml": (Attachment("INV-1.xml", "application/xml", f"<a>{THEIRS}</a>".encode()),),
    }.get(where, ())
    found = objection(shop, message(shop, said if where == "text" else "x", files))
    assert found is not None
    assert "not ours" in found


def test_a_paper_that_cannot_be_read_again_waits_for_a_person(shop: Shop) -> None:
    paper = Attachment("INV-1.pdf", "application/pdf", b"%PDF-1.7 broken")
    assert "cannot be read again" in str(objection(shop, message(shop, "x", (paper,))))


def test_a_mail_about_another_customers_order_waits_for_a_person(shop: Shop) -> None:
    shop.book(Order(number="SO-77", customer="C-1002", currency="USD", status=OrderStatus.CONFIRMED, lines=()))
    assert objection(shop, message(shop, about=("SO-77",))) == "SO-77 is not of customer C-1001"


def test_beyond_its_budget_a_customer_gets_nothing_unasked_and_one_person_is_told(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    shop = open_shop(sqlite_engine, tmp_path, sending=SendingSection(per_customer_per_hour=2))
    for n in range(5):
        shop.do(lambda desk, n=n: send_statement(desk, shop.customer("C-1001"), intent=f"s{n}", answer=False))  # type: ignore[misc]
    assert [row["status"] for row in shop.outbox()] == ["queued", "queued", "held", "held", "held"]
    assert [row["code"] for row in shop.queue()] == ["budget"]
    shop.later(hours=2)
    shop.do(lambda desk: send_statement(desk, shop.customer("C-1001"), intent="s9", answer=False))
    assert shop.outbox()[-1]["status"] == "queued"


def test_the_same_intent_again_costs_no_budget_and_tells_nobody(sqlite_engine: Engine, tmp_path: Path) -> None:
    shop = open_shop(sqlite_engine, tmp_path, sending=SendingSection(per_customer_per_hour=1))
    for _ in range(3):
        shop.do(lambda desk: send_statement(desk, shop.customer("C-1001"), intent="s", answer=False))
    assert [row["status"] for row in shop.outbox()] == ["queued"]
    assert shop.queue() == []


def test_mail_that_nobody_waits_for_leaves_in_office_hours_of_the_customer(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    shop = open_shop(sqlite_engine, tmp_path, sending=SendingSection(window="08:00-18:00", open_days_only=True))
    shop.change("C-1001", timezone="Asia/Tokyo", country="JP")
    shop.now = datetime(2026, 3, 19, 9, 30, tzinfo=UTC)  # Thursday 18:30 in Tokyo; Friday is the equinox, a holiday
    shop.do(lambda desk: send_statement(desk, shop.customer("C-1001"), intent="s", answer=False))
    (row,) = shop.outbox()
    assert row["due_at"] == "2026-03-22T23:00:00+00:00"  # Monday 08:00 in Tokyo
    assert shop.ask(outbound.next_due) == datetime(2026, 3, 22, 23, tzinfo=UTC)


def test_dates_and_colours_that_happen_to_check_out_hold_no_mail_back() -> None:
    chance = "INV-1 DE 20 20-20-20 20-20-20 20-20-20 20"
    assert foreign_ibans(chance, ()) == ()
    assert foreign_ibans("IBAN no8330001234567, please", ()) == (THEIRS,)
    assert foreign_ibans("NO83 3000 1234\u200b 567 BIC X", ()) == (THEIRS,)
    assert foreign_ibans(f"{OURS} {THEIRS}", (OURS,)) == (THEIRS,)
