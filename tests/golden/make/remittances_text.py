"""Remittance advices as plain text and CSV. Written for these tests."""

DOCUMENTS: list[tuple[str, str, str, list[dict]]] = []


def add(name: str, content: str, *expected: dict, ext: str = "txt") -> None:
    DOCUMENTS.append((name, ext, content.lstrip("\n"), [{"kind": "remittance_advice", **e} for e in expected]))


add(
    "cheque_stub_us",
    """
HOLLISTER GRAIN COOPERATIVE                                              No. 00048122
VENDOR: NORTHWIND PARTS      VENDOR NO: 8812                     CHECK DATE: 05/15/2026

INVOICE DATE   INVOICE NUMBER   DESCRIPTION            INVOICE AMOUNT   DISCOUNT    NET AMOUNT
04/02/2026     A-20177          April parts                  2,310.00      46.20      2,263.80
04/09/2026     A-20191          Filters                        875.50       0.00        875.50
                                                             3,185.50      46.20      3,139.30
CHECK NO. 00048122   CHECK AMOUNT  ***3,139.30
""",
    {
        "payment_reference": "00048122",
        "method": "check",
        "paid_on": "2026-05-15",
        "total": "3139.30",
        "payer": {"name": "HOLLISTER GRAIN COOPERATIVE"},
        "lines": [
            {
                "reference": "A-20177",
                "kind": "invoice",
                "issued_on": "2026-04-02",
                "gross": "2310.00",
                "discount": "46.20",
                "paid": "2263.80",
            },
            {
                "reference": "A-20191",
                "kind": "invoice",
                "issued_on": "2026-04-09",
                "gross": "875.50",
                "discount": "0.00",
                "paid": "875.50",
            },
        ],
    },
)

add(
    "german_avis_skonto",
    """
Bergmann Kältetechnik GmbH                          Zahlungsavis
Industriestr. 40, 04229 Leipzig                     Avis-Nr.  ZA-2026-0912
                                                    Datum     18.05.2026
Nordwerk Handels GmbH
20457 Hamburg                                       Ihre Debitoren-Nr. bei uns / Kreditor: 71210

Wir haben heute folgenden Betrag auf Ihr Konto DE89 3704 0044 0532 0130 00 überwiesen:

Belegnr.     Ihre Rechnung   Rg.-Datum     Bruttobetrag      Skonto     Zahlbetrag
1900044121   RE-26-1180      04.05.2026        3.570,00       71,40       3.498,60
1900044122   RE-26-1192      07.05.2026          952,00       19,04         932,96
1900044150   GS-26-0044      11.05.2026         -119,00        0,00        -119,00
Summe                                          4.403,00       90,44       4.312,56
""",
    {
        "number": "ZA-2026-0912",
        "paid_on": "2026-05-18",
        "currency": None,
        "total": "4312.56",
        "payee_account": "DE89370400440532013000",
        "payer": {"name": "Bergmann Kältetechnik GmbH"},
        "lines": [
            {
                "reference": "RE-26-1180",
                "payer_reference": "1900044121",
                "kind": "invoice",
                "issued_on": "2026-05-04",
                "gross": "3570.00",
                "discount": "71.40",
                "paid": "3498.60",
            },
            {
                "reference": "RE-26-1192",
                "payer_reference": "1900044122",
                "kind": "invoice",
                "issued_on": "2026-05-07",
                "gross": "952.00",
                "discount": "19.04",
                "paid": "932.96",
            },
            {
                "reference": "GS-26-0044",
                "payer_reference": "1900044150",
                "kind": "credit_note",
                "issued_on": "2026-05-11",
                "gross": "-119.00",
                "discount": "0.00",
                "paid": "-119.00",
            },
        ],
    },
)

add(
    "construction_retainage",
    """
ACH PAYMENT ADVICE
Payer: Stonebridge Builders Inc.         Vendor ID: NP-440
ACH Trace: 091000017745120               Payment Date: 05/29/2026

Invoice       PO            Invoice Date    Billed         Retainage     Paid
NW-3301       SB-10017      04/30/2026      40,000.00      4,000.00      36,000.00
NW-3302       SB-10017      05/06/2026      12,500.00      1,250.00      11,250.00
Totals                                      52,500.00      5,250.00      47,250.00
""",
    {
        "payment_reference": "091000017745120",
        "method": "ach",
        "paid_on": "2026-05-29",
        "total": "47250.00",
        "payer": {"name": "Stonebridge Builders Inc."},
        "lines": [
            {
                "reference": "NW-3301",
                "order_number": "SB-10017",
                "kind": "invoice",
                "issued_on": "2026-04-30",
                "gross": "40000.00",
                "withheld": "4000.00",
                "paid": "36000.00",
            },
            {
                "reference": "NW-3302",
                "order_number": "SB-10017",
                "kind": "invoice",
                "issued_on": "2026-05-06",
                "gross": "12500.00",
                "withheld": "1250.00",
                "paid": "11250.00",
            },
        ],
    },
)

add(
    "uk_bacs_simple",
    """
Thornbury Leisure Ltd                                          Remittance Advice
                                                               Date: 21/05/2026
Halden Components Ltd                                          Account No: HALD01
Unit 4, Quayside Works                                         Payment by BACS

Date          Reference      Details            Amount
24/04/2026    SI-90211       Invoice           1,440.00
28/04/2026    SI-90230       Invoice             612.00
05/05/2026    SC-00318       Credit note         -96.00

                             Total payment  GBP 1,956.00
""",
    {
        "method": "ach",
        "paid_on": "2026-05-21",
        "currency": "GBP",
        "total": "1956.00",
        "payer": {"name": "Thornbury Leisure Ltd"},
        "lines": [
            {"reference": "SI-90211", "kind": "invoice", "issued_on": "2026-04-24", "paid": "1440.00"},
            {"reference": "SI-90230", "kind": "invoice", "issued_on": "2026-04-28", "paid": "612.00"},
            {"reference": "SC-00318", "kind": "credit_note", "issued_on": "2026-05-05", "paid": "-96.00"},
        ],
    },
)

add(
    "french_avis",
    """
GROUPE HOTELIER AZUREA                        AVIS DE VIREMENT
Direction financière                          Référence : VIR-2026-05-0771
06200 NICE                                    Date de règlement : 20/05/2026

Notre pièce   Votre facture   Date facture   Montant TTC    Escompte     Net réglé
FRN-88120     FA-26-2210      17/04/2026        4 812,00       48,12      4 763,88
FRN-88133     FA-26-2231      24/04/2026       12 090,50                 12 090,50
FRN-88140     AV-26-0107      28/04/2026         -402,00                   -402,00
                              Total en EUR     16 500,50       48,12     16 452,38
""",
    {
        "payment_reference": "VIR-2026-05-0771",
        "method": "wire",
        "paid_on": "2026-05-20",
        "currency": "EUR",
        "total": "16452.38",
        "payer": {"name": "GROUPE HOTELIER AZUREA"},
        "lines": [
            {
                "reference": "FA-26-2210",
                "payer_reference": "FRN-88120",
                "kind": "invoice",
                "issued_on": "2026-04-17",
                "gross": "4812.00",
                "discount": "48.12",
                "paid": "4763.88",
            },
            {
                "reference": "FA-26-2231",
                "payer_reference": "FRN-88133",
                "kind": "invoice",
                "issued_on": "2026-04-24",
                "gross": "12090.50",
                "paid": "12090.50",
            },
            {
                "reference": "AV-26-0107",
                "payer_reference": "FRN-88140",
                "kind": "credit_note",
                "issued_on": "2026-04-28",
                "gross": "-402.00",
                "paid": "-402.00",
            },
        ],
    },
)

add(
    "spanish_retencion",
    """
CONSTRUCCIONES ALBORAN S.L.                 AVISO DE PAGO
CIF B04123456                               Fecha de pago: 25/05/2026
Proveedor: 400110 SUMINISTROS HALDEN        Nº de pago: 2026/1188
Banco: abono en cuenta ES91 2100 0418 4502 0005 1332

Factura       Fecha          Importe      Retención      Líquido
F26/0812      10/04/2026    5.000,00         750,00      4.250,00
F26/0844      22/04/2026    1.210,00                     1.210,00
                 Total      6.210,00         750,00      5.460,00 EUR
""",
    {
        "paid_on": "2026-05-25",
        "currency": "EUR",
        "total": "5460.00",
        "payment_reference": "2026/1188",
        "payee_account": "ES9121000418450200051332",
        "payer": {"name": "CONSTRUCCIONES ALBORAN S.L."},
        "lines": [
            {
                "reference": "F26/0812",
                "kind": "invoice",
                "issued_on": "2026-04-10",
                "gross": "5000.00",
                "withheld": "750.00",
                "paid": "4250.00",
            },
            {
                "reference": "F26/0844",
                "kind": "invoice",
                "issued_on": "2026-04-22",
                "gross": "1210.00",
                "paid": "1210.00",
            },
        ],
    },
)

add(
    "italian_distinta",
    """
PASTIFICIO MONTE ROSA S.P.A.
AVVISO DI PAGAMENTO                               Data valuta: 29/05/2026
CRO 0009912233445566                              Bonifico SEPA

N. documento    Data doc.      Importo      Sconto      Netto pagato
FT 412/26       03/04/2026    2.440,00       48,80          2.391,20
FT 430/26       09/04/2026    1.830,00                      1.830,00
NC 18/26        20/04/2026     -244,00                       -244,00
                Totale                                      3.977,20
""",
    {
        "payment_reference": "0009912233445566",
        "method": "sepa",
        "paid_on": "2026-05-29",
        "total": "3977.20",
        "payer": {"name": "PASTIFICIO MONTE ROSA S.P.A."},
        "lines": [
            {
                "reference": "FT 412/26",
                "kind": "invoice",
                "issued_on": "2026-04-03",
                "gross": "2440.00",
                "discount": "48.80",
                "paid": "2391.20",
            },
            {
                "reference": "FT 430/26",
                "kind": "invoice",
                "issued_on": "2026-04-09",
                "gross": "1830.00",
                "paid": "1830.00",
            },
            {
                "reference": "NC 18/26",
                "kind": "credit_note",
                "issued_on": "2026-04-20",
                "gross": "-244.00",
                "paid": "-244.00",
            },
        ],
    },
)

add(
    "dutch_betaalspecificatie",
    """
Zuiderzee Scheepswerf B.V.                   BETAALSPECIFICATIE
Betaaldatum: 22-05-2026                      Betalingskenmerk: 2026.44120
Leveranciersnr: 30277

Factuurnr      Factuurdatum    Bedrag       Korting     Betaald
20260118       16-04-2026      4.235,00       84,70     4.150,30
20260131       21-04-2026        605,00        0,00       605,00
Totaal EUR                     4.840,00       84,70     4.755,30
""",
    {
        "payment_reference": "2026.44120",
        "paid_on": "2026-05-22",
        "currency": "EUR",
        "total": "4755.30",
        "payer": {"name": "Zuiderzee Scheepswerf B.V."},
        "lines": [
            {
                "reference": "20260118",
                "kind": "invoice",
                "issued_on": "2026-04-16",
                "gross": "4235.00",
                "discount": "84.70",
                "paid": "4150.30",
            },
            {
                "reference": "20260131",
                "kind": "invoice",
                "issued_on": "2026-04-21",
                "gross": "605.00",
                "discount": "0.00",
                "paid": "605.00",
            },
        ],
    },
)

add(
    "korean_notice",
    """
                       대 금 지 급 내 역 서
지급처: 미래전자(주)                     지급일: 2026-05-29
거래처: 할덴코리아                       지급방법: 계좌이체

번호   계산서번호      작성일자       공급가액       세액        공제금액      지급액
1      HK-2604-11     2026-04-10    2,000,000     200,000            0     2,200,000
2      HK-2604-19     2026-04-24      500,000      50,000       33,000       517,000
                        합계        2,500,000     250,000       33,000     2,717,000
""",
    {
        "paid_on": "2026-05-29",
        "currency": "KRW",
        "total": "2717000",
        "payer": {"name": "미래전자(주)"},
        "lines": [
            {"reference": "HK-2604-11", "kind": "invoice", "issued_on": "2026-04-10", "paid": "2200000"},
            {
                "reference": "HK-2604-19",
                "kind": "invoice",
                "issued_on": "2026-04-24",
                "deduction": "33000",
                "paid": "517000",
            },
        ],
    },
)

add(
    "japanese_meisai",
    """
                      支払明細書
北陸精工株式会社                            支払日：2026年5月31日
ハルデン商事 御中                           振込

請求書No      請求日         請求金額     相殺額     手数料      振込金額
HL-0441      2026/04/30      550,000      20,000       660       529,340
HL-0442      2026/04/30      198,000           0         0       198,000
合計                         748,000      20,000       660       727,340
""",
    {
        "paid_on": "2026-05-31",
        "currency": "JPY",
        "total": "727340",
        "payer": {"name": "北陸精工株式会社"},
        "lines": [
            {
                "reference": "HL-0441",
                "kind": "invoice",
                "issued_on": "2026-04-30",
                "gross": "550000",
                "deduction": "20660",
                "paid": "529340",
            },
            {"reference": "HL-0442", "kind": "invoice", "issued_on": "2026-04-30", "gross": "198000", "paid": "198000"},
        ],
    },
)

add(
    "polish_awizo",
    """
AWIZO PŁATNOŚCI
Płatnik: Huta Szkła Krosno S.A.            Data płatności: 2026-05-27
Nr przelewu: PRZ/2026/5512

Nr faktury       Data wystawienia    Kwota brutto    Zapłacono
FV/118/04/26     2026-04-13              3 690,00     3 690,00
FV/131/04/26     2026-04-20              1 845,00     1 845,00
KOR/9/04/26      2026-04-28               -246,00      -246,00
Razem PLN                                5 289,00     5 289,00
""",
    {
        "payment_reference": "PRZ/2026/5512",
        "paid_on": "2026-05-27",
        "currency": "PLN",
        "total": "5289.00",
        "payer": {"name": "Huta Szkła Krosno S.A."},
        "lines": [
            {
                "reference": "FV/118/04/26",
                "kind": "invoice",
                "issued_on": "2026-04-13",
                "gross": "3690.00",
                "paid": "3690.00",
            },
            {
                "reference": "FV/131/04/26",
                "kind": "invoice",
                "issued_on": "2026-04-20",
                "gross": "1845.00",
                "paid": "1845.00",
            },
            {
                "reference": "KOR/9/04/26",
                "kind": "credit_note",
                "issued_on": "2026-04-28",
                "gross": "-246.00",
                "paid": "-246.00",
            },
        ],
    },
)

add(
    "portuguese_aviso",
    """
SUPERMERCADOS ALVORADA S/A                    AVISO DE PAGAMENTO
CNPJ 22.333.444/0001-55                       Data do pagamento: 28/05/2026

Nota fiscal     Emissão       Valor bruto      Desconto      Valor pago
000.118.220     14/04/2026      7.350,00         147,00        7.203,00
000.118.391     22/04/2026      2.100,00           0,00        2.100,00
Total R$                        9.450,00         147,00        9.303,00
""",
    {
        "paid_on": "2026-05-28",
        "currency": "BRL",
        "total": "9303.00",
        "payer": {"name": "SUPERMERCADOS ALVORADA S/A"},
        "lines": [
            {
                "reference": "000.118.220",
                "kind": "invoice",
                "issued_on": "2026-04-14",
                "gross": "7350.00",
                "discount": "147.00",
                "paid": "7203.00",
            },
            {
                "reference": "000.118.391",
                "kind": "invoice",
                "issued_on": "2026-04-22",
                "gross": "2100.00",
                "discount": "0.00",
                "paid": "2100.00",
            },
        ],
    },
)

add(
    "wrapped_reference",
    """
Meridian Hospitals Trust              REMITTANCE ADVICE
Payment No: 5500-8812                 Payment date: 14 May 2026

Our ref      Your invoice       Invoice date     Amount
VCH-10021    INV/2026/          02 Apr 2026      8,420.00
             000417
VCH-10022    INV/2026/          09 Apr 2026      1,120.40
             000431
                                Total GBP        9,540.40
""",
    {
        "payment_reference": "5500-8812",
        "paid_on": "2026-05-14",
        "currency": "GBP",
        "total": "9540.40",
        "payer": {"name": "Meridian Hospitals Trust"},
        "lines": [
            {
                "reference": "INV/2026/000417",
                "payer_reference": "VCH-10021",
                "kind": "invoice",
                "issued_on": "2026-04-02",
                "paid": "8420.00",
            },
            {
                "reference": "INV/2026/000431",
                "payer_reference": "VCH-10022",
                "kind": "invoice",
                "issued_on": "2026-04-09",
                "paid": "1120.40",
            },
        ],
    },
)

add(
    "same_invoice_twice",
    """
Payment advice - Castellan Retail Group
Payment reference   CRG-771190        Payment date   2026-05-19       Currency   USD

Document no.   Type            Document date    Gross        Withholding     Net
INV-88120      Invoice         2026-04-11       10,000.00        500.00      9,500.00
INV-88120      Hold released   2026-04-11          250.00          0.00        250.00
INV-88144      Invoice         2026-04-18        3,300.00        165.00      3,135.00
Total                                           13,550.00        665.00     12,885.00
""",
    {
        "payment_reference": "CRG-771190",
        "paid_on": "2026-05-19",
        "currency": "USD",
        "total": "12885.00",
        "payer": {"name": "Castellan Retail Group"},
        "lines": [
            {
                "reference": "INV-88120",
                "issued_on": "2026-04-11",
                "gross": "10000.00",
                "withheld": "500.00",
                "paid": "9500.00",
            },
            {
                "reference": "INV-88120",
                "issued_on": "2026-04-11",
                "gross": "250.00",
                "withheld": "0.00",
                "paid": "250.00",
            },
            {
                "reference": "INV-88144",
                "issued_on": "2026-04-18",
                "gross": "3300.00",
                "withheld": "165.00",
                "paid": "3135.00",
            },
        ],
    },
)

add(
    "does_not_foot",
    """
Remittance Advice
Payer: Greyfriars College              Payment date: 12/05/2026
Payment ref: BACS-55120

Invoice       Amount paid
INV-7001         1,200.00
INV-7002           340.00
Total paid GBP   1,450.00
""",
    {
        "payment_reference": "BACS-55120",
        "paid_on": None,
        "currency": "GBP",
        "total": "1450.00",
        "footing": "failed",
        "method": "ach",
        "payer": {"name": "Greyfriars College"},
        "lines": [
            {"reference": "INV-7001", "kind": "invoice", "paid": "1200.00"},
            {"reference": "INV-7002", "kind": "invoice", "paid": "340.00"},
        ],
    },
)

add(
    "tie_is_no_reading",
    """
Remittance Advice
Payer: Arkwright Mills
Payment date: 04/05/2026

Invoice      Date          Amount
INV-5101     03/02/2026    1,500
INV-5102     05/03/2026    2,250
Total                      3,750
""",
    {
        "paid_on": "2026-05-04",
        "total": None,
        "payer": {"name": "Arkwright Mills"},
        "lines": [
            {"reference": "INV-5101", "issued_on": "2026-02-03", "paid": None},
            {"reference": "INV-5102", "issued_on": "2026-03-05", "paid": None},
        ],
    },
)

add(
    "no_header_foots",
    """
Hi,

we paid the following invoices today by wire, reference W-99120:

RW-1188   04/28/2026     5,250.00
RW-1191   04/30/2026     1,875.25
RW-1203   05/13/2026       420.00
                         --------
                         7,545.25

Regards
Tina, Oakmont Holdings
""",
    {
        "payment_reference": "W-99120",
        "method": "wire",
        "total": "7545.25",
        "lines": [
            {"reference": "RW-1188", "issued_on": "2026-04-28", "paid": "5250.00"},
            {"reference": "RW-1191", "issued_on": "2026-04-30", "paid": "1875.25"},
            {"reference": "RW-1203", "issued_on": "2026-05-13", "paid": "420.00"},
        ],
    },
)

add(
    "stacked_cells",
    """
Delacroix Imports Inc.
Remittance Advice
Payment Number
PMT-0081233
Payment Date
May 18, 2026
Amount
USD 2,047.15
Invoice Number
Invoice Date
Gross Amount
Discount
Net Amount
HB-4410
Apr 3, 2026
1,250.00
12.50
1,237.50
HB-4417
Apr 9, 2026
809.65
0.00
809.65
""",
    {
        "payment_reference": "PMT-0081233",
        "paid_on": "2026-05-18",
        "currency": "USD",
        "total": "2047.15",
        "payer": {"name": "Delacroix Imports Inc."},
        "lines": [
            {
                "reference": "HB-4410",
                "kind": "invoice",
                "issued_on": "2026-04-03",
                "gross": "1250.00",
                "discount": "12.50",
                "paid": "1237.50",
            },
            {
                "reference": "HB-4417",
                "kind": "invoice",
                "issued_on": "2026-04-09",
                "gross": "809.65",
                "discount": "0.00",
                "paid": "809.65",
            },
        ],
    },
)

add(
    "collapsed_columns",
    """
Remittance Advice from Quillfeather Press Ltd
Payment Date: 19 May 2026 Payment Reference: QFP-260519
Invoice No Invoice Date Gross Discount Paid
PR-1001 01 Apr 2026 1,000.00 25.00 975.00
PR-1002 08 Apr 2026 640.00 0.00 640.00
PR-1003 15 Apr 2026 210.40 5.26 205.14
Total GBP 1,850.40 30.26 1,820.14
""",
    {
        "payment_reference": "QFP-260519",
        "paid_on": "2026-05-19",
        "currency": "GBP",
        "total": "1820.14",
        "payer": {"name": "Quillfeather Press Ltd"},
        "lines": [
            {
                "reference": "PR-1001",
                "kind": "invoice",
                "issued_on": "2026-04-01",
                "gross": "1000.00",
                "discount": "25.00",
                "paid": "975.00",
            },
            {
                "reference": "PR-1002",
                "kind": "invoice",
                "issued_on": "2026-04-08",
                "gross": "640.00",
                "discount": "0.00",
                "paid": "640.00",
            },
            {
                "reference": "PR-1003",
                "kind": "invoice",
                "issued_on": "2026-04-15",
                "gross": "210.40",
                "discount": "5.26",
                "paid": "205.14",
            },
        ],
    },
)

add(
    "retailer_deductions_block",
    """
BIGMART STORES INC            REMITTANCE ADVICE          PAGE 1
VENDOR NUMBER 118822          EFT NUMBER 99120044        EFT DATE 05/20/2026

INVOICE      STORE    INV DATE    INVOICE AMT     ADJUSTMENT     DISCOUNT      AMOUNT PAID
7781001      0412     04/02/26       1,500.00           0.00        30.00         1,470.00
7781002      0412     04/02/26         980.00        -120.00        17.20           842.80
  SHORTAGE CLAIM 55-1002
7781003      0977     04/06/26         420.00           0.00         8.40           411.60
RTV-33120             05/01/26        -260.00           0.00         0.00          -260.00
                     TOTALS          2,640.00        -120.00        55.60         2,464.40
""",
    {
        "payment_reference": "99120044",
        "method": "ach",
        "paid_on": "2026-05-20",
        "total": "2464.40",
        "payer": {"name": "BIGMART STORES INC"},
        "lines": [
            {
                "reference": "7781001",
                "issued_on": "2026-04-02",
                "gross": "1500.00",
                "deduction": "0.00",
                "discount": "30.00",
                "paid": "1470.00",
            },
            {
                "reference": "7781002",
                "issued_on": "2026-04-02",
                "gross": "980.00",
                "deduction": "120.00",
                "discount": "17.20",
                "paid": "842.80",
            },
            {
                "reference": "7781003",
                "issued_on": "2026-04-06",
                "gross": "420.00",
                "deduction": "0.00",
                "discount": "8.40",
                "paid": "411.60",
            },
            {
                "reference": "RTV-33120",
                "kind": "other",
                "issued_on": "2026-05-01",
                "gross": "-260.00",
                "deduction": "0.00",
                "discount": "0.00",
                "paid": "-260.00",
            },
        ],
    },
)

add(
    "csv_semicolon_de",
    """
Zahlungsdatum;Zahlungsreferenz;Rechnungsnummer;Rechnungsdatum;Bruttobetrag;Skonto;Zahlbetrag;Währung
21.05.2026;SEPA-118822;RE2026-0812;23.04.2026;1.190,00;23,80;1.166,20;EUR
21.05.2026;SEPA-118822;RE2026-0819;27.04.2026;595,00;0,00;595,00;EUR
21.05.2026;SEPA-118822;GU2026-0031;05.05.2026;-119,00;0,00;-119,00;EUR
;;Summe;;1.666,00;23,80;1.642,20;EUR
""",
    {
        "payment_reference": "SEPA-118822",
        "method": "sepa",
        "paid_on": "2026-05-21",
        "currency": "EUR",
        "total": "1642.20",
        "lines": [
            {
                "reference": "RE2026-0812",
                "kind": "invoice",
                "issued_on": "2026-04-23",
                "gross": "1190.00",
                "discount": "23.80",
                "paid": "1166.20",
            },
            {
                "reference": "RE2026-0819",
                "kind": "invoice",
                "issued_on": "2026-04-27",
                "gross": "595.00",
                "discount": "0.00",
                "paid": "595.00",
            },
            {
                "reference": "GU2026-0031",
                "issued_on": "2026-05-05",
                "gross": "-119.00",
                "discount": "0.00",
                "paid": "-119.00",
            },
        ],
    },
    ext="csv",
)

add(
    "csv_two_payments",
    """
Payer,Payment Number,Payment Date,Invoice Number,Invoice Date,Amount Paid,Currency
Osprey Outfitters,900118,2026-05-20,INV-310,2026-04-20,450.00,USD
Osprey Outfitters,900118,2026-05-20,INV-311,2026-04-21,125.50,USD
Osprey Outfitters,900119,2026-05-27,INV-315,2026-04-28,88.00,USD
""",
    {
        "payment_reference": "900118",
        "paid_on": "2026-05-20",
        "currency": "USD",
        "payer": {"name": "Osprey Outfitters"},
        "lines": [
            {"reference": "INV-310", "kind": "invoice", "issued_on": "2026-04-20", "paid": "450.00"},
            {"reference": "INV-311", "kind": "invoice", "issued_on": "2026-04-21", "paid": "125.50"},
        ],
    },
    {
        "payment_reference": "900119",
        "paid_on": "2026-05-27",
        "currency": "USD",
        "payer": {"name": "Osprey Outfitters"},
        "lines": [{"reference": "INV-315", "kind": "invoice", "issued_on": "2026-04-28", "paid": "88.00"}],
    },
    ext="csv",
)

add(
    "bank_fee_row",
    """
PAYMENT ADVICE
From: Andaman Shipping Pte Ltd                     Value date: 22 May 2026
Transfer reference: TT-0099120                     Currency: USD

Reference          Description                 Amount
HC-2201            Marine valves            18,400.00
HC-2207            Gaskets                     960.00
                   Bank charges               -25.00
Total remitted                              19,335.00
""",
    {
        "payment_reference": "TT-0099120",
        "method": "wire",
        "paid_on": "2026-05-22",
        "currency": "USD",
        "total": "19335.00",
        "payer": {"name": "Andaman Shipping Pte Ltd"},
        "lines": [
            {"reference": "HC-2201", "kind": "invoice", "paid": "18400.00"},
            {"reference": "HC-2207", "kind": "invoice", "paid": "960.00"},
            {"reference": None, "kind": "other", "paid": "-25.00"},
        ],
    },
)

NOTHING = [
    (
        "remittance_statement_of_account",
        """
STATEMENT OF ACCOUNT
Halden Components Ltd                    Date: 31/05/2026
To: Thornbury Leisure Ltd

Date          Invoice        Debit         Credit        Balance
24/04/2026    SI-90211      1,440.00                     1,440.00
28/04/2026    SI-90230        612.00                     2,052.00
21/05/2026    Payment                      1,440.00        612.00
Amount now due                                             612.00
""",
    ),
]
for _name, _content in NOTHING:
    add(_name, _content)
