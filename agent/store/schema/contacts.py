"""Who may do what by mail: contacts of customers, addresses that take no mail, and senders that are blocked or vouched for."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, true

from agent.store.columns import Instant
from agent.store.schema.base import metadata

# What one address of a customer may do; an address without a row may do everything.
contacts = Table(
    "contacts",
    metadata,
    Column("customer", String(64), ForeignKey("customers.customer"), primary_key=True),
    Column("address", String(320), primary_key=True),  # case folded
    Column("name", Text),
    Column("may_order", Boolean, nullable=False, server_default=true()),
    Column("may_dispute", Boolean, nullable=False, server_default=true()),
    Column("may_receive", Boolean, nullable=False, server_default=true()),  # invoices, statements and reminders
    Column("rank", Integer, nullable=False, server_default="0"),  # the lowest is written to first
    Index(None, "address"),
)

# What the mail systems said of an address: one that does not exist is written to no more.
addresses = Table(
    "addresses",
    metadata,
    Column("address", String(320), primary_key=True),  # case folded
    Column("stopped_at", Instant),
    Column("stop_reason", Text),
    Column("soft", Integer, nullable=False, server_default="0"),  # temporary failures in a row
    Column("soft_at", Instant),
)

sender_rules = Table(
    "sender_rules",
    metadata,
    Column("entry", String(320), primary_key=True),  # an address, or @domain
    Column("verdict", String(8), nullable=False),  # block | allow
    Column("note", Text),
    Column("by", String(100), nullable=False),
    Column("at", Instant, nullable=False),
)
