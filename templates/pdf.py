"""Papers as PDF: invoices, credit notes, order confirmations, statements and the letters of the last reminders.

PDF/A-3b, dated with the paper's own date, and the same bytes for the same data on every machine.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from agent.domain.collecting_notices import ChargeNotice, PlanNotice, PolicyLetter
from agent.domain.notices import (
    Attachment,
    Company,
    DisputeNoticeOut,
    DisputePolicy,
    InvoiceDocument,
    InvoiceNotice,
    NoticeKind,
    OrderNotice,
    ReminderNotice,
    StatementNotice,
)
from templates.clean import safe_file_name, scrub
from templates.einvoice import missing
from templates.einvoice.cii import cii
from templates.einvoice.facturx import labelled
from templates.einvoice.ubl import ubl
from templates.notices.reminders import wants_letter
from templates.papers.account import reminder_paper, statement_paper
from templates.papers.collecting import charge_paper, late_payment_paper, plan_paper
from templates.papers.invoice import invoice_paper
from templates.papers.order import order_paper
from templates.papers.paper import Paper, breakable
from templates.papers.policy import policy_paper
from templates.texts import own_text
from templates.typesetting import typeset
from templates.words import Words, words_of

_WRITERS = {"facturx": cii, "ubl": ubl}
_UNDATED = date(2000, 1, 1)  # PDF/A wants a date, and the wall clock would make every rendering a different file


def invoice_pdf(document: InvoiceDocument, language: str, company: Company, *, xml: bytes | None = None) -> bytes:
    """An invoice, credit note or pro-forma invoice; `xml` is embedded beside it (for e-invoices in a PDF)."""
    return _invoice_pdf(document, words_of(language).language, company, xml)


@lru_cache(maxsize=4)
def _invoice_pdf(document: InvoiceDocument, language: str, company: Company, xml: bytes | None) -> bytes:
    """Kept for a moment: an invoice is filed as a paper and then attached to its mail, and both must be the same."""
    words = words_of(language)
    data = typeset(invoice_paper(scrub(document, company.iban), words, company), words, company, xml)
    return labelled(data) if xml else data


def invoice_papers(notice: InvoiceNotice, language: str, company: Company) -> tuple[Attachment, ...]:
    """The PDF of an invoice with its e-invoice inside (facturx) or beside it (ubl), as far as nothing lacks for one.

    `einvoice.missing` says why it is the PDF alone. The first file is the paper that is filed.
    """
    document, form = notice.document, notice.xml
    xml = b""
    if form in _WRITERS and not missing(document, company):
        xml = _WRITERS[form](document, company, language)
    embedded = xml if form == "facturx" else b""
    name = notice.file_name or document.number
    paper = attached(name, invoice_pdf(document, language, company, xml=embedded or None))
    if form != "ubl" or not xml:
        return (paper,)
    return (paper, Attachment(safe_file_name(name, ".xml"), "application/xml", xml))


def order_pdf(notice: OrderNotice, language: str, company: Company) -> bytes:
    """The confirmation of an order."""
    words = words_of(language)
    paper = order_paper(scrub(notice, company.iban), words, notice.ordered_on or _UNDATED)
    values = {
        "order": notice.order,
        "po_number": notice.po_number,
        "date": words.day(notice.ordered_on),
        "net": words.money(notice.net),
        "total": words.money(notice.total) if notice.total else "",
        "currency": notice.currency,
        "terms": notice.payment_terms,
        "ship_to": ", ".join(notice.ship_to.splitlines()),
    }
    return typeset(_with_text(paper, "order", values, words, company), words, company)


def _with_text(paper: Paper, kind: str, values: dict[str, str], words: Words, company: Company) -> Paper:
    """The paper with the company's own text for its kind under the other notes."""
    who = paper.customer
    own = {"customer": who.name, "customer_number": who.number, "contact": who.contact, "company": company.name}
    text = own_text(company.texts, kind, words.language, own | values)
    return replace(paper, notes=(*paper.notes, breakable(text))) if text else paper


def statement_pdf(notice: StatementNotice, language: str, company: Company) -> bytes:
    """A statement of account."""
    words = words_of(language)
    paper = statement_paper(scrub(notice, company.iban), words, company)
    values = {"date": words.day(notice.as_of), "balance": words.money(notice.balance), "currency": notice.currency}
    return typeset(_with_text(paper, "statement", values, words, company), words, company)


def reminder_pdf(notice: ReminderNotice, language: str, company: Company) -> bytes:
    """A reminder as a letter."""
    words = words_of(language)
    paper = reminder_paper(scrub(notice, company.iban), words, company)
    values = {
        "date": words.day(notice.as_of),
        "due_date": words.day(notice.deadline),
        "total": words.money(notice.total_due),
        "currency": notice.currency,
    }
    return typeset(_with_text(paper, "reminder", values, words, company), words, company)


def policy_pdf(policy: DisputePolicy, language: str, company: Company) -> bytes:
    """The written dispute policy."""
    words = words_of(language)
    return typeset(policy_paper(scrub(policy, company.iban), words, company), words, company)


def policy_papers(notice: DisputeNoticeOut, language: str, company: Company) -> tuple[Attachment, ...]:
    """The dispute policy beside the mail that says a case was opened, where the settings want it."""
    if not notice.policy or notice.kind is not NoticeKind.DISPUTE_OPENED:
        return ()
    policy = DisputePolicy(
        as_of=notice.opened_on or _UNDATED,
        review_days=notice.review_days,
        management_days=notice.management_days,
        customer=notice.customer,
    )
    return (attached(words_of(language).say("policy.file"), policy_pdf(policy, language, company)),)


def charge_pdf(notice: ChargeNotice, language: str, company: Company) -> bytes:
    """A charge for late payment with its calculation."""
    words = words_of(language)
    return typeset(charge_paper(scrub(notice, company.iban), words, company), words, company)


def plan_pdf(notice: PlanNotice, language: str, company: Company) -> bytes:
    """A payment plan as it was agreed."""
    words = words_of(language)
    return typeset(plan_paper(scrub(notice, company.iban), words, company), words, company)


def late_payment_pdf(notice: PolicyLetter, language: str, company: Company) -> bytes:
    """The letter that says how we handle late payment."""
    words = words_of(language)
    return typeset(late_payment_paper(scrub(notice, company.iban), words, company), words, company)


def attached(name: str, data: bytes) -> Attachment:
    """A PDF under a name made safe for every file system."""
    return Attachment(safe_file_name(name, ".pdf"), "application/pdf", data)


def order_papers(notice: OrderNotice, language: str, company: Company) -> tuple[Attachment, ...]:
    """What goes with an acknowledgement: the confirmation, and the pro-forma invoice where we ask for prepayment."""
    if notice.kind is not NoticeKind.ORDER_ACKNOWLEDGEMENT or notice.cancelled:
        return ()
    papers = [attached(notice.order, order_pdf(notice, language, company))]
    if notice.proforma:
        papers.append(attached(notice.proforma.number, invoice_pdf(notice.proforma, language, company)))
    return tuple(papers)


def reminder_papers(notice: ReminderNotice, language: str, company: Company) -> tuple[Attachment, ...]:
    """A reminder as a letter, where it goes as one."""
    if not wants_letter(notice):
        return ()
    name = f"{notice.reference or notice.customer.number}-{notice.as_of.isoformat()}"
    return (attached(name, reminder_pdf(notice, language, company)),)
