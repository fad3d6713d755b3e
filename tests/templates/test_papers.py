"""The papers: what can be read back from their text, their bytes, and what must never break them."""

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pdfplumber
import pypdfium2  # type: ignore[import-untyped]
import pytest

from agent.domain import notices as n
from agent.domain.money import Money, total
from agent.domain.receivables import InvoiceType, TaxTreatment
from templates import pdf
from templates.epc import epc_payload, epc_qr
from templates.iban import valid_iban
from templates.samples import COMPANY, credit_note, currency_of, customer, invoice, logo, money, samples, untaxed
from templates.words import languages, words_of

OUR_IBAN = "DE89 3704 0044 0532 0130 00"


def pages(data: bytes) -> list[str]:
    """The text of each page, as another program reads it, with plain spaces."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        texts = [page.extract_text() for page in document.pages]
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]


def text_of(data: bytes) -> str:
    return "\n".join(pages(data))


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@cache
def sample_text(language: str) -> str:
    return text_of(pdf.invoice_pdf(invoice(language), language, COMPANY))


@pytest.mark.parametrize("language", languages())
def test_an_invoice_says_in_its_text_layer_all_that_a_payer_needs(language: str) -> None:
    document, words, text = invoice(language), words_of(language), sample_text(language)
    expected = (
        document.number, document.po_number, document.order, OUR_IBAN, "RF18 5390 0754 7034", "COBADEFFXXX",
        document.customer.name, document.customer.contact, *document.customer.address.splitlines(),
        COMPANY.name, "DE811234567", document.customer.tax_id, "LS-88213",
        words.money(document.total), words.money(document.net), words.money(document.tax),
        words.day(document.issued_on), words.day(document.due_on), words.day(document.supplied_on),
        words.money(document.total - (document.discount_amount or document.total)), words.day(document.discount_until),
        *(line.description for line in document.lines), *(words.amount(line.net) for line in document.lines),
        *(line.item for line in document.lines),
    )  # fmt: skip
    assert [part for part in map(plain, expected) if part not in text] == []


@pytest.mark.parametrize("language", languages())
def test_every_other_paper_can_be_read_back_too(language: str) -> None:
    words, found = words_of(language), samples(language)
    order, statement, reminder = (found[name] for name in ("order_acknowledgement", "statement", "reminder_3"))
    assert isinstance(order, n.OrderNotice)
    assert isinstance(statement, n.StatementNotice)
    assert isinstance(reminder, n.ReminderNotice)
    ordered = text_of(pdf.order_pdf(order, language, COMPANY))
    stated = text_of(pdf.statement_pdf(statement, language, COMPANY))
    asked = text_of(pdf.reminder_pdf(reminder, language, COMPANY))
    credited = text_of(pdf.invoice_pdf(credit_note(language), language, COMPANY))
    assert all(part in ordered for part in (order.order, order.po_number, plain(words.money(order.total or order.net))))
    assert all(row.invoice in stated and plain(words.amount(row.open)) in stated for row in statement.rows)
    assert plain(words.money(statement.balance)) in stated
    assert all(part in asked for part in (plain(words.money(reminder.total_due)), OUR_IBAN, "INV-104395"))
    assert plain(words.day(reminder.deadline)) in asked
    assert all(part in credited for part in ("CN-20031", "INV-104411"))
    assert "-" + words.amount(-credit_note(language).total) not in credited


@pytest.mark.parametrize("lines", [1, 60, 200])
def test_the_head_of_the_table_is_on_every_page_and_every_line_once(lines: int) -> None:
    document = invoice("en", lines)
    texts = pages(pdf.invoice_pdf(document, "en", COMPANY))
    numbered = [re.findall(r"^(\d+0) ", text, re.MULTILINE) for text in texts]
    assert [number for page in numbered for number in page] == [line.line for line in document.lines]
    assert all("Unit price" in text for text, numbers in zip(texts, numbered, strict=True) if numbers)
    assert all(f"Page {at} of {len(texts)}" in text for at, text in enumerate(texts, 1))
    assert all("INV-104411" in text for text in texts)
    assert plain(words_of("en").money(document.total)) in "".join(texts[-2:])


_AGAIN = """
import hashlib
from templates import pdf
from templates.samples import COMPANY, invoice, samples
for language in ("en", "ja", "ko"):
    print(hashlib.sha256(pdf.invoice_pdf(invoice(language, 30), language, COMPANY)).hexdigest())
print(hashlib.sha256(pdf.statement_pdf(samples("fr")["statement"], "fr", COMPANY)).hexdigest())
"""


def test_the_same_data_give_the_same_bytes_in_another_process_at_another_time() -> None:
    def once(**environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", _AGAIN], env=os.environ | environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    first = once(PYTHONHASHSEED="1", TZ="UTC")
    time.sleep(1.1)
    assert once(PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C") == first
    assert len(set(first.split())) == 4


def test_other_papers_in_between_change_nothing() -> None:
    before = pdf.statement_pdf(_statement(), "en", COMPANY)
    pdf.invoice_pdf(invoice("ko", 70), "ko", replace(COMPANY, logo=logo()))
    assert pdf.statement_pdf(_statement(), "en", COMPANY) == before


def _statement() -> n.StatementNotice:
    notice = samples("en")["statement"]
    assert isinstance(notice, n.StatementNotice)
    return notice


def test_it_says_that_it_is_pdf_a_3b_and_bears_the_papers_date() -> None:
    data = pdf.invoice_pdf(invoice("en"), "en", COMPANY)
    assert b"<pdfaid:part>3</pdfaid:part>" in data
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in data
    with pdfplumber.open(io.BytesIO(data)) as document:
        assert document.metadata["CreationDate"].startswith("D:20261103")


HOSTILE = (
    '#panic("x") *bold* _it_ $x^2$ `raw` <label> @ref [a](b) = Head // no /* no */ \\u{41} {{7*7}} & "q" '
    '#import "/etc/passwd"'
)


def _long(document: n.InvoiceDocument, text: str) -> n.InvoiceDocument:
    lines = tuple(replace(line, description=text, note=text, item=text, unit="box of 100") for line in document.lines)
    who = replace(document.customer, name=text, address="\n".join([text] * 12), contact=text)
    return replace(document, lines=lines, customer=who, ship_to=text, notes=(text,) * 3, po_number=text)


def test_what_customers_write_prints_as_it_stands() -> None:
    document = replace(invoice("en", 1), customer=replace(customer("en"), name=HOSTILE))
    text = text_of(pdf.invoice_pdf(document, "en", COMPANY))
    squeezed = re.sub(r"\s", "", text)
    for part in (
        '#panic("x")',
        "*bold*",
        "$x^2$",
        "`raw`",
        "<label>",
        "@ref",
        "{{7*7}}",
        '#import"/etc/passwd"',
        "//no",
    ):
        assert part in squeezed


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "X" * 400,
        "Sehr lange Bezeichnung mit vielen Angaben, " * 60,
        "株式会社髙橋製作所のとても長い品名" * 20,
        "مرحبا سلام 😀 สวัสดี नमस्ते \u202eabc\x00\x07 e\u0301\u0323 \ufffd \U0010ffff 뷁 ﬀ ☃",
        "",
    ],
)
def test_no_text_breaks_a_paper(text: str) -> None:
    data = pdf.invoice_pdf(_long(invoice("de", 4), text), "de", COMPANY)
    assert OUR_IBAN in text_of(data)
    assert _inside_the_page(data)


def _inside_the_page(data: bytes) -> bool:
    with pdfplumber.open(io.BytesIO(data)) as document:
        return all(ch["x0"] >= 0 and ch["x1"] <= page.width + 0.5 for page in document.pages for ch in page.chars)


def test_letters_that_the_fonts_lack_are_written_in_latin_ones() -> None:
    document = replace(invoice("en", 1), notes=("Киев Łódź Αθήνα สวัสดี", "김 髙橋 汉字"))
    text = text_of(pdf.invoice_pdf(document, "en", COMPANY))
    assert "Киев Łódź Αθήνα" in text
    assert "김 髙橋 汉字" in text
    assert "swasdi" in text.lower().replace(" ", "")


@pytest.mark.parametrize("language", languages())
def test_no_paper_names_an_account_that_is_not_ours(language: str) -> None:
    """Read back from the finished papers, with everything a customer can write naming another one."""
    theirs = "GB82 WEST 1234 5698 7654 32"
    document = replace(_long(invoice(language), theirs), payment_terms=theirs, reason=theirs, corrects=theirs)
    notice = _statement()
    statement = replace(notice, rows=tuple(replace(row, po_number=theirs) for row in notice.rows))
    for data in (pdf.invoice_pdf(document, language, COMPANY), pdf.statement_pdf(statement, language, COMPANY)):
        letters = re.sub(r"[^A-Z0-9]", "", text_of(data).upper())
        found = {letters[at : at + size] for at in range(len(letters)) for size in (20, 22, 24, 27)}
        assert {one for one in found if valid_iban(one)} == {COMPANY.iban}


@pytest.mark.parametrize(
    ("currency", "shown"), [("JPY", "JPY 159,368"), ("KWD", "KWD 1,724.072"), ("USD", "USD 1,724.07")]
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, shown: str) -> None:
    assert shown in text_of(pdf.invoice_pdf(invoice("en", 3, currency), "en", COMPANY))


def test_several_tax_rates_are_summed_up_by_rate() -> None:
    document = invoice("de", 3)
    low = n.TaxLine(rate=Decimal(7), net=Money.of("230.00", "EUR"), tax=Money.of("16.10", "EUR"))
    high = n.TaxLine(rate=Decimal(19), net=Money.of("1218.80", "EUR"), tax=Money.of("231.57", "EUR"))
    document = replace(document, taxes=(high, low), tax=high.tax + low.tax, total=document.net + high.tax + low.tax)
    text = text_of(pdf.invoice_pdf(document, "de", COMPANY))
    assert re.search(r"19 % 1\.218,80 231,57", text)
    assert re.search(r"7 % 230,00 16,10", text)
    assert "1.696,47 EUR" in text


@pytest.mark.parametrize("treatment", [t for t in TaxTreatment if t is not TaxTreatment.STANDARD])
@pytest.mark.parametrize("language", languages())
def test_an_untaxed_invoice_says_why(language: str, treatment: TaxTreatment) -> None:
    document = replace(untaxed(invoice(language)), tax_treatment=treatment)
    text = re.sub(r"\s", "", text_of(pdf.invoice_pdf(document, language, COMPANY)))
    assert re.sub(r"\s", "", words_of(language).say(f"treatment.{treatment}")) in text


def test_freight_stands_between_goods_and_net_where_the_net_amount_holds_it() -> None:
    document = invoice("en", 3)
    freight = Money.of("25.00", "EUR")
    goods = total(tuple(line.net for line in document.lines), "EUR")
    text = text_of(pdf.invoice_pdf(replace(document, freight=freight, net=goods + freight), "en", COMPANY))
    assert re.search(r"Subtotal EUR 1,448\.80\s+Freight EUR 25\.00\s+Net amount EUR 1,473\.80", text)
    text = text_of(pdf.invoice_pdf(replace(document, freight=freight), "en", COMPANY))
    assert re.search(r"Net amount EUR 1,448\.80\s+Freight EUR 25\.00", text)


def test_a_summary_has_no_lines_but_the_same_sums() -> None:
    text = text_of(pdf.invoice_pdf(replace(invoice("en"), summary=True), "en", COMPANY))
    assert "Pressure transmitter" not in text
    assert "EUR 1,724.07" in text
    assert "LS-88213" in text


def test_a_pro_forma_says_that_it_is_no_invoice_and_has_no_reference_to_pay_by() -> None:
    text = text_of(pdf.invoice_pdf(replace(invoice("en"), proforma=True, creditor_reference=""), "en", COMPANY))
    assert text.count("Pro-forma invoice") >= 1
    assert "not a tax invoice" in text


def test_instalments_are_listed_with_their_dates() -> None:
    parts = tuple(
        n.Instalment(due_on=invoice("en").issued_on, amount=Money.of(amount, "EUR")) for amount in ("1000.00", "724.07")
    )
    text = text_of(pdf.invoice_pdf(replace(invoice("en"), instalments=parts), "en", COMPANY))
    flat = " ".join(text.split())
    assert "1/2 3 November 2026 1,000.00 2/2 3 November 2026 724.07" in flat
    assert "First instalment by 3 Nov 2026" in flat


def test_a_credit_note_with_negative_prices_shows_them_without_a_sign() -> None:
    document = credit_note("en")
    lines = tuple(replace(line, unit_price=-line.unit_price) for line in document.lines)
    text = text_of(pdf.invoice_pdf(replace(document, lines=lines), "en", COMPANY))
    assert "-189.50" not in text
    assert OUR_IBAN not in text.split("Total credit")[-1].split("\n")[0]


def test_the_qr_code_holds_what_the_standard_wants() -> None:
    amount = Money.of("1724.07", "EUR")
    assert epc_payload(COMPANY, amount, "RF18 5390 0754 7034", "INV-1").split("\n") == [
        "BCD", "002", "1", "SCT", "COBADEFFXXX", COMPANY.name, COMPANY.iban, "EUR1724.07", "", "RF18539007547034",
    ]  # fmt: skip
    assert epc_payload(COMPANY, amount, "", "INV-1").split("\n")[-3:] == ["", "", "INV-1"]
    assert epc_payload(COMPANY, amount, "RF00WRONG", "INV-1").endswith("\nINV-1")


@pytest.mark.parametrize(
    ("company", "amount"),
    [
        (COMPANY, Money.of("10.00", "USD")),
        (COMPANY, Money.of("0.00", "EUR")),
        (COMPANY, Money.of("-1.00", "EUR")),
        (replace(COMPANY, iban="DE88370400440532013000"), Money.of("10.00", "EUR")),
        (replace(COMPANY, iban=""), Money.of("10.00", "EUR")),
    ],
)
def test_there_is_no_qr_code_that_could_not_be_paid(company: n.Company, amount: Money) -> None:
    assert epc_qr(company, amount, "", "INV-1") == ""


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


@pytest.mark.parametrize(
    "make",
    [
        lambda: replace(COMPANY, logo=logo()),
        lambda: replace(COMPANY, logo=SVG),
        lambda: replace(COMPANY, logo=b"\x89PNG\r\n\x1a\n" + b"broken" * 9),
        lambda: replace(COMPANY, logo=b"<svg <<<"),
        lambda: replace(COMPANY, logo=b"GIF89a"),
        lambda: n.Company(name="Nord"),
        lambda: replace(COMPANY, country="US", colour="#ffee00", name="A very long company name " * 6),
    ],
)  # fmt: skip
def test_no_logo_and_no_missing_setting_keeps_an_invoice_from_being_made(make: Callable[[], n.Company]) -> None:
    data = pdf.invoice_pdf(invoice("en"), "en", make())
    assert "INV-104411" in text_of(data)
    assert _inside_the_page(data)


def test_american_papers_are_letter_size() -> None:
    with pdfplumber.open(io.BytesIO(pdf.invoice_pdf(invoice("en"), "en", replace(COMPANY, country="US")))) as document:
        assert (round(document.pages[0].width), round(document.pages[0].height)) == (612, 792)


def test_an_xml_can_be_carried_inside() -> None:
    data = pdf.invoice_pdf(invoice("en"), "en", COMPANY, xml=b"<Invoice>\xc3\xa9</Invoice>")
    document = pypdfium2.PdfDocument(data)
    assert document.count_attachments() == 1
    assert document.get_attachment(0).get_name() == "factur-x.xml"
    assert bytes(document.get_attachment(0).get_data()) == b"<Invoice>\xc3\xa9</Invoice>"
    document.close()


def test_an_invoice_is_laid_out_once_for_the_file_and_the_mail() -> None:
    document = invoice("nl", 2, number="INV-7")
    assert pdf.invoice_pdf(document, "nl", COMPANY) is pdf.invoice_pdf(replace(document), "nl", COMPANY)


def test_a_statement_without_items_says_so() -> None:
    zero = money("0.00", currency_of("en"))
    empty = replace(_statement(), rows=(), balance=zero, overdue=zero, unapplied=None)
    assert "There are no open items." in text_of(pdf.statement_pdf(empty, "en", COMPANY))


def test_an_invoice_in_negative_amounts_offers_no_qr_code_and_no_account_to_pay_to() -> None:
    document = replace(invoice("en"), total=Money.of("-5.00", "EUR"), type=InvoiceType.INVOICE, discount_amount=None)
    assert "Payment details" not in text_of(pdf.invoice_pdf(document, "en", COMPANY))


def test_loading_the_package_loads_neither_the_typesetter_nor_the_template_engine() -> None:
    heavy = "import sys, templates, templates.pdf; print([m for m in ('typst', 'jinja2', 'segno') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
