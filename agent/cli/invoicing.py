"""`ar-agent invoices drafts|approve|drop|send|credit|cancel`: what waits, and what is put right by a new document."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.invoices import COLUMNS, command_invoices
from agent.cli.output import json_option, put_rows
from agent.cli.schema import status_option

_COLUMNS = [
    ("draft", "draft"),
    ("customer", "customer"),
    ("orders", "orders"),
    ("total", "!total"),
    ("currency", ""),
    ("status", "waits for"),
    ("until", "until"),
    ("why", "~why"),
    ("invoice", "invoice"),
]


@command_invoices.command("drafts")
@click.option("--customer", help="Only of this customer.")
@status_option("drafts")
@json_option
@pass_app
def drafts_(app: App, customer: str | None, status: tuple[str, ...], as_json: bool) -> None:
    """Invoices that wait: for data (lint), for approval, or for the customer's objection (notice, objected)."""
    from agent.store import drafts

    rows = app.read(lambda tx: drafts.find(tx, statuses=status or drafts.LIVE, customer=customer))
    put_rows([_row(drafts.shown(row), as_json) for row in rows], _COLUMNS, as_json=as_json, empty="no invoice waits")


def _row(row: dict[str, Any], as_json: bool) -> dict[str, Any]:
    return row if as_json else row | {"orders": ", ".join(row["orders"]), "why": "; ".join(row["why"])}


@command_invoices.command("rules")
@click.option("--customer", help="Only of this customer.")
@json_option
@pass_app
def rules_(app: App, customer: str | None, as_json: bool) -> None:
    """What customers demand of their invoices, as it was imported."""
    from agent.domain.codec import to_plain
    from agent.store import drafts

    rows = [to_plain(one) for one in app.read(lambda tx: drafts.all_rules(tx, customer))]
    columns = [
        (name, name.replace("_", " ")) for name in ("customer", "recipients", "po_pattern", "file_name", "notice_days")
    ]
    shown = rows if as_json else [row | {"recipients": " ".join(row["recipients"])} for row in rows]
    put_rows(shown, columns, as_json=as_json, empty="no customer has rules: ar-agent import invoicing FILE")


@command_invoices.command("approve")
@click.argument("draft", metavar="ID")
@click.option("--note", default="", help="Why.")
@click.option("--anyway", is_flag=True, help="Issue it though the customer's rules are not met.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def approve(app: App, draft: str, note: str, anyway: bool, dry_run: bool, as_json: bool) -> None:
    """Let a draft go on: it is issued, or announced to the customer first where that was agreed."""
    from agent.booking.desk import Desk
    from agent.booking.invoices import releasing
    from agent.store import drafts, lists

    number = numbers.read(numbers.DRAFT, draft)

    def work(desk: Desk) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        issued = releasing.approve(desk, number, note, anyway=anyway)
        rows = lists.list_invoices(desk.tx, invoice=issued) if issued else []
        return rows, drafts.shown(drafts.draft_row(desk.tx, number))

    rows, left = app.by_hand(work, dry_run=dry_run)
    if rows:
        put_rows(rows, COLUMNS, as_json=as_json, empty="")
    else:
        put_rows([_row(left, as_json)], _COLUMNS, as_json=as_json, empty="")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")


@command_invoices.command("drop")
@click.argument("draft", metavar="ID")
@click.option("--note", default="dropped by a person", show_default=True, help="Why.")
@json_option
@pass_app
def drop(app: App, draft: str, note: str, as_json: bool) -> None:
    """Give a draft up; what it would have billed can be billed again with `invoices bill --order`."""
    from agent.booking.desk import Desk
    from agent.booking.invoices import drafting
    from agent.store import drafts

    number = numbers.read(numbers.DRAFT, draft)

    def work(desk: Desk) -> dict[str, Any]:
        drafting.drop(desk, number, note)
        return drafts.shown(drafts.draft_row(desk.tx, number))

    put_rows([_row(app.by_hand(work), as_json)], _COLUMNS, as_json=as_json, empty="")


@command_invoices.command("send")
@click.argument("invoice", metavar="ID")
@json_option
@pass_app
def send(app: App, invoice: str, as_json: bool) -> None:
    """Send an issued invoice anew, by the customer's rules as they are now; mails of it that are held are cancelled."""
    from agent.booking.desk import Desk
    from agent.booking.invoices import resending
    from agent.store import lists

    def work(desk: Desk) -> list[dict[str, Any]]:
        number = resending.send_again(desk, invoice)
        return lists.list_outbox(desk.tx, number=number)

    columns = [("id", "mail"), ("to", "~to"), ("subject", "~subject"), ("status", "status"), ("reason", "~why")]
    put_rows(app.by_hand(work), columns, as_json=as_json, empty="")


def _entry(text: str) -> tuple[str, Decimal, Decimal | None]:
    """`10=5` takes five of line 10 back, `10=5@18.20` puts the price of five of them right."""
    line, mark, rest = text.partition("=")
    quantity, at, price = rest.partition("@")
    try:
        return line.strip(), Decimal(quantity if mark else "-"), Decimal(price) if at else None
    except InvalidOperation:
        how = "10=5 (five came back) or 10=5@18.20 (the right price)"
        raise click.UsageError(f"--line {text!r} is not written like {how}") from None


@command_invoices.command("credit")
@click.argument("invoice", metavar="ID")
@click.option("--amount", type=Decimal, help="Net amount to credit.")
@click.option(
    "--line", "lines", multiple=True, help="10=5: five of line 10 came back; 10=5@18.20: that is their right price."
)
@click.option("--reason", required=True, help="What the credit is for, as printed.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def credit(
    app: App,
    invoice: str,
    amount: Decimal | None,
    lines: tuple[str, ...],
    reason: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Issue a credit note for an amount of an invoice, for goods that came back, or for prices that were too high."""
    from agent.booking.desk import Desk
    from agent.booking.invoices import cancelling
    from agent.booking.invoices.invoicing import issue_credit_note
    from agent.domain.crediting import LineCredit
    from agent.domain.errors import NotFound, Refused
    from agent.domain.money import Money
    from agent.store import invoices, lists, master

    if (amount is None) == (not lines):
        raise click.UsageError("say either --amount or --line")
    entries = [LineCredit(*_entry(line)) for line in lines]

    def work(desk: Desk) -> list[dict[str, Any]]:
        items = invoices.items_by_number(desk.tx, [invoice])
        if not items:
            raise NotFound("invoice", invoice, "see `ar-agent invoices list`")
        if amount is None:
            return lists.list_invoices(desk.tx, invoice=cancelling.credit_lines(desk, invoice, entries, reason))
        (customer,) = master.customers_by_number(desk.tx, [items[0].customer])
        if amount <= 0:
            raise Refused("the amount to credit must be above zero")
        number = issue_credit_note(desk, invoice, customer, Money.of(amount, items[0].currency), reason)
        return lists.list_invoices(desk.tx, invoice=number)

    put_rows(app.by_hand(work, dry_run=dry_run), COLUMNS, as_json=as_json, empty="")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")


@command_invoices.command("cancel")
@click.argument("invoice", metavar="ID")
@click.option("--reason", required=True, help="Why, as printed on the credit note.")
@click.option(
    "--reissue", is_flag=True, help="Issue it again under a new number, by the customer's record as it is now."
)
@click.option("--po-number", default="", help="With --reissue: the buyer's number.")
@click.option("--name", default="", help="With --reissue: the legal entity.")
@click.option("--address", default="", help="With --reissue: its address, lines separated by \\n.")
@click.option("--tax-id", default="", help="With --reissue: its tax number.")
@click.option("--supplied-on", type=click.DateTime(["%Y-%m-%d"]), help="With --reissue: the day of supply.")
@click.option("--keep-due-date", is_flag=True, help="With --reissue: the money stays due when it was.")
@click.option("--dispute", help="The dispute that ends with it; the customer is told.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def cancel(app: App, /, invoice: str, reason: str, reissue: bool, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Take an invoice back by a credit note over all of it; nothing that was issued is ever edited."""
    from agent.booking.desk import Desk
    from agent.booking.disputes import dispute_closing
    from agent.booking.invoices import cancelling
    from agent.domain.errors import Refused
    from agent.store import lists
    from agent.store import work as work_store

    when, dispute = said.pop("supplied_on"), said.pop("dispute")
    if not reissue and (when or any(said.values())):
        raise click.UsageError("what the new invoice says needs --reissue")
    said["address"] = said["address"].replace("\\n", "\n")
    wanted = cancelling.Correction(supplied_on=when.date() if when else None, **said) if reissue else None
    number = numbers.read(numbers.DISPUTE, dispute) if dispute else None

    def work(desk: Desk) -> list[dict[str, Any]]:
        if number is not None:
            row = work_store.dispute_row(desk.tx, number)
            if row.invoice != invoice or wanted is None:
                raise Refused(f"D{number} is about {row.invoice or 'no invoice'}: name that one, with --reissue")
            dispute_closing.resolve(desk, number, by="reinvoice", text=reason, correction=wanted)
            done = work_store.dispute_row(desk.tx, number).outcome
            issued: tuple[str, str | None] = (done["credit_of_old"], done["new_invoice"])
        else:
            issued = cancelling.cancel(desk, invoice, reason, reissue=wanted)
        return [row for one in (invoice, *filter(None, issued)) for row in lists.list_invoices(desk.tx, invoice=one)]

    put_rows(app.by_hand(work, dry_run=dry_run), COLUMNS, as_json=as_json, empty="")
    if dry_run and not as_json:
        click.echo("(dry run: taken back)")
