"""Who speaks, and whether a machine may answer."""

from __future__ import annotations

from datetime import date

import pytest

from agent.domain.documents import AutoReply, Nature
from parsers.mail.envelope import must_not_answer
from tests.parsers.mail.made import attachment, mail, mixed, text


def nature(body: str = "Hello\n", **headers: str | None) -> Nature:
    return mail(body, **headers).facts.nature


ADVICE = "A payment of USD 5,000.00 was issued to you.\nInvoice INV-104355   5,000.00\n"


def test_a_customers_mail_is_one_and_may_be_answered() -> None:
    found = mail("We paid INV-104355.\n")
    assert (found.facts.nature, found.facts.no_answer_reason) == (Nature.CUSTOMER, None)
    assert found.facts.nature_reason


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-generated"},
        {"List-Unsubscribe": "<https://pay.example/u>"},
        {"Precedence": "bulk"},
        {
            "Auto-Submitted": "auto-generated",
            "Precedence": "bulk",
            "List-Unsubscribe": "<https://pay.example/u>",
            "Return-Path": "<>",
        },
        {"X-Auto-Response-Suppress": "All", "Feedback-ID": "1:pay"},
    ],
)
def test_an_advice_of_a_pay_platform_is_read_however_it_is_marked_and_never_answered(headers: dict[str, str]) -> None:
    found = mail(
        ADVICE,
        From="PayStream <no-reply@paystream.example>",
        Subject="Payment PAY-000771203 has been issued",
        **headers,
    )
    assert found.facts.nature is Nature.CUSTOMER
    assert must_not_answer(found)


def test_a_portal_notice_without_figures_is_read() -> None:
    words = "Pennard Retail plc has scheduled a payment to you. Sign in to view the remittance details.\n"
    found = nature(words, From="no-reply@suppliernet.example", Subject="A payment has been scheduled by Pennard Retail plc",
                   **{"List-Unsubscribe": "<mailto:u@suppliernet.example>"})  # fmt: skip
    assert found is Nature.CUSTOMER


def test_a_newsletter_is_bulk_even_where_it_speaks_of_payments() -> None:
    words = "Get paid faster! Save $500 on invoice automation. Register for our webinar on remittance matching today.\n"
    found = nature(
        words,
        Subject="5 ways to cut DSO - webinar",
        From="news@saas.example",
        **{"List-Unsubscribe": "<https://saas.example/u>"},
    )
    assert found is Nature.BULK


def test_a_list_mail_that_brings_a_paper_is_read() -> None:
    found = mixed(
        text("see attached"), attachment("PO_4500019044.pdf", b"%PDF-1.4 x"), **{"List-Id": "<x.buyer.example>"}
    )
    assert found.facts.nature is Nature.CUSTOMER


def test_our_own_mailbox_may_be_a_list() -> None:
    marks = {"List-Id": "AR <ar.halden.example>", "Precedence": "list", "List-Unsubscribe": "<mailto:x@halden.example>"}
    assert nature("Good morning, who is my contact?\n", Subject="Question", **marks) is Nature.CUSTOMER


def test_an_answer_to_our_own_mail_is_no_newsletter() -> None:
    marks = {"List-Id": "<x.buyer.example>", "In-Reply-To": "<reminder.1@halden.example>"}
    assert nature("ok, noted\n", Subject="Re: Reminder", **marks) is Nature.CUSTOMER


def test_mail_from_ourselves_is_own() -> None:
    assert nature(From="Halden AR <AR@halden.example>") is Nature.OWN
    assert (
        nature(From="x@relay.example", **{"X-Ar-Agent": "0af3", "Message-ID": "<invoice.0af3@halden.example>"})
        is Nature.OWN
    )


def test_the_agent_of_another_firm_is_read_and_never_answered() -> None:
    found = mail(ADVICE, **{"X-Ar-Agent": "99", "Message-ID": "<advice.99@buyer.example>"})
    assert found.facts.nature is Nature.CUSTOMER
    assert "X-Ar-Agent" in (must_not_answer(found) or "")


@pytest.mark.parametrize(
    "subject",
    ["Automatic reply: Reminder", "Automatische Antwort: Mahnung", "Abwesenheitsnotiz", "Réponse automatique : Rappel", "Respuesta automática: Recordatorio",
     "Risposta automatica: Sollecito", "Automatisch antwoord: Herinnering", "Resposta automática: Lembrete", "Automatiskt svar: Påminnelse",
     "Autosvar: Påmindelse", "Automatyczna odpowiedź: Przypomnienie", "自動応答: ご請求", "부재중: 청구", "自动答复: 提醒", "Out of Office: Reminder"],
)  # fmt: skip
def test_subjects_of_automatic_replies_are_known_in_many_languages(subject: str) -> None:
    assert nature("...\n", Subject=subject) is Nature.AUTO_REPLY


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-replied (vacation)"},
        {"X-Autoreply": "yes"},
        {"Precedence": "auto_reply"},
    ],
)
def test_headers_of_automatic_replies_are_known(headers: dict[str, str]) -> None:
    assert nature("I am away.\n", **headers) is Nature.AUTO_REPLY


def test_exchange_marks_an_absence_as_generated() -> None:
    marks = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    assert nature("I am out of the office until Monday.\n", Subject="Re: Reminder", **marks) is Nature.AUTO_REPLY


def test_a_person_who_mentions_an_absence_while_paying_is_a_customer() -> None:
    words = "We paid INV-104355 (5,000.00) by wire. I am out of the office until Monday, in urgent cases call Kim.\n"
    assert nature(words, Subject="Re: Reminder") is Nature.CUSTOMER


def test_an_absence_without_any_header_is_known_by_its_words() -> None:
    words = "I am out of the office this week with limited access to email. In my absence contact kim@buyer.example.\n"
    assert nature(words, Subject="Re: Reminder") is Nature.AUTO_REPLY


def absence(words: str, **headers: str) -> AutoReply:
    found = mail(words, **{"Auto-Submitted": "auto-replied", **headers})
    document = found.documents[0]
    assert isinstance(document, AutoReply)
    return document


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("I am out until March 30. Contact lee@buyer.example.", date(2026, 3, 30)),
        ("I will be back on Monday, 30 March 2026.", date(2026, 3, 30)),
        ("Ich bin bis zum 30.03.2026 nicht im Büro.", date(2026, 3, 30)),
        ("Ich bin vom 16. bis 30. März abwesend.", date(2026, 3, 30)),
        ("Je suis absent jusqu'au 30 mars inclus.", date(2026, 3, 30)),
        ("Estaré ausente hasta el 30 de marzo de 2026.", date(2026, 3, 30)),
        ("Sono assente fino al 30/03/2026.", date(2026, 3, 30)),
        ("Ik ben afwezig tot en met 30 maart.", date(2026, 3, 30)),
        ("3月30日まで不在にしております。", date(2026, 3, 30)),
        ("3월 30일까지 부재중입니다.", date(2026, 3, 30)),
        ("Out of office until 2026-03-30.", date(2026, 3, 30)),
        ("Away from 3/16 until 3/30.", date(2026, 3, 30)),
        ("Away until 3/4.", None),  # the third of April or the fourth of March
        ("Away until further notice. Founded on May 1.", None),
        ("Back on January 5.", date(2027, 1, 5)),
        ("Away until 30 February.", None),
    ],
)
def test_the_end_of_an_absence_is_read_where_it_is_certain(words: str, until: date | None) -> None:
    assert absence(words).until == until


def test_who_stands_in_is_read_where_one_is_named() -> None:
    assert absence("Until then ask lee@buyer.example.").delegate == "lee@buyer.example"
    assert absence("Ask lee@buyer.example or kim@buyer.example.").delegate is None
    assert absence("I am away. For urgent matters:\n\nLee Kim\nlee@buyer.example\n").delegate == "lee@buyer.example"
    assert (
        absence("I am away, ask lee@buyer.example.\n\n-- \nAnn\ninfo@buyer.example\n").delegate == "lee@buyer.example"
    )
    assert absence("You wrote to ann@buyer.example and ar@halden.example.").delegate is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-generated"},
        {"Auto-Submitted": "auto-notified; owner-email=x"},
        {"Precedence": "bulk"},
        {"Precedence": "list"},
        {"List-Id": "<x.example>"},
        {"Return-Path": "<>"},
        {"X-Auto-Response-Suppress": "OOF, AutoReply"},
        {"From": "no-reply@erp.example"},
        {"From": "Do Not Reply <donotreply@erp.example>"},
        {"From": "noreply+123@erp.example"},
        {"From": "postmaster@buyer.example"},
        {"From": "ar@halden.example"},
        {"X-Loop": "ar@halden.example"},
        {"From": None},
        {"Reply-To": "noreply@buyer.example"},
    ],
)
def test_no_machine_is_answered(headers: dict[str, str | None]) -> None:
    assert must_not_answer(mail("We paid INV-104355 on Friday.\n", **headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "no"},
        {"Precedence": "normal"},
        {"From": "noreplynow.lee@buyer.example"},
        {"From": "no-reply@erp.example", "Reply-To": "ann@buyer.example"},
        {"Return-Path": "<ann@buyer.example>"},
    ],
)
def test_a_person_may_be_answered(headers: dict[str, str | None]) -> None:
    assert must_not_answer(mail("We paid INV-104355 on Friday.\n", **headers)) is None
