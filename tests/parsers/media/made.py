"""Documents that the tests make for themselves, the same content by several producers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

from parsers.media import pages_of
from parsers.page import Limits, Page, Part

LIMITS = Limits()
HEAD = ("Invoice", "Date", "Description", "Amount")
ROWS = tuple(
    (f"RE-2025-{n:06d}", f"2025-03-{n % 28 + 1:02d}", f"Office supplies {n} affixed", f"{n * 1234.5:,.2f}")
    for n in range(1, 13)
)


def read(data: bytes, name: str = "file", content_type: str = "", limits: Limits = LIMITS) -> tuple[Page, ...]:
    """The pages of a file that must be readable."""
    pages = pages_of(Part(name, content_type, data), limits)
    assert isinstance(pages, tuple), pages
    return pages


def words(page: Page) -> list[str]:
    return [word.text for line in page.lines for word in line.words]


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def cells(page: Page, table: int = 0) -> list[list[str | None]]:
    return [[None if cell is None else cell.text for cell in row] for row in page.tables[table].rows]


def drawn(*paint: Callable[[Any], None], size: tuple[float, float] = (595, 842), **options: Any) -> bytes:
    """A PDF of reportlab, one page for each function that paints on its canvas."""
    from reportlab.pdfgen import canvas

    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=size, **options)
    for each in paint:
        sheet.setFont("Helvetica", 10)
        each(sheet)
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def advice_by_reportlab() -> bytes:
    lefts = [40, 150, 230, 420, 540]

    def paint(sheet: Any) -> None:
        sheet.drawString(40, 800, "Remittance advice 4711")
        for r, row in enumerate([HEAD, *ROWS]):
            for c, text in enumerate(row):
                if c == 3:
                    sheet.drawRightString(lefts[4] - 3, 770 - 16 * r, text)
                else:
                    sheet.drawString(lefts[c] + 3, 770 - 16 * r, text)
        for x in lefts:
            sheet.line(x, 782, x, 782 - 16 * (len(ROWS) + 1))
        for r in range(len(ROWS) + 2):
            sheet.line(40, 782 - 16 * r, 540, 782 - 16 * r)

    return drawn(paint)


def advice_by_fpdf() -> bytes:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=9)
    pdf.cell(0, 8, "Remittance advice 4711", new_x="LMARGIN", new_y="NEXT")
    for row in (HEAD, *ROWS):
        for text, wide in zip(row, (38, 28, 70, 40), strict=True):
            pdf.cell(wide, 6, text, border=1, align="R" if wide == 40 else "L")
        pdf.ln()
    return bytes(pdf.output())


def advice_by_typst() -> bytes:
    source = (
        '#set page(paper: "a4", margin: 1.5cm)\n#set text(size: 9pt)\n'
        "Remittance advice 4711\n\n#let d = json(bytes(sys.inputs.d))\n"
        "#table(columns: (auto, auto, 1fr, auto), align: (left, left, left, right), stroke: .5pt, ..d.flatten())"
    )
    return typeset(source, d=json.dumps([HEAD, *ROWS]))


def typeset(source: str, **inputs: str) -> bytes:
    import typst

    made = typst.compile(source.encode(), sys_inputs=inputs)
    assert isinstance(made, bytes)
    return made


PRODUCERS = {"reportlab": advice_by_reportlab, "fpdf2": advice_by_fpdf, "typst": advice_by_typst}


def bare_pdf(content: bytes, page: bytes = b"", media: bytes = b"0 0 595 842") -> bytes:
    """A PDF of one page written by hand; `page` are more entries of the page dictionary."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox["
        + media
        + b"]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R"
        + page
        + b">>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def picture(wide: int = 60, high: int = 80) -> Any:
    """A grey picture for reportlab to draw."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    return ImageReader(Image.new("L", (wide, high), 200))
