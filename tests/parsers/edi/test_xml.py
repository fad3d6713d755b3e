from decimal import Decimal

import pytest

from agent.domain.documents import Flag, Footing
from parsers.edi import read_structured
from parsers.page import Limits
from tests.parsers.edi.shaping import (
    reading,
    the_advice,
    the_delivery,
    the_order,
    ubl,
    words,
)

LINE = (
    '<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="C62">{quantity}</cbc:Quantity>'
    '<cbc:LineExtensionAmount currencyID="{currency}">{amount}</cbc:LineExtensionAmount><cac:Price><cbc:PriceAmount '
    'currencyID="EUR">5</cbc:PriceAmount></cac:Price><cac:Item><cbc:Name>Nut</cbc:Name></cac:Item></cac:LineItem></cac:OrderLine>'
)


def order(amount: str = "15.00", total: str = "15.00", currency: str = "EUR", extra: str = "") -> bytes:
    return ubl(
        "Order",
        f"<cbc:ID>P1</cbc:ID><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>{extra}<cac:AnticipatedMonetaryTotal>"
        f'<cbc:LineExtensionAmount currencyID="EUR">{total}</cbc:LineExtensionAmount></cac:AnticipatedMonetaryTotal>'
        + LINE.format(quantity="3", amount=amount, currency=currency),
    )


def test_an_order_whose_lines_make_its_total_is_proved() -> None:
    assert the_order(order()).footing is Footing.PROVED


@pytest.mark.parametrize(
    "data",
    [order(amount="16.00", total="16.00"), order(total="16.00"), order(currency="USD")],
    ids=["line is not quantity x price", "total is not the sum", "line in another currency"],
)
def test_an_order_that_contradicts_itself_fails(data: bytes) -> None:
    assert the_order(data).footing is Footing.FAILED


def test_an_order_that_replaces_an_earlier_one_says_which() -> None:
    paper = the_order(order(extra="<cac:OrderDocumentReference><cbc:ID>P0</cbc:ID></cac:OrderDocumentReference>"))
    assert (paper.number, paper.revision_of) == ("P1", "P0")


def test_more_rejected_than_received_fails() -> None:
    body = (
        "<cbc:ID>R1</cbc:ID><cac:ReceiptLine><cbc:ID>1</cbc:ID><cbc:ReceivedQuantity>2</cbc:ReceivedQuantity>"
        "<cbc:RejectedQuantity>3</cbc:RejectedQuantity></cac:ReceiptLine>"
    )
    assert the_delivery(ubl("ReceiptAdvice", body)).footing is Footing.FAILED


def test_a_remittance_whose_total_is_not_that_of_its_lines_fails() -> None:
    body = (
        "<cbc:ID>A1</cbc:ID><cbc:TotalPaymentAmount>90</cbc:TotalPaymentAmount><cac:RemittanceAdviceLine>"
        "<cbc:DebitLineAmount>100</cbc:DebitLineAmount><cbc:BalanceAmount>100</cbc:BalanceAmount></cac:RemittanceAdviceLine>"
    )
    advice = the_advice(ubl("RemittanceAdvice", body))
    assert (advice.footing, advice.difference) == (Footing.FAILED, -10)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (ubl("Invoice", "<cbc:ID>1</cbc:ID>"), "invoice copy"),
        (ubl("CreditNote", "<cbc:ID>1</cbc:ID>"), "credit note copy"),
        (ubl("OrderResponse", "<cbc:ID>1</cbc:ID>"), "order response"),
        (
            b'<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>',
            "invoice copy",
        ),
        (b"<cXML><Request><InvoiceDetailRequest/></Request></cXML>", "InvoiceDetailRequest"),
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>',
            "CstmrCdtTrfInitn",
        ),
    ],
)
def test_other_papers_are_named_and_make_no_document(data: bytes, word: str) -> None:
    result = reading(data)
    assert result.documents == ()
    assert word in words(result)


@pytest.mark.parametrize(
    "data", [b"<html><body>order</body></html>", b"<Invoice><ID>1</ID></Invoice>", b"<Order/>", b"<a>", b"<"]
)
def test_xml_of_no_known_standard_is_left_to_others(data: bytes) -> None:
    assert read_structured(data, "paper", Limits()) is None


def cxml(kind: str, items: str, total: str = "15.00", extra: str = "") -> bytes:
    return (
        f'<cXML><Request><OrderRequest><OrderRequestHeader orderID="P1" orderDate="2026-03-16" type="{kind}"><Total>'
        f'<Money currency="USD">{total}</Money></Total>{extra}</OrderRequestHeader>{items}</OrderRequest></Request></cXML>'
    ).encode()


ITEM = (
    '<ItemOut quantity="3" lineNumber="1"><ItemID><SupplierPartID>X</SupplierPartID></ItemID><ItemDetail><UnitPrice>'
    '<Money currency="USD">5</Money></UnitPrice></ItemDetail></ItemOut>'
)


def test_a_cxml_request_to_delete_cancels_and_to_update_revises() -> None:
    assert the_order(cxml("delete", ITEM)).cancels
    assert the_order(cxml("update", ITEM)).revision_of is True


def test_the_cxml_total_is_without_tax_so_a_total_with_tax_is_not_made_up() -> None:
    paper = the_order(cxml("new", ITEM, extra='<Tax><Money currency="USD">1</Money></Tax>'))
    assert (paper.net_total, paper.tax_total, paper.total, paper.footing) == (15, 1, None, Footing.PROVED)


def test_a_cxml_total_that_does_hold_tax_and_shipping_is_known_by_arithmetic() -> None:
    paper = the_order(cxml("new", ITEM, total="16", extra='<Tax><Money currency="USD">1</Money></Tax>'))
    assert (paper.net_total, paper.total, paper.footing) == (15, 16, Footing.PROVED)


def test_a_cxml_test_request_fails() -> None:
    data = cxml("new", ITEM).replace(b"<Request>", b'<Request deploymentMode="test">')
    assert the_order(data).footing is Footing.FAILED


def order_x(kind: str = "220", purpose: str = "9", grand: str = "18.00") -> bytes:
    return f"""<rsm:SCRDMCCBDACIOMessageStructure xmlns:rsm="urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100"
 xmlns:ram="urn:r" xmlns:udt="urn:u"><rsm:ExchangedDocument><ram:ID>P1</ram:ID><ram:TypeCode>{kind}</ram:TypeCode>
 <ram:IssueDateTime><udt:DateTimeString format="102">20260316</udt:DateTimeString></ram:IssueDateTime>
 <ram:PurposeCode>{purpose}</ram:PurposeCode></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>
 <ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
 <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>500</ram:ChargeAmount><ram:BasisQuantity>100</ram:BasisQuantity></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
 <ram:SpecifiedLineTradeDelivery><ram:RequestedQuantity unitCode="C62">3</ram:RequestedQuantity></ram:SpecifiedLineTradeDelivery>
 <ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>15.00</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
 </ram:IncludedSupplyChainTradeLineItem><ram:ApplicableHeaderTradeAgreement><ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>P0</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument></ram:ApplicableHeaderTradeAgreement>
 <ram:ApplicableHeaderTradeSettlement><ram:OrderCurrencyCode>EUR</ram:OrderCurrencyCode><ram:SpecifiedTradeSettlementHeaderMonetarySummation>
 <ram:LineTotalAmount>15.00</ram:LineTotalAmount><ram:TaxBasisTotalAmount>15.00</ram:TaxBasisTotalAmount><ram:TaxTotalAmount>3.00</ram:TaxTotalAmount><ram:GrandTotalAmount>{grand}</ram:GrandTotalAmount>
 </ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:SCRDMCCBDACIOMessageStructure>""".encode()


def test_an_order_x_order_is_proved_by_its_totals() -> None:
    paper = the_order(order_x())
    assert (paper.number, paper.total, paper.lines[0].price_per, paper.footing) == ("P1", 18, 100, Footing.PROVED)


def test_an_order_x_total_that_does_not_add_up_fails() -> None:
    assert the_order(order_x(grand="19.00")).difference == Decimal(1)


def test_an_order_x_change_stands_under_the_order_it_changes() -> None:
    paper = the_order(order_x(kind="230", purpose="4"))
    assert (paper.number, paper.revision_of, paper.cancels) == ("P0", True, False)
    assert the_order(order_x(kind="230", purpose="1")).cancels


def test_an_order_x_call_off_is_a_release() -> None:
    assert Flag.RELEASE in the_order(order_x(kind="226")).flags


def test_an_external_entity_is_never_read() -> None:
    data = b'<!DOCTYPE Order [<!ENTITY leak SYSTEM "file:///etc/passwd">]>' + order().replace(b"P1", b"&leak;")
    result = reading(data)
    assert result.documents == ()
    assert "entities" in words(result)


def test_an_entity_bomb_is_refused() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    data = f'<!DOCTYPE Order [<!ENTITY e0 "lol">{levels}]>'.encode() + order().replace(b"P1", b"&e9;")
    assert reading(data).documents == ()


def test_xml_that_is_nested_too_deep_or_too_long_is_refused() -> None:
    deep = ubl("Order", "<cac:A>" * 100 + "</cac:A>" * 100)
    assert "nested" in words(reading(deep))
    many = ubl("Order", "<cbc:Note/>" * 1000)
    result = read_structured(many, "paper", Limits(cells_max=100))
    assert result is not None
    assert "elements" in words(result)


def test_broken_xml_of_a_known_standard_is_a_problem_and_no_document() -> None:
    result = reading(order()[:-30])
    assert (result.format, result.documents) == ("ubl", ())
    assert "cut short" in words(result)


def test_utf_16_is_read() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + order().decode()
    assert the_order(text.encode("utf-16")).number == "P1"


def test_a_document_in_its_standards_envelope_is_read() -> None:
    head = b'<StandardBusinessDocument xmlns="urn:sbdh"><StandardBusinessDocumentHeader/>'
    assert the_order(head + order() + b"</StandardBusinessDocument>").number == "P1"
