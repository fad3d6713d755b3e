"""The only account in what leaves us is ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.iban import mask_foreign_ibans, valid_creditor_reference, valid_iban

OURS = "DE89370400440532013000"
THEIRS = "GB82WEST12345698765432"

# The examples of the ISO 13616 registry.
EXAMPLES = [
    "AL47212110090000000235698741", "AT611904300234573201", "BE68539007547034", "BR1800360305000010009795493C1",
    "CH9300762011623852957", "CZ6508000000192000145399", "DE89370400440532013000", "DK5000400440116243",
    "ES9121000418450200051332", "FI2112345600000785", "FR1420041010050500013M02606", "GB29NWBK60161331926819",
    "IE29AIBK93115212345678", "IT60X0542811101000000123456", "LU280019400644750000", "MT84MALT011000012345MTLCAST001S",
    "NL91ABNA0417164300", "NO9386011117947", "PL61109010140000071219812874", "PT50000201231234567890154",
    "SE4550000000058398257466", "TR330006100519786457841326", "SA0380000000608010167519",
    "UA213223130000026007233566001",
]  # fmt: skip


@pytest.mark.parametrize("iban", EXAMPLES)
def test_the_registrys_examples_are_valid_and_a_changed_digit_is_not(iban: str) -> None:
    assert valid_iban(iban)
    last = iban[-1]
    assert not valid_iban(iban[:-1] + ("1" if last != "1" else "2"))


@pytest.mark.parametrize(
    "text", ["", "DE", "DE8937040044053201300", "XX89370400440532013000", "DE8९370400440532013000"]
)
def test_what_is_no_iban_is_none(text: str) -> None:
    assert not valid_iban(text)


@pytest.mark.parametrize(
    "written",
    [
        THEIRS,
        "GB82 WEST 1234 5698 7654 32",
        "gb82-west-1234-5698-7654-32",
        "GB82\u00a0WEST\u00a01234 5698 7654 32",
        "GB82.WEST.1234.5698.7654.32",
        "ＧＢ８２ＷＥＳＴ１２３４５６９８７６５４３２",
        "please pay to xGB82WEST12345698765432 now",
        "G B 8 2 W E S T 1 2 3 4 5 6 9 8 7 6 5 4 3 2",
    ],
)
def test_a_foreign_account_is_masked_however_it_is_written(written: str) -> None:
    masked = mask_foreign_ibans(f"Our new account: {written}. Thanks", OURS)
    assert "GB** **** 5432" in masked
    assert "1234" not in masked
    assert masked.startswith("Our new account: ")
    assert masked.endswith("Thanks")


def test_our_own_account_stays() -> None:
    text = "We paid to DE89 3704 0044 0532 0130 00."
    assert mask_foreign_ibans(text, OURS) == text


@pytest.mark.parametrize(
    "text",
    [
        "PO4500019044-2026-11-0007",
        "DE811234567",
        "1Z999AA10123456784",
        "INV-2026-000123456789012345",
        "Item GB82WEST1234",
    ],
)
def test_order_item_and_tax_numbers_are_left_alone(text: str) -> None:
    assert mask_foreign_ibans(text, OURS) == text


@given(st.text(max_size=120), st.text(max_size=120))
def test_no_text_around_it_hides_a_foreign_account(before: str, after: str) -> None:
    masked = mask_foreign_ibans(f"{before} {THEIRS} {after}", OURS)
    assert THEIRS not in masked


@pytest.mark.parametrize("reference", ["RF18539007547034", "RF18 5390 0754 7034", "RF712348231"])
def test_a_creditor_reference_proves_itself(reference: str) -> None:
    assert valid_creditor_reference(reference)


@pytest.mark.parametrize("reference", ["RF19539007547034", "RF18", "539007547034", "RF18" + "1" * 22])
def test_a_wrong_creditor_reference_is_none(reference: str) -> None:
    assert not valid_creditor_reference(reference)
