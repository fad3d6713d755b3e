"""From an order and what was accepted of it to an invoice: lines, tax, due date, and the entry in the journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.ledger import Account, JournalEntry, Posting
from agent.domain.money import Money, total
from agent.domain.notices import Addressee, InvoiceDocument, NoticeLine, TaxLine
from agent.domain.receivables import Customer, InvoicedLine, InvoiceType, OpenItem, Order, OrderLine, TaxTreatment
from agent.domain.terms import PaymentTerms, read_terms

ZERO = Decimal(0)


def line_net(line: OrderLine, quantity: Decimal, currency: str) -> Money:
    """quantity x price / price basis, less the line discount, rounded once, half up."""
    value = quantity * line.unit_price / line.price_per
    if line.discount_percent:
        value = value * (100 - line.discount_percent) / 100
    return Money.rounded(value, currency)


def tax_rate_of(line: OrderLine, customer: Customer) -> Decimal:
    """The rate in per cent that the line is taxed with for this customer."""
    if customer.tax_treatment is not TaxTreatment.STANDARD:
        return ZERO
    return line.tax_rate or ZERO


def tax_lines(nets: Iterable[tuple[Decimal, Money]], currency: str) -> tuple[TaxLine, ...]:
    """Tax by rate: the nets of a rate are summed first and the tax rounded once (EN 16931, BR-CO-17)."""
    by_rate: dict[Decimal, Money] = {}
    for rate, net in nets:
        by_rate[rate] = by_rate.get(rate, Money.zero(currency)) + net
    return tuple(
        TaxLine(rate=rate, net=net, tax=Money.rounded(net.amount * rate / 100, currency))
        for rate, net in sorted(by_rate.items(), reverse=True)
    )


def order_totals(lines: Iterable[OrderLine], freight: Money | None, customer: Customer, currency: str) -> tuple[Money, Money]:
    """Net and tax of an order as we would bill it."""
    nets = [(tax_rate_of(line, customer), line_net(line, line.quantity, currency)) for line in lines]
    if freight:
        nets.append((max((rate for rate, _ in nets), default=ZERO), freight))
    taxes = tax_lines(nets, currency)
    return total([net for _, net in nets], currency), total([line.tax for line in taxes], currency)


def creditor_reference(number: str) -> str:
    """The RF creditor reference (ISO 11649) of an invoice number: checkable, printed and in the QR code."""
    body = "".join(ch for ch in number.upper() if ch.isascii() and ch.isalnum())[-21:]
    digits = "".join(str(int(ch, 36)) for ch in body + "RF00")
    return f"RF{98 - int(digits) % 97:02d}{body}"


def addressee(customer: Customer, contact: str = "") -> Addressee:
    return Addressee(
        number=customer.number,
        name=customer.name,
        address=customer.address or "",
        tax_id=customer.tax_id or "",
        country=customer.country or "",
        contact=contact,
        email=next((entry for entry in customer.emails if not entry.startswith("@")), ""),
    )


def notice_line(line: OrderLine, quantity: Decimal, customer: Customer, currency: str) -> NoticeLine:
    """An order line as printed on our papers."""
    return NoticeLine(
        line=line.line,
        description=line.description,
        quantity=quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        price_per=line.price_per,
        net=line_net(line, quantity, currency),
        item=line.item or "",
        buyer_item=line.buyer_item or "",
        discount_percent=line.discount_percent,
        tax_rate=tax_rate_of(line, customer),
        requested_on=line.requested_on,
    )


def build_invoice(
    *,
    number: str,
    order: Order,
    quantities: dict[str, Decimal],
    customer: Customer,
    issued_on: date,
    supplied_on: date | None,
    default_terms: str,
    freight: Money | None = None,
    delivery_references: tuple[str, ...] = (),
    tracking_numbers: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    proforma: bool = False,
) -> InvoiceDocument:
    """Build the invoice for these quantities of an order's lines, with everything that it must say."""
    currency = order.currency
    lines = tuple(
        notice_line(line, quantities[line.line], customer, currency) for line in order.lines if quantities.get(line.line)
    )
    nets = [(line.tax_rate or ZERO, line.net) for line in lines]
    if freight:
        nets.append((max((rate for rate, _ in nets), default=ZERO), freight))
    taxes = tax_lines(nets, currency)
    net, tax = total([one.net for one in taxes], currency), total([one.tax for one in taxes], currency)
    phrase = order.payment_terms or customer.payment_terms or default_terms
    terms = read_terms(phrase) or read_terms(default_terms) or PaymentTerms()
    offer = terms.discount_until(issued_on)
    return InvoiceDocument(
        number=number,
        type=InvoiceType.INVOICE,
        issued_on=issued_on,
        customer=addressee(customer),
        currency=currency,
        lines=lines,
        net=net,
        taxes=taxes,
        tax=tax,
        total=net + tax,
        due_on=terms.due_on(issued_on),
        supplied_on=supplied_on,
        payment_terms=phrase,
        discount_percent=offer[0] if offer else None,
        discount_until=offer[1] if offer else None,
        discount_amount=Money.rounded((net + tax).amount * offer[0] / 100, currency) if offer else None,
        order=order.number,
        po_number=order.po_number or "",
        delivery_references=delivery_references,
        tracking_numbers=tracking_numbers,
        ship_to=order.ship_to or "",
        freight=freight,
        creditor_reference="" if proforma else creditor_reference(number),
        tax_treatment=customer.tax_treatment,
        summary=customer.invoice_detail == "summary",
        proforma=proforma,
        notes=notes,
    )


def build_credit_note(
    *, number: str, invoice: InvoiceDocument, net: Money, issued_on: date, reason: str, rate: Decimal | None = None
) -> InvoiceDocument:
    """Build a credit note over a net amount of an invoice, with its tax; amounts of credit notes are negative."""
    rate = rate if rate is not None else max((line.rate for line in invoice.taxes), default=ZERO)
    net = -abs(net)
    tax = Money.rounded(net.amount * rate / 100, net.currency)
    line = NoticeLine(
        line="1",
        description=reason,
        quantity=Decimal(1),
        unit="",
        unit_price=net.amount,
        price_per=Decimal(1),
        net=net,
        tax_rate=rate,
    )
    return replace(
        invoice,
        number=number,
        type=InvoiceType.CREDIT_NOTE,
        issued_on=issued_on,
        lines=(line,),
        net=net,
        taxes=(TaxLine(rate=rate, net=net, tax=tax),),
        tax=tax,
        total=net + tax,
        due_on=None,
        discount_percent=None,
        discount_until=None,
        discount_amount=None,
        freight=None,
        creditor_reference="",
        corrects=invoice.number,
        reason=reason,
        summary=False,
    )


def open_item(document: InvoiceDocument) -> OpenItem:
    """The open item that an issued document makes."""
    return OpenItem(
        number=document.number,
        type=document.type,
        customer=document.customer.number,
        currency=document.currency,
        total=document.total,
        open=document.total,
        net=document.net,
        tax=document.tax,
        order=document.order or None,
        po_number=document.po_number or None,
        issued_on=document.issued_on,
        due_on=document.due_on,
        discount_percent=document.discount_percent,
        discount_until=document.discount_until,
        creditor_reference=document.creditor_reference or None,
        lines=tuple(
            InvoicedLine(
                line=line.line,
                item=line.item or None,
                quantity=line.quantity,
                unit_price=line.unit_price,
                price_per=line.price_per,
                net=line.net,
                order_line=line.line,
                description=line.description,
                unit=line.unit,
                tax_rate=line.tax_rate or ZERO,
            )
            for line in document.lines
        ),
    )


def invoice_entry(document: InvoiceDocument) -> JournalEntry:
    """Debit receivables, credit revenue and tax; a credit note has the signs the other way."""
    customer = document.customer.number
    postings = [
        Posting(account=Account.RECEIVABLES, amount=document.total, customer=customer, invoice=document.number),
        Posting(account=Account.REVENUE, amount=-document.net, customer=customer),
    ]
    if document.tax:
        postings.append(Posting(account=Account.TAX, amount=-document.tax, customer=customer))
    return JournalEntry(
        booked_on=document.issued_on,
        reason=f"{document.type.value.replace('_', ' ')} {document.number} issued",
        postings=tuple(postings),
    )


def opening_entry(item: OpenItem) -> JournalEntry:
    """Take over an open item that another system issued."""
    return JournalEntry(
        booked_on=item.issued_on or date.min,
        reason=f"{item.number} taken over with {item.open} open",
        postings=(
            Posting(account=Account.RECEIVABLES, amount=item.open, customer=item.customer, invoice=item.number),
            Posting(account=Account.OPENING, amount=-item.open, customer=item.customer),
        ),
    )
