"""Purchase orders as plain text, as a text extractor or a mail body gives them. Written for these tests."""

DOCUMENTS: list[tuple[str, str, str, list[dict]]] = []


def add(name: str, content: str, *expected: dict, ext: str = "txt") -> None:
    DOCUMENTS.append((name, ext, content.lstrip("\n"), [{"kind": "purchase_order", **e} for e in expected]))


add(
    "netsuite_like",
    """
Torvane Robotics Inc.                                              Purchase Order
480 Foundry Way                                                    #PO-20418
Boulder CO 80301                                                   5/14/2026

Vendor                              Ship To
Norrland Fasteners AB               Torvane Robotics Inc.
Industrigatan 4                     Receiving - Bldg 3
331 35 Varnamo                      912 Assembly Dr
Sweden                              Longmont CO 80501

Terms        Due Date      Currency
Net 45       6/12/2026     USD

Item                     Quantity   Units   Rate        Amount
NF-8812 : M6 insert         2,500   Ea      0.2140      535.00
  Brass, knurled
NF-9001 : Blind rivet         800   Ea      0.1125       90.00
NF-0077 : Setting tool          3   Ea    189.0000      567.00

                                            Subtotal   1,192.00
                                            Shipping      48.50
                                            Total      $1,240.50
""",
    {
        "number": "PO-20418",
        "issued_on": "2026-05-14",
        "currency": "USD",
        "payment_terms": "Net 45",
        "buyer": {"name": "Torvane Robotics Inc."},
        "ship_to": {"name": "Torvane Robotics Inc."},
        "net_total": "1192.00",
        "freight": "48.50",
        "total": "1240.50",
        "lines": [
            {"item": "NF-8812", "quantity": "2500", "unit": "Ea", "unit_price": "0.2140", "amount": "535.00"},
            {"item": "NF-9001", "quantity": "800", "unit": "Ea", "unit_price": "0.1125", "amount": "90.00"},
            {"item": "NF-0077", "quantity": "3", "unit": "Ea", "unit_price": "189.0000", "amount": "567.00"},
        ],
    },
)

add(
    "public_body_uk",
    """
                         ORDER FORM - Wexcombe Borough Council
Order No: WBC/2026/004417        Date of Order: 02/06/2026     Requisition: R-99812

To: Halden Components Ltd              Deliver to: Highways Depot, Mill Lane, Wexcombe WX4 2LT
                                       Invoice to: exchequer@wexcombe.example

Line  Description of goods or service       Unit     Qty     Price GBP    Net GBP   VAT %
1     Ball valve DN25, brass (ref VL-220)   EACH      12         44.00     528.00    20.0
2     Gasket kit                            BOX        4         62.25     249.00    20.0
                                                          Net total        777.00
                                                          VAT              155.40
                                                          Order total      932.40
Payment: 30 days from receipt of a valid invoice. Quote the order number on all invoices.
""",
    {
        "number": "WBC/2026/004417",
        "issued_on": None,
        "currency": "GBP",
        "payment_terms": "30 days from receipt of a valid invoice.",
        "buyer": {"name": "Wexcombe Borough Council"},
        "net_total": "777.00",
        "tax_total": "155.40",
        "total": "932.40",
        "lines": [
            {"line": "1", "quantity": "12", "unit": "EACH", "unit_price": "44.00", "amount": "528.00"},
            {"line": "2", "quantity": "4", "unit": "BOX", "unit_price": "62.25", "amount": "249.00"},
        ],
    },
)

add(
    "german_datev_like",
    """
Kessler Antriebstechnik GmbH & Co. KG
Am Wasserturm 8, 73430 Aalen                      Tel. 07361 5520-0
USt-IdNr. DE811447220

Nordwerk Handels GmbH
Hafenstr. 12
20457 Hamburg
                                                  Bestellung Nr.   B-26-00871
                                                  Datum            07.05.2026
                                                  Kunden-Nr.       40117
                                                  Ansprechpartner  Frau Demir

Sehr geehrte Damen und Herren,
wir bestellen zu den vereinbarten Konditionen:

Pos.  Art.-Nr.    Bezeichnung                 Menge  Einh.  Einzelpreis   Gesamtpreis
1     6204-2RS    Rillenkugellager              250  Stk           3,48        870,00
                  Ihre Art.-Nr.: NW-6204
2     TB-40/70    Wellendichtring NBR         1.200  Stk           0,92      1.104,00
3     F-220       Lagerfett Kartusche 400 g      24  Kt            5,15        123,60

                                              Zwischensumme               2.097,60
                                              zzgl. 19 % MwSt.              398,54
                                              Gesamtbetrag EUR            2.496,14

Liefertermin: 22.05.2026
Lieferanschrift: Werk 2, Ulmer Str. 101, 73431 Aalen
Zahlungsbedingungen: 10 Tage 2 % Skonto, 30 Tage netto
""",
    {
        "number": "B-26-00871",
        "issued_on": "2026-05-07",
        "currency": "EUR",
        "requested_on": "2026-05-22",
        "payment_terms": "10 Tage 2 % Skonto, 30 Tage netto",
        "buyer": {"name": "Kessler Antriebstechnik GmbH & Co. KG", "tax_id": "DE811447220", "contact": "Frau Demir"},
        "net_total": "2097.60",
        "tax_total": "398.54",
        "total": "2496.14",
        "lines": [
            {
                "line": "1",
                "item": "NW-6204",
                "buyer_item": "6204-2RS",
                "quantity": "250",
                "unit": "Stk",
                "unit_price": "3.48",
                "amount": "870.00",
            },
            {
                "line": "2",
                "item": "TB-40/70",
                "quantity": "1200",
                "unit": "Stk",
                "unit_price": "0.92",
                "amount": "1104.00",
            },
            {"line": "3", "item": "F-220", "quantity": "24", "unit": "Kt", "unit_price": "5.15", "amount": "123.60"},
        ],
    },
)

add(
    "oracle_like",
    """
                                STANDARD PURCHASE ORDER
  Order                 5510093          Revision       0
  Created By            Lindgren, Petra  Creation Date  21-APR-2026
  Payment Terms         NET60            Currency       SEK
  Supplier No.          77120            Contract       C-2201

  Supplier:                               Ship To:
  Halden Components Ltd                   Fjallberg Gruv AB
  Unit 4, Quayside Works                  Centralforrad
  Bristol BS1 6XX                         983 81 Malmberget

  Line  Part Number / Description     Quantity  UOM   Unit Price (SEK)   Amount (SEK)
  ----  ---------------------------  ---------  ---   ----------------   ------------
  1     FG-44120                           600  EA             41.5000      24,900.00
        Hydraulic hose fitting 3/8
        Supplier Item: HX-38F
        Need By: 18-MAY-2026
  2     FG-44388                            15  M             212.0000       3,180.00
        Braided hose
        Supplier Item: BH-10
        Need By: 18-MAY-2026
                                                           Total: 28,080.00 (SEK)
""",
    {
        "number": "5510093",
        "issued_on": "2026-04-21",
        "currency": "SEK",
        "payment_terms": "NET60",
        "buyer": {"name": "Fjallberg Gruv AB"},
        "ship_to": {"name": "Fjallberg Gruv AB"},
        "total": "28080.00",
        "lines": [
            {
                "line": "1",
                "item": "HX-38F",
                "buyer_item": "FG-44120",
                "quantity": "600",
                "unit": "EA",
                "unit_price": "41.5000",
                "amount": "24900.00",
                "requested_on": "2026-05-18",
            },
            {
                "line": "2",
                "item": "BH-10",
                "buyer_item": "FG-44388",
                "quantity": "15",
                "unit": "M",
                "unit_price": "212.0000",
                "amount": "3180.00",
                "requested_on": "2026-05-18",
            },
        ],
    },
)

add(
    "french_two_prices",
    """
SOCIETE LAVIGNE FRERES                                   Bon de commande
12 rue des Tanneurs, 69007 LYON                          N° : BC-2026-1187
SIRET 402 118 556 00021                                  Date : 04/05/2026
                                                         Page 1/1
Fournisseur : COMPOSANTS HALDEN
Adresse de livraison : Atelier Sud, ZI Les Pins, 13127 VITROLLES
Date de livraison souhaitée : 28/05/2026
Conditions de règlement : 30 jours fin de mois

Référence   Désignation                    Qté   Unité   P.U. HT    Remise %   Total HT
AX-1150     Roulement à billes             120   pce        7,50        10,0     810,00
AX-2260     Joint torique (lot de 50)        8   lot       14,25                 114,00

                                                     Total HT           924,00
                                                     Port                35,00
                                                     TVA 20,00 %        191,80
                                                     Total TTC        1 150,80 €
""",
    {
        "number": "BC-2026-1187",
        "issued_on": "2026-05-04",
        "currency": "EUR",
        "requested_on": "2026-05-28",
        "payment_terms": "30 jours fin de mois",
        "buyer": {"name": "SOCIETE LAVIGNE FRERES"},
        "net_total": "924.00",
        "freight": "35.00",
        "tax_total": "191.80",
        "total": "1150.80",
        "lines": [
            {
                "item": "AX-1150",
                "quantity": "120",
                "unit": "pce",
                "unit_price": "7.50",
                "discount_percent": "10.0",
                "amount": "810.00",
            },
            {"item": "AX-2260", "quantity": "8", "unit": "lot", "unit_price": "14.25", "amount": "114.00"},
        ],
    },
)

add(
    "spanish_pedido",
    """
CERAMICAS DEL TURIA, S.A.                         PEDIDO DE COMPRA
Ctra. de Onda km 4 - 12540 Vila-real              Nº pedido:  26/03315
CIF A-12099887                                    Fecha:      11/05/2026

PROVEEDOR: 4300-221  SUMINISTROS HALDEN           ENTREGA: Almacén central, Muelle 5

Código        Concepto                     Cantidad   Precio    Dto.%      Importe
VL220         Válvula de bola 1"                 60    42,00     5,00     2.394,00
GK015         Kit de juntas                     100     7,10                710,00
                                                          Base imponible  3.104,00
                                                          IVA 21 %          651,84
                                                          TOTAL PEDIDO    3.755,84 EUR
Forma de pago: Transferencia a 60 días
Plazo de entrega: 29/05/2026
""",
    {
        "number": "26/03315",
        "issued_on": "2026-05-11",
        "currency": "EUR",
        "requested_on": "2026-05-29",
        "payment_terms": "Transferencia a 60 días",
        "buyer": {"name": "CERAMICAS DEL TURIA, S.A."},
        "net_total": "3104.00",
        "tax_total": "651.84",
        "total": "3755.84",
        "lines": [
            {"item": "VL220", "quantity": "60", "unit_price": "42.00", "discount_percent": "5.00", "amount": "2394.00"},
            {"item": "GK015", "quantity": "100", "unit_price": "7.10", "amount": "710.00"},
        ],
    },
)

add(
    "italian_ordine",
    """
OFFICINE BRENTA S.R.L.
Via dell'Artigianato 22 - 35010 Vigonza (PD)     P.IVA 03344550287

ORDINE A FORNITORE N. 882/2026 DEL 06/05/2026
Spett.le  HALDEN COMPONENTS

Cod. articolo   Descrizione              U.M.    Q.tà      Prezzo      Sconto     Importe
HX100           Vite TE M8x40 zincata    NR     5.000      0,1690                   845,00
SN310           Sensore di pressione     NR        10    118,0000       3         1.144,60
                                                   Totale imponibile             1.989,60
                                                   IVA 22%                         437,71
                                                   Totale ordine EUR             2.427,31
Consegna: 30/05/2026     Pagamento: RiBa 60 gg f.m.
Firma per accettazione: ______________________
""",
    {
        "number": "882/2026",
        "issued_on": "2026-05-06",
        "currency": "EUR",
        "requested_on": "2026-05-30",
        "payment_terms": "RiBa 60 gg f.m.",
        "buyer": {"name": "OFFICINE BRENTA S.R.L."},
        "net_total": "1989.60",
        "tax_total": "437.71",
        "total": "2427.31",
        "lines": [
            {"item": "HX100", "quantity": "5000", "unit": "NR", "unit_price": "0.1690", "amount": "845.00"},
            {
                "item": "SN310",
                "quantity": "10",
                "unit": "NR",
                "unit_price": "118.0000",
                "discount_percent": "3",
                "amount": "1144.60",
            },
        ],
    },
)

add(
    "dutch_inkooporder",
    """
Van der Meulen Techniek B.V.                       INKOOPORDER
Handelskade 3, 7417 DE Deventer                    Ordernummer   IO-261044
                                                   Orderdatum    12-05-2026
Leverancier                                        Uw ref.       OFF-3391
Halden Components Ltd                              Betaling      30 dagen netto

Afleveradres: Magazijn Noord, Loodsweg 9, 7418 CX Deventer

Pos   Artikelnr    Omschrijving            Aantal   Eenh   Prijs       Bedrag
010   KB-3312      Kogelkraan 1"               36   st     38,75     1.395,00
      leverweek 22
020   DP-7         Dichting                   500   st      0,48       240,00
                                             Totaal excl. BTW  EUR   1.635,00
""",
    {
        "number": "IO-261044",
        "issued_on": "2026-05-12",
        "currency": "EUR",
        "payment_terms": "30 dagen netto",
        "buyer": {"name": "Van der Meulen Techniek B.V."},
        "net_total": "1635.00",
        "lines": [
            {
                "line": "010",
                "item": "KB-3312",
                "quantity": "36",
                "unit": "st",
                "unit_price": "38.75",
                "amount": "1395.00",
            },
            {"line": "020", "item": "DP-7", "quantity": "500", "unit": "st", "unit_price": "0.48", "amount": "240.00"},
        ],
    },
)

add(
    "polish_zamowienie",
    """
Zakłady Metalowe WARTA Sp. z o.o.            ZAMÓWIENIE nr ZAM/0412/26
ul. Fabryczna 7, 61-512 Poznań               z dnia 2026-05-08
NIP 7781234567

Dostawca: HALDEN COMPONENTS

Lp.  Indeks     Nazwa towaru            Ilość   J.m.   Cena netto   Wartość netto
1    HX-100     Śruba M8x40             2 000   szt        0,7200        1 440,00
2    VL-220     Zawór kulowy DN25          15   szt      178,5000        2 677,50
                                             Razem netto                 4 117,50
                                             VAT 23%                       947,03
                                             Razem brutto PLN            5 064,53
Termin dostawy: 2026-05-29
Termin płatności: 30 dni
""",
    {
        "number": "ZAM/0412/26",
        "issued_on": "2026-05-08",
        "currency": "PLN",
        "requested_on": "2026-05-29",
        "payment_terms": "30 dni",
        "buyer": {"name": "Zakłady Metalowe WARTA Sp. z o.o.", "tax_id": "7781234567"},
        "net_total": "4117.50",
        "tax_total": "947.03",
        "total": "5064.53",
        "lines": [
            {
                "line": "1",
                "item": "HX-100",
                "quantity": "2000",
                "unit": "szt",
                "unit_price": "0.7200",
                "amount": "1440.00",
            },
            {
                "line": "2",
                "item": "VL-220",
                "quantity": "15",
                "unit": "szt",
                "unit_price": "178.5000",
                "amount": "2677.50",
            },
        ],
    },
)

add(
    "portuguese_pedido",
    """
METALURGICA IBITINGA LTDA                       PEDIDO DE COMPRA Nº 004518
CNPJ 11.222.333/0001-44                         Data de emissão: 15/05/2026
Fornecedor: HALDEN DO BRASIL

Item  Código     Descrição             Qtde   Un   Vlr. unitário      Vlr. total
1     310-SN     Sensor de pressão       20   PC        1.250,00       25.000,00
2     015-GK     Kit de vedação         150   PC           38,40        5.760,00
                                          TOTAL DO PEDIDO   R$        30.760,00
Condição de pagamento: 28 dias
Prazo de entrega: 10/06/2026
""",
    {
        "number": "004518",
        "issued_on": "2026-05-15",
        "currency": "BRL",
        "requested_on": "2026-06-10",
        "payment_terms": "28 dias",
        "buyer": {"name": "METALURGICA IBITINGA LTDA", "tax_id": "11.222.333/0001-44"},
        "total": "30760.00",
        "lines": [
            {
                "line": "1",
                "item": "310-SN",
                "quantity": "20",
                "unit": "PC",
                "unit_price": "1250.00",
                "amount": "25000.00",
            },
            {
                "line": "2",
                "item": "015-GK",
                "quantity": "150",
                "unit": "PC",
                "unit_price": "38.40",
                "amount": "5760.00",
            },
        ],
    },
)

add(
    "japanese_hacchusho",
    """
                             発　注　書
                                              発注日: 2026/05/20
株式会社ハルデン 御中                          発注番号: K26-00512
                                              東和機電株式会社
                                              資材課 井上

番号  商品コード   商品名              単価     数量   単位     金額     納期
1     TW-1001     圧力センサ          17,000     12    個    204,000   2026/06/05
2     TW-1002     継手セット           2,350     40    組     94,000   2026/06/12
                                              小計        298,000
                                              消費税       29,800
                                              合計金額    327,800
お支払条件: 月末締め翌月末払い
納入先: 東和機電 浜松工場
""",
    {
        "number": "K26-00512",
        "issued_on": "2026-05-20",
        "currency": "JPY",
        "payment_terms": "月末締め翌月末払い",
        "buyer": {"name": "東和機電株式会社"},
        "net_total": "298000",
        "tax_total": "29800",
        "total": "327800",
        "lines": [
            {
                "line": "1",
                "item": "TW-1001",
                "quantity": "12",
                "unit": "個",
                "unit_price": "17000",
                "amount": "204000",
                "requested_on": "2026-06-05",
            },
            {
                "line": "2",
                "item": "TW-1002",
                "quantity": "40",
                "unit": "組",
                "unit_price": "2350",
                "amount": "94000",
                "requested_on": "2026-06-12",
            },
        ],
    },
)

add(
    "korean_balju",
    """
발 주 서
발주번호 : DS-26-0588               발주일 : 2026-05-18
공급자 : 할덴코리아                 발주처 : 대성유압(주)

순번   품목코드    품명            규격       단위   수량       단가         금액
1      P-7781      유압밸브        DN25       EA       30     62,000    1,860,000
2      P-7790      씰 키트         표준       SET     100      9,500      950,000
                                                     공급가액         2,810,000
                                                     부가세             281,000
                                                     총액             3,091,000
납기일 : 2026-06-08
결제조건 : 세금계산서 발행 후 30일
""",
    {
        "number": "DS-26-0588",
        "issued_on": "2026-05-18",
        "currency": "KRW",
        "requested_on": "2026-06-08",
        "payment_terms": "세금계산서 발행 후 30일",
        "buyer": {"name": "대성유압(주)"},
        "net_total": "2810000",
        "tax_total": "281000",
        "total": "3091000",
        "lines": [
            {"line": "1", "item": "P-7781", "quantity": "30", "unit": "EA", "unit_price": "62000", "amount": "1860000"},
            {"line": "2", "item": "P-7790", "quantity": "100", "unit": "SET", "unit_price": "9500", "amount": "950000"},
        ],
    },
)

add(
    "two_orders_one_file",
    """
BRAMHALL CATERING SUPPLIES                         PURCHASE ORDER
Order number: 70031                                Date: 19/05/2026
Supplier: Halden Components Ltd

Code     Description           Qty     Price      Total
GK-015   Gasket kit             30      6.40     192.00
VL-220   Ball valve              4     44.00     176.00
                              Order total GBP    368.00

BRAMHALL CATERING SUPPLIES                         PURCHASE ORDER
Order number: 70032                                Date: 19/05/2026
Supplier: Halden Components Ltd

Code     Description           Qty     Price      Total
GK-015   Gasket kit             30      6.40     192.00
VL-220   Ball valve              4     44.00     176.00
                              Order total GBP    368.00
""",
    *(
        {
            "number": number,
            "issued_on": "2026-05-19",
            "currency": "GBP",
            "buyer": {"name": "BRAMHALL CATERING SUPPLIES"},
            "total": "368.00",
            "lines": [
                {"item": "GK-015", "quantity": "30", "unit_price": "6.40", "amount": "192.00"},
                {"item": "VL-220", "quantity": "4", "unit_price": "44.00", "amount": "176.00"},
            ],
        }
        for number in ("70031", "70032")
    ),
)

add(
    "pack_with_components",
    """
Order Confirmation requested by return - PURCHASE ORDER no. SG-5521 of 14 May 2026
From: Silvergate Marine Ltd, Harbour Road, Hull

Pos  Part no.      Description                    Qty   Unit    Unit price      Total EUR
1    KIT-900       Pump overhaul kit, complete      6   set         310.00       1,860.00
                   consisting of:
     SL-11         - shaft seal                    12   pc
     BR-22         - bearing                       24   pc
     GS-33         - gasket                         6   pc
2    OIL-5         Gear oil 5 l                    10   can          41.80         418.00
Freight                                                                            95.00
Total order value                                                               2,373.00
Terms of payment: 14 days net
""",
    {
        "number": "SG-5521",
        "issued_on": "2026-05-14",
        "currency": "EUR",
        "payment_terms": "14 days net",
        "buyer": {"name": "Silvergate Marine Ltd"},
        "freight": "95.00",
        "total": "2373.00",
        "lines": [
            {
                "line": "1",
                "item": "KIT-900",
                "quantity": "6",
                "unit": "set",
                "unit_price": "310.00",
                "amount": "1860.00",
            },
            {"line": "2", "item": "OIL-5", "quantity": "10", "unit": "can", "unit_price": "41.80", "amount": "418.00"},
        ],
    },
)

add(
    "no_prices",
    """
PURCHASE ORDER
PO Number: QX-118          PO Date: 2026-05-21
Buyer: Ostrava Controls s.r.o.
Vendor: Halden Components Ltd

Line   Part Number   Description          Qty   UOM   Required
1      SN-310        Pressure sensor       15   EA    2026-06-15
2      GK-015        Gasket kit             8   BX    2026-06-15

Prices as per frame contract.
Authorised by: J. Novotny
""",
    {
        "number": "QX-118",
        "issued_on": "2026-05-21",
        "buyer": {"name": "Ostrava Controls s.r.o."},
        "signed_by": "J. Novotny",
        "lines": [
            {"line": "1", "item": "SN-310", "quantity": "15", "unit": "EA", "requested_on": "2026-06-15"},
            {"line": "2", "item": "GK-015", "quantity": "8", "unit": "BX", "requested_on": "2026-06-15"},
        ],
    },
)

add(
    "total_does_not_foot",
    """
Larkfield Engineering                     PURCHASE ORDER  LE-7740
Date 20 May 2026                          Currency EUR

Item      Description       Qty    Unit price     Line total
VL-220    Ball valve         10         42.00         420.00
SN-310    Sensor              5        118.00         590.00
                                   Order total      1,100.00
""",
    {
        "number": "LE-7740",
        "issued_on": "2026-05-20",
        "currency": "EUR",
        "buyer": {"name": "Larkfield Engineering"},
        "total": "1100.00",
        "footing": "failed",
        "lines": [
            {"item": "VL-220", "quantity": "10", "unit_price": "42.00", "amount": "420.00"},
            {"item": "SN-310", "quantity": "5", "unit_price": "118.00", "amount": "590.00"},
        ],
    },
)

add(
    "unsigned_form",
    """
                 P U R C H A S E   O R D E R
Company: Rookwood Dairies Ltd            P.O. No.: 3391
Date: 18 May 2026                        Quotation: QU-8817

No.   Stock code    Description              Quantity     Each      Value
1     VL-220        Ball valve                     6     44.00     264.00
2     HX-100        Hex bolts, per 100           500     14.80      74.00
                                                       TOTAL GBP   338.00

Authorised signature: ............................    Date: ..............
""",
    {
        "number": "3391",
        "issued_on": "2026-05-18",
        "currency": "GBP",
        "quotation_number": "QU-8817",
        "buyer": {"name": "Rookwood Dairies Ltd"},
        "signature_line_empty": True,
        "total": "338.00",
        "lines": [
            {"line": "1", "item": "VL-220", "quantity": "6", "unit_price": "44.00", "amount": "264.00"},
            {
                "line": "2",
                "item": "HX-100",
                "quantity": "500",
                "unit_price": "14.80",
                "price_per": "100",
                "amount": "74.00",
            },
        ],
    },
)

add(
    "price_unit_column",
    """
Auftrag an Lieferant                                  Nr. 4700118820
Zanger Blechtechnik AG, 8404 Winterthur               Datum 19.05.2026

Pos   Material      Text                  Bestellmenge  ME   Nettopreis   PE    Nettowert CHF
00010 900.114       Blindniete 4x10             20'000  ST        38.50   1000         770.00
00020 900.220       Einpressmutter M5            4'000  ST        12.25    100         490.00
                                                      Gesamtnettowert CHF          1'260.00
Zahlungskonditionen: 30 Tage netto
""",
    {
        "number": "4700118820",
        "issued_on": "2026-05-19",
        "currency": "CHF",
        "payment_terms": "30 Tage netto",
        "buyer": {"name": "Zanger Blechtechnik AG"},
        "net_total": "1260.00",
        "lines": [
            {
                "line": "00010",
                "item": "900.114",
                "quantity": "20000",
                "unit": "ST",
                "unit_price": "38.50",
                "price_per": "1000",
                "amount": "770.00",
            },
            {
                "line": "00020",
                "item": "900.220",
                "quantity": "4000",
                "unit": "ST",
                "unit_price": "12.25",
                "price_per": "100",
                "amount": "490.00",
            },
        ],
    },
)

add(
    "change_order",
    """
PURCHASE ORDER CHANGE NOTICE
PO: 88213      Change order no. 1      Date: 05/22/2026      Currency: USD
Buyer: Ferndale Aerospace Corp.

Line  Item       Description       Qty    Unit Price     Extended
1     VL-220     Ball valve         15         46.50       697.50
2     SN-310     Sensor             10        129.00     1,290.00
                                        Revised total    1,987.50
""",
    {
        "number": "88213",
        "issued_on": "2026-05-22",
        "currency": "USD",
        "revision_of": True,
        "buyer": {"name": "Ferndale Aerospace Corp."},
        "total": "1987.50",
        "lines": [
            {"line": "1", "item": "VL-220", "quantity": "15", "unit_price": "46.50", "amount": "697.50"},
            {"line": "2", "item": "SN-310", "quantity": "10", "unit_price": "129.00", "amount": "1290.00"},
        ],
    },
)

add(
    "collapsed_columns",
    """
Purchase Order 61177
Date: 05/25/2026
Supplier: Halden Components
Bill To: Umber Valley Brewing LLC
Line Item Description Qty UOM Unit Price Amount
1 VL-220 Ball valve DN25 12 EA 46.50 558.00
2 GK-015 Gasket kit, 10 per box 3 BX 78.50 235.50
3 SN-310 Pressure sensor 2 EA 129.00 258.00
Total USD 1,051.50
""",
    {
        "number": "61177",
        "issued_on": "2026-05-25",
        "currency": "USD",
        "buyer": {"name": "Umber Valley Brewing LLC"},
        "total": "1051.50",
        "lines": [
            {"line": "1", "item": "VL-220", "quantity": "12", "unit": "EA", "unit_price": "46.50", "amount": "558.00"},
            {"line": "2", "item": "GK-015", "quantity": "3", "unit": "BX", "unit_price": "78.50", "amount": "235.50"},
            {"line": "3", "item": "SN-310", "quantity": "2", "unit": "EA", "unit_price": "129.00", "amount": "258.00"},
        ],
    },
)

NOTHING = [
    (
        "order_quote_request",
        """
REQUEST FOR QUOTATION  RFQ-6000123
Date: 12/05/2026     Reply by: 20/05/2026
Calder Controls Ltd

Item    Part          Description          Qty   Your price
1       VL-220        Ball valve            40   ........
2       SN-310        Sensor                12   ........
Please quote your best price and delivery. This is not an order.
""",
    ),
    (
        "order_supplier_invoice",
        """
Halmstad Papper AB                              INVOICE
Invoice No: 2026-4471                           Invoice date: 2026-05-11
Bill to: Halden Components Ltd                  Your order: 88-112

Article     Description           Qty    Price     Amount
A4-80       Copy paper, box        40    21.50     860.00
                                   Total SEK       860.00
                                   VAT 25 %        215.00
                                   Amount due    1,075.00
Please pay within 30 days to account SE35 5000 0000 0549 1000 0003
""",
    ),
    (
        "order_terms_page",
        """
GENERAL TERMS AND CONDITIONS OF PURCHASE
1. Scope. These terms apply to every purchase order issued by the buyer.
2. Prices. Prices are fixed. Invoices shall state the purchase order number.
3. Payment. Payment is made within 60 days net of receipt of invoice.
4. Delivery. Delivery notes shall accompany every consignment.
5. Warranty. The supplier warrants the goods for 24 months.
""",
    ),
]
for _name, _content in NOTHING:
    add(_name, _content)
