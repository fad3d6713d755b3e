"""Every kind of document against the official schemas and business rules, in both syntaxes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.domain import notices as n
from agent.domain.receivables import TaxTreatment
from templates.einvoice import missing
from templates.einvoice.cii import cii
from templates.einvoice.ubl import ubl
from templates.einvoice.units import _codes
from templates.words import languages
from tests.templates.einvoice import documents as d
from tests.templates.einvoice.peppol import broken_peppol_rules
from tests.templates.einvoice.rules import broken_rules

DOCUMENTS = d.documents()
Write = Callable[[n.InvoiceDocument, n.Company, str], bytes]
WRITERS = pytest.mark.parametrize("write", [cii, ubl])
PEPPOL = b"urn:fdc:peppol.eu:2017:poacc:billing:3.0<"
SELLERS = {
    "british": n.Company(name="Avon Gauges Ltd", address="1 High Street\nBristol BS1 6XX", email="ar@avon.example",
                         tax_id="GB 123 4567 89", iban="GB82WEST12345698765432", country="GB", currency="GBP"),
    "dutch": n.Company(name="Vechtstroom BV", address="Kade 1\n3511 AB Utrecht", email="ar@vechtstroom.example",
                       tax_id="NL123456789B01", iban="NL91ABNA0417164300", country="NL"),
    "french": n.Company(name="Rhône Mesure SAS", address="1 quai\n69002 Lyon", email="ar@rhone.example",
                        tax_id="FR32123456789", country="FR"),
    "with a tax number of no known form": n.Company(name="Han River Co.", address="12-3 Teheran-ro", email="ar@han.example",
                                                    tax_id="123-45-67890", country="KR", iban="100200300400"),
    "of the name alone": n.Company(name="Nord", tax_id="DE811234567", country="DE"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
@WRITERS
def test_every_document_that_we_issue_is_valid(name: str, write: Write) -> None:
    document = DOCUMENTS[name]
    assert missing(document, d.SELLER) == ()
    assert broken_rules(write(document, d.SELLER, "en")) == []


@pytest.mark.parametrize("seller", SELLERS)
@WRITERS
def test_invoices_of_other_sellers_are_valid(seller: str, write: Write) -> None:
    for document in (DOCUMENTS["three rates and freight"], DOCUMENTS["full credit"], DOCUMENTS["exempt"]):
        assert missing(document, SELLERS[seller]) == ()
        assert broken_rules(write(document, SELLERS[seller], "en")) == []


@pytest.mark.parametrize("language", languages())
@WRITERS
def test_invoices_in_every_language_are_valid(language: str, write: Write) -> None:
    for name in ("early-payment discount", "exempt", "line discount", "full credit", "instalments"):
        assert broken_rules(write(DOCUMENTS[name], d.SELLER, language)) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_claims_peppol_keeps_the_rules_of_peppol(name: str) -> None:
    xml = ubl(DOCUMENTS[name], d.SELLER)
    if PEPPOL in xml:
        assert broken_peppol_rules(xml) == []
    else:
        assert b"<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>" in xml
        assert broken_peppol_rules(xml) != ["R001", "R007", "R004"]  # something beyond the claim itself lacks


def test_most_kinds_of_documents_are_peppol_invoices() -> None:
    plain = {name for name, document in DOCUMENTS.items() if PEPPOL not in ubl(document, d.SELLER)}
    assert plain == {
        "export", "export with freight", "credit of an export", "yen", "yen with fractions", "credit in yen", "dinars",
        "dollars", "no order number", "our order number only",
    }  # fmt: skip


def test_a_dutch_seller_s_invoice_is_a_peppol_invoice_and_one_without_an_account_is_not() -> None:
    assert broken_peppol_rules(ubl(DOCUMENTS["plain"], SELLERS["dutch"])) == []
    assert PEPPOL not in ubl(DOCUMENTS["plain"], replace(SELLERS["dutch"], iban=""))
    assert PEPPOL not in ubl(DOCUMENTS["plain"], replace(d.SELLER, phone=""))


WRONG = [
    ("GrandTotalAmount>", "TaxInclusiveAmount currencyID=\"EUR\">", "BR-CO-15"),
    ("LineTotalAmount>", "LineExtensionAmount currencyID=\"EUR\">", "BR-CO-10"),
    ("BasisAmount>", "TaxableAmount currencyID=\"EUR\">", "BR-S-08"),
    ("ram:RateApplicablePercent>", "cbc:Percent>", "BR-S"),
]  # fmt: skip


@pytest.mark.parametrize(("in_cii", "in_ubl", "rule"), WRONG)
def test_the_rules_notice_a_wrong_figure(in_cii: str, in_ubl: str, rule: str) -> None:
    """The negative control: were the rules not run, this would pass unnoticed."""
    for xml, field in ((cii(DOCUMENTS["plain"], d.SELLER), in_cii), (ubl(DOCUMENTS["plain"], d.SELLER), in_ubl)):
        assert any(rule in one for one in broken_rules(xml.replace(field.encode(), field.encode() + b"9", 1)))


def test_the_schema_notices_a_wrong_element_and_the_lists_a_wrong_code() -> None:
    xml = ubl(DOCUMENTS["plain"], d.SELLER)
    assert broken_rules(xml.replace(b"cbc:DueDate", b"cbc:PayDate"))[0].startswith("schema")
    assert any("BR-CL-23" in one for one in broken_rules(xml.replace(b'"H87"', b'"NOPE"')))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'schemeID="9930"', b'schemeID="EM"', "CL008"),
        (b">189.5<", b">199.5<", "R120"),
        (b"<cbc:Telephone>+49 40 555 0140</cbc:Telephone>", b"", "national"),
        (b"billing:01:1.0", b"billing:1", "R007"),
        (b"<cbc:DueDate>2026-12-03", b"<cbc:DueDate>03.12.2026", "F001"),
    ],
)
def test_our_peppol_rules_notice_what_they_are_there_for(old: bytes, new: bytes, rule: str) -> None:
    xml = ubl(DOCUMENTS["plain"], d.SELLER)
    assert broken_peppol_rules(xml) == []
    assert broken_peppol_rules(xml.replace(old, new)) == [rule]


@WRITERS
def test_every_unit_that_we_can_read_is_in_the_official_list(write: Write) -> None:
    units = sorted({*_codes(), "", "Gebinde"})
    lines = tuple(d.line(str(at), "2", "3.00", unit=unit) for at, unit in enumerate(units, 1))
    assert broken_rules(write(d.invoice(*lines), d.SELLER, "en")) == []


HOSTILE = (
    """<script>alert("x")</script> & ]]> <!-- --> ' " <?xml version="1.0"?> <!DOCTYPE a [<!ENTITY b "c">]> &b;""",
    "\x00\x01\x08\x0b\ufffe\uffff\ud800 \u202egnp.exe\u2066 \x7f",
    "株式会社髙橋製作所 😀 مرحبا \U0010ffff e\u0301",
    "A" * 5000,
    "   ",
)


@pytest.mark.parametrize("text", HOSTILE)
@WRITERS
def test_no_name_and_no_text_breaks_an_e_invoice(text: str, write: Write) -> None:
    lines = (d.line("10", "4", "189.50", description=text, item=text, buyer_item=text, note=text, unit=text),)
    who = replace(d.GERMAN, name=f"Oelke {text}", address=f"{text}\n{text}\n48147 Münster\n{text}", contact=text)
    document = d.invoice(
        *lines, customer=who, notes=(text, text), po_number=text, order=text, payment_terms=f"30 days {text}",
        ship_to=f"{text}\n{text}", delivery_references=(text,), tracking_numbers=(text,),
    )  # fmt: skip
    document = replace(document, lines=tuple(replace(one, description=f"Goods {text}") for one in document.lines))
    company = replace(d.SELLER, registration=text, address=f"{text}\n{text}", contact_name=text, phone=text)
    xml = write(document, company, "en")
    assert broken_rules(xml) == []
    assert b"<script>" not in xml
    assert b"<!DOCTYPE" not in xml


def test_an_account_that_is_not_ours_is_masked_in_an_e_invoice_too() -> None:
    document = d.invoice(notes=("Pay to GB82 WEST 1234 5698 7654 32",), payment_terms="to FR7630006000011234567890189")
    for xml in (cii(document, d.SELLER), ubl(document, d.SELLER)):
        assert b"7654 32<" not in xml and b"FR7630006000011234567890189" not in xml
        assert b"DE89370400440532013000" in xml


def _figures(places: int, low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(lambda value: format(Decimal(value).scaleb(-places), "f"))


_LINE = st.builds(
    lambda quantity, price, rate, per, percent: (quantity, price, rate, per, percent),
    _figures(3, -5_000, 5_000_000),
    _figures(4, 0, 90_000_000),
    st.sampled_from(["0", "5.5", "7", "19", "20"]),
    st.sampled_from(["1", "10", "100", "1000"]),
    st.sampled_from([None, "2.5", "10", "33.33"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(_LINE, min_size=1, max_size=6),
    freight=st.sampled_from(["", "9.90", "1250.00"]),
    currency=st.sampled_from(["EUR", "GBP", "JPY"]),
    taxed=st.booleans(),
    credited=st.booleans(),
)
def test_whatever_is_billed_is_either_valid_or_says_what_lacks(
    rows: list[tuple[str, str, str, str, str | None]], freight: str, currency: str, taxed: bool, credited: bool
) -> None:
    lines = [
        d.line(str(at), quantity, price, rate if taxed else "0", currency, price_per=per,
               discount_percent=Decimal(percent) if percent else None)
        for at, (quantity, price, rate, per, percent) in enumerate(rows, 1)
    ]  # fmt: skip
    if currency == "JPY":
        freight = freight.partition(".")[0]
    treatment = TaxTreatment.STANDARD if taxed else TaxTreatment.REVERSE_CHARGE
    customer = d.GERMAN if taxed else d.FRENCH
    document = d.invoice(*lines, freight=freight, currency=currency, customer=customer, tax_treatment=treatment)
    document = d.full_credit(document) if credited and document.total.minor > 0 else document
    lacks = missing(document, d.SELLER)
    assert lacks in ((), ("the tax rate of the freight: it does not follow from the amounts",))
    if not lacks:
        assert broken_rules(cii(document, d.SELLER)) == []
        assert broken_rules(ubl(document, d.SELLER)) == []
        assert broken_peppol_rules(ubl(document, d.SELLER)) == []
