from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.composites import expansions
from matching.keys import creditor_reference, deletion_keys, index_keys, lookup_keys, number_of, stored_keys
from matching.labels import Label, label_of


def meet(stored: str, printed: str) -> bool:
    asked = set(lookup_keys(printed))
    found = bool(set(stored_keys(stored)) & asked)
    assert found == bool(set(index_keys(stored)) & asked)  # what is not stored would find nothing more
    return found


@pytest.mark.parametrize(
    "printed",
    [
        "INV-104355", "inv 104355", "Inv.104355", "104355", "0000104355", "104 355", "10.4355", "104-355",
        "Invoice No. 104355", "RG 104355", "Rechnung Nr. 104355", "F/104355", "fra. 104355", "請求書番号104355",
        "ＩＮＶ－１０４３５５", "세금계산서 INV-104355", "1O4355", "lO4355", "INV‑104355", "#104355", "104355/56",
        "104354-57", "104354 & 355", "INV-104355 Feb senso", "your document 104355", "INV-\u200b104355",
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_written(printed):
    assert meet("INV-104355", printed)


@pytest.mark.parametrize("printed", ["INV-104356", "104535", "10435", "1043555", "INV-100", "204355", ""])
def test_a_number_with_other_digits_is_not_found(printed):
    assert not meet("INV-104355", printed)


def test_a_number_is_never_found_inside_a_longer_one():
    assert not meet("INV-10", "INV-100") and not meet("INV-10", "INV-1000") and not meet("INV-100", "INV-10")
    assert not meet("INV-10", "2010")


def test_years_and_inner_zeros_are_digits_like_others():
    assert not meet("RG-2025-001", "RG-2025-01") and not meet("RG-2025-001", "RG-2026-001")
    assert meet("RG-2025-001", "rg 2025 001") and meet("RG-2025-001", "2025/001")


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [
        ("104355/56", ["104355", "104356"]),
        ("104355 & 356", ["104355", "104356"]),
        ("104355, 104356 and 104357", ["104355", "104356", "104357"]),
        ("104340-43", ["104340", "104341", "104342", "104343"]),
        ("INV-104300 to INV-104302", ["INV-104300", "INV-104301", "INV-104302"]),
        ("104340 bis 104342", ["104340", "104341", "104342"]),
    ],
)
def test_composites_and_ranges_are_expanded(printed, numbers):
    assert numbers in [[number.text for number in reading] for reading in expansions(printed)]


def test_a_range_that_is_no_range_is_not_expanded():
    assert expansions("INV-104355") == () and expansions("104399-12") != ()
    assert all(len(reading) <= 2 for reading in expansions("104399-12"))
    assert all(len(reading) <= 50 for reading in expansions("100000-999999"))


def test_a_creditor_reference_needs_its_check_digits():
    assert creditor_reference("RF18 5390 0754 7034") == "RF18539007547034"
    assert creditor_reference("RF19 5390 0754 7034") is None
    assert meet("RF18539007547034", "rf18 5390-0754-7034")


def test_labels_tell_invoices_credit_notes_and_everything_else_apart():
    assert label_of("RECHNUNGNR") is Label.INVOICE and label_of("CN") is Label.CREDIT
    assert label_of("PO") is Label.OTHER and label_of("DM") is Label.OTHER and label_of("") is Label.NONE
    assert label_of("HALDEN") is Label.UNKNOWN


@pytest.mark.parametrize("slip", ["104335", "10435", "1043535", "104853", "014353", "204353"])
def test_one_slip_shares_a_key_of_the_deletion_neighbourhood(slip):
    assert set(deletion_keys("INV-104353")) & set(deletion_keys(slip))


def test_deletion_keys_are_never_among_the_keys_that_decide():
    assert not any(key.startswith("e:") for key in (*index_keys("INV-104353"), *lookup_keys("INV-104353")))


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_raises_and_the_keys_are_bounded(text):
    assert len(lookup_keys(text)) < 2_000
    assert len(index_keys(text)) < 10
    deletion_keys(text)


def test_a_hostile_text_takes_no_time():
    started = time.perf_counter()
    for text in ("1" * 10_000, "INV-" * 5_000, "1/" * 5_000, "1 " * 5_000, "a1-" * 4_000, "(" * 10_000 + "1"):
        lookup_keys(text)
    assert time.perf_counter() - started < 2


@settings(deadline=None)
@given(st.integers(1, 10**9), st.sampled_from(["INV-", "RG", "", "FA ", "2026-"]))
def test_every_number_finds_itself_and_never_its_successor(n, prefix):
    assert meet(f"{prefix}{n:06d}", f"{prefix}{n:06d}")
    printed = number_of(f"{prefix}{n + 1:06d}")
    assert printed is not None
    assert not {k for k in index_keys(f"{prefix}{n:06d}") if k[0] in "xnpd"} & set(index_keys(printed.text))
