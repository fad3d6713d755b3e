"""The schema that migrations make is the schema that the program uses, on both databases."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from agent.domain.errors import ArError
from agent.store.migrate import HEAD, current, migrate
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
