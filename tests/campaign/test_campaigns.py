"""Each campaign in seconds; `make campaign` runs them at length (docs/campaigns.md)."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaign.__main__ import NAMES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", NAMES)
def test_the_promise_holds_in_the_short_form(name: str) -> None:
    # A process of its own: children are forked here, and a fork wants a process without other threads.
    ended = subprocess.run(
        [sys.executable, "-m", "tests.campaign", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    if "NOT RUN" in ended.stdout:
        pytest.skip(ended.stdout.strip().splitlines()[-1])
    assert ended.returncode == 0, ended.stdout + ended.stderr[-3000:]
    assert f"{name}: held" in ended.stdout


def test_a_campaign_that_nobody_knows_is_refused() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.campaign", "nonsense"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "no such campaign" in ended.stderr


def test_every_campaign_has_a_short_and_a_full_form_and_stands_on_the_page() -> None:
    page = (ROOT / "docs" / "campaigns.md").read_text(encoding="utf-8")
    for name in NAMES:
        campaign = importlib.import_module(f"tests.campaign.{name}")
        assert 0 < campaign.SHORT < campaign.FULL
        assert f"`{name}`" in page
