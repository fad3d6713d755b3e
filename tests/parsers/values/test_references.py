"""References, accounts, quantities, currencies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.values.currencies import currency_of, find_currency
from parsers.values.quantities import find_quantities, is_unit, number_word, price_basis, quantity_of
from parsers.values.references import (
    creditor_reference_of,
    expansions,
    find_ibans,
    find_references,
    iban_of,
    looks_like_reference,
    tracking_number_of,
)


@pytest.mark.parametrize(
    "text",
    ["INV-104377", "104355", "104 356", "00104355", "540 6423", "60-67132", "6.032946", "001*0050*0000851333", "CN/20319",
     "1O4353", "F/104345", "RG 104398", "104355/56", "104340-43", "SN-310", "4501-2301", "1Z999AA10123456784", "88231-B",
     "FV/12/2026/03", "FA 2026/0041", "#104366"],
)  # fmt: skip
def test_document_numbers_look_like_references(text: str) -> None:
    assert looks_like_reference(text)


@pytest.mark.parametrize(
    "text",
    ["PO", "13.03.2026", "12.50", "3%", "200EA", "10:42", "309-555-0142", "USD 500", "M8X40", "12", "5,000.00", "10x20",
     "DN25", "scan.pdf", "IMG_4471.jpg", "", "A" * 60],
)  # fmt: skip
def test_other_things_do_not(text: str) -> None:
    assert not looks_like_reference(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We paid 00104355, 104 356 by ACH today, total 9,330.25.", ["00104355", "104 356"]),
        ("call 614-555-0177 or +49 7141 55-2210", []),
        ("mail ar104@x.example about INV-1042, see https://x.example/1234", ["INV-1042"]),
        ("die RGen 104355/56 und 104340-43", ["104355/56", "104340-43"]),
        ("您好,贵司发票INV-104361货款USD 24,000.00", ["INV-104361"]),
        ("invoices 104310 104377 for 5 000,00", ["104310", "104377"]),
    ],
)
def test_references_stand_out_in_running_text(text: str, expected: list[str]) -> None:
    assert [span.text for span in find_references(text)] == expected


def test_composites_name_their_candidates() -> None:
    assert expansions("104355/56") == (("104355", "104356"),)
    assert expansions("104340-43")[0] == ("104340", "104341", "104342", "104343")
    assert expansions("104355 & 356") == (("104355", "104356"),)
    assert expansions("INV-104355/56/57") == (("INV-104355", "INV-104356", "INV-104357"),)
    assert expansions("BW-77188") == ()


def test_accounts_are_believed_by_their_checksum() -> None:
    assert iban_of("DE89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert iban_of("DE89 3704 0044 0532 0130 01") is None
    assert iban_of("ES9121000418450200051332") is not None
    assert [s.text for s in find_ibans("to DE89 3704 0044 0532 0130 00 by Friday")] == ["DE89370400440532013000"]
    assert creditor_reference_of("RF18 5390 0754 7034") == "RF18539007547034"
    assert creditor_reference_of("RF19 5390 0754 7034") is None
    assert tracking_number_of("7712 3456 8890") == "771234568890"
    assert tracking_number_of("1Z999AA10123456784") == "1Z999AA10123456784"


@given(st.sampled_from(["DE89370400440532013000", "GB82WEST12345698765432", "NL91ABNA0417164300"]), st.integers(4, 20))
def test_one_wrong_figure_breaks_an_account(iban: str, place: int) -> None:
    place = min(place, len(iban) - 1)
    if iban[place].isdigit():
        wrong = iban[:place] + str((int(iban[place]) + 1) % 10) + iban[place + 1 :]
        assert iban_of(wrong) is None


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("10.000 St", 10000, "St"), ("50個", 50, "個"), ("200EA", 200, "EA"), ("4,000 PC", 4000, "PC"), ("16 HR", 16, "HR"),
     ("two boxes", 2, "boxes"), ("zwei Kartons", 2, "Kartons"), ("trois cartons", 3, "cartons"), ("12", 12, None)],
)  # fmt: skip
def test_quantities_are_read_with_their_unit(text: str, value: int, unit: str | None) -> None:
    quantity = quantity_of(text)
    assert quantity is not None and (quantity.value, quantity.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("text", ["10 EUR", "5 %", "INV-104377", ""])
def test_what_is_no_quantity_is_none(text: str) -> None:
    assert quantity_of(text) is None


def test_a_price_names_how_many_it_is_for() -> None:
    basis = price_basis("18.40 /    100 PC")
    assert basis is not None and (basis.prices[0].value, basis.per, basis.unit) == (Decimal("18.40"), 100, "PC")
    each = price_basis("$129 ea")
    assert each is not None and (each.prices[0].value, each.per) == (129, 1)
    assert price_basis("12.50") is None


def test_units_number_words_and_currencies() -> None:
    assert is_unit("Stk.") and is_unit("箱") and not is_unit("EUR")
    assert number_word("fünf") == 5
    assert [q.text for q in find_quantities("es fehlen 3 Kartons und 18 pcs")] == ["3 Kartons", "18 pcs"]
    assert (currency_of("€"), currency_of("$"), currency_of("kr"), currency_of("원")) == ("EUR", None, None, "KRW")
    assert find_currency("5 USD or 4 EUR") is None
