"""What waits or was said: disputes, promises and the exception queue."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Float, Index, Integer, String, Table, Text

from agent.store.columns import Instant, RowId
from agent.store.schema.base import metadata, money, row_id

disputes = Table(
    "disputes",
    metadata,
    row_id(),
    Column("customer", String(64), nullable=False),
    Column("invoice", String(64)),
    Column("order", String(64)),
    Column("reason", String(16), nullable=False),
    money("amount", nullable=True),
    Column("currency", String(3)),
    Column("status", String(20), nullable=False),
    Column("tier", Integer, nullable=False, default=1),
    Column("owner", String(100)),
    Column("opened_on", Date, nullable=False),
    Column("due_on", Date),
    Column("claim_number", String(200)),
    Column("text", Text),
    Column("resolution", String(20)),
    Column("message", RowId),
    Column("delivery", RowId),
    Column("advice", RowId),
    Column("contact", String(320)),  # who of the customer's people speaks for it
    Column("topic", String(24)),  # finer than the reason, where the words said it
    Column("item", String(100)),  # what caused it, as far as the books show it
    Column("price_source", String(100)),
    Column("carrier", String(100)),
    Column("clerk", String(100)),
    Column("closed_on", Date),
    Column("outcome", JSON),  # what its resolution booked, so that it can be taken back
    Index(None, "invoice"),
    Index(None, "customer", "status"),
)

promises = Table(
    "promises",
    metadata,
    row_id(),
    Column("customer", String(64), nullable=False),
    Column("invoices", JSON, nullable=False),
    Column("promised_on", Date, nullable=False),
    money("amount", nullable=True),
    Column("currency", String(3)),
    Column("message", RowId),
    Column("status", String(12), nullable=False),  # open | kept | broken
    Column("created_at", Instant, nullable=False),
    Index(None, "customer", "status"),
)

queue = Table(
    "queue",
    metadata,
    row_id(),
    Column("code", String(40), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("customer", String(64)),
    Column("summary", Text, nullable=False),
    money("amount", nullable=True),
    Column("currency", String(3)),
    Column("opened_at", Instant, nullable=False),
    Column("message", RowId),
    Column("candidates", JSON, nullable=False),
    Column("reasons", JSON),
    Column("status", String(12), nullable=False),  # open | claimed | accepted | applied | rejected | undone
    Column("critical", Boolean, nullable=False, default=False),
    Column("owner", String(100)),
    Column("subject_type", String(16)),  # advice | receipt | order | delivery | message
    Column("subject", String(64)),
    Column("line", Integer),
    Column("resolution", JSON),
    Column("version", Integer, nullable=False, default=1),
    Column("resolved_at", Instant),
    Column("confidence", Float),
    Column("hypotheses", JSON),  # what would explain a difference to the cent
    Column("split_of", RowId),  # the item that this one is a part of
    Index(None, "status", "id"),
    Index(None, "customer", "status"),
    Index(None, "message"),
    Index(None, "subject_type", "subject"),
)
