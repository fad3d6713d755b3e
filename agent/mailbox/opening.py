"""Which kind of mailbox the settings name."""

from __future__ import annotations

from agent.mailbox.mail import Mailbox
from agent.settings_types import MailboxSettings


def open_mailbox(settings: MailboxSettings) -> Mailbox:
    """The mailbox of these settings, not yet connected."""
    if settings.maildir is not None:
        from agent.mailbox.maildir import MaildirMailbox

        return MaildirMailbox(settings)
    from agent.mailbox.imap import ImapMailbox

    return ImapMailbox(settings)
