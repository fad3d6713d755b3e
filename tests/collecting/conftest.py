"""Books on an embedded database, made anew for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.agent.shop import Shop
from tests.collecting.world import open_books


@pytest.fixture
def books(sqlite_engine: Engine, tmp_path: Path) -> Shop:
    return open_books(sqlite_engine, tmp_path)
