"""Mail that came back, and reports that are no failure."""

from __future__ import annotations

import pytest

from agent.domain.documents import BounceReport, DeliveryReceipt, Nature
from parsers.mail.bounce import Action
from parsers.mail.envelope import Mail
from tests.parsers.mail.made import mail, mixed, text

ORIGINAL = "Content-Type: message/rfc822\n\nMessage-ID: <invoice.0af3@halden.example>\nTo: gone@buyer.example\nSubject: Invoice\n\ntext\n"
SYSTEM = {
    "From": "Mail Delivery System <MAILER-DAEMON@mx.buyer.example>",
    "Return-Path": "<>",
    "Subject": "Undelivered Mail Returned to Sender",
}


def report(fields: str, words: str = "could not be delivered", **headers: str) -> Mail:
    status = f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.buyer.example\n\n{fields}"
    return mixed(text(words), status, ORIGINAL, kind="report; report-type=delivery-status", **{**SYSTEM, **headers})


def only(found: Mail) -> BounceReport:
    assert found.facts.nature is Nature.BOUNCE
    (document,) = found.documents
    assert isinstance(document, BounceReport)
    return document


def test_a_permanent_failure_names_recipient_status_and_our_mail() -> None:
    found = only(report("Final-Recipient: rfc822; gone@buyer.example\nAction: failed\nStatus: 5.1.1\n"))
    assert (found.recipient, found.status, found.permanent) == ("gone@buyer.example", "5.1.1", True)
    assert found.original_message_id == "<invoice.0af3@halden.example>"


def test_a_report_marked_as_an_automatic_reply_is_still_a_bounce() -> None:
    headers = {"Auto-Submitted": "auto-replied", "Precedence": "bulk"}
    assert only(
        report("Final-Recipient: rfc822; gone@buyer.example\nAction: failed\nStatus: 5.1.1\n", **headers)
    ).permanent


def test_a_full_mailbox_is_not_permanent_where_the_report_says_four() -> None:
    found = only(report("Final-Recipient: rfc822; gone@buyer.example\nAction: failed\nStatus: 4.2.2\n"))
    assert (found.status, found.permanent) == ("4.2.2", False)


def test_the_recipient_we_wrote_to_goes_before_the_one_it_was_passed_on_to() -> None:
    fields = "Original-Recipient: rfc822; gone@buyer.example\nFinal-Recipient: rfc822; g.lee@store.example\nAction: failed\nStatus: 5.1.1\n"
    assert only(report(fields)).recipient == "gone@buyer.example"


def test_the_diagnosis_is_more_exact_than_a_status_that_says_nothing() -> None:
    fields = "Final-Recipient: rfc822; gone@buyer.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.26 not accepted\n"
    assert only(report(fields)).status == "5.7.26"


def test_each_recipient_has_its_own_report() -> None:
    fields = (
        "Final-Recipient: rfc822; gone@buyer.example\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; full@buyer.example\nAction: failed\nStatus: 4.2.2\n\n"
        "Final-Recipient: rfc822; ok@buyer.example\nAction: relayed\nStatus: 2.0.0\n"
    )
    found = report(fields)
    assert [(d.recipient, d.permanent) for d in found.documents if isinstance(d, BounceReport)] == [
        ("gone@buyer.example", True),
        ("full@buyer.example", False),
    ]
    assert [r.action for r in found.reports] == [Action.FAILED, Action.FAILED, Action.DELIVERED]


@pytest.mark.parametrize(
    ("action", "expected"),
    [("delayed", Action.DELAYED), ("delivered", Action.DELIVERED), ("relayed", Action.DELIVERED)],
)
def test_delays_and_deliveries_are_no_bounce(action: str, expected: Action) -> None:
    status = "4.4.1" if action == "delayed" else "2.0.0"
    found = report(f"Final-Recipient: rfc822; gone@buyer.example\nAction: {action}\nStatus: {status}\n")
    assert found.facts.nature is Nature.AUTO_REPLY
    assert [(r.action, r.recipient) for r in found.reports] == [(expected, "gone@buyer.example")]
    assert [d.kind.value for d in found.documents] == ([] if action == "delayed" else ["delivery_receipt"])


def test_a_read_receipt_is_no_bounce() -> None:
    notice = (
        "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ann@buyer.example\n"
        "Original-Message-ID: <invoice.0af3@halden.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n"
    )
    found = mixed(
        text("Gelesen"), notice, kind="report; report-type=disposition-notification", Subject="Gelesen: Rechnung"
    )
    assert found.facts.nature is Nature.AUTO_REPLY
    assert [(d.kind.value, d.opened) for d in found.documents if isinstance(d, DeliveryReceipt)] == [
        ("delivery_receipt", True)
    ]
    assert [(r.action, r.original_message_id) for r in found.reports] == [
        (Action.READ, "<invoice.0af3@halden.example>")
    ]


@pytest.mark.parametrize(
    ("words", "status", "permanent"),
    [
        ("<gone@buyer.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n", "5.1.1", True),
        ("gone@buyer.example\n  SMTP error from remote mail server: 550 no such user\n", "5.1.1", True),
        ("Your message could not be delivered to gone@buyer.example: mailbox is full.\n", "4.2.2", False),
        ("Ihre Nachricht an gone@buyer.example konnte nicht zugestellt werden: 554 blocked\n", "5.0.0", True),
        ("gone@buyer.example could not be delivered. The message has been in the queue too long.\n", "4.4.7", False),
        ("Delivery to gone@buyer.example has failed.\n", None, False),
    ],
)
def test_failures_told_in_words_are_read(words: str, status: str | None, permanent: bool) -> None:
    body = f"Hi. This is the mail system. I could not deliver your message.\n\n{words}\n--- Below this line is a copy of the message.\n\n"
    found = only(
        mail(body + "Message-ID: <invoice.0af3@halden.example>\nTo: gone@buyer.example\n\nPay 5,000.00\n", **SYSTEM)
    )
    assert (found.recipient, found.status, found.permanent) == ("gone@buyer.example", status, permanent)
    assert found.original_message_id == "<invoice.0af3@halden.example>"


def test_a_warning_told_in_words_is_no_bounce() -> None:
    words = "THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\nDelivery to gone@buyer.example has been delayed.\n"
    found = mail(words, **SYSTEM)
    assert (found.facts.nature, found.documents) == (Nature.AUTO_REPLY, ())
    assert found.reports[0].action is Action.DELAYED


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (
            "Delivery failure PO 4711",
            "The goods could not be delivered on Friday, the address was rejected by your carrier.\n",
        ),
        ("Undelivered goods", "INV-104355: 3 boxes were not delivered. The mailbox of our dock 550 is full.\n"),
        (
            "Re: Undeliverable: Invoice",
            "Your mail was rejected, user unknown. Please use ap@buyer.example from now on.\n",
        ),
        ("Returned payment", "The transfer of 5,000.00 was returned. Account does not exist.\n"),
    ],
)
def test_a_customer_who_speaks_of_failed_deliveries_is_no_mail_system(subject: str, words: str) -> None:
    assert mail(words, Subject=subject).facts.nature is Nature.CUSTOMER


def test_a_person_who_forwards_a_bounce_is_a_customer() -> None:
    words = "Your mails come back.\n\nBegin forwarded message:\n> From: MAILER-DAEMON\n> <gone@buyer.example>: 550 5.1.1 User unknown\n"
    assert mail(words, Subject="Fwd: Undelivered Mail Returned to Sender").facts.nature is Nature.CUSTOMER


def test_what_a_bounce_returns_is_no_paper_to_read() -> None:
    found = report("Final-Recipient: rfc822; gone@buyer.example\nAction: failed\nStatus: 5.1.1\n")
    assert found.parts == ()
    assert any("delivery-status" in p.content_type for p in found.part_facts)
