"""`ar-agent export`: lists as CSV that no spreadsheet will execute."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any, TextIO

import click

from agent.cli.app import App, pass_app
from agent.cli.output import json_option, put_json

_KINDS = (
    "customers",
    "items",
    "orders",
    "invoices",
    "advices",
    "receipts",
    "disputes",
    "queue",
    "outbox",
    "messages",
    "journal",
)


@click.command("export")
@click.argument("kind", type=click.Choice(_KINDS))
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; default: standard output."
)
@json_option
@pass_app
def command_export(app: App, kind: str, output: Path | None, as_json: bool) -> None:
    """Write a whole list as CSV (UTF-8). Texts that a spreadsheet would execute get a leading apostrophe."""
    rows = app.read(lambda tx: _rows(app, tx, kind))
    if as_json:
        put_json(rows)
        return
    if output is None:
        _write(sys.stdout, rows)
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        _write(file, rows)
    click.echo(f"wrote {len(rows)} rows to {output}", err=True)


def _rows(app: App, tx: Any, kind: str) -> list[dict[str, Any]]:
    from agent.store import audit, lists

    today = app.clock().astimezone(app.settings.zone).date()
    if kind == "customers":
        return lists.list_customers(tx, today, default_automation=app.settings.automation.default)
    if kind == "journal":
        return audit.journal(tx)
    found: list[dict[str, Any]] = getattr(lists, f"list_{kind}")(tx)
    return found


def _write(file: TextIO, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    writer = csv.writer(file)
    names = list(rows[0])
    writer.writerow(names)
    for row in rows:
        writer.writerow([_safe(row.get(name)) for name in names])


def _safe(value: Any) -> str:
    """A cell as text: numbers stay numbers, a text that begins like a formula does not stay one (CWE-1236)."""
    import json

    if value is None:
        return ""
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    body = text[1:] if text[:1] in "+-" else text
    return bool(body) and body.replace(".", "", 1).isdigit() and body.isascii()
