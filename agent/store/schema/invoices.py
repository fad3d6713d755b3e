"""Invoices and credit notes, with the lines that make them up."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table

from agent.store.columns import Exact, Instant, RowId
from agent.store.schema.base import metadata, money

invoices = Table(
    "invoices",
    metadata,
    Column("invoice", String(64), primary_key=True),
    Column("type", String(12), nullable=False),
    Column("customer", String(64), ForeignKey("customers.customer"), nullable=False),
    Column("order", String(64)),
    Column("po_number", String(200)),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date),  # with instalments: of the first that is not settled
    Column("schedule", JSON(none_as_null=True)),  # instalments: [[due_on, minor units], …]
    Column("currency", String(3), nullable=False),
    money("net"),
    money("tax"),
    money("total"),  # negative for credit notes
    money("open"),
    Column("discount_percent", Exact),
    Column("discount_until", Date),
    Column("creditor_reference", String(25)),
    Column("closed_by", String(16)),  # payment | credit | write_off | discount
    Column("dunning_level", Integer, nullable=False, default=0),
    Column("dunned_on", Date),
    Column("document", JSON),  # the InvoiceDocument as issued; null for imported items
    Column("lines", JSON),
    Column("pdf_sha256", String(64), ForeignKey("blobs.sha256")),
    Column("delivery", RowId),
    Column("message", RowId),
    Column("imported", Boolean, nullable=False, default=False),
    Column("created_at", Instant, nullable=False),
    # what is open lies between nothing and the total, on its side of zero
    CheckConstraint(
        "(total_minor >= 0 AND open_minor >= 0 AND open_minor <= total_minor)"
        " OR (total_minor <= 0 AND open_minor <= 0 AND open_minor >= total_minor)",
        name="open_within_total",
    ),
    Index(None, "customer", "open_minor"),
    Index(None, "order"),
    Index(None, "due_on"),
    Index(None, "pdf_sha256"),
    Index(None, "currency", "open_minor"),
)
