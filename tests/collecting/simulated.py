"""A year of a seller in fast motion, with the reminder run of the service called at every tick of a cadence.

Invoices, payments, promises and disputes fall on fixed instants. `python -m tests.collecting.simulated` compares a year of
runs every minute, every hour and every day.
"""

from __future__ import annotations

import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from agent import daily
from agent.booking.desk import Desk
from agent.domain.decisions import DisputeOpening
from agent.domain.documents import DisputeReason
from agent.domain.money import Money
from agent.domain.receivables import Customer
from agent.settings import DunningSection, StaffSection
from agent.store import invoices, lists, work
from agent.store.engine import open_engine, read, write
from agent.store.schema import events as event_table
from tests.agent.shop import Shop, save
from tests.collecting import world

START = date(2026, 1, 5)
_CUSTOMERS = 6


@dataclass(frozen=True)
class Mails:
    """What left: reminders by day, customer, level and items; other mails by day, kind and subject."""

    reminders: tuple[tuple[str, str, int, tuple[str, ...]], ...]
    others: tuple[tuple[str, str, str], ...]
    levels: tuple[tuple[str, int], ...]  # each item with each level that it was told
    ticks: int
    seconds: float


Happening = tuple[datetime, Callable[[Shop], None]]


def _happenings(days: int) -> list[Happening]:
    """What befalls the seller, at any hour of the day, the same for every cadence."""
    chance = random.Random(20260105)
    found: list[Happening] = []
    for n in range(days // 3):
        number, customer = f"INV-{n:04d}", f"C-{chance.randrange(_CUSTOMERS)}"
        born = START + timedelta(days=3 * n)
        due = born + timedelta(days=chance.randrange(5, 25))
        amount = f"{chance.randrange(50, 900)}.{chance.randrange(100):02d}"
        found.append((_at(chance, born), _owe(number, due, amount, customer)))
        fate = chance.random()
        when = due + timedelta(days=chance.randrange(-3, 45))
        if fate < 0.7:
            found.append((_at(chance, when), _pay(number, amount, when)))
        if 0.5 < fate < 0.8:
            promised = due + timedelta(days=chance.randrange(6, 20))
            found.append((_at(chance, due + timedelta(days=4)), _promise(number, customer, promised)))
        if fate > 0.85:
            opened = due + timedelta(days=chance.randrange(1, 12))
            found.append((_at(chance, opened), _dispute(number, customer, n)))
            found.append((_at(chance, opened + timedelta(days=14)), _settle_dispute(n)))
    return sorted(found, key=lambda one: one[0])


def _at(chance: random.Random, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, chance.randrange(24), chance.randrange(60), 30, tzinfo=UTC)


def _owe(number: str, due: date, amount: str, customer: str) -> Callable[[Shop], None]:
    return lambda shop: world.owe(shop, number, due.isoformat(), amount, customer)


def _pay(number: str, amount: str, day: date) -> Callable[[Shop], None]:
    def happen(shop: Shop) -> None:
        if shop.ask(lambda tx: invoices.items_by_number(tx, [number])):
            world.pay(shop, number, amount, day.isoformat())

    return happen


def _promise(number: str, customer: str, promised: date) -> Callable[[Shop], None]:
    def happen(desk: Desk) -> None:
        work.add_promise(
            desk.tx,
            customer=customer,
            invoices=(number,),
            promised_on=promised,
            amount=None,
            message=None,
            now=desk.now,
        )

    return lambda shop: shop.do(happen)


_CASES: dict[int, int] = {}


def _dispute(number: str, customer: str, n: int) -> Callable[[Shop], None]:
    opening = DisputeOpening(
        customer=customer,
        reason=DisputeReason.PRICE,
        amount=Money.of("10.00", "EUR") if n % 2 else None,
        invoice=number,
        text="x",
    )

    def happen(desk: Desk) -> None:
        _CASES[n] = work.add_dispute(desk.tx, opening, due_on=desk.today, opened_on=desk.today, message=None)

    return lambda shop: shop.do(happen)


def _settle_dispute(n: int) -> Callable[[Shop], None]:
    return lambda shop: shop.do(lambda desk: work.update_dispute(desk.tx, _CASES[n], status="resolved"))


def _ticks(zone: ZoneInfo, days: int, every: timedelta, at: int) -> Iterator[datetime]:
    """Every instant of a cadence from the first day's hour on; once a day is once a local day, also when clocks change."""
    first = datetime(START.year, START.month, START.day, at)
    if every == timedelta(days=1):
        yield from ((first + timedelta(days=n)).replace(tzinfo=zone).astimezone(UTC) for n in range(days))
        return
    moment = first.replace(tzinfo=zone).astimezone(UTC)
    end = (first + timedelta(days=days)).replace(tzinfo=zone).astimezone(UTC)
    while moment < end:
        yield moment
        moment += every


class _Quick(Shop):
    """Books that are proved once, at the end."""

    def prove(self) -> None:
        pass


def mails(folder: Path, template: Path, *, days: int, every: timedelta, at: int = 6) -> Mails:
    """Live through these days with a run at each tick, from the daily hour `at` on; what left."""
    folder.mkdir(parents=True)
    shutil.copyfile(template, folder / "ar-agent.db")
    engine = open_engine(f"sqlite:///{folder / 'ar-agent.db'}")
    rule = DunningSection(before=(2,), min_interval_days=6)
    opened = world.open_books(engine, folder, dunning=rule, staff=StaffSection(emails=("eve@halden.example",)))
    books = _Quick(opened.engine, opened.settings, opened.now)
    people = [
        Customer(number=f"C-{n}", name=f"Customer {n}", currency="EUR", emails=(f"ap@c{n}.example",), language="en")
        for n in range(_CUSTOMERS)
    ]
    write(engine, lambda tx: [save(tx, one) for one in people])
    began, ticks = time.perf_counter(), 0
    waiting = _happenings(days)
    for moment in _ticks(books.settings.zone, days, every, at):
        while waiting and waiting[0][0] <= moment:
            books.now = waiting[0][0]
            waiting.pop(0)[1](books)
        # As the service does it: the day's work is due from its local hour on, and the first call of a day does it.
        if moment.astimezone(books.settings.zone).hour >= at:
            daily.remind_once(engine, books.settings, moment)
        ticks += 1
    seconds = time.perf_counter() - began
    from agent.store import proof

    assert read(engine, proof.faults) == []
    rows: list[dict[str, Any]] = read(engine, lists.list_outbox)
    told = read(engine, lambda tx: tx.execute(select(event_table).where(event_table.c.action == "reminded")).all())
    levels = tuple((row.subject, row.data["level"]) for row in told if row.subject_type == "invoice")
    engine.dispose()
    reminders = tuple(
        (row["due_at"][:10], row["customer"], row["level"], tuple(row["about"]))
        for row in rows
        if row["kind"] == "reminder"
    )
    others = tuple((row["due_at"][:10], row["kind"], row["subject"]) for row in rows if row["kind"] != "reminder")
    return Mails(reminders, others, levels, ticks, seconds)


def main() -> int:
    """A year at three cadences; 1 where they differ."""
    with TemporaryDirectory() as place:
        from agent.store.migrate import migrate

        template = Path(place) / "empty.db"
        engine = open_engine(f"sqlite:///{template}")
        migrate(engine)
        engine.dispose()
        found = {}
        for name, every in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
            one = found[name] = mails(Path(place) / name, template, days=365, every=every)
            print(
                f"every {name:<7} {one.ticks:>7} runs  {len(one.reminders):>4} reminders  {len(one.others):>4} other mails  "
                f"{one.seconds:6.1f} s"
            )
    same = all((one.reminders, one.others) == (found["day"].reminders, found["day"].others) for one in found.values())
    print("the same mails" if same else "the mails differ")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
