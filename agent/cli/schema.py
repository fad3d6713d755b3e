"""`ar-agent schema`: the JSON Schema of each output, for scripts that rely on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

_MONEY = {"type": ["string", "null"], "pattern": r"^-?\d+(\.\d+)?$"}
_TEXT = {"type": ["string", "null"]}
_DAY = {"type": ["string", "null"], "format": "date"}
_BOOL = {"type": ["boolean", "null"]}
_INT = {"type": ["integer", "null"]}
_TEXTS = {"type": "array", "items": {"type": "string"}}


def _objects(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": fields}}


_EFFECTS = _objects({"type": {"type": "string"}, "id": {"type": "string"}})
_REASONS = _objects({"rule": {"type": "string"}, "detail": {"type": "string"}})
_CANDIDATES = _objects(
    {
        "n": {"type": "integer"},
        "invoice": _TEXT,
        "order": _TEXT,
        "amount": _MONEY,
        "confidence": {"type": "number"},
        "evidence": _REASONS,
    }
)
SHAPES: dict[str, dict[str, Any]] = {
    "customers": {
        "customer": _TEXT, "name": _TEXT, "emails": _TEXTS, "country": _TEXT, "currency": _TEXT, "language": _TEXT,
        "payment_terms": _TEXT, "balance": _MONEY, "overdue": _MONEY, "credit_limit": _MONEY,
        "automation": {"enum": ["auto", "assist", "shadow"]}, "on_hold": _BOOL, "paused_until": _DAY, "legal_stop": _TEXT,
    },
    "items": {
        "item": _TEXT, "description": _TEXT, "unit": _TEXT, "unit_price": _MONEY, "price_per": _MONEY, "currency": _TEXT,
        "tax_rate": _MONEY, "pack_size": _MONEY, "min_quantity": _MONEY, "lead_days": _INT, "service": _BOOL,
    },
    "orders": {
        "order": _TEXT, "po_number": _TEXT, "customer": _TEXT,
        "status": {"enum": ["confirmed", "held", "waiting_prepayment", "rejected", "cancelled", "part_delivered", "delivered", "invoiced"]},
        "currency": _TEXT, "total": _MONEY, "tax": _MONEY,
        "lines": _objects({"line": _TEXT, "item": _TEXT, "quantity": _MONEY, "delivered": _MONEY, "invoiced": _MONEY, "unit_price": _MONEY, "price_per": _MONEY}),
        "discrepancies": _objects({"code": _TEXT, "line": _TEXT, "said": _TEXT, "expected": _TEXT}),
        "ordered_on": _DAY, "payment_terms": _TEXT, "ship_to": _TEXT, "message": _TEXT,
    },
    "agreements": {
        "agreement": _TEXT, "number": _TEXT, "customer": _TEXT, "status": {"enum": ["proposed", "open", "ended"]}, "currency": _TEXT,
        "limit": _MONEY, "called": _MONEY, "left": _MONEY, "valid_from": _DAY, "valid_to": _DAY,
        "lines": _objects({"line": _TEXT, "item": _TEXT, "quantity": _MONEY, "called": _MONEY, "left": _MONEY, "unit": _TEXT, "unit_price": _MONEY, "price_per": _MONEY}),
    },
    "returns": {
        "return": _TEXT, "number": _TEXT, "customer": _TEXT, "order": _TEXT, "invoice": _TEXT,
        "status": {"enum": ["announced", "received", "inspected", "credited", "refused"]}, "reason": _TEXT,
        "announced_on": _DAY, "received_on": _DAY, "inspected_on": _DAY,
        "lines": _objects({"line": _TEXT, "item": _TEXT, "quantity": _MONEY, "accepted": _MONEY, "unit": _TEXT}),
        "credit_note": _TEXT, "dispute": _TEXT,
    },
    "deliveries": {
        "delivery": _TEXT, "order": _TEXT, "delivered_on": _DAY, "status": _TEXT, "number": _TEXT, "level": _TEXT,
        "lines": _objects({"line": _TEXT, "order_line": _TEXT, "delivered": _MONEY, "accepted": _MONEY, "damaged": _MONEY, "rejected": _MONEY, "missing": _MONEY, "over": _MONEY}),
        "tracking_number": _TEXT, "carrier": _TEXT, "received_by": _TEXT, "invoice": _TEXT, "message": _TEXT,
    },
    "invoices": {
        "invoice": _TEXT, "type": {"enum": ["invoice", "credit_note"]}, "customer": _TEXT, "order": _TEXT, "po_number": _TEXT,
        "issued_on": _DAY, "due_on": _DAY, "currency": _TEXT, "net": _MONEY, "tax": _MONEY, "total": _MONEY, "open": _MONEY,
        "announced": _MONEY, "disputed": _MONEY,
        "status": {"enum": ["open", "announced", "part_paid", "paid", "disputed", "credited", "written_off"]},
        "delivery_status": _TEXT, "dunning_level": _INT, "instalments": _objects({"due_on": _DAY, "amount": _MONEY}),
        "discount_percent": _MONEY, "discount_until": _DAY, "customer_references": _TEXTS, "message": _TEXT,
    },
    "drafts": {
        "draft": _TEXT, "customer": _TEXT, "orders": _TEXTS,
        "status": {"enum": ["lint", "approval", "notice", "objected", "issued", "dropped"]}, "why": _TEXTS, "until": _DAY,
        "net": _MONEY, "total": _MONEY, "currency": _TEXT, "invoice": _TEXT, "created_at": _TEXT, "message": _TEXT,
    },
    "advices": {
        "advice": _TEXT, "message": _TEXT, "customer": _TEXT, "payment_reference": _TEXT, "paid_on": _DAY, "currency": _TEXT,
        "total": _MONEY, "status": {"enum": ["matched", "part_matched", "unmatched", "received", "replaced"]},
        "allocations": _objects({"reference": _TEXT, "invoice": _TEXT, "amount": _MONEY, "discount": _MONEY, "deduction": _MONEY, "withheld": _MONEY, "write_off": _MONEY}),
        "number": _TEXT, "announced": _BOOL,
    },
    "receipts": {
        "receipt": _TEXT, "customer": _TEXT, "received_on": _DAY, "currency": _TEXT, "amount": _MONEY, "unapplied": _MONEY,
        "advice": _TEXT, "bank_reference": _TEXT, "message": _TEXT,
        "applications": _objects({"invoice": _TEXT, "amount": _MONEY, "discount": _MONEY, "withheld": _MONEY, "write_off": _MONEY, "bank_fee": _MONEY}),
        "payer": _TEXT, "text": _TEXT, "returned": _BOOL,
    },
    "dun": {
        "customer": _TEXT, "name": _TEXT, "level": _INT, "currency": _TEXT, "invoices": _TEXTS,
        "items": _objects({"invoice": _TEXT, "level": _INT, "amount": _MONEY}), "also": _TEXTS, "total_due": _MONEY,
        "policy": _TEXT, "mail": _TEXT, "dry_run": _BOOL,
    },
    "charges": {
        "charge": _TEXT, "customer": _TEXT, "invoice": _TEXT, "law": _TEXT, "currency": _TEXT, "from": _DAY, "to": _DAY,
        "interest": _MONEY, "compensation": _MONEY, "total": _MONEY, "status": {"enum": ["proposed", "charged", "waived"]},
        "document": _TEXT, "source": _TEXT,
        "segments": _objects({"from": _DAY, "to": _DAY, "days": _INT, "principal": _MONEY, "percent": _MONEY}),
    },
    "plans": {
        "plan": _TEXT, "customer": _TEXT, "invoices": _TEXTS, "currency": _TEXT, "total": _MONEY, "left": _MONEY, "next_due": _DAY,
        "status": {"enum": ["active", "kept", "broken", "cancelled"]}, "agreed_on": _DAY, "agreed_by": _TEXT, "note": _TEXT,
        "instalments": _objects({"n": _INT, "due_on": _DAY, "amount": _MONEY, "left": _MONEY}),
    },
    "disputes": {
        "dispute": _TEXT, "customer": _TEXT, "invoice": _TEXT, "order": _TEXT, "reason": _TEXT, "amount": _MONEY, "currency": _TEXT,
        "status": {"enum": ["open", "waiting_customer", "waiting_us", "resolved", "rejected"]}, "tier": _INT, "owner": _TEXT,
        "opened_on": _DAY, "due_on": _DAY, "message": _TEXT, "topic": _TEXT, "contact": _TEXT, "our_days": _INT, "their_days": _INT,
        "claim_number": _TEXT, "item": _TEXT, "price_source": _TEXT, "carrier": _TEXT, "clerk": _TEXT, "resolution": _TEXT,
        "closed_on": _DAY, "text": _TEXT,
    },
    "queue": {
        "id": _TEXT, "code": _TEXT, "kind": _TEXT, "customer": _TEXT, "summary": _TEXT, "amount": _MONEY, "currency": _TEXT,
        "opened_at": _TEXT, "message": _TEXT, "candidates": _CANDIDATES,
        "status": {"enum": ["open", "claimed", "accepted", "applied", "rejected", "undone"]}, "owner": _TEXT,
        "hypotheses": _objects({"cause": _TEXT, "amount": _MONEY, "detail": _TEXT}), "split_of": _TEXT,
        "reasons": _objects({"rule": _TEXT, "detail": _TEXT}), "critical": _BOOL,
        "subject": {"type": ["object", "null"], "properties": {"type": _TEXT, "id": _TEXT}}, "line": _INT,
    },
    "learned": {
        "learned": _TEXT, "kind": {"enum": ["payer_alias", "payer_account", "payer_sender", "item", "reference", "terms", "refused"]},
        "customer": _TEXT, "said": _TEXT, "means": _TEXT, "queue": _TEXT, "clerk": _TEXT, "held": _INT, "failed": _INT,
        "created_at": _TEXT, "last_held_at": _TEXT, "expires_on": _DAY,
    },
    "brakes": {
        "brake": _TEXT, "scope": {"enum": ["customer", "rule"]}, "subject": _TEXT, "reason": _TEXT, "since": _TEXT,
        "lifted_at": _TEXT, "lifted_by": _TEXT,
    },
    "outbox": {
        "id": _TEXT, "kind": _TEXT, "customer": _TEXT, "to": _TEXTS, "subject": _TEXT, "language": _TEXT, "about": _TEXTS,
        "level": _INT, "status": {"enum": ["held", "queued", "sending", "sent", "unknown", "bounced", "failed", "cancelled"]},
        "due_at": _TEXT, "message_id": _TEXT, "message": _TEXT, "reason": _TEXT, "sent_at": _TEXT,
    },
    "messages": {
        "id": _TEXT, "file": _TEXT, "message_id": _TEXT, "from": _TEXT, "received_at": _TEXT,
        "outcome": {"enum": ["processed", "queued", "quarantined", "ignored", "duplicate", "failed"]},
        "documents": _objects({"kind": _TEXT, "number": _TEXT}), "customer": _TEXT, "effects": _EFFECTS, "queue": _TEXTS, "reason": _TEXT,
        "subject": _TEXT, "trusted": _BOOL, "trust": _TEXT,
    },
    "read": {
        "file": {"type": "string"}, "mail": {"type": ["object", "null"]}, "documents": _objects({}),
        "problems": _objects({"where": _TEXT, "what": _TEXT}),
    },
    "dispute_causes": {
        "by": _TEXT, "cause": _TEXT, "currency": _TEXT, "disputes": _INT, "open": _INT, "amount": _MONEY, "without_amount": _INT,
        "credit": _INT, "reinvoice": _INT, "write_off": _INT, "rejected": _INT, "withdrawn": _INT, "our_days": _MONEY,
        "their_days": _MONEY,
    },
    "waiting": {
        "number": _TEXT, "customer": _TEXT, "what": _TEXT, "since": _DAY, "age_days": _INT, "due_on": _DAY, "late": _BOOL,
        "owner": _TEXT, "invoices": _TEXTS, "message": _TEXT, "summary": _TEXT,
    },
    "aging": {
        "customer": _TEXT, "name": _TEXT, "currency": _TEXT, "current": _MONEY, "days_1_30": _MONEY, "days_31_60": _MONEY,
        "days_61_90": _MONEY, "days_over_90": _MONEY, "unapplied": _MONEY, "total": _MONEY,
    },
    "contacts": {
        "customer": _TEXT, "address": _TEXT, "name": _TEXT, "may_order": _BOOL, "may_dispute": _BOOL, "may_receive": _BOOL, "rank": _INT,
        "stopped_at": _TEXT, "reason": _TEXT, "soft_failures": _INT, "rule": {"enum": [None, "block", "allow"]},
    },
    "check": {"ok": {"type": "boolean"}, "faults": _TEXTS, "messages": {"type": "object"}, "outbox": {"type": "object"}},
}  # fmt: skip
SHAPES["ingest"] = SHAPES["messages"]
SHAPES["queue_item"] = SHAPES["queue"] | {
    "source": _objects({"part": _TEXT, "page": _INT, "field": _TEXT, "value": _TEXT, "text": _TEXT, "line": _TEXT}),
    "settled_by": _TEXTS,
    "notes": _objects({"at": _TEXT, "by": _TEXT, "text": _TEXT}),
    "history": _objects({"at": _TEXT, "by": _TEXT, "action": _TEXT}),
    "parts": _TEXTS,
    "headings": _TEXTS,
}


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one line of an output."""
    fields = SHAPES[name]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"one line of `ar-agent {name} --json`",
        "type": "object",
        "properties": fields,
        "required": sorted(fields),
        "additionalProperties": True,
    }


def status_option(shape: str, **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--status` of a list, which takes the states of its shape and refuses any other."""
    states = SHAPES[shape]["status"]["enum"]
    return click.option("--status", multiple=True, type=click.Choice(states), help="Only in these states.", **more)


@click.command("schema")
@click.argument("name", required=False, type=click.Choice(sorted(SHAPES)))
def command_schema(name: str | None) -> None:
    """Print the JSON Schema of one output, or the names of all."""
    if name is None:
        click.echo("\n".join(sorted(SHAPES)))
        return
    click.echo(json.dumps(schema_of(name), indent=2))
