"""Learned rows by hand: written, changed, forgotten, taken over from a file. Each is checked as a decision's would be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from agent.booking.desk import Desk
from agent.booking.learning.teaching import expiry
from agent.domain.errors import Refused
from agent.domain.learning import ColumnRole, Learned, LearnedKind, Lesson, percent_of
from agent.store import learned, master
from matching.customers import account_key, name_keys
from matching.folding import fold_item
from matching.writings import valid
from parsers.kinds.words import heading_fields
from parsers.lexicon.folding import fold_label

COLUMNS = ("kind", "customer", "said", "means", "expires_on")


def lesson_of(desk: Desk, kind: LearnedKind, customer: str, said: str, means: str) -> Lesson:
    """A lesson that a person writes; raise Refused with what is wrong about it."""
    said, means = said.strip(), means.strip()
    if not master.customers_by_number(desk.tx, [customer]):
        raise Refused(f"there is no customer {customer}: see `ar-agent customers list`")
    if not said or len(said) > 400 or len(means) > 400:
        raise Refused("what is said is empty, or longer than 400 characters")
    build = _BUILD.get(kind)
    if build is None:
        raise Refused("a refusal is made by `queue reject` alone, and forgotten by `learned forget`")
    means, key = build(desk, customer, said, means)
    if not key:
        raise Refused(f"{said!r} is nothing that could be found again")
    return Lesson(kind=kind, customer=customer, said=said, means=means, key=key)


def _payer(_desk: Desk, customer: str, said: str, _means: str) -> tuple[str, str]:
    return customer, next(iter(name_keys(said)), "")


def _account(_desk: Desk, customer: str, said: str, _means: str) -> tuple[str, str]:
    return customer, account_key(said)


def _sender(_desk: Desk, customer: str, said: str, _means: str) -> tuple[str, str]:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", said):
        raise Refused(f"{said!r} is no mail address: a whole domain stands on the customer's record instead")
    return customer, said.casefold()


def _item(desk: Desk, _customer: str, said: str, means: str) -> tuple[str, str]:
    if not master.items_by_keys(desk.tx, [fold_item(means)]):
        raise Refused(f"there is no item {means}: see `ar-agent items list`")
    return means, fold_item(said)


def _reference(_desk: Desk, _customer: str, said: str, means: str) -> tuple[str, str]:
    if not valid(said):
        raise Refused(f"{said!r} is no pattern: write it like 0815-{{n}} ({{n}} our digits, # any one digit)")
    return means or "INV-{n}", said


def _terms(_desk: Desk, _customer: str, said: str, means: str) -> tuple[str, str]:
    if percent_of(means) is None:
        raise Refused(f"{means!r} is no share: write it like '2.5 %'")
    return means, next(iter(name_keys(said)), "")


def _column(_desk: Desk, _customer: str, said: str, means: str) -> tuple[str, str]:
    if means not in set(ColumnRole):
        raise Refused(f"{means!r} is no meaning of a column; there are {', '.join(ColumnRole)}")
    if known := heading_fields(said):
        raise Refused(
            f"{said!r} is a heading that is known already ({known[0]}): what is known is never taught otherwise"
        )
    return means, fold_label(said)


_BUILD: dict[LearnedKind, Callable[[Desk, str, str, str], tuple[str, str]]] = {
    LearnedKind.PAYER_ALIAS: _payer,
    LearnedKind.PAYER_ACCOUNT: _account,
    LearnedKind.PAYER_SENDER: _sender,
    LearnedKind.ITEM: _item,
    LearnedKind.REFERENCE: _reference,
    LearnedKind.TERMS: _terms,
    LearnedKind.COLUMN: _column,
}


def add(desk: Desk, lesson: Lesson, *, until: date | None = None) -> tuple[int, bool]:
    """Write a lesson by hand; return its number and whether it is new."""
    number, new = learned.teach(
        desk.tx, lesson, queue=None, clerk=desk.cause.name, expires_on=until or expiry(desk), now=desk.now
    )
    desk.record(
        "learned" if new else "held",
        "learned",
        f"K{number}",
        kind=lesson.kind.value,
        said=lesson.said,
        means=lesson.means,
    )
    return number, new


def edit(desk: Desk, number: int, *, said: str | None, means: str | None, until: date | None, never: bool) -> None:
    """Change what a row says, means or how long it counts; the former words stay in the trail."""
    row = learned.one(desk.tx, number)
    values: dict[str, Any] = {}
    if said is not None or means is not None:
        lesson = lesson_of(desk, row.kind, row.customer or "", said or row.said, means or row.means)
        values |= {"said": lesson.said, "means": lesson.means, "key": lesson.key}
        same = (
            one.number
            for one in learned.rows(desk.tx, kind=row.kind.value, customer=row.customer)
            if (one.said, one.means) == (lesson.said, lesson.means) and one.number != number
        )
        if (other := next(same, None)) is not None:
            raise Refused(f"K{other} says that already")
    if until is not None or never:
        values["expires_on"] = until
    if not values:
        raise Refused("nothing to change: name --said, --means, --until or --never")
    learned.change(desk.tx, number, **values)
    desk.record("changed", "learned", f"K{number}", was={"said": row.said, "means": row.means}, to=values)


def forget(desk: Desk, number: int) -> Learned:
    """Forget a row; the trail keeps what it was, and `learned add` teaches it again."""
    row = learned.one(desk.tx, number)
    learned.forget(desk.tx, number)
    desk.record("forgotten", "learned", f"K{number}", kind=row.kind.value, said=row.said, means=row.means)
    return row


def take_over(desk: Desk, rows: Iterable[Mapping[str, str]]) -> tuple[int, int, list[str]]:
    """Lessons of a file: how many are new, how many were known, and what is wrong with the others."""
    new = known = 0
    wrong: list[str] = []
    for n, row in enumerate(rows, start=2):
        try:
            if set(row) - set(COLUMNS) - {"learned", "held", "failed", "queue", "clerk", "created_at", "last_held_at"}:
                raise Refused(f"unknown columns; known are {', '.join(COLUMNS)}")
            kind = LearnedKind(row.get("kind", ""))
            until = date.fromisoformat(row["expires_on"]) if row.get("expires_on") else None
            lesson = lesson_of(desk, kind, row.get("customer") or "", row.get("said") or "", row.get("means") or "")
        except (Refused, ValueError) as error:
            wrong.append(f"row {n}: {error}")
            continue
        if any(
            (one.said, one.means) == (lesson.said, lesson.means)
            for one in learned.rows(desk.tx, kind=kind.value, customer=lesson.customer)
        ):
            known += 1
            continue
        add(desk, lesson, until=until)
        new += 1
    return new, known, wrong
