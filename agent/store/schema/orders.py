"""Orders and deliveries."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from agent.store.columns import Exact, Instant, RowId
from agent.store.schema.base import metadata, money, row_id

orders = Table(
    "orders",
    metadata,
    Column("order", String(64), primary_key=True),
    Column("po_number", String(200)),
    Column("customer", String(64), ForeignKey("customers.customer"), nullable=False),
    Column("status", String(20), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("ordered_on", Date),
    money("total"),
    money("tax"),
    money("freight", nullable=True),
    Column("payment_terms", Text),
    Column("ship_to", Text),
    Column("discrepancies", JSON, nullable=False),
    Column("quotation", String(100)),
    Column("content_key", String(64)),
    Column("bill_on", String(16)),
    Column("revision", String(40)),
    Column("message", RowId),
    Column("created_at", Instant, nullable=False),
    Column("imported", Boolean, nullable=False, default=False),
    Column("agreement", RowId),  # the blanket order that it calls off
    Index(None, "customer", "status"),
    Index(None, "customer", "content_key"),
    Index(None, "po_number"),
    Index(None, "agreement"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order", String(64), ForeignKey("orders.order"), primary_key=True),
    Column("line", String(40), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("item", String(100)),
    Column("description", Text, nullable=False),
    Column("quantity", Exact, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("unit_price", Exact, nullable=False),
    Column("price_per", Exact, nullable=False),
    Column("discount_percent", Exact),
    Column("tax_rate", Exact),
    Column("buyer_item", String(100)),
    Column("requested_on", Date),
    Column("delivered", Exact, nullable=False),
    Column("invoiced", Exact, nullable=False),
    Column("service", Boolean, nullable=False, default=False),
)

# Numbers as papers may print them, folded: how orders, invoices and deliveries are found, without a scan.
document_keys = Table(
    "document_keys",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("kind", String(16), primary_key=True),  # invoice | order | po | delivery_note | tracking | delivery
    Column("number", String(100), primary_key=True),  # of the invoice, order or delivery that it leads to
    Column("customer", String(64)),
    Index(None, "kind", "number"),
)

deliveries = Table(
    "deliveries",
    metadata,
    row_id(),
    Column("order", String(64), ForeignKey("orders.order"), nullable=False),
    Column("number", String(200)),
    Column("tracking_number", String(100)),
    Column("carrier", String(100)),
    Column("level", String(12), nullable=False),
    Column("delivered_on", Date),
    Column("received_by", String(200)),
    Column("status", String(20), nullable=False),  # confirmed | evidence | event | refused
    Column("content_key", String(64)),
    Column("lines", JSON, nullable=False),
    Column("invoice", String(64)),
    Column("message", RowId),
    Column("created_at", Instant, nullable=False),
    Column("part", String(255)),  # of the message: the paper itself
    UniqueConstraint("order", "content_key"),
)
