"""`syncline`: one word a command, each imported only when it is called, so that none waits for or breaks another."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module, metadata
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from app.errors import (
    ChangelogCorrupt,
    ConfigurationError,
    RowCorrupt,
    SynclineError,
    TooManyDeadLetters,
    UsageError,
)

EXIT_CODES: tuple[tuple[type[SynclineError], int], ...] = (
    (ConfigurationError, 78),
    (UsageError, 2),
    (TooManyDeadLetters, 70),
    (ChangelogCorrupt, 70),
    (RowCorrupt, 70),
    (SynclineError, 1),
)
BROKEN_PIPE = 141  # what a shell reports of a program that SIGPIPE ended


class Lazy(NamedTuple):
    """Where a command lives, and its line in the help."""

    target: str  # module:attribute, a function or a Typer
    help: str


COMMANDS = {
    "demo": Lazy("app.cli.demo:demo", "Watch the whole pipeline work on a small network, without installing anything."),
    "worker": Lazy("app.cli.worker:worker", "Follow the topics of a Kafka cluster."),
    "backtest": Lazy("app.cli.backtest:backtest", "Run the pipeline over a file of events, without a broker."),
    "report": Lazy("app.cli.report:app", "Print what the tables say: the record of every supplier."),
    "simulate": Lazy("app.cli.simulate:simulate", "Write the events of a made-up network, faults and truth."),
    "import": Lazy("app.cli.imports:app", "Turn other systems' exports into events."),
    "produce": Lazy("app.cli.produce:produce", "Send a file of events to their topics."),
    "tail": Lazy("app.cli.tail:tail", "Print a topic, one JSON object a line."),
    "topics": Lazy("app.cli.topics:app", "Create the topics, or check them."),
    "schemas": Lazy("app.cli.schemas:app", "Check the schemas, or register them."),
    "registry": Lazy("app.cli.registry:registry", "Serve the schemas, for development."),
    "dead-letters": Lazy("app.cli.dead_letters:app", "Send what was refused once more."),
    "settings": Lazy("app.cli.settings:settings", "List every setting, its unit and its default."),
}


class LazyGroup(TyperGroup):
    """Lists the commands without importing them; the one place that turns errors into exit codes."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        row = COMMANDS.get(cmd_name)
        return row and TyperCommand(cmd_name, help=row.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, found, rest = super().resolve_command(ctx, args)
        return name, _load(name) if name in COMMANDS else found, rest

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except SynclineError as error:
            typer.echo(f"syncline: {error}", err=True)
            raise typer.Exit(_exit_code(error)) from error
        except BrokenPipeError as error:
            _silence_stdout()
            raise typer.Exit(BROKEN_PIPE) from error


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    epilog="Commands that need a broker read KAFKA_BOOTSTRAP and SCHEMA_REGISTRY_URL; every setting may stand in the "
    "environment as SYNCLINE_<NAME>. Exit codes: 0 done, 1 not all done, 2 wrong arguments, 70 the worker gave "
    "up or a changelog cannot be read, 78 wrong settings or topics, or no broker or schema registry where they say.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from app.flow import BUILD  # loads the whole line, for which no other command should wait

        typer.echo(f"syncline {metadata.version('syncline')} ({BUILD})")
        raise typer.Exit


@app.callback()
def syncline(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Keeps stock positions and purchase orders straight across systems that disagree."""


def main() -> None:
    """The console script."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminate)
    app(prog_name="syncline")


def _interrupt(_signal: int, _frame: Any) -> None:
    """As Python's own, but asyncio leaves it be: a task that never waits would not notice that it is cancelled."""
    raise KeyboardInterrupt


def _terminate(number: int, _frame: Any) -> None:
    """Leaves through every `finally`, so that nothing that was started stays behind."""
    raise SystemExit(128 + number)


def _load(name: str) -> Any:
    module, _, attribute = COMMANDS[name].target.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except ImportError as error:
        raise UsageError(f"{name} is not available here: {error}") from error
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False)
        single.command(name)(found)
        found = single
    command = get_command(found)
    command.name = name
    return command


def _exit_code(error: SynclineError) -> int:
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def _silence_stdout() -> None:
    """Nothing more can be written; the interpreter must not try again when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
