"""`ar-agent read`: what is understood of a message or a document, and where each value stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from agent.cli.app import App, pass_app
from agent.cli.output import clean, json_option, put_json

_INNER = ("confidence", "source", "evidence", "kind", "lines", "flags", "footing", "difference", "language")


@click.command("read")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@pass_app
def command_read(_app: App, paths: tuple[Path, ...], as_json: bool) -> None:
    """Read messages (.eml) or bare documents and show what was understood. Touches no database, needs no home.

    Exit code 1: a file could not be opened or read.
    """
    from agent.domain.codec import to_plain
    from agent.reading import Reader, Recognition

    failed = False
    with Reader(recognition=Recognition()) as reader:
        for path in paths:
            try:
                data = path.read_bytes()
            except OSError as error:
                failed = True
                row: dict[str, Any] = {
                    "file": str(path),
                    "error": f"{error.strerror or error}",
                    "mail": None,
                    "documents": [],
                    "problems": [],
                }
            else:
                row = to_plain(reader.read(data, path.name)) | {"file": str(path)}
            if as_json:
                put_json([row])
            else:
                _show(row)
    if failed:
        raise SystemExit(1)


def _show(row: dict[str, Any]) -> None:
    click.echo(click.style(clean(row["file"]), bold=True))
    if "error" in row:
        click.echo(f"  {row['error']}", err=True)
        return
    mail = row.get("mail")
    if mail:
        click.echo(f"  from {clean(mail['from'])}  {clean(mail['subject'])}  ({mail['nature'].replace('_', ' ')})")
    for document in row["documents"]:
        _show_document(document)
    if not row["documents"]:
        click.echo("  no document was found in it")
    for problem in row["problems"]:
        click.echo(click.style(f"  ! {clean(problem['where'])}: {clean(problem['what'])}", fg="yellow"))


def _show_document(document: dict[str, Any]) -> None:
    source = document["source"]
    page = f", page {source['page']}" if source["page"] else ""
    proof = {
        "proved": "its arithmetic proves it",
        "failed": "it does not add up",
        "unproved": "nothing in it proves it",
    }[document["footing"]]
    click.echo(
        f"  {click.style(document['kind'].replace('_', ' '), bold=True)} in {clean(source['part'])}{page}: {proof}, confidence {document['confidence']:.2f}"
    )
    for name, value in document.items():
        if name not in _INNER and value not in (None, [], False, ""):
            _show_field(name, value, document["evidence"].get(name))
    for number, line in enumerate(document.get("lines", [])):
        shown = "  ".join(f"{k} {clean(v)}" for k, v in line.items() if v not in (None, [], False, ""))
        click.echo(f"      line {number + 1}: {shown}")
        place = (
            document["evidence"].get(f"lines[{number}].reference")
            or document["evidence"].get(f"lines[{number}].item")
            or document["evidence"].get(f"lines[{number}].amount")
        )
        if place:
            click.echo(click.style(f"              {clean(place['text'])[:140]}", dim=True))


def _show_field(name: str, value: Any, evidence: dict[str, Any] | None) -> None:
    if isinstance(value, dict):
        for inner, one in value.items():
            if one not in (None, "", []):
                click.echo(f"      {name}.{inner}: {clean(one)}")
        return
    shown = ", ".join(clean(one) for one in value) if isinstance(value, list) else clean(value)
    where = click.style(f"   <- {clean(evidence['text'])[:90]}", dim=True) if evidence else ""
    click.echo(f"      {name}: {shown}{where}")
