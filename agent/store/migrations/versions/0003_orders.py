"""Blanket orders and what ordering and deliveries keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from agent.store.columns import Exact, Instant, RowId

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("number_key", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("called_minor", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("message", RowId, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.customer"], name=op.f("fk_agreements_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("customer", "number_key", name=op.f("uq_agreements_customer_number_key")),
    )
    op.create_table(
        "filed_papers",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("message", RowId, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.customer"], name=op.f("fk_filed_papers_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filed_papers")),
        sa.UniqueConstraint("customer", "kind", "sha256", name=op.f("uq_filed_papers_customer_kind_sha256")),
    )
    op.create_table(
        "retentions",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("order", sa.String(length=64), nullable=False),
        sa.Column("invoice", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("release_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("delivery", RowId, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.customer"], name=op.f("fk_retentions_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retentions")),
    )
    with op.batch_alter_table("retentions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retentions_invoice"), ["invoice"], unique=False)

    op.create_table(
        "agreement_lines",
        sa.Column("agreement", RowId, nullable=False),
        sa.Column("line", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=100), nullable=False),
        sa.Column("quantity", Exact(), nullable=True),
        sa.Column("called", Exact(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("unit_price", Exact(), nullable=True),
        sa.Column("price_per", Exact(), nullable=False),
        sa.ForeignKeyConstraint(["agreement"], ["agreements.id"], name=op.f("fk_agreement_lines_agreement")),
        sa.PrimaryKeyConstraint("agreement", "line", name=op.f("pk_agreement_lines")),
    )
    op.create_table(
        "returns",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("order", sa.String(length=64), nullable=False),
        sa.Column("invoice", sa.String(length=64), nullable=True),
        sa.Column("number", sa.String(length=100), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("inspected_on", sa.Date(), nullable=True),
        sa.Column("credit_note", sa.String(length=64), nullable=True),
        sa.Column("dispute", RowId, nullable=True),
        sa.Column("delivery", RowId, nullable=True),
        sa.Column("message", RowId, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.customer"], name=op.f("fk_returns_customer")),
        sa.ForeignKeyConstraint(["order"], ["orders.order"], name=op.f("fk_returns_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    with op.batch_alter_table("returns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_returns_customer_status"), ["customer", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_returns_order"), ["order"], unique=False)

    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proof_with_invoice", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("part", sa.String(length=255), nullable=True))

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agreement", RowId, nullable=True))
        batch_op.create_index(batch_op.f("ix_orders_agreement"), ["agreement"], unique=False)
