"""SWIFT MT940, customer statement; MT942 (interim report) is recognised only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agent.domain.documents import BankLine, BankStatement, Problem, Source
from parsers.edi.figures import clean, date_of, day, decimal_with_comma
from parsers.edi.footing import Proof, Witness
from parsers.edi.mt940_details import Details, details_of, unfolded
from parsers.edi.structured import Structured, note
from parsers.page import Limits

_HEAD = re.compile(r"^:20:", re.MULTILINE)
_TAG = re.compile(r"^:([0-9]{2}[A-Z]?|NS):", re.MULTILINE)
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})?([0-9]{0,15}(?:[,.][0-9]{0,6})?)")
_MOVEMENT = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4}|    )?(?P<mark>R?[CD])(?P<funds>[A-Z])?[\n ]?"
    r"(?P<amount>[0-9]{1,15}(?:[,.][0-9]{0,6})?)(?P<kind>[A-Z][A-Z0-9 ]{3})?(?P<rest>.*)",
    re.DOTALL,
)
_REFERENCE = 16  # characters of the reference for the account owner; what stands behind them is a supplement
_RETURNED_KINDS = frozenset({"NRTI"})  # returned item


def is_mt940(text: str) -> bool:
    """Whether the text begins as SWIFT statement messages: a reference, an account, and a balance or a movement."""
    start = _HEAD.search(text[:2000])
    if start is None:
        return False
    tags = {match.group(1) for match in _TAG.finditer(text[start.start() : start.start() + 100_000])}
    return "25" in tags and bool(tags & {"60F", "60M", "61", "62F", "62M", "34F"})


@dataclass(slots=True)
class _Block:
    """The tags of one statement, in order."""

    tags: list[tuple[str, str]] = field(default_factory=list)

    def get(self, *names: str) -> str | None:
        return next((value for name in names for tag, value in self.tags if tag == name), None)


def read(text: str, part: str, limits: Limits) -> Structured:
    """Return one statement for each opening balance."""
    documents: list[BankStatement] = []
    problems: list[Problem] = []
    for block in _blocks(text.replace("\r\n", "\n").replace("\r", "\n")):
        if block.get("34F") is not None and block.get("60F", "60M") is None:
            problems.append(note(part, "an interim report (MT942): its entries are booked from the statement"))
            continue
        statement, its_problems = _statement(block, part, limits)
        documents.append(statement)
        problems += its_problems
    return Structured("mt940", tuple(documents), tuple(dict.fromkeys(problems)))


def _blocks(text: str) -> Iterator[_Block]:
    """A new statement begins with :20:, or with an opening balance after a closing one."""
    block = _Block()
    matches = list(_TAG.finditer(text))
    closed = False
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        tag, value = match.group(1), _without_envelope(text[match.end() : end])
        if tag == "20" and any(name != "20" for name, _ in block.tags):
            yield block
            block, closed = _Block(), False
        elif tag in ("60F", "60M") and closed:
            yield block
            kept = [pair for pair in block.tags if pair[0] in ("20", "25", "28", "28C")]
            block, closed = _Block(kept), False
        block.tags.append((tag, value))
        closed = closed or tag in ("62F", "62M")
    if block.tags:
        yield block


def _without_envelope(value: str) -> str:
    """Cut off the end of the message (`-` on a line of its own, `-}`) and the header of the next."""
    lines = value.strip("\n").split("\n")
    for index, line in enumerate(lines):
        if line.strip() in ("-", "-}") or line.startswith(("-}", "{1:")):
            lines = lines[:index]
            break
    return "\n".join(lines).strip("\n")


def _statement(block: _Block, part: str, limits: Limits) -> tuple[BankStatement, tuple[Problem, ...]]:
    number = clean(block.get("28C", "28"))
    proof, witness = Proof(f"{part}: MT940 {number or ''}".strip()), Witness(part)
    account, currency = _account(block)
    opening, its_currency = _balance(block.get("60F", "60M"))
    closing, _ = _balance(block.get("62F", "62M"))
    currency = its_currency or currency
    lines: list[BankLine] = []
    for index, (tag, value) in enumerate(block.tags):
        if tag != "61":
            continue
        words = _details_behind(block.tags, index)
        details = details_of(words) if words else Details()
        line = _movement(value, details, currency)
        if line is None:
            proof.broken(f"a movement cannot be read: {value[:60]!r}")
            continue
        _see(line, f"lines[{len(lines)}]", value, words, witness)
        lines.append(line)
        if len(lines) > limits.lines_max:
            proof.broken(f"the statement holds more than {limits.lines_max} movements")
            break
    _foot(proof, opening, closing, lines)
    statement = BankStatement(
        confidence=0.0,
        source=Source(part),
        number=witness.saw("number", number, number),
        account=witness.saw("account", account, block.get("25")),
        currency=witness.saw("currency", currency, block.get("60F", "60M", "25")),
        opening=witness.saw("opening", opening, block.get("60F", "60M")),
        closing=witness.saw("closing", closing, block.get("62F", "62M")),
        lines=tuple(lines),
        evidence=witness.seen,
    )
    return proof.seal(statement), tuple(proof.problems)


def _details_behind(tags: list[tuple[str, str]], index: int) -> str:
    """The :86: of a movement; some banks write one for each line of it."""
    pieces = []
    for tag, value in tags[index + 1 :]:
        if tag == "86":
            pieces.append(value)
        elif tag != "NS":
            break
    return "\n".join(pieces)


def _foot(proof: Proof, opening: Decimal | None, closing: Decimal | None, lines: list[BankLine]) -> None:
    if opening is None:
        proof.broken("the opening balance (:60F:) is missing or cannot be read")
    if closing is None:
        proof.broken("the closing balance (:62F:) is missing: the statement is cut short")
    if opening is not None:
        booked = sum((line.amount for line in lines if line.amount is not None), Decimal(0))
        proof.agree("closing balance", closing, opening + booked)


def _account(block: _Block) -> tuple[str | None, str | None]:
    """The account of :25:, without the currency that some banks append."""
    value = clean(block.get("25"))
    if value is None:
        return None, None
    match = re.fullmatch(r"(.*[0-9])[ /]?([A-Z]{3})", value)
    if match and not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,27}[A-Z]", value):
        return match.group(1), match.group(2)
    return value, None


def _balance(value: str | None) -> tuple[Decimal | None, str | None]:
    match = _BALANCE.match(value.strip()) if value else None
    if match is None:
        return None, None
    amount = decimal_with_comma(match.group(4))
    if amount is None:
        return None, None
    return (-amount if match.group(1) == "D" else amount), match.group(3)


def _movement(value: str, details: Details, currency: str | None) -> BankLine | None:
    """Read :61: value date, entry date, mark, funds code, amount, type, references, supplementary details.

    C and D are credit and debit; RC takes a credit back and RD a debit, so that their signs turn round.
    """
    match = _MOVEMENT.match(value.strip())
    amount = decimal_with_comma(match.group("amount")) if match else None
    if match is None or amount is None:
        return None
    mark = match.group("mark")
    negative = mark in ("D", "RC")
    value_on = date_of(match.group("value"))
    first, _, supplement = match.group("rest").partition("\n")
    customer, _, bank = first.partition("//")
    customer, beyond = customer[:_REFERENCE], customer[_REFERENCE:]
    words = [clean(beyond), details.text, None if details.text else clean(unfolded(supplement))]
    kind = (match.group("kind") or "").strip()
    return BankLine(
        booked_on=_entry_day(match.group("entry"), match.group("value")) or value_on,
        value_on=value_on,
        amount=-amount if negative else amount,
        currency=currency,
        payer=details.name,
        payer_account=details.account,
        text=" ".join(word for word in words if word) or None,
        bank_reference=clean(bank) or details.bank_reference or _reference(customer),
        end_to_end_id=details.end_to_end_id,
        returned=mark.startswith("R") or kind in _RETURNED_KINDS or details.returned,
        charges=details.charges,
    )


def _reference(value: str) -> str | None:
    cleaned = clean(value)
    return None if cleaned in ("NONREF", "NOREF", None) else cleaned


def _entry_day(entry: str | None, value: str) -> date | None:
    """The entry date has no year: it is the day next to the value date."""
    if entry is None or not entry.strip():
        return None
    year, month, of_month = 2000 + int(value[:2]), int(entry[:2]), int(entry[2:])
    middle = day(year, int(value[2:4]), min(int(value[4:6]), 28))
    found = [d for y in (year - 1, year, year + 1) if (d := day(y, month, of_month)) is not None]
    return min(found, key=lambda d: abs((d - middle).days)) if middle is not None and found else None


def _see(line: BankLine, path: str, movement: str, details: str, witness: Witness) -> None:
    for name in ("amount", "booked_on", "value_on", "bank_reference"):
        witness.saw(f"{path}.{name}", getattr(line, name), f":61:{movement}")
    for name in ("payer", "payer_account", "text", "end_to_end_id"):
        witness.saw(f"{path}.{name}", getattr(line, name), f":86:{details}")
