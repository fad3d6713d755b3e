"""What became of a mail, in a few words, from the rows that the program's own commands print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Fetch = Callable[[str], list[Row]]  # the rows of `ar-agent NAME list --json`

_LISTS = {"order": "orders", "invoice": "invoices", "credit_note": "invoices", "advice": "advices", "receipt": "receipts", "dispute": "disputes"}
_KEYS = {"orders": "order", "invoices": "invoice", "advices": "advice", "receipts": "receipt", "disputes": "dispute"}


def money(amount: str | None, currency: str | None) -> str:
    return "" if amount is None else f"{Decimal(amount):,.2f} {currency or ''}".rstrip()


def tell(row: Row, fetch: Fetch) -> list[tuple[str, str]]:
    """Lines of (kind, words) for one finished message: what was booked, and what waits for a person."""
    found = [_told(effect, fetch) for effect in row["effects"]]
    lines = [("done", "; ".join(dict.fromkeys(text for text in found if text)))] if any(found) else []
    if row["queue"]:
        waiting = {one["id"]: one for one in fetch("queue")}
        lines += [_waits(waiting[number]) for number in row["queue"] if number in waiting]
    if not lines:
        lines = [("note", f"{row['outcome']}: {row['reason'] or 'nothing to do'}")]
    return lines


def _waits(item: Row) -> tuple[str, str]:
    return "wait", f"{item['id']} waits for a person ({item['kind'].replace('_', ' ')}): {item['summary']}"


def _told(effect: Mapping[str, str], fetch: Fetch) -> str:
    name = _LISTS.get(effect["type"])
    row = next((one for one in fetch(name) if one[_KEYS[name]] == effect["id"]), None) if name else None
    if row is None:
        return ""
    return _WORDS[effect["type"]](row)


def _order(row: Row) -> str:
    return f"order {row['order']} {row['status'].replace('_', ' ')}, {money(row['total'], row['currency'])}"


def _invoice(row: Row) -> str:
    return f"{row['type'].replace('_', ' ')} {row['invoice']}, {money(row['total'], row['currency'])}, due {row['due_on']}"


def _advice(row: Row) -> str:
    paid = ", ".join(dict.fromkeys(one["invoice"] for one in row["allocations"] if one["invoice"]))
    return f"{money(row['total'], row['currency'])} announced" + (f" for {paid}" if paid else "")


def _receipt(row: Row) -> str:
    paid = ", ".join(dict.fromkeys(one["invoice"] for one in row["applications"]))
    return f"{money(row['amount'], row['currency'])} received" + (f" for {paid}" if paid else ", not applied")


def _dispute(row: Row) -> str:
    about = row["invoice"] or row["order"] or ""
    figure = f", {money(row['amount'], row['currency'])}" if row["amount"] else ""
    return f"dispute {row['dispute']} about {about}: {row['reason'].replace('_', ' ')}{figure}"


_WORDS: dict[str, Callable[[Row], str]] = {
    "order": _order,
    "invoice": _invoice,
    "credit_note": _invoice,
    "advice": _advice,
    "receipt": _receipt,
    "dispute": _dispute,
}
