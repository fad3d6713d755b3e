"""What a clerk's decision teaches, where what was taught is looked up, and how it is forgotten.

A lesson is a readable row. It opens a door that a person opened before (this payer pays for that customer, this customer
writes our numbers so), and every other rule still has to hold: numbers, amounts, authentication, currency.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from agent.booking.desk import Desk
from agent.booking.learning import columns
from agent.domain.books import CashBooks
from agent.domain.decisions import Allocation, Candidate, Reason
from agent.domain.learning import Learned, LearnedKind, Lesson
from agent.store import books, cash, learned, lists, work
from matching.customers import account_key, name_keys
from matching.folding import fold_item
from matching.writings import pattern_of, shape_of

_UNKNOWN_PAYER = ("third_party_payer", "cust_unknown", "cust_ambig")
_NUMBER_CODES = ("line_unresolved", "amount_mismatch", "line_ambig")
_ROW = re.compile(r"K(\d+):")


def expiry(desk: Desk) -> date | None:
    """Until when a row counts that was taught, or that held, today."""
    days = desk.settings.learning.expire_days
    return desk.today + timedelta(days=days) if days else None


def about_payer(
    desk: Desk, *, payer: str | None, account: str | None = None, by_mail: bool = True
) -> tuple[Learned, ...]:
    """What decisions taught about a payer, by its name, its account and (by mail) its address."""
    rows: list[Learned] = []
    if payer:
        rows += learned.by_keys(desk.tx, LearnedKind.PAYER_ALIAS, name_keys(payer), desk.today)
    if account and account_key(account):
        rows += learned.by_keys(desk.tx, LearnedKind.PAYER_ACCOUNT, [account_key(account)], desk.today)
    if by_mail and desk.sender.address:
        rows += learned.by_keys(desk.tx, LearnedKind.PAYER_SENDER, [desk.sender.address.casefold()], desk.today)
    return tuple(rows)


def customers_in(rows: Iterable[Learned]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.customer for row in rows if row.customer))


def with_learned(desk: Desk, found: CashBooks, payer: tuple[Learned, ...]) -> CashBooks:
    """The excerpt of the books with what decisions taught about this payer and these customers."""
    owners = [customer.number for customer in found.customers]
    rows = (*payer, *learned.of_customers(desk.tx, (LearnedKind.REFERENCE, LearnedKind.TERMS), owners, desk.today))
    return replace(found, learned=rows) if rows else found


def used(reasons: Iterable[Reason]) -> list[int]:
    """The rows that these reasons name."""
    found = [_ROW.match(reason.detail) for reason in reasons if reason.rule == "learned"]
    return list(dict.fromkeys(int(match[1]) for match in found if match))


def explained(reasons: Iterable[Reason], allocations: Iterable[Allocation]) -> tuple[Allocation, ...]:
    """The allocations, each with the rows that let its payer in: whoever takes one back knows what failed."""
    rows = tuple(reason for reason in reasons if reason.rule == "learned")
    return tuple(
        replace(one, reasons=(*one.reasons, *(r for r in rows if r not in one.reasons))) for one in allocations
    )


def count(desk: Desk, reasons: Iterable[Reason], allocations: Iterable[Allocation]) -> None:
    """Rows that stood behind a booking held once more."""
    parts = tuple(allocations)
    rows = used([*reasons, *(reason for one in parts for reason in one.reasons)]) if parts else []
    if rows:
        learned.hold(desk.tx, rows, expires_on=expiry(desk), now=desk.now)
        for number in rows:
            desk.record("held", "learned", f"K{number}", invoices=[one.invoice for one in parts][:20])


def learn(
    desk: Desk, row: Row[Any], allocations: tuple[Allocation, ...], tried: tuple[columns.Trial, ...] = ()
) -> list[list[Any]]:
    """Write what accepting or applying these allocations teaches; return each row's number and whether it is new.

    `tried` are the readings of its mail with other meanings of headings that are not known.
    """
    if not desk.settings.learning.enabled or not allocations:
        return []
    lessons: list[Lesson] = []
    if row.subject_type == "receipt":
        lessons = _of_receipt(desk, row, allocations)
    elif row.subject_type == "advice":
        lessons = [*_of_advice(desk, row, allocations), *_of_numbers(desk, row, allocations)]
        lessons += columns.lessons(desk, tried, int(row.subject))
    return _write(desk, row.id, lessons)


def teach_item(desk: Desk, queue: int, customer: str, said: str, means: str) -> list[list[Any]]:
    """Write which item of ours a buyer's number means, for this buyer alone."""
    lesson = Lesson(kind=LearnedKind.ITEM, customer=customer, said=said, means=means, key=fold_item(said))
    return _write(desk, queue, [lesson])


def _write(desk: Desk, queue: int, lessons: Iterable[Lesson]) -> list[list[Any]]:
    taught: list[list[Any]] = []
    for lesson in lessons:
        number, new = learned.teach(
            desk.tx, lesson, queue=queue, clerk=desk.cause.name, expires_on=expiry(desk), now=desk.now
        )
        taught.append([number, new])
        desk.record(
            "learned" if new else "held", "learned", f"K{number}", kind=lesson.kind.value, said=lesson.said,
            means=lesson.means, queue=f"Q{queue}",
        )  # fmt: skip
        desk.outcome.effect("learned", f"K{number}")
    return taught


def _one_customer(allocations: tuple[Allocation, ...]) -> str | None:
    owners = {one.customer for one in allocations}
    return owners.pop() if len(owners) == 1 else None


def _of_receipt(desk: Desk, row: Row[Any], allocations: tuple[Allocation, ...]) -> list[Lesson]:
    """For whom this payer paid: its name and its account, unless they are a customer's own."""
    receipt = cash.receipt_row(desk.tx, int(row.subject))
    customer = _one_customer(allocations)
    if receipt is None or customer is None or row.code not in _UNKNOWN_PAYER:
        return []
    found = _alias(desk, receipt.payer, customer)
    key = account_key(receipt.payer_account) if receipt.payer_account else ""
    if key and not books.customers_named(desk.tx, accounts=[key]):
        found.append(
            Lesson(
                kind=LearnedKind.PAYER_ACCOUNT, customer=customer, said=receipt.payer_account, means=customer, key=key
            )
        )
    return found


def _alias(desk: Desk, name: str | None, customer: str) -> list[Lesson]:
    """A name that is nobody's on file: a customer's own name stays his, whoever he pays for."""
    keys = name_keys(name) if name else ()
    if not name or not keys or books.customers_named(desk.tx, names=keys):
        return []
    return [Lesson(kind=LearnedKind.PAYER_ALIAS, customer=customer, said=name, means=customer, key=keys[0])]


def _of_advice(desk: Desk, row: Row[Any], allocations: tuple[Allocation, ...]) -> list[Lesson]:
    """For whom this address sends advices: only where the mail was authenticated and the address is on no record."""
    customer = _one_customer(allocations)
    advice = cash.advice_row(desk.tx, int(row.subject))
    message = lists.find_message(desk.tx, row.message) if row.message is not None else None
    if customer is None or advice is None or row.code not in _UNKNOWN_PAYER:
        return []
    found = _alias(desk, advice.payer_name, customer)
    address = (message.from_address or "").casefold() if message is not None and message.trusted else ""
    if address and customer not in books.sender_of(desk.tx, address, None, trusted=True).customers:
        found.append(
            Lesson(kind=LearnedKind.PAYER_SENDER, customer=customer, said=address, means=customer, key=address)
        )
    return found


def _of_numbers(desk: Desk, row: Row[Any], allocations: tuple[Allocation, ...]) -> list[Lesson]:
    """How this customer writes our number, where one printed number became one invoice."""
    if row.code not in _NUMBER_CODES or row.line is None or len(allocations) != 1:
        return []
    advice = cash.advice_row(desk.tx, int(row.subject))
    lines = (advice.document or {}).get("lines", []) if advice is not None else []
    printed = lines[row.line].get("reference") if row.line < len(lines) else None
    pattern = pattern_of(printed, allocations[0].invoice) if printed else None
    if pattern is None:
        return []
    said, means = pattern
    customer = allocations[0].customer
    shape = shape_of(said)
    alike = [
        row
        for row in learned.rows(desk.tx, kind=LearnedKind.REFERENCE.value, customer=customer)
        if shape_of(row.said) == shape
    ]
    if any(row.said == shape for row in alike):
        said = shape
    elif alike and alike[0].said != said:
        # the fixed digits of two examples differ: they are no part of the habit
        learned.change(desk.tx, alike[0].number, said=shape, key=shape)
        said = shape
    return [Lesson(kind=LearnedKind.REFERENCE, customer=customer, said=said, means=means, key=said)]


def refuse(desk: Desk, row: Row[Any]) -> list[list[Any]]:
    """Remember the suggestions that a clerk turned down: they are not made again for the same content."""
    if not desk.settings.learning.enabled or row.subject_type not in ("advice", "receipt"):
        return []
    lessons = []
    for candidate in work.candidates_of(row):
        key = content_of(candidate)
        if key is None:
            continue
        said, means = _in_words(candidate)
        customer = candidate.customer or row.customer
        lessons.append(Lesson(kind=LearnedKind.REFUSED, customer=customer, said=said, means=means, key=key))
    return _write(desk, row.id, lessons)


def content_of(candidate: Candidate) -> str | None:
    """The fingerprint of a suggestion: what was printed, how much, and what it would settle. None where it books nothing."""
    if not candidate.settle:
        return None
    printed = sorted({(one.reference or "").upper().replace(" ", "") for one in candidate.settle})
    settled = sorted(f"{one.invoice}={one.cash.minor}{one.cash.currency}" for one in candidate.settle)
    what = "\x1f".join((*printed, *settled, candidate.replaces or ""))
    return hashlib.sha256(what.encode()).hexdigest()[:40]


def _in_words(candidate: Candidate) -> tuple[str, str]:
    printed = [one.reference for one in candidate.settle if one.reference and one.reference != one.invoice]
    cash_ = sum(one.cash.minor for one in candidate.settle)
    amount = replace(candidate.settle[0].cash, minor=cash_)
    said = f"{', '.join(dict.fromkeys(printed))} {amount}".strip()
    return said[:400], " + ".join(f"{one.invoice} {one.cash.plain()}" for one in candidate.settle)[:400]


def without_refused(desk: Desk, candidates: tuple[Candidate, ...]) -> tuple[tuple[Candidate, ...], tuple[Reason, ...]]:
    """The suggestions that nobody turned down, numbered anew; and what is said of those that somebody did."""
    keys = {n: key for n, one in enumerate(candidates) if (key := content_of(one)) is not None}
    refused = (
        {row.key: row for row in learned.by_keys(desk.tx, LearnedKind.REFUSED, keys.values(), desk.today)}
        if keys
        else {}
    )
    if not refused:
        return candidates, ()
    gone = {n: refused[key] for n, key in keys.items() if key in refused}
    left = [one for n, one in enumerate(candidates) if n not in gone]
    reasons = tuple(
        Reason(
            "refused",
            f"{row.means} was refused in Q{row.queue} by {row.clerk} (K{row.number}) and is not offered again",
        )
        for row in gone.values()
    )
    return tuple(replace(one, n=n) for n, one in enumerate(left, start=1)), reasons


def forget(desk: Desk, taught: Iterable[list[Any]], *, why: str) -> None:
    """Undo what a decision taught: a row that it made goes, one that it only confirmed held once less."""
    for number, new in taught:
        if not new:
            learned.unhold(desk.tx, number)
            continue
        learned.forget(desk.tx, number)
        desk.record("forgotten", "learned", f"K{number}", why=why)
