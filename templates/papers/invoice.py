"""The paper of an invoice, a credit note or a pro-forma invoice (Directive 2006/112/EC, Art. 226)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.domain.billing import INTRA_COMMUNITY
from agent.domain.money import total
from agent.domain.notices import Company, InvoiceDocument, NoticeLine
from agent.domain.receivables import InvoiceType, TaxTreatment
from templates.blocks import joined
from templates.einvoice.texts import standing
from templates.epc import epc_qr
from templates.formats import grouped_iban
from templates.notices.invoices import discount_offer, shown
from templates.notices.orders import in_currency, quantity
from templates.papers.paper import Paper, PaperCell, PaperColumn, PaperTable, Payment, breakable, present
from templates.paying import pay_link
from templates.swiss import code_svg, due_first, reference_of, slip_of
from templates.swiss import shown as slip_shown
from templates.texts import own_text
from templates.words import Words


def invoice_paper(document: InvoiceDocument, words: Words, company: Company) -> Paper:
    payable = _payable(document)
    slip = slip_of(document, company)
    return Paper(
        heading=words.say(f"label.{_kind(document)}"),
        number=document.number,
        dated=document.issued_on,
        customer=document.customer,
        facts=_facts(document, words),
        table=_summary(document, words) if document.summary else _lines(document, words),
        taxes=_taxes(document, words),
        shares=_shares(document, words),
        sums=_sums(document, words),
        highlights=_highlights(document, words),
        notes=_notes(document, words, company),
        payment=payment(company, words, _reference(document, company), document)
        if payable or document.proforma
        else None,
        qr=epc_qr(company, due_first(document), document.creditor_reference, document.number)
        if payable and not slip
        else "",
        slip=slip_shown(slip, words) if slip else None,
        slip_code=code_svg(slip) if slip else "",
    )


def _kind(document: InvoiceDocument) -> str:
    if document.type is InvoiceType.CREDIT_NOTE:
        return "credit_note"
    return "proforma" if document.proforma else "invoice"


def _payable(document: InvoiceDocument) -> bool:
    return document.type is InvoiceType.INVOICE and document.total.minor > 0


def _reference(document: InvoiceDocument, company: Company) -> str:
    """ISO 11649 prints the reference in groups of four."""
    reference = reference_of(document, company)
    return grouped_iban(reference) if reference else document.number


def _facts(document: InvoiceDocument, words: Words) -> tuple[tuple[str, str], ...]:
    kind = _kind(document)
    issued = "credit_note_date" if kind == "credit_note" else "date" if kind == "proforma" else "invoice_date"
    return present(
        (words.say(f"label.{issued}"), words.day(document.issued_on)),
        (words.say("label.corrects"), document.corrects),
        (words.say("label.customer_number"), document.customer.number),
        (words.say("label.your_tax_id"), document.customer.tax_id),
        (words.say("label.po_number"), document.po_number),
        (words.say("label.order"), document.order),
        (words.say("label.supplied_on"), words.day(document.supplied_on)),
        (words.say("label.delivery_note"), ", ".join(document.delivery_references)),
        (words.say("label.tracking"), ", ".join(document.tracking_numbers)),
        *((field.label, field.value) for field in document.fields),
        (words.say("label.payment_terms"), document.payment_terms),
        (words.say("label.ship_to"), ", ".join(document.ship_to.splitlines())),
    )


def _highlights(document: InvoiceDocument, words: Words) -> tuple[tuple[str, str], ...]:
    if document.type is InvoiceType.CREDIT_NOTE:
        return ((words.say("label.total_credit"), words.money(shown(document, document.total))),)
    rows = [(words.say("label.amount_due"), words.money(document.total))]
    if document.instalments:
        first = document.instalments[0]
        rows.append(
            (words.say("label.first_instalment", date=words.short_day(first.due_on)), words.money(first.amount))
        )
    elif document.due_on:
        rows.append((words.say("label.due_on"), words.day(document.due_on)))
    if discount_offer(document, words) and document.discount_amount and document.discount_percent:
        percent, until = words.percent(document.discount_percent), words.short_day(document.discount_until)
        pay = words.money(document.total - document.discount_amount)
        rows.append((words.say("paper.discount", percent=percent, date=until), pay))
    return tuple(rows)


def _lines(document: InvoiceDocument, words: Words) -> PaperTable:
    discounted = any(line.discount_percent for line in document.lines)
    rated = any(line.tax_rate is not None for line in document.lines)
    columns = [
        PaperColumn(words.say("label.line")),
        PaperColumn(words.say("label.description"), wide=True),
        PaperColumn(words.say("label.quantity"), right=True),
        PaperColumn(words.say("label.unit_price"), right=True),
    ]
    if discounted:
        columns.append(PaperColumn(words.say("label.discount"), right=True))
    if rated:
        columns.append(PaperColumn(words.say("label.tax_column"), right=True))
    columns.append(PaperColumn(in_currency(words, "amount", document.currency), right=True))
    rows = tuple(_row(line, document, words, discounted, rated) for line in document.lines)
    return PaperTable(tuple(columns), rows)


def _row(
    line: NoticeLine, document: InvoiceDocument, words: Words, discounted: bool, rated: bool
) -> tuple[PaperCell | str, ...]:
    cells: list[PaperCell | str] = [
        breakable(line.line),
        described(line, words),
        quantity(line, words),
        priced(replace(line, unit_price=_unsigned(document, line)), document.currency, words),
    ]
    if discounted:
        cells.append(words.percent(line.discount_percent) if line.discount_percent else "")
    if rated:
        cells.append(words.percent(line.tax_rate) if line.tax_rate is not None else "")
    cells.append(words.amount(shown(document, line.net)))
    return tuple(cells)


def _unsigned(document: InvoiceDocument, line: NoticeLine) -> Decimal:
    """The unit price under the sign in which the amount of its line is shown."""
    flipped = shown(document, line.net) != line.net and line.net.minor < 0
    return abs(line.unit_price) if flipped else line.unit_price


def described(line: NoticeLine, words: Words) -> PaperCell:
    """The description, and under it our item number, the buyer's, the delivery date and a note."""
    numbers = (
        f"{words.say('label.item')} {line.item}" if line.item else "",
        f"{words.say('label.your_item')} {line.buyer_item}" if line.buyer_item else "",
    )
    wanted = f"{words.say('label.requested_on')} {words.day(line.requested_on)}" if line.requested_on else ""
    extra = (joined(*numbers, by=" · "), wanted, *line.note.splitlines())
    return PaperCell(breakable(line.description), tuple(breakable(text) for text in extra if text))


def priced(line: NoticeLine, currency: str, words: Words) -> PaperCell | str:
    price = words.formats.price(line.unit_price, currency)
    if line.price_per == 1:
        return price
    return PaperCell(price, (words.say("label.per", n=words.number(line.price_per)),))


def _summary(document: InvoiceDocument, words: Words) -> PaperTable:
    """Customers who want no detail get one row a tax rate; the delivery notes are named among the facts."""
    columns = (
        PaperColumn(words.say("label.description"), wide=True),
        PaperColumn(words.say("label.tax_column"), right=True),
        PaperColumn(in_currency(words, "amount", document.currency), right=True),
    )
    text = words.say("invoice.summary_line")
    rows = tuple((text, words.percent(tax.rate), words.amount(shown(document, tax.net))) for tax in document.taxes)
    return PaperTable(columns, rows or ((text, "", words.amount(shown(document, document.net))),))


def _taxes(document: InvoiceDocument, words: Words) -> PaperTable | None:
    if len(document.taxes) < 2:
        return None
    columns = (
        PaperColumn(words.say("paper.tax_rate"), wide=True),
        PaperColumn(words.say("paper.tax_base"), right=True),
        PaperColumn(words.say("label.tax_total"), right=True),
    )
    rows = tuple(
        (words.percent(tax.rate), words.amount(shown(document, tax.net)), words.amount(shown(document, tax.tax)))
        for tax in document.taxes
    )
    return PaperTable(columns, rows)


def _shares(document: InvoiceDocument, words: Words) -> PaperTable | None:
    """What is due when, where it is due in parts."""
    if not document.instalments:
        return None
    columns = (
        PaperColumn(words.say("label.share"), wide=True),
        PaperColumn(words.say("label.due_on"), right=True),
        PaperColumn(in_currency(words, "amount", document.currency), right=True),
    )
    rows = tuple(
        (f"{at}/{len(document.instalments)}", words.day(part.due_on), words.amount(part.amount))
        for at, part in enumerate(document.instalments, 1)
    )
    return PaperTable(columns, rows)


def _sums(document: InvoiceDocument, words: Words) -> tuple[tuple[str, str], ...]:
    goods = total(tuple(line.net for line in document.lines), document.currency)
    rows = [(words.say("label.net"), document.net)]
    if document.freight:
        # Freight is part of the net amount, or it comes on top: the lines tell which.
        inside = goods + document.freight == document.net
        rows = [(words.say("label.subtotal"), goods)] if inside else rows
        rows.append((words.say("label.freight"), document.freight))
        rows += [(words.say("label.net"), document.net)] if inside else []
    if len(document.taxes) == 1:
        rows.append((words.say("label.tax", rate=words.percent(document.taxes[0].rate)), document.taxes[0].tax))
    else:
        rows.append((words.say("label.tax_total"), document.tax))
    closing = "total_credit" if document.type is InvoiceType.CREDIT_NOTE else "total"
    rows.append((words.say(f"label.{closing}"), document.total))
    return tuple((label, words.money(shown(document, amount))) for label, amount in rows)


def _notes(document: InvoiceDocument, words: Words, company: Company) -> tuple[str, ...]:
    notes = (
        *untaxed(document, words),
        *standing(document, words),
        words.say("proforma.note") if document.proforma else "",
        f"{words.say('label.reason')}: {document.reason}" if document.reason else "",
        discount_offer(document, words),
        words.say("credit_note.use") if document.type is InvoiceType.CREDIT_NOTE and not document.cancels else "",
        *document.notes,
        own_text(company.texts, _kind(document), words.language, _variables(document, words, company)),
    )
    return tuple(breakable(note) for note in notes if note)


def _variables(document: InvoiceDocument, words: Words, company: Company) -> dict[str, str]:
    """What a text of the company can be filled with, as this language writes it."""
    return {
        "number": document.number,
        "po_number": document.po_number,
        "order": document.order,
        "date": words.day(document.issued_on),
        "due_date": words.day(document.due_on),
        "supplied_on": words.day(document.supplied_on),
        "net": words.money(shown(document, document.net)),
        "tax": words.money(shown(document, document.tax)),
        "total": words.money(shown(document, document.total)),
        "currency": document.currency,
        "reference": reference_of(document, company),
        "customer": document.customer.name,
        "customer_number": document.customer.number,
        "customer_tax_id": document.customer.tax_id,
        "contact": document.customer.contact,
        "company": company.name,
        "terms": document.payment_terms,
        "discount_until": words.day(document.discount_until),
        "delivery_note": ", ".join(document.delivery_references),
        "ship_to": ", ".join(document.ship_to.splitlines()),
        "corrects": document.corrects,
    }


def untaxed(document: InvoiceDocument, words: Words) -> tuple[str, ...]:
    """Why there is no tax on some of it or all of it (Directive 2006/112/EC, Art. 226, 11 and 11a)."""
    if document.tax_treatment is TaxTreatment.STANDARD:
        return ()
    crossed = [line.tax_category == INTRA_COMMUNITY for line in document.lines] or [False]
    found = (words.say("treatment.intra_community"),) if any(crossed) else ()
    return found if all(crossed) else (*found, words.say(f"treatment.{document.tax_treatment}"))


def payment(company: Company, words: Words, reference: str, document: InvoiceDocument | None = None) -> Payment | None:
    """Our account from the settings; nothing where none is set."""
    link = pay_link(company, document) if document else ""
    if not company.iban and not link:
        return Payment(words.say("paper.pay_to"), (), note=company.payment_note) if company.payment_note else None
    rows = (
        (words.say("label.account_holder"), company.name, False),
        (words.say("label.iban"), grouped_iban(company.iban), True),
        (words.say("label.bic"), company.bic, False),
        (words.say("label.bank"), company.bank_name, False),
        (words.say("label.payment_reference"), reference, True),
    )
    told = tuple(row for row in rows if row[1] and company.iban)
    note = joined(company.payment_note, words.say("letter.bank_safety"), by=" ")
    return Payment(words.say("paper.pay_to"), told, note, words.say("paper.qr"), link)
