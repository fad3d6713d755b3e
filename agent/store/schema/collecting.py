"""Getting paid: what was agreed with a customer about reminders and interest, planned mails, plans, late charges."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from agent.store.columns import Exact, Instant, RowId
from agent.store.schema.base import metadata, money, row_id

# How one customer is reminded, and what may be charged; a customer without a row has the company's rules.
collecting_terms = Table(
    "collecting_terms",
    metadata,
    Column("customer", String(64), ForeignKey("customers.customer"), primary_key=True),
    Column("policy", String(40)),  # a name under [dunning.policies]
    Column("segment", String(40)),
    Column("law", String(10)),  # whose law governs late interest: DE, GB, US-TX
    Column("interest_percent", Exact),  # agreed in the contract, per cent a year
    Column("interest", String(12)),  # statute | agreed | none; null: the company's rule
    Column("statement_day", Integer),  # day of the month on which a statement goes out
)

# Reminders that staff were told of the day before, under the number with which they can hold one.
planned_reminders = Table(
    "planned_reminders",
    metadata,
    row_id(),
    Column("planned_for", Date, nullable=False),
    Column("customer", String(64), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("level", Integer, nullable=False),
    Column("invoices", JSON, nullable=False),
    money("total"),
    Column("status", String(10), nullable=False),  # planned | held | released
    Column("decided_by", String(320)),
    Column("decided_at", Instant),
    Column("message", RowId),  # the mail that held it
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("planned_for", "customer", "currency"),
    Index(None, "customer", "status"),
)

payment_plans = Table(
    "payment_plans",
    metadata,
    row_id(),
    Column("customer", String(64), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("invoices", JSON, nullable=False),  # number -> minor units open when it was agreed
    Column("status", String(10), nullable=False),  # active | kept | broken | cancelled
    Column("agreed_on", Date, nullable=False),
    Column("agreed_by", String(200), nullable=False),
    Column("note", Text),
    Column("ended_on", Date),
    Column("created_at", Instant, nullable=False),
    Index(None, "customer", "status"),
)

plan_instalments = Table(
    "plan_instalments",
    metadata,
    Column("plan", RowId, ForeignKey("payment_plans.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("due_on", Date, nullable=False),
    money("amount"),
    Column("reminded_on", Date),
)

# Interest and fixed sums for late payment: proposed with their calculation, charged once or waived by a person.
late_charges = Table(
    "late_charges",
    metadata,
    row_id(),
    Column("customer", String(64), nullable=False),
    Column("invoice", String(64), ForeignKey("invoices.invoice"), nullable=False),
    Column("law", String(10), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("from_on", Date, nullable=False),  # the first day that bears interest
    Column("to_on", Date, nullable=False),  # the last one
    money("interest"),
    money("compensation"),
    Column("status", String(10), nullable=False),  # proposed | charged | waived
    Column("sheet", JSON, nullable=False),  # the calculation, line by line
    Column("document", String(64)),  # the invoice that charges it
    Column("decided_by", String(200)),
    Column("decided_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("invoice", "from_on"),
    Index(None, "customer", "status"),
)
