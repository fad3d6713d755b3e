"""What the sender wrote, apart from what was quoted, signed and appended."""

from __future__ import annotations

import time

import pytest

from parsers.mail.reply import (
    forwarded_text,
    html_new_text,
    is_forward,
    layers,
    marked_text,
    new_text,
)
from tests.parsers.mail.made import OWN

QUOTE = "> Invoice INV-104310, USD 5,000.00, was due.\n> Please pay.\n"


@pytest.mark.parametrize(
    "header",
    [
        "On Mon, Mar 16, 2026 at 10:00 AM AR Halden <ar@halden.example> wrote:",
        "On Mon, Mar 16, 2026 at 10:00 AM AR Halden <\nar@halden.example> wrote:",
        "On 16 Mar 2026, at 10:00, AR Halden\n<ar@halden.example> wrote:",
        "Am 16.03.2026 um 10:00 schrieb AR Halden <ar@halden.example>:",
        "Am Mo., 16. März 2026 um 10:00 Uhr schrieb AR Halden <\nar@halden.example>:",
        "AR Halden <ar@halden.example> schrieb am Mo., 16. März 2026,\n10:00:",
        "Le lun. 16 mars 2026 à 10:00, AR Halden <ar@halden.example> a écrit :",
        "Le 16/03/2026 à 10:00, AR Halden a écrit :",
        "El lun, 16 mar 2026 a las 10:00, AR Halden (<ar@halden.example>) escribió:",
        "Il giorno lun 16 mar 2026 alle ore 10:00 AR Halden <ar@halden.example> ha scritto:",
        "Op ma 16 mrt 2026 om 10:00 schreef AR Halden <ar@halden.example>:",
        "Em seg., 16 de mar. de 2026 às 10:00, AR Halden <ar@halden.example> escreveu:",
        "pon., 16 mar 2026 o 10:00 AR Halden <ar@halden.example> napisał(a):",
        "W dniu 16.03.2026 o 10:00, AR Halden pisze:",
        "Den mån 16 mars 2026 kl 10:00 skrev AR Halden <ar@halden.example>:",
        "Den man. 16. mar. 2026 kl. 10.00 skrev AR Halden <ar@halden.example>:",
        "ma 16. maalisk. 2026 klo 10.00 AR Halden (ar@halden.example) kirjoitti:",
        "po 16. 3. 2026 v 10:00 odesílatel AR Halden <ar@halden.example> napsal:",
        "пн, 16 мар. 2026 г. в 10:00, AR Halden <ar@halden.example>:",
        "2026년 3월 16일 (월) 오전 10:00, AR Halden <ar@halden.example>님이 작성:",
        "2026年3月16日(月) 10:00 AR Halden <ar@halden.example>:",
        "AR Halden <ar@halden.example> 于2026年3月16日周一 10:00写道：",
        "AR Halden <ar@halden.example>, 16 Mar 2026 Pzt, 10:00 tarihinde şunu yazdı:",
    ],
)
@pytest.mark.parametrize("marked", [True, False])
def test_quotes_go_with_the_line_above_them(header: str, marked: bool) -> None:
    quoted = QUOTE if marked else QUOTE.replace("> ", "")
    assert new_text(f"We paid on the 12th.\n\n{header}\n\n{quoted}") == "We paid on the 12th."


@pytest.mark.parametrize(
    "fields",
    [
        ("From", "Sent", "To", "Subject"),
        ("Von", "Gesendet", "An", "Betreff"),
        ("De", "Envoyé", "À", "Objet"),
        ("De", "Enviado el", "Para", "Asunto"),
        ("Da", "Inviato", "A", "Oggetto"),
        ("Van", "Verzonden", "Aan", "Onderwerp"),
        ("De", "Enviada em", "Para", "Assunto"),
        ("Od", "Wysłano", "Do", "Temat"),
        ("Från", "Skickat", "Till", "Ämne"),
        ("Fra", "Sendt", "Til", "Emne"),
        ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
        ("Odesláno", "Od", "Komu", "Předmět"),
        ("От", "Отправлено", "Кому", "Тема"),
        ("差出人", "送信日時", "宛先", "件名"),
        ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
        ("发件人", "发送时间", "收件人", "主题"),
    ],
)
@pytest.mark.parametrize("shape", ["{}: {}", "*{}:* {}", "{} : {}", "{}： {}"])
def test_header_blocks_of_outlook_begin_the_quote(fields: tuple[str, ...], shape: str) -> None:
    values = ("AR <ar@halden.example>", "16.03.2026 10:00", "Ann", "Reminder")
    block = "\n".join(shape.format(name, value) for name, value in zip(fields, values, strict=True))
    text = f"We paid on the 12th.\n\n________________________________\n{block}\n\nInvoice INV-104310 was due.\n"
    assert new_text(text) == "We paid on the 12th."


@pytest.mark.parametrize(
    "line",
    ["-----Original Message-----", "-----Ursprüngliche Nachricht-----", "-----Message d'origine-----", "-------- 원본 메시지 --------",
     "-----Mensaje original-----", "----- Messaggio originale -----", "-----Oorspronkelijk bericht-----", "*-------- Original Message --------*"],
)  # fmt: skip
def test_a_dividing_line_begins_the_quote(line: str) -> None:
    assert new_text(f"We paid.\n\n{line}\nInvoice INV-104310 was due.") == "We paid."


def test_answers_below_and_between_quotes_are_the_senders_words() -> None:
    text = (
        "On Mon, 16 Mar 2026 at 10:00, AR <ar@halden.example> wrote:\n> When do you pay INV-1?\nOn Friday.\n"
        "> And INV-2?\nThree boxes were missing.\n\n-- \nAnn\n"
    )
    assert new_text(text) == "On Friday.\nThree boxes were missing."


def test_a_thank_you_above_our_reminder_is_all_that_was_said() -> None:
    assert new_text(f"Thanks!\n\nOn Mon, 16 Mar 2026 at 10:00, AR <ar@halden.example> wrote:\n{QUOTE}") == "Thanks!"


def test_words_like_a_header_within_a_text_cut_nothing() -> None:
    advice = "Payment details\nFrom: Brightwater Foods\nTo: Halden Components\nAmount: 5,000.00\nInvoice: INV-104310\n"
    assert new_text(advice) == advice.strip()
    prose = "As Dana wrote: the wire of 5,000.00 left on the 12th.\nIt is for INV-104310."
    assert new_text(prose) == prose


def test_ruled_sections_of_an_advice_cut_nothing() -> None:
    advice = "Remittance advice\n-----------------\nINV-104310   5,000.00\n-----------------\nTotal        5,000.00"
    assert new_text(advice) == advice


def test_a_signature_goes_with_its_delimiter() -> None:
    assert new_text("We paid.\n-- \nAnn Lee\n+1 555 0100\n") == "We paid."


@pytest.mark.parametrize(
    "sign_off",
    ["Best regards,", "Mit freundlichen Grüßen", "Cordialement,", "Saludos cordiales", "Cordiali saluti", "Met vriendelijke groet,",
     "Med vänliga hälsningar", "Z poważaniem", "С уважением,", "よろしくお願いいたします。", "감사합니다."],
)  # fmt: skip
def test_a_signature_without_delimiter_goes_with_the_sign_off(sign_off: str) -> None:
    assert (
        new_text(f"We paid INV-1.\n\n{sign_off}\n\nAnn Lee\nAccounts Payable\nTel. +49 30 123456\n") == "We paid INV-1."
    )


def test_a_paragraph_of_contact_data_is_a_signature_and_sentences_with_an_address_are_none() -> None:
    assert new_text("We paid INV-1.\n\nGina Lee\ngina@buyer.example\n(555) 346-9947\n") == "We paid INV-1."
    kept = "We paid INV-1.\n\nPlease send the copy that is still missing\nto ap@buyer.example"
    assert new_text(kept) == kept
    kept = "Ship to:\n\nBrightwater Foods\n2200 Lake Street\nTel. +1 555 123 4567"
    assert new_text(kept) == kept


def test_what_reads_like_a_statement_below_the_sign_off_stays() -> None:
    text = "See below.\n\nThanks,\nAnn\n\nPS: INV-2 was paid on the 12th."
    assert "INV-2 was paid" in new_text(text)


@pytest.mark.parametrize(
    "line",
    ["Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone", "Enviado desde mi iPhone", "Inviato da iPhone",
     "Verzonden vanaf mijn iPhone", "Enviado do meu iPhone", "Wysłane z iPhone'a", "Skickat från min iPhone", "Sendt fra min iPhone",
     "Отправлено с iPhone", "iPhoneから送信", "나의 iPhone에서 보냄", "发自我的 iPhone", "Get Outlook for iOS<https://aka.ms/o0ukef>"],
)  # fmt: skip
def test_the_line_of_a_device_goes(line: str) -> None:
    assert new_text(f"We paid INV-1.\n\n{line}\n") == "We paid INV-1."


def test_boilerplate_and_banners_go_and_figures_in_them_stay() -> None:
    text = (
        "[EXTERNAL] This email originated from outside the organisation. Do not click links.\n\nWe paid INV-1.\n\n"
        "This e-mail is confidential and intended only for the named recipient. If you received it in error, delete it.\n"
    )
    assert new_text(text) == "We paid INV-1."
    assert "5,000.00" in new_text(
        "Confidential: the recipient is paid 5,000.00 by e-mail order, delete the attachment after use."
    )


def test_an_empty_text_and_a_text_of_quotes_say_nothing() -> None:
    assert new_text("") == ""
    assert new_text(QUOTE) == ""


def test_a_forward_keeps_the_words_of_both_apart() -> None:
    text = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Dana <dana@buyer.example>\nDate: Fri, 13 Mar 2026\n"
        "Subject: payment\nTo: Tom\n\nWire of 10,000.00 for 104310 and 104377.\n"
    )
    assert new_text(text) == "FYI"
    assert is_forward(text)
    assert forwarded_text(text, OWN) == "Wire of 10,000.00 for 104310 and 104377."


@pytest.mark.parametrize(
    "line",
    ["Begin forwarded message:", "-------- Weitergeleitete Nachricht --------", "---------- Message transféré ---------",
     "---------- Mensaje reenviado ----------", "---------- Messaggio inoltrato ----------", "---------- 전달된 메시지 ----------",
     "---------- 転送されたメッセージ ----------", "---------- 转发的邮件 ----------", "-------- Doorgestuurd bericht --------"],
)  # fmt: skip
def test_forward_markers_are_known_in_many_languages(line: str) -> None:
    text = f"siehe unten\n\n{line}\nPaid 5,000.00 for INV-1\n"
    assert (new_text(text), is_forward(text), forwarded_text(text)) == ("siehe unten", True, "Paid 5,000.00 for INV-1")


def test_a_remittance_two_quotes_deep_is_found_and_our_own_reminder_is_not() -> None:
    text = (
        "FYI - this went out Thursday.\n\n> From: Dana Whit <dwhit@callowaygroup.example>\n> Sent: Friday, March 13, 2026 8:02 AM\n"
        "> Subject: RE: FW: payment to Halden?\n> Wire was released yesterday 3/12, 10,000.00. It's for 104310 and 104377, five each.\n>\n"
        ">> From: ar@halden.example\n>> Sent: Thursday, March 12, 2026 4:40 PM\n>> Subject: Reminder: INV-104310 overdue\n"
        ">> Open balance on your account: USD 27,316.40.\n"
    )
    found = forwarded_text(text, OWN)
    assert found == "Wire was released yesterday 3/12, 10,000.00. It's for 104310 and 104377, five each."
    assert forwarded_text(text.replace("dwhit@callowaygroup.example", "ar@halden.example"), OWN) is None


def test_a_forward_of_a_forward_is_read_down_to_the_figures() -> None:
    block = "From: {0} <{0}@buyer.example>\nSent: Friday\nTo: x\nSubject: FW\n\n"
    text = (
        "see below\n\n"
        + block.format("tom")
        + "please process\n\n"
        + block.format("dana")
        + "Paid 5,000.00 for INV-1\n"
    )
    assert forwarded_text(text, OWN) == "Paid 5,000.00 for INV-1"


@pytest.mark.parametrize(
    "quote",
    ['<div class="gmail_quote"><div class="gmail_attr">On Monday AR wrote:</div><blockquote>due 5,000.00</blockquote></div>',
     '<blockquote type="cite">due 5,000.00</blockquote>', '<div id="appendonsend"></div><hr><div>due 5,000.00</div>',
     '<div class="OutlookMessageHeader">From: x</div><div>due 5,000.00</div>', '<div id="divRplyFwdMsg">From: x</div>due 5,000.00',
     '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt"><p>From: x</p></div><p>due 5,000.00</p>',
     '<div class="yahoo_quoted">due 5,000.00</div>',
     "<p><b>From:</b> AR &lt;ar@halden.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ann<br><b>Subject:</b> due</p><p>due 5,000.00</p>"],
)  # fmt: skip
def test_quotes_of_html_mail_are_cut(quote: str) -> None:
    assert html_new_text(f"<html><head><title>x</title></head><body><p>We paid.</p>{quote}</body></html>") == "We paid."


def test_hidden_text_scripts_and_comments_of_html_are_no_words() -> None:
    page = '<style>p{}</style><p>We<!-- not --> paid.</p><script>x("a<b")</script><div style="display:none">secret 5,000.00</div>'
    assert html_new_text(page) == "We paid."


def test_rows_of_an_html_table_stay_together() -> None:
    page = "<table><tr><td><p>INV-1</p></td><td><p>5,00</p></td></tr><tr><td>INV-2</td><td>6,00</td></tr></table>"
    assert html_new_text(page) == "INV-1\t5,00\n\nINV-2\t6,00" or html_new_text(page) == "INV-1\t5,00\nINV-2\t6,00"


def test_an_indented_blockquote_of_html_is_a_quote_only_with_a_sign_of_one() -> None:
    assert "INV-1" in html_new_text(
        '<p>Paid:</p><blockquote style="margin:0 0 0 40px;border:none">INV-1 5,000.00</blockquote>'
    )
    assert "> b" in marked_text('<p>a</p><blockquote type="cite">b</blockquote>').splitlines()


def test_layers_tell_who_wrote_what() -> None:
    found = layers("Yes.\n\nOn Mon, 16 Mar 2026 at 10:00, AR <ar@halden.example> wrote:\n> Paid?\n")
    assert [(layer.depth, "halden" in layer.author) for layer in found] == [(0, False), (1, True)]


@pytest.mark.parametrize(
    "text",
    ["On a a a " * 40_000, "On a b c\n" * 40_000, "\n" * 400_000, "> " * 100_000, "From: a\n" * 40_000, "regards,\n" * 40_000,
     "a" * 400_000, "-----\n" * 60_000, ">" * 200_000 + "x", ("> " * 30 + "x\n") * 10_000, "external email\n" * 20_000],
)  # fmt: skip
def test_hostile_texts_cost_little_time(text: str) -> None:
    start = time.process_time()
    new_text(text)
    forwarded_text(text)
    html_new_text(text.replace(">", "<p>"))
    assert time.process_time() - start < 5


def test_a_line_above_a_quote_without_address_or_verb_begins_the_quote() -> None:
    assert new_text("Yes, please.\n\n2026-03-03 17:21 GMT+01:00 Ann Other\n\nShall we cancel 4711?\n") == "Yes, please."


def test_a_line_above_a_quote_may_be_torn_at_its_address() -> None:
    text = "We pay on Friday.\n\nOn Thu, 31 Mar 2026 at 11:16 Ann Other\n\n<\nmailto:Ann Other <ann@us.example>\n> wrote:\n\nPlease pay.\n"
    assert new_text(text) == "We pay on Friday."
