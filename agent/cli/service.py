"""`ar-agent poll`, `send`, `run` and `health`: the service, and its steps one at a time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from agent.cli.app import App, pass_app
from agent.cli.output import clean, json_option, put_json
from agent.domain.errors import ArError, WrongUsage

if TYPE_CHECKING:
    from agent.watching import FetchReport


@click.command("poll")
@json_option
@pass_app
def command_poll(app: App, as_json: bool) -> None:
    """Fetch new mail once and take it through the whole job. Exit code 1: a mailbox could not be reached, or mail failed."""
    from agent.cli.connections import mailboxes_of
    from agent.cli.ingest import _show
    from agent.store import lists
    from agent.watching import fetch_mailbox
    from agent.working import Workshop

    mailboxes = mailboxes_of(app)
    if not mailboxes:
        raise WrongUsage("no [[mailboxes]] are set in ar-agent.toml")
    failed = False
    stored: list[int] = []
    for mailbox in mailboxes:
        try:
            report = fetch_mailbox(app.engine, mailbox, app.clock)
            click.echo(f"{mailbox.name}: {_fetched(report)}", err=True)
            stored += report.stored
        except (ArError, OSError) as error:
            failed = True
            click.echo(f"{mailbox.name}: {error}", err=True)
    workshop = Workshop(app)
    rows = workshop.work_all()
    # A repetition of an earlier mail is settled when it is stored: it has its line all the same.
    settled = [number for number in stored if f"M{number}" not in {row["id"] for row in rows}]
    rows = [*(app.read(lambda tx: lists.list_messages(tx, ids=settled)) if settled else ()), *rows]
    for row in rows:
        failed = failed or row["outcome"] == "failed"
        put_json([row]) if as_json else _show(row)
    if failed:
        raise SystemExit(1)


def _fetched(report: FetchReport) -> str:
    """What a look into a mailbox brought, in words."""
    told = [f"{len(report.stored)} new"]
    if report.seen_before:
        told.append(f"{report.seen_before} seen before")
    return ", ".join([*told, *map(clean, report.troubles)])


@click.command("send")
@click.option("--limit", type=click.IntRange(min=1), default=1000, show_default=True, help="At most so many mails.")
@json_option
@pass_app
def command_send(app: App, limit: int, as_json: bool) -> None:
    """Deliver the mail that is due, once. Exit code 1: some mail could not be delivered."""
    from agent.cli.connections import smtp_of
    from agent.delivery import send_due
    from agent.owner import is_dead
    from agent.store import outbound

    smtp = smtp_of(app)
    if smtp is None:
        raise WrongUsage("no [smtp] host is set in ar-agent.toml")
    outbound.recover(app.engine, app.clock(), is_dead=is_dead)
    report = send_due(app.engine, smtp, app.clock, limit)
    rows = [{"id": f"O{one.id}", "status": one.status.value, "reply": one.reply} for one in report.attempts]
    if as_json:
        put_json(rows)
    else:
        for row in rows:
            click.echo(f"{row['status'].ljust(8)} {row['id']}  {clean(row['reply'])}")
        if not rows:
            click.echo("nothing is due")
    if any(row["status"] != "sent" for row in rows):
        raise SystemExit(1)


@click.command("run")
@pass_app
def command_run(app: App) -> None:
    """The unattended service: watches the mailboxes, works on what comes, sends what is due, reminds once a day."""
    import logging

    from agent import daily
    from agent.blanking import BlankingFormatter
    from agent.cli.connections import mailboxes_of, smtp_of, tokens_of
    from agent.mailbox.lmtp import parsed
    from agent.resolving import resolve_unknown
    from agent.service import run, stopping_on_signals
    from agent.settings_types import MEGABYTE, ServiceSettings
    from agent.working import Workshop

    handler = logging.StreamHandler()
    handler.setFormatter(BlankingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    clock = app.clock if app.now is not None else (lambda: datetime.now(UTC))
    mailboxes = mailboxes_of(app)
    journal = next((one for one in mailboxes if one.name == app.settings.journal.mailbox), None)
    settings = ServiceSettings(
        mailboxes=mailboxes,
        resolve=lambda: bool(resolve_unknown(app.engine, app.settings, journal, clock).again),
        smtp=smtp_of(app),
        home=app.home,
        timezone=app.settings.company.timezone,
        tokens=tuple(tokens_of(app).values()),
        lmtp=app.settings.lmtp.listen,
        message_bytes=app.settings.reading.message_mb * MEGABYTE,
    )
    if not settings.mailboxes and not settings.lmtp:
        raise WrongUsage("no [[mailboxes]] and no [lmtp] are set in ar-agent.toml: there is nothing to watch")
    if settings.lmtp and not settings.lmtp.startswith("/"):
        parsed(settings.lmtp)
    workshop = Workshop(app)
    workshop.warm_up_all(settings.workers)
    stop = threading.Event()
    with stopping_on_signals(stop):
        clean_end = run(
            app.engine,
            settings,
            workshop.process_claimed,
            lambda now: daily.run(app.engine, app.settings, now),
            stop,
            clock,
        )
    if not clean_end:
        raise SystemExit(1)


@click.command("health")
@json_option
@pass_app
def command_health(app: App, as_json: bool) -> None:
    """Whether the service is alive and well. Exit code 1: a person must look at something."""
    from agent import health
    from agent.cli.connections import mailboxes_of

    found = app.read(lambda tx: health.problems(tx, mailboxes_of(app), app.clock()))
    if as_json:
        put_json([{"ok": not found, "problems": list(found)}])
    else:
        for problem in found:
            click.echo(click.style("! ", fg="red") + clean(problem))
        if not found:
            click.echo(click.style("the service is well", fg="green"))
    if found:
        raise SystemExit(1)
