"""Structured does not mean true: what a file says of itself is held against what was read from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol, TypeVar

from agent.domain.documents import (
    Document,
    Evidence,
    Footing,
    OrderedLine,
    Problem,
    PurchaseOrder,
)
from agent.domain.money import decimals_of, plain, round_half_up

_CONFIDENCE = {Footing.PROVED: 1.0, Footing.UNPROVED: 0.9, Footing.FAILED: 0.3}
_EVIDENCE_MAX = 200
_SAME_FAULT_MAX = 20

D = TypeVar("D", bound=Document)
T = TypeVar("T")


class Told(Protocol):
    """A segment or an element: anything that knows its text as it stands in the file."""

    @property
    def text(self) -> str: ...


S = TypeVar("S", bound=Told)


class Witness:
    """Remembers for each field the piece of the source it came from."""

    __slots__ = ("part", "seen")

    def __init__(self, part: str) -> None:
        self.part = part
        self.seen: dict[str, Evidence] = {}

    def saw(self, field: str, value: T, text: str | None) -> T:
        """Return `value`, having noted where it stands; a value that was not found leaves no trace."""
        if value is not None and value != () and text is not None:
            self.seen[field] = Evidence(part=self.part, page=None, text=text.strip()[:_EVIDENCE_MAX])
        return value

    def took(self, field: str, source: S | None, get: Callable[[S], T | None]) -> T | None:
        """Take the value out of a segment that may be missing, and note where it stands."""
        return self.saw(field, get(source), source.text) if source is not None else None


class Proof:
    """Collects for one document what agrees and what does not, and settles its footing."""

    __slots__ = ("difference", "failed", "problems", "proved", "where")

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []
        self.proved = False
        self.failed = False
        self.difference: Decimal | None = None

    def note(self, what: str) -> None:
        """Something to be known that does not touch the arithmetic."""
        if len(self.problems) < _SAME_FAULT_MAX:
            self.problems.append(Problem(where=self.where, what=what, code="note"))

    def broken(self, what: str) -> None:
        """Something that makes the document unfit for booking."""
        self.failed = True
        if len(self.problems) < _SAME_FAULT_MAX:
            self.problems.append(Problem(where=self.where, what=what))

    def confirm(self) -> None:
        """Something that was checked elsewhere proves the lines."""
        self.proved = True

    def agree(
        self,
        what: str,
        said: Decimal | int | None,
        found: Decimal | int | None,
        *,
        proves: bool = True,
        tolerance: Decimal = Decimal(0),
    ) -> None:
        """Hold a total that the file states against the one that follows from its lines; None says nothing."""
        if said is None or found is None:
            return
        difference = Decimal(said) - Decimal(found)
        if abs(difference) <= tolerance:
            self.proved = self.proved or proves
            return
        if self.difference is None:
            self.difference = difference
        self.broken(f"{what}: the file says {_plain(said)}, its lines give {_plain(found)}")

    @property
    def footing(self) -> Footing:
        if self.failed:
            return Footing.FAILED
        return Footing.PROVED if self.proved else Footing.UNPROVED

    def seal(self, document: D) -> D:
        """Return the document with its footing, the difference and the confidence that follow."""
        footing = self.footing
        return replace(
            document,
            footing=footing,
            difference=self.difference if footing is Footing.FAILED else None,
            confidence=_CONFIDENCE[footing],
        )


def _plain(value: Decimal | int) -> str:
    return plain(Decimal(value))


def half_a_unit(amount: Decimal, currency: str | None) -> Decimal:
    """Half of the last decimal: of the amount as written, or of its currency where it is written shorter."""
    exponent = amount.as_tuple().exponent
    written = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return Decimal(5).scaleb(-max(written, decimals_of(currency or "EUR")) - 1)


def extension(line: OrderedLine) -> Decimal | None:
    """Return quantity x price / basis, less the line's discount; None where one of them is not stated."""
    if line.quantity is None or line.unit_price is None or not line.price_per:
        return None
    discount = (line.discount_percent or Decimal(0)) / 100
    return line.quantity * line.unit_price / line.price_per * (1 - discount)


def check_lines(
    proof: Proof, lines: Sequence[OrderedLine], currency: str | None, extras: dict[int, Decimal] | None = None
) -> None:
    """Hold each line's stated amount against quantity x price; `extras` are charges (+) and allowances (-) a line."""
    for index, line in enumerate(lines):
        found = extension(line)
        if line.amount is None or found is None or line.cancelled:
            continue
        label = f"line {line.line or index + 1}"
        found += (extras or {}).get(index, Decimal(0))
        proof.agree(f"amount of {label}", line.amount, found, tolerance=half_a_unit(line.amount, currency))


def amounts_of(lines: Sequence[OrderedLine], currency: str | None) -> list[Decimal] | None:
    """Return each line's amount, stated or else quantity x price rounded; None if one line has neither."""
    amounts: list[Decimal] = []
    for line in lines:
        amount = Decimal(0) if line.cancelled else line.amount if line.amount is not None else extension(line)
        if amount is None:
            return None
        amounts.append(round_half_up(amount, max(decimals_of(currency or "EUR"), 2)))
    return amounts


def settle_lines(
    proof: Proof, witness: Witness, order: PurchaseOrder, said: Decimal, text: str, charges: Decimal = Decimal(0)
) -> PurchaseOrder:
    """Hold a printed total against the lines, without and with the charges: arithmetic says which it is.

    The order comes back with its net total. Where quantity x price of lines that state no amount sums to the total, those amounts are proved and filled in.
    """
    amounts = amounts_of(order.lines, order.currency)
    net = sum(amounts, Decimal(0)) if amounts and order.lines else None
    with_charges = net is not None and net != said and net + charges == said
    proof.agree("total", said, net + charges if net is not None and with_charges else net)
    if net is None or amounts is None or proof.failed:
        return order
    filled = tuple(
        replace(line, amount=amount) if line.amount is None and not line.cancelled else line
        for line, amount in zip(order.lines, amounts, strict=True)
    )
    for index, line in enumerate(order.lines):
        price = witness.seen.get(f"lines[{index}].unit_price")
        if line.amount is None and price is not None:
            witness.saw(f"lines[{index}].amount", amounts[index], price.text)
    return replace(order, lines=filled, net_total=witness.saw("net_total", net, text))
