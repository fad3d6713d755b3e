"""A seller with open items whose dates the test chooses, and runs of the reminders on days that it names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from agent import daily, importing
from agent.booking.cash import applying
from agent.domain.billing import opening_entry
from agent.domain.decisions import Allocation
from agent.domain.money import Money
from agent.domain.receivables import Customer, InvoiceType, OpenItem
from agent.settings import CompanySection, DunningSection, Settings
from agent.store import invoices, ledger, lists, master, outbound
from agent.store.engine import write
from tests.agent.shop import Shop, save

COMPANY = CompanySection(
    name="Halden Components Ltd", emails=("ar@halden.example",), iban="GB33BUKB20201555555555", country="GB"
)
ANN = Customer(number="C-1", name="Ann Ltd", currency="EUR", emails=("ap@ann.example",), country="DE", language="en")
BOB = Customer(number="C-2", name="Bob BV", currency="EUR", emails=("ap@bob.example",), country="NL", language="en")


def at(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=hour)


def open_books(engine: Engine, home: Path, **sections: Any) -> Shop:
    """A seller with two customers and no items; the clock stands at 2 March 2026, a Monday."""
    dunning = sections.pop("dunning", DunningSection())
    shop = Shop(engine, Settings(home=home, company=COMPANY, dunning=dunning, **sections), now=at("2026-03-02"))
    write(engine, lambda tx: [save(tx, one) for one in (ANN, BOB)])
    return shop


def owe(
    shop: Shop, number: str, due: str, amount: str = "100.00", customer: str = "C-1", currency: str = "EUR"
) -> None:
    """An open item taken over from another system; a negative amount is a credit note."""
    money = Money.of(amount, currency)
    item = OpenItem(
        number=number,
        type=InvoiceType.INVOICE if money.minor > 0 else InvoiceType.CREDIT_NOTE,
        customer=customer,
        currency=currency,
        total=money,
        open=money,
        issued_on=date(2026, 1, 1),
        due_on=date.fromisoformat(due) if due else None,
    )

    def work(desk: Any) -> None:
        invoices.add_invoice(
            desk.tx, item, document=None, pdf_sha256=None, delivery=None, message=None, imported=True, now=desk.now
        )
        ledger.post(desk.tx, opening_entry(item), desk.cause, desk.now)

    shop.do(work)


def pay(shop: Shop, number: str, amount: str, day: str) -> None:
    """Money that settles an item, wholly or in part."""
    item = shop.item(number)
    money, zero = Money.of(amount, item.currency), Money.zero(item.currency)

    def work(desk: Any) -> None:
        receipt = applying.book_receipt(
            desk,
            line_key=f"{number}:{day}:{amount}",
            amount=money,
            customer=item.customer,
            received_on=date.fromisoformat(day),
        )
        assert receipt is not None
        applying.apply(
            desk,
            receipt,
            Allocation(
                invoice=number, customer=item.customer, cash=money, discount=zero, deduction=zero, withheld=zero,
                write_off=zero, bank_fee=zero,
            ),
        )  # fmt: skip

    shop.do(work)


def run(shop: Shop, day: str, hour: int = 9) -> dict[str, list[dict[str, Any]]]:
    """The reminders of a day, by hand."""
    shop.now = at(day, hour)
    return shop.do(daily.remind)


def sent(told: dict[str, list[dict[str, Any]]]) -> list[tuple[str, int, list[str]]]:
    return [(row["customer"], row["level"], row["invoices"]) for row in told["mails"]]


def why(told: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    return {row["invoice"]: row["code"] for row in told["blocked"]}


def events(told: dict[str, list[dict[str, Any]]]) -> list[str]:
    return [row["event"] for row in told["events"]]


def codes(shop: Shop) -> list[str]:
    return sorted(row["code"] for row in shop.queue())


def text_of(shop: Shop, mail: str) -> str:
    """The text of an outgoing mail, decoded."""
    import email
    from email import policy

    from agent.store import blobs

    def work(tx: Any) -> bytes:
        return blobs.load(tx, outbound.row_of(tx, int(mail.lstrip("O"))).sha256) or b""

    message = email.message_from_bytes(shop.ask(work), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


__all__ = ["importing", "lists", "master"]
