"""What every command has at hand: the home, the clock, the settings and the database, each opened when first asked for."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import click

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from agent.booking.desk import Desk
    from agent.oauth2 import TokenSource
    from agent.reading import Reader
    from agent.settings import Settings

T = TypeVar("T")


@dataclass
class App:
    """One call of the program."""

    home: Path
    now: datetime | None = None
    tokens: dict[str, TokenSource] | None = None  # made by agent.cli.connections
    _readers: list[Reader] = field(default_factory=list)

    @cached_property
    def settings(self) -> Settings:
        from agent.settings import load

        return load(self.home)

    @cached_property
    def engine(self) -> Engine:
        from agent.store.engine import open_engine
        from agent.store.migrate import migrate

        engine = open_engine(self.settings.database_url)
        migrate(engine)
        return engine

    @cached_property
    def reader(self) -> Reader:
        """A reading worker of this process's own."""
        return self.new_reader()

    def new_reader(self) -> Reader:
        from agent.reading import Reader, Recognition

        settings = self.settings
        rule = settings.reading
        reader = Reader(
            memory_mb=settings.reading.memory_mb,
            seconds=settings.reading.seconds,
            own_addresses=settings.company.emails,
            own_names=(settings.company.name,),
            recognition=Recognition(
                memory_mb=rule.ocr_memory_mb,
                seconds=rule.ocr_seconds,
                pages=rule.ocr_pages,
                certainty=float(rule.ocr_certainty),
            ),
        )
        self._readers.append(reader)
        return reader

    def close(self) -> None:
        """End the reading workers and let go of the database."""
        for reader in self._readers:
            reader.close()
        if "engine" in self.__dict__:
            self.engine.dispose()

    def clock(self) -> datetime:
        """The instant of this call: the wall clock, or what --now says (in the company's zone where it has none)."""
        if self.now is None:
            return datetime.now(UTC)
        if self.now.tzinfo is None:
            return self.now.replace(tzinfo=self.settings.zone)
        return self.now

    def read(self, work: Callable[[Connection], T]) -> T:
        from agent.store.engine import read

        return read(self.engine, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        from agent.store.engine import write

        return write(self.engine, work)

    def desk(self, tx: Connection) -> Desk:
        """A desk for what a clerk does by hand."""
        from agent.booking.desk import Desk
        from agent.company import company_of
        from agent.store.ledger import Cause

        return Desk(
            tx=tx,
            settings=self.settings,
            company=company_of(self.settings),
            now=self.clock(),
            cause=Cause("clerk", clerk()),
        )

    def by_hand(self, work: Callable[[Desk], T], *, dry_run: bool = False) -> T:
        """Run what a clerk asked for in one transaction; a dry run takes everything back."""

        def inner(tx: Connection) -> T:
            result = work(self.desk(tx))
            if dry_run:
                raise _TakenBack(result)
            return result

        try:
            return self.write(inner)
        except _TakenBack as back:
            return cast(T, back.result)


class _TakenBack(Exception):
    def __init__(self, result: object) -> None:
        self.result = result


def clerk() -> str:
    """The name of the person at the keyboard, for the trail."""
    import os

    return os.environ.get("AR_AGENT_CLERK") or getpass.getuser()


pass_app = click.make_pass_decorator(App)
