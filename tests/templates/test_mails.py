"""Every notice as a mail, in every language."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from agent.domain import notices as n
from agent.domain import reply_kit
from agent.domain.errors import ArError
from agent.domain.money import Money
from agent.domain.receivables import Difference, Discrepancy
from templates import render
from templates.blocks import Column, Table, fold, table_as_text, wide
from templates.errors import NoTemplate
from templates.notices.orders import MAIL_ROWS
from templates.samples import COMPANY, currency_of, customer, invoice, samples
from templates.words import languages, words_of

CASES = sorted(samples("en"))
HOSTILE = '<script>alert(1)</script> {{ 7*7 }} {% raw %} #panic("x") *bold* $x$ & "quoted"'
_AMOUNT = re.compile(r"\d[\d.,]*\d|\d")


class Reader(HTMLParser):
    """The visible text of a page, and what it links to or loads."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("title", "style", "script")
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if name in ("src", "background", "srcset", "data") or tag in ("link", "script", "img", "iframe", "form"):
                self.loads.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("title", "style", "script")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def words_in(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@cache
def mail_of(case: str, language: str) -> n.Rendered:
    return render(samples(language)[case], language, COMPANY)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("case", CASES)
def test_every_notice_renders_in_every_language(case: str, language: str) -> None:
    mail = mail_of(case, language)
    assert mail.language == language
    assert mail.subject == words_in(mail.subject)
    assert 0 < len(mail.subject) <= 180
    assert COMPANY.email in mail.text
    assert COMPANY.phone in mail.text
    assert "{" not in mail.text + mail.subject
    assert all(wide(line) <= 78 or " " not in line.strip() for line in mail.text.splitlines())
    assert mail.text.endswith("\n")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("case", CASES)
def test_text_and_html_carry_the_same_figures(case: str, language: str) -> None:
    mail = mail_of(case, language)
    page = words_in(" ".join(read(mail.html).text))
    in_text = sorted(set(_AMOUNT.findall(words_in(mail.text))))
    in_page = set(_AMOUNT.findall(page))
    assert [figure for figure in in_text if figure not in in_page] == []


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("case", CASES)
def test_the_html_loads_nothing_and_links_only_to_our_mailbox(case: str, language: str) -> None:
    page = read(mail_of(case, language).html)
    assert page.loads == []
    assert all(link.startswith(f"mailto:{COMPANY.email}?") for link in page.links)


@pytest.mark.parametrize("language", languages())
def test_the_subject_of_an_invoice_names_it_the_order_and_the_due_date(language: str) -> None:
    mail = mail_of("invoice", language)
    due = words_in(words_of(language).day(invoice(language).due_on))
    assert all(part in mail.subject for part in ("INV-104411", "4500019044", due))


@pytest.mark.parametrize("language", languages())
def test_the_text_of_an_invoice_is_complete_in_itself(language: str) -> None:
    document, words = invoice(language), words_of(language)
    text = words_in(mail_of("invoice", language).text)
    expected = [
        document.number, document.po_number, document.order, "DE89 3704 0044 0532 0130 00", "RF18539007547034",
        words.money(document.total), words.money(document.net), words.day(document.due_on),
        words.day(document.discount_until), words.money(document.total - (document.discount_amount or document.total)),
    ]  # fmt: skip
    assert [part for part in map(words_in, expected) if part not in text] == []


@pytest.mark.parametrize("language", languages())
def test_an_order_query_lists_every_difference_with_both_sides(language: str) -> None:
    words = words_of(language)
    text = words_in(mail_of("order_query", language).text)
    price = words.formats.price_of(Decimal("179.5"), currency_of(language))
    for part in (price, words.number(Decimal(1250)), words.number(Decimal(1200)), "PT-1640-XX", "ACCEPT"):
        assert words_in(part) in text
    assert words_in(words.say("difference.unsigned")) in text


def order_query() -> n.OrderNotice:
    notice = samples("en")["order_query"]
    assert isinstance(notice, n.OrderNotice)
    return notice


@pytest.mark.parametrize("code", list(Discrepancy))
def test_every_code_of_a_difference_can_be_asked_about(code: Discrepancy) -> None:
    notice = replace(order_query(), differences=(Difference(code=code, said="lorem", expected="ipsum"),))
    text = render(notice, "en", COMPANY).text
    assert words_of("en").say(f"difference.{code}") in text
    assert "lorem" in text
    assert ("ipsum" in text) is (code is not Discrepancy.CREDIT_LIMIT), "a credit limit is not told to a buyer"


def test_numbers_of_items_are_not_taken_for_amounts() -> None:
    asked = (Difference(code=Discrepancy.UNKNOWN_ITEM, line="1", said="1000200", expected=None),)
    assert "1000200" in render(replace(order_query(), differences=asked), "en", COMPANY).text


@pytest.mark.parametrize("language", languages())
def test_reminders_grow_firmer_and_the_last_goes_as_a_letter_too(language: str) -> None:
    mails = [mail_of(f"reminder_{level}", language) for level in (1, 2, 3, 4)]
    assert len({mail.subject for mail in mails}) == 4
    assert [len(mail.attachments) for mail in mails] == [0, 0, 1, 1]


def test_a_reminder_names_what_is_disputed_or_announced_and_the_credits() -> None:
    text = mail_of("reminder_1", "en").text
    assert "EUR 120.00 of this is being clarified" in text
    assert "You have announced EUR 2,000.00" in text
    assert "-95.20" in text
    assert re.search(r"Total due: +EUR 12,155\.95", text)


@pytest.mark.parametrize("case", ["invoice", "reminder_1", "order_query"])
def test_a_ready_answer_opens_a_reply_to_us_with_our_reference(case: str) -> None:
    mail = mail_of(case, "en")
    links = [urlsplit(link) for link in read(mail.html).links]
    assert links
    for link in links:
        query = parse_qs(link.query)
        assert unquote(link.path) == COMPANY.email
        assert query["subject"] == [f"Re: {mail.subject}"]
        lines = [line for line in query["body"][0].splitlines() if reply_kit.read(line)]
        assert lines or query["body"][0] in mail.text, "a program reads the answer, or the mail shows it"
        assert len(lines) > 1 or all(line in words_in(mail.text) for line in lines)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("case", CASES)
def test_no_line_of_our_own_mail_reads_as_an_answer(case: str, language: str) -> None:
    mail = mail_of(case, language)
    quoted = [line.lstrip("> *") for line in mail.text.splitlines()]
    assert [line for line in (*mail.text.splitlines(), *quoted) if reply_kit.read(line)] == []


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("case", CASES)
def test_what_customers_write_is_never_a_template_and_never_markup(case: str, language: str) -> None:
    notice = samples(language)[case]
    hostile = replace(notice, customer=replace(notice.customer, name=HOSTILE, contact=HOSTILE, number=HOSTILE))
    mail = render(hostile, language, COMPANY)
    assert "<script>" not in mail.html
    assert "<script>alert(1)</script> {{ 7*7 }} {% raw %}" in words_in(unescape(mail.html))
    assert "{{ 7*7 }}" in words_in(mail.text)
    assert "\n" not in mail.subject


@pytest.mark.parametrize("case", CASES)
def test_no_mail_names_an_account_that_is_not_ours(case: str) -> None:
    evil = "Pay to GB82 WEST 1234 5698 7654 32"
    notice = samples("en")[case]
    notice = replace(notice, customer=replace(notice.customer, name=evil), reference=evil)
    for name in ("text", "po_number", "notes", "questions", "invoices", "missing"):
        if hasattr(notice, name):
            old = getattr(notice, name)
            changes: dict[str, Any] = {name: (evil,) if isinstance(old, tuple) else evil}
            notice = replace(notice, **changes)
    mail = render(notice, "en", COMPANY)
    for part in (mail.subject, mail.text, mail.html):
        assert "5698" not in part


def test_a_company_with_little_on_file_still_writes() -> None:
    bare = n.Company(name="Nord", colour="not a colour")
    for notice in samples("en").values():
        mail = render(notice, "en", bare)
        assert "Nord" in mail.text
        assert "mailto:" not in mail.html
        assert "not a colour" not in mail.html


def test_a_light_colour_is_not_used_for_text() -> None:
    html = render(samples("en")["invoice"], "en", replace(COMPANY, colour="#ffee00")).html
    assert "color:#ffee00" not in html
    assert "border-top:4px solid #ffee00" in html


def test_an_unknown_language_is_english_and_says_so() -> None:
    mail = render(samples("en")["invoice"], "xx", COMPANY)
    assert mail.language == "en"
    assert "Please find our invoice attached" in mail.text


def test_a_notice_that_no_template_knows_is_a_fault_of_the_program() -> None:
    with pytest.raises(NoTemplate, match="no template"):
        render(n.Notice(kind=n.NoticeKind.OTHER, customer=customer("en")), "en", COMPANY)
    with pytest.raises(ArError):
        render(replace(samples("en")["order_acknowledgement"], kind=n.NoticeKind.INVOICE), "en", COMPANY)


def test_an_announced_invoice_attaches_nothing_and_asks_for_no_money() -> None:
    notice = n.InvoiceNotice(kind=n.NoticeKind.PRE_INVOICE_NOTICE, customer=customer("en"), document=invoice("en"))
    mail = render(notice, "en", COMPANY)
    assert mail.attachments == ()
    assert "DE89" not in mail.text


def test_a_list_too_long_for_a_mail_is_cut_and_goes_as_a_paper() -> None:
    notice = samples("en")["reminder_1"]
    assert isinstance(notice, n.ReminderNotice)
    rows = tuple(replace(notice.rows[0], invoice=f"INV-{number}") for number in range(MAIL_ROWS + 50))
    mail = render(replace(notice, rows=rows), "en", COMPANY)
    assert "… and 50 more" in mail.text
    assert len(mail.attachments) == 1


def test_attachments_bear_our_numbers() -> None:
    found = {
        case: [a.name for a in render(notice, "en", COMPANY).attachments] for case, notice in samples("en").items()
    }
    assert found["invoice"] == ["INV-104411.pdf"]
    assert found["credit_note"] == ["CN-20031.pdf"]
    assert found["order_prepayment"] == ["SO-20417.pdf", "PF-3007.pdf"]
    assert found["order_cancelled"] == []
    assert found["order_query"] == []
    assert found["statement"] == ["C-1005-2026-11-03.pdf"]


def test_wide_characters_take_two_columns_and_fold_anywhere_but_before_a_closing_mark() -> None:
    assert wide("請求書 INV") == 10
    lines = fold("これまでご案内を差し上げましたが、下記のご請求はいまだご入金を確認できておりません。" * 3, 40)
    assert all(wide(line) <= 42 for line in lines)
    assert not any(line[0] in "、。" for line in lines)
    assert fold("a reference " + "X" * 90 + " stays whole", 40) == ["a reference", "X" * 90, "stays whole"]


def test_a_table_too_wide_for_columns_becomes_short_lists() -> None:
    columns = tuple(Column(f"Column {number}") for number in range(6))
    text = table_as_text(Table(columns, (tuple("word" * 6 for _ in columns),)))
    assert all(wide(line) <= 78 for line in text.splitlines())
    assert text.count("wordwordwordwordwordword") == 6


def test_a_credit_note_asks_for_no_payment_and_shows_its_amounts_without_a_sign() -> None:
    text = mail_of("credit_note", "en").text
    assert "DE89" not in text
    assert "EUR 902.02" in text
    assert "-902.02" not in text


def test_nothing_is_to_be_paid_where_the_total_is_nothing() -> None:
    zero = Money.zero("EUR")
    document = replace(invoice("en"), net=zero, tax=zero, total=zero, taxes=(), discount_amount=None)
    notice = n.InvoiceNotice(kind=n.NoticeKind.INVOICE, customer=customer("en"), document=document)
    assert "DE89" not in render(notice, "en", COMPANY).text
