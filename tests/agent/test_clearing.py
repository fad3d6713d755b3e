"""Learning, splitting, money in parts and in other currencies, through the whole program on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.cli.app import App
from agent.reading import Reader
from tests.line import IBAN, Line, make_line
from tests.scenarios.world import OUR_IBAN, bank, invoice, state, waiting


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(own_addresses=("ar@halden.example",), own_names=("Halden Components Ltd",)) as one:
        yield one


@pytest.fixture
def line(tmp_path: Path, database_url: str, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    made = make_line(tmp_path / "home", database=database_url)
    settings = made.home / "ar-agent.toml"
    rates = '[exchange]\nrates = ["EUR/USD 1.0900 2026-03-01"]\n'
    settings.write_text(settings.read_text().replace(IBAN, OUR_IBAN) + rates)
    monkeypatch.setattr(App, "new_reader", lambda _app: reader)
    yield made
    made.check()


def test_a_clerks_day_with_money(line: Line) -> None:
    # an unknown payer is accepted, remembered, and pays the next time alone
    bank(line, "3150.00", "USD", "RIDGE MECHANICAL", "INV-104370")
    first = waiting(line, "third_party_payer")
    line.one("queue", "accept", first["id"])
    invoice(line, "INV-104399,invoice,C-1014,,,2026-02-09,2026-03-30,USD,,,800.00,800.00,,")
    bank(line, "800.00", "USD", "RIDGE MECHANICAL", "INV-104399")
    assert state(line, "INV-104399")["status"] == "paid"
    # money without a number is split, one part applied, all of it joined again
    bank(line, "8000.00", "USD", "CALLOWAY CONSTRUCTION GROUP", "ON ACCOUNT")
    lump = waiting(line, "lump_sum")
    line.one("queue", "split", lump["id"], "--part", "5000")
    part = next(q for q in line.rows("queue", "list") if q["split_of"] == lump["id"])
    line.one("queue", "accept", part["id"], "--candidate", "1")
    line.one("queue", "undo", part["id"])
    line.one("queue", "undo", lump["id"])
    line.one("queue", "reject", lump["id"], "--note", "asked them")
    # euros pay dollars at the rate, and go back
    bank(line, "22018.35", "EUR", "NORDHAVN MARINE A/S", "INV-104361")
    foreign = waiting(line, "fx_diff")
    line.one("queue", "accept", foreign["id"])
    assert state(line, "INV-104361")["status"] == "paid"
    line.check()
    line.one("queue", "undo", foreign["id"])
    # an automatic booking is taken back; a decision is not
    line.one("receipts", "undo", "R2", "--note", "meant for another")
    assert state(line, "INV-104399")["open"] == "800.00"
    assert line.run("receipts", "undo", "R1", "--note", "no").code == 1
    (alias,) = line.rows("learned", "list", "--kind", "payer_alias")
    assert (alias["held"], alias["failed"]) == (1, 1)


def test_a_cut_off_name_and_two_lines_for_one_advice(line: Line) -> None:
    listed = "Payment reference,EFT-70001\nPayment date,2026-03-16\nCurrency,USD\n\nInvoice,Amount paid\nINV-104390,17316.40\nTotal,17316.40\n"
    line.mail("dwhit@callowaygroup.example", "Remittance", "see attached", files=(("a.csv", listed.encode()),))
    bank(line, "10000.00", "USD", "CALLOWAY CONSTRUCTION GROUP, I", "EFT-70001 1/2")
    bank(line, "7316.40", "USD", "CALLOWAY CONSTRUCTION GROUP, I", "EFT-70001 2/2")
    assert state(line, "INV-104390")["status"] == "paid"
    bank(line, "123.45", "EUR", "MUELLER UND SOEHNE MASCHINENB", "ZAHLUNG")
    assert line.rows("receipts", "list")[-1]["customer"] == "C-1003"
