"""Notices become mails (text and HTML) and papers (PDF) in the customer's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.domain.notices import Attachment, Company, Notice, Rendered
    from templates.blocks import View
    from templates.words import Words


def render(notice: Notice, language: str, company: Company, *, more: tuple[Attachment, ...] = ()) -> Rendered:
    """Lay a notice out in a language (ISO 639-1, English where it is unknown), with its papers and `more` attached."""
    from templates.clean import scrub
    from templates.mail import compose
    from templates.words import words_of

    words, safe = words_of(language), scrub(notice, company.iban)
    papers = (*_papers(safe, words.language, company), *more)
    return compose(_view(safe, words, company), words, company, safe.customer, papers)


def _view(notice: Notice, words: Words, company: Company) -> View:
    from agent.domain import notices as n
    from templates.notices import (
        advices,
        agreements,
        collecting,
        disputes,
        inquiries,
        invoices,
        orders,
        reminders,
        requests,
        returns,
        statements,
    )

    match notice:
        case n.OrderNotice():
            return orders.view(notice, words)
        case n.AgreementNotice():
            return agreements.view(notice, words)
        case n.ReturnNotice():
            return returns.view(notice, words)
        case n.DeliveryInquiry():
            return inquiries.view(notice, words)
        case n.InvoiceNotice():
            return invoices.view(notice, words, company)
        case n.ReminderNotice():
            return reminders.view(notice, words, company)
        case n.StatementNotice():
            return statements.view(notice, words)
        case n.AdviceNotice():
            return advices.view(notice, words)
        case n.MissingRemittance():
            return advices.missing_view(notice, words)
        case n.DisputeNoticeOut():
            return disputes.view(notice, words)
        case n.RequestAnswer():
            return requests.view(notice, words)
        case _:
            return collecting.view(notice, words, company)


def _papers(notice: Notice, language: str, company: Company) -> tuple[Attachment, ...]:
    from agent.domain import collecting_notices as c
    from agent.domain import notices as n
    from templates import pdf

    match notice:
        case n.InvoiceNotice() if notice.kind is n.NoticeKind.PRE_INVOICE_NOTICE:
            return ()  # nothing is issued yet
        case n.InvoiceNotice():
            return pdf.invoice_papers(notice, language, company)
        case n.OrderNotice():
            return pdf.order_papers(notice, language, company)
        case n.ReminderNotice():
            return pdf.reminder_papers(notice, language, company)
        case n.DisputeNoticeOut():
            return pdf.policy_papers(notice, language, company)
        case c.ChargeNotice():
            return (pdf.attached(notice.number, pdf.charge_pdf(notice, language, company)),)
        case c.PlanNotice() if notice.form is c.PlanForm.AGREED:
            return (pdf.attached(f"PP{notice.plan}", pdf.plan_pdf(notice, language, company)),)
        case c.PolicyLetter():
            name = f"{notice.customer.number}-{notice.as_of.isoformat()}"
            return (pdf.attached(name, pdf.late_payment_pdf(notice, language, company)),)
        case n.StatementNotice():
            name = f"{notice.customer.number}-{notice.as_of.isoformat()}"
            return (pdf.attached(name, pdf.statement_pdf(notice, language, company)),)
        case _:
            return ()
