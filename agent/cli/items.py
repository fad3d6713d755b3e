"""`ar-agent items`: the price list."""

from __future__ import annotations

import click

from agent.cli.app import App, pass_app
from agent.cli.output import json_option, limit_option, put_json, put_rows
from agent.domain.errors import NotFound

_COLUMNS = [
    ("item", "item"),
    ("description", "~description"),
    ("unit_price", "!price"),
    ("price_per", "!per"),
    ("currency", ""),
    ("unit", "unit"),
    ("tax_rate", "!tax %"),
    ("min_quantity", "!minimum"),
    ("lead_days", "!lead days"),
]


@click.group("items")
def command_items() -> None:
    """The price list."""


@command_items.command("list")
@limit_option
@json_option
@pass_app
def list_(app: App, limit: int | None, as_json: bool) -> None:
    """All items, a row a currency."""
    from agent.store import lists

    rows = app.read(lambda tx: lists.list_items(tx, limit=limit))
    put_rows(rows, _COLUMNS, as_json=as_json, empty="no items: ar-agent import items FILE")


@command_items.command("show")
@click.argument("item", metavar="ID")
@json_option
@pass_app
def show(app: App, item: str, as_json: bool) -> None:
    """One item in all its currencies."""
    from agent.store import lists

    rows = app.read(lambda tx: lists.list_items(tx, item=item))
    if not rows:
        raise NotFound("item", item, "see `ar-agent items list`")
    if as_json:
        put_json(rows)
        return
    put_rows(rows, _COLUMNS, as_json=False, empty="")
