"""`ar-agent ingest`: files through the whole job, exactly as mail that was fetched; nothing leaves."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from agent.cli.app import App, pass_app
from agent.cli.output import clean, json_option, put_json


@click.command("ingest")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@pass_app
def command_ingest(app: App, paths: tuple[Path, ...], as_json: bool) -> None:
    """Take .eml files, an mbox, a Maildir or a folder of them through the whole job. Outgoing mail stays queued.

    One line a message. Exit code 1: some message failed or could not be opened.
    """
    from agent.working import Workshop

    failed = False
    workshop = Workshop(app)
    for name, data, error in _messages(paths):
        if data is None:
            row: dict[str, Any] = {
                "id": None,
                "file": name,
                "error": error,
                "message_id": None,
                "from": None,
                "received_at": None,
                "outcome": "failed",
                "customer": None,
                "reason": error,
                "documents": [],
                "effects": [],
                "queue": [],
            }
        else:
            row = workshop.take(data, name)
        failed = failed or row["outcome"] == "failed"
        if as_json:
            put_json([row])
        else:
            _show(row)
    if failed:
        raise SystemExit(1)


def _messages(paths: tuple[Path, ...]) -> Iterator[tuple[str, bytes | None, str | None]]:
    for path in paths:
        try:
            yield from _messages_of(path)
        except OSError as error:
            yield str(path), None, error.strerror or str(error)


def _messages_of(path: Path) -> Iterator[tuple[str, bytes | None, str | None]]:
    if path.is_dir():
        if (path / "new").is_dir() and (path / "cur").is_dir():
            for sub in ("new", "cur"):
                for one in sorted((path / sub).iterdir()):
                    if one.is_file():
                        yield str(one), one.read_bytes(), None
            return
        for one in sorted(path.rglob("*")):
            if one.is_file() and not one.name.startswith("."):
                yield str(one), one.read_bytes(), None
        return
    data = path.read_bytes()
    if data.startswith(b"From ") and path.suffix.lower() != ".eml":
        box = mailbox.mbox(path, create=False)
        try:
            for key in box.keys():  # noqa: SIM118 - a mailbox is no dictionary: iterating it parses every mail
                yield f"{path}#{key}", box.get_bytes(key), None
        finally:
            box.close()
        return
    yield str(path), data, None


def _show(row: dict[str, Any]) -> None:
    outcome = str(row["outcome"])
    colour = {"processed": "green", "queued": "yellow", "failed": "red", "quarantined": "red"}.get(outcome)
    documents = ", ".join(f"{d['kind'].replace('_', ' ')} {d['number'] or ''}".strip() for d in row["documents"])
    effects = ", ".join(f"{e['type'].replace('_', ' ')} {e['id']}" for e in row["effects"])
    queue = " ".join(row["queue"])
    parts = [
        part
        for part in (
            documents,
            effects and f"-> {effects}",
            queue and f"waits: {queue}",
            clean(row.get("reason") or row.get("error")),
        )
        if part
    ]
    click.echo(
        f"{click.style(outcome.ljust(11), fg=colour)} {clean(row.get('id') or '').ljust(6)} {clean(row['file'])}"
    )
    if parts:
        click.echo("            " + "; ".join(parts))
