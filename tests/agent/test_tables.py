"""Tables on a terminal that is too narrow: words give way, figures and currencies never."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from agent.cli import output

ROW = {
    "invoice": "INV-1004377",
    "customer": "C-100000001",
    "po": "PURCHASE-ORDER-4500019044",
    "open": "1234567.89",
    "currency": "EUR",
    "status": "part_paid",
}
COLUMNS = [
    ("invoice", "invoice"),
    ("customer", "customer"),
    ("po", "purchase order"),
    ("open", "!open"),
    ("currency", ""),
    ("status", "status"),
]


@pytest.mark.parametrize("width", [50, 60, 80])
def test_figures_numbers_and_currencies_are_never_cut_short(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(output, "console", lambda: Console(file=written, width=width, highlight=False))
    output.put_rows([ROW], COLUMNS, as_json=False, empty="none")
    line = next(one for one in written.getvalue().splitlines() if one.startswith("INV-"))
    assert line.startswith("INV-1004377") and "1234567.89" in line and " EUR " in line
