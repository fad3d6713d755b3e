"""Lists of invoices read no more of the books than they show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert

from agent.store import lists
from agent.store.schema import customers, invoices


@pytest.fixture
def books(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(lists, "_PAGE", 3)
    with engine.begin() as tx:
        tx.execute(
            insert(customers),
            {
                "customer": "C-1",
                "name": "Brightwater",
                "currency": "EUR",
                "tax_treatment": "standard",
                "invoice_detail": "itemised",
                "invoice_format": "pdf",
                "billing": "per_delivery",
                "bill_on": "delivery",
            }
            | {key: [] for key in ("emails", "ship_to", "aliases", "accounts")},
        )
        tx.execute(
            insert(invoices),
            [
                {
                    "invoice": f"INV-{n:03}",
                    "type": "invoice",
                    "customer": "C-1",
                    "issued_on": date(2026, 1, 1) + timedelta(days=n // 4),
                    "due_on": date(2026, 2, 1),
                    "currency": "EUR",
                    "net_minor": 1000,
                    "tax_minor": 0,
                    "total_minor": 1000,
                    "created_at": datetime(2026, 1, 1, tzinfo=UTC),
                    "open_minor": (1000, 400, 0)[n % 3],
                }
                for n in range(20)
            ],
        )
    return engine


def numbers(engine: Engine, **wanted: object) -> list[str]:
    with engine.connect() as tx:
        return [row["invoice"] for row in lists.list_invoices(tx, **wanted)]  # type: ignore[arg-type]


def test_a_status_is_found_across_pages_and_cut_at_the_limit(books: Engine) -> None:
    part_paid = [f"INV-{n:03}" for n in range(20) if n % 3 == 1]
    assert numbers(books, status=["part_paid"]) == part_paid
    assert numbers(books, status=["part_paid"], limit=4) == part_paid[:4]
    assert numbers(books, status=["part_paid"], limit=50) == part_paid


def test_settled_and_open_states_may_be_asked_for_together(books: Engine) -> None:
    assert len(numbers(books, status=["paid", "open"], limit=50)) == 13
    assert numbers(books, status=["paid"], limit=2) == ["INV-002", "INV-005"]


def test_a_limit_beyond_what_is_there_and_none_at_all_give_everything(books: Engine) -> None:
    assert len(numbers(books, limit=20)) == len(numbers(books, limit=21)) == len(numbers(books)) == 20
    assert numbers(books, limit=0) == []
