"""`ar-agent invoices`: what was invoiced and what is open of it."""

from __future__ import annotations

from pathlib import Path

import click

from agent.cli.app import App, pass_app
from agent.cli.output import clean, heading, json_option, limit_option, put_fields, put_json, put_rows
from agent.cli.schema import status_option
from agent.domain.errors import NotFound, Refused

COLUMNS = [
    ("invoice", "invoice"),
    ("customer", "customer"),
    ("po_number", "purchase order"),
    ("issued_on", "issued"),
    ("due_on", "due"),
    ("total", "!total"),
    ("open", "!open"),
    ("announced", "!announced"),
    ("disputed", "!disputed"),
    ("currency", ""),
    ("status", "status"),
    ("delivery_status", "mail"),
]


@click.group("invoices")
def command_invoices() -> None:
    """Invoices and credit notes."""


@command_invoices.command("list")
@click.option("--customer", help="Only of this customer.")
@click.option("--order", help="Only of this order.")
@status_option("invoices")
@click.option("--open", "open_only", is_flag=True, help="Only what is open.")
@click.option("--overdue", is_flag=True, help="Only what is past its due date.")
@limit_option
@json_option
@pass_app
def list_(
    app: App,
    customer: str | None,
    order: str | None,
    status: tuple[str, ...],
    open_only: bool,
    overdue: bool,
    limit: int | None,
    as_json: bool,
) -> None:
    """All invoices and credit notes."""
    from agent.store import lists

    today = app.clock().astimezone(app.settings.zone).date() if overdue else None
    rows = app.read(
        lambda tx: lists.list_invoices(
            tx,
            customer=customer,
            order=order,
            status=list(status) or None,
            open_only=open_only,
            overdue_on=today,
            limit=limit,
        )
    )
    put_rows(rows, COLUMNS, as_json=as_json, empty="no invoices")


@command_invoices.command("show")
@click.argument("invoice", metavar="ID")
@click.option(
    "--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write the PDF as it was issued to this file."
)
@json_option
@pass_app
def show(app: App, invoice: str, pdf: Path | None, as_json: bool) -> None:
    """One invoice with its lines and everything that happened to it."""
    from agent.store import blobs, events, invoices, lists

    rows = app.read(lambda tx: lists.list_invoices(tx, invoice=invoice))
    if not rows:
        raise NotFound("invoice", invoice, "see `ar-agent invoices list`")
    if pdf is not None:
        digest = app.read(lambda tx: invoices.pdf_of(tx, invoice))
        data = app.read(lambda tx: blobs.load(tx, digest)) if digest else None
        if data is None:
            raise Refused(f"{invoice} was issued by another system: there is no PDF of it here")
        pdf.write_bytes(data)
        click.echo(f"wrote {pdf}", err=True)
    if as_json:
        document = app.read(lambda tx: invoices.document_of(tx, invoice))
        from agent.domain.codec import to_plain

        put_json([rows[0] | {"document": to_plain(document) if document else None}])
        return
    put_fields(rows[0], [(name, label.lstrip("!~") or name) for name, label in COLUMNS])
    heading("What happened")
    for event in app.read(lambda tx: events.trail(tx, [("invoice", invoice)])):
        facts = {k: v for k, v in (event["data"] or {}).items() if v not in (None, [], "") and k != "reasons"}
        shown = ", ".join(f"{k} {clean(v)}" for k, v in facts.items())
        click.echo(
            f"  {str(event['at'])[:16]}  {event['action'].replace('_', ' '):<12} {clean(event['actor'])}  {shown}"
        )


@command_invoices.command("bill")
@click.option("--order", help="Bill what of this order was delivered and not invoiced, now.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def bill(app: App, order: str | None, dry_run: bool, as_json: bool) -> None:
    """Issue the collective invoices that are due; or, with --order, the invoice of one order at once."""
    from agent.booking.desk import Desk
    from agent.booking.invoices import collective, invoicing
    from agent.store import lists

    def work(desk: Desk) -> list[dict[str, object]]:
        numbers = collective.bill_collective(desk) if order is None else invoicing.bill_by_hand(desk, order)
        return [row for number in numbers for row in lists.list_invoices(desk.tx, invoice=number)]

    rows = app.by_hand(work, dry_run=dry_run)
    put_rows(rows, COLUMNS, as_json=as_json, empty="nothing is due")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")
