"""A Maildir on this machine: `new/` and `cur/` are read, `tmp/` belongs to whoever delivers."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from agent.mailbox.mail import Known, MailboxGone, RawMail
from agent.settings_types import MailboxSettings

_HEADER_BYTES = 1_000_000
_LOOK = 0.25
_FOLDER = re.compile(r"[\w .-]{1,100}\Z")


class MaildirMailbox:
    """One Maildir. A mail's name is its file name up to the ":" of its flags, which stays when the flags change."""

    def __init__(self, settings: MailboxSettings) -> None:
        self.settings = settings
        self.root = settings.maildir or Path()
        self._stored: set[str] = set()
        self._seen: tuple[int, int] = (0, 0)
        self._troubles: dict[str, str] = {}

    def connect(self) -> None:
        """Check that it is there; raise MailboxGone where it is not."""
        if not (self.root / "new").is_dir() or not (self.root / "cur").is_dir():
            what = f"{self.root} is no Maildir: it needs the folders new and cur"
            raise MailboxGone(f"mailbox {self.settings.name}: {what}")

    def listing(self) -> tuple[int, list[str]]:
        """The names of all mails in new/ and cur/; a Maildir has no validity."""
        self.connect()
        return 0, list(self._files())

    def fetch_new(self, known: Known) -> Iterator[RawMail]:
        """Yield every mail in new/ and cur/ that is not known, oldest first."""
        self.connect()
        self._seen = self._times()
        files = self._files()
        self._stored.intersection_update(files)
        fresh = [name for name in files if name not in self._stored]
        self._stored |= known(self.settings.folder, 0, fresh)
        self._troubles.clear()
        for name in fresh:
            if name not in self._stored and (raw := self._read(name, files[name])) is not None:
                yield raw

    def _files(self) -> dict[str, Path]:
        found: list[tuple[float, str, Path]] = []
        for folder in ("new", "cur"):
            with os.scandir(self.root / folder) as entries:
                for entry in entries:
                    with suppress(OSError):  # moved by another reader in this moment: found at the next look
                        # A link could lead anywhere on this machine.
                        if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                            time_ = entry.stat(follow_symlinks=False).st_mtime
                            found.append((time_, _base(entry.name), Path(entry.path)))
        return {name: path for _, name, path in sorted(found, key=lambda one: one[:2])}

    def _read(self, name: str, path: Path) -> RawMail | None:
        limit = self.settings.message_bytes
        try:
            path = path if path.exists() else self._where(name)
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                too_large = status.st_size > limit
                data = file.read(_HEADER_BYTES if too_large else limit + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._troubles[name] = f"{name} cannot be read: {error.strerror}"
            return None
        return RawMail(
            account=self.settings.name,
            folder=self.settings.folder,
            uidvalidity=0,
            uid=name,
            data=_headers_of(data) if too_large else data,
            internal_date=datetime.fromtimestamp(status.st_mtime, UTC),
            source=self.settings.source,
            size=status.st_size,
            too_large=too_large,
        )

    def _where(self, name: str) -> Path:
        """Where a mail lies now: other readers move it from new/ to cur/ and change its flags."""
        for folder in ("cur", "new"):
            for path in (self.root / folder).iterdir():
                if _base(path.name) == name:
                    return path
        raise FileNotFoundError(name)

    def mark_taken(self, mails: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """Move mails that are safely stored: to cur/ with the flag S, or into a subfolder, or not at all."""
        names = {uid for _, uid in mails}
        self._stored |= names
        if self.settings.after == "none":
            return list(mails)
        failed: set[str] = set()
        for name, path in self._paths_of(names).items():
            try:
                self._move(path)
            except FileNotFoundError:
                continue  # somebody else moved it
            except OSError as error:
                failed.add(name)
                self._troubles[name] = f"{name} cannot be marked as taken: {error.strerror}"
        return [one for one in mails if one[1] not in failed]

    def _paths_of(self, names: set[str]) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for folder in ("new", "cur"):
            if len(found) < len(names):
                with os.scandir(self.root / folder) as entries:
                    found |= {_base(entry.name): Path(entry.path) for entry in entries if _base(entry.name) in names}
        return found

    def _move(self, path: Path) -> None:
        target = self.root
        if self.settings.after.startswith("move:"):
            folder = self.settings.after.removeprefix("move:")
            if not _FOLDER.match(folder) or folder.startswith("."):
                raise OSError(0, f"{folder!r} is no name for a subfolder")
            target = self.root / f".{folder}"  # Maildir++
            for part in ("new", "cur", "tmp"):
                (target / part).mkdir(parents=True, exist_ok=True)
        flags = set(path.name.partition(":2,")[2]) | {"S"}
        base = path.name.partition(":")[0]
        path.rename(target / "cur" / f"{base}:2,{''.join(sorted(flags))}")

    def wait(self, timeout: float, stop: threading.Event) -> bool:
        """Look at the folders' times until one changes."""
        end = time.monotonic() + timeout
        started = time.time_ns()
        while not stop.is_set() and (left := end - time.monotonic()) > 0:
            if self._times() != self._seen:
                return True
            # A file that came in the clock tick of the last look leaves the time as it was.
            if started - max(self._seen) < 1_000_000_000 < time.time_ns() - max(self._seen):
                return True
            stop.wait(min(_LOOK, left))
        return False

    def _times(self) -> tuple[int, int]:
        try:
            return (self.root / "new").stat().st_mtime_ns, (self.root / "cur").stat().st_mtime_ns
        except OSError as error:
            raise MailboxGone(f"mailbox {self.settings.name}: {error}") from error

    def troubles(self) -> tuple[str, ...]:
        return tuple(list(self._troubles.values())[:20])

    def close(self) -> None:
        """Nothing is held open."""


def _base(name: str) -> str:
    """A file's name up to its flags, as text that any database takes."""
    base = name.partition(":")[0]
    try:
        base.encode("utf-8")
    except UnicodeEncodeError:
        base = os.fsencode(base).decode("utf-8", "backslashreplace")
    return base if len(base) <= 200 else hashlib.sha256(base.encode("utf-8")).hexdigest()


def _headers_of(data: bytes) -> bytes:
    ends = [end + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (end := data.find(mark)) >= 0]
    return data[: min(ends)] if ends else data
