"""Master data: customers, items and prices."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, false

from agent.store.columns import Exact
from agent.store.schema.base import metadata, money, row_id

customers = Table(
    "customers",
    metadata,
    Column("customer", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("emails", JSON, nullable=False),
    Column("country", String(2)),
    Column("currency", String(3), nullable=False),
    Column("language", String(8)),
    Column("payment_terms", Text),
    Column("address", Text),
    Column("ship_to", JSON, nullable=False),
    Column("tax_id", String(64)),
    Column("tax_treatment", String(16), nullable=False),
    money("credit_limit", nullable=True),
    Column("parent", String(64)),
    Column("aliases", JSON, nullable=False),
    Column("accounts", JSON, nullable=False),
    Column("invoice_detail", String(16), nullable=False),
    Column("invoice_format", String(16), nullable=False),
    Column("billing", String(16), nullable=False),
    Column("bill_on", String(16), nullable=False),
    Column("automation", String(8)),
    Column("owner", String(100)),
    Column("on_hold", Boolean, nullable=False, default=False),
    Column("paused_until", Date),
    Column("timezone", String(64)),  # IANA name; empty: the company's
    Column("requires_signature", Boolean, nullable=False, default=False),
    Column("proof_with_invoice", Boolean, nullable=False, default=False, server_default=false()),
    Index(None, "parent"),
)

# How a customer is found: by address, domain, folded name, alias, account, tax number, customer number.
customer_keys = Table(
    "customer_keys",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("key", String(400), primary_key=True),
    Column("customer", String(64), ForeignKey("customers.customer"), primary_key=True),
    Index(None, "customer"),
)

items = Table(
    "items",
    metadata,
    Column("item", String(100), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("description", Text, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("unit_price", Exact, nullable=False),
    Column("price_per", Exact, nullable=False),
    Column("tax_rate", Exact, nullable=False),
    Column("pack_size", Exact),
    Column("min_quantity", Exact),
    Column("lead_days", Integer),
    Column("service", Boolean, nullable=False),
    Column("item_key", String(100), nullable=False),  # folded: case, blanks and dashes do not tell items apart
    Index(None, "item_key"),
)

prices = Table(
    "prices",
    metadata,
    row_id(),
    Column("natural_key", String(64), nullable=False, unique=True),
    Column("customer", String(64)),
    Column("item", String(100), nullable=False),
    Column("unit_price", Exact, nullable=False),
    Column("price_per", Exact, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("min_quantity", Exact),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("buyer_item", String(100)),
    Column("quotation", String(100)),
    Index(None, "customer", "item"),
    Index(None, "item"),
)
