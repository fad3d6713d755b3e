"""The few statements that both databases write differently, behind one name each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")

# Building a statement costs ten times what running it does: so each is built once and run with its values.


def padded(values: Sequence[T]) -> list[T]:
    """The values of an IN list, the last one repeated up to the next power of two (at most 900 in all).

    So few texts of a statement occur that the driver of PostgreSQL keeps them prepared, and each is planned once.
    """
    count = len(values)
    if not count:
        return []
    return [*values, *[values[-1]] * (max(min(1 << (count - 1).bit_length(), 900), count) - count)]


@cache
def _insert(dialect: str, table: Table) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _insert_id(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).returning(table.c.id)


def insert_new(tx: Connection, table: Table, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
    """Insert rows whose unique keys are not there yet; return how many were new."""
    if not values:
        return 0
    kept = {"preserve_rowcount": True}  # else PostgreSQL's driver does not say how many
    if isinstance(values, Mapping):
        result = tx.execute(_insert_new(tx.dialect.name, table), values, execution_options=kept)
    else:
        statement = _insert(tx.dialect.name, table).values(values).on_conflict_do_nothing()
        result = tx.execute(statement, execution_options=kept)
    return max(int(result.rowcount), 0)


def upsert(tx: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or bring the one with the same primary key to these values."""
    keys = [column.name for column in table.primary_key]
    statement = _insert(tx.dialect.name, table).values(values)
    rest = {name: statement.excluded[name] for name in values if name not in keys}
    tx.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest))


def insert_id(tx: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Insert a row and return its number."""
    return int(tx.execute(_insert_id(tx.dialect.name, table), values).scalar_one())
