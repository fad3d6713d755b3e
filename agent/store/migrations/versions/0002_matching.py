"""Learning, reversals and brakes; notes of the queue; receipts that settle several advices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from agent.store.columns import Instant, RowId

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("queue") as table:
        table.add_column(sa.Column("hypotheses", sa.JSON(), nullable=True))
        table.add_column(sa.Column("split_of", RowId, nullable=True))
    with op.batch_alter_table("advice_allocations") as table:
        table.add_column(sa.Column("queue", RowId, nullable=True))
    with op.batch_alter_table("applications") as table:
        table.add_column(sa.Column("queue", RowId, nullable=True))
        table.add_column(sa.Column("paid_minor", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("paid_currency", sa.String(3), nullable=True))
    with op.batch_alter_table("learned") as table:
        table.add_column(sa.Column("key", sa.String(400), nullable=False, server_default=""))
        table.add_column(sa.Column("clerk", sa.String(100), nullable=True))
        table.add_column(sa.Column("failed", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("last_held_at", Instant(), nullable=True))
        table.add_column(sa.Column("expires_on", sa.Date(), nullable=True))
        table.drop_constraint(op.f("uq_learned_kind_customer_said"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_learned_kind_customer_said_means"), ["kind", "customer", "said", "means"]
        )
    op.create_index(op.f("ix_learned_kind_key"), "learned", ["kind", "key"])
    op.create_index(op.f("ix_learned_customer"), "learned", ["customer"])
    op.create_index(op.f("ix_learned_queue"), "learned", ["queue"])
    op.create_table(
        "reversals",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("customer", sa.String(64), nullable=True),
        sa.Column("rule", sa.String(40), nullable=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("invoice", sa.String(64), nullable=True),
        sa.Column("clerk", sa.String(100), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reversals")),
    )
    op.create_index(op.f("ix_reversals_at"), "reversals", ["at"])
    op.create_table(
        "brakes",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("scope", sa.String(12), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lifted_by", sa.String(100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brakes")),
    )
    op.create_index(op.f("ix_brakes_scope_subject"), "brakes", ["scope", "subject"])
    op.create_table(
        "receipt_advices",
        sa.Column("receipt", RowId, nullable=False),
        sa.Column("advice", RowId, nullable=False),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_receipt_advices_receipt")),
        sa.ForeignKeyConstraint(["advice"], ["advices.id"], name=op.f("fk_receipt_advices_advice")),
        sa.PrimaryKeyConstraint("receipt", "advice", name=op.f("pk_receipt_advices")),
    )
    op.create_index(op.f("ix_receipt_advices_advice"), "receipt_advices", ["advice"])
