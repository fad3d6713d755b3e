from __future__ import annotations

import pytest

from matching.accounts import Standing, is_ours, standing

OWN = ("GB33BUKB20201500000041",)


@pytest.mark.parametrize(
    "account",
    [
        "GB33 BUKB 2020 1500 0000 41",
        "gb33bukb20201500000041",
        "****0041",
        "GB33 xxxx xxxx xxxx xx0041",
        "00000041",
        "0041",
        "…0041",
    ],
)
def test_our_account_in_every_notation(account):
    assert standing(account, OWN) is Standing.OURS and is_ours(account, OWN)


@pytest.mark.parametrize(
    "account", ["****7719", "7719", "GB82WEST12345698765432", "12345678", "GB33 **** 7719", "DE89370400440532013000"]
)
def test_another_account_of_a_kind_that_we_know_is_foreign(account):
    assert standing(account, OWN) is Standing.FOREIGN


@pytest.mark.parametrize("account", ["998877", "123456789012", "", "****"])
def test_a_number_of_another_banking_system_cannot_be_compared(account):
    assert standing(account, OWN) is Standing.UNKNOWN


def test_a_plain_number_is_comparable_beside_a_plain_number():
    assert standing("998878", ("998877",)) is Standing.FOREIGN and standing("0998877", ("998877",)) is Standing.OURS


def test_the_end_of_an_account_never_passes_for_the_whole():
    assert standing("41", OWN) is Standing.OURS  # told as its end
    assert standing("10000041", OWN) is Standing.FOREIGN
