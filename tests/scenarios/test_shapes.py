"""Every field that a list prints is in its JSON Schema, and every field of the schema is printed."""

from __future__ import annotations

from typing import Any

import pytest

from agent.cli.schema import schema_of
from tests.line import Line
from tests.scenarios.world import BRIGHTWATER, bank, paper

LISTS = ["customers", "items", "orders", "invoices", "advices", "receipts", "disputes", "queue", "outbox"]


@pytest.fixture
def busy(line: Line) -> Line:
    """Something of everything: an order that differs, money of a stranger, a dispute with its mail, an advice."""
    listed = "Payment reference,EFT-1\nPayment date,2026-03-13\nCurrency,USD\n\nInvoice,Amount paid\nINV-104377,5000.00\nTotal,5000.00\n"
    line.mail(BRIGHTWATER, "Short", "INV-104402 was short 3 boxes, we dispute 55.20.")
    line.mail(BRIGHTWATER, "Payment", "see attached", files=paper(listed, "list.csv"))
    bank(line, "99.00", "USD", "Nobody Ltd", "rent")
    return line


def faults(schema: dict[str, Any], row: dict[str, Any]) -> list[str]:
    return [f"{name} is not in the schema" for name in row if name not in schema["properties"]] + [
        f"{name} is not printed" for name in schema["required"] if name not in row
    ]


def test_what_lists_print_is_what_the_schema_says(busy: Line) -> None:
    seen = set()
    for name in LISTS:
        for row in busy.rows(name, "list"):
            seen.add(name)
            assert (name, faults(schema_of(name), row)) == (name, [])
    assert {"customers", "items", "invoices", "receipts", "queue", "outbox", "disputes"} <= seen


def test_every_message_has_every_field_that_the_schema_names(busy: Line) -> None:
    for row in busy.rows("messages", "list"):
        assert not [name for name in schema_of("messages")["required"] if name not in row]
    again = busy.mail(BRIGHTWATER, "Short", "INV-104402 was short 3 boxes, we dispute 55.20.")
    assert not [name for name in schema_of("ingest")["required"] if name not in again]
