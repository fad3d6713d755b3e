"""What an e-invoice says in words: terms of payment and notes, in the customer's language."""

from __future__ import annotations

from agent.domain.money import plain, round_half_up
from agent.domain.notices import InvoiceDocument
from agent.domain.receivables import InvoiceType
from templates.notices.invoices import discount_offer
from templates.words import Words


def payment_terms_of(document: InvoiceDocument, words: Words, *, german: bool) -> str:
    """BT-20: the terms as agreed, the early-payment discount in a sentence, instalments; what a credit is for."""
    if document.type is InvoiceType.CREDIT_NOTE:
        if document.cancels:
            return words.say("credit_note.cancels", number=document.corrects)
        return words.say("credit_note.use")
    instalments = (
        words.say("invoice.instalment", amount=words.money(part.amount), date=words.day(part.due_on))
        for part in document.instalments
    )
    parts = [document.payment_terms, discount_offer(document, words), *instalments]
    text = "\n".join(part for part in parts if part)
    return text + _skonto(document) if german else text


def _skonto(document: InvoiceDocument) -> str:
    """The discount once more as German recipients read it by machine (XRechnung, BR-DE-18), on a line of its own."""
    if not (document.discount_percent and document.discount_until and document.discount_amount):
        return ""
    days = (document.discount_until - document.issued_on).days
    return f"\n#SKONTO#TAGE={days}#PROZENT={plain(round_half_up(document.discount_percent, 2))}#\n" if days >= 0 else ""


def note_of(document: InvoiceDocument, words: Words) -> str:
    """BT-22, one note (Peppol R002): what the paper says beside the figures."""
    several = document.delivery_references if len(document.delivery_references) > 1 else ()
    rows = (
        (words.say("label.reason"), document.reason),
        (words.say("label.delivery_note"), ", ".join(several)),
        (words.say("label.tracking"), ", ".join(document.tracking_numbers)),
    )
    fields = ((field.label, field.value) for field in document.fields if not field.term)
    sentences = (*standing(document, words), *document.notes)
    return "\n".join((*(f"{label}: {value}" for label, value in (*rows, *fields) if value), *sentences))


def standing(document: InvoiceDocument, words: Words) -> tuple[str, ...]:
    """Where a document stands among others, and by which certificate it bears no tax."""
    replaces = words.say("invoice.replaces", number=document.replaces, credit_note=document.cancelled_by)
    return tuple(
        text
        for there, text in (
            (bool(document.replaces), replaces),
            (document.cancels, words.say("credit_note.cancels", number=document.corrects)),
            (bool(document.certificate), certificate(document, words)),
        )
        if there
    )


def certificate(document: InvoiceDocument, words: Words) -> str:
    if not document.certificate_until:
        return words.say("treatment.certificate_undated", number=document.certificate)
    until = words.day(document.certificate_until)
    return words.say("treatment.certificate", number=document.certificate, date=until)
