"""What clerks' decisions taught, what they took back, and where automatic booking rests because of it."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from agent.store.columns import Instant, RowId
from agent.store.schema.base import metadata, row_id

# What a clerk's decision taught: rows that can be listed, edited and forgotten.
learned = Table(
    "learned",
    metadata,
    row_id(),
    # payer_alias | payer_account | payer_sender | item | reference | terms | column | refused
    Column("kind", String(16), nullable=False),
    Column("customer", String(64)),
    Column("said", String(400), nullable=False),
    Column("means", String(400), nullable=False),
    Column("queue", RowId),
    Column("held", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Column("key", String(400), nullable=False, server_default=""),  # what is said, folded as it is looked up
    Column("clerk", String(100)),
    Column("failed", Integer, nullable=False, default=0, server_default="0"),  # bookings by it that were taken back
    Column("last_held_at", Instant),
    Column("expires_on", Date),  # the first day on which it no longer counts
    UniqueConstraint("kind", "customer", "said", "means"),
    Index(None, "kind", "key"),
    Index(None, "customer"),
    Index(None, "queue"),
)

# Automatic bookings that staff took back, by customer and by the rule that had made them.
reversals = Table(
    "reversals",
    metadata,
    row_id(),
    Column("at", Instant, nullable=False),
    Column("customer", String(64)),
    Column("rule", String(40)),
    Column("subject", String(64), nullable=False),  # A3, R5
    Column("invoice", String(64)),
    Column("clerk", String(100), nullable=False),
    Column("note", Text),
    Index(None, "at"),
)

# Where automatic booking rests: too much of it was taken back. It rests until a person lifts it.
brakes = Table(
    "brakes",
    metadata,
    row_id(),
    Column("scope", String(12), nullable=False),  # customer | rule
    Column("subject", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", String(100)),
    Index(None, "scope", "subject"),
)

# Further advices that one receipt settled; the first one stands on the receipt itself.
receipt_advices = Table(
    "receipt_advices",
    metadata,
    Column("receipt", RowId, ForeignKey("receipts.id"), primary_key=True),
    Column("advice", RowId, ForeignKey("advices.id"), primary_key=True),
    Index(None, "advice"),
)
