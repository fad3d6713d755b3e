"""Further papers as text, CSV and HTML, written after the first rules, for habits the first ones do not show."""

DOCUMENTS: list[tuple[str, str, str, list[dict]]] = []
PO, DC, RA = "purchase_order", "delivery_confirmation", "remittance_advice"


def add(name: str, content: str, *expected: dict, ext: str = "txt") -> None:
    DOCUMENTS.append((name, ext, content.lstrip("\n"), list(expected)))


add(
    "purchase_order/retail_upc_pack",
    """
OAKRIDGE HARDWARE STORES                                    PURCHASE ORDER
Distribution Center 14, Tulsa OK                            PO Number    0014-883201
Vendor: 55120 HALDEN COMPONENTS                             Order Date   05/27/2026
Ship Window: 06/08/2026 - 06/12/2026                        Cancel After 06/15/2026
Terms: 2% 30 Net 60                                         FOB Origin

Ln  UPC            Vendor Part   Description            Pack   Order Qty  UM   Unit Cost    Ext Cost
 1  012345678905   VL-220        BALL VALVE DN25 BRASS    12          48  EA      46.50     2,232.00
 2  012345678912   GK-015        GASKET KIT               10         120  EA       7.85       942.00
 3  012345678929   HX-100        HEX BOLT M8X40          100       2,000  EA      0.184       368.00
                                                        TOTAL UNITS  2,168    PO TOTAL USD    3,542.00
""",
    {
        "kind": PO,
        "number": "0014-883201",
        "issued_on": "2026-05-27",
        "currency": "USD",
        "payment_terms": "2% 30 Net 60",
        "buyer": {"name": "OAKRIDGE HARDWARE STORES"},
        "total": "3542.00",
        "lines": [
            {"line": "1", "item": "VL-220", "quantity": "48", "unit": "EA", "unit_price": "46.50", "amount": "2232.00"},
            {"line": "2", "item": "GK-015", "quantity": "120", "unit": "EA", "unit_price": "7.85", "amount": "942.00"},
            {
                "line": "3",
                "item": "HX-100",
                "quantity": "2000",
                "unit": "EA",
                "unit_price": "0.184",
                "amount": "368.00",
            },
        ],
    },
)

add(
    "purchase_order/numbers_in_descriptions",
    """
Quarry Systems Pty Ltd          Purchase Order No 88-4410          Issued 3 June 2026
ABN 51 824 753 556              Supplier Halden Components Ltd

Item  Product                                            Qty   Unit price ex GST   Line total ex GST
1     Motor 230 V 50 Hz 1.5 kW, frame 90L                  2              415.00              830.00
      IP55, foot mounted, shaft 24 mm
2     Cable 4 x 2.5 mm2, 100 m drum                        3              189.50              568.50
3     Sensor 4-20 mA 0-10 bar                             10               96.40              964.00
                                                                 Subtotal AUD            2,362.50
                                                                 GST 10%                   236.25
                                                                 Total AUD               2,598.75
Delivery required by 19 June 2026. Payment terms 30 days from invoice date.
""",
    {
        "kind": PO,
        "number": "88-4410",
        "issued_on": "2026-06-03",
        "currency": "AUD",
        "requested_on": "2026-06-19",
        "payment_terms": "30 days from invoice date.",
        "buyer": {"name": "Quarry Systems Pty Ltd"},
        "net_total": "2362.50",
        "tax_total": "236.25",
        "total": "2598.75",
        "lines": [
            {"line": "1", "quantity": "2", "unit_price": "415.00", "amount": "830.00"},
            {"line": "2", "quantity": "3", "unit_price": "189.50", "amount": "568.50"},
            {"line": "3", "quantity": "10", "unit_price": "96.40", "amount": "964.00"},
        ],
    },
)

add(
    "purchase_order/labels_above_values",
    """
                                 Silverton Labs LLC
                                  PURCHASE ORDER

P.O. No.        Date          Terms         Ship Via       Buyer
SL-40118        06/15/2026    Net 30        Ground         Dana Cole

Qty    Unit   Item          Description                       Rate       Amount
 6     ea     SN-310        Pressure sensor                 129.00       774.00
 4     box    GK-015        Gasket kit, box of 10            78.50       314.00
                                                           Total     $1,088.00
""",
    {
        "kind": PO,
        "number": "SL-40118",
        "issued_on": "2026-06-15",
        "payment_terms": "Net 30",
        "buyer": {"name": "Silverton Labs LLC", "contact": "Dana Cole"},
        "total": "1088.00",
        "lines": [
            {"item": "SN-310", "quantity": "6", "unit": "ea", "unit_price": "129.00", "amount": "774.00"},
            {"item": "GK-015", "quantity": "4", "unit": "box", "unit_price": "78.50", "amount": "314.00"},
        ],
    },
)

add(
    "purchase_order/schedule_rows",
    """
PURCHASE ORDER 7700-55            Torrance Aero Ltd            Date 08 June 2026    Currency GBP

Line  Part         Description        Quantity   Unit   Unit price      Amount
10    VL-220       Ball valve               60   EA          44.00    2,640.00
      Delivery schedule:  01 July 2026  20
                          01 Aug 2026   20
                          01 Sep 2026   20
20    SN-310       Sensor                   10   EA         102.50    1,025.00
                                                             Total    3,665.00
""",
    {
        "kind": PO,
        "number": "7700-55",
        "issued_on": "2026-06-08",
        "currency": "GBP",
        "buyer": {"name": "Torrance Aero Ltd"},
        "total": "3665.00",
        "lines": [
            {
                "line": "10",
                "item": "VL-220",
                "quantity": "60",
                "unit": "EA",
                "unit_price": "44.00",
                "amount": "2640.00",
            },
            {
                "line": "20",
                "item": "SN-310",
                "quantity": "10",
                "unit": "EA",
                "unit_price": "102.50",
                "amount": "1025.00",
            },
        ],
    },
)

add(
    "purchase_order/vat_columns",
    """
BESTELLUNG                                          Gemeinde Altenstadt, Bauhof
Bestell-Nr.: 2026-0417        Bestelldatum: 09.06.2026        Kostenstelle: 7700

Pos  Artikelnummer  Artikelbezeichnung   Anzahl  Einheit  EP netto   GP netto   USt   GP brutto
1    VL-220         Kugelhahn DN25           10  Stück       42,00     420,00   19%      499,80
2    GK-015         Dichtungssatz             5  Satz         7,10      35,50   19%       42,25
                                                  Summe netto          455,50
                                                  USt 19 %              86,55
                                                  Summe brutto         542,05 EUR
Lieferung bis: 26.06.2026
Rechnung an: Gemeinde Altenstadt, Rathausplatz 1, 63674 Altenstadt
""",
    {
        "kind": PO,
        "number": "2026-0417",
        "issued_on": "2026-06-09",
        "currency": "EUR",
        "requested_on": "2026-06-26",
        "net_total": "455.50",
        "tax_total": "86.55",
        "total": "542.05",
        "lines": [
            {
                "line": "1",
                "item": "VL-220",
                "quantity": "10",
                "unit": "Stück",
                "unit_price": "42.00",
                "amount": "420.00",
            },
            {"line": "2", "item": "GK-015", "quantity": "5", "unit": "Satz", "unit_price": "7.10", "amount": "35.50"},
        ],
    },
)

add(
    "purchase_order/csv_bom_semicolon",
    "\ufeffBestellnummer;Bestelldatum;Position;Artikelnummer;Bezeichnung;Menge;Einheit;Einzelpreis;Gesamtpreis;Währung\n"
    "B-77120;10.06.2026;1;VL-220;Kugelhahn;1.200;Stk;3,48;4.176,00;EUR\n"
    "B-77120;10.06.2026;2;GK-015;Dichtung;50;Stk;7,10;355,00;EUR\n",
    {
        "kind": PO,
        "number": "B-77120",
        "issued_on": "2026-06-10",
        "currency": "EUR",
        "lines": [
            {
                "line": "1",
                "item": "VL-220",
                "quantity": "1200",
                "unit": "Stk",
                "unit_price": "3.48",
                "amount": "4176.00",
            },
            {"line": "2", "item": "GK-015", "quantity": "50", "unit": "Stk", "unit_price": "7.10", "amount": "355.00"},
        ],
    },
    ext="csv",
)

add(
    "purchase_order/discount_row",
    """
Purchase Order        PO # 4410-A        Date: 2026-06-11
Bellweather Books Ltd                    Supplier: Halden Components Ltd
Deliver to:                              Invoice to:
Bellweather Warehouse                    Bellweather Books Ltd
Unit 7, Canal Road                       Accounts Payable
Leeds LS1 4AB                            1 High Street, York YO1 7HH

Code      Description        Qty    Price (GBP)    Value (GBP)
GK-015    Gasket kit          20         6.40         128.00
VL-220    Ball valve          10        44.00         440.00
                              Sub-total               568.00
                              Carriage                 12.00
                              VAT @ 20%               116.00
                              Total                   696.00
""",
    {
        "kind": PO,
        "number": "4410-A",
        "issued_on": "2026-06-11",
        "currency": "GBP",
        "buyer": {"name": "Bellweather Books Ltd"},
        "ship_to": {"name": "Bellweather Warehouse"},
        "bill_to": {"name": "Bellweather Books Ltd"},
        "net_total": "568.00",
        "freight": "12.00",
        "tax_total": "116.00",
        "total": "696.00",
        "lines": [
            {"item": "GK-015", "quantity": "20", "unit_price": "6.40", "amount": "128.00"},
            {"item": "VL-220", "quantity": "10", "unit_price": "44.00", "amount": "440.00"},
        ],
    },
)

add(
    "purchase_order/blanket_agreement",
    """
BLANKET PURCHASE AGREEMENT
Agreement No.: BPA-5520          Date: 01 June 2026        Currency: EUR
Buyer: Vantor Industries N.V.    Supplier: Halden Components Ltd
Valid 01 June 2026 - 31 May 2027. No delivery without a release.

Item      Description     Estimated qty    Unit    Unit price
VL-220    Ball valve              5,000    EA           40.00
SN-310    Sensor                    800    EA          110.00
""",
    {
        "kind": PO,
        "number": "BPA-5520",
        "issued_on": "2026-06-01",
        "currency": "EUR",
        "buyer": {"name": "Vantor Industries N.V."},
        "lines": [
            {"item": "VL-220", "quantity": "5000", "unit": "EA", "unit_price": "40.00"},
            {"item": "SN-310", "quantity": "800", "unit": "EA", "unit_price": "110.00"},
        ],
    },
)

add(
    "remittance_advice/cr_suffix",
    """
PEMBROKE SHIPYARD LIMITED
REMITTANCE ADVICE                           Payment date   26 May 2026
Supplier: HALDEN COMPONENTS LTD             Our reference  PSL/26/0552

Your invoice      Invoice date      Our ref       Amount GBP
HC/20411          30 Apr 2026       901144          4,320.00
HC/20423          05 May 2026       901150            960.00
HC/CR/118         08 May 2026       901161            144.00 CR
                                    Total paid      5,136.00
""",
    {
        "kind": RA,
        "paid_on": "2026-05-26",
        "currency": "GBP",
        "total": "5136.00",
        "payer": {"name": "PEMBROKE SHIPYARD LIMITED"},
        "lines": [
            {
                "reference": "HC/20411",
                "payer_reference": "901144",
                "kind": "invoice",
                "issued_on": "2026-04-30",
                "paid": "4320.00",
            },
            {
                "reference": "HC/20423",
                "payer_reference": "901150",
                "kind": "invoice",
                "issued_on": "2026-05-05",
                "paid": "960.00",
            },
            {
                "reference": "HC/CR/118",
                "payer_reference": "901161",
                "kind": "credit_note",
                "issued_on": "2026-05-08",
                "paid": "-144.00",
            },
        ],
    },
)

add(
    "remittance_advice/two_tables",
    """
Redwood Logistics paid you $3,405.00
Payment #: P-2026-99120
Payment date: May 28, 2026
Payment method: ACH

Invoices paid
Invoice #     Invoice date     Original amount     Amount paid
INV-9001      04/21/2026             $2,500.00       $2,500.00
INV-9013      04/29/2026             $1,155.00       $1,155.00

Vendor credits applied
Credit #      Credit date      Amount applied
CM-0044       05/04/2026            -$250.00

Total payment amount: $3,405.00
""",
    {
        "kind": RA,
        "payment_reference": "P-2026-99120",
        "method": "ach",
        "paid_on": "2026-05-28",
        "total": "3405.00",
        "payer": {"name": "Redwood Logistics"},
        "lines": [
            {
                "reference": "INV-9001",
                "kind": "invoice",
                "issued_on": "2026-04-21",
                "gross": "2500.00",
                "paid": "2500.00",
            },
            {
                "reference": "INV-9013",
                "kind": "invoice",
                "issued_on": "2026-04-29",
                "gross": "1155.00",
                "paid": "1155.00",
            },
            {"reference": "CM-0044", "kind": "credit_note", "issued_on": "2026-05-04", "paid": "-250.00"},
        ],
    },
)

add(
    "remittance_advice/notes_between_rows",
    """
ALDERGATE HOSPITAL TRUST                                   CHEQUE REMITTANCE
Cheque no. 204418            Cheque date 22 May 2026       Supplier no. 0099

Invoice no.    Date           Details                 Amount       Discount     Net amount
SI-3301        02 Apr 2026    Sensors               1,000.00          20.00         980.00
               Order ref W-118, cost centre 5501
SI-3302        09 Apr 2026    Valves                2,000.00          40.00       1,960.00
               Price query resolved 14 May 2026, see our mail
SI-3318        23 Apr 2026    Gaskets                 150.00                         150.00
Continued on next page
ALDERGATE HOSPITAL TRUST                                   CHEQUE REMITTANCE
Cheque no. 204418            Cheque date 22 May 2026       Supplier no. 0099

Invoice no.    Date           Details                 Amount       Discount     Net amount
SI-3325        24 Apr 2026    Bolts                    75.50           1.51          73.99
                              Totals                3,225.50          61.51       3,163.99
""",
    {
        "kind": RA,
        "payment_reference": "204418",
        "method": "check",
        "paid_on": "2026-05-22",
        "total": "3163.99",
        "payer": {"name": "ALDERGATE HOSPITAL TRUST"},
        "lines": [
            {
                "reference": "SI-3301",
                "kind": "invoice",
                "issued_on": "2026-04-02",
                "gross": "1000.00",
                "discount": "20.00",
                "paid": "980.00",
            },
            {
                "reference": "SI-3302",
                "kind": "invoice",
                "issued_on": "2026-04-09",
                "gross": "2000.00",
                "discount": "40.00",
                "paid": "1960.00",
            },
            {"reference": "SI-3318", "kind": "invoice", "issued_on": "2026-04-23", "gross": "150.00", "paid": "150.00"},
            {
                "reference": "SI-3325",
                "kind": "invoice",
                "issued_on": "2026-04-24",
                "gross": "75.50",
                "discount": "1.51",
                "paid": "73.99",
            },
        ],
    },
)

add(
    "remittance_advice/percent_beside_amount",
    """
Zahlungsavis                                     Firma Gerlach Werkzeugbau KG
Zahlungsdatum: 27.05.2026                        Avisnummer: 4471
Wir überweisen Ihnen per SEPA-Überweisung:

Rechnungsnummer   Rechnungsdatum   Rechnungsbetrag   Skonto %   Skontobetrag   Überweisungsbetrag
2026-1180         13.05.2026              1.190,00       2,00          23,80             1.166,20
2026-1192         15.05.2026                476,00       0,00           0,00               476,00
Gesamtbetrag                              1.666,00                     23,80             1.642,20
""",
    {
        "kind": RA,
        "number": "4471",
        "method": "sepa",
        "paid_on": "2026-05-27",
        "total": "1642.20",
        "payer": {"name": "Firma Gerlach Werkzeugbau KG"},
        "lines": [
            {
                "reference": "2026-1180",
                "kind": "invoice",
                "issued_on": "2026-05-13",
                "gross": "1190.00",
                "discount": "23.80",
                "paid": "1166.20",
            },
            {
                "reference": "2026-1192",
                "kind": "invoice",
                "issued_on": "2026-05-15",
                "gross": "476.00",
                "discount": "0.00",
                "paid": "476.00",
            },
        ],
    },
)

add(
    "remittance_advice/signs_only",
    """
Payment details
Payer: Corran Foods Inc.       Payment ID: 5510-AB7       Paid on: 2026-05-29

Document        Amount
INV20118      $1,200.00
INV20131        $455.10
INV20140     $(100.00)
Total         $1,555.10
""",
    {
        "kind": RA,
        "payment_reference": "5510-AB7",
        "paid_on": "2026-05-29",
        "total": "1555.10",
        "payer": {"name": "Corran Foods Inc."},
        "lines": [
            {"reference": "INV20118", "kind": "invoice", "paid": "1200.00"},
            {"reference": "INV20131", "kind": "invoice", "paid": "455.10"},
            {"reference": "INV20140", "kind": "credit_note", "paid": "-100.00"},
        ],
    },
)

add(
    "remittance_advice/mail_html_table",
    "<html><body><p>Dear supplier,</p><p>Please be informed that a payment of <b>EUR 2,180.00</b> was made to your account on 20 May 2026"
    " (reference NW-7781).</p><table><tr><td><b>Invoice</b></td><td><b>Date</b></td><td><b>Amount</b></td><td><b>Comment</b></td></tr>"
    "<tr><td>F-2201</td><td>17 April 2026</td><td>1,680.00</td><td></td></tr><tr><td>F-2207</td><td>20 April 2026</td><td>500.00</td><td>part payment</td></tr></table>"
    "<p>Best regards<br>Nordwall AB<br>Accounts payable</p></body></html>",
    {
        "kind": RA,
        "paid_on": "2026-05-20",
        "currency": "EUR",
        "total": "2180.00",
        "payment_reference": "NW-7781",
        "lines": [
            {"reference": "F-2201", "kind": "invoice", "issued_on": "2026-04-17", "paid": "1680.00"},
            {"reference": "F-2207", "kind": "invoice", "issued_on": "2026-04-20", "paid": "500.00"},
        ],
    },
    ext="html",
)

add(
    "remittance_advice/french_retenue",
    """
MAIRIE DE SAINT-ALBAN                          Avis de paiement
N° mandat : 2026-4418                          Date de paiement : 29/05/2026
Fournisseur : COMPOSANTS HALDEN

Facture        Date           Montant TTC     Retenue de garantie    Montant payé
F2026-0412     15/04/2026       10 000,00                  500,00        9 500,00
F2026-0433     22/04/2026        2 400,00                    0,00        2 400,00
Total                           12 400,00                  500,00       11 900,00
""",
    {
        "kind": RA,
        "paid_on": "2026-05-29",
        "total": "11900.00",
        "payer": {"name": "MAIRIE DE SAINT-ALBAN"},
        "lines": [
            {
                "reference": "F2026-0412",
                "kind": "invoice",
                "issued_on": "2026-04-15",
                "gross": "10000.00",
                "withheld": "500.00",
                "paid": "9500.00",
            },
            {
                "reference": "F2026-0433",
                "kind": "invoice",
                "issued_on": "2026-04-22",
                "gross": "2400.00",
                "withheld": "0.00",
                "paid": "2400.00",
            },
        ],
    },
)

add(
    "delivery_confirmation/backorder_slip",
    """
PACKING SLIP                                       Packing slip no. PS-99120
Halden Components Ltd                              Ship date 29 May 2026
Ship to: Silverton Labs LLC, 400 Mesa Dr           Customer PO SL-40118

Item      Description          Ordered    Shipped    Backordered
SN-310    Pressure sensor            6          4              2
GK-015    Gasket kit                 4          4              0
""",
    {
        "kind": DC,
        "number": "PS-99120",
        "level": "despatch",
        "delivered_on": None,
        "order_numbers": ["SL-40118"],
        "lines": [
            {"item": "SN-310", "ordered": "6", "delivered": "4"},
            {"item": "GK-015", "ordered": "4", "delivered": "4"},
        ],
    },
)

add(
    "delivery_confirmation/polish_pz",
    """
Zakłady Metalowe WARTA Sp. z o.o.
PRZYJĘCIE ZEWNĘTRZNE  PZ/0551/26                  Data przyjęcia: 2026-05-28
Zamówienie nr: ZAM/0412/26                        Dostawca: HALDEN COMPONENTS

Lp.  Indeks    Nazwa              Zamówiono    Przyjęto    Uszkodzone    J.m.
1    HX-100    Śruba M8x40            2 000       2 000             0    szt
2    VL-220    Zawór kulowy              15          14             1    szt
""",
    {
        "kind": DC,
        "number": "PZ/0551/26",
        "level": "receipt",
        "delivered_on": "2026-05-28",
        "order_numbers": ["ZAM/0412/26"],
        "lines": [
            {"line": "1", "item": "HX-100", "ordered": "2000", "delivered": "2000", "damaged": "0", "unit": "szt"},
            {"line": "2", "item": "VL-220", "ordered": "15", "delivered": "14", "damaged": "1", "unit": "szt"},
        ],
    },
)

add(
    "delivery_confirmation/german_signed",
    """
Lieferschein Nr. 81-2207                          Datum: 26.05.2026
Ihre Bestellung: 45-771020
Empfänger: Hartwig Pumpen GmbH, Essen

Pos   Artikel     Bezeichnung                 Menge    Einheit
1     GRD-22      Gleitringdichtung 22 mm        40    ST
2     LR-30       Laufrad Edelstahl               2    ST

Ware vollständig und unbeschädigt erhalten.
Empfangen von: K. Brandt        Datum: 28.05.2026
""",
    {
        "kind": DC,
        "number": "81-2207",
        "level": "signed",
        "delivered_on": "2026-05-28",
        "order_numbers": ["45-771020"],
        "received_by": "K. Brandt",
        "lines": [
            {"line": "1", "item": "GRD-22", "delivered": "40", "unit": "ST"},
            {"line": "2", "item": "LR-30", "delivered": "2", "unit": "ST"},
        ],
    },
)

add(
    "delivery_confirmation/refused",
    """
ABNAHMEPROTOKOLL  Nr. AP-0418                     Bestellung: 45-99120
Abnahme am 27.05.2026
[ ] Abnahme ohne Mängel    [ ] Abnahme mit Mängeln    [X] Abnahme verweigert
Grund: Funktion nicht nachgewiesen
Unterschrift Auftraggeber: T. Bergmann
""",
    {
        "kind": DC,
        "number": "AP-0418",
        "level": "acceptance",
        "delivered_on": "2026-05-27",
        "order_numbers": ["45-99120"],
        "flags": ["refused"],
        "lines": [],
    },
)

add(
    "nothing/quotation",
    """
QUOTATION                              Quote no: Q-5512       Date: 02 June 2026
Halden Components Ltd
To: Silverton Labs LLC                 Your reference: RFQ 118

Item      Description         Qty    Unit price      Amount
SN-310    Pressure sensor      10        129.00    1,290.00
                               Total USD           1,290.00
Valid 30 days.
""",
)
add(
    "nothing/order_acknowledgement",
    """
ORDER ACKNOWLEDGEMENT
Our order: SO-58120      Your purchase order: SL-40118      Date: 03 June 2026

Item      Description         Qty    Unit price      Amount    Promised
SN-310    Pressure sensor       6        129.00      774.00    19 June 2026
                               Total USD             774.00
""",
)
add(
    "nothing/debit_memo",
    """
DEBIT MEMO                 No. DM-7712             Date 05/20/2026
Bigmart Stores Inc         Vendor 118822

Reason              Original invoice     Amount
Short shipment      7781002              120.00
Total debit                              120.00
""",
)
add(
    "nothing/dunning",
    """
PAYMENT REMINDER
Dear customer, the following invoices are overdue:

Invoice      Date          Due date      Amount      Open amount
R-2201       02/03/2026    01/04/2026    500.00      500.00
R-2214       13/03/2026    12/04/2026    210.00      210.00
Total due                                            710.00
Please pay within 7 days.
""",
)
add(
    "nothing/price_list_csv",
    "Item,Description,Unit,Price,Currency\nVL-220,Ball valve,EA,46.50,USD\nSN-310,Sensor,EA,129.00,USD\n",
    ext="csv",
)
