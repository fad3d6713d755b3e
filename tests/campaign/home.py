"""A home of the sample company, made once and copied; the real core on it, reading in this very process; mails that book."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from agent.domain.documents import Reading
from agent.domain.learning import ColumnHint
from agent.process import Processor
from agent.settings import Settings, load
from agent.store.engine import open_engine
from parsers.mail.own_words import OwnWords
from parsers.reading import Hints, read
from templates.fragments import own_fragments
from tests.line import Line, make_line, make_mail

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
BUYER = "achats@ateliers-verdier.example"
ORDER = """\
Ateliers Verdier SAS          BON DE COMMANDE N° {number}       Grenoble, le 16/03/2026
Fournisseur : HALDEN COMPONENTS

Réf.      Désignation              Qté    PU HT      Montant HT
VL-220    Vanne à bille DN25        {quantity}    {price}    {amount}
                                          Total HT   {amount}
"""


class HereReader:
    """The reader of the program without the process around it: what a killed or simulated worker reads with."""

    def __init__(self, settings: Settings) -> None:
        self.hints = Hints(
            own_addresses=frozenset(settings.company.emails),
            own_names=(settings.company.name,),
            own_words=OwnWords(*own_fragments()),
        )

    def read(self, data: bytes, name: str, columns: tuple[ColumnHint, ...] = ()) -> Reading:
        return read(data, name, hints=replace(self.hints, columns=columns))


@dataclass(frozen=True, slots=True)
class Home:
    """A copy of the template."""

    path: Path
    settings: Settings

    @property
    def line(self) -> Line:
        return Line(self.path)

    def open(self) -> Engine:
        return open_engine(self.settings.database_url)

    def warm_up(self) -> None:
        """Read one paper, so that no forked child has to load languages. (Typesetting has threads, which a fork kills.)"""
        _reader(self.settings.company.name, self.settings).read(order_mail("WARM-1"), "warm.eml")

    def processor(self, engine: Engine) -> Processor:
        reader = _reader(self.settings.company.name, self.settings)
        return Processor(engine, self.settings, lambda: reader)  # type: ignore[arg-type, return-value]


_READERS: dict[str, HereReader] = {}


def _reader(name: str, settings: Settings) -> HereReader:
    if name not in _READERS:
        _READERS[name] = HereReader(settings)
    return _READERS[name]


@cache
def template() -> TemporaryDirectory[str]:
    place = TemporaryDirectory(prefix="arhome")
    make_line(Path(place.name) / "home")
    return place


def fresh(folder: Path, name: str = "home") -> Home:
    """A home of its own, with the sample company imported."""
    shutil.copytree(Path(template().name) / "home", folder / name)
    return Home(folder / name, load(folder / name))


@contextmanager
def home() -> Iterator[Home]:
    with TemporaryDirectory(prefix="arcamp") as place:
        yield fresh(Path(place))


def order_mail(
    number: str, quantity: int = 24, *, price: str = "40.74", date: str = "Mon, 16 Mar 2026 08:30:00 +0000"
) -> bytes:
    """An order in French: clean, or at another price than agreed, which is held and asked about once."""
    amount = f"{quantity * Decimal(price):,.2f}".replace(",", " ").replace(".", ",")
    paper = ORDER.format(number=number, quantity=quantity, price=price.replace(".", ","), amount=amount)
    return make_mail(
        BUYER,
        f"Commande {number}",
        "Bonjour,\n\nvoici notre commande.",
        files=(("commande.txt", paper.encode()),),
        date=date,
    )
