"""Instalments, what customers demand of our invoices, and invoices that wait before they are issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from agent.store.columns import Instant, RowId

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invoices", sa.Column("schedule", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "invoice_rules",
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.customer"], name=op.f("fk_invoice_rules_customer")),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_invoice_rules")),
    )
    op.create_table(
        "invoice_drafts",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("deliveries", sa.JSON(), nullable=False),
        sa.Column("cleared", sa.JSON(), nullable=False),
        sa.Column("supplied_on", sa.Date(), nullable=True),
        sa.Column("delivery", RowId, nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("invoice", sa.String(64), nullable=True),
        sa.Column("message", RowId, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.customer"], name=op.f("fk_invoice_drafts_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_drafts")),
    )
    op.create_index(op.f("ix_invoice_drafts_status"), "invoice_drafts", ["status"])
    op.create_index(op.f("ix_invoice_drafts_customer_status"), "invoice_drafts", ["customer", "status"])
