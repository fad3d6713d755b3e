"""`ar-agent learned`: what decisions taught, row by row, to read, change, forget and carry along."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, put_fields, put_json, put_rows
from agent.domain.codec import to_plain
from agent.domain.learning import Learned, LearnedKind

_COLUMNS = [
    ("learned", "row"),
    ("kind", "kind"),
    ("customer", "customer"),
    ("said", "~said"),
    ("means", "~means"),
    ("queue", "from"),
    ("clerk", "by"),
    ("held", "!held"),
    ("failed", "!taken back"),
    ("last_held_at", "last"),
    ("expires_on", "until"),
]
_KINDS = [kind.value for kind in LearnedKind]
_BY_HAND = [kind.value for kind in LearnedKind if kind is not LearnedKind.REFUSED]


def _plain(row: Learned) -> dict[str, Any]:
    return {
        "learned": numbers.show(numbers.LEARNED, row.number),
        "kind": row.kind.value,
        "customer": row.customer,
        "said": row.said,
        "means": row.means,
        "queue": numbers.show(numbers.QUEUE, row.queue),
        "clerk": row.clerk,
        "held": row.held,
        "failed": row.failed,
        "created_at": to_plain(row.created_at),
        "last_held_at": to_plain(row.last_held_at),
        "expires_on": to_plain(row.expires_on),
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"last_held_at": (row["last_held_at"] or "")[:10]}


@click.group("learned")
def command_learned() -> None:
    """What clerks' decisions taught: payers, ways to write numbers, item numbers, terms, headings of columns, refused suggestions."""


@command_learned.command("list")
@click.option("--kind", type=click.Choice(_KINDS), help="Only this kind.")
@click.option("--customer", help="Only about this customer.")
@click.option("--queue", help="Only what this decision taught.")
@json_option
@pass_app
def list_(app: App, kind: str | None, customer: str | None, queue: str | None, as_json: bool) -> None:
    """All rows, in the order in which they were learned."""
    from agent.store import learned

    decision = numbers.read(numbers.QUEUE, queue) if queue else None
    rows = [_plain(r) for r in app.read(lambda tx: learned.rows(tx, kind=kind, customer=customer, queue=decision))]
    put_rows(
        rows if as_json else [_shown(row) for row in rows], _COLUMNS, as_json=as_json, empty="nothing is learned yet"
    )


@command_learned.command("show")
@click.argument("row", metavar="ID")
@json_option
@pass_app
def show(app: App, row: str, as_json: bool) -> None:
    """One row, with what happened to it."""
    from agent.cli.output import clean, heading
    from agent.store import events, learned

    number = numbers.read(numbers.LEARNED, row)
    found = _plain(app.read(lambda tx: learned.one(tx, number)))
    if as_json:
        put_json([found])
        return
    put_fields(found, [(name, label.lstrip("!~") or name) for name, label in _COLUMNS])
    heading("What happened")
    for event in app.read(lambda tx: events.trail(tx, [("learned", f"K{number}")])):
        said = ", ".join(f"{k} {clean(v)}" for k, v in (event["data"] or {}).items() if v)
        click.echo(f"  {str(event['at'])[:16]}  {event['action']:<10} {clean(event['actor'])}  {said}")


def _after(app: App, number: int, as_json: bool) -> None:
    from agent.store import learned

    row = _plain(app.read(lambda tx: learned.one(tx, number)))
    put_rows([row if as_json else _shown(row)], _COLUMNS, as_json=as_json, empty="")


@command_learned.command("add")
@click.option("--kind", type=click.Choice(_BY_HAND), required=True)
@click.option("--customer", required=True, help="Whose it is: the customer that is paid for, or that writes so.")
@click.option(
    "--said",
    required=True,
    help="The payer's name, account or address; the buyer's item; the pattern 0815-{n}; a column's heading.",
)
@click.option(
    "--means",
    default="",
    help="Our item; the share a settler keeps, as '2.5 %'; what a column holds, as paid; not needed for payers.",
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The first day on which it no longer counts.")
@json_option
@pass_app
def add(app: App, kind: str, customer: str, said: str, means: str, until: Any, as_json: bool) -> None:
    """Teach a row by hand."""
    from agent.booking.learning import lessons

    def work(desk: Any) -> int:
        lesson = lessons.lesson_of(desk, LearnedKind(kind), customer, said, means)
        return lessons.add(desk, lesson, until=until.date() if until else None)[0]

    _after(app, app.by_hand(work), as_json)


@command_learned.command("edit")
@click.argument("row", metavar="ID")
@click.option("--said")
@click.option("--means")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The first day on which it no longer counts.")
@click.option("--never", is_flag=True, help="It does not expire.")
@json_option
@pass_app
def edit(app: App, row: str, said: str | None, means: str | None, until: Any, never: bool, as_json: bool) -> None:
    """Change what a row says, or how long it counts."""
    from agent.booking.learning import lessons

    number = numbers.read(numbers.LEARNED, row)
    day = until.date() if until else None
    app.by_hand(lambda desk: lessons.edit(desk, number, said=said, means=means, until=day, never=never))
    _after(app, number, as_json)


@command_learned.command("forget")
@click.argument("row", metavar="ID")
@json_option
@pass_app
def forget(app: App, row: str, as_json: bool) -> None:
    """Forget a row: it counts no longer. `learned add` teaches it again."""
    from agent.booking.learning import lessons

    number = numbers.read(numbers.LEARNED, row)
    gone = _plain(app.by_hand(lambda desk: lessons.forget(desk, number)))
    if as_json:
        put_json([gone])
        return
    click.echo(f"{gone['learned']} is forgotten: {gone['kind']} {gone['said']} of {gone['customer']}")


@command_learned.command("export")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: standard output.")
@json_option
@pass_app
def export(app: App, output: Path | None, as_json: bool) -> None:
    """Write all rows as CSV, for `learned import` elsewhere or for a spreadsheet."""
    from agent.cli.export import _write
    from agent.store import learned

    rows = [_plain(row) for row in app.read(learned.rows)]
    if as_json:
        put_json(rows)
    elif output is None:
        _write(sys.stdout, rows)
    else:
        with output.open("w", encoding="utf-8", newline="") as file:
            _write(file, rows)
        click.echo(f"wrote {len(rows)} rows to {output}", err=True)


@command_learned.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
@click.pass_context
def import_(ctx: click.Context, app: App, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take over rows from CSV (kind, customer, said, means, expires_on); the same file twice changes nothing."""
    from agent.booking.learning import lessons

    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = [{k: _unquoted(v) for k, v in row.items() if k} for row in csv.DictReader(text)]
    refusals = [row for row in rows if row.get("kind") == LearnedKind.REFUSED.value]
    rest = [row for row in rows if row not in refusals]
    new, known, wrong = app.by_hand(lambda desk: lessons.take_over(desk, rest), dry_run=dry_run)
    if as_json:
        put_json([{"file": str(file), "new": new, "known": known, "left_out": len(refusals), "errors": wrong}])
    else:
        click.echo(f"{new} new, {known} known" + (f", {len(refusals)} refusals left out" if refusals else ""))
        for line in wrong:
            click.echo(line, err=True)
    if wrong:
        ctx.exit(1)


def _unquoted(value: str | None) -> str:
    """A cell as it was before `export` kept spreadsheets from executing it."""
    text = value or ""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
