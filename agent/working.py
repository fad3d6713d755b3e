"""Messages from the store to the books, for the commands that work at once and for the service."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError

from agent.mailbox.mail import RawMail
from agent.owner import is_dead, me
from agent.process import Processor
from agent.reading import Reader
from agent.store import inbound, lists
from agent.store.inbound import ClaimedMessage

if TYPE_CHECKING:
    from agent.cli.app import App


class Workshop:
    """Takes mail in and works on it; one reading worker a thread."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._local = threading.local()
        self._readers: list[Reader] = []
        self._spare: list[Reader] = []
        self._lock = threading.Lock()
        self.processor = Processor(app.engine, app.settings, self._reader)

    def _reader(self) -> Reader:
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            with self._lock:
                reader = self._spare.pop() if self._spare else self._app.new_reader()
                self._readers.append(reader)
            self._local.reader = reader
        return reader

    def warm_up_all(self, workers: int) -> None:
        """Start reading workers in advance, so that the first mail need not wait for one."""
        for _ in range(workers):
            reader = self._app.new_reader()
            reader.warm_up()
            self._spare.append(reader)
        threading.Thread(target=_warm_up_papers, name="warm-up", daemon=True).start()

    def close(self) -> None:
        for reader in (*self._readers, *self._spare):
            reader.close()

    def take(self, data: bytes, name: str) -> dict[str, Any]:
        """Take one mail through the whole job; the row that `ingest` prints."""
        from agent.intake import take_in

        now = self._app.clock()
        raw = RawMail(
            account="", folder="", uidvalidity=0, uid="", data=data, internal_date=None, source="file", file=name
        )
        number = take_in(self._app.engine, raw, now)
        assert number is not None  # a file has no name on a server by which it could be known already
        self.work_on(number, name, now)
        return self.row(number)

    def work_on(self, number: int, file: str | None, now: datetime) -> None:
        """Process one stored message unless it is finished (a duplicate by its bytes is).

        A message handed in by a person is not tried again in the background: what fails is said at once.
        """
        row = self._app.read(lambda tx: lists.find_message(tx, number))
        if row is None or row.state == "done":
            return
        try:
            self.processor.process(number, file, now)
        except OperationalError:
            raise  # the database is not there: nothing is wrong with the mail, it waits
        except Exception as error:  # the boundary: one mail never stops the next
            logging.getLogger("ar_agent.work").exception("message M%s could not be processed", number)
            reason = f"{type(error).__name__}: {error}"
            self._app.write(lambda tx: inbound.finish(tx, number, outcome="failed", now=now, reason=reason[:2000]))

    def _fail(self, number: int, error: Exception, now: datetime) -> None:
        logging.getLogger("ar_agent.work").error("message M%s could not be processed", number, exc_info=error)
        inbound.fail(self._app.engine, number, f"{type(error).__name__}: {error}", now)

    def process_claimed(self, claimed: ClaimedMessage, now: datetime) -> None:
        """What the service calls for a message it holds."""
        if claimed.too_large:
            self._park_large(claimed, now)
            return
        self.processor.process(claimed.id, claimed.file, now)

    def _park_large(self, claimed: ClaimedMessage, now: datetime) -> None:
        from agent.booking.desk import Desk
        from agent.company import company_of
        from agent.domain.decisions import MatchException, QueueKind
        from agent.store.ledger import Cause

        def work(tx: Any) -> None:
            cause = Cause("message", f"M{claimed.id}", claimed.id)
            desk = Desk(
                tx=tx,
                settings=self._app.settings,
                company=company_of(self._app.settings),
                now=now,
                cause=cause,
                message=claimed.id,
            )
            exception = MatchException(
                code="too_large",
                kind=QueueKind.UNREADABLE,
                summary=f"M{claimed.id}: {claimed.reason or 'a mail that is too large'}",
            )
            desk.queue(exception, subject_type="message", subject=claimed.id)
            inbound.finish(
                tx, claimed.id, outcome="queued", now=now, reason=claimed.reason, queue_ids=desk.outcome.queue
            )

        self._app.write(work)

    def work_all(self) -> list[dict[str, Any]]:
        """Work on everything that waits; the rows of what was finished."""
        finished = []
        while claims := inbound.claim_new(
            self._app.engine, owner=me(), now=self._app.clock(), limit=1, is_dead=is_dead
        ):
            for claimed in claims:
                try:
                    self.process_claimed(claimed, self._app.clock())
                except Exception as error:  # noqa: BLE001 - the boundary: one mail never stops the next
                    self._fail(claimed.id, error, self._app.clock())
                finished.append(self.row(claimed.id))
        return finished

    def row(self, number: int) -> dict[str, Any]:
        (row,) = self._app.read(lambda tx: lists.list_messages(tx, number=number))
        return row


def _warm_up_papers() -> None:
    """Lay out one paper in advance: the first one loads fonts and compiles the layouts."""
    from templates.pdf import invoice_pdf
    from templates.samples import COMPANY, invoice

    invoice_pdf(invoice("en"), "en", COMPANY)
