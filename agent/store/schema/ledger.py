"""The journal and its events, and the numbers that documents get."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint

from agent.store.columns import Instant, RowId
from agent.store.schema.base import metadata, money, row_id

journal_entries = Table(
    "journal_entries",
    metadata,
    row_id(),
    Column("booked_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("cause_type", String(16), nullable=False),  # message | clerk | import | run
    Column("cause", String(200), nullable=False),
    Column("reverses", RowId),
    UniqueConstraint("reverses"),
)

postings = Table(
    "postings",
    metadata,
    row_id(),
    Column("entry", RowId, ForeignKey("journal_entries.id"), nullable=False),
    Column("account", String(20), nullable=False),
    money("amount"),
    Column("currency", String(3), nullable=False),
    Column("customer", String(64)),
    Column("invoice", String(64)),
    Index(None, "entry"),
    Index(None, "invoice"),
    Index(None, "account", "currency"),
    Index(None, "customer", "account"),
)

# Every change of state with its cause: how each figure is walked back to the mail.
events = Table(
    "events",
    metadata,
    row_id(),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject_type", String(16), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("message", RowId),
    Column("data", JSON),
    Index(None, "subject_type", "subject"),
    Index(None, "message"),
)

sequences = Table(
    "sequences",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("next", BigInteger, nullable=False),
)
