"""One remittance written as customers write them: lines, CSV, a printed table, prose, X12 820 and EDIFACT REMADV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from agent.domain.documents import AdvisedKind, AdvisedLine, Flag, Payer, RemittanceAdvice, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One printed line; amounts in minor units, None where none is printed."""

    reference: str | None = None
    paid: int | None = None
    gross: int | None = None
    discount: int = 0
    deduction: int = 0
    withheld: int = 0
    reason: str | None = None
    kind: AdvisedKind = AdvisedKind.INVOICE
    order: str | None = None
    balance: int | None = None
    own: str | None = None  # the payer's own number of the document


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One remittance, whatever it will be written on."""

    rows: tuple[Row, ...] = ()
    total: int | None = None
    currency: str = "USD"
    payer: str | None = None
    reference: str | None = None
    number: str | None = None
    paid_on: date | None = None
    flags: tuple[Flag, ...] = ()
    clears: bool = False
    customer_number: str | None = None


def _decimal(minor: int | None) -> Decimal | None:
    return None if minor is None else Decimal(minor).scaleb(-2)


def as_lines(sheet: Sheet) -> RemittanceAdvice:
    """The sheet as a reader with nothing to guess would return it."""
    lines = tuple(
        AdvisedLine(
            reference=row.reference,
            order_number=row.order,
            kind=row.kind,
            gross=_decimal(row.gross),
            discount=_decimal(row.discount or None),
            deduction=_decimal(row.deduction or None),
            withheld=_decimal(row.withheld or None),
            paid=_decimal(row.paid),
            reason=row.reason,
            balance_after=_decimal(row.balance),
            payer_reference=row.own,
        )
        for row in sheet.rows
    )
    return RemittanceAdvice(
        confidence=0.95,
        source=Source("body"),
        lines=lines,
        total=_decimal(sheet.total),
        currency=sheet.currency,
        paid_on=sheet.paid_on,
        payment_reference=sheet.reference,
        number=sheet.number,
        payer=Payer(name=sheet.payer, customer_number=sheet.customer_number),
        flags=sheet.flags,
        clears_account=sheet.clears,
    )


def _plain(sheet: Sheet) -> bool:
    """Whether a table of columns can say it all."""
    rows = all(row.reference is not None and row.balance is None and row.order is None for row in sheet.rows)
    return rows and not sheet.flags and not sheet.clears


def _figure(minor: int | None, comma: bool) -> str:
    if minor is None:
        return ""
    text = f"{abs(minor) / 100:,.2f}"
    text = text.translate(str.maketrans(",.", ".,")) if comma else text
    return f"-{text}" if minor < 0 else text


_HEADS = {
    False: ("Your invoice", "Our ref", "Gross amount", "Discount", "Deduction", "Amount paid", "Remarks"),
    True: ("Rechnungsnummer", "Belegnummer", "Bruttobetrag", "Skonto", "Abzug", "Zahlbetrag", "Bemerkung"),
}


def _table(sheet: Sheet, comma: bool) -> list[list[str]]:
    def cells(row: Row) -> list[str]:
        amounts = (row.gross, row.discount or None, row.deduction + row.withheld or None, row.paid)
        return [row.reference or "", row.own or "", *(_figure(a, comma) for a in amounts), row.reason or ""]

    rows = [list(_HEADS[comma]), *(cells(row) for row in sheet.rows)]
    keep = [i for i in range(7) if i in (0, 5) or any(row[i] for row in rows[1:])]
    return [[row[i] for i in keep] for row in rows]


def as_csv(sheet: Sheet, comma: bool) -> tuple[str, bytes] | None:
    """A spreadsheet export: reference, date and currency in each row, as accounting systems write them."""
    if not _plain(sheet) or sheet.total is None:
        return None
    table = _table(sheet, comma)
    sep = ";" if comma else ","
    heads = (
        ["Zahlungsdatum", "Zahlungsreferenz", "Währung"] if comma else ["Payment date", "Payment reference", "Currency"]
    )
    day = sheet.paid_on.strftime("%d.%m.%Y" if comma else "%Y-%m-%d") if sheet.paid_on else ""
    lines = [heads + table[0]]
    lines += [[day, sheet.reference or "", sheet.currency, *row] for row in table[1:]]
    last = [""] * len(lines[0])
    last[3] = "Summe" if comma else "Total"
    last[3 + table[0].index(_HEADS[comma][5])] = _figure(sheet.total, comma)
    quoted = [[f'"{cell}"' if sep in cell else cell for cell in row] for row in [*lines, last]]
    return "advice.csv", "\n".join(sep.join(row) for row in quoted).encode()


def as_text(sheet: Sheet, comma: bool) -> tuple[str, bytes] | None:
    """A printed page: headings, aligned columns, a total."""
    if not _plain(sheet) or sheet.total is None:
        return None
    table = _table(sheet, comma)
    widths = [max(len(row[i]) for row in table) + 3 for i in range(len(table[0]))]
    numeric = set(_HEADS[comma][2:6])

    def printed(row: list[str]) -> str:
        return "".join(
            cell.rjust(width) if head in numeric else "   " + cell.ljust(width)
            for cell, width, head in zip(row, widths, table[0], strict=True)
        ).rstrip()

    day = sheet.paid_on.strftime("%d.%m.%Y" if comma else "%Y-%m-%d") if sheet.paid_on else ""
    words = ("Zahlungsavis", "Zahlungsreferenz", "Zahlungsdatum", "Summe") if comma else (
        "REMITTANCE ADVICE", "Payment reference", "Payment date", "Total paid")  # fmt: skip
    head = [sheet.payer or "", words[0], ""]
    head += [f"{words[1]}: {sheet.reference}"] if sheet.reference else []
    head += [f"{words[2]}: {day}"] if day else []
    total = [""] * len(table[0])
    total[0] = words[3]
    total[table[0].index(_HEADS[comma][5])] = _figure(sheet.total, comma)
    currency = "Währung" if comma else "Currency"
    body = [*head, f"{currency}: {sheet.currency}", "", *(printed(row) for row in table), "", printed(total)]
    return "advice.txt", "\n".join(body).encode()


def as_prose(sheet: Sheet, comma: bool, rng: Random) -> tuple[str, bytes] | None:
    """A few sentences, as people write them."""
    rows = sheet.rows
    simple = all(
        r.reference and r.paid and r.paid > 0 and not (r.discount or r.deduction or r.withheld or r.reason or r.order)
        and r.balance is None and r.own is None
        for r in rows
    )  # fmt: skip
    if not simple or not 1 <= len(rows) <= 4 or sheet.flags or sheet.clears or sheet.total is None:
        return None
    money = [f"{_figure(r.paid, comma)} {sheet.currency}" for r in rows]
    named = [f"{r.reference} ({m})" for r, m in zip(rows, money, strict=True)]
    total = f"{_figure(sheet.total, comma)} {sheet.currency}"
    day = sheet.paid_on.strftime("%d.%m.%Y" if comma else "%Y-%m-%d") if sheet.paid_on else ""
    if comma:
        text = f"Guten Tag,\n\nwir haben am {day} die Rechnungen {', '.join(named)} überwiesen, zusammen {total}."
        if len(rows) == 1:
            text = f"Guten Tag,\n\nwir haben Ihre Rechnung {rows[0].reference} über {total} am {day} bezahlt."
    elif len(rows) == 1:
        text = rng.choice((
            f"Hello,\n\nwe paid your invoice {rows[0].reference} of {total} on {day}.",
            f"Hi,\n\nPayment of {total} for invoice {rows[0].reference} was sent on {day}.",
        ))  # fmt: skip
    else:
        text = f"Hello,\n\nwe have paid on {day} your invoices {', '.join(named[:-1])} and {named[-1]}, total {total}."
    return "mail.txt", f"{text}\n\nRegards\nAccounts payable\n{sheet.payer or ''}\n".encode()


def as_x12(sheet: Sheet) -> tuple[str, bytes] | None:
    """X12 820 (004010): RMR04 is what is paid, RMR05 the invoice, RMR06 the discount; ADX explains what is missing."""
    if not _plain(sheet) or sheet.total is None or sheet.currency != "USD" or any(r.withheld for r in sheet.rows):
        return None
    if any(r.paid is None or "*" in (r.reference or "") or (r.reason and not r.deduction) for r in sheet.rows):
        return None
    day = sheet.paid_on.strftime("%Y%m%d") if sheet.paid_on else ""
    body = [f"BPR*C*{_decimal(sheet.total)}*C*ACH*CTX*01*091000019*DA*1*19**01*026009593*DA*2*{day}"]
    body += [f"TRN*1*{sheet.reference}"] if sheet.reference else []
    body += [f"N1*PR*{sheet.payer}"] if sheet.payer else []
    body.append("ENT*1")
    for row in sheet.rows:
        code = "CM" if row.kind is AdvisedKind.CREDIT_NOTE else "IV"
        gross = row.gross if row.gross is not None else row.paid
        amounts = f"{_decimal(row.paid)}*{_decimal(gross)}" + (f"*{_decimal(row.discount)}" if row.discount else "")
        body.append(f"RMR*{code}*{row.reference}**{amounts}")
        if row.deduction:
            body.append(f"ADX*{_decimal(-row.deduction)}*{'06' if row.reason else '09'}")
    text = (
        "ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260316*0900*U*00401*000000001*0*P*>",
        "GS*RA*BUYER*SELLER*20260316*0900*1*X*004010", "ST*820*0001", *body, f"SE*{len(body) + 2}*0001", "GE*1*1",
        "IEA*1*000000001~",
    )  # fmt: skip
    return "advice.edi", "~\n".join(text).encode()


def as_remadv(sheet: Sheet) -> tuple[str, bytes] | None:
    """UN/EDIFACT REMADV D.96A: one DOC an item with what is due (MOA 77), the discount (52) and what is paid (12)."""
    if not _plain(sheet) or sheet.total is None or any(r.paid is None or r.deduction or r.withheld for r in sheet.rows):
        return None
    texts = [text for r in sheet.rows for text in (r.reference, r.reason) if text]
    if not all(text.isascii() and not set(text) & set("'+:?") for text in texts):
        return None
    body = [f"BGM+481+{sheet.reference or 'A1'}+9"]
    body += [f"DTM+138:{sheet.paid_on:%Y%m%d}:102"] if sheet.paid_on else []
    body += [f"RFF+PQ:{sheet.reference}"] if sheet.reference else []
    body.append(f"CUX+2:{sheet.currency}:11")
    for row in sheet.rows:
        gross = row.gross if row.gross is not None else row.paid
        code = "381" if row.kind is AdvisedKind.CREDIT_NOTE else "380"
        body += [f"DOC+{code}+{row.reference}", f"MOA+77:{_decimal(gross)}", f"MOA+12:{_decimal(row.paid)}"]
        body += [f"MOA+52:{_decimal(row.discount)}"] if row.discount else []
        body += [f"FTX+AAI+++{row.reason}"] if row.reason else []
    body += ["UNS+S", f"MOA+12:{_decimal(sheet.total)}"]
    head = ("UNB+UNOC:3+BUYER+SELLER+260316:0900+7", "UNH+1+REMADV:D:96A:UN")
    return "advice.edi", "'".join((*head, *body, f"UNT+{len(body) + 2}+1", "UNZ+1+7'")).encode("latin-1", "replace")
