"""From an order and what was accepted of it to an invoice: lines, tax, due date, and the entry in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain.calendars import Calendar
from agent.domain.ledger import Account, JournalEntry, Posting
from agent.domain.money import Money, total
from agent.domain.notices import Addressee, Instalment, InvoiceDocument, NoticeLine, TaxLine
from agent.domain.receivables import (
    BillOn,
    Customer,
    DuePart,
    InvoicedLine,
    InvoiceType,
    OpenItem,
    Order,
    OrderLine,
    OrderStatus,
    TaxTreatment,
)
from agent.domain.terms import BankDay, Base, PaymentTerms, read_terms

ZERO = Decimal(0)
AT_ONCE = BillOn.ORDER
INTRA_COMMUNITY = "K"  # UNTDID 5305
# Member states for VAT; Northern Ireland's goods bear XI, which no company record has as its country.
EUROPEAN_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR EL HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)
DEAD = (OrderStatus.HELD, OrderStatus.REJECTED, OrderStatus.CANCELLED)  # orders of which nothing is billed


def line_net(line: OrderLine, quantity: Decimal, currency: str) -> Money:
    """Quantity x price / price basis, less the line discount, rounded once, half up."""
    value = quantity * line.unit_price / line.price_per
    if line.discount_percent:
        value = value * (100 - line.discount_percent) / 100
    return Money.rounded(value, currency)


def tax_rate_of(line: OrderLine, customer: Customer) -> Decimal:
    """The rate in per cent that the line is taxed with for this customer."""
    if customer.tax_treatment is not TaxTreatment.STANDARD:
        return ZERO
    return line.tax_rate or ZERO


def crosses_a_border_of_the_eu(customer: Customer, seller_country: str) -> bool:
    """Whether goods for this customer are an intra-Community supply (category K); services are reverse charge (AE)."""
    buyer, seller = (customer.country or "").upper(), seller_country.upper()
    return (
        customer.tax_treatment is TaxTreatment.REVERSE_CHARGE
        and buyer != seller
        and buyer in EUROPEAN_UNION
        and seller in EUROPEAN_UNION
    )


def tax_lines(nets: Iterable[tuple[Decimal, Money]], currency: str) -> tuple[TaxLine, ...]:
    """Tax by rate: the nets of a rate are summed first and the tax rounded once (EN 16931, BR-CO-17)."""
    return taxes_by((("", rate, net) for rate, net in nets), currency)


def taxes_by(nets: Iterable[tuple[str, Decimal, Money]], currency: str) -> tuple[TaxLine, ...]:
    """The same by category and rate."""
    found: dict[tuple[Decimal, str], Money] = {}
    for category, rate, net in nets:
        found[rate, category] = found.get((rate, category), Money.zero(currency)) + net
    return tuple(
        TaxLine(rate=rate, category=category, net=net, tax=Money.rounded(net.amount * rate / 100, currency))
        for (rate, category), net in sorted(found.items(), reverse=True)
    )


def taxed(lines: Iterable[NoticeLine], freight: Money | None, currency: str) -> tuple[TaxLine, ...]:
    """The taxes of lines and carriage; carriage is taxed like what it carries, with several rates like the highest."""
    nets = [(line.tax_category, line.tax_rate or ZERO, line.net) for line in lines]
    if freight:
        rate, category = max(((rate, category) for category, rate, _ in nets), default=(ZERO, ""))
        nets.append((category, rate, freight))
    return taxes_by(nets, currency)


def order_totals(
    lines: Iterable[OrderLine], freight: Money | None, customer: Customer, currency: str
) -> tuple[Money, Money]:
    """Net and tax of an order as we would bill it."""
    nets = [(tax_rate_of(line, customer), line_net(line, line.quantity, currency)) for line in lines]
    if freight:
        nets.append((max((rate for rate, _ in nets), default=ZERO), freight))
    taxes = tax_lines(nets, currency)
    return total([net for _, net in nets], currency), total([line.tax for line in taxes], currency)


def creditor_reference(number: str) -> str:
    """The RF creditor reference (ISO 11649) of an invoice number, for print and QR code; empty where it has none."""
    body = "".join(ch for ch in number.upper() if ch.isascii() and ch.isalnum())[-21:]
    if not body:
        return ""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of one order an invoice bills: quantities by order line, and the carriage, which is billed once."""

    order: Order
    quantities: Mapping[str, Decimal]
    freight: Money | None = None


def numbered(document: InvoiceDocument, number: str) -> InvoiceDocument:
    """The document under its number; what is only planned has none."""
    return replace(document, number=number, creditor_reference=creditor_reference(number))


def build_invoice(
    *,
    number: str,
    order: Order,
    quantities: Mapping[str, Decimal],
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
    document = build_collective(
        number=number,
        parts=(Part(order=order, quantities=quantities, freight=freight),),
        customer=customer,
        issued_on=issued_on,
        supplied_on=supplied_on,
        default_terms=default_terms,
        delivery_references=delivery_references,
        tracking_numbers=tracking_numbers,
        notes=notes,
    )
    return replace(document, proforma=True, creditor_reference="") if proforma else document


def build_collective(
    *,
    number: str,
    parts: tuple[Part, ...],
    customer: Customer,
    issued_on: date,
    supplied_on: date | None,
    default_terms: str,
    delivery_references: tuple[str, ...] = (),
    tracking_numbers: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    calendar: Calendar | None = None,
    bank_day: BankDay | None = None,
    seller_country: str = "",
) -> InvoiceDocument:
    """Build one invoice for parts of one or several orders of a customer, all of one currency and one rule of payment.

    With several orders every line says which order it is of, and the lines are numbered anew.
    """
    orders = [part.order for part in parts]
    currency = orders[0].currency
    lines = tuple(_billed_lines(parts, customer, currency, seller_country))
    freight = total([part.freight for part in parts if part.freight], currency)
    taxes = taxed(lines, freight or None, currency)
    net, tax = total([one.net for one in taxes], currency), total([one.tax for one in taxes], currency)
    phrase = orders[0].payment_terms or customer.payment_terms or default_terms
    document = InvoiceDocument(
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
        supplied_on=supplied_on,
        order=_common(order.number for order in orders),
        po_number=_common(order.po_number for order in orders),
        delivery_references=delivery_references,
        tracking_numbers=tracking_numbers,
        ship_to=_common(order.ship_to for order in orders),
        freight=freight or None,
        creditor_reference=creditor_reference(number),
        tax_treatment=customer.tax_treatment,
        summary=customer.invoice_detail == "summary",
        notes=notes,
    )
    return with_terms(document, phrase, default_terms=default_terms, calendar=calendar, bank_day=bank_day)


def with_terms(
    document: InvoiceDocument,
    phrase: str,
    *,
    default_terms: str,
    calendar: Calendar | None = None,
    bank_day: BankDay | None = None,
) -> InvoiceDocument:
    """The document with the terms as written, and every date and amount that follows from them."""
    terms = dated(read_terms(phrase) or read_terms(default_terms) or PaymentTerms(), bank_day)
    supplied, issued, whole = document.supplied_on, document.issued_on, document.total
    base = supplied if terms.base in (Base.GOODS, Base.ACCEPTANCE) and supplied else issued
    closed = calendar or Calendar("")
    offer = terms.discount_until(base)
    return replace(
        document,
        due_on=max(terms.due_on(base, holidays=closed), issued),
        payment_terms=phrase,
        discount_percent=offer[0] if offer else None,
        discount_until=offer[1] if offer else None,
        discount_amount=Money.rounded(whole.amount * offer[0] / 100, whole.currency) if offer else None,
        instalments=_instalments(terms, base, whole, closed),
    )


def _billed_lines(
    parts: tuple[Part, ...], customer: Customer, currency: str, seller_country: str
) -> Iterable[NoticeLine]:
    printed = 0
    for part in parts:
        for line in part.order.lines:
            quantity = part.quantities.get(line.line)
            if not quantity:
                continue
            printed += 1
            one = notice_line(line, quantity, customer, currency)
            if not line.service and crosses_a_border_of_the_eu(customer, seller_country):
                one = replace(one, tax_category=INTRA_COMMUNITY)
            if len(parts) == 1:
                yield one
                continue
            about = " / ".join(filter(None, (part.order.po_number, part.order.number)))
            yield replace(one, line=str(printed), note=about, order=part.order.number, order_line=line.line)


def _common(values: Iterable[str | None]) -> str:
    """The one value that all share; empty where they differ."""
    found = set(values)
    return (found.pop() or "") if len(found) == 1 else ""


def dated(terms: PaymentTerms, bank_day: BankDay | None) -> PaymentTerms:
    """The terms with the company's own rule for days on which no bank is open, where the phrase names none."""
    return replace(terms, bank_day=bank_day) if bank_day and terms.bank_day is BankDay.NONE else terms


def _instalments(terms: PaymentTerms, base: date, whole: Money, closed: Calendar) -> tuple[Instalment, ...]:
    if not terms.instalments:
        return ()
    schedule = terms.schedule(base, whole, holidays=closed)
    return tuple(Instalment(due_on=day, amount=amount) for day, amount in schedule)


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
        due_on=document.instalments[0].due_on if document.instalments else document.due_on,
        schedule=tuple(DuePart(part.due_on, part.amount) for part in document.instalments),
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
                order_line=line.order_line or line.line,
                order=line.order or None,
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
