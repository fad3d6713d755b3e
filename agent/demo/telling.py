"""What became of a mail, in a few words, from the rows that the program's own commands print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Fetch = Callable[[str], list[Row]]  # the rows of `ar-agent NAME list --json`

_LISTS = {
    "order": "orders",
    "invoice": "invoices",
    "credit_note": "invoices",
    "advice": "advices",
    "receipt": "receipts",
    "dispute": "disputes",
}
_KEYS = {"orders": "order", "invoices": "invoice", "advices": "advice", "receipts": "receipt", "disputes": "dispute"}


def money(amount: str | None, currency: str | None) -> str:
    return "" if amount is None else f"{Decimal(amount):,.2f} {currency or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class Told:
    """One line: `kind` as the screen knows it, the words, a reason below, and the customer where it is another's."""

    kind: str
    words: str
    below: str = ""
    customer: str | None = None


def tell(row: Row, fetch: Fetch) -> list[Told]:
    """What was booked of one finished message, and what of it waits for a person."""
    lines = _booked(row, fetch)
    if row["queue"]:
        waiting = {one["id"]: one for one in fetch("queue")}
        lines += [_waits(waiting[number]) for number in row["queue"] if number in waiting]
    return lines or [Told("note", row["reason"] or row["outcome"])]


def _booked(row: Row, fetch: Fetch) -> list[Told]:
    lines = []
    for effect in row["effects"]:
        one = _row(effect, fetch)
        if one is not None:
            # A bank's statement books money of many customers.
            customer = one["customer"] if effect["type"] == "receipt" else None
            lines.append(Told("done", _WORDS[effect["type"]](one), customer=customer))
    return lines


def _waits(item: Row) -> Told:
    return Told("wait", f"{item['id']} waits for a person: {item['kind'].replace('_', ' ')}", below=item["summary"])


def _row(effect: Mapping[str, str], fetch: Fetch) -> Row | None:
    name = _LISTS.get(effect["type"])
    return next((one for one in fetch(name) if one[_KEYS[name]] == effect["id"]), None) if name else None


def _order(row: Row) -> str:
    return f"order {row['order']} {row['status'].replace('_', ' ')}, {money(row['total'], row['currency'])}"


def _invoice(row: Row) -> str:
    return (
        f"{row['type'].replace('_', ' ')} {row['invoice']}, {money(row['total'], row['currency'])}, due {row['due_on']}"
    )


def _advice(row: Row) -> str:
    paid = ", ".join(dict.fromkeys(one["invoice"] for one in row["allocations"] if one["invoice"]))
    return f"{money(row['total'], row['currency'])} announced" + (f" for {paid}" if paid else "")


def _receipt(row: Row) -> str:
    paid = ", ".join(dict.fromkeys(one["invoice"] for one in row["applications"]))
    return f"{money(row['amount'], row['currency'])} received" + (f" for {paid}" if paid else ", not applied")


def _dispute(row: Row) -> str:
    about = row["invoice"] or row["order"] or ""
    figure = f", {money(row['amount'], row['currency'])}" if row["amount"] else ""
    return f"dispute {row['dispute']} opened about {about}: {row['reason'].replace('_', ' ')}{figure}"


_WORDS: dict[str, Callable[[Row], str]] = {
    "order": _order,
    "invoice": _invoice,
    "credit_note": _invoice,
    "advice": _advice,
    "dispute": _dispute,
    "receipt": _receipt,
}
