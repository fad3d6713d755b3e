"""`ar-agent init`: makes a home that runs as it is."""

from __future__ import annotations

from importlib.resources import files

import click

from agent.cli.app import App, pass_app


@click.command("init")
@pass_app
def command_init(app: App) -> None:
    """Make the home: a commented ar-agent.toml that runs as it is, and the database. Never overwrites."""
    from agent.settings import FILE_NAME

    app.home.mkdir(parents=True, exist_ok=True, mode=0o750)
    path = app.home / FILE_NAME
    if path.exists():
        click.echo(f"{path} is there already and stays as it is", err=True)
    else:
        text = files("agent").joinpath("ar-agent.toml").read_text(encoding="utf-8")
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path}", err=True)
    _ = app.engine
    click.echo("the database is ready", err=True)
    click.echo(
        "next: edit the [company], [[mailboxes]] and [smtp] sections, `ar-agent import customers FILE`, `ar-agent run`",
        err=True,
    )
