"""`ar-agent deliver`: one mail on standard input, from a mail server's pipe (sysexits.h)."""

from __future__ import annotations

import sys

import click

from agent.cli.app import App, pass_app

_OK, _DATA, _TEMPORARY = 0, 65, 75  # EX_OK, EX_DATAERR, EX_TEMPFAIL


@click.command("deliver")
@click.option("--name", default="pipe", show_default=True, help="Under which name the mail is listed as its source.")
@pass_app
def command_deliver(app: App, name: str) -> None:
    """Take one mail from standard input, as a mail server's pipe gives it; the service works on it.

    Exit code 0: it is stored. 75: it could not be stored, try again later. 65: there is no mail, or it is too large ([reading]
    message_mb).
    """
    try:
        code, said = _store(app, name)
    except Exception as error:  # noqa: BLE001 - whatever it was: the mail server keeps the mail and tries again
        code, said = _TEMPORARY, f"not stored, try again later: {type(error).__name__}: {error}"[:500]
    if said:
        click.echo(f"ar-agent: {said}", err=True)
    raise SystemExit(code)


def _store(app: App, name: str) -> tuple[int, str]:
    from agent.intake import take_in
    from agent.mailbox.mail import RawMail
    from agent.settings_types import MEGABYTE

    limit = app.settings.reading.message_mb * MEGABYTE
    data = sys.stdin.buffer.read(limit + 1)
    if len(data) > limit:
        return _DATA, f"the mail is larger than {app.settings.reading.message_mb} MB"
    if not data.strip():
        return _DATA, "there is no mail on standard input"
    raw = RawMail(account="", folder="", uidvalidity=0, uid="", data=data, source=f"pipe:{name}", size=len(data))
    take_in(app.engine, raw, app.clock())
    return _OK, ""
