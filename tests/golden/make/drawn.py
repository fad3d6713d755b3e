"""The same kinds of paper as PDF, HTML and workbook: drawn with other tools than those that read them."""

from __future__ import annotations

import io
from typing import Any

PO, DC, RA, BS = "purchase_order", "delivery_confirmation", "remittance_advice", "bank_statement"


def pdf(*blocks: Any, landscape: bool = False) -> bytes:
    """Build a PDF of blocks: text (a paragraph), ("title", text), a list of rows (a table), ("grid", rows), "PAGE"."""
    from reportlab import rl_config
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.pagesizes import landscape as turned
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

    rl_config.invariant = 1
    styles = getSampleStyleSheet()
    story: list[Any] = []
    for block in blocks:
        if block == "PAGE":
            story.append(PageBreak())
        elif isinstance(block, str):
            story.append(Paragraph(block.replace("\n", "<br/>"), styles["Normal"]))
        elif isinstance(block, tuple) and block[0] == "title":
            story.append(Paragraph(block[1], styles["Title"]))
        else:
            ruled = isinstance(block, tuple)
            rows = block[1] if ruled else block
            style = [("FONTSIZE", (0, 0), (-1, -1), 9), ("VALIGN", (0, 0), (-1, -1), "TOP")]
            numeric = [
                c
                for c in range(len(rows[0]))
                if any(
                    str(row[c])[:1].isdigit() or str(row[c])[:1] in "-(" for row in rows[1:] if c < len(row) and row[c]
                )
                and c > 1
            ]
            style += [("ALIGN", (c, 1), (c, -1), "RIGHT") for c in numeric]
            if ruled:
                style.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
            story.append(Table(rows, style=style, repeatRows=1))
        story.append(Spacer(1, 10))
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=turned(A4) if landscape else A4).build(story)
    return out.getvalue()


def placed(*pages: list[tuple[float, float, str]], size: float = 9) -> bytes:
    """Build a PDF of texts at places (x, y from the top); a text that starts with '>' ends at x."""
    from reportlab import rl_config
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    rl_config.invariant = 1
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for page in pages:
        canvas.setFont("Helvetica", size)
        for x, y, text in page:
            if text.startswith(">"):
                canvas.drawRightString(x, A4[1] - y, text[1:])
            else:
                canvas.drawString(x, A4[1] - y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def html(head: str, rows: list[list[str]], foot: str = "") -> bytes:
    body = "".join(
        "<tr>" + "".join(f"<{'th' if i == 0 else 'td'}>{cell}</{'th' if i == 0 else 'td'}>" for cell in row) + "</tr>"
        for i, row in enumerate(rows)
    )
    text = f"<html><body>{head}<table border=1>{body}</table>{foot}</body></html>"
    return text.encode()


def sheet(rows: list[list[Any]]) -> bytes:
    import datetime as dt

    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": dt.datetime(2026, 5, 1)})
    tab = book.add_worksheet("Sheet1")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, dt.date):
                tab.write_datetime(r, c, dt.datetime(value.year, value.month, value.day), day)
            elif value != "":
                tab.write(r, c, value)
    book.close()
    return out.getvalue()


def _documents() -> list[tuple[str, str, bytes, list[dict]]]:
    from datetime import date

    docs: list[tuple[str, str, bytes, list[dict]]] = []

    def add(name: str, ext: str, data: bytes, *expected: dict) -> None:
        docs.append((name, ext, data, list(expected)))

    add(
        "po_pdf_ruled",
        "pdf",
        pdf(
            ("title", "PURCHASE ORDER"),
            [["PO Number:", "PX-55102"], ["Date:", "05/12/2026"], ["Payment Terms:", "Net 30"], ["Currency:", "USD"]],
            [
                ["Vendor:", "Ship To:"],
                ["Halden Components Ltd", "Glenmoor Instruments LLC"],
                ["Bristol BS1 6XX", "77 Harbor Rd, Portland ME 04101"],
            ],
            (
                "grid",
                [
                    ["Line", "Part Number", "Description", "Qty", "UOM", "Unit Price", "Ext. Price"],
                    ["1", "SN-310", "Pressure sensor 0-10 bar", "24", "EA", "129.00", "3,096.00"],
                    ["2", "GK-015", "Gasket kit", "50", "EA", "7.85", "392.50"],
                    ["", "", "", "", "", "Total", "3,488.50"],
                ],
            ),
        ),
        {
            "kind": PO,
            "number": "PX-55102",
            "issued_on": None,
            "currency": "USD",
            "payment_terms": "Net 30",
            "buyer": {"name": "Glenmoor Instruments LLC"},
            "ship_to": {"name": "Glenmoor Instruments LLC"},
            "total": "3488.50",
            "lines": [
                {
                    "line": "1",
                    "item": "SN-310",
                    "quantity": "24",
                    "unit": "EA",
                    "unit_price": "129.00",
                    "amount": "3096.00",
                },
                {
                    "line": "2",
                    "item": "GK-015",
                    "quantity": "50",
                    "unit": "EA",
                    "unit_price": "7.85",
                    "amount": "392.50",
                },
            ],
        },
    )

    add(
        "po_pdf_placed_de",
        "pdf",
        placed(
            [
                (50, 60, "Hartwig Pumpen GmbH"),
                (50, 72, "Eisenstr. 5, 45141 Essen"),
                (380, 60, "BESTELLUNG"),
                (380, 80, "Bestellnummer"),
                (470, 80, "45-771020"),
                (380, 92, "Bestelldatum"),
                (470, 92, "13.05.2026"),
                (380, 104, "Lieferantennr."),
                (470, 104, "70118"),
                (50, 140, "Nordwerk Handels GmbH"),
                (50, 152, "20457 Hamburg"),
                (50, 200, "Pos."),
                (80, 200, "Material"),
                (150, 200, "Bezeichnung"),
                (330, 200, "Menge"),
                (380, 200, "ME"),
                (420, 200, "Preis"),
                (490, 200, "Betrag EUR"),
                (50, 216, "10"),
                (80, 216, "4010-22"),
                (150, 216, "Gleitringdichtung 22 mm"),
                (355, 216, ">40"),
                (380, 216, "ST"),
                (445, 216, ">18,75"),
                (540, 216, ">750,00"),
                (150, 228, "Ihre Materialnr.: GRD-22"),
                (50, 244, "20"),
                (80, 244, "4010-30"),
                (150, 244, "Laufrad Edelstahl"),
                (355, 244, ">2"),
                (380, 244, "ST"),
                (445, 244, ">612,50"),
                (540, 244, ">1.225,00"),
                (380, 270, "Nettobetrag"),
                (540, 270, ">1.975,00"),
                (380, 282, "MwSt 19 %"),
                (540, 282, ">375,25"),
                (380, 294, "Gesamt"),
                (540, 294, ">2.350,25"),
                (50, 330, "Liefertermin: 27.05.2026"),
                (50, 342, "Zahlungsbedingungen: 14 Tage netto"),
            ]
        ),
        {
            "kind": PO,
            "number": "45-771020",
            "issued_on": "2026-05-13",
            "currency": "EUR",
            "requested_on": "2026-05-27",
            "payment_terms": "14 Tage netto",
            "buyer": {"name": "Hartwig Pumpen GmbH"},
            "net_total": "1975.00",
            "tax_total": "375.25",
            "total": "2350.25",
            "lines": [
                {
                    "line": "10",
                    "item": "GRD-22",
                    "buyer_item": "4010-22",
                    "quantity": "40",
                    "unit": "ST",
                    "unit_price": "18.75",
                    "amount": "750.00",
                },
                {
                    "line": "20",
                    "item": "4010-30",
                    "quantity": "2",
                    "unit": "ST",
                    "unit_price": "612.50",
                    "amount": "1225.00",
                },
            ],
        },
    )

    head = [
        (50, 60, "Eastgate Distribution Inc."),
        (400, 60, "Purchase Order"),
        (400, 74, "Order #: 118-2207"),
        (400, 86, "Date: 05/28/2026"),
        (400, 98, "Page 1 of 2"),
        (50, 98, "Supplier: Halden Components Ltd"),
        (50, 130, "Ln"),
        (75, 130, "SKU"),
        (150, 130, "Description"),
        (340, 130, "Qty"),
        (385, 130, "UM"),
        (420, 130, "Unit Cost"),
        (500, 130, "Ext Cost"),
    ]
    rows1, rows2, lines, total = [], [], [], 0
    for i in range(1, 61):
        amount = i * 125
        total += amount
        target = rows1 if i <= 40 else rows2
        y = 145 + 15 * ((i - 1) % 40)
        target += [
            (50, y, str(i)),
            (75, y, f"EG-{1000 + i}"),
            (150, y, f"Fitting size {i}"),
            (360, y, f">{i}"),
            (385, y, "EA"),
            (455, y, ">1.25"),
            (540, y, f">{amount / 100:,.2f}"),
        ]
        lines.append(
            {
                "line": str(i),
                "item": f"EG-{1000 + i}",
                "quantity": str(i),
                "unit": "EA",
                "unit_price": "1.25",
                "amount": f"{amount / 100:.2f}",
            }
        )
    head2 = [(x, y, "Page 2 of 2" if t == "Page 1 of 2" else t) for x, y, t in head]
    add(
        "po_pdf_two_pages",
        "pdf",
        placed(head + rows1, [*head2, *rows2, (420, 470, "Order Total USD"), (540, 470, f">{total / 100:,.2f}")]),
        {
            "kind": PO,
            "number": "118-2207",
            "issued_on": "2026-05-28",
            "currency": "USD",
            "buyer": {"name": "Eastgate Distribution Inc."},
            "total": f"{total / 100:.2f}",
            "lines": lines,
        },
    )

    add(
        "po_html_portal",
        "html",
        html(
            "<h2>New purchase order from Larchmont Foods</h2><p>Purchase Order No: <b>LF-22014</b><br>Order date: 20 May 2026<br>Currency: GBP</p>",
            [
                ["#", "Item", "Description", "Quantity", "Unit", "Price", "Line total"],
                ["1", "VL-220", "Ball valve", "10", "EA", "44.00", "440.00"],
                ["2", "SN-310", "Sensor", "5", "EA", "102.40", "512.00"],
                ["", "", "", "", "", "Total", "952.00"],
            ],
            "<p>Payment terms: 30 days net</p><p>View this order in the portal.</p>",
        ),
        {
            "kind": PO,
            "number": "LF-22014",
            "issued_on": "2026-05-20",
            "currency": "GBP",
            "payment_terms": "30 days net",
            "buyer": {"name": "Larchmont Foods"},
            "total": "952.00",
            "lines": [
                {
                    "line": "1",
                    "item": "VL-220",
                    "quantity": "10",
                    "unit": "EA",
                    "unit_price": "44.00",
                    "amount": "440.00",
                },
                {
                    "line": "2",
                    "item": "SN-310",
                    "quantity": "5",
                    "unit": "EA",
                    "unit_price": "102.40",
                    "amount": "512.00",
                },
            ],
        },
    )

    add(
        "po_sheet_header_row_five",
        "xlsx",
        sheet(
            [
                ["Ardmore Glassworks Ltd", "", "", "", "", "", ""],
                ["PURCHASE ORDER", "", "", "PO No", "AG-4471", "", ""],
                ["Supplier", "Halden Components", "", "Date", date(2026, 5, 26), "", ""],
                ["", "", "", "", "", "", ""],
                ["Line", "Our Part", "Your Part", "Descripton", "Unit", "Quantity", "Unit Price GBP", "Amount GBP"],
                [1, "AG-100", "VL-220", "Ball valve", "EA", 12, 44.0, 528.0],
                [2, "AG-101", "SN-310", "Sensor", "EA", 3, 102.5, 307.5],
                ["", "", "", "", "", "", "", ""],
                ["", "", "", "SUBTOTAL", "", "", "", 835.5],
                ["", "", "", "VAT 20%", "", "", "", 167.1],
                ["", "", "", "TOTAL", "", "", "", 1002.6],
                ["Please acknowledge within 24 h", "", "", "", "", "", ""],
            ]
        ),
        {
            "kind": PO,
            "number": "AG-4471",
            "issued_on": "2026-05-26",
            "currency": "GBP",
            "buyer": {"name": "Ardmore Glassworks Ltd"},
            "net_total": "835.5",
            "tax_total": "167.1",
            "total": "1002.6",
            "lines": [
                {
                    "line": "1",
                    "item": "VL-220",
                    "buyer_item": "AG-100",
                    "quantity": "12",
                    "unit": "EA",
                    "unit_price": "44",
                    "amount": "528",
                },
                {
                    "line": "2",
                    "item": "SN-310",
                    "buyer_item": "AG-101",
                    "quantity": "3",
                    "unit": "EA",
                    "unit_price": "102.5",
                    "amount": "307.5",
                },
            ],
        },
    )

    add(
        "po_csv_header_columns",
        "csv",
        (
            b"PO Number,PO Date,Line,Supplier Part,Buyer Part,Description,Qty,UOM,Unit Price,Extended Price,Currency,Required Date\r\n"
            b"CK-9001,2026-05-19,1,VL-220,10-44,Ball valve,20,EA,46.50,930.00,USD,2026-06-10\r\n"
            b"CK-9001,2026-05-19,2,HX-100,10-51,Hex bolt,1000,EA,0.184,184.00,USD,2026-06-10\r\n"
            b"CK-9002,2026-05-19,1,SN-310,10-60,Sensor,4,EA,129.00,516.00,USD,2026-06-12\r\n"
        ),
        {
            "kind": PO,
            "number": "CK-9001",
            "issued_on": "2026-05-19",
            "currency": "USD",
            "lines": [
                {
                    "line": "1",
                    "item": "VL-220",
                    "buyer_item": "10-44",
                    "quantity": "20",
                    "unit": "EA",
                    "unit_price": "46.50",
                    "amount": "930.00",
                    "requested_on": "2026-06-10",
                },
                {
                    "line": "2",
                    "item": "HX-100",
                    "buyer_item": "10-51",
                    "quantity": "1000",
                    "unit": "EA",
                    "unit_price": "0.184",
                    "amount": "184.00",
                    "requested_on": "2026-06-10",
                },
            ],
        },
        {
            "kind": PO,
            "number": "CK-9002",
            "issued_on": "2026-05-19",
            "currency": "USD",
            "lines": [
                {
                    "line": "1",
                    "item": "SN-310",
                    "buyer_item": "10-60",
                    "quantity": "4",
                    "unit": "EA",
                    "unit_price": "129.00",
                    "amount": "516.00",
                    "requested_on": "2026-06-12",
                }
            ],
        },
    )

    add(
        "ra_pdf_ruled",
        "pdf",
        pdf(
            ("title", "Remittance Advice"),
            "Copperfield Analytics Inc.\n200 Summit Ave, Denver CO",
            [
                ["Payment Date", "05/22/2026"],
                ["Payment Method", "ACH"],
                ["Payment Number", "ACH-0088121"],
                ["Currency", "USD"],
            ],
            (
                "grid",
                [
                    ["Invoice Number", "Invoice Date", "Description", "Gross Amount", "Discount", "Net Amount"],
                    ["HC-10021", "04/20/2026", "Sensors", "5,160.00", "103.20", "5,056.80"],
                    ["HC-10037", "04/27/2026", "Valves", "930.00", "0.00", "930.00"],
                    ["CM-00218", "05/01/2026", "Credit memo", "(129.00)", "0.00", "(129.00)"],
                    ["", "", "Total", "5,961.00", "103.20", "5,857.80"],
                ],
            ),
        ),
        {
            "kind": RA,
            "payment_reference": "ACH-0088121",
            "method": "ach",
            "paid_on": "2026-05-22",
            "currency": "USD",
            "total": "5857.80",
            "payer": {"name": "Copperfield Analytics Inc."},
            "lines": [
                {
                    "reference": "HC-10021",
                    "kind": "invoice",
                    "issued_on": "2026-04-20",
                    "gross": "5160.00",
                    "discount": "103.20",
                    "paid": "5056.80",
                },
                {
                    "reference": "HC-10037",
                    "kind": "invoice",
                    "issued_on": "2026-04-27",
                    "gross": "930.00",
                    "discount": "0.00",
                    "paid": "930.00",
                },
                {
                    "reference": "CM-00218",
                    "kind": "credit_note",
                    "issued_on": "2026-05-01",
                    "gross": "-129.00",
                    "discount": "0.00",
                    "paid": "-129.00",
                },
            ],
        },
    )

    add(
        "ra_pdf_placed_shifted",
        "pdf",
        placed(
            [
                (50, 50, "Westmark Utilities"),
                (350, 50, "PAYMENT REMITTANCE"),
                (350, 70, "Check No"),
                (440, 70, "700118"),
                (350, 82, "Check Date"),
                (440, 82, "05/27/2026"),
                (350, 94, "Supplier No"),
                (440, 94, "55810"),
                (50, 140, "Your"),
                (50, 150, "Invoice"),
                (130, 140, "Invoice"),
                (130, 150, "Date"),
                (210, 140, "Our PO"),
                (210, 150, "Number"),
                (300, 140, "Invoice"),
                (300, 150, "Amount"),
                (390, 140, "Discount"),
                (390, 150, "Taken"),
                (480, 140, "Amount"),
                (480, 150, "Paid"),
                (50, 170, "88-1021"),
                (130, 170, "04/29/2026"),
                (210, 170, "WU-4471"),
                (350, 170, ">2,450.00"),
                (440, 170, ">24.50"),
                (540, 170, ">2,425.50"),
                (50, 184, "88-1044"),
                (130, 184, "05/04/2026"),
                (210, 184, "WU-4480"),
                (350, 184, ">310.75"),
                (440, 184, ">0.00"),
                (540, 184, ">310.75"),
                (210, 210, "Total"),
                (350, 210, ">2,760.75"),
                (440, 210, ">24.50"),
                (540, 210, ">2,736.25"),
            ]
        ),
        {
            "kind": RA,
            "payment_reference": "700118",
            "method": "check",
            "paid_on": "2026-05-27",
            "total": "2736.25",
            "payer": {"name": "Westmark Utilities"},
            "lines": [
                {
                    "reference": "88-1021",
                    "order_number": "WU-4471",
                    "kind": "invoice",
                    "issued_on": "2026-04-29",
                    "gross": "2450.00",
                    "discount": "24.50",
                    "paid": "2425.50",
                },
                {
                    "reference": "88-1044",
                    "order_number": "WU-4480",
                    "kind": "invoice",
                    "issued_on": "2026-05-04",
                    "gross": "310.75",
                    "discount": "0.00",
                    "paid": "310.75",
                },
            ],
        },
    )

    pages, lines, total = [], [], 0
    for number in range(3):
        page = [
            (50, 50, "Larkspur Holdings plc"),
            (400, 50, "Remittance Advice"),
            (400, 64, "Payment reference LH-2026-881"),
            (400, 78, "Payment date 29/05/2026"),
            (400, 92, f"Page {number + 1} of 3"),
            (50, 120, "Invoice no"),
            (160, 120, "Invoice date"),
            (280, 120, "Our voucher"),
            (420, 120, "Amount paid GBP"),
        ]
        for i in range(40):
            n = number * 40 + i
            amount = 10000 + n * 37
            total += amount
            y = 136 + 15 * i
            page += [
                (50, y, f"SI-{52000 + n}"),
                (160, y, f"{1 + n % 28:02d}/04/2026"),
                (280, y, f"V{900100 + n}"),
                (500, y, f">{amount / 100:,.2f}"),
            ]
            lines.append(
                {
                    "reference": f"SI-{52000 + n}",
                    "payer_reference": f"V{900100 + n}",
                    "kind": "invoice",
                    "issued_on": f"2026-04-{1 + n % 28:02d}",
                    "paid": f"{amount / 100:.2f}",
                }
            )
        if number < 2:
            page += [(280, 750, "Carried forward"), (500, 750, f">{total / 100:,.2f}")]
        else:
            page += [(280, 750, "Total payment"), (500, 750, f">{total / 100:,.2f}")]
        pages.append(page)
    add(
        "ra_pdf_three_pages",
        "pdf",
        placed(*pages),
        {
            "kind": RA,
            "payment_reference": "LH-2026-881",
            "paid_on": "2026-05-29",
            "currency": "GBP",
            "total": f"{total / 100:.2f}",
            "payer": {"name": "Larkspur Holdings plc"},
            "lines": lines,
        },
    )

    add(
        "ra_html_nested",
        "html",
        (
            b"<html><body><table width='100%'><tr><td><h1>Payment notification</h1></td></tr><tr><td><table><tr><td>Payer</td><td>Bluewater Ferries A/S</td></tr>"
            b"<tr><td>Payment reference</td><td>BF-44102</td></tr><tr><td>Payment date</td><td>2026-05-21</td></tr><tr><td>Total amount</td><td>EUR 3,310.00</td></tr></table></td></tr>"
            b"<tr><td><table><thead><tr><th>Your invoice</th><th>Invoice date</th><th>Invoice amount</th><th>Deduction</th><th>Paid amount</th><th>Remark</th></tr></thead>"
            b"<tr><td>N-7701</td><td>2026-04-21</td><td>2,900.00</td><td>90.00</td><td>2,810.00</td><td>Price difference</td></tr>"
            b"<tr><td>N-7709</td><td>2026-04-24</td><td>500.00</td><td>0.00</td><td>500.00</td><td></td></tr></table></td></tr></table></body></html>"
        ),
        {
            "kind": RA,
            "payment_reference": "BF-44102",
            "paid_on": "2026-05-21",
            "currency": "EUR",
            "total": "3310.00",
            "payer": {"name": "Bluewater Ferries A/S"},
            "lines": [
                {
                    "reference": "N-7701",
                    "kind": "invoice",
                    "issued_on": "2026-04-21",
                    "gross": "2900.00",
                    "deduction": "90.00",
                    "paid": "2810.00",
                    "reason": "Price difference",
                },
                {
                    "reference": "N-7709",
                    "kind": "invoice",
                    "issued_on": "2026-04-24",
                    "gross": "500.00",
                    "deduction": "0.00",
                    "paid": "500.00",
                },
            ],
        },
    )

    add(
        "ra_sheet_with_totals",
        "xlsx",
        sheet(
            [
                ["Remittance advice", "", "", "", ""],
                ["Company", "Tannhauser Opera House", "", "Payment date", date(2026, 5, 15)],
                ["Payment ref", "TOH-5521", "", "Currency", "EUR"],
                ["", "", "", "", ""],
                ["Invoice", "Invoice date", "Gross", "Cash discount", "Net"],
                ["LX-1001", date(2026, 4, 14), 1250.5, 25.01, 1225.49],
                ["LX-1002", date(2026, 4, 15), 899, 0, 899],
                ["LX-1007", date(2026, 4, 20), -100, 0, -100],
                ["Total", "", 2049.5, 25.01, 2024.49],
            ]
        ),
        {
            "kind": RA,
            "payment_reference": "TOH-5521",
            "paid_on": "2026-05-15",
            "currency": "EUR",
            "total": "2024.49",
            "payer": {"name": "Tannhauser Opera House"},
            "lines": [
                {
                    "reference": "LX-1001",
                    "kind": "invoice",
                    "issued_on": "2026-04-14",
                    "gross": "1250.5",
                    "discount": "25.01",
                    "paid": "1225.49",
                },
                {
                    "reference": "LX-1002",
                    "kind": "invoice",
                    "issued_on": "2026-04-15",
                    "gross": "899",
                    "discount": "0",
                    "paid": "899",
                },
                {"reference": "LX-1007", "issued_on": "2026-04-20", "gross": "-100", "discount": "0", "paid": "-100"},
            ],
        },
    )

    add(
        "dc_pdf_grn",
        "pdf",
        pdf(
            ("title", "Goods Received Note"),
            [
                ["GRN No", "GRN-2026-4410"],
                ["Date received", "22 May 2026"],
                ["Purchase order", "AG-4471"],
                ["Supplier", "Halden Components"],
                ["Received by", "P. Donnelly"],
            ],
            (
                "grid",
                [
                    ["Item", "Description", "Ordered", "Received", "Accepted", "Rejected", "Unit"],
                    ["VL-220", "Ball valve", "12", "12", "11", "1", "EA"],
                    ["SN-310", "Sensor", "3", "3", "3", "0", "EA"],
                ],
            ),
        ),
        {
            "kind": DC,
            "number": "GRN-2026-4410",
            "level": "receipt",
            "delivered_on": "2026-05-22",
            "order_numbers": ["AG-4471"],
            "received_by": "P. Donnelly",
            "lines": [
                {"item": "VL-220", "ordered": "12", "delivered": "12", "accepted": "11", "rejected": "1", "unit": "EA"},
                {"item": "SN-310", "ordered": "3", "delivered": "3", "accepted": "3", "rejected": "0", "unit": "EA"},
            ],
        },
    )

    add(
        "dc_html_receipt",
        "html",
        html(
            "<h3>Goods receipt notification</h3><p>Receipt no.: R-771020<br>PO: LF-22014<br>Receipt date: 25 May 2026</p>",
            [
                ["Item", "Description", "Qty ordered", "Qty received", "Qty short"],
                ["VL-220", "Ball valve", "10", "9", "1"],
                ["SN-310", "Sensor", "5", "5", "0"],
            ],
        ),
        {
            "kind": DC,
            "number": "R-771020",
            "level": "receipt",
            "delivered_on": "2026-05-25",
            "order_numbers": ["LF-22014"],
            "lines": [
                {"item": "VL-220", "ordered": "10", "delivered": "9", "missing": "1"},
                {"item": "SN-310", "ordered": "5", "delivered": "5", "missing": "0"},
            ],
        },
    )

    add(
        "bs_csv_english",
        "csv",
        (
            b"Account,GB29NWBK60161331926819,,,,\r\nCurrency,GBP,,,,\r\nOpening balance,10000.00,,,,\r\n,,,,,\r\n"
            b"Date,Description,Reference,Paid out,Paid in,Balance\r\n"
            b"20/05/2026,BRAMHALL CATERING SUPPLIES,INV 70031,,368.00,10368.00\r\n"
            b"21/05/2026,THORNBURY LEISURE LTD,SI-90211 SI-90230,,1956.00,12324.00\r\n"
            b"21/05/2026,BANK CHARGES,,12.50,,12311.50\r\n"
            b"Closing balance,12311.50,,,,\r\n"
        ),
        {
            "kind": BS,
            "account": "GB29NWBK60161331926819",
            "currency": "GBP",
            "opening": "10000.00",
            "closing": "12311.50",
            "lines": [
                {"booked_on": "2026-05-20", "amount": "368.00"},
                {"booked_on": "2026-05-21", "amount": "1956.00"},
                {"booked_on": "2026-05-21", "amount": "-12.50"},
            ],
        },
    )

    add(
        "bs_csv_german",
        "csv",
        (
            '"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC";"Betrag";"Waehrung"\r\n'
            '"DE89370400440532013000";"18.05.2026";"18.05.2026";"GUTSCHRIFT";"RE-26-1180 RE-26-1192";"Bergmann Kältetechnik GmbH";"DE02120300000000202051";"BYLADEM1001";"4312,56";"EUR"\r\n'
            '"DE89370400440532013000";"19.05.2026";"19.05.2026";"LASTSCHRIFT";"Strom Mai";"Stadtwerke";"DE02500105170137075030";"INGDDEFF";"-220,10";"EUR"\r\n'
        ).encode("cp1252"),
        {
            "kind": BS,
            "account": "DE89370400440532013000",
            "currency": "EUR",
            "lines": [
                {
                    "booked_on": "2026-05-18",
                    "amount": "4312.56",
                    "payer": "Bergmann Kältetechnik GmbH",
                    "payer_account": "DE02120300000000202051",
                    "text": "RE-26-1180 RE-26-1192",
                },
                {
                    "booked_on": "2026-05-19",
                    "amount": "-220.10",
                    "payer": "Stadtwerke",
                    "payer_account": "DE02500105170137075030",
                    "text": "Strom Mai",
                },
            ],
        },
    )

    add(
        "bs_csv_us",
        "csv",
        (
            b"Posting Date,Description,Amount,Type,Balance,Check or Slip #\r\n"
            b"05/15/2026,ACH CREDIT HOLLISTER GRAIN 00048122,3139.30,ACH_CREDIT,53139.30,\r\n"
            b"05/18/2026,WIRE IN OAKMONT HOLDINGS W-99120,7545.25,WIRE_INCOMING,60684.55,\r\n"
            b"05/19/2026,MONTHLY FEE,-25.00,FEE,60659.55,\r\n"
        ),
        {
            "kind": BS,
            "lines": [
                {"booked_on": "2026-05-15", "amount": "3139.30"},
                {"booked_on": "2026-05-18", "amount": "7545.25"},
                {"booked_on": "2026-05-19", "amount": "-25.00"},
            ],
        },
    )

    add(
        "bs_sheet_french",
        "xlsx",
        sheet(
            [
                ["Relevé de compte", "", "", "", ""],
                ["Compte", "FR7630006000011234567890189", "", "Devise", "EUR"],
                ["Date opération", "Libellé", "Débit", "Crédit", "Date valeur"],
                [date(2026, 5, 20), "VIR GROUPE HOTELIER AZUREA VIR-2026-05-0771", "", 16452.38, date(2026, 5, 20)],
                [date(2026, 5, 21), "FRAIS BANCAIRES", 18.4, "", date(2026, 5, 21)],
            ]
        ),
        {
            "kind": BS,
            "account": "FR7630006000011234567890189",
            "currency": "EUR",
            "lines": [
                {"booked_on": "2026-05-20", "amount": "16452.38"},
                {"booked_on": "2026-05-21", "amount": "-18.4"},
            ],
        },
    )
    return docs
