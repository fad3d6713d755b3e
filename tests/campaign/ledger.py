"""R7: a hypothesis state machine over the books, on both databases, beside a model of a few lines.

Items are opened, money arrives, is applied in whole or in part, more of it than there is is refused, applications are taken
back, receipts returned. After each step: every entry sums to zero, nothing is over-applied, and the journal, added up anew, is
the state and the model's.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import hypothesis
import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from agent.booking.cash import applying
from agent.domain.decisions import Allocation
from agent.domain.errors import ArError
from agent.domain.money import Money
from agent.store import cash, proof
from agent.store.engine import open_engine, read
from agent.store.migrate import migrate
from tests.agent.shop import Shop
from tests.campaign.result import Broken, Figures
from tests.collecting import world
from tests.servers.postgres import postgres

SHORT, FULL = 3, 20_000  # lives of up to 30 operations, on each database
_AMOUNT = st.integers(1, 50_000)


class Books(RuleBasedStateMachine):
    """One life; `open_shop` gives fresh books."""

    open_shop: ClassVar[Callable[[], Shop]]
    figures: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.shop = type(self).open_shop()
        self.open: dict[str, int] = {}
        self.left: dict[int, int] = {}
        self.applied: list[tuple[int, int, str, int]] = []  # application, receipt, invoice, minor
        self.count = 0

    def teardown(self) -> None:
        self.shop.engine.dispose()

    @rule(minor=_AMOUNT, customer=st.sampled_from(["C-1", "C-2"]))
    def owe(self, minor: int, customer: str) -> None:
        self.count += 1
        number = f"{customer}-{self.count}"
        world.owe(self.shop, number, "2026-03-10", f"{minor // 100}.{minor % 100:02d}", customer)
        self.open[number] = minor

    @rule(minor=_AMOUNT, customer=st.sampled_from(["C-1", "C-2"]))
    def receive(self, minor: int, customer: str) -> None:
        self.count += 1

        def work(desk: Any) -> int | None:
            return applying.book_receipt(
                desk,
                line_key=f"line {self.count}",
                amount=Money(minor, "EUR"),
                customer=customer,
                received_on=desk.today,
            )

        receipt = self.shop.do(work)
        assert receipt is not None
        self.left[receipt] = minor

    @rule(data=st.data(), minor=_AMOUNT)
    def apply(self, data: st.DataObject, minor: int) -> None:
        if not self.open or not self.left:
            return
        number = data.draw(st.sampled_from(sorted(self.open)))
        receipt = data.draw(st.sampled_from(sorted(self.left)))
        zero = Money.zero("EUR")
        part = Allocation(
            invoice=number, customer=number[:3], cash=Money(minor, "EUR"), discount=zero, deduction=zero, withheld=zero,
            write_off=zero, bank_fee=zero,
        )  # fmt: skip
        fits = minor <= self.open[number] and minor <= self.left[receipt]
        try:
            made = self.shop.do(lambda desk: applying.apply(desk, receipt, part))
        except (ArError, IntegrityError) as error:
            if fits:
                raise Broken(f"refused although it fits: {error}") from error
            type(self).figures["refused"] += 1
            return
        assert fits, f"{minor} of {self.left[receipt]} was applied to {number}, of which {self.open[number]} is open"
        self.open[number] -= minor
        self.left[receipt] -= minor
        self.applied.append((made, receipt, number, minor))

    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        if not self.applied:
            return
        one = data.draw(st.sampled_from(self.applied))
        self.shop.do(lambda desk: applying.unapply(desk, cash.application_row(desk.tx, one[0]), reason="x"))
        self.applied.remove(one)
        self.open[one[2]] += one[3]
        self.left[one[1]] += one[3]

    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        if not self.left:
            return
        receipt = data.draw(st.sampled_from(sorted(self.left)))
        self.shop.do(lambda desk: applying.return_receipt(desk, receipt, reason="returned"))
        del self.left[receipt]
        for one in [one for one in self.applied if one[1] == receipt]:
            self.applied.remove(one)
            self.open[one[2]] += one[3]

    @invariant()
    def the_books_are_proved(self) -> None:
        type(self).figures["operations"] += 1
        engine = self.shop.engine
        assert read(engine, proof.faults) == []
        rows = read(engine, lambda tx: tx.execute(text("SELECT invoice, open_minor FROM invoices")).all())
        assert {row.invoice: row.open_minor for row in rows} == self.open
        held = read(
            engine,
            lambda tx: tx.execute(
                text("SELECT id, unapplied_minor FROM receipts WHERE returned = :no"), {"no": False}
            ).all(),
        )
        assert {row.id: row.unapplied_minor for row in held} == self.left


def run(count: int, seed: int) -> Figures:
    figures: Counter[str] = Counter()
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="arledger")))
        empty = open_engine(f"sqlite:///{place / 'empty.db'}")
        migrate(empty)
        empty.dispose()
        try:
            server = stack.enter_context(postgres())
        except ImportError:
            pytest.skip("no PostgreSQL")
        numbers = iter(range(10**9))

        def sqlite() -> Shop:
            path = place / f"{next(numbers)}.db"
            shutil.copyfile(place / "empty.db", path)
            return world.open_books(open_engine(f"sqlite:///{path}"), place)

        def postgresql() -> Shop:
            return world.open_books(open_engine(stack.enter_context(server.database())), place)

        for name, opened in (("sqlite", sqlite), ("postgresql", postgresql)):
            mine: Counter[str] = Counter()
            machine = type(f"Books_{name}", (Books,), {"open_shop": staticmethod(opened), "figures": mine})
            run_state_machine_as_test(
                hypothesis.seed(seed)(machine),
                settings=hypothesis.settings(
                    max_examples=count, stateful_step_count=30, deadline=None, database=None, print_blob=True,
                    suppress_health_check=list(hypothesis.HealthCheck),
                ),
            )  # fmt: skip
            figures.update({f"{name}_{what}": n for what, n in mine.items()})
    return figures
