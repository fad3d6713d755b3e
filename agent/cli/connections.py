"""The mailboxes, the relay and the token servers of the settings, with their secrets read from where they are kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.settings import secret
from agent.settings_types import MEGABYTE, MailboxSettings, OAuthSettings, SmtpSettings, SmtpTimeouts

if TYPE_CHECKING:
    from agent.cli.app import App
    from agent.oauth2 import TokenSource
    from agent.settings import OAuth2Section

# Where the two large providers give tokens for mail, and what is asked for there.
_TOKEN_URLS = {
    "google": "https://oauth2.googleapis.com/token",
    "microsoft": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
}
_SCOPES = {
    ("google", "refresh_token"): "",  # what was consented to; naming it again is refused where it was more
    ("microsoft", "refresh_token"): "https://outlook.office.com/IMAP.AccessAsUser.All "
    "https://outlook.office.com/SMTP.Send offline_access",
    ("microsoft", "client_credentials"): "https://outlook.office365.com/.default",
}


def mailboxes_of(app: App) -> tuple[MailboxSettings, ...]:
    """The watched mailboxes with their secrets."""
    return tuple(
        MailboxSettings(
            name=one.name,
            maildir=(app.home / one.maildir) if one.maildir else None,
            host=one.host,
            port=one.port,
            tls=one.tls,
            user=one.user,
            password=secret(one.password_env),
            tokens=tokens_of(app).get(one.oauth2),
            mechanism=_mechanism(app, one.oauth2),
            folder=one.folder,
            poll_seconds=one.poll_seconds,
            after=one.after,
            ca_file=Path(app.home / one.ca_file) if one.ca_file else None,
            message_bytes=app.settings.reading.message_mb * MEGABYTE,
            timezone=app.settings.company.timezone,
        )
        for one in app.settings.mailboxes
    )


def smtp_of(app: App) -> SmtpSettings | None:
    """The relay with its secret; None where none is set."""
    section = app.settings.smtp
    if not section.host:
        return None
    return SmtpSettings(
        host=section.host,
        port=section.port,
        tls=section.tls,
        user=section.user,
        password=secret(section.password_env),
        tokens=tokens_of(app).get(section.oauth2),
        mechanism=_mechanism(app, section.oauth2),
        connections=section.connections,
        receipts=section.receipts,
        ca_file=Path(app.home / section.ca_file) if section.ca_file else None,
        timeouts=SmtpTimeouts(final=max(600, section.timeout_seconds)),
    )


def tokens_of(app: App) -> dict[str, TokenSource]:
    """The token sources by name; one object each, so that a token is fetched once for all who use it."""
    if app.tokens is None:
        from agent.oauth2 import TokenSource

        app.tokens = {one.name: TokenSource(_oauth2(app, one)) for one in app.settings.oauth2}
    return app.tokens


def _oauth2(app: App, one: OAuth2Section) -> OAuthSettings:
    return OAuthSettings(
        name=one.name,
        token_url=one.token_url or _TOKEN_URLS[one.provider].format(tenant=one.tenant),
        client_id=one.client_id,
        flow=one.flow,
        client_secret=secret(one.client_secret_env),
        refresh_token=secret(one.refresh_token_env),
        refresh_token_file=Path(app.home / one.refresh_token_file) if one.refresh_token_file else None,
        scope=one.scope or _SCOPES.get((one.provider, one.flow), ""),
        ca_file=Path(app.home / one.ca_file) if one.ca_file else None,
        secret_expires_on=one.secret_expires_on,
        warn_days=one.warn_days,
    )


def _mechanism(app: App, name: str) -> str:
    return next((one.mechanism for one in app.settings.oauth2 if one.name == name), "xoauth2")
