"""The reply kit of a mail: links that open a ready answer, each with a line that is read back without doubt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from agent.domain.documents import DisputeReason
from agent.domain.reply_kit import HINT, Act, KitLine, write
from templates.blocks import Answer, Block, Quick, fold
from templates.words import Words

_HINT_WIDTH = 58  # columns; mail programs fold what is longer, and the rest would lose its mark
LINES_MAX = 8  # lines of an invoice with a link of their own; the others are disputed by the invoice's link
INVOICES_MAX = 5  # invoices of a reminder or statement with links of their own


def block(words: Words, answers: Iterable[Answer]) -> list[Block]:
    """The answers under their heading; nothing where there are none."""
    found = tuple(answers)
    return [Quick(words.say("kit.title"), found)] if found else []


def pay(words: Words, invoices: tuple[str, ...], on: date) -> Answer:
    """We pay this on that day; the customer may change the day."""
    day = words.day(on)
    label = (
        words.say("kit.pay", invoice=invoices[0], date=day)
        if len(invoices) == 1
        else words.say("kit.pay_all", date=day)
    )
    lines = [write(KitLine(Act.PAY, number, on)) for number in invoices]
    return Answer(label, lines[0] if len(lines) == 1 else "", _body(words, lines, "hint_date"))


def paid(words: Words, invoices: tuple[str, ...], on: date) -> Answer:
    """We have paid this; the customer sets the day."""
    lines = [write(KitLine(Act.PAID, number, on)) for number in invoices]
    return Answer(words.say("kit.paid"), lines[0] if len(lines) == 1 else "", _body(words, lines, "hint_paid"))


def dispute(words: Words, invoice: str) -> Answer:
    line = write(KitLine(Act.DISPUTE, invoice))
    return Answer(words.say("kit.dispute", invoice=invoice), line, _complaint(words, line, ("AMOUNT:",)))


def dispute_line(words: Words, invoice: str, number: str, item: str, called: str) -> Answer:
    line = write(KitLine(Act.DISPUTE, invoice, line=number, item=item))
    label = words.say("kit.dispute_line", line=number, item=called)
    return Answer(label, line, _complaint(words, line, ("QUANTITY:", "AMOUNT:")))


def copy(words: Words, invoice: str) -> Answer:
    line = write(KitLine(Act.COPY, invoice))
    return Answer(words.say("kit.copy", invoice=invoice), line, line)


def pod(words: Words, invoice: str) -> Answer:
    line = write(KitLine(Act.POD, invoice))
    return Answer(words.say("kit.pod", invoice=invoice), line, line)


def statement(words: Words) -> Answer:
    line = write(KitLine(Act.STATEMENT))
    return Answer(words.say("kit.statement"), line, line)


def withdraw(words: Words, invoice: str) -> Answer:
    line = write(KitLine(Act.WITHDRAW, invoice))
    return Answer(words.say("kit.withdraw"), line, line)


def change(words: Words, order: str) -> Answer:
    """Something of an order should be another way; the customer writes what below."""
    line = write(KitLine(Act.CHANGE, order))
    return Answer(words.say("kit.change"), line, "\n".join([line, *_hint(words.say("kit.hint_change")), ""]))


def _body(words: Words, lines: list[str], hint: str) -> str:
    return "\n".join([*_hint(words.say(f"kit.{hint}")), *lines, ""])


def _hint(text: str) -> list[str]:
    """A hint in lines that no mail program folds, each marked as one."""
    return [f"{HINT} {line}" for line in fold(text, _HINT_WIDTH)]


def _complaint(words: Words, line: str, fields: tuple[str, ...]) -> str:
    """The answer to fill in, with every reason by its code and its word in the customer's language."""
    reasons = [f"{HINT}   {reason.value} = {words.say(f'dispute_reason.{reason}')}" for reason in DisputeReason]
    return "\n".join(
        [
            line,
            *_hint(words.say("kit.hint_reason")),
            *reasons,
            "REASON: ",
            *(f"{name} " for name in fields),
            *_hint(words.say("kit.hint_words")),
            "",
        ]
    )
