"""The few statements that both databases write differently, behind one name each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def _insert(tx: Connection, table: Table) -> Any:
    return (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(table)


def insert_new(tx: Connection, table: Table, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
    """Insert rows whose unique keys are not there yet; return how many were new."""
    if not values:
        return 0
    statement = _insert(tx, table).values(values).on_conflict_do_nothing()
    result = tx.execute(statement, execution_options={"preserve_rowcount": True})
    return max(int(result.rowcount), 0)


def upsert(tx: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or bring the one with the same primary key to these values."""
    keys = [column.name for column in table.primary_key]
    statement = _insert(tx, table).values(values)
    rest = {name: statement.excluded[name] for name in values if name not in keys}
    tx.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest))


def insert_id(tx: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Insert a row and return its number."""
    return int(tx.execute(_insert(tx, table).values(values).returning(table.c.id)).scalar_one())
