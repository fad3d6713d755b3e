"""A last round of papers, drawn and written after the ones before were read: PDFs of other habits, a sheet, mails."""

from __future__ import annotations

from datetime import date

from tests.golden.make.drawn import html, pdf, placed, sheet

PO, DC, RA = "purchase_order", "delivery_confirmation", "remittance_advice"


def documents() -> list[tuple[str, str, bytes, list[dict]]]:
    docs: list[tuple[str, str, bytes, list[dict]]] = []

    def add(name: str, ext: str, data: bytes, *expected: dict) -> None:
        docs.append((name, ext, data, list(expected)))

    add(
        "purchase_order/pdf_tight_columns",
        "pdf",
        placed(
            [
                (40, 40, "Norwood Precision Inc."),
                (40, 52, "88 Mill St, Dayton OH 45402"),
                (330, 40, "PURCHASE ORDER"),
                (330, 54, "PO #: 2026-3319"),
                (330, 66, "Date: 06/24/2026"),
                (40, 90, "VENDOR"),
                (300, 90, "SHIP TO"),
                (40, 102, "Halden Components Ltd"),
                (300, 102, "Norwood Precision Inc."),
                (40, 114, "Bristol, UK"),
                (300, 114, "Dock 4, 90 Mill St"),
                (40, 150, "#"),
                (60, 150, "Item"),
                (120, 150, "Description"),
                (300, 150, "Qty"),
                (330, 150, "UOM"),
                (365, 150, "Price"),
                (410, 150, "Disc %"),
                (460, 150, "Ext"),
                (40, 164, "1"),
                (60, 164, "VL-220"),
                (120, 164, "Ball valve DN25, brass body, full bore"),
                (318, 164, ">16"),
                (330, 164, "EA"),
                (395, 164, ">46.50"),
                (440, 164, ">5"),
                (500, 164, ">706.80"),
                (120, 175, "with lever handle"),
                (40, 188, "2"),
                (60, 188, "SN-310"),
                (120, 188, "Pressure sensor"),
                (318, 188, ">3"),
                (330, 188, "EA"),
                (395, 188, ">129.00"),
                (500, 188, ">387.00"),
                (410, 210, "Subtotal"),
                (500, 210, ">1,093.80"),
                (410, 222, "Freight"),
                (500, 222, ">25.00"),
                (410, 234, "TOTAL USD"),
                (500, 234, ">1,118.80"),
                (40, 260, "Terms: Net 30"),
                (40, 272, "Authorized by: K. Patel"),
            ]
        ),
        {
            "kind": PO,
            "number": "2026-3319",
            "issued_on": "2026-06-24",
            "currency": "USD",
            "payment_terms": "Net 30",
            "signed_by": "K. Patel",
            "buyer": {"name": "Norwood Precision Inc."},
            "ship_to": {"name": "Norwood Precision Inc."},
            "net_total": "1093.80",
            "freight": "25.00",
            "total": "1118.80",
            "lines": [
                {
                    "line": "1",
                    "item": "VL-220",
                    "quantity": "16",
                    "unit": "EA",
                    "unit_price": "46.50",
                    "discount_percent": "5",
                    "amount": "706.80",
                },
                {
                    "line": "2",
                    "item": "SN-310",
                    "quantity": "3",
                    "unit": "EA",
                    "unit_price": "129.00",
                    "amount": "387.00",
                },
            ],
        },
    )
    add(
        "purchase_order/pdf_landscape_ruled_de",
        "pdf",
        pdf(
            ("title", "Bestellung 4500-7731"),
            "Rheinmetallbau Kessler KG, Industriestr. 5, 47053 Duisburg",
            [["Bestelldatum:", "25.06.2026"], ["Zahlungsbedingung:", "30 Tage netto"], ["Liefertermin:", "15.07.2026"]],
            (
                "grid",
                [
                    [
                        "Pos.",
                        "Ihre Artikelnr.",
                        "Unsere Artikelnr.",
                        "Bezeichnung",
                        "Menge",
                        "ME",
                        "Preis je 100",
                        "Gesamtpreis EUR",
                    ],
                    ["10", "HX-100", "K-4711", "Sechskantschraube", "2.500", "ST", "16,90", "422,50"],
                    ["20", "GK-015", "K-4712", "Dichtung", "300", "ST", "710,00", "2.130,00"],
                    ["", "", "", "", "", "", "Summe netto", "2.552,50"],
                ],
            ),
            landscape=True,
        ),
        {
            "kind": PO,
            "number": "4500-7731",
            "issued_on": "2026-06-25",
            "currency": "EUR",
            "requested_on": "2026-07-15",
            "payment_terms": "30 Tage netto",
            "buyer": {"name": "Rheinmetallbau Kessler KG"},
            "net_total": "2552.50",
            "lines": [
                {
                    "line": "10",
                    "item": "HX-100",
                    "buyer_item": "K-4711",
                    "quantity": "2500",
                    "unit": "ST",
                    "unit_price": "16.90",
                    "price_per": "100",
                    "amount": "422.50",
                },
                {
                    "line": "20",
                    "item": "GK-015",
                    "buyer_item": "K-4712",
                    "quantity": "300",
                    "unit": "ST",
                    "unit_price": "710.00",
                    "price_per": "100",
                    "amount": "2130.00",
                },
            ],
        },
    )
    add(
        "purchase_order/sheet_merged_branding",
        "xlsx",
        sheet(
            [
                ["", "HARROGATE SPRINGS GROUP", "", "", "", "", ""],
                ["", "Purchase order no.", "HSG-20118", "", "Order date", date(2026, 6, 26), ""],
                ["", "Deliver to", "Bottling Hall 2, Harrogate", "", "Currency", "GBP", ""],
                [],
                ["Line", "Product code", "Product", "UOM", "Qty", "Unit price", "Value"],
                [1, "VL-220", "Ball valve", "EA", 8, 44, 352],
                [2, "GK-015", "Gasket kit", "EA", 25, 6.4, 160],
                ["", "", "", "", "", "Goods total", 512],
                ["", "", "", "", "", "VAT", 102.4],
                ["", "", "", "", "", "Order total", 614.4],
            ]
        ),
        {
            "kind": PO,
            "number": "HSG-20118",
            "issued_on": "2026-06-26",
            "currency": "GBP",
            "buyer": {"name": "HARROGATE SPRINGS GROUP"},
            "net_total": "512",
            "tax_total": "102.4",
            "total": "614.4",
            "lines": [
                {"line": "1", "item": "VL-220", "quantity": "8", "unit": "EA", "unit_price": "44", "amount": "352"},
                {"line": "2", "item": "GK-015", "quantity": "25", "unit": "EA", "unit_price": "6.4", "amount": "160"},
            ],
        },
    )
    add(
        "remittance_advice/pdf_voucher_stub",
        "pdf",
        placed(
            [
                (40, 40, "CITY OF ELMHURST"),
                (40, 52, "Accounts Payable"),
                (380, 40, "Check Number:"),
                (480, 40, "0099182"),
                (380, 52, "Check Date:"),
                (480, 52, "06/26/2026"),
                (380, 64, "Vendor Number:"),
                (480, 64, "7718"),
                (40, 90, "Invoice #"),
                (130, 90, "Inv Date"),
                (200, 90, "P.O. #"),
                (270, 90, "Description"),
                (480, 90, "Amount"),
                (40, 104, "H-30118"),
                (130, 104, "05/26/2026"),
                (200, 104, "26-0117"),
                (270, 104, "Valves for pump station"),
                (520, 104, ">1,488.00"),
                (40, 116, "H-30125"),
                (130, 116, "05/29/2026"),
                (200, 116, "26-0131"),
                (270, 116, "Gaskets"),
                (520, 116, ">212.75"),
                (40, 128, "CR-0088"),
                (130, 128, "06/02/2026"),
                (270, 128, "Credit for returned valve"),
                (520, 128, ">-46.50"),
                (380, 150, "Check Total:"),
                (520, 150, ">$1,654.25"),
            ]
        ),
        {
            "kind": RA,
            "payment_reference": "0099182",
            "method": "check",
            "paid_on": "2026-06-26",
            "total": "1654.25",
            "payer": {"name": "CITY OF ELMHURST"},
            "lines": [
                {
                    "reference": "H-30118",
                    "order_number": "26-0117",
                    "kind": "invoice",
                    "issued_on": "2026-05-26",
                    "paid": "1488.00",
                },
                {
                    "reference": "H-30125",
                    "order_number": "26-0131",
                    "kind": "invoice",
                    "issued_on": "2026-05-29",
                    "paid": "212.75",
                },
                {"reference": "CR-0088", "kind": "credit_note", "issued_on": "2026-06-02", "paid": "-46.50"},
            ],
        },
    )
    add(
        "remittance_advice/pdf_iban_sepa",
        "pdf",
        pdf(
            ("title", "Zahlungsavis"),
            "Stahlhandel Friesen GmbH, Emden<br/>Datum: 29.06.2026<br/>Zahlungsreferenz: SF-2026-0629<br/>Empfängerkonto: DE89 3704 0044 0532 0130 00",
            (
                "grid",
                [
                    ["Ihre Rechnungsnr.", "Rechnungsdatum", "Bruttobetrag", "Abzug", "Überweisungsbetrag"],
                    ["RE-26-2201", "28.05.2026", "2.380,00", "47,60", "2.332,40"],
                    ["RE-26-2214", "02.06.2026", "714,00", "0,00", "714,00"],
                    ["Summe", "", "3.094,00", "47,60", "3.046,40"],
                ],
            ),
        ),
        {
            "kind": RA,
            "payment_reference": "SF-2026-0629",
            "paid_on": "2026-06-29",
            "total": "3046.40",
            "payee_account": "DE89370400440532013000",
            "payer": {"name": "Stahlhandel Friesen GmbH"},
            "lines": [
                {
                    "reference": "RE-26-2201",
                    "kind": "invoice",
                    "issued_on": "2026-05-28",
                    "gross": "2380.00",
                    "paid": "2332.40",
                },
                {
                    "reference": "RE-26-2214",
                    "kind": "invoice",
                    "issued_on": "2026-06-02",
                    "gross": "714.00",
                    "paid": "714.00",
                },
            ],
        },
    )
    add(
        "remittance_advice/html_mail_platform",
        "html",
        html(
            "<p>Hi Halden Components Ltd,</p><p>Maple Grove Schools has sent you a payment.</p><p>Payment number: 55120078<br>Payment method: ACH<br>Sent on: June 27, 2026<br>Total amount: $1,020.00</p>",
            [
                ["Invoice number", "Invoice date", "Invoice amount", "Amount paid"],
                ["H-3301", "May 28, 2026", "$620.00", "$620.00"],
                ["H-3307", "Jun 1, 2026", "$400.00", "$400.00"],
            ],
            "<p>Questions? Contact Maple Grove Schools.</p>",
        ),
        {
            "kind": RA,
            "payment_reference": "55120078",
            "method": "ach",
            "paid_on": "2026-06-27",
            "total": "1020.00",
            "payer": {"name": "Maple Grove Schools"},
            "lines": [
                {
                    "reference": "H-3301",
                    "kind": "invoice",
                    "issued_on": "2026-05-28",
                    "gross": "620.00",
                    "paid": "620.00",
                },
                {
                    "reference": "H-3307",
                    "kind": "invoice",
                    "issued_on": "2026-06-01",
                    "gross": "400.00",
                    "paid": "400.00",
                },
            ],
        },
    )
    add(
        "delivery_confirmation/sheet_receipts",
        "xlsx",
        sheet(
            [
                ["Goods receipt report", "", "", "", "", ""],
                ["GRN", "GRN-8812", "", "PO", "HSG-20118", ""],
                ["Date received", date(2026, 7, 3), "", "Received by", "T. Marsh", ""],
                ["Product code", "Product", "Qty ordered", "Qty received", "Qty damaged", "UOM"],
                ["VL-220", "Ball valve", 8, 8, 1, "EA"],
                ["GK-015", "Gasket kit", 25, 25, 0, "EA"],
            ]
        ),
        {
            "kind": DC,
            "number": "GRN-8812",
            "level": "receipt",
            "delivered_on": "2026-07-03",
            "order_numbers": ["HSG-20118"],
            "received_by": "T. Marsh",
            "lines": [
                {"item": "VL-220", "ordered": "8", "delivered": "8", "damaged": "1", "unit": "EA"},
                {"item": "GK-015", "ordered": "25", "delivered": "25", "damaged": "0", "unit": "EA"},
            ],
        },
    )
    add(
        "delivery_confirmation/pdf_signed_note",
        "pdf",
        placed(
            [
                (40, 40, "Halden Components Ltd"),
                (380, 40, "DELIVERY NOTE"),
                (380, 54, "No. DN-7781"),
                (380, 66, "Date 24/06/2026"),
                (40, 70, "Customer order: 4410-A"),
                (40, 100, "Code"),
                (120, 100, "Description"),
                (330, 100, "Ordered"),
                (420, 100, "Delivered"),
                (40, 114, "GK-015"),
                (120, 114, "Gasket kit"),
                (360, 114, ">20"),
                (455, 114, ">20"),
                (40, 126, "VL-220"),
                (120, 126, "Ball valve"),
                (360, 126, ">10"),
                (455, 126, ">9"),
                (40, 170, "Goods received by:"),
                (150, 170, "J. Okoro"),
                (300, 170, "Date:"),
                (340, 170, "25/06/2026"),
            ]
        ),
        {
            "kind": DC,
            "number": "DN-7781",
            "level": "signed",
            "delivered_on": "2026-06-25",
            "order_numbers": ["4410-A"],
            "received_by": "J. Okoro",
            "lines": [
                {"item": "GK-015", "ordered": "20", "delivered": "20"},
                {"item": "VL-220", "ordered": "10", "delivered": "9"},
            ],
        },
    )
    return docs
