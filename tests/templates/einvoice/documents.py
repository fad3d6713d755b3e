"""Documents of every kind that we issue, with sums made as billing makes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from agent.domain import notices as n
from agent.domain.billing import taxed
from agent.domain.crediting import LineCredit, build_cancellation, build_credit_note, build_line_credit
from agent.domain.invoice_rules import ExtraField
from agent.domain.money import Money, total
from agent.domain.receivables import InvoiceType, TaxTreatment

ISSUED = date(2026, 11, 3)
D = Decimal

SELLER = n.Company(
    name="Nordlicht Messtechnik GmbH",
    address="Speicherstraße 14\n20457 Hamburg\nGermany",
    email="orders@nordlicht.example",
    phone="+49 40 555 0140",
    tax_id="DE811234567",
    registration="Amtsgericht Hamburg, HRB 123456\nGeschäftsführerin: Dr. Inga Sörensen",
    iban="DE89370400440532013000",
    bic="COBADEFFXXX",
    country="DE",
    contact_name="Inga Sörensen",
)
GERMAN = n.Addressee(
    number="C-1005",
    name="Maschinenbau Ölke & Söhne KG",
    address="Am Kanal 3\n48147 Münster",
    tax_id="DE123456789",
    country="DE",
    email="kreditoren@oelke.example",
)
FRENCH = n.Addressee(
    number="C-2001",
    name="Ateliers Réunis SARL",
    address="12 rue des Forges\n69003 Lyon\nFrance",
    tax_id="FR32123456789",
    country="FR",
)
BRITISH = n.Addressee(
    number="C-3001", name="Severn Valves Ltd", address="Unit 4, Quay Road\nBristol BS1 6XX", country="GB",
    tax_id="GB123456789", email="ap@severn.example",
)  # fmt: skip
AMERICAN = n.Addressee(
    number="C-4001", name="Lone Star Controls Inc.", address="500 Congress Ave\nSuite 12\nAustin, TX 78701",
    country="US", tax_id="74-1234567",
)  # fmt: skip
JAPANESE = n.Addressee(
    number="C-5001", name="株式会社髙橋製作所", address="〒100-0005\n東京都千代田区丸の内1-2-3", country="JP",
    tax_id="T1234567890123", email="keiri@takahashi.example",
)  # fmt: skip


def line(
    number: str, quantity: str, price: str, rate: str = "19", currency: str = "EUR", **changes: object
) -> n.NoticeLine:
    """A line whose amount is made as billing makes it: rounded once, half up."""
    per = D(str(changes.get("price_per", "1")))
    percent = D(str(changes.get("discount_percent") or 0))
    value = D(quantity) * D(price) / per * (100 - percent) / 100
    row = n.NoticeLine(
        line=number,
        description=f"Pressure transmitter {number}",
        quantity=D(quantity),
        unit="pcs",
        unit_price=D(price),
        price_per=per,
        net=Money.rounded(value, currency),
        tax_rate=D(rate),
        item=f"PT-{number}",
    )
    return replace(row, **{**changes, "price_per": per})  # type: ignore[arg-type]


def invoice(
    *lines: n.NoticeLine, freight: str = "", currency: str = "EUR", customer: n.Addressee = GERMAN, **changes: object
) -> n.InvoiceDocument:
    """An invoice over these lines; freight is taxed with the highest rate, as billing does."""
    lines = lines or (line("10", "4", "189.50", currency=currency), line("20", "2", "38.40", currency=currency))
    extra = Money.of(freight, currency) if freight else None
    taxes = taxed(lines, extra, currency)
    net, tax = total([one.net for one in taxes], currency), total([one.tax for one in taxes], currency)
    document = n.InvoiceDocument(
        number="INV-104411",
        type=InvoiceType.INVOICE,
        issued_on=ISSUED,
        customer=customer,
        currency=currency,
        lines=lines,
        net=net,
        taxes=taxes,
        tax=tax,
        total=net + tax,
        due_on=ISSUED + timedelta(days=30),
        supplied_on=ISSUED - timedelta(days=1),
        payment_terms="30 days net",
        order="SO-20417",
        po_number="4500019044",
        delivery_references=("LS-88213",),
        freight=extra,
        creditor_reference="RF18539007547034",
    )
    return replace(document, **changes)  # type: ignore[arg-type]


def discounted(document: n.InvoiceDocument) -> n.InvoiceDocument:
    """The same with an early-payment discount."""
    return replace(
        document,
        payment_terms="2/10 net 30",
        discount_percent=D(2),
        discount_until=ISSUED + timedelta(days=10),
        discount_amount=Money.rounded(document.total.amount * 2 / 100, document.currency),
    )


def untaxed(treatment: TaxTreatment, customer: n.Addressee, **changes: object) -> n.InvoiceDocument:
    return invoice(
        line("10", "4", "189.50", "0"), line("20", "1.5", "92.00", "0", unit="h"), customer=customer,
        tax_treatment=treatment, **changes,  # type: ignore[arg-type]
    )  # fmt: skip


def full_credit(document: n.InvoiceDocument) -> n.InvoiceDocument:
    """Everything taken back: the same lines with negative amounts."""
    return replace(
        document,
        number="CN-20031",
        type=InvoiceType.CREDIT_NOTE,
        lines=tuple(replace(row, net=-row.net) for row in document.lines),
        net=-document.net,
        taxes=tuple(replace(tax, net=-tax.net, tax=-tax.tax) for tax in document.taxes),
        tax=-document.tax,
        total=-document.total,
        freight=-document.freight if document.freight else None,
        corrects=document.number,
        reason="Goods returned",
        due_on=None,
        creditor_reference="",
    )


def partial_credit(document: n.InvoiceDocument, net: str) -> n.InvoiceDocument:
    return build_credit_note(
        number="CN-20032",
        invoice=document,
        net=Money.of(net, document.currency),
        issued_on=ISSUED,
        reason="Price adjustment",
    )


def abroad(*services: str, **changes: object) -> n.InvoiceDocument:
    """Goods to another member state, with services beside them."""
    goods = line("10", "4", "189.50", "0", tax_category="K"), line("20", "3", "15.33", "0", tax_category="K")
    work = (line(str(30 + at), "1.5", price, "0", unit="h") for at, price in enumerate(services))
    return invoice(*goods, *work, customer=FRENCH, tax_treatment=TaxTreatment.REVERSE_CHARGE, **changes)  # type: ignore[arg-type]


def cancelled(document: n.InvoiceDocument) -> n.InvoiceDocument:
    return build_cancellation(number="CN-20033", invoice=document, issued_on=ISSUED, reason="Wrong address")


def returned(document: n.InvoiceDocument, *entries: LineCredit) -> n.InvoiceDocument:
    return build_line_credit(number="CN-20034", invoice=document, entries=entries, issued_on=ISSUED, reason="Returned")


_FIELDS = (
    ExtraField(label="Contract", value="K-77", term="contract"),
    ExtraField(label="Project", value="P-9", term="project"),
    ExtraField(label="Cost centre", value="4711", term="cost_centre"),
    ExtraField(label="Vendor no.", value="700123", term="vendor_number"),
    ExtraField(label="Contact", value="Dept. 4", term="buyer_reference"),
    ExtraField(label="Release", value="R-2"),
)


def _mixed() -> tuple[n.NoticeLine, ...]:
    return (line("10", "4", "189.50"), line("20", "3", "15.33", "7"), line("30", "1", "250.00", "0"))


def _per_hundred() -> n.NoticeLine:
    return line("10", "1250", "38.45", price_per="100", buyer_item="4711-088", note="Nickel plated")


def documents() -> dict[str, n.InvoiceDocument]:
    """Rates, treatments, discounts, freight, credit notes and currencies, by what each of them is about."""
    treated = TaxTreatment
    return {
        "plain": invoice(),
        "three rates": invoice(*_mixed()),
        "three rates and freight": invoice(*_mixed(), freight="24.90"),
        "price per hundred": invoice(_per_hundred()),
        "price with four decimals": invoice(line("10", "12345", "0.0123")),
        "line discount": invoice(line("10", "7", "13.37", discount_percent=D("12.5")), line("20", "1", "99.99")),
        "line discount on a price per thousand": invoice(
            line("10", "333", "77.77", price_per="1000", discount_percent=D(3)), freight="5.00"
        ),
        "whole discount": invoice(line("10", "2", "10.00", discount_percent=D(100)), line("20", "1", "99.99")),
        "early-payment discount": discounted(invoice()),
        "early-payment discount abroad": discounted(untaxed(treated.REVERSE_CHARGE, FRENCH)),
        "instalments": invoice(
            instalments=(
                n.Instalment(due_on=ISSUED, amount=Money.of("500.00", "EUR")),
                n.Instalment(due_on=ISSUED + timedelta(days=30), amount=Money.of("493.41", "EUR")),
            )
        ),
        "reverse charge": untaxed(treated.REVERSE_CHARGE, FRENCH),
        "reverse charge with freight": untaxed(treated.REVERSE_CHARGE, FRENCH, freight="80.00"),
        "export": untaxed(treated.EXPORT, AMERICAN),
        "export with freight": untaxed(treated.EXPORT, JAPANESE, freight="310.00"),
        "exempt": untaxed(treated.EXEMPT, GERMAN),
        "zero rated": invoice(line("10", "4", "189.50", "0")),
        "half a per cent": invoice(line("10", "3", "33.33", "5.5")),
        "full credit": full_credit(invoice(*_mixed(), freight="24.90")),
        "partial credit": partial_credit(invoice(), "-120.00"),
        "credit under reverse charge": partial_credit(untaxed(treated.REVERSE_CHARGE, FRENCH), "-50.00"),
        "credit of an export": full_credit(untaxed(treated.EXPORT, AMERICAN)),
        "credit of a discounted line": full_credit(invoice(line("10", "7", "13.37", discount_percent=D("12.5")))),
        "taken back on an invoice": invoice(line("10", "4", "189.50"), line("20", "-1", "50.00")),
        "negative price": invoice(line("10", "4", "189.50"), line("20", "1", "-50.00", discount_percent=D(10))),
        "a negative invoice": invoice(line("10", "-4", "189.50")),
        "nothing to pay": invoice(line("10", "0", "189.50")),
        "yen": invoice(line("10", "3", "9201", "10", "JPY"), currency="JPY", customer=JAPANESE),
        "yen with fractions": invoice(
            line("10", "2.5", "9201", "10", "JPY"), line("20", "7", "33.3", "8", "JPY", discount_percent=D(7)),
            currency="JPY", customer=JAPANESE, freight="1200",
        ),
        "credit in yen": full_credit(invoice(line("10", "2.5", "9201", "10", "JPY"), currency="JPY", customer=JAPANESE)),
        "dinars": invoice(line("10", "4", "18.250", "5", "KWD"), currency="KWD", customer=AMERICAN),
        "dollars": invoice(line("10", "4", "18.25", "0", "USD"), currency="USD", customer=AMERICAN,
                           tax_treatment=treated.EXPORT),
        "pounds": discounted(invoice(line("10", "4", "18.25", "20", "GBP"), currency="GBP", customer=BRITISH)),
        "summary": invoice(*_mixed(), freight="24.90", summary=True),
        "summary credit": full_credit(invoice(*_mixed(), summary=True)),
        "no order number": invoice(po_number="", order="", delivery_references=()),
        "our order number only": invoice(po_number="", delivery_references=("A-1", "A-2"), tracking_numbers=("1Z99",)),
        "unknown units": invoice(line("10", "4", "9.50", unit="Gebinde"), line("20", "4", "9.50", unit="")),
        "ship-to": invoice(ship_to="Werk 2, Halle 5\nIndustriestraße 1\n48149 Münster"),
        "ship-to in words": invoice(ship_to="Reception, second floor"),
        "lines of one number": invoice(line("10", "1", "5.00"), line("10", "2", "5.00"), line("", "2", "5.00")),
        "goods to another member state": abroad(),
        "goods and services to another member state": abroad("92.00", freight="80.00"),
        "goods to a named place in another member state": abroad(ship_to="12 rue Haute\n69002 Lyon"),
        "cancellation of goods to another member state": cancelled(abroad("92.00", freight="80.00")),
        "cancellation": cancelled(invoice(*_mixed(), freight="24.90")),
        "returned goods": returned(invoice(*_mixed()), LineCredit("10", D(2)), LineCredit("20", D(3))),
        "price too high": returned(invoice(_per_hundred()), LineCredit("10", D(1250), D("37.00"))),
        "replacement": invoice(replaces="INV-104410", cancelled_by="CN-20033"),
        "exempt with a certificate": untaxed(
            treated.EXEMPT, GERMAN, certificate="B-4471", certificate_until=ISSUED + timedelta(days=90)
        ),
        "fields that the customer wants": invoice(fields=_FIELDS),
        "fields on a credit note": full_credit(invoice(fields=_FIELDS)),
        "notes": invoice(notes=("Thank you.", "Second note"), tracking_numbers=("1Z999", "1Z998")),
    }  # fmt: skip
