"""Letters of our own that come back without quote marks: as a file, as a body, below the customer's words."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from agent.domain.documents import RemittanceAdvice
from parsers.mail.own_words import OwnWords
from parsers.reading import Hints, read
from templates import render
from templates.fragments import own_fragments
from templates.samples import COMPANY, samples

HINTS = Hints(own_addresses=frozenset({"ar@halden.example"}), own_words=OwnWords(*own_fragments()))
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "ko", "ja")
CASES = (
    "reminder_1",
    "reminder_4",
    "statement",
    "dispute_opened",
    "invoice",
    "request_invoice_copy",
    "missing_payment",
)


def mail(text: str, subject: str = "Re: your letter") -> bytes:
    built = EmailMessage()
    built["From"] = "Dana Whit <dana@calloway.example>"
    built["To"] = "ar@halden.example"
    built["Date"] = "Tue, 17 Mar 2026 09:30:00 +0100"
    built["Subject"] = subject
    built.set_content(text)
    return built.as_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_our_own_letter_says_nothing_for_the_customer(language: str, case: str) -> None:
    letter = render(samples(language)[case], language, COMPANY)
    assert read(letter.text.encode(), "letter.txt", hints=HINTS).documents == ()
    assert read(letter.html.encode(), "letter.html", hints=HINTS).documents == ()
    assert read(mail(letter.text, letter.subject), "m.eml", hints=HINTS).documents == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_customer_writes_above_our_letter_is_read_and_nothing_else(language: str) -> None:
    letter = render(samples(language)["reminder_2"], language, COMPANY)
    (document,) = read(
        mail(f"Wire sent 3/16 for INV-104377, 1,820.40 EUR.\n\n{letter.text}"), "m.eml", hints=HINTS
    ).documents
    assert isinstance(document, RemittanceAdvice)
    assert [(line.reference, str(line.paid)) for line in document.lines] == [("INV-104377", "1820.40")]


def test_one_sentence_of_ours_is_anybodys() -> None:
    text = "Any questions? Simply reply to this mail. Wire sent 3/16 for INV-104377, 1,820.40 EUR."
    assert len(read(mail(text), "m.eml", hints=HINTS).documents) == 1
