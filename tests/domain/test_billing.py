"""From an order to an invoice: amounts, tax by rate, dates, references, credit notes, and the entry in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain import billing, crediting
from agent.domain.money import Money
from agent.domain.receivables import Customer, InvoiceType, Order, OrderLine, OrderStatus, TaxTreatment

ISSUED = date(2026, 3, 16)
CUSTOMER = Customer(number="C1", name="Buyer GmbH", currency="EUR", payment_terms="2/10 net 30")


def line(name="1", quantity="10", price="42.00", *, per="1", tax="20", off=None, **more):
    return OrderLine(
        line=name,
        item=f"I{name}",
        description=f"Item {name}",
        quantity=Decimal(quantity),
        unit="EA",
        unit_price=Decimal(price),
        price_per=Decimal(per),
        tax_rate=Decimal(tax),
        discount_percent=Decimal(off) if off else None,
        **more,
    )


def order(*lines, number="SO-1", po="P-1", currency="EUR", **more):
    return Order(
        number=number,
        customer="C1",
        currency=currency,
        status=OrderStatus.CONFIRMED,
        lines=lines or (line(),),
        po_number=po,
        **more,
    )


def invoice(one=None, quantities=None, customer=CUSTOMER, **more):
    one = one or order()
    return billing.build_invoice(
        number="INV-104411",
        order=one,
        quantities=quantities or {x.line: x.quantity for x in one.lines},
        customer=customer,
        issued_on=ISSUED,
        supplied_on=more.pop("supplied_on", date(2026, 3, 13)),
        default_terms="net 30",
        **more,
    )


def eur(text):
    return Money.of(text, "EUR")


@pytest.mark.parametrize(
    ("quantity", "price", "per", "off", "net"),
    [
        ("4000", "18.40", "100", None, "736.00"),
        ("10000", "16.90", "100", "5", "1605.50"),
        ("24", "42.00", "1", "3", "977.76"),
        ("1", "0.005", "1", None, "0.01"),
        ("3", "0.335", "1", None, "1.01"),
        ("1", "0.0049", "1", None, "0.00"),
        ("1", "2.675", "1", None, "2.68"),
    ],
)
def test_a_line_is_rounded_once_and_half_up(quantity, price, per, off, net):
    one = line(quantity=quantity, price=price, per=per, off=off)
    assert billing.line_net(one, one.quantity, "EUR") == eur(net)


def test_tax_is_summed_by_rate_and_rounded_once():
    # Three times 0.33 taxed at 20 %: 0.20 of the sum; 0.07 of each line would be 0.21.
    document = invoice(order(*(line(str(n), "1", "0.33") for n in range(3)), line("9", "1", "100.00", tax="7")))
    assert [(x.rate, x.net, x.tax) for x in document.taxes] == [
        (Decimal(20), eur("0.99"), eur("0.20")),
        (Decimal(7), eur("100.00"), eur("7.00")),
    ]
    assert (document.net, document.tax, document.total) == (eur("100.99"), eur("7.20"), eur("108.19"))


@pytest.mark.parametrize("treatment", [TaxTreatment.REVERSE_CHARGE, TaxTreatment.EXEMPT, TaxTreatment.EXPORT])
def test_no_tax_for_whom_there_is_none(treatment):
    document = invoice(customer=replace(CUSTOMER, tax_treatment=treatment))
    assert document.tax == eur("0") and document.total == eur("420.00") and document.tax_treatment is treatment
    assert [x.rate for x in document.taxes] == [0] and document.lines[0].tax_rate == 0


def test_yen_and_dinar_have_their_own_decimals():
    yen = invoice(
        order(line(quantity="3", price="33.5", tax="10"), currency="JPY"), customer=replace(CUSTOMER, currency="JPY")
    )
    assert (yen.net, yen.tax) == (Money.of("101", "JPY"), Money.of("10", "JPY"))
    dinar = invoice(order(line(quantity="1", price="1.2345", tax="0"), currency="KWD"))
    assert dinar.total == Money.of("1.235", "KWD")


def test_the_dates_follow_from_the_terms():
    document = invoice()
    assert document.due_on == date(2026, 4, 15) and document.discount_until == date(2026, 3, 26)
    assert document.discount_percent == 2 and document.discount_amount == eur("10.08")
    cash = invoice(order(payment_terms="COD"))
    assert cash.due_on == ISSUED, "never before the invoice itself"
    goods = invoice(order(payment_terms="net 30 ROG"))
    assert goods.due_on == date(2026, 4, 12)
    parts = invoice(order(payment_terms="30/40/30 % at 0/30/60 days"))
    assert [x.amount for x in parts.instalments] == [eur("151.20"), eur("201.60"), eur("151.20")]
    assert parts.due_on == date(2026, 5, 15)


def test_only_what_is_billed_stands_on_it_and_carriage_is_taxed():
    document = invoice(order(line("1"), line("2", tax="7")), {"1": Decimal(4), "2": Decimal(0)}, freight=eur("10.00"))
    assert [(x.line, x.quantity) for x in document.lines] == [("1", 4)]
    assert document.net == eur("178.00") and document.tax == eur("35.60") and document.freight == eur("10.00")


def test_one_invoice_for_several_orders_says_which_line_is_whose():
    first, second = (
        order(line("10"), number="SO-1", po="P-1"),
        order(line("10", price="1.00"), line("20"), number="SO-2", po="P-2"),
    )
    document = billing.build_collective(
        number="INV-9",
        parts=(
            billing.Part(order=first, quantities={"10": Decimal(2)}, freight=eur("5.00")),
            billing.Part(order=second, quantities={"10": Decimal(3)}),
        ),
        customer=CUSTOMER,
        issued_on=ISSUED,
        supplied_on=ISSUED,
        default_terms="net 30",
    )
    assert [(x.line, x.order, x.order_line, x.note) for x in document.lines] == [
        ("1", "SO-1", "10", "P-1 / SO-1"),
        ("2", "SO-2", "10", "P-2 / SO-2"),
    ]
    assert document.order == "" and document.net == eur("92.00") and document.freight == eur("5.00")
    item = billing.open_item(document)
    assert [(x.order, x.order_line) for x in item.lines] == [("SO-1", "10"), ("SO-2", "10")] and item.order is None


def test_the_creditor_reference_checks():
    reference = billing.creditor_reference("INV-104411")
    assert reference.startswith("RF") and reference.endswith("INV104411")
    digits = "".join(str(int(ch, 36)) for ch in reference[4:] + reference[:4])
    assert int(digits) % 97 == 1
    assert billing.creditor_reference("539007547034") == "RF18539007547034", "the example of ISO 11649"
    assert billing.creditor_reference("請求書") == "" and invoice(proforma=True).creditor_reference == ""


@given(st.text(alphabet="ABCXYZ0123456789-/ ", min_size=1, max_size=40))
def test_every_creditor_reference_checks(number):
    reference = billing.creditor_reference(number)
    if reference:
        digits = "".join(str(int(ch, 36)) for ch in reference[4:] + reference[:4])
        assert len(reference) <= 25 and int(digits) % 97 == 1


def credit(document, net, *earlier, **more):
    return crediting.build_credit_note(
        number="CN-1", invoice=document, net=eur(net), issued_on=ISSUED, reason="short", credited=earlier, **more
    )


def test_a_credit_note_is_negative_and_names_what_it_corrects():
    note = credit(invoice(), "42.00")
    assert (note.net, note.tax, note.total) == (eur("-42.00"), eur("-8.40"), eur("-50.40"))
    assert note.type is InvoiceType.CREDIT_NOTE and note.corrects == "INV-104411" and note.due_on is None
    assert (
        note.discount_amount is None and note.creditor_reference == "" and sum(x.net.minor for x in note.lines) == -4200
    )
    assert credit(invoice(), "-42.00").total == note.total, "the sign of the amount does not matter"


def test_crediting_all_credits_exactly_the_tax_of_the_invoice():
    document = invoice(order(*(line(str(n), "1", "0.33") for n in range(3)), line("9", "1", "100.00", tax="7")))
    note = credit(document, "100.99")
    assert note.total == -document.total and [(x.rate, x.tax) for x in note.taxes] == [
        (Decimal(20), eur("-0.20")),
        (Decimal(7), eur("-7.00")),
    ]


def test_a_part_of_an_invoice_with_two_rates_is_spread_over_them():
    document = invoice(order(line("1", "1", "100.00", tax="20"), line("2", "1", "300.00", tax="7")))
    note = credit(document, "40.00")
    assert [(x.rate, x.net, x.tax) for x in note.taxes] == [
        (Decimal(20), eur("-10.00"), eur("-2.00")),
        (Decimal(7), eur("-30.00"), eur("-2.10")),
    ]
    named = credit(document, "40.00", rate=Decimal(7))
    assert [(x.rate, x.tax) for x in named.taxes] == [(Decimal(7), eur("-2.80"))]


def test_a_claim_is_credited_with_the_tax_in_it():
    document = invoice(order(line("1", "1", "100.00", tax="20"), line("2", "1", "300.00", tax="7")))
    assert credit(invoice(), "50.40", gross=True).total == eur("-50.40")
    assert credit(document, "441.00", gross=True).total == -document.total
    assert credit(document, "44.10", gross=True).total == eur("-44.10")


def test_credits_in_parts_never_come_to_more_than_the_invoice():
    document = invoice(order(line("1", "1", "10.00", tax="19")))
    notes = ()
    for _ in range(3):
        notes = (*notes, credit(document, "3.33", *notes))
    notes = (*notes, credit(document, "0.01", *notes))
    assert sum(x.total.minor for x in notes) == -document.total.minor


@given(
    st.lists(
        st.tuples(st.integers(1, 10**6), st.sampled_from(["0", "7", "10", "19", "20", "5.5"])), min_size=1, max_size=4
    ),
    st.lists(st.integers(1, 10**5), max_size=5),
)
def test_every_invoice_and_its_credits_add_up(rows, parts):
    document = invoice(
        order(*(line(str(n), "1", str(Decimal(net) / 100), tax=tax) for n, (net, tax) in enumerate(rows)))
    )
    assert document.total == document.net + document.tax
    assert sum(x.net.minor for x in document.lines) == document.net.minor
    notes, left = (), document.net.minor
    for wanted in parts:
        part = min(wanted, left)
        if part:
            notes = (*notes, credit(document, str(Decimal(part) / 100), *notes))
            left -= part
    if left:
        notes = (*notes, credit(document, str(Decimal(left) / 100), *notes))
    assert sum(x.net.minor for x in notes) == -document.net.minor
    assert sum(x.tax.minor for x in notes) == -document.tax.minor


def test_the_entries_balance():
    for document in (
        invoice(),
        credit(invoice(), "42.00"),
        invoice(customer=replace(CUSTOMER, tax_treatment=TaxTreatment.EXPORT)),
    ):
        entry = billing.invoice_entry(document)
        assert sum(posting.amount.minor for posting in entry.postings) == 0
