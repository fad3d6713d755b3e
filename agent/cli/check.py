"""`ar-agent check`: proves the books and the mail accounting."""

from __future__ import annotations

import click

from agent.cli.app import App, pass_app
from agent.cli.output import json_option, put_json


@click.command("check")
@json_option
@pass_app
def command_check(app: App, as_json: bool) -> None:
    """Prove the books: every ledger in balance, every open amount explained, every mail in exactly one bucket.

    Exit code 1: something is wrong, and it says what.
    """
    from agent.store import inbound, outbound, proof

    found = app.read(proof.faults)
    mail = app.read(inbound.account)
    left = app.read(outbound.counts)
    if as_json:
        put_json(
            [{"ok": not found, "faults": found, "messages": mail.outcomes | {"waiting": mail.waiting}, "outbox": left}]
        )
    else:
        for fault in found:
            click.echo(click.style("wrong: ", fg="red") + fault)
        buckets = ", ".join(f"{n} {name}" for name, n in mail.outcomes.items() if n) or "none"
        click.echo(f"messages: {mail.total} seen: {buckets}" + (f", {mail.waiting} waiting" if mail.waiting else ""))
        click.echo("outgoing mail: " + (", ".join(f"{n} {name}" for name, n in left.items()) or "none"))
        click.echo(click.style("the books are in balance", fg="green") if not found else f"{len(found)} faults")
    if found:
        raise SystemExit(1)
