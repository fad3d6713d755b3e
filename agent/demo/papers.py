"""Customers' papers: an order, a goods receipt or a remittance in a language, written as text, HTML, CSV, XLSX or PDF.

What a paper says (`Paper`) is apart from what it is written as, so that the same order can be sent in every form.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.demo.company import Customer

_CENT = Decimal("0.01")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True)
class Language:
    """How one language writes labels, figures and dates."""

    decimal: str
    group: str
    day: Callable[[date], str]
    words: dict[str, str]

    def __getitem__(self, word: str) -> str:
        return self.words[word]

    def money(self, value: Decimal) -> str:
        text = f"{value.quantize(_CENT):,}"
        return text.translate({ord(","): self.group, ord("."): self.decimal})


def _words(text: str) -> dict[str, str]:
    names = (
        "order number date buyer ship_to terms currency line item description quantity unit price per amount total "
        "signed receipt our_order delivered_on ordered received missing damaged received_by remittance reference "
        "paid_on method transfer invoice gross discount deduction paid reason payer supplier sum"
    ).split()
    return dict(zip(names, (one.strip() for one in text.split("|")), strict=True))


LANGUAGES = {
    "en": Language(".", ",", lambda d: f"{d.day} {_MONTHS[d.month - 1]} {d.year}", _words(
        "Purchase order|Order number|Order date|Buyer|Ship to|Payment terms|Currency|Line|Item|Description|"
        "Quantity|Unit|Unit price|Price per|Amount|Order total|Authorised by|Goods receipt|Our order|"
        "Received on|Ordered|Received|Missing|Damaged|Received by|Remittance advice|Payment reference|"
        "Payment date|Payment method|Bank transfer|Invoice number|Gross amount|Discount|Deduction|"
        "Amount paid|Reason|Payer|Supplier|Total")),
    "de": Language(",", ".", lambda d: f"{d:%d.%m.%Y}", _words(
        "Bestellung|Bestellnummer|Bestelldatum|Besteller|Lieferanschrift|Zahlungsbedingungen|Währung|Pos.|"
        "Artikel|Bezeichnung|Menge|Einheit|Einzelpreis|Preis per|Betrag|Gesamtsumme|Unterschrift|"
        "Wareneingang|Unsere Bestellung|Eingangsdatum|Bestellt|Erhalten|Fehlend|Beschädigt|Empfangen von|"
        "Zahlungsavis|Zahlungsreferenz|Zahlungsdatum|Zahlungsart|Überweisung|Rechnungsnummer|Bruttobetrag|"
        "Skonto|Abzug|Zahlbetrag|Grund|Zahler|Lieferant|Gesamtbetrag")),
    "fr": Language(",", " ", lambda d: f"{d:%d/%m/%Y}", _words(
        "Bon de commande|N° de commande|Date de commande|Acheteur|Adresse de livraison|"
        "Conditions de paiement|Devise|Ligne|Article|Désignation|Quantité|Unité|Prix unitaire|Prix par|"
        "Montant|Total de la commande|Signature|Bon de réception|Notre commande|Date de réception|Commandé|"
        "Reçu|Manquant|Endommagé|Reçu par|Avis de paiement|Référence de paiement|Date de paiement|"
        "Mode de paiement|Virement|N° de facture|Montant brut|Escompte|Déduction|Montant payé|Motif|Payeur|"
        "Fournisseur|Total")),
    "nl": Language(",", ".", lambda d: f"{d:%d-%m-%Y}", _words(
        "Inkooporder|Ordernummer|Orderdatum|Inkoper|Afleveradres|Betalingsvoorwaarden|Valuta|Regel|Artikel|"
        "Omschrijving|Aantal|Eenheid|Stukprijs|Prijs per|Bedrag|Totaal|Handtekening|Ontvangstbevestiging|"
        "Onze order|Ontvangen op|Besteld|Ontvangen|Ontbrekend|Beschadigd|Ontvangen door|"
        "Betalingsspecificatie|Betalingskenmerk|Betaaldatum|Betaalwijze|Overboeking|Factuurnummer|"
        "Brutobedrag|Korting|Inhouding|Betaald bedrag|Reden|Betaler|Leverancier|Totaal")),
    "ko": Language(".", ",", lambda d: f"{d:%Y-%m-%d}", _words(
        "발주서|발주번호|발주일|발주처|납품장소|결제조건|통화|순번|품번|품명|수량|단위|단가|가격 단위|금액|"
        "합계|서명|입고확인서|당사 발주번호|입고일|발주수량|입고수량|부족수량|파손수량|인수자|송금통지서|"
        "송금번호|송금일|지급방법|계좌이체|인보이스 번호|청구금액|할인|공제|지급액|사유|지급인|공급자|합계")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says: labelled fields, one table, totals below it, and who signs."""

    title: str
    sender: str
    fields: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, str], ...] = ()
    closing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order, priced per `per` pieces."""

    item: str
    description: str
    quantity: int
    price: Decimal
    per: int = 1

    @property
    def amount(self) -> Decimal:
        return (self.quantity * self.price / self.per).quantize(_CENT)


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer orders."""

    number: str
    buyer: Customer
    day: date
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal())


@dataclass(frozen=True, slots=True)
class Payment:
    """What a customer pays: (invoice, gross, discount, deduction, reason) a line."""

    number: str
    payer: Customer
    day: date
    lines: tuple[tuple[str, Decimal, Decimal, Decimal, str], ...]

    @property
    def total(self) -> Decimal:
        return sum((gross - discount - deduction for _, gross, discount, deduction, _ in self.lines), Decimal())


def order_paper(order: Order, language: str, supplier: str) -> Paper:
    """A purchase order."""
    say = LANGUAGES[language]
    priced_per = any(line.per != 1 for line in order.lines)
    columns = ["line", "item", "description", "quantity", "unit", "price", *(["per"] if priced_per else []), "amount"]
    rows = []
    for number, line in enumerate(order.lines, 1):
        cells = [str(number), line.item, line.description, f"{line.quantity}", "PC", say.money(line.price)]
        rows.append((*cells, *([str(line.per)] if priced_per else []), say.money(line.amount)))
    return Paper(
        title=say["order"],
        sender=order.buyer.name,
        fields=(
            (say["number"], order.number),
            (say["date"], say.day(order.day)),
            (say["supplier"], supplier),
            (say["buyer"], order.buyer.name),
            (say["ship_to"], order.buyer.address),
            (say["terms"], order.buyer.terms),
            (say["currency"], order.buyer.currency),
        ),
        columns=tuple(say[name] for name in columns),
        rows=tuple(rows),
        totals=((f"{say['total']} {order.buyer.currency}", say.money(order.total)),),
        closing=((say["signed"], order.buyer.writer),),
    )


def receipt_paper(order: Order, language: str, supplier: str, day: date, missing: dict[str, int]) -> Paper:
    """A goods receipt: what of an order arrived; `missing` pieces by item."""
    say = LANGUAGES[language]
    rows = []
    for number, line in enumerate(order.lines, 1):
        short = missing.get(line.item, 0)
        figures = (f"{line.quantity}", f"{line.quantity - short}", f"{short}")
        rows.append((str(number), line.item, line.description, *figures, "PC"))
    return Paper(
        title=say["receipt"],
        sender=order.buyer.name,
        fields=(
            (say["our_order"], order.number),
            (say["delivered_on"], say.day(day)),
            (say["supplier"], supplier),
            (say["ship_to"], order.buyer.address),
        ),
        columns=tuple(say[name] for name in ("line", "item", "description", "ordered", "received", "missing", "unit")),
        rows=tuple(rows),
        closing=((say["received_by"], order.buyer.writer),),
    )


def payment_paper(payment: Payment, language: str, supplier: str) -> Paper:
    """A remittance advice."""
    say = LANGUAGES[language]
    shown = [name for name, at in (("discount", 2), ("deduction", 3)) if any(line[at] for line in payment.lines)]
    reasons = any(line[4] for line in payment.lines)
    rows = []
    for reference, gross, discount, deduction, reason in payment.lines:
        cut = {"discount": discount, "deduction": deduction}
        cells = [reference, say.money(gross), *(say.money(cut[name]) for name in shown)]
        rows.append((*cells, say.money(gross - discount - deduction), *([reason] if reasons else [])))
    return Paper(
        title=say["remittance"],
        sender=payment.payer.name,
        fields=(
            (say["payer"], payment.payer.name),
            (say["supplier"], supplier),
            (say["reference"], payment.number),
            (say["paid_on"], say.day(payment.day)),
            (say["method"], say["transfer"]),
            (say["currency"], payment.payer.currency),
        ),
        columns=tuple(say[name] for name in ("invoice", "gross", *shown, "paid", *(["reason"] if reasons else []))),
        rows=tuple(rows),
        totals=((f"{say['sum']} {payment.payer.currency}", say.money(payment.total)),),
    )


def as_text(paper: Paper) -> str:
    """Labelled lines, and columns lined up by blanks."""
    label = max(len(name) for name, _ in (*paper.fields, *paper.totals, *paper.closing)) + 1
    table = (paper.columns, *paper.rows)
    widths = [max(len(row[n]) for row in table) for n in range(len(paper.columns))]
    out = [paper.sender, paper.title, "", *(f"{name + ':':{label}} {value}" for name, value in paper.fields), ""]
    for row in table:
        cells = [
            cell.rjust(w) if _is_figure(n, table) else cell.ljust(w)
            for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        out.append("   ".join(cells).rstrip())
    out += ["", *(f"{name + ':':{label}} {value}" for name, value in paper.totals)]
    out += ["", *(f"{name + ':':{label}} {value}" for name, value in paper.closing)] if paper.closing else []
    return "\n".join(out) + "\n"


def _is_figure(at: int, table: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a column holds figures alone, below its heading; the first one names the line."""
    return at > 0 and all(one[at].replace(" ", "").translate(_MARKS).isdigit() for one in table[1:])


_MARKS = str.maketrans("", "", ".,- \N{NO-BREAK SPACE}")


def as_html(paper: Paper) -> str:
    """A mail as people compose it: a heading, a small table of fields, the table of lines."""

    def cells(row: tuple[str, ...], tag: str) -> str:
        return "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)

    fields = "".join(f"<tr>{cells(field, 'td')}</tr>" for field in paper.fields)
    rows = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in paper.rows)
    blank = f'<td colspan="{len(paper.columns) - 2}"></td>'
    totals = "".join(f"<tr>{blank}{cells(total, 'td')}</tr>" for total in paper.totals)
    closing = "".join(f"<p>{html.escape(name)}: {html.escape(value)}</p>" for name, value in paper.closing)
    return (
        f"<html><body><h2>{html.escape(paper.title)}</h2><p>{html.escape(paper.sender)}</p><table>{fields}</table>"
        f'<table border="1"><tr>{cells(paper.columns, "th")}</tr>{rows}{totals}</table>{closing}</body></html>'
    )


def as_csv(paper: Paper) -> bytes:
    """A row a line, with what holds for all of them repeated on each, as ERP systems export it."""
    out = io.StringIO()
    writer = csv.writer(out)
    after = (*paper.totals, *paper.closing)
    writer.writerow([*(name for name, _ in paper.fields), *paper.columns, *(name for name, _ in after)])
    writer.writerows(
        [*(value for _, value in paper.fields), *row, *(value for _, value in after)] for row in paper.rows
    )
    return out.getvalue().encode()


def as_xlsx(paper: Paper) -> bytes:
    """A workbook of one sheet."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.set_column(0, len(paper.columns) - 1, 18)
        sheet.write(0, 0, paper.sender, bold)
        sheet.write(1, 0, paper.title, bold)
        for at, (name, value) in enumerate(paper.fields, 3):
            sheet.write_string(at, 0, name)
            sheet.write_string(at, 1, value)
        top = len(paper.fields) + 4
        sheet.write_row(top, 0, paper.columns, bold)
        for at, row in enumerate(paper.rows, top + 1):
            for column, cell in enumerate(row):
                sheet.write(at, column, _number(cell) if _is_figure(column, (paper.columns, *paper.rows)) else cell)
        below = top + len(paper.rows) + 1
        for at, (name, value) in enumerate(paper.totals, below):
            sheet.write(at, max(0, len(paper.columns) - 2), name)
            sheet.write(at, len(paper.columns) - 1, _number(value))
        for at, (name, value) in enumerate(paper.closing, below + len(paper.totals) + 1):
            sheet.write(at, 0, name)
            sheet.write(at, 1, value)
    return out.getvalue()


def _number(text: str) -> float:
    """A figure as a workbook keeps it: the last mark is the decimal one where two or fewer digits follow it."""
    digits = text.replace(" ", "")
    whole, mark, fraction = digits.rpartition("," if digits.rfind(",") > digits.rfind(".") else ".")
    if not mark or len(fraction) > 2:
        return float(digits.translate(str.maketrans("", "", ".,")))
    return float(f"{whole.translate(str.maketrans('', '', '.,'))}.{fraction}")


def as_pdf(paper: Paper) -> bytes:
    """One page of A4, as an ERP system prints it."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    out = io.BytesIO()
    styles = getSampleStyleSheet()
    document = SimpleDocTemplate(out, pagesize=A4, title=paper.title, author=paper.sender, invariant=1)
    grid = [("GRID", (0, 0), (-1, len(paper.rows)), 0.4, "#888888"), ("BACKGROUND", (0, 0), (-1, 0), "#eeeeee")]
    small = [
        ("FONTSIZE", (0, 0), (-1, -1), 9),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    right = [
        ("ALIGN", (n, 0), (n, -1), "RIGHT")
        for n in range(len(paper.columns))
        if _is_figure(n, (paper.columns, *paper.rows))
    ]
    blanks = [""] * (len(paper.columns) - 2)
    totals = [[*blanks, name, value] for name, value in paper.totals]
    document.build(
        [
            Paragraph(html.escape(paper.sender), styles["Heading3"]),
            Paragraph(html.escape(paper.title), styles["Title"]),
            Table([[name, value] for name, value in paper.fields], hAlign="LEFT", style=small),
            Spacer(1, 14),
            Table([paper.columns, *paper.rows, *totals], style=[*grid, *small, *right], repeatRows=1),
            Spacer(1, 24),
            *(
                Paragraph(f"{html.escape(name)}: {html.escape(value)}", styles["Normal"])
                for name, value in paper.closing
            ),
        ]
    )
    return out.getvalue()


def statement(
    bank_account: str, currency: str, day: date, came_in: list[tuple[Customer, Decimal, str]], number: str
) -> str:
    """One `Stmt` of a camt.053.001.02 (ISO 20022): what came in on one account, (payer, amount, text) a line."""
    opening = Decimal("184203.17")
    closing = opening + sum((amount for _, amount, _ in came_in), Decimal())
    entries = "".join(_entry(*credit, currency, day, f"{number}-{at}") for at, credit in enumerate(came_in, 1))
    return (
        f"<Stmt><Id>{number}</Id><CreDtTm>{day}T18:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{bank_account}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{_balance('OPBD', opening, currency, day)}{_balance('CLBD', closing, currency, day)}{entries}</Stmt>"
    )


def _balance(code: str, amount: Decimal, currency: str, day: date) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(payer: Customer, amount: Decimal, text: str, currency: str, day: date, reference: str) -> str:
    account = f"<IBAN>{payer.account}</IBAN>" if "-" not in payer.account else f"<Othr><Id>{payer.account}</Id></Othr>"
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>"
        f"{html.escape(payer.name)}</Nm></Dbtr><DbtrAcct><Id>{account}</Id></DbtrAcct></RltdPties><RmtInf><Ustrd>"
        f"{html.escape(text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def camt053(statements: list[str], day: date) -> bytes:
    """The message around the statements."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>STMT-{day:%Y%m%d}</MsgId><CreDtTm>{day}T18:00:00</CreDtTm></GrpHdr>{''.join(statements)}"
        "</BkToCstmrStmt></Document>"
    ).encode()
