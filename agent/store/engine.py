"""Opens the database and runs transactions: SQLite (WAL, FULL) embedded, PostgreSQL for many."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError, OperationalError

T = TypeVar("T")
_TRIES = 6
_IDLE = 1.0  # seconds after which a connection to a server may have died unseen


def open_engine(url: str) -> Engine:
    """Open the database that a SQLAlchemy URL names; the schema is the business of `migrations`."""
    if url.startswith(("postgresql:", "postgres:")):
        url = "postgresql+psycopg:" + url.split(":", 1)[1]
    # Errors of the database name the statement, never its values: they end up in logs.
    engine = create_engine(url, hide_parameters=True, **_options(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        _ask_the_idle(engine)
    return engine


def _options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30}}
    return {"isolation_level": "READ COMMITTED"}


def _ask_the_idle(engine: Engine) -> None:
    """Ask a connection that lay idle whether its server is still there; one that was just used is not asked each time."""

    def laid_down(_connection: object, record: Any) -> None:
        record.info["laid_down"] = time.monotonic()

    def taken_up(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("laid_down", float("inf")) < _IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool opens another one

    event.listen(engine, "checkin", laid_down)
    event.listen(engine, "checkout", taken_up)


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
    options: dict[str, Any] = {"readonly": True}
    if engine.dialect.name != "sqlite":
        # Under READ COMMITTED each statement sees what is committed when it begins, transaction or not: so the two
        # trips to the server that open and close one are spared.
        options["isolation_level"] = "AUTOCOMMIT"
    with engine.connect().execution_options(**options) as connection, connection.begin():
        return work(connection)


def _is_busy(error: OperationalError) -> bool:
    text = str(error.orig).lower()
    return any(word in text for word in ("locked", "busy", "deadlock", "could not serialize"))
