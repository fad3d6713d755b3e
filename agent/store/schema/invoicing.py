"""What customers demand of our invoices, and invoices that wait before they are issued."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, String, Table

from agent.store.columns import Instant, RowId
from agent.store.schema.base import metadata, money, row_id

invoice_rules = Table(
    "invoice_rules",
    metadata,
    Column("customer", String(64), ForeignKey("customers.customer"), primary_key=True),
    Column("rules", JSON, nullable=False),  # agent.domain.invoice_rules.InvoiceRules
)

# What would be invoiced, before it has a number: it waits for a person or for the customer's objection.
invoice_drafts = Table(
    "invoice_drafts",
    metadata,
    row_id(),
    Column("customer", String(64), ForeignKey("customers.customer"), nullable=False),
    Column("status", String(12), nullable=False),  # lint | approval | notice | objected | issued | dropped
    Column("why", JSON, nullable=False),  # in words
    Column("parts", JSON, nullable=False),  # [{"order": …, "quantities": {line: quantity}, "freight": bool}, …]
    Column("deliveries", JSON, nullable=False),
    Column("cleared", JSON, nullable=False),  # the checks that a person or the time has cleared
    Column("supplied_on", Date),
    Column("delivery", RowId),
    Column("until", Date),  # a notice: the last day for an objection
    money("net"),
    money("total"),
    Column("currency", String(3), nullable=False),
    Column("invoice", String(64)),  # what was made of it
    Column("message", RowId),
    Column("created_at", Instant, nullable=False),
    Index(None, "status"),
    Index(None, "customer", "status"),
)
