"""Blanket orders with what is called off them, papers filed by version, returns, and money held back until mended."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from agent.store.columns import Exact, Instant, RowId
from agent.store.schema.base import metadata, money, row_id

agreements = Table(
    "agreements",
    metadata,
    row_id(),
    Column("customer", String(64), ForeignKey("customers.customer"), nullable=False),
    Column("number", String(200), nullable=False),
    Column("number_key", String(120), nullable=False),  # folded: how a release finds it
    Column("currency", String(3), nullable=False),
    money("limit", nullable=True),
    money("called"),  # net value of what was called off before it was kept here
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("status", String(12), nullable=False),  # proposed | open | ended
    Column("message", RowId),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("customer", "number_key"),
)

agreement_lines = Table(
    "agreement_lines",
    metadata,
    Column("agreement", RowId, ForeignKey("agreements.id"), primary_key=True),
    Column("line", String(40), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("item", String(100), nullable=False),
    Column("quantity", Exact),  # at most
    Column("called", Exact, nullable=False),  # called off before it was kept here
    Column("unit", String(40)),
    Column("unit_price", Exact),
    Column("price_per", Exact, nullable=False),
)

# Terms of purchase and tax certificates as customers sent them: each version once, with its validity.
filed_papers = Table(
    "filed_papers",
    metadata,
    row_id(),
    Column("customer", String(64), ForeignKey("customers.customer"), nullable=False),
    Column("kind", String(20), nullable=False),  # purchase_terms | tax_certificate
    Column("number", String(100)),
    Column("name", String(255)),  # of the file
    Column("sha256", String(64), nullable=False),
    Column("region", String(64)),  # where a certificate holds; empty: everywhere
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("status", String(12), nullable=False),  # filed | accepted | refused | ended
    Column("note", Text),
    Column("message", RowId),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("customer", "kind", "sha256"),
)

returns = Table(
    "returns",
    metadata,
    row_id(),
    Column("customer", String(64), ForeignKey("customers.customer"), nullable=False),
    Column("order", String(64), ForeignKey("orders.order"), nullable=False),
    Column("invoice", String(64)),
    Column("number", String(100)),  # of the return authorisation
    Column("status", String(12), nullable=False),  # announced | received | inspected | credited | refused
    Column("reason", String(16), nullable=False),
    Column("lines", JSON, nullable=False),
    Column("text", Text),
    Column("announced_on", Date, nullable=False),
    Column("received_on", Date),
    Column("inspected_on", Date),
    Column("credit_note", String(64)),
    Column("dispute", RowId),
    Column("delivery", RowId),
    Column("message", RowId),
    Column("created_at", Instant, nullable=False),
    Index(None, "order"),
    Index(None, "customer", "status"),
)

# A part of an invoice that the customer may keep until what was accepted with defects is mended.
retentions = Table(
    "retentions",
    metadata,
    row_id(),
    Column("customer", String(64), ForeignKey("customers.customer"), nullable=False),
    Column("order", String(64), nullable=False),
    Column("invoice", String(64), nullable=False),
    money("amount"),
    Column("currency", String(3), nullable=False),
    Column("release_on", Date),
    Column("status", String(12), nullable=False),  # held | released
    Column("text", Text),
    Column("delivery", RowId),
    Column("created_at", Instant, nullable=False),
    Index(None, "invoice"),
)
