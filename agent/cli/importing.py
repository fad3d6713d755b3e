"""`ar-agent import`: master data, open items and bank statements from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from agent.cli.app import App, pass_app
from agent.cli.output import json_option, put_json

_KINDS = ("customers", "contacts", "items", "prices", "orders", "invoices", "invoicing", "bank")


@click.command("import")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the files and take everything back.")
@json_option
@pass_app
def command_import_(app: App, kind: str, paths: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Load customers, contacts, items, prices, orders, invoices or what customers demand of invoices (invoicing) from CSV, or bank statements (camt.053/054, MT940, BAI2, OFX, CSV).

    The same file twice changes nothing. A wrong row is named and left out; the others are loaded. Exit code 1: some row was wrong;
    2: a file was refused as a whole, for its columns or its form.
    """
    from agent.domain.errors import WrongUsage

    wrong = refused = False
    for path in paths:
        try:
            row = _bank(app, path, dry_run) if kind == "bank" else _csv(app, kind, path, dry_run)
        except WrongUsage as wrong_file:  # one file never stops the others
            refused = True
            click.echo(f"ar-agent: {wrong_file}", err=True)
            if as_json:
                put_json([{"kind": kind, "file": str(path), "counts": {}, "errors": [], "error": str(wrong_file)}])
            continue
        wrong = wrong or bool(row["errors"])
        if as_json:
            put_json([row])
            continue
        counts = ", ".join(f"{n} {word}" for word, n in row["counts"].items()) or "nothing"
        click.echo(f"{path}: {counts}" + (" (dry run)" if dry_run else ""))
        for error in row["errors"][:50]:
            click.echo(
                f"  line {error['line']}: {error['error']}" if error["line"] else f"  {error['error']}", err=True
            )
    if wrong or refused:
        raise SystemExit(2 if refused else 1)


def _csv(app: App, kind: str, path: Path, dry_run: bool) -> dict[str, Any]:
    from agent.importing import import_file

    now = app.clock()
    result = app.by_hand(lambda desk: import_file(desk.tx, kind, path, app.settings, now), dry_run=dry_run)
    return {
        "kind": kind,
        "file": str(path),
        "counts": dict(sorted(result.counts.items())),
        "errors": [{"line": line, "error": error} for line, error in result.errors],
    }


def _bank(app: App, path: Path, dry_run: bool) -> dict[str, Any]:
    from agent.booking.cash.receiving import take_statement
    from agent.domain.documents import BankStatement
    from agent.domain.errors import WrongUsage

    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongUsage(f"{path}: {error.strerror}") from None
    reading = app.reader.read(data, path.name)
    statements = [d for d in reading.documents if isinstance(d, BankStatement)]
    errors: list[dict[str, Any]] = [
        {"line": 0, "error": f"{p.where}: {p.what}"} for p in reading.problems if p.code != "note"
    ]
    if not statements:
        errors.append({"line": 0, "error": f"{path} is no bank statement that could be read"})
    counts = {"statements": len(statements), "lines": sum(len(s.lines) for s in statements), "new": 0, "queued": 0}

    def work(desk: object) -> None:
        from agent.booking.desk import Desk

        assert isinstance(desk, Desk)
        for statement in statements:
            counts["new"] += take_statement(desk, statement, by_staff=True)
        counts["queued"] = len(desk.outcome.queue)

    app.by_hand(work, dry_run=dry_run)
    return {"kind": "bank", "file": str(path), "counts": counts, "errors": errors}
