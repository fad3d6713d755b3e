"""Reads papers in a process of their own, with limits on memory, time and rights; a paper can only kill its reader.

One warm worker serves one caller. It is replaced after a number of files, and when it had to be killed; the part that
it died on is then left out and named, and the rest of the mail is read.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

from agent.domain.codec import from_plain, to_plain
from agent.domain.documents import Problem, Reading
from agent.domain.learning import ColumnHint
from agent.reading_worker import read_frame, write_frame
from parsers.media.recognition import is_installed as installed

_FILES_PER_WORKER = 200
_PARTS_LOST_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Bounds of character recognition, which runs in a worker of its own while a mail with pictures is read.

    `certainty` is from 0 to 1: a paper with a figure or number below it never books on its own.
    """

    memory_mb: int = 3072
    seconds: int = 240  # a mail; a page takes about ten seconds of one core
    pages: int = 10  # a part; 0 turns it off
    certainty: float = 0.9


class Reader:
    """A reading worker and its restarts. Not for several threads at once: each has its own."""

    def __init__(
        self,
        *,
        memory_mb: int = 1024,
        seconds: int = 60,
        own_addresses: tuple[str, ...] = (),
        own_names: tuple[str, ...] = (),
        recognition: Recognition | None = None,
        limits: Mapping[str, float] | None = None,
    ) -> None:
        self._memory_mb, self._seconds = memory_mb, seconds
        self._recognition, self._limits = recognition, dict(limits or {})
        self._own_addresses, self._own_names = own_addresses, own_names
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def warm_up(self) -> None:
        """Start the worker now, so that the first paper need not wait for it."""
        with self._lock:
            self._worker()

    def read(self, data: bytes, name: str, columns: tuple[ColumnHint, ...] = ()) -> Reading:
        """Read one file or mail; a paper that kills its reader comes back with what is left and the reason.

        `columns` is what the sender's customer means by headings that the lexicon does not know.
        Pictures of paper are recognised where that is wanted and installed, in a second worker with limits of its own.
        """
        reading = self._read(data, name, columns)
        rule = self._recognition
        if rule is None or not rule.pages or not any(p.code == "image" for p in reading.problems) or not installed():
            return reading
        with Reader(
            memory_mb=rule.memory_mb,
            seconds=rule.seconds,
            own_addresses=self._own_addresses,
            own_names=self._own_names,
            limits={"ocr_pages_max": rule.pages, "ocr_certainty": rule.certainty},
        ) as recognising:
            again = recognising._read(data, name, columns)
        known = {(p.where, p.what) for p in reading.problems}
        failed = [p for p in again.problems if (p.where, p.what) not in known and p.code == "unreadable"]
        if not again.parts and failed:  # the whole of it failed: what was read without pictures stands
            return replace(reading, problems=(*reading.problems, *failed))
        return again

    def _read(self, data: bytes, name: str, columns: tuple[ColumnHint, ...]) -> Reading:
        lost: list[tuple[str, str]] = []
        with self._lock:
            while True:
                reading, begun, why = self._try(data, name, [part for part, _ in lost], columns)
                if reading is not None:
                    return replace(reading, problems=(*reading.problems, *_problems(lost)))
                already = {part for part, _ in lost}
                if begun is None or begun in already or len(lost) >= _PARTS_LOST_MAX:
                    problem = Problem(where=name, what=why, code="unreadable")
                    return Reading(file=name, problems=(problem, *_problems(lost)))
                lost.append((begun, why))

    def _try(
        self, data: bytes, name: str, skip: list[str], columns: tuple[ColumnHint, ...]
    ) -> tuple[Reading | None, str | None, str]:
        process = self._worker()
        request = {
            "name": name,
            "own_addresses": list(self._own_addresses),
            "own_names": list(self._own_names),
            "skip_parts": skip,
            "columns": to_plain(columns),
            "limits": self._limits,
        }
        begun: str | None = None
        try:
            assert process.stdin is not None
            write_frame(process.stdin, request, data)  # type: ignore[arg-type]
            deadline = time.monotonic() + self._seconds
            while True:
                head = self._next(process, deadline)
                if head is None:
                    raise TimeoutError
                if "part" in head:
                    begun = head["part"]
                    continue
                self._served += 1
                if "reading" in head:
                    return from_plain(Reading, head["reading"]), None, ""
                return None, begun, str(head.get("failed", "the reader gave no answer"))
        except TimeoutError:
            self.close()
            return None, begun, f"reading it took longer than {self._seconds} seconds"
        except (EOFError, OSError):
            self.close()
            return None, begun, "reading it took more memory or time than a paper may take"
        except (ValueError, TypeError, KeyError) as error:
            self.close()
            return None, begun, f"the reader's answer was not of the agreed form: {error}"[:300]

    def _worker(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._process.poll() is not None or self._served >= _FILES_PER_WORKER):
            self.close()
        if self._process is None:
            limits = {"memory_mb": self._memory_mb, "cpu_seconds": self._seconds * _FILES_PER_WORKER}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "agent.reading_worker", json.dumps(limits)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={
                    "PYTHONHASHSEED": "0",
                    "PATH": os.environ.get("PATH", ""),
                    "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
                },
            )
            self._served = 0
            try:
                if self._next(self._process, time.monotonic() + 60) is None:
                    raise EOFError
            except EOFError:
                self.close()
                raise RuntimeError("the reading worker does not start; see `ar-agent read --help`") from None
        return self._process

    @staticmethod
    def _next(process: subprocess.Popen[bytes], deadline: float) -> dict[str, Any] | None:
        """The next frame, None when the time is over; raises EOFError when the worker is gone."""
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not _buffered(process.stdout) and not selector.select(max(0.0, deadline - time.monotonic())):
                return None
        frame = read_frame(process.stdout)  # type: ignore[arg-type]
        if frame is None:
            raise EOFError
        return frame[0]


def _buffered(stream: Any) -> bool:
    """Whether bytes wait in the reader's own buffer, where select cannot see them."""
    os.set_blocking(stream.fileno(), False)
    try:
        return bool(stream.peek(1))
    finally:
        os.set_blocking(stream.fileno(), True)


def _problems(lost: list[tuple[str, str]]) -> tuple[Problem, ...]:
    return tuple(Problem(where=part.partition(":")[2] or part, what=why, code="unreadable") for part, why in lost)
