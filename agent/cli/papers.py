"""`ar-agent papers`: terms of purchase and tax certificates of customers, by version and validity."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_fields, put_json, put_rows

_KINDS = ["purchase_terms", "tax_certificate"]
_COLUMNS = [
    ("paper", "paper"),
    ("customer", "customer"),
    ("kind", "kind"),
    ("number", "number"),
    ("name", "~file"),
    ("status", "status"),
    ("valid_from", "valid from"),
    ("valid_to", "valid to"),
    ("region", "for"),
    ("message", "came with"),
]
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("papers")
def command_papers() -> None:
    """Terms of purchase and tax certificates that customers sent, by version and validity."""


@command_papers.command("list")
@click.option("--customer", help="Only of this customer.")
@click.option("--kind", type=click.Choice(_KINDS), help="Only this kind.")
@limit_option
@json_option
@pass_app
def list_(app: App, customer: str | None, kind: str | None, limit: int | None, as_json: bool) -> None:
    """All papers on file."""
    from agent.store import filed

    found = app.read(lambda tx: filed.papers_of(tx, [customer] if customer else None, kind=kind, limit=limit))
    put_rows([_row(one) for one in found], _COLUMNS, as_json=as_json, empty="no papers on file")


@command_papers.command("show")
@click.argument("paper", metavar="ID")
@click.option("--save", type=click.Path(path_type=Path, dir_okay=False), help="Write the paper itself to this file.")
@json_option
@pass_app
def show(app: App, paper: str, save: Path | None, as_json: bool) -> None:
    """One paper; `--save` writes it out."""
    from agent.store import filed

    number = numbers.read(numbers.FILED, paper)
    row = app.read(lambda tx: filed.row_of(tx, number))
    if save is not None:
        save.write_bytes(_bytes(app, row))
    _put(_row(row), as_json=as_json)


def _bytes(app: App, row: Any) -> bytes:
    from agent.booking.deliveries.proving import part_of
    from agent.domain.errors import NotFound
    from agent.store import blobs, inbound

    data = app.read(lambda tx: blobs.load(tx, row.sha256))
    if data is None and row.message is not None:
        found = part_of(app.read(lambda tx: inbound.raw_bytes(tx, row.message)), row.name)
        data = found[0] if found else None
    if data is None:
        raise NotFound("paper", f"F{row.id}", "its bytes are not on file any more")
    return data


@command_papers.command("file")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--customer", required=True, help="The customer's number.")
@click.option("--kind", type=click.Choice(_KINDS), required=True, help="What it is.")
@click.option("--number", "name", help="Its own number.")
@click.option("--from", "start", type=_DAY, help="First day of its validity.")
@click.option("--to", "end", type=_DAY, help="Last day of its validity.")
@click.option("--for", "region", help="Where a certificate holds; without it everywhere.")
@click.option("--accept", "accepted", is_flag=True, help="It was checked and holds.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def file(
    app: App,
    path: Path,
    customer: str,
    kind: str,
    name: str | None,
    start: datetime | None,
    end: datetime | None,
    region: str | None,
    accepted: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """File a paper that came by post or fax; the same file twice is one paper."""
    from agent.booking.desk import Desk
    from agent.booking.orders import filing
    from agent.domain.errors import NotFound
    from agent.store import blobs, filed, master

    if start and end and end < start:
        raise click.BadParameter("the last day lies before the first one", param_hint="--to")
    data = path.read_bytes()

    def work(desk: Desk) -> dict[str, Any]:
        if not master.customers_by_number(desk.tx, [customer]):
            raise NotFound("customer", customer, "see `ar-agent customers list`")
        number, fresh = filed.file(
            desk.tx,
            customer=customer,
            kind=kind,
            sha256=blobs.keep(desk.tx, data),
            name=path.name,
            message=None,
            now=desk.now,
        )
        values: dict[str, Any] = {"number": name, "region": region}
        values |= {"valid_from": start.date()} if start else {}
        values |= {"valid_to": end.date()} if end else {}
        filed.change(desk.tx, number, **{k: v for k, v in values.items() if v is not None})
        desk.record("filed" if fresh else "completed", "paper", f"F{number}", file=path.name)
        if accepted and filed.row_of(desk.tx, number).status != "accepted":
            filing.decide(desk, number, "accepted")
        return _row(filed.row_of(desk.tx, number))

    _put(app.by_hand(work, dry_run=dry_run), as_json=as_json, dry_run=dry_run)


@command_papers.command("accept")
@click.argument("paper", metavar="ID")
@click.option("--number", "name", help="Its own number.")
@click.option("--from", "start", type=_DAY, help="First day of its validity.")
@click.option("--to", "end", type=_DAY, help="Last day of its validity.")
@click.option("--for", "region", help="Where a certificate holds; without it everywhere.")
@json_option
@pass_app
def accept(
    app: App,
    paper: str,
    name: str | None,
    start: datetime | None,
    end: datetime | None,
    region: str | None,
    as_json: bool,
) -> None:
    """Accept a paper that was checked; a new version of terms ends the one before."""
    from agent.booking.desk import Desk
    from agent.booking.orders import filing
    from agent.store import filed

    number = numbers.read(numbers.FILED, paper)
    values = {"number": name, "region": region, "valid_from": start and start.date(), "valid_to": end and end.date()}

    def work(desk: Desk) -> dict[str, Any]:
        row = filed.row_of(desk.tx, number)
        if wanted := {k: v for k, v in values.items() if v is not None}:
            filed.change(desk.tx, row.id, **wanted)
        filing.decide(desk, number, "accepted")
        return _row(filed.row_of(desk.tx, number))

    _put(app.by_hand(work), as_json=as_json)


@command_papers.command("refuse")
@click.argument("paper", metavar="ID")
@json_option
@pass_app
def refuse(app: App, paper: str, as_json: bool) -> None:
    """Say that a paper does not hold; `papers accept` takes it back."""
    _decide(app, paper, "refused", as_json)


@command_papers.command("end")
@click.argument("paper", metavar="ID")
@json_option
@pass_app
def end_(app: App, paper: str, as_json: bool) -> None:
    """End a paper that held until now; `papers accept` takes it back."""
    _decide(app, paper, "ended", as_json)


def _decide(app: App, paper: str, status: str, as_json: bool) -> None:
    from agent.booking.desk import Desk
    from agent.booking.orders import filing
    from agent.store import filed

    number = numbers.read(numbers.FILED, paper)

    def work(desk: Desk) -> dict[str, Any]:
        filing.decide(desk, number, status)
        return _row(filed.row_of(desk.tx, number))

    _put(app.by_hand(work), as_json=as_json)


def _row(row: Any) -> dict[str, Any]:
    from agent.domain.codec import to_plain

    return {
        "paper": numbers.show(numbers.FILED, row.id),
        "customer": row.customer,
        "kind": row.kind,
        "number": row.number,
        "name": row.name,
        "status": row.status,
        "valid_from": to_plain(row.valid_from),
        "valid_to": to_plain(row.valid_to),
        "region": row.region,
        "sha256": row.sha256,
        "message": numbers.show(numbers.MESSAGE, row.message),
    }


def _put(row: dict[str, Any], *, as_json: bool, dry_run: bool = False) -> None:
    if as_json:
        put_json([row])
        return
    put_fields(row, [(name, label.lstrip("~")) for name, label in _COLUMNS])
    if dry_run:
        click.echo("(dry run: taken back)")
