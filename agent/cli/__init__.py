"""The command line: one file a command or group; each is imported only when it is called."""

from __future__ import annotations

import importlib
import sys
from datetime import datetime
from pathlib import Path

import click

from agent.cli.app import App
from agent.domain.errors import ArError, WrongUsage

# name -> (module, one line of help): what `ar-agent --help` shows without importing anything.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Make the home: a commented ar-agent.toml and the database."),
    "import": ("importing", "Load master data, open items or bank statements from files."),
    "read": ("read", "Show what is understood of messages or documents."),
    "ingest": ("ingest", "Take messages through the whole job; nothing leaves."),
    "deliver": ("deliver", "Take one mail from a mail server's pipe."),
    "poll": ("service", "Fetch new mail once and work on it."),
    "send": ("service", "Deliver the mail that is due, once."),
    "run": ("service", "The unattended service."),
    "health": ("service", "Whether the service is alive and well."),
    "dun": ("dun", "Work out and queue the reminders due now."),
    "charges": ("charges", "Interest and fixed sums for late payment."),
    "plans": ("plans", "Payment plans that were agreed."),
    "queue": ("queue", "The exception queue: what waits for a person."),
    "learned": ("learned", "What clerks' decisions taught."),
    "brakes": ("brakes", "Where automatic booking rests."),
    "customers": ("customers", "Customers, their balance and holds."),
    "contacts": ("contacts", "Who may do what by mail, stopped addresses, blocked senders."),
    "items": ("items", "The price list."),
    "orders": ("orders", "Orders."),
    "agreements": ("agreements", "Blanket orders and what is left of them."),
    "deliveries": ("deliveries", "Deliveries."),
    "papers": ("papers", "Customers' terms of purchase and tax certificates."),
    "returns": ("returns", "Goods that come back."),
    "invoices": ("invoicing", "Invoices and credit notes."),
    "advices": ("advices", "Remittance advices."),
    "receipts": ("receipts", "Money that arrived."),
    "disputes": ("disputes", "Disputes."),
    "waiting": ("waiting", "What customers asked and nobody has answered yet."),
    "outbox": ("outbox", "Mail that goes out."),
    "messages": ("messages", "Mail that came in."),
    "audit": ("audit", "The trail of one thing, back to the mail."),
    "report": ("report", "Aging and other figures."),
    "check": ("check", "Prove the books and the mail accounting."),
    "export": ("export", "Write lists as CSV."),
    "schema": ("schema", "The JSON Schema of an output."),
}


class _Commands(click.Group):
    """Finds a command by name and imports its module only then."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"agent.cli.{COMMANDS[name][0]}")
        command = getattr(
            module, "command_" + name.replace("import", "import_") if name == "import" else f"command_{name}"
        )
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "; `ar-agent --help` lists all commands"
            raise click.UsageError(f"there is no command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="AR_AGENT_HOME",
    help="The folder with ar-agent.toml and everything the agent keeps. Default: the current folder.",
)
@click.option("--now", metavar="ISO8601", help="A test clock that replaces the wall clock for this call.")
@click.option("--debug", is_flag=True, help="Show how an error came about.")
@click.version_option(package_name="ar-agent", prog_name="ar-agent")
@click.pass_context
def _root(ctx: click.Context, home: Path | None, now: str | None, debug: bool) -> None:
    """Accounts receivable by mail: orders, deliveries, invoices, remittances and reminders."""
    moment = None
    if now is not None:
        try:
            moment = datetime.fromisoformat(now)
        except ValueError:
            raise click.BadParameter(
                f"{now!r} is no instant; write it like 2026-03-16T09:00:00+00:00", param_hint="--now"
            ) from None
    _quiet(debug)
    app = ctx.obj = App(home=(home or Path()).resolve(), now=moment)
    ctx.call_on_close(app.close)


def _quiet(debug: bool) -> None:
    """Errors are told in one line; how they came about goes to the service's log, or is shown with --debug."""
    import logging

    log = logging.getLogger("ar_agent")
    log.addHandler(logging.StreamHandler() if debug else logging.NullHandler())


def main(arguments: list[str] | None = None) -> None:
    """Entry point: exit code 0 done, 1 refused or something left for a person, 2 wrong usage."""
    try:
        code = _root.main(args=arguments, prog_name="ar-agent", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except WrongUsage as error:
        click.echo(f"ar-agent: {error}", err=True)
        sys.exit(2)
    except ArError as error:
        click.echo(f"ar-agent: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
