"""Mail that came in: its bytes, its accounting, and what claims its content once."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from agent.store.columns import Instant, RowId
from agent.store.schema.base import metadata, row_id

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    row_id(),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False),
    Column("source", String(200), nullable=False),  # imap:NAME, maildir:NAME, file
    Column("file", Text),
    Column("received_at", Instant, nullable=False),
    Column("state", String(12), nullable=False, default="new"),  # new | done
    Column("outcome", String(12)),  # processed | queued | quarantined | ignored | duplicate | failed
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", Instant),
    Column("lease_owner", String(100)),
    Column("lease_until", Instant),
    Column("message_id", String(998)),
    Column("fingerprint", String(64)),
    Column("from_address", String(320)),
    Column("subject", Text),
    Column("nature", String(12)),
    Column("customer", String(64)),
    Column("trusted", Boolean),
    Column("trust_reason", Text),
    Column("documents", JSON),
    Column("effects", JSON),
    Column("queue_ids", JSON),
    Column("reading", JSON),
    Column("duplicate_of", RowId),
    Column("processed_at", Instant),
    Column("cards", Integer, nullable=False, server_default="0"),  # card numbers that were blanked before storage
    Column("erased_at", Instant),  # its bytes and its sender were erased on request
    Index(None, "state", "id"),
    Index(None, "sha256"),
    Index(None, "fingerprint"),
    Index(None, "message_id"),
    Index(None, "customer"),
)

# A mail seen on a server, by its transport name: the same one fetched again is the same row (RFC 3501, 2.3.1.1).
sightings = Table(
    "sightings",
    metadata,
    row_id(),
    Column("account", String(100), nullable=False),
    Column("folder", String(500), nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", String(255), nullable=False),  # a number for IMAP, the file's base name for a Maildir
    Column("message", RowId, ForeignKey("messages.id"), nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("marked", Boolean, nullable=False, default=False),  # flagged or moved on the server
    Column("gone_at", Instant),  # when the nightly comparison first missed it on the server
    UniqueConstraint("account", "folder", "uidvalidity", "uid"),
    Index(None, "message"),
)

# The first message that had this content; whoever comes second is a duplicate, however it came.
content_claims = Table(
    "content_claims",
    metadata,
    Column("key", String(100), primary_key=True),  # sha:…, mail:…
    Column("message", RowId, ForeignKey("messages.id"), nullable=False),
)
