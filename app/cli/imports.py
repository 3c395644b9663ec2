"""`syncline import`: other systems' exports as events."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
import typer

from app.dev import scms as history
from app.errors import UsageError

app = typer.Typer(no_args_is_help=True, help="Turn other systems' exports into events.")


@app.callback()
def imports() -> None:
    """Turn other systems' exports into events."""


@app.command()
def scms(
    file: Annotated[Path, typer.Argument(help="The USAID SCMS delivery history, csv or csv.gz.")],
    out: Annotated[Path, typer.Option(help="Where the events go; - is standard output.")] = Path("-"),
    rejects: Annotated[Path | None, typer.Option(help="Where rows that become no event are listed.")] = None,
) -> None:
    """Orders, ship notices and receipts of the USAID SCMS delivery history; a summary goes to standard error."""
    found = history.load(file)
    events = history.events(found)
    encode = msgspec.json.Encoder().encode
    with opened(out) as target:
        target.writelines(encode(event) + b"\n" for event in events)
    if rejects is not None:
        with opened(rejects) as target:
            target.writelines(json.dumps(row._asdict()).encode() + b"\n" for row in found.rejected)
    _say(history.summary(found, events))


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file to write, or standard output for -; raises UsageError where there is no such place."""
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        file = path.open("wb")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error}") from error
    with file:
        yield file


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line, err=True)
