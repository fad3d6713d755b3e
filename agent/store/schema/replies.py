"""What customers' other mail leaves behind: how disputes moved, legal stops, pauses, case numbers, absences."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from agent.store.columns import Instant, RowId
from agent.store.schema.base import metadata, row_id

# One row for each move of a dispute: whose turn it was, from when. The clock of a dispute is read from here.
dispute_moves = Table(
    "dispute_moves",
    metadata,
    row_id(),
    Column("dispute", RowId, ForeignKey("disputes.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("day", Date, nullable=False),  # of the seller's calendar
    Column("status", String(20), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("owner", String(100)),
    Column("actor", String(200), nullable=False),
    Index(None, "dispute", "id"),
)

# Insolvency, counsel, "cease contact": nothing leaves for this customer until a person lifts it.
legal_stops = Table(
    "legal_stops",
    metadata,
    row_id(),
    Column("customer", String(64), ForeignKey("customers.customer"), nullable=False),
    Column("kind", String(20), nullable=False),  # insolvency | counsel | other
    Column("reference", String(200)),  # the court's or counsel's number
    Column("effective_on", Date),  # of the petition, where it is told
    Column("since", Instant, nullable=False),
    Column("by", String(200), nullable=False),
    Column("message", RowId),
    Column("text", Text),
    Column("was_on_hold", Boolean, nullable=False, default=False),  # before the stop: lifting puts it back
    Column("lifted_at", Instant),
    Column("lifted_by", String(200)),
    Column("note", Text),
    Index(None, "customer"),
)

# Reminders rest until a day, for one invoice or (invoice null) for all of a customer.
pauses = Table(
    "pauses",
    metadata,
    row_id(),
    Column("customer", String(64), nullable=False),
    Column("invoice", String(64)),
    Column("until", Date, nullable=False),  # the last day on which nothing is asked
    Column("reason", Text, nullable=False),
    Column("message", RowId),
    Column("at", Instant, nullable=False),
    Index(None, "customer"),
)

# What the customer's system calls an invoice of ours: its case, ticket or document number.
customer_references = Table(
    "customer_references",
    metadata,
    row_id(),
    Column("customer", String(64), nullable=False),
    Column("invoice", String(64), nullable=False),
    Column("reference", String(100), nullable=False),
    Column("message", RowId),
    Column("at", Instant, nullable=False),
    UniqueConstraint("invoice", "reference"),
    Index(None, "customer"),
)

# Who is away until when, and who stands in; the newest row of an address counts.
absences = Table(
    "absences",
    metadata,
    row_id(),
    Column("address", String(320), nullable=False),
    Column("customer", String(64)),
    Column("until", Date),
    Column("delegate", String(320)),
    Column("message", RowId),
    Column("at", Instant, nullable=False),
    Index(None, "address"),
    Index(None, "customer"),
)
