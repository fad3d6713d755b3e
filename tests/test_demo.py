"""`make demo` as a newcomer runs it: it plays, adds up, leaves a home to look into, and can be played again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


def play(home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agent.demo", "--home", str(home)]
    return subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=ROOT, timeout=200)


def rows(home: Path, *arguments: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "agent", "--home", str(home), *arguments, "--json"]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=ROOT)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str], float]:
    """A home after a demo, what was printed, and how long it took."""
    home = tmp_path_factory.mktemp("demo") / "demo-home"
    began = time.monotonic()
    done = play(home)
    return home, done, time.monotonic() - began


def test_the_demo_ends_well_and_within_a_minute(played: tuple[Path, subprocess.CompletedProcess[str], float]) -> None:
    _, done, seconds = played
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert seconds < 60
    assert "the books are in balance" in done.stdout
    assert "Try next" in done.stdout


def test_its_home_holds_what_it_told(played: tuple[Path, subprocess.CompletedProcess[str], float]) -> None:
    home, _, _ = played
    orders, invoices = rows(home, "orders", "list"), rows(home, "invoices", "list")
    assert len(orders) >= 5
    assert {row["status"] for row in orders} <= {"confirmed", "part_delivered", "delivered", "invoiced"}
    issued = [row for row in invoices if row["order"]]
    assert len(issued) >= 4
    assert {row["delivery_status"] for row in issued} == {"sent"}
    assert sum(row["status"] == "received" for row in rows(home, "advices", "list")) >= 4
    assert sum(row["status"] == "paid" for row in invoices) >= 4
    waiting = {row["kind"] for row in rows(home, "queue", "list", "--status", "open")}
    assert {"untrusted_sender", "ambiguous", "bank_change", "unreadable"} <= waiting
    assert {row["reason"] for row in rows(home, "disputes", "list")} == {"quantity", "damaged"}
    (proof,) = rows(home, "check")
    assert proof["ok"], proof


def test_what_it_says_to_try_next_works(played: tuple[Path, subprocess.CompletedProcess[str], float]) -> None:
    _, done, _ = played
    tries = [line.split() for line in done.stdout.splitlines() if "ar-agent --home" in line and "watching" not in line]
    assert len(tries) == 3
    for words in tries:
        command = [sys.executable, "-m", "agent", *words[1:]]
        tried = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=ROOT)
        assert tried.returncode == 0, tried.stderr


def test_a_second_demo_takes_the_place_of_the_first(
    played: tuple[Path, subprocess.CompletedProcess[str], float],
) -> None:
    home, _, _ = played
    (home / "left-over").touch()
    again = play(home)
    assert again.returncode == 0, again.stdout[-6000:]
    assert not (home / "left-over").exists()


def test_a_folder_that_is_not_the_demos_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    refused = play(tmp_path)
    assert refused.returncode == 1
    assert "was not made by the demo" in refused.stdout
    assert (tmp_path / "precious").exists()
