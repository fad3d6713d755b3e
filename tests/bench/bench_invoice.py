"""What an invoice costs from the decision to the stored mail, against its bare rendering, and that against WeasyPrint.

    python -m tests.bench.bench_invoice

Targets: at most twice the bare rendering; at least ten times as fast as WeasyPrint on the same content, in the same run.
"""

from __future__ import annotations

import html
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent.booking.invoices import invoicing
from agent.domain.notices import InvoiceDocument
from agent.store import invoices
from agent.store.engine import open_engine, read, write
from agent.store.migrate import migrate
from templates import pdf
from templates.papers.invoice import invoice_paper
from templates.papers.paper import PaperCell
from templates.words import words_of
from tests.agent.shop import Shop, open_shop
from tests.matching import order_world as world

ROUNDS, LINES, CUSTOMER = 30, 12, "C-1005"


def timed(work: Callable[[int], object], n: int) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    work(n)
    return 1000 * (time.perf_counter() - began)


def stocked(home: Path) -> Shop:
    engine = open_engine(f"sqlite:///{home / 'bench.db'}")
    migrate(engine)
    shop = open_shop(engine, home)
    shop.change(CUSTOMER, country="ES", language="es")
    items = ("VL-220", "SN-310", "HX-100")
    for n in range(-1, ROUNDS):
        lines = tuple(
            world.order_line(str(10 * at), items[at % 3], str(at), "42.00", delivered=str(at), tax_rate="20")
            for at in range(1, LINES + 1)
        )
        shop.book(
            world.order(f"SO-{n + 10}", f"PO-{n + 10}", CUSTOMER, *lines, currency="EUR", payment_terms="60 días")
        )
    return shop


def issue(shop: Shop, n: int) -> None:
    """One decision: number, open item, journal entry, paper, mail and events, in a transaction that is on disk after it."""

    def work(tx):  # type: ignore[no-untyped-def]
        desk = replace(shop.desk(tx, None), message=None, now=shop.now + timedelta(seconds=n))
        return invoicing.bill_by_hand(desk, f"SO-{n + 10}")

    assert write(shop.engine, work)


def as_html(document: InvoiceDocument, shop: Shop) -> str:
    """The same paper, word for word, as a page: letterhead, facts, lines, sums, notes and account."""
    company = read(shop.engine, lambda tx: shop.desk(tx, None).company)
    paper = invoice_paper(document, words_of("es"), company)
    e = html.escape

    def cell(one: PaperCell | str) -> str:
        return e(one) if isinstance(one, str) else "<br>".join(map(e, (one.main, *one.extra)))

    assert paper.table is not None
    assert paper.payment is not None
    facts = "".join(f"<tr><td>{e(a)}<td>{e(b)}" for a, b in paper.facts)
    head = "".join(f"<th>{e(c.title)}" for c in paper.table.columns)
    body = "".join("<tr>" + "".join(f"<td>{cell(one)}" for one in row) for row in paper.table.rows)
    sums = "".join(f"<tr><td>{e(a)}<td>{e(b)}" for a, b in paper.sums)
    pay = "".join(f"<tr><td>{e(a)}<td>{e(b)}" for a, b, _ in paper.payment.rows)
    notes = "".join(f"<p>{e(note)}" for note in paper.notes)
    return (
        f"<html><head><style>{_STYLE}</style></head><body><h2>{e(company.name)}</h2><p>{e(document.customer.name)}<br>"
        f"{e(document.customer.address)}<table class=facts>{facts}</table><h1>{e(paper.heading)} {e(paper.number)}</h1>"
        f"<table><thead><tr>{head}</thead>{body}</table><table class=sums>{sums}</table>{notes}"
        f"<h3>{e(paper.payment.title)}</h3><table>{pay}</table><div>{paper.qr}</div></body></html>"
    )


_FONTS = (Path(pdf.__file__).parent / "fonts").as_uri()
_STYLE = (
    f"@font-face{{font-family:Paper;src:url({_FONTS}/PaperSans-Regular.ttf)}}"
    f"@font-face{{font-family:Paper;font-weight:bold;src:url({_FONTS}/PaperSans-Bold.ttf)}}"
    "@page{size:A4;margin:20mm}body{font:9pt Paper}table{width:100%;border-collapse:collapse}"
    "th{border-bottom:1pt solid #0b5c6b;text-align:left}td{border-bottom:.4pt solid #d5d9de;padding:1.5mm}svg{width:27mm}"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = stocked(Path(folder))
        issue(shop, -1)
        (first,) = shop.invoices()
        document = read(shop.engine, lambda tx: invoices.document_of(tx, first["invoice"]))
        assert document is not None
        company = read(shop.engine, lambda tx: shop.desk(tx, None).company)
        page, html_class = as_html(document, shop), _weasyprint()
        whole: list[float] = []
        bare: list[float] = []
        theirs: list[float] = []

        def render(n: int) -> object:
            return pdf.invoice_pdf(replace(document, number=f"B-{n}"), "es", company)

        def draw(n: int) -> object:
            return html_class(string=page.replace(first["invoice"], f"B-{n}")).write_pdf()

        for n in range(ROUNDS):  # in turns, so that what else the machine does falls on all of them alike
            whole.append(timed(lambda n: issue(shop, n), n))
            bare.append(timed(render, n))
            if html_class is not None:
                theirs.append(timed(draw, n))
        print(f"{LINES} lines, {ROUNDS} rounds, milliseconds: fastest and median")
        for name, found in (("decision to stored mail", whole), ("bare rendering", bare), ("WeasyPrint", theirs)):
            if found:
                print(f"  {name:24} {min(found):7.1f} {statistics.median(found):7.1f}")
        _compare("the whole way is {:.2f} times the bare rendering (target: at most 2)", whole, bare)
        if theirs:
            _compare("WeasyPrint takes {:.1f} times the bare rendering (target: at least 10)", theirs, bare)


def _compare(text: str, ours: list[float], others: list[float]) -> None:
    fastest, median = min(ours) / min(others), statistics.median(ours) / statistics.median(others)
    print(f"  {text.format(fastest)} by the fastest, {median:.2f} by the median")


def _weasyprint() -> Any:
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as missing:
        print(f"WeasyPrint cannot be loaded here ({missing}): not compared")
        return None
    return HTML


if __name__ == "__main__":
    main()
