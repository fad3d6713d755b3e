"""Layouts that differ in kind: tables side by side, in two lines a record, on their side, without a known title."""

from __future__ import annotations

from decimal import Decimal

from agent.domain.documents import Footing, PurchaseOrder, RemittanceAdvice
from parsers.reading import read


def _advice(text: str, name: str = "paper.txt") -> RemittanceAdvice:
    documents = read(text.encode(), name).documents
    assert len(documents) == 1
    assert isinstance(documents[0], RemittanceAdvice)
    return documents[0]


def _order(text: str, name: str = "paper.txt") -> PurchaseOrder:
    documents = read(text.encode(), name).documents
    assert len(documents) == 1
    assert isinstance(documents[0], PurchaseOrder)
    return documents[0]


_HEAD = "Granite State Utilities Inc.\nREMITTANCE ADVICE\nCheck number: 0091882    Check date: 2026-10-17\n\n"


def test_a_table_printed_in_two_columns_of_the_page_is_one_table() -> None:
    advice = _advice(
        _HEAD + "INVOICE     DATE           AMOUNT    INVOICE     DATE           AMOUNT\n"
        "827241      2026-08-02     100.50    827285      2026-09-16     200.25\n"
        "827252      2026-08-23      50.00    827246      2026-09-07      49.25\n\n"
        "                                                 TOTAL          400.00\n"
    )
    assert [line.reference for line in advice.lines] == ["827241", "827252", "827285", "827246"]
    assert advice.footing is Footing.PROVED


def test_a_stub_printed_twice_on_its_page_counts_once() -> None:
    stub = (
        "Invoice     Date           Amount      Net Amount\n"
        "INV-1       2026-08-02     100.50          100.50\n"
        "INV-2       2026-08-23      50.00           50.00\n"
        "                           Total           150.50\n\n\n"
    )
    advice = _advice(_HEAD + stub + stub)
    assert len(advice.lines) == 2
    assert advice.total == Decimal("150.50")


def test_rows_that_repeat_the_sum_so_far_are_no_lines_whatever_they_are_called() -> None:
    advice = _advice(
        _HEAD + "Invoice     Date           Net Amount\n"
        "INV-1       2026-08-02         100.50\n"
        "INV-2       2026-08-23          50.00\n"
        "            taken along        150.50\n"
        "            from above         150.50\n"
        "INV-3       2026-08-24          10.00\n"
        "Total                          160.50\n"
    )
    assert [line.reference for line in advice.lines] == ["INV-1", "INV-2", "INV-3"]
    assert advice.footing is Footing.PROVED


def test_a_column_without_a_known_title_is_money_only_where_every_line_proves_it() -> None:
    rows = "RE 720017   08.08.2026     473.54     9.47       464.07\nRE 720020   07.09.2026    1000.00     0.00      1000.00\n"
    advice = _advice(
        _HEAD
        + "Invoice     Date           Gross     Discount   Quux\n"
        + rows
        + "Total                    1473.54     9.47      1464.07\n"
    )
    assert [line.paid for line in advice.lines] == [Decimal("464.07"), Decimal("1000.00")]
    assert advice.total == Decimal("1464.07")


def test_debit_and_credit_marks_tell_what_is_taken_off() -> None:
    advice = _advice(
        "Möbel Krüger KG;;;\nZahlungsavis;;;\nZahlungsreferenz;550012;;\n\n"
        "Ihre Rechnung;Datum;Betrag;S/H\n40000001;14.08.2026;100,00;H\n40000002;15.08.2026;40,00;H\n40000009;16.08.2026;30,00;S\nSumme;;110,00;H\n",
        "avis.csv",
    )
    assert [line.paid for line in advice.lines] == [Decimal(100), Decimal(40), Decimal(-30)]
    assert advice.footing is Footing.PROVED


def test_invoices_told_as_lists_of_labels_are_lines() -> None:
    blocks = "".join(
        f"Invoice Number: {number}\nInvoice Date: 14 Aug 2026\nGross Amount: {gross}\nDiscount: {taken}\nNet Amount: {net}\n\n"
        for number, gross, taken, net in (("9001", "100.00", "2.00", "98.00"), ("9002", "50.00", "0.00", "50.00"))
    )
    advice = _advice(
        f"Aurora Chemicals Ltd\nPAYMENT ADVICE\nPayment reference: PP-551-9\nTotal payment: 148.00\n\n{blocks}"
    )
    assert [(line.reference, line.discount, line.paid) for line in advice.lines] == [
        ("9001", Decimal("2.00"), Decimal("98.00")),
        ("9002", Decimal("0.00"), Decimal("50.00")),
    ]
    assert advice.footing is Footing.PROVED


def test_net_and_tax_make_the_gross_amount_that_is_paid() -> None:
    advice = _advice(
        _HEAD + "Invoice Ref   Invoice Date        Net       VAT      Gross\n"
        "CF/1          2026-09-14       100.00     20.00     120.00\n"
        "CF/2          2026-09-15        50.00     10.00      60.00\n\n"
        "TOTAL PAYMENT                                       180.00\n"
    )
    assert [line.paid for line in advice.lines] == [Decimal(120), Decimal(60)]
    assert advice.footing is Footing.PROVED


def test_a_record_in_two_lines_under_two_lines_of_titles_is_one_line() -> None:
    order = _order(
        "Berger Antriebstechnik GmbH\n\nBestellung 4500088123\nDatum: 14.09.2026\nWährung: EUR\n\n"
        "Pos.    Material      Bezeichnung\n"
        "             Bestellmenge   Einheit   Preis pro Einheit       Nettowert\n"
        "00010   M332465       Motor 0.75 kW\n"
        "                    8,000   KG           789,60 / 1 KG        6.316,80\n"
        "00020   M445020       Flachdichtung\n"
        "                   24,000   ST           278,86 / 1 ST        6.692,64\n"
        "Gesamtnettowert ohne MwSt EUR                                13.009,44\n"
    )
    assert [(line.line, line.item, line.quantity) for line in order.lines] == [
        ("00010", "M332465", Decimal(8)),
        ("00020", "M445020", Decimal(24)),
    ]
    assert order.footing is Footing.PROVED


def test_prices_per_hundred_and_thousand_are_told_by_c_and_m() -> None:
    order = _order(
        "Industrial Fasteners Inc.\nPURCHASE ORDER 0099812\nDate: 2026-09-14\n\n"
        "LN  PART NUMBER   DESCRIPTION          QTY  UM     PRICE  PER    EXTENSION\n"
        "01  AX-1001       Hex bolt           2,000  EA     12.50  M          25.00\n"
        "02  AX-1002       Washer             3,000  EA      1.50  C          45.00\n\n"
        "                                              TOTAL                  70.00\n"
    )
    assert [line.price_per for line in order.lines] == [Decimal(1000), Decimal(100)]
    assert order.footing is Footing.PROVED


def test_what_an_order_calls_the_number_in_each_row_is_no_number_of_the_order() -> None:
    order = _order(
        "Schreinerei Holzmann GmbH\nBestellung Nr. 2026/118\nDatum: 14.09.2026\n\n"
        "Pos.   Bestellnr.   Artikel              Anzahl   Stückpreis   Gesamtpreis\n"
        "1      B-12/7       Schlauchschelle           2         5,00         10,00\n"
        "2      KLM-220      Relais                    3         4,00         12,00\n\n"
        "Gesamtbetrag                                                         22,00\n"
    )
    assert order.number == "2026/118"
    assert [line.item for line in order.lines] == ["B-12/7", "KLM-220"]


def test_letters_before_the_number_in_a_title_are_the_numbers() -> None:
    order = _order(
        "Nordic Robotics AB\nPurchase Order NR-900\nDate: 2026-09-14\n\n"
        "Pos   Article   Qty   Price     Sum\n1     AX-10       2    5.00   10.00\n\nTotal 10.00\n"
    )
    assert order.number == "NR-900"


def test_a_total_that_leaves_the_printed_tax_out_proves_nothing() -> None:
    order = _order(
        "Kestrel Labs Ltd\nPurchase Order 88-1203\nDate: 2026-09-14\n\n"
        "Line   Part      Qty   Price   Amount\n1      AX-10       2    5.00    10.00\n\n"
        "VAT 20%    2.00\nTotal     10.00\n"
    )
    assert order.footing is not Footing.PROVED
