"""Card numbers are blanked before storage, and nothing else is: a blanked reference would lose a payment."""

from __future__ import annotations

import random
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.mail.cards import blank_mail, blank_text

CARDS = ("4111111111111111", "5555555555554444", "2223003122003222", "378282246310005", "6011111111111117", "30569309025904",
         "3530111333300000", "6200000000000005")  # fmt: skip


@pytest.mark.parametrize("card", CARDS)
def test_a_number_beside_a_word_about_cards_is_blanked(card: str) -> None:
    text, count = blank_text(f"Please charge our credit card {card}, expires 12/28.")
    assert count == 1
    assert card not in text
    assert f"{card[:6]}{'X' * (len(card) - 10)}{card[-4:]}" in text


@pytest.mark.parametrize("written", ["4111 1111 1111 1111", "4111-1111-1111-1111", "3782 822463 10005"])
def test_a_number_in_the_groups_of_a_card_needs_no_word(written: str) -> None:
    text, count = blank_text(f"use {written} please")
    assert count == 1
    assert len(text) == len(f"use {written} please")
    assert written not in text


@pytest.mark.parametrize(
    "language", ["Kreditkarte", "carte bancaire", "tarjeta", "carta di credito", "creditcard", "카드번호", "カード番号"]
)
def test_the_word_may_be_of_any_language(language: str) -> None:
    assert blank_text(f"{language}: 4111111111111111")[1] == 1


@pytest.mark.parametrize(
    "text",
    [
        "Payment reference 4111111111111111 for INV-104411",  # no word about cards
        "card 4111111111111112",  # the check digit is wrong
        "card 9111111111111113",  # no network's prefix
        "IBAN DE89 3704 0044 0532 0130 00 credit",
        "Visa fee on IBAN GB33BUKB20201555555555",
        "credit 4111111111111111.50 EUR",  # an amount
        "card ref AB4111111111111111",
        "card 4111 1111 1111 11112",
        "tracking 1Z4111111111111111, paid by card",
        "credit note 0000000000000000",
    ],
)
def test_other_long_numbers_stay(text: str) -> None:
    assert blank_text(text) == (text, 0)


def made(coding: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "ap@buyer.example", "Card 4111 1111 1111 1111"
    message.set_content("Kreditkarte für Sie: 5555555555554444, Betrag 100,00 €\n", cte=coding)
    message.add_alternative("<p>card 5555555555554444 é</p>", subtype="html", cte=coding)
    message.add_attachment(
        b"card;5555555555554444\r\nINV-104411;100.00\r\n", maintype="text", subtype="csv", filename="a.csv"
    )
    message.add_attachment(b"%PDF card 5555555555554444", maintype="application", subtype="pdf", filename="a.pdf")
    return message.as_bytes()


@pytest.mark.parametrize("coding", ["8bit", "quoted-printable", "base64"])
def test_a_mail_is_blanked_in_whatever_coding_its_texts_come(coding: str) -> None:
    data, count = blank_mail(made(coding))
    assert count == 4
    assert blank_mail(data) == (data, 0)
    message = message_from_bytes(data)
    assert "4111 11XX XXXX 1111" in str(message["Subject"])
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and part.get_content_type() != "application/pdf":
            assert b"5555555555554444" not in payload
            assert b"555555XXXXXX4444" in payload
    texts = [p.get_payload(decode=True) for p in message.walk() if p.get_content_type() == "text/plain"]
    assert "Betrag 100,00 €" in texts[0].decode()  # type: ignore[union-attr]


def test_a_mail_without_card_numbers_is_the_same_bytes() -> None:
    message = b"Subject: x\n\nINV-104411 4111111111111111\r\n" + bytes(range(256))
    assert blank_mail(message) == (message, 0)


@given(st.binary(max_size=400))
def test_any_bytes_are_taken_and_a_second_look_finds_nothing(data: bytes) -> None:
    blanked, _ = blank_mail(data)
    assert blank_mail(blanked)[0] == blanked


def test_a_million_lines_take_no_time_to_speak_of() -> None:
    rows = random.Random(1)
    data = b"Subject: x\r\n\r\n" + b"".join(b"%016d\r\n" % rows.randrange(10**16) for _ in range(100_000))
    assert len(blank_mail(data)[0]) == len(data)
