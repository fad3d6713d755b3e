from __future__ import annotations

from parsers.kinds.words import hits_in
from parsers.layout.fields import How, labelled_values
from tests.parsers.layout.papers import rows


def _values(text: str, field: str) -> list[tuple[str, How]]:
    return [(v.value, v.how) for v in labelled_values(rows(text), hits_in) if field in v.fields]


def test_a_value_stands_behind_the_colon_of_its_label() -> None:
    assert _values("Order number: 70031      Date: 19/05/2026", "order_number")[0] == ("70031", How.COLON)


def test_a_value_stands_beside_its_label_in_the_next_column() -> None:
    assert _values("Payment No       770045912", "payment_reference")[0] == ("770045912", How.BESIDE)


def test_a_value_stands_below_its_label_where_another_label_stands_beside_it() -> None:
    text = "P.O. No.       Date          Terms\nSL-40118       2026-06-15    Net 30"
    assert ("SL-40118", How.BELOW) in _values(text, "order_number")


def test_a_number_that_begins_like_a_label_is_no_label() -> None:
    assert _values("#PO-20418", "order_number") == []


def test_numbered_labels_keep_their_own_values() -> None:
    text = "Reference Number 1: SO-58120     Reference Number 2: BW-77120"
    assert [v for v, _ in _values(text, "reference")] == ["SO-58120", "BW-77120"]


def test_the_block_under_a_label_is_its_lines_until_a_gap() -> None:
    text = "Ship To             Bill To\nGlenmoor LLC        Glenmoor LLC\n77 Harbor Rd        PO Box 1\n\n\nTotal 5"
    found = [v for v in labelled_values(rows(text), hits_in) if v.fields[0] == "ship_to"]
    assert found[0].value == "Glenmoor LLC"
    assert found[0].under == ("77 Harbor Rd",)
