"""A mail is composed once: exact, repeatable bytes whose list of headers no text can change."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.domain.notices import Attachment, Rendered
from outbox.compose import compose
from outbox.headers import UnsafeHeader, clean, header_lines
from outbox.message import OutboxMessage, OutboxStatus

DATE = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
PLAIN = Rendered("Invoice INV-1", "Dear customer,\n\nplease pay.\n", "<p>please pay</p>", "en")
PDF = Attachment("INV-1.pdf", "application/pdf", bytes(range(256)) * 40)


def composed(rendered: Rendered = PLAIN, **changes: Any) -> OutboxMessage:
    given: dict[str, Any] = {
        "kind": "invoice",
        "intent": "invoice:INV-1",
        "sender_address": "ar@seller.example",
        "sender_name": "Seller Ltd",
        "reply_to": "ar@seller.example",
        "recipients": ("ap@buyer.example",),
        "date": DATE,
    }
    return compose(rendered, **(given | changes))


def parsed(message: OutboxMessage) -> EmailMessage:
    return cast(EmailMessage, email.message_from_bytes(message.data, policy=email.policy.default))


def header_names(message: OutboxMessage) -> list[str]:
    return [name for name, _ in email.message_from_bytes(message.data).raw_items()]


NAMES = header_names(composed())


def test_the_same_notice_gives_the_same_bytes_every_time() -> None:
    rendered = replace(PLAIN, attachments=(PDF,))
    assert composed(rendered) == composed(rendered)


def test_the_message_id_is_a_function_of_kind_and_intent_alone() -> None:
    first = composed()
    assert first.message_id == composed(replace(PLAIN, subject="Other"), date=DATE.replace(year=2030)).message_id
    assert first.message_id != composed(intent="invoice:INV-2").message_id
    assert first.message_id.startswith("<invoice.")
    assert first.message_id.endswith("@seller.example>")
    assert composed(domain="mail.seller.example").message_id.endswith("@mail.seller.example>")


def test_a_reader_finds_texts_and_attachments_as_they_were_given() -> None:
    html = "<p>Grüße an Ærø – 안녕하세요</p>\n"
    text = "Grüße\nFrom here\n.\n.dot\ntrailing blank \n" + "x" * 2000 + "\n"
    message = composed(
        Rendered(
            "Rechnung für Ærø 안녕", text, html, "de", (PDF, Attachment("Rechnung é.pdf", "application/pdf", b"1"))
        )
    )
    mail = parsed(message)
    assert mail["subject"] == "Rechnung für Ærø 안녕"
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    # The last line end before a boundary belongs to the boundary (RFC 2046, 5.1.1).
    assert plain.get_content().replace("\r\n", "\n").removesuffix("\n") == text.removesuffix("\n")
    assert rich.get_content().replace("\r\n", "\n").removesuffix("\n") == html.removesuffix("\n")
    assert [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()] == [
        ("INV-1.pdf", PDF.data),
        ("Rechnung é.pdf", b"1"),
    ]


def test_every_line_is_ascii_ends_in_crlf_and_is_short_enough_for_any_relay() -> None:
    message = composed(Rendered("ü" * 500, "ü" * 5000 + "\n" + "y" * 5000, "<p>" + "한" * 3000, "de", (PDF,)))
    lines = message.data.split(b"\r\n")
    assert message.data.endswith(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line for line in lines)
    assert max(map(len, lines)) <= 998
    assert message.data.isascii()


def test_header_lines_with_encoded_words_stay_within_76_characters() -> None:
    head = composed(replace(PLAIN, subject="ä" * 300), sender_name="Ö" * 90).data.split(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n") if b"=?" in line) <= 76


def test_it_says_that_a_machine_wrote_it_and_asks_machines_not_to_answer() -> None:
    mail = parsed(composed())
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["X-Ar-Agent"]
    assert mail["Reply-To"] == "ar@seller.example"
    assert mail["Content-Language"] == "en"


def test_an_automatic_reply_leaves_under_the_null_path() -> None:
    assert composed(kind="order_acknowledgement", auto_submitted="auto-replied").sender == ""
    assert composed(kind="order_acknowledgement").sender == "ar@seller.example"


def test_that_an_invoice_bounced_comes_back_to_us_even_where_it_is_a_reply() -> None:
    assert composed(kind="invoice", auto_submitted="auto-replied").sender == "ar@seller.example"


def test_a_reply_is_threaded_and_a_strangers_broken_message_ids_are_left_out() -> None:
    mail = parsed(composed(in_reply_to="<b@x>", references=("<a@x>", "<evil\r\nBcc: x@y>", "none", "<b@x>")))
    assert mail["In-Reply-To"] == "<b@x>"
    assert str(mail["References"]).split() == ["<a@x>", "<b@x>"]
    long = parsed(composed(references=tuple(f"<{n}@x>" for n in range(500))))
    assert len(str(long["References"]).split()) == 20
    assert parsed(composed(in_reply_to="nothing"))["In-Reply-To"] is None


@pytest.mark.parametrize(
    "subject",
    [
        "A\nBcc: x@evil.example",
        "A\r\nBcc: x@evil.example",
        "A\rBcc: x@evil.example",
        "A =?UTF-8?Q?=0ABcc:_x@evil.example?=",
        "A \N{PILE OF POO} s=?UTF-8?Q?=0A?=Bcc: injected@example.com",
        "A\u2028Bcc: x@evil.example",
        "A\x0bBcc: x",
        "A\x85Bcc: x",
        "A\x00Bcc: x",
        "\ud800 lone",
        "",
        " ",
        "\u202egnp.exe",
    ],
)
def test_no_subject_adds_a_header_in_any_reading(subject: str) -> None:
    message = composed(replace(PLAIN, subject=subject), sender_name=subject)
    assert header_names(message) == NAMES
    assert [name for name, _ in parsed(message).items()] == NAMES
    shown = str(parsed(message)["subject"])
    assert "\n" not in shown
    assert "=?" not in shown
    # Whoever answers with "Re: " and what he read is not led astray either.
    reply = EmailMessage(policy=email.policy.SMTP)
    reply["Subject"] = "Re: " + shown
    reply.set_content("x")
    assert email.message_from_bytes(reply.as_bytes())["bcc"] is None


ENCODED = st.builds(
    lambda charset, coding, text: f"=?{charset}?{coding}?{text}?=",
    st.sampled_from(["utf-8", "UTF-8", "us-ascii", "iso-8859-1", "x", ""]),
    st.sampled_from(["q", "Q", "b", "B", "z"]),
    st.one_of(st.text(max_size=20), st.sampled_from(["=0A", "=0D=0ABcc:_x@y", "DQpCY2M6IHhAeQ==", "=3D?="])),
)
HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=30), ENCODED, st.sampled_from(["\r", "\n", "\r\n ", "\u2028", "=?", "?=", ":", "Bcc: x@y"])
    ),
    max_size=8,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(subject=HOSTILE, name=HOSTILE, file_name=HOSTILE, reference=HOSTILE, text=HOSTILE, language=HOSTILE)
@example(subject="\ud800=?", name='"\\', file_name="..", reference="<>", text="\x00", language="")
def test_no_text_anywhere_changes_the_list_of_headers(
    subject: str, name: str, file_name: str, reference: str, text: str, language: str
) -> None:
    rendered = Rendered(
        subject, text, f"<p>{text}", language or "en", (Attachment(file_name, "application/pdf", b"x"),)
    )
    message = composed(rendered, sender_name=name, references=(reference,), in_reply_to=reference)
    optional = {"In-Reply-To", "References", "Content-Language"}
    assert [one for one in header_names(message) if one not in optional] == [
        one for one in NAMES if one not in optional
    ]
    mail = email.message_from_bytes(message.data)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    assert message.data.isascii()
    assert len(message.subject) <= 200


@settings(max_examples=200, deadline=None)
@given(text=st.text())
def test_a_cleaned_text_is_one_line_and_cleaning_it_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert len(once) <= 200
    assert once.isprintable() or all(c.isprintable() or c.isspace() or not c.isascii() for c in once)


def test_a_recipient_that_is_no_mailbox_is_left_out_and_none_left_holds_the_mail() -> None:
    some = composed(recipients=("ap@buyer.example", "no address", "x@y\r\nRCPT TO:<z@z>", "ap@buyer.example"))
    assert some.recipients == ("ap@buyer.example",)
    assert some.status is OutboxStatus.QUEUED
    none = composed(recipients=("not an address",))
    assert none.recipients == ()
    assert none.status is OutboxStatus.HELD
    assert "not an address" in (none.reason or "")
    assert composed(recipients=("ap@bücher.example",)).recipients == ("ap@xn--bcher-kva.example",)


def test_a_held_mail_says_why_and_a_due_date_is_kept() -> None:
    due = datetime(2026, 4, 2, tzinfo=UTC)
    message = composed(held_reason="assist mode", due_at=due)
    assert (message.status, message.reason, message.due_at) == (OutboxStatus.HELD, "assist mode", due)


def test_our_own_wrong_address_is_a_wrong_setting_and_raised() -> None:
    with pytest.raises(UnsafeHeader):
        composed(sender_address="nobody")
    with pytest.raises(UnsafeHeader):
        composed(reply_to="a b@c")
    with pytest.raises(UnsafeHeader):
        composed(kind="Invoice>\n")
    with pytest.raises(UnsafeHeader):
        header_lines([("X-Own", "a\r\nBcc: b")])


def test_a_boundary_that_the_text_contains_is_not_used() -> None:
    boundary = parsed(composed()).get_boundary()
    assert boundary is not None
    attack = composed(replace(PLAIN, text=f"--{boundary}\r\nContent-Type: text/html\r\n\r\nevil\n--{boundary}--\n"))
    assert [part.get_content_type() for part in parsed(attack).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_attachment_types_that_would_be_taken_for_structure_become_plain_bytes() -> None:
    for wrong in ("multipart/mixed", "message/rfc822", "application/pdf; x=y", "x", "text/html\r\nBcc: x"):
        mail = parsed(composed(replace(PLAIN, attachments=(Attachment("a.bin", wrong, b"data"),))))
        assert [part.get_content_type() for part in mail.iter_attachments()] == ["application/octet-stream"]
