"""`ar-agent brakes`: where automatic booking rests because too much of it was taken back, and how it goes on."""

from __future__ import annotations

from typing import Any

import click

from agent import numbers
from agent.cli.app import App, pass_app
from agent.cli.output import json_option, put_rows
from agent.domain.codec import to_plain

_COLUMNS = [
    ("brake", "brake"),
    ("scope", "of"),
    ("subject", "which"),
    ("since", "since"),
    ("reason", "~why"),
    ("lifted_by", "lifted by"),
]


def _plain(row: Any) -> dict[str, Any]:
    return {
        "brake": numbers.show(numbers.BRAKE, row.id),
        "scope": row.scope,
        "subject": row.subject,
        "reason": row.reason,
        "since": to_plain(row.since),
        "lifted_at": to_plain(row.lifted_at),
        "lifted_by": row.lifted_by,
    }


@click.group("brakes")
def command_brakes() -> None:
    """Where automatic booking rests: too much of it was taken back there."""


@command_brakes.command("list")
@click.option("--all", "everything", is_flag=True, help="Lifted ones too.")
@json_option
@pass_app
def list_(app: App, everything: bool, as_json: bool) -> None:
    """Where automatic booking rests now."""
    from agent.store import brakes

    found = [_plain(row) for row in app.read(brakes.rows if everything else brakes.active)]
    shown = found if as_json else [row | {"since": row["since"][:10]} for row in found]
    put_rows(shown, _COLUMNS, as_json=as_json, empty="automatic booking rests nowhere")


@command_brakes.command("lift")
@click.argument("brake", metavar="ID")
@click.option("--note", default="", help="Why it may go on.")
@json_option
@pass_app
def lift(app: App, brake: str, note: str, as_json: bool) -> None:
    """Let automatic booking go on there."""
    from agent.booking.learning import braking
    from agent.domain.errors import Refused
    from agent.store import brakes

    number = numbers.read(numbers.BRAKE, brake)

    def work(desk: Any) -> list[dict[str, Any]]:
        if number not in {row.id for row in brakes.active(desk.tx)}:
            raise Refused(f"X{number} does not rest on anything: see `ar-agent brakes list --all`")
        braking.lift(desk, number, note=note)
        return [_plain(row) for row in brakes.rows(desk.tx) if row.id == number]

    put_rows(app.by_hand(work), _COLUMNS, as_json=as_json, empty="")
