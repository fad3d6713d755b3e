"""Opens the database and runs transactions: SQLite (WAL, FULL) embedded, PostgreSQL for many."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

T = TypeVar("T")
_TRIES = 6


def open_engine(url: str) -> Engine:
    """Open the database that a SQLAlchemy URL names; the schema is the business of `migrations`."""
    if url.startswith(("postgresql:", "postgres:")):
        url = "postgresql+psycopg:" + url.split(":", 1)[1]
    # Errors of the database name the statement, never its values: they end up in logs.
    engine = create_engine(url, hide_parameters=True, **_options(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


def _options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30}}
    return {"pool_pre_ping": True, "isolation_level": "READ COMMITTED"}


def _sqlite_connect(connection: Any, _record: object) -> None:
    # SQLAlchemy then decides when a transaction begins, so that a writer can begin IMMEDIATE.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA journal_size_limit=67108864")


def _sqlite_begin(connection: Connection) -> None:
    # Read-then-write under a plain BEGIN fails at once when another writer came between; IMMEDIATE waits its turn.
    readonly = connection.get_execution_options().get("readonly")
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


def write(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Run `work` in one transaction, all or nothing; the whole of it is tried again when the database was busy."""
    for attempt in range(_TRIES):
        try:
            with engine.begin() as tx:
                return work(tx)
        except OperationalError as error:
            if attempt + 1 == _TRIES or not _is_busy(error):
                raise
            time.sleep(0.05 * 2**attempt * (0.5 + random.random()))
    raise AssertionError("unreachable")


def read(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Run `work` in a transaction that takes no writer's lock."""
    with engine.connect().execution_options(readonly=True) as connection, connection.begin():
        return work(connection)


def _is_busy(error: OperationalError) -> bool:
    text = str(error.orig).lower()
    return any(word in text for word in ("locked", "busy", "deadlock", "could not serialize"))
