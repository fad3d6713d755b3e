"""How many advised lines a second are decided, and how many rightly, wrongly, or left to a person.

    python tests/bench/bench_matching.py [OPEN_ITEMS]

Synthetic and honest about it: sequential numbers (so that a slip often hits another open invoice), about twenty open
items a customer, log-normal amounts; of the lines 40 % carry the exact number, 20 % another notation, 25 % one slip and
15 % two; the amount is right in 80 %, less 2 % in 10 %, missing in 10 %. The look-up that the store does by index is a
dictionary here. Compared with `rapidfuzz.process.extractOne` over all numbers, by number alone.
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections import defaultdict
from datetime import date
from decimal import Decimal

from agent.domain.books import CashBooks, Sender
from agent.domain.decisions import MatchingPolicy
from agent.domain.documents import AdvisedLine, RemittanceAdvice, Source
from agent.domain.money import Money
from agent.domain.receivables import Customer, InvoiceType, OpenItem
from matching.keys import index_keys, lookup_keys
from matching.remittance import decide_remittance

TODAY = date(2026, 3, 16)
QUERIES = 1_000


def world(n: int, rng: random.Random) -> list[OpenItem]:
    start = rng.randint(10**5, 10**6)
    customers = max(50, n // 20)
    items = []
    for i in range(n):
        amount = Money(int(math.exp(rng.gauss(11, 1.4))) + rng.choice([0, 0, 99, 50]), "EUR")
        items.append(
            OpenItem(
                number=f"INV-{2024 + (i * 2) // n}-{start + i:07d}",
                type=InvoiceType.INVOICE,
                customer=f"C{rng.randrange(customers)}",
                currency="EUR",
                total=amount,
                open=amount,
                discount_percent=Decimal(2),
                discount_until=TODAY,
            )
        )
    return items


def slip(text: str, times: int, rng: random.Random) -> str:
    chars = list(text)
    for _ in range(times):
        i, how = rng.randrange(len(chars)), rng.random()
        if how < 0.45:
            chars[i] = rng.choice("0123456789")
        elif how < 0.65:
            del chars[i]
        elif how < 0.8:
            chars.insert(i, rng.choice("0123456789"))
        elif i + 1 < len(chars):
            chars[i], chars[i + 1] = chars[i + 1], chars[i]
    return "".join(chars)


def printed(number: str, rng: random.Random) -> tuple[str, str]:
    which = rng.random()
    if which < 0.40:
        return number, "exact"
    if which < 0.60:
        tail = number.split("-")[2]
        forms = [number.replace("-", ""), tail, tail.lstrip("0"), number.replace("-", "/"), "Invoice " + number]
        return rng.choice([*forms, number.lower(), number.replace("INV-", "RE ")]), "notation"
    if which < 0.85:
        return number[:9] + slip(number[9:], 1, rng), "one slip"
    return number[:9] + slip(number[9:], 2, rng), "two slips"


def main(n: int) -> None:
    rng = random.Random(1)
    items = world(n, rng)
    started = time.perf_counter()
    by_key: dict[str, list[int]] = defaultdict(list)
    by_customer: dict[str, list[int]] = defaultdict(list)
    for i, item in enumerate(items):
        for key in index_keys(item.number):
            by_key[key].append(i)
        by_customer[item.customer].append(i)
    print(f"{n} open items, {len(by_key)} keys, indexed in {time.perf_counter() - started:.1f} s")
    policy = MatchingPolicy(today=TODAY)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    spent = 0.0
    asked = []
    for _ in range(QUERIES):
        truth = rng.choice(items)
        reference, kind = printed(truth.number, rng)
        amount: Decimal | None = truth.open.amount
        which = rng.random()
        if amount is not None and 0.8 <= which < 0.9:
            amount = round(amount * Decimal("0.98"), 2)
        elif which >= 0.9:
            amount = None
        asked.append(reference)
        paper = RemittanceAdvice(
            confidence=0.9,
            source=Source("body"),
            currency="EUR",
            paid_on=TODAY,
            lines=(AdvisedLine(reference=reference, paid=amount),),
        )
        started = time.perf_counter()
        hits = dict.fromkeys(i for key in lookup_keys(reference) for i in by_key.get(key, ()))
        books = CashBooks(
            sender=Sender(address="ap@example.com", customers=(truth.customer,)),
            customers=(Customer(number=truth.customer, name=f"Customer {truth.customer}", currency="EUR"),),
            items=tuple(items[i] for i in hits),
            open_items=tuple(items[i] for i in by_customer[truth.customer]),
        )
        decision = decide_remittance(paper, books, policy)
        spent += time.perf_counter() - started
        row = counts[kind]
        row[0] += 1
        if decision.allocations:
            row[1 if {one.invoice for one in decision.allocations} == {truth.number} else 2] += 1
        elif any(c.invoice == truth.number for e in decision.exceptions for c in e.candidates[:1]):
            row[3] += 1
    print(f"{QUERIES / spent:,.0f} lines/s with look-up and decision")
    for kind, (asked_for, right, wrong, first) in sorted(counts.items()):
        print(
            f"  {kind:10s} {asked_for:4d} lines: {right:4d} applied rightly, {wrong} wrongly, {first} first suggestion"
        )
    compare([item.number for item in items], asked[:50], QUERIES / spent)


def compare(numbers: list[str], asked: list[str], ours: float) -> None:
    from rapidfuzz import process

    started = time.perf_counter()
    for reference in asked:
        process.extractOne(reference, numbers)
    rate = len(asked) / (time.perf_counter() - started)
    print(f"extractOne (default scorer): {rate:,.1f} lines/s; ours {ours / rate:,.0f} times")


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 100_000)
