"""Runs `poll` and `send` on a home and dies at the n-th commit: `python -m tests.dying HOME N before|after`."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from agent.cli import main


def die_at(kill_at: int, *, after: bool) -> None:
    """Let SIGKILL end this process before or after its n-th commit of something written."""
    real = DefaultDialect.do_commit
    commits = 0
    changes: dict[int, int] = {}  # rows changed so far, by connection

    def commit(self: DefaultDialect, connection: Any) -> None:
        nonlocal commits
        sqlite = connection.driver_connection
        # Where nothing was written since, dying is dying at the next commit that does write.
        wrote = sqlite.total_changes > changes.get(id(sqlite), 0)
        changes[id(sqlite)] = sqlite.total_changes
        commits += wrote
        if wrote and commits == kill_at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        real(self, connection)
        if wrote and commits == kill_at and after:
            os.kill(os.getpid(), signal.SIGKILL)

    DefaultDialect.do_commit = commit  # type: ignore[method-assign]


if __name__ == "__main__":
    home, kill_at, moment = sys.argv[1:]
    die_at(int(kill_at), after=moment == "after")
    for command in ("poll", "send"):
        with contextlib.suppress(SystemExit):
            main(["--home", home, command])
