"""Mails that carry an invoice or a credit note."""

from __future__ import annotations

from agent.domain.money import Money
from agent.domain.notices import Company, InvoiceDocument, InvoiceNotice, NoticeKind, NoticeLine
from agent.domain.receivables import InvoiceType
from templates.blocks import Answer, Block, Bullets, Column, Facts, Paragraph, Quick, Table, View, facts, joined
from templates.formats import grouped_iban
from templates.notices import kit
from templates.notices.orders import in_currency, limited, quantity, unit_price
from templates.paying import pay_link
from templates.swiss import reference_of
from templates.words import Words


def view(notice: InvoiceNotice, words: Words, company: Company) -> View:
    document = notice.document
    if notice.kind is NoticeKind.PRE_INVOICE_NOTICE:
        return _announced(notice, words)
    if document.type is InvoiceType.CREDIT_NOTE:
        return _credit_note(notice, words)
    form = "_copy" if notice.copy else ""
    name = "proforma.title" if document.proforma else "invoice.title" + form
    title = words.say(name, number=document.number)
    blocks: list[Block] = [Paragraph(words.say("invoice.intro" + form)), _summary(document, words)]
    blocks += _instalments(document, words)
    offer = discount_offer(document, words)
    if offer:
        blocks.append(Paragraph(offer, strong=True))
    if document.total.minor > 0:
        blocks += bank(company, words, reference_of(document, company) or document.number)
        if link := pay_link(company, document):
            blocks.append(Paragraph(words.say("invoice.pay_online", link=link)))
    blocks += _answers(document, words)
    return View(_subject(title, document, words), title, tuple(blocks), notice.reference or document.number)


def _announced(notice: InvoiceNotice, words: Words) -> View:
    """Says what will be invoiced, before anything is issued."""
    document = notice.document
    title = words.say("pre_invoice_notice.title", po=document.po_number or document.order)
    blocks: list[Block] = [Paragraph(words.say("pre_invoice_notice.intro")), _summary(document, words)]
    blocks.append(_lines(document, words))
    if notice.until:
        blocks.append(Paragraph(words.say("pre_invoice_notice.until", date=words.day(notice.until)), strong=True))
    reference = notice.reference or document.order or document.po_number
    said = (words.say(f"pre_invoice_notice.{key}", reference=reference) for key in ("quick_accept", "quick_object"))
    answers = tuple(Answer(one, one.strip(), one) for one in said)
    blocks.append(Quick(words.say("letter.quick"), answers))
    return View((title, document.order, reference), title, tuple(blocks), reference)


def _lines(document: InvoiceDocument, words: Words) -> Table:
    columns = (
        Column(words.say("label.description")),
        Column(words.say("label.quantity"), right=True),
        Column(words.say("label.unit_price"), right=True),
        Column(in_currency(words, "amount", document.currency), right=True),
    )
    return Table(columns, limited(tuple(_line(line, document.currency, words) for line in document.lines), words))


def _line(line: NoticeLine, currency: str, words: Words) -> tuple[str, ...]:
    return (
        joined(line.description, line.item),
        quantity(line, words),
        unit_price(line, currency, words),
        words.amount(line.net),
    )


def _credit_note(notice: InvoiceNotice, words: Words) -> View:
    document, form = notice.document, "_copy" if notice.copy else ""
    title = words.say("credit_note.title" + form, number=document.number)
    blocks: tuple[Block, ...] = (
        Paragraph(words.say("credit_note.intro" + form)),
        _summary(document, words),
        Paragraph(
            words.say("credit_note.cancels", number=document.corrects)
            if document.cancels
            else words.say("credit_note.use")
        ),
    )
    return View(_subject(title, document, words), title, blocks, notice.reference or document.number)


def _subject(title: str, document: InvoiceDocument, words: Words) -> tuple[str, ...]:
    po = words.say("subject.po", po=document.po_number) if document.po_number else ""
    due = words.say("subject.due", date=words.day(document.due_on)) if document.due_on else ""
    return (title, po, due)


def _summary(document: InvoiceDocument, words: Words) -> Facts:
    credit = document.type is InvoiceType.CREDIT_NOTE
    number, issued = ("credit_note", "credit_note_date") if credit else ("invoice", "invoice_date")
    return facts(
        (words.say(f"label.{'proforma' if document.proforma else number}"), document.number),
        (words.say("label.corrects"), document.corrects),
        (words.say(f"label.{issued}"), words.day(document.issued_on)),
        (words.say("label.po_number"), document.po_number),
        (words.say("label.order"), document.order),
        (words.say("label.delivery_note"), ", ".join(document.delivery_references)),
        (words.say("label.tracking"), ", ".join(document.tracking_numbers)),
        (words.say("label.reason"), document.reason),
        (words.say("label.net"), words.money(shown(document, document.net))),
        (words.say("label.tax_total"), words.money(shown(document, document.tax))),
        (words.say("label.total_credit" if credit else "label.total"), words.money(shown(document, document.total))),
        (words.say("label.payment_terms"), document.payment_terms),
        (words.say("label.due_on"), words.day(document.due_on)),
    )


def shown(document: InvoiceDocument, amount: Money) -> Money:
    """An amount as the paper shows it: a credit note says "credit" in words, so its amounts stand without a sign."""
    return -amount if document.type is InvoiceType.CREDIT_NOTE and document.total.minor < 0 else amount


def _instalments(document: InvoiceDocument, words: Words) -> list[Block]:
    rows = tuple(
        words.say("invoice.instalment", amount=words.money(part.amount), date=words.day(part.due_on))
        for part in document.instalments
    )
    return [Paragraph(words.say("label.instalments") + ":"), Bullets(rows)] if rows else []


def discount_offer(document: InvoiceDocument, words: Words) -> str:
    """The early-payment discount in one sentence, or nothing where none is offered."""
    if not (document.discount_percent and document.discount_until and document.discount_amount):
        return ""
    return words.say(
        "invoice.discount",
        percent=words.percent(document.discount_percent),
        date=words.day(document.discount_until),
        pay=words.money(document.total - document.discount_amount),
        total=words.money(document.total),
        saving=words.money(document.discount_amount),
    )


def bank(company: Company, words: Words, reference: str) -> list[Block]:
    """Where to pay, from the settings alone, with a warning against any other account."""
    if not company.iban:
        return [Paragraph(company.payment_note)] if company.payment_note else []
    return [
        Paragraph(words.say("invoice.pay")),
        facts(
            (words.say("label.account_holder"), company.name),
            (words.say("label.iban"), grouped_iban(company.iban)),
            (words.say("label.bic"), company.bic),
            (words.say("label.bank"), company.bank_name),
            (words.say("label.payment_reference"), reference),
        ),
        Paragraph(joined(company.payment_note, words.say("letter.bank_safety"), by=" ")),
    ]


def _answers(document: InvoiceDocument, words: Words) -> list[Block]:
    """Paying on the due day, disputing the invoice or one line of it, asking for the proof of delivery."""
    if document.proforma:
        return []
    number = document.number
    if document.type is InvoiceType.CREDIT_NOTE:
        return kit.block(words, (kit.dispute(words, number), kit.statement(words)))
    answers = [kit.pay(words, (number,), document.due_on or document.issued_on), kit.dispute(words, number)]
    if 1 < len(document.lines) <= kit.LINES_MAX:
        answers += [
            kit.dispute_line(words, number, line.line, line.item, joined(line.item, line.description, by=" ")[:60])
            for line in document.lines
        ]
    return kit.block(words, (*answers, kit.pod(words, number)))
