"""The sample company as the scenarios know it, and one reading worker for all of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.cli.app import App
from agent.reading import Reader
from tests.line import IBAN, Line, make_line
from tests.scenarios.world import OUR_ACCOUNT, OUR_IBAN, import_rows

PLATFORM = (
    'C-1011,Orchid Health System,"ap@orchidhealth.example @orchidhealth.example payments@paystream.example",'
    'US,USD,en,net 45,"500 Orchid Ave, Columbus OH 43004",export\n'
)


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """The same worker that `ingest` starts, kept warm."""
    with Reader(own_addresses=("ar@halden.example",), own_names=("Halden Components Ltd",)) as one:
        yield one


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, imported once and copied for each scenario."""
    line = make_line(tmp_path_factory.mktemp("scenarios") / "home")
    settings = line.home / "ar-agent.toml"
    text = settings.read_text().replace(IBAN, OUR_IBAN)
    settings.write_text(text.replace("[trust]", f'other_accounts = ["{OUR_ACCOUNT}"]\n[trust]', 1))
    head = "customer,name,emails,country,currency,language,payment_terms,address,tax_treatment\n"
    import_rows(line, "customers", head + PLATFORM)
    return line.home


@pytest.fixture
def line(template: Path, tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """A fresh copy of the company; whatever a scenario did, the books must prove afterwards."""
    shutil.copytree(template, tmp_path / "home")
    monkeypatch.setattr(App, "new_reader", lambda _app: reader)
    made = Line(tmp_path / "home")
    yield made
    made.check()
