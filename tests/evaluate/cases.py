"""What all kinds of cases are drawn with: a world, a customer with the items it needs, honest notations and slips."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from agent.domain.documents import BankLine
from agent.domain.money import Money
from agent.domain.receivables import Customer, InvoiceType, OpenItem
from matching.rules.discount import discount_on
from tests.evaluate.forms import Row, Sheet
from tests.evaluate.truth import Due, Truth
from tests.evaluate.world import TODAY, World


class Unsuitable(Exception):
    """The draw cannot make this kind of case."""


@dataclass(frozen=True, slots=True)
class Advised:
    """A mail with an advice; `channel` where the kind needs a certain one."""

    sheet: Sheet
    sender: str
    truth: Truth
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Banked:
    """A line of the bank statement; `returns` is the step whose money it takes back."""

    line: BankLine
    truth: Truth
    returns: int | None = None


Step = Advised | Banked


@dataclass(slots=True)
class Case:
    kind: str
    honest: bool
    world: World
    steps: tuple[Step, ...]
    settles: str = "announced"


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    weight: float
    honest: bool
    make: Callable[[Draw], Iterable[Step]]


KINDS: list[Kind] = []


def kind(
    weight: float, *, honest: bool
) -> Callable[[Callable[[Draw], Iterable[Step]]], Callable[[Draw], Iterable[Step]]]:
    """Register a kind of case; `weight` is its share of the corpus, in per mille."""

    def register(make: Callable[[Draw], Iterable[Step]]) -> Callable[[Draw], Iterable[Step]]:
        KINDS.append(Kind(make.__name__, weight, honest, make))
        return make

    return register


@dataclass(slots=True)
class Draw:
    """One random draw from a world."""

    world: World
    rng: Random
    redrawn: int = 0  # slips that said something true of another item, and were drawn again
    paid_on: date = field(init=False)

    def __post_init__(self) -> None:
        self.paid_on = TODAY - timedelta(days=self.rng.randrange(4))

    def open_of(self, customer: str) -> list[OpenItem]:
        items = (self.world.items[n] for n in self.world.of_customer[customer])
        return [i for i in items if i.type is InvoiceType.INVOICE and i.open.minor > 0]

    def credits_of(self, customer: str) -> list[OpenItem]:
        items = (self.world.items[n] for n in self.world.of_customer[customer])
        return [i for i in items if i.type is InvoiceType.CREDIT_NOTE and i.open.minor < 0]

    def customer(self, suits: Callable[[str], bool] = lambda _: True) -> str:
        """Return a customer with open items that suits."""
        numbers = list(self.world.customers)
        for _ in range(60):
            number = self.rng.choice(numbers)
            if self.open_of(number) and suits(number):
                return number
        raise Unsuitable

    def items(self, customer: str, count: int, suits: Callable[[OpenItem], bool] = lambda _: True) -> list[OpenItem]:
        found = [item for item in self.open_of(customer) if suits(item)]
        if len(found) < count:
            raise Unsuitable
        return self.rng.sample(found, count)

    def some(self, least: int = 1, most: int = 5, suits: Callable[[OpenItem], bool] = lambda _: True) -> list[OpenItem]:
        """Return open items of one customer."""
        count = min(self.rng.randint(least, most), self.rng.randint(least, most))
        customer = self.customer(lambda c: sum(suits(i) for i in self.open_of(c)) >= count)
        return self.items(customer, count, suits)

    def sheet(self, rows: Iterable[Row], **more: object) -> Sheet:
        lines = tuple(rows)
        total = sum(row.paid or 0 for row in lines)
        fields: dict[str, object] = {
            "rows": lines, "total": total, "currency": self.world.currency, "paid_on": self.paid_on,
            "reference": self.rng.choice((f"PAY{self.rng.randrange(10**6, 10**7)}", f"{self.rng.randrange(10**5, 10**6)}")),
        }  # fmt: skip
        return Sheet(**(fields | more))  # type: ignore[arg-type]

    def advised(self, customer: str, rows: Iterable[Row], dues: Iterable[Due], **more: object) -> Advised:
        """An honest mail of the customer itself."""
        name = self.world.customers[customer].name if self.rng.random() < 0.7 else None
        sheet = self.sheet(rows, **({"payer": name} | more))
        return Advised(sheet, self.world.payer_of(customer), Truth(tuple(dues), self.world.writes_for(customer)))

    def bank(self, customer: str | None, amount: int, text: str | None, **more: object) -> BankLine:
        """Money of a customer, by the name that its bank prints and its account where that is on record."""
        known = self.world.customers[customer] if customer else None
        fields: dict[str, object] = {
            "booked_on": self.paid_on + timedelta(days=self.rng.randrange(3)),
            "amount": Money(amount, self.world.currency).amount,
            "currency": self.world.currency,
            "payer": self.printed_name(known) if known else None,
            "payer_account": known.accounts[0] if known and known.accounts else None,
            "text": text,
            "bank_reference": f"B{self.rng.randrange(10**9)}",
        }
        return BankLine(**(fields | more))  # type: ignore[arg-type]

    def printed_name(self, customer: Customer) -> str:
        name = customer.name
        which = self.rng.random()
        if which < 0.4:
            return name
        return name.upper().replace(".", "").replace("&", "+") if which < 0.9 else name.upper()[:22]

    def discount(self, item: OpenItem) -> int:
        """The discount on what is open that is earned on the day of payment, with two days of grace; 0 where none is."""
        if not item.discount_percent or item.discount_until is None:
            return 0
        if self.paid_on > item.discount_until + timedelta(days=2):
            return 0
        return discount_on(item.open, item.discount_percent).minor

    def notation(self, number: str) -> str:
        """Return the number as honest people write it: the same digits, other letters and punctuation."""
        core = re.sub(r"^\D+", "", number)
        letters = number[: len(number) - len(core)]
        word = {"de": ("Rechnung ", "Rg. ", "RNr. ", "Re-Nr. ")}.get(
            self.world.style.language, ("Invoice ", "inv. no. ", "INV ", "Inv# ", "Bill ")
        )
        forms = [
            number.lower(), number.replace("-", ""), number.replace("-", " ").replace("/", "-"), f"#{number}",
            f"{self.rng.choice(word)}{number}", f"{self.rng.choice(word)}{core}", core, f"{number}.", f" {number} ",
            number.replace("-", "–"), "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in number),
        ]  # fmt: skip
        if letters and core.isdigit():
            forms += [f"{letters}000{core}", f"000{core}", letters + core.replace("0", "O")]
        elif not letters:
            forms += [f"00{core}", f"{core[:3]} {core[3:]}", f"{number} vom {self.paid_on:%d.%m.%Y}"]
        return self.rng.choice(forms)

    def slip(self, item: OpenItem, paid: int, gross: int | None = None) -> str:
        """Return the number with one slip; drawn again where it says something that is true of another item."""
        for _ in range(60):
            number = self._slipped(item.number)
            other = self.world.items.get(number)
            if number == item.number:
                continue
            if other is not None and other.customer == item.customer and self._true_of(other, paid, gross):
                self.redrawn += 1
                continue
            return number
        raise Unsuitable

    def _true_of(self, other: OpenItem, paid: int, gross: int | None) -> bool:
        return other.open.minor in (paid, gross) or paid == other.open.minor - self.discount(other)

    def _slipped(self, number: str) -> str:
        places = [i for i, c in enumerate(number) if c.isdigit()]
        i, which = self.rng.choice(places[-4:]), self.rng.random()
        if which < 0.45:
            return number[:i] + self.rng.choice("0123456789") + number[i + 1 :]
        if which < 0.65 and i + 1 < len(number) and number[i + 1].isdigit():
            return number[:i] + number[i + 1] + number[i] + number[i + 2 :]
        if which < 0.75:
            return number[:-1]
        if which < 0.85:
            return number[:i] + number[i + 1 :]
        return number[:i] + self.rng.choice("0123456789") + number[i:]

    def neighbour(self, item: OpenItem) -> OpenItem:
        """Return another open item of the same customer with a number one digit away and another amount."""
        for _ in range(200):
            other = self.world.items.get(self._slipped(item.number))
            if other is None or other.customer != item.customer or other.number == item.number or not other.open:
                continue
            if other.type is item.type and not self._true_of(other, item.open.minor, None):
                return other
        raise Unsuitable

    def stranger(self, customer: str) -> str:
        """Return a customer that is neither this one nor of its group."""
        own = self.world.customers[customer]
        for _ in range(60):
            other = self.customer()
            theirs = self.world.customers[other]
            heads = {own.number, own.parent} & {theirs.number, theirs.parent} - {None}
            if not heads and self.world.domain(other) != self.world.domain(customer):
                return other
        raise Unsuitable


def full(item: OpenItem) -> Due:
    return Due(item.number, item.open.minor, item.open.minor)


def row(item: OpenItem, reference: str | None = None, **more: object) -> Row:
    """The item paid in full."""
    return Row(**({"reference": reference or item.number, "paid": item.open.minor} | more))  # type: ignore[arg-type]


def nothing(*payers: str) -> Truth:
    """Nothing may be applied; the money may stand on the account of these."""
    return Truth((), frozenset(payers), applies=False)


def held(truth: Truth) -> Truth:
    """Nothing may be applied by itself; what the payer meant is what a person would choose."""
    return Truth((), truth.payers, applies=False, meant=truth.dues)


def tolerated(item: OpenItem, difference: int) -> int:
    """How much of a difference the policy writes off: up to 5.00 and half a per cent of the total."""
    return difference if abs(difference) <= min(500, round(item.total.minor * 0.005)) else 0
