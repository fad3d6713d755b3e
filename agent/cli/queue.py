"""`ar-agent queue`: what waits for a person, why, and the decisions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from agent import numbers
from agent.cli.app import App, clerk, pass_app
from agent.cli.output import json_option, limit_option, put_json, put_rows
from agent.cli.schema import status_option

if TYPE_CHECKING:
    from agent.booking.cash.clearing import Part
    from agent.booking.learning.columns import Trial

_WAITING = ["open", "claimed", "undone"]
_COLUMNS = [
    ("id", "item"),
    ("kind", "kind"),
    ("customer", "customer"),
    ("amount", "!amount"),
    ("currency", ""),
    ("age", "since"),
    ("summary", "~what it is about"),
]


@click.group("queue")
def command_queue() -> None:
    """The exception queue: what waits for a person, why, and what would settle it."""


@command_queue.command("list")
@click.option("--all", "everything", is_flag=True, help="Decided ones too.")
@status_option("queue")
@click.option("--kind", help="Only this kind.")
@click.option("--customer", help="Only this customer.")
@click.option("--owner", help="Only what this person has claimed.")
@click.option("--message", help="Only what this message caused.")
@limit_option
@json_option
@pass_app
def list_(
    app: App,
    everything: bool,
    status: tuple[str, ...],
    kind: str | None,
    customer: str | None,
    owner: str | None,
    message: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """What waits, the most urgent first."""
    from agent.store import lists

    wanted = list(status) or (None if everything or as_json else _WAITING)
    number = numbers.read(numbers.MESSAGE, message) if message else None
    rows = app.read(
        lambda tx: lists.list_queue(
            tx, status=wanted, kind=kind, customer=customer, owner=owner, message=number, limit=limit
        )
    )
    shown = [row | {"age": str(row["opened_at"])[:10], "kind": row["kind"].replace("_", " ")} for row in rows]
    put_rows(rows if as_json else shown, _COLUMNS, as_json=as_json, empty="nothing waits for a person")
    if rows and not as_json:
        click.echo(f"\n{len(rows)} waiting. Look at one: ar-agent queue show {rows[0]['id']}")


@command_queue.command("show")
@click.argument("number", metavar="ID")
@json_option
@pass_app
def show(app: App, number: str, as_json: bool) -> None:
    """One item with its source, its candidates and their evidence."""
    from agent.cli import queue_view

    queue = numbers.read(numbers.QUEUE, number)
    row = app.read(lambda tx: queue_view.full_row(tx, queue))
    if as_json:
        put_json([row])
        return
    queue_view.show(app, row)


@command_queue.command("accept")
@click.argument("number", metavar="ID")
@click.option("--candidate", type=int, help="Which candidate; not needed where there is one.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def accept(app: App, number: str, candidate: int | None, dry_run: bool, as_json: bool) -> None:
    """Do what a candidate proposes."""
    from agent.booking import deciding

    queue = numbers.read(numbers.QUEUE, number)
    tried = _tried(app, queue)
    effects = _decide(app, lambda desk: deciding.accept(desk, queue, candidate, tried), dry_run)
    _done(app, queue, effects, as_json, dry_run)


@command_queue.command("reject")
@click.argument("number", metavar="ID")
@click.option("--note", help="Why; a buyer whose order is refused is told.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def reject(app: App, number: str, note: str | None, dry_run: bool, as_json: bool) -> None:
    """Book nothing; a held order is refused and the buyer told."""
    from agent.booking import deciding

    queue = numbers.read(numbers.QUEUE, number)
    effects = _decide(app, lambda desk: deciding.reject(desk, queue, note), dry_run)
    _done(app, queue, effects, as_json, dry_run)


@command_queue.command("apply")
@click.argument("number", metavar="ID")
@click.option(
    "--to",
    "parts",
    metavar="INVOICE=AMOUNT",
    multiple=True,
    required=True,
    help="May be given several times; INV-1=95.00+bank_fee=5.00 settles the rest as bank_fee, write_off, discount or withheld.",
)
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def apply(app: App, number: str, parts: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Book amounts that you name."""
    from agent.booking import deciding

    queue = numbers.read(numbers.QUEUE, number)
    named = [_part(part) for part in parts]
    tried = _tried(app, queue)
    effects = _decide(app, lambda desk: deciding.apply_to(desk, queue, named, tried), dry_run)
    _done(app, queue, effects, as_json, dry_run)


def _tried(app: App, queue: int) -> tuple[Trial, ...]:
    """The paper read with what its unknown headings could mean, before anything is written: reading takes a while."""
    from agent.booking.learning import columns

    asked = app.read(lambda tx: columns.question(app.desk(tx), queue))
    return columns.trials(app.reader, asked) if asked is not None else ()


def _part(text: str) -> Part:
    """`INV-104411=1200.00`, with `+write_off=3.60` and the like behind it."""
    from agent.booking.cash.clearing import BESIDE, Part

    first, *more = text.split("+")
    invoice, amount = _named_amount(first)
    beside = []
    for one in more:
        name, value = _named_amount(one)
        if name.replace("-", "_") not in BESIDE:
            raise click.BadParameter(
                f"{name!r}: one of {', '.join(BESIDE)} may stand beside the cash", param_hint="--to"
            )
        beside.append((name.replace("-", "_"), value))
    return Part(invoice, amount, tuple(beside))


def _named_amount(text: str) -> tuple[str, Decimal]:
    name, sign, amount = text.partition("=")
    try:
        if not sign:
            raise InvalidOperation
        return name.strip(), Decimal(amount.strip())
    except InvalidOperation:
        raise click.BadParameter(f"{text!r}: write it like INV-104411=1234.50", param_hint="--to") from None


@command_queue.command("split")
@click.argument("number", metavar="ID")
@click.option(
    "--part", "amounts", type=Decimal, multiple=True, required=True,
    help="Amount of one part; may be given several times. What they leave is a further part.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def split(app: App, number: str, amounts: tuple[Decimal, ...], dry_run: bool, as_json: bool) -> None:
    """Divide an item about money into parts that are decided one by one; `undo` joins them again."""
    from agent.booking import splitting

    queue = numbers.read(numbers.QUEUE, number)
    effects = _decide(app, lambda desk: splitting.split(desk, queue, list(amounts)), dry_run)
    _done(app, queue, effects, as_json, dry_run)


@command_queue.command("assign")
@click.argument("number", metavar="ID")
@click.argument("owner", metavar="NAME", required=False)
@click.option("--nobody", is_flag=True, help="Take it from whoever has it.")
@json_option
@pass_app
def assign(app: App, number: str, owner: str | None, nobody: bool, as_json: bool) -> None:
    """Give an item to a person."""
    from agent.booking import splitting

    if bool(owner and owner.strip()) == nobody:
        raise click.UsageError("name a person, or --nobody")
    queue = numbers.read(numbers.QUEUE, number)
    effects = _decide(app, lambda desk: splitting.assign(desk, queue, owner.strip() if owner else None), False)
    _done(app, queue, effects, as_json, False)


@command_queue.command("note")
@click.argument("number", metavar="ID")
@click.argument("text")
@json_option
@pass_app
def note(app: App, number: str, text: str, as_json: bool) -> None:
    """Write down what you found out; it stays with the item."""
    from agent.booking import splitting

    queue = numbers.read(numbers.QUEUE, number)
    effects = _decide(app, lambda desk: splitting.note(desk, queue, text), False)
    _done(app, queue, effects, as_json, False)


@command_queue.command("answer")
@click.argument("number", metavar="ID")
@click.argument("text", required=False, default="")
@click.option("--ask-day", is_flag=True, help="Ask in the customer's language on which day they will pay.")
@click.option(
    "--bank-unchanged", is_flag=True, help="Say that our account is on the invoices and has not changed; names none."
)
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def answer(app: App, number: str, text: str, ask_day: bool, bank_unchanged: bool, dry_run: bool, as_json: bool) -> None:
    """Write to the customer who asked, below their mail; the item is done."""
    if not text and not ask_day and not bank_unchanged:
        raise click.UsageError("say what to answer, or give --ask-day or --bank-unchanged")
    from agent.booking.disputes import case_deciding

    queue = numbers.read(numbers.QUEUE, number)

    def decide(desk: Any) -> None:
        case_deciding.answer(desk, queue, text, ask_day=ask_day, bank_unchanged=bank_unchanged)

    effects = _decide(app, decide, dry_run)
    _done(app, queue, effects, as_json, dry_run)


@command_queue.command("undo")
@click.argument("number", metavar="ID")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@json_option
@pass_app
def undo(app: App, number: str, dry_run: bool, as_json: bool) -> None:
    """Take a decision back: the books are as they were before."""
    from agent.booking import deciding

    queue = numbers.read(numbers.QUEUE, number)
    effects = _decide(app, lambda desk: deciding.undo(desk, queue), dry_run)
    _done(app, queue, effects, as_json, dry_run)


@command_queue.command("claim")
@click.argument("number", metavar="ID")
@json_option
@pass_app
def claim(app: App, number: str, as_json: bool) -> None:
    """Say that you are working on it."""
    from agent.store import work

    queue = numbers.read(numbers.QUEUE, number)

    def mine(desk: Any) -> list[dict[str, str]]:
        row = work.queue_row(desk.tx, queue)
        work.resolve(desk.tx, row, status="claimed", resolution=row.resolution, owner=clerk(), now=desk.now)
        desk.record("claimed", "queue", f"Q{queue}")
        return []

    _done(app, queue, app.by_hand(mine), as_json, False)


def _decide(app: App, decide: Callable[[Any], Any], dry_run: bool) -> list[dict[str, str]]:
    def work(desk: Any) -> list[dict[str, str]]:
        decide(desk)
        effects: list[dict[str, str]] = desk.outcome.effects
        return effects

    return app.by_hand(work, dry_run=dry_run)


def _done(app: App, queue: int, effects: list[dict[str, str]], as_json: bool, dry_run: bool) -> None:
    from agent.store import lists

    (row,) = app.read(lambda tx: lists.list_queue(tx, number=queue))
    if as_json:
        put_json([row | {"effects": effects}])
        return
    what = ", ".join(f"{e['type'].replace('_', ' ')} {e['id']}" for e in effects)
    click.echo(
        f"{row['id']} is {row['status']}"
        + (f": {what}" if what else "")
        + (" (dry run: taken back)" if dry_run else "")
    )
