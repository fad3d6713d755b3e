"""Brings the schema of a database to this program's version; alembic is loaded only where there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from agent.domain.errors import ArError

HEAD = "0006"
_SCRIPTS = Path(__file__).parent / "migrations"


def current(connection: Connection) -> str | None:
    """The version of a database's schema; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return str(found) if found else None


def migrate(engine: Engine) -> None:
    """Create or upgrade the schema; a database of a newer program is refused."""
    with engine.connect().execution_options(readonly=True) as connection:
        version = current(connection)
    if version == HEAD:
        return
    if version is not None and version > HEAD:
        raise ArError(f"the database has schema {version}, this program knows {HEAD}: install the newer ar-agent")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
