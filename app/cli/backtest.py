"""`syncline backtest`: the whole pipeline over a file, for trying thresholds on last year's events."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from app import settings
from app.backtest import Settle, Until, execute, prepare
from app.cli.files import reading
from app.contracts.times import parse_time
from app.errors import UsageError
from app.settings import parse_duration
from tables import TABLES

NOT_ALL_DONE = 1


def backtest(
    events: Annotated[Path, typer.Argument(help="Events, one JSON object a line; - reads standard input.")],
    out: Annotated[
        Path, typer.Option(help="Directory for outputs, tables and summary.json; replaced if a backtest's.")
    ],
    until: Annotated[str | None, typer.Option(help="Let the clock go on to this time (ISO-8601).")] = None,
    settle: Annotated[
        str | None, typer.Option(help="Let the clock go on by this duration (10s, 15m, 24h, 7d).")
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="A setting as name=value; repeat for more.")] = None,
) -> None:
    """Run the pipeline over EVENTS without a broker; the same input gives the same bytes."""
    end = _end(until, settle)
    policy = settings.load(os.environ, _overrides(set_ or [])).policy
    with reading(events) as lines:  # refuse an absent file before anything is replaced
        _spare(events, out)
        prepare(out, TABLES)
        with _progress(events) as advance:
            summary = asyncio.run(execute(lines, out, TABLES, policy, end, advance))
    _report(summary, out)


def _spare(events: Path, out: Path) -> None:
    """Raises UsageError where replacing DIR would remove the events."""
    if out.resolve() in events.resolve().parents:
        raise UsageError(f"{events} lies in {out}, which is replaced: name another directory with --out")


def _end(until: str | None, settle: str | None) -> Until | Settle:
    if until is not None and settle is not None:
        raise typer.BadParameter("give --until or --settle, not both")
    if until is not None:
        try:
            return Until(parse_time(until))
        except ValueError as error:
            raise typer.BadParameter(f"--until {until}: {error}") from error
    try:
        return Settle(parse_duration(settle or "0s"))
    except ValueError as error:
        raise typer.BadParameter(f"--settle {settle}: {error}") from error


def _overrides(pairs: list[str]) -> dict[str, str]:
    broken = [pair for pair in pairs if "=" not in pair]
    if broken:
        raise typer.BadParameter(f"--set {broken[0]}: write it as name=value")
    return dict(pair.split("=", 1) for pair in pairs)


@contextmanager
def _progress(events: Path) -> Iterator[Callable[[int], None]]:
    """A bar over the file's bytes on standard error; nothing where nobody watches."""
    console = Console(stderr=True)
    total = events.stat().st_size if str(events) != "-" else None
    columns = (TextColumn("backtest"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("backtest", total=total)
        yield lambda size: progress.advance(task, size)


def _report(summary: Mapping[str, Any], out: Path) -> None:
    outputs = ", ".join(f"{count} {topic}" for topic, count in summary["outputs"].items())
    typer.echo(f"{_lines(summary['lines'])} -> {out}: {outputs or 'no outputs'}", err=True)
    refused = sum(sum(classes.values()) for classes in summary["dead_letters"].values())
    if refused:
        typer.echo(f"{_lines(refused)} refused: {out}/dead-letters.jsonl says why", err=True)
    for error, count in summary["unjudged"].items():
        typer.echo(f"{_keys(count)} not judged: {error}; what is wrong there is not told", err=True)
    if summary["unjudged"]:
        raise typer.Exit(NOT_ALL_DONE)


def _keys(count: int) -> str:
    return "1 key was" if count == 1 else f"{count} times a key was"


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
