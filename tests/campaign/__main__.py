"""`python -m tests.campaign [NAME …] [--count N] [--seed S] [--full]`: one line a campaign; exit code 1 where one broke."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
import traceback

import pytest

from tests.campaign.result import Budget

NAMES = (
    "kills_in",
    "kills_out",
    "simulation",
    "headers",
    "impostors",
    "disk",
    "accounts",
    "loops",
    "smtp_faults",
    "instances",
    "imap_faults",
    "clock",
    "ledger",
)


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    asked.add_argument("--count", type=int, help="how many (what, each campaign says)")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--full", action="store_true", help="the length of the target, where no --count is given")
    asked.add_argument("--seconds", type=float, help="end the long ones (kills, simulation, headers) after this time")
    given = asked.parse_args()
    if unknown := set(given.names) - set(NAMES):
        asked.error(f"no such campaign: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    broken = 0
    for name in given.names or NAMES:
        campaign = importlib.import_module(f"tests.campaign.{name}")
        count = given.count or (campaign.FULL if given.full else campaign.SHORT)
        print(f"{name}: {count}, seed {given.seed}, {os.cpu_count()} cores …", flush=True)
        began = time.monotonic()
        Budget.of(given.seconds)
        try:
            figures = dict(campaign.run(count, given.seed))
        except pytest.skip.Exception as why:
            print(f"{name}: NOT RUN: {why}", flush=True)
            continue
        except Exception:  # noqa: BLE001 - the next campaign runs all the same
            traceback.print_exc()
            broken += 1
            print(f"{name}: BROKEN (seed {given.seed})", flush=True)
            continue
        print(f"{name}: held in {time.monotonic() - began:.0f} s: {json.dumps(figures)}", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
