"""How long it takes to find what an advice of five lines could mean, and to decide it, as the open items grow.

    python -m tests.bench.bench_candidates [--sizes 10000,100000] [--databases sqlite,postgresql] [--plans]

Each size is a database of its own with that many open items, about twenty a customer, a fifth as many earlier advices and
receipts. Timed is what `agent.booking.cash.advising` does to an advice of a known sender: `books.cash_books` and
`matching.remittance.decide_remittance`, by median of rounds that alternate with `rapidfuzz.process.extractOne` over the same
numbers in memory and, where `--trigrams URL` names a PostgreSQL whose role may create the extension, with the nearest number by
`pg_trgm` (GiST). Beside the times: how often each named the right item, a wrong one, or none. The growth exponent is that of the
time: 0 is constant, 1 is a scan. Index bytes are those of the table of keys with its indexes.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
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
from matching.keys import lookup_keys, stored_keys
from matching.remittance import decide_remittance

TODAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
LINES = 5
ROUNDS = 7
Way = Callable[[list[str]], list[str | None]]  # references of an advice to the number that each is taken for
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
    return [
        {"key": k, "kind": "invoice", "number": number(i), "customer": f"C-{owner}"} for k in stored_keys(number(i))
    ]


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


def paper(size: int, rng: Random) -> tuple[int, RemittanceAdvice, list[str]]:
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
    ), [number(i) for i in chosen]  # fmt: skip


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


@dataclass
class Score:
    """What one way of looking said of lines whose item is known, and the milliseconds each advice took."""

    spent: list[float] = field(default_factory=list)
    right: int = 0
    wrong: int = 0
    none: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.spent)

    def add(self, said: list[str | None], meant: list[str], took: float) -> None:
        self.spent.append(took * 1000)
        for one, true in zip(said, meant, strict=True):
            self.right += one == true
            self.none += one is None
            self.wrong += one is not None and one != true

    def __str__(self) -> str:
        return f"{self.median:9.2f} ms, right/wrong/none {self.right}/{self.wrong}/{self.none}"


def measure(engine: Engine, size: int, times: int, rivals: dict[str, Way] | None = None) -> dict[str, Score]:
    """Return the scores of the agent ("own") and of its rivals; one advice of every round is read by all of them."""
    rng, scores = Random(size), {name: Score() for name in ("own", *(rivals or {}))}
    each = max(times // ROUNDS, 1)
    papers = [paper(size, rng) for _ in range(5 + each * ROUNDS)]
    for n, (owner, advice, meant) in enumerate(papers):
        started = time.perf_counter()
        decision = read(engine, lambda tx: decide(tx, owner, advice))  # noqa: B023 - run at once
        took = time.perf_counter() - started
        if n < 5:
            continue
        by_line = {one.line: one.invoice for one in decision.allocations}
        scores["own"].add([by_line.get(i) for i in range(len(meant))], meant, took)
        if (n - 5) % each:
            continue
        for name, way in (rivals or {}).items():
            started = time.perf_counter()
            said = way([line.reference or "" for line in advice.lines])
            scores[name].add(said, meant, time.perf_counter() - started)
    return scores


def brute_force(size: int) -> Way:
    """The nearest of all numbers in memory, by rapidfuzz and its default scorer."""
    from rapidfuzz import process

    numbers = [number(i) for i in range(size)]
    return lambda references: [process.extractOne(one, numbers)[0] for one in references]


@contextmanager
def trigrams(url: str, size: int) -> Iterator[Way]:
    """The nearest of all numbers by `pg_trgm`, in a table of its own on the server that the URL names."""
    engine = open_engine(url)
    nearest = text("SELECT number FROM bench_trigrams ORDER BY number <-> :one LIMIT 1")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            "DROP TABLE IF EXISTS bench_trigrams",
            "CREATE TABLE bench_trigrams AS SELECT 'INV-2026-' || lpad((i + :first)::text, 7, '0') AS number"
            " FROM generate_series(0, :last) AS i",
            "CREATE INDEX ON bench_trigrams USING gist (number gist_trgm_ops)",
            "ANALYZE bench_trigrams",
        ):
            values = {"first": FIRST, "last": size - 1} if ":last" in statement else {}
            connection.execute(text(statement), values)
        yield lambda references: [connection.execute(nearest, {"one": one}).scalar() for one in references]
        connection.execute(text("DROP TABLE bench_trigrams"))
    engine.dispose()


def index_bytes(engine: Engine) -> int:
    """Bytes of the table of keys and of its indexes."""
    if engine.dialect.name == "postgresql":
        asked = "SELECT pg_total_relation_size('document_keys')"
    else:
        asked = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%document_keys%'"
    with engine.connect() as connection:
        return int(connection.execute(text(asked)).scalar_one())


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
    parser.add_argument("--trigrams", metavar="URL", help="a PostgreSQL with pg_trgm, to compare with")
    said = parser.parse_args()
    sizes = [int(float(one)) for one in said.sizes.split(",")]
    found: dict[str, dict[int, float]] = {}
    with databases(said.databases.split(",")) as made:
        for kind, make in made.items():
            for size in sizes:
                engine = make(size)
                started = time.perf_counter()
                fill(engine, size)
                print(f"{kind} {size:,} open items, filled in {time.perf_counter() - started:.0f} s; "
                      f"keys {index_bytes(engine) / size:,.0f} bytes an item")  # fmt: skip
                with ExitStack() as stack:
                    rivals = {"extractOne": brute_force(size)}
                    if said.trigrams:
                        rivals["pg_trgm"] = stack.enter_context(trigrams(said.trigrams, size))
                    scores = measure(engine, size, said.times, rivals)
                own = found.setdefault(kind, {})[size] = scores["own"].median
                for name, score in scores.items():
                    print(
                        f"    {name:10s} {score}"
                        + ("" if name == "own" else f": {score.median / own:7.1f} times as long")
                    )
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
