"""Contacts, blocks and what mail in and out keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from agent.store.columns import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("may_order", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("may_dispute", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("may_receive", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("rank", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["customer"], ["customers.customer"], name=op.f("fk_contacts_customer")),
        sa.PrimaryKeyConstraint("customer", "address", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_address"), "contacts", ["address"])
    op.create_table(
        "addresses",
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("stopped_at", Instant(), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=True),
        sa.Column("soft", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("soft_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_addresses")),
    )
    op.create_table(
        "sender_rules",
        sa.Column("entry", sa.String(320), nullable=False),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_sender_rules")),
    )
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("cards", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("erased_at", Instant(), nullable=True))
    with op.batch_alter_table("sightings") as table:
        table.add_column(sa.Column("gone_at", Instant(), nullable=True))
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("delivered_at", Instant(), nullable=True))
        table.add_column(sa.Column("opened_at", Instant(), nullable=True))
        table.add_column(sa.Column("proof_at", Instant(), nullable=True))
        table.add_column(sa.Column("resends", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("customers") as table:
        table.add_column(sa.Column("timezone", sa.String(64), nullable=True))
    op.create_index(op.f("ix_invoices_pdf_sha256"), "invoices", ["pdf_sha256"])
