"""Headings that the lexicon does not know: what a customer means by them, taught by a decision that one reading explains.

A reading is tried, never guessed: the mail is read again with each meaning that an unknown heading could have, and only
where exactly one of the readings says to the cent what the clerk decided is that meaning written down.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, product

from sqlalchemy import Connection

from agent.booking.desk import Desk
from agent.domain.codec import from_plain
from agent.domain.decisions import Allocation, Reason
from agent.domain.documents import AdvisedLine, Document, Flag, Footing, Problem, Reading, RemittanceAdvice, heading_in
from agent.domain.learning import ColumnHint, ColumnRole, Learned, LearnedKind, Lesson
from agent.reading import Reader
from agent.store import books, cash, inbound, learned, lists, work
from matching.keys import lookup_keys
from parsers.lexicon.folding import fold_label

_MONEY = (
    ColumnRole.PAID,
    ColumnRole.GROSS,
    ColumnRole.DISCOUNT,
    ColumnRole.DEDUCTION,
    ColumnRole.WITHHELD,
)
_TRIED = (ColumnRole.INVOICE_NUMBER, *_MONEY)
_HEADINGS_MAX = 6
_PAIRED_MAX = 4  # headings of which two at once are tried
_BYTES_MAX = 1_000_000
_SECONDS = 15.0  # a clerk waits for it

Meant = tuple[tuple[str, ColumnRole], ...]  # headings and what they are taken for


@dataclass(frozen=True, slots=True)
class Question:
    """A mail whose tables have headings without a meaning, and whose customer wrote it."""

    customer: str
    name: str
    data: bytes
    headings: tuple[str, ...]
    known: tuple[ColumnHint, ...]  # what was learned of this customer already


@dataclass(frozen=True, slots=True)
class Trial:
    """The advices as they read when these headings mean that; no headings: as they read without."""

    customer: str
    meant: Meant
    advices: tuple[RemittanceAdvice, ...]


def key_of(heading: str) -> str:
    """A heading as it is looked up: folded as the lexicon folds its labels."""
    return fold_label(heading)


def hints_of(rows: Iterable[Learned]) -> tuple[ColumnHint, ...]:
    """The hints for reading; a heading of which two rows say different things gives none."""
    meanings: dict[str, set[str]] = {}
    for row in rows:
        meanings.setdefault(row.key, set()).add(row.means)
    return tuple(ColumnHint(key, ColumnRole(means.pop())) for key, means in meanings.items() if len(means) == 1)


def of_sender(tx: Connection, address: str | None, today: date) -> tuple[Learned, ...]:
    """What was learned of the one customer on whose record this proved address stands; nothing of anybody else."""
    owners = books.sender_of(tx, address, None, trusted=True).customers
    return learned.of_customers(tx, LearnedKind.COLUMN, owners, today) if len(owners) == 1 else ()


def unknown(reading: dict[str, object] | None) -> tuple[str, ...]:
    """The headings without a meaning of a stored reading, each once."""
    problems = (reading or {}).get("problems")
    found = [heading_in(from_plain(Problem, one)) for one in problems] if isinstance(problems, list) else []
    return tuple(dict.fromkeys(heading for heading in found if heading))


def used_in(document: Document) -> tuple[str, ...]:
    """The headings under which columns of this document were read because they were taught."""
    return tuple(place.text for path, place in document.evidence.items() if path.startswith("columns."))


def reasons(desk: Desk, document: Document) -> tuple[Reason, ...]:
    """The rows that gave this document's columns their meaning."""
    titles = {key_of(text) for text in used_in(document)}
    if not titles:
        return ()
    rows = learned.of_customers(desk.tx, LearnedKind.COLUMN, desk.sender.customers, desk.today)
    return tuple(
        Reason("learned", f"{row.words}: the column {row.said!r} means {row.means}")
        for row in rows
        if row.key in titles
    )


def question(desk: Desk, number: int) -> Question | None:
    """What could be learned from deciding this item; None where its mail has no heading without a meaning."""
    row = work.queue_row(desk.tx, number)
    if not desk.settings.learning.enabled or row.subject_type != "advice" or row.message is None:
        return None
    message = lists.find_message(desk.tx, row.message)
    if message is None or not message.trusted or not (headings := unknown(message.reading)[:_HEADINGS_MAX]):
        return None
    if any(Flag.SCANNED.value in d.get("flags", ()) for d in message.reading.get("documents", ())):
        return None  # characters that were guessed teach nothing
    owners = books.sender_of(desk.tx, message.from_address, None, trusted=True).customers
    data = inbound.raw_bytes(desk.tx, row.message) if len(owners) == 1 else b""
    if not data or len(data) > _BYTES_MAX:
        return None
    known = learned.of_customers(desk.tx, LearnedKind.COLUMN, owners, desk.today)
    return Question(owners[0], f"M{row.message}.eml", data, headings, hints_of(known))


def trials(reader: Reader, asked: Question, *, seconds: float = _SECONDS) -> tuple[Trial, ...]:
    """Read the mail with every meaning that one of the headings could have, and that two together could have.

    Meanings are tried whole or not at all: that one of them is the only one is known only when all were read. What
    takes longer than `seconds` (a long list, many headings) is given up, and then teaches nothing.
    """
    singles = [((heading, role),) for heading in asked.headings for role in _TRIED]
    pairs = [
        ((one, first), (other, second))
        for one, other in combinations(asked.headings[:_PAIRED_MAX], 2)
        for first, second in product(_TRIED, repeat=2)
        if (first is ColumnRole.INVOICE_NUMBER) != (second is ColumnRole.INVOICE_NUMBER)
    ]
    until = time.monotonic() + seconds
    alone = _tried(reader, asked, [(), *singles], until)
    return (*alone, *_tried(reader, asked, pairs, until)) if alone else ()


def _tried(reader: Reader, asked: Question, ways: Sequence[Meant], until: float) -> list[Trial]:
    found: list[Trial] = []
    for meant in ways:
        if time.monotonic() > until:
            return []
        hints = tuple(ColumnHint(key_of(heading), role) for heading, role in meant)
        reading = reader.read(asked.data, asked.name, (*asked.known, *hints))
        found.append(Trial(asked.customer, meant, _advices(reading)))
    return found


def _advices(reading: Reading) -> tuple[RemittanceAdvice, ...]:
    return tuple(one for one in reading.documents if isinstance(one, RemittanceAdvice))


def lessons(desk: Desk, tried: tuple[Trial, ...], advice: int) -> list[Lesson]:
    """What the one reading that explains all that the advice was decided to pay says of its headings.

    Nothing is taught where no reading says that, or several do, or what was read before said it already. An advice that
    is decided line by line teaches with the decision that completes it.
    """
    from agent.booking.cash.advising import allocation_of  # it books by what is taught here

    stored = cash.allocations_of(desk.tx, [advice]) if tried else []
    allocations = tuple(allocation_of(part) for part in stored if part.state != "released")
    if not tried or {one.customer for one in allocations} != {tried[0].customer}:
        return []
    holding = [(trial, lines) for trial in tried if (lines := _explaining(trial, allocations)) is not None]
    fewest = min((len(trial.meant) for trial, _ in holding), default=0)
    best = [(trial, lines) for trial, lines in holding if len(trial.meant) == fewest]
    if not fewest or len({tuple(heading for heading, _ in trial.meant) for trial, _ in best}) != 1:
        return []
    meant = _agreed([trial for trial, _ in best], {lines for _, lines in best})
    return [
        Lesson(kind=LearnedKind.COLUMN, customer=tried[0].customer, said=heading, means=role.value, key=key_of(heading))
        for heading, role in meant
    ]


def _agreed(trials_: list[Trial], readings: set[tuple[AdvisedLine, ...]]) -> Meant:
    """The meaning that the explaining trials share; paid and gross that read alike are an amount of either kind."""
    if len(trials_) == 1:
        return trials_[0].meant
    roles = [{trial.meant[n][1] for trial in trials_} for n in range(len(trials_[0].meant))]
    either = {ColumnRole.PAID, ColumnRole.GROSS}
    if len(readings) != 1 or any(len(one) > 1 and one != either for one in roles) or len(trials_) != 2:
        return ()
    return tuple(
        (heading, ColumnRole.AMOUNT if roles[n] == either else role)
        for n, (heading, role) in enumerate(trials_[0].meant)
    )


def _explaining(trial: Trial, allocations: tuple[Allocation, ...]) -> tuple[AdvisedLine, ...] | None:
    """The lines of the advice that says exactly what was decided, line by line and to the cent."""
    for advice in trial.advices:
        headings = {key_of(text) for text in used_in(advice)}
        if not {key_of(heading) for heading, _ in trial.meant} <= headings or advice.footing is Footing.FAILED:
            continue
        if len(advice.lines) != len(allocations) or (len(advice.lines) < 2 and advice.footing is not Footing.PROVED):
            continue
        left = list(allocations)
        for line in advice.lines:
            match = next((one for one in left if _same(line, one)), None)
            if match is None:
                break
            left.remove(match)
        if not left:
            return tuple(replace(line, kind=advice.lines[0].kind) for line in advice.lines)
    return None


def _same(line: AdvisedLine, part: Allocation) -> bool:
    """Whether a line says what was booked: its invoice, its cash, and each reduction as what it was booked.

    A deduction that was left open is one that was not granted: that is what a deduction is until somebody agrees.
    """
    named = line.reference is not None and set(lookup_keys(line.reference)) & set(lookup_keys(part.invoice))
    open_ = not (part.discount or part.withheld or part.write_off or part.bank_fee)
    deducted = line.deduction in (None, 0, part.deduction.amount) or (open_ and not part.deduction)
    return (
        bool(named)
        and line.paid is not None
        and line.paid == part.cash.amount
        and line.discount in (None, 0, part.discount.amount)
        and line.withheld in (None, 0, part.withheld.amount)
        and deducted
    )
