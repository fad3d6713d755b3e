"""Every table of the books. Amounts are minor units (`…_minor`) beside a currency; instants are UTC.

Uniqueness stands here for every "once": one effect per content (`content_claims`), one mail per intent (`outbox`), one
document number per series, one receipt per bank line, one reminder per item and level.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from agent.store.columns import Exact, Instant, RowId

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", RowId, primary_key=True, autoincrement=True)


def _money(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(f"{name}_minor", BigInteger, nullable=nullable)


# --- mail that came in -------------------------------------------------------------------------------------------

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False),
    Column("source", String(200), nullable=False),  # imap:NAME, maildir:NAME, file
    Column("file", Text),
    Column("received_at", Instant, nullable=False),
    Column("state", String(12), nullable=False, default="new"),  # new | done
    Column("outcome", String(12)),  # processed | queued | quarantined | ignored | duplicate | failed
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", Instant),
    Column("lease_owner", String(100)),
    Column("lease_until", Instant),
    Column("message_id", String(998)),
    Column("fingerprint", String(64)),
    Column("from_address", String(320)),
    Column("subject", Text),
    Column("nature", String(12)),
    Column("customer", String(64)),
    Column("trusted", Boolean),
    Column("trust_reason", Text),
    Column("documents", JSON),
    Column("effects", JSON),
    Column("queue_ids", JSON),
    Column("reading", JSON),
    Column("duplicate_of", RowId),
    Column("processed_at", Instant),
    Index(None, "state", "id"),
    Index(None, "sha256"),
    Index(None, "fingerprint"),
    Index(None, "message_id"),
    Index(None, "customer"),
)

# A mail seen on a server, by its transport name: the same one fetched again is the same row (RFC 3501, 2.3.1.1).
sightings = Table(
    "sightings",
    metadata,
    _id(),
    Column("account", String(100), nullable=False),
    Column("folder", String(500), nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", String(255), nullable=False),  # a number for IMAP, the file's base name for a Maildir
    Column("message", RowId, ForeignKey("messages.id"), nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("marked", Boolean, nullable=False, default=False),  # flagged or moved on the server
    UniqueConstraint("account", "folder", "uidvalidity", "uid"),
    Index(None, "message"),
)

# The first message that had this content; whoever comes second is a duplicate, however it came.
content_claims = Table(
    "content_claims",
    metadata,
    Column("key", String(100), primary_key=True),  # sha:…, mail:…
    Column("message", RowId, ForeignKey("messages.id"), nullable=False),
)

# --- master data -------------------------------------------------------------------------------------------------

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
    _money("credit_limit", nullable=True),
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
    Column("requires_signature", Boolean, nullable=False, default=False),
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
    _id(),
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

# --- orders and deliveries ---------------------------------------------------------------------------------------

orders = Table(
    "orders",
    metadata,
    Column("order", String(64), primary_key=True),
    Column("po_number", String(200)),
    Column("customer", String(64), ForeignKey("customers.customer"), nullable=False),
    Column("status", String(20), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("ordered_on", Date),
    _money("total"),
    _money("tax"),
    _money("freight", nullable=True),
    Column("payment_terms", Text),
    Column("ship_to", Text),
    Column("discrepancies", JSON, nullable=False),
    Column("quotation", String(100)),
    Column("content_key", String(64)),
    Column("bill_on", String(16)),
    Column("revision", String(40)),
    Column("message", RowId),
    Column("created_at", Instant, nullable=False),
    Column("imported", Boolean, nullable=False, default=False),
    Index(None, "customer", "status"),
    Index(None, "customer", "content_key"),
    Index(None, "po_number"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order", String(64), ForeignKey("orders.order"), primary_key=True),
    Column("line", String(40), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("item", String(100)),
    Column("description", Text, nullable=False),
    Column("quantity", Exact, nullable=False),
    Column("unit", String(40), nullable=False),
    Column("unit_price", Exact, nullable=False),
    Column("price_per", Exact, nullable=False),
    Column("discount_percent", Exact),
    Column("tax_rate", Exact),
    Column("buyer_item", String(100)),
    Column("requested_on", Date),
    Column("delivered", Exact, nullable=False),
    Column("invoiced", Exact, nullable=False),
    Column("service", Boolean, nullable=False, default=False),
)

# Numbers as papers may print them, folded: how orders, invoices and deliveries are found, without a scan.
document_keys = Table(
    "document_keys",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("kind", String(16), primary_key=True),  # invoice | order | po | delivery_note | tracking | delivery
    Column("number", String(100), primary_key=True),  # of the invoice, order or delivery that it leads to
    Column("customer", String(64)),
    Index(None, "kind", "number"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("order", String(64), ForeignKey("orders.order"), nullable=False),
    Column("number", String(200)),
    Column("tracking_number", String(100)),
    Column("carrier", String(100)),
    Column("level", String(12), nullable=False),
    Column("delivered_on", Date),
    Column("received_by", String(200)),
    Column("status", String(20), nullable=False),  # confirmed | evidence | event | refused
    Column("content_key", String(64)),
    Column("lines", JSON, nullable=False),
    Column("invoice", String(64)),
    Column("message", RowId),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("order", "content_key"),
)

# --- invoices ----------------------------------------------------------------------------------------------------

invoices = Table(
    "invoices",
    metadata,
    Column("invoice", String(64), primary_key=True),
    Column("type", String(12), nullable=False),
    Column("customer", String(64), ForeignKey("customers.customer"), nullable=False),
    Column("order", String(64)),
    Column("po_number", String(200)),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date),
    Column("currency", String(3), nullable=False),
    _money("net"),
    _money("tax"),
    _money("total"),  # negative for credit notes
    _money("open"),
    Column("discount_percent", Exact),
    Column("discount_until", Date),
    Column("creditor_reference", String(25)),
    Column("closed_by", String(16)),  # payment | credit | write_off | discount
    Column("dunning_level", Integer, nullable=False, default=0),
    Column("dunned_on", Date),
    Column("document", JSON),  # the InvoiceDocument as issued; null for imported items
    Column("lines", JSON),
    Column("pdf_sha256", String(64), ForeignKey("blobs.sha256")),
    Column("delivery", RowId),
    Column("message", RowId),
    Column("imported", Boolean, nullable=False, default=False),
    Column("created_at", Instant, nullable=False),
    # what is open lies between nothing and the total, on its side of zero
    CheckConstraint(
        "(total_minor >= 0 AND open_minor >= 0 AND open_minor <= total_minor)"
        " OR (total_minor <= 0 AND open_minor <= 0 AND open_minor >= total_minor)",
        name="open_within_total",
    ),
    Index(None, "customer", "open_minor"),
    Index(None, "order"),
    Index(None, "due_on"),
    Index(None, "currency", "open_minor"),
)

# --- cash --------------------------------------------------------------------------------------------------------

advices = Table(
    "advices",
    metadata,
    _id(),
    Column("message", RowId),
    Column("customer", String(64)),
    Column("payer_name", Text),
    Column("number", String(200)),
    Column("payment_reference", String(200)),
    Column("method", String(12)),
    Column("paid_on", Date),
    Column("currency", String(3)),
    _money("total", nullable=True),
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
    _id(),
    Column("advice", RowId, ForeignKey("advices.id"), nullable=False),
    Column("line", Integer),
    Column("reference", String(200)),
    Column("invoice", String(64)),
    Column("customer", String(64)),
    Column("currency", String(3), nullable=False),
    _money("amount"),  # cash, negative for credit notes
    _money("discount"),
    _money("deduction"),
    _money("withheld"),
    _money("write_off"),
    _money("bank_fee"),
    Column("state", String(12), nullable=False),  # announced | received | released
    Column("reasons", JSON),
    Index(None, "advice"),
    Index(None, "invoice", "state"),
)

statements = Table(
    "statements",
    metadata,
    _id(),
    Column("account", String(64)),
    Column("number", String(100)),
    Column("currency", String(3)),
    _money("opening", nullable=True),
    _money("closing", nullable=True),
    Column("message", RowId),
    Column("imported_at", Instant, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    _id(),
    Column("line_key", String(100), nullable=False, unique=True),
    Column("statement", RowId),
    Column("customer", String(64)),
    Column("payer", Text),
    Column("payer_account", String(64)),
    Column("received_on", Date, nullable=False),
    Column("currency", String(3), nullable=False),
    _money("amount"),
    _money("unapplied"),
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
    _id(),
    Column("receipt", RowId, ForeignKey("receipts.id"), nullable=False),
    Column("invoice", String(64), ForeignKey("invoices.invoice"), nullable=False),
    Column("currency", String(3), nullable=False),
    _money("amount"),
    _money("discount"),
    _money("deduction"),
    _money("withheld"),
    _money("write_off"),
    _money("bank_fee"),
    Column("entry", RowId, nullable=False),
    Column("reversed", Boolean, nullable=False, default=False),
    Column("reasons", JSON),
    Index(None, "receipt"),
    Index(None, "invoice"),
)

# --- disputes, promises, exceptions ------------------------------------------------------------------------------

disputes = Table(
    "disputes",
    metadata,
    _id(),
    Column("customer", String(64), nullable=False),
    Column("invoice", String(64)),
    Column("order", String(64)),
    Column("reason", String(16), nullable=False),
    _money("amount", nullable=True),
    Column("currency", String(3)),
    Column("status", String(20), nullable=False),
    Column("tier", Integer, nullable=False, default=1),
    Column("owner", String(100)),
    Column("opened_on", Date, nullable=False),
    Column("due_on", Date),
    Column("claim_number", String(200)),
    Column("text", Text),
    Column("resolution", String(20)),
    Column("message", RowId),
    Column("delivery", RowId),
    Column("advice", RowId),
    Index(None, "invoice"),
    Index(None, "customer", "status"),
)

promises = Table(
    "promises",
    metadata,
    _id(),
    Column("customer", String(64), nullable=False),
    Column("invoices", JSON, nullable=False),
    Column("promised_on", Date, nullable=False),
    _money("amount", nullable=True),
    Column("currency", String(3)),
    Column("message", RowId),
    Column("status", String(12), nullable=False),  # open | kept | broken
    Column("created_at", Instant, nullable=False),
    Index(None, "customer", "status"),
)

queue = Table(
    "queue",
    metadata,
    _id(),
    Column("code", String(40), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("customer", String(64)),
    Column("summary", Text, nullable=False),
    _money("amount", nullable=True),
    Column("currency", String(3)),
    Column("opened_at", Instant, nullable=False),
    Column("message", RowId),
    Column("candidates", JSON, nullable=False),
    Column("reasons", JSON),
    Column("status", String(12), nullable=False),  # open | claimed | accepted | applied | rejected | undone
    Column("critical", Boolean, nullable=False, default=False),
    Column("owner", String(100)),
    Column("subject_type", String(16)),  # advice | receipt | order | delivery | message
    Column("subject", String(64)),
    Column("line", Integer),
    Column("resolution", JSON),
    Column("version", Integer, nullable=False, default=1),
    Column("resolved_at", Instant),
    Column("confidence", Float),
    Index(None, "status", "id"),
    Index(None, "customer", "status"),
    Index(None, "message"),
    Index(None, "subject_type", "subject"),
)

# --- the ledger --------------------------------------------------------------------------------------------------

journal_entries = Table(
    "journal_entries",
    metadata,
    _id(),
    Column("booked_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("cause_type", String(16), nullable=False),  # message | clerk | import | run
    Column("cause", String(200), nullable=False),
    Column("reverses", RowId),
    UniqueConstraint("reverses"),
)

postings = Table(
    "postings",
    metadata,
    _id(),
    Column("entry", RowId, ForeignKey("journal_entries.id"), nullable=False),
    Column("account", String(20), nullable=False),
    _money("amount"),
    Column("currency", String(3), nullable=False),
    Column("customer", String(64)),
    Column("invoice", String(64)),
    Index(None, "entry"),
    Index(None, "invoice"),
    Index(None, "account", "currency"),
    Index(None, "customer", "account"),
)

# Every change of state with its cause: how each figure is walked back to the mail.
events = Table(
    "events",
    metadata,
    _id(),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject_type", String(16), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("message", RowId),
    Column("data", JSON),
    Index(None, "subject_type", "subject"),
    Index(None, "message"),
)

sequences = Table(
    "sequences",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("next", BigInteger, nullable=False),
)

# --- mail that goes out ------------------------------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("intent", String(200), nullable=False, unique=True),  # the business key: planning twice sends once
    Column("kind", String(24), nullable=False),
    Column("customer", String(64)),
    Column("recipients", JSON, nullable=False),
    Column("sender", String(320), nullable=False),  # MAIL FROM; "" is the null path
    Column("subject", Text, nullable=False),
    Column("language", String(8)),
    Column("about", JSON, nullable=False),
    Column("level", Integer),
    Column("status", String(12), nullable=False),
    # held | queued | sending | sent | unknown | bounced | failed | cancelled
    Column("reason", Text),  # why held, failed or unknown
    Column("due_at", Instant, nullable=False),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False),  # the exact bytes, kept
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_owner", String(100)),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False, default=0),  # grows with each claim; a stale owner cannot settle
    Column("handing_at", Instant),  # set before DATA: from here on a lost connection is `unknown`
    Column("sent_at", Instant),
    Column("reply", Text),  # the server's last reply
    Column("message", RowId),  # the incoming message that caused it
    Column("created_at", Instant, nullable=False),
    Index(None, "status", "due_at"),
    Index(None, "customer"),
    Index(None, "message"),
)

outbox_attempts = Table(
    "outbox_attempts",
    metadata,
    _id(),
    Column("outbox", RowId, ForeignKey("outbox.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("reply", Text),
    Index(None, "outbox"),
)

# Which outgoing mail is about which document: an invoice's delivery status, a dispute's correspondence.
outbox_about = Table(
    "outbox_about",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("outbox", RowId, ForeignKey("outbox.id"), primary_key=True),
)

reminders = Table(
    "reminders",
    metadata,
    Column("invoice", String(64), ForeignKey("invoices.invoice"), primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("outbox", RowId, nullable=False),
    Column("at", Instant, nullable=False),
)

# What a clerk's decision taught: rows that can be listed, edited and forgotten.
learned = Table(
    "learned",
    metadata,
    _id(),
    Column("kind", String(16), nullable=False),  # payer_alias | item | reference | terms
    Column("customer", String(64)),
    Column("said", String(400), nullable=False),
    Column("means", String(400), nullable=False),
    Column("queue", RowId),
    Column("held", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("kind", "customer", "said"),
)

# Small facts that outlive a process: heartbeats, the last daily run, alarms.
facts = Table(
    "facts",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", JSON),
    Column("at", Instant, nullable=False),
)
