"""How long it takes to find what an advice of five lines could mean, and to decide it, as the open items grow.

    python -m tests.bench.bench_candidates [--sizes 10000,100000] [--databases sqlite,postgresql] [--plans]

Each size is a database of its own with that many open items, about twenty a customer, a fifth as many earlier advices and
receipts. Timed is what `agent.booking.cash.advising` does to an advice of a known sender: `books.cash_books` and
`matching.remittance.decide_remittance`, by median. Beside it, `rapidfuzz.process.extractOne` over the same numbers in memory.
The growth exponent is that of the time: 0 is constant, 1 is a scan.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, event, insert, text

from agent.domain.decisions import MatchingPolicy, RemittanceDecision
from agent.domain.documents import AdvisedLine, Payer, RemittanceAdvice, Source
from agent.domain.money import Money
from agent.store import books, schema
from agent.store.engine import open_engine, read
from agent.store.migrate import migrate
from matching.customers import name_keys
from matching.keys import index_keys, lookup_keys
from matching.remittance import decide_remittance

TODAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
LINES = 5
FIRST = 100_000


def number(i: int) -> str:
    return f"INV-2026-{FIRST + i:07d}"


def amount(i: int) -> int:
    return 1500 + (i * 7919) % 900_000


def fill(engine: Engine, size: int) -> None:
    """Write customers, open items with their keys, and a history of advices and receipts."""
    customers = max(size // 20, 1)
    with engine.begin() as tx:
        _many(tx, schema.customers, (_customer(n) for n in range(customers)))
        _many(tx, schema.customer_keys, (row for n in range(customers) for row in _customer_keys(n)))
        _many(tx, schema.invoices, (_invoice(i, i % customers) for i in range(size)))
        _many(tx, schema.document_keys, (row for i in range(size) for row in _keys(i, i % customers)))
        _many(tx, schema.advices, (_advice(n, n % customers) for n in range(size // 5)))
        _many(tx, schema.advice_allocations, (_allocation(n, n % customers) for n in range(size // 5)))
        _many(tx, schema.receipts, (_receipt(n, n % customers) for n in range(size // 5)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _many(tx: Connection, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 20_000:
            tx.execute(insert(table), batch)
            batch = []
    if batch:
        tx.execute(insert(table), batch)


def _customer(n: int) -> dict[str, Any]:
    return {
        "customer": f"C-{n}", "name": f"Customer {n} Ltd", "emails": [f"@c{n}.example"], "currency": "EUR", "ship_to": [],
        "tax_treatment": "standard", "aliases": [], "accounts": [], "invoice_detail": "itemised", "invoice_format": "pdf",
        "billing": "per_delivery", "bill_on": "delivery", "on_hold": False, "requires_signature": False,
    }  # fmt: skip


def _customer_keys(n: int) -> list[dict[str, Any]]:
    keys = [("domain", f"@c{n}.example"), *(("name", key) for key in name_keys(f"Customer {n} Ltd"))]
    return [{"kind": kind, "key": key, "customer": f"C-{n}"} for kind, key in keys]


def _invoice(i: int, owner: int) -> dict[str, Any]:
    return {
        "invoice": number(i), "type": "invoice", "customer": f"C-{owner}", "order": f"SO-{i}", "po_number": f"PO-{i}",
        "issued_on": TODAY - timedelta(days=i % 60), "due_on": TODAY - timedelta(days=i % 60 - 30), "currency": "EUR",
        "net_minor": amount(i), "tax_minor": 0, "total_minor": amount(i), "open_minor": amount(i), "discount_percent": Decimal(2),
        "discount_until": TODAY, "lines": [], "imported": True, "dunning_level": 0, "created_at": NOW,
    }  # fmt: skip


def _keys(i: int, owner: int) -> list[dict[str, Any]]:
    return [{"key": k, "kind": "invoice", "number": number(i), "customer": f"C-{owner}"} for k in index_keys(number(i))]


def _advice(n: int, owner: int) -> dict[str, Any]:
    return {
        "id": n + 1, "customer": f"C-{owner}", "payment_reference": f"PAY{n}", "paid_on": TODAY - timedelta(days=30 + n % 300),
        "currency": "EUR", "total_minor": amount(n), "status": "received", "announced": False, "content_key": f"k{n}",
        "document": {}, "created_at": NOW - timedelta(days=30 + n % 300),
    }  # fmt: skip


def _allocation(n: int, owner: int) -> dict[str, Any]:
    zero = dict.fromkeys(
        ("discount_minor", "deduction_minor", "withheld_minor", "write_off_minor", "bank_fee_minor"), 0
    )
    return zero | {
        "advice": n + 1, "line": 0, "reference": f"OLD-{n}", "invoice": number(n), "customer": f"C-{owner}", "currency": "EUR",
        "state": "received", "reasons": [], "amount_minor": amount(n),
    }  # fmt: skip


def _receipt(n: int, owner: int) -> dict[str, Any]:
    return {
        "line_key": f"l{n}", "customer": f"C-{owner}", "received_on": TODAY - timedelta(days=30 + n % 300), "currency": "EUR",
        "amount_minor": amount(n), "unapplied_minor": 0, "advice": n + 1, "bank_reference": f"B{n}", "returned": False,
        "created_at": NOW,
    }  # fmt: skip


def paper(size: int, rng: Random) -> tuple[int, RemittanceAdvice]:
    """An advice of one customer over five of its invoices: exact, without prefix, lower case."""
    customers = max(size // 20, 1)
    owner = rng.randrange(customers)
    own = [owner + customers * k for k in range(20) if owner + customers * k < size]
    chosen = rng.sample(own, min(LINES, len(own)))
    lines = []
    for i in chosen:
        written = rng.choice(
            (number(i), number(i).lower(), number(i)[4:], f"Invoice {number(i)}", number(i).replace("-", "/"))
        )
        lines.append(AdvisedLine(reference=written, paid=Decimal(amount(i)).scaleb(-2)))
    return owner, RemittanceAdvice(
        confidence=0.95, source=Source("body"), lines=tuple(lines), currency="EUR", paid_on=TODAY,
        total=sum((line.paid or Decimal(0) for line in lines), Decimal(0)), payer=Payer(name=f"Customer {owner} Ltd"),
        payment_reference=f"NEW{rng.randrange(10**9)}",
    )  # fmt: skip


def decide(tx: Connection, owner: int, advice: RemittanceAdvice) -> RemittanceDecision:
    sender = books.sender_of(tx, f"ap@c{owner}.example", None, trusted=True)
    named = books.customers_named(tx, names=name_keys(advice.payer.name or ""))
    found = books.cash_books(
        tx,
        sender,
        reference_keys=[key for line in advice.lines for key in lookup_keys(line.reference or "")],
        named=named,
        payment_references=[advice.payment_reference or ""],
        content_keys=(),
        total=Money.of(advice.total or Decimal(0), "EUR"),
        now=NOW,
    )
    return decide_remittance(advice, found, MatchingPolicy(today=TODAY))


def measure(engine: Engine, size: int, times: int) -> float:
    """Return the median milliseconds of one advice; every advice must be applied in full."""
    rng, spent = Random(size), []
    for n in range(times + 5):
        owner, advice = paper(size, rng)
        started = time.perf_counter()
        decision = read(engine, lambda tx: decide(tx, owner, advice))  # noqa: B023 - run at once
        took = time.perf_counter() - started
        if len(decision.allocations) != len(advice.lines):
            raise SystemExit(f"not applied: {decision}")
        if n >= 5:
            spent.append(took * 1000)
    return statistics.median(spent)


def brute_force(size: int) -> float:
    """Return the median milliseconds that rapidfuzz takes for the five numbers of one advice, by its default scorer."""
    from rapidfuzz import process

    numbers = [number(i) for i in range(size)]
    rng, spent = Random(size), []
    for _ in range(3 if size > 200_000 else 7):
        _, advice = paper(size, rng)
        started = time.perf_counter()
        for line in advice.lines:
            process.extractOne(line.reference or "", numbers)
        spent.append((time.perf_counter() - started) * 1000)
    return statistics.median(spent)


def plans(engine: Engine, size: int) -> None:
    """Print how the database finds the rows of each statement, and how long it takes."""
    seen: dict[str, tuple[Any, list[float]]] = {}

    def begin(_c: Any, _cursor: Any, _s: str, _p: Any, context: Any, _many: bool) -> None:
        context.began = time.perf_counter()

    def after(_c: Any, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool) -> None:
        seen.setdefault(statement, (parameters, []))[1].append((time.perf_counter() - context.began) * 1000)

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", after)
    measure(engine, size, 20)
    event.remove(engine, "before_cursor_execute", begin)
    event.remove(engine, "after_cursor_execute", after)
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN ANALYZE "
    with engine.connect() as connection:
        for statement, (parameters, spent) in sorted(seen.items(), key=lambda pair: -sum(pair[1][1])):
            print(f"\n{statistics.median(spent):7.2f} ms × {len(spent)}: {' '.join(statement.split())[:300]}")
            for row in connection.exec_driver_sql(explain + statement, parameters):
                print("      ", row[-1])


@contextmanager
def databases(kinds: list[str]) -> Iterator[dict[str, Any]]:
    """Give, for each kind, a function that returns the engine of a fresh database with the schema."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made: dict[str, Any] = {}
        if "sqlite" in kinds:
            made["sqlite"] = lambda size: _migrated(f"sqlite:///{folder / f'{size}.db'}")
        if "postgresql" in kinds:
            from tests.servers.postgres import postgres

            server = stack.enter_context(postgres())
            made["postgresql"] = lambda _size: open_engine(stack.enter_context(server.database()))
        yield made


def _migrated(url: str) -> Engine:
    engine = open_engine(url)
    migrate(engine)
    return engine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--plans", action="store_true")
    said = parser.parse_args()
    sizes = [int(float(one)) for one in said.sizes.split(",")]
    found: dict[str, dict[int, float]] = {}
    brute = {size: brute_force(size) for size in sizes}
    with databases(said.databases.split(",")) as made:
        for kind, make in made.items():
            for size in sizes:
                engine = make(size)
                started = time.perf_counter()
                fill(engine, size)
                filled = time.perf_counter() - started
                took = found.setdefault(kind, {})[size] = measure(engine, size, said.times)
                print(f"{kind:10s} {size:9,d} open items (filled in {filled:.0f} s): {took:7.2f} ms an advice of {LINES} lines, "
                      f"{1000 * LINES / took:7,.0f} lines/s; extractOne {brute[size]:9.1f} ms: {brute[size] / took:7.1f} times")  # fmt: skip
                if said.plans and size == sizes[-1]:
                    plans(engine, size)
                engine.dispose()
    for kind, by_size in found.items():
        if len(by_size) > 1:
            exponent = math.log(by_size[sizes[-1]] / by_size[sizes[0]]) / math.log(sizes[-1] / sizes[0])
            print(f"{kind:10s} growth exponent from {sizes[0]:,} to {sizes[-1]:,} open items: {exponent:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
