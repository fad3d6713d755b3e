"""Results on standard output: JSON lines for scripts, tables that fit the terminal for people."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

Row = dict[str, Any]

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for scripts.")
limit_option = click.option("--limit", type=click.IntRange(min=1), default=None, help="At most so many rows.")


def put_json(rows: Iterable[Row]) -> None:
    """Write one object a line."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def clean(value: Any) -> str:
    """Text that cannot steer a terminal: without control and invisible characters."""
    if value is None:
        return ""
    text = " ".join(str(value).split()) if not isinstance(value, str) else value.replace("\n", " ")
    return "".join(ch for ch in text if unicodedata.category(ch)[0] != "C")


def put_rows(rows: Sequence[Row], columns: Sequence[tuple[str, str]], *, as_json: bool, empty: str) -> None:
    """Write a list: JSON lines, or a table of `(field, heading)` columns; `!` before a heading aligns it right."""
    if as_json:
        put_json(rows)
        return
    if not rows:
        click.echo(empty)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False, padding=(0, 2, 0, 0))
    for index, (name, heading) in enumerate(columns):
        right = heading.startswith("!")
        # Numbers of things, figures and currencies are worth nothing cut short: other columns give way first.
        kept = right or not heading or index == 0
        wide = heading.startswith("~")
        table.add_column(
            heading.lstrip("!~"),
            justify="right" if right else "left",
            no_wrap=kept,
            overflow="ellipsis" if kept else "fold",
            ratio=1 if wide else None,
            min_width=max((len(str(_cell(row.get(name)))) for row in rows), default=0) if kept else None,
        )
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name, _ in columns))
    console().print(table)


def console() -> Any:
    """A console as wide as the terminal, never narrower than tables need when the output goes to a file."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 120
    return Console(width=width, highlight=False, soft_wrap=False)


def _cell(value: Any) -> Any:
    from rich.text import Text

    if isinstance(value, bool):
        return Text("yes" if value else "")
    if isinstance(value, list):
        value = ", ".join(clean(one) for one in value)
    return Text(clean(value))


def put_fields(row: Row, fields: Sequence[tuple[str, str]]) -> None:
    """Write one thing as `label: value` lines, leaving out what is empty."""
    width = max(len(label) for _, label in fields)
    for name, label in fields:
        value = row.get(name)
        if value in (None, "", [], False):
            continue
        shown = ", ".join(clean(one) for one in value) if isinstance(value, list) else clean(value)
        click.echo(f"{click.style(label.rjust(width), dim=True)}  {shown}")


def heading(text: str) -> None:
    click.echo()
    click.echo(click.style(text, bold=True))


def each(rows: Iterable[Row], show: Callable[[Row], str]) -> None:
    for row in rows:
        click.echo("  " + show(row))
