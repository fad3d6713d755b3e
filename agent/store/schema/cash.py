"""Cash: advices, statements, receipts and what they were applied to."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from agent.store.columns import Instant, RowId
from agent.store.schema.base import metadata, money, row_id

advices = Table(
    "advices",
    metadata,
    row_id(),
    Column("message", RowId),
    Column("customer", String(64)),
    Column("payer_name", Text),
    Column("number", String(200)),
    Column("payment_reference", String(200)),
    Column("method", String(12)),
    Column("paid_on", Date),
    Column("currency", String(3)),
    money("total", nullable=True),
    Column("status", String(16), nullable=False),  # matched | part_matched | unmatched | received | replaced
    Column("announced", Boolean, nullable=False, default=False),
    Column("content_key", String(64), unique=True),
    Column("document", JSON),
    Column("created_at", Instant, nullable=False),
    Index(None, "customer", "created_at"),
    Index(None, "payment_reference"),
    Index(None, "total_minor", "currency"),
)

advice_allocations = Table(
    "advice_allocations",
    metadata,
    row_id(),
    Column("advice", RowId, ForeignKey("advices.id"), nullable=False),
    Column("line", Integer),
    Column("reference", String(200)),
    Column("invoice", String(64)),
    Column("customer", String(64)),
    Column("currency", String(3), nullable=False),
    money("amount"),  # cash, negative for credit notes
    money("discount"),
    money("deduction"),
    money("withheld"),
    money("write_off"),
    money("bank_fee"),
    Column("state", String(12), nullable=False),  # announced | received | released
    Column("reasons", JSON),
    Column("queue", RowId),  # the clerk's decision that made it; none: it was automatic
    Index(None, "advice"),
    Index(None, "invoice", "state"),
)

statements = Table(
    "statements",
    metadata,
    row_id(),
    Column("account", String(64)),
    Column("number", String(100)),
    Column("currency", String(3)),
    money("opening", nullable=True),
    money("closing", nullable=True),
    Column("message", RowId),
    Column("imported_at", Instant, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    row_id(),
    Column("line_key", String(100), nullable=False, unique=True),
    Column("statement", RowId),
    Column("customer", String(64)),
    Column("payer", Text),
    Column("payer_account", String(64)),
    Column("received_on", Date, nullable=False),
    Column("currency", String(3), nullable=False),
    money("amount"),
    money("unapplied"),
    Column("advice", RowId),
    Column("bank_reference", String(200)),
    Column("end_to_end_id", String(100)),
    Column("text", Text),
    Column("message", RowId),
    Column("returned", Boolean, nullable=False, default=False),
    Column("entry", RowId),  # the journal entry of its arrival
    Column("created_at", Instant, nullable=False),
    Index(None, "customer"),
    Index(None, "received_on"),
    Index(None, "bank_reference"),
    Index(None, "amount_minor", "currency"),
)

applications = Table(
    "applications",
    metadata,
    row_id(),
    Column("receipt", RowId, ForeignKey("receipts.id"), nullable=False),
    Column("invoice", String(64), ForeignKey("invoices.invoice"), nullable=False),
    Column("currency", String(3), nullable=False),
    money("amount"),
    money("discount"),
    money("deduction"),
    money("withheld"),
    money("write_off"),
    money("bank_fee"),
    Column("entry", RowId, nullable=False),
    Column("reversed", Boolean, nullable=False, default=False),
    Column("reasons", JSON),
    Column("queue", RowId),  # the clerk's decision that made it; none: it was automatic, or entered by hand
    money("paid", nullable=True),  # what of the receipt it took, where that is in another currency
    Column("paid_currency", String(3)),
    Index(None, "receipt"),
    Index(None, "invoice"),
)
