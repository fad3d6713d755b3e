"""The link to pay by, and the company's own texts on its papers."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]
import pytest

from agent.domain import notices as n
from templates import pdf, render
from templates.paying import fault, pay_link
from templates.samples import COMPANY, credit_note, invoice, samples

LINKED = replace(COMPANY, pay_url="https://pay.example/i/{number}?a={total}&c={currency}&po={po_number}")


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def test_the_link_is_filled_in_and_nothing_of_the_customer_can_change_where_it_leads() -> None:
    document = invoice("en", po_number="../../?x=1&host=evil#é ")
    link = pay_link(LINKED, document)
    assert link.startswith("https://pay.example/i/INV-104411?a=1724.07&c=EUR&po=")
    assert link.endswith("..%2F..%2F%3Fx%3D1%26host%3Devil%23%C3%A9%20")


def test_the_link_stands_in_both_parts_of_the_mail_and_on_the_paper() -> None:
    notice = n.InvoiceNotice(kind=n.NoticeKind.INVOICE, customer=invoice("en").customer, document=invoice("en"))
    mail = render(notice, "en", LINKED)
    assert "https://pay.example/i/INV-104411" in mail.text
    assert "https://pay.example/i/INV-104411" in mail.html
    assert "https://pay.example/i/INV-104411" in text_of(mail.attachments[0].data).replace(" ", "")


@pytest.mark.parametrize("document", [credit_note("en"), invoice("en", proforma=True)])
def test_what_is_not_to_be_paid_has_no_link(document: n.InvoiceDocument) -> None:
    assert pay_link(LINKED, document) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "http://pay.example/{number}",
        "https://{customer}/{number}",
        "https://pay.example/",
        "https://pay.example/{number}?{secret}",
        "javascript:alert({number})",
        "https://user:pw@pay.example/{number}",
        "pay.example/{number}",
    ],
)
def test_a_pattern_that_could_lead_elsewhere_is_refused(pattern: str) -> None:
    assert fault(pattern)
    assert pay_link(replace(COMPANY, pay_url=pattern), invoice("en")) == ""


def own(paper: str, text: str, language: str = "") -> n.OwnText:
    return n.OwnText(paper=paper, text=text, language=language)


def test_each_paper_bears_its_own_text_in_its_own_language() -> None:
    company = replace(
        COMPANY,
        texts=(
            own("invoice", "Thank you, {{ customer }}: {{ total }} by {{ due_date }}."),
            own("invoice", "Besten Dank, {{ customer }}: {{ total }} bis {{ due_date }}.", "de"),
            own("credit_note", "For {{ corrects }} of {{ company }}."),
            own("order", "Order {{ order }} is in hand."),
            own("statement", "Balance {{ balance }}."),
            own("reminder", "Please call about {{ total }}."),
        ),
    )
    assert "Thank you, Harbour & Sons Engineering Ltd: EUR 1,724.07 by 3 December 2026." in text_of(
        pdf.invoice_pdf(invoice("en"), "en", company)
    )
    assert "Besten Dank, Müller & Söhne Anlagenbau GmbH: 1.724,07 EUR bis 3. Dezember 2026." in text_of(
        pdf.invoice_pdf(invoice("de"), "de", company)
    )
    assert "For INV-104411 of Nordlicht" in text_of(pdf.invoice_pdf(credit_note("en"), "en", company))
    found = samples("en")
    assert "Order SO-20417 is in hand." in text_of(pdf.order_pdf(found["order_acknowledgement"], "en", company))  # type: ignore[arg-type]
    assert "Balance EUR 14,275.95." in text_of(pdf.statement_pdf(found["statement"], "en", company))  # type: ignore[arg-type]
    assert "Please call about EUR 12,195.95." in text_of(pdf.reminder_pdf(found["reminder_3"], "en", company))  # type: ignore[arg-type]
