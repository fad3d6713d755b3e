"""What an e-invoice is made of: addresses, numbers, units, and what is said to lack."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from agent.domain import notices as n
from agent.domain.money import Money
from agent.domain.receivables import Customer, TaxTreatment
from templates.einvoice import missing
from templates.einvoice.address import address_of
from templates.einvoice.cii import cii
from templates.einvoice.identifiers import country_of, electronic_address, legal_id, vat_id
from templates.einvoice.model import EInvoice
from templates.einvoice.terms import peppol_gaps, terms_of
from templates.einvoice.ubl import ubl
from templates.einvoice.units import _WRITTEN, code_of
from templates.words import words_of
from tests.templates.einvoice import documents as d

DOCUMENTS = d.documents()


def terms(document: n.InvoiceDocument, company: n.Company = d.SELLER) -> EInvoice:
    return terms_of(document, company, words_of("en")).invoice


@pytest.mark.parametrize(
    ("text", "country", "lines", "code", "city", "region"),
    [
        ("Speicherstraße 14\n20457 Hamburg\nGermany", "DE", ("Speicherstraße 14",), "20457", "Hamburg", ""),
        ("Postfach 11 20, 71634 Ludwigsburg", "DE", ("Postfach 11 20",), "71634", "Ludwigsburg", ""),
        ("Hof 2\nD-48147 Münster-Hiltrup", "DE", ("Hof 2",), "48147", "Münster-Hiltrup", ""),
        ("1 High Street\nBristol BS1 6XX", "GB", ("1 High Street",), "BS1 6XX", "Bristol", ""),
        ("1 High Street\nLondon\nec1a 1aa\nUnited Kingdom", "GB", ("1 High Street",), "EC1A 1AA", "London", ""),
        (
            "500 Congress Ave\nSuite 12\nAustin, TX 78701",
            "US",
            ("500 Congress Ave", "Suite 12"),
            "78701",
            "Austin",
            "TX",
        ),
        ("2200 Lake Street, Peoria IL 61602-1234", "US", ("2200 Lake Street",), "61602-1234", "Peoria", "IL"),
        ("Keizersgracht 1\n1015 CJ Amsterdam\nNederland", "NL", ("Keizersgracht 1",), "1015 CJ", "Amsterdam", ""),
        ("ul. Prosta 1\n00-838 Warszawa", "PL", ("ul. Prosta 1",), "00-838", "Warszawa", ""),
        ("Av. 1\n1000-001 Lisboa\nPortugal", "PT", ("Av. 1",), "1000-001", "Lisboa", ""),
        ("1 King St W\nToronto, ON M5H 1A1\nCanada", "CA", ("1 King St W",), "M5H 1A1", "Toronto", "ON"),
    ],
)
def test_an_address_is_taken_apart_where_its_country_proves_it(
    text: str, country: str, lines: tuple[str, ...], code: str, city: str, region: str
) -> None:
    found = address_of(text, country)
    assert (found.lines, found.post_code, found.city, found.region) == (lines, code, city, region)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Speicherstraße 14\n20457 Hamburg\nc/o Empfang", "DE"),
        ("12 rue des Forges\n75008 Paris Cedex 08", "FR"),
        ("〒100-0005\n東京都千代田区丸の内1-2-3", "JP"),
        ("Reception", "DE"),
        ("20457 Hamburg", "DE"),
        ("Hall 12345 East\nGate 3", "DE"),
        ("1 High Street\nBristol BS1 6XX", "DE"),
        ("1 High Street\nBristol BS1 6XX", ""),
    ],
)
def test_an_address_that_is_not_certain_stays_in_its_lines(text: str, country: str) -> None:
    found = address_of(text, country)
    assert (found.city, found.post_code) == ("", "")
    assert ", ".join(found.lines) == text.replace("\n", ", ")


def test_an_address_repeats_neither_the_name_nor_more_than_three_lines() -> None:
    found = address_of("Nord GmbH\nTor 1\nHof 2\nHaus 3\nRaum 4\n20457 Hamburg", "DE", "NORD GmbH")
    assert found.lines == ("Tor 1", "Hof 2", "Haus 3, Raum 4")


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("DE811234567", "DE", "DE811234567"),
        ("de 811 234 567", "DE", "DE811234567"),
        ("VAT no. GB 123 4567 89", "GB", "GB123456789"),
        ("USt-IdNr.: DE811234567", "DE", "DE811234567"),
        ("CHE-123.456.789 MWST", "CH", "CHE123456789MWST"),
        ("EL123456789", "GR", "EL123456789"),
        ("DE811234567", "AT", "DE811234567"),
        ("NO 987 654 325 MVA", "NO", "NO987654325MVA"),
        ("AE100123456700003", "AE", ""),
        ("LI 12345", "LI", "LI12345"),
        ("DE81123456", "DE", ""),
        ("123-45-67890", "KR", ""),
        ("74-1234567", "US", ""),
        ("T1234567890123", "JP", ""),
        ("GR123456789", "GR", ""),
        ("DEBITOR 123456789", "DE", ""),
        ("", "DE", ""),
    ],
)
def test_a_vat_number_is_one_only_in_the_form_of_its_country(written: str, country: str, number: str) -> None:
    assert vat_id(written, country) == number


@pytest.mark.parametrize(
    ("vat", "email", "address"),
    [
        ("DE811234567", "a@b.example", ("9930", "DE811234567")),
        ("FR32123456789", "", ("9957", "FR32123456789")),
        ("BE0123456749", "", ("0208", "0123456749")),
        ("BE0123456789", "a@b.example", ("EM", "a@b.example")),
        ("DK12345678", "", ("0184", "DK12345678")),
        ("NO987654325MVA", "", ("0192", "987654325")),
        ("SE556036079301", "", ("0007", "5560360793")),
        ("IT01234567897", "", ("0211", "IT01234567897")),
        ("IT01234567890", "a@b.example", ("EM", "a@b.example")),
        ("", "a@b.example", ("EM", "a@b.example")),
        ("", "", None),
    ],
)
def test_an_electronic_address_is_the_vat_number_where_a_scheme_takes_it(
    vat: str, email: str, address: tuple[str, str] | None
) -> None:
    found = electronic_address(vat, email)
    assert (found and (found.scheme, found.value)) == address


def test_registers_whose_number_is_the_vat_number_name_the_legal_entity() -> None:
    assert legal_id("DK12345678") is not None
    assert legal_id("DE811234567") is None


def test_countries_are_codes_of_the_standard() -> None:
    assert [country_of(code) for code in ("de", " GB", "UK", "EL", "XX", "Germany", "")] == [
        "DE",
        "GB",
        "GB",
        "GR",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [("pcs", "H87"), ("Stk.", "H87"), ("EA", "EA"), ("h", "HUR"), ("kg", "KGM"), ("KGM", "KGM"), ("m²", "MTK"), ("", "C62"),
     ("Gebinde", "ZZ"), ("ton", "ZZ"), ("gallon", "ZZ"), ("個", "H87"), ("H87", "H87")],
)  # fmt: skip
def test_units_are_coded_and_what_could_mean_two_things_is_not(written: str, code: str) -> None:
    assert code_of(written) == code


def test_no_unit_word_stands_for_two_codes() -> None:
    words = [word for written in _WRITTEN.values() for word in written.casefold().split()]
    assert sorted(words) == sorted(set(words))


def test_a_unit_without_a_code_is_still_named_as_written() -> None:
    line = terms(DOCUMENTS["unknown units"]).lines[0]
    assert (line.unit, line.unit_as_written) == ("ZZ", "Gebinde")


LACKS = {
    "our name": (lambda x, c: (x, replace(c, name="")), "our name"),
    "our country": (lambda x, c: (x, replace(c, country="Germany")), "our country"),
    "our tax number": (lambda x, c: (x, replace(c, tax_id="")), "our VAT number ([company] tax_id)"),
    "the customer's country": (lambda x, c: (replace(x, customer=replace(x.customer, country="")), c), "the customer's country"),
    "the customer's name": (lambda x, c: (replace(x, customer=replace(x.customer, name="")), c), "the customer's name"),
    "terms": (lambda x, c: (replace(x, due_on=None, payment_terms=""), c), "the due date or the terms"),
    "lines": (lambda x, c: (replace(x, lines=()), c), "no lines"),
    "a pro-forma": (lambda x, c: (replace(x, proforma=True), c), "pro-forma"),
    "a wrong total": (lambda x, c: (replace(x, total=x.total + Money.of("0.01", "EUR")), c), "do not add up to the total"),
    "a wrong net amount": (lambda x, c: (replace(x, net=x.net + Money.of("1.00", "EUR")), c), "do not add up"),
    "a wrong tax": (lambda x, c: (_with_tax(x, "0.01"), c), "the tax of 19 % does not follow"),
    "a wrong line": (lambda x, c: (_with_line(x, unit_price=Decimal("189.60")), c), "line 10: quantity times price"),
    "no price basis": (lambda x, c: (_with_line(x, price_per=Decimal(0)), c), "line 10: the quantity that its price"),
    "no description": (lambda x, c: (_with_line(x, description="", item=""), c), "line 10: what it is for"),
    "freight on top": (lambda x, c: (replace(x, freight=Money.of("5.00", "EUR")), c), "the tax rate of the freight"),
    "tax under reverse charge": (lambda x, c: (replace(x, tax_treatment=TaxTreatment.REVERSE_CHARGE), c), "there is tax"),
}  # fmt: skip


def _with_line(document: n.InvoiceDocument, **changes: object) -> n.InvoiceDocument:
    first, *rest = document.lines
    return replace(document, lines=(replace(first, **changes), *rest))  # type: ignore[arg-type]


def _with_tax(document: n.InvoiceDocument, more: str) -> n.InvoiceDocument:
    extra = Money.of(more, "EUR")
    (tax,) = document.taxes
    wrong = replace(tax, tax=tax.tax + extra)
    return replace(document, taxes=(wrong,), tax=wrong.tax, total=document.net + wrong.tax)


@pytest.mark.parametrize("case", LACKS)
def test_what_lacks_or_does_not_add_up_is_said_in_words(case: str) -> None:
    change, words = LACKS[case]
    assert any(words in one for one in missing(*change(DOCUMENTS["plain"], d.SELLER)))


def test_reverse_charge_and_export_need_vat_numbers_with_their_country() -> None:
    domestic = replace(d.SELLER, tax_id="27/123/45678")
    assert missing(DOCUMENTS["plain"], domestic) == ()
    assert missing(DOCUMENTS["export"], domestic) == ("our VAT number with its country ([company] tax_id)",)
    unknown = replace(DOCUMENTS["reverse charge"], customer=replace(d.FRENCH, tax_id=""))
    assert missing(unknown, d.SELLER) == ("the customer's VAT number with its country (reverse charge)",)


def test_three_decimals_that_the_standard_cannot_hold_are_said_and_never_rounded() -> None:
    document = d.invoice(d.line("10", "3", "18.255", "5", "KWD"), currency="KWD", customer=d.AMERICAN)
    assert missing(document, d.SELLER) == ("an e-invoice has two decimals at most, and 54.765 KWD has more",)


def test_amounts_of_a_credit_note_stand_without_their_minus_and_name_the_invoice() -> None:
    credit = terms(DOCUMENTS["full credit"])
    assert (credit.type_code, credit.preceding_invoice) == ("381", "INV-104411")
    assert all(line.net > 0 and line.quantity > 0 for line in credit.lines)
    assert credit.gross == -DOCUMENTS["full credit"].total.amount
    assert credit.payment is not None and credit.payment.account == ""


def test_what_is_taken_back_has_a_negative_quantity_and_never_a_negative_price() -> None:
    for name in ("taken back on an invoice", "negative price"):
        line = terms(DOCUMENTS[name]).lines[1]
        assert line.quantity == -1 and line.price == 50


def test_prices_per_hundred_keep_their_basis_and_discounts_their_percentage() -> None:
    line = terms(DOCUMENTS["price per hundred"]).lines[0]
    assert (line.price, line.base_quantity, line.net) == (Decimal("38.45"), 100, Decimal("480.63"))
    adjusted = terms(DOCUMENTS["line discount"]).lines[0].adjustment
    assert adjusted is not None
    assert (adjusted.base, adjusted.percent, adjusted.amount) == (Decimal("93.59"), Decimal("12.5"), Decimal("11.70"))


def test_categories_follow_the_customer_s_treatment() -> None:
    names = ("plain", "zero rated", "reverse charge", "export", "exempt")
    found = [(one.category, one.reason_code) for name in names for one in terms(DOCUMENTS[name]).vat]
    assert found == [("S", ""), ("Z", ""), ("AE", "VATEX-EU-AE"), ("G", "VATEX-EU-G"), ("E", "")]


def test_freight_is_a_charge_with_the_tax_that_it_was_billed_with() -> None:
    (charge,) = terms(DOCUMENTS["three rates and freight"]).charges
    assert (charge.amount, charge.category, charge.rate, charge.code) == (Decimal("24.90"), "S", 19, "FC")


def test_terms_of_payment_say_the_discount_in_words_and_for_german_readers_once_more_by_machine() -> None:
    german = terms(DOCUMENTS["early-payment discount"]).payment_terms
    assert "2/10 net 30\n" in german
    assert german.endswith("\n#SKONTO#TAGE=10#PROZENT=2.00#\n")
    regex = r"#(SKONTO)#TAGE=([0-9]+#PROZENT=[0-9]+\.[0-9]{2})(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#"  # XRechnung
    assert re.fullmatch(regex, german.splitlines()[-1])
    assert "#SKONTO" not in terms(DOCUMENTS["early-payment discount abroad"]).payment_terms


def test_payment_is_by_our_account_and_reference_alone() -> None:
    payment = terms(DOCUMENTS["plain"]).payment
    assert payment is not None
    assert (payment.code, payment.account, payment.reference) == ("58", d.SELLER.iban, "RF18539007547034")
    other = terms(DOCUMENTS["dollars"], replace(d.SELLER, iban="100200300")).payment
    assert other is not None
    assert (other.code, other.is_iban) == ("30", False)


def test_every_figure_and_name_of_the_document_is_in_both_files() -> None:
    document = DOCUMENTS["price per hundred"]
    for xml in (cii(document, d.SELLER).decode(), ubl(document, d.SELLER).decode()):
        for value in ("4711-088", "Nickel plated", "38.45", "1250", "480.63", "91.32", "571.95", "LS-88213", "SO-20417",
                      "4500019044", "INV-104411", "COBADEFFXXX", d.SELLER.iban, "C-1005", "DE123456789"):  # fmt: skip
            assert value in xml


def test_an_invoice_claims_peppol_only_with_all_that_peppol_wants() -> None:
    assert peppol_gaps(terms(DOCUMENTS["plain"])) == ()
    assert any("electronic address" in gap for gap in peppol_gaps(terms(DOCUMENTS["export"])))
    assert any("order number" in gap for gap in peppol_gaps(terms(DOCUMENTS["no order number"])))
    assert any("telephone" in gap for gap in peppol_gaps(terms(DOCUMENTS["plain"], replace(d.SELLER, phone=""))))


def test_the_customer_s_first_full_address_is_where_an_e_invoice_is_addressed_to() -> None:
    from agent.domain.billing import addressee

    customer = Customer(number="C-1", name="A", currency="EUR", emails=("@a.example", "ap@a.example", "b@a.example"))
    assert addressee(customer).email == "ap@a.example"
