"""R9: every day of 2024 to 2032 in six zones, the clock jumping back and forth: each reminder once, none missing."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from agent import daily
from agent.settings import CompanySection, DunningSection
from agent.store import proof
from agent.store.engine import open_engine, read
from agent.store.migrate import migrate
from agent.store.schema import events
from tests.agent.shop import Shop
from tests.campaign.result import Figures, must
from tests.collecting import world

ZONES = ("Europe/London", "America/New_York", "Asia/Seoul", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo")
FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
_DAYS = (LAST - FIRST).days + 1
SHORT, FULL = 90, _DAYS  # days; fewer than all of them in one zone, which the seed chooses
_EVERY = 30  # days between two invoices


def run(count: int, seed: int) -> Figures:
    figures: Counter[str] = Counter()
    chance = random.Random(seed)
    first = (
        FIRST if count >= _DAYS else date(chance.randrange(2024, 2032), chance.choice((3, 10)), 10)
    )  # over a change of the clocks
    for zone in ZONES if count >= 1000 else (ZONES[seed % len(ZONES)],):
        with TemporaryDirectory(prefix="arclock") as place:
            figures.update(_zone(Path(place), zone, first, min(count, _DAYS), chance))
    return figures


class _Quick(Shop):
    def prove(self) -> None:
        """Once, at the end."""


def _zone(place: Path, zone: str, first: date, days: int, chance: random.Random) -> Counter[str]:
    engine = open_engine(f"sqlite:///{place / 'ar-agent.db'}")
    migrate(engine)
    company = CompanySection(
        name="Halden", emails=("ar@halden.example",), iban="GB33BUKB20201555555555", country="GB", timezone=zone
    )
    dunning = DunningSection(contacts_per_week=0)
    opened = world.open_books(engine, place, dunning=dunning)
    shop = _Quick(engine, replace(opened.settings, company=company), opened.now)
    figures: Counter[str] = Counter()
    due: dict[str, date] = {}
    for n in range(days):
        day = first + timedelta(days=n)
        if n % _EVERY == 0:
            number, when = f"CLK-{n:05d}", day + timedelta(days=2)
            shop.now = datetime.combine(day, time(5), UTC)
            world.owe(shop, number, when.isoformat(), customer=f"C-{1 + n // _EVERY % 2}")
            due[number] = when
        local = datetime.combine(day, time(chance.choice((6, 9, 13)), chance.randrange(60)), shop.settings.zone)
        # The day's own run; again an hour back, an hour on, yesterday and the like: what happened has happened.
        jumps = [timedelta(0), timedelta(hours=-1), timedelta(hours=1)] + ([timedelta(days=-1)] if n % 5 == 0 else [])
        for jump in jumps:
            daily.remind_once(engine, shop.settings, local.astimezone(UTC) + jump)
            figures["runs"] += 1
        figures["days"] += 1
    told = read(
        engine,
        lambda tx: tx.execute(
            select(events.c.subject, events.c.data).where(
                events.c.action == "reminded", events.c.subject_type == "invoice"
            )
        ).all(),
    )
    levels = Counter((row.subject, row.data["level"]) for row in told if row.subject in due)
    twice = [one for one, n in levels.items() if n > 1]
    must(not twice, f"{zone}: reminded twice {twice}")
    top = max((level for _, level in levels), default=0)
    must(top > 0, f"{zone}: nobody was reminded")
    for number, when in due.items():
        if (first + timedelta(days=days) - when).days > 75:
            for level in range(1, top + 1):
                must(levels[number, level] == 1, f"{zone}: {number}, due {when}, never got level {level}")
    must(read(engine, proof.faults) == [], f"{zone}: the books are not proved")
    figures["reminders"] += len(told)
    engine.dispose()
    return figures
