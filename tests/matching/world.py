"""The seller's world of the scenarios: customers, open items and policy of Monday 2026-03-16."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.domain.books import CashBooks, Sender
from agent.domain.decisions import MatchingPolicy, RemittanceDecision, Tolerance
from agent.domain.documents import (
    AdvisedKind,
    AdvisedLine,
    BankLine,
    Flag,
    Footing,
    Payer,
    PaymentMethod,
    RemittanceAdvice,
    Source,
)
from agent.domain.learning import Learned
from agent.domain.money import Money
from agent.domain.receivables import (
    Customer,
    InvoicedLine,
    InvoiceType,
    KnownAdvice,
    KnownAllocation,
    KnownReceipt,
    OpenItem,
)
from matching.remittance import decide_remittance

TODAY = date(2026, 3, 16)

CUSTOMERS = (
    Customer(number="C-1001", name="Brightwater Foods LLC", currency="USD", emails=("@brightwaterfoods.example",)),
    Customer(
        number="C-1002", name="Calloway Construction Group, Inc.", currency="USD", emails=("@callowaygroup.example",),
    ),
    Customer(
        number="C-1003", name="Müller & Söhne Maschinenbau GmbH", currency="EUR", emails=("@mueller-soehne.example",),
    ),
    Customer(number="C-1004", name="Ateliers Verdier SAS", currency="EUR", emails=("@ateliers-verdier.example",)),
    Customer(
        number="C-1005", name="Talleres Ibáñez S.L.", currency="EUR", aliases=("Banco Litoral",), tax_id="B-81234567",
        emails=("@talleresibanez.example", "avisos@bancolitoral.example"),
    ),
    Customer(number="C-1006", name="한빛정밀㈜ Hanbit Precision", currency="KRW", emails=("@hanbit.example",)),
    Customer(number="C-1007", name="株式会社青葉製作所 Aoba", currency="JPY", emails=("@aoba-mfg.example",)),
    Customer(
        number="C-1008", name="Pennard Retail plc", currency="GBP", aliases=("Pennard Group Services Ltd",),
        emails=("@pennardretail.example",),
    ),
    Customer(
        number="C-1009", name="Pennard Home Ltd", currency="GBP", aliases=("Pennard Group Services Ltd",),
        parent="C-1008",
        emails=("@pennardretail.example",),
    ),
    Customer(
        number="C-1010", name="Pennard Garden Ltd", currency="GBP", aliases=("Pennard Group Services Ltd",),
        parent="C-1008",
        emails=("@pennardretail.example",),
    ),
    Customer(
        number="C-1011", name="Orchid Health System", currency="USD", aliases=("PayStream",),
        emails=("@orchidhealth.example", "payments@paystream.example"),
    ),
    Customer(number="C-1012", name="Nordhavn Marine A/S", currency="USD", emails=("@nordhavn.example",)),
    Customer(number="C-1013", name="Kestrel Labs, Inc.", currency="USD", emails=("@kestrellabs.example",)),
    Customer(number="C-1014", name="Delmar Electric Co.", currency="USD", emails=("@delmarelectric.example",)),
    Customer(number="C-1015", name="Delmar Electrical Supply", currency="USD", emails=("@delmarsupply.example",)),
    Customer(
        number="C-1016", name="Saffron Process Controls Pvt. Ltd.", currency="INR", emails=("@saffron.example",),
    ),
    Customer(number="C-1017", name="Pennmart Stores", currency="USD", emails=("@pennmart.example",)),
)  # fmt: skip

POLICY = MatchingPolicy(
    today=TODAY,
    tolerances={
        "USD": Tolerance(amount=Money(500, "USD"), percent=Decimal("0.5")),
        "EUR": Tolerance(amount=Money(500, "EUR"), percent=Decimal("0.5")),
        "GBP": Tolerance(amount=Money(500, "GBP"), percent=Decimal("0.5")),
        "JPY": Tolerance(amount=Money(500, "JPY"), percent=Decimal("0.5")),
        "KRW": Tolerance(amount=Money(5000, "KRW"), percent=Decimal("0.5")),
    },
    bank_fee_max={"USD": Money(3000, "USD"), "EUR": Money(3000, "EUR"), "JPY": Money(990, "JPY")},
    own_accounts=("GB33BUKB20201500000041",),
)


def m(amount: str, currency: str = "USD") -> Money:
    return Money.of(amount.replace(",", ""), currency)


def item(
    number: str,
    customer: str,
    total: str,
    currency: str = "USD",
    *,
    open_: str | None = None,
    issued: date | None = None,
    due: date | None = None,
    po: str | None = None,
    discount: tuple[str, date] | None = None,
    net: str | None = None,
    announced: str | None = None,
    lines: tuple[InvoicedLine, ...] = (),
    order: str | None = None,
    notes: tuple[str, ...] = (),
) -> OpenItem:
    """An invoice, or a credit note where the total is negative."""
    amount = m(total, currency)
    return OpenItem(
        number=number,
        type=InvoiceType.CREDIT_NOTE if amount.minor < 0 else InvoiceType.INVOICE,
        customer=customer,
        currency=currency,
        total=amount,
        open=m(open_, currency) if open_ is not None else amount,
        net=m(net, currency) if net else None,
        tax=amount - m(net, currency) if net else None,
        announced=m(announced, currency) if announced else None,
        order=order,
        po_number=po,
        delivery_notes=notes,
        issued_on=issued,
        due_on=due,
        discount_percent=Decimal(discount[0]) if discount else None,
        discount_until=discount[1] if discount else None,
        lines=lines,
    )


def d(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


ITEMS = (
    item("INV-104355", "C-1001", "8125.50", issued=d(2, 10), due=d(3, 12), po="BW-76988", discount=("2", d(2, 20))),
    item("INV-104356", "C-1001", "1204.75", issued=d(2, 10), due=d(3, 12), po="BW-76990", discount=("2", d(2, 20))),
    item("INV-104401", "C-1001", "12450.00", issued=d(3, 4), due=d(4, 3), po="BW-77120", discount=("2", d(3, 14))),
    item("INV-104402", "C-1001", "3980.00", issued=d(3, 6), due=d(4, 5), po="BW-77131", discount=("2", d(3, 16))),
    item("CN-20317", "C-1001", "-640.00", issued=d(2, 24)),
    item("INV-104290", "C-1001", "1980.00", open_="0.00"),
    item("INV-104310", "C-1002", "5000.00", issued=d(1, 22), due=d(2, 21)),
    item("INV-104377", "C-1002", "5000.00", issued=d(2, 18), due=d(3, 20)),
    item("INV-104390", "C-1002", "17316.40", issued=d(2, 27), due=d(3, 29), po="4500018990"),
    item("INV-104333", "C-1003", "2380.00", "EUR", net="2000.00", discount=("2", d(2, 13)), due=d(3, 1)),
    item("INV-104380", "C-1003", "4760.00", "EUR", net="4000.00", discount=("2", d(3, 6)), due=d(3, 22)),
    item("INV-104398", "C-1003", "11900.00", "EUR", net="10000.00", discount=("2", d(3, 17)), due=d(4, 2)),
    item("CN-20325", "C-1003", "-1190.00", "EUR"),
    item("INV-104320", "C-1004", "9600.00", "EUR", due=d(3, 31)),
    item("INV-104371", "C-1004", "4320.00", "EUR", due=d(4, 30)),
    item("CN-20322", "C-1004", "-480.00", "EUR"),
    item("INV-104299", "C-1005", "6050.00", "EUR", due=d(3, 16)),
    item("INV-104345", "C-1005", "3025.00", "EUR", due=d(4, 6)),
    item("INV-104397", "C-1005", "1210.00", "EUR", net="1000.00", due=d(4, 20)),
    item("INV-104328", "C-1006", "33000000", "KRW", net="30000000", due=d(2, 28)),
    item("INV-104365", "C-1006", "11550000", "KRW", net="10500000", due=d(3, 31)),
    item("INV-104334", "C-1007", "1100000", "JPY", net="1000000", due=d(3, 31)),
    item("INV-104386", "C-1007", "385000", "JPY", net="350000", due=d(3, 31)),
    item("CN-20328", "C-1007", "-55000", "JPY"),
    item("INV-104351", "C-1008", "18240.00", "GBP", due=d(3, 30)),
    item("CN-20319", "C-1008", "-1080.00", "GBP"),
    item("INV-104352", "C-1009", "7512.60", "GBP", due=d(3, 30)),
    item("INV-104353", "C-1010", "2399.99", "GBP", due=d(3, 30)),
    item("INV-104300", "C-1011", "1432.10", due=d(3, 2)),
    item("INV-104340", "C-1011", "2210.00", due=d(3, 19)),
    item("INV-104341", "C-1011", "880.45", due=d(3, 19)),
    item("INV-104342", "C-1011", "415.00", due=d(3, 19)),
    item("INV-104343", "C-1011", "67.90", due=d(3, 19)),
    item("INV-104361", "C-1012", "24000.00", due=d(3, 14)),
    item("INV-104366", "C-1013", "1161.00"),
    item("INV-104383", "C-1013", "392.50"),
    item("INV-104370", "C-1014", "3150.00", due=d(3, 18)),
    item("INV-104307", "C-1015", "3150.00", due=d(2, 21)),
    item("INV-104317", "C-1016", "118000.00", "INR", net="100000.00"),
    item("INV-104359", "C-1016", "59000.00", "INR", net="50000.00"),
    item("INV-104325", "C-1017", "15600.00", issued=d(1, 28), discount=("2", d(2, 7))),
    item("INV-104326", "C-1017", "9360.00", issued=d(1, 28), discount=("2", d(2, 7))),
)

SENDERS = {
    customer.number: next((e.replace("@", "ap@", 1) if e.startswith("@") else e for e in customer.emails), "")
    for customer in CUSTOMERS
}


def books(
    sender: str | None = "C-1001",
    *,
    items: Iterable[OpenItem] = (),
    without: Iterable[str] = (),
    address: str | None = None,
    customers: tuple[Customer, ...] = CUSTOMERS,
    trusted: bool = True,
    advices: tuple[KnownAdvice, ...] = (),
    senders: tuple[str, ...] | None = None,
    receipts: tuple[KnownReceipt, ...] = (),
    learned: tuple[Learned, ...] = (),
) -> CashBooks:
    """The whole world as an excerpt; a mail of `sender`'s address (None: no mail), or of `address`."""
    mine = tuple(items)
    replaced = {one.number for one in mine} | set(without)
    everything = tuple(one for one in ITEMS if one.number not in replaced) + mine
    on_record = senders if senders is not None else ((sender,) if sender else ())
    mail = address or (SENDERS.get(sender) if sender else None)
    return CashBooks(
        sender=Sender(address=mail, customers=on_record, trusted=trusted),
        customers=customers,
        items=everything,
        open_items=everything,
        advices=advices,
        receipts=receipts,
        learned=learned,
    )


def line(
    reference: str | None = None,
    paid: str | None = None,
    *,
    gross: str | None = None,
    discount: str | None = None,
    deduction: str | None = None,
    withheld: str | None = None,
    balance: str | None = None,
    order: str | None = None,
    kind: AdvisedKind = AdvisedKind.INVOICE,
    reason: str | None = None,
    code: str | None = None,
    paid_on: date | None = None,
) -> AdvisedLine:
    def number(text: str | None) -> Decimal | None:
        return Decimal(text.replace(",", "")) if text is not None else None

    return AdvisedLine(
        reference=reference,
        order_number=order,
        kind=kind,
        gross=number(gross),
        discount=number(discount),
        deduction=number(deduction),
        withheld=number(withheld),
        paid=number(paid),
        reason=reason,
        reason_code=code,
        balance_after=number(balance),
        paid_on=paid_on,
    )


FRIDAY = d(3, 13)


def advice(
    *lines: AdvisedLine,
    total: str | None = None,
    currency: str | None = "USD",
    paid_on: date | None = FRIDAY,
    reference: str | None = None,
    payer: str | None = None,
    flags: tuple[Flag, ...] = (),
    footing: Footing = Footing.UNPROVED,
    **more: object,
) -> RemittanceAdvice:
    return RemittanceAdvice(
        confidence=0.9,
        source=Source("body"),
        lines=lines,
        total=Decimal(total.replace(",", "")) if total is not None else None,
        currency=currency,
        paid_on=paid_on,
        payment_reference=reference,
        payer=Payer(name=payer),
        flags=flags,
        footing=footing,
        method=PaymentMethod.OTHER,
        **more,  # type: ignore[arg-type]
    )


def decide(paper: RemittanceAdvice, sender: str | None = "C-1001", **more: object) -> RemittanceDecision:
    policy = more.pop("policy", POLICY)
    return decide_remittance(paper, books(sender, **more), policy)  # type: ignore[arg-type]


def booked(decision: RemittanceDecision) -> dict[str, str]:
    """Cash by invoice."""
    sums: dict[str, Money] = {}
    for one in decision.allocations:
        sums[one.invoice] = sums.get(one.invoice, Money.zero(one.cash.currency)) + one.cash
    return {number: amount.plain() for number, amount in sums.items()}


def codes(decision: object) -> list[str]:
    return [one.code for one in decision.exceptions]  # type: ignore[attr-defined]


def known(
    decision: RemittanceDecision, paper: RemittanceAdvice, advice_id: str = "7", *, received_on: date | None = None
) -> KnownAdvice:
    """The advice as the books remember it."""
    return KnownAdvice(
        advice=advice_id,
        customer=decision.customer,
        payment_reference=paper.payment_reference,
        paid_on=paper.paid_on,
        currency=decision.currency or "",
        total=decision.total,
        status="matched" if decision.allocations else "unmatched",
        allocations=tuple(
            KnownAllocation(
                reference=one.reference,
                invoice=one.invoice,
                amount=one.cash,
                discount=one.discount,
                deduction=one.deduction,
                withheld=one.withheld,
                write_off=one.write_off,
                bank_fee=one.bank_fee,
            )
            for one in decision.allocations
        ),
        content_key=decision.content_key,
        received_on=received_on,
    )


def announced_by(decision: RemittanceDecision, items: Iterable[OpenItem] = ITEMS) -> tuple[OpenItem, ...]:
    """The items with what the decision announces on them."""
    sums: dict[str, Money] = {}
    for one in decision.allocations:
        sums[one.invoice] = sums.get(one.invoice, Money.zero(one.cash.currency)) + one.settles
    return tuple(replace(one, announced=sums[one.number]) for one in items if one.number in sums)


def bank(
    amount: str,
    text: str | None = None,
    *,
    payer: str | None = None,
    account: str | None = None,
    booked_on: date | None = TODAY,
    references: tuple[str, ...] = (),
    currency: str | None = "USD",
    **more: object,
) -> BankLine:
    return BankLine(
        amount=Decimal(amount.replace(",", "")),
        text=text,
        payer=payer,
        payer_account=account,
        booked_on=booked_on,
        references=references,
        currency=currency,
        **more,  # type: ignore[arg-type]
    )
