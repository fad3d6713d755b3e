"""The source beside what was read of it: the line of the mail or paper with the value marked."""

from __future__ import annotations

from typing import Any

import click

from agent import numbers
from agent.cli.app import App
from agent.cli.evidence import value_at
from agent.cli.output import clean, heading

_SHOWN_MAX = 14
_FIRST = (
    "number",
    "payment_reference",
    "total",
    "paid_on",
    "reference",
    "item",
    "quantity",
    "unit_price",
    "amount",
    "paid",
    "accepted",
    "delivered",
    "missing",
    "damaged",
)


def show_source(app: App, message: str) -> None:
    """Print who wrote, what was understood, and where each value stands."""
    show_mail(app, message, with_documents=True)


def show_mail(app: App, message: str, *, with_documents: bool) -> None:
    """Print who wrote, and what could not be read; with its documents, or with its text where there is none."""
    from agent.store import lists

    row = app.read(lambda tx: lists.find_message(tx, numbers.read(numbers.MESSAGE, message)))
    if row is None or not row.reading:
        return
    mail = row.reading.get("mail")
    heading("Source")
    if mail:
        verdict = "authenticated" if row.trusted else f"NOT authenticated: {row.trust_reason}"
        click.echo(
            f"  {message} from {clean(mail['from'])} on {clean(str(mail['date'] or row.received_at)[:16])}: {clean(mail['subject'])}  ({verdict})"
        )
    for document in row.reading["documents"] if with_documents else ():
        _show_document(document)
    if mail and not row.reading["documents"]:
        for line in mail["reply_text"].splitlines()[:12]:
            click.echo("  | " + clean(line))
    for problem in row.reading["problems"]:
        click.echo(click.style(f"  ! {clean(problem['where'])}: {clean(problem['what'])}", fg="yellow"))


def _show_document(document: dict[str, Any]) -> None:
    page = f" page {document['source']['page']}" if document["source"]["page"] else ""
    click.echo(
        f"  {document['kind'].replace('_', ' ')} in {clean(document['source']['part'])}{page} ({document['footing']})"
    )
    evidence = document["evidence"]
    ranked = sorted(evidence, key=_rank)
    seen: set[tuple[str, str]] = set()
    for path in ranked:
        place = evidence[path]
        text = clean(place["text"])
        value = value_at(document, path)
        if value is None or (text, value) in seen:
            continue
        seen.add((text, value))
        click.echo(
            f"    {path.replace('lines', 'line')} = {click.style(value, bold=True)}"
            + click.style(f"   | {_marked(text, value)}", dim=True)
        )
        if len(seen) >= _SHOWN_MAX:
            click.echo(
                click.style(f"    … and {len(evidence) - len(seen)} more: ar-agent messages show, --json", dim=True)
            )
            return


def _rank(path: str) -> tuple[int, str]:
    name = path.rpartition(".")[2]
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), path)


def _marked(text: str, value: str) -> str:
    start = text.find(value)
    if start < 0:
        return text[:100]
    return (
        text[max(0, start - 40) : start]
        + click.style(value, reverse=True)
        + text[start + len(value) : start + len(value) + 50]
    )
