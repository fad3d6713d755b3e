"""Every table of the books. Amounts are minor units (`…_minor`) beside a currency; instants are UTC.

Uniqueness stands here for every "once": one effect per content (`content_claims`), one mail per intent (`outbox`), one
document number per series, one receipt per bank line, one reminder per item and level.
"""

from __future__ import annotations

from agent.store.schema.agreements import agreement_lines, agreements, filed_papers, retentions, returns
from agent.store.schema.base import metadata
from agent.store.schema.cases import disputes, promises, queue
from agent.store.schema.cash import advice_allocations, advices, applications, receipts, statements
from agent.store.schema.collecting import (
    collecting_terms,
    late_charges,
    payment_plans,
    plan_instalments,
    planned_reminders,
)
from agent.store.schema.contacts import addresses, contacts, sender_rules
from agent.store.schema.invoices import invoices
from agent.store.schema.invoicing import invoice_drafts, invoice_rules
from agent.store.schema.learning import brakes, learned, receipt_advices, reversals
from agent.store.schema.ledger import events, journal_entries, postings, sequences
from agent.store.schema.mail import blobs, content_claims, messages, sightings
from agent.store.schema.master import customer_keys, customers, items, prices
from agent.store.schema.orders import deliveries, document_keys, order_lines, orders
from agent.store.schema.outbox import facts, outbox, outbox_about, outbox_attempts, reminders
from agent.store.schema.replies import absences, customer_references, dispute_moves, legal_stops, pauses

__all__ = [
    "absences",
    "addresses",
    "advice_allocations",
    "advices",
    "agreement_lines",
    "agreements",
    "applications",
    "blobs",
    "brakes",
    "collecting_terms",
    "contacts",
    "content_claims",
    "customer_keys",
    "customer_references",
    "customers",
    "deliveries",
    "dispute_moves",
    "disputes",
    "document_keys",
    "events",
    "facts",
    "filed_papers",
    "invoice_drafts",
    "invoice_rules",
    "invoices",
    "items",
    "journal_entries",
    "late_charges",
    "learned",
    "legal_stops",
    "messages",
    "metadata",
    "order_lines",
    "orders",
    "outbox",
    "outbox_about",
    "outbox_attempts",
    "pauses",
    "payment_plans",
    "plan_instalments",
    "planned_reminders",
    "postings",
    "prices",
    "promises",
    "queue",
    "receipt_advices",
    "receipts",
    "reminders",
    "retentions",
    "returns",
    "reversals",
    "sender_rules",
    "sequences",
    "sightings",
    "statements",
]
