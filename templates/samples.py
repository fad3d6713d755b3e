"""One sample of every notice in every language, for tests and for looking at: `python -m templates.samples OUT`."""

from __future__ import annotations

import struct
import sys
import tomllib
import zlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from agent.domain import collecting_notices as c
from agent.domain import notices as n
from agent.domain.agreements import AgreementLine
from agent.domain.billing import taxed, with_terms
from agent.domain.collecting import Tone
from agent.domain.crediting import build_cancellation
from agent.domain.documents import DisputeReason, Wanted
from agent.domain.invoice_rules import ExtraField
from agent.domain.money import Money, total
from agent.domain.receivables import Difference, Discrepancy, InvoiceType, TaxTreatment
from templates import render
from templates.pdf import invoice_pdf
from templates.words import languages

TODAY = date(2026, 11, 3)

COMPANY = n.Company(
    name="Nordlicht Messtechnik GmbH",
    address="Speicherstraße 14\n20457 Hamburg\nGermany",
    email="orders@nordlicht.example",
    phone="+49 40 555 0140",
    website="www.nordlicht.example",
    tax_id="DE811234567",
    registration="Amtsgericht Hamburg, HRB 123456\nGeschäftsführerin: Dr. Inga Sörensen",
    iban="DE89370400440532013000",
    bic="COBADEFFXXX",
    bank_name="Hansebank Hamburg",
    country="DE",
    colour="#0b5c6b",
)

_CURRENCIES = {"ko": "KRW", "ja": "JPY"}


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "samples.toml").read_text("utf-8"))


def customer(language: str) -> n.Addressee:
    about = _texts()[language]
    return n.Addressee(
        number="C-1005",
        name=about["name"],
        address=about["address"],
        tax_id=about["tax_id"],
        contact=about["contact"],
    )


def currency_of(language: str) -> str:
    return _CURRENCIES.get(language, "EUR")


def money(amount: str, currency: str) -> Money:
    """An amount in euros, or a thousand times as much in yen and won."""
    return Money.of(Decimal(amount) * (100 if currency in ("JPY", "KRW") else 1), currency)


def line(number: int, language: str, currency: str, wanted: date | None = None) -> n.NoticeLine:
    kind = (number - 1) % 3
    quantity, unit, price, per = (
        (Decimal(4), "pcs", "189.50", 1),
        (Decimal("2.5"), "h", "92.00", 1),
        (Decimal(1200), "pcs", "38.40", 100),
    )[kind]
    unit_price = money(price, currency).amount
    return n.NoticeLine(
        line=str(number * 10),
        item=("PT-1604-SS", "SRV-CAL", "CG-M12-NI")[kind],
        buyer_item="4711-088" if kind == 0 else "",
        description=_texts()[language]["goods"][kind],
        quantity=quantity,
        unit=unit,
        unit_price=unit_price,
        price_per=Decimal(per),
        net=Money.rounded(quantity * unit_price / per, currency),
        tax_rate=Decimal(10 if currency in ("JPY", "KRW") else 19),
        requested_on=wanted,
    )


def invoice(language: str, lines: int = 3, currency: str = "", **changes: object) -> n.InvoiceDocument:
    """A sample invoice whose sums are right."""
    currency = currency or currency_of(language)
    rows = tuple(line(number, language, currency) for number in range(1, lines + 1))
    net = total(tuple(row.net for row in rows), currency)
    rate = rows[0].tax_rate or Decimal(0)
    tax = Money.rounded(net.amount * rate / 100, currency)
    gross = net + tax
    document = n.InvoiceDocument(
        number="INV-104411",
        type=InvoiceType.INVOICE,
        issued_on=TODAY,
        customer=customer(language),
        currency=currency,
        lines=rows,
        net=net,
        taxes=(n.TaxLine(rate=rate, net=net, tax=tax),),
        tax=tax,
        total=gross,
        due_on=TODAY + timedelta(days=30),
        supplied_on=TODAY - timedelta(days=1),
        payment_terms="2/10 net 30",
        discount_percent=Decimal(2),
        discount_until=TODAY + timedelta(days=10),
        discount_amount=Money.rounded(gross.amount * 2 / 100, currency),
        order="SO-20417",
        po_number="4500019044",
        delivery_references=("LS-88213",),
        tracking_numbers=("1Z999AA10123456784",),
        creditor_reference="RF18539007547034",
    )
    return replace(document, **changes)  # type: ignore[arg-type]


def credit_note(language: str) -> n.InvoiceDocument:
    document = invoice(language, 1, discount_percent=None, discount_until=None, discount_amount=None)
    return replace(
        document,
        number="CN-20031",
        type=InvoiceType.CREDIT_NOTE,
        lines=tuple(replace(row, net=-row.net) for row in document.lines),
        net=-document.net,
        taxes=tuple(replace(tax, net=-tax.net, tax=-tax.tax) for tax in document.taxes),
        tax=-document.tax,
        total=-document.total,
        corrects="INV-104411",
        due_on=None,
        payment_terms="",
        creditor_reference="",
    )


def _order(language: str, kind: n.NoticeKind, **changes: object) -> n.OrderNotice:
    currency = currency_of(language)
    rows = tuple(line(number, language, currency, TODAY + timedelta(days=14)) for number in (1, 2, 3))
    net = total(tuple(row.net for row in rows), currency)
    tax = Money.rounded(net.amount * (rows[0].tax_rate or 0) / 100, currency)
    notice = n.OrderNotice(
        kind=kind,
        customer=customer(language),
        reference="SO-20417",
        order="SO-20417",
        po_number="4500019044",
        ordered_on=TODAY - timedelta(days=2),
        currency=currency,
        lines=rows,
        net=net,
        tax=tax,
        total=net + tax,
        payment_terms="2/10 net 30",
        ship_to=customer(language).address,
    )
    return replace(notice, **changes)  # type: ignore[arg-type]


_DIFFERENCES = (
    Difference(code=Discrepancy.PRICE, line="10", said="179.5", expected="189.5"),
    Difference(code=Discrepancy.QUANTITY, line="30", said="1250", expected="1200"),
    Difference(code=Discrepancy.UNKNOWN_ITEM, line="40", said="PT-1640-XX"),
    Difference(code=Discrepancy.LEAD_TIME, line="20", said="2026-11-05", expected="2026-11-17"),
    Difference(code=Discrepancy.UNSIGNED),
)


def _return(language: str, form: str) -> n.ReturnNotice:
    return n.ReturnNotice(
        kind=n.NoticeKind.OTHER,
        customer=customer(language),
        reference="RMA-0551",
        number="RMA-0551",
        form=form,
        po_number="4500019044",
        invoice="INV-104411",
        lines=(line(1, language, currency_of(language)),),
    )


def _inquiry(language: str, invoice: str = "") -> n.DeliveryInquiry:
    return n.DeliveryInquiry(
        kind=n.NoticeKind.OTHER,
        customer=customer(language),
        reference="SO-20417",
        order="SO-20417",
        po_number="4500019044",
        lines=tuple(line(number, language, currency_of(language)) for number in (1, 2)),
        shipped_on=None if invoice else TODAY - timedelta(days=8),
        delivery_note="LS-90170",
        tracking_numbers=("1Z999AA10123456784",),
        invoice=invoice,
    )


def _agreement(language: str) -> n.AgreementNotice:
    currency = currency_of(language)
    price = Money.rounded(Decimal("184.50"), currency).amount
    goods = AgreementLine(
        line="1", item="PT-1640", quantity=Decimal(1300), unit="EA", unit_price=price, price_per=Decimal(100)
    )
    return n.AgreementNotice(
        kind=n.NoticeKind.ORDER_ACKNOWLEDGEMENT,
        customer=customer(language),
        reference="460712",
        number="460712",
        currency=currency,
        limit=money("60000.00", currency),
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        lines=(goods, AgreementLine(line="2", item="VL-220")),
    )


def _orders(language: str) -> dict[str, n.Notice]:
    kind, currency = n.NoticeKind, currency_of(language)
    proforma = invoice(language, proforma=True, number="PF-3007", creditor_reference="")
    return {
        "order_acknowledgement": _order(language, kind.ORDER_ACKNOWLEDGEMENT),
        "order_changed": _order(language, kind.ORDER_ACKNOWLEDGEMENT, changed=True),
        "order_repeat": _order(language, kind.ORDER_ACKNOWLEDGEMENT, repeat=True),
        "order_cancelled": _order(language, kind.ORDER_ACKNOWLEDGEMENT, cancelled=True),
        "order_prepayment": _order(language, kind.ORDER_ACKNOWLEDGEMENT, proforma=proforma),
        "order_query": _order(language, kind.ORDER_QUERY, differences=_DIFFERENCES, freight=money("12.00", currency)),
        "order_rejection": _order(language, kind.ORDER_REJECTION, differences=_DIFFERENCES[2:3]),
        "pre_invoice_notice": _order(language, kind.PRE_INVOICE_NOTICE),
        "agreement": _agreement(language),
        "return_announced": _return(language, "announced"),
        "return_received": _return(language, "received"),
        "return_refused": _return(language, "refused"),
        "delivery_inquiry": _inquiry(language),
        "delivery_proof": _inquiry(language, invoice="INV-104411"),
    }


def _invoices(language: str) -> dict[str, n.Notice]:
    kind, who = n.NoticeKind, customer(language)
    exempt = invoice(language, tax_treatment=TaxTreatment.REVERSE_CHARGE)
    return {
        "invoice": n.InvoiceNotice(kind=kind.INVOICE, customer=who, document=invoice(language)),
        "invoice_copy": n.InvoiceNotice(kind=kind.INVOICE, customer=who, document=invoice(language), copy=True),
        "invoice_reverse_charge": n.InvoiceNotice(kind=kind.INVOICE, customer=who, document=untaxed(exempt)),
        "invoice_instalments": n.InvoiceNotice(kind=kind.INVOICE, customer=who, document=in_parts(language)),
        "invoice_rates": n.InvoiceNotice(kind=kind.INVOICE, customer=who, document=rates(language)),
        "invoice_replacement": n.InvoiceNotice(kind=kind.INVOICE, customer=who, document=replacement(language)),
        "credit_note": n.InvoiceNotice(kind=kind.CREDIT_NOTE, customer=who, document=credit_note(language)),
        "credit_note_cancellation": n.InvoiceNotice(
            kind=kind.CREDIT_NOTE, customer=who, document=cancellation(language)
        ),
    }


def in_parts(language: str) -> n.InvoiceDocument:
    """Due in three parts, the last of which takes the rounding."""
    document = invoice(language, discount_percent=None, discount_until=None, discount_amount=None)
    terms = "30/40/30 % at 0/30/60 days"
    return with_terms(replace(document, instalments=()), terms, default_terms="net 30")


def rates(language: str) -> n.InvoiceDocument:
    """Two rates, carriage, a line discount, and fields that the customer's accounts payable want to find."""
    currency = currency_of(language)
    low = Decimal(8 if currency == "JPY" else 0 if currency == "KRW" else 7)
    first, second, third = (line(number, language, currency) for number in (1, 2, 3))
    off = Decimal(10)
    second = replace(second, discount_percent=off, net=Money.rounded(second.net.amount * (100 - off) / 100, currency))
    lines, freight = (first, second, replace(third, tax_rate=low)), money("24.90", currency)
    taxes = taxed(lines, freight, currency)
    net, tax = total([one.net for one in taxes], currency), total([one.tax for one in taxes], currency)
    wanted = (
        ExtraField(label="SAP no.", value="700123"),
        ExtraField(label="Ref. AP", value="4711-K", term="cost_centre"),
    )
    plain = invoice(language, discount_percent=None, discount_until=None, discount_amount=None, fields=wanted)
    return replace(plain, lines=lines, freight=freight, taxes=taxes, net=net, tax=tax, total=net + tax)


def replacement(language: str) -> n.InvoiceDocument:
    return invoice(language, number="INV-104412", replaces="INV-104411", cancelled_by="CN-20032")


def cancellation(language: str) -> n.InvoiceDocument:
    note = build_cancellation(number="CN-20032", invoice=invoice(language), issued_on=TODAY, reason="PO 4500019044")
    return replace(note, payment_terms="")


def untaxed(document: n.InvoiceDocument) -> n.InvoiceDocument:
    zero = Money.zero(document.currency)
    return replace(
        document,
        lines=tuple(replace(row, tax_rate=Decimal(0)) for row in document.lines),
        taxes=(n.TaxLine(rate=Decimal(0), net=document.net, tax=zero),),
        tax=zero,
        total=document.net,
        discount_amount=Money.rounded(document.net.amount * 2 / 100, document.currency),
    )


def rows(currency: str) -> tuple[n.StatementRow, ...]:
    def row(
        number: str, days: int, gross: str, is_open: str, disputed: Money | None = None, announced: Money | None = None
    ) -> n.StatementRow:
        return n.StatementRow(
            invoice=number,
            type=InvoiceType.CREDIT_NOTE if gross.startswith("-") else InvoiceType.INVOICE,
            issued_on=TODAY - timedelta(days=days + 30),
            due_on=TODAY - timedelta(days=days),
            total=money(gross, currency),
            open=money(is_open, currency),
            po_number="4500018" + number[-3:],
            days_overdue=days,
            disputed=disputed,
            announced=announced,
        )

    return (
        row("INV-104377", 24, "1820.40", "1820.40"),
        row("INV-104389", 18, "640.00", "240.00", disputed=money("120.00", currency)),
        row("INV-104395", 9, "12410.75", "12410.75", announced=money("2000.00", currency)),
        row("CN-20028", 5, "-95.20", "-95.20"),
    )


def _account(language: str) -> dict[str, n.Notice]:
    kind, who, currency = n.NoticeKind, customer(language), currency_of(language)
    found: dict[str, n.Notice] = {
        f"reminder_{level}": n.ReminderNotice(
            kind=kind.REMINDER,
            customer=who,
            reference=f"M-3317-{level}",
            level=level,
            as_of=TODAY,
            currency=currency,
            rows=rows(currency),
            total_due=money("12195.95" if level > 2 else "12155.95", currency),
            unapplied=money("100.00", currency),
            fee=money("40.00", currency) if level > 2 else None,
            deadline=TODAY + timedelta(days=10) if level > 1 else None,
        )
        for level in (1, 2, 3, 4)
    }
    found["statement"] = n.StatementNotice(
        kind=kind.STATEMENT,
        customer=who,
        as_of=TODAY,
        currency=currency,
        rows=rows(currency),
        balance=money("14275.95", currency),
        overdue=money("14375.95", currency),
        unapplied=money("100.00", currency),
    )
    return found


def _late_payment(language: str) -> dict[str, n.Notice]:
    """Charges, payment plans, an offer, the letter on late payment, and the reminders that are not just a level."""
    kind, who, currency = n.NoticeKind, customer(language), currency_of(language)
    found: dict[str, n.Notice] = {}
    reminder = _account(language)["reminder_2"]
    assert isinstance(reminder, n.ReminderNotice)
    coming = replace(rows(currency)[0], due_on=TODAY + timedelta(days=3), days_overdue=0)
    found["reminder_before"] = replace(
        reminder, level=0, tone=Tone.BEFORE, rows=(coming,), total_due=coming.open, unapplied=None, deadline=None
    )
    disputed = tuple(replace(row, case="D118") if row.disputed else row for row in rows(currency))
    found["reminder_promise"] = replace(reminder, promised_on=TODAY - timedelta(days=4), rows=disputed)
    spans = (("10000.00", "12.37", 31, -90), ("10000.00", "11.27", 59, -59))
    charged = tuple(
        c.ChargeRow(
            invoice="INV-104377",
            from_on=TODAY + timedelta(days=start),
            to_on=TODAY + timedelta(days=start + days - 1),
            days=days,
            principal=money(amount, currency),
            percent=Decimal(percent),
            part=money(amount, currency).amount * Decimal(percent) * days / 36500,
        )
        for amount, percent, days, start in spans
    )
    interest = Money.rounded(sum((row.part for row in charged), Decimal(0)), currency)
    fixed, fee = money("40.00", currency), money("5.00", currency)
    shared = {
        "kind": kind.INVOICE, "customer": who, "number": "LC-00012", "issued_on": TODAY,
        "due_on": TODAY + timedelta(days=14), "currency": currency,
    }  # fmt: skip
    found["late_charge"] = c.ChargeNotice(
        **shared, rows=charged, interest=interest, compensation=fixed, total=interest + fixed,  # type: ignore[arg-type]
        source="§ 288 Abs. 2, 5 BGB", invoices=("INV-104377",),
    )  # fmt: skip
    charge = found["late_charge"]
    assert isinstance(charge, c.ChargeNotice)
    found["late_charge_agreed"] = replace(charge, compensation=None, source="", total=interest)
    found["late_charge_fee"] = c.ChargeNotice(**shared, fee=fee, total=fee)  # type: ignore[arg-type]
    part = money("2000.00", currency)
    instalments = tuple(
        c.PlanRow(
            n=number,
            due_on=TODAY + timedelta(days=30 * (number - 2)),
            amount=part,
            left=Money.zero(currency) if number == 1 else part,
        )
        for number in (1, 2, 3, 4)
    )
    for form in c.PlanForm:
        found[f"plan_{form}"] = c.PlanNotice(
            kind=kind.OTHER,
            customer=who,
            form=form,
            plan=7,
            currency=currency,
            invoices=("INV-104377", "INV-104389"),
            rows=instalments,
            left=part + part + part,
            late=part if form in (c.PlanForm.DUE, c.PlanForm.BROKEN) else None,
        )
    found["offer"] = c.OfferNotice(
        kind=kind.OTHER,
        customer=who,
        currency=currency,
        rows=tuple(
            c.OfferRow(
                invoice=row.invoice,
                po_number=row.po_number,
                open=row.open,
                percent=Decimal("1.5"),
                until=TODAY + timedelta(days=7),
                saving=Money.rounded(row.open.amount * Decimal("0.015"), currency),
            )
            for row in rows(currency)[:2]
        ),
    )
    found["policy_letter"] = c.PolicyLetter(
        kind=kind.OTHER,
        customer=who,
        as_of=TODAY,
        grace_days=2,
        levels=(5, 15, 30),
        interest_source="§ 288 Abs. 2, 5 BGB",
        compensation=fixed,
    )
    found["policy_letter_plain"] = c.PolicyLetter(
        kind=kind.OTHER, customer=who, as_of=TODAY, grace_days=0, levels=(5, 15)
    )
    return found


def _advices(language: str) -> dict[str, n.Notice]:
    kind, who, currency = n.NoticeKind, customer(language), currency_of(language)
    lines = tuple(
        n.AdviceRow(
            reference=reference,
            invoice=number,
            amount=money(amount, currency),
            discount=money(discount, currency) if discount else None,
            deduction=money(deduction, currency) if deduction else None,
        )
        for reference, number, amount, discount, deduction in (
            ("104377", "INV-104377", "1783.99", "36.41", ""),
            ("INV-104389", "INV-104389", "120.00", "", "120.00"),
            ("ZX-9", "", "55.00", "", ""),
        )
    )
    shared = {
        "customer": who, "payment_reference": "PAY-7731", "paid_on": TODAY - timedelta(days=1), "currency": currency,
        "total": money("1958.99", currency), "rows": lines,
    }  # fmt: skip
    return {
        "advice_acknowledgement": n.AdviceNotice(
            kind=kind.ADVICE_ACKNOWLEDGEMENT, questions=("ZX-9: 55.00?",), **shared  # type: ignore[arg-type]
        ),
        "receipt_thanks": n.AdviceNotice(
            kind=kind.RECEIPT_THANKS, unapplied=money("55.00", currency), **shared  # type: ignore[arg-type]
        ),
        "missing_advice": n.MissingRemittance(
            kind=kind.MISSING_REMITTANCE, customer=who, amount=money("1958.99", currency), received_on=TODAY,
            payment_reference="TRX-5511", rows=rows(currency),
        ),
        "missing_payment": n.MissingRemittance(
            kind=kind.MISSING_REMITTANCE, customer=who, amount=money("1958.99", currency), received_on=None,
            payment_reference="PAY-7731", announced_on=TODAY - timedelta(days=9), rows=rows(currency)[:1],
        ),
    }  # fmt: skip


def _cases(language: str) -> dict[str, n.Notice]:
    kind, who, currency = n.NoticeKind, customer(language), currency_of(language)
    shared = {
        "customer": who, "dispute": "D-118", "reason": DisputeReason.DAMAGED, "amount": money("120.00", currency),
        "invoice": "INV-104389", "order": "SO-20391", "still_due": money("520.00", currency),
    }  # fmt: skip
    found: dict[str, n.Notice] = {
        "dispute_opened": n.DisputeNoticeOut(kind=kind.DISPUTE_OPENED, due_on=TODAY + timedelta(days=5), **shared),  # type: ignore[arg-type]
        "dispute_update": n.DisputeNoticeOut(kind=kind.DISPUTE_UPDATE, text="LS-88190 / DHL", **shared),  # type: ignore[arg-type]
    }
    shared_open: dict[str, Any] = {**shared, "contact": ""}
    found |= {
        "dispute_question": n.DisputeNoticeOut(
            kind=kind.DISPUTE_UPDATE, question="LS-88190: 3 / 12 ?", **shared_open
        ),
        "dispute_management": n.DisputeNoticeOut(
            kind=kind.DISPUTE_UPDATE, management=True, due_on=TODAY + timedelta(days=10), **shared_open
        ),
        "dispute_reopened": n.DisputeNoticeOut(
            kind=kind.DISPUTE_UPDATE, reopened=True, due_on=TODAY + timedelta(days=4), **shared_open
        ),
        "dispute_policy": n.DisputeNoticeOut(
            kind=kind.DISPUTE_OPENED, due_on=TODAY + timedelta(days=10), opened_on=TODAY, policy=True,
            review_days=10, management_days=10, **shared_open
        ),
        "dispute_withdrawn": n.DisputeNoticeOut(
            kind=kind.DISPUTE_CLOSED, resolution="withdrawn", ask_day=True, **shared_open
        ),
        "request_ask_day": n.RequestAnswer(
            kind=kind.REQUEST_ANSWER, customer=who, wants=Wanted.OTHER, invoices=("INV-104377", "INV-104389"),
            ask_day=True, as_of=TODAY + timedelta(days=7),
        ),
        "request_bank": n.RequestAnswer(
            kind=kind.REQUEST_ANSWER,
            customer=who,
            wants=Wanted.OTHER,
            bank_unchanged=True,
        ),
        "request_by_hand": n.RequestAnswer(
            kind=kind.REQUEST_ANSWER, customer=who, wants=Wanted.OTHER, text="LS-88190 / DHL",
        ),
    }  # fmt: skip
    for resolution in ("credit", "reinvoice", "write_off", "rejected"):
        found[f"dispute_closed_{resolution}"] = n.DisputeNoticeOut(
            kind=kind.DISPUTE_CLOSED, resolution=resolution, **shared  # type: ignore[arg-type]
        )  # fmt: skip
    for wants in Wanted:
        found[f"request_{wants}"] = n.RequestAnswer(
            kind=kind.REQUEST_ANSWER, customer=who, wants=wants,
            invoices=("INV-104377", "INV-104389") if wants is not Wanted.STATEMENT else (),
            missing=("INV-104999",) if wants is Wanted.INVOICE_COPY else (),
        )  # fmt: skip
    return found


def samples(language: str) -> dict[str, n.Notice]:
    """Every kind of notice, by the name of its case."""
    return {
        **_orders(language),
        **_invoices(language),
        **_account(language),
        **_late_payment(language),
        **_advices(language),
        **_cases(language),
    }


def logo() -> bytes:
    """A small PNG: a dark square with a light bar."""
    rows_of = (
        b"\x00" + b"".join(b"\x0b\x5c\x6b" if not 18 < y < 30 else b"\xff\xff\xff" for _ in range(144))
        for y in range(48)
    )
    header = struct.pack(">IIBBBBB", 144, 48, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixels = zlib.compress(b"".join(rows_of))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def write(folder: Path) -> int:
    """Write every sample in every language; return how many files that made."""
    count = 0
    for language in languages():
        place = folder / language
        place.mkdir(parents=True, exist_ok=True)
        for name, notice in samples(language).items():
            rendered = render(notice, language, COMPANY)
            (place / f"{name}.txt").write_text(f"Subject: {rendered.subject}\n\n{rendered.text}", "utf-8")
            (place / f"{name}.html").write_text(rendered.html, "utf-8")
            for attachment in rendered.attachments:
                (place / f"{name}-{attachment.name}").write_bytes(attachment.data)
            count += 2 + len(rendered.attachments)
        for name, document, company in _papers(language):
            (place / f"{name}.pdf").write_bytes(invoice_pdf(document, language, company))
            count += 1
    return count


def _papers(language: str) -> tuple[tuple[str, n.InvoiceDocument, n.Company], ...]:
    """What strains a layout: two hundred lines, names without end, a logo with texts of the company; the Swiss slip."""
    endless = replace(
        customer(language),
        name="Gesellschaft für Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte mbH & Co. Beteiligungs KG",
        address=f"{customer(language).address}\nAbteilung Kreditorenbuchhaltung, Gebäude 14, 3. Obergeschoss, Zimmer 3.117",
    )
    dressed = replace(
        COMPANY,
        logo=logo(),
        pay_url="https://pay.nordlicht.example/{number}",
        texts=(n.OwnText(paper="invoice", text="{{ company }} · {{ number }} · {{ total }}"),),
    )
    swiss = replace(
        COMPANY, name="Nordlicht Messtechnik AG", country="CH", iban="CH4431999123000889012", bic="",
        address="Seestrasse 12a\n8002 Zürich", tax_id="CHE-123.456.788 MWST", registration="",
    )  # fmt: skip
    buyer = replace(customer(language), address="Bahnhofstrasse 5\n3011 Bern", country="CH")
    return (
        ("paper-200-lines", invoice(language, 200), COMPANY),
        ("paper-long-names", invoice(language, 4, customer=endless, po_number="45/2026-" + "X7" * 40), COMPANY),
        ("paper-dressed", invoice(language), dressed),
        ("paper-swiss", invoice(language, currency="CHF", customer=buyer), swiss),
    )


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "samples-out")
    print(f"{write(target)} files in {target}")
