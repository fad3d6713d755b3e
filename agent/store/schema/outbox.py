"""Mail that goes out, reminders, and small facts that outlive a process."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from agent.store.columns import Instant, RowId
from agent.store.schema.base import metadata, row_id

outbox = Table(
    "outbox",
    metadata,
    row_id(),
    Column("intent", String(200), nullable=False, unique=True),  # the business key: planning twice sends once
    Column("kind", String(24), nullable=False),
    Column("customer", String(64)),
    Column("recipients", JSON, nullable=False),
    Column("sender", String(320), nullable=False),  # MAIL FROM; "" is the null path
    Column("subject", Text, nullable=False),
    Column("language", String(8)),
    Column("about", JSON, nullable=False),
    Column("level", Integer),
    Column("status", String(12), nullable=False),
    # held | queued | sending | sent | unknown | bounced | failed | cancelled
    Column("reason", Text),  # why held, failed or unknown
    Column("due_at", Instant, nullable=False),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False),  # the exact bytes, kept
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_owner", String(100)),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False, default=0),  # grows with each claim; a stale owner cannot settle
    Column("handing_at", Instant),  # set before DATA: from here on a lost connection is `unknown`
    Column("sent_at", Instant),
    Column("reply", Text),  # the server's last reply
    Column("message", RowId),  # the incoming message that caused it
    Column("delivered_at", Instant),  # a mail system reported that it was delivered
    Column("opened_at", Instant),  # a reader reported it as displayed: a weak sign
    Column("proof_at", Instant),  # when no proof of delivery made us try another contact, or find none
    Column("resends", Integer, nullable=False, server_default="0"),  # after an `unknown` that a complete journal lacks
    Column("created_at", Instant, nullable=False),
    Index(None, "status", "due_at"),
    Index(None, "customer"),
    Index(None, "message"),
)

outbox_attempts = Table(
    "outbox_attempts",
    metadata,
    row_id(),
    Column("outbox", RowId, ForeignKey("outbox.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("reply", Text),
    Index(None, "outbox"),
)

# Which outgoing mail is about which document: an invoice's delivery status, a dispute's correspondence.
outbox_about = Table(
    "outbox_about",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("outbox", RowId, ForeignKey("outbox.id"), primary_key=True),
)

reminders = Table(
    "reminders",
    metadata,
    Column("invoice", String(64), ForeignKey("invoices.invoice"), primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("outbox", RowId, nullable=False),
    Column("at", Instant, nullable=False),
)

# Small facts that outlive a process: heartbeats, the last daily run, alarms.
facts = Table(
    "facts",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", JSON),
    Column("at", Instant, nullable=False),
)
