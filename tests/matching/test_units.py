"""Units as papers write them, and what one is in another."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.units import fold_unit, is_pack, is_piece, pieces

TEN = Decimal(10)


@pytest.mark.parametrize(
    "unit", ["EA", "ea.", "Stk", "Stück", "PCE", "pcs", "C62", "個", "ＥＡ", "개", "unid.", "szt."]
)
def test_a_piece_has_many_names(unit):
    assert fold_unit(unit) == "C62" and is_piece(unit) and not is_pack(unit)


@pytest.mark.parametrize("unit", ["BX", "box", "Karton", "CTN", "ct", "case", "箱", "박스"])
def test_a_box_has_many_names(unit):
    assert fold_unit(unit) == "BX" and is_pack(unit)


@pytest.mark.parametrize("unit", [None, "", "   ", ".", " . "])
def test_no_unit_is_none(unit):
    assert fold_unit(unit) is None


def test_an_unknown_unit_is_itself():
    assert fold_unit("drum") == "DRUM" and pieces(TEN, "drum", "DRUM", None) == TEN


@pytest.mark.parametrize(
    ("quantity", "unit", "base", "pack", "expected"),
    [
        ("5", "BX", "EA", "10", "50"),
        ("50", "EA", "BX", "10", "5"),
        ("5", None, "EA", "10", "5"),
        ("5", "Stk", "EA", None, "5"),
        ("2", "dozen", "EA", None, "24"),
        ("4", "MIL", "PC", "100", "4000"),
        ("3", "TSD", "EA", None, "3000"),
        ("2", "t", "kg", None, "2000"),
        ("500", "g", "kg", None, "0.5"),
        ("250", "cm", "m", None, "2.5"),
        ("2", "Rolle", "m", "100", "200"),
    ],
)
def test_a_quantity_is_converted_by_what_the_units_are(quantity, unit, base, pack, expected):
    assert pieces(Decimal(quantity), unit, base, Decimal(pack) if pack else None) == Decimal(expected)


@pytest.mark.parametrize(
    ("unit", "base", "pack"),
    [
        ("BX", "EA", None),
        ("BX", "EA", Decimal(0)),
        ("pallet", "EA", TEN),
        ("set", "EA", TEN),
        ("pair", "EA", TEN),
        ("kg", "EA", TEN),
        ("kg", "m", None),
        ("h", "EA", TEN),
        ("h", "day", None),
        ("drum", "EA", TEN),
        ("BX", "PK", TEN),
        ("kg", "BX", TEN),
    ],
)
def test_what_nobody_says_is_no_conversion(unit, base, pack):
    assert pieces(TEN, unit, base, pack) is None


@given(st.decimals(0, 10**9, places=3), st.text(max_size=50), st.text(max_size=50), st.integers(1, 1000))
def test_no_unit_raises(quantity, unit, base, pack):
    result = pieces(quantity, unit, base, Decimal(pack))
    assert result is None or result >= 0
