"""A generated company with its customers and open items, and the excerpt of its books that one paper leads to.

The excerpt is what `agent.store.books.cash_books` finds by its indexes; the indexes are dictionaries here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from agent.domain.books import CashBooks, Sender
from agent.domain.decisions import MatchingPolicy, Tolerance
from agent.domain.documents import BankLine, RemittanceAdvice
from agent.domain.money import Money
from agent.domain.receivables import Customer, InvoiceType, KnownAdvice, KnownReceipt, OpenItem
from matching.customers import account_key, name_keys
from matching.keys import index_keys, lookup_keys

TODAY = date(2026, 3, 16)
OPEN_ITEMS_MAX = 2000

PLACES = """Delmar Calloway Brightwater Nordhavn Kestrel Pennard Verdier Ibanez Hanbit Aoba Saffron Orchid Ridgemech Halden
Corran Thornbury Castleford Bergmann Lindqvist Marek Okafor Tanaka Silva Rossi Novak Keller Dubois Moreau Whitlock
Ashdown Farrow Granger Holloway Ingram Jessup Larkin Mercer Norwood""".split()
TRADES = """Electric Electrical-Supply Foods Construction Marine Labs Retail Home Garden Health Glass Logistics Packaging
Dairy Textiles Instruments Controls Kitchens Timber Chemicals""".split()
FORMS = {"USD": ("Inc.", "LLC", "Co.", "Corp."), "EUR": ("GmbH", "AG", "SAS", "S.L."), "GBP": ("Ltd", "plc", "LLP")}


@dataclass(frozen=True, slots=True)
class Style:
    """How a company numbers its documents."""

    name: str
    currency: str
    invoice: str
    credit: str
    first: int
    first_credit: int
    tax: int
    language: str

    def number(self, n: int) -> str:
        if "{y}" not in self.invoice:
            return self.invoice.format(n=n)
        year, running = divmod(n - self.first, 1500)  # the numbers begin anew each year
        return self.invoice.format(n=self.first + running, y=25 + year)


STYLES = (
    Style("plain series", "USD", "INV-{n}", "CN-{n}", 104000, 20300, 0, "en"),
    Style("year and series", "EUR", "RE-2026-{n:05d}", "GS-2026-{n:04d}", 1180, 44, 19, "de"),
    Style("letters run on", "GBP", "SI{n}", "SC{n:05d}", 90211, 318, 20, "en"),
    Style("digits alone", "EUR", "{n}", "{n}", 90012345, 95000120, 20, "en"),
    Style("year before number", "USD", "F{y}/{n:04d}", "CR{n:04d}", 2, 3001, 0, "en"),
)


@dataclass(slots=True)
class World:
    style: Style
    customers: dict[str, Customer] = field(default_factory=dict)
    items: dict[str, OpenItem] = field(default_factory=dict)
    of_customer: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_key: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_order_key: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    who: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    orders: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def currency(self) -> str:
        return self.style.currency

    def policy(self, settles: str = "announced") -> MatchingPolicy:
        amount = Money.of("5.00", self.currency)
        return MatchingPolicy(
            today=TODAY,
            tolerances={self.currency: Tolerance(amount=amount, percent=Decimal("0.5"))},
            bank_fee_max={self.currency: Money.of("30.00", self.currency)},
            remittance_settles=settles,
        )

    def payer_of(self, customer: str) -> str:
        return f"ap@{self.domain(customer)}"

    def domain(self, customer: str) -> str:
        return self.customers[customer].emails[0].removeprefix("@")

    def writes_for(self, customer: str) -> frozenset[str]:
        """The customers whose mail comes from the same domain: which of a group writes cannot always be told."""
        return frozenset(self.who["domain", self.customers[customer].emails[0]])


def build(style: Style, customers: int, items: int, rng: Random) -> World:
    """Return a world of its own numbers: neighbours exist, names resemble each other, amounts repeat."""
    world = World(style)
    _add_customers(world, customers, rng)
    _add_items(world, items, rng)
    for number, item in world.items.items():
        world.of_customer[item.customer].append(number)
        for text in (number, item.creditor_reference):
            for key in index_keys(text) if text else ():
                if number not in world.by_key[key]:
                    world.by_key[key].append(number)
        for text in (item.order, item.po_number, *item.delivery_notes):
            for key in index_keys(text) if text else ():
                if number not in world.by_order_key[key]:
                    world.by_order_key[key].append(number)
    return world


def _add_customers(world: World, count: int, rng: Random) -> None:
    forms, taken = FORMS[world.currency], set()
    for i in range(count):
        number = f"C-{1001 + i}"
        place, parent = PLACES[i % len(PLACES)], None
        domain = f"{place.lower()}-{i}.example"
        if i % 7 in (5, 6) and i > 7:  # two children in seven, of the customer before them
            parent = f"C-{1001 + i - i % 7 + 4}"
            head = world.customers[parent]
            place = head.name.split()[0]
            domain = head.emails[0][1:] if rng.random() < 0.5 else domain
        free = [trade for trade in TRADES if (place, trade) not in taken]
        trade = free[i // 2 % len(free)]
        taken.add((place, trade))
        name = f"{place} {trade.replace('-', ' ')} {rng.choice(forms)}"
        account = f"DE{rng.randrange(10**19, 10**20)}"[:22]
        world.customers[number] = Customer(
            number=number,
            name=name,
            currency=world.currency,
            emails=(f"@{domain}",),
            parent=parent,
            accounts=(account,) if rng.random() < 0.6 else (),
        )
    for customer in world.customers.values():
        for key in name_keys(customer.name):
            world.who["name", key].append(customer.number)
        for account in customer.accounts:
            world.who["account", account_key(account)].append(customer.number)
        world.who["domain", customer.emails[0]].append(customer.number)
        for key in index_keys(customer.number):
            world.who["number", key].append(customer.number)


def _add_items(world: World, count: int, rng: Random) -> None:
    style, owners = world.style, list(world.customers)
    weights = [rng.paretovariate(1.2) for _ in owners]
    usual = {owner: _amount(rng) for owner in owners}
    terms = {owner: rng.choice((None, None, (Decimal(2), 10), (Decimal(3), 14))) for owner in owners}
    common = [_amount(rng) for _ in range(12)]
    owner = owners[0]
    for i in range(count):
        if i == 0 or rng.random() > 0.3:
            owner = rng.choices(owners, weights)[0]
        which = rng.random()
        minor = usual[owner] if which < 0.08 else rng.choice(common) if which < 0.12 else _amount(rng)
        _add_invoice(world, style.number(style.first + i), owner, minor, terms[owner], i, count, rng)
        if i % 12 == 0:
            _add_credit(world, style.credit.format(n=style.first_credit + i // 12), owner, rng)


def _amount(rng: Random) -> int:
    minor = max(1500, int(math.exp(rng.gauss(11.3, 1.3))))
    return round(minor, -2) if rng.random() < 0.25 else minor


def _add_invoice(
    world: World,
    number: str,
    owner: str,
    minor: int,
    terms: tuple[Decimal, int] | None,
    i: int,
    count: int,
    rng: Random,
) -> None:
    style = world.style
    issued = TODAY - timedelta(days=2 + (count - i) * 70 // count)
    total = Money(minor, style.currency)
    net = Money(round(minor * 100 / (100 + style.tax)), style.currency)
    state = rng.random()
    opened = Money(0, style.currency) if state < 0.12 else Money(minor // 2, style.currency) if state < 0.15 else total
    again = world.orders[owner] and rng.random() < 0.25
    order = rng.choice(world.orders[owner]) if again else f"SO-{70000 + i}"
    world.orders[owner].append(order)
    po = f"45{10000000 + int(order[3:]) * 37}" if int(owner[2:]) % 2 else f"BW-{76000 + int(order[3:]) % 9000}"
    world.items[number] = OpenItem(
        number=number,
        type=InvoiceType.INVOICE,
        customer=owner,
        currency=style.currency,
        total=total,
        open=opened,
        net=net,
        tax=total - net,
        order=order,
        po_number=po,
        delivery_notes=(f"DN-{300000 + i * 3}",),
        issued_on=issued,
        due_on=issued + timedelta(days=30),
        discount_percent=terms[0] if terms else None,
        discount_until=issued + timedelta(days=terms[1]) if terms else None,
    )


def _add_credit(world: World, number: str, owner: str, rng: Random) -> None:
    total = Money(-max(500, _amount(rng) // 8), world.currency)
    world.items[number] = OpenItem(
        number=number, type=InvoiceType.CREDIT_NOTE, customer=owner, currency=world.currency, total=total, open=total,
        issued_on=TODAY - timedelta(days=rng.randrange(3, 40)),
    )  # fmt: skip


@dataclass(slots=True)
class State:
    """What one case has changed in its world: announced and settled amounts, advices and receipts on file."""

    changed: dict[str, OpenItem] = field(default_factory=dict)
    advices: list[KnownAdvice] = field(default_factory=list)
    receipts: list[KnownReceipt] = field(default_factory=list)


def item_of(world: World, state: State, number: str) -> OpenItem:
    return state.changed.get(number) or world.items[number]


def _books(
    world: World, state: State, sender: Sender, texts: list[str], named: list[str], total: Money | None
) -> CashBooks:
    keys = dict.fromkeys(key for text in texts for key in lookup_keys(text))
    found = [number for key in keys for number in (*world.by_key.get(key, ()), *world.by_order_key.get(key, ()))]
    announced = [part.invoice for advice in state.advices for part in advice.allocations if part.invoice]
    items = [item_of(world, state, number) for number in dict.fromkeys((*found, *announced))]
    who = list(dict.fromkeys((*sender.customers, *named, *(item.customer for item in items))))[:100]
    parents = [p for number in who if (p := world.customers[number].parent)]
    heads = dict.fromkeys((*who, *parents))
    children = [c.number for c in world.customers.values() if c.parent in heads]
    open_items = [item_of(world, state, n) for customer in who for n in world.of_customer.get(customer, ())]
    open_items = [item for item in open_items if item.open][: OPEN_ITEMS_MAX + 1]
    receipts = [r for r in state.receipts if r.customer in who or (total and abs(r.amount) == abs(total))]
    return CashBooks(
        sender=sender,
        customers=tuple(world.customers[n] for n in sorted(dict.fromkeys((*heads, *children)))),
        items=tuple(items),
        open_items=tuple(open_items[:OPEN_ITEMS_MAX]),
        complete=len(open_items) <= OPEN_ITEMS_MAX,
        advices=tuple(reversed(state.advices)),
        receipts=tuple(reversed(receipts)),
    )


def books_for_advice(world: World, state: State, address: str, paper: RemittanceAdvice) -> CashBooks:
    texts = [t for line in paper.lines for t in (line.reference, line.order_number, line.reason) if t]
    named = [n for key in name_keys(paper.payer.name or "") for n in world.who.get(("name", key), ())]
    for key in lookup_keys(paper.payer.customer_number) if paper.payer.customer_number else ():
        named += world.who.get(("number", key), ())
    on_record = tuple(world.who.get(("domain", "@" + address.partition("@")[2]), ()))
    sender = Sender(address=address, customers=on_record)
    total = None
    if paper.total is not None and paper.total == round(paper.total, 2):
        total = Money.of(paper.total, paper.currency or world.currency)
    return _books(world, state, sender, texts, named, total)


def books_for_line(world: World, state: State, line: BankLine) -> CashBooks:
    texts = [t for t in (*line.references, line.text, line.end_to_end_id) if t]
    named = [n for key in name_keys(line.payer or "") for n in world.who.get(("name", key), ())]
    named += world.who.get(("account", account_key(line.payer_account or "")), ())
    total = Money.of(line.amount, line.currency or world.currency) if line.amount is not None else None
    return _books(world, state, Sender(), texts, named, total)


def worlds(seed: int, *, customers: int = 120, items: int = 2400) -> tuple[World, ...]:
    """Return one world for each way of numbering documents."""
    return tuple(build(style, customers, items, Random(f"{seed}:{style.name}")) for style in STYLES)
