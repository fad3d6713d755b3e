"""Payment reminders: one mail for all that is due, friendlier or firmer by level, never a threat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from agent.domain.collecting import TONES, Tone
from agent.domain.notices import Company, ReminderNotice, StatementRow
from templates.blocks import Block, Column, Paragraph, Table, View, joined
from templates.notices import kit
from templates.notices.invoices import bank
from templates.notices.orders import MAIL_ROWS, in_currency, limited
from templates.words import Words

LEVELS = 4
_NAMED = 3  # invoices named in a subject or payment reference
LETTER_FROM = 3  # from this level a letter as PDF is attached


def view(notice: ReminderNotice, words: Words, company: Company) -> View:
    title = words.say(f"reminder.title_{form_of(notice)}")
    blocks: list[Block] = [Paragraph(text) for text in opening(notice, words)]
    blocks.append(shortened(table(notice, words), words))
    if notice.deadline:
        blocks.append(Paragraph(words.say("reminder.deadline", date=words.day(notice.deadline)), strong=True))
    blocks += bank(company, words, payment_reference(notice))
    blocks.append(Paragraph(words.say("reminder.crossed")))
    blocks += _answers(notice, words)
    return View(_subject(title, notice, words), title, tuple(blocks), notice.reference or notice.customer.number)


def _answers(notice: ReminderNotice, words: Words) -> list[Block]:
    """Paying it all by the deadline, having paid, and for each of the first invoices a dispute or a copy."""
    owed = tuple(row.invoice for row in _owed(notice))
    if not owed:
        return []
    several = owed[: kit.INVOICES_MAX]
    answers = [kit.pay(words, owed, _payable_on(notice)), kit.paid(words, owed, notice.as_of)]
    answers += [kit.dispute(words, number) for number in several]
    answers += [kit.copy(words, number) for number in several]
    return kit.block(words, answers)


def _payable_on(notice: ReminderNotice) -> date:
    """The day that a ready answer proposes: the deadline, or, of what is not due yet, the first due date."""
    days = [row.due_on for row in _owed(notice) if row.due_on and row.due_on >= notice.as_of]
    return notice.deadline or min(days, default=notice.as_of)


def form_of(notice: ReminderNotice) -> str:
    """Which of the texts speaks: before the due date, or one of four tones, by the level where none is named."""
    if notice.tone is None:
        return str(min(max(notice.level, 1), LEVELS)) if notice.level > 0 else "before"
    return "before" if notice.tone is Tone.BEFORE else str(TONES.index(notice.tone) + 1)


def opening(notice: ReminderNotice, words: Words) -> tuple[str, ...]:
    intro = words.say(f"reminder.intro_{form_of(notice)}")
    if notice.promised_on is None:
        return (intro,)
    return (intro, words.say("reminder.promise", date=words.day(notice.promised_on)))


def _numbers(notice: ReminderNotice) -> tuple[str, ...]:
    return tuple(row.invoice for row in _owed(notice)[:_NAMED])


def _owed(notice: ReminderNotice) -> tuple[StatementRow, ...]:
    return tuple(row for row in notice.rows if row.open.minor > 0)


def payment_reference(notice: ReminderNotice) -> str:
    """What to write on the transfer: the invoices where they fit in one line, else the customer's number."""
    owed = _owed(notice)
    return ", ".join(row.invoice for row in owed) if 0 < len(owed) <= _NAMED else notice.customer.number


def _subject(title: str, notice: ReminderNotice, words: Words) -> tuple[str, ...]:
    owed, named = _owed(notice), ", ".join(_numbers(notice))
    if len(owed) > _NAMED:
        named = words.say("subject.more", invoices=named, n=str(len(owed) - _NAMED))
    po = owed[0].po_number if len(owed) == 1 else ""
    reference = notice.reference if notice.reference not in named else ""
    return (title, named, words.say("subject.po", po=po) if po else "", reference)


def table(notice: ReminderNotice, words: Words) -> Table:
    columns = (
        Column(words.say("label.invoice")),
        Column(words.say("label.po_number")),
        Column(words.say("label.due_on")),
        Column(words.say("label.days_overdue"), right=True),
        Column(in_currency(words, "open", notice.currency), right=True),
    )
    return Table(columns, tuple(_row(row, words) for row in notice.rows), sums(notice, words))


def shortened(table: Table, words: Words) -> Table:
    """A table as a mail shows it; the paper has every row."""
    return replace(table, rows=limited(table.rows, words))


def wants_letter(notice: ReminderNotice) -> bool:
    """The last levels also go as a letter that can be filed, and so does a list too long for a mail."""
    letter = notice.level >= LETTER_FROM if notice.letter is None else notice.letter
    return letter or len(notice.rows) > MAIL_ROWS


def _row(row: StatementRow, words: Words) -> tuple[str, ...]:
    return (
        joined(numbered(row), remark(row, words)),
        row.po_number,
        words.short_day(row.due_on),
        str(row.days_overdue) if row.days_overdue > 0 else "",
        words.amount(row.open),
    )


def numbered(row: StatementRow) -> str:
    """The number of an item, with the instalment that is meant: `INV-104411 (2/3)`."""
    return f"{row.invoice} ({row.part})" if row.part else row.invoice


def remark(row: StatementRow, words: Words) -> str:
    """What of an item is not asked for: disputed or already announced."""
    disputed = ""
    if row.disputed and row.case:
        disputed = words.say("reminder.disputed_case", amount=words.money(row.disputed), case=row.case)
    elif row.disputed:
        disputed = words.say("reminder.disputed", amount=words.money(row.disputed))
    announced = words.say("reminder.announced", amount=words.money(row.announced)) if row.announced else ""
    return joined(disputed, announced, by=" ")


def sums(notice: ReminderNotice, words: Words) -> tuple[tuple[str, str], ...]:
    """What adds to or takes from the items; the last row is what we ask for, with all of it included."""
    rows = []
    if notice.unapplied:
        rows.append((words.say("label.unapplied"), words.money(-abs(notice.unapplied))))
    if notice.fee:
        rows.append((words.say("label.fee"), words.money(notice.fee)))
    if notice.interest:
        rows.append((words.say("label.interest"), words.money(notice.interest)))
    rows.append((words.say("label.total_due"), words.money(notice.total_due)))
    return tuple(rows)
