"""Who holds a lease: this process, named so that another process on this machine can tell that it is gone."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path


def me() -> str:
    """`host/pid/start`: the start time tells this process from a later one with the same number."""
    return _name(os.getpid())


@cache
def _name(pid: int) -> str:
    return f"{socket.gethostname()[:60]}/{pid}/{_started(pid) or 0}"


def is_dead(owner: str | None) -> bool:
    """True where the owner was a process of this machine that runs no longer; False where that cannot be known."""
    host, _, rest = (owner or "").rpartition("/")[0].rpartition("/")
    started = (owner or "").rpartition("/")[2]
    if host != socket.gethostname()[:60] or not rest.isdigit() or not started.isdigit() or started == "0":
        return False
    return _started(int(rest)) != started


def _started(pid: int) -> str | None:
    """The process's start in clock ticks since boot, or None where there is no such process (proc(5))."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else fields[19]
