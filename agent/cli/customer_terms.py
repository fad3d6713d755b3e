"""What `ar-agent customers` does about late payment: terms, exposure, offers, the letter, the evidence pack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import click

from agent.cli.app import App, pass_app
from agent.cli.output import json_option, put_fields, put_json
from agent.domain.errors import NotFound, WrongUsage

T = TypeVar("T")


def _found(desk: Any, number: str) -> Any:
    from agent.store import master

    found = master.customers_by_number(desk.tx, [number])
    if not found:
        raise NotFound("customer", number, "see `ar-agent customers list`")
    return found[0]


def _with(app: App, number: str, work: Callable[[Any, Any], T], *, dry_run: bool = False) -> T:
    return app.by_hand(lambda desk: work(desk, _found(desk, number)), dry_run=dry_run)


@click.command("terms")
@click.argument("customer", metavar="ID")
@click.option("--policy", help="The reminder policy, a name under [dunning.policies]; 'none' for the company's.")
@click.option("--segment", help="The segment that a policy may be for; 'none' for none.")
@click.option("--law", help="Whose law governs late payment, like DE, GB or US-TX; 'none' for the company's.")
@click.option(
    "--interest",
    type=click.Choice(["statute", "agreed", "never", "none"]),
    help="What may be charged; none: the company's rule.",
)
@click.option("--interest-percent", help="The rate that the contract agreed, per cent a year; 'none' for none.")
@click.option("--statement-day", help="Day of the month on which a statement goes out (1-31); 'none' for none.")
@json_option
@pass_app
def terms(app: App, /, customer: str, as_json: bool, **said: str | None) -> None:
    """Show or change how a customer is reminded and what late payment may cost."""
    from agent.domain.codec import to_plain
    from agent.store import collecting

    changes = {name: value for name, value in said.items() if value is not None}

    def work(desk: Any, found: Any) -> dict[str, Any]:
        before = collecting.terms_of(desk.tx, found.number)
        after = _changed(app, before, changes)
        if collecting.save_terms(desk.tx, found.number, after):
            desk.record("terms", "customer", found.number, before=to_plain(before), after=to_plain(after))
        return {"customer": found.number, **{k: v for k, v in to_plain(after).items() if not k.startswith("_")}}

    row = _with(app, customer, work)
    if as_json:
        put_json([row])
        return
    put_fields(row, [(name, name.replace("_", " ")) for name in row])


def _changed(app: App, before: Any, said: dict[str, str]) -> Any:
    from dataclasses import replace

    from agent import rates
    from agent.domain.collecting import InterestRule

    values: dict[str, Any] = {}
    for name, text in said.items():
        empty = text == "none"
        match name:
            case "policy" if not empty and text not in app.settings.dunning.policies:
                known = ", ".join(app.settings.dunning.policies) or "none is"
                raise WrongUsage(f"ar-agent.toml has no [dunning.policies.{text}]; known: {known}")
            case "law" if not empty and rates.load(app.home).law(text) is None:
                raise WrongUsage(f"there is no table for the law of {text}: add it to {rates.FILE_NAME} in the home")
            case "interest":
                values[name] = None if empty else InterestRule("none" if text == "never" else text)
            case "interest_percent":
                values[name] = None if empty else _decimal(text)
            case "statement_day":
                values[name] = None if empty else _day(text)
            case _:
                values[name] = None if empty else (text.upper() if name == "law" else text)
    if values.get("interest_percent") is not None and "interest" not in values:
        values["interest"] = InterestRule.AGREED
    return replace(before, **values)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except ArithmeticError:
        value = Decimal(-1)
    if not Decimal(0) < value <= 100:
        raise WrongUsage(f"--interest-percent {text}: a rate like 9.5")
    return value


def _day(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 31:
        raise WrongUsage(f"--statement-day {text}: a day of the month, 1 to 31")
    return int(text)


@click.command("exposure")
@click.argument("customer", metavar="ID")
@json_option
@pass_app
def exposure(app: App, customer: str, as_json: bool) -> None:
    """What could be lost with a customer: open items, orders not invoiced, the limit, and the oldest item."""
    from agent.collecting import credit

    def work(desk: Any, found: Any) -> dict[str, Any]:
        one = credit.exposure_of(desk, found)
        return {
            "customer": found.number,
            "currency": found.currency,
            "open": one.open.plain(),
            "unapplied": one.unapplied.plain(),
            "ordered": one.ordered.plain(),
            "exposure": one.total.plain(),
            "credit_limit": one.limit.plain() if one.limit else None,
            "over_limit": one.over_limit,
            "oldest_days": one.oldest_days,
            "on_hold": found.on_hold,
        }

    row = _with(app, customer, work, dry_run=True)
    if as_json:
        put_json([row])
        return
    put_fields(row, [(name, name.replace("_", " ")) for name in row])


@click.command("offer")
@click.argument("customer", metavar="ID")
@click.argument("invoices", metavar="INVOICE...", nargs=-1, required=True)
@click.option("--percent", type=Decimal, help="The discount.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which it is earned.")
@click.option("--withdraw", is_flag=True, help="Take an offer back whose mail has not left.")
@click.option("--dry-run", is_flag=True, help="Show what it would do and take it back.")
@pass_app
def offer(
    app: App,
    customer: str,
    invoices: tuple[str, ...],
    percent: Decimal | None,
    until: datetime | None,
    withdraw: bool,
    dry_run: bool,
) -> None:
    """Offer a discount on open invoices for paying early; matching grants it like one of the terms."""
    from agent.collecting import offering

    said = " (dry run: taken back)" if dry_run else ""
    if withdraw:
        _with(app, customer, lambda desk, found: offering.withdraw(desk, found, invoices), dry_run=dry_run)
        click.echo(f"{customer}: the offer on {', '.join(invoices)} is withdrawn{said}")
        return
    if percent is None or until is None:
        raise WrongUsage("an offer needs --percent and --until")
    rate, day = percent, until.date()
    mail = _with(
        app,
        customer,
        lambda desk, found: offering.offer(desk, found, invoices, percent=rate, until=day),
        dry_run=dry_run,
    )
    shown = f", O{mail}" if mail else ""
    click.echo(f"{customer}: {percent} % until {day.isoformat()} on {', '.join(invoices)}{shown}{said}")


@click.command("policy-letter")
@click.argument("customer", metavar="ID")
@click.option(
    "--pdf",
    "pdf_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the letter here instead of mailing it.",
)
@pass_app
def policy_letter(app: App, customer: str, pdf_file: Path | None) -> None:
    """Send a customer the letter on how we handle late payment, or write it as PDF."""
    from agent.booking.letters import mailing
    from agent.collecting import offering
    from templates.pdf import late_payment_pdf

    if pdf_file is not None:
        data = _with(
            app,
            customer,
            lambda desk, found: late_payment_pdf(
                offering.policy_letter(desk, found), mailing.language_of(desk, found), desk.company
            ),
            dry_run=True,
        )
        pdf_file.write_bytes(data)
        click.echo(f"wrote {pdf_file}", err=True)
        return
    mail = _with(app, customer, offering.send_policy_letter)
    click.echo(f"{customer}: " + (f"letter queued, O{mail}" if mail else "the letter was queued today already"))


@click.command("evidence")
@click.argument("customer", metavar="ID")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--invoice", "named", multiple=True, help="Only about these; default: all that is open.")
@pass_app
def evidence(app: App, customer: str, file: Path, named: tuple[str, ...]) -> None:
    """Write a zip with every paper and mail about a debt, and a list of their hashes."""
    from agent.collecting import evidence as packing

    data = _with(app, customer, lambda desk, found: packing.pack(desk, found, named))
    file.write_bytes(data)
    click.echo(f"wrote {file} ({len(data)} bytes)")


COMMANDS = (terms, exposure, offer, policy_letter, evidence)
