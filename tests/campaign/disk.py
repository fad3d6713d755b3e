"""R6: no room at every n-th write. What was acknowledged is stored; with room again all goes on unaided.

The kernel refuses the write: RLIMIT_FSIZE lets no file of the child grow beyond n pages (EFBIG, which the database meets as a
full disk or an input/output error). Where we may mount, a small tmpfs is really full (ENOSPC).
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from agent import intake, service
from agent.mailbox.mail import RawMail
from agent.owner import me
from agent.store import inbound, proof
from agent.store.engine import read
from agent.store.schema import messages, orders
from tests.campaign.home import NOW, Home, fresh, order_mail
from tests.campaign.result import Figures, must
from tests.campaign.victims import in_child

SHORT, FULL = 4, 400
_PAGE = 4096
_MAILS = 3


def run(count: int, seed: int) -> Figures:
    """`count` sizes, in steps that spread over the whole of a pass."""
    figures: Counter[str] = Counter()
    with TemporaryDirectory(prefix="ardisk") as place:
        home = fresh(Path(place))
        home.warm_up()
        _one(home, place, figures, None)
        shutil.rmtree(home.path)
        base = (fresh(Path(place)).path / "ar-agent.db").stat().st_size // _PAGE
        shutil.rmtree(home.path)
        for n in range(count):
            # Below the size of the file itself (only its log grows), and above it (the file grows too).
            pages = 1 + (seed + n * max(1, (base + 60) // count)) % (base + 60)
            _one(fresh(Path(place)), place, figures, pages * _PAGE)
            shutil.rmtree(home.path)
    with _small_disk() as place:
        if place is not None:
            for n in range(min(count, 200)):
                home = fresh(place)
                room = os.statvfs(place)
                left = (1 + n * 600 // min(count, 200)) * 1024
                filler = place / "filler"
                filler.write_bytes(b"\0" * max(0, room.f_bavail * room.f_frsize - left))
                _one(home, str(place), figures, None, free=filler.unlink)
                figures["tmpfs"] += 1
                shutil.rmtree(home.path)
    return figures


def _one(
    home: Home, place: str, figures: Counter[str], limit: int | None, *, free: Callable[[], None] | None = None
) -> None:
    told = Path(place) / "acknowledged"
    descriptor = os.open(told, os.O_CREAT | os.O_RDWR | os.O_TRUNC)
    os.ftruncate(descriptor, 4096)

    def ill() -> None:
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        _work(home, lambda n: os.pwrite(descriptor, b"%d\n" % n, 2 * n))

    ended = in_child(ill, quiet=True)
    if free is not None:
        free()
    acknowledged = [int(one) for one in os.pread(descriptor, 4096, 0).replace(b"\0", b"").split()]
    os.close(descriptor)
    engine = home.open()
    stored = read(engine, lambda tx: tx.execute(select(messages.c.id)).scalars().all())
    must(
        set(acknowledged) <= set(range(len(stored))) and len(stored) >= len(acknowledged),
        f"{limit}: acknowledged {acknowledged}, stored {list(stored)}",
    )
    must(
        read(engine, lambda tx: tx.exec_driver_sql("PRAGMA integrity_check").scalar_one()) == "ok",
        f"{limit}: the file is damaged",
    )
    must(read(engine, proof.faults) == [], f"{limit}: the books are not proved")
    engine.dispose()
    figures["sizes"] += 1
    figures["refused" if ended or len(acknowledged) < _MAILS else "went_through"] += 1
    must(
        in_child(lambda: _work(home, lambda _n: None, timedelta(minutes=30))) == 0,
        f"{limit}: it does not go on with room again",
    )
    engine = home.open()
    account = read(engine, inbound.account)
    # The mails are handed in again, as a mailbox still has what was not acknowledged: those that were stored are duplicates.
    must(account.waiting == 0 and account.faults == (), f"{limit}: {account}")
    for number in range(_MAILS):
        booked = read(
            engine,
            lambda tx, n=number: tx.execute(select(orders.c.order).where(orders.c.po_number == f"DISK-{n}")).all(),
        )
        must(len(booked) == 1, f"{limit}: order {number} is there {len(booked)} times")
    must(read(engine, proof.faults) == [], f"{limit}: the books are not proved afterwards")
    engine.dispose()


def _work(home: Home, acknowledge: Callable[[int], object], later: timedelta = timedelta(0)) -> None:
    """Take three mails in, telling which are safe; then work on them."""
    engine = home.open()
    for n in range(_MAILS):
        data = order_mail(f"DISK-{n}", price="39.00").replace(b"Message-ID: <", b"X: <")
        raw = RawMail(
            account="ar", folder="INBOX", uidvalidity=1, uid=str(n + 1), data=data, source="imap", size=len(data)
        )
        intake.take_in(engine, raw, NOW)
        acknowledge(n)
    processor = home.processor(engine)
    while service.work_once(
        engine, lambda claimed, now: processor.process(claimed.id, claimed.file, now), lambda: NOW + later, owner=me()
    ):
        pass
    engine.dispose()


@contextmanager
def _small_disk() -> Iterator[Path | None]:
    """A file system of 16 MB, or None where we may not mount."""
    with TemporaryDirectory(prefix="artmpfs") as place:
        mounted = (
            os.geteuid() == 0
            and subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], check=False, capture_output=True
            ).returncode
            == 0
        )
        try:
            yield Path(place) if mounted else None
        finally:
            if mounted:
                subprocess.run(["umount", "-l", place], check=False)
