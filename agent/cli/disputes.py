"""`ar-agent disputes`: what is in question, and how it ends."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_json, put_rows
from agent.cli.schema import status_option
from agent.domain.errors import NotFound

_COLUMNS = [
    ("dispute", "dispute"),
    ("customer", "customer"),
    ("invoice", "invoice"),
    ("order", "order"),
    ("reason", "reason"),
    ("amount", "!amount"),
    ("currency", ""),
    ("status", "status"),
    ("owner", "owner"),
    ("due_on", "due"),
    ("text", "~about"),
]
_REASONS = [
    "price",
    "quantity",
    "damaged",
    "not_received",
    "wrong_item",
    "quality",
    "duplicate",
    "tax",
    "discount",
    "terms",
    "other",
]


dry_run_option = click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")


@click.group("disputes")
def command_disputes() -> None:
    """Disputes."""


@command_disputes.command("list")
@click.option("--customer", help="Only of this customer.")
@click.option("--invoice", help="Only on this invoice.")
@status_option("disputes")
@limit_option
@json_option
@pass_app
def list_(
    app: App, customer: str | None, invoice: str | None, status: tuple[str, ...], limit: int | None, as_json: bool
) -> None:
    """All disputes."""
    from agent.store import lists

    today = app.clock().astimezone(app.settings.zone).date()
    rows = app.read(
        lambda tx: lists.list_disputes(
            tx, customer=customer, invoice=invoice, status=list(status) or None, limit=limit, today=today
        )
    )
    put_rows(rows, _COLUMNS, as_json=as_json, empty="no disputes")


@command_disputes.command("show")
@click.argument("dispute", metavar="ID")
@json_option
@pass_app
def show(app: App, dispute: str, as_json: bool) -> None:
    """One dispute with its clocks, its evidence, its log and the mail that opened it."""
    from agent.cli.dispute_view import row_of, show_dispute

    row = row_of(app, numbers.read(numbers.DISPUTE, dispute))
    if as_json:
        put_json([row])
    else:
        show_dispute(app, row, _COLUMNS)


def _after(app: App, number: int, as_json: bool, dry_run: bool = False) -> None:
    from agent.store import lists

    rows = app.read(lambda tx: lists.list_disputes(tx, dispute=number))
    put_rows(rows, _COLUMNS, as_json=as_json, empty="")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")


@command_disputes.command("open")
@click.option("--customer", required=True, help="Whose dispute it is.")
@click.option("--invoice", help="The invoice in question.")
@click.option("--order", help="The order in question.")
@click.option("--reason", type=click.Choice(_REASONS), required=True)
@click.option("--amount", type=Decimal, help="The amount in question; the rest stays due.")
@click.option("--text", required=True, help="What the customer says.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def open_(
    app: App,
    customer: str,
    invoice: str | None,
    order: str | None,
    reason: str,
    amount: Decimal | None,
    text: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Open a dispute that was told by phone or found by yourself."""
    from agent.booking.desk import Desk
    from agent.booking.letters.replying import dispute_by_hand
    from agent.store import invoices, lists, master

    def work(desk: Desk) -> list[dict[str, Any]]:
        found = master.customers_by_number(desk.tx, [customer])
        if not found:
            raise NotFound("customer", customer, "see `ar-agent customers list`")
        if invoice and not invoices.items_by_number(desk.tx, [invoice]):
            raise NotFound("invoice", invoice, "see `ar-agent invoices list`")
        number = dispute_by_hand(desk, found[0], invoice=invoice, order=order, reason=reason, amount=amount, text=text)
        return lists.list_disputes(desk.tx, dispute=number)

    put_rows(app.by_hand(work, dry_run=dry_run), _COLUMNS, as_json=as_json, empty="")


@command_disputes.command("note")
@click.argument("dispute", metavar="ID")
@click.argument("text")
@json_option
@pass_app
def note(app: App, dispute: str, text: str, as_json: bool) -> None:
    """Write down what was said."""
    from agent.booking.disputes import disputing

    number = numbers.read(numbers.DISPUTE, dispute)
    app.by_hand(lambda desk: disputing.note(desk, number, text))
    _after(app, number, as_json)


@command_disputes.command("assign")
@click.argument("dispute", metavar="ID")
@click.argument("owner")
@json_option
@pass_app
def assign(app: App, dispute: str, owner: str, as_json: bool) -> None:
    """Give it to somebody."""
    from agent.booking.disputes import disputing

    number = numbers.read(numbers.DISPUTE, dispute)
    app.by_hand(lambda desk: disputing.assign(desk, number, owner))
    _after(app, number, as_json)


@command_disputes.command("ask")
@click.argument("dispute", metavar="ID")
@click.argument("text")
@dry_run_option
@json_option
@pass_app
def ask(app: App, dispute: str, text: str, dry_run: bool, as_json: bool) -> None:
    """Ask the customer something: it is their turn, and our days do not run."""
    from agent.booking.disputes import disputing

    number = numbers.read(numbers.DISPUTE, dispute)
    app.by_hand(lambda desk: disputing.ask(desk, number, text), dry_run=dry_run)
    _after(app, number, as_json, dry_run)


@command_disputes.command("tell")
@click.argument("dispute", metavar="ID")
@click.argument("text")
@dry_run_option
@json_option
@pass_app
def tell(app: App, dispute: str, text: str, dry_run: bool, as_json: bool) -> None:
    """Tell the customer how the case stands."""
    from agent.booking.disputes import disputing

    number = numbers.read(numbers.DISPUTE, dispute)
    app.by_hand(lambda desk: disputing.tell_news(desk, number, text), dry_run=dry_run)
    _after(app, number, as_json, dry_run)


@command_disputes.command("resume")
@click.argument("dispute", metavar="ID")
@click.argument("text")
@json_option
@pass_app
def resume(app: App, dispute: str, text: str, as_json: bool) -> None:
    """It is our turn again: the answer came by phone, or none is needed."""
    from agent.booking.disputes import disputing

    number = numbers.read(numbers.DISPUTE, dispute)
    app.by_hand(lambda desk: disputing.resume(desk, number, text))
    _after(app, number, as_json)


@command_disputes.command("escalate")
@click.argument("dispute", metavar="ID")
@click.option("--text", default="", help="What the customer is told besides.")
@dry_run_option
@json_option
@pass_app
def escalate(app: App, dispute: str, text: str, dry_run: bool, as_json: bool) -> None:
    """Hand it to management; the customer is told by when they hear from them."""
    from agent.booking.disputes import disputing

    number = numbers.read(numbers.DISPUTE, dispute)
    app.by_hand(lambda desk: disputing.escalate(desk, number, text), dry_run=dry_run)
    _after(app, number, as_json, dry_run)


@command_disputes.command("due")
@dry_run_option
@json_option
@pass_app
def due(app: App, dry_run: bool, as_json: bool) -> None:
    """Move what was not decided in time to management, as the service does every day."""
    from agent.booking.disputes import disputing
    from agent.store import lists

    moved = app.by_hand(disputing.escalate_due, dry_run=dry_run)
    today = app.clock().astimezone(app.settings.zone).date()
    rows = app.read(lambda tx: lists.list_disputes(tx, today=today))
    rows = [row for row in rows if row["dispute"] in moved]
    put_rows(rows, _COLUMNS, as_json=as_json, empty="every dispute is within its time")


@command_disputes.command("resolve")
@click.argument("dispute", metavar="ID")
@click.option(
    "--by",
    type=click.Choice(["credit", "reinvoice", "write_off", "rejected", "withdrawn"]),
    required=True,
    help="How it ends.",
)
@click.option(
    "--amount", type=Decimal, help="Amount to credit (with tax) or to write off; default: the one in question."
)
@click.option("--text", default="", help="What the customer is told.")
@click.option("--approved-by", help="Who agreed, where the amount is beyond what one clerk may write off.")
@dry_run_option
@json_option
@pass_app
def resolve(
    app: App,
    dispute: str,
    by: str,
    amount: Decimal | None,
    text: str,
    approved_by: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Close it by credit note, corrected invoice or write-off, reject it, or note that it was taken back."""
    from agent.booking.desk import Desk
    from agent.booking.disputes import dispute_closing
    from agent.domain.money import Money
    from agent.store import work as work_store

    number = numbers.read(numbers.DISPUTE, dispute)

    def work(desk: Desk) -> None:
        row = work_store.dispute_row(desk.tx, number)
        value = Money.of(amount, row.currency) if amount is not None and row.currency else None
        dispute_closing.resolve(desk, number, by=by, text=text, amount=value, approved_by=approved_by)

    app.by_hand(work, dry_run=dry_run)
    _after(app, number, as_json, dry_run)


@command_disputes.command("undo")
@click.argument("dispute", metavar="ID")
@click.option("--text", default="", help="What the customer is told, where the closing mail has left.")
@dry_run_option
@json_option
@pass_app
def undo(app: App, dispute: str, text: str, dry_run: bool, as_json: bool) -> None:
    """Take its end back: the books are as before and the case is open again."""
    from agent.booking.disputes import dispute_closing

    number = numbers.read(numbers.DISPUTE, dispute)
    app.by_hand(lambda desk: dispute_closing.undo(desk, number, text), dry_run=dry_run)
    _after(app, number, as_json, dry_run)


@command_disputes.command("policy")
@click.option("--language", default="", help="Of the paper; default: the company's.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where to write it.")
@pass_app
def policy(app: App, language: str, pdf: Path) -> None:
    """Write the dispute policy as a PDF: how customers raise a dispute, and what they may expect."""
    from agent.company import company_of
    from agent.domain.notices import DisputePolicy
    from templates.pdf import policy_pdf

    rule = app.settings.disputes
    paper = DisputePolicy(
        as_of=app.clock().astimezone(app.settings.zone).date(),
        review_days=rule.due_days,
        management_days=rule.management_days,
    )
    pdf.write_bytes(policy_pdf(paper, language or app.settings.company.language, company_of(app.settings)))
    click.echo(f"wrote {pdf}")
