"""Blanket orders, filed papers, returns and retentions are kept alike on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text

from agent.domain.agreements import Agreement, AgreementLine, AgreementStatus
from agent.domain.documents import DisputeReason
from agent.domain.money import Money
from agent.domain.receivables import Customer, Order, OrderLine, OrderStatus
from agent.domain.returns import ReturnCase, ReturnLine, ReturnStatus
from agent.store import agreements, filed, gaps, master, orders, retentions, returns
from agent.store import migrate as migrate_module
from agent.store.engine import read, write
from agent.store.migrate import migrate
from agent.store.schema import metadata

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
EUR = "EUR"


def company(engine: Engine) -> None:
    one = Customer(number="C-1", name="One", currency=EUR, emails=("a@one.example",), proof_with_invoice=True)
    write(engine, lambda tx: master.save_customer(tx, one, ()))


def order(engine: Engine, number: str, quantity: str, status: OrderStatus, *, delivered: str = "0") -> None:
    line = OrderLine(
        line="1", item="VL-220", description="Valve", quantity=Decimal(quantity), unit="EA", unit_price=Decimal("42.00"),
        delivered=Decimal(delivered),
    )  # fmt: skip
    value = Money.of(Decimal(quantity) * 42, EUR)
    one = Order(number=number, customer="C-1", currency=EUR, status=status, lines=(line,), po_number=f"PO-{number}",
                total=value, tax=Money.zero(EUR))  # fmt: skip
    write(engine, lambda tx: orders.add_order(tx, one, content_key=None, message=None, now=NOW))


def test_a_customers_wish_for_proofs_is_kept(engine: Engine) -> None:
    company(engine)
    (one,) = read(engine, lambda tx: master.customers_by_number(tx, ["C-1"]))
    assert one.proof_with_invoice


def test_a_frame_counts_what_was_taken_and_nothing_else(engine: Engine) -> None:
    company(engine)
    frame = Agreement(
        id=0, number="BPA 77", customer="C-1", currency=EUR, status=AgreementStatus.OPEN, called=Money.of("100.00", EUR),
        limit=Money.of("1000.00", EUR), valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31),
        lines=(AgreementLine(line="1", item="VL-220", quantity=Decimal(30), called=Decimal(2)),),
    )  # fmt: skip
    number = write(engine, lambda tx: agreements.add(tx, frame, key="77", now=NOW))
    for name, quantity, status in (
        ("SO-1", "5", OrderStatus.CONFIRMED), ("SO-2", "4", OrderStatus.HELD), ("SO-3", "3", OrderStatus.CANCELLED),
        ("SO-4", "2", OrderStatus.INVOICED),
    ):  # fmt: skip
        order(engine, name, quantity, status)
        write(engine, lambda tx, one=name: agreements.set_agreement(tx, one, number))
    held = read(engine, lambda tx: agreements.by_number(tx, number))
    assert (held.called, held.left, held.lines[0].called) == (
        Money.of("394.00", EUR),
        Money.of("606.00", EUR),
        Decimal(9),
    )
    (without,) = read(engine, lambda tx: agreements.find(tx, customers=["C-1"], keys=["77"], without="SO-1"))
    assert without.called == Money.of("184.00", EUR)
    assert [o.number for o in read(engine, lambda tx: agreements.releases_of(tx, number))] == [
        "SO-1",
        "SO-2",
        "SO-3",
        "SO-4",
    ]


def test_lines_of_a_frame_change_by_item(engine: Engine) -> None:
    company(engine)
    frame = Agreement(
        id=0, number="78", customer="C-1", currency=EUR, status=AgreementStatus.OPEN, called=Money.zero(EUR),
        lines=(AgreementLine(line="1", item="VL-220", quantity=Decimal(30), unit_price=Decimal("42.00")),),
    )  # fmt: skip
    number = write(engine, lambda tx: agreements.add(tx, frame, key="78", now=NOW))
    more = (AgreementLine(line="1", item="VL-220", quantity=Decimal(50)), AgreementLine(line="2", item="SN-310"))
    write(engine, lambda tx: agreements.put_lines(tx, number, more))
    lines = read(engine, lambda tx: agreements.by_number(tx, number)).lines
    assert [(x.line, x.item, x.quantity, x.unit_price) for x in lines] == [
        ("1", "VL-220", Decimal(50), Decimal("42.00")),
        ("2", "SN-310", None, None),
    ]


def test_a_certificate_counts_while_it_is_accepted_and_holds(engine: Engine) -> None:
    company(engine)
    day = date(2026, 3, 16)

    def add(digest: str, status: str, end: date | None, region: str | None = None) -> int:
        return write(
            engine,
            lambda tx: filed.file(
                tx, customer="C-1", kind=filed.TAX_CERTIFICATE, sha256=digest, name="c.pdf", message=None, now=NOW,
                valid_to=end, status=status, region=region,
            )[0],
        )  # fmt: skip

    add("a", "filed", None)
    add("b", "accepted", date(2026, 3, 15))
    assert read(engine, lambda tx: filed.valid_certificate(tx, "C-1", day)) is None
    until_june = add("c", "accepted", date(2026, 6, 30), "OH")
    found = read(engine, lambda tx: filed.valid_certificate(tx, "C-1", day))
    assert found is not None and found.id == until_june
    assert read(engine, lambda tx: filed.valid_certificate(tx, "C-1", day, region="TX")) is None
    assert read(engine, lambda tx: filed.valid_certificate(tx, "C-1", date(2026, 7, 1))) is None
    assert add("c", "accepted", None) == until_june  # the same paper again is no second one


def test_returns_and_retentions_are_kept(engine: Engine) -> None:
    company(engine)
    order(engine, "SO-1", "5", OrderStatus.DELIVERED, delivered="5")
    case = ReturnCase(
        id=0, customer="C-1", order="SO-1", status=ReturnStatus.ANNOUNCED, reason=DisputeReason.DAMAGED, number="RMA-1",
        lines=(ReturnLine(order_line="1", quantity=Decimal("1.5"), item="VL-220", unit="EA"),), announced_on=NOW.date(),
    )  # fmt: skip
    number = write(engine, lambda tx: returns.add(tx, case, NOW))
    write(engine, lambda tx: returns.change(tx, number, status="received", received_on=NOW.date()))
    (found,) = read(engine, lambda tx: returns.find(tx, order="SO-1", statuses=[ReturnStatus.RECEIVED]))
    assert (found.lines, found.received_on) == (case.lines, NOW.date())
    held = write(
        engine,
        lambda tx: retentions.add(
            tx, customer="C-1", order="SO-1", invoice="INV-1", amount=Money.of("39.50", EUR), release_on=date(2026, 5, 1),
            text=None, delivery=None, now=NOW,
        ),
    )  # fmt: skip
    assert read(engine, lambda tx: retentions.held_on(tx, ["INV-1"], date(2026, 4, 30))) == {"INV-1": 3950}
    assert read(engine, lambda tx: retentions.held_on(tx, ["INV-1"], date(2026, 5, 1))) == {}
    write(engine, lambda tx: retentions.set_status(tx, held, "released"))
    assert read(engine, lambda tx: retentions.held_on(tx, ["INV-1"], date(2026, 4, 30))) == {}


def test_the_lists_of_what_lies_between_run_on_both(engine: Engine) -> None:
    company(engine)
    order(engine, "SO-1", "5", OrderStatus.PART_DELIVERED, delivered="2")
    today = NOW.date()
    assert [r["amount"] for r in read(engine, lambda tx: gaps.undelivered(tx, today))] == ["126.00"]
    assert [r["amount"] for r in read(engine, lambda tx: gaps.uninvoiced(tx, today))] == ["84.00"]
    assert read(engine, lambda tx: gaps.unproved(tx, today)) == []
    assert read(engine, lambda tx: gaps.late(tx, today)) == []
    assert read(engine, lambda tx: gaps.despatched(tx, date(2026, 1, 1))) == []


def test_customers_and_orders_of_the_first_schema_keep_their_rows(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate_module._SCRIPTS))
    old = create_engine("sqlite://") if engine.dialect.name == "sqlite" else engine
    with old.begin() as connection:
        config.attributes["connection"] = connection
        if engine.dialect.name != "sqlite":
            metadata.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO customers (customer, name, emails, currency, ship_to, tax_treatment, aliases, accounts,"
                " invoice_detail, invoice_format, billing, bill_on, on_hold, requires_signature)"
                " VALUES ('C-1', 'One', '[]', 'EUR', '[]', 'standard', '[]', '[]', 'itemised', 'pdf', 'per_delivery',"
                " 'delivery', false, true)"
            )
        )
        connection.execute(
            text(
                'INSERT INTO orders ("order", customer, status, currency, total_minor, tax_minor, discrepancies, created_at,'
                f" imported) VALUES ('SO-1', 'C-1', 'confirmed', 'EUR', 100, 0, '[]', '{NOW.isoformat()}', false)"
            )
        )
        connection.execute(
            text(
                'INSERT INTO deliveries ("order", level, status, lines, created_at)'
                f" VALUES ('SO-1', 'signed', 'confirmed', '[]', '{NOW.isoformat()}')"
            )
        )
    migrate(old)
    with old.connect() as connection:
        flags = connection.execute(text("SELECT requires_signature, proof_with_invoice FROM customers")).one()
        assert [bool(one) for one in flags] == [True, False]
        assert connection.execute(text("SELECT agreement FROM orders")).scalar_one() is None
        assert connection.execute(text("SELECT part FROM deliveries")).scalar_one() is None
    (one,) = read(old, lambda tx: orders.orders_by_number(tx, ["SO-1"]))
    assert one.status is OrderStatus.CONFIRMED
    if old is not engine:
        old.dispose()
