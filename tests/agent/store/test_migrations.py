"""The schema that migrations make is the schema that the program uses, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from agent.domain.collecting import CollectingTerms
from agent.domain.errors import ArError
from agent.domain.invoice_rules import InvoiceRules
from agent.domain.money import Money
from agent.domain.receivables import DuePart
from agent.store import collecting, drafts, invoices, lists
from agent.store.cases import add_move
from agent.store.engine import open_engine
from agent.store.migrate import _SCRIPTS, HEAD, current, migrate
from agent.store.schema import metadata


def test_an_empty_database_becomes_what_the_program_knows(engine: Engine) -> None:
    with engine.connect() as connection:
        assert current(connection) == HEAD
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_check_constraints_are_there(engine: Engine) -> None:
    with engine.connect() as connection:
        names = {c["name"] for c in inspect(connection).get_check_constraints("invoices")}
    assert "ck_invoices_open_within_total" in names


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        assert current(connection) == HEAD


def test_a_database_of_a_newer_program_is_refused() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
    with pytest.raises(ArError, match="newer"):
        migrate(engine)
    engine.dispose()


def test_a_database_of_the_first_schema_keeps_its_rows(engine: Engine) -> None:
    """Queue items, allocations and what was learned stand after the upgrade as they stood before."""
    from alembic import command
    from alembic.config import Config

    from agent.store import migrate as module

    config = Config()
    config.set_main_option("script_location", str(module._SCRIPTS))
    old = create_engine("sqlite://") if engine.dialect.name == "sqlite" else engine
    with old.begin() as connection:
        config.attributes["connection"] = connection
        if engine.dialect.name != "sqlite":
            metadata.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))
        command.upgrade(config, "0001")
        instant = "2026-03-16T09:00:00.000000+00:00"
        connection.execute(
            text(
                "INSERT INTO learned (kind, customer, said, means, queue, held, created_at)"
                f" VALUES ('item', 'C-1', 'their', 'OURS', 3, 2, '{instant}')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO queue (code, kind, summary, opened_at, candidates, status, critical, version)"
                f" VALUES ('short_pay', 'amount_mismatch', 'why', '{instant}', '[]', 'open', false, 1)"
            )
        )
        connection.execute(text("INSERT INTO blobs (sha256, size, data) VALUES ('d1', 1, 'x')"))
        connection.execute(
            text(
                "INSERT INTO messages (id, sha256, source, received_at, state, attempts)"
                f" VALUES (1, 'd1', 'imap:ar', '{instant}', 'new', 0)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO sightings (account, folder, uidvalidity, uid, message, seen_at, marked)"
                f" VALUES ('ar', 'INBOX', 7, '1', 1, '{instant}', true)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO outbox (intent, kind, recipients, sender, subject, about, status, due_at, message_id, sha256,"
                f" attempts, fence, created_at) VALUES ('i', 'invoice', '[]', '', '', '[]', 'queued', '{instant}', '<m>', 'd1',"
                f" 0, 0, '{instant}')"
            )
        )
    migrate(old)
    with old.connect() as connection:
        row = connection.execute(text("SELECT messages.cards, sightings.gone_at FROM messages, sightings")).one()
        assert tuple(row) == (0, None)
        assert tuple(connection.execute(text("SELECT status, resends, delivered_at FROM outbox")).one()) == (
            "queued",
            0,
            None,
        )
        row = connection.execute(text("SELECT said, means, held, failed, key FROM learned")).one()
        assert tuple(row) == ("their", "OURS", 2, 0, "")
        assert connection.execute(text("SELECT code, split_of FROM queue")).one() == ("short_pay", None)
    if old is not engine:
        old.dispose()


def test_the_tables_of_late_payment_come_to_books_that_hold_rows(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        connection.execute(
            text(
                "INSERT INTO customers (customer, name, emails, currency, ship_to, tax_treatment, aliases, accounts, invoice_detail,"
                " invoice_format, billing, bill_on, on_hold, requires_signature) VALUES"
                " ('C-1', 'Ann', '[]', 'EUR', '[]', 'standard', '[]', '[]', 'itemised', 'pdf', 'per_delivery', 'delivery', 0, 0)"
            )
        )
    migrate(engine)
    with engine.begin() as connection:
        assert current(connection) == HEAD
        assert collecting.terms_of(connection, "C-1") == CollectingTerms()
        assert collecting.save_terms(connection, "C-1", CollectingTerms(law="DE", interest_percent=Decimal("9.50")))
        assert collecting.terms_of(connection, "C-1").interest_percent == Decimal("9.50")
    engine.dispose()


def test_disputes_that_were_open_before_have_both_clocks_and_can_be_decided(engine: Engine) -> None:
    """A dispute from before the history of moves counts as ours from its first day."""
    old = engine if engine.dialect.name == "sqlite" else create_engine(engine.url)
    with old.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(text(f'DROP TABLE IF EXISTS "{table.name}"'))
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        connection.execute(
            text(
                "INSERT INTO disputes (customer, invoice, reason, amount_minor, currency, status, tier, opened_on, due_on)"
                " VALUES ('C-1', 'INV-1', 'price', 1250, 'EUR', 'waiting_customer', 1, '2026-03-02', '2026-03-12')"
            )
        )
    migrate(old)
    with old.begin() as connection:
        (row,) = lists.list_disputes(connection, today=date(2026, 3, 9))
        assert (row["our_days"], row["their_days"], row["contact"], row["resolution"]) == (0, 7, None, None)
        add_move(
            connection,
            1,
            status="waiting_us",
            tier=1,
            owner=None,
            actor="clerk:ann",
            day=date(2026, 3, 9),
            now=datetime(2026, 3, 9, 9, tzinfo=UTC),
        )
        (row,) = lists.list_disputes(connection, today=date(2026, 3, 11))
        assert row["our_days"] + row["their_days"] == 9
    if old is not engine:
        old.dispose()


def test_invoices_that_were_issued_before_instalments_are_due_on_one_day(engine: Engine) -> None:
    """Books of before 0004 are read as they were, take rules and drafts, and can be given a plan."""
    old = engine if engine.dialect.name == "sqlite" else create_engine(engine.url)
    with old.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(text(f'DROP TABLE IF EXISTS "{table.name}"'))
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.execute(
            text(
                "INSERT INTO customers (customer, name, emails, currency, ship_to, tax_treatment, aliases, accounts, invoice_detail,"
                " invoice_format, billing, bill_on, on_hold, requires_signature) VALUES ('C-1', 'Ann', '[]', 'EUR', '[]', 'standard',"
                " '[]', '[]', 'itemised', 'pdf', 'per_delivery', 'delivery', false, false)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO invoices (invoice, type, customer, issued_on, due_on, currency, net_minor, tax_minor, total_minor, open_minor,"
                " dunning_level, imported, created_at) VALUES ('INV-1', 'invoice', 'C-1', '2026-03-01', '2026-03-31', 'EUR', 1000, 0, 1000,"
                " 1000, 2, true, '2026-03-01T09:00:00.000000+00:00')"
            )
        )
    migrate(old)
    with old.begin() as connection:
        (item,) = invoices.items_by_number(connection, ["INV-1"])
        assert (item.schedule, item.due_on) == ((), date(2026, 3, 31))
        assert item.overdue(date(2026, 4, 1)) == Money.of("10.00", "EUR")
        assert drafts.rules_of(connection, "C-1") is None
        drafts.save_rules(connection, InvoiceRules(customer="C-1", po_required=True))
        parts = (
            DuePart(date(2026, 4, 30), Money.of("4.00", "EUR")),
            DuePart(date(2026, 5, 31), Money.of("6.00", "EUR")),
        )
        invoices.set_schedule(connection, "INV-1", parts)
        invoices.change_open(connection, "INV-1", Money.of("-4.00", "EUR"), closed_by="payment")
        (item,) = invoices.items_by_number(connection, ["INV-1"])
        assert (item.due_on, [part.amount.plain() for part in item.parts]) == (date(2026, 5, 31), ["6.00"])
        invoices.change_open(connection, "INV-1", Money.of("4.00", "EUR"))
        (item,) = invoices.items_by_number(connection, ["INV-1"])
        assert item.due_on == date(2026, 4, 30)
    if old is not engine:
        old.dispose()
