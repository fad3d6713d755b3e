"""`ar-agent charges`: interest and fixed sums for late payment, worked out, charged once or waived."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_fields, put_json, put_rows
from agent.cli.schema import status_option

_COLUMNS = [
    ("charge", "charge"),
    ("customer", "customer"),
    ("invoice", "invoice"),
    ("law", "law"),
    ("from", "from"),
    ("to", "to"),
    ("interest", "!interest"),
    ("compensation", "!fixed sum"),
    ("total", "!total"),
    ("currency", ""),
    ("status", "status"),
    ("document", "document"),
]


@click.group("charges")
def command_charges() -> None:
    """Interest and fixed sums for late payment."""


@command_charges.command("list")
@click.option("--customer", help="Only of this customer.")
@click.option("--invoice", help="Only for this invoice.")
@status_option("charges")
@limit_option
@json_option
@pass_app
def list_(
    app: App, customer: str | None, invoice: str | None, status: tuple[str, ...], limit: int | None, as_json: bool
) -> None:
    """What was proposed, charged and waived."""
    from agent.collecting import charging
    from agent.store import charges

    rows = app.read(lambda tx: charges.find(tx, customer=customer, invoice=invoice, limit=limit))
    shown = [charging.shown(row) for row in rows if not status or row.status in status]
    put_rows(shown, _COLUMNS, as_json=as_json, empty="no charges for late payment")


@command_charges.command("show")
@click.argument("charge", metavar="ID")
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the calculation as CSV."
)
@click.option("--pdf", "pdf_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the sheet as PDF.")
@json_option
@pass_app
def show(app: App, charge: str, csv_file: Path | None, pdf_file: Path | None, as_json: bool) -> None:
    """One charge with its calculation."""
    from agent.collecting import charging
    from agent.store import charges

    number = numbers.read(numbers.CHARGE, charge)
    row = charging.shown(app.read(lambda tx: charges.row_of(tx, number)))
    if csv_file is not None:
        csv_file.write_text(_as_csv(row), encoding="utf-8")
        click.echo(f"wrote {csv_file}", err=True)
    if pdf_file is not None:
        pdf_file.write_bytes(_as_pdf(app, number))
        click.echo(f"wrote {pdf_file}", err=True)
    if as_json:
        put_json([row])
        return
    put_fields(row, [(name, label.lstrip("!~") or name) for name, label in _COLUMNS])
    for part in row["segments"]:
        click.echo(
            f"  {part['from']} to {part['to']}  {part['days']:>4} days  {part['principal']} {row['currency']}  {part['percent']} %"
        )
    click.echo(f"  {row['source']}")
    if row["status"] == "proposed":
        click.echo(f"\n  ar-agent charges charge {row['charge']}\n  ar-agent charges waive {row['charge']}")


def _as_csv(row: dict[str, Any]) -> str:
    """One line a stretch of days, with the part that is not rounded yet; the last lines are the sums."""
    from decimal import Decimal

    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(["invoice", "from", "to", "days", "principal", "percent", "currency", "interest"])
    for part in row["segments"]:
        exact = Decimal(part["principal"]) * Decimal(part["percent"]) * part["days"] / 36500
        sheet.writerow(
            [
                row["invoice"],
                part["from"],
                part["to"],
                part["days"],
                part["principal"],
                part["percent"],
                row["currency"],
                f"{exact:.6f}",
            ]
        )
    for name in ("interest", "compensation", "total"):
        sheet.writerow([name, "", "", "", "", "", row["currency"], row[name]])
    return out.getvalue()


def _as_pdf(app: App, number: int) -> bytes:
    from agent.booking.desk import Desk
    from agent.booking.letters import mailing
    from agent.collecting import charging
    from agent.domain.codec import from_plain
    from agent.domain.interest import Sheet
    from agent.store import blobs, charges, invoices, master
    from templates.pdf import charge_pdf

    def work(desk: Desk) -> bytes:
        row = charges.row_of(desk.tx, number)
        digest = invoices.pdf_of(desk.tx, row.document) if row.document else None
        if digest is not None:
            return blobs.load(desk.tx, digest) or b""
        (customer,) = master.customers_by_number(desk.tx, [row.customer])
        notice = charging.notice_of(desk, customer, row.invoice, from_plain(Sheet, row.sheet), f"LP{number}")
        return charge_pdf(notice, mailing.language_of(desk, customer), desk.company)

    return app.by_hand(work)


@command_charges.command("propose")
@click.argument("invoice")
@click.option(
    "--to", "to_on", type=click.DateTime(["%Y-%m-%d"]), help="The last day that bears interest; default: today."
)
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def propose(app: App, invoice: str, to_on: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Work out what an invoice that was paid late, or is late, could be charged with."""
    from agent.booking.desk import Desk
    from agent.collecting import charging
    from agent.store import charges

    def work(desk: Desk) -> list[dict[str, Any]]:
        number = charging.propose(desk, invoice, to_on=to_on.date() if to_on else None)
        return [] if number is None else [charging.shown(charges.row_of(desk.tx, number))]

    put_rows(
        app.by_hand(work, dry_run=dry_run),
        _COLUMNS,
        as_json=as_json,
        empty=f"nothing is owed for late payment of {invoice}",
    )


@command_charges.command("charge")
@click.argument("charge", metavar="ID")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def charge_(app: App, charge: str, dry_run: bool, as_json: bool) -> None:
    """Charge what was proposed: a document of its own with the calculation, booked and mailed."""
    from agent.booking.desk import Desk
    from agent.collecting import charging
    from agent.store import charges, work

    number = numbers.read(numbers.CHARGE, charge)

    def decide(desk: Desk) -> list[dict[str, Any]]:
        charging.charge(desk, number)
        work.close_of_subject(desk.tx, "charge", str(number), owner=desk.cause.name, now=desk.now)
        return [charging.shown(charges.row_of(desk.tx, number))]

    put_rows(app.by_hand(decide, dry_run=dry_run), _COLUMNS, as_json=as_json, empty="")


@command_charges.command("waive")
@click.argument("charge", metavar="ID")
@click.option("--note", help="Why.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def waive(app: App, charge: str, note: str | None, dry_run: bool, as_json: bool) -> None:
    """Charge nothing for these days; a charge that nothing was paid on is taken back."""
    from agent.booking.desk import Desk
    from agent.collecting import charging
    from agent.store import charges

    number = numbers.read(numbers.CHARGE, charge)

    def decide(desk: Desk) -> list[dict[str, Any]]:
        charging.waive(desk, number, note=note)
        return [charging.shown(charges.row_of(desk.tx, number))]

    put_rows(app.by_hand(decide, dry_run=dry_run), _COLUMNS, as_json=as_json, empty="")
