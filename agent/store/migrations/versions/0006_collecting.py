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
    _replies()


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


def _replies() -> None:
    """How disputes move, and what customers' other mail leaves behind."""
    with op.batch_alter_table("disputes") as table:
        table.add_column(sa.Column("contact", sa.String(320)))
        table.add_column(sa.Column("topic", sa.String(24)))
        table.add_column(sa.Column("item", sa.String(100)))
        table.add_column(sa.Column("price_source", sa.String(100)))
        table.add_column(sa.Column("carrier", sa.String(100)))
        table.add_column(sa.Column("clerk", sa.String(100)))
        table.add_column(sa.Column("closed_on", sa.Date()))
        table.add_column(sa.Column("outcome", sa.JSON()))
    op.create_table(
        "dispute_moves",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("dispute", RowId, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(100)),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_moves")),
        sa.ForeignKeyConstraint(["dispute"], ["disputes.id"], name=op.f("fk_dispute_moves_dispute_disputes")),
    )
    op.create_index(op.f("ix_dispute_moves_dispute_id"), "dispute_moves", ["dispute", "id"])
    op.create_table(
        "legal_stops",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(200)),
        sa.Column("effective_on", sa.Date()),
        sa.Column("since", Instant, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("message", RowId),
        sa.Column("text", sa.Text()),
        sa.Column("was_on_hold", sa.Boolean(), nullable=False),
        sa.Column("lifted_at", Instant),
        sa.Column("lifted_by", sa.String(200)),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_stops")),
        sa.ForeignKeyConstraint(["customer"], ["customers.customer"], name=op.f("fk_legal_stops_customer_customers")),
    )
    op.create_index(op.f("ix_legal_stops_customer"), "legal_stops", ["customer"])
    op.create_table(
        "pauses",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("invoice", sa.String(64)),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message", RowId),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_index(op.f("ix_pauses_customer"), "pauses", ["customer"])
    op.create_table(
        "customer_references",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("customer", sa.String(64), nullable=False),
        sa.Column("invoice", sa.String(64), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("message", RowId),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_references")),
        sa.UniqueConstraint("invoice", "reference", name=op.f("uq_customer_references_invoice_reference")),
    )
    op.create_index(op.f("ix_customer_references_customer"), "customer_references", ["customer"])
    op.create_table(
        "absences",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("customer", sa.String(64)),
        sa.Column("until", sa.Date()),
        sa.Column("delegate", sa.String(320)),
        sa.Column("message", RowId),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_address"), "absences", ["address"])
    op.create_index(op.f("ix_absences_customer"), "absences", ["customer"])
