"""Where copies of what we sent lie: a Sent folder, or the folder of a copy mailbox. Looked into, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Self

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from agent.mailbox.imap import ImapMailbox
from agent.settings_types import MailboxSettings

_HEADER = b"BODY[HEADER.FIELDS (MESSAGE-ID)]"
_HITS_MAX = 50


class Journal:
    """One folder over one connection, by Message-ID. Use `with`; raises LoginRefused or MailboxGone."""

    def __init__(self, settings: MailboxSettings, folder: str) -> None:
        # "none": the folder is opened read-only (EXAMINE).
        self._box = ImapMailbox(replace(settings, folder=folder, after="none"))

    def __enter__(self) -> Self:
        try:
            self._box.connect()
        except BaseException:
            self._box.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._box.close()

    def holds(self, message_ids: Iterable[str]) -> frozenset[str]:
        """Those of these Message-IDs that a mail in the folder bears."""
        return frozenset(one for one in message_ids if self._holds(one))

    def _holds(self, message_id: str) -> bool:
        with self._box.guarded() as client:
            try:
                # SEARCH finds parts of a header too (RFC 3501, 6.4.4): what it finds is compared whole.
                uids = client.search(["HEADER", "Message-ID", message_id.strip("<>")])[-_HITS_MAX:]
                found = client.fetch(uids, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"]) if uids else {}
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                return False
        lines = (one.get(_HEADER, b"").partition(b":")[2] for one in found.values())
        return any(b" ".join(line.split()).decode("ascii", "replace") == message_id for line in lines)
