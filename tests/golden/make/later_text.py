"""Papers written after all rules stood, to see what they do with what they have never met."""

DOCUMENTS: list[tuple[str, str, str, list[dict]]] = []
PO, DC, RA, BS = "purchase_order", "delivery_confirmation", "remittance_advice", "bank_statement"


def add(name: str, content: str, *expected: dict, ext: str = "txt") -> None:
    DOCUMENTS.append((name, ext, content.lstrip("\n"), list(expected)))


add(
    "purchase_order/university_requisition_trap",
    """
KINGSBRIDGE UNIVERSITY                                         Procurement Services
Purchase Order: KU0099182                     Requisition: REQ-44120
Order date: 17-JUN-2026                       Project code: BIO-7712
Supplier ref: Q-5518 dated 02-JUN-2026        Account code 5500-22

Supplier                                      Deliver to
Halden Components Ltd                         Kingsbridge University
Unit 4, Quayside Works                        Biology Stores, South Campus
Bristol BS1 6XX                               Kingsbridge TQ7 1AA

Ref  Cat no    Description                    Qty   UoM    Unit net     Line net
001  SN-310    Pressure sensor 0-10 bar         4   EA       102.50       410.00
002  VL-220    Ball valve DN25                  2   EA        44.00        88.00
                                              Net total GBP              498.00
                                              VAT 20%                     99.60
                                              Gross total                597.60
Payment terms: 30 days net
""",
    {
        "kind": PO,
        "number": "KU0099182",
        "issued_on": "2026-06-17",
        "currency": "GBP",
        "payment_terms": "30 days net",
        "buyer": {"name": "KINGSBRIDGE UNIVERSITY"},
        "net_total": "498.00",
        "tax_total": "99.60",
        "total": "597.60",
        "lines": [
            {
                "line": "001",
                "item": "SN-310",
                "quantity": "4",
                "unit": "EA",
                "unit_price": "102.50",
                "amount": "410.00",
            },
            {"line": "002", "item": "VL-220", "quantity": "2", "unit": "EA", "unit_price": "44.00", "amount": "88.00"},
        ],
    },
)
add(
    "purchase_order/swiss_thousands",
    """
Bestellung 50-1182 vom 18. Juni 2026
Alpenwerk Maschinen AG, Seestrasse 12, 8820 Wädenswil

Lieferadresse: Alpenwerk Maschinen AG, Werk 2, 8810 Horgen
Liefertermin: 10.07.2026

Pos Artikel   Beschreibung                 Menge Einheit   Preis CHF   Total CHF
1   HX-100    Sechskantschraube M8x40     12'000 Stk            0.17    2'040.00
2   VL-220    Kugelhahn DN25                  25 Stk           45.60    1'140.00
                                           Total exkl. MwSt.            3'180.00
                                           MwSt. 8.1%                     257.58
                                           Total inkl. MwSt.            3'437.58
Zahlungskonditionen: 30 Tage netto
""",
    {
        "kind": PO,
        "number": "50-1182",
        "issued_on": "2026-06-18",
        "currency": "CHF",
        "requested_on": "2026-07-10",
        "payment_terms": "30 Tage netto",
        "buyer": {"name": "Alpenwerk Maschinen AG"},
        "net_total": "3180.00",
        "tax_total": "257.58",
        "total": "3437.58",
        "lines": [
            {
                "line": "1",
                "item": "HX-100",
                "quantity": "12000",
                "unit": "Stk",
                "unit_price": "0.17",
                "amount": "2040.00",
            },
            {
                "line": "2",
                "item": "VL-220",
                "quantity": "25",
                "unit": "Stk",
                "unit_price": "45.60",
                "amount": "1140.00",
            },
        ],
    },
)
add(
    "purchase_order/indian_gst",
    """
BHARAT VALVES PRIVATE LIMITED                                  PURCHASE ORDER
GSTIN: 27AABCB1234C1Z5                                         PO No.: BV/26-27/0418
                                                               PO Date: 22-Jun-2026
To: Halden Components Ltd

Sr. No.  Item Code   Item Description        Qty    Unit   Rate (INR)      Amount (INR)
1        SN-310      Pressure sensor          50    Nos     10,500.00       5,25,000.00
2        GK-015      Gasket kit              200    Nos        640.00       1,28,000.00
                                             Taxable value                  6,53,000.00
                                             IGST 18%                       1,17,540.00
                                             Grand Total                    7,70,540.00
Payment Terms: 45 days from receipt of material
Delivery Date: 31-Jul-2026
""",
    {
        "kind": PO,
        "number": "BV/26-27/0418",
        "issued_on": "2026-06-22",
        "currency": "INR",
        "requested_on": "2026-07-31",
        "payment_terms": "45 days from receipt of material",
        "buyer": {"name": "BHARAT VALVES PRIVATE LIMITED", "tax_id": "27AABCB1234C1Z5"},
        "net_total": "653000.00",
        "tax_total": "117540.00",
        "total": "770540.00",
        "lines": [
            {
                "line": "1",
                "item": "SN-310",
                "quantity": "50",
                "unit": "Nos",
                "unit_price": "10500.00",
                "amount": "525000.00",
            },
            {
                "line": "2",
                "item": "GK-015",
                "quantity": "200",
                "unit": "Nos",
                "unit_price": "640.00",
                "amount": "128000.00",
            },
        ],
    },
)
add(
    "purchase_order/one_line_service",
    """
Order form
Order no.        SV-2026-118
Customer         Meadowbank Care Group
Date             23 June 2026
Work             Annual service of 4 pumps

Description                       Hours      Rate       Total
Service engineer on site             12     95.00    1,140.00
Call-out                              1    150.00      150.00
Total ex VAT                                         1,290.00
VAT                                                    258.00
Total GBP                                            1,548.00

Approved by: S. Whitaker
""",
    {
        "kind": PO,
        "number": "SV-2026-118",
        "issued_on": "2026-06-23",
        "currency": "GBP",
        "signed_by": "S. Whitaker",
        "buyer": {"name": "Meadowbank Care Group"},
        "net_total": "1290.00",
        "tax_total": "258.00",
        "total": "1548.00",
        "lines": [
            {"quantity": "12", "unit_price": "95.00", "amount": "1140.00"},
            {"quantity": "1", "unit_price": "150.00", "amount": "150.00"},
        ],
    },
)
add(
    "purchase_order/tsv_export",
    "Order Number\tOrder Date\tSKU\tProduct\tQty Ordered\tUnit Price\tLine Total\tCurrency\n"
    "10044\t2026-06-20\tVL-220\tBall valve\t10\t46.50\t465.00\tUSD\n10044\t2026-06-20\tSN-310\tSensor\t2\t129.00\t258.00\tUSD\n",
    {
        "kind": PO,
        "number": "10044",
        "issued_on": "2026-06-20",
        "currency": "USD",
        "lines": [
            {"item": "VL-220", "quantity": "10", "unit_price": "46.50", "amount": "465.00"},
            {"item": "SN-310", "quantity": "2", "unit_price": "129.00", "amount": "258.00"},
        ],
    },
    ext="csv",
)
add(
    "remittance_advice/sage_like",
    """
Remittance Advice

From: Castleford Glass Ltd                    To: Halden Components Ltd
A/C Ref: HAL002                               Date: 19/06/2026
Cheque/BACS No: B000918

Date          Ref         Details                Debit         Credit        Amount paid
18/05/2026    H-20118     Invoice                              1,176.00         1,176.00
22/05/2026    H-20125     Invoice                                324.50           324.50
29/05/2026    HCR-0031    Credit note            58.80                            -58.80
                                                               Amount Paid      1,441.70
""",
    {
        "kind": RA,
        "payment_reference": "B000918",
        "paid_on": "2026-06-19",
        "total": "1441.70",
        "payer": {"name": "Castleford Glass Ltd"},
        "lines": [
            {"reference": "H-20118", "kind": "invoice", "issued_on": "2026-05-18", "paid": "1176.00"},
            {"reference": "H-20125", "kind": "invoice", "issued_on": "2026-05-22", "paid": "324.50"},
            {"reference": "HCR-0031", "kind": "credit_note", "issued_on": "2026-05-29", "paid": "-58.80"},
        ],
    },
)
add(
    "remittance_advice/d365_like",
    """
Payment advice                                           Lindholm Energi AB
Voucher: PAY-000918                                      Date: 2026-06-22
Method of payment: SEPA                                  Currency: EUR

Invoice         Transaction date     Amount in transaction currency     Cash discount     Amount settled
FV-10044        2026-05-22                                 4 500,00            90,00           4 410,00
FV-10051        2026-05-29                                 1 250,00             0,00           1 250,00
Total                                                                                          5 660,00
""",
    {
        "kind": RA,
        "method": "sepa",
        "paid_on": "2026-06-22",
        "currency": "EUR",
        "total": "5660.00",
        "payer": {"name": "Lindholm Energi AB"},
        "lines": [
            {
                "reference": "FV-10044",
                "kind": "invoice",
                "issued_on": "2026-05-22",
                "discount": "90.00",
                "paid": "4410.00",
            },
            {
                "reference": "FV-10051",
                "kind": "invoice",
                "issued_on": "2026-05-29",
                "discount": "0.00",
                "paid": "1250.00",
            },
        ],
    },
)
add(
    "remittance_advice/on_account_and_fee",
    """
WIRE TRANSFER ADVICE
Ordering customer: Porto Verde Trading LDA         Value date: 23 JUN 2026
Wire reference: FT26174-0098                       Currency: USD

Invoice         Description                    Gross            Less           Net
HC-30118        Valves                      5,000.00                       5,000.00
HC-30125        Sensors                     2,580.00          80.00        2,500.00
                Payment on account                                           750.00
                Bank charges                                                 -35.00
                                                             TOTAL         8,215.00
""",
    {
        "kind": RA,
        "payment_reference": "FT26174-0098",
        "method": "wire",
        "paid_on": "2026-06-23",
        "currency": "USD",
        "total": "8215.00",
        "payer": {"name": "Porto Verde Trading LDA"},
        "lines": [
            {"reference": "HC-30118", "kind": "invoice", "gross": "5000.00", "paid": "5000.00"},
            {"reference": "HC-30125", "kind": "invoice", "gross": "2580.00", "deduction": "80.00", "paid": "2500.00"},
            {"reference": None, "kind": "on_account", "paid": "750.00"},
            {"reference": None, "kind": "other", "paid": "-35.00"},
        ],
    },
)
add(
    "remittance_advice/german_text_list",
    """
Sehr geehrte Damen und Herren,

wir haben Ihnen heute, 24.06.2026, folgende Rechnungen überwiesen:

Rechnung Nr.      vom            Betrag
RE-2026-0551      26.05.2026     1.428,00 EUR
RE-2026-0560      29.05.2026       595,00 EUR
GS-2026-0012      02.06.2026      -119,00 EUR
Summe                            1.904,00 EUR

Mit freundlichen Grüßen
Brauhaus Tannberg GmbH
""",
    {
        "kind": RA,
        "paid_on": "2026-06-24",
        "currency": "EUR",
        "total": "1904.00",
        "method": "wire",
        "payer": {"name": "Brauhaus Tannberg GmbH"},
        "lines": [
            {"reference": "RE-2026-0551", "kind": "invoice", "issued_on": "2026-05-26", "paid": "1428.00"},
            {"reference": "RE-2026-0560", "kind": "invoice", "issued_on": "2026-05-29", "paid": "595.00"},
            {"reference": "GS-2026-0012", "kind": "credit_note", "issued_on": "2026-06-02", "paid": "-119.00"},
        ],
    },
)
add(
    "remittance_advice/csv_debit_credit",
    "Remittance No,Remittance Date,Supplier,Document No,Document Type,Document Date,Amount,Currency\n"
    "RM-5512,2026-06-25,Halden,INV-801,Invoice,2026-05-25,900.00,GBP\nRM-5512,2026-06-25,Halden,CRN-14,Credit Note,2026-06-01,-120.00,GBP\n",
    {
        "kind": RA,
        "payment_reference": "RM-5512",
        "paid_on": "2026-06-25",
        "currency": "GBP",
        "lines": [
            {"reference": "INV-801", "kind": "invoice", "issued_on": "2026-05-25", "paid": "900.00"},
            {"reference": "CRN-14", "kind": "credit_note", "issued_on": "2026-06-01", "paid": "-120.00"},
        ],
    },
    ext="csv",
)
add(
    "delivery_confirmation/french_bl_signed",
    """
BON DE LIVRAISON N° BL-5512                       Date : 18/06/2026
Commande client : CF26-0988
Destinataire : Ateliers Verdier SAS, Grenoble

Réf.       Désignation          Qté commandée     Qté livrée
VL-220     Vanne à bille                   24             22
GK-015     Kit de joints                   10             10

Reçu par : M. Lambert        le 19/06/2026
Réserves : 2 vannes manquantes
""",
    {
        "kind": DC,
        "number": "BL-5512",
        "level": "signed",
        "delivered_on": "2026-06-19",
        "order_numbers": ["CF26-0988"],
        "received_by": "M. Lambert",
        "lines": [
            {"item": "VL-220", "ordered": "24", "delivered": "22"},
            {"item": "GK-015", "ordered": "10", "delivered": "10"},
        ],
    },
)
add(
    "delivery_confirmation/inspection_report",
    """
INCOMING INSPECTION REPORT                   Report no. IIR-2209
Purchase order 7700-55                       Inspection date: 26 June 2026
Supplier delivery note 81-3310

Part        Qty received     Qty passed     Qty failed     Reason
VL-220                20             19              1     Thread damaged
SN-310                10             10              0
Inspected by: P. Hughes
""",
    {
        "kind": DC,
        "level": "receipt",
        "delivered_on": "2026-06-26",
        "order_numbers": ["7700-55"],
        "lines": [
            {"item": "VL-220", "delivered": "20", "accepted": "19", "rejected": "1"},
            {"item": "SN-310", "delivered": "10", "accepted": "10", "rejected": "0"},
        ],
    },
)
add(
    "bank_statement/csv_swedish_style",
    "Bokföringsdag,Value Date,Description,Amount,Balance\n2026-06-22,2026-06-22,LINDHOLM ENERGI PAY-000918,5660.00,15660.00\n"
    "2026-06-23,2026-06-23,BANK FEE,-4.00,15656.00\n",
    {
        "kind": BS,
        "lines": [{"booked_on": "2026-06-22", "amount": "5660.00"}, {"booked_on": "2026-06-23", "amount": "-4.00"}],
    },
    ext="csv",
)
add(
    "nothing/supplier_invoice_with_po",
    """
ACME Office Supplies Ltd                                  TAX INVOICE
Invoice number: 99120        Invoice date: 12 June 2026   Your PO: HC-7710
Invoice to: Halden Components Ltd

Code      Description       Qty    Unit price    Amount
PP-80     Paper A4           20          4.10     82.00
                                   VAT 20%        16.40
                                   Total GBP      98.40
Payment due 12 July 2026
""",
)
add(
    "nothing/payment_status_portal",
    """
Invoice status report
Supplier: Halden Components Ltd        Report date: 20 June 2026

Invoice no.    Invoice date    Amount      Status         Expected payment
INV-801        25 May 2026     900.00      Approved       25 June 2026
INV-822        10 June 2026    310.00      On hold        -
""",
)
