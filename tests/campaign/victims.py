"""Children that are killed: forked from a process that has imported everything, ended by SIGKILL, never warned."""

from __future__ import annotations

import faulthandler
import os
import select
import signal
import traceback
from collections.abc import Callable


def in_child(work: Callable[[], object], *, kill_after: float | None = None, quiet: bool = False) -> int:
    """Run in a forked child; its exit status, or minus the signal that ended it (1 where it raised)."""
    pid = os.fork()
    if pid == 0:
        status = 1
        faulthandler.dump_traceback_later(120, exit=True)  # a child that hangs says where
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - the child ends here, whatever it was
            if not quiet:
                traceback.print_exc()
        finally:
            os._exit(status)
    if kill_after is not None:
        ends = os.pidfd_open(pid)
        try:
            if not select.select([ends], [], [], kill_after)[0]:
                os.kill(pid, signal.SIGKILL)
        finally:
            os.close(ends)
    _, ended = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(ended)
