"""What `contacts list` shows: rights, stopped addresses, and block and allow entries, one row an address."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from agent.domain.codec import to_plain
from agent.store import contacts
from agent.store.schema import contacts as contact_table
from agent.store.schema import customer_keys

_EMPTY = {
    "customer": None, "name": None, "may_order": True, "may_dispute": True, "may_receive": True, "rank": 0,
    "stopped_at": None, "reason": None, "soft_failures": 0, "rule": None,
}  # fmt: skip


def list_contacts(tx: Connection, *, customer: str | None = None, stopped: bool = False) -> list[dict[str, Any]]:
    """Rows by address; an address that is on nobody's record has no customer."""
    rows: dict[tuple[str, str | None], dict[str, Any]] = {}
    for row in tx.execute(select(contact_table).order_by(contact_table.c.customer, contact_table.c.rank)):
        rows[row.address, row.customer] = {
            **_EMPTY, "customer": row.customer, "address": row.address, "name": row.name, "may_order": bool(row.may_order),
            "may_dispute": bool(row.may_dispute), "may_receive": bool(row.may_receive), "rank": row.rank,
        }  # fmt: skip
    for state in contacts.all_states(tx):
        for one in _of(tx, rows, state.address):
            one |= {
                "stopped_at": to_plain(state.stopped_at), "reason": state.stop_reason, "soft_failures": state.soft,
            }  # fmt: skip
    for rule in contacts.rules(tx):
        for one in _of(tx, rows, rule.entry):
            one |= {"rule": rule.verdict, "reason": one["reason"] or rule.note}
    found = [row for row in rows.values() if customer is None or row["customer"] == customer]
    return [row for row in found if row["stopped_at"] or not stopped]


def _of(tx: Connection, rows: dict[tuple[str, str | None], dict[str, Any]], address: str) -> list[dict[str, Any]]:
    found = [row for (known, _), row in rows.items() if known == address]
    if not found:
        owner = tx.execute(
            select(customer_keys.c.customer).where(customer_keys.c.kind == "email", customer_keys.c.key == address)
        ).scalars()
        for number in list(owner) or [None]:
            rows[address, number] = {**_EMPTY, "customer": number, "address": address}
            found.append(rows[address, number])
    return found
