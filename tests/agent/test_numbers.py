"""Numbers of issued documents follow each other: under many writers at once, and when writers are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, func, select

from agent.booking.invoices import invoicing
from agent.store import proof, sequences
from agent.store.engine import open_engine, read, write
from agent.store.schema import invoices
from tests.agent.shop import Shop, open_shop
from tests.matching import order_world as world

WRITERS, EACH = 4, 6


def stocked(engine: Engine, home: Path, count: int) -> Shop:
    shop = open_shop(engine, home)
    shop.book(*(
        world.order(f"SO-{n}", f"PO-{n}", "C-1002", world.order_line("10", "VL-220", "1", "46.50", delivered="1"), payment_terms="net 30")
        for n in range(count)
    ))  # fmt: skip
    return shop


def numbers(engine: Engine) -> list[str]:
    return read(engine, lambda tx: list(tx.execute(select(invoices.c.invoice).order_by(invoices.c.invoice)).scalars()))


def test_many_writers_at_once_leave_no_gap_and_take_no_number_twice(engine: Engine, tmp_path: Path) -> None:
    shop = stocked(engine, tmp_path, WRITERS * EACH)
    faults: list[Exception] = []

    def work(first: int) -> None:
        for n in range(first, WRITERS * EACH, WRITERS):

            def bill(tx, n=n):  # type: ignore[no-untyped-def]
                desk = replace(shop.desk(tx, None), message=None)
                issued = invoicing.bill_by_hand(desk, f"SO-{n}")
                if n % 5 == 0:
                    raise _TakenBackError  # a decision that fails after its number was taken
                return issued

            try:
                write(engine, bill)
            except _TakenBackError:
                continue
            except Exception as error:  # noqa: BLE001 - told below
                faults.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    kept = [n for n in range(WRITERS * EACH) if n % 5]
    assert numbers(engine) == [f"INV-{n:06d}" for n in range(1, len(kept) + 1)]
    assert read(engine, lambda tx: sequences.upcoming(tx, "invoice")) == len(kept) + 1
    assert read(engine, proof.faults) == []


class _TakenBackError(Exception):
    pass


_WRITER = """
    import sys
    from dataclasses import replace
    from pathlib import Path
    from agent.booking.invoices import invoicing
    from agent.store.engine import open_engine, write
    from tests.agent.shop import Shop
    from agent.settings import CompanySection, Settings

    url, home, first, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    company = CompanySection(name="Halden Components Ltd", emails=("ar@halden.example",), iban="GB33BUKB20201555555555")
    shop = Shop(open_engine(url), Settings(home=home, company=company))
    for n in range(first, last):
        write(shop.engine, lambda tx, n=n: invoicing.bill_by_hand(replace(shop.desk(tx, None), message=None), f"SO-{n}"))
        print(n, flush=True)
"""


def test_a_writer_that_is_killed_leaves_no_gap(engine: Engine, database_url: str, tmp_path: Path) -> None:
    stocked(engine, tmp_path, 60)
    script = tmp_path / "writer.py"
    script.write_text(textwrap.dedent(_WRITER))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for first, pause in ((0, 0.00), (20, 0.013), (40, 0.037)):
        writer = subprocess.Popen(
            [sys.executable, str(script), database_url, str(tmp_path), str(first), str(first + 20)],
            stdout=subprocess.PIPE, env=environment, text=True,
        )  # fmt: skip
        assert writer.stdout is not None
        writer.stdout.readline()  # it has begun
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
    shop = Shop(open_engine(database_url), open_shop_settings(tmp_path))
    left = [n for n in range(60) if not read(shop.engine, lambda tx, n=n: _billed(tx, n))]
    for n in left:
        write(
            shop.engine, lambda tx, n=n: invoicing.bill_by_hand(replace(shop.desk(tx, None), message=None), f"SO-{n}")
        )
    assert numbers(engine) == [f"INV-{n:06d}" for n in range(1, 61)]
    assert len(left) < 60
    assert read(engine, proof.faults) == []
    shop.engine.dispose()


def open_shop_settings(home: Path):  # type: ignore[no-untyped-def]
    from agent.settings import CompanySection, Settings

    company = CompanySection(name="Halden Components Ltd", emails=("ar@halden.example",), iban="GB33BUKB20201555555555")
    return Settings(home=home, company=company)


def _billed(tx, n: int) -> bool:  # type: ignore[no-untyped-def]
    return bool(tx.execute(select(func.count()).where(invoices.c.order == f"SO-{n}")).scalar_one())
