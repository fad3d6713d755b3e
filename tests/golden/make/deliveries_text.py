"""Delivery confirmations as plain text and CSV. Written for these tests."""

DOCUMENTS: list[tuple[str, str, str, list[dict]]] = []


def add(name: str, content: str, *expected: dict, ext: str = "txt") -> None:
    DOCUMENTS.append((name, ext, content.lstrip("\n"), [{"kind": "delivery_confirmation", **e} for e in expected]))


add(
    "receiving_report_us",
    """
TORVANE ROBOTICS INC.                          RECEIVING REPORT
Receipt No: RCV-10882                          Date Received: 05/21/2026
PO Number: PO-20418                            Packing Slip: PS-7731
Carrier: Blue Ridge Freight                    Received By: K. Osei

Item       Description      Qty Ordered   Qty Received   Qty Rejected   UOM
NF-8812    M6 insert              2,500          2,500              0    EA
NF-9001    Blind rivet              800            780             20    EA
NF-0077    Setting tool               3              3              0    EA
""",
    {
        "number": "RCV-10882",
        "level": "receipt",
        "delivered_on": "2026-05-21",
        "order_numbers": ["PO-20418"],
        "received_by": "K. Osei",
        "carrier": "Blue Ridge Freight",
        "lines": [
            {"item": "NF-8812", "ordered": "2500", "delivered": "2500", "rejected": "0", "unit": "EA"},
            {"item": "NF-9001", "ordered": "800", "delivered": "780", "rejected": "20", "unit": "EA"},
            {"item": "NF-0077", "ordered": "3", "delivered": "3", "rejected": "0", "unit": "EA"},
        ],
    },
)

add(
    "wareneingang_de",
    """
Kessler Antriebstechnik GmbH & Co. KG              WARENEINGANGSSCHEIN
WE-Nr.: 5000118822                                 Buchungsdatum: 22.05.2026
Bestellung: B-26-00871                             Lieferschein: LS-40021

Pos  Art.-Nr.     Bezeichnung              Bestellt   Geliefert   Angenommen   Beschädigt   ME
1    6204-2RS     Rillenkugellager              250         250          248            2   Stk
2    TB-40/70     Wellendichtring NBR         1.200       1.200        1.200            0   Stk
""",
    {
        "number": "5000118822",
        "level": "receipt",
        "delivered_on": "2026-05-22",
        "order_numbers": ["B-26-00871"],
        "lines": [
            {
                "line": "1",
                "item": "6204-2RS",
                "ordered": "250",
                "delivered": "250",
                "accepted": "248",
                "damaged": "2",
                "unit": "Stk",
            },
            {
                "line": "2",
                "item": "TB-40/70",
                "ordered": "1200",
                "delivered": "1200",
                "accepted": "1200",
                "damaged": "0",
                "unit": "Stk",
            },
        ],
    },
)

add(
    "delivery_note_unsigned",
    """
NORRLAND FASTENERS AB                       DELIVERY NOTE
Delivery note no: DN-55120                  Date: 18/05/2026
Your order: PO-20418
Deliver to: Torvane Robotics Inc., 912 Assembly Dr

Article     Description     Ordered    Delivered    Unit
NF-8812     M6 insert          2500         2500    EA
NF-9001     Blind rivet         800          800    EA

Received in good condition:
Name: ____________________   Signature: ____________________
""",
    {
        "number": "DN-55120",
        "level": "despatch",
        "order_numbers": ["PO-20418"],
        "lines": [
            {"item": "NF-8812", "ordered": "2500", "delivered": "2500", "unit": "EA"},
            {"item": "NF-9001", "ordered": "800", "delivered": "800", "unit": "EA"},
        ],
    },
)

add(
    "delivery_note_signed",
    """
NORRLAND FASTENERS AB                       DELIVERY NOTE
Delivery note no: DN-55131                  Date: 18/05/2026
Your order: PO-20431

Article     Description     Quantity    Unit
NF-8812     M6 insert            400    EA

Received by: Marta Lindqvist      Date: 20/05/2026      Signature: M. Lindqvist
""",
    {
        "number": "DN-55131",
        "level": "signed",
        "delivered_on": "2026-05-20",
        "order_numbers": ["PO-20431"],
        "received_by": "Marta Lindqvist",
        "lines": [{"item": "NF-8812", "delivered": "400", "unit": "EA"}],
    },
)

add(
    "carrier_pod",
    """
PROOF OF DELIVERY
Tracking number: 8812-4410-9921         Status: Delivered
Delivered: 19 May 2026 14:22            Signed by: J PEREIRA
Shipper reference: SO-60012             PO number: 70031
Consignee: Bramhall Catering Supplies, Stockport
Pieces: 4 of 4                          Service: Next day
""",
    {
        "level": "signed",
        "delivered_on": "2026-05-19",
        "tracking_number": "8812-4410-9921",
        "received_by": "J PEREIRA",
        "order_numbers": ["SO-60012", "70031"],
        "lines": [],
    },
)

add(
    "acceptance_service_en",
    """
SERVICE ACCEPTANCE CERTIFICATE
Certificate no.: SAC-0412               Purchase order: 4700118820
Customer: Zanger Blechtechnik AG        Date of acceptance: 27 May 2026
Service: Annual calibration of pressure sensors, May 2026

Description                Hours ordered    Hours performed    Hours accepted
On-site calibration                   16                 16                16
Report                                 4                  3                 3

[X] Work completed and accepted      [ ] Accepted with reservations      [ ] Rejected
Signed: U. Zanger
""",
    {
        "number": "SAC-0412",
        "level": "acceptance",
        "service": True,
        "delivered_on": "2026-05-27",
        "order_numbers": ["4700118820"],
        "lines": [
            {"ordered": "16", "delivered": "16", "accepted": "16"},
            {"ordered": "4", "delivered": "3", "accepted": "3"},
        ],
    },
)

add(
    "french_bon_reception",
    """
SOCIETE LAVIGNE FRERES                        BON DE RÉCEPTION
N° de réception : REC-8812                    Date de réception : 27/05/2026
N° commande : BC-2026-1187                    Bon de livraison : BL-3391

Référence    Désignation            Qté commandée   Qté reçue   Qté refusée   Unité
AX-1150      Roulement à billes               120         118             2   pce
AX-2260      Joint torique                      8           8             0   lot
""",
    {
        "number": "REC-8812",
        "level": "receipt",
        "delivered_on": "2026-05-27",
        "order_numbers": ["BC-2026-1187"],
        "lines": [
            {"item": "AX-1150", "ordered": "120", "delivered": "118", "rejected": "2", "unit": "pce"},
            {"item": "AX-2260", "ordered": "8", "delivered": "8", "rejected": "0", "unit": "lot"},
        ],
    },
)

add(
    "spanish_albaran",
    """
CERAMICAS DEL TURIA, S.A.                     ALBARÁN DE ENTRADA
Nº entrada: AE-2210                           Fecha de recepción: 28/05/2026
Pedido: 26/03315                              Albarán proveedor: 99120

Código     Descripción               Pedido    Recibido    Rechazado
VL220      Válvula de bola 1"            60          60            0
GK015      Kit de juntas                100          96            4
""",
    {
        "number": "AE-2210",
        "level": "receipt",
        "delivered_on": "2026-05-28",
        "order_numbers": ["26/03315"],
        "lines": [
            {"item": "VL220", "ordered": "60", "delivered": "60", "rejected": "0"},
            {"item": "GK015", "ordered": "100", "delivered": "96", "rejected": "4"},
        ],
    },
)

add(
    "japanese_juryosho",
    """
                     受　領　書
東和機電株式会社                          受領日 2026年6月5日
注文番号 K26-00512                        納品書番号 LS-3301

品番       品名           注文数    納品数    不良数
TW-1001    圧力センサ        12       12        1
TW-1002    継手セット        40       40        0
受領者: 井上
""",
    {
        "level": "receipt",
        "delivered_on": "2026-06-05",
        "order_numbers": ["K26-00512"],
        "received_by": "井上",
        "lines": [
            {"item": "TW-1001", "ordered": "12", "delivered": "12", "rejected": "1"},
            {"item": "TW-1002", "ordered": "40", "delivered": "40", "rejected": "0"},
        ],
    },
)

add(
    "korean_geomsu",
    """
                   검 수 확 인 서
발주번호: DS-26-0588                     검수일자: 2026-06-09
업체명: 할덴코리아

품목코드    품명          납품수량    합격수량    불합격수량
P-7781      유압밸브            30          29             1
P-7790      씰 키트            100         100             0
확인자: 박서준 (인)
""",
    {
        "level": "acceptance",
        "delivered_on": "2026-06-09",
        "order_numbers": ["DS-26-0588"],
        "lines": [
            {"item": "P-7781", "delivered": "30", "accepted": "29", "rejected": "1"},
            {"item": "P-7790", "delivered": "100", "accepted": "100", "rejected": "0"},
        ],
    },
)

add(
    "csv_receipts",
    """
Receipt Number,PO Number,PO Line,Item,Description,Qty Received,Qty Accepted,Qty Damaged,UOM,Receipt Date
GR-88120,PO-7001,1,VL-220,Ball valve,20,20,0,EA,2026-05-20
GR-88120,PO-7001,2,SN-310,Sensor,10,8,2,EA,2026-05-20
""",
    {
        "number": "GR-88120",
        "level": "receipt",
        "delivered_on": "2026-05-20",
        "order_numbers": ["PO-7001"],
        "lines": [
            {"line": "1", "item": "VL-220", "delivered": "20", "accepted": "20", "damaged": "0", "unit": "EA"},
            {"line": "2", "item": "SN-310", "delivered": "10", "accepted": "8", "damaged": "2", "unit": "EA"},
        ],
    },
    ext="csv",
)

add(
    "timesheet_de",
    """
LEISTUNGSNACHWEIS / STUNDENZETTEL          Nr. LN-2026-118
Kunde: Bergmann Kältetechnik GmbH          Bestellung: 45-99120
Leistungszeitraum: 18.05.2026 - 20.05.2026

Datum        Tätigkeit                  Stunden
18.05.2026   Inbetriebnahme                 7,5
19.05.2026   Inbetriebnahme                 8,0
20.05.2026   Schulung                       4,0
                              Summe        19,5
Leistung abgenommen am 20.05.2026
Unterschrift Kunde: T. Bergmann
""",
    {
        "number": "LN-2026-118",
        "level": "acceptance",
        "service": True,
        "delivered_on": "2026-05-20",
        "order_numbers": ["45-99120"],
    },
)

NOTHING = [
    (
        "delivery_attempted",
        """
DELIVERY STATUS NOTIFICATION
Tracking number: 8812-4410-9930
Status: Delivery attempted - recipient not available
Next attempt: 20 May 2026
PO number: 70032
""",
    ),
    (
        "delivery_in_transit",
        """
Shipment update
Tracking number: 1Z999AA10123456790
Status: In transit
Estimated delivery: 05/22/2026
Reference: PO-20418
""",
    ),
]
for _name, _content in NOTHING:
    add(_name, _content)
