"""What every table shares: one metadata, how constraints are named, ids and amounts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData

from agent.store.columns import RowId

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def row_id() -> Column[int]:
    return Column("id", RowId, primary_key=True, autoincrement=True)


def money(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(f"{name}_minor", BigInteger, nullable=nullable)
