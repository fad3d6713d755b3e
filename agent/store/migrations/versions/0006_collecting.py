"""Reminder policies, planned mails, payment plans, late charges; disputes and promises."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from agent.store.columns import Exact, Instant, RowId

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _collecting()


def _collecting() -> None:
    op.create_table(
        "collecting_terms",
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("policy", sa.String(40)),
        sa.Column("segment", sa.String(40)),
        sa.Column("law", sa.String(10)),
        sa.Column("interest_percent", Exact()),
        sa.Column("interest", sa.String(12)),
        sa.Column("statement_day", sa.Integer()),
        sa.ForeignKeyConstraint(["customer"], ["customers.customer"], name=op.f("fk_collecting_terms_customer")),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_collecting_terms")),
    )
    op.create_table(
        "planned_reminders",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("planned_for", sa.Date(), nullable=False),
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("invoices", sa.JSON(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("decided_by", sa.String(320)),
        sa.Column("decided_at", Instant()),
        sa.Column("message", RowId),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_reminders")),
        sa.UniqueConstraint(
            "planned_for", "customer", "currency", name=op.f("uq_planned_reminders_planned_for_customer_currency")
        ),
    )
    op.create_index(op.f("ix_planned_reminders_customer_status"), "planned_reminders", ["customer", "status"])
    op.create_table(
        "payment_plans",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("invoices", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("agreed_by", sa.String(200), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("ended_on", sa.Date()),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_plans")),
    )
    op.create_index(op.f("ix_payment_plans_customer_status"), "payment_plans", ["customer", "status"])
    op.create_table(
        "plan_instalments",
        sa.Column("plan", RowId, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reminded_on", sa.Date()),
        sa.ForeignKeyConstraint(["plan"], ["payment_plans.id"], name=op.f("fk_plan_instalments_plan")),
        sa.PrimaryKeyConstraint("plan", "n", name=op.f("pk_plan_instalments")),
    )
    op.create_table(
        "late_charges",
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("invoice", sa.String(64), nullable=False),
        sa.Column("law", sa.String(10), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("interest_minor", sa.BigInteger(), nullable=False),
        sa.Column("compensation_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("document", sa.String(64)),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", Instant()),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.invoice"], name=op.f("fk_late_charges_invoice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_charges")),
        sa.UniqueConstraint("invoice", "from_on", name=op.f("uq_late_charges_invoice_from_on")),
    )
    op.create_index(op.f("ix_late_charges_customer_status"), "late_charges", ["customer", "status"])
