"""`make soak`: torment the workers for a while, and exit 0 only where every promise held."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from app.errors import UsageError
from app.settings import parse_duration
from tests.engine.apache import missing
from tests.soak.plan import SECONDS_A_FAULT, Options
from tests.soak.report import report, save
from tests.soak.run import soak


def command(
    duration: Annotated[str, typer.Option(help="How long to feed: an integer and one of s m h.")] = "10m",
    workers: Annotated[int, typer.Option(min=1, help="Worker processes; a guest joins now and then.")] = 2,
    seed: Annotated[int, typer.Option(help="The same seed gives the same events, disorder and faults.")] = 1,
    rate: Annotated[int, typer.Option(min=10, help="Records a second, repeats included.")] = 1_000,
    faults: Annotated[int | None, typer.Option(min=0, help="How many faults; one in 18 s without.")] = None,
    partitions: Annotated[int, typer.Option(min=1, help="Partitions of every topic.")] = 4,
    named: Annotated[bool, typer.Option("--named", help="Workers keep an instance_id over restarts.")] = False,
    wall: Annotated[bool, typer.Option("--wall", help="Deadlines by the wall clock, graces of 5 s.")] = False,
    save_to: Annotated[Path | None, typer.Option("--save", help="Write the verdict as a dated file into DIR.")] = None,
    logs: Annotated[Path | None, typer.Option(help="Keep the logs of every process in DIR, new or empty.")] = None,
) -> None:
    """Feed and torment workers on an Apache Kafka of their own, then compare them with a backtest of the same events.

    Faults are told on standard error as they happen, the verdict on standard output. Exit 0 only where it is clean.
    """
    if reason := missing():
        raise UsageError(reason)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # through every `finally`
    seconds = parse_duration(duration) / 1000
    options = Options(seconds, workers, seed, rate, _faults(faults, seconds), partitions, named, wall)
    directory = _directory(logs)
    soaked = asyncio.run(soak(options, directory, lambda line: typer.echo(line, err=True)))
    typer.echo(report(options, soaked))
    if save_to is not None:
        typer.echo(f"saved as {save(options, soaked, save_to)}", err=True)
    if logs is None and not soaked.findings:
        shutil.rmtree(directory)
    else:
        typer.echo(f"logs are in {directory}", err=True)
    raise typer.Exit(1 if soaked.findings else 0)


def _faults(asked: int | None, seconds: float) -> int:
    return max(1, round(seconds / SECONDS_A_FAULT)) if asked is None else asked


def _directory(logs: Path | None) -> Path:
    if logs is None:
        return Path(tempfile.mkdtemp(prefix="syncline-soak-"))
    logs.mkdir(parents=True, exist_ok=True)
    if any(logs.iterdir()):
        raise typer.BadParameter(f"--logs {logs}: not empty")
    return logs.resolve()


if __name__ == "__main__":
    typer.run(command)
