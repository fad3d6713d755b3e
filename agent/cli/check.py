"""`ar-agent check`: proves the books and the mail accounting."""

from __future__ import annotations

from typing import Any

import click

from agent.cli.app import App, pass_app
from agent.cli.output import json_option, put_json


@click.command("check")
@click.option("--mailboxes", is_flag=True, help="Compare the folders on their servers with what is stored, now.")
@json_option
@pass_app
def command_check(app: App, mailboxes: bool, as_json: bool) -> None:
    """Prove the books: every ledger in balance, every open amount explained, every mail in exactly one bucket.

    Exit code 1: something is wrong, and it says what.
    """
    from agent.store import inbound, outbound, proof

    found = app.read(proof.faults)
    compared = _compared(app, now=mailboxes)
    found += [row["error"] for row in compared if row.get("error")]
    found += [
        f"{row['missing_count']} mails on the server of {row['mailbox']} are not stored (UID {', '.join(row['missing'])})"
        for row in compared
        if row.get("missing_count")
    ]
    mail = app.read(inbound.account)
    left = app.read(outbound.counts)
    if as_json:
        put_json(
            [
                {
                    "ok": not found,
                    "faults": found,
                    "messages": mail.outcomes | {"waiting": mail.waiting},
                    "outbox": left,
                    "mailboxes": compared,
                }
            ]
        )
    else:
        for fault in found:
            click.echo(click.style("wrong: ", fg="red") + fault)
        buckets = ", ".join(f"{n} {name}" for name, n in mail.outcomes.items() if n) or "none"
        click.echo(f"messages: {mail.total} seen: {buckets}" + (f", {mail.waiting} waiting" if mail.waiting else ""))
        for row in compared:
            if "on_server" in row:
                click.echo(
                    f"mailbox {row['mailbox']}: {row['on_server']} on the server, {row['stored']} of them stored; "
                    f"{row['vanished_count']} vanished there before {row['compared_at'][:16]}"
                )
        click.echo("outgoing mail: " + (", ".join(f"{n} {name}" for name, n in left.items()) or "none"))
        click.echo(click.style("the books are in balance", fg="green") if not found else f"{len(found)} faults")
    if found:
        raise SystemExit(1)


def _compared(app: App, *, now: bool) -> list[dict[str, Any]]:
    """What the last comparison of each mailbox with its server found; `now` makes it first."""
    from agent import comparing
    from agent.domain.errors import ArError

    found: list[dict[str, Any]] = []
    for one in app.settings.mailboxes:
        row: dict[str, Any] = {"mailbox": one.name}
        if now:
            try:
                _compare(app, one.name)
            except (ArError, OSError) as error:
                row["error"] = f"mailbox {one.name} cannot be compared: {error}"
        last = app.read(lambda tx, name=one.name: comparing.last(tx, name))  # type: ignore[misc]
        if last is not None:
            row |= last[0] | {"compared_at": last[1].isoformat()}
        if len(row) > 1:
            found.append(row)
    return found


def _compare(app: App, name: str) -> None:
    from contextlib import closing

    from agent.cli.connections import mailboxes_of
    from agent.comparing import compare
    from agent.mailbox.opening import open_mailbox
    from agent.watching import fetch_once, mark_left_over

    settings = next(one for one in mailboxes_of(app) if one.name == name)
    box = open_mailbox(settings)
    with closing(box):
        box.connect()
        mark_left_over(app.engine, box, settings)
        compare(app.engine, box, settings, app.clock(), fetch=lambda: fetch_once(app.engine, box, settings, app.clock))
